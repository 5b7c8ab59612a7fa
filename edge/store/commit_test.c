/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what is handed in is told back exactly once, in journal order, after it is durable;
 * verdicts, times, limits and failures are as the header says. Oracle: what was handed in; the
 * journal read back. Tolerance: none; waits end after 10 s. */
#include "edge/store/test_journal.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "core/base/time.h"
#include "edge/store/commit.h"
#include "edge/store/fault_vfs.h"

enum { TOLD_MAX = 20000, MOST = 500 };

typedef struct room {
    char path[TEST_PATH];
    plx_store *store;
    plx_clock clock;
    plx_commit *commit;
    atomic_size_t told_n;
    plx_commit_item told[TOLD_MAX]; /* bodies are not looked at */
    bool disorder;
} room;

static void on_done(void *self, plx_commit_item *items, size_t n)
{
    room *r = self;
    size_t at = atomic_load(&r->told_n);
    assert_true(at + n <= TOLD_MAX);
    for (size_t i = 0; i < n; i++) {
        r->told[at + i] = items[i];
        bool follows = at + i == 0 || items[i].entry.seq == r->told[at + i - 1].entry.seq + 1;
        r->disorder |= items[i].status == PLX_OK && !follows;
        r->disorder |=
            items[i].status == PLX_OK && items[i].entry.seq > plx_store_last_seq(r->store);
    }
    atomic_store(&r->told_n, at + n);
}

static void commit_start(room *r, bool ticks)
{
    plx_commit_options options = {
        .store = r->store, .clock = &r->clock, .done = on_done, .self = r, .ticks = ticks};
    assert_int_equal(plx_commit_start(&r->commit, &options), PLX_OK);
}

static void room_open(room *r)
{
    plx_store_options options = {
        .directory = r->path, .ballast_bytes = PLX_STORE_NO_BALLAST, .vfs = plx_fault_vfs()};
    r->store = test_open(&options);
}

static int setup(void **state)
{
    room *r = calloc(1, sizeof *r);
    plx_fault_arm(&(plx_fault_plan){0});
    test_directory_make(r->path);
    plx_clock_init(&r->clock, 1);
    room_open(r);
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    room *r = *state;
    plx_commit_stop(r->commit);
    plx_store_close(r->store);
    test_directory_clear(r->path);
    free(r);
    return 0;
}

