/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The ledger's memory, and the taking in of predictions. */
#include "core/ledger/ledger.h"

#include <string.h>

#include "core/ledger/ledger_inner.h"

static uint64_t aligned(uint64_t n)
{
    return (n + 15) / 16 * 16;
}

static uint32_t power_of_two_above(uint64_t n)
{
    uint32_t power = 2;
    while (power < n)
        power *= 2;
    return power;
}

static bool between(uint32_t x, uint32_t high)
{
    return x >= 1 && x <= high;
}

/* Offsets and capacities; false when a limit is outside its range. */
static bool lay_out(plx_ledger *l, const plx_ledger_limits *limits)
{
    if (!between(limits->open_max, PLX_LEDGER_OPEN_MAX) ||
        !between(limits->series_max, PLX_LEDGER_SERIES_MAX) ||
        !between(limits->tracks_max, PLX_LEDGER_TRACKS_MAX) ||
        !between(limits->cells_max, PLX_LEDGER_CELLS_MAX) ||
        !between(limits->models_max, PLX_LEDGER_MODELS_MAX) || limits->demo > 1)
        return false;
    const uint64_t open = limits->open_max, series = limits->series_max;
    l->limits = *limits;
    l->heap_capacity = (uint32_t)(open + open / 8 + 16);
    l->map_slots = power_of_two_above(series + series / 2 + 8);
    uint64_t at = aligned(sizeof *l);
#define PLACE(name, n, type)                                                                       \
    l->name = at;                                                                                  \
    at = aligned(at + (n) * sizeof(type));
    PLACE(rows_at, open + 1, ledger_row)
    PLACE(heap_at, l->heap_capacity, plx_heap_item)
    PLACE(series_at, series + 1, ledger_series)
    PLACE(tracks_at, (uint64_t)limits->tracks_max + 1, ledger_track)
    PLACE(cells_at, (uint64_t)limits->cells_max, plx_ledger_cell)
    PLACE(gathers_at, (uint64_t)limits->cells_max, ledger_gather)
    PLACE(models_at, (uint64_t)limits->models_max, ledger_model)
    PLACE(map_at, l->map_slots, plx_map_slot)
#undef PLACE
    l->bytes = at;
    return true;
}

size_t plx_ledger_size(const plx_ledger_limits *limits)
{
    plx_ledger head;
    memset(&head, 0, sizeof head);
    return lay_out(&head, limits) ? (size_t)head.bytes : 0;
}

/* Rivals of vitals look minutes ahead, those of everything else hours. */
static void init_rival(plx_rival_model *model, const plx_truth_rule *rule)
{
    static const double hours_s[] = {3600, 7200, 14400, 28800, 86400};
    enum { HOURS_N = sizeof hours_s / sizeof hours_s[0] };
    const plx_rival_model usual = plx_rival_model_usual(rule->scale);
    const bool fast = rule->how == PLX_TRUTH_MEDIAN || rule->how == PLX_TRUTH_NEAREST;
    model->horizons = fast ? usual.horizons : HOURS_N;
    model->cell_s = fast ? usual.cell_s : 900.0;
    model->half_life_s = fast ? usual.half_life_s : 7.0 * 86400.0;
    model->stale_s = fast ? usual.stale_s : 86400.0;
    if (rule->how == PLX_TRUTH_NEAREST) model->stale_s = 1800.0; /* of a cuff, as the screen's */
    if (rule->how == PLX_TRUTH_STATE) model->stale_s = (double)rule->hold_us * 1e-6;
    for (uint32_t h = 0; h < model->horizons; h++) {
        model->horizon_s[h] = fast ? usual.horizon_s[h] : hours_s[h];
        model->prior_sd[h] = fast ? usual.prior_sd[h] : rule->scale * (h + 1.0) / HOURS_N;
    }
    PLX_ASSERT(plx_rival_model_check(model) == PLX_OK);
}

plx_status plx_ledger_init(void *memory, size_t bytes, const plx_ledger_limits *limits,
                           plx_ledger **out)
{
    const size_t need = plx_ledger_size(limits);
    if (need == 0) return PLX_RANGE;
    if (bytes < need) return PLX_SPACE;
    memset(memory, 0, need);
    plx_ledger *l = memory;
    if (!lay_out(l, limits)) return PLX_RANGE;
    l->now_us = PLX_TIME_NONE;
    l->rows_n = l->series_n = l->tracks_n = 1;
    for (int t = 0; t < PLX_TARGET_N; t++)
        init_rival(&l->rival[t], plx_truth_rule_of((plx_target)t));
    *out = l;
    return PLX_OK;
}

