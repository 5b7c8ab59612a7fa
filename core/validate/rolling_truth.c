/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Truths: what is scored, and what is learnt from it. */
#include <math.h>

#include "core/validate/rolling_private.h"

#define LEAST_WEIGHT 1e-3 /* of an error right after another one */

static void add(plx_validate_tally *tally, const plx_validate_verdict *verdict)
{
    if (plx_validate_tally_add(tally, verdict) != PLX_OK) PLX_ASSERT(false);
}

static void score_twin(plx_rolling_pending *p, double truth, double v, plx_rolling_score *score,
                       double shown_crps)
{
    plx_validate_sample sample;
    plx_validate_verdict verdict;
    if (plx_validate_sample_make(p->member, p->members, &sample) != PLX_OK) PLX_ASSERT(false);
    if (plx_validate_judge_sample(&sample, truth, v, &verdict) != PLX_OK) PLX_ASSERT(false);
    add(&score->twin, &verdict);
    plx_validate_moments_add(&score->shown_beside_twin, shown_crps);
}

static void score_all(plx_rolling_pending *p, double truth, plx_rolling_score *score)
{
    const double v = plx_validate_pit_draw(1, score->shown.crps.n);
    plx_validate_verdict verdict;
    plx_blend_judge(&p->shown.law, truth, v, &verdict);
    const double shown_crps = verdict.crps;
    add(&score->shown, &verdict);
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++) {
        if (plx_validate_judge_normal(p->rival[k], truth, v, &verdict) != PLX_OK) PLX_ASSERT(false);
        add(&score->rival[k], &verdict);
    }
    for (int i = 0; i < PLX_BLEND_PART_N; i++)
        plx_validate_moments_add(&score->weight[i], p->shown.weight[i]);
    if (p->members > 0)
        score_twin(p, truth, v, score, shown_crps);
    else
        plx_validate_tally_abstain(&score->twin);
}

static void learn(plx_rolling_line *line, const plx_rolling_pending *p, double horizon_s,
                  int64_t truth_us, double truth)
{
    double weight = 1.0;
    if (line->learnt) weight = (double)(truth_us - line->learnt_us) * 1e-6 / horizon_s;
    if (weight > 1.0) weight = 1.0;
    if (weight < LEAST_WEIGHT) weight = LEAST_WEIGHT;
    line->learnt = true;
    line->learnt_us = truth_us;
    if (plx_blend_learn(&line->sums, &p->plain, truth, weight) != PLX_OK) PLX_ASSERT(false);
    if (p->members > 0) {
        if (plx_blend_learn(&line->twin_sums, &p->with, truth, weight) != PLX_OK) PLX_ASSERT(false);
        const double gain =
            plx_blend_crps(&p->plain.law, truth) - plx_blend_crps(&p->with.law, truth);
        line->duel.n += weight;
        line->duel.sum += weight * gain;
        line->duel.squares += weight * gain * gain;
    }
    const double error = truth - p->shown.last;
    line->last_sum += weight * fabs(error);
    line->last_n += weight;
}

/* The oldest forecast leaves with the truth that it has, if any. */
static void settle_first(plx_rolling *rolling, uint32_t v, uint32_t h, int64_t truth_us,
                         double truth)
{
    plx_rolling_line *line = &rolling->patient->series[v].line[h];
    plx_rolling_score *score = &rolling->scores->at[v][h];
    plx_rolling_pending *p = &line->pending[line->first];
    const double horizon_s = rolling->model->horizon_s[h];
    const int64_t off = truth_us - p->target_us;
    if ((off < 0 ? -off : off) <= plx_rolling_tolerance_us(horizon_s) && truth_us > p->origin_us) {
        score_all(p, truth, score);
        learn(line, p, horizon_s, truth_us, truth);
    } else {
        score->without_truth++;
    }
    line->first = (line->first + 1) % PLX_ROLLING_PENDING_MAX;
    line->n--;
}

void plx_rolling_settle(plx_rolling *rolling, uint32_t v, uint32_t h, int64_t time_us, double value)
{
    const plx_rolling_series *s = &rolling->patient->series[v];
    const plx_rolling_line *line = &s->line[h];
    while (line->n > 0) {
        const plx_rolling_pending *p = &line->pending[line->first];
        if (p->target_us > time_us) break;
        const bool before =
            s->last_us > p->origin_us && p->target_us - s->last_us <= time_us - p->target_us;
        if (before)
            settle_first(rolling, v, h, s->last_us, s->last);
        else
            settle_first(rolling, v, h, time_us, value);
    }
}

static void join(plx_rolling_population *p, const plx_rolling_series *s, uint32_t v,
                 uint32_t horizons)
{
    if (s->n == 0) return;
    plx_validate_moments_add(&p->level[v], s->sum / s->n);
    p->step_sum[v] += s->step_sum;
    p->step_n[v] += s->n - 1;
    for (uint32_t h = 0; h < horizons; h++) {
        p->last_sum[v][h] += s->line[h].last_sum;
        p->last_n[v][h] += s->line[h].last_n;
        plx_blend_merge(&p->sums[v][h], &s->line[h].sums);
        plx_blend_merge(&p->twin_sums[v][h], &s->line[h].twin_sums);
        p->duel[v][h].n += s->line[h].duel.n;
        p->duel[v][h].sum += s->line[h].duel.sum;
        p->duel[v][h].squares += s->line[h].duel.squares;
    }
}

void plx_rolling_end(plx_rolling *rolling)
{
    const plx_rolling_model *model = rolling->model;
    for (uint32_t v = 0; v < model->vitals; v++) {
        plx_rolling_series *s = &rolling->patient->series[v];
        for (uint32_t h = 0; h < model->horizons; h++)
            while (s->line[h].n > 0)
                settle_first(rolling, v, h, s->last_us, s->last);
        join(rolling->population, s, v, model->horizons);
    }
    plx_rolling_begin(rolling);
}
