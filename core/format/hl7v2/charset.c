/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/charset.h"

enum { NAME_MAX = 24, FIELD = 18, LEAD_MIN = 0x81, LEAD_MAX = 0xFE, ESC = 0x1B };

/* Upper-case letters and digits of a name: "ISO_8859-1" and "iso 8859/1" are one. */
static plx_slice bare(plx_slice name, char memory[NAME_MAX])
{
    plx_out out = plx_out_init(memory, NAME_MAX);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.at[i];
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            plx_out_char(&out, c);
        else if (!c || !strchr(" -_/.", c))
            return (plx_slice){NULL, 0};
    }
    return out.full ? (plx_slice){NULL, 0} : plx_out_slice(&out);
}

static bool same_bare(plx_slice name, const char *other)
{
    char memory[NAME_MAX];
    plx_slice s = bare(plx_slice_of(other), memory);
    return s.n > 0 && plx_slice_equal(name, s);
}

const char *plx_charset_name(plx_charset charset)
{
    static const char *const NAMES[] = {
#define X(NAME, name, conversion, way) name,
        PLX_CHARSET_TABLE(X)
#undef X
    };
    return NAMES[charset];
}

plx_charset plx_charset_named(plx_slice name)
{
    static const struct {
        const char *name;
        plx_charset charset;
    } OTHERS[] = {
        {"ASCII", PLX_CHARSET_UTF8},         {"US-ASCII", PLX_CHARSET_UTF8},
        {"ISO IR6", PLX_CHARSET_UTF8},       {"UTF-8", PLX_CHARSET_UTF8},
        {"UNICODE", PLX_CHARSET_UTF8},       {"ISO_IR 192", PLX_CHARSET_UTF8},
        {"ISO_IR 100", PLX_CHARSET_LATIN1},  {"ISO IR14", PLX_CHARSET_JAPANESE},
        {"ISO IR159", PLX_CHARSET_JAPANESE}, {"ISO-2022-JP", PLX_CHARSET_JAPANESE},
        {"GB 18030", PLX_CHARSET_CHINESE},   {"GB 18030-2005", PLX_CHARSET_CHINESE},
        {"EUC-KR", PLX_CHARSET_KOREAN},
    };
    for (int i = PLX_CHARSET_UTF8; i < PLX_CHARSET_COUNT; i++) /* nearly always */
        if (plx_slice_is(name, plx_charset_name((plx_charset)i))) return (plx_charset)i;
    char memory[NAME_MAX];
    plx_slice s = bare(name, memory);
    if (s.n == 0) return PLX_CHARSET_NONE;
    for (int i = PLX_CHARSET_UTF8; i < PLX_CHARSET_COUNT; i++)
        if (same_bare(s, plx_charset_name((plx_charset)i)) ||
            same_bare(s, plx_charset_conversion((plx_charset)i)))
            return (plx_charset)i;
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (same_bare(s, OTHERS[i].name)) return OTHERS[i].charset;
    /* "ISO 8859/1" */
    const plx_slice iso = PLX_LIT("ISO");
    bool part = s.n > iso.n && memcmp(s.at, iso.at, iso.n) == 0;
    const plx_slice rest = {s.at + iso.n, part ? s.n - iso.n : 0};
    for (int i = PLX_CHARSET_LATIN1; part && i <= PLX_CHARSET_LATIN9; i++)
        if (same_bare(rest, plx_charset_name((plx_charset)i))) return (plx_charset)i;
    return PLX_CHARSET_NONE;
}

plx_charset_way plx_charset_way_of(plx_charset charset)
{
    static const plx_charset_way WAYS[] = {
#define X(NAME, name, conversion, way) PLX_CHARSET_##way,
        PLX_CHARSET_TABLE(X)
#undef X
    };
    return WAYS[charset];
}

const char *plx_charset_conversion(plx_charset charset)
{
    static const char *const CONVERSIONS[] = {
#define X(NAME, name, conversion, way) conversion,
        PLX_CHARSET_TABLE(X)
#undef X
    };
    return CONVERSIONS[charset];
}

