/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/body.h"
#include "core/twin/trust.h"

uint32_t plx_twin_encounter_make(twin_context *c)
{
    plx_twin *t = c->t;
    uint32_t index = plx_twin_record_take(t, TWIN_ENCOUNTER);
    twin_encounter *e = twin_encounter_at(t, index);
    e->number = t->world.next_number++;
    plx_twin_encounter_news(c, index);
    plx_twin_wake_set(t, index);
    return index;
}

uint32_t plx_twin_encounter_numbered(const plx_twin *t, uint64_t number)
{
    uint32_t e = twin_next(t, TWIN_ENCOUNTER, 0);
    while (e && twin_encounter_at(t, e)->number != number)
        e = twin_next(t, TWIN_ENCOUNTER, e);
    return e;
}

void plx_twin_encounter_touch(twin_context *c, uint32_t encounter)
{
    plx_applied *a = c->applied;
    for (uint32_t i = a->touched_n; i > 0; i--)
        if (a->touched[i - 1] == encounter) return;
    if (a->touched_n == PLX_TWIN_TOUCHED_MAX)
        a->all = true;
    else
        a->touched[a->touched_n++] = encounter;
}

void plx_twin_encounter_news(twin_context *c, uint32_t encounter)
{
    twin_encounter_at(c->t, encounter)->last_us = c->t->world.now_us;
    plx_twin_encounter_touch(c, encounter);
}

/* Whose stay. */

static void owner_unlink(plx_twin *t, uint32_t encounter)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    if (!e->owner) return;
    twin_node *n = twin_node_at(t, e->owner);
    twin_group *g = twin_group_at(t, n->group);
    if (e->owner_previous)
        twin_encounter_at(t, e->owner_previous)->owner_next = e->owner_next;
    else
        n->encounters = e->owner_next;
    if (e->owner_next) twin_encounter_at(t, e->owner_next)->owner_previous = e->owner_previous;
    g->encounters_n--;
    g->loose_n -= e->loose;
    e->owner = e->owner_next = e->owner_previous = 0;
}

static void owner_link(plx_twin *t, uint32_t encounter, uint32_t node)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    twin_node *n = twin_node_at(t, node);
    twin_group *g = twin_group_at(t, n->group);
    e->owner = node;
    e->owner_next = n->encounters;
    if (n->encounters) twin_encounter_at(t, n->encounters)->owner_previous = encounter;
    n->encounters = encounter;
    g->encounters_n++;
    g->loose_n += e->loose;
}

static void mark_identity(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    twin_encounter *e = twin_encounter_at(t, encounter);
    bool contested = e->contender && twin_group_of(t, e->contender) != twin_group_of(t, e->owner);
    uint8_t marks =
        (uint8_t)((e->marks & ~TWIN_MARK_IDENTITY) | (contested ? TWIN_MARK_IDENTITY : 0));
    if (marks == e->marks) return;
    e->marks = marks;
    plx_twin_encounter_touch(c, encounter);
}

static void owner_set(twin_context *c, uint32_t encounter, uint32_t node, int64_t recorded_us)
{
    twin_encounter *e = twin_encounter_at(c->t, encounter);
    if (e->owner != node) {
        owner_unlink(c->t, encounter);
        owner_link(c->t, encounter, node);
    }
    e->owner_us = recorded_us;
    plx_twin_source_set(c, &e->owner_source);
}

