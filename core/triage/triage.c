/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/triage/triage.h"

#include <math.h>

#include "core/triage/complaint.h"
#include "core/triage/regression.h"

/* Weight of a name, NULL when the model has none. */
static const plx_triage_weight *weight_of(const plx_triage_model *model, const char *name)
{
    uint32_t low = 0, high = model->n;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int side = strcmp(model->weights[middle].name, name);
        if (side == 0) return &model->weights[middle];
        if (side < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void plx_triage_logits(const plx_triage_model *model, const plx_triage_feature *features,
                       uint32_t n, double logit[PLX_TRIAGE_OUTCOMES])
{
    for (uint32_t k = 0; k < PLX_TRIAGE_OUTCOMES; k++)
        logit[k] = model->threshold[k];
    for (uint32_t i = 0; i < n; i++) {
        const plx_triage_weight *w = weight_of(model, features[i].name);
        for (uint32_t k = 0; w && k < PLX_TRIAGE_OUTCOMES; k++)
            logit[k] += w->weight[k] * features[i].value;
    }
}

/* The level whose expected cost is least; of equal ones the more urgent. */
static uint8_t cheapest(const double *level)
{
    double least = INFINITY;
    uint8_t best = 1;
    for (int j = 0; j < PLX_TRIAGE_LEVELS; j++) {
        double cost = 0;
        for (int i = 0; i < PLX_TRIAGE_LEVELS; i++) {
            if (i == j) continue;
            cost +=
                level[i] * ((i - j) * (i - j) + PLX_TRIAGE_EVEN) * (j > i ? PLX_TRIAGE_UNDER : 1);
        }
        if (cost >= least) continue;
        least = cost;
        best = (uint8_t)(j + 1);
    }
    return best;
}

static uint8_t lower_of(uint8_t a, uint8_t b)
{
    return b == 0 || (a != 0 && a < b) ? a : b;
}

/* Modifiers of the Canadian scale (ctas.c has them as scores): saturation, consciousness (V and P
 * stand for a GCS of 10 to 13, U for 9 or less), fever without more, acute pain by its place. */
static uint8_t rule_level(const plx_triage_case *c)
{
    const double *x = c->number;
    const double nrs = x[PLX_TRIAGE_NRS], spo2 = x[PLX_TRIAGE_SPO2];
    plx_complaint_words words;
    uint8_t level = 0;
    bool central = false;
    plx_complaint_split(c->complaint, &words);
    for (uint32_t i = 0; plx_complaint_at(i); i++)
        central = central || (plx_complaint_at(i)->place == PLX_PLACE_CENTRAL &&
                              plx_complaint_matches(plx_complaint_at(i), &words));
    level = lower_of(level, spo2 < 90 ? 1 : spo2 < 92 ? 2 : spo2 <= 94 ? 3 : 0);
    level = lower_of(level, x[PLX_TRIAGE_MENTAL] == 4 ? 1 : x[PLX_TRIAGE_MENTAL] >= 2 ? 2 : 0);
    level = lower_of(level, x[PLX_TRIAGE_TEMP] > 38 ? 4 : 0);
    if (c->pain == 1 && nrs >= 0)
        level = lower_of(level, (uint8_t)((central ? 2 : 3) + (nrs >= 8 ? 0 : nrs >= 4 ? 1 : 2)));
    return level;
}

void plx_triage_levels(const double logit[PLX_TRIAGE_OUTCOMES], const plx_triage_case *c,
                       plx_triage_result *r)
{
    double before = 0;
    r->expected = 0;
    for (uint32_t k = 0; k < PLX_TRIAGE_LEVELS; k++) {
        double up_to = k + 1 < PLX_TRIAGE_LEVELS ? plx_regression_probability(logit[k]) : 1;
        if (up_to < before) up_to = before; /* the events are nested */
        r->level[k] = up_to - before;
        r->expected += (k + 1) * r->level[k];
        before = up_to;
    }
    r->admission = plx_regression_probability(logit[PLX_TRIAGE_ADMISSION]);
    r->critical = plx_regression_probability(logit[PLX_TRIAGE_CRITICAL]);
    r->best = cheapest(r->level);
    r->rule = rule_level(c);
    r->red = NULL;
    if (r->best == 1 || r->rule != 1) return;
    r->best = 1;
    r->red = c->number[PLX_TRIAGE_MENTAL] == 4 ? "unresponsive" : "spo2 below 90 %";
}

/* Keeps the largest shares, in order; what falls out goes to the rest. */
static void keep(plx_triage_result *r, plx_triage_reason reason)
{
    uint32_t at = r->reasons_n;
    while (at > 0 && fabs(r->reasons[at - 1].share) < fabs(reason.share))
        at--;
    if (at == PLX_TRIAGE_REASONS_MAX) {
        r->rest += reason.share;
        return;
    }
    if (r->reasons_n == PLX_TRIAGE_REASONS_MAX) r->rest += r->reasons[--r->reasons_n].share;
    memmove(&r->reasons[at + 1], &r->reasons[at], (r->reasons_n - at) * sizeof *r->reasons);
    r->reasons[at] = reason;
    r->reasons_n++;
}

/* Shares weight x (value - mean): a feature that is there adds, one that others have and this
 * patient has not takes away. */
static void explain(const plx_triage_model *model, const plx_triage_feature *features, uint32_t n,
                    plx_triage_result *r)
{
    const uint32_t k = r->best < PLX_TRIAGE_LEVELS ? r->best - 1u : PLX_TRIAGE_LEVEL_4;
    r->explained = (plx_triage_outcome)k;
    r->base = model->threshold[k];
    r->rest = 0;
    r->reasons_n = 0;
    for (uint32_t i = 0; i < model->n; i++) {
        const plx_triage_weight *w = &model->weights[i];
        r->base += w->weight[k] * w->mean;
        r->rest -= w->weight[k] * w->mean;
    }
    for (uint32_t i = 0; i < n; i++) {
        const plx_triage_weight *w = weight_of(model, features[i].name);
        if (!w) continue;
        r->rest += w->weight[k] * w->mean;
        keep(r, (plx_triage_reason){w->name, features[i].value,
                                    w->weight[k] * (features[i].value - w->mean)});
    }
}

void plx_triage_grade(const plx_triage_model *model, const plx_triage_case *c,
                      plx_triage_result *result)
{
    plx_triage_feature features[PLX_TRIAGE_FEATURES_MAX];
    double logit[PLX_TRIAGE_OUTCOMES];
    const uint32_t n = plx_triage_features(c, features);
    plx_triage_logits(model, features, n, logit);
    plx_triage_levels(logit, c, result);
    explain(model, features, n, result);
}
