/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Where data belong that name a person and a time and no stay: the one stay that held the moment;
 * with two such, what is held for the person until there is one; with none, the nearest. A function
 * of the stays and the moment alone, so it is asked anew when a stay's time changes, and what is
 * heard of first makes no difference. An order is one, with all its results. */
#include "core/twin/private.h"

static bool is_stay(const twin_stay *s)
{
    return twin_status_is_active(s->status) || s->status == TWIN_STATUS_FINISHED;
}

/* Between a moment and a stay; 0 inside. A stay whose arrival is not known began before all. */
static uint64_t distance_us(const twin_stay *s, int64_t at_us)
{
    if (at_us < s->arrived_us) return (uint64_t)s->arrived_us - (uint64_t)at_us;
    bool after = s->status == TWIN_STATUS_FINISHED && at_us > s->finished_us;
    return after ? (uint64_t)at_us - (uint64_t)s->finished_us : 0;
}

static plx_slice visit_of(const plx_twin *t, const twin_encounter *e)
{
    uint32_t node = e->visit ? plx_twin_group_name(t, e->visit) : 0;
    return node ? twin_text_get(t, twin_node_at(t, node)->value) : (plx_slice){NULL, 0};
}

/* The later of two that are equally near; of the same moment the one with the greater number. */
static bool is_nearer(const plx_twin *t, uint32_t a, uint32_t b, int64_t at_us)
{
    const twin_encounter *x = twin_encounter_at(t, a), *y = twin_encounter_at(t, b);
    uint64_t near = distance_us(&x->stay, at_us), far = distance_us(&y->stay, at_us);
    if (near != far) return near < far;
    if (x->stay.arrived_us != y->stay.arrived_us) return x->stay.arrived_us > y->stay.arrived_us;
    int order = plx_slice_compare(visit_of(t, x), visit_of(t, y));
    return order ? order > 0 : x->number > y->number;
}

uint32_t plx_twin_home_find(const plx_twin *t, uint32_t group, int64_t at_us, uint32_t *holders)
{
    uint32_t best = 0, walked = 0;
    *holders = 0;
    for (uint32_t node = twin_group_at(t, group)->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t i = twin_node_at(t, node)->encounters; i && walked < TWIN_VISITS_WALK_MAX;
             i = twin_encounter_at(t, i)->owner_next, walked++) {
            const twin_stay *s = &twin_encounter_at(t, i)->stay;
            if (!is_stay(s)) continue;
            *holders += distance_us(s, at_us) == 0;
            if (!best || is_nearer(t, i, best, at_us)) best = i;
        }
    return best;
}

uint32_t plx_twin_home_provisional(twin_context *c, uint32_t group, bool ambiguous)
{
    plx_twin *t = c->t;
    uint32_t encounter = twin_group_at(t, group)->encounter;
    if (!encounter) {
        encounter = plx_twin_encounter_make(c);
        twin_encounter_at(t, encounter)->keyless = 1;
        twin_group_at(t, group)->encounter = encounter;
    }
    if (ambiguous) twin_encounter_at(t, encounter)->marks |= TWIN_MARK_CANDIDATES;
    return encounter;
}

uint32_t plx_twin_home_of(twin_context *c, uint32_t from, int64_t at_us)
{
    plx_twin *t = c->t;
    uint32_t owner = twin_encounter_at(t, from)->owner, group = twin_group_of(t, owner), holders;
    if (!group || twin_group_at(t, group)->encounters_n < 2) return from;
    uint32_t home = plx_twin_home_find(t, group, at_us, &holders);
    if (holders > 1) {
        home = plx_twin_home_provisional(c, group, true);
        plx_twin_encounter_own(c, home, owner, false);
    }
    return home ? home : from; /* without a stay there is nothing better */
}

/* When an order was: its first value or dose, else what was said of the order. */
static int64_t moment_us(const plx_twin *t, uint32_t order)
{
    const twin_order *o = twin_order_at(t, order);
    int64_t first_us = PLX_TIME_NONE;
    for (uint32_t row = o->rows; row; row = twin_row_at(t, row)->order_next) {
        int64_t when_us = twin_row_at(t, row)->when_us;
        if (first_us == PLX_TIME_NONE || when_us < first_us) first_us = when_us;
    }
    if (first_us == PLX_TIME_NONE) first_us = plx_twin_doses_first_us(t, order);
    if (first_us != PLX_TIME_NONE) return first_us;
    if (o->collected_us != PLX_TIME_NONE) return o->collected_us;
    return o->ordered_us != PLX_TIME_NONE ? o->ordered_us : twin_source_at(t, o->source)->sent_us;
}

