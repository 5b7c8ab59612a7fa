/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: plx.1 as web 5 writes it: welcome, resume by delta and by snapshot, numbers without a jump,
 * heartbeats, one value per field for the slow, close codes; hostile viewers harm nobody.
 * Oracle: the text of web 5, frames read by hand over real sockets; for coalescing, the last value
 * that was published. Tolerance: heartbeats 1.2 s (1 s and this machine's load). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "edge/serve/message.h"
#include "edge/serve/test_client.h"

typedef struct owner {
    plx_serve *serve;
    plx_clock clock;
    uint16_t port;
} owner;

static void ask(void *self, const plx_serve_request *request)
{
    owner *o = self;
    plx_serve_answer(o->serve, request->ticket, 200, "application/json", "{}", 2);
}

static int setup(void **state)
{
    owner *o = calloc(1, sizeof *o);
    assert_non_null(o);
    char problem[256] = "";
    plx_clock_init(&o->clock, 1);
    plx_serve_options options = {.http = "127.0.0.1:0",
                                 .build = "b\"1",
                                 .epoch = "a91c",
                                 .clock = &o->clock,
                                 .ask = ask,
                                 .self = o};
    assert_int_equal(plx_serve_start(&o->serve, &options, problem, sizeof problem), PLX_OK);
    o->port = plx_serve_bound(o->serve);
    *state = o;
    return 0;
}

static int teardown(void **state)
{
    owner *o = *state;
    plx_serve_stop(o->serve);
    free(o);
    return 0;
}

static void publish(owner *o, uint64_t j, const char *ops)
{
    plx_serve_publish(o->serve, j, "board", ops, strlen(ops));
}

static int hello(owner *o, const char *rest)
{
    char text[512];
    int fd = tc_ws_open(o->port);
    snprintf(text, sizeof text, "{\"t\":\"hello\",\"v\":1,\"build\":\"x\",%s}", rest);
    tc_ws_send(fd, text);
    return fd;
}

static void assert_begins(const char *text, const char *with)
{
    if (strncmp(text, with, strlen(with)) != 0) fail_msg("%s does not begin with %s", text, with);
}

static uint64_t number(const char *text, const char *key)
{
    char name[32];
    snprintf(name, sizeof name, "\"%s\":", key);
    const char *at = strstr(text, name);
    assert_non_null(at);
    return strtoull(at + strlen(name), NULL, 10);
}

static void test_welcome(void **state)
{
    owner *o = *state;
    publish(o, 90977, "");
    int fd = hello(o, "\"subs\":[\"board\"]");
    tc_frame f = tc_ws_read(fd, 2000);
    assert_int_equal(f.opcode, 1);
    assert_begins(f.text, "{\"t\":\"welcome\",\"v\":1,\"build\":\"b\\\"1\",\"epoch\":\"a91c\","
                          "\"j\":90977,\"now\":");
    assert_non_null(strstr(f.text, ",\"resume\":\"snapshot\",\"lost\":[]}"));
    int64_t now_us = (int64_t)number(f.text, "now");
    assert_true(llabs(now_us - plx_clock_now(&o->clock)) < 2000000);
    close(fd);
}

static void test_deltas_and_heartbeats(void **state)
{
    owner *o = *state;
    publish(o, 5, "");
    int fd = hello(o, "\"subs\":[\"board\"]");
    tc_ws_find(fd, "welcome", 2000);
    publish(o, 6, "[\"enc:1\",\"hr\",{\"v\":\"96\"}]");
    plx_serve_publish(o->serve, 7, "feeds", "[\"feeds\",\"all\",{}]", 18); /* not subscribed */
    tc_frame f = tc_ws_find(fd, "\"t\":\"d\"", 2000);
    uint64_t n = number(f.text, "n");
    assert_non_null(strstr(f.text, ",\"ops\":[[\"enc:1\",\"hr\",{\"v\":\"96\"}]]}"));
    assert_null(strstr(f.text, "feeds"));
    uint64_t j = number(f.text, "j");
    assert_true(j == 6 || j == 7);
    for (int i = 0; i < 3; i++) {
        int64_t before_us = plx_boot_us();
        f = tc_ws_read(fd, 2000);
        assert_begins(f.text, "{\"t\":\"hb\",");
        assert_true(plx_boot_us() - before_us < 1200000);
        assert_int_equal(number(f.text, "n"), ++n);
        assert_int_equal(number(f.text, "j"), 7);
        char ack[64];
        snprintf(ack, sizeof ack, "{\"t\":\"ack\",\"n\":%u}", (unsigned)n);
        tc_ws_send(fd, ack);
    }
    publish(o, 9, ""); /* only j moves on */
    f = tc_ws_read(fd, 2000);
    assert_begins(f.text, "{\"t\":\"hb\",");
    assert_int_equal(number(f.text, "j"), 9);
    close(fd);
}

static void test_resume_delta(void **state)
{
    owner *o = *state;
    publish(o, 10, "");
    publish(o, 11, "[\"enc:1\",\"hr\",1]");
    publish(o, 12, "[\"enc:1\",\"hr\",2],[\"enc:2\",\"bp\",3]");
    publish(o, 13, "[\"enc:1\",\"hr\",4]");
    int fd = hello(o, "\"epoch\":\"a91c\",\"j\":12,\"subs\":[\"board\"]");
    tc_frame f = tc_ws_find(fd, "welcome", 2000);
    assert_non_null(strstr(f.text, "\"resume\":\"delta\""));
    assert_int_equal(number(f.text, "j"), 13);
    f = tc_ws_read(fd, 2000);
    assert_string_equal(f.text, "{\"t\":\"d\",\"n\":1,\"j\":13,\"ops\":[[\"enc:2\",\"bp\",3],"
                                "[\"enc:1\",\"hr\",4]]}");
    close(fd);
    fd = hello(o, "\"epoch\":\"a91c\",\"j\":13,\"subs\":[]");
    f = tc_ws_find(fd, "welcome", 2000);
    assert_non_null(strstr(f.text, "\"resume\":\"delta\""));
    f = tc_ws_read(fd, 2000);
    assert_begins(f.text, "{\"t\":\"hb\",\"n\":1,\"j\":13,"); /* nothing subscribed */
    close(fd);
}

static void test_resume_snapshot(void **state)
{
    owner *o = *state;
    publish(o, 10, "");
    publish(o, 11, "[\"enc:1\",\"hr\",1]");
    static const char *const CASES[] = {
        "\"epoch\":\"other\",\"j\":11,\"subs\":[\"board\"]", /* another journal */
        "\"epoch\":\"a91c\",\"j\":9,\"subs\":[\"board\"]",   /* older than the ring */
        "\"epoch\":\"a91c\",\"j\":12,\"subs\":[\"board\"]",  /* from a longer journal */
        "\"epoch\":\"a91c\",\"subs\":[\"board\"]",           /* holds nothing */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        int fd = hello(o, CASES[i]);
        tc_frame f = tc_ws_find(fd, "welcome", 2000);
        assert_non_null(strstr(f.text, "\"resume\":\"snapshot\""));
        assert_int_equal(number(f.text, "j"), 11);
        f = tc_ws_read(fd, 2000); /* no old operations: the snapshot has them */
        assert_begins(f.text, "{\"t\":\"hb\",");
        close(fd);
    }
}

static void test_sub_unsub(void **state)
{
    owner *o = *state;
    publish(o, 1, "");
    int fd = hello(o, "\"subs\":[\"board\"]");
    tc_ws_find(fd, "welcome", 2000);
    tc_ws_send(fd, "{\"t\":\"sub\",\"subs\":[\"feeds\",\"feeds\"]}");
    tc_frame f = tc_ws_find(fd, "\"t\":\"subs\"", 2000);
    assert_non_null(strstr(f.text, "\"subs\":[\"board\",\"feeds\"]}"));
    plx_serve_publish(o->serve, 2, "feeds", "[\"feeds\",\"all\",7]", 17);
    f = tc_ws_find(fd, "[\"feeds\",\"all\",7]", 2000);
    assert_int_equal(f.opcode, 1);
    tc_ws_send(fd, "{\"t\":\"unsub\",\"subs\":[\"feeds\",\"dept\"]}");
    f = tc_ws_find(fd, "\"t\":\"subs\"", 2000);
    assert_non_null(strstr(f.text, "\"subs\":[\"board\"]}"));
    plx_serve_publish(o->serve, 3, "feeds", "[\"feeds\",\"all\",8]", 17);
    publish(o, 4, "[\"enc:1\",\"hr\",1]");
    f = tc_ws_find(fd, "\"t\":\"d\"", 2000);
    assert_null(strstr(f.text, "feeds"));
    close(fd);
}

static void test_origin_and_address(void **state)
{
    owner *o = *state;
    char own[128];
    static const char PLX[] = "Sec-WebSocket-Protocol: plx.1\r\n";
    snprintf(own, sizeof own, "Origin: http://127.0.0.1:%u\r\n", o->port);
    assert_int_equal(tc_ws_open_with(o->port, "/ws", PLX), -403);
    char lines[256];
    snprintf(lines, sizeof lines, "Origin: http://evil.example\r\n%s", PLX);
    assert_int_equal(tc_ws_open_with(o->port, "/ws", lines), -403);
    assert_int_equal(tc_ws_open_with(o->port, "/ws", own), -400);
    snprintf(lines, sizeof lines, "%sSec-WebSocket-Protocol: chat\r\n", own);
    assert_int_equal(tc_ws_open_with(o->port, "/ws", lines), -400);
    snprintf(lines, sizeof lines, "%s%s", own, PLX);
    assert_int_equal(tc_ws_open_with(o->port, "/other", lines), -404);
    snprintf(lines, sizeof lines, "%sSec-WebSocket-Protocol: chat, plx.1\r\n", own);
    int fd = tc_ws_open_with(o->port, "/ws", lines);
    assert_true(fd >= 0);
    close(fd);
}

static void assert_closes(owner *o, const char *text, int code)
{
    int fd = tc_ws_open(o->port);
    tc_ws_send(fd, text);
    assert_int_equal(tc_ws_closed(fd, 3000), code);
    close(fd);
}

static void test_close_codes(void **state)
{
    owner *o = *state;
    assert_closes(o, "{\"t\":\"hello\",\"v\":1,\"subs\":[\"secrets\"]}", 4003);
    assert_closes(o, "{\"t\":\"hello\",\"v\":3}", 4009);
    assert_closes(o, "nonsense", 1002);
    assert_closes(o, "{\"t\":\"ack\",\"n\":0}", 1002); /* before hello */
    int fd = hello(o, "\"subs\":[]");
    tc_ws_find(fd, "welcome", 2000);
    tc_ws_send(fd, "{\"t\":\"ack\",\"n\":1000}"); /* never sent */
    assert_int_equal(tc_ws_closed(fd, 3000), 1002);
    close(fd);
    fd = hello(o, "\"subs\":[]");
    tc_ws_find(fd, "welcome", 2000);
    tc_ws_send(fd, "{\"t\":\"hello\",\"v\":1}");
    assert_int_equal(tc_ws_closed(fd, 3000), 1002);
    close(fd);
    fd = tc_ws_open(o->port);
    tc_ws_frame(fd, 0x82, "{}", 2, true);
    assert_int_equal(tc_ws_closed(fd, 3000), 1003);
    close(fd);
    char *large = calloc(1, 100001);
    assert_non_null(large);
    memset(large, ' ', 100000);
    assert_closes(o, large, 1009);
    free(large);
    fd = hello(o, "\"subs\":[]");
    for (int i = 0; i < 400; i++)
        tc_ws_send(fd, "{\"t\":\"other\"}");
    assert_int_equal(tc_ws_closed(fd, 3000), 1002);
    close(fd);
}

static void test_fragments(void **state)
{
    owner *o = *state;
    publish(o, 3, "");
    int fd = tc_ws_open(o->port);
    tc_ws_frame(fd, 0x01, "{\"t\":\"hello\"", 12, true);
    tc_ws_frame(fd, 0x89, "ping", 4, true); /* control frames come between */
    tc_ws_frame(fd, 0x80, ",\"v\":1}", 7, true);
    tc_frame f = tc_ws_find(fd, "welcome", 2000);
    assert_int_equal(number(f.text, "j"), 3);
    close(fd);
}

/* 64 fields of 16 KiB: 1 MiB a round, merged never more than that. */
static void publish_round(owner *o, uint64_t j)
{
    enum { FIELDS = 64, EACH = 16384 };
    char *ops = malloc(FIELDS * (EACH + 64));
    assert_non_null(ops);
    size_t n = 0;
    for (int i = 0; i < FIELDS; i++) {
        n += (size_t)sprintf(ops + n, "%s[\"enc:1\",\"f%d\",\"%08u", i ? "," : "", i, (unsigned)j);
        memset(ops + n, 'x', EACH);
        n += EACH;
        n += (size_t)sprintf(ops + n, "\"]");
    }
    plx_serve_publish(o->serve, j, "board", ops, n);
    free(ops);
}

static void test_slow_viewer_is_merged(void **state)
{
    owner *o = *state;
    publish(o, 1, "");
    int slow = hello(o, "\"subs\":[\"board\"]"), quick = hello(o, "\"subs\":[\"board\"]");
    tc_ws_find(slow, "welcome", 2000);
    tc_ws_find(quick, "welcome", 2000);
    enum { ROUNDS = 40 };
    for (unsigned j = 2; j < 2 + ROUNDS; j++) { /* 40 MiB; slow takes nothing meanwhile */
        char part[32];
        publish_round(o, j);
        snprintf(part, sizeof part, "\"f63\",\"%08u", j);
        int64_t before_us = plx_boot_us();
        assert_int_equal(tc_ws_find(quick, part, 5000).opcode, 1);
        assert_true(plx_boot_us() - before_us < 1500000); /* nobody waits for the slow one */
    }
    uint64_t n = 0, bytes = 0, frames = 0;
    for (bool last = false; !last; frames++) {
        tc_frame f = tc_ws_read(slow, 5000);
        assert_int_equal(f.opcode, 1);
        assert_int_equal(number(f.text, "n"), ++n);
        bytes += f.n;
        last = strstr(f.text, "\"f63\",\"00000041") != NULL;
    }
    assert_true(bytes < ROUNDS / 2 * 1048576); /* most rounds were never sent */
    close(slow);
    close(quick);
}

static void test_too_slow_is_closed(void **state)
{
    owner *o = *state;
    publish(o, 1, "");
    int fd = hello(o, "\"subs\":[\"board\"]");
    tc_ws_find(fd, "welcome", 2000);
    char *op = malloc(1 << 20);
    assert_non_null(op);
    for (unsigned j = 2; j < 30; j++) { /* different fields: they cannot be merged */
        int n = sprintf(op, "[\"enc:1\",\"f%u\",\"", j);
        memset(op + n, 'x', (1 << 20) - 64);
        strcpy(op + n + (1 << 20) - 64, "\"]");
        publish(o, j, op);
        usleep(1000);
    }
    free(op);
    usleep(1500000); /* the look at who is behind is once a second */
    assert_int_equal(tc_ws_closed(fd, 8000), 4008);
    close(fd);
    fd = hello(o, "\"epoch\":\"a91c\",\"j\":3,\"subs\":[\"board\"]"); /* 26 MiB behind: no delta */
    tc_frame f = tc_ws_find(fd, "welcome", 2000);
    assert_non_null(strstr(f.text, "snapshot"));
    close(fd);
}

/* Waits until the serve thread has taken everything up to j. */
static void settle(owner *o, uint64_t j)
{
    for (int i = 0; i < 200; i++) {
        int fd = hello(o, "\"subs\":[]");
        tc_frame f = tc_ws_find(fd, "welcome", 2000);
        uint64_t at = number(f.text, "j");
        close(fd);
        if (at == j) return;
        usleep(10000);
    }
    fail_msg("the publications never arrived");
}

static void test_ring_overflow(void **state)
{
    owner *o = *state;
    publish(o, 1, "");
    for (unsigned j = 2; j <= 90; j++) { /* 90 MiB through 64 MiB */
        publish_round(o, j);
        if (j % 10 == 0) settle(o, j);
    }
    int fd = hello(o, "\"epoch\":\"a91c\",\"j\":5,\"subs\":[\"board\"]");
    tc_frame f = tc_ws_find(fd, "welcome", 5000);
    assert_non_null(strstr(f.text, "\"resume\":\"snapshot\""));
    close(fd);
    fd = hello(o, "\"epoch\":\"a91c\",\"j\":85,\"subs\":[\"board\"]");
    f = tc_ws_find(fd, "welcome", 5000);
    assert_non_null(strstr(f.text, "\"resume\":\"delta\""));
    f = tc_ws_find(fd, "\"t\":\"d\"", 5000);
    assert_non_null(strstr(f.text, "\"f63\",\"00000090"));
    assert_null(strstr(f.text, "\"00000089"));
    close(fd);
}

static void test_bad_publication(void **state)
{
    owner *o = *state;
    publish(o, 1, "");
    int fd = hello(o, "\"subs\":[\"board\"]");
    tc_ws_find(fd, "welcome", 2000);
    publish(o, 2, "not a list"); /* a bug elsewhere: viewers take a snapshot, nothing is hidden */
    assert_int_equal(tc_ws_closed(fd, 3000), 4008);
    close(fd);
    fd = hello(o, "\"epoch\":\"a91c\",\"j\":1,\"subs\":[\"board\"]");
    tc_frame f = tc_ws_find(fd, "welcome", 2000);
    assert_non_null(strstr(f.text, "\"resume\":\"snapshot\""));
    assert_int_equal(number(f.text, "j"), 2);
    close(fd);
}

static void test_half_open(void **state)
{
    owner *o = *state;
    publish(o, 1, "");
    int dead[64];
    for (int i = 0; i < 64; i++) {
        dead[i] = i % 2 ? tc_ws_open(o->port) : hello(o, "\"subs\":[\"board\"]");
        if (i % 4 == 0) tc_ws_frame(dead[i], 0x81, "x", 1, false);       /* not masked */
        if (i % 4 == 1) tc_send(dead[i], "\x81\xff\xff\xff\xff\xff", 6); /* 2^63 bytes to come */
        if (i % 4 == 2) tc_send(dead[i], "\xf1\x80", 2);                 /* reserved bits */
    }
    int fd = hello(o, "\"subs\":[\"board\"]");
    tc_ws_find(fd, "welcome", 2000);
    publish(o, 2, "[\"enc:1\",\"hr\",1]");
    assert_int_equal(tc_ws_find(fd, "\"hr\",1", 2000).opcode, 1);
    for (int i = 0; i < 64; i++) {
        struct linger hard = {.l_onoff = 1}; /* reset, not a polite end */
        setsockopt(dead[i], SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(dead[i]);
    }
    publish(o, 3, "[\"enc:1\",\"hr\",2]");
    assert_int_equal(tc_ws_find(fd, "\"hr\",2", 2000).opcode, 1);
    close(fd);
}

static void test_no_hello(void **state)
{
    owner *o = *state;
    int fd = tc_ws_open(o->port);
    assert_int_equal(tc_ws_closed(fd, 12000), 1002);
    close(fd);
}

static void test_stop_says_goodbye(void **state)
{
    owner *o = *state;
    publish(o, 1, "");
    int fd = hello(o, "\"subs\":[\"board\"]");
    tc_ws_find(fd, "welcome", 2000);
    plx_serve_stop(o->serve);
    o->serve = NULL;
    assert_int_equal(tc_ws_closed(fd, 3000), 1001);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_welcome, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deltas_and_heartbeats, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resume_delta, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resume_snapshot, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sub_unsub, setup, teardown),
        cmocka_unit_test_setup_teardown(test_origin_and_address, setup, teardown),
        cmocka_unit_test_setup_teardown(test_close_codes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fragments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_slow_viewer_is_merged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_slow_is_closed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ring_overflow, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_publication, setup, teardown),
        cmocka_unit_test_setup_teardown(test_half_open, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_hello, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stop_says_goodbye, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
