/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/explain.h"

#include <math.h>

#include "core/base/mathx.h"

#define RESIDUE 1e-10

/* Nodes above 0 and weights of Gauss-Legendre on -1..1, 32 points. */
static const double NODES[][2] = {
    {0.9972638618494815635, 0.0070186100094700966}, {0.9856115115452683354, 0.0162743947309056706},
    {0.9647622555875064307, 0.0253920653092620594}, {0.9349060759377396891, 0.0342738629130214331},
    {0.8963211557660521239, 0.0428358980222266806}, {0.8493676137325699701, 0.0509980592623761761},
    {0.7944837959679424069, 0.0586840934785355471}, {0.7321821187402896803, 0.0658222227763618468},
    {0.6630442669302152009, 0.0723457941088485062}, {0.5877157572407623290, 0.0781938957870703064},
    {0.5068999089322293900, 0.0833119242269467552}, {0.4213512761306353453, 0.0876520930044038111},
    {0.3318686022821276497, 0.0911738786957638847}, {0.2392873622521370745, 0.0938443990808045656},
    {0.1444719615827964934, 0.0956387200792748594}, {0.0483076656877383162, 0.0965400885147278005},
};
enum { NODES_N = sizeof NODES / sizeof *NODES };

/* log of the sum of exp(log prior + t S) over all but one, and its softmax into q. */
static double along(const plx_belief *b, uint32_t but, double t, double *q)
{
    const uint32_t n = b->diagnoses_n;
    for (uint32_t e = 0; e < n; e++)
        q[e] = e == but ? -1e300 : b->log_prior[e] + t * b->score[e];
    const double sum = plx_softmax(q, n);
    q[but] = 0;
    return sum;
}

/* Mean of the others' shares along the path, by 2^halvings intervals. */
static void mean_along(const plx_belief *b, uint32_t but, uint32_t halvings, double *m)
{
    double q[PLX_DIAGNOSES_MAX];
    const uint32_t n = b->diagnoses_n, intervals = 1u << halvings;
    memset(m, 0, n * sizeof *m);
    for (uint32_t i = 0; i < intervals; i++)
        for (int j = 0; j < 2 * NODES_N; j++) {
            const double x = j < NODES_N ? NODES[j][0] : -NODES[j - NODES_N][0];
            const double weight = NODES[j % NODES_N][1] / 2 / intervals;
            along(b, but, (i + 0.5 + x / 2) / intervals, q);
            for (uint32_t e = 0; e < n; e++)
                m[e] += weight * q[e];
        }
}

/* What the shares of findings add up to, minus what they should: the others' mean score against
 * the change of their log sum. */
static double miss(const plx_belief *b, uint32_t but, const double *m)
{
    double q[PLX_DIAGNOSES_MAX], sum = 0;
    for (uint32_t e = 0; e < b->diagnoses_n; e++)
        sum += m[e] * b->score[e];
    return fabs(sum - (along(b, but, 1, q) - along(b, but, 0, q)));
}

/* Size of the weights of one finding for one diagnosis, and of its whole group. */
static double size_of(const plx_knowledge *k, const plx_case *c, uint32_t finding, uint32_t d)
{
    const plx_finding *f = &k->findings[finding];
    const bool one = f->kind == PLX_FINDING_ONE_OF || f->kind == PLX_FINDING_NUMBER;
    double size = 0;
    for (uint32_t i = f->first; i < f->first + f->items_n; i++) {
        if (!c->yes[i] && one) continue;
        const uint8_t doubt = c->doubt[finding];
        const size_t cell = (size_t)i * k->diagnoses_n + d;
        size += fabs(doubt ? plx_knowledge_weight(k, f, i, d, c->yes[i], 1 - doubt / 200.0)
                           : (c->yes[i] ? k->yes : k->no)[cell]);
    }
    return size;
}

/* Part of a group's weight that is this finding's. */
static double part_of(const plx_knowledge *k, const plx_case *c, const plx_belief *b,
                      uint32_t finding, uint32_t d, double group_size)
{
    const uint32_t g = k->findings[finding].group;
    const size_t cell = (size_t)g * k->diagnoses_n + d;
    const double w = plx_group_weight(b->top[cell], b->sum[cell], k->rho, b->decisive[g]);
    if (!(group_size > 0)) return 0;
    return w / k->temperature * size_of(k, c, finding, d) / group_size;
}

/* Adds the shares that come from the weights of one diagnosis e. */
static void add_shares(const plx_knowledge *k, const plx_case *c, const plx_belief *b, uint32_t e,
                       double sign, double *share)
{
    double size[PLX_FINDINGS_MAX]; /* of groups */
    memset(size, 0, k->groups_n * sizeof *size);
    for (uint32_t f = 0; f < k->findings_n; f++)
        if (plx_case_counts(k, c, f)) size[k->findings[f].group] += size_of(k, c, f, e);
    for (uint32_t f = 0; f < k->findings_n; f++)
        if (plx_case_counts(k, c, f))
            share[f] += sign * part_of(k, c, b, f, e, size[k->findings[f].group]);
}

