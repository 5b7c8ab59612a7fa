/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The decision, boarding, the ward, discharge, and how each of them is taken back. */
#include "core/hospital/inner.h"

/* Disposition, table 0112. */
#define HOME "01"
#define OTHER_HOSPITAL "02"
#define DIED "20"

void plx_hosp_leave_department(hospital *h, visit *v, const char *disposition)
{
    const bool undo =
        v->phase >= PHASE_PLACED && plx_hosp_adt_room(v) && plx_hosp_chance(&v->rng, 0.015);
    v->queued = false;
    v->status_before = v->status;
    v->phase_before = v->phase;
    v->status = STATUS_FINISHED;
    adt a = {.trigger = "A03", .disposition = disposition, .states = true};
    if (plx_hosp_chance(&v->rng, 0.05))
        a.recorded_us = h->now_us + plx_hosp_minutes_between(&v->rng, 10, 40);
    v->left_statement = plx_hosp_adt_send(h, v, &a);
    v->phase = PHASE_LEFT;
    if (undo) {
        plx_hosp_schedule_visit(h, v,
                                v->last_recorded_us + plx_hosp_minutes_between(&v->rng, 3, 12),
                                EVENT_UNDO_DISCHARGE);
        return;
    }
    plx_hosp_place_release(h, v->place);
    if (plx_hosp_chance(&v->rng, 0.08))
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 10, 120),
                                EVENT_AFTER);
    plx_hosp_journey_over(h, v);
}

static void undo_discharge(hospital *h, visit *v)
{
    const int64_t left_us = v->left_us;
    v->status = v->status_before;
    v->phase = v->phase_before;
    v->left_us = 0;
    plx_hosp_adt_send(
        h, v,
        &(adt){.trigger = "A13", .undone_us = left_us, .undoes = (uint8_t)(v->left_statement + 1)});
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 60, 180),
                            EVENT_DISCHARGE);
}

static double admit_share(const visit *v)
{
    static const double FACTOR[5] = {3.0, 1.9, 1.0, 0.25, 0.05};
    const double p =
        plx_hosp_complaints[v->complaint].admit_percent / 100.0 * FACTOR[v->triage - 1];
    return p > 0.97 ? 0.97 : p;
}

static void plan_discharge(hospital *h, visit *v)
{
    if (plx_hosp_chance(&v->rng, 0.5) && plx_hosp_adt_room(v)) {
        plx_hosp_adt_send(h, v, &(adt){.trigger = "A16"});
        if (plx_hosp_chance(&v->rng, 0.02))
            plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 3, 9),
                                    EVENT_CANCEL_PENDING);
    }
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 10, 40),
                            EVENT_DISCHARGE);
}

static void admit(hospital *h, visit *v)
{
    v->phase = PHASE_BOARDING;
    v->ward = (uint8_t)(AREA_WARD + plx_rng_below(&v->rng, WARDS));
    v->by_a01 = plx_hosp_chance(&v->rng, 0.15);
    if (!v->by_a01) {
        v->class = 'I';
        v->status = STATUS_IN_PROGRESS;
        plx_hosp_adt_send(h, v, &(adt){.trigger = "A06", .states = true});
        plx_hosp_adt_send(h, v,
                          &(adt){.trigger = "A15", .pending = plx_hosp_place_find(h, v->ward)});
        if (plx_hosp_chance(&v->rng, 0.02))
            plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 10, 60),
                                    EVENT_CANCEL_PENDING);
        if (plx_hosp_chance(&v->rng, 0.01))
            plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 15, 60),
                                    EVENT_REVERSE);
    }
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_lognormal(&v->rng, 130, 0.7),
                            EVENT_WARD_READY);
}

static void decide(hospital *h, visit *v)
{
    const bool waited = h->now_us - v->placed_us > 10 * PLX_HOUR_US;
    if (plx_hosp_orders_pending(v) && !waited) {
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 8, 20),
                                EVENT_DECIDE);
        return;
    }
    if (v->triage == 1 && v->severity > 0.8 && plx_hosp_chance(&v->rng, 0.3))
        plx_hosp_leave_department(h, v, DIED);
    else if (plx_hosp_chance(&v->rng, admit_share(v)))
        admit(h, v);
    else if (plx_hosp_chance(&v->rng, 0.015))
        plx_hosp_leave_department(h, v, OTHER_HOSPITAL);
    else
        plan_discharge(h, v);
}

static uint16_t ward_bed(hospital *h, const visit *v)
{
    for (uint32_t k = 0; k < WARDS; k++) {
        const uint32_t ward = AREA_WARD + (v->ward - AREA_WARD + k) % WARDS;
        const uint16_t bed = plx_hosp_place_find(h, ward);
        if (bed != PLACE_NOWHERE) return bed;
    }
    return PLACE_NOWHERE;
}

