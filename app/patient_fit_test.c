/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pollux patient fit says what its contract says, of good files and of bad ones; the example
 * is the chart that it says it is.
 * Oracle: the simulated persons of the example, whose losses are known; the form of the output.
 * Tolerance: the 90 % interval holds what he lost; who lost more is told to lack more; else none.
 */
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

enum { OUTPUT_MAX = 1 << 18, TRUE_DEFICIT_ML = 702, MEN = 16, MAN = 2, ARRIVAL_S = 1200 };

#include "app/command_for_test.h"

#define EXAMPLE PLX_SOURCE_ROOT "/knowledge/physiology/vitals/bleeding.csv"
#define PERSON "# sex=f age=67 height_cm=162 weight_kg=70\n"
#define HEADER "time_s,hr_bpm,sbp_mmhg,dbp_mmhg,spo2_pct,action,dose,unit,args\n"

static char output[OUTPUT_MAX], other[OUTPUT_MAX];

/* Both streams end in output. */
static int fit_file(const char *path, const char *options)
{
    char words[768];
    snprintf(words, sizeof words, "%s %s", path, options);
    return command_output(output, sizeof output, "patient fit", words);
}

static int fit_text(const char *text, const char *options)
{
    char path[] = "/tmp/pollux-fit-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (long)strlen(text));
    close(file);
    int status = fit_file(path, options);
    unlink(path);
    return status;
}

static void has(const char *text)
{
    output_has(output, text);
}

/* The number behind a key that stands behind a word. */
static double number(const char *word, const char *key)
{
    const char *at = strstr(output, word);
    assert_non_null(at);
    at = strstr(at, key);
    assert_non_null(at);
    return strtod(at + strlen(key), NULL);
}

static void the_example_tells_what_was_lost(void **state)
{
    (void)state;
    assert_int_equal(fit_file(EXAMPLE, "--json"), 0);
    has("{\"status\":\"fitted\",\"members\":256,\"seed\":1,");
    has("\"from_s\":0,\"to_s\":600,\"bin_s\":30,");
    has("\"left_out\":[]");
    has("{\"line\":9,\"time_s\":0,\"quantity\":\"hr_bpm\",\"value\":");
    const char *word = "\"name\":\"deficit_ml\"";
    double low = number(word, "\"p05\":"), high = number(word, "\"p95\":");
    print_message("# deficit %.0f (%.0f to %.0f) mL, true %d\n", number(word, "\"mean\":"), low,
                  high, TRUE_DEFICIT_ML);
    assert_true(low <= TRUE_DEFICIT_ML && TRUE_DEFICIT_ML <= high);
    assert_true(low < number(word, "\"p50\":") && number(word, "\"p50\":") < high);
    assert_true(number("\"name\":\"deficit\"", "\"shrinkage\":") > 0);
    assert_int_equal(number("\"name\":\"co_l_min\"", "\"p50\":") > 1, 1);
    double ill = 1 - number("\"mechanisms\":", "\"stable\":");
    assert_true(number("\"mechanisms\":", "\"hypovolaemic\":") > 0.1 && ill > 0.5);
    has("\"name\":\"svr_dyn_s_cm5\"");
}

/* The men behind the example: their charts as it is written, and what they lack at its end. */
typedef struct man {
    char chart[1024];
    double volume_ml, deficit_ml;
} man;

static void read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = 0;
    fclose(file);
}

/* Of a line of the table of patient run. */
static void note_row(man *men, const char *line)
{
    unsigned time_s, m;
    double hr, sbp, dbp, spo2, rr, volume_ml;
    if (sscanf(line, "%u,%u,%lf,%lf,%lf,%lf,%lf,%lf", &time_s, &m, &hr, &sbp, &dbp, &spo2, &rr,
               &volume_ml) != 8)
        return;
    assert_true(m < MEN);
    if (time_s == 0) men[m].volume_ml = volume_ml;
    men[m].deficit_ml = men[m].volume_ml - volume_ml;
    if (time_s < ARRIVAL_S) return;
    size_t n = strlen(men[m].chart);
    snprintf(men[m].chart + n, sizeof men[m].chart - n, "%u,%.0f,%.0f,%.0f,%.0f,%.0f,%s\n",
             time_s - ARRIVAL_S, hr, sbp, dbp, spo2, rr,
             time_s == 1440 ? "ringer,500,mL,900" : ",,,");
}

