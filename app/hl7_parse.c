/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux hl7 parse FILE [--json]: the tree of every message, as one JSON object a line or as a
 * table for people. Written message by message, so a large file streams. Exit status 1 when at
 * least one message could not be parsed; the others are printed all the same. */
#include <inttypes.h>
#include <stdio.h>

#include "app/app.h"
#include "app/hl7_file.h"

static void put(const char *bytes, size_t n)
{
    fwrite_unlocked(bytes, 1, n, stdout);
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static bool in_range(unsigned char c, unsigned low, unsigned high)
{
    return c >= low && c <= high;
}

/* Length of the UTF-8 character at the start of s (n > 0), or minus the length of the longest
 * beginning of one that the text then leaves: that part becomes one U+FFFD (Unicode 3.9, "maximal
 * subpart"). */
static int character_length(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80) return 1;
    int length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (!in_range(s[0], 0xC2, 0xF4)) return -1;
    unsigned low = 0x80, high = 0xBF; /* of the second byte */
    if (s[0] == 0xE0) low = 0xA0;
    if (s[0] == 0xED) high = 0x9F;
    if (s[0] == 0xF0) low = 0x90;
    if (s[0] == 0xF4) high = 0x8F;
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= n || !in_range(s[i], low, high)) return -i;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

/* The escape of a character that JSON does not take as it is; 0 = none is needed. */
static size_t json_escape(unsigned char c, char out[8])
{
    if (c == '"' || c == '\\') return (size_t)snprintf(out, 8, "\\%c", c);
    if (c == '\r') return (size_t)snprintf(out, 8, "\\r");
    if (c == '\n') return (size_t)snprintf(out, 8, "\\n");
    if (c == '\t') return (size_t)snprintf(out, 8, "\\t");
    return c < 0x20 ? (size_t)snprintf(out, 8, "\\u%04x", (unsigned)c) : 0;
}

static void put_json_string(plx_slice s)
{
    const unsigned char *at = (const unsigned char *)s.at;
    size_t plain = 0; /* start of the run that is copied as it is */
    put("\"", 1);
    for (size_t i = 0; i < s.n;) {
        char escape[8];
        int length = character_length(at + i, s.n - i);
        size_t escape_n = length == 1 ? json_escape(at[i], escape) : 0;
        size_t next = i + (size_t)(length < 0 ? -length : length);
        if (escape_n > 0 || length < 0) {
            put(s.at + plain, i - plain);
            if (length < 0)
                put_text("\xEF\xBF\xBD");
            else
                put(escape, escape_n);
            plain = next;
        }
        i = next;
    }
    put(s.at + plain, s.n - plain);
    put("\"", 1);
}

static void put_json_component(const plx_hl7_message *m, plx_hl7_span component)
{
    plx_hl7_walk walk = plx_hl7_walk_subcomponents(m, component);
    plx_hl7_span sub;
    const char *before = "[";
    for (; plx_hl7_walk_next(m, &walk, &sub); before = ",") {
        put(before, 1);
        put_json_string(plx_hl7_slice(m, sub));
    }
    put("]", 1);
}

static void put_json_field(const plx_hl7_message *m, plx_hl7_span field)
{
    plx_hl7_walk repetitions = plx_hl7_walk_repetitions(m, field);
    plx_hl7_span repetition, component;
    for (const char *r = "["; plx_hl7_walk_next(m, &repetitions, &repetition); r = ",") {
        put(r, 1);
        plx_hl7_walk components = plx_hl7_walk_components(m, repetition);
        for (const char *c = "["; plx_hl7_walk_next(m, &components, &component); c = ",") {
            put(c, 1);
            put_json_component(m, component);
        }
        put("]", 1);
    }
    put("]", 1);
}

static void put_json_segment(const plx_hl7_message *m, uint32_t segment)
{
    plx_hl7_walk walk = plx_hl7_walk_fields(m, segment);
    plx_hl7_span field;
    const char *before = "";
    put("[", 1);
    put_json_string(plx_hl7_id(m, segment));
    put(",[", 2);
    for (; plx_hl7_walk_next(m, &walk, &field); before = ",") {
        put_text(before);
        put_json_field(m, field);
    }
    if (!*before && plx_hl7_is_header(m, segment)) { /* a header has its two fields by definition */
        put("[[[", 3);
        put_json_string((plx_slice){&m->delimiters.field, 1});
        put_text("]]],[[[\"\"]]]");
    }
    put("]]", 2);
}

static void put_json(const plx_hl7_file *f)
{
    printf("{\"n\":%" PRIu64 ",", f->found - 1);
    if (!f->parsed) {
        printf("\"error\":\"%s\",\"offset\":%" PRIu32 ",\"file_offset\":%" PRIu64 "}\n",
               f->error.text, f->error.offset, f->offset);
        return;
    }
    put_text("\"segments\":[");
    for (uint32_t i = 0; i < f->message.segments_n; i++) {
        if (i > 0) put(",", 1);
        put_json_segment(&f->message, i);
    }
    put_text("]}\n");
}

