/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux department backtest SERIES.csv: the census model beside three baselines, on the last days
 * of each series. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/department_series.h"
#include "app/json_pair.h"
#include "core/validate/backtest.h"
#include "edge/host/clock.h"

enum { HORIZONS = 5, LINE_MAX = 1024 };

static const char WORDS[] = "department backtest";
static const uint32_t horizon_h[HORIZONS] = {1, 2, 4, 8, 24};

typedef struct sums {
    uint32_t series, better, inside; /* inside: coverage within 0.87 and 0.93 */
    double ratio, mae_ratio, cov_low, cov_high;
} sums;

typedef struct run {
    plx_department_series series;
    bool json;
    uint64_t test_days;
    void *memory;
    size_t memory_n;
    sums of[HORIZONS];
    uint32_t untold; /* tasks without a training or a test case */
    int64_t began_us;
} run;

static void print_json(const plx_slice name, uint32_t horizon, const plx_backtest_result *r)
{
    for (plx_backtest_model m = 0; m < PLX_BACKTEST_MODELS; m++) {
        char text[LINE_MAX];
        plx_out out = plx_out_init(text, sizeof text);
        plx_json_writer w = plx_json_writer_init(&out);
        plx_json_object(&w);
        plx_json_key(&w, "series");
        plx_json_put_string(&w, name);
        plx_pair_count(&w, "horizon_h", horizon);
        plx_pair_text(&w, "model", plx_backtest_model_name(m));
        plx_pair_count(&w, "n", r->n);
        plx_pair_number(&w, "test_mean", r->test_mean);
        plx_pair_number(&w, "mae", r->of[m].mae);
        plx_pair_number(&w, "crps", r->of[m].crps);
        plx_pair_number(&w, "cov90", r->of[m].cov90);
        if (m == PLX_BACKTEST_POLLUX) {
            plx_pair_text(&w, "best_baseline", plx_backtest_model_name(r->best));
            plx_pair_number(&w, "skill", r->skill);
            plx_json_key(&w, "cov90_by_hour"); /* of the day */
            plx_json_array(&w);
            for (int hour = 0; hour < 24; hour++)
                plx_json_put_double(&w, r->hour_cov90[hour], 4);
            plx_json_array_end(&w);
        }
        plx_json_object_end(&w);
        printf("%.*s\n", (int)out.n, out.at);
    }
}

static void print_table(const plx_slice name, uint32_t horizon, const plx_backtest_result *r)
{
    for (plx_backtest_model m = 0; m < PLX_BACKTEST_MODELS; m++)
        printf("%.*s,%u,%s,%u,%.2f,%.4f,%.4f,%.4f\n", (int)name.n, name.at, horizon,
               plx_backtest_model_name(m), r->n, r->test_mean, r->of[m].mae, r->of[m].crps,
               r->of[m].cov90);
}

static void add_up(sums *s, const plx_backtest_result *r)
{
    const plx_backtest_score *mine = &r->of[PLX_BACKTEST_POLLUX];
    const double damped = r->of[PLX_BACKTEST_DAMPED].mae;
    if (!isfinite(r->skill) || !(damped > 0)) return;
    if (s->series == 0) s->cov_low = s->cov_high = mine->cov90;
    s->series++;
    s->better += r->skill > 0;
    s->inside += mine->cov90 >= 0.87 && mine->cov90 <= 0.93;
    s->ratio += 1 - r->skill;
    s->mae_ratio += mine->mae / damped;
    if (mine->cov90 < s->cov_low) s->cov_low = mine->cov90;
    if (mine->cov90 > s->cov_high) s->cov_high = mine->cov90;
}

static void print_sums(const run *p, FILE *to)
{
    fputs("\nsummary,horizon_h,series,crps_over_best,better,mae_over_damped,cov90_low,cov90_high,"
          "cov90_within\n",
          to);
    for (int h = 0; h < HORIZONS; h++) {
        const sums *s = &p->of[h];
        if (s->series == 0) continue;
        fprintf(to, "pollux,%u,%u,%.4f,%u,%.4f,%.4f,%.4f,%u\n", horizon_h[h], s->series,
                s->ratio / s->series, s->better, s->mae_ratio / s->series, s->cov_low, s->cov_high,
                s->inside);
    }
}

