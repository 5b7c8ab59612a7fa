/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/abp.h"

#include <math.h>
#include <string.h>

enum {
    PER_S = PLX_SIGNAL_PER_S,
    WINDOW = 32,        /* 0.128 s: length of the slope sum */
    CONFIRM = 24,       /* after the crossing, until a beat is told */
    REFRACTORY = 64,    /* 0.256 s */
    LEARN_FIRST = 500,  /* 2 s: no beats before */
    LEARN_WHOLE = 2000, /* 8 s: the threshold's start is the mean up to here */
    GAP = 25,           /* 0.1 s: longer gaps end a beat */
    FOOT = 16,          /* the diastole is looked for this far around the onset */
    LAG = 2,            /* 8 ms: slopes of the raw signal, as at 125 Hz */
};
#define LATE 3.5           /* inner samples that the low-pass is late */
#define FLAT_MMHG 2.0F     /* prior */
#define FLOOR_MMHG 2.0     /* of the threshold */
#define DECAY_MMHG_S 6.0   /* of the threshold after 2.5 s of silence */
#define SPIKE_MMHG_S 4500. /* prior; arterial upstrokes stay below 2500 */
#define NARROW                                                                                     \
    0.3 /* of the mean: a pulse pressure below 20 mmHg is doubted (prior: shock has it too) */
#define NOISE_MMHG_S 375. /* mean falling slope, Sun 2006 */

plx_status plx_signal_abp_init(plx_signal_abp *s, double fs, float limit_low, float limit_high)
{
    plx_signal_resampler rate;
    PLX_TRY(plx_signal_resampler_init(&rate, fs));
    memset(s, 0, sizeof *s);
    s->rate = rate;
    plx_signal_watch_init(&s->watch, FLAT_MMHG, limit_low, limit_high);
    plx_signal_low_pass(&s->low_pass, 16, PER_S);
    plx_signal_moving_init(&s->rises, WINDOW);
    return PLX_OK;
}

static float raw_at(const plx_signal_abp *s, uint64_t n)
{
    return s->raw[n % PLX_ABP_RING];
}

static float slope_at(const plx_signal_abp *s, uint64_t n)
{
    return s->slope[n % PLX_ABP_RING];
}

