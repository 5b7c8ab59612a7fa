/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a cohort is read as it was written and refused with the line; the committed cohort is what
 * its rule draws; results do not depend on the number of workers.
 * Oracle: the same thing done otherwise. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "app/cohort_file.h"
#include "app/cohort_report.h"
#include "app/cohort_treated.h"
#include "app/cohort_work.h"
#include "app/command_for_test.h"
#include "edge/host/lanes.h"

#define ADULTS PLX_SOURCE_ROOT "/knowledge/cohort/adults.csv"
#define HEAD                                                                                       \
    "id,seed,sex,age,height_cm,weight_kg,chronic,cause,severity,onset_s,lost_ml,rate_ml_min,"      \
    "bp,cuff_s,etco2,missing\n"

enum { TEXT_MAX = 1 << 18, CASES_MAX = 1200, ADULTS_SEED = 4711, ADULTS_N = 1000 };

static char text[TEXT_MAX];
static plx_cohort_case cases[CASES_MAX];

static size_t read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    const size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = 0;
    return n;
}

/* Output of the command; its exit status. */
static int command(const char *words)
{
    return command_output(text, sizeof text, "patient cohort", words);
}

static void refused(const char *row, plx_status status, const char *sentence)
{
    char why[PLX_COHORT_WHY_MAX], bytes[1024];
    uint32_t n = 77;
    snprintf(bytes, sizeof bytes, HEAD "1,5,m,40,180,80,,stable,0,0,0,0,cuff,180,0,0\n%s", row);
    assert_int_equal(plx_cohort_parse(plx_slice_of(bytes), cases, 2, &n, why), status);
    assert_string_equal(why, sentence);
    assert_int_equal(n, 77);
}

static void a_bad_row_is_told_by_its_line(void **state)
{
    (void)state;
    refused("2,5,x,40,180,80,,stable,0,0,0,0,cuff,180,0,0\n", PLX_RANGE, "line 3: sex is m or f");
    refused("2,5,m,12,180,80,,stable,0,0,0,0,cuff,180,0,0\n", PLX_RANGE,
            "line 3: age is a number from 16 to 95");
    refused("2,5,m,40,180,80,,stable,0,0,0,0,cuff,180,0\n", PLX_SYNTAX,
            "line 3: not as many cells as the first line");
    refused("2,5,m,40,180,80,,mixed,0.5,0,0,0,cuff,180,0,0\n", PLX_RANGE,
            "line 3: cause is a cause of the live twin, but not mixed");
    refused("2,5,m,40,180,80,gout,stable,0,0,0,0,cuff,180,0,0\n", PLX_RANGE,
            "line 3: chronic is one of " PLX_PERSON_CHRONIC_WORDS);
    refused("2,5,m,40,180,80,,sepsis,0,-900,0,0,cuff,180,0,0\n", PLX_CONFLICT,
            "line 3: a severity above 0 goes with a cause that is a condition, and only with it");
    refused("2,5,m,40,180,80,,bleeding,0,-900,0,50,cuff,180,0,0\n", PLX_CONFLICT,
            "line 3: haemorrhage begins before admission, bleeding after it");
    refused("2,5,m,40,180,80,,stable,0,0,0,9,cuff,180,0,0\n", PLX_CONFLICT,
            "line 3: lost_ml and rate_ml_min are of haemorrhage and bleeding");
    refused("2,5,m,40,180,80,,stable,0,0,0,0,cuff,100,0,0\n", PLX_RANGE,
            "line 3: cuff_s is a multiple of 60");
    refused("2,5,m,40,180,80,,stable,0,0,0,0,cuff,180,0,0\n"
            "3,5,m,40,180,80,,stable,0,0,0,0,cuff,180,0,0\n",
            PLX_LIMIT, "line 4: more cases than can be run at once");
    char why[PLX_COHORT_WHY_MAX];
    uint32_t n = 0;
    assert_int_equal(plx_cohort_parse(PLX_LIT("id,sex\n1,m\n"), cases, 2, &n, why), PLX_MISSING);
    assert_string_equal(why, "line 1: there is no column seed");
}

static void the_committed_cohort_is_what_its_rule_draws(void **state)
{
    (void)state;
    static char committed[TEXT_MAX];
    char why[PLX_COHORT_WHY_MAX];
    uint32_t n = 0, quick = 0, middle = 0;
    const size_t bytes = read_file(ADULTS);
    memcpy(committed, text, bytes + 1);
    assert_int_equal(plx_cohort_parse((plx_slice){committed, bytes}, cases, CASES_MAX, &n, why),
                     PLX_OK);
    assert_int_equal(n, ADULTS_N);
    for (uint32_t i = 0; i < n; i++) {
        plx_cohort_case c = plx_cohort_draw(ADULTS_SEED, i + 1);
        assert_memory_equal(&c.person, &cases[i].person, sizeof c.person);
        assert_true(c.severity == cases[i].severity && c.missing == cases[i].missing);
        assert_true(c.rate_ml_min == cases[i].rate_ml_min && c.lost_ml == cases[i].lost_ml);
        assert_true(c.cause == cases[i].cause && c.onset_s == cases[i].onset_s);
        quick += c.cause == PLX_CAUSE_BLEEDING && c.rate_ml_min > 150;
        middle += c.cause == PLX_CAUSE_BLEEDING && c.rate_ml_min >= 50 && c.rate_ml_min <= 150;
        if (c.cause == PLX_CAUSE_BLEEDING) assert_true(c.onset_s + 600 < PLX_COHORT_ORIGIN_S);
    }
    assert_true(quick >= 50 && middle >= 50);
    assert_int_equal(command("--draw 1000 --seed 4711"), 0);
    assert_string_equal(text, committed);
    assert_int_equal(command("--draw 5 --seed 4711"), 0);
    assert_memory_equal(text, committed, strlen(text));
}

