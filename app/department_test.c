/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the department commands do what their help says. Oracles: the output hash of one worker for
 * every number of workers; sentences of faults. Tolerance: none. */
#include "app/command_for_test.h"

#include <unistd.h>

#define EXAMPLE "\"" PLX_SOURCE_ROOT "/knowledge/department/example.json\""

static char first[1 << 16], output[1 << 16];

static int command(char *into, const char *words)
{
    return command_output(into, sizeof output, "department", words);
}

static void test_run(void **state)
{
    (void)state;
    char hash[64];
    assert_int_equal(command(first, "run " EXAMPLE " --days 3 --replications 20 --workers 1"), 0);
    output_has(first, "door_to_doctor_min");
    output_has(first, "los_q95");
    const char *at = strstr(first, "output hash ");
    assert_non_null(at);
    snprintf(hash, sizeof hash, "%.44s", at);
    const char *const workers[] = {"2", "7", "16"};
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        char words[512];
        snprintf(words, sizeof words, "run " EXAMPLE " --days 3 --replications 20 --workers %s",
                 workers[i]);
        assert_int_equal(command(output, words), 0);
        output_has(output, hash);
    }
}

static void test_run_json(void **state)
{
    (void)state;
    assert_int_equal(command(output, "run " EXAMPLE " --days 60 --replications 1 --json"), 0);
    output_has(output, "{\"metric\":\"los_min\",\"acuity\":\"all\",\"unit\":\"min\",\"mean\":");
    output_has(output, "{\"metric\":\"lwbs_pct_a5\",\"acuity\":5,");
    output_has(output, "{\"metric\":\"census_h07\",");
}

#define EVENING "\"" PLX_SOURCE_ROOT "/knowledge/department/evening.json\""

static void test_forecast(void **state)
{
    (void)state;
    char hash[64];
    const char *const words =
        "forecast " EXAMPLE " --state " EVENING " --hours 8 --replications 60 "
        "--what-if '+1 doctor 18:00-02:00' --what-if 'ct off 18:00-20:00; boarding -30%' "
        "--workers ";
    char line[700];
    for (int workers = 1; workers <= 16; workers = 2 * workers + 1) {
        snprintf(line, sizeof line, "%s %d", words, workers);
        assert_int_equal(command(output, line), 0);
        const char *at = strstr(output, "output hash ");
        assert_non_null(at);
        if (workers == 1) snprintf(hash, sizeof hash, "%.44s", at);
        output_has(output, hash);
    }
    output_has(output, "33 patients present");
    output_has(output, "what if +1 doctor 18:00-02:00");
    output_has(output, "errors of the model");
}

static void test_forecast_json(void **state)
{
    (void)state;
    static char json[1 << 20];
    assert_int_equal(command_output(json, sizeof json, "department",
                                    "forecast " EXAMPLE " --state " EVENING
                                    " --hours 4 --replications 40 --json --what-if '+1 doctor'"),
                     0);
    output_has(json, "{\"kind\":\"meta\",\"model\":\"example\",");
    output_has(json, "\"time\":\"2026-01-12T17:05:00-05:00\"");
    output_has(json, "{\"kind\":\"series\",\"what\":\"present\",\"acuity\":\"all\",\"zone\":null,"
                     "\"t\":\"2026-01-12T17:05:00-05:00\",\"mean\":33,");
    output_has(json, "\"what\":\"nedocs\"");
    output_has(json, "\"zone\":\"resus\"");
    output_has(json, "{\"kind\":\"crowded\"");
    output_has(json, "{\"kind\":\"new_arrival\",\"acuity\":1,");
    output_has(json, "{\"kind\":\"patient\",\"id\":\"v031\"");
    output_has(json, "{\"kind\":\"beds_needed\",\"window_h\":4,\"ward\":\"medicine\"");
    output_has(
        json,
        "{\"kind\":\"what_if\",\"arm\":\"+1 doctor\",\"measure\":\"door_to_doctor_mean_min\"");
    assert_null(strstr(json, "nan"));
}

static void write_file(const char *path, const char *text)
{
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    assert_true(fputs(text, to) >= 0);
    assert_int_equal(fclose(to), 0);
}

static void test_forecast_of_unknown(void **state)
{
    (void)state;
    char path[] = "/tmp/pollux_state_XXXXXX", words[512], hash[64];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    snprintf(words, sizeof words, "forecast " EXAMPLE " --state %s --hours 4 --replications 60",
             path);
    write_file(path, "{\"schema\":\"pollux.department.state/1\",\"time\":\"2026-01-12T14:05:00Z\","
                     "\"census\":{\"present\":31,\"waiting\":9}}");
    assert_int_equal(command(output, words), 0);
    output_has(output, "# 31 of 31 patients are not known");
    output_has(output, "2026-01-12T14:05    31.0 ( 31- 31)");
    snprintf(hash, sizeof hash, "%.44s", strstr(output, "output hash "));
    strcat(words, " --workers 3");
    assert_int_equal(command(output, words), 0);
    output_has(output, hash);
    write_file(path, "{\"schema\":\"pollux.department.state/1\",\"time\":\"2026-01-12T14:05:00Z\","
                     "\"patients\":[{\"id\":\"a\",\"acuity\":3,\"stage\":null,"
                     "\"arrival\":\"2026-01-12T12:00:00Z\"},{\"id\":\"b\",\"acuity\":2,"
                     "\"stage\":\"boarding\",\"arrival\":\"2026-01-12T02:00:00Z\"}]}");
    assert_int_equal(command(output, words), 0);
    output_has(output, "# 1 of 2 patients are not known");
    write_file(path, "{\"schema\":\"pollux.department.state/1\",\"time\":\"2026-01-12T14:05:00Z\","
                     "\"census\":{\"present\":3,\"waiting\":9}}");
    assert_int_equal(command(output, words), 1);
    output_has(output, "more wait than are present");
    remove(path);
}

static void test_forecast_refused(void **state)
{
    (void)state;
    assert_int_equal(command(output, "forecast " EXAMPLE), 2);
    output_has(output, "--state STATE.json");
    assert_int_equal(command(output, "forecast " EXAMPLE " --state " EXAMPLE), 1);
    output_has(output, "not known; known here: schema,time,patients");
    assert_int_equal(
        command(output, "forecast " EXAMPLE " --state " EVENING " --what-if '+1 docter 18:00'"), 2);
    output_has(output, "--what-if, character 4: after a count: doctor");
    assert_int_equal(command(output, "forecast " EXAMPLE " --state " EVENING " --hours 200"), 2);
    assert_int_equal(command(output, "forecast " EXAMPLE " --state " EVENING " --replications 0"),
                     2);
}

static void test_wrong_usage(void **state)
{
    (void)state;
    assert_int_equal(command(output, "run"), 2);
    output_has(output, "name a MODEL.json");
    assert_int_equal(command(output, "run " EXAMPLE " --replications 0"), 2);
    assert_int_equal(command(output, "run /nowhere/model.json"), 1);
    output_has(output, "cannot be read");
    assert_int_equal(command(output, "run \"" PLX_SOURCE_ROOT "/README.md\""), 1);
    output_has(output, "line 1, column 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_run_json),
        cmocka_unit_test(test_forecast),
        cmocka_unit_test(test_forecast_json),
        cmocka_unit_test(test_forecast_of_unknown),
        cmocka_unit_test(test_forecast_refused),
        cmocka_unit_test(test_wrong_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
