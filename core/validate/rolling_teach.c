/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What patients teach those who come when nobody was before. */
#include "core/validate/rolling.h"

#define OWN_GROWTH                                                                                 \
    50.0 /* errors at which a vital's own growth counts as much as that of all; a prior */
#define TOLD_COUNTS 100.0 /* errors that what was taught counts for, weights and shape; a prior */
#define TOLD_LEAST 8.0    /* errors below which nothing is taught */

void plx_rolling_merge(const plx_rolling_model *model, plx_rolling_population *to,
                       const plx_rolling_population *from)
{
    for (uint32_t v = 0; v < model->vitals; v++) {
        plx_validate_moments_merge(&to->level[v], &from->level[v]);
        to->step_sum[v] += from->step_sum[v];
        to->step_n[v] += from->step_n[v];
        for (uint32_t h = 0; h < model->horizons; h++) {
            to->last_sum[v][h] += from->last_sum[v][h];
            to->last_n[v][h] += from->last_n[v][h];
            plx_blend_merge(&to->sums[v][h], &from->sums[v][h]); /* no twin is asked then */
        }
    }
}

static double step_of(const plx_rolling_population *p, uint32_t v)
{
    return p->step_n[v] > 0.0 ? p->step_sum[v] / p->step_n[v] : 0.0;
}

/* In mean changes; own, drawn to that of all. */
static double growth(double own_sum, double own_n, double all)
{
    return (OWN_GROWTH * all + own_sum) / (OWN_GROWTH + own_n);
}

static void teach_growth(const plx_rolling_model *model, const plx_rolling_population *p,
                         uint32_t h, plx_rolling_prior *prior)
{
    double sum = 0.0, n = 0.0, last_sum = 0.0, last_n = 0.0;
    for (uint32_t v = 0; v < model->vitals; v++) {
        const double step = step_of(p, v);
        if (!(step > 0.0)) continue;
        sum += p->sums[v][h].error_sum / step;
        n += p->sums[v][h].error_n;
        last_sum += p->last_sum[v][h] / step;
        last_n += p->last_n[v][h];
    }
    for (uint32_t v = 0; v < model->vitals; v++) {
        const double step = step_of(p, v);
        const bool own = step > 0.0;
        if (!(n > 0.0 && last_n > 0.0)) continue;
        prior[v].growth = growth(own ? p->sums[v][h].error_sum / step : 0.0,
                                 own ? p->sums[v][h].error_n : 0.0, sum / n);
        prior[v].last_growth = growth(own ? p->last_sum[v][h] / step : 0.0,
                                      own ? p->last_n[v][h] : 0.0, last_sum / last_n);
    }
}

void plx_rolling_teach(const plx_rolling_model *model, const plx_rolling_population *p, uint32_t h,
                       plx_rolling_prior prior[PLX_ROLLING_VITALS_MAX])
{
    for (uint32_t v = 0; v < model->vitals; v++)
        prior[v] = (plx_rolling_prior){0};
    teach_growth(model, p, h, prior);
    for (uint32_t v = 0; v < model->vitals; v++) {
        plx_blend_sums sums = {0};
        for (uint32_t k = 0; k < model->vitals; k++)
            if (k != v) plx_blend_merge(&sums, &p->sums[k][h]);
        plx_blend_fade(&sums, PLX_ROLLING_BORROWED);
        plx_blend_merge(&sums, &p->sums[v][h]);
        if (sums.n < TOLD_LEAST) continue;
        plx_blend_prior_of(&sums, &prior[v].blend);
        prior[v].blend.counts = prior[v].blend.bins = TOLD_COUNTS;
    }
}
