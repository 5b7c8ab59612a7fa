/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: whatever was acknowledged before the process was killed, or before the power went, is in
 * the journal exactly once after the next start, in order, with its chain unbroken; a snapshot is
 * whole or absent. Oracle: acknowledgements that a child process wrote into a pipe; contents that
 * follow from numbers. Tolerance: none. POLLUX_CRASH_POINTS sets the number of points, 200 by
 * default. */
#include "edge/store/test_journal.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>

#include "edge/store/commit.h"
#include "edge/store/fault_vfs.h"

/* The sanitizers make a life several times longer. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
enum { POINTS_DEFAULT = 60 };
#else
enum { POINTS_DEFAULT = 200 };
#endif

enum {
    MOST = 3000,
    ROUNDS = 8, /* crashes of one directory, one after the other */
    IN_FLIGHT = 48,
    BODIES = 128,   /* more than in flight and one batch */
    MESSAGES = 700, /* of one life */
    BATCH = 9,
    IDS_MAX = ROUNDS * MESSAGES + 1,
    SNAPSHOT_EACH = 40,
    SNAPSHOT_BYTES = 50000,
    LIFE_US_MAX = 60000,
    CHANGES_MAX = 900
};

static uint64_t points(void)
{
    const char *text = getenv("POLLUX_CRASH_POINTS");
    uint64_t n = POINTS_DEFAULT;
    if (text && !plx_slice_u64(plx_slice_of(text), 1000000, &n)) fail_msg("POLLUX_CRASH_POINTS?");
    return n;
}

static plx_store_options options_of(const char *path, const char *vfs)
{
    return (plx_store_options){.directory = path,
                               .ballast_bytes = PLX_STORE_NO_BALLAST,
                               .file_bytes_max = 150 * 1024,
                               .wal_frames_max = 64,
                               .seal_bytes = 40000, /* a file takes several slices */
                               .vfs = vfs};
}

/* The life of a process that is killed. */

/* An acknowledgement as the parent learns of it. */
typedef struct ack {
    uint64_t id, seq, first_seq;
    uint32_t verdict, pad;
} ack;

typedef struct life {
    plx_store *store;
    plx_commit *commit;
    int out;
    atomic_uint unanswered;
    atomic_ullong durable;
    char bodies[BODIES][TEST_BODY_MAX];
} life;

static void acknowledge(void *self, plx_commit_item *items, size_t n)
{
    life *l = self;
    ack acks[IN_FLIGHT + BATCH + 1];
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (items[i].status != PLX_OK) _exit(3);
        atomic_store(&l->durable, items[i].entry.seq);
        if (!items[i].owner) continue;
        acks[k++] = (ack){items[i].token, items[i].entry.seq, items[i].first.seq,
                          (uint32_t)items[i].entry.verdict, 0};
    }
    if (write(l->out, acks, k * sizeof *acks) != (ssize_t)(k * sizeof *acks)) _exit(4);
    atomic_fetch_sub(&l->unanswered, (unsigned)k);
}

static void snapshot_fill(uint64_t seq, char bytes[SNAPSHOT_BYTES], uint8_t hash[32])
{
    for (size_t i = 0; i < SNAPSHOT_BYTES; i++)
        bytes[i] = (char)(seq * 31 + i / 7);
    plx_blake2b_once(hash, 32, bytes, SNAPSHOT_BYTES);
}

static void snapshot_make(life *l, uint64_t *last)
{
    static char bytes[SNAPSHOT_BYTES];
    uint8_t hash[32];
    uint64_t seq = atomic_load(&l->durable);
    if (seq < *last + SNAPSHOT_EACH) return;
    *last = seq;
    snapshot_fill(seq, bytes, hash);
    if (plx_snapshot_put(l->store, seq, hash, bytes, sizeof bytes) != PLX_OK) _exit(5);
}

static void live(const char *path, int out, uint64_t first, const plx_fault_plan *plan)
{
    static life l;
    char problem[256];
    plx_clock clock;
    plx_rng rng = plx_rng_init(plan->seed, 9);
    plx_fault_arm(plan);
    plx_store_options options = options_of(path, plx_fault_vfs());
    l.out = out;
    if (plx_store_open(&l.store, &options, problem, sizeof problem) != PLX_OK) _exit(6);
    plx_clock_init(&clock, 1);
    plx_commit_options commit = {
        .store = l.store, .clock = &clock, .done = acknowledge, .self = &l, .ticks = true};
    if (plx_commit_start(&l.commit, &commit) != PLX_OK) _exit(7);
    uint64_t snapshot = plx_store_last_seq(l.store);
    for (uint64_t id = first; id < first + MESSAGES;) {
        plx_commit_item items[BATCH];
        size_t n = 1 + (size_t)plx_rng_below(&rng, BATCH);
        for (size_t i = 0; i < n; i++, id++) {
            char *body = l.bodies[id % BODIES];
            items[i] = (plx_commit_item){.owner = &l, .token = id};
            items[i].entry = test_entry(id, body, test_body(id, MOST, body));
        }
        atomic_fetch_add(&l.unanswered, (unsigned)n);
        if (plx_commit_submit(l.commit, items, n) != PLX_OK) _exit(8);
        while (atomic_load(&l.unanswered) > IN_FLIGHT)
            nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
        snapshot_make(&l, &snapshot);
    }
    plx_commit_stop(l.commit);
    plx_store_close(l.store);
    _exit(0);
}

