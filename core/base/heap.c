/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/heap.h"

enum { CHILDREN = 4 };

static bool before(const plx_heap_item *a, const plx_heap_item *b)
{
    return a->time_us != b->time_us ? a->time_us < b->time_us : a->tie < b->tie;
}

bool plx_heap_put(plx_heap *heap, plx_heap_item item)
{
    if (heap->n == heap->capacity) return false;
    uint32_t i = heap->n++;
    while (i > 0) {
        const uint32_t parent = (i - 1) / CHILDREN;
        if (!before(&item, &heap->items[parent])) break;
        heap->items[i] = heap->items[parent];
        i = parent;
    }
    heap->items[i] = item;
    return true;
}

bool plx_heap_take(plx_heap *heap, plx_heap_item *item)
{
    if (heap->n == 0) return false;
    *item = heap->items[0];
    const plx_heap_item last = heap->items[--heap->n];
    uint64_t i = 0;
    for (;;) {
        const uint64_t first = i * CHILDREN + 1;
        const uint64_t end = first + CHILDREN < heap->n ? first + CHILDREN : heap->n;
        if (first >= end) break;
        uint64_t least = first;
        for (uint64_t child = first + 1; child < end; child++)
            if (before(&heap->items[child], &heap->items[least])) least = child;
        if (!before(&heap->items[least], &last)) break;
        heap->items[i] = heap->items[least];
        i = least;
    }
    if (heap->n > 0) heap->items[i] = last;
    return true;
}
