/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a ledger tells: advice, the rivals' own forecasts, its digest. */
#include <string.h>

#include "core/base/hash.h"
#include "core/ledger/ledger_inner.h"

void plx_ledger_advise(const plx_ledger *l, const plx_ledger_key *key, uint64_t subject,
                       plx_advice *out)
{
    static const plx_meter nothing;
    const plx_meter *meter = &nothing;
    const uint32_t model = plx_ledger_model_find(l, key->model, key->version);
    uint32_t cell = UINT32_MAX;
    if (model != UINT32_MAX)
        cell = plx_ledger_cell_index(l, model, (uint32_t)key->target, (uint32_t)key->horizon);
    const uint32_t series = plx_ledger_series_find(l, subject, key->target);
    if (cell != UINT32_MAX && series != 0) {
        const uint32_t track = plx_ledger_track_find(l, series, cell);
        if (track != 0) meter = &track_at(l, track)->meter;
    }
    plx_meter_reading reading;
    plx_meter_read(meter, plx_horizon_us(key->horizon), l->now_us, &reading);
    plx_model_state state = PLX_MODEL_CANDIDATE;
    if (model != UINT32_MAX) state = (plx_model_state)model_at(l, model)->state;
    if (cell != UINT32_MAX) state = cell_at(l, cell)->state;
    plx_meter_advise(&reading, plx_model_state_shown(state), out);
}

plx_status plx_ledger_rival(plx_ledger *l, uint64_t subject, plx_target target, plx_rival_kind kind,
                            int64_t origin_us, int64_t target_us, plx_validate_normal *out)
{
    const uint32_t series = plx_ledger_series_find(l, subject, target);
    if (series == 0) return PLX_NO_ANSWER;
    ledger_series *s = series_at(l, series);
    plx_ledger_look(l, s);
    if (s->rival.n == 0) return PLX_NO_ANSWER;
    const int64_t times[2] = {origin_us, target_us};
    return plx_rival_forecast_from(&l->rival[target], &s->rival, &s->look, kind, times, out);
}

/* Adds the hash of one thing, so that the order of things does not matter. */
static void add(uint64_t sum[4], const char *kind, const void *bytes, size_t n)
{
    plx_blake2b b;
    uint64_t hash[4];
    plx_blake2b_init(&b, sizeof hash);
    plx_blake2b_add(&b, kind, strlen(kind) + 1);
    plx_blake2b_add(&b, bytes, n);
    plx_blake2b_end(&b, (uint8_t *)hash);
    for (int i = 0; i < 4; i++)
        sum[i] += hash[i];
}

typedef struct meter_view {
    plx_ledger_key key;
    uint64_t subject;
    int64_t counted_us;
    plx_meter meter;
} meter_view;

static void add_meters(const plx_ledger *l, uint64_t sum[4])
{
    for (uint32_t i = 1; i < l->series_n; i++) {
        const ledger_series *s = series_at(l, i);
        for (uint32_t at = s->tracks; at != 0; at = track_at(l, at)->next) {
            const ledger_track *t = track_at(l, at);
            meter_view view;
            memset(&view, 0, sizeof view);
            view.key = cell_at(l, t->cell)->key;
            view.subject = s->subject;
            view.counted_us = t->counted_us;
            view.meter = t->meter;
            add(sum, "meter", &view, sizeof view);
        }
    }
}

typedef struct row_view {
    uint64_t id, subject;
    double truth;
    uint32_t target, outcome, flags, zero;
} row_view;

static void add_rows(const plx_ledger *l, uint64_t sum[4])
{
    for (uint32_t i = 1; i < l->rows_n; i++) {
        const ledger_row *row = row_at(l, i);
        if (row->id == 0) continue;
        const ledger_series *s = series_at(l, row->series);
        const row_view view = {.id = row->id,
                               .subject = s->subject,
                               .truth = row->truth,
                               .target = s->target,
                               .outcome = row->outcome,
                               .flags = row->flags};
        add(sum, "row", &view, sizeof view);
    }
}

void plx_ledger_digest(const plx_ledger *l, uint8_t out[32])
{
    uint64_t sum[4] = {0};
    for (uint32_t i = 0; i < l->cells_n; i++)
        add(sum, "cell", cell_at(l, i), sizeof(plx_ledger_cell));
    add_meters(l, sum);
    add_rows(l, sum);
    plx_blake2b_once(out, 32, sum, sizeof sum);
}
