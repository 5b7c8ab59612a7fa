/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: rivals are what their names say, see no future, stand gaps and ties, and their 90 %
 * intervals hold 87-93 % of the truths. Oracles: exact lines; the dense Gaussian likelihood by
 * Cholesky factors; known coefficients of simulated processes; a slow rewrite of the learning from
 * the header that keeps every value; a golden hash. Tolerance: 1e-9 for exact ones, five standard
 * errors for estimates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/validate/rival.h"
#include "core/validate/tally.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define START INT64_C(1790000000000000) /* 20 s into a cell of 30 s, in 2026 */

enum { LONG = 4000, SHORT = 30 };

static void assert_close(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) fail_msg("%.17g is not %.17g within %g", got, want, within);
}

static void test_line(void **state)
{
    (void)state;
    /* A gap of 40 min, two values at one time whose mean is on the line. */
    const double minute[] = {0, 1, 2.5, 3, 43, 44, 44, 45};
    int64_t time_us[8];
    double value[8];
    for (int i = 0; i < 8; i++) {
        time_us[i] = START + (int64_t)(minute[i] * 60e6);
        value[i] = 80.0 - 0.5 * minute[i];
    }
    value[5] += 3.0;
    value[6] -= 3.0;
    plx_rival_series series = {time_us, value, 8};
    plx_rival_line line;
    assert_int_equal(plx_rival_fit_line(&series, &line), PLX_OK);
    assert_close(line.level, 80.0 - 0.5 * 45.0, 1e-9);
    assert_close(line.slope_per_s, -0.5 / 60.0, 1e-12);
    series.n = 1;
    assert_int_equal(plx_rival_fit_line(&series, &line), PLX_MISSING);
    series = (plx_rival_series){time_us + 5, value + 5, 2};
    assert_int_equal(plx_rival_fit_line(&series, &line), PLX_MISSING);
    time_us[7] = START;
    series = (plx_rival_series){time_us, value, 8};
    assert_int_equal(plx_rival_fit_line(&series, &line), PLX_RANGE);
    series.n = 7;
    value[3] = NAN;
    assert_int_equal(plx_rival_fit_line(&series, &line), PLX_RANGE);
    assert_close(line.slope_per_s, -0.5 / 60.0, 1e-12);
}

/* The stationary process with exponential correlation at the given times. */
static void simulate(plx_rng *rng, plx_rival_ar1 law, const int64_t *time_us, double *value, int n)
{
    for (int i = 0; i < n; i++) {
        const double gap = i == 0 ? 1e9 : (double)(time_us[i] - time_us[i - 1]) * 1e-6;
        const double rho = exp(-law.rate_per_s * gap), before = i == 0 ? 0.0 : value[i - 1];
        value[i] = law.mean + rho * (before - law.mean) +
                   plx_rng_normal(rng, 0.0, law.sd * sqrt(1.0 - rho * rho));
    }
}

static void even_times(int64_t *time_us, int n)
{
    for (int i = 0; i < n; i++)
        time_us[i] = START + i * MINUTE;
}

/* The known coefficient; and the regression of each value on the one before. */
static void test_ar1_even(void **state)
{
    (void)state;
    static int64_t time_us[LONG];
    static double value[LONG];
    const double phis[] = {0.3, 0.8, 0.97};
    even_times(time_us, LONG);
    for (int k = 0; k < 3; k++) {
        const double phi = phis[k];
        plx_rng rng = plx_rng_init(31, (uint64_t)k);
        simulate(&rng, (plx_rival_ar1){75.0, -log(phi) / 60.0, 6.0}, time_us, value, LONG);
        const plx_rival_series series = {time_us, value, LONG};
        plx_rival_ar1 fit;
        assert_int_equal(plx_rival_fit_ar1(&series, &fit), PLX_OK);
        const double found = exp(-fit.rate_per_s * 60.0);
        assert_close(found, phi, 5.0 * sqrt((1.0 - phi * phi) / LONG));
        double mean = 0.0, products = 0.0, squares = 0.0;
        for (int i = 0; i < LONG; i++)
            mean += value[i] / LONG;
        for (int i = 1; i < LONG; i++) {
            products += (value[i] - mean) * (value[i - 1] - mean);
            squares += (value[i - 1] - mean) * (value[i - 1] - mean);
        }
        assert_close(found, products / squares, 5.0 / LONG);
        const double mean_error = 6.0 * sqrt((1.0 + phi) / (1.0 - phi) / LONG);
        assert_close(fit.mean, 75.0, 5.0 * mean_error);
        assert_close(fit.sd, 6.0, 5.0 * 6.0 * sqrt((1 + phi * phi) / (1 - phi * phi) / 2 / LONG));
    }
}

