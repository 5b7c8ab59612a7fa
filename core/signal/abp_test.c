/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: arterial beats are found at every rate of sampling, soon, with their pressures, and bad
 * pressure is called bad. Oracle: drawn patients whose beats and pressures are known.
 * Tolerance: 20 ms, 2 mmHg, 0.2 s of latency; blocks of any size give the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/signal/abp.h"
#include "core/signal/pulse_for_test.h"

static found seen; /* large */

/* What is wrong with the line from 30 to 50 s. */
typedef enum fault { CLEAN, DAMPED, FLUSH, ZERO, FLAT, GAP, SPIKES, NOISE } fault;

static double faulty(fault f, double x, double t, plx_rng *rng)
{
    bool on = t > 30 && t < 50;
    if (!on || f == CLEAN) return x;
    switch (f) {
    case DAMPED:
        return 90 + 0.25 * (x - 90);
    case FLUSH:
        return 280;
    case ZERO:
        return plx_rng_normal(rng, 0, 0.5);
    case FLAT:
        return 87;
    case GAP:
        return NAN;
    case SPIKES:
        return plx_rng_unit(rng) < 0.01 ? x + 150 : x;
    default:
        return x + plx_rng_normal(rng, 0, 15);
    }
}

static void run(patient *p, double fs, double seconds, fault f)
{
    plx_signal_abp s;
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    memset(&seen, 0, sizeof seen);
    assert_int_equal(plx_signal_abp_init(&s, fs, NAN, NAN), PLX_OK);
    for (uint32_t i = 0; i < (uint32_t)(seconds * fs); i++) {
        double t = i / fs;
        uint32_t n = plx_signal_abp_step(&s, (float)faulty(f, patient_abp(p, t), t, &p->rng), out);
        found_take(&seen, t, fs, out, n);
    }
    seen.quality = plx_signal_abp_quality(&s);
}

static patient man; /* large */

static void clean_beats_are_found(void **state)
{
    (void)state;
    const double fs[] = {50, 62.4725, 125, 250, 360, 1000}, rate[] = {45, 75, 150};
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 3; k++) {
            patient_init(&man, rate[k], 0.05, 62);
            run(&man, fs[i], 60, CLEAN);
            match m = found_match(&seen, &man, PATIENT_ABP_DELAY_S, 3, 59);
            if (m.missed + m.extra || m.worst_s > 0.02 || seen.latency_s > 0.2)
                fail_msg("%g Hz, %g /min: %u missed, %u extra, %.3f s off, %.3f s late", fs[i],
                         rate[k], m.missed, m.extra, m.worst_s, seen.latency_s);
            assert_true(seen.quality.value >= PLX_SIGNAL_GOOD);
        }
}

static void pressures_are_those_of_the_beat(void **state)
{
    (void)state;
    patient_init(&man, 70, 0.02, 62);
    man.sys = 143;
    man.dia = 61;
    run(&man, 125, 60, CLEAN);
    assert_true(seen.final_n > 60);
    for (uint32_t i = 0; i < seen.final_n; i++) {
        const plx_signal_beat *b = &seen.final[i];
        assert_true(fabs((double)b->sys - 143) < 2 && fabs((double)b->dia - 61) < 2);
        assert_true(b->mean > 61 + 0.25F * 82 && b->mean < 61 + 0.5F * 82);
        assert_true(b->quality == 1 && b->reason == PLX_SIGNAL_REASON_NONE);
        assert_true(fabs(b->period_s - 60. / 70) < 0.1);
    }
}

/* Atrial fibrillation: intervals of any length, pressures that follow them. */
static void an_irregular_heart_is_no_fault(void **state)
{
    (void)state;
    patient_init(&man, 95, 0.35, 122);
    run(&man, 125, 120, CLEAN);
    uint32_t usable = 0;
    for (uint32_t k = 0; k < seen.final_n; k++)
        usable += seen.final[k].quality >= PLX_SIGNAL_USABLE;
    match m = found_match(&seen, &man, PATIENT_ABP_DELAY_S, 3, 118);
    assert_true(m.missed + m.extra <= 2 && usable > seen.final_n * 8 / 10);
    assert_true(seen.quality.value >= PLX_SIGNAL_USABLE);
}

