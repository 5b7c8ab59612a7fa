/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a run is a pure function of body, seconds and seed; what goes in, comes out or stays;
 * random members under random care stay whole. Oracle: the same run at another lane width, cut into
 * other windows, shared among calls, and from a copy in the middle; the books of blood, water, red
 * cells, oxygen and carbon dioxide; the bounds of the state table. A million members run in ./check
 * --long, a sample here. Tolerance: bits; 1e-4 of what is there or went through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/physiology/care.h"
#include "core/physiology/measure.h"
#include "core/physiology/widest_for_test.h"

enum { MEMBERS = 64, WINDOW_S = 60 };

static const plx_person adult = {
    .sex = PLX_SEX_FEMALE, .age = 61, .height_cm = 165, .weight_kg = 72};

static plx_body *body_new(uint32_t members)
{
    plx_body *body = calloc(1, plx_body_size(members));
    assert_non_null(body);
    body->members = members;
    body->seed = 11;
    return body;
}

static void act(plx_care *care, plx_action action)
{
    char why[100];
    assert_int_equal(plx_care_act(care, &action, why, sizeof why), PLX_OK);
}

/* Everything at once, so that every branch of a second is taken. */
static void treat(plx_care *care)
{
    act(care, (plx_action){.kind = PLX_ACTION_BLEED, .amount = 800, .rate_ml_min = 80});
    act(care,
        (plx_action){
            .kind = PLX_ACTION_FLUID, .fluid = PLX_FLUID_RINGER, .amount = 500, .duration_s = 900});
    act(care,
        (plx_action){
            .kind = PLX_ACTION_FLUID, .fluid = PLX_FLUID_PRBC, .amount = 300, .duration_s = 600});
    act(care, (plx_action){.kind = PLX_ACTION_DRUG,
                           .drug = PLX_DRUG_NOREPINEPHRINE,
                           .amount = 0.1,
                           .unit = PLX_DOSE_UG_KG_MIN,
                           .duration_s = 1200});
    act(care, (plx_action){.kind = PLX_ACTION_DRUG,
                           .drug = PLX_DRUG_FENTANYL,
                           .amount = 100,
                           .unit = PLX_DOSE_UG});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION,
                           .condition = PLX_CONDITION_SEPSIS,
                           .amount = 0.5,
                           .duration_s = 300});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION,
                           .condition = PLX_CONDITION_PNEUMONIA,
                           .amount = 0.4});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION,
                           .condition = PLX_CONDITION_ATRIAL_FIBRILLATION,
                           .amount = 1});
}

/* Blood, fluid, and lungs that change their size. */
static void treat_by_volume(plx_care *care)
{
    act(care, (plx_action){.kind = PLX_ACTION_BLEED, .amount = 900, .rate_ml_min = 60});
    act(care, (plx_action){.kind = PLX_ACTION_FLUID,
                           .fluid = PLX_FLUID_RINGER,
                           .amount = 1500,
                           .duration_s = 3600});
    act(care,
        (plx_action){
            .kind = PLX_ACTION_FLUID, .fluid = PLX_FLUID_PRBC, .amount = 300, .duration_s = 1800});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION,
                           .condition = PLX_CONDITION_ASTHMA,
                           .amount = 0.4,
                           .duration_s = 600});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION,
                           .condition = PLX_CONDITION_ARDS,
                           .amount = 0.5,
                           .duration_s = 600});
}

/* Oxygen, an airway that closes for two minutes, a ventilator with pressure at the end. */
static void treat_the_airway(plx_care *care, uint32_t time_s)
{
    const plx_airway mask = {.device = PLX_OXYGEN_NON_REBREATHER, .flow_l_min = 12};
    const plx_airway shut = {.closed = true, .still = true};
    const plx_airway machine = {.vent = PLX_VENT_PRESSURE,
                                .fi_o2 = 0.6f,
                                .peep_cmh2o = 12,
                                .pressure_cmh2o = 10,
                                .rate_per_min = 18,
                                .still = true};
    const plx_airway *now = time_s == 3600    ? &mask
                            : time_s == 7200  ? &shut
                            : time_s == 7320  ? &machine
                            : time_s == 14400 ? &mask
                                              : NULL;
    if (now) act(care, (plx_action){.kind = PLX_ACTION_AIRWAY, .airway = *now});
}

