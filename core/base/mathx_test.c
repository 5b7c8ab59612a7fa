/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: exp, log, pow, sin, cos and the normal quantile are right and have the same bits
 * everywhere. Oracles: the C library's long double functions; erfc; a golden hash of all bits.
 * Tolerance: 2 ulp (measured: below 1); normal quantile 2e-15 of its value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mathx.h"
#include "core/base/rng.h"

static double ulps(double got, long double want)
{
    const double near = (double)want;
    if (isnan(near)) return isnan(got) ? 0 : INFINITY;
    if (isinf(near) || isinf(got) || near == 0) return got == near ? 0 : INFINITY;
    int exponent;
    (void)frexp(near, &exponent);
    if (exponent < -1021) exponent = -1021; /* subnormal */
    return (double)(fabsl(got - want) / ldexpl(1, exponent - 53));
}

static void check(const char *name, double x, double got, long double want)
{
    if (!(ulps(got, want) < 2.0)) fail_msg("%s(%a) = %a, not %La", name, x, got, want);
}

/* Log-uniform size, either sign. */
static double wide(plx_rng *rng, double low_exponent, double high_exponent)
{
    const double e = low_exponent + (high_exponent - low_exponent) * plx_rng_unit(rng);
    const double size = (double)exp2l(e);
    return plx_rng_below(rng, 2) ? size : -size;
}

static void test_exp(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 1);
    for (int i = 0; i < 400000; i++) {
        const double x = i % 2 ? (plx_rng_unit(&rng) - 0.5) * 1500 : wide(&rng, -60, 10);
        check("exp", x, plx_exp(x), expl(x));
    }
    assert_true(plx_exp(0.0) == 1.0 && plx_exp(-0.0) == 1.0);
    assert_true(plx_exp(INFINITY) == INFINITY && plx_exp(-INFINITY) == 0.0);
    assert_true(plx_exp(709.79) == INFINITY && plx_exp(1e300) == INFINITY);
    assert_true(plx_exp(-745.2) == 0.0 && plx_exp(-1e300) == 0.0);
    assert_true(plx_exp(-745.0) > 0.0 && plx_exp(709.78) < INFINITY);
    assert_true(isnan(plx_exp(NAN)));
}

static void test_log(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(2, 1);
    for (int i = 0; i < 400000; i++) {
        double x = fabs(wide(&rng, -1074, 1023.9));
        if (i % 4 == 1) x = 1 + wide(&rng, -52, -1.1);
        if (i % 4 == 2) x = fabs(wide(&rng, -1.5, 1.5));
        check("log", x, plx_log(x), logl(x));
    }
    assert_true(plx_log(1.0) == 0.0);
    assert_true(plx_log(0.0) == -INFINITY && plx_log(-0.0) == -INFINITY);
    assert_true(plx_log(INFINITY) == INFINITY);
    assert_true(isnan(plx_log(-1.0)) && isnan(plx_log(-INFINITY)) && isnan(plx_log(NAN)));
    check("log", 5e-324, plx_log(5e-324), logl((long double)5e-324));
}

static void test_pow(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(3, 1);
    for (int i = 0; i < 300000; i++) {
        double x = fabs(wide(&rng, -1074, 1023.9)), y = wide(&rng, -20, 3);
        if (i % 3 == 1) {
            x = 1 + wide(&rng, -52, -1.1);
            y = wide(&rng, 0, 60);
        }
        if (i % 3 == 2) {
            x = wide(&rng, -5, 5);
            y = (double)((int)plx_rng_below(&rng, 400) - 200);
        }
        check("pow", x, plx_pow(x, y), powl(x, y));
    }
    const double edge[] = {0.0,
                           -0.0,
                           1.0,
                           -1.0,
                           0.5,
                           -0.5,
                           2.0,
                           -2.0,
                           3.0,
                           -3.0,
                           2.5,
                           -2.5,
                           1e20,
                           -1e20,
                           INFINITY,
                           -INFINITY,
                           0x1p53,
                           -0x1p53,
                           0x1.fffffffffffffp52};
    for (size_t i = 0; i < sizeof edge / sizeof *edge; i++)
        for (size_t j = 0; j < sizeof edge / sizeof *edge; j++) {
            const double want = pow(edge[i], edge[j]), got = plx_pow(edge[i], edge[j]);
            check("pow", edge[i], got, want);
            if (!isnan(want)) assert_int_equal(signbit(got) != 0, signbit(want) != 0);
        }
    assert_true(isnan(plx_pow(NAN, 0)) && isnan(plx_pow(1, NAN)) && isnan(plx_pow(NAN, 2)));
}

