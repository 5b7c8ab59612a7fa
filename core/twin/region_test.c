/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: blocks, pools, texts and key tables give out memory once, zeroed, and take it back. Oracle:
 * slow lists kept beside them. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/rng.h"
#include "core/twin/world_for_test.h"

enum { BYTES = 4 * 1024 * 1024 };

static void blocks_are_zeroed_and_come_back(void **state)
{
    (void)state;
    uint8_t *base = malloc(BYTES);
    memset(base, 0x5A, BYTES);
    twin_region r = {.used = 16, .capacity = BYTES};
    for (uint64_t n = 1; n < 5000; n += 37) {
        twin_block b = plx_twin_block_take(base, &r, n);
        assert_int_not_equal(b, 0);
        assert_true(plx_twin_block_bytes(n) >= n);
        assert_true(plx_twin_block_bytes(n) < 2 * n + TWIN_UNIT);
        uint8_t *at = plx_twin_at(base, b);
        for (uint64_t i = 0; i < n; i++)
            assert_int_equal(at[i], 0);
        memset(at, 0xFF, n);
        uint64_t used = r.used;
        plx_twin_block_give(base, &r, b, n);
        assert_int_equal(plx_twin_block_take(base, &r, n), b); /* the same one, zeroed again */
        assert_int_equal(r.used, used);
        assert_int_equal(at[n - 1], 0);
    }
    plx_twin_block_give(base, &r, 0, 100); /* nothing to give */
    uint64_t used = r.used;
    twin_block kept = plx_twin_block_keep(base, &r, 100);
    assert_int_equal(r.used, used + 112);
    assert_int_equal((uint64_t)kept * TWIN_UNIT, used);
    free(base);
}

static void records_keep_their_place(void **state)
{
    (void)state;
    enum { N = 5000, SIZE = 72 };
    static uint8_t *places[N];
    static uint32_t indices[N];
    uint8_t *base = malloc(BYTES);
    twin_region r = {.used = 16, .capacity = BYTES};
    twin_pool pool;
    plx_twin_pool_init(&pool, SIZE);
    assert_false(plx_twin_pool_is_live(base, &pool, 0));
    assert_false(plx_twin_pool_is_live(base, &pool, 1));
    for (uint32_t i = 0; i < N; i++) {
        indices[i] = plx_twin_pool_take(base, &r, &pool);
        places[i] = plx_twin_pool_get(base, &pool, indices[i]);
        assert_int_equal(indices[i], i + 1);
        memset(places[i] + 4, (int)(i & 0xFF), SIZE - 4);
    }
    for (uint32_t i = 0; i < N; i++) {
        assert_ptr_equal(plx_twin_pool_get(base, &pool, indices[i]), places[i]);
        assert_int_equal(places[i][SIZE - 1], i & 0xFF);
    }
    uint64_t used = r.used;
    for (uint32_t i = 0; i < N; i += 3)
        plx_twin_pool_give(base, &pool, indices[i]);
    assert_int_equal(pool.live, N - (N + 2) / 3);
    assert_false(plx_twin_pool_is_live(base, &pool, indices[0]));
    assert_true(plx_twin_pool_is_live(base, &pool, indices[1]));
    for (uint32_t i = 0; i < (N + 2) / 3; i++) {
        uint32_t index = plx_twin_pool_take(base, &r, &pool);
        const uint8_t *at = plx_twin_pool_get(base, &pool, index);
        assert_int_equal((index - 1) % 3, 0);
        assert_int_equal(at[SIZE - 1], 0);
    }
    assert_int_equal(r.used, used);
    assert_int_equal(pool.live, N);
    free(base);
}

static void texts_are_stored_once_and_counted(void **state)
{
    (void)state;
    world w = world_init(NULL);
    twin_text a = plx_twin_text_hold(w.t, PLX_LIT("mm[Hg]"));
    twin_text b = plx_twin_text_hold(w.t, PLX_LIT("mm[Hg]"));
    assert_int_equal(a, b);
    assert_int_equal(plx_twin_text_hold(w.t, PLX_LIT("")), 0);
    assert_int_equal(twin_text_get(w.t, 0).n, 0);
    twin_text found = 99;
    assert_true(plx_twin_text_find(w.t, PLX_LIT("mm[Hg]"), &found));
    assert_int_equal(found, a);
    assert_false(plx_twin_text_find(w.t, PLX_LIT("kPa"), &found));
    assert_true(plx_twin_text_find(w.t, PLX_LIT(""), &found));
    assert_int_equal(found, 0);
    plx_twin_text_release(w.t, a);
    assert_true(plx_twin_text_find(w.t, PLX_LIT("mm[Hg]"), &found));
    plx_twin_text_release(w.t, a);
    assert_false(plx_twin_text_find(w.t, PLX_LIT("mm[Hg]"), &found));
    twin_text field = 0;
    plx_twin_text_set(w.t, &field, PLX_LIT("one"));
    plx_twin_text_set(w.t, &field, PLX_LIT("one")); /* itself */
    plx_twin_text_set(w.t, &field, PLX_LIT("two"));
    assert_false(plx_twin_text_find(w.t, PLX_LIT("one"), &found));
    plx_twin_text_set(w.t, &field, PLX_LIT(""));
    assert_int_equal(w.t->maps[TWIN_MAP_TEXT].live, 0);
    world_destroy(&w);
}

