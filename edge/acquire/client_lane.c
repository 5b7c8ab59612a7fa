/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "edge/acquire/client_private.h"
#include "edge/host/clock.h"

/* up and down. */

/* Takes a message out of the flight; before is the one in front of it, or NOBODY. */
static void leave_flight(plx_mllp_client *client, lane *l, uint32_t before, uint32_t number)
{
    uint32_t next = client->messages[number].next;
    if (before == NOBODY)
        l->flight_first = next;
    else
        client->messages[before].next = next;
    if (l->flight_last == number) l->flight_last = before;
    if (l->unsent == number) l->unsent = next;
    l->flight_n--;
    client->messages[number].next = NOBODY;
}

static void give_up(plx_mllp_client *client, lane *l, uint32_t before, uint32_t number)
{
    leave_flight(client, l, before, number);
    client->metrics.given_up++;
    plx_mllp_client_settle(client, number, (plx_slice){0}, (plx_slice){0});
}

/* Messages that were sent often enough leave without an answer; the rest is sent again. */
static void give_up_worn(plx_mllp_client *client, lane *l)
{
    uint32_t max = client->options.attempts_max, before = NOBODY;
    for (uint32_t i = l->flight_first, next; max > 0 && i != NOBODY; i = next) {
        next = client->messages[i].next;
        if (client->messages[i].attempts >= max || l->failures >= max)
            give_up(client, l, before, i);
        else
            before = i;
    }
}

void plx_mllp_lane_down(plx_mllp_client *client, lane *l)
{
    if (l->state == LANE_UP) {
        client->metrics.connections_now--;
        client->metrics.disconnects++;
    } else if (l->state == LANE_CONNECTING) {
        client->metrics.connect_failures++;
        l->failures++;
    }
    if (l->fd >= 0) close(l->fd);
    l->fd = -1;
    l->state = LANE_DOWN;
    l->received_n = 0;
    l->splitter = (plx_mllp_splitter){0};
    l->back_off_ms = l->back_off_ms == 0 ? PLX_MLLP_CLIENT_BACK_OFF_MS : 2 * l->back_off_ms;
    if (l->back_off_ms > PLX_MLLP_CLIENT_BACK_OFF_MAX_MS)
        l->back_off_ms = PLX_MLLP_CLIENT_BACK_OFF_MAX_MS;
    l->retry_us = client->now_us + (int64_t)l->back_off_ms * 1000;
    uint32_t max = client->options.attempts_max;
    /* Nobody is there: what waits for this lane gives up, too. */
    bool hopeless = max > 0 && l->failures >= max;
    uint32_t left = client->unanswered; /* not what the owner sends when he hears of it */
    do
        give_up_worn(client, l);
    while (hopeless && left-- > 0 && plx_mllp_client_board(client, l));
    if (hopeless) l->failures = 0;
    l->unsent = l->flight_first;
    l->unsent_at = 0;
}

static void come_up(plx_mllp_client *client, lane *l)
{
    l->state = LANE_UP;
    l->failures = 0;
    l->writable = true;
    l->moved_us = client->now_us;
    client->metrics.connected++;
    client->metrics.connections_now++;
    plx_mllp_client_mark(client, l);
}

void plx_mllp_lane_connect(plx_mllp_client *client, lane *l)
{
    const struct sockaddr *to = (const struct sockaddr *)&client->address.socket;
    l->state = LANE_CONNECTING;
    l->connect_us = client->now_us;
    l->fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                .data.u32 = l->number};
    if (l->fd < 0 || epoll_ctl(client->epoll, EPOLL_CTL_ADD, l->fd, &event) != 0) {
        plx_mllp_lane_down(client, l);
        return;
    }
    setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(l->fd, to, client->address.n) == 0)
        come_up(client, l);
    else if (errno != EINPROGRESS)
        plx_mllp_lane_down(client, l);
}

/* sending. */

/* A message that asks for no answer is settled now. */
static void settle_silent(plx_mllp_client *client, lane *l, uint32_t number)
{
    uint32_t before = NOBODY;
    for (uint32_t i = l->flight_first; i != number; i = client->messages[i].next)
        before = i;
    leave_flight(client, l, before, number);
    client->metrics.none_asked++;
    plx_mllp_client_mark(client, l);
    plx_mllp_client_settle(client, number, (plx_slice){0}, (plx_slice){0});
}

/* n bytes of the frames from unsent on are out. True when the connection is to be dropped here. */
static bool note_sent(plx_mllp_client *client, lane *l, size_t n)
{
    while (l->unsent != NOBODY) {
        message *m = &client->messages[l->unsent];
        if (m->first_us == 0) m->first_us = client->now_us;
        size_t left = m->frame_n - l->unsent_at;
        if (n < left) {
            l->unsent_at += n;
            return false;
        }
        n -= left;
        m->sent_us = client->now_us;
        if (m->attempts++ == 0)
            client->metrics.sent++;
        else
            client->metrics.resent++;
        uint32_t number = l->unsent;
        l->unsent = m->next;
        l->unsent_at = 0;
        bool drop = m->drop_after;
        m->drop_after = false;
        if (m->silent) settle_silent(client, l, number);
        if (drop) return true;
    }
    return false;
}

/* Frames up to the first one after which the connection is dropped. */
static int collect(const plx_mllp_client *client, const lane *l, struct iovec pieces[SEND_PIECES],
                   size_t *bytes)
{
    int n = 0;
    size_t at = l->unsent_at;
    *bytes = 0;
    for (uint32_t i = l->unsent; i != NOBODY && n < SEND_PIECES; i = client->messages[i].next) {
        const message *m = &client->messages[i];
        pieces[n++] = (struct iovec){m->frame + at, m->frame_n - at};
        *bytes += m->frame_n - at;
        at = 0;
        if (m->drop_after) break;
    }
    return n;
}

