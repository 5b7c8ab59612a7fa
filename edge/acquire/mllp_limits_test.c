/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the MLLP server keeps its limits, holds a sender instead of losing, survives peers that go
 * away in every way, and starts and stops cleanly. Oracle: conservation (each whole message
 * journalled once, bytes received = framed + noise, checked at the end of every test); the kernel's
 * own table of timers. Tolerance: none; real waits only have an upper bound of 10 s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "edge/acquire/mllp_fixture.h"
#include "edge/host/clock.h"

static char text[FIXTURE_TEXT_MAX];

/* peers that go away. */

static void dropped_before_the_answer(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    char message[1024];
    size_t n = message_make(message, sizeof message, "L1", "");
    int fd = peer_connect(journal_port(&j));
    peer_send_message(fd, (plx_slice){message, n});
    journal_wait(&j, 1);
    struct linger reset = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    journal_wait_connections(&j, 0);
    fd = peer_connect(journal_port(&j)); /* takes the memory of the first one */
    peer_send_message(fd, (plx_slice){message, n});
    journal_wait(&j, 2);
    journal_release(&j, 0, 2);
    peer_read(fd, 1, text);
    assert_non_null(strstr(text, "|P1|P|2.5.1\nMSA|AA|L1\n")); /* the first one's answer */
    assert_true(peer_has_nothing(fd, 10));
    close(fd);
    journal_stop(&j);
}

static void closed_without_waiting_loses_nothing(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    message_stream s;
    message_stream_make(&s, "C");
    for (size_t round = 0; round < 20; round++) {
        int fd = peer_connect(journal_port(&j));
        peer_send(fd, s.bytes, s.n);
        close(fd);
        journal_wait(&j, (round + 1) * STREAM_MESSAGES);
    }
    journal_stop(&j);
}

static void half_closed_peer_gets_its_answers(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    message_stream s;
    message_stream_make(&s, "H");
    int fd = peer_connect(journal_port(&j));
    peer_send(fd, s.bytes, s.n);
    shutdown(fd, SHUT_WR);
    journal_wait(&j, STREAM_MESSAGES);
    assert_true(peer_has_nothing(fd, 20));
    journal_release(&j, 0, STREAM_MESSAGES);
    peer_read(fd, STREAM_MESSAGES, text);
    assert_true(peer_is_closed(fd));
    close(fd);
    journal_stop(&j);
}

/* A peer that vanished without a word, as after a power failure. */
static void half_open_peer(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    char message[1024];
    int fd = peer_connect(journal_port(&j)), repair = 1;
    peer_send_message(fd, (plx_slice){message, message_make(message, sizeof message, "V1", "")});
    journal_wait(&j, 1);
    bool vanished = setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &repair, sizeof repair) == 0;
    close(fd); /* in repair mode nothing is sent */
    if (vanished) {
        assert_int_equal(journal_measure(&j).connections_now, 1);
        journal_release(&j, 0, 1); /* the answer meets a reset */
    }
    journal_stop(&j);
    if (!vanished) skip(); /* needs CAP_NET_ADMIN */
}

/* Whether the server's end of the connection has a keep-alive timer, from the kernel's table. */
static bool has_keep_alive(uint16_t server_port, int fd)
{
    struct sockaddr_in own;
    socklen_t own_n = sizeof own;
    getsockname(fd, (struct sockaddr *)&own, &own_n);
    FILE *f = fopen("/proc/net/tcp", "r");
    if (!f) return false;
    char line[512];
    bool found = false;
    while (fgets(line, sizeof line, f)) {
        unsigned local, remote, timer;
        unsigned long when;
        if (sscanf(line, " %*d: %*x:%x %*x:%x %*x %*x:%*x %x:%lx", &local, &remote, &timer,
                   &when) == 4 &&
            local == server_port && remote == ntohs(own.sin_port))
            found = timer == 2 && when > 5000 && when <= 6000; /* hundredths of a second */
    }
    fclose(f);
    return found;
}

static void idle_peer_gets_keep_alive(void **state)
{
    (void)state;
    FILE *table = fopen("/proc/net/tcp", "r");
    if (!table) skip();
    fclose(table);
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){.idle_ms = 100});
    int fd = peer_connect(journal_port(&j));
    journal_wait_connections(&j, 1);
    assert_false(has_keep_alive(journal_port(&j), fd));
    bool found = false;
    for (int i = 0; i < 200 && !found; i++) {
        usleep(10000);
        found = has_keep_alive(journal_port(&j), fd);
    }
    assert_true(found);
    close(fd);
    journal_stop(&j);
}

