/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the text of an arm becomes its actions; what is wrong is one sentence with the word and
 * what is allowed.
 * Oracle: actions and sentences written by hand. Tolerance: float of the airway, otherwise none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/vitals/arm.h"

static const plx_person woman = {
    .sex = PLX_SEX_FEMALE, .age = 67, .height_cm = 162, .weight_kg = 70};
enum { AT_S = 900 };
#define DOSE_UNITS                                                                                 \
    "the unit is ug, mg, ug/kg, mg/kg, U, ug/min, mg/min, mg/h, ug/kg/min, ug/kg/h, mg/kg/h, "     \
    "U/min or U/h"

static plx_care care;

static plx_arm read_good(const char *text)
{
    char why[PLX_ARM_WHY_MAX] = "";
    plx_arm arm = {.actions_n = 99};
    plx_arm_fork fork = {&care, AT_S};
    plx_status status = plx_arm_parse(plx_slice_of(text), &fork, &arm, why, sizeof why);
    if (status != PLX_OK) fail_msg("%s: %s", text, why);
    assert_string_equal(why, "");
    for (uint32_t i = 0; i < arm.actions_n; i++)
        assert_int_equal(arm.actions[i].at_s, AT_S);
    return arm;
}

static int begin(void **state)
{
    (void)state;
    plx_care_init(&care, &woman);
    return 0;
}

static bool close_to(float a, double b)
{
    return fabs((double)a - b) < 1e-6;
}

static void none_is_no_action(void **state)
{
    (void)state;
    assert_int_equal(read_good("none").actions_n, 0);
    assert_int_equal(read_good("  none\t").actions_n, 0);
}

static void drugs_and_fluids(void **state)
{
    (void)state;
    plx_arm arm = read_good("norepinephrine 0.1 ug/kg/min");
    assert_int_equal(arm.actions_n, 1);
    assert_int_equal(arm.actions[0].kind, PLX_ACTION_DRUG);
    assert_int_equal(arm.actions[0].drug, PLX_DRUG_NOREPINEPHRINE);
    assert_int_equal(arm.actions[0].unit, PLX_DOSE_UG_KG_MIN);
    assert_true(arm.actions[0].amount == 0.1 && arm.actions[0].duration_s == 0);

    arm = read_good("crystalloid 500 mL 15 min + albumin5 250 mL 1.5 h");
    assert_int_equal(arm.actions_n, 2);
    assert_int_equal(arm.actions[0].kind, PLX_ACTION_FLUID);
    assert_int_equal(arm.actions[0].fluid, PLX_FLUID_RINGER);
    assert_true(arm.actions[0].amount == 500 && arm.actions[0].duration_s == 900);
    assert_int_equal(arm.actions[1].fluid, PLX_FLUID_ALBUMIN5);
    assert_true(arm.actions[1].amount == 250 && arm.actions[1].duration_s == 5400);

    arm = read_good("prbc 300 mL 20 mL/min hct=0.65");
    assert_true(arm.actions[0].amount == 300 && arm.actions[0].rate_ml_min == 20);
    assert_true(arm.actions[0].hct == 0.65);

    arm = read_good("epinephrine dose=50 unit=ug duration_s=60");
    assert_true(arm.actions[0].amount == 50 && arm.actions[0].duration_s == 60);
}

static void intubation_takes_its_drugs_along(void **state)
{
    (void)state;
    plx_arm arm = read_good("intubate etomidate 20 mg + rocuronium 100 mg");
    assert_int_equal(arm.actions_n, 3);
    assert_int_equal(arm.actions[0].kind, PLX_ACTION_AIRWAY);
    assert_int_equal(arm.actions[0].airway.vent, PLX_VENT_VOLUME);
    assert_int_equal(arm.actions[1].drug, PLX_DRUG_ETOMIDATE);
    assert_true(arm.actions[1].amount == 20 && arm.actions[1].unit == PLX_DOSE_MG);
    assert_int_equal(arm.actions[2].drug, PLX_DRUG_ROCURONIUM);
    assert_true(arm.actions[2].amount == 100);
}

static void a_ventilator_has_its_settings(void **state)
{
    (void)state;
    plx_arm arm = read_good("ventilator mode=vc vt_ml_kg=6 peep=8 fio2=0.6");
    const plx_airway *a = &arm.actions[0].airway;
    assert_int_equal(a->vent, PLX_VENT_VOLUME);
    assert_true(close_to(a->vt_l, 0.006 * plx_person_ideal_weight_kg(&woman)));
    assert_true(close_to(a->peep_cmh2o, 8) && close_to(a->fi_o2, 0.6));
    assert_true(close_to(read_good("cpap 8 cmH2O fio2=0.5").actions[0].airway.peep_cmh2o, 8));
    arm = read_good("oxygen 2 L/min device=nasal_cannula");
    assert_true(close_to(arm.actions[0].airway.flow_l_min, 2));
}

