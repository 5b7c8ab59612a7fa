/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Counts durations in buckets: exact below 64 us, then 32 buckets a doubling (3 % wide). Plain
 * data; zeroed is empty. */
#ifndef PLX_EDGE_HOST_HISTOGRAM_H
#define PLX_EDGE_HOST_HISTOGRAM_H

#include <stdint.h>

enum {
    PLX_HISTOGRAM_EXACT = 64,
    PLX_HISTOGRAM_STEPS = 32,    /* buckets a doubling */
    PLX_HISTOGRAM_DOUBLINGS = 34 /* up to 2^40 us, 12 days; longer ones count as that */
};

typedef struct plx_histogram {
    uint64_t n, max_us;
    uint64_t buckets[PLX_HISTOGRAM_EXACT + PLX_HISTOGRAM_STEPS * PLX_HISTOGRAM_DOUBLINGS];
} plx_histogram;

void plx_histogram_add(plx_histogram *h, uint64_t us);
/* The upper edge of the bucket in which the quantile q (0..1) lies, never above the largest value;
 * 0 when empty. */
uint64_t plx_histogram_quantile(const plx_histogram *h, double q);

#endif
