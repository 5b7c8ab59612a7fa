/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The live twin for recorded patients: with beats and all causes for the minutes of a VITALS.csv;
 * small, averaged, of the widest cause alone and asked each third hour for charts with a value an
 * hour, which tell no causes apart and no treatments: what it says there is wanted as a figure
 * beside the simple forecasts. */
#ifndef PLX_APP_PATIENT_TWIN_H
#define PLX_APP_PATIENT_TWIN_H

#include "core/assimilate/track_forecaster.h"

enum { PLX_PATIENT_TWIN_HOURLY_MEMBERS = 16, PLX_PATIENT_TWIN_HOURLY_S = 3 * 3600 };

typedef struct plx_patient_twin {
    plx_forecaster door;  /* what others use */
    const bool *charted;  /* borrowed: the recording has a value an hour */
    plx_forecaster inner; /* of the patient that was begun */
    plx_track_forecaster minutes, hours;
    plx_forecaster of_minutes, of_hours;
    bool asked; /* of the patient that was begun; when last */
    uint32_t asked_s;
    void *memory[2];
} plx_patient_twin;

/* false: no memory. */
bool plx_patient_twin_make(plx_patient_twin *twin, const bool *charted);
void plx_patient_twin_release(plx_patient_twin *twin);

#endif
