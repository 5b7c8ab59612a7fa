/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/utf8.h"
#include "core/format/hl7v2/charset.h"
#include "core/format/hl7v2/map_inner.h"

enum {
    GROWTH = 15,       /* \.sp99\ writes 99 bytes for 7 */
    LATIN1_GROWTH = 2, /* bytes of UTF-8 for one of ISO 8859-1 */
    UTF8_GROWTH = 3    /* bytes of U+FFFD for one that is no UTF-8 */
};

static bool is_ascii(plx_slice s)
{
    uint64_t word, all = 0;
    size_t i = 0;
    for (; i + sizeof word <= s.n; i += sizeof word) {
        memcpy(&word, s.at + i, sizeof word);
        all |= word;
    }
    for (; i < s.n; i++)
        all |= (unsigned char)s.at[i];
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* What the message's header says of its own text. */
static void read_charset(plx_hl7_mapper *p, const plx_hl7_fields *msh)
{
    const plx_hl7_span field = plx_hl7_fields_get(msh, 18);
    if (field.presence != PLX_VALUE) return;
    const plx_hl7_span first = plx_hl7_repetition(p->m, field, 1);
    if (!plx_hl7_valued(p->m, first)) return;
    const plx_charset charset = plx_charset_named(plx_slice_trim(plx_hl7_slice(p->m, first)));
    p->latin1 = charset == PLX_CHARSET_LATIN1;
    if (charset == PLX_CHARSET_NONE) p->warnings++;
}

plx_hl7_mapper plx_hl7_mapper_init(const plx_hl7_message *m, const plx_hl7_fields *msh,
                                   int32_t zone_minutes, plx_arena *arena)
{
    plx_hl7_mapper p = {.m = m, .arena = arena, .zone_minutes = zone_minutes};
    const plx_hl7_span encoding = plx_hl7_field(m, 0, 2);
    const uint32_t from = encoding.offset + encoding.length;
    const plx_slice rest = {m->bytes.at + from, m->bytes.n - from};
    p.plain = !memchr(rest.at, m->delimiters.escape, rest.n) && is_ascii(rest);
    read_charset(&p, msh);
    return p;
}

/* The text or, when lines, each repetition of a field as a line. */
static void write_decoded(const plx_hl7_message *m, plx_hl7_span span, bool lines, plx_out *out)
{
    if (!lines) {
        (void)plx_hl7_decode(m, span, out);
        return;
    }
    plx_hl7_walk walk = plx_hl7_walk_repetitions(m, span);
    plx_hl7_span part;
    for (uint32_t n = 0; plx_hl7_walk_next(m, &walk, &part); n++) {
        if (n > 0) plx_out_char(out, '\n');
        if (part.presence == PLX_VALUE) (void)plx_hl7_decode(m, part, out);
    }
}

/* Decoding nearly always shrinks: try the raw size first, then what it can grow to at most. */
static plx_slice decoded(plx_hl7_mapper *p, plx_hl7_span span, bool lines)
{
    for (size_t growth = 1; growth <= GROWTH; growth += GROWTH - 1) {
        char *memory = plx_arena_take(p->arena, span.length, growth);
        if (!memory) break;
        plx_out out = plx_out_init(memory, span.length * growth);
        write_decoded(p->m, span, lines, &out);
        if (!out.full) return plx_out_slice(&out);
    }
    p->full = true;
    return (plx_slice){0};
}

static plx_slice to_utf8(plx_hl7_mapper *p, plx_slice s)
{
    if (is_ascii(s) || (!p->latin1 && plx_utf8_valid(s))) return s;
    const size_t growth = p->latin1 ? LATIN1_GROWTH : UTF8_GROWTH;
    char *memory = plx_arena_take(p->arena, s.n, growth);
    if (!memory) {
        p->full = true;
        return (plx_slice){0};
    }
    plx_out out = plx_out_init(memory, s.n * growth);
    if (p->latin1) {
        for (size_t i = 0; i < s.n; i++)
            plx_out_utf8(&out, (unsigned char)s.at[i]);
    } else {
        plx_out_utf8_clean(&out, s);
        p->warnings++;
    }
    return plx_out_slice(&out);
}

static plx_slice text_of(plx_hl7_mapper *p, plx_hl7_span span, bool lines)
{
    plx_slice s = plx_hl7_slice(p->m, span);
    if (p->plain && !lines) return s;
    if (lines || memchr(s.at, p->m->delimiters.escape, s.n)) s = decoded(p, span, lines);
    return p->plain ? s : to_utf8(p, s);
}

plx_slice plx_hl7_view(plx_hl7_mapper *p, plx_hl7_span span)
{
    const plx_slice raw = {p->m->bytes.at + span.offset, span.length};
    if (span.presence != PLX_VALUE) return (plx_slice){raw.at, 0};
    return plx_slice_trim(p->plain ? raw : text_of(p, span, false));
}

plx_text plx_hl7_view_text(plx_hl7_mapper *p, plx_hl7_span span)
{
    plx_text text = {plx_hl7_view(p, span), span.presence};
    if (span.presence == PLX_VALUE && text.text.n == 0) text.presence = PLX_EMPTY;
    return text;
}

plx_text plx_hl7_view_lines(plx_hl7_mapper *p, plx_hl7_span field)
{
    if (field.presence != PLX_VALUE) return plx_hl7_view_text(p, field);
    const plx_slice raw = plx_hl7_slice(p->m, field);
    const bool lines = memchr(raw.at, p->m->delimiters.repetition, raw.n) != NULL;
    plx_slice s = text_of(p, field, lines);
    while (s.n > 0 && (s.at[s.n - 1] == ' ' || s.at[s.n - 1] == '\t' || s.at[s.n - 1] == '\n'))
        s.n--;
    return (plx_text){s, s.n > 0 ? PLX_VALUE : PLX_EMPTY};
}
