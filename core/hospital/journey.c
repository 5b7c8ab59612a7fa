/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* From the door to the bed: arrivals, registration, triage, the queue. Shares and times are
 * invented for a plausible mixed department. */
#include "core/hospital/inner.h"

enum { FIRST_JOURNEY_STREAM = 16 };

static double arrival_rate(const hospital *h, int64_t time_us)
{
    const int64_t hour = time_us % PLX_DAY_US / PLX_HOUR_US;
    return h->model.arrivals_per_hour * plx_hosp_arrivals_by_hour[hour];
}

/* Thinning of a Poisson process at the largest rate. */
void plx_hosp_arrival_next(hospital *h)
{
    const double most = h->model.arrivals_per_hour * ARRIVALS_BY_HOUR_MAX;
    int64_t time_us = h->now_us;
    if (h->model.journeys_max && h->journeys >= h->model.journeys_max) return;
    do {
        const double hours = plx_rng_exponential(&h->arrivals, 1 / most);
        time_us += (int64_t)(hours * (double)PLX_HOUR_US);
    } while (!plx_hosp_chance(&h->arrivals, arrival_rate(h, time_us) / most));
    plx_hosp_schedule(h, time_us, (event){.kind = EVENT_ARRIVAL});
}

static uint8_t complaint_draw(plx_rng *rng)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < plx_hosp_complaints_n; i++)
        sum += plx_hosp_complaints[i].weight;
    uint64_t at = plx_rng_below(rng, sum);
    uint8_t i = 0;
    for (; at >= plx_hosp_complaints[i].weight; i++)
        at -= plx_hosp_complaints[i].weight;
    return i;
}

static uint8_t triage_draw(plx_rng *rng, const complaint *c)
{
    uint64_t at = plx_rng_below(rng, 100);
    uint8_t level = 0;
    for (; level < 4 && at >= c->triage[level]; level++)
        at -= c->triage[level];
    return (uint8_t)(level + 1);
}

typedef enum identity_kind {
    IDENTITY_PLAIN,
    IDENTITY_TEMPORARY, /* nobody knows the name: T number, merged later */
    IDENTITY_DOUBLED,   /* known, but registered anew: merged later */
    IDENTITY_MISTAKEN,  /* under another person: the visit is moved later */
    IDENTITY_RENUMBERED /* the visit gets another number */
} identity_kind;

static identity_kind identity_draw(plx_rng *rng, bool ambulance)
{
    const double u = plx_rng_unit(rng);
    if (u < 0.015) return ambulance ? IDENTITY_TEMPORARY : IDENTITY_DOUBLED;
    if (u < 0.022) return IDENTITY_DOUBLED;
    if (u < 0.026) return IDENTITY_MISTAKEN;
    return u < 0.029 ? IDENTITY_RENUMBERED : IDENTITY_PLAIN;
}

static void identity_schedule(hospital *h, visit *v, identity_kind kind)
{
    static const event_kind EVENTS[] = {EVENT_KINDS, EVENT_IDENTIFY, EVENT_IDENTIFY,
                                        EVENT_MOVE_VISIT, EVENT_RENUMBER};
    if (kind != IDENTITY_PLAIN)
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 15, 180),
                                EVENTS[kind]);
}

/* The person of a visit; NOBODY when the table is full. */
static uint32_t person_draw(hospital *h, visit *v, identity_kind kind)
{
    const age_class age = plx_hosp_complaints[v->complaint].age;
    const bool again = plx_hosp_chance(&v->rng, 0.06) || kind == IDENTITY_MISTAKEN;
    uint32_t who = NOBODY;
    if (again && kind != IDENTITY_TEMPORARY) who = plx_hosp_person_known(h, &v->rng);
    if (who == NOBODY) who = plx_hosp_person_new(h, &v->rng, kind == IDENTITY_TEMPORARY, age);
    return who;
}

