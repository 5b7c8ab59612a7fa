/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the live twin of one patient says of him: what is hidden now, what will be measured, what a
 * treatment would change. The one way in which the bank (track.h) is forked:
 *
 *   begin   of each cause that is not unlikely members are drawn, evenly and in groups of 16, about
 *           as many as the cause weighs, and copied with their care: the track may then go on
 *   run     one group under one arm: two minutes with beats; then the averaged circulation from
 *           the fork on, shifted, member by member, by how far it is from the beats where these
 *           end (in an illness it is off by up to 25 mmHg of systolic pressure). Groups and arms
 *           are independent: any number of threads, each with a worker of its own
 *   tell    when all have run, on one thread
 *
 * All arms have the same members and the same random keys, so what differs between two arms in one
 * member is what the arm did; the first arm has no actions. A value is the mean of the last run
 * (chunk_s) before its horizon. A member that leaves physiological bounds, or whose circulation
 * stands still, is gone from then on: no value of his is used, and he counts as one with a mean
 * pressure below 65 and a saturation below 90. Nothing allocates; same input, same bits, for every
 * lane width, order and number of threads. What is not foreseen: parameters do not walk, and no
 * cause turns into another, so intervals of hours are too narrow. */
#ifndef PLX_CORE_ASSIMILATE_OUTLOOK_H
#define PLX_CORE_ASSIMILATE_OUTLOOK_H

#include "core/assimilate/track.h"
#include "core/base/weighted.h"
#include "core/vitals/arm.h"

/* X(quantity of measure.h): what is seen of a member; the first are those of the track that are
 * measured, in their order. */
#define PLX_OUTLOOK_QUANTITY_LIST(X)                                                               \
    X(hr_bpm)                                                                                      \
    X(sbp_mmhg)                                                                                    \
    X(dbp_mmhg)                                                                                    \
    X(map_mmhg)                                                                                    \
    X(spo2_pct)                                                                                    \
    X(rr_per_min)                                                                                  \
    X(etco2_mmhg)                                                                                  \
    X(core_temp_c)                                                                                 \
    X(co_l_min)                                                                                    \
    X(sv_ml)                                                                                       \
    X(svr_dyn_s_cm5)                                                                               \
    X(pcwp_mmhg) /* pulmonary venous pressure */                                                   \
    X(hb_g_dl)                                                                                     \
    X(sao2_fraction)                                                                               \
    X(fio2)

typedef enum plx_outlook_quantity {
#define X(name) PLX_OUTLOOK_##name,
    PLX_OUTLOOK_QUANTITY_LIST(X)
#undef X
        PLX_OUTLOOK_SEEN_N,
    PLX_OUTLOOK_do2_ml_min = PLX_OUTLOOK_SEEN_N, /* oxygen delivery without what is dissolved */
    PLX_OUTLOOK_QUANTITY_N
} plx_outlook_quantity;

enum {
    PLX_OUTLOOK_ARMS_MAX = 9, /* with none */
    PLX_OUTLOOK_HORIZONS_MAX = 8,
    PLX_OUTLOOK_S_MAX = 14400, /* the last horizon that is offered to people */
    PLX_OUTLOOK_CHUNK_S = 60,  /* usual: a minute */
    PLX_OUTLOOK_BEATS_S = 120, /* usual */
    PLX_OUTLOOK_MEMBERS = 64,  /* usual */
    PLX_OUTLOOK_GROUPS_MAX = PLX_CAUSE_N * PLX_ADJUST_MEMBERS_MAX / PLX_BODY_GROUP,
    PLX_OUTLOOK_SLOTS_MAX = PLX_OUTLOOK_GROUPS_MAX * PLX_BODY_GROUP,
    PLX_OUTLOOK_DRAWS = 8,         /* measurements of each member */
    PLX_OUTLOOK_MAP_MMHG = 65,     /* less is feared */
    PLX_OUTLOOK_SPO2_PCT = 90,     /* */
    PLX_OUTLOOK_NEWS2 = 7,         /* so much is feared: emergency response (RCP 2017) */
    PLX_OUTLOOK_PCWP_MMHG = 18,    /* above it water leaves the lung's capillaries (AECC 1994) */
    PLX_OUTLOOK_RESPONSE_PCT = 10, /* rise of output of who responds (Monnet 2006, leg raise) */
    PLX_OUTLOOK_GONE_PCT_MAX = 20  /* of the weight; more: there is no answer */
};
/* A cause below is not asked, usually (prior). */
#define PLX_OUTLOOK_LEAST 0.02

