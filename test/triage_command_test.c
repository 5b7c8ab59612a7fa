/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: `pollux triage` reads tables in either form and answers each case; `triage learn` and
 * `triage eval` reach the bars on the public data, and the nurse's level, the diagnosis, the
 * disposition and the length of stay cannot be an input.
 * Oracle: bars of diagnosis-and-treatment, section 7 (skipped without the shared folder); the same
 * answers after the columns that are known only later were changed. Tolerance: none. */
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

#define DATA PLX_SOURCE_ROOT "/../shared/data/clinical/ktas/data.csv"

enum { TEXT_MAX = 4 << 20 };

static int run(const char *words, const char *path, char *answer)
{
    char command[1024];
    const char *pollux = getenv("POLLUX");
    assert_non_null(pollux);
    snprintf(command, sizeof command, "'%s' triage %s '%s' 2> /dev/null", pollux, words, path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    answer[fread(answer, 1, TEXT_MAX - 1, f)] = 0;
    return WEXITSTATUS(pclose(f));
}

static int run_text(const char *words, const char *text, char *answer)
{
    char path[] = "/tmp/plx_triage_XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    const int status = run(words, path, answer);
    unlink(path);
    return status;
}

static char answer[TEXT_MAX], other[TEXT_MAX];

static void either_form(void **state)
{
    (void)state;
    assert_int_equal(run_text("--json",
                              "Age;Sex;Chief_complain;Mental;Pain;NRS_pain;SBP;HR;BT\n"
                              "58;2;ant. chest pain;1;1;8;140;100;36,5\n",
                              answer),
                     0);
    assert_int_equal(run_text("--json",
                              "SEX,bt,chief_complaint,avpu,pain,nrs,SBP,hr,AGE\r\n"
                              "M,36.5,\"ant. chest pain\",A,yes,8,140,100,58\r\n",
                              other),
                     0);
    assert_string_equal(answer, other);
    assert_non_null(strstr(answer, "\"rule_level\":2"));
    assert_non_null(strstr(answer, "\"missing\":[\"dbp\",\"rr\",\"spo2\",\"arrival\"]"));
}

static void bad_files(void **state)
{
    (void)state;
    assert_int_equal(run("", "/does/not/exist", answer), 1);
    assert_int_equal(run_text("", "", answer), 1);
    assert_int_equal(run_text("", "a,b\n1,2\n", answer), 1);
    assert_int_equal(run_text("", "Age,Complaint\n", answer), 1);
    assert_int_equal(run_text("", "Age,Complaint\n40,\"open\n", answer), 1);
    assert_int_equal(run_text("eval", "Age,Complaint,level\n40,cough,5\n", answer), 1);
    assert_int_equal(run_text("--json", "Age,Complaint,BT\n??,,98.6\n", answer), 0);
    assert_non_null(strstr(answer, "\"temp\""));
}

/* What is known only later changes nothing. */
static void later_is_no_input(void **state)
{
    (void)state;
    static const char HEAD[] = "Age;Chief_complain;SBP;KTAS_RN;Diagnosis in ED;Disposition;"
                               "KTAS_expert;Length of stay_min;mistriage\n";
    char a[400], b[400];
    snprintf(a, sizeof a, "%s70;dyspnea;90;1;Sepsis;6;1;10;0\n", HEAD);
    snprintf(b, sizeof b, "%s70;dyspnea;90;5;Cold;1;5;900;2\n", HEAD);
    assert_int_equal(run_text("--json", a, answer), 0);
    assert_int_equal(run_text("--json", b, other), 0);
    assert_string_equal(answer, other);
}

static double number_after(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    assert_non_null(at);
    return strtod(at + strlen(key), NULL);
}

static void reaches_the_bars(void **state)
{
    (void)state;
    if (access(DATA, R_OK) != 0) skip();
    assert_int_equal(run("eval --folds 5 --json", DATA, answer), 0);
    assert_true(number_after(answer, "\"kappa\":") >= 0.72);
    assert_true(number_after(answer, "\"under\":") <= 0.103);
    assert_true(number_after(answer, "\"over\":") <= 0.20);
    assert_true(number_after(answer, "\"level_2\":{\"n\":1267,\"yes\":246,\"auroc\":") >= 0.92);
    assert_true(number_after(strstr(answer, "\"critical\""), "\"auroc\":") >= 0.86);
    assert_int_equal(run("", DATA, answer), 0);
}

/* The model that is built in is what the command learns from the public data. */
static void learns_what_is_built_in(void **state)
{
    (void)state;
    static char ours[TEXT_MAX], built_in[TEXT_MAX];
    char path[] = "/tmp/plx_model_XXXXXX", words[64];
    if (access(DATA, R_OK) != 0) skip();
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    snprintf(words, sizeof words, "learn --out %s", path);
    assert_int_equal(run(words, DATA, answer), 0);
    FILE *f = fopen(path, "r"), *g = fopen(PLX_SOURCE_ROOT "/knowledge/triage/model.csv", "r");
    assert_true(f && g);
    ours[fread(ours, 1, TEXT_MAX - 1, f)] = 0;
    built_in[fread(built_in, 1, TEXT_MAX - 1, g)] = 0;
    fclose(f);
    fclose(g);
    unlink(path);
    assert_string_equal(ours, built_in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(either_form), cmocka_unit_test(bad_files),
                                       cmocka_unit_test(later_is_no_input),
                                       cmocka_unit_test(reaches_the_bars),
                                       cmocka_unit_test(learns_what_is_built_in)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
