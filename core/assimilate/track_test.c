/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: an ensemble of each cause lives on with the patient; what is measured tells them apart.
 * Oracle: the same track run otherwise (lane width, a copy); a body that bleeds and is measured.
 * Tolerance: none for what has to be the same bits; the truth is inside the 90 % interval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/assimilate/track.h"
#include "core/base/rng.h"
#include "core/physiology/widest_for_test.h"

static void near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance)) fail_msg("%.17g is not %.17g", a, b);
}

static const plx_person man = {.sex = PLX_SEX_MALE, .age = 44, .height_cm = 180, .weight_kg = 82};

typedef struct tracked {
    plx_track track;
    void *memory;
} tracked;

static void make(tracked *t, uint32_t causes, uint32_t lanes, uint32_t members,
                 plx_body_variant variant)
{
    char why[100];
    const plx_track_input in = {.person = man,
                                .members = members,
                                .lanes = lanes,
                                .causes = causes,
                                .variant = variant,
                                .seed = 3};
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_OK);
    t->memory = aligned_alloc(64, plx_track_size(&in));
    assert_non_null(t->memory);
    plx_track_begin(&t->track, &in, t->memory);
}

static plx_vitals_observation observation(plx_measure quantity, double value, double sd)
{
    return (plx_vitals_observation){.quantity = quantity, .value = value, .sd = sd};
}

/* A few minutes of a man who is well. */
static void live(plx_track *t, uint32_t to_s)
{
    for (uint32_t s = t->now_s + 60; s <= to_s; s += 60) {
        const plx_vitals_observation all[] = {
            observation(PLX_MEASURE_hr_bpm, 72, 2), observation(PLX_MEASURE_sbp_mmhg, 124, 7),
            observation(PLX_MEASURE_map_mmhg, 91, 5), observation(PLX_MEASURE_spo2_pct, 97, 2),
            observation(PLX_MEASURE_rr_per_min, 14, 2)};
        plx_track_advance(t, s);
        plx_track_observe(t, all, 5, NULL);
    }
}

static void same(const plx_track *a, const plx_track *b)
{
    assert_memory_equal(a->weight, b->weight, sizeof a->weight);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (a->body[c])
            assert_memory_equal(a->body[c], b->body[c], plx_body_size(a->input.members));
}

enum { FEW = 1u << PLX_CAUSE_STABLE | 1u << PLX_CAUSE_BLEEDING | 1u << PLX_CAUSE_SEPSIS };

static void every_width_and_every_copy_tell_the_same(void **state)
{
    (void)state;
    tracked a, b;
    make(&a, FEW, 4, 16, PLX_BODY_AVERAGED);
    make(&b, FEW, widest(), 16, PLX_BODY_AVERAGED);
    live(&a.track, 300);
    live(&b.track, 300);
    same(&a.track, &b.track);
    size_t n = plx_track_size(&a.track.input);
    tracked copy = {a.track, aligned_alloc(64, n)};
    memcpy(copy.memory, a.memory, n);
    plx_track_place(&copy.track, copy.memory);
    live(&copy.track, 420);
    same(&a.track, &b.track); /* the copy has left them alone */
    live(&a.track, 420);
    same(&a.track, &copy.track);
    free(a.memory);
    free(b.memory);
    free(copy.memory);
}

static void all_causes_share_one_certainty(void **state)
{
    (void)state;
    tracked t;
    double probability[PLX_MECHANISM_N], sum = 0, prior = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        prior += plx_causes[c].prior;
    near(prior, 1, 1e-9);
    make(&t, (1u << PLX_CAUSE_N) - 1, widest(), 16, PLX_BODY_AVERAGED);
    live(&t.track, 900);
    plx_track_mechanisms(&t.track, probability);
    for (uint32_t i = 0; i < PLX_MECHANISM_N; i++)
        sum += probability[i];
    near(sum, 1, 1e-9);
    assert_true(probability[PLX_MECHANISM_STABLE] > 0.4);
    for (uint32_t i = 1; i < PLX_MECHANISM_N; i++)
        assert_true(probability[i] < probability[PLX_MECHANISM_STABLE]);
    free(t.memory);
}

