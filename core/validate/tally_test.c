/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: tallies are the sums of their definitions, merge to the same as one pass, and their
 * verdicts are right for forecasts that are calibrated, too narrow and too wide. Oracles: two-pass
 * sums; the identity of the Brier parts; Wilson's roots; drawn samples. Tolerance: 1e-12 for sums,
 * five standard errors for frequencies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/validate/tally.h"

static void assert_close(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) fail_msg("%.17g is not %.17g within %g", got, want, within);
}

static void test_moments(void **state)
{
    (void)state;
    enum { N = 1000 };
    plx_rng rng = plx_rng_init(21, 1);
    double value[N], mean = 0.0, squares = 0.0;
    for (int i = 0; i < N; i++) {
        value[i] = plx_rng_normal(&rng, 1e6, 0.5); /* a plain sum of squares would lose it */
        mean += (value[i] - 1e6) / N;
    }
    for (int i = 0; i < N; i++)
        squares += pow(value[i] - 1e6 - mean, 2.0);
    plx_validate_moments one = {0}, parts[3] = {0}, merged = {0};
    for (int i = 0; i < N; i++) {
        plx_validate_moments_add(&one, value[i]);
        plx_validate_moments_add(&parts[i < 10 ? 0 : i < 400 ? 1 : 2], value[i]);
    }
    for (int i = 0; i < 3; i++)
        plx_validate_moments_merge(&merged, &parts[i]);
    const plx_validate_moments empty = {0};
    plx_validate_moments_merge(&merged, &empty);
    assert_true(one.n == N && merged.n == N);
    assert_close(one.mean, 1e6 + mean, 1e-8);
    assert_close(merged.mean, 1e6 + mean, 1e-8);
    assert_close(plx_validate_moments_variance(&one), squares / (N - 1), 1e-8);
    assert_close(plx_validate_moments_variance(&merged), squares / (N - 1), 1e-8);
    assert_close(plx_validate_moments_standard_error(&one), sqrt(squares / (N - 1) / N), 1e-8);
    assert_true(isnan(plx_validate_moments_variance(&empty)));
}

static void test_ranks(void **state)
{
    (void)state;
    plx_validate_ranks ranks = {{0}};
    plx_validate_flatness flat = {-1.0, -1.0};
    assert_int_equal(plx_validate_ranks_add(&ranks, 1.0), PLX_OK);
    assert_int_equal(plx_validate_ranks_add(&ranks, 0.0), PLX_OK);
    assert_int_equal(plx_validate_ranks_add(&ranks, 0.0499), PLX_OK);
    assert_int_equal(plx_validate_ranks_add(&ranks, 0.05), PLX_OK);
    assert_true(ranks.bin[0] == 2 && ranks.bin[1] == 1 && ranks.bin[19] == 1);
    assert_int_equal(plx_validate_ranks_add(&ranks, -0.001), PLX_RANGE);
    assert_int_equal(plx_validate_ranks_add(&ranks, 1.001), PLX_RANGE);
    assert_int_equal(plx_validate_ranks_add(&ranks, NAN), PLX_RANGE);
    assert_int_equal(plx_validate_ranks_flatness(&ranks, &flat), PLX_NO_ANSWER);
    assert_true(flat.p == -1.0);
    ranks = (plx_validate_ranks){{0}};
    for (int i = 0; i < PLX_VALIDATE_BINS; i++)
        ranks.bin[i] = 10;
    assert_int_equal(plx_validate_ranks_flatness(&ranks, &flat), PLX_OK);
    assert_close(flat.statistic, 0.0, 0.0);
    assert_close(flat.p, 1.0, 0.0);
    ranks.bin[0] = 20;
    ranks.bin[1] = 0; /* (10^2 + 10^2) / 10 */
    assert_int_equal(plx_validate_ranks_flatness(&ranks, &flat), PLX_OK);
    assert_close(flat.statistic, 20.0, 1e-12);
    assert_close(flat.p, 0.3946,
                 1e-4); /* printed tables: between 0.30 (21.689) and 0.50 (18.338) */
}

