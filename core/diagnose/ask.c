/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/ask.h"

#include <math.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"

#define NEGLIGIBLE 1e-6  /* chance of an answer or a diagnosis that is not followed further */
#define ITEM_LEAST 0.002 /* items of many_of that are rarer now are not drawn */

typedef struct asker {
    const plx_knowledge *k;
    const plx_belief *b;
    const plx_ask_rule *rule;
    const plx_finding *f;
    double base[PLX_DIAGNOSES_MAX]; /* log posterior without the group of the finding */
} asker;

static double uncertainty(const asker *a, const double *p)
{
    double u = 0;
    for (uint32_t d = 0; d < a->k->diagnoses_n; d++) {
        if (p[d] > 1e-12) u -= p[d] * plx_log(p[d]);
        const plx_diagnosis *about = &a->k->diagnoses[d];
        if (about->must_not_miss) u += a->rule->grave_weight * about->miss_cost * p[d] * (1 - p[d]);
    }
    return u;
}

/* Uncertainty when the group's largest weight and sum are these. */
static double after(const asker *a, const double *top, const double *sum)
{
    double p[PLX_DIAGNOSES_MAX];
    const uint32_t n = a->k->diagnoses_n;
    const bool decisive = a->f->decisive || a->b->decisive[a->f->group];
    for (uint32_t d = 0; d < n; d++)
        p[d] =
            a->base[d] + plx_group_weight(top[d], sum[d], a->k->rho, decisive) / a->k->temperature;
    plx_softmax(p, n);
    return uncertainty(a, p);
}

static void add_weight(double x, double *top, double *sum)
{
    *sum += x;
    if (fabs(x) > fabs(*top)) *top = x;
}

/* Chance of an item under what is believed now. */
static double chance_of(const asker *a, uint32_t item)
{
    const uint32_t n = a->k->diagnoses_n;
    double p = 0;
    for (uint32_t d = 0; d < n; d++)
        p += a->b->p[d] * a->k->p1[(size_t)item * n + d];
    return p;
}

/* One answer: an item that holds (or, for yes_no, does not). */
static double after_answer(const asker *a, uint32_t item, bool yes)
{
    double top[PLX_DIAGNOSES_MAX], sum[PLX_DIAGNOSES_MAX];
    const uint32_t n = a->k->diagnoses_n;
    const size_t group = (size_t)a->f->group * n;
    const double *w = (yes ? a->k->yes : a->k->no) + (size_t)item * n;
    for (uint32_t d = 0; d < n; d++) {
        top[d] = a->b->top[group + d];
        sum[d] = a->b->sum[group + d];
        add_weight(w[d], &top[d], &sum[d]);
    }
    return after(a, top, sum);
}

/* Expected uncertainty after the answer, and the chance of one that is not normal. */
static double expect_exactly(const asker *a, double *chance)
{
    const plx_finding *f = a->f;
    if (f->kind == PLX_FINDING_YES_NO) {
        const double yes = chance_of(a, f->first);
        *chance = yes;
        return yes * after_answer(a, f->first, true) + (1 - yes) * after_answer(a, f->first, false);
    }
    double expected = 0, all = 0;
    *chance = 0;
    for (uint32_t i = f->first; i < f->first + f->items_n; i++) {
        const double p = chance_of(a, i);
        if (p < NEGLIGIBLE) continue;
        all += p;
        if (i != f->normal) *chance += p;
        expected += p * after_answer(a, i, true);
    }
    *chance = all > 0 ? *chance / all : 0;
    return all > 0 ? expected / all : uncertainty(a, a->b->p);
}

/* Which items of many_of are worth drawing. */
static uint32_t likely_items(const asker *a, uint32_t *items)
{
    uint32_t n = 0;
    for (uint32_t i = a->f->first; i < a->f->first + a->f->items_n; i++)
        if (chance_of(a, i) >= ITEM_LEAST) items[n++] = i;
    return n;
}

/* The diagnosis at quantile u of the belief. */
static uint32_t at_quantile(const plx_belief *b, double u)
{
    double sum = 0;
    for (uint32_t d = 0; d < b->diagnoses_n; d++) {
        sum += b->p[d];
        if (u < sum) return d;
    }
    return b->diagnoses_n - 1;
}