/* Gaps from a second to an hour. */
static void test_ar1_uneven(void **state)
{
    (void)state;
    static int64_t time_us[LONG];
    static double value[LONG];
    plx_rng rng = plx_rng_init(32, 1);
    int64_t now = START;
    for (int i = 0; i < LONG; i++) {
        now += SECOND + (int64_t)(plx_rng_exponential(&rng, i % 100 == 0 ? 1800.0 : 90.0) * 1e6);
        time_us[i] = now;
    }
    const double rate = 1.0 / 600.0;
    simulate(&rng, (plx_rival_ar1){120.0, rate, 10.0}, time_us, value, LONG);
    const plx_rival_series series = {time_us, value, LONG};
    plx_rival_ar1 fit;
    assert_int_equal(plx_rival_fit_ar1(&series, &fit), PLX_OK);
    /* Fisher's information about the logs of rate and variance, and of the mean. */
    double rates = 0.0, mixed = 0.0, means = 1.0;
    for (int i = 1; i < LONG; i++) {
        const double gap = rate * (double)(time_us[i] - time_us[i - 1]) * 1e-6, rho = exp(-gap);
        const double left = 1.0 - rho * rho, of_variance = 2.0 * gap * rho * rho / left;
        rates += 0.5 * of_variance * of_variance + gap * gap * rho * rho / left;
        mixed += 0.5 * of_variance;
        means += (1.0 - rho) * (1.0 - rho) / left;
    }
    const double determinant = rates * LONG / 2 - mixed * mixed;
    assert_close(log(fit.rate_per_s / rate), 0.0, 5.0 * sqrt(LONG / 2 / determinant));
    assert_close(2.0 * log(fit.sd / 10.0), 0.0, 5.0 * sqrt(rates / determinant));
    assert_close(fit.mean, 120.0, 5.0 * 10.0 / sqrt(means));
    assert_true(5.0 * sqrt(LONG / 2 / determinant) < 0.4); /* else nothing was shown */
}

/* -2 log likelihood of the values by the factors of their whole covariance; the mean and the
 * variance that maximise it are found from the same factors. */
static double dense_cost(const int64_t *time_us, const double *value, double rate,
                         plx_rival_ar1 *best)
{
    double factor[SHORT][SHORT], x[SHORT], one[SHORT], logs = 0.0;
    for (int i = 0; i < SHORT; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = exp(-rate * (double)(time_us[i] - time_us[j]) * 1e-6);
            for (int k = 0; k < j; k++)
                sum -= factor[i][k] * factor[j][k];
            factor[i][j] = i == j ? sqrt(sum) : sum / factor[j][j];
        }
        x[i] = value[i];
        one[i] = 1.0;
        for (int k = 0; k < i; k++) {
            x[i] -= factor[i][k] * x[k];
            one[i] -= factor[i][k] * one[k];
        }
        x[i] /= factor[i][i];
        one[i] /= factor[i][i];
        logs += 2.0 * log(factor[i][i]);
    }
    double ones = 0.0, mixed = 0.0, squares = 0.0;
    for (int i = 0; i < SHORT; i++) {
        ones += one[i] * one[i];
        mixed += one[i] * x[i];
    }
    for (int i = 0; i < SHORT; i++)
        squares += pow(x[i] - mixed / ones * one[i], 2.0);
    *best = (plx_rival_ar1){mixed / ones, rate, sqrt(squares / SHORT)};
    return SHORT * log(squares / SHORT) + logs;
}

