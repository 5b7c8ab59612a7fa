/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/time.h"
#include "edge/acquire/server_private.h"
#include "edge/host/clock.h"
#include "edge/host/log.h"

enum {
    EVENTS_MAX = 1024,
    ACCEPT_MAX = 64, /* of one listener in one round */
    BACKLOG = 512,
    KEEP_ALIVE_IDLE_S = 60,
    KEEP_ALIVE_EVERY_S = 10,
    KEEP_ALIVE_PROBES = 6,
    TICK_MS_MAX = 1000,
    STOP_WAIT_S = 10
};

/* epoll's data: kind, generation and number of what the event is about. */
enum { EVENT_WAKE, EVENT_LISTENER, EVENT_CONNECTION };

static uint64_t event_data(uint64_t kind, uint32_t generation, uint32_t number)
{
    return kind << 48 | (uint64_t)(generation & 0xFFFF) << 32 | number;
}

/* connections. */

void plx_mllp_server_list(plx_mllp_server *s, connection *c)
{
    if (c->listed) return;
    c->listed = true;
    s->ready[s->ready_n++] = c->number;
}

void plx_mllp_server_close(plx_mllp_server *s, connection *c)
{
    if (c->state == CONNECTION_FREE) return;
    for (uint32_t number = c->first, left = c->unanswered; left > 0; left--) {
        slot *t = &s->slots[number];
        number = t->next;
        t->connection = NO_CONNECTION;
        if (t->done) plx_mllp_slot_free(s, t);
    }
    server_count(&s->metrics.noise_bytes, c->end - c->start);
    plx_block_release(&s->pool, c->block);
    plx_block_release(&s->pool, c->out);
    server_count(&s->metrics.connections_now, (uint64_t)-1);
    close(c->fd);
    c->state = CONNECTION_FREE;
    c->next_free = s->free_connection;
    s->free_connection = c->number;
}

void plx_mllp_server_end(plx_mllp_server *s, connection *c)
{
    if (c->state != CONNECTION_ENDING || c->unanswered > 0 || c->out) return;
    if (!c->linger || c->mute) {
        plx_mllp_server_close(s, c);
        return;
    }
    /* A close with unread bytes would make the kernel reset the connection and drop the answer. */
    shutdown(c->fd, SHUT_WR);
    c->state = CONNECTION_LINGERING;
    c->stuck_us = s->now_us;
    c->readable = true;
    plx_mllp_server_list(s, c);
}

static uint32_t count_of_peer(const plx_mllp_server *s, const char *host, uint32_t host_n)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->options.connections_max; i++) {
        const connection *c = &s->connections[i];
        n += c->state != CONNECTION_FREE && c->peer_host_n == host_n &&
             memcmp(c->peer, host, host_n) == 0;
    }
    return n;
}

static void open_connection(plx_mllp_server *s, uint32_t port, int fd, const char *peer,
                            uint32_t peer_n, uint32_t host_n)
{
    connection *c = &s->connections[s->free_connection];
    s->free_connection = c->next_free;
    /* It may still stand in the lists of this round: then it stands there for its successor. */
    *c = (connection){.fd = fd,
                      .number = c->number,
                      .generation = c->generation + 1,
                      .state = CONNECTION_OPEN,
                      .port = &s->options.ports[port],
                      .first = NO_SLOT,
                      .active_us = s->now_us,
                      .listed = c->listed,
                      .answering = c->answering,
                      .peer_n = (uint8_t)peer_n,
                      .peer_host_n = (uint8_t)host_n};
    memcpy(c->peer, peer, peer_n);
    server_count(&s->metrics.connections_now, 1);
    server_count(&s->metrics.connections_total, 1);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                .data.u64 = event_data(EVENT_CONNECTION, c->generation, c->number)};
    if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) != 0) plx_mllp_server_close(s, c);
}

