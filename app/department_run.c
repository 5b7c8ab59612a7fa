/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux department run MODEL.json: replications from empty on worker threads; a single one is cut
 * into batches for its standard errors. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/app.h"
#include "app/department_file.h"
#include "app/department_log.h"
#include "app/json_pair.h"
#include "core/base/hash.h"
#include "core/department/flow_measure.h"
#include "edge/host/pool.h"

static const char WORDS[] = "department run";
enum { DAYS_MAX = 36500, REPLICATIONS_MAX = 100000, BATCHES = 40 };

typedef struct asked {
    uint64_t days, replications, seed, workers;
    bool json, log;
    const char *file;
} asked;

typedef struct histograms {
    plx_flow_histogram los, door;
} histograms;

/* What a worker has for itself. */
typedef struct desk {
    plx_flow_state state;
    histograms counted;
} desk;

typedef struct work {
    const asked *a;
    const plx_flow_model *model;
    uint32_t units;        /* replications, or batches of the single one */
    plx_flow_ratio *ratio; /* [unit][MEASURE_N] */
    histograms all;
    uint32_t overrun;
} work;

/* days of one replication from batch to batch. */
static void run_batches(work *w, uint64_t replication, desk *d, plx_flow_ratio *out,
                        uint64_t batches)
{
    const uint64_t days = w->a->days;
    plx_flow_begin(w->model, &d->state, w->a->seed, replication, 0);
    for (uint64_t i = 0; i < batches; i++) {
        plx_flow_tally tally = {.los = &d->counted.los, .door = &d->counted.door};
        const int64_t end = (int64_t)(days * (i + 1) / batches) * PLX_DAY_US;
        plx_flow_tally_begin(&tally, w->model, &d->state, end);
        plx_flow_advance(w->model, &d->state, end, &tally);
        plx_flow_tally_end(&tally, w->model, &d->state);
        plx_flow_measures(w->model, &tally, out + i * PLX_FLOW_MEASURE_N);
    }
    if (d->state.overrun) __atomic_fetch_add(&w->overrun, 1, __ATOMIC_RELAXED);
}

static void job(void *context, uint32_t i, void *memory)
{
    work *w = context;
    const bool single = w->a->replications == 1;
    run_batches(w, i, memory, w->ratio + (size_t)i * PLX_FLOW_MEASURE_N, single ? w->units : 1);
}

static void end(void *context, void *memory)
{
    work *w = context;
    const desk *d = memory;
    plx_flow_histogram_add(&w->all.los, &d->counted.los);
    plx_flow_histogram_add(&w->all.door, &d->counted.door);
}

static void row(const asked *a, const char *metric, const char *unit, int acuity, double mean,
                double se, double n)
{
    if (!isfinite(mean)) return; /* nothing of this happened */
    if (!a->json) {
        printf("%-24s %-9s %12.6g", metric, unit, mean);
        if (se > 0) printf(" %10.3g", se);
        putchar('\n');
        return;
    }
    char text[256];
    plx_out out = plx_out_init(text, sizeof text);
    plx_json_writer json = plx_json_writer_init(&out);
    plx_json_object(&json);
    plx_pair_text(&json, "metric", metric);
    if (acuity > 0)
        plx_pair_count(&json, "acuity", (uint64_t)acuity);
    else
        plx_pair_text(&json, "acuity", "all");
    plx_pair_text(&json, "unit", unit);
    plx_json_key(&json, "mean");
    plx_json_put_double(&json, mean, 6);
    plx_pair_number(&json, "se", se > 0 ? se : NAN);
    plx_pair_count(&json, "n", (uint64_t)n);
    plx_json_object_end(&json);
    printf("%.*s\n", (int)out.n, text);
}

/* What n counts: patients for means over patients, else replications or batches. */
static double counted(const work *w, int i)
{
    const bool patients =
        (i >= PLX_FLOW_MEASURE_LWBS && i <= PLX_FLOW_MEASURE_DOOR) || i >= PLX_FLOW_MEASURE_LWBS_A;
    double n = 0;
    for (uint32_t u = 0; u < w->units; u++)
        n += patients ? w->ratio[(size_t)u * PLX_FLOW_MEASURE_N + (size_t)i].of : 1;
    return n;
}

static void report_quantiles(const work *w)
{
    static const int percent[] = {10, 50, 90, 95};
    for (int h = 0; h < 2; h++)
        for (size_t i = 0; i < sizeof percent / sizeof *percent; i++) {
            const plx_flow_histogram *histogram = h ? &w->all.door : &w->all.los;
            double n = 0;
            char name[16];
            for (int bin = 0; bin < PLX_FLOW_BINS; bin++)
                n += histogram->n[bin];
            snprintf(name, sizeof name, "%s_q%d", h ? "d2d" : "los", percent[i]);
            row(w->a, name, "min", 0,
                plx_flow_histogram_quantile_min(histogram, percent[i] / 100.0), 0, n);
        }
}

