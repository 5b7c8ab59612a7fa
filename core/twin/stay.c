/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the ADT events of one encounter amount to (v2 chapter 3). Pass 1 lets each cancel find what
 * it undoes; pass 2 takes the events that stand in order of time. So duplicates, late and
 * overtaking messages end in the same state. */
#include "core/twin/private.h"

/* What a cancel can undo. */
typedef enum kind {
    KIND_NONE,
    KIND_ADMIT,
    KIND_PLAN,
    KIND_TRANSFER,
    KIND_DISCHARGE,
    KIND_LEAVE,
    KIND_RETURN,
    KIND_PENDING_TRANSFER,
    KIND_PENDING_DISCHARGE,
    KIND_DEPART,
    KIND_ARRIVE,
    KIND_ATTENDING,
    KINDS
} kind;

typedef struct action_rule {
    uint8_t kind;    /* of an event that can be undone */
    uint8_t cancels; /* kind that a cancel undoes */
    uint8_t rank;    /* order of events that share their times */
} action_rule;

enum { RANK_USUAL = 3, RANK_CANCEL = 7 };

static const action_rule RULES[] = {
    [PLX_ADT_PREADMIT] = {KIND_PLAN, 0, 0},
    [PLX_ADT_REGISTER] = {KIND_ADMIT, 0, 1},
    [PLX_ADT_ADMIT] = {KIND_ADMIT, 0, 2},
    [PLX_ADT_TRANSFER] = {KIND_TRANSFER, 0, RANK_USUAL},
    [PLX_ADT_SWAP] = {KIND_NONE, 0, RANK_USUAL},
    [PLX_ADT_DEPART] = {KIND_DEPART, 0, RANK_USUAL},
    [PLX_ADT_ARRIVE] = {KIND_ARRIVE, 0, RANK_USUAL},
    [PLX_ADT_TO_INPATIENT] = {KIND_NONE, 0, RANK_USUAL},
    [PLX_ADT_TO_OUTPATIENT] = {KIND_NONE, 0, RANK_USUAL},
    [PLX_ADT_LEAVE] = {KIND_LEAVE, 0, RANK_USUAL},
    [PLX_ADT_RETURN] = {KIND_RETURN, 0, RANK_USUAL},
    [PLX_ADT_PENDING_TRANSFER] = {KIND_PENDING_TRANSFER, 0, RANK_USUAL},
    [PLX_ADT_PENDING_DISCHARGE] = {KIND_PENDING_DISCHARGE, 0, RANK_USUAL},
    [PLX_ADT_ATTENDING] = {KIND_ATTENDING, 0, RANK_USUAL},
    [PLX_ADT_UPDATE] = {KIND_NONE, 0, 4},
    [PLX_ADT_DISCHARGE] = {KIND_DISCHARGE, 0, 5},
    [PLX_ADT_DELETE_VISIT] = {KIND_NONE, 0, 6},
    [PLX_ADT_CANCEL_ADMIT] = {0, KIND_ADMIT, RANK_CANCEL},
    [PLX_ADT_CANCEL_TRANSFER] = {0, KIND_TRANSFER, RANK_CANCEL},
    [PLX_ADT_CANCEL_DISCHARGE] = {0, KIND_DISCHARGE, RANK_CANCEL},
    [PLX_ADT_CANCEL_PREADMIT] = {0, KIND_PLAN, RANK_CANCEL},
    [PLX_ADT_CANCEL_PENDING_ADMIT] = {0, KIND_PLAN, RANK_CANCEL},
    [PLX_ADT_CANCEL_PENDING_TRANSFER] = {0, KIND_PENDING_TRANSFER, RANK_CANCEL},
    [PLX_ADT_CANCEL_PENDING_DISCHARGE] = {0, KIND_PENDING_DISCHARGE, RANK_CANCEL},
    [PLX_ADT_CANCEL_LEAVE] = {0, KIND_LEAVE, RANK_CANCEL},
    [PLX_ADT_CANCEL_RETURN] = {0, KIND_RETURN, RANK_CANCEL},
    [PLX_ADT_CANCEL_DEPART] = {0, KIND_DEPART, RANK_CANCEL},
    [PLX_ADT_CANCEL_ARRIVE] = {0, KIND_ARRIVE, RANK_CANCEL},
    [PLX_ADT_CANCEL_ATTENDING] = {0, KIND_ATTENDING, RANK_CANCEL},
};

