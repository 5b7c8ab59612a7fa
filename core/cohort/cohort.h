/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A cohort of simulated adults for twin experiments: what each of them is, what befalls him and how
 * he is measured. The rule by which the committed cohort was drawn: knowledge/cohort/README.md. */
#ifndef PLX_CORE_COHORT_COHORT_H
#define PLX_CORE_COHORT_COHORT_H

#include "core/assimilate/cause.h"

enum {
    PLX_COHORT_CASES_MAX = 100000,
    PLX_COHORT_ORIGIN_S = 1800, /* forecasts are made so long after admission */
    PLX_COHORT_BEFORE_S_MAX = 7200
};

typedef struct plx_cohort_case {
    uint64_t id, seed; /* of the truth's body and of what is measured */
    plx_person person;
    plx_cause cause;    /* not mixed; haemorrhage began before admission, bleeding after it */
    double severity;    /* 0..1 of the condition of the cause; 0 for one without a condition */
    int32_t onset_s;    /* since admission; below 0: before it */
    double lost_ml;     /* evenly from the onset to admission */
    double rate_ml_min; /* of the bleeding after admission, or from a later onset on */
    bool art;           /* arterial line; else a cuff every cuff_s */
    uint32_t cuff_s;    /* a multiple of 60 */
    bool etco2;
    double missing; /* share of the values that is not there */
} plx_cohort_case;

static inline bool plx_cohort_bleeds(const plx_cohort_case *c)
{
    return c->cause == PLX_CAUSE_HAEMORRHAGE || c->cause == PLX_CAUSE_BLEEDING;
}

/* Case id of a seed, a function of the two alone: the first cases of any size are the same. What is
 * drawn has the digits that the file has. */
plx_cohort_case plx_cohort_draw(uint64_t seed, uint64_t id);

#endif
