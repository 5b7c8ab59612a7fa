/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Learning the triage model from cases with known levels and outcomes. "level <= k": coefficients
 * shared by the four events and coefficients of each event alone, both by ridge regression, are
 * mixed 3 : 7 (the shared ones carry the order, the own ones what only one border asks for).
 * Admission and critical outcome: one ridge regression each. A feature counts when enough of the
 * cases learnt from have it. */
#ifndef PLX_CORE_TRIAGE_TRIAGE_LEARN_H
#define PLX_CORE_TRIAGE_TRIAGE_LEARN_H

#include "core/base/arena.h"
#include "core/triage/triage.h"

enum {
    PLX_TRIAGE_CASES_MAX = 200000,
    PLX_TRIAGE_NAMES_MAX = 8192, /* different features of all cases */
    PLX_TRIAGE_NOT_KNOWN = 255   /* of an outcome */
};

typedef struct plx_triage_term {
    uint32_t name; /* index into the names of the set */
    double value;
} plx_triage_term;

/* Cases as numbers, and what became of them. */
typedef struct plx_triage_set {
    char (*names)[PLX_TRIAGE_NAME_MAX]; /* (names_n), in strcmp's order */
    uint32_t names_n, n;
    plx_triage_term *terms;
    uint32_t *first;                          /* (n + 1) */
    uint8_t (*outcomes)[PLX_TRIAGE_OUTCOMES]; /* (n): 1 yes, 0 no, PLX_TRIAGE_NOT_KNOWN */
} plx_triage_set;

/* What is known of a case besides itself; 0 and NOT_KNOWN = not known. */
typedef struct plx_triage_truth {
    uint8_t level;               /* 1 to 5, 0 = not known */
    uint8_t admission, critical; /* 1, 0, PLX_TRIAGE_NOT_KNOWN */
} plx_triage_truth;

/* Everything from the arena. PLX_LIMIT: more names than PLX_TRIAGE_NAMES_MAX or cases than
 * PLX_TRIAGE_CASES_MAX; PLX_SPACE: arena too small. */
PLX_MUST_CHECK plx_status plx_triage_set_make(plx_arena *arena, const plx_triage_case *cases,
                                              const plx_triage_truth *truths, uint32_t n,
                                              plx_triage_set *set);

/* Learns from the cases with use[i] != 0. The model's weights come from the arena, which needs
 * about 24 bytes a feature squared. PLX_MISSING: an outcome has no yes or no no among them;
 * PLX_LIMIT: more than PLX_REGRESSION_FEATURES_MAX features count; PLX_SPACE. */
PLX_MUST_CHECK plx_status plx_triage_learn(plx_arena *arena, const plx_triage_set *set,
                                           const uint8_t *use, plx_triage_model *model);

/* fold[i] of 0 to folds_n - 1: each level (not known: as one) spread evenly, at random by the
 * seed. order: (n) work. */
void plx_triage_folds(const plx_triage_truth *truths, uint32_t n, uint32_t folds_n, uint64_t seed,
                      uint8_t *fold, uint32_t *order);

#endif
