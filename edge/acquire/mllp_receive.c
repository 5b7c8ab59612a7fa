/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <errno.h>
#include <stdlib.h>

#include "edge/acquire/server_private.h"
#include "edge/host/log.h"

static const plx_hl7_fault TOO_LARGE = {
    .code = 207, .text = "the message is larger than the limit; split it or raise the limit"};

/* A message may not be longer than this in its frame: start, body, end. */
static size_t window_max(const plx_mllp_server *s)
{
    return s->options.message_max + 2;
}

static bool may_take(plx_mllp_server *s, const connection *c)
{
    if (c->unanswered >= PLX_MLLP_UNANSWERED_MAX) return false;
    if (s->free_slot != NO_SLOT || s->slots_used < PLX_MLLP_WAITING_MAX) return true;
    s->starved = true;
    return false;
}

static slot *take_slot(plx_mllp_server *s, connection *c)
{
    uint32_t number = s->free_slot;
    if (number != NO_SLOT)
        s->free_slot = s->slots[number].next;
    else
        number = s->slots_used++;
    slot *t = &s->slots[number];
    t->generation++;
    t->next = NO_SLOT;
    t->connection = c->number;
    t->done = false;
    if (c->unanswered++ == 0)
        c->first = number;
    else
        s->slots[c->last].next = number;
    c->last = number;
    s->waiting++;
    server_count(&s->metrics.unanswered_now, 1);
    return t;
}

/* Makes the entry and the slot of a message in the connection's block. */
static void add_message(plx_mllp_server *s, connection *c, plx_slice body,
                        const plx_hl7_intake *intake)
{
    slot *t = take_slot(s, c);
    uint32_t number = (uint32_t)(t - s->slots);
    t->block = c->block;
    plx_block_hold(t->block);
    t->body = body;
    t->peer_n = c->peer_n;
    memcpy(t->peer, c->peer, c->peer_n);
    t->fault = intake->fault;
    t->accept_when = intake->accept_when;
    t->application_when = intake->application_when;
    t->answer = intake->enhanced ? ANSWER_ENHANCED : ANSWER_ORIGINAL;
    if (intake->is_ack || intake->verdict == PLX_VERDICT_BROKEN) t->answer = ANSWER_NONE;

    plx_mllp_intake *item = &s->batch[s->batch_n++];
    memset(item, 0, sizeof *item);
    item->token = (uint64_t)t->generation << 32 | number;
    item->entry.kind = PLX_ENTRY_MESSAGE;
    item->entry.verdict = intake->verdict;
    item->entry.iface = c->port->iface;
    item->entry.schema = PLX_ENTRY_SCHEMA;
    memcpy(item->entry.ext_key, intake->ext_key, sizeof item->entry.ext_key);
    memcpy(item->entry.body_hash, intake->body_hash, sizeof item->entry.body_hash);
    item->entry.peer = (plx_slice){t->peer, t->peer_n};
    item->entry.body = body;
    if (s->batch_n == PLX_MLLP_BATCH_MAX) plx_mllp_submit(s);
}

/* More room for the index of an unusual message; false without memory. */
static bool grow_arrays(plx_hl7_message *m, const plx_hl7_error *error)
{
    if (error->index_needed > m->index_capacity) {
        uint32_t *index = realloc(m->index, sizeof *index * error->index_needed);
        if (!index) return false;
        m->index = index;
        m->index_capacity = error->index_needed;
    }
    if (error->segments_needed > m->segments_capacity) {
        plx_hl7_segment *segments = realloc(m->segments, sizeof *segments * error->segments_needed);
        if (!segments) return false;
        m->segments = segments;
        m->segments_capacity = error->segments_needed;
    }
    return true;
}

/* Back to the usual size, so that one giant does not hold its memory for ever. */
static void shrink_arrays(plx_hl7_message *m)
{
    if (m->index_capacity > INDEX_KEPT) {
        uint32_t *index = realloc(m->index, sizeof *index * INDEX_KEPT);
        if (index) m->index = index, m->index_capacity = INDEX_KEPT;
    }
    if (m->segments_capacity > SEGMENTS_KEPT) {
        plx_hl7_segment *segments = realloc(m->segments, sizeof *segments * SEGMENTS_KEPT);
        if (segments) m->segments = segments, m->segments_capacity = SEGMENTS_KEPT;
    }
}

/* The body as it can be read: itself, or its text when it is in another character set. */
static plx_slice read_text(plx_mllp_server *s, const connection *c, plx_slice body)
{
    const plx_view *view = NULL;
    plx_charset_found found = {0};
    plx_log_fields fields = {.iface = c->port->iface, .n = (int64_t)body.n, .ms = -1};
    plx_status status = plx_charset_view(s->charsets, body, c->port->charset, &view, &found);
    if (found.unknown) plx_log(PLX_LOG_WARN, "acquire", "charset-unknown", fields);
    fields.status = plx_status_name(status);
    if (status != PLX_OK) plx_log(PLX_LOG_WARN, "acquire", "charset-not-converted", fields);
    if (!view) return body;
    fields.n = view->replaced;
    if (view->replaced) plx_log(PLX_LOG_WARN, "acquire", "characters-undecodable", fields);
    return view->text;
}

