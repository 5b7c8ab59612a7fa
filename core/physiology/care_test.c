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
        {.kind = PLX_ACTION_AIRWAY, .airway = {.device = PLX_OXYGEN_N}},
        {.kind = PLX_ACTION_AIRWAY, .airway = {.vent = PLX_VENT_VOLUME, .rate_per_min = 2}},
        {.kind = PLX_ACTION_AIRWAY, .airway = {.inspiration = 0.9f}},
        {.kind = PLX_ACTION_AIRWAY, .airway = {.set_rate_per_min = NAN}},
        {.kind = PLX_ACTION_BLEED, .amount = -1, .rate_ml_min = 50},
        {.kind = PLX_ACTION_WOUND, .amount = 2000},
        {.kind = PLX_ACTION_BLEEDING_CONTROL, .amount = 1.1},
        {.kind = PLX_ACTION_PERICARDIOCENTESIS, .amount = -20},
        {.kind = PLX_ACTION_STAND, .amount = 2000},
        {.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_FENTANYL, .amount = 1, .unit = PLX_DOSE_UNIT},
        {.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_FENTANYL, .amount = 100, .unit = PLX_DOSE_MG},
        {.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_FENTANYL, .amount = 1, .duration_s = -1},
        {.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_FENTANYL, .amount = -1, .unit = PLX_DOSE_UG},
        {.kind = PLX_ACTION_DRUG, .unit = PLX_DOSE_N, .amount = 1},
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

static void did(plx_care *care, plx_action a)
{
    assert_int_equal(plx_care_act(care, &a, why, sizeof why), PLX_OK);
}

static bool near(double x, double wanted)
{
    return fabs(x - wanted) <= 1e-6 * fabs(wanted) + 1e-9;
}

static plx_action dose(plx_drug drug, double amount, plx_dose_unit unit, double duration_s)
{
    return (plx_action){.kind = PLX_ACTION_DRUG,
                        .drug = drug,
                        .amount = amount,
                        .unit = unit,
                        .duration_s = duration_s};
}

static double given_ug(const plx_care *care, plx_drug drug)
{
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++)
        if (care->drugs[i].model.drug == (uint32_t)drug) return care->drugs[i].given_ug;
    return 0;
}

/* 75 kg, one hour of each. */
static void every_unit_is_read(void **state)
{
    (void)state;
    const struct {
        plx_drug drug;
        plx_dose_unit unit;
        double amount, ug;
    } orders[] = {
        {PLX_DRUG_FENTANYL, PLX_DOSE_UG, 100, 100},
        {PLX_DRUG_PROPOFOL, PLX_DOSE_MG, 150, 150e3},
        {PLX_DRUG_FENTANYL, PLX_DOSE_UG_KG, 2, 150},
        {PLX_DRUG_KETAMINE, PLX_DOSE_MG_KG, 1, 75e3},
        {PLX_DRUG_VASOPRESSIN, PLX_DOSE_UNIT, 2, 3.8},
        {PLX_DRUG_NITROGLYCERIN, PLX_DOSE_UG_MIN, 50, 3000},
        {PLX_DRUG_MORPHINE, PLX_DOSE_MG_MIN, 0.1, 6000},
        {PLX_DRUG_MIDAZOLAM, PLX_DOSE_MG_H, 5, 5000},
        {PLX_DRUG_NOREPINEPHRINE, PLX_DOSE_UG_KG_MIN, 0.1, 450},
        {PLX_DRUG_FENTANYL, PLX_DOSE_UG_KG_H, 2, 150},
        {PLX_DRUG_PROPOFOL, PLX_DOSE_MG_KG_H, 3, 225e3},
        {PLX_DRUG_VASOPRESSIN, PLX_DOSE_UNIT_MIN, 0.03, 3.42},
        {PLX_DRUG_VASOPRESSIN, PLX_DOSE_UNIT_H, 1.8, 3.42},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        plx_care care = care_of(&man);
        did(&care, dose(orders[i].drug, orders[i].amount, orders[i].unit, 0));
        after(&care, 3600);
        assert_true(near(given_ug(&care, orders[i].drug), orders[i].ug));
    }
}

