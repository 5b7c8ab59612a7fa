/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a person gets the body of the published regressions with the prior spread around it, or one
 * sentence why not; and a body is brought to the resting values that are known, in every member.
 * Oracle: Nadler 1962, Du Bois 1916, ARDSNet 2000 and James 1976 by hand; the priors' own moments;
 *   a minute of the running body after settling.
 * Tolerance: 0.1 % for regressions, four standard errors for moments, 1 unit for resting values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/physiology/care.h"
#include "core/physiology/measure.h"
#include "core/physiology/person.h"

static const plx_person man = {.sex = PLX_SEX_MALE, .age = 40, .height_cm = 175, .weight_kg = 75};
static const plx_person woman = {
    .sex = PLX_SEX_FEMALE, .age = 40, .height_cm = 163, .weight_kg = 60};

static plx_body *body_new(uint32_t members)
{
    plx_body *body = calloc(1, plx_body_size(members));
    assert_non_null(body);
    body->members = members;
    body->seed = 7;
    return body;
}

static double param(const plx_body *b, plx_body_param_id id, uint32_t m)
{
    return (double)plx_body_param_get(b, id)[m];
}

static double state_of(const plx_body *b, plx_body_state_id id, uint32_t m)
{
    return (double)plx_body_state_get(b, id)[m];
}

static void about(double x, double expected)
{
    assert_true(fabs(x - expected) <= 1e-3 * fabs(expected));
}

static void regressions_as_published(void **state)
{
    (void)state;
    about(plx_person_blood_volume_ml(&man), 4984.7);
    about(plx_person_blood_volume_ml(&woman), 3710.3);
    about(plx_person_bsa_m2(&man), 1.9029);
    about(plx_person_bsa_m2(&woman), 1.6443);
    about(plx_person_ideal_weight_kg(&man), 70.566);
    about(plx_person_ideal_weight_kg(&woman), 55.146);
    about(plx_person_lean_mass_kg(&man), 58.990);
    about(plx_person_lean_mass_kg(&woman), 44.146);
    plx_person known = man;
    known.base.bv = 6000;
    about(plx_person_blood_volume_ml(&known), 6000);
}

static void refused(plx_person p, const char *sentence)
{
    char why[80] = "";
    assert_int_equal(plx_person_check(&p, why, sizeof why), PLX_RANGE);
    assert_string_equal(why, sentence);
}

static void outside_the_envelope(void **state)
{
    (void)state;
    char why[80] = "untouched", small[12];
    assert_int_equal(plx_person_check(&man, why, sizeof why), PLX_OK);
    assert_string_equal(why, "untouched");
    plx_person p = man;
    p.age = 4, refused(p, "age 4 below 16");
    p.age = 96, refused(p, "age 96 above 95");
    p.age = 15.9, refused(p, "age 15.9 below 16");
    p.age = NAN, refused(p, "age nan below 16");
    p = man, p.weight_kg = 34, refused(p, "weight_kg 34 below 35");
    p.weight_kg = 251, refused(p, "weight_kg 251 above 250");
    p = man, p.height_cm = 139, refused(p, "height_cm 139 below 140");
    p.height_cm = 1e12, refused(p, "height_cm 1000000000000 above 210");
    p = woman, p.pregnant_week = 21, refused(p, "pregnant week 21 above 20");
    p.pregnant_week = 20;
    assert_int_equal(plx_person_check(&p, why, sizeof why), PLX_OK);
    p.age = 16, p.weight_kg = 35, p.height_cm = 140;
    assert_int_equal(plx_person_check(&p, why, sizeof why), PLX_OK);
    p.age = 4;
    assert_int_equal(plx_person_check(&p, small, sizeof small), PLX_RANGE);
    assert_string_equal(small, "age 4 below"); /* what fits */
}

static void chronic_illness_shows(void **state)
{
    (void)state;
    plx_body *well = body_new(16), *ill = body_new(16);
    plx_person p = man;
    plx_person_body(&man, 0, well);
    p.chronic = PLX_CHRONIC_HYPERTENSION;
    plx_person_body(&p, 0, ill);
    about(param(ill, PLX_BODY_P_p_n, 3), param(well, PLX_BODY_P_p_n, 3) + 20);
    about(param(ill, PLX_BODY_P_c_sa, 3), 0.8 * param(well, PLX_BODY_P_c_sa, 3));
    p.chronic = PLX_CHRONIC_HEART_FAILURE;
    plx_person_body(&p, 0, ill);
    about(param(ill, PLX_BODY_P_e_scale, 0), 0.5 * param(well, PLX_BODY_P_e_scale, 0));
    p.chronic = PLX_CHRONIC_BETA_BLOCKER;
    plx_person_body(&p, 0, ill);
    about(param(ill, PLX_BODY_P_t0, 0), 1.15 * param(well, PLX_BODY_P_t0, 0));
    p.chronic = PLX_CHRONIC_DIABETES;
    plx_person_body(&p, 0, ill);
    about(param(ill, PLX_BODY_P_g_tv, 0), 0.7 * param(well, PLX_BODY_P_g_tv, 0));
    free(well);
    free(ill);
}

