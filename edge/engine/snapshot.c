/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A snapshot is a fork (memcpy) that a thread of its own hashes and hands to the store. The thread
 * first fetches the memory: page by page that takes ten times as long as the copy, for which alone
 * the twin waits. */
#include <sys/mman.h>

#include "edge/engine/private.h"
#include "edge/host/log.h"

enum { PAGE_BYTES = 4096 };

static void memory_fetch(void *at, size_t n)
{
    volatile char *bytes = at;
    for (size_t i = 0; i < n; i += PAGE_BYTES)
        bytes[i] = 0;
}

static void *write_snapshot(void *self)
{
    engine_snapshot *s = self;
    engine_step_back(ENGINE_SNAPSHOT_NICE);
    memory_fetch(s->region, s->wanted);
    sem_post(&s->fetched);
    while (sem_wait(&s->taken) != 0) {
    }
    plx_twin *fork = NULL;
    uint8_t hash[32];
    plx_status status = plx_twin_adopt(&fork, s->region, s->used, PLX_ENGINE_REGION_BYTES);
    if (status == PLX_OK) {
        plx_twin_hash(fork, hash);
        status = s->ports->snapshot_put(s->ports->self, s->seq, hash, s->region, s->used);
    }
    plx_log_fields fields = PLX_LOG_NONE;
    fields.seq = s->seq;
    fields.n = (int64_t)s->used;
    fields.status = plx_status_name(status);
    plx_log(status == PLX_OK ? PLX_LOG_INFO : PLX_LOG_WARN, "engine", "snapshot", fields);
    s->finished_us = engine_boot_us();
    s->finished = true;
    return NULL;
}

static bool signals_make(engine_snapshot *s)
{
    if (sem_init(&s->fetched, 0, 0) != 0) return false;
    if (sem_init(&s->taken, 0, 0) == 0) return true;
    sem_destroy(&s->fetched);
    return false;
}

static void signals_destroy(engine_snapshot *s)
{
    sem_destroy(&s->fetched);
    sem_destroy(&s->taken);
}

static void take_fork(plx_engine *e)
{
    engine_snapshot *s = &e->snapshot;
    e->snapshot_seq = s->seq = plx_twin_seq(e->twin);
    s->used = plx_twin_used(e->twin);
    memcpy(s->region, e->region, s->used);
    s->copied = true;
    sem_post(&s->taken);
}

void engine_snapshot_finish(plx_engine *e)
{
    if (!e->snapshot.running) return;
    if (!e->snapshot.copied) {
        while (sem_wait(&e->snapshot.fetched) != 0) {
        }
        take_fork(e);
    }
    pthread_join(e->snapshot.thread, NULL);
    signals_destroy(&e->snapshot);
    e->snapshot.running = false;
    e->snapshots++;
    int64_t took_us = e->snapshot.finished_us - e->snapshot_at_us;
    e->snapshot_next_us = e->snapshot.finished_us + ENGINE_SNAPSHOT_REST * took_us;
    madvise(e->snapshot.region, PLX_ENGINE_REGION_BYTES, MADV_DONTNEED);
}

static size_t wanted(const plx_engine *e)
{
    size_t used = plx_twin_used(e->twin), more = used / 8; /* he grows meanwhile */
    return used + more < PLX_ENGINE_REGION_BYTES ? used + more : used;
}

static void start(plx_engine *e)
{
    engine_snapshot *s = &e->snapshot;
    if (!s->region) s->region = engine_map(PLX_ENGINE_REGION_BYTES);
    if (!s->region || !signals_make(s)) return;
    e->snapshot_at_us = engine_boot_us();
    s->wanted = wanted(e);
    s->ports = &e->ports;
    s->copied = false;
    s->finished = false;
    s->running = pthread_create(&s->thread, NULL, write_snapshot, s) == 0;
    if (!s->running) signals_destroy(s);
}

void engine_snapshot_consider(plx_engine *e, bool now)
{
    engine_snapshot *s = &e->snapshot;
    if (s->running && !s->copied && sem_trywait(&s->fetched) == 0) take_fork(e);
    if (s->running && s->finished) engine_snapshot_finish(e);
    uint64_t since = plx_twin_seq(e->twin) - e->snapshot_seq;
    /* In a flood of entries snapshots take a small part of the time only, as pixels do. */
    int64_t now_us = engine_boot_us();
    bool due = (since >= PLX_ENGINE_SNAPSHOT_ENTRIES && now_us >= e->snapshot_next_us) ||
               now_us - e->snapshot_at_us >= PLX_ENGINE_SNAPSHOT_US;
    if (e->ports.snapshot_put && !s->running && since > 0 && (due || now)) start(e);
}
