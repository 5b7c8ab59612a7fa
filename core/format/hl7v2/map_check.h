/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What must hold for any bytes, in the fuzzer and in the test over mutated messages: judging and
 * mapping agree, every text of the event lies in the message or the arena (or is constant) and is
 * UTF-8, the acknowledgement fits its bound and can be parsed. A broken rule traps. Included by
 * tests only. */
#ifndef PLX_CORE_FORMAT_MAP_CHECK_H
#define PLX_CORE_FORMAT_MAP_CHECK_H

#include "core/base/utf8.h"
#include "core/format/hl7v2/map.h"
#include "core/record/unit.h"

enum {
    CHECK_INDEX_MAX = 1 << 16,
    CHECK_SEGMENTS_MAX = 1 << 13,
    CHECK_ARENA = 1 << 20,
    CHECK_GUARD = 64, /* bytes behind the arena that nobody may touch */
    CHECK_ACK_MAX = (1 << 16) + PLX_HL7_ACK_EXTRA
};

typedef struct check_memory {
    uint32_t index[CHECK_INDEX_MAX];
    plx_hl7_segment segments[CHECK_SEGMENTS_MAX];
    _Alignas(16) char arena[CHECK_ARENA + CHECK_GUARD];
    char ack[CHECK_ACK_MAX];
} check_memory;

typedef struct check_place {
    plx_slice message, arena;
} check_place;

static inline bool check_inside(plx_slice s, plx_slice whole)
{
    const uintptr_t at = (uintptr_t)s.at, from = (uintptr_t)whole.at;
    return at >= from && at + s.n <= from + whole.n;
}

static inline void check_slice(const check_place *p, plx_slice s)
{
    if (s.n == 0) return;
    PLX_ASSERT(check_inside(s, p->message) || check_inside(s, p->arena));
    PLX_ASSERT(plx_utf8_valid(s));
}

static inline void check_text(const check_place *p, plx_text t)
{
    PLX_ASSERT((t.presence == PLX_VALUE) == (t.text.n > 0));
    check_slice(p, t.text);
}

static inline void check_id(const check_place *p, const plx_identifier *id)
{
    check_text(p, id->value);
    check_slice(p, id->authority);
    check_slice(p, id->type);
}

static inline void check_ids(const check_place *p, const plx_identifier *ids, uint32_t n)
{
    PLX_ASSERT(n <= PLX_EVENT_IDS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        PLX_ASSERT(ids[i].value.presence == PLX_VALUE);
        check_id(p, &ids[i]);
    }
}

static inline void check_when(const plx_when *w)
{
    PLX_ASSERT((w->presence == PLX_VALUE) == (w->time_us != PLX_TIME_NONE));
    PLX_ASSERT(w->presence != PLX_VALUE || (w->precision >= 4 && w->precision <= 20));
}

static inline void check_location(const check_place *p, const plx_location *l)
{
    const plx_slice parts[] = {l->point_of_care, l->room,  l->bed,    l->facility,
                               l->building,      l->floor, l->status, l->type};
    size_t n = 0;
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        check_slice(p, parts[i]);
        n += parts[i].n;
    }
    PLX_ASSERT((l->presence == PLX_VALUE) == (n > 0));
}

static inline void check_staff(const check_place *p, const plx_staff_name *s)
{
    check_slice(p, s->id);
    check_slice(p, s->family);
    check_slice(p, s->given);
    check_slice(p, s->authority);
    PLX_ASSERT((s->presence == PLX_VALUE) == (s->id.n + s->family.n + s->given.n > 0));
}

static inline void check_person(const check_place *p, const plx_person_facts *f)
{
    check_ids(p, f->ids, f->ids_n);
    check_id(p, &f->account);
    check_text(p, f->family);
    check_text(p, f->given);
    check_text(p, f->sex);
    check_text(p, f->death_indicator);
    check_when(&f->birth);
}

static inline void check_visit(const check_place *p, const plx_visit_facts *v)
{
    check_id(p, &v->visit);
    check_id(p, &v->alternate_visit);
    check_text(p, v->patient_class);
    check_location(p, &v->assigned);
    check_location(p, &v->prior);
    check_location(p, &v->temporary);
    check_location(p, &v->pending);
    check_location(p, &v->prior_temporary);
    check_staff(p, &v->attending);
    check_staff(p, &v->nurse);
    check_text(p, v->disposition);
    check_when(&v->admitted);
    check_when(&v->discharged);
    check_text(p, v->complaint);
    check_text(p, v->bed_status);
}

