/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <string.h>

#include "core/department/flow.h"

enum { WEEK_MIN = 7 * 24 * 60 };

uint64_t plx_flow_below(double p)
{
    if (!(p > 0)) return 0;
    if (p >= 1) return UINT64_MAX;
    return (uint64_t)(p * 0x1p63) << 1;
}

void plx_flow_model_begin(plx_flow_model *m)
{
    const plx_flow_law none = {0, PLX_FLOW_NONE};
    memset(m, 0, sizeof *m);
    m->triage_pool = m->doctor_pool = m->icu_ward = PLX_FLOW_NONE;
    m->fast_zone = m->fast_pool = m->cleaner_pool = PLX_FLOW_NONE;
    m->triage = none;
    m->rounds_max = 1;
    m->crowded_from = 1;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        m->first[a] = m->review[a] = m->patience[a] = none;
        m->slope[a] = PLX_FLOW_ACUITIES - a;
        m->disposition_below[a][PLX_FLOW_DISCHARGE] = UINT64_MAX;
    }
    for (unsigned d = 0; d < PLX_FLOW_DISPOSITION_N; d++)
        m->leaving[d] = none;
    for (unsigned z = 0; z < PLX_FLOW_ZONES_MAX; z++) {
        m->zone[z].clean = none;
        m->zone[z].nurse_pool = PLX_FLOW_NONE;
    }
    for (unsigned i = 0; i < PLX_FLOW_SOURCES_MAX; i++) {
        m->source[i].level = 1;
        m->source[i].to_us = INT64_MAX;
        m->source[i].day_table = PLX_FLOW_NONE;
        m->source[i].today = -1;
    }
    for (unsigned k = 0; k < PLX_FLOW_KINDS_MAX; k++)
        m->kind[k].delay = m->kind[k].exam = m->kind[k].report = none;
    for (unsigned k = 0; k < PLX_FLOW_SERVICES_MAX; k++)
        m->service[k].delay = none;
    for (unsigned w = 0; w < PLX_FLOW_WARDS_MAX; w++)
        for (unsigned h = 0; h < 24; h++)
            m->ward[w].delay[h] = none;
}

plx_status plx_flow_model_law(plx_flow_model *m, const plx_law *law, plx_flow_law *out, char *why,
                              size_t why_n)
{
    double scale = law->family == PLX_LAW_EMPIRICAL ? 1 : law->mean;
    unsigned i = 0;
    while (i < m->table_n && !plx_law_same(law, &m->table[i]))
        i++;
    if (i == m->table_n || !(law->mean > 0)) {
        if (m->table_n == PLX_FLOW_TABLES_MAX)
            return plx_refuse(why, why_n, PLX_FULL,
                              "the model has more than 48 kinds of laws (family, cv, p0, max)");
        i = m->table_n;
        PLX_TRY(plx_law_make(law, &m->table[i], &scale, why, why_n));
        m->table_n++;
    }
    *out = (plx_flow_law){scale * (double)PLX_MINUTE_US, (uint8_t)i};
    return PLX_OK;
}

plx_status plx_flow_model_shift(plx_flow_model *m, unsigned days, unsigned from_min,
                                unsigned to_min, plx_flow_shift shift)
{
    const unsigned length = to_min > from_min ? to_min - from_min : to_min + 1440 - from_min;
    for (unsigned day = 0; day < 7; day++) {
        if (!(days >> day & 1)) continue;
        if (m->shift_n == PLX_FLOW_SHIFTS_MAX) return PLX_FULL;
        shift.from_min = (uint16_t)(day * 1440 + from_min);
        shift.length_min = (uint16_t)length;
        m->shift[m->shift_n++] = shift;
    }
    return PLX_OK;
}

/* --- finish --- */

static bool step_before(const plx_flow_step *a, const plx_flow_step *b)
{
    if (a->at_min != b->at_min) return a->at_min < b->at_min;
    if (a->what != b->what) return a->what < b->what;
    if (a->index != b->index) return a->index < b->index;
    return a->n > b->n;
}

