/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Forecasts of a department of which only counts are known: patients present, patients waiting,
 * hour by hour. Everything is learnt from the series itself, hour after hour; nothing is set by
 * hand.
 *
 *   P(s)    profile: mean of the same hour of the week over 8 weeks before s
 *   x(t)    excess: v(t) - P(t), the last known one when v(t) is missing (at most 6 h)
 *   centre  P(t+h) + b f(t): ridge regression of v(t+h) - P(t+h) on the features f (census.c), one
 *           for each hour of the day, shrunk to the one of all hours; the past is forgotten
 *   scale   mean |error| of the target's hour of the day x regression on how restless it is now
 *   law     centre + scale x quantiles of past (error / scale) of the target's hour and its
 *           neighbours; the levels of the 90 % interval follow how often the truth fell outside
 *
 * An hour's errors are learnt only from forecasts that were made before it; a forecast at t reads
 * values up to t and no later one. The same series gives the same bits everywhere.
 *
 * Sources: forms of P, of excess and of most features are those of the reference forecaster of
 * the specification; ridge towards a common mean: Hoerl & Kennard 1970, Lindley & Smith 1972;
 * forgetting: recursive least squares (Ljung 1999); robust weights: Huber 1964; moving levels:
 * Gibbs & Candes 2021 (adaptive conformal inference).
 *
 * Units: values are counts, hours are whole hours of the wall clock since 1970-01-01T00. Memory is
 * the caller's. */
#ifndef PLX_CORE_CENSUS_CENSUS_H
#define PLX_CORE_CENSUS_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum {
    PLX_CENSUS_HORIZON_H_MAX = 24,
    PLX_CENSUS_HOURS_MAX = 30 * 366 * 24, /* of one series: thirty years */
    PLX_CENSUS_LEAD_H = 26,               /* derived values reach so far beyond the known ones */
    PLX_CENSUS_CARRY_H = 6,               /* an older excess says nothing more */
    PLX_CENSUS_COMPANIONS_MAX = 3,
    PLX_CENSUS_FEATURES = 19 + 2 * PLX_CENSUS_COMPANIONS_MAX,
    PLX_CENSUS_SPREAD_FEATURES = 8,
    PLX_CENSUS_LEVELS = 99,   /* quantiles at 0.01, 0.02 ... 0.99 */
    PLX_CENSUS_WINDOW = 1200, /* errors of an hour and its neighbours: about 400 days */
    PLX_CENSUS_PENDING = 32,  /* forecasts whose truth has not come, > PLX_CENSUS_HORIZON_H_MAX */
};

/* One series with what is derived from it. value[i] is hour first_hour + i; what is not known is
 * NaN. Read with plx_census_at: outside of what is known it is NaN. */
typedef struct plx_census_column {
    const double *value; /* (hours_max), borrowed; only the first known are read */
    int64_t first_hour;  /* of the wall clock, since 1970-01-01T00 */
    uint32_t known;      /* hours */
    uint32_t hours_max;
    uint32_t first_fraction; /* index of the first value that is not whole; UINT32_MAX: none */
    uint32_t ahead;          /* profiles are there for indices below */
    double *profile;         /* (hours_max + lead) P */
    double *year;            /* (hours_max + lead) the same hour of the week, 52 weeks, fading */
    double *day;             /* (hours_max + lead) the same hour of the day, 56 days */
    double *excess;          /* (hours_max) x */
    double *day_excess;      /* (hours_max) mean excess of 24 h; 0 when less than half is known */
    double *week_excess;     /* (hours_max) of 168 h, alike */
} plx_census_column;

/* Bytes of memory for a series of hours_max (1..PLX_CENSUS_HOURS_MAX). */
size_t plx_census_column_size(uint32_t hours_max);
/* Nothing is known yet. memory: aligned to 8 bytes, as long as the column is used. */
void plx_census_column_begin(plx_census_column *c, const double *value, int64_t first_hour,
                             uint32_t hours_max, void *memory);
