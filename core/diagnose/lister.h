/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Which diagnoses belong on the list of a closed case, learnt from reference differentials: for
 * each diagnosis, boosted trees with logistic loss (Friedman 2001, Ann Stat 29:1189; Newton leaves
 * as in Chen & Guestrin 2016) on what is present. The list is chosen for the F1 of its set: what
 * has a chance above half of the best F1 (Lipton 2014). The order of the list is not its business.
 */
#ifndef PLX_CORE_DIAGNOSE_LISTER_H
#define PLX_CORE_DIAGNOSE_LISTER_H

#include "core/diagnose/case.h"

enum { PLX_LISTER_TREES = 60, PLX_LISTER_DEPTH = 3, PLX_LISTER_PRESENT_MAX = 1024 };
enum { PLX_LISTER_SPLITS = (1 << PLX_LISTER_DEPTH) - 1, PLX_LISTER_LEAVES = 1 << PLX_LISTER_DEPTH };

#define PLX_REFERENCE_LEAST 0.01 /* above this a diagnosis counts as one of the reference */

typedef struct plx_lister {
    uint32_t diagnoses_n, features_n;
    double threshold; /* of the chance to be listed; half of the F1 that was reached */
    double *bias;     /* (diagnoses_n) log-odds; NULL arrays: not learnt */
    uint32_t *split;  /* (diagnoses_n x trees x splits) feature; PLX_NO_INDEX: always left */
    double *leaf;     /* (diagnoses_n x trees x leaves) added to the log-odds */
} plx_lister;

size_t plx_lister_bytes(const plx_knowledge *k);
PLX_MUST_CHECK plx_status plx_lister_take(const plx_knowledge *k, plx_arena *arena, plx_lister *l);
/* Features that are present in a case, rising; at most PLX_LISTER_PRESENT_MAX (the last of more are
 * left out). present (PLX_LISTER_PRESENT_MAX). Their number. */
uint32_t plx_lister_present(const plx_knowledge *k, const plx_case *c, uint32_t *present);
/* cases: those without a told reference are left out. arena: scratch, left as it was. PLX_MISSING:
 * none has one. */
PLX_MUST_CHECK plx_status plx_lister_learn(const plx_knowledge *k, const plx_case *cases,
                                           uint32_t n, plx_arena *arena, plx_lister *l);
/* Scratch that learning from n cases needs at most. */
size_t plx_lister_learn_bytes(const plx_knowledge *k, uint32_t n);
/* chance (diagnoses_n) that the reference lists it. on: (features_n) scratch, zero before and
 * after. */
void plx_lister_chances(const plx_knowledge *k, const plx_lister *l, const plx_case *c, uint8_t *on,
                        double *chance);

#endif
