/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/ppg.h"

#include <math.h>
#include <string.h>

enum {
    PER_S = PLX_SIGNAL_PER_S,
    WINDOW = 40,     /* 0.16 s: length of the slope sum */
    CONFIRM = 12,    /* after the crossing, until a pulse is told */
    FOLLOW = 50,     /* 0.2 s after the crossing its top is known */
    REFRACTORY = 70, /* 0.28 s */
    BACK = 55,       /* the foot is looked for this far before the crossing */
    FOOT = 16,
    STRANGE_MAX = 8, /* so many unlike pulses in a row begin a new running one */
};
#define LATE 5.0           /* inner samples that the foot is late behind the low-pass */
#define LIKE 0.86          /* Orphanidou 2015 */
#define UNLIKE 0.6         /* prior: no pulse */
#define DECAY_PER_S 0.125  /* of the threshold after 2.5 s of silence */
#define FLOOR_SHARE 0.0005 /* of a second's sum of rises of the first eight; keeps it above 0 */

plx_status plx_signal_ppg_init(plx_signal_ppg *s, double fs, float flat, float limit_low,
                               float limit_high)
{
    static const plx_signal_onset_times times = {WINDOW, CONFIRM, REFRACTORY};
    plx_signal_onset onset;
    PLX_TRY(plx_signal_onset_init(&onset, fs, &times, 8));
    memset(s, 0, sizeof *s);
    s->onset = onset;
    plx_signal_watch_init(&s->onset.watch, flat, limit_low, limit_high);
    return PLX_OK;
}

static float smooth_at(const plx_signal_ppg *s, uint64_t n)
{
    return s->smooth[n % PLX_ONSET_RING];
}

static float raw_at(const plx_signal_ppg *s, uint64_t n)
{
    return plx_signal_onset_raw(&s->onset, n);
}

/* Correlation of the pulse from inner sample a with the first points of the running one; takes it
 * into that one when they are alike. 1 for the first. */
