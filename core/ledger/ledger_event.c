/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What becomes known about a subject: values and their corrections, actions, leaving, merging. */
#include <math.h>
#include <string.h>

#include "core/ledger/ledger_inner.h"

static bool may_be_truth(const plx_ledger *l, const plx_truth_rule *rule, const plx_ledger_value *v)
{
    if (v->retracted || v->quality != PLX_QUALITY_GOOD) return false;
    if (!(v->source & rule->sources)) return false;
    switch (v->kind) {
    case PLX_KIND_MEASURED:
    case PLX_KIND_MANUAL:
    case PLX_KIND_CORRECTED:
        return true;
    case PLX_KIND_DERIVED:
        return (rule->sources & (PLX_SOURCE_DERIVED | PLX_SOURCE_DEPARTMENT)) != 0;
    case PLX_KIND_DEMO:
        return l->limits.demo == 1;
    default:
        return false;
    }
}

static bool is_before(const plx_truth_sample *a, const plx_truth_sample *b)
{
    return a->time_us < b->time_us || (a->time_us == b->time_us && a->id < b->id);
}

static void lose(ledger_series *s, int64_t time_us)
{
    if (s->lost_us == PLX_TIME_NONE || time_us > s->lost_us) s->lost_us = time_us;
}

/* Keeps the newest; false when the value is older than all that are kept. */
static bool insert_sample(ledger_series *s, const plx_truth_sample *sample)
{
    uint32_t at = s->samples_n;
    while (at > 0 && is_before(sample, &s->sample[at - 1]))
        at--;
    if (s->samples_n == PLX_TRUTH_SAMPLES_MAX) {
        if (at == 0) {
            lose(s, sample->time_us);
            return false;
        }
        lose(s, s->sample[0].time_us);
        memmove(&s->sample[0], &s->sample[1], (at - 1) * sizeof s->sample[0]);
        s->sample[at - 1] = *sample;
        return true;
    }
    memmove(&s->sample[at + 1], &s->sample[at], (s->samples_n - at) * sizeof s->sample[0]);
    s->sample[at] = *sample;
    s->samples_n++;
    return true;
}

static void remove_sample(ledger_series *s, uint32_t at)
{
    s->samples_n--;
    memmove(&s->sample[at], &s->sample[at + 1], (s->samples_n - at) * sizeof s->sample[0]);
    memset(&s->sample[s->samples_n], 0, sizeof s->sample[0]);
}

/* Index of the value with that id, from the newest; samples_n when it is not kept. */
static uint32_t find_sample(const ledger_series *s, uint64_t id)
{
    for (uint32_t i = s->samples_n; i-- > 0;)
        if (s->sample[i].id == id) return i;
    return s->samples_n;
}

/* Judges again what is due and could see a value between these times. */
static void rejudge(plx_ledger *l, uint32_t series, int64_t from_us, int64_t to_us,
                    const plx_ledger_sink *sink)
{
    const plx_truth_rule *rule = plx_truth_rule_of((plx_target)series_at(l, series)->target);
    for (uint32_t i = series_at(l, series)->rows; i != 0; i = row_at(l, i)->next) {
        const ledger_row *row = row_at(l, i);
        if (!(row->flags & LEDGER_DUE)) continue;
        const plx_truth_question q = {row->issued_us, row->valid_from_us, row->valid_to_us};
        if (to_us < plx_truth_from_us(rule, &q)) continue;
        if (from_us > plx_truth_settled_us(rule, row->valid_to_us)) continue;
        plx_ledger_judge(l, i, false, sink);
    }
}

static void rejudge_all(plx_ledger *l, uint32_t series, const plx_ledger_sink *sink)
{
    rejudge(l, series, INT64_MIN, INT64_MAX, sink);
}

