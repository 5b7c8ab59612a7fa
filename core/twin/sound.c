/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Whether a region that was loaded may be walked: every offset, index and length lies inside. The
 * state hash then tells whether it is the state that was saved. */
#include "core/twin/private.h"
#include "core/twin/trust.h"

size_t plx_twin_kind_bytes(twin_field_kind kind)
{
    static const uint8_t BYTES[] = {
#define X(NAME, type) [TWIN_KIND_##NAME] = sizeof(type),
        TWIN_KIND_TABLE(X)
#undef X
    };
    return kind < sizeof BYTES ? BYTES[kind] : sizeof(uint32_t);
}

/* A block of n bytes after the header. */
static bool block_sound(uint64_t used, twin_block block, uint64_t n)
{
    uint64_t at = (uint64_t)block * TWIN_UNIT;
    return at >= sizeof(plx_twin) && at <= used && n <= used - at;
}

static bool text_sound(const plx_twin *t, uint64_t used, twin_text text)
{
    if (text == 0) return true;
    if (!block_sound(used, text, sizeof(twin_text_head))) return false;
    const twin_text_head *head = plx_twin_at(t, text);
    return head->n <= TWIN_TEXT_MAX && block_sound(used, text, sizeof *head + head->n);
}

static bool pool_sound(const plx_twin *t, uint64_t used, twin_pool_kind kind)
{
    const twin_pool *p = &t->pools[kind];
    twin_pool fresh;
    plx_twin_pool_init(&fresh, plx_twin_layout_of(kind)->bytes);
    if (p->record_bytes != fresh.record_bytes || p->shift != fresh.shift) return false;
    if (p->n == 0 || p->n > TWIN_INDEX_MAX || p->chunks_n > p->directory_capacity) return false;
    if (((uint64_t)p->n - 1) >> p->shift >= p->chunks_n && p->n > 1) return false;
    if (p->live >= p->n || p->free_head >= p->n) return false;
    if (p->chunks_n == 0) return true;
    if (!block_sound(used, p->directory, (uint64_t)p->directory_capacity * sizeof(twin_block)))
        return false;
    const twin_block *directory = plx_twin_at(t, p->directory);
    for (uint32_t i = 0; i < p->chunks_n; i++)
        if (!block_sound(used, directory[i], (uint64_t)p->record_bytes << p->shift)) return false;
    return true;
}

static bool value_sound(const plx_twin *t, uint64_t used, const twin_field *f, uint32_t value)
{
    if (f->kind == TWIN_KIND_TEXT) return text_sound(t, used, value);
    const uint32_t first = TWIN_KIND_SOURCE;
    if ((uint32_t)f->kind < first) return true;
    twin_pool_kind pool = (twin_pool_kind)((uint32_t)f->kind - first);
    return value == 0 || twin_is_live(t, pool, value);
}

static bool record_sound(const plx_twin *t, uint64_t used, const twin_layout *layout,
                         const void *record)
{
    for (uint32_t i = 0; i < layout->fields_n; i++) {
        const twin_field *f = &layout->fields[i];
        if (plx_twin_kind_bytes(f->kind) != sizeof(uint32_t)) continue;
        for (uint32_t k = 0; k < f->n; k++) {
            uint32_t value;
            memcpy(&value, (const uint8_t *)record + f->offset + k * sizeof value, sizeof value);
            if (!value_sound(t, used, f, value)) return false;
        }
    }
    return true;
}

static bool encounter_sound(const plx_twin *t, uint64_t used, uint32_t index)
{
    const twin_encounter *e = twin_encounter_at(t, index);
    if (!record_sound(t, used, &plx_twin_stay_layout, &e->stay)) return false;
    if (e->events_n > e->events_capacity || e->events_n > TWIN_EVENTS_MAX) return false;
    if (e->events_capacity == 0) return true;
    if (!block_sound(used, e->events, (uint64_t)e->events_capacity * sizeof(twin_event)))
        return false;
    for (uint32_t i = 0; i < e->events_n; i++) {
        const twin_event *x = &twin_events_of(t, e)[i];
        if (!x->source || !record_sound(t, used, &plx_twin_event_layout, x)) return false;
    }
    return true;
}

