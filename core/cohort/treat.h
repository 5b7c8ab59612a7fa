/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What-if of one case: at the origin the live twin foretells what each treatment changes in 15 min
 * (outlook.h, arms minus none), and says what is hidden; then the true patient gets each treatment,
 * and none, in turn: the difference of his two lives is the truth that nobody can measure. A
 * function of case and plan alone. */
#ifndef PLX_CORE_COHORT_TREAT_H
#define PLX_CORE_COHORT_TREAT_H

#include "core/cohort/run.h"

/* X(id, arm) */
#define PLX_COHORT_TREATMENT_LIST(X)                                                               \
    X(FLUID, "crystalloid 500 mL 15 min")                                                          \
    X(PRESSOR, "norepinephrine 0.1 ug/kg/min")
typedef enum plx_cohort_treatment {
#define X(id, arm) PLX_COHORT_##id,
    PLX_COHORT_TREATMENT_LIST(X)
#undef X
        PLX_COHORT_TREATMENT_N
} plx_cohort_treatment;

/* X(quantity): whose change is foretold. */
#define PLX_COHORT_EFFECT_LIST(X)                                                                  \
    X(map_mmhg)                                                                                    \
    X(hr_bpm)                                                                                      \
    X(co_l_min)
/* X(hidden of outlook.h): whose truth is known. */
#define PLX_COHORT_TOLD_LIST(X)                                                                    \
    X(co_l_min)                                                                                    \
    X(svr_dyn_s_cm5)                                                                               \
    X(lv_elastance_mmhg_ml)
enum {
#define X(name) PLX_COHORT_E_##name,
    PLX_COHORT_EFFECT_LIST(X)
#undef X
        PLX_COHORT_EFFECT_N
};
enum {
#define X(name) PLX_COHORT_T_##name,
    PLX_COHORT_TOLD_LIST(X)
#undef X
        PLX_COHORT_TOLD_N
};
enum { PLX_COHORT_TREAT_S = 900 };

const char *plx_cohort_treatment_arm(int treatment);
const char *plx_cohort_effect_name(int effect);
const char *plx_cohort_told_name(int told);

typedef struct plx_cohort_interval {
    double truth, p05, p50, p95;
} plx_cohort_interval;

typedef struct plx_cohort_treated {
    plx_cohort_case of;
    bool told;     /* false: he died, or the twin had no answer */
    bool foretold; /* the same of what follows */
    plx_cohort_interval hidden[PLX_COHORT_TOLD_N];
    plx_cohort_interval effect[PLX_COHORT_TREATMENT_N][PLX_COHORT_EFFECT_N]; /* minus none */
    double responds; /* probability that output rises by 10 % under the fluid */
    bool responded;
} plx_cohort_treated;

size_t plx_cohort_treat_size(const plx_cohort_plan *plan);
/* As plx_cohort_run. Of the plan, horizons are not looked at. */
PLX_MUST_CHECK plx_status plx_cohort_treat(const plx_cohort_plan *plan, const plx_cohort_case *of,
                                           void *memory, plx_cohort_treated *result);

/* Sums of intervals; all zero is empty. */
typedef struct plx_cohort_cover {
    uint64_t n, inside, below, above; /* the truth is below, above the interval */
    double error, miss, width, size;  /* sums: p50 - truth, its amount, p95 - p05, |truth| */
} plx_cohort_cover;
void plx_cohort_cover_add(plx_cohort_cover *to, const plx_cohort_interval *interval);

#endif
