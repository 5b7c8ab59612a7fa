/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: scores, intervals and PIT are what their definitions say. Oracles: closed forms; the
 * direct sums over all pairs; the integral of (F(x) - 1[x >= y])^2; symmetry (an ensemble score is
 * right on average for every size); frequencies on drawn samples. Tolerance: 1e-12 against sums,
 * the step of the integral, five standard errors for frequencies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/validate/law.h"
#include "core/validate/score.h"

enum { SIZE_MAX_TESTED = 257 };

static void assert_close(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) fail_msg("%.17g is not %.17g within %g", got, want, within);
}

static plx_validate_sample draw(plx_rng *rng, double *values, uint32_t n, double mean, double sd)
{
    plx_validate_sample sample = {NULL, 0};
    for (uint32_t i = 0; i < n; i++)
        values[i] = plx_rng_normal(rng, mean, sd);
    assert_int_equal(plx_validate_sample_make(values, n, &sample), PLX_OK);
    return sample;
}

static double direct_crps(const double *x, uint32_t n, double y)
{
    double to_truth = 0.0, pairs = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        to_truth += fabs(x[i] - y);
        for (uint32_t j = 0; j < n; j++)
            pairs += fabs(x[i] - x[j]);
    }
    return to_truth / n - pairs / (2.0 * n * (n - 1.0));
}

static void test_crps_sample(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(11, 1);
    for (uint32_t n = 2; n <= SIZE_MAX_TESTED; n += n < 12 ? 1 : 49) {
        double drawn[SIZE_MAX_TESTED], values[SIZE_MAX_TESTED];
        for (uint32_t i = 0; i < n; i++) /* rounded, so that there are ties */
            drawn[i] = values[i] = floor(plx_rng_normal(&rng, 80.0, 12.0) * 2.0) / 2.0;
        plx_validate_sample sample = {NULL, 0};
        assert_int_equal(plx_validate_sample_make(values, n, &sample), PLX_OK);
        for (uint32_t i = 1; i < n; i++)
            assert_true(sample.sorted[i - 1] <= sample.sorted[i]);
        for (double y = 40.0; y < 121.0; y += 4.25)
            assert_close(plx_validate_crps_sample(&sample, y), direct_crps(drawn, n, y), 1e-12);
    }
    double two[] = {3.0, 1.0}; /* |1-y| and |3-y| on average, less half their distance */
    plx_validate_sample pair = {NULL, 0};
    assert_int_equal(plx_validate_sample_make(two, 2, &pair), PLX_OK);
    assert_close(plx_validate_crps_sample(&pair, 5.0), 3.0 - 1.0, 0.0);
}

static void test_crps_normal(void **state)
{
    (void)state;
    const plx_validate_normal unit = {0.0, 1.0};
    assert_close(plx_validate_crps_normal(unit, 0.0), (sqrt(2.0) - 1.0) / sqrt(acos(-1.0)), 1e-15);
    assert_close(plx_validate_crps_normal(unit, 0.0), 0.2337, 5e-5);
    const plx_validate_normal law = {70.0, 8.0};
    for (double y = 40.0; y <= 110.0; y += 7.3) {
        double sum = 0.0;
        const double step = 1e-3;
        for (double x = 70.0 - 96.0 + step / 2; x < 70.0 + 96.0; x += step) {
            const double gap = 0.5 * erfc((70.0 - x) / 8.0 / sqrt(2.0)) - (x >= y ? 1.0 : 0.0);
            sum += gap * gap * step;
        }
        assert_close(plx_validate_crps_normal(law, y), sum, 2e-3);
    }
    assert_close(plx_validate_crps_normal((plx_validate_normal){70.0, 0.0}, 67.0), 3.0, 0.0);
}

