/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/department/forecast.h"

#include <math.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/department/crowding.h"

#define NOT_A_NUMBER __builtin_nan("")
static const uint32_t window_h[PLX_FORECAST_WINDOWS] = {4, 8, 12};

/* What is seen at one grid point. */
typedef struct moment {
    uint16_t series[PLX_FORECAST_SERIES_N];
    double nedocs, edwin; /* NaN where not defined */
} moment;

/* Patients by stage and acuity, by zone, and ambulances; since when the longest has boarded. */
typedef struct crowd {
    uint16_t stage[PLX_FLOW_STAGE_N + 1][PLX_FLOW_ACUITIES], zone[256], ambulances;
    int64_t oldest_us;
} crowd;

static void count(const plx_flow_model *m, const plx_flow_state *s, crowd *c)
{
    uint8_t ambulance[256] = {0};
    memset(c, 0, sizeof *c);
    c->oldest_us = s->time_us;
    for (unsigned i = 0; i < m->source_n; i++)
        ambulance[i] = m->source[i].ambulance;
    for (unsigned who = 1, n = s->slot_n; who < n; who++) {
        const plx_flow_patient *p = &s->patient[who];
        c->stage[p->stage][p->acuity]++;
        if (p->stage >= PLX_FLOW_CLEANING) continue;
        c->zone[p->zone]++;
        c->ambulances =
            (uint16_t)(c->ambulances + ((p->stage <= PLX_FLOW_WAIT_PLACE) & ambulance[p->source]));
        if (p->stage == PLX_FLOW_BOARDING && p->since_us < c->oldest_us) c->oldest_us = p->since_us;
    }
}

/* The three series by acuity of which those of all are the sums. */
static void series_of(const crowd *c, uint16_t *of)
{
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        unsigned present = 0, waiting = 0;
        for (unsigned stage = 0; stage < PLX_FLOW_CLEANING; stage++) {
            present += c->stage[stage][a];
            waiting += stage <= PLX_FLOW_WAIT_DOCTOR ? c->stage[stage][a] : 0u;
        }
        const unsigned row[3] = {present, waiting, c->stage[PLX_FLOW_BOARDING][a]};
        for (unsigned k = 0; k < 3; k++) {
            of[PLX_FORECAST_BY_ACUITY + k * PLX_FLOW_ACUITIES + a] = (uint16_t)row[k];
            of[PLX_FORECAST_PRESENT + k] = (uint16_t)(of[PLX_FORECAST_PRESENT + k] + row[k]);
        }
        of[PLX_FORECAST_TRIAGE] =
            (uint16_t)(of[PLX_FORECAST_TRIAGE] + c->stage[PLX_FLOW_TRIAGE][a]);
    }
}

static void look(const plx_forecast_plan *plan, const plx_flow_model *m, const plx_flow_state *s,
                 moment *now)
{
    uint16_t *of = now->series;
    crowd all;
    memset(now, 0, sizeof *now);
    count(m, s, &all);
    series_of(&all, of);
    of[PLX_FORECAST_AMBULANCES] = all.ambulances;
    memcpy(of + PLX_FORECAST_ZONE, all.zone, PLX_FLOW_ZONES_MAX * sizeof *of);
    const int64_t oldest_us = all.oldest_us;
    const double hour = (double)PLX_HOUR_US;
    const plx_crowding c = {.present = of[PLX_FORECAST_PRESENT],
                            .places = m->treatment_places,
                            .boarding = of[PLX_FORECAST_BOARDING],
                            .hospital_beds = m->hospital_beds,
                            .ventilated = plan->ventilated,
                            .longest_boarding_h = (double)(s->time_us - oldest_us) / hour,
                            .last_wait_h = (double)s->last_wait_us / hour};
    int doctors = s->pool[m->doctor_pool].on;
    if (m->fast_pool != PLX_FLOW_NONE) doctors += s->pool[m->fast_pool].on;
    if (!plx_crowding_nedocs(&c, &now->nedocs)) now->nedocs = NOT_A_NUMBER;
    if (!plx_crowding_edwin(of + PLX_FORECAST_BY_ACUITY, doctors > 0 ? (uint32_t)doctors : 0,
                            m->treatment_places, c.boarding, &now->edwin))
        now->edwin = NOT_A_NUMBER;
}

