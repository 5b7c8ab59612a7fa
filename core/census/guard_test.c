/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the guard finds frozen, silent, stalled, moved, repeated and impossible rows, says since
 * when, and lets go when the feed is sound again; a sound feed is not refused. On the real faults
 * of the shared data (skipped without them) it finds what their SOURCE.md lists. Oracle: faults put
 * into simulated feeds; SOURCE.md. Tolerance: the 3 h and 24 h of the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/census/census_for_test.h"
#include "core/census/guard.h"

enum { SERIES = 6, HOURS = 60 * 24, YEAR_H = 365 * 24 };

static plx_census_guard guard;
static double feed[SERIES][YEAR_H];
/* Two series of three departments each, of other sizes. */
static const double level[SERIES] = {40, 10, 80, 25, 20, 4};
static const uint32_t department[SERIES] = {0, 0, 2, 2, 4, 4};

static void begin(uint32_t hours)
{
    for (uint64_t c = 0; c < SERIES; c++) {
        const simulated m = {.level = level[c], .course = 0.3, .keep = 0.8, .noise = 0.4};
        simulate(&m, 100 + c, hours, feed[c]);
    }
    plx_census_guard_begin(&guard, SERIES, department);
}

static int64_t time_of(uint32_t hour)
{
    return (SIMULATED_FIRST_HOUR + (int64_t)hour) * PLX_HOUR_US + 45 * PLX_MINUTE_US;
}

static plx_census_fault row_at(int64_t time_us, uint32_t hour)
{
    double value[SERIES], accepted[SERIES];
    for (int c = 0; c < SERIES; c++)
        value[c] = feed[c][hour];
    plx_census_guard_row(&guard, time_us, value, accepted);
    for (int c = 0; c < SERIES; c++)
        assert_true(isnan(accepted[c]) || accepted[c] == value[c]);
    return plx_census_guard_judge(&guard, PLX_TIME_NONE, NULL);
}

static void run_to(uint32_t from, uint32_t to)
{
    for (uint32_t h = from; h < to; h++)
        row_at(time_of(h), h);
}

static void a_sound_feed_is_not_refused(void **state)
{
    (void)state;
    uint32_t refused = 0;
    begin(YEAR_H);
    for (uint32_t h = 0; h < YEAR_H; h++)
        refused += plx_census_refuses(row_at(time_of(h), h));
    assert_int_equal(refused, 0);
    assert_true(guard.held < 5 && guard.duplicates + guard.late + guard.gaps == 0);
}

static void frozen(void **state)
{
    (void)state;
    int64_t since;
    begin(HOURS);
    run_to(0, 1000);
    /* The same row again and again: the third time it is believed. */
    assert_int_equal(row_at(time_of(999), 999), PLX_CENSUS_SOUND);
    assert_int_equal(row_at(time_of(999), 999), PLX_CENSUS_DUPLICATES);
    assert_int_equal(row_at(time_of(999), 999), PLX_CENSUS_FROZEN);
    assert_int_equal(plx_census_guard_judge(&guard, PLX_TIME_NONE, &since), PLX_CENSUS_FROZEN);
    assert_true(since == time_of(999));
    assert_int_equal(plx_census_guard_judge_column(&guard, 3, PLX_TIME_NONE, NULL),
                     PLX_CENSUS_FROZEN);
    run_to(1000, 1040);
    assert_int_equal(row_at(time_of(1040), 1040), PLX_CENSUS_SOUND);
    /* New times, old values. */
    for (uint32_t h = 1041; h < 1043; h++)
        assert_int_equal(row_at(time_of(h), 1040), PLX_CENSUS_SOUND);
    uint32_t rows = 3;
    while (row_at(time_of(1040 + rows), 1040) != PLX_CENSUS_FROZEN)
        rows++;
    assert_true(rows <= 8);
    plx_census_guard_judge(&guard, PLX_TIME_NONE, &since);
    assert_true(since == time_of(1040));
    assert_int_equal(row_at(time_of(1060), 1060), PLX_CENSUS_SOUND);
}

static void silent(void **state)
{
    (void)state;
    int64_t since;
    begin(HOURS);
    assert_int_equal(plx_census_guard_judge(&guard, PLX_TIME_NONE, NULL), PLX_CENSUS_SILENT);
    run_to(0, 1000);
    assert_int_equal(plx_census_guard_judge(&guard, time_of(1001), &since), PLX_CENSUS_SOUND);
    assert_int_equal(plx_census_guard_judge(&guard, time_of(1003), &since), PLX_CENSUS_SILENT);
    assert_true(since == time_of(999));
}