/* The parent. */

typedef struct witness {
    char path[TEST_PATH];
    ack *acks; /* owned */
    size_t n, capacity;
    uint64_t last_id;
    size_t killed, finished; /* lives */
} witness;

static void ack_keep(witness *w, const ack *a)
{
    if (w->n == w->capacity) {
        w->capacity = 2 * w->capacity + 1024;
        w->acks = realloc(w->acks, w->capacity * sizeof *w->acks);
        assert_non_null(w->acks);
    }
    w->acks[w->n++] = *a;
    if (a->id > w->last_id) w->last_id = a->id;
}

/* Reads acknowledgements until the child is gone; kills it after life_us unless that is negative.
 */
static void listen_until_end(witness *w, int in, pid_t child, int64_t life_us)
{
    uint8_t bytes[64 * sizeof(ack)];
    size_t held = 0;
    int64_t end_us = plx_boot_us() + life_us;
    for (;;) {
        struct pollfd p = {.fd = in, .events = POLLIN};
        int64_t left_us = end_us - plx_boot_us();
        struct timespec wait = {.tv_nsec = left_us > 0 ? left_us * 1000 : 0};
        if (ppoll(&p, 1, life_us < 0 ? NULL : &wait, NULL) == 0) {
            kill(child, SIGKILL);
            life_us = -1;
            continue;
        }
        ssize_t n = read(in, bytes + held, sizeof bytes - held);
        if (n <= 0) return;
        held += (size_t)n;
        size_t whole = held / sizeof(ack);
        for (size_t i = 0; i < whole; i++) {
            ack a;
            memcpy(&a, bytes + i * sizeof a, sizeof a);
            ack_keep(w, &a);
        }
        held -= whole * sizeof(ack);
        memmove(bytes, bytes + whole * sizeof(ack), held);
    }
}

static void life_run(witness *w, const plx_fault_plan *plan, int64_t life_us)
{
    int ends[2], result = 0;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    uint64_t first = w->last_id > 5 ? w->last_id - 5 : 1; /* some again, as senders do */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) live(w->path, ends[1], first, plan);
    close(ends[1]);
    listen_until_end(w, ends[0], child, life_us);
    close(ends[0]);
    assert_int_equal(waitpid(child, &result, 0), child);
    bool killed = WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL;
    if (!killed && result != 0)
        fail_msg("the process ended with %d, signal %d", WEXITSTATUS(result), WTERMSIG(result));
    w->killed += killed;
    w->finished += !killed;
}

static void snapshot_check(plx_store *store)
{
    static char bytes[SNAPSHOT_BYTES], expected[SNAPSHOT_BYTES];
    uint8_t hash[32], expected_hash[32];
    uint64_t seq = 0;
    size_t n = 0;
    plx_status status = plx_snapshot_get(store, UINT64_MAX, &seq, hash, bytes, sizeof bytes, &n);
    if (status == PLX_UNKNOWN) return;
    assert_int_equal(status, PLX_OK);
    assert_int_equal(n, SNAPSHOT_BYTES);
    assert_true(seq <= plx_store_last_seq(store));
    snapshot_fill(seq, expected, expected_hash);
    assert_memory_equal(bytes, expected, n);
    assert_memory_equal(hash, expected_hash, 32);
}

/* Every acknowledged message once and where it was said to be; no message twice. */
static void acks_check(const witness *w, const test_content *content)
{
    static uint8_t times[IDS_MAX];
    memset(times, 0, sizeof times);
    assert_false(content->differs);
    for (size_t i = 0; i < content->n; i++) {
        if (content->ids[i] == 0) continue;
        assert_true(content->ids[i] < IDS_MAX);
        assert_int_equal(times[content->ids[i]]++, 0);
    }
    for (size_t i = 0; i < w->n; i++) {
        const ack *a = &w->acks[i];
        uint64_t at = a->verdict == PLX_VERDICT_DUPLICATE ? a->first_seq : a->seq;
        assert_true(a->verdict == PLX_VERDICT_DUPLICATE || a->verdict == PLX_VERDICT_ACCEPTED);
        if (at == 0 || at > content->n || content->ids[at - 1] != a->id)
            fail_msg("message %llu was acknowledged as entry %llu of %zu and is not there",
                     (unsigned long long)a->id, (unsigned long long)at, content->n);
        assert_int_equal(times[a->id], 1);
    }
}

