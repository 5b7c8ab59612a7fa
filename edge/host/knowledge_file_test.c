/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a folder of knowledge is taken as a whole or refused with one sentence that names file and
 * line; what is compiled reproduces the published likelihood ratios; the shipped knowledge loads
 * and has the published ratios; bytes changed at random do no harm. Oracle: golden sentences; the
 * numbers written in the files. Tolerance: 1e-9 on ratios. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/rng.h"
#include "edge/host/knowledge_file.h"

#define SHIPPED PLX_SOURCE_ROOT "/knowledge"

enum { FILES = 4, CHANGES = 120 };
static char folder[] = "/tmp/pollux-knowledge-XXXXXX", problem[300];
static const char *const names[FILES] = {"source.yaml", "finding/f.yaml", "diagnosis/d.yaml",
                                         "presentation/p.yaml"};
static const char *const good[FILES] = {
    "- {id: paper, citation: \"A paper\", read: abstract}\n",
    "- id: low_pressure\n  text: Low\n  base: 0.1\n  source: paper\n  status: verified\n"
    "  derive: sbp < 100 mm[Hg]\n  group: g\n"
    "- id: chill\n  text: Chill\n  base: 0.2\n  source: paper\n  status: unverified\n"
    "  group: g\n  needs: low_pressure\n  cost: {seconds: 30}\n  decisive: true\n",
    "id: acs\nname: ACS\nicd10: [I21]\nmust_not_miss: true\n"
    "prior:\n  - {presentation: pain, age: [18, 50], F: [0.1, 0.2], M: [0.2, 0.3], source: paper, "
    "status: unverified}\n"
    "evidence:\n"
    "  - {finding: low_pressure, lr_pos: 5.7-53.9, lr_neg: 0.5, source: paper, status: verified}\n"
    "  - {finding: chill, lr_pos: 2, lr_neg: 0.7, source: paper, status: lr_pos verified}\n",
    "id: pain\ntext: Pain\nage_low: 18\nage_high: 100\ndiagnoses: [acs]\n"};

static void write_file(int i, const char *text, size_t n)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
}

static void write_good(void)
{
    for (int i = 0; i < FILES; i++)
        write_file(i, good[i], strlen(good[i]));
}

static double ratio(const plx_knowledge *k, const char *finding, const char *diagnosis, bool yes)
{
    const uint32_t f = plx_knowledge_finding(k, plx_slice_of(finding)),
                   d = plx_knowledge_diagnosis(k, plx_slice_of(diagnosis));
    assert_true(f != PLX_NO_INDEX && d != PLX_NO_INDEX);
    const size_t cell = (size_t)f * k->diagnoses_n + d;
    if (!k->source[cell]) return 1;
    return yes ? k->p1[cell] / k->p0[cell] : (1 - k->p1[cell]) / (1 - k->p0[cell]);
}

static void test_good(void **state)
{
    (void)state;
    plx_knowledge k;
    plx_knowledge_counts counts;
    void *memory;
    write_good();
    assert_int_equal(
        plx_knowledge_folder_read(folder, false, &k, &counts, &memory, problem, sizeof problem),
        PLX_OK);
    assert_int_equal(k.diagnoses_n, 2);
    assert_true(k.diagnoses[1].other && k.diagnoses[0].must_not_miss);
    assert_int_equal(k.findings[1].parent, 0);
    assert_int_equal(k.findings[1].group, k.findings[0].group);
    assert_true(k.findings[1].decisive && k.findings[1].cost_s == 30);
    assert_int_equal(counts.verified, 3);
    assert_int_equal(counts.unverified, 1);
    assert_int_equal(counts.priors_unverified, 1);
    assert_true(fabs(ratio(&k, "low_pressure", "acs", true) - 5.7) < 1e-9);
    assert_true(fabs(ratio(&k, "low_pressure", "acs", false) - 0.5) < 1e-9);
    assert_true(fabs(ratio(&k, "chill", "acs", true) - 2) < 1e-9);
    assert_true(fabs(ratio(&k, "chill", "acs", false) - 0.6 / 0.8) < 1e-9); /* from the base */
    assert_true(plx_slice_is(k.rules[0].variable, "sbp") && k.rules[0].limit == 100);
    free(memory);
    assert_int_equal(
        plx_knowledge_folder_read(folder, true, &k, &counts, &memory, problem, sizeof problem),
        PLX_OK);
    assert_true(fabs(ratio(&k, "chill", "acs", false) - 0.7) < 1e-9);
    const uint32_t chill = plx_knowledge_finding(&k, PLX_LIT("chill"));
    assert_int_equal(k.verified[(size_t)chill * k.diagnoses_n], 0);
    free(memory);
}

/* The good text with one part replaced. */
static void refuse(int file, const char *part, const char *by, const char *sentence)
{
    char text[2000], expected[400];
    plx_knowledge k;
    plx_knowledge_counts counts;
    void *memory;
    const char *at = strstr(good[file], part);
    assert_non_null(at);
    const int n = snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good[file]), good[file], by,
                           at + strlen(part));
    write_good();
    write_file(file, text, (size_t)n);
    problem[0] = 0;
    assert_int_equal(
        plx_knowledge_folder_read(folder, false, &k, &counts, &memory, problem, sizeof problem),
        PLX_CONFIG);
    assert_null(memory);
    snprintf(expected, sizeof expected, "%s/%s%s", folder, names[file], sentence);
    assert_string_equal(problem, expected);
}