static void progress(const run *p, uint32_t done, uint32_t all)
{
    static const char bar[] = "########################################";
    if (!isatty(STDERR_FILENO) || plx_boot_us() - p->began_us < 1000000) return;
    if (done == all)
        fputs("\r\033[K", stderr);
    else
        fprintf(stderr, "\r[%-40.*s] %u of %u forecasts\033[K", (int)(40 * done / all), bar, done,
                all);
}

static int test_one(run *p, uint32_t column, int h)
{
    plx_backtest_task task = {.own = &p->series.column[column],
                              .horizon_h = horizon_h[h],
                              .test_h = (uint32_t)p->test_days * 24};
    plx_backtest_result result;
    task.companions = plx_department_series_companions(&p->series, column, task.companion);
    plx_arena arena = plx_arena_init(p->memory, p->memory_n);
    const plx_status status = plx_backtest_run(&task, &arena, &result);
    if (status == PLX_MISSING) {
        p->untold++;
        return PLX_EXIT_OK;
    }
    if (status != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "a series cannot be tested",
                            plx_status_text(status));
    const plx_slice name = p->series.read.name[column];
    if (p->json)
        print_json(name, horizon_h[h], &result);
    else
        print_table(name, horizon_h[h], &result);
    fflush(stdout);
    add_up(&p->of[h], &result);
    return PLX_EXIT_OK;
}

/* What the guard would have refused live. Nothing is left out for it here: the baselines that
 * anyone can compute again know no guard. */
static void tell_guard(const plx_department_series *s)
{
    const plx_census_guard *g = s->guard;
    const uint32_t *n = s->alarms;
    fprintf(stderr,
            "pollux %s: the guard would have refused the feed %u times, the series of a department "
            "that does not move %u times, moved columns %u times; %llu values held, %llu rows that "
            "came twice or late\n",
            WORDS, n[PLX_CENSUS_FROZEN], n[PLX_CENSUS_STALLED], n[PLX_CENSUS_SHIFTED],
            (unsigned long long)g->held,
            (unsigned long long)(g->duplicates + g->conflicts + g->late));
}

static int test_all(run *p)
{
    const uint32_t columns = p->series.read.columns, all = columns * HORIZONS;
    p->memory_n = plx_backtest_size(p->series.grid.hours);
    p->memory = malloc(p->memory_n);
    if (!p->memory) return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    tell_guard(&p->series);
    p->began_us = plx_boot_us();
    if (!p->json) puts("series,horizon_h,model,n,test_mean,mae,crps,cov90");
    for (uint32_t i = 0; i < all; i++) {
        const int status = test_one(p, i / HORIZONS, (int)(i % HORIZONS));
        if (status != PLX_EXIT_OK) return status;
        progress(p, i + 1, all);
    }
    if (p->untold == all)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS,
                            "too short: nothing is left to train on before the last days, or no "
                            "hour of them is forecast; ask for fewer --test-days",
                            p->series.file);
    if (p->untold > 0)
        fprintf(stderr, "pollux %s: %u of %u (series, horizon) have no case and are left out\n",
                WORDS, p->untold, all);
    print_sums(p, p->json ? stderr : stdout);
    return PLX_EXIT_OK;
}

int plx_app_department_backtest(int argc, char **argv)
{
    run p = {.test_days = 365};
    const char *file, *time_column = NULL;
    plx_option_list value = {0};
    size_t files = 0;
    const plx_option options[] = {{"--json", PLX_OPTION_FLAG, &p.json, 0, 0},
                                  {"--test-days", PLX_OPTION_U64, &p.test_days, 1, 10000},
                                  {"--time-column", PLX_OPTION_TEXT, &time_column, 0, 0},
                                  {"--value", PLX_OPTION_LIST, &value, 0, 0}};
    int status = plx_options_read(WORDS, argc, argv, options, 4, &file, 1, &files);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files == 0) return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name a file of counts", NULL);
    const plx_series_choice choice = {time_column, value.at, value.n};
    status = plx_department_series_read(&p.series, WORDS, file, &choice);
    if (status == PLX_EXIT_OK) status = test_all(&p);
    plx_department_series_release(&p.series);
    free(p.memory);
    return status;
}