static action_rule rule_of(uint8_t action)
{
    return action < sizeof RULES / sizeof *RULES ? RULES[action] : (action_rule){0, 0, RANK_USUAL};
}

bool plx_twin_action_is_cancel(uint8_t action)
{
    return rule_of(action).cancels != KIND_NONE;
}

bool plx_twin_action_is_arrival(uint8_t action)
{
    return rule_of(action).kind == KIND_ADMIT;
}

/* Order. */

static bool before(const plx_twin *t, const twin_event *a, int64_t a_us, const twin_event *b,
                   int64_t b_us)
{
    if (a_us != b_us) return a_us < b_us;
    const twin_source *x = twin_source_at(t, a->source), *y = twin_source_at(t, b->source);
    if (x->sent_us != y->sent_us) return x->sent_us < y->sent_us;
    uint8_t x_rank = rule_of(a->action).rank, y_rank = rule_of(b->action).rank;
    if (x_rank != y_rank) return x_rank < y_rank;
    if (x->order != y->order) return x->order < y->order;
    return x->seq < y->seq;
}

static bool happened_before(const plx_twin *t, const twin_event *a, const twin_event *b)
{
    return before(t, a, a->at_us, b, b->at_us);
}

static bool recorded_before(const plx_twin *t, const twin_event *a, const twin_event *b)
{
    return before(t, a, twin_source_at(t, a->source)->recorded_us, b,
                  twin_source_at(t, b->source)->recorded_us);
}

static void events_grow(plx_twin *t, twin_encounter *e)
{
    uint64_t wanted = (uint64_t)(e->events_capacity + e->events_capacity / 2 + 4);
    uint64_t bytes = plx_twin_block_bytes(wanted * sizeof(twin_event));
    twin_block block = plx_twin_block_take(t, &t->region, bytes);
    uint64_t old_bytes = (uint64_t)e->events_capacity * sizeof(twin_event);
    if (e->events) {
        memcpy(plx_twin_at(t, block), plx_twin_at(t, e->events), old_bytes);
        plx_twin_block_give(t, &t->region, e->events, old_bytes);
    }
    e->events = block;
    e->events_capacity = (uint32_t)(bytes / sizeof(twin_event));
}

/* At the limit the older half goes, but for the first one: who arrived stays arrived. */
static void events_cut(plx_twin *t, twin_encounter *e)
{
    enum { GOES = TWIN_EVENTS_MAX / 2 };
    twin_event *events = twin_events_of(t, e);
    for (uint32_t i = 1; i <= GOES; i++) {
        plx_twin_text_release(t, events[i].complaint);
        plx_twin_text_release(t, events[i].disposition);
        plx_twin_source_release(t, events[i].source);
    }
    e->events_n -= GOES;
    memmove(events + 1, events + 1 + GOES, (e->events_n - 1) * sizeof *events);
    memset(events + e->events_n, 0, GOES * sizeof *events);
    e->events_cut += GOES;
    t->world.cut += GOES;
}