static bool wait_told(room *r, size_t n, int ms)
{
    for (int i = 0; i < ms && atomic_load(&r->told_n) < n; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return atomic_load(&r->told_n) >= n;
}

static plx_commit_item item_of(uint64_t id, const char *body, size_t n)
{
    plx_commit_item item = {.entry = test_entry(id, body, n), .token = id};
    item.entry.arrival_us = item.entry.mono_us = 0;
    return item;
}

static void one_message(void **state)
{
    room *r = *state;
    commit_start(r, false);
    char body[TEST_BODY_MAX];
    plx_commit_item item = item_of(5, body, test_body(5, MOST, body));
    int64_t before_us = plx_wall_us();
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    assert_true(wait_told(r, 1, 10000));
    const plx_commit_item *told = &r->told[0];
    assert_int_equal(told->status, PLX_OK);
    assert_int_equal(told->token, 5);
    assert_int_equal(told->entry.seq, 1);
    assert_int_equal(told->entry.verdict, PLX_VERDICT_ACCEPTED);
    assert_true(told->entry.arrival_us >= before_us - 1000);
    assert_true(told->entry.arrival_us <= plx_wall_us() + 1000);
    assert_true(told->entry.mono_us > 0 && told->entry.mono_us <= plx_boot_us());
    static const uint8_t ZERO[32];
    assert_int_equal(plx_entry_check(&told->entry, ZERO), PLX_OK);
    plx_commit_metrics m;
    plx_commit_measure(r->commit, &m);
    assert_int_equal(m.commits, 1);
    assert_int_equal(m.entries, 1);
    assert_int_equal(m.bytes, item.entry.body.n);
    assert_int_equal(m.waiting, 0);
    assert_true(m.sync_ms_last > 0 && m.sync_ms_max >= m.sync_ms_last);
    assert_int_equal(m.fatal, PLX_OK);
}

enum { SENDERS = 4, EACH = 2000 };

typedef struct sender {
    room *r;
    uint64_t first;
    char bodies[EACH][64];
} sender;

static void *sender_main(void *self)
{
    sender *s = self;
    for (size_t i = 0; i < EACH;) {
        plx_commit_item items[7];
        size_t n = 0;
        for (; n < 1 + i % 7 && i < EACH; n++, i++)
            items[n] =
                item_of(s->first + i, s->bodies[i], test_body(s->first + i, 64, s->bodies[i]));
        if (plx_commit_submit(s->r->commit, items, n) != PLX_OK) return self;
    }
    return NULL;
}

static void many_senders(void **state)
{
    room *r = *state;
    static sender senders[SENDERS];
    pthread_t threads[SENDERS];
    commit_start(r, true);
    for (size_t i = 0; i < SENDERS; i++) {
        senders[i].r = r;
        senders[i].first = 1 + i * EACH;
        assert_int_equal(pthread_create(&threads[i], NULL, sender_main, &senders[i]), 0);
    }
    for (size_t i = 0; i < SENDERS; i++) {
        void *failed = NULL;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    plx_commit_stop(r->commit); /* drains */
    r->commit = NULL;
    static uint8_t seen[SENDERS * EACH + 1];
    uint64_t last[SENDERS] = {0};
    size_t messages = 0;
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < r->told_n; i++) {
        if (r->told[i].entry.kind == PLX_ENTRY_TICK) continue;
        uint64_t id = r->told[i].token, *before = &last[(id - 1) / EACH];
        assert_int_equal(r->told[i].status, PLX_OK);
        assert_int_equal(seen[id]++, 0);
        assert_true(id > *before); /* the order of one sender is kept */
        *before = id;
        messages++;
    }
    assert_int_equal(messages, SENDERS * EACH);
    assert_false(r->disorder);
    assert_int_equal(plx_store_last_seq(r->store), r->told_n);
    test_content content = {.most = 64};
    assert_int_equal(plx_journal_read(r->store, 1, UINT64_MAX, test_content_visit, &content),
                     PLX_OK);
    assert_false(content.differs);
    for (size_t i = 0; i < content.n; i++)
        if (content.ids[i]) assert_int_equal(content.ids[i], r->told[i].token);
    free(content.ids);
}

static void verdict_check(const plx_commit_item *told, plx_verdict verdict, uint64_t first,
                          plx_verdict first_verdict)
{
    assert_int_equal(told->status, PLX_OK);
    assert_int_equal(told->entry.verdict, verdict);
    if (first == 0) return;
    assert_int_equal(told->entry.ref, first);
    assert_int_equal(told->first.seq, first);
    assert_int_equal(told->first.verdict, first_verdict);
}

static void duplicates(void **state)
{
    room *r = *state;
    commit_start(r, false);
    static char a[TEST_BODY_MAX], b[TEST_BODY_MAX];
    size_t a_n = test_body(1, MOST, a), b_n = test_body(2, MOST, b);
    plx_commit_item items[9];
    items[0] = item_of(1, a, a_n);
    items[1] = items[0];           /* inside one group */
    items[2] = item_of(1, b, b_n); /* same key, other body */
    items[3] = items[0];           /* the first copy still counts */
    items[4] = item_of(9, a, a_n);
    items[4].entry.verdict = PLX_VERDICT_ERROR;
    items[5] = items[4];
    items[6] = item_of(10, a, a_n);
    items[6].entry.verdict = PLX_VERDICT_REFUSED; /* judged afresh each time */
    items[7] = items[6];
    items[8] = items[0];
    items[8].entry.kind = PLX_ENTRY_EDITED; /* has its original's key */
    assert_int_equal(plx_commit_submit(r->commit, items, 9), PLX_OK);
    assert_true(wait_told(r, 9, 10000));
    verdict_check(&r->told[0], PLX_VERDICT_ACCEPTED, 0, 0);
    verdict_check(&r->told[1], PLX_VERDICT_DUPLICATE, 1, PLX_VERDICT_ACCEPTED);
    verdict_check(&r->told[2], PLX_VERDICT_CONFLICT, 1, PLX_VERDICT_ACCEPTED);
    verdict_check(&r->told[3], PLX_VERDICT_DUPLICATE, 1, PLX_VERDICT_ACCEPTED);
    verdict_check(&r->told[4], PLX_VERDICT_ERROR, 0, 0);
    verdict_check(&r->told[5], PLX_VERDICT_DUPLICATE, 5, PLX_VERDICT_ERROR);
    verdict_check(&r->told[6], PLX_VERDICT_REFUSED, 0, 0);
    verdict_check(&r->told[7], PLX_VERDICT_REFUSED, 0, 0);
    verdict_check(&r->told[8], PLX_VERDICT_ACCEPTED, 0, 0);
    /* And after a restart, from the journal. */
    plx_commit_stop(r->commit);
    plx_store_close(r->store);
    room_open(r);
    commit_start(r, false);
    plx_commit_item again[] = {items[0], items[2], items[4], items[6]};
    assert_int_equal(plx_commit_submit(r->commit, again, 4), PLX_OK);
    assert_true(wait_told(r, 13, 10000));
    verdict_check(&r->told[9], PLX_VERDICT_DUPLICATE, 1, PLX_VERDICT_ACCEPTED);
    verdict_check(&r->told[10], PLX_VERDICT_CONFLICT, 1, PLX_VERDICT_ACCEPTED);
    verdict_check(&r->told[11], PLX_VERDICT_DUPLICATE, 5, PLX_VERDICT_ERROR);
    verdict_check(&r->told[12], PLX_VERDICT_REFUSED, 0, 0);
    assert_int_equal(r->told[9].first.arrival_us, r->told[0].entry.arrival_us);
}

static const plx_entry *submit_and_wait(room *r, plx_entry_kind kind)
{
    size_t n = atomic_load(&r->told_n);
    plx_commit_item item = {.entry = {.kind = kind}};
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    assert_true(wait_told(r, n + 1, 10000));
    return &r->told[n].entry;
}

static void arrival_runs_forward(void **state)
{
    room *r = *state;
    int64_t before, after;
    commit_start(r, false);
    const plx_entry *first = submit_and_wait(r, PLX_ENTRY_ADMIN);
    assert_int_equal(first->schema, PLX_ENTRY_SCHEMA);
    int64_t boot_us = plx_boot_us();
    assert_true(plx_clock_step_to(&r->clock, plx_wall_us() - PLX_DAY_US, boot_us, &before, &after));
    const plx_entry *held = submit_and_wait(r, PLX_ENTRY_ADMIN); /* not told of the step yet */
    assert_int_equal(held->arrival_us, first->arrival_us);
    assert_true(held->mono_us > first->mono_us);
    const plx_entry *step = submit_and_wait(r, PLX_ENTRY_CLOCK_STEP);
    assert_true(step->arrival_us < first->arrival_us - PLX_HOUR_US);
    const plx_entry *then = submit_and_wait(r, PLX_ENTRY_ADMIN);
    assert_true(then->arrival_us >= step->arrival_us);
    assert_true(then->arrival_us < first->arrival_us - PLX_HOUR_US);
    assert_true(plx_clock_step_to(&r->clock, plx_wall_us(), plx_boot_us(), &before, &after));
    const plx_entry *last = submit_and_wait(r, PLX_ENTRY_ADMIN);
    assert_true(last->arrival_us > first->arrival_us);
}

static void sleep_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* Ticks in 2.5 s after the entry that tells of the start. */
static size_t ticks_in(room *r, double speed)
{
    plx_clock_init(&r->clock, speed);
    commit_start(r, true);
    submit_and_wait(r, PLX_ENTRY_ADMIN);
    sleep_ms(2500);
    plx_commit_stop(r->commit);
    r->commit = NULL;
    size_t n = atomic_exchange(&r->told_n, 0);
    assert_int_equal(r->told[0].entry.kind, PLX_ENTRY_ADMIN);
    for (size_t i = 1; i < n; i++) {
        assert_int_equal(r->told[i].entry.kind, PLX_ENTRY_TICK);
        assert_null(r->told[i].owner);
    }
    return n - 1;
}

static void ticks(void **state)
{
    room *r = *state;
    assert_in_range(ticks_in(r, 1), 1, 2);
    assert_in_range(ticks_in(r, 60), 1, 2);  /* a fast demo: one a real second */
    assert_in_range(ticks_in(r, 0.1), 0, 0); /* a slow one: one a run second */
}

static void no_tick_comes_first(void **state)
{
    room *r = *state;
    commit_start(r, true);
    sleep_ms(1300);
    assert_int_equal(r->told_n, 0);
    assert_int_equal(submit_and_wait(r, PLX_ENTRY_ADMIN)->seq, 1);
}

static void large_messages(void **state)
{
    room *r = *state;
    commit_start(r, false);
    size_t n = 7 * 1024 * 1024;
    char *body = calloc(1, n);
    assert_non_null(body);
    plx_commit_item items[5];
    for (uint64_t i = 0; i < 5; i++)
        items[i] = item_of(i + 1, body, n);
    assert_int_equal(plx_commit_submit(r->commit, items, 5), PLX_OK);
    assert_true(wait_told(r, 5, 20000));
    plx_commit_metrics m;
    plx_commit_measure(r->commit, &m);
    assert_true(m.commits >= 3); /* two fit into 16 MiB */
    assert_false(r->disorder);
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(r->store, &verdict), PLX_OK);
    assert_int_equal(verdict.status, PLX_OK);
    free(body);
}

