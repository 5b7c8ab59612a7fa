/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/score/input.h"

const plx_score_unit plx_units_years[] = {
    {"mo", NULL, 1, 12}, {"wk", NULL, 7, 365.25}, {"d", NULL, 1, 365.25}, {NULL, NULL, 0, 0}};

/* Urea of 60.06 g/mol; as urea nitrogen 28.01 g/mol, rounded as the page has it. */
const plx_score_unit plx_units_urea[] = {{"mg/dL", "BUN", 10, 28},
                                         {"mg/dL", NULL, 1000, 6006},
                                         {"mg/dL", "urea", 1000, 6006},
                                         {NULL, NULL, 0, 0}};
