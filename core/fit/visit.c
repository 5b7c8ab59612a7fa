/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/fit/visit.h"

const char *plx_visit_fault_text(plx_visit_fault fault)
{
    static const char *const texts[] = {
#define X(name, sentence) sentence,
        PLX_VISIT_FAULT_TABLE(X)
#undef X
    };
    return texts[fault];
}

/* --- order --- */

/* What happens at one moment happens in the order of a visit. */
static bool before(const plx_visit_event *a, const plx_visit_event *b)
{
    if (a->id != b->id) return a->id < b->id;
    if (a->time_us != b->time_us) return a->time_us < b->time_us;
    if (a->what != b->what) return a->what < b->what;
    return a->row < b->row;
}

static void sift(plx_visit_event *e, size_t at, size_t n)
{
    const plx_visit_event moved = e[at];
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && before(&e[child], &e[child + 1])) child++;
        if (!before(&moved, &e[child])) break;
        e[at] = e[child];
        at = child;
    }
    e[at] = moved;
}

void plx_visit_sort(plx_visit_event *e, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift(e, i, n);
    for (size_t end = n; end-- > 1;) {
        const plx_visit_event last = e[end];
        e[end] = e[0];
        e[0] = last;
        sift(e, 0, end);
    }
}

/* --- one visit --- */

static void fault(plx_visit_faults *f, plx_visit_fault which, const plx_visit_event *e)
{
    if (f->n[which]++ == 0) f->row[which] = e->row;
}

static void begin(plx_visit *v, uint64_t id)
{
    *v = (plx_visit){.id = id,
                     .acuity = PLX_FLOW_NONE,
                     .disposition = PLX_FLOW_UNDECIDED,
                     .zone = PLX_FLOW_NONE,
                     .service = PLX_FLOW_NONE,
                     .last_us = PLX_TIME_NONE};
    for (int i = 0; i < PLX_FLOW_NOTE_N; i++)
        v->first_us[i] = PLX_TIME_NONE;
    for (int i = 0; i < PLX_FLOW_KINDS_MAX; i++)
        v->test[i].order_us = v->test[i].result_us = PLX_TIME_NONE;
}

static void start_contact(plx_visit *v, const plx_visit_event *e, plx_visit_faults *f)
{
    if (v->contact_n == PLX_VISIT_CONTACTS_MAX) {
        fault(f, PLX_VISIT_TOO_MANY, e);
        return;
    }
    v->contact[v->contact_n].from_us = e->time_us;
    v->contact[v->contact_n++].to_us = PLX_TIME_NONE;
}

/* A round of diagnostics was ordered and came back since: an end and a beginning are missing. */
static bool spans_a_round(const plx_visit *v, int64_t from_us)
{
    for (int k = 0; k < PLX_FLOW_KINDS_MAX; k++)
        if (v->test[k].order_us != PLX_TIME_NONE && v->test[k].order_us >= from_us &&
            v->test[k].result_us != PLX_TIME_NONE)
            return true;
    return false;
}

static void end_contact(plx_visit *v, const plx_visit_event *e, plx_visit_faults *f)
{
    if (v->contact_n == 0 || v->contact[v->contact_n - 1].to_us != PLX_TIME_NONE ||
        spans_a_round(v, v->contact[v->contact_n - 1].from_us))
        fault(f, PLX_VISIT_UNPAIRED, e);
    else
        v->contact[v->contact_n - 1].to_us = e->time_us;
}

static void take(plx_visit *v, const plx_visit_event *e, plx_visit_faults *f)
{
    const unsigned kind = e->index < PLX_FLOW_KINDS_MAX ? e->index : 0;
    if (v->first_us[e->what] == PLX_TIME_NONE) v->first_us[e->what] = e->time_us;
    switch (e->what) {
    case PLX_FLOW_NOTE_DOCTOR_START:
        start_contact(v, e, f);
        break;
    case PLX_FLOW_NOTE_DOCTOR_END:
        end_contact(v, e, f);
        break;
    case PLX_FLOW_NOTE_ORDER:
        if (v->test[kind].order_us == PLX_TIME_NONE) v->test[kind].order_us = e->time_us;
        break;
    case PLX_FLOW_NOTE_RESULT:
        if (v->test[kind].result_us == PLX_TIME_NONE) v->test[kind].result_us = e->time_us;
        break;
    case PLX_FLOW_NOTE_PLACE:
        if (v->zone == PLX_FLOW_NONE) v->zone = e->index;
        break;
    case PLX_FLOW_NOTE_CONSULT_REQUEST:
        if (v->service == PLX_FLOW_NONE) v->service = e->index;
        break;
    default:
        break;
    }
}

static bool is_over(const plx_visit *v)
{
    return v->first_us[PLX_FLOW_NOTE_DEPART] != PLX_TIME_NONE ||
           v->first_us[PLX_FLOW_NOTE_LWBS] != PLX_TIME_NONE;
}

static void look_at(plx_visit *v, const plx_visit_event *e, plx_visit_faults *f)
{
    const bool arrived = v->first_us[PLX_FLOW_NOTE_ARRIVAL] != PLX_TIME_NONE;
    if (e->acuity != PLX_FLOW_NONE) v->acuity = e->acuity;
    if (e->what == PLX_FLOW_NOTE_ARRIVAL && arrived) {
        fault(f, PLX_VISIT_ARRIVED_TWICE, e);
    } else if (e->what != PLX_FLOW_NOTE_ARRIVAL && !arrived) {
        fault(f, PLX_VISIT_BEFORE_ARRIVAL, e);
    } else if (is_over(v)) {
        fault(f, PLX_VISIT_AFTER_DEPARTURE, e);
    } else {
        if (e->disposition != PLX_FLOW_UNDECIDED) v->disposition = e->disposition;
        if (e->what < PLX_FLOW_NOTE_N) take(v, e, f);
        if (e->what == PLX_VISIT_OFFLOAD) v->ambulance = true;
        if (e->what < PLX_FLOW_NOTE_N && e->what != PLX_FLOW_NOTE_DEPART &&
            e->what != PLX_FLOW_NOTE_LWBS)
            v->last_us = e->time_us;
    }
}

static bool find_arrival(const plx_visit_event *events, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (events[i].what == PLX_FLOW_NOTE_ARRIVAL) return true;
    return false;
}

size_t plx_visit_next(const plx_visit_event *events, size_t n, size_t from, int64_t begin_us,
                      plx_visit *out, bool *valid, plx_visit_faults *faults)
{
    const plx_visit_event *first = &events[from];
    size_t to = from;
    while (to < n && events[to].id == first->id)
        to++;
    begin(out, first->id);
    *valid = find_arrival(events, from, to);
    if (!*valid) {
        *valid = first->time_us >= begin_us && first->what < PLX_FLOW_NOTE_DECISION;
        fault(faults, *valid ? PLX_VISIT_NO_ARRIVAL : PLX_VISIT_BEFORE_LOG, first);
        out->first_us[PLX_FLOW_NOTE_ARRIVAL] = first->time_us;
    }
    for (size_t i = from; i < to && *valid; i++)
        look_at(out, &events[i], faults);
    return to;
}
