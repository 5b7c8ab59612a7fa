/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/department/flow_doctor.h"

static bool on_duty(const plx_flow_doctor *d)
{
    return d->on && !d->cut;
}

/* Whether this doctor, free or not, would see the patient next. */
static bool suits(const run *r, unsigned doctor, const plx_flow_patient *p)
{
    const plx_flow_model *m = r->model;
    const plx_flow_doctor *d = &r->state->doctor[doctor];
    const bool room = m->carry_max == 0 || d->carried < m->carry_max;
    if (p->contacts == 0 || p->doctor == PLX_FLOW_NONE) return room && !d->winding;
    if (p->doctor == doctor) return true;
    return !m->same_doctor || !on_duty(&r->state->doctor[p->doctor]);
}

static bool is_free(const plx_flow_doctor *d)
{
    return on_duty(d) && d->with == 0;
}

static void start(run *r, uint16_t who, unsigned doctor)
{
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    int64_t more_us = 0;
    if (p->doctor != doctor) {
        if (p->doctor != PLX_FLOW_NONE) {
            s->doctor[p->doctor].carried--;
            more_us = r->model->handover_us;
        }
        s->doctor[doctor].carried++;
        p->doctor = (uint8_t)doctor;
    }
    s->doctor[doctor].with = who;
    plx_flow_start_contact(r, who, r->model->doctor_pool, more_us);
}

bool plx_flow_doctor_take(run *r, uint16_t who)
{
    const plx_flow_state *s = r->state;
    const plx_flow_patient *p = &s->patient[who];
    unsigned best = PLX_FLOW_NONE;
    for (unsigned d = 0; d < r->model->doctor_n; d++) {
        if (!is_free(&s->doctor[d]) || !suits(r, d, p)) continue;
        if (d == p->doctor) {
            best = d;
            break;
        }
        if (best == PLX_FLOW_NONE || s->doctor[d].carried < s->doctor[best].carried) best = d;
    }
    if (best == PLX_FLOW_NONE) return false;
    start(r, who, best);
    return true;
}

/* The first in the order of priority that suits; 0 = nobody. */
static uint16_t find_patient(const run *r, unsigned doctor)
{
    const plx_flow_state *s = r->state;
    const plx_flow_queue *q = &s->queue[PLX_FLOW_QUEUE_POOL + r->model->doctor_pool];
    uint16_t best = 0;
    double best_score = -1;
    for (unsigned left = q->waiting; left; left &= left - 1) {
        const unsigned acuity = (unsigned)__builtin_ctz(left);
        uint16_t who = q->head[acuity];
        while (who && !suits(r, doctor, &s->patient[who]))
            who = s->patient[who].next;
        if (!who) continue;
        if (!r->model->accumulating) return who;
        const double score =
            r->model->slope[acuity] * (double)(s->time_us - s->patient[who].since_us);
        if (score > best_score) {
            best = who;
            best_score = score;
        }
    }
    return best;
}

static void look(run *r, unsigned doctor)
{
    if (!is_free(&r->state->doctor[doctor])) return;
    const uint16_t who = find_patient(r, doctor);
    if (!who) return;
    plx_flow_dequeue(r->state, who);
    start(r, who, doctor);
}

void plx_flow_doctor_free(run *r, uint16_t who)
{
    const unsigned doctor = r->state->patient[who].doctor;
    if (doctor >= r->model->doctor_n) return; /* present at the start with an unknown doctor */
    r->state->doctor[doctor].with = 0;
    look(r, doctor);
}

void plx_flow_doctor_drop(run *r, uint16_t who)
{
    plx_flow_patient *p = &r->state->patient[who];
    if (p->doctor == PLX_FLOW_NONE) return;
    r->state->doctor[p->doctor].carried--;
    p->doctor = PLX_FLOW_NONE;
}

void plx_flow_doctor_dispatch(run *r)
{
    const plx_flow_queue *q = &r->state->queue[PLX_FLOW_QUEUE_POOL + r->model->doctor_pool];
    for (unsigned d = 0; d < r->model->doctor_n && q->n; d++)
        look(r, d);
}
