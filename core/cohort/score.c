/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/cohort/score.h"

#include <math.h>

#include "core/base/mathx.h"

static const struct {
    double low, error;
} bands[PLX_COHORT_BAND_N] = {
#define X(id, words, low, error) {low, error},
    PLX_COHORT_BAND_LIST(X)
#undef X
};

/* Verdicts of finite numbers, so they can be added. */
static void tally(plx_validate_tally *to, const plx_validate_verdict *verdict)
{
    PLX_ASSERT(plx_validate_tally_add(to, verdict) == PLX_OK);
}

static void add_forecasts(plx_cohort_score *to, const plx_cohort_plan *plan,
                          const plx_cohort_result *r)
{
    for (uint32_t h = 0; h < plan->horizons_n; h++)
        for (int v = 0; v < PLX_COHORT_VITAL_N; v++) {
            const plx_cohort_forecast *f = &r->forecast[h][v];
            if (f->scored) tally(&to->forecast[h][v], &f->verdict);
            if (f->scored && f->rivalled)
                PLX_ASSERT(plx_validate_duel_add(&to->duel[h][v], f->verdict.crps, f->rival_crps) ==
                           PLX_OK);
        }
}

static void add_deficit(plx_cohort_score *to, const plx_cohort_result *r)
{
    if (!r->deficit.known) return;
    const bool earlier = r->of.onset_s >= 0;
    const double error_ml = fabs(r->deficit.verdict.error);
    if (plx_cohort_bleeds(&r->of)) {
        tally(&to->deficit[earlier], &r->deficit.verdict);
        plx_validate_moments_add(&to->deficit_error[earlier], error_ml);
    } else {
        tally(&to->deficit_others, &r->deficit.verdict);
        plx_validate_moments_add(&to->deficit_error_others, error_ml);
    }
}

static void add_bleeding(plx_cohort_score *to, const plx_cohort_result *r)
{
    const plx_cohort_hidden *b = &r->bleeding;
    if (!b->known) return;
    int i = PLX_COHORT_BAND_N - 1;
    while (i > 0 && b->truth < bands[i].low)
        i--;
    plx_cohort_band *band = &to->band[i];
    band->n++;
    band->met += bands[i].error > 0 ? fabs(b->median - b->truth) <= bands[i].error * b->truth
                                    : b->verdict.inside[2];
    if (b->truth > 0) plx_validate_moments_add(&band->error, fabs(b->median - b->truth) / b->truth);
    tally(&band->tally, &b->verdict);
}

static double surprise(double probability)
{
    return -plx_log(probability > PLX_COHORT_P_LEAST ? probability : PLX_COHORT_P_LEAST);
}

static void add_mechanism(plx_cohort_score *to, const plx_cohort_result *r)
{
    const plx_mechanism is = plx_causes[r->of.cause].mechanism;
    int top = 0;
    for (int m = 1; m < PLX_MECHANISM_N; m++)
        if (r->mechanism[m] > r->mechanism[top]) top = m;
    const bool said = r->mechanism[top] >= PLX_COHORT_SAID;
    const bool shock = is != PLX_MECHANISM_STABLE && r->graded;
    const double mine = surprise(r->mechanism[is]), rules = surprise(r->rule[is]);
    PLX_ASSERT(plx_validate_duel_add(&to->log_score_all, mine, rules) == PLX_OK);
    if (shock || is == PLX_MECHANISM_STABLE) to->confusion[is][said ? top : PLX_MECHANISM_N]++;
    if (!shock) return;
    plx_cohort_mechanisms *const sums[] = {&to->mechanisms, &to->showing};
    for (int i = 0; i < (r->shows ? 2 : 1); i++) {
        sums[i]->n++;
        sums[i]->first += top == (int)is;
        sums[i]->said += said;
        sums[i]->wrong += said && top != (int)is;
        PLX_ASSERT(plx_validate_duel_add(&sums[i]->log_score, mine, rules) == PLX_OK);
    }
}

void plx_cohort_score_add(plx_cohort_score *to, const plx_cohort_plan *plan,
                          const plx_cohort_result *r)
{
    to->cases++;
    to->lost_before += r->lost_s > 0 && !r->deficit.known;
    to->lost_after += r->lost_s > 0 && r->deficit.known;
    add_bleeding(to, r);
    if (!r->deficit.known) return;
    add_forecasts(to, plan, r);
    add_deficit(to, r);
    for (int p = 0; p < PLX_COHORT_PARAMETER_N; p++)
        if (r->parameter[p].known) tally(&to->parameter[p], &r->parameter[p].verdict);
    add_mechanism(to, r);
}
