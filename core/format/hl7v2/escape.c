/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Escape sequences (v2 chapter 2, 2.7): decoded on access, after the split, so what they stand for
 * never splits anything. */
#include "core/format/hl7v2/hl7v2.h"

enum { COUNT_MAX = 99 /* of \.sp n\ and the like: bounds what a few bytes can grow to */ };

typedef enum meaning {
    UNKNOWN,
    KEPT,   /* known, not text: shifts of the character set, local sequences */
    BYTES,  /* hex */
    CHAR,   /* one of c */
    REPEAT, /* n of c */
} meaning;

typedef struct sequence {
    meaning meaning;
    char c;
    uint32_t n;
    plx_slice hex;
} sequence;

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

static bool is_hex_pairs(plx_slice s)
{
    if (s.n == 0 || s.n % 2 != 0) return false;
    for (size_t i = 0; i < s.n; i++)
        if (hex_value(s.at[i]) < 0) return false;
    return true;
}

/* Blanks, a sign, up to two digits, blanks. Nothing at all means "none". */
static bool read_count(plx_slice s, uint32_t none, uint32_t *n)
{
    s = plx_slice_trim(s);
    *n = none;
    if (s.n == 0) return true;
    if (s.at[0] == '+' || s.at[0] == '-') s = (plx_slice){s.at + 1, s.n - 1};
    uint64_t value;
    if (s.n == 0 || !plx_slice_u64(s, COUNT_MAX, &value)) return false;
    *n = (uint32_t)value;
    return true;
}

/* body: what follows the point of a formatting command of FT, e.g. "sp 2". */
static sequence read_format(plx_slice body)
{
    static const struct {
        char name[3];
        char c;        /* 0 = nothing is written */
        bool counted;  /* a number may follow */
        uint32_t none; /* what is written without a number */
    } FORMATS[] = {
        {"br", '\n', false, 1}, {"ce", '\n', false, 1}, {"sp", '\n', true, 1}, {"sk", ' ', true, 1},
        {"in", 0, true, 0},     {"ti", 0, true, 0},     {"fi", 0, false, 0},   {"nf", 0, false, 0},
    };
    sequence s = {.meaning = UNKNOWN};
    if (body.n < 2) return s;
    char name[2] = {(char)(body.at[0] | 0x20), (char)(body.at[1] | 0x20)};
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        if (memcmp(name, FORMATS[i].name, 2) != 0) continue;
        plx_slice rest = {body.at + 2, body.n - 2};
        if (!FORMATS[i].counted && rest.n > 0) return s;
        if (!read_count(rest, FORMATS[i].none, &s.n)) return s;
        s.c = FORMATS[i].c;
        if (s.c == 0) s.n = 0;
        s.meaning = REPEAT;
    }
    return s;
}

static sequence read_single(const plx_hl7_delimiters *d, char letter)
{
    sequence s = {.meaning = CHAR};
    switch (letter) {
    case 'F':
        s.c = d->field;
        break;
    case 'S':
        s.c = d->component;
        break;
    case 'T':
        s.c = d->subcomponent;
        break;
    case 'R':
        s.c = d->repetition;
        break;
    case 'E':
        s.c = d->escape;
        break;
    case 'P':
        s.c = d->truncation;
        if (s.c == 0) s.meaning = UNKNOWN;
        break;
    case 'H':
    case 'N':
        s.meaning = REPEAT;
        break; /* highlighting on, off: nothing is written */
    default:
        s.meaning = UNKNOWN;
        break;
    }
    return s;
}

/* body: between the two escape characters. */
static sequence read_sequence(const plx_hl7_delimiters *d, plx_slice body)
{
    sequence unknown = {.meaning = UNKNOWN};
    if (body.n == 0) return unknown;
    plx_slice rest = {body.at + 1, body.n - 1};
    if (rest.n == 0 && body.at[0] != 'Z') return read_single(d, body.at[0]);
    switch (body.at[0]) {
    case '.':
        return read_format(rest);
    case 'X':
        return is_hex_pairs(rest) ? (sequence){.meaning = BYTES, .hex = rest} : unknown;
    case 'C':
        return rest.n == 4 && is_hex_pairs(rest) ? (sequence){.meaning = KEPT} : unknown;
    case 'M':
        return (rest.n == 4 || rest.n == 6) && is_hex_pairs(rest) ? (sequence){.meaning = KEPT}
                                                                  : unknown;
    case 'Z':
        return (sequence){.meaning = KEPT};
    default:
        return unknown;
    }
}

static void write_sequence(const sequence *s, plx_out *out)
{
    if (s->meaning == CHAR) plx_out_char(out, s->c);
    for (uint32_t i = 0; s->meaning == REPEAT && i < s->n; i++)
        plx_out_char(out, s->c);
    for (size_t i = 0; s->meaning == BYTES && i < s->hex.n; i += 2)
        plx_out_char(out, (char)(hex_value(s->hex.at[i]) * 16 + hex_value(s->hex.at[i + 1])));
}

/* The next escape sequence of text at or after *from: *open is its first character, *close the
 * character that closes it (text.n when unclosed). False when there is none. */
static bool find_sequence(plx_slice text, char escape, size_t from, size_t *open, size_t *close)
{
    const char *hit = from < text.n ? memchr(text.at + from, escape, text.n - from) : NULL;
    if (!hit) return false;
    *open = (size_t)(hit - text.at);
    const char *end = memchr(hit + 1, escape, text.n - *open - 1);
    *close = end ? (size_t)(end - text.at) : text.n;
    return true;
}

bool plx_hl7_decode(const plx_hl7_message *m, plx_hl7_span span, plx_out *out)
{
    plx_slice text = plx_hl7_slice(m, span);
    size_t written = 0, open, close;
    bool same = true;
    for (size_t from = 0; find_sequence(text, m->delimiters.escape, from, &open, &close);) {
        if (close == text.n) break;
        from = close + 1;
        sequence s =
            read_sequence(&m->delimiters, (plx_slice){text.at + open + 1, close - open - 1});
        if (s.meaning == UNKNOWN || s.meaning == KEPT) continue;
        plx_out_bytes(out, text.at + written, open - written);
        write_sequence(&s, out);
        written = from;
        same = false;
    }
    plx_out_bytes(out, text.at + written, text.n - written);
    return same;
}

bool plx_hl7_decode_check(const plx_hl7_message *m, plx_hl7_span span, plx_hl7_warning *warning)
{
    plx_slice text = plx_hl7_slice(m, span);
    size_t open, close;
    for (size_t from = 0; find_sequence(text, m->delimiters.escape, from, &open, &close);
         from = close + 1) {
        bool closed = close < text.n;
        plx_slice body = {text.at + open + 1, close - open - 1};
        if (closed && read_sequence(&m->delimiters, body).meaning != UNKNOWN) continue;
        *warning = (plx_hl7_warning){.code = closed ? "escape-unknown" : "escape-unclosed",
                                     .offset = span.offset + (uint32_t)open};
        return true;
    }
    return false;
}