static void admit(plx_mllp_server *s, uint32_t port, int fd, const struct sockaddr_storage *from)
{
    char peer[PLX_ADDRESS_TEXT_MAX];
    uint32_t host_n, peer_n = plx_address_text(from, peer, &host_n);
    bool limited = !plx_address_is_loopback(from);
    if (s->free_connection != NO_CONNECTION &&
        (!limited || count_of_peer(s, peer, host_n) < s->options.per_peer_max)) {
        open_connection(s, port, fd, peer, peer_n, host_n);
        return;
    }
    server_count(&s->metrics.connections_refused, 1);
    close(fd);
    plx_log(PLX_LOG_WARN, "acquire", "connection-refused",
            (plx_log_fields){.iface = s->options.ports[port].iface,
                             .n = (int64_t)s->metrics.connections_now,
                             .ms = -1});
}

static void listen_to(plx_mllp_server *s, uint32_t port, bool on)
{
    listener *l = &s->listeners[port];
    struct epoll_event event = {.events = on ? EPOLLIN : 0,
                                .data.u64 = event_data(EVENT_LISTENER, 0, port)};
    epoll_ctl(s->epoll, EPOLL_CTL_MOD, l->fd, &event);
    l->paused = !on;
}

static void accept_some(plx_mllp_server *s, uint32_t port)
{
    for (int i = 0; i < ACCEPT_MAX; i++) {
        struct sockaddr_storage from;
        socklen_t from_n = sizeof from;
        int fd = accept4(s->listeners[port].fd, (struct sockaddr *)&from, &from_n,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            admit(s, port, fd, &from);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            listen_to(s, port, false);
            plx_log(PLX_LOG_ERROR, "acquire", "out-of-descriptors", PLX_LOG_NONE);
        }
        if (errno != ECONNABORTED && errno != EINTR) return;
    }
}

/* one round. */

static void take_event(plx_mllp_server *s, const struct epoll_event *event)
{
    uint32_t number = (uint32_t)event->data.u64;
    uint64_t kind = event->data.u64 >> 48;
    if (kind == EVENT_WAKE) {
        uint64_t n;
        if (read(s->wake, &n, sizeof n) < 0) return;
    } else if (kind == EVENT_LISTENER) {
        accept_some(s, number);
    } else {
        connection *c = &s->connections[number];
        bool same = event->data.u64 == event_data(EVENT_CONNECTION, c->generation, c->number);
        if (c->state == CONNECTION_FREE || !same) return;
        if (event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->hangup = true;
        if (event->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
            c->readable = true;
            plx_mllp_server_list(s, c);
        }
        if (event->events & (EPOLLOUT | EPOLLERR)) plx_mllp_flush(s, c);
    }
}

static void receive_ready(plx_mllp_server *s)
{
    uint32_t now[PLX_MLLP_CONNECTIONS_MAX], n = s->ready_n;
    memcpy(now, s->ready, sizeof now[0] * n);
    s->ready_n = 0;
    for (uint32_t i = 0; i < n; i++) {
        connection *c = &s->connections[now[i]];
        c->listed = false;
        plx_mllp_receive(s, c);
    }
}

static void acknowledge_done(plx_mllp_server *s)
{
    plx_mllp_take_done(s);
    uint32_t n = s->answering_n;
    for (uint32_t i = 0; i < n; i++) {
        connection *c = &s->connections[s->answering[i]];
        c->answering = false;
        plx_mllp_acknowledge(s, c);
    }
    s->answering_n = 0;
    if (n > 0 && s->starved) {
        s->starved = false;
        for (uint32_t i = 0; i < s->options.connections_max; i++)
            if (s->connections[i].state == CONNECTION_OPEN)
                plx_mllp_server_list(s, &s->connections[i]);
    }
}

static void start_keep_alive(connection *c)
{
    const int on = 1, idle_s = KEEP_ALIVE_IDLE_S, every_s = KEEP_ALIVE_EVERY_S,
              probes = KEEP_ALIVE_PROBES;
    setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPINTVL, &every_s, sizeof every_s);
    setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    c->keep_alive = true;
}

