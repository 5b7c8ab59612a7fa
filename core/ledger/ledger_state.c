/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What settled forecasts do to their model: steps of the coverage detector, days of the skill
 * detector, and the states that follow from them or from a person. */
#include <string.h>

#include "core/ledger/ledger_inner.h"

#define WEEK_LOW 0.85
#define WEEK_HIGH 0.95
#define LIVE_LOW 0.87
#define LIVE_HIGH 0.93
#define COVERAGE_LEAST 0.5 /* a 90 % interval of three members promises nothing */
#define LEAST_SD_SHARE 0.1 /* of the rival's mean score */

typedef struct verdict {
    plx_model_state to;
    plx_state_reason reason;
    double evidence;
} verdict;

static void change_state(plx_ledger *l, uint32_t index, verdict v, const plx_ledger_sink *sink)
{
    plx_ledger_cell *c = cell_at(l, index);
    plx_ledger_change change;
    memset(&change, 0, sizeof change);
    memcpy(change.model, c->key.model, sizeof change.model);
    change.version = c->key.version;
    change.target = c->key.target;
    change.horizon = c->key.horizon;
    change.from = c->state;
    change.to = v.to;
    change.reason = v.reason;
    change.evidence = v.evidence;
    change.at_us = l->now_us;
    c->state = v.to;
    c->reason = v.reason;
    c->evidence = v.evidence;
    c->since_us = l->now_us;
    if (v.to != PLX_MODEL_WATCH && v.reason != PLX_STATE_REASON_RECOVERED) {
        c->coverage.narrow = c->coverage.wide = 0.0;
        c->skill.cusum = 0.0;
    }
    if (v.to == PLX_MODEL_SHADOW) memset(c->day, 0, sizeof c->day); /* it begins anew */
    if (sink && sink->changed) sink->changed(sink->context, &change);
}

static void alarm(plx_ledger *l, uint32_t index, plx_state_reason reason, double evidence,
                  const plx_ledger_sink *sink)
{
    plx_ledger_cell *c = cell_at(l, index);
    if (plx_model_state_shown(c->state)) {
        change_state(l, index, (verdict){PLX_MODEL_DEMOTED, reason, evidence}, sink);
        return;
    }
    c->alarms++;
    c->coverage.narrow = c->coverage.wide = 0.0;
    c->skill.cusum = 0.0;
}

/* The share of patients whom the model does not follow. */
static void count_adrift(plx_ledger *l, uint32_t index, const plx_ledger_sink *sink)
{
    plx_ledger_cell *c = cell_at(l, index);
    const int64_t horizon_us = plx_horizon_us(c->key.horizon);
    c->patients = c->adrift = 0;
    for (uint32_t i = 1; i < l->tracks_n; i++) {
        const ledger_track *t = track_at(l, i);
        if (t->cell != index || t->meter.n == 0) continue;
        plx_meter_reading reading;
        plx_meter_read(&t->meter, horizon_us, l->now_us, &reading);
        if (reading.n < PLX_METER_LEAST) continue;
        c->patients++;
        c->adrift += reading.state == PLX_METER_STATE_ADRIFT;
    }
    const bool many =
        c->patients >= PLX_DRIFT_ADRIFT_LEAST && c->adrift > PLX_DRIFT_ADRIFT_SHARE * c->patients;
    if (!many) {
        c->adrift_since_us = PLX_TIME_NONE;
        return;
    }
    if (c->adrift_since_us == PLX_TIME_NONE) c->adrift_since_us = l->now_us;
    const bool lasts = l->now_us - c->adrift_since_us >= PLX_DRIFT_ADRIFT_S * PLX_SECOND_US;
    if (!lasts || c->state != PLX_MODEL_LIVE) return;
    const double share = (double)c->adrift / c->patients;
    change_state(l, index, (verdict){PLX_MODEL_WATCH, PLX_STATE_REASON_ADRIFT, share}, sink);
}

static void close_step(plx_ledger *l, uint32_t index, const plx_ledger_sink *sink)
{
    plx_ledger_cell *c = cell_at(l, index);
    ledger_gather *g = gather_at(l, index);
    if (g->step_n == 0) return;
    const double n = (double)g->step_n;
    const double held = (double)g->step_inside / n;
    const double expected = (double)g->step_expected / PLX_AGGREGATE_ONE / n;
    g->step_n = g->step_inside = 0;
    g->step_expected = 0;
    switch (plx_drift_coverage_step(&c->coverage, held, expected)) {
    case PLX_DRIFT_NARROW:
        alarm(l, index, PLX_STATE_REASON_COVERAGE_NARROW, c->coverage.narrow, sink);
        break;
    case PLX_DRIFT_WIDE:
        alarm(l, index, PLX_STATE_REASON_COVERAGE_WIDE, c->coverage.wide, sink);
        break;
    default:
        break;
    }
    count_adrift(l, index, sink);
}

