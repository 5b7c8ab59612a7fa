/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/case.h"

size_t plx_case_bytes(const plx_knowledge *k)
{
    return 2 * ((size_t)k->findings_n + 32) + k->items_n + 32 +
           ((size_t)k->diagnoses_n * sizeof(float) + 32);
}

plx_status plx_case_take(const plx_knowledge *k, plx_arena *arena, plx_case *c)
{
    *c = (plx_case){0};
    c->state = plx_arena_take(arena, k->findings_n, 1);
    c->doubt = plx_arena_take(arena, k->findings_n, 1);
    c->yes = plx_arena_take(arena, k->items_n, 1);
    c->reference = plx_arena_take(arena, k->diagnoses_n, sizeof *c->reference);
    if (!c->state || !c->doubt || !c->yes || !c->reference) return PLX_FULL;
    plx_case_clear(k, c);
    return PLX_OK;
}

void plx_case_clear(const plx_knowledge *k, plx_case *c)
{
    memset(c->state, 0, k->findings_n);
    memset(c->doubt, 0, k->findings_n);
    memset(c->yes, 0, k->items_n);
    memset(c->reference, 0, k->diagnoses_n * sizeof *c->reference);
    c->age = -1;
    c->sex = -1;
    c->presentation = c->initial = c->truth = PLX_NO_INDEX;
    c->closed_world = c->reference_told = false;
}

void plx_case_copy(const plx_knowledge *k, plx_case *to, const plx_case *from)
{
    plx_case memory = *to;
    memcpy(memory.state, from->state, k->findings_n);
    memcpy(memory.doubt, from->doubt, k->findings_n);
    memcpy(memory.yes, from->yes, k->items_n);
    memcpy(memory.reference, from->reference, k->diagnoses_n * sizeof *memory.reference);
    *to = *from;
    to->state = memory.state;
    to->doubt = memory.doubt;
    to->yes = memory.yes;
    to->reference = memory.reference;
}

static void set_state(const plx_knowledge *k, plx_case *c, uint32_t finding, plx_answered state)
{
    const plx_finding *f = &k->findings[finding];
    const bool joins =
        state == PLX_KNOWN && c->state[finding] == PLX_KNOWN && f->kind == PLX_FINDING_MANY_OF;
    if (!joins) memset(c->yes + f->first, 0, f->items_n);
    c->state[finding] = (uint8_t)state;
    c->doubt[finding] = (uint8_t)((1 - f->reliability) * 200 + 0.5);
}

void plx_case_answer_yes(const plx_knowledge *k, plx_case *c, uint32_t finding, uint32_t item)
{
    const plx_finding *f = &k->findings[finding];
    set_state(k, c, finding, PLX_KNOWN);
    c->yes[f->kind == PLX_FINDING_YES_NO ? f->first : item] = 1;
}

void plx_case_answer_no(const plx_knowledge *k, plx_case *c, uint32_t finding)
{
    const plx_finding *f = &k->findings[finding];
    c->state[finding] = PLX_NOT_ASKED;
    set_state(k, c, finding, PLX_KNOWN);
    if (f->normal != PLX_NO_INDEX) c->yes[f->normal] = 1;
}

void plx_case_answer_unknown(const plx_knowledge *k, plx_case *c, uint32_t finding)
{
    set_state(k, c, finding, PLX_NOT_KNOWN);
}

void plx_case_forget(const plx_knowledge *k, plx_case *c, uint32_t finding)
{
    set_state(k, c, finding, PLX_NOT_ASKED);
}

void plx_case_answer_from(const plx_knowledge *k, plx_case *c, const plx_case *from,
                          uint32_t finding)
{
    const plx_finding *f = &k->findings[finding];
    if (from->state[finding] == PLX_NOT_ASKED && from->closed_world) {
        plx_case_answer_no(k, c, finding);
        return;
    }
    c->state[finding] = from->state[finding] == PLX_KNOWN ? PLX_KNOWN : PLX_NOT_KNOWN;
    c->doubt[finding] = from->doubt[finding];
    memcpy(c->yes + f->first, from->yes + f->first, f->items_n);
}

void plx_case_close(const plx_knowledge *k, plx_case *c)
{
    for (uint32_t f = 0; f < k->findings_n; f++)
        if (c->state[f] == PLX_NOT_ASKED) plx_case_answer_no(k, c, f);
}

bool plx_case_positive(const plx_knowledge *k, const plx_case *c, uint32_t finding)
{
    const plx_finding *f = &k->findings[finding];
    if (c->state[finding] != PLX_KNOWN) return false;
    for (uint32_t i = f->first; i < f->first + f->items_n; i++)
        if (c->yes[i] && i != f->normal) return true;
    return false;
}

bool plx_case_counts(const plx_knowledge *k, const plx_case *c, uint32_t finding)
{
    const uint32_t parent = k->findings[finding].parent;
    if (c->state[finding] != PLX_KNOWN) return false;
    return parent == PLX_NO_INDEX || c->state[parent] != PLX_KNOWN ||
           plx_case_positive(k, c, parent) || plx_case_positive(k, c, finding);
}

void plx_case_note_unknown(plx_case_unknown *unknown, plx_slice name)
{
    if (unknown->evidences++ > 0) return;
    const size_t n = name.n < PLX_NAME_MAX - 1 ? name.n : PLX_NAME_MAX - 1;
    memcpy(unknown->first, name.at, n);
    unknown->first[n] = 0;
}
