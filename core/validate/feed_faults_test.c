/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: on raw slices of a real feed (skipped without the shared data) the guard of the census
 * finds the faults that their SOURCE.md lists. Oracle: SOURCE.md. Tolerance: the 3 h and 24 h of
 * the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/census/grid.h"
#include "core/census/guard.h"
#include "core/format/csv/series.h"

#define FAULTS PLX_SOURCE_ROOT "/../shared/data/ed_flow/feed_faults/"

enum { NAMES_MAX = 64 };

static plx_census_guard guard;

/* What the guard said of a file, row by row. */
typedef struct story {
    plx_series read;
    plx_census_fault last;
    int64_t first_us[PLX_CENSUS_FAULT_N], since_us[PLX_CENSUS_FAULT_N]; /* of the first alarm */
    char text[1 << 17];
    void *memory;
} story;
static story told;

/* false when the file is not there. */
static bool tell(const char *file)
{
    char path[512], why[PLX_SERIES_WHY_MAX];
    snprintf(path, sizeof path, FAULTS "%s", file);
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    const plx_slice text = {told.text, fread(told.text, 1, sizeof told.text, f)};
    fclose(f);
    const size_t size = plx_series_size(text);
    free(told.memory);
    told.memory = malloc(size);
    plx_arena arena = plx_arena_init(told.memory, size);
    const plx_series_choice all = {0};
    plx_series *r = &told.read;
    uint32_t departments[NAMES_MAX];
    assert_int_equal(plx_series_parse(text, &all, &arena, r, why, sizeof why), PLX_OK);
    plx_census_departments(r->name, r->columns, departments);
    plx_census_guard_begin(&guard, r->columns, departments);
    for (int i = 0; i < PLX_CENSUS_FAULT_N; i++)
        told.first_us[i] = PLX_TIME_NONE;
    for (uint32_t i = 0; i < r->rows; i++) {
        double accepted[NAMES_MAX];
        int64_t since;
        plx_census_guard_row(&guard, r->time_us[i], r->value + (size_t)i * r->columns, accepted);
        told.last = plx_census_guard_judge(&guard, PLX_TIME_NONE, &since);
        if (told.first_us[told.last] != PLX_TIME_NONE) continue;
        told.first_us[told.last] = r->time_us[i];
        told.since_us[told.last] = since;
    }
    return true;
}

static int64_t at(const char *time)
{
    int64_t time_us;
    assert_true(plx_series_time(plx_slice_of(time), &time_us));
    return time_us;
}

static void check_shift(const char *file, const char *time)
{
    assert_true(tell(file));
    assert_int_equal(told.last, PLX_CENSUS_SHIFTED);
    assert_true(told.first_us[PLX_CENSUS_SHIFTED] > at(time)); /* not before */
    assert_true(llabs(told.since_us[PLX_CENSUS_SHIFTED] - at(time)) <= 24 * PLX_HOUR_US);
    uint32_t refused = 0;
    for (uint32_t c = 0; c < told.read.columns; c++)
        refused += guard.column[c].shifted;
    assert_true(refused >= 2);
    print_message("# %s: told %.1f h after it moved, begin off by %.1f h, %u series refused\n",
                  file, (double)(told.first_us[PLX_CENSUS_SHIFTED] - at(time)) / PLX_HOUR_US,
                  (double)(told.since_us[PLX_CENSUS_SHIFTED] - at(time)) / PLX_HOUR_US, refused);
}

static void the_real_faults(void **state)
{
    (void)state;
    if (!tell("duplicates_2023-02_patients_total.csv")) {
        print_message("# the shared data are not there\n");
        skip();
    }
    /* 148 duplicated rows, 32 steps back in time. */
    assert_int_equal(guard.duplicates + guard.conflicts + guard.late, 148);
    assert_int_equal(guard.steps_back, 32);
    assert_int_equal(told.last, PLX_CENSUS_DUPLICATES);
    assert_true(told.first_us[PLX_CENSUS_SHIFTED] == PLX_TIME_NONE);
    static const char *const what[] = {"total", "waiting"};
    for (int i = 0; i < 2; i++) {
        char file[80];
        snprintf(file, sizeof file, "shift_2023-04_patients_%s.csv", what[i]);
        check_shift(file, "2023-04-17 19:46");
        snprintf(file, sizeof file, "shift_2024-02_patients_%s.csv", what[i]);
        check_shift(file, "2024-02-26 19:45");
        snprintf(file, sizeof file, "frozen_2025-10_patients_%s.csv", what[i]);
        /* A row an hour: the third repetition is three hours after the last new row. */
        assert_true(tell(file));
        int64_t since;
        assert_int_equal(plx_census_guard_judge(&guard, PLX_TIME_NONE, &since), PLX_CENSUS_FROZEN);
        assert_true(since == at("2025-11-01 00:45"));
        assert_true(guard.repeats >= 399);
        assert_true(told.first_us[PLX_CENSUS_SHIFTED] == PLX_TIME_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_real_faults)};
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(told.memory);
    return failed;
}
