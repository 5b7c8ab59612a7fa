/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a viewer that resumes from the ring ends with what a viewer that saw everything has.
 * Oracle: a slow model that keeps every operation and finds the last of each identity by comparing
 * texts; the limits of web 5. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "edge/serve/ring.h"

static serve_ring ring;
static char memory[PLX_SERVE_CLIENT_BYTES_MAX];

static int setup(void **state)
{
    (void)state;
    return serve_ring_init(&ring, 42) == PLX_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    serve_ring_destroy(&ring);
    return 0;
}

static void add(uint64_t j, const char *topic, const char *ops, int64_t now_us)
{
    assert_int_equal(serve_ring_add(&ring, j, plx_slice_of(topic), plx_slice_of(ops), now_us),
                     PLX_OK);
}

static const char *merged(uint64_t from, uint64_t topics)
{
    plx_out out = plx_out_init(memory, sizeof memory - 1);
    assert_int_equal(serve_ring_merge(&ring, from, &(serve_wish){.topics = topics}, &out), PLX_OK);
    memory[out.n] = '\0';
    return memory;
}

static uint64_t topic_bit(const char *topic)
{
    serve_wish wish = {0};
    serve_ring_want(&ring, topic, &wish);
    return wish.topics;
}

static const char *wished(uint64_t from, const char *one, const char *other)
{
    serve_wish wish = {0};
    plx_out out = plx_out_init(memory, sizeof memory - 1);
    serve_ring_want(&ring, one, &wish);
    serve_ring_want(&ring, other, &wish);
    assert_int_equal(serve_ring_merge(&ring, from, &wish, &out), PLX_OK);
    assert_int_equal(serve_ring_has(&ring, from, &wish), out.n > 0);
    memory[out.n] = '\0';
    return memory;
}

static void test_family(void **state)
{
    (void)state;
    add(1, "board", "", 0);
    add(2, "enc:", "[\"enc:4f\",\"body\",1],[\"enc:5a\",\"body\",2]", 0);
    add(2, "board", "[\"enc:4f\",\"hr\",3]", 0);
    add(3, "enc:", "[\"enc:4f\",\"body\",4]", 0);
    assert_string_equal(wished(ring.first, "enc:4f", "feeds"), "[\"enc:4f\",\"body\",4]");
    assert_string_equal(wished(ring.first, "enc:5a", "enc:4f"),
                        "[\"enc:5a\",\"body\",2],[\"enc:4f\",\"body\",4]");
    assert_string_equal(wished(ring.first, "board", "enc:5a"),
                        "[\"enc:5a\",\"body\",2],[\"enc:4f\",\"hr\",3]");
    assert_string_equal(wished(serve_ring_find(&ring, 3), "enc:5a", "board"), "");
    assert_string_equal(wished(ring.first, "enc:", "enc:77"), "");
}

static void test_last_value_wins(void **state)
{
    (void)state;
    add(10, "board", "", 0);
    add(11, "board", "[\"enc:4f\",\"hr\",{\"v\":\"96\"}],[\"enc:4f\",\"bp\",null]", 0);
    add(12, "board", "[\"enc:4f\",\"hr\",{\"v\":\"97\"}]", 0);
    add(12, "feeds", "[\"feeds\",\"all\",{}]", 0);
    add(14, "board", "[\"enc:5a\",\"hr\",1],[\"enc:4f\",\"hr\",{\"v\":\"98\"}]", 0);
    uint64_t board = topic_bit("board"), feeds = topic_bit("feeds");
    assert_true(board && feeds && board != feeds);
    assert_int_equal(topic_bit("job:1"), 0);
    assert_string_equal(merged(ring.first, board), "[\"enc:4f\",\"bp\",null],[\"enc:5a\",\"hr\",1],"
                                                   "[\"enc:4f\",\"hr\",{\"v\":\"98\"}]");
    assert_string_equal(merged(ring.first, feeds), "[\"feeds\",\"all\",{}]");
    assert_string_equal(merged(ring.next, board), "");
    assert_string_equal(merged(serve_ring_find(&ring, 14), board | feeds),
                        "[\"enc:5a\",\"hr\",1],[\"enc:4f\",\"hr\",{\"v\":\"98\"}]");
}