static void test_ar1_likelihood(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 10; k++) {
        plx_rng rng = plx_rng_init(33, k);
        int64_t time_us[SHORT];
        double value[SHORT];
        int64_t now = START;
        for (int i = 0; i < SHORT; i++)
            time_us[i] = now += SECOND + (int64_t)(plx_rng_exponential(&rng, 90.0) * 1e6);
        simulate(&rng, (plx_rival_ar1){80.0, 1.0 / 300.0, 5.0}, time_us, value, SHORT);
        for (int i = 0; k == 0 && i < SHORT; i++) /* a straight rise, as hard as it gets */
            value[i] = 60.0 + (double)(time_us[i] - START) * 1e-8;
        const plx_rival_series series = {time_us, value, SHORT};
        plx_rival_ar1 fit, dense, best = {0};
        assert_int_equal(plx_rival_fit_ar1(&series, &fit), PLX_OK);
        double best_cost = 1e300;
        for (double rate = 1.0 / (48 * 3600.0); rate < 1.0; rate *= 1.01) {
            const double cost = dense_cost(time_us, value, rate, &dense);
            if (cost < best_cost) best = dense, best_cost = cost;
        }
        const double cost = dense_cost(time_us, value, fit.rate_per_s, &dense);
        assert_true(cost <= best_cost + 1e-9);
        assert_close(fit.rate_per_s / best.rate_per_s, 1.0, 0.011);
        assert_close(fit.mean, dense.mean, 1e-7);
        assert_close(fit.sd, dense.sd, 1e-7);
    }
}

static void test_ar1_edges(void **state)
{
    (void)state;
    int64_t time_us[] = {START, START, START + MINUTE, START + MINUTE, START + 2 * MINUTE};
    double value[] = {70.0, 70.0, 70.0, 70.0, 70.0};
    plx_rival_series series = {time_us, value, 5};
    plx_rival_ar1 fit, other;
    assert_int_equal(plx_rival_fit_ar1(&series, &fit), PLX_OK);
    assert_true(fit.mean == 70.0 && fit.rate_per_s == 0.0 && fit.sd == 0.0);
    /* Values at one time are their mean. */
    const double doubled[] = {69.0, 73.0, 66.0, 70.0, 80.0}, single[] = {71.0, 68.0, 80.0};
    const int64_t apart[] = {START, START + MINUTE, START + 2 * MINUTE};
    const plx_rival_series averaged = {apart, single, 3};
    series.value = doubled;
    assert_int_equal(plx_rival_fit_ar1(&series, &fit), PLX_OK);
    assert_int_equal(plx_rival_fit_ar1(&averaged, &other), PLX_OK);
    assert_close(fit.rate_per_s / other.rate_per_s, 1.0, 1e-4);
    assert_close(fit.mean, other.mean, 1e-4);
    series.n = 2;
    assert_int_equal(plx_rival_fit_ar1(&series, &fit), PLX_MISSING);
}

static plx_rival_model usual(void)
{
    const plx_rival_model model = plx_rival_model_usual(12.0);
    assert_int_equal(plx_rival_model_check(&model), PLX_OK);
    return model;
}

static void observe(const plx_rival_model *model, plx_rival_state *rival, int64_t at, double value)
{
    assert_int_equal(plx_rival_observe(model, rival, at, value), PLX_OK);
}

static plx_validate_normal forecast(const plx_rival_model *model, const plx_rival_state *rival,
                                    int kind, int64_t at, int64_t lead)
{
    plx_validate_normal law = {0};
    assert_int_equal(plx_rival_forecast(model, rival, (plx_rival_kind)kind, at, at + lead, &law),
                     PLX_OK);
    return law;
}

