/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Private to the MLLP client.
 *   mllp_client.c  messages and streams: what may be sent next
 *   client_lane.c  lanes: sending, receiving, time-outs, reconnecting
 * A message waits in the queue of its stream; the first one moves to the flight of its lane when
 * the window has room, and leaves it with its answer. */
#ifndef PLX_EDGE_ACQUIRE_CLIENT_PRIVATE_H
#define PLX_EDGE_ACQUIRE_CLIENT_PRIVATE_H

#include "core/format/hl7v2/hl7v2.h"
#include "core/format/hl7v2/intake.h"
#include "core/format/hl7v2/mllp.h"
#include "edge/acquire/mllp_client.h"
#include "edge/host/address.h"

#define NOBODY UINT32_MAX

enum {
    STREAM_BUCKETS = 65536,
    FRAME_KEPT_BYTES = 8192, /* a message slot keeps its memory up to this size */
    RECEIVE_BYTES = 16384,   /* of a lane at first */
    SEND_PIECES = 64,        /* frames of one send */
    ACK_INDEX = 4096,
    ACK_SEGMENTS = 256,
    LANE_TICK_MS = 50
};

typedef struct message {
    uint32_t next; /* in its stream, in the flight, or among the free ones */
    uint32_t stream, attempts;
    bool drop_after;
    bool silent; /* asks for no answer */
    uint64_t token;
    int64_t first_us, sent_us; /* boot clock */
    char *frame;               /* owned */
    size_t frame_n, frame_capacity;
    size_t id_at, id_n; /* MSH-10 in frame */
} message;

typedef struct stream { /* exists while it has messages */
    uint64_t key;
    uint32_t next;        /* in its bucket, or among the free ones */
    uint32_t next_ready;  /* on its lane */
    uint32_t first, last; /* messages that wait */
    uint32_t lane;
    bool flying; /* one message is in the flight of the lane */
} stream;

typedef enum lane_state { LANE_DOWN, LANE_CONNECTING, LANE_UP } lane_state;

typedef struct lane {
    int fd;
    uint32_t number;
    lane_state state;
    bool dirty; /* in client.dirty: look whether something can be sent */
    bool writable;
    uint32_t ready_first, ready_last; /* streams */
    uint32_t flight_first, flight_last, flight_n;
    uint32_t unsent; /* first message of the flight that is not out as a whole */
    size_t unsent_at;
    uint32_t back_off_ms, failures; /* connects in a row */
    int64_t retry_us, connect_us;
    int64_t moved_us; /* when it came up or bytes went out */
    char *received;   /* owned */
    size_t received_n, received_capacity;
    plx_mllp_splitter splitter;
} lane;

struct plx_mllp_client {
    plx_mllp_client_options options;
    plx_address address;
    void (*answered)(void *self, const plx_mllp_answer *);
    void *self;
    int epoll;
    lane *lanes;
    uint32_t *dirty, dirty_n;
    message *messages; /* PLX_MLLP_CLIENT_QUEUE_MAX */
    uint32_t messages_used, free_message;
    stream *streams; /* as many */
    uint32_t streams_used, free_stream;
    uint32_t *buckets;
    uint32_t unanswered;
    uint64_t settled;    /* answered or given up: run returns when it moves */
    plx_hl7_message ack; /* with its arrays */
    int64_t now_us, tick_us;
    plx_mllp_client_metrics metrics;
};

/* mllp_client.c */

void plx_mllp_client_mark(plx_mllp_client *client, lane *l);
/* The next message that may be sent on the lane joins its flight; false when there is none. */
bool plx_mllp_client_board(plx_mllp_client *client, lane *l);
/* A message that left the flight: tells the owner, and its stream goes on. code: MSA-1. */
void plx_mllp_client_settle(plx_mllp_client *client, uint32_t number, plx_slice code,
                            plx_slice ack);

/* client_lane.c */

void plx_mllp_lane_connect(plx_mllp_client *client, lane *l);
void plx_mllp_lane_down(plx_mllp_client *client, lane *l);
void plx_mllp_lane_send(plx_mllp_client *client, lane *l);
void plx_mllp_lane_event(plx_mllp_client *client, lane *l, uint32_t events);
void plx_mllp_lane_tick(plx_mllp_client *client, lane *l);

#endif
