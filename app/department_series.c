/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/department_series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const plx_department_series *s, const char *sentence, const char *detail)
{
    return plx_app_fail(PLX_EXIT_WORLD, s->words, sentence, detail);
}

/* Rows that were passed over are told; too many of them are no series. */
static int judge_rows(const plx_department_series *s)
{
    const plx_series *r = &s->read;
    char text[160];
    if (r->bad_rows == 0 && r->bad_cells == 0) return PLX_EXIT_OK;
    snprintf(text, sizeof text,
             "%u of %u rows without a time that can be read, the first in line %llu; %u cells that "
             "are no number",
             r->bad_rows, r->rows + r->bad_rows, (unsigned long long)r->first_bad_line,
             r->bad_cells);
    if (5 * (uint64_t)r->bad_rows > r->rows + (uint64_t)r->bad_rows)
        return fail(s, "more than a fifth of the rows cannot be used", text);
    fprintf(stderr, "pollux %s: passed over: %s\n", s->words, text);
    return PLX_EXIT_OK;
}

static int read_text(plx_department_series *s, const plx_series_choice *choice)
{
    char why[PLX_SERIES_WHY_MAX];
    size_t n = 0;
    if (plx_app_read_file(s->file, &s->text, &n) != PLX_OK)
        return fail(s, "this file cannot be read", s->file);
    const plx_slice text = {s->text, n};
    const size_t size = plx_series_size(text);
    s->rows = malloc(size);
    if (!s->rows) return fail(s, "no memory left; the file is too large", s->file);
    plx_arena arena = plx_arena_init(s->rows, size);
    const plx_status status = plx_series_parse(text, choice, &arena, &s->read, why, sizeof why);
    if (status == PLX_OK) return judge_rows(s);
    const bool wrong_kind = status == PLX_UNSUPPORTED || status == PLX_MISSING;
    return plx_app_fail(wrong_kind ? PLX_EXIT_USAGE : PLX_EXIT_WORLD, s->words, s->file, why);
}

/* In the order of the file. */
static int pass_guard(plx_department_series *s)
{
    plx_series *r = &s->read;
    uint32_t department[PLX_SERIES_COLUMNS_MAX];
    double accepted[PLX_SERIES_COLUMNS_MAX];
    plx_census_fault before = PLX_CENSUS_SOUND;
    s->guard = malloc(sizeof *s->guard);
    if (!s->guard) return fail(s, "no memory left", NULL);
    plx_census_departments(r->name, r->columns, department);
    plx_census_guard_begin(s->guard, r->columns, department);
    for (uint32_t i = 0; i < r->rows; i++) {
        double *value = r->value + (size_t)i * r->columns;
        plx_census_guard_row(s->guard, r->time_us[i], value, accepted);
        if (s->hold) memcpy(value, accepted, r->columns * sizeof *value);
        const plx_census_fault fault = plx_census_guard_judge(s->guard, PLX_TIME_NONE, NULL);
        s->alarms[fault] += fault != before;
        before = fault;
    }
    return PLX_EXIT_OK;
}

static int lay_out(plx_department_series *s)
{
    const plx_census_rows rows = {s->read.time_us, s->read.value, s->read.rows, s->read.columns};
    if (plx_census_grid_span(&rows, &s->grid) != PLX_OK)
        return fail(s, "the times lie more than thirty years apart; look at the first and the last",
                    s->file);
    const size_t hours = s->grid.hours, columns = s->read.columns;
    const size_t each = plx_census_column_size(s->grid.hours);
    s->column = calloc(columns, sizeof *s->column);
    s->derived = malloc(columns * (hours * sizeof(double) + each) + hours * sizeof(int64_t));
    if (!s->column || !s->derived) return fail(s, "no memory left; choose with --value", NULL);
    double *value = s->derived;
    int64_t *newest = (int64_t *)(value + columns * hours);
    char *memory = (char *)(newest + hours);
    plx_census_grid_fill(&rows, &s->grid, value, newest);
    for (size_t i = 0; i < columns; i++) {
        plx_census_column_begin(&s->column[i], value + i * hours, s->grid.first_hour, s->grid.hours,
                                memory + i * each);
        plx_census_column_advance(&s->column[i], s->grid.hours);
    }
    return PLX_EXIT_OK;
}

int plx_department_series_read(plx_department_series *s, const char *words, const char *file,
                               const plx_series_choice *choice)
{
    s->words = words;
    s->file = file;
    int status = read_text(s, choice);
    if (status == PLX_EXIT_OK) status = pass_guard(s);
    return status == PLX_EXIT_OK ? lay_out(s) : status;
}

void plx_department_series_release(plx_department_series *s)
{
    free(s->text);
    free(s->rows);
    free(s->guard);
    free(s->column);
    free(s->derived);
}

uint32_t
plx_department_series_companions(const plx_department_series *s, uint32_t own,
                                 const plx_census_column *companion[PLX_CENSUS_COMPANIONS_MAX])
{
    uint32_t index[PLX_CENSUS_COMPANIONS_MAX];
    const uint32_t n = plx_census_companions(s->read.name, s->read.columns, own, index);
    for (uint32_t i = 0; i < n; i++)
        companion[i] = &s->column[index[i]];
    return n;
}
