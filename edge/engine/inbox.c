/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/engine/inbox.h"

#include <stdlib.h>
#include <time.h>

/* A record in the ring: header, peer, body, padded to 16 bytes. A record never wraps: a header with
 * size 0 sends the reader back to the ring's start. */
typedef struct inbox_record {
    uint64_t size; /* whole record; 0 = skip to the start of the ring */
    uint64_t ticket;
    plx_entry entry;
} inbox_record;

enum { RECORD_ALIGN = 16 };

static uint64_t record_size(const plx_entry *entry)
{
    uint64_t n = sizeof(inbox_record) + entry->peer.n + entry->body.n;
    return (n + RECORD_ALIGN - 1) & ~(uint64_t)(RECORD_ALIGN - 1);
}

plx_status plx_inbox_init(plx_inbox *inbox)
{
    *inbox = (plx_inbox){0};
    inbox->bytes = aligned_alloc(64, PLX_INBOX_BYTES);
    if (!inbox->bytes) return PLX_SPACE;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&inbox->mutex, NULL);
    pthread_cond_init(&inbox->not_empty, &monotonic);
    pthread_cond_init(&inbox->not_full, &monotonic);
    pthread_condattr_destroy(&monotonic);
    inbox->ready = true;
    return PLX_OK;
}

void plx_inbox_destroy(plx_inbox *inbox)
{
    if (!inbox->ready) return;
    pthread_mutex_destroy(&inbox->mutex);
    pthread_cond_destroy(&inbox->not_empty);
    pthread_cond_destroy(&inbox->not_full);
    free(inbox->bytes);
    *inbox = (plx_inbox){0};
}

/* Where the writer is while it fills room that the reader does not look at yet. */
typedef struct inbox_writer {
    uint64_t head, tail, n;
} inbox_writer;

/* Bytes that must be free for a record of this size at the writer's place, the skip included. */
static uint64_t room_needed(const inbox_writer *at, uint64_t size)
{
    uint64_t to_end = PLX_INBOX_BYTES - (at->tail & (PLX_INBOX_BYTES - 1));
    return size <= to_end ? size : to_end + size;
}

static bool fits(const inbox_writer *at, uint64_t size)
{
    return at->n < PLX_INBOX_ENTRIES_MAX &&
           PLX_INBOX_BYTES - (at->tail - at->head) >= room_needed(at, size) + sizeof(inbox_record);
}

static void write_record(uint8_t *bytes, inbox_writer *at, const plx_inbox_item *item)
{
    const plx_entry *entry = &item->entry;
    uint64_t size = record_size(entry), place = at->tail & (PLX_INBOX_BYTES - 1);
    if (size > PLX_INBOX_BYTES - place) {
        ((inbox_record *)(void *)(bytes + place))->size = 0;
        at->tail += PLX_INBOX_BYTES - place;
        place = 0;
    }
    inbox_record *record = (inbox_record *)(void *)(bytes + place);
    *record = (inbox_record){.size = size, .ticket = item->ticket, .entry = *entry};
    char *peer = (char *)(record + 1), *body = peer + entry->peer.n;
    if (entry->peer.n) memcpy(peer, entry->peer.at, entry->peer.n);
    if (entry->body.n) memcpy(body, entry->body.at, entry->body.n);
    record->entry.peer.at = peer;
    record->entry.body.at = body;
    at->tail += size;
    at->n++;
}

/* Until the next record fits; false when closed. */
static bool wait_for_room(plx_inbox *inbox, uint64_t size, inbox_writer *at)
{
    pthread_mutex_lock(&inbox->mutex);
    for (;;) {
        *at = (inbox_writer){inbox->head, inbox->tail, inbox->n};
        if (inbox->closed || fits(at, size)) break;
        pthread_cond_wait(&inbox->not_full, &inbox->mutex);
    }
    bool open = !inbox->closed;
    pthread_mutex_unlock(&inbox->mutex);
    return open;
}

plx_status plx_inbox_put(plx_inbox *inbox, const plx_inbox_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (record_size(&items[i].entry) > PLX_INBOX_BYTES / 2) return PLX_LIMIT;
    for (size_t i = 0; i < n;) {
        inbox_writer at;
        if (!wait_for_room(inbox, record_size(&items[i].entry), &at)) return PLX_STOPPED;
        size_t from = i;
        /* Behind the tail only this writer moves: no lock is needed to fill it. */
        while (i < n && fits(&at, record_size(&items[i].entry)))
            write_record(inbox->bytes, &at, &items[i++]);
        pthread_mutex_lock(&inbox->mutex);
        bool was_empty = inbox->n == 0;
        inbox->tail = at.tail;
        inbox->n += i - from;
        if (was_empty) pthread_cond_signal(&inbox->not_empty);
        pthread_mutex_unlock(&inbox->mutex);
    }
    return PLX_OK;
}

static void wait_for_entry(plx_inbox *inbox, int64_t wait_us)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (wait_us % 1000000) * 1000;
    until.tv_sec += wait_us / 1000000 + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    while (inbox->n == 0 && !inbox->closed && !inbox->poked)
        if (pthread_cond_timedwait(&inbox->not_empty, &inbox->mutex, &until) != 0) break;
    inbox->poked = false;
}

size_t plx_inbox_peek(plx_inbox *inbox, plx_inbox_item *items, size_t max, int64_t wait_us,
                      uint64_t *end)
{
    pthread_mutex_lock(&inbox->mutex);
    if (wait_us > 0) wait_for_entry(inbox, wait_us);
    uint64_t at = inbox->head, tail = inbox->tail;
    pthread_mutex_unlock(&inbox->mutex);
    /* Between head and tail only this reader moves: no lock is needed to look. */
    size_t n = 0;
    while (n < max && at < tail) {
        uint64_t place = at & (PLX_INBOX_BYTES - 1);
        const inbox_record *record = (const inbox_record *)(const void *)(inbox->bytes + place);
        if (record->size == 0) {
            at += PLX_INBOX_BYTES - place;
            continue;
        }
        items[n++] = (plx_inbox_item){record->entry, record->ticket};
        at += record->size;
    }
    *end = at;
    return n;
}

void plx_inbox_release(plx_inbox *inbox, uint64_t end, size_t n)
{
    pthread_mutex_lock(&inbox->mutex);
    inbox->head = end;
    inbox->n -= n;
    pthread_cond_signal(&inbox->not_full);
    pthread_mutex_unlock(&inbox->mutex);
}

void plx_inbox_poke(plx_inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    inbox->poked = true;
    pthread_cond_signal(&inbox->not_empty);
    pthread_mutex_unlock(&inbox->mutex);
}

void plx_inbox_close(plx_inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    inbox->closed = true;
    pthread_cond_broadcast(&inbox->not_empty);
    pthread_cond_broadcast(&inbox->not_full);
    pthread_mutex_unlock(&inbox->mutex);
}

uint64_t plx_inbox_depth(plx_inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    uint64_t n = inbox->n;
    pthread_mutex_unlock(&inbox->mutex);
    return n;
}

bool plx_inbox_has_room(plx_inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    bool room =
        inbox->n <= PLX_INBOX_ENTRIES_MAX / 2 && inbox->tail - inbox->head <= PLX_INBOX_BYTES / 2;
    pthread_mutex_unlock(&inbox->mutex);
    return room;
}
