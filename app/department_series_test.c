/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the commands on a census series print what their contract says, and refuse with a sentence.
 * Oracle: files written here. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/command_for_test.h"
#include "core/base/time.h"

enum { OUTPUT_MAX = 1 << 16 };

static char output[OUTPUT_MAX], path[] = "/tmp/pollux-series-XXXXXX";

static FILE *rewrite(void)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    return f;
}

static void write_text(const char *text)
{
    FILE *f = rewrite();
    fputs(text, f);
    fclose(f);
}

static void write_row(FILE *f, int64_t hour, int present, int waiting)
{
    const plx_civil c = plx_time_to_civil(hour * PLX_HOUR_US + 45 * PLX_MINUTE_US);
    fprintf(f, "%04d-%02d-%02d %02d:%02d,%d,%d\n", c.year, c.month, c.day, c.hour, c.minute,
            present, waiting);
}

/* A course of the day and an unrest that no profile knows. */
static void write_weeks(int weeks)
{
    FILE *f = rewrite();
    uint32_t unrest = 1;
    int excess = 0;
    fputs("time,present,waiting\n", f);
    for (int h = 0; h < weeks * 168; h++) {
        unrest = unrest * 1664525u + 1013904223u;
        excess = excess * 3 / 4 + (int)(unrest >> 28) - 7;
        const int hour = h % 24, course = hour < 12 ? hour : 24 - hour;
        write_row(f, 480000 + h, 30 + course + excess, 5 + course / 2);
    }
    fclose(f);
}

static int backtest(const char *options)
{
    char words[256];
    snprintf(words, sizeof words, "%s %s", path, options);
    return command_output(output, sizeof output, "department backtest", words);
}

static void a_line_for_each_model(void **state)
{
    (void)state;
    static char first[OUTPUT_MAX];
    write_weeks(20);
    assert_int_equal(backtest("--test-days 30 --json --value present"), 0);
    output_has(output,
               "{\"series\":\"present\",\"horizon_h\":1,\"model\":\"persistence\",\"n\":720,"
               "\"test_mean\":");
    output_has(output, "{\"series\":\"present\",\"horizon_h\":24,\"model\":\"pollux\",\"n\":720,");
    output_has(output, ",\"best_baseline\":\"");
    output_has(output, "\nsummary,horizon_h,series,crps_over_best,better,");
    output_has(output, "\npollux,8,1,");
    strcpy(first, output);
    assert_int_equal(backtest("--test-days 30 --json --value present"), 0);
    assert_string_equal(first, output);
    assert_int_equal(backtest("--test-days 30"), 0);
    output_has(output, "series,horizon_h,model,n,test_mean,mae,crps,cov90\n");
    output_has(output, "\nwaiting,4,damped,720,");
}

static int census(const char *options)
{
    char words[256];
    snprintf(words, sizeof words, "%s %s", path, options);
    return command_output(output, sizeof output, "department census", words);
}

static void a_forecast_from_the_last_hour(void **state)
{
    (void)state;
    write_weeks(20);
    assert_int_equal(census("--json"), 0);
    output_has(output, "{\"guard\":\"ok\",\"since\":null,\"rows\":3360,\"duplicates\":0,");
    output_has(output, "{\"series\":\"waiting\",\"horizon_h\":24,\"t\":\"2025-02-21T23:00:00\","
                       "\"method\":\"census\",\"rung\":\"regression\",\"q05\":");
    assert_int_equal(census("--value present"), 0);
    output_has(output, "series,horizon_h,t,rung,q05,q10,q25,q50,q75,q90,q95\npresent,1,");
    assert_int_equal(census("--now 2025-02-21T06:00"), 1);
    output_has(output,
               "nothing new has come for three usual gaps: nothing is forecast; look at the "
               "sender (since 2025-02-20T23:45:00)");
    assert_int_equal(census("--now soon"), 2);
    FILE *f = fopen(path, "ab");
    for (int i = 0; i < 4; i++)
        write_row(f, 480000 + 20 * 168, 7, 7);
    fclose(f);
    assert_int_equal(census("--json"), 1);
    output_has(output, "{\"guard\":\"frozen\",\"since\":\"2025-02-21T00:45:00\",");
    output_has(output, "the feed is frozen");
    assert_null(strstr(output, "\"method\""));
}

static void refusals(void **state)
{
    (void)state;
    write_weeks(20);
    assert_int_equal(backtest(""), 1);
    output_has(output, "too short: ");
    assert_int_equal(backtest("--test-days 0"), 2);
    assert_int_equal(backtest("--value nobody"), 2);
    output_has(output, "no column of numbers is called nobody");
    write_text("case_id,time,activity\n1,2026-01-01,arrival\n");
    assert_int_equal(backtest(""), 2);
    output_has(output, "this is a log of events");
    write_text("day,n\n2026-01-01,1\n");
    assert_int_equal(backtest(""), 2);
    output_has(output, "no column is called time, hour, t, date or ds");
    write_text("time,n\n2026-01-01,1\nx,2\ny,3\n");
    assert_int_equal(backtest(""), 1);
    output_has(output, "more than a fifth of the rows");
    write_text("time,n\n0001-01-01,1\n9999-01-01,2\n");
    assert_int_equal(backtest(""), 1);
    output_has(output, "thirty years apart");
    assert_int_equal(command_output(output, sizeof output, "department backtest", "/nowhere.csv"),
                     1);
    output_has(output, "this file cannot be read: /nowhere.csv");
    assert_int_equal(command_output(output, sizeof output, "department backtest", ""), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_for_each_model),
        cmocka_unit_test(a_forecast_from_the_last_hour),
        cmocka_unit_test(refusals),
    };
    const int file = mkstemp(path);
    if (file < 0) return 1;
    close(file);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