/* Every size of ensemble has the score of the law it was drawn from, on average. */
static void test_fairness(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(12, 1);
    const uint32_t sizes[] = {2, 3, 8, 64};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        enum { REPEATS = 20000 };
        double values[64], sum = 0.0, squares = 0.0;
        for (int r = 0; r < REPEATS; r++) {
            const plx_validate_sample sample = draw(&rng, values, sizes[s], 5.0, 2.0);
            const double y = 6.0, score = plx_validate_crps_sample(&sample, y);
            sum += score;
            squares += score * score;
        }
        const double mean = sum / REPEATS,
                     error = sqrt((squares / REPEATS - mean * mean) / REPEATS);
        const plx_validate_normal law = {5.0, 2.0};
        assert_close(mean, plx_validate_crps_normal(law, 6.0), 5.0 * error);
    }
}

/* Pinball losses at many evenly spread levels are the CRPS; and Bracher's interval form agrees. */
static void test_crps_quantiles(void **state)
{
    (void)state;
    enum { MANY = 511 };
    double level[MANY], value[MANY];
    const plx_validate_normal law = {90.0, 10.0};
    for (int i = 0; i < MANY; i++) {
        level[i] = (i + 0.5) / MANY;
        value[i] = plx_validate_quantile_normal(law, level[i]);
    }
    const plx_validate_quantiles many = {level, value, MANY};
    assert_int_equal(plx_validate_quantiles_check(&many), PLX_OK);
    for (double y = 60.0; y < 121.0; y += 5.0)
        assert_close(plx_validate_crps_quantiles(&many, y), plx_validate_crps_normal(law, y), 0.01);

    const double few_level[] = {0.05, 0.25, 0.5, 0.75, 0.95}, few_value[] = {70, 82, 90, 99, 110};
    const plx_validate_quantiles few = {few_level, few_value, 5};
    for (double y = 55.0; y < 130.0; y += 3.7) {
        double weighted = 0.5 * fabs(y - 90.0);
        weighted += 0.05 * plx_validate_interval_score((plx_validate_interval){70, 110}, 0.9, y);
        weighted += 0.25 * plx_validate_interval_score((plx_validate_interval){82, 99}, 0.5, y);
        assert_close(plx_validate_crps_quantiles(&few, y), weighted / 2.5, 1e-12);
    }
}

/* The integral of (F - 1)^2 for a blend whose ensemble counts fairly: its own pairs are known to
 * differ by half_pairs / n from the plain ones. */
static void test_crps_blend(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(13, 1);
    enum { N = 20 };
    double values[N];
    const plx_validate_sample sample = draw(&rng, values, N, 70.0, 6.0);
    const plx_validate_normal normal[] = {{75.0, 5.0}, {60.0, 9.0}, {72.0, 0.0}};
    const double weight[] = {0.3, 0.2, 0.1};
    const plx_validate_blend blend = {sample, 0.4, normal, weight, 3};
    assert_int_equal(plx_validate_blend_check(&blend), PLX_OK);
    double pairs = 0.0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            pairs += fabs(values[i] - values[j]);
    const double fair_less = 0.4 * 0.4 * 0.5 * pairs * (1.0 / (N * (N - 1.0)) - 1.0 / (N * N));
    for (double y = 40.0; y < 100.0; y += 6.1) {
        double sum = 0.0;
        const double step = 1e-3;
        for (double x = -40.0 + step / 2; x < 180.0; x += step) {
            int below = 0;
            for (int i = 0; i < N; i++)
                below += values[i] <= x;
            double cdf = 0.4 * below / N + 0.1 * (x >= 72.0);
            cdf += 0.3 * 0.5 * erfc((75.0 - x) / 5.0 / sqrt(2.0));
            cdf += 0.2 * 0.5 * erfc((60.0 - x) / 9.0 / sqrt(2.0));
            const double gap = cdf - (x >= y ? 1.0 : 0.0);
            sum += gap * gap * step;
        }
        assert_close(plx_validate_crps_blend(&blend, y), sum - fair_less, 3e-3);
    }
    const double all = 1.0, none = 0.0;
    const plx_validate_blend only_normal = {{NULL, 0}, 0.0, normal, &all, 1};
    const plx_validate_blend only_sample = {sample, 1.0, normal, &none, 1};
    assert_close(plx_validate_crps_blend(&only_normal, 71.0),
                 plx_validate_crps_normal(normal[0], 71.0), 1e-14);
    assert_close(plx_validate_crps_blend(&only_sample, 71.0),
                 plx_validate_crps_sample(&sample, 71.0), 1e-14);
}