static bool add_step(plx_flow_model *m, unsigned at_min, unsigned what, unsigned index, int n)
{
    const plx_flow_step step = {(uint16_t)(at_min % WEEK_MIN), (int16_t)n, (uint8_t)what,
                                (uint8_t)index};
    const bool adds = what == PLX_FLOW_CHANGE_POOL || what == PLX_FLOW_CHANGE_MACHINE;
    unsigned at = 0;
    while (at < m->step_n && step_before(&m->step[at], &step))
        at++;
    /* One shift ends as the next begins: nothing happens. */
    for (unsigned i = 0; i < m->step_n; i++) {
        plx_flow_step *s = &m->step[i];
        const bool meets = s->at_min == step.at_min && s->what == what && s->index == index;
        const bool turns = meets && !adds && what != PLX_FLOW_CHANGE_WIND && s->n != n;
        if (!(meets && adds && s->n == -n) && !turns) continue;
        memmove(s, s + 1, (size_t)(m->step_n - i - 1) * sizeof *s);
        m->step_n--;
        return true;
    }
    if (m->step_n == PLX_FLOW_STEPS_MAX) return false;
    memmove(&m->step[at + 1], &m->step[at], (size_t)(m->step_n - at) * sizeof step);
    m->step[at] = step;
    m->step_n++;
    return true;
}

static bool person_steps(plx_flow_model *m, const plx_flow_shift *shift, unsigned doctor)
{
    const unsigned end = shift->from_min + shift->length_min;
    const unsigned wind = (unsigned)(m->wind_down_us / PLX_MINUTE_US);
    bool room = add_step(m, shift->from_min, PLX_FLOW_CHANGE_PERSON, doctor, 1) &&
                add_step(m, end, PLX_FLOW_CHANGE_PERSON, doctor, 0);
    if (wind > 0 && wind < shift->length_min && shift->length_min < 1440)
        room = room && add_step(m, end - wind, PLX_FLOW_CHANGE_WIND, doctor, 1);
    return room;
}

static bool make_steps(plx_flow_model *m)
{
    m->step_n = 0;
    for (unsigned i = 0; i < m->shift_n; i++) {
        const plx_flow_shift *shift = &m->shift[i];
        const unsigned end = shift->from_min + shift->length_min;
        bool room = true;
        if (shift->what == PLX_FLOW_CHANGE_POOL && m->people && shift->index == m->doctor_pool) {
            for (unsigned d = 0; d < shift->n; d++)
                room = room && person_steps(m, shift, shift->first + d);
        } else {
            const bool fast = shift->what == PLX_FLOW_CHANGE_FAST;
            room = add_step(m, shift->from_min, shift->what, shift->index, fast ? 1 : shift->n) &&
                   add_step(m, end, shift->what, shift->index, fast ? 0 : -shift->n);
        }
        if (!room) return false;
    }
    return true;
}

/* Doctors of one line of the roster are the same persons every day. */
static bool number_doctors(plx_flow_model *m)
{
    unsigned next = 0;
    for (unsigned i = 0; i < m->shift_n; i++) {
        plx_flow_shift *shift = &m->shift[i];
        if (shift->what != PLX_FLOW_CHANGE_POOL || shift->index != m->doctor_pool) continue;
        bool known = false;
        for (unsigned k = 0; k < i && !known; k++) {
            const plx_flow_shift *other = &m->shift[k];
            known = other->what == shift->what && other->index == shift->index &&
                    other->from_min % 1440 == shift->from_min % 1440 &&
                    other->length_min == shift->length_min && other->n == shift->n &&
                    other->from_min != shift->from_min;
            if (known) shift->first = other->first;
        }
        if (known) continue;
        if (next + shift->n > PLX_FLOW_DOCTORS_MAX) return false;
        shift->first = (uint8_t)next;
        next += shift->n;
    }
    if (next > m->doctor_n) m->doctor_n = (uint8_t)next; /* an arm has some of its own */
    return true;
}