/* mean and sd of the logarithm (or of the value) of a parameter over its median. */
static void spread_is(const plx_body *b, const plx_body *median, plx_body_param_id id, double sd,
                      bool added)
{
    double n = b->members, sum = 0, squares = 0;
    for (uint32_t m = 0; m < b->members; m++) {
        double x = param(b, id, m), middle = param(median, id, 0);
        double d = added ? x - middle : log(x / middle);
        sum += d, squares += d * d;
    }
    double seen = sqrt(squares / n - sum / n * (sum / n));
    assert_true(fabs(sum / n) < 4 * sd / sqrt(n));
    assert_true(fabs(seen - 0.987 * sd) < 4 * sd / sqrt(2 * n)); /* 0.987: cut at three sd */
}

static void members_have_the_prior_spread(void **state)
{
    (void)state;
    plx_body *b = body_new(4096), *median = body_new(16);
    plx_person_body(&man, 1, b);
    plx_person_body(&man, 0, median);
    spread_is(b, median, PLX_BODY_P_r_scale, 0.25, false);
    spread_is(b, median, PLX_BODY_P_e_scale, 0.25, false);
    spread_is(b, median, PLX_BODY_P_t0, 0.10, false);
    spread_is(b, median, PLX_BODY_P_shunt, 0.5, false);
    spread_is(b, median, PLX_BODY_P_p_n, 8, true);
    for (uint32_t m = 1; m < 16; m++)
        for (uint32_t i = 0; i < PLX_BODY_PARAM_N; i++)
            assert_true(param(median, (plx_body_param_id)i, m) ==
                        param(median, (plx_body_param_id)i, 0));
    free(b);
    free(median);
}

/* Member m is the same in any ensemble and in any piece of one; another seed is another draw. */
static void draws_are_keyed(void **state)
{
    (void)state;
    plx_body *all = body_new(64), *part = body_new(16), *other = body_new(16);
    part->first_member = 32;
    other->seed = 8;
    plx_person_body(&woman, 1, all);
    plx_person_body(&woman, 1, part);
    plx_person_body(&woman, 1, other);
    for (uint32_t i = 0; i < PLX_BODY_PARAM_N; i++)
        for (uint32_t m = 0; m < 16; m++)
            assert_true(param(part, (plx_body_param_id)i, m) ==
                        param(all, (plx_body_param_id)i, 32 + m));
    assert_true(param(other, PLX_BODY_P_r_scale, 0) != param(all, PLX_BODY_P_r_scale, 0));
    free(all);
    free(part);
    free(other);
}

/* From 35 kg to 250: blood where the book says, every state in its bounds, alive after a minute. */
static void the_first_state_is_sound(void **state)
{
    (void)state;
    const plx_person people[] = {
        man,
        woman,
        {.sex = PLX_SEX_FEMALE, .age = 95, .height_cm = 140, .weight_kg = 35},
        {.sex = PLX_SEX_MALE, .age = 16, .height_cm = 210, .weight_kg = 250},
        {.sex = PLX_SEX_MALE, .age = 80, .height_cm = 170, .weight_kg = 70, .chronic = 127}};
    plx_body *b = body_new(64);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        plx_person_body(&people[i], 1, b);
        assert_int_equal(plx_body_broken(b, NULL, NULL), 0);
        for (uint32_t m = 0; m < 64; m++) {
            double sum = 0, book = state_of(b, PLX_BODY_v_blood, m);
            for (int v = PLX_BODY_v_sa; v <= PLX_BODY_v_rv; v++)
                sum += state_of(b, (plx_body_state_id)v, m);
            assert_true(fabs(sum - book) < 0.01);
            assert_true(fabs(book - param(b, PLX_BODY_P_v_blood0, m)) < 0.01);
        }
        assert_int_equal(plx_person_settle(&people[i], 1, 4, 60, b), PLX_OK);
        assert_int_equal(plx_body_broken(b, NULL, NULL), 0);
    }
    free(b);
}

/* Settling. */

enum { MEMBERS = 16, MINUTE_S = 60, SEEN = 7 };

static const uint8_t quantities[SEEN] = {
    PLX_MEASURE_hr_bpm,  PLX_MEASURE_sbp_mmhg, PLX_MEASURE_dbp_mmhg, PLX_MEASURE_map_mmhg,
    PLX_MEASURE_pp_mmhg, PLX_MEASURE_cvp_mmhg, PLX_MEASURE_sv_ml};

/* Every member in the minute after settling: 1 unit, and 0.5 more for a minute that is not the one
 * that was fitted. */
