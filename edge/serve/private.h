/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Shared by the files of this room only. Everything but the mailbox belongs to the serve thread. */
#ifndef PLX_EDGE_SERVE_PRIVATE_H
#define PLX_EDGE_SERVE_PRIVATE_H

#include <libwebsockets.h>
#include <pthread.h>
#include <stdatomic.h>

#include "edge/serve/asset.h"
#include "edge/serve/guard.h"
#include "edge/serve/message.h"
#include "edge/serve/ring.h"

enum {
    SERVE_TICK_US = 100000,
    SERVE_PATH_MAX = 1024,
    SERVE_QUERY_MAX = 4096,
    SERVE_HEADER_MAX = 16384, /* request header, bytes */
    SERVE_TYPE_MAX = 64,
    SERVE_CHUNK = 65536, /* bytes of one write of an HTTP answer */
    SERVE_SMALL_MAX = 512,
    SERVE_REFUSAL_MAX = 4096,               /* bytes of a refusal, head and sentence */
    SERVE_BODIES_MAX = 64 * 1024 * 1024,    /* bytes of all request bodies together */
    SERVE_PUBLISHED_MAX = 64 * 1024 * 1024, /* bytes waiting for the serve thread */
    SERVE_MESSAGES_PER_S = 200,             /* of one viewer */
    SERVE_HEARTBEAT_US = 800000,            /* so that with the tick it is 1/s at least */
    SERVE_HELLO_US = 10 * 1000 * 1000,      /* until the hello must be there */
    SERVE_SILENCE_US = 30 * 1000 * 1000,    /* no word from a viewer: half open */
    SERVE_CLOSE_US = 5 * 1000 * 1000,       /* until a close frame must have left */
    SERVE_BEHIND_US = 1000 * 1000,          /* between two looks at how far a viewer is behind */
    SERVE_ANSWER_US = 30 * 1000 * 1000,     /* until the owner of the state must have answered */
    SERVE_READ_S = 30                       /* until a reader must have taken a chunk */
};

typedef enum serve_stage {
    SERVE_IDLE,    /* between two requests */
    SERVE_BODY,    /* reading a POST */
    SERVE_WAITING, /* asked, answer to come */
    SERVE_HEAD,    /* answer is there, headers to send */
    SERVE_SENDING  /* body to send */
} serve_stage;

typedef struct serve_http {
    plx_serve *serve;
    struct lws *wsi;
    serve_stage stage;
    bool head_only, close_after, immutable, api, post;
    uint32_t slot;    /* UINT32_MAX: not asked */
    int64_t since_us; /* boot clock: when it was asked */
    int status;
    const char *etag, *encoding, *allow; /* static, or NULL */
    const uint8_t *bytes;                /* what is sent; static, small or owned */
    size_t n, sent;
    uint8_t *owned; /* malloc'd answer */
    uint8_t *body;  /* malloc'd request body */
    size_t body_n, body_capacity;
    char type[SERVE_TYPE_MAX];
    char small[SERVE_SMALL_MAX];
    char path[SERVE_PATH_MAX];
    char query[SERVE_QUERY_MAX];
} serve_http;

typedef struct serve_live {
    plx_serve *serve;
    struct lws *wsi;
    uint32_t at; /* in plx_serve.live */
    bool greeted, welcome_due, by_delta, subs_due;
    int close_code; /* 0 = open */
    const char *close_why;
    int64_t opened_us, heard_us, told_us, closing_us, looked_us, second_us;
    uint64_t cursor; /* running number of the next batch to tell */
    uint64_t n;      /* messages sent on this connection */
    uint64_t told_j;
    serve_wish wish;
    uint32_t topics_n;       /* how many topics the ring had when the wish was made */
    uint32_t messages, rx_n; /* messages in this second; bytes of the message being read */
    uint32_t subs_n;
    char subs[SERVE_SUBS_MAX][SERVE_TOPIC_MAX];
    char rx[SERVE_MESSAGE_MAX];
} serve_live;

