/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/tally.h"

#include <math.h>

#include "core/base/mathx.h"
#include "core/diagnose/lister.h"

static void add_probabilities(plx_diagnose_tally *t, const plx_knowledge *k, uint32_t truth,
                              const double *p, const uint32_t *order)
{
    for (uint32_t d = 0; d < k->diagnoses_n; d++) {
        const double miss = p[d] - (d == truth ? 1 : 0);
        t->brier += miss * miss;
    }
    t->log_loss -= plx_log(p[truth] > 1e-300 ? p[truth] : 1e-300);
    const double most = p[order[0]];
    const uint32_t bin = most >= 1 ? PLX_DIAGNOSE_BINS - 1 : (uint32_t)(most * PLX_DIAGNOSE_BINS);
    t->bin_n[bin]++;
    t->bin_p[bin] += most;
    t->bin_right[bin] += order[0] == truth;
}

static void add_list(plx_diagnose_tally *t, const plx_knowledge *k, const plx_case *c,
                     const bool *listed)
{
    uint32_t both = 0, ours = 0, theirs = 0;
    for (uint32_t d = 0; d < k->diagnoses_n; d++) {
        const bool reference = (double)c->reference[d] > PLX_REFERENCE_LEAST;
        both += reference && listed[d];
        ours += listed[d];
        theirs += reference;
    }
    t->lists_n++;
    t->list_length += ours;
    if (both == 0) return;
    t->recall += (double)both / theirs;
    t->precision += (double)both / ours;
    t->f1 += 2.0 * both / (ours + theirs);
}

void plx_diagnose_tally_add(plx_diagnose_tally *t, const plx_knowledge *k, const plx_case *c,
                            const double *p, const uint32_t *order, const bool *listed)
{
    uint32_t rank = 0;
    while (rank < k->diagnoses_n && order[rank] != c->truth)
        rank++;
    t->n++;
    t->first += rank < 1;
    t->in_3 += rank < 3;
    t->in_5 += rank < 5;
    t->reciprocal += 1.0 / (rank + 1);
    if (k->diagnoses[c->truth].must_not_miss) {
        t->grave_n++;
        t->grave_in_5 += rank < 5;
    }
    add_probabilities(t, k, c->truth, p, order);
    if (listed && c->reference_told) add_list(t, k, c, listed);
}

void plx_diagnose_tally_merge(plx_diagnose_tally *t, const plx_diagnose_tally *more)
{
    t->n += more->n;
    t->first += more->first;
    t->in_3 += more->in_3;
    t->in_5 += more->in_5;
    t->reciprocal += more->reciprocal;
    t->brier += more->brier;
    t->log_loss += more->log_loss;
    for (int b = 0; b < PLX_DIAGNOSE_BINS; b++) {
        t->bin_n[b] += more->bin_n[b];
        t->bin_right[b] += more->bin_right[b];
        t->bin_p[b] += more->bin_p[b];
    }
    t->lists_n += more->lists_n;
    t->recall += more->recall;
    t->precision += more->precision;
    t->f1 += more->f1;
    t->list_length += more->list_length;
    t->grave_n += more->grave_n;
    t->grave_in_5 += more->grave_in_5;
}

double plx_diagnose_tally_ece(const plx_diagnose_tally *t)
{
    double sum = 0;
    for (int b = 0; b < PLX_DIAGNOSE_BINS; b++)
        sum += fabs((double)t->bin_right[b] - t->bin_p[b]);
    return t->n ? sum / (double)t->n : 0;
}
