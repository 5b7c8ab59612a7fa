/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed and memory of the ledger of predictions on one core: judging one forecast of 64 members,
 * taking one in, a value that closes 30 of them, and what 100,000 open ones need. CSV on stdout:
 * name,value,unit; the best of 5 runs. Noise on a shared machine: 15 %. */
#include <stdio.h>
#include <time.h>

#include "core/base/rng.h"
#include "core/ledger/ledger_for_test.h"

enum { RUNS = 5, MEMBERS = PLX_PREDICTION_MEMBERS_MAX, CLOSED = 30, OPEN = 100000 };

/* 100,000 open ones: 725 series of five horizons once a minute, five minutes of grace. */
static const plx_ledger_limits limits = {OPEN, 725, 3625, 64, 4, 0, 3};

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void check(plx_status status)
{
    if (status == PLX_OK) return;
    fprintf(stderr, "%s\n", plx_status_text(status));
    exit(1);
}

static void set_members(plx_prediction *p, plx_rng *rng)
{
    double members[MEMBERS];
    for (int i = 0; i < MEMBERS; i++)
        members[i] = plx_rng_normal(rng, 80, 5);
    check(plx_prediction_set_members(p, members, MEMBERS));
}

static double judge_us(void)
{
    enum { TIMES = 20000 };
    double values[MEMBERS], sum = 0;
    plx_rng rng = plx_rng_init(1, 1);
    plx_prediction p = prediction_for_test(1, 1, PLX_TARGET_HR, LEDGER_START, 5 * MINUTE);
    set_members(&p, &rng);
    plx_aggregate aggregate = {0};
    const double began = cpu_s();
    for (uint64_t k = 0; k < TIMES; k++) {
        plx_judgement j = {.rival_known = {true, true, true}};
        plx_prediction_values(&p, values);
        const plx_validate_sample sample = {values, MEMBERS};
        const double truth = 70 + (double)(k % 20);
        check(plx_validate_judge_sample(&sample, truth, plx_validate_pit_draw(1, k), &j.verdict));
        for (int r = 0; r < PLX_RIVAL_KIND_N; r++)
            j.rival[r] = plx_validate_crps_normal((plx_validate_normal){80, 5 + r}, truth);
        plx_aggregate_put(&aggregate, &j, 15, 1);
        sum += j.verdict.crps;
    }
    const double us = (cpu_s() - began) * 1e6 / TIMES;
    if (!(sum > 0)) exit(1);
    return us;
}

static void say_value(plx_ledger *l, uint64_t id, int64_t now_us, double value)
{
    const plx_ledger_value v = value_for_test(id, 1, PLX_TARGET_HR, now_us, value);
    check(plx_ledger_truth(l, now_us, &v, NULL));
}

/* us: [0] one prediction, [1] the value that closes CLOSED of them, [2] their settling. */
static void close_us(double us[3])
{
    void *memory;
    plx_ledger *l = ledger_for_test(&limits, &memory);
    plx_rng rng = plx_rng_init(2, 2);
    int64_t now = LEDGER_START;
    uint64_t id = 0;
    for (; now < LEDGER_START + 4 * PLX_HOUR_US; now += MINUTE)
        say_value(l, ++id * 4096, now, plx_rng_normal(&rng, 80, 5));
    const int64_t valid = now + 15 * MINUTE;
    plx_prediction p[CLOSED];
    for (int k = 0; k < CLOSED; k++) {
        p[k] = prediction_for_test(id + 1 + (uint64_t)k, 1, PLX_TARGET_HR, now, valid - now);
        set_members(&p[k], &rng);
    }
    id += CLOSED;
    double began = cpu_s();
    for (int k = 0; k < CLOSED; k++)
        check(plx_ledger_predict(l, now, &p[k], NULL));
    us[0] = (cpu_s() - began) * 1e6 / CLOSED;
    say_value(l, ++id * 4096, valid, 84);
    began = cpu_s();
    say_value(l, ++id * 4096, valid + 31 * PLX_SECOND_US, 83);
    us[1] = (cpu_s() - began) * 1e6;
    if (plx_ledger_cell_at(l, 0)->sums[0].scored != CLOSED) exit(1);
    began = cpu_s();
    plx_ledger_tick(l, valid + 10 * MINUTE, NULL);
    us[2] = (cpu_s() - began) * 1e6;
    if (plx_ledger_open(l) != 0) exit(1);
    free(memory);
}

int main(void)
{
    double judge = 1e300, best[3] = {1e300, 1e300, 1e300};
    for (int run = 0; run < RUNS; run++) {
        double us[3];
        const double once = judge_us();
        close_us(us);
        if (once < judge) judge = once;
        for (int i = 0; i < 3; i++)
            if (us[i] < best[i]) best[i] = us[i];
    }
    printf("name,value,unit\n");
    printf("judge_64_members_and_rivals,%.2f,us\n", judge);
    printf("predict_one_of_30,%.2f,us\n", best[0]);
    printf("value_closes_30,%.1f,us\n", best[1]);
    printf("settle_30,%.1f,us\n", best[2]);
    printf("memory_100000_open,%.1f,MB\n", (double)plx_ledger_size(&limits) * 1e-6);
    return 0;
}
