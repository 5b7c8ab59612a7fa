/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/linear.h"

#include <stdbool.h>
#include <stddef.h>

double plx_linear_product(const double *x, const double *y, uint32_t n)
{
    double sum[4] = {0, 0, 0, 0};
    uint32_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (uint32_t k = 0; k < 4; k++)
            sum[k] += x[i + k] * y[i + k];
    for (; i < n; i++)
        sum[0] += x[i] * y[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static bool factor(double *a, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        double *row = a + (size_t)i * n;
        for (uint32_t k = 0; k < i; k++) {
            const double *above = a + (size_t)k * n;
            row[k] = (row[k] - plx_linear_product(row, above, k)) / above[k];
        }
        double left = row[i] - plx_linear_product(row, row, i);
        if (!(left > 0 && left < 1e300)) return false;
        row[i] = __builtin_sqrt(left);
    }
    return true;
}

plx_status plx_linear_factor(double *a, double *diagonal, uint32_t n)
{
    double most = 0, jitter = 0;
    for (uint32_t i = 0; i < n; i++) {
        diagonal[i] = a[(size_t)i * n + i];
        if (diagonal[i] > most) most = diagonal[i];
        for (uint32_t k = 0; k < i; k++)
            a[(size_t)k * n + i] = a[(size_t)i * n + k];
    }
    for (int try = 0; try < PLX_LINEAR_TRIES; try++) {
        for (uint32_t i = 0; i < n; i++) {
            a[(size_t)i * n + i] = diagonal[i] + jitter * most;
            for (uint32_t k = 0; k < i; k++)
                a[(size_t)i * n + k] = a[(size_t)k * n + i];
        }
        if (factor(a, n)) return PLX_OK;
        jitter = jitter > 0 ? jitter * 100 : PLX_LINEAR_JITTER;
    }
    return PLX_RANGE;
}

void plx_linear_solve(const double *l, uint32_t n, double *x)
{
    for (uint32_t i = 0; i < n; i++) {
        const double *row = l + (size_t)i * n;
        x[i] = (x[i] - plx_linear_product(row, x, i)) / row[i];
    }
    for (uint32_t i = n; i-- > 0;) {
        const double *row = l + (size_t)i * n;
        x[i] /= row[i];
        for (uint32_t k = 0; k < i; k++)
            x[k] -= row[k] * x[i];
    }
}
