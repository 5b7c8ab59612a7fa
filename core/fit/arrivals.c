/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/fit/arrivals.h"

#include <math.h>
#include <stdbool.h>

#include "core/base/mathx.h"

enum { DAY_H = 24, WEEK_H = PLX_ARRIVALS_WEEK_H, SMOOTH_MAX = 4, SHARES = 5, MONTH_D = 28 };
#define RATE_LEAST 1e-3 /* 1/h: an hour in which nobody came yet is not impossible */

typedef struct sums {
    double count[WEEK_H], hours[WEEK_H];
} sums;

static unsigned hour_of_week(int64_t hour)
{
    return (unsigned)(((hour % WEEK_H) + WEEK_H) % WEEK_H);
}

static void add_up(const uint32_t *count, size_t from, size_t to, int64_t first_hour, sums *s)
{
    *s = (sums){0};
    for (size_t i = from; i < to; i++) {
        const unsigned h = hour_of_week(first_hour + (int64_t)i);
        s->count[h] += count[i];
        s->hours[h]++;
    }
}

/* Of hours on both sides, with weights that fall to the ends; round the week, or round the day. */
static double around(const sums *s, unsigned hour, unsigned smooth, bool day)
{
    double count = 0, hours = 0;
    for (int d = -(int)smooth; d <= (int)smooth; d++) {
        const double weight = (double)smooth + 1 - (d < 0 ? -d : d);
        for (int k = 0; k < (day ? 7 : 1); k++) {
            const unsigned h = (unsigned)((int)hour + d + WEEK_H + k * DAY_H) % WEEK_H;
            count += weight * s->count[h];
            hours += weight * s->hours[h];
        }
    }
    return hours > 0 ? count / hours : 0;
}

static void profile(const sums *s, unsigned smooth, double day_share, double rate[WEEK_H])
{
    for (unsigned h = 0; h < WEEK_H; h++) {
        const double own = around(s, h, smooth, false), each = around(s, h, smooth, true);
        const double r = (1 - day_share) * own + day_share * each;
        rate[h] = r > RATE_LEAST ? r : RATE_LEAST;
    }
}

/* How likely hours were, up to a constant; the level of all of them does not count. */
static double likelihood(const double rate[WEEK_H], const sums *s)
{
    double seen = 0, foreseen = 0, sum = 0;
    for (unsigned h = 0; h < WEEK_H; h++) {
        seen += s->count[h];
        foreseen += rate[h] * s->hours[h];
    }
    const double level = foreseen > 0 && seen > 0 ? seen / foreseen : 1;
    for (unsigned h = 0; h < WEEK_H; h++)
        sum += s->count[h] * plx_log(level * rate[h]) - level * rate[h] * s->hours[h];
    return sum;
}

static void choose(const uint32_t *count, size_t n, int64_t first_hour, plx_arrivals *out)
{
    sums learnt, tested;
    double best = -1e300, rate[WEEK_H];
    const size_t cut = n - n / 4;
    out->smooth_h = 1;
    out->day_share = 1;
    if (n < (size_t)4 * WEEK_H) return;
    add_up(count, 0, cut, first_hour, &learnt);
    add_up(count, cut, n, first_hour, &tested);
    for (unsigned smooth = 0; smooth <= SMOOTH_MAX; smooth++)
        for (int i = 0; i < SHARES; i++) {
            const double share = (double)i / (SHARES - 1);
            profile(&learnt, smooth, share, rate);
            const double value = likelihood(rate, &tested);
            if (value <= best) continue;
            best = value;
            out->smooth_h = smooth;
            out->day_share = share;
        }
}

/* Whole days of 24 h from the first midnight on. */
static void look_at_days(const uint32_t *count, size_t n, int64_t first_hour, plx_arrivals *out)
{
    const size_t begin = (size_t)((DAY_H - hour_of_week(first_hour) % DAY_H) % DAY_H);
    double excess = 0, squares = 0, expected = 0, square_sum = 0, days = 0;
    double level_seen = 0, level_expected = 0;
    for (size_t at = begin; at + DAY_H <= n; at += DAY_H) {
        double seen = 0, mean = 0;
        for (size_t i = at; i < at + DAY_H; i++) {
            seen += count[i];
            mean += out->rate_per_h[hour_of_week(first_hour + (int64_t)i)];
        }
        excess += (seen - mean) * (seen - mean);
        expected += mean;
        squares += mean * mean;
        square_sum += (seen - mean) * (seen - mean) / mean;
        days++;
        const double keep = 1 - 1.0 / MONTH_D;
        level_seen = keep * level_seen + seen;
        level_expected = keep * level_expected + mean;
    }
    if (days < 1) return;
    const double cv2 = (excess - expected) / squares;
    out->day_cv = cv2 > 0 ? sqrt(cv2) : 0;
    out->day_dispersion = square_sum / days;
    if (level_expected > 0 && days >= MONTH_D) out->level_now = level_seen / level_expected;
}

void plx_arrivals_fit(const uint32_t *count, size_t n, int64_t first_hour, plx_arrivals *out)
{
    sums all;
    double square_sum = 0;
    *out = (plx_arrivals){.hours = n, .level_now = 1};
    if (n == 0) return;
    choose(count, n, first_hour, out);
    add_up(count, 0, n, first_hour, &all);
    profile(&all, out->smooth_h, out->day_share, out->rate_per_h);
    for (size_t i = 0; i < n; i++) {
        const double mean = out->rate_per_h[hour_of_week(first_hour + (int64_t)i)];
        out->n += count[i];
        square_sum += (count[i] - mean) * (count[i] - mean) / mean;
    }
    out->hour_dispersion = square_sum / (double)n;
    look_at_days(count, n, first_hour, out);
}
