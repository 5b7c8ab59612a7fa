/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/department/law.h"

#include <math.h>

#include "core/base/mathx.h"

#define CV_MIN 0.01
#define CV_MAX 5.0
#define LOGLOGISTIC_CV_MAX 3.0
#define P0_MAX 0.999
#define NOTHING_LASTS 1e-12 /* S(x) below which the law says nothing about what is left */
#define LAST_SHARE 0.05
#define PI 3.141592653589793

/* ln Gamma(x), x > 0: Stirling's series after shifting to x >= 15 (error below 1e-15). */
static double log_gamma(double x)
{
    double product = 1.0;
    while (x < 15.0) {
        product *= x;
        x += 1.0;
    }
    const double z = 1.0 / (x * x);
    const double series =
        (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z / 1188)))) / x;
    return (x - 0.5) * plx_log(x) - x + 0.9189385332046727 + series - plx_log(product);
}

enum { TERMS_MAX = 2000, HALVINGS = 200, NEWTON_MAX = 60 };

/* Regularised incomplete gamma function P(a, x), or Q = 1 - P when upper: the series below a + 1,
 * the continued fraction (Lentz) above. */
static double incomplete_gamma(double a, double x, bool upper)
{
    if (x <= 0) return upper ? 1.0 : 0.0;
    const double front = plx_exp(a * plx_log(x) - x - log_gamma(a));
    if (x < a + 1.0) {
        double term = 1.0 / a, sum = term;
        for (int n = 1; n < TERMS_MAX && term > 1e-17 * sum; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return upper ? 1.0 - front * sum : front * sum;
    }
    double b = x + 1.0 - a, c = 1e300, d = 1.0 / b, h = d;
    for (int n = 1; n < TERMS_MAX; n++) {
        const double an = -n * (n - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (fabs(d * c - 1.0) < 1e-16) break;
    }
    return upper ? front * h : 1.0 - front * h;
}

/* x with P(a, x) = q, or Q(a, x) = q when upper: Newton on ln x inside a bracket. */
static double gamma_quantile(double a, bool upper, double q)
{
    double low = 1e-300, high = a + 40.0 * sqrt(a) + 800.0;
    const double z = upper ? -plx_normal_quantile(q) : plx_normal_quantile(q);
    const double root = 1.0 - 1.0 / (9 * a) + z / (3 * sqrt(a)); /* Wilson & Hilferty 1931 */
    double x = root > 0.1 ? a * root * root * root
                          : plx_exp((plx_log(upper ? 1 - q : q) + log_gamma(a + 1)) / a);
    for (int i = 0; i < NEWTON_MAX; i++) {
        x = x > low && x < high ? x : sqrt(low) * sqrt(high);
        const double error = (incomplete_gamma(a, x, upper) - q) * (upper ? -1 : 1);
        *(error > 0 ? &high : &low) = x;
        const double slope = plx_exp(a * plx_log(x) - x - log_gamma(a)); /* dP / d ln x */
        const double step = error / slope;
        x *= plx_exp(step > 2 ? -2 : step < -2 ? 2 : -step);
        if (fabs(step) < 1e-13 || high - low <= 1e-15 * high) break;
    }
    return x;
}

static double weibull_cv2(double shape)
{
    return plx_exp(log_gamma(1 + 2 / shape) - 2 * log_gamma(1 + 1 / shape)) - 1;
}

/* b = pi / beta; the variance is finite for b < pi / 2. */
static double loglogistic_cv2(double b)
{
    const double s = plx_sin(b) / b;
    return 2 * b / plx_sin(2 * b) * s * s - 1;
}

static double solve(double (*rising)(double), double low, double high, double target)
{
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = 0.5 * (low + high);
        *(rising(middle) < target ? &low : &high) = middle;
    }
    return 0.5 * (low + high);
}

static double weibull_cv2_of_inverse(double inverse)
{
    return weibull_cv2(1 / inverse);
}

/* shape and shift: lognormal sigma and -sigma^2/2; gamma shape and 1/shape (its scale); weibull
 * 1/shape and 1/Gamma(1 + 1/shape); loglogistic 1/beta and its scale. */
plx_law_form plx_law_form_of(plx_law_family family, double cv)
{
    plx_law_form f = {.family = family};
    const double cv2 = cv * cv;
    switch (family) {
    case PLX_LAW_LOGNORMAL:
        f.shape = sqrt(plx_log(1 + cv2));
        f.shift = -0.5 * f.shape * f.shape;
        break;
    case PLX_LAW_GAMMA:
        f.shape = 1 / cv2;
        f.shift = cv2;
        break;
    case PLX_LAW_WEIBULL:
        f.shape = solve(weibull_cv2_of_inverse, 0.005, 8, cv2);
        f.shift = plx_exp(-log_gamma(1 + f.shape));
        break;
    case PLX_LAW_LOGLOGISTIC: {
        const double b = solve(loglogistic_cv2, 1e-4, PI / 2 - 1e-9, cv2);
        f.shape = b / PI;
        f.shift = plx_sin(b) / b;
        break;
    }
    default:
        break;
    }
    return f;
}

/* P(Z > z) of the standard normal law. */
static double normal_above(double z)
{
    const double half = 0.5 * incomplete_gamma(0.5, 0.5 * z * z, true);
    return z > 0 ? half : 1 - half;
}

double plx_law_form_survival(const plx_law_form *f, double x)
{
    if (x <= 0) return 1;
    switch (f->family) {
    case PLX_LAW_DETERMINISTIC:
        return x < 1;
    case PLX_LAW_LOGNORMAL:
        return normal_above((plx_log(x) - f->shift) / f->shape);
    case PLX_LAW_GAMMA:
        return incomplete_gamma(f->shape, x / f->shift, true);
    case PLX_LAW_WEIBULL:
        return plx_exp(-plx_pow(x / f->shift, 1 / f->shape));
    case PLX_LAW_LOGLOGISTIC:
        return 1 / (1 + plx_pow(x / f->shift, 1 / f->shape));
    default:
        return plx_exp(-x);
    }
}

static void set_shape(plx_law_quantiles *t)
{
    const plx_law_form f = plx_law_form_of(t->family, t->cv);
    t->shape = f.shape;
    t->shift = f.shift;
}

/* -ln(1 - q) without loss for small q. */
static double minus_log_of_rest(double q)
{
    return q < 1e-4 ? q * (1 + q * (0.5 + q * (1.0 / 3 + 0.25 * q))) : -plx_log(1 - q);
}

/* Without atom and maximum; 0 < q <= 1/2 (or up to 1 when a cut moved it). */
static double family_quantile(const plx_law_quantiles *t, bool upper, double q)
{
    switch (t->family) {
    case PLX_LAW_EXPONENTIAL:
        return upper ? -plx_log(q) : minus_log_of_rest(q);
    case PLX_LAW_LOGNORMAL: {
        const double z = plx_normal_quantile(q);
        return plx_exp(t->shape * (upper ? -z : z) + t->shift);
    }
    case PLX_LAW_GAMMA:
        return gamma_quantile(t->shape, upper, q) * t->shift;
    case PLX_LAW_WEIBULL:
        return t->shift * plx_pow(upper ? -plx_log(q) : minus_log_of_rest(q), t->shape);
    case PLX_LAW_LOGLOGISTIC: {
        const double odds = q / (1 - q);
        return t->shift * plx_pow(upper ? 1 / odds : odds, t->shape);
    }
    default:
        return 1.0;
    }
}

/* F(x) of the family, by bisection on its quantiles. */
static double family_cdf(const plx_law_quantiles *t, double x)
{
    double low = 0x1p-60, high = 0.5;
    const bool upper = x > family_quantile(t, false, 0.5);
    for (int i = 0; i < HALVINGS && high - low > 1e-16 * high; i++) {
        const double middle = 0.5 * (low + high);
        const bool beyond = family_quantile(t, upper, middle) > x;
        *(beyond != upper ? &high : &low) = middle;
    }
    return upper ? 1 - low : low;
}

/* With atom and maximum. */
static double exact_quantile(const plx_law_quantiles *t, bool upper, double q)
{
    const bool whole = t->p0 == 0 && t->kept == 1;
    if (whole) return family_quantile(t, upper, q);
    const double p = upper ? 1 - q : q;
    if (p <= t->p0) return 0;
    /* 1 - (p - p0) / (1 - p0) kept, kept exact in the upper tail when nothing is cut. */
    const double rest = upper ? q / (1 - t->p0) : (1 - p) / (1 - t->p0);
    const double above = t->kept == 1 ? rest : 1 - (1 - rest) * t->kept;
    if (above <= 0) return t->max;
    const double value =
        above < 0.5 ? family_quantile(t, true, above) : family_quantile(t, false, 1 - above);
    return t->max > 0 && value > t->max ? t->max : value;
}

/* The nodes are the doubles with six bits of mantissa, from 2^-15 (biased exponent 1008) on. */
static double node_q(unsigned i)
{
    const uint64_t bits = (UINT64_C(1008) * PLX_LAW_CELLS + i) << 46;
    double q;
    memcpy(&q, &bits, sizeof q);
    return q;
}

static double empirical_quantile(const plx_law *law, double p)
{
    const double at = p * (law->point_n - 1);
    const unsigned i = (unsigned)at < law->point_n - 2u ? (unsigned)at : law->point_n - 2u;
    return law->point[i] + (at - i) * (law->point[i + 1] - law->point[i]);
}

static const char *law_fault(const plx_law *law)
{
    const bool has_cv = law->family >= PLX_LAW_LOGNORMAL && law->family <= PLX_LAW_LOGLOGISTIC;
    const double cv_max = law->family == PLX_LAW_LOGLOGISTIC ? LOGLOGISTIC_CV_MAX : CV_MAX;
    if (law->family == PLX_LAW_EMPIRICAL) {
        if (law->point_n < 2 || law->point_n > PLX_LAW_POINTS_MAX)
            return "an empirical law lists 2 to 101 quantiles";
        for (unsigned i = 0; i < law->point_n; i++)
            if (!(law->point[i] >= (i ? law->point[i - 1] : 0) && law->point[i] < 1e9))
                return "the quantiles of an empirical law rise from 0 or more";
        return law->p0 != 0 || law->max != 0 ? "an empirical law has no p0 and no max" : NULL;
    }
    if (!(law->mean > 0 && law->mean < 1e9)) return "mean must be above 0";
    if (has_cv && !(law->cv >= CV_MIN && law->cv <= cv_max))
        return "cv must be 0.01 to 5 (loglogistic: to 3)";
    if (!(law->p0 >= 0 && law->p0 <= P0_MAX)) return "p0 must be 0 to 0.999";
    if (!(law->max == 0 || (law->max >= 0.01 * law->mean && law->max < 1e9)))
        return "max must be at least a hundredth of the mean";
    return NULL;
}

static void fill_nodes(const plx_law *law, plx_law_quantiles *t)
{
    for (unsigned i = 0; i <= PLX_LAW_NODES; i++) {
        const double q = node_q(i);
        for (int upper = 0; upper < 2; upper++)
            t->node[upper][i] =
                (float)(t->family == PLX_LAW_EMPIRICAL ? empirical_quantile(law, upper ? 1 - q : q)
                                                       : exact_quantile(t, upper, q));
    }
}

plx_status plx_law_make(const plx_law *law, plx_law_quantiles *table, double *scale, char *why,
                        size_t why_n)
{
    const char *fault = law_fault(law);
    if (fault) return plx_refuse(why, why_n, PLX_RANGE, fault);
    const bool empirical = law->family == PLX_LAW_EMPIRICAL;
    plx_law_quantiles t = {.family = law->family,
                           .cv = law->cv,
                           .p0 = law->p0,
                           .max = empirical ? 0 : law->max / law->mean,
                           .kept = 1};
    set_shape(&t);
    if (empirical) {
        t.low = law->point[0];
        t.high = law->point[law->point_n - 1];
    } else if (t.max > 0) {
        t.kept = law->family == PLX_LAW_DETERMINISTIC ? 1 : family_cdf(&t, t.max);
        if (t.kept < 1e-6)
            return plx_refuse(why, why_n, PLX_RANGE, "almost nothing of the law is below its max");
    }
    fill_nodes(law, &t);
    *table = t;
    *scale = empirical ? 1 : law->mean;
    return PLX_OK;
}

bool plx_law_same(const plx_law *law, const plx_law_quantiles *table)
{
    return law->family == table->family && law->family != PLX_LAW_EMPIRICAL &&
           law->cv == table->cv && law->p0 == table->p0 && law->max / law->mean == table->max;
}

double plx_law_quantile(const plx_law_quantiles *t, bool upper, double q)
{
    if (q < 0x1p-15) {
        if (t->family != PLX_LAW_EMPIRICAL) return exact_quantile(t, upper, q);
        const double end = upper ? t->high : t->low;
        return end + q * 0x1p15 * (t->node[upper][0] - end);
    }
    /* Index and inside are bits of q, see node_q. */
    uint64_t bits;
    memcpy(&bits, &q, sizeof bits);
    const unsigned i = (unsigned)(bits >> 46) - 1008u * PLX_LAW_CELLS;
    const double inside = (double)(int64_t)(bits & ((UINT64_C(1) << 46) - 1)) * 0x1p-46;
    const float *node = t->node[upper] + i;
    const double begin = node[0];
    return inside > 0 ? begin + inside * (node[1] - begin) : begin;
}

/* q at which the tail's quantile is x, inside the table. */
static double find_q(const plx_law_quantiles *t, bool upper, double x)
{
    const float *node = t->node[upper];
    unsigned low = 0, high = PLX_LAW_NODES;
    while (high - low > 1) {
        const unsigned middle = (low + high) / 2;
        const bool passed = upper ? node[middle] < x : node[middle] > x;
        *(passed ? &high : &low) = middle;
    }
    const double begin = node[low], width = node[high] - begin;
    const double inside = width != 0 ? (x - begin) / width : 0.5;
    return node_q(low) + inside * (node_q(high) - node_q(low));
}

double plx_law_survival(const plx_law_quantiles *t, double x)
{
    if (x < t->node[0][0]) return 1.0;
    if (x < t->node[0][PLX_LAW_NODES]) return 1 - find_q(t, false, x);
    if (x <= t->node[1][0]) return find_q(t, true, x);
    double low = 0x1p-300, high = 0x1p-15; /* beyond the table: bisect on ln q */
    if (x >= plx_law_quantile(t, true, low)) return 0;
    for (int i = 0; i < HALVINGS && high > low * (1 + 1e-12); i++) {
        const double middle = sqrt(low) * sqrt(high);
        *(plx_law_quantile(t, true, middle) > x ? &low : &high) = middle;
    }
    return low;
}

double plx_law_residual(const plx_law_quantiles *t, double x, double u, bool *beyond)
{
    const double survival = plx_law_survival(t, x), left = u * survival;
    if (beyond) *beyond = survival < NOTHING_LASTS;
    if (survival < NOTHING_LASTS) {
        const double from = plx_law_quantile(t, true, LAST_SHARE);
        double sum = 0;
        for (int i = 0; i < 32; i++)
            sum += plx_law_quantile(t, true, LAST_SHARE * (i + 0.5) / 32) - from;
        return sum / 32;
    }
    const double end = left <= 0.5 ? plx_law_quantile(t, true, left)
                                   : plx_law_quantile(t, false, 1 - left > 0 ? 1 - left : 0x1p-60);
    return end > x ? end - x : 0;
}