static void the_command_says_what_is_wrong(void **state)
{
    (void)state;
    assert_int_equal(command(""), 2);
    assert_non_null(strstr(text, "name a file of cases, or say --draw N"));
    assert_int_equal(command(ADULTS " --members 20"), 2);
    assert_int_equal(command(ADULTS " --horizons 30m,5m"), 2);
    assert_non_null(strstr(text, "6 rising times"));
    assert_int_equal(command(ADULTS " --from 1000"), 2);
    assert_int_equal(command("/nowhere"), 1);
    assert_int_equal(command("- </dev/null"), 1);
    assert_non_null(strstr(text, "the file is empty"));
}

/* Short: few causes, few minutes, the averaged circulation. */
static const plx_cohort_plan short_plan = {.members = 16,
                                           .causes =
                                               1u << PLX_CAUSE_STABLE | 1u << PLX_CAUSE_BLEEDING,
                                           .watch_s = 180,
                                           .horizons_n = 2,
                                           .minutes = {1, 3},
                                           .variant = PLX_BODY_AVERAGED};

static const plx_cohort_case three[] = {
    {.id = 1,
     .seed = 7,
     .person = {.sex = PLX_SEX_FEMALE, .age = 40, .height_cm = 165, .weight_kg = 60},
     .cause = PLX_CAUSE_STABLE,
     .cuff_s = 180},
    {.id = 2,
     .seed = 8,
     .person = {.age = 60, .height_cm = 175, .weight_kg = 80},
     .cause = PLX_CAUSE_BLEEDING,
     .onset_s = 30,
     .rate_ml_min = 150,
     .cuff_s = 60,
     .art = true},
    {.id = 3,
     .seed = 9,
     .person = {.age = 30, .height_cm = 180, .weight_kg = 75},
     .cause = PLX_CAUSE_TENSION_PNEUMOTHORAX,
     .severity = 0.4,
     .onset_s = 60,
     .cuff_s = 60,
     .missing = 0.2},
};
enum { THREE = sizeof three / sizeof *three };

static void workers_change_nothing(void **state)
{
    (void)state;
    plx_cohort_plan plan = short_plan;
    plan.lanes = plx_host_lanes();
    static plx_cohort_result one[THREE], two[THREE];
    assert_int_equal(plx_cohort_work(&plan, three, THREE, 1, one), PLX_OK);
    assert_int_equal(plx_cohort_work(&plan, three, THREE, 2, two), PLX_OK);
    for (int which = 0; which < 2; which++) {
        static char first[TEXT_MAX];
        FILE *to = tmpfile();
        plx_cohort_score score = {0};
        const plx_cohort_report report = {to, which == 1, &plan};
        for (int pass = 0; pass < 2; pass++) {
            memset(&score, 0, sizeof score);
            rewind(to);
            for (uint32_t i = 0; i < THREE; i++)
                plx_cohort_score_add(&score, &plan, pass ? &two[i] : &one[i]);
            plx_cohort_report_cases(&report, pass ? two : one, THREE);
            plx_cohort_report_score(&report, &score);
            const long n = ftell(to);
            assert_in_range(n, 1000, TEXT_MAX - 1);
            rewind(to);
            assert_int_equal(fread(text, 1, (size_t)n, to), n);
            text[n] = 0;
            if (pass == 0) strcpy(first, text);
        }
        fclose(to);
        assert_string_equal(first, text);
        assert_true(score.cases == THREE && score.forecast[0][0].crps.n == THREE);
    }
    assert_true(one[1].deficit.truth > 300 && one[1].deficit.truth < 400);
    assert_true(one[0].deficit.truth < 20);
}

/* What is told of treatments: a row a quantity, the same for any number of workers. */
static void treatments_are_judged(void **state)
{
    (void)state;
    plx_cohort_plan plan = short_plan;
    char said[3][4096];
    plan.lanes = plx_host_lanes();
    for (int i = 0; i < 3; i++) {
        FILE *to = fmemopen(said[i], sizeof said[i], "w");
        assert_non_null(to);
        assert_int_equal(plx_cohort_treated_run(&plan, three, THREE, i == 1 ? 2 : 1, i == 2, to),
                         PLX_OK);
        fclose(to);
    }
    assert_string_equal(said[0], said[1]);
    assert_non_null(strstr(said[0], "# 3 cases, 3 told"));
    assert_non_null(strstr(said[0], "\nhidden,co_l_min,3,"));
    assert_non_null(strstr(said[0], "\nnorepinephrine 0.1 ug/kg/min,map_mmhg,3,"));
    assert_non_null(strstr(said[2], "{\"cases\":3,\"told\":3,\"foretold\":3}\n"));
    assert_non_null(strstr(said[2], "{\"what\":\"hidden\",\"quantity\":\"co_l_min\",\"n\":3,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_row_is_told_by_its_line),
        cmocka_unit_test(the_committed_cohort_is_what_its_rule_draws),
        cmocka_unit_test(the_command_says_what_is_wrong),
        cmocka_unit_test(workers_change_nothing),
        cmocka_unit_test(treatments_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
