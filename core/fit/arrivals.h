/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Who comes when: hourly counts -> rates of the hour of the week, how days differ, the level now.
 * Rate(t) = profile[hour of the week] x level(t) x factor of the day. */
#ifndef PLX_CORE_FIT_ARRIVALS_H
#define PLX_CORE_FIT_ARRIVALS_H

#include <stddef.h>
#include <stdint.h>

enum { PLX_ARRIVALS_WEEK_H = 168 };

typedef struct plx_arrivals {
    double rate_per_h[PLX_ARRIVALS_WEEK_H]; /* Monday 00 first */
    double day_cv;    /* of the gamma factor of a day: what Poisson does not explain; 0: nothing */
    double level_now; /* of the last weeks against the profile: scale of 28 days */
    double hour_dispersion; /* variance / mean of hourly counts beside the rates; 1: Poisson */
    double day_dispersion;  /* the same of days */
    unsigned smooth_h;      /* hours on each side that were averaged */
    double day_share;       /* of the profile that is the same each day of the week */
    uint64_t n, hours;
} plx_arrivals;

/* count (n): arrivals of each hour, the first at first_hour (hours since a Monday 00:00, any sign).
 * Smoothing is chosen by the Poisson likelihood of the last quarter under the first three (at least
 * four weeks; below that none but a day profile). */
void plx_arrivals_fit(const uint32_t *count, size_t n, int64_t first_hour, plx_arrivals *out);

#endif
