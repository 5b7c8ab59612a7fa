/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a scenario file is taken as a whole or refused with one sentence that names the line; a
 * file with bytes changed at random does no harm. Oracle: golden sentences; the values written in
 * the file. Tolerance: float rounding of settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "edge/host/scenario_file.h"

#define PATIENT "patient: {sex: m, age: 35, height_cm: 178, weight_kg: 80}\n"
#define HEAD PATIENT "duration_s: 2400\n"

static plx_scenario_file read_good(const char *yaml)
{
    plx_scenario_file f;
    char problem[300] = "";
    plx_status status =
        plx_scenario_file_parse("f", plx_slice_of(yaml), &f, problem, sizeof problem);
    if (status != PLX_OK) print_error("%s\n", problem);
    assert_int_equal(status, PLX_OK);
    return f;
}

static void read_bad(const char *yaml, const char *sentence)
{
    plx_scenario_file f;
    char problem[300] = "";
    plx_status status =
        plx_scenario_file_parse("f", plx_slice_of(yaml), &f, problem, sizeof problem);
    assert_string_equal(problem, sentence);
    assert_int_equal(status, PLX_CONFIG);
}

static const char whole[] =
    "title: A bleed\n"
    "patient: {sex: m, age: 35, height_cm: 178, weight_kg: 80, chronic: [hypertension],\n"
    "          base: {hr_bpm: 75, sbp_mmhg: 130}}\n"
    "members: 64\n"
    "seed: 7\n"
    "duration_s: 2400\n"
    "model: averaged\n"
    "conditions: [{name: pneumonia, severity: 0.3, onset_s: 0}]\n"
    "actions:\n"
    "  - {at_s: 1500, do: crystalloid, fluid: saline, volume_ml: 500, duration_s: 900}\n"
    "  - {at_s: 300, do: bleed, rate_ml_min: 60, volume_ml: 1200}\n"
    "  - at_s: 1800\n"
    "    do: norepinephrine\n"
    "    dose: 0.1\n"
    "    unit: ug/kg/min\n"
    "outputs: {every_s: 20, quantities: [hr_bpm, map_mmhg]}\n";

static void every_part(void **state)
{
    (void)state;
    plx_scenario_file f = read_good(whole);
    const plx_scenario *s = &f.scenario;
    assert_string_equal(f.title, "A bleed");
    assert_int_equal(s->person.sex, PLX_SEX_MALE);
    assert_int_equal(s->person.chronic, PLX_CHRONIC_HYPERTENSION);
    assert_true(s->person.age == 35 && s->person.height_cm == 178 && s->person.weight_kg == 80);
    assert_true(s->person.base.hr == 75 && s->person.base.sbp == 130 && s->person.base.map == 0);
    assert_int_equal(s->members, 64);
    assert_int_equal(s->seed, 7);
    assert_int_equal(s->duration_s, 2400);
    assert_int_equal(s->every_s, 20);
    assert_int_equal(s->variant, PLX_BODY_AVERAGED);
    assert_int_equal(s->quantities_n, 2);
    assert_int_equal(s->quantities[1], PLX_MEASURE_map_mmhg);
    assert_int_equal(s->actions_n, 4); /* by time, whatever the order in the file */
    assert_int_equal(s->actions[0].kind, PLX_ACTION_CONDITION);
    assert_int_equal(s->actions[0].condition, PLX_CONDITION_PNEUMONIA);
    assert_true(s->actions[0].amount == 0.3 && s->actions[0].duration_s == 1);
    assert_int_equal(s->actions[1].kind, PLX_ACTION_BLEED);
    assert_true(s->actions[1].rate_ml_min == 60 && s->actions[1].amount == 1200);
    assert_int_equal(s->actions[2].fluid, PLX_FLUID_SALINE);
    assert_true(s->actions[2].amount == 500 && s->actions[2].duration_s == 900);
    assert_int_equal(s->actions[3].drug, PLX_DRUG_NOREPINEPHRINE);
    assert_int_equal(s->actions[3].unit, PLX_DOSE_UG_KG_MIN);
    assert_string_equal(f.labels[0], "pneumonia 0.3");
    assert_string_equal(f.labels[1], "bleed 1200 mL");
    assert_string_equal(f.labels[2], "saline 500 mL");
    assert_string_equal(f.labels[3], "norepinephrine 0.1 ug/kg/min");
}

static void what_is_not_said_is_usual(void **state)
{
    (void)state;
    plx_scenario_file f = read_good(HEAD);
    assert_int_equal(f.scenario.members, 1);
    assert_int_equal(f.scenario.variant, PLX_BODY_PULSATILE);
    assert_int_equal(f.scenario.every_s, 10);
    assert_int_equal(f.scenario.quantities_n, 6);
    assert_int_equal(f.scenario.actions_n, 0);
    assert_int_equal(f.title[0], 0);
}

