/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Futures of a department from who is present now, as replications: each fills its own slot of the
 * caller's arrays, so threads do not matter. Arms of a comparison are models that differ from the
 * first in what changes; replication r has the same patients in all of them.
 *
 * Scores of crowding: NEDOCS (Weiss 2004) and EDWIN (Bernstein 2003), see crowding.h. */
#ifndef PLX_CORE_DEPARTMENT_FORECAST_H
#define PLX_CORE_DEPARTMENT_FORECAST_H

#include "core/department/flow.h"

enum {
    PLX_FORECAST_STEP_MIN = 15,
    PLX_FORECAST_HOURS_MAX = 168,
    PLX_FORECAST_ARMS_MAX = 17, /* the base and 16 what-ifs */
    PLX_FORECAST_REPLICATIONS_MAX = 20000,
    PLX_FORECAST_WINDOWS = 3 /* beds needed: within 4, 8, 12 h */
};

/* X(NAME, word): counted each 15 min; then present, waiting and boarding by acuity, then patients
 * in the places of each zone. */
#define PLX_FORECAST_SERIES_TABLE(X)                                                               \
    X(PRESENT, "present")                                                                          \
    X(WAITING, "waiting") /* not seen by a doctor yet */                                           \
    X(BOARDING, "boarding")                                                                        \
    X(TRIAGE, "in_triage")                                                                         \
    X(AMBULANCES, "ambulances_waiting")

typedef enum plx_forecast_series {
#define X(name, word) PLX_FORECAST_##name,
    PLX_FORECAST_SERIES_TABLE(X)
#undef X
        PLX_FORECAST_BY_ACUITY,
    PLX_FORECAST_ZONE = PLX_FORECAST_BY_ACUITY + 3 * PLX_FLOW_ACUITIES,
    PLX_FORECAST_SERIES_N = PLX_FORECAST_ZONE + PLX_FLOW_ZONES_MAX
} plx_forecast_series;

/* X(NAME, word, whether more is worse): of one replication, for comparing arms. */
#define PLX_FORECAST_EFFECT_TABLE(X)                                                               \
    X(OCCUPANCY_MEAN, "occupancy_mean")                                                            \
    X(OCCUPANCY_Q90, "occupancy_q90")                                                              \
    X(DOOR_MEAN, "door_to_doctor_mean_min")                                                        \
    X(DOOR_Q90, "door_to_doctor_q90_min")                                                          \
    X(LWBS, "lwbs_count")                                                                          \
    X(BOARDING_H, "boarding_hours")                                                                \
    X(NEDOCS_MAX, "nedocs_max")                                                                    \
    X(PATIENT_H, "patient_hours")

typedef enum plx_forecast_effect {
#define X(name, word) PLX_FORECAST_EFFECT_##name,
    PLX_FORECAST_EFFECT_TABLE(X)
#undef X
        PLX_FORECAST_EFFECT_N
} plx_forecast_effect;

typedef struct plx_forecast_plan {
    const plx_flow_model *arm[PLX_FORECAST_ARMS_MAX]; /* [0] is the base */
    uint32_t arms_n;
    const plx_flow_present *present; /* in the order in which queues are to have them */
    uint32_t present_n, ventilated;
    const plx_flow_present *bank; /* for who is not known, see plx_forecast_bank; may be NULL */
    uint32_t bank_n;
    uint64_t seed;
    int64_t start_us;
    uint32_t hours, replications;
} plx_forecast_plan;

/* The caller's arrays; R = replications, G = grid points = 4 hours + 1. */
typedef struct plx_forecast_slots {
    uint16_t *count;  /* [SERIES_N][G][R]: base */
    float *nedocs;    /* [G][R]; NaN where it is not defined */
    float *edwin;     /* [G][R] */
    int64_t *gone_us; /* [present_n][R]: 0 = still there at the end */
    uint8_t *end;     /* [present_n][R]: plx_flow_disposition when gone */
    float *door_min;  /* [ACUITIES][R]: somebody who walks in now; NaN = not seen */
    uint8_t *lwbs;    /* [ACUITIES][R]: 1 = leaves */
    uint16_t *beds;   /* [WINDOWS][WARDS_MAX][R]: wanted since the start, and who boards now */
    double *effect;   /* [EFFECT_N][arms_n][R]; NaN where nobody was seen */
    uint8_t *overrun; /* [R] */
    uint32_t *beyond; /* [R]: present longer than the model knows */
} plx_forecast_slots;

/* What a worker needs. */
typedef struct plx_forecast_desk {
    plx_flow_state start, state; /* the base at its start; at work */
    plx_flow_tally tally;
    plx_flow_histogram door;
    plx_flow_present present[PLX_FLOW_PATIENTS_MAX];
    int64_t watch_us[PLX_FLOW_PATIENTS_MAX];
    uint8_t watch_end[PLX_FLOW_PATIENTS_MAX];
} plx_forecast_desk;

/* Somebody who is known to be present only: stage STAGE_N. With his acuity and arrival, or, acuity
 * NONE, only as waiting (contacts 0) or not (contacts 1). Each replication draws who he may be from
 * the bank: patients of the model's own runs at this hour of the week, after four days from empty;
 * those of the same acuity whose stay so far is like his, or of the same kind. plx_forecast_bank
 * fills bank (max entries) in that many runs or fewer; returns how many entries there are. */
uint32_t plx_forecast_bank(const plx_flow_model *model, uint64_t seed, int64_t start_us,
                           plx_flow_present *bank, uint32_t max, plx_flow_state *scratch);

static inline uint32_t plx_forecast_grid(const plx_forecast_plan *plan)
{
    return plan->hours * (60 / PLX_FORECAST_STEP_MIN) + 1;
}

/* Fills slot r of every array. */
void plx_forecast_replication(const plx_forecast_plan *plan, const plx_forecast_slots *slots,
                              uint32_t r, plx_forecast_desk *desk);

/* A paired comparison of n replications: difference arm - base with its 95 % interval. Pairs with a
 * NaN are left out. */
typedef struct plx_forecast_pair {
    double base, value, difference, low, high; /* means and interval */
    double lower_p;    /* share of replications in which the arm is lower (ties half) */
    double detectable; /* difference that would be found in 80 %: 2.8 standard errors */
    uint32_t n;
} plx_forecast_pair;
plx_forecast_pair plx_forecast_compare(const double *base, const double *arm, uint32_t n);

#endif
