/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Complaints in free words to concepts: a table of concepts with the ways to write them
 * (knowledge/triage/complaint.csv), matched on lower-case words whatever their order. */
#ifndef PLX_CORE_TRIAGE_COMPLAINT_H
#define PLX_CORE_TRIAGE_COMPLAINT_H

#include "core/base/slice.h"

enum {
    PLX_COMPLAINT_WORDS_MAX = 24, /* of one complaint; further ones are not read */
    PLX_COMPLAINT_WORD_MAX = 24   /* bytes with the NUL; longer words are cut */
};

typedef enum plx_complaint_place {
    PLX_PLACE_NONE,
    PLX_PLACE_CENTRAL,
    PLX_PLACE_PERIPHERAL
} plx_complaint_place;

typedef struct plx_complaint {
    const char *concept, *system;
    uint8_t level; /* usual one when no modifier applies */
    plx_complaint_place place;
    const char *ways; /* "chest pain*|angina*" */
} plx_complaint;

typedef struct plx_complaint_words {
    char at[PLX_COMPLAINT_WORDS_MAX][PLX_COMPLAINT_WORD_MAX];
    uint32_t n;
} plx_complaint_words;

/* Runs of letters (bytes from 0x80 on count as letters), in lower case, synonyms replaced. */
void plx_complaint_split(plx_slice text, plx_complaint_words *words);
/* n-th concept, NULL beyond the last. */
const plx_complaint *plx_complaint_at(uint32_t n);
/* Do the words hold every word of one of the ways? */
bool plx_complaint_matches(const plx_complaint *complaint, const plx_complaint_words *words);

#endif
