/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a VITALS.csv becomes a person, observations with their sd, settings and actions at times;
 * what cannot be is left out with a note; what is wrong is one sentence with its line.
 * Oracle: files, values and sentences written by hand; sd of patient-twin.md section 5; limits of
 * knowledge/quantity.csv. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/vitals/vitals.h"

static plx_arena arena;
static char why[PLX_VITALS_WHY_MAX];

/* Memory of exactly the size that was asked for, so that the sanitizer sees what goes beyond. */
static plx_status parse(plx_slice text, plx_vitals *v)
{
    size_t n = plx_vitals_size(text);
    free(arena.base);
    arena = plx_arena_init(malloc(n), n);
    assert_non_null(arena.base);
    why[0] = 0;
    return plx_vitals_parse(text, &arena, v, why, sizeof why);
}

static plx_vitals read_good(const char *text)
{
    plx_vitals v;
    plx_status status = parse(plx_slice_of(text), &v);
    if (status != PLX_OK) fail_msg("%s: %s", plx_status_name(status), why);
    assert_string_equal(why, "");
    return v;
}

static int end(void **state)
{
    (void)state;
    free(arena.base);
    arena = (plx_arena){0};
    return 0;
}

#define WHO "# sex=f age=67 height_cm=162 weight_kg=70\n"
#define HEAD WHO "time_s,hr_bpm,action,dose,unit,duration_s,args\n"

/* The example of the design page. */
static const char whole[] =
    "# sex=f age=67 height_cm=162 weight_kg=70 chronic=hypertension\n"
    "time_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,spo2_pct,rr_per_min,etco2_mmhg,temp_c,fio2,action,"
    "dose,unit,duration_s,args\n"
    "0,118,88,50,,93,26,,38.6,0.21,,,,,\n"
    "60,119,,,,94,25,,,0.21,oxygen,2,L/min,,device=nasal_cannula\n"
    "300,,,,,,,,,,ringer,500,mL,900,\n";

