/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How good differentials were. DDR, DDP and DDF1 are recall, precision and their harmonic mean of
 * the listed set against the reference differential's (above 0.01), per patient, then the mean
 * (Fansi Tchango et al. 2022). ECE: ten equal bins of the first diagnosis' probability, mean
 * |frequency - probability| by cases. Brier: sum over diagnoses of (p - truth)^2, mean. */
#ifndef PLX_CORE_DIAGNOSE_TALLY_H
#define PLX_CORE_DIAGNOSE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/diagnose/case.h"

enum { PLX_DIAGNOSE_BINS = 10 };

typedef struct plx_diagnose_tally {
    uint64_t n, first, in_3, in_5; /* cases; truth among the first 1, 3, 5 */
    double reciprocal, brier, log_loss;
    uint64_t bin_n[PLX_DIAGNOSE_BINS], bin_right[PLX_DIAGNOSE_BINS];
    double bin_p[PLX_DIAGNOSE_BINS];
    uint64_t lists_n; /* cases with a reference */
    double recall, precision, f1, list_length;
    uint64_t grave_n, grave_in_5; /* truth must not be missed */
} plx_diagnose_tally;

/* p (diagnoses_n) sums to 1; order as plx_rank; listed (diagnoses_n) or NULL. The truth is told. */
void plx_diagnose_tally_add(plx_diagnose_tally *t, const plx_knowledge *k, const plx_case *c,
                            const double *p, const uint32_t *order, const bool *listed);
void plx_diagnose_tally_merge(plx_diagnose_tally *t, const plx_diagnose_tally *more);
double plx_diagnose_tally_ece(const plx_diagnose_tally *t);

#endif
