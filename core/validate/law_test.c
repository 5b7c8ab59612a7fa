/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the laws are right in the middle and far into the tails. Oracles: erfc and lgamma of the
 * C library; finite sums of exponentials for whole degrees of freedom; printed tables of
 * chi-square. Tolerance: relative, as the header promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/base/mathx.h"
#include "core/validate/law.h"

static void assert_near(double got, double want, double relative)
{
    if (!(fabs(got - want) <= relative * fabs(want))) fail_msg("%.17g is not %.17g", got, want);
}

static void test_normal(void **state)
{
    (void)state;
    for (double z = -37.0; z <= 8.0; z += 0.0137) {
        assert_near(plx_law_normal_cdf(z), 0.5 * erfc(-z / sqrt(2.0)), 1e-13 + 2e-16 * z * z);
        assert_near(plx_law_normal_density(z), exp(-0.5 * z * z) / sqrt(2.0 * acos(-1.0)), 1e-13);
    }
    assert_true(plx_law_normal_cdf(0.0) == 0.5);
    assert_true(plx_law_normal_cdf(INFINITY) == 1.0 && plx_law_normal_cdf(-INFINITY) == 0.0);
    assert_true(isnan(plx_law_normal_cdf(NAN)));
    for (double p = 1e-12; p < 1.0; p = p < 0.001 ? p * 3.0 : p + 0.0007)
        assert_near(plx_law_normal_cdf(plx_normal_quantile(p)), p, 1e-12);
}

/* E|m + s Z| against the integral of |m + s z| over the density, by the trapezium rule. */
static void test_mean_abs(void **state)
{
    (void)state;
    const double rows[][2] = {{0.0, 1.0}, {0.7, 1.0}, {-3.0, 2.0}, {5.0, 0.1}, {0.01, 4.0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double m = rows[i][0], s = rows[i][1], step = 1e-4;
        double sum = 0.0;
        for (int k = -100000; k <= 100000; k++)
            sum += fabs(m + s * k * step) * exp(-0.5 * k * step * k * step);
        const double want = sum * step / sqrt(2.0 * acos(-1.0));
        assert_near(plx_law_normal_mean_abs(m, s), want, 1e-7);
    }
    assert_true(plx_law_normal_mean_abs(-2.5, 0.0) == 2.5);
}

static void test_log_gamma(void **state)
{
    (void)state;
    for (double a = 0.01; a < 5000.0; a *= 1.07) {
        const double want = lgamma(a);
        assert_true(fabs(plx_law_log_gamma(a) - want) <= 1e-13 * fmax(1.0, fabs(want)));
    }
    assert_true(isnan(plx_law_log_gamma(0.0)) && isnan(plx_law_log_gamma(-1.5)));
}

/* For whole degrees Q is a finite sum: Poisson terms, and erfc for odd degrees. */
static double finite_chi_square(double statistic, uint32_t degrees)
{
    const double x = 0.5 * statistic;
    double sum = 0.0;
    if (degrees % 2 == 0) {
        for (uint32_t k = 0; k < degrees / 2; k++)
            sum += exp(k * log(x) - x - lgamma(k + 1.0));
        return sum;
    }
    for (uint32_t k = 1; k <= degrees / 2; k++)
        sum += exp((k - 0.5) * log(x) - x - lgamma(k + 0.5));
    return erfc(sqrt(x)) + sum;
}

static void test_chi_square(void **state)
{
    (void)state;
    for (uint32_t degrees = 1; degrees <= 400; degrees = degrees * 5 / 4 + 1)
        for (double s = 0.01; s < 3.0 * degrees + 60.0; s *= 1.11)
            assert_near(plx_law_chi_square_p(s, degrees), finite_chi_square(s, degrees), 1e-10);
    /* Upper 5 % and 1 % points of the usual table, three decimals. */
    assert_true(fabs(plx_law_chi_square_p(30.144, 19) - 0.05) < 1e-5);
    assert_true(fabs(plx_law_chi_square_p(36.191, 19) - 0.01) < 1e-5);
    assert_true(fabs(plx_law_chi_square_p(3.841, 1) - 0.05) < 1e-4);
}

static void test_edges(void **state)
{
    (void)state;
    assert_true(plx_law_gamma_upper(3.0, 0.0) == 1.0);
    assert_true(plx_law_gamma_upper(3.0, 1e6) == 0.0 && plx_law_gamma_upper(3.0, INFINITY) == 0.0);
    assert_true(isnan(plx_law_gamma_upper(0.0, 1.0)) && isnan(plx_law_gamma_upper(1.0, -1.0)));
    assert_true(isnan(plx_law_gamma_upper(1.0, NAN)) && isnan(plx_law_chi_square_p(1.0, 0)));
    /* Wilson & Hilferty's cube root is good to three digits at ten thousand. */
    const double a = 1e4, x = 1.01e4;
    const double z = (pow(x / a, 1.0 / 3) - (1 - 1 / (9 * a))) / sqrt(1 / (9 * a));
    assert_true(fabs(plx_law_gamma_upper(a, x) - 0.5 * erfc(z / sqrt(2.0))) < 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal),    cmocka_unit_test(test_mean_abs),
        cmocka_unit_test(test_log_gamma), cmocka_unit_test(test_chi_square),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