static void to_ward(hospital *h, visit *v)
{
    const uint16_t bed = v->undo_pending ? PLACE_NOWHERE : ward_bed(h, v), prior = v->place;
    if (bed == PLACE_NOWHERE) {
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 20, 40),
                                EVENT_WARD_READY);
        return;
    }
    adt a = {.trigger = "A02", .prior = prior};
    if (v->by_a01) a = (adt){.trigger = "A01", .prior = prior, .states = true};
    if (plx_hosp_chance(&v->rng, 0.15))
        a.recorded_us = h->now_us + plx_hosp_minutes_between(&v->rng, 15, 45);
    v->class = 'I';
    v->status = STATUS_IN_PROGRESS;
    v->phase = PHASE_WARD;
    plx_hosp_bedside_end(h, v);
    plx_hosp_doctor_change(v);
    plx_hosp_place_take(h, bed, v);
    plx_hosp_adt_send(h, v, &a);
    plx_hosp_place_release(h, prior);
    const double stay_h = 8 + plx_rng_exponential(&v->rng, 54);
    plx_hosp_schedule_visit(h, v, h->now_us + (int64_t)(stay_h * (double)PLX_HOUR_US),
                            EVENT_DISCHARGE);
    if (plx_hosp_chance(&v->rng, 0.06))
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 300, 900),
                                EVENT_LEAVE);
}

/* Not admitted after all. */
static void reverse(hospital *h, visit *v)
{
    v->class = 'E';
    v->phase = PHASE_PLACED;
    plx_hosp_adt_send(h, v, &(adt){.trigger = "A07"});
    plan_discharge(h, v);
}

static void go_on_leave(hospital *h, visit *v)
{
    v->status_before = v->status;
    v->status = STATUS_ON_LEAVE;
    v->leave_statement = plx_hosp_adt_send(h, v, &(adt){.trigger = "A21", .states = true});
    const bool stays = plx_hosp_chance(&v->rng, 0.2); /* does not go after all */
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 60, 300),
                            stays ? EVENT_UNDO_LEAVE : EVENT_RETURN);
}

static void come_back(hospital *h, visit *v)
{
    v->status = v->status_before;
    v->return_statement = plx_hosp_adt_send(
        h, v, &(adt){.trigger = "A22", .undoes = (uint8_t)(v->leave_statement + 1)});
    if (plx_hosp_chance(&v->rng, 0.15)) /* entered by mistake: still away */
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 10, 60),
                                EVENT_UNDO_RETURN);
}

/* Senders put the moment of the cancel itself into EVN-6 of A52 and A53, so there is no undone_us.
 */
static void undo_leave(hospital *h, visit *v)
{
    v->status = v->status_before;
    plx_hosp_adt_send(h, v, &(adt){.trigger = "A52", .undoes = (uint8_t)(v->leave_statement + 1)});
}

static void undo_return(hospital *h, visit *v)
{
    v->status = STATUS_ON_LEAVE;
    plx_hosp_adt_send(h, v, &(adt){.trigger = "A53", .undoes = (uint8_t)(v->return_statement + 1)});
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 60, 300),
                            EVENT_RETURN);
}

static void discharge(hospital *h, visit *v)
{
    if (v->undo_pending || v->status == STATUS_ON_LEAVE)
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 20, 120),
                                EVENT_DISCHARGE);
    else
        plx_hosp_leave_department(h, v, HOME);
}

void plx_hosp_handle_leave(hospital *h, visit *v, const event *e)
{
    const phase at = (phase)v->phase;
    switch (e->kind) {
    case EVENT_DECIDE:
        if (at == PHASE_PLACED) decide(h, v);
        break;
    case EVENT_CANCEL_PENDING:
        if (at == PHASE_PLACED || at == PHASE_BOARDING)
            plx_hosp_adt_send(h, v, &(adt){.trigger = at == PHASE_BOARDING ? "A26" : "A25"});
        break;
    case EVENT_REVERSE:
        if (at == PHASE_BOARDING) reverse(h, v);
        break;
    case EVENT_WARD_READY:
        if (at == PHASE_BOARDING) to_ward(h, v);
        break;
    case EVENT_LEAVE:
        if (at == PHASE_WARD && plx_hosp_adt_room(v)) go_on_leave(h, v);
        break;
    case EVENT_RETURN:
        if (at == PHASE_WARD && v->status == STATUS_ON_LEAVE) come_back(h, v);
        break;
    case EVENT_UNDO_LEAVE:
        if (at == PHASE_WARD && v->status == STATUS_ON_LEAVE) undo_leave(h, v);
        break;
    case EVENT_UNDO_RETURN:
        if (at == PHASE_WARD && v->status != STATUS_ON_LEAVE) undo_return(h, v);
        break;
    case EVENT_DISCHARGE:
        if (at >= PHASE_PLACED && at <= PHASE_WARD) discharge(h, v);
        break;
    case EVENT_UNDO_DISCHARGE:
        undo_discharge(h, v);
        break;
    default:
        PLX_ASSERT(e->kind == EVENT_AFTER);
        plx_hosp_adt_send(h, v, &(adt){.trigger = "A08"});
        break;
    }
}