static inline void check_order(const check_place *p, const plx_order_facts *o)
{
    check_id(p, &o->placer);
    check_id(p, &o->filler);
    check_text(p, o->status);
    check_slice(p, o->code);
    check_slice(p, o->code_system);
    check_slice(p, o->code_text);
    check_when(&o->ordered);
    check_when(&o->collected);
    check_when(&o->received);
    check_when(&o->reported);
    if (!plx_slice_is(o->service, "PHR")) check_slice(p, o->service);
    check_staff(p, &o->ordered_by);
}

static inline void check_observation(const check_place *p, const plx_event *e, uint32_t i)
{
    const plx_observation_facts *o = &e->observations[i];
    const plx_slice texts[] = {o->code,       o->code_system, o->code_text, o->sub_id,
                               o->value_type, o->value_code,  o->abnormal,  o->reference,
                               o->method,     o->device};
    for (unsigned k = 0; k < sizeof texts / sizeof texts[0]; k++)
        check_slice(p, texts[k]);
    check_text(p, o->value);
    if (!check_inside(o->unit, p->message)) PLX_ASSERT(plx_utf8_valid(o->unit));
    PLX_ASSERT(o->index == i + 1 && (o->order < e->orders_n || o->order == UINT32_MAX));
    PLX_ASSERT(o->offset + o->length <= p->message.n && o->length >= 3);
    PLX_ASSERT(!o->numeric || (o->value.presence == PLX_VALUE && o->number.text_n > 0));
    PLX_ASSERT(!o->sentinel || (!o->numeric && o->value.presence == PLX_EMPTY));
    PLX_ASSERT(o->quantity < plx_quantity_count());
    check_when(&o->when);
}

static inline void check_amount(const check_place *p, const plx_amount *a)
{
    check_text(p, a->number);
    check_slice(p, a->unit);
}

static inline void check_medication(const check_place *p, const plx_event *e, uint32_t i)
{
    const plx_medication_facts *d = &e->medications[i];
    const plx_slice texts[] = {d->code,  d->code_system, d->code_text, d->sub_id, d->per,
                               d->route, d->route_text,  d->device,    d->reason};
    for (unsigned k = 0; k < sizeof texts / sizeof texts[0]; k++)
        check_slice(p, texts[k]);
    check_amount(p, &d->amount);
    check_amount(p, &d->rate);
    check_amount(p, &d->strength);
    check_amount(p, &d->volume);
    check_when(&d->start);
    check_when(&d->end);
    check_when(&d->entered);
    PLX_ASSERT(d->index >= 1 && d->index <= PLX_EVENT_OBSERVATIONS_MAX);
    PLX_ASSERT(i == 0 || d->index == d[-1].index + 1);
    PLX_ASSERT(d->order < e->orders_n || d->order == UINT32_MAX);
    PLX_ASSERT(d->offset + d->length <= p->message.n && d->length >= 3);
    PLX_ASSERT(d->medication < plx_medication_count());
    PLX_ASSERT(d->action == 0 || memchr("ADU", d->action, 3));
}

static inline void check_event(const check_place *p, const plx_event *e)
{
    check_slice(p, e->type);
    check_slice(p, e->trigger);
    check_slice(p, e->control_id);
    check_slice(p, e->application);
    check_slice(p, e->facility);
    check_person(p, &e->person);
    check_person(p, &e->other_person);
    check_visit(p, &e->visit);
    check_visit(p, &e->other_visit);
    check_ids(p, e->merge.ids, e->merge.ids_n);
    check_id(p, &e->merge.account);
    check_id(p, &e->merge.visit);
    check_id(p, &e->merge.alternate_visit);
    PLX_ASSERT(e->orders_n <= PLX_EVENT_ORDERS_MAX);
    PLX_ASSERT(e->observations_n <= PLX_EVENT_OBSERVATIONS_MAX);
    for (uint32_t i = 0; i < e->orders_n; i++)
        check_order(p, &e->orders[i]);
    for (uint32_t i = 0; i < e->observations_n; i++)
        check_observation(p, e, i);
    for (uint32_t i = 0; i < e->medications_n; i++)
        check_medication(p, e, i);
}

/* ASCII without escapes. */
static inline bool check_is_plain(const plx_hl7_message *m)
{
    const plx_hl7_span encoding = plx_hl7_field(m, 0, 2);
    for (size_t i = encoding.offset + encoding.length; i < m->bytes.n; i++)
        if (m->bytes.at[i] == m->delimiters.escape || (unsigned char)m->bytes.at[i] >= 0x80)
            return false;
    return true;
}

