/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/cause.h"

/* All numbers are priors of this project (unverified): wide on purpose, so that what is measured
 * decides. Probabilities: of a monitored adult in an emergency department, as in knowledge/cohort
 * but with less that bleeds. */
const plx_cause_row plx_causes[PLX_CAUSE_N] = {
    [PLX_CAUSE_STABLE] = {.mechanism = PLX_MECHANISM_STABLE, .prior = 0.22, .sick_sd = 0.3},
    [PLX_CAUSE_HAEMORRHAGE] = {.mechanism = PLX_MECHANISM_HYPOVOLAEMIC,
                               .prior = 0.12,
                               .sick_sd = 0.3,
                               .deficit_ml = 500,
                               .deficit_sd_ml = 500,
                               .bleeding_ml_min = 40,
                               .bleeding_sd = 1.0,
                               .bleeding_first = 0.7},
    [PLX_CAUSE_BLEEDING] = {.mechanism = PLX_MECHANISM_HYPOVOLAEMIC,
                            .prior = 0.11,
                            .sick_sd = 0.3,
                            .bleeding_ml_min = 60,
                            .bleeding_sd = 1.0,
                            .bleeding_first = 0.2},
    [PLX_CAUSE_SEPSIS] = {.mechanism = PLX_MECHANISM_DISTRIBUTIVE,
                          .prior = 0.11,
                          .conditions_n = 1,
                          .condition = {PLX_CONDITION_SEPSIS},
                          .severity = {0.5},
                          .sick_sd = 0.4},
    [PLX_CAUSE_ANAPHYLAXIS] = {.mechanism = PLX_MECHANISM_DISTRIBUTIVE,
                               .prior = 0.04,
                               .conditions_n = 1,
                               .condition = {PLX_CONDITION_ANAPHYLAXIS},
                               .severity = {0.5},
                               .sick_sd = 0.4},
    [PLX_CAUSE_CARDIOGENIC] = {.mechanism = PLX_MECHANISM_CARDIOGENIC,
                               .prior = 0.12,
                               .conditions_n = 1,
                               .condition = {PLX_CONDITION_CARDIOGENIC},
                               .severity = {0.55},
                               .sick_sd = 0.3},
    [PLX_CAUSE_TAMPONADE] = {.mechanism = PLX_MECHANISM_OBSTRUCTIVE,
                             .prior = 0.04,
                             .conditions_n = 1,
                             .condition = {PLX_CONDITION_TAMPONADE},
                             .severity = {0.5},
                             .sick_sd = 0.4},
    [PLX_CAUSE_TENSION_PNEUMOTHORAX] = {.mechanism = PLX_MECHANISM_OBSTRUCTIVE,
                                        .prior = 0.04,
                                        .conditions_n = 1,
                                        .condition = {PLX_CONDITION_TENSION_PNEUMOTHORAX},
                                        .severity = {0.5},
                                        .sick_sd = 0.4},
    [PLX_CAUSE_PULMONARY_EMBOLISM] = {.mechanism = PLX_MECHANISM_OBSTRUCTIVE,
                                      .prior = 0.05,
                                      .conditions_n = 1,
                                      .condition = {PLX_CONDITION_PULMONARY_EMBOLISM},
                                      .severity = {0.5},
                                      .sick_sd = 0.4},
    [PLX_CAUSE_PNEUMONIA] = {.mechanism = PLX_MECHANISM_RESPIRATORY,
                             .prior = 0.07,
                             .conditions_n = 1,
                             .condition = {PLX_CONDITION_PNEUMONIA},
                             .severity = {0.5},
                             .sick_sd = 0.4},
    [PLX_CAUSE_ASTHMA] = {.mechanism = PLX_MECHANISM_RESPIRATORY,
                          .prior = 0.05,
                          .conditions_n = 1,
                          .condition = {PLX_CONDITION_ASTHMA},
                          .severity = {0.5},
                          .sick_sd = 0.4},
    [PLX_CAUSE_MIXED] = {.mechanism = PLX_MECHANISM_MIXED,
                         .prior = 0.03,
                         .conditions_n = 2,
                         .condition = {PLX_CONDITION_SEPSIS, PLX_CONDITION_CARDIOGENIC},
                         .severity = {0.35, 0.35},
                         .sick_sd = 0.5,
                         .deficit_ml = 300,
                         .deficit_sd_ml = 400,
                         .bleeding_ml_min = 20,
                         .bleeding_sd = 1.0,
                         .bleeding_first = 0.3},
};

const char *plx_cause_name(plx_cause cause)
{
    static const char *const names[PLX_CAUSE_N] = {
#define X(id, word) [PLX_CAUSE_##id] = word,
        PLX_CAUSE_LIST(X)
#undef X
    };
    return names[cause];
}

const char *plx_mechanism_name(plx_mechanism mechanism)
{
    static const char *const names[PLX_MECHANISM_N] = {
#define X(id, word) [PLX_MECHANISM_##id] = word,
        PLX_MECHANISM_LIST(X)
#undef X
    };
    return names[mechanism];
}
