/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Private to this room: receive memory in counted blocks. A message that waits for its commit holds
 * the block it lies in; what nobody holds is used again. One thread only. */
#ifndef PLX_EDGE_ACQUIRE_BLOCK_H
#define PLX_EDGE_ACQUIRE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum {
    PLX_BLOCK_CLASSES = 6,
    PLX_BLOCK_SMALLEST = 64 * 1024, /* each class is four times the one before: up to 64 MiB */
    PLX_BLOCK_SLACK = 1024          /* above the class, so that a message of exactly 16 MiB fits */
};

typedef struct plx_block {
    struct plx_block *next; /* when free */
    size_t capacity;        /* bytes */
    uint32_t holders, size_class;
    char bytes[];
} plx_block;

typedef struct plx_block_pool {
    plx_block *free[PLX_BLOCK_CLASSES];
    size_t total_bytes, free_bytes; /* allocated; of these, free */
    size_t bytes_max;               /* of total_bytes */
} plx_block_pool;

void plx_block_pool_init(plx_block_pool *pool, size_t bytes_max);
/* Frees what is free; what is held stays its holders' (and is lost to the pool). */
void plx_block_pool_destroy(plx_block_pool *pool);
/* A block for at least n bytes with one holder; NULL when the pool is at its maximum. */
plx_block *plx_block_take(plx_block_pool *pool, size_t n);
static inline void plx_block_hold(plx_block *block)
{
    block->holders++;
}
/* Accepts NULL. */
void plx_block_release(plx_block_pool *pool, plx_block *block);

#endif