static bool close_to(float a, double b)
{
    return fabs((double)a - b) < 1e-6;
}

static void the_airway_is_carried_on(void **state)
{
    (void)state;
    plx_scenario_file f =
        read_good(HEAD "actions:\n"
                       "  - {at_s: 0, do: oxygen, device: non_rebreather, flow_l_min: 15}\n"
                       "  - {at_s: 60, do: cpap, peep: 8, fio2: 0.6}\n"
                       "  - {at_s: 120, do: intubate}\n"
                       "  - {at_s: 180, do: ventilator, vt_ml_kg: 6, rr_per_min: 20, fio2: 0.5}\n"
                       "  - {at_s: 240, do: peep, peep: 12}\n"
                       "  - {at_s: 300, do: ventilator, mode: pc, pressure: 14}\n"
                       "  - {at_s: 360, do: extubate}\n"
                       "  - {at_s: 420, do: oxygen, device: fio2, fio2: 0.4}\n");
    const plx_action *a = f.scenario.actions;
    assert_int_equal(a[0].airway.device, PLX_OXYGEN_NON_REBREATHER);
    assert_true(close_to(a[0].airway.flow_l_min, 15));
    assert_int_equal(a[1].airway.vent, PLX_VENT_CPAP);
    assert_true(close_to(a[1].airway.peep_cmh2o, 8) && close_to(a[1].airway.fi_o2, 0.6));
    assert_int_equal(a[1].airway.device, PLX_OXYGEN_ROOM);
    assert_int_equal(a[2].airway.vent, PLX_VENT_VOLUME);
    double ideal_kg = plx_person_ideal_weight_kg(&f.scenario.person);
    assert_true(close_to(a[2].airway.vt_l, 0.008 * ideal_kg));
    assert_true(close_to(a[2].airway.fi_o2, 1) && close_to(a[2].airway.peep_cmh2o, 5));
    assert_true(close_to(a[3].airway.vt_l, 0.006 * ideal_kg));
    assert_true(close_to(a[3].airway.rate_per_min, 20) && close_to(a[3].airway.peep_cmh2o, 5));
    assert_true(close_to(a[4].airway.peep_cmh2o, 12) && close_to(a[4].airway.fi_o2, 0.5));
    assert_int_equal(a[5].airway.vent, PLX_VENT_PRESSURE);
    assert_true(close_to(a[5].airway.pressure_cmh2o, 14) && close_to(a[5].airway.peep_cmh2o, 12));
    assert_int_equal(a[6].airway.vent, PLX_VENT_NONE);
    assert_true(close_to(a[7].airway.fi_o2, 0.4));
}

static void every_word(void **state)
{
    (void)state;
    plx_scenario_file f =
        read_good(HEAD "actions:\n"
                       "  - {at_s: 1, do: wound, rate_ml_min: 100}\n"
                       "  - {at_s: 2, do: bleeding_control, factor: 0.1}\n"
                       "  - {at_s: 3, do: tourniquet}\n"
                       "  - {at_s: 4, do: prbc, volume_ml: 300, duration_s: 600, hct: 0.65}\n"
                       "  - {at_s: 5, do: decompress}\n"
                       "  - {at_s: 6, do: pericardiocentesis, volume_ml: 80}\n"
                       "  - {at_s: 7, do: antipyretic}\n"
                       "  - {at_s: 8, do: cooling, temp_c: 33}\n"
                       "  - {at_s: 9, do: temperature, temp_c: 39}\n"
                       "  - {at_s: 10, do: passive_leg_raise, duration_s: 120}\n"
                       "  - {at_s: 11, do: stand}\n"
                       "  - {at_s: 12, do: lbnp, pressure_mmhg: -40}\n"
                       "  - {at_s: 13, do: epinephrine, dose: 50, unit: ug}\n"
                       "  - {at_s: 14, do: condition, name: asthma, severity: 0.5}\n"
                       "  - {at_s: 15, do: stop, drug: epinephrine}\n"
                       "  - {at_s: 16, do: stop}\n"
                       "  - {at_s: 17, do: albumin5, volume_ml: 250, rate_ml_min: 25}\n");
    const plx_action *a = f.scenario.actions;
    static const plx_action_kind kinds[] = {PLX_ACTION_WOUND,
                                            PLX_ACTION_BLEEDING_CONTROL,
                                            PLX_ACTION_BLEEDING_CONTROL,
                                            PLX_ACTION_FLUID,
                                            PLX_ACTION_DECOMPRESS,
                                            PLX_ACTION_PERICARDIOCENTESIS,
                                            PLX_ACTION_ANTIPYRETIC,
                                            PLX_ACTION_COOLING,
                                            PLX_ACTION_TEMPERATURE,
                                            PLX_ACTION_LEG_RAISE,
                                            PLX_ACTION_STAND,
                                            PLX_ACTION_LBNP,
                                            PLX_ACTION_DRUG,
                                            PLX_ACTION_CONDITION,
                                            PLX_ACTION_STOP,
                                            PLX_ACTION_STOP,
                                            PLX_ACTION_FLUID};
    for (uint32_t i = 0; i < f.scenario.actions_n; i++)
        assert_int_equal(a[i].kind, kinds[i]);
    assert_true(a[0].amount == 100 && a[1].amount == 0.1 && a[2].amount == 0);
    assert_true(a[3].hct == 0.65 && a[5].amount == 80 && a[7].amount == 33 && a[8].amount == 39);
    assert_true(a[9].duration_s == 120 && a[11].amount == -40 && a[12].amount == 50);
    assert_int_equal(a[13].condition, PLX_CONDITION_ASTHMA);
    assert_true(a[13].duration_s == 0); /* the condition's own time of onset */
    assert_int_equal(a[14].drug, PLX_DRUG_EPINEPHRINE);
    assert_int_equal(a[15].drug, PLX_DRUG_N);
    assert_true(a[16].rate_ml_min == 25);
}

