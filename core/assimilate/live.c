/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/live.h"

#include <string.h>

#include "core/base/slice.h"
#include "core/base/time.h"
#include "core/vitals/noise.h"

#define SPO2_TOP 100.0
#define BIN_US (PLX_LIVE_BIN_S * PLX_SECOND_US)

/* Waiting. */

void plx_live_init(plx_live *live, const plx_track_input *input, void *memory)
{
    memset(live, 0, sizeof *live);
    live->input = *input;
    live->memory = memory;
    live->heard_us = live->adrift_us = PLX_TIME_NONE;
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        live->sd[k] =
            plx_vitals_sd(plx_track_quantity((plx_track_kind)k), false, __builtin_nan(""));
        live->divergence[k] = plx_divergence_init();
    }
}

plx_status plx_live_put(plx_live *live, const plx_live_value *value)
{
    PLX_ASSERT(value->kind < PLX_TRACK_MEASURED_N);
    if (live->values_n == PLX_LIVE_VALUES_MAX) {
        live->counts.full++;
        return PLX_FULL;
    }
    uint32_t at = live->values_n++;
    for (; at > 0 && live->values[at - 1].time_us > value->time_us; at--)
        live->values[at] = live->values[at - 1];
    live->values[at] = *value;
    return PLX_OK;
}

plx_status plx_live_act(plx_live *live, const plx_live_action *action)
{
    if (live->actions_n == PLX_LIVE_ACTIONS_MAX) {
        live->counts.full++;
        return PLX_FULL;
    }
    uint32_t at = live->actions_n++;
    for (; at > 0 && live->actions[at - 1].time_us > action->time_us; at--)
        live->actions[at] = live->actions[at - 1];
    live->actions[at] = *action;
    return PLX_OK;
}

static void drop_values(plx_live *live, uint32_t n)
{
    live->values_n -= n;
    memmove(live->values, live->values + n, live->values_n * sizeof *live->values);
}

static void drop_actions(plx_live *live, uint32_t n)
{
    live->actions_n -= n;
    memmove(live->actions, live->actions + n, live->actions_n * sizeof *live->actions);
}

static uint32_t values_before(const plx_live *live, int64_t time_us)
{
    uint32_t n = 0;
    while (n < live->values_n && live->values[n].time_us < time_us)
        n++;
    return n;
}

/* Actions. */

static bool is_rate(const plx_action *a)
{
    return a->kind == PLX_ACTION_DRUG && a->unit >= PLX_DOSE_UG_MIN;
}

/* What holds until it is changed is told again to a twin that begins anew. */
static void remember(plx_live *live, const plx_action *a)
{
    bool stop = a->kind == PLX_ACTION_STOP;
    if (a->kind != PLX_ACTION_AIRWAY && !is_rate(a) && !stop) return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < live->standing_n; i++) {
        const plx_action *old = &live->standing[i];
        bool replaced =
            old->kind == a->kind && (a->kind == PLX_ACTION_AIRWAY || old->drug == a->drug);
        bool stopped = stop && old->kind == PLX_ACTION_DRUG && old->drug == a->drug;
        if (!replaced && !stopped) live->standing[kept++] = *old;
    }
    live->standing_n = kept;
    bool ended = stop || (is_rate(a) && !(a->amount > 0));
    if (!ended && kept < PLX_LIVE_STANDING_MAX) live->standing[live->standing_n++] = *a;
}

static void act(plx_live *live, const plx_action *action)
{
    char why[100];
    if (plx_track_act(&live->track, action, why, sizeof why) == PLX_OK)
        live->counts.acted++;
    else
        live->counts.refused++;
}

static void advance(plx_live *live, int64_t to_us)
{
    int64_t second = (to_us - live->zero_us) / PLX_SECOND_US;
    if (second > (int64_t)live->track.now_s) plx_track_advance(&live->track, (uint32_t)second);
}

