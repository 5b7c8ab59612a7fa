/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The only clock. Wall time of the run (real, or the demo's epoch and speed) and boot time. Wall
 * time never runs back inside a clock epoch: wall at the epoch's start + boot clock since. Small
 * differences from the system's clock are slewed by at most 500 ppm. Any thread may read while one
 * thread calls plx_clock_step. */
#ifndef PLX_EDGE_HOST_CLOCK_H
#define PLX_EDGE_HOST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Largest difference from the system's clock that is slewed; above it a new epoch opens. */
#define PLX_CLOCK_STEP_US INT64_C(500000)

typedef struct plx_clock {
    int64_t epoch_wall_us; /* run time at the epoch's start, or where the slew last changed */
    int64_t epoch_boot_us; /* boot clock at the same moment */
    double speed;          /* run seconds per real second; 1 unless a demo */
    double slew;           /* added to speed; -0.0005..0.0005 */
    uint32_t version;      /* odd while a step is being written */
    bool fixed;            /* never stepped or slewed (a demo); init sets it when speed is not 1 */
} plx_clock;

int64_t plx_boot_us(void);
int64_t plx_wall_us(void);                           /* the system's clock, UTC */
void plx_clock_init(plx_clock *clock, double speed); /* epoch = now */
int64_t plx_clock_now(const plx_clock *clock);
int64_t plx_clock_at(const plx_clock *clock, int64_t boot_us); /* run time at a boot time */
/* Real microseconds until run time t (0 when past). */
int64_t plx_clock_until(const plx_clock *clock, int64_t t_us);
/* System clock against ours: a difference above 0.5 s opens a new epoch (never in a demo). true
 * when it did; *before and *after are the two readings. A smaller difference is slewed. Call it
 * about once a second, from one thread. */
bool plx_clock_step(plx_clock *clock, int64_t *before_us, int64_t *after_us);
/* The same with the two system readings as arguments. */
bool plx_clock_step_to(plx_clock *clock, int64_t wall_us, int64_t boot_us, int64_t *before_us,
                       int64_t *after_us);

#endif
