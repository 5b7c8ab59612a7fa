/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/format/hl7v2/mllp.h"
#include "edge/acquire/mllp_fixture.h"
#include "edge/host/clock.h"

static const int64_t ARRIVAL_US = INT64_C(1764000000000000);

static char *copy_of(plx_slice s)
{
    char *copy = malloc(s.n + 1);
    if (s.n > 0) memcpy(copy, s.at, s.n);
    return copy;
}

/* The first entry with this key, or the free place for it. */
static uint32_t *place_of(memory_journal *j, const uint8_t key[16])
{
    uint64_t hash;
    memcpy(&hash, key, sizeof hash);
    for (uint64_t i = hash % FIXTURE_KEYS;; i = (i + 1) % FIXTURE_KEYS) {
        uint32_t number = j->keys[i];
        if (number == 0 || memcmp(j->entries[number - 1].entry.ext_key, key, 16) == 0)
            return &j->keys[i];
    }
}

/* What the real commit thread decides from its duplicate window. */
static plx_mllp_done judge(memory_journal *j, size_t i)
{
    const plx_entry *e = &j->entries[i].entry;
    plx_mllp_done done = {.token = j->entries[i].token,
                          .seq = i + 1,
                          .arrival_us = ARRIVAL_US + (int64_t)i * 1000000,
                          .verdict = e->verdict,
                          .status = j->status};
    static const uint8_t none[16] = {0};
    bool concerned = e->verdict == PLX_VERDICT_ACCEPTED || e->verdict == PLX_VERDICT_ERROR ||
                     e->verdict == PLX_VERDICT_SHADOW;
    if (!concerned || memcmp(e->ext_key, none, 16) == 0) return done;
    uint32_t *place = place_of(j, e->ext_key);
    if (*place == 0) *place = (uint32_t)i + 1;
    if (*place == i + 1) return done;
    const plx_entry *first = &j->entries[*place - 1].entry;
    bool same = memcmp(first->body_hash, e->body_hash, 16) == 0;
    done.verdict = same ? PLX_VERDICT_DUPLICATE : PLX_VERDICT_CONFLICT;
    done.first_verdict = first->verdict;
    done.first_seq = *place;
    done.first_arrival_us = ARRIVAL_US + (int64_t)(*place - 1) * 1000000;
    return done;
}

static void keep(memory_journal *j, const plx_mllp_intake *item)
{
    if (j->n == FIXTURE_ENTRIES_MAX) abort();
    kept_entry *e = &j->entries[j->n++];
    *e = (kept_entry){.entry = item->entry, .token = item->token, .done = !j->hold};
    e->entry.body.at = copy_of(item->entry.body);
    e->entry.peer.at = copy_of(item->entry.peer);
}

static plx_status submit(void *self, const plx_mllp_intake *items, size_t n)
{
    memory_journal *j = self;
    pthread_mutex_lock(&j->mutex);
    j->submits++;
    while (j->closed) {
        j->waiting = true;
        pthread_cond_broadcast(&j->changed);
        pthread_cond_wait(&j->changed, &j->mutex);
    }
    j->waiting = false;
    plx_status refuse = j->refuse;
    plx_mllp_done *done = malloc(n * sizeof *done);
    bool hold = j->hold;
    for (size_t i = 0; refuse == PLX_OK && i < n; i++) {
        keep(j, &items[i]);
        done[i] = judge(j, j->n - 1);
    }
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->mutex);
    if (refuse == PLX_OK && !hold) plx_mllp_server_done(j->server, done, n);
    free(done);
    return refuse;
}

void journal_start(memory_journal *j, plx_mllp_server_options options)
{
    journal_start_at(j, "127.0.0.1:0", options);
}

void journal_start_at(memory_journal *j, const char *address, plx_mllp_server_options options)
{
    memset(j, 0, sizeof *j);
    j->keys = calloc(FIXTURE_KEYS, sizeof *j->keys);
    j->entries = calloc(FIXTURE_ENTRIES_MAX, sizeof *j->entries);
    pthread_mutex_init(&j->mutex, NULL);
    pthread_cond_init(&j->changed, NULL);
    j->ports[0] = (plx_mllp_port){.address = address, .iface = 2, .name = "first"};
    j->ports[1] = (plx_mllp_port){
        .address = "127.0.0.1:0", .iface = 3, .name = "second", .reused_control_id = true};
    options.ports = j->ports;
    options.ports_n = 2;
    options.submit = submit;
    options.self = j;
    char problem[256] = "";
    plx_status status = plx_mllp_server_start(&j->server, &options, problem, sizeof problem);
    if (status != PLX_OK) print_error("%s\n", problem);
    assert_int_equal(status, PLX_OK);
}

