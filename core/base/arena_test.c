/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: pieces are zeroed, aligned, disjoint and inside the block; what does not fit leaves the
 * arena as it was. Oracle: the addresses. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/arena.h"
#include "core/base/rng.h"

static void test_pieces(void **state)
{
    (void)state;
    static uint8_t memory[1000];
    for (size_t shift = 0; shift < 16; shift++) {
        memset(memory, 0xa5, sizeof memory);
        plx_arena arena = plx_arena_init(memory + shift, sizeof memory - 16);
        uint8_t *a = plx_arena_take(&arena, 3, 7);
        uint8_t *b = plx_arena_take(&arena, 1, 1);
        assert_non_null(a);
        assert_non_null(b);
        assert_int_equal((uintptr_t)a % 16, 0);
        assert_int_equal((uintptr_t)b % 16, 0);
        assert_true(a >= memory + shift && b >= a + 21);
        for (int i = 0; i < 21; i++)
            assert_int_equal(a[i], 0);
        assert_int_equal(a[21], 0xa5);
        assert_int_equal(b[0], 0);
    }
}

static void test_what_does_not_fit(void **state)
{
    (void)state;
    static _Alignas(16) uint8_t memory[64];
    plx_arena arena = plx_arena_init(memory, sizeof memory);
    assert_null(plx_arena_take(&arena, 65, 1));
    assert_int_equal(arena.used, 0);
    assert_null(plx_arena_take(&arena, SIZE_MAX, 2));
    assert_null(plx_arena_take(&arena, SIZE_MAX / 2 + 1, 2));
    assert_null(plx_arena_take(&arena, SIZE_MAX, SIZE_MAX));
    assert_non_null(plx_arena_take(&arena, 33, 1));
    assert_null(plx_arena_take(&arena, 17, 1));
    assert_int_equal(arena.used, 33);
    assert_non_null(plx_arena_take(&arena, 16, 1));
    assert_null(plx_arena_take(&arena, 1, 1));
    plx_arena_reset(&arena);
    memory[3] = 9;
    uint8_t *again = plx_arena_take(&arena, 64, 1);
    assert_ptr_equal(again, memory);
    assert_int_equal(again[3], 0);
    plx_arena empty = plx_arena_init(NULL, 0);
    assert_null(plx_arena_take(&empty, 1, 1));
}

static void test_at_random(void **state)
{
    (void)state;
    static uint8_t memory[4096 + 16];
    plx_rng rng = plx_rng_init(7, 1);
    for (int round = 0; round < 2000; round++) {
        plx_arena arena = plx_arena_init(memory + plx_rng_below(&rng, 16), 4096);
        uint8_t *end = arena.base;
        for (;;) {
            const size_t n = plx_rng_below(&rng, 40), size = plx_rng_below(&rng, 40);
            const size_t before = arena.used;
            uint8_t *piece = plx_arena_take(&arena, n, size);
            if (!piece) {
                assert_int_equal(arena.used, before);
                assert_true(before + n * size + 15 >= arena.capacity);
                break;
            }
            assert_true(piece >= end && (uintptr_t)piece % 16 == 0);
            end = piece + n * size;
            assert_true(end <= arena.base + arena.capacity);
            memset(piece, 0xff, n * size);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_what_does_not_fit),
        cmocka_unit_test(test_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
