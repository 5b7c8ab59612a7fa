/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The guard's rows and judgements; columns that move are found in census_shift.c. */
#include "core/census/guard.h"

#include <math.h>
#include <string.h>

#include "core/census/guard_inner.h"

enum {
    DAY_H = 24,
    WEEK_H = 7 * DAY_H,
    RING_H = PLX_CENSUS_GUARD_RING_H,
    REPEATS = 3,   /* of one row: frozen */
    SAME_ROWS = 3, /* at least, whatever their chance */
    CONFIRM = 3,   /* rows that agree on what seemed impossible */
    QUARTER_H = 6,
    GAP_MIN = 90, /* minutes: a gap that is counted */
};
static const double CHANCE = 1e-6;
static const double JUMP = 8, LARGEST = 4;
static const double GAPS_SHARE = 0.2, BAD_SHARE = 0.05;
static const double SILENT_GAPS = 3;
static const double GAP_GAIN = 0.02;
static const double CHANGE_N = 24;    /* changes until they say something */
static const double STILL_PRIOR = 20; /* rows; before more is known, without a change: */
static const double STILL_WHOLE = 0.1, STILL_DEPARTMENT = 0.5; /* this share of them */

const char *plx_census_fault_name(plx_census_fault fault)
{
    static const char *const names[PLX_CENSUS_FAULT_N] = {
        "ok", "gaps", "duplicates", "stalled", "shifted", "frozen", "silent"};
    return names[fault];
}

static void watch_begin(plx_census_watch *w)
{
    w->same_chance = 1;
    w->moved_us = PLX_TIME_NONE;
}

void plx_census_guard_begin(plx_census_guard *g, uint32_t columns, const uint32_t *department)
{
    PLX_ASSERT(columns >= 1 && columns <= PLX_CENSUS_GUARD_COLUMNS_MAX);
    memset(g, 0, sizeof *g);
    g->columns = columns;
    g->newest_us = g->shifted_us = PLX_TIME_NONE;
    watch_begin(&g->whole);
    g->usual_gap_us = (double)PLX_HOUR_US;
    for (uint32_t c = 0; c < columns; c++) {
        plx_census_guard_column *column = &g->column[c];
        for (int i = 0; i < RING_H; i++)
            column->ring[i] = (double)NAN;
        column->last = column->held = (double)NAN;
        column->department = department ? department[c] : c;
        PLX_ASSERT(column->department < columns);
        watch_begin(&g->of_department[c]);
    }
}

/* Changes beyond it are impossible, until rows agree on them. */
static double jump_of(const plx_census_guard_column *c)
{
    if (c->change.n < CHANGE_N) return (double)INFINITY;
    return JUMP * (c->change.mean > 1 ? sqrt(c->change.mean) : 1);
}

/* The value, or NaN while it is held. */
static double accept(plx_census_guard *g, plx_census_guard_column *c, double value)
{
    if (isnan(value)) return value;
    const bool wild = value < 0 || (c->largest > 0 && value > LARGEST * c->largest + JUMP) ||
                      fabs(value - c->last) > jump_of(c);
    if (!wild) {
        c->held_rows = 0;
        return value;
    }
    const bool agrees = c->held_rows > 0 && fabs(value - c->held) <= jump_of(c);
    c->held_rows = agrees ? c->held_rows + 1 : 1;
    c->held = value;
    if (value >= 0 && c->held_rows >= CONFIRM) {
        c->held_rows = 0;
        return value;
    }
    g->held++;
    return (double)NAN;
}

static bool is_still(const plx_census_watch *w)
{
    return w->same_rows >= SAME_ROWS && w->same_chance < CHANCE;
}

/* Counts how many rows brought nothing new, and with what chance: that of a row without any change
 * in this quarter of the day. What seems frozen teaches nothing. */
static void watch(plx_census_watch *w, int64_t time_us, bool moved, double share)
{
    const uint32_t quarter =
        plx_census_guard_slot(plx_census_guard_hour(time_us), DAY_H) / QUARTER_H;
    const double chance =
        (w->still_n[quarter] + STILL_PRIOR * share) / (w->all_n[quarter] + STILL_PRIOR);
    w->same_rows = moved ? 0 : w->same_rows + 1;
    w->same_chance = moved ? 1 : w->same_chance * chance;
    if (moved || w->moved_us == PLX_TIME_NONE) w->moved_us = time_us;
    if (is_still(w)) return;
    w->all_n[quarter]++;
    w->still_n[quarter] += !moved;
}

