/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: an arm is the same bodies under its actions and nothing else; who does not live through it
 * counts as lost.
 * Oracle: the same run made second by second; an arm that does nothing; textbook directions.
 * Tolerance: rounding of a mean; none for what has to be the same bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/assimilate/whatif.h"
#include "core/physiology/widest_for_test.h"

enum { MEMBERS = 32, ARMS = 5 };
enum { NONE, NOTHING, PRESSOR, OXYGEN, LOSS };

static const plx_person woman = {
    .sex = PLX_SEX_FEMALE, .age = 67, .height_cm = 162, .weight_kg = 70};
static const char *const texts[ARMS] = {[NONE] = "none",
                                        [NOTHING] = "none",
                                        [PRESSOR] = "norepinephrine 0.1 ug/kg/min",
                                        [OXYGEN] = "oxygen 15 L/min device=non_rebreather",
                                        [LOSS] = "bleed 4500 mL rate_ml_min=900"};
static const uint8_t minutes[] = {1, 3, 8};
enum { HORIZONS = sizeof minutes };

static plx_care care;
static plx_arm arms[ARMS];
static plx_body *body;
static plx_whatif_input input;
static plx_whatif whatif;

static int begin(void **state)
{
    (void)state;
    char why[PLX_ARM_WHY_MAX];
    plx_care_init(&care, &woman);
    plx_arm_fork fork = {&care, 0};
    for (int i = 0; i < ARMS; i++) {
        plx_status status = plx_arm_parse(plx_slice_of(texts[i]), &fork, &arms[i], why, sizeof why);
        if (status != PLX_OK) fail_msg("%s: %s", texts[i], why);
    }
    body = calloc(1, plx_body_size(MEMBERS));
    assert_non_null(body);
    body->members = MEMBERS, body->seed = 5;
    assert_int_equal(plx_person_settle(&woman, 1, widest(), 120, body), PLX_OK);
    input = (plx_whatif_input){body, &care, arms, minutes, ARMS, HORIZONS, widest()};
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(body);
    return 0;
}

/* The caller frees the memory. */
static void *run_all(plx_whatif *w, const plx_whatif_input *in)
{
    void *memory = malloc(plx_whatif_size(in));
    assert_non_null(memory);
    plx_whatif_begin(w, in, memory);
    for (uint32_t a = 0; a < in->arms_n; a++)
        plx_whatif_run(w, a);
    return memory;
}

static void an_arm_without_actions_changes_nothing(void **state)
{
    (void)state;
    void *memory = run_all(&whatif, &input);
    for (uint32_t h = 0; h < HORIZONS; h++)
        for (int q = 0; q < PLX_WHATIF_QUANTITY_N; q++) {
            plx_esmda_summary s = plx_whatif_contrast(&whatif, NOTHING, h, (plx_whatif_quantity)q);
            assert_true(s.p05 == 0 && s.p95 == 0 && s.mean == 0);
        }
    free(memory);
}

/* Second by second, 120 with beats; the mean of the last minute of each member. */
static void a_value_is_the_mean_of_the_minute(void **state)
{
    (void)state;
    static const uint8_t map[] = {PLX_QUANTITY_map_mmhg};
    static float now[MEMBERS];
    static double sum[MEMBERS], all = 0;
    void *memory = run_all(&whatif, &input);
    plx_body *copy = malloc(plx_body_size(MEMBERS));
    assert_non_null(copy);
    memcpy(copy, body, plx_body_size(MEMBERS));
    plx_care c = care;
    char why[100];
    assert_int_equal(plx_care_act(&c, &arms[PRESSOR].actions[0], why, sizeof why), PLX_OK);
    const plx_body_trace trace = {.quantities = map, .quantities_n = 1, .values = now};
    for (uint32_t s = 0; s < 180; s++) {
        plx_body_run_options options = {s < 120 ? PLX_BODY_PULSATILE : PLX_BODY_AVERAGED, widest(),
                                        0, MEMBERS};
        plx_second second;
        plx_care_step(&c, &second);
        assert_int_equal(plx_body_run(copy, &options, &second, 1, &trace), PLX_OK);
        copy->time_s++;
        for (uint32_t m = 0; s >= 120 && m < MEMBERS; m++)
            sum[m] += (double)now[m] / 60;
    }
    for (uint32_t m = 0; m < MEMBERS; m++)
        all += sum[m] / MEMBERS;
    assert_float_equal(plx_whatif_value(&whatif, PRESSOR, 1, PLX_WHATIF_map_mmhg).mean, all, 1e-3);
    free(copy);
    free(memory);
}

