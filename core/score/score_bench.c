/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of every score on one core, units and limits included: all inputs given, the first one
 * missing, all missing. CSV on stdout: name,value,unit; the best of 5 runs of processor time. Noise
 * on a shared machine: 15 %. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/score/score.h"

enum { RUNS = 5, TIMES = 2000, SLOW_TIMES = 20 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile double sink;

static double score_us(const plx_score *score, const plx_score_given *given, int times)
{
    double best = 1e9;
    for (int run = 0; run < RUNS; run++) {
        plx_score_result r;
        const double began = cpu_s();
        for (int k = 0; k < times; k++) {
            plx_score_run(score, given, &r);
            sink = r.min;
        }
        const double us = (cpu_s() - began) * 1e6 / times;
        best = us < best ? us : best;
    }
    return best;
}

/* A value in the middle of what is possible. */
static plx_score_given middle(const plx_score_input *input)
{
    plx_score_given g = {.given = true,
                         .code = input->type == PLX_SCORE_CODE ? input->codes[0] : 0};
    const int64_t high = input->high_hundredths == INT32_MAX ? 10000 : input->high_hundredths;
    const int64_t value = (input->low_hundredths + high) / 2;
    g.number = plx_decimal_make(input->whole ? value / 100 : value, input->whole ? 0 : 2);
    return g;
}

static void bench_score(const plx_score *score)
{
    plx_score_given given[PLX_SCORE_INPUTS_MAX];
    memset(given, 0, sizeof given);
    printf("%s none given,%.3f,us\n", score->name, score_us(score, given, SLOW_TIMES));
    for (uint32_t i = 0; i < score->inputs_n; i++)
        if (!score->inputs[i].optional) given[i] = middle(&score->inputs[i]);
    printf("%s,%.3f,us\n", score->name, score_us(score, given, TIMES));
    given[0].given = false;
    printf("%s one missing,%.3f,us\n", score->name, score_us(score, given, TIMES));
}

int main(void)
{
    for (uint32_t n = 0; plx_score_at(n); n++)
        bench_score(plx_score_at(n));
    return 0;
}