static void who_is_usually_well_is_so_before_the_first_value(void **state)
{
    (void)state;
    enum { SEPSIS_AND_ASTHMA = 1u << PLX_CAUSE_SEPSIS | 1u << PLX_CAUSE_ASTHMA };
    plx_track t;
    const plx_track_input in = {.person = man,
                                .members = 16,
                                .lanes = widest(),
                                .causes = 1u << PLX_CAUSE_STABLE | SEPSIS_AND_ASTHMA,
                                .variant = PLX_BODY_AVERAGED,
                                .stable = 0.6};
    void *memory = aligned_alloc(64, plx_track_size(&in));
    assert_non_null(memory);
    plx_track_begin(&t, &in, memory);
    near(t.weight[PLX_CAUSE_STABLE], 0.6, 1e-12);
    near(t.weight[PLX_CAUSE_SEPSIS] + t.weight[PLX_CAUSE_ASTHMA], 0.4, 1e-12);
    near(t.weight[PLX_CAUSE_SEPSIS] / t.weight[PLX_CAUSE_ASTHMA],
         plx_causes[PLX_CAUSE_SEPSIS].prior / plx_causes[PLX_CAUSE_ASTHMA].prior, 1e-9);
    free(memory);
}

/* A body of the same equations, measured as a monitor and a cuff would. */
static double bleed_and_tell(tracked *t)
{
    static const uint8_t quantities[] = {PLX_MEASURE_hr_bpm, PLX_MEASURE_sbp_mmhg,
                                         PLX_MEASURE_map_mmhg, PLX_MEASURE_spo2_pct,
                                         PLX_MEASURE_rr_per_min};
    static const double sd[] = {2, 7, 5, 2, 2};
    enum { KINDS = 5, MEMBERS = 16, MINUTE = 60 };
    char why[100];
    plx_body *truth = calloc(1, plx_body_size(MEMBERS));
    float *values = calloc(MINUTE * KINDS * MEMBERS, sizeof *values);
    plx_care care;
    plx_second seconds[MINUTE];
    plx_rng rng = plx_rng_init(8, 1);
    truth->members = MEMBERS;
    truth->seed = 5;
    assert_int_equal(plx_person_settle(&man, 0, widest(), 60, truth), PLX_OK);
    plx_care_init(&care, &man);
    const plx_body_run_options options = {PLX_BODY_PULSATILE, 4, 0, 4};
    const plx_body_trace trace = {
        .quantities = quantities, .quantities_n = KINDS, .values = values};
    const plx_action wound = {.kind = PLX_ACTION_BLEED, .drug = PLX_DRUG_N, .rate_ml_min = 110};
    for (uint32_t minute = 1; minute <= 24; minute++) {
        if (minute == 7) assert_int_equal(plx_care_act(&care, &wound, why, sizeof why), PLX_OK);
        for (uint32_t s = 0; s < MINUTE; s++)
            plx_care_step(&care, &seconds[s]);
        assert_int_equal(plx_body_run(truth, &options, seconds, MINUTE, &trace), PLX_OK);
        truth->time_s += MINUTE;
        plx_vitals_observation seen[KINDS];
        for (uint32_t k = 0; k < KINDS; k++) {
            double value = (double)values[((MINUTE - 1) * KINDS + k) * MEMBERS];
            seen[k] =
                observation((plx_measure)quantities[k], plx_rng_normal(&rng, value, sd[k]), sd[k]);
        }
        plx_track_advance(&t->track, minute * MINUTE);
        plx_track_observe(&t->track, seen, KINDS, NULL);
    }
    double lost = (double)plx_body_state(truth, PLX_BODY_bled)[0];
    free(truth);
    free(values);
    return lost;
}

static void who_bleeds_is_said_to_bleed(void **state)
{
    (void)state;
    tracked t;
    double probability[PLX_MECHANISM_N], mean = 0, square = 0;
    make(&t, FEW, widest(), 32, PLX_BODY_PULSATILE);
    double lost = bleed_and_tell(&t);
    plx_track_mechanisms(&t.track, probability);
    assert_true(probability[PLX_MECHANISM_HYPOVOLAEMIC] > 0.8);
    for (uint32_t m = 0; m < 32; m++) {
        double x = plx_track_hidden_of(&t.track, PLX_CAUSE_BLEEDING, PLX_TRACK_DEFICIT, m);
        mean += x / 32;
        square += x * x / 32;
    }
    double spread = __builtin_sqrt(square - mean * mean);
    print_message("# lost %.0f mL, told %.0f +- %.0f, hypovolaemic %.2f\n", lost, mean, spread,
                  probability[PLX_MECHANISM_HYPOVOLAEMIC]);
    assert_true(mean - 1.645 * spread < lost && lost < mean + 1.645 * spread);
    free(t.memory);
}

