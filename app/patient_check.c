/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient check TARGETS.csv: every published experiment is run on the model and judged. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/app.h"
#include "core/base/decimal.h"
#include "core/format/csv/csv.h"
#include "core/physiology/protocol.h"
#include "edge/host/lanes.h"

enum { TARGETS_MAX = 4096, GROUPS_MAX = 64 };

static const char WORDS[] = "patient check";

typedef struct check {
    plx_target *targets;
    uint64_t *lines;
    plx_slice *verified;
    plx_target_result *results;
    double *seconds; /* of the simulation that a row shares, told once */
    uint32_t n;
    char *unquoted; /* of the rows with doubled quotes; lives as long as the targets */
} check;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Columns by name; PLX_MISSING when one is not there. */
static plx_status find_columns(const plx_csv *csv, int column[12])
{
    static const char *const names[12] = {
        "id",  "protocol", "protocol_params", "quantity", "unit",       "expected",
        "low", "high",     "time_s",          "kind",     "population", "verified"};
    for (int i = 0; i < 12; i++) {
        column[i] = plx_csv_column(csv, names[i]);
        if (column[i] >= 0) continue;
        plx_app_fail(PLX_EXIT_WORLD, WORDS, "the first line names no column", names[i]);
        return PLX_MISSING;
    }
    return PLX_OK;
}

static int bad_line(plx_status status, uint64_t line)
{
    char text[40];
    snprintf(text, sizeof text, "line %llu", (unsigned long long)line);
    return plx_app_fail(PLX_EXIT_WORLD, WORDS, plx_status_text(status), text);
}

/* A record's fields may lie in scratch: each record gets its own piece of it. */
static int read_targets(plx_slice bytes, check *c)
{
    plx_csv csv;
    int column[12];
    c->unquoted = malloc(bytes.n + 1);
    if (!c->unquoted) return PLX_EXIT_WORLD;
    plx_csv_init(&csv, bytes, c->unquoted, bytes.n);
    plx_status status = plx_csv_next(&csv);
    if (status != PLX_OK) return bad_line(status, csv.line);
    if (find_columns(&csv, column) != PLX_OK) return PLX_EXIT_WORLD;
    for (const char *from = csv.rest.at; (status = plx_csv_next(&csv)) == PLX_OK;) {
        if (c->n == TARGETS_MAX) return bad_line(PLX_LIMIT, csv.line);
        plx_slice f[12];
        for (int i = 0; i < 12; i++)
            f[i] = (uint32_t)column[i] < csv.fields_n ? csv.fields[column[i]] : (plx_slice){0};
        c->targets[c->n] =
            (plx_target){f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10]};
        c->verified[c->n] = f[11];
        c->lines[c->n++] = csv.line;
        size_t used =
            (size_t)(csv.rest.at - from); /* no record needs more scratch than it is long */
        csv.scratch += used, csv.scratch_n -= used;
        from = csv.rest.at;
    }
    return status == PLX_MISSING ? PLX_EXIT_OK : bad_line(status, csv.line);
}

static bool together(const plx_target *a, const plx_target *b)
{
    return plx_slice_equal(a->protocol, b->protocol) && plx_slice_equal(a->params, b->params) &&
           plx_slice_equal(a->population, b->population);
}

/* Runs the experiment of row i once and judges all rows that share it. */
static void run_group(check *c, uint32_t i, bool done[], plx_protocol_run *run)
{
    double until_s = 0, began = now_s();
    for (uint32_t k = i; k < c->n; k++) {
        if (!together(&c->targets[i], &c->targets[k])) continue;
        plx_decimal time_s = {0};
        double wanted_s = 0;
        if (plx_slice_is(c->targets[k].time_s, "event"))
            wanted_s = plx_protocol_wait_s(&c->targets[k]);
        else if (plx_decimal_parse(c->targets[k].time_s, &time_s) == PLX_OK)
            wanted_s = time_s.value;
        if (wanted_s > until_s) until_s = wanted_s;
    }
    for (uint32_t k = i; k < c->n; k++) {
        if (!together(&c->targets[i], &c->targets[k])) continue;
        bool algebra = plx_slice_is(c->targets[k].protocol, "pk");
        plx_status status =
            k == i || algebra ? plx_protocol_simulate(&c->targets[k], until_s, run) : PLX_OK;
        done[k] = true;
        if (status == PLX_OK) {
            plx_target_judge(&c->targets[k], run, &c->results[k]);
        } else {
            c->results[k] = (plx_target_result){.grade = PLX_SKIP};
            snprintf(c->results[k].text, sizeof c->results[k].text, "%s", run->why);
        }
        c->seconds[k] = k == i ? now_s() - began : 0;
    }
}

static const char *const grades[] = {"green", "yellow", "red", "skip"};