/* Median of three neighbours: one wrong sample is no systole. */
static float calm_at(const plx_signal_abp *s, uint64_t n)
{
    float a = raw_at(s, n - 1), b = raw_at(s, n), c = raw_at(s, n + 1);
    float low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

typedef struct pulse {
    float sys, dia, mean;
    double period_s, noise_mmhg_s, spike_mmhg_s;
    bool closed; /* the next beat is there */
} pulse;

/* The pulse from inner sample a to b. */
static pulse measure(const plx_signal_abp *s, uint64_t a, uint64_t b)
{
    uint64_t oldest = s->n > PLX_ABP_RING - 8 ? s->n - (PLX_ABP_RING - 8) : 0;
    uint64_t foot = a > oldest + FOOT + LAG ? a - FOOT : oldest + LAG;
    pulse p = {.dia = calm_at(s, foot), .sys = -1e9F};
    double sum = 0, fall = 0;
    uint32_t falls = 0, counted = 0;
    for (uint64_t i = foot; i < b; i++) {
        float x = calm_at(s, i);
        double slope = (double)(raw_at(s, i) - raw_at(s, i - LAG)) * PER_S / LAG;
        if (i < a + FOOT && x < p.dia) p.dia = x;
        if (fabs(slope) > p.spike_mmhg_s) p.spike_mmhg_s = fabs(slope);
        if (slope < 0) fall -= slope, falls++;
        if (i < a) continue;
        if (i + FOOT < b && x > p.sys) p.sys = x;
        sum += (double)raw_at(s, i);
        counted++;
    }
    p.mean = counted ? (float)(sum / counted) : p.dia;
    if (p.sys < p.dia) p.sys = p.dia;
    p.noise_mmhg_s = falls ? fall / falls : 0;
    p.period_s = (double)(b - a) / PER_S;
    return p;
}

/* What no body does, whatever the beats before. */
static plx_signal_reason limits(const pulse *p)
{
    if (p->spike_mmhg_s > SPIKE_MMHG_S) return PLX_SIGNAL_REASON_SPIKE;
    if (p->noise_mmhg_s > NOISE_MMHG_S) return PLX_SIGNAL_REASON_NOISE;
    if (p->dia < 20 || p->sys > 300 || p->mean < 30 || p->mean > 200)
        return PLX_SIGNAL_REASON_LIMIT;
    if (p->period_s < 0.3 || !p->closed) return PLX_SIGNAL_REASON_LIMIT;
    return PLX_SIGNAL_REASON_NONE;
}

/* Further from the pulse before than Sun 2006 allows. */
static bool changed(const plx_signal_abp *s, const pulse *p)
{
    return s->last_sys > 0 && (fabs((double)(p->sys - s->last_sys)) > 20 ||
                               fabs((double)(p->dia - s->last_dia)) > 20 ||
                               fabs(p->period_s - s->last_period_s) > 0.5);
}

/* Quality and reason of a pulse; the usual pulse pressure is followed. */
static double judge(plx_signal_abp *s, const pulse *p, plx_signal_reason *reason)
{
    double pp = (double)(p->sys - p->dia), quality = 1;
    *reason = limits(p);
    if (*reason != PLX_SIGNAL_REASON_NONE) return 0;
    bool damped = s->usual_pp > 0 && pp < 0.5 * s->usual_pp &&
                  fabs((double)p->mean - s->usual_map) < 0.15 * s->usual_map;
    if (damped) {
        *reason = PLX_SIGNAL_REASON_DAMPED;
        quality = 0.3;
    } else if (pp < 20 && pp < NARROW * (double)p->mean) {
        *reason = PLX_SIGNAL_REASON_LIMIT;
        quality = pp < 10 ? 0 : 0.5;
    } else if (changed(s, p)) {
        *reason = PLX_SIGNAL_REASON_CHANGE;
        bool usual = s->usual_pp > 0 && fabs(pp - s->usual_pp) < 0.6 * s->usual_pp &&
                     fabs((double)p->mean - s->usual_map) < 0.25 * s->usual_map;
        quality = usual ? 0.7 : 0.5; /* an irregular heart changes around what is usual */
    }
    double weight = s->usual_pp > 0 ? (damped ? 0.005 : 0.05) : 1;
    if (quality >= 0.3 && (quality == 1 || s->usual_pp > 0)) {
        s->usual_pp += weight * (pp - s->usual_pp);
        s->usual_map += (s->usual_map > 0 ? 0.1 : 1) * ((double)p->mean - s->usual_map);
    }
    return quality;
}

/* Ends the open beat at inner sample b. */
static uint32_t close_beat(plx_signal_abp *s, double b, bool closed, plx_signal_beat *out)
{
    pulse p = measure(s, (uint64_t)s->open, (uint64_t)b);
    p.closed = closed;
    *out = (plx_signal_beat){.sample = plx_signal_resampler_index(&s->rate, s->open),
                             .period_s = closed ? p.period_s : 0,
                             .sys = p.sys,
                             .dia = p.dia,
                             .mean = p.mean,
                             .height = p.sys - p.dia,
                             .status = PLX_SIGNAL_FINAL};
    out->quality = judge(s, &p, &out->reason);
    s->has_open = false;
    s->last_sys = out->quality > 0 ? p.sys : 0;
    s->last_dia = p.dia;
    s->last_period_s = p.period_s;
    plx_signal_recent_add(&s->recent, (double)s->n / PER_S, out);
    return 1;
}

/* The crossing is CONFIRM samples old: was it a beat, and where did it begin? */
static uint32_t confirm(plx_signal_abp *s, plx_signal_beat *out)
{
    uint64_t from = s->fired - WINDOW, at = s->fired;
    double high = 0, low = 1e9;
    for (uint64_t i = from; i <= s->n; i++) {
        double x = (double)slope_at(s, i);
        if (i >= s->fired && x > high) high = x;
        if (i <= s->fired && x < low) low = x;
    }
    s->confirming = false;
    if (high - low <= 0.48) return 0;
    while (at > from && (double)(slope_at(s, at) - slope_at(s, at - 1)) >= 0.01 * high)
        at--;
    s->threshold += 0.1 * (high - s->threshold);
    double onset = (double)at > LATE ? (double)at - LATE : 0;
    uint32_t events = s->has_open ? close_beat(s, onset, true, out) : 0;
    s->open = onset;
    s->has_open = true;
    out[events++] = (plx_signal_beat){.sample = plx_signal_resampler_index(&s->rate, onset),
                                      .quality = plx_signal_abp_quality(s).value,
                                      .status = PLX_SIGNAL_LIVE};
    return events;
}

/* The threshold: the mean of the first eight seconds, then it follows the beats. */
static void follow(plx_signal_abp *s, double slope)
{
    if (s->learned < LEARN_WHOLE) {
        s->learn_sum += slope;
        s->learned++;
        s->threshold = 3 * s->learn_sum / (double)s->learned;
    } else if (s->n - s->fired > PER_S * 5 / 2) {
        s->threshold -= DECAY_MMHG_S / PER_S;
    }
    if (s->threshold < FLOOR_MMHG) s->threshold = FLOOR_MMHG;
}

static uint32_t inner(plx_signal_abp *s, float x, bool missing, plx_signal_beat *out)
{
    uint32_t events = 0;
    if (s->n == 0) {
        plx_signal_settle(&s->low_pass, (double)x);
        s->last_smooth = (double)x;
    }
    plx_signal_watch_step(&s->watch, x, missing);
    s->gap = missing ? s->gap + 1 : 0;
    double smooth = plx_signal_filter(&s->low_pass, (double)x), rise = smooth - s->last_smooth;
    double slope = plx_signal_moving_add(&s->rises, rise > 0 ? rise : 0);
    s->last_smooth = smooth;
    s->raw[s->n % PLX_ABP_RING] = x;
    s->slope[s->n % PLX_ABP_RING] = (float)slope;
    if (s->gap <= GAP) follow(s, slope);
    bool above = slope > s->threshold / 3 + 0.24;
    bool pause = s->has_open && (double)s->n - s->open > PLX_ABP_PAUSE_S * PER_S;
    if (s->has_open && (s->gap > GAP || pause)) {
        events = close_beat(s, (double)(s->n - 1), false, out);
        s->confirming = false;
    }
    if (s->confirming) {
        if (s->n - s->fired == CONFIRM) events += confirm(s, out + events);
    } else if (s->gap == 0 && s->learned > LEARN_FIRST && s->n - s->fired > REFRACTORY && above &&
               !s->above) {
        s->fired = s->n;
        s->confirming = true;
    }
    s->above = above;
    s->n++;
    return events;
}

uint32_t plx_signal_abp_step(plx_signal_abp *s, float mmhg,
                             plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    uint32_t events = 0;
    float x = 0;
    bool missing = false;
    plx_signal_resampler_put(&s->rate, mmhg);
    while (plx_signal_resampler_take(&s->rate, &x, &missing))
        events += inner(s, x, missing, out + events);
    return events;
}

uint32_t plx_signal_abp_end(plx_signal_abp *s, plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    return s->has_open && s->n > 0 ? close_beat(s, (double)(s->n - 1), false, out) : 0;
}

plx_signal_quality plx_signal_abp_quality(const plx_signal_abp *s)
{
    return plx_signal_recent_quality(&s->recent, &s->watch, (double)s->n / PER_S, PLX_ABP_PAUSE_S);
}
