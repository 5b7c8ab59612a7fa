/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the parts of the engine share: events, queues, stages, draws. Private to the room. */
#ifndef PLX_CORE_DEPARTMENT_FLOW_STEP_H
#define PLX_CORE_DEPARTMENT_FLOW_STEP_H

#include "core/base/rng.h"
#include "core/department/flow.h"

/* Purposes of a patient's random numbers; a round of diagnostics adds 64. */
enum {
    PLX_FLOW_DRAW_GAP = 1,
    PLX_FLOW_DRAW_ACUITY,
    PLX_FLOW_DRAW_THIN,
    PLX_FLOW_DRAW_TRIAGE,
    PLX_FLOW_DRAW_PATIENCE,
    PLX_FLOW_DRAW_CONTACT,
    PLX_FLOW_DRAW_REVIEW,
    PLX_FLOW_DRAW_AGAIN,
    PLX_FLOW_DRAW_DISPOSITION,
    PLX_FLOW_DRAW_WARD,
    PLX_FLOW_DRAW_BOARD,
    PLX_FLOW_DRAW_LEAVE,
    PLX_FLOW_DRAW_CLEAN,
    PLX_FLOW_DRAW_ORDER = 16, /* + kind; likewise below */
    PLX_FLOW_DRAW_TEST = 24,
    PLX_FLOW_DRAW_REPORT = 32,
    PLX_FLOW_DRAW_CONSULT = 40, /* + service */
    PLX_FLOW_DRAW_ANSWER = 48,
    PLX_FLOW_DRAW_TAKE = 56,
    PLX_FLOW_DRAW_ROUND = 64
};

typedef enum plx_flow_event_kind {
    PLX_FLOW_EVENT_TRIAGED,
    PLX_FLOW_EVENT_CLOCK,    /* patience */
    PLX_FLOW_EVENT_OVERFLOW, /* may take a place of the overflow list from now on */
    PLX_FLOW_EVENT_CONTACT,
    PLX_FLOW_EVENT_EXAM, /* argument: kind */
    PLX_FLOW_EVENT_TEST,
    PLX_FLOW_EVENT_CONSULT,
    PLX_FLOW_EVENT_BOARD,
    PLX_FLOW_EVENT_DECIDE,
    PLX_FLOW_EVENT_GONE,
    PLX_FLOW_EVENT_CLEAN /* argument: zone */
} plx_flow_event_kind;

typedef struct run {
    const plx_flow_model *model;
    plx_flow_state *state;
    plx_flow_tally *tally;
} run;

/* flow_tally.c */
void plx_flow_log_put(plx_flow_log *log, int64_t time_us, const plx_flow_patient *p,
                      plx_flow_noted what, unsigned index);

static inline void plx_flow_note_it(const run *r, const plx_flow_patient *p, plx_flow_noted what,
                                    unsigned index)
{
    if (__builtin_expect(r->tally->log != NULL, 0))
        plx_flow_log_put(r->tally->log, r->state->time_us, p, what, index);
}

/* flow_way.c: what happens to a patient. */
void plx_flow_way_arrive(run *r, unsigned source);
void plx_flow_way_event(run *r, plx_flow_event event);
void plx_flow_way_enter_at(run *r, uint64_t key, unsigned acuity, unsigned source, uint16_t watch);
uint16_t plx_flow_way_slot(plx_flow_state *s); /* 0 = no room */
void plx_flow_queue_machine(plx_flow_state *s, uint16_t who, unsigned kind);
/* After a change of capacity: gives free places, staff and machines to those who wait. */
void plx_flow_way_dispatch(run *r);
void plx_flow_way_close_pool(run *r, unsigned pool);
/* flow.c */
void plx_flow_next_arrival(const plx_flow_model *model, plx_flow_state *state, unsigned source);
void plx_flow_ward_next(const plx_flow_model *model, plx_flow_state *state, unsigned ward);

/* --- events: node k has the children 4 (k - 2) .. 4 (k - 2) + 3, one cache line --- */

enum { PLX_FLOW_ROOT = 3 };

static inline bool plx_flow_before(plx_flow_event a, plx_flow_event b)
{
    __extension__ typedef unsigned __int128 wide;
    return ((wide)(uint64_t)a.time_us << 64 | a.tail) < ((wide)(uint64_t)b.time_us << 64 | b.tail);
}

static inline void plx_flow_sift_up(plx_flow_state *s, uint32_t at, plx_flow_event e)
{
    while (at > PLX_FLOW_ROOT) {
        const uint32_t parent = at / 4 + 2;
        if (!plx_flow_before(e, s->event[parent])) break;
        s->event[at] = s->event[parent];
        at = parent;
    }
    s->event[at] = e;
}

