/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The patient's way: triage, place, doctor, diagnostics, consult, decision, ward, door. */
#include "core/department/flow_doctor.h"

static void request_contact(run *r, uint16_t who, plx_flow_stage waiting);
static void decide(run *r, uint16_t who);

static inline unsigned round_of(const plx_flow_patient *p)
{
    return PLX_FLOW_DRAW_ROUND * (unsigned)p->rounds;
}

/* --- slots --- */

uint16_t plx_flow_way_slot(plx_flow_state *s)
{
    uint16_t who = s->free_slot;
    if (who) {
        s->free_slot = s->patient[who].next;
    } else if (s->slot_n < PLX_FLOW_PATIENTS_MAX) {
        who = s->slot_n++;
    } else {
        s->overrun = true;
    }
    return who;
}

static void free_slot(run *r, uint16_t who)
{
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    const unsigned stage = p->stage;
    s->in_stage[stage]--;
    r->tally->open[stage] -= s->hour_end_us - s->time_us;
    p->stage = PLX_FLOW_STAGE_N;
    p->clock = 0;
    p->next = s->free_slot;
    s->free_slot = who;
}

/* --- places --- */

static inline int free_places(const plx_flow_state *s, unsigned zone)
{
    return s->zone[zone].limit - s->zone[zone].busy - s->zone[zone].dirty;
}

static inline bool is_fast(const run *r, unsigned acuity)
{
    return r->state->fast_open && (r->model->fast_acuity >> acuity & 1);
}

/* A zone with a free place for this patient, or NONE. */
static unsigned find_place(const run *r, const plx_flow_patient *p, bool overflow)
{
    const plx_flow_model *m = r->model;
    if (is_fast(r, p->acuity))
        return free_places(r->state, m->fast_zone) > 0 ? m->fast_zone : PLX_FLOW_NONE;
    const uint8_t *order = m->zone_order[p->acuity];
    const unsigned n = m->zone_order_n[p->acuity];
    for (unsigned i = 0; i < n; i++)
        if (free_places(r->state, order[i]) > 0) return order[i];
    for (unsigned i = 0; overflow && i < n; i++)
        for (unsigned k = 0; k < m->zone[order[i]].overflow_n; k++)
            if (free_places(r->state, m->zone[order[i]].overflow[k]) > 0)
                return m->zone[order[i]].overflow[k];
    return PLX_FLOW_NONE;
}

static void seize_place(run *r, uint16_t who, unsigned zone)
{
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    s->zone[zone].busy++;
    p->zone = (uint8_t)zone;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_PLACE, zone);
    s->last_wait_us = s->time_us - p->since_us;
    if (!r->model->patience_until_doctor) p->clock = 0;
    request_contact(r, who, PLX_FLOW_WAIT_DOCTOR);
}

/* Whether the first of a class may come into the zone. */
static bool may_come(const run *r, unsigned acuity, unsigned zone)
{
    const plx_flow_model *m = r->model;
    const plx_flow_state *s = r->state;
    if (is_fast(r, acuity)) return zone == m->fast_zone;
    if (m->wants[zone] >> acuity & 1) return true;
    if (!(m->overflows[zone] >> acuity & 1)) return false;
    const plx_flow_patient *p = &s->patient[s->queue[PLX_FLOW_QUEUE_PLACE].head[acuity]];
    if (p->source < m->source_n && m->source[p->source].ambulance) return true;
    for (unsigned i = 0; i < m->zone_order_n[acuity]; i++) {
        const plx_flow_zone *z = &m->zone[m->zone_order[acuity][i]];
        for (unsigned k = 0; k < z->overflow_n; k++)
            if (z->overflow[k] == zone && s->time_us - p->since_us >= z->overflow_after_us)
                return true;
    }
    return false;
}

