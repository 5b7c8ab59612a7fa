/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The law around a centre: how large errors are, and of what form.
 *
 * The numbers below are priors of structure, alike for every series. They were chosen on a year of
 * the nine departments before the year on which they are scored, by the mean over departments
 * (doc/validation/census-backtest.md). */
#include <math.h>
#include <string.h>

#include "core/base/mathx.h"
#include "core/census/census_inner.h"

enum {
    HOURS = 24,
    KNOWN_FORMS = 60, /* errors that make a form; with fewer it is normal */
    PRIOR_ALL = 10,   /* errors' worth of the Poisson prior in the mean of all hours, */
    PRIOR_HOUR = 5,   /* and of that mean in the mean of an hour */
};

static const double ERROR_FORGET = 1 - 1.0 / 180; /* a day, of an hour's mean |error| */
static const double NEIGHBOUR = 0.5;              /* weight of an error for the hours beside */
static const double RATIO_GAIN[3] = {1.0 / (28 * 24), 1.0 / 72, 1.0 / 12};
static const double RATIO_MAX = 5; /* one wild hour counts as much */
static const double SUMS_FORGET = 0.9998;
static const double PENALTY = 300;
static const double SCALE_LEAST = 0.25;                 /* of the base */
static const double OUTSIDE = 0.05, LEVEL_GAIN = 0.002; /* each end; a step of its level */
static const double LEVEL_MIN = 0.01, LEVEL_MAX = 0.2;
static const double POISSON_ERROR = 0.8; /* mean |error| of a normal law over its sd */
/* |error| is base x (1 + ratio over 28 d - 1 + square root of the level's), before more is learnt.
 */
static const double BEFORE[PLX_CENSUS_SPREAD_FEATURES] = {1, 1, 0, 0, 1, 0, 0, 0};

