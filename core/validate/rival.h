/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The simple forecasts that a model must beat: last value, 15-minute line, AR(1). Each sees only
 * the series up to the origin and answers with a normal law whose width is learnt from its own
 * past errors at that lead.
 *
 *   persistence  the last value
 *   trend        the last value when less than 3 cells or 5 min lie in the last 15 min, else the
 *                least-squares line through them, extrapolated
 *   AR(1)        mean + (last - mean) exp(-rate lead): the stationary Gaussian process with
 *                exponential correlation, which is AR(1) on an even grid and is defined on any
 *                other. Mean and rate by exact maximum likelihood over the last 4 h, on the grid
 *                of cells. Below 8 cells it is persistence.
 *
 * Time is cut into cells; the last value of a cell stands for it, so a fast feed is not weighed
 * more than a slow one and values with the same time replace each other. Missing data are cells
 * that are not there. When the first value of a new cell comes, it is the truth for the origins
 * that lie one horizon back (the nearest cell within max(1 cell, horizon / 10)); the squared error
 * of each rival there enters
 *
 *   sd^2 = (P prior_sd^2 + sum w e^2) / (P + sum w)
 *
 * with P = PLX_RIVAL_PRIOR_WEIGHT. w = min(1, time since the last error / horizon), because errors
 * of overlapping forecasts are nearly the same error, and all w halve every half_life. The mean
 * stays the rival's own: a bias shows as width.
 *
 * Units: time us, leads s, values and sd the unit of the series. Source of the likelihood: Jones
 * 1980, "Maximum likelihood fitting of ARMA models to time series with missing observations". */
#ifndef PLX_CORE_VALIDATE_RIVAL_H
#define PLX_CORE_VALIDATE_RIVAL_H

#include <stdint.h>

#include "core/base/status.h"
#include "core/validate/score.h"

enum {
    PLX_RIVAL_HORIZON_MAX = 8,
    PLX_RIVAL_CELL_MAX = 160,   /* cells remembered: 80 min of 30 s; older ones go first */
    PLX_RIVAL_PRIOR_WEIGHT = 4, /* errors that the prior width counts for */
};

#define PLX_RIVAL_VALUE_MAX 1e12                           /* absolute */
#define PLX_RIVAL_TIME_MAX_US INT64_C(4000000000000000000) /* absolute */

typedef enum plx_rival_kind {
    PLX_RIVAL_PERSISTENCE,
    PLX_RIVAL_TREND,
    PLX_RIVAL_AR1,
    PLX_RIVAL_KIND_N
} plx_rival_kind;

/* Constant text, never NULL. */
const char *plx_rival_name(plx_rival_kind kind);

typedef struct plx_rival_model {
    uint32_t horizons;                       /* 1..PLX_RIVAL_HORIZON_MAX */
    double horizon_s[PLX_RIVAL_HORIZON_MAX]; /* strictly rising, >= one cell, <= 24 h; a horizon
                                                longer than the cells remembered learns nothing */
    double prior_sd[PLX_RIVAL_HORIZON_MAX];  /* > 0: width before there are errors */
    double cell_s;                           /* 1..3600, usually 30 */
    double half_life_s;                      /* of past errors, 60..1e8, usually a day */
    double stale_s;                          /* no forecast from a last value older than this */
    double line_window_s, ar1_window_s;      /* what the fits look back; 0: 15 min and 4 h. Charts
                                                with a value an hour need longer ones */
} plx_rival_model;

/* 1, 5, 15, 30 and 60 min; cells of 30 s; half-life 24 h; stale after 15 min. prior_sd grows with
 * the root of the horizon up to sd, the usual spread of the quantity between patients (> 0), at
 * 60 min: a guess that the first hours replace. */
plx_rival_model plx_rival_model_usual(double sd);
/* PLX_RANGE when a field is outside the limits above. */
PLX_MUST_CHECK plx_status plx_rival_model_check(const plx_rival_model *model);

