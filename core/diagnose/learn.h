/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Likelihoods and priors by counting closed cases, P(v | d) = (n + s m) / (N + s): m is the mean of
 * the findings that the tables name for a diagnosis (without tables: that any counted case of it
 * has), or next to nothing for the others; temperature
 * and rho by likelihood of cases that were not counted (three parts in turn). */
#ifndef PLX_CORE_DIAGNOSE_LEARN_H
#define PLX_CORE_DIAGNOSE_LEARN_H

#include "core/diagnose/infer.h"

enum { PLX_LEARN_PARTS = 3, PLX_LEARN_FIT_CASES_MAX = 6000 /* for temperature and rho */ };

/* Fills p1, p0, base, source, verified, priors, cases, rho and temperature of *k, whose records are
 * there (priors_n = diagnoses_n, presentations_n = 1, sources[1] = where the cases come from), and
 * compiles it. cases: (n), truth told in each, closed by plx_case_close. arena: scratch, left as it
 * was. PLX_MISSING: no cases; PLX_FULL; else as plx_knowledge_compile. */
PLX_MUST_CHECK plx_status plx_learn(plx_knowledge *k, const plx_case *cases, uint32_t n,
                                    plx_arena *arena, char *why, size_t why_n);

#endif
