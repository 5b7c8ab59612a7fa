/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For the tests of this room: a journal in memory behind a real server, and a peer that is nothing
 * but a socket. Everything that waits gives up after 10 s and fails the test. */
#ifndef PLX_EDGE_ACQUIRE_MLLP_FIXTURE_H
#define PLX_EDGE_ACQUIRE_MLLP_FIXTURE_H

#include <pthread.h>

#include "edge/acquire/mllp_server.h"

enum {
    FIXTURE_WAIT_MS = 10000,
    FIXTURE_TEXT_MAX = 1 << 20,
    FIXTURE_KEYS = 1 << 20,
    FIXTURE_ENTRIES_MAX = 300000
};

typedef struct kept_entry {
    plx_entry entry; /* body and peer are copies, owned; seq = position + 1 */
    uint64_t token;
    bool done;
} kept_entry;

typedef struct memory_journal {
    plx_mllp_server *server;
    plx_mllp_port ports[2];
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    kept_entry *entries; /* owned; they never move */
    uint32_t *keys;      /* owned: numbers of entries + 1, by ext_key */
    size_t n, submits;
    bool hold;         /* done() only by journal_release */
    bool closed;       /* submit waits */
    bool waiting;      /* submit does wait */
    plx_status refuse; /* what submit says */
    plx_status status; /* what done() says */
} memory_journal;

/* A server on a free loopback port; options' ports and submit are set here. */
void journal_start(memory_journal *j, plx_mllp_server_options options);
void journal_start_at(memory_journal *j, const char *address, plx_mllp_server_options options);
/* Stops the server unless that was done (NULL), checks that its byte counts balance, frees
 * everything. The peers must be closed. */
void journal_stop(memory_journal *j);
uint16_t journal_port(const memory_journal *j);
/* Until n entries are in, or the test fails. */
void journal_wait(memory_journal *j, size_t n);
/* Calls done() for the entries from..to-1; backwards when from > to. */
void journal_release(memory_journal *j, size_t from, size_t to);
size_t journal_count(memory_journal *j);
/* submit waits behind a closed journal. */
bool journal_holds(memory_journal *j);
void journal_set(memory_journal *j, bool hold, bool closed);
void journal_expect_body(memory_journal *j, size_t i, plx_verdict verdict, plx_slice body);
plx_mllp_metrics journal_measure(const memory_journal *j);
/* Until the server has received that many bytes in all. */
void journal_wait_bytes(const memory_journal *j, uint64_t bytes);
void journal_wait_connections(const memory_journal *j, uint64_t n);

int peer_connect(uint16_t port);
/* With a receive buffer of 64 KiB, set before the connection is made: a window that shrinks later
 * lets Linux stall both directions. */
int peer_connect_small(uint16_t port);
void peer_send(int fd, const void *bytes, size_t n);
void peer_send_message(int fd, plx_slice message); /* in a frame */
/* Reads until n frames are in text (terminated, frames as they came, CR as line feed), or the test
 * fails. */
void peer_read(int fd, size_t n, char text[FIXTURE_TEXT_MAX]);
/* The same for n frames at least of which nobody wants the text. */
void peer_read_some(int fd, size_t n);
/* The codes of MSA-1 in text: "AA AA AE". */
void peer_codes(const char *text, char *codes, size_t codes_n);
/* True when the peer's next read says end or reset within 10 s; what comes before is dropped. */
bool peer_is_closed(int fd);
bool peer_has_nothing(int fd, int for_ms);

/* An ADT^A01 with this control id; note fills PV2-3. Not terminated; returns its length. */
size_t message_make(char *at, size_t capacity, const char *id, const char *note);
/* MSH-15 and MSH-16 given. */
size_t message_make_enhanced(char *at, size_t capacity, const char *id, const char *accept,
                             const char *application);

enum { STREAM_MESSAGES = 10, STREAM_MAX = 8192 };

typedef struct message_stream {
    char bytes[STREAM_MAX];
    size_t n;
    plx_slice bodies[STREAM_MESSAGES];
} message_stream;

/* Ten frames with control ids prefix0..9, some without the CR at the end, with NUL, CR and LF
 * between them. */
void message_stream_make(message_stream *s, const char *prefix);

#endif
