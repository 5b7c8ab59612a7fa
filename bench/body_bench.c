/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the body model on one core, each lane width that the processor has. CSV on stdout:
 * name,lanes,value,unit. Noise on a shared machine: 15 %. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/physiology/care.h"
#include "edge/host/lanes.h"

enum { MEMBERS = 256, WINDOW_S = 30 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const plx_person person = {
    .sex = PLX_SEX_MALE, .age = 44, .height_cm = 180, .weight_kg = 77};

/* A patient under treatment: bleeding, fluid, a vasopressor and a sedative are on. */
static void treat(plx_care *care)
{
    char why[100];
    const plx_action actions[] = {
        {.kind = PLX_ACTION_BLEED, .amount = 1000, .rate_ml_min = 20},
        {.kind = PLX_ACTION_FLUID, .fluid = PLX_FLUID_RINGER, .amount = 1000, .duration_s = 3600},
        {.kind = PLX_ACTION_DRUG,
         .drug = PLX_DRUG_NOREPINEPHRINE,
         .unit = PLX_DOSE_UG_KG_MIN,
         .amount = 0.05,
         .duration_s = 3600},
        {.kind = PLX_ACTION_DRUG, .drug = PLX_DRUG_FENTANYL, .unit = PLX_DOSE_UG, .amount = 50}};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (plx_care_act(care, &actions[i], why, sizeof why) != PLX_OK) {
            fprintf(stderr, "%s\n", why);
            exit(1);
        }
}

static void run(plx_body *body, plx_care *care, plx_body_run_options options, uint32_t seconds)
{
    static plx_second second[WINDOW_S];
    for (uint32_t done = 0; done < seconds; done += WINDOW_S) {
        for (uint32_t i = 0; i < WINDOW_S; i++)
            plx_care_step(care, &second[i]);
        if (plx_body_run(body, &options, second, WINDOW_S, NULL) != PLX_OK) exit(1);
        body->time_s += WINDOW_S;
    }
}

static void speed(plx_body *body, const char *name, plx_body_run_options options, uint32_t seconds)
{
    plx_care care;
    plx_care_init(&care, &person);
    treat(&care);
    plx_person_body(&person, 1, body);
    run(body, &care, options, 60);
    double began = cpu_s();
    run(body, &care, options, seconds);
    printf("%s,%u,%.0f,member-seconds/s\n", name, options.lanes,
           (double)seconds * MEMBERS / (cpu_s() - began));
}

static void admission(plx_body *body, uint32_t lanes)
{
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        double began = cpu_s();
        plx_care care;
        plx_care_init(&care, &person);
        plx_person_body(&person, 1, body);
        plx_body_run_options options = {PLX_BODY_AVERAGED, lanes, 0, MEMBERS};
        run(body, &care, options, 120);
        options.variant = PLX_BODY_PULSATILE;
        static plx_second second[20];
        for (int k = 0; k < 20; k++)
            plx_care_step(&care, &second[k]);
        if (plx_body_run(body, &options, second, 20, NULL) != PLX_OK) exit(1);
        double took = cpu_s() - began;
        if (took < best) best = took;
    }
    printf("admission_256,%u,%.1f,ms\n", lanes, 1e3 * best);
}

int main(void)
{
    plx_body *body = calloc(1, plx_body_size(MEMBERS));
    if (!body) return 1;
    body->members = MEMBERS;
    body->seed = 7;
    puts("name,lanes,value,unit");
    for (uint32_t lanes = 4; lanes <= plx_host_lanes(); lanes *= 2) {
        speed(body, "pulsatile", (plx_body_run_options){PLX_BODY_PULSATILE, lanes, 0, MEMBERS},
              1200);
        speed(body, "averaged", (plx_body_run_options){PLX_BODY_AVERAGED, lanes, 0, MEMBERS},
              36000);
        admission(body, lanes);
    }
    printf("snapshot_256,,%zu,bytes\n", plx_body_size(MEMBERS) + sizeof(plx_care));
    free(body);
    return 0;
}
