/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* MLLP client: many connections from one epoll thread. A message belongs to a stream (a patient); a
 * stream is sent in order, one unanswered at a time, over one connection; different streams run in
 * parallel up to "window" a connection. The answer is matched by MSA-2 = MSH-10; a late one is
 * dropped and counted; after a time-out the connection is closed and the same bytes are sent again,
 * as they are after a disconnect (at least once, in order).
 *
 * The first answer to a message settles it, whatever its code: AE and AR are final, and so is the
 * accept acknowledgement of enhanced mode (an application acknowledgement that follows is counted
 * as late). A message to which silence is a possible answer (an ACK; enhanced mode without AL in
 * MSH-15 or MSH-16) is settled when its last byte is out; an error that comes nevertheless is
 * counted as late. */
#ifndef PLX_EDGE_ACQUIRE_MLLP_CLIENT_H
#define PLX_EDGE_ACQUIRE_MLLP_CLIENT_H

#include "core/base/slice.h"

enum {
    PLX_MLLP_CLIENT_CONNECTIONS_MAX = 512,
    PLX_MLLP_CLIENT_WINDOW_MAX = 256,
    PLX_MLLP_CLIENT_QUEUE_MAX = 65536, /* messages, unanswered ones included */
    PLX_MLLP_CLIENT_TIMEOUT_MS = 30000,
    PLX_MLLP_CLIENT_BACK_OFF_MS = 100, /* before a new connection; doubles up to ... */
    PLX_MLLP_CLIENT_BACK_OFF_MAX_MS = 2000,
    PLX_MLLP_CLIENT_ANSWER_MAX =
        1024 * 1024 /* bytes of one answer; a longer one ends the connection */
};

typedef struct plx_mllp_client plx_mllp_client;

typedef struct plx_mllp_client_options {
    const char *to;        /* HOST:PORT; looked up once */
    uint32_t connections;  /* 1..512 */
    uint32_t window;       /* unanswered messages a connection, 1..256; 0 = 1 */
    uint32_t timeout_ms;   /* ACK wait; 0 = 30,000 */
    uint32_t attempts_max; /* sends of one message, and failed connects in a row; 0 = for ever */
} plx_mllp_client_options;

typedef struct plx_mllp_answer {
    uint64_t token;
    plx_slice ack; /* the answer's bytes, valid in the call; empty when given up */
    char code[3];  /* "AA", "AE", "CR" ...; "" when given up, or when MSA-1 has another length */
    double ms;     /* from first send to answer; 0 when never sent */
    uint32_t attempts;
    bool none_asked; /* settled without an answer, which was not asked for */
} plx_mllp_answer;

/* Begins to connect and returns. answered() is called on the thread that calls plx_mllp_client_run;
 * it may call plx_mllp_client_send. PLX_CONFIG, PLX_NETWORK (no such host), PLX_FULL with a
 * sentence in problem. */
PLX_MUST_CHECK plx_status plx_mllp_client_init(plx_mllp_client **client,
                                               const plx_mllp_client_options *options,
                                               void (*answered)(void *self,
                                                                const plx_mllp_answer *),
                                               void *self, char *problem, size_t problem_n);
/* Queues one message (copied). PLX_FULL when 65,536 wait: run first. drop_after: close the
 * connection right after the bytes are out, before reading the answer; then send the same bytes
 * again. */
PLX_MUST_CHECK plx_status plx_mllp_client_send(plx_mllp_client *client, uint64_t stream,
                                               uint64_t token, plx_slice message, bool drop_after);
/* Works until something was answered, for at most wait_ms (0 = whatever is ready); returns how many
 * messages are still unanswered, queued ones included. */
size_t plx_mllp_client_run(plx_mllp_client *client, int wait_ms);
void plx_mllp_client_destroy(plx_mllp_client *client); /* accepts NULL */

typedef struct plx_mllp_client_metrics {
    uint64_t sent, resent; /* messages written out for the first time, again */
    uint64_t answered, none_asked, given_up, late;
    uint64_t connected, connect_failures, disconnects; /* since the start */
    uint64_t connections_now;
} plx_mllp_client_metrics;
void plx_mllp_client_measure(const plx_mllp_client *client, plx_mllp_client_metrics *metrics);

#endif