/* The class that comes next into the zone, or ACUITIES. */
static unsigned next_class(const run *r, unsigned zone)
{
    const plx_flow_state *s = r->state;
    const plx_flow_queue *q = &s->queue[PLX_FLOW_QUEUE_PLACE];
    unsigned best = PLX_FLOW_ACUITIES;
    double best_score = -1;
    for (unsigned left = q->waiting; left; left &= left - 1) {
        const unsigned acuity = (unsigned)__builtin_ctz(left);
        if (!may_come(r, acuity, zone)) continue;
        if (!r->model->accumulating) return acuity;
        const int64_t waited = s->time_us - s->patient[q->head[acuity]].since_us;
        const double score = r->model->slope[acuity] * (double)waited;
        if (score > best_score) {
            best = acuity;
            best_score = score;
        }
    }
    return best;
}

static void fill_zone(run *r, unsigned zone)
{
    plx_flow_state *s = r->state;
    while (s->queue[PLX_FLOW_QUEUE_PLACE].n && free_places(s, zone) > 0) {
        const unsigned acuity = next_class(r, zone);
        if (acuity == PLX_FLOW_ACUITIES) return;
        const uint16_t who = s->queue[PLX_FLOW_QUEUE_PLACE].head[acuity];
        plx_flow_dequeue(s, who);
        seize_place(r, who, zone);
    }
}

static void start_clean(run *r, uint16_t who)
{
    plx_flow_state *s = r->state;
    const plx_flow_model *m = r->model;
    const plx_flow_patient *p = &s->patient[who];
    if (m->cleaner_pool != PLX_FLOW_NONE) s->pool[m->cleaner_pool].busy++;
    const int64_t lasts = plx_flow_draw(m, m->zone[p->zone].clean, p, PLX_FLOW_DRAW_CLEAN);
    plx_flow_schedule(s, s->time_us + (int64_t)((double)lasts * s->scale[PLX_FLOW_SCALE_CLEAN]),
                      who, PLX_FLOW_EVENT_CLEAN, 0);
}

/* The patient is out; the place is cleaned, or free at once. */
static void leave_place(run *r, uint16_t who)
{
    plx_flow_state *s = r->state;
    const plx_flow_model *m = r->model;
    plx_flow_patient *p = &s->patient[who];
    const unsigned zone = p->zone;
    s->present--;
    r->tally->present_us[p->acuity] -= r->tally->end_us - s->time_us;
    if (m->people) plx_flow_doctor_drop(r, who);
    if (zone != PLX_FLOW_NONE) s->zone[zone].busy--;
    if (zone != PLX_FLOW_NONE && plx_flow_has(m->zone[zone].clean)) {
        s->zone[zone].dirty++;
        plx_flow_enter(r, p, PLX_FLOW_CLEANING);
        if (m->cleaner_pool == PLX_FLOW_NONE || plx_flow_idle(s, m->cleaner_pool))
            start_clean(r, who);
        else
            plx_flow_enqueue(s, PLX_FLOW_QUEUE_CLEAN, who);
    } else {
        free_slot(r, who);
        if (zone != PLX_FLOW_NONE) fill_zone(r, zone);
    }
    if (m->people) plx_flow_doctor_dispatch(r);
}

static void clean_end(run *r, uint16_t who)
{
    plx_flow_state *s = r->state;
    const unsigned zone = s->patient[who].zone, pool = r->model->cleaner_pool;
    s->zone[zone].dirty--;
    free_slot(r, who);
    if (pool != PLX_FLOW_NONE) {
        s->pool[pool].busy--;
        const uint16_t next = s->queue[PLX_FLOW_QUEUE_CLEAN].head[0];
        if (next && plx_flow_idle(s, pool)) {
            plx_flow_dequeue(s, next);
            start_clean(r, next);
        }
    }
    fill_zone(r, zone);
}

/* --- leaving without being seen --- */

static void start_clock(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    int64_t lasts = plx_flow_draw(m, m->patience[p->acuity], p, PLX_FLOW_DRAW_PATIENCE);
    if (m->queue_effect != 0)
        lasts =
            (int64_t)((double)lasts * plx_exp(-m->queue_effect * s->queue[PLX_FLOW_QUEUE_PLACE].n));
    p->clock = plx_flow_schedule(s, s->time_us + lasts, who, PLX_FLOW_EVENT_CLOCK, 0);
}

