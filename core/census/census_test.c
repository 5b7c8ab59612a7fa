/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a forecast reads nothing after its origin; it rises rung by rung with what is known and
 * never fails; nine truths in ten lie inside its interval, through a change of level and for counts
 * that are nearly always 0; the ridge is the minimum that it says; the same bits everywhere.
 * Oracle: closed forms, other orders of the same computation, simulated departments, a golden hash.
 * Tolerance: none for bits, 1e-9 for closed forms, 0.02 for coverage (the bar of the page is 0.03).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/census/census_for_test.h"
#include "core/census/census_inner.h"

enum { YEAR = 365 * 24, HOURS = 2 * YEAR, TEST_WEEKS = 40 };

static const simulated usual = {.level = 40, .course = 0.4, .keep = 0.85, .noise = 0.5};
static double value[HOURS], other_value[HOURS];
static plx_census_column column, other;
static plx_census_learner learner;
static void *memory[2];

static void begin_column(plx_census_column *c, int which, const double *values, uint32_t hours)
{
    free(memory[which]);
    memory[which] = malloc(plx_census_column_size(hours));
    plx_census_column_begin(c, values, SIMULATED_FIRST_HOUR, hours, memory[which]);
}

static void begin(uint32_t hours, uint32_t horizon_h)
{
    begin_column(&column, 0, value, hours);
    plx_census_column_advance(&column, hours);
    plx_census_learner_begin(&learner, horizon_h, &column, NULL, 0);
}

static void is_a_law(const plx_census_forecast *f)
{
    assert_true(f->scale > 0 && isfinite(f->centre) && f->quantile[0] >= 0);
    for (int i = 1; i < PLX_CENSUS_LEVELS; i++)
        assert_true(f->quantile[i] >= f->quantile[i - 1] && isfinite(f->quantile[i]));
}

/* Share of the truths from hour index from inside [q05, q95]. */
static double coverage(uint32_t hours, uint32_t horizon_h, uint32_t from)
{
    uint32_t n = 0, inside = 0;
    begin(hours, horizon_h);
    for (uint32_t t = 0; t + horizon_h < hours; t++) {
        plx_census_forecast f;
        plx_census_learner_step(&learner, &f);
        const double truth = value[t + horizon_h];
        if (f.rung == PLX_CENSUS_NONE || t + horizon_h < from || isnan(truth)) continue;
        is_a_law(&f);
        n++;
        inside += truth >= f.quantile[4] && truth <= f.quantile[94];
    }
    assert_true(n > 0);
    return (double)inside / n;
}

static void nothing_after_the_origin_is_read(void **state)
{
    (void)state;
    enum { N = TEST_WEEKS * 168, CUT = N - 200 };
    static plx_census_forecast before[N];
    simulated m = usual;
    m.missing = 0.05;
    for (uint32_t h = 1; h <= 24; h += 23) {
        simulate(&m, 5, N, value);
        simulate(&m, 6, N, other_value);
        begin_column(&other, 1, other_value, N);
        plx_census_column_advance(&other, N);
        const plx_census_column *const companions[] = {&other};
        begin(N, h);
        plx_census_learner_begin(&learner, h, &column, companions, 1);
        for (uint32_t t = 0; t < N; t++)
            plx_census_learner_step(&learner, &before[t]);
        for (uint32_t t = CUT + 1; t < N; t++)
            value[t] = 7 * t % 90, other_value[t] = (double)NAN;
        /* The hours come one by one, and after the cut they are others. */
        begin_column(&column, 0, value, N);
        begin_column(&other, 1, other_value, N);
        plx_census_learner_begin(&learner, h, &column, companions, 1);
        for (uint32_t t = 0; t <= CUT; t++) {
            plx_census_forecast f = {0};
            plx_census_column_advance(&column, t + 1);
            plx_census_column_advance(&other, t + 1);
            plx_census_learner_step(&learner, &f);
            assert_int_equal(f.rung, before[t].rung);
            if (f.rung == PLX_CENSUS_NONE) continue;
            assert_memory_equal(f.quantile, before[t].quantile, sizeof f.quantile);
        }
    }
}

