/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Parts of the detectors: second-order Butterworth sections (bilinear transform with pre-warp), a
 * moving sum, the change from a channel's own rate to PLX_SIGNAL_PER_S, and the watch over what is
 * wrong with a channel whatever its kind. */
#ifndef PLX_CORE_SIGNAL_FILTER_H
#define PLX_CORE_SIGNAL_FILTER_H

#include <stddef.h>

#include "core/signal/signal.h"

typedef struct plx_signal_section {
    double b0, b1, b2, a1, a2; /* y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y'' */
    double s1, s2;             /* transposed form II */
} plx_signal_section;

/* 0 < cut_hz < fs / 2; a cut above 0.45 fs is taken as 0.45 fs. */
void plx_signal_low_pass(plx_signal_section *f, double cut_hz, double fs);
void plx_signal_high_pass(plx_signal_section *f, double cut_hz, double fs);
double plx_signal_filter(plx_signal_section *f, double x);
/* As if x had stood there for ever. */
void plx_signal_settle(plx_signal_section *f, double x);

enum { PLX_SIGNAL_MOVING_MAX = 256 };

/* Sum of the last n values; summed anew each n values, so that rounding does not pile up. */
typedef struct plx_signal_moving {
    uint32_t n, at;
    double sum;
    float value[PLX_SIGNAL_MOVING_MAX];
} plx_signal_moving;

void plx_signal_moving_init(plx_signal_moving *m, uint32_t n); /* 1 <= n <= PLX_SIGNAL_MOVING_MAX */
double plx_signal_moving_add(plx_signal_moving *m, double x);

/* Median of n <= PLX_SIGNAL_MEDIAN_MAX values; 0 of none. */
enum { PLX_SIGNAL_MEDIAN_MAX = 256 };
double plx_signal_median(const double *value, uint32_t n);

/* Straight lines between the channel's samples, after a low-pass at 0.4 of the inner rate where the
 * channel is faster. A missing sample repeats the last one and is marked. */
typedef struct plx_signal_resampler {
    double per_out; /* channel samples in one inner sample */
    uint64_t in, out;
    plx_signal_section smooth;
    float before, now;
    bool smooths, before_missing, now_missing, began;
} plx_signal_resampler;

PLX_MUST_CHECK plx_status plx_signal_resampler_init(plx_signal_resampler *r, double fs);
/* One sample of the channel, then take until false. */
void plx_signal_resampler_put(plx_signal_resampler *r, float x);
bool plx_signal_resampler_take(plx_signal_resampler *r, float *x, bool *missing);
/* Index of an inner sample in the channel's own samples. */
double plx_signal_resampler_index(const plx_signal_resampler *r, double inner);

enum { PLX_SIGNAL_WATCH_S = 10 };

/* Ten seconds of one channel, second by second. */
typedef struct plx_signal_watch {
    float low[PLX_SIGNAL_WATCH_S], high[PLX_SIGNAL_WATCH_S];
    uint16_t missing[PLX_SIGNAL_WATCH_S], clipped[PLX_SIGNAL_WATCH_S];
    float limit_low, limit_high; /* of the converter; not a number = not known */
    float flat;                  /* a signal that moves less than this in 2 s is flat */
    uint32_t in_second, seconds; /* seconds: whole ones so far */
} plx_signal_watch;

void plx_signal_watch_init(plx_signal_watch *w, float flat, float limit_low, float limit_high);
void plx_signal_watch_step(plx_signal_watch *w, float x, bool missing);
/* TOO_SHORT (before 2 s), GAP, SATURATED, FLAT or NONE, over the last two whole seconds. */
plx_signal_reason plx_signal_watch_reason(const plx_signal_watch *w);

enum { PLX_SIGNAL_RECENT = 16 };

/* The last beats of a pressure or pulse channel. */
typedef struct plx_signal_recent {
    double at_s[PLX_SIGNAL_RECENT]; /* when they were judged */
    float quality[PLX_SIGNAL_RECENT];
    uint8_t reason[PLX_SIGNAL_RECENT];
    uint32_t n; /* so far */
} plx_signal_recent;

void plx_signal_recent_add(plx_signal_recent *r, double at_s, const plx_signal_beat *beat);
/* Mean quality of the last ten seconds' beats; 0 with a reason when the channel is flat, missing or
 * saturated, when there are fewer than three, or none for pause_s. */
plx_signal_quality plx_signal_recent_quality(const plx_signal_recent *r, const plx_signal_watch *w,
                                             double now_s, double pause_s);

#endif