static void clock_end(run *r, uint16_t who, uint32_t number)
{
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    r->tally->events++;
    if (p->clock != number) return;
    if (p->queue != PLX_FLOW_NONE) plx_flow_dequeue(s, who);
    r->tally->left[p->acuity]++;
    r->tally->left_us[p->acuity] += (uint64_t)(s->time_us - p->arrival_us);
    p->disposition = PLX_FLOW_LWBS;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_LWBS, 0);
    if (p->watch) plx_flow_watch(r, p);
    leave_place(r, who);
}

/* --- triage and place --- */

static void request_place(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    const bool ambulance = p->source < m->source_n && m->source[p->source].ambulance;
    const bool patient = plx_flow_has(m->patience[p->acuity]);
    p->since_us = s->time_us;
    const unsigned zone = find_place(r, p, ambulance);
    if (patient && !m->patience_from_arrival && (zone == PLX_FLOW_NONE || m->patience_until_doctor))
        start_clock(r, who);
    if (zone != PLX_FLOW_NONE) {
        seize_place(r, who, zone);
        return;
    }
    plx_flow_enter(r, p, PLX_FLOW_WAIT_PLACE);
    plx_flow_enqueue(s, PLX_FLOW_QUEUE_PLACE, who);
    for (unsigned i = 0; i < m->zone_order_n[p->acuity]; i++) {
        const plx_flow_zone *z = &m->zone[m->zone_order[p->acuity][i]];
        if (z->overflow_n && z->overflow_after_us > 0)
            plx_flow_schedule(s, s->time_us + z->overflow_after_us, who, PLX_FLOW_EVENT_OVERFLOW,
                              i);
    }
}

/* The wait is too long: any place of the overflow lists. */
static void overflow(run *r, uint16_t who, unsigned i)
{
    plx_flow_state *s = r->state;
    const plx_flow_model *m = r->model;
    const plx_flow_patient *p = &s->patient[who];
    if (p->queue != PLX_FLOW_QUEUE_PLACE || i >= m->zone_order_n[p->acuity]) return;
    const plx_flow_zone *z = &m->zone[m->zone_order[p->acuity][i]];
    if (s->time_us - p->since_us < z->overflow_after_us) return; /* of somebody before */
    for (unsigned k = 0; k < z->overflow_n; k++)
        fill_zone(r, z->overflow[k]);
}

static void start_triage(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    s->pool[m->triage_pool].busy++;
    if (p->stage != PLX_FLOW_TRIAGE) plx_flow_enter(r, p, PLX_FLOW_TRIAGE);
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_TRIAGE_START, 0);
    const double scale = s->scale[PLX_FLOW_SCALE_TRIAGE];
    int64_t lasts = plx_flow_draw(m, m->triage, p, PLX_FLOW_DRAW_TRIAGE);
    if (scale != 1) lasts = (int64_t)((double)lasts * scale);
    plx_flow_schedule(s, s->time_us + lasts, who, PLX_FLOW_EVENT_TRIAGED, 0);
}

static void next_for_triage(run *r)
{
    plx_flow_state *s = r->state;
    const uint16_t next = s->queue[PLX_FLOW_QUEUE_TRIAGE].head[0];
    if (!next || !plx_flow_idle(s, r->model->triage_pool)) return;
    plx_flow_dequeue(s, next);
    start_triage(r, next);
}

static void triage_end(run *r, uint16_t who)
{
    r->state->pool[r->model->triage_pool].busy--;
    r->tally->events++;
    plx_flow_note_it(r, &r->state->patient[who], PLX_FLOW_NOTE_TRIAGE_END, 0);
    next_for_triage(r);
    request_place(r, who);
}