static visit *visit_begin(hospital *h, bool ambulance, identity_kind *kind)
{
    visit *v = plx_hosp_visit_new(h);
    if (!v) return NULL;
    const uint64_t journey = ++h->journeys;
    v->rng = plx_rng_init(h->model.seed, FIRST_JOURNEY_STREAM + journey);
    v->journey = journey;
    v->stream = (uint32_t)(journey % PLX_HOSPITAL_STREAMS);
    v->number = ++h->visit_numbers;
    v->old_person = NOBODY;
    v->complaint = complaint_draw(&v->rng);
    v->triage = triage_draw(&v->rng, &plx_hosp_complaints[v->complaint]);
    *kind = identity_draw(&v->rng, ambulance);
    v->person = person_draw(h, v, *kind);
    if (v->person == NOBODY) {
        v->phase = PHASE_OVER;
        return NULL;
    }
    plx_hosp_person_keep(h, v->person);
    h->persons[v->person].present++;
    v->age_years = plx_hosp_person_age(&h->persons[v->person], h->now_us);
    v->class = 'E';
    plx_hosp_vitals_begin(v);
    return v;
}

/* Expected by letter: planned now, here or not within hours. */
static void expect(hospital *h, visit *v)
{
    v->phase = PHASE_EXPECTED;
    v->by_a14 = plx_hosp_chance(&v->rng, 0.3); /* to be admitted at once, when a bed is found */
    v->class = v->by_a14 ? 'I' : 'P';
    v->status = STATUS_PLANNED;
    plx_hosp_adt_send(h, v, &(adt){.trigger = v->by_a14 ? "A14" : "A05", .states = true});
    const event_kind next = plx_hosp_chance(&v->rng, 0.12) ? EVENT_NO_SHOW : EVENT_REGISTER;
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 30, 240), next);
}

/* The crew sends vitals and a first lactate before anybody registers the patient. */
static void prealert(hospital *h, visit *v)
{
    v->phase = PHASE_EXPECTED;
    plx_hosp_schedule_visit(h, v, h->now_us + PLX_SECOND_US, EVENT_PREALERT);
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 3, 5),
                            EVENT_PREALERT);
    plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 6, 12),
                            EVENT_REGISTER);
}

void plx_hosp_arrive(hospital *h)
{
    plx_rng *rng = &h->arrivals;
    const double way = plx_rng_unit(rng);
    const bool ambulance = way<0.28, letter = way> 0.95;
    identity_kind kind;
    visit *v = visit_begin(h, ambulance, &kind);
    plx_hosp_arrival_next(h);
    if (!v) {
        h->counts.turned_away++;
        return;
    }
    h->counts.arrivals++;
    identity_schedule(h, v, letter ? IDENTITY_PLAIN : kind);
    if (letter)
        expect(h, v);
    else if (ambulance && kind == IDENTITY_PLAIN && plx_hosp_chance(&v->rng, 0.12))
        prealert(h, v);
    else
        plx_hosp_schedule_visit(h, v, h->now_us, EVENT_REGISTER);
}

void plx_hosp_journey_over(hospital *h, visit *v)
{
    v->phase = PHASE_OVER;
    plx_hosp_bedside_end(h, v);
    h->persons[v->person].present--;
    plx_hosp_person_remember(h, v->person);
}

static void put_in_bed(hospital *h, visit *v, uint16_t at)
{
    const uint16_t prior = v->place;
    v->queued = false;
    v->phase = PHASE_PLACED;
    v->placed_us = h->now_us;
    plx_hosp_doctor_change(v);
    plx_hosp_place_take(h, at, v);
    adt a = {.trigger = "A02", .prior = prior};
    if (plx_hosp_chance(&v->rng, 0.04))
        a.recorded_us = h->now_us + plx_hosp_minutes_between(&v->rng, 15, 45);
    if (plx_hosp_chance(&v->rng, 0.02)) a = (adt){.trigger = "A08"}; /* moved without saying so */
    if (prior != at) plx_hosp_adt_send(h, v, &a);
    plx_hosp_treat_begin(h, v);
}

