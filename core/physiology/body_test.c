/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a run is a pure function of body, seconds and seed; what goes in, comes out or stays; random
 *   members under random care stay whole.
 * Oracle: the same run at another lane width, cut into other windows, shared among calls, and from
 *   a copy in the middle; the books of blood, water, red cells, oxygen and carbon dioxide; the
 *   bounds of the state table. A million members run in ./check --long, a sample here.
 * Tolerance: bits; 1e-4 of what is there or went through. */
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
#include "edge/host/lanes.h"

enum { MEMBERS = 64, WINDOW_S = 60 };

static const plx_person adult = {.sex = PLX_SEX_FEMALE, .age = 61, .height_cm = 165, .weight_kg = 72};

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
    act(care, (plx_action){.kind = PLX_ACTION_FLUID, .fluid = PLX_FLUID_RINGER, .amount = 500,
                           .duration_s = 900});
    act(care, (plx_action){.kind = PLX_ACTION_FLUID, .fluid = PLX_FLUID_PRBC, .amount = 300,
                           .duration_s = 600});
    act(care, (plx_action){.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_NOREPINEPHRINE, .amount = 0.1,
                           .unit = PLX_DOSE_UG_KG_MIN, .duration_s = 1200});
    act(care, (plx_action){.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_FENTANYL, .amount = 100,
                           .unit = PLX_DOSE_UG});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION, .condition = PLX_CONDITION_SEPSIS,
                           .amount = 0.5, .duration_s = 300});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION, .condition = PLX_CONDITION_PNEUMONIA,
                           .amount = 0.4});
    act(care, (plx_action){.kind = PLX_ACTION_CONDITION,
                           .condition = PLX_CONDITION_ATRIAL_FIBRILLATION, .amount = 1});
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
        for (uint32_t lanes = 4; lanes <= plx_host_lanes(); lanes *= 2) {
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

static void a_snapshot_is_small(void **state)
{
    (void)state;
    assert_true(plx_body_size(256) + sizeof(plx_care) <= 160000);
}

/* The books. */

enum { BOOKS = 10, DAY_S = 24 * 3600 };

static double stored_o2(const plx_body *b, uint32_t m);
static double stored_co2(const plx_body *b, uint32_t m);

static double at(const plx_body *b, plx_body_state_id id, uint32_t m)
{
    return (double)plx_body_state_get(b, id)[m];
}

static double circulating(const plx_body *b, uint32_t m)
{
    double sum = 0;
    for (int i = PLX_BODY_v_sa; i <= PLX_BODY_v_rv; i++)
        sum += at(b, (plx_body_state_id)i, m);
    return sum;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_windows_and_parts_give_the_same_bits),
        cmocka_unit_test(a_copy_goes_where_the_original_goes),
        cmocka_unit_test(members_do_not_see_each_other),
        cmocka_unit_test(what_is_out_of_range_is_refused),
        cmocka_unit_test(a_broken_member_is_found),
        cmocka_unit_test(a_snapshot_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
