/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Pictures of what the live twin says (SVG, light background, no scripts): what will be measured
 * beside what was, arms side by side, mechanisms and what is hidden. */
#ifndef PLX_APP_PATIENT_PICTURE_H
#define PLX_APP_PATIENT_PICTURE_H

#include "app/patient_bank.h"

/* shown: (horizons of the bank's outlook). A fan of each vital that was measured, and of the mean
 * pressure: the median, a band of 50 % and one of 90 %, behind the points that were measured in the
 * last hour; then the chances. */
void plx_picture_forecast(const plx_patient_bank *bank, const plx_outlook_shown *shown, FILE *to);

/* arms: (arms of the bank's outlook) texts. */
void plx_picture_arms(const plx_patient_bank *bank, const char *const *arms, FILE *to);

void plx_picture_fit(const plx_patient_bank *bank, FILE *to);

/* A file that can be written, or null when all is said (a sentence on stderr); and closed again:
 * PLX_EXIT_OK or PLX_EXIT_WORLD with its sentence. */
FILE *plx_picture_open(const char *words, const char *path);
int plx_picture_close(const char *words, const char *path, FILE *file);

#endif