/* With the scenario of the example, but for the amount that is lost in ten minutes. */
static void make_men(man *men, unsigned loss_ml)
{
    static char text[4096];
    char path[] = "/tmp/pollux-men-XXXXXX", command[512], line[256];
    const char *words = "rate_ml_min: 120, volume_ml: 1200";
    read_file(PLX_SOURCE_ROOT "/knowledge/physiology/vitals/bleeding.yaml", text, sizeof text);
    const char *at = strstr(text, words);
    assert_non_null(at);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    fprintf(file, "%.*srate_ml_min: %u, volume_ml: %u%s", (int)(at - text), text, loss_ml / 10,
            loss_ml, at + strlen(words));
    fclose(file);
    memset(men, 0, MEN * sizeof *men);
    snprintf(command, sizeof command, "\"%s\" patient run %s", getenv("POLLUX"), path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe))
        note_row(men, line);
    assert_int_equal(pclose(pipe), 0);
    unlink(path);
}

/* Mean of what the fit says they lack. */
static double fit_men(const man *men, unsigned loss_ml)
{
    static char text[2048];
    double told = 0, truth = 0;
    int held = 0;
    for (int m = 0; m < MEN; m++) {
        snprintf(text, sizeof text,
                 "# sex=m age=44 height_cm=180 weight_kg=77 bp=art\n"
                 "time_s,hr_bpm,sbp_mmhg,dbp_mmhg,spo2_pct,rr_per_min,action,dose,unit,duration_s\n"
                 "%.1023s",
                 men[m].chart);
        assert_int_equal(fit_text(text, "--json --no-mechanism"), 0);
        assert_null(strstr(output, "\"mechanisms\""));
        const char *word = "\"name\":\"deficit_ml\"";
        told += number(word, "\"mean\":") / MEN;
        truth += men[m].deficit_ml / MEN;
        held += number(word, "\"p05\":") <= men[m].deficit_ml &&
                men[m].deficit_ml <= number(word, "\"p95\":");
    }
    print_message("# %u mL lost: %.0f mL lacking, told %.0f, interval holds %d of %d\n", loss_ml,
                  truth, told, held, MEN);
    return told;
}

static void who_lost_more_lacks_more(void **state)
{
    (void)state;
    static man men[MEN];
    static char example[4096];
    make_men(men, 600);
    double less = fit_men(men, 600);
    make_men(men, 1200);
    assert_true(fit_men(men, 1200) > less);
    assert_true(men[MAN].deficit_ml > TRUE_DEFICIT_ML - 0.5);
    assert_true(men[MAN].deficit_ml < TRUE_DEFICIT_ML + 0.5);
    read_file(EXAMPLE, example, sizeof example);
    const char *rows = strstr(example, "duration_s\n");
    assert_non_null(rows);
    assert_string_equal(rows + strlen("duration_s\n"), men[MAN].chart);
}

static void the_table_is_for_people(void **state)
{
    (void)state;
    assert_int_equal(fit_file(EXAMPLE, "--members 32"), 0);
    has("status fitted: 32 members, seed 1, seconds 0 to 600 of the file, means of 30 s\n");
    has("\nparameter      unit           prior  posterior        5 %       50 %       95 % shri");
    has("\ndeficit        mL ");
    has("blood lost before the window\n");
    has("\nco_l_min       L/min ");
    has("\nmechanism: ");
    has("\ndeficit_ml     mL ");
    has("told most by");
    has("\nlv_elastance_mmhg_ml mmHg/mL ");
}

static void the_same_bytes_twice(void **state)
{
    (void)state;
    assert_int_equal(fit_file(EXAMPLE, "--json --members 64 --seed 9"), 0);
    memcpy(other, output, sizeof other);
    assert_int_equal(fit_file(EXAMPLE, "--json --members 64 --seed 9"), 0);
    assert_string_equal(output, other);
    assert_int_equal(fit_file(EXAMPLE, "--json --members 64 --seed 10"), 0);
    assert_string_not_equal(output, other);
}

/* What cannot be is left out by the file; what nobody expects, by the fit. */
static void wrong_readings_are_told(void **state)
{
    (void)state;
    const char *text = PERSON HEADER "0,80,130,80,97,,,,\n60,81,131,79,130,,,,\n"
                                     "120,80,128,78,97,,,,\n180,79,300,80,97,,,,\n"
                                     "240,80,131,80,97,,,,\n";
    assert_int_equal(fit_text(text, "--members 64"), 0);
    has("\nline 4: spo2_pct 130 is left out: possible is 0 to 100\n");
    has("\nline 6: sbp_mmhg 300: artefact\n");
    assert_int_equal(fit_text(text, "--members 64 --json"), 0);
    has("\"left_out\":[\"line 4: spo2_pct 130 is left out: possible is 0 to 100\"]");
    has("{\"line\":6,\"time_s\":180,\"quantity\":\"sbp_mmhg\",\"value\":300,"
        "\"flag\":\"artefact\"}");
}

