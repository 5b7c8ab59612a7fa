/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a scenario is refused with a sentence or runs to its end, and what is reported does not
 * depend on lanes, on how the steps are cut or on the number of members beside one; a member that
 * breaks is replaced, too many end the run. Oracle: the same run done otherwise; plx_body_run
 * called by hand; quantiles of a known row.
 * Tolerance: bits; 1e-6 relative for means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/physiology/scenario.h"
#include "core/physiology/widest_for_test.h"

static plx_scenario bleeding(void)
{
    return (plx_scenario){
        .person = {.sex = PLX_SEX_MALE, .age = 35, .height_cm = 178, .weight_kg = 80},
        .members = 5,
        .duration_s = 130,
        .every_s = 20,
        .seed = 7,
        .actions_n = 2,
        .actions = {{.at_s = 0, .kind = PLX_ACTION_BLEED, .rate_ml_min = 120, .amount = 200},
                    {.at_s = 47,
                     .kind = PLX_ACTION_FLUID,
                     .fluid = PLX_FLUID_RINGER,
                     .amount = 250,
                     .duration_s = 60}},
        .quantities_n = 3,
        .quantities = {PLX_MEASURE_map_mmhg, PLX_MEASURE_blood_volume_ml,
                       PLX_MEASURE_blood_lost_ml}};
}

typedef struct result {
    uint64_t hash;
    uint32_t rows, last_s;
    float member_0[16], last[16];
} result;

static result run(const plx_scenario *s, uint32_t lanes, uint32_t step_s)
{
    result r = {0};
    plx_scenario_run run;
    plx_scenario_row row;
    char why[100];
    bool ready = true;
    void *memory = malloc(plx_scenario_size(s));
    assert_non_null(memory);
    assert_int_equal(plx_scenario_check(s, NULL, why, sizeof why), PLX_OK);
    assert_int_equal(plx_scenario_begin(&run, s, lanes, memory, &row), PLX_OK);
    size_t n = (size_t)s->quantities_n * s->members;
    for (plx_status status = PLX_OK; status == PLX_OK;
         status = plx_scenario_step(&run, step_s, &ready, &row)) {
        if (!ready) continue;
        assert_true(r.rows < 16);
        r.hash = plx_hash64(row.values, n * sizeof(float), r.hash + row.time_s);
        r.member_0[r.rows++] = row.values[0];
        r.last_s = row.time_s;
        for (size_t i = 0; i < n && i < 16; i++)
            r.last[i] = row.values[i];
    }
    assert_int_equal(plx_scenario_step(&run, 1, &ready, &row), PLX_MISSING);
    free(memory);
    return r;
}

static void lanes_and_steps_do_not_matter(void **state)
{
    (void)state;
    plx_scenario s = bleeding();
    result first = run(&s, 4, 1000);
    assert_int_equal(first.rows, 8); /* 0, 20 ... 120, and the rest at 130 */
    assert_int_equal(first.last_s, 130);
    for (uint32_t lanes = 4; lanes <= widest(); lanes *= 2) {
        assert_true(run(&s, lanes, 7).hash == first.hash);
        assert_true(run(&s, lanes, 1).hash == first.hash);
    }
    s.variant = PLX_BODY_AVERAGED;
    result averaged = run(&s, 4, 1000);
    assert_true(averaged.hash != first.hash);
    assert_true(run(&s, widest(), 13).hash == averaged.hash);
}

static void members_do_not_see_each_other(void **state)
{
    (void)state;
    plx_scenario few = bleeding(), many = few;
    many.members = 40;
    result a = run(&few, 4, 60), b = run(&many, widest(), 60);
    assert_memory_equal(a.member_0, b.member_0, sizeof a.member_0);
    few.seed++;
    assert_true(run(&few, 4, 60).hash != a.hash);
}

