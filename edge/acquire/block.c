/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdlib.h>

#include "core/base/status.h"
#include "edge/acquire/block.h"

/* Free blocks kept for reuse; above it a released block goes back to the system. */
static const size_t FREE_KEPT_BYTES = 32 * 1024 * 1024;

static size_t capacity_of(uint32_t size_class)
{
    return ((size_t)PLX_BLOCK_SMALLEST << (2 * size_class)) + PLX_BLOCK_SLACK;
}

void plx_block_pool_init(plx_block_pool *pool, size_t bytes_max)
{
    *pool = (plx_block_pool){.bytes_max = bytes_max};
}

static void give_back(plx_block_pool *pool, plx_block *block)
{
    pool->total_bytes -= block->capacity;
    free(block);
}

void plx_block_pool_destroy(plx_block_pool *pool)
{
    for (uint32_t size_class = 0; size_class < PLX_BLOCK_CLASSES; size_class++)
        while (pool->free[size_class]) {
            plx_block *block = pool->free[size_class];
            pool->free[size_class] = block->next;
            pool->free_bytes -= block->capacity;
            give_back(pool, block);
        }
}

plx_block *plx_block_take(plx_block_pool *pool, size_t n)
{
    uint32_t size_class = 0;
    while (size_class < PLX_BLOCK_CLASSES && capacity_of(size_class) < n)
        size_class++;
    if (size_class == PLX_BLOCK_CLASSES) return NULL;
    plx_block *block = pool->free[size_class];
    if (block) {
        pool->free[size_class] = block->next;
        pool->free_bytes -= block->capacity;
        block->holders = 1;
        return block;
    }
    size_t capacity = capacity_of(size_class);
    if (pool->total_bytes + capacity > pool->bytes_max) plx_block_pool_destroy(pool);
    if (pool->total_bytes + capacity > pool->bytes_max) return NULL;
    block = malloc(sizeof *block + capacity);
    if (!block) return NULL;
    block->next = NULL;
    block->capacity = capacity;
    block->size_class = size_class;
    block->holders = 1;
    pool->total_bytes += capacity;
    return block;
}

void plx_block_release(plx_block_pool *pool, plx_block *block)
{
    if (!block) return;
    PLX_ASSERT(block->holders > 0);
    if (--block->holders > 0) return;
    if (pool->free_bytes + block->capacity > FREE_KEPT_BYTES) {
        give_back(pool, block);
        return;
    }
    block->next = pool->free[block->size_class];
    pool->free[block->size_class] = block;
    pool->free_bytes += block->capacity;
}