static void check_angle(double x)
{
    check("sin", x, plx_sin(x), sinl(x));
    check("cos", x, plx_cos(x), cosl(x));
}

static void test_sin_cos(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(4, 1);
    for (int i = 0; i < 300000; i++)
        check_angle(i % 2 ? wide(&rng, -40, 19.93) : wide(&rng, -3, 4));
    /* The doubles next to multiples of pi/2, where nearly all digits cancel. */
    for (int k = -636000; k <= 636000; k += k < 1000 && k > -1000 ? 1 : 37) {
        const double x = (double)(k * 1.57079632679489661923132169163975144L);
        check_angle(x);
        check_angle(nextafter(x, INFINITY));
        check_angle(nextafter(x, -INFINITY));
    }
    assert_true(plx_sin(0.0) == 0.0 && signbit(plx_sin(-0.0)) && plx_cos(0.0) == 1.0);
    check_angle(1e6);
    check_angle(-1e6);
    assert_true(isnan(plx_sin(1000001)) && isnan(plx_cos(-1000001)));
    assert_true(isnan(plx_sin(INFINITY)) && isnan(plx_cos(NAN)));
}

static void test_normal_quantile(void **state)
{
    (void)state;
    assert_true(plx_normal_quantile(0.5) == 0.0);
    assert_true(plx_normal_quantile(0.0) == -INFINITY && plx_normal_quantile(1.0) == INFINITY);
    assert_true(isnan(plx_normal_quantile(-0.1)) && isnan(plx_normal_quantile(1.1)));
    assert_true(isnan(plx_normal_quantile(NAN)));
    /* Newton's correction by the distribution function in long double is the error itself. */
    for (int i = 1; i < 4000; i++) {
        const double p = i < 2000 ? i / 4000.0 : (double)powl(10, -(i - 1999) / 7.0L);
        const double z = plx_normal_quantile(p);
        const long double below = 0.5L * erfcl(-(long double)z / sqrtl(2));
        const long double density = expl(-0.5L * z * z) / sqrtl(2 * 3.14159265358979323846L);
        const double error = (double)((below - p) / density);
        if (!(fabs(error) <= 2e-15 * fabs(z))) fail_msg("quantile(%g) off by %g", p, error);
        if (p > 0x1p-30 && p < 0.5) {
            const double mirror = 1.0 - p; /* rounded: compare where it is exact */
            if (1.0 - mirror == p) assert_true(plx_normal_quantile(mirror) == -z);
        }
    }
}

static void test_golden(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(5, 1);
    uint64_t hash = 0;
    for (int i = 0; i < 100000; i++) {
        const double u = plx_rng_unit(&rng), v = plx_rng_unit(&rng);
        const double bits[] = {
            plx_exp(1400 * (u - 0.5)), plx_log(u),       plx_pow(u * 10, v * 20 - 10),
            plx_sin(1e4 * (u - 0.5)),  plx_cos(1e4 * v), plx_normal_quantile(u)};
        hash = plx_hash64(bits, sizeof bits, hash);
    }
    if (hash != UINT64_C(0xb0f0546472cf1771))
        fail_msg("golden hash is now 0x%llx", (unsigned long long)hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),    cmocka_unit_test(test_log),
        cmocka_unit_test(test_pow),    cmocka_unit_test(test_sin_cos),
        cmocka_unit_test(test_golden), cmocka_unit_test(test_normal_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