static void show_rivals(plx_ledger *l, ledger_series *s, const plx_truth_sample *sample)
{
    if (!plx_truth_counts(sample)) return;
    const plx_rival_origin *look = s->looked ? &s->look : NULL;
    const plx_status status = plx_rival_observe_from(&l->rival[s->target], &s->rival, look,
                                                     sample->time_us, sample->value);
    if (status == PLX_OK)
        s->looked = 0;
    else
        l->counts.rival_late++;
}

/* A newer statement about a value that is kept; false when it says nothing new. */
static bool correct(ledger_series *s, uint32_t at, const plx_truth_sample *sample)
{
    if (s->sample[at].version >> 1 >= sample->version >> 1) return false;
    if (s->sample[at].time_us == sample->time_us) {
        s->sample[at] = *sample;
        return true;
    }
    remove_sample(s, at);
    return insert_sample(s, sample);
}

static void take_value(plx_ledger *l, uint32_t series, const plx_truth_sample *sample,
                       const plx_ledger_sink *sink)
{
    ledger_series *s = series_at(l, series);
    const uint32_t at = find_sample(s, sample->id);
    int64_t from_us = sample->time_us, to_us = sample->time_us;
    s->touched_us = l->now_us;
    if (at == s->samples_n) {
        if (!insert_sample(s, sample)) {
            l->counts.too_late++;
            return;
        }
        show_rivals(l, s, sample);
    } else {
        const int64_t old_us = s->sample[at].time_us;
        if (!correct(s, at, sample)) {
            l->counts.repeated++;
            return;
        }
        if (old_us < from_us) from_us = old_us;
        if (old_us > to_us) to_us = old_us;
    }
    rejudge(l, series, from_us, to_us, sink);
}

plx_status plx_ledger_truth(plx_ledger *l, int64_t now_us, const plx_ledger_value *v,
                            const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    PLX_ASSERT((uint32_t)v->target < PLX_TARGET_N);
    if (!(fabs(v->value) <= PLX_RIVAL_VALUE_MAX)) return PLX_RANGE;
    if (v->time_us > PLX_RIVAL_TIME_MAX_US || v->time_us < -PLX_RIVAL_TIME_MAX_US) return PLX_RANGE;
    if (v->id == 0 || v->version >> 63 != 0) return PLX_RANGE;
    const bool counts = may_be_truth(l, plx_truth_rule_of(v->target), v);
    const uint32_t series = plx_ledger_series_make(l, v->subject, v->target);
    if (series == 0) return PLX_FULL;
    l->counts.truths++;
    l->counts.not_truth += !counts;
    const plx_truth_sample sample = {v->time_us, v->value + 0.0, v->id,
                                     v->version << 1 | (counts ? 1u : 0u)};
    take_value(l, series, &sample, sink);
    return PLX_OK;
}

static void put_action(ledger_series *s, int64_t began_us)
{
    uint32_t at = s->actions_n;
    while (at > 0 && s->action_us[at - 1] > began_us)
        at--;
    if (at > 0 && s->action_us[at - 1] == began_us) return;
    if (s->actions_n < PLX_LEDGER_ACTIONS_KEPT) {
        for (uint32_t i = s->actions_n++; i > at; i--)
            s->action_us[i] = s->action_us[i - 1];
        s->action_us[at] = began_us;
    } else if (at > 0) {
        for (uint32_t i = 0; i + 1 < at; i++)
            s->action_us[i] = s->action_us[i + 1];
        s->action_us[at - 1] = began_us;
    }
}

void plx_ledger_action(plx_ledger *l, int64_t now_us, uint64_t subject, uint32_t kinds,
                       int64_t began_us, const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    for (int t = 0; t < PLX_TARGET_N; t++) {
        if (!(plx_truth_rule_of((plx_target)t)->actions & kinds)) continue;
        const uint32_t series = plx_ledger_series_find(l, subject, (plx_target)t);
        if (series == 0) continue;
        put_action(series_at(l, series), began_us);
        rejudge_all(l, series, sink);
    }
}