bool plx_twin_stay_insert(plx_twin *t, uint32_t encounter, const twin_event *event)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    bool cut = e->events_n == TWIN_EVENTS_MAX;
    if (cut) events_cut(t, e);
    if (e->events_n == e->events_capacity) events_grow(t, e);
    twin_event *events = twin_events_of(t, e);
    uint32_t low = 0, high = e->events_n;
    if (high > 0 && !happened_before(t, event, &events[high - 1])) low = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (happened_before(t, event, &events[middle]))
            high = middle;
        else
            low = middle + 1;
    }
    memmove(events + low + 1, events + low, (e->events_n - low) * sizeof *events);
    events[low] = *event;
    e->events_n++;
    bool cancel = plx_twin_action_is_cancel(event->action);
    e->cancels |= cancel;
    /* a cancel of the same moment, or one that was recorded later, may concern this event */
    bool same_moment = low > 0 && events[low - 1].at_us == event->at_us;
    bool recorded_early = twin_source_at(t, event->source)->recorded_us < event->at_us;
    bool early = e->cancels && (same_moment || recorded_early);
    return low + 1 == e->events_n && !cancel && !cut && !early && e->waiting_n == 0;
}

/* Pass 1. */

/* Indices of events in the order in which they were recorded: merge sort, runs of doubling size. */
static void sort_recorded(const plx_twin *t, const twin_event *events, uint32_t n, uint16_t *order,
                          uint16_t *scratch)
{
    for (uint32_t i = 0; i < n; i++)
        order[i] = (uint16_t)i;
    for (uint32_t width = 1; width < n; width *= 2) {
        for (uint32_t low = 0; low < n; low += 2 * width) {
            uint32_t middle = low + width < n ? low + width : n;
            uint32_t high = low + 2 * width < n ? low + 2 * width : n, a = low, b = middle;
            for (uint32_t at = low; at < high; at++) {
                bool second = a == middle || (b < high && recorded_before(t, &events[order[b]],
                                                                          &events[order[a]]));
                scratch[at] = order[second ? b++ : a++];
            }
        }
        memcpy(order, scratch, n * sizeof *order);
    }
}

/* The event that happened at the time a cancel names (EVN-6): the last one that stands, else one
 * that was undone already (*undone). n when there is none. */
static uint32_t find_named(const twin_event *events, uint32_t n, const twin_event *cancel,
                           bool *undone)
{
    uint32_t low = 0, high = n, found = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (events[middle].at_us < cancel->named_us)
            low = middle + 1;
        else
            high = middle;
    }
    kind wanted = rule_of(cancel->action).cancels;
    *undone = false;
    for (uint32_t i = low; i < n && events[i].at_us == cancel->named_us; i++) {
        if (rule_of(events[i].action).kind != wanted) continue;
        if (!events[i].undone || found == n) found = i;
    }
    if (found < n) *undone = events[found].undone;
    return found;
}

/* A repeated message of the same event goes with it. */
static void undo(twin_event *events, uint32_t n, uint32_t target)
{
    const twin_event *x = &events[target];
    uint32_t i = target;
    while (i > 0 && events[i - 1].at_us == x->at_us)
        i--;
    for (; i < n && events[i].at_us == x->at_us; i++)
        if (events[i].action == x->action && events[i].location == x->location)
            events[i].undone = 1;
}

/* Standing events of each kind in the order recorded: a stack of indices + 1. */
typedef struct stacks {
    uint16_t top[KINDS], below[TWIN_EVENTS_MAX];
} stacks;

static uint32_t stack_top(stacks *s, const twin_event *events, kind k)
{
    while (s->top[k] && events[s->top[k] - 1].undone)
        s->top[k] = s->below[s->top[k] - 1];
    return s->top[k];
}

static bool has_waited(const plx_twin *t, const twin_event *cancel)
{
    const twin_source *s = twin_source_at(t, cancel->source);
    return t->world.now_us - s->arrival_us >= t->world.cancel_wait_us;
}

/* EVN-6 first; without it, or when what it names has not come in time, the last one that stands and
 * was recorded before. A repeated cancel undoes nothing more. */
