/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Orders and results, HL7 v2.5.1 chapters 4 and 7: preliminary, final, corrected, deleted, and
 * posted to the wrong patient. What a message tells is noted beside it as facts, for the truth. */
#include <math.h>

#include "core/base/mathx.h"
#include "core/hospital/inner.h"

enum { ITEMS_IMAGING = 2 };

static const service *service_of(const order *o)
{
    return &plx_hosp_services[o->service];
}

static uint32_t items_of(const order *o)
{
    return service_of(o)->imaging ? ITEMS_IMAGING : service_of(o)->analytes_n;
}

static void bars(plx_out *out, unsigned n)
{
    for (; n > 0; n--)
        plx_out_char(out, '|');
}

static void put_placer(plx_out *out, const order *o)
{
    if (o->placer == 0) return;
    plx_hosp_put_number(out, "P", o->placer, 8);
    plx_out_text(out, "^" HOSPITAL_FACILITY);
}

static void put_filler(plx_out *out, const order *o)
{
    if (o->filler == 0) return;
    plx_hosp_put_number(out, service_of(o)->imaging ? "R" : "L", o->filler, 8);
    plx_out_text(out, service_of(o)->imaging ? "^RADIOLOGY" : "^LAB");
}

static void put_orc(plx_out *out, const order *o, const char *control, const char *status)
{
    plx_out_text(out, "ORC|");
    plx_out_text(out, control);
    bars(out, 1);
    put_placer(out, o);
    bars(out, 1);
    put_filler(out, o);
    bars(out, 2);
    plx_out_text(out, status);
    bars(out, 4);
    plx_hosp_put_time(out, o->ordered_us, false);
    bars(out, 3);
    plx_hosp_put_staff(out, 'D', o->doctor);
    plx_out_char(out, '\r');
}

/* status: OBR-25, 0 for an order that has no result yet. */
static void put_obr(plx_out *out, const order *o, uint32_t n, char status, int64_t reported_us)
{
    const service *s = service_of(o);
    plx_out_text(out, "OBR|");
    plx_out_u64(out, n);
    bars(out, 1);
    put_placer(out, o);
    bars(out, 1);
    put_filler(out, o);
    bars(out, 1);
    plx_out_text(out, s->code);
    plx_out_char(out, '^');
    plx_out_text(out, s->name);
    plx_out_char(out, '^');
    plx_out_text(out, s->system);
    bars(out, 3);
    if (o->collected_us) plx_hosp_put_time(out, o->collected_us, false);
    bars(out, 7);
    if (o->collected_us && !s->imaging)
        plx_hosp_put_time(out, o->collected_us + 4 * PLX_MINUTE_US, false);
    bars(out, 2);
    plx_hosp_put_staff(out, 'D', o->doctor);
    bars(out, 6);
    if (status) plx_hosp_put_time(out, reported_us, false);
    bars(out, 2);
    plx_out_text(out, s->imaging ? "RAD" : "LAB");
    bars(out, 1);
    if (status) plx_out_char(out, status);
    plx_out_char(out, '\r');
}

static void put_decimal(plx_out *out, int32_t mantissa, unsigned decimals)
{
    const plx_decimal d = plx_decimal_make(mantissa, decimals);
    plx_out_slice_add(out, plx_decimal_text(&d));
}

static const char *flag_of(const analyte *a, int32_t mantissa)
{
    const double value = plx_decimal_make(mantissa, a->decimals).value;
    return value < a->low ? "L" : value > a->high ? "H" : "N";
}

static void put_lab_obx(plx_out *out, const order *o, uint32_t item, const fact *f)
{
    const analyte *a = &service_of(o)->analytes[item];
    const bool empty = f->status == 'D' || f->status == 'X';
    plx_out_text(out, "NM|");
    plx_out_text(out, a->loinc);
    plx_out_char(out, '^');
    plx_out_text(out, a->name);
    plx_out_text(out, "^LN||");
    if (!empty) put_decimal(out, f->value, a->decimals);
    bars(out, 1);
    if (!empty) {
        plx_out_text(out, a->unit);
        plx_out_char(out, '^');
        plx_out_text(out, a->unit);
        plx_out_text(out, "^UCUM");
    }
    bars(out, 1);
    plx_out_text(out, a->range);
    bars(out, 1);
    if (!empty) plx_out_text(out, flag_of(a, f->value));
}

