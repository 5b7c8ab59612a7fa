/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/fit/log.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/format/csv/csv.h"

const char *plx_log_fault_text(plx_log_fault fault)
{
    static const char *const texts[] = {
#define X(name, sentence) sentence,
        PLX_LOG_FAULT_TABLE(X)
#undef X
    };
    return texts[fault];
}

typedef struct reading {
    const plx_log_map *map;
    plx_csv csv;
    uint32_t columns;
    int column[PLX_MAP_COLUMN_N], wide[PLX_MAP_WORDS]; /* -1: not there */
    plx_visit_event *events;
    plx_log_result *out;
} reading;

static void fault(reading *r, plx_log_fault which, plx_slice text)
{
    plx_log_result *o = r->out;
    if (o->fault[which]++ > 0) return;
    const size_t n = text.n < PLX_MAP_TEXT - 1 ? text.n : PLX_MAP_TEXT - 1;
    o->line[which] = r->csv.line;
    memcpy(o->text[which], text.at, n);
    o->text[which][n] = 0;
}

static plx_slice cell(const reading *r, int column)
{
    return column < 0 ? (plx_slice){"", 0} : plx_slice_trim(r->csv.fields[column]);
}

/* --- words --- */

static bool begins(plx_slice text, const char *with, plx_slice *rest)
{
    const size_t n = strlen(with);
    if (text.n < n || memcmp(text.at, with, n) != 0) return false;
    *rest = (plx_slice){text.at + n, text.n - n};
    return true;
}

static unsigned number_of(reading *r, plx_log_names *names, unsigned most, plx_slice name)
{
    const size_t n = name.n < PLX_FLOW_NAME_MAX ? name.n : PLX_FLOW_NAME_MAX - 1;
    for (unsigned i = 0; i < names->n; i++)
        if (strlen(names->name[i]) == n && memcmp(names->name[i], name.at, n) == 0) return i;
    if (names->n == most) {
        fault(r, PLX_LOG_NAMES, name);
        return PLX_FLOW_NONE;
    }
    memcpy(names->name[names->n], name.at, n);
    names->name[names->n][n] = 0;
    return names->n++;
}

static uint8_t disposition_of(reading *r, plx_slice text)
{
    static const char *const words[] = {
#define X(name, word) word,
        PLX_FLOW_DISPOSITION_TABLE(X)
#undef X
    };
    if (text.n == 0 || plx_slice_is(text, "lwbs")) return PLX_FLOW_UNDECIDED;
    for (unsigned d = 0; d < PLX_FLOW_DISPOSITION_N; d++)
        if (plx_slice_is(text, words[d])) return (uint8_t)d;
    fault(r, PLX_LOG_DISPOSITION, text);
    return PLX_FLOW_UNDECIDED;
}

static uint8_t acuity_of(reading *r, plx_slice text)
{
    uint64_t value = 0;
    if (text.n == 0) return PLX_FLOW_NONE;
    if (plx_slice_u64(plx_log_map_acuity(r->map, text), PLX_FLOW_ACUITIES, &value) && value > 0)
        return (uint8_t)(value - 1);
    fault(r, PLX_LOG_ACUITY, text);
    return PLX_FLOW_NONE;
}

/* order_lab; order_image of the resource ct. */
static bool test_of(reading *r, plx_slice word, plx_slice resource, plx_visit_event *e)
{
    plx_slice kind;
    if (begins(word, "order_", &kind))
        e->what = PLX_FLOW_NOTE_ORDER;
    else if (begins(word, "result_", &kind))
        e->what = PLX_FLOW_NOTE_RESULT;
    else
        return false;
    if (plx_slice_is(kind, "image") && resource.n > 0) kind = resource;
    e->index = (uint8_t)number_of(r, &r->out->kinds, PLX_FLOW_KINDS_MAX, kind);
    return true;
}