/* Before there are errors the widths are the prior's; one error moves them by the formula. */
static void test_prior_width(void **state)
{
    (void)state;
    const plx_rival_model model = usual();
    plx_rival_state rival = {0};
    observe(&model, &rival, START, 90.0);
    for (int kind = 0; kind < PLX_RIVAL_KIND_N; kind++) {
        for (uint32_t h = 0; h < model.horizons; h++) {
            const int64_t lead = (int64_t)model.horizon_s[h] * SECOND;
            const plx_validate_normal law = forecast(&model, &rival, kind, START, lead);
            assert_close(law.mean, 90.0, 0.0);
            assert_close(law.sd, 12.0 * sqrt(model.horizon_s[h] / 3600.0), 1e-12);
        }
        /* Variance is linear between horizons and constant beyond; here it is 144 / h. */
        assert_close(forecast(&model, &rival, kind, START, 12 * MINUTE).sd, 12 * sqrt(0.2), 1e-12);
        assert_close(forecast(&model, &rival, kind, START, 90 * MINUTE).sd, 12.0, 1e-12);
        assert_close(forecast(&model, &rival, kind, START, SECOND).sd, 12 * sqrt(1.0 / 60), 1e-12);
    }
    observe(&model, &rival, START + MINUTE, 90.0);
    observe(&model, &rival, START + 5 * MINUTE, 96.0);
    const double prior = 144.0 / 12.0;
    for (int kind = 0; kind < PLX_RIVAL_KIND_N; kind++) {
        assert_close(plx_rival_sd(&model, &rival, (plx_rival_kind)kind, 1),
                     sqrt((4 * prior + 36.0) / 5.0), 1e-12);
        assert_close(plx_rival_sd(&model, &rival, (plx_rival_kind)kind, 2), 12.0 * sqrt(0.25),
                     1e-12);
    }
    /* The next error, 1 min later, is a fifth of a new one; the first has lost a little. */
    observe(&model, &rival, START + 6 * MINUTE, 90.0);
    const double kept = exp2(-1.0 / 1440.0);
    assert_close(plx_rival_sd(&model, &rival, PLX_RIVAL_PERSISTENCE, 1),
                 sqrt((4 * prior + 36.0 * kept + 0.2 * 0.0) / (4 + kept + 0.2)), 1e-12);
}

/* Of two origins that are equally far from one horizon back, the older one is judged. */
static void test_nearest_origin(void **state)
{
    (void)state;
    const plx_rival_model model = usual();
    plx_rival_state rival = {0};
    observe(&model, &rival, START + 80 * SECOND, 90.0);
    observe(&model, &rival, START + 110 * SECOND, 97.0);
    observe(&model, &rival, START + 155 * SECOND, 97.0);
    const plx_rival_width *width = &rival.width[PLX_RIVAL_PERSISTENCE][0];
    const double kept = exp2(-45.0 / 86400.0); /* of the first error, which was 7 too */
    assert_close(width->weighted_squares, 49.0 * kept + 0.75 * 49.0, 1e-9);
    assert_close(width->weight, kept + 0.75, 1e-12);
}

