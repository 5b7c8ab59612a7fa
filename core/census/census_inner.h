/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the files of the census model share. */
#ifndef PLX_CORE_CENSUS_CENSUS_INNER_H
#define PLX_CORE_CENSUS_CENSUS_INNER_H

#include "core/census/census.h"

/* Ridge regression (census_ridge.c). n: features in use. */
void plx_census_sums_forget(plx_census_sums *s, uint32_t n, double factor);
void plx_census_sums_add(plx_census_sums *s, uint32_t n, const double *feature, double y,
                         double weight);
void plx_census_sums_merge(plx_census_sums *s, uint32_t n, const plx_census_sums *other,
                           double weight);
/* Minimum of sum w (y - b f)^2 + penalty sum_j ms_j (b_j - towards_j)^2, ms_j the mean square of
 * feature j; a feature that was always 0 keeps towards_j. towards NULL: 0. */
void plx_census_sums_solve(const plx_census_sums *s, uint32_t n, double penalty,
                           const double *towards, double *coefficient);

/* The law around a centre (census_spread.c). */
typedef struct plx_census_moment {
    double centre, profile; /* of the target; profile may be NaN */
    double excess;          /* now */
    double turn;            /* change in the last hour beyond the profile's; NaN: not known */
    double widen;           /* >= 1: for what a short history does not show */
    uint32_t hour;          /* of the day, of the target */
    bool weekend, whole;
    bool solve; /* the regression of the scale is due */
} plx_census_moment;
void plx_census_spread_begin(plx_census_spread *s);
void plx_census_spread_learn(plx_census_spread *s, const plx_census_issued *made, uint32_t hour,
                             double truth);
void plx_census_spread_law(plx_census_spread *s, const plx_census_moment *at,
                           plx_census_issued *made, plx_census_forecast *out);

#endif
