/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One heart rate from ECG, arterial pressure and plethysmogram. Per channel a scalar Kalman filter
 * on the rate of its beats, random walk 0.1 /min^2 per s, noise (2 /min)^2 exp(1 / quality^2 - 1)
 * (Li, Mark, Clifford 2008, Physiol Meas 29:15); channels are weighed by quality^2 / (residual^2 +
 * 1). One channel against two is outvoted; two that contradict each other get no answer unless one
 * is far better. No beat on any working channel is no rate and said so. */
#ifndef PLX_CORE_SIGNAL_FUSE_H
#define PLX_CORE_SIGNAL_FUSE_H

#include "core/signal/signal.h"

typedef enum plx_fuse_channel {
    PLX_FUSE_ECG,
    PLX_FUSE_ABP,
    PLX_FUSE_PPG,
    PLX_FUSE_CHANNELS
} plx_fuse_channel;

#define PLX_FUSE_AGE_S 4.0     /* a channel without a usable beat for so long has no rate */
#define PLX_FUSE_APART 8.0     /* /min: rates further apart contradict each other ... */
#define PLX_FUSE_APART_REL 0.1 /* ... if it is also this share */

typedef struct plx_signal_fuse {
    struct plx_fuse_rate {
        double rate, variance; /* /min; variance 0 = no rate yet */
        double residual;       /* rms of what a beat brings anew, /min, followed */
        double irregular;      /* variance of neighbouring intervals, as rate, /min^2, followed */
        double last_rr_s;
        double quality;        /* of the last beats, followed */
        double beat_s, used_s; /* last beat; last one whose interval was used */
        uint32_t beats;        /* used in a row */
        uint32_t doubted;      /* intervals far from the rate, in a row */
        bool was_usable;
    } channel[PLX_FUSE_CHANNELS];
} plx_signal_fuse;

void plx_signal_fuse_init(plx_signal_fuse *s);

/* A final beat of a channel at time at_s, in the order of time per channel. An earlier one is left
 * out. PLX_RANGE: time or quality are no numbers of their kind. */
PLX_MUST_CHECK plx_status plx_signal_fuse_beat(plx_signal_fuse *s, plx_fuse_channel channel,
                                               double at_s, double quality);

/* The rate of one channel, and of all, at now_s. used: bits 1 << channel of those that count; may
 * be null. */
plx_signal_value plx_signal_fuse_one(const plx_signal_fuse *s, plx_fuse_channel channel,
                                     double now_s);
plx_signal_value plx_signal_fuse_all(const plx_signal_fuse *s, double now_s, uint32_t *used);

/* The same vote over any rates, one for each channel; absent ones do not vote. weight: NULL, or one
 * above 0 for each. */
plx_signal_value plx_signal_vote(const plx_signal_value rate[PLX_FUSE_CHANNELS],
                                 const double weight[PLX_FUSE_CHANNELS], uint32_t *used);

#endif