/* The newest first would do as well: a resample is of a set. */
static uint32_t days_before(const plx_ledger_cell *c, int64_t last, uint32_t days,
                            plx_drift_day out[PLX_DRIFT_DAYS])
{
    uint32_t n = 0;
    for (int64_t day = last - (int64_t)days + 1; day <= last; day++) {
        const int64_t at = (day % PLX_DRIFT_DAYS + PLX_DRIFT_DAYS) % PLX_DRIFT_DAYS;
        const plx_drift_day *d = &c->day[at];
        if (d->day == day && (d->scored > 0 || d->missed > 0)) out[n++] = *d;
    }
    return n;
}

static int64_t day_of(int64_t time_us)
{
    return time_us / PLX_DAY_US - (time_us % PLX_DAY_US < 0);
}

uint32_t plx_ledger_cell_days(const plx_ledger_cell *c, int64_t now_us, uint32_t days,
                              plx_drift_day out[PLX_DRIFT_DAYS])
{
    return days_before(c, day_of(now_us), days < PLX_DRIFT_DAYS ? days : PLX_DRIFT_DAYS, out);
}

/* The rival that did best against the model over these days. */
static plx_rival_kind strongest(const plx_drift_day *days, uint32_t n)
{
    plx_rival_kind best = PLX_RIVAL_PERSISTENCE;
    double best_ratio = -1e300;
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++) {
        int64_t model = 0, rival = 0;
        uint64_t pairs = 0;
        for (uint32_t i = 0; i < n; i++) {
            model += days[i].model[k];
            rival += days[i].rival[k];
            pairs += days[i].pairs[k];
        }
        if (pairs < PLX_AGGREGATE_LEAST || rival <= 0) continue;
        const double ratio = (double)model / (double)rival;
        if (ratio <= best_ratio) continue;
        best_ratio = ratio;
        best = (plx_rival_kind)k;
    }
    return best;
}

static uint64_t seed_of(const plx_ledger *l, uint32_t index)
{
    return l->limits.seed + (uint64_t)index * UINT64_C(0x9e3779b97f4a7c15);
}

/* What the last 7 and 30 days say of a model that is shown. */
static verdict judge_days(const plx_ledger *l, uint32_t index, int64_t last)
{
    const plx_ledger_cell *c = cell_at(l, index);
    plx_drift_day days[PLX_DRIFT_DAYS];
    plx_drift_interval skill, week;
    const uint32_t month_n = days_before(c, last, 30, days);
    const plx_rival_kind rival = strongest(days, month_n);
    const bool skill_known =
        plx_drift_skill_interval(days, month_n, rival, seed_of(l, index), &skill) == PLX_OK;
    const uint32_t week_n = days_before(c, last, 7, days);
    const bool week_known =
        plx_drift_coverage_interval(days, week_n, seed_of(l, index), &week) == PLX_OK;
    if (skill_known && skill.high < 0.0)
        return (verdict){PLX_MODEL_DEMOTED, PLX_STATE_REASON_SKILL_BELOW, skill.value};
    if (week_known && (week.value < WEEK_LOW || week.value > WEEK_HIGH))
        return (verdict){PLX_MODEL_WATCH, PLX_STATE_REASON_COVERAGE_WEEK, week.value};
    if (skill_known && skill.low <= 0.0)
        return (verdict){PLX_MODEL_WATCH, PLX_STATE_REASON_SKILL_UNSURE, skill.value};
    if (skill_known && week_known)
        return (verdict){PLX_MODEL_LIVE, PLX_STATE_REASON_RECOVERED, skill.value};
    return (verdict){c->state, PLX_STATE_REASON_NONE, 0.0};
}

