/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* DDXPlus (Fansi Tchango et al., NeurIPS 2022 Datasets; CC BY 4.0): its two tables -> the records
 * of a knowledge without numbers; a row of its patients -> a case. Evidence tokens: E_66 (yes),
 * E_56_@_5 (number or one of), E_55_@_V_55 (one of several). Lists are Python literals. */
#ifndef PLX_CORE_DIAGNOSE_DDXPLUS_H
#define PLX_CORE_DIAGNOSE_DDXPLUS_H

#include "core/diagnose/case.h"
#include "core/format/json/json.h"

/* Both parsed; texts are copied into the arena. *k: plx_knowledge_take was done, all likelihoods
 * are missing. conditions: severity 1 and 2 must not be missed. PLX_SYNTAX or as
 * plx_knowledge_take, with a sentence in why. */
PLX_MUST_CHECK plx_status plx_ddxplus_tables(const plx_json *conditions, const plx_json *evidences,
                                             plx_arena *arena, plx_knowledge *k, char *why,
                                             size_t why_n);

/* X(name, spelling here, spelling of the published files) */
#define PLX_DDXPLUS_COLUMNS(X)                                                                     \
    X(AGE, "age", "AGE")                                                                           \
    X(SEX, "sex", "SEX")                                                                           \
    X(DIAGNOSIS, "diagnosis", "PATHOLOGY")                                                         \
    X(EVIDENCES, "features", "EVIDENCES")                                                          \
    X(INITIAL, "feature_id", "INITIAL_EVIDENCE")                                                   \
    X(DIFFERENTIAL, "top5_diagnoses", "DIFFERENTIAL_DIAGNOSIS")

typedef enum plx_ddxplus_column {
#define X(name, here, published) PLX_DDXPLUS_##name,
    PLX_DDXPLUS_COLUMNS(X)
#undef X
        PLX_DDXPLUS_COLUMN_N
} plx_ddxplus_column;

/* -1 where the file has no such column; EVIDENCES is needed. */
typedef struct plx_ddxplus_layout {
    int column[PLX_DDXPLUS_COLUMN_N];
    uint32_t fields_n;
} plx_ddxplus_layout;

/* PLX_MISSING when there is no column of evidences. */
PLX_MUST_CHECK plx_status plx_ddxplus_layout_read(const plx_slice *fields, uint32_t n,
                                                  plx_ddxplus_layout *layout);

/* Fields of a row -> *c (cleared before), closed world but not closed. PLX_SYNTAX with a sentence
 * in why; *c is then undefined. */
PLX_MUST_CHECK plx_status plx_ddxplus_row(const plx_knowledge *k, const plx_ddxplus_layout *layout,
                                          const plx_slice *fields, uint32_t n, plx_case *c,
                                          plx_case_unknown *unknown, char *why, size_t why_n);

#endif
