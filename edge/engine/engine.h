/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The twin thread: the one writer of the virtual world. It applies durable entries strictly in
 * journal order, tells viewers what changed, answers questions about the state between two entries,
 * and keeps snapshots. It touches no socket and no database: those are ports that the application
 * joins. */
#ifndef PLX_EDGE_ENGINE_H
#define PLX_EDGE_ENGINE_H

#include "core/record/entry.h"
#include "core/twin/twin.h"
#include "edge/engine/inbox.h"

enum {
    PLX_ENGINE_QUESTIONS_MAX = 1024,
    PLX_ENGINE_DOCUMENT_MAX = 64 * 1024 * 1024, /* largest answer */
    PLX_ENGINE_FRAME_MS = 25,                   /* viewers are told at most this often */
    PLX_ENGINE_SNAPSHOT_ENTRIES = 100000
};
#define PLX_ENGINE_REGION_BYTES                                                                    \
    (UINT64_C(16) << 30) /* address space; untouched pages cost nothing */
#define PLX_ENGINE_SNAPSHOT_US (10 * PLX_MINUTE_US)

typedef plx_status (*plx_engine_visit)(void *self, const plx_entry *entry);

typedef struct plx_engine_ports {
    void *self;
    /* What changed on a topic up to journal position j; ops may be empty. */
    void (*publish)(void *self, uint64_t j, const char *topic, const char *ops, size_t n);
    /* The answer to a question; status is HTTP's. */
    void (*answer)(void *self, uint64_t ticket, int status, const char *type, const void *bytes,
                   size_t n);
    /* Makes an entry durable; it comes back through plx_engine_put with the ticket. Bytes are
     * copied. Called on the twin thread between plx_engine_accept(true) and (false) only. */
    plx_status (*submit)(void *self, const plx_entry *entry, uint64_t ticket);
    /* The world between two entries, some times a second, for whoever works with models; on the
     * twin thread, must not wait; between plx_engine_accept(true) and (false) only. NULL: nobody
     * does. */
    void (*look)(void *self, const plx_twin *twin);
    plx_status (*journal_read)(void *self, uint64_t from, uint64_t to, plx_engine_visit visit,
                               void *visitor);
    plx_status (*snapshot_put)(void *self, uint64_t seq, const uint8_t hash[32], const void *bytes,
                               size_t n);
    plx_status (*snapshot_get)(void *self, uint64_t at_most, uint64_t *seq, uint8_t hash[32],
                               void *memory, size_t capacity, size_t *n);
} plx_engine_ports;

typedef struct plx_engine plx_engine;

PLX_MUST_CHECK plx_status plx_engine_init(plx_engine **engine, const plx_twin_model *model,
                                          const plx_engine_ports *ports);
/* Newest snapshot whose state hash matches, then the journal up to its end. Before start. */
PLX_MUST_CHECK plx_status plx_engine_recover(plx_engine *engine, uint64_t journal_last_seq);
PLX_MUST_CHECK plx_status plx_engine_start(plx_engine *engine);
/* Run time of the newest entry applied; before start, or on the twin thread. */
int64_t plx_engine_now(const plx_engine *engine);
/* The journal is a demonstration's; when plx_engine_now may be called. */
bool plx_engine_is_demo(const plx_engine *engine);
/* Commit thread only, in journal order; copied. Waits when the inbox is full. PLX_STOPPED,
 * PLX_LIMIT as plx_inbox_put. */
PLX_MUST_CHECK plx_status plx_engine_put(plx_engine *engine, const plx_inbox_item *items, size_t n);
/* Any thread, does not wait: PLX_FULL when too many questions are open. Bytes are copied. */
PLX_MUST_CHECK plx_status plx_engine_ask(plx_engine *engine, uint64_t ticket, bool post,
                                         plx_slice path, plx_slice query, plx_slice body);
/* Whether the submit and look ports may be called; at first they may not. After false returned no
 * call is under way and none comes: what submit leads to may be taken down. Resends and discards
 * are refused meanwhile. Any thread but the twin's; accepts NULL. */
void plx_engine_accept(plx_engine *engine, bool accept);
/* Applies what is in the inbox, writes a last snapshot, joins. */
void plx_engine_stop(plx_engine *engine);
void plx_engine_destroy(plx_engine *engine); /* accepts NULL */

typedef struct plx_engine_metrics {
    uint64_t applied_seq, waiting;
    uint64_t snapshots;
} plx_engine_metrics;
void plx_engine_measure(plx_engine *engine, plx_engine_metrics *metrics);

#endif
