/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The only clock. Wall time of the run (real, or the demo's epoch and speed) and boot time. Wall time
 * never runs back inside a clock epoch: wall at the epoch's start + boot clock since. */
#ifndef PLX_EDGE_HOST_CLOCK_H
#define PLX_EDGE_HOST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct plx_clock {
    int64_t epoch_wall_us; /* run time at the epoch's start */
    int64_t epoch_boot_us; /* boot clock at the epoch's start */
    double speed;          /* run seconds per real second; 1 unless a demo */
} plx_clock;

int64_t plx_boot_us(void);
int64_t plx_wall_us(void); /* the system's clock, UTC */
void plx_clock_init(plx_clock *clock, double speed);                  /* epoch = now */
int64_t plx_clock_now(const plx_clock *clock);
/* Real microseconds until run time t (0 when past). */
int64_t plx_clock_until(const plx_clock *clock, int64_t t_us);
/* System clock against ours: a difference above 0.5 s opens a new epoch (never in a demo). true when
 * it did; *before and *after are the two readings. */
bool plx_clock_step(plx_clock *clock, int64_t *before_us, int64_t *after_us);

#endif
