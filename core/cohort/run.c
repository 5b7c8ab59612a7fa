/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/cohort/run.h"
#include "core/base/arena.h"

#include <math.h>
#include <string.h>

enum { MINUTE_S = 60, TRACK_SEED = 5, STREAM_NOISE = 1000, STREAM_PIT = 2000 };
enum { PIT_DEFICIT = 500, PIT_BLEEDING, PIT_PARAMETER = 600 };

static const struct {
    plx_track_kind kind;
    double usual_change; /* sd of an hour's change, a prior for the width of persistence */
} vitals[PLX_COHORT_VITAL_N] = {
    [PLX_COHORT_hr_bpm] = {PLX_TRACK_hr_bpm, 15},
    [PLX_COHORT_sbp_mmhg] = {PLX_TRACK_sbp_mmhg, 20},
    [PLX_COHORT_map_mmhg] = {PLX_TRACK_map_mmhg, 14},
    [PLX_COHORT_spo2_pct] = {PLX_TRACK_spo2_pct, 4},
    [PLX_COHORT_rr_per_min] = {PLX_TRACK_rr_per_min, 5},
};

static const plx_body_param_id parameters[PLX_COHORT_PARAMETER_N] = {
#define X(name) PLX_BODY_P_##name,
    PLX_COHORT_PARAMETER_LIST(X)
#undef X
};

enum { VALUES_MAX = PLX_CAUSE_N * PLX_ADJUST_MEMBERS_MAX };

/* All that a case needs; its pointers are memory behind it. */
typedef struct experiment {
    const plx_cohort_plan *plan;
    plx_cohort_result *result;
    plx_cohort_truth truth;
    plx_track track;
    void *truth_memory, *track_memory, *outlook_memory;
    plx_outlook outlook;
    plx_outlook_worker worker;
    plx_rival_model rival_model[PLX_COHORT_VITAL_N];
    plx_rival_state rival[PLX_COHORT_VITAL_N];
    double last[PLX_TRACK_MEASURED_N]; /* measured last; NaN: never */
    plx_weighted values[VALUES_MAX], scratch[VALUES_MAX];
    size_t values_n;
    double equal[PLX_COHORT_EQUAL_N];
} experiment;

/* Hidden numbers. */

static void add(experiment *e, double value, double weight)
{
    e->values[e->values_n++] = (plx_weighted){value, weight};
}

static plx_validate_verdict judge(experiment *e, double truth, uint64_t pit)
{
    plx_validate_sample sample;
    plx_validate_verdict verdict = {0};
    const double v = plx_validate_pit_draw(e->result->of.seed, STREAM_PIT + pit);
    plx_cohort_equal(e->values, e->values_n, e->scratch, e->equal);
    PLX_ASSERT(plx_validate_sample_make(e->equal, PLX_COHORT_EQUAL_N, &sample) == PLX_OK);
    PLX_ASSERT(plx_validate_judge_sample(&sample, truth, v, &verdict) == PLX_OK);
    return verdict;
}

static void tell(experiment *e, double truth, uint64_t pit, plx_cohort_hidden *to)
{
    *to = (plx_cohort_hidden){.known = true, .truth = truth, .verdict = judge(e, truth, pit)};
    to->told = truth + to->verdict.error;
    to->median = (e->equal[PLX_COHORT_EQUAL_N / 2 - 1] + e->equal[PLX_COHORT_EQUAL_N / 2]) / 2;
}

static void tell_hidden(experiment *e, plx_track_hidden hidden, double truth, uint64_t pit,
                        plx_cohort_hidden *to)
{
    e->values_n = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (e->track.body[c])
            for (uint32_t i = 0; i < e->plan->members; i++)
                add(e, plx_track_hidden_of(&e->track, (plx_cause)c, hidden, i), e->track.weight[c]);
    tell(e, truth, pit, to);
}

static void tell_parameters(experiment *e)
{
    for (int p = 0; p < PLX_COHORT_PARAMETER_N; p++) {
        e->values_n = 0;
        for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
            if (e->track.body[c])
                for (uint32_t i = 0; i < e->plan->members; i++)
                    add(e, (double)plx_body_param_get(e->track.body[c], parameters[p])[i],
                        e->track.weight[c]);
        const double truth = (double)plx_body_param_get(e->truth.body, parameters[p])[0];
        tell(e, truth, PIT_PARAMETER + (uint64_t)p, &e->result->parameter[p]);
    }
}

/* From admission to the origin. */

