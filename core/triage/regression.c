/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/triage/regression.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/mathx.h"

static const double STEP_MAX = 1.5, DONE = 1e-6, FREE = 1e-6;

typedef struct newton {
    const plx_regression_rows *rows;
    const uint8_t *labels;
    uint32_t labels_n, n; /* n: features and thresholds */
    double *hessian;      /* (n x n), lower triangle */
    double *gradient;     /* (n) */
} newton;

size_t plx_regression_work(uint32_t features_n, uint32_t labels_n)
{
    const size_t n = (size_t)features_n + labels_n;
    return n * n + n;
}

double plx_regression_probability(double logit)
{
    return 1 / (1 + plx_exp(-logit));
}

/* Thresholds at the shares of the labels, weights 0. */
static void begin(const newton *s, double *weights)
{
    memset(weights, 0, s->n * sizeof *weights);
    for (uint32_t k = 0; k < s->labels_n; k++) {
        double yes = 0.5;
        for (uint32_t i = 0; i < s->rows->n; i++)
            yes += s->labels[(size_t)i * s->labels_n + k];
        weights[s->rows->features_n + k] = plx_log(yes / (s->rows->n + 1 - yes));
    }
}

static void add_row(newton *s, uint32_t i, const double *weights)
{
    const plx_regression_term *from = s->rows->terms + s->rows->first[i];
    const plx_regression_term *end = s->rows->terms + s->rows->first[i + 1];
    const uint32_t features = s->rows->features_n;
    double sum = 0, residual = 0, variance = 0;
    for (const plx_regression_term *t = from; t < end; t++)
        sum += weights[t->feature] * t->value;
    for (uint32_t k = 0; k < s->labels_n; k++) {
        const double p = plx_regression_probability(sum + weights[features + k]);
        const double r = p - s->labels[(size_t)i * s->labels_n + k], v = p * (1 - p);
        double *row = s->hessian + (size_t)(features + k) * s->n;
        residual += r;
        variance += v;
        s->gradient[features + k] += r;
        row[features + k] += v;
        for (const plx_regression_term *t = from; t < end; t++)
            row[t->feature] += v * t->value;
    }
    for (const plx_regression_term *t = from; t < end; t++) {
        double *row = s->hessian + (size_t)t->feature * s->n;
        const double v = variance * t->value;
        s->gradient[t->feature] += residual * t->value;
        for (const plx_regression_term *u = from; u < end; u++)
            if (u->feature <= t->feature) row[u->feature] += v * u->value;
    }
}

static void gather(newton *s, const double *ridge, const double *weights)
{
    memset(s->hessian, 0, (size_t)s->n * s->n * sizeof *s->hessian);
    for (uint32_t j = 0; j < s->n; j++) {
        const double r = j < s->rows->features_n ? ridge[j] : FREE;
        s->hessian[(size_t)j * s->n + j] = r;
        s->gradient[j] = r * weights[j];
    }
    for (uint32_t i = 0; i < s->rows->n; i++)
        add_row(s, i, weights);
}

/* Sum of x[i] y[i] in four partial sums, always in the same order. */
static double product(const double *x, const double *y, size_t n)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += x[i + k] * y[i + k];
    for (; i < n; i++)
        sum[0] += x[i] * y[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* hessian becomes L, gradient the step; false when it is not positive definite. */
static bool solve(newton *s)
{
    double *a = s->hessian, *x = s->gradient;
    const size_t n = s->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            const double sum = a[i * n + j] - product(a + i * n, a + j * n, j);
            if (i == j && !(sum > 0)) return false;
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        x[i] = (x[i] - product(a + i * n, x, i)) / a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            x[i] -= a[k * n + i] * x[k];
        x[i] /= a[i * n + i];
    }
    return true;
}

plx_status plx_regression_fit(const plx_regression_rows *rows, const uint8_t *labels,
                              uint32_t labels_n, const double *ridge, double *weights, double *work)
{
    newton s = {.rows = rows, .labels = labels, .labels_n = labels_n};
    PLX_ASSERT(labels_n > 0 && labels_n <= PLX_REGRESSION_LABELS_MAX);
    PLX_ASSERT(rows->features_n <= PLX_REGRESSION_FEATURES_MAX);
    s.n = rows->features_n + labels_n;
    s.hessian = work;
    s.gradient = work + (size_t)s.n * s.n;
    begin(&s, weights);
    for (uint32_t step = 0; step < PLX_REGRESSION_STEPS_MAX; step++) {
        double longest = 0;
        gather(&s, ridge, weights);
        if (!solve(&s)) return PLX_RANGE;
        for (uint32_t j = 0; j < s.n; j++)
            longest = fabs(s.gradient[j]) > longest ? fabs(s.gradient[j]) : longest;
        const double scale = longest > STEP_MAX ? STEP_MAX / longest : 1;
        for (uint32_t j = 0; j < s.n; j++)
            weights[j] -= scale * s.gradient[j];
        if (longest < DONE) break;
    }
    return PLX_OK;
}
