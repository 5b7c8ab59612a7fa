/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Which mechanism of shock the vitals of a fitted window speak of: the live twin lives through the
 * same minutes. */
#ifndef PLX_APP_PATIENT_MECHANISM_H
#define PLX_APP_PATIENT_MECHANISM_H

#include "app/patient_vitals.h"
#include "core/assimilate/track.h"

/* Below it no mechanism is named. */
#define PLX_PATIENT_MECHANISM_NAMED 0.5

/* probability: (PLX_MECHANISM_N). Of a fit that was run; false: no memory. */
bool plx_patient_mechanism_run(const plx_patient_fit *fit, double *probability);

/* "hypovolaemic", or "unknown". */
const char *plx_patient_mechanism_name(const double *probability);

#endif
