/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pollux patient whatif says what its contract says, of good arms and of bad ones.
 * Oracle: textbook directions of the contrasts; the form of the output. Tolerance: none. */
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
#define FEW " --members 16 "
#define DEADLY "propofol 1000 mg + rocuronium 100 mg + nitroglycerin 5000 ug/min"
#define PRESSOR "--arm 'norepinephrine 0.1 ug/kg/min' "
#define FLUID "--arm 'crystalloid 500 mL 15 min' "

static char output[OUTPUT_MAX], other[OUTPUT_MAX];

/* Both streams end in output. */
static int whatif(const char *words)
{
    return command_output(output, sizeof output, "patient whatif", words);
}

static void has(const char *text)
{
    output_has(output, text);
}

/* The number behind the last of the words, each looked for behind the one before. */
static double number(const char *const *words)
{
    const char *at = output;
    for (; *words; words++) {
        at = strstr(at, *words);
        assert_non_null(at);
        at += strlen(*words);
    }
    return strtod(at, NULL);
}

static unsigned lines(void)
{
    unsigned n = 0;
    for (const char *at = output; (at = strchr(at, '\n')); at++)
        n++;
    return n;
}

static double contrast(const char *arm, const char *quantity, const char *quantile)
{
    char head[128], name[64];
    snprintf(head, sizeof head, "{\"arm\":\"%s\",\"minute\":30,", arm);
    snprintf(name, sizeof name, "\"%s\":{", quantity);
    return number((const char *const[]){head, "\"minus_none\":{", name, quantile, NULL});
}

static void a_line_an_arm_and_horizon(void **state)
{
    (void)state;
    assert_int_equal(whatif(EXAMPLE " --json " FLUID PRESSOR), 0);
    assert_int_equal(lines(), 9);
    has("{\"arm\":\"none\",\"minute\":5,\"status\":\"fitted\",\"members\":");
    has("\"gone\":0,");
    has("\"pcwp_over_18\":");
    has("\"do2_lower_10_pct\":");
    has("\"map_at_least_65\":");
    has("\"spo2_below_90\":");
    const char *pressor = "norepinephrine 0.1 ug/kg/min", *fluid = "crystalloid 500 mL 15 min";
    assert_true(contrast(pressor, "map_mmhg", "\"p05\":") > 0);
    assert_true(contrast(pressor, "hr_bpm", "\"p95\":") < 0); /* the reflexes answer it */
    assert_true(contrast(fluid, "co_l_min", "\"p50\":") > 0);
    assert_true(contrast(fluid, "pcwp_mmhg", "\"p05\":") > 0);
    assert_true(contrast(fluid, "map_mmhg", "\"p50\":") <
                contrast(pressor, "map_mmhg", "\"p50\":"));
}

static void the_table_is_for_people(void **state)
{
    (void)state;
    assert_int_equal(whatif(EXAMPLE FEW FLUID), 0);
    has("status fitted: ");
    has(", seed 1, from second 600 of the file;");
    has("\nmechanism: ");
    has("\ndeficit_ml ");
    has("told most by");
    has("\narm: none\n\nafter 5 min: map_mmhg at least 65 in ");
    has("\narm: crystalloid 500 mL 15 min\n\nafter 5 min: ");
    has("\nafter 30 min: ");
    has("minus none:");
}

static void the_same_bytes_twice(void **state)
{
    (void)state;
    assert_int_equal(whatif(EXAMPLE FEW "--json --minutes 6 " FLUID), 0);
    memcpy(other, output, sizeof other);
    assert_int_equal(whatif(EXAMPLE FEW "--json --horizon 6m " FLUID), 0);
    assert_string_equal(output, other);
    assert_int_equal(lines(), 4); /* after 5 and after 6 minutes */
    has("\"minute\":6,");
}

static void an_arm_that_is_deadly_has_no_answer(void **state)
{
    (void)state;
    assert_int_equal(whatif(EXAMPLE FEW "--json --arm '" DEADLY "'"), 0);
    has("{\"arm\":\"" DEADLY "\",\"minute\":30,\"status\":\"no_answer\",");
    const char *at = strstr(output, "\"status\":\"no_answer\"");
    assert_null(strstr(at, "\"values\""));
    assert_true(number((const char *const[]){"\"no_answer\"", "\"gone\":", NULL}) > 0.2);
    assert_int_equal(whatif(EXAMPLE FEW "--arm '" DEADLY "'"), 0);
    has("no_answer: too few are left to tell their values\n");
}

static void a_child_is_out_of_the_envelope(void **state)
{
    (void)state;
    char path[] = "/tmp/pollux-whatif-XXXXXX", words[256];
    const char *text = "# sex=f age=4 height_cm=102 weight_kg=16\ntime_s,hr_bpm\n0,120\n";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (long)strlen(text));
    close(file);
    snprintf(words, sizeof words, "%s %s", path, FLUID);
    assert_int_equal(whatif(words), 0);
    has("{\"status\":\"out_of_envelope\",\"reason\":\"");
    unlink(path);
}

static void what_is_wrong_is_one_sentence(void **state)
{
    (void)state;
    const struct {
        const char *words, *says;
        int status;
    } cases[] = {
        {EXAMPLE, "say what to compare with --arm", 2},
        {FLUID, "name a file of vitals", 2},
        {EXAMPLE " --arm", "this option needs a value: --arm", 2},
        {EXAMPLE FEW "--minutes 0 " FLUID, "from 1 to 240", 2},
        {EXAMPLE FEW "--horizon 1h " FLUID, "--horizon takes 1m to 240m, not: 1h", 2},
        {EXAMPLE FEW "--arm 'bleed 400 mL rate_ml_min=20'", "a bleeding is no treatment", 1},
        {EXAMPLE " --members 24 " FLUID, "--members takes a multiple of 16", 2},
        {EXAMPLE FEW "--arm levitation", "pollux patient whatif: levitation: ", 1},
        {EXAMPLE FEW "--arm 'norepinephrine 0.1'", "norepinephrine", 1},
        {"/nowhere/at/all.csv " FLUID, "this file cannot be read: /nowhere/at/all.csv", 1},
        {EXAMPLE " " FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID,
         "this option can be said 8 times: --arm", 2},
        {EXAMPLE " " FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID FLUID
             FLUID FLUID FLUID FLUID,
         "this option can be said 16 times: --arm", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = whatif(cases[i].words);
        has(cases[i].says);
        assert_int_equal(status, cases[i].status);
        assert_int_equal(lines(), 1);
    }
    assert_int_equal(whatif("--help"), 0);
    has("example:\n  pollux patient whatif knowledge/physiology/vitals/bleeding.csv --arm ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_an_arm_and_horizon),
        cmocka_unit_test(the_table_is_for_people),
        cmocka_unit_test(the_same_bytes_twice),
        cmocka_unit_test(an_arm_that_is_deadly_has_no_answer),
        cmocka_unit_test(a_child_is_out_of_the_envelope),
        cmocka_unit_test(what_is_wrong_is_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
