/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what a browser may say is understood, everything else names its close code.
 * Oracle: the examples and codes of web 5. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "edge/serve/message.h"

static serve_message message;
static const char *why;

static int parse(const char *text)
{
    return serve_message_parse(plx_slice_of(text), &message, &why);
}

static void test_hello(void **state)
{
    (void)state;
    assert_int_equal(
        parse("{\"t\":\"hello\",\"v\":1,\"build\":\"b\",\"epoch\":\"a91c\",\"j\":90412,"
              "\"subs\":[\"board\",\"alarms\",\"dept\",\"bed:R2\",\"wave:R2\",\"job:77\"],"
              "\"wave\":{\"R2\":{\"hz\":250},\"*\":{\"px_s\":60}}}"),
        0);
    assert_int_equal(message.kind, SERVE_MESSAGE_HELLO);
    assert_string_equal(message.epoch, "a91c");
    assert_int_equal(message.j, 90412);
    assert_int_equal(message.subs_n, 6);
    assert_string_equal(message.subs[3], "bed:R2");
    assert_int_equal(parse("{\"t\":\"hello\",\"v\":1}"), 0);
    assert_true(message.j == UINT64_MAX); /* holds nothing yet */
    assert_int_equal(message.subs_n, 0);
    assert_int_equal(parse("{\"t\":\"hello\",\"v\":1,\"j\":-1,\"epoch\":7}"), 0);
    assert_true(message.j == UINT64_MAX);
}

static void test_others(void **state)
{
    (void)state;
    assert_int_equal(parse("{\"t\":\"ack\",\"n\":519}"), 0);
    assert_int_equal(message.kind, SERVE_MESSAGE_ACK);
    assert_int_equal(message.n, 519);
    assert_int_equal(parse("{\"t\":\"sub\",\"subs\":[\"feeds\"]}"), 0);
    assert_int_equal(message.kind, SERVE_MESSAGE_SUB);
    assert_int_equal(parse("{\"t\":\"unsub\",\"subs\":[\"feeds\"]}"), 0);
    assert_int_equal(message.kind, SERVE_MESSAGE_UNSUB);
    assert_string_equal(message.subs[0], "feeds");
    assert_int_equal(parse("{\"t\":\"back\",\"s\":7,\"from\":1,\"to\":2}"), 0);
    assert_int_equal(message.kind, SERVE_MESSAGE_OTHER);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        int code;
        const char *text;
    } CASES[] = {
        {SERVE_CLOSE_PROTOCOL, ""},
        {SERVE_CLOSE_PROTOCOL, "hello"},
        {SERVE_CLOSE_PROTOCOL, "[]"},
        {SERVE_CLOSE_PROTOCOL, "{\"t\":1}"},
        {SERVE_CLOSE_PROTOCOL, "{\"t\":\"ack\"}"},
        {SERVE_CLOSE_PROTOCOL, "{\"t\":\"ack\",\"n\":\"1\"}"},
        {SERVE_CLOSE_PROTOCOL, "{\"t\":\"ack\",\"n\":1,\"n\":2}"},
        {SERVE_CLOSE_PROTOCOL, "{\"t\":\"sub\",\"subs\":\"board\"}"},
        {SERVE_CLOSE_PROTOCOL, "{\"t\":\"sub\",\"subs\":[1]}"},
        {SERVE_CLOSE_FORBIDDEN, "{\"t\":\"sub\",\"subs\":[\"admin\"]}"},
        {SERVE_CLOSE_FORBIDDEN, "{\"t\":\"sub\",\"subs\":[\"bed:\"]}"},
        {SERVE_CLOSE_FORBIDDEN, "{\"t\":\"sub\",\"subs\":[\"\"]}"},
        {SERVE_CLOSE_FORBIDDEN, "{\"t\":\"sub\",\"subs\":[\"bo\\u0061rd\"]}"},
        {SERVE_CLOSE_FORBIDDEN, "{\"t\":\"sub\",\"subs\":[\"bed:../x\"]}"},
        {SERVE_CLOSE_VERSION, "{\"t\":\"hello\"}"},
        {SERVE_CLOSE_VERSION, "{\"t\":\"hello\",\"v\":2}"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(parse(CASES[i].text), CASES[i].code);
        assert_true(strlen(why) > 0 && strlen(why) <= 100);
    }
}

static void test_edges(void **state)
{
    (void)state;
    char text[4096];
    size_t n = (size_t)sprintf(text, "{\"t\":\"sub\",\"subs\":[");
    for (int i = 0; i <= SERVE_SUBS_MAX; i++)
        n += (size_t)sprintf(text + n, "%s\"bed:%d\"", i ? "," : "", i);
    sprintf(text + n, "]}");
    assert_int_equal(parse(text), SERVE_CLOSE_PROTOCOL);
    sprintf(text, "{\"t\":\"sub\",\"subs\":[\"bed:%043d\"]}", 1); /* 47 bytes: the longest */
    assert_int_equal(parse(text), 0);
    assert_int_equal(strlen(message.subs[0]), SERVE_TOPIC_MAX - 1);
    sprintf(text, "{\"t\":\"sub\",\"subs\":[\"bed:%044d\"]}", 1);
    assert_int_equal(parse(text), SERVE_CLOSE_FORBIDDEN);
    sprintf(text, "{\"t\":\"hello\",\"v\":1,\"epoch\":\"%0100d\"}", 1);
    assert_int_equal(parse(text), 0);
    assert_string_equal(message.epoch, ""); /* cannot be ours */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hello),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
