/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include <string.h>

#include "core/department/flow_step.h"

void plx_flow_tally_begin(plx_flow_tally *t, const plx_flow_model *m, const plx_flow_state *s,
                          int64_t end_us)
{
    plx_flow_tally fresh = {.begin_us = s->time_us,
                            .end_us = end_us,
                            .log = t->log,
                            .los = t->los,
                            .door = t->door,
                            .watch_us = t->watch_us,
                            .watch_end = t->watch_end,
                            .watch_seen = t->watch_seen};
    const int64_t left = s->hour_end_us - s->time_us, all = end_us - s->time_us;
    for (unsigned stage = 0; stage < PLX_FLOW_STAGE_N; stage++)
        fresh.open[stage] = s->in_stage[stage] * left;
    for (unsigned who = 1; who < s->slot_n; who++)
        if (s->patient[who].stage < PLX_FLOW_CLEANING)
            fresh.present_us[s->patient[who].acuity] += all;
    for (unsigned pool = 0; pool < m->pool_n; pool++)
        fresh.pool_us[pool] = s->pool[pool].on * all;
    for (unsigned zone = 0; zone < m->zone_n; zone++)
        fresh.place_us += s->zone[zone].places * all;
    *t = fresh;
}

void plx_flow_tally_end(plx_flow_tally *t, const plx_flow_model *m, const plx_flow_state *s)
{
    const int64_t left = s->hour_end_us - s->time_us;
    for (unsigned stage = 0; stage < PLX_FLOW_STAGE_N; stage++) {
        t->by_hour[stage][s->hour_of_day] += t->open[stage] - s->in_stage[stage] * left;
        t->open[stage] = 0;
    }
    for (unsigned who = 1; who < s->slot_n; who++)
        if (s->patient[who].stage < PLX_FLOW_CLEANING)
            t->present_us[s->patient[who].acuity] -= t->end_us - s->time_us;
    for (unsigned pool = 0; pool < m->pool_n; pool++)
        t->pool_us[pool] -= s->pool[pool].on * (t->end_us - s->time_us);
    for (unsigned zone = 0; zone < m->zone_n; zone++)
        t->place_us -= s->zone[zone].places * (t->end_us - s->time_us);
}

void plx_flow_tally_add(plx_flow_tally *sum, const plx_flow_tally *t)
{
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++) {
        sum->arrived[a] += t->arrived[a];
        sum->departed[a] += t->departed[a];
        sum->left[a] += t->left[a];
        sum->los_us[a] += t->los_us[a];
        sum->left_us[a] += t->left_us[a];
        sum->seen[a] += t->seen[a];
        sum->door_us[a] += t->door_us[a];
        sum->admitted[a] += t->admitted[a];
        sum->present_us[a] += t->present_us[a];
    }
    for (unsigned stage = 0; stage < PLX_FLOW_STAGE_N; stage++)
        for (unsigned hour = 0; hour < 24; hour++)
            sum->by_hour[stage][hour] += t->by_hour[stage][hour];
    for (unsigned pool = 0; pool < PLX_FLOW_POOLS_MAX; pool++)
        sum->pool_us[pool] += t->pool_us[pool];
    sum->place_us += t->place_us;
    sum->events += t->events;
}

void plx_flow_histogram_add(plx_flow_histogram *sum, const plx_flow_histogram *part)
{
    for (unsigned i = 0; i < PLX_FLOW_BINS; i++)
        sum->n[i] += part->n[i];
}

/* Lower edge of a bin, us. */
static double edge(unsigned bin)
{
    if (bin == 0) return 0;
    const unsigned octave = (bin - 1) / 64, cell = (bin - 1) % 64;
    return (double)((int64_t)(64 + cell) << (octave + 14));
}

double plx_flow_histogram_quantile_min(const plx_flow_histogram *h, double p)
{
    uint64_t all = 0, below = 0;
    for (unsigned i = 0; i < PLX_FLOW_BINS; i++)
        all += h->n[i];
    if (all == 0) return __builtin_nan("");
    const double wanted = p * (double)all;
    for (unsigned i = 0; i + 1 < PLX_FLOW_BINS; i++) {
        if ((double)(below + h->n[i]) >= wanted && h->n[i] > 0) {
            const double inside = (wanted - (double)below) / h->n[i];
            return (edge(i) + inside * (edge(i + 1) - edge(i))) / (double)PLX_MINUTE_US;
        }
        below += h->n[i];
    }
    return edge(PLX_FLOW_BINS - 1) / (double)PLX_MINUTE_US;
}

void plx_flow_log_put(plx_flow_log *log, int64_t time_us, const plx_flow_patient *p,
                      plx_flow_noted what, unsigned index)
{
    if (log->n == log->max) {
        log->full = true;
        return;
    }
    log->note[log->n++] = (plx_flow_note){.time_us = time_us,
                                          .patient = p->key,
                                          .what = (uint8_t)what,
                                          .index = (uint8_t)index,
                                          .acuity = p->acuity,
                                          .disposition = p->disposition};
}