/* Model minus rival of one day, and the least sd it is measured by; false: too few pairs. */
static bool day_difference(const plx_drift_day *d, plx_rival_kind rival, double *difference,
                           double *least_sd)
{
    if (d->pairs[rival] < PLX_DRIFT_DAY_LEAST) return false;
    const double n = (double)d->pairs[rival] * PLX_AGGREGATE_ONE;
    *difference = (double)(d->model[rival] - d->rival[rival]) / n;
    *least_sd = LEAST_SD_SHARE * (double)d->rival[rival] / n + 1e-9;
    return true;
}

/* The reference of the skill detector: the days of the shadow, against the best rival then. */
static void take_reference(plx_ledger_cell *c, int64_t now_us)
{
    plx_drift_day days[PLX_DRIFT_DAYS];
    const uint32_t n = plx_ledger_cell_days(c, now_us, 30, days);
    double difference, least_sd;
    c->rival = strongest(days, n);
    memset(&c->skill, 0, sizeof c->skill);
    for (uint32_t i = 0; i < n; i++)
        if (day_difference(&days[i], c->rival, &difference, &least_sd))
            plx_drift_skill_learn(&c->skill, difference);
}

static void close_day(plx_ledger *l, uint32_t index, int64_t day, const plx_ledger_sink *sink)
{
    plx_ledger_cell *c = cell_at(l, index);
    if (!plx_model_state_shown(c->state)) return;
    const plx_drift_day *d = &c->day[(day % PLX_DRIFT_DAYS + PLX_DRIFT_DAYS) % PLX_DRIFT_DAYS];
    double difference, least_sd;
    if (d->day == day && day_difference(d, c->rival, &difference, &least_sd)) {
        if (c->skill.reference_n < PLX_DRIFT_REFERENCE_DAYS) /* the demonstration's exception */
            plx_drift_skill_learn(&c->skill, difference);
        else if (plx_drift_skill_day(&c->skill, difference, least_sd) == PLX_DRIFT_SKILL)
            alarm(l, index, PLX_STATE_REASON_SKILL_FALLING, c->skill.cusum, sink);
    }
    if (!plx_model_state_shown(c->state)) return;
    const verdict v = judge_days(l, index, day);
    const bool held = v.to == PLX_MODEL_LIVE &&
                      (c->reason == PLX_STATE_REASON_INPUTS || c->adrift_since_us != PLX_TIME_NONE);
    if (v.to != c->state && !held) change_state(l, index, v, sink);
}

static void add_to_day(plx_ledger_cell *c, int64_t day, const plx_judgement *j, double scale)
{
    plx_drift_day *d = &c->day[(day % PLX_DRIFT_DAYS + PLX_DRIFT_DAYS) % PLX_DRIFT_DAYS];
    if (d->day != day) {
        memset(d, 0, sizeof *d);
        d->day = day;
    }
    if (!j) {
        d->missed++;
        return;
    }
    const int64_t score = plx_aggregate_fixed(plx_judgement_score(j) / scale, PLX_AGGREGATE_CLIP);
    d->scored++;
    for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++) {
        if (!j->rival_known[k]) continue;
        d->pairs[k]++;
        d->model[k] += score;
        d->rival[k] += plx_aggregate_fixed(j->rival[k] / scale, PLX_AGGREGATE_CLIP);
    }
    if (j->event) return;
    d->covered++;
    d->inside += j->verdict.inside[2];
    d->expected += plx_aggregate_fixed(j->verdict.expected[2], 1.0);
}

/* Forecasts of one patient that overlap share their error: one of them counts. */
static bool counts_for_coverage(plx_ledger *l, const ledger_row *row)
{
    const uint32_t track = plx_ledger_track_find(l, row->series, row->cell);
    if (track == 0) return false;
    ledger_track *t = track_at(l, track);
    if (t->counted_us != PLX_TIME_NONE && row->issued_us < t->counted_us) return false;
    t->counted_us = row->valid_to_us;
    return true;
}