static void a_full_disk_is_waited_out(void **state)
{
    room *r = *state;
    commit_start(r, false);
    char body[TEST_BODY_MAX];
    plx_commit_item item = item_of(1, body, test_body(1, MOST, body));
    plx_fault_arm(&(plx_fault_plan){.fault = PLX_FAULT_FULL, .at = 1});
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    assert_false(wait_told(r, 1, 500));
    plx_commit_metrics m;
    plx_commit_measure(r->commit, &m);
    assert_true(m.disk_full);
    assert_int_equal(m.fatal, PLX_OK);
    assert_int_equal(plx_store_last_seq(r->store), 0);
    plx_fault_arm(&(plx_fault_plan){0});
    assert_true(wait_told(r, 2, 10000));
    verdict_check(&r->told[0], PLX_VERDICT_ACCEPTED, 0, 0);
    verdict_check(&r->told[1], PLX_VERDICT_DUPLICATE, 1, PLX_VERDICT_ACCEPTED);
    plx_commit_measure(r->commit, &m);
    assert_false(m.disk_full);
}

static void a_stop_ends_the_wait(void **state)
{
    room *r = *state;
    commit_start(r, false);
    char body[TEST_BODY_MAX];
    plx_commit_item item = item_of(1, body, test_body(1, MOST, body));
    plx_fault_arm(&(plx_fault_plan){.fault = PLX_FAULT_FULL, .at = 1});
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    assert_false(wait_told(r, 1, 100));
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    plx_commit_stop(r->commit);
    r->commit = NULL;
    assert_int_equal(r->told_n, 2);
    assert_int_equal(r->told[0].status, PLX_DISK_FULL);
    assert_int_equal(r->told[1].status, PLX_DISK_FULL);
    assert_int_equal(plx_store_last_seq(r->store), 0);
    plx_fault_arm(&(plx_fault_plan){0});
}

