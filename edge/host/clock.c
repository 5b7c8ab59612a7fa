/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <time.h>

#include "edge/host/clock.h"

/* A difference is corrected with this time constant, by at most SLEW_MAX: 0.5 s takes 17 minutes.
 */
static const double SLEW_TIME_US = 100e6;
static const double SLEW_MAX = 500e-6;

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t plx_boot_us(void)
{
    return read_us(CLOCK_BOOTTIME);
}

int64_t plx_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

typedef struct reading {
    int64_t wall_us, boot_us;
    double rate;
} reading;

/* Sequence lock: the acquire loads keep the second look at version behind the data, the release
 * stores of write_epoch keep the data behind the odd version. */
static reading read_epoch(const plx_clock *c)
{
    for (;;) {
        uint32_t before = __atomic_load_n(&c->version, __ATOMIC_ACQUIRE);
        reading r;
        double slew;
        r.wall_us = __atomic_load_n(&c->epoch_wall_us, __ATOMIC_ACQUIRE);
        r.boot_us = __atomic_load_n(&c->epoch_boot_us, __ATOMIC_ACQUIRE);
        __atomic_load(&c->slew, &slew, __ATOMIC_ACQUIRE);
        r.rate = c->speed + slew;
        uint32_t after = __atomic_load_n(&c->version, __ATOMIC_RELAXED);
        if (before == after && (before & 1) == 0) return r;
    }
}

static int64_t scaled(double rate, int64_t elapsed_us)
{
    double run_us = rate * (double)elapsed_us;
    return (int64_t)(run_us + (run_us < 0 ? -0.5 : 0.5)); /* cutting off would add up to a drift */
}

static void write_epoch(plx_clock *c, int64_t wall_us, int64_t boot_us, double slew)
{
    uint32_t version = c->version;
    __atomic_store_n(&c->version, version + 1, __ATOMIC_RELAXED);
    __atomic_store_n(&c->epoch_wall_us, wall_us, __ATOMIC_RELEASE);
    __atomic_store_n(&c->epoch_boot_us, boot_us, __ATOMIC_RELEASE);
    __atomic_store(&c->slew, &slew, __ATOMIC_RELEASE);
    __atomic_store_n(&c->version, version + 2, __ATOMIC_RELEASE);
}

void plx_clock_init(plx_clock *clock, double speed)
{
    *clock = (plx_clock){.epoch_wall_us = plx_wall_us(),
                         .epoch_boot_us = plx_boot_us(),
                         .speed = speed,
                         .fixed = speed < 1 || speed > 1};
}

int64_t plx_clock_at(const plx_clock *clock, int64_t boot_us)
{
    reading r = read_epoch(clock);
    return r.wall_us + scaled(r.rate, boot_us - r.boot_us);
}

int64_t plx_clock_now(const plx_clock *clock)
{
    return plx_clock_at(clock, plx_boot_us());
}

int64_t plx_clock_until(const plx_clock *clock, int64_t t_us)
{
    reading r = read_epoch(clock);
    int64_t now_us = r.wall_us + scaled(r.rate, plx_boot_us() - r.boot_us);
    if (t_us <= now_us || r.rate <= 0) return 0;
    return (int64_t)((double)(t_us - now_us) / r.rate) + 1;
}

bool plx_clock_step_to(plx_clock *clock, int64_t wall_us, int64_t boot_us, int64_t *before_us,
                       int64_t *after_us)
{
    if (clock->fixed) return false;
    int64_t ours_us = plx_clock_at(clock, boot_us);
    int64_t difference_us = wall_us - ours_us;
    if (difference_us > PLX_CLOCK_STEP_US || difference_us < -PLX_CLOCK_STEP_US) {
        write_epoch(clock, wall_us, boot_us, 0);
        *before_us = ours_us;
        *after_us = wall_us;
        return true;
    }
    double slew = (double)difference_us / SLEW_TIME_US;
    if (slew > SLEW_MAX) slew = SLEW_MAX;
    if (slew < -SLEW_MAX) slew = -SLEW_MAX;
    write_epoch(clock, ours_us, boot_us, slew);
    return false;
}

bool plx_clock_step(plx_clock *clock, int64_t *before_us, int64_t *after_us)
{
    int64_t boot_us = plx_boot_us();
    return plx_clock_step_to(clock, plx_wall_us(), boot_us, before_us, after_us);
}
