/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the parts of `pollux wave` share. */
#ifndef PLX_APP_WAVE_H
#define PLX_APP_WAVE_H

#include <stdio.h>

#include "edge/acquire/wfdb_record.h"

typedef struct plx_wave {
    const char *path, *from, *to, *signals, *annotations; /* as said; NULL: not said */
    bool high, physical, bare, json;
    plx_wfdb_record *record; /* NULL for an EDF file */
    plx_slice name;          /* of the record */
    double rows_per_s;
    uint64_t first, end; /* frames, or rows of an EDF file; end is behind the last one */
    uint32_t chosen[PLX_WFDB_SIGNALS_MAX], chosen_n;
    char problem[PLX_WFDB_PROBLEM_MAX];
    uint64_t steps; /* of progress */
    int64_t started_ms, shown_ms;
} plx_wave;

typedef struct plx_wave_column {
    plx_slice name, unit;
} plx_wave_column;

typedef struct plx_wave_value {
    bool valid;
    int32_t digital;
    double physical;
} plx_wave_value;

/* wave_samples.c, wave_annotations.c, wave_edf.c: exit statuses. */
int plx_wave_samples(plx_wave *w);
int plx_wave_annotations(plx_wave *w);
bool plx_wave_is_edf(const char *path);
int plx_wave_edf(plx_wave *w);

/* wave.c. The words of --from and --to into w->first and w->end; those of --signals, of signals_n,
 * into w->chosen. PLX_EXIT_OK, or PLX_EXIT_USAGE after a sentence. */
int plx_wave_read_words(plx_wave *w, double rows_per_s, uint32_t signals_n);

/* wave_table.c. columns and values: of all signals; what was chosen is printed. */
void plx_wave_put_heads(const plx_wave *w, const plx_wave_column *columns);
void plx_wave_put_row(const plx_wave *w, uint64_t number, double time_s,
                      const plx_wave_value *values);
/* Up to the first zero byte; control characters as \xNN. */
void plx_wave_put_text(FILE *to, plx_slice text);
/* A string of JSON, of 1024 bytes at most. */
void plx_wave_put_json(plx_slice text);
/* A bar on a terminal once the work takes longer than two seconds. */
void plx_wave_progress(plx_wave *w, uint64_t done, uint64_t of);
void plx_wave_progress_end(const plx_wave *w);

#endif
