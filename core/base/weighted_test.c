/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: quantiles and moments of weighted numbers. Oracle: closed forms; whole weights are the same
 * as repeated numbers. Tolerance: rounding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/base/rng.h"
#include "core/base/weighted.h"

enum { N = 64 };

static void near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-12)) fail_msg("%.17g is not %.17g", a, b);
}

static void equal_weights_are_the_middles(void **state)
{
    (void)state;
    plx_weighted v[] = {{3, 1}, {1, 1}, {2, 1}, {4, 1}}, scratch[4];
    plx_weighted_summary s = plx_weighted_summarise(v, 4, scratch);
    near(s.mean, 2.5);
    near(s.sd, sqrt(1.25));
    near(s.p50, 2.5);
    near(s.p05, 1); /* below the middle of the first */
    near(s.p95, 4);
    near(s.p25, 1.5);
    near(plx_weighted_quantile(v, 4, 0.125), 1);
    near(plx_weighted_quantile(v, 4, 0.5), 2.5);
}

static void what_has_no_weight_says_nothing(void **state)
{
    (void)state;
    plx_weighted v[] = {{9, 0}, {1, 2}, {-5, 0}, {2, 2}}, scratch[4];
    plx_weighted_summary s = plx_weighted_summarise(v, 4, scratch);
    near(s.mean, 1.5);
    near(s.p50, 1.5);
    near(s.p05, 1);
    near(s.p95, 2);
    for (int i = 0; i < 4; i++)
        v[i].weight = 0;
    plx_weighted_sort(v, 4, scratch);
    s = plx_weighted_summarise(v, 4, scratch);
    assert_true(isnan(s.mean) && isnan(s.p50) && isnan(s.sd));
    s = plx_weighted_summarise(v, 0, scratch);
    assert_true(isnan(s.mean) && isnan(s.p05));
    plx_weighted one[] = {{7, 0.25}};
    s = plx_weighted_summarise(one, 1, scratch);
    assert_true(s.mean == 7 && s.p05 == 7 && s.p95 == 7 && s.sd == 0);
}

static void sorted_and_in_their_order(void **state)
{
    (void)state;
    plx_weighted v[N], scratch[N];
    plx_rng rng = plx_rng_init(4, 2);
    for (int i = 0; i < N; i++)
        v[i] = (plx_weighted){(double)plx_rng_below(&rng, 9), i};
    plx_weighted_sort(v, N, scratch);
    for (int i = 1; i < N; i++)
        assert_true(v[i - 1].value < v[i].value ||
                    (v[i - 1].value == v[i].value && v[i - 1].weight < v[i].weight));
}

/* A factor on all weights changes nothing; twice the weight moves the median there. */
static void weights_are_relative(void **state)
{
    (void)state;
    plx_weighted a[N], b[N], scratch[N];
    plx_rng rng = plx_rng_init(4, 3);
    for (int i = 0; i < N; i++) {
        a[i] = (plx_weighted){plx_rng_normal(&rng, 5, 2), 1 + plx_rng_unit(&rng)};
        b[i] = (plx_weighted){a[i].value, a[i].weight * 1024};
    }
    plx_weighted_summary s = plx_weighted_summarise(a, N, scratch);
    plx_weighted_summary t = plx_weighted_summarise(b, N, scratch);
    near(s.mean, t.mean);
    near(s.sd, t.sd);
    near(s.p05, t.p05);
    near(s.p95, t.p95);
    assert_true(s.p05 < s.p25 && s.p25 < s.p50 && s.p50 < s.p75 && s.p75 < s.p95);
    b[N - 1].weight *= 1e9;
    assert_true(plx_weighted_summarise(b, N, scratch).p50 > s.p95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_weights_are_the_middles),
        cmocka_unit_test(what_has_no_weight_says_nothing),
        cmocka_unit_test(sorted_and_in_their_order),
        cmocka_unit_test(weights_are_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
