/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/map.h"

#include "core/format/hl7v2/dtm.h"
#include "core/format/hl7v2/map_inner.h"

static plx_when no_time(void)
{
    return (plx_when){.time_us = PLX_TIME_NONE};
}

static plx_order_facts order_init(void)
{
    plx_order_facts order;
    memset(&order, 0, sizeof order);
    order.ordered = order.collected = order.received = order.reported = no_time();
    return order;
}

static void event_init(plx_event *e)
{
    memset(e, 0, sizeof *e);
    e->sent_us = e->recorded_us = e->happened_us = e->event_occurred_us = PLX_TIME_NONE;
    e->person.birth = e->other_person.birth = no_time();
    e->visit.admitted = e->visit.discharged = no_time();
    e->other_visit.admitted = e->other_visit.discharged = no_time();
}

static void map_header(plx_hl7_mapper *p, const plx_hl7_content *c, plx_event *e)
{
    plx_hl7_span event;
    e->type = plx_hl7_view(p, plx_hl7_fields_component(&c->msh, 9, 1));
    event = plx_hl7_fields_component(&c->msh, 9, 2);
    e->trigger = plx_hl7_view(p, event);
    if (e->trigger.n == 0 && c->evn != UINT32_MAX)
        e->trigger = plx_hl7_view(p, plx_hl7_get(p->m, c->evn, 1, 1));
    e->control_id = plx_hl7_view(p, plx_hl7_fields_get(&c->msh, 10));
    e->application = plx_hl7_map_hd(p, plx_hl7_fields_first(&c->msh, 3));
    e->facility = plx_hl7_map_hd(p, plx_hl7_fields_first(&c->msh, 4));
    const plx_slice processing = plx_hl7_view(p, plx_hl7_fields_component(&c->msh, 11, 1));
    e->processing = processing.n > 0 ? processing.at[0] : 'P';
    e->adt = c->adt.action;
}

static void map_times(plx_hl7_mapper *p, const plx_hl7_content *c, plx_event *e)
{
    plx_when recorded = no_time(), occurred = no_time();
    const plx_when sent = plx_hl7_map_when(p, plx_hl7_fields_first(&c->msh, 7));
    if (c->evn != UINT32_MAX) {
        plx_hl7_fields evn;
        plx_hl7_fields_read(p->m, c->evn, 6, &evn);
        recorded = plx_hl7_map_when(p, plx_hl7_fields_first(&evn, 2));
        occurred = plx_hl7_map_when(p, plx_hl7_fields_first(&evn, 6));
    }
    e->sent_us = sent.time_us;
    e->recorded_us = recorded.presence == PLX_VALUE ? recorded.time_us : sent.time_us;
    e->event_occurred_us = occurred.time_us;
    e->happened_us = occurred.presence == PLX_VALUE ? occurred.time_us : e->recorded_us;
}

static void map_roles(plx_hl7_mapper *p, plx_visit_facts *visit)
{
    for (uint32_t i = 1; i < p->m->segments_n; i++)
        if (plx_hl7_id_number(p->m, i) == PLX_HL7_ID('R', 'O', 'L')) plx_hl7_map_role(p, i, visit);
}

static void map_people(plx_hl7_mapper *p, const plx_hl7_content *c, plx_event *e)
{
    const bool two =
        c->adt.needs == PLX_HL7_NEEDS_TWO_PERSONS || c->adt.needs == PLX_HL7_NEEDS_TWO_VISITS;
    if (c->pid != UINT32_MAX) plx_hl7_map_person(p, c->pid, &e->person);
    if (c->pv1 != UINT32_MAX) plx_hl7_map_visit(p, c->pv1, &e->visit);
    if (two) {
        plx_hl7_map_person(p, c->pid_2, &e->other_person);
        if (c->pv1_2 != UINT32_MAX) plx_hl7_map_visit(p, c->pv1_2, &e->other_visit);
    }
    if (c->pv2 != UINT32_MAX) plx_hl7_map_complaint(p, c->pv2, &e->visit);
    if (c->npu != UINT32_MAX && e->adt == PLX_ADT_BED_STATUS) plx_hl7_map_bed(p, c->npu, &e->visit);
    if (c->mrg != UINT32_MAX) plx_hl7_map_merge(p, c->mrg, &e->merge);
    map_roles(p, &e->visit);
}

