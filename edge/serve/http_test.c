/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: HTTP as web 2 and operations 4 and 6 write it: pages, questions through the port, refusals
 * in words, headers on every answer, limits; a hostile client harms nobody else. Oracle: the
 * specification's tables, sent and read by hand over real sockets. Tolerance: none; waits are
 * bounded by the client's 15 s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "edge/serve/asset.h"
#include "edge/serve/guard.h"
#include "edge/serve/test_client.h"

typedef struct owner {
    plx_serve *serve;
    plx_clock clock;
    uint16_t port;
    _Atomic uint64_t held; /* ticket that nobody answers until told */
    atomic_uint asked;
    pthread_mutex_t mutex;
    char seen[256]; /* of the last question: method path?query#body length */
} owner;

static void ask(void *self, const plx_serve_request *r)
{
    owner *o = self;
    pthread_mutex_lock(&o->mutex);
    snprintf(o->seen, sizeof o->seen, "%s %.*s?%.*s#%zu", r->post ? "POST" : "GET", (int)r->path.n,
             r->path.at, (int)r->query.n, r->query.at, r->body.n);
    pthread_mutex_unlock(&o->mutex);
    o->asked++;
    if (plx_slice_is(r->path, "/api/held")) {
        o->held = r->ticket;
        return;
    }
    if (plx_slice_is(r->path, "/api/large")) {
        size_t n = 4 * 1024 * 1024;
        char *bytes = malloc(n);
        assert_non_null(bytes);
        memset(bytes, 'x', n);
        plx_serve_answer(o->serve, r->ticket, 200, "text/plain", bytes, n);
        free(bytes);
        return;
    }
    if (r->post)
        plx_serve_answer(o->serve, r->ticket, 200, "application/octet-stream", r->body.at,
                         r->body.n);
    else
        plx_serve_answer(o->serve, r->ticket, 200, "application/json", "{\"a\":1}", 7);
}

static int setup(void **state)
{
    owner *o = calloc(1, sizeof *o);
    assert_non_null(o);
    char problem[256] = "";
    plx_clock_init(&o->clock, 1);
    pthread_mutex_init(&o->mutex, NULL);
    plx_serve_options options = {.http = "127.0.0.1:0",
                                 .build = "test",
                                 .epoch = "e1",
                                 .clock = &o->clock,
                                 .ask = ask,
                                 .self = o};
    assert_int_equal(plx_serve_start(&o->serve, &options, problem, sizeof problem), PLX_OK);
    o->port = plx_serve_bound(o->serve);
    assert_true(o->port > 0);
    *state = o;
    return 0;
}

static int teardown(void **state)
{
    owner *o = *state;
    plx_serve_stop(o->serve);
    pthread_mutex_destroy(&o->mutex);
    free(o);
    return 0;
}

static tc_reply get(owner *o, const char *path)
{
    return tc_request(o->port, "GET", path, "", NULL);
}

static tc_reply post(owner *o, const char *path, const char *body)
{
    char origin[64];
    snprintf(origin, sizeof origin, "Origin: http://127.0.0.1:%u\r\n", o->port);
    return tc_request(o->port, "POST", path, origin, body);
}

static void assert_secure(const tc_reply *r)
{
    assert_non_null(strstr(tc_header(r, "content-security-policy"), "default-src 'none'"));
    assert_non_null(strstr(tc_header(r, "content-security-policy"), "require-trusted-types-for"));
    assert_string_equal(tc_header(r, "x-content-type-options"), "nosniff");
    assert_string_equal(tc_header(r, "referrer-policy"), "no-referrer");
    assert_string_equal(tc_header(r, "cross-origin-opener-policy"), "same-origin");
    assert_string_equal(tc_header(r, "cross-origin-resource-policy"), "same-origin");
    assert_non_null(strstr(tc_header(r, "permissions-policy"), "camera=()"));
    assert_string_equal(tc_header(r, "strict-transport-security"), "");
    assert_string_equal(tc_header(r, "server"), "");
}

