/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Numbers with weights: what an ensemble says whose members are not equally likely. */
#ifndef PLX_CORE_BASE_WEIGHTED_H
#define PLX_CORE_BASE_WEIGHTED_H

#include <stddef.h>

typedef struct plx_weighted {
    double value, weight; /* neither NaN; weight 0 or more */
} plx_weighted;

/* In units of the values; all NaN when no weight is over 0. */
typedef struct plx_weighted_summary {
    double mean, sd, p05, p25, p50, p75, p95;
} plx_weighted_summary;

/* Rising, equal ones in their order. scratch: (n). */
void plx_weighted_sort(plx_weighted *values, size_t n, plx_weighted *scratch);

/* share: 0..1. Each of the rising values stands at the middle of its own weight; between two of
 * them the quantile is on the line that joins them. NaN when no weight is over 0. */
double plx_weighted_quantile(const plx_weighted *sorted, size_t n, double share);

/* Values are sorted by it; sd is that of the whole, not an estimate from n - 1. scratch: (n). */
plx_weighted_summary plx_weighted_summarise(plx_weighted *values, size_t n, plx_weighted *scratch);

#endif
