/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: HOST:PORT is read in each usual form, and a wrong one gets a sentence.
 * Oracle: closed form; RFC 4291 texts of IPv6 addresses.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "edge/host/address.h"

static void good_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
    } cases[] = {
        {"127.0.0.1:2575", "127.0.0.1", 2575},
        {"[::1]:80", "::1", 80},
        {":0", "", 0},
        {"a-b.example_1:65535", "a-b.example_1", 65535},
        {"[fe80::1%eth0]:1", "fe80::1%eth0", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char host[PLX_ADDRESS_HOST_MAX];
        uint16_t port = 7;
        const char *problem = NULL;
        assert_int_equal(plx_address_split(plx_slice_of(cases[i].text), host, &port, &problem),
                         PLX_OK);
        assert_string_equal(host, cases[i].host);
        assert_int_equal(port, cases[i].port);
    }
}

static void bad_forms(void **state)
{
    (void)state;
    char long_text[400];
    memset(long_text, 'a', sizeof long_text);
    memcpy(long_text + 390, ":1", 3);
    const char *cases[] = {"",           "2575",    "host",  "host:",   "host:x",
                           "host:65536", "host:-1", "::1:2", "[::1",    "[::1]2",
                           "[]:1",       "a b:1",   "a/b:1", long_text, "[a!]:1"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char host[PLX_ADDRESS_HOST_MAX] = "unchanged";
        uint16_t port = 7;
        const char *problem = NULL;
        assert_int_equal(plx_address_split(plx_slice_of(cases[i]), host, &port, &problem),
                         PLX_CONFIG);
        assert_non_null(problem);
        assert_string_equal(host, "unchanged");
        assert_int_equal(port, 7);
    }
}

static void found_and_written_back(void **state)
{
    (void)state;
    const char *texts[] = {"127.0.0.1:2575", "[::1]:2575", "192.0.2.7:1"};
    const bool loopback[] = {true, true, false};
    for (size_t i = 0; i < 3; i++) {
        plx_address address;
        char problem[200], text[PLX_ADDRESS_TEXT_MAX];
        assert_int_equal(plx_address_find(texts[i], &address, problem, sizeof problem), PLX_OK);
        uint32_t host_n = 0, n = plx_address_text(&address.socket, text, &host_n);
        assert_int_equal(n, strlen(texts[i]));
        assert_memory_equal(text, texts[i], n);
        assert_int_equal(text[host_n], ':');
        assert_int_equal(plx_address_is_loopback(&address.socket), loopback[i]);
        assert_int_equal(plx_address_port(&address.socket), i == 2 ? 1 : 2575);
    }
}

static void mapped_address_is_ipv4(void **state)
{
    (void)state;
    struct sockaddr_storage socket = {0};
    struct sockaddr_in6 *six = (void *)&socket;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(9);
    assert_int_equal(inet_pton(AF_INET6, "::ffff:127.0.0.2", &six->sin6_addr), 1);
    char text[PLX_ADDRESS_TEXT_MAX];
    uint32_t host_n = 0, n = plx_address_text(&socket, text, &host_n);
    assert_int_equal(n, strlen("127.0.0.2:9"));
    assert_memory_equal(text, "127.0.0.2:9", n);
    assert_true(plx_address_is_loopback(&socket));
}

static void problems_are_sentences(void **state)
{
    (void)state;
    plx_address address;
    char problem[200] = "";
    assert_int_equal(plx_address_find("nowhere", &address, problem, sizeof problem), PLX_CONFIG);
    assert_non_null(strstr(problem, "\"nowhere\": the port is missing"));
    /* A label of more than 63 letters is refused before anything is asked. */
    char name[100];
    memset(name, 'a', sizeof name);
    memcpy(name + 80, ":5", 3);
    assert_int_equal(plx_address_find(name, &address, problem, sizeof problem), PLX_NETWORK);
    assert_non_null(strstr(problem, "check the host's name"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_forms),
        cmocka_unit_test(bad_forms),
        cmocka_unit_test(found_and_written_back),
        cmocka_unit_test(mapped_address_is_ipv4),
        cmocka_unit_test(problems_are_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