void plx_mllp_lane_send(plx_mllp_client *client, lane *l)
{
    if (l->state != LANE_UP) return;
    while (plx_mllp_client_board(client, l))
        continue;
    while (l->unsent != NOBODY && l->writable) {
        struct iovec pieces[SEND_PIECES];
        size_t bytes;
        struct msghdr head = {.msg_iov = pieces};
        head.msg_iovlen = (size_t)collect(client, l, pieces, &bytes);
        client->now_us = plx_boot_us();
        ssize_t n = head.msg_iovlen == 1 ? send(l->fd, pieces[0].iov_base, bytes, MSG_NOSIGNAL)
                                         : sendmsg(l->fd, &head, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno != EAGAIN) {
            plx_mllp_lane_down(client, l);
            return;
        }
        if (n < (ssize_t)bytes) l->writable = false;
        if (n > 0) l->moved_us = client->now_us;
        if (n > 0 && note_sent(client, l, (size_t)n)) {
            plx_mllp_lane_down(client, l);
            l->retry_us = client->now_us; /* on purpose: no need to wait */
            return;
        }
    }
}

/* receiving. */

/* The answer settles the message of the flight that has its control id. */
static void take_answer(plx_mllp_client *client, lane *l, plx_slice body)
{
    plx_hl7_message *ack = &client->ack;
    plx_hl7_error error;
    plx_slice id = {0}, code = {0};
    if (plx_hl7_parse(body, ack, &error) == PLX_OK) {
        uint32_t msa = plx_hl7_find(ack, "MSA", 0);
        code = plx_hl7_slice(ack, plx_hl7_field(ack, msa, 1));
        id = plx_hl7_slice(ack, plx_hl7_field(ack, msa, 2));
    }
    uint32_t before = NOBODY, i = code.n > 0 ? l->flight_first : NOBODY;
    for (; i != NOBODY && i != l->unsent; before = i, i = client->messages[i].next) {
        const message *m = &client->messages[i];
        if (!plx_slice_equal(id, (plx_slice){m->frame + m->id_at, m->id_n})) continue;
        leave_flight(client, l, before, i);
        l->back_off_ms = 0;
        client->metrics.answered++;
        plx_mllp_client_mark(client, l);
        plx_mllp_client_settle(client, i, code, body);
        return;
    }
    client->metrics.late++;
}

/* False when the bytes received so far cannot become an answer. */
static bool split_received(plx_mllp_client *client, lane *l)
{
    size_t at = 0;
    for (;;) {
        plx_slice window = {l->received + at, l->received_n - at}, body;
        size_t consumed = 0;
        plx_mllp_found found =
            window.n ? plx_mllp_next(&l->splitter, window, &body, &consumed) : PLX_MLLP_MORE;
        at += consumed;
        if (found == PLX_MLLP_MORE) break;
        if (found == PLX_MLLP_FRAME) take_answer(client, l, body);
    }
    l->received_n -= at;
    if (at > 0) memmove(l->received, l->received + at, l->received_n);
    if (l->received_n < l->received_capacity) return true;
    size_t capacity = 2 * l->received_capacity;
    char *more = capacity > PLX_MLLP_CLIENT_ANSWER_MAX ? NULL : realloc(l->received, capacity);
    if (!more) return false;
    l->received = more;
    l->received_capacity = capacity;
    return true;
}

static void receive(plx_mllp_client *client, lane *l, bool hangup)
{
    for (;;) {
        size_t room = l->received_capacity - l->received_n;
        ssize_t n = recv(l->fd, l->received + l->received_n, room, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) break;
        l->received_n += (size_t)n;
        if (!split_received(client, l)) break;
        if ((size_t)n < room && !hangup) return;
    }
    plx_mllp_lane_down(client, l);
}

void plx_mllp_lane_event(plx_mllp_client *client, lane *l, uint32_t events)
{
    bool hangup = events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
    if (l->state == LANE_CONNECTING) {
        int error = 0;
        socklen_t n = sizeof error;
        getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &n);
        if (error || (events & EPOLLERR)) {
            plx_mllp_lane_down(client, l);
            return;
        }
        if (!(events & EPOLLOUT)) return;
        come_up(client, l);
    }
    if (l->state != LANE_UP) return;
    if (events & EPOLLIN || hangup) receive(client, l, hangup);
    if (l->state == LANE_UP && (events & EPOLLOUT) && !l->writable) {
        l->writable = true;
        plx_mllp_client_mark(client, l);
    }
}

/* time. */

void plx_mllp_lane_tick(plx_mllp_client *client, lane *l)
{
    int64_t timeout_us = (int64_t)client->options.timeout_ms * 1000;
    if (l->state == LANE_DOWN) {
        bool needed = l->flight_n > 0 || l->ready_first != NOBODY;
        if (needed && client->now_us >= l->retry_us) plx_mllp_lane_connect(client, l);
    } else if (l->state == LANE_CONNECTING) {
        if (client->now_us - l->connect_us > timeout_us) plx_mllp_lane_down(client, l);
    } else if (l->flight_first != NOBODY) {
        const message *oldest = &client->messages[l->flight_first];
        int64_t since_us = l->flight_first == l->unsent ? l->moved_us : oldest->sent_us;
        if (client->now_us - since_us > timeout_us) plx_mllp_lane_down(client, l);
    }
}