static void register_arrival(hospital *h, visit *v)
{
    v->phase = PHASE_WAITING;
    v->class = 'E';
    v->status = STATUS_ARRIVED;
    v->arrived_us = h->now_us - h->now_us % PLX_SECOND_US;
    const uint16_t bed =
        v->triage == 1 ? plx_hosp_place_find(h, plx_hosp_area_for(h, v)) : PLACE_NOWHERE;
    if (bed != PLACE_NOWHERE) {
        plx_hosp_doctor_change(v);
        plx_hosp_place_take(h, bed, v);
    } else {
        v->place = PLACE_WAITING;
    }
    plx_hosp_adt_send(h, v, &(adt){.trigger = "A04", .states = true});
    v->moved_us = v->last_adt_us; /* when an A11 says it happened */
    if (bed == PLACE_NOWHERE && plx_hosp_chance(&v->rng, 0.007)) {
        plx_hosp_schedule_visit(
            h, v, v->last_recorded_us + plx_hosp_minutes_between(&v->rng, 5, 15), EVENT_MISTAKE);
        return;
    }
    if (plx_hosp_chance(&v->rng, 0.1))
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 10, 40),
                                EVENT_AGAIN);
    if (bed != PLACE_NOWHERE) {
        put_in_bed(h, v, bed);
        plx_hosp_vitals_chart(h, v, true, true);
    } else {
        const double wait = v->triage <= 2 ? 3 : 12;
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 2, wait),
                                EVENT_TRIAGE);
    }
}

/* Who waits for this area, most urgent first, then longest here. */
static visit *next_waiting(hospital *h, uint32_t area)
{
    visit *best = NULL;
    for (uint32_t i = 0; i < h->visits_high; i++) {
        visit *v = &h->visits[i];
        if (!v->used || !v->queued || plx_hosp_area_for(h, v) != area) continue;
        if (!best || v->triage < best->triage ||
            (v->triage == best->triage && v->journey < best->journey))
            best = v;
    }
    return best;
}

void plx_hosp_fill_beds(hospital *h)
{
    for (uint32_t area = 0; area < AREA_WARD; area++) {
        visit *v;
        while ((v = next_waiting(h, area)) != NULL) {
            const uint16_t bed = plx_hosp_place_find(h, area);
            if (bed == PLACE_NOWHERE) break;
            put_in_bed(h, v, bed);
        }
    }
}

static void triage(hospital *h, visit *v)
{
    plx_hosp_vitals_chart(h, v, true, true);
    if (plx_hosp_chance(&v->rng, 0.15)) plx_hosp_adt_send(h, v, &(adt){.trigger = "A08"});
    v->queued = true;
    if (v->triage >= 3)
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 60, 360),
                                EVENT_PATIENCE);
    else
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 15, 25),
                                EVENT_OVERFLOW);
    plx_hosp_fill_beds(h);
}

static void cancel(hospital *h, visit *v, const char *trigger)
{
    v->status = STATUS_CANCELLED;
    adt a = {.trigger = trigger, .states = true, .undone_us = v->moved_us};
    if (strcmp(trigger, "A23") == 0) a.undone_us = 0; /* deletes the visit, cancels no event */
    plx_hosp_adt_send(h, v, &a);
    plx_hosp_journey_over(h, v);
}

void plx_hosp_handle_journey(hospital *h, visit *v, const event *e)
{
    switch (e->kind) {
    case EVENT_REGISTER:
        register_arrival(h, v);
        break;
    case EVENT_PREALERT:
        /* Without a visit number only the person tells whose they are: one visit must be all. */
        plx_hosp_vitals_monitor(h, v, v->journey % 2 == 0 || h->persons[v->person].refs > 1);
        if (v->orders_n == 0 && plx_hosp_chance(&v->rng, 0.4)) plx_hosp_order_point_of_care(h, v);
        break;
    case EVENT_NO_SHOW:
        v->moved_us = v->last_adt_us;
        cancel(h, v, v->by_a14 ? "A27" : "A38");
        break;
    case EVENT_MISTAKE:
        cancel(h, v, "A11");
        break;
    case EVENT_AGAIN:
        if (v->status == STATUS_ARRIVED && v->phase <= PHASE_PLACED && plx_hosp_adt_room(v))
            plx_hosp_adt_send(h, v, &(adt){.trigger = "A04"});
        break;
    case EVENT_TRIAGE:
        triage(h, v);
        break;
    case EVENT_PATIENCE:
        if (v->queued) plx_hosp_leave_department(h, v, "07");
        break;
    default:
        PLX_ASSERT(e->kind == EVENT_OVERFLOW);
        if (v->queued) put_in_bed(h, v, PLACE_CORRIDOR);
        break;
    }
}
