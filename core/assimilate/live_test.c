/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: data that come late, out of order or in bursts leave the same twin as data that come in
 * order, as long as they come before their bin is over; silence and a long absence are met.
 * Oracle: the same values put otherwise; a track that is driven by hand.
 * Tolerance: none, bits are compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/assimilate/live_tell.h"
#include "core/base/time.h"
#include "core/physiology/widest_for_test.h"

#define T0_US (INT64_C(1764000000) * PLX_SECOND_US) /* on the grid of 15 s */

enum { FEW = 1u << PLX_CAUSE_STABLE | 1u << PLX_CAUSE_BLEEDING };

static plx_track_input input = {
    .person = {.sex = PLX_SEX_MALE, .age = 44, .height_cm = 180, .weight_kg = 82},
    .members = 16,
    .lanes = 4,
    .causes = FEW,
    .variant = PLX_BODY_AVERAGED,
    .seed = 3};

static plx_live *make(void)
{
    plx_live *live = malloc(sizeof *live);
    void *memory = aligned_alloc(64, plx_track_size(&input));
    assert_non_null(live);
    assert_non_null(memory);
    plx_live_init(live, &input, memory);
    return live;
}

static void drop(plx_live *live)
{
    free(live->memory);
    free(live);
}

static void put(plx_live *live, int64_t second, plx_track_kind kind, double value)
{
    const plx_live_value v = {.time_us = T0_US + second * PLX_SECOND_US,
                              .seq = (uint64_t)(1000 + second),
                              .value = value,
                              .kind = (uint8_t)kind};
    assert_int_equal(plx_live_put(live, &v), PLX_OK);
}

static uint32_t run(plx_live *live, int64_t second)
{
    uint32_t n = 0;
    while (plx_live_run(live, T0_US + second * PLX_SECOND_US) == PLX_LIVE_STEPPED)
        n++;
    return n;
}

static void same(const plx_live *a, const plx_live *b)
{
    assert_int_equal(a->at_us, b->at_us);
    assert_memory_equal(a->track.weight, b->track.weight, sizeof a->track.weight);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (a->track.body[c])
            assert_memory_equal(a->track.body[c], b->track.body[c], plx_body_size(input.members));
}

static void a_bin_is_lived_when_it_is_over_and_in_any_order_of_arrival(void **state)
{
    (void)state;
    plx_live *a = make(), *b = make();
    assert_int_equal(run(a, 0), 0);
    put(a, 1, PLX_TRACK_hr_bpm, 75);
    assert_int_equal(run(a, 15), 0); /* it may still grow */
    put(a, 14, PLX_TRACK_hr_bpm, 77);
    put(a, 3, PLX_TRACK_sbp_mmhg, 124);
    assert_int_equal(run(a, 17), 1);
    put(a, 20, PLX_TRACK_spo2_pct, 97);
    assert_int_equal(run(a, 47), 2);
    put(b, 20, PLX_TRACK_spo2_pct, 97);
    put(b, 14, PLX_TRACK_hr_bpm, 77);
    put(b, 3, PLX_TRACK_sbp_mmhg, 124);
    put(b, 1, PLX_TRACK_hr_bpm, 75);
    assert_int_equal(run(b, 47), 3);
    same(a, b);
    assert_int_equal(a->counts.used, 3);
    assert_int_equal(a->cutoff, 1020);
    drop(a);
    drop(b);
}

static void it_is_the_track_driven_by_hand(void **state)
{
    (void)state;
    plx_live *a = make();
    plx_track t;
    void *memory = aligned_alloc(64, plx_track_size(&input));
    assert_non_null(memory);
    put(a, 5, PLX_TRACK_hr_bpm, 90);
    assert_int_equal(run(a, 32), 2);
    plx_track_begin(&t, &input, memory);
    plx_track_advance(&t, PLX_LIVE_FIRST_S + PLX_LIVE_BIN_S);
    const plx_vitals_observation o = {.quantity = plx_track_quantity(PLX_TRACK_hr_bpm),
                                      .value = 90,
                                      .sd = a->sd[PLX_TRACK_hr_bpm]};
    plx_track_observe(&t, &o, 1, NULL);
    plx_track_advance(&t, PLX_LIVE_FIRST_S + 2 * PLX_LIVE_BIN_S);
    assert_memory_equal(a->track.weight, t.weight, sizeof t.weight);
    assert_memory_equal(a->track.body[PLX_CAUSE_STABLE], t.body[PLX_CAUSE_STABLE],
                        plx_body_size(input.members));
    free(memory);
    drop(a);
}

