/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Samples of a waveform are no results: what a monitor sends of them (acquisition 7) is left out of
 * a message before the rest is applied. A message of nothing else is ignored by rule; its bytes are
 * in the journal. */
#include "core/twin/private.h"

bool plx_twin_waveform_trigger(const plx_event *e)
{
    return plx_slice_is(e->trigger, "W01") || plx_slice_is(e->trigger, "W02");
}

/* OBR-4 by number, name, or the words that vendors write. */
static bool is_waveform_order(const plx_order_facts *o)
{
    static const char *const WORDS[] = {"69121", "MDC_OBS_WAVE_CTS", "WAVEFORM",
                                        "CONTINUOUS WAVEFORM"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (plx_slice_is(o->code, WORDS[i]) || plx_slice_is(o->code_text, WORDS[i])) return true;
    return false;
}

static bool is_samples(const plx_observation_facts *o)
{
    const bool array = plx_slice_is(o->value_type, "NA") || plx_slice_is(o->value_type, "MA");
    return array && plx_slice_is(o->code_system, "MDC");
}

/* Sampling rate, resolution and the like lie one level below their waveform in OBX-4. */
static bool is_facet_of(plx_slice whole, plx_slice part)
{
    return whole.n > 0 && part.n > whole.n + 1 && memcmp(part.at, whole.at, whole.n) == 0 &&
           part.at[whole.n] == '.';
}

/* What the observations of an order are. */
typedef struct contents {
    bool waveforms, others;
} contents;

/* Orders of waveforms alone go, and the others move up. */
static void orders_drop(plx_event *e, const contents *of)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < e->orders_n; i++) {
        if (is_waveform_order(&e->orders[i]) || (of[i].waveforms && !of[i].others)) continue;
        for (uint32_t k = 0; kept < i && k < e->observations_n; k++)
            if (e->observations[k].order == i) e->observations[k].order = kept;
        e->orders[kept++] = e->orders[i];
    }
    e->orders_n = kept;
}

uint32_t plx_twin_waveforms_drop(plx_event *e)
{
    contents of[PLX_EVENT_ORDERS_MAX] = {0};
    uint32_t kept = 0;
    plx_slice waveform = {NULL, 0}; /* OBX-4 of the one whose facets may follow */
    for (uint32_t i = 0; i < e->observations_n; i++) {
        const plx_observation_facts *o = &e->observations[i];
        const bool ordered = o->order < e->orders_n;
        const bool samples = is_samples(o), facet = is_facet_of(waveform, o->sub_id);
        if (!facet) waveform = samples ? o->sub_id : (plx_slice){NULL, 0};
        const bool drop = samples || facet || (ordered && is_waveform_order(&e->orders[o->order]));
        if (ordered && drop) of[o->order].waveforms = true;
        if (ordered && !drop) of[o->order].others = true;
        if (!drop) e->observations[kept++] = *o;
    }
    const uint32_t dropped = e->observations_n - kept;
    e->observations_n = kept;
    orders_drop(e, of);
    return dropped;
}
