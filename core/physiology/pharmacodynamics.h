/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What each drug does at full effect, one row a drug: changes of factors (-0.3 = 30 % less) and
 * amounts. Reflex answers are not in here: they must come out of the body. */
#ifndef PLX_CORE_PHYSIOLOGY_PHARMACODYNAMICS_H
#define PLX_CORE_PHYSIOLOGY_PHARMACODYNAMICS_H

#include <stdbool.h>

#include "core/physiology/second.h"

#define NALOXONE_EC50_UG_L 1.0f /* prior */
#define FEVER_PERIOD 0.17f      /* share of the heart period a degC (prior, tuned on Jensen 2019) */

typedef struct plx_pharmacodynamics {
    float ec50_ug_l; /* at the effect site; 0 = acts only through others */
    int gamma;       /* 1, 2 or 4 */
    float r;         /* systemic resistance */
    float e_max;     /* contractility */
    float dvu_ml;    /* unstressed volume of the veins */
    float c_sa;      /* arterial compliance */
    float period;    /* heart period, direct */
    float vagal;     /* vagal share of the period */
    float vagal_s;   /* s, added to the period */
    float baroreflex;
    float drive;
    float urine;
    float r_aw;
    float nmb;
    float lactate_mmol_l_s;
    float
        late_ec50_ug_l; /* a second, steeper action (squared) at a higher concentration; 0 = none */
    float late_r, late_dvu_ml, late_c_sa;
    bool pressor, sedative, opioid, drive_squared;
} plx_pharmacodynamics;

extern const plx_pharmacodynamics plx_pharmacodynamics_of[PLX_DRUG_N];

/* Distribution ratios a of the fluids (Bighamian, Reisner & Hahn 2016; colloids and plasma prior).
 */
extern const float plx_fluid_distribution[PLX_FLUID_N];

#endif
