/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: actions become seconds: amounts, durations, onsets, limits; drugs are conserved and reach
 * the plasma that was measured.
 * Oracle: arithmetic of amounts; plasma in volunteers (Ensinger 1992, Martinsson 1986), clearances
 *   of Beloeil 2005 and Abboud 2009; the books of each drug over a day.
 * Tolerance: 1e-4 of what was given; the papers' ranges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/physiology/care.h"

static const plx_person man = {.sex = PLX_SEX_MALE, .age = 25, .height_cm = 180, .weight_kg = 75};
static char why[100];

static plx_care care_of(const plx_person *person)
{
    plx_care care;
    plx_care_init(&care, person);
    return care;
}

static plx_second after(plx_care *care, uint32_t seconds)
{
    plx_second s;
    for (uint32_t i = 0; i < seconds; i++)
        plx_care_step(care, &s);
    return s;
}

static void fluid_ends_with_its_volume(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    plx_action a = {
        .kind = PLX_ACTION_FLUID, .fluid = PLX_FLUID_PRBC, .amount = 300, .duration_s = 600};
    assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_OK);
    double given = 0;
    for (int i = 0; i < 700; i++) {
        plx_second s = after(&care, 1);
        given += (double)s.fluid_ml_s[PLX_FLUID_PRBC];
        if (i == 10) assert_true(fabs((double)s.fluid_hct[PLX_FLUID_PRBC] - 0.6) < 1e-6);
    }
    assert_true(fabs(given - 300) < 0.01);
}

static void bleeding_ends_or_goes_on(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    plx_action a = {.kind = PLX_ACTION_BLEED, .amount = 100, .rate_ml_min = 60};
    assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_OK);
    assert_true(after(&care, 50).bleed_ml_s == 1);
    assert_true(after(&care, 60).bleed_ml_s == 0);
    a.amount = 0;
    assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_OK);
    assert_true(after(&care, 5000).bleed_ml_s == 1);
    plx_action stop = {.kind = PLX_ACTION_STOP, .drug = PLX_DRUG_N};
    assert_int_equal(plx_care_act(&care, &stop, why, sizeof why), PLX_OK);
    assert_true(after(&care, 1).bleed_ml_s == 0);
}

static void illness_comes_and_is_relieved(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    plx_action a = {.kind = PLX_ACTION_CONDITION,
                    .condition = PLX_CONDITION_TENSION_PNEUMOTHORAX,
                    .amount = 0.8,
                    .duration_s = 100};
    assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_OK);
    double half = (double)after(&care, 50).severity[a.condition];
    double whole = (double)after(&care, 100).severity[a.condition];
    assert_true(fabs(half - 0.4) < 0.01 && fabs(whole - 0.8) < 0.01);
    plx_action needle = {.kind = PLX_ACTION_DECOMPRESS};
    assert_int_equal(plx_care_act(&care, &needle, why, sizeof why), PLX_OK);
    assert_true((double)after(&care, 120).severity[a.condition] < 0.01);
}

static void senseless_actions_are_refused(void **state)
{
    (void)state;
    plx_care care = care_of(&man), before = care;
    const plx_action bad[] = {
        {.kind = PLX_ACTION_CONDITION, .amount = 1.5},
        {.kind = PLX_ACTION_FLUID, .amount = -5},
        {.kind = PLX_ACTION_FLUID, .amount = 5000, .duration_s = 10},
        {.kind = PLX_ACTION_BLEED, .amount = 100},
        {.kind = PLX_ACTION_LBNP, .amount = 20},
        {.kind = PLX_ACTION_TEMPERATURE, .amount = 60},
        {.kind = PLX_ACTION_DRUG, .amount = NAN},
        {.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_N, .amount = 1},
        {.kind = PLX_ACTION_AIRWAY, .airway = {.fi_o2 = 2}},
        {.kind = PLX_ACTION_N},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = 0;
        assert_int_equal(plx_care_act(&care, &bad[i], why, sizeof why), PLX_RANGE);
        assert_true(strlen(why) > 10);
        assert_memory_equal(&care, &before, sizeof care);
    }
}

static void too_much_at_once_is_full(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    plx_action a = {.kind = PLX_ACTION_BLEED, .amount = 0, .rate_ml_min = 1};
    for (int i = 0; i < PLX_CARE_INFUSIONS_MAX; i++)
        assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_OK);
    assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_FULL);
}

static double plasma(plx_drug drug, double ug_kg_min)
{
    plx_care care = care_of(&man);
    plx_action a = {.kind = PLX_ACTION_DRUG,
                    .drug = drug,
                    .amount = ug_kg_min,
                    .unit = PLX_DOSE_UG_KG_MIN,
                    .duration_s = 1800};
    assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_OK);
    after(&care, 1800);
    return plx_care_plasma_ug_l(&care, drug);
}

