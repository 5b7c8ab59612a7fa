/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The forecast that is shown: one law for a vital at a horizon, mixed from simple forecasts and,
 * where there is one, the twin's ensemble. Every part has the weight that it has earned.
 *
 *   centre  sum w_k c_k, w >= 0, sum w = 1: a linear pool of the centres c_k of the parts. The
 *           weights minimise the weighted squared errors of the past, each divided by the width
 *           that was said (least squares on the simplex: stacking, Breiman 1996).
 *   scale   sum v_k f_k, v >= 0: the mean absolute error to expect, from what went wrong before
 *           here and elsewhere and from how restless this patient is; v is found as w is.
 *   shape   how past errors divided by their scale were spread: their histogram, begun with a
 *           logistic law. So heavy tails, a skew and a bias are learnt, and with them coverage.
 *
 * Past errors are sums that add up: those of this patient, those of the patients seen before
 * (which count as at most PLX_BLEND_POPULATION_COUNTS errors) and a prior. Only errors whose truth
 * was known at the origin may have been learnt; who calls sees to it. The law is piecewise linear
 * between fixed levels, kept inside what is possible; its CRPS is exact.
 *
 * Values, centres and scales: unit of the vital. Plain data, no allocation. */
#ifndef PLX_CORE_VALIDATE_BLEND_H
#define PLX_CORE_VALIDATE_BLEND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"
#include "core/validate/score.h"

enum {
    PLX_BLEND_BINS = 128,               /* of the histogram, even in z / (1 + |z|) */
    PLX_BLEND_KNOTS = 31,               /* levels of a law */
    PLX_BLEND_POPULATION_COUNTS = 1000, /* weights: the patients before count as that many errors */
    PLX_BLEND_SHAPE_COUNTS = 4000,      /* the same for the shape */
    PLX_BLEND_POPULATION_MAX = 20000,   /* errors kept of a population; then older ones fade */
};

typedef enum plx_blend_part {
    PLX_BLEND_PERSISTENCE, /* always known */
    PLX_BLEND_TREND,
    PLX_BLEND_AR1,
    PLX_BLEND_NEAR_MEAN, /* of the patient's last values, half-life half a horizon */
    PLX_BLEND_FAR_MEAN,  /* half-life two horizons */
    PLX_BLEND_OWN_MEAN,  /* of all his values */
    PLX_BLEND_POPULATION_MEAN,
    PLX_BLEND_TWIN,        /* mean of its members */
    PLX_BLEND_TWIN_CHANGE, /* last value + the change that it expects */
    PLX_BLEND_PART_N
} plx_blend_part;

/* Constant text, never NULL. */
const char *plx_blend_part_name(plx_blend_part part);

typedef enum plx_blend_sign {
    PLX_BLEND_USUAL,    /* mean absolute error of the population at this horizon */
    PLX_BLEND_OWN,      /* of this patient, drawn to the former times his pace */
    PLX_BLEND_RESTLESS, /* the usual one times how much he changes from value to value */
    PLX_BLEND_AWAY,     /* how far the last value is from his mean */
    PLX_BLEND_APART,    /* how far it is from the mean of the last ones */
    PLX_BLEND_SPREAD,   /* mean absolute deviation of the twin's members; 0 without */
    PLX_BLEND_SIGN_N
} plx_blend_sign;

/* Constant text, never NULL. */
const char *plx_blend_sign_name(plx_blend_sign sign);

/* What is believed before there are errors. */
typedef struct plx_blend_prior {
    double counts;                   /* errors that the weights of parts and signs count for, > 0 */
    double weight[PLX_BLEND_PART_N]; /* >= 0, sum 1 */
    double sign[PLX_BLEND_SIGN_N];   /* >= 0 */
    double bins;                     /* errors that the shape counts for, > 0 */
    double shape[PLX_BLEND_KNOTS];   /* error over scale at plx_blend_levels, rising */
} plx_blend_prior;

/* Without other data: some last value, some of his and others' means; width from his own errors and
 * his restlessness; a logistic law. */
