/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient forecast VITALS.csv --now: what will be measured from the last row of the file on.
 */
#ifndef PLX_APP_PATIENT_NOW_H
#define PLX_APP_PATIENT_NOW_H

#include <stdbool.h>
#include <stdint.h>

typedef struct plx_patient_now {
    const char *words, *path;
    const char *plot;        /* of an SVG file; or null */
    const char *acvpu;       /* consciousness, a letter; or null: alert */
    const double *horizon_s; /* (horizons_n), rising; 0 of them: 5, 15, 30, 60 min and 4 h */
    uint32_t horizons_n;
    bool json;
} plx_patient_now;

/* The exit status. */
int plx_patient_now_run(const plx_patient_now *asked);

#endif
