/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: systems are solved, and what is not positive definite is refused.
 * Oracle: a factor and a solution chosen beforehand; the residual A x - b. Tolerance: 1e-12 of
 * small whole numbers, 1e-9 of a random system of 120; with jitter 1e-6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/assimilate/linear.h"
#include "core/base/rng.h"

enum { MOST = 120 };

static void test_known_factor(void **state)
{
    (void)state;
    /* L = [2; 6 1; -8 5 3], so A = L L' */
    double a[9] = {4, 0, 0, 12, 37, 0, -16, -43, 98}, diagonal[3];
    const double l[9] = {2, 0, 0, 6, 1, 0, -8, 5, 3};
    double x[3] = {4 * 1 + 12 * 2 - 16 * 3, 12 * 1 + 37 * 2 - 43 * 3, -16 * 1 - 43 * 2 + 98 * 3};
    assert_int_equal(plx_linear_factor(a, diagonal, 3), PLX_OK);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k <= i; k++)
            assert_true(fabs(a[3 * i + k] - (l[3 * i + k])) < 1e-12);
    plx_linear_solve(a, 3, x);
    for (int i = 0; i < 3; i++)
        assert_true(fabs(x[i] - (i + 1)) < 1e-12);
    double one = 9, root = 4;
    assert_int_equal(plx_linear_factor(&root, diagonal, 1), PLX_OK);
    plx_linear_solve(&root, 1, &one);
    assert_true(fabs(one - (2.25)) < 1e-15);
}

/* A = I + G G' of random G. */
static void random_system(double *a, uint32_t n, uint32_t rank)
{
    static double g[MOST][MOST];
    plx_rng rng = plx_rng_init(3, n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < rank; k++)
            g[i][k] = plx_rng_normal(&rng, 0, 1);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < n; k++)
            a[i * n + k] = plx_linear_product(g[i], g[k], rank);
}

static void test_random_systems(void **state)
{
    (void)state;
    static double a[MOST * MOST], kept[MOST * MOST];
    double diagonal[MOST], b[MOST], x[MOST];
    for (uint32_t n = 1; n <= MOST; n += 17) {
        random_system(a, n, n);
        for (uint32_t i = 0; i < n; i++)
            a[i * n + i] += 1, x[i] = b[i] = (double)i - 3;
        memcpy(kept, a, sizeof kept);
        assert_int_equal(plx_linear_factor(a, diagonal, n), PLX_OK);
        plx_linear_solve(a, n, x);
        for (uint32_t i = 0; i < n; i++)
            assert_true(fabs(plx_linear_product(kept + i * n, x, n) - (b[i])) < 1e-9);
    }
}

/* Of rank 5 only: the jitter makes a solution of those b that A can reach. */
static void test_jitter(void **state)
{
    (void)state;
    static double a[30 * 30], kept[30 * 30];
    double diagonal[30], b[30], x[30], chosen[30];
    random_system(a, 30, 5);
    memcpy(kept, a, sizeof a);
    for (uint32_t i = 0; i < 30; i++)
        chosen[i] = i % 7;
    for (uint32_t i = 0; i < 30; i++)
        x[i] = b[i] = plx_linear_product(kept + i * 30, chosen, 30);
    assert_int_equal(plx_linear_factor(a, diagonal, 30), PLX_OK);
    plx_linear_solve(a, 30, x);
    for (uint32_t i = 0; i < 30; i++)
        assert_true(fabs(plx_linear_product(kept + i * 30, x, 30) - (b[i])) < 1e-3);
}

static void test_refused(void **state)
{
    (void)state;
    double diagonal[2];
    double negative[4] = {1, 0, 2, 1}, infinite[4] = {(double)INFINITY, 0, 0, 1},
           none[4] = {1, 0, (double)NAN, 1}, zero[1] = {0};
    assert_int_equal(plx_linear_factor(negative, diagonal, 2), PLX_RANGE);
    assert_int_equal(plx_linear_factor(infinite, diagonal, 2), PLX_RANGE);
    assert_int_equal(plx_linear_factor(none, diagonal, 2), PLX_RANGE);
    assert_int_equal(plx_linear_factor(zero, diagonal, 1), PLX_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_factor),
        cmocka_unit_test(test_random_systems),
        cmocka_unit_test(test_jitter),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
