/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/cohort/truth.h"

#include <math.h>
#include <string.h>

#include "core/vitals/noise.h"

enum { SETTLE_S = 60, REST_S = 300, ONSET_S = 180, TEMPERATURE_AGAIN_S = 1200 };
enum { STREAM_NOISE = 1, STREAM_BODY = 2 };

static double between(plx_rng *r, double low, double high)
{
    return low + (high - low) * plx_rng_unit(r);
}

static void act(plx_cohort_truth *t, const plx_action *action)
{
    char why[100];
    PLX_ASSERT(plx_care_act(&t->care, action, why, sizeof why) ==
               PLX_OK); /* the case was checked */
}

static void fall_ill(plx_cohort_truth *t)
{
    const plx_cause_row *row = &plx_causes[t->of->cause];
    for (uint32_t i = 0; i < row->conditions_n; i++)
        act(t, &(plx_action){.kind = PLX_ACTION_CONDITION,
                             .drug = PLX_DRUG_N,
                             .condition = row->condition[i],
                             .amount = t->of->severity,
                             .duration_s = ONSET_S});
}

static void bleed(plx_cohort_truth *t, double rate_ml_min, double amount_ml)
{
    if (rate_ml_min > 0)
        act(t, &(plx_action){.kind = PLX_ACTION_BLEED,
                             .drug = PLX_DRUG_N,
                             .rate_ml_min = rate_ml_min,
                             .amount = amount_ml});
}

/* The bleeding that goes on after admission. */
static void open_bleeding(plx_cohort_truth *t)
{
    if (!t->perturbed) {
        bleed(t, t->of->rate_ml_min, 0);
    } else if (t->of->rate_ml_min > 0) {
        act(t, &(plx_action){
                   .kind = PLX_ACTION_WOUND, .drug = PLX_DRUG_N, .amount = t->of->rate_ml_min});
    }
}

void plx_cohort_truth_stop(plx_cohort_truth *t)
{
    act(t, &(plx_action){.kind = PLX_ACTION_STOP, .drug = PLX_DRUG_N});
}

static void step(plx_cohort_truth *t, uint32_t seconds)
{
    static const plx_body_run_options options = {PLX_BODY_PULSATILE, PLX_COHORT_LANES, 0,
                                                 PLX_COHORT_LANES};
    uint8_t kinds[PLX_TRACK_MEASURED_N];
    for (int k = 0; k < PLX_TRACK_MEASURED_N; k++)
        kinds[k] = (uint8_t)plx_track_quantity((plx_track_kind)k);
    const plx_body_trace trace = {.quantities = kinds,
                                  .quantities_n = PLX_TRACK_MEASURED_N,
                                  .values = t->trace,
                                  .books = {.blood_out = t->blood_out}};
    memmove(&t->out_ago[1], &t->out_ago[0], 3 * sizeof t->out_ago[0]);
    t->out_ago[0] = t->blood_out[0];
    plx_care_live(&t->care, t->body, &options, seconds, &trace);
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        t->mean[k] = plx_body_trace_mean(&trace, PLX_BODY_GROUP, seconds, k, 0);
}

static void run(plx_cohort_truth *t, uint32_t seconds)
{
    for (uint32_t part; seconds > 0; seconds -= part) {
        part = seconds < PLX_COHORT_STEP_S ? seconds : PLX_COHORT_STEP_S;
        step(t, part);
    }
}

void plx_cohort_truth_run(plx_cohort_truth *t, uint32_t now_s, uint32_t seconds)
{
    for (uint32_t s = now_s; s < now_s + seconds; s += PLX_COHORT_STEP_S) {
        if (!t->begun && (int64_t)s + PLX_COHORT_STEP_S > t->of->onset_s) {
            t->begun = true;
            fall_ill(t);
            if (plx_cohort_bleeds(t->of)) open_bleeding(t);
        }
        step(t, PLX_COHORT_STEP_S);
    }
}

static void set_sensors(plx_cohort_truth *t, plx_rng *body)
{
    const bool art = t->of->art;
    const double cuff_off = plx_rng_normal(body, 0, 4), spo2_off = plx_rng_normal(body, 0, 1);
    for (int k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        const double factor = between(body, 0.8, 1.5);
        const bool pressure = k >= PLX_TRACK_sbp_mmhg && k <= PLX_TRACK_map_mmhg;
        t->sd[k] = plx_vitals_sd(plx_track_quantity((plx_track_kind)k), art, NAN);
        t->factor[k] = t->perturbed ? factor : 1;
        t->offset[k] = !t->perturbed             ? 0
                       : pressure && !art        ? cuff_off
                       : k == PLX_TRACK_spo2_pct ? spo2_off
                                                 : 0;
    }
}

