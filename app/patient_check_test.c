/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pollux patient check does what its contract says: a line a row, a summary, exit 1 when a
 * row fails; and the published targets hold. Oracle: formulas (Nadler, Severinghaus) for the small
 * file; the targets beside the project, when they are there.
 * Tolerance: none for the form; 90 % of all rows and 75 % of a protocol of four or more. */
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

#include "app/command_for_test.h"

enum { OUTPUT_MAX = 1 << 16 };

#define HEADER                                                                                     \
    "id,protocol,protocol_params,quantity,unit,expected,low,high,time_s,kind,population,source,"   \
    "verified\n"
#define NADLER                                                                                     \
    "bv,anthropometry,formula=nadler,blood_volume_ml,mL,4985,%s,,value,"                           \
    "sex=m;age=40;height_cm=175;weight_kg=75,\"Nadler, \"\"1962\"\"\",yes\n"

static char output[OUTPUT_MAX];

/* Runs the command on a text; both streams end in output. */
static int check_text(const char *text, const char *options)
{
    char path[] = "/tmp/pollux-check-XXXXXX", words[512];
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (long)strlen(text));
    close(file);
    snprintf(words, sizeof words, "%s %s", path, options);
    int status = command_output(output, sizeof output, "patient check", words);
    unlink(path);
    return status;
}

static void has(const char *text)
{
    output_has(output, text);
}

static void rows_that_hold(void **state)
{
    (void)state;
    char text[1024];
    snprintf(text, sizeof text, HEADER NADLER, "4885,5084");
    assert_int_equal(check_text(text, ""), 0);
    has("id,result,grade,value,low,high,seconds\nbv,pass,green,4984.");
    has(",4885,5084,");
    has("\nsummary,group,passed,rows,percent\nprotocol,anthropometry,1,1,100.0\n");
    has("verified,yes,1,1,100.0\nall,,1,1,100.0\n");
}

static void a_row_that_fails_is_exit_1(void **state)
{
    (void)state;
    char text[1024];
    snprintf(text, sizeof text, HEADER NADLER, "5000,5100");
    assert_int_equal(check_text(text, ""), 1);
    has("bv,fail,yellow,4984.");
    has("all,,0,1,0.0\n");
}

/* Out of the envelope passes when that is wanted; what is not known is skipped and no failure. */
static void answers_that_are_none(void **state)
{
    (void)state;
    const char *text = HEADER "child,rest,,status,text,out_of_envelope,,,,value,age=4,x,yes\n"
                              "odd,levitation,,map_mmhg,mmHg,,1,2,3,range,any,x,no\n";
    assert_int_equal(check_text(text, ""), 0);
    has("child,pass,green,out_of_envelope,,,");
    has("odd,skip,skip,the protocol is not known,1,2,");
    has("verified,no,0,1,0.0");
}

static void json_lines(void **state)
{
    (void)state;
    const char *text = HEADER "so2,dissociation,po2=100,so2,fraction,0.9775,,,,value,any,x,yes\n";
    assert_int_equal(check_text(text, "--json"), 0);
    has("{\"id\":\"so2\",\"result\":\"pass\",\"grade\":\"green\",\"value\":0.977");
}

static void files_that_are_no_targets(void **state)
{
    (void)state;
    assert_int_equal(check_text("a,b\n1,2\n", ""), 1);
    has("names no column");
    assert_int_equal(check_text(HEADER "x,\"open\n", ""), 1);
    has("line 2");
    assert_int_equal(check_text("", ""), 1);
    assert_int_equal(check_text(HEADER, ""), 0);
    assert_int_equal(check_text(HEADER, "--colour"), 2);
    has("--colour");
}

/* Passed and all of every line that begins with a word. */
static void at_least(const char *word, double share, double rows_from)
{
    for (const char *line = output; (line = strstr(line, word)); line++) {
        char group[64];
        double passed = 0, rows = 0;
        if (sscanf(line + strlen(word), "%63[^,],%lf,%lf", group, &passed, &rows) != 3) continue;
        if (rows < rows_from) continue;
        print_message("# %s: %g of %g\n", group, passed, rows);
        assert_true(passed >= share * rows);
    }
}

static void the_published_targets(void **state)
{
    (void)state;
    static char text[OUTPUT_MAX];
    FILE *file = fopen(PLX_SOURCE_ROOT "/../shared/oracles/physiology_targets.csv", "rb");
    if (!file) skip();
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    int status = check_text(text, "");
    assert_true(status == 0 || status == 1);
    assert_null(strstr(output, ",skip,skip,"));
    at_least("\nprotocol,", 0.75, 4);
    double passed = 0, rows = 0;
    const char *all = strstr(output, "\nall,,");
    assert_non_null(all);
    assert_int_equal(sscanf(all, "\nall,,%lf,%lf", &passed, &rows), 2);
    assert_true(rows >= 100 && passed >= 0.9 * rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_hold),
        cmocka_unit_test(a_row_that_fails_is_exit_1),
        cmocka_unit_test(answers_that_are_none),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(files_that_are_no_targets),
        cmocka_unit_test(the_published_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
