/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Where a pulse may begin, by the slope sum of Zong, Heldt, Moody, Mark 2003 (Computers in
 * Cardiology 30:259): what the arterial line and the finger share. A sample is taken in by _rise,
 * the detector moves its threshold and says whether the slope sum is above it, and _turn says what
 * is due at this sample. */
#ifndef PLX_CORE_SIGNAL_ONSET_H
#define PLX_CORE_SIGNAL_ONSET_H

#include "core/signal/filter.h"

enum {
    PLX_ONSET_RING = 1024,        /* samples that are kept: 4 s */
    PLX_ONSET_LEARN_FIRST = 500,  /* 2 s: no pulses before */
    PLX_ONSET_LEARN_WHOLE = 2000, /* 8 s: the threshold's start is the mean up to here */
    PLX_ONSET_GAP = 25,           /* 0.1 s: longer gaps end a pulse */
    PLX_ONSET_SILENCE = PLX_SIGNAL_PER_S * 5 / 2, /* then the threshold sinks */
};
#define PLX_ONSET_PAUSE_S 3.0 /* a pulse without a next one is closed after it */

/* In inner samples. */
typedef struct plx_signal_onset_times {
    uint32_t window;     /* length of the slope sum */
    uint32_t confirm;    /* after the crossing, until a pulse is told */
    uint32_t refractory; /* after one crossing, before the next */
} plx_signal_onset_times;

typedef struct plx_signal_onset {
    plx_signal_onset_times times;
    plx_signal_resampler rate;
    plx_signal_watch watch;
    plx_signal_recent recent;
    plx_signal_section low_pass;
    plx_signal_moving rises;
    uint64_t n; /* inner samples so far */
    float raw[PLX_ONSET_RING];
    double last_smooth, threshold, learn_sum;
    uint64_t learned, fired; /* fired: inner sample of the last crossing */
    bool above, confirming, has_open;
    uint32_t gap; /* inner samples missing in a row */
    double open;  /* onset of the pulse whose end is awaited */
} plx_signal_onset;

/* What is due at a sample. */
typedef enum plx_signal_onset_due {
    PLX_ONSET_CLOSE = 1,   /* the open pulse ends here, without a next one */
    PLX_ONSET_CONFIRM = 2, /* the crossing is times.confirm samples old: was it a pulse? */
    PLX_ONSET_CROSSED = 4  /* just now */
} plx_signal_onset_due;

/* As the detectors' own; cut_hz of the low-pass. */
PLX_MUST_CHECK plx_status plx_signal_onset_init(plx_signal_onset *o, double fs,
                                                const plx_signal_onset_times *times, double cut_hz);
/* The slope sum with this inner sample; *smooth: the sample behind the low-pass. */
double plx_signal_onset_rise(plx_signal_onset *o, float x, bool missing, double *smooth);
/* The detector counts n on when all that is due was done. */
uint32_t plx_signal_onset_turn(plx_signal_onset *o, bool above);
/* A pulse begins there: the event that tells it at once. */
plx_signal_beat plx_signal_onset_open(plx_signal_onset *o, double onset);
plx_signal_quality plx_signal_onset_quality(const plx_signal_onset *o);

static inline float plx_signal_onset_raw(const plx_signal_onset *o, uint64_t n)
{
    return o->raw[n % PLX_ONSET_RING];
}

#endif
