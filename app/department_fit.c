/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux department fit LOG.csv: an event log -> MODEL.json, with what the log does not hold and
 * how the model does beside it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/department_fit_write.h"
#include "app/department_model.h"
#include "edge/host/yaml_pairs.h"

static const char WORDS[] = "department fit";
enum { QUALITY_DAYS = 364, QUALITY_SEED = 1 };

typedef struct asked {
    const char *file, *map, *output;
    bool force, hold_out;
    uint64_t days;
} asked;

/* All that a fit needs; zeroed. */
typedef struct work {
    const asked *a;
    plx_log_map map;
    char *text, *scratch;
    size_t text_n;
    plx_visit_event *events;
    plx_log_result log;
    plx_visit_faults faults;
    plx_fit *fit, *held; /* held: of the visits that are not fitted */
    plx_fit_model *model;
    plx_flow_model *flow;
    plx_quality_desk *desk;
    plx_quality_row quality[PLX_QUALITY_ROWS_MAX];
    unsigned quality_n;
    char *written;
} work;

static int fail(const char *sentence, const char *detail)
{
    return plx_app_fail(PLX_EXIT_WORLD, WORDS, sentence, detail);
}

/* --- the mapping --- */

static plx_status take_pair(void *to, plx_slice group, plx_slice key, plx_slice value, char *why,
                            size_t why_n)
{
    return plx_log_map_set(to, group, key, value, why, why_n);
}

static int read_map(work *w)
{
    char problem[512], *text = NULL;
    size_t n = 0;
    plx_log_map_begin(&w->map);
    if (!w->a->map || plx_log_map_named(&w->map, w->a->map) == PLX_OK) return PLX_EXIT_OK;
    if (plx_app_read_file(w->a->map, &text, &n) != PLX_OK)
        return fail("--map takes sepsis, xes or a file that can be read, not", w->a->map);
    const plx_status status = plx_yaml_pairs(w->a->map, (plx_slice){text, n}, take_pair, &w->map,
                                             problem, sizeof problem);
    free(text);
    return status == PLX_OK ? PLX_EXIT_OK : fail(problem, NULL);
}

/* --- the log --- */

static int judge_rows(const work *w)
{
    const plx_log_result *l = &w->log;
    for (int i = 0; i < PLX_LOG_FAULT_N; i++)
        if (l->fault[i])
            fprintf(stderr, "pollux %s: %llu x %s; first in line %llu: %s\n", WORDS,
                    (unsigned long long)l->fault[i], plx_log_fault_text((plx_log_fault)i),
                    (unsigned long long)l->line[i], l->text[i]);
    if (5 * l->passed > l->rows && !w->a->force)
        return fail("more than a fifth of the rows cannot be used; correct the mapping, or say "
                    "--force",
                    NULL);
    if (l->n == 0) return fail("there is no event in this file", w->a->file);
    return PLX_EXIT_OK;
}

static int read_log(work *w)
{
    char why[PLX_MAP_WHY_MAX];
    if (plx_app_read_file(w->a->file, &w->text, &w->text_n) != PLX_OK)
        return fail("this file cannot be read", w->a->file);
    const plx_slice text = {w->text, w->text_n};
    w->events = malloc(plx_log_most(text, &w->map) * sizeof *w->events);
    w->scratch = malloc(text.n + 1);
    if (!w->events || !w->scratch) return fail("no memory left", NULL);
    if (plx_log_read(text, &w->map, w->scratch, w->events, &w->log, why, sizeof why) != PLX_OK)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, why, NULL);
    return judge_rows(w);
}

/* --- visits --- */

static bool make_presence(plx_presence *p, const work *w)
{
    p->first_us = w->fit->first_hour * PLX_HOUR_US;
    p->slots_n = w->fit->hours * (60 / PLX_PRESENCE_SLOT_MIN);
    p->change = calloc(p->slots_n + 1, sizeof *p->change);
    return p->change != NULL;
}

static int64_t hour_of(int64_t time_us)
{
    return time_us / PLX_HOUR_US - (time_us % PLX_HOUR_US < 0);
}

/* Whole hours of the log: the first and the last are cut. */
static bool make_fit(work *w, plx_fit **fit)
{
    plx_fit *f = *fit = calloc(1, sizeof *f);
    if (!f) return false;
    f->shifted = w->map.shifted;
    f->end_us = w->log.last_us;
    if (f->shifted) return true;
    f->first_hour = hour_of(w->log.first_us) + 1;
    const int64_t end = hour_of(w->log.last_us);
    f->hours = end > f->first_hour ? (size_t)(end - f->first_hour) : 0;
    f->arrivals = calloc(f->hours + 1, sizeof *f->arrivals);
    return f->arrivals != NULL;
}

static bool make_presences(work *w, plx_fit *f)
{
    bool made = make_presence(&f->doctors, w) && make_presence(&f->nurses, w);
    for (unsigned z = 0; made && z < w->log.zones.n; z++)
        made = make_presence(&f->places[z], w);
    return made;
}

static void free_fit(plx_fit *f)
{
    if (!f) return;
    free(f->arrivals);
    free(f->doctors.change);
    free(f->nurses.change);
    for (int z = 0; z < PLX_FLOW_ZONES_MAX; z++)
        free(f->places[z].change);
    free(f);
}