plx_status plx_ledger_model_add(plx_ledger *l, const char model[PLX_PREDICTION_TEXT],
                                uint64_t version, plx_model_state state)
{
    if (state != PLX_MODEL_CANDIDATE && state != PLX_MODEL_SHADOW) return PLX_RANGE;
    if (plx_ledger_model_find(l, model, version) != UINT32_MAX) return PLX_DUPLICATE;
    if (l->models_n == l->limits.models_max) return PLX_FULL;
    ledger_model *m = model_at(l, l->models_n++);
    memcpy(m->id, model, sizeof m->id);
    m->version = version;
    m->state = (uint64_t)state;
    return PLX_OK;
}

/* The forms that a target's rule can judge. */
static bool form_fits(const plx_truth_rule *rule, const plx_prediction *p)
{
    if (p->form == PLX_FORM_NO_ANSWER) return true;
    return plx_truth_is_event(rule) == (p->form == PLX_FORM_PROBABILITY);
}

/* The truth was known when the forecast came: it was no forecast. */
static bool is_late(const plx_ledger *l, const ledger_series *s, const plx_prediction *p)
{
    if (l->now_us > p->valid_to_us) return true;
    const plx_truth_rule *rule = plx_truth_rule_of((plx_target)s->target);
    const plx_truth_question question = {p->issued_us, p->valid_from_us, p->valid_to_us};
    double truth;
    if (rule->how == PLX_TRUTH_STATE) return false;
    if (rule->how == PLX_TRUTH_FINAL) return false;
    return plx_truth_choose(rule, (plx_truth_row){s->sample, s->samples_n}, &question, &truth) ==
           PLX_OK;
}

/* What the rivals say at the same moment from the same values; for an event the base rate of those
 * that settled. */
static void ask_rivals(plx_ledger *l, ledger_row *row, const plx_ledger_cell *cell)
{
    ledger_series *s = series_at(l, row->series);
    for (uint32_t k = 0; k < PLX_RIVAL_KIND_N; k++)
        row->sd[k] = -1.0f;
    if (row->form == PLX_FORM_PROBABILITY) {
        row->mean[0] =
            (float)(((double)cell->settled_events + 1.0) / ((double)cell->settled + 2.0));
        row->sd[0] = 0.0f;
        return;
    }
    plx_ledger_look(l, s);
    if (s->rival.n == 0) return;
    const int64_t times[2] = {row->issued_us, row->valid_to_us};
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++) {
        plx_validate_normal law;
        if (plx_rival_forecast_from(&l->rival[s->target], &s->rival, &s->look, (plx_rival_kind)k,
                                    times, &law) != PLX_OK)
            continue;
        row->mean[k] = (float)law.mean;
        row->sd[k] = (float)law.sd;
    }
}

static void fill(ledger_row *row, const plx_prediction *p, uint32_t cell)
{
    row->id = p->id;
    row->issued_us = p->issued_us;
    row->valid_from_us = p->valid_from_us;
    row->valid_to_us = p->valid_to_us;
    row->base = p->base;
    row->step = p->step;
    row->cell = cell;
    row->outcome = PLX_FATE_PENDING;
    row->form = p->form;
    row->n = p->n;
    if (p->arm[0] != 0) row->flags |= LEDGER_ARM;
    memcpy(row->point, p->point, sizeof row->point);
}

/* The oldest forecast that nobody saw makes room. */
static bool drop_oldest(plx_ledger *l, const plx_ledger_sink *sink)
{
    const uint32_t index = l->fifo_first;
    if (index == 0) return false;
    ledger_row *row = row_at(l, index);
    plx_ledger_cell *cell = cell_at(l, row->cell);
    l->counts.dropped++;
    if (row->outcome == PLX_FATE_PENDING) { /* a score that it has stays */
        cell->outcome[PLX_FATE_PENDING]--;
        cell->outcome[PLX_FATE_DROPPED]++;
        row->outcome = PLX_FATE_DROPPED;
    }
    if (sink && sink->scored) {
        plx_ledger_score score;
        memset(&score, 0, sizeof score);
        score.prediction = row->id;
        score.subject = series_at(l, row->series)->subject;
        score.target = (plx_target)series_at(l, row->series)->target;
        score.version = row->version + 1;
        score.settled = true;
        score.outcome = PLX_FATE_DROPPED;
        sink->scored(sink->context, &score);
    }
    plx_ledger_row_drop(l, index);
    return true;
}