/* A line through noise-free values is foretold exactly, over a gap and at uneven times. */
static void test_trend(void **state)
{
    (void)state;
    const plx_rival_model model = usual();
    plx_rival_state rival = {0};
    const double minute[] = {0, 1, 2.2, 3.9, 4.6, 12, 12.7, 13.1, 14};
    int64_t at = START;
    for (int i = 0; i < 9; i++) {
        at = START + (int64_t)(minute[i] * 60e6);
        observe(&model, &rival, at, 100.0 - 2.0 * minute[i]);
    }
    const plx_validate_normal law = forecast(&model, &rival, PLX_RIVAL_TREND, at, 15 * MINUTE);
    assert_close(law.mean, 100.0 - 2.0 * 29.0, 1e-9);
    /* Seen 10 min after the last value, the line runs on from there. */
    const plx_validate_normal late =
        forecast(&model, &rival, PLX_RIVAL_TREND, at + 10 * MINUTE, 5 * MINUTE);
    assert_close(late.mean, 100.0 - 2.0 * 29.0, 1e-9);
    assert_close(late.sd, law.sd, 0.0);
    /* After a gap of 20 min there is no line: one value, two, three in 2 min. */
    for (int i = 0; i < 3; i++) {
        at = START + (34 + i) * MINUTE;
        observe(&model, &rival, at, 60.0 + 7.0 * i);
        assert_close(forecast(&model, &rival, PLX_RIVAL_TREND, at, MINUTE).mean, 60.0 + 7.0 * i,
                     0.0);
    }
}

static void test_ties_and_cells(void **state)
{
    (void)state;
    const plx_rival_model model = usual();
    plx_rival_state once = {0}, often = {0};
    plx_rng rng = plx_rng_init(34, 1);
    for (int i = 0; i < 60; i++) {
        const int64_t at = START + i * MINUTE;
        const double value = plx_rng_normal(&rng, 80.0, 5.0);
        observe(&model, &once, at, value);
        observe(&model, &often, at, value);
        observe(&model, &often, at, value); /* the same time again, then corrected twice */
        observe(&model, &often, at, -1e9);
        observe(&model, &often, at, value);
    }
    assert_memory_equal(&once, &often, sizeof once);
    observe(&model, &often, START + 59 * MINUTE + 9 * SECOND, 77.0); /* the same cell, later */
    assert_true(often.n == once.n);
    assert_close(forecast(&model, &often, PLX_RIVAL_PERSISTENCE, START + 60 * MINUTE, MINUTE).mean,
                 77.0, 0.0);
}

/* The learning of persistence, slowly, from the header: every cell kept, weights summed anew. */
typedef struct slow {
    int n;
    int64_t time_us[LONG];
    double value[LONG];
} slow;

static double slow_variance(const plx_rival_model *model, const slow *all, uint32_t h)
{
    const double horizon = model->horizon_s[h];
    static double error[LONG], weight[LONG];
    static int64_t when[LONG];
    int n = 0;
    for (int i = 1; i < all->n; i++) {
        double nearest = 1e300;
        int from = 0;
        for (int j = i - 1; j >= 0 && j >= i - PLX_RIVAL_CELL_MAX; j--) {
            const double off = fabs((double)(all->time_us[i] - all->time_us[j]) * 1e-6 - horizon);
            if (off <= nearest) nearest = off, from = j;
        }
        if (nearest > fmax(model->cell_s, horizon / 10.0)) continue;
        error[n] = all->value[i] - all->value[from];
        when[n] = all->time_us[i];
        const double since = n == 0 ? 1e9 : (double)(when[n] - when[n - 1]) * 1e-6;
        weight[n] = fmin(1.0, since / horizon);
        n++;
    }
    double sum = PLX_RIVAL_PRIOR_WEIGHT * model->prior_sd[h] * model->prior_sd[h];
    double weights = PLX_RIVAL_PRIOR_WEIGHT;
    for (int i = 0; i < n; i++) {
        const double age = (double)(when[n - 1] - when[i]) * 1e-6;
        const double w = weight[i] * exp2(-age / model->half_life_s);
        sum += w * error[i] * error[i];
        weights += w;
    }
    return sum / weights;
}

