/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Beats of an arterial line. Onsets by the slope sum of Zong, Heldt, Moody, Mark 2003 (Computers in
 * Cardiology 30:259): low-pass 16 Hz, rises summed over 0.128 s, a threshold that follows the
 * beats. Per beat systole, diastole and mean in mmHg, and a quality after Sun, Reisner, Mark 2006
 * (Computers in Cardiology 33:213) with rules for a damped line, a flush, a transducer at zero and
 * spikes. A live event comes below 0.2 s after the onset with its place only; the final one, with
 * pressures, when the next beat stands or PLX_ONSET_PAUSE_S has passed. */
#ifndef PLX_CORE_SIGNAL_ABP_H
#define PLX_CORE_SIGNAL_ABP_H

#include "core/signal/onset.h"

typedef struct plx_signal_abp {
    plx_signal_onset onset;
    float slope[PLX_ONSET_RING];
    float last_sys, last_dia;   /* of the beat before; 0 = none */
    double last_period_s;       /* */
    double usual_pp, usual_map; /* of good beats, followed slowly; 0 = none */
} plx_signal_abp;

/* limit_low, limit_high: of the converter in mmHg, or not a number. PLX_RANGE: fs outside
 * PLX_SIGNAL_FS_MIN..MAX; the state is then as it was. */
PLX_MUST_CHECK plx_status plx_signal_abp_init(plx_signal_abp *s, double fs, float limit_low,
                                              float limit_high);

/* One sample in mmHg; events of it into out, how many is returned. */
uint32_t plx_signal_abp_step(plx_signal_abp *s, float mmhg,
                             plx_signal_beat out[PLX_SIGNAL_STEP_MAX]);

/* The recording is over: the last beat becomes final, without an end. */
uint32_t plx_signal_abp_end(plx_signal_abp *s, plx_signal_beat out[PLX_SIGNAL_STEP_MAX]);

/* Now: 0 with its reason when flat, missing, saturated or without beats; else the mean quality of
 * the beats of the last ten seconds. */
plx_signal_quality plx_signal_abp_quality(const plx_signal_abp *s);

#endif