/* A count that stays at 0 says nothing: nobody waits. */
static void watch_all(plx_census_guard *g, int64_t time_us, const double *value)
{
    bool moved[PLX_CENSUS_GUARD_COLUMNS_MAX] = {false}, any[PLX_CENSUS_GUARD_COLUMNS_MAX] = {false};
    bool all_moved = false, all_any = false;
    for (uint32_t i = 0; i < g->columns; i++) {
        const double change = value[i] - g->column[i].last;
        const uint32_t department = g->column[i].department;
        any[department] |= !isnan(change) && (change != 0 || value[i] != 0);
        moved[department] |= !isnan(change) && change != 0;
    }
    for (uint32_t d = 0; d < g->columns; d++) {
        if (any[d]) watch(&g->of_department[d], time_us, moved[d], STILL_DEPARTMENT);
        all_any |= any[d];
        all_moved |= moved[d];
    }
    if (all_any) watch(&g->whole, time_us, all_moved, STILL_WHOLE);
}

/* Repeated or late rows: counted, and nothing of them is used. */
static void old_row(plx_census_guard *g, int64_t time_us, const double *value)
{
    bool same = true;
    for (uint32_t i = 0; i < g->columns; i++) {
        const double last = g->column[i].last;
        same &= isnan(value[i]) || value[i] == last;
    }
    if (time_us < g->newest_us)
        g->late++;
    else if (same)
        g->duplicates++;
    else
        g->conflicts++;
    g->repeats += time_us == g->newest_us;
    g->day_bad[plx_census_guard_slot(g->hour, DAY_H)]++;
}

void plx_census_guard_row(plx_census_guard *g, int64_t time_us, const double *value,
                          double *accepted)
{
    const int64_t hour = plx_census_guard_hour(time_us);
    const bool first = g->newest_us == PLX_TIME_NONE;
    if (first) g->hour = hour - 1;
    g->rows++;
    g->steps_back += !first && time_us < g->previous_us;
    g->previous_us = time_us;
    if (!first && time_us <= g->newest_us) {
        g->day_rows[plx_census_guard_slot(g->hour, DAY_H)]++;
        old_row(g, time_us, value);
        memmove(accepted, value, g->columns * sizeof *accepted);
        return;
    }
    plx_census_guard_turn(g, hour);
    g->day_rows[plx_census_guard_slot(hour, DAY_H)]++;
    g->had_row[plx_census_guard_slot(hour, WEEK_H)] = true;
    if (!first) {
        const double gap_us = (double)(time_us - g->newest_us);
        g->gaps += gap_us > GAP_MIN * (double)PLX_MINUTE_US;
        if (gap_us < 6 * (double)PLX_HOUR_US)
            g->usual_gap_us += GAP_GAIN * (gap_us - g->usual_gap_us);
    }
    watch_all(g, time_us, value);
    g->newest_us = time_us;
    g->repeats = 0;
    for (uint32_t i = 0; i < g->columns; i++) {
        plx_census_guard_column *c = &g->column[i];
        const double usable = accept(g, c, value[i]);
        plx_census_mean_add(&c->change, (usable - c->last) * (usable - c->last));
        if (!isnan(usable)) {
            c->last = usable;
            c->ring[plx_census_guard_slot(hour, RING_H)] = usable;
            if (usable > c->largest) c->largest = usable;
        }
        accepted[i] = usable;
    }
    plx_census_guard_shift(g);
}

static uint32_t total(const uint16_t *hours)
{
    uint32_t sum = 0;
    for (int i = 0; i < DAY_H; i++)
        sum += hours[i];
    return sum;
}

static bool has_gaps(const plx_census_guard *g)
{
    uint32_t missing = 0;
    for (int i = 0; i < WEEK_H; i++)
        missing += !g->had_row[i];
    return missing > GAPS_SHARE * WEEK_H;
}