/* One line for people: escapes decoded, control characters spelt out, long texts cut. */
static void put_value(const plx_hl7_message *m, plx_hl7_span span)
{
    enum { SHOWN_MAX = 160 };
    char memory[SHOWN_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_hl7_decode(m, span, &out);
    for (size_t i = 0; i < out.n;) {
        const unsigned char *at = (const unsigned char *)memory + i;
        int length = character_length(at, out.n - i);
        if (*at == '\n')
            put_text("\\n");
        else if (length < 0 || *at < 0x20 || *at == 0x7F)
            printf("\\x%02X", *at);
        else
            put(memory + i, (size_t)length);
        i += (size_t)(length < 0 ? 1 : length);
    }
    if (out.full) printf("... (%" PRIu32 " bytes)", span.length);
    put("\n", 1);
}

typedef struct place {
    uint32_t segment, field, repetition, component, sub; /* 0 = it is the only one */
} place;

static void put_leaf(const plx_hl7_message *m, const place *p, plx_hl7_span span)
{
    if (span.presence == PLX_EMPTY) return;
    enum { ID_SHOWN_MAX = 16 };
    char name[80];
    plx_slice id = plx_hl7_id(m, p->segment);
    int n = 0;
    for (; n < ID_SHOWN_MAX && (size_t)n < id.n; n++)
        name[n] = id.at[n] > ' ' && id.at[n] < 0x7F ? id.at[n] : '?';
    n += snprintf(name + n, sizeof name - (size_t)n, "-%" PRIu32, p->field);
    if (p->repetition)
        n += snprintf(name + n, sizeof name - (size_t)n, "[%" PRIu32 "]", p->repetition);
    if (p->component) n += snprintf(name + n, sizeof name - (size_t)n, ".%" PRIu32, p->component);
    if (p->sub) n += snprintf(name + n, sizeof name - (size_t)n, ".%" PRIu32, p->sub);
    printf("%6" PRIu32 "  %-16s ", p->segment + 1, name);
    put_value(m, span);
    plx_hl7_warning warning;
    bool delimiters = p->field <= 2 && plx_hl7_is_header(m, p->segment);
    if (!delimiters && plx_hl7_decode_check(m, span, &warning))
        printf("        warning          %s: byte %" PRIu32 ": %s\n", warning.code, warning.offset,
               plx_hl7_warning_text(warning.code));
}

/* Level 0 are the repetitions of a field, 1 components, 2 sub-components, 3 a leaf. */
static void put_parts(const plx_hl7_message *m, place p, plx_hl7_span span, unsigned level)
{
    static plx_hl7_walk (*const WALKS[])(const plx_hl7_message *, plx_hl7_span) = {
        plx_hl7_walk_repetitions, plx_hl7_walk_components, plx_hl7_walk_subcomponents};
    if (level == 3) {
        put_leaf(m, &p, span);
        return;
    }
    uint32_t *number = level == 0 ? &p.repetition : level == 1 ? &p.component : &p.sub;
    plx_hl7_walk walk = WALKS[level](m, span);
    plx_hl7_span part;
    while (plx_hl7_walk_next(m, &walk, &part)) {
        if (walk.more || *number > 0) ++*number;
        put_parts(m, p, part, level + 1);
    }
}

static void put_warnings(const plx_hl7_message *m)
{
    uint32_t kept = m->warnings_n < PLX_HL7_WARNINGS_MAX ? m->warnings_n : PLX_HL7_WARNINGS_MAX;
    for (uint32_t i = 0; i < kept; i++)
        printf("%6" PRIu32 "  warning          %s: byte %" PRIu32 ": %s\n",
               m->warnings[i].segment + 1, m->warnings[i].code, m->warnings[i].offset,
               plx_hl7_warning_text(m->warnings[i].code));
    if (m->warnings_n > kept)
        printf("        and %" PRIu32 " more warnings\n", m->warnings_n - kept);
}

static void put_table(const plx_hl7_file *f)
{
    const plx_hl7_message *m = &f->message;
    printf("message %" PRIu64 ", byte %" PRIu64 " of the file, %zu bytes", f->found - 1, f->offset,
           f->raw.n);
    if (!f->parsed) {
        printf("\n        error            byte %" PRIu32 ": %s\n\n", f->error.offset,
               f->error.text);
        return;
    }
    printf(", %" PRIu32 " segments\n", m->segments_n);
    for (uint32_t i = 0; i < m->segments_n; i++) {
        plx_hl7_walk walk = plx_hl7_walk_fields(m, i);
        plx_hl7_span field;
        for (uint32_t n = 1; plx_hl7_walk_next(m, &walk, &field); n++)
            put_parts(m, (place){.segment = i, .field = n}, field, 0);
    }
    put_warnings(m);
    put("\n", 1);
}

int plx_app_hl7_parse(int argc, char **argv)
{
    const char *words = "hl7 parse", *path = NULL;
    bool json = false;
    uint64_t max_mib = PLX_HL7_MESSAGE_MAX >> 20;
    const plx_option options[] = {
        {"--json", PLX_OPTION_FLAG, &json, 0, 0},
        {"--max-mib", PLX_OPTION_U64, &max_mib, 1, PLX_HL7_MESSAGE_CEILING >> 20}};
    size_t files_n = 0;
    int status = plx_options_read(words, argc, argv, options, 2, &path, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n == 0)
        return plx_app_fail(PLX_EXIT_USAGE, words, "a file is needed (try --help)", NULL);
    plx_hl7_file f;
    status = plx_hl7_file_open(&f, words, path, (size_t)max_mib << 20);
    if (status != PLX_EXIT_OK) return status;
    while (plx_hl7_file_next(&f)) {
        if (json)
            put_json(&f);
        else
            put_table(&f);
    }
    return plx_hl7_file_close(&f);
}