/* Where somebody goes who comes in: to a nurse, or waits for one, or straight for a place. */
static plx_flow_stage first_stage(const run *r, unsigned acuity)
{
    const plx_flow_model *m = r->model;
    if (m->triage_pool == PLX_FLOW_NONE || (m->skip_triage >> acuity & 1)) return PLX_FLOW_ARRIVED;
    return plx_flow_idle(r->state, m->triage_pool) ? PLX_FLOW_TRIAGE : PLX_FLOW_WAIT_TRIAGE;
}

void plx_flow_way_enter_at(run *r, uint64_t key, unsigned acuity, unsigned source, uint16_t watch)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_tally *t = r->tally;
    const uint16_t who = plx_flow_way_slot(s);
    if (!who) return;
    const plx_flow_stage stage = first_stage(r, acuity);
    const int64_t now = s->time_us;
    plx_flow_patient *p = &s->patient[who];
    *p = (plx_flow_patient){.key = key,
                            .arrival_us = now,
                            .since_us = now,
                            .acuity = (uint8_t)acuity,
                            .stage = (uint8_t)stage,
                            .zone = PLX_FLOW_NONE,
                            .queue = PLX_FLOW_NONE,
                            .source = (uint8_t)source,
                            .doctor = PLX_FLOW_NONE,
                            .pool = PLX_FLOW_NONE,
                            .ward = PLX_FLOW_NONE,
                            .disposition = PLX_FLOW_UNDECIDED,
                            .watch = watch};
    s->present++;
    s->in_stage[stage]++;
    t->open[stage] += s->hour_end_us - now;
    t->present_us[acuity] += t->end_us - now;
    t->arrived[acuity]++;
    t->events++;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_ARRIVAL, source);
    if (m->patience_from_arrival && plx_flow_has(m->patience[acuity])) start_clock(r, who);
    if (stage == PLX_FLOW_TRIAGE)
        start_triage(r, who);
    else if (stage == PLX_FLOW_WAIT_TRIAGE)
        plx_flow_enqueue(s, PLX_FLOW_QUEUE_TRIAGE, who);
    else
        request_place(r, who);
}

void plx_flow_way_arrive(run *r, unsigned source)
{
    const plx_flow_source *from = &r->model->source[source];
    plx_flow_state *s = r->state;
    const uint64_t key = plx_rng_at(s->source[source].key, s->source[source].number);
    const int64_t now = s->time_us;
    if (!from->thin_below || now < from->thin_from_us || now >= from->thin_to_us ||
        plx_rng_at(key, PLX_FLOW_DRAW_THIN) >= from->thin_below) {
        const uint64_t bits = plx_rng_at(key, PLX_FLOW_DRAW_ACUITY);
        const uint64_t *below = from->acuity_below[s->hour_of_day];
        const unsigned acuity = (unsigned)(bits >= below[0]) + (bits >= below[1]) +
                                (bits >= below[2]) + (bits >= below[3]);
        plx_flow_way_enter_at(r, key, acuity, source, 0);
    }
    plx_flow_next_arrival(r->model, s, source);
}

/* --- contacts --- */

void plx_flow_start_contact(run *r, uint16_t who, unsigned pool, int64_t more_us)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    s->pool[pool].busy++;
    p->pool = (uint8_t)pool;
    const unsigned acuity = p->acuity;
    int64_t lasts = more_us;
    if (p->contacts == 0) {
        plx_flow_tally *t = r->tally;
        const int64_t door = s->time_us - p->arrival_us;
        p->clock = 0;
        t->seen[acuity]++;
        t->door_us[acuity] += (uint64_t)door;
        if (t->door) t->door->n[plx_flow_histogram_bin(door)]++;
        if (p->watch && t->watch_seen) plx_flow_watch(r, p);
        lasts += plx_flow_draw(m, m->first[acuity], p, PLX_FLOW_DRAW_CONTACT);
    } else {
        lasts += plx_flow_draw(m, m->review[acuity], p, PLX_FLOW_DRAW_REVIEW + round_of(p));
    }
    if (p->contacts < UINT8_MAX) p->contacts++;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_DOCTOR_START, m->people ? p->doctor : pool);
    if (s->scale[PLX_FLOW_SCALE_CONTACT] != 1)
        lasts = (int64_t)((double)lasts * s->scale[PLX_FLOW_SCALE_CONTACT]);
    plx_flow_enter(r, p, PLX_FLOW_WITH_DOCTOR);
    plx_flow_schedule(s, s->time_us + lasts, who, PLX_FLOW_EVENT_CONTACT, 0);
}