void journal_stop(memory_journal *j)
{
    if (j->server) {
        journal_set(j, false, false);
        journal_release(j, 0, journal_count(j));
        journal_wait_connections(j, 0);
        plx_mllp_metrics m = journal_measure(j);
        assert_int_equal(m.bytes, m.framed_bytes + m.noise_bytes);
        assert_int_equal(m.unanswered_now, 0);
        plx_mllp_server_stop(j->server);
    }
    for (size_t i = 0; i < j->n; i++) {
        free((void *)(uintptr_t)j->entries[i].entry.body.at);
        free((void *)(uintptr_t)j->entries[i].entry.peer.at);
    }
    free(j->entries);
    free(j->keys);
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->mutex);
}

uint16_t journal_port(const memory_journal *j)
{
    return plx_mllp_server_bound(j->server, 0);
}

void journal_wait(memory_journal *j, size_t n)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FIXTURE_WAIT_MS / 1000;
    pthread_mutex_lock(&j->mutex);
    int failed = 0;
    while (j->n < n && failed == 0)
        failed = pthread_cond_timedwait(&j->changed, &j->mutex, &until);
    size_t have = j->n;
    pthread_mutex_unlock(&j->mutex);
    if (have < n) print_error("%zu entries came, %zu were expected\n", have, n);
    assert_true(have >= n);
}

void journal_release(memory_journal *j, size_t from, size_t to)
{
    size_t n = from < to ? to - from : from - to;
    for (size_t i = 0; i < n; i++) {
        size_t at = from < to ? from + i : from - 1 - i;
        pthread_mutex_lock(&j->mutex);
        bool again = j->entries[at].done;
        j->entries[at].done = true;
        plx_mllp_done done = judge(j, at);
        pthread_mutex_unlock(&j->mutex);
        if (!again) plx_mllp_server_done(j->server, &done, 1);
    }
}

size_t journal_count(memory_journal *j)
{
    pthread_mutex_lock(&j->mutex);
    size_t n = j->n;
    pthread_mutex_unlock(&j->mutex);
    return n;
}

bool journal_holds(memory_journal *j)
{
    pthread_mutex_lock(&j->mutex);
    bool waiting = j->waiting;
    pthread_mutex_unlock(&j->mutex);
    return waiting;
}

void journal_set(memory_journal *j, bool hold, bool closed)
{
    pthread_mutex_lock(&j->mutex);
    j->hold = hold;
    j->closed = closed;
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->mutex);
}

void journal_expect_body(memory_journal *j, size_t i, plx_verdict verdict, plx_slice body)
{
    pthread_mutex_lock(&j->mutex);
    kept_entry e = j->entries[i];
    pthread_mutex_unlock(&j->mutex);
    assert_int_equal(e.entry.verdict, verdict);
    assert_int_equal(e.entry.kind, PLX_ENTRY_MESSAGE);
    assert_int_equal(e.entry.body.n, body.n);
    if (body.n > 0) assert_memory_equal(e.entry.body.at, body.at, body.n);
}

plx_mllp_metrics journal_measure(const memory_journal *j)
{
    plx_mllp_metrics metrics;
    plx_mllp_server_measure(j->server, &metrics);
    return metrics;
}

static void pause_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
}

void journal_wait_bytes(const memory_journal *j, uint64_t bytes)
{
    int64_t until_us = plx_boot_us() + FIXTURE_WAIT_MS * 1000;
    while (journal_measure(j).bytes < bytes) {
        assert_true(plx_boot_us() < until_us);
        pause_a_moment();
    }
}

void journal_wait_connections(const memory_journal *j, uint64_t n)
{
    int64_t until_us = plx_boot_us() + FIXTURE_WAIT_MS * 1000;
    while (journal_measure(j).connections_now != n) {
        assert_true(plx_boot_us() < until_us);
        pause_a_moment();
    }
}

static int connect_with(uint16_t port, int receive_bytes)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    assert_true(fd >= 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (receive_bytes > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

int peer_connect(uint16_t port)
{
    return connect_with(port, 0);
}

int peer_connect_small(uint16_t port)
{
    return connect_with(port, 65536);
}

void peer_send(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
        assert_true(sent > 0);
        at += sent;
        n -= (size_t)sent;
    }
}

void peer_send_message(int fd, plx_slice message)
{
    size_t capacity = message.n + 3;
    char *frame = malloc(capacity);
    plx_out out = plx_out_init(frame, capacity);
    plx_mllp_write(&out, message);
    peer_send(fd, frame, out.n);
    free(frame);
}

static bool wait_readable(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) == 1;
}

