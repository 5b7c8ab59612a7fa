/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A run of a protocol with its memory, for the tests of protocol.c and target.c. */
#ifndef PLX_CORE_PHYSIOLOGY_PROTOCOL_FOR_TEST_H
#define PLX_CORE_PHYSIOLOGY_PROTOCOL_FOR_TEST_H

#include <stdlib.h>

#include "core/physiology/protocol.h"

static plx_protocol_run run;

static inline int setup(void **state)
{
    (void)state;
    run.lanes = 4;
    run.body = calloc(1, plx_body_size(PLX_PROTOCOL_MEMBERS_MAX));
    run.series = calloc(1, sizeof *run.series);
    run.values = calloc((size_t)PLX_MEASURE_N * PLX_PROTOCOL_MEMBERS_MAX, sizeof *run.values);
    return run.body && run.series && run.values ? 0 : -1;
}

static inline int teardown(void **state)
{
    (void)state;
    free(run.body);
    free(run.series);
    free(run.values);
    return 0;
}

#endif
