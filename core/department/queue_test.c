/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the engine obeys queueing theory. Oracle: exact answers, the rows of the shared
 * queue_truths.csv, whose formulas are named there. Tolerance: 99.9 % limits of the run's own
 * standard error, by means of 40 batches (t = 3.56). The unit of time of the rows is an hour here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/department/ed_a_for_test.h"
#include "core/department/flow_measure.h"

#define LIMIT 3.56
enum { BATCHES = 40, CUSTOMERS = 1000000 };

static plx_flow_model model;
static plx_flow_state state;
static plx_flow_ratio measure[BATCHES][PLX_FLOW_MEASURE_N];
static plx_flow_histogram door[BATCHES], los[BATCHES];

/* arrivals an hour, doctors, and a contact; everybody is acuity 1, places do not matter. */
static void begin(double per_h, unsigned doctors, plx_law contact)
{
    plx_flow_model_begin(&model);
    model.source_n = model.zone_n = 1;
    model.pool_n = 2;
    model.doctor_pool = 0;
    model.zone[0].places = 10000;
    staff_for_test(&model, 0, doctors);
    for (unsigned h = 0; h < PLX_FLOW_WEEK_H; h++)
        model.source[0].rate_per_h[h] = per_h;
    for (unsigned h = 0; h < 24; h++)
        for (unsigned i = 0; i < 4; i++)
            model.source[0].acuity_below[h][i] = UINT64_MAX;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        model.zone_order_n[a] = 1;
        model.first[a] = law_for_test(&model, contact);
    }
}

static plx_law exponential_h(double mean_h)
{
    return (plx_law){.family = PLX_LAW_EXPONENTIAL, .mean = 60 * mean_h};
}

static plx_law lognormal_h(double mean_h, double cv)
{
    return (plx_law){.family = PLX_LAW_LOGNORMAL, .mean = 60 * mean_h, .cv = cv};
}

/* A tenth of the time to settle, then the batches. */
static void run(double per_h)
{
    char why[128];
    const int64_t batch = (int64_t)(CUSTOMERS / per_h / BATCHES / 24) * PLX_DAY_US;
    assert_int_equal(plx_flow_model_finish(&model, why, sizeof why), PLX_OK);
    memset(door, 0, sizeof door);
    memset(los, 0, sizeof los);
    plx_flow_tally tally = {0};
    plx_flow_begin(&model, &state, 77, 0, 0);
    plx_flow_tally_begin(&tally, &model, &state, 4 * batch);
    plx_flow_advance(&model, &state, 4 * batch, &tally);
    for (int i = 0; i < BATCHES; i++) {
        tally = (plx_flow_tally){.los = &los[i], .door = &door[i]};
        const int64_t end = state.time_us + batch;
        plx_flow_tally_begin(&tally, &model, &state, end);
        plx_flow_advance(&model, &state, end, &tally);
        plx_flow_tally_end(&tally, &model, &state);
        plx_flow_measures(&model, &tally, measure[i]);
    }
    assert_false(state.overrun);
}

static void inside(const char *what, double value, double se, double truth)
{
    const bool good = fabs(value - truth) <= LIMIT * se;
    if (!good) print_message("# %s: %g, se %g, truth %g\n", what, value, se, truth);
    assert_true(good && se > 0 && se < 0.05 * fabs(truth));
}

/* Value of a measure x scale. */
static void agrees(const char *what, int index, double scale, double truth)
{
    double se;
    const double value =
        plx_flow_ratio_pooled(&measure[0][index], BATCHES, PLX_FLOW_MEASURE_N, &se);
    inside(what, scale * value, scale * se, truth);
}

