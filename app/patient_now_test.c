/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pollux patient forecast FILE --now says what will be measured after the last row, of good
 * files and of bad ones.
 * Oracle: a person in shock is in more danger than one who is well; quantiles rise and widen; the
 * form of the output. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_MAX = 1 << 17 };

#include "app/command_for_test.h"

#define EXAMPLE PLX_SOURCE_ROOT "/knowledge/physiology/vitals/bleeding.csv"
#define PERSON "# sex=f age=67 height_cm=162 weight_kg=70\n"
#define HEADER "time_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,spo2_pct,rr_per_min\n"

static char output[OUTPUT_MAX], other[OUTPUT_MAX];

static int forecast_file(const char *path, const char *words)
{
    char all[512];
    snprintf(all, sizeof all, "%s --now %s", path, words);
    return command_output(output, sizeof output, "patient forecast", all);
}

static int forecast_text(const char *text, const char *words)
{
    char path[] = "/tmp/pollux-now-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (long)strlen(text));
    close(file);
    int status = forecast_file(path, words);
    unlink(path);
    return status;
}

static void has(const char *text)
{
    output_has(output, text);
}

/* The number behind the last of three words, each looked for behind the one before. */
static double number(const char *line, const char *word, const char *key)
{
    const char *const words[] = {line, word, key};
    const char *at = output;
    for (int i = 0; i < 3; i++) {
        at = strstr(at, words[i]);
        assert_non_null(at);
        at += strlen(words[i]);
    }
    return strtod(at, NULL);
}

#define IN_5 "{\"horizon_s\":300,"
#define IN_60 "{\"horizon_s\":3600,"

static void a_line_of_now_and_one_a_horizon(void **state)
{
    (void)state;
    static const char *const quantiles[] = {
        "\"p05\":", "\"p25\":", "\"p50\":", "\"p75\":", "\"p95\":"};
    assert_int_equal(forecast_file(EXAMPLE, "--json"), 0);
    has("{\"now_s\":600,\"status\":\"fitted\",");
    has("\"mechanisms\":{\"stable\":");
    has("\"hidden\":[{\"name\":\"deficit_ml\",\"unit\":\"mL\",");
    has("\"told_by\":{\"hr_bpm\":");
    has("\"safe_tests\":[{\"arm\":\"passive_leg_raise\",\"after_s\":120,\"status\":\"fitted\",");
    has("{\"horizon_s\":14400,");
    for (int i = 1; i < 5; i++)
        assert_true(number(IN_5, "\"hr_bpm\":{", quantiles[i]) >
                    number(IN_5, "\"hr_bpm\":{", quantiles[i - 1]));
    const double soon =
        number(IN_5, "\"sbp_mmhg\":{", "\"p95\":") - number(IN_5, "\"sbp_mmhg\":{", "\"p05\":");
    const double late =
        number(IN_60, "\"sbp_mmhg\":{", "\"p95\":") - number(IN_60, "\"sbp_mmhg\":{", "\"p05\":");
    assert_true(late > soon);
    assert_true(number(IN_5, "\"spo2_pct\":{", "\"p95\":") <= 100);
    memcpy(other, output, sizeof other);
    assert_int_equal(forecast_file(EXAMPLE, "--json"), 0);
    assert_string_equal(output, other);
}

static double danger(const char *event)
{
    return number(IN_5, event, "");
}

static void who_is_in_shock_is_in_danger(void **state)
{
    (void)state;
    const char *ill = PERSON HEADER "0,124,80,46,57,90,27\n60,125,79,45,56,90,28\n"
                                    "120,126,78,45,56,89,28\n180,127,77,44,55,89,29\n";
    const char *well = PERSON HEADER "0,70,128,76,93,97,14\n60,71,127,75,92,97,14\n"
                                     "120,70,128,76,93,97,14\n180,70,128,76,93,97,14\n";
    assert_int_equal(forecast_text(ill, "--json --horizons 5m"), 0);
    assert_true(danger("\"map_below_65\":") > 0.5);
    assert_true(danger("\"spo2_below_90\":") > 0.2);
    assert_true(danger("\"news2_at_least_7\":") > 0.8);
    assert_int_equal(forecast_text(well, "--json --horizons 5m"), 0);
    assert_true(danger("\"map_below_65\":") < 0.05);
    assert_true(danger("\"news2_at_least_7\":") < 0.05);
    assert_int_equal(forecast_text(well, "--horizons 5m --acvpu V"), 0);
    has("in 5 min: map_mmhg below 65 in 0 %;");
    has("\nsafe test ");
    has("\n  hr_bpm       1/min       70.0 ");
}

static void who_cannot_be_told_is_told_so(void **state)
{
    (void)state;
    assert_int_equal(forecast_text("# sex=f age=4 height_cm=102 weight_kg=16\ntime_s,hr_bpm\n"
                                   "0,120\n",
                                   "--json"),
                     0);
    has("{\"status\":\"out_of_envelope\",\"reason\":\"age 4 below 16\"}\n");
    assert_int_equal(forecast_text(PERSON "time_s,hr_bpm\n0,88\n", "--json --horizons 5m"), 0);
    has("{\"now_s\":0,\"status\":\"prior_only\",");
}

static void what_is_wrong_is_one_sentence(void **state)
{
    (void)state;
    const struct {
        const char *path, *words, *says;
        int status;
    } cases[] = {
        {"", "", "name a file of vitals or a recording", 2},
        {EXAMPLE " " EXAMPLE, "", "--now takes one file of vitals", 2},
        {EXAMPLE, "--acvpu X", "--acvpu takes A, C, V, P or U, not: X", 2},
        {EXAMPLE, "--horizons 5h", "--now takes rising horizons of at most 4h", 2},
        {EXAMPLE, "--horizons 5m,1m", "--now takes rising horizons of at most 4h", 2},
        {"/nowhere/at/all.csv", "", "this file cannot be read: /nowhere/at/all.csv", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(forecast_file(cases[i].path, cases[i].words), cases[i].status);
        has(cases[i].says);
        assert_ptr_equal(strchr(output, '\n'), output + strlen(output) - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_now_and_one_a_horizon),
        cmocka_unit_test(who_is_in_shock_is_in_danger),
        cmocka_unit_test(who_cannot_be_told_is_told_so),
        cmocka_unit_test(what_is_wrong_is_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