static void put_report_obx(plx_out *out, uint32_t item, const fact *f)
{
    const report_text *r = &plx_hosp_reports[f->value];
    plx_out_text(out, item == 0 ? "TX|18782-3^Radiology study observation^LN|1|"
                                : "TX|19005-8^Radiology impression^LN|2|");
    if (f->status != 'D') plx_out_text(out, item == 0 ? r->findings : r->impression);
    bars(out, 3);
}

static void put_obx(plx_out *out, const order *o, uint32_t n, uint32_t item, const fact *f)
{
    plx_out_text(out, "OBX|");
    plx_out_u64(out, n);
    bars(out, 1);
    if (service_of(o)->imaging)
        put_report_obx(out, item, f);
    else
        put_lab_obx(out, o, item, f);
    bars(out, 3);
    plx_out_char(out, f->status);
    bars(out, 3);
    plx_hosp_put_time(out, o->collected_us, false);
    plx_out_char(out, '\r');
}

static void draw_values(const order *o, int32_t values[ANALYTES_MAX])
{
    plx_rng rng = o->rng;
    double power = 1;
    for (uint32_t i = 0; i < service_of(o)->analytes_n; i++) {
        const analyte *a = &service_of(o)->analytes[i];
        const double z = plx_rng_normal(&rng, 0, 1);
        const double value = a->skewed ? a->mean * plx_exp(a->sd * z + a->shift * o->severity)
                                       : a->mean + a->sd * z + a->shift * o->severity;
        power = a->decimals ? 10 : 1;
        const double mantissa = floor(value * power + 0.5);
        values[i] = mantissa < 1 ? 1 : mantissa > 999999 ? 999999 : (int32_t)mantissa;
    }
}

/* Rows of the table of results for this order's items; NOBODY when it is full. */
static void take_results(hospital *h, order *o)
{
    const uint32_t n = items_of(o);
    o->first_result = NOBODY;
    if (h->results_n + n > h->results_capacity) {
        h->forgot = true;
        return;
    }
    o->first_result = h->results_n;
    for (uint32_t i = 0; i < n; i++)
        h->results[h->results_n++] =
            (result){.filler = o->filler, .service = o->service, .item = (uint8_t)i};
}

typedef struct report {        /* one message of results */
    uint32_t from, to;         /* items */
    char status, order_status; /* OBX-11, OBR-25 */
    const char *order_control; /* ORC-5, NULL = no ORC */
    uint32_t odd;              /* item with a status of its own, items_of() = none */
    char odd_status;
} report;

static uint32_t write_facts(const order *o, const report *r, const int32_t *values, fact *facts)
{
    uint32_t n = 0;
    for (uint32_t i = r->from; i < r->to; i++, n++) {
        const char status = i == r->odd ? r->odd_status : r->status;
        facts[n] =
            (fact){o->first_result == NOBODY ? NOBODY : o->first_result + i, values[i], status};
    }
    return n;
}

static void send_report(hospital *h, const visit *to, const order *o, const report *r)
{
    int32_t values[ANALYTES_MAX];
    fact facts[FACTS_MAX];
    plx_out out;
    const bool imaging = service_of(o)->imaging;
    if (imaging)
        values[0] = values[1] = o->report;
    else
        draw_values(o, values);
    /* A correction is a tenth up and a unit, so it differs from what was told. */
    if (o->changed && !imaging) values[o->changed - 1] += values[o->changed - 1] / 10 + 1;
    const uint32_t n = write_facts(o, r, values, facts), i = plx_hosp_outbox_take(h, &out);
    const int64_t sent_us = h->now_us + PLX_SECOND_US;
    plx_hosp_put_msh(h, &out, &(header){imaging ? RADIOLOGY : LAB, "ORU^R01^ORU_R01", sent_us});
    plx_hosp_put_short_identity(h, &out, to, true);
    if (r->order_control) put_orc(&out, o, "RE", r->order_control);
    put_obr(&out, o, 1, r->order_status, sent_us);
    for (uint32_t k = 0; k < n; k++)
        put_obx(&out, o, k + 1, r->from + k, &facts[k]);
    slot *s = &h->slots[i];
    s->visit = plx_hosp_visit_slot(h, to);
    s->stream = to->stream;
    s->version = ++h->versions;
    if (o->first_result != NOBODY) {
        memcpy(s->facts, facts, sizeof facts);
        s->facts_n = (uint8_t)n;
    }
    plx_hosp_outbox_put(h, i, &out, sent_us + (int64_t)plx_rng_below(&h->global, 800) * 1000);
}

