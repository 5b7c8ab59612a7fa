/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/fit/map.h"

#include <string.h>

static const char *const keys[PLX_MAP_COLUMN_N] = {
#define X(name, key) key,
    PLX_MAP_COLUMN_TABLE(X)
#undef X
};

static bool copy(char out[PLX_MAP_TEXT], plx_slice text)
{
    if (text.n >= PLX_MAP_TEXT) return false;
    memcpy(out, text.at, text.n);
    out[text.n] = 0;
    return true;
}

void plx_log_map_begin(plx_log_map *m)
{
    *m = (plx_log_map){0};
    for (int c = 0; c < PLX_MAP_COLUMN_N; c++)
        (void)copy(m->column[c], plx_slice_of(keys[c]));
}

/* --- shipped --- */

typedef struct entry {
    const char *group, *key, *value;
} entry;

/* Mannhardt & Blinde 2017, "Analyzing the trajectories of patients with sepsis using process
 * mining", doi 10.4121/uuid:915d2bfb-7e84-49ad-a286-dc35f063a460. */
static const entry sepsis[] = {
    {"", "delimiter", ";"},
    {"", "time_format", "%Y/%m/%d %H:%M:%S.%f"},
    {"", "calendar", "shifted"},
    {"columns", "case_id", "Case ID"},
    {"columns", "time", "Complete Timestamp"},
    {"columns", "activity", "Activity"},
    {"columns", "resource", "org:group"},
    {"activities", "ER Registration", "arrival"},
    {"activities", "ER Triage", "triage_end"},
    {"activities", "ER Sepsis Triage", "treatment"},
    {"activities", "Leucocytes", "result_lab"},
    {"activities", "CRP", "result_lab"},
    {"activities", "LacticAcid", "result_lab"},
    {"activities", "IV *", "treatment"},
    {"activities", "Admission NC", "depart/admit"},
    {"activities", "Admission IC", "depart/icu"},
    {"activities", "Release *", "ignore"},
    {"activities", "Return ER", "ignore"},
};

/* IEEE 1849, names of its standard extensions. */
static const entry xes[] = {
    {"columns", "case_id", "case:concept:name"},
    {"columns", "activity", "concept:name"},
    {"columns", "time", "time:timestamp"},
    {"columns", "resource", "org:resource"},
    {"columns", "lifecycle", "lifecycle:transition"},
};

plx_status plx_log_map_named(plx_log_map *m, const char *name)
{
    const bool is_sepsis = strcmp(name, "sepsis") == 0;
    if (!is_sepsis && strcmp(name, "xes") != 0) return PLX_MISSING;
    const entry *list = is_sepsis ? sepsis : xes;
    const size_t n = is_sepsis ? sizeof sepsis / sizeof *sepsis : sizeof xes / sizeof *xes;
    char why[PLX_MAP_WHY_MAX];
    plx_log_map_begin(m);
    for (size_t i = 0; i < n; i++)
        PLX_ASSERT(plx_log_map_set(m, plx_slice_of(list[i].group), plx_slice_of(list[i].key),
                                   plx_slice_of(list[i].value), why, sizeof why) == PLX_OK);
    return PLX_OK;
}

/* --- one entry --- */

static plx_status refuse(char *why, size_t why_n, const char *sentence)
{
    return plx_refuse(why, why_n, PLX_CONFIG, sentence);
}

static plx_status set_top(plx_log_map *m, plx_slice key, plx_slice value, char *why, size_t why_n)
{
    if (plx_slice_is(key, "delimiter")) {
        if (value.n != 1 || !strchr(",;\t|", value.at[0]))
            return refuse(why, why_n, "delimiter is one of , ; | and a tab");
        m->delimiter = value.at[0];
    } else if (plx_slice_is(key, "time_format")) {
        if (!copy(m->time_format, value))
            return refuse(why, why_n, "time_format has at most 63 characters");
    } else if (plx_slice_is(key, "calendar")) {
        m->shifted = plx_slice_is(value, "shifted");
        if (!m->shifted && !plx_slice_is(value, "real"))
            return refuse(why, why_n, "calendar is real or shifted");
    } else {
        return refuse(why, why_n,
                      "a mapping knows delimiter, time_format, calendar, columns, activities, "
                      "acuity and wide");
    }
    return PLX_OK;
}

static plx_status set_column(plx_log_map *m, plx_slice key, plx_slice value, char *why,
                             size_t why_n)
{
    for (int c = 0; c < PLX_MAP_COLUMN_N; c++)
        if (plx_slice_is(key, keys[c]))
            return copy(m->column[c], value)
                       ? PLX_OK
                       : refuse(why, why_n, "the name of a column has at most 63 bytes");
    return refuse(
        why, why_n,
        "columns are case_id, time, activity, acuity, disposition, resource, location and "
        "lifecycle");
}

