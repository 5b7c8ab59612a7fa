/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Ridge regression from weighted sums, by Cholesky's factors. */
#include <math.h>

#include "core/census/census_inner.h"

/* Beside mean squares of counts: what is below was always 0. */
static const double NOTHING = 1e-9;

void plx_census_sums_forget(plx_census_sums *s, uint32_t n, double factor)
{
    for (uint32_t i = 0; i < n; i++) {
        s->product[i] *= factor;
        for (uint32_t j = 0; j <= i; j++)
            s->square[i][j] *= factor;
    }
    s->weight *= factor;
}

void plx_census_sums_add(plx_census_sums *s, uint32_t n, const double *feature, double y,
                         double weight)
{
    for (uint32_t i = 0; i < n; i++) {
        const double f = weight * feature[i];
        s->product[i] += f * y;
        for (uint32_t j = 0; j <= i; j++)
            s->square[i][j] += f * feature[j];
    }
    s->weight += weight;
}

void plx_census_sums_merge(plx_census_sums *s, uint32_t n, const plx_census_sums *other,
                           double weight)
{
    for (uint32_t i = 0; i < n; i++) {
        s->product[i] += weight * other->product[i];
        for (uint32_t j = 0; j <= i; j++)
            s->square[i][j] += weight * other->square[i][j];
    }
    s->weight += weight * other->weight;
}

static double at(const plx_census_sums *s, uint32_t i, uint32_t j)
{
    return j <= i ? s->square[i][j] : s->square[j][i];
}

/* L L' = S + penalty diag(S) / weight; rows of features that are not in use are those of the unit
 * matrix. */
static void factor(const plx_census_sums *s, uint32_t n, double penalty, const bool *used,
                   double (*l)[PLX_CENSUS_FEATURES])
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double sum = i == j ? 1 : 0;
            if (used[i] && used[j])
                sum = i == j ? s->square[i][i] * (1 + penalty / s->weight) + NOTHING
                             : s->square[i][j];
            for (uint32_t k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            if (i == j)
                l[i][i] = sqrt(sum > NOTHING * NOTHING ? sum : NOTHING * NOTHING);
            else
                l[i][j] = sum / l[j][j];
        }
}

void plx_census_sums_solve(const plx_census_sums *s, uint32_t n, double penalty,
                           const double *towards, double *coefficient)
{
    double l[PLX_CENSUS_FEATURES][PLX_CENSUS_FEATURES], rest[PLX_CENSUS_FEATURES];
    bool used[PLX_CENSUS_FEATURES];
    PLX_ASSERT(n <= PLX_CENSUS_FEATURES);
    for (uint32_t i = 0; i < n; i++) {
        used[i] = s->weight > 0 && s->square[i][i] > NOTHING * s->weight;
        rest[i] = used[i] ? s->product[i] : 0;
        for (uint32_t j = 0; towards && used[i] && j < n; j++)
            rest[i] -= at(s, i, j) * towards[j];
    }
    factor(s, n, penalty, used, l);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < i; k++)
            rest[i] -= l[i][k] * rest[k];
        rest[i] /= l[i][i];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t k = i + 1; k < n; k++)
            rest[i] -= l[k][i] * rest[k];
        rest[i] /= l[i][i];
    }
    for (uint32_t i = 0; i < n; i++)
        coefficient[i] = (towards ? towards[i] : 0) + rest[i];
}
