/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the live twin on one core: the beginning, and a step of 30 s with five vital signs, of
 * one cause with 128 members and of the whole bank; the share of a core that 60 such patients take
 * in real time. CSV on stdout: name,lanes,value,unit, the best of 5. Noise on a shared machine: 15
 * %. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/assimilate/track.h"
#include "edge/host/lanes.h"

enum { STEP_S = 30, STEPS = 5, KINDS = 5, PATIENTS = 60, ALIGNMENT = 64 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const plx_vitals_observation vitals[KINDS] = {
    {.quantity = PLX_MEASURE_hr_bpm, .value = 92, .sd = 2},
    {.quantity = PLX_MEASURE_sbp_mmhg, .value = 108, .sd = 7},
    {.quantity = PLX_MEASURE_map_mmhg, .value = 79, .sd = 5},
    {.quantity = PLX_MEASURE_spo2_pct, .value = 96, .sd = 2},
    {.quantity = PLX_MEASURE_rr_per_min, .value = 18, .sd = 2}};

static void bench(const char *name, const plx_track_input *in)
{
    static plx_track track;
    size_t n = plx_track_size(in);
    void *memory = aligned_alloc(ALIGNMENT, n);
    if (!memory) exit(1);
    double best = 1e9, began = cpu_s();
    plx_track_begin(&track, in, memory);
    printf("%s_begin,%u,%.1f,ms\n", name, in->lanes, 1e3 * (cpu_s() - began));
    for (uint32_t i = 1; i <= STEPS; i++) {
        began = cpu_s();
        plx_track_advance(&track, i * STEP_S);
        plx_track_observe(&track, vitals, KINDS, NULL);
        double took = cpu_s() - began;
        best = took < best ? took : best;
    }
    printf("%s_step_30s,%u,%.2f,ms\n", name, in->lanes, 1e3 * best);
    printf("%s_60_patients,%u,%.1f,%% of a core\n", name, in->lanes,
           100 * PATIENTS * best / STEP_S);
    printf("%s_memory,%u,%zu,bytes\n", name, in->lanes, n + sizeof track);
    free(memory);
}

int main(void)
{
    plx_track_input in = {
        .person = {.sex = PLX_SEX_MALE, .age = 44, .height_cm = 180, .weight_kg = 77},
        .variant = PLX_BODY_PULSATILE,
        .seed = 7};
    puts("name,lanes,value,unit");
    for (in.lanes = 4; in.lanes <= plx_host_lanes(); in.lanes *= 2) {
        in.members = PLX_ADJUST_MEMBERS_MAX;
        in.causes = 1u << PLX_CAUSE_STABLE;
        bench("one_cause_128", &in);
        in.members = PLX_TRACK_MEMBERS;
        in.causes = (1u << PLX_CAUSE_N) - 1;
        bench("bank", &in);
    }
    return 0;
}