void plx_twin_encounter_own(twin_context *c, uint32_t encounter, uint32_t node, bool moved)
{
    plx_twin *t = c->t;
    if (!node) return;
    twin_encounter *e = twin_encounter_at(t, encounter);
    uint32_t source = plx_twin_source_hold(c);
    const twin_source *s = twin_source_at(t, source);
    bool first = !e->owner, adt = s->adt;
    bool adt_before = e->owner_source && twin_source_at(t, e->owner_source)->adt;
    bool later =
        first || s->recorded_us > e->owner_us ||
        (s->recorded_us == e->owner_us && plx_twin_source_compare(t, source, e->owner_source) >= 0);
    bool may = moved ? later || !e->owner_moved : !e->owner_moved && adt && (later || !adt_before);
    bool other = !first && twin_group_of(t, node) != twin_group_of(t, e->owner);
    bool known = adt || twin_node_at(t, node)->named_us != PLX_TIME_NONE;
    if (first || may) {
        if (other && !moved && adt_before) e->contender = e->owner;
        if (moved) e->contender = 0;
        owner_set(c, encounter, node, s->recorded_us);
        e->owner_moved |= moved;
    } else if (other && known && !e->owner_moved) {
        e->contender = node;
    }
    plx_twin_source_release(t, source);
    if (e->contender) twin_group_at(t, twin_group_of(t, e->contender))->kept = 1;
    mark_identity(c, encounter);
}

void plx_twin_encounter_account(twin_context *c, uint32_t encounter, uint32_t node)
{
    plx_twin *t = c->t;
    twin_encounter *e = twin_encounter_at(t, encounter);
    if (!node || e->account == node) return;
    uint32_t old = twin_group_of(t, e->account), new = twin_group_of(t, node);
    e->account = node;
    if (old == new) return;
    if (old) {
        twin_group *g = twin_group_at(t, old);
        g->encounters_n--;
        if (g->encounter == encounter) g->encounter = 0;
    }
    twin_group *g = twin_group_at(t, new);
    uint32_t other = g->encounter;
    g->encounters_n++;
    if (!other) {
        g->encounter = encounter;
        return;
    }
    /* the same account without a visit number is the same stay, known by less */
    const twin_encounter *x = twin_encounter_at(t, other);
    bool same =
        !x->visit && (twin_encounter_is_provisional(x) || twin_status_is_active(x->stay.status));
    if (same) plx_twin_encounter_absorb(c, encounter, other);
}

/* Settling. */

/* Data known by a bed alone belong to who lay there when they came, if that was one person. */
static void join_bed(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    const twin_encounter *e = twin_encounter_at(t, encounter);
    if (!e->place) return;
    const twin_place *p = twin_place_at(t, e->place);
    if (!p->unnamed || p->unnamed == encounter || p->occupants_n != 1) return;
    const twin_encounter *x = twin_encounter_at(t, p->unnamed);
    if (x->first_us == PLX_TIME_NONE || e->stay.location_us > x->first_us) return;
    if (x->marks & TWIN_MARK_IDENTITY) return; /* a device there named somebody else */
    plx_twin_encounter_absorb(c, encounter, p->unnamed);
}

/* Whether the stay of a person can be what provisional data from first_us on belong to. */
static bool can_claim(const twin_encounter *e, int64_t first_us)
{
    if (twin_status_is_active(e->stay.status)) return true;
    return e->stay.status == TWIN_STATUS_FINISHED && first_us != PLX_TIME_NONE &&
           first_us <= e->stay.finished_us;
}

static void join_provisional(twin_context *c, uint32_t group)
{
    plx_twin *t = c->t;
    uint32_t from = twin_group_at(t, group)->encounter, into = 0, n = 0, walked = 0;
    if (!from) return;
    int64_t first_us = twin_encounter_at(t, from)->first_us;
    for (uint32_t node = twin_group_at(t, group)->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t e = twin_node_at(t, node)->encounters; e && walked < TWIN_VISITS_WALK_MAX;
             e = twin_encounter_at(t, e)->owner_next, walked++) {
            if (e == from || !can_claim(twin_encounter_at(t, e), first_us)) continue;
            into = e;
            n++;
        }
    if (n == 1) {
        plx_twin_encounter_absorb(c, into, from);
        return;
    }
    twin_encounter *x = twin_encounter_at(t, from);
    uint8_t marks =
        (uint8_t)((x->marks & ~TWIN_MARK_CANDIDATES) | (n > 1 ? TWIN_MARK_CANDIDATES : 0));
    if (marks == x->marks) return;
    x->marks = marks;
    plx_twin_encounter_touch(c, from);
}