/* Which pool sees the patient; the fast track's own as long as it is on duty. */
static unsigned contact_pool(const run *r, const plx_flow_patient *p)
{
    const plx_flow_model *m = r->model;
    if (m->fast_pool == PLX_FLOW_NONE) return m->doctor_pool;
    const bool began = p->pool == m->fast_pool;
    const bool begins = p->contacts == 0 && p->zone == m->fast_zone && is_fast(r, p->acuity);
    return (began || begins) && r->state->pool[m->fast_pool].on > 0 ? m->fast_pool : m->doctor_pool;
}

static void request_contact(run *r, uint16_t who, plx_flow_stage waiting)
{
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    const unsigned pool = contact_pool(r, p);
    if (r->model->people && pool == r->model->doctor_pool) {
        if (plx_flow_doctor_take(r, who)) return;
    } else if (plx_flow_idle(s, pool)) {
        plx_flow_start_contact(r, who, pool, 0);
        return;
    }
    plx_flow_enter(r, p, waiting);
    plx_flow_enqueue(s, PLX_FLOW_QUEUE_POOL + pool, who);
}

static void fill_pool(run *r, unsigned pool)
{
    plx_flow_state *s = r->state;
    const plx_flow_queue *q = &s->queue[PLX_FLOW_QUEUE_POOL + pool];
    while (q->n && plx_flow_idle(s, pool)) {
        unsigned best = (unsigned)__builtin_ctz(q->waiting);
        if (r->model->accumulating) {
            double best_score = -1;
            for (unsigned left = q->waiting; left; left &= left - 1) {
                const unsigned acuity = (unsigned)__builtin_ctz(left);
                const int64_t waited = s->time_us - s->patient[q->head[acuity]].since_us;
                const double score = r->model->slope[acuity] * (double)waited;
                if (score <= best_score) continue;
                best = acuity;
                best_score = score;
            }
        }
        const uint16_t who = q->head[best];
        plx_flow_dequeue(s, who);
        plx_flow_start_contact(r, who, pool, 0);
    }
}

void plx_flow_way_close_pool(run *r, unsigned pool)
{
    plx_flow_state *s = r->state;
    const plx_flow_queue *q = &s->queue[PLX_FLOW_QUEUE_POOL + pool];
    if (pool != r->model->fast_pool || s->pool[pool].on > 0) return;
    while (q->n) {
        const uint16_t who = q->head[__builtin_ctz(q->waiting)];
        const plx_flow_stage stage = (plx_flow_stage)s->patient[who].stage;
        plx_flow_dequeue(s, who);
        request_contact(r, who, stage);
    }
}

/* --- machines and results --- */

static void start_exam(run *r, uint16_t who, unsigned kind)
{
    plx_flow_state *s = r->state;
    const plx_flow_patient *p = &s->patient[who];
    s->machine[kind].busy++;
    const int64_t lasts = plx_flow_draw(r->model, r->model->kind[kind].exam, p,
                                        PLX_FLOW_DRAW_TEST + kind + round_of(p));
    plx_flow_schedule(s, s->time_us + (int64_t)((double)lasts * s->scale[kind]), who,
                      PLX_FLOW_EVENT_EXAM, kind);
}

static bool machine_free(const plx_flow_state *s, unsigned kind)
{
    return !s->stopped[kind] && s->machine[kind].busy < s->machine[kind].on;
}

