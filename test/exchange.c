/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/exchange.h"

enum { ANSWER_MAX = 16 << 20 };

void answer_free(answer *a)
{
    free(a->memory);
    *a = (answer){0};
}

static int connect_to(const char *address)
{
    unsigned port = (unsigned)strtoul(strrchr(address, ':') + 1, NULL, 10);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = 20};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void write_all(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
        assert_true(sent > 0);
        text += sent;
        n -= (size_t)sent;
    }
}

answer exchange(const server_process *server, const char *head, const char *body)
{
    char request[8192];
    int n = snprintf(request, sizeof request, "%s\r\nHost: %s\r\nConnection: close\r\n\r\n", head,
                     server->http);
    assert_true(n > 0 && (size_t)n < sizeof request);
    int fd = connect_to(server->http);
    write_all(fd, request, (size_t)n);
    if (body) write_all(fd, body, strlen(body));
    answer a = {.memory = malloc(ANSWER_MAX)};
    size_t used = 0;
    for (ssize_t got; (got = recv(fd, a.memory + used, ANSWER_MAX - 1 - used, 0)) > 0;)
        used += (size_t)got;
    close(fd);
    a.memory[used] = 0;
    assert_int_equal(strncmp(a.memory, "HTTP/1.1 ", 9), 0);
    a.status = atoi(a.memory + 9);
    a.body = strstr(a.memory, "\r\n\r\n");
    assert_non_null(a.body);
    a.body += 4;
    return a;
}

answer get(const server_process *server, const char *target)
{
    char head[4096];
    snprintf(head, sizeof head, "GET %s HTTP/1.1", target);
    return exchange(server, head, NULL);
}

answer post(const server_process *server, const char *target, const char *origin, const char *body)
{
    char head[4096];
    snprintf(head, sizeof head, "POST %s HTTP/1.1\r\nContent-Length: %zu%s%s", target, strlen(body),
             origin ? "\r\nOrigin: http://" : "", origin ? origin : "");
    return exchange(server, head, body);
}

void exchanges(const server_process *server, const char *message, char reply[2048])
{
    char framed[2048];
    int n = snprintf(framed, sizeof framed, "\x0b%s\x1c\r", message);
    int fd = connect_to(server->mllp);
    write_all(fd, framed, (size_t)n);
    size_t used = 0;
    for (ssize_t got; (used == 0 || reply[used - 1] != '\r' || reply[used - 2] != 0x1c) &&
                      (got = recv(fd, reply + used, 2047 - used, 0)) > 0;)
        used += (size_t)got;
    close(fd);
    reply[used] = 0;
}
