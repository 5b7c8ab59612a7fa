/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a visit tells of each part of the model. */
#include "core/fit/fit.h"

enum { ACUITY_UNKNOWN = 2 }; /* 3 outside: the middle */
#define HERE_US                                                                                    \
    PLX_DAY_US /* who was heard of within so long before the end is still here (prior) */

const char *plx_fit_missing_text(plx_fit_missing missing)
{
    static const char *const texts[] = {
#define X(name, sentence) sentence,
        PLX_FIT_MISSING_TABLE(X)
#undef X
    };
    return texts[missing];
}

static bool is(int64_t time_us)
{
    return time_us != PLX_TIME_NONE;
}

static int64_t at(const plx_visit *v, plx_flow_noted note)
{
    return v->first_us[note];
}

/* Of the times that are known the latest. */
static int64_t later(int64_t a, int64_t b)
{
    return !is(a) ? b : !is(b) ? a : a > b ? a : b;
}

static void add(plx_sample *s, int64_t from_us, int64_t to_us)
{
    if (is(from_us) && is(to_us) && to_us >= from_us) plx_sample_add(s, to_us - from_us);
}

static int64_t end_of(const plx_visit *v)
{
    return is(at(v, PLX_FLOW_NOTE_DEPART)) ? at(v, PLX_FLOW_NOTE_DEPART)
                                           : at(v, PLX_FLOW_NOTE_LWBS);
}

/* Present when the log ends. */
static bool is_here(const plx_fit *f, const plx_visit *v)
{
    return !f->shifted && !is(end_of(v)) && f->end_us - v->last_us < HERE_US;
}

/* Ended; or still open at the end of the log, when it is the last that was heard of him. An end
 * that nobody wrote down tells nothing. */
static void add_or_open(const plx_fit *f, const plx_visit *v, plx_sample *s, int64_t from_us,
                        int64_t to_us)
{
    if (is(to_us))
        add(s, from_us, to_us);
    else if (is(from_us) && is_here(f, v) && from_us == v->last_us)
        plx_sample_add_open(s, f->end_us - from_us);
}

static void count(plx_fit *f, const plx_visit *v, unsigned class)
{
    const int64_t arrival_us = at(v, PLX_FLOW_NOTE_ARRIVAL);
    f->visits++;
    f->of[class]++;
    for (int n = 0; n < PLX_FLOW_NOTE_N; n++)
        f->has[n] += is(v->first_us[n]);
    if (v->acuity == PLX_FLOW_NONE) f->unknown_acuity++;
    if (f->shifted) return;
    const int64_t hour = arrival_us / PLX_HOUR_US - (arrival_us % PLX_HOUR_US < 0);
    if (hour >= f->first_hour && hour < f->first_hour + (int64_t)f->hours)
        f->arrivals[hour - f->first_hour]++;
    f->by_hour[(hour % 24 + 24) % 24][class]++;
}

static void add_triage(plx_fit *f, const plx_visit *v)
{
    const int64_t start_us = at(v, PLX_FLOW_NOTE_TRIAGE_START);
    const int64_t from_us = is(start_us) ? start_us : at(v, PLX_FLOW_NOTE_ARRIVAL);
    const int64_t to_us = at(v, PLX_FLOW_NOTE_TRIAGE_END);
    if (!is(to_us)) return;
    add(&f->triage, from_us, to_us);
    if (!f->shifted && is(start_us)) plx_presence_add(&f->nurses, start_us, to_us);
}

/* Leavers end their own patience; who was placed or seen was patient for at least so long. */
static void add_patience(plx_fit *f, const plx_visit *v, unsigned class)
{
    const int64_t until_us[2] = {at(v, PLX_FLOW_NOTE_PLACE), at(v, PLX_FLOW_NOTE_DOCTOR_START)};
    const int64_t left_us = at(v, PLX_FLOW_NOTE_LWBS);
    int64_t from_us = at(v, PLX_FLOW_NOTE_TRIAGE_END);
    if (!is(from_us)) from_us = at(v, PLX_FLOW_NOTE_ARRIVAL);
    f->left[class] += is(left_us);
    for (int i = 0; i < 2; i++) {
        plx_sample *s = &f->patience[i][class];
        if (is(left_us))
            add(s, from_us, left_us);
        else if (is(until_us[i]))
            plx_sample_add_open(s, until_us[i] - from_us);
        else if (is_here(f, v) && v->contact_n == 0)
            plx_sample_add_open(s, f->end_us - from_us);
    }
}

static void add_contacts(plx_fit *f, const plx_visit *v, unsigned class)
{
    if (v->contact_n == 0) return;
    f->seen[class]++;
    add(&f->door[class], at(v, PLX_FLOW_NOTE_ARRIVAL), v->contact[0].from_us);
    for (unsigned i = 0; i < v->contact_n; i++) {
        plx_sample *s = i == 0 ? &f->first[class] : &f->review[class];
        add_or_open(f, v, s, v->contact[i].from_us, v->contact[i].to_us);
        if (!f->shifted && is(v->contact[i].to_us))
            plx_presence_add(&f->doctors, v->contact[i].from_us, v->contact[i].to_us);
    }
}