static void assert_observation(const plx_vitals *v, uint32_t i, uint32_t time_s,
                               plx_measure quantity, const double value_sd[2])
{
    assert_true(i < v->observations_n);
    const plx_vitals_observation *o = &v->observations[i];
    if (o->time_s != time_s || o->quantity != quantity || o->value != value_sd[0] ||
        o->sd != value_sd[1])
        fail_msg("observation %u: %u s, %s %g, sd %g", i, o->time_s, plx_measure_name(o->quantity),
                 o->value, o->sd);
}
#define ASSERT_OBSERVATION(v, i, time_s, quantity, value, sd)                                      \
    assert_observation(v, i, time_s, PLX_MEASURE_##quantity, (const double[]){value, sd})

static void the_whole_file(void **state)
{
    (void)state;
    plx_vitals v = read_good(whole);
    assert_int_equal(v.person.sex, PLX_SEX_FEMALE);
    assert_true(v.person.age == 67 && v.person.height_cm == 162 && v.person.weight_kg == 70);
    assert_int_equal(v.person.chronic, PLX_CHRONIC_HYPERTENSION);
    assert_true(v.t0_us == PLX_TIME_NONE);
    assert_int_equal(v.rows_n, 3);
    assert_int_equal(v.steady_rows_n, 2);
    assert_int_equal(v.last_s, 300);
    assert_int_equal(v.notes_n, 0);
    assert_int_equal(v.observations_n, 9);
    ASSERT_OBSERVATION(&v, 0, 0, hr_bpm, 118, 2);
    ASSERT_OBSERVATION(&v, 1, 0, sbp_mmhg, 88, 7);
    ASSERT_OBSERVATION(&v, 2, 0, dbp_mmhg, 50, 6);
    ASSERT_OBSERVATION(&v, 3, 0, spo2_pct, 93, 2);
    ASSERT_OBSERVATION(&v, 4, 0, rr_per_min, 26, 2);
    ASSERT_OBSERVATION(&v, 5, 0, core_temp_c, 38.6, 0.2);
    ASSERT_OBSERVATION(&v, 8, 60, rr_per_min, 25, 2);
    assert_int_equal(v.observations[8].line, 4);
    assert_int_equal(v.fio2_n, 2);
    assert_true(v.fio2[1].time_s == 60 && v.fio2[1].fraction == 0.21);
    assert_int_equal(v.actions_n, 2);
    assert_int_equal(v.actions[0].kind, PLX_ACTION_AIRWAY);
    assert_int_equal(v.actions[0].at_s, 60);
    assert_int_equal(v.actions[0].airway.device, PLX_OXYGEN_NASAL_CANNULA);
    assert_true((double)v.actions[0].airway.flow_l_min == 2);
    assert_int_equal(v.actions[1].fluid, PLX_FLUID_RINGER);
    assert_true(v.actions[1].at_s == 300 && v.actions[1].amount == 500);
    assert_true(v.actions[1].duration_s == 900);
    assert_int_equal(v.action_lines[1], 5);
}

static void the_source_gives_the_sd(void **state)
{
    (void)state;
    plx_vitals v = read_good("# sex=m age=40 height_cm=180 weight_kg=80 bp=art hr=pulse\n"
                             "# rr=counted saps2=30 chronic=copd|diabetes\n"
                             "time_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,spo2_pct,rr_per_min,"
                             "etco2_mmhg,bp_source\n"
                             "0,80,120,70,90,79,14,35,\n"
                             "1,80,120,70,90,80,14,35,cuff\n"
                             "2,,,,,100,,,\n");
    assert_int_equal(v.person.chronic, PLX_CHRONIC_COPD | PLX_CHRONIC_DIABETES);
    assert_true(v.person.saps2 == 30);
    ASSERT_OBSERVATION(&v, 0, 0, hr_bpm, 80, 4);
    ASSERT_OBSERVATION(&v, 1, 0, sbp_mmhg, 120, 3);
    ASSERT_OBSERVATION(&v, 2, 0, dbp_mmhg, 70, 2.5);
    ASSERT_OBSERVATION(&v, 3, 0, map_mmhg, 90, 2);
    ASSERT_OBSERVATION(&v, 4, 0, spo2_pct, 79, 3);
    ASSERT_OBSERVATION(&v, 5, 0, rr_per_min, 14, 3);
    ASSERT_OBSERVATION(&v, 6, 0, etco2_mmhg, 35, 2.5);
    assert_true(v.observations[1].art && !v.observations[0].art);
    ASSERT_OBSERVATION(&v, 8, 1, sbp_mmhg, 120, 7);
    ASSERT_OBSERVATION(&v, 9, 1, dbp_mmhg, 70, 6);
    ASSERT_OBSERVATION(&v, 10, 1, map_mmhg, 90, 5);
    ASSERT_OBSERVATION(&v, 11, 1, spo2_pct, 80, 2);
    assert_false(v.observations[8].art || v.observations[11].one_sided);
    ASSERT_OBSERVATION(&v, 14, 2, spo2_pct, 100, 2);
    assert_true(v.observations[14].one_sided);
    assert_int_equal(v.steady_rows_n, 2);
}

static void a_clock_instead_of_seconds(void **state)
{
    (void)state;
    plx_vitals v = read_good(WHO "time,hr_bpm\n2026-11-30T10:00:00Z,80\n"
                                 "2026-11-30T11:01:00.9+01:00,81\n");
    assert_int_equal(v.observations[0].time_s, 0);
    assert_int_equal(v.observations[1].time_s, 60);
    int64_t t0_us = 0;
    assert_int_equal(plx_time_from_iso(PLX_LIT("2026-11-30T10:00:00Z"), &t0_us), PLX_OK);
    assert_true(v.t0_us == t0_us);
    v = read_good("# t0=2026-11-30T09:00:00Z\n" WHO "time,hr_bpm\n2026-11-30T10:00:00Z,80\n");
    assert_int_equal(v.observations[0].time_s, 3600);
    v = read_good("# t0=2026-11-30T10:00:00Z\n" WHO "time_s,hr_bpm\n5,80\n");
    assert_true(v.t0_us == t0_us && v.observations[0].time_s == 5);
}

static void the_form_is_free_where_it_may_be(void **state)
{
    (void)state;
    plx_vitals v = read_good("\xef\xbb\xbf# bay 4, morning\r\n#\r\n\r\n" WHO
                             " time_s ,\"hr_bpm\"\r\n 0 , 8e1 \r\n\r\n7,\r\n");
    assert_int_equal(v.rows_n, 2);
    assert_int_equal(v.observations_n, 1);
    ASSERT_OBSERVATION(&v, 0, 0, hr_bpm, 80, 2);
    assert_int_equal(v.observations[0].line, 6);
    v = read_good(WHO "action,time_s\ndecompress,3");
    assert_int_equal(v.actions[0].kind, PLX_ACTION_DECOMPRESS);
    assert_int_equal(read_good(WHO "time_s,hr_bpm").rows_n, 0);
}

static void several_actions_share_a_time(void **state)
{
    (void)state;
    plx_vitals v = read_good(HEAD "10,,etomidate,20,mg,,\n10,90,rocuronium,100,mg,,\n"
                                  "10,,intubate,,,,vt_ml_kg=6;fio2=0.5\n"
                                  "20,,peep,10,cmH2O,,\n30,91,,,,,\n");
    assert_int_equal(v.actions_n, 4);
    assert_int_equal(v.observations_n, 2);
    const plx_airway *a = &v.actions[3].airway; /* what was set before goes on */
    assert_true((double)a->fi_o2 == 0.5 && (double)a->peep_cmh2o == 10);
    assert_int_equal(a->vent, PLX_VENT_VOLUME);
}

static void what_cannot_be_is_left_out(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "line 3: hr_bpm 351 is left out: possible is 0 to 350",
        "line 3: spo2_pct 100.5 is left out: possible is 0 to 100",
        "line 3: fio2 21 is left out: possible is 0.15 to 1",
        "line 4: sbp_mmhg 80 is left out: it contradicts another pressure of this row",
        "line 4: dbp_mmhg 80 is left out: it contradicts another pressure of this row",
        "line 5: map_mmhg 130 is left out: it contradicts another pressure of this row",
        "line 6: map_mmhg 60 is left out: it contradicts another pressure of this row",
        "line 7: sbp_mmhg 19 is left out: possible is 20 to 330",
        "line 9: spo2_pct 85 is left out: its signal is poor",
        "line 10: core_temp_c 98.6 is left out: possible is 20 to 46",
    };
    plx_vitals v = read_good(
        WHO "time_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,spo2_pct,temp_c,fio2,bp_source,quality\n"
            "0,351,,,,100.5,,21,,\n"
            "1,,80,80,,,,,,\n"
            "2,350,120,,130,,,,,\n"
            "3,,,70,60,,,,,\n"
            "4,,19,,,,,,,\n"
            "5,,19,,,,,,art,\n"
            "6,80,,,,85,,,,poor\n"
            "7,,,,,85,98.6,0.4,,good\n");
    assert_int_equal(v.notes_n, sizeof notes / sizeof *notes);
    for (uint32_t i = 0; i < v.notes_n; i++) {
        char text[100];
        plx_vitals_note_write(&v.notes[i], text, sizeof text);
        assert_string_equal(text, notes[i]);
    }
    assert_int_equal(v.observations_n, 6);
    ASSERT_OBSERVATION(&v, 0, 2, hr_bpm, 350, 2);
    ASSERT_OBSERVATION(&v, 1, 2, sbp_mmhg, 120, 7);
    ASSERT_OBSERVATION(&v, 2, 3, dbp_mmhg, 70, 6);
    ASSERT_OBSERVATION(&v, 3, 5, sbp_mmhg, 19, 3);
    ASSERT_OBSERVATION(&v, 4, 6, hr_bpm, 80, 2);
    ASSERT_OBSERVATION(&v, 5, 7, spo2_pct, 85, 2);
    assert_int_equal(v.fio2_n, 1);
    assert_int_equal(v.steady_rows_n, 4);
    char cut[8];
    plx_vitals_note_write(&v.notes[0], cut, sizeof cut);
    assert_string_equal(cut, "line 3:");
    v = read_good("# hr=pulse\n" WHO "time_s,hr_bpm,quality\n0,80,poor\n");
    assert_true(v.observations_n == 0 && v.notes_n == 1);
}

