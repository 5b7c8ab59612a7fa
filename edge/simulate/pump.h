/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Pumps a simulated hospital (core/hospital) through a sender, each message when it is due. The
 * sender is a port; the pump runs on the thread that calls it. */
#ifndef PLX_EDGE_SIMULATE_PUMP_H
#define PLX_EDGE_SIMULATE_PUMP_H

#include <stdatomic.h>

#include "core/hospital/hospital.h"
#include "edge/host/clock.h"

typedef struct plx_pump plx_pump;

typedef struct plx_pump_ports {
    void *self;
    /* Queues one message. PLX_FULL: the pump runs the sender and tries again. NULL: nothing is
     * sent. */
    plx_status (*send)(void *self, uint64_t stream, uint64_t token, plx_slice message,
                       bool drop_after);
    /* Works for at most wait_ms; returns how many messages are unanswered. NULL when send is. */
    size_t (*run)(void *self, int wait_ms);
    /* Sees each message, sent or not; may be NULL. */
    void (*message)(void *self, const plx_hospital_message *message);
} plx_pump_ports;

typedef struct plx_pump_options {
    plx_hospital_model model;
    const plx_clock *clock; /* NULL: as fast as the sender takes them */
    int64_t skip_before_us; /* what was due earlier is made but not sent: a run that goes on */
    int64_t end_us;         /* nothing new happens from then on; 0 = no end */
} plx_pump_options;

typedef struct plx_pump_counts {
    uint64_t made, sent, skipped;
    uint64_t positive, negative, unanswered;
    uint64_t malformed, malformed_taken; /* taken: a broken copy that got a positive answer */
    uint64_t refused_good;               /* a good message that got a negative answer */
} plx_pump_counts;

/* PLX_RANGE or PLX_SPACE as plx_hospital_init. */
PLX_MUST_CHECK plx_status plx_pump_init(plx_pump **pump, const plx_pump_options *options,
                                        const plx_pump_ports *ports);
/* Until all journeys are over and everything is answered, or *stop. */
void plx_pump_run(plx_pump *pump, const atomic_bool *stop);
/* What became of a message, by its token: positive or negative; called from within ports.run. */
void plx_pump_answered(plx_pump *pump, uint64_t token, bool positive);
void plx_pump_count(const plx_pump *pump, plx_pump_counts *counts);
/* The truth of what was made so far; see plx_hospital_truth_write. */
PLX_MUST_CHECK plx_status plx_pump_truth_write(const plx_pump *pump, plx_arena *scratch,
                                               plx_out *out);
void plx_pump_destroy(plx_pump *pump); /* accepts NULL */

#endif
