/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Back-test of the census model on one series at one horizon, beside three baselines that anyone
 * can compute again:
 *
 *   persistence  v(t)
 *   profile      P(t+h), mean of the same hour of the week over 8 weeks
 *   damped       P(t+h) + b (v(t) - P(t)), b by least squares without intercept for each hour of
 *                the day of t
 *
 * A case (t, h) counts when v(t), v(t+h), P(t) and P(t+h) are known. It is a test when t+h lies
 * after the last hour less the test days; the others train. Baselines: b and the errors that make
 * their law (type 7 quantiles, added to the point, of errors with the same hour of day of t+h) come
 * from training once. The census model learns on through the test, each hour after it was forecast.
 *
 * CRPS: mean over the levels 0.01 ... 0.99 of twice the pinball loss. The MAE of a baseline is that
 * of its point, of the model that of its median. Units: those of the series.
 *
 * PLX_MISSING: no case trains (fewer test days are wanted, or a longer series) or none tests;
 * PLX_SPACE: the arena is too small. */
#ifndef PLX_CORE_VALIDATE_BACKTEST_H
#define PLX_CORE_VALIDATE_BACKTEST_H

#include "core/base/arena.h"
#include "core/census/census.h"

typedef enum plx_backtest_model {
    PLX_BACKTEST_PERSISTENCE,
    PLX_BACKTEST_PROFILE,
    PLX_BACKTEST_DAMPED,
    PLX_BACKTEST_POLLUX,
    PLX_BACKTEST_MODELS
} plx_backtest_model;
const char *plx_backtest_model_name(plx_backtest_model model);

typedef struct plx_backtest_score {
    double mae, crps, cov90; /* cov90: share of truths inside [q05, q95] */
} plx_backtest_score;

typedef struct plx_backtest_result {
    uint32_t n, trained; /* cases */
    double test_mean;    /* of the truths */
    plx_backtest_score of[PLX_BACKTEST_MODELS];
    plx_backtest_model best; /* of the baselines, by CRPS */
    double skill;            /* 1 - CRPS / CRPS of the best; NaN when that is 0 */
    uint32_t rung_n[PLX_CENSUS_REGRESSION + 1]; /* what the model's forecasts rested on */
    double hour_cov90[24]; /* of the model, by the target's hour of the day; NaN: no case */
} plx_backtest_result;

typedef struct plx_backtest_task {
    const plx_census_column *own; /* all hours are known */
    const plx_census_column *companion[PLX_CENSUS_COMPANIONS_MAX];
    uint32_t companions;
    uint32_t horizon_h; /* 1..PLX_CENSUS_HORIZON_H_MAX */
    uint32_t test_h;    /* hours that test, from the end */
} plx_backtest_task;

/* Bytes of the arena for series of so many hours. */
size_t plx_backtest_size(uint32_t hours);
PLX_MUST_CHECK plx_status plx_backtest_run(const plx_backtest_task *task, plx_arena *arena,
                                           plx_backtest_result *out);

#endif
