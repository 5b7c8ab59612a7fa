/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How a ledger lies in its memory, for the files of the ledger only: a head, then arrays that are
 * found by their offset. Index 0 of rows, series and tracks is never used. Structures have no
 * padding, so equal histories give equal bytes. */
#ifndef PLX_CORE_LEDGER_LEDGER_INNER_H
#define PLX_CORE_LEDGER_LEDGER_INNER_H

#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/time.h"
#include "core/ledger/ledger.h"

enum {                       /* flags of a row */
       LEDGER_PROTECTED = 1, /* somebody saw it, or it is a what-if or an event: never dropped */
       LEDGER_WITHDRAWN = 2,
       LEDGER_ARM = 4,
       LEDGER_CARRIED_OUT = 8,
       LEDGER_DUE = 16 /* its first judgement was made */
};

/* One open forecast. */
typedef struct ledger_row {
    uint64_t id; /* 0: free */
    int64_t issued_us, valid_from_us, valid_to_us;
    double base, step;
    double truth;                 /* of the outcome */
    float mean[PLX_RIVAL_KIND_N]; /* of the rivals' laws; for an event mean[0] is the base rate */
    float sd[PLX_RIVAL_KIND_N];   /* below 0: no answer */
    uint32_t series, cell;
    uint32_t next, previous;           /* in its series; next also in the free list */
    uint32_t fifo_next, fifo_previous; /* of those that may be dropped, oldest first */
    uint8_t outcome, form, n, flags;
    uint32_t version;
    int16_t point[PLX_PREDICTION_MEMBERS_MAX];
} ledger_row;

/* One subject and target. */
typedef struct ledger_series {
    uint64_t subject;
    int64_t left_us, lost_us; /* PLX_TIME_NONE; lost: newest value that is no longer kept */
    int64_t touched_us;
    int64_t action_us[PLX_LEDGER_ACTIONS_KEPT]; /* rising */
    uint32_t actions_n;
    uint32_t live; /* 0: free */
    uint32_t target;
    uint32_t forward; /* series that this one was merged into; next in the free list */
    uint32_t rows, rows_n, tracks, samples_n;
    uint32_t looked, zero; /* look is of the rivals' present state */
    plx_rival_origin look;
    plx_rival_state rival;
    plx_truth_sample sample[PLX_TRUTH_SAMPLES_MAX];
} ledger_series;

/* One series and cell. */
typedef struct ledger_track {
    uint32_t cell, next;
    int64_t counted_us; /* valid_to of the last forecast that the coverage detector took */
    plx_meter meter;
} ledger_track;

typedef struct ledger_model {
    char id[PLX_PREDICTION_TEXT];
    uint64_t version;
    uint64_t state;
} ledger_model;

/* What a cell gathers until a step or a day is over. */
typedef struct ledger_gather {
    uint32_t model, target, horizon, zero;
    int64_t step, day; /* PLX_TIME_NONE: none yet */
    uint64_t step_n, step_inside;
    int64_t step_expected;
} ledger_gather;

struct plx_ledger {
    plx_ledger_limits limits;
    plx_ledger_counts counts;
    int64_t now_us;
    uint64_t newest_id, bytes;
    uint64_t rows_at, heap_at, series_at, tracks_at, cells_at, gathers_at, models_at, map_at;
    uint32_t rows_n, rows_free, rows_live; /* ever used; head of the free list; in use */
    uint32_t fifo_first, fifo_last;
    uint32_t heap_n, heap_capacity;
    uint32_t series_n, series_free, tracks_n, tracks_free, cells_n, models_n;
    uint32_t map_slots, map_used;
    plx_rival_model rival[PLX_TARGET_N];
};

static inline void *ledger_at(const plx_ledger *l, uint64_t offset)
{
    return (uint8_t *)(uintptr_t)l + offset;
}

static inline ledger_row *row_at(const plx_ledger *l, uint32_t i)
{
    return (ledger_row *)ledger_at(l, l->rows_at) + i;
}

static inline ledger_series *series_at(const plx_ledger *l, uint32_t i)
{
    return (ledger_series *)ledger_at(l, l->series_at) + i;
}

static inline ledger_track *track_at(const plx_ledger *l, uint32_t i)
{
    return (ledger_track *)ledger_at(l, l->tracks_at) + i;
}

static inline plx_ledger_cell *cell_at(const plx_ledger *l, uint32_t i)
{
    return (plx_ledger_cell *)ledger_at(l, l->cells_at) + i;
}

static inline ledger_gather *gather_at(const plx_ledger *l, uint32_t i)
{
    return (ledger_gather *)ledger_at(l, l->gathers_at) + i;
}

static inline ledger_model *model_at(const plx_ledger *l, uint32_t i)
{
    return (ledger_model *)ledger_at(l, l->models_at) + i;
}

/* ledger_place.c: where things lie. 0 when there is none. */
uint32_t plx_ledger_series_find(const plx_ledger *l, uint64_t subject, plx_target target);
uint32_t plx_ledger_series_make(plx_ledger *l, uint64_t subject, plx_target target); /* 0: full */
uint32_t plx_ledger_track_find(const plx_ledger *l, uint32_t series, uint32_t cell);
uint32_t plx_ledger_track_make(plx_ledger *l, uint32_t series, uint32_t cell); /* 0: full */
/* Index, UINT32_MAX: none, or no room for one. */
uint32_t plx_ledger_model_find(const plx_ledger *l, const char *model, uint64_t version);
uint32_t plx_ledger_cell_index(const plx_ledger *l, uint32_t model, uint32_t target, uint32_t h);
uint32_t plx_ledger_cell_make(plx_ledger *l, uint32_t model, uint32_t target, uint32_t horizon);
/* A row that is in its series and in the queue of those that may be dropped; 0: full. */
uint32_t plx_ledger_row_make(plx_ledger *l, uint32_t series, bool protected);
void plx_ledger_row_drop(plx_ledger *l, uint32_t row);
void plx_ledger_row_move(plx_ledger *l, uint32_t row, uint32_t series);
void plx_ledger_timer_put(plx_ledger *l, uint32_t row, int64_t time_us);

/* ledger_judge.c: scores. */
void plx_ledger_judge(plx_ledger *l, uint32_t row, bool settled, const plx_ledger_sink *sink);
void plx_ledger_advance(plx_ledger *l, int64_t now_us, const plx_ledger_sink *sink);
void plx_ledger_look(plx_ledger *l, ledger_series *s);

/* ledger_state.c: what a settled forecast does to its cell. judgement: NULL for NEVER. */
void plx_ledger_settle(plx_ledger *l, uint32_t row, const plx_judgement *judgement,
                       const plx_ledger_sink *sink);

#endif
