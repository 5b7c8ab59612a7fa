/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the simulated hospital on one core, with and without bodies: what the warm start of the
 * demo (8 hours) costs, how fast bodies live, and what waveforms of eight beds cost. CSV on stdout:
 * name,bodies,value,unit. Noise on a shared machine: 15 %. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/hospital/hospital.h"

enum { SEEDS = 5, SLOTS = 64, WAVES = 8, WAVES_S = 900 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Adds up the counts of the history before the first live moment; returns its cost. */
static double warm(uint64_t seed, uint32_t bodies, int64_t hours, plx_hospital_counts *sum)
{
    plx_hospital_model m = plx_hospital_model_default();
    plx_hospital_message message;
    plx_hospital_counts c;
    plx_hospital *h;
    m.seed = seed;
    m.bodies = bodies;
    m.warm_us = hours * PLX_HOUR_US;
    const size_t n = (plx_hospital_size(&m) + 15) / 16 * 16;
    void *memory = aligned_alloc(16, n);
    const double began = cpu_s();
    if (!memory || plx_hospital_init(&h, memory, n, &m) != PLX_OK) exit(1);
    while (plx_hospital_next(h, &message) && message.due_us < m.start_us)
        continue;
    const double took = cpu_s() - began;
    plx_hospital_count(h, &c);
    sum->messages += c.messages;
    sum->bodies += c.bodies;
    sum->bodies_lost += c.bodies_lost;
    sum->body_seconds += c.body_seconds;
    free(memory);
    return took;
}

static void bench(const char *name, uint32_t bodies, int64_t hours)
{
    plx_hospital_counts sum = {0};
    double took = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        took += warm(seed, bodies, hours, &sum);
    printf("%s,%u,%.1f,ms\n", name, bodies, 1e3 * took / SEEDS);
    printf("%s,%u,%.0f,messages/s\n", name, bodies, (double)sum.messages / took);
    if (bodies == 0) return;
    printf("%s,%u,%.0f,body-seconds/s\n", name, bodies, (double)sum.body_seconds / took);
    printf("%s,%u,%llu,bodies\n", name, bodies, (unsigned long long)sum.bodies);
    printf("%s,%u,%llu,bodies lost\n", name, bodies, (unsigned long long)sum.bodies_lost);
}

/* A department that is full from the start, a quarter of an hour with waveforms. */
static void bench_waves(void)
{
    plx_hospital_model m = plx_hospital_model_default();
    plx_hospital_message message = {0};
    plx_hospital_counts c;
    plx_hospital *h;
    double began = 0;
    uint64_t bytes = 0, n = 0;
    m.seed = 1;
    m.bodies = SLOTS;
    m.waves = WAVES;
    m.arrivals_per_hour = 12;
    m.warm_us = 8 * PLX_HOUR_US;
    const size_t size = (plx_hospital_size(&m) + 15) / 16 * 16;
    void *memory = aligned_alloc(16, size);
    if (!memory || plx_hospital_init(&h, memory, size, &m) != PLX_OK) exit(1);
    while (plx_hospital_next(h, &message) &&
           message.due_us < m.start_us + WAVES_S * PLX_SECOND_US) {
        if (began == 0 && message.due_us >= m.start_us) began = cpu_s();
        if (began == 0) continue;
        bytes += message.bytes.n;
        n++;
    }
    const double took = cpu_s() - began;
    plx_hospital_count(h, &c);
    const double bed_s = took / (double)c.waves;
    printf("waves,%u,%.1f,us/bed-second\n", SLOTS, 1e6 * bed_s);
    printf("waves_of_8_beds,%u,%.3f,%% of a core at speed 1\n", SLOTS, 100 * WAVES * bed_s);
    printf("waves,%u,%.0f,bytes/message\n", SLOTS, (double)bytes / (double)n);
    free(memory);
}

int main(void)
{
    puts("name,bodies,value,unit");
    for (uint32_t bodies = 0; bodies <= SLOTS; bodies += SLOTS) {
        bench("warm_8_hours", bodies, 8);
        bench("warm_24_hours", bodies, 24);
    }
    bench_waves();
    plx_hospital_model m = plx_hospital_model_default();
    const size_t without = plx_hospital_size(&m);
    m.bodies = SLOTS;
    printf("slot,%d,%zu,bytes\n", SLOTS, (plx_hospital_size(&m) - without) / SLOTS);
    return 0;
}