static double expect_by_draws(const asker *a, double *chance)
{
    uint32_t items[PLX_FINDING_ITEMS_MAX];
    const uint32_t n = a->k->diagnoses_n, items_n = likely_items(a, items);
    const size_t group = (size_t)a->f->group * n;
    double expected = 0, positive = 0;
    plx_rng rng = plx_rng_init(a->f->first, 7);
    for (int draw = 0; draw < PLX_ASK_DRAWS; draw++) {
        double top[PLX_DIAGNOSES_MAX], sum[PLX_DIAGNOSES_MAX];
        const uint32_t truth = at_quantile(a->b, (draw + 0.5) / PLX_ASK_DRAWS);
        bool any = false;
        memcpy(top, a->b->top + group, n * sizeof *top);
        memcpy(sum, a->b->sum + group, n * sizeof *sum);
        for (uint32_t i = 0; i < items_n; i++) {
            const size_t cell = (size_t)items[i] * n;
            const bool yes = plx_rng_unit(&rng) < a->k->p1[cell + truth];
            any = any || (yes && items[i] != a->f->normal);
            const double *w = (yes ? a->k->yes : a->k->no) + cell;
            for (uint32_t d = 0; d < n; d++)
                add_weight(w[d], &top[d], &sum[d]);
        }
        positive += any;
        expected += after(a, top, sum);
    }
    *chance = positive / PLX_ASK_DRAWS;
    return expected / PLX_ASK_DRAWS;
}

double plx_ask_cost(const plx_finding *f)
{
    const double cost = f->cost_s / 5 + 600 * f->harm + f->money / 10;
    return cost > 0.2 ? cost : 0.2;
}

bool plx_ask_enough(const plx_knowledge *k, const plx_belief *b)
{
    uint32_t first = 0;
    for (uint32_t d = 1; d < k->diagnoses_n; d++)
        if (b->p[d] > b->p[first]) first = d;
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        if (d != first && k->diagnoses[d].must_not_miss &&
            b->p[d] >= k->diagnoses[d].test_threshold)
            return false;
    return b->p[first] >= 0.9;
}

static bool may_ask(const plx_knowledge *k, const plx_case *c, uint32_t finding)
{
    const uint32_t parent = k->findings[finding].parent;
    return c->state[finding] == PLX_NOT_ASKED &&
           (parent == PLX_NO_INDEX || plx_case_positive(k, c, parent));
}

static void insert(plx_question q, plx_question *out, uint32_t *n, uint32_t max)
{
    uint32_t at = *n < max ? (*n)++ : max;
    for (; at > 0 && out[at - 1].value < q.value; at--)
        if (at < max) out[at] = out[at - 1];
    if (at < max) out[at] = q;
}

uint32_t plx_ask(const plx_knowledge *k, const plx_case *c, const plx_belief *b,
                 const plx_ask_rule *rule, plx_question *out, uint32_t max)
{
    asker a = {.k = k, .b = b, .rule = rule};
    const double now = uncertainty(&a, b->p);
    uint32_t n = 0;
    for (uint32_t i = 0; i < k->findings_n; i++) {
        if (!may_ask(k, c, i)) continue;
        a.f = &k->findings[i];
        const size_t group = (size_t)a.f->group * k->diagnoses_n;
        for (uint32_t d = 0; d < k->diagnoses_n; d++)
            a.base[d] = b->log_prior[d] + b->score[d] -
                        plx_group_weight(b->top[group + d], b->sum[group + d], k->rho,
                                         b->decisive[a.f->group]) /
                            k->temperature;
        plx_question q = {.finding = i, .cost = plx_ask_cost(a.f)};
        const double then = a.f->kind == PLX_FINDING_MANY_OF ? expect_by_draws(&a, &q.chance)
                                                             : expect_exactly(&a, &q.chance);
        q.gain = now - then;
        q.value = q.gain / sqrt(q.cost);
        if (q.gain >= rule->least_gain) insert(q, out, &n, max);
    }
    return n;
}