static void test_quantiles(void **state)
{
    (void)state;
    double values[] = {4.0, 1.0, 3.0, 2.0, 10.0};
    plx_validate_sample sample = {NULL, 0};
    assert_int_equal(plx_validate_sample_make(values, 5, &sample), PLX_OK);
    assert_close(plx_validate_quantile_sample(&sample, 0.5), 3.0, 0.0);
    assert_close(plx_validate_quantile_sample(&sample, 0.05), 1.2, 1e-14);
    assert_close(plx_validate_quantile_sample(&sample, 0.95), 8.8, 1e-14);
    assert_close(plx_validate_quantile_sample(&sample, 1.0), 10.0, 0.0);

    const plx_validate_normal normal = {3.0, 2.0};
    const double weight = 0.5, all = 1.0, none = 0.0;
    const plx_validate_blend only_sample = {sample, 1.0, &normal, &none, 1};
    const plx_validate_blend only_normal = {{NULL, 0}, 0.0, &normal, &all, 1};
    const plx_validate_blend half = {sample, 0.5, &normal, &weight, 1};
    for (double p = 0.02; p < 1.0; p += 0.03) {
        assert_true(plx_validate_quantile_blend(&only_sample, p) ==
                    plx_validate_quantile_sample(&sample, p));
        assert_close(plx_validate_quantile_blend(&only_normal, p),
                     plx_validate_quantile_normal(normal, p), 1e-12);
        /* The definition, with the type 7 law written out for this sample. */
        const double x = plx_validate_quantile_blend(&half, p);
        double rank = x < 1.0    ? 0.0
                      : x < 4.0  ? (x - 1.0) / 4.0
                      : x < 10.0 ? 0.75 + (x - 4.0) / 24.0
                                 : 1.0;
        const double cdf = 0.5 * rank + 0.25 * erfc((3.0 - x) / 2.0 / sqrt(2.0));
        assert_close(cdf, p, 1e-11);
    }
    const double level[] = {0.1, 0.5, 0.9}, value[] = {10.0, 20.0, 40.0};
    const plx_validate_quantiles q = {level, value, 3};
    assert_close(plx_validate_quantile_quantiles(&q, 0.9), 40.0, 0.0);
    assert_close(plx_validate_quantile_quantiles(&q, 0.7), 30.0, 1e-12);
    assert_true(isnan(plx_validate_quantile_quantiles(&q, 0.05)));
    assert_true(isnan(plx_validate_quantile_quantiles(&q, 0.95)));
}

enum { REPEATS = 40000 };

/* Truth and members drawn alike and rounded (many ties): the PIT is uniform. */
static void test_pit_sample(void **state)
{
    (void)state;
    enum { N = 19, BINS = 20 };
    plx_rng rng = plx_rng_init(14, 1);
    uint32_t bins[BINS] = {0};
    for (uint32_t r = 0; r < REPEATS; r++) {
        double values[N];
        for (int i = 0; i < N; i++)
            values[i] = floor(plx_rng_normal(&rng, 2.5, 0.75));
        plx_validate_sample sample = {NULL, 0};
        assert_int_equal(plx_validate_sample_make(values, N, &sample), PLX_OK);
        const double truth = floor(plx_rng_normal(&rng, 2.5, 0.75));
        const double pit = plx_validate_pit_sample(&sample, truth, plx_validate_pit_draw(99, r));
        assert_true(pit > 0.0 && pit < 1.0);
        bins[(int)(pit * BINS)]++;
    }
    double chi_square = 0.0;
    for (int b = 0; b < BINS; b++)
        chi_square += pow(bins[b] - (double)REPEATS / BINS, 2.0) * BINS / REPEATS;
    assert_true(plx_law_chi_square_p(chi_square, BINS - 1) > 1e-4);
}

/* Intervals hold the truth as often as expected: 41 members, where every end of an interval falls
 * on a member, for any law; 19 for a flat one. */
