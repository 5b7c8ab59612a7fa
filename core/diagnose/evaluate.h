/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Known cases against a knowledge: with all that is known, with answers lost or wrong, and question
 * by question from age, sex and the finding that a patient came with. */
#ifndef PLX_CORE_DIAGNOSE_EVALUATE_H
#define PLX_CORE_DIAGNOSE_EVALUATE_H

#include "core/diagnose/ask.h"
#include "core/diagnose/lister.h"
#include "core/diagnose/tally.h"

enum { PLX_EVALUATE_QUESTIONS_MAX = 40 };

/* What is done to a closed case first. Each finding, yes and no alike, is lost with chance drop;
 * one that is left is made wrong with chance flip: the opposite of a yes or no, another category or
 * value, for many_of one item more or, where some hold, other ones in their place. */
typedef struct plx_spoil {
    double drop, flip; /* 0..1 */
    bool lost_as_no;   /* what is lost reads as its default; else as not asked */
    uint64_t seed;     /* case i draws from stream i */
} plx_spoil;

/* c is closed. */
void plx_spoil_case(const plx_knowledge *k, const plx_spoil *how, uint64_t stream, plx_case *c);

typedef struct plx_evaluation {
    plx_diagnose_tally full;
    double shares_off;    /* worst |log-odds - prior - shares| of the first diagnosis */
    uint32_t questions_n; /* asked at most */
    plx_diagnose_tally after[PLX_EVALUATE_QUESTIONS_MAX + 1]; /* n questions; when a case stops
                                                                 earlier, its last belief counts */
    uint64_t asked;                                           /* questions, all cases */
} plx_evaluation;

/* Scratch of an evaluation; all of the arena. */
typedef struct plx_evaluator {
    plx_belief belief;
    plx_case spoiled, told; /* told: what the questions have brought out */
    uint8_t *on;            /* (features_n) */
    double *chance;         /* (diagnoses_n) */
    bool *listed;           /* (diagnoses_n) */
    uint32_t *order;        /* (diagnoses_n) */
    double *share;          /* (findings_n) */
} plx_evaluator;

size_t plx_evaluator_bytes(const plx_knowledge *k);
PLX_MUST_CHECK plx_status plx_evaluator_take(const plx_knowledge *k, plx_arena *arena,
                                             plx_evaluator *e);
/* One case with a told truth into *sum, whose questions_n says how many questions. lister may be
 * NULL or without arrays: the list is then what has P > 0.01. spoil may be NULL. index: of the
 * case, for its stream. PLX_NO_ANSWER: nothing was added. */
PLX_MUST_CHECK plx_status plx_evaluate(const plx_knowledge *k, const plx_lister *lister,
                                       const plx_case *c, uint64_t index, const plx_spoil *spoil,
                                       plx_evaluator *e, plx_evaluation *sum);
/* The list of a case by belief and lister: e->listed, e->order. */
void plx_evaluate_list(const plx_knowledge *k, const plx_lister *lister, const plx_case *c,
                       plx_evaluator *e);

#endif
