/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* 4-ary min-heap of (time, tie) keys with a 64-bit payload, in the caller's memory. Equal times
 * come out by tie, so the order is total and the same everywhere. */
#ifndef PLX_CORE_BASE_HEAP_H
#define PLX_CORE_BASE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

typedef struct plx_heap_item {
    int64_t time_us;
    uint64_t tie;
    uint64_t payload;
} plx_heap_item;

typedef struct plx_heap {
    plx_heap_item *items; /* owner: the caller */
    uint32_t n, capacity;
} plx_heap;

/* false when full, heap unchanged. */
bool plx_heap_put(plx_heap *heap, plx_heap_item item);
/* false when empty, *item unchanged. */
bool plx_heap_take(plx_heap *heap, plx_heap_item *item);

#endif
