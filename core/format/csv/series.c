/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/csv/series.h"

#include <math.h>

#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/format/csv/csv.h"

typedef struct reader {
    plx_csv csv;
    const plx_series_choice *choice;
    plx_series *out;
    uint32_t header_n, time_field;
    uint32_t field[PLX_CSV_FIELDS_MAX]; /* of a series */
    char *why;
    size_t why_n;
} reader;

static bool same_word(plx_slice a, const char *word)
{
    if (a.n != strlen(word)) return false;
    for (size_t i = 0; i < a.n; i++) {
        const char c = a.at[i] >= 'A' && a.at[i] <= 'Z' ? (char)(a.at[i] + 32) : a.at[i];
        if (c != word[i]) return false;
    }
    return true;
}

static bool is_missing(plx_slice s)
{
    return s.n == 0 || same_word(s, "na") || same_word(s, "nan");
}

/* At most width digits from *s, at least one; takes them. */
static bool digits(plx_slice *s, size_t width, int32_t *value)
{
    size_t n = 0;
    *value = 0;
    for (; n < width && n < s->n && s->at[n] >= '0' && s->at[n] <= '9'; n++)
        *value = *value * 10 + (s->at[n] - '0');
    s->at += n, s->n -= n;
    return n > 0;
}

static bool take(plx_slice *s, char c)
{
    if (s->n == 0 || s->at[0] != c) return false;
    s->at++, s->n--;
    return true;
}

static bool zone(plx_slice s)
{
    int32_t hour, minute = 0;
    if (s.n == 0 || (s.n == 1 && s.at[0] == 'Z')) return true;
    if (!take(&s, '+') && !take(&s, '-')) return false;
    if (!digits(&s, 2, &hour)) return false;
    take(&s, ':');
    return (s.n == 0 || digits(&s, 2, &minute)) && s.n == 0 && hour < 24 && minute < 60;
}

bool plx_series_time(plx_slice text, int64_t *time_us)
{
    plx_slice s = plx_slice_trim(text);
    plx_civil c = {0};
    int32_t fraction;
    if (!digits(&s, 4, &c.year)) return false;
    const char mark = s.n > 0 ? s.at[0] : 0;
    if ((mark != '-' && mark != '/') || !take(&s, mark) || !digits(&s, 2, &c.month)) return false;
    if (!take(&s, mark) || !digits(&s, 2, &c.day)) return false;
    if (take(&s, 'T') || take(&s, ' ')) {
        if (!digits(&s, 2, &c.hour)) return false;
        if (take(&s, ':') && !digits(&s, 2, &c.minute)) return false;
        if (take(&s, ':') && !digits(&s, 2, &c.second)) return false;
        if (take(&s, '.') && !digits(&s, 9, &fraction)) return false;
        s = plx_slice_trim(s);
    }
    if (!zone(s) || !plx_civil_valid(&c)) return false;
    *time_us = plx_time_from_civil(&c);
    return true;
}

static plx_slice without_mark(plx_slice text)
{
    if (text.n >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) text.at += 3, text.n -= 3;
    return text;
}

static size_t first_line(plx_slice text)
{
    size_t n = 0;
    while (n < text.n && text.at[n] != '\n')
        n++;
    return n;
}

static char separator_of(plx_slice text)
{
    static const char marks[] = ",;\t";
    size_t count[3] = {0}, best = 0;
    const size_t n = first_line(text);
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (text.at[i] == '"') quoted = !quoted;
        for (size_t m = 0; m < 3; m++)
            count[m] += !quoted && text.at[i] == marks[m];
    }
    for (size_t m = 1; m < 3; m++)
        if (count[m] > count[best]) best = m;
    return marks[best];
}

/* Columns at most, rows at most. */
static void count(plx_slice text, size_t *columns, size_t *rows)
{
    *columns = 1, *rows = 1;
    for (size_t i = 0; i < text.n; i++)
        *rows += text.at[i] == '\n';
    const size_t n = first_line(text);
    for (size_t i = 0; i < n; i++)
        *columns += text.at[i] == ',' || text.at[i] == ';' || text.at[i] == '\t';
    if (*columns > PLX_SERIES_COLUMNS_MAX) *columns = PLX_SERIES_COLUMNS_MAX;
}

