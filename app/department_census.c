/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux department census SERIES.csv: is the feed sound, and what will be counted after its last
 * hour? Nothing is forecast from a feed that is frozen, silent or moved. */
#include <stdio.h>
#include <stdlib.h>

#include "app/department_series.h"
#include "app/json_pair.h"

enum { HORIZONS = 5, LINE_MAX = 4096, SHOWN = 7 };

static const char WORDS[] = "department census";
static const uint32_t horizon_h[HORIZONS] = {1, 2, 4, 8, 24};
static const int shown_pct[SHOWN] = {5, 10, 25, 50, 75, 90, 95};

typedef struct run {
    plx_department_series series;
    bool json;
    int64_t now_us;
    plx_census_learner *learner;
} run;

/* Of the feed's own clock: no zone. */
static void put_time(plx_out *out, int64_t time_us)
{
    plx_out_iso(out, time_us, 0);
    if (out->n > 0) out->n--;
}

static int64_t target_us(const run *p, uint32_t horizon)
{
    return (p->series.grid.first_hour + p->series.grid.hours - 1 + horizon) * PLX_HOUR_US;
}

static void print_json(const run *p, const plx_slice name, uint32_t horizon,
                       const plx_census_forecast *f)
{
    char text[LINE_MAX], key[8], time[40];
    plx_out out = plx_out_init(text, sizeof text), at = plx_out_init(time, sizeof time - 1);
    plx_json_writer w = plx_json_writer_init(&out);
    put_time(&at, target_us(p, horizon));
    time[at.n] = 0;
    plx_json_object(&w);
    plx_json_key(&w, "series");
    plx_json_put_string(&w, name);
    plx_pair_count(&w, "horizon_h", horizon);
    plx_pair_text(&w, "t", time);
    plx_pair_text(&w, "method", "census");
    plx_pair_text(&w, "rung", plx_census_rung_name(f->rung));
    for (int i = 0; i < SHOWN && f->rung != PLX_CENSUS_NONE; i++) {
        snprintf(key, sizeof key, "q%02d", shown_pct[i]);
        plx_pair_number(&w, key, f->quantile[shown_pct[i] - 1]);
    }
    plx_json_object_end(&w);
    printf("%.*s\n", (int)out.n, out.at);
}

static void print_row(const run *p, const plx_slice name, uint32_t horizon,
                      const plx_census_forecast *f)
{
    char time[40];
    plx_out at = plx_out_init(time, sizeof time);
    put_time(&at, target_us(p, horizon));
    printf("%.*s,%u,%.*s,%s", (int)name.n, name.at, horizon, (int)at.n, at.at,
           plx_census_rung_name(f->rung));
    for (int i = 0; i < SHOWN; i++)
        if (f->rung == PLX_CENSUS_NONE)
            putchar(',');
        else
            printf(",%.1f", f->quantile[shown_pct[i] - 1]);
    putchar('\n');
}

/* Lives through the whole series, so that its errors have taught it. */
static void forecast(const run *p, uint32_t column, uint32_t horizon, plx_census_forecast *f)
{
    const plx_census_column *companion[PLX_CENSUS_COMPANIONS_MAX];
    const uint32_t n = plx_department_series_companions(&p->series, column, companion);
    plx_census_learner_begin(p->learner, horizon, &p->series.column[column], companion, n);
    for (uint32_t t = 0; t < p->series.grid.hours; t++)
        plx_census_learner_step(p->learner, f);
}

static void tell(const run *p, plx_census_fault fault, int64_t since_us, FILE *to)
{
    char text[LINE_MAX];
    plx_out out = plx_out_init(text, sizeof text);
    plx_census_guard_say(p->series.guard, p->series.read.name, fault, since_us, &out);
    fprintf(to, "pollux %s: %.*s\n", WORDS, (int)out.n, out.at);
}

static void print_guard(const run *p, plx_census_fault fault, int64_t since_us)
{
    const plx_census_guard *g = p->series.guard;
    char text[LINE_MAX], since[40];
    plx_out out = plx_out_init(text, sizeof text), at = plx_out_init(since, sizeof since - 1);
    plx_json_writer w = plx_json_writer_init(&out);
    put_time(&at, since_us);
    since[at.n] = 0;
    plx_json_object(&w);
    plx_pair_text(&w, "guard", plx_census_fault_name(fault));
    plx_json_key(&w, "since");
    if (at.n > 0)
        plx_json_put_text(&w, since);
    else
        plx_json_put_null(&w);
    plx_pair_count(&w, "rows", g->rows);
    plx_pair_count(&w, "duplicates", g->duplicates + g->conflicts);
    plx_pair_count(&w, "late", g->late);
    plx_pair_count(&w, "steps_back", g->steps_back);
    plx_pair_count(&w, "gaps", g->gaps);
    plx_pair_count(&w, "held", g->held);
    plx_json_object_end(&w);
    printf("%.*s\n", (int)out.n, out.at);
}

/* All series that are not refused. */
static int forecast_all(run *p)
{
    const plx_census_guard *g = p->series.guard;
    int64_t since_us;
    const plx_census_fault fault = plx_census_guard_judge(g, p->now_us, &since_us);
    uint32_t told = 0;
    if (p->json) print_guard(p, fault, since_us);
    if (fault != PLX_CENSUS_SOUND) tell(p, fault, since_us, stderr);
    for (uint32_t c = 0; c < p->series.read.columns; c++) {
        if (plx_census_refuses(plx_census_guard_judge_column(g, c, p->now_us, NULL))) continue;
        if (told++ == 0 && !p->json) puts("series,horizon_h,t,rung,q05,q10,q25,q50,q75,q90,q95");
        for (int h = 0; h < HORIZONS; h++) {
            plx_census_forecast f = {0};
            forecast(p, c, horizon_h[h], &f);
            if (p->json)
                print_json(p, p->series.read.name[c], horizon_h[h], &f);
            else
                print_row(p, p->series.read.name[c], horizon_h[h], &f);
        }
    }
    return told > 0 ? PLX_EXIT_OK : PLX_EXIT_WORLD;
}

int plx_app_department_census(int argc, char **argv)
{
    run p = {.series = {.hold = true}, .now_us = PLX_TIME_NONE};
    const char *file, *time_column = NULL, *now = NULL;
    plx_option_list value = {0};
    size_t files = 0;
    const plx_option options[] = {{"--json", PLX_OPTION_FLAG, &p.json, 0, 0},
                                  {"--now", PLX_OPTION_TEXT, &now, 0, 0},
                                  {"--time-column", PLX_OPTION_TEXT, &time_column, 0, 0},
                                  {"--value", PLX_OPTION_LIST, &value, 0, 0}};
    int status = plx_options_read(WORDS, argc, argv, options, 4, &file, 1, &files);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files == 0) return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name a file of counts", NULL);
    if (now && !plx_series_time(plx_slice_of(now), &p.now_us))
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--now takes a time like 2026-01-31T14:05", now);
    const plx_series_choice choice = {time_column, value.at, value.n};
    p.learner = malloc(sizeof *p.learner);
    status = p.learner ? plx_department_series_read(&p.series, WORDS, file, &choice)
                       : plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    if (status == PLX_EXIT_OK) status = forecast_all(&p);
    plx_department_series_release(&p.series);
    free(p.learner);
    return status;
}