/* A child is no fault of the file: the model says that it has no answer. */
static void outside_the_envelope(void **state)
{
    (void)state;
    plx_vitals v = read_good("# sex=m age=4 height_cm=102 weight_kg=16\ntime_s,hr_bpm,action\n"
                             "0,110,decompress\n");
    char no[100];
    assert_int_equal(plx_person_check(&v.person, no, sizeof no), PLX_RANGE);
    assert_string_equal(no, "age 4 below 16");
    assert_int_equal(v.actions_n, 1);
}

#define MISSING_WHO                                                                                \
    " is missing: a line like \"# sex=f age=67 height_cm=162 weight_kg=70\" comes before the "     \
    "header"
#define HEAD_COLUMNS                                                                               \
    "the columns are hr_bpm, sbp_mmhg, dbp_mmhg, map_mmhg, spo2_pct, rr_per_min, etco2_mmhg, "     \
    "temp_c, time_s, time, fio2, bp_source, quality, action, dose, unit, duration_s and args"
#define NO_HEADER "there is no header: it names the columns, as in time_s,hr_bpm,sbp_mmhg,dbp_mmhg"

typedef struct bad_file {
    const char *text;
    plx_status status;
    const char *why;
} bad_file;

static const bad_file bad_heads[] = {
    {"", PLX_MISSING, "line 1: " NO_HEADER},
    {WHO, PLX_MISSING, "line 2: " NO_HEADER},
    {WHO "\n \n", PLX_MISSING, "line 4: " NO_HEADER},
    {"time_s,hr_bpm\n0,80\n", PLX_MISSING, "line 1: sex" MISSING_WHO},
    {"# sex=f age=67 height_cm=162\ntime_s,hr_bpm\n", PLX_MISSING, "line 2: weight_kg" MISSING_WHO},
    {"# sex=w\n", PLX_UNKNOWN, "line 1: sex: \"w\" is wrong: m or f"},
    {"# sex=f\n# age=old\n", PLX_RANGE, "line 2: age: \"old\" is wrong: a number from 0 to 130"},
    {"# weight_kg=0\n", PLX_RANGE, "line 1: weight_kg: \"0\" is wrong: a number from 0.3 to 650"},
    {"# sex=f sex=m\n", PLX_CONFLICT, "line 1: sex: \"m\" is wrong: it is said twice"},
    {"# weight=70\n", PLX_UNKNOWN,
     "line 1: comment line: \"weight\" is wrong: known are sex, age, height_cm, weight_kg, saps2, "
     "chronic, t0, bp, hr and rr"},
    {"# sex=f and old\n", PLX_SYNTAX,
     "line 1: comment line: \"and\" is wrong: each word of it is key=value, or none of them is"},
    {"# chronic=copd|gout\n", PLX_UNKNOWN,
     "line 1: chronic: \"gout\" is wrong: hypertension, heart_failure, beta_blocker, copd, "
     "atrial_fibrillation, diabetes or kidney_disease"},
    {"# chronic=copd|\n", PLX_UNKNOWN,
     "line 1: chronic: \"\" is wrong: hypertension, heart_failure, beta_blocker, copd, "
     "atrial_fibrillation, diabetes or kidney_disease"},
    {"# t0=10:00\n", PLX_RANGE,
     "line 1: t0: \"10:00\" is wrong: a time like 2026-11-25T16:06:55Z, with its zone"},
    {"# bp=leg\n", PLX_UNKNOWN, "line 1: bp: \"leg\" is wrong: cuff or art"},
    {"# hr=ear\n", PLX_UNKNOWN, "line 1: hr: \"ear\" is wrong: ecg or pulse"},
    {"# rr=ear\n", PLX_UNKNOWN, "line 1: rr: \"ear\" is wrong: impedance or counted"},
    {WHO "time_s,mood\n", PLX_UNKNOWN, "line 2: header: \"mood\" is wrong: " HEAD_COLUMNS},
    {WHO "time_s,\n", PLX_UNKNOWN, "line 2: header: \"\" is wrong: " HEAD_COLUMNS},
    {WHO "time_s,hr_bpm,hr_bpm\n", PLX_CONFLICT,
     "line 2: header: \"hr_bpm\" is wrong: it stands twice"},
    {WHO "hr_bpm\n", PLX_MISSING, "line 2: the header needs time_s or time"},
    {WHO "time_s,time,hr_bpm\n", PLX_CONFLICT,
     "line 2: the header has time_s and time; one is meant"},
    {WHO "time_s,fio2\n", PLX_MISSING, "line 2: the header has neither a vital sign nor actions"},
    {"# caf\xe9\n" WHO "time_s,hr_bpm\n", PLX_SYNTAX, "line 1: the text is not UTF-8"},
};

