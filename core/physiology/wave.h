/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a bedside monitor would draw of a body: the kernel's samples (PLX_WAVE_*) -> five signals.
 * The pressure, the lung and the carbon dioxide are the model's own; the ECG is drawn from the
 * phase of the beat as a sum of bells after McSharry et al. 2003 (IEEE Trans Biomed Eng 50:289), so
 * rate and rhythm are the model's and the shape is a healthy one; the plethysmogram is the arterial
 * pulse, delayed and smoothed by the vessels of the arm. */
#ifndef PLX_CORE_PHYSIOLOGY_WAVE_H
#define PLX_CORE_PHYSIOLOGY_WAVE_H

#include "core/physiology/body.h"

#define PLX_SIGNAL_LIST(X)                                                                         \
    X(ECG, "ecg_mv", "mV")     /* lead II */                                                       \
    X(ABP, "abp_mmhg", "mmHg") /* */                                                               \
    X(PPG, "ppg", "1")         /* finger; 1 is a healthy pulse, falls with the pulse pressure */   \
    X(RESP, "resp_l", "L")     /* lung volume over FRC, as impedance shows it */                   \
    X(CO2, "co2_mmhg", "mmHg") /* at the mouth */

typedef enum plx_signal {
#define X(id, name, unit) PLX_SIGNAL_##id,
    PLX_SIGNAL_LIST(X)
#undef X
        PLX_SIGNAL_N
} plx_signal;

typedef struct plx_wave_monitor {
    double phase;              /* of the last sample; negative = none yet */
    double beat_s;             /* length of the present beat, smoothed */
    double mean_mmhg;          /* of the pressure, over some beats */
    double smooth_1, smooth_2; /* of the plethysmogram */
    bool atrial_fibrillation;  /* no P wave; set by the caller */
} plx_wave_monitor;

void plx_wave_init(plx_wave_monitor *monitor, bool atrial_fibrillation);

/* The next 1/250 s. sample: PLX_WAVE_N of the kernel; out: PLX_SIGNAL_N. */
void plx_wave_step(plx_wave_monitor *monitor, const float *sample, float *out);

const char *plx_signal_name(plx_signal signal);

#endif
