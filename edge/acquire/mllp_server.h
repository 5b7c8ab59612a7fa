/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* MLLP server: one epoll thread accepts, frames and judges; a port takes what is to be made
 * durable; the acknowledgement leaves after plx_mllp_server_done(). Back-pressure: a connection
 * with 256 unanswered messages, a peer that does not read its answers, or a full commit queue is
 * not read until it drains.
 *
 * What is handed to submit, and what the sender gets: a whole frame, judged (accept and application
 * acknowledgement as MSH-15 and MSH-16 ask, in the order of the messages of the connection); an ACK
 * (nothing: it is never acknowledged); a frame cut off by another one, by the end of the connection
 * or by its 30 s (verdict BROKEN, nothing); what came of a frame above the limit (REFUSED: AR, then
 * the connection is closed). Bytes between frames are counted and dropped. A connection that the
 * peer closes gets its answers first, if it still reads. */
#ifndef PLX_EDGE_ACQUIRE_MLLP_SERVER_H
#define PLX_EDGE_ACQUIRE_MLLP_SERVER_H

#include "core/base/slice.h"
#include "core/format/hl7v2/charset.h"
#include "core/record/entry.h"

enum {
    PLX_MLLP_CONNECTIONS_MAX = 512,
    PLX_MLLP_PORTS_MAX = 512,
    PLX_MLLP_PER_PEER_MAX = 64, /* configurable; loopback has no limit of its own */
    PLX_MLLP_UNANSWERED_MAX = 256,
    PLX_MLLP_WAITING_MAX = 65536, /* unanswered messages of all connections */
    PLX_MLLP_BATCH_MAX = 4096,    /* messages of one submit */
    PLX_MLLP_FRAME_TIMEOUT_S = 30,
    PLX_MLLP_IDLE_S = 600,
    PLX_MLLP_WRITE_TIMEOUT_S = 120 /* a peer that takes none of its answers is closed */
};
/* Receive memory of all connections, answered messages excluded; at the maximum nobody is read. */
#define PLX_MLLP_BYTES_MAX ((size_t)256 * 1024 * 1024)

typedef struct plx_mllp_port { /* one listening address = one interface */
    const char *address;       /* "127.0.0.1:2575" */
    uint32_t iface;
    const char *name;
    bool reused_control_id;
    plx_charset charset; /* of messages that name none; 0 = ASCII or UTF-8 */
} plx_mllp_port;

typedef struct plx_mllp_server plx_mllp_server;

/* A message on its way to the journal; entry.body and entry.peer stay valid until done() for the
 * same token. */
typedef struct plx_mllp_intake {
    plx_entry entry; /* kind, verdict, iface, schema, keys, peer, body */
    uint64_t token;
} plx_mllp_intake;

typedef struct plx_mllp_server_options {
    const plx_mllp_port *ports;
    uint32_t ports_n;      /* 1..PLX_MLLP_PORTS_MAX */
    uint32_t per_peer_max; /* connections of one address; 0 = PLX_MLLP_PER_PEER_MAX */
    /* Hands messages over; may wait (that is the back-pressure). Called on the server's thread,
     * once a round with all messages of the round. What it refuses (other than PLX_OK: none was
     * taken) is not answered, and the connections are closed: the sender sends it again. */
    plx_status (*submit)(void *self, const plx_mllp_intake *items, size_t n);
    void *self;
    /* For tests and odd sites; 0 = the value of the enum above (message: 16 MiB, at most 64 MiB).
     */
    size_t message_max, bytes_max;
    uint32_t connections_max; /* 1..PLX_MLLP_CONNECTIONS_MAX */
    uint32_t frame_timeout_ms, idle_ms, write_timeout_ms;
} plx_mllp_server_options;

/* PLX_NETWORK with a sentence in problem when an address cannot be bound, PLX_CONFIG when it is not
 * one, PLX_FULL without memory. ports and their texts must live until stop. *server is set before
 * the first submit; it must be initialised (NULL) and is unchanged on error. */
PLX_MUST_CHECK plx_status plx_mllp_server_start(plx_mllp_server **server,
                                                const plx_mllp_server_options *options,
                                                char *problem, size_t problem_n);
/* What became of messages, in any order: called from the commit thread (or any other; also inside
 * submit). verdict and seq are the final ones; first_* what the first copy of a duplicate got.
 * status other than PLX_OK: not durable (AE 207). */
typedef struct plx_mllp_done {
    uint64_t token, seq, first_seq;
    int64_t arrival_us, first_arrival_us;
    plx_verdict verdict, first_verdict;
    plx_status status;
} plx_mllp_done;
void plx_mllp_server_done(plx_mllp_server *server, const plx_mllp_done *done, size_t n);
uint16_t plx_mllp_server_bound(const plx_mllp_server *server, uint32_t port); /* for ":0" */
/* Stops reading, waits for done() of everything handed over (10 s at most), answers, closes.
 * Accepts NULL. No done() may come after it returned. */
void plx_mllp_server_stop(plx_mllp_server *server);

typedef struct plx_mllp_metrics {
    uint64_t connections_now, connections_total, connections_refused;
    /* bytes = framed_bytes + noise_bytes + what waits in connections for the end of its frame;
     * framed_bytes: frames, whole or broken, and CR, LF and NUL between them */
    uint64_t bytes, framed_bytes, noise_bytes;
    uint64_t messages, acks, broken_frames, over_limit, frame_timeouts;
    uint64_t unanswered_now;
    uint64_t rounds; /* moves as long as the thread lives, at least once a second */
} plx_mllp_metrics;
void plx_mllp_server_measure(const plx_mllp_server *server, plx_mllp_metrics *metrics);

#endif
