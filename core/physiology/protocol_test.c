/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: rows of a target table are read, run and graded; persons outside the envelope get no
 * answer; base values are reached; and where widely used engines are known to be wrong, this model
 * goes the way people do.
 * Oracle: grades by hand; Nadler 1962, Du Bois 1916; directions and ranges of the papers named in
 *   each case (ATLS classes, Martinsson 1986, Ensinger 1992, Jensen 2019).
 * Tolerance: as written in the cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/physiology/protocol_for_test.h"

static plx_target row(const char *protocol, const char *params, const char *quantity,
                      const char *time_s, const char *population)
{
    return (plx_target){.protocol = plx_slice_of(protocol),
                        .params = plx_slice_of(params),
                        .quantity = plx_slice_of(quantity),
                        .time_s = plx_slice_of(time_s),
                        .population = plx_slice_of(population),
                        .kind = PLX_LIT("delta")};
}

enum { START_S = PLX_PROTOCOL_SETTLE_S };

#define MAN "sex=m;age=44;height_cm=180;weight_kg=77"
#define VOLUNTEER "sex=m;age=25;height_cm=180;weight_kg=75;base_hr=58;base_sbp=128;base_dbp=68"

/* Change of a quantity from the minute before to time_s. */
static double change_in(const char *who, const char *protocol, const char *params,
                        const char *quantity, double time_s)
{
    char at[16] = "";
    plx_target t = row(protocol, params, quantity, at, who);
    plx_out out = plx_out_init(at, sizeof at);
    plx_out_u64(&out, (uint64_t)time_s);
    t.time_s = plx_out_slice(&out);
    plx_target_result r;
    assert_int_equal(plx_protocol_simulate(&t, time_s, &run), PLX_OK);
    plx_target_judge(&t, &run, &r);
    assert_true(r.has_value);
    print_message("# %s %s: %s %+.2f\n", protocol, params, quantity, r.value);
    return r.value;
}

static double change(const char *protocol, const char *params, const char *quantity, double time_s)
{
    return change_in(MAN, protocol, params, quantity, time_s);
}

static void keys_are_found(void **state)
{
    (void)state;
    plx_slice list = PLX_LIT("fluid=hes;volume_ml=500;x=1e2"), value;
    assert_true(plx_target_key(list, "fluid", &value) && plx_slice_is(value, "hes"));
    assert_true(plx_target_number(list, "volume_ml", 0) == 500);
    assert_true(plx_target_number(list, "x", 0) == 100);
    assert_true(plx_target_number(list, "volume", 7) == 7);
    assert_false(plx_target_key(list, "ml", &value));
    assert_false(plx_target_key((plx_slice){0}, "a", &value));
}

static plx_grade graded(double value, const char *low, const char *high, const char *expected)
{
    plx_target t = row("", "", "so2", "", "");
    t.kind = PLX_LIT("trend"), t.low = plx_slice_of(low), t.high = plx_slice_of(high);
    t.expected = plx_slice_of(expected);
    plx_protocol_run found = {.algebraic = true, .algebra = value};
    plx_target_result r;
    plx_target_judge(&t, &found, &r);
    return r.grade;
}

static void grades_follow_the_rule(void **state)
{
    (void)state;
    assert_int_equal(graded(5, "4", "6", ""), PLX_GREEN);
    assert_int_equal(graded(4, "4", "", ""), PLX_GREEN);
    assert_int_equal(graded(7, "4", "6", ""), PLX_YELLOW); /* miss 1, 30 % of 6 is 1.8 */
    assert_int_equal(graded(8, "4", "6", ""), PLX_RED);
    assert_int_equal(graded(-1, "1", "60", "increase"), PLX_RED);
    assert_int_equal(graded(-1, "1", "60", ""), PLX_YELLOW); /* miss 2, 30 % of the width */
    assert_int_equal(graded(NAN, "1", "60", ""), PLX_RED);
}

