/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/simulate/pump.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { RUN_MS_MAX = 50 };

struct plx_pump {
    plx_pump_options options;
    plx_pump_ports ports;
    plx_hospital *hospital;
    void *memory;
    size_t memory_n;
    plx_pump_counts counts;
};

plx_status plx_pump_init(plx_pump **pump, const plx_pump_options *options,
                         const plx_pump_ports *ports)
{
    size_t n = plx_hospital_size(&options->model);
    if (n == 0) return PLX_RANGE;
    plx_pump *p = calloc(1, sizeof *p);
    if (!p) return PLX_SPACE;
    p->options = *options;
    p->ports = *ports;
    p->memory_n = n;
    void *memory =
        mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        free(p);
        return PLX_SPACE;
    }
    p->memory = memory;
    plx_status status = plx_hospital_init(&p->hospital, memory, n, &options->model);
    if (status != PLX_OK) {
        plx_pump_destroy(p);
        return status;
    }
    *pump = p;
    return PLX_OK;
}

void plx_pump_destroy(plx_pump *p)
{
    if (!p) return;
    munmap(p->memory, p->memory_n);
    free(p);
}

/* Lets the sender work until the message is due. */
static void wait_until(plx_pump *p, int64_t due_us, const atomic_bool *stop)
{
    while (p->options.clock && !*stop) {
        int64_t left_us = plx_clock_until(p->options.clock, due_us);
        if (left_us <= 0) return;
        int64_t ms = left_us / 1000 + 1;
        int wait_ms = ms < RUN_MS_MAX ? (int)ms : RUN_MS_MAX;
        if (p->ports.run) {
            p->counts.unanswered = p->ports.run(p->ports.self, wait_ms);
            if (p->counts.unanswered > 0) continue;
        }
        struct timespec nap = {.tv_nsec = (long)wait_ms * 1000000};
        nanosleep(&nap, NULL);
    }
}

/* The lowest bit of a token tells whether the message must be refused. */
static void send_message(plx_pump *p, const plx_hospital_message *m, const atomic_bool *stop)
{
    uint64_t token = p->counts.made << 1 | m->malformed;
    plx_status status = PLX_FULL;
    while (!*stop && status == PLX_FULL) {
        status = p->ports.send(p->ports.self, m->stream, token, m->bytes, m->drop_after);
        if (status == PLX_FULL) p->counts.unanswered = p->ports.run(p->ports.self, RUN_MS_MAX);
    }
    if (status == PLX_OK) p->counts.sent++;
}

void plx_pump_run(plx_pump *p, const atomic_bool *stop)
{
    plx_hospital_message message;
    bool ended = false;
    while (!*stop && plx_hospital_next(p->hospital, &message)) {
        p->counts.made++;
        p->counts.malformed += message.malformed;
        if (p->ports.message) p->ports.message(p->ports.self, &message);
        if (p->options.end_us && message.due_us >= p->options.end_us && !ended) {
            plx_hospital_stop(p->hospital);
            ended = true;
        }
        if (!p->ports.send) continue;
        if (message.due_us < p->options.skip_before_us) {
            p->counts.skipped++;
            continue;
        }
        if (!ended) wait_until(p, message.due_us, stop);
        send_message(p, &message, stop);
        p->counts.unanswered = p->ports.run(p->ports.self, 0);
    }
    while (!*stop && p->ports.run &&
           (p->counts.unanswered = p->ports.run(p->ports.self, RUN_MS_MAX)) > 0)
        continue;
}

void plx_pump_answered(plx_pump *p, uint64_t token, bool positive)
{
    bool malformed = token & 1;
    p->counts.positive += positive;
    p->counts.negative += !positive;
    p->counts.malformed_taken += malformed && positive;
    p->counts.refused_good += !malformed && !positive;
}

void plx_pump_count(const plx_pump *p, plx_pump_counts *counts)
{
    *counts = p->counts;
}

plx_status plx_pump_truth_write(const plx_pump *p, plx_arena *scratch, plx_out *out)
{
    return plx_hospital_truth_write(p->hospital, scratch, out);
}
