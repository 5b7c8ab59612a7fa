/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/ledger/drift.h"

#include <math.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/ledger/aggregate.h"
#include "core/validate/score.h"

#define GAIN_NARROW (-2.0)
#define GAIN_WIDE 0.5
#define SKILL_SLACK 0.5 /* of a standard deviation: half the shift that is looked for */

static double bet(double m, double gain, double surplus)
{
    return (m > 1.0 ? m : 1.0) * (1.0 + gain * surplus);
}

plx_drift_alarm plx_drift_coverage_step(plx_drift_coverage *c, double held, double expected)
{
    PLX_ASSERT(held >= 0.0 && held <= 1.0 && expected >= 0.5 && expected <= 1.0);
    c->narrow = bet(c->narrow, GAIN_NARROW, held - expected);
    c->wide = bet(c->wide, GAIN_WIDE, held - expected);
    if (c->narrow > PLX_DRIFT_COVERAGE_ALARM) return PLX_DRIFT_NARROW;
    return c->wide > PLX_DRIFT_COVERAGE_ALARM ? PLX_DRIFT_WIDE : PLX_DRIFT_QUIET;
}

void plx_drift_skill_learn(plx_drift_skill *s, double difference)
{
    const double away = difference - s->mean;
    s->reference_n++;
    s->mean += away / (double)s->reference_n;
    s->squares += away * (difference - s->mean);
}

/* The distance of a value from n others in standard normal units: what the estimates of mean and sd
 * do not know is in it, so that a short reference does not cry wolf. */
static double standard_distance(double away, double sd, double n)
{
    const double freedom = n - 1.0, t = away / (sd * sqrt(1.0 + 1.0 / n));
    const double z = (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0) *
                     sqrt(freedom * plx_log(1.0 + t * t / freedom));
    return t < 0.0 ? -z : z;
}

plx_drift_alarm plx_drift_skill_day(plx_drift_skill *s, double difference, double least_sd)
{
    PLX_ASSERT(least_sd > 0.0);
    if (s->reference_n < PLX_DRIFT_REFERENCE_DAYS) return PLX_DRIFT_QUIET;
    double sd = sqrt(s->squares / (double)(s->reference_n - 1));
    if (sd < least_sd) sd = least_sd;
    const double z = standard_distance(difference - s->mean, sd, (double)s->reference_n);
    const double next = s->cusum + z - SKILL_SLACK;
    s->cusum = next > 0.0 ? next : 0.0;
    return s->cusum > PLX_DRIFT_SKILL_ALARM ? PLX_DRIFT_SKILL : PLX_DRIFT_QUIET;
}

plx_status plx_drift_stability(const uint64_t then[PLX_DRIFT_INPUT_BINS],
                               const uint64_t now[PLX_DRIFT_INPUT_BINS], double *index)
{
    uint64_t then_n = 0, now_n = 0;
    for (uint32_t i = 0; i < PLX_DRIFT_INPUT_BINS; i++) {
        then_n += then[i];
        now_n += now[i];
    }
    const uint64_t least = 10 * PLX_DRIFT_INPUT_BINS;
    if (then_n < least || now_n < least) return PLX_NO_ANSWER;
    double sum = 0.0;
    for (uint32_t i = 0; i < PLX_DRIFT_INPUT_BINS; i++) {
        const double a = (then[i] > 0 ? (double)then[i] : 0.5) / (double)then_n;
        const double b = (now[i] > 0 ? (double)now[i] : 0.5) / (double)now_n;
        sum += (b - a) * plx_log(b / a);
    }
    *index = sum;
    return PLX_OK;
}

/* Two sums of a day whose quotient is asked for. */
typedef struct pair {
    double top, bottom;
} pair;

static double quotient(const pair *pairs, const uint32_t *chosen, uint32_t n)
{
    double top = 0.0, bottom = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        top += pairs[chosen[i]].top;
        bottom += pairs[chosen[i]].bottom;
    }
    return bottom > 0.0 ? top / bottom : 0.0;
}

