/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Bounded queue of fixed-size items between threads. Writers wait when it is full (back-pressure,
 * not loss); a reader takes a batch at once. */
#ifndef PLX_EDGE_HOST_QUEUE_H
#define PLX_EDGE_HOST_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

typedef struct plx_queue {
    pthread_mutex_t mutex;
    pthread_cond_t not_empty, not_full;
    uint8_t *items; /* owned */
    size_t item_size, capacity, head, n;
    bool closed, ready;
} plx_queue;

PLX_MUST_CHECK plx_status plx_queue_init(plx_queue *q, size_t item_size, size_t capacity);
void plx_queue_destroy(plx_queue *q); /* accepts a zeroed struct */
/* Copies n items in (at most the capacity), all or none, waiting for room. PLX_STOPPED when closed.
 */
PLX_MUST_CHECK plx_status plx_queue_put(plx_queue *q, const void *items, size_t n);
/* Without waiting: how many of n fitted. */
size_t plx_queue_try_put(plx_queue *q, const void *items, size_t n);
/* Up to max items; waits at most wait_us for the first (-1 = for ever). 0 on time-out or closed and
 * empty. */
size_t plx_queue_take(plx_queue *q, void *items, size_t max, int64_t wait_us);
size_t plx_queue_depth(plx_queue *q);
void plx_queue_close(plx_queue *q); /* wakes everybody; what is inside can still be taken */

#endif