typedef struct plx_outlook_plan {
    const plx_arm *arms; /* (arms_n), borrowed; the first without actions */
    uint32_t arms_n;
    uint32_t horizons_n;                     /* 1..PLX_OUTLOOK_HORIZONS_MAX */
    uint32_t at_s[PLX_OUTLOOK_HORIZONS_MAX]; /* rising, 1 or more: since the track's now_s */
    uint32_t chunk_s;                        /* 1..PLX_BODY_WINDOW_S_MAX */
    uint32_t beats_s;                        /* with beats, then averaged */
    uint32_t members;                        /* about so many are drawn; 0: all of each cause */
    double least;                            /* weight of a cause below which it is not asked */
    uint32_t lanes;                          /* 4, 8 or 16 */
    double sd[PLX_TRACK_MEASURED_N];         /* of a measurement, in the unit of the vital */
} plx_outlook_plan;

typedef struct plx_outlook {
    plx_outlook_plan plan;
    uint64_t seed;     /* of the measurements */
    double covered;    /* weight of the causes that are asked, before it was made to be 1 */
    uint32_t groups_n; /* 0: no cause has a body left */
    uint8_t cause[PLX_OUTLOOK_GROUPS_MAX]; /* of a group; rising */
    double weight[PLX_OUTLOOK_GROUPS_MAX]; /* of each member of a group; all members: 1 */
    plx_care care[PLX_CAUSE_N];
    /* Of the memory behind. slots = groups_n x 16. */
    char *body;          /* (groups): plx_body with 16 members */
    double *value;       /* (arms x horizons x quantities x slots) */
    uint32_t *gone_s;    /* (arms x slots): when; 0: never */
    uint32_t *hypoxic_s; /* (arms x slots): the end of the first run below 90 %; 0: never */
    plx_weighted *sorting, *scratch; /* (slots x DRAWS) */
} plx_outlook;

/* What one thread needs. */
typedef struct plx_outlook_worker {
    _Alignas(64) char body[sizeof(plx_body) +
                           sizeof(float) * PLX_BODY_GROUP * (PLX_BODY_STATE_N + PLX_BODY_PARAM_N)];
    float trace[PLX_BODY_WINDOW_S_MAX * PLX_OUTLOOK_SEEN_N * PLX_BODY_GROUP];
} plx_outlook_worker;

/* The usual plan for these arms: chunks, beats, members and least as above, noise of a cuff. */
plx_outlook_plan plx_outlook_usual(const plx_arm *arms, uint32_t arms_n, uint32_t lanes);

/* Bytes that any track of the input needs for this plan, a multiple of 64 and to be aligned to it.
 */
size_t plx_outlook_size(const plx_outlook_plan *plan, const plx_track_input *input);

/* memory: plx_outlook_size bytes, borrowed as long as *o is used. The arms were parsed with the
 * care of this track (plx_outlook_arm), so none of their actions fails. */
void plx_outlook_begin(plx_outlook *o, const plx_outlook_plan *plan, const plx_track *track,
                       void *memory);

/* plx_arm_parse for every care of the track: PLX_OK, or its errors with the sentence in why;
 * PLX_UNSUPPORTED: a bleeding (its rate would be a factor on that of each member, and 0 in most).
 */
PLX_MUST_CHECK plx_status plx_outlook_arm(const plx_track *track, plx_slice text, plx_arm *arm,
                                          char *why, size_t why_n);

/* Runs one group of members under an arm to the last horizon; each pair once, in any order. */
void plx_outlook_run(plx_outlook *o, uint32_t arm, uint32_t group, plx_outlook_worker *worker);
/* All arms and groups on this thread. */
void plx_outlook_complete(plx_outlook *o, plx_outlook_worker *worker);

/* Telling. */

const char *plx_outlook_name(plx_outlook_quantity quantity); /* that of measure.h */
const char *plx_outlook_unit(plx_outlook_quantity quantity);

/* (slots) of one arm, horizon and quantity; and whether one of them is gone by then. */
const double *plx_outlook_values(const plx_outlook *o, uint32_t arm, uint32_t horizon,
                                 plx_outlook_quantity quantity);
bool plx_outlook_gone(const plx_outlook *o, uint32_t arm, uint32_t horizon, uint32_t slot);

/* Weight of those who are gone; and whether that is more than a trustworthy answer allows. */
double plx_outlook_gone_share(const plx_outlook *o, uint32_t arm, uint32_t horizon);
bool plx_outlook_no_answer(const plx_outlook *o, uint32_t arm, uint32_t horizon);

