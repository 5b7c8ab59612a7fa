/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Simulated counts of a department: a day's and a week's course, an excess that fades over hours,
 * and what the caller adds. */
#ifndef PLX_CORE_CENSUS_CENSUS_FOR_TEST_H
#define PLX_CORE_CENSUS_CENSUS_FOR_TEST_H

#include <math.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/census/census.h"

enum { SIMULATED_FIRST_HOUR = 24 * 19000 };

typedef struct simulated {
    double level;      /* mean count */
    double course;     /* share of it that the time of day moves */
    double keep;       /* of the excess, an hour */
    double noise;      /* sd of what joins the excess, in square roots of the count */
    double missing;    /* share of hours */
    uint32_t grows_at; /* from this hour on level and noise are half as large again */
} simulated;

static inline void simulate(const simulated *m, uint64_t seed, uint32_t hours, double *value)
{
    plx_rng rng = plx_rng_init(seed, 1);
    double excess = 0;
    for (uint32_t i = 0; i < hours; i++) {
        const double turn = 6.283185307179586 * (double)(i % 24) / 24;
        const double weekend = (i / 24) % 7 >= 5 ? 0.85 : 1;
        const double grown = m->grows_at && i >= m->grows_at ? 1.5 : 1;
        const double usual = grown * m->level * weekend * (1 - m->course * plx_cos(turn));
        excess = m->keep * excess +
                 plx_rng_normal(&rng, 0, grown * m->noise * sqrt(usual > 0.1 ? usual : 0.1));
        const double count = floor(usual + excess + 0.5);
        value[i] = count > 0 ? count : 0;
        if (plx_rng_unit(&rng) < m->missing) value[i] = (double)NAN;
    }
}

#endif