/* The header's line, from "MSH" on; empty when there is none. */
static plx_slice header_of(plx_slice bytes)
{
    size_t i = bytes.n >= 3 && memcmp(bytes.at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0, end;
    while (i < bytes.n && (bytes.at[i] == ' ' || bytes.at[i] == '\t' || bytes.at[i] == '\r' ||
                           bytes.at[i] == '\n'))
        i++;
    for (end = i; end < bytes.n && bytes.at[end] != '\r' && bytes.at[end] != '\n';)
        end++;
    if (end - i < 8 || memcmp(bytes.at + i, "MSH", 3) != 0) return (plx_slice){NULL, 0};
    return (plx_slice){bytes.at + i, end - i};
}

/* Bytes of the character at an offset, for one who knows no more than the way. */
static size_t step_of(plx_slice line, size_t at, plx_charset_way way, bool *shifted)
{
    const unsigned char c = (unsigned char)line.at[at];
    if (way == PLX_CHARSET_DOUBLE) return c >= LEAD_MIN && c <= LEAD_MAX ? 2 : 1;
    if (way == PLX_CHARSET_SINGLE) return 1;
    if (c == ESC && line.n - at >= 3) { /* ESC $ B, ESC $ ( D: two bytes; ESC ( B, ( J: one */
        *shifted = line.at[at + 1] == '$';
        return *shifted && line.at[at + 2] == '(' ? 4 : 3;
    }
    return *shifted ? 2 : 1;
}

static plx_slice field_of(plx_slice line, plx_charset_way way)
{
    const char separator = line.at[3];
    size_t from = 0, n = 0, at = 3;
    bool shifted = false;
    while (at < line.n) {
        size_t step = step_of(line, at, way, &shifted);
        bool splits = step == 1 && line.at[at] == separator;
        if (splits && ++n == FIELD - 1) from = at + 1;
        if (splits && n == FIELD) break;
        at += step;
    }
    if (from == 0) return (plx_slice){NULL, 0};
    return (plx_slice){line.at + from, (at < line.n ? at : line.n) - from};
}

/* MSH-18 by its repetitions. */
static plx_charset_found read_field(plx_slice field, char repetition)
{
    plx_charset_found found = {PLX_CHARSET_NONE, false, false};
    for (size_t at = 0, k = 0; field.n > 0 && at <= field.n; k++) {
        size_t end = at;
        while (end < field.n && field.at[end] != repetition)
            end++;
        plx_slice name = plx_slice_trim((plx_slice){field.at + at, end - at});
        if (plx_slice_is(name, "\"\"")) name.n = 0;
        plx_charset charset = plx_charset_named(name);
        if (k == 0) {
            found.charset = charset;
            found.named = charset != PLX_CHARSET_NONE;
            found.unknown = name.n > 0 && !found.named;
        }
        bool plain = found.charset == PLX_CHARSET_NONE || found.charset == PLX_CHARSET_UTF8;
        if (plain && !found.unknown && charset == PLX_CHARSET_JAPANESE)
            return (plx_charset_found){charset, true, false};
        at = end + 1;
    }
    return found;
}

static bool is_ascii(plx_slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.at[i] >= 0x80 || s.at[i] == ESC) return false;
    return true;
}

plx_charset_found plx_hl7_charset(plx_slice bytes, plx_charset otherwise)
{
    plx_charset_found found = {otherwise, false, false};
    const plx_slice line = header_of(bytes);
    if (line.n == 0) return (plx_charset_found){PLX_CHARSET_NONE, false, false};
    const char repetition = line.at[5] == line.at[3] ? '~' : line.at[5];
    plx_charset_found plain = read_field(field_of(line, PLX_CHARSET_SINGLE), repetition);
    if (plain.named) return plain;
    /* a character of two bytes before MSH-18 may hold a delimiter */
    for (int way = PLX_CHARSET_DOUBLE; way <= PLX_CHARSET_SHIFT && !is_ascii(line); way++) {
        plx_charset_found other = read_field(field_of(line, (plx_charset_way)way), repetition);
        if (other.named && plx_charset_way_of(other.charset) == (plx_charset_way)way) return other;
    }
    if (plain.unknown) return (plx_charset_found){PLX_CHARSET_UTF8, false, true};
    return found;
}
