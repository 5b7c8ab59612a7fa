/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of grading one triage case on one core. CSV on stdout: name,value,unit; the best of 5 runs
 * of processor time. Noise on a shared machine: 15 %. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/triage/triage.h"

enum { RUNS = 5, TIMES = 2000 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile double sink;

int main(void)
{
    plx_triage_case c = {
        .male = 1, .injury = 0, .pain = 1, .complaint = PLX_LIT("ant. chest pain")};
    static const double NUMBERS[PLX_TRIAGE_NUMBERS] = {58, 140, 80, 100, 20, 36.5, 96, 5, 2, 1};
    double best = 1e9;
    memcpy(c.number, NUMBERS, sizeof NUMBERS);
    for (int run = 0; run < RUNS; run++) {
        plx_triage_result r;
        const double began = cpu_s();
        for (int k = 0; k < TIMES; k++) {
            plx_triage_grade(&plx_triage_model_builtin, &c, &r);
            sink = r.expected;
        }
        const double us = (cpu_s() - began) * 1e6 / TIMES;
        best = us < best ? us : best;
    }
    printf("triage case,%.2f,us\n", best);
    return 0;
}
