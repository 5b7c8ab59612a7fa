/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of what the live twin says: five treatment arms over 30 min with about 64 members, with one
 * thread and with more that share the groups; a forecast to 4 h; then telling it. CSV on stdout:
 * name,threads,value,unit, the best of 5 (threads: elapsed time, so only on a machine that does
 * nothing else). Noise on a shared machine: 15 %. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/assimilate/outlook.h"
#include "edge/host/lanes.h"

enum {
    ARMS = 5,
    BEST_OF = 5,
    THREADS_MAX = 8,
    KINDS = 5,
    MINUTES = 5,
    MINUTE_S = 60,
    ALIGNMENT = 64
};

static const char *const texts[ARMS] = {"none", "crystalloid 500 mL 15 min",
                                        "norepinephrine 0.1 ug/kg/min",
                                        "crystalloid 500 mL 15 min + norepinephrine 0.1 ug/kg/min",
                                        "oxygen 15 L/min device=non_rebreather"};
static const plx_vitals_observation vitals[KINDS] = {
    {.quantity = PLX_MEASURE_hr_bpm, .value = 112, .sd = 2},
    {.quantity = PLX_MEASURE_sbp_mmhg, .value = 92, .sd = 7},
    {.quantity = PLX_MEASURE_map_mmhg, .value = 68, .sd = 5},
    {.quantity = PLX_MEASURE_spo2_pct, .value = 95, .sd = 2},
    {.quantity = PLX_MEASURE_rr_per_min, .value = 21, .sd = 2}};

static plx_track track;
static plx_outlook outlook;
static plx_outlook_worker workers[THREADS_MAX];
static atomic_uint next;

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *allocate(size_t n)
{
    void *p = aligned_alloc(ALIGNMENT, n);
    if (!p) exit(1);
    return p;
}

static void *share(void *worker)
{
    const uint32_t arms = outlook.plan.arms_n, pairs = arms * outlook.groups_n;
    for (uint32_t i; (i = atomic_fetch_add(&next, 1)) < pairs;)
        plx_outlook_run(&outlook, i % arms, i / arms, worker);
    return NULL;
}

static void run(uint32_t threads)
{
    pthread_t thread[THREADS_MAX];
    atomic_store(&next, 0);
    for (uint32_t i = 1; i < threads; i++)
        if (pthread_create(&thread[i], NULL, share, &workers[i]) != 0) exit(1);
    share(&workers[0]);
    for (uint32_t i = 1; i < threads; i++)
        pthread_join(thread[i], NULL);
}

static void bench(const char *name, const plx_outlook_plan *plan, uint32_t threads)
{
    void *memory = allocate(plx_outlook_size(plan, &track.input));
    double best = 1e9, tell = 1e9;
    for (int i = 0; i < BEST_OF; i++) {
        plx_outlook_begin(&outlook, plan, &track, memory);
        double began = seconds(threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID);
        run(threads);
        double took = seconds(threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID) - began;
        best = took < best ? took : best;
        began = seconds(CLOCK_PROCESS_CPUTIME_ID);
        (void)plx_outlook_show(&outlook, 0, plan->horizons_n - 1, 'A');
        took = seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
        tell = took < tell ? took : tell;
    }
    printf("%s,%u,%.1f,ms\n", name, threads, 1e3 * best);
    if (threads > 1) {
        free(memory);
        return;
    }
    printf("%s_members,1,%u,\n", name, outlook.groups_n * PLX_BODY_GROUP);
    printf("%s_tell_a_horizon,1,%.2f,ms\n", name, 1e3 * tell);
    printf("%s_memory,1,%zu,bytes\n", name,
           plx_outlook_size(plan, &track.input) + sizeof outlook + sizeof workers[0]);
    free(memory);
}

static void hidden(void)
{
    plx_weighted *scratch = allocate(2 * PLX_OUTLOOK_SLOTS_MAX * sizeof *scratch);
    double best = 1e9;
    for (int i = 0; i < BEST_OF; i++) {
        const double began = seconds(CLOCK_PROCESS_CPUTIME_ID);
        for (int h = 0; h < PLX_OUTLOOK_HIDDEN_N; h++)
            (void)plx_outlook_hidden_of(&track, (plx_outlook_hidden)h, scratch);
        const double took = seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
        best = took < best ? took : best;
    }
    printf("hidden_states,1,%.2f,ms\n", 1e3 * best);
    free(scratch);
}

int main(void)
{
    static plx_arm arms[ARMS];
    const plx_track_input in = {
        .person = {.sex = PLX_SEX_MALE, .age = 44, .height_cm = 180, .weight_kg = 77},
        .members = PLX_TRACK_MEMBERS,
        .lanes = plx_host_lanes(),
        .causes = (1u << PLX_CAUSE_N) - 1,
        .variant = PLX_BODY_PULSATILE,
        .seed = 7};
    void *memory = allocate(plx_track_size(&in));
    char why[PLX_ARM_WHY_MAX];
    plx_track_begin(&track, &in, memory);
    for (uint32_t m = 1; m <= MINUTES; m++) {
        plx_track_advance(&track, m * MINUTE_S);
        plx_track_observe(&track, vitals, KINDS, NULL);
    }
    for (int a = 0; a < ARMS; a++)
        if (plx_outlook_arm(&track, plx_slice_of(texts[a]), &arms[a], why, sizeof why) != PLX_OK) {
            fprintf(stderr, "%s: %s\n", texts[a], why);
            return 1;
        }
    puts("name,threads,value,unit");
    plx_outlook_plan plan = plx_outlook_usual(arms, ARMS, in.lanes);
    plan.horizons_n = 3, plan.at_s[0] = 300, plan.at_s[1] = 900, plan.at_s[2] = 1800;
    for (uint32_t threads = 1; threads <= THREADS_MAX; threads *= 2)
        bench("five_arms_30min", &plan, threads);
    plan = plx_outlook_usual(arms, 1, in.lanes);
    plan.horizons_n = 5, plan.at_s[0] = 300, plan.at_s[1] = 900, plan.at_s[2] = 1800;
    plan.at_s[3] = 3600, plan.at_s[4] = 14400;
    bench("forecast_4h", &plan, 1);
    hidden();
    free(memory);
    return 0;
}
