/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/track_forecaster.h"

#include "core/base/arena.h"
#include "core/base/rng.h"
#include "core/vitals/noise.h"

enum {
    KINDS = PLX_TRACK_MEASURED_N,
    FIRST_S = 60 /* lived before the first measurement */
};

static const plx_arm none = {0};

/* All members of the causes, seen as they are when they are compared with a measurement. */
static plx_outlook_plan plan_of(const plx_track_input *in)
{
    plx_outlook_plan plan = plx_outlook_usual(&none, 1, in->lanes);
    plan.members = 0;
    plan.chunk_s = PLX_TRACK_CHUNK_S;
    plan.beats_s = in->variant == PLX_BODY_PULSATILE ? PLX_TRACK_FORECAST_BEATS_S : 0;
    plan.horizons_n = PLX_FORECASTER_HORIZONS_MAX;
    return plan;
}

static size_t layout(plx_track_forecaster *f, const plx_track_input *in, char *memory)
{
    const plx_outlook_plan plan = plan_of(in);
    size_t at = plx_aligned(plx_track_size(in));
    if (f) f->memory = memory;
    if (f) f->ahead = memory + at;
    at += plx_outlook_size(&plan, in);
    if (f) f->worker = (plx_outlook_worker *)(void *)(memory + at);
    return at + plx_aligned(sizeof(plx_outlook_worker));
}

size_t plx_track_forecaster_size(const plx_track_input *in)
{
    return layout(NULL, in, NULL);
}

static plx_status begin(void *self, const plx_person *person, char *why, size_t why_n)
{
    plx_track_forecaster *f = self;
    f->input.person = *person;
    PLX_TRY(plx_track_check(&f->input, why, why_n));
    plx_track_begin(&f->track, &f->input, f->memory);
    for (uint32_t k = 0; k < KINDS; k++) /* of a measurement that was not made yet */
        f->sd[k] = plx_vitals_sd(plx_track_quantity((plx_track_kind)k), false, __builtin_nan(""));
    f->begun = false;
    return PLX_OK;
}

/* The track begins a minute before the first thing that is told. */
static uint32_t second_of(plx_track_forecaster *f, uint32_t time_s)
{
    if (!f->begun) f->zero_s = time_s;
    f->begun = true;
    return time_s - f->zero_s + FIRST_S;
}

static plx_status observe(void *self, const plx_vitals_observation *o, uint32_t n)
{
    plx_track_forecaster *f = self;
    uint32_t at_s = second_of(f, o[0].time_s);
    if (at_s < f->track.now_s) return PLX_CONFLICT;
    plx_track_advance(&f->track, at_s);
    plx_track_observe(&f->track, o, n, NULL);
    for (uint32_t i = 0; i < n; i++) {
        plx_track_kind k = plx_track_kind_of(o[i].quantity);
        if ((uint32_t)k < KINDS) f->sd[k] = o[i].sd;
    }
    return PLX_OK;
}

static plx_status act(void *self, const plx_action *action)
{
    plx_track_forecaster *f = self;
    char why[100];
    uint32_t at_s = second_of(f, action->at_s);
    if (at_s > f->track.now_s) plx_track_advance(&f->track, at_s);
    return plx_track_act(&f->track, action, why, sizeof why);
}

/* Forecasting. */

/* The outlook counts from the track's second, at which something was told last. */
static void look_ahead(plx_track_forecaster *f, const plx_forecaster_request *request)
{
    plx_outlook_plan plan = plan_of(&f->input);
    const uint32_t from_s = request->now_s - f->zero_s + FIRST_S - f->track.now_s;
    plan.horizons_n = request->horizons_n;
    for (uint32_t h = 0; h < request->horizons_n; h++) {
        const uint32_t to_s = from_s + (uint32_t)(request->horizon_s[h] + 0.5);
        const uint32_t least_s = h > 0 ? plan.at_s[h - 1] + 1 : 1;
        plan.at_s[h] = to_s > least_s ? to_s : least_s;
    }
    plx_outlook_begin(&f->outlook, &plan, &f->track, f->ahead);
    plx_outlook_complete(&f->outlook, f->worker);
}

/* Evenly spaced places in the sum of all weights: a slot of the outlook each. false: too few live.
 */
static bool draw(const plx_outlook *o, uint32_t last, uint16_t slot[PLX_TRACK_FORECAST_MEMBERS])
{
    const double lost = plx_outlook_gone_share(o, 0, last);
    double sum = 0;
    uint32_t told = 0;
    if (plx_outlook_no_answer(o, 0, last)) return false;
    for (uint32_t i = 0; i < o->groups_n * PLX_BODY_GROUP; i++) {
        if (plx_outlook_gone(o, 0, last, i)) continue;
        sum += o->weight[i / PLX_BODY_GROUP] / (1 - lost);
        while (told < PLX_TRACK_FORECAST_MEMBERS &&
               (told + 0.5) / PLX_TRACK_FORECAST_MEMBERS <= sum + 1e-12)
            slot[told++] = (uint16_t)i;
    }
    return told == PLX_TRACK_FORECAST_MEMBERS;
}

static double now_of(const plx_track_forecaster *f, plx_track_kind k)
{
    double sum = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        for (uint32_t m = 0; f->track.body[c] && m < f->input.members; m++)
            sum += f->track.weight[c] / f->input.members *
                   plx_track_predicted(&f->track, (plx_cause)c, k)[m];
    return sum;
}

static void tell(const plx_track_forecaster *f, const plx_forecaster_request *request, uint32_t q,
                 const uint16_t *slot, plx_forecaster_answer *out)
{
    plx_track_kind k = plx_track_kind_of(request->quantities[q]);
    out->answers[q] = (uint32_t)k < KINDS;
    out->now[q] = out->answers[q] ? now_of(f, k) : __builtin_nan("");
    for (uint32_t h = 0; out->answers[q] && h < request->horizons_n; h++) {
        plx_rng rng = plx_rng_init(f->input.seed ^ request->now_s,
                                   ((uint64_t)k << 8 | h) + (UINT64_C(1) << 40));
        const double *from = plx_outlook_values(&f->outlook, 0, h, (plx_outlook_quantity)k);
        double *to = out->member + ((size_t)q * request->horizons_n + h) * out->members;
        for (uint32_t i = 0; i < out->members; i++) {
            double x = plx_rng_normal(&rng, from[slot[i]], f->sd[k]);
            to[i] = k == PLX_TRACK_spo2_pct && x > 100 ? 100 : x;
        }
    }
}

static plx_status forecast(void *self, const plx_forecaster_request *request,
                           plx_forecaster_answer *out)
{
    plx_track_forecaster *f = self;
    uint16_t slot[PLX_TRACK_FORECAST_MEMBERS];
    if (f->track.updates < PLX_TRACK_FORECAST_UPDATES) return PLX_NO_ANSWER;
    look_ahead(f, request);
    if (!draw(&f->outlook, request->horizons_n - 1, slot)) return PLX_NO_ANSWER;
    out->members = PLX_TRACK_FORECAST_MEMBERS;
    for (uint32_t q = 0; q < request->quantities_n; q++)
        tell(f, request, q, slot, out);
    return PLX_OK;
}

plx_forecaster plx_track_forecaster_make(plx_track_forecaster *f, const plx_track_input *in,
                                         void *memory)
{
    *f = (plx_track_forecaster){.input = *in};
    layout(f, in, memory);
    return (plx_forecaster){f, "live twin", begin, observe, act, forecast};
}
