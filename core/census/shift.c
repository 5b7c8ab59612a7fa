/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Histories of the series by hour of the day, and columns that have moved. */
#include <math.h>

#include "core/base/mathx.h"
#include "core/census/guard_inner.h"

enum {
    DAY_H = 24,
    WEEK_H = 7 * DAY_H,
    RING_H = PLX_CENSUS_GUARD_RING_H,
    HISTORY_N = 5, /* days of an hour of the day, for a history */
    FIT_N = 6,     /* hours of the last day, for a fit */
};
/* Spreads from its own history; times nearer another's; the same when others have moved already. */
static const double STRAY = 3, BETTER = 3, STRAY_TOO = 1.5, BETTER_TOO = 1.5;
static const double MEMORY = 28 * 24; /* hours, of means */
static const double SPREAD_N = 72;    /* hours until a spread says something */

int64_t plx_census_guard_hour(int64_t time_us)
{
    const int64_t hour = time_us / PLX_HOUR_US;
    return time_us % PLX_HOUR_US < 0 ? hour - 1 : hour;
}

uint32_t plx_census_guard_slot(int64_t hour, uint32_t cycle)
{
    const int64_t rest = hour % cycle;
    return (uint32_t)(rest < 0 ? rest + cycle : rest);
}

void plx_census_mean_add(plx_census_mean *m, double x)
{
    if (isnan(x)) return;
    if (m->n < MEMORY) m->n++;
    m->mean += (x - m->mean) / m->n;
}

/* At least 1, and a Poisson count's. */
static double spread_of(const plx_census_guard_column *c, double level)
{
    const double least = level > 1 ? 0.8 * sqrt(level) : 1;
    return c->spread.mean > least ? c->spread.mean : least;
}

static double history(const plx_census_guard_column *c, uint32_t hour)
{
    return c->n[hour] >= HISTORY_N ? c->sum[hour] / c->n[hour] : (double)NAN;
}

/* An hour begins: what is 29 days old leaves the history, what is a day old joins it, or is
 * forgotten when the series is refused. */
static void turn_column(plx_census_guard_column *c, int64_t hour)
{
    const uint32_t of_day = plx_census_guard_slot(hour, DAY_H);
    double *old = &c->ring[plx_census_guard_slot(hour, RING_H)],
           *joins = &c->ring[plx_census_guard_slot(hour - DAY_H, RING_H)];
    if (!isnan(*old)) {
        c->sum[of_day] -= *old;
        c->n[of_day]--;
    }
    *old = (double)NAN;
    if (c->shifted) *joins = (double)NAN;
    if (isnan(*joins)) return;
    const double mean = history(c, of_day);
    plx_census_mean_add(&c->spread, fabs(*joins - mean));
    c->sum[of_day] += *joins;
    c->n[of_day]++;
}

/* After as many hours as the ring has, nothing old is left in it. */
void plx_census_guard_turn(plx_census_guard *g, int64_t hour)
{
    const int64_t last = hour - g->hour > RING_H ? g->hour + RING_H : hour;
    for (int64_t h = g->hour + 1; h <= last; h++) {
        const uint32_t of_day = plx_census_guard_slot(h, DAY_H);
        for (uint32_t c = 0; c < g->columns; c++)
            turn_column(&g->column[c], h);
        g->had_row[plx_census_guard_slot(h, WEEK_H)] = false;
        g->day_rows[of_day] = g->day_bad[of_day] = 0;
    }
    g->hour = hour;
}

static double mean_level(const plx_census_guard_column *c)
{
    double sum = 0;
    uint32_t n = 0;
    for (int hour = 0; hour < DAY_H; hour++) {
        sum += c->sum[hour];
        n += c->n[hour];
    }
    return n > 0 ? sum / n : 0;
}

/* Mean distance of the last day of a from the history of b, in spreads of b; NaN: too little. */
static double misfit(const plx_census_guard *g, const plx_census_guard_column *a,
                     const plx_census_guard_column *b)
{
    double sum = 0;
    uint32_t n = 0;
    if (b->spread.n < SPREAD_N) return (double)NAN;
    for (int64_t h = g->hour - DAY_H + 1; h <= g->hour; h++) {
        const double mean = history(b, plx_census_guard_slot(h, DAY_H));
        const double distance =
            fabs(a->ring[plx_census_guard_slot(h, RING_H)] - mean) / spread_of(b, mean);
        if (isnan(distance)) continue;
        sum += distance;
        n++;
    }
    return n >= FIT_N ? sum / n : (double)NAN;
}

/* Whether a column strays from its own history and lies nearer another's. like: the one of these
 * under which the last day is likeliest (Laplace's law: distance in spreads + log of the spread).
 */
static bool strays(const plx_census_guard *g, uint32_t c, double far, double nearer, uint32_t *like)
{
    const double own = misfit(g, &g->column[c], &g->column[c]);
    double best = (double)INFINITY;
    if (!(own > far)) return false;
    for (uint32_t k = 0; k < g->columns; k++) {
        const plx_census_guard_column *other = &g->column[k];
        const double distance = k == c ? own : misfit(g, &g->column[c], other);
        if (!(distance * nearer < own)) continue;
        const double unlikely = distance + plx_log(spread_of(other, mean_level(other)));
        if (unlikely >= best) continue;
        best = unlikely;
        *like = k;
    }
    return best < (double)INFINITY;
}

/* The first hour of the last day from which a column was always far from its history. */
static int64_t strayed_since(const plx_census_guard *g, const plx_census_guard_column *c)
{
    int64_t since = g->hour;
    for (int64_t h = g->hour; h > g->hour - DAY_H; h--) {
        const double mean = history(c, plx_census_guard_slot(h, DAY_H));
        const double distance =
            fabs(c->ring[plx_census_guard_slot(h, RING_H)] - mean) / spread_of(c, mean);
        if (distance < STRAY) break;
        if (!isnan(distance)) since = h;
    }
    return since * PLX_HOUR_US;
}

static bool in_two_departments(const plx_census_guard *g, const bool *chosen)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t c = 0; c < g->columns; c++) {
        if (!chosen[c]) continue;
        if (first == UINT32_MAX) first = g->column[c].department;
        if (g->column[c].department != first) return true;
    }
    return false;
}

/* A series that was refused stays so while it is far from its own history and nearer another's. One
 * department alone has not moved: where should the other be? */
void plx_census_guard_shift(plx_census_guard *g)
{
    const bool before = g->shifted_us != PLX_TIME_NONE;
    bool stray[PLX_CENSUS_GUARD_COLUMNS_MAX];
    uint32_t like[PLX_CENSUS_GUARD_COLUMNS_MAX] = {0};
    for (uint32_t c = 0; c < g->columns; c++) {
        const double nearer = g->column[c].shifted ? 1 : BETTER_TOO;
        stray[c] = before ? strays(g, c, STRAY_TOO, nearer, &like[c])
                          : strays(g, c, STRAY, BETTER, &like[c]);
    }
    const bool moved = in_two_departments(g, stray);
    int64_t since = before ? g->shifted_us : g->newest_us;
    for (uint32_t c = 0; c < g->columns; c++) {
        plx_census_guard_column *column = &g->column[c];
        column->shifted = moved && stray[c];
        if (!column->shifted) continue;
        column->like = like[c];
        const int64_t begin = before ? since : strayed_since(g, column);
        if (begin < since) since = begin;
    }
    g->shifted_us = moved ? since : PLX_TIME_NONE;
}