static void cancel_resolve(const plx_twin *t, twin_event *events, uint32_t n, twin_event *cancel,
                           stacks *s)
{
    bool named = cancel->named_us != PLX_TIME_NONE && cancel->named_us <= cancel->at_us;
    bool undone = false;
    uint32_t target = named ? find_named(events, n, cancel, &undone) : n;
    if (target < n) {
        cancel->resolved = undone ? 2 : 1;
        if (!undone) undo(events, n, target);
        return;
    }
    /* v2 3.3.52, 3.3.53: EVN-6 of these two may be when the cancel itself happened */
    bool own_time =
        cancel->action == PLX_ADT_CANCEL_LEAVE || cancel->action == PLX_ADT_CANCEL_RETURN;
    if (named && !own_time && cancel->named_us < cancel->at_us && !has_waited(t, cancel)) return;
    uint32_t top = stack_top(s, events, rule_of(cancel->action).cancels);
    if (!top) return;
    cancel->resolved = 1;
    undo(events, n, top - 1);
}

static bool same_cancel(const twin_event *a, const twin_event *b)
{
    return a->action == b->action && a->named_us == b->named_us && a->resolved;
}

static bool is_repeat(const twin_event *events, uint32_t n, const twin_event *cancel)
{
    for (const twin_event *x = cancel; x > events && x[-1].at_us == cancel->at_us; x--)
        if (same_cancel(&x[-1], cancel)) return true;
    for (const twin_event *x = cancel + 1; x < events + n && x->at_us == cancel->at_us; x++)
        if (same_cancel(x, cancel)) return true;
    return false;
}

static void resolve_cancels(plx_twin *t, twin_encounter *e)
{
    uint16_t order[TWIN_EVENTS_MAX], scratch[TWIN_EVENTS_MAX];
    stacks s = {.top = {0}};
    twin_event *events = twin_events_of(t, e);
    for (uint32_t i = 0; i < e->events_n; i++)
        events[i].undone = events[i].resolved = 0;
    sort_recorded(t, events, e->events_n, order, scratch);
    bool alone = false;
    e->waiting_n = 0;
    for (uint32_t i = 0; i < e->events_n; i++) {
        twin_event *x = &events[order[i]];
        action_rule rule = rule_of(x->action);
        if (rule.kind) {
            s.below[order[i]] = s.top[rule.kind];
            s.top[rule.kind] = (uint16_t)(order[i] + 1);
        }
        if (!rule.cancels) continue;
        if (is_repeat(events, e->events_n, x))
            x->resolved = 2;
        else
            cancel_resolve(t, events, e->events_n, x, &s);
        if (x->resolved) continue;
        e->waiting_n++;
        alone |= has_waited(t, x);
    }
    e->marks =
        (uint8_t)((e->marks & ~TWIN_MARK_CANCEL_ALONE) | (alone ? TWIN_MARK_CANCEL_ALONE : 0));
}

/* Pass 2. */

typedef struct told { /* one field of a stay, with the sender's view of it */
    uint32_t *field, *seen, *source;
    int64_t *since_us;
} told;

/* Most messages repeat all they know. Only what differs from what the sender said before is news,
 * unless the field is what the event is about. */
static bool tell(told f, const twin_event *x, plx_presence presence, uint32_t value, bool subject)
{
    if (presence != PLX_VALUE && presence != PLX_NULL) return false;
    if (presence == PLX_NULL) value = 0;
    bool news = (subject || value != *f.seen) && !x->undone;
    *f.seen = value;
    if (!news || value == *f.field) return false;
    *f.field = value;
    *f.since_us = x->at_us;
    *f.source = x->source;
    return true;
}

static void tell_class(twin_stay *s, const twin_event *x, bool subject)
{
    uint32_t field = s->patient_class, seen = s->seen_class;
    plx_presence presence = twin_event_said(x, TWIN_SAID_CLASS);
    tell((told){&field, &seen, &s->class_source, &s->class_us}, x, presence, x->patient_class,
         subject);
    s->patient_class = (uint8_t)field;
    s->seen_class = (uint8_t)seen;
}