static double compare(plx_signal_ppg *s, uint64_t a, uint32_t points)
{
    double x[PLX_PPG_TEMPLATE], mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (uint32_t i = 0; i < points; i++) {
        x[i] = (double)smooth_at(s, a + (uint64_t)LATE + 2 * i);
        mx += x[i] / points;
        my += (double)s->pulse[i] / points;
    }
    for (uint32_t i = 0; i < points; i++) {
        double dx = x[i] - mx, dy = (double)s->pulse[i] - my;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    double r = s->pulses == 0 ? 1 : xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
    if (r < LIKE && ++s->strange >= STRANGE_MAX) s->pulses = 0;
    if (s->pulses > 0 && r < LIKE) return r;
    s->strange = 0;
    double weight = s->pulses < 10 ? 1. / (s->pulses + 1) : 0.1, size = xx > 0 ? sqrt(xx) : 1;
    if (s->pulses < 10) s->pulses++;
    for (uint32_t i = 0; i < points; i++) /* joined where the running one is */
        s->pulse[i] += (float)(weight * ((x[i] - mx) / size + my - (double)s->pulse[i]));
    return r;
}

/* Quality of the beat; the usual height is followed. */
static void judge(plx_signal_ppg *s, plx_signal_beat *beat, double r)
{
    double height = (double)beat->height, usual = s->usual_height;
    beat->quality = r < UNLIKE  ? 0
                    : r >= LIKE ? 0.9 + 0.1 * (r - LIKE) / (1 - LIKE)
                                : 0.9 * (r - UNLIKE) / (LIKE - UNLIKE);
    if (beat->quality > 1) beat->quality = 1;
    if (r < LIKE) beat->reason = PLX_SIGNAL_REASON_NOISE;
    if (beat->period_s <= 0 || beat->period_s > 2.5) {
        beat->quality = 0;
        beat->reason = PLX_SIGNAL_REASON_LIMIT;
    } else if (usual > 0 && (height > 2.5 * usual || height < 0.3 * usual)) {
        if (beat->quality > 0.5) beat->quality = 0.5;
        beat->reason = PLX_SIGNAL_REASON_CHANGE;
    }
    if (r >= LIKE) s->usual_height += (usual > 0 ? 0.1 : 1) * (height - usual);
}

/* Ends the open pulse at inner sample b. */
static uint32_t close_pulse(plx_signal_ppg *s, double b, bool closed, plx_signal_beat *out)
{
    uint64_t from = (uint64_t)s->onset.open, to = (uint64_t)b;
    float low = raw_at(s, from), high = low;
    double sum = 0;
    for (uint64_t i = from > FOOT ? from - FOOT : 0; i < to; i++) {
        float x = raw_at(s, i);
        if (i < from + FOOT && x < low) low = x;
        if (i >= from && x > high) high = x;
        if (i >= from) sum += (double)x;
    }
    *out = (plx_signal_beat){.sample = plx_signal_resampler_index(&s->onset.rate, s->onset.open),
                             .period_s = closed ? (b - s->onset.open) / PER_S : 0,
                             .sys = high,
                             .dia = low,
                             .mean = to > from ? (float)(sum / (double)(to - from)) : low,
                             .height = high - low,
                             .status = PLX_SIGNAL_FINAL};
    uint64_t points = (to - from) * 9 / 20,
             kept = s->onset.n - from; /* 0.9 of the pulse, every second */
    if (points > PLX_PPG_TEMPLATE) points = PLX_PPG_TEMPLATE;
    bool whole = points > PLX_PPG_TEMPLATE / 3 && kept > (uint64_t)LATE + 2 * points;
    judge(s, out, whole ? compare(s, from, (uint32_t)points) : 0);
    s->onset.has_open = false;
    plx_signal_recent_add(&s->onset.recent, (double)s->onset.n / PER_S, out);
    return 1;
}

/* The crossing is CONFIRM samples old: the pulse begins at the lowest point before it. */
static uint32_t confirm(plx_signal_ppg *s, plx_signal_beat *out)
{
    uint64_t at = s->onset.fired;
    for (uint64_t i = s->onset.fired; i + BACK > s->onset.fired && i > 0; i--)
        if (smooth_at(s, i) < smooth_at(s, at)) at = i;
    double onset = (double)at > LATE ? (double)at - LATE : 0;
    if (s->onset.has_open && onset <= s->onset.open) return 0;
    uint32_t events = s->onset.has_open ? close_pulse(s, onset, true, out) : 0;
    out[events++] = plx_signal_onset_open(&s->onset, onset);
    return events;
}

static void follow(plx_signal_ppg *s, double slope)
{
    if (s->onset.learned < PLX_ONSET_LEARN_WHOLE) {
        s->onset.learn_sum += slope;
        s->onset.learned++;
        if (slope > s->learn_top) s->learn_top = slope;
        s->onset.threshold = 3 * s->onset.learn_sum / (double)s->onset.learned;
        if (s->onset.threshold > s->learn_top) s->onset.threshold = s->learn_top; /* quick pulses */
    } else if (s->onset.n - s->onset.fired > PLX_ONSET_SILENCE) {
        s->onset.threshold -= s->onset.threshold * DECAY_PER_S / PER_S;
    }
    if (s->following && slope > s->top) s->top = slope;
    if (s->following && s->onset.n - s->onset.fired == FOLLOW) {
        s->following = false;
        s->onset.threshold += 0.1 * (s->top - s->onset.threshold);
    }
    double floor_slope = FLOOR_SHARE * s->onset.learn_sum / (double)(s->onset.learned + 1);
    if (s->onset.threshold < floor_slope) s->onset.threshold = floor_slope;
}

static uint32_t inner(plx_signal_ppg *s, float x, bool missing, plx_signal_beat *out)
{
    uint32_t events = 0;
    double smooth, slope = plx_signal_onset_rise(&s->onset, x, missing, &smooth);
    s->smooth[s->onset.n % PLX_ONSET_RING] = (float)smooth;
    if (s->onset.gap <= PLX_ONSET_GAP) follow(s, slope);
    uint32_t due = plx_signal_onset_turn(&s->onset, slope > s->onset.threshold / 3);
    if (due & PLX_ONSET_CLOSE) events = close_pulse(s, (double)(s->onset.n - 1), false, out);
    if (due & PLX_ONSET_CONFIRM) events += confirm(s, out + events);
    if (due & PLX_ONSET_CROSSED) {
        s->top = slope;
        s->following = true;
    }
    s->onset.n++;
    return events;
}

uint32_t plx_signal_ppg_step(plx_signal_ppg *s, float x, plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    uint32_t events = 0;
    float y = 0;
    bool missing = false;
    plx_signal_resampler_put(&s->onset.rate, x);
    while (plx_signal_resampler_take(&s->onset.rate, &y, &missing))
        events += inner(s, y, missing, out + events);
    return events;
}

uint32_t plx_signal_ppg_end(plx_signal_ppg *s, plx_signal_beat out[PLX_SIGNAL_STEP_MAX])
{
    return s->onset.has_open && s->onset.n > 0
               ? close_pulse(s, (double)(s->onset.n - 1), false, out)
               : 0;
}

plx_signal_quality plx_signal_ppg_quality(const plx_signal_ppg *s)
{
    return plx_signal_onset_quality(&s->onset);
}