static void test_refused(void **state)
{
    (void)state;
    refuse(1, "base: 0.1", "base: 1", " line 3: base: \"1\": a number from 0.001 to 0.999");
    refuse(1, "  base: 0.1\n", "", " line 1: id: \"low_pressure\": a finding needs a base rate");
    refuse(1, "needs: low_pressure", "needs: nobody",
           " line 14: needs: \"nobody\": no such finding");
    refuse(1, "status: verified", "status: sure",
           " line 5: status: \"sure\": verified, unverified, lr_pos verified or lr_neg verified");
    refuse(1, "sbp < 100 mm[Hg]", "sbp = 100",
           " line 6: derive: \"sbp = 100\": variable, one of < <= > >=, number, unit: sbp < 100 "
           "mm[Hg]");
    refuse(1, "id: chill", "id: low_pressure",
           " line 8: id: \"low_pressure\": this finding stands twice");
    refuse(1, "decisive: true", "decisive: maybe", " line 16: decisive: \"maybe\": true or false");
    refuse(1, "decisive: true", "surprising: true",
           " line 16: the key \"surprising\" is unknown; see knowledge/diagnosis/README.md for all "
           "keys");
    refuse(2, "lr_pos: 2,", "lr_pos: 0,",
           " line 9: lr_pos: \"0\": a likelihood ratio lies above 0");
    refuse(2, "lr_pos: 2,", "lr_pos: 0.5,",
           " line 9: finding: \"chill\": of lr_pos and lr_neg one lies above 1 and one below");
    refuse(2, "lr_pos: 2, lr_neg: 0.7, ", "",
           " line 9: finding: \"chill\": it needs lr_pos, lr_neg or both");
    refuse(2, "finding: chill", "finding: fever",
           " line 9: finding: \"fever\": no file of findings has it");
    refuse(2, "5.7-53.9, lr_neg: 0.5, source: paper", "5.7-53.9, lr_neg: 0.5, source: rumour",
           " line 8: source: \"rumour\": source.yaml does not name it");
    refuse(2, "F: [0.1, 0.2]", "F: [0.1]",
           " line 6: presentation: \"pain\": age, F and M are lists of the same length, 1 to 24");
    refuse(2, "presentation: pain", "presentation: joy",
           " line 6: presentation: \"joy\": no such presentation");
    refuse(2, "name: ACS\n", "",
           " line 7: \"name\" is missing in this entry" /* where the entry was left */);
    refuse(3, "diagnoses: [acs]", "diagnoses: [acs, pe]",
           " line 5: diagnoses: \"pe\": no file of diagnoses has it");
    refuse(
        3, "diagnoses: [acs]", "diagnoses: []",
        " line 1: id: \"pain\": a diagnosis has a prior for this presentation, but is not in its "
        "list");
}

static void test_random_bytes(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 1);
    int taken = 0;
    for (int i = 0; i < CHANGES; i++) {
        char text[2000];
        plx_knowledge k;
        plx_knowledge_counts counts;
        void *memory;
        const int file = (int)plx_rng_below(&rng, FILES);
        const size_t n = strlen(good[file]);
        memcpy(text, good[file], n);
        for (uint64_t j = 0; j <= plx_rng_below(&rng, 3); j++)
            text[plx_rng_below(&rng, n)] = (char)plx_rng_below(&rng, 256);
        write_good();
        write_file(file, text, n);
        problem[0] = 0;
        if (plx_knowledge_folder_read(folder, true, &k, &counts, &memory, problem,
                                      sizeof problem) == PLX_OK)
            taken++;
        else
            assert_true(strlen(problem) > 20);
        free(memory);
    }
    assert_true(taken > 0 && taken < CHANGES);
}

static void test_shipped(void **state)
{
    (void)state;
    plx_knowledge k;
    plx_knowledge_counts counts;
    void *memory;
    const plx_status status =
        plx_knowledge_folder_read(SHIPPED, false, &k, &counts, &memory, problem, sizeof problem);
    if (status != PLX_OK) print_message("# %s\n", problem);
    assert_int_equal(status, PLX_OK);
    assert_int_equal(k.presentations_n, 5);
    print_message("# %u diagnoses, %u findings, %u verified ratios, %u not\n", k.diagnoses_n,
                  k.findings_n, counts.verified, counts.unverified);
    assert_true(fabs(ratio(&k, "radiation_both_arms", "acs", true) - 2.6) < 1e-9);
    assert_true(fabs(ratio(&k, "sbp_lt_100", "acs", true) - 3.9) < 1e-9);
    assert_true(fabs(ratio(&k, "st_elevation_new", "acs", true) - 5.7) < 1e-9);
    assert_true(fabs(ratio(&k, "ecg_normal", "acs", true) - 0.3) < 1e-9);
    assert_true(fabs(ratio(&k, "history_heart_failure", "heart_failure", false) - 0.45) < 1e-9);
    assert_true(fabs(ratio(&k, "sudden_dyspnoea", "pulmonary_embolism", false) - 0.43) < 1e-9);
    assert_true(ratio(&k, "radiation_left_arm", "acs", true) == 1); /* nobody has read it */
    assert_true(fabs(ratio(&k, "egophony", "pneumonia", true) - 6.2) < 1e-9);
    free(memory);
}

static int begin(void **state)
{
    (void)state;
    char path[200];
    static const char *const parts[] = {"finding", "diagnosis", "presentation"};
    if (!mkdtemp(folder)) return -1;
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
        if (mkdir(path, 0700) != 0) return -1;
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    char words[100];
    snprintf(words, sizeof words, "rm -r %s", folder);
    return system(words) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_shipped),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
