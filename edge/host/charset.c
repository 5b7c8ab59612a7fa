/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/host/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "core/base/utf8.h"

enum {
    KEPT_BYTES = 1 << 20, /* of a body whose memory is kept for the next one */
    ESC = 0x1B,
    WIDE_MIN = 0x21, /* bytes of a character of two in ISO 2022 */
    WIDE_MAX = 0x7E
};

typedef struct conversion {
    iconv_t into, from; /* UTF-8 from the set, and back */
    bool opened, usable;
} conversion;

struct plx_charset_converter {
    conversion conversions[PLX_CHARSET_COUNT];
    char *text;
    plx_view_mark *marks;
    size_t body_max; /* of the bodies that fit */
    char *bytes;     /* of an answer */
    size_t bytes_max;
    plx_view view;
};

plx_charset_converter *plx_charset_converter_init(void)
{
    return calloc(1, sizeof(plx_charset_converter));
}

void plx_charset_converter_destroy(plx_charset_converter *c)
{
    if (!c) return;
    for (int i = 0; i < PLX_CHARSET_COUNT; i++) {
        if (!c->conversions[i].usable) continue;
        iconv_close(c->conversions[i].into);
        iconv_close(c->conversions[i].from);
    }
    free(c->text);
    free(c->marks);
    free(c->bytes);
    free(c);
}

/* NULL when the C library lacks it. */
static const conversion *conversion_of(plx_charset_converter *c, plx_charset charset)
{
    conversion *x = &c->conversions[charset];
    if (x->opened) return x->usable ? x : NULL;
    const char *name = plx_charset_conversion(charset);
    x->opened = true;
    x->into = iconv_open("UTF-8", name);
    x->from = iconv_open(name, "UTF-8");
    const iconv_t none = (iconv_t)-1;
    x->usable = x->into != none && x->from != none;
    if (x->usable) return x;
    if (x->into != none) iconv_close(x->into);
    if (x->from != none) iconv_close(x->from);
    return NULL;
}

static plx_status make_room(plx_charset_converter *c, size_t body_n)
{
    bool fits = body_n <= c->body_max;
    if (fits && (c->body_max <= KEPT_BYTES || body_n > KEPT_BYTES)) return PLX_OK;
    size_t max = body_n < KEPT_BYTES / 16 ? KEPT_BYTES / 16 : body_n;
    free(c->text);
    free(c->marks);
    c->text = malloc(max * PLX_CHARSET_GROWTH);
    c->marks = malloc(max * sizeof *c->marks);
    c->body_max = c->text && c->marks ? max : 0;
    return c->body_max ? PLX_OK : PLX_FULL;
}

/* A body on its way. Invariant: text has room for PLX_CHARSET_GROWTH times what is left. */
typedef struct work {
    iconv_t into;
    plx_charset_way way;
    plx_slice body;
    size_t at, line_end; /* in the body; an escape holds until there */
    plx_out text;
    plx_view_mark *marks;
    uint32_t marks_n, replaced;
    bool shifted, wide; /* ISO 2022: not in ASCII; in a set of two bytes */
} work;

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

static void line_begin(work *w)
{
    size_t end = w->at;
    while (end < w->body.n && !is_line_end(w->body.at[end]))
        end++;
    w->line_end = end;
    w->shifted = w->wide = false;
    iconv(w->into, NULL, NULL, NULL, NULL);
}

/* Bytes of the character (or escape) at hand, with its text added; 0 when it means nothing. */
static size_t character(work *w)
{
    size_t left = w->line_end - w->at;
    for (size_t n = 1; n <= left && n <= PLX_CHARSET_CHARACTER_MAX; n++) {
        char out[4 * PLX_CHARSET_CHARACTER_MAX], *to = out;
        char *from = (char *)(uintptr_t)(w->body.at + w->at); /* iconv does not write there */
        size_t from_n = n, to_n = sizeof out;
        if (iconv(w->into, &from, &from_n, &to, &to_n) != (size_t)-1) {
            size_t out_n = sizeof out - to_n;
            /* an ESC that switches to nothing is passed on by some conversions */
            if (out_n > n * PLX_CHARSET_GROWTH || memchr(out, ESC, out_n)) return 0;
            plx_out_bytes(&w->text, out, out_n);
            return n;
        }
        if (errno != EINVAL) return 0;
    }
    return 0;
}

/* Bytes that are stepped over where there is no character. */
static size_t replace(work *w)
{
    size_t left = w->line_end - w->at;
    unsigned char next = left > 1 ? (unsigned char)w->body.at[w->at + 1] : 0;
    plx_out_utf8(&w->text, 0xFFFD);
    w->replaced++;
    return w->wide && next >= WIDE_MIN && next <= WIDE_MAX ? 2 : 1;
}

