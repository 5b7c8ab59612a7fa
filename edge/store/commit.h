/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The commit thread: takes what all connections handed in, decides duplicates, writes one
 * transaction with one sync, then tells everybody. Positive acknowledgements follow the sync, and
 * only there. */
#ifndef PLX_EDGE_STORE_COMMIT_H
#define PLX_EDGE_STORE_COMMIT_H

#include "core/clean/duplicate.h"
#include "edge/host/clock.h"
#include "edge/store/store.h"

enum {
    PLX_COMMIT_QUEUE_MAX = 65536, /* messages; when full the submitter waits */
    PLX_COMMIT_GROUP_MAX = 4096,
    PLX_COMMIT_GROUP_BYTES_MAX = 16 * 1024 * 1024
};

/* One thing to make durable. body and peer must stay valid until done() was called for it. */
typedef struct plx_commit_item {
    plx_entry
        entry; /* kind, verdict, iface, ref, ext_key, body_hash, peer, body set by the submitter */
    void *owner; /* given back in done(): connection and slot, or NULL */
    uint64_t token;
    plx_duplicate_first first; /* set when verdict became DUPLICATE or CONFLICT */
    plx_status status;         /* PLX_OK: durable; else not written */
} plx_commit_item;

typedef struct plx_commit plx_commit;

typedef struct plx_commit_options {
    plx_store *store;
    const plx_clock *clock;
    /* After each sync, in journal order, on the commit thread. items live until it returns. */
    void (*done)(void *self, plx_commit_item *items, size_t n);
    void *self;
    bool ticks; /* journal a TICK each second of run time (at most one a real second); never as the
                   first entry of a journal */
} plx_commit_options;

PLX_MUST_CHECK plx_status plx_commit_start(plx_commit **commit, const plx_commit_options *options);
/* Any thread. Waits when the queue is full; PLX_STOPPED when shutting down. */
PLX_MUST_CHECK plx_status plx_commit_submit(plx_commit *commit, const plx_commit_item *items,
                                            size_t n);
void plx_commit_stop(plx_commit *commit); /* drains, joins, frees; accepts NULL */

typedef struct plx_commit_metrics {
    uint64_t commits, entries, bytes;
    uint64_t waiting; /* in the queue now */
    double sync_ms_last, sync_ms_max;
    bool disk_full;   /* not accepting: waiting for space */
    plx_status fatal; /* PLX_IO: stopped for good */
} plx_commit_metrics;
void plx_commit_measure(plx_commit *commit, plx_commit_metrics *metrics);

#endif
