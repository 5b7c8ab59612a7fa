/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Doctors one by one: a patient goes back to the doctor who began, as long as that one is on duty;
 * a doctor carries a limited number of patients, takes nobody new before the end of the shift, and
 * what is left then passes to the others at the price of a handover. Private to the room. */
#ifndef PLX_CORE_DEPARTMENT_FLOW_DOCTOR_H
#define PLX_CORE_DEPARTMENT_FLOW_DOCTOR_H

#include "core/base/mathx.h"
#include "core/department/flow_step.h"

/* A free doctor takes the patient; false when none may. */
bool plx_flow_doctor_take(run *r, uint16_t who);
/* The contact of this patient has ended; its doctor takes the next. */
void plx_flow_doctor_free(run *r, uint16_t who);
/* The patient is out of the department. */
void plx_flow_doctor_drop(run *r, uint16_t who);
/* Everybody who is free looks for a patient. */
void plx_flow_doctor_dispatch(run *r);

/* flow_way.c */
void plx_flow_start_contact(run *r, uint16_t who, unsigned pool, int64_t more_us);
void plx_flow_fill_ward(run *r, unsigned ward);

static inline void plx_flow_watch(run *r, plx_flow_patient *p)
{
    if (!r->tally->watch_us) return;
    r->tally->watch_us[p->watch - 1] = r->state->time_us;
    r->tally->watch_end[p->watch - 1] = p->disposition;
    p->watch = 0;
}

#endif