static void assert_error(const tc_reply *r, int status)
{
    assert_int_equal(r->status, status);
    assert_string_equal(tc_header(r, "content-type"), "application/json");
    assert_memory_equal(r->body, "{\"error\":\"", 10);
    assert_memory_equal(r->body + r->n - 2, "\"}", 2);
    assert_secure(r);
}

static void test_page(void **state)
{
    owner *o = *state;
    tc_reply r = get(o, "/");
    assert_int_equal(r.status, 200);
    assert_secure(&r);
    assert_string_equal(tc_header(&r, "content-type"), "text/html; charset=utf-8");
    assert_string_equal(tc_header(&r, "cache-control"), "no-cache");
    assert_non_null(strstr(r.body, "Pollux"));
    char again[128];
    snprintf(again, sizeof again, "If-None-Match: %s\r\n", tc_header(&r, "etag"));
    int fd = tc_connect(o->port);
    char request[512];
    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: localhost:%u\r\n%s\r\n", o->port,
             again);
    tc_text(fd, request);
    r = tc_read(fd, true);
    assert_int_equal(r.status, 304);
    assert_secure(&r);
    snprintf(request, sizeof request, "HEAD / HTTP/1.1\r\nHost: localhost:%u\r\n\r\n", o->port);
    tc_text(fd, request); /* the same connection goes on */
    r = tc_read(fd, true);
    assert_int_equal(r.status, 200);
    assert_true(r.n > 100);
    close(fd);
}

static void test_assets(void **state)
{
    owner *o = *state;
    if (plx_serve_assets_n == 0) skip(); /* built without Node: only the notice exists */
    for (size_t i = 0; i < plx_serve_assets_n; i++) {
        const plx_serve_asset *a = &plx_serve_assets[i];
        tc_reply r = tc_request(o->port, "GET", a->path, "Accept-Encoding: gzip\r\n", NULL);
        assert_int_equal(r.status, 200);
        assert_string_equal(tc_header(&r, "content-encoding"), "gzip");
        assert_string_equal(tc_header(&r, "vary"), "accept-encoding");
        assert_int_equal(r.n, a->gz.n);
        assert_memory_equal(r.body, a->gz.at, r.n);
        const char *cache = tc_header(&r, "cache-control");
        if (a->path[1])
            assert_non_null(strstr(cache, "immutable"));
        else
            assert_string_equal(cache, "no-cache");
        r = tc_request(o->port, "GET", a->path, "Accept-Encoding: gzip;q=0\r\n", NULL);
        assert_string_equal(tc_header(&r, "content-encoding"), "");
        assert_int_equal(r.n, a->plain.n);
        assert_memory_equal(r.body, a->plain.at, r.n);
        if (!a->br.at) continue;
        r = tc_request(o->port, "GET", a->path, "Accept-Encoding: gzip, deflate, br\r\n", NULL);
        assert_string_equal(tc_header(&r, "content-encoding"), "br");
        assert_int_equal(r.n, a->br.n);
    }
}

static void test_refusals(void **state)
{
    owner *o = *state;
    tc_reply r = get(o, "/nowhere");
    assert_error(&r, 404);
    r = get(o, "/a/0123456789abcdef.js");
    assert_error(&r, 404);
    r = get(o, "/a/../b/./c");
    assert_error(&r, 404);
    r = get(o, "/ws");
    assert_error(&r, 426);
    r = tc_request(o->port, "PUT", "/api/state", "", "x");
    assert_error(&r, 405);
    assert_string_equal(tc_header(&r, "allow"), "GET, HEAD, POST");
    r = tc_request(o->port, "DELETE", "/", "", NULL);
    assert_error(&r, 405);
    assert_string_equal(tc_header(&r, "allow"), "GET, HEAD");
    r = tc_request(o->port, "OPTIONS", "/api/state", "", NULL);
    assert_error(&r, 405);
    char *path = malloc(3000);
    assert_non_null(path);
    snprintf(path, 3000, "/api/%01500d", 1);
    r = get(o, path);
    assert_error(&r, 414);
    free(path);
    r = tc_request(o->port, "GET", "/",
                   "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                   "HTTP2-Settings: AAMAAABkAAQAAP__\r\n",
                   NULL);
    assert_error(&r, 501);
}

