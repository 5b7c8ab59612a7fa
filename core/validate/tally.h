/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Many forecasts: running sums of verdicts. Plain data, all zero is empty, copied with =. Merging
 * adds the right one to the left one; the same order of adding and merging gives the same bits,
 * another order may differ in the last ones.
 *
 * Sources: Chan, Golub & LeVeque 1983 (merging moments); Wilson 1927 (interval of a share); Fortin
 * et al. 2014 (spread and skill); Murphy 1973 and Stephenson et al. 2008 (parts of the Brier
 * score). Errors of neighbouring forecasts depend on each other: p values and standard errors
 * take them as independent, so thin the forecasts or resample days before believing these. */
#ifndef PLX_CORE_VALIDATE_TALLY_H
#define PLX_CORE_VALIDATE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"
#include "core/validate/score.h"

enum {
    PLX_VALIDATE_BINS = 20,
    PLX_VALIDATE_RANKS_LEAST = 5 * PLX_VALIDATE_BINS, /* below this chi-square is no chi-square */
};

typedef struct plx_validate_moments {
    uint64_t n;
    double mean;
    double squares; /* sum of squared deviations from the mean */
} plx_validate_moments;

void plx_validate_moments_add(plx_validate_moments *to, double value);
void plx_validate_moments_merge(plx_validate_moments *to, const plx_validate_moments *from);
/* With n - 1; NaN below two values. */
double plx_validate_moments_variance(const plx_validate_moments *m);
double plx_validate_moments_standard_error(const plx_validate_moments *m);

/* Histogram of PIT, which for an ensemble is its rank histogram. */
typedef struct plx_validate_ranks {
    uint64_t bin[PLX_VALIDATE_BINS]; /* [i/20, (i + 1)/20); 1 counts in the last */
} plx_validate_ranks;

typedef struct plx_validate_flatness {
    double statistic; /* chi-square against equal bins */
    double p;         /* of a larger one by chance, PLX_VALIDATE_BINS - 1 degrees of freedom */
} plx_validate_flatness;

/* PLX_RANGE for a pit outside [0, 1]. */
PLX_MUST_CHECK plx_status plx_validate_ranks_add(plx_validate_ranks *to, double pit);
void plx_validate_ranks_merge(plx_validate_ranks *to, const plx_validate_ranks *from);
/* PLX_NO_ANSWER below PLX_VALIDATE_RANKS_LEAST forecasts. */
PLX_MUST_CHECK plx_status plx_validate_ranks_flatness(const plx_validate_ranks *ranks,
                                                      plx_validate_flatness *out);

typedef struct plx_validate_cover {
    uint64_t n, inside;
    double width_sum, expected_sum;
} plx_validate_cover;

typedef struct plx_validate_tally {
    plx_validate_moments error, crps;
    plx_validate_moments spread, square_error; /* of forecasts whose spread is known */
    plx_validate_cover cover[PLX_VALIDATE_LEVEL_N];
    plx_validate_ranks ranks;
    uint64_t abstained; /* forecasts that said "no answer" */
} plx_validate_tally;

typedef struct plx_validate_coverage {
    uint64_t n;
    double share, low, high; /* inside / n and its Wilson 95 % interval */
    double expected;         /* share of a calibrated forecast of the same make */
    double width;            /* mean, in the unit of the forecast */
} plx_validate_coverage;

/* PLX_RANGE, and nothing added, when error, crps or pit is not finite. */
PLX_MUST_CHECK plx_status plx_validate_tally_add(plx_validate_tally *to,
                                                 const plx_validate_verdict *verdict);
void plx_validate_tally_abstain(plx_validate_tally *to);
void plx_validate_tally_merge(plx_validate_tally *to, const plx_validate_tally *from);
/* level: index into plx_validate_levels. PLX_RANGE beyond; PLX_NO_ANSWER without forecasts. */
PLX_MUST_CHECK plx_status plx_validate_tally_coverage(const plx_validate_tally *tally,
                                                      uint32_t level, plx_validate_coverage *out);
/* sqrt(mean spread / mean squared error): 1 when the forecast knows its error, above when it is
 * too modest. PLX_NO_ANSWER without forecasts or without any error. */
PLX_MUST_CHECK plx_status plx_validate_tally_spread_skill(const plx_validate_tally *tally,
                                                          double *ratio);

/* Two forecasts of the same truths; scores where less is better. */
typedef struct plx_validate_duel {
    plx_validate_moments model, rival, difference; /* model - rival */
} plx_validate_duel;

/* PLX_RANGE when a score is not finite: then neither counts. */
PLX_MUST_CHECK plx_status plx_validate_duel_add(plx_validate_duel *to, double model, double rival);
void plx_validate_duel_merge(plx_validate_duel *to, const plx_validate_duel *from);
/* 1 - mean model / mean rival. PLX_NO_ANSWER without pairs or when the rival's mean is not > 0. */
PLX_MUST_CHECK plx_status plx_validate_duel_skill(const plx_validate_duel *duel, double *skill);

/* Brier scores of events, in bins of probability. */
typedef struct plx_validate_event_bin {
    uint64_t n, events;
    double p_sum, p_square_sum, p_event_sum; /* the last over events only */
} plx_validate_event_bin;

typedef struct plx_validate_events {
    plx_validate_event_bin bin[PLX_VALIDATE_BINS]; /* [i/20, (i + 1)/20); 1 in the last */
} plx_validate_events;

/* score = reliability - resolution + uncertainty + within_variance - within_covariance, exactly
 * up to rounding; the last two are what bins hide. */
typedef struct plx_validate_brier {
    uint64_t n;
    double score, reliability, resolution, uncertainty, within_variance, within_covariance;
} plx_validate_brier;

/* PLX_RANGE for a probability outside [0, 1]. */
PLX_MUST_CHECK plx_status plx_validate_events_add(plx_validate_events *to, double p, bool event);
void plx_validate_events_merge(plx_validate_events *to, const plx_validate_events *from);
/* PLX_NO_ANSWER without forecasts. */
PLX_MUST_CHECK plx_status plx_validate_events_brier(const plx_validate_events *events,
                                                    plx_validate_brier *out);

#endif
