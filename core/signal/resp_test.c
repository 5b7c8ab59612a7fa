/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: breaths are counted at rest and in distress, heart beats are not counted as breaths, a
 * pause is told as apnoea, and noise gets no answer. Oracle: drawn breaths of a known rate.
 * Tolerance: 1 /min; blocks of any size give the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/signal/patient_for_test.h"
#include "core/signal/resp.h"

static patient man;
static plx_signal_resp resp;

typedef struct disturbance {
    double noise, heart,
        stop_s; /* sd; height of the heart's wave; breathing stops here (0: never) */
    double gap_from_s, gap_to_s;
} disturbance;

static plx_signal_value run(double fs, double seconds, disturbance d)
{
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    assert_int_equal(plx_signal_resp_init(&resp, fs, man.breaths_per_min > 40, 0.005F), PLX_OK);
    for (uint32_t i = 0; i < (uint32_t)(seconds * fs); i++) {
        double t = i / fs, x = patient_resp(&man, d.stop_s > 0 && t > d.stop_s ? d.stop_s : t);
        x += 5 + d.heart * patient_ppg(&man, t) + plx_rng_normal(&man.rng, 0, d.noise);
        if (t > d.gap_from_s && t < d.gap_to_s) x = NAN;
        assert_true(plx_signal_resp_step(&resp, (float)x, out) <= 1);
    }
    return plx_signal_resp_rate(&resp);
}

static void breaths_are_counted(void **state)
{
    (void)state;
    const double fs[] = {25, 62.4725, 125, 1000}, rate[] = {8, 14, 24, 38, 60};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 5; k++) {
            patient_init(&man, 80, 0.05, 92);
            man.breaths_per_min = rate[k];
            plx_signal_value v = run(fs[i], 90, (disturbance){.noise = 0.05, .heart = 0.1});
            if (!v.present || fabs(v.value - rate[k]) > 1)
                fail_msg("%g Hz: %.1f /min instead of %g, quality %.2f", fs[i], v.value, rate[k],
                         v.quality);
            assert_true(v.low <= rate[k] + 0.5 && v.high >= rate[k] - 0.5);
        }
}

static void noise_gets_no_answer(void **state)
{
    (void)state;
    patient_init(&man, 80, 0.05, 400);
    uint32_t answers = 0;
    for (int i = 0; i < 20; i++) {
        plx_signal_value v = run(125, 60 + i, (disturbance){.noise = 1, .stop_s = 0.01});
        answers += v.present;
    }
    assert_int_equal(answers, 0);
    plx_signal_value v = run(125, 60, (disturbance){.stop_s = 0.01});
    assert_true(!v.present && v.reason == PLX_SIGNAL_REASON_FLAT);
    assert_false(run(125, 5, (disturbance){0}).present);
}

static void apnoea_is_told(void **state)
{
    (void)state;
    patient_init(&man, 80, 0.05, 92);
    plx_signal_value v = run(125, 60, (disturbance){.noise = 0.01, .heart = 0.05, .stop_s = 35});
    assert_true(!v.present && v.reason == PLX_SIGNAL_REASON_NO_BEAT);
}

static void a_gap_is_told_and_survived(void **state)
{
    (void)state;
    patient_init(&man, 80, 0.05, 92);
    disturbance d = {.gap_from_s = 30, .gap_to_s = 40};
    plx_signal_value v = run(125, 39, d);
    assert_true(!v.present && v.reason == PLX_SIGNAL_REASON_GAP);
    v = run(125, 70, d);
    assert_true(v.present && fabs(v.value - 15) < 1);
}

static void blocks_and_copies_change_nothing(void **state)
{
    (void)state;
    const uint32_t block[] = {1, 7, 64, 1000};
    static plx_signal_beat events[4][100];
    static plx_signal_resp s, copy;
    uint32_t n[4] = {0};
    patient_init(&man, 90, 0.1, 62);
    for (int i = 0; i < 4; i++) {
        plx_rng rng = plx_rng_init(1, 2);
        assert_int_equal(plx_signal_resp_init(&s, 125, false, 0.01F), PLX_OK);
        for (uint32_t at = 0; at < 125 * 60;) {
            copy = s;
            for (uint32_t k = 0; k < block[i] && at < 125 * 60; k++, at++) {
                double x = patient_resp(&man, at / 125.) + plx_rng_normal(&rng, 0, 0.2);
                n[i] += plx_signal_resp_step(&copy, (float)x, &events[i][n[i]]);
            }
            s = copy;
        }
        assert_int_equal(n[i], n[0]);
        assert_memory_equal(events[i], events[0], n[0] * sizeof events[0][0]);
    }
    assert_true(n[0] > 10);
    assert_int_equal(plx_signal_resp_init(&s, 24, false, 0.01F), PLX_RANGE);
    assert_true(sizeof s < 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breaths_are_counted),
        cmocka_unit_test(noise_gets_no_answer),
        cmocka_unit_test(apnoea_is_told),
        cmocka_unit_test(a_gap_is_told_and_survived),
        cmocka_unit_test(blocks_and_copies_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
