/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The loop: next arrival, next step of the calendar or next event, whichever is first. */
#include "core/department/flow.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/department/flow_doctor.h"

enum { WEEKS_WITHOUT_ARRIVAL = 8, WEEK_MIN = 7 * 24 * 60 };

/* --- arrivals --- */

static __attribute__((noinline)) double day_factor(const plx_flow_model *m, plx_flow_state *s,
                                                   unsigned source, int64_t day)
{
    const plx_flow_source *from = &m->source[source];
    if (from->day_table == PLX_FLOW_NONE) return 1;
    if (s->source[source].day != day) {
        const uint64_t key = plx_rng_mix(s->source[source].key); /* not a patient's */
        const uint64_t bits = plx_rng_at(key, (uint64_t)day);
        s->source[source].day = day;
        s->source[source].factor =
            from->today == day
                ? plx_law_draw(&m->table[from->today_table], bits) * from->today_scale
                : plx_law_draw(&m->table[from->day_table], bits);
    }
    return s->source[source].factor;
}

/* Time at which the hazard of the source, from from_us on, reaches need. */
static int64_t hazard_reached(const plx_flow_model *m, plx_flow_state *s, unsigned source,
                              int64_t from_us, double need)
{
    const plx_flow_source *from = &m->source[source];
    int64_t end_us = s->hour_end_us;
    unsigned hour = s->hour_of_week;
    if (from_us >= end_us) {
        const int64_t ahead = (from_us - end_us) / PLX_HOUR_US + 1;
        end_us += ahead * PLX_HOUR_US;
        hour = (unsigned)((hour + ahead) % PLX_FLOW_WEEK_H);
    }
    for (int i = 0; i < WEEKS_WITHOUT_ARRIVAL * PLX_FLOW_WEEK_H; i++) {
        double factor = 1; /* of the need: what the day lacks */
        if (from->day_table != PLX_FLOW_NONE)
            factor = 1 / (day_factor(m, s, source, (end_us - 1) / PLX_DAY_US) + 1e-9);
        const double span = (double)(end_us - from_us);
        const double hazard = span * from->arrivals_per_us[hour];
        if (need * factor < hazard)
            return from_us + (int64_t)(need * factor * from->us_per_arrival[hour]);
        need -= hazard / factor;
        from_us = end_us;
        end_us += PLX_HOUR_US;
        hour = hour + 1 < PLX_FLOW_WEEK_H ? hour + 1 : 0;
    }
    return INT64_MAX;
}

void plx_flow_next_arrival(const plx_flow_model *m, plx_flow_state *s, unsigned source)
{
    const plx_flow_source *from = &m->source[source];
    const uint64_t key = plx_rng_at(s->source[source].key, ++s->source[source].number);
    const double need = plx_law_draw(&m->table[m->exponential], plx_rng_at(key, PLX_FLOW_DRAW_GAP));
    const int64_t begin = s->time_us > from->from_us ? s->time_us : from->from_us;
    int64_t at = from->off ? INT64_MAX : hazard_reached(m, s, source, begin, need);
    if (at >= from->to_us) at = INT64_MAX;
    s->source[source].next_us = at;
    unsigned first = source;
    for (unsigned i = 0, n = m->source_n; i < n; i++)
        if (s->source[i].next_us < at) {
            at = s->source[i].next_us;
            first = i;
        }
    s->arrival_us = at;
    s->arrival_source = (uint8_t)first;
}

/* Ward beds that come free for the department: as arrivals, from the hours of the day. */
void plx_flow_ward_next(const plx_flow_model *m, plx_flow_state *s, unsigned ward)
{
    const plx_flow_ward *w = &m->ward[ward];
    const uint64_t key = plx_rng_at(s->key, UINT64_C(1) << 32 | ward);
    double need = plx_law_draw(&m->table[m->exponential], plx_rng_at(key, ++s->ward[ward].number));
    int64_t from_us = s->time_us, end_us = s->hour_end_us;
    unsigned hour = s->hour_of_day;
    s->ward[ward].next_free_us = INT64_MAX;
    for (int i = 0; i < WEEKS_WITHOUT_ARRIVAL * 24; i++) {
        const double rate = w->beds_per_h[hour] / (double)PLX_HOUR_US;
        const double span = (double)(end_us - from_us);
        if (rate * span > need) {
            s->ward[ward].next_free_us = from_us + (int64_t)(need / rate);
            return;
        }
        need -= rate * span;
        from_us = end_us;
        end_us += PLX_HOUR_US;
        hour = hour + 1 < 24 ? hour + 1 : 0;
    }
}

/* --- calendar --- */

