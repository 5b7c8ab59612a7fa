/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/body.h"

#include "core/physiology/kernel.h"

size_t plx_body_size(uint32_t members)
{
    return sizeof(plx_body) +
           sizeof(float) * members * ((size_t)PLX_BODY_STATE_N + PLX_BODY_PARAM_N);
}

static plx_kernel *kernel_for(uint32_t lanes)
{
    switch (lanes) {
    case 4:
        return plx_kernel_run_4;
    case 8:
        return plx_kernel_run_8;
    case 16:
        return plx_kernel_run_16;
    default:
        return NULL;
    }
}

plx_status plx_body_run(plx_body *body, const plx_body_run_options *options,
                        const plx_second *seconds, uint32_t n, const plx_body_trace *trace)
{
    plx_kernel *kernel = kernel_for(options->lanes);
    uint64_t end = (uint64_t)options->first + options->count;
    if (!kernel || n > PLX_BODY_WINDOW_S_MAX || end > body->members ||
        options->first % options->lanes != 0 || options->count % options->lanes != 0)
        return PLX_RANGE;
    kernel(body, options, seconds, n, trace);
    return PLX_OK;
}

typedef struct bound {
    double low, high;
} bound;

static const bound bounds[PLX_BODY_STATE_N] = {
#define X(name, unit, low, high, text) {low, high},
    PLX_BODY_STATE(X)
#undef X
};

static bool sound(float value, bound limit)
{
    double x = (double)value, slack = 1e-4 * (limit.high - limit.low); /* rounding at the bound */
    return x >= limit.low - slack && x <= limit.high + slack;          /* false for NaN */
}

static bound bound_of(uint32_t row)
{
    static const bound ring = {0, 8};
    return row < PLX_BODY_ring ? bounds[row] : ring;
}

uint32_t plx_body_broken(const plx_body *body, uint32_t *member, plx_body_state_id *row)
{
    uint32_t broken = 0;
    for (uint32_t m = 0; m < body->members; m++) {
        uint32_t i = 0;
        while (i < PLX_BODY_STATE_N &&
               sound(body->rows[(size_t)i * body->members + m], bound_of(i)))
            i++;
        if (i == PLX_BODY_STATE_N) continue;
        if (broken == 0 && member) *member = m;
        if (broken == 0 && row) *row = (plx_body_state_id)i;
        broken++;
    }
    return broken;
}