static const bad_file bad_rows[] = {
    {"0,80\n", PLX_SYNTAX, "line 3: the row has 2 cells, the header 7"},
    {"0,80,,,,,\n# later\n", PLX_SYNTAX, "line 4: comment lines stand before the header only"},
    {"0,\"80,,,,,\n", PLX_SYNTAX,
     "line 3: a quote is wrong: a cell with quotes begins and ends with one, and one inside is "
     "doubled"},
    {",80,,,,,\n", PLX_MISSING, "line 3: a row needs its time"},
    {"soon,80,,,,,\n", PLX_RANGE,
     "line 3: time_s: \"soon\" is wrong: a whole number of seconds from 0 to 604800"},
    {"-1,80,,,,,\n", PLX_RANGE,
     "line 3: time_s: \"-1\" is wrong: a whole number of seconds from 0 to 604800"},
    {"604801,80,,,,,\n", PLX_RANGE,
     "line 3: time_s: \"604801\" is wrong: a whole number of seconds from 0 to 604800"},
    {"5,80,,,,,\n4,80,,,,,\n", PLX_CONFLICT,
     "line 4: time_s: \"4\" is wrong: it is before the row above"},
    {"5,80,,,,,\n5,81,,,,,\n", PLX_CONFLICT,
     "line 4: the time is that of the row above; only actions may share it"},
    {"5,80,,,,,\n5,,,,,,\n", PLX_CONFLICT,
     "line 4: the time is that of the row above; only actions may share it"},
    {"5,80,,,,,\n5,,stop,,,,\n5,81,stop,,,,\n", PLX_CONFLICT,
     "line 5: the time is that of the row above; only actions may share it"},
    {"5,fast,,,,,\n", PLX_SYNTAX,
     "line 3: hr_bpm: \"fast\" is wrong: a number, or nothing when it was not measured"},
    {"5,nan,,,,,\n", PLX_SYNTAX,
     "line 3: hr_bpm: \"nan\" is wrong: a number, or nothing when it was not measured"},
    {"5,,pray,,,,\n", PLX_UNKNOWN, NULL},
    {"5,,,3,,,\n", PLX_MISSING, "line 3: dose: \"3\" is wrong: there is no action in this row"},
    {"5,,,,,,x=1\n", PLX_MISSING, "line 3: args: \"x=1\" is wrong: there is no action in this row"},
    {"5,,ringer,,mL,,\n", PLX_MISSING, "line 3: unit: \"mL\" is wrong: there is no dose before it"},
    {"5,,ringer,,,,\n", PLX_MISSING, "line 3: ringer needs volume_ml"},
    {"5,,ringer,500,,,\n", PLX_RANGE,
     "line 3: ringer: \"500\" without a unit is wrong: the unit is mL or mL/min"},
    {"5,,ringer,much,mL,,\n", PLX_RANGE,
     "line 3: volume_ml: \"much\" is wrong: a number from 1 to 20000"},
    {"5,,ringer,500,mL,soon,\n", PLX_RANGE,
     "line 3: duration_s: \"soon\" is wrong: a number from 1 to 604800"},
    {"5,,decompress,,,60,\n", PLX_UNKNOWN,
     "line 3: \"duration_s\" means nothing to decompress; it takes no keys"},
    {"5,,oxygen,2,L/min,,\n", PLX_MISSING, "line 3: oxygen needs device"},
    {"5,,oxygen,2,L/min,,device=hose\n", PLX_RANGE,
     "line 3: device: \"hose\" is wrong: room_air, nasal_cannula, simple_mask, non_rebreather, "
     "high_flow_nasal or fio2"},
    {"5,,oxygen,2,L/min,,flow_l_min=3\n", PLX_CONFLICT,
     "line 3: oxygen: flow_l_min is said twice, the second time as \"3\""},
    {"5,,cpap,,,,peep=5;;fio2=1\n", PLX_SYNTAX, "line 3: cpap: \"\" is wrong: it is not key=value"},
    {"5,,peep,5,cmH2O,,\n", PLX_CONFLICT,
     "line 3: peep needs cpap, intubate or ventilator before it"},
    {"5,80,,,,,\n9,,propofol,9,mg/kg,,\n10,,propofol,900,mg/kg,,\n", PLX_RANGE,
     "line 5: the dose is over ten times what is customary: check its unit"},
    {"5,,ringer,2000,mL,10,\n", PLX_RANGE, "line 3: no line takes more than 20 mL/s"},
};

