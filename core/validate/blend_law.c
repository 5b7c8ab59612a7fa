/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A law that is piecewise linear between fixed levels: its quantiles and scores. */
#include <math.h>

#include "core/validate/blend.h"

const double plx_blend_levels[PLX_BLEND_KNOTS] = {
    0.001, 0.003, 0.01, 0.025, 0.05, 0.075, 0.1,  0.15,  0.2,  0.25, 0.3,
    0.35,  0.4,   0.43, 0.46,  0.5,  0.54,  0.57, 0.6,   0.65, 0.7,  0.75,
    0.8,   0.85,  0.9,  0.925, 0.95, 0.975, 0.99, 0.997, 0.999};

enum { LAST = PLX_BLEND_KNOTS - 1 };

double plx_blend_quantile(const plx_blend_law *law, double level)
{
    const double *p = plx_blend_levels, *x = law->value;
    if (level <= p[0]) return x[0];
    int k = 1;
    while (k < LAST && p[k] < level)
        k++;
    if (level >= p[k]) return x[k];
    return x[k - 1] + (x[k] - x[k - 1]) * (level - p[k - 1]) / (p[k] - p[k - 1]);
}

double plx_blend_cdf(const plx_blend_law *law, double y, bool below)
{
    const double *p = plx_blend_levels, *x = law->value;
    int k = 0; /* the first knot beyond y */
    while (k <= LAST && (below ? x[k] < y : x[k] <= y))
        k++;
    if (k == 0) return 0.0;
    if (k > LAST) return 1.0;
    return p[k - 1] + (p[k] - p[k - 1]) * (y - x[k - 1]) / (x[k] - x[k - 1]);
}

/* Integral of the square of a line from a to b over a length. */
static double square_over(double length, double a, double b)
{
    return length * (a * a + a * b + b * b) / 3.0;
}

double plx_blend_crps(const plx_blend_law *law, double y)
{
    const double *p = plx_blend_levels, *x = law->value;
    double sum = 0.0;
    if (y < x[0]) sum += x[0] - y;
    if (y > x[LAST]) sum += y - x[LAST];
    for (int k = 1; k <= LAST; k++) {
        const double from = x[k - 1], to = x[k];
        if (to <= y) {
            sum += square_over(to - from, p[k - 1], p[k]);
        } else if (from >= y) {
            sum += square_over(to - from, 1.0 - p[k - 1], 1.0 - p[k]);
        } else {
            const double at = p[k - 1] + (p[k] - p[k - 1]) * (y - from) / (to - from);
            sum += square_over(y - from, p[k - 1], at);
            sum += square_over(to - y, 1.0 - at, 1.0 - p[k]);
        }
    }
    return sum;
}

void plx_blend_judge(const plx_blend_law *law, double y, double v, plx_validate_verdict *out)
{
    const double low = plx_blend_cdf(law, y, true), high = plx_blend_cdf(law, y, false);
    *out = (plx_validate_verdict){.error = plx_blend_quantile(law, 0.5) - y,
                                  .crps = plx_blend_crps(law, y),
                                  .pit = low + v * (high - low)};
    for (int i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        const double level = plx_validate_levels[i];
        const double from = plx_blend_quantile(law, 0.5 * (1.0 - level));
        const double to = plx_blend_quantile(law, 0.5 * (1.0 + level));
        out->inside[i] = y >= from && y <= to;
        out->width[i] = to - from;
        out->expected[i] = level;
    }
}