static bool span_is(twin_span a, twin_span b)
{
    return a.status == b.status && a.arrived_us == b.arrived_us && a.finished_us == b.finished_us;
}

/* Where emergency patients have been is the department; who lies elsewhere is not on its board. */
static void note_emergency(twin_context *c, const twin_encounter *e)
{
    if (e->stay.patient_class != 'E' || !e->place) return;
    twin_place *area = twin_place_at(c->t, twin_place_at(c->t, e->place)->area);
    if (area->emergency) return;
    area->emergency = 1;
    c->applied->all = true;
}

void plx_twin_encounter_settle(twin_context *c, uint32_t encounter, twin_span before)
{
    plx_twin *t = c->t;
    const twin_encounter *e = twin_encounter_at(t, encounter);
    bool active = twin_status_is_active(e->stay.status);
    plx_twin_place_occupy(c, encounter, active ? e->stay.location : 0);
    note_emergency(c, e);
    plx_twin_encounter_news(c, encounter);
    plx_twin_wake_set(t, encounter);
    uint32_t group = twin_group_of(t, e->owner);
    if (group && twin_group_at(t, group)->encounter == encounter &&
        !twin_encounter_is_provisional(e))
        twin_group_at(t, group)->encounter = 0;
    if (active) join_bed(c, encounter);
    if (before.status != e->stay.status) plx_twin_trust_stay(t, encounter);
    if (!group || span_is(before, twin_span_of(e))) return;
    if (active && !twin_status_is_active(before.status)) join_provisional(c, group);
    plx_twin_home_review(c, group);
}

void plx_twin_encounter_join_person(twin_context *c, uint32_t group)
{
    plx_twin *t = c->t;
    for (uint32_t node = twin_group_at(t, group)->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t e = twin_node_at(t, node)->encounters; e;
             e = twin_encounter_at(t, e)->owner_next) {
            mark_identity(c, e);
            plx_twin_encounter_touch(c, e);
        }
    join_provisional(c, group);
    plx_twin_home_review(c, group);
}

/* Absorbing and leaving. */

static void forget_names(plx_twin *t, uint32_t encounter, uint32_t instead)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    uint32_t groups[3] = {e->visit, twin_group_of(t, e->account), twin_group_of(t, e->owner)};
    for (int i = 0; i < 3; i++) {
        if (!groups[i]) continue;
        twin_group *g = twin_group_at(t, groups[i]);
        if (g->encounter == encounter) g->encounter = i == 2 ? 0 : instead;
        if (i == 1) g->encounters_n--;
    }
    if (e->unnamed_place) {
        twin_place *p = twin_place_at(t, e->unnamed_place);
        if (p->unnamed == encounter) p->unnamed = 0;
    }
}

static void events_pour(plx_twin *t, uint32_t into, uint32_t from)
{
    twin_encounter *f = twin_encounter_at(t, from);
    for (uint32_t i = 0; i < f->events_n; i++)
        plx_twin_stay_insert(t, into, &twin_events_of(t, f)[i]);
    plx_twin_block_give(t, &t->region, f->events,
                        (uint64_t)f->events_capacity * sizeof(twin_event));
    f->events = f->events_n = f->events_capacity = 0;
}

