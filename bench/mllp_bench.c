/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* MLLP alone: a server that calls everything durable at once, and a client in another process, over
 * loopback. Prints CSV with the processor time of the server's thread and of the client per
 * message, which is what the journal and the twin have to live beside. bench_mllp [messages]
 * [connections] [window] [bytes] */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "edge/acquire/mllp_client.h"
#include "edge/acquire/mllp_server.h"
#include "edge/host/clock.h"

typedef struct sink {
    plx_mllp_server *server;
    clockid_t thread_clock;
    bool known;
    uint64_t seq, submits;
} sink;

static double cpu_s(clockid_t id)
{
    struct timespec t;
    if (clock_gettime(id, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static plx_status submit(void *self, const plx_mllp_intake *items, size_t n)
{
    static plx_mllp_done done[PLX_MLLP_BATCH_MAX];
    sink *to = self;
    if (!to->known) to->known = pthread_getcpuclockid(pthread_self(), &to->thread_clock) == 0;
    for (size_t i = 0; i < n; i++)
        done[i] = (plx_mllp_done){.token = items[i].token,
                                  .seq = ++to->seq,
                                  .verdict = items[i].entry.verdict,
                                  .arrival_us = INT64_C(1764000000000000)};
    to->submits++;
    plx_mllp_server_done(to->server, done, n);
    return PLX_OK;
}

static uint64_t refused;

static void on_answer(void *self, const plx_mllp_answer *answer)
{
    uint64_t *n = self;
    (*n)++;
    refused += answer->code[1] != 'A';
}

/* An ADT^A01 filled up with notes to the wanted size. */
static size_t make_message(char *at, size_t capacity, uint64_t number, size_t bytes)
{
    int n = snprintf(at, capacity,
                     "MSH|^~\\&|BENCH|ED|POLLUX|ED|20260101120000||ADT^A01^ADT_A01|%llu|P|2.5.1\r"
                     "EVN|A01|20260101120000\rPID|1||P%llu^^^ED^MR||Bench^Patient||19700101|F\r"
                     "PV1|1|E|ED^1^A|||||||||||||||||V%llu^^^ED^VN\r",
                     (unsigned long long)number, (unsigned long long)(number % 5000),
                     (unsigned long long)(number % 5000));
    size_t used = (size_t)n;
    while (used + 80 <= bytes) {
        n = snprintf(
            at + used, capacity - used,
            "NTE|1||Note of a nurse, with numbers 12.5 and some more words^to fill it up\r");
        used += (size_t)n;
    }
    return used;
}

static int run_client(const char *to, uint64_t messages, uint32_t connections, uint32_t window,
                      size_t bytes)
{
    plx_mllp_client_options options = {.to = to, .connections = connections, .window = window};
    plx_mllp_client *client = NULL;
    char problem[256], text[65536];
    uint64_t answered = 0, sent = 0, in_flight_max = 2 * (uint64_t)connections * window;
    if (plx_mllp_client_init(&client, &options, on_answer, &answered, problem, sizeof problem) !=
        PLX_OK) {
        fprintf(stderr, "%s\n", problem);
        return 1;
    }
    if (in_flight_max > 32768) in_flight_max = 32768;
    while (answered < messages) {
        while (sent < messages && sent - answered < in_flight_max) {
            size_t n = make_message(text, sizeof text, sent, bytes);
            if (plx_mllp_client_send(client, sent, sent, (plx_slice){text, n}, false) != PLX_OK)
                break;
            sent++;
        }
        plx_mllp_client_run(client, 100);
    }
    plx_mllp_client_destroy(client);
    return refused > 0;
}

int main(int argc, char **argv)
{
    uint64_t messages = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000;
    uint32_t connections = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200;
    uint32_t window = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1;
    size_t bytes = argc > 4 ? strtoull(argv[4], NULL, 10) : 750;
    sink to = {0};
    plx_mllp_port port = {.address = "127.0.0.1:0", .iface = PLX_IFACE_FIRST, .name = "bench"};
    plx_mllp_server_options options = {.ports = &port, .ports_n = 1, .submit = submit, .self = &to};
    char problem[256], address[64];
    if (plx_mllp_server_start(&to.server, &options, problem, sizeof problem) != PLX_OK) {
        fprintf(stderr, "%s\n", problem);
        return 1;
    }
    snprintf(address, sizeof address, "127.0.0.1:%u", plx_mllp_server_bound(to.server, 0));
    int64_t start_us = plx_boot_us();
    pid_t child = fork();
    if (child == 0) _exit(run_client(address, messages, connections, window, bytes));
    int status = 0;
    struct rusage client;
    wait4(child, &status, 0, &client);
    double seconds = (double)(plx_boot_us() - start_us) / 1e6;
    double n = (double)messages;
    double client_s = (double)client.ru_utime.tv_sec + (double)client.ru_stime.tv_sec +
                      ((double)client.ru_utime.tv_usec + (double)client.ru_stime.tv_usec) / 1e6;
    printf("case,messages,connections,window,bytes,seconds,msg_per_s,server_us_per_msg,"
           "client_us_per_msg,msg_per_submit\n");
    printf("mllp,%llu,%u,%u,%zu,%.3f,%.0f,%.2f,%.2f,%.1f\n", (unsigned long long)messages,
           connections, window, bytes, seconds, n / seconds, cpu_s(to.thread_clock) / n * 1e6,
           client_s / n * 1e6, n / (double)to.submits);
    plx_mllp_server_stop(to.server);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}
