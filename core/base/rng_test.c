/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: streams are the documented function of (seed, stream, n), the same bits for every compiler
 * and level of optimisation; the laws have their moments. Oracles: the generator written again in
 * Python; golden hashes; closed-form means and variances. Tolerance: five standard errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/base/hash.h"
#include "core/base/rng.h"

static void test_values(void **state)
{
    (void)state;
    const struct {
        uint64_t seed, stream, first, second, third;
    } rows[] = {
        {0, 0, UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
         UINT64_C(0x06c45d188009454f)},
        {1, 0, UINT64_C(0x4181b152fb77616f), UINT64_C(0x169c646d52269d62),
         UINT64_C(0x4a5de8d8d53b7280)},
        {0, 1, UINT64_C(0xa706dd2f4d197e6f), UINT64_C(0xb382a305f4414f5e),
         UINT64_C(0x631a9154fbabf717)},
        {20260101, 42, UINT64_C(0x20a4f7abfec30cd4), UINT64_C(0x83a3f14c03d5a201),
         UINT64_C(0x8713c092ce7c7222)},
        {UINT64_MAX, UINT64_MAX, UINT64_C(0xbf7f964eaca41980), UINT64_C(0x2bc46f85c3923912),
         UINT64_C(0x413567af039e5114)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plx_rng rng = plx_rng_init(rows[i].seed, rows[i].stream);
        assert_true(plx_rng_u64(&rng) == rows[i].first);
        assert_true(plx_rng_u64(&rng) == rows[i].second);
        assert_true(plx_rng_u64(&rng) == rows[i].third);
        assert_int_equal(rng.counter, 3);
        rng.counter = 1; /* any place of the stream at once */
        assert_true(plx_rng_u64(&rng) == rows[i].second);
    }
}

/* The bits of the laws, not only of the generator. */
static void test_golden(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(7, 9);
    uint64_t hash = 0;
    for (int i = 0; i < 100000; i++) {
        const double draw[] = {plx_rng_unit(&rng), plx_rng_exponential(&rng, 3.5),
                               plx_rng_normal(&rng, 1.0, 2.0),
                               (double)plx_rng_below(&rng, 1000003)};
        hash = plx_hash64(draw, sizeof draw, hash);
    }
    if (hash != UINT64_C(0xceccac5ae3526310))
        fail_msg("golden hash is now 0x%llx", (unsigned long long)hash);
}

typedef struct moments {
    double mean, variance, low, high;
} moments;

static moments moments_of(double (*draw)(plx_rng *rng), int n)
{
    plx_rng rng = plx_rng_init(101, 5);
    moments m = {0, 0, INFINITY, -INFINITY};
    for (int i = 1; i <= n; i++) { /* Welford */
        const double x = draw(&rng), d = x - m.mean;
        m.mean += d / i;
        m.variance += d * (x - m.mean);
        if (x < m.low) m.low = x;
        if (x > m.high) m.high = x;
    }
    m.variance /= n - 1;
    return m;
}

static double draw_exponential(plx_rng *rng)
{
    return plx_rng_exponential(rng, 4.0);
}

static double draw_normal(plx_rng *rng)
{
    return plx_rng_normal(rng, -3.0, 2.0);
}

static void test_moments(void **state)
{
    (void)state;
    enum { N = 1000000 };
    const double se = 5.0 / 1000.0; /* five standard errors of N draws with sd 1 */
    moments m = moments_of(plx_rng_unit, N);
    assert_true(m.low > 0.0 && m.high < 1.0);
    assert_true(fabs(m.mean - 0.5) < se * sqrt(1.0 / 12));
    assert_true(fabs(m.variance - 1.0 / 12) < se * sqrt(1.0 / 180));
    m = moments_of(draw_exponential, N);
    assert_true(m.low > 0.0);
    assert_true(fabs(m.mean - 4.0) < se * 4.0);
    assert_true(fabs(m.variance - 16.0) < se * 16.0 * sqrt(8.0));
    m = moments_of(draw_normal, N);
    assert_true(fabs(m.mean + 3.0) < se * 2.0);
    assert_true(fabs(m.variance - 4.0) < se * 4.0 * sqrt(2.0));
}

/* Fractions below z against the normal distribution function. */
static void test_normal_shape(void **state)
{
    (void)state;
    enum { N = 400000 };
    const double z[] = {-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3};
    plx_rng rng = plx_rng_init(102, 5);
    int below[9] = {0};
    for (int i = 0; i < N; i++) {
        const double x = plx_rng_normal(&rng, 0, 1);
        for (int k = 0; k < 9; k++)
            below[k] += x < z[k];
    }
    for (int k = 0; k < 9; k++) {
        const double p = 0.5 * erfc(-z[k] / sqrt(2.0));
        assert_true(fabs((double)below[k] / N - p) < 5 * sqrt(p * (1 - p) / N));
    }
}

static void test_below(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(103, 5);
    for (int i = 0; i < 100; i++)
        assert_int_equal(plx_rng_below(&rng, 1), 0);
    int count[7] = {0};
    for (int i = 0; i < 700000; i++)
        count[plx_rng_below(&rng, 7)]++;
    double chi = 0;
    for (int i = 0; i < 7; i++)
        chi += (count[i] - 1e5) * (count[i] - 1e5) / 1e5;
    assert_true(chi < 6 + 5 * sqrt(12.0));
    /* Without rejection every third value of this range would come twice as often. */
    const uint64_t n = UINT64_C(3) << 62;
    int thirds = 0;
    for (int i = 0; i < 90000; i++) {
        const uint64_t x = plx_rng_below(&rng, n);
        assert_true(x < n);
        thirds += x % 3 == 0;
    }
    assert_true(fabs(thirds - 30000.0) < 5 * sqrt(90000.0 * 2 / 9));
    assert_true(plx_rng_below(&rng, UINT64_MAX) < UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),  cmocka_unit_test(test_golden),
        cmocka_unit_test(test_moments), cmocka_unit_test(test_normal_shape),
        cmocka_unit_test(test_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
