/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/triage/agreement.h"

#include <math.h>
#include <string.h>

#include "core/base/mathx.h"
#include "core/triage/regression.h"

enum { BINS = 10 };

void plx_agreement_of_levels(const uint8_t *truth, const uint8_t *given, uint32_t n,
                             plx_agreement_levels *a)
{
    double rows[PLX_AGREEMENT_LEVELS] = {0}, columns[PLX_AGREEMENT_LEVELS] = {0};
    double observed = 0, expected = 0;
    uint32_t under = 0, over = 0;
    memset(a, 0, sizeof *a);
    a->n = n;
    for (uint32_t i = 0; i < n; i++) {
        a->table[truth[i] - 1][given[i] - 1]++;
        rows[truth[i] - 1]++;
        columns[given[i] - 1]++;
        under += given[i] > truth[i];
        over += given[i] < truth[i];
    }
    if (n == 0) return;
    for (int i = 0; i < PLX_AGREEMENT_LEVELS; i++) {
        for (int k = 0; k < PLX_AGREEMENT_LEVELS; k++) {
            observed += (i - k) * (i - k) * (double)a->table[i][k];
            expected += (i - k) * (i - k) * rows[i] * columns[k] / n;
        }
    }
    a->kappa = expected > 0 ? 1 - observed / expected : 0;
    a->under = (double)under / n;
    a->over = (double)over / n;
    a->accuracy = 1 - a->under - a->over;
}

/* Heap sort of order[] by p. */
static void sift(const double *p, uint32_t *order, uint32_t root, uint32_t n)
{
    for (uint32_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && p[order[child + 1]] > p[order[child]]) child++;
        if (!(p[order[child]] > p[order[root]])) return;
        const uint32_t swap = order[root];
        order[root] = order[child];
        order[child] = swap;
    }
}

static void sort(const double *p, uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    for (uint32_t i = n / 2; i-- > 0;)
        sift(p, order, i, n);
    for (uint32_t i = n; i-- > 1;) {
        const uint32_t swap = order[0];
        order[0] = order[i];
        order[i] = swap;
        sift(p, order, 0, i);
    }
}

static void area(const double *p, const uint8_t *truth, const uint32_t *order, plx_agreement *a)
{
    double ranks = 0;
    for (uint32_t i = 0, k; i < a->n; i = k) {
        for (k = i; k < a->n && p[order[k]] == p[order[i]]; k++)
            ;
        for (uint32_t m = i; m < k; m++)
            if (truth[order[m]]) ranks += (i + k + 1) / 2.0;
    }
    const double yes = a->yes, no = a->n - yes;
    a->auroc = a->low = a->high = 0.5;
    if (yes == 0 || no == 0) return;
    const double u = (ranks - yes * (yes + 1) / 2) / (yes * no);
    const double q1 = u / (2 - u), q2 = 2 * u * u / (1 + u);
    const double variance =
        (u * (1 - u) + (yes - 1) * (q1 - u * u) + (no - 1) * (q2 - u * u)) / (yes * no);
    const double half = 1.96 * sqrt(variance > 0 ? variance : 0);
    a->auroc = u;
    a->low = u - half > 0 ? u - half : 0;
    a->high = u + half < 1 ? u + half : 1;
}

static void calibration(const double *p, const uint8_t *truth, plx_agreement *a)
{
    double said[BINS] = {0}, seen[BINS] = {0};
    for (uint32_t i = 0; i < a->n; i++) {
        const int bin = p[i] >= 1 ? BINS - 1 : (int)(p[i] * BINS);
        said[bin] += p[i];
        seen[bin] += truth[i];
        a->brier += (p[i] - truth[i]) * (p[i] - truth[i]) / a->n;
    }
    for (int b = 0; b < BINS; b++)
        a->ece += fabs(said[b] - seen[b]) / a->n;
}

/* Newton steps for logit P(truth) = a + b logit p. */
static double slope(const double *p, const uint8_t *truth, uint32_t n)
{
    double a = 0, b = 1;
    for (int step = 0; step < PLX_REGRESSION_STEPS_MAX; step++) {
        double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
        for (uint32_t i = 0; i < n; i++) {
            const double q = p[i] < 1e-9 ? 1e-9 : p[i] > 1 - 1e-9 ? 1 - 1e-9 : p[i];
            const double x = plx_log(q / (1 - q)), fit = plx_regression_probability(a + b * x);
            const double v = fit * (1 - fit);
            ga += fit - truth[i];
            gb += (fit - truth[i]) * x;
            haa += v;
            hab += v * x;
            hbb += v * x * x;
        }
        const double determinant = haa * hbb - hab * hab;
        if (!(determinant > 0)) break;
        a -= (hbb * ga - hab * gb) / determinant;
        b -= (haa * gb - hab * ga) / determinant;
    }
    return b;
}

void plx_agreement_of_probabilities(const double *p, const uint8_t *truth, uint32_t n,
                                    uint32_t *order, plx_agreement *a)
{
    memset(a, 0, sizeof *a);
    a->n = n;
    for (uint32_t i = 0; i < n; i++)
        a->yes += truth[i];
    sort(p, order, n);
    area(p, truth, order, a);
    if (n == 0) return;
    calibration(p, truth, a);
    a->slope = slope(p, truth, n);
}
