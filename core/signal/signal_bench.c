/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the detectors on one core: seconds of a drawn patient's signal per second of processor
 * time, and the bytes of a state. CSV on stdout: name,value,unit. Noise on a shared machine: 15 %.
 */
#include <stdio.h>
#include <time.h>

#include "core/signal/abp.h"
#include "core/signal/ecg.h"
#include "core/signal/patient_for_test.h"
#include "core/signal/ppg.h"
#include "core/signal/resp.h"

enum { SECONDS = 600, ROUNDS = 20, FS = 250 };

static patient man;
static float wave[4][SECONDS * FS];
static plx_signal_ecg ecg;
static plx_signal_abp abp;
static plx_signal_ppg ppg;
static plx_signal_resp resp;
static uint32_t beats;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run_ecg(uint32_t leads)
{
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    if (plx_signal_ecg_init(&ecg, FS, leads, NAN, NAN) != PLX_OK) return;
    for (uint32_t i = 0; i < SECONDS * FS; i++) {
        float mv[2] = {wave[0][i], -wave[0][i]};
        beats += plx_signal_ecg_step(&ecg, mv, out);
    }
}

static void run_one(void)
{
    run_ecg(1);
}

static void run_two(void)
{
    run_ecg(2);
}

static void run_abp(void)
{
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    if (plx_signal_abp_init(&abp, FS, NAN, NAN) != PLX_OK) return;
    for (uint32_t i = 0; i < SECONDS * FS; i++)
        beats += plx_signal_abp_step(&abp, wave[1][i], out);
}

static void run_ppg(void)
{
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    if (plx_signal_ppg_init(&ppg, FS, 0.01F, NAN, NAN) != PLX_OK) return;
    for (uint32_t i = 0; i < SECONDS * FS; i++)
        beats += plx_signal_ppg_step(&ppg, wave[2][i], out);
}

static void run_resp(void)
{
    plx_signal_beat out[PLX_SIGNAL_STEP_MAX];
    if (plx_signal_resp_init(&resp, FS, false, 0.01F) != PLX_OK) return;
    for (uint32_t i = 0; i < SECONDS * FS; i++)
        beats += plx_signal_resp_step(&resp, wave[3][i], out);
}

static void bench(const char *name, void (*run)(void), size_t bytes)
{
    double start = cpu_s();
    beats = 0;
    for (int i = 0; i < ROUNDS; i++)
        run();
    printf("%s,%.0f,times real time\n", name, ROUNDS * SECONDS / (cpu_s() - start));
    printf("%s_state,%zu,bytes\n", name, bytes);
    if (beats < ROUNDS * SECONDS / 10) fprintf(stderr, "%s: too few beats\n", name);
}

int main(void)
{
    patient_init(&man, 80, 0.05, SECONDS);
    for (uint32_t i = 0; i < SECONDS * FS; i++) {
        double t = (double)i / FS;
        wave[0][i] = (float)(patient_ecg(&man, t) + plx_rng_normal(&man.rng, 0, 0.02));
        wave[1][i] = (float)patient_abp(&man, t);
        wave[2][i] = (float)patient_ppg(&man, t);
        wave[3][i] = (float)patient_resp(&man, t);
    }
    bench("ecg_one_lead", run_one, sizeof ecg);
    bench("ecg_two_leads", run_two, sizeof ecg);
    bench("abp", run_abp, sizeof abp);
    bench("ppg", run_ppg, sizeof ppg);
    bench("resp", run_resp, sizeof resp);
    return 0;
}
