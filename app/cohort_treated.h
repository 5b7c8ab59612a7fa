/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux patient cohort --what-if: do the intervals of treatments and of hidden states hold what is
 * true? */
#ifndef PLX_APP_COHORT_TREATED_H
#define PLX_APP_COHORT_TREATED_H

#include <stdio.h>

#include "core/cohort/treat.h"

/* A table, or with json a line a quantity, after all cases were run. PLX_SPACE: no memory. */
PLX_MUST_CHECK plx_status plx_cohort_treated_run(const plx_cohort_plan *plan,
                                                 const plx_cohort_case *cases, uint32_t n,
                                                 uint32_t workers, bool json, FILE *to);

#endif
