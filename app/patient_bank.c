/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_bank.h"

#include <math.h>
#include <stdlib.h>

#include "app/app.h"
#include "edge/host/clock.h"
#include "edge/host/lanes.h"

enum {
    ALIGNMENT = 64,
    FIRST_S = 60 /* lived before the first second that is told */
};
#define TELLS 0.1 /* a correlation below it is what chance gives */

static int fail(const plx_patient_bank *b, const char *sentence)
{
    return plx_app_fail(PLX_EXIT_WORLD, b->p->words, sentence, NULL);
}

/* What was told of the file. */
typedef struct telling {
    const plx_vitals_observation *observations;
    const plx_action *actions;
    uint32_t observations_n, actions_n;
    uint32_t zero_s, end_s; /* of their seconds */
} telling;

static uint32_t second_of(const telling *in, uint32_t time_s)
{
    return time_s - in->zero_s + FIRST_S;
}

/* What was done up to now, each at its second. */
static void act(plx_track *t, const telling *in, uint32_t *next, uint32_t until_s)
{
    char why[100];
    for (; *next < in->actions_n && in->actions[*next].at_s <= until_s; ++*next) {
        plx_track_advance(t, second_of(in, in->actions[*next].at_s));
        /* Rehearsed when the file was read; a cause may hold one infusion more. */
        plx_status status = plx_track_act(t, &in->actions[*next], why, sizeof why);
        (void)status;
    }
}

static void remember(plx_patient_bank *b, const plx_vitals_observation *o, const telling *in)
{
    const plx_track_kind k = plx_track_kind_of(o->quantity);
    if ((uint32_t)k >= PLX_TRACK_MEASURED_N) return;
    b->kinds |= 1u << k;
    b->sd[k] = o->sd;
    b->last[k] = (plx_patient_last){true, o->time_s - in->zero_s + b->from_s, o->value};
}

static void live_through(plx_patient_bank *b, const telling *in)
{
    uint32_t action = 0;
    for (uint32_t i = 0, n; i < in->observations_n; i += n) {
        const uint32_t at_s = in->observations[i].time_s;
        for (n = 1; i + n < in->observations_n && in->observations[i + n].time_s == at_s;)
            n++;
        act(&b->track, in, &action, at_s);
        plx_track_advance(&b->track, second_of(in, at_s));
        plx_track_observe(&b->track, in->observations + i, n, NULL);
        for (uint32_t j = 0; j < n; j++)
            remember(b, &in->observations[i + j], in);
        plx_patient_fit_progress(b->p, (double)i / in->observations_n, "of the live twin");
    }
    act(&b->track, in, &action, in->end_s);
    if (b->track.now_s < second_of(in, in->end_s))
        plx_track_advance(&b->track, second_of(in, in->end_s));
    plx_patient_fit_progress_end(b->p);
}

static int run(plx_patient_bank *b, const plx_person *person, const telling *told)
{
    char why[PLX_VITALS_WHY_MAX];
    const plx_track_input in = {.person = *person,
                                .members = b->members ? b->members : PLX_PATIENT_BANK_MEMBERS,
                                .lanes = plx_host_lanes(),
                                .causes = (1u << PLX_CAUSE_N) - 1,
                                .variant = PLX_BODY_PULSATILE,
                                .seed = b->p->seed};
    const plx_status status = plx_track_check(&in, why, sizeof why);
    if (status == PLX_UNSUPPORTED) return plx_patient_fit_tell_none("out_of_envelope", why);
    if (status != PLX_OK) return fail(b, why);
    b->memory = aligned_alloc(ALIGNMENT, plx_track_size(&in));
    b->worker = aligned_alloc(ALIGNMENT, sizeof *b->worker);
    b->scratch = malloc(2 * PLX_OUTLOOK_SLOTS_MAX * sizeof *b->scratch);
    if (!b->memory || !b->worker || !b->scratch) return fail(b, "no memory left");
    if (!b->p->began_us) b->p->began_us = plx_boot_us();
    plx_track_begin(&b->track, &in, b->memory);
    live_through(b, told);
    plx_track_mechanisms(&b->track, b->mechanism);
    for (int i = 0; i < PLX_OUTLOOK_HIDDEN_N; i++)
        b->hidden[i] = plx_outlook_hidden_of(&b->track, (plx_outlook_hidden)i, b->scratch);
    return -1;
}

int plx_patient_bank_of_fit(plx_patient_bank *b, plx_patient_fit *p)
{
    const plx_esmda_input *in = &p->input;
    const telling told = {in->observations, in->actions, in->observations_n,
                          in->actions_n,    0,           in->window_s};
    b->p = p;
    b->from_s = p->from_s;
    b->now_s = p->from_s + in->window_s;
    return run(b, &in->person, &told);
}

int plx_patient_bank_of_file(plx_patient_bank *b, plx_patient_fit *p, const char *path)
{
    const int status = plx_patient_fit_open(p, path);
    const plx_vitals *v = &p->vitals;
    if (status >= 0) return status;
    b->p = p;
    b->from_s = plx_patient_fit_first_second(v);
    b->now_s = v->last_s;
    const telling told = {v->observations, v->actions, v->observations_n,
                          v->actions_n,    b->from_s,  v->last_s};
    return run(b, &v->person, &told);
}

int plx_patient_bank_arm(const plx_patient_bank *b, const char *text, plx_arm *arm)
{
    char why[PLX_ARM_WHY_MAX];
    if (plx_outlook_arm(&b->track, plx_slice_of(text), arm, why, sizeof why) == PLX_OK) return -1;
    return plx_app_fail(PLX_EXIT_WORLD, b->p->words, text, why);
}

