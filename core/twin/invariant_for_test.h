/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What holds in every twin after every entry. A broken rule traps (PLX_ASSERT), so that a fuzzer
 * keeps the input. Included by tests only. */
#ifndef PLX_CORE_TWIN_INVARIANT_FOR_TEST_H
#define PLX_CORE_TWIN_INVARIANT_FOR_TEST_H

#include <stdlib.h>

#include "core/twin/private.h"

static inline void check_books(const plx_twin *t)
{
    for (uint32_t i = 0; i < PLX_IFACE_MAX; i++) {
        const twin_book *b = &t->books[i];
        PLX_ASSERT(b->received == b->applied + b->duplicate + b->ignored + b->refused +
                                      b->dead_open + b->dead_fixed + b->dead_discarded);
    }
    uint32_t n = 0;
    for (uint32_t d = t->world.open_first; d; d = twin_dead_at(t, d)->next, n++)
        PLX_ASSERT(twin_dead_at(t, d)->state == TWIN_DEAD_OPEN);
    for (uint32_t d = t->world.closed_first; d; d = twin_dead_at(t, d)->next, n++)
        PLX_ASSERT(twin_dead_at(t, d)->state != TWIN_DEAD_OPEN);
    PLX_ASSERT(n == t->world.dead_n && n == t->pools[TWIN_DEAD].live);
}

static inline void check_places(const plx_twin *t)
{
    uint32_t placed = 0, here = 0;
    for (uint32_t p = twin_next(t, TWIN_PLACE, 0); p; p = twin_next(t, TWIN_PLACE, p)) {
        const twin_place *x = twin_place_at(t, p);
        uint32_t n = 0;
        for (uint32_t e = x->occupants; e; e = twin_encounter_at(t, e)->place_next, n++) {
            const twin_encounter *o = twin_encounter_at(t, e);
            bool conflict = (o->marks & TWIN_MARK_BED_CONFLICT) != 0;
            PLX_ASSERT(o->place == p && o->stay.location == p);
            PLX_ASSERT(twin_status_is_active(o->stay.status));
            PLX_ASSERT(conflict == (x->bed && x->occupants_n > 1));
        }
        PLX_ASSERT(n == x->occupants_n);
        placed += n;
        if (x->unnamed) PLX_ASSERT(twin_encounter_at(t, x->unnamed)->unnamed_place == p);
    }
    for (uint32_t e = twin_next(t, TWIN_ENCOUNTER, 0); e; e = twin_next(t, TWIN_ENCOUNTER, e)) {
        const twin_encounter *x = twin_encounter_at(t, e);
        bool active = twin_status_is_active(x->stay.status);
        PLX_ASSERT(x->place == (active ? x->stay.location : 0));
        here += x->place != 0;
    }
    PLX_ASSERT(placed == here);
}

static inline void check_groups(const plx_twin *t)
{
    uint32_t members = 0;
    for (uint32_t g = twin_next(t, TWIN_GROUP, 0); g; g = twin_next(t, TWIN_GROUP, g)) {
        const twin_group *x = twin_group_at(t, g);
        uint32_t n = 0, edges = 0, stays = 0, loose = 0;
        for (uint32_t m = x->members; m; m = twin_node_at(t, m)->next, n++) {
            PLX_ASSERT(twin_node_at(t, m)->group == g && twin_node_at(t, m)->kind == x->kind);
            for (uint32_t e = twin_node_at(t, m)->encounters; e;
                 e = twin_encounter_at(t, e)->owner_next, stays++) {
                PLX_ASSERT(twin_encounter_at(t, e)->owner == m);
                loose += twin_encounter_at(t, e)->loose;
            }
        }
        for (uint32_t e = x->edges; e; e = twin_edge_at(t, e)->next)
            edges++;
        PLX_ASSERT(n == x->members_n && n > 0 && edges == x->edges_n);
        if (x->kind == TWIN_PERSON_ID) PLX_ASSERT(stays == x->encounters_n && loose == x->loose_n);
        if (x->kind == TWIN_ACCOUNT_ID) {
            uint32_t counted = 0;
            for (uint32_t e = twin_next(t, TWIN_ENCOUNTER, 0); e;
                 e = twin_next(t, TWIN_ENCOUNTER, e))
                counted += twin_group_of(t, twin_encounter_at(t, e)->account) == g;
            PLX_ASSERT(counted == x->encounters_n);
        }
        if (x->kind == TWIN_VISIT_ID && x->encounter)
            PLX_ASSERT(twin_encounter_at(t, x->encounter)->visit == g);
        members += n;
    }
    PLX_ASSERT(members == t->pools[TWIN_NODE].live);
}