/* Forecasts with mean bias and sd factor of truths from the standard normal law. */
static void judge_many(plx_validate_tally *tally, double factor, double bias)
{
    enum { N = 20000 };
    plx_rng rng = plx_rng_init(22, 1);
    const plx_validate_normal law = {bias, factor};
    for (uint64_t i = 0; i < N; i++) {
        plx_validate_verdict verdict;
        const double y = plx_rng_normal(&rng, 0.0, 1.0), v = plx_validate_pit_draw(3, i);
        assert_int_equal(plx_validate_judge_normal(law, y, v, &verdict), PLX_OK);
        assert_int_equal(plx_validate_tally_add(tally, &verdict), PLX_OK);
    }
}

static void test_calibrated(void **state)
{
    (void)state;
    plx_validate_tally tally = {0};
    judge_many(&tally, 1.0, 0.0);
    plx_validate_flatness flat;
    assert_int_equal(plx_validate_ranks_flatness(&tally.ranks, &flat), PLX_OK);
    assert_true(flat.p > 1e-3);
    double ratio = 0.0;
    assert_int_equal(plx_validate_tally_spread_skill(&tally, &ratio), PLX_OK);
    assert_close(ratio, 1.0, 0.025);
    assert_close(tally.error.mean, 0.0, 5.0 * plx_validate_moments_standard_error(&tally.error));
    /* The mean CRPS of a calibrated unit normal is 1/sqrt(pi). */
    assert_close(tally.crps.mean, 1.0 / sqrt(acos(-1.0)),
                 5.0 * plx_validate_moments_standard_error(&tally.crps));
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        plx_validate_coverage cover;
        assert_int_equal(plx_validate_tally_coverage(&tally, i, &cover), PLX_OK);
        assert_close(cover.share, plx_validate_levels[i], 0.015);
        assert_close(cover.expected, plx_validate_levels[i], 1e-9);
        assert_true(cover.low < cover.share && cover.share < cover.high);
    }
}

static void test_miscalibrated(void **state)
{
    (void)state;
    const double factors[] = {0.7, 1.5};
    for (int k = 0; k < 2; k++) {
        plx_validate_tally tally = {0};
        judge_many(&tally, factors[k], 0.0);
        plx_validate_flatness flat;
        plx_validate_coverage cover;
        double ratio = 0.0;
        assert_int_equal(plx_validate_ranks_flatness(&tally.ranks, &flat), PLX_OK);
        assert_true(flat.p < 1e-9);
        assert_int_equal(plx_validate_tally_spread_skill(&tally, &ratio), PLX_OK);
        assert_close(ratio, factors[k], 0.025 * factors[k]);
        assert_int_equal(plx_validate_tally_coverage(&tally, 2, &cover), PLX_OK);
        assert_close(cover.share, erf(1.6448536269514722 * factors[k] / sqrt(2.0)), 0.015);
        assert_close(cover.width, 2.0 * 1.6448536269514722 * factors[k], 1e-9);
    }
    plx_validate_tally tally = {0};
    judge_many(&tally, 1.0, 0.5);
    assert_close(tally.error.mean, 0.5, 5.0 * plx_validate_moments_standard_error(&tally.error));
}

/* Wilson's ends are the roots of (share - x)^2 = z^2 x (1 - x) / n. */
static void test_wilson(void **state)
{
    (void)state;
    const uint64_t inside[] = {0, 1, 45, 50};
    for (int i = 0; i < 4; i++) {
        plx_validate_tally tally = {0};
        tally.cover[2] = (plx_validate_cover){50, inside[i], 100.0, 45.0};
        plx_validate_coverage cover;
        assert_int_equal(plx_validate_tally_coverage(&tally, 2, &cover), PLX_OK);
        const double ends[] = {cover.low, cover.high};
        for (int e = 0; e < 2; e++) {
            const double x = ends[e], z = 1.959963984540054;
            assert_close(pow(cover.share - x, 2.0), z * z * x * (1.0 - x) / 50.0, 1e-12);
        }
        assert_close(cover.width, 2.0, 1e-15);
        assert_close(cover.expected, 0.9, 1e-15);
    }
}