typedef struct plan {
    plx_body_variant variant;
    uint32_t lanes, window_s, parts;
} plan;

static void run(plx_body *body, plx_care *care, plan p, uint32_t seconds)
{
    static plx_second second[WINDOW_S];
    for (uint32_t done = 0; done < seconds;) {
        uint32_t n = p.window_s < seconds - done ? p.window_s : seconds - done;
        for (uint32_t i = 0; i < n; i++)
            plx_care_step(care, &second[i]);
        uint32_t share = body->members / p.parts;
        for (uint32_t part = p.parts; part-- > 0;) { /* the last first: order cannot matter */
            plx_body_run_options options = {p.variant, p.lanes, part * share, share};
            assert_int_equal(plx_body_run(body, &options, second, n, NULL), PLX_OK);
        }
        body->time_s += n;
        done += n;
    }
}

static uint64_t bits_after(plan p, uint32_t seconds)
{
    plx_body *body = body_new(MEMBERS);
    plx_care care;
    plx_care_init(&care, &adult);
    plx_person_body(&adult, 1, body);
    treat(&care);
    run(body, &care, p, seconds);
    assert_int_equal(plx_body_broken(body, NULL, NULL), 0);
    uint64_t hash = plx_hash64(body->rows, sizeof(float) * MEMBERS * PLX_BODY_STATE_N, 0);
    free(body);
    return hash;
}

static void widths_windows_and_parts_give_the_same_bits(void **state)
{
    (void)state;
    for (int v = 0; v < 2; v++) {
        plx_body_variant variant = v ? PLX_BODY_AVERAGED : PLX_BODY_PULSATILE;
        uint64_t first = bits_after((plan){variant, 4, 60, 1}, 150);
        for (uint32_t lanes = 4; lanes <= widest(); lanes *= 2) {
            assert_true(bits_after((plan){variant, lanes, 60, 1}, 150) == first);
            assert_true(bits_after((plan){variant, lanes, 7, 2}, 150) == first);
            assert_true(bits_after((plan){variant, lanes, 1, 4}, 150) == first);
        }
    }
}

/* A snapshot is the memory: a fork taken in the middle ends where the original does. */
static void a_copy_goes_where_the_original_goes(void **state)
{
    (void)state;
    plx_body *body = body_new(MEMBERS), *copy = body_new(MEMBERS);
    plx_care care, care_copy;
    plx_care_init(&care, &adult);
    plx_person_body(&adult, 1, body);
    treat(&care);
    plan p = {PLX_BODY_PULSATILE, 4, 30, 1};
    run(body, &care, p, 95);
    memcpy(copy, body, plx_body_size(MEMBERS));
    care_copy = care;
    run(body, &care, p, 60);
    run(copy, &care_copy, p, 60);
    assert_memory_equal(body, copy, plx_body_size(MEMBERS));
    free(body);
    free(copy);
}

/* Member m of a small ensemble is member m of a large one. */
static void members_do_not_see_each_other(void **state)
{
    (void)state;
    plx_body *large = body_new(MEMBERS), *small = body_new(16);
    plx_care care;
    plan p = {PLX_BODY_PULSATILE, 4, 60, 1};
    plx_body *both[2] = {large, small};
    for (int i = 0; i < 2; i++) {
        plx_care_init(&care, &adult);
        plx_person_body(&adult, 1, both[i]);
        treat(&care);
        run(both[i], &care, p, 60);
    }
    for (uint32_t row = 0; row < PLX_BODY_STATE_N; row++)
        assert_memory_equal(large->rows + (size_t)row * MEMBERS, small->rows + (size_t)row * 16,
                            16 * sizeof(float));
    free(large);
    free(small);
}

