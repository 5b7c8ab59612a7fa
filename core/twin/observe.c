/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Orders, observations and medication of a message (v2 chapters 4 and 7): whose they are, then one
 * by one. */
#include "core/twin/private.h"

static int64_t moment_us(const twin_context *c)
{
    const plx_event *e = c->event;
    int64_t first_us = PLX_TIME_NONE;
    for (uint32_t i = 0; i < e->observations_n; i++) {
        const plx_when *when = &e->observations[i].when;
        if (when->presence != PLX_VALUE) continue;
        if (first_us == PLX_TIME_NONE || when->time_us < first_us) first_us = when->time_us;
    }
    for (uint32_t i = 0; i < e->medications_n && first_us == PLX_TIME_NONE; i++)
        if (e->medications[i].word == PLX_MEDICATION_GIVEN)
            first_us = e->medications[i].start.time_us;
    if (first_us != PLX_TIME_NONE) return first_us;
    for (uint32_t i = 0; i < e->orders_n; i++) {
        if (e->orders[i].collected.presence == PLX_VALUE) return e->orders[i].collected.time_us;
        if (e->orders[i].ordered.presence == PLX_VALUE) return e->orders[i].ordered.time_us;
    }
    return e->happened_us != PLX_TIME_NONE ? e->happened_us : c->entry->arrival_us;
}

static bool has_number(const plx_event *e, uint32_t order)
{
    return order < e->orders_n && (e->orders[order].filler.value.presence == PLX_VALUE ||
                                   e->orders[order].placer.value.presence == PLX_VALUE);
}

/* A monitor names itself (OBX-18) and has no number of a report, as a laboratory's machine has. */
static bool is_device(const plx_event *e)
{
    for (uint32_t i = 0; i < e->observations_n; i++) {
        const plx_observation_facts *o = &e->observations[i];
        bool monitor = o->device.n > 0 && !has_number(e, o->order);
        if (!plx_slice_is(o->code_system, "MDC") && !monitor) return false;
    }
    return e->observations_n > 0;
}

static bool has_values(const plx_event *e, uint32_t order)
{
    for (uint32_t i = 0; i < e->observations_n; i++)
        if (e->observations[i].order == order && e->observations[i].value.presence == PLX_VALUE &&
            e->observations[i].status != PLX_RESULT_NO_CHANGE)
            return true;
    return false;
}

static int64_t issued_us(twin_context *c, const plx_observation_facts *o)
{
    const plx_event *e = c->event;
    bool reported = o->order < e->orders_n && e->orders[o->order].reported.presence == PLX_VALUE;
    if (reported) return e->orders[o->order].reported.time_us;
    return e->sent_us != PLX_TIME_NONE ? e->sent_us : c->entry->arrival_us;
}

static bool is_among(const uint32_t *orders, uint32_t n, uint32_t order)
{
    for (uint32_t i = 0; i < n; i++)
        if (orders[i] == order) return true;
    return false;
}

/* The orders of the message, kept until plx_twin_order_busy lets go of them. Numbers of a later one
 * may show that two earlier ones are the same, so they are looked up again when all are known. */
static void take_orders(twin_context *c, uint32_t encounter, uint32_t group, bool loose,
                        uint32_t *orders)
{
    const plx_event *e = c->event;
    for (uint32_t i = 0; i < e->orders_n; i++) {
        orders[i] = plx_twin_order_take(c, encounter, &e->orders[i], group, loose);
        if (orders[i]) plx_twin_order_busy(c->t, orders[i], true);
    }
    for (uint32_t i = 0; i < e->orders_n; i++) {
        uint32_t first = orders[i];
        if (!first) continue;
        orders[i] = plx_twin_order_find(c->t, &e->orders[i], encounter, group);
        PLX_ASSERT(orders[i]); /* its numbers are known now */
        plx_twin_order_busy(c->t, orders[i], true);
        if (first != orders[i] && !is_among(orders, e->orders_n, first))
            plx_twin_order_busy(c->t, first, false);
    }
}

/* true: something belongs to another stay of the person. */
static bool take_medications(twin_context *c, uint32_t encounter, bool loose,
                             const uint32_t *orders)
{
    const plx_event *e = c->event;
    bool moved = false;
    for (uint32_t i = 0; i < e->medications_n; i++) {
        const plx_medication_facts *said = &e->medications[i];
        uint32_t order = said->order < e->orders_n ? orders[said->order] : 0;
        bool numbered = order != 0;
        if (said->word == PLX_MEDICATION_GIVEN && !numbered)
            order = plx_twin_order_unnumbered(c, encounter, said, loose);
        if (!order || !plx_twin_dose_take(c, order, said)) continue;
        plx_twin_order_doses_seen(c->t, order);
        if (!numbered) moved |= plx_twin_home_order(c, order);
    }
    return moved;
}