/* Of the bodies, without noise of measurement; of those present, and for a contrast (arm minus the
 * first one) present in both. NaN when nobody is. */
plx_weighted_summary plx_outlook_value(const plx_outlook *o, uint32_t arm, uint32_t horizon,
                                       plx_outlook_quantity quantity);
plx_weighted_summary plx_outlook_contrast(const plx_outlook *o, uint32_t arm, uint32_t horizon,
                                          plx_outlook_quantity quantity);

/* What is hoped and feared of an arm; shares of the weight of all members. */
typedef struct plx_outlook_chances {
    double perfused;  /* mean pressure of 65 mmHg or more at the horizon */
    double hypoxic;   /* saturation below 90 % in a run until the horizon */
    double congested; /* pulmonary venous pressure over 18 mmHg at the horizon; who is gone, too */
    double starved;   /* oxygen delivery 10 % or more below that of the first arm; gone, too */
    double responds;  /* output 10 % or more over that of the first arm */
} plx_outlook_chances;
plx_outlook_chances plx_outlook_chances_of(const plx_outlook *o, uint32_t arm, uint32_t horizon);

/* What will be shown: each member measured PLX_OUTLOOK_DRAWS times. */
typedef struct plx_outlook_shown {
    plx_weighted_summary vital[PLX_TRACK_MEASURED_N]; /* of those present */
    /* Probabilities of what is shown at the horizon; who is gone counts as one of each. */
    double map_below_65, spo2_below_90, news2_7;
} plx_outlook_shown;
/* acvpu: his consciousness now, a letter of NEWS2; 'A' when nothing is known. Oxygen counts by what
 * a member breathes. */
plx_outlook_shown plx_outlook_show(const plx_outlook *o, uint32_t arm, uint32_t horizon,
                                   char acvpu);
/* Quantiles of one vital at shares (n), rising; all NaN when nobody is present. */
void plx_outlook_show_quantiles(const plx_outlook *o, uint32_t arm, uint32_t horizon,
                                plx_track_kind kind, const double *shares, uint32_t n,
                                double *quantiles);

/* What is hidden now. X(name, unit, meaning) */
#define PLX_OUTLOOK_HIDDEN_LIST(X)                                                                 \
    X(deficit_ml, "mL", "blood below his own volume in health")                                    \
    X(bleeding_ml_min, "mL/min", "bleeding that goes on")                                          \
    X(co_l_min, "L/min", "output of the heart")                                                    \
    X(svr_dyn_s_cm5, "dyn.s/cm5", "resistance of all vessels")                                     \
    X(lv_elastance_mmhg_ml, "mmHg/mL", "contractility: end-systolic elastance of the left heart")  \
    X(shunt_fraction, "1", "share of the blood that passes no air")

typedef enum plx_outlook_hidden {
#define X(name, unit, meaning) PLX_OUTLOOK_H_##name,
    PLX_OUTLOOK_HIDDEN_LIST(X)
#undef X
        PLX_OUTLOOK_HIDDEN_N
} plx_outlook_hidden;

const char *plx_outlook_hidden_name(plx_outlook_hidden hidden);
const char *plx_outlook_hidden_unit(plx_outlook_hidden hidden);
const char *plx_outlook_hidden_meaning(plx_outlook_hidden hidden);

typedef struct plx_outlook_hidden_state {
    plx_weighted_summary now;
    /* What tells it: its correlation, over all members of the bank, with what they foresee of each
     * vital. 0: that vital says nothing of it. */
    double correlation[PLX_TRACK_MEASURED_N];
} plx_outlook_hidden_state;

/* Of a track that has advanced. scratch: (2 x PLX_OUTLOOK_SLOTS_MAX). */
plx_outlook_hidden_state plx_outlook_hidden_of(const plx_track *track, plx_outlook_hidden hidden,
                                               plx_weighted *scratch);
/* mmHg/mL, of a member's last beat: 0.9 times the systolic pressure over the volume above V0 at the
 * end of systole (Kelly et al. 1992, Circulation 86:513). */
double plx_outlook_elastance(const plx_body *body, uint32_t member);

/* Expected information of a safe test (an arm, such as a leg raise) on the mechanism, in bits: the
 * mutual information of the mechanism and what is shown at the horizon of the kinds (bit k:
 * plx_track_kind k), by the members as a kernel density. It is of this ensemble: few members tell
 * mechanisms apart a little too well, with no test as well. So compare with that of the first arm:
 * waiting tells something, too. */
double plx_outlook_information(const plx_outlook *o, uint32_t arm, uint32_t horizon,
                               uint32_t kinds);

#endif