static void what_is_out_of_range_is_refused(void **state)
{
    (void)state;
    plx_body *body = body_new(16);
    plx_person_body(&adult, 0, body);
    plx_second second;
    memset(&second, 0, sizeof second);
    plx_body_run_options good = {PLX_BODY_PULSATILE, 4, 0, 16}, bad = good;
    assert_int_equal(plx_body_run(body, &good, &second, 1, NULL), PLX_OK);
    bad.lanes = 5;
    assert_int_equal(plx_body_run(body, &bad, &second, 1, NULL), PLX_RANGE);
    bad = good, bad.count = 20;
    assert_int_equal(plx_body_run(body, &bad, &second, 1, NULL), PLX_RANGE);
    bad = good, bad.first = 2, bad.count = 4;
    assert_int_equal(plx_body_run(body, &bad, &second, 1, NULL), PLX_RANGE);
    assert_int_equal(plx_body_run(body, &good, &second, PLX_BODY_WINDOW_S_MAX + 1, NULL),
                     PLX_RANGE);
    free(body);
}

static void a_broken_member_is_found(void **state)
{
    (void)state;
    plx_body *body = body_new(16);
    plx_person_body(&adult, 1, body);
    assert_int_equal(plx_body_broken(body, NULL, NULL), 0);
    plx_body_state(body, PLX_BODY_ph)[5] = 9;
    plx_body_state(body, PLX_BODY_v_lv)[9] = NAN;
    uint32_t member = 99;
    plx_body_state_id row = PLX_BODY_ring;
    assert_int_equal(plx_body_broken(body, &member, &row), 2);
    assert_int_equal(member, 5);
    assert_int_equal(row, PLX_BODY_ph);
    free(body);
}

enum { ROWS = PLX_BODY_STATE_N + PLX_BODY_PARAM_N };

static bool alike(const plx_body *a, uint32_t m, const plx_body *b, uint32_t k)
{
    for (size_t i = 0; i < ROWS; i++)
        if (memcmp(&a->rows[i * a->members + m], &b->rows[i * b->members + k], sizeof(float)) != 0)
            return false;
    return true;
}

/* Members 5, 9 and 23 of 64; the last one by a row of the ring. */
static plx_body *body_with_three_broken(void)
{
    plx_body *body = body_new(MEMBERS);
    plx_person_body(&adult, 1, body);
    plx_body_state(body, PLX_BODY_ph)[5] = 9;
    plx_body_state(body, PLX_BODY_v_lv)[9] = NAN;
    plx_body_state(body, (plx_body_state_id)(PLX_BODY_ring + 3))[23] = -1;
    return body;
}

static void a_broken_member_becomes_a_copy_of_a_sound_one(void **state)
{
    (void)state;
    plx_body *body = body_with_three_broken(), *before = body_with_three_broken();
    uint16_t source[MEMBERS];
    assert_int_equal(plx_body_redraw(body, MEMBERS, 40, 3, source), 3);
    assert_int_equal(plx_body_broken(body, NULL, NULL), 0);
    for (uint32_t m = 0; m < MEMBERS; m++) {
        bool was_broken = m == 5 || m == 9 || m == 23;
        uint32_t from = source[m];
        assert_true(was_broken ? from != m && from < MEMBERS : from == m);
        assert_true(from != 5 && from != 9 && from != 23);
        assert_true(alike(body, m, before, from));
    }
    plx_body *again = body_with_three_broken();
    assert_int_equal(plx_body_redraw(again, MEMBERS, 40, 3, source), 3);
    assert_memory_equal(again, body, plx_body_size(MEMBERS));
    free(again);
    free(before);
    free(body);
}

/* The limit counts the broken among those asked for; what lies behind them is left as it is. */
static void too_many_broken_members_are_left(void **state)
{
    (void)state;
    plx_body *body = body_with_three_broken(), *before = body_with_three_broken();
    uint16_t source[MEMBERS];
    assert_int_equal(plx_body_redraw(body, MEMBERS, 40, 2, source), 3);
    assert_memory_equal(body, before, plx_body_size(MEMBERS));
    assert_int_equal(plx_body_redraw(body, 5, 40, 0, source), 0);
    assert_memory_equal(body, before, plx_body_size(MEMBERS));
    assert_int_equal(plx_body_redraw(body, 6, 40, 1, source), 1);
    assert_true(source[5] < 5);
    assert_int_equal(plx_body_broken(body, NULL, NULL), 2);
    for (uint32_t m = 0; m < 6; m++)
        plx_body_state(body, PLX_BODY_v_lv)[m] = NAN;
    memcpy(before, body, plx_body_size(MEMBERS));
    assert_int_equal(plx_body_redraw(body, 6, 40, 6, source), 6); /* none to copy */
    assert_memory_equal(body, before, plx_body_size(MEMBERS));
    free(before);
    free(body);
}