void plx_twin_observations_take(twin_context *c, uint32_t encounter, bool loose)
{
    plx_twin *t = c->t;
    const plx_event *e = c->event;
    if (e->orders_n == 0 && e->observations_n == 0 && e->medications_n == 0) return;
    uint32_t group = twin_group_of(t, twin_encounter_at(t, encounter)->owner);
    uint32_t *orders = plx_arena_take(c->step, e->orders_n + 1, sizeof *orders);
    PLX_ASSERT(orders); /* the mapping took far more for each order, and left this much */
    bool moved = false; /* something belongs to another stay of the person */
    take_orders(c, encounter, group, loose, orders);
    for (uint32_t i = 0; i < e->observations_n; i++) {
        const plx_observation_facts *o = &e->observations[i];
        uint32_t order = o->order < e->orders_n ? orders[o->order] : 0;
        uint32_t home = encounter;
        int64_t at_us = o->when.presence == PLX_VALUE ? o->when.time_us : issued_us(c, o);
        if (loose && !order) home = plx_twin_home_of(c, encounter, at_us);
        plx_twin_result_take(c, home, order, o, issued_us(c, o), loose);
        moved |= home != encounter;
    }
    moved |= take_medications(c, encounter, loose, orders);
    for (uint32_t i = 0; i < e->orders_n; i++) {
        if (!orders[i]) continue;
        uint32_t owner = twin_order_at(t, orders[i])->encounter;
        plx_twin_order_results_seen(c, orders[i], &e->orders[i], has_values(e, i));
        plx_twin_encounter_news(c, owner);
        if (owner != encounter && plx_twin_observations_score(e)) plx_twin_score_update(c, owner);
    }
    for (uint32_t i = 0; i < e->orders_n; i++)
        if (orders[i]) plx_twin_order_busy(t, orders[i], false);
    for (uint32_t i = 0; i < e->orders_n; i++)
        if (orders[i] && twin_is_live(t, TWIN_ORDER, orders[i]))
            moved |= plx_twin_home_order(c, orders[i]);
    if (moved) plx_twin_home_score(c, twin_group_of(t, twin_encounter_at(t, encounter)->owner));
    plx_twin_encounter_news(c, encounter);
}

bool plx_twin_observations_score(const plx_event *e)
{
    for (uint32_t i = 0; i < e->observations_n; i++) {
        const plx_observation_facts *o = &e->observations[i];
        bool mapped = o->quantity != PLX_QUANTITY_OTHER && o->quantity <= PLX_QUANTITY_TEMP_AXILLA;
        bool house = o->quantity == PLX_QUANTITY_OTHER && o->code_system.n > 0;
        if (mapped || house) return true;
    }
    return false;
}

static uint32_t known_order(const twin_context *c, uint32_t group)
{
    const plx_event *e = c->event;
    for (uint32_t i = 0; i < e->orders_n; i++) {
        uint32_t order = plx_twin_order_find(c->t, &e->orders[i], 0, group);
        if (order) return order;
    }
    return 0;
}

const char *plx_twin_observations_apply(twin_context *c, bool *dead)
{
    const plx_event *e = c->event;
    *dead = false;
    const bool nothing = e->orders_n == 0 && e->observations_n == 0 && e->medications_n == 0;
    if (nothing && (c->waveforms > 0 || plx_twin_waveform_trigger(e)))
        return "waveform-not-stored-yet";
    if (nothing) return "nothing-to-apply";
    uint32_t person = plx_twin_person_take(c, &e->person);
    twin_clue clue = {.visit = e->visit.given ? &e->visit : NULL,
                      .account = &e->person.account,
                      .person = person,
                      .order = known_order(c, twin_group_of(c->t, person)),
                      .at_us = moment_us(c),
                      .device = is_device(e)};
    bool loose;
    uint32_t encounter = plx_twin_encounter_for(c, &clue, &loose);
    if (!encounter) {
        *dead = true;
        return "no-patient-visit-or-bed-named";
    }
    if (person && !twin_encounter_at(c->t, encounter)->unnamed_place)
        plx_twin_encounter_own(c, encounter, person, false);
    bool account = e->person.account.value.presence == PLX_VALUE && e->person.account.value.text.n;
    if (account && !twin_encounter_at(c->t, encounter)->account) {
        uint32_t node = plx_twin_node_get(c->t, TWIN_ACCOUNT_ID, &e->person.account, 0);
        plx_twin_encounter_account(c, encounter, node);
    }
    plx_twin_observations_take(c, encounter, loose);
    if (plx_twin_observations_score(e)) plx_twin_score_update(c, encounter);
    plx_twin_wake_set(c->t, encounter);
    plx_twin_home_tidy(c, encounter);
    return NULL;
}
