/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: detectors are silent as long as they promise and find what they are for; states move only
 * as the table says. Oracles: simulation with known hit rates and shifts; the e-process written as
 * a product; sums over days by hand. Tolerance: the bars stand at each assertion; streams are fixed
 * by their keys, so the figures printed do not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/ledger/aggregate.h"
#include "core/ledger/drift.h"

static double share_of_hits(plx_rng *rng, int n, double p)
{
    int hits = 0;
    for (int i = 0; i < n; i++)
        hits += plx_rng_unit(rng) < p;
    return (double)hits / n;
}

/* Steps until the alarm, at most `steps`; 0 = silent. */
static int coverage_run(uint64_t key, int hits, double p, int steps, plx_drift_alarm *which)
{
    plx_drift_coverage c = {0};
    plx_rng rng = plx_rng_init(key, (uint64_t)hits);
    for (int t = 1; t <= steps; t++) {
        *which = plx_drift_coverage_step(&c, share_of_hits(&rng, hits, p), 0.9);
        if (*which != PLX_DRIFT_QUIET) return t;
    }
    return 0;
}

static void test_coverage_is_silent(void **state)
{
    (void)state;
    plx_drift_alarm which;
    int alarms = 0;
    for (uint64_t run = 0; run < 20; run++) {
        alarms += coverage_run(run, 3, 0.9, 10000, &which) != 0;
        alarms += coverage_run(100 + run, 40, 0.9, 2000, &which) != 0;
    }
    printf("# coverage: %d false alarms in 20 x 10000 steps of 3 hits and 20 x 2000 of 40\n",
           alarms);
    assert_true(alarms <= 4); /* 24 x 10^4 steps, at least 10^4 to an alarm of a side: mean 48 */
}

static void test_coverage_finds(void **state)
{
    (void)state;
    static const struct {
        int hits;
        double p;
        int low, high; /* steps of 5 min */
        plx_drift_alarm alarm;
    } cases[] = {{40, 0.80, 40, 70, PLX_DRIFT_NARROW},
                 {40, 0.70, 20, 36, PLX_DRIFT_NARROW},
                 {40, 0.99, 180, 240, PLX_DRIFT_WIDE},
                 {3, 0.80, 20, 160, PLX_DRIFT_NARROW},
                 {3, 0.70, 12, 80, PLX_DRIFT_NARROW}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int low = 1 << 30, high = 0;
        for (uint64_t run = 0; run < 20; run++) {
            plx_drift_alarm which;
            const int t = coverage_run(1000 + run, cases[i].hits, cases[i].p, 2000, &which);
            assert_int_equal(which, cases[i].alarm);
            if (t < low) low = t;
            if (t > high) high = t;
        }
        printf("# coverage: %d hits a step, %.0f %%: found after %d to %d steps\n", cases[i].hits,
               100 * cases[i].p, low, high);
        assert_true(low >= cases[i].low && high <= cases[i].high);
    }
}

static void test_coverage_is_the_product(void **state)
{
    (void)state;
    plx_drift_coverage c = {0};
    double narrow = 1, wide = 1;
    plx_rng rng = plx_rng_init(9, 9);
    for (int t = 0; t < 60; t++) {
        const double x = share_of_hits(&rng, 5, 0.85), e = 0.872;
        narrow = fmax(1, narrow) * (1 - 2 * (x - e));
        wide = fmax(1, wide) * (1 + 0.5 * (x - e));
        (void)plx_drift_coverage_step(&c, x, e);
        assert_true(fabs(c.narrow - narrow) < 1e-9 * narrow && fabs(c.wide - wide) < 1e-9 * wide);
    }
}

typedef struct run_length {
    double mean, early; /* days; share that ends within 100 */
} run_length;

/* Of the skill detector after reference days (0: known exactly); runs are cut at `days`. */
static run_length skill_runs(int reference_days, double shift, int days, int runs)
{
    run_length length = {0};
    for (int run = 0; run < runs; run++) {
        plx_drift_skill s = {0};
        plx_rng rng = plx_rng_init(77, (uint64_t)(run * 100 + reference_days));
        if (reference_days == 0) { /* mean 0, sd 1 */
            s.reference_n = 1000001;
            s.squares = 1000000;
        }
        for (int d = 0; d < reference_days; d++)
            plx_drift_skill_learn(&s, plx_rng_normal(&rng, 0, 1));
        int d = 1;
        while (d < days &&
               plx_drift_skill_day(&s, plx_rng_normal(&rng, shift, 1), 1e-6) == PLX_DRIFT_QUIET)
            d++;
        length.mean += (double)d / runs;
        length.early += d <= 100 ? 1.0 / runs : 0;
    }
    return length;
}

