/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* VITALS.csv: what was measured on one person and what was done to him. Comment lines say who he
 * is, a header names the columns, rows follow in time:
 *
 *     # sex=f age=67 height_cm=162 weight_kg=70 chronic=hypertension
 *     time_s,hr_bpm,sbp_mmhg,dbp_mmhg,spo2_pct,action,dose,unit,duration_s,args
 *     0,118,88,50,93,,,,,
 *     60,119,,,94,oxygen,2,L/min,,device=nasal_cannula
 *     300,,,,,ringer,500,mL,900,
 *
 * All columns, keys and rules: README.md of this room. Bytes in, numbers out, in the caller's
 * arena. */
#ifndef PLX_CORE_VITALS_VITALS_H
#define PLX_CORE_VITALS_VITALS_H

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/physiology/care.h"
#include "core/physiology/measure.h"

enum {
    PLX_VITALS_ROWS_MAX = 65536,
    PLX_VITALS_SECONDS_MAX = 7 * 86400, /* of the last row */
    PLX_VITALS_MEASURED_N = 8,          /* columns that hold vital signs */
    PLX_VITALS_WHY_MAX = 480            /* bytes that hold every sentence */
};

typedef enum plx_vitals_bp { PLX_VITALS_CUFF, PLX_VITALS_ART } plx_vitals_bp;

/* The standard deviations of patient-twin.md section 5, by source. */
typedef struct plx_vitals_observation {
    uint32_t time_s, line;
    plx_measure quantity;
    double value, sd; /* in the unit of the quantity */
    bool one_sided;   /* an SpO2 of 100: it may be anything that a monitor shows as 100 */
    bool art;         /* a pressure from an arterial line */
} plx_vitals_observation;

typedef enum plx_vitals_fault {
    PLX_VITALS_IMPOSSIBLE,   /* outside low..high */
    PLX_VITALS_CONTRADICTED, /* systolic not above diastolic, or a mean that is not between them */
    PLX_VITALS_POOR          /* the row says that the signal is poor */
} plx_vitals_fault;

/* A value that is left out. */
typedef struct plx_vitals_note {
    uint32_t time_s, line;
    plx_vitals_fault fault;
    plx_measure quantity;
    double value, low, high;
} plx_vitals_note;

typedef struct plx_vitals_fio2 {
    uint32_t time_s;
    double fraction; /* as the chart has it; a setting, not a measurement */
} plx_vitals_fio2;

/* Arrays are in the arena, each by rising time. */
typedef struct plx_vitals {
    plx_person person;      /* plx_person_check may still say that the model has no answer */
    int64_t t0_us;          /* the time of second 0; PLX_TIME_NONE when only seconds are known */
    uint32_t rows_n;        /* with or without values */
    uint32_t steady_rows_n; /* with a blood pressure or a heart rate; below 3: the prior only */
    uint32_t last_s;        /* of the last row; 0 when there is none */
    uint32_t observations_n, actions_n, fio2_n, notes_n;
    plx_vitals_observation *observations;
    plx_action *actions;
    uint32_t *action_lines; /* (actions_n) */
    plx_vitals_fio2 *fio2;
    plx_vitals_note *notes;
} plx_vitals;

/* Bytes of arena that a text needs at most. */
size_t plx_vitals_size(plx_slice text);

/* PLX_OK; or one sentence with its line in why ("line 5: ..."; cut to why_n bytes, at least 1):
 * PLX_SYNTAX: a cell, a line or the whole is not of this format; PLX_MISSING: something that is
 * needed is not said; PLX_RANGE, PLX_UNKNOWN: a wrong value or word; PLX_CONFLICT: rows are not in
 * order, or two statements contradict each other; PLX_LIMIT, PLX_FULL: too much of something;
 * PLX_SPACE: the arena is too small. *vitals is then undefined, and the arena may be used.
 * The actions were given to a care (plx_care_act) when the person is one that the model knows. */
PLX_MUST_CHECK plx_status plx_vitals_parse(plx_slice text, plx_arena *arena, plx_vitals *vitals,
                                           char *why, size_t why_n);

/* "line 7: spo2_pct 130 is left out: possible is 0 to 100". Cut to why_n bytes, at least 1. */
void plx_vitals_note_write(const plx_vitals_note *note, char *why, size_t why_n);

#endif
