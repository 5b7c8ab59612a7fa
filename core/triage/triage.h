/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Triage support: from what is known at the door (vital signs, age, sex, arrival, injury, mental
 * state, pain, the words of the complaint) to probabilities of the five levels of the Korean and
 * Canadian scales, of admission and of a critical outcome, with shares that add up. Each event
 * "level <= k" and each outcome has one logistic model; its logit = base + the shares of the
 * features. Never an input: the nurse's level, diagnosis, disposition, length of stay. Shown beside
 * the nurse's decision, never in its place. Trained by `pollux triage learn`
 * (knowledge/triage/README.md). */
#ifndef PLX_CORE_TRIAGE_TRIAGE_H
#define PLX_CORE_TRIAGE_TRIAGE_H

#include "core/base/slice.h"

enum {
    PLX_TRIAGE_LEVELS = 5,
    PLX_TRIAGE_FEATURES_MAX = 256, /* of one patient */
    PLX_TRIAGE_NAME_MAX = 40,      /* bytes of a feature's name with its NUL */
    PLX_TRIAGE_REASONS_MAX = 8
};

/* X(NAME, key, low, high): numbers of a case; outside the limits (signals-and-scores, section 7)
 * they count as missing. Mental state: 1 alert, 2 voice, 3 pain, 4 unresponsive. */
#define PLX_TRIAGE_NUMBER_TABLE(X)                                                                 \
    X(AGE, "age", 0, 125)                                                                          \
    X(SBP, "sbp", 0, 350)                                                                          \
    X(DBP, "dbp", 0, 350)                                                                          \
    X(HR, "hr", 0, 350)                                                                            \
    X(RR, "rr", 0, 120)                                                                            \
    X(TEMP, "temp", 20, 45)                                                                        \
    X(SPO2, "spo2", 0, 100)                                                                        \
    X(NRS, "nrs", 0, 10)                                                                           \
    X(ARRIVAL, "arrival", 1, 9)                                                                    \
    X(MENTAL, "mental", 1, 4)

typedef enum plx_triage_number {
#define X(NAME, key, low, high) PLX_TRIAGE_##NAME,
    PLX_TRIAGE_NUMBER_TABLE(X)
#undef X
        PLX_TRIAGE_NUMBERS
} plx_triage_number;

typedef struct plx_triage_case {
    double number[PLX_TRIAGE_NUMBERS]; /* NaN = missing */
    int8_t male, injury, pain;         /* 1 yes, 0 no, -1 not known */
    plx_slice complaint;               /* in any words */
} plx_triage_case;

typedef struct plx_triage_feature {
    char name[PLX_TRIAGE_NAME_MAX]; /* "hr", "hr>130", "complaint:chest_pain", "word:tapping" */
    double value;                   /* not 0 */
} plx_triage_feature;

/* Features of a case, no name twice; their number. */
uint32_t plx_triage_features(const plx_triage_case *c,
                             plx_triage_feature features[PLX_TRIAGE_FEATURES_MAX]);
const char *plx_triage_number_key(plx_triage_number number);
/* Does a value count as missing because it cannot be? */
bool plx_triage_number_possible(plx_triage_number number, double value);

typedef enum plx_triage_outcome {
    PLX_TRIAGE_LEVEL_1, /* level <= 1 */
    PLX_TRIAGE_LEVEL_2,
    PLX_TRIAGE_LEVEL_3,
    PLX_TRIAGE_LEVEL_4,
    PLX_TRIAGE_ADMISSION, /* ward, intensive care, operation, transfer, death */
    PLX_TRIAGE_CRITICAL,  /* intensive care or death */
    PLX_TRIAGE_OUTCOMES
} plx_triage_outcome;

/* Names in strcmp's order. */
typedef struct plx_triage_weight {
    char name[PLX_TRIAGE_NAME_MAX];
    double mean; /* of the feature among those learnt from: shares are weight x (value - mean) */
    double weight[PLX_TRIAGE_OUTCOMES];
} plx_triage_weight;

typedef struct plx_triage_model {
    const plx_triage_weight *weights; /* (n) */
    uint32_t n;
    double threshold[PLX_TRIAGE_OUTCOMES];
} plx_triage_model;

typedef struct plx_triage_reason {
    const char *name; /* of the model */
    double value, share;
} plx_triage_reason;

typedef struct plx_triage_result {
    double level[PLX_TRIAGE_LEVELS]; /* probabilities, sum 1 */
    double expected;                 /* level */
    uint8_t best;                    /* level 1 to 5 that costs least, red rules applied */
    uint8_t rule;                    /* what modifiers of CTAS ask for, 0 = none */
    const char *red;                 /* the red rule that overruled the model; NULL = none */
    double admission, critical;      /* probabilities */
    plx_triage_outcome explained;    /* "level <= k" that the reasons are about */
    double base;                     /* logit of the average patient */
    double rest;                     /* shares that are not among the reasons */
    plx_triage_reason reasons[PLX_TRIAGE_REASONS_MAX]; /* largest first */
    uint32_t reasons_n;
} plx_triage_result;

/* Cost of giving level j to a patient of level i is (i - j)^2 + EVEN, times UNDER where j > i. */
#define PLX_TRIAGE_EVEN 10.0
#define PLX_TRIAGE_UNDER 1.8

void plx_triage_grade(const plx_triage_model *model, const plx_triage_case *c,
                      plx_triage_result *result);

/* The same in two steps, for who has the features already: logits of the outcomes, then levels. */
void plx_triage_logits(const plx_triage_model *model, const plx_triage_feature *features,
                       uint32_t n, double logit[PLX_TRIAGE_OUTCOMES]);
void plx_triage_levels(const double logit[PLX_TRIAGE_OUTCOMES], const plx_triage_case *c,
                       plx_triage_result *result);

/* Learnt from the public data of knowledge/triage/README.md. */
extern const plx_triage_model plx_triage_model_builtin;

#endif