/* back-pressure and limits. */

static void unanswered_limit(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    enum { N = 700 };
    int fd = peer_connect(journal_port(&j));
    char message[1024], id[16];
    for (int i = 0; i < N; i++) {
        snprintf(id, sizeof id, "U%d", i);
        size_t n = message_make(message, sizeof message, id, "");
        peer_send_message(fd, (plx_slice){message, n});
    }
    journal_wait(&j, PLX_MLLP_UNANSWERED_MAX);
    assert_true(peer_has_nothing(fd, 50));
    assert_int_equal(journal_count(&j), PLX_MLLP_UNANSWERED_MAX);
    size_t released = 0;
    while (released < N) {
        journal_wait(&j, released + 1);
        size_t n = journal_count(&j);
        assert_true(n - released <= PLX_MLLP_UNANSWERED_MAX);
        journal_release(&j, released, n);
        peer_read(fd, n - released, text);
        released = n;
    }
    for (size_t i = 0; i < N; i++) {
        snprintf(id, sizeof id, "U%zu", i);
        size_t n = message_make(message, sizeof message, id, "");
        journal_expect_body(&j, i, PLX_VERDICT_ACCEPTED, (plx_slice){message, n});
    }
    close(fd);
    journal_stop(&j);
}

typedef struct held_sender {
    size_t begun;     /* messages of which the socket took the first byte, or tried to */
    char frame[8192]; /* the last of them */
    size_t left;      /* its last bytes are not sent yet */
} held_sender;

/* Until the socket takes nothing for 0.2 s. */
static void send_until_held(int fd, size_t note_n, held_sender *h)
{
    enum { MAX = 200000 };
    static char note[4096];
    assert_true(note_n < sizeof note);
    memset(note, 'n', note_n);
    note[note_n] = 0;
    struct timeval wait = {.tv_usec = 200000}, for_ever = {0};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    memset(h, 0, sizeof *h);
    while (h->left == 0 && h->begun < MAX) {
        char id[32];
        snprintf(id, sizeof id, "K%06zu", h->begun++);
        h->frame[0] = '\x0B';
        size_t n = 1 + message_make(h->frame + 1, sizeof h->frame - 3, id, note);
        h->frame[n++] = '\x1C';
        h->frame[n++] = '\r';
        ssize_t took = send(fd, h->frame, n, MSG_NOSIGNAL);
        h->left = took < 0 ? n : n - (size_t)took;
        memmove(h->frame, h->frame + n - h->left, h->left);
    }
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &for_ever, sizeof for_ever);
    assert_true(h->left > 0);
}

static void read_answers(int fd, size_t n)
{
    while (n > 0) {
        size_t piece = n > 1000 ? 1000 : n;
        peer_read_some(fd, piece);
        n -= piece;
    }
}

static void blocked_journal_holds_the_sender(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, false, true);
    int fd = peer_connect(journal_port(&j)), small = 16384;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    static held_sender h;
    send_until_held(fd, 3000, &h);
    assert_true(journal_holds(&j));
    assert_int_equal(journal_count(&j), 0);
    assert_true(journal_measure(&j).bytes < 1024 * 1024); /* the kernel holds the rest */
    journal_set(&j, false, false);
    peer_send(fd, h.frame, h.left);
    journal_wait(&j, h.begun);
    read_answers(fd, h.begun);
    assert_int_equal(journal_count(&j), h.begun);
    close(fd);
    journal_stop(&j);
}

/* Answers that the peer does not take stop the reading, and come all when it does. */
static void slow_reader(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    int fd = peer_connect_small(journal_port(&j));
    static held_sender h;
    send_until_held(fd, 0, &h);
    assert_true(journal_count(&j) > 0 && journal_count(&j) < h.begun);
    read_answers(fd, h.begun - 1);
    peer_send(fd, h.frame, h.left);
    read_answers(fd, 1);
    assert_int_equal(journal_count(&j), h.begun);
    close(fd);
    journal_stop(&j);
}

