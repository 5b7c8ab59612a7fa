/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Live start: who is present goes to where he is; what runs already is drawn given the time that it
 * has lasted (design, section 5). */
#include "core/department/flow_step.h"

#define STREAM_PRESENT                                                                             \
    (UINT64_C(1) << 33) /* of a replication's key; numbers below are sources'                      \
                         */

typedef struct put {
    const plx_flow_model *m;
    plx_flow_state *s;
    const plx_flow_present *from;
    uint16_t who;
    plx_flow_patient *p;
} put;

/* Time at which what the law times, begun at since_us, ends; purpose as in the engine. */
static int64_t end_of(put *x, plx_flow_law law, int64_t since_us, unsigned purpose)
{
    const int64_t now = x->s->time_us;
    if (!plx_flow_has(law)) return now;
    const double elapsed = since_us < now ? (double)(now - since_us) : 0;
    /* 2^-53 times an odd number: strictly between 0 and 1. */
    const double u = (double)(int64_t)(plx_flow_bits(x->p, purpose) >> 11 | 1) * 0x1p-53;
    bool beyond;
    const double left =
        plx_law_residual(&x->m->table[law.table], elapsed / law.scale_us, u, &beyond);
    x->s->beyond += beyond;
    const double us = left * law.scale_us;
    return now + (us < 1e15 ? (int64_t)us : (int64_t)1e15);
}

static void schedule(put *x, plx_flow_law law, unsigned purpose, plx_flow_event_kind kind)
{
    plx_flow_schedule(x->s, end_of(x, law, x->from->since_us, purpose), x->who, kind, 0);
}

static void start_clock(put *x, int64_t since_us)
{
    const plx_flow_law patience = x->m->patience[x->p->acuity];
    if (!plx_flow_has(patience)) return;
    x->p->clock = plx_flow_schedule(x->s, end_of(x, patience, since_us, PLX_FLOW_DRAW_PATIENCE),
                                    x->who, PLX_FLOW_EVENT_CLOCK, 0);
}

static void put_waiting(put *x)
{
    const plx_flow_model *m = x->m;
    plx_flow_patient *p = x->p;
    if (p->stage == PLX_FLOW_WAIT_TRIAGE) {
        plx_flow_enqueue(x->s, PLX_FLOW_QUEUE_TRIAGE, x->who);
        if (m->patience_from_arrival) start_clock(x, p->arrival_us);
        return;
    }
    plx_flow_enqueue(x->s, PLX_FLOW_QUEUE_PLACE, x->who);
    start_clock(x, m->patience_from_arrival ? p->arrival_us : x->from->since_us);
    for (unsigned i = 0; i < m->zone_order_n[p->acuity]; i++) {
        const plx_flow_zone *z = &m->zone[m->zone_order[p->acuity][i]];
        const int64_t at = x->from->since_us + z->overflow_after_us;
        if (z->overflow_n)
            plx_flow_schedule(x->s, at > x->s->time_us ? at : x->s->time_us, x->who,
                              PLX_FLOW_EVENT_OVERFLOW, i);
    }
}

/* Doctors one by one: the one of the list, or the one on duty who carries least. */
static void put_doctor(put *x, bool busy)
{
    plx_flow_state *s = x->s;
    unsigned best = x->from->doctor;
    if (!x->m->people || x->p->contacts == 0) return;
    const bool known =
        best < x->m->doctor_n && s->doctor[best].on && !(busy && s->doctor[best].with);
    for (unsigned d = 0; !known && d < x->m->doctor_n; d++) {
        if (d == 0) best = PLX_FLOW_NONE;
        if (!s->doctor[d].on || (busy && s->doctor[d].with)) continue;
        if (best == PLX_FLOW_NONE || s->doctor[d].carried < s->doctor[best].carried) best = d;
    }
    if (best >= x->m->doctor_n) return;
    x->p->doctor = (uint8_t)best;
    s->doctor[best].carried++;
    if (busy) s->doctor[best].with = x->who;
}

static unsigned pool_of(const put *x)
{
    const plx_flow_model *m = x->m;
    const bool fast = m->fast_pool != PLX_FLOW_NONE && x->s->fast_open &&
                      x->p->zone == m->fast_zone && (m->fast_acuity >> x->p->acuity & 1) &&
                      x->s->pool[m->fast_pool].on > 0;
    return fast ? m->fast_pool : m->doctor_pool;
}

