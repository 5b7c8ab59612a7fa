/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Where things lie in a ledger: pools with free lists, the index of series, the queue of forecasts
 * that may be dropped, the timers. */
#include <string.h>

#include "core/base/hash.h"
#include "core/ledger/ledger_inner.h"

enum { FORWARDS_MAX = 64 };

static uint64_t series_hash(uint64_t subject, uint32_t target)
{
    const uint64_t key[2] = {subject, target};
    return plx_hash64(key, sizeof key, 0);
}

static plx_map_slot *map_of(const plx_ledger *l)
{
    return ledger_at(l, l->map_at);
}

uint32_t plx_ledger_series_find(const plx_ledger *l, uint64_t subject, plx_target target)
{
    uint32_t at = PLX_MAP_START, found;
    const uint64_t hash = series_hash(subject, target);
    while ((found = plx_map_find(map_of(l), l->map_slots, hash, &at)) != 0) {
        const ledger_series *s = series_at(l, found);
        if (s->subject == subject && s->target == (uint32_t)target) break;
    }
    for (int i = 0; i < FORWARDS_MAX && found != 0 && series_at(l, found)->forward != 0; i++)
        found = series_at(l, found)->forward;
    return found;
}

static void map_rebuild(plx_ledger *l)
{
    memset(map_of(l), 0, l->map_slots * sizeof(plx_map_slot));
    l->map_used = 0;
    for (uint32_t i = 1; i < l->series_n; i++) {
        const ledger_series *s = series_at(l, i);
        if (!s->live) continue;
        const uint64_t hash = series_hash(s->subject, s->target);
        if (!plx_map_put(map_of(l), l->map_slots, &l->map_used, hash, i)) PLX_ASSERT(false);
    }
}

static void tracks_free(plx_ledger *l, uint32_t track)
{
    while (track != 0) {
        ledger_track *t = track_at(l, track);
        const uint32_t next = t->next;
        memset(t, 0, sizeof *t);
        t->next = l->tracks_free;
        l->tracks_free = track;
        track = next;
    }
}

static void series_free(plx_ledger *l, uint32_t index)
{
    ledger_series *s = series_at(l, index);
    PLX_ASSERT(s->rows == 0);
    if (!plx_map_remove(map_of(l), l->map_slots, series_hash(s->subject, s->target), index))
        PLX_ASSERT(false);
    tracks_free(l, s->tracks);
    memset(s, 0, sizeof *s);
    s->forward = l->series_free;
    l->series_free = index;
    l->counts.series_gone++;
}

/* The series that rested longest, with all that were merged into it; false when none rests. */
static bool make_room(plx_ledger *l)
{
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < l->series_n; i++) {
        const ledger_series *s = series_at(l, i);
        if (!s->live || s->rows != 0) continue;
        if (oldest == 0 || s->touched_us < series_at(l, oldest)->touched_us) oldest = i;
    }
    if (oldest == 0) return false;
    series_free(l, oldest);
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 1; i < l->series_n; i++) {
            const ledger_series *s = series_at(l, i);
            if (!s->live || s->forward == 0 || series_at(l, s->forward)->live) continue;
            series_free(l, i);
            more = true;
        }
    }
    return true;
}

uint32_t plx_ledger_series_make(plx_ledger *l, uint64_t subject, plx_target target)
{
    const uint32_t found = plx_ledger_series_find(l, subject, target);
    if (found != 0) return found;
    if (l->series_free == 0 && l->series_n > l->limits.series_max && !make_room(l)) return 0;
    uint32_t index = l->series_free;
    if (index != 0)
        l->series_free = series_at(l, index)->forward;
    else
        index = l->series_n++;
    ledger_series *s = series_at(l, index);
    s->subject = subject;
    s->target = (uint32_t)target;
    s->live = 1;
    s->forward = 0;
    s->left_us = s->lost_us = PLX_TIME_NONE;
    s->touched_us = l->now_us;
    const uint64_t hash = series_hash(subject, target);
    if (!plx_map_put(map_of(l), l->map_slots, &l->map_used, hash, index)) map_rebuild(l);
    return index;
}

uint32_t plx_ledger_track_find(const plx_ledger *l, uint32_t series, uint32_t cell)
{
    uint32_t at = series_at(l, series)->tracks;
    while (at != 0 && track_at(l, at)->cell != cell)
        at = track_at(l, at)->next;
    return at;
}

uint32_t plx_ledger_track_make(plx_ledger *l, uint32_t series, uint32_t cell)
{
    const uint32_t found = plx_ledger_track_find(l, series, cell);
    if (found != 0) return found;
    uint32_t index = l->tracks_free;
    if (index != 0)
        l->tracks_free = track_at(l, index)->next;
    else if (l->tracks_n <= l->limits.tracks_max)
        index = l->tracks_n++;
    else
        return 0;
    ledger_track *t = track_at(l, index);
    t->cell = cell;
    t->counted_us = PLX_TIME_NONE;
    t->next = series_at(l, series)->tracks;
    series_at(l, series)->tracks = index;
    return index;
}

uint32_t plx_ledger_model_find(const plx_ledger *l, const char *model, uint64_t version)
{
    for (uint32_t i = 0; i < l->models_n; i++)
        if (model_at(l, i)->version == version &&
            memcmp(model_at(l, i)->id, model, PLX_PREDICTION_TEXT) == 0)
            return i;
    return UINT32_MAX;
}