static void a_new_rate_replaces_the_old_one_only(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    did(&care, dose(PLX_DRUG_PROPOFOL, 3, PLX_DOSE_MG_KG_H, 0));
    after(&care, 1200); /* 75 mg */
    did(&care, dose(PLX_DRUG_PROPOFOL, 6, PLX_DOSE_MG_KG_H, 0));
    did(&care, dose(PLX_DRUG_PROPOFOL, 20, PLX_DOSE_MG, 60)); /* beside it */
    after(&care, 1200);                                       /* 150 mg and 20 mg */
    did(&care, dose(PLX_DRUG_PROPOFOL, 0, PLX_DOSE_MG_KG_H, 0));
    after(&care, 600);
    assert_true(near(given_ug(&care, PLX_DRUG_PROPOFOL), 245e3));
    did(&care, dose(PLX_DRUG_PROPOFOL, 6, PLX_DOSE_MG_KG_H, 0));
    did(&care, (plx_action){.kind = PLX_ACTION_STOP, .drug = PLX_DRUG_PROPOFOL});
    after(&care, 600);
    assert_true(near(given_ug(&care, PLX_DRUG_PROPOFOL), 245e3));
}

static void a_bolus_leaves_the_clearance_of_the_infusion(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    did(&care, dose(PLX_DRUG_PHENYLEPHRINE, 4, PLX_DOSE_UG_KG_MIN, 0));
    after(&care, 1800);
    double running = plx_care_plasma_ug_l(&care, PLX_DRUG_PHENYLEPHRINE);
    did(&care, dose(PLX_DRUG_PHENYLEPHRINE, 100, PLX_DOSE_UG, 0));
    double clearance = care.drugs[0].model.clearance_l_min;
    assert_true(clearance < 6);
    assert_true(plx_care_plasma_ug_l(&care, PLX_DRUG_PHENYLEPHRINE) - running < 5);
    did(&care, dose(PLX_DRUG_PHENYLEPHRINE, 0.5, PLX_DOSE_UG_KG_MIN, 0));
    assert_true(care.drugs[0].model.clearance_l_min > 9);
}

static void a_drug_that_has_left_gives_up_its_place(void **state)
{
    (void)state;
    const plx_drug eight[] = {PLX_DRUG_SUCCINYLCHOLINE, PLX_DRUG_KETAMINE,  PLX_DRUG_FENTANYL,
                              PLX_DRUG_MORPHINE,        PLX_DRUG_MIDAZOLAM, PLX_DRUG_ETOMIDATE,
                              PLX_DRUG_ATROPINE,        PLX_DRUG_FUROSEMIDE};
    plx_care care = care_of(&man);
    for (int i = 0; i < PLX_CARE_DRUGS_MAX; i++)
        did(&care, dose(eight[i], 1, PLX_DOSE_MG, 0));
    plx_action ninth = dose(PLX_DRUG_ROCURONIUM, 50, PLX_DOSE_MG, 0);
    assert_int_equal(plx_care_act(&care, &ninth, why, sizeof why), PLX_FULL);
    plx_second s = after(&care, 3600); /* succinylcholine is gone after 30 of its half-lives */
    assert_true((s.drugs & (1u << PLX_DRUG_SUCCINYLCHOLINE)) == 0);
    assert_true((s.drugs & (1u << PLX_DRUG_MORPHINE)) != 0);
    did(&care, ninth);
    assert_true((after(&care, 60).drugs & (1u << PLX_DRUG_ROCURONIUM)) != 0);
    assert_true(given_ug(&care, PLX_DRUG_SUCCINYLCHOLINE) == 0);
    assert_true(near(given_ug(&care, PLX_DRUG_MORPHINE), 1000));
}

static void two_bags_are_mixed(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    plx_action bag = {.kind = PLX_ACTION_FLUID,
                      .fluid = PLX_FLUID_PRBC,
                      .amount = 300,
                      .duration_s = 300,
                      .hct = 0.7};
    did(&care, bag);
    bag.hct = 0.5, bag.duration_s = 100; /* three times as fast */
    did(&care, bag);
    plx_second s = after(&care, 1);
    assert_true(near((double)s.fluid_ml_s[PLX_FLUID_PRBC], 4));
    assert_true(fabs((double)s.fluid_hct[PLX_FLUID_PRBC] - 0.55) < 1e-6);
    assert_true(fabs((double)after(&care, 150).fluid_hct[PLX_FLUID_PRBC] - 0.7) < 1e-6);
}

static void a_wound_opens_once_clots_and_is_closed(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    did(&care, (plx_action){.kind = PLX_ACTION_WOUND, .amount = 96});
    plx_second s = after(&care, 1);
    assert_true(near((double)s.wound_ml_s_mmhg, 96 / 60.0 / 80));
    assert_true(after(&care, 1).wound_ml_s_mmhg == 0);
    double clot_s = 1 / (double)after(&care, 1).clot_per_s;
    assert_true(clot_s >= 3600 && clot_s <= 6 * 3600);
    did(&care, (plx_action){.kind = PLX_ACTION_BLEEDING_CONTROL, .amount = 0.1});
    s = after(&care, 1);
    assert_true(s.bleed_held && s.bleed_factor == 0.1f);
    did(&care, (plx_action){.kind = PLX_ACTION_STOP, .drug = PLX_DRUG_N});
    assert_true(after(&care, 1).clot_per_s == 1);
    assert_true(after(&care, 1).clot_per_s < 1e-3f);
}

