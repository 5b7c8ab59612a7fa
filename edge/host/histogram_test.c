/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: quantiles of durations from buckets.
 * Oracle: the sorted values themselves.
 * Tolerance: never below the true quantile, at most 1/32 above it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "edge/host/histogram.h"

static void empty_and_single(void **state)
{
    (void)state;
    plx_histogram h = {0};
    assert_int_equal(plx_histogram_quantile(&h, 0.5), 0);
    plx_histogram_add(&h, 1000003);
    assert_int_equal(plx_histogram_quantile(&h, 0), 1000003);
    assert_int_equal(plx_histogram_quantile(&h, 0.5), 1000003);
    assert_int_equal(plx_histogram_quantile(&h, 1), 1000003);
}

static void small_ones_are_exact(void **state)
{
    (void)state;
    plx_histogram h = {0};
    for (uint64_t i = 1; i <= 50; i++)
        plx_histogram_add(&h, i);
    assert_int_equal(plx_histogram_quantile(&h, 0.5), 25);
    assert_int_equal(plx_histogram_quantile(&h, 0.9), 45);
    assert_int_equal(plx_histogram_quantile(&h, 0.02), 1);
    assert_int_equal(plx_histogram_quantile(&h, 1), 50);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void quantiles_of_many(void **state)
{
    (void)state;
    enum { N = 20000 };
    static uint64_t values[N];
    static plx_histogram h;
    uint64_t x = 12345;
    for (int i = 0; i < N; i++) {
        x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
        values[i] = x >> (24 + (x >> 59)); /* 8 to 40 bits */
        plx_histogram_add(&h, values[i]);
    }
    qsort(values, N, sizeof values[0], by_value);
    const double q[] = {0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1};
    for (int i = 0; i < 7; i++) {
        uint64_t truth = values[(int)(q[i] * N) - 1], found = plx_histogram_quantile(&h, q[i]);
        assert_true(found >= truth && found <= truth + truth / 32 + 1);
    }
}

static void beyond_the_end(void **state)
{
    (void)state;
    plx_histogram h = {0};
    plx_histogram_add(&h, UINT64_MAX);
    plx_histogram_add(&h, 5);
    assert_int_equal(h.n, 2);
    assert_int_equal(plx_histogram_quantile(&h, 0.5), 5);
    assert_int_equal(plx_histogram_quantile(&h, 1), (UINT64_C(1) << 40) - 1);
    assert_true(h.max_us == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_and_single),
        cmocka_unit_test(small_ones_are_exact),
        cmocka_unit_test(quantiles_of_many),
        cmocka_unit_test(beyond_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
