/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/triage/triage_table.h"

const plx_triage_model plx_triage_model_builtin = {
    .weights = WEIGHTS,
    .n = sizeof WEIGHTS / sizeof *WEIGHTS,
    .threshold = THRESHOLDS,
};