static void peer_that_never_reads(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){.write_timeout_ms = 200});
    int fd = peer_connect_small(journal_port(&j));
    char message[1024];
    size_t n = message_make(message, sizeof message, "T", "");
    /* Until the server gives the connection up. */
    bool closed = false;
    for (int i = 0; i < 200000 && !closed; i++)
        closed = send(fd, "\x0B", 1, MSG_NOSIGNAL) < 0 || send(fd, message, n, MSG_NOSIGNAL) < 0 ||
                 send(fd, "\x1C\r", 2, MSG_NOSIGNAL) < 0;
    assert_true(closed);
    close(fd);
    journal_stop(&j);
}

static void connection_limit(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){.connections_max = 4});
    int fds[4];
    for (int i = 0; i < 4; i++)
        fds[i] = peer_connect(journal_port(&j));
    journal_wait_connections(&j, 4);
    int fifth = peer_connect(journal_port(&j));
    assert_true(peer_is_closed(fifth));
    close(fifth);
    assert_int_equal(journal_measure(&j).connections_refused, 1);
    close(fds[1]);
    journal_wait_connections(&j, 3);
    fds[1] = peer_connect(journal_port(&j));
    char message[1024];
    peer_send_message(fds[1],
                      (plx_slice){message, message_make(message, sizeof message, "F1", "")});
    peer_read(fds[1], 1, text);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    assert_int_equal(journal_measure(&j).connections_total, 5);
    journal_stop(&j);
}

/* The own address of this machine that is not loopback; false when it has none. */
static bool own_address(struct in_addr *address)
{
    struct ifaddrs *all = NULL;
    bool found = false;
    if (getifaddrs(&all) != 0) return false;
    for (const struct ifaddrs *i = all; i && !found; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET) continue;
        *address = ((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr;
        found = ntohl(address->s_addr) >> 24 != 127;
    }
    freeifaddrs(all);
    return found;
}

static void peer_limit(void **state)
{
    (void)state;
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (!own_address(&to.sin_addr)) skip();
    memory_journal j;
    journal_start_at(&j, "0.0.0.0:0", (plx_mllp_server_options){.per_peer_max = 2});
    to.sin_port = htons(journal_port(&j));
    int fds[3], loopback[3];
    for (int i = 0; i < 3; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fds[i], (struct sockaddr *)&to, sizeof to), 0);
        loopback[i] = peer_connect(journal_port(&j)); /* has no limit of its own */
    }
    assert_true(peer_is_closed(fds[2]));
    journal_wait_connections(&j, 5);
    assert_int_equal(journal_measure(&j).connections_refused, 1);
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
        close(loopback[i]);
    }
    journal_stop(&j);
}

/* More half-received messages than the memory holds: those that have none wait, and all come. */
static void memory_limit(void **state)
{
    (void)state;
    enum { PEERS = 6, SIZE = 200000, PART = 150000 };
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){.bytes_max = 1300000, .message_max = 400000});
    static char body[SIZE];
    memset(body, 'x', sizeof body);
    int fds[PEERS];
    for (int i = 0; i < PEERS; i++) {
        fds[i] = peer_connect(journal_port(&j));
        char head[1024], id[8];
        snprintf(id, sizeof id, "M%d", i);
        size_t n = message_make(head, sizeof head, id, "");
        memcpy(body, head, n);
        peer_send(fds[i], "\x0B", 1);
        peer_send(fds[i], body, PART);
    }
    usleep(50000);
    plx_mllp_metrics m = journal_measure(&j);
    assert_true(m.bytes < PEERS * (uint64_t)PART); /* somebody waits in the kernel */
    for (int i = 0; i < PEERS; i++) {
        peer_send(fds[i], body + PART, SIZE - PART);
        peer_send(fds[i], "\x1C\r", 2);
    }
    journal_wait(&j, PEERS);
    for (int i = 0; i < PEERS; i++) {
        peer_read(fds[i], 1, text);
        close(fds[i]);
        assert_int_equal(j.entries[i].entry.body.n, SIZE);
    }
    journal_stop(&j);
}

/* What comes together is handed over together. */
static void one_submit_a_round(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    message_stream s;
    message_stream_make(&s, "G");
    int fd = peer_connect(journal_port(&j));
    peer_send(fd, s.bytes, s.n);
    peer_read(fd, STREAM_MESSAGES, text);
    assert_int_equal(j.submits, 1);
    close(fd);
    journal_stop(&j);
}

/* start and stop. */

static void *stop_server(void *server)
{
    plx_mllp_server_stop(server);
    return NULL;
}

