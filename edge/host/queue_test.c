/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a bounded queue keeps order, waits when full, loses and repeats nothing, and wakes
 * everybody when it is closed. Oracle: conservation (what goes in comes out once, each writer's
 * items in order). Tolerance: none; waits have only a lower bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "edge/host/clock.h"
#include "edge/host/queue.h"

enum { WRITERS = 3, READERS = 2, EACH = 20000 };

static void keeps_order_around_the_end(void **state)
{
    (void)state;
    plx_queue q;
    assert_int_equal(plx_queue_init(&q, sizeof(uint32_t), 5), PLX_OK);
    uint32_t next_in = 0, next_out = 0, out[8];
    for (int round = 0; round < 100; round++) {
        uint32_t in[3] = {next_in, next_in + 1, next_in + 2};
        next_in += 3;
        assert_int_equal(plx_queue_put(&q, in, 3), PLX_OK);
        assert_int_equal(plx_queue_depth(&q), 3);
        size_t n = plx_queue_take(&q, out, 2, 0);
        assert_int_equal(n, 2);
        n += plx_queue_take(&q, out + n, 8 - n, 0);
        assert_int_equal(n, 3);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(out[i], next_out++);
    }
    plx_queue_destroy(&q);
}

static void bad_sizes_and_zeroed(void **state)
{
    (void)state;
    plx_queue q;
    assert_int_equal(plx_queue_init(&q, 0, 5), PLX_RANGE);
    assert_int_equal(plx_queue_init(&q, 4, 0), PLX_RANGE);
    assert_int_equal(plx_queue_init(&q, SIZE_MAX / 2, 4), PLX_FULL);
    plx_queue_destroy(&q);
    plx_queue_destroy(&q);
}

static void full_takes_what_fits(void **state)
{
    (void)state;
    plx_queue q;
    assert_int_equal(plx_queue_init(&q, 1, 4), PLX_OK);
    assert_int_equal(plx_queue_try_put(&q, "abcdef", 6), 4);
    assert_int_equal(plx_queue_try_put(&q, "g", 1), 0);
    char out[8];
    assert_int_equal(plx_queue_take(&q, out, 8, -1), 4);
    assert_memory_equal(out, "abcd", 4);
    plx_queue_destroy(&q);
}

static void take_waits_and_gives_up(void **state)
{
    (void)state;
    plx_queue q;
    assert_int_equal(plx_queue_init(&q, 1, 4), PLX_OK);
    char out[4];
    int64_t start_us = plx_boot_us();
    assert_int_equal(plx_queue_take(&q, out, 4, 20000), 0);
    assert_true(plx_boot_us() - start_us >= 19000);
    assert_int_equal(plx_queue_take(&q, out, 4, 0), 0);
    plx_queue_destroy(&q);
}

static void closed_can_be_emptied(void **state)
{
    (void)state;
    plx_queue q;
    assert_int_equal(plx_queue_init(&q, 1, 4), PLX_OK);
    assert_int_equal(plx_queue_put(&q, "ab", 2), PLX_OK);
    plx_queue_close(&q);
    assert_int_equal(plx_queue_put(&q, "c", 1), PLX_STOPPED);
    assert_int_equal(plx_queue_put(&q, "c", 0), PLX_STOPPED);
    assert_int_equal(plx_queue_try_put(&q, "c", 1), 0);
    char out[4];
    assert_int_equal(plx_queue_take(&q, out, 4, -1), 2);
    assert_int_equal(plx_queue_take(&q, out, 4, -1), 0);
    plx_queue_destroy(&q);
}

static void *put_two_into_full(void *argument)
{
    return (void *)(intptr_t)plx_queue_put(argument, "yz", 2);
}

static void *take_for_ever(void *argument)
{
    char out;
    return (void *)(intptr_t)plx_queue_take(argument, &out, 1, -1);
}