static void take_frame(plx_mllp_server *s, connection *c, plx_slice body)
{
    plx_hl7_message *m = &s->message;
    plx_hl7_error error = {0};
    const plx_slice text = read_text(s, c, body);
    const size_t max = text.at == body.at ? s->options.message_max : PLX_HL7_MESSAGE_CEILING;
    plx_status status = plx_hl7_parse_within(text, max, m, &error);
    for (int tries = 0; status == PLX_SPACE && tries < 3; tries++) {
        if (!grow_arrays(m, &error)) break;
        status = plx_hl7_parse_within(text, max, m, &error);
    }
    plx_hl7_intake intake;
    memset(&intake, 0, sizeof intake);
    plx_hl7_judge(body, status == PLX_OK ? m : NULL, &error, c->port->iface,
                  c->port->reused_control_id, &intake);
    add_message(s, c, body, &intake);
    server_count(&s->metrics.messages, 1);
    shrink_arrays(m);
}

static void take_broken(plx_mllp_server *s, connection *c, plx_slice body)
{
    plx_hl7_intake intake;
    memset(&intake, 0, sizeof intake);
    intake.verdict = PLX_VERDICT_BROKEN;
    add_message(s, c, body, &intake);
    server_count(&s->metrics.broken_frames, 1);
    plx_log(PLX_LOG_WARN, "acquire", "frame-broken",
            (plx_log_fields){.iface = c->port->iface, .n = (int64_t)body.n, .ms = -1});
}

static void clear_window(plx_mllp_server *s, connection *c)
{
    plx_block_release(&s->pool, c->block);
    c->block = NULL;
    c->start = c->end = 0;
    c->frame_us = 0;
    c->unsplit = false;
    c->splitter = (plx_mllp_splitter){0};
}

/* MSH-15 and MSH-16 of a message that is not looked at otherwise. */
static void judge_header(plx_mllp_server *s, const connection *c, plx_slice body,
                         plx_hl7_intake *intake)
{
    plx_hl7_message header;
    plx_hl7_error error;
    if (!plx_mllp_parse_header(s, body, &header)) return;
    memset(&error, 0, sizeof error);
    plx_hl7_judge(header.bytes, &header, &error, c->port->iface, c->port->reused_control_id,
                  intake);
    memset(intake->body_hash, 0, sizeof intake->body_hash); /* not of the whole body */
}

/* Journals what came of it, refuses it, and closes after the answer. */
static void take_over_limit(plx_mllp_server *s, connection *c, plx_slice body)
{
    if (body.n > s->options.message_max) body.n = s->options.message_max;
    plx_hl7_intake intake;
    memset(&intake, 0, sizeof intake);
    judge_header(s, c, body, &intake);
    intake.verdict = PLX_VERDICT_REFUSED;
    intake.fault = TOO_LARGE;
    add_message(s, c, body, &intake);
    server_count(&s->metrics.over_limit, 1);
    plx_log(PLX_LOG_WARN, "acquire", "message-over-limit",
            (plx_log_fields){.iface = c->port->iface, .n = (int64_t)body.n, .ms = -1});
    c->state = CONNECTION_ENDING;
    c->linger = true;
}

/* False when the window waits for more bytes or for room. */
static bool split_next(plx_mllp_server *s, connection *c)
{
    c->unsplit = !may_take(s, c);
    if (c->unsplit) return false;
    plx_slice window = {c->block->bytes + c->start, c->end - c->start}, body = {0};
    size_t consumed = 0;
    plx_mllp_found found = plx_mllp_next(&c->splitter, window, &body, &consumed);
    c->start += consumed;
    size_t noise = found == PLX_MLLP_NOISE ? body.n : 0;
    server_count(&s->metrics.noise_bytes, noise);
    server_count(&s->metrics.framed_bytes, consumed - noise);
    if (found == PLX_MLLP_MORE) {
        if (c->start < c->end && (c->frame_us == 0 || consumed > 0)) c->frame_us = s->now_us;
        if (c->end - c->start >= window_max(s))
            take_over_limit(s, c,
                            (plx_slice){c->block->bytes + c->start + 1, c->end - c->start - 1});
        return false;
    }
    c->frame_us = 0;
    if (found == PLX_MLLP_FRAME && body.n > s->options.message_max)
        take_over_limit(s, c, body);
    else if (found == PLX_MLLP_FRAME)
        take_frame(s, c, body);
    else if (found == PLX_MLLP_BROKEN)
        take_broken(s, c, body);
    return true;
}

/* The frames of the window, as far as they may be taken. */
static void split_window(plx_mllp_server *s, connection *c)
{
    while (c->start < c->end && c->state == CONNECTION_OPEN)
        if (!split_next(s, c)) break;
    if (c->state != CONNECTION_OPEN) {
        server_count(&s->metrics.noise_bytes, c->end - c->start);
        clear_window(s, c);
    } else if (c->start == c->end) {
        clear_window(s, c);
    }
}

/* What is left in the window leaves the shared block, or a block of its own that has no room to go
 * on. False when there is no memory: the connection is not read until there is. */
