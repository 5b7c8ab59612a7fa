/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* HTTP and WebSocket (libwebsockets, one thread). It knows topics and bytes, not patients:
 * documents are asked for through a port and arrive as finished JSON. Protocol plx.1: design web 5.
 */
#ifndef PLX_EDGE_SERVE_H
#define PLX_EDGE_SERVE_H

#include "core/base/slice.h"
#include "edge/host/clock.h"

enum {
    PLX_SERVE_WEBSOCKETS_MAX = 1024,
    PLX_SERVE_HTTP_MAX = 2048,
    PLX_SERVE_CLIENT_BYTES_MAX = 4 * 1024 * 1024,
    PLX_SERVE_RING_SECONDS = 120,
    PLX_SERVE_RING_BATCHES_MAX = 65536,
    PLX_SERVE_RING_BYTES_MAX = 64 * 1024 * 1024,
    PLX_SERVE_BODY_MAX = 10 * 1024 * 1024
};

typedef struct plx_serve plx_serve;

/* A request that only the owner of the state can answer. path and query are decoded; body is the
 * POST's. */
typedef struct plx_serve_request {
    uint64_t ticket;
    bool post;
    plx_slice path, query, body; /* valid during the call */
} plx_serve_request;

typedef struct plx_serve_options {
    const char *http;  /* HOST:PORT */
    const char *build; /* version text */
    const char *epoch; /* journal's name */
    const plx_clock *clock;
    void (*ask)(void *self, const plx_serve_request *request); /* serve's thread; must not block */
    void *self;
} plx_serve_options;

/* Listens and starts the thread. problem: one sentence when it fails; *serve unchanged then. Host
 * names are checked (DNS rebinding): an address, "localhost", the host of options->http or the
 * machine's. */
PLX_MUST_CHECK plx_status plx_serve_start(plx_serve **serve, const plx_serve_options *options,
                                          char *problem, size_t problem_n);
uint16_t plx_serve_bound(const plx_serve *serve);
/* Any thread, also from inside ask. The answer to a ticket; bytes are copied. status: HTTP. A
 * ticket whose asker is gone, or that was answered before, is ignored. */
void plx_serve_answer(plx_serve *serve, uint64_t ticket, int status, const char *content_type,
                      const void *bytes, size_t n);
/* Any thread, but one order: j never runs back. The effects of the journal up to j on one topic
 * ("board", "feeds"): ops is a list of JSON operations [topic, field, value] without the brackets
 * around the list; may be empty (only j moves on). Copied. Returns PLX_FULL never: a slow client is
 * merged, thinned, then closed. A field ending in + or - speaks of a member of a collection, whose
 * value is the id or an object that begins with "id". Publish an empty list after the replay: the
 * first publication also makes /health/ready answer 200. */
void plx_serve_publish(plx_serve *serve, uint64_t j, const char *topic, const char *ops, size_t n);
/* Says goodbye (1001) and joins. No other thread may use serve any more. Accepts NULL. */
void plx_serve_stop(plx_serve *serve);

#endif
