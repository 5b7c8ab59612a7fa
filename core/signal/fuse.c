/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/signal/fuse.h"

#include <math.h>
#include <string.h>

#include "core/base/mathx.h"

#define WALK 0.1         /* /min^2 per s */
#define NOISE 4.0        /* /min^2 of one interval of quality 1 */
#define STEP_MAX 60.0    /* /min: a missed beat is no irregular heart */
#define START_SD 15.0    /* /min: of the first interval */
#define JUMP_SD 5.0      /* an interval further off is doubted: its noise grows */
enum { BELIEVE = 4 };    /* so many doubted intervals in a row are a change */
#define FAR_BETTER 0.25  /* of quality: two contradicting channels are not equals */
#define NORMAL_80 1.2816 /* half of 80 % */

void plx_signal_fuse_init(plx_signal_fuse *s)
{
    memset(s, 0, sizeof *s);
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++)
        s->channel[i].beat_s = s->channel[i].used_s = -1e9;
}

/* One interval into a channel's filter. */
static void update(struct plx_fuse_rate *c, double at_s, double rr_s, double quality)
{
    double measured = 60 / rr_s;
    /* an irregular heart changes from interval to interval: each says less */
    double step = c->beats ? (c->last_rr_s - rr_s) * c->rate * c->rate / 60 : 0;
    if (fabs(step) > STEP_MAX) step = STEP_MAX;
    c->irregular += 0.1 * (step * step / 2 - c->irregular);
    c->last_rr_s = rr_s;
    double noise =
        (c->irregular > NOISE ? c->irregular : NOISE) * plx_exp(1 / (quality * quality) - 1);
    if (c->variance <= 0 || at_s - c->used_s > 30) {
        c->rate = measured;
        c->variance = START_SD * START_SD;
        c->residual = c->irregular = 0;
        c->doubted = 0;
        c->beats = 0;
    }
    double since = c->beats ? at_s - c->used_s : rr_s;
    c->variance += WALK * since;
    /* in the interval's own measure: the mean rate is that of the mean interval */
    double off = (60 / c->rate - rr_s) * c->rate * c->rate / 60, sd = sqrt(c->variance + noise);
    if (off < -0.5 * c->rate) off = -0.5 * c->rate; /* a long pause never makes it negative */
    if (fabs(off) <= JUMP_SD * sd) {
        c->doubted = 0;
    } else if (++c->doubted < BELIEVE) {
        noise *= off * off / (JUMP_SD * JUMP_SD * sd * sd);
    } else { /* not a wrong beat: the rate has changed */
        c->rate = measured;
        c->variance = START_SD * START_SD;
        c->doubted = 0;
        off = 0;
        noise = NOISE;
    }
    double gain = c->variance / (c->variance + noise);
    c->rate += gain * off;
    c->variance *= 1 - gain;
    c->residual = sqrt(0.9 * c->residual * c->residual + 0.1 * off * off);
    c->used_s = at_s;
    c->beats++;
}

plx_status plx_signal_fuse_beat(plx_signal_fuse *s, plx_fuse_channel channel, double at_s,
                                double quality)
{
    if ((unsigned)channel >= PLX_FUSE_CHANNELS || !(at_s >= -1e8 && at_s <= 1e12) ||
        !(quality >= 0 && quality <= 1))
        return PLX_RANGE;
    struct plx_fuse_rate *c = &s->channel[channel];
    double rr_s = at_s - c->beat_s;
    bool usable = quality >= PLX_SIGNAL_USABLE;
    if (rr_s <= 0) return PLX_OK;
    c->quality += (c->quality > 0 ? 0.2 : 1) * (quality - c->quality);
    if (usable && c->was_usable && rr_s >= 0.24 && rr_s <= 3) update(c, at_s, rr_s, quality);
    c->beat_s = at_s;
    c->was_usable = usable;
    return PLX_OK;
}