/* Which set an escape switches to. */
static void note_escape(work *w, size_t n)
{
    const char *at = w->body.at + w->at;
    if (n < 3 || at[0] != ESC || (at[1] != '$' && at[1] != '(')) return;
    w->wide = at[1] == '$';
    w->shifted = w->wide || at[2] != 'B';
}

static void convert(work *w)
{
    line_begin(w);
    while (w->at < w->body.n) {
        const char c = w->body.at[w->at];
        if (w->at == w->line_end) {
            plx_out_char(&w->text, c);
            w->at++;
            if (w->at < w->body.n) line_begin(w);
            continue;
        }
        bool escape = w->way == PLX_CHARSET_SHIFT && (c == ESC || w->shifted);
        if ((unsigned char)c < 0x80 && !escape) {
            plx_out_char(&w->text, c);
            w->at++;
            continue;
        }
        size_t n = character(w);
        if (n > 0)
            note_escape(w, n);
        else
            n = replace(w);
        w->at += n;
        w->marks[w->marks_n++] = (plx_view_mark){(uint32_t)w->text.n, (uint32_t)w->at};
    }
}

static bool is_plain(plx_slice body, plx_charset_way way)
{
    for (size_t i = 0; i < body.n; i++)
        if ((unsigned char)body.at[i] >= 0x80 || (way == PLX_CHARSET_SHIFT && body.at[i] == ESC))
            return false;
    return true;
}

plx_status plx_charset_view(plx_charset_converter *c, plx_slice body, plx_charset otherwise,
                            const plx_view **view, plx_charset_found *found)
{
    const plx_charset_found set = plx_hl7_charset(body, otherwise);
    *view = NULL;
    if (found) *found = set;
    bool core = set.charset <= PLX_CHARSET_UTF8 || (set.named && set.charset == PLX_CHARSET_LATIN1);
    if (core || is_plain(body, plx_charset_way_of(set.charset))) return PLX_OK;
    if (body.n > UINT32_MAX / PLX_CHARSET_GROWTH) return PLX_LIMIT;
    const conversion *x = conversion_of(c, set.charset);
    if (!x) return PLX_UNSUPPORTED;
    PLX_TRY(make_room(c, body.n));
    work w = {.into = x->into,
              .way = plx_charset_way_of(set.charset),
              .body = body,
              .text = plx_out_init(c->text, c->body_max * PLX_CHARSET_GROWTH),
              .marks = c->marks};
    convert(&w);
    PLX_ASSERT(!w.text.full);
    c->view = (plx_view){plx_out_slice(&w.text), w.marks, w.marks_n, w.replaced};
    *view = &c->view;
    return PLX_OK;
}

plx_status plx_charset_attach(plx_charset_converter *c, plx_charset otherwise, plx_entry *entry)
{
    entry->view = NULL;
    bool message = entry->kind == PLX_ENTRY_MESSAGE || entry->kind == PLX_ENTRY_BATCH_PART ||
                   entry->kind == PLX_ENTRY_EDITED;
    if (!message) return PLX_OK;
    plx_status status = plx_charset_view(c, entry->body, otherwise, &entry->view, NULL);
    return status == PLX_FULL ? PLX_FULL : PLX_OK;
}

plx_status plx_charset_encode(plx_charset_converter *c, plx_charset charset, plx_slice utf8,
                              plx_slice *bytes)
{
    if (charset <= PLX_CHARSET_UTF8) {
        *bytes = utf8;
        return PLX_OK;
    }
    const conversion *x = conversion_of(c, charset);
    if (!x) return PLX_UNSUPPORTED;
    /* an escape before and behind each character at most */
    size_t needed = (utf8.n + 1) * PLX_CHARSET_CHARACTER_MAX;
    if (needed > c->bytes_max) {
        char *memory = realloc(c->bytes, needed);
        if (!memory) return PLX_FULL;
        c->bytes = memory;
        c->bytes_max = needed;
    }
    char *from = (char *)(uintptr_t)utf8.at, *to = c->bytes;
    size_t from_n = utf8.n, to_n = c->bytes_max;
    iconv(x->from, NULL, NULL, NULL, NULL);
    bool good = iconv(x->from, &from, &from_n, &to, &to_n) == 0;
    good = iconv(x->from, NULL, NULL, &to, &to_n) != (size_t)-1 && good;
    if (!good) return PLX_SYNTAX;
    *bytes = (plx_slice){c->bytes, c->bytes_max - to_n};
    return PLX_OK;
}