static uint32_t place(const plx_census_window *w, double value)
{
    uint32_t low = 0, high = w->n;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (w->sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void window_add(plx_census_window *w, double value)
{
    if (w->n == PLX_CENSUS_WINDOW) {
        const uint32_t old = place(w, w->ring[w->next]);
        w->n--;
        memmove(&w->sorted[old], &w->sorted[old + 1], (w->n - old) * sizeof *w->sorted);
    }
    const uint32_t at = place(w, value);
    memmove(&w->sorted[at + 1], &w->sorted[at], (w->n - at) * sizeof *w->sorted);
    w->sorted[at] = value;
    w->n++;
    w->ring[w->next] = value;
    w->next = (w->next + 1) % PLX_CENSUS_WINDOW;
}

static double window_quantile(const plx_census_window *w, double level)
{
    const double rank = level * (w->n - 1);
    const uint32_t below = (uint32_t)rank;
    if (below + 1 >= w->n) return w->sorted[w->n - 1];
    return w->sorted[below] + (rank - below) * (w->sorted[below + 1] - w->sorted[below]);
}

void plx_census_spread_begin(plx_census_spread *s)
{
    memset(s, 0, sizeof *s);
    for (int i = 0; i < 3; i++)
        s->ratio[i] = 1;
    memcpy(s->coefficient, BEFORE, sizeof BEFORE);
    s->low_level = OUTSIDE;
    s->high_level = 1 - OUTSIDE;
}

static double within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The levels of the ends move so that in the long run each misses one truth in twenty. */
static void follow(plx_census_spread *s, const plx_census_issued *made, double truth)
{
    s->low_level += LEVEL_GAIN * (OUTSIDE - (truth < made->low));
    s->high_level -= LEVEL_GAIN * (OUTSIDE - (truth > made->high));
    s->low_level = within(s->low_level, LEVEL_MIN, LEVEL_MAX);
    s->high_level = within(s->high_level, 1 - LEVEL_MAX, 1 - LEVEL_MIN);
}

void plx_census_spread_learn(plx_census_spread *s, const plx_census_issued *made, uint32_t hour,
                             double truth)
{
    const double error = truth - made->centre, size = fabs(error);
    const double ratio = within(size / made->base, 0, RATIO_MAX);
    follow(s, made, truth);
    plx_census_sums_forget(&s->sums, PLX_CENSUS_SPREAD_FEATURES, SUMS_FORGET);
    plx_census_sums_add(&s->sums, PLX_CENSUS_SPREAD_FEATURES, made->spread_feature, ratio, 1);
    for (int i = 0; i < 3; i++)
        s->ratio[i] += RATIO_GAIN[i] * (ratio - s->ratio[i]);
    for (uint32_t k = 0; k < 3; k++) {
        const uint32_t beside = (hour + HOURS - 1 + k) % HOURS;
        const double weight = k == 1 ? 1 : NEIGHBOUR, keep = k == 1 ? ERROR_FORGET : 1;
        s->error_sum[beside] = s->error_sum[beside] * keep + weight * size;
        s->error_weight[beside] = s->error_weight[beside] * keep + weight;
        window_add(&s->hour[beside], error / made->scale);
    }
    s->all_sum = s->all_sum * SUMS_FORGET + size;
    s->all_weight = s->all_weight * SUMS_FORGET + 1;
    window_add(&s->all, error / made->scale);
}

/* Mean |error| of the target's hour; of few errors towards that of all hours, and of none at all
 * towards that of a Poisson count. */
static double base_of(const plx_census_spread *s, const plx_census_moment *at)
{
    const double level = at->centre > 1 ? at->centre : 1;
    const double all =
        (s->all_sum + PRIOR_ALL * POISSON_ERROR * sqrt(level)) / (s->all_weight + PRIOR_ALL);
    const double mean =
        (s->error_sum[at->hour] + PRIOR_HOUR * all) / (s->error_weight[at->hour] + PRIOR_HOUR);
    const double least = at->whole ? 0.05 : 1e-6;
    return mean > least ? mean : least;
}

/* How restless it is: errors lately, the level beside its profile, the excess now, the last
 * hour's turn. Each is about 0 on a usual day. */
static void set_features(const plx_census_spread *s, const plx_census_moment *at,
                         plx_census_issued *made)
{
    double *f = made->spread_feature;
    const double unit = made->base + 1;
    const double centre = at->centre > 0.3 ? at->centre : 0.3;
    const double profile = at->profile > 0.3 ? at->profile : isnan(at->profile) ? centre : 0.3;
    f[0] = 1;
    for (int i = 0; i < 3; i++)
        f[1 + i] = s->ratio[i] - 1;
    f[4] = sqrt(centre / profile) - 1;
    f[5] = within(fabs(at->excess) / unit, 0, 3) - 0.7;
    f[6] = at->weekend;
    f[7] = isnan(at->turn) ? 0 : within(fabs(at->turn) / unit, 0, 3) - 0.5;
}

/* Of the form of errors, with the levels moved: straight between 0, low, the middle, high, 1. */
static double moved(const plx_census_spread *s, double level)
{
    const double half = 0.5 - OUTSIDE;
    if (level < OUTSIDE) return level / OUTSIDE * s->low_level;
    if (level < 0.5) return s->low_level + (level - OUTSIDE) / half * (0.5 - s->low_level);
    if (level < 1 - OUTSIDE) return 0.5 + (level - 0.5) / half * (s->high_level - 0.5);
    return s->high_level + (level - (1 - OUTSIDE)) / OUTSIDE * (1 - s->high_level);
}

/* Whole numbers, but for the ends of the 90 % interval; still rising. */
static void make_whole(double *q)
{
    enum { LOW = 4, HIGH = 94 };
    for (int i = 0; i < PLX_CENSUS_LEVELS; i++) {
        if (i == LOW || i == HIGH) continue;
        q[i] = floor(q[i] + 0.5);
        if (i > LOW && q[i] < q[LOW]) q[i] = q[LOW];
        if (i > HIGH && q[i] < q[HIGH]) q[i] = q[HIGH];
        if (i < LOW && q[i] > q[LOW]) q[i] = q[LOW];
        if (i < HIGH && q[i] > q[HIGH]) q[i] = q[HIGH];
    }
}

void plx_census_spread_law(plx_census_spread *s, const plx_census_moment *at,
                           plx_census_issued *made, plx_census_forecast *out)
{
    const plx_census_window *form =
        s->hour[at->hour].n >= KNOWN_FORMS ? &s->hour[at->hour] : &s->all;
    made->base = base_of(s, at);
    set_features(s, at, made);
    if (at->solve && s->sums.weight > 0)
        plx_census_sums_solve(&s->sums, PLX_CENSUS_SPREAD_FEATURES, PENALTY, BEFORE,
                              s->coefficient);
    double factor = 0;
    for (int i = 0; i < PLX_CENSUS_SPREAD_FEATURES; i++)
        factor += s->coefficient[i] * made->spread_feature[i];
    made->scale = made->base * (factor > SCALE_LEAST ? factor : SCALE_LEAST) * at->widen;
    out->scale = made->scale;
    for (int i = 0; i < PLX_CENSUS_LEVELS; i++) {
        const double level = moved(s, (i + 1) / 100.0);
        const double error = form->n >= KNOWN_FORMS ? window_quantile(form, level)
                                                    : plx_normal_quantile(level) / POISSON_ERROR;
        const double value = at->centre + made->scale * error;
        out->quantile[i] = value > 0 ? value : 0;
    }
    made->low = out->quantile[4];
    made->high = out->quantile[94];
    if (at->whole) make_whole(out->quantile);
}
