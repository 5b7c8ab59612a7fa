/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How a fitted model does beside the log: it is run, and what it counts stands beside what
 * happened. */
#ifndef PLX_CORE_FIT_QUALITY_H
#define PLX_CORE_FIT_QUALITY_H

#include "core/fit/fit.h"

enum { PLX_QUALITY_ROWS_MAX = 64, PLX_QUALITY_WHAT = 32 };

typedef struct plx_quality_row {
    char what[PLX_QUALITY_WHAT]; /* "los.q90", min; "census.h14", patients; "lwbs_pct" */
    double fit, log;
    double low, high; /* what chance alone makes of the log's figure, 95 %; NaN: not told */
} plx_quality_row;

/* What the engine needs. */
typedef struct plx_quality_desk {
    plx_flow_state state;
    plx_flow_histogram los, door;
    plx_sample all;
} plx_quality_desk;

/* Runs one replication of days after a week to fill up. Rows (PLX_QUALITY_ROWS_MAX); gives how
 * many; 0: the model fills beyond all bounds. */
unsigned plx_quality_run(const plx_flow_model *model, const plx_fit *log, unsigned days,
                         uint64_t seed, plx_quality_desk *desk, plx_quality_row *rows);

#endif
