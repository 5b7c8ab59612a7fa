/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The line and the AR(1) process of a series with any gaps. */
#include <math.h>
#include <stdbool.h>

#include "core/base/mathx.h"
#include "core/validate/rival.h"

#define SLOWEST_PER_S (1.0 / (48.0 * 3600.0))
#define FASTEST_PER_GAP 20.0 /* correlation 2e-9 at the shortest gap */
#define GOLDEN 0.61803398874989484820

enum {
    STEPS_KEPT = 8,
    ABOUT_A_SECOND = 1 << 20 /* us; gaps are spread over the kept ones by it */
};

static double seconds(int64_t from_us, int64_t to_us)
{
    return (double)(to_us - from_us) * 1e-6;
}

static plx_status series_check(const plx_rival_series *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        if (!(fabs(s->value[i]) <= PLX_RIVAL_VALUE_MAX)) return PLX_RANGE;
        if (s->time_us[i] > PLX_RIVAL_TIME_MAX_US || s->time_us[i] < -PLX_RIVAL_TIME_MAX_US)
            return PLX_RANGE;
        if (i > 0 && s->time_us[i] < s->time_us[i - 1]) return PLX_RANGE;
    }
    if (s->n < 2 || s->time_us[0] == s->time_us[s->n - 1]) return PLX_MISSING;
    return PLX_OK;
}

static double series_mean(const plx_rival_series *s)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < s->n; i++)
        sum += s->value[i] - s->value[0];
    return s->value[0] + sum / s->n;
}

plx_status plx_rival_fit_line(const plx_rival_series *s, plx_rival_line *out)
{
    PLX_TRY(series_check(s));
    const int64_t last = s->time_us[s->n - 1];
    const double mean = series_mean(s);
    double mean_time = 0.0, times = 0.0, both = 0.0;
    for (uint32_t i = 0; i < s->n; i++)
        mean_time += seconds(last, s->time_us[i]) / s->n;
    for (uint32_t i = 0; i < s->n; i++) {
        const double t = seconds(last, s->time_us[i]) - mean_time;
        times += t * t;
        both += t * (s->value[i] - mean);
    }
    const double slope = both / times;
    *out = (plx_rival_line){mean - slope * mean_time, slope};
    return PLX_OK;
}

/* What the values at one time say: their mean; moves *i to the next time. */
static double value_at(const plx_rival_series *s, uint32_t *i, double centre)
{
    const uint32_t first = *i;
    double sum = 0.0;
    for (; *i < s->n && s->time_us[*i] == s->time_us[first]; ++*i)
        sum += s->value[*i] - centre;
    const uint32_t n = *i - first;
    return n == 1 ? sum : sum / n;
}

typedef struct likelihood {
    double cost;           /* -2 log likelihood, but for a constant */
    double mean, variance; /* that maximise it; mean from the centre */
} likelihood;

/* What one gap does. A series has few different ones, so the last of each kind is kept. */
typedef struct step {
    int64_t gap_us; /* 0: none yet */
    double rho;
    double precision; /* 1 / (1 - rho^2) */
    double pull;      /* 1 - rho */
    double left;      /* 1 - rho^2, above 1e-12 */
} step;

static const step *step_of(step kept[STEPS_KEPT], int64_t gap_us, double rate)
{
    step *by = &kept[(uint64_t)gap_us / ABOUT_A_SECOND % STEPS_KEPT];
    if (by->gap_us != gap_us) {
        const double rho = plx_exp(-rate * seconds(0, gap_us)), left = 1.0 - rho * rho;
        *by = (step){gap_us, rho, 1.0 / left, 1.0 - rho, left};
    }
    return by;
}

/* x_i - mean = rho_i (x_(i-1) - mean) + e_i with var e_i = variance (1 - rho_i^2): weighted least
 * squares in mean, in one pass. */
static likelihood likelihood_at(const plx_rival_series *s, double centre, double rate)
{
    uint32_t i = 0, n = 1;
    double before = value_at(s, &i, centre);
    double ones = 1.0, mixed = before, squares = before * before;
    double logs = 0.0, product = 1.0; /* one log for many factors */
    step kept[STEPS_KEPT] = {0};
    while (i < s->n) {
        const step *by = step_of(kept, s->time_us[i] - s->time_us[i - 1], rate);
        const double now = value_at(s, &i, centre), d = now - by->rho * before;
        const double weighted = d * by->precision;
        ones += by->pull * by->pull * by->precision;
        mixed += by->pull * weighted;
        squares += d * weighted;
        product *= by->left;
        if (product < 1e-200) {
            logs += plx_log(product);
            product = 1.0;
        }
        before = now;
        n++;
    }
    const double mean = mixed / ones;
    double rest = squares - mean * mixed;
    if (rest < 1e-12 * squares) rest = 1e-12 * squares;
    return (likelihood){n * plx_log(rest / n) + plx_log(product) + logs, mean, rest / n};
}

static bool is_constant(const plx_rival_series *s)
{
    for (uint32_t i = 1; i < s->n; i++)
        if (s->value[i] != s->value[0]) return false;
    return true;
}

static double shortest_gap(const plx_rival_series *s)
{
    double shortest = 1e300;
    for (uint32_t i = 1; i < s->n; i++) {
        const double gap = seconds(s->time_us[i - 1], s->time_us[i]);
        if (gap > 0.0 && gap < shortest) shortest = gap;
    }
    return shortest;
}

/* The log of the rate with the smallest cost between low and high, by golden section. */
static double search(const plx_rival_series *s, double centre, double low, double high)
{
    enum { SECTIONS = 24 }; /* to 1e-5 of two grid steps */
    double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
    double cost_a = likelihood_at(s, centre, plx_exp(a)).cost;
    double cost_b = likelihood_at(s, centre, plx_exp(b)).cost;
    for (int i = 0; i < SECTIONS; i++) {
        if (cost_a <= cost_b) {
            high = b, b = a, cost_b = cost_a;
            a = high - GOLDEN * (high - low);
            cost_a = likelihood_at(s, centre, plx_exp(a)).cost;
        } else {
            low = a, a = b, cost_a = cost_b;
            b = low + GOLDEN * (high - low);
            cost_b = likelihood_at(s, centre, plx_exp(b)).cost;
        }
    }
    return cost_a <= cost_b ? a : b;
}

plx_status plx_rival_fit_ar1(const plx_rival_series *s, plx_rival_ar1 *out)
{
    enum { GRID = 14 };
    PLX_TRY(series_check(s));
    if (is_constant(s)) {
        *out = (plx_rival_ar1){s->value[0], 0.0, 0.0};
        return PLX_OK;
    }
    const double centre = series_mean(s), low = plx_log(SLOWEST_PER_S);
    double high = plx_log(FASTEST_PER_GAP / shortest_gap(s));
    if (high < low) high = low; /* gaps of days: nothing to choose from */
    const double stride = (high - low) / GRID;
    int best = 0;
    double best_cost = likelihood_at(s, centre, plx_exp(low)).cost;
    for (int k = 1; k <= GRID; k++) {
        const double cost = likelihood_at(s, centre, plx_exp(low + k * stride)).cost;
        if (cost < best_cost) best = k, best_cost = cost;
    }
    const double from = low + (best > 0 ? best - 1 : 0) * stride;
    const double to = low + (best < GRID ? best + 1 : GRID) * stride;
    const double rate = plx_exp(search(s, centre, from, to));
    const likelihood fit = likelihood_at(s, centre, rate);
    *out = (plx_rival_ar1){centre + fit.mean, rate, sqrt(fit.variance)};
    return PLX_OK;
}