static void rung_by_rung(void **state)
{
    (void)state;
    enum { N = 8 * 168 };
    simulate(&usual, 3, N, value);
    for (uint32_t t = 1000; t < 1010; t++)
        value[t] = (double)NAN;
    value[0] = (double)NAN;
    begin(N, 4);
    plx_census_rung rung[N];
    for (uint32_t t = 0; t < N; t++) {
        plx_census_forecast f = {0};
        plx_census_learner_step(&learner, &f);
        rung[t] = f.rung;
        if (f.rung != PLX_CENSUS_NONE) is_a_law(&f);
    }
    assert_int_equal(rung[0], PLX_CENSUS_NONE);
    assert_int_equal(rung[1], PLX_CENSUS_PERSISTENCE);
    assert_int_equal(rung[168 - 1], PLX_CENSUS_PERSISTENCE);
    assert_int_equal(rung[168 + 1], PLX_CENSUS_PROFILE);
    assert_int_equal(rung[168 + 13 * 24], PLX_CENSUS_PROFILE);
    assert_int_equal(rung[168 + 15 * 24], PLX_CENSUS_REGRESSION);
    assert_int_equal(rung[999], PLX_CENSUS_REGRESSION);
    assert_int_equal(rung[1005], PLX_CENSUS_REGRESSION); /* the excess is carried */
    assert_int_equal(rung[1006], PLX_CENSUS_NONE);
    assert_int_equal(rung[1010], PLX_CENSUS_REGRESSION);
    assert_string_equal(plx_census_rung_name(PLX_CENSUS_PROFILE), "profile");
}

static void nine_in_ten(void **state)
{
    (void)state;
    simulated m = usual;
    m.missing = 0.06;
    simulate(&m, 11, HOURS, value);
    for (uint32_t h = 1; h <= 24; h += 23)
        assert_true(fabs(coverage(HOURS, h, YEAR) - 0.9) < 0.02);
    m.missing = 0.35; /* and little is known */
    simulate(&m, 14, HOURS, value);
    assert_true(fabs(coverage(HOURS, 2, YEAR) - 0.9) < 0.02);
    m.missing = 0.06;
    /* The level grows by half in the middle of what is tested. */
    m.grows_at = YEAR + YEAR / 2;
    simulate(&m, 12, HOURS, value);
    assert_true(fabs(coverage(HOURS, 4, YEAR) - 0.9) < 0.02);
    assert_true(fabs(coverage(HOURS, 24, m.grows_at) - 0.9) < 0.02);
    /* Seldom anyone: 0 in nine hours of ten. */
    const simulated few = {.level = 0.15, .course = 0.5, .keep = 0.6, .noise = 0.6};
    simulate(&few, 13, HOURS, value);
    assert_true(fabs(coverage(HOURS, 1, YEAR) - 0.9) < 0.02);
    assert_true(fabs(coverage(HOURS, 24, YEAR) - 0.9) < 0.02);
}

static void odd_series_have_laws(void **state)
{
    (void)state;
    enum { N = 20 * 168 };
    for (uint32_t t = 0; t < N; t++)
        value[t] = 12;
    assert_true(coverage(N, 2, 0) > 0.9);
    for (uint32_t t = 0; t < N; t++)
        value[t] = t % 2 ? 1e6 : 0;
    coverage(N, 2, 0);
    for (uint32_t t = 0; t < N; t++)
        value[t] = t % 24 == 9 ? 0.5 + t % 5 : (double)NAN;
    coverage(N, 24, 0);
    assert_int_equal(column.first_fraction, 9);
    for (uint32_t t = 0; t < N; t++)
        value[t] = t < N / 2 ? 30 : (double)NAN;
    begin(N, 1);
    for (uint32_t t = 0; t < N; t++) {
        plx_census_forecast f = {0};
        plx_census_learner_step(&learner, &f);
        if (t >= N / 2 + 7) assert_int_equal(f.rung, PLX_CENSUS_NONE);
    }
}

