/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient run SCENARIO: a scenario file is run on the model; a table of what came out, and
 * on demand a picture and the waves of a monitor. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/patient_plot.h"
#include "core/physiology/wave.h"
#include "edge/host/clock.h"
#include "edge/host/lanes.h"

enum { WAVE_S = 30, WAVE_WARM_S = 10, STEP_S = 30 };

static const char WORDS[] = "patient run";
#define NO_ANSWER "{\"status\":\"no_answer\",\"reason\":\"%s\"}\n"

typedef struct patient_run {
    const char *table_path, *plot_path, *wave_path; /* null: stdout, none, none */
    bool summary, json;
    plx_scenario_file file;
    plx_scenario_run run;
    void *memory;
    FILE *table;
    plx_scenario_summary *summaries; /* (rows x quantities), all that came */
    uint32_t *times_s;               /* (rows) */
    uint32_t rows;
    float *wave;
    int64_t began_us, shown_us;
} patient_run;

static int fail(const char *sentence, const char *detail)
{
    return plx_app_fail(PLX_EXIT_WORLD, WORDS, sentence, detail);
}

/* The table. */

static void write_head(patient_run *p)
{
    const plx_scenario *s = &p->file.scenario;
    uint8_t hash[PLX_SCENARIO_HASH_BYTES];
    char hex[2 * PLX_SCENARIO_HASH_BYTES + 1];
    plx_out out = plx_out_init(hex, sizeof hex - 1);
    plx_scenario_hash(&p->run, hash);
    plx_out_hex(&out, hash, sizeof hash);
    hex[out.n] = 0;
    const char *variant = s->variant == PLX_BODY_AVERAGED ? "averaged" : "pulsatile";
    if (p->json) {
        fprintf(p->table,
                "{\"seed\":%llu,\"model\":\"%s/%s\",\"version\":\"%s\",\"hash\":\"%s\"}\n",
                (unsigned long long)s->seed, plx_scenario_model, variant, PLX_VERSION, hex);
        return;
    }
    fprintf(p->table, "# seed=%llu model=%s/%s version=%s hash=%s\n", (unsigned long long)s->seed,
            plx_scenario_model, variant, PLX_VERSION, hex);
    fputs(p->summary ? "time_s" : "time_s,member", p->table);
    for (uint32_t q = 0; q < s->quantities_n; q++) {
        const char *name = plx_measure_name(s->quantities[q]);
        if (p->summary)
            fprintf(p->table, ",%s_mean,%s_p05,%s_p50,%s_p95", name, name, name, name);
        else
            fprintf(p->table, ",%s", name);
    }
    fputc('\n', p->table);
}

static void write_summary(patient_run *p, uint32_t time_s, const plx_scenario_summary *all)
{
    const plx_scenario *s = &p->file.scenario;
    fprintf(p->table, p->json ? "{\"time_s\":%u" : "%u", time_s);
    for (uint32_t q = 0; q < s->quantities_n; q++) {
        const plx_scenario_summary *v = &all[q];
        if (p->json)
            fprintf(p->table, ",\"%s\":{\"mean\":%.6g,\"p05\":%.6g,\"p50\":%.6g,\"p95\":%.6g}",
                    plx_measure_name(s->quantities[q]), v->mean, v->p05, v->p50, v->p95);
        else
            fprintf(p->table, ",%.6g,%.6g,%.6g,%.6g", v->mean, v->p05, v->p50, v->p95);
    }
    fputs(p->json ? "}\n" : "\n", p->table);
}

static void write_members(patient_run *p, const plx_scenario_row *row)
{
    const plx_scenario *s = &p->file.scenario;
    for (uint32_t m = 0; m < s->members; m++) {
        fprintf(p->table, p->json ? "{\"time_s\":%u,\"member\":%u" : "%u,%u", row->time_s, m);
        for (uint32_t q = 0; q < s->quantities_n; q++) {
            double value = (double)row->values[(size_t)q * s->members + m];
            if (p->json)
                fprintf(p->table, ",\"%s\":%.6g", plx_measure_name(s->quantities[q]), value);
            else
                fprintf(p->table, ",%.6g", value);
        }
        fputs(p->json ? "}\n" : "\n", p->table);
    }
}

static void write_row(patient_run *p, const plx_scenario_row *row)
{
    uint32_t n = p->file.scenario.quantities_n;
    plx_scenario_summary *all = p->summaries + (size_t)p->rows * n;
    for (uint32_t q = 0; q < n; q++)
        all[q] = plx_scenario_summarise(&p->run, row, q);
    p->times_s[p->rows++] = row->time_s;
    if (p->summary)
        write_summary(p, row->time_s, all);
    else
        write_members(p, row);
}