static void test_learning(void **state)
{
    (void)state;
    plx_rival_model model = usual();
    model.half_life_s = 3 * 3600;
    static slow all;
    plx_rival_state rival = {0};
    plx_rng rng = plx_rng_init(35, 1);
    int64_t at = START;
    all.n = 0;
    for (int i = 0; i < 900; i++) {
        at += 41 * SECOND + (int64_t)(plx_rng_exponential(&rng, i % 50 == 0 ? 2000.0 : 40.0) * 1e6);
        const double value = 80.0 + 10.0 * sin(i * 0.05) + plx_rng_normal(&rng, 0.0, 2.0);
        observe(&model, &rival, at, value);
        all.time_us[all.n] = at;
        all.value[all.n++] = value;
        if (i % 90 != 89) continue;
        for (uint32_t h = 0; h < model.horizons; h++)
            assert_close(plx_rival_sd(&model, &rival, PLX_RIVAL_PERSISTENCE, h),
                         sqrt(slow_variance(&model, &all, h)), 1e-9);
    }
    assert_true(rival.n == PLX_RIVAL_CELL_MAX);
}

/* What was known at a cell is what a forecast there said: the learning uses no later value. */
static void test_no_look_ahead(void **state)
{
    (void)state;
    const plx_rival_model model = usual();
    plx_rival_state rival = {0};
    plx_rng rng = plx_rng_init(36, 1);
    plx_validate_normal said[PLX_RIVAL_KIND_N] = {{0}};
    double was[PLX_RIVAL_KIND_N] = {0}, weight[PLX_RIVAL_KIND_N] = {0};
    for (int i = 0; i < 300; i++) {
        const int64_t at = START + i * MINUTE;
        const double value = plx_rng_normal(&rng, 80.0, 5.0);
        observe(&model, &rival, at, value);
        for (int kind = 0; kind < PLX_RIVAL_KIND_N; kind++) {
            const plx_rival_width *width = &rival.width[kind][0];
            if (i > 0) {
                const double kept = i == 1 ? 0.0 : exp2(-1.0 / 1440.0);
                was[kind] = was[kind] * kept + pow(value - said[kind].mean, 2.0);
                weight[kind] = weight[kind] * kept + 1.0;
            }
            assert_close(width->weighted_squares, was[kind], 1e-9 * was[kind]);
            assert_close(width->weight, weight[kind], 1e-9);
            said[kind] = forecast(&model, &rival, kind, at, MINUTE);
        }
    }
}

typedef enum process { WALK, REVERTING, DRIFTING } process;

typedef struct world {
    double value, slope;
} world;

/* Gaussian processes in steps of a minute. */
static double next_value(process which, plx_rng *rng, world *w)
{
    const double pushed = plx_rng_normal(rng, 0.0, 1.0), noise = plx_rng_normal(rng, 0.0, 1.0);
    switch (which) {
    case WALK:
        return w->value += pushed;
    case REVERTING:
        return w->value = 90.0 + 0.9 * (w->value - 90.0) + 2.0 * pushed;
    default: /* the slope forgets itself in 50 min; noise is of the measurement only */
        w->slope = 0.98 * w->slope + 0.1 * pushed;
        w->value += w->slope;
        return w->value + noise;
    }
}

/* A third is missing, and an hour has nothing. */
static bool is_measured(plx_rng *rng, int64_t minute)
{
    return plx_rng_unit(rng) > 0.33 && (minute < 700 || minute >= 760);
}

enum { DAY = 1440, PATIENTS = 6, LEAD_N = 2, LEARNING = 180 };

static const int64_t leads[LEAD_N] = {5, 15};

typedef struct promise {
    plx_validate_normal law;
    plx_status status;
} promise;

/* Scores the forecasts that were made lead minutes ago. */
static void settle(const promise *made, double truth, uint64_t key, plx_validate_tally *tally)
{
    plx_validate_verdict verdict;
    if (made->status != PLX_OK) {
        plx_validate_tally_abstain(tally);
        return;
    }
    const double v = plx_validate_pit_draw(1, key);
    assert_int_equal(plx_validate_judge_normal(made->law, truth, v, &verdict), PLX_OK);
    assert_int_equal(plx_validate_tally_add(tally, &verdict), PLX_OK);
}