static void perturb(plx_body *b, plx_rng *r)
{
    static const plx_body_param_id gains[] = {PLX_BODY_P_g_ts, PLX_BODY_P_g_tv, PLX_BODY_P_g_r,
                                              PLX_BODY_P_g_vu, PLX_BODY_P_g_e};
    for (size_t i = 0; i < sizeof gains / sizeof *gains; i++)
        plx_body_param(b, gains[i])[0] *= (float)between(r, 0.6, 1.6);
    plx_body_param(b, PLX_BODY_P_k_fluid)[0] *= (float)between(r, 0.4, 2);
}

size_t plx_cohort_truth_size(void)
{
    return (plx_body_size(PLX_BODY_GROUP) + 63) / 64 * 64;
}

void plx_cohort_truth_begin(plx_cohort_truth *t, const plx_cohort_case *of, bool perturbed,
                            void *memory)
{
    plx_rng body = plx_rng_init(of->seed, STREAM_BODY);
    *t = (plx_cohort_truth){.of = of,
                            .perturbed = perturbed,
                            .body = memory,
                            .noise = plx_rng_init(of->seed, STREAM_NOISE)};
    *t->body = (plx_body){.members = PLX_BODY_GROUP, .seed = of->seed};
    /* Base values are not given, so none can be missed. */
    PLX_ASSERT(plx_person_settle(&of->person, 1, PLX_COHORT_LANES, SETTLE_S, t->body) == PLX_OK);
    if (perturbed) perturb(t->body, &body);
    set_sensors(t, &body);
    plx_body_param(t->body, PLX_BODY_P_sick)[0] = 1;
    plx_body_param(t->body, PLX_BODY_P_bleed)[0] = 1;
    plx_care_init(&t->care, &of->person);
    run(t, REST_S);
    if (of->onset_s >= 0) return;
    const double before_s = -of->onset_s;
    fall_ill(t);
    if (of->lost_ml > 0) bleed(t, of->lost_ml / before_s * 60, of->lost_ml);
    run(t, (uint32_t)before_s);
    plx_cohort_truth_stop(t);
    open_bleeding(t);
    t->begun = true;
    memset(t->blood_out, 0, sizeof t->blood_out);
    memset(t->out_ago, 0, sizeof t->out_ago);
}

double plx_cohort_as_shown(plx_track_kind kind, double value)
{
    if (kind != PLX_TRACK_spo2_pct) return value;
    const double whole = floor(value + 0.5);
    return whole < 100 ? whole : 100;
}

double plx_cohort_truth_shown(plx_cohort_truth *t, plx_track_kind kind)
{
    const double sd = plx_vitals_sd(plx_track_quantity(kind), t->of->art, t->mean[kind]);
    const double value =
        plx_rng_normal(&t->noise, t->mean[kind] + t->offset[kind], sd * t->factor[kind]);
    return plx_cohort_as_shown(kind, value);
}

static bool pressure_is_due(const plx_cohort_truth *t, uint32_t now_s)
{
    return t->of->art || now_s % t->of->cuff_s == 0 || now_s == 60;
}

/* The same numbers are drawn whether a value is there or not. */
uint32_t plx_cohort_truth_chart(plx_cohort_truth *t, uint32_t now_s,
                                plx_vitals_observation to[PLX_TRACK_MEASURED_N])
{
    const double odd = plx_rng_unit(&t->noise), odd_by = between(&t->noise, -40, 40);
    const double cuff_off = !t->of->art && odd < 0.03 ? odd_by : 0; /* he moved */
    const bool pressures = plx_rng_unit(&t->noise) >= t->of->missing && pressure_is_due(t, now_s);
    uint32_t n = 0;
    for (int k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        double value = plx_cohort_truth_shown(t, (plx_track_kind)k);
        bool there = plx_rng_unit(&t->noise) >= t->of->missing;
        if (k >= PLX_TRACK_sbp_mmhg && k <= PLX_TRACK_map_mmhg) {
            there = pressures;
            value += cuff_off;
        }
        if (k == PLX_TRACK_etco2_mmhg && !t->of->etco2) there = false;
        if (k == PLX_TRACK_core_temp_c && now_s != 60 && now_s != TEMPERATURE_AGAIN_S)
            there = false;
        if (!there) continue;
        const plx_measure quantity = plx_track_quantity((plx_track_kind)k);
        to[n++] = (plx_vitals_observation){.time_s = now_s,
                                           .quantity = quantity,
                                           .value = value,
                                           .sd = plx_vitals_sd(quantity, t->of->art, value),
                                           .one_sided = k == PLX_TRACK_spo2_pct && value >= 100};
    }
    return n;
}

double plx_cohort_truth_deficit_ml(const plx_cohort_truth *t)
{
    return (double)plx_body_param_get(t->body, PLX_BODY_P_v_blood0)[0] -
           (double)plx_body_state_get(t->body, PLX_BODY_v_blood)[0];
}

double plx_cohort_truth_bleeding_ml_min(const plx_cohort_truth *t)
{
    return t->blood_out[0] - t->out_ago[3];
}
