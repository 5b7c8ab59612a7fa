/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no bytes break the reading of VITALS.csv. Oracle: sanitizers, with memory of exactly the
 * size that was asked for; an error has its sentence with a line; what is taken is in order, in its
 * limits and within the counts; a second reading, with a line end added, takes the same. */
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/vitals/vitals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static plx_status parse(plx_slice text, plx_arena *arena, plx_vitals *v)
{
    char why[PLX_VITALS_WHY_MAX];
    size_t n = plx_vitals_size(text);
    *arena = plx_arena_init(malloc(n), n);
    if (!arena->base) abort();
    plx_status status = plx_vitals_parse(text, arena, v, why, sizeof why);
    PLX_ASSERT(status != PLX_SPACE && plx_utf8_valid(plx_slice_of(why)));
    if (status == PLX_OK)
        PLX_ASSERT(why[0] == 0);
    else
        PLX_ASSERT(memcmp(why, "line ", 5) == 0 && strlen(why) < sizeof why - 1);
    return status;
}

static void check(const plx_vitals *v)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < v->observations_n; i++) {
        const plx_vitals_observation *o = &v->observations[i];
        PLX_ASSERT(o->time_s >= last && o->sd >= 0.2 && o->sd <= 7 && o->line >= 2);
        PLX_ASSERT(o->value >= 0 && o->value <= 350 && o->quantity < PLX_MEASURE_N);
        PLX_ASSERT(!o->one_sided || o->quantity == PLX_MEASURE_spo2_pct);
        last = o->time_s;
    }
    PLX_ASSERT(last <= v->last_s && v->observations_n <= PLX_VITALS_MEASURED_N * v->rows_n);
    last = 0;
    for (uint32_t i = 0; i < v->actions_n; i++) {
        PLX_ASSERT(v->actions[i].at_s >= last && v->actions[i].kind < PLX_ACTION_N);
        last = v->actions[i].at_s;
    }
    PLX_ASSERT(last <= v->last_s && v->actions_n <= v->rows_n && v->fio2_n <= v->rows_n);
    for (uint32_t i = 0; i < v->notes_n; i++) {
        char text[200];
        plx_vitals_note_write(&v->notes[i], text, sizeof text);
        PLX_ASSERT(memcmp(text, "line ", 5) == 0);
    }
    PLX_ASSERT(v->steady_rows_n <= v->rows_n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plx_arena arena, again;
    plx_vitals v, w;
    plx_status status = parse((plx_slice){(const char *)data, size}, &arena, &v);
    if (status == PLX_OK) {
        char *longer = malloc(size + 1);
        if (!longer) abort();
        memcpy(longer, data, size);
        longer[size] = '\n';
        check(&v);
        PLX_ASSERT(parse((plx_slice){longer, size + 1}, &again, &w) == PLX_OK);
        PLX_ASSERT(w.rows_n == v.rows_n && w.observations_n == v.observations_n);
        PLX_ASSERT(w.actions_n == v.actions_n && w.notes_n == v.notes_n);
        for (uint32_t i = 0; i < v.observations_n; i++)
            PLX_ASSERT(w.observations[i].value == v.observations[i].value);
        free(again.base);
        free(longer);
    }
    free(arena.base);
    return 0;
}
