/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/host/histogram.h"

enum { EXACT_BITS = 6, STEP_BITS = 5 };

static uint32_t bucket_of(uint64_t us)
{
    const uint64_t last = (UINT64_C(1) << (EXACT_BITS + PLX_HISTOGRAM_DOUBLINGS)) - 1;
    if (us < PLX_HISTOGRAM_EXACT) return (uint32_t)us;
    if (us > last) us = last;
    uint32_t top = 63 - (uint32_t)__builtin_clzll(us); /* highest bit, from EXACT_BITS on */
    uint32_t step = (uint32_t)(us >> (top - STEP_BITS)) & (PLX_HISTOGRAM_STEPS - 1);
    return PLX_HISTOGRAM_EXACT + (top - EXACT_BITS) * PLX_HISTOGRAM_STEPS + step;
}

static uint64_t upper_edge(uint32_t bucket)
{
    if (bucket < PLX_HISTOGRAM_EXACT) return bucket;
    uint32_t top = EXACT_BITS + (bucket - PLX_HISTOGRAM_EXACT) / PLX_HISTOGRAM_STEPS;
    uint64_t step = (bucket - PLX_HISTOGRAM_EXACT) % PLX_HISTOGRAM_STEPS;
    return ((PLX_HISTOGRAM_STEPS + step + 1) << (top - STEP_BITS)) - 1;
}

void plx_histogram_add(plx_histogram *h, uint64_t us)
{
    h->n++;
    if (us > h->max_us) h->max_us = us;
    h->buckets[bucket_of(us)]++;
}

uint64_t plx_histogram_quantile(const plx_histogram *h, double q)
{
    if (h->n == 0) return 0;
    double wanted = q * (double)h->n;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < sizeof h->buckets / sizeof h->buckets[0]; i++) {
        seen += h->buckets[i];
        if (seen == 0 || (double)seen < wanted) continue;
        uint64_t edge_us = upper_edge(i);
        return edge_us < h->max_us ? edge_us : h->max_us;
    }
    return h->max_us;
}