static void test_coverage(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(16, 1);
    for (int flat = 0; flat < 2; flat++) {
        const uint32_t n = flat ? 19 : 41;
        uint32_t inside[PLX_VALIDATE_LEVEL_N] = {0};
        plx_validate_verdict verdict;
        for (uint32_t r = 0; r < REPEATS; r++) {
            double x[42];
            for (uint32_t i = 0; i <= n; i++)
                x[i] = flat ? plx_rng_unit(&rng) : plx_rng_normal(&rng, 10.0, 3.0);
            plx_validate_sample sample = {NULL, 0};
            assert_int_equal(plx_validate_sample_make(x, n, &sample), PLX_OK);
            assert_int_equal(plx_validate_judge_sample(&sample, x[n], 0.5, &verdict), PLX_OK);
            for (int i = 0; i < PLX_VALIDATE_LEVEL_N; i++)
                inside[i] += verdict.inside[i];
        }
        for (int i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
            const double want = verdict.expected[i];
            const double error = sqrt(want * (1.0 - want) / REPEATS);
            assert_close(inside[i] / (double)REPEATS, want, 5.0 * error);
        }
    }
    assert_close(plx_validate_expected_coverage(64, 0.9), 0.87231, 1e-5);
}

static void test_pit_kinds(void **state)
{
    (void)state;
    const plx_validate_normal law = {2.0, 3.0}, point = {2.0, 0.0};
    assert_close(plx_validate_pit_normal(law, 2.0, 0.3), 0.5, 0.0);
    assert_close(plx_validate_pit_normal(law, 5.0, 0.3), 0.84134474606854293, 1e-14);
    assert_close(plx_validate_pit_normal(point, 1.0, 0.3), 0.0, 0.0);
    assert_close(plx_validate_pit_normal(point, 2.0, 0.3), 0.3, 0.0);
    const double level[] = {0.1, 0.5, 0.9}, value[] = {10.0, 20.0, 20.0};
    const plx_validate_quantiles q = {level, value, 3};
    assert_close(plx_validate_pit_quantiles(&q, 5.0, 0.5), 0.05, 1e-15);
    assert_close(plx_validate_pit_quantiles(&q, 15.0, 0.25), 0.2, 1e-15);
    assert_close(plx_validate_pit_quantiles(&q, 20.0, 0.5), 0.55, 1e-15); /* from 0.1 to 1 */
    assert_close(plx_validate_pit_quantiles(&q, 25.0, 0.5), 0.95, 1e-15);
    const double four_level[] = {0.1, 0.4, 0.6, 0.9}, four_value[] = {10.0, 20.0, 20.0, 40.0};
    const plx_validate_quantiles four = {four_level, four_value, 4};
    assert_close(plx_validate_pit_quantiles(&four, 20.0, 0.5), 0.5, 1e-15); /* from 0.1 to 0.9 */
    double values[] = {1.0, 2.0, 3.0};
    plx_validate_sample sample = {NULL, 0};
    assert_int_equal(plx_validate_sample_make(values, 3, &sample), PLX_OK);
    assert_close(plx_validate_pit_sample(&sample, 2.0, 0.5), 0.5, 0.0);
    assert_close(plx_validate_pit_sample(&sample, 9.0, 0.5), 0.875, 0.0);
    const double weight = 0.5;
    const plx_validate_blend blend = {sample, 0.5, &law, &weight, 1};
    assert_close(plx_validate_pit_blend(&blend, 5.0, 0.5), 0.5 * 0.875 + 0.420672373034271, 1e-14);
    /* The draw depends on seed and prediction only. */
    assert_true(plx_validate_pit_draw(1, 2) == plx_validate_pit_draw(1, 2));
    assert_true(plx_validate_pit_draw(1, 2) != plx_validate_pit_draw(1, 3));
    assert_true(plx_validate_pit_draw(1, 2) != plx_validate_pit_draw(2, 2));
}