/* What runs at the fork is carried on: peep alone changes a ventilator that is there. */
static void the_airway_of_the_fork_goes_on(void **state)
{
    (void)state;
    plx_arm arm = read_good("ventilator mode=pc pressure=14 fio2=0.5");
    care.airway = arm.actions[0].airway;
    arm = read_good("peep 12 cmH2O");
    assert_int_equal(arm.actions[0].airway.vent, PLX_VENT_PRESSURE);
    assert_true(close_to(arm.actions[0].airway.peep_cmh2o, 12));
    assert_true(close_to(arm.actions[0].airway.fi_o2, 0.5));
}

static void words_alone(void **state)
{
    (void)state;
    assert_int_equal(read_good("decompress").actions[0].kind, PLX_ACTION_DECOMPRESS);
    plx_arm arm = read_good("bleeding_control 0.1");
    assert_int_equal(arm.actions[0].kind, PLX_ACTION_BLEEDING_CONTROL);
    assert_true(arm.actions[0].amount == 0.1);
    arm = read_good("tourniquet + passive_leg_raise 300 mL 2 min + antipyretic 4 h + "
                    "cooling 36 degC + lbnp -40 mmHg + pericardiocentesis 80 mL + stop");
    assert_int_equal(arm.actions_n, 7);
    assert_true(arm.actions[1].amount == 300 && arm.actions[1].duration_s == 120);
    assert_true(arm.actions[2].duration_s == 14400 && arm.actions[3].amount == 36);
    assert_true(arm.actions[4].amount == -40 && arm.actions[5].amount == 80);
    assert_int_equal(arm.actions[6].drug, PLX_DRUG_N);
    assert_int_equal(read_good("bleed 60 mL/min volume_ml=500").actions[0].kind, PLX_ACTION_BLEED);
}

#define BEHIND                                                                                     \
    "behind a word come an amount with its unit, a time (s, min, h) or key=value; \" + \" is "     \
    "between two actions"