/* Share of first contacts (or of all who ended) that came later than after us. */
static void share_agrees(const char *what, int64_t after_us, bool of_ended, double truth)
{
    plx_flow_ratio ratio[BATCHES] = {{0, 0}};
    for (int i = 0; i < BATCHES; i++) {
        double all = 0, until = 0;
        for (unsigned bin = 0; bin < PLX_FLOW_BINS; bin++) {
            all += door[i].n[bin];
            if (bin <= plx_flow_histogram_bin(after_us)) until += door[i].n[bin];
        }
        if (of_ended) all = measure[i][PLX_FLOW_MEASURE_LWBS].of;
        ratio[i] = (plx_flow_ratio){all - until, all};
    }
    double se;
    const double value = plx_flow_ratio_pooled(ratio, BATCHES, 1, &se);
    inside(what, value, se, truth);
}

static void test_m_m_1(void **test_state)
{
    (void)test_state;
    begin(0.9, 1, exponential_h(1));
    run(0.9);
    agrees("M/M/1 mean time in system", PLX_FLOW_MEASURE_LOS, 1 / 60.0, 10);
    agrees("M/M/1 mean number", PLX_FLOW_MEASURE_CENSUS, 1, 9);
    double sum = 0, squares = 0;
    for (int i = 0; i < BATCHES; i++) {
        const double q90 = plx_flow_histogram_quantile_min(&los[i], 0.9) / 60;
        sum += q90;
        squares += q90 * q90;
    }
    const double mean = sum / BATCHES;
    inside("M/M/1 q90 of time in system", mean,
           sqrt((squares / BATCHES - mean * mean) / (BATCHES - 1)), 23.0259);
}

static void test_m_m_c(void **test_state)
{
    (void)test_state;
    begin(8, 10, exponential_h(1));
    run(8);
    agrees("M/M/c mean wait", PLX_FLOW_MEASURE_DOOR, 1 / 60.0, 0.20459);
    share_agrees("M/M/c P(wait > 0)", 1, false, 0.40918);
    /* The bin that ends next to half an hour, by the exact tail C exp(-2 t). */
    share_agrees("M/M/c P(wait > 0.5)", PLX_HOUR_US / 2, false,
                 0.40918 * exp(-2 * (double)(INT64_C(108) << 24) / 3.6e9));
}

static void test_m_g_1(void **test_state)
{
    (void)test_state;
    begin(0.8, 1, lognormal_h(1, 0.7));
    run(0.8);
    agrees("M/G/1 cv 0.7 mean wait", PLX_FLOW_MEASURE_DOOR, 1 / 60.0, 2.98);
    begin(0.8, 1, lognormal_h(1, 1.5));
    run(0.8);
    agrees("M/G/1 cv 1.5 mean wait", PLX_FLOW_MEASURE_DOOR, 1 / 60.0, 6.5);
    begin(0.8, 1, (plx_law){.family = PLX_LAW_GAMMA, .mean = 60, .cv = sqrt(0.5)});
    run(0.8);
    agrees("M/G/1 gamma mean wait", PLX_FLOW_MEASURE_DOOR, 1 / 60.0, 3);
}

/* Everybody has patience until there is a place; places are the servers. */
static void begin_places(double per_h, unsigned places, plx_law contact, plx_law patience)
{
    begin(per_h, 10000, contact);
    model.zone[0].places = (uint16_t)places;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
        model.patience[a] = law_for_test(&model, patience);
}

static void test_loss(void **test_state)
{
    (void)test_state;
    const plx_law none = {.family = PLX_LAW_DETERMINISTIC, .mean = 1e-4};
    begin_places(8, 10, lognormal_h(1, 1), none);
    run(8);
    agrees("M/G/c/c blocking", PLX_FLOW_MEASURE_LWBS, 0.01, 0.121661);
}

