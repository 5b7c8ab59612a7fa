/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient cohort COHORT.csv: the twin experiments of a cohort, on worker threads; results
 * are added in the order of the file, so they are the same for any number of workers. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/cohort_file.h"
#include "app/cohort_report.h"
#include "app/cohort_treated.h"
#include "app/cohort_work.h"
#include "edge/host/lanes.h"

static const char WORDS[] = "patient cohort";

typedef struct asked {
    uint64_t limit, from, members, workers, draw, seed;
    bool perturbed, json, cases, what_if;
    const char *horizons, *file;
} asked;

/* "5m,15m,1h"; -1 = go on. */
static int read_horizons(const char *text, plx_cohort_plan *plan)
{
    plx_slice rest = plx_slice_of(text);
    plan->horizons_n = 0;
    while (rest.n > 0 && plan->horizons_n < PLX_COHORT_HORIZONS_MAX) {
        const char *comma = memchr(rest.at, ',', rest.n);
        const size_t n = comma ? (size_t)(comma - rest.at) : rest.n;
        const char unit = rest.at[n > 0 ? n - 1 : 0];
        const uint64_t unit_min = unit == 'm' ? 1 : unit == 'h' ? 60 : 0;
        uint64_t count = 0;
        if (n < 2 || unit_min == 0 ||
            !plx_slice_u64((plx_slice){rest.at, n - 1}, PLX_COHORT_MINUTES_MAX, &count))
            break;
        const uint64_t minutes = count * unit_min;
        const uint8_t last = plan->horizons_n ? plan->minutes[plan->horizons_n - 1] : 0;
        if (minutes <= last || minutes > PLX_COHORT_MINUTES_MAX) break;
        plan->minutes[plan->horizons_n++] = (uint8_t)minutes;
        if (!comma) return -1;
        rest = (plx_slice){comma + 1, rest.n - n - 1};
    }
    return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                        "--horizons takes up to 6 rising times of up to 4h such as 5m,30m,1h, not",
                        text);
}

/* -1 = go on. */
static int read_words(int argc, char **argv, asked *a, plx_cohort_plan *plan)
{
    size_t files_n = 0;
    const plx_option options[] = {
        {"--limit", PLX_OPTION_U64, &a->limit, 1, PLX_COHORT_CASES_MAX},
        {"--from", PLX_OPTION_U64, &a->from, 0, PLX_COHORT_CASES_MAX},
        {"--members", PLX_OPTION_U64, &a->members, PLX_BODY_GROUP, PLX_ADJUST_MEMBERS_MAX},
        {"--workers", PLX_OPTION_U64, &a->workers, 1, PLX_COHORT_WORKERS_MAX},
        {"--draw", PLX_OPTION_U64, &a->draw, 1, PLX_COHORT_CASES_MAX},
        {"--seed", PLX_OPTION_U64, &a->seed, 0, 0},
        {"--horizons", PLX_OPTION_TEXT, &a->horizons, 0, 0},
        {"--perturbed", PLX_OPTION_FLAG, &a->perturbed, 0, 0},
        {"--what-if", PLX_OPTION_FLAG, &a->what_if, 0, 0},
        {"--json", PLX_OPTION_FLAG, &a->json, 0, 0},
        {"--cases", PLX_OPTION_FLAG, &a->cases, 0, 0}};
    const int status = plx_options_read(WORDS, argc, argv, options,
                                        sizeof options / sizeof *options, &a->file, 1, &files_n);
    if (status < 0) return PLX_EXIT_OK;
    if (status != PLX_EXIT_OK) return status;
    if ((files_n == 0) == (a->draw == 0))
        return plx_app_fail(PLX_EXIT_USAGE, WORDS,
                            "name a file of cases, or say --draw N (try --help)", NULL);
    if (a->members % PLX_BODY_GROUP)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "--members takes a multiple of 16", NULL);
    plan->members = (uint32_t)a->members;
    plan->perturbed = a->perturbed;
    return a->horizons ? read_horizons(a->horizons, plan) : -1;
}