/* What was done until the end of the bin, each at its second. */
static void act_until(plx_live *live, int64_t end_us)
{
    uint32_t n = 0;
    for (; n < live->actions_n && live->actions[n].time_us < end_us; n++) {
        const plx_live_action *a = &live->actions[n];
        advance(live, a->time_us);
        act(live, &a->action);
        remember(live, &a->action);
        if (a->seq > live->cutoff) live->cutoff = a->seq;
    }
    if (n) drop_actions(live, n);
}

/* Beginning. */

static void begin(plx_live *live, int64_t now_us)
{
    int64_t from_us = now_us - PLX_LIVE_BACK_S * PLX_SECOND_US;
    uint32_t old = values_before(live, from_us);
    if (old == live->values_n) old--; /* all are older: the newest is where he is known */
    drop_values(live, old);
    int64_t first_us = live->values[0].time_us / BIN_US * BIN_US;
    live->zero_us = first_us - PLX_LIVE_FIRST_S * PLX_SECOND_US;
    live->at_us = first_us;
    plx_track_begin(&live->track, &live->input, live->memory);
    live->begun = true;
    live->adrift_us = PLX_TIME_NONE;
    live->counts.begun++;
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        live->divergence[k] = plx_divergence_init();
    uint32_t n = 0;
    for (; n < live->actions_n && live->actions[n].time_us < live->zero_us; n++)
        remember(live, &live->actions[n].action);
    if (n) drop_actions(live, n);
    for (uint32_t i = 0; i < live->standing_n; i++)
        act(live, &live->standing[i]);
}

/* Seeing. */

static double sd_of(const plx_live_value *v)
{
    if (v->how & PLX_LIVE_PULSE && v->kind == PLX_TRACK_hr_bpm) return PLX_VITALS_PULSE_SD;
    if (v->how & PLX_LIVE_COUNTED && v->kind == PLX_TRACK_rr_per_min) return PLX_VITALS_COUNTED_SD;
    return plx_vitals_sd(plx_track_quantity((plx_track_kind)v->kind), v->how & PLX_LIVE_ART,
                         v->value);
}

/* Of one kind: the mean of the surest values of the bin; an ECG goes before an oximeter, an
 * arterial line before a cuff. */
static bool observe_kind(plx_live *live, uint32_t n, uint8_t kind, plx_vitals_observation *o)
{
    double least = __builtin_inf(), sum = 0;
    uint32_t count = 0;
    bool art = false;
    for (uint32_t i = 0; i < n; i++) {
        const plx_live_value *v = &live->values[i];
        if (v->kind != kind) continue;
        double sd = sd_of(v);
        if (sd > least) continue;
        if (sd < least) sum = 0;
        if (sd < least) count = 0;
        least = sd;
        sum += v->value;
        count++;
        art = v->how & PLX_LIVE_ART;
    }
    if (count == 0) return false;
    double mean = sum / count;
    *o = (plx_vitals_observation){.time_s = live->track.now_s,
                                  .quantity = plx_track_quantity((plx_track_kind)kind),
                                  .value = mean,
                                  .sd = least,
                                  .one_sided = kind == PLX_TRACK_spo2_pct && mean >= SPO2_TOP,
                                  .art = art};
    return true;
}

/* What all causes together foresaw of a vital sign: mean and variance over their members. */
static double standardised(const plx_live *live, const plx_vitals_observation *o)
{
    const plx_track *t = &live->track;
    plx_track_kind kind = plx_track_kind_of(o->quantity);
    uint32_t members = t->input.members;
    double mean = 0, square = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!t->body[c]) continue;
        const double *x = plx_track_predicted(t, (plx_cause)c, kind);
        for (uint32_t m = 0; m < members; m++) {
            mean += t->weight[c] * x[m] / members;
            square += t->weight[c] * x[m] * x[m] / members;
        }
    }
    double variance = square - mean * mean + o->sd * o->sd, miss = o->value - mean;
    if (o->one_sided && miss < o->sd) miss = 0;
    return miss / __builtin_sqrt(variance);
}

