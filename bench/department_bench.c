/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the department's flow on one core: ED-A in the long run and as 1,000 days from empty,
 * M/M/1, the copy of a state of 60 patients. CSV on stdout: name,value,unit, the best of 7. Noise
 * on a shared machine: 15 %. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/department/ed_a_for_test.h"

enum { RUNS = 7, LONG_DAYS = 3650, REPLICATIONS = 1000, FORKS = 20000, CUSTOMERS = 1000000 };

static plx_flow_model model;
static plx_flow_state state, child;
static plx_flow_histogram los, door;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Patients who came to their end. */
static uint64_t day_by_day(uint64_t replications, int64_t days, plx_flow_tally *tally)
{
    uint64_t ended = 0;
    for (uint64_t r = 0; r < replications; r++) {
        plx_flow_begin(&model, &state, 1, r, 0);
        plx_flow_tally_begin(tally, &model, &state, days * PLX_DAY_US);
        plx_flow_advance(&model, &state, days * PLX_DAY_US, tally);
        plx_flow_tally_end(tally, &model, &state);
        for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
            ended += tally->departed[a] + tally->left[a];
    }
    return ended;
}

static double timed(uint64_t replications, int64_t days, uint64_t *ended, uint64_t *events)
{
    double best = 1e9;
    for (int i = 0; i < RUNS; i++) {
        plx_flow_tally tally = {.los = &los, .door = &door};
        const double began = cpu_s();
        *ended = day_by_day(replications, days, &tally);
        const double took = cpu_s() - began;
        *events = tally.events;
        best = took < best ? took : best;
    }
    return best;
}

static void one_queue(void)
{
    plx_flow_model_begin(&model);
    char why[128];
    const plx_law service = {.family = PLX_LAW_EXPONENTIAL, .mean = 1};
    model.source_n = model.zone_n = model.pool_n = 1;
    model.doctor_pool = 0;
    model.zone[0].places = 1000;
    staff_for_test(&model, 0, 1);
    for (unsigned h = 0; h < PLX_FLOW_WEEK_H; h++)
        model.source[0].rate_per_h[h] = 0.8 * 60;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        model.zone_order_n[a] = 1;
        model.first[a] = law_for_test(&model, service);
    }
    if (plx_flow_model_finish(&model, why, sizeof why) != PLX_OK) abort();
    uint64_t ended, events;
    const int64_t days = (int64_t)(CUSTOMERS / (0.8 * 1440));
    const double took = timed(1, days, &ended, &events);
    printf("m_m_1_million,%.1f,ms\n", 1e3 * took * CUSTOMERS / (double)ended);
}

static void fork_60(void)
{
    plx_flow_tally tally = {0};
    plx_flow_begin(&model, &state, 1, 0, 0);
    plx_flow_tally_begin(&tally, &model, &state, 100 * PLX_DAY_US);
    for (int64_t t = 0; state.present < 60 && t < 100 * PLX_DAY_US; t += PLX_HOUR_US / 12)
        plx_flow_advance(&model, &state, t, &tally);
    double best = 1e9;
    for (int i = 0; i < RUNS; i++) {
        const double began = cpu_s();
        for (int k = 0; k < FORKS; k++) {
            plx_flow_fork(&child, &state);
            __asm__ volatile("" ::: "memory");
        }
        const double took = (cpu_s() - began) / FORKS;
        best = took < best ? took : best;
    }
    printf("fork_patients,%u,\nfork_bytes,%zu,bytes\nfork,%.3f,us\n", state.present,
           plx_flow_used(&state), 1e6 * best);
}

int main(void)
{
    uint64_t ended, events;
    puts("name,value,unit");
    ed_a_for_test(&model, 4);
    double took = timed(1, LONG_DAYS, &ended, &events);
    printf("ed_a_long,%.2f,million patients/s\n", 1e-6 * (double)ended / took);
    printf("ed_a_long_event,%.1f,ns\n", 1e9 * took / (double)events);
    took = timed(REPLICATIONS, 1, &ended, &events);
    printf("ed_a_1000_days,%.1f,ms\n", 1e3 * took);
    fork_60();
    one_queue();
    return 0;
}