int plx_patient_bank_ahead(plx_patient_bank *b, plx_outlook_plan *plan)
{
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        if (b->kinds >> k & 1) plan->sd[k] = b->sd[k];
    free(b->ahead);
    b->ahead = aligned_alloc(ALIGNMENT, plx_outlook_size(plan, &b->track.input));
    if (!b->ahead) return fail(b, "no memory left");
    plx_outlook_begin(&b->outlook, plan, &b->track, b->ahead);
    const uint32_t pairs = plan->arms_n * b->outlook.groups_n;
    for (uint32_t i = 0; i < pairs; i++) {
        plx_patient_fit_progress(b->p, (double)i / pairs, "of the arms");
        plx_outlook_run(&b->outlook, i % plan->arms_n, i / plan->arms_n, b->worker);
    }
    plx_patient_fit_progress_end(b->p);
    return -1;
}

void plx_patient_bank_release(plx_patient_bank *b)
{
    free(b->memory);
    free(b->worker);
    free(b->scratch);
    free(b->ahead);
}

const char *plx_patient_bank_status(const plx_patient_bank *b)
{
    return b->track.updates < PLX_PATIENT_BANK_UPDATES ? "prior_only" : "fitted";
}

const char *plx_patient_bank_mechanism(const plx_patient_bank *b)
{
    for (uint32_t i = 0; i < PLX_MECHANISM_N; i++)
        if (b->mechanism[i] >= PLX_PATIENT_BANK_NAMED) return plx_mechanism_name((plx_mechanism)i);
    return "unknown";
}

plx_track_kind plx_patient_bank_teller(const plx_patient_bank *b, plx_outlook_hidden hidden)
{
    const double *r = b->hidden[hidden].correlation;
    plx_track_kind best = PLX_TRACK_KIND_N;
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        if ((b->kinds >> k & 1) && fabs(r[k]) >= TELLS &&
            (best == PLX_TRACK_KIND_N || fabs(r[k]) > fabs(r[best])))
            best = (plx_track_kind)k;
    return best;
}

/* Text. */

void plx_patient_bank_print(const plx_patient_bank *b)
{
    printf("\nmechanism: %s", plx_patient_bank_mechanism(b));
    for (int i = 0; i < PLX_MECHANISM_N; i++)
        printf("%s%s %.2f", i == 0 ? " (" : ", ", plx_mechanism_name((plx_mechanism)i),
               b->mechanism[i]);
    printf(")\n\n%-20s %-10s %8s %8s %8s  %-21s\n", "hidden, all causes", "unit", "5 %", "50 %",
           "95 %", "told most by");
    for (int i = 0; i < PLX_OUTLOOK_HIDDEN_N; i++) {
        const plx_outlook_hidden h = (plx_outlook_hidden)i;
        const plx_weighted_summary *s = &b->hidden[i].now;
        const plx_track_kind k = plx_patient_bank_teller(b, h);
        char told[40] = "nothing that is measured";
        if (k != PLX_TRACK_KIND_N)
            snprintf(told, sizeof told, "%s (r %+.2f)", plx_measure_name(plx_track_quantity(k)),
                     b->hidden[i].correlation[k]);
        printf("%-20s %-10s %8.4g %8.4g %8.4g  %-25s %s\n", plx_outlook_hidden_name(h),
               plx_outlook_hidden_unit(h), s->p05, s->p50, s->p95, told,
               plx_outlook_hidden_meaning(h));
    }
}

void plx_patient_bank_json_summary(plx_json_writer *w, const char *key,
                                   const plx_weighted_summary *s)
{
    plx_json_key(w, key);
    plx_json_object(w);
    plx_pair_number(w, "mean", s->mean);
    plx_pair_number(w, "p05", s->p05);
    plx_pair_number(w, "p25", s->p25);
    plx_pair_number(w, "p50", s->p50);
    plx_pair_number(w, "p75", s->p75);
    plx_pair_number(w, "p95", s->p95);
    plx_json_object_end(w);
}

void plx_patient_bank_json_mechanism(const plx_patient_bank *b, plx_json_writer *w)
{
    plx_pair_text(w, "mechanism", plx_patient_bank_mechanism(b));
    plx_json_key(w, "mechanisms");
    plx_json_object(w);
    for (int i = 0; i < PLX_MECHANISM_N; i++)
        plx_pair_number(w, plx_mechanism_name((plx_mechanism)i), b->mechanism[i]);
    plx_json_object_end(w);
}

void plx_patient_bank_json_hidden(const plx_patient_bank *b, const char *name, plx_json_writer *w)
{
    plx_json_key(w, name);
    plx_json_array(w);
    for (int i = 0; i < PLX_OUTLOOK_HIDDEN_N; i++) {
        const plx_outlook_hidden h = (plx_outlook_hidden)i;
        plx_json_object(w);
        plx_pair_text(w, "name", plx_outlook_hidden_name(h));
        plx_pair_text(w, "unit", plx_outlook_hidden_unit(h));
        plx_pair_text(w, "meaning", plx_outlook_hidden_meaning(h));
        plx_patient_bank_json_summary(w, "now", &b->hidden[i].now);
        plx_json_key(w, "told_by");
        plx_json_object(w);
        for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
            if (b->kinds >> k & 1)
                plx_pair_number(w, plx_measure_name(plx_track_quantity((plx_track_kind)k)),
                                b->hidden[i].correlation[k]);
        plx_json_object_end(w);
        plx_json_object_end(w);
    }
    plx_json_array_end(w);
}
