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
    if (at == all->max) return;
    if (held == all->max) held--;
    memmove(all->out + at + 1, all->out + at, (held - at) * sizeof *all->out);
    all->out[at] = *x;
}

void plx_twin_treatment_leave_out(twin_treatments *all, int64_t at_us)
{
    all->left_out += at_us >= all->since_us;
}

static twin_treatments collect(const plx_twin *t, uint32_t encounter, int64_t since_us,
                               plx_twin_treatment *out, uint32_t max)
{
    twin_treatments all = {.t = t, .since_us = since_us, .out = out, .max = max};
    if (!twin_is_live(t, TWIN_ENCOUNTER, encounter)) return all;
    plx_twin_oxygen_treatments(&all, encounter);
    return all;
}

uint32_t plx_twin_treatments(const plx_twin *t, uint32_t encounter, int64_t since_us,
                             plx_twin_treatment *out, uint32_t max)
{
    return collect(t, encounter, since_us, out, max).n;
}

uint32_t plx_twin_treatments_left_out(const plx_twin *t, uint32_t encounter, int64_t since_us)
{
    return collect(t, encounter, since_us, NULL, 0).left_out;
}
