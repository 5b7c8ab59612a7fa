/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the MLLP server hands over each frame byte-exact and once, answers in order and as asked,
 * keeps its limits, and never acknowledges what was not made durable. Oracle: the bytes that were
 * sent; golden answers from HL7 v2.5.1 chapter 2.9; conservation (bytes received = framed + noise,
 * checked at the end of every test). Tolerance: none; real waits only have an upper bound of 10 s.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "edge/acquire/mllp_fixture.h"
#include "edge/host/clock.h"

static char text[FIXTURE_TEXT_MAX];

static void answer_codes(int fd, size_t n, char codes[64])
{
    peer_read(fd, n, text);
    peer_codes(text, codes, 64);
}

/* framing. */

static void each_split_point(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    message_stream s;
    message_stream_make(&s, "S");
    uint64_t received = 0;
    for (size_t split = 0; split <= s.n; split += split < 400 || split + 400 > s.n ? 1 : 3) {
        size_t before = journal_count(&j);
        int fd = peer_connect(journal_port(&j));
        peer_send(fd, s.bytes, split);
        journal_wait_bytes(&j, received + split);
        peer_send(fd, s.bytes + split, s.n - split);
        received += s.n;
        journal_wait(&j, before + STREAM_MESSAGES);
        for (size_t i = 0; i < STREAM_MESSAGES; i++)
            journal_expect_body(&j, before + i, PLX_VERDICT_ACCEPTED, s.bodies[i]);
        peer_read(fd, STREAM_MESSAGES, text);
        close(fd);
        assert_int_equal(journal_count(&j), before + STREAM_MESSAGES);
    }
    assert_int_equal(journal_measure(&j).noise_bytes, 0);
    journal_stop(&j);
}

static void byte_by_byte(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    message_stream s;
    message_stream_make(&s, "B");
    int fd = peer_connect(journal_port(&j));
    for (size_t i = 0; i < s.n; i++) {
        peer_send(fd, s.bytes + i, 1);
        journal_wait_bytes(&j, i + 1);
    }
    peer_read(fd, STREAM_MESSAGES, text);
    for (size_t i = 0; i < STREAM_MESSAGES; i++)
        journal_expect_body(&j, i, PLX_VERDICT_ACCEPTED, s.bodies[i]);
    close(fd);
    journal_stop(&j);
}

static void three_peers_at_once(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    message_stream s[3];
    int fds[3];
    for (int p = 0; p < 3; p++) {
        message_stream_make(&s[p], p == 0 ? "q" : p == 1 ? "w" : "k");
        fds[p] = peer_connect(journal_port(&j));
    }
    /* Pieces of different sizes, so that frames of one are cut while others go on. */
    size_t at[3] = {0};
    for (int left = 3; left > 0;) {
        left = 0;
        for (int p = 0; p < 3; p++) {
            size_t n = s[p].n - at[p], piece = 97 + 61 * (size_t)p;
            if (n > piece) n = piece;
            if (n == 0) continue;
            peer_send(fds[p], s[p].bytes + at[p], n);
            at[p] += n;
            left++;
        }
    }
    journal_wait(&j, 3 * STREAM_MESSAGES);
    size_t next[3] = {0};
    for (size_t i = 0; i < 3 * STREAM_MESSAGES; i++) {
        int p = memchr(j.entries[i].entry.body.at, 'q', 90)   ? 0
                : memchr(j.entries[i].entry.body.at, 'w', 90) ? 1
                                                              : 2;
        journal_expect_body(&j, i, PLX_VERDICT_ACCEPTED, s[p].bodies[next[p]++]);
    }
    for (int p = 0; p < 3; p++) {
        peer_read(fds[p], STREAM_MESSAGES, text);
        close(fds[p]);
    }
    journal_stop(&j);
}

