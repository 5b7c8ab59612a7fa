/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A table of numbers by time: `time,value[,value2...]`, one row a reading, in any order.
 *
 * Bytes with or without a byte order mark; the separator is the one of , ; and tab that the header
 * has most of; RFC 4180 quotes. The column of time is the first one called time, hour, t, date or
 * ds in any case of letters, or the one that the caller names. Every other column in which at least
 * half of what is written is a number is a series, or those that the caller names. Empty, NA and
 * nan are missing; so is what is no number, and it is counted.
 *
 * Time: YYYY-MM-DD or YYYY/MM/DD, then nothing, or a blank or T and h, h:mm, h:mm:ss or
 * h:mm:ss.f; a zone (Z, +hh:mm, +hhmm) may follow and is not applied: the hour of the day is the
 * one that is written. A row whose time cannot be read, or with more fields than the header, is
 * passed over and counted. */
#ifndef PLX_CORE_FORMAT_SERIES_H
#define PLX_CORE_FORMAT_SERIES_H

#include "core/base/arena.h"
#include "core/base/slice.h"

enum {
    PLX_SERIES_COLUMNS_MAX = 64,
    PLX_SERIES_NAMES_MAX = 8, /* that a caller can choose */
    PLX_SERIES_ROWS_MAX = 1 << 22,
    PLX_SERIES_WHY_MAX = 200,
};

typedef struct plx_series_choice {
    const char *time_column; /* NULL: the first that is called so */
    const char *const *value;
    size_t values; /* 0: every numeric column; at most PLX_SERIES_NAMES_MAX */
} plx_series_choice;

typedef struct plx_series {
    uint32_t rows, columns;
    plx_slice name[PLX_SERIES_COLUMNS_MAX]; /* in the text or in the arena */
    int64_t *time_us;                       /* (rows) of the wall clock, in the order of the file */
    double *value;                          /* (rows x columns), NaN: missing */
    uint32_t bad_rows, bad_cells;
    uint64_t first_bad_line; /* of the rows passed over; 0: none */
} plx_series;

/* Bytes of the arena that the text needs at most. */
size_t plx_series_size(plx_slice text);
/* PLX_MISSING: no such column, no row; PLX_UNSUPPORTED: an event log; PLX_SYNTAX, PLX_LIMIT: as
 * plx_csv_next, or too many columns or rows; PLX_SPACE. why says it in a sentence. */
PLX_MUST_CHECK plx_status plx_series_parse(plx_slice text, const plx_series_choice *choice,
                                           plx_arena *arena, plx_series *out, char *why,
                                           size_t why_n);
/* Time as above; false: it is none. */
bool plx_series_time(plx_slice text, int64_t *time_us);

#endif
