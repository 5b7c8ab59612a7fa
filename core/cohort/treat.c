/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/cohort/treat.h"
#include "core/base/arena.h"

#include <math.h>
#include <string.h>

enum { MINUTE_S = 60, TRACK_SEED = 5, ARMS = PLX_COHORT_TREATMENT_N + 1 };
#define ML_S_PER_L_MIN (1000 / 60.0)
#define DYN 1333.2 /* dyn.s/cm5 of mmHg s/mL */

static const char *const arms[PLX_COHORT_TREATMENT_N] = {
#define X(id, arm) arm,
    PLX_COHORT_TREATMENT_LIST(X)
#undef X
};
static const struct {
    const char *name;
    plx_outlook_quantity quantity;
} effects[PLX_COHORT_EFFECT_N] = {
#define X(name) {#name, PLX_OUTLOOK_##name},
    PLX_COHORT_EFFECT_LIST(X)
#undef X
};
static const struct {
    const char *name;
    plx_outlook_hidden hidden;
} tolds[PLX_COHORT_TOLD_N] = {
#define X(name) {#name, PLX_OUTLOOK_H_##name},
    PLX_COHORT_TOLD_LIST(X)
#undef X
};

const char *plx_cohort_treatment_arm(int treatment)
{
    return arms[treatment];
}

const char *plx_cohort_effect_name(int effect)
{
    return effects[effect].name;
}

const char *plx_cohort_told_name(int told)
{
    return tolds[told].name;
}

/* All that a case needs; its pointers are memory behind it. */
typedef struct experiment {
    plx_cohort_truth truth, life; /* life: of one arm */
    plx_track track;
    plx_arm arms[ARMS];
    plx_outlook outlook;
    plx_outlook_worker worker;
    plx_weighted scratch[2 * PLX_OUTLOOK_SLOTS_MAX];
    void *truth_memory, *life_memory, *track_memory, *outlook_memory;
} experiment;

static plx_track_input input_of(const plx_cohort_plan *plan)
{
    return (plx_track_input){.members = plan->members,
                             .lanes = plan->lanes,
                             .causes = plan->causes,
                             .variant = plan->variant,
                             .seed = TRACK_SEED};
}

static plx_outlook_plan outlook_of(const plx_cohort_plan *plan, const plx_arm *of)
{
    plx_outlook_plan o = plx_outlook_usual(of, ARMS, plan->lanes);
    o.horizons_n = 1;
    o.at_s[0] = PLX_COHORT_TREAT_S;
    return o;
}

static size_t layout(experiment *e, const plx_cohort_plan *plan, char *memory)
{
    const plx_track_input track = input_of(plan);
    const plx_outlook_plan outlook = outlook_of(plan, NULL);
    size_t at = plx_aligned(sizeof *e);
    if (e) e->truth_memory = memory + at;
    at += plx_aligned(plx_cohort_truth_size());
    if (e) e->life_memory = memory + at;
    at += plx_aligned(plx_cohort_truth_size());
    if (e) e->track_memory = memory + at;
    at += plx_aligned(plx_track_size(&track));
    if (e) e->outlook_memory = memory + at;
    return at + plx_outlook_size(&outlook, &track);
}

size_t plx_cohort_treat_size(const plx_cohort_plan *plan)
{
    return layout(NULL, plan, NULL);
}

/* False: he died. */
static bool watch(experiment *e, uint32_t watch_s)
{
    plx_vitals_observation seen[PLX_TRACK_MEASURED_N];
    for (uint32_t s = MINUTE_S; s <= watch_s; s += MINUTE_S) {
        plx_cohort_truth_run(&e->truth, s - MINUTE_S, MINUTE_S);
        if (plx_cohort_truth_lost(&e->truth)) return false;
        const uint32_t n = plx_cohort_truth_chart(&e->truth, s, seen);
        plx_track_advance(&e->track, s);
        plx_track_observe(&e->track, seen, n, NULL);
    }
    return true;
}

static double output(const plx_body *b)
{
    const double sv = (double)plx_body_state_get(b, PLX_BODY_edv)[0] -
                      (double)plx_body_state_get(b, PLX_BODY_esv)[0];
    return sv / (double)plx_body_state_get(b, PLX_BODY_beat_s)[0] / ML_S_PER_L_MIN;
}

static double hidden_truth(const plx_body *b, plx_outlook_hidden hidden)
{
    const double co = output(b);
    const double drop = (double)plx_body_state_get(b, PLX_BODY_map)[0] -
                        (double)plx_body_state_get(b, PLX_BODY_cvp)[0];
    return hidden == PLX_OUTLOOK_H_co_l_min        ? co
           : hidden == PLX_OUTLOOK_H_svr_dyn_s_cm5 ? DYN * drop / (co * ML_S_PER_L_MIN)
                                                   : plx_outlook_elastance(b, 0);
}

static plx_cohort_interval interval_of(double truth, const plx_weighted_summary *s)
{
    return (plx_cohort_interval){truth, s->p05, s->p50, s->p95};
}

static void tell_hidden(experiment *e, plx_cohort_treated *r)
{
    for (int i = 0; i < PLX_COHORT_TOLD_N; i++) {
        const plx_outlook_hidden_state s =
            plx_outlook_hidden_of(&e->track, tolds[i].hidden, e->scratch);
        r->hidden[i] = interval_of(hidden_truth(e->truth.body, tolds[i].hidden), &s.now);
    }
}

