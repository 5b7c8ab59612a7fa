/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Key tables. A table holds no keys: each value leads to the record that has them. */
#include "core/base/hash.h"
#include "core/twin/private.h"

enum { SLOTS_FIRST = 64 };

uint64_t plx_twin_key_hash(twin_map_kind map, const uint32_t key[4])
{
    return plx_hash64(key, 4 * sizeof(uint32_t), (uint64_t)map);
}

static uint64_t hash4(twin_map_kind map, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return plx_twin_key_hash(map, (uint32_t[4]){a, b, c, d});
}

uint64_t plx_twin_index_hash_of(const plx_twin *t, twin_map_kind map, uint32_t value)
{
    if (map == TWIN_MAP_TEXT) {
        plx_slice text = twin_text_get(t, value);
        return plx_hash64(text.at, text.n, TWIN_MAP_TEXT);
    }
    if (map == TWIN_MAP_NODE) {
        const twin_node *n = twin_node_at(t, value);
        return hash4(map, n->kind, n->value, 0, 0);
    }
    if (map == TWIN_MAP_PLACE) {
        const twin_place *p = twin_place_at(t, value);
        return hash4(map, p->point, p->room, p->bed, p->facility);
    }
    if (map == TWIN_MAP_STAFF) {
        const twin_staff *s = twin_staff_at(t, value);
        return s->id ? hash4(map, s->id, s->authority, 0, 0)
                     : hash4(map, 0, 0, s->family, s->given);
    }
    if (map == TWIN_MAP_PLACER || map == TWIN_MAP_FILLER) {
        const twin_order *o = twin_order_at(t, value);
        return map == TWIN_MAP_PLACER ? hash4(map, o->placer, o->placer_authority, 0, 0)
                                      : hash4(map, o->filler, o->filler_authority, 0, 0);
    }
    if (map == TWIN_MAP_SERIES) {
        const twin_series *s = twin_series_at(t, value);
        return hash4(map, s->encounter, s->quantity, s->code, s->system);
    }
    if (map == TWIN_MAP_RESULT) {
        const twin_row *r = twin_row_at(t, value);
        return hash4(map, r->order, r->code, r->sub_id, 0);
    }
    if (map == TWIN_MAP_LINK) {
        const twin_link *l = twin_link_at(t, value);
        return hash4(map, l->one, l->other, 0, 0);
    }
    uint64_t seq = twin_dead_at(t, value)->seq;
    return hash4(TWIN_MAP_DEAD, (uint32_t)seq, (uint32_t)(seq >> 32), 0, 0);
}

uint32_t plx_twin_index_find(const plx_twin *t, twin_map_kind map, uint64_t hash, uint32_t *at)
{
    const twin_map *m = &t->maps[map];
    if (m->slots_n == 0) return 0;
    return plx_map_find(plx_twin_at(t, m->slots), m->slots_n, hash, at);
}

/* A table of the size that what is live deserves: removed values leave no trace in it. */
static void rebuild(plx_twin *t, twin_map_kind map)
{
    twin_map *m = &t->maps[map], old = *m;
    uint32_t slots_n = SLOTS_FIRST;
    while (slots_n < 2 * (m->live + 1))
        slots_n *= 2;
    *m = (twin_map){
        .slots = plx_twin_block_take(t, &t->region, (uint64_t)slots_n * sizeof(plx_map_slot)),
        .slots_n = slots_n,
        .live = old.live,
    };
    const plx_map_slot *from = plx_twin_at(t, old.slots);
    for (uint32_t i = 0; i < old.slots_n; i++) {
        if (from[i].value == PLX_MAP_EMPTY || from[i].value == PLX_MAP_GONE) continue;
        uint64_t hash = plx_twin_index_hash_of(t, map, from[i].value);
        bool put = plx_map_put(plx_twin_at(t, m->slots), slots_n, &m->used, hash, from[i].value);
        PLX_ASSERT(put);
    }
    plx_twin_block_give(t, &t->region, old.slots, (uint64_t)old.slots_n * sizeof(plx_map_slot));
}

void plx_twin_index_put(plx_twin *t, twin_map_kind map, uint64_t hash, uint32_t value)
{
    twin_map *m = &t->maps[map];
    if (m->slots_n == 0) rebuild(t, map);
    if (!plx_map_put(plx_twin_at(t, m->slots), m->slots_n, &m->used, hash, value)) {
        rebuild(t, map);
        bool put = plx_map_put(plx_twin_at(t, m->slots), m->slots_n, &m->used, hash, value);
        PLX_ASSERT(put);
    }
    m->live++;
}

void plx_twin_index_remove(plx_twin *t, twin_map_kind map, uint64_t hash, uint32_t value)
{
    twin_map *m = &t->maps[map];
    bool removed = plx_map_remove(plx_twin_at(t, m->slots), m->slots_n, hash, value);
    PLX_ASSERT(removed);
    m->live--;
}

uint64_t plx_twin_index_growth(const plx_twin *t)
{
    uint64_t bytes = 0;
    for (int map = 0; map < TWIN_MAPS; map++)
        bytes += (uint64_t)4 * (t->maps[map].slots_n + SLOTS_FIRST) * sizeof(plx_map_slot);
    return bytes;
}