static void set_tick(plx_flow_state *s, const plx_flow_model *m)
{
    int64_t at = s->hour_end_us < s->step_us ? s->hour_end_us : s->step_us;
    if (s->change_us < at) at = s->change_us;
    for (unsigned w = 0; w < m->ward_n; w++)
        if (s->ward[w].next_free_us < at) at = s->ward[w].next_free_us;
    s->tick_us = at;
}

static int64_t week_of(int64_t time_us)
{
    return time_us / (7 * PLX_DAY_US) * (7 * PLX_DAY_US);
}

static void next_step(const plx_flow_model *m, plx_flow_state *s)
{
    if (m->step_n == 0) {
        s->step_us = INT64_MAX;
        return;
    }
    int64_t week = week_of(s->step_us);
    if (++s->step_at == m->step_n) {
        s->step_at = 0;
        week += 7 * PLX_DAY_US;
    }
    s->step_us = week + m->step[s->step_at].at_min * PLX_MINUTE_US;
}

static void set_limit(const plx_flow_model *m, plx_flow_state *s, unsigned zone)
{
    const plx_flow_zone *z = &m->zone[zone];
    int limit = s->zone[zone].places;
    if (z->nurse_pool != PLX_FLOW_NONE) {
        const int nursed = z->patients_per_nurse * s->pool[z->nurse_pool].on;
        limit = nursed < limit ? nursed : limit;
    }
    s->zone[zone].limit = (int16_t)limit;
}

static void set_pool(run *r, unsigned pool, int n)
{
    plx_flow_state *s = r->state;
    s->pool[pool].on = (int16_t)(s->pool[pool].on + n);
    if (r->tally) r->tally->pool_us[pool] += n * (r->tally->end_us - s->time_us);
    for (unsigned zone = 0; zone < r->model->zone_n; zone++)
        if (r->model->zone[zone].nurse_pool == pool) set_limit(r->model, s, zone);
}

static void set_doctor(run *r, unsigned doctor, uint8_t on, uint8_t cut)
{
    plx_flow_doctor *d = &r->state->doctor[doctor];
    const int before = d->on && !d->cut, after = on && !cut;
    d->on = on;
    d->cut = cut;
    if (after != before) set_pool(r, r->model->doctor_pool, after - before);
}

/* n > 0: so many doctors fewer, free ones first; n < 0: they are back. */
static void cut_doctors(run *r, int n)
{
    plx_flow_state *s = r->state;
    if (!r->model->people) {
        set_pool(r, r->model->doctor_pool, -n);
        return;
    }
    for (int free_only = 1; free_only >= 0; free_only--)
        for (unsigned d = 0; d < r->model->doctor_n && n > 0; d++)
            if (s->doctor[d].on && !s->doctor[d].cut && (!free_only || !s->doctor[d].with)) {
                set_doctor(r, d, 1, 1);
                n--;
            }
    for (unsigned d = 0; d < r->model->doctor_n && n < 0; d++)
        if (s->doctor[d].cut) {
            set_doctor(r, d, s->doctor[d].on, 0);
            n++;
        }
}

static void set_fast(plx_flow_state *s)
{
    s->fast_open = s->fast_force < 0 ? s->fast_week : s->fast_force > 0;
}

static void surge(run *r, unsigned acuity, int n)
{
    plx_flow_state *s = r->state;
    const uint64_t stream = plx_rng_at(s->key, UINT64_C(1) << 63);
    for (int i = 0; i < n; i++)
        plx_flow_way_enter_at(r, plx_rng_at(stream, ++s->surge_n), acuity, PLX_FLOW_NONE, 0);
}

