/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One running Pollux: the rooms of edge, joined. Data goes one way:
 *   mllp_server -> commit -> (acknowledgement, engine) -> serve
 * and questions come back from serve to engine. Beside it, in a circle through the journal:
 *   engine -> tracker (live twins of patients) -> commit */
#ifndef PLX_APP_NODE_H
#define PLX_APP_NODE_H

#include "edge/acquire/mllp_server.h"
#include "edge/engine/engine.h"
#include "edge/host/clock.h"
#include "edge/serve/serve.h"
#include "edge/store/commit.h"
#include "edge/tracker/tracker.h"

typedef struct plx_node_options {
    const char *data; /* directory */
    const char *http; /* HOST:PORT */
    const plx_mllp_port *ports;
    uint32_t ports_n, per_peer_max;
    double speed; /* run seconds per real second; 1 unless a demo */
    bool demo;
    uint64_t seed;                /* of the demo, journalled */
    uint32_t bodies, waves;       /* of the demo's hospital, journalled */
    uint32_t twins;               /* patients that are followed at most; 0: none */
    uint32_t workers;             /* that follow them; 0: as many as processors */
    const int32_t *zones_minutes; /* of senders that state none, one a port; NULL = all UTC */
} plx_node_options;

typedef struct plx_node {
    plx_clock clock;
    int64_t recovered_us; /* run time of the newest entry that was there at the start */
    plx_store *store;
    plx_commit *commit;
    plx_engine *engine;
    plx_serve *serve;
    plx_mllp_server *mllp;
    plx_tracker *tracker;
    plx_commit_item *batch; /* owned: room for one round of the MLLP server */
} plx_node;

/* Recovers, then listens. problem (at least 256 bytes) gets a sentence on failure; what was started
 * is stopped again. */
PLX_MUST_CHECK plx_status plx_node_start(plx_node *node, const plx_node_options *options,
                                         char *problem, size_t problem_n);
void plx_node_stop(plx_node *node); /* accepts a zeroed struct */
/* Call before any thread starts: termination signals then wait for plx_node_wait. */
void plx_node_block_signals(void);
/* Until SIGINT, SIGTERM or a fatal store error: PLX_OK or PLX_IO. */
plx_status plx_node_wait(plx_node *node);

#endif
