/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Every score under one door: typed inputs in any accepted unit go in; value, interval, bands,
 * points, and what is missing, rejected or stale come out. A score is one file that fills a
 * plx_score and one line of the table in score.c. */
#ifndef PLX_CORE_SCORE_H
#define PLX_CORE_SCORE_H

#include "core/base/decimal.h"
#include "core/base/slice.h"

enum {
    PLX_SCORE_INPUTS_MAX = 32,
    PLX_SCORE_BANDS_MAX = 8,
    PLX_SCORE_NOTES_MAX = PLX_SCORE_INPUTS_MAX
};

typedef enum plx_score_type {
    PLX_SCORE_NUMBER, /* in the house unit or in one that converts to it */
    PLX_SCORE_FLAG,   /* true or false */
    PLX_SCORE_CODE    /* one letter */
} plx_score_type;

/* One input a score knows. Limits are in hundredths of the house unit, both ends allowed. */
typedef struct plx_score_input {
    const char *key;
    plx_score_type type;
    const char *unit;     /* house unit, UCUM; "1" for flags and codes */
    const char *quantity; /* key of core/record/quantity.h that converts; "" = none */
    int32_t low_hundredths, high_hundredths; /* of numbers */
    const char *codes;                       /* letters of a code */
    const char *other_unit; /* unit tried for the hint after a rejection; "" = none */
    uint32_t expires_s;     /* older values count as missing; 0 = never */
    bool whole;             /* numbers with a part after the point are rejected */
    bool optional;          /* not listed as missing, gives no points */
} plx_score_input;

/* What the caller has for one input. */
typedef struct plx_score_given {
    bool given;
    bool unreadable;    /* given, but not of its type (text for a number): rejected */
    plx_decimal number; /* NUMBER */
    plx_slice unit;     /* of number; empty = house unit */
    bool flag;          /* FLAG */
    char code;          /* CODE */
    bool age_known;
    uint64_t age_s; /* seconds since it was measured, when known */
} plx_score_given;

typedef struct plx_score_part {
    bool used;         /* the input went into the value */
    bool open;         /* its points depend on a missing input */
    double points;     /* unless open */
    plx_decimal value; /* NUMBER: in the house unit */
    const char *rule;  /* constant text */
} plx_score_part;

typedef enum plx_score_note_kind {
    PLX_SCORE_NOTE_TYPE,   /* not of the input's type */
    PLX_SCORE_NOTE_UNIT,   /* no conversion from this unit */
    PLX_SCORE_NOTE_LIMITS, /* outside the limits */
    PLX_SCORE_NOTE_HINT,   /* outside the limits; it would fit in the input's other_unit */
    PLX_SCORE_NOTE_NOT_APPLICABLE
} plx_score_note_kind;

typedef struct plx_score_note {
    uint32_t input;
    plx_score_note_kind kind;
} plx_score_note;

typedef struct plx_score_result {
    bool applicable; /* false: nothing but the notes holds */
    bool known;      /* min == max */
    double value, min, max;
    unsigned decimals;                 /* to print them with */
    uint32_t bands;                    /* bit per band that is possible */
    uint32_t missing, rejected, stale; /* bit per input; rejected and stale ones are missing too */
    plx_score_part parts[PLX_SCORE_INPUTS_MAX];
    int most_useful; /* input, -1 = none */
    int worse_input; /* nearest way into a higher band, -1 = none */
    const char *worse_at;
    uint32_t worse_band;
    plx_score_note notes[PLX_SCORE_NOTES_MAX];
    uint32_t notes_n;
} plx_score_result;

typedef struct plx_score {
    const char *name, *source, *rule; /* "NEWS2", "RCP 2017", "news2/1" */
    const plx_score_input *inputs;
    uint32_t inputs_n;
    const char *const *bands; /* from the best to the worst */
    uint32_t bands_n;
    /* Fills everything but rejected, stale and the notes about them; given holds house units, and
     * only what is usable. Called by plx_score_run alone. */
    void (*run)(const plx_score_given *given, plx_score_result *result);
} plx_score;

/* NULL when unknown. Names are compared as written. */
const plx_score *plx_score_find(plx_slice name);
/* n-th score, NULL beyond the last. */
const plx_score *plx_score_at(uint32_t n);
/* inputs_n when the score has no such key. */
uint32_t plx_score_input_find(const plx_score *score, plx_slice key);
/* given[score->inputs_n]: converts units, applies limits and expiry, then scores. */
void plx_score_run(const plx_score *score, const plx_score_given *given, plx_score_result *result);
/* The sentence of a note, without a final stop. */
void plx_score_note_write(const plx_score *score, const plx_score_given *given,
                          const plx_score_note *note, plx_out *out);

extern const plx_score plx_score_news2;

#endif
