/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Cases on worker threads: each takes the next case that nobody has and fills its result. */
#ifndef PLX_APP_COHORT_WORK_H
#define PLX_APP_COHORT_WORK_H

#include "core/cohort/run.h"

enum { PLX_COHORT_WORKERS_MAX = 256 };

/* results (n), of the cases in their order whatever the number of workers. A note of progress goes
 * to stderr every 50 cases. PLX_SPACE: no memory was left for a case; results are not whole. */
PLX_MUST_CHECK plx_status plx_cohort_work(const plx_cohort_plan *plan, const plx_cohort_case *cases,
                                          uint32_t n, uint32_t workers, plx_cohort_result *results);

#endif
