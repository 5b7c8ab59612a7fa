/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/body.h"

#include "core/base/rng.h"
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

static const plx_body_bound bounds[PLX_BODY_STATE_N] = {
#define X(name, unit, low, high, text) {low, high},
    PLX_BODY_STATE(X)
#undef X
};

static bool sound(float value, plx_body_bound limit)
{
    double x = (double)value, slack = 1e-4 * (limit.high - limit.low); /* rounding at the bound */
    return x >= limit.low - slack && x <= limit.high + slack;          /* false for NaN */
}

plx_body_bound plx_body_state_bound(plx_body_state_id row)
{
    static const plx_body_bound ring = {0, 8};
    return (uint32_t)row < PLX_BODY_ring ? bounds[row] : ring;
}

/* First row of a member that is outside its bound; PLX_BODY_STATE_N when all are inside. */
static uint32_t first_bad_row(const plx_body *body, uint32_t member)
{
    uint32_t i = 0;
    while (i < PLX_BODY_STATE_N && sound(body->rows[(size_t)i * body->members + member],
                                         plx_body_state_bound((plx_body_state_id)i)))
        i++;
    return i;
}

bool plx_body_is_broken(const plx_body *body, uint32_t member)
{
    return first_bad_row(body, member) != PLX_BODY_STATE_N;
}

/* A circulation that stands still is inside the bounds and outside the envelope. */
bool plx_body_is_lost(const plx_body *body, uint32_t member)
{
    return plx_body_state_get(body, PLX_BODY_map)[member] < PLX_BODY_ARREST_MMHG ||
           plx_body_is_broken(body, member);
}

uint32_t plx_body_broken(const plx_body *body, uint32_t *member, plx_body_state_id *row)
{
    uint32_t broken = 0;
    for (uint32_t m = 0; m < body->members; m++) {
        uint32_t i = first_bad_row(body, m);
        if (i == PLX_BODY_STATE_N) continue;
        if (broken == 0 && member) *member = m;
        if (broken == 0 && row) *row = (plx_body_state_id)i;
        broken++;
    }
    return broken;
}

const char *plx_body_state_name(plx_body_state_id row)
{
    static const char *const names[] = {
#define X(name, unit, low, high, text) #name,
        PLX_BODY_STATE(X)
#undef X
    };
    return (uint32_t)row < PLX_BODY_ring ? names[row] : "ring";
}

/* The streams of person.c are keyed by member and parameter; the last of a member's is not used
 * there. A choice takes one number of it, hardly ever a second. */
enum { STREAMS = 64, CHOICE_STREAM = STREAMS - 1, NUMBERS_PER_CHOICE = 256 };
_Static_assert((int)PLX_BODY_PARAM_N < (int)CHOICE_STREAM, "a stream is left for choices");
_Static_assert((int)PLX_BODY_MEMBERS_MAX <= UINT16_MAX, "a member fits into a source");

/* The k-th sound member: one that is its own source. */
static uint32_t sound_member(const uint16_t *source, uint32_t count, uint64_t k)
{
    uint32_t m = 0;
    for (; m < count; m++)
        if (source[m] == m && k-- == 0) break;
    PLX_ASSERT(m < count);
    return m;
}

static void copy_member(plx_body *body, uint32_t to, uint32_t from)
{
    for (size_t i = 0; i < (size_t)PLX_BODY_STATE_N + PLX_BODY_PARAM_N; i++)
        body->rows[i * body->members + to] = body->rows[i * body->members + from];
}

uint32_t plx_body_redraw(plx_body *body, uint32_t count, uint64_t moment, uint32_t max,
                         uint16_t *source)
{
    const uint16_t none = UINT16_MAX;
    uint32_t broken = 0;
    PLX_ASSERT(count <= body->members);
    for (uint32_t m = 0; m < count; m++) {
        bool good = !plx_body_is_lost(body, m);
        source[m] = good ? (uint16_t)m : none;
        broken += !good;
    }
    if (broken > max || broken == count) return broken;
    for (uint32_t m = 0, left = broken; left > 0; m++) {
        if (source[m] != none) continue;
        uint64_t stream = (uint64_t)(body->first_member + m) * STREAMS + CHOICE_STREAM;
        plx_rng rng = plx_rng_init(body->seed, stream);
        rng.counter = moment * NUMBERS_PER_CHOICE;
        uint32_t from = sound_member(source, count, plx_rng_below(&rng, count - broken));
        source[m] = (uint16_t)from;
        copy_member(body, m, from);
        left--;
    }
    return broken;
}