static void assert_bad(plx_slice text, plx_status expected, const char *sentence)
{
    plx_vitals v;
    plx_status status = parse(text, &v);
    if (status != expected || (sentence && strcmp(why, sentence) != 0))
        fail_msg("%.*s\n%s: %s\nexpected %s", (int)text.n, text.at, plx_status_name(status), why,
                 sentence ? sentence : "");
    assert_true(why[0] != 0);
}

static void wrong_heads_are_one_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_heads / sizeof *bad_heads; i++)
        assert_bad(plx_slice_of(bad_heads[i].text), bad_heads[i].status, bad_heads[i].why);
}

static void wrong_rows_are_one_sentence(void **state)
{
    (void)state;
    char text[1000];
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        plx_out out = plx_out_init(text, sizeof text);
        plx_out_text(&out, HEAD);
        plx_out_text(&out, bad_rows[i].text);
        assert_bad(plx_out_slice(&out), bad_rows[i].status, bad_rows[i].why);
    }
    assert_bad(PLX_LIT(HEAD "5,,pray,,,,\n"), PLX_UNKNOWN, NULL);
    assert_non_null(strstr(why, "line 3: no action is called \"pray\"; known are all drugs, "));
    assert_bad(PLX_LIT(WHO "time_s,hr_bpm\n0,8\0"
                           "0\n"),
               PLX_SYNTAX, "line 3: the text holds a byte 0");
}