static void witness_check(const witness *w)
{
    plx_store_options options = options_of(w->path, NULL);
    plx_store *store = test_open(&options);
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK);
    if (verdict.status != PLX_OK) fail_msg("%s", verdict.sentence);
    test_content content = {.most = MOST};
    assert_int_equal(plx_journal_read(store, 1, UINT64_MAX, test_content_visit, &content), PLX_OK);
    acks_check(w, &content);
    snapshot_check(store);
    free(content.ids);
    plx_store_close(store);
}

static void killed_at_random_points(void **state)
{
    (void)state;
    size_t killed = 0, finished = 0, acknowledged = 0;
    witness w = {0};
    for (uint64_t i = 0; i < points(); i++) {
        if (i % ROUNDS == 0) {
            test_directory_make(w.path);
            w.n = 0;
            w.last_id = 0;
        }
        plx_rng rng = plx_rng_init(i, 1);
        plx_fault_plan plan = {.skip_sync = true, .seed = plx_rng_u64(&rng)};
        int64_t life_us = -1;
        if (i % 2 == 0) {
            plan.fault = PLX_FAULT_KILL;
            plan.at = 1 + plx_rng_below(&rng, CHANGES_MAX);
        } else {
            life_us = 1 + (int64_t)plx_rng_below(&rng, LIFE_US_MAX);
        }
        size_t before = w.n;
        life_run(&w, &plan, life_us);
        witness_check(&w);
        acknowledged += w.n - before;
        if ((i + 1) % ROUNDS == 0 || i + 1 == points()) test_directory_clear(w.path);
    }
    killed = w.killed;
    finished = w.finished;
    free(w.acks);
    fprintf(stderr, "# %zu lives killed, %zu reached their end, %zu acknowledgements kept\n",
            killed, finished, acknowledged);
    assert_true(killed * 2 > points());      /* the points hit a life under way ... */
    assert_true(acknowledged > 20 * killed); /* ... that acknowledged */
}

/* Power cuts. */

/* Appends until the power goes (or a while); returns the last acknowledged entry. */
static uint64_t run_until_cut(plx_store *store, plx_rng *rng, uint64_t *attempted)
{
    for (int i = 0; i < 200; i++) {
        uint64_t last = plx_store_last_seq(store);
        size_t n = 1 + (size_t)plx_rng_below(rng, 12);
        *attempted = last + n;
        plx_status status = test_append(store, last + 1, n, MOST);
        if (status != PLX_OK) {
            assert_int_equal(status, PLX_IO);
            assert_int_equal(plx_store_last_seq(store), last);
            return last;
        }
    }
    return *attempted;
}

static uint64_t cut_check(const char *path, uint64_t durable, uint64_t attempted)
{
    plx_store_options options = options_of(path, NULL);
    plx_store *store = test_open(&options);
    uint64_t last = plx_store_last_seq(store);
    /* The group under way is there as a whole, or not at all. */
    if (last != durable && last != attempted)
        fail_msg("%llu acknowledged, %llu tried, %llu found", (unsigned long long)durable,
                 (unsigned long long)attempted, (unsigned long long)last);
    plx_journal_verdict verdict;
    assert_int_equal(plx_journal_verify(store, &verdict), PLX_OK);
    if (verdict.status != PLX_OK) fail_msg("%s", verdict.sentence);
    test_content content = {.most = MOST};
    assert_int_equal(plx_journal_read(store, 1, UINT64_MAX, test_content_visit, &content), PLX_OK);
    assert_false(content.differs);
    assert_int_equal(content.n, last);
    for (size_t i = 0; i < content.n; i++)
        assert_int_equal(content.ids[i], i + 1);
    free(content.ids);
    plx_store_close(store);
    return last;
}

static void power_cut_at_random_points(void **state)
{
    (void)state;
    char path[TEST_PATH];
    size_t cut = 0;
    uint64_t durable = 0;
    for (uint64_t i = 0; i < points(); i++) {
        if (i % ROUNDS == 0) {
            test_directory_make(path);
            durable = 0;
        }
        plx_rng rng = plx_rng_init(i, 2);
        plx_fault_arm(&(plx_fault_plan){.fault = PLX_FAULT_POWER_CUT,
                                        .at = 1 + plx_rng_below(&rng, CHANGES_MAX / 2),
                                        .skip_sync = true});
        plx_store_options options = options_of(path, plx_fault_vfs());
        plx_store *store = NULL;
        char problem[256];
        uint64_t attempted = durable;
        plx_status status = plx_store_open(&store, &options, problem, sizeof problem);
        if (status == PLX_OK) {
            durable = run_until_cut(store, &rng, &attempted);
            plx_store_close(store);
        } else {
            assert_true(plx_fault_fired()); /* cut while opening */
        }
        cut += plx_fault_fired();
        plx_fault_power_cut(i);
        plx_fault_arm(&(plx_fault_plan){0});
        durable = cut_check(path, durable, attempted);
        if ((i + 1) % ROUNDS == 0 || i + 1 == points()) test_directory_clear(path);
    }
    fprintf(stderr, "# %zu power cuts\n", cut);
    assert_true(cut * 2 > points());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_random_points),
        cmocka_unit_test(power_cut_at_random_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
