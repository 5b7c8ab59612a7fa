/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/rng.h"

#include "core/base/mathx.h"
#include "core/base/status.h"

__extension__ typedef unsigned __int128 u128;

plx_rng plx_rng_init(uint64_t seed, uint64_t stream)
{
    return (plx_rng){plx_rng_at(plx_rng_mix(seed), stream), 0};
}

uint64_t plx_rng_u64(plx_rng *rng)
{
    rng->counter++;
    return plx_rng_at(rng->key, rng->counter);
}

uint64_t plx_rng_below(plx_rng *rng, uint64_t n)
{
    PLX_ASSERT(n > 0);
    /* The upper half of draw x n is uniform once the lowest 2^64 mod n lower halves are drawn
     * again (Lemire 2019, "Fast random integer generation in an interval"). */
    u128 product = (u128)plx_rng_u64(rng) * n;
    if ((uint64_t)product < n) {
        const uint64_t biased = (0 - n) % n;
        while ((uint64_t)product < biased)
            product = (u128)plx_rng_u64(rng) * n;
    }
    return (uint64_t)(product >> 64);
}

double plx_rng_unit(plx_rng *rng)
{
    /* Odd multiples of 2^-53: exact, symmetric about 1/2, never 0 or 1. */
    return (double)(int64_t)(plx_rng_u64(rng) >> 11 | 1) * 0x1p-53;
}

double plx_rng_exponential(plx_rng *rng, double mean)
{
    return -mean * plx_log(plx_rng_unit(rng));
}

double plx_rng_normal(plx_rng *rng, double mean, double sd)
{
    return mean + sd * plx_normal_quantile(plx_rng_unit(rng));
}