static inline void check_series(const plx_twin *t)
{
    uint32_t heads = 0, versions = 0, listed = 0;
    for (uint32_t s = twin_next(t, TWIN_SERIES, 0); s; s = twin_next(t, TWIN_SERIES, s)) {
        const twin_series *x = twin_series_at(t, s);
        const uint32_t *rows = twin_series_rows(t, x);
        PLX_ASSERT(x->rows_n <= TWIN_SERIES_ROWS_MAX);
        for (uint32_t i = 0; i < x->rows_n; i++, heads++) {
            const twin_row *r = twin_row_at(t, rows[i]);
            PLX_ASSERT(r->series == s);
            PLX_ASSERT(i == 0 || twin_row_at(t, rows[i - 1])->when_us <= r->when_us);
            if (r->order) PLX_ASSERT(twin_order_at(t, r->order)->encounter == x->encounter);
            for (uint32_t v = r->older; v; v = twin_row_at(t, v)->older, versions++)
                PLX_ASSERT(twin_row_at(t, v)->series == s);
        }
    }
    PLX_ASSERT(heads + versions == t->pools[TWIN_ROW].live);
    for (uint32_t o = twin_next(t, TWIN_ORDER, 0); o; o = twin_next(t, TWIN_ORDER, o)) {
        uint32_t n = 0;
        for (uint32_t r = twin_order_at(t, o)->rows; r; r = twin_row_at(t, r)->order_next, n++)
            PLX_ASSERT(twin_row_at(t, r)->order == o);
        PLX_ASSERT(n == twin_order_at(t, o)->rows_n && twin_order_at(t, o)->from_results < 2);
        PLX_ASSERT(n > 0 || !twin_order_at(t, o)->from_results ||
                   twin_order_at(t, o)->result_status == 'X');
        listed += n;
    }
    PLX_ASSERT(listed <= heads);
}

/* Words on drugs: each list by falling time, no key twice, versions as they were issued. */
static inline void check_doses(const plx_twin *t)
{
    uint32_t all = 0;
    for (uint32_t o = twin_next(t, TWIN_ORDER, 0); o; o = twin_next(t, TWIN_ORDER, o)) {
        uint32_t n = 0;
        for (uint32_t d = twin_order_at(t, o)->doses; d; d = twin_dose_at(t, d)->next, n++) {
            const twin_dose *x = twin_dose_at(t, d);
            PLX_ASSERT(!x->next || twin_dose_at(t, x->next)->at_us <= x->at_us);
            for (uint32_t v = d; v; v = twin_dose_at(t, v)->older, all++) {
                const twin_dose *y = twin_dose_at(t, v);
                PLX_ASSERT(y->order == o && y->source && y->word == x->word && y->code == x->code);
                PLX_ASSERT(!y->older || twin_dose_at(t, y->older)->issued_us <= y->issued_us);
            }
        }
        PLX_ASSERT(n == twin_order_at(t, o)->doses_n && n <= TWIN_DOSES_MAX);
        PLX_ASSERT(n == 0 || !twin_order_at(t, o)->from_results);
    }
    PLX_ASSERT(all == t->pools[TWIN_DOSE].live);
}

/* The stay is what its events fold to. */
static inline void check_stays(plx_twin *t)
{
    for (uint32_t e = twin_next(t, TWIN_ENCOUNTER, 0); e; e = twin_next(t, TWIN_ENCOUNTER, e)) {
        twin_encounter *x = twin_encounter_at(t, e);
        twin_stay before = x->stay;
        uint32_t waiting_n = x->waiting_n;
        uint8_t marks = x->marks;
        plx_twin_stay_fold(t, e);
        PLX_ASSERT(memcmp(&before, &x->stay, sizeof before) == 0);
        PLX_ASSERT(waiting_n == x->waiting_n && marks == x->marks);
    }
}