/* Over many moments each sound member is chosen about as often: chi square of 60 degrees of freedom
 * stays below 112 with p > 0.9999. Another member or seed chooses for itself. */
static void the_choice_is_even_and_keyed(void **state)
{
    (void)state;
    enum { MOMENTS = 6100 };
    static uint32_t chosen[MEMBERS];
    plx_body *fresh = body_with_three_broken(), *body = body_with_three_broken();
    uint16_t source[MEMBERS], other[MEMBERS];
    uint32_t same_member = 0, same_seed = 0;
    for (uint32_t t = 0; t < MOMENTS; t++) {
        memcpy(body, fresh, plx_body_size(MEMBERS));
        assert_int_equal(plx_body_redraw(body, MEMBERS, t, 3, source), 3);
        chosen[source[5]]++;
        same_member += source[5] == source[9];
        memcpy(body, fresh, plx_body_size(MEMBERS));
        body->seed++;
        assert_int_equal(plx_body_redraw(body, MEMBERS, t, 3, other), 3);
        same_seed += source[5] == other[5];
    }
    double chi2 = 0;
    for (uint32_t m = 0; m < MEMBERS; m++)
        if (m != 5 && m != 9 && m != 23) chi2 += (chosen[m] - 100.0) * (chosen[m] - 100.0) / 100;
    print_message("# chi square %.1f, same for member %u, for seed %u of %u\n", chi2, same_member,
                  same_seed, (unsigned)MOMENTS);
    assert_true(chi2 < 112);
    assert_in_range(same_member, 50, 150);
    assert_in_range(same_seed, 50, 150);
    free(fresh);
    free(body);
}

static void rows_have_names(void **state)
{
    (void)state;
    assert_string_equal(plx_body_state_name(PLX_BODY_v_sa), "v_sa");
    assert_string_equal(plx_body_state_name(PLX_BODY_t_set), "t_set");
    assert_string_equal(plx_body_state_name(PLX_BODY_ring), "ring");
    assert_string_equal(plx_body_state_name(PLX_BODY_STATE_N), "ring");
}

static void a_snapshot_is_small(void **state)
{
    (void)state;
    assert_true(plx_body_size(256) + sizeof(plx_care) <= 160000);
}

/* The books. */

typedef struct stores {
    double blood, water, rbc, o2, co2;
} stores;

static double at(const plx_body *b, plx_body_state_id id, uint32_t m)
{
    return (double)plx_body_state_get(b, id)[m];
}

static double of(const plx_body *b, plx_body_param_id id, uint32_t m)
{
    return (double)plx_body_param_get(b, id)[m];
}

/* What a member holds, from the equations of kernel_gas.h and kernel_slow.h. */
static stores held(const plx_body *b, uint32_t m)
{
    stores s = {0};
    double alveoli = of(b, PLX_BODY_P_frc, m) + at(b, PLX_BODY_v_l, m) + at(b, PLX_BODY_ds, m);
    double art = 0.20 * of(b, PLX_BODY_P_v_blood0, m), ven = 0.17 * of(b, PLX_BODY_P_v_blood0, m);
    for (int i = PLX_BODY_v_sa; i <= PLX_BODY_v_rv; i++)
        s.blood += at(b, (plx_body_state_id)i, m);
    s.rbc = at(b, PLX_BODY_v_rbc, m);
    s.water = s.blood + at(b, PLX_BODY_isf, m);
    s.o2 = alveoli * 826.2 * at(b, PLX_BODY_f_o2, m) + art * at(b, PLX_BODY_o2_art, m) +
           ven * at(b, PLX_BODY_o2_ven, m) + 700 * at(b, PLX_BODY_o2_fast, m) +
           1000 * at(b, PLX_BODY_o2_slow, m);
    s.co2 = alveoli * 826.2 * at(b, PLX_BODY_f_co2, m) + art * at(b, PLX_BODY_co2_art, m) +
            ven * at(b, PLX_BODY_co2_ven, m) + 9000 * at(b, PLX_BODY_co2_fast, m) +
            31200 * at(b, PLX_BODY_co2_slow, m);
    return s;
}

