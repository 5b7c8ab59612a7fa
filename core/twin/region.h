/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The memory of a twin: one region without pointers, so that a fork is a memcpy of its used bytes.
 * Blocks (16-byte units, free lists by size class) carry everything else: texts that are stored
 * once and counted, pools of records in chunks that never move, and hash tables.
 *
 * Memory is never refused in the middle of an entry: twin_region_need says before an entry what it
 * can take at most, and apply asks first. A shortage after that is a bug. */
#ifndef PLX_CORE_TWIN_REGION_H
#define PLX_CORE_TWIN_REGION_H

#include "core/base/map.h"
#include "core/base/slice.h"

enum {
    TWIN_UNIT = 16,          /* bytes; a block is named by its offset in units, 0 = none */
    TWIN_CLASSES = 64,       /* sizes of blocks: 32 steps of a unit, then powers of two */
    TWIN_TEXT_MAX = 4096,    /* bytes kept of one text; the raw message has the rest */
    TWIN_CHUNK_BYTES = 65536 /* about; records of a pool in one piece */
};

typedef uint32_t twin_block; /* offset / TWIN_UNIT, 0 = none */
typedef uint32_t twin_text;  /* a counted text, 0 = the empty one */

typedef struct twin_region {
    uint64_t used, capacity;             /* bytes from the start of the twin */
    twin_block free_heads[TWIN_CLASSES]; /* first word of a free block: the next one */
} twin_region;

/* Records of one kind. Index 0 is never used; a record's first word is TWIN_LIVE or, when it is
 * free, TWIN_FREE | the next free index. Records never move. */
enum { TWIN_LIVE = 1 };
#define TWIN_FREE UINT32_C(0x80000000)
#define TWIN_INDEX_MAX UINT32_C(0x3FFFFFFF)

typedef struct twin_pool {
    twin_block directory; /* array of twin_block, one a chunk */
    uint32_t chunks_n, directory_capacity;
    uint32_t record_bytes, shift; /* 1 << shift records a chunk */
    uint32_t n;                   /* indices ever used, with 0 */
    uint32_t live, free_head;
} twin_pool;

/* Tables from keys to records or texts. */
typedef struct twin_map {
    twin_block slots; /* array of plx_map_slot */
    uint32_t slots_n, used, live;
} twin_map;

static inline void *plx_twin_at(const void *base, twin_block block)
{
    return (uint8_t *)(uintptr_t)base + (uint64_t)block * TWIN_UNIT;
}

/* A zeroed block of at least n bytes. */
twin_block plx_twin_block_take(void *base, twin_region *region, uint64_t n);
/* n: as it was taken. */
void plx_twin_block_give(void *base, twin_region *region, twin_block block, uint64_t n);
/* Bytes a block taken for n bytes really has. */
uint64_t plx_twin_block_bytes(uint64_t n);
/* A zeroed block of exactly n bytes (rounded to units) that is never given back. */
twin_block plx_twin_block_keep(void *base, twin_region *region, uint64_t n);

void plx_twin_pool_init(twin_pool *pool, uint32_t record_bytes);
uint32_t plx_twin_pool_take(void *base, twin_region *region, twin_pool *pool); /* zeroed, live */
void plx_twin_pool_give(void *base, twin_pool *pool, uint32_t index);

static inline void *plx_twin_pool_get(const void *base, const twin_pool *pool, uint32_t index)
{
    PLX_ASSERT(index != 0 && index < pool->n);
    const twin_block *directory = plx_twin_at(base, pool->directory);
    return (uint8_t *)plx_twin_at(base, directory[index >> pool->shift]) +
           (uint64_t)(index & ((1u << pool->shift) - 1)) * pool->record_bytes;
}

/* A record in use; NULL for 0. */
static inline bool plx_twin_pool_is_live(const void *base, const twin_pool *pool, uint32_t index)
{
    if (index == 0 || index >= pool->n) return false;
    uint32_t word;
    memcpy(&word, plx_twin_pool_get(base, pool, index), sizeof word);
    return word == TWIN_LIVE;
}

/* A text as it lies in its block. */
typedef struct twin_text_head {
    uint32_t count; /* of those who hold it */
    uint32_t n;     /* bytes that follow */
} twin_text_head;

#endif