/* While the fault lasts no usable beat has a wrong pressure; ten seconds later all are usable. */
static void bad_pressure_is_called_bad(void **state)
{
    (void)state;
    const fault all[] = {DAMPED, FLUSH, ZERO, FLAT, GAP, SPIKES, NOISE};
    for (int i = 0; i < 7; i++) {
        patient_init(&man, 80, 0.03, 92);
        run(&man, 125, 41, all[i]);
        plx_signal_quality during = seen.quality;
        run(&man, 125, 90, all[i]);
        uint32_t lies = 0, after = 0;
        for (uint32_t k = 0; k < seen.final_n; k++) {
            const plx_signal_beat *b = &seen.final[k];
            bool usable = b->quality >= PLX_SIGNAL_USABLE;
            bool wrong = fabs((double)b->sys - 120) > 5 || fabs((double)b->dia - 75) > 5;
            lies += usable && wrong;
            after += usable && seen.final_s[k] > 60;
        }
        if (during.value >= PLX_SIGNAL_USABLE || lies || after < 36)
            fail_msg("fault %d: quality %.2f, %u wrong beats, %u after", all[i], during.value, lies,
                     after);
        assert_true(during.reason != PLX_SIGNAL_REASON_NONE);
        assert_true(seen.quality.value >= PLX_SIGNAL_GOOD);
    }
}

static void a_pause_closes_the_beat(void **state)
{
    (void)state;
    patient_init(&man, 70, 0, 20);
    run(&man, 125, 30, CLEAN);
    assert_int_equal(seen.final_n, seen.live_n);
    assert_true(seen.final[seen.final_n - 1].period_s == 0);
    assert_true(seen.quality.value == 0);
}

static void blocks_and_copies_change_nothing(void **state)
{
    (void)state;
    const uint32_t block[] = {1, 7, 64, 1000};
    static plx_signal_beat events[4][FOUND_MAX];
    static plx_signal_abp s, copy; /* static: padding is equal too */
    uint32_t n[4] = {0};
    patient_init(&man, 90, 0.1, 62);
    for (int i = 0; i < 4; i++) {
        plx_rng rng = plx_rng_init(1, 2);
        assert_int_equal(plx_signal_abp_init(&s, 360, NAN, NAN), PLX_OK);
        for (uint32_t at = 0; at < 360 * 60;) {
            copy = s;
            for (uint32_t k = 0; k < block[i] && at < 360 * 60; k++, at++) {
                double x = patient_abp(&man, at / 360.) + plx_rng_normal(&rng, 0, 2);
                n[i] += plx_signal_abp_step(&copy, (float)x, &events[i][n[i]]);
            }
            s = copy;
        }
        assert_int_equal(n[i], n[0]);
        assert_memory_equal(events[i], events[0], n[0] * sizeof events[0][0]);
    }
    assert_true(n[0] > 150);
}

static void a_rate_out_of_range_is_refused(void **state)
{
    (void)state;
    plx_signal_abp s = {.onset.n = 7};
    assert_int_equal(plx_signal_abp_init(&s, 20, NAN, NAN), PLX_RANGE);
    assert_int_equal(plx_signal_abp_init(&s, NAN, NAN, NAN), PLX_RANGE);
    assert_int_equal(plx_signal_abp_init(&s, 1001, NAN, NAN), PLX_RANGE);
    assert_int_equal(s.onset.n, 7);
    assert_true(sizeof s < 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_beats_are_found),
        cmocka_unit_test(pressures_are_those_of_the_beat),
        cmocka_unit_test(an_irregular_heart_is_no_fault),
        cmocka_unit_test(bad_pressure_is_called_bad),
        cmocka_unit_test(a_pause_closes_the_beat),
        cmocka_unit_test(blocks_and_copies_change_nothing),
        cmocka_unit_test(a_rate_out_of_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