static void what_is_done_arrives(void **state)
{
    (void)state;
    plx_scenario s = bleeding();
    s.members = 1;
    s.actions_n = 1;
    result bled = run(&s, 4, 60);
    assert_true(fabsf(bled.last[2] - 200) < 0.1f); /* blood_lost_ml */
    s.actions_n = 0;
    result still = run(&s, 4, 60);
    assert_true(still.last[1] - bled.last[1] > 150); /* some refill has come */
    assert_true(still.last[1] - bled.last[1] <= 200.1f);
    assert_true(still.last[2] == 0);
    assert_true(still.last[0] > 60 && still.last[0] < 120);
}

/* A row is the mean of its seconds: the same body, run by hand. */
static void a_row_is_the_mean_of_its_seconds(void **state)
{
    (void)state;
    plx_scenario s = bleeding();
    s.members = 1;
    s.actions_n = 0;
    s.quantities_n = 1;
    s.duration_s = s.every_s = 20;
    result r = run(&s, 4, 60);
    plx_body *body = calloc(1, plx_body_size(16));
    assert_non_null(body);
    body->members = 16;
    body->seed = s.seed;
    assert_int_equal(plx_person_settle(&s.person, 0, 4, PLX_SCENARIO_SETTLE_S, body), PLX_OK);
    plx_care care;
    plx_care_init(&care, &s.person);
    static float values[20 * 16];
    const uint8_t map = PLX_MEASURE_map_mmhg;
    plx_body_trace trace = {.quantities = &map, .quantities_n = 1, .values = values};
    plx_body_run_options options = {PLX_BODY_PULSATILE, 4, 0, 16};
    for (int part = 0; part < 2; part++) {
        plx_second second[20];
        uint32_t n = part ? 20 : PLX_SCENARIO_BASELINE_S;
        double sum = 0;
        for (uint32_t i = 0; i < n; i++)
            plx_care_step(&care, &second[i]);
        assert_int_equal(plx_body_run(body, &options, second, n, &trace), PLX_OK);
        body->time_s += n;
        for (uint32_t i = 0; i < n; i++)
            sum += (double)values[i * 16];
        assert_true(fabs(sum / n - (double)r.member_0[part]) < 1e-6 * sum / n);
    }
    free(body);
}

static void quantiles_are_those_of_the_members(void **state)
{
    (void)state;
    plx_scenario s = bleeding();
    s.quantities_n = 2;
    s.members = 21;
    float values[2 * 21], sorting[21];
    for (int m = 0; m < 21; m++) {
        values[m] = 1;
        values[21 + m] = (float)(m * 8 % 21); /* 0..20 in disorder */
    }
    plx_scenario_run run = {.scenario = &s, .sorting = sorting};
    plx_scenario_row row = {0, values};
    plx_scenario_summary a = plx_scenario_summarise(&run, &row, 1);
    assert_true(a.mean == 10 && a.p50 == 10);
    assert_true(fabs(a.p05 - 1) < 1e-9 && fabs(a.p95 - 19) < 1e-9);
    plx_scenario_summary same = plx_scenario_summarise(&run, &row, 0);
    assert_true(same.mean == 1 && same.p05 == 1 && same.p95 == 1);
    s.members = 1;
    plx_scenario_summary one = plx_scenario_summarise(&run, &row, 0);
    assert_true(one.mean == 1 && one.p05 == 1 && one.p50 == 1 && one.p95 == 1);
}

static void the_hash_knows_person_seed_and_model(void **state)
{
    (void)state;
    uint8_t hash[4][PLX_SCENARIO_HASH_BYTES];
    for (int i = 0; i < 4; i++) {
        plx_scenario s = bleeding();
        plx_scenario_run run;
        plx_scenario_row row;
        if (i == 1) s.person.age++;
        if (i == 2) s.variant = PLX_BODY_AVERAGED;
        if (i == 3) s.actions_n = 0; /* no matter of the model */
        void *memory = malloc(plx_scenario_size(&s));
        assert_non_null(memory);
        assert_int_equal(plx_scenario_begin(&run, &s, 4, memory, &row), PLX_OK);
        plx_scenario_hash(&run, hash[i]);
        free(memory);
    }
    assert_memory_not_equal(hash[0], hash[1], sizeof hash[0]);
    assert_memory_not_equal(hash[0], hash[2], sizeof hash[0]);
    assert_memory_equal(hash[0], hash[3], sizeof hash[0]);
}

