/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the inbox hands on every entry once, in order, whole, and makes the writer wait when it is
 * full. Oracle: the sequence of what was put in. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "edge/engine/inbox.h"

enum { TAKE = 64 };

static plx_entry entry_of(uint64_t seq, const char *body, size_t n)
{
    return (plx_entry){.seq = seq, .peer = PLX_LIT("peer"), .body = {body, n}};
}

static plx_status put_one(plx_inbox *inbox, const plx_entry *entry, uint64_t ticket)
{
    plx_inbox_item item = {*entry, ticket};
    return plx_inbox_put(inbox, &item, 1);
}

static void entries_come_out_as_they_went_in(void **state)
{
    (void)state;
    plx_inbox inbox;
    assert_int_equal(plx_inbox_init(&inbox), PLX_OK);
    plx_entry first = entry_of(1, "one", 3), second = entry_of(2, "", 0);
    assert_int_equal(put_one(&inbox, &first, 7), PLX_OK);
    assert_int_equal(put_one(&inbox, &second, 0), PLX_OK);
    plx_inbox_item items[TAKE];
    uint64_t end = 0;
    assert_int_equal(plx_inbox_peek(&inbox, items, TAKE, 1000, &end), 2);
    assert_int_equal(items[0].ticket, 7);
    assert_true(plx_slice_is(items[0].entry.body, "one"));
    assert_true(plx_slice_is(items[0].entry.peer, "peer"));
    assert_int_equal(items[1].entry.seq, 2);
    assert_int_equal(items[1].entry.body.n, 0);
    plx_inbox_release(&inbox, end, 2);
    assert_int_equal(plx_inbox_peek(&inbox, items, TAKE, 1000, &end), 0);
    assert_int_equal(plx_inbox_depth(&inbox), 0);
    plx_inbox_destroy(&inbox);
}

/* Many more than fit at once: the writer hands them over in parts, and none is lost or doubled. */
enum { GROUP = 3000, GROUP_BODY = 100000 };

static void *group_writer(void *self)
{
    static char body[GROUP_BODY];
    plx_inbox_item *items = calloc(GROUP, sizeof *items);
    for (uint64_t i = 0; items && i < GROUP; i++)
        items[i] = (plx_inbox_item){entry_of(i + 1, body, GROUP_BODY), 2 * i};
    bool put = items && plx_inbox_put(self, items, GROUP) == PLX_OK;
    free(items);
    return put ? self : NULL;
}

static void a_group_larger_than_the_ring_passes(void **state)
{
    (void)state;
    plx_inbox inbox;
    assert_int_equal(plx_inbox_init(&inbox), PLX_OK);
    assert_int_equal(plx_inbox_put(&inbox, NULL, 0), PLX_OK);
    assert_true((uint64_t)GROUP * GROUP_BODY > 2 * (uint64_t)PLX_INBOX_BYTES);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, group_writer, &inbox), 0);
    plx_inbox_item items[TAKE];
    for (uint64_t seq = 1; seq <= GROUP;) {
        uint64_t end = 0;
        size_t n = plx_inbox_peek(&inbox, items, TAKE, 5000000, &end);
        assert_true(n > 0);
        for (size_t i = 0; i < n; i++, seq++) {
            assert_int_equal(items[i].entry.seq, seq);
            assert_int_equal(items[i].ticket, 2 * (seq - 1));
            assert_int_equal(items[i].entry.body.n, GROUP_BODY);
        }
        plx_inbox_release(&inbox, end, n);
    }
    void *put = NULL;
    pthread_join(thread, &put);
    assert_non_null(put);
    assert_int_equal(plx_inbox_depth(&inbox), 0);
    plx_inbox_destroy(&inbox);
}

static void one_too_large_keeps_its_group_out(void **state)
{
    (void)state;
    plx_inbox inbox;
    assert_int_equal(plx_inbox_init(&inbox), PLX_OK);
    plx_inbox_item items[2] = {{entry_of(1, "x", 1), 0}, {entry_of(2, NULL, PLX_INBOX_BYTES), 0}};
    assert_int_equal(plx_inbox_put(&inbox, items, 2), PLX_LIMIT);
    assert_int_equal(plx_inbox_depth(&inbox), 0);
    plx_inbox_destroy(&inbox);
}

