/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What forecasts the vital signs of one patient from what was measured and done: the door between
 * a twin and those who compare it with others (rolling origins, the ledger). A twin fills in the
 * functions; who uses it knows nothing else of it.
 *
 *     plx_forecaster twin = ...;
 *     twin.begin(twin.self, &person, why, sizeof why);
 *     for each time, rising:
 *         twin.act(...)       for what was done at or before it and is not told yet, in order
 *         twin.observe(...)   once, with all that was measured at it; not when nothing was
 *         twin.forecast(...)  if a forecast is wanted: from what was told up to now
 *
 * Rules for who writes one: begin forgets the patient before; no function looks at anything that it
 * was not told; the same calls give the same bits; forecast changes nothing that a later call can
 * see. No call allocates; self and its memory are of who made the forecaster. Times count in s from
 * a second 0 that is the same in all calls of a patient. */
#ifndef PLX_CORE_ASSIMILATE_FORECASTER_H
#define PLX_CORE_ASSIMILATE_FORECASTER_H

#include "core/vitals/vitals.h"

enum {
    PLX_FORECASTER_QUANTITIES_MAX = 8,
    PLX_FORECASTER_HORIZONS_MAX = 8,
    PLX_FORECASTER_MEMBERS_MAX = 256,
    PLX_FORECASTER_WHY_MAX = 160
};

typedef struct plx_forecaster_request {
    uint32_t now_s;          /* the origin: not before anything that was told */
    uint32_t horizons_n;     /* 1..PLX_FORECASTER_HORIZONS_MAX */
    const double *horizon_s; /* (horizons_n), rising, > 0, from now_s */
    uint32_t quantities_n;   /* 1..PLX_FORECASTER_QUANTITIES_MAX */
    const plx_measure *quantities;
} plx_forecaster_request;

/* Members are values as they would be measured: the noise of the measurement is part of them.
 * member: (quantities_n x horizons_n x members), of the caller, room for
 * PLX_FORECASTER_MEMBERS_MAX each. */
typedef struct plx_forecaster_answer {
    uint32_t members;                            /* 2..PLX_FORECASTER_MEMBERS_MAX */
    bool answers[PLX_FORECASTER_QUANTITIES_MAX]; /* false: not of this quantity */
    double now[PLX_FORECASTER_QUANTITIES_MAX];   /* mean at the origin, after what was measured at
                                                    it; NaN: not said */
    double *member;
} plx_forecaster_answer;

typedef struct plx_forecaster {
    void *self;
    const char *name; /* constant text, for tables */
    /* PLX_OK; PLX_UNSUPPORTED: no model of this person, with one sentence in why (at most why_n
     * bytes). Then nothing else is called for him. */
    PLX_MUST_CHECK plx_status (*begin)(void *self, const plx_person *person, char *why,
                                       size_t why_n);
    /* n >= 1 values with one time_s; sd and one_sided as in VITALS.csv. */
    PLX_MUST_CHECK plx_status (*observe)(void *self, const plx_vitals_observation *observations,
                                         uint32_t n);
    PLX_MUST_CHECK plx_status (*act)(void *self, const plx_action *action);
    /* PLX_NO_ANSWER: not now (too few values, too many members lost); *out is then undefined. */
    PLX_MUST_CHECK plx_status (*forecast)(void *self, const plx_forecaster_request *request,
                                          plx_forecaster_answer *out);
} plx_forecaster;

#endif
