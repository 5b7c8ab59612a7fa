/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The file of a cohort: CSV, one row a case; columns: knowledge/cohort/README.md. */
#ifndef PLX_APP_COHORT_FILE_H
#define PLX_APP_COHORT_FILE_H

#include <stdio.h>

#include "core/cohort/cohort.h"

enum { PLX_COHORT_WHY_MAX = 200 };

/* All rows of a file. On error why (PLX_COHORT_WHY_MAX) is a sentence with the line, and *n is
 * unchanged. PLX_SYNTAX, PLX_MISSING a column, PLX_RANGE a cell, PLX_CONFLICT two cells, PLX_LIMIT
 * more than max rows. */
PLX_MUST_CHECK plx_status plx_cohort_parse(plx_slice bytes, plx_cohort_case *cases, uint32_t max,
                                           uint32_t *n, char *why);
/* The first line, and that of a case. */
void plx_cohort_write_head(FILE *to);
void plx_cohort_write(FILE *to, const plx_cohort_case *c);

#endif