static const struct {
    const char *text;
    plx_status status;
    const char *why;
} bad[] = {
    {"", PLX_MISSING, "an arm needs an action, as in \"crystalloid 500 mL 15 min\", or none"},
    {" \t", PLX_MISSING, "an arm needs an action, as in \"crystalloid 500 mL 15 min\", or none"},
    {"pray", PLX_UNKNOWN,
     "no action is called \"pray\"; known are all drugs, fluids and bleed, wound, "
     "bleeding_control, tourniquet, crystalloid, oxygen, cpap, niv, intubate, ventilator, peep, "
     "extubate, decompress, pericardiocentesis, antipyretic, cooling, temperature, "
     "passive_leg_raise, stand, lbnp, condition and stop"},
    {"decompress + none", PLX_CONFLICT,
     "\"none\" is wrong: it stands alone, without other actions"},
    {"none + decompress", PLX_CONFLICT,
     "\"none\" is wrong: it stands alone, without other actions"},
    {"decompress +", PLX_SYNTAX, "an action is missing before or behind a \"+\""},
    {"+ decompress", PLX_SYNTAX, "an action is missing before or behind a \"+\""},
    {"stop + + stop", PLX_SYNTAX, "an action is missing before or behind a \"+\""},
    {"crystalloid 500", PLX_RANGE,
     "crystalloid: \"500\" without a unit is wrong: the unit is mL or mL/min"},
    {"crystalloid 500 L", PLX_RANGE,
     "crystalloid: \"500\" with the unit \"L\" is wrong: the unit is mL or mL/min"},
    {"crystalloid 500mL", PLX_SYNTAX, "\"500mL\" is wrong: it is not a number"},
    {"crystalloid 15 min", PLX_MISSING, "crystalloid needs volume_ml"},
    {"crystalloid 500 mL 0.5 s", PLX_RANGE, "\"0.5 s\" is wrong: a time goes from 1 s to 168 h"},
    {"crystalloid 500 mL 169 h", PLX_RANGE, "\"169 h\" is wrong: a time goes from 1 s to 168 h"},
    {"crystalloid 500 mL 5 min 6 min", PLX_CONFLICT,
     "\"6 min\" is wrong: a time is said before it"},
    {"crystalloid 500 mL 600 mL", PLX_CONFLICT,
     "crystalloid: volume_ml is said twice, the second time as \"600\""},
    {"crystalloid 500 mL 10 s", PLX_RANGE,
     "\"crystalloid\" is wrong: no line takes more than 20 mL/s"},
    {"crystalloid 500 mL fluid=hes", PLX_RANGE,
     "fluid: \"hes\" is wrong: a crystalloid is ringer or saline"},
    {"decompress 5 min", PLX_RANGE, "\"5 min\" is wrong: no time is said with decompress"},
    {"decompress 5", PLX_RANGE, "decompress: \"5\" without a unit is wrong: it takes no amount"},
    {"decompress quickly", PLX_SYNTAX, "\"quickly\" is wrong: " BEHIND},
    {"decompress crystalloid 500 mL", PLX_SYNTAX, "\"crystalloid\" is wrong: " BEHIND},
    {"etomidate 20 mg rocuronium 100 mg", PLX_SYNTAX, "\"rocuronium\" is wrong: " BEHIND},
    {"bleeding_control 2", PLX_RANGE, "factor: \"2\" is wrong: a number from 0 to 1"},
    {"bleeding_control 10 %", PLX_RANGE,
     "bleeding_control: \"10\" with the unit \"%\" is wrong: it takes no unit"},
    {"norepinephrine 0.1", PLX_RANGE,
     "norepinephrine: \"0.1\" without a unit is wrong: " DOSE_UNITS},
    {"norepinephrine 0.1 spoons", PLX_RANGE,
     "norepinephrine: \"0.1\" with the unit \"spoons\" is wrong: " DOSE_UNITS},
    {"norepinephrine", PLX_MISSING, "norepinephrine needs dose"},
    {"norepinephrine 1 mg/kg", PLX_RANGE,
     "\"norepinephrine\" is wrong: the dose is over ten times what is customary: check its unit"},
    {"norepinephrine 0.1 U/min", PLX_RANGE,
     "\"norepinephrine\" is wrong: only vasopressin is given in units"},
    {"ventilator peep=80", PLX_RANGE, "peep: \"80\" is wrong: a number from 0 to 30"},
    {"ventilator mode=hfo", PLX_RANGE, "mode: \"hfo\" is wrong: vc (volume) or pc (pressure)"},
    {"ventilator color=red", PLX_UNKNOWN,
     "\"color\" means nothing to ventilator; it takes fio2, mode, vt_ml_kg, rr_per_min, peep, "
     "pressure"},
    {"ventilator fio2=", PLX_SYNTAX, "ventilator: \"fio2=\" is wrong: it is not key=value"},
    {"ventilator fio2=0.5 fio2=0.6", PLX_CONFLICT,
     "ventilator: fio2 is said twice, the second time as \"0.6\""},
    {"peep 5 cmH2O", PLX_CONFLICT, "peep needs cpap, intubate or ventilator before it"},
    {"intubate + oxygen 2 L/min device=nasal_cannula", PLX_CONFLICT,
     "a mask does not go with a ventilator or cpap; say fio2 there"},
    {"stop beer", PLX_SYNTAX, "\"beer\" is wrong: " BEHIND},
    {"condition name=gout severity=1", PLX_RANGE,
     "name: \"gout\" is wrong: no condition of that name is known"},
    {"stop + stop + stop + stop + stop + stop + stop + stop + stop + stop + stop + stop + stop + "
     "stop + stop + stop + tourniquet",
     PLX_LIMIT, "\"tourniquet\" is wrong: an arm has at most 16 actions"},
    {"etomidate 1 mg + ketamine 1 mg + fentanyl 1 ug + morphine 1 mg + propofol 1 mg + "
     "atropine 1 mg + naloxone 1 ug + midazolam 1 mg + rocuronium 1 mg",
     PLX_FULL, "\"rocuronium\" is wrong: too many drugs (8) or infusions (16) at once"},
    {"no\x01w", PLX_UNKNOWN, NULL},
};

static void wrong_texts_are_one_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char why[PLX_ARM_WHY_MAX] = "";
        plx_arm arm = {.actions_n = 99};
        plx_arm_fork fork = {&care, AT_S};
        plx_status status = plx_arm_parse(plx_slice_of(bad[i].text), &fork, &arm, why, sizeof why);
        if (status != bad[i].status)
            fail_msg("%s: %s %s", bad[i].text, plx_status_name(status), why);
        if (bad[i].why) assert_string_equal(why, bad[i].why);
        if (status != PLX_OK) assert_int_equal(arm.actions_n, 99);
    }
}

static void a_sentence_is_cut_to_its_memory(void **state)
{
    (void)state;
    char why[] = "0123456789";
    plx_arm arm;
    plx_arm_fork fork = {&care, AT_S};
    assert_int_equal(plx_arm_parse(PLX_LIT("decompress quickly"), &fork, &arm, why, 6), PLX_SYNTAX);
    assert_string_equal(why, "\"quic");
    assert_int_equal(why[6], '6');
    assert_int_equal(plx_arm_parse((plx_slice){0}, &fork, &arm, why, 1), PLX_MISSING);
    assert_string_equal(why, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(none_is_no_action, begin),
        cmocka_unit_test_setup(drugs_and_fluids, begin),
        cmocka_unit_test_setup(intubation_takes_its_drugs_along, begin),
        cmocka_unit_test_setup(a_ventilator_has_its_settings, begin),
        cmocka_unit_test_setup(the_airway_of_the_fork_goes_on, begin),
        cmocka_unit_test_setup(words_alone, begin),
        cmocka_unit_test_setup(wrong_texts_are_one_sentence, begin),
        cmocka_unit_test_setup(a_sentence_is_cut_to_its_memory, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