/* What the true patient shows in the last minute under an arm; false: he died. */
static bool live(experiment *e, uint32_t arm, uint32_t from_s, double mean[PLX_COHORT_EFFECT_N])
{
    const double share = (double)PLX_COHORT_STEP_S / MINUTE_S;
    char why[100];
    e->life = e->truth;
    memcpy(e->life_memory, e->truth_memory, plx_cohort_truth_size());
    e->life.body = e->life_memory;
    for (uint32_t i = 0; i < e->arms[arm].actions_n; i++)
        PLX_ASSERT(plx_care_act(&e->life.care, &e->arms[arm].actions[i], why, sizeof why) ==
                   PLX_OK);
    memset(mean, 0, PLX_COHORT_EFFECT_N * sizeof *mean);
    for (uint32_t s = 0; s < PLX_COHORT_TREAT_S; s += PLX_COHORT_STEP_S) {
        plx_cohort_truth_run(&e->life, from_s + s, PLX_COHORT_STEP_S);
        if (plx_cohort_truth_lost(&e->life)) return false;
        if (s < PLX_COHORT_TREAT_S - MINUTE_S) continue;
        mean[PLX_COHORT_E_map_mmhg] += share * e->life.mean[PLX_TRACK_map_mmhg];
        mean[PLX_COHORT_E_hr_bpm] += share * e->life.mean[PLX_TRACK_hr_bpm];
        mean[PLX_COHORT_E_co_l_min] += share * output(e->life.body);
    }
    return true;
}

/* As in run.c: a bleeding is stopped at the origin, and the chart says so. */
static void stop_bleeding(experiment *e, const plx_cohort_case *of)
{
    const plx_action stop = {.kind = PLX_ACTION_STOP, .drug = PLX_DRUG_N};
    char why[100];
    e->truth.begun = true;
    if (!plx_cohort_bleeds(of)) return;
    PLX_ASSERT(plx_track_act(&e->track, &stop, why, sizeof why) == PLX_OK);
    plx_cohort_truth_stop(&e->truth);
}

static void foretell(experiment *e, const plx_cohort_plan *plan, plx_cohort_treated *r)
{
    const plx_outlook_plan outlook = outlook_of(plan, e->arms);
    double none[PLX_COHORT_EFFECT_N], mean[PLX_COHORT_EFFECT_N];
    char why[PLX_ARM_WHY_MAX];
    for (int t = 0; t < PLX_COHORT_TREATMENT_N; t++)
        PLX_ASSERT(plx_outlook_arm(&e->track, plx_slice_of(arms[t]), &e->arms[t + 1], why,
                                   sizeof why) == PLX_OK);
    plx_outlook_begin(&e->outlook, &outlook, &e->track, e->outlook_memory);
    plx_outlook_complete(&e->outlook, &e->worker);
    if (!live(e, 0, plan->watch_s, none)) return;
    for (uint32_t t = 0; t < PLX_COHORT_TREATMENT_N; t++) {
        if (plx_outlook_no_answer(&e->outlook, t + 1, 0) || !live(e, t + 1, plan->watch_s, mean))
            return;
        for (int i = 0; i < PLX_COHORT_EFFECT_N; i++) {
            const plx_weighted_summary s =
                plx_outlook_contrast(&e->outlook, t + 1, 0, effects[i].quantity);
            r->effect[t][i] = interval_of(mean[i] - none[i], &s);
        }
        if (t == PLX_COHORT_FLUID)
            r->responded = mean[PLX_COHORT_E_co_l_min] >=
                           (1 + PLX_OUTLOOK_RESPONSE_PCT / 100.0) * none[PLX_COHORT_E_co_l_min];
    }
    r->responds = plx_outlook_chances_of(&e->outlook, PLX_COHORT_FLUID + 1, 0).responds;
    r->foretold = true;
}

plx_status plx_cohort_treat(const plx_cohort_plan *plan, const plx_cohort_case *of, void *memory,
                            plx_cohort_treated *result)
{
    experiment *e = memory;
    plx_track_input input = input_of(plan);
    char why[100];
    input.person = of->person;
    *result = (plx_cohort_treated){.of = *of};
    PLX_TRY(plx_track_check(&input, why, sizeof why));
    memset(e, 0, sizeof *e);
    layout(e, plan, memory);
    plx_cohort_truth_begin(&e->truth, &result->of, plan->perturbed, e->truth_memory);
    plx_track_begin(&e->track, &input, e->track_memory);
    if (!watch(e, plan->watch_s)) return PLX_OK;
    tell_hidden(e, result);
    result->told = true;
    stop_bleeding(e, &result->of);
    foretell(e, plan, result);
    return PLX_OK;
}

void plx_cohort_cover_add(plx_cohort_cover *to, const plx_cohort_interval *i)
{
    to->n++;
    to->below += i->truth < i->p05;
    to->above += i->truth > i->p95;
    to->inside += i->p05 <= i->truth && i->truth <= i->p95;
    to->error += i->p50 - i->truth;
    to->miss += fabs(i->p50 - i->truth);
    to->width += i->p95 - i->p05;
    to->size += fabs(i->truth);
}
