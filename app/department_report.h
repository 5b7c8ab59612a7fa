/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A forecast of the department as text: tables for people, or one JSON object a line. */
#ifndef PLX_APP_DEPARTMENT_REPORT_H
#define PLX_APP_DEPARTMENT_REPORT_H

#include "app/department_state.h"
#include "core/department/forecast.h"

typedef struct plx_department_report {
    const plx_forecast_plan *plan;
    const plx_forecast_slots *slots;
    const plx_department_state *state;
    const char *const *arm_text; /* [arms_n - 1] */
    double wall_ms;
    char output_hash[33]; /* of all slots: the same for any number of workers */
    char input_hash[33];  /* of model and state as read */
} plx_department_report;

/* To stdout. */
void plx_department_report_json(const plx_department_report *r);
void plx_department_report_table(const plx_department_report *r);

#endif
