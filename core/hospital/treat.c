/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What happens to a patient in a bed: doctors, moves between beds, imaging trips, updates. */
#include "core/hospital/inner.h"

void plx_hosp_doctor_change(visit *v)
{
    v->doctor_before = v->doctor;
    v->doctor = (uint8_t)plx_rng_below(&v->rng, DOCTORS);
    v->nurse = (uint8_t)plx_rng_below(&v->rng, NURSES);
    v->attending_known = true;
}

static void maybe(hospital *h, visit *v, double p, event_kind kind, double low, double high)
{
    if (plx_hosp_chance(&v->rng, p))
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, low, high),
                                kind);
}

void plx_hosp_treat_begin(hospital *h, visit *v)
{
    plx_hosp_bedside_begin(h, v);
    plx_hosp_vitals_size(h, v);
    plx_hosp_schedule_visit(
        h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 2, v->triage <= 2 ? 6 : 20),
        EVENT_TREAT);
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 1, 3),
                            EVENT_VITALS);
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 20, 40),
                            EVENT_CHARTED);
    maybe(h, v, 0.22, EVENT_UPDATE, 5, 200);
    maybe(h, v, 0.15, EVENT_HANDOVER, 30, 300);
    maybe(h, v, 0.07, EVENT_MOVE, 20, 180);
    maybe(h, v, 0.02, EVENT_SWAP, 20, 180);
}

/* Minutes from the first look to the decision; the results may take longer. */
static void treat(hospital *h, visit *v)
{
    static const double MEDIAN_MIN[5] = {110, 150, 120, 60, 40};
    plx_hosp_orders_place(h, v);
    plx_hosp_schedule_visit(
        h, v, h->now_us + plx_hosp_minutes_lognormal(&v->rng, MEDIAN_MIN[v->triage - 1], 0.45),
        EVENT_DECIDE);
}

static void update(hospital *h, visit *v)
{
    const double u = plx_rng_unit(&v->rng);
    adt a = {.trigger = "A08"};
    if (u >= 0.9) {
        plx_hosp_adt_person(h, v);
        return;
    }
    a.sparse = u < 0.3;
    a.clear_phone = u >= 0.3 && u < 0.45;
    if (u >= 0.45 && u < 0.6) {
        a.clear_attending = true;
        v->attending_known = false;
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 10, 40),
                                EVENT_HANDOVER);
    }
    plx_hosp_adt_send(h, v, &a);
}

static void handover(hospital *h, visit *v)
{
    const bool undo = v->attending_known && plx_hosp_chance(&v->rng, 0.06);
    plx_hosp_doctor_change(v);
    plx_hosp_adt_send(h, v, &(adt){.trigger = "A54"});
    v->handed_us = v->last_adt_us;
    if (undo)
        plx_hosp_schedule_visit(h, v,
                                v->last_recorded_us + plx_hosp_minutes_between(&v->rng, 3, 15),
                                EVENT_UNDO_HANDOVER);
}

/* A worse patient goes to resus, another one to a free bed of the same area. */
static void move(hospital *h, visit *v)
{
    const uint32_t here =
        v->place >= PLACE_FIRST_BED ? h->places[v->place].area : plx_hosp_area_for(h, v);
    const uint16_t to = plx_hosp_place_find(h, v->severity > 0.75 ? (uint32_t)AREA_RESUS : here);
    if (to == PLACE_NOWHERE || v->undo_pending) return;
    const uint16_t prior = v->place;
    adt a = {.trigger = "A02", .prior = prior};
    const bool late = plx_hosp_chance(&v->rng, 0.15);
    if (late) a.recorded_us = h->now_us + plx_hosp_minutes_between(&v->rng, 15, 45);
    v->undo_pending = plx_hosp_chance(&v->rng, 0.12);
    if (v->undo_pending) v->held_place = prior;
    plx_hosp_place_take(h, to, v);
    plx_hosp_adt_send(h, v, &a);
    v->moved_us = v->last_adt_us;
    if (v->undo_pending)
        plx_hosp_schedule_visit(
            h, v, v->last_recorded_us + plx_hosp_minutes_between(&v->rng, 2, 10), EVENT_UNDO_MOVE);
    else
        plx_hosp_place_release(h, prior);
}

static void undo_move(hospital *h, visit *v)
{
    const uint16_t left = v->place;
    v->undo_pending = false;
    v->place = v->held_place;
    v->held_place = PLACE_NOWHERE;
    plx_hosp_adt_send(h, v, &(adt){.trigger = "A12", .undone_us = v->moved_us});
    plx_hosp_place_release(h, left);
}

static bool can_swap(const visit *v)
{
    return !v->undo_pending && v->phase >= PHASE_PLACED && v->phase <= PHASE_BOARDING &&
           v->place >= PLACE_FIRST_BED && plx_hosp_adt_room(v);
}

static void swap(hospital *h, visit *v)
{
    if (!can_swap(v)) return;
    const uint32_t area = h->places[v->place].area;
    for (uint32_t at = h->area_first[area]; at < h->area_first[area + 1]; at++) {
        if (h->places[at].visit == NOBODY || at == v->place) continue;
        visit *other = &h->visits[h->places[at].visit];
        if (!can_swap(other) || other->place != at) continue;
        const uint16_t mine = v->place;
        plx_hosp_place_take(h, other->place, v);
        plx_hosp_place_take(h, mine, other);
        plx_hosp_adt_swap(h, v, other);
        return;
    }
}

static void track(hospital *h, visit *v, bool back)
{
    if (back)
        plx_hosp_adt_send(h, v, &(adt){.trigger = "A10", .prior_temporary = PLACE_IMAGING});
    else
        plx_hosp_adt_send(h, v, &(adt){.trigger = "A09", .temporary = PLACE_IMAGING});
}

void plx_hosp_handle_treat(hospital *h, visit *v, const event *e)
{
    const bool here = v->phase == PHASE_PLACED || v->phase == PHASE_BOARDING;
    if (e->kind == EVENT_UNDO_MOVE) {
        undo_move(h, v);
        return;
    }
    if (!here || (e->kind != EVENT_TREAT && !plx_hosp_adt_room(v))) return;
    switch (e->kind) {
    case EVENT_TREAT:
        treat(h, v);
        break;
    case EVENT_UPDATE:
        update(h, v);
        break;
    case EVENT_HANDOVER:
        handover(h, v);
        break;
    case EVENT_UNDO_HANDOVER:
        v->doctor = v->doctor_before;
        plx_hosp_adt_send(h, v, &(adt){.trigger = "A55", .undone_us = v->handed_us});
        break;
    case EVENT_MOVE:
        move(h, v);
        break;
    case EVENT_SWAP:
        swap(h, v);
        break;
    case EVENT_TRACK:
        track(h, v, false);
        break;
    default:
        PLX_ASSERT(e->kind == EVENT_TRACK_BACK);
        track(h, v, true);
        break;
    }
}
