/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is derived from one series: profiles ahead of what is known, excess over them. */
#include <math.h>

#include "core/census/census.h"

enum {
    DAY_H = 24,
    WEEK_H = 168,
    PROFILE_WEEKS = 8,  /* the baselines of the specification need these two */
    YEAR_WEEKS = 52,    /* and the reference forecaster these */
    DAYS = 56,          /* */
    DAY_EXCESS_N = 12,  /* values at least */
    WEEK_EXCESS_N = 80, /* */
    EPOCH_WEEKDAY = 3,  /* 1970-01-01 was a Thursday */
};
static const double WEEK_FADE = 0.97;

size_t plx_census_column_size(uint32_t hours_max)
{
    return (3 * ((size_t)hours_max + PLX_CENSUS_LEAD_H) + 3 * (size_t)hours_max) * sizeof(double);
}

void plx_census_column_begin(plx_census_column *c, const double *value, int64_t first_hour,
                             uint32_t hours_max, void *memory)
{
    PLX_ASSERT(hours_max >= 1 && hours_max <= PLX_CENSUS_HOURS_MAX);
    double *at = memory;
    const size_t ahead = (size_t)hours_max + PLX_CENSUS_LEAD_H;
    *c = (plx_census_column){.value = value,
                             .first_hour = first_hour,
                             .hours_max = hours_max,
                             .first_fraction = UINT32_MAX,
                             .profile = at,
                             .year = at + ahead,
                             .day = at + 2 * ahead,
                             .excess = at + 3 * ahead,
                             .day_excess = at + 3 * ahead + hours_max,
                             .week_excess = at + 3 * ahead + 2 * (size_t)hours_max};
}

/* Mean of the finite among value[i - step], [i - 2 step] ...: n of them, the k-th with weight
 * fade^(k-1); NaN when there is none. All lie at or before the last known hour. */
static double mean_before(const plx_census_column *c, uint32_t i, uint32_t step, uint32_t n,
                          double fade)
{
    double sum = 0, weights = 0, weight = 1;
    for (uint32_t k = 1; k <= n && i >= k * step; k++, weight *= fade) {
        const uint32_t j = i - k * step;
        if (j >= c->known || isnan(c->value[j])) continue;
        sum += weight * c->value[j];
        weights += weight;
    }
    return weights > 0 ? sum / weights : (double)NAN;
}

static double mean_excess(const plx_census_column *c, uint32_t i, uint32_t hours, uint32_t least)
{
    double sum = 0;
    uint32_t n = 0;
    for (uint32_t k = 0; k < hours && k <= i; k++) {
        const double x = c->value[i - k] - c->profile[i - k];
        if (isnan(x)) continue;
        sum += x;
        n++;
    }
    return n >= least ? sum / n : 0;
}

static double carried_excess(const plx_census_column *c, uint32_t i)
{
    for (uint32_t k = 0; k <= PLX_CENSUS_CARRY_H && k <= i; k++) {
        const double x = c->value[i - k] - c->profile[i - k];
        if (!isnan(x)) return x;
    }
    return (double)NAN;
}

/* An hour ahead of the known ones has its profiles as soon as all hours that they average over
 * are known: a day before it. The hour after the farthest target needs its profile of weeks only;
 * its profile of days is replaced when it is. */
static void profiles(plx_census_column *c, uint32_t i)
{
    c->profile[i] = mean_before(c, i, WEEK_H, PROFILE_WEEKS, 1);
    c->year[i] = mean_before(c, i, WEEK_H, YEAR_WEEKS, WEEK_FADE);
    c->day[i] = mean_before(c, i, DAY_H, DAYS, 1);
}

void plx_census_column_advance(plx_census_column *c, uint32_t known)
{
    PLX_ASSERT(known >= c->known && known <= c->hours_max);
    const uint32_t from = c->known;
    const uint32_t again = c->ahead > 0 ? c->ahead - 1 : 0;
    c->known = known;
    c->ahead = known + DAY_H + 1;
    for (uint32_t i = again; i < c->ahead; i++)
        profiles(c, i);
    for (uint32_t i = from; i < known; i++) {
        if (c->first_fraction == UINT32_MAX && !isnan(c->value[i]) &&
            c->value[i] != floor(c->value[i]))
            c->first_fraction = i;
        c->excess[i] = carried_excess(c, i);
        c->day_excess[i] = mean_excess(c, i, DAY_H, DAY_EXCESS_N);
        c->week_excess[i] = mean_excess(c, i, WEEK_H, WEEK_EXCESS_N);
    }
}

uint32_t plx_census_hour_of_day(const plx_census_column *c, uint32_t i)
{
    const int64_t hour = (c->first_hour + i) % DAY_H;
    return (uint32_t)(hour < 0 ? hour + DAY_H : hour);
}

uint32_t plx_census_weekday(const plx_census_column *c, uint32_t i)
{
    const int64_t hour = c->first_hour + i - plx_census_hour_of_day(c, i);
    const int64_t day = (hour / DAY_H + EPOCH_WEEKDAY) % 7;
    return (uint32_t)(day < 0 ? day + 7 : day);
}