static double effusion_ml(plx_care *care, uint32_t seconds)
{
    double ml = 0;
    for (uint32_t i = 0; i < seconds; i++)
        ml += (double)after(care, 1).effusion_ml_s;
    return ml;
}

static void an_effusion_grows_is_drained_and_comes_again(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    plx_action ill = {
        .kind = PLX_ACTION_CONDITION, .condition = PLX_CONDITION_TAMPONADE, .amount = 0.7};
    did(&care, ill);
    double whole = effusion_ml(&care, 400);
    assert_true(whole > 300 && effusion_ml(&care, 400) == 0);
    did(&care, (plx_action){.kind = PLX_ACTION_PERICARDIOCENTESIS, .amount = 52});
    assert_true(fabs(effusion_ml(&care, 300) + 52) < 1e-3);
    did(&care, (plx_action){.kind = PLX_ACTION_PERICARDIOCENTESIS});
    assert_true(effusion_ml(&care, 600) <= 52 - whole + 1e-3);
    assert_true(after(&care, 1).severity[PLX_CONDITION_TAMPONADE] == 0);
    did(&care, ill);
    assert_true(fabs(effusion_ml(&care, 400) - whole) < 1e-2);
    ill.amount = 0;
    did(&care, ill); /* resorbed */
    assert_true(fabs(effusion_ml(&care, 400) + whole) < 1e-2);
}

static void what_is_done_for_a_time_ends(void **state)
{
    (void)state;
    plx_care care = care_of(&man);
    did(&care, (plx_action){.kind = PLX_ACTION_ANTIPYRETIC, .duration_s = 600});
    did(&care, (plx_action){.kind = PLX_ACTION_LEG_RAISE, .duration_s = 300});
    plx_second s = after(&care, 300);
    assert_true(s.temp_set_degc == 37 && s.temp_tau_s == 1500 && s.legs_up_ml == 250);
    assert_true(after(&care, 1).legs_up_ml == 0);
    assert_true(after(&care, 299).temp_set_degc == 37);
    assert_true(after(&care, 1).temp_set_degc == 0);
    did(&care, (plx_action){.kind = PLX_ACTION_STAND});
    did(&care, (plx_action){.kind = PLX_ACTION_LBNP, .amount = -40});
    did(&care, (plx_action){.kind = PLX_ACTION_TEMPERATURE, .amount = 39});
    s = after(&care, 5000);
    assert_true(s.legs_up_ml == -600 && s.lbnp_mmhg == -40 && s.temp_imposed_degc == 39);
}

static void chronic_illness_is_there_from_the_start(void **state)
{
    (void)state;
    plx_person ill = man;
    ill.chronic = PLX_CHRONIC_COPD | PLX_CHRONIC_ATRIAL_FIBRILLATION;
    plx_care care = care_of(&ill);
    plx_second s = after(&care, 1);
    assert_true(s.severity[PLX_CONDITION_COPD] > 0.1f);
    assert_true(s.severity[PLX_CONDITION_ATRIAL_FIBRILLATION] == 1);
    assert_true(s.severity[PLX_CONDITION_ASTHMA] == 0);
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
        cmocka_unit_test(every_unit_is_read),
        cmocka_unit_test(a_new_rate_replaces_the_old_one_only),
        cmocka_unit_test(a_bolus_leaves_the_clearance_of_the_infusion),
        cmocka_unit_test(a_drug_that_has_left_gives_up_its_place),
        cmocka_unit_test(two_bags_are_mixed),
        cmocka_unit_test(a_wound_opens_once_clots_and_is_closed),
        cmocka_unit_test(an_effusion_grows_is_drained_and_comes_again),
        cmocka_unit_test(what_is_done_for_a_time_ends),
        cmocka_unit_test(chronic_illness_is_there_from_the_start),
        cmocka_unit_test(infusions_reach_the_measured_plasma),
        cmocka_unit_test(clearance_falls_with_illness),
        cmocka_unit_test(drugs_are_conserved_for_a_day),
        cmocka_unit_test(effect_peaks_when_it_was_seen),
        cmocka_unit_test(words_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