static plx_validate_tally tally_in_parts(int parts)
{
    plx_validate_tally part[4] = {0}, all = {0};
    plx_rng rng = plx_rng_init(23, 1);
    for (uint64_t i = 0; i < 1000; i++) {
        const plx_validate_normal law = {plx_rng_normal(&rng, 80.0, 5.0), 4.0};
        const double y = plx_rng_normal(&rng, 80.0, 6.0);
        plx_validate_verdict verdict;
        assert_int_equal(plx_validate_judge_normal(law, y, 0.5, &verdict), PLX_OK);
        verdict.spread_known = i % 3 != 0;
        if (i % 5 == 0) verdict.width[3] = NAN;
        plx_validate_tally *to = &part[i * (uint64_t)parts / 1000];
        assert_int_equal(plx_validate_tally_add(to, &verdict), PLX_OK);
        if (i % 10 == 0) plx_validate_tally_abstain(to);
    }
    for (int i = 0; i < parts; i++)
        plx_validate_tally_merge(&all, &part[i]);
    return all;
}

static void test_merge(void **state)
{
    (void)state;
    const plx_validate_tally one = tally_in_parts(1), four = tally_in_parts(4);
    const plx_validate_tally again = tally_in_parts(4);
    assert_memory_equal(&four, &again, sizeof four);
    assert_true(four.error.n == 1000 && four.abstained == 100 && four.spread.n == 666);
    assert_true(four.cover[3].n == 800 && four.cover[2].n == 1000);
    assert_memory_equal(&one.ranks, &four.ranks, sizeof one.ranks);
    assert_close(four.error.mean, one.error.mean, 1e-12);
    assert_close(four.crps.mean, one.crps.mean, 1e-12);
    assert_close(four.crps.squares, one.crps.squares, 1e-9);
    assert_close(four.spread.mean, one.spread.mean, 1e-12);
    assert_close(four.square_error.mean, one.square_error.mean, 1e-11);
    for (int i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        assert_true(four.cover[i].inside == one.cover[i].inside);
        assert_close(four.cover[i].width_sum, one.cover[i].width_sum, 1e-9);
    }
}

static void test_duel(void **state)
{
    (void)state;
    plx_validate_duel left = {0}, right = {0};
    double skill = 9.0;
    assert_int_equal(plx_validate_duel_skill(&left, &skill), PLX_NO_ANSWER);
    assert_int_equal(plx_validate_duel_add(&left, 1.0, 2.0), PLX_OK);
    assert_int_equal(plx_validate_duel_add(&right, 2.0, 6.0), PLX_OK);
    assert_int_equal(plx_validate_duel_add(&right, NAN, 6.0), PLX_RANGE);
    assert_int_equal(plx_validate_duel_add(&right, 1.0, INFINITY), PLX_RANGE);
    plx_validate_duel_merge(&left, &right);
    assert_int_equal(plx_validate_duel_skill(&left, &skill), PLX_OK);
    assert_close(skill, 1.0 - 3.0 / 8.0, 1e-15);
    assert_close(left.difference.mean, -2.5, 1e-15);
    assert_close(plx_validate_moments_variance(&left.difference), 4.5, 1e-14);
    plx_validate_duel perfect = {0};
    skill = 9.0;
    assert_int_equal(plx_validate_duel_add(&perfect, 1.0, 0.0), PLX_OK);
    assert_int_equal(plx_validate_duel_skill(&perfect, &skill), PLX_NO_ANSWER);
    assert_close(skill, 9.0, 0.0);
}

