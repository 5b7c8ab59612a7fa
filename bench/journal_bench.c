/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How many messages a second become durable, and how long a sender waits. "in_flight" senders each
 * have one unanswered message. Beside it: the disk's own sync, and bare SQLite (same table, no
 * checksums, no chain, groups of a fixed size, a checkpoint thread). "slow disk" adds 6.6
 * ms to every sync. journal_bench [SECONDS a case, 1 by default] [DIRECTORY, the current one by
 * default] */
#include <fcntl.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/base/rng.h"
#include "edge/host/queue.h"
#include "edge/store/commit.h"
#include "edge/store/fault_vfs.h"

enum { IN_FLIGHT_MAX = 4096, LATENCIES_MAX = 2000000, BODIES = 512, SYNCS = 101, PATH_BYTES = 512 };

static char folder[PATH_BYTES - 64];
static double seconds = 1;

static double now_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static double quantile_ms(float *values_us, size_t n, double q)
{
    qsort(values_us, n, sizeof *values_us, by_value);
    return n ? (double)values_us[(size_t)(q * (double)(n - 1))] / 1e3 : 0;
}

static void die(const char *what)
{
    fprintf(stderr, "journal_bench: %s failed\n", what);
    exit(1);
}

/* The disk. */

static void disk_probe(size_t bytes)
{
    char path[PATH_BYTES];
    float took_us[SYNCS];
    snprintf(path, sizeof path, "%s/probe", folder);
    char *block = calloc(1, bytes);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || !block) die("the probe file");
    for (int i = 0; i < SYNCS; i++) {
        memset(block, i, bytes);
        double began = now_us(CLOCK_MONOTONIC);
        if (write(fd, block, bytes) != (ssize_t)bytes || fdatasync(fd) != 0) die("the probe");
        took_us[i] = (float)(now_us(CLOCK_MONOTONIC) - began);
    }
    close(fd);
    unlink(path);
    free(block);
    double p50 = quantile_ms(took_us, SYNCS, 0.5), p99 = quantile_ms(took_us, SYNCS, 0.99);
    printf("write+fdatasync,1,%zu,%.0f,%.3f,%.3f,%d,1,\n", bytes, 1e3 / p50, p50, p99, SYNCS);
}

/* Bare SQLite. */

static atomic_bool bare_stop;

static void *bare_checkpoints(void *path)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK) die("sqlite3_open");
    while (!atomic_load(&bare_stop)) {
        struct timespec nap = {.tv_nsec = 50000000};
        nanosleep(&nap, NULL);
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    sqlite3_close(db);
    return NULL;
}

static void bare_insert(sqlite3_stmt *s, int64_t seq, const char *body, size_t bytes)
{
    sqlite3_bind_int64(s, 1, seq);
    sqlite3_bind_int64(s, 2, seq);
    sqlite3_bind_blob(s, 3, body, 16, SQLITE_STATIC);
    sqlite3_bind_blob(s, 4, body, (int)bytes, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_DONE) die("insert");
    sqlite3_reset(s);
}

static void bare_sqlite(int group, size_t bytes)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/bare.db", folder);
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    char *body = calloc(1, bytes);
    pthread_t thread;
    if (!body || sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "pragma page_size=16384; pragma journal_mode=wal; pragma synchronous=full;"
                     "pragma wal_autocheckpoint=0;"
                     "create table j(seq integer primary key, t integer, k blob, body blob)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "insert into j values(?,?,?,?)", -1, &insert, NULL) != SQLITE_OK)
        die("bare SQLite");
    atomic_store(&bare_stop, false);
    if (pthread_create(&thread, NULL, bare_checkpoints, path) != 0) die("a thread");
    float *took_us = malloc(LATENCIES_MAX * sizeof *took_us);
    if (!took_us) die("memory");
    size_t commits = 0;
    int64_t seq = 0;
    double began = now_us(CLOCK_MONOTONIC), cpu = now_us(CLOCK_THREAD_CPUTIME_ID), at = began;
    while (at - began < seconds * 1e6 && commits < LATENCIES_MAX) {
        sqlite3_exec(db, "begin", NULL, NULL, NULL);
        for (int i = 0; i < group; i++)
            bare_insert(insert, ++seq, body, bytes);
        if (sqlite3_exec(db, "commit", NULL, NULL, NULL) != SQLITE_OK) die("commit");
        double then = now_us(CLOCK_MONOTONIC);
        took_us[commits++] = (float)(then - at);
        at = then;
    }
    cpu = now_us(CLOCK_THREAD_CPUTIME_ID) - cpu;
    atomic_store(&bare_stop, true);
    pthread_join(thread, NULL);
    double p50 = quantile_ms(took_us, commits, 0.5), p99 = quantile_ms(took_us, commits, 0.99);
    printf("bare SQLite,%d,%zu,%.0f,%.3f,%.3f,%zu,%d,%.2f\n", group, bytes,
           (double)seq / (at - began) * 1e6, p50, p99, commits, group, cpu / (double)seq);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    unlink(path);
    free(took_us);
    free(body);
}

