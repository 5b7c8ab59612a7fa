/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Pharmacokinetics: mammillary models of 1 to 3 compartments and an effect site, stepped exactly by
 * the matrix exponential of one second. Amounts in ug, volumes in L, so concentrations in ug/L.
 * Sources: the table in drug.c, one line each. */
#ifndef PLX_CORE_PHYSIOLOGY_DRUG_H
#define PLX_CORE_PHYSIOLOGY_DRUG_H

#include "core/base/slice.h"
#include "core/base/status.h"
#include "core/physiology/person.h"

typedef struct plx_drug_model {
    uint32_t drug; /* plx_drug; PLX_DRUG_N = none */
    uint32_t reserved;
    double v1_l, clearance_l_min;
    double endogenous_ug_l;
    double half_life_min; /* terminal */
    double step[4][4];    /* exp(A 1 s) on (amount 1, 2, 3, effect concentration) */
    double infused[4];    /* what 1 ug/s over one second adds to them */
} plx_drug_model;

typedef struct plx_drug_state {
    plx_drug_model model;
    double amount_ug[3];
    double effect_ug_l;
    double given_ug, cleared_ug; /* the books */
} plx_drug_state;

/* For this person (weight, height, age, sex, saps2). rate_ug_kg_min: of the infusion, for drugs
 * whose clearance depends on it (phenylephrine); 0 = low. */
plx_drug_model plx_drug_model_for(plx_drug drug, const plx_person *person, double rate_ug_kg_min);

/* One second with rate_ug_s running in. A bolus is added to amount_ug[0] (and given_ug) before. */
void plx_drug_step(plx_drug_state *state, double rate_ug_s);

double plx_drug_plasma_ug_l(const plx_drug_state *state); /* endogenous included */

#endif