void plx_explain(const plx_knowledge *k, const plx_case *c, const plx_belief *b, uint32_t diagnosis,
                 plx_explanation *e)
{
    double m[PLX_DIAGNOSES_MAX], q[PLX_DIAGNOSES_MAX], sum = 0;
    e->diagnosis = diagnosis;
    memset(e->share, 0, k->findings_n * sizeof *e->share);
    e->logit_prior = b->log_prior[diagnosis] - along(b, diagnosis, 0, q);
    e->logit = b->log_prior[diagnosis] + b->score[diagnosis] - along(b, diagnosis, 1, q);
    e->residue = 0;
    if (b->log_prior[diagnosis] < -1e299 || k->diagnoses_n < 2) return;
    uint32_t halvings = 0;
    do
        mean_along(b, diagnosis, halvings, m);
    while (miss(b, diagnosis, m) > RESIDUE && halvings++ < PLX_EXPLAIN_HALVINGS_MAX);
    add_shares(k, c, b, diagnosis, 1, e->share);
    for (uint32_t other = 0; other < k->diagnoses_n; other++)
        if (other != diagnosis && m[other] > 0) add_shares(k, c, b, other, -m[other], e->share);
    for (uint32_t f = 0; f < k->findings_n; f++)
        sum += e->share[f];
    e->residue = fabs(e->logit - e->logit_prior - sum);
}

/* Counterfactuals. */

typedef struct kept {
    uint8_t state, doubt, yes[PLX_FINDING_ITEMS_MAX];
} kept;

static void keep(const plx_knowledge *k, const plx_case *c, uint32_t finding, kept *as)
{
    const plx_finding *f = &k->findings[finding];
    as->state = c->state[finding];
    as->doubt = c->doubt[finding];
    memcpy(as->yes, c->yes + f->first, f->items_n);
}

static void put_back(const plx_knowledge *k, plx_case *c, uint32_t finding, const kept *as)
{
    const plx_finding *f = &k->findings[finding];
    c->state[finding] = as->state;
    c->doubt[finding] = as->doubt;
    memcpy(c->yes + f->first, as->yes, f->items_n);
}

/* yes_no: the opposite answer; else it is taken away. */
static void change(const plx_knowledge *k, plx_case *c, uint32_t finding)
{
    const plx_finding *f = &k->findings[finding];
    if (f->kind == PLX_FINDING_YES_NO)
        c->yes[f->first] = !c->yes[f->first];
    else
        plx_case_forget(k, c, finding);
}

/* First diagnosis of the case as it now is; the belief has its probabilities. */
static uint32_t first_of(const plx_knowledge *k, const plx_case *c, plx_belief *b)
{
    char why[100];
    uint32_t first = 0;
    if (plx_infer(k, c, b, why, sizeof why) != PLX_OK) return PLX_NO_INDEX;
    for (uint32_t d = 1; d < k->diagnoses_n; d++)
        if (b->p[d] > b->p[first]) first = d;
    return first;
}

uint32_t plx_counterfactuals(const plx_knowledge *k, plx_case *c, uint32_t diagnosis,
                             plx_belief *work, plx_counterfactual *out, uint32_t max)
{
    uint32_t n = 0;
    for (uint32_t f = 0; f < k->findings_n && n < max; f++) {
        kept as;
        if (!plx_case_counts(k, c, f)) continue;
        plx_counterfactual *o = &out[n++];
        *o = (plx_counterfactual){.finding = f, .turned = -1, .first_turned = PLX_NO_INDEX};
        keep(k, c, f, &as);
        plx_case_forget(k, c, f);
        o->first = first_of(k, c, work);
        o->without = work->p[diagnosis];
        put_back(k, c, f, &as);
        if (k->findings[f].kind == PLX_FINDING_YES_NO) {
            change(k, c, f);
            o->first_turned = first_of(k, c, work);
            o->turned = work->p[diagnosis];
            put_back(k, c, f, &as);
        }
    }
    return n;
}

/* Known findings of the largest shares, by size. */
static uint32_t candidates(const plx_knowledge *k, const plx_case *c, const double *share,
                           uint32_t *out)
{
    uint32_t n = 0;
    for (uint32_t f = 0; f < k->findings_n; f++) {
        if (!plx_case_counts(k, c, f)) continue;
        uint32_t at = n < PLX_TURN_CANDIDATES ? n++ : PLX_TURN_CANDIDATES;
        for (; at > 0 && fabs(share[out[at - 1]]) < fabs(share[f]); at--)
            if (at < PLX_TURN_CANDIDATES) out[at] = out[at - 1];
        if (at < PLX_TURN_CANDIDATES) out[at] = f;
    }
    return n;
}

static void try_turn(const plx_knowledge *k, plx_case *c, const uint32_t *finding, uint32_t n,
                     uint32_t first, plx_belief *work, plx_turn *best)
{
    kept as[2];
    for (uint32_t i = 0; i < n; i++) {
        keep(k, c, finding[i], &as[i]);
        change(k, c, finding[i]);
    }
    const uint32_t then = first_of(k, c, work);
    if (then != PLX_NO_INDEX && then != first && work->p[then] > best->p) {
        *best = (plx_turn){.n = n, .first = then, .p = work->p[then]};
        memcpy(best->finding, finding, n * sizeof *finding);
    }
    for (uint32_t i = n; i-- > 0;)
        put_back(k, c, finding[i], &as[i]);
}

plx_turn plx_turn_find(const plx_knowledge *k, plx_case *c, const double *share, uint32_t first,
                       plx_belief *work)
{
    plx_turn best = {.first = PLX_NO_INDEX};
    uint32_t of[PLX_TURN_CANDIDATES];
    const uint32_t n = candidates(k, c, share, of);
    for (uint32_t i = 0; i < n; i++)
        try_turn(k, c, &of[i], 1, first, work, &best);
    for (uint32_t i = 0; i < n && best.n != 1; i++)
        for (uint32_t j = i + 1; j < n; j++)
            try_turn(k, c, (uint32_t[]){of[i], of[j]}, 2, first, work, &best);
    return best;
}
