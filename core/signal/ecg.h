/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* QRS complexes of one or two leads, after Pan & Tompkins 1985 (IEEE Trans Biomed Eng 32:230),
 * Hamilton & Tompkins 1986 (33:1157) and Hamilton 2002 (Computers in Cardiology 29:101): band 5-15
 * Hz, slope, mean over 0.08 s; the leads' energies, each by its own usual height and weighed by its
 * own quietness, are one sum with one adaptive threshold, and search-back after a pause.
 * A live event comes about 0.15 s after the R wave (later by search-back); a final one when the
 * next beat stands or PLX_ECG_PAUSE_S has passed. A live beat without a final one was taken back.
 */
#ifndef PLX_CORE_SIGNAL_ECG_H
#define PLX_CORE_SIGNAL_ECG_H

#include "core/signal/filter.h"

enum {
    PLX_ECG_LEADS = 2,
    PLX_ECG_RING = 1024, /* inner samples that are kept: 4 s, for search-back */
    PLX_ECG_LEVELS = 8,  /* heights and intervals whose median is taken */
    PLX_ECG_FS_MIN = 100,
};
#define PLX_ECG_PAUSE_S 2.5

typedef struct plx_ecg_lead {
    plx_signal_watch watch;
    plx_signal_section low, high, mains;
    plx_signal_moving mean;
    float band[PLX_ECG_RING], slope[PLX_ECG_RING], energy;
    double height[PLX_ECG_LEVELS]; /* energies of the last beats */
    uint32_t heights;
    double usual;  /* energy of a beat */
    double noise;  /* energy between beats, followed */
    double rough;  /* energy above 40 Hz, followed */
    double weight; /* 0..1 in the sum */
    double last_mv, level, start[8];
    uint32_t starts, gap, blind;
} plx_ecg_lead;

/* A peak of the sum. */
typedef struct plx_ecg_peak {
    double at, height, slope; /* inner sample; in usual beats; likewise */
    double share[PLX_ECG_LEADS];
} plx_ecg_peak;

typedef struct plx_signal_ecg {
    plx_signal_resampler rate[PLX_ECG_LEADS];
    plx_ecg_lead lead[PLX_ECG_LEADS];
    uint32_t leads;
    uint64_t n;
    plx_ecg_peak rising; /* running maximum that is not closed yet; height 0 = none */
    plx_ecg_peak best;   /* highest peak since the last beat that was none; height 0 = none */
    plx_ecg_peak last;   /* the last beat; at < 0: none */
    double beat_height[PLX_ECG_LEVELS], noise_height[PLX_ECG_LEVELS], rr_s[PLX_ECG_LEVELS];
    uint32_t beat_heights, noise_heights, rrs;
    bool has_open;
    plx_signal_beat open;
    double open_gap_s; /* RR before the open beat; 0: none */
    double open_height, before_height;
} plx_signal_ecg;

/* leads: 1 or 2; fs: PLX_ECG_FS_MIN..PLX_SIGNAL_FS_MAX. PLX_RANGE otherwise; the state is then as
 * it was. limit_low, limit_high: of the converter in mV, or not a number. */
PLX_MUST_CHECK plx_status plx_signal_ecg_init(plx_signal_ecg *s, double fs, uint32_t leads,
                                              float limit_low, float limit_high);

/* mv: one sample of each lead. Returns how many events are in out. */
uint32_t plx_signal_ecg_step(plx_signal_ecg *s, const float *mv,
                             plx_signal_beat out[PLX_SIGNAL_STEP_MAX]);

/* The recording is over: the last beat becomes final. */
uint32_t plx_signal_ecg_end(plx_signal_ecg *s, plx_signal_beat out[PLX_SIGNAL_STEP_MAX]);

/* Chance that the last seconds' beats are right. */
plx_signal_quality plx_signal_ecg_quality(const plx_signal_ecg *s);

#endif