static void fill_machine(run *r, unsigned kind)
{
    plx_flow_state *s = r->state;
    plx_flow_queue *q = &s->machine[kind].queue;
    while (q->n && machine_free(s, kind)) {
        const unsigned class = (unsigned)__builtin_ctz(q->waiting);
        const uint16_t who = q->head[class];
        q->head[class] = s->patient[who].machine_next[kind];
        if (!q->head[class]) {
            q->tail[class] = 0;
            q->waiting &= (uint16_t) ~(1u << class);
        }
        q->n--;
        start_exam(r, who, kind);
    }
}

void plx_flow_queue_machine(plx_flow_state *s, uint16_t who, unsigned kind)
{
    plx_flow_queue *q = &s->machine[kind].queue;
    const unsigned class = s->patient[who].acuity;
    s->patient[who].machine_next[kind] = 0;
    if (q->tail[class])
        s->patient[q->tail[class]].machine_next[kind] = who;
    else
        q->head[class] = who;
    q->tail[class] = who;
    q->waiting |= (uint16_t)(1u << class);
    q->n++;
}

/* All kinds that are ordered, at once; false when none is. */
static bool order(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    const unsigned round = round_of(p);
    uint8_t open = 0;
    for (unsigned kind = 0; kind < m->kind_n; kind++)
        if (plx_flow_bits(p, PLX_FLOW_DRAW_ORDER + kind + round) < m->kind[kind].below[p->acuity])
            open |= (uint8_t)(1u << kind);
    if (!open) return false;
    p->open = open;
    plx_flow_enter(r, p, PLX_FLOW_IN_DIAGNOSTICS);
    for (unsigned left = open; left; left &= left - 1) {
        const unsigned kind = (unsigned)__builtin_ctz(left);
        plx_flow_note_it(r, p, PLX_FLOW_NOTE_ORDER, kind);
        if (m->kind[kind].machine) {
            plx_flow_queue_machine(s, who, kind);
            fill_machine(r, kind);
            continue;
        }
        int64_t lasts = plx_flow_draw(m, m->kind[kind].delay, p, PLX_FLOW_DRAW_TEST + kind + round);
        if (s->scale[kind] != 1) lasts = (int64_t)((double)lasts * s->scale[kind]);
        plx_flow_schedule(s, s->time_us + lasts, who, PLX_FLOW_EVENT_TEST, kind);
    }
    return true;
}

static void test_end(run *r, uint16_t who, unsigned kind)
{
    plx_flow_patient *p = &r->state->patient[who];
    r->tally->events++;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_RESULT, kind);
    p->open &= (uint8_t) ~(1u << kind);
    if (p->open) return;
    p->rounds++;
    request_contact(r, who, PLX_FLOW_WAIT_REVIEW);
}

static void exam_end(run *r, uint16_t who, unsigned kind)
{
    plx_flow_state *s = r->state;
    const plx_flow_law report = r->model->kind[kind].report;
    const plx_flow_patient *p = &s->patient[who];
    s->machine[kind].busy--;
    fill_machine(r, kind);
    if (!plx_flow_has(report)) {
        test_end(r, who, kind);
        return;
    }
    const int64_t lasts =
        plx_flow_draw(r->model, report, p, PLX_FLOW_DRAW_REPORT + kind + round_of(p));
    plx_flow_schedule(s, s->time_us + (int64_t)((double)lasts * s->scale[kind]), who,
                      PLX_FLOW_EVENT_TEST, kind);
}

/* A specialist is asked (the first service that the draw says), else the decision falls. */
static void consult(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    for (unsigned i = 0; i < m->service_n; i++)
        if (plx_flow_bits(p, PLX_FLOW_DRAW_CONSULT + i) < m->service[i].below[p->acuity]) {
            const int64_t lasts =
                plx_flow_draw(m, m->service[i].delay, p, PLX_FLOW_DRAW_ANSWER + i);
            plx_flow_enter(r, p, PLX_FLOW_IN_CONSULT);
            plx_flow_note_it(r, p, PLX_FLOW_NOTE_CONSULT_REQUEST, i);
            plx_flow_schedule(s, s->time_us + lasts, who, PLX_FLOW_EVENT_CONSULT, i);
            return;
        }
    decide(r, who);
}

