/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: tables are the laws they are named after; what is left of a duration is right.
 * Oracles: closed forms (means, cv, quantiles), the rows "residual life" of the shared
 * queue_truths.csv (copied here: 3.5 h, cv 1), and Monte Carlo of the tables themselves.
 * Tolerance: 4 digits for quantiles and moments of the table, five standard errors for draws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/department/law.h"

static plx_law_quantiles table;
static double scale;
static char why[128];

static void make(plx_law law)
{
    assert_int_equal(plx_law_make(&law, &table, &scale, why, sizeof why), PLX_OK);
}

static void near_to(double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= relative * fabs(expected)))
        print_message("# %.9g is not %.9g\n", value, expected);
    assert_true(fabs(value - expected) <= relative * fabs(expected));
}

/* Mean and cv over evenly spread probabilities and finer ones in the upper tail. */
static void moments(double *mean, double *cv)
{
    double sum = 0, squares = 0;
    for (int octave = 1; octave <= 60; octave++)
        for (int i = 0; i < 512; i++)
            for (int upper = 0; upper < 2; upper++) {
                const double width = exp2(-octave - 1) / 512;
                const double q = exp2(-octave - 1) + (i + 0.5) * width;
                const double x = plx_law_quantile(&table, upper, q);
                sum += x * width;
                squares += x * x * width;
            }
    *mean = sum;
    *cv = sqrt(squares / (sum * sum) - 1);
}

static void test_moments(void **state)
{
    (void)state;
    const double cvs[] = {0.05, 0.5, 0.7, 1.0, 1.8};
    for (int f = PLX_LAW_LOGNORMAL; f <= PLX_LAW_LOGLOGISTIC; f++)
        for (size_t i = 0; i < sizeof cvs / sizeof *cvs; i++) {
            double mean, cv;
            make((plx_law){.family = (plx_law_family)f, .mean = 7, .cv = cvs[i]});
            moments(&mean, &cv);
            near_to(scale, 7, 0);
            near_to(mean, 1, 2e-4);
            /* The square of a log-logistic variable has a heavy tail that 60 octaves cut. */
            if (f != PLX_LAW_LOGLOGISTIC || cvs[i] <= 0.7) near_to(cv, cvs[i], 2e-3);
        }
}

static void test_quantiles(void **state)
{
    (void)state;
    make((plx_law){.family = PLX_LAW_EXPONENTIAL, .mean = 1});
    near_to(plx_law_quantile(&table, true, 1e-9), log(1e9), 1e-12);
    near_to(plx_law_quantile(&table, true, 0.1), log(10), 3e-5);
    near_to(plx_law_quantile(&table, false, 1e-9), 1e-9, 1e-8);
    make((plx_law){.family = PLX_LAW_GAMMA, .mean = 1, .cv = 1}); /* exponential again */
    near_to(plx_law_quantile(&table, true, 1e-6), log(1e6), 1e-10);
    near_to(plx_law_quantile(&table, false, 1e-5), 1e-5, 1e-4);
    make((plx_law){.family = PLX_LAW_WEIBULL, .mean = 1, .cv = 1});
    near_to(plx_law_quantile(&table, true, 0.01), log(100), 1e-4);
    make((plx_law){.family = PLX_LAW_LOGNORMAL, .mean = 1, .cv = 0.7});
    const double sigma = sqrt(log(1.49));
    near_to(plx_law_quantile(&table, true, 0.025), exp(1.959963985 * sigma - sigma * sigma / 2),
            3e-5);
    make((plx_law){.family = PLX_LAW_LOGLOGISTIC, .mean = 1, .cv = 0.7});
    near_to(plx_law_quantile(&table, true, 0.5) * plx_law_quantile(&table, true, 0.5),
            plx_law_quantile(&table, true, 0.1) * plx_law_quantile(&table, false, 0.1), 1e-4);
}

/* The closed forms and the tables are the same laws. */
static void test_form(void **state)
{
    (void)state;
    const double cvs[] = {0.3, 0.9, 1.7};
    for (int f = PLX_LAW_EXPONENTIAL; f <= PLX_LAW_LOGLOGISTIC; f++)
        for (size_t i = 0; i < sizeof cvs / sizeof *cvs; i++) {
            const plx_law_form form = plx_law_form_of((plx_law_family)f, cvs[i]);
            make((plx_law){.family = (plx_law_family)f, .mean = 1, .cv = cvs[i]});
            for (double q = 0x1p-12; q <= 0.5; q *= 4) {
                near_to(plx_law_form_survival(&form, plx_law_quantile(&table, true, q)), q, 1e-5);
                near_to(1 - plx_law_form_survival(&form, plx_law_quantile(&table, false, q)), q,
                        1e-4);
            }
        }
}

