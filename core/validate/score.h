/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One forecast against one truth: CRPS, intervals, PIT, Brier and energy score.
 *
 * y is the truth, in the unit of the forecast; so are CRPS, errors and widths. A forecast is an
 * ensemble, a normal law, a set of quantiles, or a blend of one ensemble with normal laws. Every
 * forecast is of the value as it would be observed: measurement noise is part of it.
 *
 * Sources: Gneiting & Raftery 2007 (CRPS, energy and interval score); Ferro 2014 and Zamo & Naveau
 * 2018 (fair CRPS); Grimit et al. 2006 (CRPS of a mixture of normals); Bracher et al. 2021
 * (quantiles); Hyndman & Fan 1996, type 7 (quantiles of a sample); Czado, Gneiting & Held 2009
 * (randomised PIT).
 *
 * Memory is the caller's; a forecast borrows the arrays it is made from. On error outputs stay as
 * they were: PLX_MISSING too few values, PLX_LIMIT too many, PLX_RANGE a number that is not finite
 * or not allowed, PLX_CONFLICT quantiles that cross. */
#ifndef PLX_CORE_VALIDATE_SCORE_H
#define PLX_CORE_VALIDATE_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"

enum {
    PLX_VALIDATE_SAMPLE_MAX = 1 << 20, /* members of one ensemble */
    PLX_VALIDATE_QUANTILES_MAX = 512,
    PLX_VALIDATE_NORMALS_MAX = 16, /* normal laws in one blend */
    PLX_VALIDATE_JOINT_MAX = 64,   /* quantities of one energy score */
    PLX_VALIDATE_LEVEL_N = 4,      /* central intervals that are scored */
};

/* 0.50, 0.80, 0.90, 0.95. */
extern const double plx_validate_levels[PLX_VALIDATE_LEVEL_N];

typedef struct plx_validate_sample {
    const double *sorted; /* (n), rising, borrowed */
    uint32_t n;           /* 2..PLX_VALIDATE_SAMPLE_MAX */
} plx_validate_sample;

typedef struct plx_validate_normal {
    double mean;
    double sd; /* >= 0; 0 is a point forecast */
} plx_validate_normal;

typedef struct plx_validate_quantiles {
    const double *level; /* (n), strictly rising inside (0, 1), borrowed */
    const double *value; /* (n), not falling, borrowed */
    uint32_t n;          /* 1..PLX_VALIDATE_QUANTILES_MAX */
} plx_validate_quantiles;

typedef struct plx_validate_blend {
    plx_validate_sample sample; /* n = 0: none */
    double sample_weight;       /* >= 0; 0 when there is no sample */
    const plx_validate_normal *normal;
    const double *normal_weight; /* (normals), >= 0; all weights together are 1 within 1e-9 */
    uint32_t normals;            /* 0..PLX_VALIDATE_NORMALS_MAX */
} plx_validate_blend;

typedef struct plx_validate_interval {
    double low, high;
} plx_validate_interval;

/* All that the tallies need to know of one forecast and its truth. */
typedef struct plx_validate_verdict {
    double error;      /* centre of the forecast - truth: mean, or the median of quantiles */
    double crps;       /* >= 0, but a fair ensemble score can be below */
    double pit;        /* in [0, 1]; uniform when the forecast is calibrated */
    double spread;     /* variance that the error of the centre should have */
    bool spread_known; /* false for quantiles */
    bool inside[PLX_VALIDATE_LEVEL_N];     /* by plx_validate_levels */
    double width[PLX_VALIDATE_LEVEL_N];    /* of those intervals; NaN where levels do not reach */
    double expected[PLX_VALIDATE_LEVEL_N]; /* chance of inside when calibrated; NaN as width */
} plx_validate_verdict;

/* Sorts values in place (n log n, no other memory) and borrows them. */
PLX_MUST_CHECK plx_status plx_validate_sample_make(double *values, uint32_t n,
                                                   plx_validate_sample *out);
PLX_MUST_CHECK plx_status plx_validate_normal_check(plx_validate_normal law);
PLX_MUST_CHECK plx_status plx_validate_quantiles_check(const plx_validate_quantiles *q);
PLX_MUST_CHECK plx_status plx_validate_blend_check(const plx_validate_blend *blend);

