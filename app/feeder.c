/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/feeder.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "edge/acquire/mllp_client.h"

enum { CONNECTIONS = 8, WINDOW = 16, LOOK_NS = 100000000 };

struct plx_feeder {
    plx_feeder_options options;
    plx_pump *pump;
    plx_mllp_client *client;
    pthread_t thread;
    bool started;
    atomic_bool stop, finished;
};

const char *plx_feeder_waves_problem(uint64_t waves, uint64_t bodies, double speed)
{
    if (waves == 0) return NULL;
    if (waves > bodies) return "waveforms come from bodies: --bodies N with N at least --waves";
    if (speed == 0) return "waveforms are sent by a clock: say --speed N (1 is real time)";
    if ((double)waves * speed > PLX_FEEDER_WAVES_PER_S)
        return "too many waveforms: --waves times --speed is messages a second, 64 at most";
    return NULL;
}

static void on_answer(void *self, const plx_mllp_answer *answer)
{
    plx_feeder *f = self;
    plx_pump_answered(f->pump, answer->token, answer->code[0] && answer->code[1] == 'A');
}

static plx_status port_send(void *self, uint64_t stream, uint64_t token, plx_slice message,
                            bool drop_after)
{
    return plx_mllp_client_send(((plx_feeder *)self)->client, stream, token, message, drop_after);
}

static size_t port_run(void *self, int wait_ms)
{
    return plx_mllp_client_run(((plx_feeder *)self)->client, wait_ms);
}

static void port_message(void *self, const plx_hospital_message *message)
{
    plx_feeder *f = self;
    f->options.message(f->options.message_self, message);
}

static void *feeder_main(void *self)
{
    plx_feeder *f = self;
    plx_pump_run(f->pump, &f->stop);
    f->finished = true;
    return NULL;
}

static plx_status start(plx_feeder *f, char *problem, size_t problem_n)
{
    const plx_feeder_options *o = &f->options;
    if (o->to) {
        plx_mllp_client_options client = {
            .to = o->to, .connections = CONNECTIONS, .window = WINDOW};
        PLX_TRY(plx_mllp_client_init(&f->client, &client, on_answer, f, problem, problem_n));
    }
    plx_pump_options pump = {o->model, o->clock, o->skip_before_us, o->end_us};
    plx_pump_ports ports = {f, o->to ? port_send : NULL, o->to ? port_run : NULL,
                            o->message ? port_message : NULL};
    plx_status status = plx_pump_init(&f->pump, &pump, &ports);
    if (status != PLX_OK) {
        snprintf(problem, problem_n, "the simulated hospital cannot be made: %s",
                 plx_status_text(status));
        return status;
    }
    f->started = pthread_create(&f->thread, NULL, feeder_main, f) == 0;
    return f->started ? PLX_OK : PLX_SPACE;
}

plx_status plx_feeder_start(plx_feeder **feeder, const plx_feeder_options *options, char *problem,
                            size_t problem_n)
{
    plx_feeder *f = calloc(1, sizeof *f);
    if (!f) return PLX_SPACE;
    f->options = *options;
    plx_status status = start(f, problem, problem_n);
    if (status != PLX_OK) {
        plx_feeder_stop(f);
        return status;
    }
    *feeder = f;
    return PLX_OK;
}

void plx_feeder_wait(plx_feeder *f)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    struct timespec look = {.tv_nsec = LOOK_NS};
    while (!f->finished && sigtimedwait(&set, NULL, &look) < 0)
        continue;
    f->stop = true;
    pthread_join(f->thread, NULL);
    f->started = false;
}

const plx_pump *plx_feeder_pump(const plx_feeder *f)
{
    return f->pump;
}

void plx_feeder_stop(plx_feeder *f)
{
    if (!f) return;
    f->stop = true;
    if (f->started) pthread_join(f->thread, NULL);
    plx_mllp_client_destroy(f->client);
    plx_pump_destroy(f->pump);
    free(f);
}
