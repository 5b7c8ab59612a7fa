/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/serve/test_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/host/clock.h"

static char body_memory[TC_BODY_MAX + 1], frame_memory[TC_BODY_MAX + 1];

int tc_connect(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    struct timeval limit = {.tv_sec = 15};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

bool tc_send_all(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        at += sent;
        n -= (size_t)sent;
    }
    return true;
}

void tc_send(int fd, const void *bytes, size_t n)
{
    (void)tc_send_all(fd, bytes, n); /* when the server has hung up, its answer tells */
}

void tc_text(int fd, const char *text)
{
    tc_send(fd, text, strlen(text));
}

static bool receive(int fd, char *to, size_t n)
{
    while (n > 0) {
        ssize_t got = recv(fd, to, n, 0);
        if (got <= 0) return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

static char low(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

const char *tc_header(const tc_reply *reply, const char *name)
{
    static char value[1024];
    value[0] = '\0';
    size_t name_n = strlen(name);
    for (const char *line = reply->head; line && *line;) {
        size_t i = 0;
        while (i < name_n && low(line[i]) == name[i])
            i++;
        const char *end = strstr(line, "\r\n");
        if (i == name_n && line[i] == ':' && end) {
            const char *from = line + i + 1;
            while (*from == ' ')
                from++;
            snprintf(value, sizeof value, "%.*s", (int)(end - from), from);
            return value;
        }
        line = end ? end + 2 : NULL;
    }
    return value;
}

tc_reply tc_read(int fd, bool head_only)
{
    tc_reply reply = {.body = body_memory};
    size_t n = 0;
    body_memory[0] = '\0';
    while (n + 1 < sizeof reply.head) {
        if (!receive(fd, &reply.head[n], 1)) return reply;
        n++;
        if (n >= 4 && memcmp(&reply.head[n - 4], "\r\n\r\n", 4) == 0) break;
    }
    reply.head[n] = '\0';
    if (sscanf(reply.head, "HTTP/1.%*d %d", &reply.status) != 1)
        fail_msg("no HTTP: %s", reply.head);
    reply.n = (size_t)strtoul(tc_header(&reply, "content-length"), NULL, 10);
    if (head_only) return reply;
    assert_true(reply.n <= TC_BODY_MAX);
    if (!receive(fd, body_memory, reply.n)) reply.n = 0;
    body_memory[reply.n] = '\0';
    return reply;
}

tc_reply tc_request(uint16_t port, const char *method, const char *path, const char *extra,
                    const char *body)
{
    char head[2048];
    int fd = tc_connect(port);
    snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s", method, path, port,
             extra);
    tc_text(fd, head);
    if (body) {
        snprintf(head, sizeof head, "Content-Length: %zu\r\n", strlen(body));
        tc_text(fd, head);
    }
    tc_text(fd, "\r\n");
    if (body) tc_text(fd, body);
    tc_reply reply = tc_read(fd, strcmp(method, "HEAD") == 0);
    close(fd);
    return reply;
}

int tc_ws_open_with(uint16_t port, const char *path, const char *lines)
{
    char head[2048];
    int fd = tc_connect(port);
    snprintf(
        head, sizeof head,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
        path, port, lines);
    tc_text(fd, head);
    tc_reply reply = tc_read(fd, false);
    if (reply.status == 101) return fd;
    close(fd);
    return -reply.status;
}

int tc_ws_open(uint16_t port)
{
    char lines[256];
    snprintf(lines, sizeof lines,
             "Origin: http://127.0.0.1:%u\r\nSec-WebSocket-Protocol: plx.1\r\n", port);
    int fd = tc_ws_open_with(port, "/ws", lines);
    assert_true(fd >= 0);
    return fd;
}

void tc_ws_frame(int fd, uint8_t first, const void *payload, size_t n, bool masked)
{
    static const uint8_t MASK[4] = {0x12, 0x34, 0x56, 0x78};
    uint8_t head[14] = {first};
    size_t head_n = 2;
    uint8_t bit = masked ? 0x80 : 0;
    if (n < 126) {
        head[1] = (uint8_t)(bit | n);
    } else if (n < 65536) {
        head[1] = bit | 126;
        head[2] = (uint8_t)(n >> 8);
        head[3] = (uint8_t)n;
        head_n = 4;
    } else {
        head[1] = bit | 127;
        for (int i = 0; i < 8; i++)
            head[2 + i] = (uint8_t)(n >> (56 - 8 * i));
        head_n = 10;
    }
    uint8_t *bytes = malloc(n + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++)
        bytes[i] = ((const uint8_t *)payload)[i] ^ (masked ? MASK[i % 4] : 0);
    if (masked) {
        memcpy(head + head_n, MASK, 4);
        head_n += 4;
    }
    tc_send(fd, head, head_n);
    tc_send(fd, bytes, n);
    free(bytes);
}

void tc_ws_send(int fd, const char *text)
{
    tc_ws_frame(fd, 0x81, text, strlen(text), true);
}

tc_frame tc_ws_read(int fd, int timeout_ms)
{
    tc_frame frame = {.opcode = -1, .text = frame_memory};
    frame_memory[0] = '\0';
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (timeout_ms < 0 || poll(&p, 1, timeout_ms) <= 0) return frame;
    uint8_t head[10];
    frame.opcode = -2;
    if (!receive(fd, (char *)head, 2)) return frame;
    frame.n = head[1] & 0x7F;
    size_t more = frame.n == 126 ? 2 : frame.n == 127 ? 8 : 0;
    if (more && !receive(fd, (char *)head + 2, more)) return frame;
    if (more) frame.n = 0;
    for (size_t i = 0; i < more; i++)
        frame.n = frame.n << 8 | head[2 + i];
    assert_true(frame.n <= TC_BODY_MAX);
    if (!receive(fd, frame_memory, frame.n)) return frame;
    frame_memory[frame.n] = '\0';
    frame.opcode = head[0] & 15;
    if (frame.opcode == 8 && frame.n >= 2)
        frame.code = (uint8_t)frame_memory[0] << 8 | (uint8_t)frame_memory[1];
    return frame;
}

tc_frame tc_ws_find(int fd, const char *part, int timeout_ms)
{
    int64_t until_us = plx_boot_us() + timeout_ms * 1000LL;
    for (;;) {
        tc_frame frame = tc_ws_read(fd, (int)((until_us - plx_boot_us()) / 1000));
        if (frame.opcode < 0 || frame.opcode == 8) return frame;
        if (frame.opcode == 1 && strstr(frame.text, part)) return frame;
    }
}

int tc_ws_closed(int fd, int timeout_ms)
{
    int64_t until_us = plx_boot_us() + timeout_ms * 1000LL;
    for (;;) {
        tc_frame frame = tc_ws_read(fd, (int)((until_us - plx_boot_us()) / 1000));
        if (frame.opcode == 8) return frame.code;
        if (frame.opcode < 0) return frame.opcode == -1 ? 0 : -2;
    }
}
