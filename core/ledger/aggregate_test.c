/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: sums of judgements can be taken apart exactly, in any order, and say what the tally says.
 * Oracles: an empty aggregate; the floating-point tally and duel fed with the same verdicts.
 * Tolerance: none for whole numbers; 1e-5 of a scale for means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/ledger/aggregate.h"

enum { N = 400 };
#define SCALE 15.0

static plx_judgement random_judgement(plx_rng *rng)
{
    plx_judgement j;
    memset(&j, 0, sizeof j);
    const plx_validate_normal law = {plx_rng_normal(rng, 80, 5), 1 + plx_rng_unit(rng)};
    const double truth = plx_rng_normal(rng, law.mean - 0.5, law.sd);
    assert_int_equal(plx_validate_judge_normal(law, truth, 0.5, &j.verdict), PLX_OK);
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++) {
        j.rival[k] = plx_validate_crps_normal((plx_validate_normal){80, 5}, truth);
        j.rival_known[k] = plx_rng_unit(rng) < 0.7;
    }
    return j;
}

static plx_judgement random_event(plx_rng *rng)
{
    plx_judgement j;
    memset(&j, 0, sizeof j);
    j.event = true;
    j.probability = plx_rng_unit(rng);
    j.happened = plx_rng_unit(rng) < j.probability ? 1 : 0;
    j.rival_known[0] = true;
    j.rival[0] = 0.25;
    return j;
}

static void test_exact(void **state)
{
    (void)state;
    plx_judgement all[N];
    plx_rng rng = plx_rng_init(2, 2);
    plx_aggregate forward = {0}, backward = {0}, left = {0}, right = {0};
    const plx_aggregate empty = {0};
    for (int i = 0; i < N; i++)
        all[i] = i % 5 == 0 ? random_event(&rng) : random_judgement(&rng);
    for (int i = 0; i < N; i++) {
        plx_aggregate_put(&forward, &all[i], SCALE, 1);
        plx_aggregate_put(&backward, &all[N - 1 - i], SCALE, 1);
        plx_aggregate_put(i % 3 ? &left : &right, &all[i], SCALE, 1);
    }
    assert_memory_equal(&forward, &backward, sizeof forward);
    plx_aggregate_merge(&left, &right);
    assert_memory_equal(&forward, &left, sizeof forward);
    for (int i = 0; i < N; i++)
        plx_aggregate_put(&forward, &all[(i * 7) % N], SCALE, -1);
    assert_memory_equal(&forward, &empty, sizeof forward);
}

static void test_clip(void **state)
{
    (void)state;
    assert_int_equal(plx_aggregate_fixed(1e300, 1000), INT64_C(1000) << 20);
    assert_int_equal(plx_aggregate_fixed(-1e300, 1000), -(INT64_C(1000) << 20));
    assert_int_equal(plx_aggregate_fixed(0.5, 1), 1 << 19);
    plx_rng rng = plx_rng_init(3, 3);
    plx_judgement j = random_judgement(&rng);
    j.verdict.crps = j.verdict.error = 1e200;
    j.verdict.spread = 1e300;
    plx_aggregate a = {0};
    const plx_aggregate empty = {0};
    plx_aggregate_put(&a, &j, SCALE, 1);
    assert_int_equal(a.score, INT64_C(1000) << 20);
    assert_int_equal(a.error_squares, INT64_C(1000000) << 20);
    plx_aggregate_put(&a, &j, SCALE, -1);
    assert_memory_equal(&a, &empty, sizeof a);
}

