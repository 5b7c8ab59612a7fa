/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: adults in a bed have bodies that bleed, burn and answer to treatment; the others walk; the
 * same seed tells the same story; slots run out without harm. Oracle: physiology's directions
 * (a bleed lowers the pressure, blood and pressure on the wound raise it; sepsis makes fever and a
 * fast heart; oxygen raises saturation); a second run; counting. Tolerance: directions with the
 * margins named in each test, as the constants of the bodies are tuned elsewhere. */
#include "core/hospital/bedside_for_test.h"

#include <math.h>

#include "core/base/hash.h"

#define SHOCK_MMHG 55.0

static void bleeding(void **state)
{
    (void)state;
    run r = begin(1, 10, 4);
    visit *v = ill_with(r.h, "GIB", ILLNESS_WOUND, UINT8_MAX);
    const double rest = (v->sbp + 2 * (0.5 * v->sbp + 14)) / 3;
    const bedside *b = plx_hosp_bedside_of(r.h, v);
    int minutes = 0;
    for (; minutes < 120 && b->signs.map > SHOCK_MMHG; minutes++)
        b = pass(r.h, v, 1, false);
    const double lowest = b->signs.map;
    b = pass(r.h, v, 120, true);
    print_message("# MAP at rest %.0f, after %d min of bleeding %.0f, after two hours of treatment "
                  "%.0f; red cells %d\n",
                  rest, minutes, lowest, b->signs.map, b->given.red_cells_n);
    assert_true(lowest <= SHOCK_MMHG);
    assert_true(b->signs.map > lowest + 5);
    assert_true(b->given.held && b->given.crystalloid_ml > 0);
    free(r.memory);
}

/* Getting worse opens the wound again. */
static void bleeding_again(void **state)
{
    (void)state;
    run r = begin(2, 10, 4);
    visit *v = ill_with(r.h, "GIB", ILLNESS_WOUND, UINT8_MAX);
    bedside *b = pass(r.h, v, 90, true);
    assert_true(b->given.held);
    v->target = 0.4;
    v->severity = 0.4;
    pass(r.h, v, 60, true);
    const double before = b->signs.map;
    v->target = 1;
    for (int i = 0; i < 120 && b->signs.map > before - 5; i++)
        b = pass(r.h, v, 1, false);
    assert_false(b->given.held);
    assert_true(b->signs.map <= before - 5);
    free(r.memory);
}

static void septic(void **state)
{
    (void)state;
    run r = begin(3, 10, 4);
    visit *v = ill_with(r.h, "SEPSIS", ILLNESS_CONDITION, PLX_CONDITION_SEPSIS);
    const double rest = v->hr;
    const bedside *b = pass(r.h, v, 60, false);
    print_message("# untreated sepsis: HR %.0f from %.0f, MAP %.0f, %.1f degC\n", b->signs.hr, rest,
                  b->signs.map, b->signs.temp);
    assert_true(b->signs.temp > 37.8);
    assert_true(b->signs.hr > rest + 8);
    const double ill = b->care.severity[PLX_CONDITION_SEPSIS];
    v->severity = v->target = 0.1; /* recovery */
    b = pass(r.h, v, 60, true);
    assert_true(b->care.severity[PLX_CONDITION_SEPSIS] < 0.6 * ill);
    free(r.memory);
}

static void short_of_oxygen(void **state)
{
    (void)state;
    run r = begin(4, 10, 4);
    visit *v = ill_with(r.h, "SEPSIS", ILLNESS_CONDITION, PLX_CONDITION_PNEUMONIA);
    v->severity = v->target = 1;
    bedside *b = pass(r.h, v, 20, false);
    const double before = b->signs.spo2;
    const measured blue = {100, 120, 80, 25, 80, 370}; /* whatever the body says */
    plx_hosp_protocol(r.h, v, b, &blue);
    assert_true(v->on_oxygen);
    assert_true(v->oxygen_l_min == 15);
    b = pass(r.h, v, 10, false);
    print_message("# SpO2 %.0f, with 15 L/min %.0f\n", before, b->signs.spo2);
    assert_true(b->signs.spo2 > before + 0.5);
    const measured well = {80, 120, 80, 15, 99, 370};
    for (int i = 0; i < 10; i++) { /* one step down in ten minutes */
        b = pass(r.h, v, 11, false);
        plx_hosp_protocol(r.h, v, b, &well);
    }
    assert_false(v->on_oxygen);
    assert_true(v->oxygen_l_min == 0);
    free(r.memory);
}