static void wrong_values_are_one_sentence(void **state)
{
    (void)state;
    read_bad("patient: {sex: x, age: 35, height_cm: 178, weight_kg: 80}\nduration_s: 60\n",
             "f line 1: sex: \"x\" is wrong: m or f");
    read_bad(PATIENT "duration_s: soon\n",
             "f line 2: duration_s: \"soon\" is wrong: a whole number from 1 to 604800");
    read_bad(HEAD "members: 5000\n",
             "f line 3: members: \"5000\" is wrong: a whole number from 1 to 4096");
    read_bad(HEAD "model: fast\n", "f line 3: model: \"fast\" is wrong: pulsatile or averaged");
    read_bad(HEAD "outputs:\n  quantities: [hr_bpm, mood]\n",
             "f line 4: quantities: \"mood\" is wrong: no quantity of that name is known");
    read_bad(HEAD "outputs: {quantities: [hr_bpm, hr_bpm]}\n",
             "f line 3: quantities: \"hr_bpm\" is wrong: it stands twice");
    read_bad(HEAD "conditions: [{name: gout, severity: 1}]\n",
             "f line 3: name: \"gout\" is wrong: no condition of that name is known");
    read_bad(HEAD "conditions:\n  - {name: copd, severity: 0.1}\n  - {name: asthma, severity: 2}\n",
             "f line 5: severity: \"2\" is wrong: a number from 0 to 1");
    read_bad("patient: {sex: f, age: 35, height_cm: 178, weight_kg: 80, chronic: [gout]}\n"
             "duration_s: 60\n",
             "f line 1: chronic: \"gout\" is wrong: hypertension, heart_failure, beta_blocker, "
             "copd, atrial_fibrillation, diabetes or kidney_disease");
    read_bad("patient: {sex: f, age: 35, height_cm: 178, weight_kg: 80,\n  base: {hr_bpm: 9}}\n"
             "duration_s: 60\n",
             "f line 2: hr_bpm: \"9\" is wrong: a number from 20 to 200");
}

#define ACTIONS HEAD "actions:\n  - {at_s: 5, do: bleed, rate_ml_min: 60, volume_ml: 100}\n"

