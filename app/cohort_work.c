/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/cohort_work.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOTE_EVERY = 50, ALIGNMENT = 64 };

typedef struct pool {
    const plx_cohort_plan *plan;
    const plx_cohort_case *cases;
    plx_cohort_result *results;
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
    void *memory = aligned_alloc(ALIGNMENT, plx_cohort_size(p->plan));
    for (uint32_t i; take(p, &i);)
        done(p, memory ? plx_cohort_run(p->plan, &p->cases[i], memory, &p->results[i]) : PLX_SPACE);
    free(memory);
    return NULL;
}

plx_status plx_cohort_work(const plx_cohort_plan *plan, const plx_cohort_case *cases, uint32_t n,
                           uint32_t workers, plx_cohort_result *results)
{
    pool p = {.plan = plan, .cases = cases, .results = results, .n = n, .status = PLX_OK};
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