static void the_surest_device_is_heard(void **state)
{
    (void)state;
    plx_live *a = make();
    plx_live_value v = {.time_us = T0_US, .seq = 1, .value = 60, .kind = PLX_TRACK_sbp_mmhg};
    assert_int_equal(plx_live_put(a, &v), PLX_OK);
    v.how = PLX_LIVE_ART;
    v.value = 120;
    assert_int_equal(plx_live_put(a, &v), PLX_OK);
    double cuff = a->sd[PLX_TRACK_sbp_mmhg];
    assert_int_equal(run(a, 17), 1);
    assert_true(a->sd[PLX_TRACK_sbp_mmhg] < cuff);
    assert_int_equal(a->counts.used, 1);
    assert_int_equal(a->counts.artefacts, 0);
    drop(a);
}

static void late_values_are_seen_late_or_counted(void **state)
{
    (void)state;
    plx_live *a = make();
    put(a, 0, PLX_TRACK_hr_bpm, 75);
    assert_int_equal(run(a, 302), 20);
    put(a, 200, PLX_TRACK_sbp_mmhg, 120); /* a cuff is told of a minute or two late */
    put(a, 60, PLX_TRACK_sbp_mmhg, 120);
    assert_int_equal(run(a, 317), 1);
    assert_int_equal(a->counts.used, 2);
    assert_int_equal(a->counts.late, 1);
    drop(a);
}

static void who_is_silent_rests_and_begins_anew(void **state)
{
    (void)state;
    plx_live *a = make();
    put(a, 0, PLX_TRACK_hr_bpm, 75);
    assert_int_equal(run(a, 17), 1);
    int64_t later = PLX_LIVE_SILENT_S + 60;
    assert_int_equal(plx_live_run(a, T0_US + later * PLX_SECOND_US), PLX_LIVE_SILENT);
    put(a, later + 3, PLX_TRACK_hr_bpm, 80);
    assert_true(run(a, later + 32) >= 1);
    assert_int_equal(a->counts.begun, 2);
    drop(a);
}

static void what_stands_is_told_again(void **state)
{
    (void)state;
    plx_live *a = make();
    const plx_live_action air = {.time_us = T0_US - 3600 * PLX_SECOND_US,
                                 .seq = 2,
                                 .action = {.kind = PLX_ACTION_DRUG,
                                            .drug = PLX_DRUG_NOREPINEPHRINE,
                                            .unit = PLX_DOSE_UG_KG_MIN,
                                            .amount = 0.1}};
    assert_int_equal(plx_live_act(a, &air), PLX_OK);
    put(a, 0, PLX_TRACK_hr_bpm, 75);
    assert_int_equal(run(a, 17), 1);
    assert_int_equal(a->standing_n, 1);
    assert_int_equal(a->counts.acted, 1);
    plx_live_action stop = air;
    stop.time_us = T0_US + 20 * PLX_SECOND_US;
    stop.action.kind = PLX_ACTION_STOP;
    assert_int_equal(plx_live_act(a, &stop), PLX_OK);
    assert_int_equal(run(a, 32), 1);
    assert_int_equal(a->standing_n, 0);
    assert_int_equal(a->counts.acted, 2);
    drop(a);
}

