/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/track_forecaster.h"

#include <string.h>

#include "core/base/rng.h"
#include "core/vitals/noise.h"

enum {
    KINDS = PLX_TRACK_MEASURED_N,
    HORIZONS = PLX_FORECASTER_HORIZONS_MAX,
    ALIGNMENT = 64,
    FIRST_S = 60 /* lived before the first measurement */
};
#define UNLIKELY 0.02 /* a cause that is not asked */

static size_t aligned(size_t n)
{
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t layout(plx_track_forecaster *f, const plx_track_input *in, char *memory)
{
    size_t n = in->members, at = aligned(plx_track_size(in));
    if (f) f->memory = memory;
    if (f) f->fork = (plx_body *)(void *)(memory + at);
    at += aligned(plx_body_size(in->members));
    if (f) f->trace = (float *)(void *)(memory + at);
    at += aligned(PLX_TRACK_CHUNK_S * KINDS * n * sizeof(float));
    if (f) f->value = (double *)(void *)(memory + at);
    at += aligned(PLX_CAUSE_N * KINDS * HORIZONS * n * sizeof(double));
    if (f) f->gone = (bool *)(void *)(memory + at);
    return at + aligned(PLX_CAUSE_N * HORIZONS * n * sizeof(bool));
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

static double *value_of(const plx_track_forecaster *f, uint32_t c, uint32_t k, uint32_t h)
{
    return f->value + (((size_t)c * KINDS + k) * HORIZONS + h) * f->input.members;
}

static bool *gone_of(const plx_track_forecaster *f, uint32_t c, uint32_t h)
{
    return f->gone + ((size_t)c * HORIZONS + h) * f->input.members;
}

/* From the fork to a second after it; the seconds of the last run, which the trace holds. */
static uint32_t run_to(plx_track_forecaster *f, plx_care *care, uint32_t *now_s, uint32_t to_s,
                       const plx_body_trace *trace)
{
    uint32_t n = 0;
    while (*now_s < to_s) {
        bool beats = *now_s < PLX_TRACK_FORECAST_BEATS_S && f->input.variant == PLX_BODY_PULSATILE;
        const plx_body_run_options options = {beats ? PLX_BODY_PULSATILE : PLX_BODY_AVERAGED,
                                              f->input.lanes, 0, f->input.members};
        n = to_s - *now_s < PLX_TRACK_CHUNK_S ? to_s - *now_s : PLX_TRACK_CHUNK_S;
        plx_care_live(care, f->fork, &options, n, trace);
        *now_s += n;
    }
    return n;
}

static void see(plx_track_forecaster *f, uint32_t c, uint32_t h, const plx_body_trace *trace,
                uint32_t seconds)
{
    uint32_t members = f->input.members;
    for (uint32_t k = 0; k < KINDS; k++)
        for (uint32_t m = 0; m < members; m++)
            value_of(f, c, k, h)[m] = plx_body_trace_mean(trace, members, seconds, k, m);
    for (uint32_t m = 0; m < members; m++)
        gone_of(f, c, h)[m] = (h > 0 && gone_of(f, c, h - 1)[m]) || plx_body_is_lost(f->fork, m);
}

static bool asked(const plx_track_forecaster *f, uint32_t c)
{
    return f->track.body[c] && f->track.weight[c] >= UNLIKELY;
}

static void live_on(plx_track_forecaster *f, uint32_t c, const plx_forecaster_request *request,
                    uint32_t from_s)
{
    uint8_t quantities[KINDS];
    for (uint32_t k = 0; k < KINDS; k++)
        quantities[k] = (uint8_t)plx_track_quantity((plx_track_kind)k);
    const plx_body_trace trace = {
        .quantities = quantities, .quantities_n = KINDS, .values = f->trace};
    plx_care care = f->track.care[c];
    uint32_t now_s = 0;
    memcpy(f->fork, f->track.body[c], plx_body_size(f->input.members));
    for (uint32_t h = 0; h < request->horizons_n; h++) {
        uint32_t to_s = from_s + (uint32_t)(request->horizon_s[h] + 0.5);
        uint32_t n = run_to(f, &care, &now_s, to_s > now_s ? to_s : now_s + 1, &trace);
        see(f, c, h, &trace, n);
    }
}

/* Evenly spaced places in the sum of all weights: (cause, member) of each. false: too few live. */
static bool draw(const plx_track_forecaster *f, uint32_t last, uint8_t *cause, uint8_t *member)
{
    double all = 0, lost = 0, sum = 0;
    uint32_t told = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        for (uint32_t m = 0; asked(f, c) && m < f->input.members; m++) {
            all += f->track.weight[c];
            if (gone_of(f, c, last)[m]) lost += f->track.weight[c];
        }
    if (!(all > 0) || lost > 0.2 * all) return false;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        for (uint32_t m = 0; asked(f, c) && m < f->input.members; m++) {
            if (gone_of(f, c, last)[m]) continue;
            sum += f->track.weight[c] / (all - lost);
            while (told < PLX_TRACK_FORECAST_MEMBERS &&
                   (told + 0.5) / PLX_TRACK_FORECAST_MEMBERS <= sum + 1e-12) {
                cause[told] = (uint8_t)c;
                member[told++] = (uint8_t)m;
            }
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
                 const uint8_t *cause, const uint8_t *member, plx_forecaster_answer *out)
{
    plx_track_kind k = plx_track_kind_of(request->quantities[q]);
    out->answers[q] = (uint32_t)k < KINDS;
    out->now[q] = out->answers[q] ? now_of(f, k) : __builtin_nan("");
    for (uint32_t h = 0; out->answers[q] && h < request->horizons_n; h++) {
        plx_rng rng = plx_rng_init(f->input.seed ^ request->now_s,
                                   ((uint64_t)k << 8 | h) + (UINT64_C(1) << 40));
        double *to = out->member + ((size_t)q * request->horizons_n + h) * out->members;
        for (uint32_t i = 0; i < out->members; i++) {
            double x = plx_rng_normal(&rng, value_of(f, cause[i], k, h)[member[i]], f->sd[k]);
            to[i] = k == PLX_TRACK_spo2_pct && x > 100 ? 100 : x;
        }
    }
}

static plx_status forecast(void *self, const plx_forecaster_request *request,
                           plx_forecaster_answer *out)
{
    plx_track_forecaster *f = self;
    uint8_t cause[PLX_TRACK_FORECAST_MEMBERS], member[PLX_TRACK_FORECAST_MEMBERS];
    if (f->track.updates < PLX_TRACK_FORECAST_UPDATES) return PLX_NO_ANSWER;
    uint32_t now_s = request->now_s - f->zero_s + FIRST_S;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (asked(f, c)) live_on(f, c, request, now_s - f->track.now_s);
    if (!draw(f, request->horizons_n - 1, cause, member)) return PLX_NO_ANSWER;
    out->members = PLX_TRACK_FORECAST_MEMBERS;
    for (uint32_t q = 0; q < request->quantities_n; q++)
        tell(f, request, q, cause, member, out);
    return PLX_OK;
}

plx_forecaster plx_track_forecaster_make(plx_track_forecaster *f, const plx_track_input *in,
                                         void *memory)
{
    *f = (plx_track_forecaster){.input = *in};
    layout(f, in, memory);
    return (plx_forecaster){f, "live twin", begin, observe, act, forecast};
}