static void test_erlang_a(void **test_state)
{
    (void)test_state;
    const struct {
        double per_h, theta, wait, waiting, abandon;
    } rows[] = {{10, 0.5, 0.619655, 2.07826, 0.103913}, {12, 0.25, 0.925599, 8.69196, 0.181083}};
    for (int i = 0; i < 4; i++) { /* places as servers, then doctors: patience until seen */
        const double per_h = rows[i % 2].per_h;
        begin_places(per_h, 10, exponential_h(1), exponential_h(1 / rows[i % 2].theta));
        if (i >= 2) {
            model.zone[0].places = 10000;
            model.shift_n = 0;
            staff_for_test(&model, 0, 10);
            model.patience_until_doctor = true;
        }
        run(per_h);
        agrees("Erlang-A number waiting", PLX_FLOW_MEASURE_WAITING, 1, rows[i % 2].waiting);
        agrees("Erlang-A abandoning", PLX_FLOW_MEASURE_LWBS, 0.01, rows[i % 2].abandon);
        share_agrees("Erlang-A P(wait > 0)", 1, true, rows[i % 2].wait);
    }
}

static void test_priority(void **test_state)
{
    (void)test_state;
    const double wait[3] = {0.0511475, 0.127869, 0.511475};
    begin(8, 10, exponential_h(1));
    for (unsigned h = 0; h < 24; h++) {
        model.source[0].acuity_below[h][0] = plx_flow_below(0.25);
        model.source[0].acuity_below[h][1] = plx_flow_below(0.75);
    }
    run(8);
    for (int a = 0; a < 3; a++)
        agrees("priority M/M/c mean wait", PLX_FLOW_MEASURE_DOOR_A + a, 1 / 60.0, wait[a]);
}

static void test_tandem(void **test_state)
{
    (void)test_state;
    begin(0.7, 1, exponential_h(1 / 0.9));
    model.triage_pool = 1;
    model.triage = law_for_test(&model, exponential_h(1));
    staff_for_test(&model, 1, 1);
    run(0.7);
    agrees("tandem time in system", PLX_FLOW_MEASURE_LOS, 1 / 60.0, 8.33333);
}

/* The rate of the row is a sine; here its mean over each hour (the effect on the means at whole
 * hours is below 0.03, a quarter of a standard error's limit). */
static void test_m_t_g_infinity(void **test_state)
{
    (void)test_state;
    enum { DAYS = 4000, WARM = 5 };
    const double mean[8] = {24.8602, 17.8984, 15.8288, 19.8638, 27.6398, 34.6016, 36.6712, 32.6362};
    double sum[8] = {0}, squares[8] = {0};
    char why[128];
    begin(1, 10000, lognormal_h(3.5, 1));
    for (unsigned h = 0; h < PLX_FLOW_WEEK_H; h++) {
        const double w = 2 * 3.14159265358979 / 24, from = h % 24 - 9.0;
        model.source[0].rate_per_h[h] = 7.5 - 4 / w * (cos(w * (from + 1)) - cos(w * from));
    }
    assert_int_equal(plx_flow_model_finish(&model, why, sizeof why), PLX_OK);
    plx_flow_tally tally = {0};
    plx_flow_begin(&model, &state, 5, 0, 0);
    plx_flow_tally_begin(&tally, &model, &state, (DAYS + WARM) * PLX_DAY_US);
    for (int64_t i = 8 * WARM; i < 8 * (DAYS + WARM); i++) {
        plx_flow_advance(&model, &state, i * 3 * PLX_HOUR_US, &tally);
        sum[i % 8] += state.present;
        squares[i % 8] += state.present * (double)state.present;
    }
    for (int k = 0; k < 8; k++) {
        const double value = sum[k] / DAYS, variance = squares[k] / DAYS - value * value;
        inside("M(t)/G/inf mean", value, sqrt(mean[k] / DAYS), mean[k]);
        inside("M(t)/G/inf variance", variance, sqrt((2 * mean[k] * mean[k] + mean[k]) / DAYS),
               mean[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_m_m_1),    cmocka_unit_test(test_m_m_c),
        cmocka_unit_test(test_m_g_1),    cmocka_unit_test(test_loss),
        cmocka_unit_test(test_erlang_a), cmocka_unit_test(test_priority),
        cmocka_unit_test(test_tandem),   cmocka_unit_test(test_m_t_g_infinity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
