/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/host/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct pool {
    const plx_pool_plan *plan;
    pthread_mutex_t mutex; /* of what follows */
    uint32_t next;
    bool no_memory;
} pool;

static bool take(pool *p, uint32_t *i)
{
    pthread_mutex_lock(&p->mutex);
    const bool has = p->next < p->plan->jobs;
    if (has) *i = p->next++;
    pthread_mutex_unlock(&p->mutex);
    return has;
}

static void *work(void *of)
{
    pool *p = of;
    const plx_pool_plan *plan = p->plan;
    const size_t n = (plan->memory_n / PLX_POOL_ALIGNMENT + 1) * PLX_POOL_ALIGNMENT;
    void *memory = aligned_alloc(PLX_POOL_ALIGNMENT, n);
    if (memory) {
        memset(memory, 0, n);
        for (uint32_t i; take(p, &i);)
            plan->job(plan->context, i, memory);
    }
    pthread_mutex_lock(&p->mutex);
    if (!memory)
        p->no_memory = true;
    else if (plan->end)
        plan->end(plan->context, memory);
    pthread_mutex_unlock(&p->mutex);
    free(memory);
    return NULL;
}

plx_status plx_pool_run(const plx_pool_plan *plan)
{
    pool p = {.plan = plan};
    pthread_t thread[PLX_POOL_WORKERS_MAX];
    uint32_t workers = plan->workers, started = 0;
    if (workers == 0) {
        const long processors = sysconf(_SC_NPROCESSORS_ONLN);
        workers = processors < 1 ? 1 : (uint32_t)processors;
    }
    if (workers > PLX_POOL_WORKERS_MAX) workers = PLX_POOL_WORKERS_MAX;
    pthread_mutex_init(&p.mutex, NULL);
    while (started + 1 < workers && started + 1 < plan->jobs &&
           pthread_create(&thread[started], NULL, work, &p) == 0)
        started++; /* fewer threads do the same work */
    work(&p);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_mutex_destroy(&p.mutex);
    return p.no_memory && p.next < plan->jobs ? PLX_SPACE : PLX_OK;
}
