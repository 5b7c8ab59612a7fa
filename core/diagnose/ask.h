/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The next question, examination or test: gain = U now - expected U after its answer, U = H(D) +
 * weight x sum over must-not-miss d of miss_cost(d) P(d) (1 - P(d)); value = gain / sqrt(cost in
 * fives of seconds). Exact for yes_no, one_of and number; for many_of from PLX_ASK_DRAWS answers
 * drawn with a fixed key. A child is asked only when its parent is yes. */
#ifndef PLX_CORE_DIAGNOSE_ASK_H
#define PLX_CORE_DIAGNOSE_ASK_H

#include "core/diagnose/infer.h"

enum { PLX_ASK_DRAWS = 32, PLX_ASK_ANSWERS_SHOWN = 2 };

typedef struct plx_ask_rule {
    double grave_weight; /* of the must-not-miss part; 0: entropy alone */
    double least_gain;   /* stop below it */
} plx_ask_rule;

/* Priors of the method. */
#define PLX_ASK_RULE_USUAL ((plx_ask_rule){.grave_weight = 0.1, .least_gain = 1e-4})

typedef struct plx_question {
    uint32_t finding;
    double gain, cost, value; /* nats; fives of seconds; gain / sqrt(cost) */
    double chance;            /* of "yes" for yes_no; else of any but the normal answer */
} plx_question;

/* The best ones, by falling value, at most max; their number (0: nothing is left that would tell).
 * b: of plx_infer on the same case; not changed. */
uint32_t plx_ask(const plx_knowledge *k, const plx_case *c, const plx_belief *b,
                 const plx_ask_rule *rule, plx_question *out, uint32_t max);
/* Cost in fives of seconds: seconds/5 + 600 harm + money/10, at least 0.2. */
double plx_ask_cost(const plx_finding *f);
/* Nothing is left to ask: first >= 0.9 and every must-not-miss diagnosis but the first is below its
 * threshold. */
bool plx_ask_enough(const plx_knowledge *k, const plx_belief *b);

#endif
