/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The results of many cases: running sums. Plain data, all zero is empty;
 * the same order of adding gives the same bits. */
#ifndef PLX_CORE_COHORT_SCORE_H
#define PLX_CORE_COHORT_SCORE_H

#include "core/cohort/run.h"
#include "core/validate/tally.h"

/* X(id, words, lowest rate mL/min, largest error of the median over the rate; 0: its 90 % interval
 * holds the rate) */
#define PLX_COHORT_BAND_LIST(X)                                                                    \
    X(SLOW, "below 50 mL/min", 0, 0)                                                               \
    X(MIDDLE, "50 to 150 mL/min", 50, 0.50)                                                        \
    X(QUICK, "above 150 mL/min", 150, 0.25)
typedef enum plx_cohort_band_id {
#define X(id, words, low, error) PLX_COHORT_BAND_##id,
    PLX_COHORT_BAND_LIST(X)
#undef X
        PLX_COHORT_BAND_N
} plx_cohort_band_id;

#define PLX_COHORT_SAID 0.5     /* no mechanism as likely: the twin abstains */
#define PLX_COHORT_P_LEAST 1e-6 /* a probability below counts as this in the logarithm */

typedef struct plx_cohort_band {
    uint64_t n, met;
    plx_validate_moments error; /* of the median, absolute, over the rate */
    plx_validate_tally tally;
} plx_cohort_band;

/* Of moderate and severe cases that are not stable. */
typedef struct plx_cohort_mechanisms {
    uint64_t n, first, said, wrong; /* first: the likeliest is the true one */
    plx_validate_duel log_score;    /* -log of the true mechanism's probability: twin, rule */
} plx_cohort_mechanisms;

typedef struct plx_cohort_score {
    uint64_t cases, lost_before, lost_after;
    plx_validate_tally forecast[PLX_COHORT_HORIZONS_MAX][PLX_COHORT_VITAL_N];
    plx_validate_duel duel[PLX_COHORT_HORIZONS_MAX][PLX_COHORT_VITAL_N];
    plx_validate_tally parameter[PLX_COHORT_PARAMETER_N];
    /* Of those who bleed: [1] with vitals from before the bleeding; of all others */
    plx_validate_tally deficit[2], deficit_others;
    plx_validate_moments deficit_error[2], deficit_error_others; /* absolute, mL */
    plx_cohort_band band[PLX_COHORT_BAND_N];
    plx_cohort_mechanisms mechanisms, showing; /* showing: of those whose illness shows */
    plx_validate_duel log_score_all;           /* with all who are stable, and the mild cases */
    uint64_t confusion[PLX_MECHANISM_N][PLX_MECHANISM_N + 1]; /* last column: abstained; stable, and
                                                                 others when graded */
} plx_cohort_score;

void plx_cohort_score_add(plx_cohort_score *to, const plx_cohort_plan *plan,
                          const plx_cohort_result *result);

#endif