static inline void check_map(const plx_hl7_message *m, const plx_hl7_intake *intake,
                             size_t arena_size, check_memory *memory)
{
    const plx_hl7_map_options options = {60};
    plx_arena arena = plx_arena_init(memory->arena, arena_size);
    char guard[CHECK_GUARD];
    plx_event event;
    plx_hl7_fault fault = {0};
    memset(guard, 0xA5, sizeof guard);
    memset(memory->arena + arena_size, 0xA5, sizeof guard);
    const plx_status status = plx_hl7_map(m, &options, &arena, &event, &fault);
    const bool good = !intake->is_ack && (intake->verdict == PLX_VERDICT_ACCEPTED ||
                                          intake->verdict == PLX_VERDICT_SHADOW);
    PLX_ASSERT(arena.used <= arena_size);
    PLX_ASSERT(memcmp(memory->arena + arena_size, guard, sizeof guard) == 0);
    if (status == PLX_OK) {
        const check_place place = {m->bytes, {memory->arena, arena.used}};
        check_event(&place, &event);
    } else if (status != PLX_SPACE) {
        PLX_ASSERT(!good && fault.code != 0 && fault.text && fault.offset <= m->bytes.n);
    }
    const size_t growth = check_is_plain(m) ? 1 : 48;
    const size_t enough = 1024 + 1024 * (size_t)m->segments_n + growth * m->bytes.n;
    PLX_ASSERT(status != PLX_SPACE || arena_size < enough);
}

static inline void check_ack(const plx_hl7_message *m, const plx_hl7_intake *intake,
                             uint32_t choice, check_memory *memory)
{
    static uint32_t index[CHECK_INDEX_MAX];
    static plx_hl7_segment segments[16];
    const plx_verdict verdict =
        choice & 4 ? intake->verdict : (plx_verdict)(choice / 8 % PLX_VERDICT_COUNT);
    const plx_hl7_ack_level level = (plx_hl7_ack_level)(choice % 3);
    const size_t bound = (m ? m->segments[0].length : 0) + PLX_HL7_ACK_EXTRA;
    plx_out out = plx_out_init(memory->ack, bound < CHECK_ACK_MAX ? bound : CHECK_ACK_MAX);
    plx_hl7_ack_write(m, level, verdict, choice & 32 ? &intake->fault : NULL, choice,
                      (int64_t)choice * 1000003 * 1000003, &out);
    PLX_ASSERT(!out.full || bound > CHECK_ACK_MAX);
    if (out.full) return;
    plx_hl7_message ack = {.index = index,
                           .index_capacity = CHECK_INDEX_MAX,
                           .segments = segments,
                           .segments_capacity = 16};
    plx_hl7_error error;
    const plx_status status = plx_hl7_parse(plx_out_slice(&out), &ack, &error);
    PLX_ASSERT(status == PLX_OK || status == PLX_LIMIT || status == PLX_SPACE);
    if (status != PLX_OK) return;
    PLX_ASSERT(ack.segments_n == 2 || ack.segments_n == 3);
    if (!m) return;
    const plx_slice theirs = plx_hl7_slice(m, plx_hl7_field(m, 0, 10));
    const plx_slice ours = plx_hl7_slice(&ack, plx_hl7_field(&ack, 1, 2));
    if (!memchr(theirs.at, 0x0B, theirs.n) && !memchr(theirs.at, 0x1C, theirs.n))
        PLX_ASSERT(plx_slice_equal(ours, theirs));
}

static inline void check_all(plx_slice bytes, uint32_t choice, check_memory *memory)
{
    plx_hl7_message m = {.index = memory->index,
                         .index_capacity = CHECK_INDEX_MAX,
                         .segments = memory->segments,
                         .segments_capacity = CHECK_SEGMENTS_MAX};
    plx_hl7_error error;
    plx_hl7_intake intake;
    const plx_status status = plx_hl7_parse(bytes, &m, &error);
    if (status == PLX_SPACE) return;
    const plx_hl7_message *message = status == PLX_OK ? &m : NULL;
    plx_hl7_judge(bytes, message, &error, choice, choice & 64, &intake);
    const bool bad = intake.verdict == PLX_VERDICT_ERROR || intake.verdict == PLX_VERDICT_REFUSED;
    PLX_ASSERT(bad == (intake.fault.code != 0));
    PLX_ASSERT(!bad || (intake.fault.text && intake.fault.offset <= bytes.n));
    PLX_ASSERT(message || bad);
    check_ack(message, &intake, choice, memory);
    if (!message) return;
    check_map(&m, &intake, CHECK_ARENA, memory);
    check_map(&m, &intake, choice % 4096, memory);
    const size_t plain = 1024 + 1024 * (size_t)m.segments_n + m.bytes.n;
    if (plain < CHECK_ARENA) check_map(&m, &intake, plain, memory);
}

#endif