/* false: nobody knows the word. */
static bool activity_of(reading *r, plx_slice text, plx_visit_event *e)
{
    static const char *const words[] = {
#define X(name, word) word,
        PLX_FLOW_NOTE_TABLE(X)
#undef X
    };
    static const char *const ignored[] = {"ignore", "treatment", "bed_clean", "ward_ready"};
    const plx_slice resource = cell(r, r->column[PLX_MAP_RESOURCE]);
    plx_slice word = plx_log_map_activity(r->map, text),
              zone = cell(r, r->column[PLX_MAP_LOCATION]);
    const char *slash = word.n ? memchr(word.at, '/', word.n) : NULL;
    if (slash) {
        const size_t n = (size_t)(slash - word.at);
        e->disposition = disposition_of(r, (plx_slice){slash + 1, word.n - n - 1});
        word.n = n;
    }
    e->index = 0;
    if (test_of(r, word, resource, e)) return e->index != PLX_FLOW_NONE;
    e->what = PLX_VISIT_IGNORED;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (plx_slice_is(word, ignored[i])) return true;
    if (plx_slice_is(word, "ambulance_offload")) {
        e->what = PLX_VISIT_OFFLOAD;
        return true;
    }
    if (plx_slice_is(word, "lama")) {
        e->what = PLX_FLOW_NOTE_DEPART;
        e->disposition = PLX_FLOW_LAMA;
        return true;
    }
    for (unsigned i = 0; i < PLX_FLOW_NOTE_N; i++)
        if (plx_slice_is(word, words[i])) e->what = (uint8_t)i;
    if (e->what == PLX_FLOW_NOTE_PLACE && zone.n > 0) {
        const char *bed = memchr(zone.at, '/', zone.n); /* zone/bed */
        if (bed) zone.n = (size_t)(bed - zone.at);
        e->index = (uint8_t)number_of(r, &r->out->zones, PLX_FLOW_ZONES_MAX, zone);
    }
    if (e->what == PLX_FLOW_NOTE_CONSULT_REQUEST || e->what == PLX_FLOW_NOTE_CONSULT_SEEN)
        e->index = (uint8_t)number_of(r, &r->out->services, PLX_FLOW_SERVICES_MAX,
                                      resource.n ? resource : PLX_LIT("any"));
    return e->what != PLX_VISIT_IGNORED;
}

/* --- rows --- */

static void keep(reading *r, plx_visit_event e)
{
    plx_log_result *o = r->out;
    if (o->n == 0 || e.time_us < o->first_us) o->first_us = e.time_us;
    if (o->n == 0 || e.time_us > o->last_us) o->last_us = e.time_us;
    r->events[o->n++] = e;
}

/* "start" and "complete" of a lifecycle are the beginning and the end of the activity. */
static plx_slice with_lifecycle(const reading *r, plx_slice activity, char memory[PLX_MAP_TEXT])
{
    const plx_slice step = cell(r, r->column[PLX_MAP_LIFECYCLE]);
    const bool start = plx_slice_is(step, "start");
    static const char *const paired[] = {"triage", "doctor"};
    const plx_slice word = plx_log_map_activity(r->map, activity);
    for (size_t i = 0; i < 2; i++) {
        if (!plx_slice_is(word, paired[i]) || step.n == 0) continue;
        plx_out out = plx_out_init(memory, PLX_MAP_TEXT);
        plx_out_text(&out, paired[i]);
        plx_out_text(&out, start ? "_start" : "_end");
        return plx_out_slice(&out);
    }
    return activity;
}

static bool read_long(reading *r, plx_visit_event e)
{
    char memory[PLX_MAP_TEXT];
    const plx_slice time = cell(r, r->column[PLX_MAP_TIME]);
    const plx_slice text = with_lifecycle(r, cell(r, r->column[PLX_MAP_ACTIVITY]), memory);
    if (plx_log_time(r->map->time_format, time, &e.time_us) != PLX_OK) {
        fault(r, PLX_LOG_TIME, time);
        return false;
    }
    if (!activity_of(r, text, &e)) {
        fault(r, PLX_LOG_ACTIVITY, text);
        return false;
    }
    keep(r, e);
    return true;
}

static bool read_wide(reading *r, plx_visit_event e)
{
    bool any = false;
    for (unsigned i = 0; i < r->map->wide_n; i++) {
        const plx_slice time = cell(r, r->wide[i]);
        plx_visit_event of = e;
        if (time.n == 0) continue; /* it did not happen */
        if (plx_log_time(r->map->time_format, time, &of.time_us) != PLX_OK)
            fault(r, PLX_LOG_TIME, time);
        else if (!activity_of(r, plx_slice_of(r->map->wide[i].from), &of))
            fault(r, PLX_LOG_ACTIVITY, plx_slice_of(r->map->wide[i].from));
        else {
            keep(r, of);
            any = true;
        }
    }
    return any;
}