static void run_patient(process which, uint64_t stream,
                        plx_validate_tally tally[PLX_RIVAL_KIND_N][LEAD_N])
{
    static promise made[DAY][PLX_RIVAL_KIND_N][LEAD_N];
    const plx_rival_model model = usual();
    plx_rival_state rival = {0};
    plx_rng rng = plx_rng_init(37 + which, stream);
    world w = {90.0, 0.0};
    for (int64_t m = 0; m < DAY; m++) {
        const int64_t at = START + m * MINUTE;
        const double truth = next_value(which, &rng, &w);
        const bool measured = is_measured(&rng, m);
        if (measured) observe(&model, &rival, at, truth);
        for (int kind = 0; kind < PLX_RIVAL_KIND_N; kind++)
            for (int l = 0; l < LEAD_N; l++) {
                if (measured && m >= LEARNING)
                    settle(&made[m - leads[l]][kind][l], truth, (uint64_t)m, &tally[kind][l]);
                promise *p = &made[m][kind][l];
                p->status = plx_rival_forecast(&model, &rival, (plx_rival_kind)kind, at,
                                               at + leads[l] * MINUTE, &p->law);
            }
    }
}

static void run_process(process which, double crps[PLX_RIVAL_KIND_N])
{
    plx_validate_tally tally[PLX_RIVAL_KIND_N][LEAD_N];
    memset(tally, 0, sizeof tally);
    for (uint64_t patient = 0; patient < PATIENTS; patient++)
        run_patient(which, patient, tally);
    for (int kind = 0; kind < PLX_RIVAL_KIND_N; kind++) {
        for (int l = 0; l < LEAD_N; l++) {
            plx_validate_coverage cover;
            assert_int_equal(plx_validate_tally_coverage(&tally[kind][l], 2, &cover), PLX_OK);
            print_message("# process %d %s %d min: 90 %% interval %.3f, width %.2f, CRPS %.3f\n",
                          (int)which, plx_rival_name((plx_rival_kind)kind), (int)leads[l],
                          cover.share, cover.width, tally[kind][l].crps.mean);
            assert_true(cover.n > 4500 && tally[kind][l].abstained < 400);
            assert_true(cover.share >= 0.87 && cover.share <= 0.93);
        }
        crps[kind] = tally[kind][0].crps.mean;
    }
}

/* Each rival is best where it should be; on a walk AR(1) costs next to nothing. */
static void test_coverage(void **state)
{
    (void)state;
    double walk[PLX_RIVAL_KIND_N], reverting[PLX_RIVAL_KIND_N], drifting[PLX_RIVAL_KIND_N];
    run_process(WALK, walk);
    run_process(REVERTING, reverting);
    run_process(DRIFTING, drifting);
    assert_true(walk[PLX_RIVAL_PERSISTENCE] < walk[PLX_RIVAL_TREND]);
    assert_true(walk[PLX_RIVAL_AR1] < 1.05 * walk[PLX_RIVAL_PERSISTENCE]);
    assert_true(reverting[PLX_RIVAL_AR1] < reverting[PLX_RIVAL_PERSISTENCE]);
    assert_true(reverting[PLX_RIVAL_PERSISTENCE] < reverting[PLX_RIVAL_TREND]);
    assert_true(drifting[PLX_RIVAL_TREND] < drifting[PLX_RIVAL_PERSISTENCE]);
}

/* The same bits for every compiler and level of optimisation. */
static void test_golden(void **state)
{
    (void)state;
    const plx_rival_model model = usual();
    plx_rival_state rival = {0};
    plx_rng rng = plx_rng_init(40, 1);
    uint64_t hash = 0;
    world w = {90.0, 0.0};
    for (int64_t m = 0; m < 600; m++) {
        const double value = next_value(REVERTING, &rng, &w);
        const int64_t at = START + m * MINUTE;
        if (is_measured(&rng, m)) observe(&model, &rival, at, value);
        for (int kind = 0; kind < PLX_RIVAL_KIND_N; kind++) {
            plx_validate_normal law = {0};
            if (plx_rival_forecast(&model, &rival, (plx_rival_kind)kind, at, at + 7 * MINUTE,
                                   &law) == PLX_OK)
                hash = plx_hash64(&law, sizeof law, hash);
        }
    }
    if (hash != UINT64_C(0x93e6b77e075e9218))
        fail_msg("golden hash is now 0x%llx", (unsigned long long)hash);
}

