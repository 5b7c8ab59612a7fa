/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: rows find their hours, the latest of an hour counts, hours without a row are missing; names
 * tell which series are of one department. Oracle: written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/base/time.h"
#include "core/census/grid.h"

static void rows_find_their_hours(void **state)
{
    (void)state;
    const int64_t m = PLX_MINUTE_US;
    const int64_t time_us[] = {125 * m, 5 * m, 50 * m, 20 * m, 50 * m, -1 * m};
    const double value[] = {1, 10, 2, 20, 3, 30, 4, 40, 5, (double)NAN, 6, 60};
    const plx_census_rows rows = {time_us, value, 6, 2};
    plx_census_grid grid;
    double at[2 * 4];
    int64_t newest[4];
    assert_int_equal(plx_census_grid_span(&rows, &grid), PLX_OK);
    assert_true(grid.first_hour == -1 && grid.hours == 4);
    plx_census_grid_fill(&rows, &grid, at, newest);
    assert_true(at[0] == 6 && at[1] == 5 && isnan(at[2]) && at[3] == 1);
    assert_true(at[4] == 60 && isnan(at[5]) && isnan(at[6]) && at[7] == 10);
}

static void too_wide_or_empty(void **state)
{
    (void)state;
    const int64_t time_us[] = {0, (int64_t)PLX_CENSUS_HOURS_MAX * PLX_HOUR_US};
    const double value[] = {1, 2};
    plx_census_rows rows = {time_us, value, 2, 1};
    plx_census_grid grid;
    assert_int_equal(plx_census_grid_span(&rows, &grid), PLX_LIMIT);
    rows.rows = 0;
    assert_int_equal(plx_census_grid_span(&rows, &grid), PLX_MISSING);
}

static uint32_t friends(const char *const *word, uint32_t n, uint32_t own, uint32_t *index)
{
    plx_slice name[16];
    for (uint32_t i = 0; i < n; i++)
        name[i] = plx_slice_of(word[i]);
    return plx_census_companions(name, n, own, index);
}

static void names_tell_the_department(void **state)
{
    (void)state;
    uint32_t at[PLX_CENSUS_COMPANIONS_MAX];
    static const char *const tails[] = {"A_psy_total", "B_total",         "A_psy_waiting",
                                        "B_waiting",   "B_stretcher_pct", "AB_total"};
    assert_true(friends(tails, 6, 0, at) == 1 && at[0] == 2);
    assert_true(friends(tails, 6, 1, at) == 2 && at[0] == 3 && at[1] == 4);
    assert_true(friends(tails, 6, 4, at) == 2 && at[0] == 1 && at[1] == 3);
    static const char *const heads[] = {"total B", "total C",   "total D",  "total E",
                                        "total F", "waiting B", "waiting C"};
    assert_true(friends(heads, 7, 0, at) == 1 && at[0] == 5);
    assert_true(friends(heads, 7, 2, at) == 0);
    static const char *const single[] = {"present", "waiting", "boarding", "n", "x"};
    assert_true(friends(single, 4, 1, at) == 3 && at[0] == 0 && at[1] == 2 && at[2] == 3);
    assert_true(friends(single, 5, 1, at) == 0);
    assert_true(friends(single, 1, 0, at) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_find_their_hours),
        cmocka_unit_test(too_wide_or_empty),
        cmocka_unit_test(names_tell_the_department),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