/* The last seconds of member 0, however long the scenario. */
static void waves_are_those_of_the_end(void **state)
{
    (void)state;
    enum { WAVE_S = 8, SAMPLES = WAVE_S * PLX_WAVE_PER_S };
    static float wave[SAMPLES * PLX_WAVE_N];
    plx_scenario s = bleeding();
    plx_scenario_run run;
    plx_scenario_row row;
    bool ready;
    void *memory = malloc(plx_scenario_size(&s));
    assert_non_null(memory);
    assert_int_equal(plx_scenario_begin(&run, &s, 4, memory, &row), PLX_OK);
    run.wave = wave;
    run.wave_s = WAVE_S;
    while (plx_scenario_step(&run, 33, &ready, &row) == PLX_OK)
        if (run.time_s <= s.duration_s - WAVE_S) assert_true(wave[PLX_WAVE_ABP] == 0);
    int beats = 0;
    for (int i = 0; i < SAMPLES; i++) {
        float abp = wave[i * PLX_WAVE_N + PLX_WAVE_ABP];
        assert_true(abp > 20 && abp < 250);
        if (i &&
            wave[i * PLX_WAVE_N + PLX_WAVE_PHASE] < wave[(i - 1) * PLX_WAVE_N + PLX_WAVE_PHASE])
            beats++;
    }
    assert_in_range(beats, 6, 20);
    free(memory);
}

static void refused(plx_scenario s, plx_status expected, uint32_t index, const char *sentence)
{
    char why[100] = "";
    uint32_t action = 99;
    assert_int_equal(plx_scenario_check(&s, &action, why, sizeof why), expected);
    assert_string_equal(why, sentence);
    assert_int_equal(action, index);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    plx_scenario good = bleeding(), s = good;
    s.members = 0;
    refused(s, PLX_RANGE, 2, "members go from 1 to 4096");
    s = good, s.duration_s = 0;
    refused(s, PLX_RANGE, 2, "duration_s goes from 1 to 604800 (a week)");
    s = good, s.every_s = 131;
    refused(s, PLX_RANGE, 2, "every_s goes from 1 to duration_s");
    s = good, s.quantities_n = 0;
    refused(s, PLX_RANGE, 2, "1 to 40 quantities can be wanted");
    s = good, s.quantities[1] = s.quantities[0];
    refused(s, PLX_CONFLICT, 2, "a quantity stands twice");
    s = good, s.quantities[2] = PLX_MEASURE_N;
    refused(s, PLX_RANGE, 2, "a quantity is not known");
    s = good, s.person.age = 4;
    refused(s, PLX_UNSUPPORTED, 2, "age 4 below 16");
    s = good, s.actions[1].at_s = 130;
    refused(s, PLX_RANGE, 1, "the action comes after the end (duration_s)");
    s = good, s.actions[0].at_s = 48;
    refused(s, PLX_CONFLICT, 1, "the action stands after a later one");
    s = good, s.actions[0].rate_ml_min = 0;
    refused(s, PLX_RANGE, 0, "bleeding needs a rate of up to 1200 mL/min");
    s = good, s.actions_n = 18;
    for (uint32_t i = 0; i < 18; i++)
        s.actions[i] = good.actions[1];
    refused(s, PLX_FULL, 16, "too many drugs (8) or infusions (16) at once");
    plx_scenario_run run;
    plx_scenario_row row;
    assert_int_equal(plx_scenario_begin(&run, &good, 5, NULL, &row), PLX_RANGE);
}