typedef struct serve_slot {
    serve_http *http; /* NULL: free */
    uint32_t generation;
} serve_slot;

typedef struct serve_answer {
    struct serve_answer *next;
    uint64_t ticket;
    int status;
    size_t n;
    char type[SERVE_TYPE_MAX];
    uint8_t *bytes; /* malloc'd, moves to the request */
} serve_answer;

typedef struct serve_publication {
    struct serve_publication *next;
    uint64_t j;
    size_t n;
    char topic[SERVE_TOPIC_MAX];
    char text[];
} serve_publication;

/* Written by any thread, emptied by the serve thread. */
typedef struct serve_mailbox {
    pthread_mutex_t mutex;
    serve_answer *answers, **answers_end;
    serve_publication *published, **published_end;
    size_t published_bytes;
    bool overflow; /* publications were dropped, newest j of them: */
    uint64_t overflow_j;
} serve_mailbox;

struct plx_serve {
    plx_serve_options options;
    char build[SERVE_EPOCH_MAX], epoch[SERVE_EPOCH_MAX];
    char host[SERVE_HOST_MAX], machine[SERVE_HOST_MAX];
    uint16_t port;
    struct lws_context *context;
    struct lws_vhost *vhost;
    pthread_t thread;
    bool started;
    atomic_bool stopping, ready;
    serve_mailbox mailbox;
    lws_sorted_usec_list_t tick;
    uint32_t connections;
    size_t bodies_bytes;
    serve_ring ring;
    serve_slot slots[PLX_SERVE_HTTP_MAX];
    uint32_t slots_hint;
    serve_live *live[PLX_SERVE_WEBSOCKETS_MAX];
    uint32_t live_n;
    uint8_t *scratch; /* owned: LWS_PRE + PLX_SERVE_CLIENT_BYTES_MAX; one message being written */
};

/* http.c */
int serve_http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t n);
void serve_http_answer(plx_serve *serve, serve_answer *answer); /* takes the answer's bytes */
void serve_http_tick(plx_serve *serve, int64_t now_us);
/* upgrade.c: 0 to go on, -1 to hang up (the refusal is sent). */
int serve_upgrade_check(plx_serve *serve, struct lws *wsi, const char *to);
/* Length of the header's text in out (terminated), 0 when absent, -1 when it does not fit. */
int serve_header_get(struct lws *wsi, enum lws_token_indexes header, char *out, size_t capacity);
/* headers.c: the head of an answer into memory; its length, or -1. */
int serve_head_write(const serve_http *http, uint8_t *memory, size_t capacity);
/* {"error":sentence} into out; its length. */
size_t serve_error_json(const char *sentence, char *out, size_t capacity);
/* Head and body of a refusal after which the connection closes; its length, or -1. */
int serve_refusal_write(struct lws *wsi, int status, const char *sentence, uint8_t *memory,
                        size_t capacity);
/* The lines that belong to every answer, those of libwebsockets itself included. */
extern const struct lws_protocol_vhost_options *const serve_head_always;

/* gate.c; the callbacks of the two protocols. A connection of "farewell" keeps a size_t. */
#define SERVE_GATE "gate"
#define SERVE_FAREWELL "farewell"
int serve_gate_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t n);
int serve_farewell_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                            size_t n);
/* A connection was accepted: goes on once its first line is there. fd stays the caller's. */
void serve_gate(plx_serve *serve, int fd);
/* Just before a refused connection is closed: what its sender still says is taken and forgotten.
 * fd stays the caller's. */
void serve_farewell(plx_serve *serve, int fd);

/* live.c */
int serve_live_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t n);
void serve_live_published(plx_serve *serve);
void serve_live_tick(plx_serve *serve, int64_t now_us);
void serve_live_close_all(plx_serve *serve, int code, const char *why);

/* serve.c */
void serve_mailbox_empty(plx_serve *serve);
plx_serve *serve_of(struct lws *wsi);

#endif
