/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The twin's inbox: a bounded ring of durable entries on their way from the commit thread (one
 * writer) to the twin thread (one reader). Bodies are copied, so the sender's buffers are free at
 * once. When it is full the writer waits, and with it the ACK: the sender feels the lag. */
#ifndef PLX_EDGE_ENGINE_INBOX_H
#define PLX_EDGE_ENGINE_INBOX_H

#include <pthread.h>

#include "core/record/entry.h"

enum { PLX_INBOX_ENTRIES_MAX = 65536 };
#define PLX_INBOX_BYTES                                                                            \
    (UINT64_C(128) * 1024 * 1024) /* a power of two; twice the largest message at least */

typedef struct plx_inbox {
    pthread_mutex_t mutex;
    pthread_cond_t not_empty, not_full;
    uint8_t *bytes;      /* owned */
    uint64_t head, tail; /* running byte counts: reader, writer */
    uint64_t n;          /* entries inside */
    bool closed, ready, poked;
} plx_inbox;

/* An entry as it comes out; slices are valid until plx_inbox_release. ticket: whoever waits for the
 * outcome, 0 = nobody. */
typedef struct plx_inbox_item {
    plx_entry entry;
    uint64_t ticket;
} plx_inbox_item;

PLX_MUST_CHECK plx_status plx_inbox_init(plx_inbox *inbox);
void plx_inbox_destroy(plx_inbox *inbox); /* accepts a zeroed struct */
/* One writer: all of them in this order, copied, with one wake-up of the reader for as many as fit
 * at once. Waits for room. PLX_LIMIT: one is too large, and none was put; PLX_STOPPED: closed, and
 * the rest was not put. */
PLX_MUST_CHECK plx_status plx_inbox_put(plx_inbox *inbox, const plx_inbox_item *items, size_t n);
/* Up to max entries without removing them; waits at most wait_us for the first or a poke. *end:
 * pass it to release when done with them. */
size_t plx_inbox_peek(plx_inbox *inbox, plx_inbox_item *items, size_t max, int64_t wait_us,
                      uint64_t *end);
void plx_inbox_release(plx_inbox *inbox, uint64_t end, size_t n);
/* Wakes the reader: there is something else to do. */
void plx_inbox_poke(plx_inbox *inbox);
void plx_inbox_close(plx_inbox *inbox);
uint64_t plx_inbox_depth(plx_inbox *inbox);
/* True when at least half of it is free, in entries and in bytes. */
bool plx_inbox_has_room(plx_inbox *inbox);

#endif