static void wrong_clocks_are_one_sentence(void **state)
{
    (void)state;
    assert_bad(PLX_LIT(WHO "time,hr_bpm\n2026-11-30 10:00,80\n"), PLX_RANGE,
               "line 3: time: \"2026-11-30 10:00\" is wrong: a time like 2026-11-25T16:06:55Z, "
               "with its zone");
    assert_bad(PLX_LIT("# t0=2026-11-30T10:00:00Z\n" WHO "time,hr_bpm\n2026-11-30T09:59:59Z,80\n"),
               PLX_CONFLICT, "line 4: time: \"2026-11-30T09:59:59Z\" is wrong: it is before t0");
    assert_bad(PLX_LIT(WHO "time,hr_bpm\n2026-11-30T10:00:00Z,80\n2026-11-30T09:00:00Z,80\n"),
               PLX_CONFLICT,
               "line 4: time: \"2026-11-30T09:00:00Z\" is wrong: it is before the row above");
    assert_bad(PLX_LIT(WHO "time,hr_bpm\n2026-11-30T10:00:00Z,80\n2026-12-30T10:00:00Z,80\n"),
               PLX_RANGE,
               "line 4: time: \"2026-12-30T10:00:00Z\" is wrong: it is over 7 days after the "
               "start");
    assert_bad(PLX_LIT(WHO "time,hr_bpm\n2026-11-30T10:00:00Z,80\n2026-11-30T10:00:00.5Z,80\n"),
               PLX_CONFLICT,
               "line 4: the time is that of the row above; only actions may share it");
}

