/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/treatment_private.h"

static bool is_before(const plx_twin_treatment *a, const plx_twin_treatment *b)
{
    if (a->at_us != b->at_us) return a->at_us < b->at_us;
    if (a->seq != b->seq) return a->seq < b->seq;
    return a->id < b->id;
}

void plx_twin_treatment_add(twin_treatments *all, const plx_twin_treatment *x)
{
    if (x->at_us < all->since_us) return;
    uint32_t held = all->n < all->max ? all->n : all->max;
    uint32_t at = held;
    while (at > 0 && is_before(x, &all->out[at - 1]))
        at--;
    all->n++;
    if (all->newest && held == all->max) { /* the earliest goes, which may be this one */
        if (at == 0) return;
        memmove(all->out, all->out + 1, (at - 1) * sizeof *all->out);
        all->out[at - 1] = *x;
        return;
    }
    if (at == all->max) return;
    if (held == all->max) held--;
    memmove(all->out + at + 1, all->out + at, (held - at) * sizeof *all->out);
    all->out[at] = *x;
}

void plx_twin_treatment_leave_out(twin_treatments *all, int64_t at_us)
{
    all->left_out += at_us >= all->since_us;
}

static twin_treatments collect(twin_treatments all, uint32_t encounter)
{
    if (!twin_is_live(all.t, TWIN_ENCOUNTER, encounter)) return all;
    plx_twin_oxygen_treatments(&all, encounter);
    plx_twin_dose_treatments(&all, encounter);
    return all;
}

uint32_t plx_twin_treatments(const plx_twin *t, uint32_t encounter, int64_t since_us,
                             plx_twin_treatment *out, uint32_t max)
{
    return collect((twin_treatments){.t = t, .since_us = since_us, .out = out, .max = max},
                   encounter)
        .n;
}

/* What the last word counts of; 0 = what adds up. */
static uint32_t set_thing(const plx_action *a)
{
    const bool rate = a->kind == PLX_ACTION_DRUG && a->unit >= PLX_DOSE_UG_MIN;
    if (a->kind == PLX_ACTION_AIRWAY) return 1u << PLX_DRUG_N;
    return rate || a->kind == PLX_ACTION_STOP ? 1u << a->drug : 0;
}
_Static_assert(PLX_DRUG_N < 32, "a bit for each drug and one for the airway");

uint32_t plx_twin_treatments_after(const plx_twin *t, uint32_t encounter, uint64_t seq,
                                   plx_twin_treatment out[PLX_TWIN_TREATMENTS_MAX])
{
    const twin_treatments all = collect((twin_treatments){.t = t,
                                                          .since_us = PLX_TIME_NONE,
                                                          .out = out,
                                                          .max = PLX_TWIN_TREATMENTS_MAX,
                                                          .newest = true},
                                        encounter);
    const uint32_t held = all.n < all.max ? all.n : all.max;
    uint32_t kept = 0, changed = 0;
    for (uint32_t i = 0; i < held; i++) {
        const uint32_t thing = set_thing(&out[i].action);
        const bool new = (thing ? out[i].seq : out[i].first_seq) > seq;
        if (new) changed |= thing;
        if (new || (changed & thing)) out[kept++] = out[i];
    }
    return kept;
}

uint32_t plx_twin_treatments_left_out(const plx_twin *t, uint32_t encounter, int64_t since_us)
{
    return collect((twin_treatments){.t = t, .since_us = since_us}, encounter).left_out;
}
