/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The live twin of one patient: for each cause that he may have an ensemble of bodies that has it,
 * and that lives on with him under the care that he gets. What is measured moves each ensemble
 * (adjust.h) and tells which cause foresaw it: the weights are the differential of mechanisms.
 *
 *   begin    persons of his kind at rest -> fall ill, each ensemble of its cause
 *   advance  to the time of a measurement; the mean of the last seconds is what it foresees
 *   observe  weights, then bodies
 *
 * A body of yesterday's health is remembered: while he is stable, the other causes begin anew from
 * the stable ensemble, so that an illness that begins now is met by bodies that are already his.
 * Same input, same bits, for every lane width. Plain data: a copy of the memory, and of the
 * pointers by plx_track_place, is a fork. */
#ifndef PLX_CORE_ASSIMILATE_TRACK_H
#define PLX_CORE_ASSIMILATE_TRACK_H

#include "core/assimilate/adjust.h"
#include "core/assimilate/cause.h"
#include "core/vitals/vitals.h"

/* X(quantity of measure.h): what is compared with measurements, then what is only told. */
#define PLX_TRACK_KIND_LIST(X)                                                                     \
    X(hr_bpm)                                                                                      \
    X(sbp_mmhg)                                                                                    \
    X(dbp_mmhg)                                                                                    \
    X(map_mmhg)                                                                                    \
    X(spo2_pct)                                                                                    \
    X(rr_per_min)                                                                                  \
    X(etco2_mmhg)                                                                                  \
    X(core_temp_c)                                                                                 \
    X(co_l_min)                                                                                    \
    X(svr_dyn_s_cm5)                                                                               \
    X(shunt_fraction)

typedef enum plx_track_kind {
#define X(name) PLX_TRACK_##name,
    PLX_TRACK_KIND_LIST(X)
#undef X
        PLX_TRACK_KIND_N
} plx_track_kind;

enum {
    PLX_TRACK_MEASURED_N = PLX_TRACK_core_temp_c + 1,
    PLX_TRACK_MEMBERS = 64, /* of each cause, usually */
    PLX_TRACK_CHUNK_S = 15, /* the longest mean that is compared */
    PLX_TRACK_SETTLE_S = 60,
    PLX_TRACK_ILL_S = 1200, /* lived with the illness before the first measurement */
    PLX_TRACK_LOSS_S = 600, /* the end of it, in which a deficit was lost */
    PLX_TRACK_BEATS_S = 40, /* then with beats */
    PLX_TRACK_ONSET_S = 180,
    PLX_TRACK_ANEW_S = 240,      /* so often a refuted cause begins anew while he may be stable, */
    PLX_TRACK_ANEW_SLOW_S = 600, /* and one that bleeds */
    PLX_TRACK_STREAK = 3         /* so many artefacts in a row are none */
};

/* mL/min at a member's factor 1. */
#define PLX_TRACK_BLEEDING_ML_MIN 50.0

typedef struct plx_track_input {
    plx_person person;
    uint32_t members; /* of each cause: a multiple of PLX_BODY_GROUP up to PLX_ADJUST_MEMBERS_MAX */
    uint32_t lanes;   /* 4, 8 or 16 */
    uint32_t causes;  /* bit c: plx_cause c is possible; at least one */
    plx_body_variant variant;
    double stable; /* probability, before anything is measured, that he is; others share the rest as
                      in plx_causes. 0: as in plx_causes */
    uint64_t seed;
} plx_track_input;

typedef enum plx_track_flag {
    PLX_TRACK_USED,
    PLX_TRACK_DOUBTFUL,  /* counts less than half */
    PLX_TRACK_ARTEFACT,  /* over 6 sd from all that is likely: not used */
    PLX_TRACK_UNCOMPARED /* a quantity that bodies do not show */
} plx_track_flag;

typedef struct plx_track {
    plx_track_input input;
    uint32_t now_s;   /* since begin */
    uint32_t last_s;  /* of the last walk of the parameters */
    uint32_t updates; /* */
    uint32_t agitated_until_s;
    uint32_t anew_s[PLX_CAUSE_N]; /* when it began anew */
    uint8_t streak[PLX_TRACK_MEASURED_N];
    bool base_missed;
    uint32_t lost;                                  /* members that were replaced */
    double prior[PLX_CAUSE_N], weight[PLX_CAUSE_N]; /* add up to 1 */
    plx_care care[PLX_CAUSE_N];
    /* Of the memory behind. */
    plx_body *body[PLX_CAUSE_N]; /* NULL: not possible */
    double *predicted;           /* (causes x kinds x members): means of the last seconds */
    float *trace;                /* (CHUNK_S x kinds x members) */
    plx_adjust *adjust;
    uint16_t *source; /* (members) */
} plx_track;

/* PLX_OK, or with the sentence in why (100 bytes): PLX_UNSUPPORTED: the model has no answer for
 * this person; PLX_RANGE: a number is outside its range. */
PLX_MUST_CHECK plx_status plx_track_check(const plx_track_input *input, char *why, size_t why_n);

/* Bytes behind the struct, a multiple of 64 and to be aligned to it. The input passed its check. */
size_t plx_track_size(const plx_track_input *input);

/* memory: plx_track_size bytes, zeroed or not, borrowed as long as the track is used. */
void plx_track_begin(plx_track *track, const plx_track_input *input, void *memory);

/* The pointers of a track whose memory was copied to another place. */
void plx_track_place(plx_track *track, void *memory);

/* Something is done to him now. Errors of plx_care_act; then nothing has changed. */
PLX_MUST_CHECK plx_status plx_track_act(plx_track *track, const plx_action *action, char *why,
                                        size_t why_n);

/* to_s: not before now_s. */
void plx_track_advance(plx_track *track, uint32_t to_s);

/* What was measured now; flags (n) may be NULL. time_s of the observations is not looked at. */
void plx_track_observe(plx_track *track, const plx_vitals_observation *observations, uint32_t n,
                       plx_track_flag *flags);

/* Probabilities of the mechanisms, (PLX_MECHANISM_N). */
void plx_track_mechanisms(const plx_track *track, double probability[PLX_MECHANISM_N]);

/* What is hidden. */
typedef enum plx_track_hidden {
    PLX_TRACK_DEFICIT,  /* mL below his own volume in health */
    PLX_TRACK_BLEEDING, /* mL/min */
    PLX_TRACK_HIDDEN_N
} plx_track_hidden;

double plx_track_hidden_of(const plx_track *track, plx_cause cause, plx_track_hidden hidden,
                           uint32_t member);

static inline const double *plx_track_predicted(const plx_track *track, plx_cause cause,
                                                plx_track_kind kind)
{
    return track->predicted + ((size_t)cause * PLX_TRACK_KIND_N + kind) * track->input.members;
}

plx_measure plx_track_quantity(plx_track_kind kind);
/* PLX_TRACK_KIND_N: none. */
plx_track_kind plx_track_kind_of(plx_measure quantity);

#endif
