/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: words become the action that they say, and what is wrong is a sentence that tells which
 * word it is about; amounts with a unit come under the key of that unit. (All verbs and values in a
 * file: edge/host/scenario_file_test.c; in texts: core/vitals/arm_test.c.)
 * Oracle: actions written by hand. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/physiology/action.h"

static const plx_person man = {.sex = PLX_SEX_MALE, .age = 35, .height_cm = 178, .weight_kg = 80};

static void words_become_an_action(void **state)
{
    (void)state;
    plx_action_reader reader = {.person = &man};
    plx_action_words words = {.verb = PLX_LIT("prbc")};
    words.text[PLX_KEY_volume_ml] = PLX_LIT("300");
    words.text[PLX_KEY_duration_s] = PLX_LIT("600");
    words.text[PLX_KEY_hct] = PLX_LIT("0.65");
    plx_action a;
    assert_int_equal(plx_action_read(&reader, &words, 42, &a), PLX_OK);
    assert_int_equal(a.kind, PLX_ACTION_FLUID);
    assert_int_equal(a.fluid, PLX_FLUID_PRBC);
    assert_int_equal(a.at_s, 42);
    assert_true(a.amount == 300 && a.duration_s == 600 && a.hct == 0.65 && a.rate_ml_min == 0);
}

static void an_error_changes_nothing(void **state)
{
    (void)state;
    plx_action_reader reader = {.person = &man, .airway = {.vent = PLX_VENT_CPAP}};
    plx_action_words words = {.verb = PLX_LIT("ventilator")};
    words.text[PLX_KEY_fio2] = PLX_LIT("2");
    plx_action a = {.at_s = 7};
    assert_int_equal(plx_action_read(&reader, &words, 42, &a), PLX_RANGE);
    assert_int_equal(a.at_s, 7);
    assert_int_equal(reader.airway.vent, PLX_VENT_CPAP);
    assert_int_equal(reader.fault.place, PLX_ACTION_AT_VALUE);
    assert_int_equal(reader.fault.key, PLX_KEY_fio2);
    assert_string_equal(reader.fault.why, "fio2: \"2\" is wrong: a number from 0.21 to 1");
}