plx_signal_value plx_signal_fuse_one(const plx_signal_fuse *s, plx_fuse_channel channel,
                                     double now_s)
{
    PLX_ASSERT((unsigned)channel < PLX_FUSE_CHANNELS);
    const struct plx_fuse_rate *c = &s->channel[channel];
    plx_signal_value v = {.quality = c->quality, .reason = PLX_SIGNAL_REASON_NOISE};
    if (c->beats < 3) v.reason = PLX_SIGNAL_REASON_TOO_SHORT;
    if (now_s - c->beat_s > PLX_FUSE_AGE_S) v.reason = PLX_SIGNAL_REASON_NO_BEAT, v.quality = 0;
    if (c->beats < 3 || now_s - c->used_s > PLX_FUSE_AGE_S || c->quality < PLX_SIGNAL_USABLE)
        return v;
    double half =
        NORMAL_80 * sqrt(c->variance + WALK * (now_s > c->used_s ? now_s - c->used_s : 0));
    v = (plx_signal_value){c->rate,    c->rate - half, c->rate + half,
                           c->quality, c->beats,       PLX_SIGNAL_REASON_NONE,
                           true};
    return v;
}

static bool apart(double a, double b)
{
    double d = fabs(a - b);
    return d > PLX_FUSE_APART && d > PLX_FUSE_APART_REL * (a < b ? a : b);
}

/* Which of the present rates agree best: bits. A single one is itself; two that contradict each
 * other leave none unless one is far better. */
static uint32_t majority(const plx_signal_value rate[PLX_FUSE_CHANNELS])
{
    uint32_t best = 0, most = 0, present = 0;
    double best_quality = 0;
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++) {
        if (!rate[i].present) continue;
        uint32_t bits = 0, n = 0;
        double quality = 0;
        for (int k = 0; k < PLX_FUSE_CHANNELS; k++)
            if (rate[k].present && !apart(rate[i].value, rate[k].value)) {
                bits |= 1U << k;
                n++;
                quality += rate[k].quality;
            }
        present++;
        if (n > most || (n == most && quality > best_quality)) {
            best = bits;
            most = n;
            best_quality = quality;
        }
    }
    if (present <= 1 || most > 1) return best;
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++) /* all contradict each other */
        if (rate[i].present && !(best >> i & 1) && best_quality - rate[i].quality < FAR_BETTER)
            return 0;
    return best;
}

plx_signal_value plx_signal_vote(const plx_signal_value rate[PLX_FUSE_CHANNELS],
                                 const double weight[PLX_FUSE_CHANNELS], uint32_t *used)
{
    plx_signal_value v = {.reason = PLX_SIGNAL_REASON_NO_BEAT};
    uint32_t bits = majority(rate), present = 0, agree = 0;
    double sum = 0, weights = 0, precision = 0, doubt = 1;
    if (used) *used = bits;
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++) {
        present += rate[i].present;
        if (!rate[i].present && rate[i].quality > 0 && v.reason == PLX_SIGNAL_REASON_NO_BEAT)
            v.reason = rate[i].reason; /* why the first channel that lives has no rate */
    }
    if (present > 0 && bits == 0) v.reason = PLX_SIGNAL_REASON_DISAGREEMENT;
    if (bits == 0) return v;
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++) {
        if (!(bits >> i & 1)) continue;
        double w = weight ? weight[i] : rate[i].quality * rate[i].quality;
        double sd = (rate[i].high - rate[i].low) / (2 * NORMAL_80) + 0.1;
        sum += w * rate[i].value;
        weights += w;
        precision += 1 / (sd * sd);
        doubt *= 1 - rate[i].quality;
        v.count += rate[i].count;
        agree++;
    }
    v.value = sum / weights;
    double spread = 0;
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++)
        if (bits >> i & 1 && fabs(rate[i].value - v.value) > spread)
            spread = fabs(rate[i].value - v.value);
    double half = NORMAL_80 / sqrt(precision) + spread;
    v.low = v.value - half;
    v.high = v.value + half;
    v.quality = 1 - doubt;
    v.reason = agree < present ? PLX_SIGNAL_REASON_DISAGREEMENT : PLX_SIGNAL_REASON_NONE;
    if (agree < present && agree == 1) v.quality *= 0.7;
    v.present = true;
    return v;
}

plx_signal_value plx_signal_fuse_all(const plx_signal_fuse *s, double now_s, uint32_t *used)
{
    plx_signal_value rate[PLX_FUSE_CHANNELS];
    double weight[PLX_FUSE_CHANNELS];
    for (int i = 0; i < PLX_FUSE_CHANNELS; i++) {
        const struct plx_fuse_rate *c = &s->channel[i];
        rate[i] = plx_signal_fuse_one(s, (plx_fuse_channel)i, now_s);
        weight[i] = (c->quality * c->quality + 1e-6) / (c->residual * c->residual + 1);
    }
    return plx_signal_vote(rate, weight, used);
}
