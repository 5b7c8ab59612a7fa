/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the parts of `pollux wave` share. */
#ifndef PLX_APP_WAVE_H
#define PLX_APP_WAVE_H

#include <stdio.h>

#include "edge/acquire/wfdb_record.h"

typedef struct plx_wave {
    const char *path, *from, *to, *signals, *annotations; /* as said; NULL: not said */
    bool high, physical, bare;
    plx_wfdb_record *record;
    uint64_t first, end; /* frames; end is behind the last one */
    uint32_t chosen[PLX_WFDB_SIGNALS_MAX], chosen_n;
    char problem[PLX_WFDB_PROBLEM_MAX];
} plx_wave;

/* Exit statuses. */
int plx_wave_samples(plx_wave *w);
int plx_wave_annotations(plx_wave *w);
/* Up to the first zero byte; control characters as \xNN. */
void plx_wave_put_text(FILE *to, plx_slice text);

#endif