static void test_skill(void **state)
{
    (void)state;
    const run_length known = skill_runs(0, 0, 10000, 1000), shifted = skill_runs(0, 1, 1000, 1000);
    const run_length month = skill_runs(30, 0, 101, 1000), week = skill_runs(7, 0, 101, 1000);
    printf("# skill: %.0f days to a false alarm in the mean; a shift of 1 sd is found after %.1f; "
           "false alarms within 100 days: %.3f with a known reference, %.3f with one of 30 days, "
           "%.3f of 7\n",
           known.mean, shifted.mean, known.early, month.early, week.early);
    assert_true(known.mean > 800 && known.mean < 1060); /* 930 in tables */
    assert_true(shifted.mean > 9 && shifted.mean < 12); /* 10.4 in tables */
    assert_true(known.early < month.early && month.early < week.early);
    plx_drift_skill s = {0};
    for (int d = 0; d < 6; d++)
        plx_drift_skill_learn(&s, 0);
    for (int d = 0; d < 100; d++)
        assert_int_equal(plx_drift_skill_day(&s, 1e6, 0.1), PLX_DRIFT_QUIET); /* no reference */
    plx_drift_skill_learn(&s, 0);
    for (int d = 0; d < 2; d++) /* 10 sd by the floor are z = 3.9 by the t law, less the half */
        assert_int_equal(plx_drift_skill_day(&s, 1.0, 0.1),
                         d == 0 ? PLX_DRIFT_QUIET : PLX_DRIFT_SKILL);
}

static void test_stability(void **state)
{
    (void)state;
    uint64_t then[PLX_DRIFT_INPUT_BINS], now[PLX_DRIFT_INPUT_BINS];
    double index = -1;
    for (int i = 0; i < PLX_DRIFT_INPUT_BINS; i++)
        then[i] = now[i] = 100;
    assert_int_equal(plx_drift_stability(then, now, &index), PLX_OK);
    assert_true(index == 0);
    now[0] = 200;
    now[1] = 0;
    assert_int_equal(plx_drift_stability(then, now, &index), PLX_OK);
    assert_true(fabs(index - (0.1 * log(2) + (0.0005 - 0.1) * log(0.005))) < 1e-12);
    assert_true(index > PLX_DRIFT_INPUT_ALARM);
    for (int i = 0; i < PLX_DRIFT_INPUT_BINS; i++)
        then[i] = 9;
    assert_int_equal(plx_drift_stability(then, now, &index), PLX_NO_ANSWER);
}

static void test_intervals(void **state)
{
    (void)state;
    plx_drift_day days[PLX_DRIFT_DAYS];
    memset(days, 0, sizeof days);
    plx_rng rng = plx_rng_init(4, 4);
    for (int i = 0; i < 30; i++) {
        days[i].day = 20000 + i;
        days[i].pairs[0] = 100;
        days[i].rival[0] = 1000;
        days[i].model[0] = (int64_t)plx_rng_normal(&rng, 800, 50);
        days[i].covered = 100;
        days[i].inside = 85;
        days[i].expected = (int64_t)(87 * PLX_AGGREGATE_ONE);
    }
    plx_drift_interval skill, again, coverage;
    assert_int_equal(plx_drift_skill_interval(days, 30, PLX_RIVAL_PERSISTENCE, 5, &skill), PLX_OK);
    assert_true(fabs(skill.value - 0.2) < 0.03);
    /* Normal theory: 1.96 x 0.05 / sqrt 30 = 0.018 to either side. */
    assert_true(fabs(skill.high - skill.low - 0.036) < 0.012);
    assert_int_equal(plx_drift_skill_interval(days, 30, PLX_RIVAL_PERSISTENCE, 5, &again), PLX_OK);
    assert_memory_equal(&skill, &again, sizeof skill);
    assert_int_equal(plx_drift_coverage_interval(days, 30, 5, &coverage), PLX_OK);
    assert_true(fabs(coverage.value - 0.88) < 1e-9 && fabs(coverage.low - 0.88) < 1e-9);
    assert_int_equal(plx_drift_skill_interval(days, 30, PLX_RIVAL_AR1, 5, &skill), PLX_NO_ANSWER);
    assert_int_equal(plx_drift_skill_interval(days, 4, PLX_RIVAL_PERSISTENCE, 5, &skill),
                     PLX_NO_ANSWER);
}

static void test_states(void **state)
{
    (void)state;
    const char *rows[PLX_MODEL_STATE_N] = {".s..dr", "..l.dr", "...wdr",
                                           "..l.dr", ".s...r", "......"};
    for (int from = 0; from < PLX_MODEL_STATE_N; from++)
        for (int to = 0; to < PLX_MODEL_STATE_N; to++)
            assert_int_equal(plx_model_state_allowed((plx_model_state)from, (plx_model_state)to),
                             rows[from][to] != '.');
    assert_true(plx_model_state_shown(PLX_MODEL_LIVE) && plx_model_state_shown(PLX_MODEL_WATCH));
    assert_false(plx_model_state_shown(PLX_MODEL_SHADOW) ||
                 plx_model_state_shown(PLX_MODEL_DEMOTED));
    assert_string_equal(plx_model_state_text(PLX_MODEL_WATCH), "watch");
    assert_string_equal(plx_model_state_text(PLX_MODEL_STATE_N), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_coverage_is_silent),
                                       cmocka_unit_test(test_coverage_finds),
                                       cmocka_unit_test(test_coverage_is_the_product),
                                       cmocka_unit_test(test_skill),
                                       cmocka_unit_test(test_stability),
                                       cmocka_unit_test(test_intervals),
                                       cmocka_unit_test(test_states)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
