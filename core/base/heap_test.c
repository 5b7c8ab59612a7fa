/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: items come out by time, then by tie, whatever the order in which they went in. Oracle:
 * qsort of the C library. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/heap.h"
#include "core/base/rng.h"

static void test_edges(void **state)
{
    (void)state;
    plx_heap_item memory[2];
    plx_heap heap = {memory, 0, 2};
    plx_heap_item item = {7, 7, 7};
    assert_false(plx_heap_take(&heap, &item));
    assert_int_equal(item.time_us, 7);
    assert_true(plx_heap_put(&heap, (plx_heap_item){INT64_MAX, 1, 10}));
    assert_true(plx_heap_put(&heap, (plx_heap_item){INT64_MIN, UINT64_MAX, 20}));
    assert_false(plx_heap_put(&heap, (plx_heap_item){0, 0, 30}));
    assert_int_equal(heap.n, 2);
    assert_true(plx_heap_take(&heap, &item));
    assert_int_equal(item.payload, 20);
    assert_true(plx_heap_take(&heap, &item));
    assert_int_equal(item.payload, 10);
    assert_false(plx_heap_take(&heap, &item));
    plx_heap none = {NULL, 0, 0};
    assert_false(plx_heap_put(&none, item));
    assert_false(plx_heap_take(&none, &item));
}

static int compare(const void *a, const void *b)
{
    const plx_heap_item *x = a, *y = b;
    if (x->time_us != y->time_us) return x->time_us < y->time_us ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

static void test_against_qsort(void **state)
{
    (void)state;
    enum { N = 3000 };
    static plx_heap_item memory[N], sorted[N];
    plx_rng rng = plx_rng_init(31, 1);
    for (uint32_t n = 0; n <= N; n = n < 70 ? n + 1 : n * 3) {
        plx_heap heap = {memory, 0, N};
        for (uint32_t i = 0; i < n; i++) {
            sorted[i] = (plx_heap_item){(int64_t)plx_rng_below(&rng, n / 2 + 1) - 5, i, i * 3};
            assert_true(plx_heap_put(&heap, sorted[i]));
        }
        qsort(sorted, n, sizeof *sorted, compare);
        for (uint32_t i = 0; i < n; i++) {
            plx_heap_item item;
            assert_true(plx_heap_take(&heap, &item));
            assert_memory_equal(&item, &sorted[i], sizeof item);
        }
        assert_int_equal(heap.n, 0);
    }
}

/* As an event queue works: what comes out never runs back while later items are put. */
static void test_mixed(void **state)
{
    (void)state;
    static plx_heap_item memory[512];
    plx_heap heap = {memory, 0, 512};
    plx_rng rng = plx_rng_init(32, 1);
    int64_t now = 0;
    uint64_t put = 0, taken = 0;
    for (int step = 0; step < 100000; step++) {
        plx_heap_item item;
        if (plx_rng_below(&rng, 2) && heap.n < heap.capacity) {
            assert_true(plx_heap_put(
                &heap, (plx_heap_item){now + (int64_t)plx_rng_below(&rng, 1000), put, put}));
            put++;
        } else if (plx_heap_take(&heap, &item)) {
            assert_true(item.time_us >= now);
            assert_int_equal(item.tie, item.payload);
            now = item.time_us;
            taken++;
        }
    }
    assert_int_equal(put - taken, heap.n);
    assert_true(taken > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_against_qsort),
        cmocka_unit_test(test_mixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