static void broken_frames_and_noise(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    char message[1024], codes[64];
    size_t n = message_make(message, sizeof message, "N1", "");
    int fd = peer_connect(journal_port(&j));
    peer_send(fd, "noise", 5);
    peer_send(fd, "\x0BMSH|cut off", 12);
    peer_send_message(fd, (plx_slice){message, n});
    peer_send(fd, "more", 4);
    peer_send_message(fd, (plx_slice){"", 0});
    answer_codes(fd, 2, codes);
    assert_string_equal(codes, "AA AE");
    journal_expect_body(&j, 0, PLX_VERDICT_BROKEN, PLX_LIT("MSH|cut off"));
    journal_expect_body(&j, 1, PLX_VERDICT_ACCEPTED, (plx_slice){message, n});
    journal_expect_body(&j, 2, PLX_VERDICT_ERROR, (plx_slice){"", 0});
    peer_send(fd, "\x0BMSH|the end", 12);
    journal_wait_bytes(&j, 12 + 5 + 4 + n + 3 + 3 + 12);
    close(fd);
    journal_wait(&j, 4);
    journal_expect_body(&j, 3, PLX_VERDICT_BROKEN, PLX_LIT("MSH|the end"));
    plx_mllp_metrics m = journal_measure(&j);
    assert_int_equal(m.noise_bytes, 9);
    assert_int_equal(m.broken_frames, 2);
    assert_int_equal(m.messages, 2);
    assert_int_equal(m.acks, 2);
    journal_stop(&j);
}

static void frame_timeout(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){.frame_timeout_ms = 80});
    int fd = peer_connect(journal_port(&j)), idle = peer_connect(journal_port(&j));
    peer_send(fd, "\x0BMSH|slow", 9);
    assert_true(peer_is_closed(fd));
    journal_wait(&j, 1);
    journal_expect_body(&j, 0, PLX_VERDICT_BROKEN, PLX_LIT("MSH|slow"));
    assert_true(peer_has_nothing(idle, 0)); /* without a frame begun there is no hurry */
    assert_int_equal(journal_measure(&j).frame_timeouts, 1);
    close(fd);
    close(idle);
    journal_stop(&j);
}

/* sizes. */

static void large_message_is_exact(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    enum { SMALL = 3 };
    const size_t n = 16 * 1024 * 1024;
    char *body = malloc(n), small[SMALL][1024];
    size_t small_n[SMALL], used = message_make(body, n, "LARGE", "");
    for (size_t i = used; i < n; i++)
        body[i] = (char)('A' + (i * 7 + i / 1000) % 26);
    memcpy(body + used, "NTE|1||", 7);
    int fd = peer_connect(journal_port(&j));
    for (int i = 0; i < SMALL; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%d", i);
        small_n[i] = message_make(small[i], sizeof small[i], id, "");
    }
    peer_send_message(fd, (plx_slice){small[0], small_n[0]});
    peer_send_message(fd, (plx_slice){body, n});
    peer_send_message(fd, (plx_slice){small[1], small_n[1]});
    peer_send_message(fd, (plx_slice){small[2], small_n[2]});
    journal_wait(&j, 4);
    journal_expect_body(&j, 0, PLX_VERDICT_ACCEPTED, (plx_slice){small[0], small_n[0]});
    journal_expect_body(&j, 1, PLX_VERDICT_ACCEPTED, (plx_slice){body, n});
    journal_expect_body(&j, 2, PLX_VERDICT_ACCEPTED, (plx_slice){small[1], small_n[1]});
    journal_expect_body(&j, 3, PLX_VERDICT_ACCEPTED, (plx_slice){small[2], small_n[2]});
    peer_read(fd, 4, text);
    close(fd);
    free(body);
    journal_stop(&j);
}

static void message_over_the_limit(void **state)
{
    (void)state;
    enum { MAX = 2000 };
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){.message_max = MAX});
    char message[4096], codes[64];
    size_t n = message_make(message, sizeof message, "O1", "");
    memset(message + n, 'x', sizeof message - n);
    for (int whole = 0; whole < 2; whole++) {
        size_t before = journal_count(&j);
        int fd = peer_connect(journal_port(&j));
        peer_send_message(fd, (plx_slice){message, MAX}); /* just fits */
        answer_codes(fd, 1, codes);
        assert_string_equal(codes, "AA");
        if (whole) {
            peer_send_message(fd, (plx_slice){message, MAX + 1});
        } else {
            peer_send(fd, "\x0B", 1);
            peer_send(fd, message, MAX + 1);
        }
        answer_codes(fd, 1, codes);
        assert_string_equal(codes, "AR");
        assert_non_null(strstr(text, "|O1\nERR|||207^"));
        peer_send(fd, message, 500); /* the rest is dropped */
        assert_true(peer_is_closed(fd));
        close(fd);
        journal_wait(&j, before + 2);
        journal_expect_body(&j, before + 1, PLX_VERDICT_REFUSED, (plx_slice){message, MAX});
    }
    assert_int_equal(journal_measure(&j).over_limit, 2);
    journal_stop(&j);
}

