/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Memory as named lifetimes: the caller owns one block, an arena hands out pieces of it in order
 * and forgets them all at once. Pieces are zeroed and aligned to 16 bytes. */
#ifndef PLX_CORE_BASE_ARENA_H
#define PLX_CORE_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

typedef struct plx_arena {
    uint8_t *base; /* owner: the caller, for as long as any piece is used */
    size_t used, capacity;
} plx_arena;

static inline plx_arena plx_arena_init(void *memory, size_t capacity)
{
    return (plx_arena){memory, 0, capacity};
}

enum { PLX_CACHE_LINE = 64 };

/* Bytes up to the next cache line: of a piece behind which another one begins, when vectors are in
 * them or threads must not meet. */
static inline size_t plx_aligned(size_t n)
{
    return (n + PLX_CACHE_LINE - 1) / PLX_CACHE_LINE * PLX_CACHE_LINE;
}

/* n x size bytes, zeroed; NULL when it does not fit (or the product overflows),
 * arena unchanged. */
void *plx_arena_take(plx_arena *arena, size_t n, size_t size);

static inline void plx_arena_reset(plx_arena *arena)
{
    arena->used = 0;
}

#endif