/* An order that nobody wrote down is as old as what came before the result. */
static int64_t ordered_us(const plx_visit *v, unsigned kind)
{
    const int64_t result_us = v->test[kind].result_us;
    if (is(v->test[kind].order_us)) return v->test[kind].order_us;
    int64_t from_us = at(v, PLX_FLOW_NOTE_ARRIVAL);
    const int64_t triaged_us = at(v, PLX_FLOW_NOTE_TRIAGE_END);
    if (is(triaged_us) && triaged_us <= result_us) from_us = triaged_us;
    if (v->contact_n && is(v->contact[0].to_us) && v->contact[0].to_us <= result_us)
        from_us = v->contact[0].to_us;
    return from_us;
}

static void add_tests(plx_fit *f, const plx_visit *v, unsigned class)
{
    for (unsigned kind = 0; kind < PLX_FLOW_KINDS_MAX; kind++) {
        const int64_t order_us = v->test[kind].order_us, result_us = v->test[kind].result_us;
        if (!is(order_us) && !is(result_us)) continue;
        f->tested[kind][class]++;
        if (is(result_us))
            add(&f->test[kind], ordered_us(v, kind), result_us);
        else
            add_or_open(f, v, &f->test[kind], order_us, PLX_TIME_NONE);
    }
    if (v->service >= PLX_FLOW_SERVICES_MAX) return;
    f->asked[v->service][class]++;
    add_or_open(f, v, &f->consult[v->service], at(v, PLX_FLOW_NOTE_CONSULT_REQUEST),
                at(v, PLX_FLOW_NOTE_CONSULT_SEEN));
}

/* From the decision, or from the last that is known, to the door. */
static void add_way_out(plx_fit *f, const plx_visit *v, unsigned class)
{
    const int64_t depart_us = at(v, PLX_FLOW_NOTE_DEPART);
    int64_t from_us = later(at(v, PLX_FLOW_NOTE_DECISION), at(v, PLX_FLOW_NOTE_BED_REQUEST));
    if (!is(from_us) && is(depart_us)) from_us = v->last_us;
    if (!is(from_us) || (!is(depart_us) && is(at(v, PLX_FLOW_NOTE_LWBS)))) return;
    const unsigned d =
        v->disposition < PLX_FLOW_DISPOSITION_N ? v->disposition : PLX_FLOW_DISCHARGE;
    const bool admitted = d == PLX_FLOW_ADMIT || d == PLX_FLOW_ICU;
    const int64_t hour = (from_us / PLX_HOUR_US % 24 + 24) % 24;
    f->decided[class][d]++;
    add_or_open(f, v, admitted ? &f->board[f->shifted ? 0 : hour / 6] : &f->leaving[d], from_us,
                depart_us);
}

/* Patient-microseconds by hour of the day. */
static void add_census(plx_fit *f, const plx_visit *v)
{
    int64_t from_us = at(v, PLX_FLOW_NOTE_ARRIVAL), to_us = end_of(v);
    const int64_t begin_us = f->first_hour * PLX_HOUR_US;
    const int64_t end_us = begin_us + (int64_t)f->hours * PLX_HOUR_US;
    if (!is(to_us)) to_us = is_here(f, v) ? end_us : v->last_us;
    if (to_us > end_us) to_us = end_us;
    if (from_us < begin_us) from_us = begin_us;
    while (from_us < to_us) {
        const int64_t hour = from_us / PLX_HOUR_US - (from_us % PLX_HOUR_US < 0);
        const int64_t next_us = (hour + 1) * PLX_HOUR_US < to_us ? (hour + 1) * PLX_HOUR_US : to_us;
        f->census_us[(hour % 24 + 24) % 24] += next_us - from_us;
        from_us = next_us;
    }
}

void plx_fit_add(plx_fit *f, const plx_visit *v)
{
    const unsigned class = v->acuity < PLX_FIT_CLASSES ? v->acuity : ACUITY_UNKNOWN;
    const int64_t end_us = end_of(v);
    count(f, v, class);
    add_triage(f, v);
    add_patience(f, v, class);
    add_contacts(f, v, class);
    add_tests(f, v, class);
    add_way_out(f, v, class);
    if (!f->shifted) add_census(f, v);
    f->open += is_here(f, v);
    if (is(at(v, PLX_FLOW_NOTE_DEPART)))
        add(&f->stay[class], at(v, PLX_FLOW_NOTE_ARRIVAL), at(v, PLX_FLOW_NOTE_DEPART));
    if (v->zone < PLX_FLOW_ZONES_MAX) {
        f->zone[class][v->zone]++;
        if (!f->shifted)
            plx_presence_add(&f->places[v->zone], at(v, PLX_FLOW_NOTE_PLACE),
                             is(end_us)      ? end_us
                             : is_here(f, v) ? f->end_us
                                             : v->last_us);
    }
}
