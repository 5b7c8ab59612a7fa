/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/store/commit.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "edge/host/log.h"
#include "edge/host/queue.h"
#include "edge/store/inner.h"

enum {
    QUEUE_BYTES_MAX = 256 * 1024 * 1024,
    ITEMS_MAX = PLX_COMMIT_GROUP_MAX + 1, /* and a tick */
    GATHER_US_MAX = 2000,                 /* longest wait for senders that will be back */
    GATHER_LOOK_US = 60,                  /* between two looks at the queue */
    RETRY_US = 200000,                    /* between two tries on a full disk */
    TICK_US = 1000000
};

struct plx_commit {
    plx_commit_options options;
    plx_queue queue;
    pthread_t thread;
    bool started;
    atomic_bool stopping;
    plx_duplicate_window *window; /* owned */
    plx_commit_item *items;       /* ITEMS_MAX, owned */
    plx_entry *entries;           /* ITEMS_MAX, owned: what goes to the journal */
    int64_t arrival_us;           /* of the newest entry in this clock epoch */
    int64_t tick_boot_us, tick_run_us;
    size_t released;  /* items told in the last round: that many may be back soon */
    double append_us; /* of a group, smoothed */
    pthread_mutex_t mutex;
    pthread_cond_t bytes_free, stop_wish;
    size_t bytes; /* under mutex: in the queue */
    atomic_ullong commits, entries_n, bytes_n;
    atomic_llong append_us_last, append_us_max;
    atomic_bool disk_full;
    atomic_int fatal;
    plx_status ended; /* not OK: a group was given up, so none may be written after it */
};

/* Memory and start. */

static void release(plx_commit *c)
{
    plx_queue_destroy(&c->queue);
    free(c->window);
    free(c->items);
    free(c->entries);
    pthread_mutex_destroy(&c->mutex);
    pthread_cond_destroy(&c->bytes_free);
    pthread_cond_destroy(&c->stop_wish);
    free(c);
}

static void remember(plx_commit *c, const plx_entry *e)
{
    plx_duplicate_first first = {e->seq, e->arrival_us, e->verdict};
    plx_duplicate_add(c->window, e->ext_key, e->body_hash, &first);
}

static void rebuild(void *self, const plx_entry *e)
{
    remember(self, e);
}

static plx_status prepare(plx_commit *c, const plx_commit_options *options)
{
    c->options = *options;
    c->arrival_us = INT64_MIN;
    c->tick_boot_us = plx_boot_us();
    c->tick_run_us = plx_clock_now(options->clock);
    pthread_condattr_t boot;
    pthread_condattr_init(&boot);
    pthread_condattr_setclock(&boot, CLOCK_MONOTONIC);
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->bytes_free, NULL);
    pthread_cond_init(&c->stop_wish, &boot);
    pthread_condattr_destroy(&boot);
    PLX_TRY(plx_queue_init(&c->queue, sizeof(plx_commit_item), PLX_COMMIT_QUEUE_MAX));
    void *window = malloc(plx_duplicate_size(PLX_DUPLICATE_KEYS_MAX));
    c->items = calloc(ITEMS_MAX, sizeof *c->items);
    c->entries = calloc(ITEMS_MAX, sizeof *c->entries);
    if (window) c->window = plx_duplicate_init(window, PLX_DUPLICATE_KEYS_MAX);
    if (!window || !c->items || !c->entries) return PLX_SPACE;
    return plx_journal_keys(options->store, PLX_DUPLICATE_KEYS_MAX, PLX_DUPLICATE_WINDOW_US,
                            rebuild, c);
}

/* What is written. */

/* Arrival does not run back inside a clock epoch; a CLOCK_STEP entry opens the next one. */
static void stamp(plx_commit *c, plx_entry *e, int64_t now_us, int64_t boot_us)
{
    if (e->kind == PLX_ENTRY_CLOCK_STEP || now_us > c->arrival_us) c->arrival_us = now_us;
    e->arrival_us = c->arrival_us;
    e->mono_us = boot_us;
    if (e->schema == 0) e->schema = PLX_ENTRY_SCHEMA;
}

/* Sequences are foreseen: nobody else appends, and a group that is not written stays first in line.
 */
static void judge(plx_commit *c, plx_commit_item *item, uint64_t seq)
{
    plx_entry *e = &item->entry;
    e->seq = seq;
    if (!plx_duplicate_concerns(e)) return;
    plx_status status =
        plx_duplicate_find(c->window, e->ext_key, e->body_hash, e->arrival_us, &item->first);
    if (status == PLX_OK) {
        remember(c, e);
        return;
    }
    e->verdict = status == PLX_DUPLICATE ? PLX_VERDICT_DUPLICATE : PLX_VERDICT_CONFLICT;
    e->ref = item->first.seq;
}