static void send_order(hospital *h, const visit *v, const order *orders, uint32_t n,
                       const char *control)
{
    plx_out out;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    const bool imaging = service_of(orders)->imaging;
    const int64_t sent_us = h->now_us + PLX_SECOND_US;
    plx_hosp_put_msh(h, &out,
                     &(header){imaging ? RADIOLOGY : LAB,
                               imaging ? "OMG^O19^OMG_O19" : "OML^O21^OML_O21", sent_us});
    plx_hosp_put_short_identity(h, &out, v, true);
    for (uint32_t k = 0; k < n; k++) {
        put_orc(&out, &orders[k], control, strcmp(control, "CA") == 0 ? "CA" : "IP");
        put_obr(&out, &orders[k], k + 1, 0, 0);
    }
    h->slots[i].visit = plx_hosp_visit_slot(h, v);
    h->slots[i].stream = v->stream;
    plx_hosp_outbox_put(h, i, &out, sent_us + (int64_t)plx_rng_below(&h->global, 800) * 1000);
}

static order *order_new(hospital *h, visit *v, uint8_t number)
{
    order *o = &v->orders[v->orders_n++];
    *o = (order){.service = number, .phase = ORDER_PLACED, .wrong_visit = NOBODY};
    o->doctor = v->doctor;
    o->ordered_us = h->now_us;
    o->report = (uint8_t)plx_rng_below(&v->rng, plx_hosp_reports_n);
    o->rng = plx_rng_init(h->model.seed, plx_rng_u64(&v->rng));
    return o;
}

void plx_hosp_orders_place(hospital *h, visit *v)
{
    const complaint *c = &plx_hosp_complaints[v->complaint];
    const uint8_t first = v->orders_n;
    for (uint8_t k = 0; k < plx_hosp_services_n && v->orders_n < ORDERS_MAX; k++) {
        if (!(c->orders >> k & 1) || !plx_hosp_chance(&v->rng, c->order_percent / 100.0)) continue;
        const uint8_t number = v->orders_n;
        order *o = order_new(h, v, k);
        o->placer = ++h->placer_numbers;
        const bool off = plx_hosp_chance(&v->rng, 0.015);
        plx_hosp_schedule_order(
            h, v,
            h->now_us + plx_hosp_minutes_between(&v->rng, 4, service_of(o)->imaging ? 45 : 20),
            off ? EVENT_CANCEL_ORDER : EVENT_COLLECT, number);
    }
    /* The laboratory's orders stand first, and go as one message. */
    uint8_t labs = 0;
    while (first + labs < v->orders_n && !service_of(&v->orders[first + labs])->imaging)
        labs++;
    if (labs > 0) send_order(h, v, &v->orders[first], labs, "NW");
    for (uint8_t k = (uint8_t)(first + labs); k < v->orders_n; k++)
        send_order(h, v, &v->orders[k], 1, "NW");
}

bool plx_hosp_orders_pending(const visit *v)
{
    for (uint8_t k = 0; k < v->orders_n; k++)
        if (v->orders[k].phase <= ORDER_RUNNING) return true;
    return false;
}

static void collect(hospital *h, visit *v, order *o, uint32_t number)
{
    const service *s = service_of(o);
    const int64_t takes = plx_hosp_minutes_lognormal(&v->rng, s->minutes, 0.35) + 6 * PLX_MINUTE_US;
    o->phase = ORDER_RUNNING;
    o->collected_us = h->now_us;
    o->severity = v->severity;
    o->filler = ++h->filler_numbers;
    take_results(h, o);
    if (plx_hosp_chance(&v->rng, 0.4)) send_order(h, v, o, 1, "SC");
    if (plx_hosp_chance(&v->rng, s->imaging ? 0.5 : 0.25))
        plx_hosp_schedule_order(h, v, h->now_us + takes * 3 / 5, EVENT_PRELIMINARY, number);
    plx_hosp_schedule_order(h, v, h->now_us + takes, EVENT_FINAL, number);
    if (s->moves && plx_hosp_chance(&v->rng, 0.3)) {
        plx_hosp_schedule_visit(h, v, h->now_us + PLX_SECOND_US, EVENT_TRACK);
        plx_hosp_schedule_visit(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 8, 20),
                                EVENT_TRACK_BACK);
    }
}