static void limit_in_enhanced_mode(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){.message_max = 1000});
    char message[4096], codes[64];
    size_t n = message_make_enhanced(message, sizeof message, "O2", "AL", "NE");
    memset(message + n, 'x', sizeof message - n);
    int fd = peer_connect(journal_port(&j));
    peer_send_message(fd, (plx_slice){message, sizeof message});
    answer_codes(fd, 1, codes);
    assert_string_equal(codes, "CR");
    assert_true(peer_is_closed(fd));
    close(fd);
    journal_stop(&j);
}

/* answers. */

static void enhanced_mode(void **state)
{
    (void)state;
    static const struct {
        const char *accept, *application, *good, *bad;
    } cases[] = {
        {"", "", "AA", "AE"},      {"AL", "NE", "CA", "CE"},  {"AL", "AL", "CA AA", "CE AE"},
        {"SU", "", "CA", ""},      {"ER", "", "", "CE"},      {"NE", "NE", "", ""},
        {"NE", "AL", "AA", "AE"},  {"", "AL", "AA", "AE"},    {"", "SU", "AA", ""},
        {"ER", "ER", "", "CE AE"}, {"SU", "SU", "CA AA", ""}, {"AL", "ER", "CA", "CE AE"},
    };
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    int fd = peer_connect(journal_port(&j));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int bad = 0; bad < 2; bad++) {
            char message[1024], id[16], codes[64] = "";
            snprintf(id, sizeof id, "E%zu%d", i, bad);
            size_t n = message_make_enhanced(message, sizeof message, id, cases[i].accept,
                                             cases[i].application);
            if (bad) n = (size_t)(strstr(message, "PID|") - message); /* ADT without a patient */
            const char *expected = bad ? cases[i].bad : cases[i].good;
            peer_send_message(fd, (plx_slice){message, n});
            journal_wait(&j, 2 * i + (size_t)bad + 1);
            assert_int_equal(j.entries[2 * i + (size_t)bad].entry.verdict,
                             bad ? PLX_VERDICT_ERROR : PLX_VERDICT_ACCEPTED);
            if (*expected) answer_codes(fd, (strlen(expected) + 1) / 3, codes);
            assert_string_equal(codes, expected);
        }
    assert_true(peer_has_nothing(fd, 20));
    close(fd);
    journal_stop(&j);
}

static void golden_answers(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    char message[1024];
    int fd = peer_connect(journal_port(&j));
    peer_send_message(fd, (plx_slice){message, message_make(message, sizeof message, "G1", "")});
    peer_read(fd, 1, text);
    const char head[] = "\x0BMSH|^~\\&|POLLUX|ED|SENDER|ED|";
    assert_memory_equal(text, head, sizeof head - 1);
    assert_non_null(strstr(text, "||ACK^A01^ACK|P1|P|2.5.1\nMSA|AA|G1\n\x1C\n"));
    size_t n = message_make_enhanced(message, sizeof message, "G2", "AL", "NE");
    peer_send_message(fd, (plx_slice){message, n});
    peer_read(fd, 1, text);
    assert_non_null(strstr(text, "||ACK^A01^ACK|P2|P|2.5.1\nMSA|CA|G2\n\x1C\n"));
    assert_int_equal(j.entries[0].entry.iface, 2);
    assert_int_equal(j.entries[0].entry.schema, PLX_ENTRY_SCHEMA);
    assert_memory_equal(j.entries[0].entry.peer.at, "127.0.0.1:", 10);
    close(fd);
    journal_stop(&j);
}

static void duplicates_and_conflicts(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    char message[1024], changed[1024], bad[1024], first[4096], codes[64];
    size_t n = message_make(message, sizeof message, "D1", "");
    size_t changed_n = message_make(changed, sizeof changed, "D1", "another note");
    size_t bad_n = message_make_enhanced(bad, sizeof bad, "D2", "", "");
    bad_n = (size_t)(strstr(bad, "PID|") - bad);
    int fd = peer_connect(journal_port(&j));
    peer_send_message(fd, (plx_slice){message, n});
    peer_read(fd, 1, text);
    memcpy(first, text, sizeof first);
    /* The same again, also on another connection: the same answer, byte for byte. */
    peer_send_message(fd, (plx_slice){message, n});
    peer_read(fd, 1, text);
    assert_string_equal(text, first);
    int other = peer_connect(journal_port(&j));
    peer_send_message(other, (plx_slice){message, n});
    peer_read(other, 1, text);
    assert_string_equal(text, first);
    peer_send_message(fd, (plx_slice){changed, changed_n});
    answer_codes(fd, 1, codes);
    assert_string_equal(codes, "AE");
    assert_non_null(strstr(text, "MSA|AE|D1\nERR||MSH^1^10|205^"));
    /* A rejected one stays rejected, for the same reason. */
    peer_send_message(fd, (plx_slice){bad, bad_n});
    peer_read(fd, 1, text);
    memcpy(first, text, sizeof first);
    peer_send_message(fd, (plx_slice){bad, bad_n});
    peer_read(fd, 1, text);
    assert_string_equal(text, first);
    assert_non_null(strstr(text, "MSA|AE|D2\nERR|"));
    close(fd);
    close(other);
    journal_stop(&j);
}