void peer_read(int fd, size_t n, char text[FIXTURE_TEXT_MAX])
{
    size_t have = 0, frames = 0;
    while (frames < n) {
        if (!wait_readable(fd, FIXTURE_WAIT_MS)) print_error("%zu of %zu answers\n", frames, n);
        assert_true(have < FIXTURE_TEXT_MAX - 1);
        ssize_t got = recv(fd, text + have, FIXTURE_TEXT_MAX - 1 - have, MSG_DONTWAIT);
        assert_true(got > 0);
        for (ssize_t i = 0; i < got; i++) {
            char *c = &text[have + (size_t)i];
            frames += *c == PLX_MLLP_END;
            if (*c == '\r') *c = '\n';
        }
        have += (size_t)got;
    }
    text[have] = 0;
    assert_int_equal(frames, n);
}

void peer_read_some(int fd, size_t n)
{
    char bytes[65536];
    while (n > 0) {
        assert_true(wait_readable(fd, FIXTURE_WAIT_MS));
        /* Not beyond the n-th end: the next call finds what follows. */
        ssize_t got = recv(fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
        assert_true(got > 0);
        size_t used = 0;
        while (used < (size_t)got && n > 0)
            n -= bytes[used++] == PLX_MLLP_END;
        assert_int_equal(recv(fd, bytes, used, 0), used);
    }
}

void peer_codes(const char *text, char *codes, size_t codes_n)
{
    plx_out out = plx_out_init(codes, codes_n - 1);
    for (const char *at = text; (at = strstr(at, "\nMSA|")) != NULL; at++) {
        if (out.n > 0) plx_out_char(&out, ' ');
        plx_out_bytes(&out, at + 5, 2);
    }
    codes[out.n] = 0;
}

bool peer_is_closed(int fd)
{
    char drop[4096];
    for (;;) {
        if (!wait_readable(fd, FIXTURE_WAIT_MS)) return false;
        ssize_t n = recv(fd, drop, sizeof drop, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN)) return true;
    }
}

bool peer_has_nothing(int fd, int for_ms)
{
    return !wait_readable(fd, for_ms);
}

size_t message_make(char *at, size_t capacity, const char *id, const char *note)
{
    int n = snprintf(at, capacity,
                     "MSH|^~\\&|SENDER|ED|POLLUX|ED|20260101120000||ADT^A01^ADT_A01|%s|P|2.5.1\r"
                     "EVN|A01|20260101120000\rPID|1||P1^^^ED^MR||Test^Anna||19700101|F\r"
                     "PV1|1|E|ED^1^A|||||||||||||||||V1^^^ED^VN\rPV2|||%s\r",
                     id, note);
    assert_true(n > 0 && (size_t)n < capacity);
    return (size_t)n;
}

size_t message_make_enhanced(char *at, size_t capacity, const char *id, const char *accept,
                             const char *application)
{
    int n = snprintf(at, capacity,
                     "MSH|^~\\&|SENDER|ED|POLLUX|ED|20260101120000||ADT^A01^ADT_A01|%s|P|2.5.1|||"
                     "%s|%s\rEVN|A01|20260101120000\rPID|1||P1^^^ED^MR||Test^Anna||19700101|F\r"
                     "PV1|1|E|ED^1^A|||||||||||||||||V1^^^ED^VN\r",
                     id, accept, application);
    assert_true(n > 0 && (size_t)n < capacity);
    return (size_t)n;
}

void message_stream_make(message_stream *s, const char *prefix)
{
    static const char *const between[] = {"", "\r", "\n", "\r\n", "", "", "\r", "", "\n\n", ""};
    s->n = 0;
    for (int i = 0; i < STREAM_MESSAGES; i++) {
        char id[32];
        snprintf(id, sizeof id, "%s%d", prefix, i);
        s->bytes[s->n++] = '\x0B';
        size_t n = message_make(s->bytes + s->n, STREAM_MAX - s->n, id, i == 3 ? "" : "a note");
        s->bodies[i] = (plx_slice){s->bytes + s->n, n};
        s->n += n;
        s->bytes[s->n++] = '\x1C';
        if (i % 3 != 2) s->bytes[s->n++] = '\r';
        if (i == 4) s->bytes[s->n++] = '\0';
        size_t gap = strlen(between[i]);
        memcpy(s->bytes + s->n, between[i], gap);
        s->n += gap;
    }
}
