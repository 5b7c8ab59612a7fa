/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/resp.h"

#include <math.h>
#include <string.h>

enum {
    PER_S = PLX_RESP_PER_S,
    AVERAGE = PLX_SIGNAL_PER_S / PLX_RESP_PER_S,
    LEARN = 8 * PLX_RESP_PER_S, /* no breaths before: the signal's range is learned */
    SETTLE = 2 * PLX_RESP_PER_S,
    GAP = 2 * PLX_RESP_PER_S, /* averaged samples: longer gaps break the row of breaths */
    USUAL = 12,               /* breaths whose swing is the usual one */
};
#define TURN_SHARE                                                                                 \
    0.3              /* of the usual swing: a turn (Schafer & Kratky: 0.2 of the third quartile) */
#define POWER_S 10.0 /* over which the powers are followed */
#define LATE_S 0.3   /* of the low-pass, near 0.25 Hz */
#define SHARE_NONE 0.45 /* rms in the band over all: at this and below no answer (prior) */
#define SHARE_FULL 0.7
#define UNEVEN_NONE 0.40 /* relative deviation of swings and intervals (prior) */
#define UNEVEN_FULL 0.20

plx_status plx_signal_resp_init(plx_signal_resp *s, double fs, bool child, float flat)
{
    plx_signal_resampler rate;
    PLX_TRY(plx_signal_resampler_init(&rate, fs));
    memset(s, 0, sizeof *s);
    s->rate = rate;
    plx_signal_watch_init(&s->watch, flat, -2 * PLX_SIGNAL_SAMPLE_MAX, 2 * PLX_SIGNAL_SAMPLE_MAX);
    plx_signal_high_pass(&s->high_pass, 0.1, PER_S);
    plx_signal_low_pass(&s->low_pass, child ? 1.5 : 0.7, PER_S);
    return PLX_OK;
}

static uint32_t kept(const plx_signal_resp *s)
{
    return s->breaths < PLX_RESP_BREATHS ? s->breaths : PLX_RESP_BREATHS;
}

/* Back from the last: 0 is the last breath. */
static uint32_t at(const plx_signal_resp *s, uint32_t back)
{
    return (s->breaths - 1 - back) % PLX_RESP_BREATHS;
}

/* Swing that a turn needs. */
static double turn(const plx_signal_resp *s)
{
    double swing[USUAL];
    uint32_t n = kept(s) < USUAL ? kept(s) : USUAL;
    if (n < 3) return TURN_SHARE * (s->first_high - s->first_low);
    for (uint32_t i = 0; i < n; i++)
        swing[i] = s->height[at(s, i)];
    return TURN_SHARE * plx_signal_median(swing, n);
}

/* Mean relative deviation from the median. */
static double uneven(const double *x, uint32_t n)
{
    double m = plx_signal_median(x, n), sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += fabs(x[i] - m) / (m > 1e-9 ? m : 1e-9);
    return n ? sum / n : 1;
}

static double ramp(double x, double none, double full)
{
    double y = (x - none) / (full - none);
    return y < 0 ? 0 : y > 1 ? 1 : y;
}

/* Breaths of the window, without those before a gap. */
static uint32_t in_window(const plx_signal_resp *s)
{
    uint32_t n = 0, most = s->breaths - s->broken < kept(s) ? s->breaths - s->broken : kept(s);
    while (n < most && (double)s->n / PER_S - s->top_s[at(s, n)] <= PLX_RESP_WINDOW_S)
        n++;
    return n;
}

plx_signal_quality plx_signal_resp_quality(const plx_signal_resp *s)
{
    plx_signal_quality q = {0, plx_signal_watch_reason(&s->watch)};
    if (q.reason == PLX_SIGNAL_REASON_FLAT && s->n > LEARN) {
        bool moved = false; /* two still seconds are a pause, ten are a fault */
        for (uint32_t i = 0; i < PLX_SIGNAL_WATCH_S; i++)
            moved |= s->watch.high[i] - s->watch.low[i] >= s->watch.flat;
        if (moved) q.reason = PLX_SIGNAL_REASON_NONE;
    }
    if (q.reason != PLX_SIGNAL_REASON_NONE) return q;
    uint32_t n = in_window(s);
    q.reason = PLX_SIGNAL_REASON_TOO_SHORT;
    if (n < 3) return q;
    double interval[PLX_RESP_BREATHS], swing[PLX_RESP_BREATHS];
    for (uint32_t i = 0; i < n; i++) {
        swing[i] = s->height[at(s, i)];
        if (i + 1 < n) interval[i] = s->top_s[at(s, i)] - s->top_s[at(s, i + 1)];
    }
    double share = s->all > 0 ? sqrt(s->in_band / s->all) : 0;
    q.value = ramp(share, SHARE_NONE, SHARE_FULL) *
              ramp(uneven(interval, n - 1), UNEVEN_NONE, UNEVEN_FULL) *
              ramp(uneven(swing, n), UNEVEN_NONE + 0.15, UNEVEN_FULL + 0.15);
    q.reason = q.value < PLX_SIGNAL_GOOD ? PLX_SIGNAL_REASON_NOISE : PLX_SIGNAL_REASON_NONE;
    return q;
}

