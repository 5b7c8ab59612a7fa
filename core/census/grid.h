/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Rows of readings become series on a full grid of hours: the time is rounded down to the hour; of
 * several rows in an hour the latest counts (of two with one time the later row); an hour without a
 * row is missing, and stays so. */
#ifndef PLX_CORE_CENSUS_GRID_H
#define PLX_CORE_CENSUS_GRID_H

#include "core/base/slice.h"
#include "core/census/census.h"

typedef struct plx_census_rows {
    const int64_t *time_us; /* (rows) of the wall clock, any order, borrowed */
    const double *value;    /* (rows x columns), NaN: missing, borrowed */
    uint32_t rows, columns;
} plx_census_rows;

typedef struct plx_census_grid {
    int64_t first_hour; /* since 1970-01-01T00 of the wall clock */
    uint32_t hours;
} plx_census_grid;

/* Where the rows lie. PLX_MISSING: no row; PLX_LIMIT: more than PLX_CENSUS_HOURS_MAX apart. */
PLX_MUST_CHECK plx_status plx_census_grid_span(const plx_census_rows *rows, plx_census_grid *out);
/* value: (columns x hours) to fill; newest: (hours), scratch. */
void plx_census_grid_fill(const plx_census_rows *rows, const plx_census_grid *grid, double *value,
                          int64_t *newest);

/* Series of the same department, by their names: those that share all but the last words of its
 * name (JGH_total, JGH_waiting, JGH_stretcher_pct), or all but the first ones (total_JGH); when
 * names are single words, all others of a small file. Never more than PLX_CENSUS_COMPANIONS_MAX: a
 * part of a name that more share names no department. Returns how many; index: their columns. */
uint32_t plx_census_companions(const plx_slice *name, uint32_t columns, uint32_t own,
                               uint32_t index[PLX_CENSUS_COMPANIONS_MAX]);

/* A number for each column, the same for series of one department: department (columns). */
void plx_census_departments(const plx_slice *name, uint32_t columns, uint32_t *department);

#endif
