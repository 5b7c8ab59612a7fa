/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: one heart rate that lives as long as one channel does, that a single liar does not move,
 * and that is absent when the channels contradict each other or stand still. Oracle: beats of known
 * rates, and drawn patients through the detectors with one channel destroyed;
 * a recorded false alarm (skipped without the shared folder). Tolerance: 2 /min. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/signal/abp.h"
#include "core/signal/ecg.h"
#include "core/signal/fuse.h"
#include "core/signal/patient_for_test.h"
#include "core/signal/ppg.h"
#include "core/signal/record_for_test.h"

static plx_signal_fuse fuse;

/* Beats of the channels at their rates (0: none) from from_s to to_s. */
static void beats(const double rate[3], const double quality[3], double from_s, double to_s)
{
    for (int c = 0; c < PLX_FUSE_CHANNELS; c++)
        for (double t = from_s; rate[c] > 0 && t < to_s; t += 60 / rate[c])
            assert_int_equal(plx_signal_fuse_beat(&fuse, (plx_fuse_channel)c, t, quality[c]),
                             PLX_OK);
}

static void agreeing_channels_are_one_rate(void **state)
{
    (void)state;
    uint32_t used = 0;
    plx_signal_fuse_init(&fuse);
    assert_false(plx_signal_fuse_all(&fuse, 0, &used).present);
    beats((double[]){80, 80.5, 79.5}, (double[]){1, 0.9, 0.8}, 0, 30);
    plx_signal_value v = plx_signal_fuse_all(&fuse, 30, &used);
    assert_true(v.present && fabs(v.value - 80) < 0.5 && used == 7);
    assert_true(v.low < 80 && v.high > 80 && v.high - v.low < 10);
    assert_true(v.quality >= PLX_SIGNAL_GOOD && v.reason == PLX_SIGNAL_REASON_NONE);
}

static void a_change_is_followed(void **state)
{
    (void)state;
    plx_signal_fuse_init(&fuse);
    beats((double[]){70, 70, 0}, (double[]){1, 1, 1}, 0, 60);
    beats((double[]){110, 110, 0}, (double[]){1, 1, 1}, 60, 75);
    plx_signal_value v = plx_signal_fuse_all(&fuse, 75, NULL);
    assert_true(v.present && fabs(v.value - 110) < 3);
}

static void a_liar_is_outvoted(void **state)
{
    (void)state;
    uint32_t used = 0;
    plx_signal_fuse_init(&fuse);
    beats((double[]){150, 75, 76}, (double[]){1, 0.9, 0.9}, 0, 30);
    plx_signal_value v = plx_signal_fuse_all(&fuse, 30, &used);
    assert_true(v.present && fabs(v.value - 75.5) < 1 && used == 6);
    assert_int_equal(v.reason, PLX_SIGNAL_REASON_DISAGREEMENT);
}

static void two_that_contradict_get_no_answer(void **state)
{
    (void)state;
    plx_signal_fuse_init(&fuse);
    beats((double[]){120, 60, 0}, (double[]){0.95, 0.9, 1}, 0, 30);
    plx_signal_value v = plx_signal_fuse_all(&fuse, 30, NULL);
    assert_true(!v.present && v.reason == PLX_SIGNAL_REASON_DISAGREEMENT);
    plx_signal_fuse_init(&fuse);
    beats((double[]){120, 60, 0}, (double[]){1, 0.65, 1}, 0, 30);
    v = plx_signal_fuse_all(&fuse, 30, NULL);
    assert_true(v.present && fabs(v.value - 120) < 1 && v.quality < PLX_SIGNAL_GOOD);
}

/* Atrial fibrillation: the rate is that of the last twenty beats. */
static void an_irregular_heart_has_a_steady_rate(void **state)
{
    (void)state;
    static double beat_s[600];
    plx_rng rng = plx_rng_init(3, 3);
    double t = 0, square = 0;
    plx_signal_fuse_init(&fuse);
    for (int i = 0; i < 600; i++) {
        double rr = plx_rng_normal(&rng, 0.6, 0.12);
        beat_s[i] = t += rr < 0.3 ? 0.3 : rr;
        assert_int_equal(plx_signal_fuse_beat(&fuse, PLX_FUSE_ECG, t, 0.95), PLX_OK);
        assert_int_equal(plx_signal_fuse_beat(&fuse, PLX_FUSE_PPG, t + 0.2, 0.95), PLX_OK);
        if (i < 30) continue;
        plx_signal_value v = plx_signal_fuse_all(&fuse, t + 0.25, NULL);
        assert_true(v.present);
        double off = v.value - 60 * 20 / (beat_s[i] - beat_s[i - 20]);
        square += off * off / 570;
    }
    assert_true(sqrt(square) < 6);
}

static void silence_is_no_rate(void **state)
{
    (void)state;
    plx_signal_fuse_init(&fuse);
    beats((double[]){80, 80, 80}, (double[]){1, 1, 1}, 0, 30);
    beats((double[]){80, 0, 0}, (double[]){1, 1, 1}, 30.1, 40);
    assert_true(plx_signal_fuse_all(&fuse, 40, NULL).present);
    plx_signal_value v = plx_signal_fuse_all(&fuse, 45, NULL);
    assert_true(!v.present && v.reason == PLX_SIGNAL_REASON_NO_BEAT && v.value == 0);
}