/* What refuses all series, or SOUND. */
static plx_census_fault judge_all(const plx_census_guard *g, int64_t now_us, int64_t *since_us)
{
    *since_us = g->newest_us;
    if (g->newest_us == PLX_TIME_NONE) return PLX_CENSUS_SILENT;
    if (g->repeats >= REPEATS) return PLX_CENSUS_FROZEN;
    if (is_still(&g->whole)) {
        *since_us = g->whole.moved_us;
        return PLX_CENSUS_FROZEN;
    }
    const bool clock = now_us != PLX_TIME_NONE;
    if (clock && (double)(now_us - g->newest_us) > SILENT_GAPS * g->usual_gap_us)
        return PLX_CENSUS_SILENT;
    *since_us = PLX_TIME_NONE;
    return PLX_CENSUS_SOUND;
}

plx_census_fault plx_census_guard_judge_column(const plx_census_guard *g, uint32_t column,
                                               int64_t now_us, int64_t *since_us)
{
    int64_t since;
    plx_census_fault fault = judge_all(g, now_us, &since);
    const plx_census_guard_column *c = &g->column[column];
    const plx_census_watch *w = &g->of_department[c->department];
    if (fault == PLX_CENSUS_SOUND && c->shifted) {
        fault = PLX_CENSUS_SHIFTED;
        since = g->shifted_us;
    } else if (fault == PLX_CENSUS_SOUND && is_still(w)) {
        fault = PLX_CENSUS_STALLED;
        since = w->moved_us;
    }
    if (since_us) *since_us = since;
    return fault;
}

plx_census_fault plx_census_guard_judge(const plx_census_guard *g, int64_t now_us,
                                        int64_t *since_us)
{
    int64_t since, column_since;
    plx_census_fault fault = judge_all(g, now_us, &since);
    for (uint32_t c = 0; c < g->columns && fault < PLX_CENSUS_SHIFTED; c++) {
        const plx_census_fault of = plx_census_guard_judge_column(g, c, now_us, &column_since);
        if (of <= fault) continue;
        fault = of;
        since = column_since;
    }
    if (fault == PLX_CENSUS_SOUND && total(g->day_bad) > BAD_SHARE * total(g->day_rows))
        fault = PLX_CENSUS_DUPLICATES;
    if (fault == PLX_CENSUS_SOUND && has_gaps(g)) fault = PLX_CENSUS_GAPS;
    if (since_us) *since_us = since;
    return fault;
}

/* The series that are refused for it, and whose history they fit. */
static void say_which(const plx_census_guard *g, const plx_slice *name, plx_census_fault fault,
                      plx_out *out)
{
    const char *between = ": ";
    for (uint32_t c = 0; c < g->columns; c++) {
        if (plx_census_guard_judge_column(g, c, PLX_TIME_NONE, NULL) != fault) continue;
        plx_out_text(out, between);
        plx_out_slice_add(out, name[c]);
        between = ", ";
        if (fault != PLX_CENSUS_SHIFTED) continue;
        plx_out_text(out, " looks like ");
        plx_out_slice_add(out, name[g->column[c].like]);
    }
}

/* The feed's own clock: no zone. */
static void say_time(int64_t time_us, plx_out *out)
{
    char text[40];
    plx_out time = plx_out_init(text, sizeof text);
    plx_out_iso(&time, time_us, 0);
    plx_out_bytes(out, text, time.n > 0 ? time.n - 1 : 0);
}

void plx_census_guard_say(const plx_census_guard *g, const plx_slice *name, plx_census_fault fault,
                          int64_t since_us, plx_out *out)
{
    static const char *const sentences[PLX_CENSUS_FAULT_N] = {
        "the feed is sound",
        "more than a fifth of the last week's hours are missing: forecasts are less sure",
        "more than one row in twenty of the last day came twice or too late: look at the sender",
        "series of a department do not move any more and are refused: look at their sender",
        "columns of the feed have moved: their series are refused; set the columns right",
        "the feed is frozen: what it says is old, nothing is forecast from it; look at the sender",
        "nothing new has come for three usual gaps: nothing is forecast; look at the sender",
    };
    plx_out_text(out, sentences[fault]);
    if (since_us != PLX_TIME_NONE) {
        plx_out_text(out, " (since ");
        say_time(since_us, out);
        plx_out_char(out, ')');
    }
    if (fault == PLX_CENSUS_SHIFTED || fault == PLX_CENSUS_STALLED) say_which(g, name, fault, out);
}
