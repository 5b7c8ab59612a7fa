/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What was measured: first it is judged against what all causes together foresaw, then it tells the
 * causes apart, then it moves their bodies. */
#include "core/assimilate/track_private.h"
#include "core/base/mathx.h"

#define NU 4.0
#define ARTEFACT_SD 6.0
#define SURPRISE_SD 5.0
#define AGITATED_S 120
#define TEMPER 0.7   /* values of one moment err together */
#define FORGET 0.995 /* a power of the weights at each update */
#define FLOOR 0.002  /* no cause is ever given up */
#define SWITCH 0.001 /* a minute: another cause begins (prior: 1 % in ten minutes) */

/* What the bodies miss of a vital beside what its measurement does (prior: half of what a fit of
 * minutes is told, because errors of the model do not come anew with each value). */
static const double model_sd[PLX_TRACK_MEASURED_N] = {
    [PLX_TRACK_hr_bpm] = 1.5,   [PLX_TRACK_sbp_mmhg] = 2,      [PLX_TRACK_dbp_mmhg] = 2,
    [PLX_TRACK_map_mmhg] = 2,   [PLX_TRACK_spo2_pct] = 0.5,    [PLX_TRACK_rr_per_min] = 1,
    [PLX_TRACK_etco2_mmhg] = 1, [PLX_TRACK_core_temp_c] = 0.1,
};

typedef struct moments {
    double mean, variance;
} moments;

static moments moments_of(const double *x, uint32_t n)
{
    moments s = {0, 0};
    for (uint32_t m = 0; m < n; m++)
        s.mean += x[m] / n;
    for (uint32_t m = 0; m < n; m++)
        s.variance += (x[m] - s.mean) * (x[m] - s.mean) / (n - 1);
    return s;
}

static double variance_of(const plx_vitals_observation *o, plx_track_kind k)
{
    return o->sd * o->sd + model_sd[k] * model_sd[k];
}

/* How far a value is, in sd, from the cause that it fits best. */
static double least_surprise(const plx_track *t, const plx_vitals_observation *o, plx_track_kind k)
{
    double least = 1e9;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!t->body[c] || t->weight[c] <= 0) continue;
        moments s = moments_of(plx_track_predicted(t, (plx_cause)c, k), t->input.members);
        double miss = o->value - s.mean, d2 = miss * miss / (s.variance + variance_of(o, k));
        if (o->one_sided && s.mean >= o->value - o->sd) d2 = 0;
        if (d2 < least) least = d2;
    }
    return __builtin_sqrt(least);
}

/* How wide the bank is around what its causes foresee. After the first values a spread says how
 * well an ensemble is balanced, not how surely its cause foresees: none is favoured for a narrow
 * one. */
static void pool(const plx_track *t, double variance[PLX_TRACK_MEASURED_N])
{
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++) {
        variance[k] = 0;
        for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
            if (t->body[c] && t->weight[c] > 0)
                variance[k] +=
                    t->weight[c] *
                    moments_of(plx_track_predicted(t, (plx_cause)c, k), t->input.members).variance;
    }
}

/* pooled: the variance of the bank; the first values are judged by the cause's own. */
static double log_likelihood(const plx_track *t, uint32_t c, const plx_vitals_observation *o,
                             plx_track_kind k, double pooled)
{
    moments s = moments_of(plx_track_predicted(t, (plx_cause)c, k), t->input.members);
    double variance = (t->updates == 0 ? s.variance : pooled) + variance_of(o, k);
    double miss = o->value - s.mean;
    if (o->one_sided && miss < o->sd) miss = 0;
    return -0.5 * (NU + 1) * plx_log(1 + miss * miss / (NU * variance)) - 0.5 * plx_log(variance);
}