static void a_fault_tells_its_place(void **state)
{
    (void)state;
    const struct {
        plx_slice verb;
        plx_action_key key;
        plx_status status;
        plx_action_place place;
        const char *why;
    } rows[] = {
        {PLX_LIT("pray"), PLX_KEY_dose, PLX_UNKNOWN, PLX_ACTION_AT_VERB,
         "no action is called \"pray\""},
        {PLX_LIT(""), PLX_KEY_dose, PLX_UNKNOWN, PLX_ACTION_AT_VERB, "no action is called \"\""},
        {PLX_LIT("bleed"), PLX_KEY_volume_ml, PLX_MISSING, PLX_ACTION_AT_VERB,
         "bleed needs rate_ml_min"},
        {PLX_LIT("decompress"), PLX_KEY_dose, PLX_CONFLICT, PLX_ACTION_AT_KEY,
         "dose means nothing to decompress"},
        {PLX_LIT("peep"), PLX_KEY_peep, PLX_CONFLICT, PLX_ACTION_AT_VERB,
         "peep needs cpap, intubate or ventilator before it"},
        {PLX_LIT("wound"), PLX_KEY_rate_ml_min, PLX_RANGE, PLX_ACTION_AT_VALUE,
         "rate_ml_min: \"1x\" is wrong: a number from 0 to 1200"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plx_action_reader reader = {.person = &man};
        plx_action_words words = {.verb = rows[i].verb};
        plx_action a;
        words.text[rows[i].key] = PLX_LIT("1x");
        assert_int_equal(plx_action_read(&reader, &words, 0, &a), rows[i].status);
        assert_int_equal(reader.fault.place, rows[i].place);
        assert_string_equal(reader.fault.why, rows[i].why);
    }
}

static void an_amount_finds_its_key(void **state)
{
    (void)state;
    const struct {
        plx_slice verb, number, unit;
        plx_action_key key; /* PLX_KEY_N: refused with why */
        const char *why;
    } rows[] = {
        {PLX_LIT("ringer"), PLX_LIT("500"), PLX_LIT("mL"), PLX_KEY_volume_ml, ""},
        {PLX_LIT("bleed"), PLX_LIT("60"), PLX_LIT("mL/min"), PLX_KEY_rate_ml_min, ""},
        {PLX_LIT("oxygen"), PLX_LIT("2"), PLX_LIT("L/min"), PLX_KEY_flow_l_min, ""},
        {PLX_LIT("cpap"), PLX_LIT("8"), PLX_LIT("cmH2O"), PLX_KEY_peep, ""},
        {PLX_LIT("cooling"), PLX_LIT("33"), PLX_LIT("degC"), PLX_KEY_temp_c, ""},
        {PLX_LIT("lbnp"), PLX_LIT("-40"), PLX_LIT("mmHg"), PLX_KEY_pressure_mmhg, ""},
        {PLX_LIT("bleeding_control"), PLX_LIT("0.1"), PLX_LIT(""), PLX_KEY_factor, ""},
        {PLX_LIT("propofol"), PLX_LIT("2"), PLX_LIT("mg/kg"), PLX_KEY_dose, ""},
        {PLX_LIT("ringer"), PLX_LIT("500"), PLX_LIT("L"), PLX_KEY_N,
         "ringer: \"500\" with the unit \"L\" is wrong: the unit is mL or mL/min"},
        {PLX_LIT("ringer"), PLX_LIT("500"), PLX_LIT(""), PLX_KEY_N,
         "ringer: \"500\" without a unit is wrong: the unit is mL or mL/min"},
        {PLX_LIT("bleeding_control"), PLX_LIT("10"), PLX_LIT("%"), PLX_KEY_N,
         "bleeding_control: \"10\" with the unit \"%\" is wrong: it takes no unit"},
        {PLX_LIT("decompress"), PLX_LIT("1"), PLX_LIT(""), PLX_KEY_N,
         "decompress: \"1\" without a unit is wrong: it takes no amount"},
        {PLX_LIT("ventilator"), PLX_LIT("8"), PLX_LIT("cmH2O"), PLX_KEY_N,
         "ventilator: \"8\" with the unit \"cmH2O\" is wrong: it takes no amount"},
        {PLX_LIT("propofol"), PLX_LIT("2"), PLX_LIT(""), PLX_KEY_N,
         "propofol: \"2\" without a unit is wrong: the unit is ug, mg, ug/kg, mg/kg, U, ug/min, "
         "mg/min, mg/h, ug/kg/min, ug/kg/h, mg/kg/h, U/min or U/h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plx_action_words words = {.verb = rows[i].verb};
        plx_action_fault fault = {.why = ""};
        bool good = rows[i].key != PLX_KEY_N;
        assert_int_equal(plx_action_say_amount(&words, rows[i].number, rows[i].unit, &fault),
                         good ? PLX_OK : PLX_RANGE);
        assert_string_equal(fault.why, rows[i].why);
        if (good) assert_true(plx_slice_equal(words.text[rows[i].key], rows[i].number));
    }
}

static void nothing_is_said_twice(void **state)
{
    (void)state;
    plx_action_words words = {.verb = PLX_LIT("propofol")};
    plx_action_fault fault;
    assert_int_equal(plx_action_say_amount(&words, PLX_LIT("2"), PLX_LIT("mg/kg"), &fault), PLX_OK);
    assert_int_equal(plx_action_say_amount(&words, PLX_LIT("3"), PLX_LIT("mg"), &fault),
                     PLX_CONFLICT);
    assert_string_equal(fault.why, "propofol: dose is said twice, the second time as \"3\"");
    assert_true(plx_slice_is(words.text[PLX_KEY_unit], "mg/kg"));
    assert_int_equal(plx_action_say(&words, PLX_LIT("unit=mg"), &fault), PLX_CONFLICT);
    assert_int_equal(plx_action_say(&words, PLX_LIT("duration_s=60"), &fault), PLX_OK);
    assert_true(plx_slice_is(words.text[PLX_KEY_duration_s], "60"));
}

static void wrong_pairs(void **state)
{
    (void)state;
    static const char *const pairs[] = {"", "=", "fio2", "fio2=", "=0.5"};
    plx_action_words words = {.verb = PLX_LIT("cpap")};
    plx_action_fault fault;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_int_equal(plx_action_say(&words, plx_slice_of(pairs[i]), &fault), PLX_SYNTAX);
    assert_string_equal(fault.why, "cpap: \"=0.5\" is wrong: it is not key=value");
    assert_int_equal(plx_action_say(&words, PLX_LIT("color=red"), &fault), PLX_UNKNOWN);
    assert_string_equal(fault.why,
                        "\"color\" means nothing to cpap; it takes fio2, peep, pressure");
    words.verb = PLX_LIT("extubate");
    assert_int_equal(plx_action_say(&words, PLX_LIT("fio2=1"), &fault), PLX_UNKNOWN);
    assert_string_equal(fault.why, "\"fio2\" means nothing to extubate; it takes no keys");
}

/* Each word that is listed is one, and none is left out at the end of the sentence. */
static void an_unknown_word_is_told_what_is_known(void **state)
{
    (void)state;
    plx_action_fault fault;
    char longest[200];
    for (size_t i = 0; i < sizeof longest; i++)
        longest[i] = 'x';
    plx_action_say_unknown((plx_slice){longest, sizeof longest}, &fault);
    assert_non_null(strstr(fault.why, "; known are all drugs, fluids and bleed, wound, "));
    assert_non_null(strstr(fault.why, ", condition and stop"));
    uint32_t keys;
    assert_true(plx_action_verb_keys(PLX_LIT("saline"), &keys));
    assert_false(plx_action_verb_keys(PLX_LIT("drug"), &keys));
    plx_action_key key = PLX_KEY_N;
    assert_true(plx_action_key_named(PLX_LIT("onset_s"), &key) && key == PLX_KEY_onset_s);
    assert_false(plx_action_key_named(PLX_LIT("at_s"), &key));
    assert_string_equal(plx_action_key_name(PLX_KEY_volume_ml), "volume_ml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_an_action),
        cmocka_unit_test(an_error_changes_nothing),
        cmocka_unit_test(a_fault_tells_its_place),
        cmocka_unit_test(an_amount_finds_its_key),
        cmocka_unit_test(nothing_is_said_twice),
        cmocka_unit_test(wrong_pairs),
        cmocka_unit_test(an_unknown_word_is_told_what_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
