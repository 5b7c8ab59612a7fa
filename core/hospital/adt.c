/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Admission, discharge and transfer messages, HL7 v2.5.1 chapter 3. EVN-6 is when it happened,
 * EVN-2 when a clerk entered it; on a cancel EVN-6 is when the undone event happened (definition of
 * the field). */
#include "core/hospital/inner.h"

typedef struct structure {
    char trigger[4];
    const char *type; /* MSH-9, table 0354 */
    bool facts;       /* PV2 and ROL follow */
} structure;

static const structure STRUCTURES[] = {
    {"A01", "ADT^A01^ADT_A01", true},  {"A02", "ADT^A02^ADT_A02", true},
    {"A03", "ADT^A03^ADT_A03", false}, {"A04", "ADT^A04^ADT_A01", true},
    {"A05", "ADT^A05^ADT_A05", true},  {"A06", "ADT^A06^ADT_A06", true},
    {"A07", "ADT^A07^ADT_A06", false}, {"A08", "ADT^A08^ADT_A01", true},
    {"A09", "ADT^A09^ADT_A09", false}, {"A10", "ADT^A10^ADT_A09", false},
    {"A11", "ADT^A11^ADT_A09", false}, {"A12", "ADT^A12^ADT_A12", false},
    {"A13", "ADT^A13^ADT_A01", false}, {"A14", "ADT^A14^ADT_A05", true},
    {"A15", "ADT^A15^ADT_A15", false}, {"A16", "ADT^A16^ADT_A16", false},
    {"A21", "ADT^A21^ADT_A21", false}, {"A22", "ADT^A22^ADT_A21", false},
    {"A23", "ADT^A23^ADT_A21", false}, {"A25", "ADT^A25^ADT_A21", false},
    {"A27", "ADT^A27^ADT_A21", false}, {"A26", "ADT^A26^ADT_A21", false},
    {"A38", "ADT^A38^ADT_A38", false}, {"A40", "ADT^A40^ADT_A39", false},
    {"A45", "ADT^A45^ADT_A45", false}, {"A47", "ADT^A47^ADT_A30", false},
    {"A52", "ADT^A52^ADT_A52", false}, {"A53", "ADT^A53^ADT_A52", false},
    {"A50", "ADT^A50^ADT_A50", false}, {"A54", "ADT^A54^ADT_A54", false},
    {"A55", "ADT^A55^ADT_A52", false}};

static const structure *structure_of(const char *trigger)
{
    uint32_t i = 0;
    for (; memcmp(STRUCTURES[i].trigger, trigger, 4) != 0; i++)
        PLX_ASSERT(i + 1 < sizeof STRUCTURES / sizeof *STRUCTURES);
    return &STRUCTURES[i];
}

static void put_evn(hospital *h, plx_out *out, const char *trigger, int64_t recorded_us,
                    int64_t occurred_us)
{
    plx_out_text(out, "EVN|");
    plx_out_text(out, trigger);
    plx_out_char(out, '|');
    plx_hosp_put_time(out, recorded_us, false);
    plx_out_text(out, "|||");
    plx_hosp_put_number(out, "CLERK", 1 + h->control_ids[REGISTRATION] % 9, 1);
    plx_out_char(out, '|');
    plx_hosp_put_time(out, occurred_us, false);
    plx_out_char(out, '\r');
}

static void bars(plx_out *out, unsigned n)
{
    for (; n > 0; n--)
        plx_out_char(out, '|');
}

static void put_attending(plx_out *out, const visit *v, const adt *a)
{
    if (a->clear_attending)
        plx_out_text(out, "\"\"");
    else if (v->attending_known)
        plx_hosp_put_staff(out, 'D', v->doctor);
}

