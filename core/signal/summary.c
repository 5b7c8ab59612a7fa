/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/summary.h"

#include <math.h>
#include <string.h>

#include "core/signal/filter.h"

#define NORMAL_80 1.2816
#define COVER_FULL 0.8 /* of the window in usable intervals: quality is not lowered */

plx_status plx_signal_summary_init(plx_signal_summary *s, double length_s)
{
    if (!(length_s >= PLX_SUMMARY_MIN_S && length_s <= PLX_SUMMARY_MAX_S)) return PLX_RANGE;
    memset(s, 0, sizeof *s);
    s->length_s = length_s;
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++)
        s->last_s[i] = -1e9;
    return PLX_OK;
}

/* The part that at_s lies in; NULL when it is given or not open yet. */
static plx_summary_part *part_at(plx_signal_summary *s, double at_s)
{
    uint64_t i = (uint64_t)(at_s / s->length_s);
    return i < s->window || i > s->window + 1 ? NULL : &s->part[i % 2];
}

static bool is_time(double at_s)
{
    return at_s >= 0 && at_s <= 1e12;
}

static void add_interval(struct plx_summary_rate *r, double rr_s, double quality)
{
    r->rr_s += rr_s;
    r->rr2_s2 += rr_s * rr_s;
    r->quality += quality;
    r->n++;
}

static void add_pressure(plx_summary_part *p, const plx_signal_beat *beat)
{
    p->pressures_seen++;
    if (beat->quality < PLX_SIGNAL_USABLE) {
        p->pressure_reason = beat->reason;
        return;
    }
    p->pressure_quality += beat->quality;
    if (p->pressures < PLX_SUMMARY_BEATS) {
        p->sys[p->pressures] = (double)beat->sys;
        p->dia[p->pressures] = (double)beat->dia;
        p->mean[p->pressures] = (double)beat->mean;
    }
    p->pressures++;
}

plx_status plx_signal_summary_beat(plx_signal_summary *s, plx_fuse_channel channel, double at_s,
                                   const plx_signal_beat *beat)
{
    if (!is_time(at_s) || (unsigned)channel >= PLX_FUSE_CHANNELS) return PLX_RANGE;
    if (beat->status != PLX_SIGNAL_FINAL) return PLX_OK;
    plx_summary_part *p = part_at(s, at_s);
    if (!p) return PLX_CONFLICT;
    struct plx_summary_rate *r = &p->channel[channel];
    double rr_s = at_s - s->last_s[channel];
    bool usable = beat->quality >= PLX_SIGNAL_USABLE;
    r->seen++;
    if (!usable) r->reason = beat->reason;
    if (usable && s->last_usable[channel] && rr_s >= 0.24 && rr_s <= 3)
        add_interval(r, rr_s, beat->quality);
    s->last_s[channel] = at_s;
    s->last_usable[channel] = usable;
    if (channel == PLX_FUSE_ABP) add_pressure(p, beat);
    return PLX_OK;
}

plx_status plx_signal_summary_breath(plx_signal_summary *s, double at_s,
                                     const plx_signal_beat *breath)
{
    if (!is_time(at_s)) return PLX_RANGE;
    /* a breath is sure only when the next one begins: a late one counts in the oldest open window
     */
    if (at_s < (double)s->window * s->length_s) at_s = (double)s->window * s->length_s;
    plx_summary_part *p = part_at(s, at_s);
    if (!p) return PLX_CONFLICT;
    p->breath.seen++;
    if (breath->quality < PLX_SIGNAL_USABLE)
        p->breath.reason = breath->reason;
    else if (breath->period_s > 0)
        add_interval(&p->breath, breath->period_s, breath->quality);
    return PLX_OK;
}

/* Rate of the intervals of a window; least: so many are needed. */
static plx_signal_value rate_of(const struct plx_summary_rate *r, double length_s, uint32_t least)
{
    plx_signal_value v = {.reason =
                              r->seen ? PLX_SIGNAL_REASON_TOO_SHORT : PLX_SIGNAL_REASON_NO_BEAT};
    if (r->seen && r->reason != PLX_SIGNAL_REASON_NONE) v.reason = r->reason;
    if (r->n == 0) return v;
    double cover = r->rr_s / length_s / COVER_FULL;
    v.quality = r->quality / r->n * (cover < 1 ? cover : 1);
    if (r->n < least || v.quality < PLX_SIGNAL_USABLE / 2) return v;
    double mean = r->rr_s / r->n, variance = r->rr2_s2 / r->n - mean * mean;
    v.value = 60 / mean;
    double half = NORMAL_80 * v.value * sqrt((variance > 0 ? variance : 0) / r->n) / mean;
    v.low = v.value - half;
    v.high = v.value + half;
    v.count = r->n;
    v.present = true;
    if (v.quality >= PLX_SIGNAL_USABLE) v.reason = PLX_SIGNAL_REASON_NONE;
    return v;
}

/* Median of a window's usable pressures; the interval is that of the beats. */
static plx_signal_value pressure_of(const plx_summary_part *p, const double *mmhg)
{
    plx_signal_value v = {.reason =
                              p->pressures_seen ? p->pressure_reason : PLX_SIGNAL_REASON_NO_BEAT};
    uint32_t n = p->pressures < PLX_SUMMARY_BEATS ? p->pressures : PLX_SUMMARY_BEATS;
    if (p->pressures_seen) v.quality = p->pressure_quality / p->pressures_seen;
    if (n < 3) {
        if (v.reason == PLX_SIGNAL_REASON_NONE) v.reason = PLX_SIGNAL_REASON_TOO_SHORT;
        return v;
    }
    double off[PLX_SUMMARY_BEATS];
    v.value = plx_signal_median(mmhg, n);
    for (uint32_t i = 0; i < n; i++)
        off[i] = fabs(mmhg[i] - v.value);
    double half = 1.9 * plx_signal_median(off, n); /* 1.2816 * 1.4826: normal */
    v.low = v.value - half;
    v.high = v.value + half;
    v.count = p->pressures;
    v.present = true;
    if (v.quality >= PLX_SIGNAL_GOOD) v.reason = PLX_SIGNAL_REASON_NONE;
    return v;
}

bool plx_signal_summary_tick(plx_signal_summary *s, double now_s, plx_signal_window *out)
{
    double to_s = ((double)s->window + 1) * s->length_s;
    if (!(now_s >= to_s + PLX_SUMMARY_GRACE_S)) return false;
    plx_summary_part *p = &s->part[s->window % 2];
    plx_signal_value rate[PLX_FUSE_CHANNELS];
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++)
        rate[i] = rate_of(&p->channel[i], s->length_s, 3);
    *out = (plx_signal_window){.from_s = (double)s->window * s->length_s, .to_s = to_s};
    out->hr_bpm = plx_signal_vote(rate, NULL, NULL);
    out->sbp_mmhg = pressure_of(p, p->sys);
    out->dbp_mmhg = pressure_of(p, p->dia);
    out->map_mmhg = pressure_of(p, p->mean);
    out->rr_per_min = rate_of(&p->breath, s->length_s, 2);
    memset(p, 0, sizeof *p);
    s->window++;
    return true;
}
