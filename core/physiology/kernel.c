/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The pulsatile kernel at one lane width; the build compiles this file for 4, 8 and 16 lanes. */
#include "core/physiology/kernel.h"

#include <string.h>

#include "core/physiology/kernel_averaged.h"
#include "core/physiology/kernel_block.h"
#include "core/physiology/kernel_breath.h"
#include "core/physiology/kernel_circulation.h"
#include "core/physiology/kernel_drive.h"
#include "core/physiology/kernel_gas.h"
#include "core/physiology/kernel_observe.h"
#include "core/physiology/kernel_reflex.h"
#include "core/physiology/kernel_slow.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

enum { TICKS_PER_S = 50, GAS_TICKS = 5, WAVE_TICKS_PER_S = TICKS_PER_S };

/* Rows of the ensemble <-> lanes. */
static void block_load(lane_block *b, const plx_body *body, uint32_t first)
{
    lane *x = (lane *)&b->x, *p = (lane *)&b->p;
    for (uint32_t i = 0; i < PLX_BODY_STATE_N; i++)
        memcpy(&x[i], body->rows + (size_t)i * body->members + first, sizeof(lane));
    const float *params = body->rows + (size_t)PLX_BODY_STATE_N * body->members;
    for (uint32_t i = 0; i < PLX_BODY_PARAM_N; i++)
        memcpy(&p[i], params + (size_t)i * body->members + first, sizeof(lane));
    for (int i = 0; i < PLX_LANES; i++)
        b->member[i] = (int32_t)(body->first_member + first + (uint32_t)i);
    b->seed = body->seed;
}

static void block_store(const lane_block *b, plx_body *body, uint32_t first)
{
    const lane *x = (const lane *)&b->x;
    for (uint32_t i = 0; i < PLX_BODY_STATE_N; i++) {
        lane value = lane_flush(x[i]);
        memcpy(body->rows + (size_t)i * body->members + first, &value, sizeof(lane));
    }
}
