/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the two files of the guard share. */
#ifndef PLX_CORE_CENSUS_GUARD_INNER_H
#define PLX_CORE_CENSUS_GUARD_INNER_H

#include "core/census/guard.h"

/* Of a time: hours since 1970-01-01T00. */
int64_t plx_census_guard_hour(int64_t time_us);
/* Place of an hour in a cycle of so many. */
uint32_t plx_census_guard_slot(int64_t hour, uint32_t cycle);
/* NaN adds nothing. */
void plx_census_mean_add(plx_census_mean *m, double x);
/* The hours after g->hour up to this one begin: histories take what is a day old. */
void plx_census_guard_turn(plx_census_guard *g, int64_t hour);
/* Which columns have moved, now that a row has come. */
void plx_census_guard_shift(plx_census_guard *g);

#endif
