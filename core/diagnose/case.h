/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One patient as diagnosis sees him: what was asked, what was answered. "Not asked" and "asked, not
 * known" both leave the odds alone; "no" moves them. */
#ifndef PLX_CORE_DIAGNOSE_CASE_H
#define PLX_CORE_DIAGNOSE_CASE_H

#include "core/diagnose/knowledge.h"

typedef enum plx_answered {
    PLX_NOT_ASKED,
    PLX_NOT_KNOWN, /* asked, the answer is not known */
    PLX_KNOWN
} plx_answered;

/* doubt: (1 - reliability) x 200, so 0 is sure and 100 a coin. */
enum { PLX_DOUBT_MAX = 100 };

typedef struct plx_case {
    double age;            /* years; < 0: not known */
    int sex;               /* 0 F, 1 M, -1 not known */
    uint32_t presentation; /* PLX_NO_INDEX: none of the knowledge's */
    uint32_t initial;      /* finding the patient came with; PLX_NO_INDEX */
    bool closed_world;     /* what is not listed has its default */
    uint8_t *state;        /* (findings_n) plx_answered */
    uint8_t *doubt;        /* (findings_n) */
    uint8_t *yes;          /* (items_n) 1 where the answer names the item; 0 unless known */
    uint32_t truth;        /* diagnosis, PLX_NO_INDEX: not told */
    float *reference;      /* (diagnoses_n) of a reference differential, sums to 1; NULL: none */
    bool reference_told;
} plx_case;

/* What a case said that the knowledge does not know; the first one by name. */
typedef struct plx_case_unknown {
    uint64_t evidences, diagnoses;
    char first[PLX_NAME_MAX];
} plx_case_unknown;

/* Nothing known, from the arena; reference too. PLX_FULL. */
PLX_MUST_CHECK plx_status plx_case_take(const plx_knowledge *k, plx_arena *arena, plx_case *c);
size_t plx_case_bytes(const plx_knowledge *k);
/* Nothing known in the same memory. */
void plx_case_clear(const plx_knowledge *k, plx_case *c);
/* Everything; both of the same knowledge. */
void plx_case_copy(const plx_knowledge *k, plx_case *to, const plx_case *from);

/* An answer, at the finding's own reliability. A second one replaces the first, but an item of
 * many_of joins those before. item: of yes_no ignored. */
void plx_case_answer_yes(const plx_knowledge *k, plx_case *c, uint32_t finding, uint32_t item);
/* No (yes_no, many_of: none of them), or the normal item of one_of and number. */
void plx_case_answer_no(const plx_knowledge *k, plx_case *c, uint32_t finding);
void plx_case_answer_unknown(const plx_knowledge *k, plx_case *c, uint32_t finding);
void plx_case_forget(const plx_knowledge *k, plx_case *c, uint32_t finding);
/* Copies what "from" answers to a finding; its default when it is closed and says nothing. */
void plx_case_answer_from(const plx_knowledge *k, plx_case *c, const plx_case *from,
                          uint32_t finding);
/* Closes the world: what was not asked gets its default. */
void plx_case_close(const plx_knowledge *k, plx_case *c);
/* Counts an evidence that the knowledge does not know. */
void plx_case_note_unknown(plx_case_unknown *unknown, plx_slice name);
/* Positive: yes, or any item but the normal one. */
bool plx_case_positive(const plx_knowledge *k, const plx_case *c, uint32_t finding);
/* The finding moves the odds: it is known, and it is no default below a parent that is not
 * positive (there it says nothing that the parent does not). */
bool plx_case_counts(const plx_knowledge *k, const plx_case *c, uint32_t finding);

#endif
