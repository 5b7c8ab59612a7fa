/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The words of waveform analysis: samples of one channel in, beats with a quality out. Every
 * detector takes one sample at a time, so its output does not depend on how a recording is cut into
 * blocks; it works inside at PLX_SIGNAL_PER_S whatever the channel's own rate. A sample that is not
 * a number, or is larger than PLX_SIGNAL_SAMPLE_MAX, is missing. States are plain data: copied with
 * `=`, no pointers, no memory of their own. */
#ifndef PLX_CORE_SIGNAL_SIGNAL_H
#define PLX_CORE_SIGNAL_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"

enum {
    PLX_SIGNAL_PER_S = 250,   /* the detectors' own rate, 1/s */
    PLX_SIGNAL_FS_MIN = 25,   /* of a channel, 1/s; an ECG needs 100 */
    PLX_SIGNAL_FS_MAX = 1000, /* of a channel, 1/s */
    PLX_SIGNAL_STEP_MAX = 4,  /* events that one sample can bring */
};
#define PLX_SIGNAL_SAMPLE_MAX 1e6F
#define PLX_SIGNAL_GOOD 0.9   /* quality from which a value is good */
#define PLX_SIGNAL_USABLE 0.6 /* and usable; below: bad, no answer is given from it */

/* X(name, why there is no or a bad answer) */
#define PLX_SIGNAL_REASON_TABLE(X)                                                                 \
    X(NONE, "nothing is wrong")                                                                    \
    X(TOO_SHORT, "too short: not enough signal yet")                                               \
    X(GAP, "gap: samples are missing")                                                             \
    X(FLAT, "flat: the signal does not move")                                                      \
    X(SATURATED, "saturated: the signal stands at its limits")                                     \
    X(NOISE, "noise: beats cannot be told from it")                                                \
    X(LIMIT, "outside what a body can do")                                                         \
    X(DAMPED, "damped: the pulse pressure fell by half, the mean did not")                         \
    X(SPIKE, "spike: faster than any pulse")                                                       \
    X(CHANGE, "too far from the beat before")                                                      \
    X(DISAGREEMENT, "channels disagree")                                                           \
    X(NO_BEAT, "no beat or breath although the signal is good")

typedef enum plx_signal_reason {
#define X(name, text) PLX_SIGNAL_REASON_##name,
    PLX_SIGNAL_REASON_TABLE(X)
#undef X
        PLX_SIGNAL_REASON_COUNT
} plx_signal_reason;

/* A beat is told once as soon as it is sure enough (live), and once for good (final). */
typedef enum plx_signal_status { PLX_SIGNAL_LIVE, PLX_SIGNAL_FINAL } plx_signal_status;

typedef struct plx_signal_beat {
    double sample;        /* R wave (ECG) or onset (ABP, PPG): index in the channel's own samples */
    double quality;       /* 0..1 */
    double period_s;      /* final ABP, PPG: to the next beat; ECG: from the one before; 0: none */
    float sys, dia, mean; /* final ABP: mmHg; final PPG: of the signal */
    float height;         /* of the final pulse or of the QRS, in the signal's unit */
    plx_signal_reason reason; /* why the quality is low */
    plx_signal_status status;
} plx_signal_beat;

typedef struct plx_signal_quality {
    double value;             /* 0..1, chance that this channel's beats are right now */
    plx_signal_reason reason; /* what lowers it most */
} plx_signal_quality;

/* A rate or a pressure, or none and why. */
typedef struct plx_signal_value {
    double value;             /* /min or mmHg; 0 when absent */
    double low, high;         /* 80 % interval; 0 when absent */
    double quality;           /* 0..1 */
    uint32_t count;           /* beats or breaths it comes from */
    plx_signal_reason reason; /* why it is absent or doubtful */
    bool present;
} plx_signal_value;

/* Constant text, never NULL. */
const char *plx_signal_reason_text(plx_signal_reason reason);

#endif