/* Whole days drawn with replacement; the 2.5 and 97.5 % quantiles of the quotient. */
static plx_status resample(const pair *pairs, uint32_t n, uint64_t seed, plx_drift_interval *out)
{
    double drawn[PLX_DRIFT_RESAMPLES];
    uint32_t chosen[PLX_DRIFT_DAYS];
    if (n < PLX_DRIFT_RESAMPLE_DAYS) return PLX_NO_ANSWER;
    for (uint32_t i = 0; i < n; i++)
        chosen[i] = i;
    out->value = quotient(pairs, chosen, n);
    plx_rng rng = plx_rng_init(seed, n);
    for (uint32_t r = 0; r < PLX_DRIFT_RESAMPLES; r++) {
        for (uint32_t i = 0; i < n; i++)
            chosen[i] = (uint32_t)plx_rng_below(&rng, n);
        drawn[r] = quotient(pairs, chosen, n);
    }
    plx_validate_sample sorted;
    PLX_TRY(plx_validate_sample_make(drawn, PLX_DRIFT_RESAMPLES, &sorted));
    out->low = plx_validate_quantile_sample(&sorted, 0.025);
    out->high = plx_validate_quantile_sample(&sorted, 0.975);
    return PLX_OK;
}

plx_status plx_drift_skill_interval(const plx_drift_day *days, uint32_t n, plx_rival_kind kind,
                                    uint64_t seed, plx_drift_interval *out)
{
    PLX_ASSERT(n <= PLX_DRIFT_DAYS && (uint32_t)kind < PLX_RIVAL_KIND_N);
    pair pairs[PLX_DRIFT_DAYS];
    uint32_t used = 0;
    for (uint32_t i = 0; i < n; i++)
        if (days[i].pairs[kind] > 0)
            pairs[used++] = (pair){(double)days[i].model[kind], (double)days[i].rival[kind]};
    plx_drift_interval ratio;
    PLX_TRY(resample(pairs, used, seed, &ratio));
    *out = (plx_drift_interval){1.0 - ratio.value, 1.0 - ratio.high, 1.0 - ratio.low};
    return PLX_OK;
}

plx_status plx_drift_coverage_interval(const plx_drift_day *days, uint32_t n, uint64_t seed,
                                       plx_drift_interval *out)
{
    PLX_ASSERT(n <= PLX_DRIFT_DAYS);
    pair pairs[PLX_DRIFT_DAYS];
    uint32_t used = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double covered = (double)days[i].covered;
        if (days[i].covered == 0) continue;
        const double surplus =
            (double)days[i].inside - (double)days[i].expected / PLX_AGGREGATE_ONE;
        pairs[used++] = (pair){surplus + 0.9 * covered, covered};
    }
    return resample(pairs, used, seed, out);
}

const char *plx_model_state_text(plx_model_state state)
{
    static const char *const texts[PLX_MODEL_STATE_N] = {
#define X(name, text) text,
        PLX_MODEL_STATE_TABLE(X)
#undef X
    };
    return (uint32_t)state < PLX_MODEL_STATE_N ? texts[state] : "unknown";
}

const char *plx_state_reason_text(plx_state_reason reason)
{
    static const char *const texts[PLX_STATE_REASON_N] = {
#define X(name, text) text,
        PLX_STATE_REASON_TABLE(X)
#undef X
    };
    return (uint32_t)reason < PLX_STATE_REASON_N ? texts[reason] : "unknown";
}

bool plx_model_state_allowed(plx_model_state from, plx_model_state to)
{
    if (from == to || from == PLX_MODEL_RETIRED) return false;
    switch (to) {
    case PLX_MODEL_SHADOW:
        return from == PLX_MODEL_CANDIDATE || from == PLX_MODEL_DEMOTED;
    case PLX_MODEL_LIVE:
        return from == PLX_MODEL_SHADOW || from == PLX_MODEL_WATCH;
    case PLX_MODEL_WATCH:
        return from == PLX_MODEL_LIVE;
    case PLX_MODEL_DEMOTED:
    case PLX_MODEL_RETIRED:
        return true;
    default:
        return false;
    }
}

bool plx_model_state_shown(plx_model_state state)
{
    return state == PLX_MODEL_LIVE || state == PLX_MODEL_WATCH;
}
