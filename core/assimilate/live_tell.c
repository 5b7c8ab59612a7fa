/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/live_tell.h"

#include "core/base/time.h"

#define SAME(a, b) _Static_assert((int)(a) == (int)(b), "a posterior has the order of the outlook")
SAME(PLX_POSTERIOR_VITAL_N, PLX_TRACK_MEASURED_N);
SAME(PLX_POSTERIOR_TEMP, PLX_TRACK_core_temp_c);
SAME(PLX_POSTERIOR_ETCO2, PLX_TRACK_etco2_mmhg);
SAME(PLX_POSTERIOR_HIDDEN_N, PLX_OUTLOOK_HIDDEN_N);
SAME(PLX_POSTERIOR_H_ELASTANCE, PLX_OUTLOOK_H_lv_elastance_mmhg_ml);

static const plx_arm as_is; /* no new action */

static plx_outlook_plan plan_of(const plx_track_input *input, uint32_t horizons_n)
{
    plx_outlook_plan plan = plx_outlook_usual(&as_is, 1, input->lanes);
    plan.horizons_n = horizons_n;
    for (uint32_t h = 0; h < horizons_n; h++)
        plan.at_s[h] = plx_posterior_horizon_s[h];
    return plan;
}

size_t plx_live_tell_size(const plx_track_input *input)
{
    plx_outlook_plan plan = plan_of(input, PLX_POSTERIOR_HORIZON_N);
    return plx_outlook_size(&plan, input);
}

/* Now. */

static plx_posterior_status status_of(const plx_live *live, uint8_t *worst)
{
    plx_track_kind kind;
    plx_divergence_state state = plx_live_state(live, &kind);
    *worst = (uint8_t)kind;
    if (live->track.updates < PLX_LIVE_UPDATES_LEAST) return PLX_POSTERIOR_PRIOR_ONLY;
    if (state == PLX_DIVERGENCE_ADRIFT) return PLX_POSTERIOR_ADRIFT;
    return state == PLX_DIVERGENCE_UNSURE ? PLX_POSTERIOR_UNSURE : PLX_POSTERIOR_TRACKING;
}

static void tell_bank(const plx_track *t, float *number)
{
    double mechanism[PLX_MECHANISM_N];
    plx_track_mechanisms(t, mechanism);
    for (uint32_t i = 0; i < PLX_MECHANISM_N; i++) /* sums may be a rounding over 1 */
        number[PLX_POSTERIOR_AT_MECHANISM + i] = mechanism[i] < 1 ? (float)mechanism[i] : 1;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        number[PLX_POSTERIOR_AT_CAUSE + c] = t->body[c] ? (float)t->weight[c] : 0;
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        double mean = 0;
        for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
            for (uint32_t m = 0; t->body[c] && m < t->input.members; m++)
                mean += t->weight[c] / t->input.members *
                        plx_track_predicted(t, (plx_cause)c, (plx_track_kind)k)[m];
        number[PLX_POSTERIOR_AT_NOW + k] = (float)mean;
    }
}

void plx_live_tell(const plx_live *live, plx_live_teller *teller, plx_posterior *out)
{
    plx_posterior_init(out);
    out->seed = live->input.seed;
    out->cutoff = live->cutoff;
    out->at_us = live->at_us;
    out->heard_us = live->heard_us;
    out->since_us = live->zero_us + PLX_LIVE_FIRST_S * PLX_SECOND_US;
    out->used = live->counts.used;
    out->artefacts = live->counts.artefacts;
    out->late = live->counts.late;
    out->acts = live->counts.acted;
    out->status = (uint8_t)status_of(live, &out->worst);
    tell_bank(&live->track, out->number);
    for (uint32_t i = 0; i < PLX_OUTLOOK_HIDDEN_N; i++) {
        const plx_weighted_summary s =
            plx_outlook_hidden_of(&live->track, (plx_outlook_hidden)i, teller->scratch).now;
        out->number[plx_posterior_hidden_at(i, PLX_POSTERIOR_LOW)] = (float)s.p05;
        out->number[plx_posterior_hidden_at(i, PLX_POSTERIOR_MIDDLE)] = (float)s.p50;
        out->number[plx_posterior_hidden_at(i, PLX_POSTERIOR_HIGH)] = (float)s.p95;
    }
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        if (live->divergence[k].n > 0)
            out->number[PLX_POSTERIOR_AT_DIVERGENCE + k] =
                (float)plx_divergence_value(&live->divergence[k]);
}

/* The hours to come. */

/* Widened around the median by D when the twin errs more than it should. */
static void tell_fan(const plx_live *live, const plx_outlook *o, uint32_t h, plx_track_kind kind,
                     float *to)
{
    double x[PLX_POSTERIOR_LEVEL_N];
    const plx_divergence *d = &live->divergence[kind];
    const bool unsure = d->n > 0 && d->state != PLX_DIVERGENCE_TRACKING;
    const double wider = unsure && d->mean > 1 ? plx_divergence_value(d) : 1;
    plx_outlook_show_quantiles(o, 0, h, kind, plx_levels, PLX_POSTERIOR_LEVEL_N, x);
    for (uint32_t i = 0; i < PLX_POSTERIOR_LEVEL_N; i++) {
        double y = x[PLX_LEVEL_50] + wider * (x[i] - x[PLX_LEVEL_50]);
        if (y < 0) y = 0;
        to[i] = (float)(kind == PLX_TRACK_spo2_pct && y > 100 ? 100 : y);
    }
}

static float chance(double p)
{
    return p < 0 ? 0 : p > 1 ? 1 : (float)p;
}

void plx_live_foresee(const plx_live *live, plx_live_teller *teller, uint32_t horizons_n,
                      char acvpu, plx_posterior *out)
{
    if (out->status != PLX_POSTERIOR_TRACKING && out->status != PLX_POSTERIOR_UNSURE) return;
    plx_outlook *o = &teller->outlook;
    plx_outlook_plan plan = plan_of(&live->input, horizons_n);
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        plan.sd[k] = live->sd[k];
    plx_outlook_begin(o, &plan, &live->track, teller->memory);
    if (o->groups_n > 0) plx_outlook_complete(o, &teller->worker);
    if (plx_outlook_no_answer(o, 0, 0)) {
        out->status = PLX_POSTERIOR_NO_ANSWER;
        return;
    }
    out->forecast = true;
    for (uint32_t h = 0; h < horizons_n; h++) {
        const plx_outlook_shown shown = plx_outlook_show(o, 0, h, acvpu);
        float *to = &out->number[plx_posterior_chance_at(h, 0)];
        to[PLX_POSTERIOR_MAP_LOW] = chance(shown.map_below_65);
        to[PLX_POSTERIOR_SPO2_LOW] = chance(shown.spo2_below_90);
        to[PLX_POSTERIOR_NEWS2_HIGH] = chance(shown.news2_7);
        if (plx_outlook_no_answer(o, 0, h)) continue;
        for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
            tell_fan(live, o, h, (plx_track_kind)k, &out->number[plx_posterior_fan_at(h, k, 0)]);
    }
}