static void stop_answers_what_was_taken(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    message_stream s;
    message_stream_make(&s, "P");
    int fd = peer_connect(journal_port(&j)), idle = peer_connect(journal_port(&j));
    peer_send(fd, s.bytes, s.n);
    journal_wait(&j, STREAM_MESSAGES);
    pthread_t stopper;
    assert_int_equal(pthread_create(&stopper, NULL, stop_server, j.server), 0);
    assert_true(peer_is_closed(idle));
    assert_true(peer_has_nothing(fd, 20));
    journal_release(&j, 0, STREAM_MESSAGES);
    peer_read(fd, STREAM_MESSAGES, text);
    assert_true(peer_is_closed(fd));
    close(fd);
    close(idle);
    pthread_join(stopper, NULL);
    j.server = NULL;
    journal_stop(&j);
    plx_mllp_server_stop(NULL);
}

static plx_status refuse_all(void *self, const plx_mllp_intake *items, size_t n)
{
    (void)self, (void)items, (void)n;
    return PLX_STOPPED;
}

static void start_says_what_is_wrong(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    char taken[64], problem[256];
    snprintf(taken, sizeof taken, "127.0.0.1:%u", journal_port(&j));
    const struct {
        const char *address;
        plx_status status;
        const char *part;
    } cases[] = {{taken, PLX_NETWORK, "cannot listen on 127.0.0.1:"},
                 {"nonsense", PLX_CONFIG, "\"nonsense\": the port is missing"},
                 {"192.0.2.1:0", PLX_NETWORK, "cannot listen on 192.0.2.1:0: "}};
    for (size_t i = 0; i < 3; i++) {
        plx_mllp_port ports[2] = {{.address = "127.0.0.1:0"}, {.address = cases[i].address}};
        plx_mllp_server_options options = {.ports = ports, .ports_n = 2, .submit = refuse_all};
        plx_mllp_server *server = NULL;
        problem[0] = 0;
        assert_int_equal(plx_mllp_server_start(&server, &options, problem, sizeof problem),
                         cases[i].status);
        assert_null(server);
        assert_non_null(strstr(problem, cases[i].part));
    }
    plx_mllp_server_options none = {.submit = refuse_all};
    plx_mllp_server *server = NULL;
    assert_int_equal(plx_mllp_server_start(&server, &none, problem, sizeof problem), PLX_CONFIG);
    assert_int_equal(plx_mllp_server_bound(j.server, 2), 0);
    journal_stop(&j);
}

static void many_interfaces_start_at_once(void **state)
{
    (void)state;
    enum { PORTS = 500 };
    static plx_mllp_port ports[PORTS];
    for (uint32_t i = 0; i < PORTS; i++)
        ports[i] = (plx_mllp_port){.address = "127.0.0.1:0", .iface = i + 2, .name = "one of many"};
    plx_mllp_server_options options = {.ports = ports, .ports_n = PORTS, .submit = refuse_all};
    plx_mllp_server *server = NULL;
    char problem[256] = "";
    int64_t start_us = plx_boot_us();
    plx_status status = plx_mllp_server_start(&server, &options, problem, sizeof problem);
    int64_t took_us = plx_boot_us() - start_us;
    if (status != PLX_OK && strstr(problem, "Too many open files")) skip();
    assert_int_equal(status, PLX_OK);
    assert_true(took_us < 1000000);
    int last = peer_connect(plx_mllp_server_bound(server, PORTS - 1));
    plx_mllp_server_stop(server);
    assert_true(peer_is_closed(last));
    close(last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dropped_before_the_answer),
        cmocka_unit_test(closed_without_waiting_loses_nothing),
        cmocka_unit_test(half_closed_peer_gets_its_answers),
        cmocka_unit_test(half_open_peer),
        cmocka_unit_test(idle_peer_gets_keep_alive),
        cmocka_unit_test(unanswered_limit),
        cmocka_unit_test(blocked_journal_holds_the_sender),
        cmocka_unit_test(slow_reader),
        cmocka_unit_test(peer_that_never_reads),
        cmocka_unit_test(connection_limit),
        cmocka_unit_test(peer_limit),
        cmocka_unit_test(memory_limit),
        cmocka_unit_test(one_submit_a_round),
        cmocka_unit_test(stop_answers_what_was_taken),
        cmocka_unit_test(start_says_what_is_wrong),
        cmocka_unit_test(many_interfaces_start_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