static void test_judge(void **state)
{
    (void)state;
    plx_validate_verdict verdict;
    const plx_validate_normal law = {100.0, 10.0};
    assert_int_equal(plx_validate_judge_normal(law, 113.0, 0.5, &verdict), PLX_OK);
    assert_close(verdict.error, -13.0, 0.0);
    assert_close(verdict.spread, 100.0, 0.0);
    assert_true(!verdict.inside[0] && !verdict.inside[1] && verdict.inside[2] && verdict.inside[3]);
    assert_close(verdict.width[3], 2.0 * 19.599639845400545, 1e-12);
    const double level[] = {0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975};
    double value[9];
    for (int i = 0; i < 9; i++)
        value[i] = plx_validate_quantile_normal(law, level[i]);
    plx_validate_quantiles q = {level, value, 9};
    plx_validate_verdict other;
    assert_int_equal(plx_validate_judge_quantiles(&q, 113.0, 0.5, &other), PLX_OK);
    for (int i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        assert_int_equal(other.inside[i], verdict.inside[i]);
        assert_close(other.width[i], verdict.width[i], 1e-12);
    }
    assert_false(other.spread_known);
    q = (plx_validate_quantiles){level + 1, value + 1, 7}; /* 95 % is out of reach */
    assert_int_equal(plx_validate_judge_quantiles(&q, 113.0, 0.5, &other), PLX_OK);
    assert_true(isnan(other.width[3]) && isnan(other.expected[3]) && !isnan(other.width[2]));
    /* Mean and variance of a blend: 0.5 N(100, 10) + 0.5 N(120, 0). */
    const plx_validate_normal two[] = {law, {120.0, 0.0}};
    const double halves[] = {0.5, 0.5};
    const plx_validate_blend blend = {{NULL, 0}, 0.0, two, halves, 2};
    assert_int_equal(plx_validate_judge_blend(&blend, 113.0, 0.5, &verdict), PLX_OK);
    assert_close(verdict.error, -3.0, 1e-12);
    assert_close(verdict.spread, 50.0 + 100.0, 1e-12);
    double pair[] = {1.0, 3.0}; /* variance 2, and the mean errs by half of that more */
    plx_validate_sample sample = {NULL, 0};
    assert_int_equal(plx_validate_sample_make(pair, 2, &sample), PLX_OK);
    assert_int_equal(plx_validate_judge_sample(&sample, 2.5, 0.5, &verdict), PLX_OK);
    assert_close(verdict.spread, 3.0, 1e-15);
    const double ends[] = {1.5, 2.5}; /* of the 50 % interval; they belong to it */
    for (int e = 0; e < 2; e++) {
        assert_int_equal(plx_validate_judge_sample(&sample, ends[e], 0.5, &verdict), PLX_OK);
        assert_true(verdict.inside[0] && verdict.width[0] == 1.0);
    }
}

static void test_energy(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(15, 1);
    enum { M = 33, Q = 3 };
    double member[M * Q], truth[Q] = {0.4, -1.0, 2.0}, scale[Q] = {1.0, 2.0, 0.5};
    for (int i = 0; i < M * Q; i++)
        member[i] = plx_rng_normal(&rng, 0.0, 1.0);
    double to_truth = 0.0, pairs = 0.0, score = 0.0;
    for (int i = 0; i < M; i++)
        for (int j = -1; j < M; j++) {
            double sum = 0.0;
            for (int q = 0; q < Q; q++) {
                const double other = j < 0 ? truth[q] : member[j * Q + q];
                sum += pow((member[i * Q + q] - other) / scale[q], 2.0);
            }
            if (j < 0)
                to_truth += sqrt(sum);
            else
                pairs += sqrt(sum);
        }
    const plx_validate_joint joint = {member, scale, M, Q};
    assert_int_equal(plx_validate_energy(&joint, truth, &score), PLX_OK);
    assert_close(score, to_truth / M - pairs / (2.0 * M * (M - 1)), 1e-12);
    const plx_validate_joint single = {member, scale, M, 1};
    assert_int_equal(plx_validate_energy(&single, truth, &score), PLX_OK);
    plx_validate_sample sample = {NULL, 0};
    assert_int_equal(plx_validate_sample_make(member, M, &sample), PLX_OK);
    assert_close(score, plx_validate_crps_sample(&sample, truth[0]), 1e-14);
    plx_validate_joint bad = joint;
    bad.members = 1;
    score = 7.0;
    assert_int_equal(plx_validate_energy(&bad, truth, &score), PLX_MISSING);
    bad.members = PLX_VALIDATE_JOINT_MEMBERS_MAX + 1;
    assert_int_equal(plx_validate_energy(&bad, truth, &score), PLX_LIMIT);
    scale[1] = 0.0;
    assert_int_equal(plx_validate_energy(&joint, truth, &score), PLX_RANGE);
    assert_close(score, 7.0, 0.0);
}