void plx_ledger_settle(plx_ledger *l, uint32_t index, const plx_judgement *j,
                       const plx_ledger_sink *sink)
{
    const ledger_row *row = row_at(l, index);
    const bool never = row->outcome == PLX_FATE_NEVER;
    if (row->flags & LEDGER_ARM) return;
    if (row->outcome != PLX_FATE_OBSERVED && !never) return;
    const plx_truth_rule *rule = plx_truth_rule_of((plx_target)series_at(l, row->series)->target);
    plx_ledger_cell *c = cell_at(l, row->cell);
    ledger_gather *g = gather_at(l, row->cell);
    const int64_t day = day_of(row->valid_to_us);
    const int64_t step = row->valid_to_us / (PLX_DRIFT_STEP_S * PLX_SECOND_US);
    if (g->step != PLX_TIME_NONE && step > g->step) close_step(l, row->cell, sink);
    if (g->day != PLX_TIME_NONE && day > g->day) close_day(l, row->cell, g->day, sink);
    if (g->step == PLX_TIME_NONE || step > g->step) g->step = step;
    if (g->day == PLX_TIME_NONE || day > g->day) g->day = day;
    add_to_day(c, day, never ? NULL : j, rule->scale);
    if (never) return;
    c->settled++;
    if (j->event) {
        c->settled_events += j->happened > 0.0;
    } else if (j->verdict.expected[2] >= COVERAGE_LEAST && counts_for_coverage(l, row)) {
        g->step_n++;
        g->step_inside += j->verdict.inside[2];
        g->step_expected += plx_aggregate_fixed(j->verdict.expected[2], 1.0);
    }
}

/* Whether a model in the shadow has earned to be shown. */
static bool may_go_live(const plx_ledger *l, uint32_t index)
{
    const plx_ledger_cell *c = cell_at(l, index);
    plx_drift_day days[PLX_DRIFT_DAYS];
    plx_drift_interval skill, coverage;
    if (l->now_us - c->since_us < PLX_LEDGER_LIVE_DAYS * PLX_DAY_US) return false;
    const uint32_t n = plx_ledger_cell_days(c, l->now_us, 30, days);
    const plx_rival_kind rival = strongest(days, n);
    uint64_t scored = 0;
    for (uint32_t i = 0; i < n; i++)
        scored += days[i].scored;
    if (scored < PLX_LEDGER_LIVE_LEAST) return false;
    if (plx_drift_skill_interval(days, n, rival, seed_of(l, index), &skill) != PLX_OK) return false;
    if (!(skill.low > 0.0)) return false;
    if (c->sums[PLX_STRATUM_AS_IS].covered[2] == 0) return true; /* events */
    if (plx_drift_coverage_interval(days, n, seed_of(l, index), &coverage) != PLX_OK) return false;
    return coverage.high >= LIVE_LOW && coverage.low <= LIVE_HIGH;
}

static uint32_t find_key(const plx_ledger *l, const plx_ledger_key *key)
{
    const uint32_t model = plx_ledger_model_find(l, key->model, key->version);
    if (model == UINT32_MAX) return UINT32_MAX;
    return plx_ledger_cell_index(l, model, key->target, key->horizon);
}

const plx_ledger_cell *plx_ledger_cell_find(const plx_ledger *l, const plx_ledger_key *key)
{
    const uint32_t index = find_key(l, key);
    return index == UINT32_MAX ? NULL : cell_at(l, index);
}

plx_status plx_ledger_decide(plx_ledger *l, int64_t now_us, const plx_ledger_key *key,
                             plx_model_state to, bool demo, const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    const uint32_t index = find_key(l, key);
    if (index == UINT32_MAX) return PLX_UNKNOWN;
    plx_ledger_cell *c = cell_at(l, index);
    if (!plx_model_state_allowed(c->state, to)) return PLX_CONFLICT;
    if (to == PLX_MODEL_LIVE && c->state == PLX_MODEL_SHADOW) {
        if (!demo && !may_go_live(l, index)) return PLX_CONFLICT;
        take_reference(c, l->now_us);
    }
    const plx_state_reason reason = demo ? PLX_STATE_REASON_DEMO : PLX_STATE_REASON_PERSON;
    change_state(l, index, (verdict){to, reason, 0.0}, sink);
    return PLX_OK;
}

void plx_ledger_inputs_drifted(plx_ledger *l, int64_t now_us, const plx_ledger_key *key,
                               double index, const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    const uint32_t cell = find_key(l, key);
    if (cell == UINT32_MAX || cell_at(l, cell)->state != PLX_MODEL_LIVE) return;
    change_state(l, cell, (verdict){PLX_MODEL_WATCH, PLX_STATE_REASON_INPUTS, index}, sink);
}

bool plx_ledger_cell_in_doubt(const plx_ledger_cell *c)
{
    const uint64_t never = c->outcome[PLX_FATE_NEVER];
    const uint64_t closed = never + c->outcome[PLX_FATE_OBSERVED] + c->outcome[PLX_FATE_INTERVENED];
    return closed >= PLX_AGGREGATE_LEAST && never * 5 > closed;
}
