/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <errno.h>

#include "edge/acquire/server_private.h"
#include "edge/host/log.h"

static const plx_hl7_fault KEY_REUSED = {
    .code = 205,
    .segment = "MSH",
    .segment_n = 1,
    .field = 10,
    .text = "another message with this control id was received; give each message its own"};
static const plx_hl7_fault NOT_STORED = {.code = 207,
                                         .text = "the message could not be stored; send it again"};

/* slots. */

void plx_mllp_slot_free(plx_mllp_server *s, slot *t)
{
    plx_block_release(&s->pool, t->block);
    t->block = NULL;
    t->next = s->free_slot;
    s->free_slot = (uint32_t)(t - s->slots);
    server_count(&s->metrics.unanswered_now, (uint64_t)-1);
}

void plx_mllp_slot_done(plx_mllp_server *s, slot *t)
{
    t->done = true;
    s->waiting--;
    if (t->connection == NO_CONNECTION) {
        plx_mllp_slot_free(s, t);
        return;
    }
    connection *c = &s->connections[t->connection];
    if (c->answering) return;
    c->answering = true;
    s->answering[s->answering_n++] = c->number;
}

void plx_mllp_take_done(plx_mllp_server *s)
{
    pthread_mutex_lock(&s->mutex);
    plx_mllp_done *taken = s->done;
    uint32_t n = s->done_n;
    s->done = s->taken;
    s->taken = taken;
    s->done_n = 0;
    pthread_mutex_unlock(&s->mutex);
    for (uint32_t i = 0; i < n; i++) {
        slot *t = &s->slots[(uint32_t)taken[i].token];
        PLX_ASSERT(t->generation == taken[i].token >> 32 && !t->done);
        t->result = taken[i];
        plx_mllp_slot_done(s, t);
    }
}

/* what to say. */

bool plx_mllp_parse_header(plx_mllp_server *s, plx_slice body, plx_hl7_message *header)
{
    const char *end = body.n ? memchr(body.at, '\r', body.n) : NULL;
    size_t n = end ? (size_t)(end - body.at) : body.n;
    const char *line_feed = n ? memchr(body.at, '\n', n) : NULL;
    if (line_feed) n = (size_t)(line_feed - body.at);
    plx_hl7_error error;
    header->index = s->header_index;
    header->index_capacity = HEADER_INDEX;
    header->segments = s->header_segments;
    header->segments_capacity = HEADER_SEGMENTS;
    if (plx_hl7_parse((plx_slice){body.at, n}, header, &error) == PLX_OK) return true;
    /* An odd one: blank lines before it, or a very long header. */
    header->index = s->message.index;
    header->index_capacity = s->message.index_capacity;
    header->segments = s->message.segments;
    header->segments_capacity = s->message.segments_capacity;
    return plx_hl7_parse_within(body, s->options.message_max, header, &error) == PLX_OK;
}

typedef struct answer { /* what the sender is told */
    plx_verdict verdict;
    plx_hl7_fault fault;
    uint64_t seq;
    int64_t arrival_us;
} answer;

static answer answer_of(const slot *t)
{
    const plx_mllp_done *d = &t->result;
    answer a = {d->verdict, t->fault, d->seq, d->arrival_us};
    if (d->status != PLX_OK) {
        a.verdict = PLX_VERDICT_ERROR;
        a.fault = NOT_STORED;
    } else if (d->verdict == PLX_VERDICT_DUPLICATE) {
        a.verdict = d->first_verdict;
        a.seq = d->first_seq;
        a.arrival_us = d->first_arrival_us;
    } else if (d->verdict == PLX_VERDICT_CONFLICT) {
        a.fault = KEY_REUSED;
    }
    return a;
}

static bool is_asked(char when, bool positive)
{
    return when == 'A' || (when == 'S' && positive) || (when == 'E' && !positive);
}

/* The sender's header and the character set in which it is answered. */
typedef struct addressee {
    plx_hl7_message memory;
    const plx_hl7_message *header; /* NULL: none is known */
    plx_charset charset;           /* of the answer; PLX_CHARSET_NONE: header is as sent */
} addressee;

/* Names in a header of another character set are read as text, so that each field is where it is,
 * and written as they were sent. */
static addressee *addressee_of(plx_mllp_server *s, const slot *t, addressee *to)
{
    const plx_view *view = NULL;
    plx_charset_found found = {PLX_CHARSET_NONE, false, false};
    plx_charset otherwise = t->connection == NO_CONNECTION
                                ? PLX_CHARSET_NONE
                                : s->connections[t->connection].port->charset;
    plx_slice line = t->body;
    const char *end = line.n ? memchr(line.at, '\r', line.n) : NULL;
    if (end) line.n = (size_t)(end - line.at);
    bool other = plx_charset_view(s->charsets, line, otherwise, &view, &found) == PLX_OK && view &&
                 view->replaced == 0;
    to->charset = other ? found.charset : PLX_CHARSET_NONE;
    bool known = plx_mllp_parse_header(s, other ? view->text : t->body, &to->memory);
    to->header = known ? &to->memory : NULL;
    return to;
}

/* What out holds from a position on, in the addressee's character set. */
static void recode(plx_mllp_server *s, plx_charset charset, size_t from, plx_out *out)
{
    plx_slice bytes, text = {out->at + from, out->n - from};
    if (charset == PLX_CHARSET_NONE || out->full) return;
    if (plx_charset_encode(s->charsets, charset, text, &bytes) != PLX_OK) return;
    out->n = from;
    plx_out_slice_add(out, bytes);
}

