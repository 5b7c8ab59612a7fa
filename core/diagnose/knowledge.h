/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is known: diagnoses, findings, and how likely each finding is under each diagnosis, as plain
 * records. Made once (from YAML by people, or by learning from cases), then const.
 *
 * A finding is a question with items: "yes_no" has one item; "one_of" and "number" have one item
 * per category or value, of which exactly one holds; each item of "many_of" holds or does not.
 * w(v, d) = log P(v | d) - log P(v | not d) is the weight of a value for a diagnosis. */
#ifndef PLX_CORE_DIAGNOSE_KNOWLEDGE_H
#define PLX_CORE_DIAGNOSE_KNOWLEDGE_H

#include "core/base/arena.h"
#include "core/base/slice.h"

enum {
    PLX_DIAGNOSES_MAX = 320,
    PLX_FINDINGS_MAX = 2048,
    PLX_FINDING_ITEMS_MAX = 256, /* of one finding */
    PLX_ITEMS_MAX = 16384,       /* of all */
    PLX_PRIOR_BANDS_MAX = 24,    /* of age */
    PLX_KNOWLEDGE_SOURCES_MAX = 256,
    PLX_NAME_MAX = 96 /* bytes of an id */
};
#define PLX_NO_INDEX UINT32_MAX

/* Priors of the method, not of a disease. One finding moves the odds by 20 at most and a group of
 * correlated ones by 30 at most, so that one wrong answer cannot decide a case; a decisive test
 * (imaging and the like) by 150. */
#define PLX_WEIGHT_CLIP 2.9957322735539910          /* log 20 */
#define PLX_WEIGHT_CLIP_GROUP 3.4011973816621555    /* log 30 */
#define PLX_WEIGHT_CLIP_DECISIVE 5.0106352940962555 /* log 150 */
#define PLX_GROUP_RHO 0.3 /* what a second finding of a group adds, unless learnt */

/* X(name, word of files) */
#define PLX_FINDING_KINDS(X)                                                                       \
    X(YES_NO, "yes_no")                                                                            \
    X(ONE_OF, "one_of")                                                                            \
    X(MANY_OF, "many_of")                                                                          \
    X(NUMBER, "number")

typedef enum plx_finding_kind {
#define X(name, word) PLX_FINDING_##name,
    PLX_FINDING_KINDS(X)
#undef X
        PLX_FINDING_KIND_N
} plx_finding_kind;

typedef struct plx_finding {
    plx_slice id, text; /* text: a sentence or question for people, UTF-8 */
    plx_finding_kind kind;
    uint32_t first, items_n;      /* its items: first .. first + items_n - 1 */
    uint32_t normal;              /* item that holds by default, PLX_NO_INDEX: none (no) */
    uint32_t parent;              /* asked only if that finding is yes; PLX_NO_INDEX: none */
    uint32_t group;               /* findings of one group are correlated; 0 .. groups_n - 1 */
    double cost_s, harm, money;   /* of asking: seconds, chance of harm 0..1, any money */
    double reliability;           /* 0.5 .. 1 of a report that says nothing about itself */
    bool decisive, is_antecedent; /* imaging and the like; history */
} plx_finding;

typedef struct plx_item {
    plx_slice id, text; /* empty id for the one item of yes_no */
    double value;       /* of a number */
    double base;        /* P(item) without a listed diagnosis, in (0, 1) */
} plx_item;

typedef struct plx_diagnosis {
    plx_slice id, name, icd10;
    bool must_not_miss, other; /* other: everything that is not listed */
    double miss_cost;          /* >= 1 */
    double test_threshold;     /* below this probability it counts as ruled out; default 0.01 */
    double cases;              /* learnt from so many; 0 for published numbers */
} plx_diagnosis;

/* P(diagnosis | presentation, sex, age): p[sex][band], sex 0 F, 1 M; band b holds ages from
 * from_years[b] (inclusive) to the next one. Relative where learnt, absolute in YAML. */
typedef struct plx_prior {
    uint32_t presentation, diagnosis;
    uint32_t bands_n;
    double from_years[PLX_PRIOR_BANDS_MAX];
    double p[2][PLX_PRIOR_BANDS_MAX];
    uint16_t source; /* index of sources */
    bool verified;
} plx_prior;

typedef struct plx_source {
    plx_slice id, citation, read; /* read: "abstract", "full text", ... */
} plx_source;

typedef struct plx_presentation {
    plx_slice id, text;
    double age_low, age_high; /* years for which the numbers were made */
} plx_presentation;

/* "sbp < 100 mm[Hg]": a yes_no finding that follows from a measured number. */
typedef struct plx_finding_rule {
    uint32_t finding;
    plx_slice variable, unit;
    char op[3]; /* < <= > >= */
    double limit;
} plx_finding_rule;

/* All arrays in the caller's arena. Matrices are item-major: p1[item x diagnoses_n + d]. */
typedef struct plx_knowledge {
    uint32_t diagnoses_n, findings_n, items_n, groups_n, sources_n, priors_n, presentations_n,
        rules_n;
    plx_diagnosis *diagnoses;
    plx_finding *findings;
    plx_item *items;
    plx_source *sources;
    plx_prior *priors;
    plx_presentation *presentations;
    plx_finding_rule *rules;
    double *p1;        /* (items_n x diagnoses_n) P(item | d), in (0, 1) */
    double *p0;        /* (items_n x diagnoses_n) P(item | not d); as base where nothing is known */
    uint16_t *source;  /* (items_n x diagnoses_n) 0: nothing known (weight 0) */
    uint8_t *verified; /* (items_n x diagnoses_n) 1: read in its source */
    uint8_t *listed;   /* (findings_n x diagnoses_n) 1: the tables name the pair; NULL: no tables */
    /* Made by plx_knowledge_compile from the above. */
    double *yes, *no; /* (items_n x diagnoses_n) weights at reliability 1, clipped */
    /* Of all. */
    double temperature, rho; /* > 0; 0..1 */
    bool closed_default;     /* learnt from closed cases */
    bool calibrated;         /* temperature was fitted to cases */
} plx_knowledge;

/* Arrays for the counts that *k names, zeroed, from the arena. PLX_FULL without room, PLX_LIMIT
 * above a maximum. temperature 1, rho as above. */
PLX_MUST_CHECK plx_status plx_knowledge_take(plx_knowledge *k, plx_arena *arena);
/* Bytes of arena that plx_knowledge_take needs for these counts. */
size_t plx_knowledge_bytes(const plx_knowledge *k);
/* Checks the records and makes the weights. PLX_RANGE or PLX_CONFLICT with a sentence in why. */
PLX_MUST_CHECK plx_status plx_knowledge_compile(plx_knowledge *k, char *why, size_t why_n);

/* PLX_NO_INDEX when there is none. */
uint32_t plx_knowledge_diagnosis(const plx_knowledge *k, plx_slice id_or_name);
uint32_t plx_knowledge_finding(const plx_knowledge *k, plx_slice id);
uint32_t plx_knowledge_item(const plx_knowledge *k, uint32_t finding, plx_slice id);
uint32_t plx_knowledge_presentation(const plx_knowledge *k, plx_slice id);
/* The item of a number finding whose value is next below or equal (the first one below all). */
uint32_t plx_knowledge_number_item(const plx_knowledge *k, uint32_t finding, double value);
const char *plx_finding_kind_word(plx_finding_kind kind);

/* log P(v | d) - log P(v | not d), clipped; r: reliability of the report, 0.5..1. */
double plx_knowledge_weight(const plx_knowledge *k, const plx_finding *f, uint32_t item,
                            uint32_t diagnosis, bool yes, double r);

#endif