static void begin_rivals(experiment *e)
{
    for (int v = 0; v < PLX_COHORT_VITAL_N; v++) {
        plx_rival_model *m = &e->rival_model[v];
        *m = (plx_rival_model){.horizons = e->plan->horizons_n,
                               .cell_s = MINUTE_S,
                               .half_life_s = 86400,
                               .stale_s = PLX_COHORT_ORIGIN_S};
        for (uint32_t h = 0; h < e->plan->horizons_n; h++) {
            m->horizon_s[h] = MINUTE_S * e->plan->minutes[h];
            m->prior_sd[h] = vitals[v].usual_change * sqrt(e->plan->minutes[h] / 60.0);
        }
        PLX_ASSERT(plx_rival_model_check(m) == PLX_OK);
    }
    for (int k = 0; k < PLX_TRACK_MEASURED_N; k++)
        e->last[k] = NAN;
}

static void measure(experiment *e, uint32_t now_s)
{
    plx_vitals_observation seen[PLX_TRACK_MEASURED_N];
    const uint32_t n = plx_cohort_truth_chart(&e->truth, now_s, seen);
    for (uint32_t i = 0; i < n; i++) {
        const plx_track_kind kind = plx_track_kind_of(seen[i].quantity);
        e->last[kind] = seen[i].value;
        for (int v = 0; v < PLX_COHORT_VITAL_N; v++)
            if (vitals[v].kind == kind)
                PLX_ASSERT(plx_rival_observe(&e->rival_model[v], &e->rival[v],
                                             (int64_t)now_s * 1000000, seen[i].value) == PLX_OK);
    }
    plx_track_advance(&e->track, now_s);
    plx_track_observe(&e->track, seen, n, NULL);
}

/* False: he died. */
static bool watch(experiment *e)
{
    const plx_cohort_case *of = &e->result->of;
    const int64_t bled_s = (of->onset_s > 0 ? of->onset_s : 0) + PLX_COHORT_BLED_S;
    for (uint32_t s = MINUTE_S; s <= e->plan->watch_s; s += MINUTE_S) {
        plx_cohort_truth_run(&e->truth, s - MINUTE_S, MINUTE_S);
        if (plx_cohort_truth_lost(&e->truth)) {
            e->result->lost_s = s;
            return false;
        }
        measure(e, s);
        if (plx_cohort_bleeds(of) && s >= bled_s && s < bled_s + MINUTE_S)
            tell_hidden(e, PLX_TRACK_BLEEDING, plx_cohort_truth_bleeding_ml_min(&e->truth),
                        PIT_BLEEDING, &e->result->bleeding);
    }
    return true;
}

static void tell_origin(experiment *e)
{
    plx_cohort_result *r = e->result;
    const double deficit_ml = plx_cohort_truth_deficit_ml(&e->truth);
    const double v0_ml = (double)plx_body_param_get(e->truth.body, PLX_BODY_P_v_blood0)[0];
    tell_hidden(e, PLX_TRACK_DEFICIT, deficit_ml, PIT_DEFICIT, &r->deficit);
    tell_parameters(e);
    plx_track_mechanisms(&e->track, r->mechanism);
    plx_cohort_rule(e->last[PLX_TRACK_hr_bpm] / e->last[PLX_TRACK_sbp_mmhg], r->rule);
    const double *is = e->truth.mean;
    r->shows = is[PLX_TRACK_map_mmhg] < PLX_COHORT_MAP_MMHG ||
               is[PLX_TRACK_spo2_pct] < PLX_COHORT_SPO2_PCT ||
               is[PLX_TRACK_hr_bpm] > PLX_COHORT_SHOCK_INDEX * is[PLX_TRACK_sbp_mmhg];
    r->graded = plx_cohort_bleeds(&r->of) ? deficit_ml / v0_ml > PLX_COHORT_LOSS_GRADED
                                          : r->of.severity > PLX_COHORT_SEVERITY_GRADED;
}

/* What follows. */

static const plx_arm none = {0};

/* All members of each cause that is not quite unlikely. */
static plx_outlook_plan outlook_of(const plx_cohort_plan *plan)
{
    plx_outlook_plan o = plx_outlook_usual(&none, 1, plan->lanes);
    o.members = 0;
    o.least = PLX_COHORT_WEIGHT_LEAST;
    o.horizons_n = plan->horizons_n;
    for (uint32_t h = 0; h < plan->horizons_n; h++)
        o.at_s[h] = (uint32_t)MINUTE_S * plan->minutes[h];
    return o;
}

static void look_ahead(experiment *e)
{
    const plx_outlook_plan plan = outlook_of(e->plan);
    if (plx_cohort_bleeds(&e->result->of)) {
        const plx_action stop = {.kind = PLX_ACTION_STOP, .drug = PLX_DRUG_N};
        char why[100];
        PLX_ASSERT(plx_track_act(&e->track, &stop, why, sizeof why) == PLX_OK);
    }
    plx_outlook_begin(&e->outlook, &plan, &e->track, e->outlook_memory);
    plx_outlook_complete(&e->outlook, &e->worker);
}