static plx_status open_row(plx_ledger *l, const plx_prediction *p, plx_target target,
                           uint32_t cell_index, const plx_ledger_sink *sink)
{
    const uint32_t series = plx_ledger_series_make(l, p->subject, target);
    if (series == 0) return PLX_FULL;
    plx_ledger_cell *cell = cell_at(l, cell_index);
    series_at(l, series)->touched_us = l->now_us;
    if (is_late(l, series_at(l, series), p)) {
        cell->outcome[PLX_FATE_LATE_ISSUED]++;
        l->counts.late_issued++;
        return PLX_OK;
    }
    const bool protected = p->shown != 0 || p->uses != 0 || p->form == PLX_FORM_PROBABILITY;
    if (l->rows_live == l->limits.open_max && !drop_oldest(l, sink)) return PLX_FULL;
    const uint32_t index = plx_ledger_row_make(l, series, protected);
    PLX_ASSERT(index != 0);
    ledger_row *row = row_at(l, index);
    fill(row, p, cell_index);
    ask_rivals(l, row, cell);
    cell->outcome[PLX_FATE_PENDING]++;
    if (plx_ledger_track_make(l, series, cell_index) == 0) l->counts.without_meter++;
    plx_ledger_timer_put(l, index, plx_truth_due_us(plx_truth_rule_of(target), p->valid_to_us));
    return PLX_OK;
}

static plx_status take(plx_ledger *l, const plx_prediction *p, const plx_ledger_sink *sink)
{
    PLX_TRY(plx_prediction_check(p));
    if (p->issued_us > l->now_us) return PLX_RANGE;
    const uint32_t model = plx_ledger_model_find(l, p->model, p->version);
    if (model == UINT32_MAX) return PLX_UNKNOWN;
    const plx_target target = plx_target_from_code(p->target);
    if (target == PLX_TARGET_N) {
        l->counts.no_rule++;
        return PLX_OK;
    }
    const plx_truth_rule *rule = plx_truth_rule_of(target);
    if (strcmp(rule->unit, p->unit) != 0 || !form_fits(rule, p)) return PLX_CONFLICT;
    const uint32_t cell = plx_ledger_cell_make(l, model, (uint32_t)target, p->horizon);
    if (cell == UINT32_MAX) return PLX_FULL;
    if (cell_at(l, cell)->state == PLX_MODEL_RETIRED) return PLX_CONFLICT;
    if (p->form == PLX_FORM_NO_ANSWER) {
        cell_at(l, cell)->outcome[PLX_FATE_ABSTAINED]++;
        l->counts.abstained++;
        return PLX_OK;
    }
    return open_row(l, p, target, cell, sink);
}

plx_status plx_ledger_predict(plx_ledger *l, int64_t now_us, const plx_prediction *p,
                              const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
    if (p->id <= l->newest_id) {
        l->counts.duplicates++;
        return PLX_DUPLICATE;
    }
    const plx_status status = take(l, p, sink);
    if (status == PLX_OK) {
        l->newest_id = p->id;
        l->counts.predictions++;
    } else {
        l->counts.refused++;
    }
    return status;
}

void plx_ledger_tick(plx_ledger *l, int64_t now_us, const plx_ledger_sink *sink)
{
    plx_ledger_advance(l, now_us, sink);
}

uint32_t plx_ledger_cells(const plx_ledger *l)
{
    return l->cells_n;
}

const plx_ledger_cell *plx_ledger_cell_at(const plx_ledger *l, uint32_t index)
{
    PLX_ASSERT(index < l->cells_n);
    return cell_at(l, index);
}

uint32_t plx_ledger_open(const plx_ledger *l)
{
    return l->rows_live;
}

plx_ledger_counts plx_ledger_counted(const plx_ledger *l)
{
    return l->counts;
}