static void tell_people(twin_stay *s, const twin_event *x)
{
    bool attending = x->action == PLX_ADT_ATTENDING;
    tell((told){&s->attending, &s->seen_attending, &s->attending_source, &s->attending_us}, x,
         twin_event_said(x, TWIN_SAID_ATTENDING), x->attending, attending);
    tell((told){&s->nurse, &s->seen_nurse, &s->nurse_source, &s->nurse_us}, x,
         twin_event_said(x, TWIN_SAID_NURSE), x->nurse, false);
    tell((told){&s->complaint, &s->seen_complaint, &s->complaint_source, &s->complaint_us}, x,
         twin_event_said(x, TWIN_SAID_COMPLAINT), x->complaint, false);
}

static void tell_disposition(twin_stay *s, const twin_event *x)
{
    tell((told){&s->disposition, &s->seen_disposition, &s->disposition_source, &s->disposition_us},
         x, twin_event_said(x, TWIN_SAID_DISPOSITION), x->disposition,
         x->action == PLX_ADT_DISCHARGE);
}

static void set_status(twin_stay *s, const twin_event *x, twin_status status)
{
    if (s->status == status) return;
    s->status = (uint8_t)status;
    s->status_us = x->at_us;
    s->status_source = x->source;
    if (status != TWIN_STATUS_FINISHED) s->finished_us = PLX_TIME_NONE;
}

/* PV1-3. moves: the event says that the patient went there; otherwise a place that differs is an
 * implied transfer. */
static void tell_location(const plx_twin *t, twin_stay *s, const twin_event *x, bool moves)
{
    bool gone =
        s->location && (s->status == TWIN_STATUS_FINISHED || s->status == TWIN_STATUS_CANCELLED);
    bool deaf = !moves && (gone || t->world.implied_transfer == PLX_TWIN_IMPLIED_IGNORE);
    uint32_t unheard_field = s->location, unheard_source = 0;
    int64_t unheard_us = 0;
    told f = {&s->location, &s->seen_location, &s->location_source, &s->location_us};
    if (deaf) f = (told){&unheard_field, &s->seen_location, &unheard_source, &unheard_us};
    bool changed = tell(f, x, twin_event_said(x, TWIN_SAID_LOCATION), x->location, moves) && !deaf;
    if (changed) s->implied = !moves;
}

/* Something is said of a patient whose arrival nobody told: FHIR's reading of v2 (IG 1.0.0). */
static void presume(twin_stay *s, const twin_event *x)
{
    if (s->status != TWIN_STATUS_NONE) return;
    bool update = x->action == PLX_ADT_UPDATE;
    bool over = update && x->discharged_us != PLX_TIME_NONE;
    bool planned = update && x->patient_class == 'P';
    set_status(s, x,
               over      ? TWIN_STATUS_FINISHED
               : planned ? TWIN_STATUS_PLANNED
                         : TWIN_STATUS_IN_PROGRESS);
    if (over) s->finished_us = x->discharged_us;
    if (planned) return;
    s->arrived_us = x->admitted_us != PLX_TIME_NONE ? x->admitted_us : x->at_us;
    s->arrived_source = x->source;
}

static void take_arrival(twin_stay *s, const twin_event *x)
{
    if (s->arrivals_n++ == 0) {
        s->arrived_us = x->admitted_us != PLX_TIME_NONE ? x->admitted_us : x->at_us;
        s->arrived_source = x->source;
    }
    if (x->action == PLX_ADT_ADMIT)
        set_status(s, x, TWIN_STATUS_IN_PROGRESS);
    else if (!twin_status_is_active(s->status))
        set_status(s, x, TWIN_STATUS_ARRIVED);
}

