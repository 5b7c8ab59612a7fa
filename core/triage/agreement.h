/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How well graded answers agree with the truth: quadratic kappa (Cohen 1968), area under the ROC
 * curve by ranks (Mann and Whitney 1947, ties count half), Brier score, expected calibration error
 * in ten equal bins, calibration slope (Cox 1958). */
#ifndef PLX_CORE_TRIAGE_AGREEMENT_H
#define PLX_CORE_TRIAGE_AGREEMENT_H

#include <stdint.h>

enum { PLX_AGREEMENT_LEVELS = 5 };

typedef struct plx_agreement_levels {
    uint32_t n;
    uint32_t table[PLX_AGREEMENT_LEVELS][PLX_AGREEMENT_LEVELS]; /* (true x given), level - 1 */
    double kappa;       /* quadratic weights; 0 when both are constant */
    double accuracy;    /* shares of n */
    double under, over; /* given a less urgent, a more urgent level than the true one */
} plx_agreement_levels;

/* truth, given: (n) of 1 to 5. */
void plx_agreement_of_levels(const uint8_t *truth, const uint8_t *given, uint32_t n,
                             plx_agreement_levels *agreement);

typedef struct plx_agreement {
    uint32_t n, yes;
    double auroc, low, high; /* with its 95 % interval (Hanley and McNeil 1982); 0.5 without both */
    double brier, ece;
    double slope; /* of the truth on the logit of p; 1 is right, below 1 over-confident */
} plx_agreement;

/* p: (n) probabilities; truth: (n) of 0 and 1; order: (n) work. */
void plx_agreement_of_probabilities(const double *p, const uint8_t *truth, uint32_t n,
                                    uint32_t *order, plx_agreement *agreement);

#endif