enum { BOOKS = sizeof(plx_body_books) / sizeof(double *) };

static void balanced(const char *what, double change, double in, double out)
{
    double through = fabs(in) > fabs(out) ? fabs(in) : fabs(out);
    print_message("# %s: stored %+.3f, in %.3f, out %.3f\n", what, change, in, out);
    assert_true(fabs(change - (in - out)) <= 1e-4 * (through + 1000));
}

/* A day of a bleed, red cells, fluid, apnoea and oxygen. */
static void nothing_is_lost_in_a_day(void **state)
{
    (void)state;
    enum { DAY_S = 24 * 3600 };
    plx_body *body = body_new(16);
    plx_care care;
    static double rows[BOOKS][16];
    plx_body_trace trace = {0};
    for (size_t i = 0; i < BOOKS; i++)
        ((double **)&trace.books)[i] = rows[i];
    plx_care_init(&care, &adult);
    plx_person_body(&adult, 1, body);
    plan settle = {PLX_BODY_PULSATILE, 4, 60, 1};
    run(body, &care, settle, 60);
    stores before[4], after;
    for (uint32_t m = 0; m < 4; m++)
        before[m] = held(body, m);
    plx_body_run_options options = {PLX_BODY_PULSATILE, 4, 0, 4};
    static plx_second second[WINDOW_S];
    for (uint32_t t = 0; t < DAY_S; t += WINDOW_S) {
        if (t == 3600) treat_by_volume(&care);
        treat_the_airway(&care, t);
        for (uint32_t i = 0; i < WINDOW_S; i++)
            plx_care_step(&care, &second[i]);
        assert_int_equal(plx_body_run(body, &options, second, WINDOW_S, &trace), PLX_OK);
        body->time_s += WINDOW_S;
    }
    for (uint32_t m = 0; m < 4; m++) {
        after = held(body, m);
        double in = trace.books.blood_in[m], out = trace.books.blood_out[m];
        double urine = trace.books.urine_out[m];
        balanced("water", after.water - before[m].water, in, out + urine);
        balanced("red cells", after.rbc - before[m].rbc, trace.books.rbc_in[m],
                 trace.books.rbc_out[m]);
        balanced("oxygen", after.o2 - before[m].o2, trace.books.o2_in[m], trace.books.o2_used[m]);
        balanced("carbon dioxide", after.co2 - before[m].co2, trace.books.co2_made[m],
                 trace.books.co2_out[m]);
        assert_true(fabs(after.blood - at(body, PLX_BODY_v_blood, m)) < 1e-4 * after.blood);
    }
    free(body);
}

