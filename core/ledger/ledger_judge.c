/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What became of one forecast: its outcome as a function of what is known about its subject, its
 * scores, and the exchange of an old score for a new one. */
#include <math.h>
#include <string.h>

#include "core/ledger/ledger_inner.h"

#define WIDTH_90_SD 3.2897072539029444 /* of a normal law's 90 % interval, in its sd */

typedef struct fate {
    plx_fate outcome;
    double truth;
} fate;

static bool is_scored(plx_fate outcome)
{
    return outcome == PLX_FATE_OBSERVED || outcome == PLX_FATE_INTERVENED;
}

static const plx_truth_rule *rule_of(const plx_ledger *l, const ledger_row *row)
{
    return plx_truth_rule_of((plx_target)series_at(l, row->series)->target);
}

static bool was_acted_on(const ledger_series *s, const ledger_row *row)
{
    for (uint32_t i = 0; i < s->actions_n; i++)
        if (s->action_us[i] > row->issued_us && s->action_us[i] <= row->valid_to_us) return true;
    return false;
}

/* The truth as it is known now. What was judged by values that are no longer kept stays. */
static bool find_truth(const plx_ledger *l, const ledger_row *row, double *truth)
{
    const ledger_series *s = series_at(l, row->series);
    const plx_truth_rule *rule = rule_of(l, row);
    const plx_truth_question question = {row->issued_us, row->valid_from_us, row->valid_to_us};
    const bool lost =
        s->lost_us != PLX_TIME_NONE && plx_truth_from_us(rule, &question) <= s->lost_us;
    if (lost && is_scored((plx_fate)row->outcome)) {
        *truth = row->truth;
        return true;
    }
    return plx_truth_choose(rule, (plx_truth_row){s->sample, s->samples_n}, &question, truth) ==
           PLX_OK;
}

static fate fate_of(const plx_ledger *l, const ledger_row *row, bool settled)
{
    const ledger_series *s = series_at(l, row->series);
    const bool arm = (row->flags & LEDGER_ARM) != 0;
    fate f = {PLX_FATE_PENDING, 0.0};
    if (row->flags & LEDGER_WITHDRAWN) {
        f.outcome = PLX_FATE_WITHDRAWN;
    } else if (arm && !(row->flags & LEDGER_CARRIED_OUT)) {
        if (settled) f.outcome = PLX_FATE_WITHDRAWN; /* nobody did it: it has no truth */
    } else if (find_truth(l, row, &f.truth)) {
        f.outcome = !arm && was_acted_on(s, row) ? PLX_FATE_INTERVENED : PLX_FATE_OBSERVED;
    } else if (s->left_us != PLX_TIME_NONE && s->left_us <= row->valid_to_us) {
        f.outcome = PLX_FATE_LEFT;
    } else if (settled) {
        f.outcome = PLX_FATE_NEVER;
    }
    if (!is_scored(f.outcome)) f.truth = 0.0;
    return f;
}

static void judge_value(const plx_ledger *l, const ledger_row *row, double truth,
                        plx_validate_verdict *verdict)
{
    double values[PLX_PREDICTION_MEMBERS_MAX];
    for (uint32_t i = 0; i < row->n; i++)
        values[i] = row->base + row->step * row->point[i];
    const double v = plx_validate_pit_draw(l->limits.seed, row->id);
    plx_status status;
    if (row->form == PLX_FORM_ENSEMBLE) {
        const plx_validate_sample sample = {values, row->n};
        status = plx_validate_judge_sample(&sample, truth, v, verdict);
    } else {
        const plx_validate_quantiles q = {plx_levels, values, row->n};
        status = plx_validate_judge_quantiles(&q, truth, v, verdict);
        const double sd = verdict->width[2] / WIDTH_90_SD;
        verdict->spread = sd * sd;
    }
    PLX_ASSERT(status == PLX_OK); /* values were checked when they came */
}

/* By the same rule as the forecast beside it: 23 quantiles and a whole law have different scores.
 */
static double judge_rival(const ledger_row *row, uint32_t k, double truth)
{
    const double mean = (double)row->mean[k], sd = (double)row->sd[k];
    double values[PLX_PREDICTION_LEVELS];
    if (row->form == PLX_FORM_PROBABILITY) return (mean - truth) * (mean - truth);
    if (row->form == PLX_FORM_ENSEMBLE)
        return plx_validate_crps_normal((plx_validate_normal){mean, sd}, truth);
    for (uint32_t i = 0; i < PLX_PREDICTION_LEVELS; i++)
        values[i] = mean + sd * plx_prediction_normal_quantiles[i];
    const plx_validate_quantiles q = {plx_levels, values, PLX_PREDICTION_LEVELS};
    return plx_validate_crps_quantiles(&q, truth);
}

static void judgement_of(const plx_ledger *l, const ledger_row *row, double truth, plx_judgement *j)
{
    memset(j, 0, sizeof *j);
    j->event = row->form == PLX_FORM_PROBABILITY;
    const double happened = truth >= 0.5 ? 1.0 : 0.0;
    if (j->event) {
        j->probability = row->base;
        j->happened = happened;
    } else {
        judge_value(l, row, truth, &j->verdict);
    }
    for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++) {
        j->rival_known[k] = row->sd[k] >= 0.0f;
        if (j->rival_known[k]) j->rival[k] = judge_rival(row, k, j->event ? happened : truth);
    }
}

static float standardised(double error, double sd)
{
    return (float)(sd > 0.0 ? error / sd : error == 0.0 ? 0.0 : 10.0);
}

/* j: NULL when there is no score or none any more; it keeps its place all the same, so that the
 * order of events does not matter. Events have no error to standardise. */