enum { WARM_UP_DAYS = 4 };

uint32_t plx_forecast_bank(const plx_flow_model *m, uint64_t seed, int64_t start_us,
                           plx_flow_present *bank, uint32_t max, plx_flow_state *s)
{
    plx_flow_tally unused = {0};
    uint32_t n = 0;
    for (uint32_t run = 0; run < max && n < max; run++) {
        plx_flow_begin(m, s, seed, (UINT64_C(1) << 40) + run, start_us - WARM_UP_DAYS * PLX_DAY_US);
        plx_flow_tally_begin(&unused, m, s, start_us);
        plx_flow_advance(m, s, start_us, &unused);
        for (unsigned who = 1; who < s->slot_n && n < max && !s->overrun; who++) {
            const plx_flow_patient *p = &s->patient[who];
            if (p->stage >= PLX_FLOW_CLEANING) continue;
            bank[n] = (plx_flow_present){.arrival_us = p->arrival_us,
                                         .since_us = p->since_us,
                                         .acuity = p->acuity,
                                         .stage = p->stage,
                                         .zone = p->zone,
                                         .source = p->source,
                                         .ward = p->ward,
                                         .doctor = PLX_FLOW_NONE,
                                         .contacts = p->contacts,
                                         .disposition = p->disposition};
            for (unsigned kind = 0; kind < m->kind_n; kind++)
                if (p->open >> kind & 1) {
                    bank[n].test[kind] = PLX_FLOW_TEST_SENT;
                    bank[n].test_since_us[kind] = p->since_us;
                }
            n++;
        }
    }
    return n;
}

/* Whether somebody of the bank may be the one who is not known: the same stay within a quarter. */
static bool alike(const plx_flow_present *one, const plx_flow_present *other, int64_t start_us)
{
    if (one->acuity == PLX_FLOW_NONE)
        return (one->contacts == 0) == (other->stage <= PLX_FLOW_WAIT_DOCTOR);
    const int64_t stay = start_us - one->arrival_us, its = start_us - other->arrival_us;
    const int64_t apart = stay > its ? stay - its : its - stay;
    return one->acuity == other->acuity && apart <= stay / 4 + 10 * PLX_MINUTE_US;
}

/* Nobody in the bank is like him: he waits for a review when his stay is long, else for a place. */
static void fill_without_bank(plx_flow_present *p, int64_t start_us)
{
    if (p->acuity == PLX_FLOW_NONE) {
        p->acuity = 2;
        p->arrival_us = start_us - (p->contacts ? 2 : 0) * PLX_HOUR_US;
    }
    const bool longer = p->contacts > 0 || start_us - p->arrival_us > 2 * PLX_HOUR_US;
    p->stage = longer ? PLX_FLOW_WAIT_REVIEW : PLX_FLOW_WAIT_PLACE;
    p->since_us = p->arrival_us;
}

