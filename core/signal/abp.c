/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/abp.h"

#include <math.h>
#include <string.h>

enum {
    PER_S = PLX_SIGNAL_PER_S,
    WINDOW = 32,     /* 0.128 s: length of the slope sum */
    CONFIRM = 24,    /* after the crossing, until a beat is told */
    REFRACTORY = 64, /* 0.256 s */
    FOOT = 16,       /* the diastole is looked for this far around the onset */
    LAG = 2,         /* 8 ms: slopes of the raw signal, as at 125 Hz */
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
    static const plx_signal_onset_times times = {WINDOW, CONFIRM, REFRACTORY};
    plx_signal_onset onset;
    PLX_TRY(plx_signal_onset_init(&onset, fs, &times, 16));
    memset(s, 0, sizeof *s);
    s->onset = onset;
    plx_signal_watch_init(&s->onset.watch, FLAT_MMHG, limit_low, limit_high);
    return PLX_OK;
}

static float raw_at(const plx_signal_abp *s, uint64_t n)
{
    return plx_signal_onset_raw(&s->onset, n);
}

static float slope_at(const plx_signal_abp *s, uint64_t n)
{
    return s->slope[n % PLX_ONSET_RING];
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
    uint64_t oldest = s->onset.n > PLX_ONSET_RING - 8 ? s->onset.n - (PLX_ONSET_RING - 8) : 0;
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
    pulse p = measure(s, (uint64_t)s->onset.open, (uint64_t)b);
    p.closed = closed;
    *out = (plx_signal_beat){.sample = plx_signal_resampler_index(&s->onset.rate, s->onset.open),
                             .period_s = closed ? p.period_s : 0,
                             .sys = p.sys,
                             .dia = p.dia,
                             .mean = p.mean,
                             .height = p.sys - p.dia,
                             .status = PLX_SIGNAL_FINAL};
    out->quality = judge(s, &p, &out->reason);
    s->onset.has_open = false;
    s->last_sys = out->quality > 0 ? p.sys : 0;
    s->last_dia = p.dia;
    s->last_period_s = p.period_s;
    plx_signal_recent_add(&s->onset.recent, (double)s->onset.n / PER_S, out);
    return 1;
}

/* The crossing is CONFIRM samples old: was it a beat, and where did it begin? */
static uint32_t confirm(plx_signal_abp *s, plx_signal_beat *out)
{
    uint64_t from = s->onset.fired - WINDOW, at = s->onset.fired;
    double high = 0, low = 1e9;
    for (uint64_t i = from; i <= s->onset.n; i++) {
        double x = (double)slope_at(s, i);
        if (i >= s->onset.fired && x > high) high = x;
        if (i <= s->onset.fired && x < low) low = x;
    }
    if (high - low <= 0.48) return 0;
    while (at > from && (double)(slope_at(s, at) - slope_at(s, at - 1)) >= 0.01 * high)
        at--;
    s->onset.threshold += 0.1 * (high - s->onset.threshold);
    double onset = (double)at > LATE ? (double)at - LATE : 0;
    uint32_t events = s->onset.has_open ? close_beat(s, onset, true, out) : 0;
    out[events++] = plx_signal_onset_open(&s->onset, onset);
    return events;
}

/* The threshold: the mean of the first eight seconds, then it follows the beats. */
static void follow(plx_signal_abp *s, double slope)
{
    if (s->onset.learned < PLX_ONSET_LEARN_WHOLE) {
        s->onset.learn_sum += slope;
        s->onset.learned++;
        s->onset.threshold = 3 * s->onset.learn_sum / (double)s->onset.learned;
    } else if (s->onset.n - s->onset.fired > PLX_ONSET_SILENCE) {
        s->onset.threshold -= DECAY_MMHG_S / PER_S;
    }
    if (s->onset.threshold < FLOOR_MMHG) s->onset.threshold = FLOOR_MMHG;
}

static uint32_t inner(plx_signal_abp *s, float x, bool missing, plx_signal_beat *out)
{
    uint32_t events = 0;
    double smooth, slope = plx_signal_onset_rise(&s->onset, x, missing, &smooth);
    s->slope[s->onset.n % PLX_ONSET_RING] = (float)slope;
    if (s->onset.gap <= PLX_ONSET_GAP) follow(s, slope);
    uint32_t due = plx_signal_onset_turn(&s->onset, slope > s->onset.threshold / 3 + 0.24);
    if (due & PLX_ONSET_CLOSE) events = close_beat(s, (double)(s->onset.n - 1), false, out);
    if (due & PLX_ONSET_CONFIRM) events += confirm(s, out + events);
    s->onset.n++;
    return events;
}

uint32_t plx_signal_abp_step(plx_signal_abp *s, float mmhg,
                             plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    uint32_t events = 0;
    float x = 0;
    bool missing = false;
    plx_signal_resampler_put(&s->onset.rate, mmhg);
    while (plx_signal_resampler_take(&s->onset.rate, &x, &missing))
        events += inner(s, x, missing, out + events);
    return events;
}

uint32_t plx_signal_abp_end(plx_signal_abp *s, plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    return s->onset.has_open && s->onset.n > 0 ? close_beat(s, (double)(s->onset.n - 1), false, out)
                                               : 0;
}

plx_signal_quality plx_signal_abp_quality(const plx_signal_abp *s)
{
    return plx_signal_onset_quality(&s->onset);
}
