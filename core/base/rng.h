/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Counter generator: the n-th number of a stream is a pure function of (seed, stream, n), so a run
 * is the same with any number of workers. With SplitMix64's finaliser as mix (Steele, Lea & Flood
 * 2014, "Fast splittable pseudorandom number generators") and G = 0x9e3779b97f4a7c15: key =
 * mix(mix(seed) + G stream), n-th number (from 1) = mix(key + G n). */
#ifndef PLX_CORE_BASE_RNG_H
#define PLX_CORE_BASE_RNG_H

#include <stdint.h>

typedef struct plx_rng {
    uint64_t key;     /* from seed and stream */
    uint64_t counter; /* numbers drawn so far */
} plx_rng;

static inline uint64_t plx_rng_mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* The n-th number (from 1) of the stream with this key, without a generator. */
static inline uint64_t plx_rng_at(uint64_t key, uint64_t n)
{
    return plx_rng_mix(key + UINT64_C(0x9e3779b97f4a7c15) * n);
}

plx_rng plx_rng_init(uint64_t seed, uint64_t stream);
uint64_t plx_rng_u64(plx_rng *rng);
/* Uniform in 0..n-1 without bias; n > 0. */
uint64_t plx_rng_below(plx_rng *rng, uint64_t n);
/* Uniform in (0, 1): an odd multiple of 2^-53, so never 0, never 1. One number of the stream. */
double plx_rng_unit(plx_rng *rng);
/* By inversion, so one number of the stream each. mean > 0, sd >= 0. */
double plx_rng_exponential(plx_rng *rng, double mean);
double plx_rng_normal(plx_rng *rng, double mean, double sd);

#endif