static void test_host(void **state)
{
    owner *o = *state;
    int fd = tc_connect(o->port);
    tc_text(fd, "GET /api/state HTTP/1.1\r\nHost: evil.example:80\r\n\r\n");
    tc_reply r = tc_read(fd, false);
    assert_error(&r, 421);
    assert_int_equal(o->asked, 0);
    close(fd);
}

static void test_health(void **state)
{
    owner *o = *state;
    tc_reply r = get(o, "/health/live");
    assert_int_equal(r.status, 200);
    assert_string_equal(tc_header(&r, "cache-control"), "no-store");
    r = get(o, "/health/ready");
    assert_error(&r, 503);
    plx_serve_publish(o->serve, 1, "board", "", 0);
    r = get(o, "/health/ready");
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"ready\":true}");
    r = get(o, "/health/other");
    assert_error(&r, 404);
}

static void test_ask(void **state)
{
    owner *o = *state;
    tc_reply r = get(o, "/api/state?topic=board&at=a%20b%2Bc");
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"a\":1}");
    assert_string_equal(tc_header(&r, "cache-control"), "no-store");
    assert_secure(&r);
    assert_string_equal(o->seen, "GET /api/state?topic=board&at=a b+c#0");
    r = tc_request(o->port, "HEAD", "/api/state", "", NULL);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.n, 7);
}

static void test_post(void **state)
{
    owner *o = *state;
    tc_reply r = post(o, "/api/feeds/resend", "{\"seq\":1}");
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"seq\":1}");
    assert_string_equal(o->seen, "POST /api/feeds/resend?#9");
    r = post(o, "/api/feeds/resend", "");
    assert_int_equal(r.status, 200);
    assert_int_equal(r.n, 0);
    unsigned before = o->asked;
    r = tc_request(o->port, "POST", "/api/x", "", "{}"); /* no Origin */
    assert_error(&r, 403);
    r = tc_request(o->port, "POST", "/api/x", "Origin: http://evil.example\r\n", "{}");
    assert_error(&r, 403);
    r = tc_request(o->port, "POST", "/api/x", "Origin: null\r\n", "{}");
    assert_error(&r, 403);
    assert_int_equal(o->asked, before);
    char origin[64];
    snprintf(origin, sizeof origin, "Origin: http://127.0.0.1:%u\r\n", o->port);
    r = tc_request(o->port, "POST", "/api/x", origin, NULL); /* no Content-Length */
    assert_error(&r, 411);
    r = tc_request(o->port, "POST", "/", origin, "x");
    assert_error(&r, 405);
}

static void test_body_limit(void **state)
{
    owner *o = *state;
    char head[256];
    snprintf(head, sizeof head,
             "POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nOrigin: http://127.0.0.1:%u\r\n"
             "Content-Length: %d\r\n\r\n",
             o->port, o->port, PLX_SERVE_BODY_MAX + 1);
    int fd = tc_connect(o->port);
    tc_text(fd, head);
    tc_reply r = tc_read(fd, false);
    assert_error(&r, 413);
    close(fd);
    size_t n = 5 * 1024 * 1024; /* what the test client can read back */
    char *body = malloc(n + 1);
    assert_non_null(body);
    for (size_t i = 0; i < n; i++)
        body[i] = (char)('a' + i % 23);
    body[n] = '\0';
    r = post(o, "/api/x", body);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.n, n);
    assert_memory_equal(r.body, body, n);
    free(body);
}