static void test_summary(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(4, 4);
    plx_aggregate a = {0};
    plx_validate_tally tally = {0};
    plx_validate_duel duel = {0};
    plx_aggregate_summary s;
    assert_int_equal(plx_aggregate_summarise(&a, SCALE, &s), PLX_NO_ANSWER);
    for (int i = 0; i < N; i++) {
        const plx_judgement j = random_judgement(&rng);
        plx_aggregate_put(&a, &j, SCALE, 1);
        assert_int_equal(plx_validate_tally_add(&tally, &j.verdict), PLX_OK);
        if (j.rival_known[1])
            assert_int_equal(plx_validate_duel_add(&duel, j.verdict.crps, j.rival[1]), PLX_OK);
        const plx_status status = plx_aggregate_summarise(&a, SCALE, &s);
        assert_int_equal(status, i + 1 < PLX_AGGREGATE_LEAST ? PLX_NO_ANSWER : PLX_OK);
        assert_int_equal(s.calibration == PLX_CALIBRATION_TOO_FEW, i + 1 < PLX_AGGREGATE_LEAST);
    }
    double spread_skill, skill;
    plx_validate_flatness flat;
    assert_true(fabs(s.score - tally.crps.mean) < 1e-5 * SCALE);
    assert_true(fabs(s.score_se - plx_validate_moments_standard_error(&tally.crps)) < 1e-5 * SCALE);
    assert_true(fabs(s.bias - tally.error.mean) < 1e-5 * SCALE && s.bias > 0.3);
    assert_int_equal(plx_validate_tally_spread_skill(&tally, &spread_skill), PLX_OK);
    assert_true(fabs(s.spread_skill - spread_skill) < 1e-3);
    assert_int_equal(plx_validate_duel_skill(&duel, &skill), PLX_OK);
    assert_int_equal(s.pairs[1], duel.difference.n);
    assert_true(fabs(s.skill[1] - skill) < 1e-5);
    assert_true(fabs(s.difference[1] - duel.difference.mean) < 1e-5 * SCALE);
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        plx_validate_coverage c;
        assert_int_equal(plx_validate_tally_coverage(&tally, i, &c), PLX_OK);
        assert_true(s.cover[i].n == c.n && s.cover[i].share == c.share);
        assert_true(fabs(s.cover[i].width - c.width) < 1e-5 * SCALE);
        assert_true(fabs(s.cover[i].expected - c.expected) < 1e-6);
    }
    assert_int_equal(plx_validate_ranks_flatness(&tally.ranks, &flat), PLX_OK);
    assert_true(s.flatness.statistic == flat.statistic);
    assert_int_equal(s.calibration, PLX_CALIBRATION_HIGH);
}

static void test_events(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(5, 5);
    plx_aggregate a = {0};
    plx_validate_events events = {0};
    plx_validate_brier brier;
    plx_aggregate_summary s;
    for (int i = 0; i < N; i++) {
        const plx_judgement j = random_event(&rng);
        plx_aggregate_put(&a, &j, 1, 1);
        assert_int_equal(plx_validate_events_add(&events, j.probability, j.happened > 0), PLX_OK);
    }
    assert_int_equal(plx_validate_events_brier(&events, &brier), PLX_OK);
    assert_int_equal(plx_aggregate_summarise(&a, 1, &s), PLX_OK);
    assert_true(fabs(s.score - brier.score) < 1e-5);
    assert_true(isnan(s.bias) && isnan(s.spread_skill));
    assert_true(fabs(s.skill[0] - (1 - brier.score / 0.25)) < 1e-4);
    for (int b = 0; b < PLX_VALIDATE_BINS; b++) {
        assert_int_equal(a.bin[b], events.bin[b].n);
        assert_int_equal(a.happened[b], events.bin[b].events);
        assert_true(fabs((double)a.probability[b] / PLX_AGGREGATE_ONE - events.bin[b].p_sum) <
                    1e-4);
    }
    assert_string_equal(plx_fate_text(PLX_FATE_LEFT), "left");
    assert_string_equal(plx_calibration_text(PLX_CALIBRATION_WIDE), "too wide");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exact), cmocka_unit_test(test_clip),
                                       cmocka_unit_test(test_summary),
                                       cmocka_unit_test(test_events)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