/* The journal. */

typedef struct run {
    plx_commit *commit;
    plx_queue back; /* senders whose answer came */
    double sent_us[IN_FLIGHT_MAX];
    float *latency_us; /* owned */
    size_t latencies;
    double cpu_first_us, cpu_last_us; /* of the commit thread */
    uint64_t measured;
} run;

/* One case. */
typedef struct pace {
    const char *name;
    uint32_t in_flight, think_us, sync_delay_us;
    size_t bytes;       /* of a body, mean */
    const char *bodies; /* set by journal_run */
} pace;

static void answered(void *self, plx_commit_item *items, size_t n)
{
    run *r = self;
    uint32_t senders[PLX_COMMIT_GROUP_MAX];
    size_t k = 0;
    double now = now_us(CLOCK_MONOTONIC);
    for (size_t i = 0; i < n; i++) {
        if (items[i].status != PLX_OK || items[i].entry.verdict != PLX_VERDICT_ACCEPTED)
            die("a commit");
        if (!items[i].owner) continue;
        uint32_t sender = (uint32_t)items[i].token;
        if (r->latencies < LATENCIES_MAX)
            r->latency_us[r->latencies++] = (float)(now - r->sent_us[sender]);
        senders[k++] = sender;
    }
    size_t put = plx_queue_try_put(&r->back, senders, k);
    if (put != k) die("the return queue");
    r->cpu_last_us = now_us(CLOCK_THREAD_CPUTIME_ID);
    if (r->cpu_first_us == 0)
        r->cpu_first_us = r->cpu_last_us;
    else
        r->measured += n;
}

static void message_make(run *r, plx_commit_item *item, uint32_t sender, uint64_t message,
                         const pace *p)
{
    *item = (plx_commit_item){.owner = r, .token = sender};
    item->entry.kind = PLX_ENTRY_MESSAGE;
    item->entry.iface = PLX_IFACE_FIRST;
    memcpy(item->entry.ext_key, &message, sizeof message);
    item->entry.peer = PLX_LIT("127.0.0.1:40404");
    size_t spread = p->bytes / 2 + (message * 7919) % (p->bytes + 1); /* 0.5 to 1.5 of it */
    item->entry.body = (plx_slice){p->bodies + (message % BODIES) * 64, spread};
}

/* Each sender that was answered thinks for 0 to think_us, then sends its next message. */
static void senders_run(run *r, const pace *p)
{
    static plx_commit_item items[IN_FLIGHT_MAX];
    static uint32_t back[IN_FLIGHT_MAX];
    static double due_us[IN_FLIGHT_MAX]; /* infinite: unanswered */
    plx_rng rng = plx_rng_init(1, 1);
    uint64_t message = 0;
    double began = now_us(CLOCK_MONOTONIC), now = began;
    for (uint32_t i = 0; i < p->in_flight; i++)
        due_us[i] = began;
    while (now - began < seconds * 1e6) {
        size_t n = 0;
        double next = (double)INFINITY;
        for (uint32_t i = 0; i < p->in_flight; i++) {
            if (due_us[i] < next && due_us[i] > now) next = due_us[i];
            if (due_us[i] > now) continue;
            message_make(r, &items[n++], i, ++message, p);
            r->sent_us[i] = now;
            due_us[i] = (double)INFINITY;
        }
        if (n && plx_commit_submit(r->commit, items, n) != PLX_OK) die("a submission");
        double wait_us = next - now_us(CLOCK_MONOTONIC);
        size_t k = plx_queue_take(&r->back, back, p->in_flight,
                                  wait_us > 1e6 ? -1
                                  : wait_us > 0 ? (int64_t)wait_us
                                                : 0);
        now = now_us(CLOCK_MONOTONIC);
        for (size_t i = 0; i < k; i++)
            due_us[back[i]] = now + (p->think_us ? (double)plx_rng_below(&rng, p->think_us) : 0);
    }
}

