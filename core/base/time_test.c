/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: civil time and ISO 8601 text in both directions. Oracles: vectors computed with Python's
 * datetime; a calendar that counts every day of 9,999 years. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/time.h"

static const struct {
    plx_civil civil;
    int64_t time_us;
} vectors[] = {
    {{1, 1, 1, 0, 0, 0, 0}, INT64_C(-62135596800000000)},
    {{1, 12, 31, 23, 59, 59, 999999}, INT64_C(-62104060800000001)},
    {{4, 2, 29, 12, 0, 0, 0}, INT64_C(-62035848000000000)},
    {{100, 2, 28, 23, 59, 59, 0}, INT64_C(-59006361601000000)},
    {{100, 3, 1, 0, 0, 0, 0}, INT64_C(-59006361600000000)},
    {{400, 2, 29, 0, 0, 0, 1}, INT64_C(-49539340799999999)},
    {{1582, 10, 15, 0, 0, 0, 0}, INT64_C(-12219292800000000)},
    {{1600, 2, 29, 0, 0, 0, 0}, INT64_C(-11670998400000000)},
    {{1899, 12, 31, 23, 59, 59, 999999}, INT64_C(-2208988800000001)},
    {{1900, 2, 28, 6, 7, 8, 9}, INT64_C(-2203955571999991)},
    {{1900, 3, 1, 0, 0, 0, 0}, INT64_C(-2203891200000000)},
    {{1969, 12, 31, 23, 59, 59, 999999}, INT64_C(-1)},
    {{1970, 1, 1, 0, 0, 0, 0}, INT64_C(0)},
    {{1970, 1, 1, 0, 0, 0, 1}, INT64_C(1)},
    {{1999, 12, 31, 23, 59, 59, 0}, INT64_C(946684799000000)},
    {{2000, 2, 29, 1, 2, 3, 4}, INT64_C(951786123000004)},
    {{2000, 3, 1, 0, 0, 0, 0}, INT64_C(951868800000000)},
    {{2024, 2, 29, 23, 59, 59, 999999}, INT64_C(1709251199999999)},
    {{2026, 11, 25, 16, 6, 55, 120000}, INT64_C(1795622815120000)},
    {{2038, 1, 19, 3, 14, 8, 0}, INT64_C(2147483648000000)},
    {{2100, 2, 28, 12, 0, 0, 0}, INT64_C(4107499200000000)},
    {{2100, 3, 1, 12, 0, 0, 0}, INT64_C(4107585600000000)},
    {{9999, 12, 31, 23, 59, 59, 999999}, INT64_C(253402300799999999)},
};

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const plx_civil back = plx_time_to_civil(vectors[i].time_us);
        assert_true(plx_civil_valid(&vectors[i].civil));
        assert_true(plx_time_from_civil(&vectors[i].civil) == vectors[i].time_us);
        assert_memory_equal(&back, &vectors[i].civil, sizeof back);
    }
}

static int days_of(int year, int month)
{
    if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void test_every_day(void **state)
{
    (void)state;
    int64_t time_us = INT64_C(-62135596800000000);
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= days_of(year, month); day++, time_us += PLX_DAY_US) {
                const plx_civil c = plx_time_to_civil(time_us + PLX_DAY_US - 1);
                if (c.year != year || c.month != month || c.day != day || c.hour != 23)
                    fail_msg("%d-%d-%d", year, month, day);
                const plx_civil midnight = {year, month, day, 0, 0, 0, 0};
                if (plx_time_from_civil(&midnight) != time_us)
                    fail_msg("%d-%d-%d", year, month, day);
            }
    assert_true(time_us == INT64_C(253402300800000000));
}

