/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A snapshot is a fork (memcpy) that a thread of its own hashes and hands to the store, so that the
 * twin waits only for the copy. */
#include <sys/mman.h>

#include "edge/engine/private.h"
#include "edge/host/log.h"

static void *write_snapshot(void *self)
{
    engine_snapshot *s = self;
    engine_step_back(ENGINE_SNAPSHOT_NICE);
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

void engine_snapshot_finish(plx_engine *e)
{
    if (!e->snapshot.running) return;
    pthread_join(e->snapshot.thread, NULL);
    e->snapshot.running = false;
    e->snapshots++;
    int64_t took_us = e->snapshot.finished_us - e->snapshot_at_us;
    e->snapshot_next_us = e->snapshot.finished_us + ENGINE_SNAPSHOT_REST * took_us;
    madvise(e->snapshot.region, PLX_ENGINE_REGION_BYTES, MADV_DONTNEED);
}

void engine_snapshot_consider(plx_engine *e, bool now)
{
    if (e->snapshot.running && e->snapshot.finished) engine_snapshot_finish(e);
    uint64_t seq = plx_twin_seq(e->twin), since = seq - e->snapshot_seq;
    /* In a flood of entries snapshots take a small part of the time only, as pixels do. */
    int64_t now_us = engine_boot_us();
    bool due = (since >= PLX_ENGINE_SNAPSHOT_ENTRIES && now_us >= e->snapshot_next_us) ||
               now_us - e->snapshot_at_us >= PLX_ENGINE_SNAPSHOT_US;
    if (!e->ports.snapshot_put || e->snapshot.running || since == 0 || !(due || now)) return;
    if (!e->snapshot.region) e->snapshot.region = engine_map(PLX_ENGINE_REGION_BYTES);
    if (!e->snapshot.region) return;
    e->snapshot_seq = seq;
    e->snapshot_at_us = now_us;
    e->snapshot.seq = seq;
    e->snapshot.used = plx_twin_used(e->twin);
    e->snapshot.ports = &e->ports;
    e->snapshot.finished = false;
    memcpy(e->snapshot.region, e->region, e->snapshot.used);
    e->snapshot.running =
        pthread_create(&e->snapshot.thread, NULL, write_snapshot, &e->snapshot) == 0;
}
