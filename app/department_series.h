/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the commands on a census series share: the file is read, every row passes the guard, the
 * rows are laid on a grid of hours, and what is derived from each series is ready. Form of the
 * file: core/format/csv/series.h. */
#ifndef PLX_APP_DEPARTMENT_SERIES_H
#define PLX_APP_DEPARTMENT_SERIES_H

#include "app/app.h"
#include "core/census/grid.h"
#include "core/census/guard.h"
#include "core/format/csv/series.h"

typedef struct plx_department_series {
    const char *words, *file;
    bool hold; /* set before: values that the guard holds are missing; else they stay as they are */
    plx_series read;
    plx_census_guard *guard;             /* owned; it has seen all rows */
    uint32_t alarms[PLX_CENSUS_FAULT_N]; /* how often each fault began */
    plx_census_grid grid;
    plx_census_column *column; /* (read.columns) */
    char *text;                /* owned, as what follows */
    void *rows, *derived;
} plx_department_series;

/* PLX_EXIT_OK; or the exit status, with a sentence on stderr. Release it in any case. */
int plx_department_series_read(plx_department_series *s, const char *words, const char *file,
                               const plx_series_choice *choice);
void plx_department_series_release(plx_department_series *s); /* of a zeroed one, too */
/* Columns of the same department. Returns how many. */
uint32_t
plx_department_series_companions(const plx_department_series *s, uint32_t own,
                                 const plx_census_column *companion[PLX_CENSUS_COMPANIONS_MAX]);

#endif
