/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is believed before the first patient of a run: from the table of priors, or taught by
 * patients of the same files that are left out afterwards. */
#ifndef PLX_APP_PATIENT_PRIOR_H
#define PLX_APP_PATIENT_PRIOR_H

#include <stddef.h>

#include "app/patient_rolling.h"

/* A run over all the files of a command. An exit status. */
typedef int (*plx_patient_prior_run)(plx_patient_rolling *p, const void *files);

/* The prior of p->model, by the layout and what was taught. */
void plx_patient_prior_use(plx_patient_rolling *p);

/* Patients (of all folds but p->fold, if there are folds) teach in three rounds, in each of which
 * they believe what the round before has taught. The books of p stay as they were; no twin is
 * asked. */
int plx_patient_prior_teach(plx_patient_rolling *p, plx_patient_prior_run run, const void *files);

/* Scores every patient by what those of the other folds have taught. */
int plx_patient_prior_folds(plx_patient_rolling *p, plx_patient_prior_run run, const void *files);

/* What was taught, as rows of knowledge/forecast_prior.csv. */
int plx_patient_prior_write(const plx_patient_rolling *p, const char *path);

#endif
