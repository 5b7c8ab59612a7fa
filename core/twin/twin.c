/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The life of a region: made, measured, hashed. */
#include "core/base/hash.h"
#include "core/twin/private.h"
#include "core/twin/trust.h"

enum { SIZE_MIN = 32 * 1024 * 1024 };

static const char MAGIC[8] = "PLXTWIN";

plx_twin_model plx_twin_model_default(void)
{
    return (plx_twin_model){.cancel_wait_us = 10 * PLX_MINUTE_US,
                            .retention_us = 14 * PLX_DAY_US,
                            .implied_transfer = PLX_TWIN_IMPLIED_ACCEPT};
}

size_t plx_twin_size_min(void)
{
    return SIZE_MIN;
}

plx_status plx_twin_init(plx_twin **twin, void *memory, size_t capacity,
                         const plx_twin_model *model)
{
    bool zone = model->zone_minutes >= -840 && model->zone_minutes <= 840;
    bool times = model->cancel_wait_us >= 0 && model->retention_us >= 0;
    bool implied = (unsigned)model->implied_transfer <= PLX_TWIN_IMPLIED_FLAG;
    if (capacity < SIZE_MIN) return PLX_SPACE;
    if (!zone || !times || !implied) return PLX_RANGE;
    plx_twin *t = memory;
    memset(t, 0, sizeof *t);
    memcpy(t->magic, MAGIC, sizeof t->magic);
    t->layout_version = TWIN_LAYOUT_VERSION;
    t->header_bytes = sizeof *t;
    t->region.used = (sizeof *t + TWIN_UNIT - 1) / TWIN_UNIT * TWIN_UNIT;
    t->region.capacity = capacity;
    for (int i = 0; i < TWIN_POOLS; i++)
        plx_twin_pool_init(&t->pools[i], plx_twin_layout_of((twin_pool_kind)i)->bytes);
    plx_twin_layout_clear(&plx_twin_world_layout, &t->world);
    for (int i = 0; i < PLX_IFACE_MAX; i++)
        plx_twin_layout_clear(&plx_twin_book_layout, &t->books[i]);
    t->world.now_us = 0;
    t->world.next_number = t->world.next_node = 1;
    t->world.cancel_wait_us = model->cancel_wait_us;
    t->world.retention_us = model->retention_us;
    t->world.zone_minutes = model->zone_minutes;
    t->world.implied_transfer = (uint8_t)model->implied_transfer;
    *twin = t;
    return PLX_OK;
}

size_t plx_twin_used(const plx_twin *t)
{
    return (size_t)t->region.used;
}

uint64_t plx_twin_seq(const plx_twin *t)
{
    return t->world.seq;
}

int64_t plx_twin_now(const plx_twin *t)
{
    return t->world.now_us;
}

bool plx_twin_is_demo(const plx_twin *t)
{
    return t->world.demo;
}

plx_status plx_twin_adopt(plx_twin **twin, void *memory, size_t used, size_t capacity)
{
    plx_twin *t = memory;
    if (used < sizeof *t || used > capacity) return PLX_CORRUPT;
    if (memcmp(t->magic, MAGIC, sizeof MAGIC) != 0) return PLX_CORRUPT;
    if (t->layout_version != TWIN_LAYOUT_VERSION || t->header_bytes != sizeof *t)
        return PLX_UNSUPPORTED;
    if (t->region.used != used) return PLX_CORRUPT;
    if (!plx_twin_region_sound(t, used)) return PLX_CORRUPT;
    t->region.capacity = capacity;
    *twin = t;
    return PLX_OK;
}

/* State hash. */

/* Small pieces are gathered before they are hashed. */
typedef struct hasher {
    plx_blake2b state;
    uint8_t bytes[1024];
    size_t n;
} hasher;

static void flush(hasher *h)
{
    plx_blake2b_add(&h->state, h->bytes, h->n);
    h->n = 0;
}