static void put_pv1(const hospital *h, plx_out *out, const visit *v, const adt *a)
{
    plx_out_text(out, "PV1|1|");
    plx_out_char(out, v->class);
    bars(out, 1);
    if (!a->sparse) plx_hosp_place_write(out, h->places, v->place);
    plx_out_text(out, a->sparse ? "|" : v->class == 'I' ? "|U" : "|E");
    bars(out, 2);
    plx_hosp_place_write(out, h->places, a->prior);
    bars(out, 1);
    if (!a->sparse) put_attending(out, v, a);
    bars(out, 4);
    plx_hosp_place_write(out, h->places, a->temporary);
    bars(out, 8);
    plx_hosp_put_visit_number(out, v->number);
    bars(out, 17);
    if (a->disposition) plx_out_text(out, a->disposition);
    bars(out, 6);
    plx_hosp_place_write(out, h->places, a->pending);
    bars(out, 1);
    plx_hosp_place_write(out, h->places, a->prior_temporary);
    bars(out, 1);
    if (v->arrived_us && !a->sparse) plx_hosp_put_time(out, v->arrived_us, false);
    bars(out, 1);
    if (v->left_us && v->status == STATUS_FINISHED) plx_hosp_put_time(out, v->left_us, false);
    plx_out_char(out, '\r');
}

static void put_facts(plx_out *out, const visit *v)
{
    const complaint *c = &plx_hosp_complaints[v->complaint];
    plx_out_text(out, "PV2|||");
    plx_out_text(out, c->code);
    plx_out_char(out, '^');
    plx_out_text(out, c->text);
    plx_out_text(out, "^L\r");
    if (!v->attending_known) return;
    plx_out_text(out, "ROL|1|AD|NURSE^Responsible nurse^L|");
    plx_hosp_put_staff(out, 'N', v->nurse);
    plx_out_char(out, '\r');
}

/* MRG-1 prior person, MRG-5 prior visit. */
static void put_mrg(const hospital *h, plx_out *out, const visit *v, const adt *a)
{
    const uint32_t from = a->from_person ? a->from_person - 1 : v->person;
    plx_out_text(out, "MRG|");
    plx_hosp_put_person_id(out, &h->persons[from]);
    if (a->from_number) {
        bars(out, 4);
        plx_hosp_put_visit_number(out, a->from_number);
    }
    plx_out_char(out, '\r');
}

static uint8_t state(visit *v, const adt *a)
{
    PLX_ASSERT(v->ledger_n < LEDGER_MAX);
    const uint8_t i = v->ledger_n++;
    statement *s = &v->ledger[i];
    s->person = v->person;
    s->number = v->number;
    s->status = a->states ? v->status : STATUS_NONE;
    s->undoes = a->undoes ? (uint8_t)(a->undoes - 1) : UNDOES_NOTHING;
    s->attending = ATTENDING_UNSAID;
    if (a->person_only) return i;
    s->class = v->class;
    if (a->sparse) return i;
    s->place = v->place;
    if (a->clear_attending)
        s->attending = ATTENDING_NONE;
    else if (v->attending_known)
        s->attending = v->doctor;
    return i;
}

bool plx_hosp_adt_room(const visit *v)
{
    return v->ledger_n < LEDGER_OPTIONAL_MAX;
}

static int64_t whole_second(int64_t time_us)
{
    return time_us - time_us % PLX_SECOND_US;
}

/* Event times of one visit strictly increase by whole seconds, so their order is never in doubt. */
static int64_t happens(const hospital *h, int64_t last_us)
{
    const int64_t now = whole_second(h->now_us), next = last_us + PLX_SECOND_US;
    return now > next ? now : next;
}

static int64_t sent_after(hospital *h, int64_t recorded_us)
{
    return recorded_us + PLX_SECOND_US + (int64_t)plx_rng_below(&h->global, 1000) * 1000;
}

static int64_t due_after(hospital *h, int64_t sent_us)
{
    return sent_us + (int64_t)plx_rng_below(&h->global, 500) * 1000;
}