/* Seconds of the file are told, also when it does not begin at 0; so is what is too late. */
static void a_window_begins_with_the_first_row_and_lasts_an_hour(void **state)
{
    (void)state;
    const char *text = PERSON HEADER "90000,80,130,80,97,,,,\n90060,80,130,80,97,,,,\n"
                                     "90120,80,130,80,97,,,,\n90120,,,,,oxygen,2,L/min,"
                                     "device=nasal_cannula\n99999,60,130,80,97,,,,\n";
    assert_int_equal(fit_text(text, "--members 32 --json"), 0);
    has("pollux patient fit: the fit ends at second 93600; 4 later values are not used\n");
    has("\"from_s\":90000,\"to_s\":93600,");
    has("\"unused_later\":4,");
    has("{\"line\":5,\"time_s\":90120,");
    assert_null(strstr(output, "\"line\":7,"));
}

static void two_rows_keep_the_prior(void **state)
{
    (void)state;
    const char *text = PERSON HEADER "0,120,80,50,93,,,,\n60,122,82,50,93,,,,\n";
    assert_int_equal(fit_text(text, "--members 32 --json"), 0);
    has("{\"status\":\"prior_only\",");
    has("\"flag\":\"unused\"");
    assert_true(number("\"name\":\"deficit\"", "\"shrinkage\":") == 0);
    assert_int_equal(fit_text(text, "--members 32"), 0);
    has("status prior_only: ");
    assert_int_equal(fit_text(PERSON HEADER, "--members 32 --json"), 0);
    has("{\"status\":\"prior_only\",");
}

static void a_child_is_out_of_the_envelope(void **state)
{
    (void)state;
    const char *text = "# sex=f age=4 height_cm=102 weight_kg=16\n" HEADER "0,120,90,50,98,,,,\n";
    assert_int_equal(fit_text(text, "--json"), 0);
    has("{\"status\":\"out_of_envelope\",\"reason\":\"");
}

static void what_is_wrong_is_one_sentence(void **state)
{
    (void)state;
    const struct {
        const char *text, *options, *says;
        int status;
    } cases[] = {
        {"", "", ": line 1: there is no header", 1},
        {"# sex=f age=67 height_cm=162\n" HEADER, "", "weight_kg", 1},
        {PERSON HEADER "60,80,,,,,,,\n0,80,,,,,,,\n", "", "line 4: ", 1},
        {PERSON HEADER "0,fast,,,,,,,\n", "", "line 3: ", 1},
        {PERSON HEADER "0,,,,,levitation,1,mL,\n", "", "line 3: ", 1},
        {PERSON HEADER "0,80\n", "", "line 3: ", 1},
        {PERSON HEADER, "--members 40", "--members takes a multiple of 16", 2},
        {PERSON HEADER, "--members 16", "from 32 to 1024", 2},
        {PERSON HEADER, "--colour", "--colour", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(fit_text(cases[i].text, cases[i].options), cases[i].status);
        has(cases[i].says);
        assert_ptr_equal(strchr(output, '\n'), output + strlen(output) - 1);
    }
    assert_int_equal(fit_file("", ""), 2);
    has("name a file of vitals");
    assert_int_equal(fit_file("/nowhere/at/all.csv", ""), 1);
    has("this file cannot be read: /nowhere/at/all.csv");
    assert_int_equal(fit_file("", "--help"), 0);
    has("pollux patient fit knowledge/physiology/vitals/bleeding.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_tells_what_was_lost),
        cmocka_unit_test(who_lost_more_lacks_more),
        cmocka_unit_test(the_table_is_for_people),
        cmocka_unit_test(the_same_bytes_twice),
        cmocka_unit_test(wrong_readings_are_told),
        cmocka_unit_test(a_window_begins_with_the_first_row_and_lasts_an_hour),
        cmocka_unit_test(two_rows_keep_the_prior),
        cmocka_unit_test(a_child_is_out_of_the_envelope),
        cmocka_unit_test(what_is_wrong_is_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
