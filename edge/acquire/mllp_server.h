/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* MLLP server: one epoll thread accepts, frames and judges; a port takes what is to be made durable; the
 * acknowledgement leaves after mllp_server_done(). Back-pressure: a connection with 256 unanswered
 * messages, or a full commit queue, is not read until it drains. */
#ifndef PLX_EDGE_ACQUIRE_MLLP_SERVER_H
#define PLX_EDGE_ACQUIRE_MLLP_SERVER_H

#include "core/base/slice.h"
#include "core/record/entry.h"

enum {
    PLX_MLLP_CONNECTIONS_MAX = 512,
    PLX_MLLP_PER_PEER_MAX = 64, /* configurable; loopback has no limit of its own */
    PLX_MLLP_UNANSWERED_MAX = 256,
    PLX_MLLP_FRAME_TIMEOUT_S = 30,
    PLX_MLLP_IDLE_S = 600
};

typedef struct plx_mllp_port { /* one listening address = one interface */
    const char *address;     /* "127.0.0.1:2575" */
    uint32_t iface;
    const char *name;
    bool reused_control_id;
} plx_mllp_port;

typedef struct plx_mllp_server plx_mllp_server;

/* A message on its way to the journal; body stays valid until done() for the same token. */
typedef struct plx_mllp_intake {
    plx_entry entry; /* kind, verdict, iface, keys, peer, body */
    uint64_t token;
} plx_mllp_intake;

typedef struct plx_mllp_server_options {
    const plx_mllp_port *ports;
    uint32_t ports_n;
    uint32_t per_peer_max;
    /* Hands messages over; may wait (that is the back-pressure). Called on the server's thread. */
    plx_status (*submit)(void *self, const plx_mllp_intake *items, size_t n);
    void *self;
} plx_mllp_server_options;

/* PLX_NETWORK with a sentence in problem when an address cannot be bound. */
PLX_MUST_CHECK plx_status plx_mllp_server_start(plx_mllp_server **server,
                                                const plx_mllp_server_options *options,
                                                char *problem, size_t problem_n);
/* What became of messages, in any order: called from the commit thread. entry holds the final verdict and
 * seq; first_* what the first copy of a duplicate got. status other than PLX_OK: not durable (AE 207). */
typedef struct plx_mllp_done {
    uint64_t token, seq, first_seq;
    int64_t arrival_us, first_arrival_us;
    plx_verdict verdict, first_verdict;
    plx_status status;
} plx_mllp_done;
void plx_mllp_server_done(plx_mllp_server *server, const plx_mllp_done *done, size_t n);
uint16_t plx_mllp_server_bound(const plx_mllp_server *server, uint32_t port); /* for ":0" */
void plx_mllp_server_stop(plx_mllp_server *server);

typedef struct plx_mllp_metrics {
    uint64_t connections_now, connections_total, connections_refused;
    uint64_t bytes, framed_bytes, noise_bytes, messages, acks, broken_frames;
} plx_mllp_metrics;
void plx_mllp_server_measure(const plx_mllp_server *server, plx_mllp_metrics *metrics);

#endif
