/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/validate/backtest.h"

#include <math.h>
#include <string.h>

#include "core/validate/score.h"

enum { HOURS = 24, LEVELS = PLX_CENSUS_LEVELS, LOW = 4, MIDDLE = 49, HIGH = 94 };

/* What training leaves of one baseline: quantiles of its errors by the target's hour of day. */
typedef struct baseline {
    double error[HOURS][LEVELS];
    double damping[HOURS]; /* by the origin's hour of day */
} baseline;

typedef struct work {
    const plx_backtest_task *task;
    const plx_census_column *c;
    uint32_t first_test; /* index of the first target that tests */
    double *errors;      /* (hours), of one baseline, hour of the day by hour of the day */
    baseline *base[PLX_BACKTEST_POLLUX];
    plx_census_learner *learner;
    plx_backtest_result result;
    double inside[HOURS], truths[HOURS];
    double level[LEVELS];
} work;

const char *plx_backtest_model_name(plx_backtest_model model)
{
    static const char *const names[] = {"persistence", "profile", "damped", "pollux"};
    return names[model];
}

size_t plx_backtest_size(uint32_t hours)
{
    return sizeof(work) + PLX_BACKTEST_POLLUX * sizeof(baseline) + sizeof(plx_census_learner) +
           hours * sizeof(double) + 16 * (size_t)(PLX_BACKTEST_POLLUX + 4);
}

/* Whether origin t makes a case. */
static bool is_case(const work *w, uint32_t t)
{
    const uint32_t s = t + w->task->horizon_h;
    const plx_census_column *c = w->c;
    return s < c->known && !isnan(c->value[t] + c->value[s] + c->profile[t] + c->profile[s]);
}

static double point(const work *w, plx_backtest_model model, uint32_t t)
{
    const plx_census_column *c = w->c;
    const uint32_t s = t + w->task->horizon_h;
    if (model == PLX_BACKTEST_PERSISTENCE) return c->value[t];
    if (model == PLX_BACKTEST_PROFILE) return c->profile[s];
    const double damping = w->base[PLX_BACKTEST_DAMPED]->damping[plx_census_hour_of_day(c, t)];
    return c->profile[s] + damping * (c->value[t] - c->profile[t]);
}

static void train_damping(work *w)
{
    double xy[HOURS] = {0}, xx[HOURS] = {0};
    const plx_census_column *c = w->c;
    for (uint32_t t = 0; t + w->task->horizon_h < w->first_test; t++) {
        if (!is_case(w, t)) continue;
        const uint32_t s = t + w->task->horizon_h, hour = plx_census_hour_of_day(c, t);
        const double x = c->value[t] - c->profile[t], y = c->value[s] - c->profile[s];
        xy[hour] += x * y;
        xx[hour] += x * x;
        w->result.trained++;
    }
    for (int hour = 0; hour < HOURS; hour++)
        w->base[PLX_BACKTEST_DAMPED]->damping[hour] = xx[hour] > 0 ? xy[hour] / xx[hour] : 0;
}

/* Errors of training with the target's hour of day, or all when hour is HOURS. */
static uint32_t collect(work *w, plx_backtest_model model, uint32_t hour)
{
    uint32_t n = 0;
    for (uint32_t t = 0; t + w->task->horizon_h < w->first_test; t++) {
        const uint32_t s = t + w->task->horizon_h;
        if (hour < HOURS && plx_census_hour_of_day(w->c, s) != hour) continue;
        if (is_case(w, t)) w->errors[n++] = w->c->value[s] - point(w, model, t);
    }
    return n;
}

/* An hour of the day with fewer than two errors takes those of all hours. */
static plx_status train(work *w, plx_backtest_model model)
{
    for (uint32_t hour = 0; hour < HOURS; hour++) {
        plx_validate_sample sample;
        uint32_t n = collect(w, model, hour);
        if (n < 2) n = collect(w, model, HOURS);
        PLX_TRY(plx_validate_sample_make(w->errors, n, &sample));
        for (int i = 0; i < LEVELS; i++)
            w->base[model]->error[hour][i] = plx_validate_quantile_sample(&sample, w->level[i]);
    }
    return PLX_OK;
}