static void wrong_beats_are_refused(void **state)
{
    (void)state;
    plx_signal_fuse_init(&fuse);
    assert_int_equal(plx_signal_fuse_beat(&fuse, PLX_FUSE_CHANNELS, 1, 1), PLX_RANGE);
    assert_int_equal(plx_signal_fuse_beat(&fuse, PLX_FUSE_ECG, NAN, 1), PLX_RANGE);
    assert_int_equal(plx_signal_fuse_beat(&fuse, PLX_FUSE_ECG, 1, 1.1), PLX_RANGE);
    assert_int_equal(plx_signal_fuse_beat(&fuse, PLX_FUSE_ECG, 1, NAN), PLX_RANGE);
}

static plx_signal_ecg ecg;
static plx_signal_abp abp;
static plx_signal_ppg ppg;
static patient man, other;

static void take(plx_fuse_channel channel, const plx_signal_beat *out, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (out[i].status == PLX_SIGNAL_FINAL)
            assert_int_equal(
                plx_signal_fuse_beat(&fuse, channel, out[i].sample / 250, out[i].quality), PLX_OK);
}

typedef enum ruin { NONE, NOISE, FLAT, GAP, OTHER, RUINS } ruin;

static float ruined(ruin r, double x, double mean, double size, double x_of_other)
{
    switch (r) {
    case NOISE:
        return (float)(mean + plx_rng_normal(&man.rng, 0, size));
    case FLAT:
        return (float)mean;
    case GAP:
        return NAN;
    case OTHER:
        return (float)x_of_other;
    default:
        return (float)x;
    }
}

/* From 40 s on one channel is ruined; the rate is asked for every second. */
static void any_channel_may_be_lost(void **state)
{
    (void)state;
    for (int lost = 0; lost < PLX_FUSE_CHANNELS; lost++)
        for (int how = 0; how < RUINS; how++) {
            plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
            double worst = 0;
            uint32_t absent = 0;
            patient_init(&man, 88, 0.02, 102);
            patient_init(&other, 61, 0.02, 102);
            plx_signal_fuse_init(&fuse);
            assert_int_equal(plx_signal_ecg_init(&ecg, 250, 1, NAN, NAN), PLX_OK);
            assert_int_equal(plx_signal_abp_init(&abp, 250, NAN, NAN), PLX_OK);
            assert_int_equal(plx_signal_ppg_init(&ppg, 250, 0.01F, NAN, NAN), PLX_OK);
            for (int i = 0; i < 100 * 250; i++) {
                double t = i / 250., y = t;
                ruin r[3] = {NONE, NONE, NONE};
                if (t > 40) r[lost] = (ruin)how;
                float mv = ruined(r[0], patient_ecg(&man, t), 0, 0.5, patient_ecg(&other, y));
                take(PLX_FUSE_ECG, out, plx_signal_ecg_step(&ecg, &mv, out));
                float mmhg = ruined(r[1], patient_abp(&man, t), 90, 20, patient_abp(&other, y));
                take(PLX_FUSE_ABP, out, plx_signal_abp_step(&abp, mmhg, out));
                float pulse = ruined(r[2], patient_ppg(&man, t), 0.4, 0.3, patient_ppg(&other, y));
                take(PLX_FUSE_PPG, out, plx_signal_ppg_step(&ppg, pulse, out));
                if (i % 250 || t < 15) continue;
                plx_signal_value v = plx_signal_fuse_all(&fuse, t, NULL);
                if (!v.present) absent++;
                if (v.present && fabs(v.value - 88) > worst) worst = fabs(v.value - 88);
            }
            if (absent || worst > 2)
                fail_msg("channel %d, ruin %d: %.1f /min off, %u s absent", lost, how, worst,
                         absent);
        }
}

/* Sample k of a file of format 16 behind a header of 24 bytes. */
static float sample_16(size_t k, double gain)
{
    const uint8_t *b = record_bytes + 24 + 2 * k;
    return (float)((int16_t)(b[0] | b[1] << 8) / gain);
}

/* A false alarm of the PhysioNet/CinC Challenge 2015: the ECG seems to stand still at 300 s, the
 * finger does not. */
static void a_false_asystole_keeps_its_rate(void **state)
{
    (void)state;
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    size_t bytes = record_read(PLX_SOURCE_ROOT "/../shared/data/ecg/wfdb_samples", "a103l", "mat");
    if (bytes == 0) skip();
    plx_signal_fuse_init(&fuse);
    assert_int_equal(plx_signal_ecg_init(&ecg, 250, 2, NAN, NAN), PLX_OK);
    assert_int_equal(plx_signal_ppg_init(&ppg, 250, 0.02F, NAN, NAN), PLX_OK);
    uint32_t alive = 0;
    for (size_t i = 0; i < (bytes - 24) / 6 && i <= 305 * 250; i++) {
        float mv[2] = {sample_16(3 * i, 7247), sample_16(3 * i + 1, 10520)};
        take(PLX_FUSE_ECG, out, plx_signal_ecg_step(&ecg, mv, out));
        take(PLX_FUSE_PPG, out, plx_signal_ppg_step(&ppg, sample_16(3 * i + 2, 12530), out));
        if (i % 250 || i < 296 * 250) continue;
        plx_signal_value v = plx_signal_fuse_all(&fuse, (double)i / 250, NULL);
        alive += v.present && fabs(v.value - 127) < 5;
    }
    assert_true(alive >= 8); /* of ten seconds */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agreeing_channels_are_one_rate),
        cmocka_unit_test(a_change_is_followed),
        cmocka_unit_test(a_liar_is_outvoted),
        cmocka_unit_test(two_that_contradict_get_no_answer),
        cmocka_unit_test(an_irregular_heart_has_a_steady_rate),
        cmocka_unit_test(silence_is_no_rate),
        cmocka_unit_test(wrong_beats_are_refused),
        cmocka_unit_test(any_channel_may_be_lost),
        cmocka_unit_test(a_false_asystole_keeps_its_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