/* What the three rivals know at one cell, from that cell and earlier ones. */
typedef struct plx_rival_origin {
    double last;
    double line_level, line_slope_per_s; /* at the time of the cell */
    double mean, rate_per_s;             /* AR(1); rate 0 is persistence */
} plx_rival_origin;

typedef struct plx_rival_width {
    double weight, weighted_squares;
    int64_t time_us; /* of the newest error; meaningless while weight is 0 */
} plx_rival_width;

/* Plain data; all zero is empty. */
typedef struct plx_rival_state {
    uint32_t n, newest; /* cells held; index of the newest */
    int64_t time_us[PLX_RIVAL_CELL_MAX];
    double value[PLX_RIVAL_CELL_MAX];
    plx_rival_origin origin[PLX_RIVAL_CELL_MAX]; /* of closed cells; not of the newest */
    plx_rival_width width[PLX_RIVAL_KIND_N][PLX_RIVAL_HORIZON_MAX];
} plx_rival_state;

/* A model that was checked. PLX_RANGE, and nothing changed: a value that is not finite or beyond
 * PLX_RIVAL_VALUE_MAX, or a time before the newest one (the same time is allowed) or beyond
 * PLX_RIVAL_TIME_MAX_US. */
PLX_MUST_CHECK plx_status plx_rival_observe(const plx_rival_model *model, plx_rival_state *state,
                                            int64_t time_us, double value);
/* The law for target_us, seen from origin_us. The lead runs from the newest value, so a stale value
 * is further from its target; the variance is linear between the horizons and constant beyond them.
 * PLX_NO_ANSWER without a value or with a stale one; PLX_RANGE when target_us is not after
 * origin_us or is beyond PLX_RIVAL_TIME_MAX_US, or origin_us is before the newest value (that would
 * be a look into the future). */
PLX_MUST_CHECK plx_status plx_rival_forecast(const plx_rival_model *model,
                                             const plx_rival_state *state, plx_rival_kind kind,
                                             int64_t origin_us, int64_t target_us,
                                             plx_validate_normal *out);
/* What the rivals know now (state->n > 0). The AR(1) fit is nearly all the work of a forecast and
 * of closing a cell: who asks for many forecasts looks once, until the next value comes. */
void plx_rival_look(const plx_rival_model *model, const plx_rival_state *state,
                    plx_rival_origin *out);
/* As plx_rival_forecast and plx_rival_observe, with what plx_rival_look gave for this state. */
PLX_MUST_CHECK plx_status plx_rival_forecast_from(const plx_rival_model *model,
                                                  const plx_rival_state *state,
                                                  const plx_rival_origin *look, plx_rival_kind kind,
                                                  const int64_t origin_target_us[2],
                                                  plx_validate_normal *out);
PLX_MUST_CHECK plx_status plx_rival_observe_from(const plx_rival_model *model,
                                                 plx_rival_state *state,
                                                 const plx_rival_origin *look, int64_t time_us,
                                                 double value);
/* Width of one rival at one horizon (index), prior included. */
double plx_rival_sd(const plx_rival_model *model, const plx_rival_state *state, plx_rival_kind kind,
                    uint32_t horizon);

/* The fits alone, on times that do not fall, (n) each. Values at one time count each in the line
 * and are averaged in AR(1). */
typedef struct plx_rival_series {
    const int64_t *time_us;
    const double *value;
    uint32_t n;
} plx_rival_series;

typedef struct plx_rival_line {
    double level, slope_per_s; /* level at the last time */
} plx_rival_line;

typedef struct plx_rival_ar1 {
    double mean, rate_per_s;
    double sd; /* stationary */
} plx_rival_ar1;

/* PLX_MISSING below two different times; PLX_RANGE when times fall, or a value or time is beyond
 * the limits above. */
PLX_MUST_CHECK plx_status plx_rival_fit_line(const plx_rival_series *series, plx_rival_line *out);
/* The rate is sought between once in 48 h and 20 per shortest gap. A constant series has rate 0. */
PLX_MUST_CHECK plx_status plx_rival_fit_ar1(const plx_rival_series *series, plx_rival_ar1 *out);

#endif