static bool series_sound(const plx_twin *t, uint64_t used, uint32_t index)
{
    const twin_series *s = twin_series_at(t, index);
    if (s->rows_n > s->rows_capacity || s->rows_n > TWIN_SERIES_ROWS_MAX + 1) return false;
    if (s->rows_capacity == 0) return true;
    if (!block_sound(used, s->rows, s->rows_capacity * sizeof(uint32_t))) return false;
    for (uint32_t i = 0; i < s->rows_n; i++)
        if (!twin_is_live(t, TWIN_ROW, twin_series_rows(t, s)[i])) return false;
    return true;
}

static bool map_sound(const plx_twin *t, uint64_t used, twin_map_kind kind)
{
    static const twin_pool_kind POOLS[] = {
        [TWIN_MAP_NODE] = TWIN_NODE,    [TWIN_MAP_PLACE] = TWIN_PLACE,
        [TWIN_MAP_STAFF] = TWIN_STAFF,  [TWIN_MAP_PLACER] = TWIN_ORDER,
        [TWIN_MAP_FILLER] = TWIN_ORDER, [TWIN_MAP_SERIES] = TWIN_SERIES,
        [TWIN_MAP_RESULT] = TWIN_ROW,   [TWIN_MAP_LINK] = TWIN_LINK,
        [TWIN_MAP_DEAD] = TWIN_DEAD};
    const twin_map *m = &t->maps[kind];
    if (m->slots_n == 0) return m->live == 0;
    if ((m->slots_n & (m->slots_n - 1)) != 0 || m->slots_n < 2) return false;
    if (m->used >= m->slots_n || m->live > m->used) return false;
    if (!block_sound(used, m->slots, (uint64_t)m->slots_n * sizeof(plx_map_slot))) return false;
    const plx_map_slot *slots = plx_twin_at(t, m->slots);
    uint32_t used_n = 0;
    for (uint32_t i = 0; i < m->slots_n; i++) {
        uint32_t value = slots[i].value;
        used_n += value != PLX_MAP_EMPTY;
        if (value == PLX_MAP_EMPTY || value == PLX_MAP_GONE) continue;
        if (kind == TWIN_MAP_TEXT ? !text_sound(t, used, value)
                                  : !twin_is_live(t, POOLS[kind], value))
            return false;
    }
    return used_n == m->used;
}

static bool records_sound(const plx_twin *t, uint64_t used, twin_pool_kind pool)
{
    for (uint32_t i = twin_next(t, pool, 0); i; i = twin_next(t, pool, i)) {
        const void *record = plx_twin_pool_get(t, &t->pools[pool], i);
        if (!record_sound(t, used, plx_twin_layout_of(pool), record)) return false;
        if (pool == TWIN_ENCOUNTER && !encounter_sound(t, used, i)) return false;
        if (pool == TWIN_SERIES && !series_sound(t, used, i)) return false;
    }
    return true;
}

bool plx_twin_region_sound(const plx_twin *t, uint64_t used)
{
    for (int pool = 0; pool < TWIN_POOLS; pool++)
        if (!pool_sound(t, used, (twin_pool_kind)pool)) return false;
    for (int pool = 0; pool < TWIN_POOLS; pool++)
        if (!records_sound(t, used, (twin_pool_kind)pool)) return false;
    for (int map = 0; map < TWIN_MAPS; map++)
        if (!map_sound(t, used, (twin_map_kind)map)) return false;
    for (int i = 0; i < PLX_IFACE_MAX; i++)
        if (!record_sound(t, used, &plx_twin_book_layout, &t->books[i])) return false;
    for (int i = 0; i < TWIN_CLASSES; i++)
        if (t->region.free_heads[i] && !block_sound(used, t->region.free_heads[i], TWIN_UNIT))
            return false;
    bool heap = t->heap_capacity == 0 ||
                block_sound(used, t->heap, (uint64_t)t->heap_capacity * sizeof(plx_heap_item));
    return heap && t->heap_n <= t->heap_capacity && plx_twin_trust_sound(t, used) &&
           record_sound(t, used, &plx_twin_world_layout, &t->world);
}