static void test_refusals(void **state)
{
    (void)state;
    double values[] = {1.0, NAN, 2.0};
    plx_validate_sample sample = {NULL, 0};
    assert_int_equal(plx_validate_sample_make(values, 1, &sample), PLX_MISSING);
    assert_int_equal(plx_validate_sample_make(values, 3, &sample), PLX_RANGE);
    assert_int_equal(plx_validate_sample_make(values, PLX_VALIDATE_SAMPLE_MAX + 1u, &sample),
                     PLX_LIMIT);
    assert_true(sample.sorted == NULL && values[0] == 1.0 && values[2] == 2.0);
    assert_int_equal(plx_validate_normal_check((plx_validate_normal){0.0, -1.0}), PLX_RANGE);
    assert_int_equal(plx_validate_normal_check((plx_validate_normal){INFINITY, 1.0}), PLX_RANGE);
    assert_int_equal(plx_validate_normal_check((plx_validate_normal){0.0, NAN}), PLX_RANGE);
    const double level[] = {0.25, 0.75, 0.5, 1.0}, value[] = {1.0, 2.0, 1.5, 3.0};
    plx_validate_quantiles q = {level, value, 0};
    assert_int_equal(plx_validate_quantiles_check(&q), PLX_MISSING);
    q.n = 3;
    assert_int_equal(plx_validate_quantiles_check(&q), PLX_CONFLICT);
    q.n = 4;
    assert_int_equal(plx_validate_quantiles_check(&q), PLX_RANGE);
    const double rising[] = {0.25, 0.5, 0.75}, crossing[] = {1.0, 3.0, 2.0};
    const plx_validate_quantiles crossed = {rising, crossing, 3};
    assert_int_equal(plx_validate_quantiles_check(&crossed), PLX_CONFLICT);
    plx_validate_verdict verdict, before;
    memset(&verdict, 0x55, sizeof verdict);
    before = verdict;
    q.n = 1; /* no median */
    assert_int_equal(plx_validate_judge_quantiles(&q, 1.0, 0.5, &verdict), PLX_MISSING);
    const plx_validate_normal law = {0.0, 1.0};
    assert_int_equal(plx_validate_judge_normal(law, NAN, 0.5, &verdict), PLX_RANGE);
    assert_int_equal(plx_validate_judge_normal(law, 0.0, 1.5, &verdict), PLX_RANGE);
    const double weight = 0.9, minus = -0.5;
    plx_validate_blend blend = {{NULL, 0}, 0.0, &law, &weight, 1};
    assert_int_equal(plx_validate_judge_blend(&blend, 0.0, 0.5, &verdict), PLX_RANGE);
    blend.normal_weight = &minus;
    assert_int_equal(plx_validate_judge_blend(&blend, 0.0, 0.5, &verdict), PLX_RANGE);
    blend.sample_weight = 0.1;
    assert_int_equal(plx_validate_judge_blend(&blend, 0.0, 0.5, &verdict), PLX_MISSING);
    assert_memory_equal(&verdict, &before, sizeof verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crps_sample), cmocka_unit_test(test_crps_normal),
        cmocka_unit_test(test_fairness),    cmocka_unit_test(test_crps_quantiles),
        cmocka_unit_test(test_crps_blend),  cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_pit_sample),  cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_pit_kinds),   cmocka_unit_test(test_judge),
        cmocka_unit_test(test_energy),      cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