static void wrong_actions_are_one_sentence(void **state)
{
    (void)state;
    read_bad(ACTIONS "  - {at_s: 9, do: pray}\n", "f line 5: no action is called \"pray\"");
    read_bad(ACTIONS "  - {do: decompress}\n", "f line 5: an action needs at_s");
    read_bad(ACTIONS "  - {at_s: 9, do: ringer}\n", "f line 5: ringer needs volume_ml");
    read_bad(ACTIONS "  - at_s: 9\n    do: ringer\n    volume_ml: 100\n    dose: 3\n",
             "f line 8: dose means nothing to ringer");
    read_bad(ACTIONS "  - {at_s: 9, do: propofol, dose: 1, unit: spoons}\n",
             "f line 5: unit: \"spoons\" is wrong: ug, mg, ug/kg, mg/kg, U, ug/min, mg/min, mg/h, "
             "ug/kg/min, ug/kg/h, mg/kg/h, U/min or U/h");
    read_bad(ACTIONS "  - {at_s: 9, do: propofol, dose: -1, unit: mg}\n",
             "f line 5: dose: \"-1\" is wrong: a number from 0 to 10000000");
    read_bad(ACTIONS "  - {at_s: 9, do: ringer, volume_ml: 2000, duration_s: 10}\n",
             "f line 5: no line takes more than 20 mL/s");
    read_bad(ACTIONS "  - {at_s: 2400, do: decompress}\n",
             "f line 5: the action comes after the end (duration_s)");
    read_bad(ACTIONS "  - {at_s: 9, do: crystalloid, fluid: hes, volume_ml: 100}\n",
             "f line 5: fluid: \"hes\" is wrong: a crystalloid is ringer or saline");
    read_bad(ACTIONS "  - {at_s: 9, do: oxygen, device: nasal_cannula}\n",
             "f line 5: this device needs flow_l_min");
    read_bad(ACTIONS "  - {at_s: 9, do: oxygen, device: hose, flow_l_min: 2}\n",
             "f line 5: device: \"hose\" is wrong: room_air, nasal_cannula, simple_mask, "
             "non_rebreather, high_flow_nasal or fio2");
    read_bad(ACTIONS "  - {at_s: 9, do: peep, peep: 5}\n",
             "f line 5: peep needs cpap, intubate or ventilator before it");
    read_bad(ACTIONS "  - {at_s: 9, do: ventilator, pressure: 5}\n",
             "f line 5: pressure is said with mode: pc only");
    read_bad(ACTIONS "  - {at_s: 9, do: stop, drug: beer}\n",
             "f line 5: drug: \"beer\" is wrong: no drug of that name is known");
}

static void wrong_shapes_are_one_sentence(void **state)
{
    (void)state;
    read_bad(HEAD "weather: fine\n", "f line 3: the key \"weather\" is unknown; see "
                                     "knowledge/physiology/README.md for all keys");
    read_bad(ACTIONS "  - {at_s: 9, do: ringer, volume: 5}\n",
             "f line 5: the key \"volume\" is unknown; see knowledge/physiology/README.md for all "
             "keys");
    read_bad(HEAD "members: 2\nmembers: 3\n", "f line 4: the key \"members\" stands here twice");
    plx_scenario_file f;
    char problem[300] = "";
    assert_int_equal(plx_scenario_file_parse("f", PLX_LIT(""), &f, problem, sizeof problem),
                     PLX_CONFIG);
    assert_int_equal(
        plx_scenario_file_parse("f", PLX_LIT("duration_s: 5\n"), &f, problem, sizeof problem),
        PLX_CONFIG);
    assert_string_equal(problem, "f line 1: \"patient\" is missing in this entry");
    assert_int_equal(plx_scenario_file_read("/no/such/file", &f, problem, sizeof problem),
                     PLX_CONFIG);
    assert_string_equal(problem, "/no/such/file cannot be read: No such file or directory; check "
                                 "its name and rights");
}

static void a_child_is_no_fault_of_the_file(void **state)
{
    (void)state;
    plx_scenario_file f = read_good("patient: {sex: f, age: 4, height_cm: 102, weight_kg: 16}\n"
                                    "duration_s: 60\n");
    char why[100];
    assert_int_equal(plx_scenario_check(&f.scenario, NULL, why, sizeof why), PLX_UNSUPPORTED);
    assert_string_equal(why, "age 4 below 16");
}

/* Bytes changed, cut and doubled at random. */
static void mangled_files_do_no_harm(void **state)
{
    (void)state;
    enum { ROUNDS = 3000 };
    plx_rng rng = plx_rng_init(3, 1);
    unsigned taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char *text = malloc(sizeof whole), problem[300] = "";
        assert_non_null(text);
        memcpy(text, whole, sizeof whole);
        size_t n = sizeof whole - 1;
        for (uint64_t k = plx_rng_below(&rng, 4); k-- > 0;)
            text[plx_rng_below(&rng, n)] =
                i % 2 ? (char)plx_rng_below(&rng, 256) : text[plx_rng_below(&rng, n)];
        if (i % 5 == 0) n = plx_rng_below(&rng, n);
        plx_scenario_file f;
        plx_status status =
            plx_scenario_file_parse("f", (plx_slice){text, n}, &f, problem, sizeof problem);
        assert_true(status == PLX_OK || (status == PLX_CONFIG && problem[0]));
        taken += status == PLX_OK;
        free(text);
    }
    assert_in_range(taken, 100, ROUNDS - 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part),
        cmocka_unit_test(what_is_not_said_is_usual),
        cmocka_unit_test(the_airway_is_carried_on),
        cmocka_unit_test(every_word),
        cmocka_unit_test(wrong_values_are_one_sentence),
        cmocka_unit_test(wrong_actions_are_one_sentence),
        cmocka_unit_test(wrong_shapes_are_one_sentence),
        cmocka_unit_test(a_child_is_no_fault_of_the_file),
        cmocka_unit_test(mangled_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