/* What befell the ensemble, under the table; nothing when it was whole to the end. The status is
 * told on standard output, and in a table elsewhere, which would else look finished. */
static void write_foot(patient_run *p)
{
    const plx_redraw *redraw = &p->run.redraw;
    const char *line = p->json ? "{\"redrawn\":%u,\"members\":%u}\n" : "# redrawn=%u members=%u\n";
    if (redraw->total > 0) fprintf(p->table, line, redraw->total, p->file.scenario.members);
    if (!redraw->why[0]) return;
    if (p->table != stdout)
        fprintf(p->table, p->json ? NO_ANSWER : "# status=no_answer reason=%s\n", redraw->why);
    printf(NO_ANSWER, redraw->why);
}

/* Progress on a terminal, after two seconds. */
static void show_progress(patient_run *p, bool done)
{
    static const char bar[] = "########################################";
    int64_t now_us = plx_boot_us();
    if (!isatty(STDERR_FILENO) || (done ? p->shown_us == 0 : now_us - p->began_us < 2000000))
        return;
    if (!done && now_us - p->shown_us < 200000) return;
    double share = (double)p->run.time_s / p->file.scenario.duration_s;
    p->shown_us = now_us;
    fprintf(stderr, "\r[%-40.*s] %3.0f %% of %u s", (int)(40 * share), bar, 100 * share,
            p->file.scenario.duration_s);
    if (done) fputs("\r\033[K", stderr);
}

/* Running. */

static int run_all(patient_run *p)
{
    const plx_scenario *s = &p->file.scenario;
    plx_scenario_row row;
    plx_status status = plx_scenario_begin(&p->run, s, plx_host_lanes(), p->memory, &row);
    if (status == PLX_NO_ANSWER) {
        write_foot(p);
        return PLX_EXIT_OK;
    }
    if (status != PLX_OK) return fail("the model does not start", plx_status_text(status));
    if (p->run.base_missed)
        fprintf(stderr,
                "pollux %s: not all base values can be had together; the nearest body "
                "runs\n",
                WORDS);
    p->run.wave = p->wave;
    p->run.wave_s = p->wave ? WAVE_S + WAVE_WARM_S : 0;
    write_head(p);
    for (bool ready = true; status == PLX_OK;
         status = plx_scenario_step(&p->run, STEP_S, &ready, &row)) {
        if (ready) write_row(p, &row);
        show_progress(p, false);
    }
    show_progress(p, true);
    write_foot(p);
    bool told = status == PLX_MISSING || status == PLX_NO_ANSWER;
    return told ? PLX_EXIT_OK : fail("the model stopped", plx_status_text(status));
}

static FILE *open_for(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        char why[200];
        snprintf(why, sizeof why, "%.120s: %s", path, strerror(errno));
        fail("this file cannot be written", why);
    }
    return f;
}

static int close_written(FILE *f, const char *path)
{
    bool bad = ferror(f) != 0;
    if (f == stdout ? fflush(f) != 0 : fclose(f) != 0) bad = true;
    return bad ? fail("not all could be written; is the disk full?", path) : PLX_EXIT_OK;
}

static int write_plot(const patient_run *p)
{
    FILE *f = open_for(p->plot_path);
    if (!f) return PLX_EXIT_WORLD;
    plx_plot_write(&(plx_plot){&p->file, p->times_s, p->summaries, p->rows}, f);
    return close_written(f, p->plot_path);
}

/* The seconds before are the monitor's: its filters have to swing in. */
static int write_waves(const patient_run *p)
{
    FILE *f = open_for(p->wave_path);
    if (!f) return PLX_EXIT_WORLD;
    if (p->run.wave_cut)
        fprintf(stderr, "pollux %s: the member of the waves was redrawn; they are flat before\n",
                WORDS);
    plx_wave_monitor monitor;
    plx_wave_init(&monitor, p->run.care.severity[PLX_CONDITION_ATRIAL_FIBRILLATION] > 0);
    uint32_t duration_s = p->file.scenario.duration_s, all_s = WAVE_S + WAVE_WARM_S;
    if (all_s > duration_s) all_s = duration_s;
    uint32_t samples = all_s * PLX_WAVE_PER_S;
    uint32_t from = all_s > WAVE_S ? (all_s - WAVE_S) * PLX_WAVE_PER_S : 0;
    fputs("time_s", f);
    for (int i = 0; i < PLX_SIGNAL_N; i++)
        fprintf(f, ",%s", plx_signal_name((plx_signal)i));
    fputc('\n', f);
    for (uint32_t i = 0; i < samples; i++) {
        float out[PLX_SIGNAL_N];
        plx_wave_step(&monitor, p->wave + (size_t)i * PLX_WAVE_N, out);
        if (i < from) continue;
        fprintf(f, "%.3f", duration_s - all_s + (double)(i + 1) / PLX_WAVE_PER_S);
        for (int k = 0; k < PLX_SIGNAL_N; k++)
            fprintf(f, ",%.4f", (double)out[k]);
        fputc('\n', f);
    }
    return close_written(f, p->wave_path);
}

