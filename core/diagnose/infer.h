/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Exact inference with one main cause: P(d) = softmax(log prior(d) + sum over groups g of W_g(d) /
 * T), W_g = w_1 + rho x (the other weights of the group), w_1 the largest in size, clipped. Cost:
 * diagnoses x items. The order of the answers plays no part. */
#ifndef PLX_CORE_DIAGNOSE_INFER_H
#define PLX_CORE_DIAGNOSE_INFER_H

#include "core/diagnose/case.h"

/* What follows from a case. Memory of the caller's arena, plain numbers. */
typedef struct plx_belief {
    uint32_t diagnoses_n;
    double *log_prior; /* (diagnoses_n) sums to 1 as probabilities */
    double *score;     /* (diagnoses_n) sum of W_g / T */
    double *p;         /* (diagnoses_n) sums to 1 */
    double *top, *sum; /* (groups_n x diagnoses_n) weight largest in size; sum of weights */
    uint8_t *decisive; /* (groups_n) a decisive finding of the group is known */
} plx_belief;

PLX_MUST_CHECK plx_status plx_belief_take(const plx_knowledge *k, plx_arena *arena, plx_belief *b);
size_t plx_belief_bytes(const plx_knowledge *k);

/* PLX_NO_ANSWER with the reason in why: the presentation is not in the knowledge, or the age lies
 * outside of what its numbers were made for. *b is then undefined. */
PLX_MUST_CHECK plx_status plx_infer(const plx_knowledge *k, const plx_case *c, plx_belief *b,
                                    char *why, size_t why_n);
/* Only p and score again, from top and sum (after one group was changed). */
void plx_infer_from_groups(const plx_knowledge *k, plx_belief *b);
/* Adds the weights of one finding of the case to top and sum. */
void plx_infer_add(const plx_knowledge *k, const plx_case *c, uint32_t finding, plx_belief *b);

/* W_g of a group before T. */
static inline double plx_group_weight(double top, double sum, double rho, bool decisive)
{
    const double limit = decisive ? PLX_WEIGHT_CLIP_DECISIVE : PLX_WEIGHT_CLIP_GROUP;
    const double w = top + rho * (sum - top);
    return w > limit ? limit : w < -limit ? -limit : w;
}

/* x (n) -> softmax in place; log of the sum of exp(x). */
double plx_softmax(double *x, uint32_t n);
/* Diagnoses by falling probability, ties by index; order (n). */
void plx_rank(const double *p, uint32_t n, uint32_t *order);

#endif