static void print_row(const check *c, uint32_t i, bool json)
{
    const plx_target *t = &c->targets[i];
    const plx_target_result *r = &c->results[i];
    char value[32] = "";
    if (r->has_value) snprintf(value, sizeof value, "%.6g", r->value);
    const char *result = r->grade == PLX_GREEN ? "pass" : r->grade == PLX_SKIP ? "skip" : "fail";
    if (json)
        printf("{\"id\":\"%.*s\",\"result\":\"%s\",\"grade\":\"%s\",\"value\":%s,\"text\":\"%s\","
               "\"seconds\":%.3f}\n",
               (int)t->id.n, t->id.at, result, grades[r->grade], value[0] ? value : "null", r->text,
               c->seconds[i]);
    else
        printf("%.*s,%s,%s,%s,%.*s,%.*s,%.3f\n", (int)t->id.n, t->id.at, result, grades[r->grade],
               value[0] ? value : r->text, (int)t->low.n, t->low.at, (int)t->high.n, t->high.at,
               c->seconds[i]);
}

/* Passed and all rows that share a word in a column. */
static void summary(const check *c, const char *what, bool by_protocol, FILE *to)
{
    plx_slice words[GROUPS_MAX];
    uint32_t passed[GROUPS_MAX] = {0}, all[GROUPS_MAX] = {0}, n = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        plx_slice word = by_protocol ? c->targets[i].protocol : c->verified[i];
        uint32_t g = 0;
        while (g < n && !plx_slice_equal(words[g], word))
            g++;
        if (g == GROUPS_MAX) continue;
        if (g == n) words[n++] = word;
        passed[g] += c->results[i].grade == PLX_GREEN;
        all[g]++;
    }
    for (uint32_t g = 0; g < n; g++)
        fprintf(to, "%s,%.*s,%u,%u,%.1f\n", what, (int)words[g].n, words[g].at, passed[g], all[g],
                100.0 * passed[g] / all[g]);
}

static bool memory(check *c, plx_protocol_run *run)
{
    c->targets = calloc(TARGETS_MAX, sizeof *c->targets);
    c->lines = calloc(TARGETS_MAX, sizeof *c->lines);
    c->verified = calloc(TARGETS_MAX, sizeof *c->verified);
    c->results = calloc(TARGETS_MAX, sizeof *c->results);
    c->seconds = calloc(TARGETS_MAX, sizeof *c->seconds);
    run->lanes = plx_host_lanes();
    run->body = calloc(1, plx_body_size(PLX_PROTOCOL_MEMBERS_MAX));
    run->series = calloc(1, sizeof *run->series);
    run->values = calloc((size_t)PLX_MEASURE_N * PLX_PROTOCOL_MEMBERS_MAX, sizeof *run->values);
    return c->targets && c->lines && c->verified && c->results && c->seconds && run->body &&
           run->series && run->values;
}

static void release(check *c, plx_protocol_run *run)
{
    free(c->targets);
    free(c->lines);
    free(c->verified);
    free(c->results);
    free(c->seconds);
    free(c->unquoted);
    free(run->body);
    free(run->series);
    free(run->values);
}

/* Exit 1 if any row fails. */
static int check_all(check *c, bool json, plx_protocol_run *run)
{
    static bool done[TARGETS_MAX];
    uint32_t passed = 0, failed = 0;
    if (!json) puts("id,result,grade,value,low,high,seconds");
    for (uint32_t i = 0; i < c->n; i++)
        if (!done[i]) run_group(c, i, done, run);
    for (uint32_t i = 0; i < c->n; i++) {
        print_row(c, i, json);
        passed += c->results[i].grade == PLX_GREEN;
        failed += c->results[i].grade == PLX_YELLOW || c->results[i].grade == PLX_RED;
    }
    FILE *to = json ? stderr : stdout;
    fputs("\nsummary,group,passed,rows,percent\n", to);
    summary(c, "protocol", true, to);
    summary(c, "verified", false, to);
    fprintf(to, "all,,%u,%u,%.1f\n", passed, c->n, c->n ? 100.0 * passed / c->n : 0);
    return failed ? PLX_EXIT_WORLD : PLX_EXIT_OK;
}

int plx_app_patient_check(int argc, char **argv)
{
    bool json = false;
    const char *file;
    size_t files = 0, n = 0;
    char *bytes = NULL;
    const plx_option options[] = {{"--json", PLX_OPTION_FLAG, &json, 0, 0}};
    int usage = plx_options_read(WORDS, argc, argv, options, 1, &file, 1, &files);
    if (usage != PLX_EXIT_OK) return usage < 0 ? PLX_EXIT_OK : usage;
    if (files == 0) return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name a file of targets", NULL);
    if (plx_app_read_file(file, &bytes, &n) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, WORDS, "this file cannot be read", file);
    check c = {0};
    plx_protocol_run run = {0};
    int exit_status = memory(&c, &run)
                          ? read_targets((plx_slice){bytes, n}, &c)
                          : plx_app_fail(PLX_EXIT_WORLD, WORDS, "no memory left", NULL);
    if (exit_status == PLX_EXIT_OK) exit_status = check_all(&c, json, &run);
    release(&c, &run);
    free(bytes);
    return exit_status;
}
