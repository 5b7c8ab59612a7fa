/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The two ends of a connection that libwebsockets leaves rough. At its start: it hangs up without a
 * word on a request line that it cannot read, so the first line of a connection is looked at before
 * libwebsockets sees it. At its end: the system answers unread bytes with a reset, and a reset
 * overtakes the answer; so a second handle on the socket takes what a refused sender still has to
 * say, up to a limit, while libwebsockets closes its own. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "edge/serve/private.h"

enum {
    GATE_S = 10, /* until a new connection must have said something */
    FAREWELL_S = 10,
    FAREWELL_BYTES_MAX = 64 * 1024 * 1024, /* then the sender gets its reset */
    GATE_CHUNK = 65536
};

static char chunk[GATE_CHUNK]; /* the serve thread's */

/* A second handle on the socket, under the protocol of that name; false when there is none. */
static bool watch(plx_serve *serve, int fd, const char *protocol, int limit_s)
{
    lws_sock_file_fd_type again = {.filefd = fcntl(fd, F_DUPFD_CLOEXEC, 0)};
    if (again.filefd < 0) return false;
    struct lws *wsi =
        lws_adopt_descriptor_vhost(serve->vhost, LWS_ADOPT_RAW_FILE_DESC, again, protocol, NULL);
    if (!wsi) {
        close(again.filefd);
        return false;
    }
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, limit_s);
    return true;
}

void serve_gate(plx_serve *serve, int fd)
{
    (void)watch(serve, fd, SERVE_GATE, GATE_S);
}

void serve_farewell(plx_serve *serve, int fd)
{
    (void)watch(serve, fd, SERVE_FAREWELL, FAREWELL_S); /* without: the answer may be lost */
}

/* The refusal fits into the empty send buffer of a new socket, so nothing waits. */
static void refuse(struct lws *wsi, int fd, int status, const char *sentence)
{
    uint8_t memory[SERVE_REFUSAL_MAX];
    int n = serve_refusal_write(wsi, status, sentence, memory, sizeof memory);
    if (n < 0 || send(fd, memory, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < n) return;
    shutdown(fd, SHUT_WR);
    serve_farewell(serve_of(wsi), fd);
}

static void hand_over(plx_serve *serve, int fd)
{
    int again = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (again >= 0) (void)lws_adopt_socket_vhost(serve->vhost, again); /* closes it on failure */
}

/* Always -1: what goes on goes on under another handle. */
static int open_gate(struct lws *wsi)
{
    int fd = lws_get_socket_fd(wsi);
    ssize_t n = recv(fd, chunk, sizeof chunk, MSG_PEEK | MSG_DONTWAIT);
    if (n <= 0) return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    const char *sentence = NULL;
    int status = serve_request_check((plx_slice){chunk, (size_t)n}, &sentence);
    if (status)
        refuse(wsi, fd, status, sentence);
    else
        hand_over(serve_of(wsi), fd);
    return -1;
}

int serve_gate_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t n)
{
    (void)user;
    (void)in;
    (void)n;
    if (reason == LWS_CALLBACK_RAW_RX_FILE) return open_gate(wsi);
    return reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? -1 : 0; /* nobody's sub-protocol */
}

static int take(struct lws *wsi, size_t *taken)
{
    ssize_t n = read(lws_get_socket_fd(wsi), chunk, sizeof chunk);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (n <= 0) return -1;
    *taken += (size_t)n;
    return *taken > FAREWELL_BYTES_MAX ? -1 : 0;
}

int serve_farewell_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                            size_t n)
{
    (void)in;
    (void)n;
    if (reason == LWS_CALLBACK_RAW_RX_FILE) return take(wsi, user);
    return reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? -1 : 0;
}