/* All of the head and of n bytes of body are taken, and then the answer comes. */
static void assert_refused_in_words(owner *o, const char *line, const char *more, size_t n,
                                    int status)
{
    char head[512];
    snprintf(head, sizeof head, "%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", line, o->port, more);
    int fd = tc_connect(o->port);
    char *body = calloc(n + 1, 1);
    assert_non_null(body);
    assert_true(tc_send_all(fd, head, strlen(head)));
    assert_true(tc_send_all(fd, body, n));
    tc_reply r = tc_read(fd, false);
    assert_error(&r, status);
    assert_string_equal(tc_header(&r, "connection"), "close");
    char byte;
    assert_int_equal(read(fd, &byte, 1), 0); /* nothing behind the answer, and no reset */
    close(fd);
    free(body);
}

static void test_refused_bodies(void **state)
{
    owner *o = *state;
    char more[256];
    snprintf(more, sizeof more, "Origin: http://127.0.0.1:%u\r\nContent-Length: %d\r\n", o->port,
             PLX_SERVE_BODY_MAX + 1);
    assert_refused_in_words(o, "POST /api/x", more, PLX_SERVE_BODY_MAX + 1, 413);
    snprintf(more, sizeof more, "Content-Length: %d\r\n", 4 << 20);
    assert_refused_in_words(o, "POST /api/x", more, 4 << 20, 403);
    assert_refused_in_words(o, "PUT /", more, 4 << 20, 405);
    snprintf(more, sizeof more, "Origin: http://127.0.0.1:%u\r\nTransfer-Encoding: chunked\r\n",
             o->port);
    assert_refused_in_words(o, "POST /api/x", more, 4 << 20, 411);
    assert_int_equal(o->asked, 0);
}

/* A sender without an end is not listened to for ever. */
static void test_endless_body(void **state)
{
    owner *o = *state;
    enum { PIECE = 1 << 20, PIECES = 1024 };
    int fd = tc_connect(o->port);
    tc_text(fd, "POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n");
    char *body = calloc(PIECE, 1);
    assert_non_null(body);
    int sent = 0;
    while (sent < PIECES && tc_send_all(fd, body, PIECE))
        sent++;
    assert_in_range(sent, 1, PIECES - 1);
    close(fd);
    free(body);
}

static void test_unreadable_requests(void **state)
{
    owner *o = *state;
    static const char *const BAD[] = {
        "GET /api/state?topic=%00",
        "GET /api/state?topic=a%00b",
        "GET /api/state?topic=%zz",
        "GET /%",
        "GET",
        "GET state",
        "CONNECT localhost:22",
        "POST /api/\x01",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_refused_in_words(o, BAD[i], "", 0, 400);
    assert_refused_in_words(o, "GET /api/state?topic=%00", "", 4 << 20, 400);
    assert_refused_in_words(o, "BREW /api/state", "", 0, 501);
    char many[256] = "GET /api/state?a";
    for (int i = 0; i < SERVE_ARGUMENTS_MAX; i++)
        strcat(many, "&a=1");
    assert_refused_in_words(o, many, "", 0, 400);
    many[strlen(many) - 4] = '\0';
    strcat(many, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    int fd = tc_connect(o->port);
    tc_text(fd, many);
    tc_reply r = tc_read(fd, false);
    assert_int_equal(r.status, 200);
    tc_text(fd, "BREW / HTTP/1.1\r\n\r\n"); /* not the first line: libwebsockets' own refusal */
    r = tc_read(fd, false);
    assert_int_equal(r.status, 403);
    assert_secure(&r);
    close(fd);
    assert_int_equal(o->asked, 1);
}

/* A first line that comes in pieces is served all the same. */
static void test_line_in_pieces(void **state)
{
    owner *o = *state;
    static const char *const PIECES[] = {"G",  "ET /api/st", "ate?topic=board HTTP/1.1\r",
                                         "\n", "Host: loc",  "alhost\r\n\r\n"};
    int fd = tc_connect(o->port);
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
        tc_text(fd, PIECES[i]);
        usleep(10000);
    }
    tc_reply r = tc_read(fd, false);
    assert_string_equal(r.body, "{\"a\":1}");
    close(fd);
}

/* Who only says goodbye gets no answer. */
static void test_no_request_no_answer(void **state)
{
    owner *o = *state;
    static const char *const BEFORE[] = {"", "GET /api/st",
                                         "GET /api/state HTTP/1.1\r\nHost: localhost\r\n\r\n"};
    for (size_t i = 0; i < sizeof BEFORE / sizeof BEFORE[0]; i++) {
        int fd = tc_connect(o->port);
        char byte;
        tc_text(fd, BEFORE[i]);
        if (i == 2) {
            tc_reply r = tc_read(fd, false);
            assert_int_equal(r.status, 200);
        }
        usleep(20000);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        assert_int_equal(read(fd, &byte, 1), 0);
        close(fd);
    }
}

static void *answer_later(void *self)
{
    owner *o = self;
    for (int i = 0; i < 3000 && o->held == 0; i++)
        usleep(1000);
    plx_serve_answer(o->serve, o->held, 202, "application/json", "[]", 2);
    return NULL;
}

static void test_answer_from_another_thread(void **state)
{
    owner *o = *state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, answer_later, o), 0);
    tc_reply r = get(o, "/api/held");
    pthread_join(thread, NULL);
    assert_int_equal(r.status, 202);
    plx_serve_answer(o->serve, o->held, 200, "text/plain", "twice", 5); /* of no effect */
    plx_serve_answer(o->serve, UINT64_MAX, 200, "text/plain", "?", 1);
    plx_serve_answer(o->serve, 0, 200, "text/plain", "?", 1);
    r = get(o, "/api/state");
    assert_string_equal(r.body, "{\"a\":1}");
}