/* Against the normal equations of two features, solved by hand. */
static void ridge_is_the_minimum(void **state)
{
    (void)state;
    static plx_census_sums s;
    const double towards[3] = {0.5, -1, 4};
    double b[3], a00 = 0, a01 = 0, a11 = 0, b0 = 0, b1 = 0, weights = 0;
    memset(&s, 0, sizeof s);
    for (int i = 0; i < 20; i++) {
        const double f[3] = {1, i * 0.3 - 2, 0}, y = 3 - 0.7 * i + (i * 7 % 5), w = 1 + i % 3;
        plx_census_sums_add(&s, 3, f, y, w);
        a00 += w, a01 += w * f[1], a11 += w * f[1] * f[1];
        b0 += w * y, b1 += w * f[1] * y, weights += w;
    }
    const double d0 = a00 * (1 + 5 / weights), d1 = a11 * (1 + 5 / weights);
    b0 += 5 / weights * a00 * towards[0], b1 += 5 / weights * a11 * towards[1];
    const double determinant = d0 * d1 - a01 * a01;
    plx_census_sums_solve(&s, 3, 5, towards, b);
    assert_true(fabs(b[0] - (d1 * b0 - a01 * b1) / determinant) < 1e-7);
    assert_true(fabs(b[1] - (d0 * b1 - a01 * b0) / determinant) < 1e-7);
    assert_true(b[2] == 4); /* never seen */
    plx_census_sums_solve(&s, 3, 1e12, towards, b);
    assert_true(fabs(b[0] - 0.5) < 1e-6 && fabs(b[1] + 1) < 1e-6);
    static plx_census_sums half;
    memset(&half, 0, sizeof half);
    plx_census_sums_merge(&half, 3, &s, 0.5);
    plx_census_sums_forget(&s, 3, 0.5);
    assert_memory_equal(&half, &s, sizeof s);
}

static void hours_and_days(void **state)
{
    (void)state;
    plx_census_column c = {.first_hour = 0};
    assert_int_equal(plx_census_hour_of_day(&c, 0), 0);
    assert_int_equal(plx_census_weekday(&c, 0), 3); /* Thursday */
    assert_int_equal(plx_census_weekday(&c, 4 * 24), 0);
    c.first_hour = -1;
    assert_int_equal(plx_census_hour_of_day(&c, 0), 23);
    assert_int_equal(plx_census_weekday(&c, 0), 2);
}

static void golden(void **state)
{
    (void)state;
    enum { N = TEST_WEEKS * 168 };
    simulated m = usual;
    m.missing = 0.05;
    simulate(&m, 21, N, value);
    uint64_t hash = 0;
    for (uint32_t h = 1; h <= 24; h += 23) {
        begin(N, h);
        for (uint32_t t = 0; t < N; t++) {
            plx_census_forecast f = {0};
            plx_census_learner_step(&learner, &f);
            if (f.rung != PLX_CENSUS_NONE) hash = plx_hash64(f.quantile, sizeof f.quantile, hash);
        }
    }
    if (hash != UINT64_C(0xe5357dcb15351b4c))
        fail_msg("golden hash is now 0x%llx", (unsigned long long)hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_after_the_origin_is_read),
        cmocka_unit_test(rung_by_rung),
        cmocka_unit_test(nine_in_ten),
        cmocka_unit_test(odd_series_have_laws),
        cmocka_unit_test(ridge_is_the_minimum),
        cmocka_unit_test(hours_and_days),
        cmocka_unit_test(golden),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(memory[0]);
    free(memory[1]);
    return failed;
}
