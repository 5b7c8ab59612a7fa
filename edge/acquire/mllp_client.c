/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "edge/acquire/client_private.h"
#include "edge/host/clock.h"

enum { EVENTS_MAX = 512 };

/* streams. */

void plx_mllp_client_mark(plx_mllp_client *client, lane *l)
{
    if (l->dirty) return;
    l->dirty = true;
    client->dirty[client->dirty_n++] = l->number;
}

static void make_ready(plx_mllp_client *client, uint32_t number)
{
    stream *s = &client->streams[number];
    lane *l = &client->lanes[s->lane];
    s->next_ready = NOBODY;
    if (l->ready_first == NOBODY)
        l->ready_first = number;
    else
        client->streams[l->ready_last].next_ready = number;
    l->ready_last = number;
    plx_mllp_client_mark(client, l);
}

static uint64_t mix(uint64_t key)
{
    return plx_hash64(&key, sizeof key, 0x706f6c6c7578);
}

/* There is always a free one: a stream has at least one message. */
static uint32_t find_stream(plx_mllp_client *client, uint64_t key)
{
    uint64_t hash = mix(key);
    uint32_t *bucket = &client->buckets[hash % STREAM_BUCKETS];
    for (uint32_t i = *bucket; i != NOBODY; i = client->streams[i].next)
        if (client->streams[i].key == key) return i;
    uint32_t number = client->free_stream;
    if (number != NOBODY)
        client->free_stream = client->streams[number].next;
    else
        number = client->streams_used++;
    client->streams[number] =
        (stream){.key = key,
                 .next = *bucket,
                 .next_ready = NOBODY,
                 .first = NOBODY,
                 .last = NOBODY,
                 .lane = (uint32_t)((hash >> 32) % client->options.connections)};
    *bucket = number;
    return number;
}

static void free_stream(plx_mllp_client *client, uint32_t number)
{
    stream *s = &client->streams[number];
    uint32_t *at = &client->buckets[mix(s->key) % STREAM_BUCKETS];
    while (*at != number)
        at = &client->streams[*at].next;
    *at = s->next;
    s->next = client->free_stream;
    client->free_stream = number;
}

/* messages. */

/* MSH-15 or MSH-16 asks for an answer in any case: AL, or something unknown. */
static bool asks_always(plx_slice condition)
{
    return condition.n > 0 && !plx_slice_is(condition, "NE") && !plx_slice_is(condition, "SU") &&
           !plx_slice_is(condition, "ER");
}

static plx_slice header_field(const plx_mllp_client *client, uint32_t field)
{
    return plx_slice_trim(plx_hl7_slice(&client->ack, plx_hl7_field(&client->ack, 0, field)));
}

/* An ACK is told from a response with content by all of its segments. */
static bool is_ack(plx_mllp_client *client, plx_slice body)
{
    if (!memmem(body.at, body.n, "MSA", 3)) return false;
    plx_hl7_error error;
    plx_hl7_intake intake;
    if (plx_hl7_parse(body, &client->ack, &error) != PLX_OK) return false;
    plx_hl7_judge(body, &client->ack, &error, 0, false, &intake);
    return intake.is_ack;
}

/* Where MSH-10 is (an empty one when there is none, as the peer will answer it), and whether an
 * answer is asked for. */
static void read_header(plx_mllp_client *client, message *m)
{
    plx_slice body = {m->frame + 1, m->frame_n - 3}, header = body;
    const char *end = body.n ? memchr(body.at, '\r', body.n) : NULL;
    if (end) header.n = (size_t)(end - body.at);
    m->id_at = m->id_n = 0;
    m->silent = body.n > 0 && is_ack(client, body);
    plx_hl7_error error;
    if (plx_hl7_parse(header, &client->ack, &error) != PLX_OK) return;
    plx_slice id = plx_hl7_slice(&client->ack, plx_hl7_field(&client->ack, 0, 10));
    plx_slice accept = header_field(client, 15), application = header_field(client, 16);
    bool enhanced = accept.n + application.n > 0;
    if (enhanced && !asks_always(accept) && !asks_always(application)) m->silent = true;
    if (id.n == 0) return;
    m->id_at = (size_t)(id.at - m->frame);
    m->id_n = id.n;
}

static uint32_t take_message(plx_mllp_client *client, plx_slice bytes)
{
    uint32_t number = client->free_message;
    if (number == NOBODY) number = client->messages_used;
    message *m = &client->messages[number];
    size_t n = bytes.n + 3;
    if (m->frame_capacity < n) {
        char *frame = realloc(m->frame, n);
        if (!frame) return NOBODY;
        m->frame = frame;
        m->frame_capacity = n;
    }
    if (number == client->messages_used)
        client->messages_used++;
    else
        client->free_message = m->next;
    plx_out out = plx_out_init(m->frame, m->frame_capacity);
    plx_mllp_write(&out, bytes);
    m->frame_n = out.n;
    m->next = NOBODY;
    return number;
}

