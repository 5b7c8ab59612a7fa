/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A bedside monitor whose waveforms are sent: the body of its patient beats (PLX_BODY_PULSATILE)
 * second by second, and what the monitor draws of it (core/physiology/wave.h) is sent each second.
 *
 *   waveform.c           who has one, each second, what the monitor counts in it
 *   waveform_message.c   the message
 *
 * Inner to this room. */
#ifndef PLX_CORE_HOSPITAL_WAVEFORM_H
#define PLX_CORE_HOSPITAL_WAVEFORM_H

#include "core/physiology/wave.h"

enum {
    WAVEFORM_LEAD_IN_S = 15, /* leads are put on, the averaged body falls back into beats: unsent */
    WAVEFORM_BEATS = 12,     /* that a monitor's numbers are the mean of; fewer at first */
    NO_WAVEFORM = 0          /* else slot + 1 */
};

typedef struct waveform_beat {
    double length_s, top_mmhg, low_mmhg, sum_mmhg;
    uint32_t samples;
} waveform_beat;

typedef struct waveform {
    plx_wave_monitor monitor;
    uint32_t visit;                           /* slot, NOBODY = nobody's */
    uint32_t seconds;                         /* drawn */
    double phase;                             /* of the last sample; negative = none yet */
    bool whole;                               /* now: seen from its beginning */
    waveform_beat now, beats[WAVEFORM_BEATS]; /* ring */
    uint64_t beats_n;                         /* counted, all */
} waveform;

/* What a monitor counts in the last beats. */
typedef struct waveform_numbers {
    double hr, sys, dia, map;
} waveform_numbers;

/* A second of every signal in steps of the resolution of its channel; row s has
 * PLX_WAVE_PER_S / step of it. */
typedef struct waveform_second {
    int16_t samples[PLX_SIGNAL_N][PLX_WAVE_PER_S];
} waveform_second;

/* How a signal is sent. */
typedef struct waveform_channel {
    uint32_t step;        /* of the samples, each step-th is sent */
    double per_unit;      /* steps of the resolution */
    const char *code;     /* OBX-3 */
    const char *part;     /* OBX-4; facets lie below it */
    const char *unit;     /* OBX-6 of the resolution */
    const char *one_step; /* the resolution, as sent */
} waveform_channel;

extern const waveform_channel plx_hosp_waveform_channels[PLX_SIGNAL_N];

#endif
