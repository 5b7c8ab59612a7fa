/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux department forecast MODEL.json --state STATE.json: replications of the base and its arms
 * on worker threads, each into its own slot; then the report. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/app.h"
#include "app/department_file.h"
#include "app/department_report.h"
#include "core/base/hash.h"
#include "core/department/whatif.h"
#include "edge/host/pool.h"

static const char WORDS[] = "department forecast";
enum { BANK_MAX = 2000 };

typedef struct asked {
    uint64_t hours, replications, seed, workers;
    plx_option_list what_if;
    bool json;
    const char *model_path, *state_path;
} asked;

typedef struct work {
    plx_forecast_plan plan;
    plx_forecast_slots slots;
    plx_flow_present *bank;
    void *block; /* all arrays of slots */
    size_t block_n;
} work;

static void job(void *context, uint32_t i, void *memory)
{
    const work *w = context;
    plx_forecast_replication(&w->plan, &w->slots, i, memory);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* One block for all arrays, the widest first. */
static bool make_slots(work *w)
{
    const plx_forecast_plan *p = &w->plan;
    const size_t n = p->replications, grid = plx_forecast_grid(p);
    const size_t effect = PLX_FORECAST_EFFECT_N * p->arms_n * n * sizeof(double);
    const size_t gone = (p->present_n + 1) * n * sizeof(int64_t);
    const size_t scores = grid * n * sizeof(float), door = PLX_FLOW_ACUITIES * n * sizeof(float);
    const size_t count = PLX_FORECAST_SERIES_N * grid * n * sizeof(uint16_t);
    const size_t beds = PLX_FORECAST_WINDOWS * PLX_FLOW_WARDS_MAX * n * sizeof(uint16_t);
    w->block_n = effect + gone + 2 * scores + door + n * sizeof(uint32_t) + count + beds +
                 (p->present_n + 1) * n + PLX_FLOW_ACUITIES * n + n;
    char *at = w->block = calloc(1, w->block_n);
    if (!at) return false;
    w->slots.effect = (double *)(void *)at;
    w->slots.gone_us = (int64_t *)(void *)(at += effect);
    w->slots.nedocs = (float *)(void *)(at += gone);
    w->slots.edwin = (float *)(void *)(at += scores);
    w->slots.door_min = (float *)(void *)(at += scores);
    w->slots.beyond = (uint32_t *)(void *)(at += door);
    w->slots.count = (uint16_t *)(void *)(at += n * sizeof(uint32_t));
    w->slots.beds = (uint16_t *)(void *)(at += count);
    w->slots.end = (uint8_t *)(at += beds);
    w->slots.lwbs = (uint8_t *)(at += (p->present_n + 1) * n);
    w->slots.overrun = (uint8_t *)(at + PLX_FLOW_ACUITIES * n);
    return true;
}

static void put_hash(char *text, const void *a, size_t a_n, const void *b, size_t b_n)
{
    uint8_t digest[16];
    plx_blake2b state;
    plx_out out = plx_out_init(text, 32);
    plx_blake2b_init(&state, sizeof digest);
    plx_blake2b_add(&state, a, a_n);
    plx_blake2b_add(&state, b, b_n);
    plx_blake2b_end(&state, digest);
    plx_out_hex(&out, digest, sizeof digest);
    text[32] = 0;
}

static int run(const asked *a, work *w, const plx_department_state *state)
{
    plx_department_report report = {
        .plan = &w->plan, .slots = &w->slots, .state = state, .arm_text = a->what_if.at};
    const double began = now_ms();
    const plx_pool_plan plan = {.jobs = w->plan.replications,
                                .workers = (uint32_t)a->workers,
                                .memory_n = sizeof(plx_forecast_desk),
                                .context = w,
                                .job = job};
    if (!make_slots(w) || plx_pool_run(&plan) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left; ask for fewer replications",
                            NULL);
    uint32_t overruns = 0;
    for (uint32_t i = 0; i < w->plan.replications; i++)
        overruns += w->slots.overrun[i];
    if (overruns)
        fprintf(stderr,
                "# %u of %u replications stopped: more than 1,023 patients or 4,096 events; demand "
                "is above what staff and places can do\n",
                overruns, w->plan.replications);
    report.wall_ms = now_ms() - began;
    put_hash(report.output_hash, w->block, w->block_n, NULL, 0);
    put_hash(report.input_hash, w->plan.arm[0], sizeof *w->plan.arm[0], w->plan.present,
             w->plan.present_n * sizeof *w->plan.present);
    if (a->json)
        plx_department_report_json(&report);
    else
        plx_department_report_table(&report);
    fprintf(stderr, "# %.0f ms, output hash %s\n", report.wall_ms, report.output_hash);
    if (fflush(stdout) != 0 || ferror(stdout))
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL);
    return PLX_EXIT_OK;
}

/* What the state says of today and of the hospital goes into the model. */
static int join(plx_flow_model *m, const plx_department_state *s)
{
    char why[160];
    if (s->hospital_beds) m->hospital_beds = (uint16_t)s->hospital_beds;
    if (s->adrift)
        fprintf(stderr,
                "# %u patients or places are in zones that the model has not; they are put "
                "where their acuity goes\n",
                s->adrift);
    if (s->arrivals_today < 0) return PLX_EXIT_OK;
    const int64_t day = s->start_us / PLX_DAY_US;
    double expected = 0, of_source[PLX_FLOW_SOURCES_MAX] = {0};
    for (unsigned i = 0; i < m->source_n; i++) {
        for (int64_t t = day * PLX_DAY_US; t < s->start_us; t += PLX_HOUR_US) {
            const int64_t left = s->start_us - t;
            of_source[i] += m->source[i].rate_per_h[t / PLX_HOUR_US % PLX_FLOW_WEEK_H] *
                            m->source[i].level *
                            (left < PLX_HOUR_US ? (double)left / (double)PLX_HOUR_US : 1);
        }
        expected += of_source[i];
    }
    for (unsigned i = 0; i < m->source_n && expected > 0; i++)
        if (plx_flow_model_today(m, i, day, s->arrivals_today * of_source[i] / expected,
                                 of_source[i], why, sizeof why) != PLX_OK)
            return plx_app_fail(PLX_EXIT_WORLD, WORDS, why, NULL);
    return PLX_EXIT_OK;
}