static void test_draw(void **state)
{
    (void)state;
    enum { DRAWS = 200000 };
    make((plx_law){.family = PLX_LAW_LOGNORMAL, .mean = 1, .cv = 0.7});
    const uint64_t key = plx_rng_init(3, 0).key;
    double sum = 0;
    int below = 0;
    const double q90 = plx_law_quantile(&table, true, 0.1);
    for (uint64_t n = 1; n <= DRAWS; n++) {
        const double x = plx_law_draw(&table, plx_rng_at(key, n));
        sum += x;
        below += x < q90;
    }
    near_to(sum / DRAWS, 1, 5 * 0.7 / sqrt(DRAWS));
    near_to(below / (double)DRAWS, 0.9, 5 * sqrt(0.1 / 0.9 / DRAWS));
    /* The same bits are the same probability: the lowest, the median, the highest. */
    near_to(plx_law_draw(&table, UINT64_C(1) << 63 | UINT64_C(0x7fffffffffffffff)),
            plx_law_quantile(&table, true, 0.5), 1e-9);
    assert_true(plx_law_draw(&table, 0) < 0.01);
    assert_true(plx_law_draw(&table, UINT64_C(1) << 63) > 100);
    assert_true(isfinite(plx_law_draw(&table, UINT64_C(1) << 63)));
}

static void test_atom_and_maximum(void **state)
{
    (void)state;
    make((plx_law){.family = PLX_LAW_EXPONENTIAL, .mean = 10, .p0 = 0.7, .max = 20});
    assert_true(plx_law_quantile(&table, true, 0.302) == 0); /* 0 up to the cell of p = 0.7 */
    /* P(X > x | X > 0) = (e^-x - e^-2) / (1 - e^-2) in means. */
    const double x = 1, rest = 0.3 * (exp(-x) - exp(-2)) / (1 - exp(-2));
    near_to(plx_law_quantile(&table, true, rest), x, 1e-4);
    near_to(plx_law_survival(&table, x), rest, 1e-3);
    assert_true(plx_law_draw(&table, UINT64_C(1) << 63) <= 2.0);
    assert_true(plx_law_same(
        &(plx_law){.family = PLX_LAW_EXPONENTIAL, .mean = 20, .p0 = 0.7, .max = 40}, &table));
    assert_false(
        plx_law_same(&(plx_law){.family = PLX_LAW_EXPONENTIAL, .mean = 10, .max = 20}, &table));
}

static void test_empirical(void **state)
{
    (void)state;
    plx_law law = {.family = PLX_LAW_EMPIRICAL, .point_n = 3, .point = {2, 4, 10}};
    make(law);
    near_to(plx_law_quantile(&table, false, 0.25), 3, 1e-6);
    near_to(plx_law_quantile(&table, true, 0.25), 7, 1e-6);
    near_to(plx_law_quantile(&table, true, 1e-12), 10, 1e-6);
    near_to(plx_law_survival(&table, 7), 0.25, 1e-6);
}

static void test_residual(void **state)
{
    (void)state;
    const struct {
        double elapsed_h, mean, median;
    } rows[] = {{1, 2.95012, 1.86086}, {4, 3.4568, 2.06011}, {12, 5.36878, 3.2482}};
    make((plx_law){.family = PLX_LAW_LOGNORMAL, .mean = 3.5, .cv = 1});
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum { CELLS = 400000 };
        const double x = rows[i].elapsed_h / 3.5;
        double sum = 0;
        for (int k = 0; k < CELLS; k++)
            sum += plx_law_residual(&table, x, (k + 0.5) / CELLS, NULL);
        near_to(sum / CELLS * 3.5, rows[i].mean, 1e-3);
        near_to(plx_law_residual(&table, x, 0.5, NULL) * 3.5, rows[i].median, 2e-4);
    }
    bool beyond = false;
    assert_true(plx_law_residual(&table, 1e9, 0.5, &beyond) > 0 && beyond);
    make((plx_law){.family = PLX_LAW_DETERMINISTIC, .mean = 5});
    near_to(plx_law_residual(&table, 0.4, 0.9, &beyond), 0.6, 1e-12);
    assert_false(beyond);
}

static void test_refused(void **state)
{
    (void)state;
    const plx_law bad[] = {
        {.family = PLX_LAW_EXPONENTIAL, .mean = 0},
        {.family = PLX_LAW_EXPONENTIAL, .mean = NAN},
        {.family = PLX_LAW_LOGNORMAL, .mean = 1, .cv = 0},
        {.family = PLX_LAW_LOGNORMAL, .mean = 1, .cv = 6},
        {.family = PLX_LAW_LOGLOGISTIC, .mean = 1, .cv = 4},
        {.family = PLX_LAW_GAMMA, .mean = 1, .cv = 1, .p0 = 1},
        {.family = PLX_LAW_GAMMA, .mean = 1, .cv = 1, .max = 0.001},
        {.family = PLX_LAW_LOGNORMAL, .mean = 1, .cv = 0.01, .max = 0.5},
        {.family = PLX_LAW_EMPIRICAL, .point_n = 1},
        {.family = PLX_LAW_EMPIRICAL, .point_n = 2, .point = {3, 2}},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = 0;
        assert_int_equal(plx_law_make(&bad[i], &table, &scale, why, sizeof why), PLX_RANGE);
        assert_true(why[0] != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_draw),
        cmocka_unit_test(test_atom_and_maximum),
        cmocka_unit_test(test_empirical),
        cmocka_unit_test(test_residual),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