/* Sleeps, but not through a stop; false when stopping. */
static bool pause_us(plx_commit *c, int64_t us)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + us * 1000;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&c->mutex);
    int waited = 0;
    while (!atomic_load(&c->stopping) && waited == 0)
        waited = pthread_cond_timedwait(&c->stop_wish, &c->mutex, &until);
    pthread_mutex_unlock(&c->mutex);
    return !atomic_load(&c->stopping);
}

static void note(plx_status status, const char *event)
{
    plx_log_fields fields = PLX_LOG_NONE;
    fields.status = plx_status_name(status);
    plx_log(status == PLX_OK ? PLX_LOG_INFO : PLX_LOG_ERROR, "store", event, fields);
}

/* Until it is durable; only a stop or an error that cannot be repaired ends the wait. */
static plx_status append(plx_commit *c, size_t n)
{
    for (;;) {
        int64_t began_us = plx_boot_us();
        plx_status status = plx_journal_append(c->options.store, c->entries, n);
        int64_t took_us = plx_boot_us() - began_us;
        if (status == PLX_OK) {
            c->append_us += ((double)took_us - c->append_us) / 8;
            atomic_store(&c->append_us_last, took_us);
            if (took_us > atomic_load(&c->append_us_max)) atomic_store(&c->append_us_max, took_us);
            if (atomic_exchange(&c->disk_full, false)) note(status, "accepting-again");
            return PLX_OK;
        }
        if (status == PLX_IO) return status;
        if (!atomic_exchange(&c->disk_full, true)) note(status, "not-accepting");
        if (!pause_us(c, RETRY_US)) return status;
    }
}

static void give_up(plx_commit *c, plx_status status)
{
    if (atomic_exchange(&c->fatal, (int)status) != PLX_OK) return;
    note(status, "stopped-for-good");
    plx_queue_close(&c->queue);
    pthread_mutex_lock(&c->mutex);
    pthread_cond_broadcast(&c->bytes_free);
    pthread_mutex_unlock(&c->mutex);
}

static void count(plx_commit *c, const plx_commit_item *items, size_t n)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += items[i].entry.body.n;
    atomic_fetch_add(&c->commits, 1);
    atomic_fetch_add(&c->entries_n, n);
    atomic_fetch_add(&c->bytes_n, bytes);
}

/* One transaction: verdicts, append, and only then the news. */
static void group_write(plx_commit *c, plx_commit_item *items, size_t n)
{
    plx_status status = c->ended;
    if (status == PLX_OK) {
        uint64_t seq = plx_store_last_seq(c->options.store);
        for (size_t i = 0; i < n; i++) {
            judge(c, &items[i], seq + 1 + i);
            c->entries[i] = items[i].entry;
        }
        status = append(c, n);
    }
    c->ended = status;
    if (status == PLX_IO) give_up(c, status);
    for (size_t i = 0; i < n; i++) {
        items[i].status = status;
        if (status == PLX_OK) items[i].entry = c->entries[i];
    }
    if (status == PLX_OK) count(c, items, n);
    c->options.done(c->options.self, items, n);
}

static size_t item_bytes(const plx_commit_item *item)
{
    return item->entry.body.n + item->entry.peer.n;
}

/* Splits what was taken so that no transaction is larger than 16 MiB, unless one message is. */
static void items_write(plx_commit *c, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t k = 0, bytes = 0;
        while (at + k < n && k < PLX_COMMIT_GROUP_MAX) {
            size_t more = item_bytes(&c->items[at + k]);
            if (k > 0 && bytes + more > PLX_COMMIT_GROUP_BYTES_MAX) break;
            bytes += more;
            k++;
        }
        group_write(c, c->items + at, k);
        at += k;
    }
}

/* When to write. */

/* Senders that wait for an answer come back together a moment after they got it. A group that is
 * cut before they are all here makes the others wait for a second sync, so it pays to give them up
 * to half a sync's time, and to stop as soon as nobody comes any more. */
static size_t gather(plx_commit *c, size_t n)
{
    int64_t limit_us = (int64_t)(c->append_us / 2), began_us = plx_boot_us();
    if (limit_us > GATHER_US_MAX) limit_us = GATHER_US_MAX;
    size_t expected = c->released < PLX_COMMIT_GROUP_MAX ? c->released : PLX_COMMIT_GROUP_MAX;
    size_t quiet = 0, before = 0;
    while (n + before < expected && quiet < 2) {
        int64_t left_us = limit_us - (plx_boot_us() - began_us);
        if (left_us < GATHER_LOOK_US) break;
        struct timespec nap = {.tv_nsec = GATHER_LOOK_US * 1000};
        nanosleep(&nap, NULL);
        size_t depth = plx_queue_depth(&c->queue);
        quiet = depth > before ? 0 : quiet + 1;
        before = depth;
    }
    if (before == 0 || n >= PLX_COMMIT_GROUP_MAX) return n;
    return n + plx_queue_take(&c->queue, c->items + n, PLX_COMMIT_GROUP_MAX - n, 0);
}