static void observe(plx_live *live, uint32_t n)
{
    plx_vitals_observation seen[PLX_TRACK_MEASURED_N];
    plx_track_flag flags[PLX_TRACK_MEASURED_N];
    double z[PLX_TRACK_MEASURED_N];
    uint32_t seen_n = 0;
    for (uint8_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        if (observe_kind(live, n, k, &seen[seen_n])) {
            z[seen_n] = standardised(live, &seen[seen_n]);
            seen_n++;
        }
    plx_track_observe(&live->track, seen, seen_n, flags);
    for (uint32_t i = 0; i < seen_n; i++) {
        plx_track_kind k = plx_track_kind_of(seen[i].quantity);
        bool used = flags[i] == PLX_TRACK_USED || flags[i] == PLX_TRACK_DOUBTFUL;
        live->sd[k] = seen[i].sd;
        plx_divergence_add(&live->divergence[k], live->track.now_s, z[i], used);
        live->counts.used += used;
        live->counts.doubtful += flags[i] == PLX_TRACK_DOUBTFUL;
        live->counts.artefacts += flags[i] == PLX_TRACK_ARTEFACT;
    }
}

/* Values of long before this bin are too late to be seen. */
static uint32_t drop_late(plx_live *live)
{
    uint32_t late = values_before(live, live->at_us - PLX_LIVE_LATE_S * PLX_SECOND_US);
    if (late) drop_values(live, late);
    live->counts.late += late;
    return late;
}

static void live_bin(plx_live *live)
{
    int64_t end_us = live->at_us + BIN_US;
    drop_late(live);
    act_until(live, end_us);
    advance(live, end_us);
    uint32_t n = values_before(live, end_us);
    for (uint32_t i = 0; i < n; i++) {
        const plx_live_value *v = &live->values[i];
        if (v->seq > live->cutoff) live->cutoff = v->seq;
        if (v->time_us > live->heard_us) live->heard_us = v->time_us;
    }
    if (n) observe(live, n);
    if (n) drop_values(live, n);
    live->at_us = end_us;
}

/* A twin that does not find back to its patient makes room for a new one. */
static void give_up(plx_live *live)
{
    plx_track_kind worst;
    bool adrift = plx_live_state(live, &worst) == PLX_DIVERGENCE_ADRIFT;
    if (!adrift) live->adrift_us = PLX_TIME_NONE;
    if (adrift && live->adrift_us == PLX_TIME_NONE) live->adrift_us = live->at_us;
    if (adrift && live->at_us - live->adrift_us >= PLX_LIVE_ADRIFT_S * PLX_SECOND_US)
        live->begun = false;
}

int64_t plx_live_behind_s(const plx_live *live, int64_t now_us)
{
    return live->begun && now_us > live->at_us ? (now_us - live->at_us) / PLX_SECOND_US : 0;
}

plx_live_step plx_live_run(plx_live *live, int64_t now_us)
{
    int64_t newest_us = live->values_n ? live->values[live->values_n - 1].time_us : live->heard_us;
    if (newest_us == PLX_TIME_NONE) return PLX_LIVE_WAITS;
    if (now_us - newest_us > PLX_LIVE_SILENT_S * PLX_SECOND_US) {
        drop_values(live, live->values_n);
        live->begun = false;
        return PLX_LIVE_SILENT;
    }
    if (plx_live_behind_s(live, now_us) > PLX_LIVE_BACK_S + PLX_LIVE_BEHIND_S) live->begun = false;
    if (!live->begun && live->values_n == 0) return PLX_LIVE_WAITS;
    if (!live->begun) begin(live, now_us);
    if (live->at_us + BIN_US + PLX_LIVE_GRACE_S * PLX_SECOND_US > now_us) return PLX_LIVE_WAITS;
    live_bin(live);
    give_up(live);
    return PLX_LIVE_STEPPED;
}

plx_divergence_state plx_live_state(const plx_live *live, plx_track_kind *worst)
{
    plx_divergence_state state = PLX_DIVERGENCE_TRACKING;
    double most = 0;
    *worst = PLX_TRACK_hr_bpm;
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        const plx_divergence *d = &live->divergence[k];
        double value = plx_divergence_value(d);
        if (d->n == 0 || d->state < state) continue;
        if (d->state == state && value <= most) continue;
        state = d->state;
        most = value;
        *worst = (plx_track_kind)k;
    }
    return state;
}
