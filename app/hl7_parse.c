/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux hl7 parse FILE [--json]: the tree of every message, as one JSON object a line or as a
 * table for people. Written message by message, so a large file streams. Exit status 1 when at
 * least one message could not be parsed; the others are printed all the same. */
#include <inttypes.h>
#include <stdio.h>

#include "app/app.h"
#include "app/hl7_file.h"
#include "core/base/utf8.h"
#include "core/format/json/json.h"

/* Writes what is gathered once it is from bytes or more. */
static void write_some(plx_out *out, size_t from)
{
    if (out->n < from) return;
    PLX_ASSERT(!out->full);
    fwrite(out->at, 1, out->n, stdout);
    out->n = 0;
}

static void put_json_component(const plx_hl7_message *m, plx_hl7_span component, plx_json_writer *w)
{
    plx_hl7_walk walk = plx_hl7_walk_subcomponents(m, component);
    plx_hl7_span sub;
    plx_json_array(w);
    while (plx_hl7_walk_next(m, &walk, &sub)) {
        plx_json_put_string(w, plx_hl7_slice(m, sub));
        write_some(w->out, PLX_HL7_WRITE_AT);
    }
    plx_json_array_end(w);
}

static void put_json_field(const plx_hl7_message *m, plx_hl7_span field, plx_json_writer *w)
{
    plx_hl7_walk repetitions = plx_hl7_walk_repetitions(m, field);
    plx_hl7_span repetition, component;
    plx_json_array(w);
    while (plx_hl7_walk_next(m, &repetitions, &repetition)) {
        plx_hl7_walk components = plx_hl7_walk_components(m, repetition);
        plx_json_array(w);
        while (plx_hl7_walk_next(m, &components, &component))
            put_json_component(m, component, w);
        plx_json_array_end(w);
    }
    plx_json_array_end(w);
}

/* A field of one part. */
static void put_json_plain(plx_json_writer *w, plx_slice text)
{
    for (int i = 0; i < 3; i++)
        plx_json_array(w);
    plx_json_put_string(w, text);
    for (int i = 0; i < 3; i++)
        plx_json_array_end(w);
}

static void put_json_segment(const plx_hl7_message *m, uint32_t segment, plx_json_writer *w)
{
    plx_hl7_walk walk = plx_hl7_walk_fields(m, segment);
    plx_hl7_span field;
    plx_json_array(w);
    plx_json_put_string(w, plx_hl7_id(m, segment));
    plx_json_array(w);
    if (!walk.more && plx_hl7_is_header(m, segment)) { /* by definition it has these two */
        put_json_plain(w, (plx_slice){&m->delimiters.field, 1});
        put_json_plain(w, (plx_slice){0});
    }
    while (plx_hl7_walk_next(m, &walk, &field))
        put_json_field(m, field, w);
    plx_json_array_end(w);
    plx_json_array_end(w);
    write_some(w->out, PLX_HL7_WRITE_AT);
}

static void put_json(plx_hl7_file *f)
{
    plx_json_writer w = plx_json_writer_init(&f->out);
    plx_json_object(&w);
    plx_json_key(&w, "n");
    plx_json_put_u64(&w, f->found - 1);
    if (f->parsed) {
        plx_json_key(&w, "segments");
        plx_json_array(&w);
        for (uint32_t i = 0; i < f->message.segments_n; i++)
            put_json_segment(&f->message, i, &w);
        plx_json_array_end(&w);
    } else {
        plx_json_key(&w, "error");
        plx_json_put_text(&w, f->error.text);
        plx_json_key(&w, "offset");
        plx_json_put_u64(&w, f->error.offset);
        plx_json_key(&w, "file_offset");
        plx_json_put_u64(&w, f->offset);
    }
    plx_json_object_end(&w);
    plx_out_char(&f->out, '\n');
    write_some(&f->out, 0);
}

/* One line for people: escapes decoded, control characters spelt out, long texts cut. */
static void put_value(const plx_hl7_message *m, plx_hl7_span span)
{
    enum { SHOWN_MAX = 160 };
    char memory[SHOWN_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_hl7_decode(m, span, &out);
    for (plx_slice s = plx_out_slice(&out); s.n > 0;) {
        bool valid;
        size_t n = plx_utf8_next(s, &valid);
        unsigned char c = (unsigned char)s.at[0];
        if (!valid) n = 1;
        if (c == '\n')
            fputs("\\n", stdout);
        else if (!valid || c < 0x20 || c == 0x7F)
            printf("\\x%02X", c);
        else
            fwrite(s.at, 1, n, stdout);
        s = (plx_slice){s.at + n, s.n - n};
    }
    if (out.full) printf("... (%" PRIu32 " bytes)", span.length);
    putchar('\n');
}

typedef struct place {
    uint32_t segment, field, repetition, component, sub; /* 0 = it is the only one */
    const plx_view *view;                                /* of the message, NULL = none */
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
        printf("        warning          %s: byte %" PRIu32 ": %s\n", warning.code,
               p->view ? plx_view_raw(p->view, warning.offset) : warning.offset,
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
            put_parts(m, (place){.segment = i, .field = n, .view = f->view}, field, 0);
    }
    if (f->charset_unknown)
        puts("        warning          charset-unknown: the character set (MSH-18) is not known; "
             "it is read as UTF-8");
    if (f->view && f->view->replaced)
        printf("        warning          characters-undecodable: %" PRIu32 " mean nothing in the "
               "character set; they became U+FFFD\n",
               f->view->replaced);
    put_warnings(m);
    putchar('\n');
}

int plx_app_hl7_parse(int argc, char **argv)
{
    plx_hl7_file f;
    bool json = false;
    int exit_status;
    if (!plx_hl7_file_command(&f, "hl7 parse", argc, argv, &json, &exit_status)) return exit_status;
    while (plx_hl7_file_next(&f)) {
        if (json)
            put_json(&f);
        else
            put_table(&f);
    }
    return plx_hl7_file_close(&f);
}
