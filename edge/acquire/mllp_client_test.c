/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the MLLP client keeps the order of each stream, never has two of it unanswered, sends the
 * same bytes again after a time-out or a disconnect, and takes the first matching answer as final.
 * Oracle: what a server of this room and a scripted peer received; conservation (sent = answered +
 *   given up).
 * Tolerance: none; times only have bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/format/hl7v2/mllp.h"
#include "edge/acquire/mllp_client.h"
#include "edge/acquire/mllp_fixture.h"
#include "edge/host/clock.h"

enum { ANSWERS_MAX = 70000 };

typedef struct answers {
    size_t n;
    plx_mllp_client *client;
    size_t more; /* messages to send from inside the call */
    struct {
        uint64_t token;
        char code[3];
        uint32_t attempts;
        bool none_asked;
        double ms;
        size_t ack_n;
    } at[ANSWERS_MAX];
} answers;

static answers got;

static plx_slice numbered(size_t number)
{
    static char message[1024];
    char id[32];
    snprintf(id, sizeof id, "m%zu", number);
    return (plx_slice){message, message_make(message, sizeof message, id, "")};
}

static void on_answer(void *self, const plx_mllp_answer *answer)
{
    answers *a = self;
    a->at[a->n].token = answer->token;
    memcpy(a->at[a->n].code, answer->code, 3);
    a->at[a->n].attempts = answer->attempts;
    a->at[a->n].none_asked = answer->none_asked;
    a->at[a->n].ms = answer->ms;
    a->at[a->n++].ack_n = answer->ack.n;
    if (a->more == 0) return;
    a->more--;
    assert_int_equal(
        plx_mllp_client_send(a->client, 7, 1000 + a->more, numbered(1000 + a->more), false),
        PLX_OK);
}

static plx_mllp_client *connect_to(uint16_t port, plx_mllp_client_options options)
{
    char to[32], problem[256] = "";
    snprintf(to, sizeof to, "127.0.0.1:%u", port);
    options.to = to;
    if (options.connections == 0) options.connections = 1;
    memset(&got, 0, sizeof got);
    plx_mllp_client *client = NULL;
    assert_int_equal(
        plx_mllp_client_init(&client, &options, on_answer, &got, problem, sizeof problem), PLX_OK);
    got.client = client;
    return client;
}

static void send_number(plx_mllp_client *client, uint64_t stream, size_t number)
{
    assert_int_equal(plx_mllp_client_send(client, stream, number, numbered(number), false), PLX_OK);
}

static void run_until_answered(plx_mllp_client *client, size_t n)
{
    int64_t until_us = plx_boot_us() + FIXTURE_WAIT_MS * 1000;
    while (got.n < n && plx_boot_us() < until_us)
        plx_mllp_client_run(client, 20);
    if (got.n < n) print_error("%zu of %zu answers\n", got.n, n);
    assert_int_equal(got.n, n);
}

static void run_for(plx_mllp_client *client, int ms)
{
    int64_t until_us = plx_boot_us() + ms * 1000;
    while (plx_boot_us() < until_us)
        plx_mllp_client_run(client, 5);
}

static plx_mllp_client_metrics measure(const plx_mllp_client *client)
{
    plx_mllp_client_metrics metrics;
    plx_mllp_client_measure(client, &metrics);
    return metrics;
}

/* The number in MSH-10 of an entry. */
static size_t number_of(const kept_entry *e)
{
    const char *at = memchr(e->entry.body.at, 'm', e->entry.body.n);
    assert_non_null(at);
    return strtoul(at + 1, NULL, 10);
}

/* against the server of this room. */