/* Values that no body can follow: adrift, and after a while another beginning. */
static void who_is_lost_is_begun_anew(void **state)
{
    (void)state;
    plx_live *a = make();
    plx_track_kind worst;
    for (int64_t s = 0; s < 300; s += 15)
        put(a, s, PLX_TRACK_hr_bpm, 75);
    assert_int_equal(run(a, 302), 20);
    assert_int_equal(plx_live_state(a, &worst), PLX_DIVERGENCE_TRACKING);
    for (int64_t s = 300; s < 1200; s += 15)
        put(a, s, PLX_TRACK_hr_bpm, s / 15 % 2 ? 30 : 200);
    uint32_t adrift = 0;
    for (int64_t s = 317; s <= 1202; s += 15) {
        run(a, s);
        adrift += plx_live_state(a, &worst) == PLX_DIVERGENCE_ADRIFT;
    }
    assert_true(adrift > 0);
    assert_int_equal(worst, PLX_TRACK_hr_bpm);
    assert_true(a->counts.begun >= 2);
    drop(a);
}

static void tell(const plx_live *live, plx_posterior *out)
{
    plx_live_teller *teller = aligned_alloc(64, (sizeof *teller + 63) / 64 * 64);
    assert_non_null(teller);
    teller->memory = aligned_alloc(64, plx_live_tell_size(&input));
    assert_non_null(teller->memory);
    plx_live_tell(live, teller, out);
    plx_live_foresee(live, teller, PLX_LIVE_HORIZONS_NEAR, 'A', out);
    free(teller->memory);
    free(teller);
}

static void a_posterior_is_sound_and_the_same_each_time(void **state)
{
    (void)state;
    plx_live *a = make();
    plx_posterior p, again;
    uint8_t bytes[PLX_POSTERIOR_BYTES_MAX], bytes_again[PLX_POSTERIOR_BYTES_MAX];
    for (int64_t s = 0; s < 120; s += 15) {
        put(a, s, PLX_TRACK_hr_bpm, 75);
        put(a, s, PLX_TRACK_sbp_mmhg, 121);
    }
    run(a, 20);
    tell(a, &p);
    assert_int_equal(p.status, PLX_POSTERIOR_PRIOR_ONLY);
    assert_false(p.forecast);
    run(a, 122);
    tell(a, &p);
    assert_int_equal(p.status, PLX_POSTERIOR_TRACKING);
    assert_true(p.forecast);
    assert_int_equal(plx_posterior_check(&p), PLX_OK);
    float sum = 0;
    for (uint32_t i = 0; i < PLX_MECHANISM_N; i++)
        sum += p.number[PLX_POSTERIOR_AT_MECHANISM + i];
    assert_true(sum > 0.999F && sum < 1.001F);
    float hr = p.number[plx_posterior_fan_at(0, PLX_POSTERIOR_HR, 11)];
    assert_true(hr > 60 && hr < 90);
    float far = p.number[plx_posterior_fan_at(PLX_POSTERIOR_HORIZON_N - 1, PLX_POSTERIOR_HR, 11)];
    assert_true(far != far); /* it was not asked for */
    tell(a, &again);
    size_t n = plx_posterior_encode(&p, bytes);
    assert_int_equal(plx_posterior_encode(&again, bytes_again), n);
    assert_memory_equal(bytes, bytes_again, n);
    drop(a);
}

static void what_does_not_fit_is_counted(void **state)
{
    (void)state;
    plx_live *a = make();
    for (int64_t i = 0; i < PLX_LIVE_VALUES_MAX; i++)
        put(a, i, PLX_TRACK_hr_bpm, 75);
    const plx_live_value v = {.time_us = T0_US, .kind = PLX_TRACK_hr_bpm, .value = 1};
    assert_int_equal(plx_live_put(a, &v), PLX_FULL);
    assert_int_equal(a->counts.full, 1);
    drop(a);
}

int main(void)
{
    input.lanes = widest();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bin_is_lived_when_it_is_over_and_in_any_order_of_arrival),
        cmocka_unit_test(it_is_the_track_driven_by_hand),
        cmocka_unit_test(the_surest_device_is_heard),
        cmocka_unit_test(late_values_are_seen_late_or_counted),
        cmocka_unit_test(who_is_silent_rests_and_begins_anew),
        cmocka_unit_test(what_stands_is_told_again),
        cmocka_unit_test(who_is_lost_is_begun_anew),
        cmocka_unit_test(a_posterior_is_sound_and_the_same_each_time),
        cmocka_unit_test(what_does_not_fit_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