extern const plx_blend_prior plx_blend_prior_usual;

typedef struct plx_blend_model {
    double low, high;   /* what is possible; low < high */
    double usual_error; /* mean absolute error before any is known, > 0; counts as 4 errors */
    const plx_blend_prior *prior; /* NULL: plx_blend_prior_usual */
} plx_blend_model;

/* What was learnt. All zero is empty. */
typedef struct plx_blend_sums {
    double n;                  /* errors, by weight */
    double error_sum, error_n; /* absolute errors of the shown centre */
    double pull[PLX_BLEND_PART_N][PLX_BLEND_PART_N], pulled[PLX_BLEND_PART_N];
    double sign[PLX_BLEND_SIGN_N][PLX_BLEND_SIGN_N], signed_error[PLX_BLEND_SIGN_N];
    double bin[PLX_BLEND_BINS], bins;
} plx_blend_sums;

/* What is known at the origin. */
typedef struct plx_blend_view {
    double centre[PLX_BLEND_PART_N]; /* ignored where not known */
    bool known[PLX_BLEND_PART_N];    /* that of persistence must be true */
    double restlessness;             /* > 0; how much he changes of late; 1 is usual */
    double pace;                     /* > 0; the same of all his time */
    double twin_spread;              /* >= 0 */
    double withheld; /* 0..1 of the prior weight of the population's mean: in minutes nobody comes
                        to the level of others */
} plx_blend_view;

typedef struct plx_blend_law {
    double value[PLX_BLEND_KNOTS]; /* not falling, at plx_blend_levels */
} plx_blend_law;

/* Rising from 0.001 to 0.999; holds 0.025, 0.05, 0.1, 0.25, 0.5 and their mirrors. */
extern const double plx_blend_levels[PLX_BLEND_KNOTS];

typedef struct plx_blend_forecast {
    plx_blend_law law;
    double centre, scale;
    double weight[PLX_BLEND_PART_N];
    double part[PLX_BLEND_PART_N]; /* (centre of the part - last value) / scale; 0 if unknown */
    double sign[PLX_BLEND_SIGN_N]; /* each over scale */
    double last;
} plx_blend_forecast;

/* PLX_RANGE when a number of the view is not finite or persistence is not known. population may be
 * empty; patient holds this patient alone. */
PLX_MUST_CHECK plx_status plx_blend_issue(const plx_blend_model *model,
                                          const plx_blend_sums *population,
                                          const plx_blend_sums *patient, const plx_blend_view *view,
                                          plx_blend_forecast *out);
/* The truth of a forecast. weight in (0, 1]: less when forecasts overlap, whose errors are nearly
 * the same one. PLX_RANGE, and nothing learnt: truth not finite or weight outside. */
PLX_MUST_CHECK plx_status plx_blend_learn(plx_blend_sums *patient,
                                          const plx_blend_forecast *forecast, double truth,
                                          double weight);
/* What a population teaches the first patient of another one: its weights and its shape, counting
 * as so many errors. The twin's parts are left out: it has to earn its weight anew. */
void plx_blend_prior_of(const plx_blend_sums *population, plx_blend_prior *prior);
/* The same sums as if fewer errors had been seen: at most limit. */
void plx_blend_fade(plx_blend_sums *sums, double limit);
/* A patient joins the population, once, at his end. */
void plx_blend_merge(plx_blend_sums *population, const plx_blend_sums *patient);

/* Level in (0, 1); constant beyond the outermost knots. */
double plx_blend_quantile(const plx_blend_law *law, double level);
/* P(X <= y), and P(X < y) with below. */
double plx_blend_cdf(const plx_blend_law *law, double y, bool below);
/* Exact for the law between its knots, with what lies beyond them put on the outermost ones. */
double plx_blend_crps(const plx_blend_law *law, double y);
/* v in (0, 1) breaks ties in the PIT. error is that of the median. */
void plx_blend_judge(const plx_blend_law *law, double y, double v, plx_validate_verdict *out);

#endif
