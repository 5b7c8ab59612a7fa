/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Which stay a message is about: PV1-19, else PID-18, else the person and the time, else the bed.
 */
#include "core/twin/private.h"

static bool holds(const twin_stay *s, int64_t at_us)
{
    if (twin_status_is_active(s->status)) return s->arrived_us <= at_us;
    return s->status == TWIN_STATUS_FINISHED && s->arrived_us <= at_us && at_us <= s->finished_us;
}

static bool came_later(const plx_twin *t, uint32_t a, uint32_t b)
{
    if (!b) return true;
    const twin_encounter *x = twin_encounter_at(t, a), *y = twin_encounter_at(t, b);
    if (x->stay.arrived_us != y->stay.arrived_us) return x->stay.arrived_us > y->stay.arrived_us;
    return x->number > y->number;
}

uint32_t plx_twin_encounter_at_time(const plx_twin *t, uint32_t group, int64_t at_us,
                                    uint32_t account, uint32_t *candidates)
{
    uint32_t inside = 0, latest = 0, walked = 0;
    *candidates = 0;
    for (uint32_t node = twin_group_at(t, group)->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t i = twin_node_at(t, node)->encounters; i && walked < TWIN_VISITS_WALK_MAX;
             i = twin_encounter_at(t, i)->owner_next, walked++) {
            const twin_encounter *e = twin_encounter_at(t, i);
            if (account && twin_group_of(t, e->account) != account) continue;
            bool stay =
                twin_status_is_active(e->stay.status) || e->stay.status == TWIN_STATUS_FINISHED;
            if (stay && came_later(t, i, latest)) latest = i;
            if (!stay || !holds(&e->stay, at_us)) continue;
            (*candidates)++;
            if (came_later(t, i, inside)) inside = i;
        }
    return inside ? inside : latest;
}

static uint32_t by_visit(twin_context *c, const plx_identifier *visit)
{
    plx_twin *t = c->t;
    uint32_t node = plx_twin_node_get(t, TWIN_VISIT_ID, visit, 0), group = twin_group_of(t, node);
    uint32_t encounter = twin_group_at(t, group)->encounter;
    if (encounter) return encounter;
    encounter = plx_twin_encounter_make(c);
    twin_encounter_at(t, encounter)->visit = group;
    twin_group_at(t, group)->encounter = encounter;
    return encounter;
}

static uint32_t by_account(twin_context *c, const twin_clue *clue)
{
    plx_twin *t = c->t;
    uint32_t node = plx_twin_node_get(t, TWIN_ACCOUNT_ID, clue->account, 0);
    uint32_t group = twin_group_of(t, node), person = twin_group_of(t, clue->person);
    const twin_group *g = twin_group_at(t, group);
    if (g->encounters_n > 1 && person) {
        uint32_t candidates;
        uint32_t found = plx_twin_encounter_at_time(t, person, clue->at_us, group, &candidates);
        if (found) return found;
    }
    if (g->encounter) return g->encounter;
    uint32_t encounter = plx_twin_encounter_make(c);
    plx_twin_encounter_account(c, encounter, node);
    return encounter;
}

static uint32_t by_person(twin_context *c, const twin_clue *clue)
{
    plx_twin *t = c->t;
    uint32_t group = twin_group_of(t, clue->person), candidates = 0;
    uint32_t found = plx_twin_encounter_at_time(t, group, clue->at_us, 0, &candidates);
    bool over = found && !twin_status_is_active(twin_encounter_at(t, found)->stay.status);
    if (clue->arrival && over && candidates == 0) found = 0; /* a new stay, not the finished one */
    if (found) return found;
    uint32_t encounter = plx_twin_encounter_make(c);
    twin_encounter_at(t, encounter)->keyless = 1;
    return encounter;
}

static uint32_t by_person_and_time(twin_context *c, const twin_clue *clue)
{
    uint32_t group = twin_group_of(c->t, clue->person), holders = 0;
    uint32_t found = plx_twin_home_find(c->t, group, clue->at_us, &holders);
    bool held = !found || holders > 1;
    return held ? plx_twin_home_provisional(c, group, found != 0) : found;
}

/* Data that name nothing but a bed belong to its only occupant, if that one was there in time; else
 * they are held with the bed. */
static uint32_t by_bed(twin_context *c, const twin_clue *clue, bool hold)
{
    plx_twin *t = c->t;
    if (!clue->visit || !clue->visit->assigned.bed.n) return 0;
    uint32_t place = plx_twin_place_get(t, &clue->visit->assigned);
    if (!place) return 0;
    twin_place *p = twin_place_at(t, place);
    if (!hold && p->occupants_n == 1 &&
        twin_encounter_at(t, p->occupants)->stay.location_us <= clue->at_us)
        return p->occupants;
    if (!p->unnamed) {
        p->unnamed = plx_twin_encounter_make(c);
        twin_encounter_at(t, p->unnamed)->keyless = 1;
        twin_encounter_at(t, p->unnamed)->unnamed_place = place;
    }
    return p->unnamed;
}

/* A device says one person and lies beside another: neither gets its values. */
static bool device_contradicts(const plx_twin *t, const twin_clue *clue)
{
    if (!clue->device || !clue->visit || !clue->visit->assigned.bed.n) return false;
    uint32_t place = plx_twin_place_find(t, &clue->visit->assigned);
    if (!place || twin_place_at(t, place)->occupants_n != 1) return false;
    const twin_encounter *e = twin_encounter_at(t, twin_place_at(t, place)->occupants);
    return e->owner && twin_group_of(t, e->owner) != twin_group_of(t, clue->person);
}

uint32_t plx_twin_encounter_for(twin_context *c, const twin_clue *clue, bool *loose)
{
    plx_twin *t = c->t;
    *loose = false;
    bool visit = clue->visit && clue->visit->visit.value.presence == PLX_VALUE &&
                 clue->visit->visit.value.text.n;
    if (visit) return by_visit(c, &clue->visit->visit);
    bool account =
        clue->account && clue->account->value.presence == PLX_VALUE && clue->account->value.text.n;
    if (account) return by_account(c, clue);
    if (clue->order) {
        *loose = twin_order_at(t, clue->order)->loose;
        return twin_order_at(t, clue->order)->encounter;
    }
    if (clue->person && !clue->adt && device_contradicts(t, clue)) {
        uint32_t held = by_bed(c, clue, true);
        twin_encounter_at(t, held)->marks |= TWIN_MARK_IDENTITY;
        return held;
    }
    if (!clue->person) return clue->adt ? 0 : by_bed(c, clue, false);
    *loose = !clue->adt;
    return clue->adt ? by_person(c, clue) : by_person_and_time(c, clue);
}