static void tick_connection(plx_mllp_server *s, connection *c)
{
    int64_t stuck_us = s->now_us - c->stuck_us;
    if (c->state == CONNECTION_LINGERING) {
        if (stuck_us > LINGER_MS * 1000) plx_mllp_server_close(s, c);
        return;
    }
    if (c->out && stuck_us > (int64_t)s->options.write_timeout_ms * 1000) {
        plx_log(PLX_LOG_WARN, "acquire", "answers-not-taken", PLX_LOG_NONE);
        plx_mllp_server_close(s, c);
        return;
    }
    if (c->state != CONNECTION_OPEN) return;
    bool waits_for_peer = !c->unsplit && !c->out && c->unanswered < PLX_MLLP_UNANSWERED_MAX;
    if (c->frame_us && waits_for_peer &&
        s->now_us - c->frame_us > (int64_t)s->options.frame_timeout_ms * 1000) {
        server_count(&s->metrics.frame_timeouts, 1);
        plx_mllp_receive_cut(s, c);
        c->state = CONNECTION_ENDING;
        plx_mllp_server_end(s, c);
        return;
    }
    if (!c->keep_alive && s->now_us - c->active_us > (int64_t)s->options.idle_ms * 1000)
        start_keep_alive(c);
}

static void tick(plx_mllp_server *s)
{
    if (s->now_us - s->tick_us < s->tick_every_us) return;
    s->tick_us = s->now_us;
    for (uint32_t i = 0; i < s->options.connections_max; i++)
        if (s->connections[i].state != CONNECTION_FREE) tick_connection(s, &s->connections[i]);
    for (uint32_t i = 0; i < s->options.ports_n; i++)
        if (s->listeners[i].paused) listen_to(s, i, true);
    if (s->starved) {
        s->starved = false;
        for (uint32_t i = 0; i < s->options.connections_max; i++)
            if (s->connections[i].state == CONNECTION_OPEN)
                plx_mllp_server_list(s, &s->connections[i]);
    }
}

static void run_round(plx_mllp_server *s)
{
    struct epoll_event events[EVENTS_MAX];
    int wait_ms = s->ready_n > 0 ? 0 : (int)(s->tick_every_us / 1000);
    int n = epoll_wait(s->epoll, events, EVENTS_MAX, wait_ms);
    s->now_us = plx_boot_us();
    for (int i = 0; i < n; i++)
        take_event(s, &events[i]);
    receive_ready(s);
    tick(s);
    plx_mllp_submit(s);
    acknowledge_done(s);
    server_count(&s->metrics.rounds, 1);
}

/* the end. */

/* Stops listening and reading; answers of what was handed over still go out. */
static void begin_stop(plx_mllp_server *s)
{
    for (uint32_t i = 0; i < s->options.ports_n; i++) {
        close(s->listeners[i].fd);
        s->listeners[i].fd = -1;
    }
    for (uint32_t i = 0; i < s->options.connections_max; i++) {
        connection *c = &s->connections[i];
        if (c->state == CONNECTION_LINGERING) plx_mllp_server_close(s, c);
        if (c->state != CONNECTION_OPEN) continue;
        c->state = CONNECTION_ENDING;
        plx_mllp_server_end(s, c);
    }
}

static void *run(void *argument)
{
    plx_mllp_server *s = argument;
    while (!__atomic_load_n(&s->stopping, __ATOMIC_ACQUIRE))
        run_round(s);
    begin_stop(s);
    int64_t until_us = plx_boot_us() + STOP_WAIT_S * PLX_SECOND_US;
    while (s->metrics.connections_now + s->waiting > 0 && plx_boot_us() < until_us)
        run_round(s);
    for (uint32_t i = 0; i < s->options.connections_max; i++)
        plx_mllp_server_close(s, &s->connections[i]);
    return NULL;
}

/* What start has made so far; accepts a part of it. */
static void free_server(plx_mllp_server *s)
{
    for (uint32_t i = 0; i < s->options.ports_n; i++)
        if (s->listeners[i].fd >= 0) close(s->listeners[i].fd);
    if (s->epoll >= 0) close(s->epoll);
    if (s->wake >= 0) close(s->wake);
    plx_block_release(&s->pool, s->shared);
    plx_block_pool_destroy(&s->pool);
    PLX_ASSERT(s->pool.total_bytes == 0);
    pthread_mutex_destroy(&s->mutex);
    free(s->connections);
    free(s->slots);
    free(s->batch);
    free(s->message.index);
    free(s->message.segments);
    free(s->header_index);
    free(s->header_segments);
    free(s->scratch);
    plx_charset_converter_destroy(s->charsets);
    free(s->done);
    free(s->taken);
    free(s);
}