static void test_refusals(void **state)
{
    (void)state;
    const plx_rival_model model = usual();
    plx_rival_state rival = {0}, before;
    plx_validate_normal law = {1.0, 2.0};
    const plx_rival_kind kind = PLX_RIVAL_TREND;
    assert_int_equal(plx_rival_forecast(&model, &rival, kind, START, START + MINUTE, &law),
                     PLX_NO_ANSWER);
    observe(&model, &rival, START, 80.0);
    before = rival;
    assert_int_equal(plx_rival_observe(&model, &rival, START + 1, NAN), PLX_RANGE);
    assert_int_equal(plx_rival_observe(&model, &rival, START + 1, 2e12), PLX_RANGE);
    assert_int_equal(plx_rival_observe(&model, &rival, START - 1, 80.0), PLX_RANGE);
    assert_int_equal(plx_rival_observe(&model, &rival, INT64_MAX, 80.0), PLX_RANGE);
    assert_memory_equal(&rival, &before, sizeof rival);
    assert_int_equal(plx_rival_forecast(&model, &rival, kind, START, START, &law), PLX_RANGE);
    assert_int_equal(plx_rival_forecast(&model, &rival, kind, START - 1, START + 1, &law),
                     PLX_RANGE);
    assert_int_equal(plx_rival_forecast(&model, &rival, kind, START, INT64_MAX, &law), PLX_RANGE);
    const int64_t late = START + 15 * MINUTE;
    assert_int_equal(plx_rival_forecast(&model, &rival, kind, late + 1, late + MINUTE, &law),
                     PLX_NO_ANSWER);
    assert_true(law.mean == 1.0 && law.sd == 2.0);
    assert_int_equal(plx_rival_forecast(&model, &rival, kind, late, late + MINUTE, &law), PLX_OK);
}

static void test_model_check(void **state)
{
    (void)state;
    const plx_rival_model good = usual();
    plx_rival_model bad[10];
    for (int i = 0; i < 10; i++)
        bad[i] = good;
    bad[0].horizons = 0;
    bad[1].horizons = PLX_RIVAL_HORIZON_MAX + 1;
    bad[2].horizon_s[0] = 29.0;
    bad[3].horizon_s[4] = bad[3].horizon_s[3];
    bad[4].horizon_s[4] = 24 * 3600 + 1;
    bad[5].prior_sd[2] = 0.0;
    bad[6].cell_s = 0.5;
    bad[7].half_life_s = NAN;
    bad[8].stale_s = -1.0;
    bad[9].prior_sd[0] = INFINITY;
    for (int i = 0; i < 10; i++)
        assert_int_equal(plx_rival_model_check(&bad[i]), PLX_RANGE);
    assert_string_equal(plx_rival_name(PLX_RIVAL_AR1), "ar1");
    assert_string_equal(plx_rival_name((plx_rival_kind)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),           cmocka_unit_test(test_ar1_even),
        cmocka_unit_test(test_ar1_uneven),     cmocka_unit_test(test_ar1_likelihood),
        cmocka_unit_test(test_ar1_edges),      cmocka_unit_test(test_prior_width),
        cmocka_unit_test(test_nearest_origin), cmocka_unit_test(test_trend),
        cmocka_unit_test(test_ties_and_cells), cmocka_unit_test(test_learning),
        cmocka_unit_test(test_no_look_ahead),  cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_golden),         cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_model_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