/* The functions below take forecasts that were made or checked by the ones above, a finite y and
 * levels inside (0, 1). */

/* Fair: mean |x - y| - sum_ij |x_i - x_j| / (2 n (n - 1)). */
double plx_validate_crps_sample(const plx_validate_sample *sample, double y);
double plx_validate_crps_normal(plx_validate_normal law, double y);
/* (2/n) sum of pinball losses: the CRPS when the levels are spread evenly. */
double plx_validate_crps_quantiles(const plx_validate_quantiles *q, double y);
/* E|X - y| - E|X - X'| / 2, pairs inside the ensemble counted fairly. */
double plx_validate_crps_blend(const plx_validate_blend *blend, double y);

/* Type 7: linear between the order statistics at (i - 1)/(n - 1). */
double plx_validate_quantile_sample(const plx_validate_sample *sample, double level);
double plx_validate_quantile_normal(plx_validate_normal law, double level);
/* Linear between the levels; NaN outside the first and last. */
double plx_validate_quantile_quantiles(const plx_validate_quantiles *q, double level);
/* Inverts the blend of the type 7 law of the ensemble and the normals, to about 1e-12 of the
 * range searched. With the ensemble alone it is type 7. */
double plx_validate_quantile_blend(const plx_validate_blend *blend, double level);

/* The draw v in (0, 1) that breaks ties in a PIT: a function of seed and prediction alone. */
double plx_validate_pit_draw(uint64_t seed, uint64_t prediction);
/* (members below y + v (members equal to y + 1)) / (n + 1): exactly uniform when truth and members
 * are drawn alike. */
double plx_validate_pit_sample(const plx_validate_sample *sample, double y, double v);
double plx_validate_pit_normal(plx_validate_normal law, double y, double v);
/* Between the levels of the neighbours of y, at random: nothing is assumed inside the gap. */
double plx_validate_pit_quantiles(const plx_validate_quantiles *q, double y, double v);
double plx_validate_pit_blend(const plx_validate_blend *blend, double y, double v);

/* (high - low) + (2/a) max(0, low - y, y - high), a = 1 - level. */
double plx_validate_interval_score(plx_validate_interval interval, double level, double y);
/* Chance that a type 7 central interval of n members holds a truth drawn like them:
 * level (n - 1)/(n + 1), which is 0.872 at 90 % with 64 members. Exact when the ends fall on
 * members, or for a flat law; else low by up to 0.015 (normal law, 19 members, 95 %). */
double plx_validate_expected_coverage(uint32_t n, double level);

/* Everything at once. */
PLX_MUST_CHECK plx_status plx_validate_judge_sample(const plx_validate_sample *sample, double y,
                                                    double v, plx_validate_verdict *out);
PLX_MUST_CHECK plx_status plx_validate_judge_normal(plx_validate_normal law, double y, double v,
                                                    plx_validate_verdict *out);
PLX_MUST_CHECK plx_status plx_validate_judge_quantiles(const plx_validate_quantiles *q, double y,
                                                       double v, plx_validate_verdict *out);
PLX_MUST_CHECK plx_status plx_validate_judge_blend(const plx_validate_blend *blend, double y,
                                                   double v, plx_validate_verdict *out);

/* Joint vitals. Members in rows: member (members x quantities); each quantity is divided by its
 * scale (its usual sd, > 0) before distances are taken. Fair, like the CRPS, which it equals for
 * one quantity of scale 1. Time rises with members squared. */
typedef struct plx_validate_joint {
    const double *member; /* (members x quantities) */
    const double *scale;  /* (quantities) */
    uint32_t members;     /* 2..4096 */
    uint32_t quantities;  /* 1..PLX_VALIDATE_JOINT_MAX */
} plx_validate_joint;

enum { PLX_VALIDATE_JOINT_MEMBERS_MAX = 4096 };

PLX_MUST_CHECK plx_status plx_validate_energy(const plx_validate_joint *joint, const double *truth,
                                              double *score);

#endif