static void put_contact(put *x)
{
    plx_flow_patient *p = x->p;
    if (p->contacts == 0) p->contacts = 1;
    const plx_flow_law *laws = p->contacts > 1 ? x->m->review : x->m->first;
    p->rounds = p->contacts > 1;
    p->pool = (uint8_t)pool_of(x);
    x->s->pool[p->pool].busy++;
    if (p->pool == x->m->doctor_pool) put_doctor(x, true);
    schedule(x, laws[p->acuity], p->contacts > 1 ? PLX_FLOW_DRAW_REVIEW : PLX_FLOW_DRAW_CONTACT,
             PLX_FLOW_EVENT_CONTACT);
}

static void put_test(put *x, unsigned kind, plx_flow_test test, int64_t since_us)
{
    const plx_flow_kind *k = &x->m->kind[kind];
    x->p->open |= (uint8_t)(1u << kind);
    if (k->machine && test == PLX_FLOW_TEST_ORDERED) {
        plx_flow_queue_machine(x->s, x->who, kind);
    } else if (k->machine && test == PLX_FLOW_TEST_EXAM) {
        x->s->machine[kind].busy++;
        plx_flow_schedule(x->s, end_of(x, k->exam, since_us, PLX_FLOW_DRAW_TEST + kind), x->who,
                          PLX_FLOW_EVENT_EXAM, kind);
    } else {
        const plx_flow_law law = k->machine ? k->report : k->delay;
        const unsigned purpose = (k->machine ? PLX_FLOW_DRAW_REPORT : PLX_FLOW_DRAW_TEST) + kind;
        plx_flow_schedule(x->s, end_of(x, law, since_us, purpose), x->who, PLX_FLOW_EVENT_TEST,
                          kind);
    }
}

/* Nothing known of the tests: the kind that is ordered most. */
static void put_tests(put *x)
{
    unsigned most = 0;
    if (x->p->contacts == 0) x->p->contacts = 1;
    put_doctor(x, false);
    for (unsigned kind = 0; kind < x->m->kind_n; kind++) {
        if (x->from->test[kind] != PLX_FLOW_TEST_NONE)
            put_test(x, kind, (plx_flow_test)x->from->test[kind], x->from->test_since_us[kind]);
        if (x->m->kind[kind].below[x->p->acuity] > x->m->kind[most].below[x->p->acuity])
            most = kind;
    }
    if (x->p->open) return;
    if (x->m->kind_n)
        put_test(x, most, PLX_FLOW_TEST_SENT, x->from->since_us);
    else
        plx_flow_schedule(x->s, x->s->time_us, x->who, PLX_FLOW_EVENT_DECIDE, 0);
}

static void put_boarding(put *x)
{
    const plx_flow_model *m = x->m;
    plx_flow_patient *p = x->p;
    unsigned ward = x->from->ward;
    if (p->disposition > PLX_FLOW_ICU) p->disposition = PLX_FLOW_ADMIT;
    if (m->ward_n == 0) {
        plx_flow_schedule(x->s, x->s->time_us, x->who, PLX_FLOW_EVENT_GONE, 0);
        return;
    }
    if (ward >= m->ward_n && p->disposition == PLX_FLOW_ICU) ward = m->icu_ward;
    if (ward >= m->ward_n) {
        const uint64_t bits = plx_flow_bits(p, PLX_FLOW_DRAW_WARD);
        for (ward = 0; ward + 1 < m->ward_n && bits >= m->ward[ward].share_below;)
            ward++;
    }
    p->ward = (uint8_t)ward;
    x->s->ward[ward].requests++;
    if (m->ward[ward].beds) {
        plx_flow_enqueue(x->s, PLX_FLOW_QUEUE_WARD + ward, x->who);
        return;
    }
    const int64_t hour = (x->from->since_us / PLX_HOUR_US % 24 + 24) % 24;
    schedule(x, m->ward[ward].delay[hour], PLX_FLOW_DRAW_BOARD, PLX_FLOW_EVENT_BOARD);
}