static plx_status finish_source(plx_flow_model *m, plx_flow_source *s, char *why, size_t why_n)
{
    for (unsigned h = 0; h < PLX_FLOW_WEEK_H; h++) {
        const double rate = s->rate_per_h[h] * s->level;
        if (!(rate >= 0 && rate <= 1e6))
            return plx_refuse(why, why_n, PLX_RANGE, "arrivals per hour must be 0 to 1,000,000");
        s->us_per_arrival[h] = rate > 0 ? (double)PLX_HOUR_US / rate : 0;
        s->arrivals_per_us[h] = rate / (double)PLX_HOUR_US;
    }
    if (s->day_cv > 0 && s->day_table == PLX_FLOW_NONE) {
        const plx_law gamma = {.family = PLX_LAW_GAMMA, .mean = 1, .cv = s->day_cv};
        plx_flow_law law;
        PLX_TRY(plx_flow_model_law(m, &gamma, &law, why, why_n));
        s->day_table = law.table;
    }
    return PLX_OK;
}

static const char *model_fault(const plx_flow_model *m)
{
    if (m->zone_n == 0) return "a department needs a zone";
    if (m->doctor_pool == PLX_FLOW_NONE) return "a department needs a pool of staff named doctor";
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        if (m->zone_order_n[a] == 0) return "each acuity needs a zone in zone_by_acuity";
        if (m->first[a].table == PLX_FLOW_NONE) return "contact.first needs a law for each acuity";
        if (m->review[a].table == PLX_FLOW_NONE && m->kind_n)
            return "contact.review needs a law for each acuity when there are diagnostics";
    }
    for (unsigned z = 0; z < m->zone_n; z++)
        if (m->zone[z].places > INT16_MAX / 2) return "a zone has at most 16383 places";
    if (m->triage_pool != PLX_FLOW_NONE && m->triage.table == PLX_FLOW_NONE)
        return "triage needs a law of its time";
    return NULL;
}

static void set_wants(plx_flow_model *m)
{
    memset(m->wants, 0, sizeof m->wants);
    memset(m->overflows, 0, sizeof m->overflows);
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
        for (unsigned i = 0; i < m->zone_order_n[a]; i++) {
            const plx_flow_zone *z = &m->zone[m->zone_order[a][i]];
            m->wants[m->zone_order[a][i]] |= (uint8_t)(1u << a);
            for (unsigned k = 0; k < z->overflow_n; k++)
                m->overflows[z->overflow[k]] |= (uint8_t)(1u << a);
        }
}

plx_status plx_flow_model_finish(plx_flow_model *m, char *why, size_t why_n)
{
    const char *fault = model_fault(m);
    if (fault) return plx_refuse(why, why_n, PLX_RANGE, fault);
    const plx_law exponential = {.family = PLX_LAW_EXPONENTIAL, .mean = 1};
    plx_flow_law law;
    PLX_TRY(plx_flow_model_law(m, &exponential, &law, why, why_n));
    m->exponential = law.table;
    for (unsigned i = 0; i < m->source_n; i++)
        PLX_TRY(finish_source(m, &m->source[i], why, why_n));
    set_wants(m);
    m->people = m->same_doctor || m->carry_max > 0;
    if (m->people && !number_doctors(m))
        return plx_refuse(why, why_n, PLX_FULL, "the roster has more than 64 doctors");
    if (!make_steps(m))
        return plx_refuse(why, why_n, PLX_FULL, "the week has too many changes of shift");
    return PLX_OK;
}

plx_status plx_flow_model_today(plx_flow_model *m, unsigned source, int64_t day, double n, double e,
                                char *why, size_t why_n)
{
    plx_flow_source *s = &m->source[source];
    if (!(s->day_cv > 0)) return PLX_OK;
    const double k = 1 / (s->day_cv * s->day_cv), shape = k + n;
    const plx_law gamma = {.family = PLX_LAW_GAMMA, .mean = 1, .cv = 1 / __builtin_sqrt(shape)};
    plx_flow_law law;
    PLX_TRY(plx_flow_model_law(m, &gamma, &law, why, why_n));
    s->today_table = law.table;
    s->today_scale = shape / (k + e);
    s->today = day;
    return PLX_OK;
}
