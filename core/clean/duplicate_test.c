/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the window answers as a plain list of everything ever added would.
 * Oracle: that list, searched from its end, in 10 lines here; the edges by hand.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/clean/duplicate.h"

static plx_duplicate_window *window_new(uint32_t keys_max)
{
    void *memory = malloc(plx_duplicate_size(keys_max));
    assert_non_null(memory);
    memset(memory, 0xA5, plx_duplicate_size(keys_max)); /* init must not rely on zeroed memory */
    return plx_duplicate_init(memory, keys_max);
}

/* Key or hash number n. */
typedef struct name {
    uint8_t bytes[16];
} name;

static name name_of(uint64_t n)
{
    name x = {{0}};
    memcpy(x.bytes, &n, sizeof n);
    return x;
}

static plx_status find(const plx_duplicate_window *w, uint64_t key, uint64_t hash, int64_t at_us,
                       plx_duplicate_first *first)
{
    return plx_duplicate_find(w, name_of(key).bytes, name_of(hash).bytes, at_us, first);
}

static void add(plx_duplicate_window *w, uint64_t key, uint64_t hash, uint64_t seq, int64_t at_us)
{
    plx_duplicate_first first = {seq, at_us, PLX_VERDICT_ACCEPTED};
    plx_duplicate_add(w, name_of(key).bytes, name_of(hash).bytes, &first);
}

static void new_duplicate_conflict(void **state)
{
    (void)state;
    plx_duplicate_window *w = window_new(100);
    plx_duplicate_first first = {7, 7, PLX_VERDICT_BROKEN};
    assert_int_equal(find(w, 1, 10, 0, &first), PLX_OK);
    assert_int_equal(first.seq, 7); /* untouched */
    plx_duplicate_first error = {42, 1000, PLX_VERDICT_ERROR};
    plx_duplicate_add(w, name_of(1).bytes, name_of(10).bytes, &error);
    assert_int_equal(find(w, 1, 10, 2000, &first), PLX_DUPLICATE);
    assert_int_equal(first.seq, 42);
    assert_int_equal(first.arrival_us, 1000);
    assert_int_equal(first.verdict, PLX_VERDICT_ERROR);
    first = (plx_duplicate_first){0};
    assert_int_equal(find(w, 1, 11, 2000, &first), PLX_CONFLICT);
    assert_int_equal(first.seq, 42);
    assert_int_equal(find(w, 2, 10, 2000, &first), PLX_OK);
    free(w);
}

static void leaves_after_a_day(void **state)
{
    (void)state;
    plx_duplicate_window *w = window_new(100);
    plx_duplicate_first first;
    add(w, 1, 10, 1, 5000);
    assert_int_equal(find(w, 1, 10, 5000 + PLX_DUPLICATE_WINDOW_US, &first), PLX_DUPLICATE);
    assert_int_equal(find(w, 1, 10, 5001 + PLX_DUPLICATE_WINDOW_US, &first), PLX_OK);
    /* Its successor takes its place, and leaving with the first does not remove the second. */
    add(w, 1, 12, 2, 5001 + PLX_DUPLICATE_WINDOW_US);
    add(w, 3, 30, 3, 5002 + PLX_DUPLICATE_WINDOW_US);
    assert_int_equal(find(w, 1, 12, 5003 + PLX_DUPLICATE_WINDOW_US, &first), PLX_DUPLICATE);
    assert_int_equal(first.seq, 2);
    /* A clock that ran back is inside the window. */
    assert_int_equal(find(w, 1, 12, 0, &first), PLX_DUPLICATE);
    free(w);
}

static void oldest_leaves_first(void **state)
{
    (void)state;
    plx_duplicate_window *w = window_new(3);
    plx_duplicate_first first;
    for (uint64_t k = 1; k <= 4; k++)
        add(w, k, k, k, (int64_t)k);
    assert_int_equal(find(w, 1, 1, 4, &first), PLX_OK);
    for (uint64_t k = 2; k <= 4; k++)
        assert_int_equal(find(w, k, k, 4, &first), PLX_DUPLICATE);
    free(w);
    w = window_new(1);
    add(w, 1, 1, 1, 1);
    add(w, 1, 2, 2, 2); /* replaced under the same key while full */
    assert_int_equal(find(w, 1, 2, 3, &first), PLX_DUPLICATE);
    assert_int_equal(first.seq, 2);
    add(w, 5, 5, 3, 3);
    assert_int_equal(find(w, 1, 2, 3, &first), PLX_OK);
    assert_int_equal(find(w, 5, 5, 3, &first), PLX_DUPLICATE);
    free(w);
}