/* An illness that he always has is there at time 0 and stays as it was. */
static void a_chronic_illness_is_settled(void **state)
{
    (void)state;
    plx_scenario s = bleeding();
    s.members = 1;
    s.actions_n = 0;
    s.duration_s = 600, s.every_s = 100;
    s.quantities[0] = PLX_MEASURE_paco2_mmhg;
    result well = run(&s, 4, 60);
    s.person.chronic = PLX_CHRONIC_COPD;
    result ill = run(&s, 4, 60);
    assert_true(ill.member_0[0] > well.member_0[0] + 1);
    for (uint32_t i = 1; i < ill.rows; i++)
        assert_true(fabsf(ill.member_0[i] - ill.member_0[0]) < 2);
}

/* Members that break. */

typedef struct injury {
    uint32_t at_s, member;
    plx_body_state_id row;
    float value;
} injury;

/* A run that somebody cuts at will and that is hurt at given times. */
typedef struct hurt {
    plx_scenario_run run;
    plx_status status;
    uint64_t hash;
    uint32_t rows, last_s, wild; /* values that are no number or far out */
    float last[3 * 40];
} hurt;

static void begin_hurt(hurt *h, const plx_scenario *s, uint32_t lanes, void *memory)
{
    plx_scenario_row row;
    memset(h, 0, sizeof *h);
    h->status = plx_scenario_begin(&h->run, s, lanes, memory, &row);
    assert_int_equal(h->status, PLX_OK);
}

static void step_hurt(hurt *h, uint32_t seconds)
{
    plx_scenario_row row;
    bool ready;
    const plx_scenario *s = h->run.scenario;
    size_t n = (size_t)s->quantities_n * s->members;
    h->status = plx_scenario_step(&h->run, seconds, &ready, &row);
    if (!ready) return;
    assert_true(n <= 3 * 40);
    h->hash = plx_hash64(row.values, n * sizeof(float), h->hash + row.time_s);
    h->rows++;
    h->last_s = row.time_s;
    memcpy(h->last, row.values, n * sizeof(float));
    for (size_t i = 0; i < n; i++)
        h->wild += !(row.values[i] > -10 && row.values[i] < 1e4f);
}

/* Until a time or until the run is over. */
static void go_on(hurt *h, const injury *injuries, uint32_t n, uint32_t until_s, uint32_t step_s)
{
    while (h->status == PLX_OK && h->run.time_s < until_s) {
        uint32_t stop_s = until_s;
        for (uint32_t i = 0; i < n; i++) {
            const injury *hit = &injuries[i];
            if (hit->at_s == h->run.time_s)
                plx_body_state(h->run.body, hit->row)[hit->member] = hit->value;
            if (hit->at_s > h->run.time_s && hit->at_s < stop_s) stop_s = hit->at_s;
        }
        uint32_t left = stop_s - h->run.time_s;
        step_hurt(h, step_s < left ? step_s : left);
    }
}

static hurt run_hurt(const plx_scenario *s, uint32_t lanes, uint32_t step_s, const injury *injuries,
                     uint32_t n)
{
    hurt h;
    void *memory = malloc(plx_scenario_size(s));
    assert_non_null(memory);
    begin_hurt(&h, s, lanes, memory);
    go_on(&h, injuries, n, s->duration_s, step_s);
    free(memory);
    return h;
}

/* What a heart that is no number, and a wound that bled more than there is, do to 40 members. */
static const injury injuries[] = {{13, 0, PLX_BODY_v_lv, NAN},
                                  {13, 7, PLX_BODY_bled, 2e6f},
                                  {50, 31, PLX_BODY_v_sa, NAN},
                                  {129, 39, PLX_BODY_t_set, NAN}};
enum { INJURIES = sizeof injuries / sizeof *injuries };

static plx_scenario bleeding_40(void)
{
    plx_scenario s = bleeding();
    s.members = 40;
    return s;
}

