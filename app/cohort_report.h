/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The tables of an experiment. */
#ifndef PLX_APP_COHORT_REPORT_H
#define PLX_APP_COHORT_REPORT_H

#include <stdio.h>

#include "core/cohort/score.h"

typedef struct plx_cohort_report {
    FILE *to;
    bool json; /* a line of JSON a row; else tables of CSV */
    const plx_cohort_plan *plan;
} plx_cohort_report;

void plx_cohort_report_cases(const plx_cohort_report *report, const plx_cohort_result *results,
                             uint32_t n);
void plx_cohort_report_score(const plx_cohort_report *report, const plx_cohort_score *score);

#endif