static void test_asker_gone(void **state)
{
    owner *o = *state;
    int fd = tc_connect(o->port);
    tc_text(fd, "GET /api/held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for (int i = 0; i < 3000 && o->held == 0; i++)
        usleep(1000);
    assert_true(o->held != 0);
    close(fd);
    usleep(50000);
    plx_serve_answer(o->serve, o->held, 200, "text/plain", "late", 4);
    tc_reply r = get(o, "/api/state");
    assert_string_equal(r.body, "{\"a\":1}");
}

static void test_pipeline(void **state)
{
    owner *o = *state;
    int fd = tc_connect(o->port);
    tc_text(fd, "GET /api/a HTTP/1.1\r\nHost: localhost\r\n\r\n"
                "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
                "GET /api/b HTTP/1.1\r\nHost: localhost\r\n\r\n");
    tc_reply r = tc_read(fd, false);
    assert_int_equal(r.status, 200);
    r = tc_read(fd, false);
    assert_error(&r, 404);
    r = tc_read(fd, false);
    assert_string_equal(r.body, "{\"a\":1}");
    close(fd);
}

static void test_large_to_slow_reader(void **state)
{
    owner *o = *state;
    int slow = tc_connect(o->port);
    tc_text(slow, "GET /api/large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for (int i = 0; i < 20; i++) { /* it reads nothing; everybody else is served */
        tc_reply r = get(o, "/api/state");
        assert_int_equal(r.status, 200);
    }
    tc_reply r = tc_read(slow, false);
    assert_int_equal(r.n, 4 * 1024 * 1024);
    assert_int_equal(r.body[r.n - 1], 'x');
    close(slow);
}

static void test_hostile(void **state)
{
    owner *o = *state;
    static const char *const BAD[] = {
        "",
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\nSSH-2.0-x\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /a/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /%00%ff%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/x HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        "Content-Length: -5\r\n\r\nhello",
        "POST /api/x HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        "Content-Length: 99999999999999999999\r\n\r\n",
        "POST /api/x HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    };
    int half_open[32];
    for (int i = 0; i < 32; i++) {
        half_open[i] = tc_connect(o->port);
        tc_text(half_open[i], i % 2 ? "GET / HTTP/1.1\r\nHost: loc" : "");
    }
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        int fd = tc_connect(o->port);
        tc_text(fd, BAD[i]);
        usleep(2000);
        close(fd);
    }
    int fd = tc_connect(o->port); /* headers without an end */
    tc_text(fd, "GET / HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < 3000; i++)
        tc_text(fd, "X-Fill: 0123456789012345678901234567890123456789\r\n");
    close(fd);
    tc_reply r = get(o, "/api/state");
    assert_string_equal(r.body, "{\"a\":1}");
    for (int i = 0; i < 32; i++)
        close(half_open[i]);
}

static void test_start_refused(void **state)
{
    owner *o = *state;
    plx_serve *second = NULL;
    char problem[256] = "", http[64];
    snprintf(http, sizeof http, "127.0.0.1:%u", o->port);
    plx_serve_options options = {.http = http, .clock = &o->clock, .ask = ask, .self = o};
    assert_int_equal(plx_serve_start(&second, &options, problem, sizeof problem), PLX_NETWORK);
    assert_non_null(strstr(problem, "Address already in use"));
    assert_non_null(strstr(problem, "another program"));
    assert_non_null(strstr(problem, "--http"));
    options.http = "192.0.2.1:8080"; /* of a documentation network: nobody's */
    assert_int_equal(plx_serve_start(&second, &options, problem, sizeof problem), PLX_NETWORK);
    assert_non_null(strstr(problem, "not an address of this machine"));
    assert_non_null(strstr(problem, "--http"));
    options.http = "no port";
    assert_int_equal(plx_serve_start(&second, &options, problem, sizeof problem), PLX_CONFIG);
    assert_non_null(strstr(problem, "127.0.0.1:8080"));
    assert_null(second);
}

static void test_guard_address(void **state)
{
    (void)state;
    char host[SERVE_HOST_MAX] = "unchanged";
    uint16_t port = 7;
    assert_int_equal(serve_address_split(PLX_LIT("localhost"), host, &port), PLX_SYNTAX);
    assert_int_equal(serve_address_split(PLX_LIT("h:65536"), host, &port), PLX_SYNTAX);
    assert_int_equal(serve_address_split(PLX_LIT("[]:1"), host, &port), PLX_SYNTAX);
    assert_string_equal(host, "unchanged");
    assert_int_equal(port, 7);
    assert_int_equal(serve_address_split(PLX_LIT("[::1]:8080"), host, &port), PLX_OK);
    assert_string_equal(host, "::1");
    assert_int_equal(port, 8080);
    assert_int_equal(serve_address_split(PLX_LIT("*:0"), host, &port), PLX_OK);
    assert_string_equal(host, "");
    assert_int_equal(port, 0);
}

static void test_guard_host(void **state)
{
    (void)state;
    assert_true(serve_host_known(PLX_LIT("LOCALHOST:80"), "", ""));
    assert_true(serve_host_known(PLX_LIT("10.1.2.3:8080"), "", ""));
    assert_true(serve_host_known(PLX_LIT("[fe80::1]"), "", ""));
    assert_true(serve_host_known(PLX_LIT("ed1.hospital.example:80"), "", "ed1"));
    assert_true(serve_host_known(PLX_LIT("board.example"), "board.example", "x"));
    assert_false(serve_host_known(PLX_LIT("evil.example"), "", "ed1"));
    assert_false(serve_host_known(PLX_LIT("1234"), "", ""));
    assert_false(serve_host_known(PLX_LIT(""), "", ""));
    assert_false(serve_host_known(PLX_LIT(":80"), "", ""));
    assert_true(serve_origin_same(PLX_LIT("http://a:1"), PLX_LIT("A:1")));
    assert_true(serve_origin_same(PLX_LIT("https://a"), PLX_LIT("a")));
    assert_false(serve_origin_same(PLX_LIT("http://a:1"), PLX_LIT("a:2")));
    assert_false(serve_origin_same(PLX_LIT("ftp://a"), PLX_LIT("a")));
    assert_false(serve_origin_same(PLX_LIT("null"), PLX_LIT("")));
    assert_false(serve_origin_same(PLX_LIT("http://"), PLX_LIT("")));
}

static int check(const char *bytes, size_t n)
{
    const char *sentence = NULL;
    int status = serve_request_check((plx_slice){bytes, n}, &sentence);
    assert_true(status == 0 || sentence);
    return status;
}
#define CHECK(text) check(text, sizeof(text) - 1)

static void test_guard_request(void **state)
{
    (void)state;
    assert_int_equal(CHECK("GET / HTTP/1.1\r\n"), 0);
    assert_int_equal(CHECK("OPTIONS /api/state?a=%20&b=%c3%A9 HTTP/1.1\n"), 0);
    assert_int_equal(CHECK("GET   /a  HTTP/1.1\r\n"), 0);
    assert_int_equal(CHECK("GET /\n"), 0);
    assert_int_equal(CHECK("GET /\xc3\xa9 HTTP/1.1\r\n"), 0);
    assert_int_equal(CHECK(""), 0); /* not whole yet */
    assert_int_equal(CHECK("GET /%00"), 0);
    assert_int_equal(CHECK("\r\n"), 0);
    assert_int_equal(CHECK("GET /%00 HTTP/1.1\r\n"), 400);
    assert_int_equal(CHECK("GET /\0 HTTP/1.1\r\n"), 400);
    assert_int_equal(CHECK("GET / HTTP/\0\r\n"), 400);
    assert_int_equal(CHECK("GET /%0 HTTP/1.1\r\n"), 400);
    assert_int_equal(CHECK("GET /a%\r\n"), 400);
    assert_int_equal(CHECK("GET /a\tb HTTP/1.1\r\n"), 400);
    assert_int_equal(CHECK("GET http://a/ HTTP/1.1\r\n"), 400);
    assert_int_equal(CHECK("GET  \r\n"), 400);
    assert_int_equal(CHECK("get / HTTP/1.1\r\n"), 501);
    assert_int_equal(CHECK("\x16\x03\x01\n"), 501);
    assert_int_equal(CHECK("PRI * HTTP/2.0\r\n"), 501);
}

static void test_guard_lists(void **state)
{
    (void)state;
    serve_encodings e = serve_accept_encoding(PLX_LIT("gzip;q=1.0, br ; q=0.000 ,identity"));
    assert_true(e.gzip);
    assert_false(e.br);
    e = serve_accept_encoding(PLX_LIT("GZIP;q=0.001,,br"));
    assert_true(e.gzip && e.br);
    e = serve_accept_encoding(PLX_LIT(""));
    assert_false(e.gzip || e.br);
    assert_true(serve_etag_match(PLX_LIT("\"x\", W/\"y\""), "\"y\""));
    assert_true(serve_etag_match(PLX_LIT("*"), "\"y\""));
    assert_false(serve_etag_match(PLX_LIT("\"yy\""), "\"y\""));
    assert_true(serve_list_has(PLX_LIT("a, plx.1"), "plx.1"));
    assert_false(serve_list_has(PLX_LIT("plx.10"), "plx.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guard_address),
        cmocka_unit_test(test_guard_host),
        cmocka_unit_test(test_guard_request),
        cmocka_unit_test(test_guard_lists),
        cmocka_unit_test_setup_teardown(test_page, setup, teardown),
        cmocka_unit_test_setup_teardown(test_assets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_host, setup, teardown),
        cmocka_unit_test_setup_teardown(test_health, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ask, setup, teardown),
        cmocka_unit_test_setup_teardown(test_post, setup, teardown),
        cmocka_unit_test_setup_teardown(test_body_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_bodies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_endless_body, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unreadable_requests, setup, teardown),
        cmocka_unit_test_setup_teardown(test_line_in_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_request_no_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_answer_from_another_thread, setup, teardown),
        cmocka_unit_test_setup_teardown(test_asker_gone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pipeline, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_to_slow_reader, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_start_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
