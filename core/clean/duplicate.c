/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A ring of records in order of arrival, and an open-addressing index into it (linear probing, at
 * most half full, deletion by shifting back so that no tombstones build up over the days). */
#include "core/clean/duplicate.h"

#include "core/base/hash.h"

enum { KEYS_LIMIT = 1 << 30, EXPIRED_DROPPED_PER_ADD = 8 };

typedef struct record {
    uint8_t ext_key[16], body_hash[16];
    uint64_t seq;
    int64_t arrival_us;
    uint32_t verdict;
    uint32_t indexed; /* 0: replaced by a younger record of the same key */
} record;

struct plx_duplicate_window {
    uint32_t keys_max, slots_n; /* slots_n: power of two, at least twice keys_max */
    uint32_t oldest, used;      /* of the ring */
    uint32_t zero[4];           /* padding: records begin on 16 bytes */
};

static uint32_t slots_for(uint32_t keys_max)
{
    uint32_t n = 2;
    while (n < 2 * keys_max)
        n *= 2;
    return n;
}

size_t plx_duplicate_size(uint32_t keys_max)
{
    PLX_ASSERT(keys_max > 0 && keys_max <= KEYS_LIMIT);
    return sizeof(plx_duplicate_window) + (size_t)keys_max * sizeof(record) +
           (size_t)slots_for(keys_max) * sizeof(uint32_t);
}

static record *records_of(const plx_duplicate_window *w)
{
    return (record *)(uintptr_t)(w + 1);
}

/* A slot holds the number of a record + 1, or 0. */
static uint32_t *slots_of(const plx_duplicate_window *w)
{
    return (uint32_t *)(records_of(w) + w->keys_max);
}

plx_duplicate_window *plx_duplicate_init(void *memory, uint32_t keys_max)
{
    PLX_ASSERT(keys_max > 0 && keys_max <= KEYS_LIMIT);
    plx_duplicate_window *w = memory;
    *w = (plx_duplicate_window){.keys_max = keys_max, .slots_n = slots_for(keys_max)};
    memset(slots_of(w), 0, (size_t)w->slots_n * sizeof(uint32_t));
    return w;
}

bool plx_duplicate_concerns(const plx_entry *entry)
{
    static const uint8_t NO_KEY[16];
    bool message = entry->kind == PLX_ENTRY_MESSAGE || entry->kind == PLX_ENTRY_BATCH_PART;
    bool taken = entry->verdict == PLX_VERDICT_ACCEPTED || entry->verdict == PLX_VERDICT_ERROR ||
                 entry->verdict == PLX_VERDICT_SHADOW;
    return message && taken && memcmp(entry->ext_key, NO_KEY, sizeof NO_KEY) != 0;
}

static uint32_t home_of(const plx_duplicate_window *w, const uint8_t ext_key[16])
{
    return (uint32_t)plx_hash64(ext_key, 16, 0) & (w->slots_n - 1);
}

/* The slot of the key, or the empty slot where it would go. The index is never full. */
static uint32_t slot_of(const plx_duplicate_window *w, const uint8_t ext_key[16])
{
    const uint32_t *slots = slots_of(w);
    const record *records = records_of(w);
    uint32_t at = home_of(w, ext_key);
    while (slots[at] && memcmp(records[slots[at] - 1].ext_key, ext_key, 16) != 0)
        at = (at + 1) & (w->slots_n - 1);
    return at;
}

/* Empties a slot; what probed past it moves back. */
static void slot_clear(plx_duplicate_window *w, uint32_t hole)
{
    uint32_t *slots = slots_of(w), mask = w->slots_n - 1;
    for (uint32_t at = (hole + 1) & mask; slots[at]; at = (at + 1) & mask) {
        uint32_t home = home_of(w, records_of(w)[slots[at] - 1].ext_key);
        bool stays = ((at - home) & mask) < ((at - hole) & mask);
        if (stays) continue;
        slots[hole] = slots[at];
        hole = at;
    }
    slots[hole] = 0;
}

static void oldest_drop(plx_duplicate_window *w)
{
    const record *r = &records_of(w)[w->oldest];
    if (r->indexed) slot_clear(w, slot_of(w, r->ext_key));
    w->oldest = (w->oldest + 1) % w->keys_max;
    w->used--;
}

plx_status plx_duplicate_find(const plx_duplicate_window *w, const uint8_t ext_key[16],
                              const uint8_t body_hash[16], int64_t arrival_us,
                              plx_duplicate_first *first)
{
    uint32_t number = slots_of(w)[slot_of(w, ext_key)];
    if (number == 0) return PLX_OK;
    const record *r = &records_of(w)[number - 1];
    if (arrival_us - r->arrival_us > PLX_DUPLICATE_WINDOW_US) return PLX_OK;
    *first = (plx_duplicate_first){r->seq, r->arrival_us, (plx_verdict)r->verdict};
    return memcmp(r->body_hash, body_hash, 16) == 0 ? PLX_DUPLICATE : PLX_CONFLICT;
}

/* A few at a time: after a jump of the clock no single add pays for all. */
static void expired_drop(plx_duplicate_window *w, int64_t now_us)
{
    for (int i = 0; i < EXPIRED_DROPPED_PER_ADD && w->used > 0; i++) {
        const record *r = &records_of(w)[w->oldest];
        if (r->indexed && now_us - r->arrival_us <= PLX_DUPLICATE_WINDOW_US) return;
        oldest_drop(w);
    }
}

void plx_duplicate_add(plx_duplicate_window *w, const uint8_t ext_key[16],
                       const uint8_t body_hash[16], const plx_duplicate_first *first)
{
    expired_drop(w, first->arrival_us);
    if (w->used == w->keys_max) oldest_drop(w);
    uint32_t at = (uint32_t)(((uint64_t)w->oldest + w->used) % w->keys_max);
    uint32_t slot = slot_of(w, ext_key), *slots = slots_of(w);
    if (slots[slot]) records_of(w)[slots[slot] - 1].indexed = 0;
    record *r = &records_of(w)[at];
    memcpy(r->ext_key, ext_key, 16);
    memcpy(r->body_hash, body_hash, 16);
    r->seq = first->seq;
    r->arrival_us = first->arrival_us;
    r->verdict = (uint32_t)first->verdict;
    r->indexed = 1;
    slots[slot] = at + 1;
    w->used++;
}
