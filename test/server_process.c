/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "test/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS_MAX = 32, START_MS_MAX = 20000, STARTS_MAX = 3, PORT_FIRST = 20000, PORTS = 12000 };

static const char *binary(void)
{
    const char *path = getenv("POLLUX");
    return path ? path : "pollux";
}

/* Nobody listens there. */
static bool is_free(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool bound = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                 bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return bound;
}

/* Below the ports that the system gives to connections, so that none of these takes it before the
 * server has it; each process begins at another place. */
static unsigned free_port(void)
{
    static uint32_t next;
    if (next == 0) next = (uint32_t)getpid() * 7;
    for (int tries = 0; tries < PORTS; tries++) {
        unsigned port = PORT_FIRST + next++ % PORTS;
        if (is_free(port)) return port;
    }
    abort();
}

static unsigned port_of(const char *address)
{
    return (unsigned)strtoul(strrchr(address, ':') + 1, NULL, 10);
}

static void take_ports(server_process *server)
{
    snprintf(server->mllp, sizeof server->mllp, "127.0.0.1:%u", free_port());
    snprintf(server->http, sizeof server->http, "127.0.0.1:%u", free_port());
}

void server_prepare(server_process *server)
{
    *server = (server_process){0};
    const char *base = getenv("TMPDIR");
    snprintf(server->data, sizeof server->data, "%s/pollux-test-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(server->data)) abort();
    take_ports(server);
}

static void silence(int fd)
{
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, fd);
    close(null);
}

static bool answers(const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port_of(address)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    close(fd);
    return good;
}

static bool start_once(server_process *server)
{
    server->pid = fork();
    if (server->pid == 0) {
        if (!getenv("PLX_TEST_VERBOSE")) silence(STDERR_FILENO);
        silence(STDOUT_FILENO);
        execl(binary(), "pollux", "serve", "--data", server->data, "--mllp", server->mllp, "--http",
              server->http, (char *)NULL);
        _exit(127);
    }
    struct timespec pause = {.tv_nsec = 2000000};
    for (int waited_ms = 0; waited_ms < START_MS_MAX; waited_ms += 2) {
        if (answers(server->mllp)) return true;
        if (waitpid(server->pid, NULL, WNOHANG) == server->pid) {
            server->pid = 0;
            return false;
        }
        nanosleep(&pause, NULL);
    }
    server_kill(server);
    return false;
}

/* Another program may have taken a port since it was found free. */
bool server_start(server_process *server)
{
    for (int tries = 0; tries < STARTS_MAX; tries++) {
        if (start_once(server)) return true;
        if (is_free(port_of(server->mllp)) && is_free(port_of(server->http))) break;
        take_ports(server);
    }
    return false;
}

void server_kill(server_process *server)
{
    if (!server->pid) return;
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

int server_terminate(server_process *server)
{
    int status = 0;
    if (!server->pid) return -1;
    kill(server->pid, SIGTERM);
    waitpid(server->pid, &status, 0);
    server->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void server_remove(server_process *server)
{
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", server->data, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

char *pollux_output(const char *words, int *exit_status)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) abort();
    pid_t pid = fork();
    if (pid == 0) {
        char text[2048], *arguments[WORDS_MAX] = {"pollux"};
        int n = 1;
        snprintf(text, sizeof text, "%s", words);
        for (char *word = strtok(text, " "); word && n < WORDS_MAX - 1; word = strtok(NULL, " "))
            arguments[n++] = word;
        dup2(pipe_fds[1], STDOUT_FILENO);
        execv(binary(), arguments);
        _exit(127);
    }
    close(pipe_fds[1]);
    size_t used = 0, capacity = 1 << 16;
    char *text = malloc(capacity);
    for (ssize_t got; (got = read(pipe_fds[0], text + used, capacity - used - 1)) > 0;) {
        used += (size_t)got;
        if (capacity - used < 2) text = realloc(text, capacity *= 2);
    }
    close(pipe_fds[0]);
    text[used] = 0;
    int status = 0;
    waitpid(pid, &status, 0);
    *exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return text;
}
