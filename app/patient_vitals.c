/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/patient_vitals.h"
#include "core/format/json/json.h"
#include "edge/host/clock.h"
#include "edge/host/lanes.h"

static int fail(const plx_patient_fit *p, const char *sentence, const char *detail)
{
    return plx_app_fail(PLX_EXIT_WORLD, p->words, sentence, detail);
}

int plx_patient_fit_tell_none(const char *status, const char *reason)
{
    char text[8 * PLX_VITALS_WHY_MAX];
    plx_out out = plx_out_init(text, sizeof text);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "status");
    plx_json_put_text(&w, status);
    plx_json_key(&w, "reason");
    plx_json_put_text(&w, reason);
    plx_json_object_end(&w);
    printf("%.*s\n", (int)out.n, out.at);
    return PLX_EXIT_OK;
}

/* The second of the first row that says something. */
uint32_t plx_patient_fit_first_second(const plx_vitals *v)
{
    uint32_t first = v->last_s;
    if (v->observations_n > 0 && v->observations[0].time_s < first)
        first = v->observations[0].time_s;
    if (v->actions_n > 0 && v->actions[0].at_s < first) first = v->actions[0].at_s;
    if (v->notes_n > 0 && v->notes[0].time_s < first) first = v->notes[0].time_s;
    return first;
}

/* The window begins with the first row and ends with the last: at most an hour, and no more
 * observations than a fit can take. An action in its last second makes it one longer. */
static void set_window(plx_patient_fit *p)
{
    plx_vitals *v = &p->vitals;
    plx_esmda_input *in = &p->input;
    p->from_s = plx_patient_fit_first_second(v);
    uint32_t length_s = v->last_s - p->from_s;
    if (length_s < PLX_PATIENT_FIT_WINDOW_S_MIN) length_s = PLX_PATIENT_FIT_WINDOW_S_MIN;
    if (v->actions_n > 0 && v->actions[v->actions_n - 1].at_s == p->from_s + length_s) length_s++;
    if (length_s > PLX_ESMDA_WINDOW_S_MAX) length_s = PLX_ESMDA_WINDOW_S_MAX;
    if (v->observations_n > PLX_ESMDA_OBSERVATIONS_MAX) {
        uint32_t full_s = v->observations[PLX_ESMDA_OBSERVATIONS_MAX].time_s - p->from_s;
        if (full_s <= length_s) length_s = full_s > 1 ? full_s - 1 : 1;
    }
    in->window_s = length_s;
    for (uint32_t i = 0; i < v->observations_n; i++) {
        v->observations[i].time_s -= p->from_s;
        if (v->observations[i].time_s <= length_s) in->observations_n++;
    }
    for (uint32_t i = 0; i < v->actions_n; i++) {
        v->actions[i].at_s -= p->from_s;
        if (v->actions[i].at_s < length_s) in->actions_n++;
    }
    p->unused_n = v->observations_n - in->observations_n;
    if (p->unused_n > 0)
        fprintf(stderr, "pollux %s: the fit ends at second %u; %u later values are not used\n",
                p->words, p->from_s + length_s, p->unused_n);
}

int plx_patient_fit_open(plx_patient_fit *p, const char *path)
{
    char why[PLX_VITALS_WHY_MAX];
    size_t n = 0;
    if (p->members % PLX_BODY_GROUP != 0)
        return plx_app_fail(PLX_EXIT_USAGE, p->words, "--members takes a multiple of 16", NULL);
    if (plx_app_read_file(path, &p->text, &n) != PLX_OK)
        return fail(p, "this file cannot be read", path);
    plx_slice text = {p->text, n};
    size_t size = plx_vitals_size(text);
    p->arena = malloc(size);
    if (!p->arena) return fail(p, "no memory left; the file is too large", path);
    plx_arena arena = plx_arena_init(p->arena, size);
    if (plx_vitals_parse(text, &arena, &p->vitals, why, sizeof why) != PLX_OK)
        return fail(p, path, why);
    return -1;
}

int plx_patient_fit_read(plx_patient_fit *p, const char *path)
{
    char why[PLX_VITALS_WHY_MAX];
    int opened = plx_patient_fit_open(p, path);
    if (opened >= 0) return opened;
    p->input = (plx_esmda_input){.person = p->vitals.person,
                                 .actions = p->vitals.actions,
                                 .observations = p->vitals.observations,
                                 .members = (uint32_t)p->members,
                                 .lanes = plx_host_lanes(),
                                 .parameters = PLX_ESMDA_USUAL,
                                 .seed = p->seed};
    set_window(p);
    plx_status status = plx_esmda_check(&p->input, why, sizeof why);
    if (status == PLX_UNSUPPORTED) return plx_patient_fit_tell_none("out_of_envelope", why);
    return status == PLX_OK ? -1 : fail(p, path, why);
}

void plx_patient_fit_progress(plx_patient_fit *p, double share, const char *of)
{
    static const char bar[] = "########################################";
    int64_t now_us = plx_boot_us();
    if (!isatty(STDERR_FILENO) || now_us - p->began_us < 1000000) return;
    if (now_us - p->shown_us < 200000) return;
    p->shown_us = now_us;
    fprintf(stderr, "\r[%-40.*s] %3.0f %% %s\033[K", (int)(40 * share), bar, 100 * share, of);
}

void plx_patient_fit_progress_end(plx_patient_fit *p)
{
    if (p->shown_us) fputs("\r\033[K", stderr);
    p->shown_us = 0;
}

const char *plx_patient_fit_status(const plx_patient_fit *p)
{
    return p->fit.prior_only ? "prior_only" : "fitted";
}

int plx_patient_fit_run(plx_patient_fit *p)
{
    uint32_t members = p->input.members;
    p->memory = malloc(plx_esmda_size(&p->input));
    if (!p->memory) return fail(p, "no memory left; ask for fewer --members", NULL);
    p->began_us = plx_boot_us();
    plx_status status = plx_esmda_begin(&p->fit, &p->input, NULL, p->memory);
    while (status == PLX_OK && !p->fit.complete) {
        for (uint32_t m = 0; m < members; m += PLX_BODY_GROUP) {
            plx_esmda_run(&p->fit, m, PLX_BODY_GROUP, &p->worker);
            double passes = p->fit.pass + (double)m / members;
            plx_patient_fit_progress(p, passes / (p->fit.passes + 1), "of the fit");
        }
        status = plx_esmda_update(&p->fit);
    }
    plx_patient_fit_progress_end(p);
    if (status == PLX_NO_ANSWER) return plx_patient_fit_tell_none("no_answer", p->fit.why);
    return status == PLX_OK ? -1 : fail(p, "the fit stopped", plx_status_text(status));
}

void plx_patient_fit_release(plx_patient_fit *p)
{
    free(p->text);
    free(p->arena);
    free(p->memory);
}