void plx_ledger_leave(plx_ledger *l, int64_t now_us, uint64_t subject, int64_t left_us,
                      const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    for (int t = 0; t < PLX_TARGET_N; t++) {
        const uint32_t series = plx_ledger_series_find(l, subject, (plx_target)t);
        if (series == 0) continue;
        series_at(l, series)->left_us = left_us;
        rejudge_all(l, series, sink);
    }
}

plx_status plx_ledger_mark_set(plx_ledger *l, int64_t now_us, uint64_t subject, plx_target target,
                               uint64_t prediction, plx_ledger_mark mark,
                               const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    const uint32_t series = plx_ledger_series_find(l, subject, target);
    if (series == 0) return PLX_UNKNOWN;
    uint32_t i = series_at(l, series)->rows;
    while (i != 0 && row_at(l, i)->id != prediction)
        i = row_at(l, i)->next;
    if (i == 0) return PLX_UNKNOWN;
    ledger_row *row = row_at(l, i);
    row->flags |= mark == PLX_LEDGER_WITHDRAW ? LEDGER_WITHDRAWN : LEDGER_CARRIED_OUT;
    if (mark == PLX_LEDGER_WITHDRAW || row->flags & LEDGER_DUE) plx_ledger_judge(l, i, false, sink);
    return PLX_OK;
}

static void merge_tracks(plx_ledger *l, uint32_t from, uint32_t into)
{
    for (uint32_t i = series_at(l, from)->tracks; i != 0;) {
        ledger_track *old = track_at(l, i);
        const uint32_t next = old->next, there = plx_ledger_track_find(l, into, old->cell);
        if (there == 0) {
            old->next = series_at(l, into)->tracks;
            series_at(l, into)->tracks = i;
        } else {
            ledger_track *kept = track_at(l, there);
            const int64_t horizon_us = plx_horizon_us(cell_at(l, old->cell)->key.horizon);
            for (uint32_t k = 0; k < old->meter.n; k++)
                plx_meter_put(&kept->meter, &old->meter.entry[k], horizon_us);
            if (old->counted_us > kept->counted_us) kept->counted_us = old->counted_us;
            memset(old, 0, sizeof *old);
            old->next = l->tracks_free;
            l->tracks_free = i;
        }
        i = next;
    }
    series_at(l, from)->tracks = 0;
}

static void merge_series(plx_ledger *l, uint32_t from, uint32_t into)
{
    ledger_series *old = series_at(l, from), *s = series_at(l, into);
    while (old->rows != 0)
        plx_ledger_row_move(l, old->rows, into);
    merge_tracks(l, from, into);
    for (uint32_t i = 0; i < old->samples_n; i++) {
        const uint32_t at = find_sample(s, old->sample[i].id);
        if (at == s->samples_n)
            (void)insert_sample(s, &old->sample[i]);
        else
            (void)correct(s, at, &old->sample[i]);
    }
    if (old->lost_us != PLX_TIME_NONE) lose(s, old->lost_us);
    for (uint32_t i = 0; i < old->actions_n; i++)
        put_action(s, old->action_us[i]);
    if (s->left_us == PLX_TIME_NONE) s->left_us = old->left_us;
    if (s->rival.n == 0) {
        s->rival = old->rival;
        s->looked = 0;
    }
    old->forward = into;
    old->samples_n = old->actions_n = old->looked = 0;
    memset(&old->rival, 0, sizeof old->rival);
}

plx_status plx_ledger_merge(plx_ledger *l, int64_t now_us, uint64_t from, uint64_t into,
                            const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    if (from == into) return PLX_OK;
    for (int t = 0; t < PLX_TARGET_N; t++) {
        const uint32_t old = plx_ledger_series_find(l, from, (plx_target)t);
        if (old == 0) continue;
        series_at(l, old)->touched_us = l->now_us;
        const uint32_t kept = plx_ledger_series_make(l, into, (plx_target)t);
        if (kept == 0) return PLX_FULL;
        if (kept == old || !series_at(l, old)->live) continue;
        merge_series(l, old, kept);
        rejudge_all(l, kept, sink);
    }
    return PLX_OK;
}