/* Forecasts are of what would be measured: each member with the noise of the sensor. */
static void gather(experiment *e, uint32_t h, int v)
{
    const plx_track_kind kind = vitals[v].kind;
    plx_rng noise =
        plx_rng_init(e->result->of.seed, STREAM_NOISE + h * PLX_COHORT_VITAL_N + (uint64_t)v);
    e->values_n = 0;
    const double *ahead = plx_outlook_values(&e->outlook, 0, h, (plx_outlook_quantity)kind);
    for (uint32_t i = 0; i < e->outlook.groups_n * PLX_BODY_GROUP; i++) {
        const double shown =
            plx_cohort_as_shown(kind, plx_rng_normal(&noise, ahead[i], e->truth.sd[kind]));
        if (plx_outlook_gone(&e->outlook, 0, h, i) || !isfinite(shown)) continue;
        add(e, shown, e->track.weight[e->outlook.cause[i / PLX_BODY_GROUP]]);
    }
}

static void score(experiment *e, uint32_t h, int v)
{
    plx_cohort_forecast *f = &e->result->forecast[h][v];
    const double y = plx_cohort_truth_shown(&e->truth, vitals[v].kind);
    const int64_t origin_us = (int64_t)e->plan->watch_s * 1000000;
    const int64_t target_us = origin_us + (int64_t)e->plan->minutes[h] * MINUTE_S * 1000000;
    plx_validate_normal law;
    gather(e, h, v);
    if (e->values_n < 2) return;
    f->scored = true;
    f->verdict = judge(e, y, h * PLX_COHORT_VITAL_N + (uint64_t)v);
    f->rivalled = plx_rival_forecast(&e->rival_model[v], &e->rival[v], PLX_RIVAL_PERSISTENCE,
                                     origin_us, target_us, &law) == PLX_OK;
    if (f->rivalled) f->rival_crps = plx_validate_crps_normal(law, y);
}

static void forecast(experiment *e)
{
    look_ahead(e);
    if (plx_cohort_bleeds(&e->result->of)) plx_cohort_truth_stop(&e->truth);
    e->truth.begun = true;
    uint32_t at_s = e->plan->watch_s;
    for (uint32_t h = 0; h < e->plan->horizons_n; h++) {
        const uint32_t to_s = e->plan->watch_s + MINUTE_S * e->plan->minutes[h];
        for (; at_s < to_s; at_s += MINUTE_S) {
            plx_cohort_truth_run(&e->truth, at_s, MINUTE_S);
            if (!plx_cohort_truth_lost(&e->truth)) continue;
            e->result->lost_s = at_s + MINUTE_S;
            return;
        }
        for (int v = 0; v < PLX_COHORT_VITAL_N; v++)
            score(e, h, v);
    }
}

static plx_track_input input_of(const plx_cohort_plan *plan)
{
    return (plx_track_input){.members = plan->members,
                             .lanes = plan->lanes,
                             .causes = plan->causes,
                             .variant = plan->variant,
                             .seed = TRACK_SEED};
}

static size_t layout(experiment *e, const plx_cohort_plan *plan, char *memory)
{
    const plx_track_input track = input_of(plan);
    const plx_outlook_plan outlook = outlook_of(plan);
    size_t at = plx_aligned(sizeof *e);
    if (e) e->truth_memory = memory + at;
    at += plx_aligned(plx_cohort_truth_size());
    if (e) e->track_memory = memory + at;
    at += plx_aligned(plx_track_size(&track));
    if (e) e->outlook_memory = memory + at;
    return at + plx_aligned(plx_outlook_size(&outlook, &track));
}

size_t plx_cohort_size(const plx_cohort_plan *plan)
{
    return layout(NULL, plan, NULL);
}

plx_status plx_cohort_run(const plx_cohort_plan *plan, const plx_cohort_case *of, void *memory,
                          plx_cohort_result *result)
{
    experiment *e = memory;
    plx_track_input input = input_of(plan);
    char why[100];
    input.person = of->person;
    *result = (plx_cohort_result){.of = *of};
    PLX_TRY(plx_track_check(&input, why, sizeof why));
    memset(e, 0, sizeof *e);
    layout(e, plan, memory);
    e->plan = plan;
    e->result = result;
    plx_cohort_truth_begin(&e->truth, &result->of, plan->perturbed, e->truth_memory);
    plx_track_begin(&e->track, &input, e->track_memory);
    begin_rivals(e);
    if (!watch(e)) return PLX_OK;
    tell_origin(e);
    forecast(e);
    return PLX_OK;
}