static void put_meter(plx_ledger *l, const ledger_row *row, const plx_judgement *j)
{
    const uint32_t track = plx_ledger_track_find(l, row->series, row->cell);
    if (track == 0 || row->form == PLX_FORM_PROBABILITY || row->flags & LEDGER_ARM) return;
    plx_meter_entry e;
    memset(&e, 0, sizeof e);
    e.valid_us = row->valid_to_us;
    e.id = row->id;
    if (j) {
        e.scored = 1;
        e.z = standardised(j->verdict.error, sqrt(j->verdict.spread));
        e.score = (float)j->verdict.crps;
        const double truth = row->truth;
        for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++) {
            if (!j->rival_known[k]) continue;
            e.rivals |= 1u << k;
            e.rival_score[k] = (float)j->rival[k];
            e.rival_z[k] = standardised((double)row->mean[k] - truth, (double)row->sd[k]);
        }
    }
    const plx_horizon horizon = cell_at(l, row->cell)->key.horizon;
    plx_meter_put(&track_at(l, track)->meter, &e, plx_horizon_us(horizon));
}

static uint32_t stratum_of(const ledger_row *row, plx_fate outcome)
{
    if (row->flags & LEDGER_ARM) return PLX_STRATUM_WHAT_IF;
    return outcome == PLX_FATE_INTERVENED ? PLX_STRATUM_INTERVENED : PLX_STRATUM_AS_IS;
}

/* Takes the score out that stood, by judging by the old truth again. */
static void take_out(plx_ledger *l, const ledger_row *row)
{
    plx_judgement j;
    judgement_of(l, row, row->truth, &j);
    plx_ledger_cell *cell = cell_at(l, row->cell);
    plx_aggregate_put(&cell->sums[stratum_of(row, (plx_fate)row->outcome)], &j,
                      rule_of(l, row)->scale, -1);
}

static void tell(const plx_ledger *l, const ledger_row *row, bool settled, const plx_judgement *j,
                 const plx_ledger_sink *sink)
{
    if (!sink || !sink->scored) return;
    const ledger_series *s = series_at(l, row->series);
    plx_ledger_score score;
    memset(&score, 0, sizeof score);
    score.prediction = row->id;
    score.subject = s->subject;
    score.target = (plx_target)s->target;
    score.version = row->version;
    score.settled = settled;
    score.outcome = (plx_fate)row->outcome;
    score.truth = row->truth;
    if (j) score.judgement = *j;
    sink->scored(sink->context, &score);
}

void plx_ledger_judge(plx_ledger *l, uint32_t index, bool settled, const plx_ledger_sink *sink)
{
    ledger_row *row = row_at(l, index);
    const fate f = fate_of(l, row, settled);
    const bool changed = f.outcome != row->outcome || f.truth != row->truth;
    if (!changed && !settled) return;
    plx_judgement j;
    const plx_judgement *scored = NULL;
    if (is_scored(f.outcome)) {
        judgement_of(l, row, f.truth, &j);
        scored = &j;
    }
    if (changed) {
        plx_ledger_cell *cell = cell_at(l, row->cell);
        const bool before = is_scored((plx_fate)row->outcome);
        if (before) take_out(l, row);
        if (row->version > 0) l->counts.rescored++;
        cell->outcome[row->outcome]--;
        cell->outcome[f.outcome]++;
        row->outcome = (uint8_t)f.outcome;
        row->truth = f.truth;
        row->version++;
        if (scored)
            plx_aggregate_put(&cell->sums[stratum_of(row, f.outcome)], scored,
                              rule_of(l, row)->scale, 1);
        put_meter(l, row, f.outcome == PLX_FATE_OBSERVED ? scored : NULL);
    }
    tell(l, row, settled, scored, sink);
    if (!settled) return;
    plx_ledger_settle(l, index, scored, sink);
    plx_ledger_row_drop(l, index);
}

static bool is_current(const plx_ledger *l, const plx_heap_item *item)
{
    const ledger_row *row = row_at(l, (uint32_t)item->payload);
    if (row->id != item->tie) return false;
    const plx_truth_rule *rule = rule_of(l, row);
    return item->time_us == (row->flags & LEDGER_DUE ? plx_truth_settled_us(rule, row->valid_to_us)
                                                     : plx_truth_due_us(rule, row->valid_to_us));
}

void plx_ledger_advance(plx_ledger *l, int64_t now_us, const plx_ledger_sink *sink)
{
    if (now_us > l->now_us) l->now_us = now_us;
    for (;;) {
        plx_heap heap = {ledger_at(l, l->heap_at), l->heap_n, l->heap_capacity};
        plx_heap_item item;
        if (heap.n == 0 || heap.items[0].time_us >= l->now_us) return;
        if (!plx_heap_take(&heap, &item)) return;
        l->heap_n = heap.n;
        if (!is_current(l, &item)) continue;
        const uint32_t index = (uint32_t)item.payload;
        ledger_row *row = row_at(l, index);
        const plx_truth_rule *rule = rule_of(l, row);
        const int64_t settled_us = plx_truth_settled_us(rule, row->valid_to_us);
        if (row->flags & LEDGER_DUE) {
            plx_ledger_judge(l, index, true, sink);
            continue;
        }
        row->flags |= LEDGER_DUE;
        plx_ledger_timer_put(l, index, settled_us);
        plx_ledger_judge(l, index, false, sink);
    }
}

void plx_ledger_look(plx_ledger *l, ledger_series *s)
{
    if (s->looked || s->rival.n == 0) return;
    plx_rival_look(&l->rival[s->target], &s->rival, &s->look);
    s->looked = 1;
}
