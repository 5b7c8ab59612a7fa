/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is believed of a patient's forecasts before he and others of the run have taught anything:
 * the table knowledge/forecast_prior.csv, which `pollux patient forecast --learn` makes from
 * recordings (its first lines say from which). Two families, because a chart with a value an hour
 * and windows of 15 s of a waveform change in different ways.
 *
 * Between the horizons of the table all is linear in the logarithm of the horizon; beyond them the
 * nearest row holds, its errors growing with the fourth root. Source of the form: rolling.h. */
#ifndef PLX_CORE_VALIDATE_PRIOR_H
#define PLX_CORE_VALIDATE_PRIOR_H

#include "core/validate/rolling.h"

typedef enum plx_prior_family {
    PLX_PRIOR_CHART,
    PLX_PRIOR_WAVE,
    PLX_PRIOR_FAMILY_N
} plx_prior_family;

/* Constant text, never NULL: as in the table. */
const char *plx_prior_family_name(plx_prior_family family);

/* The vitals of a checked model, by their names (model->vitals) as in the table: their usual step
 * and level, and model->prior = prior, which is the caller's and lives as long as the model. A
 * vital that the table does not name is left as it is, with an empty prior. */
void plx_prior_fill(plx_prior_family family, const char *const *names, plx_rolling_model *model,
                    plx_rolling_prior prior[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX]);

#endif