/* Weights: what each cause foresaw of all that is used. */
static void weigh(plx_track *t, const double likelihood[PLX_CAUSE_N], double minutes)
{
    double log_weight[PLX_CAUSE_N], most = -1e300, sum = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!t->body[c] || t->weight[c] <= 0) continue;
        log_weight[c] =
            FORGET * plx_log(t->weight[c]) + (t->updates == 0 ? 1 : TEMPER) * likelihood[c];
        if (log_weight[c] > most) most = log_weight[c];
    }
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (t->body[c] && t->weight[c] > 0) sum += t->weight[c] = plx_exp(log_weight[c] - most);
    double change = SWITCH * minutes, all = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!t->body[c] || t->weight[c] <= 0) continue;
        double w = (1 - change) * t->weight[c] / sum + change * t->prior[c];
        all += t->weight[c] = w < FLOOR ? FLOOR : w;
    }
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        t->weight[c] /= all > 0 ? all : 1;
}

/* The likelihood of each value given those before it. */
static double adjust(plx_track *t, uint32_t c, const plx_vitals_observation *o, uint32_t n,
                     const bool *used, double minutes, const double *pooled)
{
    double likelihood = 0;
    uint64_t stream = ((uint64_t)t->updates << 8 | c) + 7;
    plx_adjust_load(t->adjust, t->body[c]);
    for (uint32_t i = 0; i < n; i++) {
        if (!used[i]) continue;
        plx_track_kind k = plx_track_kind_of(o[i].quantity);
        const plx_adjust_datum datum = {.kind = k,
                                        .value = o[i].value,
                                        .sd = __builtin_sqrt(variance_of(&o[i], k)),
                                        .one_sided = o[i].one_sided};
        likelihood += log_likelihood(t, c, &o[i], k, pooled[k]);
        plx_adjust_move(t->adjust, plx_track_foreseen(t, c, 0), PLX_TRACK_KIND_N, &datum);
    }
    plx_adjust_walk(t->adjust, minutes, t->now_s < t->agitated_until_s, t->input.seed, stream);
    plx_adjust_store(t->adjust, t->body[c]);
    plx_track_keep_ill(t, c);
    plx_track_bleed_anew(t, c, minutes);
    plx_track_mend(t, c);
    return likelihood;
}

/* A value by itself is an artefact; three in a row are the patient. */
static bool judge(plx_track *t, const plx_vitals_observation *o, plx_track_kind k, double surprise,
                  plx_track_flag *flag)
{
    if (surprise <= ARTEFACT_SD || ++t->streak[k] >= PLX_TRACK_STREAK) {
        if (surprise <= ARTEFACT_SD) t->streak[k] = 0;
        bool doubtful = surprise * surprise > NU + 2; /* its weight is below a half */
        *flag = doubtful ? PLX_TRACK_DOUBTFUL : PLX_TRACK_USED;
        return true;
    }
    (void)o;
    *flag = PLX_TRACK_ARTEFACT;
    return false;
}

void plx_track_observe(plx_track *t, const plx_vitals_observation *o, uint32_t n,
                       plx_track_flag *flags)
{
    enum { MOST = 32 };
    bool used[MOST];
    uint32_t surprises = 0, usable = 0;
    if (n > MOST) n = MOST;
    for (uint32_t i = 0; i < n; i++) {
        plx_track_kind k = plx_track_kind_of(o[i].quantity);
        plx_track_flag flag = PLX_TRACK_UNCOMPARED;
        used[i] = false;
        if ((uint32_t)k < PLX_TRACK_MEASURED_N && t->now_s > 0) {
            double surprise = least_surprise(t, &o[i], k);
            surprises += surprise > SURPRISE_SD;
            used[i] = judge(t, &o[i], k, surprise, &flag);
        }
        usable += used[i];
        if (flags) flags[i] = flag;
    }
    if (surprises >= 2) t->agitated_until_s = t->now_s + AGITATED_S;
    if (usable == 0) return;
    double minutes = (t->now_s - t->last_s) / 60.0;
    double likelihood[PLX_CAUSE_N] = {0}, pooled[PLX_TRACK_MEASURED_N];
    pool(t, pooled);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (t->body[c] && t->weight[c] > 0)
            likelihood[c] = adjust(t, c, o, n, used, minutes, pooled);
    weigh(t, likelihood, minutes);
    t->last_s = t->now_s;
    t->updates++;
    plx_track_consider_anew(t);
}