static void infusions_reach_the_measured_plasma(void **state)
{
    (void)state;
    const struct {
        plx_drug drug;
        double rate, low, high;
    } seen[] = {
        {PLX_DRUG_NOREPINEPHRINE, 0.01, 0.363, 0.605}, {PLX_DRUG_NOREPINEPHRINE, 0.1, 3.608, 4.408},
        {PLX_DRUG_NOREPINEPHRINE, 0.2, 6.404, 8.546},  {PLX_DRUG_PHENYLEPHRINE, 0.5, 2.5, 5.2},
        {PLX_DRUG_PHENYLEPHRINE, 2, 12.4, 26.3},       {PLX_DRUG_PHENYLEPHRINE, 4, 35.6, 77.8},
    };
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        double c = plasma(seen[i].drug, seen[i].rate);
        assert_true(c >= seen[i].low && c <= seen[i].high);
    }
}

static void clearance_falls_with_illness(void **state)
{
    (void)state;
    plx_person ill = {.sex = PLX_SEX_MALE, .age = 60, .height_cm = 175, .weight_kg = 70};
    ill.saps2 = 20;
    plx_drug_model m = plx_drug_model_for(PLX_DRUG_NOREPINEPHRINE, &ill, 0);
    assert_true(fabs(m.clearance_l_min - 3.0) < 0.01 && fabs(m.half_life_min - 2.0) < 0.01);
    ill.saps2 = 80;
    m = plx_drug_model_for(PLX_DRUG_EPINEPHRINE, &ill, 0);
    assert_true(fabs(m.clearance_l_min - 1.54) < 0.02);
}

/* Compartments, what left, and what was given; the effect peaks where it was seen. */
static void drugs_are_conserved_for_a_day(void **state)
{
    (void)state;
    for (int d = 0; d < PLX_DRUG_N; d++) {
        plx_drug_state s = {.model = plx_drug_model_for((plx_drug)d, &man, 1)};
        s.amount_ug[0] = s.given_ug = 1000;
        for (int t = 0; t < 24 * 3600; t++)
            plx_drug_step(&s, t < 3600 ? 10 : 0);
        double held = s.amount_ug[0] + s.amount_ug[1] + s.amount_ug[2];
        assert_true(fabs(s.given_ug - 37000) < 1e-6);
        assert_true(fabs(held + s.cleared_ug - s.given_ug) < 1e-4 * s.given_ug);
        assert_true(s.amount_ug[0] >= 0 && s.effect_ug_l >= 0);
    }
}

static void effect_peaks_when_it_was_seen(void **state)
{
    (void)state;
    plx_drug_state s = {.model = plx_drug_model_for(PLX_DRUG_FENTANYL, &man, 0)};
    double top = 0, when = 0;
    s.amount_ug[0] = 100;
    for (int t = 1; t < 3600; t++) {
        plx_drug_step(&s, 0);
        if (s.effect_ug_l > top) top = s.effect_ug_l, when = t / 60.0;
    }
    assert_true(fabs(when - 3.69) < 0.1);
}

static void words_are_known(void **state)
{
    (void)state;
    plx_drug drug;
    plx_fluid fluid;
    plx_condition condition;
    plx_dose_unit unit;
    assert_int_equal(plx_drug_named(PLX_LIT("ketamine"), &drug), PLX_OK);
    assert_int_equal(drug, PLX_DRUG_KETAMINE);
    assert_int_equal(plx_fluid_named(PLX_LIT("hes"), &fluid), PLX_OK);
    assert_int_equal(plx_condition_named(PLX_LIT("sepsis"), &condition), PLX_OK);
    assert_int_equal(plx_dose_unit_named(PLX_LIT("ug/kg/min"), &unit), PLX_OK);
    assert_int_equal(unit, PLX_DOSE_UG_KG_MIN);
    assert_int_equal(plx_drug_named(PLX_LIT("ketamin"), &drug), PLX_UNKNOWN);
    assert_int_equal(plx_dose_unit_named(PLX_LIT(""), &unit), PLX_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fluid_ends_with_its_volume),
        cmocka_unit_test(bleeding_ends_or_goes_on),
        cmocka_unit_test(illness_comes_and_is_relieved),
        cmocka_unit_test(senseless_actions_are_refused),
        cmocka_unit_test(too_much_at_once_is_full),
        cmocka_unit_test(infusions_reach_the_measured_plasma),
        cmocka_unit_test(clearance_falls_with_illness),
        cmocka_unit_test(drugs_are_conserved_for_a_day),
        cmocka_unit_test(effect_peaks_when_it_was_seen),
        cmocka_unit_test(words_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
