/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pollux diagnose, learn and eval read what they must, refuse the rest in one sentence, and
 * reach the bars on the patients of DDXPlus that are here.
 * Oracle: the dataset's own diagnoses and differentials, cases that were not learnt from.
 * Tolerance: the bars of the house. Without the shared folder those tests are skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/command_for_test.h"

enum { OUTPUT_MAX = 1 << 20 };
#define SHARED PLX_SOURCE_ROOT "/../shared/data/clinical/ddxplus"

static char output[OUTPUT_MAX], folder[] = "/tmp/pollux-diagnose-XXXXXX";

static int run(const char *command, const char *words)
{
    return command_output(output, sizeof output, command, words);
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* "KEY":number, the first one. */
static double number(const char *key)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *at = strstr(output, quoted);
    assert_non_null(at);
    return strtod(at + strlen(quoted), NULL);
}

static void test_bars(void **state)
{
    (void)state;
    if (access(SHARED, R_OK) != 0) skip();
    assert_int_equal(run("diagnose learn", SHARED " --folds 3 --json 2>&- | sed s/.after.*//"), 0);
    print_message("# top-1 %.4f, F1 %.4f, ECE %.4f, Brier %.4f, grave %.4f\n", number("top_1"),
                  number("ddf1"), number("ece"), number("brier"), number("grave_recall_5"));
    assert_true(number("n") == 1306);
    assert_true(number("top_1") >= 0.98);
    assert_true(number("ddf1") >= 0.78);
    assert_true(number("ece") <= 0.02);
    assert_true(number("brier") <= 0.03);
    assert_true(number("grave_recall_5") >= 0.99);
    assert_true(number("shares_off") < 1e-9);
}

static void test_file_and_spoilt(void **state)
{
    (void)state;
    char words[512];
    if (access(SHARED, R_OK) != 0) skip();
    snprintf(words, sizeof words, "%s --out %s/k.json", SHARED, folder);
    assert_int_equal(run("diagnose learn", words), 0);
    snprintf(words, sizeof words, "%s/k.json %s/patients_dev.csv.gz --json", folder, SHARED);
    assert_int_equal(run("diagnose eval", words), 0);
    const double whole = number("top_1");
    snprintf(words, sizeof words, "%s/k.json %s --json --drop 0.2 --flip 0.05 --seed 1", folder,
             SHARED);
    assert_int_equal(run("diagnose eval", words), 0);
    print_message("# learnt cases: top-1 %.4f, spoilt %.4f\n", whole, number("top_1"));
    assert_true(whole > 0.98);
    assert_true(number("top_1") >= whole - 0.05 && number("top_1") < whole);
    assert_true(number("n") == 1306);
}

static void test_refused(void **state)
{
    (void)state;
    char words[512];
    assert_int_equal(run("diagnose learn", ""), 2);
    assert_int_equal(run("diagnose eval", "one"), 2);
    snprintf(words, sizeof words, "%s --out %s/k.json", folder, folder);
    assert_int_equal(run("diagnose learn", words), 1);
    output_has(output, "it holds no patients");
    write_file("p.csv", "age,sex\n1,M\n");
    assert_int_equal(run("diagnose learn", words), 1);
    output_has(output, "neither JSON Lines nor a table with EVIDENCES");
    write_file("p.csv", "AGE,SEX,PATHOLOGY,EVIDENCES\n1,M,X,[]\n");
    assert_int_equal(run("diagnose learn", words), 1);
    output_has(output, "release_conditions.json");
    write_file("k.json", "{\"pollux_knowledge\":9}");
    snprintf(words, sizeof words, "%s/k.json %s/p.csv", folder, folder);
    assert_int_equal(run("diagnose eval", words), 1);
    output_has(output, "another version");
    write_file("k.json", "{");
    assert_int_equal(run("diagnose eval", words), 1);
    write_file("more.csv", "AGE,SEX,PATHOLOGY,EVIDENCES\n1,M,X,[]\n");
    assert_int_equal(run("diagnose eval", words), 1);
    snprintf(words, sizeof words, "%s --folds 2", folder);
    assert_int_equal(run("diagnose learn", words), 1);
    output_has(output, "more than one");
}

#define EXAMPLE PLX_SOURCE_ROOT "/knowledge/example/chest_pain.json"
#define KNOWLEDGE " --knowledge " PLX_SOURCE_ROOT "/knowledge"

static void test_case(void **state)
{
    (void)state;
    char words[512];
    assert_int_equal(run("diagnose", EXAMPLE KNOWLEDGE), 0);
    output_has(output, "likelihood ratios are left out");
    output_has(output, "\"status\":\"ok\"");
    output_has(output, "\"rank\":1,\"diagnosis\":\"acs\"");
    output_has(output, "Fanaroff AC et al. JAMA 2015;314:1955\",\"verified\":true");
    output_has(output, "\"diagnosis\":\"aortic_dissection\""); /* improbable, not hidden */
    output_has(output, "\"first_place_changes\":{\"findings\":[\"sbp_lt_100\"]");
    output_has(output, "\"if_yes\":{\"first\":\"acs\"");
    output_has(output, "\"unverified_numbers_used\":false");
    const double odds = number("log_odds"), before = number("log_odds_before");
    double shares = number("share_of_the_rest");
    const char *at = output, *end = strstr(output, "share_of_the_rest");
    while ((at = strstr(at, "\"share\":")) && at < end)
        shares += strtod(at += 8, NULL);
    assert_true(fabs(odds - before - shares) < 1e-5); /* six digits are printed */
    assert_int_equal(run("diagnose", EXAMPLE KNOWLEDGE " --unverified"), 0);
    output_has(output, "\"unverified_numbers_used\":true");
    write_file("c.json", "{\"age\":5,\"presentation\":[\"chest_pain\"]}");
    snprintf(words, sizeof words, "%s/c.json" KNOWLEDGE, folder);
    assert_int_equal(run("diagnose", words), 0);
    output_has(output, "\"status\":\"no answer\",\"reason\":\"the age lies outside");
    write_file("c.json", "{\"age\":50,\"presentation\":[\"hiccup\"]}");
    assert_int_equal(run("diagnose", words), 0);
    output_has(output, "the presentation is not in the knowledge");
    write_file("c.json", "{\"age\":\"x\"}");
    assert_int_equal(run("diagnose", words), 1);
    assert_int_equal(run("diagnose", "/none.json" KNOWLEDGE), 1);
    assert_int_equal(run("diagnose", EXAMPLE " --knowledge /none"), 1);
    output_has(output, "there is no such knowledge");
    assert_int_equal(run("diagnose", ""), 2);
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    char words[128];
    snprintf(words, sizeof words, "rm -r %s", folder);
    return system(words) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_file_and_spoilt),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
