/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the department's flow on one core: ED-A in the long run and as 1,000 days from empty,
 * M/M/1, the copy of a state of 60 patients, a forecast of 24 h from 60 patients (1,000
 * replications of the base, with somebody of each acuity walking in). CSV on stdout:
 * name,value,unit, the best of 9. Noise on a shared machine: 15 %. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/department/ed_a_for_test.h"
#include "core/department/forecast.h"

enum { RUNS = 9, LONG_DAYS = 3650, REPLICATIONS = 1000, FORKS = 20000, CUSTOMERS = 1000000 };

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

/* A crowded ED-A: twice the arrivals until 60 are present. */
static void sixty(plx_flow_tally *tally)
{
    char why[128];
    model.source[0].level = 2;
    if (plx_flow_model_finish(&model, why, sizeof why) != PLX_OK) abort();
    plx_flow_begin(&model, &state, 1, 0, 0);
    plx_flow_tally_begin(tally, &model, &state, 100 * PLX_DAY_US);
    for (int64_t t = 0; state.present < 60 && t < 100 * PLX_DAY_US; t += PLX_MINUTE_US)
        plx_flow_advance(&model, &state, t, tally);
}

static void fork_60(void)
{
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

static void *zeroed(size_t n, size_t size)
{
    void *memory = calloc(n, size);
    if (!memory) abort();
    return memory;
}

/* From the patients of the state, with the arrivals of ED-A as they are. */
static void forecast_60(void)
{
    enum { HOURS = 24, GRID = 4 * HOURS + 1 };
    static plx_flow_present present[PLX_FLOW_PATIENTS_MAX];
    static plx_forecast_desk desk;
    char why[128];
    plx_forecast_plan plan = {.arm = {&model},
                              .arms_n = 1,
                              .present = present,
                              .seed = 1,
                              .start_us = state.time_us,
                              .hours = HOURS,
                              .replications = REPLICATIONS};
    for (unsigned who = 1; who < state.slot_n; who++) {
        const plx_flow_patient *p = &state.patient[who];
        if (p->stage >= PLX_FLOW_CLEANING) continue;
        present[plan.present_n++] = (plx_flow_present){.number = who,
                                                       .arrival_us = p->arrival_us,
                                                       .since_us = p->since_us,
                                                       .acuity = p->acuity,
                                                       .stage = p->stage,
                                                       .zone = p->zone,
                                                       .source = p->source,
                                                       .ward = p->ward,
                                                       .doctor = PLX_FLOW_NONE,
                                                       .contacts = p->contacts,
                                                       .disposition = p->disposition};
    }
    model.source[0].level = 1;
    model.treatment_places = 22;
    model.hospital_beds = 300;
    if (plx_flow_model_finish(&model, why, sizeof why) != PLX_OK) abort();
    const size_t n = REPLICATIONS;
    plx_forecast_slots slots = {
        .count = zeroed(PLX_FORECAST_SERIES_N * GRID * n, sizeof(uint16_t)),
        .nedocs = zeroed(GRID * n, sizeof(float)),
        .edwin = zeroed(GRID * n, sizeof(float)),
        .gone_us = zeroed(PLX_FLOW_PATIENTS_MAX * n, sizeof(int64_t)),
        .end = zeroed(PLX_FLOW_PATIENTS_MAX, n),
        .door_min = zeroed(PLX_FLOW_ACUITIES * n, sizeof(float)),
        .lwbs = zeroed(PLX_FLOW_ACUITIES, n),
        .beds = zeroed(PLX_FORECAST_WINDOWS * PLX_FLOW_WARDS_MAX * n, sizeof(uint16_t)),
        .effect = zeroed(PLX_FORECAST_EFFECT_N * n, sizeof(double)),
        .overrun = zeroed(1, n),
        .beyond = zeroed(n, sizeof(uint32_t))};
    double best = 1e9;
    for (int i = 0; i < RUNS; i++) {
        const double began = cpu_s();
        for (uint32_t r = 0; r < REPLICATIONS; r++)
            plx_forecast_replication(&plan, &slots, r, &desk);
        const double took = cpu_s() - began;
        best = took < best ? took : best;
    }
    printf("forecast_24h_patients,%u,\nforecast_24h,%.1f,ms\n", plan.present_n, 1e3 * best);
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
    plx_flow_tally tally = {0};
    sixty(&tally);
    fork_60();
    forecast_60();
    one_queue();
    return 0;
}