static void wake(plx_mllp_server *s)
{
    uint64_t one = 1;
    if (write(s->wake, &one, sizeof one) < 0) return; /* full: it will wake anyway */
}

void plx_mllp_server_stop(plx_mllp_server *server)
{
    if (!server) return;
    __atomic_store_n(&server->stopping, true, __ATOMIC_RELEASE);
    wake(server);
    pthread_join(server->thread, NULL);
    if (server->waiting > 0) {
        /* Somebody may still read these messages: rather lose the memory than give it away. */
        plx_log(PLX_LOG_ERROR, "acquire", "stopped-with-messages-waiting",
                (plx_log_fields){.n = server->waiting, .ms = -1});
        return;
    }
    free_server(server);
}

void plx_mllp_server_done(plx_mllp_server *server, const plx_mllp_done *done, size_t n)
{
    if (n == 0) return;
    pthread_mutex_lock(&server->mutex);
    PLX_ASSERT(n <= PLX_MLLP_WAITING_MAX - server->done_n);
    bool first = server->done_n == 0;
    memcpy(server->done + server->done_n, done, n * sizeof *done);
    server->done_n += (uint32_t)n;
    pthread_mutex_unlock(&server->mutex);
    if (first) wake(server);
}

/* the start. */

static bool allocate(plx_mllp_server *s)
{
    s->connections = calloc(s->options.connections_max, sizeof *s->connections);
    s->slots = calloc(PLX_MLLP_WAITING_MAX, sizeof *s->slots);
    s->batch = calloc(PLX_MLLP_BATCH_MAX, sizeof *s->batch);
    s->message.index = calloc(INDEX_KEPT, sizeof *s->message.index);
    s->message.segments = calloc(SEGMENTS_KEPT, sizeof *s->message.segments);
    s->message.index_capacity = INDEX_KEPT;
    s->message.segments_capacity = SEGMENTS_KEPT;
    s->header_index = calloc(HEADER_INDEX, sizeof *s->header_index);
    s->header_segments = calloc(HEADER_SEGMENTS, sizeof *s->header_segments);
    s->scratch = malloc(ACK_BYTES_MAX);
    s->charsets = plx_charset_converter_init();
    s->done = calloc(PLX_MLLP_WAITING_MAX, sizeof *s->done);
    s->taken = calloc(PLX_MLLP_WAITING_MAX, sizeof *s->taken);
    if (!s->connections || !s->slots || !s->batch || !s->message.index || !s->message.segments ||
        !s->header_index || !s->header_segments || !s->scratch || !s->charsets || !s->done ||
        !s->taken)
        return false;
    s->free_connection = NO_CONNECTION;
    for (uint32_t i = s->options.connections_max; i-- > 0;) {
        s->connections[i].number = i;
        s->connections[i].next_free = s->free_connection;
        s->free_connection = i;
    }
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    s->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = event_data(EVENT_WAKE, 0, 0)};
    return s->epoll >= 0 && s->wake >= 0 &&
           epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->wake, &event) == 0;
}

static plx_status open_listener(plx_mllp_server *s, uint32_t port, char *problem, size_t problem_n)
{
    plx_address address;
    PLX_TRY(plx_address_find(s->options.ports[port].address, &address, problem, problem_n));
    listener *l = &s->listeners[port];
    int on = 1;
    l->fd = socket(address.socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = event_data(EVENT_LISTENER, 0, port)};
    socklen_t n = sizeof address.socket;
    if (l->fd < 0 || setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(l->fd, (struct sockaddr *)&address.socket, address.n) != 0 ||
        listen(l->fd, BACKLOG) != 0 ||
        getsockname(l->fd, (struct sockaddr *)&address.socket, &n) != 0 ||
        epoll_ctl(s->epoll, EPOLL_CTL_ADD, l->fd, &event) != 0) {
        char text[128];
        snprintf(problem, problem_n,
                 "cannot listen on %.100s: %s; choose another address or stop who uses it",
                 s->options.ports[port].address, strerror_r(errno, text, sizeof text));
        return PLX_NETWORK;
    }
    l->bound = plx_address_port(&address.socket);
    return PLX_OK;
}

