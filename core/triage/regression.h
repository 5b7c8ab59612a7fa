/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Ridge logistic regression on sparse rows, for one yes-or-no label or for several that share their
 * coefficients (the events "level <= k" of an ordinal outcome): logit P(label k) = threshold[k] +
 * sum of weight[j] x[j]. Minimises the sum of log losses + sum of ridge[j] weight[j]^2 / 2 by
 * Newton steps with Cholesky (Hastie, Tibshirani & Friedman 2009, section 4.4), the longest
 * component of a step cut to 1.5; thresholds are free. All sums run in one fixed order. */
#ifndef PLX_CORE_TRIAGE_REGRESSION_H
#define PLX_CORE_TRIAGE_REGRESSION_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum {
    PLX_REGRESSION_FEATURES_MAX = 4096,
    PLX_REGRESSION_LABELS_MAX = 8,
    PLX_REGRESSION_STEPS_MAX = 40
};

typedef struct plx_regression_term {
    uint32_t feature;
    double value; /* not 0 */
} plx_regression_term;

/* Row i has terms[first[i]] up to before terms[first[i + 1]], no feature twice. */
typedef struct plx_regression_rows {
    const plx_regression_term *terms;
    const uint32_t *first; /* (n + 1) */
    uint32_t n, features_n;
} plx_regression_rows;

/* Doubles of work that a fit needs. */
size_t plx_regression_work(uint32_t features_n, uint32_t labels_n);

/* labels: (rows x labels_n) of 0 and 1; ridge: (features), > 0; weights: (features + labels_n), the
 * thresholds behind the features, out only. PLX_RANGE: no step could be made (a ridge of 0);
 * weights are then without meaning. */
PLX_MUST_CHECK plx_status plx_regression_fit(const plx_regression_rows *rows, const uint8_t *labels,
                                             uint32_t labels_n, const double *ridge,
                                             double *weights, double *work);

/* 1 / (1 + exp(-z)) */
double plx_regression_probability(double logit);

#endif