static void journal_run(pace p)
{
    char path[PATH_BYTES], problem[256], command[PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s/data", folder);
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    run r = {.latency_us = malloc(LATENCIES_MAX * sizeof(float))};
    char *bodies = malloc(BODIES * 64 + 2 * p.bytes);
    if (!r.latency_us || !bodies) die("memory");
    for (size_t i = 0; i < BODIES * 64 + 2 * p.bytes; i++)
        bodies[i] = (char)(' ' + (i * 31 + i / 97) % 90);
    plx_fault_arm(&(plx_fault_plan){.sync_delay_us = p.sync_delay_us});
    plx_store *store = NULL;
    plx_store_options options = {.directory = path,
                                 .ballast_bytes = PLX_STORE_NO_BALLAST,
                                 .vfs = p.sync_delay_us ? plx_fault_vfs() : NULL};
    if (plx_store_open(&store, &options, problem, sizeof problem) != PLX_OK) die(problem);
    plx_clock clock;
    plx_clock_init(&clock, 1);
    plx_commit_options commit = {
        .store = store, .clock = &clock, .done = answered, .self = &r, .ticks = true};
    if (plx_queue_init(&r.back, sizeof(uint32_t), IN_FLIGHT_MAX) != PLX_OK) die("a queue");
    if (plx_commit_start(&r.commit, &commit) != PLX_OK) die("the commit thread");
    double began = now_us(CLOCK_MONOTONIC);
    p.bodies = bodies;
    senders_run(&r, &p);
    plx_commit_metrics m;
    plx_commit_measure(r.commit, &m);
    double took_us = now_us(CLOCK_MONOTONIC) - began;
    plx_commit_stop(r.commit);
    plx_store_close(store);
    double p50 = quantile_ms(r.latency_us, r.latencies, 0.5);
    double p99 = quantile_ms(r.latency_us, r.latencies, 0.99);
    printf("%s,%u,%zu,%.0f,%.3f,%.3f,%llu,%.0f,%.2f\n", p.name, p.in_flight, p.bytes,
           (double)m.entries / took_us * 1e6, p50, p99, (unsigned long long)m.commits,
           (double)m.entries / (double)m.commits,
           (r.cpu_last_us - r.cpu_first_us) / (double)r.measured);
    fflush(stdout);
    plx_queue_destroy(&r.back);
    free(r.latency_us);
    free(bodies);
    if (system(command) != 0) die("clearing up");
}

int main(int argc, char **argv)
{
    if (argc > 1) seconds = atof(argv[1]);
    if (seconds <= 0) seconds = 1;
    snprintf(folder, sizeof folder, "%s/journal-bench-XXXXXX", argc > 2 ? argv[2] : ".");
    if (!mkdtemp(folder)) die("a directory");
    printf("case,in_flight,body_bytes,per_s,p50_ms,p99_ms,commits,messages_per_commit,"
           "commit_thread_us_per_message\n");
    disk_probe(4096);
    disk_probe(256 * 1024);
    bare_sqlite(200, 1024);
    static const pace PACES[] = {
        {.name = "journal", .in_flight = 200, .bytes = 1024},
        {.name = "journal", .in_flight = 200, .bytes = 2048},
        {.name = "journal", .in_flight = 1, .bytes = 1024},
        {.name = "journal", .in_flight = 16, .bytes = 1024},
        {.name = "journal", .in_flight = 1000, .bytes = 1024},
        {.name = "journal, senders apart", .in_flight = 200, .bytes = 1024, .think_us = 1000},
        {.name = "journal, senders apart, slow disk",
         .in_flight = 200,
         .bytes = 1024,
         .think_us = 1000,
         .sync_delay_us = 6600},
    };
    for (size_t i = 0; i < sizeof PACES / sizeof PACES[0]; i++)
        journal_run(PACES[i]);
    rmdir(folder);
    return 0;
}