static plx_status add_word(plx_map_word *words, unsigned *n, plx_slice key, plx_slice value,
                           char *why, size_t why_n)
{
    if (*n == PLX_MAP_WORDS) return refuse(why, why_n, "a mapping has at most 128 words of a kind");
    if (!copy(words[*n].from, key) || !copy(words[*n].to, value))
        return refuse(why, why_n, "a word of a mapping has at most 63 bytes");
    ++*n;
    return PLX_OK;
}

plx_status plx_log_map_set(plx_log_map *m, plx_slice group, plx_slice key, plx_slice value,
                           char *why, size_t why_n)
{
    if (group.n == 0) return set_top(m, key, value, why, why_n);
    if (plx_slice_is(group, "columns")) return set_column(m, key, value, why, why_n);
    if (plx_slice_is(group, "activities"))
        return add_word(m->activity, &m->activity_n, key, value, why, why_n);
    if (plx_slice_is(group, "acuity"))
        return add_word(m->acuity, &m->acuity_n, key, value, why, why_n);
    if (plx_slice_is(group, "wide")) return add_word(m->wide, &m->wide_n, key, value, why, why_n);
    return refuse(why, why_n, "a mapping has the parts columns, activities, acuity and wide");
}

static plx_slice look_up(const plx_map_word *words, unsigned n, plx_slice text)
{
    for (unsigned i = 0; i < n; i++) {
        const plx_slice from = plx_slice_of(words[i].from);
        const bool open = from.n > 0 && from.at[from.n - 1] == '*';
        const bool hit = open ? text.n >= from.n - 1 && memcmp(text.at, from.at, from.n - 1) == 0
                              : plx_slice_equal(text, from);
        if (hit) return plx_slice_of(words[i].to);
    }
    return text;
}

plx_slice plx_log_map_activity(const plx_log_map *m, plx_slice text)
{
    return look_up(m->activity, m->activity_n, text);
}

plx_slice plx_log_map_acuity(const plx_log_map *m, plx_slice text)
{
    return look_up(m->acuity, m->acuity_n, text);
}

/* --- times --- */

#define MONDAY_US (4 * PLX_DAY_US) /* 1970-01-05 */

/* Up to `most` digits; how many there were. */
static size_t digits(plx_slice *text, size_t most, int32_t *out)
{
    size_t n = 0;
    *out = 0;
    for (; n < most && n < text->n && text->at[n] >= '0' && text->at[n] <= '9'; n++)
        *out = *out * 10 + (text->at[n] - '0');
    text->at += n;
    text->n -= n;
    return n;
}

static bool fraction(plx_slice *text, int32_t *microsecond)
{
    size_t n = digits(text, 6, microsecond);
    const bool any = n > 0;
    for (; n < 6; n++)
        *microsecond *= 10;
    while (text->n > 0 && text->at[0] >= '0' && text->at[0] <= '9') {
        text->at++;
        text->n--;
    }
    return any;
}

static bool field(plx_slice *text, char what, plx_civil *c)
{
    int32_t *const to = what == 'Y'   ? &c->year
                        : what == 'm' ? &c->month
                        : what == 'd' ? &c->day
                        : what == 'H' ? &c->hour
                        : what == 'M' ? &c->minute
                        : what == 'S' ? &c->second
                                      : NULL;
    if (what == 'f') return fraction(text, &c->microsecond);
    if (!to) return false;
    const size_t n = digits(text, what == 'Y' ? 4 : 2, to);
    return what == 'Y' ? n == 4 : n > 0;
}

static bool plain(plx_slice *text, char expected)
{
    if (text->n == 0 || text->at[0] != expected) return false;
    text->at++;
    text->n--;
    return true;
}

static bool by_format(const char *format, plx_slice *text, plx_civil *c)
{
    for (; *format; format++) {
        const bool is_field = format[0] == '%' && format[1] != 0;
        if (is_field ? !field(text, *++format, c) : !plain(text, *format)) return false;
    }
    return true;
}

/* YYYY-MM-DD, T or a blank, HH:MM[:SS[.f]], then anything that looks like a zone. */
static bool by_iso(plx_slice *text, plx_civil *c)
{
    if (!by_format("%Y-%m-%d", text, c) || text->n == 0) return false;
    if (text->at[0] != 'T' && text->at[0] != ' ') return false;
    text->at++;
    text->n--;
    if (!by_format("%H:%M", text, c)) return false;
    if (text->n > 0 && text->at[0] == ':' && !by_format(":%S", text, c)) return false;
    if (text->n > 0 && text->at[0] == '.' && !by_format(".%f", text, c)) return false;
    return text->n == 0 || text->at[0] == 'Z' || text->at[0] == '+' || text->at[0] == '-';
}

plx_status plx_log_time(const char *format, plx_slice text, int64_t *time_us)
{
    plx_civil c = {0};
    const bool read = format[0] ? by_format(format, &text, &c) : by_iso(&text, &c);
    if (!read || !plx_civil_valid(&c)) return PLX_SYNTAX;
    *time_us = plx_time_from_civil(&c) - MONDAY_US;
    return PLX_OK;
}
