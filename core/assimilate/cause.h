/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What may be wrong with him: the hypotheses of the bank, each a mechanism of shock with a cause
 * that acts on a body through the equations: conditions with a nominal severity, of which each
 * member has his own share (parameter `sick`), blood lost before and a bleeding that goes on. */
#ifndef PLX_CORE_ASSIMILATE_CAUSE_H
#define PLX_CORE_ASSIMILATE_CAUSE_H

#include "core/physiology/care.h"

/* X(id, word): what a differential of mechanisms is told in. */
#define PLX_MECHANISM_LIST(X)                                                                      \
    X(STABLE, "stable")                                                                            \
    X(HYPOVOLAEMIC, "hypovolaemic")                                                                \
    X(DISTRIBUTIVE, "distributive")                                                                \
    X(CARDIOGENIC, "cardiogenic")                                                                  \
    X(OBSTRUCTIVE, "obstructive")                                                                  \
    X(RESPIRATORY, "respiratory")                                                                  \
    X(MIXED, "mixed")

typedef enum plx_mechanism {
#define X(id, word) PLX_MECHANISM_##id,
    PLX_MECHANISM_LIST(X)
#undef X
        PLX_MECHANISM_N
} plx_mechanism;

/* X(id, word): causes; several may be of one mechanism. */
#define PLX_CAUSE_LIST(X)                                                                          \
    X(STABLE, "stable")                                                                            \
    X(HAEMORRHAGE, "haemorrhage") /* blood was lost before anything was measured */                \
    X(BLEEDING, "bleeding")       /* it begins while he is watched */                              \
    X(SEPSIS, "sepsis")                                                                            \
    X(ANAPHYLAXIS, "anaphylaxis")                                                                  \
    X(CARDIOGENIC, "cardiogenic")                                                                  \
    X(TAMPONADE, "tamponade")                                                                      \
    X(TENSION_PNEUMOTHORAX, "tension_pneumothorax")                                                \
    X(PULMONARY_EMBOLISM, "pulmonary_embolism")                                                    \
    X(PNEUMONIA, "pneumonia")                                                                      \
    X(ASTHMA, "asthma")                                                                            \
    X(MIXED, "mixed")

typedef enum plx_cause {
#define X(id, word) PLX_CAUSE_##id,
    PLX_CAUSE_LIST(X)
#undef X
        PLX_CAUSE_N
} plx_cause;

enum { PLX_CAUSE_CONDITIONS_MAX = 2 };

typedef struct plx_cause_row {
    plx_mechanism mechanism;
    double prior;         /* probability before anything is measured; they add up to 1 */
    uint8_t conditions_n; /* */
    plx_condition condition[PLX_CAUSE_CONDITIONS_MAX];
    double severity[PLX_CAUSE_CONDITIONS_MAX]; /* nominal: of a member with sick 1 */
    double sick_sd;                            /* of the logarithm of a member's share of it */
    double deficit_ml, deficit_sd_ml;          /* lost before, not below 0 */
    double bleeding_ml_min, bleeding_sd;       /* median and sd of the logarithm; 0: none goes on */
    double bleeding_first; /* share of the members that bleed at once; others may begin later */
} plx_cause_row;

extern const plx_cause_row plx_causes[PLX_CAUSE_N];

const char *plx_cause_name(plx_cause cause);
const char *plx_mechanism_name(plx_mechanism mechanism);

#endif
