/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the index finds what was put and nothing else, through removals, wrap-around, equal hashes
 * and rebuilds. Oracle: a plain list searched from end to end. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/rng.h"

static uint32_t count_candidates(const plx_map_slot *slots, uint32_t slots_n, uint64_t hash)
{
    uint32_t at = PLX_MAP_START, n = 0;
    while (plx_map_find(slots, slots_n, hash, &at))
        n++;
    return n;
}

static void test_equal_hashes(void **state)
{
    (void)state;
    plx_map_slot slots[8] = {0};
    uint32_t used = 0, at = PLX_MAP_START;
    const uint64_t hash = UINT64_C(0x1234567800000007); /* the last slot: the next one wraps */
    assert_int_equal(plx_map_find(slots, 8, hash, &at), 0);
    assert_true(at == PLX_MAP_START);
    assert_true(plx_map_put(slots, 8, &used, hash, 5));
    assert_true(plx_map_put(slots, 8, &used, hash, 6));
    assert_true(plx_map_put(slots, 8, &used, UINT64_C(0x9999999900000007), 7));
    assert_true(plx_map_put(slots, 8, &used, hash, UINT32_MAX - 1));
    assert_int_equal(used, 4);
    assert_int_equal(plx_map_find(slots, 8, hash, &at), 5);
    assert_int_equal(at, 7);
    assert_int_equal(plx_map_find(slots, 8, hash, &at), 6);
    assert_int_equal(at, 0);
    assert_int_equal(plx_map_find(slots, 8, hash, &at), UINT32_MAX - 1);
    assert_int_equal(plx_map_find(slots, 8, hash, &at), 0);
    assert_true(plx_map_remove(slots, 8, hash, 6));
    assert_false(plx_map_remove(slots, 8, hash, 6));
    assert_false(plx_map_remove(slots, 8, hash, 7));
    assert_int_equal(count_candidates(slots, 8, hash), 2);
    assert_true(plx_map_put(slots, 8, &used, hash, 8));
    assert_int_equal(used, 4); /* the removed slot again */
    assert_int_equal(count_candidates(slots, 8, hash), 3);
}

static void test_full(void **state)
{
    (void)state;
    for (uint32_t slots_n = 2; slots_n <= 64; slots_n *= 2) {
        plx_map_slot slots[64] = {0};
        uint32_t used = 0, n = 0;
        while (plx_map_put(slots, slots_n, &used, n * UINT64_C(0x9e3779b97f4a7c15), n + 1))
            n++;
        assert_int_equal(n, slots_n * 7 / 8);
        assert_int_equal(used, n);
        /* A search for what is not there still ends. */
        for (uint32_t i = 0; i < slots_n; i++)
            assert_int_equal(count_candidates(slots, slots_n, UINT64_C(0xabcdef1200000000) + i), 0);
        for (uint32_t i = 0; i < n; i++)
            assert_true(plx_map_remove(slots, slots_n, i * UINT64_C(0x9e3779b97f4a7c15), i + 1));
        for (uint32_t i = 0; i < n; i++)
            assert_int_equal(count_candidates(slots, slots_n, i * UINT64_C(0x9e3779b97f4a7c15)), 0);
    }
}

enum { KEYS = 700 };

typedef struct model {
    uint64_t hash[KEYS]; /* of value i + 1 */
    bool in[KEYS];
} model;

static void check_all(const plx_map_slot *slots, uint32_t slots_n, const model *m)
{
    for (uint32_t i = 0; i < KEYS; i++) {
        uint32_t at = PLX_MAP_START, found, times = 0;
        while ((found = plx_map_find(slots, slots_n, m->hash[i], &at)) != 0) {
            assert_true(found <= KEYS && m->in[found - 1]);
            assert_true((m->hash[found - 1] ^ m->hash[i]) >> 32 == 0);
            times += found == i + 1;
        }
        assert_int_equal(times, m->in[i]);
    }
}

static uint32_t rebuild(plx_map_slot *slots, uint32_t slots_n, const model *m)
{
    uint32_t used = 0;
    memset(slots, 0, slots_n * sizeof *slots);
    for (uint32_t i = 0; i < KEYS; i++)
        if (m->in[i]) assert_true(plx_map_put(slots, slots_n, &used, m->hash[i], i + 1));
    return used;
}

static void test_against_a_list(void **state)
{
    (void)state;
    static plx_map_slot slots[512];
    static model m;
    plx_rng rng = plx_rng_init(21, 1);
    for (uint32_t i = 0; i < KEYS; i++) {
        m.hash[i] = plx_rng_u64(&rng);
        if (i % 5 == 1) m.hash[i] = m.hash[i - 1];              /* equal hashes */
        if (i % 5 == 2) m.hash[i] |= 511;                       /* one home at the very end */
        if (i % 5 == 3) m.hash[i] = m.hash[i - 1] ^ (1u << 31); /* same tag and slot */
    }
    uint32_t used = 0, rebuilds = 0;
    for (int step = 0; step < 60000; step++) {
        const uint32_t i = (uint32_t)plx_rng_below(&rng, KEYS);
        if (m.in[i]) {
            assert_true(plx_map_remove(slots, 512, m.hash[i], i + 1));
        } else if (!plx_map_put(slots, 512, &used, m.hash[i], i + 1)) {
            used = rebuild(slots, 512, &m);
            rebuilds++;
            assert_true(plx_map_put(slots, 512, &used, m.hash[i], i + 1));
        }
        m.in[i] = !m.in[i];
        if (step % 997 == 0) check_all(slots, 512, &m);
    }
    check_all(slots, 512, &m);
    assert_true(rebuilds > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_hashes),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_against_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