/* Orders, observations and medications in message order. */
typedef struct results {
    plx_hl7_grouping group;
    plx_order_facts specimen; /* times for the orders that follow it */
    plx_when start, end;      /* of the medication that follows */
    uint32_t routed_n;        /* medications whose RXR has come */
    bool in_order;            /* the last medication belongs to the current order */
} results;

static plx_order_facts *current_order(plx_event *e)
{
    return e->orders_n > 0 ? &e->orders[e->orders_n - 1] : NULL;
}

static void next_order(plx_hl7_mapper *p, const plx_hl7_content *c, results *r, uint32_t segment,
                       plx_event *e)
{
    const bool is_orc = plx_hl7_id_number(p->m, segment) == PLX_HL7_ID('O', 'R', 'C');
    if (plx_hl7_group_next(&r->group, is_orc, c->obr_first)) {
        PLX_ASSERT(e->orders_n < c->orders_n);
        e->orders[e->orders_n++] = order_init();
        r->routed_n = e->medications_n;
        r->in_order = false;
        r->start = r->end = no_time();
    }
    plx_order_facts *order = current_order(e);
    if (is_orc) {
        plx_hl7_map_orc(p, segment, order);
        return;
    }
    plx_hl7_map_obr(p, segment, order);
    if (order->collected.presence != PLX_VALUE) order->collected = r->specimen.collected;
    if (order->received.presence != PLX_VALUE) order->received = r->specimen.received;
}

static void next_observation(plx_hl7_mapper *p, results *r, uint32_t segment, plx_event *e)
{
    plx_observation_facts *o = &e->observations[e->observations_n++];
    o->index = e->observations_n;
    o->order = e->orders_n > 0 ? e->orders_n - 1 : UINT32_MAX;
    r->group.obx = true;
    plx_hl7_map_obx(p, segment, current_order(e), o);
    if (e->processing != 'P') o->demo = true;
}

static void next_specimen(plx_hl7_mapper *p, const plx_hl7_content *c, results *r, uint32_t segment,
                          plx_event *e)
{
    if (c->specimen_first) {
        r->specimen = order_init();
        plx_hl7_map_spm(p, segment, &r->specimen);
    } else if (e->orders_n > 0) {
        plx_hl7_map_spm(p, segment, current_order(e));
    }
}

static void next_medication(plx_hl7_mapper *p, const plx_hl7_content *c, results *r,
                            uint32_t segment, plx_event *e)
{
    plx_medication_facts *d = &e->medications[e->medications_n++];
    plx_order_facts *order = current_order(e);
    plx_hl7_map_medication(p, segment, d);
    d->index = c->obx_n + e->medications_n;
    d->order = order ? e->orders_n - 1 : UINT32_MAX;
    d->demo = e->processing != 'P';
    if (d->word <= PLX_MEDICATION_ORDERED) {
        if (d->start.presence != PLX_VALUE) d->start = r->start;
        if (d->end.presence != PLX_VALUE) d->end = r->end;
    }
    r->in_order = true;
    if (!order) return;
    if (order->code.n == 0 && order->code_text.n == 0) {
        order->code = d->code;
        order->code_text = d->code_text;
        order->code_system = d->code_system;
    }
    if (order->service.n == 0) order->service = PLX_LIT("PHR");
}

/* What stands around a medication. */
static void next_part(plx_hl7_mapper *p, results *r, uint32_t segment, plx_event *e)
{
    plx_medication_facts *last = r->in_order ? &e->medications[e->medications_n - 1] : NULL;
    switch (plx_hl7_id_number(p->m, segment)) {
    case PLX_HL7_ID('R', 'X', 'R'):
        if (r->routed_n == e->medications_n) break; /* nothing before it that it could speak of */
        plx_hl7_map_rxr(p, segment, e->medications + r->routed_n, e->medications_n - r->routed_n);
        r->routed_n = e->medications_n;
        break;
    case PLX_HL7_ID('R', 'X', 'C'):
        if (last) plx_hl7_map_rxc(p, segment, last);
        break;
    default:
        if (last && last->word <= PLX_MEDICATION_ORDERED)
            plx_hl7_map_tq1(p, segment, &last->start, &last->end);
        else
            plx_hl7_map_tq1(p, segment, &r->start, &r->end);
        break;
    }
}