static void a_broken_member_is_redrawn_the_same_everywhere(void **state)
{
    (void)state;
    plx_scenario s = bleeding_40();
    hurt first = run_hurt(&s, 4, 1000, injuries, INJURIES);
    assert_int_equal(first.status, PLX_OK);
    assert_int_equal(first.last_s, 130);
    assert_int_equal(first.rows, 7);
    assert_int_equal(first.run.redraw.total, INJURIES);
    assert_int_equal(first.wild, 0);
    hurt whole = run_hurt(&s, 4, 1000, NULL, 0);
    assert_int_equal(whole.run.redraw.total, 0);
    for (uint32_t m = 0; m < s.members; m++) { /* the others do not notice */
        bool hit = m == 0 || m == 7 || m == 31 || m == 39;
        assert_true((first.last[m] == whole.last[m]) == !hit);
    }
    for (uint32_t lanes = 4; lanes <= widest(); lanes *= 2) {
        assert_true(run_hurt(&s, lanes, 7, injuries, INJURIES).hash == first.hash);
        assert_true(run_hurt(&s, lanes, 1, injuries, INJURIES).hash == first.hash);
    }
}

/* Its values are those of the member whose copy it is, also those of the row that was begun. */
static void a_redrawn_member_goes_the_way_of_its_source(void **state)
{
    (void)state;
    plx_scenario s = bleeding_40();
    void *memory = malloc(plx_scenario_size(&s));
    hurt h;
    assert_non_null(memory);
    begin_hurt(&h, &s, 4, memory);
    go_on(&h, injuries, 2, 20, 60);
    uint32_t from = h.run.redraw.source[7];
    assert_true(from != 7 && from != 0);
    for (int part = 0; part < 2; part++) {
        for (uint32_t q = 0; q < s.quantities_n; q++)
            assert_true(h.last[q * 40 + 7] == h.last[q * 40 + from]);
        go_on(&h, NULL, 0, s.duration_s, 60);
    }
    assert_int_equal(h.last_s, 130);
    begin_hurt(&h, &s, 4, memory); /* each time another source is chosen */
    const injury again[] = {{13, 7, PLX_BODY_v_lv, NAN}, {23, 7, PLX_BODY_v_lv, NAN}};
    go_on(&h, again, 2, 20, 60);
    from = h.run.redraw.source[7];
    go_on(&h, again, 2, 30, 60);
    assert_int_equal(h.run.redraw.total, 2);
    assert_true(h.run.redraw.source[7] != 7 && h.run.redraw.source[7] != from);
    free(memory);
}

static void a_snapshot_beside_a_broken_member_changes_nothing(void **state)
{
    (void)state;
    plx_scenario s = bleeding_40();
    size_t n = plx_scenario_size(&s);
    void *memory = malloc(n), *kept = malloc(n);
    hurt h;
    assert_non_null(memory);
    assert_non_null(kept);
    begin_hurt(&h, &s, 4, memory);
    go_on(&h, injuries, INJURIES, 17, 5); /* broken, not yet seen */
    hurt then = h;
    memcpy(kept, memory, n);
    go_on(&h, injuries, INJURIES, s.duration_s, 9);
    memcpy(memory, kept, n);
    go_on(&then, injuries, INJURIES, s.duration_s, 60);
    assert_true(h.hash == then.hash);
    assert_int_equal(then.run.redraw.total, INJURIES);
    assert_true(h.hash == run_hurt(&s, 4, 1000, injuries, INJURIES).hash);
    free(kept);
    free(memory);
}

/* Of 5 members one may be replaced in a window of 30 s, whatever rows lie in it. */
static void too_many_broken_members_are_no_answer(void **state)
{
    (void)state;
    plx_scenario s = bleeding();
    const injury apart[] = {{12, 1, PLX_BODY_v_lv, NAN}, {31, 2, PLX_BODY_v_lv, NAN}};
    hurt h = run_hurt(&s, 4, 60, apart, 2);
    assert_int_equal(h.status, PLX_OK);
    assert_int_equal(h.run.redraw.total, 2);
    assert_string_equal(h.run.redraw.why, "");
    const injury together[] = {{12, 1, PLX_BODY_bled, 2e6f}, {21, 3, PLX_BODY_v_lv, NAN}};
    h = run_hurt(&s, 4, 60, together, 2);
    assert_int_equal(h.status, PLX_NO_ANSWER);
    assert_int_equal(h.last_s, 20);
    assert_int_equal(h.run.time_s, 30);
    assert_int_equal(h.wild, 0);
    assert_non_null(strstr(h.run.redraw.why,
                           "2 of 5 members left physiological bounds in the window up to 30 s ("));
    for (uint32_t lanes = 4; lanes <= widest(); lanes *= 2)
        assert_true(run_hurt(&s, lanes, 1, together, 2).hash == h.hash);
}

