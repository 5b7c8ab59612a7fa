/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Numbered jobs on worker threads: each worker takes the next job that nobody has. What a job
 * writes must be its own (slot i) or its worker's (memory), so results do not depend on threads. */
#ifndef PLX_EDGE_HOST_POOL_H
#define PLX_EDGE_HOST_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum { PLX_POOL_WORKERS_MAX = 256, PLX_POOL_ALIGNMENT = 64 };

typedef struct plx_pool_plan {
    uint32_t jobs;
    uint32_t workers; /* 1..256; the caller is one of them; 0 = one a processor */
    size_t memory_n;  /* bytes of zeroed memory a worker, aligned to 64; freed at the end */
    void *context;    /* the caller's */
    void (*job)(void *context, uint32_t i, void *memory);
    /* Once a worker, one at a time, after its last job; may be NULL. Order of workers is chance. */
    void (*end)(void *context, void *memory);
} plx_pool_plan;

/* Returns when all are done. PLX_SPACE: no memory; some jobs were not run. */
PLX_MUST_CHECK plx_status plx_pool_run(const plx_pool_plan *plan);

#endif
