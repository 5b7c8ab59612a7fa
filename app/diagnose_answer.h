/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What diagnosis has to say of one case, as one JSON object. */
#ifndef PLX_APP_DIAGNOSE_ANSWER_H
#define PLX_APP_DIAGNOSE_ANSWER_H

#include "core/diagnose/evaluate.h"
#include "core/format/json/json.h"

typedef struct plx_diagnose_answer {
    const plx_knowledge *k;
    const plx_lister *lister; /* NULL arrays: none */
    plx_case *c;              /* changed and put back */
    plx_slice id;             /* of the case */
    bool unverified;          /* numbers that nobody has read in their source were taken */
    uint32_t priors_unverified;
    uint64_t ignored; /* findings of the case that the knowledge does not know */
} plx_diagnose_answer;

/* arena: scratch. PLX_FULL; no answer is an answer, with its reason. */
PLX_MUST_CHECK plx_status plx_diagnose_answer_write(const plx_diagnose_answer *a, plx_arena *arena,
                                                    plx_out *out);
size_t plx_diagnose_answer_bytes(const plx_knowledge *k);

#endif