static int add_visits(work *w)
{
    if (!make_fit(w, &w->fit) || (w->a->hold_out && !make_fit(w, &w->held)))
        return fail("no memory left", NULL);
    if (!w->fit->shifted &&
        (!make_presences(w, w->fit) || (w->held && !make_presences(w, w->held))))
        return fail("no memory left", NULL);
    const int64_t begin_us = w->map.shifted ? INT64_MAX : w->log.first_us + PLX_DAY_US;
    plx_visit_sort(w->events, w->log.n);
    for (size_t at = 0; at < w->log.n;) {
        plx_visit visit;
        bool valid;
        at = plx_visit_next(w->events, w->log.n, at, begin_us, &visit, &valid, &w->faults);
        if (valid) plx_fit_add(w->held && visit.id % 2 ? w->held : w->fit, &visit);
    }
    for (int i = 0; i < PLX_VISIT_FAULT_N; i++)
        if (w->faults.n[i])
            fprintf(stderr, "pollux %s: %llu x %s; first in line %u\n", WORDS,
                    (unsigned long long)w->faults.n[i], plx_visit_fault_text((plx_visit_fault)i),
                    w->faults.row[i]);
    return w->fit->visits ? PLX_EXIT_OK : fail("there is no arrival in this file", w->a->file);
}

/* --- the model --- */

static plx_slice write_model(work *w, bool any_arrivals)
{
    const char *slash = strrchr(w->a->file, '/');
    const plx_fit_written written = {.name = slash ? slash + 1 : w->a->file,
                                     .fit = w->fit,
                                     .model = w->model,
                                     .log = &w->log,
                                     .quality = w->quality,
                                     .quality_n = w->quality_n,
                                     .any_arrivals = any_arrivals};
    return plx_fit_write(&written, w->written);
}

/* The written model is read back and run; what it counts is held against the log. */
static int judge_model(work *w)
{
    const plx_slice text = write_model(w, true);
    plx_reader reader = {.json.capacity = (uint32_t)(text.n / 2 + 1)};
    reader.json.tokens = malloc((size_t)reader.json.capacity * sizeof(plx_json_token));
    int status = PLX_EXIT_OK;
    if (!reader.json.tokens)
        status = fail("no memory left", NULL);
    else if (plx_department_model_read(&reader, text, w->flow) != PLX_OK)
        status = fail("what was fitted is no model", reader.why);
    free(reader.json.tokens);
    if (status != PLX_EXIT_OK) return status;
    const uint64_t days = w->a->days;
    w->quality_n = plx_quality_run(w->flow, w->held ? w->held : w->fit, (unsigned)days,
                                   QUALITY_SEED, w->desk, w->quality);
    if (w->quality_n == 0)
        fprintf(stderr,
                "pollux %s: the fitted department fills beyond all bounds: its staff or places are "
                "too few for who comes\n",
                WORDS);
    return PLX_EXIT_OK;
}

static void tell_quality(const work *w)
{
    fprintf(stderr, "# %-18s %10s %10s %8s   %s\n", "what", "fit", w->held ? "held out" : "log",
            "error %", "log by chance (95 %)");
    for (unsigned i = 0; i < w->quality_n; i++) {
        const plx_quality_row *r = &w->quality[i];
        fprintf(stderr, "# %-18s %10.2f %10.2f %8.1f", r->what, r->fit, r->log,
                100 * (r->fit - r->log) / r->log);
        if (isfinite(r->low)) fprintf(stderr, "   %.1f to %.1f", r->low, r->high);
        fputc('\n', stderr);
    }
    for (int i = 0; i < PLX_FIT_MISSING_N; i++)
        if (w->model->missing[i])
            fprintf(stderr, "# not in this log: %s\n", plx_fit_missing_text((plx_fit_missing)i));
}

static int put_model(work *w)
{
    const plx_slice text = write_model(w, false);
    FILE *to = w->a->output ? fopen(w->a->output, "wb") : stdout;
    if (!to) return fail("this file cannot be written", w->a->output);
    const bool written = fwrite(text.at, 1, text.n, to) == text.n;
    const bool closed = (w->a->output ? fclose(to) : fflush(to)) == 0;
    return written && closed ? PLX_EXIT_OK : fail("not all could be written", w->a->output);
}

static int fit(work *w)
{
    int status = read_map(w);
    if (status == PLX_EXIT_OK) status = read_log(w);
    if (status == PLX_EXIT_OK) status = add_visits(w);
    if (status != PLX_EXIT_OK) return status;
    w->model = calloc(1, sizeof *w->model);
    w->flow = calloc(1, sizeof *w->flow);
    w->desk = calloc(1, sizeof *w->desk);
    w->written = malloc(PLX_FIT_WRITTEN_MAX);
    if (!w->model || !w->flow || !w->desk || !w->written) return fail("no memory left", NULL);
    plx_fit_end(w->fit, w->log.zones.n, w->model);
    status = judge_model(w);
    if (status != PLX_EXIT_OK) return status;
    tell_quality(w);
    return put_model(w);
}

int plx_app_department_fit(int argc, char **argv)
{
    asked a = {.days = QUALITY_DAYS};
    size_t files_n = 0;
    const plx_option options[] = {{"--map", PLX_OPTION_TEXT, &a.map, 0, 0},
                                  {"--output", PLX_OPTION_TEXT, &a.output, 0, 0},
                                  {"--days", PLX_OPTION_U64, &a.days, 1, 36500},
                                  {"--hold-out", PLX_OPTION_FLAG, &a.hold_out, 0, 0},
                                  {"--force", PLX_OPTION_FLAG, &a.force, 0, 0}};
    const int status = plx_options_read(WORDS, argc, argv, options,
                                        sizeof options / sizeof *options, &a.file, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n == 0)
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name an event log (try --help)", NULL);
    work *w = calloc(1, sizeof *w);
    if (!w) return fail("no memory left", NULL);
    w->a = &a;
    const int done = fit(w);
    free_fit(w->fit);
    free_fit(w->held);
    free(w->model);
    free(w->flow);
    free(w->desk);
    free(w->written);
    free(w->events);
    free(w->scratch);
    free(w->text);
    free(w);
    return done;
}
