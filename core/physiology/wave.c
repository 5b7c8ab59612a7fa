/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/wave.h"

#include <math.h>

#include "core/base/mathx.h"

#define STEP_S (1.0 / PLX_WAVE_PER_S)

/* Place (s from the start of systole at a beat of 1 s), width (s), height (mV) of each wave of lead
 * II. Electricity comes before the pressure: R 50 ms before it rises. */
typedef struct bell {
    double at_s, width_s, height_mv;
    bool stretches; /* with the square root of the beat, as the QT interval does (Bazett 1920) */
} bell;

static const bell bells[] = {
    {-0.200, 0.025, 0.12, false},  /* P */
    {-0.073, 0.008, -0.10, false}, /* Q */
    {-0.050, 0.010, 1.10, false},  /* R */
    {-0.027, 0.009, -0.22, false}, /* S */
    {0.220, 0.045, 0.28, true},    /* T */
};

void plx_wave_init(plx_wave_monitor *monitor, bool atrial_fibrillation)
{
    *monitor = (plx_wave_monitor){
        .phase = -1, .beat_s = 1, .mean_mmhg = 90, .atrial_fibrillation = atrial_fibrillation};
}

static double square(double x)
{
    return x * x;
}

/* since_s: time since systole began; to_s: time until the next one does. */
static double ecg(const plx_wave_monitor *m, double since_s, double to_s)
{
    double sum = 0, stretch = sqrt(m->beat_s);
    for (size_t i = m->atrial_fibrillation ? 1 : 0; i < sizeof bells / sizeof *bells; i++) {
        const bell *b = &bells[i];
        double at_s = b->stretches ? b->at_s * stretch : b->at_s;
        double width_s = b->stretches ? b->width_s * stretch : b->width_s;
        sum += b->height_mv * plx_exp(-0.5 * square((since_s - at_s) / width_s));
        sum += b->height_mv * plx_exp(-0.5 * square((-to_s - at_s) / width_s));
    }
    return sum;
}

void plx_wave_step(plx_wave_monitor *m, const float *sample, float *out)
{
    double phase = (double)sample[PLX_WAVE_PHASE], abp = (double)sample[PLX_WAVE_ABP];
    double moved = m->phase < 0 ? 0 : phase - m->phase;
    if (moved < -0.5) moved += 1;
    if (moved > 0.2 * STEP_S) m->beat_s += 0.2 * (STEP_S / moved - m->beat_s);
    m->phase = phase;
    m->mean_mmhg += (abp - m->mean_mmhg) * STEP_S / 2;
    double pulse = (abp - m->mean_mmhg) / 40; /* 40 mmHg: a healthy pulse pressure */
    m->smooth_1 += (pulse - m->smooth_1) * STEP_S / 0.08;
    m->smooth_2 += (m->smooth_1 - m->smooth_2) * STEP_S / 0.08;
    out[PLX_SIGNAL_ECG] = (float)ecg(m, phase * m->beat_s, (1 - phase) * m->beat_s);
    out[PLX_SIGNAL_ABP] = sample[PLX_WAVE_ABP];
    out[PLX_SIGNAL_PPG] = (float)(1 + m->smooth_2);
    out[PLX_SIGNAL_RESP] = sample[PLX_WAVE_LUNG];
    out[PLX_SIGNAL_CO2] = sample[PLX_WAVE_CO2];
}

const char *plx_signal_name(plx_signal signal)
{
    static const char *const names[] = {
#define X(id, name, unit) name,
        PLX_SIGNAL_LIST(X)
#undef X
    };
    return (unsigned)signal < PLX_SIGNAL_N ? names[signal] : "?";
}