static void one_member_that_breaks_is_no_answer(void **state)
{
    (void)state;
    plx_scenario s = bleeding();
    s.members = 1;
    const injury hit = {41, 0, PLX_BODY_bled, 2e6f}, beside = {41, 3, PLX_BODY_bled, 2e6f};
    void *memory = malloc(plx_scenario_size(&s));
    hurt h;
    assert_non_null(memory);
    begin_hurt(&h, &s, 4, memory);
    go_on(&h, &hit, 1, s.duration_s, 60);
    assert_int_equal(h.status, PLX_NO_ANSWER);
    assert_int_equal(h.last_s, 40);
    assert_string_equal(h.run.redraw.why,
                        "1 of 1 members left physiological bounds in the window up to 60 s (bled)");
    step_hurt(&h, 60); /* it stays so */
    assert_int_equal(h.status, PLX_NO_ANSWER);
    assert_int_equal(h.run.time_s, 60);
    assert_int_equal(h.rows, 2);
    free(memory);
    h = run_hurt(&s, 4, 60, &beside, 1); /* of those that only fill a register */
    assert_int_equal(h.status, PLX_OK);
    assert_int_equal(h.run.redraw.total, 0);
}

/* The seconds of the broken body are flat, those of its successor are not. */
static void waves_of_a_broken_member_are_cut(void **state)
{
    (void)state;
    enum { WAVE_S = 40, SAMPLES = WAVE_S * PLX_WAVE_PER_S };
    static float wave[SAMPLES * PLX_WAVE_N];
    plx_scenario s = bleeding_40();
    const injury hit = {101, 0, PLX_BODY_v_lv, NAN};
    void *memory = malloc(plx_scenario_size(&s));
    hurt h;
    assert_non_null(memory);
    begin_hurt(&h, &s, 4, memory);
    h.run.wave = wave;
    h.run.wave_s = WAVE_S;
    go_on(&h, &hit, 1, s.duration_s, 60);
    assert_int_equal(h.last_s, 130);
    assert_true(h.run.wave_cut);
    for (int i = 0; i < SAMPLES; i++) { /* from 90 s; looks at 100 and 120 s */
        float abp = wave[i * PLX_WAVE_N + PLX_WAVE_ABP];
        int at_s = 90 + i / PLX_WAVE_PER_S;
        assert_true(at_s >= 100 && at_s < 120 ? abp == 0 : abp > 20 && abp < 250);
    }
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_and_steps_do_not_matter),
        cmocka_unit_test(members_do_not_see_each_other),
        cmocka_unit_test(what_is_done_arrives),
        cmocka_unit_test(a_row_is_the_mean_of_its_seconds),
        cmocka_unit_test(quantiles_are_those_of_the_members),
        cmocka_unit_test(the_hash_knows_person_seed_and_model),
        cmocka_unit_test(waves_are_those_of_the_end),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_chronic_illness_is_settled),
        cmocka_unit_test(a_broken_member_is_redrawn_the_same_everywhere),
        cmocka_unit_test(a_redrawn_member_goes_the_way_of_its_source),
        cmocka_unit_test(a_snapshot_beside_a_broken_member_changes_nothing),
        cmocka_unit_test(too_many_broken_members_are_no_answer),
        cmocka_unit_test(one_member_that_breaks_is_no_answer),
        cmocka_unit_test(waves_of_a_broken_member_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