static void unknown_things_are_skipped_with_a_reason(void **state)
{
    (void)state;
    plx_target t = row("levitation", "", "map_mmhg", "10", MAN);
    assert_int_equal(plx_protocol_simulate(&t, 10, &run), PLX_UNKNOWN);
    assert_true(strlen(run.why) > 5);
    t = row("rest", "wishes=3", "map_mmhg", "10", MAN);
    assert_int_equal(plx_protocol_simulate(&t, 10, &run), PLX_UNKNOWN);
    t = row("drug_bolus", "drug=tea;dose=1;unit=mg", "map_mmhg", "10", MAN);
    assert_int_equal(plx_protocol_simulate(&t, 10, &run), PLX_UNKNOWN);
    t = row("rest", "", "happiness", "10", MAN);
    plx_target_result r;
    assert_int_equal(plx_protocol_simulate(&t, 10, &run), PLX_OK);
    plx_target_judge(&t, &run, &r);
    assert_int_equal(r.grade, PLX_SKIP);
}

static void a_child_gets_no_answer(void **state)
{
    (void)state;
    plx_target t = row("rest", "", "status", "", "sex=m;age=4;height_cm=102;weight_kg=16");
    t.expected = PLX_LIT("out_of_envelope");
    plx_target_result r;
    assert_int_equal(plx_protocol_simulate(&t, 10, &run), PLX_OK);
    plx_target_judge(&t, &run, &r);
    assert_int_equal(r.grade, PLX_GREEN);
    assert_string_equal(run.why, "age 4 below 16");
    plx_person p = {.age = 30, .height_cm = 170, .weight_kg = 70, .pregnant_week = 30};
    char why[80];
    assert_int_equal(plx_person_check(&p, why, sizeof why), PLX_RANGE);
    p.pregnant_week = 10;
    assert_int_equal(plx_person_check(&p, why, sizeof why), PLX_OK);
}

static plx_target_result judged_at(plx_target t, const char *time_s)
{
    plx_target_result r;
    t.time_s = plx_slice_of(time_s);
    plx_target_judge(&t, &run, &r);
    return r;
}

/* 9 L lost: the median man's minutes before he leaves all bounds are answered, and the group's. */
static void who_leaves_all_bounds_gets_no_answer(void **state)
{
    (void)state;
    const char *who[] = {MAN, MAN ";n=12"}, *of[] = {" of 1 members", " of 64 members"};
    for (int i = 0; i < 2; i++) {
        plx_target t = row("haemorrhage", "volume_ml=9000;rate_ml_min=800", "map_mmhg", "", who[i]);
        assert_int_equal(plx_protocol_simulate(&t, 900, &run), PLX_OK);
        assert_true(run.no_answer && !run.out_of_envelope);
        assert_true(run.seconds > START_S + 120 && run.seconds < START_S + 900);
        print_message("# %s\n", run.why);
        assert_non_null(strstr(run.why, of[i]));
        plx_target_result r = judged_at(t, "120");
        assert_true(r.has_value && r.value < -5 && r.value > -80);
        r = judged_at(t, "900");
        assert_false(r.has_value);
        assert_int_equal(r.grade, PLX_RED);
        assert_string_equal(r.text, run.why);
        for (uint32_t s = 0; s < run.seconds; s++)
            assert_true(run.series->at[PLX_MEASURE_map_mmhg][s] > -20);
    }
    plx_target t = row("rest", "", "map_mmhg", "10", MAN); /* and the next run is a new one */
    assert_int_equal(plx_protocol_simulate(&t, 10, &run), PLX_OK);
    assert_false(run.no_answer);
}

/* A comparison is nothing when one of the two runs has no end. */
static void a_comparison_needs_both_runs(void **state)
{
    (void)state;
    plx_target t = row("fluid", "fluid=ringer;volume_ml=16000;duration_s=1000;compare=prbc",
                       "plasma_expansion_ratio", "1000", MAN);
    assert_int_equal(plx_protocol_simulate(&t, 1000, &run), PLX_OK);
    assert_true(run.no_answer);
    assert_int_equal(run.seconds, 0);
    plx_target_result r = judged_at(t, "60");
    assert_int_equal(r.grade, PLX_RED);
    assert_false(r.has_value);
}