/* One change of week or arm. */
static void apply(run *r, plx_flow_what what, unsigned index, int n)
{
    plx_flow_state *s = r->state;
    switch (what) {
    case PLX_FLOW_CHANGE_POOL:
        set_pool(r, index, n);
        plx_flow_way_close_pool(r, index);
        break;
    case PLX_FLOW_CHANGE_PERSON:
        if (n) s->doctor[index].winding = 0;
        set_doctor(r, index, (uint8_t)n, s->doctor[index].cut);
        break;
    case PLX_FLOW_CHANGE_WIND:
        s->doctor[index].winding = (uint8_t)n;
        break;
    case PLX_FLOW_CHANGE_CUT:
        cut_doctors(r, n);
        break;
    case PLX_FLOW_CHANGE_MACHINE:
        s->machine[index].on = (int16_t)(s->machine[index].on + n);
        break;
    case PLX_FLOW_CHANGE_STOP:
        s->stopped[index] = n != 0;
        break;
    case PLX_FLOW_CHANGE_PLACES:
        s->zone[index].places = (int16_t)(s->zone[index].places + n);
        if (r->tally) r->tally->place_us += n * (r->tally->end_us - s->time_us);
        set_limit(r->model, s, index);
        break;
    case PLX_FLOW_CHANGE_FAST:
        s->fast_week = n != 0;
        set_fast(s);
        break;
    case PLX_FLOW_CHANGE_FAST_FORCE:
        s->fast_force = (int8_t)n;
        set_fast(s);
        break;
    case PLX_FLOW_CHANGE_BOARD:
        s->board_off = n != 0;
        break;
    case PLX_FLOW_CHANGE_SCALE:
        s->scale[index] = n / 1000.0;
        break;
    case PLX_FLOW_CHANGE_WARD:
        s->ward[index].free = (int16_t)(s->ward[index].free + n);
        break;
    case PLX_FLOW_CHANGE_SURGE:
        surge(r, index, n);
        break;
    }
}

static void end_hour(run *r)
{
    plx_flow_state *s = r->state;
    plx_flow_tally *t = r->tally;
    for (unsigned stage = 0; stage < PLX_FLOW_STAGE_N; stage++) {
        t->by_hour[stage][s->hour_of_day] += t->open[stage];
        t->open[stage] = s->in_stage[stage] * PLX_HOUR_US;
    }
    s->hour_end_us += PLX_HOUR_US;
    s->hour_of_day = (uint8_t)(s->hour_of_day < 23 ? s->hour_of_day + 1 : 0);
    s->hour_of_week = (uint8_t)(s->hour_of_week + 1 < PLX_FLOW_WEEK_H ? s->hour_of_week + 1 : 0);
}

/* All that is due now: beds of wards, steps of the week, changes of the arm, the hour. */
static void tick(run *r)
{
    const plx_flow_model *m = r->model;
    plx_flow_state *s = r->state;
    const int64_t now = s->time_us;
    bool changed = false;
    if (s->hour_end_us == now) end_hour(r);
    for (unsigned w = 0; w < m->ward_n; w++)
        if (s->ward[w].next_free_us <= now) {
            s->ward[w].free++;
            plx_flow_fill_ward(r, w);
            plx_flow_ward_next(m, s, w);
        }
    for (; s->step_us <= now; changed = true) {
        const plx_flow_step *step = &m->step[s->step_at];
        apply(r, (plx_flow_what)step->what, step->index, step->n);
        next_step(m, s);
    }
    for (; s->change_us <= now; changed = true) {
        const plx_flow_change *c = &m->change[s->change_at++];
        apply(r, (plx_flow_what)c->what, c->index, c->n);
        s->change_us = s->change_at < m->change_n ? m->change[s->change_at].at_us : INT64_MAX;
    }
    if (changed) plx_flow_way_dispatch(r);
    set_tick(s, m);
}

void plx_flow_advance(const plx_flow_model *model, plx_flow_state *s, int64_t until_us,
                      plx_flow_tally *tally)
{
    run r = {model, s, tally};
    for (;;) {
        const plx_flow_event first = s->event[PLX_FLOW_ROOT];
        const int64_t arrival = s->arrival_us, next = s->tick_us;
        const int64_t calendar = next <= arrival ? next : arrival;
        if (first.time_us < calendar) {
            if (first.time_us > until_us) break;
            s->time_us = first.time_us;
            s->hole = true;
            plx_flow_way_event(&r, first);
            if (s->hole) plx_flow_close_hole(s);
        } else {
            if (calendar > until_us) break;
            s->time_us = calendar;
            if (next <= arrival)
                tick(&r);
            else
                plx_flow_way_arrive(&r, s->arrival_source);
        }
        if (__builtin_expect(s->overrun, 0)) break;
    }
    s->time_us = until_us;
}

/* --- begin, fork --- */

static bool covers(const plx_flow_shift *shift, unsigned minute)
{
    return (minute + WEEK_MIN - shift->from_min) % WEEK_MIN < shift->length_min;
}