static void counters_that_restart(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    char message[1024], changed[1024], codes[64];
    size_t n = message_make(message, sizeof message, "1", "");
    size_t changed_n = message_make(changed, sizeof changed, "1", "another note");
    int fd = peer_connect(plx_mllp_server_bound(j.server, 1)); /* reused_control_id */
    peer_send_message(fd, (plx_slice){message, n});
    peer_send_message(fd, (plx_slice){changed, changed_n});
    answer_codes(fd, 2, codes);
    assert_string_equal(codes, "AA AA");
    assert_int_equal(j.entries[0].entry.iface, 3);
    close(fd);
    journal_stop(&j);
}

static void acks_are_not_answered(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    char message[1024], codes[64];
    const plx_slice ack = PLX_LIT("MSH|^~\\&|A|B|C|D|20260101120000||ACK^A01^ACK|77|P|2.5.1\r"
                                  "MSA|AA|5\r");
    int fd = peer_connect(journal_port(&j));
    peer_send_message(fd, ack);
    peer_send_message(fd, (plx_slice){message, message_make(message, sizeof message, "A1", "")});
    answer_codes(fd, 1, codes);
    assert_non_null(strstr(text, "MSA|AA|A1\n"));
    journal_expect_body(&j, 0, PLX_VERDICT_ACCEPTED, ack);
    close(fd);
    journal_stop(&j);
}

static void not_durable_is_not_acknowledged(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    char message[1024], codes[64];
    j.status = PLX_IO;
    int fd = peer_connect(journal_port(&j));
    peer_send_message(fd, (plx_slice){message, message_make(message, sizeof message, "I1", "")});
    answer_codes(fd, 1, codes);
    assert_string_equal(codes, "AE");
    assert_non_null(strstr(text, "ERR|||207^"));
    /* A journal that takes nothing more: no answer at all, so that the sender tries again. */
    pthread_mutex_lock(&j.mutex);
    j.refuse = PLX_STOPPED;
    pthread_mutex_unlock(&j.mutex);
    peer_send_message(fd, (plx_slice){message, message_make(message, sizeof message, "I2", "")});
    char byte;
    ssize_t got = recv(fd, &byte, 1, 0);
    assert_true(got <= 0);
    assert_int_equal(journal_count(&j), 1);
    close(fd);
    journal_stop(&j);
}

static void answers_in_order_of_messages(void **state)
{
    (void)state;
    memory_journal j;
    journal_start(&j, (plx_mllp_server_options){0});
    journal_set(&j, true, false);
    message_stream s;
    message_stream_make(&s, "R");
    int fd = peer_connect(journal_port(&j));
    peer_send(fd, s.bytes, s.n);
    journal_wait(&j, STREAM_MESSAGES);
    journal_release(&j, STREAM_MESSAGES, 1); /* all but the first, last one first */
    assert_true(peer_has_nothing(fd, 30));
    journal_release(&j, 0, 1);
    peer_read(fd, STREAM_MESSAGES, text);
    const char *at = text;
    for (int i = 0; i < STREAM_MESSAGES; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "MSA|AA|R%d\n", i);
        at = strstr(at, expected);
        assert_non_null(at);
    }
    close(fd);
    journal_stop(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_split_point),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(three_peers_at_once),
        cmocka_unit_test(broken_frames_and_noise),
        cmocka_unit_test(frame_timeout),
        cmocka_unit_test(large_message_is_exact),
        cmocka_unit_test(message_over_the_limit),
        cmocka_unit_test(limit_in_enhanced_mode),
        cmocka_unit_test(enhanced_mode),
        cmocka_unit_test(golden_answers),
        cmocka_unit_test(duplicates_and_conflicts),
        cmocka_unit_test(counters_that_restart),
        cmocka_unit_test(acks_are_not_answered),
        cmocka_unit_test(not_durable_is_not_acknowledged),
        cmocka_unit_test(answers_in_order_of_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