/* Draws who the unknown one is in this replication. */
static void fill(const plx_forecast_plan *plan, uint64_t key, plx_flow_present *p)
{
    uint32_t n = 0;
    const plx_flow_present *chosen = NULL;
    for (uint32_t i = 0; i < plan->bank_n; i++) {
        if (!alike(p, &plan->bank[i], plan->start_us)) continue;
        n++; /* each of the n alike with probability 1 / n */
        if (plx_rng_at(key, n) % n == 0) chosen = &plan->bank[i];
    }
    if (!chosen) {
        fill_without_bank(p, plan->start_us);
        return;
    }
    const plx_flow_present asked = *p;
    *p = *chosen;
    p->number = asked.number;
    if (asked.acuity == PLX_FLOW_NONE) return;
    const int64_t moved = asked.arrival_us - p->arrival_us;
    p->arrival_us = asked.arrival_us;
    p->since_us += moved / 2; /* the stage's share of the stay, about */
    if (p->since_us < p->arrival_us) p->since_us = p->arrival_us;
    if (p->since_us > plan->start_us) p->since_us = plan->start_us;
    for (unsigned kind = 0; kind < PLX_FLOW_KINDS_MAX; kind++)
        if (p->test[kind] != PLX_FLOW_TEST_NONE) p->test_since_us[kind] = p->since_us;
}

/* Everybody who is present in replication r; who is watched stays where he is in the list. */
static const plx_flow_present *present_of(const plx_forecast_plan *plan, uint32_t r,
                                          plx_forecast_desk *d)
{
    bool known = true;
    for (uint32_t i = 0; i < plan->present_n; i++)
        known = known && plan->present[i].stage != PLX_FLOW_STAGE_N;
    if (known) return plan->present;
    const uint64_t key = plx_rng_init(plan->seed, (UINT64_C(1) << 41) + r).key;
    for (uint32_t i = 0; i < plan->present_n; i++) {
        d->present[i] = plan->present[i];
        if (d->present[i].stage == PLX_FLOW_STAGE_N)
            fill(plan, plx_rng_at(key, plan->present[i].number), &d->present[i]);
    }
    return d->present;
}

static void begin(const plx_forecast_plan *plan, const plx_flow_model *m, uint32_t r,
                  const plx_flow_present *present, plx_flow_state *s)
{
    plx_flow_begin(m, s, plan->seed, r, plan->start_us);
    if (!plx_flow_put(m, s, present, plan->present_n, true)) s->overrun = true;
    plx_flow_settle(m, s);
}

/* Quantile 0.9 of n counts in a histogram of whole numbers. */
static double count_q90(const uint16_t *times, unsigned high, uint32_t n)
{
    uint32_t below = 0;
    for (unsigned i = 0; i < high; i++) {
        below += times[i];
        if (10 * (uint64_t)below >= 9 * (uint64_t)n) return i;
    }
    return high;
}

static void record(const plx_forecast_plan *plan, const plx_forecast_slots *slots, uint32_t r,
                   uint32_t g, const moment *now)
{
    const size_t grid = plx_forecast_grid(plan), n = plan->replications;
    for (size_t i = 0; i < PLX_FORECAST_SERIES_N; i++)
        slots->count[(i * grid + g) * n + r] = now->series[i];
    slots->nedocs[g * n + r] = (float)now->nedocs;
    slots->edwin[g * n + r] = (float)now->edwin;
}

static void record_beds(const plx_forecast_plan *plan, const plx_forecast_slots *slots, uint32_t r,
                        uint32_t g, const plx_flow_state *s)
{
    for (size_t w = 0; w < PLX_FORECAST_WINDOWS; w++)
        if (g == window_h[w] * (60 / PLX_FORECAST_STEP_MIN) ||
            (g + 1 == plx_forecast_grid(plan) && window_h[w] > plan->hours))
            for (size_t ward = 0; ward < PLX_FLOW_WARDS_MAX; ward++)
                slots->beds[(w * PLX_FLOW_WARDS_MAX + ward) * plan->replications + r] =
                    s->ward[ward].requests;
}

static double sum_of(const uint64_t *n)
{
    uint64_t sum = 0;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
        sum += n[a];
    return (double)sum;
}

static double stage_hours(const plx_flow_tally *t, unsigned from, unsigned to)
{
    int64_t sum = 0;
    for (unsigned stage = from; stage <= to; stage++)
        for (unsigned hour = 0; hour < 24; hour++)
            sum += t->by_hour[stage][hour];
    return (double)sum / (double)PLX_HOUR_US;
}

