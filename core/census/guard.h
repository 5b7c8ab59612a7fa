/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The guard of a feed of counts: it reads every row before a forecast does, and says when a
 * forecast would be one of nonsense.
 *
 *   frozen     rows that repeat with their time, or new rows in which no value changes although,
 *              by how often they usually stay the same, that has a chance below one in a million;
 *              or nothing new for three usual gaps. The feed is refused until it moves again.
 *   stalled    the same for the series of one department while others move: they are refused.
 *   shifted    series of two departments or more whose last 24 h fit the history of another series
 *              far better than their own: the columns have moved (a full house moves the series of
 *              one department). They are refused until they fit again; which history each fits is
 *              told. A history is by hour of the day, over 28 days, and takes nothing meanwhile.
 *   held       one value: below 0, above four times the largest so far, or a change in an hour of
 *              more than eight usual ones; missing until three such rows in a row agree.
 *   degraded   the feed answers, but: more than a fifth of the hours of the last week are missing,
 *              or more than one row in twenty of the last day came twice or too late. Such rows are
 *              counted; the grid puts them in their place.
 *
 * Limits are those of the specification, tuned on real faults of one feed (feed_faults); they are
 * priors for others. Times are of one clock, us; values are counts; NaN is missing. */
#ifndef PLX_CORE_CENSUS_GUARD_H
#define PLX_CORE_CENSUS_GUARD_H

#include "core/base/slice.h"
#include "core/base/time.h"

enum {
    PLX_CENSUS_GUARD_COLUMNS_MAX = 64,
    PLX_CENSUS_GUARD_DAYS = 28,
    PLX_CENSUS_GUARD_RING_H = (PLX_CENSUS_GUARD_DAYS + 1) * 24,
};

typedef enum plx_census_fault {
    PLX_CENSUS_SOUND,
    PLX_CENSUS_GAPS,       /* degraded, as the next */
    PLX_CENSUS_DUPLICATES, /* */
    PLX_CENSUS_STALLED,    /* some series are refused, as the next */
    PLX_CENSUS_SHIFTED,    /* */
    PLX_CENSUS_FROZEN,     /* all are refused, as the next */
    PLX_CENSUS_SILENT,
    PLX_CENSUS_FAULT_N
} plx_census_fault;
const char *plx_census_fault_name(plx_census_fault fault);

/* How long nothing has changed. */
typedef struct plx_census_watch {
    double still_n[4], all_n[4]; /* rows without a change, and all, by quarter of the day */
    uint32_t same_rows;          /* new rows in which nothing changed */
    double same_chance;          /* of them; 1 when there is none */
    int64_t moved_us;            /* of the last row in which a value changed */
} plx_census_watch;

/* A mean that forgets. */
typedef struct plx_census_mean {
    double mean, n; /* n: how many it rests on, at most its memory */
} plx_census_mean;

typedef struct plx_census_guard_column {
    double ring[PLX_CENSUS_GUARD_RING_H]; /* by hour; NaN: missing, or not taken into the history */
    double sum[24];                       /* of the history, by hour of the day */
    uint32_t n[24];
    plx_census_mean spread; /* distance from the history's mean */
    plx_census_mean change; /* square of the change from row to row */
    double largest;         /* so far */
    double last, held;
    uint32_t held_rows;
    uint32_t department;
    bool shifted;
    uint32_t like; /* whose history it fits, when shifted */
} plx_census_guard_column;

typedef struct plx_census_guard {
    uint32_t columns;
    int64_t newest_us;  /* PLX_TIME_NONE before the first row */
    int64_t shifted_us; /* since when, when a column is shifted */
    int64_t hour;       /* of the newest row, since 1970-01-01T00 */
    double usual_gap_us;
    uint32_t repeats; /* rows with the newest time, after it */
    plx_census_watch whole, of_department[PLX_CENSUS_GUARD_COLUMNS_MAX];
    int64_t previous_us; /* of the row before, whatever its time */
    /* Since the first row: rows; with the newest time again, the same or other values; with a time
     * before the newest; steps back in time from row to row; new rows after more than 90 min;
     * values that were held. */
    uint64_t rows, duplicates, conflicts, late, steps_back, gaps, held;
    uint16_t day_rows[24], day_bad[24]; /* of the last hours, by hour of the day */
    bool had_row[7 * 24];               /* hours of the last week */
    plx_census_guard_column column[PLX_CENSUS_GUARD_COLUMNS_MAX];
} plx_census_guard;

/* columns: 1..PLX_CENSUS_GUARD_COLUMNS_MAX. department: (columns), a number for each department
 * (see plx_census_departments); NULL: each series is of its own. */
void plx_census_guard_begin(plx_census_guard *g, uint32_t columns, const uint32_t *department);
/* A row as it comes. accepted (columns): the values that may be used; NaN for what is held. May be
 * value itself. */
void plx_census_guard_row(plx_census_guard *g, int64_t time_us, const double *value,
                          double *accepted);
/* The feed as it stands. now_us: PLX_TIME_NONE when there is no clock beside it. since_us: since
 * when, for refusals and else PLX_TIME_NONE; may be NULL. */
plx_census_fault plx_census_guard_judge(const plx_census_guard *g, int64_t now_us,
                                        int64_t *since_us);
/* The same of one series: SHIFTED, STALLED or the feed's FROZEN and SILENT refuse it. */
plx_census_fault plx_census_guard_judge_column(const plx_census_guard *g, uint32_t column,
                                               int64_t now_us, int64_t *since_us);
/* Whether a series must not be forecast. */
static inline bool plx_census_refuses(plx_census_fault fault)
{
    return fault >= PLX_CENSUS_STALLED;
}
/* The judgement as a sentence: what, since when, which series look like which. name: (columns). */
void plx_census_guard_say(const plx_census_guard *g, const plx_slice *name, plx_census_fault fault,
                          int64_t since_us, plx_out *out);

#endif
