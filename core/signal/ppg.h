/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Pulses of a plethysmogram in any unit. Onsets by the slope sum (Zong et al. 2003, see abp.h) of
 * the signal below 8 Hz; quality by the correlation of each pulse with the running mean of the good
 * ones (Orphanidou 2015, IEEE J Biomed Health Inform 19:832; Li & Clifford 2012, Physiol Meas
 * 33:1491). A live event comes below 0.2 s after the onset; the final one with the next pulse or
 * after PLX_ONSET_PAUSE_S. sys, dia and mean are of the signal; 100 height / mean is the perfusion
 * index. */
#ifndef PLX_CORE_SIGNAL_PPG_H
#define PLX_CORE_SIGNAL_PPG_H

#include "core/signal/onset.h"

enum { PLX_PPG_TEMPLATE = 64 }; /* points of the running pulse, 8 ms apart */

typedef struct plx_signal_ppg {
    plx_signal_onset onset;
    float smooth[PLX_ONSET_RING];
    double learn_top, top; /* top: largest slope sum since the crossing */
    bool following;
    uint32_t strange;    /* pulses in a row unlike the running one */
    double usual_height; /* of good pulses; 0 = none */
    float pulse[PLX_PPG_TEMPLATE];
    uint32_t pulses; /* in the running one; 0 = none */
} plx_signal_ppg;

/* flat: a signal that moves less than this in 2 s is flat. limit_low, limit_high: of the converter,
 * or not a number. PLX_RANGE: fs; the state is then as it was. */
PLX_MUST_CHECK plx_status plx_signal_ppg_init(plx_signal_ppg *s, double fs, float flat,
                                              float limit_low, float limit_high);
uint32_t plx_signal_ppg_step(plx_signal_ppg *s, float x, plx_signal_beat out[PLX_SIGNAL_STEP_MAX]);
/* The recording is over: the last pulse becomes final, without an end. */
uint32_t plx_signal_ppg_end(plx_signal_ppg *s, plx_signal_beat out[PLX_SIGNAL_STEP_MAX]);
plx_signal_quality plx_signal_ppg_quality(const plx_signal_ppg *s);

#endif