static void set_defaults(plx_mllp_server_options *o)
{
    if (o->per_peer_max == 0) o->per_peer_max = PLX_MLLP_PER_PEER_MAX;
    if (o->message_max == 0) o->message_max = PLX_HL7_MESSAGE_MAX;
    if (o->message_max > PLX_HL7_MESSAGE_CEILING) o->message_max = PLX_HL7_MESSAGE_CEILING;
    if (o->bytes_max == 0) o->bytes_max = PLX_MLLP_BYTES_MAX;
    if (o->connections_max == 0 || o->connections_max > PLX_MLLP_CONNECTIONS_MAX)
        o->connections_max = PLX_MLLP_CONNECTIONS_MAX;
    if (o->frame_timeout_ms == 0) o->frame_timeout_ms = PLX_MLLP_FRAME_TIMEOUT_S * 1000;
    if (o->idle_ms == 0) o->idle_ms = PLX_MLLP_IDLE_S * 1000;
    if (o->write_timeout_ms == 0) o->write_timeout_ms = PLX_MLLP_WRITE_TIMEOUT_S * 1000;
}

/* A quarter of the shortest time limit, from 10 ms to 1 s. */
static int64_t tick_every_us(const plx_mllp_server_options *o)
{
    uint32_t ms = o->frame_timeout_ms < o->idle_ms ? o->frame_timeout_ms : o->idle_ms;
    if (o->write_timeout_ms < ms) ms = o->write_timeout_ms;
    ms /= 4;
    return 1000 * (int64_t)(ms < 10 ? 10 : ms > TICK_MS_MAX ? TICK_MS_MAX : ms);
}

static plx_status start(plx_mllp_server *s, char *problem, size_t problem_n)
{
    if (!allocate(s)) {
        snprintf(problem, problem_n, "not enough memory or descriptors to listen");
        return PLX_FULL;
    }
    for (uint32_t i = 0; i < s->options.ports_n; i++)
        PLX_TRY(open_listener(s, i, problem, problem_n));
    s->now_us = s->tick_us = plx_boot_us();
    s->tick_every_us = tick_every_us(&s->options);
    if (pthread_create(&s->thread, NULL, run, s) != 0) {
        snprintf(problem, problem_n, "cannot start a thread");
        return PLX_FULL;
    }
    pthread_setname_np(s->thread, "plx-mllp");
    return PLX_OK;
}

plx_status plx_mllp_server_start(plx_mllp_server **server, const plx_mllp_server_options *options,
                                 char *problem, size_t problem_n)
{
    if (options->ports_n == 0 || options->ports_n > PLX_MLLP_PORTS_MAX) {
        snprintf(problem, problem_n, "%u addresses to listen on; 1 to %d are possible",
                 options->ports_n, PLX_MLLP_PORTS_MAX);
        return PLX_CONFIG;
    }
    plx_mllp_server *s = calloc(1, sizeof *s);
    if (!s) {
        snprintf(problem, problem_n, "not enough memory to listen");
        return PLX_FULL;
    }
    s->options = *options;
    s->epoll = s->wake = -1;
    s->free_slot = NO_SLOT;
    for (uint32_t i = 0; i < PLX_MLLP_PORTS_MAX; i++)
        s->listeners[i].fd = -1;
    set_defaults(&s->options);
    plx_block_pool_init(&s->pool, s->options.bytes_max);
    pthread_mutex_init(&s->mutex, NULL);
    /* Before the thread runs: a first message may be done, and answered through *server, before
     * start returns. */
    plx_mllp_server *before = *server;
    *server = s;
    plx_status status = start(s, problem, problem_n);
    if (status != PLX_OK) {
        *server = before;
        free_server(s);
    }
    return status;
}

uint16_t plx_mllp_server_bound(const plx_mllp_server *server, uint32_t port)
{
    return port < server->options.ports_n ? server->listeners[port].bound : 0;
}

void plx_mllp_server_measure(const plx_mllp_server *server, plx_mllp_metrics *metrics)
{
    const uint64_t *from = (const uint64_t *)(const void *)&server->metrics;
    uint64_t *to = (uint64_t *)(void *)metrics;
    for (size_t i = 0; i < sizeof *metrics / sizeof *to; i++)
        to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}
