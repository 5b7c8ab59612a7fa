/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a table of counts is read as its header says: separators, marks, quotes, forms of time,
 * what is missing, what is refused and in which words. Oracle: tables written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/time.h"
#include "core/format/csv/series.h"

static plx_series series;
static char why[PLX_SERIES_WHY_MAX];
static void *memory;

static plx_status parse_with(const char *text, const plx_series_choice *choice)
{
    const plx_slice bytes = plx_slice_of(text);
    const size_t size = plx_series_size(bytes);
    free(memory);
    memory = malloc(size);
    plx_arena arena = plx_arena_init(memory, size);
    why[0] = 0;
    return plx_series_parse(bytes, choice, &arena, &series, why, sizeof why);
}

static plx_status parse(const char *text)
{
    const plx_series_choice all = {0};
    return parse_with(text, &all);
}

static double value(uint32_t row, uint32_t column)
{
    return series.value[(size_t)row * series.columns + column];
}

static void a_table_is_read(void **state)
{
    (void)state;
    assert_int_equal(parse("time,present,waiting,note\n2026-01-31 14:05:00,61,14,calm\n"
                           "2026-01-31T15:05,62.5,,\n"),
                     PLX_OK);
    assert_int_equal(series.rows, 2);
    assert_int_equal(series.columns, 2);
    assert_true(plx_slice_is(series.name[0], "present") && plx_slice_is(series.name[1], "waiting"));
    assert_true(value(0, 0) == 61 && value(0, 1) == 14 && value(1, 0) == 62.5);
    assert_true(isnan(value(1, 1)));
    assert_true(series.time_us[1] - series.time_us[0] == PLX_HOUR_US);
    assert_int_equal(series.bad_rows + series.bad_cells, 0);
}

static void separators_marks_and_quotes(void **state)
{
    (void)state;
    assert_int_equal(parse("\xef\xbb\xbf\"DS\";\"a \"\"b\"\"\";c,d\r\n2026-01-31;1;2\r\n"), PLX_OK);
    assert_true(plx_slice_is(series.name[0], "a \"b\"") && plx_slice_is(series.name[1], "c,d"));
    assert_true(value(0, 0) == 1 && value(0, 1) == 2);
    assert_int_equal(parse("x\tHour\n5\t2026/1/3 4:07\nNA\t2026/1/3 5\nnan\t2026/1/3 6:00\n"),
                     PLX_OK);
    assert_true(series.rows == 3 && value(0, 0) == 5 && isnan(value(1, 0)) && isnan(value(2, 0)));
    /* A doubled quote in a row does not spoil a name that had one. */
    assert_int_equal(parse("time,\"a\"\"b\",n\n2026-01-31,3,\"x\"\"yz\"\n2026-02-01,4,5\n"),
                     PLX_OK);
    assert_true(plx_slice_is(series.name[0], "a\"b"));
}

static void forms_of_time(void **state)
{
    (void)state;
    static const char *const good[] = {"2026-11-30T08:05:06.25+01:00", "2026-11-30 8:05:06Z",
                                       "2026/11/30T8:5:6 -0500", " 2026-11-30 08:05:06 "};
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-13-01",
                                      "2026-02-30 1:00",
                                      "2026-01/01",
                                      "2026-01-01x",
                                      "2026-01-01 24:00",
                                      "2026-01-01 1:60",
                                      "2026-01-01T",
                                      "2026-01-01 1:00+99:00"};
    int64_t time_us = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(plx_series_time(plx_slice_of(good[i]), &time_us));
        assert_true(time_us == INT64_C(1796025906) * PLX_SECOND_US);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(plx_series_time(plx_slice_of(bad[i]), &time_us));
}

static void what_cannot_be_read_is_counted(void **state)
{
    (void)state;
    assert_int_equal(parse("t,n\n2026-01-01,1\nyesterday,2\n2026-01-02,many\n2026-01-03,3,4\n"
                           "2026-01-04,5\n2026-01-05\n"),
                     PLX_OK);
    assert_int_equal(series.rows, 4);
    assert_int_equal(series.bad_rows, 2);
    assert_int_equal(series.first_bad_line, 3);
    assert_int_equal(series.bad_cells, 1);
    assert_true(isnan(value(1, 0)) && isnan(value(3, 0)));
}

static void columns_can_be_chosen(void **state)
{
    (void)state;
    const char *const names[] = {"b"};
    const plx_series_choice choice = {"when", names, 1};
    assert_int_equal(parse_with("time,when,a,b\n9,2026-01-01,1,2\n", &choice), PLX_OK);
    assert_true(series.columns == 1 && value(0, 0) == 2);
    assert_int_equal(parse_with("when,a\n2026-01-01,1\n", &choice), PLX_MISSING);
    assert_string_equal(why, "no column of numbers is called b; --value takes one of the header");
    assert_int_equal(parse_with("when,b\n2026-01-01,x\n", &choice), PLX_MISSING);
    assert_string_equal(why, "column b holds no number");
    assert_int_equal(parse_with("a,b\n1,2\n", &choice), PLX_MISSING);
    assert_non_null(strstr(why, "no column is called when"));
}

static void refusals_say_why(void **state)
{
    (void)state;
    assert_int_equal(parse(""), PLX_MISSING);
    assert_int_equal(parse("day,n\n2026-01-01,1\n"), PLX_MISSING);
    assert_non_null(strstr(why, "time, hour, t, date or ds"));
    assert_int_equal(parse("time,n\n"), PLX_MISSING);
    assert_int_equal(parse("time,n\nnever,1\n"), PLX_MISSING);
    assert_non_null(strstr(why, "no row has a time"));
    assert_int_equal(parse("case_id,time,activity\n1,2026-01-01,arrival\n"), PLX_UNSUPPORTED);
    assert_non_null(strstr(why, "log of events"));
    assert_int_equal(parse("time,n\n2026-01-01,1\n2026-01-01,\"1\n"), PLX_SYNTAX);
    assert_true(strncmp(why, "line 3: ", 8) == 0);
    char wide[4096] = "time";
    for (int i = 0; i < 65; i++)
        strcat(wide, ",n");
    strcat(wide, "\n2026-01-01");
    for (int i = 0; i < 65; i++)
        strcat(wide, ",1");
    assert_int_equal(parse(wide), PLX_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read),       cmocka_unit_test(separators_marks_and_quotes),
        cmocka_unit_test(forms_of_time),         cmocka_unit_test(what_cannot_be_read_is_counted),
        cmocka_unit_test(columns_can_be_chosen), cmocka_unit_test(refusals_say_why),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(memory);
    return failed;
}
