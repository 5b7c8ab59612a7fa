/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/infer.h"

#include <math.h>

#include "core/base/mathx.h"

#define LEAST_PRIOR 1e-9 /* of "other", when the listed ones fill everything */

size_t plx_belief_bytes(const plx_knowledge *k)
{
    const size_t d = k->diagnoses_n, groups = k->groups_n;
    return (3 * d + 2 * groups * d) * sizeof(double) + groups + 6 * 32;
}

plx_status plx_belief_take(const plx_knowledge *k, plx_arena *arena, plx_belief *b)
{
    const size_t n = k->diagnoses_n, groups = k->groups_n ? k->groups_n : 1;
    b->diagnoses_n = k->diagnoses_n;
    b->log_prior = plx_arena_take(arena, n, sizeof(double));
    b->score = plx_arena_take(arena, n, sizeof(double));
    b->p = plx_arena_take(arena, n, sizeof(double));
    b->top = plx_arena_take(arena, groups * n, sizeof(double));
    b->sum = plx_arena_take(arena, groups * n, sizeof(double));
    b->decisive = plx_arena_take(arena, groups, 1);
    const bool all = b->log_prior && b->score && b->p && b->top && b->sum && b->decisive;
    return all ? PLX_OK : PLX_FULL;
}

double plx_softmax(double *x, uint32_t n)
{
    double most = x[0], sum = 0;
    for (uint32_t i = 1; i < n; i++)
        if (x[i] > most) most = x[i];
    for (uint32_t i = 0; i < n; i++)
        sum += x[i] = plx_exp(x[i] - most);
    for (uint32_t i = 0; i < n; i++)
        x[i] /= sum;
    return most + plx_log(sum);
}

void plx_rank(const double *p, uint32_t n, uint32_t *order)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = i;
        for (; at > 0 && p[order[at - 1]] < p[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

/* P(d | presentation, sex, age); what is not known is averaged over. */
static double prior_of(const plx_prior *p, double age, int sex)
{
    uint32_t from = 0, to = p->bands_n;
    if (age >= 0) {
        while (from + 1 < p->bands_n && age >= p->from_years[from + 1])
            from++;
        to = from + 1;
    }
    double sum = 0;
    for (uint32_t b = from; b < to; b++)
        sum += sex < 0 ? 0.5 * (p->p[0][b] + p->p[1][b]) : p->p[sex][b];
    return sum / (to - from);
}

static plx_status start_priors(const plx_knowledge *k, const plx_case *c, plx_belief *b, char *why,
                               size_t why_n)
{
    const uint32_t presentation =
        c->presentation == PLX_NO_INDEX && k->presentations_n == 1 ? 0 : c->presentation;
    if (presentation >= k->presentations_n)
        return plx_refuse(why, why_n, PLX_NO_ANSWER, "the presentation is not in the knowledge");
    const plx_presentation *about = &k->presentations[presentation];
    if (c->age >= 0 && (c->age < about->age_low || c->age > about->age_high))
        return plx_refuse(why, why_n, PLX_NO_ANSWER,
                          "the age lies outside of what the numbers were made for");
    double sum = 0;
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        b->log_prior[d] = 0;
    for (uint32_t i = 0; i < k->priors_n; i++) {
        const plx_prior *p = &k->priors[i];
        if (p->presentation != presentation) continue;
        sum += b->log_prior[p->diagnosis] = prior_of(p, c->age, c->sex);
    }
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        if (k->diagnoses[d].other) {
            b->log_prior[d] = 1 - sum > LEAST_PRIOR ? 1 - sum : LEAST_PRIOR;
            sum += b->log_prior[d];
        }
    if (!(sum > 0))
        return plx_refuse(why, why_n, PLX_NO_ANSWER, "no diagnosis has a prior for this patient");
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        b->log_prior[d] = b->log_prior[d] > 0 ? plx_log(b->log_prior[d] / sum) : -1e300;
    return PLX_OK;
}

/* One weight for each diagnosis, from the tables or, for a doubtful report, anew. */
static void add_item(const plx_knowledge *k, const plx_finding *f, uint32_t item, bool yes,
                     uint8_t doubt, plx_belief *b)
{
    const uint32_t n = k->diagnoses_n;
    double *top = b->top + (size_t)f->group * n, *sum = b->sum + (size_t)f->group * n;
    const double *w = (yes ? k->yes : k->no) + (size_t)item * n;
    for (uint32_t d = 0; d < n; d++) {
        const double x = doubt ? plx_knowledge_weight(k, f, item, d, yes, 1 - doubt / 200.0) : w[d];
        sum[d] += x;
        if (fabs(x) > fabs(top[d]) || (fabs(x) == fabs(top[d]) && x > top[d])) top[d] = x;
    }
}

void plx_infer_add(const plx_knowledge *k, const plx_case *c, uint32_t finding, plx_belief *b)
{
    const plx_finding *f = &k->findings[finding];
    const bool one = f->kind == PLX_FINDING_ONE_OF || f->kind == PLX_FINDING_NUMBER;
    if (f->decisive) b->decisive[f->group] = 1;
    for (uint32_t i = f->first; i < f->first + f->items_n; i++)
        if (c->yes[i] || !one) add_item(k, f, i, c->yes[i], c->doubt[finding], b);
}

void plx_infer_from_groups(const plx_knowledge *k, plx_belief *b)
{
    const uint32_t n = k->diagnoses_n;
    for (uint32_t d = 0; d < n; d++)
        b->score[d] = 0;
    for (uint32_t g = 0; g < k->groups_n; g++)
        for (uint32_t d = 0; d < n; d++)
            b->score[d] += plx_group_weight(b->top[(size_t)g * n + d], b->sum[(size_t)g * n + d],
                                            k->rho, b->decisive[g]) /
                           k->temperature;
    for (uint32_t d = 0; d < n; d++)
        b->p[d] = b->log_prior[d] + b->score[d];
    plx_softmax(b->p, n);
}

plx_status plx_infer(const plx_knowledge *k, const plx_case *c, plx_belief *b, char *why,
                     size_t why_n)
{
    const size_t cells = (size_t)k->groups_n * k->diagnoses_n;
    PLX_TRY(start_priors(k, c, b, why, why_n));
    memset(b->top, 0, cells * sizeof *b->top);
    memset(b->sum, 0, cells * sizeof *b->sum);
    memset(b->decisive, 0, k->groups_n);
    for (uint32_t f = 0; f < k->findings_n; f++)
        if (plx_case_counts(k, c, f)) plx_infer_add(k, c, f, b);
    plx_infer_from_groups(k, b);
    return PLX_OK;
}
