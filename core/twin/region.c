/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/twin/region.h"

enum { SMALL_CLASSES = 32, SMALL_MAX = SMALL_CLASSES * TWIN_UNIT };

static uint32_t class_of(uint64_t n)
{
    if (n <= SMALL_MAX) return n == 0 ? 0 : (uint32_t)((n - 1) / TWIN_UNIT);
    uint32_t class = SMALL_CLASSES;
    for (uint64_t size = 2 * SMALL_MAX; size < n; size *= 2)
        class ++;
    return class;
}

static uint64_t bytes_of(uint32_t class)
{
    if (class < SMALL_CLASSES) return (uint64_t)(class + 1) * TWIN_UNIT;
    return (uint64_t)SMALL_MAX << (class - SMALL_CLASSES + 1);
}

uint64_t plx_twin_block_bytes(uint64_t n)
{
    return bytes_of(class_of(n));
}

twin_block plx_twin_block_keep(void *base, twin_region *region, uint64_t n)
{
    uint64_t bytes = (n + TWIN_UNIT - 1) / TWIN_UNIT * TWIN_UNIT;
    PLX_ASSERT(bytes <= region->capacity - region->used);
    PLX_ASSERT(region->used / TWIN_UNIT < UINT32_MAX);
    twin_block block = (twin_block)(region->used / TWIN_UNIT);
    region->used += bytes;
    memset(plx_twin_at(base, block), 0, bytes);
    return block;
}

twin_block plx_twin_block_take(void *base, twin_region *region, uint64_t n)
{
    uint32_t class = class_of(n);
    PLX_ASSERT(class < TWIN_CLASSES);
    uint64_t bytes = bytes_of(class);
    twin_block block = region->free_heads[class];
    if (!block) return plx_twin_block_keep(base, region, bytes);
    memcpy(&region->free_heads[class], plx_twin_at(base, block), sizeof(twin_block));
    memset(plx_twin_at(base, block), 0, bytes);
    return block;
}

void plx_twin_block_give(void *base, twin_region *region, twin_block block, uint64_t n)
{
    if (block == 0) return;
    uint32_t class = class_of(n);
    memset(plx_twin_at(base, block), 0, bytes_of(class));
    memcpy(plx_twin_at(base, block), &region->free_heads[class], sizeof(twin_block));
    region->free_heads[class] = block;
}

void plx_twin_pool_init(twin_pool *pool, uint32_t record_bytes)
{
    *pool = (twin_pool){.record_bytes = record_bytes, .n = 1};
    while ((uint64_t)record_bytes << (pool->shift + 1) <= TWIN_CHUNK_BYTES)
        pool->shift++;
}

static void directory_grow(void *base, twin_region *region, twin_pool *pool)
{
    uint32_t capacity = pool->directory_capacity ? 2 * pool->directory_capacity : 16;
    uint64_t old_bytes = (uint64_t)pool->directory_capacity * sizeof(twin_block);
    twin_block directory = plx_twin_block_take(base, region, capacity * sizeof(twin_block));
    if (pool->directory) {
        memcpy(plx_twin_at(base, directory), plx_twin_at(base, pool->directory), old_bytes);
        plx_twin_block_give(base, region, pool->directory, old_bytes);
    }
    pool->directory = directory;
    pool->directory_capacity = capacity;
}

uint32_t plx_twin_pool_take(void *base, twin_region *region, twin_pool *pool)
{
    uint32_t index = pool->free_head, live = TWIN_LIVE;
    if (index) {
        uint8_t *record = plx_twin_pool_get(base, pool, index);
        uint32_t word;
        memcpy(&word, record, sizeof word);
        pool->free_head = word & ~TWIN_FREE;
        memset(record, 0, pool->record_bytes);
    } else {
        index = pool->n;
        PLX_ASSERT(index < TWIN_INDEX_MAX);
        if (index >> pool->shift >= pool->chunks_n) {
            if (pool->chunks_n == pool->directory_capacity) directory_grow(base, region, pool);
            twin_block chunk =
                plx_twin_block_keep(base, region, (uint64_t)pool->record_bytes << pool->shift);
            ((twin_block *)plx_twin_at(base, pool->directory))[pool->chunks_n++] = chunk;
        }
        pool->n++;
    }
    memcpy(plx_twin_pool_get(base, pool, index), &live, sizeof live);
    pool->live++;
    return index;
}

void plx_twin_pool_give(void *base, twin_pool *pool, uint32_t index)
{
    uint8_t *record = plx_twin_pool_get(base, pool, index);
    uint32_t word = TWIN_FREE | pool->free_head;
    memset(record, 0, pool->record_bytes);
    memcpy(record, &word, sizeof word);
    pool->free_head = index;
    pool->live--;
}