typedef struct blocked {
    room *r;
    plx_commit_item item;
    atomic_int sent;
    plx_status status;
} blocked;

static void *blocked_main(void *self)
{
    blocked *b = self;
    b->status = PLX_OK;
    while (b->status == PLX_OK) {
        b->status = plx_commit_submit(b->r->commit, &b->item, 1);
        atomic_fetch_add(&b->sent, b->status == PLX_OK);
    }
    return NULL;
}

static void a_full_queue_holds_the_sender(void **state)
{
    room *r = *state;
    commit_start(r, false);
    size_t n = 15 * 1024 * 1024;
    blocked b = {.r = r};
    char *body = calloc(1, n);
    assert_non_null(body);
    b.item = item_of(1, body, n);
    plx_fault_arm(&(plx_fault_plan){.fault = PLX_FAULT_FULL, .at = 1});
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, blocked_main, &b), 0);
    int before = -1;
    for (int i = 0; i < 100 && before != atomic_load(&b.sent); i++) { /* until it stands still */
        before = atomic_load(&b.sent);
        nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    }
    assert_in_range(before, 17, 40); /* 256 MiB wait, and some were taken */
    /* The sender must be out before the memory goes: an error that lasts makes it leave first. */
    plx_fault_arm(&(plx_fault_plan){.fault = PLX_FAULT_WRITE_ERROR, .at = 1});
    pthread_join(thread, NULL);
    assert_int_equal(b.status, PLX_STOPPED);
    plx_commit_stop(r->commit);
    r->commit = NULL;
    assert_int_equal(r->told_n, atomic_load(&b.sent));
    for (size_t i = 0; i < r->told_n; i++)
        assert_int_equal(r->told[i].status, PLX_IO);
    free(body);
    plx_fault_arm(&(plx_fault_plan){0});
}

