/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: receive blocks are used again when nobody holds them, and the pool keeps its maximum.
 * Oracle: the pool's own books against a count by hand.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edge/acquire/block.h"

enum { KIB = 1024, MIB = 1024 * 1024 };

static void classes_fit(void **state)
{
    (void)state;
    plx_block_pool pool;
    plx_block_pool_init(&pool, 256 * (size_t)MIB);
    const size_t wanted[] = {0, 1, 64 * KIB, 65 * KIB, 66 * KIB, 16 * MIB + 3, 64 * MIB + 3};
    const size_t given[] = {64 * KIB, 64 * KIB, 64 * KIB, 64 * KIB, 256 * KIB, 16 * MIB, 64 * MIB};
    for (int i = 0; i < 7; i++) {
        plx_block *block = plx_block_take(&pool, wanted[i]);
        assert_non_null(block);
        assert_int_equal(block->capacity, given[i] + PLX_BLOCK_SLACK);
        block->bytes[0] = block->bytes[block->capacity - 1] = 1;
        plx_block_release(&pool, block);
    }
    assert_null(plx_block_take(&pool, 65 * MIB));
    plx_block_pool_destroy(&pool);
    assert_int_equal(pool.total_bytes, 0);
}

static void held_blocks_are_not_given_again(void **state)
{
    (void)state;
    plx_block_pool pool;
    plx_block_pool_init(&pool, 100 * (size_t)MIB);
    plx_block *first = plx_block_take(&pool, 10);
    plx_block_hold(first);
    plx_block_release(&pool, first);
    plx_block *second = plx_block_take(&pool, 10);
    assert_ptr_not_equal(first, second);
    assert_int_equal(pool.free_bytes, 0);
    plx_block_release(&pool, first);
    assert_int_equal(pool.free_bytes, first->capacity);
    assert_ptr_equal(plx_block_take(&pool, 10), first);
    plx_block_release(&pool, first);
    plx_block_release(&pool, second);
    plx_block_release(&pool, NULL);
    assert_int_equal(pool.free_bytes, pool.total_bytes);
    plx_block_pool_destroy(&pool);
    assert_int_equal(pool.total_bytes, 0);
}

static void maximum_is_kept(void **state)
{
    (void)state;
    plx_block_pool pool;
    plx_block_pool_init(&pool, 600 * KIB);
    plx_block *a = plx_block_take(&pool, 256 * KIB), *b = plx_block_take(&pool, 256 * KIB);
    assert_non_null(a);
    assert_non_null(b);
    assert_null(plx_block_take(&pool, 256 * KIB));
    plx_block *small = plx_block_take(&pool, 1);
    assert_non_null(small);
    assert_null(plx_block_take(&pool, 1));
    /* Free blocks of another size make room. */
    plx_block_release(&pool, a);
    plx_block *one[5];
    for (int i = 0; i < 5; i++) {
        one[i] = plx_block_take(&pool, 1);
        assert_true((one[i] != NULL) == (i < 4));
    }
    for (int i = 0; i < 4; i++)
        plx_block_release(&pool, one[i]);
    plx_block_release(&pool, b);
    plx_block_release(&pool, small);
    plx_block_pool_destroy(&pool);
    assert_int_equal(pool.total_bytes, 0);
}

static void large_ones_are_not_kept(void **state)
{
    (void)state;
    plx_block_pool pool;
    plx_block_pool_init(&pool, 256 * (size_t)MIB);
    plx_block *large = plx_block_take(&pool, 60 * MIB);
    assert_non_null(large);
    plx_block_release(&pool, large);
    assert_int_equal(pool.total_bytes, 0);
    plx_block_pool_destroy(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_fit),
        cmocka_unit_test(held_blocks_are_not_given_again),
        cmocka_unit_test(maximum_is_kept),
        cmocka_unit_test(large_ones_are_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