/* Members of any kind, with any parameters within four standard deviations, under any care. */
static plx_action any_action(plx_rng *rng)
{
    plx_action a = {.kind = (plx_action_kind)plx_rng_below(rng, PLX_ACTION_N)};
    a.drug = (plx_drug)plx_rng_below(rng, PLX_DRUG_N);
    a.fluid = (plx_fluid)plx_rng_below(rng, PLX_FLUID_N);
    a.condition = (plx_condition)plx_rng_below(rng, PLX_CONDITION_N);
    a.unit = PLX_DOSE_UG_KG_MIN;
    a.duration_s = 600 * plx_rng_unit(rng);
    a.rate_ml_min = a.kind == PLX_ACTION_FLUID ? 0 : 400 * plx_rng_unit(rng);
    double u = plx_rng_unit(rng);
    a.amount = a.kind == PLX_ACTION_FLUID || a.kind == PLX_ACTION_BLEED ? 3000 * u : u;
    if (a.kind == PLX_ACTION_TEMPERATURE || a.kind == PLX_ACTION_COOLING) a.amount = 30 + 11 * u;
    if (a.kind == PLX_ACTION_LBNP) a.amount = -80 * u;
    if (a.kind == PLX_ACTION_DRUG) a.amount = 2 * u * u * u;
    a.airway = (plx_airway){.device = (plx_oxygen)plx_rng_below(rng, PLX_OXYGEN_N),
                            .flow_l_min = (float)(15 * plx_rng_unit(rng)),
                            .fi_o2 = (float)(0.21 + 0.79 * plx_rng_unit(rng)),
                            .vent = (plx_vent)plx_rng_below(rng, 4),
                            .peep_cmh2o = (float)(20 * plx_rng_unit(rng)),
                            .pressure_cmh2o = (float)(25 * plx_rng_unit(rng)),
                            .vt_l = (float)(0.3 + 0.5 * plx_rng_unit(rng)),
                            .rate_per_min = (float)(6 + 24 * plx_rng_unit(rng)),
                            .closed = plx_rng_below(rng, 12) == 0,
                            .still = plx_rng_below(rng, 4) == 0};
    return a;
}

static plx_person any_person(plx_rng *rng)
{
    return (plx_person){.sex = (plx_sex)plx_rng_below(rng, 2),
                        .age = 16 + 79 * plx_rng_unit(rng),
                        .height_cm = 140 + 70 * plx_rng_unit(rng),
                        .weight_kg = 40 + 110 * plx_rng_unit(rng),
                        .chronic = (uint32_t)plx_rng_below(rng, 128)};
}

static void random_members_stay_whole(void **state)
{
    (void)state;
    const char *wanted = getenv("POLLUX_BODY_MEMBERS");
    uint64_t members = wanted ? strtoull(wanted, NULL, 10) : 2048, broken = 0;
    plx_body *body = body_new(MEMBERS);
    for (uint64_t done = 0; done < members; done += MEMBERS) {
        plx_rng rng = plx_rng_init(21, done);
        plx_person person = any_person(&rng);
        plx_care care;
        plx_care_init(&care, &person);
        body->seed = plx_rng_u64(&rng);
        plx_person_body(&person, 4.0 / 3,
                        body); /* draws end at three of these: four of the prior */
        for (int i = 0; i < 10; i++) {
            char why[100];
            plx_action a = any_action(&rng);
            if (plx_care_act(&care, &a, why, sizeof why) != PLX_OK) why[0] = 0;
            plx_body_variant v = i % 3 == 2 ? PLX_BODY_AVERAGED : PLX_BODY_PULSATILE;
            run(body, &care, (plan){v, widest(), 30, 1}, 30);
        }
        uint32_t member = 0;
        plx_body_state_id row = PLX_BODY_ring;
        uint32_t n = plx_body_broken(body, &member, &row);
        if (n && broken == 0)
            print_message("# from %llu: member %u, row %d is %g\n", (unsigned long long)done,
                          member, (int)row, (double)body->rows[(size_t)row * MEMBERS + member]);
        broken += n;
    }
    print_message("# %llu members, %llu broken\n", (unsigned long long)members,
                  (unsigned long long)broken);
    assert_true(broken == 0);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_windows_and_parts_give_the_same_bits),
        cmocka_unit_test(a_copy_goes_where_the_original_goes),
        cmocka_unit_test(members_do_not_see_each_other),
        cmocka_unit_test(what_is_out_of_range_is_refused),
        cmocka_unit_test(a_broken_member_is_found),
        cmocka_unit_test(a_broken_member_becomes_a_copy_of_a_sound_one),
        cmocka_unit_test(too_many_broken_members_are_left),
        cmocka_unit_test(the_choice_is_even_and_keyed),
        cmocka_unit_test(rows_have_names),
        cmocka_unit_test(a_snapshot_is_small),
        cmocka_unit_test(nothing_is_lost_in_a_day),
        cmocka_unit_test(random_members_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
