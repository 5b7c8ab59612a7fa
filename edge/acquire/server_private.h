/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Private to the MLLP server: its memory, and the functions of its three files.
 *   mllp_server.c      the thread, the sockets, the limits
 *   mllp_receive.c     bytes -> frames -> judged messages -> submit
 *   mllp_acknowledge.c done -> acknowledgements, in the order of the connection
 *
 * Memory: bytes are received into a block that all connections share; a message holds the block it
 * lies in until it is answered. Only a frame that is not whole yet is moved, into a block of its
 * connection that grows fourfold. Slots, connections and lists are made at the start. */
#ifndef PLX_EDGE_ACQUIRE_SERVER_PRIVATE_H
#define PLX_EDGE_ACQUIRE_SERVER_PRIVATE_H

#include <pthread.h>

#include "core/format/hl7v2/intake.h"
#include "core/format/hl7v2/mllp.h"
#include "edge/acquire/block.h"
#include "edge/acquire/mllp_server.h"
#include "edge/host/address.h"
#include "edge/host/charset.h"

#define NO_SLOT UINT32_MAX
#define NO_CONNECTION UINT32_MAX

enum {
    SHARED_BLOCK_BYTES = 256 * 1024,
    READ_BYTES = 64 * 1024,    /* of one recv, so that all connections get their turn */
    READ_BYTES_MIN = 8 * 1024, /* less room than this: take the next block */
    ACK_BYTES_MAX = 64 * 1024,
    OUT_BYTES_MAX = 1024 * 1024, /* answers that a peer has not taken */
    LINGER_MS = 2000,            /* for a peer to take a last AR before its socket is closed */
    HEADER_INDEX = 4096,         /* index entries of a header parsed alone */
    HEADER_SEGMENTS = 16,
    INDEX_KEPT = 65536, /* index entries and segments kept between messages */
    SEGMENTS_KEPT = 16384
};

typedef enum answer_kind { ANSWER_NONE, ANSWER_ORIGINAL, ANSWER_ENHANCED } answer_kind;

/* One message that was handed over and is not answered yet. */
typedef struct slot {
    uint32_t generation, next; /* next message of the connection, or next free slot */
    uint32_t connection;       /* NO_CONNECTION when it is gone */
    bool done;
    answer_kind answer;
    char accept_when, application_when;
    uint8_t peer_n;
    char peer[PLX_ADDRESS_TEXT_MAX];
    plx_block *block; /* held */
    plx_slice body;   /* in block */
    plx_hl7_fault fault;
    plx_mllp_done result;
} slot;

typedef enum connection_state {
    CONNECTION_FREE,
    CONNECTION_OPEN,
    CONNECTION_ENDING,   /* no more reading: answer what is there, then close */
    CONNECTION_LINGERING /* all is said; reads and drops until the peer closes */
} connection_state;

typedef struct connection {
    int fd;
    uint32_t number, generation, next_free;
    connection_state state;
    const plx_mllp_port *port;
    plx_block *block; /* held; the window is bytes[start, end) */
    size_t start, end;
    plx_mllp_splitter splitter;
    uint32_t first, last, unanswered; /* slots, oldest first */
    plx_block *out; /* held; answers that did not go out yet are bytes[out_start, out_end) */
    size_t out_start, out_end;
    int64_t frame_us;  /* when the frame in the window began, 0 = none; boot clock */
    int64_t active_us; /* last byte received */
    int64_t stuck_us;  /* when the peer last took answers that wait, or when it began to linger */
    bool readable;     /* recv may give something */
    bool hangup;       /* the peer sends no more: read until 0 */
    bool listed;       /* in server.ready */
    bool answering;    /* in server.answering */
    bool unsplit;      /* the window may hold whole frames */
    bool keep_alive;
    bool linger; /* after its answers: shut down, linger, close */
    bool mute;   /* the peer takes no answers any more; what it sent is still read */
    uint8_t peer_n, peer_host_n;
    char peer[PLX_ADDRESS_TEXT_MAX];
} connection;

typedef struct listener {
    int fd;
    uint16_t bound;
    bool paused; /* no descriptors left: tried again at the next tick */
} listener;

struct plx_mllp_server {
    plx_mllp_server_options options;
    pthread_t thread;
    bool thread_started;
    int epoll, wake;
    int64_t now_us; /* boot clock, once a round */
    int64_t tick_us, tick_every_us;
    listener listeners[PLX_MLLP_PORTS_MAX];
    connection *connections; /* connections_max */
    uint32_t free_connection;
    uint32_t ready[PLX_MLLP_CONNECTIONS_MAX], ready_n; /* to be read */
    uint32_t answering[PLX_MLLP_CONNECTIONS_MAX], answering_n;
    bool starved;                            /* somebody waits for a slot or for memory */
    slot *slots;                             /* PLX_MLLP_WAITING_MAX */
    uint32_t slots_used, free_slot, waiting; /* ever used; list of free ones; not done yet */
    plx_block_pool pool;
    plx_block *shared; /* received into by all connections, filled up to shared_end */
    size_t shared_end;
    plx_mllp_intake *batch; /* PLX_MLLP_BATCH_MAX */
    uint32_t batch_n;
    plx_hl7_message message; /* with its arrays */
    uint32_t *header_index;
    plx_hl7_segment *header_segments;
    char *scratch; /* ACK_BYTES_MAX */
    plx_charset_converter *charsets;
    plx_mllp_metrics metrics; /* written by the thread, atomically */
    /* Between done() and the thread. */
    pthread_mutex_t mutex;
    plx_mllp_done *done, *taken; /* PLX_MLLP_WAITING_MAX each; swapped */
    uint32_t done_n;
    bool stopping; /* atomic */
};

static inline void server_count(uint64_t *counter, uint64_t n)
{
    __atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED); /* one writer */
}

/* mllp_server.c */

/* Lists the connection for the receive step of this or the next round. */
void plx_mllp_server_list(plx_mllp_server *server, connection *c);
/* Closes at once; messages on their way to the journal stay there, unanswered. */
void plx_mllp_server_close(plx_mllp_server *server, connection *c);
/* A connection that is ending closes when nothing is left to say. */
void plx_mllp_server_end(plx_mllp_server *server, connection *c);

/* mllp_receive.c */

/* One recv at most, and the frames in it. */
void plx_mllp_receive(plx_mllp_server *server, connection *c);
/* The rest of a frame will never come: journalled as broken. */
void plx_mllp_receive_cut(plx_mllp_server *server, connection *c);
/* Hands the messages of the round over. */
void plx_mllp_submit(plx_mllp_server *server);

/* mllp_acknowledge.c */

/* The header alone of a message, without the cost of the rest; false when it has none. */
bool plx_mllp_parse_header(plx_mllp_server *server, plx_slice body, plx_hl7_message *header);
/* Its connection is listed for the acknowledge step; without one the slot is free again. */
void plx_mllp_slot_done(plx_mllp_server *server, slot *t);
void plx_mllp_slot_free(plx_mllp_server *server, slot *t);
void plx_mllp_take_done(plx_mllp_server *server);
/* Answers what is done, in order, with one send. */
void plx_mllp_acknowledge(plx_mllp_server *server, connection *c);
/* The socket takes bytes again. */
void plx_mllp_flush(plx_mllp_server *server, connection *c);

#endif