/* From the place on: takes a place, then goes where the stage says. */
static void put_placed(put *x)
{
    plx_flow_patient *p = x->p;
    x->s->zone[p->zone].busy++;
    switch ((plx_flow_stage)p->stage) {
    case PLX_FLOW_WAIT_DOCTOR:
        plx_flow_enqueue(x->s, PLX_FLOW_QUEUE_POOL + pool_of(x), x->who);
        if (x->m->patience_until_doctor)
            start_clock(x, x->m->patience_from_arrival ? p->arrival_us : x->from->since_us);
        break;
    case PLX_FLOW_WITH_DOCTOR:
        put_contact(x);
        break;
    case PLX_FLOW_IN_DIAGNOSTICS:
        put_tests(x);
        break;
    case PLX_FLOW_WAIT_REVIEW:
        if (p->contacts == 0) p->contacts = 1;
        p->rounds = 1;
        put_doctor(x, false);
        plx_flow_enqueue(x->s, PLX_FLOW_QUEUE_POOL + pool_of(x), x->who);
        break;
    case PLX_FLOW_BOARDING:
        put_boarding(x);
        break;
    case PLX_FLOW_LEAVING:
        if (p->disposition >= PLX_FLOW_DISPOSITION_N) p->disposition = PLX_FLOW_DISCHARGE;
        schedule(x, x->m->leaving[p->disposition], PLX_FLOW_DRAW_LEAVE, PLX_FLOW_EVENT_GONE);
        break;
    case PLX_FLOW_IN_CONSULT:
        if (x->m->service_n) {
            schedule(x, x->m->service[0].delay, PLX_FLOW_DRAW_ANSWER, PLX_FLOW_EVENT_CONSULT);
            break;
        }
        plx_flow_schedule(x->s, x->s->time_us, x->who, PLX_FLOW_EVENT_DECIDE, 0);
        break;
    default:
        plx_flow_schedule(x->s, x->s->time_us, x->who, PLX_FLOW_EVENT_DECIDE, 0);
        break;
    }
}

static void put_cleaning(put *x)
{
    x->s->present--;
    x->s->zone[x->p->zone].dirty++;
    if (x->m->cleaner_pool != PLX_FLOW_NONE) x->s->pool[x->m->cleaner_pool].busy++;
    schedule(x, x->m->zone[x->p->zone].clean, PLX_FLOW_DRAW_CLEAN, PLX_FLOW_EVENT_CLEAN);
}

/* Where triage does not exist for this patient, he waits for a place. */
static plx_flow_stage stage_of(const plx_flow_model *m, const plx_flow_present *from)
{
    const bool triaged = m->triage_pool == PLX_FLOW_NONE || (m->skip_triage >> from->acuity & 1);
    if (from->stage > PLX_FLOW_TRIAGE) return (plx_flow_stage)from->stage;
    if (triaged) return PLX_FLOW_WAIT_PLACE;
    return from->stage == PLX_FLOW_ARRIVED ? PLX_FLOW_WAIT_TRIAGE : (plx_flow_stage)from->stage;
}

bool plx_flow_put(const plx_flow_model *m, plx_flow_state *s, const plx_flow_present *present,
                  size_t n, bool watch)
{
    const uint64_t stream = plx_rng_at(s->key, STREAM_PRESENT);
    for (size_t i = 0; i < n; i++) {
        const plx_flow_present *from = &present[i];
        PLX_ASSERT(from->stage < PLX_FLOW_STAGE_N && from->acuity < PLX_FLOW_ACUITIES);
        const uint16_t who = plx_flow_way_slot(s);
        if (!who) return false;
        plx_flow_patient *p = &s->patient[who];
        const bool placed = from->stage >= PLX_FLOW_WAIT_DOCTOR;
        const uint8_t zone = from->zone < m->zone_n ? from->zone : m->zone_order[from->acuity][0];
        *p = (plx_flow_patient){.key = plx_rng_at(stream, from->number),
                                .arrival_us = from->arrival_us,
                                .since_us = from->since_us,
                                .acuity = from->acuity,
                                .stage = (uint8_t)stage_of(m, from),
                                .zone = placed ? zone : PLX_FLOW_NONE,
                                .queue = PLX_FLOW_NONE,
                                .source = from->source,
                                .doctor = PLX_FLOW_NONE,
                                .pool = PLX_FLOW_NONE,
                                .ward = PLX_FLOW_NONE,
                                .contacts = from->contacts,
                                .disposition = from->disposition,
                                .watch = watch ? (uint16_t)(i + 1) : 0};
        s->in_stage[p->stage]++;
        s->present++;
        put x = {m, s, from, who, p};
        if (p->stage == PLX_FLOW_CLEANING) {
            put_cleaning(&x);
        } else if (placed) {
            put_placed(&x);
        } else if (p->stage == PLX_FLOW_TRIAGE) {
            s->pool[m->triage_pool].busy++;
            schedule(&x, m->triage, PLX_FLOW_DRAW_TRIAGE, PLX_FLOW_EVENT_TRIAGED);
        } else {
            put_waiting(&x);
        }
    }
    return !s->overrun;
}

void plx_flow_settle(const plx_flow_model *m, plx_flow_state *s)
{
    plx_flow_tally unused = {0};
    run r = {m, s, &unused};
    plx_flow_way_dispatch(&r);
}