static int64_t tick_wait_us(const plx_commit *c)
{
    if (!c->options.ticks) return -1;
    int64_t real_us = c->tick_boot_us + TICK_US - plx_boot_us();
    int64_t run_us = plx_clock_until(c->options.clock, c->tick_run_us + TICK_US);
    int64_t wait_us = real_us > run_us ? real_us : run_us;
    return wait_us > 0 ? wait_us : 0;
}

/* Never the first entry of a journal: that one tells what kind of run it is. */
static size_t tick_add(plx_commit *c, size_t n, int64_t now_us, int64_t boot_us)
{
    if (tick_wait_us(c) != 0) return n;
    if (n == 0 && plx_store_last_seq(c->options.store) == 0) {
        c->tick_boot_us = boot_us;
        return n;
    }
    c->items[n] = (plx_commit_item){
        .entry = {.kind = PLX_ENTRY_TICK, .iface = PLX_IFACE_INTERNAL, .schema = PLX_ENTRY_SCHEMA}};
    c->tick_boot_us = boot_us;
    c->tick_run_us = now_us;
    return n + 1;
}

static void bytes_return(plx_commit *c, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += item_bytes(&c->items[i]);
    pthread_mutex_lock(&c->mutex);
    c->bytes -= bytes;
    pthread_cond_broadcast(&c->bytes_free);
    pthread_mutex_unlock(&c->mutex);
}

static void *commit_main(void *self)
{
    plx_commit *c = self;
    prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL); /* short naps in gather() are short */
    for (;;) {
        size_t n = plx_queue_take(&c->queue, c->items, PLX_COMMIT_GROUP_MAX, tick_wait_us(c));
        bool stopping = atomic_load(&c->stopping) || atomic_load(&c->fatal) != PLX_OK;
        if (n == 0 && stopping) break;
        if (n > 0 && !stopping) n = gather(c, n);
        bytes_return(c, n);
        c->released = n;
        int64_t now_us = plx_clock_now(c->options.clock), boot_us = plx_boot_us();
        if (!stopping) n = tick_add(c, n, now_us, boot_us);
        for (size_t i = 0; i < n; i++)
            stamp(c, &c->items[i].entry, now_us, boot_us);
        items_write(c, n);
    }
    return NULL;
}

/* Outside. */

plx_status plx_commit_start(plx_commit **commit, const plx_commit_options *options)
{
    plx_commit *c = calloc(1, sizeof *c);
    if (!c) return PLX_SPACE;
    plx_status status = prepare(c, options);
    if (status == PLX_OK) {
        c->started = pthread_create(&c->thread, NULL, commit_main, c) == 0;
        status = c->started ? PLX_OK : PLX_SPACE;
    }
    if (status != PLX_OK) {
        release(c);
        return status;
    }
    *commit = c;
    return PLX_OK;
}

plx_status plx_commit_submit(plx_commit *c, const plx_commit_item *items, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += item_bytes(&items[i]);
    pthread_mutex_lock(&c->mutex);
    while (c->bytes > 0 && c->bytes + bytes > QUEUE_BYTES_MAX && !atomic_load(&c->stopping) &&
           atomic_load(&c->fatal) == PLX_OK)
        pthread_cond_wait(&c->bytes_free, &c->mutex);
    c->bytes += bytes;
    pthread_mutex_unlock(&c->mutex);
    plx_status status = plx_queue_put(&c->queue, items, n);
    if (status == PLX_OK) return PLX_OK;
    pthread_mutex_lock(&c->mutex);
    c->bytes -= bytes;
    pthread_mutex_unlock(&c->mutex);
    return status;
}

void plx_commit_stop(plx_commit *c)
{
    if (!c) return;
    pthread_mutex_lock(&c->mutex);
    atomic_store(&c->stopping, true);
    pthread_cond_broadcast(&c->stop_wish);
    pthread_cond_broadcast(&c->bytes_free);
    pthread_mutex_unlock(&c->mutex);
    plx_queue_close(&c->queue);
    pthread_join(c->thread, NULL);
    release(c);
}

void plx_commit_measure(plx_commit *c, plx_commit_metrics *metrics)
{
    *metrics = (plx_commit_metrics){.commits = atomic_load(&c->commits),
                                    .entries = atomic_load(&c->entries_n),
                                    .bytes = atomic_load(&c->bytes_n),
                                    .waiting = plx_queue_depth(&c->queue),
                                    .sync_ms_last = (double)atomic_load(&c->append_us_last) / 1e3,
                                    .sync_ms_max = (double)atomic_load(&c->append_us_max) / 1e3,
                                    .disk_full = atomic_load(&c->disk_full),
                                    .fatal = (plx_status)atomic_load(&c->fatal)};
}