static void test_members(void **state)
{
    (void)state;
    add(1, "board", "", 0);
    add(2, "board", "[\"board\",\"row+\",{\"id\":\"4f\",\"c\":{}}],[\"enc:4f\",\"hr\",1]", 0);
    add(3, "board", "[\"board\",\"row+\",{\"id\":\"5a\"}],[\"board\",\"row-\",\"4f\"]", 0);
    assert_string_equal(merged(ring.first, 1), "[\"enc:4f\",\"hr\",1],[\"board\",\"row+\","
                                               "{\"id\":\"5a\"}],[\"board\",\"row-\",\"4f\"]");
    add(4, "board", "[\"board\",\"row+\",{\"id\":\"4f\",\"c\":{\"hr\":2}}]", 0);
    assert_string_equal(merged(ring.first, 1),
                        "[\"enc:4f\",\"hr\",1],[\"board\",\"row+\",{\"id\":\"5a\"}],"
                        "[\"board\",\"row+\",{\"id\":\"4f\",\"c\":{\"hr\":2}}]");
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "x",
        "[",
        "[]",
        "[\"a\"]",
        "[\"a\",\"b\"]",
        "[\"a\",1,2]",
        "{\"a\":1}",
        "[\"a\",\"b\",1] ",
        "[\"a\",\"b\",1][\"a\",\"b\",1]",
        "[\"a\",\"b\",1],",
        "[\"a\",\"b\",\"]",
        "[\"a\",\"b\",[}]",
        "[\"a\",\"r+\",{\"x\":1}]",
        "[\"a\",\"r-\",7]",
        "[\"a\",\"\",7]",
        "[\"a\",\"b\",\"\\\"]",
    };
    add(5, "board", "[\"a\",\"b\",1]", 0);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_int_equal(serve_ring_add(&ring, 6, PLX_LIT("board"), plx_slice_of(BAD[i]), 0),
                         PLX_SYNTAX);
    assert_int_equal(serve_ring_add(&ring, 4, PLX_LIT("board"), PLX_LIT(""), 0), PLX_LIMIT);
    assert_int_equal(serve_ring_add(&ring, 6, PLX_LIT(""), PLX_LIT(""), 0), PLX_SYNTAX);
    assert_int_equal(ring.j, 5);
    assert_string_equal(merged(ring.first, 1), "[\"a\",\"b\",1]");
    char deep[256] = "[\"a\",\"b\",";
    size_t n = strlen(deep);
    memset(deep + n, '[', 80);
    memset(deep + n + 80, ']', 81);
    assert_int_equal(serve_ring_add(&ring, 6, PLX_LIT("board"), plx_slice_of(deep), 0), PLX_SYNTAX);
    for (int i = 1; i < SERVE_TOPICS_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", i);
        add(6, name, "", 0);
    }
    assert_int_equal(serve_ring_add(&ring, 6, PLX_LIT("one-more"), PLX_LIT(""), 0), PLX_FULL);
}

static void test_covers(void **state)
{
    (void)state;
    assert_false(serve_ring_covers(&ring, 0));
    add(100, "board", "", 0); /* replayed up to 100: nothing before it is here */
    assert_true(serve_ring_covers(&ring, 100));
    assert_false(serve_ring_covers(&ring, 99));
    assert_false(serve_ring_covers(&ring, 101)); /* from a longer journal */
    add(103, "board", "[\"a\",\"b\",1]", 0);
    add(103, "feeds", "[\"feeds\",\"all\",1]", 1);
    assert_true(serve_ring_covers(&ring, 101));
    assert_true(serve_ring_covers(&ring, 103));
    assert_int_equal(serve_ring_find(&ring, 103), ring.first); /* both topics of 103 again */
    assert_int_equal(serve_ring_find(&ring, 104), ring.next);
}

static void test_expires(void **state)
{
    (void)state;
    const int64_t second_us = 1000000;
    add(1, "board", "[\"a\",\"b\",1]", 0);
    add(2, "board", "[\"a\",\"c\",1]", 60 * second_us);
    serve_ring_expire(&ring, PLX_SERVE_RING_SECONDS * second_us);
    assert_int_equal(ring.next - ring.first, 2);
    serve_ring_expire(&ring, PLX_SERVE_RING_SECONDS * second_us + 1);
    assert_int_equal(ring.next - ring.first, 1);
    assert_false(serve_ring_covers(&ring, 1));
    assert_true(serve_ring_covers(&ring, 2));
    serve_ring_expire(&ring, 1000 * second_us);
    assert_int_equal(ring.next - ring.first, 0);
    assert_true(serve_ring_covers(&ring, 2));
    plx_out out = plx_out_init(memory, sizeof memory);
    assert_int_equal(serve_ring_merge(&ring, 0, &(serve_wish){.topics = 1}, &out), PLX_UNKNOWN);
    assert_true(serve_ring_behind(&ring, 0) == UINT64_MAX);
    assert_int_equal(serve_ring_behind(&ring, ring.next), 0);
}

static void test_batch_limit(void **state)
{
    (void)state;
    for (uint64_t j = 1; j <= PLX_SERVE_RING_BATCHES_MAX + 10; j++)
        add(j, "board", "[\"a\",\"b\",1]", 0);
    assert_int_equal(ring.next - ring.first, PLX_SERVE_RING_BATCHES_MAX);
    assert_false(serve_ring_covers(&ring, 10));
    assert_true(serve_ring_covers(&ring, 11));
}

