/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the department commands do what their help says. Oracles: the output hash of one worker for
 * every number of workers; sentences of faults. Tolerance: none. */
#include "app/command_for_test.h"

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
        cmocka_unit_test(test_wrong_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