static void too_large_and_closed_are_refused(void **state)
{
    (void)state;
    plx_inbox inbox;
    assert_int_equal(plx_inbox_init(&inbox), PLX_OK);
    plx_entry huge = entry_of(1, NULL, PLX_INBOX_BYTES);
    assert_int_equal(put_one(&inbox, &huge, 0), PLX_LIMIT);
    plx_inbox_close(&inbox);
    plx_entry small = entry_of(1, "x", 1);
    assert_int_equal(put_one(&inbox, &small, 0), PLX_STOPPED);
    plx_inbox_destroy(&inbox);
    plx_inbox_destroy(&(plx_inbox){0});
}

/* Bodies of changing size pass the ring's end many times; each byte is a function of its entry. */
enum { MANY = 20000, BODY_MAX = 40000 };

static size_t body_size(uint64_t seq)
{
    return (size_t)(seq * 2654435761u % BODY_MAX);
}

static void *writer(void *self)
{
    plx_inbox *inbox = self;
    char *body = malloc(BODY_MAX);
    for (uint64_t seq = 1; seq <= MANY; seq++) {
        size_t n = body_size(seq);
        memset(body, (int)(seq & 0xFF), n);
        plx_entry entry = entry_of(seq, body, n);
        if (put_one(inbox, &entry, 0) != PLX_OK) break;
    }
    free(body);
    return NULL;
}

static bool body_is_whole(const plx_entry *entry)
{
    if (entry->body.n != body_size(entry->seq)) return false;
    for (size_t i = 0; i < entry->body.n; i += 97)
        if ((uint8_t)entry->body.at[i] != (entry->seq & 0xFF)) return false;
    return true;
}

static void a_slow_reader_loses_nothing(void **state)
{
    (void)state;
    plx_inbox inbox;
    assert_int_equal(plx_inbox_init(&inbox), PLX_OK);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, writer, &inbox), 0);
    usleep(100000); /* the ring fills: 20,000 bodies of 20 kB are three times its size */
    plx_inbox_item items[TAKE];
    uint64_t expected = 1;
    while (expected <= MANY) {
        uint64_t end = 0;
        size_t n = plx_inbox_peek(&inbox, items, TAKE, 1000000, &end);
        assert_true(n > 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(items[i].entry.seq, expected++);
            assert_true(body_is_whole(&items[i].entry));
        }
        plx_inbox_release(&inbox, end, n);
    }
    pthread_join(thread, NULL);
    assert_int_equal(plx_inbox_depth(&inbox), 0);
    plx_inbox_destroy(&inbox);
}

static void room_is_told_by_bytes(void **state)
{
    (void)state;
    enum { QUARTER = PLX_INBOX_BYTES / 4 };
    plx_inbox inbox;
    assert_int_equal(plx_inbox_init(&inbox), PLX_OK);
    char *body = calloc(1, QUARTER);
    plx_entry large = entry_of(1, body, QUARTER);
    assert_true(plx_inbox_has_room(&inbox));
    assert_int_equal(put_one(&inbox, &large, 0), PLX_OK);
    assert_true(plx_inbox_has_room(&inbox));
    assert_int_equal(put_one(&inbox, &large, 0), PLX_OK); /* headers come on top */
    assert_false(plx_inbox_has_room(&inbox));
    plx_inbox_item items[TAKE];
    uint64_t end = 0;
    assert_int_equal(plx_inbox_peek(&inbox, items, 1, 1000, &end), 1);
    plx_inbox_release(&inbox, end, 1);
    assert_true(plx_inbox_has_room(&inbox));
    free(body);
    plx_inbox_destroy(&inbox);
}

static void room_is_told_by_entries(void **state)
{
    (void)state;
    plx_inbox inbox;
    assert_int_equal(plx_inbox_init(&inbox), PLX_OK);
    plx_entry small = entry_of(1, "x", 1);
    for (int i = 0; i < PLX_INBOX_ENTRIES_MAX / 2; i++)
        assert_int_equal(put_one(&inbox, &small, 0), PLX_OK);
    assert_true(plx_inbox_has_room(&inbox));
    assert_int_equal(put_one(&inbox, &small, 0), PLX_OK);
    assert_false(plx_inbox_has_room(&inbox));
    plx_inbox_destroy(&inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(entries_come_out_as_they_went_in),
                                       cmocka_unit_test(a_group_larger_than_the_ring_passes),
                                       cmocka_unit_test(one_too_large_keeps_its_group_out),
                                       cmocka_unit_test(too_large_and_closed_are_refused),
                                       cmocka_unit_test(a_slow_reader_loses_nothing),
                                       cmocka_unit_test(room_is_told_by_bytes),
                                       cmocka_unit_test(room_is_told_by_entries)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