static void test_byte_limit(void **state)
{
    (void)state;
    enum { ONE = 1 << 20 };
    char *ops = malloc(ONE + 1);
    assert_non_null(ops);
    for (uint64_t j = 1; j <= 200; j++) {
        char head[32];
        int n = snprintf(head, sizeof head, "[\"a\",\"f%u\",\"", (unsigned)(j % 3));
        memcpy(ops, head, (size_t)n);
        memset(ops + n, 'x', (size_t)(ONE - n - 2));
        memcpy(ops + ONE - 2, "\"]", 3);
        add(j, "board", ops, 0);
    }
    uint64_t kept = ring.next - ring.first;
    assert_true(kept >= 60 && kept <= 64);
    assert_int_equal(strlen(merged(ring.first, 1)), 3 * ONE + 2);
    assert_int_equal(serve_ring_behind(&ring, ring.next - 2), 2 * ONE);
    plx_out out = plx_out_init(memory, ONE);
    assert_int_equal(serve_ring_merge(&ring, ring.first, &(serve_wish){.topics = 1}, &out),
                     PLX_SPACE);
    free(ops);
    char *huge = malloc(PLX_SERVE_RING_BYTES_MAX / 2 + 2);
    assert_non_null(huge);
    plx_slice too_large = {huge, PLX_SERVE_RING_BYTES_MAX / 2 + 1};
    assert_int_equal(serve_ring_add(&ring, 300, PLX_LIT("board"), too_large, 0), PLX_LIMIT);
    free(huge);
}

static void test_clear(void **state)
{
    (void)state;
    add(1, "board", "[\"a\",\"b\",1]", 0);
    uint64_t cursor = ring.next;
    serve_ring_clear(&ring, 50);
    assert_true(cursor < ring.first); /* who was up to date is behind now: it missed something */
    assert_false(serve_ring_covers(&ring, 1));
    assert_true(serve_ring_covers(&ring, 50));
    assert_int_equal(ring.j, 50);
}

/* The slow model: every operation so far, its identity as text. */
typedef struct model_op {
    char key[24], text[48];
} model_op;

static size_t model_merge(const model_op *ops, size_t from, size_t to, char *out)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        bool later = false;
        for (size_t k = i + 1; k < to && !later; k++)
            later = strcmp(ops[i].key, ops[k].key) == 0;
        if (!later) n += (size_t)sprintf(out + n, "%s%s", n ? "," : "", ops[i].text);
    }
    out[n] = '\0';
    return n;
}

static void make_op(plx_rng *rng, model_op *op, unsigned value)
{
    unsigned id = (unsigned)(plx_rng_below(rng, 6)), what = (unsigned)(plx_rng_below(rng, 5));
    if (what == 0) {
        sprintf(op->key, "row %u", id);
        sprintf(op->text, "[\"board\",\"row+\",{\"id\":\"%u\",\"x\":%u}]", id, value);
    } else if (what == 1) {
        sprintf(op->key, "row %u", id);
        sprintf(op->text, "[\"board\",\"row-\",\"%u\"]", id);
    } else {
        sprintf(op->key, "enc %u %u", id, what);
        sprintf(op->text, "[\"enc:%u\",\"f%u\",\"a]\\\"%u\"]", id, what, value);
    }
}

static void test_random_cuts(void **state)
{
    (void)state;
    enum { BATCHES = 300, OPS = 8 };
    static model_op ops[BATCHES * OPS];
    static char expected[BATCHES * OPS * 50], text[OPS * 50];
    static size_t starts[BATCHES + 1];
    plx_rng rng = plx_rng_init(7, 1);
    size_t n = 0;
    for (uint64_t b = 0; b < BATCHES; b++) {
        starts[b] = n;
        size_t count = 1 + plx_rng_below(&rng, OPS - 1), text_n = 0;
        for (size_t i = 0; i < count; i++, n++) {
            make_op(&rng, &ops[n], (unsigned)n);
            text_n += (size_t)sprintf(text + text_n, "%s%s", i ? "," : "", ops[n].text);
        }
        add(b + 1, "board", text, 0);
    }
    starts[BATCHES] = n;
    for (int cut = 0; cut < 100; cut++) {
        uint64_t from = plx_rng_below(&rng, BATCHES);
        model_merge(ops, starts[from], n, expected);
        assert_string_equal(merged(serve_ring_find(&ring, from + 1), 1), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_last_value_wins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_family, setup, teardown),
        cmocka_unit_test_setup_teardown(test_members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_covers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_expires, setup, teardown),
        cmocka_unit_test_setup_teardown(test_batch_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_byte_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clear, setup, teardown),
        cmocka_unit_test_setup_teardown(test_random_cuts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
