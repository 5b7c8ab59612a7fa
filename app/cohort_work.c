/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/cohort_work.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOTE_EVERY = 50, ALIGNMENT = 64 };

typedef struct pool {
    const plx_cohort_job *job;
    uint32_t n;
    pthread_mutex_t mutex; /* of what follows */
    uint32_t next, done;
    plx_status status; /* the first that is not PLX_OK */
} pool;

/* False: there is none, or one has failed. */
static bool take(pool *p, uint32_t *i)
{
    pthread_mutex_lock(&p->mutex);
    const bool has = p->next < p->n && p->status == PLX_OK;
    if (has) *i = p->next++;
    pthread_mutex_unlock(&p->mutex);
    return has;
}

static void done(pool *p, plx_status status)
{
    pthread_mutex_lock(&p->mutex);
    if (status != PLX_OK) p->status = status;
    if (++p->done % NOTE_EVERY == 0) fprintf(stderr, "# cases: %u of %u\n", p->done, p->n);
    pthread_mutex_unlock(&p->mutex);
}

static void *work(void *of)
{
    pool *p = of;
    void *memory = aligned_alloc(ALIGNMENT, p->job->memory_n);
    for (uint32_t i; take(p, &i);)
        done(p, memory ? p->job->run(p->job->self, i, memory) : PLX_SPACE);
    free(memory);
    return NULL;
}

plx_status plx_cohort_share(const plx_cohort_job *job, uint32_t n, uint32_t workers)
{
    pool p = {.job = job, .n = n, .status = PLX_OK};
    pthread_t thread[PLX_COHORT_WORKERS_MAX];
    uint32_t started = 0;
    pthread_mutex_init(&p.mutex, NULL);
    while (started + 1 < workers && started + 1 < n && started < PLX_COHORT_WORKERS_MAX &&
           pthread_create(&thread[started], NULL, work, &p) == 0)
        started++; /* fewer threads do the same work */
    work(&p);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_mutex_destroy(&p.mutex);
    return p.status;
}

typedef struct experiments {
    const plx_cohort_plan *plan;
    const plx_cohort_case *cases;
    plx_cohort_result *results;
} experiments;

static plx_status run(const void *self, uint32_t i, void *memory)
{
    const experiments *e = self;
    return plx_cohort_run(e->plan, &e->cases[i], memory, &e->results[i]);
}

plx_status plx_cohort_work(const plx_cohort_plan *plan, const plx_cohort_case *cases, uint32_t n,
                           uint32_t workers, plx_cohort_result *results)
{
    const experiments e = {plan, cases, results};
    const plx_cohort_job job = {&e, plx_cohort_size(plan), run};
    return plx_cohort_share(&job, n, workers);
}