static void close_wakes_everybody(void **state)
{
    (void)state;
    plx_queue full, empty;
    assert_int_equal(plx_queue_init(&full, 1, 1), PLX_OK);
    assert_int_equal(plx_queue_init(&empty, 1, 1), PLX_OK);
    assert_int_equal(plx_queue_put(&full, "x", 1), PLX_OK);
    pthread_t writers[2], readers[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&writers[i], NULL, put_two_into_full, &full), 0);
        assert_int_equal(pthread_create(&readers[i], NULL, take_for_ever, &empty), 0);
    }
    char none;
    (void)plx_queue_take(&empty, &none, 1, 10000); /* let them wait */
    plx_queue_close(&full);
    plx_queue_close(&empty);
    for (int i = 0; i < 2; i++) {
        void *put = NULL, *took = NULL;
        pthread_join(writers[i], &put);
        pthread_join(readers[i], &took);
        assert_int_equal((intptr_t)put, PLX_STOPPED);
        assert_int_equal((intptr_t)took, 0);
    }
    plx_queue_destroy(&full);
    plx_queue_destroy(&empty);
}

typedef struct worker {
    plx_queue *q;
    uint32_t writer;
    uint32_t *seen; /* reader: [WRITERS][EACH] */
    uint64_t inversions;
} worker;

static void *write_all(void *argument)
{
    worker *w = argument;
    for (uint32_t i = 0; i < EACH;) {
        uint64_t items[7];
        uint32_t n = 0;
        for (; n < 7 && i < EACH; n++, i++)
            items[n] = (uint64_t)w->writer << 32 | i;
        if (plx_queue_put(w->q, items, n) != PLX_OK) return w;
    }
    return NULL;
}

static void *read_all(void *argument)
{
    worker *w = argument;
    int64_t last[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        last[i] = -1;
    uint64_t items[5];
    size_t n;
    while ((n = plx_queue_take(w->q, items, 5, -1)) > 0)
        for (size_t i = 0; i < n; i++) {
            uint32_t writer = (uint32_t)(items[i] >> 32), number = (uint32_t)items[i];
            w->inversions += (int64_t)number <= last[writer];
            last[writer] = number;
            __atomic_add_fetch(&w->seen[writer * EACH + number], 1, __ATOMIC_RELAXED);
        }
    return NULL;
}

static void many_threads_lose_nothing(void **state)
{
    (void)state;
    plx_queue q;
    assert_int_equal(plx_queue_init(&q, sizeof(uint64_t), 16), PLX_OK);
    uint32_t *seen = calloc(WRITERS * EACH, sizeof *seen);
    assert_non_null(seen);
    worker writers[WRITERS], readers[READERS];
    pthread_t write_threads[WRITERS], read_threads[READERS];
    for (uint32_t i = 0; i < READERS; i++) {
        readers[i] = (worker){.q = &q, .seen = seen};
        assert_int_equal(pthread_create(&read_threads[i], NULL, read_all, &readers[i]), 0);
    }
    for (uint32_t i = 0; i < WRITERS; i++) {
        writers[i] = (worker){.q = &q, .writer = i};
        assert_int_equal(pthread_create(&write_threads[i], NULL, write_all, &writers[i]), 0);
    }
    for (uint32_t i = 0; i < WRITERS; i++) {
        void *failed = NULL;
        pthread_join(write_threads[i], &failed);
        assert_null(failed);
    }
    plx_queue_close(&q);
    for (uint32_t i = 0; i < READERS; i++) {
        pthread_join(read_threads[i], NULL);
        assert_int_equal(readers[i].inversions, 0);
    }
    for (size_t i = 0; i < WRITERS * EACH; i++)
        assert_int_equal(seen[i], 1);
    free(seen);
    plx_queue_destroy(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_around_the_end), cmocka_unit_test(bad_sizes_and_zeroed),
        cmocka_unit_test(full_takes_what_fits),       cmocka_unit_test(take_waits_and_gives_up),
        cmocka_unit_test(closed_can_be_emptied),      cmocka_unit_test(close_wakes_everybody),
        cmocka_unit_test(many_threads_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