uint8_t plx_hosp_adt_send(hospital *h, visit *v, const adt *a)
{
    const structure *form = structure_of(a->trigger);
    const int64_t occurred = happens(h, v->last_adt_us);
    const int64_t delay = plx_hosp_minutes_lognormal(&v->rng, 0.7, 0.6);
    int64_t recorded = a->recorded_us > occurred ? a->recorded_us : occurred + delay;
    if (a->undone_us) recorded = occurred;
    v->last_adt_us = occurred;
    if (memcmp(a->trigger, "A03", 3) == 0) v->left_us = occurred;
    if (recorded > v->last_recorded_us) v->last_recorded_us = recorded;

    plx_out out;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    const int64_t sent = sent_after(h, recorded);
    plx_hosp_put_msh(h, &out, &(header){REGISTRATION, form->type, sent});
    put_evn(h, &out, a->trigger, recorded, a->undone_us ? a->undone_us : occurred);
    plx_hosp_put_pid(h, &out, v, v->person, a->clear_phone);
    const bool merge = a->from_person || a->from_number;
    if (merge) put_mrg(h, &out, v, a);
    if (!a->person_only) put_pv1(h, &out, v, a);
    if (form->facts && !a->sparse) put_facts(&out, v);
    slot *s = &h->slots[i];
    s->visit = plx_hosp_visit_slot(h, v);
    s->stream = v->stream;
    s->statement = state(v, a);
    if (a->person_only) s->merged = a->from_person - 1;
    plx_hosp_outbox_put(h, i, &out, due_after(h, sent));
    return s->statement;
}

void plx_hosp_adt_swap(hospital *h, visit *a, visit *b)
{
    const adt facts[2] = {{.trigger = "A17", .prior = b->place},
                          {.trigger = "A17", .prior = a->place}};
    visit *const pair[2] = {a, b};
    const int64_t last = a->last_adt_us > b->last_adt_us ? a->last_adt_us : b->last_adt_us;
    const int64_t occurred = happens(h, last), recorded = occurred + 30 * PLX_SECOND_US;
    plx_out out;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    const int64_t sent = sent_after(h, recorded);
    plx_hosp_put_msh(h, &out, &(header){REGISTRATION, "ADT^A17^ADT_A17", sent});
    put_evn(h, &out, "A17", recorded, occurred);
    uint8_t statements[2];
    for (int k = 0; k < 2; k++) {
        plx_hosp_put_pid(h, &out, pair[k], pair[k]->person, false);
        put_pv1(h, &out, pair[k], &facts[k]);
        statements[k] = state(pair[k], &facts[k]);
        pair[k]->last_adt_us = occurred;
        if (recorded > pair[k]->last_recorded_us) pair[k]->last_recorded_us = recorded;
    }
    slot *s = &h->slots[i];
    s->visit = plx_hosp_visit_slot(h, a);
    s->other_visit = plx_hosp_visit_slot(h, b);
    s->stream = a->stream;
    s->statement = statements[0];
    s->other_statement = statements[1];
    plx_hosp_outbox_put(h, i, &out, due_after(h, sent));
}

/* At the level of the person: the structure has a PV1 all the same, of class N, which says nothing.
 */
void plx_hosp_adt_person(hospital *h, const visit *v)
{
    plx_out out;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    const int64_t occurred = whole_second(h->now_us), sent = sent_after(h, occurred);
    plx_hosp_put_msh(h, &out, &(header){REGISTRATION, "ADT^A31^ADT_A05", sent});
    put_evn(h, &out, "A31", occurred, occurred);
    plx_hosp_put_pid(h, &out, v, v->person, true);
    plx_out_text(&out, "PV1|1|N\r");
    h->slots[i].visit = plx_hosp_visit_slot(h, v);
    h->slots[i].stream = v->stream;
    plx_hosp_outbox_put(h, i, &out, due_after(h, sent));
}

void plx_hosp_adt_bed_status(hospital *h, uint16_t at, char status)
{
    plx_out out;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    const int64_t occurred = whole_second(h->now_us), sent = sent_after(h, occurred);
    plx_hosp_put_msh(h, &out, &(header){REGISTRATION, "ADT^A20^ADT_A20", sent});
    put_evn(h, &out, "A20", occurred, occurred);
    plx_out_text(&out, "NPU|");
    plx_hosp_place_write(&out, h->places, at);
    plx_out_char(&out, '|');
    plx_out_char(&out, status);
    plx_out_char(&out, '\r');
    h->slots[i].stream = at % PLX_HOSPITAL_STREAMS;
    plx_hosp_outbox_put(h, i, &out, due_after(h, sent));
}
