/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a browser says on plx.1 (design: web 5): hello, ack, sub, unsub. Text from strangers: every
 * byte may be wrong. */
#ifndef PLX_EDGE_SERVE_MESSAGE_H
#define PLX_EDGE_SERVE_MESSAGE_H

#include "edge/serve/ring.h"

enum {
    SERVE_MESSAGE_MAX = 8192, /* bytes of one message */
    SERVE_EPOCH_MAX = 64
};

/* WebSocket close codes: RFC 6455 7.4.1 and plx.1's own. */
enum {
    SERVE_CLOSE_GOING_AWAY = 1001,
    SERVE_CLOSE_PROTOCOL = 1002,
    SERVE_CLOSE_NOT_TEXT = 1003,
    SERVE_CLOSE_TOO_LARGE = 1009,
    SERVE_CLOSE_FORBIDDEN = 4003,
    SERVE_CLOSE_SLOW = 4008,
    SERVE_CLOSE_VERSION = 4009
};

typedef enum serve_message_kind {
    SERVE_MESSAGE_OTHER, /* a kind of a later version: ignored */
    SERVE_MESSAGE_HELLO,
    SERVE_MESSAGE_ACK,
    SERVE_MESSAGE_SUB,
    SERVE_MESSAGE_UNSUB
} serve_message_kind;

typedef struct serve_message {
    serve_message_kind kind;
    uint64_t j; /* hello; UINT64_MAX: the viewer holds nothing yet */
    uint64_t n; /* ack */
    char epoch[SERVE_EPOCH_MAX];
    uint32_t subs_n;
    char subs[SERVE_SUBS_MAX][SERVE_TOPIC_MAX];
} serve_message;

/* 0, or the code to close with; *why is then a constant text (<= 100 bytes). */
PLX_MUST_CHECK int serve_message_parse(plx_slice text, serve_message *message, const char **why);

#endif
