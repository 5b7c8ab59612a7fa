/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* STATE.json ("pollux.department.state/1"): who and what is where at this minute, against a model.
 * knowledge/department/README.md lists the keys. A time without zone is local time of the state. */
#ifndef PLX_APP_DEPARTMENT_STATE_H
#define PLX_APP_DEPARTMENT_STATE_H

#include "app/json_reader.h"
#include "core/department/flow.h"

enum { PLX_DEPARTMENT_ID_MAX = 40, PLX_DEPARTMENT_PRESENT_MAX = PLX_FLOW_PATIENTS_MAX - 1 };

typedef struct plx_department_state {
    int64_t start_us;       /* of the model's clock: a Monday 00:00 is a multiple of seven days */
    int64_t zero_us;        /* UTC of the model's time 0 */
    int64_t offset_us;      /* local time - UTC */
    uint32_t n, patients_n; /* patients first, then places that are cleaned */
    plx_flow_present present[PLX_DEPARTMENT_PRESENT_MAX]; /* patients by since, the longest first */
    char id[PLX_DEPARTMENT_PRESENT_MAX][PLX_DEPARTMENT_ID_MAX];
    uint32_t unknown; /* of the patients: stage STAGE_N, see forecast.h */
    uint32_t ventilated;
    double arrivals_today;  /* -1: not told */
    uint32_t hospital_beds; /* 0: not told */
    uint32_t adrift;        /* patients whose zone is not one of the model */
} plx_department_state;

/* r->json.tokens has room for half the bytes of the text and one. PLX_SYNTAX with r->why. */
PLX_MUST_CHECK plx_status plx_department_state_read(plx_reader *r, plx_slice text,
                                                    const plx_flow_model *model,
                                                    plx_department_state *state);
/* Local time of the model's clock as text with the state's zone: 2026-01-12T14:05:00-05:00. */
void plx_department_time(const plx_department_state *state, int64_t time_us, plx_out *out);

#endif
