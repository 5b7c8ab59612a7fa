/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The ensemble through time at one lane width; the build compiles this file for 4, 8 and 16 lanes.
 * One block of members runs through the whole window before the next begins, so its state stays in
 * the nearest cache. */
#include "core/physiology/kernel.h"

#include <string.h>

#include "core/physiology/kernel_averaged.h"
#include "core/physiology/kernel_observe.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

enum { TICKS_PER_S = 50, GAS_TICKS = 5, AV_GAS_STEPS = 2 };
#define AV_GAS_STEP_S (1.0f / AV_GAS_STEPS)

_Static_assert(sizeof(lane_state) == PLX_BODY_STATE_N * sizeof(lane), "a lane each row");
_Static_assert(sizeof(lane_param) == PLX_BODY_PARAM_N * sizeof(lane), "a lane each row");
_Static_assert(PLX_WAVE_PER_S == TICKS_PER_S * BEAT_STEPS, "a sample each step");

/* Rows of the ensemble <-> lanes. */
static void block_load(lane_block *b, const plx_body *body, uint32_t first)
{
    const float *at = body->rows + first;
    lane *x = (lane *)&b->x, *p = (lane *)&b->p;
    for (uint32_t i = 0; i < PLX_BODY_STATE_N; i++, at += body->members)
        memcpy(&x[i], at, sizeof(lane));
    for (uint32_t i = 0; i < PLX_BODY_PARAM_N; i++, at += body->members)
        memcpy(&p[i], at, sizeof(lane));
    for (uint32_t i = 0; i < PLX_LANES; i++)
        b->member[i] = (int32_t)(body->first_member + first + i);
    b->seed = body->seed;
}

static void block_store(const lane_block *b, plx_body *body, uint32_t first)
{
    float *at = body->rows + first;
    const lane *x = (const lane *)&b->x;
    for (uint32_t i = 0; i < PLX_BODY_STATE_N; i++, at += body->members)
        memcpy(at, &x[i], sizeof(lane));
}

static plx_body_books books_from(const plx_body_trace *trace, uint32_t first)
{
    plx_body_books books = {0};
    if (!trace) return books;
    const double *const *in = (const double *const *)&trace->books;
    double **out = (double **)&books;
    for (size_t i = 0; i < sizeof books / sizeof *out; i++)
        out[i] = in[i] ? (double *)in[i] + first : NULL;
    return books;
}

/* One member's waveforms of a second, or nothing. */
typedef struct wave_sink {
    float *at; /* PLX_WAVE_N a sample; null = not wanted */
    uint32_t member;
} wave_sink;

static void wave_breath(const lane_block *b, wave_sink *sink)
{
    if (!sink->at) return;
    for (uint32_t i = 0; i < BEAT_STEPS; i++) {
        float *sample = sink->at + (size_t)i * PLX_WAVE_N;
        sample[PLX_WAVE_LUNG] = b->x.v_l[sink->member];
        sample[PLX_WAVE_CO2] = breath_mouth_co2(b)[sink->member];
        sample[PLX_WAVE_AIRWAY] = b->f.p_ao[sink->member];
    }
}

static void beating(lane_block *b, const plx_second *s, uint64_t time_s,
                    const plx_body_books *books, wave_sink sink)
{
    lane volume = gas_volume(b), chest = lane_all(0);
    for (uint32_t tick = 0; tick < TICKS_PER_S; tick++) {
        if (tick % GAS_TICKS == 0) drive_step(b, s, PLX_GAS_STEP_S);
        breath_step(b, s);
        chest += b->f.p_th;
        wave_breath(b, &sink);
        reflex_step(b, time_s * TICKS_PER_S + tick, s->imposed_map_mmhg);
        circulation_steps(b, sink.at, sink.member);
        if (sink.at) sink.at += BEAT_STEPS * PLX_WAVE_N;
        if (tick % GAS_TICKS != GAS_TICKS - 1) continue;
        gas_step(b, s, volume, PLX_GAS_STEP_S, books);
        volume = gas_volume(b);
    }
    averaged_follow(b, time_s, chest * (1.0f / TICKS_PER_S), breath_mean_chest(b, s));
}

/* No beats and no single breaths: what they come to. */
static void averaging(lane_block *b, const plx_second *s, uint64_t time_s,
                      const plx_body_books *books)
{
    drive_step(b, s, 1);
    lane volume = gas_volume(b);
    breath_mean(b, s, AV_GAS_STEP_S);
    lane in = b->f.alv_in, out = b->f.alv_out;
    b->f.p_th = breath_mean_chest(b, s) + b->x.av_chest;
    averaged_second(b, time_s, s->imposed_map_mmhg);
    for (uint32_t i = 0; i < AV_GAS_STEPS; i++) {
        b->f.alv_in = in, b->f.alv_out = out;
        if (i == 0) breath_mean_settle(b, s);
        gas_step(b, s, volume, AV_GAS_STEP_S, books);
        volume = gas_volume(b);
    }
}

static void second_run(lane_block *b, const plx_second *s, plx_body_variant variant,
                       uint64_t time_s, const plx_body_books *books, wave_sink sink)
{
    slow_step(b, s, time_s, books);
    b->f.alv_in = b->f.alv_out = lane_all(0);
    if (variant == PLX_BODY_PULSATILE)
        beating(b, s, time_s, books, sink);
    else
        averaging(b, s, time_s, books);
    lane *x = (lane *)&b->x;
    for (uint32_t i = 0; i < PLX_BODY_STATE_N; i++)
        x[i] = lane_flush(x[i]);
}

static void trace_write(const lane_block *b, const plx_second *s, const plx_body_trace *trace,
                        float *at, uint32_t members)
{
    lane seen[PLX_MEASURE_N];
    observe(b, s, seen);
    for (uint32_t i = 0; i < trace->quantities_n; i++)
        memcpy(at + (size_t)i * members, &seen[trace->quantities[i]], sizeof(lane));
}

static void block_run(plx_body *body, plx_body_variant variant, uint32_t first,
                      const plx_second *seconds, uint32_t n, const plx_body_trace *trace)
{
    lane_block b;
    memset(&b, 0, sizeof b);
    block_load(&b, body, first);
    plx_body_books books = books_from(trace, first);
    uint32_t wave_member = trace && trace->wave ? trace->wave_member - first : PLX_LANES;
    for (uint32_t i = 0; i < n; i++) {
        wave_sink sink = {NULL, 0};
        if (wave_member < PLX_LANES)
            sink = (wave_sink){trace->wave + (size_t)i * PLX_WAVE_PER_S * PLX_WAVE_N, wave_member};
        second_run(&b, &seconds[i], variant, body->time_s + i, &books, sink);
        if (trace && trace->values)
            trace_write(&b, &seconds[i], trace,
                        trace->values + (size_t)i * trace->quantities_n * body->members + first,
                        body->members);
    }
    block_store(&b, body, first);
}

void JOIN(plx_kernel_run_, PLX_LANES)(plx_body *body, const plx_body_run_options *options,
                                      const plx_second *seconds, uint32_t n,
                                      const plx_body_trace *trace)
{
    for (uint32_t i = 0; i < options->count; i += PLX_LANES)
        block_run(body, options->variant, options->first + i, seconds, n, trace);
}