static void contact_end(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    const unsigned pool = p->pool;
    r->tally->events++;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_DOCTOR_END, m->people ? p->doctor : pool);
    s->pool[pool].busy--;
    if (m->people && pool == m->doctor_pool)
        plx_flow_doctor_free(r, who);
    else
        fill_pool(r, pool);
    const bool again = p->rounds > 0 && p->rounds < m->rounds_max &&
                       plx_flow_bits(p, PLX_FLOW_DRAW_AGAIN + round_of(p)) < m->again_below;
    if ((p->rounds == 0 || again) && order(r, who)) return;
    consult(r, who);
}

/* --- decision, ward, door --- */

static void gone(run *r, uint16_t who)
{
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    plx_flow_tally *t = r->tally;
    const unsigned acuity = p->acuity;
    const int64_t los = s->time_us - p->arrival_us;
    t->departed[acuity]++;
    t->los_us[acuity] += (uint64_t)los;
    if (t->los) t->los->n[plx_flow_histogram_bin(los)]++;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_DEPART, 0);
    if (p->watch) plx_flow_watch(r, p);
    leave_place(r, who);
}

static void move_to_ward(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    const plx_flow_patient *p = &s->patient[who];
    int64_t lasts =
        plx_flow_draw(m, m->ward[p->ward].delay[s->hour_of_day], p, PLX_FLOW_DRAW_BOARD);
    if (s->scale[PLX_FLOW_SCALE_BOARD] != 1)
        lasts = (int64_t)((double)lasts * s->scale[PLX_FLOW_SCALE_BOARD]);
    plx_flow_schedule(s, s->time_us + lasts, who, PLX_FLOW_EVENT_BOARD, 0);
}

void plx_flow_fill_ward(run *r, unsigned ward)
{
    plx_flow_state *s = r->state;
    const plx_flow_queue *q = &s->queue[PLX_FLOW_QUEUE_WARD + ward];
    while (q->n && s->ward[ward].free > 0) {
        const uint16_t who = q->head[0];
        s->ward[ward].free--;
        plx_flow_dequeue(s, who);
        move_to_ward(r, who);
    }
}

static void board(run *r, uint16_t who)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    unsigned ward = 0;
    if (p->disposition == PLX_FLOW_ICU && m->icu_ward != PLX_FLOW_NONE) {
        ward = m->icu_ward;
    } else {
        const uint64_t bits = m->ward_n > 1 ? plx_flow_bits(p, PLX_FLOW_DRAW_WARD) : 0;
        while (ward + 1 < m->ward_n && bits >= m->ward[ward].share_below)
            ward++;
    }
    p->ward = (uint8_t)ward;
    s->ward[ward].requests++;
    r->tally->admitted[p->acuity]++;
    plx_flow_enter(r, p, PLX_FLOW_BOARDING);
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_BED_REQUEST, ward);
    if (!m->ward[ward].beds) {
        move_to_ward(r, who);
        return;
    }
    plx_flow_enqueue(s, PLX_FLOW_QUEUE_WARD + ward, who);
    plx_flow_fill_ward(r, ward);
}

static void board_end(run *r, uint16_t who)
{
    r->tally->events++;
    if (r->state->board_off)
        plx_flow_enqueue(r->state, PLX_FLOW_QUEUE_HELD, who);
    else
        gone(r, who);
}

static void follow(run *r, uint16_t who, unsigned disposition)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    plx_flow_patient *p = &s->patient[who];
    p->disposition = (uint8_t)disposition;
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_DECISION, 0);
    if (disposition <= PLX_FLOW_ICU && m->ward_n) {
        board(r, who);
    } else if (plx_flow_has(m->leaving[disposition])) {
        plx_flow_enter(r, p, PLX_FLOW_LEAVING);
        const int64_t lasts = plx_flow_draw(m, m->leaving[disposition], p, PLX_FLOW_DRAW_LEAVE);
        plx_flow_schedule(s, s->time_us + lasts, who, PLX_FLOW_EVENT_GONE, 0);
    } else {
        gone(r, who);
    }
}