static void add_frame(plx_mllp_server *s, const addressee *to, plx_hl7_ack_level level,
                      const answer *a, plx_out *out)
{
    plx_out_char(out, PLX_MLLP_START);
    const size_t from = out->n;
    plx_hl7_ack_write(to->header, level, a->verdict, &a->fault, a->seq, a->arrival_us, out);
    recode(s, to->charset, from, out);
    plx_out_char(out, PLX_MLLP_END);
    plx_out_char(out, PLX_MLLP_CR);
    server_count(&s->metrics.acks, 1);
}

/* All acknowledgements that a message asks for; out.full when they do not fit. */
static void write_answer(plx_mllp_server *s, const slot *t, bool with_header, plx_out *out)
{
    addressee memory = {.header = NULL};
    const addressee *to = with_header ? addressee_of(s, t, &memory) : &memory;
    answer a = answer_of(t);
    bool positive = a.verdict == PLX_VERDICT_ACCEPTED || a.verdict == PLX_VERDICT_SHADOW;
    if (t->answer == ANSWER_ORIGINAL) {
        add_frame(s, to, PLX_HL7_ACK_ORIGINAL, &a, out);
        return;
    }
    if (is_asked(t->accept_when, positive)) add_frame(s, to, PLX_HL7_ACK_ACCEPT, &a, out);
    if (is_asked(t->application_when, positive)) add_frame(s, to, PLX_HL7_ACK_APPLICATION, &a, out);
}

/* how it goes out. */

/* The peer takes nothing any more. What it sent before is still read: it may be whole messages. */
static void fall_silent(plx_mllp_server *s, connection *c)
{
    plx_block_release(&s->pool, c->out);
    c->out = NULL;
    c->mute = true;
    c->hangup = true;
    c->readable = true;
}

/* Keeps bytes that the socket did not take. */
static void keep(plx_mllp_server *s, connection *c, const char *at, size_t n)
{
    size_t have = c->out ? c->out_end - c->out_start : 0;
    if (!c->out) c->stuck_us = s->now_us;
    if (!c->out || c->out->capacity - c->out_end < n) {
        plx_block *block =
            have + n > OUT_BYTES_MAX ? NULL : plx_block_take(&s->pool, 2 * (have + n));
        if (!block) {
            plx_log(PLX_LOG_WARN, "acquire", "answers-not-taken", PLX_LOG_NONE);
            fall_silent(s, c);
            return;
        }
        if (have) memcpy(block->bytes, c->out->bytes + c->out_start, have);
        plx_block_release(&s->pool, c->out);
        c->out = block;
        c->out_start = 0;
        c->out_end = have;
    }
    memcpy(c->out->bytes + c->out_end, at, n);
    c->out_end += n;
}

/* How many bytes the socket took; n too when the peer takes nothing any more. */
static size_t send_some(plx_mllp_server *s, connection *c, const char *at, size_t n)
{
    ssize_t sent;
    do
        sent = send(c->fd, at, n, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) return (size_t)sent;
    if (errno == EAGAIN || errno == ENOBUFS) return 0;
    fall_silent(s, c);
    return n;
}

static void put(plx_mllp_server *s, connection *c, plx_out *out)
{
    size_t n = out->n;
    out->n = 0;
    if (n == 0 || c->mute) return;
    size_t sent = c->out ? 0 : send_some(s, c, out->at, n);
    if (sent < n) keep(s, c, out->at + sent, n - sent);
}

static void add_answer(plx_mllp_server *s, connection *c, const slot *t, plx_out *out)
{
    size_t before = out->n;
    for (int tries = 0; tries < 3; tries++) {
        /* Twice with the sender's header: after what is there, and into an empty buffer. A header
         * that fills the whole buffer is not worth repeating. */
        write_answer(s, t, tries < 2, out);
        if (!out->full) return;
        out->full = false;
        out->n = before;
        put(s, c, out);
        before = 0;
    }
}

/* After answers went out: reads on, or ends. */
static void go_on(plx_mllp_server *s, connection *c)
{
    if (c->state == CONNECTION_ENDING) plx_mllp_server_end(s, c);
    bool resume = c->state == CONNECTION_OPEN && !c->out && (c->unsplit || c->readable) &&
                  c->unanswered <= PLX_MLLP_UNANSWERED_MAX / 2;
    if (!resume || c->listed) return;
    if (c->frame_us) c->frame_us = s->now_us; /* it was us who did not read */
    plx_mllp_server_list(s, c);
}

void plx_mllp_acknowledge(plx_mllp_server *s, connection *c)
{
    if (c->state != CONNECTION_OPEN && c->state != CONNECTION_ENDING) return;
    plx_out out = plx_out_init(s->scratch, ACK_BYTES_MAX);
    while (c->unanswered > 0 && s->slots[c->first].done) {
        slot *t = &s->slots[c->first];
        if (t->answer != ANSWER_NONE && !c->mute) add_answer(s, c, t, &out);
        c->first = t->next;
        c->unanswered--;
        plx_mllp_slot_free(s, t);
    }
    put(s, c, &out);
    go_on(s, c);
}

void plx_mllp_flush(plx_mllp_server *s, connection *c)
{
    if (!c->out) return;
    size_t n = c->out_end - c->out_start;
    size_t sent = send_some(s, c, c->out->bytes + c->out_start, n);
    if (sent > 0) c->stuck_us = s->now_us;
    if (c->out) {
        c->out_start += sent;
        if (sent < n) return;
        plx_block_release(&s->pool, c->out);
        c->out = NULL;
    }
    go_on(s, c);
}
