/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pollux patient fit says what its contract says, of good files and of bad ones.
 * Oracle: what the man of the example lost (patient_fit_truth_test.c); the form of the output.
 * Tolerance: the 90 % interval holds it; else none. */
#include "app/command_for_test.h"

enum { OUTPUT_MAX = 1 << 18, TRUE_DEFICIT_ML = 702 };

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
    return command_output_of(output, sizeof output, "patient fit", text, options);
}

static void has(const char *text)
{
    output_has(output, text);
}

static double number(const char *word, const char *key)
{
    return output_number(output, word, key);
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