static void too_little_memory(void **state)
{
    (void)state;
    plx_slice text = plx_slice_of(whole);
    size_t n = plx_vitals_size(text) / 2;
    plx_vitals v;
    free(arena.base);
    arena = plx_arena_init(malloc(n), n);
    assert_int_equal(plx_vitals_parse(text, &arena, &v, why, sizeof why), PLX_SPACE);
    assert_string_equal(why, "the memory is too small for this text");
}

static void too_many_rows(void **state)
{
    (void)state;
    enum { ROWS = PLX_VITALS_ROWS_MAX + 1, ROW_BYTES = 10 };
    size_t n = sizeof WHO + ROW_BYTES * (ROWS + 2);
    char *text = malloc(n);
    assert_non_null(text);
    plx_out out = plx_out_init(text, n);
    plx_out_text(&out, WHO "time_s,hr_bpm\n");
    for (uint32_t i = 0; i < ROWS; i++) {
        plx_out_u64(&out, i);
        plx_out_text(&out, ",80\n");
    }
    assert_false(out.full);
    assert_bad(plx_out_slice(&out), PLX_LIMIT, "line 65539: there are more than 65536 rows");
    out.n -= strlen("65536,80\n");
    plx_vitals v;
    assert_int_equal(parse(plx_out_slice(&out), &v), PLX_OK);
    assert_true(v.rows_n == PLX_VITALS_ROWS_MAX && v.observations_n == PLX_VITALS_ROWS_MAX);
    free(text);
}

/* Bytes changed, cut and doubled at random. */
static void mangled_files_do_no_harm(void **state)
{
    (void)state;
    enum { ROUNDS = 20000 };
    plx_rng rng = plx_rng_init(5, 1);
    unsigned taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        size_t n = sizeof whole - 1;
        for (uint64_t k = plx_rng_below(&rng, 4); k-- > 0;)
            text[plx_rng_below(&rng, n)] =
                i % 2 ? (char)plx_rng_below(&rng, 128) : text[plx_rng_below(&rng, n)];
        if (i % 5 == 0) n = plx_rng_below(&rng, n);
        plx_vitals v;
        plx_status status = parse((plx_slice){text, n}, &v);
        assert_true(status == PLX_OK ? why[0] == 0 : why[0] != 0);
        taken += status == PLX_OK;
    }
    assert_in_range(taken, 100, ROUNDS - 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_file),
        cmocka_unit_test(the_source_gives_the_sd),
        cmocka_unit_test(a_clock_instead_of_seconds),
        cmocka_unit_test(the_form_is_free_where_it_may_be),
        cmocka_unit_test(several_actions_share_a_time),
        cmocka_unit_test(what_cannot_be_is_left_out),
        cmocka_unit_test(outside_the_envelope),
        cmocka_unit_test(wrong_heads_are_one_sentence),
        cmocka_unit_test(wrong_rows_are_one_sentence),
        cmocka_unit_test(wrong_clocks_are_one_sentence),
        cmocka_unit_test(too_little_memory),
        cmocka_unit_test(too_many_rows),
        cmocka_unit_test(mangled_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
