/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between the files that make treatments. Private to this room. */
#ifndef PLX_CORE_TWIN_TREATMENT_PRIVATE_H
#define PLX_CORE_TWIN_TREATMENT_PRIVATE_H

#include "core/twin/private.h"
#include "core/twin/treatment.h"

typedef struct twin_treatments {
    const plx_twin *t;
    int64_t since_us;
    plx_twin_treatment *out; /* (max), sorted; the earliest of n */
    uint32_t max, n, left_out;
    bool newest; /* when there are more than max, the newest are kept */
} twin_treatments;

/* Puts it where it belongs, when it is not too early. */
void plx_twin_treatment_add(twin_treatments *all, const plx_twin_treatment *x);
void plx_twin_treatment_leave_out(twin_treatments *all, int64_t at_us);

/* oxygen.c, dose.c: from the observations and the doses of the stay */
void plx_twin_oxygen_treatments(twin_treatments *all, uint32_t encounter);
void plx_twin_dose_treatments(twin_treatments *all, uint32_t encounter);

#endif
