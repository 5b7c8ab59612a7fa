/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A browser for the tests of this room: blocking sockets, HTTP/1.1 and WebSocket frames by hand, so
 * that it can also do what no browser does. Failures end the test. */
#ifndef PLX_EDGE_SERVE_TEST_CLIENT_H
#define PLX_EDGE_SERVE_TEST_CLIENT_H

#include "edge/serve/serve.h"

enum { TC_BODY_MAX = 6 * 1024 * 1024 };

typedef struct tc_reply {
    int status; /* 0: the connection ended without an answer */
    char head[4096];
    char *body; /* terminated; owned by the client, valid until the next reply */
    size_t n;
} tc_reply;

int tc_connect(uint16_t port);
/* False when the server hung up before it had taken everything. */
bool tc_send_all(int fd, const void *bytes, size_t n);
void tc_send(int fd, const void *bytes, size_t n);
void tc_text(int fd, const char *text);
/* head_only: the answer to HEAD or 304 has no body. */
tc_reply tc_read(int fd, bool head_only);
/* One request on a connection of its own; extra: further header lines, each ending in \r\n. */
tc_reply tc_request(uint16_t port, const char *method, const char *path, const char *extra,
                    const char *body);
/* Value of a header ("etag"), lower-cased name; "" when absent. Valid until the next call. */
const char *tc_header(const tc_reply *reply, const char *name);

/* Upgrade with the given lines; fd >= 0 when 101, else -status. */
int tc_ws_open_with(uint16_t port, const char *path, const char *lines);
int tc_ws_open(uint16_t port); /* as the page of this server would */
void tc_ws_send(int fd, const char *text);
void tc_ws_frame(int fd, uint8_t first, const void *payload, size_t n, bool masked);

typedef struct tc_frame {
    int opcode; /* -1: time-out, -2: connection ended */
    int code;   /* of a close frame */
    char *text; /* terminated; owned by the client, valid until the next frame */
    size_t n;
} tc_frame;
tc_frame tc_ws_read(int fd, int timeout_ms);
/* Next text frame that holds part; heartbeats and others before it are skipped. */
tc_frame tc_ws_find(int fd, const char *part, int timeout_ms);
/* The close code, after whatever else comes; 0 on time-out, -2 when it ends without one. */
int tc_ws_closed(int fd, int timeout_ms);

#endif