static void directions_are_those_of_a_textbook(void **state)
{
    (void)state;
    void *memory = run_all(&whatif, &input);
    plx_esmda_summary map = plx_whatif_contrast(&whatif, PRESSOR, 2, PLX_WHATIF_map_mmhg);
    plx_esmda_summary spo2 = plx_whatif_contrast(&whatif, OXYGEN, 2, PLX_WHATIF_spo2_pct);
    print_message("# norepinephrine: map %+.1f (%+.1f to %+.1f); oxygen: spo2 %+.1f\n", map.mean,
                  map.p05, map.p95, spo2.mean);
    assert_true(map.p05 > 0 && map.mean > 2 && spo2.p05 > 0);
    assert_int_equal(plx_whatif_present(&whatif, PRESSOR, 2), MEMBERS);
    assert_true(plx_whatif_perfused(&whatif, PRESSOR, 2) >= plx_whatif_perfused(&whatif, NONE, 2));
    /* the same members in both: surer than the difference of two ensembles would be */
    double none_sd = plx_whatif_value(&whatif, NONE, 2, PLX_WHATIF_map_mmhg).sd;
    double with_sd = plx_whatif_value(&whatif, PRESSOR, 2, PLX_WHATIF_map_mmhg).sd;
    assert_true(map.sd < sqrt(none_sd * none_sd + with_sd * with_sd));
    free(memory);
}

static void who_does_not_live_through_it_is_counted(void **state)
{
    (void)state;
    void *memory = run_all(&whatif, &input);
    uint32_t left = plx_whatif_present(&whatif, LOSS, 2);
    print_message("# %u of %d present after a loss of 4.5 L\n", left, MEMBERS);
    assert_true(left < MEMBERS / 2);
    assert_true(plx_whatif_no_answer(&whatif, LOSS, 2));
    assert_false(plx_whatif_no_answer(&whatif, NONE, 2));
    assert_int_equal(plx_whatif_present(&whatif, LOSS, 0), MEMBERS);
    assert_true(plx_whatif_perfused(&whatif, LOSS, 2) <= (double)left / MEMBERS);
    assert_true(plx_whatif_hypoxic(&whatif, LOSS, 2) >= (double)(MEMBERS - left) / MEMBERS);
    if (left < 2) assert_true(isnan(plx_whatif_value(&whatif, LOSS, 2, PLX_WHATIF_map_mmhg).mean));
    free(memory);
}

static void lanes_and_order_change_no_bit(void **state)
{
    (void)state;
    plx_whatif other;
    plx_whatif_input narrow = input;
    narrow.lanes = 4;
    void *memory = run_all(&whatif, &input), *second = malloc(plx_whatif_size(&narrow));
    assert_non_null(second);
    plx_whatif_begin(&other, &narrow, second);
    for (uint32_t a = ARMS; a-- > 0;)
        plx_whatif_run(&other, a);
    size_t n = (size_t)ARMS * HORIZONS * PLX_WHATIF_QUANTITY_N * MEMBERS;
    assert_memory_equal(whatif.values, other.values, n * sizeof(double));
    assert_memory_equal(whatif.gone, other.gone, (size_t)ARMS * MEMBERS);
    free(memory);
    free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arm_without_actions_changes_nothing),
        cmocka_unit_test(a_value_is_the_mean_of_the_minute),
        cmocka_unit_test(directions_are_those_of_a_textbook),
        cmocka_unit_test(who_does_not_live_through_it_is_counted),
        cmocka_unit_test(lanes_and_order_change_no_bit),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
