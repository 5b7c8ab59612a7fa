/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/host/queue.h"

static bool init_locks(plx_queue *q)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool ok = pthread_mutex_init(&q->mutex, NULL) == 0;
    if (ok && pthread_cond_init(&q->not_empty, &attributes) != 0) {
        pthread_mutex_destroy(&q->mutex);
        ok = false;
    }
    if (ok && pthread_cond_init(&q->not_full, &attributes) != 0) {
        pthread_cond_destroy(&q->not_empty);
        pthread_mutex_destroy(&q->mutex);
        ok = false;
    }
    pthread_condattr_destroy(&attributes);
    return ok;
}

plx_status plx_queue_init(plx_queue *q, size_t item_size, size_t capacity)
{
    memset(q, 0, sizeof *q);
    if (item_size == 0 || capacity == 0) return PLX_RANGE;
    if (capacity > SIZE_MAX / 2 / item_size) return PLX_FULL;
    uint8_t *items = calloc(capacity, item_size);
    if (!items) return PLX_FULL;
    if (!init_locks(q)) {
        free(items);
        return PLX_FULL;
    }
    q->items = items;
    q->item_size = item_size;
    q->capacity = capacity;
    q->ready = true;
    return PLX_OK;
}

void plx_queue_destroy(plx_queue *q)
{
    if (!q->ready) return;
    pthread_cond_destroy(&q->not_full);
    pthread_cond_destroy(&q->not_empty);
    pthread_mutex_destroy(&q->mutex);
    free(q->items);
    memset(q, 0, sizeof *q);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* With the lock held: as many of n as fit. */
static size_t copy_in(plx_queue *q, const uint8_t *items, size_t n)
{
    size_t fits = smaller(n, q->capacity - q->n);
    if (fits == 0) return 0;
    size_t tail = (q->head + q->n) % q->capacity;
    size_t first = smaller(fits, q->capacity - tail);
    memcpy(q->items + tail * q->item_size, items, first * q->item_size);
    memcpy(q->items, items + first * q->item_size, (fits - first) * q->item_size);
    q->n += fits;
    if (fits > 1)
        pthread_cond_broadcast(&q->not_empty);
    else
        pthread_cond_signal(&q->not_empty);
    return fits;
}

plx_status plx_queue_put(plx_queue *q, const void *items, size_t n)
{
    const uint8_t *from = items;
    pthread_mutex_lock(&q->mutex);
    while (!q->closed && n > 0) {
        size_t whole = smaller(n, q->capacity);
        if (q->capacity - q->n < whole) {
            pthread_cond_wait(&q->not_full, &q->mutex);
            continue;
        }
        from += copy_in(q, from, whole) * q->item_size;
        n -= whole;
    }
    bool stopped = q->closed;
    pthread_mutex_unlock(&q->mutex);
    return stopped ? PLX_STOPPED : PLX_OK;
}

size_t plx_queue_try_put(plx_queue *q, const void *items, size_t n)
{
    pthread_mutex_lock(&q->mutex);
    size_t in = q->closed ? 0 : copy_in(q, items, n);
    pthread_mutex_unlock(&q->mutex);
    return in;
}

static struct timespec deadline_after(int64_t wait_us)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    int64_t nanoseconds = t.tv_nsec + wait_us % 1000000 * 1000;
    t.tv_sec += (time_t)(wait_us / 1000000 + nanoseconds / 1000000000);
    t.tv_nsec = (long)(nanoseconds % 1000000000);
    return t;
}

/* With the lock held: until something is inside, the queue is closed, or the time is over. */
static void wait_for_item(plx_queue *q, int64_t wait_us)
{
    if (wait_us < 0) {
        while (q->n == 0 && !q->closed)
            pthread_cond_wait(&q->not_empty, &q->mutex);
        return;
    }
    if (q->n > 0 || q->closed || wait_us == 0) return;
    struct timespec deadline = deadline_after(wait_us);
    while (q->n == 0 && !q->closed)
        if (pthread_cond_timedwait(&q->not_empty, &q->mutex, &deadline) == ETIMEDOUT) return;
}

size_t plx_queue_take(plx_queue *q, void *items, size_t max, int64_t wait_us)
{
    uint8_t *to = items;
    pthread_mutex_lock(&q->mutex);
    wait_for_item(q, wait_us);
    size_t n = smaller(max, q->n);
    if (n > 0) {
        size_t first = smaller(n, q->capacity - q->head);
        memcpy(to, q->items + q->head * q->item_size, first * q->item_size);
        memcpy(to + first * q->item_size, q->items, (n - first) * q->item_size);
        q->head = (q->head + n) % q->capacity;
        q->n -= n;
        pthread_cond_broadcast(&q->not_full);
    }
    pthread_mutex_unlock(&q->mutex);
    return n;
}

size_t plx_queue_depth(plx_queue *q)
{
    pthread_mutex_lock(&q->mutex);
    size_t n = q->n;
    pthread_mutex_unlock(&q->mutex);
    return n;
}

void plx_queue_close(plx_queue *q)
{
    pthread_mutex_lock(&q->mutex);
    q->closed = true;
    pthread_cond_broadcast(&q->not_empty);
    pthread_cond_broadcast(&q->not_full);
    pthread_mutex_unlock(&q->mutex);
}
