/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* An ensemble of bodies: one patient as a number of members that obey the same equations with their
 * own parameters. Circulation after Ursino 1998 (Am J Physiol 275:H1733), chemoreflex after Magosso
 * & Ursino 2001, gas exchange after Albanese et al. 2016 (Am J Physiol 310:H899), fluids after
 * Bighamian, Reisner & Hahn 2016 (Front Physiol 7:390). Equations: kernel_*.h, one file an organ.
 * The ensemble is one flat piece of memory without pointers: copying it is a fork, writing it out
 * is a snapshot. */
#ifndef PLX_CORE_PHYSIOLOGY_BODY_H
#define PLX_CORE_PHYSIOLOGY_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"
#include "core/physiology/body_table.h"
#include "core/physiology/second.h"

/* While beats run, the rows av_* go this share of the way to what is seen in each second. */
#define PLX_BODY_AV_FOLLOW 0.04f
#define PLX_HB_PER_HCT 34.0f /* g/dL of haemoglobin in red cells */

#define PLX_BODY_ARREST_MMHG 15.0f /* a mean pressure below it is an arrest: no answer (prior) */

typedef enum plx_body_state_id {
#define X(name, unit, low, high, text) PLX_BODY_##name,
    PLX_BODY_STATE(X)
#undef X
        PLX_BODY_ring,
    PLX_BODY_STATE_N = PLX_BODY_ring + PLX_BODY_RING
} plx_body_state_id;

typedef enum plx_body_param_id {
#define X(name, unit, low, high, text) PLX_BODY_P_##name,
    PLX_BODY_PARAM(X)
#undef X
        PLX_BODY_PARAM_N
} plx_body_param_id;

enum {
    PLX_BODY_GROUP = 16,         /* members come in whole groups, whatever the lane width */
    PLX_BODY_MEMBERS_MAX = 4096, /* */
    PLX_BODY_WINDOW_S_MAX = 60   /* seconds of one call to a kernel */
};

/* (members) of an array row; x[id][m]. All in one block: state rows, then parameter rows. */
typedef struct plx_body {
    uint32_t members;      /* a multiple of PLX_BODY_GROUP */
    uint32_t first_member; /* counts on in the keys of random numbers when an ensemble is split */
    uint64_t seed;         /* of irregular rhythm */
    uint64_t time_s;       /* simulated seconds since the start */
    uint64_t reserved;
    float rows[]; /* (STATE_N + PARAM_N) x members */
} plx_body;

size_t plx_body_size(uint32_t members);
static inline float *plx_body_state(plx_body *b, plx_body_state_id id)
{
    return b->rows + (size_t)id * b->members;
}
static inline const float *plx_body_state_get(const plx_body *b, plx_body_state_id id)
{
    return b->rows + (size_t)id * b->members;
}
static inline float *plx_body_param(plx_body *b, plx_body_param_id id)
{
    return b->rows + ((size_t)PLX_BODY_STATE_N + id) * b->members;
}
static inline const float *plx_body_param_get(const plx_body *b, plx_body_param_id id)
{
    return b->rows + ((size_t)PLX_BODY_STATE_N + id) * b->members;
}

/* Books of what crosses the border of the body, (members) each, in double; for tests and the live
 * conservation check. Null rows are not kept. Units mL (gas: mL STPD). */
typedef struct plx_body_books {
    double *blood_in, *blood_out, *water_in, *urine_out, *rbc_in, *rbc_out;
    double *o2_in, *o2_used, *co2_made, *co2_out;
} plx_body_books;

/* What is written down while the ensemble runs. */
typedef struct plx_body_trace {
    const uint8_t *quantities; /* plx_measure ids of measure.h, (quantities_n) */
    uint32_t quantities_n;
    float *values; /* (seconds x quantities_n x members), at the end of each second; or null */
    float *wave;   /* (seconds x PLX_WAVE_PER_S x PLX_WAVE_N) of member wave_member; or null */
    uint32_t wave_member;
    plx_body_books books;
} plx_body_trace;

/* Mean of a quantity of the trace (by its place there) in one of the members of the body over the
 * seconds that were run. */
static inline double plx_body_trace_mean(const plx_body_trace *trace, uint32_t members,
                                         uint32_t seconds, uint32_t quantity, uint32_t member)
{
    double sum = 0;
    for (size_t s = 0; s < seconds; s++)
        sum += (double)trace->values[(s * trace->quantities_n + quantity) * members + member];
    return sum / seconds;
}

enum { PLX_WAVE_PER_S = 250 };
typedef enum plx_wave {
    PLX_WAVE_ABP,    /* mmHg */
    PLX_WAVE_PHASE,  /* phase of the beat, 0..1 */
    PLX_WAVE_LUNG,   /* L above FRC */
    PLX_WAVE_CO2,    /* mmHg at the mouth */
    PLX_WAVE_AIRWAY, /* cmH2O */
    PLX_WAVE_N
} plx_wave;

/* The kernels: one source, built per width. */
typedef enum plx_body_variant { PLX_BODY_PULSATILE, PLX_BODY_AVERAGED } plx_body_variant;

typedef struct plx_body_run_options {
    plx_body_variant variant;
    uint32_t lanes;        /* 4, 8 or 16; edge/host knows which is fastest */
    uint32_t first, count; /* members to run, whole registers; so threads share an ensemble */
} plx_body_run_options;

/* Runs members first..first+count over n seconds (n <= PLX_BODY_WINDOW_S_MAX). time_s of the body
 * is not moved: the caller adds n when all parts are done. trace may be null.
 * PLX_RANGE: lanes, members or n outside their limits; nothing is changed then. */
plx_status plx_body_run(plx_body *body, const plx_body_run_options *options,
                        const plx_second *seconds, uint32_t n, const plx_body_trace *trace);

/* Members with a value outside its bound in body_table.h, or not a number; 0 = all sound. The first
 * is told in *member and *row when they are not null. */
uint32_t plx_body_broken(const plx_body *body, uint32_t *member, plx_body_state_id *row);

/* The same of one member; lost: broken, or his circulation stands still. */
bool plx_body_is_broken(const plx_body *body, uint32_t member);
bool plx_body_is_lost(const plx_body *body, uint32_t member);

/* The bound of a state row. */
typedef struct plx_body_bound {
    double low, high;
} plx_body_bound;
plx_body_bound plx_body_state_bound(plx_body_state_id row);

/* Name in body_table.h; "ring" for the rows behind it. */
const char *plx_body_state_name(plx_body_state_id row);

/* Each one of the members 0..count-1 that is lost becomes a copy of a sound one, state and
 * parameters, chosen by (seed, member, moment): resampling. A draw
 * from the prior would know nothing of what this patient went through, and could not be brought
 * there without running him from the start. source (count): of member m, or m itself when it is
 * sound. moment: any number that no other call of the run has; a split ensemble draws from its own
 * part. Gives the number of broken members; when that is more than max or leaves no sound one,
 * nothing is copied. */
uint32_t plx_body_redraw(plx_body *body, uint32_t count, uint64_t moment, uint32_t max,
                         uint16_t *source);

#endif