size_t plx_series_size(plx_slice text)
{
    size_t columns, rows;
    count(text, &columns, &rows);
    return text.n + rows * (sizeof(int64_t) + columns * sizeof(double)) + 64;
}

static plx_status refuse(const reader *r, plx_status status, const char *begin, plx_slice word,
                         const char *end)
{
    plx_out out = plx_out_init(r->why, r->why_n - 1);
    plx_out_text(&out, begin);
    plx_out_slice_add(&out, word.n > 40 ? (plx_slice){word.at, 40} : word);
    plx_out_text(&out, end);
    r->why[out.n] = 0;
    return status;
}

static plx_status refuse_line(const reader *r, plx_status status)
{
    char number[24];
    plx_out out = plx_out_init(number, sizeof number);
    plx_out_u64(&out, r->csv.line);
    plx_out_text(&out, ": ");
    return refuse(r, status, "line ", plx_out_slice(&out), plx_status_text(status));
}

static plx_status find_time(reader *r)
{
    static const char *const words[] = {"time", "hour", "t", "date", "ds"};
    const char *chosen = r->choice->time_column;
    for (uint32_t i = 0; i < r->csv.fields_n; i++) {
        r->time_field = i;
        const plx_slice name = plx_slice_trim(r->csv.fields[i]);
        if (chosen && plx_slice_is(name, chosen)) return PLX_OK;
        for (size_t w = 0; !chosen && w < sizeof words / sizeof *words; w++)
            if (same_word(name, words[w])) return PLX_OK;
    }
    if (chosen)
        return refuse(r, PLX_MISSING, "no column is called ", plx_slice_of(chosen),
                      "; --time-column names the one with the time");
    return refuse(r, PLX_MISSING,
                  "no column is called time, hour, t, date or ds; --time-column names the one with "
                  "the time",
                  (plx_slice){0}, "");
}

/* The header: a log of events is another file. */
static plx_status read_header(reader *r)
{
    bool case_id = false, activity = false;
    const plx_status status = plx_csv_next(&r->csv);
    if (status == PLX_MISSING)
        return refuse(r, PLX_MISSING, "the file is empty; its first line names the columns",
                      (plx_slice){0}, "");
    if (status != PLX_OK) return refuse_line(r, status);
    r->header_n = r->csv.fields_n;
    for (uint32_t i = 0; i < r->header_n; i++) {
        case_id |= plx_slice_is(r->csv.fields[i], "case_id");
        activity |= plx_slice_is(r->csv.fields[i], "activity");
    }
    if (case_id && activity)
        return refuse(
            r, PLX_UNSUPPORTED,
            "this is a log of events (case_id, activity); a series of counts is wanted: a "
            "column of time and columns of numbers",
            (plx_slice){0}, "");
    return find_time(r);
}

/* Which columns are series: numbers and what is no number are counted in all rows. */
static plx_status choose(reader *r, const plx_slice *header)
{
    uint32_t number[PLX_CSV_FIELDS_MAX] = {0}, other[PLX_CSV_FIELDS_MAX] = {0};
    plx_csv csv = r->csv;
    plx_status status;
    while ((status = plx_csv_next(&csv)) == PLX_OK)
        for (uint32_t i = 0; i < csv.fields_n && i < r->header_n; i++) {
            plx_decimal value;
            const plx_slice cell = plx_slice_trim(csv.fields[i]);
            if (is_missing(cell)) continue;
            const bool is_number = plx_decimal_parse(cell, &value) == PLX_OK;
            number[i] += is_number;
            other[i] += !is_number;
        }
    r->csv.line = csv.line;
    if (status != PLX_MISSING) return refuse_line(r, status);
    for (uint32_t i = 0; i < r->header_n; i++) {
        bool chosen = r->choice->values == 0 && number[i] > 0 && number[i] >= other[i];
        for (size_t k = 0; k < r->choice->values; k++)
            chosen |= plx_slice_is(header[i], r->choice->value[k]);
        if (i == r->time_field || !chosen) continue;
        if (number[i] == 0) return refuse(r, PLX_MISSING, "column ", header[i], " holds no number");
        if (r->out->columns == PLX_SERIES_COLUMNS_MAX)
            return refuse(r, PLX_LIMIT, "more than 64 series; --value chooses", (plx_slice){0}, "");
        r->out->name[r->out->columns] = header[i];
        r->field[r->out->columns++] = i;
    }
    return PLX_OK;
}

