/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Why a diagnosis has its probability. Along t from 0 to 1, P_t(e) ~ prior(e) exp(t S(e)); with
 * m(e) = integral over t of P_t(e) / (1 - P_t(d)), e != d, the share of a group of findings is
 * c_g = W_g(d) - sum over e != d of m(e) W_g(e), and logit P(d) = logit prior(d) + sum of shares.
 * (Integrated gradients, Sundararajan 2017.) m by 32-point Gauss-Legendre on halved intervals until
 * the sum is right within 1e-10. Inside a group in proportion to the size of the weights. The order
 * of the findings plays no part. Also: what would change the first place. */
#ifndef PLX_CORE_DIAGNOSE_EXPLAIN_H
#define PLX_CORE_DIAGNOSE_EXPLAIN_H

#include "core/diagnose/infer.h"

enum { PLX_EXPLAIN_HALVINGS_MAX = 12 };

typedef struct plx_explanation {
    uint32_t diagnosis;
    double logit_prior, logit; /* of its probability */
    double *share;             /* (findings_n) of the caller; in log-odds; 0 when not known */
    double residue;            /* |logit - logit_prior - sum of shares| */
} plx_explanation;

/* b: of plx_infer on the same case. e->share is the caller's. A diagnosis whose prior is 0 has only
 * zero shares and a residue of 0. */
void plx_explain(const plx_knowledge *k, const plx_case *c, const plx_belief *b, uint32_t diagnosis,
                 plx_explanation *e);

/* A finding taken away or turned round, and the probability of a diagnosis then. */
typedef struct plx_counterfactual {
    uint32_t finding;
    double without; /* P(d) if it had not been asked */
    double turned;  /* P(d) with the opposite answer; < 0 where there is none (only yes_no has) */
    uint32_t first; /* first diagnosis without it */
    uint32_t first_turned; /* and with the opposite */
} plx_counterfactual;

/* One for each known finding that counts, at most max; their number. c is changed and put back;
 * work: a belief for scratch. */
uint32_t plx_counterfactuals(const plx_knowledge *k, plx_case *c, uint32_t diagnosis,
                             plx_belief *work, plx_counterfactual *out, uint32_t max);

enum { PLX_TURN_CANDIDATES = 24 };
typedef struct plx_turn {
    uint32_t n;          /* findings that together change the first place: 1, 2; 0: none found */
    uint32_t finding[2]; /* turned round where they are yes_no, else taken away */
    uint32_t first;      /* what is first then */
    double p;
} plx_turn;

/* The smallest set of one or two findings whose change changes the first place; of equal ones the
 * one that makes the other most probable. Pairs are sought among the PLX_TURN_CANDIDATES of the
 * largest shares. share: of the explanation of the first diagnosis. */
plx_turn plx_turn_find(const plx_knowledge *k, plx_case *c, const double *share, uint32_t first,
                       plx_belief *work);

#endif
