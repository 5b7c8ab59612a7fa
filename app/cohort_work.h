/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Cases on worker threads: each takes the next case that nobody has and fills its result. */
#ifndef PLX_APP_COHORT_WORK_H
#define PLX_APP_COHORT_WORK_H

#include "core/cohort/run.h"

enum { PLX_COHORT_WORKERS_MAX = 256 };

/* What is done to each case: run(self, i, memory), with memory_n bytes of one thread. */
typedef struct plx_cohort_job {
    const void *self;
    size_t memory_n; /* a multiple of 64 */
    plx_status (*run)(const void *self, uint32_t i, void *memory);
} plx_cohort_job;

/* Cases 0..n-1, each once. A note of progress goes to stderr every 50 cases. PLX_SPACE: no memory
 * was left for a case; or the first other status that is not PLX_OK. */
PLX_MUST_CHECK plx_status plx_cohort_share(const plx_cohort_job *job, uint32_t n, uint32_t workers);

/* results (n), of the cases in their order whatever the number of workers; not whole on error. */
PLX_MUST_CHECK plx_status plx_cohort_work(const plx_cohort_plan *plan, const plx_cohort_case *cases,
                                          uint32_t n, uint32_t workers, plx_cohort_result *results);

#endif
