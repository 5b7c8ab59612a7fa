/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the regression finds the optimum, its probabilities are right in the mean, and agreement is
 * measured as its definitions say.
 * Oracle: closed forms (one binary feature, no ridge to speak of), the gradient recomputed at the
 * answer, pairs counted one by one. Tolerance: 1e-6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/triage/agreement.h"
#include "core/triage/regression.h"

enum { ROWS = 200, FEATURES = 6, LABELS = 3 };

typedef struct sample {
    plx_regression_term terms[ROWS * FEATURES];
    uint32_t first[ROWS + 1];
    uint8_t labels[ROWS * LABELS];
    double ridge[FEATURES], weights[FEATURES + LABELS];
    double work[(FEATURES + LABELS) * (FEATURES + LABELS + 1)];
} sample;

/* 100 rows with the feature, 30 of them yes; 100 without, 10 of them yes. */
static void closed_form(void **state)
{
    (void)state;
    static sample s;
    uint32_t n = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        s.first[i] = n;
        if (i < 100) s.terms[n++] = (plx_regression_term){0, 1};
        s.labels[i] = i < 30 || (i >= 100 && i < 110);
    }
    s.first[ROWS] = n;
    s.ridge[0] = 1e-9;
    const plx_regression_rows rows = {s.terms, s.first, ROWS, 1};
    assert_int_equal(plx_regression_work(1, 1), 6);
    assert_int_equal(plx_regression_fit(&rows, s.labels, 1, s.ridge, s.weights, s.work), PLX_OK);
    const double without = plx_log(0.1 / 0.9), with = plx_log(0.3 / 0.7);
    assert_true(fabs(s.weights[1] - without) < 1e-6);
    assert_true(fabs(s.weights[0] - (with - without)) < 1e-6);
    assert_true(fabs(plx_regression_probability(s.weights[0] + s.weights[1]) - 0.3) < 1e-6);
}

static void make(sample *s)
{
    plx_rng rng = plx_rng_init(5, 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        double sum = 0;
        s->first[i] = n;
        for (uint32_t j = 0; j < FEATURES; j++) {
            if (plx_rng_below(&rng, 3) == 0) continue;
            s->terms[n++] = (plx_regression_term){j, plx_rng_normal(&rng, 0, 1)};
            sum += (j - 2.0) * s->terms[n - 1].value;
        }
        sum += plx_rng_normal(&rng, 0, 2);
        for (uint32_t k = 0; k < LABELS; k++)
            s->labels[i * LABELS + k] = sum < -2 + 2 * (double)k;
    }
    s->first[ROWS] = n;
    for (uint32_t j = 0; j < FEATURES; j++)
        s->ridge[j] = 0.5 + j;
}

/* At the answer the gradient is 0; the mean probability of each label is its share. */
static void optimum(void **state)
{
    (void)state;
    static sample s;
    double gradient[FEATURES], mean[LABELS] = {0}, share[LABELS] = {0};
    make(&s);
    const plx_regression_rows rows = {s.terms, s.first, ROWS, FEATURES};
    assert_int_equal(plx_regression_fit(&rows, s.labels, LABELS, s.ridge, s.weights, s.work),
                     PLX_OK);
    for (uint32_t j = 0; j < FEATURES; j++)
        gradient[j] = s.ridge[j] * s.weights[j];
    for (uint32_t i = 0; i < ROWS; i++) {
        double sum = 0;
        for (uint32_t t = s.first[i]; t < s.first[i + 1]; t++)
            sum += s.weights[s.terms[t].feature] * s.terms[t].value;
        for (uint32_t k = 0; k < LABELS; k++) {
            const double p = 1 / (1 + exp(-sum - s.weights[FEATURES + k]));
            mean[k] += p / ROWS;
            share[k] += s.labels[i * LABELS + k] / (double)ROWS;
            for (uint32_t t = s.first[i]; t < s.first[i + 1]; t++)
                gradient[s.terms[t].feature] += (p - s.labels[i * LABELS + k]) * s.terms[t].value;
        }
    }
    for (uint32_t j = 0; j < FEATURES; j++)
        assert_true(fabs(gradient[j]) < 1e-6);
    for (uint32_t k = 0; k < LABELS; k++)
        assert_true(fabs(mean[k] - share[k]) < 1e-6);
    s.ridge[0] = -1e6; /* no minimum */
    assert_int_equal(plx_regression_fit(&rows, s.labels, LABELS, s.ridge, s.weights, s.work),
                     PLX_RANGE);
}

static void levels(void **state)
{
    (void)state;
    const uint8_t truth[] = {1, 2, 3, 4, 5, 3, 3, 2}, given[] = {1, 2, 3, 4, 5, 3, 3, 2};
    const uint8_t shifted[] = {2, 3, 4, 5, 5, 2, 3, 2};
    plx_agreement_levels a;
    plx_agreement_of_levels(truth, given, 8, &a);
    assert_true(a.kappa == 1 && a.accuracy == 1 && a.under == 0 && a.over == 0);
    plx_agreement_of_levels(truth, shifted, 8, &a);
    assert_true(a.under == 0.5 && a.over == 0.125 && a.accuracy == 0.375);
    assert_int_equal(a.table[0][1], 1);
    /* Observed 5; expected: rows 1 2 3 1 1, columns 0 3 2 1 2 of 8. */
    const double rows[] = {1, 2, 3, 1, 1}, columns[] = {0, 3, 2, 1, 2};
    double expected = 0;
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++)
            expected += (i - k) * (i - k) * rows[i] * columns[k] / 8;
    assert_true(fabs(a.kappa - (1 - 5 / expected)) < 1e-12);
    plx_agreement_of_levels(truth, given, 0, &a);
    assert_true(a.n == 0 && a.kappa == 0);
}

static void probabilities(void **state)
{
    (void)state;
    enum { N = 2000 };
    static double p[N];
    static uint8_t truth[N];
    static uint32_t order[N];
    plx_rng rng = plx_rng_init(6, 1);
    plx_agreement a;
    double pairs = 0, won = 0;
    for (uint32_t i = 0; i < N; i++) {
        p[i] = (floor(plx_rng_unit(&rng) * 40) + 0.5) / 40; /* ties */
        truth[i] = plx_rng_unit(&rng) < p[i];
    }
    plx_agreement_of_probabilities(p, truth, N, order, &a);
    for (uint32_t i = 0; i < N; i++) {
        for (uint32_t k = 0; k < N; k++) {
            if (!truth[i] || truth[k]) continue;
            pairs++;
            won += p[i] > p[k] ? 1 : p[i] == p[k] ? 0.5 : 0;
        }
    }
    assert_true(fabs(a.auroc - won / pairs) < 1e-12);
    assert_true(a.low < a.auroc && a.auroc < a.high);
    assert_true(a.ece < 0.06 && fabs(a.slope - 1) < 0.25);
    for (uint32_t i = 0; i < N; i++)
        truth[i] = 1;
    plx_agreement_of_probabilities(p, truth, N, order, &a);
    assert_true(a.auroc == 0.5 && a.yes == N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(closed_form), cmocka_unit_test(optimum),
                                       cmocka_unit_test(levels), cmocka_unit_test(probabilities)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