static bool read_row(reading *r)
{
    const plx_slice id = cell(r, r->column[PLX_MAP_CASE]);
    plx_visit_event e = {.row = (uint32_t)r->csv.line};
    if (r->csv.fields_n != r->columns) {
        fault(r, PLX_LOG_SHAPE, r->csv.fields[0]);
        return false;
    }
    if (id.n == 0 && r->map->wide_n == 0) {
        fault(r, PLX_LOG_CASE, id);
        return false;
    }
    e.id = id.n ? plx_hash64(id.at, id.n, 0) : r->csv.line;
    e.acuity = acuity_of(r, cell(r, r->column[PLX_MAP_ACUITY]));
    e.disposition = disposition_of(r, cell(r, r->column[PLX_MAP_DISPOSITION]));
    return r->map->wide_n ? read_wide(r, e) : read_long(r, e);
}

/* --- the file --- */

static char delimiter_of(plx_slice text)
{
    char best = ',';
    size_t most = 0;
    const char *end = text.n ? memchr(text.at, '\n', text.n) : NULL;
    const size_t n = end ? (size_t)(end - text.at) : text.n;
    for (const char *d = ",;\t"; *d; d++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            count += text.at[i] == *d;
        if (count > most) {
            most = count;
            best = *d;
        }
    }
    return best;
}

static plx_status find_columns(reading *r, char *why, size_t why_n)
{
    const plx_log_map *m = r->map;
    plx_out out = plx_out_init(why, why_n - 1);
    for (int c = 0; c < PLX_MAP_COLUMN_N; c++)
        r->column[c] = plx_csv_column(&r->csv, m->column[c]);
    for (unsigned i = 0; i < m->wide_n; i++) {
        r->wide[i] = plx_csv_column(&r->csv, m->wide[i].to);
        if (r->wide[i] >= 0) continue;
        plx_out_text(&out, "there is no column ");
        plx_out_text(&out, m->wide[i].to);
        why[plx_out_slice(&out).n] = 0;
        return PLX_MISSING;
    }
    for (int c = 0; c <= PLX_MAP_ACTIVITY && m->wide_n == 0; c++) {
        if (r->column[c] >= 0) continue;
        plx_out_text(&out, "this is no event log: columns ");
        for (int i = 0; i <= PLX_MAP_ACTIVITY; i++) {
            plx_out_text(&out, i ? ", " : "");
            plx_out_text(&out, m->column[i]);
        }
        plx_out_text(&out, " were looked for; name yours with --map");
        why[plx_out_slice(&out).n] = 0;
        return PLX_MISSING;
    }
    return PLX_OK;
}

size_t plx_log_most(plx_slice text, const plx_log_map *map)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.at[i] == '\n' || text.at[i] == '\r';
    return lines * (map->wide_n ? map->wide_n : 1);
}

plx_status plx_log_read(plx_slice text, const plx_log_map *map, char *scratch,
                        plx_visit_event *events, plx_log_result *out, char *why, size_t why_n)
{
    static const char BOM[] = "\xEF\xBB\xBF";
    reading r = {.map = map, .events = events, .out = out};
    *out = (plx_log_result){0};
    if (text.n >= 3 && memcmp(text.at, BOM, 3) == 0) text = (plx_slice){text.at + 3, text.n - 3};
    plx_csv_init(&r.csv, text, scratch, text.n + 1);
    r.csv.separator = map->delimiter ? map->delimiter : delimiter_of(text);
    if (plx_csv_next(&r.csv) != PLX_OK)
        return plx_refuse(why, why_n, PLX_MISSING, "there is no header line");
    r.columns = r.csv.fields_n;
    PLX_TRY(find_columns(&r, why, why_n));
    for (plx_status status; (status = plx_csv_next(&r.csv)) != PLX_MISSING;) {
        if (status != PLX_OK) {
            fault(&r, PLX_LOG_SHAPE, (plx_slice){"", 0});
            out->rows++;
            out->passed++;
            break; /* the reader is at its end */
        }
        out->rows++;
        out->passed += !read_row(&r);
    }
    return PLX_OK;
}