typedef struct added {
    uint64_t key, hash, seq;
    int64_t at_us;
} added;

/* The list: the youngest record of the key, unless it left by age or because keys_max came after.
 */
static plx_status list_find(const added *list, size_t n, size_t keys_max, const added *asked,
                            uint64_t *seq)
{
    for (size_t i = n; i > 0 && n - i < keys_max; i--) {
        const added *a = &list[i - 1];
        if (a->key != asked->key) continue;
        if (asked->at_us - a->at_us > PLX_DUPLICATE_WINDOW_US) return PLX_OK;
        *seq = a->seq;
        return a->hash == asked->hash ? PLX_DUPLICATE : PLX_CONFLICT;
    }
    return PLX_OK;
}

static void equals_a_list(void **state)
{
    (void)state;
    enum { STEPS = 20000, KEYS_MAX = 61 };
    added *list = calloc(STEPS, sizeof *list);
    plx_rng rng = plx_rng_init(1, 1);
    for (uint32_t keys = 20; keys <= 200; keys += 60) {
        plx_duplicate_window *w = window_new(KEYS_MAX);
        size_t n = 0, found = 0;
        int64_t now_us = 0;
        for (size_t i = 0; i < STEPS; i++) {
            now_us += (int64_t)plx_rng_below(&rng, PLX_HOUR_US);
            added a = {plx_rng_below(&rng, keys), plx_rng_below(&rng, 3), i + 1, now_us};
            uint64_t seq = 0;
            plx_duplicate_first first = {0};
            plx_status expected = list_find(list, n, KEYS_MAX, &a, &seq);
            assert_int_equal(find(w, a.key, a.hash, now_us, &first), expected);
            if (expected != PLX_OK) {
                assert_int_equal(first.seq, seq);
                found++;
                continue;
            }
            add(w, a.key, a.hash, a.seq, now_us);
            list[n++] = a;
        }
        assert_true(found > 100 && n > 1000); /* both branches were walked */
        free(w);
    }
    free(list);
}

static void full_size(void **state)
{
    (void)state;
    size_t n = plx_duplicate_size(PLX_DUPLICATE_KEYS_MAX);
    assert_true(n < 80 * 1000 * 1000); /* what the commit thread gives for a million keys */
    plx_duplicate_window *w = window_new(PLX_DUPLICATE_KEYS_MAX);
    plx_duplicate_first first;
    uint64_t last = PLX_DUPLICATE_KEYS_MAX + 1000;
    for (uint64_t k = 1; k <= last; k++)
        add(w, k, k, k, (int64_t)k);
    for (uint64_t k = 1; k <= 1000; k++)
        assert_int_equal(find(w, k, k, (int64_t)last, &first), PLX_OK);
    for (uint64_t k = 1001; k <= last; k += 997)
        assert_int_equal(find(w, k, k, (int64_t)last, &first), PLX_DUPLICATE);
    free(w);
}

static void whom_it_concerns(void **state)
{
    (void)state;
    plx_entry e = {.kind = PLX_ENTRY_MESSAGE, .verdict = PLX_VERDICT_ACCEPTED};
    assert_false(plx_duplicate_concerns(&e)); /* no key */
    e.ext_key[15] = 1;
    assert_true(plx_duplicate_concerns(&e));
    static const bool BY_VERDICT[PLX_VERDICT_COUNT] = {
        [PLX_VERDICT_ACCEPTED] = true, [PLX_VERDICT_ERROR] = true, [PLX_VERDICT_SHADOW] = true};
    for (int v = 0; v < PLX_VERDICT_COUNT; v++) {
        e.verdict = (plx_verdict)v;
        assert_int_equal(plx_duplicate_concerns(&e), BY_VERDICT[v]);
    }
    e.verdict = PLX_VERDICT_ACCEPTED;
    for (int k = 0; k < PLX_ENTRY_KIND_COUNT; k++) {
        e.kind = (plx_entry_kind)k;
        assert_int_equal(plx_duplicate_concerns(&e),
                         k == PLX_ENTRY_MESSAGE || k == PLX_ENTRY_BATCH_PART);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_duplicate_conflict),
        cmocka_unit_test(leaves_after_a_day),
        cmocka_unit_test(oldest_leaves_first),
        cmocka_unit_test(equals_a_list),
        cmocka_unit_test(full_size),
        cmocka_unit_test(whom_it_concerns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