static void free_message(plx_mllp_client *client, uint32_t number)
{
    message *m = &client->messages[number];
    if (m->frame_capacity > FRAME_KEPT_BYTES) {
        free(m->frame);
        m->frame = NULL;
        m->frame_capacity = 0;
    }
    m->next = client->free_message;
    client->free_message = number;
}

plx_status plx_mllp_client_send(plx_mllp_client *client, uint64_t key, uint64_t token,
                                plx_slice bytes, bool drop_after)
{
    if (client->unanswered == PLX_MLLP_CLIENT_QUEUE_MAX) return PLX_FULL;
    uint32_t number = take_message(client, bytes);
    if (number == NOBODY) return PLX_FULL;
    message *m = &client->messages[number];
    m->token = token;
    m->attempts = 0;
    m->first_us = m->sent_us = 0;
    m->drop_after = drop_after;
    read_header(client, m);
    m->stream = find_stream(client, key);
    stream *s = &client->streams[m->stream];
    bool idle = s->first == NOBODY;
    if (idle)
        s->first = number;
    else
        client->messages[s->last].next = number;
    s->last = number;
    client->unanswered++;
    if (idle && !s->flying) make_ready(client, m->stream);
    return PLX_OK;
}

bool plx_mllp_client_board(plx_mllp_client *client, lane *l)
{
    if (l->ready_first == NOBODY || l->flight_n >= client->options.window) return false;
    stream *s = &client->streams[l->ready_first];
    l->ready_first = s->next_ready;
    uint32_t number = s->first;
    message *m = &client->messages[number];
    s->first = m->next;
    if (s->first == NOBODY) s->last = NOBODY;
    s->flying = true;
    m->next = NOBODY;
    if (l->flight_n++ == 0)
        l->flight_first = number;
    else
        client->messages[l->flight_last].next = number;
    l->flight_last = number;
    if (l->unsent == NOBODY) {
        l->unsent = number;
        l->unsent_at = 0;
    }
    return true;
}

void plx_mllp_client_settle(plx_mllp_client *client, uint32_t number, plx_slice code, plx_slice ack)
{
    const message *m = &client->messages[number];
    double ms = m->first_us ? (double)(client->now_us - m->first_us) / 1000 : 0;
    plx_mllp_answer answer = {.token = m->token,
                              .ack = ack,
                              .ms = ms,
                              .attempts = m->attempts,
                              .none_asked = m->silent && m->attempts > 0};
    if (code.n == 2) memcpy(answer.code, code.at, 2);
    uint32_t of = m->stream;
    client->streams[of].flying = false;
    if (client->streams[of].first == NOBODY)
        free_stream(client, of);
    else
        make_ready(client, of);
    free_message(client, number);
    client->unanswered--;
    client->settled++;
    client->answered(client->self, &answer);
}

/* the client. */

static void send_dirty(plx_mllp_client *client)
{
    uint32_t n = client->dirty_n;
    for (uint32_t i = 0; i < n; i++) {
        lane *l = &client->lanes[client->dirty[i]];
        l->dirty = false;
        plx_mllp_lane_send(client, l);
    }
    /* What was marked meanwhile comes in the next round. */
    memmove(client->dirty, client->dirty + n, sizeof *client->dirty * (client->dirty_n - n));
    client->dirty_n -= n;
}

static void tick(plx_mllp_client *client)
{
    if (client->now_us - client->tick_us < LANE_TICK_MS * 1000) return;
    client->tick_us = client->now_us;
    for (uint32_t i = 0; i < client->options.connections; i++)
        plx_mllp_lane_tick(client, &client->lanes[i]);
}

size_t plx_mllp_client_run(plx_mllp_client *client, int wait_ms)
{
    client->now_us = plx_boot_us();
    int64_t until_us = client->now_us + (int64_t)wait_ms * 1000;
    uint64_t settled = client->settled;
    for (;;) {
        tick(client);
        send_dirty(client);
        int64_t left_ms = (until_us - client->now_us + 999) / 1000;
        if (left_ms > LANE_TICK_MS) left_ms = LANE_TICK_MS;
        if (left_ms < 0 || client->dirty_n > 0 || client->settled != settled) left_ms = 0;
        struct epoll_event events[EVENTS_MAX];
        int n = epoll_wait(client->epoll, events, EVENTS_MAX, (int)left_ms);
        client->now_us = plx_boot_us();
        for (int i = 0; i < n; i++)
            plx_mllp_lane_event(client, &client->lanes[events[i].data.u32], events[i].events);
        if (client->settled != settled || client->now_us >= until_us) break;
    }
    send_dirty(client);
    return client->unanswered;
}