static void take_transfer(twin_stay *s, const twin_event *x)
{
    bool prior_said = twin_event_said(x, TWIN_SAID_PRIOR) == PLX_VALUE && x->prior;
    s->prior_differs = prior_said && s->seen_location && x->prior != s->seen_location;
    s->pending = s->pending_source = s->temporary = s->temporary_source = 0;
    s->pending_us = s->temporary_us = PLX_TIME_NONE;
    if (s->status == TWIN_STATUS_CANCELLED || s->status == TWIN_STATUS_PLANNED)
        set_status(s, x, TWIN_STATUS_ARRIVED); /* who moves is here */
}

static void take_discharge(twin_stay *s, const twin_event *x)
{
    set_status(s, x, TWIN_STATUS_FINISHED);
    s->finished_us = x->discharged_us != PLX_TIME_NONE ? x->discharged_us : x->at_us;
    s->pending = s->pending_source = s->temporary = s->temporary_source = s->leaving_source = 0;
    s->pending_us = s->temporary_us = s->leaving_us = PLX_TIME_NONE;
}

static void take_temporary(twin_stay *s, const twin_event *x)
{
    bool there = twin_event_said(x, TWIN_SAID_TEMPORARY) == PLX_VALUE;
    if (x->action == PLX_ADT_DEPART && !there) return;
    s->temporary = there ? x->temporary : 0;
    s->temporary_us = there ? x->at_us : PLX_TIME_NONE;
    s->temporary_source = there ? x->source : 0;
}

static void take_class_change(twin_stay *s, const twin_event *x)
{
    bool inpatient = x->action == PLX_ADT_TO_INPATIENT;
    if (twin_event_said(x, TWIN_SAID_CLASS) != PLX_VALUE) {
        s->patient_class = s->seen_class = inpatient ? 'I' : 'O';
        s->class_us = x->at_us;
        s->class_source = x->source;
    }
    s->admission_us = inpatient ? x->at_us : PLX_TIME_NONE;
    s->admission_source = inpatient ? x->source : 0;
    bool before = s->status == TWIN_STATUS_ARRIVED || s->status == TWIN_STATUS_PLANNED;
    if (inpatient && before) set_status(s, x, TWIN_STATUS_IN_PROGRESS);
}

/* What the event is about. */
static void take_subject(twin_stay *s, const twin_event *x)
{
    switch (x->action) {
    case PLX_ADT_PREADMIT:
        s->plans_n++;
        if (s->status == TWIN_STATUS_NONE || s->status == TWIN_STATUS_CANCELLED)
            set_status(s, x, TWIN_STATUS_PLANNED);
        break;
    case PLX_ADT_REGISTER:
    case PLX_ADT_ADMIT:
        take_arrival(s, x);
        break;
    case PLX_ADT_TRANSFER:
    case PLX_ADT_SWAP:
        take_transfer(s, x);
        break;
    case PLX_ADT_DISCHARGE:
        take_discharge(s, x);
        break;
    case PLX_ADT_DEPART:
    case PLX_ADT_ARRIVE:
        take_temporary(s, x);
        break;
    case PLX_ADT_TO_INPATIENT:
    case PLX_ADT_TO_OUTPATIENT:
        take_class_change(s, x);
        break;
    case PLX_ADT_LEAVE:
        if (twin_status_is_active(s->status)) set_status(s, x, TWIN_STATUS_ON_LEAVE);
        break;
    case PLX_ADT_RETURN:
        if (s->status == TWIN_STATUS_ON_LEAVE) set_status(s, x, TWIN_STATUS_IN_PROGRESS);
        break;
    case PLX_ADT_PENDING_TRANSFER:
        s->pending = x->pending;
        s->pending_us = x->at_us;
        s->pending_source = x->source;
        break;
    case PLX_ADT_PENDING_DISCHARGE:
        s->leaving_us = x->at_us;
        s->leaving_source = x->source;
        break;
    case PLX_ADT_DELETE_VISIT:
        set_status(s, x, TWIN_STATUS_IN_ERROR);
        break;
    default:
        break;
    }
}

static bool is_move(uint8_t action)
{
    return action == PLX_ADT_TRANSFER || action == PLX_ADT_SWAP || action == PLX_ADT_REGISTER ||
           action == PLX_ADT_ADMIT || action == PLX_ADT_PREADMIT;
}