static void people_have_their_size(void **state)
{
    (void)state;
    plx_person p = {.sex = PLX_SEX_MALE, .age = 40, .height_cm = 175, .weight_kg = 75};
    assert_true(fabs(plx_person_blood_volume_ml(&p) - 4985) < 5);
    assert_true(fabs(plx_person_bsa_m2(&p) - 1.90) < 0.02);
    assert_true(fabs(plx_person_ideal_weight_kg(&p) - 70.6) < 0.2);
    p.sex = PLX_SEX_FEMALE, p.height_cm = 163, p.weight_kg = 60;
    assert_true(fabs(plx_person_blood_volume_ml(&p) - 3710) < 5);
    assert_true(plx_person_lean_mass_kg(&p) > 38 && plx_person_lean_mass_kg(&p) < 48);
}

/* Each member of an ensemble comes to rest at the values that were measured. */
static void base_values_are_reached(void **state)
{
    (void)state;
    plx_person p = {.sex = PLX_SEX_MALE, .age = 26, .height_cm = 178, .weight_kg = 78};
    p.base.hr = 59, p.base.map = 89.5, p.base.cvp = 5.8;
    run.body->members = 16, run.body->seed = 7;
    assert_int_equal(plx_person_settle(&p, 1, 4, 60, run.body), PLX_OK);
    double hr = 0, map = 0;
    for (uint32_t m = 0; m < 16; m++) {
        hr += 60 / (double)plx_body_state(run.body, PLX_BODY_beat_s)[m] / 16;
        map += (double)plx_body_state(run.body, PLX_BODY_map)[m] / 16;
    }
    assert_true(fabs(hr - 59) < 1.5 && fabs(map - 89.5) < 2);
}

/* Breathing gets faster in a class III bleed, and the pulse pressure falls (ATLS). */
static void bleeding_makes_breathing_faster(void **state)
{
    (void)state;
    const char *third = "fraction=0.35;duration_s=1800";
    assert_true(change("haemorrhage", third, "rr_per_min", 2400) > 2);
    assert_true(change("haemorrhage", third, "pp_mmhg", 2400) < -5);
    assert_true(change("haemorrhage", third, "lactate_mmol_l", 2400) > 1);
}

/* The heart slows under phenylephrine (Martinsson 1986): nobody told it to. */
static void phenylephrine_slows_the_heart(void **state)
{
    (void)state;
    const char *two = "drug=phenylephrine;dose=2;unit=ug/kg/min;duration_s=1800";
    double hr = change("drug_infusion", two, "hr_bpm", 1800);
    assert_true(hr < -5 && hr > -16);
    assert_true(change("drug_infusion", two, "dbp_mmhg", 1800) > 10);
}

/* Norepinephrine raises the systolic pressure by 55 and widens the pulse (Ensinger 1992). */
static void norepinephrine_widens_the_pulse(void **state)
{
    (void)state;
    const char *dose = "drug=norepinephrine;dose=0.2;unit=ug/kg/min;duration_s=1800";
    assert_true(change_in(VOLUNTEER, "drug_infusion", dose, "sbp_mmhg", 1800) > 40);
    assert_true(change_in(VOLUNTEER, "drug_infusion", dose, "pp_mmhg", 1800) > 15);
}

/* Pneumonia brings fever, fever a faster heart (Jensen 2019). */
static void pneumonia_brings_fever(void **state)
{
    (void)state;
    assert_true(change("condition", "name=pneumonia;severity=0.7", "core_temp_c", 7200) > 0.8);
    double hr = change("fever", "core_temp_c=38", "hr_bpm", 3600);
    assert_true(hr > 5.3 && hr < 9.1);
}

static void opioids_dull_breathing(void **state)
{
    (void)state;
    double dull = change("drug_bolus", "drug=fentanyl;dose=400;unit=ug", "ve_l_min", 240);
    assert_true(dull < -1.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found),
        cmocka_unit_test(grades_follow_the_rule),
        cmocka_unit_test(unknown_things_are_skipped_with_a_reason),
        cmocka_unit_test(a_child_gets_no_answer),
        cmocka_unit_test(who_leaves_all_bounds_gets_no_answer),
        cmocka_unit_test(a_comparison_needs_both_runs),
        cmocka_unit_test(people_have_their_size),
        cmocka_unit_test(base_values_are_reached),
        cmocka_unit_test(bleeding_makes_breathing_faster),
        cmocka_unit_test(phenylephrine_slows_the_heart),
        cmocka_unit_test(norepinephrine_widens_the_pulse),
        cmocka_unit_test(pneumonia_brings_fever),
        cmocka_unit_test(opioids_dull_breathing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
