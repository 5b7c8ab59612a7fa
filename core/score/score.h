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
    PLX_SCORE_GROUPS_MAX = 16,
    PLX_SCORE_NOTES_MAX = PLX_SCORE_INPUTS_MAX
};

typedef enum plx_score_type {
    PLX_SCORE_NUMBER, /* in the house unit or in one that converts to it */
    PLX_SCORE_FLAG,   /* true or false */
    PLX_SCORE_CODE,   /* one letter */
    PLX_SCORE_WORD    /* one of a few words */
} plx_score_type;

/* A unit that converts by a factor that depends on the substance: house = value x factor. */
typedef struct plx_score_unit {
    const char *unit;       /* UCUM; NULL ends the list */
    const char *as;         /* what was measured where that decides ("BUN"); NULL = not said */
    double factor, divisor; /* value x factor / divisor, rounded to ten digits */
} plx_score_unit;

/* One input a score knows. Limits are in hundredths of the house unit, both ends allowed. */
typedef struct plx_score_input {
    const char *key;
    plx_score_type type;
    const char *unit;     /* house unit, UCUM; "1" for flags and codes */
    const char *quantity; /* key of core/record/quantity.h that converts; "" = none */
    int32_t low_hundredths, high_hundredths; /* of numbers; INT32_MAX: no upper limit */
    const char *codes;                       /* letters of a code; words with '|' between */
    const char *other_unit;      /* unit tried for the hint after a rejection; "" = none */
    uint32_t expires_s;          /* older values count as missing; 0 = never */
    bool whole;                  /* numbers with a part after the point are rejected */
    bool optional;               /* not listed as missing, gives no points */
    bool assumed;                /* optional: a note says when it was not given and taken as "no" */
    const plx_score_unit *units; /* beside those of quantity; NULL = none */
} plx_score_input;

/* What the caller has for one input. */
typedef struct plx_score_given {
    bool given;
    bool unreadable;    /* given, but not of its type (text for a number): rejected */
    plx_decimal number; /* NUMBER */
    plx_slice unit;     /* of number; empty = house unit */
    plx_slice as;       /* what was measured ("BUN"); empty = not said */
    bool flag;          /* FLAG */
    char code;          /* CODE: the letter; WORD: its number from 0 */
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

/* Points of several inputs together, for scores that are read by organ. */
typedef struct plx_score_group {
    const char *name;
    bool open;
    double points; /* unless open */
} plx_score_group;

typedef enum plx_score_note_kind {
    PLX_SCORE_NOTE_TYPE,   /* not of the input's type */
    PLX_SCORE_NOTE_UNIT,   /* no conversion from this unit */
    PLX_SCORE_NOTE_LIMITS, /* outside the limits */
    PLX_SCORE_NOTE_HINT,   /* outside the limits; it would fit in the input's other_unit */
    PLX_SCORE_NOTE_NOT_APPLICABLE,
    PLX_SCORE_NOTE_ASSUMED /* not given, taken as "no" */
} plx_score_note_kind;

typedef struct plx_score_note {
    uint32_t input;
    plx_score_note_kind kind;
} plx_score_note;

typedef struct plx_score_result {
    bool applicable;                   /* false: nothing but the notes holds */
    bool known;                        /* min == max */
    double value, min, max;            /* infinite where a quotient has no bound */
    unsigned decimals;                 /* to print them with */
    uint32_t bands;                    /* bit per band that is possible */
    uint32_t missing, rejected, stale; /* bit per input; rejected and stale ones are missing too */
    plx_score_part parts[PLX_SCORE_INPUTS_MAX];
    plx_score_group groups[PLX_SCORE_GROUPS_MAX];
    uint32_t groups_n; /* 0: points are read by input */
    const char *also;  /* under the score's also_key; NULL = cannot be said */
    int most_useful;   /* input, -1 = none */
    int worse_input;   /* nearest way into a higher band, -1 = none */
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
    const char *also_key;          /* of a further answer: "band3", "step"; NULL = none */
    const struct plx_chart *chart; /* how it is computed (chart.h); NULL: by run */
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

/* X(variable suffix), in the order in which they are listed */
#define PLX_SCORE_TABLE(X)                                                                         \
    X(news2)                                                                                       \
    X(qsofa)                                                                                       \
    X(sirs)                                                                                        \
    X(sofa)                                                                                        \
    X(shock_index)                                                                                 \
    X(modified_shock_index)                                                                        \
    X(rox)                                                                                         \
    X(mews)                                                                                        \
    X(rems)                                                                                        \
    X(cart)                                                                                        \
    X(gcs)                                                                                         \
    X(rts)                                                                                         \
    X(curb65)                                                                                      \
    X(heart)                                                                                       \
    X(wells_pe)                                                                                    \
    X(perc)                                                                                        \
    X(wells_dvt)                                                                                   \
    X(gbs)                                                                                         \
    X(csrs)                                                                                        \
    X(pews_brighton)                                                                               \
    X(esi4)                                                                                        \
    X(ctas_spo2)                                                                                   \
    X(ctas_gcs)                                                                                    \
    X(ctas_temp)                                                                                   \
    X(ctas_pain)                                                                                   \
    X(ctas_target)                                                                                 \
    X(ktas_target)                                                                                 \
    X(mts_target)

#define X(name) extern const plx_score plx_score_##name;
PLX_SCORE_TABLE(X)
#undef X

#endif