uint32_t plx_ledger_cell_index(const plx_ledger *l, uint32_t model, uint32_t target, uint32_t h)
{
    for (uint32_t i = 0; i < l->cells_n; i++) {
        const ledger_gather *g = gather_at(l, i);
        if (g->model == model && g->target == target && g->horizon == h) return i;
    }
    return UINT32_MAX;
}

uint32_t plx_ledger_cell_make(plx_ledger *l, uint32_t model, uint32_t target, uint32_t horizon)
{
    const uint32_t found = plx_ledger_cell_index(l, model, target, horizon);
    if (found != UINT32_MAX) return found;
    if (l->cells_n == l->limits.cells_max) return UINT32_MAX;
    ledger_gather *g = gather_at(l, l->cells_n);
    g->model = model;
    g->target = target;
    g->horizon = horizon;
    g->step = g->day = PLX_TIME_NONE;
    plx_ledger_cell *c = cell_at(l, l->cells_n);
    memcpy(c->key.model, model_at(l, model)->id, PLX_PREDICTION_TEXT);
    c->key.version = model_at(l, model)->version;
    c->key.target = (plx_target)target;
    c->key.horizon = (plx_horizon)horizon;
    c->state = (plx_model_state)model_at(l, model)->state;
    c->since_us = l->now_us;
    c->adrift_since_us = PLX_TIME_NONE;
    return l->cells_n++;
}

static void fifo_remove(plx_ledger *l, ledger_row *row)
{
    if (row->flags & LEDGER_PROTECTED) return;
    if (row->fifo_previous != 0)
        row_at(l, row->fifo_previous)->fifo_next = row->fifo_next;
    else
        l->fifo_first = row->fifo_next;
    if (row->fifo_next != 0)
        row_at(l, row->fifo_next)->fifo_previous = row->fifo_previous;
    else
        l->fifo_last = row->fifo_previous;
}

static void series_link(plx_ledger *l, uint32_t index, uint32_t series)
{
    ledger_row *row = row_at(l, index);
    ledger_series *s = series_at(l, series);
    row->series = series;
    row->previous = 0;
    row->next = s->rows;
    if (s->rows != 0) row_at(l, s->rows)->previous = index;
    s->rows = index;
    s->rows_n++;
}

static void series_unlink(plx_ledger *l, uint32_t index)
{
    ledger_row *row = row_at(l, index);
    ledger_series *s = series_at(l, row->series);
    if (row->previous != 0)
        row_at(l, row->previous)->next = row->next;
    else
        s->rows = row->next;
    if (row->next != 0) row_at(l, row->next)->previous = row->previous;
    s->rows_n--;
}

uint32_t plx_ledger_row_make(plx_ledger *l, uint32_t series, bool protected)
{
    uint32_t index = l->rows_free;
    if (index != 0)
        l->rows_free = row_at(l, index)->next;
    else if (l->rows_n <= l->limits.open_max)
        index = l->rows_n++;
    else
        return 0;
    ledger_row *row = row_at(l, index);
    memset(row, 0, sizeof *row);
    series_link(l, index, series);
    l->rows_live++;
    if (protected) {
        row->flags = LEDGER_PROTECTED;
        return index;
    }
    row->fifo_previous = l->fifo_last;
    if (l->fifo_last != 0)
        row_at(l, l->fifo_last)->fifo_next = index;
    else
        l->fifo_first = index;
    l->fifo_last = index;
    return index;
}

void plx_ledger_row_drop(plx_ledger *l, uint32_t index)
{
    ledger_row *row = row_at(l, index);
    fifo_remove(l, row);
    series_unlink(l, index);
    memset(row, 0, sizeof *row);
    row->next = l->rows_free;
    l->rows_free = index;
    l->rows_live--;
}

void plx_ledger_row_move(plx_ledger *l, uint32_t index, uint32_t series)
{
    series_unlink(l, index);
    series_link(l, index, series);
}

static int64_t timer_of(const plx_ledger *l, const ledger_row *row)
{
    const plx_truth_rule *rule = plx_truth_rule_of((plx_target)series_at(l, row->series)->target);
    return row->flags & LEDGER_DUE ? plx_truth_settled_us(rule, row->valid_to_us)
                                   : plx_truth_due_us(rule, row->valid_to_us);
}

/* Timers of forecasts that were dropped stay until they run out or until this. */
static void timers_rebuild(plx_ledger *l)
{
    plx_heap heap = {ledger_at(l, l->heap_at), 0, l->heap_capacity};
    for (uint32_t i = 1; i < l->rows_n; i++) {
        const ledger_row *row = row_at(l, i);
        if (row->id == 0) continue;
        if (!plx_heap_put(&heap, (plx_heap_item){timer_of(l, row), row->id, i})) PLX_ASSERT(false);
    }
    l->heap_n = heap.n;
}

void plx_ledger_timer_put(plx_ledger *l, uint32_t row, int64_t time_us)
{
    plx_heap heap = {ledger_at(l, l->heap_at), l->heap_n, l->heap_capacity};
    const bool put = plx_heap_put(&heap, (plx_heap_item){time_us, row_at(l, row)->id, row});
    l->heap_n = heap.n;
    if (!put) timers_rebuild(l);
}