static void next_drug_segment(plx_hl7_mapper *p, const plx_hl7_content *c, results *r,
                              uint32_t segment, plx_event *e)
{
    const uint32_t id = plx_hl7_id_number(p->m, segment);
    if (plx_hl7_is_medication(id))
        next_medication(p, c, r, segment, e);
    else if (id == PLX_HL7_ID('R', 'X', 'R') || id == PLX_HL7_ID('R', 'X', 'C') ||
             id == PLX_HL7_ID('T', 'Q', '1'))
        next_part(p, r, segment, e);
}

/* false: the arena is full. */
static bool take_room(plx_hl7_mapper *p, const plx_hl7_content *c, bool orders, plx_event *e)
{
    const uint32_t orders_n = orders ? c->orders_n : 0, drugs_n = orders ? c->medications_n : 0;
    if (orders_n > 0) e->orders = plx_arena_take(p->arena, orders_n, sizeof *e->orders);
    if (c->obx_n > 0) e->observations = plx_arena_take(p->arena, c->obx_n, sizeof *e->observations);
    if (drugs_n > 0) e->medications = plx_arena_take(p->arena, drugs_n, sizeof *e->medications);
    return (orders_n == 0 || e->orders) && (c->obx_n == 0 || e->observations) &&
           (drugs_n == 0 || e->medications);
}

static void map_results(plx_hl7_mapper *p, const plx_hl7_content *c, plx_event *e)
{
    results r = {.specimen = order_init(), .start = no_time(), .end = no_time()};
    const bool orders = c->family != PLX_HL7_FAMILY_ADT;
    p->full = !take_room(p, c, orders, e);
    for (uint32_t i = 1; i < p->m->segments_n && !p->full; i++) {
        switch (plx_hl7_id_number(p->m, i)) {
        case PLX_HL7_ID('O', 'R', 'C'):
        case PLX_HL7_ID('O', 'B', 'R'):
            if (orders) next_order(p, c, &r, i, e);
            break;
        case PLX_HL7_ID('O', 'B', 'X'):
            next_observation(p, &r, i, e);
            break;
        case PLX_HL7_ID('S', 'P', 'M'):
            if (orders) next_specimen(p, c, &r, i, e);
            break;
        default:
            if (orders) next_drug_segment(p, c, &r, i, e);
            break;
        }
    }
}

/* In ADT a height or weight of the one patient it is about. */
static bool has_results(const plx_hl7_content *c)
{
    if (c->family == PLX_HL7_FAMILY_ADT) return c->adt.needs == PLX_HL7_NEEDS_PERSON;
    return c->family == PLX_HL7_FAMILY_RESULT || c->family == PLX_HL7_FAMILY_ORDER;
}

plx_status plx_hl7_map(const plx_hl7_message *message, const plx_hl7_map_options *options,
                       plx_arena *arena, plx_event *event, plx_hl7_fault *fault)
{
    PLX_ASSERT(options->zone_minutes >= -PLX_HL7_ZONE_MAX &&
               options->zone_minutes <= PLX_HL7_ZONE_MAX);
    plx_hl7_content content;
    plx_event e;
    plx_hl7_content_read(message, &content);
    PLX_TRY(plx_hl7_content_check(&content, fault));
    plx_hl7_mapper p = plx_hl7_mapper_init(message, &content.msh, options->zone_minutes, arena);
    event_init(&e);
    map_header(&p, &content, &e);
    map_times(&p, &content, &e);
    map_people(&p, &content, &e);
    if (has_results(&content)) map_results(&p, &content, &e);
    if (p.full) return PLX_SPACE;
    e.warnings = message->warnings_n + p.warnings;
    *event = e;
    return PLX_OK;
}