static int written(void)
{
    const bool bad = fflush(stdout) != 0 || ferror(stdout);
    return bad ? plx_app_fail(PLX_EXIT_WORLD, WORDS, "not all could be written", NULL)
               : PLX_EXIT_OK;
}

static int draw(const asked *a)
{
    plx_cohort_write_head(stdout);
    for (uint64_t i = 1; i <= a->draw; i++) {
        const plx_cohort_case c = plx_cohort_draw(a->seed, i);
        plx_cohort_write(stdout, &c);
    }
    return written();
}

static int run(const asked *a, const plx_cohort_plan *plan, const plx_cohort_case *cases,
               uint32_t n)
{
    plx_cohort_result *results = calloc(n, sizeof *results);
    plx_cohort_score *score = calloc(1, sizeof *score);
    int status = PLX_EXIT_WORLD;
    if (!results || !score ||
        plx_cohort_work(plan, cases, n, (uint32_t)a->workers, results) != PLX_OK) {
        status = plx_app_fail(status, WORDS, "no memory left", NULL);
    } else {
        const plx_cohort_report report = {stdout, a->json, plan};
        for (uint32_t i = 0; i < n; i++)
            plx_cohort_score_add(score, plan, &results[i]);
        if (a->cases) plx_cohort_report_cases(&report, results, n);
        plx_cohort_report_score(&report, score);
        status = written();
    }
    free(results);
    free(score);
    return status;
}

static int run_treatments(const asked *a, const plx_cohort_plan *plan, const plx_cohort_case *cases,
                          uint32_t n)
{
    if (plx_cohort_treated_run(plan, cases, n, (uint32_t)a->workers, a->json, stdout) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    return written();
}

static int run_file(const asked *a, const plx_cohort_plan *plan)
{
    char *bytes = NULL, why[PLX_COHORT_WHY_MAX];
    size_t bytes_n = 0;
    uint32_t n = 0;
    if (plx_app_read_file(a->file, &bytes, &bytes_n) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "this file cannot be read", a->file);
    plx_cohort_case *cases = calloc(PLX_COHORT_CASES_MAX, sizeof *cases);
    int status;
    if (!cases)
        status = plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    else if (plx_cohort_parse((plx_slice){bytes, bytes_n}, cases, PLX_COHORT_CASES_MAX, &n, why) !=
             PLX_OK)
        status = plx_app_fail(PLX_EXIT_WORLD, WORDS, why, NULL);
    else if (a->from >= n)
        status =
            plx_app_fail(PLX_EXIT_USAGE, WORDS, "--from passes over all cases of the file", NULL);
    else {
        const uint32_t left = n - (uint32_t)a->from;
        const uint32_t wanted = a->limit && a->limit < left ? (uint32_t)a->limit : left;
        status = a->what_if ? run_treatments(a, plan, cases + a->from, wanted)
                            : run(a, plan, cases + a->from, wanted);
    }
    free(cases);
    free(bytes);
    return status;
}

int plx_app_patient_cohort(int argc, char **argv)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    asked a = {.members = PLX_TRACK_MEMBERS,
               .workers = cores < 1                        ? 1
                          : cores > PLX_COHORT_WORKERS_MAX ? PLX_COHORT_WORKERS_MAX
                                                           : (uint64_t)cores,
               .seed = 1};
    plx_cohort_plan plan = {.lanes = plx_host_lanes(),
                            .causes = (1u << PLX_CAUSE_N) - 1,
                            .watch_s = PLX_COHORT_ORIGIN_S,
                            .horizons_n = 4,
                            .minutes = {5, 15, 30, 60},
                            .variant = PLX_BODY_PULSATILE};
    const int status = read_words(argc, argv, &a, &plan);
    if (status >= 0) return status;
    return a.draw ? draw(&a) : run_file(&a, &plan);
}
