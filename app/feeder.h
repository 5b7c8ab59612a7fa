/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The simulated hospital joined to the MLLP client, on a thread of its own. */
#ifndef PLX_APP_FEEDER_H
#define PLX_APP_FEEDER_H

#include "edge/simulate/pump.h"

typedef struct plx_feeder plx_feeder;

/* Waveforms are a message a second of hospital time and bed: so many may come in a real second. */
enum { PLX_FEEDER_WAVES_PER_S = 64 };

/* Why so many beds cannot send waveforms at this speed (0: without a clock); NULL: they can. */
const char *plx_feeder_waves_problem(uint64_t waves, uint64_t bodies, double speed);

typedef struct plx_feeder_options {
    const char *to; /* HOST:PORT; NULL: nothing is sent */
    plx_hospital_model model;
    const plx_clock *clock; /* NULL: as fast as it goes */
    int64_t skip_before_us, end_us;
    void (*message)(void *self, const plx_hospital_message *message); /* may be NULL */
    void *message_self;
} plx_feeder_options;

PLX_MUST_CHECK plx_status plx_feeder_start(plx_feeder **feeder, const plx_feeder_options *options,
                                           char *problem, size_t problem_n);
/* Until everything is sent and answered, or SIGINT or SIGTERM, which the caller has blocked before
 * it started the feeder. */
void plx_feeder_wait(plx_feeder *feeder);
const plx_pump *plx_feeder_pump(const plx_feeder *feeder);
void plx_feeder_stop(plx_feeder *feeder); /* accepts NULL */

#endif
