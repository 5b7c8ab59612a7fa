/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the admission fit on one core: 256 members, vitals of 5 minutes each 30 s, each lane
 * width that the processor has; where the time goes. CSV on stdout: name,lanes,value,unit, the best
 * of 7 fits. Noise on a shared machine: 15 %. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/assimilate/esmda.h"
#include "edge/host/lanes.h"

enum { MEMBERS = 256, WINDOW_S = 300, ROWS = 10, KINDS = 5, FITS = 7 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Somebody who bled. */
static const struct {
    plx_measure quantity;
    double value, sd;
} vitals[KINDS] = {{PLX_MEASURE_hr_bpm, 104, 2},
                   {PLX_MEASURE_sbp_mmhg, 97, 7},
                   {PLX_MEASURE_dbp_mmhg, 68, 6},
                   {PLX_MEASURE_spo2_pct, 96, 2},
                   {PLX_MEASURE_rr_per_min, 19, 2}};

static plx_esmda fit;
static plx_esmda_worker worker;

typedef struct times {
    double settle, run, update;
} times;

static void check(plx_status status)
{
    if (status == PLX_OK) return;
    fprintf(stderr, "%s\n", plx_status_text(status));
    exit(1);
}

static times measure(const plx_esmda_input *input, void *memory)
{
    times took = {0};
    double began = cpu_s(), now;
    check(plx_esmda_begin(&fit, input, NULL, memory));
    took.settle = (now = cpu_s()) - began;
    while (!fit.complete) {
        began = now;
        plx_esmda_run(&fit, 0, MEMBERS, &worker);
        took.run += (now = cpu_s()) - began;
        began = now;
        check(plx_esmda_update(&fit));
        took.update += (now = cpu_s()) - began;
    }
    return took;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void bench(plx_esmda_input *input, uint32_t lanes)
{
    char why[100];
    input->lanes = lanes;
    check(plx_esmda_check(input, why, sizeof why));
    void *memory = malloc(plx_esmda_size(input));
    if (!memory) exit(1);
    times best = {1e9, 1e9, 1e9};
    for (int i = 0; i < FITS; i++) {
        times t = measure(input, memory);
        best = (times){least(t.settle, best.settle), least(t.run, best.run),
                       least(t.update, best.update)};
    }
    printf("settle_prior,%u,%.1f,ms\n", lanes, 1e3 * best.settle);
    printf("fit_runs,%u,%.1f,ms\n", lanes, 1e3 * best.run);
    printf("fit_updates,%u,%.1f,ms\n", lanes, 1e3 * best.update);
    printf("fit,%u,%.1f,ms\n", lanes, 1e3 * (best.run + best.update));
    printf("memory,%u,%zu,bytes\n", lanes, plx_esmda_size(input) + sizeof fit + sizeof worker);
    free(memory);
}

int main(void)
{
    static plx_vitals_observation observations[ROWS * KINDS];
    plx_esmda_input input = {
        .person = {.sex = PLX_SEX_MALE, .age = 44, .height_cm = 180, .weight_kg = 77},
        .observations = observations,
        .observations_n = ROWS * KINDS,
        .window_s = WINDOW_S,
        .members = MEMBERS,
        .parameters = PLX_ESMDA_USUAL,
        .seed = 7};
    for (uint32_t i = 0; i < ROWS * KINDS; i++)
        observations[i] = (plx_vitals_observation){.time_s = i / KINDS * PLX_ESMDA_BIN_S,
                                                   .quantity = vitals[i % KINDS].quantity,
                                                   .value = vitals[i % KINDS].value,
                                                   .sd = vitals[i % KINDS].sd};
    puts("name,lanes,value,unit");
    for (uint32_t lanes = 4; lanes <= plx_host_lanes(); lanes *= 2)
        bench(&input, lanes);
    return 0;
}
