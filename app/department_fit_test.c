/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the command reads a log, writes a model that the other commands run, and says in one
 * sentence what is wrong with a file. Oracle: the log of the shipped example; the shared log of
 * sepsis patients where it is there. Tolerance: held-out stays between the quarter and the 95 %
 * point within 5 %, the tenth within what chance makes of it. */
#include "app/command_for_test.h"

enum { OUTPUT_MAX = 1 << 18 };
static char output[OUTPUT_MAX];

#define SEPSIS PLX_SOURCE_ROOT "/../shared/data/ed_flow/sepsis/sepsis.csv"

static void shell(const char *command)
{
    if (system(command) != 0) fail_msg("%s", command);
}

static void a_log_becomes_a_model_that_runs(void **state)
{
    (void)state;
    char folder[] = "/tmp/pollux-fit-XXXXXX", command[768], path[256];
    assert_non_null(mkdtemp(folder));
    snprintf(
        command, sizeof command,
        "\"%s\" department run %s/knowledge/department/example.json --days 60 --log > %s/log.csv",
        getenv("POLLUX"), PLX_SOURCE_ROOT, folder);
    shell(command);
    snprintf(command, sizeof command, "%s/log.csv --days 30 --output %s/model.json", folder,
             folder);
    assert_int_equal(command_output(output, sizeof output, "department fit", command), 0);
    output_has(output, "los.q50");
    output_has(output, "census.h14");
    snprintf(command, sizeof command, "%s/model.json --days 5 --replications 2", folder);
    assert_int_equal(command_output(output, sizeof output, "department run", command), 0);
    output_has(output, "lwbs_pct");
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, i ? "model.json" : "log.csv");
        unlink(path);
    }
    rmdir(folder);
}

/* Error in percent of a row of the table of quality. */
static double error_of(const char *what)
{
    const char *at = strstr(output, what);
    double fit, log, error;
    assert_non_null(at);
    assert_int_equal(sscanf(at + strlen(what), "%lf %lf %lf", &fit, &log, &error), 3);
    return error < 0 ? -error : error;
}

static void sepsis_patients_that_were_not_seen(void **state)
{
    (void)state;
    static const char *const whats[] = {"los.q25", "los.q50", "los.q75", "los.q90", "los.q95"};
    if (access(SEPSIS, R_OK) != 0) skip();
    assert_int_equal(
        command_output(output, sizeof output, "department fit", SEPSIS " --map sepsis --hold-out"),
        0);
    output_has(output, "\"arrivals\":null");
    output_has(output, "# not in this log: its calendar is shifted");
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
        assert_true(error_of(whats[i]) <= 5);
    assert_true(error_of("los.q10") <= 8);
}

static void what_is_wrong_is_one_sentence(void **state)
{
    (void)state;
    const struct {
        const char *text, *words, *says;
        int status;
    } cases[] = {
        {"a,b\n1,2\n", "", "this is no event log: columns case_id, time, activity were looked for",
         2},
        {"case_id,time,activity\n1,yesterday,arrival\n", "", "a time cannot be read", 1},
        {"case_id,time,activity\n", "", "there is no event in this file", 1},
        {"case_id,time,activity\n1,2024-01-01T10:00,depart\n", "", "there is no arrival", 1},
        {"case_id,time,activity\n", "--map /nowhere.yaml", "--map takes sepsis, xes or a file", 1},
        {"case_id,time,activity\n", "--colour red", "--colour", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(command_output_of(output, sizeof output, "department fit", cases[i].text,
                                           cases[i].words),
                         cases[i].status);
        output_has(output, cases[i].says);
    }
    assert_int_equal(command_output(output, sizeof output, "department fit", ""), 2);
    output_has(output, "name an event log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_log_becomes_a_model_that_runs),
                                       cmocka_unit_test(sepsis_patients_that_were_not_seen),
                                       cmocka_unit_test(what_is_wrong_is_one_sentence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