static void streams_stay_in_order(void **state)
{
    (void)state;
    enum { N = 3000, STREAMS = 37 };
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    plx_mllp_client *client =
        connect_to(journal_port(&j), (plx_mllp_client_options){.connections = 5, .window = 8});
    for (size_t i = 0; i < N; i++)
        send_number(client, i % STREAMS, i);
    run_until_answered(client, N);
    assert_int_equal(plx_mllp_client_run(client, 0), 0);
    assert_int_equal(journal_count(&j), N);
    size_t last[STREAMS] = {0};
    for (size_t i = 0; i < N; i++) {
        size_t number = number_of(&j.entries[i]), stream = number % STREAMS;
        assert_true(number < STREAMS || number == last[stream] + STREAMS);
        last[stream] = number;
        assert_string_equal(got.at[i].code, "AA");
        assert_int_equal(got.at[i].attempts, 1);
        assert_true(got.at[i].ms >= 0 && got.at[i].ms < 10000 && got.at[i].ack_n > 0);
    }
    plx_mllp_client_metrics m = measure(client);
    assert_int_equal(m.sent, N);
    assert_int_equal(m.answered, N);
    assert_int_equal(m.resent + m.late + m.given_up + m.disconnects, 0);
    assert_int_equal(m.connections_now, 5);
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

static void window_and_stream_are_kept(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    plx_mllp_client *client =
        connect_to(journal_port(&j), (plx_mllp_client_options){.connections = 1, .window = 4});
    for (size_t i = 0; i < 3; i++)
        send_number(client, 1, i); /* one stream: one at a time */
    run_for(client, 50);
    journal_wait(&j, 1);
    assert_int_equal(journal_count(&j), 1);
    for (size_t i = 3; i < 20; i++)
        send_number(client, i, i); /* many streams: up to the window */
    run_for(client, 50);
    journal_wait(&j, 4);
    assert_int_equal(journal_count(&j), 4);
    assert_int_equal(plx_mllp_client_run(client, 0), 20);
    journal_set(&j, false, false);
    journal_release(&j, 0, 4);
    run_until_answered(client, 20);
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

static void negative_answers_are_final(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    plx_mllp_client *client = connect_to(journal_port(&j), (plx_mllp_client_options){0});
    const plx_slice texts[] = {PLX_LIT("MSH|^~\\&|A|B|C|D|20260101120000||ADT^A01|x1|P|2.5\r"),
                               PLX_LIT("MSH|^~\\&|A|B|C|D|20260101120000||ADT^A01|x2|P|9.9\r"),
                               PLX_LIT("this is no message"), PLX_LIT("")};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(plx_mllp_client_send(client, 1, i, texts[i], false), PLX_OK);
    run_until_answered(client, 4);
    const char *codes[] = {"AE", "AR", "AE", "AE"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(got.at[i].token, i);
        assert_string_equal(got.at[i].code, codes[i]);
    }
    run_for(client, 30);
    assert_int_equal(journal_count(&j), 4);
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

static void time_out_sends_the_same_again(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    plx_mllp_client *client =
        connect_to(journal_port(&j), (plx_mllp_client_options){.window = 2, .timeout_ms = 150});
    send_number(client, 1, 0);
    send_number(client, 2, 1);
    send_number(client, 1, 2); /* must not overtake the first one */
    run_for(client, 700);
    size_t n = journal_count(&j);
    assert_true(n >= 4 && n % 2 == 0);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(number_of(&j.entries[i]), i % 2);
    journal_set(&j, false, false);
    journal_release(&j, 0, n);
    run_until_answered(client, 3);
    assert_int_equal(number_of(&j.entries[journal_count(&j) - 1]), 2);
    assert_true(got.at[0].attempts >= 2);
    assert_true(got.at[0].ms >= 150);
    plx_mllp_client_metrics m = measure(client);
    assert_true(m.resent >= 2 && m.disconnects >= 1);
    assert_int_equal(m.sent, 3);
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

static void dropped_on_purpose(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    plx_mllp_client *client = connect_to(journal_port(&j), (plx_mllp_client_options){.window = 8});
    send_number(client, 1, 0);
    assert_int_equal(plx_mllp_client_send(client, 2, 1, numbered(1), true), PLX_OK);
    send_number(client, 3, 2);
    run_until_answered(client, 3);
    journal_wait(&j, 5); /* 0 and 1, then 0, 1 and 2 */
    plx_mllp_client_metrics m = measure(client);
    assert_int_equal(m.disconnects, 1);
    assert_int_equal(m.sent, 3);
    assert_int_equal(m.resent, 2);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(got.at[i].code, "AA");
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

static void sends_from_inside_the_answer(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    plx_mllp_client *client = connect_to(journal_port(&j), (plx_mllp_client_options){0});
    got.more = 50;
    send_number(client, 7, 0);
    run_until_answered(client, 51);
    assert_int_equal(journal_count(&j), 51);
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

static void large_and_many_messages(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    plx_mllp_client *client =
        connect_to(journal_port(&j), (plx_mllp_client_options){.connections = 2, .window = 256});
    const size_t n = 3 * 1000 * 1000;
    char *large = malloc(n);
    size_t head = message_make(large, n, "m500", "");
    memset(large + head, 'x', n - head);
    for (size_t i = 0; i < 500; i++)
        send_number(client, i, i);
    assert_int_equal(plx_mllp_client_send(client, 500, 500, (plx_slice){large, n}, false), PLX_OK);
    run_until_answered(client, 501);
    size_t found = 0;
    for (size_t i = 0; i < 501; i++)
        if (j.entries[i].entry.body.n == n) {
            assert_memory_equal(j.entries[i].entry.body.at, large, n);
            found++;
        }
    assert_int_equal(found, 1);
    free(large);
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

/* against a scripted peer. */

static int listen_scripted(uint16_t *port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof own;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &n), 0);
    *port = ntohs(own.sin_port);
    return fd;
}

/* Lets the client work until the socket has something, then accepts or reads it. */
static void wait_for(plx_mllp_client *client, int fd)
{
    int64_t until_us = plx_boot_us() + FIXTURE_WAIT_MS * 1000;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (poll(&p, 1, 0) == 0) {
        assert_true(plx_boot_us() < until_us);
        plx_mllp_client_run(client, 5);
    }
}

static int accept_scripted(plx_mllp_client *client, int listener)
{
    wait_for(client, listener);
    int fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    return fd;
}

/* Reads until n frames were seen in all. */
static void read_frames(plx_mllp_client *client, int fd, size_t n)
{
    char bytes[65536];
    size_t frames = 0;
    while (frames < n) {
        wait_for(client, fd);
        ssize_t k = recv(fd, bytes, sizeof bytes, 0);
        assert_true(k > 0);
        for (ssize_t i = 0; i < k; i++)
            frames += bytes[i] == PLX_MLLP_END;
    }
    assert_int_equal(frames, n);
}

static size_t ack_frame(char *at, size_t capacity, const char *code, const char *id)
{
    int n = snprintf(at, capacity, "\x0BMSH|^~\\&|P|Q|R|S|20260101||ACK|9|P|2.5\rMSA|%s|%s\r\x1C\r",
                     code, id);
    return (size_t)n;
}

static void send_ack(int fd, const char *code, const char *id)
{
    char frame[256];
    peer_send(fd, frame, ack_frame(frame, sizeof frame, code, id));
}

static void restarted_server_gets_the_rest(void **state)
{
    (void)state;
    enum { N = 40, STREAMS = 10 };
    uint16_t port;
    int listener = listen_scripted(&port);
    plx_mllp_client *client =
        connect_to(port, (plx_mllp_client_options){.connections = 2, .window = 4});
    for (size_t i = 0; i < N; i++)
        send_number(client, i % STREAMS, i);
    int first = accept_scripted(client, listener), second = accept_scripted(client, listener);
    read_frames(client, first, 4);
    read_frames(client, second, 4);
    close(listener); /* down, with eight unanswered */
    close(first);
    close(second);
    run_for(client, 250);
    assert_int_equal(measure(client).connections_now, 0);
    assert_true(measure(client).connect_failures > 0);
    char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%u", port);
    memory_journal j;
    journal_start_at(&j, address, (plx_mllp_server_options){0});
    run_until_answered(client, N);
    assert_int_equal(journal_count(&j), N);
    size_t next[STREAMS];
    for (size_t i = 0; i < STREAMS; i++)
        next[i] = i;
    for (size_t i = 0; i < N; i++) {
        size_t number = number_of(&j.entries[i]);
        assert_int_equal(number, next[number % STREAMS]);
        next[number % STREAMS] += STREAMS;
    }
    assert_int_equal(measure(client).given_up, 0);
    assert_int_equal(measure(client).resent, 8);
    plx_mllp_client_destroy(client);
    journal_stop(&j);
}

static void late_and_strange_answers(void **state)
{
    (void)state;
    uint16_t port;
    int listener = listen_scripted(&port);
    plx_mllp_client *client = connect_to(port, (plx_mllp_client_options){0});
    send_number(client, 1, 1);
    int fd = accept_scripted(client, listener);
    read_frames(client, fd, 1);
    send_ack(fd, "AA", "m0"); /* late, for an older message */
    send_ack(fd, "AA", "");
    peer_send(fd, "\x0B no message \x1C\r", 15);
    peer_send(fd, "\x0BMSH|^~\\&|P|Q\r\x1C\r", 17); /* no MSA */
    peer_send(fd, "noise", 5);
    run_for(client, 50);
    assert_int_equal(got.n, 0);
    assert_int_equal(measure(client).late, 4);
    send_ack(fd, "CA", "m1");
    run_until_answered(client, 1);
    assert_string_equal(got.at[0].code, "CA");
    send_ack(fd, "AA", "m1"); /* the application acknowledgement that follows */
    run_for(client, 30);
    assert_int_equal(got.n, 1);
    assert_int_equal(measure(client).late, 5);
    /* A code that is none still settles. */
    send_number(client, 1, 2);
    read_frames(client, fd, 1);
    send_ack(fd, "ACCEPT", "m2");
    run_until_answered(client, 2);
    assert_string_equal(got.at[1].code, "");
    assert_true(got.at[1].ack_n > 0);
    close(fd);
    close(listener);
    plx_mllp_client_destroy(client);
}

static void silence_is_an_answer(void **state)
{
    (void)state;
    uint16_t port;
    int listener = listen_scripted(&port);
    plx_mllp_client *client = connect_to(port, (plx_mllp_client_options){.window = 3});
    const plx_slice silent[] = {
        PLX_LIT("MSH|^~\\&|A|B|C|D|2026||ACK^A01|a1|P|2.5\rMSA|AA|7\r"),
        PLX_LIT("MSH|^~\\&|A|B|C|D|2026||ADT^A01|a2|P|2.5|||NE|NE\rPID|1\r"),
        PLX_LIT("MSH|^~\\&|A|B|C|D|2026||ADT^A01|a3|P|2.5|||ER\rPID|1\r"),
    };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(plx_mllp_client_send(client, 1, i, silent[i], false), PLX_OK);
    const plx_slice asking[] = {
        PLX_LIT("MSH|^~\\&|A|B|C|D|2026||RSP^K11|b1|P|2.5\rMSA|AA|7\rPID|1\r"),
        PLX_LIT("MSH|^~\\&|A|B|C|D|2026||ADT^A01|b2|P|2.5|||NE|AL\rPID|1\r"),
    };
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(plx_mllp_client_send(client, 2 + i, 10 + i, asking[i], false), PLX_OK);
    int fd = accept_scripted(client, listener);
    read_frames(client, fd, 5);
    run_until_answered(client, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(got.at[i].token, i);
        assert_true(got.at[i].none_asked);
        assert_int_equal(got.at[i].attempts, 1);
    }
    send_ack(fd, "AA", "b2");
    send_ack(fd, "AA", "b1");
    run_until_answered(client, 5);
    assert_false(got.at[3].none_asked || got.at[4].none_asked);
    assert_int_equal(measure(client).none_asked, 3);
    assert_int_equal(measure(client).answered, 2);
    close(fd);
    close(listener);
    plx_mllp_client_destroy(client);
}

static void answers_in_any_order_and_pieces(void **state)
{
    (void)state;
    uint16_t port;
    int listener = listen_scripted(&port);
    plx_mllp_client *client = connect_to(port, (plx_mllp_client_options){.window = 3});
    for (size_t i = 0; i < 3; i++)
        send_number(client, i, i);
    int fd = accept_scripted(client, listener);
    read_frames(client, fd, 3);
    char bytes[1024];
    size_t n = ack_frame(bytes, sizeof bytes, "AA", "m2");
    n += ack_frame(bytes + n, sizeof bytes - n, "AE", "m0");
    n += ack_frame(bytes + n, sizeof bytes - n, "AR", "m1");
    for (size_t i = 0; i < n; i++) {
        peer_send(fd, bytes + i, 1);
        plx_mllp_client_run(client, 1);
    }
    run_until_answered(client, 3);
    const uint64_t tokens[] = {2, 0, 1};
    const char *codes[] = {"AA", "AE", "AR"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(got.at[i].token, tokens[i]);
        assert_string_equal(got.at[i].code, codes[i]);
    }
    close(fd);
    close(listener);
    plx_mllp_client_destroy(client);
}

static void endless_answer_ends_the_connection(void **state)
{
    (void)state;
    uint16_t port;
    int listener = listen_scripted(&port);
    plx_mllp_client *client = connect_to(port, (plx_mllp_client_options){0});
    send_number(client, 1, 1);
    int fd = accept_scripted(client, listener);
    read_frames(client, fd, 1);
    static char much[65536];
    memset(much, 'x', sizeof much);
    peer_send(fd, "\x0B", 1);
    for (int i = 0; i < 100 && measure(client).disconnects == 0; i++) {
        if (send(fd, much, sizeof much, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) run_for(client, 1);
        plx_mllp_client_run(client, 0);
    }
    assert_int_equal(measure(client).disconnects, 1);
    close(fd);
    fd = accept_scripted(client, listener); /* and it tries again */
    read_frames(client, fd, 1);
    send_ack(fd, "AA", "m1");
    run_until_answered(client, 1);
    assert_int_equal(got.at[0].attempts, 2);
    close(fd);
    close(listener);
    plx_mllp_client_destroy(client);
}

static void gives_up_after_its_attempts(void **state)
{
    (void)state;
    uint16_t port;
    int listener = listen_scripted(&port);
    plx_mllp_client *client =
        connect_to(port, (plx_mllp_client_options){.timeout_ms = 60, .attempts_max = 2});
    send_number(client, 1, 0);
    send_number(client, 1, 1);
    int first = accept_scripted(client, listener), second = accept_scripted(client, listener);
    run_until_answered(client, 1);
    assert_int_equal(got.at[0].token, 0);
    assert_string_equal(got.at[0].code, "");
    assert_int_equal(got.at[0].ack_n, 0);
    assert_int_equal(got.at[0].attempts, 2);
    int third = accept_scripted(client, listener);
    read_frames(client, third, 1);
    send_ack(third, "AA", "m1");
    run_until_answered(client, 2);
    assert_string_equal(got.at[1].code, "AA");
    assert_int_equal(measure(client).given_up, 1);
    close(first);
    close(second);
    close(third);
    close(listener);
    plx_mllp_client_destroy(client);
}

static void nobody_there(void **state)
{
    (void)state;
    uint16_t port;
    close(listen_scripted(&port)); /* free again: nobody listens */
    plx_mllp_client *client =
        connect_to(port, (plx_mllp_client_options){.connections = 2, .attempts_max = 2});
    for (size_t i = 0; i < 10; i++)
        send_number(client, i % 5, i);
    run_until_answered(client, 10);
    for (size_t i = 0; i < 10; i++) {
        assert_string_equal(got.at[i].code, "");
        assert_int_equal(got.at[i].attempts, 0);
    }
    assert_int_equal(measure(client).connected, 0);
    assert_int_equal(measure(client).given_up, 10);
    plx_mllp_client_destroy(client);
}

static void queue_is_bounded(void **state)
{
    (void)state;
    uint16_t port;
    int listener = listen_scripted(&port);
    plx_mllp_client *client = connect_to(port, (plx_mllp_client_options){0});
    const plx_slice message = PLX_LIT("MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r");
    for (size_t i = 0; i < PLX_MLLP_CLIENT_QUEUE_MAX; i++)
        if (plx_mllp_client_send(client, i, i, message, false) != PLX_OK) fail();
    assert_int_equal(plx_mllp_client_send(client, 1, 1, message, false), PLX_FULL);
    int fd = accept_scripted(client, listener);
    read_frames(client, fd, 1);
    send_ack(fd, "AA", "1");
    run_until_answered(client, 1);
    assert_int_equal(plx_mllp_client_send(client, 1, 1, message, false), PLX_OK);
    close(fd);
    close(listener);
    plx_mllp_client_destroy(client);
}

static void wrong_options(void **state)
{
    (void)state;
    const plx_mllp_client_options cases[] = {
        {.to = "127.0.0.1:1", .connections = 0},
        {.to = "127.0.0.1:1", .connections = 513},
        {.to = "127.0.0.1:1", .connections = 1, .window = 257},
        {.to = "nowhere", .connections = 1},
    };
    for (size_t i = 0; i < 4; i++) {
        plx_mllp_client *client = NULL;
        char problem[256] = "";
        assert_int_equal(
            plx_mllp_client_init(&client, &cases[i], on_answer, &got, problem, sizeof problem),
            PLX_CONFIG);
        assert_null(client);
        assert_true(strlen(problem) > 10);
    }
    plx_mllp_client_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_stay_in_order),
        cmocka_unit_test(window_and_stream_are_kept),
        cmocka_unit_test(negative_answers_are_final),
        cmocka_unit_test(time_out_sends_the_same_again),
        cmocka_unit_test(restarted_server_gets_the_rest),
        cmocka_unit_test(dropped_on_purpose),
        cmocka_unit_test(sends_from_inside_the_answer),
        cmocka_unit_test(large_and_many_messages),
        cmocka_unit_test(late_and_strange_answers),
        cmocka_unit_test(silence_is_an_answer),
        cmocka_unit_test(answers_in_any_order_and_pieces),
        cmocka_unit_test(endless_answer_ends_the_connection),
        cmocka_unit_test(gives_up_after_its_attempts),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(queue_is_bounded),
        cmocka_unit_test(wrong_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