/* value[0..known) is known now and will not change. known <= hours_max; never less than before. */
void plx_census_column_advance(plx_census_column *c, uint32_t known);

/* Hour of the day 0..23, and day of the week 0 = Monday, of index i. */
uint32_t plx_census_hour_of_day(const plx_census_column *c, uint32_t i);
uint32_t plx_census_weekday(const plx_census_column *c, uint32_t i);

/* Weighted sums of a regression: of f f' the lower triangle, of f y, and of the weights. */
typedef struct plx_census_sums {
    double square[PLX_CENSUS_FEATURES][PLX_CENSUS_FEATURES];
    double product[PLX_CENSUS_FEATURES];
    double weight;
} plx_census_sums;

/* Past errors, newest ones only: in order of size, and in order of time. */
typedef struct plx_census_window {
    double sorted[PLX_CENSUS_WINDOW], ring[PLX_CENSUS_WINDOW];
    uint32_t n, next;
} plx_census_window;

/* How large errors are: by the target's hour of the day, lately, and of what form. */
typedef struct plx_census_spread {
    double error_sum[24], error_weight[24], all_sum, all_weight; /* of |error| */
    double ratio[3]; /* |error| / base over about 28 d, 3 d and 12 h */
    plx_census_sums sums;
    double coefficient[PLX_CENSUS_SPREAD_FEATURES];
    double low_level, high_level; /* of the 90 % interval, in the windows */
    plx_census_window hour[24], all;
} plx_census_spread;

/* What a forecast rests on, from least to most. */
typedef enum plx_census_rung {
    PLX_CENSUS_NONE,        /* no value for six hours: no forecast */
    PLX_CENSUS_PERSISTENCE, /* the last value: less than a week is known */
    PLX_CENSUS_PROFILE,     /* the profile and a fading excess: less than two weeks of pairs */
    PLX_CENSUS_REGRESSION,
} plx_census_rung;
const char *plx_census_rung_name(plx_census_rung rung);

typedef struct plx_census_forecast {
    plx_census_rung rung;
    double centre, scale;
    /* Rising, >= 0, whole numbers when the series is; but the ends of the 90 % interval (0.05 and
     * 0.95) may lie between: of a count that is nearly always 0, whole ends would hold 98 %. */
    double quantile[PLX_CENSUS_LEVELS];
} plx_census_forecast;

/* A forecast whose truth has not come. */
typedef struct plx_census_issued {
    bool made;
    double feature[PLX_CENSUS_FEATURES], spread_feature[PLX_CENSUS_SPREAD_FEATURES];
    double centre, scale, base, low, high;
} plx_census_issued;

/* One series at one horizon. Borrows the columns. */
typedef struct plx_census_learner {
    uint32_t horizon_h;
    const plx_census_column *own, *companion[PLX_CENSUS_COMPANIONS_MAX];
    uint32_t companions;
    uint32_t next; /* index of the hour that comes */
    plx_census_sums by_hour[24];
    double coefficient[PLX_CENSUS_FEATURES]; /* of all hours together */
    double pairs;                            /* weight of all hours when they were solved */
    plx_census_spread spread;
    plx_census_issued issued[PLX_CENSUS_PENDING]; /* by the index of the target */
} plx_census_learner;

/* companion: series of the same department, or NULL; they start at the same hour as own. At most
 * PLX_CENSUS_COMPANIONS_MAX are used. horizon_h: 1..PLX_CENSUS_HORIZON_H_MAX. */
void plx_census_learner_begin(plx_census_learner *l, uint32_t horizon_h,
                              const plx_census_column *own,
                              const plx_census_column *const *companion, uint32_t companions);
/* The hour own->first_hour + l->next, of which the columns must know: learns from what it settles,
 * then forecasts horizon_h hours ahead of it. */
void plx_census_learner_step(plx_census_learner *l, plx_census_forecast *out);

#endif