/* Whom those who are not known are drawn from. False: no memory. */
static bool make_bank(work *w, const plx_department_state *s)
{
    if (s->unknown == 0) return true;
    plx_flow_state *scratch = aligned_alloc(64, (sizeof *scratch + 63) / 64 * 64);
    w->bank = calloc(BANK_MAX, sizeof *w->bank);
    if (scratch && w->bank) {
        w->plan.bank = w->bank;
        w->plan.bank_n = plx_forecast_bank(w->plan.arm[0], w->plan.seed, w->plan.start_us, w->bank,
                                           BANK_MAX, scratch);
        fprintf(
            stderr,
            "# %u of %u patients are not known by stage; each replication draws who they may be "
            "from the model's own runs\n",
            s->unknown, s->patients_n);
    }
    free(scratch);
    return scratch && w->bank;
}

/* A model for each what-if. */
static int make_arms(const asked *a, work *w, const plx_department_state *s, plx_flow_model *arms)
{
    w->plan.arms_n = 1;
    for (size_t i = 0; i < a->what_if.n; i++) {
        plx_whatif_fault fault = {0};
        arms[i] = *w->plan.arm[0];
        const char *text = a->what_if.at[i];
        if (plx_whatif_parse(plx_slice_of(text), s->start_us,
                             s->start_us + w->plan.hours * PLX_HOUR_US, &arms[i],
                             &fault) != PLX_OK) {
            char sentence[PLX_WHATIF_WHY_MAX + 64];
            snprintf(sentence, sizeof sentence, "--what-if, character %u: %s", fault.at + 1,
                     fault.why);
            return plx_app_fail(PLX_EXIT_USAGE, WORDS, sentence, text);
        }
        w->plan.arm[w->plan.arms_n++] = &arms[i];
    }
    return PLX_EXIT_OK;
}

static int forecast(const asked *a, plx_flow_model *model, plx_department_state *state)
{
    work w = {.plan = {.arm = {model},
                       .present = state->present,
                       .present_n = state->n,
                       .ventilated = state->ventilated,
                       .seed = a->seed,
                       .start_us = state->start_us,
                       .hours = (uint32_t)a->hours,
                       .replications = (uint32_t)a->replications}};
    plx_flow_model *arms = calloc(a->what_if.n + 1, sizeof *arms);
    int status = join(model, state);
    if (status == PLX_EXIT_OK && !make_bank(&w, state))
        status = plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    if (!arms) status = plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    if (status == PLX_EXIT_OK) status = make_arms(a, &w, state, arms);
    if (status == PLX_EXIT_OK) status = run(a, &w, state);
    free(w.bank);
    free(w.block);
    free(arms);
    return status;
}

static int with_state(const asked *a, plx_flow_model *model)
{
    plx_department_file f;
    int status = plx_department_file_open(&f, WORDS, a->state_path);
    if (status != PLX_EXIT_OK) return status;
    plx_department_state *state = malloc(sizeof *state);
    if (!state) {
        status = plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    } else if (plx_department_state_read(&f.reader, (plx_slice){f.bytes, f.n}, model, state) !=
               PLX_OK) {
        char what[PLX_READER_WHY_MAX + 256];
        snprintf(what, sizeof what, "%s: %s", a->state_path, f.reader.why);
        status = plx_app_fail(PLX_EXIT_WORLD, WORDS, what, NULL);
    } else {
        status = forecast(a, model, state);
    }
    free(state);
    plx_department_file_close(&f);
    return status;
}

int plx_app_department_forecast(int argc, char **argv)
{
    asked a = {.hours = 24, .replications = 1000, .seed = 1};
    size_t files_n = 0;
    const plx_option options[] = {
        {"--state", PLX_OPTION_TEXT, &a.state_path, 0, 0},
        {"--hours", PLX_OPTION_U64, &a.hours, 1, PLX_FORECAST_HOURS_MAX},
        {"--replications", PLX_OPTION_U64, &a.replications, 1, PLX_FORECAST_REPLICATIONS_MAX},
        {"--seed", PLX_OPTION_U64, &a.seed, 0, 0},
        {"--workers", PLX_OPTION_U64, &a.workers, 1, PLX_POOL_WORKERS_MAX},
        {"--what-if", PLX_OPTION_LIST, &a.what_if, 0, 0},
        {"--json", PLX_OPTION_FLAG, &a.json, 0, 0}};
    const int status = plx_options_read(
        WORDS, argc, argv, options, sizeof options / sizeof *options, &a.model_path, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n == 0 || !a.state_path)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "name a MODEL.json and --state STATE.json (try --help)", NULL);
    plx_flow_model *model = plx_department_model_load(WORDS, a.model_path);
    if (!model) return PLX_EXIT_WORLD;
    const int exit_status = with_state(&a, model);
    free(model);
    return exit_status;
}