static bool move_window(plx_mllp_server *s, connection *c)
{
    size_t n = c->end - c->start;
    plx_block *block = plx_block_take(&s->pool, n + (n > READ_BYTES ? n : READ_BYTES_MIN));
    if (!block) return false;
    memcpy(block->bytes, c->block->bytes + c->start, n);
    /* Nothing of a moved tail is held by a message: the shared block can fill its place again. */
    if (c->block == s->shared && c->end == s->shared_end) s->shared_end = c->start;
    plx_block_release(&s->pool, c->block);
    c->block = block;
    c->start = 0;
    c->end = n;
    return true;
}

static bool find_room(plx_mllp_server *s, connection *c)
{
    if (c->block) {
        size_t room = c->block->capacity - c->end;
        bool enough = room >= READ_BYTES_MIN || room >= window_max(s) - (c->end - c->start);
        return enough || move_window(s, c);
    }
    if (s->shared && s->shared->capacity - s->shared_end >= READ_BYTES_MIN) return true;
    plx_block *block = plx_block_take(&s->pool, SHARED_BLOCK_BYTES);
    if (!block) return false;
    plx_block_release(&s->pool, s->shared);
    s->shared = block;
    s->shared_end = 0;
    return true;
}

static void receive_failed(plx_mllp_server *s, connection *c, ssize_t n)
{
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        c->readable = errno == EINTR;
        return;
    }
    c->readable = false;
    plx_mllp_receive_cut(s, c);
    if (n < 0) {
        plx_mllp_server_close(s, c);
        return;
    }
    c->state = CONNECTION_ENDING;
    plx_mllp_server_end(s, c);
}

/* Reads into memory that nobody keeps. */
static void receive_and_drop(plx_mllp_server *s, connection *c)
{
    ssize_t n = recv(c->fd, s->scratch, ACK_BYTES_MAX, 0);
    if (n > 0) {
        server_count(&s->metrics.bytes, (uint64_t)n);
        server_count(&s->metrics.noise_bytes, (uint64_t)n);
        return;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        c->readable = false;
    else
        plx_mllp_server_close(s, c);
}

static void receive_bytes(plx_mllp_server *s, connection *c)
{
    if (!find_room(s, c)) {
        s->starved = true;
        return;
    }
    bool shared = c->block == NULL;
    plx_block *block = shared ? s->shared : c->block;
    size_t at = shared ? s->shared_end : c->end, room = block->capacity - at;
    if (room > READ_BYTES) room = READ_BYTES;
    ssize_t n = recv(c->fd, block->bytes + at, room, 0);
    if (n <= 0) {
        receive_failed(s, c, n);
        return;
    }
    /* Less than asked for: the socket is empty now, and epoll tells when it is not. */
    if ((size_t)n < room && !c->hangup) c->readable = false;
    c->active_us = s->now_us;
    server_count(&s->metrics.bytes, (uint64_t)n);
    if (shared) {
        plx_block_hold(block);
        c->block = block;
        c->start = at;
        s->shared_end = at + (size_t)n;
    }
    c->end = at + (size_t)n;
    split_window(s, c);
    /* Without memory it stays where it is: no other connection reads behind it then, because the
     * shared block is given up. */
    if (c->block && c->block == s->shared && !move_window(s, c)) {
        plx_block_release(&s->pool, s->shared);
        s->shared = NULL;
    }
}

void plx_mllp_receive(plx_mllp_server *s, connection *c)
{
    if (c->state == CONNECTION_LINGERING) {
        receive_and_drop(s, c);
    } else if (c->state == CONNECTION_OPEN) {
        if (c->unsplit) split_window(s, c);
        bool paused = c->unsplit || c->out || !may_take(s, c);
        if (c->state == CONNECTION_OPEN && c->readable && !paused) receive_bytes(s, c);
    }
    bool paused = c->unsplit || c->out || c->unanswered >= PLX_MLLP_UNANSWERED_MAX || s->starved;
    bool again = c->state == CONNECTION_OPEN ? !paused : c->state == CONNECTION_LINGERING;
    if (c->readable && again) plx_mllp_server_list(s, c);
}

void plx_mllp_receive_cut(plx_mllp_server *s, connection *c)
{
    if (!c->block || c->unsplit || c->start == c->end) return;
    server_count(&s->metrics.framed_bytes, c->end - c->start);
    take_broken(s, c, (plx_slice){c->block->bytes + c->start + 1, c->end - c->start - 1});
    clear_window(s, c);
}

void plx_mllp_submit(plx_mllp_server *s)
{
    uint32_t n = s->batch_n;
    if (n == 0) return;
    s->batch_n = 0;
    if (s->options.submit(s->options.self, s->batch, n) == PLX_OK) return;
    for (uint32_t i = 0; i < n; i++) {
        slot *t = &s->slots[(uint32_t)s->batch[i].token];
        t->answer = ANSWER_NONE;
        if (t->connection != NO_CONNECTION) s->connections[t->connection].state = CONNECTION_ENDING;
        plx_mllp_slot_done(s, t);
    }
}