static void take_event(const plx_twin *t, twin_stay *s, const twin_event *x)
{
    bool arrival_or_class = x->action == PLX_ADT_TO_INPATIENT ||
                            x->action == PLX_ADT_TO_OUTPATIENT ||
                            plx_twin_action_is_arrival(x->action);
    bool tracking = x->action == PLX_ADT_DEPART || x->action == PLX_ADT_ARRIVE;
    bool starts = plx_twin_action_is_arrival(x->action) || x->action == PLX_ADT_PREADMIT ||
                  x->action == PLX_ADT_DELETE_VISIT;
    if (!x->undone) {
        if (!starts && x->action != PLX_ADT_DISCHARGE) presume(s, x);
        take_subject(s, x);
    }
    bool moves = is_move(x->action) && s->status != TWIN_STATUS_FINISHED;
    if (!tracking) tell_location(t, s, x, moves);
    tell_class(s, x, arrival_or_class);
    tell_people(s, x);
    tell_disposition(s, x);
}

/* The cancel has met its event: from here on the sender's view is the true one again. */
static void take_cancel(const plx_twin *t, twin_stay *s, const twin_event *x)
{
    if (x->resolved == 1) {
        s->seen_location = s->location;
        s->seen_class = s->patient_class;
        s->seen_attending = s->attending;
        s->seen_nurse = s->nurse;
        s->seen_complaint = s->complaint;
        s->seen_disposition = s->disposition;
    }
    if (x->action == PLX_ADT_CANCEL_ADMIT) {
        if (s->arrivals_n == 0 && x->resolved == 1) set_status(s, x, TWIN_STATUS_CANCELLED);
        return;
    }
    bool plan = x->action == PLX_ADT_CANCEL_PREADMIT || x->action == PLX_ADT_CANCEL_PENDING_ADMIT;
    if (plan && s->plans_n == 0 && s->arrivals_n == 0 && x->resolved == 1)
        set_status(s, x, TWIN_STATUS_CANCELLED);
    /* v2 3.3.12, 3.3.13: PV1-3 of an A12 or A13 is where the patient is now, perhaps a place that
     * nobody told of before */
    bool placed = x->action == PLX_ADT_CANCEL_DISCHARGE || x->action == PLX_ADT_CANCEL_TRANSFER;
    if (placed) tell_location(t, s, x, true);
    tell_class(s, x, false);
    tell_people(s, x);
}

static void step(const plx_twin *t, twin_stay *s, const twin_event *x)
{
    if (!plx_twin_action_is_cancel(x->action))
        take_event(t, s, x);
    else if (x->resolved)
        take_cancel(t, s, x);
}

static void mark_implied(const plx_twin *t, twin_encounter *e)
{
    bool flag = e->stay.implied && t->world.implied_transfer == PLX_TWIN_IMPLIED_FLAG;
    e->marks = (uint8_t)((e->marks & ~TWIN_MARK_IMPLIED) | (flag ? TWIN_MARK_IMPLIED : 0));
}

void plx_twin_stay_continue(plx_twin *t, uint32_t encounter)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    step(t, &e->stay, &twin_events_of(t, e)[e->events_n - 1]);
    mark_implied(t, e);
}

void plx_twin_stay_fold(plx_twin *t, uint32_t encounter)
{
    twin_encounter *e = twin_encounter_at(t, encounter);
    memset(&e->stay, 0, sizeof e->stay);
    plx_twin_layout_clear(&plx_twin_stay_layout, &e->stay);
    e->waiting_n = 0;
    if (e->events_n == 0) return;
    if (e->cancels) resolve_cancels(t, e);
    const twin_event *events = twin_events_of(t, e);
    for (uint32_t i = 0; i < e->events_n; i++)
        step(t, &e->stay, &events[i]);
    mark_implied(t, e);
}