static uint32_t tell(plx_signal_resp *s, double top, plx_signal_beat *out)
{
    double top_s = (double)s->extreme_at / PER_S - LATE_S, before = 0;
    if (s->breaths > s->broken) before = s->top_s[at(s, 0)];
    if (top_s < before) top_s = before;
    uint32_t i = s->breaths++ % PLX_RESP_BREATHS;
    s->top_s[i] = top_s > 0 ? top_s : 0;
    s->height[i] = top - s->last_low;
    plx_signal_quality q = plx_signal_resp_quality(s);
    *out = (plx_signal_beat){
        .sample = plx_signal_resampler_index(&s->rate, s->top_s[i] * PLX_SIGNAL_PER_S),
        .period_s = before > 0 ? s->top_s[i] - before : 0,
        .quality = q.value,
        .reason = q.reason,
        .height = (float)s->height[i],
        .status = PLX_SIGNAL_FINAL};
    return 1;
}

/* Follows the signal between its turns. */
static uint32_t zigzag(plx_signal_resp *s, double x, plx_signal_beat *out)
{
    bool further = s->rising ? x > s->extreme : x < s->extreme;
    if (further || s->n == LEARN) {
        s->extreme = x;
        s->extreme_at = s->n;
        return 0;
    }
    double need = turn(s);
    if (!(need > 0) || fabs(x - s->extreme) < need) return 0;
    uint32_t events = 0;
    if (s->rising)
        events = tell(s, s->extreme, out);
    else
        s->last_low = s->extreme;
    s->rising = !s->rising;
    s->extreme = x;
    s->extreme_at = s->n;
    return events;
}

/* One averaged sample. */
static uint32_t averaged(plx_signal_resp *s, double x, plx_signal_beat *out)
{
    if (s->n == 0) {
        plx_signal_settle(&s->high_pass, x);
        plx_signal_settle(&s->low_pass, 0);
    }
    double all = plx_signal_filter(&s->high_pass, x), band = plx_signal_filter(&s->low_pass, all);
    uint32_t events = 0;
    s->all += (all * all - s->all) / (POWER_S * PER_S);
    s->in_band += (band * band - s->in_band) / (POWER_S * PER_S);
    if (s->n == SETTLE) s->first_low = s->first_high = band;
    if (s->n > SETTLE && s->n < LEARN) {
        if (band < s->first_low) s->first_low = band;
        if (band > s->first_high) s->first_high = band;
        s->last_low = s->first_low;
    }
    if (s->gap > GAP) {
        s->broken = s->breaths;
        s->rising = false;
        s->extreme = band;
        s->extreme_at = s->n;
    } else if (s->n >= LEARN) {
        events = zigzag(s, band, out);
    }
    s->n++;
    return events;
}

uint32_t plx_signal_resp_step(plx_signal_resp *s, float x, plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    uint32_t events = 0;
    float y = 0;
    bool missing = false;
    plx_signal_resampler_put(&s->rate, x);
    while (plx_signal_resampler_take(&s->rate, &y, &missing)) {
        plx_signal_watch_step(&s->watch, y, missing);
        s->sum += (double)y;
        if (++s->in_sum < AVERAGE) continue;
        s->gap = missing ? s->gap + 1 : 0;
        double mean = s->sum / AVERAGE;
        s->sum = 0;
        s->in_sum = 0;
        events += averaged(s, mean, out + events);
    }
    return events;
}

plx_signal_value plx_signal_resp_rate(const plx_signal_resp *s)
{
    plx_signal_quality q = plx_signal_resp_quality(s);
    uint32_t n = in_window(s);
    plx_signal_value v = {.quality = q.value, .reason = q.reason};
    bool faulty = q.reason == PLX_SIGNAL_REASON_GAP || q.reason == PLX_SIGNAL_REASON_FLAT;
    double now_s = (double)s->n / PER_S, last_s = kept(s) ? s->top_s[at(s, 0)] : 0;
    if (kept(s) && !faulty && now_s - last_s > PLX_RESP_APNOEA_S) {
        v.quality = 0;
        v.reason = PLX_SIGNAL_REASON_NO_BEAT;
        return v;
    }
    if (q.value < PLX_SIGNAL_USABLE || n < 3) return v;
    double mean_s = (s->top_s[at(s, 0)] - s->top_s[at(s, n - 1)]) / (n - 1), sum = 0;
    for (uint32_t i = 0; i + 1 < n; i++) {
        double d = s->top_s[at(s, i)] - s->top_s[at(s, i + 1)] - mean_s;
        sum += d * d;
    }
    if (!(mean_s > 0)) return v;
    v.value = 60 / mean_s;
    double error = 1.28 * v.value * sqrt(sum / (n - 1) / (n - 1)) / mean_s + 0.5;
    v.low = v.value - error;
    v.high = v.value + error;
    v.count = n;
    v.present = true;
    return v;
}