static bool score(const work *w, plx_backtest_score *sum, const double *quantile, double centre,
                  double truth)
{
    const plx_validate_quantiles law = {w->level, quantile, LEVELS};
    const bool inside = truth >= quantile[LOW] && truth <= quantile[HIGH];
    sum->crps += plx_validate_crps_quantiles(&law, truth);
    sum->mae += fabs(truth - centre);
    sum->cov90 += inside;
    return inside;
}

static void test(work *w, uint32_t t, const plx_census_forecast *forecast)
{
    const uint32_t s = t + w->task->horizon_h, hour = plx_census_hour_of_day(w->c, s);
    const double truth = w->c->value[s];
    plx_backtest_result *r = &w->result;
    double quantile[LEVELS];
    for (plx_backtest_model model = 0; model < PLX_BACKTEST_POLLUX; model++) {
        const double centre = point(w, model, t);
        for (int i = 0; i < LEVELS; i++)
            quantile[i] = centre + w->base[model]->error[hour][i];
        score(w, &r->of[model], quantile, centre, truth);
    }
    w->inside[hour] += score(w, &r->of[PLX_BACKTEST_POLLUX], forecast->quantile,
                             forecast->quantile[MIDDLE], truth);
    w->truths[hour]++;
    r->rung_n[forecast->rung]++;
    r->test_mean += truth;
    r->n++;
}

static plx_status finish(work *w, plx_backtest_result *out)
{
    plx_backtest_result *r = &w->result;
    if (r->n == 0) return PLX_MISSING;
    r->test_mean /= r->n;
    for (int model = 0; model < PLX_BACKTEST_MODELS; model++) {
        r->of[model].mae /= r->n;
        r->of[model].crps /= r->n;
        r->of[model].cov90 /= r->n;
    }
    r->best = PLX_BACKTEST_PERSISTENCE;
    for (plx_backtest_model model = 0; model < PLX_BACKTEST_POLLUX; model++)
        if (r->of[model].crps < r->of[r->best].crps) r->best = model;
    const double rival = r->of[r->best].crps;
    r->skill = rival > 0 ? 1 - r->of[PLX_BACKTEST_POLLUX].crps / rival : (double)NAN;
    for (int hour = 0; hour < HOURS; hour++)
        r->hour_cov90[hour] = w->truths[hour] > 0 ? w->inside[hour] / w->truths[hour] : (double)NAN;
    *out = *r;
    return PLX_OK;
}

static plx_status begin(work *w, const plx_backtest_task *task, plx_arena *arena)
{
    const plx_census_column *c = task->own;
    w->task = task;
    w->c = c;
    w->first_test = c->known > task->test_h ? c->known - task->test_h : 0;
    w->errors = plx_arena_take(arena, c->known, sizeof *w->errors);
    w->learner = plx_arena_take(arena, 1, sizeof *w->learner);
    if (!w->errors || !w->learner) return PLX_SPACE;
    for (int model = 0; model < PLX_BACKTEST_POLLUX; model++)
        if (!(w->base[model] = plx_arena_take(arena, 1, sizeof *w->base[model]))) return PLX_SPACE;
    for (int i = 0; i < LEVELS; i++)
        w->level[i] = (i + 1) / 100.0;
    return PLX_OK;
}

plx_status plx_backtest_run(const plx_backtest_task *task, plx_arena *arena,
                            plx_backtest_result *out)
{
    work *w = plx_arena_take(arena, 1, sizeof *w);
    if (!w) return PLX_SPACE;
    PLX_TRY(begin(w, task, arena));
    train_damping(w);
    for (plx_backtest_model model = 0; model < PLX_BACKTEST_POLLUX; model++)
        PLX_TRY(train(w, model));
    plx_census_learner_begin(w->learner, task->horizon_h, task->own, task->companion,
                             task->companions);
    for (uint32_t t = 0; t + task->horizon_h < w->c->known; t++) {
        plx_census_forecast forecast;
        plx_census_learner_step(w->learner, &forecast);
        if (t + task->horizon_h >= w->first_test && is_case(w, t)) test(w, t, &forecast);
    }
    return finish(w, out);
}