static void test_brier(void **state)
{
    (void)state;
    enum { N = 5000 };
    plx_rng rng = plx_rng_init(24, 1);
    plx_validate_events events = {0}, halves[2] = {0};
    double direct = 0.0;
    for (int i = 0; i < N; i++) {
        const double p = i % 100 == 0 ? 1.0 : plx_rng_unit(&rng);
        const bool event = plx_rng_unit(&rng) < 0.2 + 0.5 * p * p;
        direct += (p - event) * (p - event) / N;
        assert_int_equal(plx_validate_events_add(&events, p, event), PLX_OK);
        assert_int_equal(plx_validate_events_add(&halves[i < N / 2 ? 0 : 1], p, event), PLX_OK);
    }
    plx_validate_brier brier, merged;
    assert_int_equal(plx_validate_events_brier(&events, &brier), PLX_OK);
    assert_close(brier.score, direct, 1e-12);
    assert_close(brier.reliability - brier.resolution + brier.uncertainty + brier.within_variance -
                     brier.within_covariance,
                 direct, 1e-12);
    assert_true(brier.reliability > 0.005 && brier.resolution > 0.005);
    plx_validate_events_merge(&halves[0], &halves[1]);
    assert_int_equal(plx_validate_events_brier(&halves[0], &merged), PLX_OK);
    assert_close(merged.score, brier.score, 1e-12);
    assert_true(merged.n == N);
}

/* Three probabilities, one to a bin: Murphy's three parts by hand, nothing within bins. */
static void test_brier_by_hand(void **state)
{
    (void)state;
    plx_validate_events events = {0};
    plx_validate_brier brier = {.n = 77};
    assert_int_equal(plx_validate_events_brier(&events, &brier), PLX_NO_ANSWER);
    assert_int_equal(plx_validate_events_add(&events, 1.01, true), PLX_RANGE);
    assert_int_equal(plx_validate_events_add(&events, NAN, true), PLX_RANGE);
    assert_true(brier.n == 77);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(plx_validate_events_add(&events, 0.125, i < 2), PLX_OK);
        assert_int_equal(plx_validate_events_add(&events, 0.875, i < 6), PLX_OK);
    }
    assert_int_equal(plx_validate_events_brier(&events, &brier), PLX_OK);
    assert_close(brier.uncertainty, 0.24, 1e-15);
    assert_close(brier.resolution, 0.04, 1e-15);
    assert_close(brier.reliability, (0.075 * 0.075 + 0.275 * 0.275) / 2.0, 1e-15);
    assert_close(brier.within_variance, 0.0, 1e-15);
    assert_close(brier.within_covariance, 0.0, 1e-15);
}

static void test_refusals(void **state)
{
    (void)state;
    plx_validate_tally tally = {0}, empty = {0};
    plx_validate_verdict verdict;
    assert_int_equal(plx_validate_judge_normal((plx_validate_normal){0.0, 1.0}, 0.0, 0.5, &verdict),
                     PLX_OK);
    plx_validate_verdict bad = verdict;
    bad.error = NAN;
    assert_int_equal(plx_validate_tally_add(&tally, &bad), PLX_RANGE);
    bad = verdict;
    bad.crps = INFINITY;
    assert_int_equal(plx_validate_tally_add(&tally, &bad), PLX_RANGE);
    bad = verdict;
    bad.pit = NAN;
    assert_int_equal(plx_validate_tally_add(&tally, &bad), PLX_RANGE);
    assert_memory_equal(&tally, &empty, sizeof tally);
    plx_validate_coverage cover;
    double ratio = 4.0;
    assert_int_equal(plx_validate_tally_coverage(&tally, 0, &cover), PLX_NO_ANSWER);
    assert_int_equal(plx_validate_tally_coverage(&tally, PLX_VALIDATE_LEVEL_N, &cover), PLX_RANGE);
    assert_int_equal(plx_validate_tally_spread_skill(&tally, &ratio), PLX_NO_ANSWER);
    assert_int_equal(plx_validate_tally_add(&tally, &verdict), PLX_OK); /* no error at all */
    assert_int_equal(plx_validate_tally_spread_skill(&tally, &ratio), PLX_NO_ANSWER);
    assert_close(ratio, 4.0, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),       cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_calibrated),    cmocka_unit_test(test_miscalibrated),
        cmocka_unit_test(test_wilson),        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_duel),          cmocka_unit_test(test_brier),
        cmocka_unit_test(test_brier_by_hand), cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