static void order_go(plx_twin *t, uint32_t order, uint32_t home)
{
    plx_twin_order_busy(t, order, true);
    plx_twin_order_move(t, order, home);
    plx_twin_result_follow(t, order);
    plx_twin_order_busy(t, order, false);
}

bool plx_twin_home_order(twin_context *c, uint32_t order)
{
    plx_twin *t = c->t;
    const twin_order *o = twin_order_at(t, order);
    if (!o->loose) return false;
    uint32_t from = o->encounter, home = plx_twin_home_of(c, from, moment_us(t, order));
    if (home == from) return false;
    plx_twin_result_note_loose(t, home);
    order_go(t, order, home);
    return true;
}

/* One stay's loose data, each to where it belongs. */
typedef struct review {
    uint32_t from, kept_n; /* what stays in it */
    uint32_t last;         /* the stay to which something went, 0 = none did */
} review;

static void review_orders(twin_context *c, review *r)
{
    plx_twin *t = c->t;
    for (uint32_t order = twin_encounter_at(t, r->from)->orders; order;) {
        const twin_order *o = twin_order_at(t, order);
        uint32_t next = o->next;
        uint32_t home = o->loose ? plx_twin_home_of(c, r->from, moment_us(t, order)) : r->from;
        r->kept_n += o->loose && home == r->from;
        if (home != r->from) {
            plx_twin_result_note_loose(t, home);
            order_go(t, order, home);
            r->last = home;
        }
        order = next;
    }
}

static void review_series(twin_context *c, review *r, uint32_t series)
{
    plx_twin *t = c->t;
    const twin_series *s = twin_series_at(t, series);
    for (uint32_t i = s->rows_n; i > 0; i--) {
        if (i > s->rows_n) continue;
        uint32_t row = twin_series_rows(t, s)[i - 1];
        const twin_row *x = twin_row_at(t, row);
        if (!x->loose || x->order) continue;
        uint32_t home = plx_twin_home_of(c, r->from, x->when_us);
        r->kept_n += home == r->from;
        if (home == r->from) continue;
        plx_twin_result_note_loose(t, home);
        plx_twin_result_move(t, row, home);
        r->last = home;
    }
}

static bool review_stay(twin_context *c, uint32_t group, uint32_t encounter)
{
    plx_twin *t = c->t;
    review r = {.from = encounter};
    review_orders(c, &r);
    for (uint32_t series = twin_encounter_at(t, encounter)->series; series;) {
        uint32_t next = twin_series_at(t, series)->next;
        review_series(c, &r, series);
        series = next;
    }
    twin_encounter *e = twin_encounter_at(t, encounter);
    if (r.kept_n == 0) {
        e->loose = 0;
        twin_group_at(t, group)->loose_n--;
    }
    bool empty = twin_group_at(t, group)->encounter == encounter && r.last && r.kept_n == 0;
    if (empty) plx_twin_encounter_absorb(c, r.last, encounter);
    return r.last != 0;
}

void plx_twin_home_score(twin_context *c, uint32_t group)
{
    plx_twin *t = c->t;
    uint32_t walked = 0;
    for (uint32_t node = twin_group_at(t, group)->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t e = twin_node_at(t, node)->encounters; e && walked < TWIN_VISITS_WALK_MAX;
             e = twin_encounter_at(t, e)->owner_next, walked++) {
            plx_twin_encounter_touch(c, e);
            plx_twin_score_update(c, e);
            plx_twin_wake_set(t, e);
        }
}

void plx_twin_home_tidy(twin_context *c, uint32_t encounter)
{
    const twin_encounter *e = twin_encounter_at(c->t, encounter);
    uint32_t group = twin_group_of(c->t, e->owner);
    bool held = group && twin_group_at(c->t, group)->encounter == encounter;
    bool empty = held && e->loose && !e->orders;
    for (uint32_t s = e->series; s && empty; s = twin_series_at(c->t, s)->next)
        empty = twin_series_at(c->t, s)->rows_n == 0;
    if (empty) plx_twin_encounter_retire(c, encounter);
}

void plx_twin_home_review(twin_context *c, uint32_t group)
{
    plx_twin *t = c->t;
    uint32_t walked = 0;
    bool moved = false;
    const twin_group *g = group ? twin_group_at(t, group) : NULL;
    if (!g || g->loose_n == 0 || g->encounters_n < 2) return;
    for (uint32_t node = g->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t e = twin_node_at(t, node)->encounters; e && walked < TWIN_VISITS_WALK_MAX;
             walked++) {
            uint32_t next = twin_encounter_at(t, e)->owner_next;
            if (twin_encounter_at(t, e)->loose) moved |= review_stay(c, group, e);
            e = next;
        }
    if (moved) plx_twin_home_score(c, group);
}
