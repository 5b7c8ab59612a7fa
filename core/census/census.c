/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The centre of a forecast: features of the hours before, a regression for each hour of the day. */
#include "core/census/census.h"

#include <math.h>
#include <string.h>

#include "core/census/census_inner.h"

enum {
    HOURS = 24,
    WEEK_H = 168,
    F = PLX_CENSUS_FEATURES,
    REGRESSION_PAIRS = 14 * HOURS, /* with fewer the profile stands alone */
    SCALE_EVERY_H = 6,
    SATURDAY = 5,
};

/* Priors of structure, see census_spread.c. */
static const double FORGET = 0.998;     /* a day, of an hour's pairs */
static const double NEIGHBOUR = 0.5;    /* weight of the pairs of the hours beside */
static const double PENALTY_ALL = 20;   /* pairs' worth towards 0, of the regression of all hours */
static const double PENALTY_HOUR = 200; /* towards all hours, of the one of an hour */
static const double ROBUST = 3;         /* errors beyond so many scales weigh less */
static const double GAPS_SHARE = 0.2;   /* of a week, as the guard */
static const double EXCESS_KEEP = 0.9;  /* an hour, where nothing is learnt yet */

const char *plx_census_rung_name(plx_census_rung rung)
{
    static const char *const names[] = {"none", "persistence", "profile", "regression"};
    return names[rung];
}

void plx_census_learner_begin(plx_census_learner *l, uint32_t horizon_h,
                              const plx_census_column *own,
                              const plx_census_column *const *companion, uint32_t companions)
{
    PLX_ASSERT(horizon_h >= 1 && horizon_h <= PLX_CENSUS_HORIZON_H_MAX);
    memset(l, 0, sizeof *l);
    l->horizon_h = horizon_h;
    l->own = own;
    for (uint32_t i = 0; i < companions && l->companions < PLX_CENSUS_COMPANIONS_MAX; i++)
        l->companion[l->companions++] = companion[i];
    plx_census_spread_begin(&l->spread);
}

static double number(double x)
{
    return isnan(x) ? 0 : x;
}

/* From an array of a column; 0 before its begin and where it is not known. */
static double back(const double *array, uint32_t t, uint32_t hours)
{
    return hours > t ? 0 : number(array[t - hours]);
}

/* What the hours beside say of a profile, which eight weeks leave uneven. */
static double unevenness(const plx_census_column *c, uint32_t i)
{
    return i == 0 ? 0 : number((c->profile[i - 1] + c->profile[i + 1]) / 2 - c->profile[i]);
}

/* A feature that is not known is 0. Nothing after t is read but profiles. */
static void features(const plx_census_learner *l, uint32_t t, double *f)
{
    const plx_census_column *c = l->own;
    const uint32_t h = l->horizon_h, s = t + h;
    const double excess = number(c->excess[t]);
    const double level = number(fabs(c->profile[s])), year = number(c->year[s]);
    const double bent = excess / (1 + sqrt(level));
    uint32_t n = 0;
    f[n++] = 1;
    f[n++] = number(c->year[t] - c->profile[t]);
    f[n++] = number(c->year[s] - c->profile[s]);
    f[n++] = number(c->day[t] - c->profile[t]);
    f[n++] = number(c->day[s] - c->profile[s]);
    f[n++] = excess;
    f[n++] = back(c->excess, t, 1);
    f[n++] = back(c->excess, t, 2);
    f[n++] = back(c->excess, t, 4);
    f[n++] = h == HOURS ? 0 : back(c->excess, t, HOURS - h);
    f[n++] = c->day_excess[t];
    f[n++] = c->week_excess[t];
    f[n++] = sqrt(year > 0 ? year : 0);
    f[n++] = unevenness(c, s);
    f[n++] = unevenness(c, t);
    f[n++] = plx_census_weekday(c, s) >= SATURDAY;
    f[n++] = plx_census_weekday(c, s) == 0;
    f[n++] = bent * bent;
    f[n++] = number(c->profile[s] - c->profile[t]);
    for (uint32_t i = 0; i < PLX_CENSUS_COMPANIONS_MAX; i++) {
        const plx_census_column *other = i < l->companions ? l->companion[i] : NULL;
        f[n++] = other ? number(other->excess[t]) : 0;
        f[n++] = other ? back(other->excess, t, 2) : 0;
    }
    PLX_ASSERT(n == F);
}