static void test_validity(void **state)
{
    (void)state;
    const plx_civil bad[] = {
        {0, 1, 1, 0, 0, 0, 0},     {10000, 1, 1, 0, 0, 0, 0}, {2026, 0, 1, 0, 0, 0, 0},
        {2026, 13, 1, 0, 0, 0, 0}, {2026, 1, 0, 0, 0, 0, 0},  {2026, 1, 32, 0, 0, 0, 0},
        {2026, 2, 29, 0, 0, 0, 0}, {1900, 2, 29, 0, 0, 0, 0}, {2024, 2, 30, 0, 0, 0, 0},
        {2026, 4, 31, 0, 0, 0, 0}, {2026, 1, 1, 24, 0, 0, 0}, {2026, 1, 1, -1, 0, 0, 0},
        {2026, 1, 1, 0, 60, 0, 0}, {2026, 1, 1, 0, 0, 60, 0}, {2026, 1, 1, 0, 0, 0, 1000000},
        {2026, 1, 1, 0, -1, 0, 0}, {2026, 1, 1, 0, 0, -1, 0}, {2026, 1, 1, 0, 0, 0, -1},
        {2026, -1, 1, 0, 0, 0, 0}, {2026, 1, -1, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(plx_civil_valid(&bad[i]));
}

static void test_far_times(void **state)
{
    (void)state;
    assert_true(plx_time_to_civil(INT64_MAX).year > 290000);
    assert_true(plx_time_to_civil(INT64_MIN).year < -290000);
    assert_int_equal(plx_time_to_civil(INT64_C(253402300800000000)).year, 10000);
    assert_int_equal(plx_time_to_civil(INT64_C(-62135596800000001)).year, 0);
}

static void check_iso(int64_t time_us, unsigned decimals, const char *expected)
{
    char memory[40];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_iso(&out, time_us, decimals);
    assert_true(plx_slice_is(plx_out_slice(&out), expected));
}

static void test_write_iso(void **state)
{
    (void)state;
    check_iso(INT64_C(1795622815129999), 6, "2026-11-25T16:06:55.129999Z");
    check_iso(INT64_C(1795622815129999), 3, "2026-11-25T16:06:55.129Z");
    check_iso(INT64_C(1795622815129999), 0, "2026-11-25T16:06:55Z");
    check_iso(-1, 6, "1969-12-31T23:59:59.999999Z");
    check_iso(INT64_C(-62135596800000000), 0, "0001-01-01T00:00:00Z");
    check_iso(INT64_C(253402300799999999), 3, "9999-12-31T23:59:59.999Z");
    check_iso(PLX_TIME_NONE, 3, "");
    check_iso(INT64_C(253402300800000000), 3, "");
    check_iso(INT64_C(-62135596800000001), 3, "");
    check_iso(INT64_MAX, 0, "");
}

static void test_read_iso(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int64_t time_us;
    } good[] = {
        {"2026-11-25T16:06:55Z", INT64_C(1795622815000000)},
        {"2026-11-25T16:06Z", INT64_C(1795622760000000)},
        {"2026-11-25T16:06:55.120+01:00", INT64_C(1795619215120000)},
        {"2026-02-28T23:59:59.999999-05:30", INT64_C(1772342999999999)},
        {"2024-02-29T00:30:00+14:00", INT64_C(1709116200000000)},
        {"1969-12-31T23:59:59.000001Z", INT64_C(-999999)},
        {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000000)},
        {"2026-11-25T16:06:55-00:00", INT64_C(1795622815000000)},
        {"2026-11-25T16:06:55.1Z", INT64_C(1795622815100000)},
        {"2026-11-25T16:06:55.123456789Z", INT64_C(1795622815123456)},
        {"2026-11-25T16:06+00:00", INT64_C(1795622760000000)},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t time_us = 5;
        assert_int_equal(plx_time_from_iso(plx_slice_of(good[i].text), &time_us), PLX_OK);
        assert_true(time_us == good[i].time_us);
    }
}

static void check_refused(const char *text, plx_status status)
{
    int64_t time_us = 5;
    if (plx_time_from_iso(plx_slice_of(text), &time_us) != status) fail_msg("%s", text);
    assert_int_equal(time_us, 5);
}

static void test_refuse_iso(void **state)
{
    (void)state;
    const char *syntax[] = {"",
                            "2026",
                            "2026-11-25",
                            "2026-11-25T16:06:55",
                            "2026-11-25T16Z",
                            "2026-11-25 16:06:55Z",
                            "2026-11-25T16:06:55z",
                            "20261125T160655Z",
                            "2026-1-25T16:06:55Z",
                            "2026-11-25T16:06:55.Z",
                            "2026-11-25T16:06:55.1234567890Z",
                            "2026-11-25T16:06:55+0100",
                            "2026-11-25T16:06:55+01",
                            "2026-11-25T16:06:55Zx",
                            " 2026-11-25T16:06:55Z",
                            "2026-11-25T16:06:55Z ",
                            "-026-11-25T16:06:55Z",
                            "+2026-11-25T16:06:55Z",
                            "2026-11-25T16:06:55,5Z",
                            "2026-11-25T16:06:55+24:00",
                            "2026-11-25T16:06:55+01:60",
                            "2026-11-25T16:06.5Z"};
    for (size_t i = 0; i < sizeof syntax / sizeof *syntax; i++)
        check_refused(syntax[i], PLX_SYNTAX);
    const char *range[] = {"2026-02-29T16:06:55Z",      "2026-13-01T16:06:55Z",
                           "2026-00-01T16:06:55Z",      "2026-11-31T00:00:00Z",
                           "2026-11-25T24:00:00Z",      "2026-11-25T16:60:00Z",
                           "2016-12-31T23:59:60Z",      "0000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-00:01"};
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        check_refused(range[i], PLX_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),    cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_validity),   cmocka_unit_test(test_far_times),
        cmocka_unit_test(test_write_iso),  cmocka_unit_test(test_read_iso),
        cmocka_unit_test(test_refuse_iso),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