static void stalled(void **state)
{
    (void)state;
    int64_t since;
    begin(HOURS);
    run_to(0, 1000);
    for (uint32_t h = 1000; h < 1010; h++)
        feed[2][h] = feed[2][999], feed[3][h] = feed[3][999];
    run_to(1000, 1009);
    assert_int_equal(row_at(time_of(1009), 1009), PLX_CENSUS_STALLED);
    assert_int_equal(plx_census_guard_judge_column(&guard, 2, PLX_TIME_NONE, &since),
                     PLX_CENSUS_STALLED);
    assert_true(since == time_of(999));
    assert_int_equal(plx_census_guard_judge_column(&guard, 0, PLX_TIME_NONE, NULL),
                     PLX_CENSUS_SOUND);
    assert_int_equal(row_at(time_of(1010), 1010), PLX_CENSUS_SOUND);
    /* A department where nobody waits or is may stay so. */
    for (uint32_t h = 1011; h < 1100; h++)
        feed[4][h] = feed[5][h] = 0;
    for (uint32_t h = 1011; h < 1100; h++)
        assert_true(row_at(time_of(h), h) != PLX_CENSUS_STALLED);
}

/* From hour 1000 on a series says what its left neighbour of another department said. */
static void moved(void **state)
{
    (void)state;
    static const plx_slice name[SERIES] = {{"a", 1}, {"b", 1}, {"c", 1},
                                           {"d", 1}, {"e", 1}, {"f", 1}};
    static const uint32_t of[SERIES] = {0, 1, 4, 3, 2, 5};
    begin(HOURS);
    run_to(0, 1000);
    uint32_t hour = 1000, found = 0;
    for (; hour < 1030; hour++) {
        double value[SERIES], accepted[SERIES];
        for (int c = 0; c < SERIES; c++)
            value[c] = feed[of[c]][hour];
        plx_census_guard_row(&guard, time_of(hour), value, accepted);
        const bool says = plx_census_guard_judge(&guard, PLX_TIME_NONE, NULL) == PLX_CENSUS_SHIFTED;
        assert_true(says || !found);
        if (says && !found) found = hour;
    }
    int64_t since;
    char text[400];
    plx_out out = plx_out_init(text, sizeof text - 1);
    assert_true(found > 1000 && found <= 1024);
    assert_int_equal(plx_census_guard_judge(&guard, PLX_TIME_NONE, &since), PLX_CENSUS_SHIFTED);
    assert_true(llabs(since - time_of(1000)) <= 24 * PLX_HOUR_US);
    for (uint32_t c = 0; c < SERIES; c++)
        assert_int_equal(guard.column[c].shifted, c == 2 || c == 4);
    assert_int_equal(guard.column[2].like, 4); /* after a day of it */
    plx_census_guard_say(&guard, name, PLX_CENSUS_SHIFTED, since, &out);
    text[out.n] = 0;
    assert_non_null(strstr(text, "): c looks like e, e looks like c"));
    /* Set right, it is believed again within two days. */
    for (; row_at(time_of(hour), hour) == PLX_CENSUS_SHIFTED; hour++)
        assert_true(hour < 1078);
    assert_int_equal(plx_census_guard_judge_column(&guard, 2, PLX_TIME_NONE, NULL),
                     PLX_CENSUS_SOUND);
}

static void impossible_values_are_held(void **state)
{
    (void)state;
    double value[SERIES], accepted[SERIES];
    begin(HOURS);
    run_to(0, 1000);
    for (uint32_t h = 1000; h < 1006; h++) {
        for (int c = 0; c < SERIES; c++)
            value[c] = feed[c][h];
        value[0] = h < 1003 ? -3.0 : 400.0 + h % 2; /* never; four times the largest, three times */
        value[1] += h == 1001 ? 60 : 0;             /* once */
        plx_census_guard_row(&guard, time_of(h), value, accepted);
        assert_int_equal(isnan(accepted[0]), h < 1005);
        assert_int_equal(isnan(accepted[1]), h == 1001);
        assert_true(accepted[2] == value[2]);
    }
    assert_int_equal(guard.held, 6);
}

static void old_rows_and_gaps_are_counted(void **state)
{
    (void)state;
    begin(HOURS);
    run_to(0, 500);
    assert_int_equal(row_at(time_of(499), 499), PLX_CENSUS_SOUND);
    row_at(time_of(499), 498);
    row_at(time_of(490), 490);
    assert_true(guard.duplicates == 1 && guard.conflicts == 1 && guard.late == 1);
    assert_true(guard.steps_back == 1 && guard.gaps == 0);
    assert_int_equal(plx_census_guard_judge(&guard, PLX_TIME_NONE, NULL), PLX_CENSUS_DUPLICATES);
    row_at(time_of(540), 540);
    assert_int_equal(guard.gaps, 1);
    assert_int_equal(plx_census_guard_judge(&guard, PLX_TIME_NONE, NULL), PLX_CENSUS_GAPS);
    /* Years later it still answers. */
    row_at(time_of(1000000), 541);
    for (int hour = 0; hour < 24; hour++)
        assert_true(guard.column[0].n[hour] == 0 && guard.column[0].sum[hour] == 0);
    assert_int_equal(plx_census_guard_judge(&guard, PLX_TIME_NONE, NULL), PLX_CENSUS_GAPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_feed_is_not_refused),
        cmocka_unit_test(frozen),
        cmocka_unit_test(silent),
        cmocka_unit_test(stalled),
        cmocka_unit_test(moved),
        cmocka_unit_test(impossible_values_are_held),
        cmocka_unit_test(old_rows_and_gaps_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