static void report(const work *w)
{
    if (!w->a->json) printf("%-24s %-9s %12s %10s\n", "metric", "unit", "mean", "se");
    for (int i = 0; i < PLX_FLOW_MEASURE_N; i++) {
        char name[32];
        plx_out out = plx_out_init(name, sizeof name - 1);
        double se;
        const double mean = plx_flow_ratio_pooled(w->ratio + i, w->units, PLX_FLOW_MEASURE_N, &se);
        plx_flow_measure_name((plx_flow_measure)i, &out);
        name[out.n] = 0;
        const int acuity = i >= PLX_FLOW_MEASURE_LWBS_A
                               ? (i - PLX_FLOW_MEASURE_LWBS_A) % PLX_FLOW_ACUITIES + 1
                               : 0;
        row(w->a, name, plx_flow_measure_unit((plx_flow_measure)i), acuity, mean, se,
            counted(w, i));
    }
    report_quantiles(w);
}

/* The same for any number of workers. */
static void note(const work *w, double seconds)
{
    uint8_t digest[16];
    plx_blake2b b;
    plx_blake2b_init(&b, sizeof digest);
    plx_blake2b_add(&b, w->ratio, (size_t)w->units * PLX_FLOW_MEASURE_N * sizeof *w->ratio);
    plx_blake2b_add(&b, &w->all, sizeof w->all);
    plx_blake2b_end(&b, digest);
    fprintf(stderr, "# %s: seed %llu, %llu replications of %llu days, %.3f s, output hash ",
            w->model->name, (unsigned long long)w->a->seed, (unsigned long long)w->a->replications,
            (unsigned long long)w->a->days, seconds);
    for (size_t i = 0; i < sizeof digest; i++)
        fprintf(stderr, "%02x", digest[i]);
    fputc('\n', stderr);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const char FULL[] = "the department fills beyond 1,023 patients or 4,096 events: demand is "
                           "above what its staff and "
                           "places can do; correct the model";

static int write_log(const asked *a, const plx_flow_model *model)
{
    const plx_status status = plx_department_log(model, (unsigned)a->days, a->seed, stdout);
    if (status == PLX_FULL) return plx_app_fail(PLX_EXIT_WORLD, WORDS, FULL, NULL);
    if (status != PLX_OK) return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    if (fflush(stdout) != 0 || ferror(stdout))
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL);
    return PLX_EXIT_OK;
}

static int run(work *w)
{
    const plx_pool_plan plan = {.jobs = (uint32_t)w->a->replications,
                                .workers = (uint32_t)w->a->workers,
                                .memory_n = sizeof(desk),
                                .context = w,
                                .job = job,
                                .end = end};
    const double began = now_s();
    if (!w->ratio || plx_pool_run(&plan) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left; ask for fewer replications",
                            NULL);
    if (w->overrun) return plx_app_fail(PLX_EXIT_WORLD, WORDS, FULL, NULL);
    report(w);
    note(w, now_s() - began);
    if (fflush(stdout) != 0 || ferror(stdout))
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL);
    return PLX_EXIT_OK;
}

int plx_app_department_run(int argc, char **argv)
{
    asked a = {.days = 28, .replications = 100, .seed = 1};
    size_t files_n = 0;
    const plx_option options[] = {
        {"--days", PLX_OPTION_U64, &a.days, 1, DAYS_MAX},
        {"--replications", PLX_OPTION_U64, &a.replications, 1, REPLICATIONS_MAX},
        {"--seed", PLX_OPTION_U64, &a.seed, 0, 0},
        {"--workers", PLX_OPTION_U64, &a.workers, 1, PLX_POOL_WORKERS_MAX},
        {"--log", PLX_OPTION_FLAG, &a.log, 0, 0},
        {"--json", PLX_OPTION_FLAG, &a.json, 0, 0}};
    const int status = plx_options_read(WORDS, argc, argv, options,
                                        sizeof options / sizeof *options, &a.file, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n == 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name a MODEL.json (try --help)", NULL);
    plx_flow_model *model = plx_department_model_load(WORDS, a.file);
    if (!model) return PLX_EXIT_WORLD;
    work *w = a.log ? NULL : calloc(1, sizeof *w);
    int exit_status = PLX_EXIT_WORLD;
    if (a.log) exit_status = write_log(&a, model);
    if (w) {
        const uint64_t batches = a.days < BATCHES ? a.days : BATCHES;
        w->a = &a;
        w->model = model;
        w->units = (uint32_t)(a.replications == 1 ? batches : a.replications);
        w->ratio = calloc((size_t)w->units * PLX_FLOW_MEASURE_N, sizeof *w->ratio);
        exit_status = run(w);
        free(w->ratio);
    }
    free(w);
    free(model);
    return exit_status;
}