static void decide(run *r, uint16_t who)
{
    const plx_flow_patient *p = &r->state->patient[who];
    const uint64_t bits = plx_flow_bits(p, PLX_FLOW_DRAW_DISPOSITION);
    const uint64_t *below = r->model->disposition_below[p->acuity];
    unsigned disposition = 0;
    for (unsigned i = 0; i + 1 < PLX_FLOW_DISPOSITION_N; i++)
        disposition += bits >= below[i]; /* thresholds rise */
    follow(r, who, disposition);
}

static void consult_end(run *r, uint16_t who, unsigned service)
{
    const plx_flow_patient *p = &r->state->patient[who];
    plx_flow_note_it(r, p, PLX_FLOW_NOTE_CONSULT_SEEN, service);
    if (plx_flow_bits(p, PLX_FLOW_DRAW_TAKE + service) < r->model->service[service].take_below)
        follow(r, who, PLX_FLOW_ADMIT);
    else
        decide(r, who);
}

/* --- doors of this file --- */

void plx_flow_way_event(run *r, plx_flow_event e)
{
    const uint16_t who = (uint16_t)(e.tail >> 16);
    const unsigned argument = e.tail & 255;
    switch ((plx_flow_event_kind)(e.tail >> 8 & 255)) {
    case PLX_FLOW_EVENT_TRIAGED:
        triage_end(r, who);
        break;
    case PLX_FLOW_EVENT_CLOCK:
        clock_end(r, who, (uint32_t)(e.tail >> 32));
        break;
    case PLX_FLOW_EVENT_OVERFLOW:
        overflow(r, who, argument);
        break;
    case PLX_FLOW_EVENT_CONTACT:
        contact_end(r, who);
        break;
    case PLX_FLOW_EVENT_EXAM:
        exam_end(r, who, argument);
        break;
    case PLX_FLOW_EVENT_TEST:
        test_end(r, who, argument);
        break;
    case PLX_FLOW_EVENT_CONSULT:
        consult_end(r, who, argument);
        break;
    case PLX_FLOW_EVENT_BOARD:
        board_end(r, who);
        break;
    case PLX_FLOW_EVENT_DECIDE:
        decide(r, who);
        break;
    case PLX_FLOW_EVENT_GONE:
        gone(r, who);
        break;
    case PLX_FLOW_EVENT_CLEAN:
        clean_end(r, who);
        break;
    }
}

void plx_flow_way_dispatch(run *r)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    while (m->triage_pool != PLX_FLOW_NONE && s->queue[PLX_FLOW_QUEUE_TRIAGE].n &&
           plx_flow_idle(s, m->triage_pool))
        next_for_triage(r);
    for (unsigned ward = 0; ward < m->ward_n; ward++)
        plx_flow_fill_ward(r, ward);
    for (unsigned kind = 0; kind < m->kind_n; kind++)
        fill_machine(r, kind);
    if (m->cleaner_pool != PLX_FLOW_NONE)
        while (s->queue[PLX_FLOW_QUEUE_CLEAN].n && plx_flow_idle(s, m->cleaner_pool)) {
            const uint16_t who = s->queue[PLX_FLOW_QUEUE_CLEAN].head[0];
            plx_flow_dequeue(s, who);
            start_clean(r, who);
        }
    while (!s->board_off && s->queue[PLX_FLOW_QUEUE_HELD].n) {
        const uint16_t who = s->queue[PLX_FLOW_QUEUE_HELD].head[0];
        plx_flow_dequeue(s, who);
        gone(r, who);
    }
    for (unsigned zone = 0; zone < m->zone_n; zone++)
        fill_zone(r, zone);
    if (m->people) plx_flow_doctor_dispatch(r);
    if (!m->people) fill_pool(r, m->doctor_pool);
    if (m->fast_pool != PLX_FLOW_NONE) fill_pool(r, m->fast_pool);
}
