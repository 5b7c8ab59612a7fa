/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Near the middle a series of positive terms, in the tails a continued fraction: neither cancels.
 */
#include "core/validate/law.h"

#include <math.h>

#include "core/base/mathx.h"

#define NOT_A_NUMBER __builtin_nan("")
#define INV_SQRT_2PI 0.39894228040143267794
#define HALF_LN_2PI 0.91893853320467274178
#define TINY 1e-300
#define EPSILON 1e-16

enum {
    TAIL_DEPTH = 120, /* levels of the fraction: its error at |z| = 2 is below 1e-15 */
    NORMAL_TERMS = 60,
    GAMMA_TERMS = 10000,
};

double plx_law_normal_density(double z)
{
    return INV_SQRT_2PI * plx_exp(-0.5 * z * z);
}

/* P(Z > z) for z >= 2: density / (z + 1/(z + 2/(z + 3/...))). */
static double normal_tail(double z)
{
    double fraction = z;
    for (int level = TAIL_DEPTH; level >= 1; level--)
        fraction = z + level / fraction;
    return plx_law_normal_density(z) / fraction;
}

double plx_law_normal_cdf(double z)
{
    if (z >= 2.0) return z > 40.0 ? 1.0 : 1.0 - normal_tail(z);
    if (z <= -2.0) return z < -40.0 ? 0.0 : normal_tail(-z);
    double term = z, sum = z; /* z + z^3/3 + z^5/15 + ...; NaN stays NaN */
    for (int k = 1; k < NORMAL_TERMS; k++) {
        term *= z * z / (2 * k + 1);
        sum += term;
    }
    return 0.5 + plx_law_normal_density(z) * sum;
}

double plx_law_normal_mean_abs(double m, double s)
{
    if (s == 0.0) return fabs(m);
    const double z = m / s;
    return 2.0 * s * plx_law_normal_density(z) + m * (2.0 * plx_law_normal_cdf(z) - 1.0);
}

double plx_law_log_gamma(double a)
{
    if (!(a > 0.0)) return NOT_A_NUMBER;
    double product = 1.0; /* gamma(a) = gamma(a + k) / (a (a + 1) ... (a + k - 1)) */
    while (a < 15.0) {
        product *= a;
        a += 1.0;
    }
    const double r = 1.0 / (a * a);
    const double rest =
        (1.0 / 12 -
         r * (1.0 / 360 -
              r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * 691 / 360360))))) /
        a;
    return (a - 0.5) * plx_log(a) - a + HALF_LN_2PI + rest - plx_log(product);
}

/* P(a, x) / (x^a e^-x / gamma(a)), for x < a + 1. */
static double lower_series(double a, double x)
{
    double term = 1.0 / a, sum = term;
    for (int k = 1; k < GAMMA_TERMS; k++) {
        term *= x / (a + k);
        sum += term;
        if (term < EPSILON * sum) return sum;
    }
    return NOT_A_NUMBER;
}

/* Q(a, x) / (x^a e^-x / gamma(a)), for x >= a + 1: the even part of the fraction, evaluated from
 * the front (Lentz's way with two ratios that are never zero). */
static double upper_fraction(double a, double x)
{
    double b = x + 1.0 - a, c = 1.0 / TINY, d = 1.0 / b, fraction = d;
    for (int k = 1; k < GAMMA_TERMS; k++) {
        const double numerator = -k * (k - a);
        b += 2.0;
        d = numerator * d + b;
        c = b + numerator / c;
        if (fabs(d) < TINY) d = TINY;
        if (fabs(c) < TINY) c = TINY;
        d = 1.0 / d;
        fraction *= d * c;
        if (fabs(d * c - 1.0) < 4 * EPSILON) return fraction;
    }
    return NOT_A_NUMBER;
}

double plx_law_gamma_upper(double a, double x)
{
    if (!(a > 0.0) || !(x >= 0.0)) return NOT_A_NUMBER;
    if (x == 0.0) return 1.0;
    if (x > 1e308) return 0.0;
    const double front = plx_exp(a * plx_log(x) - x - plx_law_log_gamma(a));
    if (x < a + 1.0) return 1.0 - front * lower_series(a, x);
    return front == 0.0 ? 0.0 : front * upper_fraction(a, x);
}

double plx_law_chi_square_p(double statistic, uint32_t degrees)
{
    return plx_law_gamma_upper(0.5 * degrees, 0.5 * statistic);
}