static void reaches(const plx_person *p, double spread)
{
    static float values[MINUTE_S * SEEN * MEMBERS];
    static plx_second second[MINUTE_S];
    plx_care care;
    const double want[SEEN] = {p->base.hr, p->base.sbp, p->base.dbp, p->base.map,
                               p->base.pp, p->base.cvp, p->base.sv};
    plx_body *b = body_new(MEMBERS);
    assert_int_equal(plx_person_settle(p, spread, 4, 240, b), PLX_OK);
    plx_care_init(&care, p);
    for (int i = 0; i < MINUTE_S; i++)
        plx_care_step(&care, &second[i]);
    const plx_body_run_options options = {PLX_BODY_PULSATILE, 4, 0, MEMBERS};
    const plx_body_trace trace = {.quantities = quantities, .quantities_n = SEEN, .values = values};
    assert_int_equal(plx_body_run(b, &options, second, MINUTE_S, &trace), PLX_OK);
    for (int q = 0; q < SEEN; q++)
        for (int m = 0; m < MEMBERS && want[q] > 0; m++) {
            double mean = 0;
            for (int s = 0; s < MINUTE_S; s++)
                mean += (double)values[(s * SEEN + q) * MEMBERS + m] / MINUTE_S;
            if (fabs(mean - want[q]) > 1.5)
                print_message("# %s of member %d: %.2f, not %.2f\n",
                              plx_measure_name((plx_measure)quantities[q]), m, mean, want[q]);
            assert_true(fabs(mean - want[q]) <= 1.5);
        }
    assert_int_equal(plx_body_broken(b, NULL, NULL), 0);
    free(b);
}

static void known_values_are_reached(void **state)
{
    (void)state;
    const plx_person people[] = {
        /* fit young men: the reflex would have it otherwise */
        {.age = 26, .height_cm = 178, .weight_kg = 78, .base = {58, .map = 89.5, .cvp = 5.8}},
        {.age = 25, .height_cm = 180, .weight_kg = 75, .base = {58, .sbp = 128, .dbp = 68}},
        {PLX_SEX_FEMALE, 70, 160, 65, .base = {82, .sbp = 155, .dbp = 75}},
        {.age = 60, .height_cm = 175, .weight_kg = 90, .base = {75, 140, .map = 100, .cvp = 4}},
        {.age = 35, .height_cm = 178, .weight_kg = 80, .chronic = 1, .base = {75, .sbp = 130}},
        {PLX_SEX_FEMALE, 30, 165, 60, .base = {70, .map = 80, .sv = 70}},
        {.age = 50, .height_cm = 175, .weight_kg = 75, .base = {95, .sbp = 100, .dbp = 60}},
        {.age = 50, .height_cm = 175, .weight_kg = 75, .base = {48, .pp = 45, .cvp = 2}},
        {.age = 70, .height_cm = 175, .weight_kg = 75, .chronic = 8, .base = {88, .map = 95}}};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        reaches(&people[i], 1);
    reaches(&people[0], 0);
}

static void known_volumes_are_kept(void **state)
{
    (void)state;
    plx_body *b = body_new(MEMBERS);
    plx_person p = man;
    p.base.bv = 5500, p.base.hb = 9, p.base.hr = 66;
    assert_int_equal(plx_person_settle(&p, 1, 4, 30, b), PLX_OK);
    for (uint32_t m = 0; m < MEMBERS; m++) {
        about(state_of(b, PLX_BODY_v_blood, m), 5500);
        about(state_of(b, PLX_BODY_v_rbc, m) / state_of(b, PLX_BODY_v_blood, m) * 34, 9);
        assert_true(state_of(b, PLX_BODY_r_ref, m) == 0 && state_of(b, PLX_BODY_isf, m) == 0);
    }
    free(b);
}

static void what_cannot_be_is_said(void **state)
{
    (void)state;
    plx_body *b = body_new(MEMBERS);
    plx_person p = man;
    p.base.hr = 200, p.base.map = 40, p.base.cvp = 25;
    assert_int_equal(plx_person_settle(&p, 1, 4, 30, b), PLX_RANGE);
    assert_int_equal(plx_body_broken(b, NULL, NULL), 0);
    free(b);
}

/* Lanes and the number of members change no bit. */
static void settled_bits_are_the_same(void **state)
{
    (void)state;
    plx_body *large = body_new(2 * MEMBERS), *small = body_new(MEMBERS);
    plx_person p = man;
    p.base.hr = 66, p.base.sbp = 118;
    uint32_t wide = 4;
#if defined __x86_64__ || defined __i386__
    if (__builtin_cpu_supports("avx2")) wide = 8;
#endif
    assert_int_equal(plx_person_settle(&p, 1, 4, 30, large), PLX_OK);
    assert_int_equal(plx_person_settle(&p, 1, wide, 30, small), PLX_OK);
    assert_true(large->time_s == small->time_s);
    for (uint32_t row = 0; row < PLX_BODY_STATE_N + PLX_BODY_PARAM_N; row++)
        assert_memory_equal(large->rows + (size_t)row * 2 * MEMBERS,
                            small->rows + (size_t)row * MEMBERS, MEMBERS * sizeof(float));
    free(large);
    free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regressions_as_published), cmocka_unit_test(outside_the_envelope),
        cmocka_unit_test(chronic_illness_shows),    cmocka_unit_test(members_have_the_prior_spread),
        cmocka_unit_test(draws_are_keyed),          cmocka_unit_test(the_first_state_is_sound),
        cmocka_unit_test(known_values_are_reached), cmocka_unit_test(known_volumes_are_kept),
        cmocka_unit_test(what_cannot_be_is_said),   cmocka_unit_test(settled_bits_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