static void a_failed_sync_is_the_end(void **state)
{
    room *r = *state;
    commit_start(r, false);
    char body[TEST_BODY_MAX];
    plx_commit_item item = item_of(1, body, test_body(1, MOST, body));
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    assert_true(wait_told(r, 1, 10000));
    plx_fault_arm(&(plx_fault_plan){.fault = PLX_FAULT_SYNC_ERROR, .at = 1});
    item = item_of(2, body, test_body(2, MOST, body));
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_OK);
    assert_true(wait_told(r, 2, 10000));
    assert_int_equal(r->told[1].status, PLX_IO);
    plx_commit_metrics m;
    plx_commit_measure(r->commit, &m);
    assert_int_equal(m.fatal, PLX_IO);
    plx_fault_arm(&(plx_fault_plan){0}); /* the disk recovers: that does not count any more */
    for (int i = 0; i < 1000 && plx_commit_submit(r->commit, &item, 1) == PLX_OK; i++)
        sched_yield();
    assert_int_equal(plx_commit_submit(r->commit, &item, 1), PLX_STOPPED);
    plx_commit_stop(r->commit);
    r->commit = NULL;
    for (size_t i = 1; i < r->told_n; i++)
        assert_int_equal(r->told[i].status, PLX_IO);
    assert_int_equal(plx_store_last_seq(r->store), 1);
}

static void stop_accepts_nothing(void **state)
{
    (void)state;
    plx_commit_stop(NULL);
}

#define WITH_ROOM(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ROOM(one_message),
        WITH_ROOM(many_senders),
        WITH_ROOM(duplicates),
        WITH_ROOM(arrival_runs_forward),
        WITH_ROOM(ticks),
        WITH_ROOM(no_tick_comes_first),
        WITH_ROOM(large_messages),
        WITH_ROOM(a_full_disk_is_waited_out),
        WITH_ROOM(a_stop_ends_the_wait),
        WITH_ROOM(a_full_queue_holds_the_sender),
        WITH_ROOM(a_failed_sync_is_the_end),
        cmocka_unit_test(stop_accepts_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