/* Slots beyond the last up to the end of its group hold events that never come. */
static inline void plx_flow_sift_down(plx_flow_state *s, plx_flow_event e)
{
    const uint32_t end = s->event_n + PLX_FLOW_ROOT;
    plx_flow_event *const event = s->event;
    uint32_t at = PLX_FLOW_ROOT, child = 4;
    while (child < end) {
        const plx_flow_event *c = event + child;
        const uint32_t a = plx_flow_before(c[1], c[0]), b = 2u + plx_flow_before(c[3], c[2]);
        /* Without a branch: which is least is chance. */
        const uint32_t least = a ^ ((a ^ b) & (0u - plx_flow_before(c[b], c[a])));
        if (!plx_flow_before(c[least], e)) break;
        event[at] = c[least];
        at = child + least;
        child = 4 * (at - 2);
    }
    event[at] = e;
}

/* The number of the event; 0 when there is no room (the replication is spoilt). */
static inline uint32_t plx_flow_schedule(plx_flow_state *s, int64_t time_us, uint16_t who,
                                         plx_flow_event_kind kind, unsigned argument)
{
    const uint32_t number = ++s->sequence;
    const plx_flow_event e = {time_us, (uint64_t)number << 32 | (uint64_t)who << 16 |
                                           (uint64_t)kind << 8 | argument};
    if (s->hole) {
        s->hole = false;
        plx_flow_sift_down(s, e);
        return number;
    }
    if (s->event_n >= PLX_FLOW_EVENTS_MAX) {
        s->overrun = true;
        return 0;
    }
    const uint32_t at = PLX_FLOW_ROOT + s->event_n++;
    if ((at & 3) == 0) /* a new group */
        for (uint32_t i = 1; i < 4; i++)
            s->event[at + i] = (plx_flow_event){INT64_MAX, UINT64_MAX};
    plx_flow_sift_up(s, at, e);
    return number;
}

/* Removes the root. */
static inline void plx_flow_close_hole(plx_flow_state *s)
{
    s->hole = false;
    const uint32_t last = PLX_FLOW_ROOT + --s->event_n;
    const plx_flow_event e = s->event[last];
    s->event[last] = (plx_flow_event){INT64_MAX, UINT64_MAX};
    if (last > PLX_FLOW_ROOT) plx_flow_sift_down(s, e);
}

/* --- stages: an integral over the open hour is kept as sum of +-(time left in the hour) --- */

static inline void plx_flow_enter(run *r, plx_flow_patient *p, plx_flow_stage stage)
{
    plx_flow_state *s = r->state;
    plx_flow_tally *t = r->tally;
    const int64_t now = s->time_us, left = s->hour_end_us - now;
    const unsigned before = p->stage;
    s->in_stage[before]--;
    s->in_stage[stage]++;
    t->open[before] -= left;
    t->open[stage] += left;
    p->stage = (uint8_t)stage;
    p->since_us = now;
}

/* --- draws --- */

static inline uint64_t plx_flow_bits(const plx_flow_patient *p, unsigned purpose)
{
    return plx_rng_at(p->key, purpose);
}

static inline bool plx_flow_has(plx_flow_law law)
{
    return law.table != PLX_FLOW_NONE;
}

static inline int64_t plx_flow_draw(const plx_flow_model *m, plx_flow_law law,
                                    const plx_flow_patient *p, unsigned purpose)
{
    return (int64_t)(plx_law_draw(&m->table[law.table], plx_flow_bits(p, purpose)) * law.scale_us);
}

/* --- queues: first come first served in a class --- */

static inline unsigned plx_flow_class(unsigned queue, const plx_flow_patient *p)
{
    const bool ranked = queue == PLX_FLOW_QUEUE_PLACE ||
                        (queue >= PLX_FLOW_QUEUE_POOL && queue < PLX_FLOW_QUEUE_WARD);
    return ranked ? p->acuity : 0;
}

static inline void plx_flow_enqueue(plx_flow_state *s, unsigned queue, uint16_t who)
{
    plx_flow_queue *q = &s->queue[queue];
    plx_flow_patient *p = &s->patient[who];
    const unsigned class = plx_flow_class(queue, p);
    p->queue = (uint8_t)queue;
    p->next = 0;
    p->previous = q->tail[class];
    if (q->tail[class])
        s->patient[q->tail[class]].next = who;
    else
        q->head[class] = who;
    q->tail[class] = who;
    q->waiting |= (uint16_t)(1u << class);
    q->n++;
}

static inline void plx_flow_dequeue(plx_flow_state *s, uint16_t who)
{
    plx_flow_patient *p = &s->patient[who];
    plx_flow_queue *q = &s->queue[p->queue];
    const unsigned class = plx_flow_class(p->queue, p);
    if (p->previous)
        s->patient[p->previous].next = p->next;
    else
        q->head[class] = p->next;
    if (p->next)
        s->patient[p->next].previous = p->previous;
    else
        q->tail[class] = p->previous;
    if (!q->head[class]) q->waiting &= (uint16_t) ~(1u << class);
    q->n--;
    p->queue = PLX_FLOW_NONE;
}

static inline bool plx_flow_idle(const plx_flow_state *s, unsigned pool)
{
    return s->pool[pool].busy < s->pool[pool].on;
}

#endif
