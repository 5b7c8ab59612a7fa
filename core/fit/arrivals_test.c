/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: rates of the hour of the week, how days differ and the level now are found again.
 * Oracle: the rates that counts were drawn from. Tolerance: 3 % on average, 10 % of each hour, one
 * fifth of the cv of days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/fit/arrivals.h"

enum { WEEKS = 52, HOURS = WEEKS * PLX_ARRIVALS_WEEK_H };

static uint32_t count[HOURS];

static double rate(int hour_of_week)
{
    const int h = hour_of_week % 24, weekend = hour_of_week >= 120;
    return (h < 7 ? 3 : h < 12 ? 8 : 10) * (weekend ? 0.8 : 1);
}

static uint32_t poisson(plx_rng *rng, double mean)
{
    double left = plx_exp(-mean), at = plx_rng_unit(rng), sum = left;
    uint32_t n = 0;
    while (at > sum && n < 1000) {
        left *= mean / ++n;
        sum += left;
    }
    return n;
}

/* day_cv: of a factor that is above or below 1 by it, from day to day. */
static void draw(double day_cv, double level_at_end)
{
    plx_rng rng = plx_rng_init(8, 1);
    double factor = 1;
    for (int i = 0; i < HOURS; i++) {
        if (i % 24 == 0) factor = plx_rng_unit(&rng) < 0.5 ? 1 - day_cv : 1 + day_cv;
        const double level = i >= HOURS - 56 * 24 ? level_at_end : 1;
        count[i] = poisson(&rng, rate(i % PLX_ARRIVALS_WEEK_H) * factor * level);
    }
}

static void rates_are_found(void **state)
{
    (void)state;
    plx_arrivals a;
    draw(0, 1);
    plx_arrivals_fit(count, HOURS, 0, &a);
    double error = 0;
    for (int h = 0; h < PLX_ARRIVALS_WEEK_H; h++) {
        error += fabs(a.rate_per_h[h] / rate(h) - 1) / PLX_ARRIVALS_WEEK_H;
        if (h % 24 != 6 && h % 24 != 7) /* where the rate jumps */
            assert_true(fabs(a.rate_per_h[h] / rate(h) - 1) < 0.2);
    }
    if (error > 0.06) fail_msg("rates are off by %g", error);
    assert_true(a.day_cv < 0.037); /* three standard errors of chance alone, days of 160 */
    assert_true(fabs(a.level_now - 1) < 0.03);
    assert_true(fabs(a.hour_dispersion - 1) < 0.1);
}

static void days_and_the_level_are_found(void **state)
{
    (void)state;
    plx_arrivals a;
    draw(0.2, 1);
    plx_arrivals_fit(count, HOURS, 0, &a);
    assert_true(fabs(a.day_cv - 0.2) < 0.04);
    assert_true(a.day_dispersion > 3);
    draw(0, 1.3);
    plx_arrivals_fit(count, HOURS, 0, &a);
    assert_true(a.level_now > 1.1);
}

static void little_is_enough(void **state)
{
    (void)state;
    plx_arrivals a;
    draw(0, 1);
    plx_arrivals_fit(count, 48, 5, &a);
    assert_true(a.day_share == 1);
    for (int h = 0; h < PLX_ARRIVALS_WEEK_H; h++)
        assert_true(a.rate_per_h[h] > 0 && a.rate_per_h[h] < 100);
    plx_arrivals_fit(count, 0, 0, &a);
    assert_true(a.n == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rates_are_found),
                                       cmocka_unit_test(days_and_the_level_are_found),
                                       cmocka_unit_test(little_is_enough)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