/* Someone else in a bed of the department. */
static visit *somebody_else(hospital *h, const visit *v)
{
    for (uint32_t at = PLACE_FIRST_BED; at < h->area_first[AREA_WARD]; at++) {
        const uint32_t other = h->places[at].visit;
        if (other != NOBODY && other != plx_hosp_visit_slot(h, v)) return &h->visits[other];
    }
    return NULL;
}

static void finish(hospital *h, visit *v, order *o, uint32_t number)
{
    report r = {0, items_of(o), 'F', 'F', "CM", items_of(o), 0};
    visit *to = v;
    o->phase = ORDER_DONE;
    /* The consultant may read another thing than the registrar did. */
    if (service_of(o)->imaging && plx_hosp_chance(&v->rng, 0.15))
        o->report = (uint8_t)plx_rng_below(&v->rng, plx_hosp_reports_n);
    if (o->service == 1 && plx_hosp_chance(&v->rng, 0.015)) { /* haemolysed: no potassium */
        r.odd = 1;
        r.odd_status = 'X';
    }
    if (!service_of(o)->imaging && plx_hosp_chance(&v->rng, 0.006)) {
        visit *other = somebody_else(h, v);
        if (other) {
            to = other;
            o->wrong_visit = plx_hosp_visit_slot(h, other);
            other->events_n++; /* its slot must stay until the result is withdrawn */
            plx_hosp_schedule_order(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 15, 90),
                                    EVENT_RIGHT_PATIENT, number);
        }
    }
    send_report(h, to, o, &r);
    if (to == v && plx_hosp_chance(&v->rng, 0.035))
        plx_hosp_schedule_order(h, v, h->now_us + plx_hosp_minutes_between(&v->rng, 10, 180),
                                EVENT_CORRECT, number);
}

/* Withdrawn from the wrong patient, then told of the right one under a number of its own. */
static void right_patient(hospital *h, visit *v, order *o)
{
    visit *wrong = &h->visits[o->wrong_visit];
    const uint32_t all = items_of(o);
    send_report(h, wrong, o, &(report){0, all, 'W', 'C', "CM", all, 0});
    wrong->events_n--;
    o->wrong_visit = NOBODY;
    o->filler = ++h->filler_numbers;
    take_results(h, o);
    send_report(h, v, o, &(report){0, all, 'F', 'F', "CM", all, 0});
    plx_hosp_close_when_over(h, wrong);
}

static void correct(hospital *h, visit *v, order *o)
{
    const uint32_t item = (uint32_t)plx_rng_below(&v->rng, items_of(o));
    const bool deleted = plx_hosp_chance(&v->rng, 0.2);
    o->changed = (uint8_t)(item + 1);
    if (service_of(o)->imaging) o->report = (uint8_t)((o->report + 1) % plx_hosp_reports_n);
    send_report(h, v, o, &(report){item, item + 1, deleted ? 'D' : 'C', 'C', "CM", items_of(o), 0});
}

void plx_hosp_order_point_of_care(hospital *h, visit *v)
{
    order *o = order_new(h, v, 2);
    o->phase = ORDER_DONE;
    o->collected_us = h->now_us;
    o->severity = v->severity;
    o->filler = ++h->filler_numbers;
    take_results(h, o);
    send_report(h, v, o, &(report){0, 1, 'F', 'F', NULL, 1, 0});
}

void plx_hosp_handle_order(hospital *h, visit *v, const event *e)
{
    order *o = &v->orders[e->order];
    switch (e->kind) {
    case EVENT_COLLECT:
        collect(h, v, o, e->order);
        break;
    case EVENT_CANCEL_ORDER:
        o->phase = ORDER_OFF;
        send_order(h, v, o, 1, "CA");
        break;
    case EVENT_PRELIMINARY: {
        const uint32_t part = service_of(o)->imaging ? items_of(o) : (items_of(o) + 1) / 2;
        send_report(h, v, o, &(report){0, part, 'P', 'P', "IP", items_of(o), 0});
        break;
    }
    case EVENT_FINAL:
        finish(h, v, o, e->order);
        break;
    case EVENT_CORRECT:
        correct(h, v, o);
        break;
    default:
        PLX_ASSERT(e->kind == EVENT_RIGHT_PATIENT);
        right_patient(h, v, o);
        break;
    }
}