/* Who holds a text or a source, counted anew. */
typedef struct holders {
    uint32_t *texts, *sources;
} holders;

static inline void count_record(holders *h, const twin_layout *layout, const void *record)
{
    for (uint32_t i = 0; i < layout->fields_n; i++) {
        const twin_field *f = &layout->fields[i];
        if (f->kind != TWIN_KIND_TEXT && f->kind != TWIN_KIND_SOURCE) continue;
        for (uint32_t k = 0; k < f->n; k++) {
            uint32_t value;
            memcpy(&value, (const uint8_t *)record + f->offset + k * sizeof value, sizeof value);
            if (f->kind == TWIN_KIND_TEXT)
                h->texts[value]++;
            else
                h->sources[value]++;
        }
    }
}

static inline void check_counts(const plx_twin *t)
{
    holders h = {calloc(t->region.used / TWIN_UNIT + 1, sizeof(uint32_t)),
                 calloc(t->pools[TWIN_SOURCE].n + 1, sizeof(uint32_t))};
    PLX_ASSERT(h.texts && h.sources);
    for (int pool = 0; pool < TWIN_POOLS; pool++)
        for (uint32_t i = twin_next(t, (twin_pool_kind)pool, 0); i;
             i = twin_next(t, (twin_pool_kind)pool, i)) {
            count_record(&h, plx_twin_layout_of((twin_pool_kind)pool),
                         plx_twin_pool_get(t, &t->pools[pool], i));
            if (pool != TWIN_ENCOUNTER) continue;
            const twin_encounter *e = twin_encounter_at(t, i);
            for (uint32_t k = 0; k < e->events_n; k++)
                count_record(&h, &plx_twin_event_layout, &twin_events_of(t, e)[k]);
        }
    for (int i = 0; i < PLX_IFACE_MAX; i++)
        h.texts[t->books[i].name]++;
    uint32_t texts = 0;
    for (uint64_t i = 1; i < t->region.used / TWIN_UNIT; i++) {
        if (!h.texts[i]) continue;
        PLX_ASSERT(((const twin_text_head *)plx_twin_at(t, (twin_text)i))->count == h.texts[i]);
        texts++;
    }
    PLX_ASSERT(texts == t->maps[TWIN_MAP_TEXT].live);
    for (uint32_t i = twin_next(t, TWIN_SOURCE, 0); i; i = twin_next(t, TWIN_SOURCE, i))
        PLX_ASSERT(twin_source_at(t, i)->holders == h.sources[i]);
    free(h.texts);
    free(h.sources);
}

/* Every value of a table can be found under its key, and there are as many as records. */
static inline void check_tables(const plx_twin *t)
{
    static const struct {
        twin_map_kind map;
        twin_pool_kind pool;
    } ONE_EACH[] = {{TWIN_MAP_NODE, TWIN_NODE},   {TWIN_MAP_PLACE, TWIN_PLACE},
                    {TWIN_MAP_STAFF, TWIN_STAFF}, {TWIN_MAP_SERIES, TWIN_SERIES},
                    {TWIN_MAP_LINK, TWIN_LINK},   {TWIN_MAP_DEAD, TWIN_DEAD}};
    for (size_t k = 0; k < sizeof ONE_EACH / sizeof *ONE_EACH; k++) {
        twin_pool_kind pool = ONE_EACH[k].pool;
        PLX_ASSERT(t->maps[ONE_EACH[k].map].live == t->pools[pool].live);
        for (uint32_t i = twin_next(t, pool, 0); i; i = twin_next(t, pool, i)) {
            uint64_t hash = plx_twin_index_hash_of(t, ONE_EACH[k].map, i);
            uint32_t at = PLX_MAP_START, found;
            while ((found = plx_twin_index_find(t, ONE_EACH[k].map, hash, &at)) != 0 &&
                   found != i) {
            }
            PLX_ASSERT(found == i);
        }
    }
}

static inline void check_twin(plx_twin *t)
{
    check_books(t);
    check_places(t);
    check_groups(t);
    check_series(t);
    check_doses(t);
    check_counts(t);
    check_tables(t);
    check_stays(t);
    PLX_ASSERT(plx_twin_region_sound(t, t->region.used));
}

#endif