/* The pair that ends at t, and the forecast that was made for it. */
static void learn(plx_census_learner *l, uint32_t t)
{
    const plx_census_column *c = l->own;
    plx_census_issued *made = &l->issued[t % PLX_CENSUS_PENDING];
    if (t < l->horizon_h) return;
    const uint32_t origin = t - l->horizon_h;
    const double y = c->value[t] - c->profile[t];
    const double error = c->value[t] - made->centre;
    if (!isnan(y) && !isnan(c->value[origin] - c->profile[origin])) {
        plx_census_sums *sums = &l->by_hour[plx_census_hour_of_day(c, origin)];
        double weight = 1;
        if (made->made && fabs(error) > ROBUST * made->scale)
            weight = ROBUST * made->scale / fabs(error);
        plx_census_sums_forget(sums, F, FORGET);
        plx_census_sums_add(sums, F, made->feature, y, weight);
    }
    if (made->made && !isnan(error))
        plx_census_spread_learn(&l->spread, made, plx_census_hour_of_day(c, t), c->value[t]);
    made->made = false;
}

/* Once a day. */
static void learn_all_hours(plx_census_learner *l)
{
    plx_census_sums all = {0};
    for (uint32_t a = 0; a < HOURS; a++)
        plx_census_sums_merge(&all, F, &l->by_hour[a], 1);
    l->pairs = all.weight;
    if (l->pairs >= REGRESSION_PAIRS)
        plx_census_sums_solve(&all, F, PENALTY_ALL, NULL, l->coefficient);
}

static double regression(const plx_census_learner *l, uint32_t hour, const double *f)
{
    plx_census_sums sums = {0};
    double coefficient[F], y = 0;
    for (uint32_t k = 0; k < 3; k++)
        plx_census_sums_merge(&sums, F, &l->by_hour[(hour + HOURS - 1 + k) % HOURS],
                              k == 1 ? 1 : NEIGHBOUR);
    plx_census_sums_solve(&sums, F, PENALTY_HOUR, l->coefficient, coefficient);
    for (uint32_t i = 0; i < F; i++)
        y += coefficient[i] * f[i];
    return y;
}

static double last_value(const plx_census_column *c, uint32_t t)
{
    for (uint32_t k = 0; k <= PLX_CENSUS_CARRY_H && k <= t; k++)
        if (!isnan(c->value[t - k])) return c->value[t - k];
    return (double)NAN;
}

static plx_census_rung centre(const plx_census_learner *l, uint32_t t, const double *f,
                              double *value)
{
    const plx_census_column *c = l->own;
    const double profile = c->profile[t + l->horizon_h], excess = c->excess[t];
    if (isnan(profile) || isnan(excess)) {
        *value = last_value(c, t);
        return isnan(*value) ? PLX_CENSUS_NONE : PLX_CENSUS_PERSISTENCE;
    }
    if (l->pairs >= REGRESSION_PAIRS) {
        *value = profile + regression(l, plx_census_hour_of_day(c, t), f);
        return PLX_CENSUS_REGRESSION;
    }
    double keep = 1;
    for (uint32_t k = 0; k < l->horizon_h; k++)
        keep *= EXCESS_KEEP;
    *value = profile + keep * excess;
    return PLX_CENSUS_PROFILE;
}

/* Wider when much of the last week is missing. */
static double gaps(const plx_census_column *c, uint32_t t)
{
    uint32_t missing = 0;
    for (uint32_t k = 0; k < WEEK_H && k <= t; k++)
        missing += isnan(c->value[t - k]) ? 1 : 0;
    return missing > GAPS_SHARE * WEEK_H ? sqrt(1 + (double)missing / WEEK_H) : 1;
}

void plx_census_learner_step(plx_census_learner *l, plx_census_forecast *out)
{
    const plx_census_column *c = l->own;
    const uint32_t t = l->next++, s = t + l->horizon_h;
    PLX_ASSERT(t < c->known);
    learn(l, t);
    if (plx_census_hour_of_day(c, t) == 0 || l->pairs < REGRESSION_PAIRS) learn_all_hours(l);
    plx_census_issued *made = &l->issued[s % PLX_CENSUS_PENDING];
    made->made = false;
    features(l, t, made->feature);
    out->rung = centre(l, t, made->feature, &made->centre);
    if (out->rung == PLX_CENSUS_NONE) return;
    made->made = true;
    out->centre = made->centre;
    const double weeks = l->pairs / WEEK_H;
    const double change = t > 0 ? c->value[t] - c->value[t - 1] : (double)NAN;
    const plx_census_moment moment = {
        .centre = made->centre,
        .profile = c->profile[s],
        .excess = number(c->excess[t]),
        .turn = t > 0 ? change - (c->profile[t] - c->profile[t - 1]) : (double)NAN,
        .widen = gaps(c, t) *
                 (out->rung == PLX_CENSUS_REGRESSION ? 1 : sqrt(1 + 1 / (weeks > 1 ? weeks : 1))),
        .hour = plx_census_hour_of_day(c, s),
        .weekend = plx_census_weekday(c, s) >= SATURDAY,
        .whole = t < c->first_fraction,
        .solve = t % SCALE_EVERY_H == 0,
    };
    plx_census_spread_law(&l->spread, &moment, made, out);
}