void plx_twin_encounter_absorb(twin_context *c, uint32_t into, uint32_t from)
{
    plx_twin *t = c->t;
    twin_encounter *e = twin_encounter_at(t, into), *f = twin_encounter_at(t, from);
    twin_span before = twin_span_of(e);
    plx_twin_encounter_touch(c, from);
    plx_twin_place_occupy(c, from, 0);
    forget_names(t, from, into);
    uint32_t owner = f->owner, account = f->account;
    owner_unlink(t, from);
    if (!e->owner && owner) owner_link(t, into, owner);
    if (!e->account && account) {
        e->account = account;
        twin_group_at(t, twin_group_of(t, account))->encounters_n++;
    }
    if (!e->visit) e->visit = f->visit;
    plx_twin_score_free(t, from);
    plx_twin_body_free(t, from);
    while (f->series)
        plx_twin_series_move(t, f->series, into);
    while (f->orders)
        plx_twin_order_move(t, f->orders, into);
    e->withdrawn_n += f->withdrawn_n; /* of series that moved whole */
    if (e->withdrawn_n) e->marks |= TWIN_MARK_WRONG_PATIENT;
    if (f->loose) plx_twin_result_note_loose(t, into);
    e->keyless &= f->keyless;
    if (f->events_n > 0) {
        events_pour(t, into, from);
        plx_twin_stay_fold(t, into);
    } else {
        plx_twin_block_give(t, &t->region, f->events,
                            (uint64_t)f->events_capacity * sizeof(twin_event));
    }
    plx_twin_record_free(t, TWIN_ENCOUNTER, from);
    plx_twin_encounter_settle(c, into, before);
    plx_twin_score_update(c, into);
}

static void names_free(plx_twin *t, uint32_t group)
{
    twin_group *g = twin_group_at(t, group);
    for (uint32_t edge = g->edges; edge;) {
        uint32_t next = twin_edge_at(t, edge)->next;
        plx_twin_record_free(t, TWIN_EDGE, edge);
        edge = next;
    }
    for (uint32_t node = g->members; node;) {
        uint32_t next = twin_node_at(t, node)->next, facts = twin_node_at(t, node)->facts;
        uint64_t hash = plx_twin_index_hash_of(t, TWIN_MAP_NODE, node);
        plx_twin_index_remove(t, TWIN_MAP_NODE, hash, node);
        if (facts) plx_twin_record_free(t, TWIN_FACTS, facts);
        plx_twin_record_free(t, TWIN_NODE, node);
        node = next;
    }
    plx_twin_record_free(t, TWIN_GROUP, group);
}

/* Merges forward for ever, so whoever took part in one stays known; the others go with their last
 * stay. */
static void names_retire(plx_twin *t, uint32_t group)
{
    if (!group) return;
    const twin_group *g = twin_group_at(t, group);
    if (g->encounters_n > 0 || g->encounter) return;
    bool merged = g->kind == TWIN_PERSON_ID && g->edges;
    if (merged || g->kept || g->deleted_us != PLX_TIME_NONE) return;
    for (uint32_t node = g->members; node; node = twin_node_at(t, node)->next)
        if (twin_node_at(t, node)->moved_us != PLX_TIME_NONE) return;
    names_free(t, group);
}

void plx_twin_encounter_retire(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    twin_encounter *e = twin_encounter_at(t, encounter);
    plx_twin_encounter_touch(c, encounter);
    plx_twin_place_occupy(c, encounter, 0);
    forget_names(t, encounter, 0);
    uint32_t person = twin_group_of(t, e->owner), visit = e->visit;
    uint32_t account = twin_group_of(t, e->account);
    owner_unlink(t, encounter);
    plx_twin_score_free(t, encounter);
    plx_twin_body_free(t, encounter);
    while (e->series) {
        uint32_t series = e->series;
        plx_twin_series_free(t, series);
    }
    while (e->orders)
        plx_twin_order_free(t, e->orders);
    for (uint32_t i = 0; i < e->events_n; i++) {
        const twin_event *x = &twin_events_of(t, e)[i];
        plx_twin_text_release(t, x->complaint);
        plx_twin_text_release(t, x->disposition);
        plx_twin_source_release(t, x->source);
    }
    plx_twin_block_give(t, &t->region, e->events,
                        (uint64_t)e->events_capacity * sizeof(twin_event));
    plx_twin_record_free(t, TWIN_ENCOUNTER, encounter);
    names_retire(t, visit);
    names_retire(t, account);
    names_retire(t, person);
    t->world.retired++;
}