static void record_effects(const plx_forecast_plan *plan, const plx_forecast_slots *slots,
                           uint32_t r, uint32_t arm, const plx_forecast_desk *d)
{
    const plx_flow_tally *t = &d->tally;
    const double seen = sum_of(t->seen);
    double value[PLX_FORECAST_EFFECT_N];
    value[PLX_FORECAST_EFFECT_PATIENT_H] = stage_hours(t, PLX_FLOW_ARRIVED, PLX_FLOW_LEAVING);
    value[PLX_FORECAST_EFFECT_OCCUPANCY_MEAN] = value[PLX_FORECAST_EFFECT_PATIENT_H] / plan->hours;
    value[PLX_FORECAST_EFFECT_BOARDING_H] = stage_hours(t, PLX_FLOW_BOARDING, PLX_FLOW_BOARDING);
    value[PLX_FORECAST_EFFECT_LWBS] = sum_of(t->left);
    value[PLX_FORECAST_EFFECT_DOOR_MEAN] =
        seen > 0 ? sum_of(t->door_us) / (double)PLX_MINUTE_US / seen : NOT_A_NUMBER;
    value[PLX_FORECAST_EFFECT_DOOR_Q90] = plx_flow_histogram_quantile_min(&d->door, 0.9);
    for (size_t e = 0; e < PLX_FORECAST_EFFECT_N; e++)
        if (e != PLX_FORECAST_EFFECT_OCCUPANCY_Q90 && e != PLX_FORECAST_EFFECT_NEDOCS_MAX)
            slots->effect[(e * plan->arms_n + arm) * plan->replications + r] = value[e];
}

static void run_arm(const plx_forecast_plan *plan, const plx_forecast_slots *slots, uint32_t r,
                    uint32_t arm, plx_forecast_desk *d)
{
    const plx_flow_model *m = plan->arm[arm];
    const uint32_t grid = plx_forecast_grid(plan);
    const int64_t step_us = PLX_FORECAST_STEP_MIN * PLX_MINUTE_US;
    uint16_t times[PLX_FLOW_PATIENTS_MAX] = {0};
    double nedocs = NOT_A_NUMBER;
    memset(&d->door, 0, sizeof d->door);
    if (arm == 0) {
        memset(d->watch_us, 0, sizeof d->watch_us);
        memset(d->watch_end, PLX_FLOW_UNDECIDED, sizeof d->watch_end);
    }
    if (arm == 0)
        plx_flow_fork(&d->state, &d->start);
    else
        begin(plan, m, r, present_of(plan, r, d), &d->state);
    d->tally = (plx_flow_tally){.door = &d->door,
                                .watch_us = arm == 0 ? d->watch_us : NULL,
                                .watch_end = arm == 0 ? d->watch_end : NULL};
    plx_flow_tally_begin(&d->tally, m, &d->state, plan->start_us + (grid - 1) * step_us);
    for (uint32_t g = 0; g < grid; g++) {
        moment now;
        plx_flow_advance(m, &d->state, plan->start_us + g * step_us, &d->tally);
        look(plan, m, &d->state, &now);
        times[now.series[PLX_FORECAST_PRESENT] % PLX_FLOW_PATIENTS_MAX]++;
        if (now.nedocs == now.nedocs && !(now.nedocs <= nedocs)) nedocs = now.nedocs;
        if (arm == 0) {
            record(plan, slots, r, g, &now);
            record_beds(plan, slots, r, g, &d->state);
        }
    }
    plx_flow_tally_end(&d->tally, m, &d->state);
    record_effects(plan, slots, r, arm, d);
    const size_t n = plan->replications, at = (size_t)arm * n + r, arms = plan->arms_n;
    slots->effect[PLX_FORECAST_EFFECT_OCCUPANCY_Q90 * arms * n + at] =
        count_q90(times, PLX_FLOW_PATIENTS_MAX - 1, grid);
    slots->effect[PLX_FORECAST_EFFECT_NEDOCS_MAX * arms * n + at] = nedocs;
    slots->overrun[r] |= d->state.overrun;
}

