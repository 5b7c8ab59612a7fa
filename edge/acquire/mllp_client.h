/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* MLLP client: many connections from one epoll thread. A message belongs to a stream (a patient); a stream
 * is sent in order, one unanswered at a time, over one connection; different streams run in parallel
 * up to "window" a connection. The answer is matched by MSA-2 = MSH-10; a late one is dropped and
 * counted; after a time-out the connection is closed and the same bytes are sent again. */
#ifndef PLX_EDGE_ACQUIRE_MLLP_CLIENT_H
#define PLX_EDGE_ACQUIRE_MLLP_CLIENT_H

#include "core/base/slice.h"

typedef struct plx_mllp_client plx_mllp_client;

typedef struct plx_mllp_client_options {
    const char *to;          /* HOST:PORT */
    uint32_t connections;    /* 1..512 */
    uint32_t window;         /* unanswered messages a connection, 1..256; 1 by default */
    uint32_t timeout_ms;     /* ACK wait, 30,000 by default */
    uint32_t attempts_max;   /* of one message, 0 = for ever */
} plx_mllp_client_options;

typedef struct plx_mllp_answer {
    uint64_t token;
    plx_slice ack;    /* the answer's bytes; empty when given up */
    char code[3];     /* "AA", "AE", "CR" ...; "" when given up */
    double ms;        /* from first send to answer */
    uint32_t attempts;
} plx_mllp_answer;

/* answered() is called on the thread that calls plx_mllp_client_run. */
PLX_MUST_CHECK plx_status plx_mllp_client_init(plx_mllp_client **client,
                                               const plx_mllp_client_options *options,
                                               void (*answered)(void *self, const plx_mllp_answer *),
                                               void *self, char *problem, size_t problem_n);
/* Queues one message (copied). PLX_FULL when 65,536 wait: run first. drop_after: close the connection
 * right after the bytes are out, before reading the answer; then send the same bytes again. */
PLX_MUST_CHECK plx_status plx_mllp_client_send(plx_mllp_client *client, uint64_t stream,
                                               uint64_t token, plx_slice message, bool drop_after);
/* Works for at most wait_ms (0 = whatever is ready); returns how many messages are still unanswered. */
size_t plx_mllp_client_run(plx_mllp_client *client, int wait_ms);
void plx_mllp_client_destroy(plx_mllp_client *client);

#endif