static void begin_calendar(const plx_flow_model *m, plx_flow_state *s)
{
    run r = {m, s, NULL};
    const unsigned minute = (unsigned)(s->time_us / PLX_MINUTE_US % WEEK_MIN);
    for (unsigned i = 0; i < m->shift_n; i++) {
        const plx_flow_shift *shift = &m->shift[i];
        if (!covers(shift, minute)) continue;
        const bool person =
            shift->what == PLX_FLOW_CHANGE_POOL && m->people && shift->index == m->doctor_pool;
        for (unsigned d = 0; person && d < shift->n; d++) {
            const unsigned left =
                shift->length_min - (minute + WEEK_MIN - shift->from_min) % WEEK_MIN;
            apply(&r, PLX_FLOW_CHANGE_PERSON, shift->first + d, 1);
            s->doctor[shift->first + d].winding = left * PLX_MINUTE_US <= m->wind_down_us;
        }
        if (!person) apply(&r, (plx_flow_what)shift->what, shift->index, shift->n);
    }
    s->step_at = 0;
    while (s->step_at < m->step_n && m->step[s->step_at].at_min <= minute)
        s->step_at++;
    s->step_us = m->step_n ? week_of(s->time_us) : INT64_MAX;
    if (m->step_n && s->step_at == m->step_n) {
        s->step_at = 0;
        s->step_us += 7 * PLX_DAY_US;
    }
    if (m->step_n) s->step_us += m->step[s->step_at].at_min * PLX_MINUTE_US;
}

void plx_flow_begin(const plx_flow_model *m, plx_flow_state *s, uint64_t seed, uint64_t replication,
                    int64_t start_us)
{
    memset(s, 0, offsetof(plx_flow_state, patient));
    for (unsigned i = 0; i < 8; i++)
        s->event[i] = (plx_flow_event){INT64_MAX, UINT64_MAX};
    const int64_t hour = start_us / PLX_HOUR_US;
    s->time_us = start_us;
    s->hour_end_us = (hour + 1) * PLX_HOUR_US;
    s->hour_of_day = (uint8_t)(hour % 24);
    s->hour_of_week = (uint8_t)(hour % PLX_FLOW_WEEK_H);
    s->key = plx_rng_init(seed, replication).key;
    s->slot_n = 1;
    s->fast_force = -1;
    for (unsigned i = 0; i < PLX_FLOW_SCALE_N; i++)
        s->scale[i] = 1;
    for (unsigned z = 0; z < m->zone_n; z++) {
        s->zone[z].places = (int16_t)m->zone[z].places;
        set_limit(m, s, z);
    }
    begin_calendar(m, s);
    s->change_us = m->change_n ? m->change[0].at_us : INT64_MAX;
    for (unsigned w = 0; w < m->ward_n; w++) {
        s->ward[w].free = (int16_t)m->ward[w].beds_free;
        s->ward[w].next_free_us = INT64_MAX;
        if (m->ward[w].beds) plx_flow_ward_next(m, s, w);
    }
    s->arrival_us = INT64_MAX;
    for (unsigned i = 0; i < m->source_n; i++) {
        s->source[i].key = plx_rng_at(s->key, i + 1);
        s->source[i].number = m->source[i].number_first;
        s->source[i].day = -1;
        s->source[i].next_us = INT64_MAX;
    }
    for (unsigned i = 0; i < m->source_n; i++)
        plx_flow_next_arrival(m, s, i);
    set_tick(s, m);
}

void plx_flow_visitor(const plx_flow_model *model, plx_flow_state *state, unsigned acuity,
                      plx_flow_tally *tally)
{
    run r = {model, state, tally};
    const uint64_t stream = plx_rng_at(state->key, (UINT64_C(1) << 63) + 1);
    plx_flow_way_enter_at(&r, plx_rng_at(stream, acuity + 1), acuity, PLX_FLOW_NONE, 1);
}

static size_t head_used(const plx_flow_state *s)
{
    return offsetof(plx_flow_state, patient) + s->slot_n * sizeof *s->patient;
}

/* Up to the end of the last group. */
static size_t events_used(const plx_flow_state *s)
{
    return ((s->event_n + PLX_FLOW_ROOT) / 4 * 4 + 4) * sizeof *s->event;
}

void plx_flow_fork(plx_flow_state *to, const plx_flow_state *from)
{
    memcpy(to, from, head_used(from));
    memcpy(to->event, from->event, events_used(from));
}

uint64_t plx_flow_hash(const plx_flow_state *s)
{
    return plx_hash64(s->event, events_used(s), plx_hash64(s, head_used(s), 0));
}

void plx_flow_count(const plx_flow_state *s, uint16_t count[PLX_FLOW_STAGE_N][PLX_FLOW_ACUITIES])
{
    memset(count, 0, PLX_FLOW_STAGE_N * sizeof *count);
    for (unsigned who = 1; who < s->slot_n; who++)
        if (s->patient[who].stage < PLX_FLOW_STAGE_N)
            count[s->patient[who].stage][s->patient[who].acuity]++;
}

size_t plx_flow_used(const plx_flow_state *s)
{
    return head_used(s) + events_used(s);
}