static int run_and_write(patient_run *p)
{
    p->table = p->table_path ? open_for(p->table_path) : stdout;
    if (!p->table) return PLX_EXIT_WORLD;
    p->began_us = plx_boot_us();
    int status = run_all(p);
    int closed = close_written(p->table, p->table_path ? p->table_path : "standard output");
    if (status == PLX_EXIT_OK) status = closed;
    if (status == PLX_EXIT_OK && p->plot_path && p->rows > 0) status = write_plot(p);
    bool reached = !p->run.redraw.why[0]; /* the last seconds, whose waves are wanted */
    if (status == PLX_EXIT_OK && p->wave_path && reached) status = write_waves(p);
    return status;
}

static bool memory(patient_run *p)
{
    const plx_scenario *s = &p->file.scenario;
    size_t rows = s->duration_s / s->every_s + 2;
    p->memory = malloc(plx_scenario_size(s));
    p->summaries = calloc(rows * s->quantities_n, sizeof *p->summaries);
    p->times_s = calloc(rows, sizeof *p->times_s);
    size_t samples = (size_t)(WAVE_S + WAVE_WARM_S) * PLX_WAVE_PER_S;
    if (p->wave_path) p->wave = calloc(samples * PLX_WAVE_N, sizeof *p->wave);
    return p->memory && p->summaries && p->times_s && (p->wave || !p->wave_path);
}

static void release(patient_run *p)
{
    free(p->memory);
    free(p->summaries);
    free(p->times_s);
    free(p->wave);
    free(p);
}

/* What the file and the options say together; -1 = go on. */
static int prepare(patient_run *p, const char *path, uint64_t members)
{
    char problem[320];
    if (plx_scenario_file_read(path, &p->file, problem, sizeof problem) != PLX_OK)
        return fail(problem, NULL);
    if (members) p->file.scenario.members = (uint32_t)members;
    if (p->wave_path && p->file.scenario.variant != PLX_BODY_PULSATILE)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "waves need model: pulsatile", path);
    plx_status status = plx_scenario_check(&p->file.scenario, NULL, problem, sizeof problem);
    if (status == PLX_UNSUPPORTED) {
        printf("{\"status\":\"out_of_envelope\",\"reason\":\"%s\"}\n", problem);
        return PLX_EXIT_OK;
    }
    if (status != PLX_OK) return fail(problem, path);
    return memory(p) ? -1 : fail("no memory left; ask for fewer members or rows", NULL);
}

int plx_app_patient_run(int argc, char **argv)
{
    uint64_t members = 0;
    const char *path;
    size_t files = 0;
    patient_run *p = calloc(1, sizeof *p);
    if (!p) return fail("no memory left", NULL);
    const plx_option options[] = {{"--members", PLX_OPTION_U64, &members, 1, PLX_BODY_MEMBERS_MAX},
                                  {"--out", PLX_OPTION_TEXT, &p->table_path, 0, 0},
                                  {"--summary", PLX_OPTION_FLAG, &p->summary, 0, 0},
                                  {"--plot", PLX_OPTION_TEXT, &p->plot_path, 0, 0},
                                  {"--waves", PLX_OPTION_TEXT, &p->wave_path, 0, 0},
                                  {"--json", PLX_OPTION_FLAG, &p->json, 0, 0}};
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof *options,
                                  &path, 1, &files);
    if (status == PLX_EXIT_OK && files == 0)
        status = plx_app_fail(PLX_EXIT_USAGE, WORDS, "name a scenario file (try --help)", NULL);
    else if (status < 0)
        status = PLX_EXIT_OK;
    else if (status == PLX_EXIT_OK && (status = prepare(p, path, members)) < 0)
        status = run_and_write(p);
    release(p);
    return status;
}