static plx_status check_names(const reader *r)
{
    for (size_t k = 0; k < r->choice->values; k++) {
        bool found = false;
        for (uint32_t i = 0; i < r->out->columns; i++)
            found |= plx_slice_is(r->out->name[i], r->choice->value[k]);
        if (!found)
            return refuse(r, PLX_MISSING, "no column of numbers is called ",
                          plx_slice_of(r->choice->value[k]), "; --value takes one of the header");
    }
    if (r->out->columns == 0)
        return refuse(r, PLX_MISSING, "no column of numbers beside the time", (plx_slice){0}, "");
    return PLX_OK;
}

static void read_row(reader *r)
{
    plx_series *out = r->out;
    int64_t time_us;
    const bool wide = r->csv.fields_n > r->header_n;
    if (wide || r->time_field >= r->csv.fields_n ||
        !plx_series_time(r->csv.fields[r->time_field], &time_us)) {
        if (out->bad_rows++ == 0) out->first_bad_line = r->csv.line;
        return;
    }
    out->time_us[out->rows] = time_us;
    for (uint32_t i = 0; i < out->columns; i++) {
        plx_decimal value = {.value = (double)NAN};
        const bool there = r->field[i] < r->csv.fields_n;
        const plx_slice cell = there ? plx_slice_trim(r->csv.fields[r->field[i]]) : (plx_slice){0};
        if (!is_missing(cell) && plx_decimal_parse(cell, &value) != PLX_OK) out->bad_cells++;
        out->value[(size_t)out->rows * out->columns + i] = value.value;
    }
    out->rows++;
}

static plx_status read_all(reader *r, plx_slice text, plx_arena *arena, size_t rows_max)
{
    plx_slice header[PLX_CSV_FIELDS_MAX];
    PLX_TRY(read_header(r));
    for (uint32_t i = 0; i < r->header_n; i++)
        header[i] = plx_slice_trim(r->csv.fields[i]);
    const size_t used = (size_t)(r->csv.rest.at - text.at); /* names keep their scratch */
    r->csv.scratch += used;
    r->csv.scratch_n -= used;
    PLX_TRY(choose(r, header));
    PLX_TRY(check_names(r));
    if (rows_max > PLX_SERIES_ROWS_MAX) return refuse_line(r, PLX_LIMIT);
    r->out->time_us = plx_arena_take(arena, rows_max, sizeof(int64_t));
    r->out->value = plx_arena_take(arena, rows_max * r->out->columns, sizeof(double));
    if (!r->out->time_us || !r->out->value) return refuse_line(r, PLX_SPACE);
    while (plx_csv_next(&r->csv) == PLX_OK)
        read_row(r);
    if (r->out->rows == 0)
        return refuse(r, PLX_MISSING,
                      "no row has a time that can be read (2026-01-31 14:00, or with T)",
                      (plx_slice){0}, "");
    return PLX_OK;
}

plx_status plx_series_parse(plx_slice text, const plx_series_choice *choice, plx_arena *arena,
                            plx_series *out, char *why, size_t why_n)
{
    reader r = {.choice = choice, .why = why, .why_n = why_n};
    plx_series series = {0};
    size_t columns, rows;
    r.out = &series;
    text = without_mark(text);
    count(text, &columns, &rows);
    char *scratch = plx_arena_take(arena, text.n + 1, 1);
    if (!scratch) return refuse_line(&r, PLX_SPACE);
    plx_csv_init(&r.csv, text, scratch, text.n);
    r.csv.separator = separator_of(text);
    PLX_TRY(read_all(&r, text, arena, rows));
    *out = series;
    return PLX_OK;
}
