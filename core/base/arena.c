/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/arena.h"

#include <string.h>

enum { ALIGNMENT = 16 };

void *plx_arena_take(plx_arena *arena, size_t n, size_t size)
{
    if (!arena->base || (size && n > SIZE_MAX / size)) return NULL;
    const size_t bytes = n * size;
    const size_t skip = (size_t)(-((uintptr_t)arena->base + arena->used) & (ALIGNMENT - 1));
    const size_t left = arena->capacity - arena->used;
    if (skip > left || bytes > left - skip) return NULL;
    uint8_t *piece = arena->base + arena->used + skip;
    arena->used += skip + bytes;
    memset(piece, 0, bytes);
    return piece;
}