/* Somebody of each acuity walks in now, each into a world of his own. */
static void run_visitors(const plx_forecast_plan *plan, const plx_forecast_slots *slots, uint32_t r,
                         plx_forecast_desk *d)
{
    const plx_flow_model *m = plan->arm[0];
    const int64_t end_us = plan->start_us + plan->hours * PLX_HOUR_US;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        const size_t at = (size_t)a * plan->replications + r;
        plx_flow_fork(&d->state, &d->start);
        for (unsigned who = 1; who < d->state.slot_n; who++)
            d->state.patient[who].watch = 0;
        d->watch_us[0] = 0;
        d->tally = (plx_flow_tally){
            .watch_us = d->watch_us, .watch_end = d->watch_end, .watch_seen = true};
        plx_flow_tally_begin(&d->tally, m, &d->state, end_us);
        plx_flow_visitor(m, &d->state, a, &d->tally);
        for (int64_t t = plan->start_us; t <= end_us && d->watch_us[0] == 0;
             t += PLX_FORECAST_STEP_MIN * PLX_MINUTE_US)
            plx_flow_advance(m, &d->state, t, &d->tally);
        const bool left = d->watch_us[0] > 0 && d->watch_end[0] == PLX_FLOW_LWBS;
        const bool seen = d->watch_us[0] > 0 && !left;
        slots->lwbs[at] = left;
        slots->door_min[at] =
            seen ? (float)((double)(d->watch_us[0] - plan->start_us) / (double)PLX_MINUTE_US) : NAN;
    }
}

void plx_forecast_replication(const plx_forecast_plan *plan, const plx_forecast_slots *slots,
                              uint32_t r, plx_forecast_desk *d)
{
    slots->overrun[r] = 0;
    begin(plan, plan->arm[0], r, present_of(plan, r, d), &d->start);
    for (uint32_t arm = 1; arm < plan->arms_n; arm++)
        run_arm(plan, slots, r, arm, d);
    run_arm(plan, slots, r, 0, d);
    slots->beyond[r] = d->state.beyond;
    for (size_t i = 0; i < plan->present_n; i++) {
        slots->gone_us[i * plan->replications + r] = d->watch_us[i];
        slots->end[i * plan->replications + r] = d->watch_end[i];
    }
    run_visitors(plan, slots, r, d);
}

plx_forecast_pair plx_forecast_compare(const double *base, const double *arm, uint32_t n)
{
    plx_forecast_pair p = {0};
    double lower = 0, squares = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (base[i] != base[i] || arm[i] != arm[i]) continue;
        p.base += base[i];
        p.value += arm[i];
        lower += arm[i] < base[i] ? 1 : arm[i] == base[i] ? 0.5 : 0;
        p.n++;
    }
    if (p.n == 0) return p;
    p.base /= p.n;
    p.value /= p.n;
    p.difference = p.value - p.base;
    p.lower_p = lower / p.n;
    for (uint32_t i = 0; i < n; i++) {
        const double d = arm[i] - base[i] - p.difference;
        if (d == d) squares += d * d;
    }
    const double se = p.n > 1 ? sqrt(squares / ((double)p.n - 1) / p.n) : 0;
    /* Student's t, 97.5 %: normal quantile and two terms in 1 / degrees of freedom (Abramowitz &
     * Stegun 26.7.5). */
    const double freedom = p.n > 1 ? p.n - 1.0 : 1.0;
    const double t = 1.959964 + (2.37227 + 2.82250 / freedom) / freedom;
    p.low = p.difference - t * se;
    p.high = p.difference + t * se;
    p.detectable = 2.8 * se;
    return p;
}