static void add_word(hasher *h, uint64_t value, size_t n)
{
    if (h->n + n > sizeof h->bytes) flush(h);
    for (size_t i = 0; i < n; i++)
        h->bytes[h->n++] = (uint8_t)(value >> (8 * i));
}

static void add_text(hasher *h, plx_slice text)
{
    add_word(h, text.n, 4);
    flush(h);
    if (text.n) plx_blake2b_add(&h->state, text.at, text.n);
}

static void add_field(hasher *h, const plx_twin *t, const twin_field *f, const uint8_t *at)
{
    uint64_t word = 0;
    switch (f->kind) {
    case TWIN_KIND_U8:
        add_word(h, *at, 1);
        return;
    case TWIN_KIND_U16: {
        uint16_t half;
        memcpy(&half, at, sizeof half);
        add_word(h, half, 2);
        return;
    }
    case TWIN_KIND_U64:
    case TWIN_KIND_TIME:
        memcpy(&word, at, 8);
        add_word(h, word, 8);
        return;
    case TWIN_KIND_BLOCK:
        return; /* where it lies says nothing; what is in it is hashed apart */
    default:
        break;
    }
    uint32_t value;
    memcpy(&value, at, sizeof value);
    if (f->kind == TWIN_KIND_TEXT)
        add_text(h, twin_text_get(t, value));
    else
        add_word(h, value, 4);
}

static void add_record(hasher *h, const plx_twin *t, const twin_layout *layout, const void *record)
{
    for (uint32_t i = 0; i < layout->fields_n; i++) {
        const twin_field *f = &layout->fields[i];
        const uint8_t *at = (const uint8_t *)record + f->offset;
        for (uint32_t k = 0; k < f->n; k++)
            add_field(h, t, f, at + k * plx_twin_kind_bytes(f->kind));
    }
}

static void add_inside(hasher *h, const plx_twin *t, twin_pool_kind pool, uint32_t index)
{
    if (pool == TWIN_ENCOUNTER) {
        const twin_encounter *e = twin_encounter_at(t, index);
        add_record(h, t, &plx_twin_stay_layout, &e->stay);
        for (uint32_t i = 0; i < e->events_n; i++)
            add_record(h, t, &plx_twin_event_layout, &twin_events_of(t, e)[i]);
    }
    if (pool == TWIN_SERIES) {
        const twin_series *s = twin_series_at(t, index);
        for (uint32_t i = 0; i < s->rows_n; i++)
            add_word(h, twin_series_rows(t, s)[i], 4);
    }
}

static void add_books(hasher *h, const plx_twin *t)
{
    for (uint32_t i = 0; i < PLX_IFACE_MAX; i++) {
        const twin_book *b = &t->books[i];
        if (!b->received && !b->name && !b->zone_given) continue;
        add_word(h, i, 4);
        add_record(h, t, &plx_twin_book_layout, b);
    }
}

void plx_twin_hash(const plx_twin *t, uint8_t hash[32])
{
    hasher h = {.n = 0};
    plx_blake2b_init(&h.state, 32);
    add_word(&h, TWIN_LAYOUT_VERSION, 4);
    add_record(&h, t, &plx_twin_world_layout, &t->world);
    add_books(&h, t);
    for (int pool = 0; pool < TWIN_POOLS; pool++) {
        const twin_layout *layout = plx_twin_layout_of((twin_pool_kind)pool);
        add_word(&h, t->pools[pool].live, 4);
        for (uint32_t i = twin_next(t, (twin_pool_kind)pool, 0); i;
             i = twin_next(t, (twin_pool_kind)pool, i)) {
            add_word(&h, i, 4);
            add_record(&h, t, layout, plx_twin_pool_get(t, &t->pools[pool], i));
            add_inside(&h, t, (twin_pool_kind)pool, i);
        }
    }
    flush(&h);
    plx_twin_trust_hash(t, &h.state);
    plx_blake2b_end(&h.state, hash);
}