/* Norepinephrine comes when the fluids are spent, and goes when it is no longer needed. */
static void pressor(void **state)
{
    (void)state;
    run r = begin(5, 10, 4);
    visit *v = ill_with(r.h, "SEPSIS", ILLNESS_CONDITION, PLX_CONDITION_SEPSIS);
    bedside *b = plx_hosp_bedside_of(r.h, v);
    const measured low = {120, 75, 55, 25, 97, 370}, well = {90, 130, 95, 18, 97, 370};
    for (int i = 0; i < 150; i++) {
        b = pass(r.h, v, 1, false);
        plx_hosp_protocol(r.h, v, b, &low);
        const double most = 30 * b->care.person.weight_kg;
        assert_true(b->given.crystalloid_ml <= most);
        assert_true(b->given.norepinephrine == 0 || b->given.crystalloid_ml > most - 1);
    }
    assert_true(b->given.norepinephrine > 0.5);
    assert_true(plx_hosp_protocol_close_watch(b));
    for (int i = 0; i < 20; i++) {
        b = pass(r.h, v, 4, false);
        plx_hosp_protocol(r.h, v, b, &well);
    }
    assert_true(b->given.norepinephrine == 0);
    free(r.memory);
}

static void drugs_by_illness(void **state)
{
    (void)state;
    run r = begin(6, 10, 4);
    const measured well = {80, 120, 85, 15, 97, 370}, drowsy = {60, 110, 75, 6, 95, 370};
    visit *v = ill_with(r.h, "ALLERGY", ILLNESS_CONDITION, PLX_CONDITION_ANAPHYLAXIS);
    bedside *b = pass(r.h, v, 1, false);
    plx_hosp_protocol(r.h, v, b, &well);
    assert_int_equal(b->given.epinephrine_n, 1);
    v = ill_with(r.h, "ASTHMA", ILLNESS_CONDITION, PLX_CONDITION_ASTHMA);
    b = pass(r.h, v, 1, false);
    plx_hosp_protocol(r.h, v, b, &well);
    assert_true(b->given.salbutamol_us > 0);
    v = ill_with(r.h, "OVERDOSE", ILLNESS_POISON, PLX_DRUG_MORPHINE);
    b = pass(r.h, v, 1, false);
    plx_hosp_protocol(r.h, v, b, &well);
    assert_int_equal(b->given.naloxone_n, 0);
    plx_hosp_protocol(r.h, v, b, &drowsy);
    assert_int_equal(b->given.naloxone_n, 1);
    pass(r.h, v, 60, false);
    assert_true(plx_care_plasma_ug_l(&b->care, PLX_DRUG_NALOXONE) > 0.5); /* still runs in */
    v = ill_with(r.h, "SEPSIS", ILLNESS_CONDITION, PLX_CONDITION_SEPSIS);
    b = pass(r.h, v, 1, false);
    const measured hot = {110, 120, 85, 20, 97, 386}, warm = {110, 120, 85, 20, 97, 385};
    plx_hosp_protocol(r.h, v, b, &warm);
    assert_int_equal(b->given.antipyretic_us, 0);
    plx_hosp_protocol(r.h, v, b, &hot);
    assert_true(b->given.antipyretic_us > 0);
    free(r.memory);
}

static void who_has_one(void **state)
{
    (void)state;
    static const struct {
        int32_t age;
        bool body;
    } CASES[] = {{8, false}, {15, false}, {16, true}, {95, true}, {96, false}};
    run r = begin(7, 10, 8);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        visit *v = in_bed(r.h, "COUGH", CASES[i].age, 100 + i);
        assert_int_equal(v->body != NO_BODY, CASES[i].body);
        assert_int_equal(plx_hosp_bedside_catch_up(r.h, v) != NULL, CASES[i].body);
    }
    run none = begin(7, 10, 0);
    assert_int_equal(in_bed(none.h, "COUGH", 40, 1)->body, NO_BODY);
    free(none.memory);
    free(r.memory);
}

/* At rest the body has the heart rate and the pressure of the visit. */
static void goes_with_triage(void **state)
{
    (void)state;
    run r = begin(8, 10, 32);
    double hr = 0, map = 0;
    for (uint64_t i = 0; i < 32; i++) {
        visit *v = in_bed(r.h, "EYE", 20 + (int32_t)(2 * i), 300 + i);
        const bedside *b = plx_hosp_bedside_of(r.h, v);
        hr += fabs(b->signs.hr - v->hr) / 32;
        map += fabs(b->signs.map - (v->sbp + 2 * (0.5 * v->sbp + 14)) / 3) / 32;
    }
    print_message("# mean distance from rest: HR %.1f, MAP %.1f\n", hr, map);
    assert_true(hr < 8);
    assert_true(map < 8);
    free(r.memory);
}

/* A body out of its bounds is given up, its slot is free again, and the walk goes on. */
static void falls_back(void **state)
{
    (void)state;
    run r = begin(9, 10, 1);
    visit *v = in_bed(r.h, "COUGH", 50, 1);
    bedside *b = plx_hosp_bedside_of(r.h, v);
    assert_non_null(b);
    assert_int_equal(in_bed(r.h, "COUGH", 50, 2)->body, NO_BODY); /* no slot is left */
    plx_body *body = (plx_body *)(void *)((char *)b + (sizeof *b + 15) / 16 * 16);
    plx_body_state(body, PLX_BODY_v_blood)[0] = NAN;
    r.h->now_us += PLX_MINUTE_US;
    assert_null(plx_hosp_bedside_catch_up(r.h, v));
    assert_int_equal(v->body, NO_BODY);
    assert_int_equal(r.h->counts.bodies_lost, 1);
    assert_int_equal(r.h->free_bedsides_n, 1);
    plx_hosp_vitals_monitor(r.h, v, true);
    assert_non_null(plx_hosp_bedside_of(r.h, in_bed(r.h, "COUGH", 50, 3)));
    free(r.memory);
}