static bool allocate(plx_mllp_client *client)
{
    uint32_t n = client->options.connections;
    client->lanes = calloc(n, sizeof *client->lanes);
    client->dirty = calloc(2 * (size_t)n, sizeof *client->dirty);
    client->messages = calloc(PLX_MLLP_CLIENT_QUEUE_MAX, sizeof *client->messages);
    client->streams = calloc(PLX_MLLP_CLIENT_QUEUE_MAX, sizeof *client->streams);
    client->buckets = malloc(STREAM_BUCKETS * sizeof *client->buckets);
    client->ack.index = calloc(ACK_INDEX, sizeof *client->ack.index);
    client->ack.segments = calloc(ACK_SEGMENTS, sizeof *client->ack.segments);
    client->ack.index_capacity = ACK_INDEX;
    client->ack.segments_capacity = ACK_SEGMENTS;
    if (!client->lanes || !client->dirty || !client->messages || !client->streams ||
        !client->buckets || !client->ack.index || !client->ack.segments)
        return false;
    memset(client->buckets, 0xFF, STREAM_BUCKETS * sizeof *client->buckets);
    for (uint32_t i = 0; i < n; i++) {
        lane *l = &client->lanes[i];
        *l = (lane){.fd = -1,
                    .number = i,
                    .ready_first = NOBODY,
                    .ready_last = NOBODY,
                    .flight_first = NOBODY,
                    .flight_last = NOBODY,
                    .unsent = NOBODY,
                    .received = malloc(RECEIVE_BYTES),
                    .received_capacity = RECEIVE_BYTES};
        if (!l->received) return false;
    }
    return true;
}

plx_status plx_mllp_client_init(plx_mllp_client **client, const plx_mllp_client_options *options,
                                void (*answered)(void *self, const plx_mllp_answer *), void *self,
                                char *problem, size_t problem_n)
{
    if (options->connections < 1 || options->connections > PLX_MLLP_CLIENT_CONNECTIONS_MAX ||
        options->window > PLX_MLLP_CLIENT_WINDOW_MAX) {
        snprintf(problem, problem_n, "1 to %d connections with a window of 1 to %d are possible",
                 PLX_MLLP_CLIENT_CONNECTIONS_MAX, PLX_MLLP_CLIENT_WINDOW_MAX);
        return PLX_CONFIG;
    }
    plx_address address;
    PLX_TRY(plx_address_find(options->to, &address, problem, problem_n));
    plx_mllp_client *made = calloc(1, sizeof *made);
    if (made) {
        made->options = *options;
        made->address = address;
        made->answered = answered;
        made->self = self;
        made->free_message = made->free_stream = NOBODY;
        if (made->options.window == 0) made->options.window = 1;
        if (made->options.timeout_ms == 0) made->options.timeout_ms = PLX_MLLP_CLIENT_TIMEOUT_MS;
        made->epoll = epoll_create1(EPOLL_CLOEXEC);
    }
    if (!made || made->epoll < 0 || !allocate(made)) {
        snprintf(problem, problem_n, "not enough memory or descriptors");
        plx_mllp_client_destroy(made);
        return PLX_FULL;
    }
    made->now_us = made->tick_us = plx_boot_us();
    for (uint32_t i = 0; i < made->options.connections; i++)
        plx_mllp_lane_connect(made, &made->lanes[i]);
    *client = made;
    return PLX_OK;
}

void plx_mllp_client_destroy(plx_mllp_client *client)
{
    if (!client) return;
    for (uint32_t i = 0; client->lanes && i < client->options.connections; i++) {
        if (client->lanes[i].received && client->lanes[i].fd >= 0) close(client->lanes[i].fd);
        free(client->lanes[i].received);
    }
    for (uint32_t i = 0; i < client->messages_used; i++)
        free(client->messages[i].frame);
    if (client->epoll >= 0) close(client->epoll);
    free(client->lanes);
    free(client->dirty);
    free(client->messages);
    free(client->streams);
    free(client->buckets);
    free(client->ack.index);
    free(client->ack.segments);
    free(client);
}

void plx_mllp_client_measure(const plx_mllp_client *client, plx_mllp_client_metrics *metrics)
{
    *metrics = client->metrics;
}
