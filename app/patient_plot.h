/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A run of a scenario as a picture: one panel a quantity, the median as a line, 5 to 95 % of the
 * members as a band, actions as numbered marks with a list below. */
#ifndef PLX_APP_PATIENT_PLOT_H
#define PLX_APP_PATIENT_PLOT_H

#include <stdio.h>

#include "edge/host/scenario_file.h"

typedef struct plx_plot {
    const plx_scenario_file *file;
    const uint32_t *time_s;              /* (rows) */
    const plx_scenario_summary *summary; /* (rows x quantities) */
    uint32_t rows;
} plx_plot;

/* An SVG document; whether it could be written is for the caller to ask the stream. */
void plx_plot_write(const plx_plot *plot, FILE *to);

#endif
