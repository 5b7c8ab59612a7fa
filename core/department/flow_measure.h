/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is read off a tally, each as a ratio of two sums, so that runs are pooled by adding both. */
#ifndef PLX_CORE_DEPARTMENT_FLOW_MEASURE_H
#define PLX_CORE_DEPARTMENT_FLOW_MEASURE_H

#include "core/department/flow.h"

/* X(NAME, word, unit): of the whole department. Definitions: shared oracle ed_a.md. */
#define PLX_FLOW_MEASURE_TABLE(X)                                                                  \
    X(ARRIVALS, "arrivals_per_day", "1/d")                                                         \
    X(DEPARTED, "departed_per_day", "1/d")                                                         \
    X(LWBS, "lwbs_pct", "%")                                                                       \
    X(LOS, "los_min", "min")                                                                       \
    X(DOOR, "door_to_doctor_min", "min")                                                           \
    X(CENSUS, "census", "patients")                                                                \
    X(WAITING, "waiting_for_doctor", "patients")                                                   \
    X(BOARDING, "boarding", "patients")                                                            \
    X(BED_UTIL, "bed_util", "1")                                                                   \
    X(DOCTOR_UTIL, "doctor_util", "1")                                                             \
    X(NURSE_UTIL, "nurse_util", "1")                                                               \
    X(EVENTS, "events_per_day", "1/d")

typedef enum plx_flow_measure {
#define X(name, word, unit) PLX_FLOW_MEASURE_##name,
    PLX_FLOW_MEASURE_TABLE(X)
#undef X
        PLX_FLOW_MEASURE_CENSUS_HOUR,                            /* + hour of the day */
    PLX_FLOW_MEASURE_LWBS_A = PLX_FLOW_MEASURE_CENSUS_HOUR + 24, /* + acuity; likewise below */
    PLX_FLOW_MEASURE_LOS_A = PLX_FLOW_MEASURE_LWBS_A + PLX_FLOW_ACUITIES,
    PLX_FLOW_MEASURE_DOOR_A = PLX_FLOW_MEASURE_LOS_A + PLX_FLOW_ACUITIES,
    PLX_FLOW_MEASURE_N = PLX_FLOW_MEASURE_DOOR_A + PLX_FLOW_ACUITIES
} plx_flow_measure;

typedef struct plx_flow_ratio {
    double sum, of; /* value = sum / of; of = 0: nothing to tell */
} plx_flow_ratio;

/* "census_h07", "los_min_a3"; *unit and *n_is (what the ratio counts) may be NULL. */
void plx_flow_measure_name(plx_flow_measure measure, plx_out *out);
const char *plx_flow_measure_unit(plx_flow_measure measure);
/* Of an ended tally: measure (MEASURE_N) */
void plx_flow_measures(const plx_flow_model *model, const plx_flow_tally *tally,
                       plx_flow_ratio *measure);
/* Pooled value of n runs or batches that are alike, and the standard error of that ratio (0 for
 * n < 2); at: every stride-th of ratio. NaN when there is nothing. */
double plx_flow_ratio_pooled(const plx_flow_ratio *ratio, size_t n, size_t stride, double *se);

#endif
