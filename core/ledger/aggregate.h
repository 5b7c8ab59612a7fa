/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Sums of the scores of many forecasts, in whole numbers: a score can be taken out exactly, and the
 * order in which scores came leaves no trace. Scores, errors, spreads and widths are counted in
 * 2^-20 of the target's scale and are clipped at PLX_AGGREGATE_CLIP scales (squares: clip squared),
 * so a sum holds at least 8 million clipped forecasts. Plain data; all zero is empty. */
#ifndef PLX_CORE_LEDGER_AGGREGATE_H
#define PLX_CORE_LEDGER_AGGREGATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"
#include "core/validate/rival.h"
#include "core/validate/score.h"
#include "core/validate/tally.h"

enum {
    PLX_AGGREGATE_CLIP = 1000,
    PLX_AGGREGATE_LEAST = 50, /* scored forecasts below which there is no verdict */
};

#define PLX_AGGREGATE_ONE 1048576.0 /* 2^20 */

/* X(NAME, text). Numbers are stored: append only. */
#define PLX_FATE_TABLE(X)                                                                          \
    X(PENDING, "pending")                                                                          \
    X(OBSERVED, "observed")                                                                        \
    X(INTERVENED, "intervened") /* as-is, but an action of the listed kinds began: own stratum */  \
    X(LEFT, "left")                                                                                \
    X(NEVER, "never") /* no truth by the grace */                                                  \
    X(WITHDRAWN, "withdrawn")                                                                      \
    X(DROPPED, "dropped")         /* the ledger was full */                                        \
    X(ABSTAINED, "abstained")     /* the model said "no answer" */                                 \
    X(LATE_ISSUED, "late-issued") /* it came after its truth: not scored */

typedef enum plx_fate {
#define X(name, text) PLX_FATE_##name,
    PLX_FATE_TABLE(X)
#undef X
        PLX_FATE_N
} plx_fate;

const char *plx_fate_text(plx_fate outcome);

/* One forecast judged, as it is added and taken out again. */
typedef struct plx_judgement {
    plx_validate_verdict verdict;   /* of a forecast of a value; its crps is the score */
    double rival[PLX_RIVAL_KIND_N]; /* scores on the same truth */
    bool rival_known[PLX_RIVAL_KIND_N];
    bool event;                   /* a probability: score is (p - o)^2 */
    double probability, happened; /* of an event */
} plx_judgement;

/* The score: CRPS of a value, Brier score of an event. */
double plx_judgement_score(const plx_judgement *j);

typedef struct plx_aggregate {
    uint64_t scored;
    int64_t score, score_squares, error, error_squares, spread;
    uint64_t pairs[PLX_RIVAL_KIND_N]; /* with each rival */
    int64_t model[PLX_RIVAL_KIND_N], rival[PLX_RIVAL_KIND_N], difference_squares[PLX_RIVAL_KIND_N];
    uint64_t covered[PLX_VALIDATE_LEVEL_N], inside[PLX_VALIDATE_LEVEL_N];
    int64_t width[PLX_VALIDATE_LEVEL_N], expected[PLX_VALIDATE_LEVEL_N];
    uint64_t bin[PLX_VALIDATE_BINS]; /* of PIT; of the probability for events */
    uint64_t happened[PLX_VALIDATE_BINS];
    int64_t probability[PLX_VALIDATE_BINS];
} plx_aggregate;

/* sign: +1 adds, -1 takes out what was added before. scale as in the target's rule. */
void plx_aggregate_put(plx_aggregate *to, const plx_judgement *j, double scale, int sign);
void plx_aggregate_merge(plx_aggregate *to, const plx_aggregate *from);

typedef enum plx_calibration {
    PLX_CALIBRATION_TOO_FEW, /* below PLX_AGGREGATE_LEAST: no verdict */
    PLX_CALIBRATION_FIT,     /* nothing found wrong */
    PLX_CALIBRATION_NARROW,  /* truths fall outside too often, on both sides */
    PLX_CALIBRATION_WIDE,
    PLX_CALIBRATION_HIGH, /* forecasts lie above the truths */
    PLX_CALIBRATION_LOW
} plx_calibration;

const char *plx_calibration_text(plx_calibration calibration);

/* What the sums say, in the unit of the target. Intervals take forecasts as independent. */
typedef struct plx_aggregate_summary {
    uint64_t n;
    plx_calibration calibration; /* at three standard errors */
    double score, score_se;
    double bias, bias_se, rmse, spread_skill; /* NaN for events */
    plx_validate_coverage cover[PLX_VALIDATE_LEVEL_N];
    plx_validate_flatness flatness; /* of PIT; p NaN below PLX_VALIDATE_RANKS_LEAST */
    uint64_t pairs[PLX_RIVAL_KIND_N];
    double skill[PLX_RIVAL_KIND_N]; /* 1 - model / rival on their pairs; NaN without */
    double difference[PLX_RIVAL_KIND_N], difference_se[PLX_RIVAL_KIND_N]; /* model - rival */
} plx_aggregate_summary;

/* PLX_NO_ANSWER, "too few": below PLX_AGGREGATE_LEAST; *out is filled nevertheless, calibration
 * PLX_CALIBRATION_TOO_FEW. */
PLX_MUST_CHECK plx_status plx_aggregate_summarise(const plx_aggregate *a, double scale,
                                                  plx_aggregate_summary *out);

/* Whole number of 2^-20 and back. */
int64_t plx_aggregate_fixed(double in_scales, double clip);

#endif