/* Cut at the limit, but never inside a character. */
static void long_texts_are_cut_at_a_character(void **state)
{
    (void)state;
    world w = world_init(NULL);
    char *text = malloc(TWIN_TEXT_MAX + 8);
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', TWIN_TEXT_MAX + 8);
        memcpy(text + TWIN_TEXT_MAX - shift, "\xF0\x9F\xA9\xBA", 4); /* a stethoscope */
        plx_slice whole = {text, TWIN_TEXT_MAX + 8};
        twin_text held = plx_twin_text_hold(w.t, whole), found = 0;
        assert_int_equal(twin_text_get(w.t, held).n, TWIN_TEXT_MAX - shift);
        assert_true(plx_twin_text_find(w.t, whole, &found));
        assert_int_equal(found, held);
        plx_twin_text_release(w.t, held);
    }
    assert_int_equal(w.t->world.cut, 4);
    free(text);
    world_destroy(&w);
}

/* Many texts come and go; the table holds exactly those that live, through every growth. */
static void key_table_holds_what_lives(void **state)
{
    (void)state;
    enum { N = 3000 };
    static twin_text held[N];
    world w = world_init(NULL);
    plx_rng rng = plx_rng_init(3, 3);
    char text[32];
    uint32_t live = 0;
    for (int step = 0; step < 40000; step++) {
        uint32_t i = (uint32_t)plx_rng_below(&rng, N);
        snprintf(text, sizeof text, "text %u", i);
        if (held[i]) {
            plx_twin_text_release(w.t, held[i]);
            held[i] = 0;
            live--;
        } else {
            held[i] = plx_twin_text_hold(w.t, plx_slice_of(text));
            live++;
        }
        assert_int_equal(w.t->maps[TWIN_MAP_TEXT].live, live);
    }
    for (uint32_t i = 0; i < N; i++) {
        twin_text found = 0;
        snprintf(text, sizeof text, "text %u", i);
        assert_int_equal(plx_twin_text_find(w.t, plx_slice_of(text), &found), held[i] != 0);
        if (held[i]) assert_int_equal(found, held[i]);
    }
    assert_true(plx_twin_index_growth(w.t) >= (uint64_t)live * 2 * sizeof(plx_map_slot));
    world_destroy(&w);
}

static void sources_live_as_long_as_they_are_named(void **state)
{
    (void)state;
    world w = world_init(NULL);
    plx_entry entry = {.seq = 42, .kind = PLX_ENTRY_TICK, .arrival_us = 7, .iface = 3};
    plx_applied applied = {0};
    twin_context c = {.t = w.t, .entry = &entry, .applied = &applied};
    uint32_t a = plx_twin_source_hold(&c), b = plx_twin_source_hold(&c);
    assert_int_equal(a, b);
    assert_int_equal(twin_source_at(w.t, a)->holders, 3); /* the entry itself holds one */
    assert_true(plx_twin_source_id(w.t, a, 5) == plx_provenance_of(42, 5));
    assert_true(plx_twin_source_id(w.t, 0, 5) == 0);
    uint32_t field = 0;
    plx_twin_source_set(&c, &field);
    assert_int_equal(field, a);
    for (int i = 0; i < 3; i++)
        plx_twin_source_release(w.t, a);
    assert_true(twin_is_live(w.t, TWIN_SOURCE, a));
    plx_twin_source_release(w.t, a);
    assert_false(twin_is_live(w.t, TWIN_SOURCE, a));
    plx_twin_source_release(w.t, 0);
    world_destroy(&w);
}

/* sent, then the number at the end of the control id, then the journal. */
static void sources_are_ordered(void **state)
{
    (void)state;
    static const struct {
        int64_t sent_us;
        const char *id;
        uint64_t seq;
    } IN_ORDER[] = {{1, "B9", 9}, {2, "A9", 8}, {2, "A10", 7}, {2, "B10", 8}, {3, "", 1}};
    world w = world_init(NULL);
    uint32_t sources[5];
    for (int i = 0; i < 5; i++) {
        plx_event event = {.sent_us = IN_ORDER[i].sent_us,
                           .recorded_us = PLX_TIME_NONE,
                           .control_id = plx_slice_of(IN_ORDER[i].id)};
        plx_entry entry = {.seq = IN_ORDER[i].seq, .kind = PLX_ENTRY_MESSAGE};
        twin_context c = {.t = w.t, .entry = &entry, .event = &event};
        sources[i] = plx_twin_source_hold(&c);
    }
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++)
            assert_int_equal(plx_twin_source_compare(w.t, sources[i], sources[k]),
                             i < k ? -1 : i > k);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zeroed_and_come_back),
        cmocka_unit_test(records_keep_their_place),
        cmocka_unit_test(texts_are_stored_once_and_counted),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
        cmocka_unit_test(key_table_holds_what_lives),
        cmocka_unit_test(sources_live_as_long_as_they_are_named),
        cmocka_unit_test(sources_are_ordered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
