/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pulses of the finger are found at every rate of sampling, soon, and a bad signal is called
 * bad. Oracle: drawn patients whose beats are known. Tolerance: 30 ms, 0.2 s of latency; blocks of
 * any size give the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/signal/ppg.h"
#include "core/signal/pulse_for_test.h"

static found seen; /* large */

/* What is wrong with the signal from 30 to 50 s. */
typedef enum fault { CLEAN, FLAT, GAP, MOTION, NOISE } fault;

static double faulty(fault f, double x, double t, plx_rng *rng)
{
    static double drift;
    bool on = t > 30 && t < 50;
    if (!on || f == CLEAN) return x;
    drift = 0.98 * drift + plx_rng_normal(rng, 0, 0.2);
    switch (f) {
    case FLAT:
        return 0.4;
    case GAP:
        return NAN;
    case MOTION:
        return x + drift;
    default:
        return plx_rng_normal(rng, 0, 0.5);
    }
}

static void run(patient *p, double fs, double seconds, fault f)
{
    plx_signal_ppg s;
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    memset(&seen, 0, sizeof seen);
    assert_int_equal(plx_signal_ppg_init(&s, fs, 0.01F, NAN, NAN), PLX_OK);
    for (uint32_t i = 0; i < (uint32_t)(seconds * fs); i++) {
        double t = i / fs;
        uint32_t n = plx_signal_ppg_step(&s, (float)faulty(f, patient_ppg(p, t), t, &p->rng), out);
        found_take(&seen, t, fs, out, n);
    }
    seen.quality = plx_signal_ppg_quality(&s);
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
            match m = found_match(&seen, &man, PATIENT_PPG_DELAY_S, 3, 59);
            if (m.missed + m.extra || m.worst_s > 0.03 || seen.latency_s > 0.2)
                fail_msg("%g Hz, %g /min: %u missed, %u extra, %.3f s off, %.3f s late", fs[i],
                         rate[k], m.missed, m.extra, m.worst_s, seen.latency_s);
            assert_true(seen.quality.value >= PLX_SIGNAL_GOOD);
        }
}

/* While the fault lasts the channel is not usable; twenty seconds later it is. */
static void a_bad_signal_is_called_bad(void **state)
{
    (void)state;
    const fault all[] = {FLAT, GAP, MOTION, NOISE};
    for (int i = 0; i < 4; i++) {
        patient_init(&man, 80, 0.03, 92);
        run(&man, 125, 45, all[i]);
        plx_signal_quality during = seen.quality;
        run(&man, 125, 90, all[i]);
        if (during.value >= PLX_SIGNAL_USABLE || seen.quality.value < PLX_SIGNAL_GOOD)
            fail_msg("fault %d: quality %.2f, then %.2f", all[i], during.value, seen.quality.value);
        assert_true(during.reason != PLX_SIGNAL_REASON_NONE);
        match m = found_match(&seen, &man, PATIENT_PPG_DELAY_S, 60, 88);
        assert_int_equal(m.missed + m.extra, 0);
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
    static plx_signal_ppg s, copy; /* static: padding is equal too */
    uint32_t n[4] = {0};
    patient_init(&man, 90, 0.1, 62);
    for (int i = 0; i < 4; i++) {
        plx_rng rng = plx_rng_init(1, 2);
        assert_int_equal(plx_signal_ppg_init(&s, 360, 0.01F, NAN, NAN), PLX_OK);
        for (uint32_t at = 0; at < 360 * 60;) {
            copy = s;
            for (uint32_t k = 0; k < block[i] && at < 360 * 60; k++, at++) {
                double x = patient_ppg(&man, at / 360.) + plx_rng_normal(&rng, 0, 0.02);
                n[i] += plx_signal_ppg_step(&copy, (float)x, &events[i][n[i]]);
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
    plx_signal_ppg s = {.onset.n = 7};
    assert_int_equal(plx_signal_ppg_init(&s, 20, 0.01F, NAN, NAN), PLX_RANGE);
    assert_int_equal(plx_signal_ppg_init(&s, NAN, 0.01F, NAN, NAN), PLX_RANGE);
    assert_int_equal(plx_signal_ppg_init(&s, 1001, 0.01F, NAN, NAN), PLX_RANGE);
    assert_int_equal(s.onset.n, 7);
    assert_true(sizeof s < 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_beats_are_found),
        cmocka_unit_test(a_bad_signal_is_called_bad),
        cmocka_unit_test(a_pause_closes_the_beat),
        cmocka_unit_test(blocks_and_copies_change_nothing),
        cmocka_unit_test(a_rate_out_of_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