static void one_odd_value_is_an_artefact_and_three_are_not(void **state)
{
    (void)state;
    tracked t;
    make(&t, FEW, widest(), 16, PLX_BODY_AVERAGED);
    live(&t.track, 300);
    const plx_vitals_observation odd[] = {observation(PLX_MEASURE_hr_bpm, 190, 2),
                                          observation(PLX_MEASURE_tv_ml, 500, 50)};
    double before = plx_track_predicted(&t.track, PLX_CAUSE_STABLE, PLX_TRACK_hr_bpm)[0];
    for (int i = 0; i < PLX_TRACK_STREAK; i++) {
        plx_track_flag flags[2];
        plx_track_observe(&t.track, odd, 2, flags);
        assert_int_equal(flags[0],
                         i + 1 < PLX_TRACK_STREAK ? PLX_TRACK_ARTEFACT : PLX_TRACK_DOUBTFUL);
        assert_int_equal(flags[1], PLX_TRACK_UNCOMPARED);
        double now = plx_track_predicted(&t.track, PLX_CAUSE_STABLE, PLX_TRACK_hr_bpm)[0];
        assert_int_equal(now != before, i + 1 == PLX_TRACK_STREAK);
    }
    free(t.memory);
}

static void what_is_done_is_done_to_all_or_to_none(void **state)
{
    (void)state;
    tracked t;
    char why[100];
    make(&t, FEW, widest(), 16, PLX_BODY_AVERAGED);
    const plx_action fluid = {.kind = PLX_ACTION_FLUID,
                              .drug = PLX_DRUG_N,
                              .fluid = PLX_FLUID_RINGER,
                              .amount = 500,
                              .duration_s = 900};
    plx_action wrong = fluid;
    wrong.amount = -5;
    const plx_track before = t.track;
    assert_int_equal(plx_track_act(&t.track, &wrong, why, sizeof why), PLX_RANGE);
    assert_memory_equal(before.care, t.track.care, sizeof before.care);
    assert_int_equal(plx_track_act(&t.track, &fluid, why, sizeof why), PLX_OK);
    double volume[2];
    for (int i = 0; i < 2; i++) {
        volume[i] = (double)plx_body_state(t.track.body[PLX_CAUSE_STABLE], PLX_BODY_v_blood)[0];
        plx_track_advance(&t.track, 600);
    }
    assert_true(volume[1] > volume[0] + 100);
    free(t.memory);
}

static void what_cannot_be_tracked_is_refused(void **state)
{
    (void)state;
    char why[100];
    const plx_track_input right = {
        .person = man, .members = 32, .lanes = 8, .causes = 1, .variant = PLX_BODY_AVERAGED};
    plx_track_input in = right;
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_OK);
    in.person.age = 4;
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_UNSUPPORTED);
    assert_string_equal(why, "age 4 below 16");
    in = right, in.members = 40;
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_RANGE);
    in = right, in.lanes = 5;
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_RANGE);
    in = right, in.causes = 1u << PLX_CAUSE_N;
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_RANGE);
    in = right, in.causes = 0;
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_RANGE);
    in = right, in.causes = 3, in.stable = 1;
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_RANGE);
    in = right, in.stable = 0.5; /* nothing else is possible */
    assert_int_equal(plx_track_check(&in, why, sizeof why), PLX_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_and_every_copy_tell_the_same),
        cmocka_unit_test(all_causes_share_one_certainty),
        cmocka_unit_test(who_is_usually_well_is_so_before_the_first_value),
        cmocka_unit_test(who_bleeds_is_said_to_bleed),
        cmocka_unit_test(one_odd_value_is_an_artefact_and_three_are_not),
        cmocka_unit_test(what_is_done_is_done_to_all_or_to_none),
        cmocka_unit_test(what_cannot_be_tracked_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
