/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the monitor's signals belong to the beats they are drawn from.
 * Oracle: hand-made samples of a known rate and pressure: as many R waves as beats, R before the
 *   pressure rises, the finger after it, a pulse that grows with the pulse pressure.
 * Tolerance: one beat; 10 ms; 5 %. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/physiology/wave.h"

typedef struct seen {
    int r_waves;
    double r_phase, ppg_top, ppg_low, p_wave;
} seen;

/* A minute at a rate, with a raised half-sine as pulse in the first third of the beat. */
static seen minute(plx_wave_monitor *m, double rate, double pulse_mmhg)
{
    seen s = {.ppg_top = -9, .ppg_low = 9, .p_wave = -9};
    double phase = 0;
    bool over = false;
    for (int i = 0; i < 60 * PLX_WAVE_PER_S; i++) {
        float sample[PLX_WAVE_N] = {0}, out[PLX_SIGNAL_N];
        double push = phase < 1.0 / 3 ? sin(3 * 3.14159265 * phase) : 0;
        sample[PLX_WAVE_ABP] = (float)(80 + pulse_mmhg * push);
        sample[PLX_WAVE_PHASE] = (float)phase;
        sample[PLX_WAVE_CO2] = 38;
        plx_wave_step(m, sample, out);
        double ecg = (double)out[PLX_SIGNAL_ECG];
        if (i > 10 * PLX_WAVE_PER_S) {
            s.ppg_top = fmax(s.ppg_top, (double)out[PLX_SIGNAL_PPG]);
            s.ppg_low = fmin(s.ppg_low, (double)out[PLX_SIGNAL_PPG]);
            double to_s = (1 - phase) * 60 / rate;
            if (to_s > 0.17 && to_s < 0.23) s.p_wave = fmax(s.p_wave, ecg);
        }
        if (ecg > 0.8 && !over) s.r_waves++, s.r_phase = phase;
        over = ecg > 0.8;
        assert_true(isfinite(ecg));
        assert_true(out[PLX_SIGNAL_CO2] == 38);
        phase += rate / 60 / PLX_WAVE_PER_S;
        if (phase >= 1) phase -= 1;
    }
    return s;
}

static void an_r_wave_for_each_beat_before_its_pulse(void **state)
{
    (void)state;
    for (double rate = 40; rate <= 180; rate += 35) {
        plx_wave_monitor m;
        plx_wave_init(&m, false);
        seen s = minute(&m, rate, 40);
        assert_true(fabs(s.r_waves - rate) <= 1);
        double to_s = (1 - s.r_phase) * 60 / rate;
        assert_true(to_s > 0.04 && to_s < 0.07);
    }
}

static void the_finger_pulse_follows_the_pulse_pressure(void **state)
{
    (void)state;
    plx_wave_monitor m;
    plx_wave_init(&m, false);
    seen full = minute(&m, 70, 40), half = minute(&m, 70, 20);
    double ratio = (half.ppg_top - half.ppg_low) / (full.ppg_top - full.ppg_low);
    assert_true(fabs(ratio - 0.5) < 0.05);
    assert_true(full.ppg_top - full.ppg_low > 0.2);
}

static void fibrillating_atria_draw_no_p_wave(void **state)
{
    (void)state;
    plx_wave_monitor m;
    plx_wave_init(&m, false);
    assert_true(minute(&m, 70, 40).p_wave > 0.1);
    plx_wave_init(&m, true);
    assert_true(minute(&m, 70, 40).p_wave < 0.02);
}

static void signals_have_names(void **state)
{
    (void)state;
    assert_string_equal(plx_signal_name(PLX_SIGNAL_ECG), "ecg_mv");
    assert_string_equal(plx_signal_name(PLX_SIGNAL_N), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_r_wave_for_each_beat_before_its_pulse),
        cmocka_unit_test(the_finger_pulse_follows_the_pulse_pressure),
        cmocka_unit_test(fibrillating_atria_draw_no_p_wave),
        cmocka_unit_test(signals_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