static void hash_of(uint64_t seed, uint32_t bodies, uint8_t bytes[16], plx_hospital_counts *c)
{
    run r = begin(seed, 150, bodies);
    plx_hospital_message msg;
    plx_blake2b hash;
    plx_blake2b_init(&hash, 16);
    while (plx_hospital_next(r.h, &msg)) {
        plx_blake2b_add(&hash, &msg.due_us, sizeof msg.due_us);
        plx_blake2b_add(&hash, msg.bytes.at, msg.bytes.n);
    }
    plx_blake2b_end(&hash, bytes);
    plx_hospital_count(r.h, c);
    assert_int_equal(r.h->free_bedsides_n, bodies); /* all have gone home */
    free(r.memory);
}

static void same_seed(void **state)
{
    (void)state;
    uint8_t first[16], second[16], other[16];
    plx_hospital_counts c;
    hash_of(10, 0, other, &c);
    assert_int_equal(c.bodies, 0);
    hash_of(10, 64, first, &c);
    hash_of(10, 64, second, &c);
    assert_memory_equal(first, second, 16);
    assert_true(memcmp(first, other, 16) != 0);
    print_message("# %llu bodies lived %.1f h each, %llu left their bounds\n",
                  (unsigned long long)c.bodies, (double)c.body_seconds / (double)c.bodies / 3600,
                  (unsigned long long)c.bodies_lost);
    assert_true(c.bodies > 70);
    assert_true(c.bodies_lost * 20 <= c.bodies);
}

static void slots_run_out(void **state)
{
    (void)state;
    run r = begin(11, 200, 3);
    plx_hospital_message msg;
    uint32_t most = 0;
    while (plx_hospital_next(r.h, &msg)) {
        uint32_t used = 0, mask = 0;
        for (uint32_t i = 0; i < r.h->visits_high; i++) {
            const visit *v = &r.h->visits[i];
            if (!v->used || v->body == NO_BODY) continue;
            used++;
            mask |= 1u << v->body;
            const bedside *b = plx_hosp_bedside_of(r.h, v);
            assert_int_equal(v->on_oxygen, b->given.oxygen > 0);
        }
        assert_int_equal(used, (uint32_t)__builtin_popcount(mask)); /* nobody shares one */
        assert_int_equal(used + r.h->free_bedsides_n, 3);
        most = used > most ? used : most;
    }
    assert_int_equal(most, 3);
    free(r.memory);
}

/* Every row names a complaint, the shares fit, and the care takes every amount. */
static void table_of_illnesses(void **state)
{
    (void)state;
    const plx_person who = {.age = 40, .height_cm = 170, .weight_kg = 70};
    uint32_t sums[64] = {0};
    for (uint32_t i = 0; i < plx_hosp_illnesses_n; i++) {
        const illness *ill = &plx_hosp_illnesses[i];
        sums[complaint_named(ill->complaint)] += ill->percent;
        for (int k = 0; k < 2; k++) {
            plx_care care;
            char why[100];
            plx_care_init(&care, &who);
            const plx_action a = {.kind = ill->kind == ILLNESS_CONDITION ? PLX_ACTION_CONDITION
                                          : ill->kind == ILLNESS_WOUND   ? PLX_ACTION_WOUND
                                                                         : PLX_ACTION_DRUG,
                                  .condition =
                                      ill->kind == ILLNESS_CONDITION ? (plx_condition)ill->what : 0,
                                  .drug = ill->kind == ILLNESS_POISON ? (plx_drug)ill->what : 0,
                                  .unit = PLX_DOSE_MG_KG,
                                  .amount = k ? ill->grave : ill->mild,
                                  .duration_s = ill->kind == ILLNESS_POISON ? 1800 : 0};
            assert_int_equal(plx_care_act(&care, &a, why, sizeof why), PLX_OK);
        }
    }
    for (uint32_t i = 0; i < plx_hosp_complaints_n; i++)
        assert_true(sums[i] <= 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bleeding),      cmocka_unit_test(bleeding_again),
        cmocka_unit_test(septic),        cmocka_unit_test(short_of_oxygen),
        cmocka_unit_test(pressor),       cmocka_unit_test(drugs_by_illness),
        cmocka_unit_test(who_has_one),   cmocka_unit_test(goes_with_triage),
        cmocka_unit_test(falls_back),    cmocka_unit_test(same_seed),
        cmocka_unit_test(slots_run_out), cmocka_unit_test(table_of_illnesses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
