/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between vitals.c (the whole), vitals_person.c (comment lines) and vitals_row.c (rows). */
#ifndef PLX_CORE_VITALS_VITALS_PRIVATE_H
#define PLX_CORE_VITALS_VITALS_PRIVATE_H

#include "core/format/csv/csv.h"
#include "core/physiology/action.h"
#include "core/vitals/vitals.h"

enum { PLX_VITALS_QUOTE_MAX = 60, PLX_VITALS_SCRATCH_MAX = 1024 };

/* X(name): the columns. The first PLX_VITALS_MEASURED_N are measured. */
#define PLX_VITALS_COLUMNS(X)                                                                      \
    X(hr_bpm)                                                                                      \
    X(sbp_mmhg)                                                                                    \
    X(dbp_mmhg)                                                                                    \
    X(map_mmhg)                                                                                    \
    X(spo2_pct)                                                                                    \
    X(rr_per_min)                                                                                  \
    X(etco2_mmhg)                                                                                  \
    X(temp_c)                                                                                      \
    X(time_s)                                                                                      \
    X(time)                                                                                        \
    X(fio2)                                                                                        \
    X(bp_source)                                                                                   \
    X(quality)                                                                                     \
    X(action)                                                                                      \
    X(dose)                                                                                        \
    X(unit)                                                                                        \
    X(duration_s)                                                                                  \
    X(args)

typedef enum plx_vitals_column {
#define X(name) PLX_COLUMN_##name,
    PLX_VITALS_COLUMNS(X)
#undef X
        PLX_COLUMN_N
} plx_vitals_column;

typedef struct plx_vitals_reader {
    plx_vitals *vitals;
    plx_csv csv;
    uint64_t line;             /* that is read now */
    int place[PLX_COLUMN_N];   /* of a column in a row, or -1 */
    uint32_t columns_n;        /* of the header */
    plx_vitals_bp bp;          /* where a row does not say */
    bool pulse, counted;       /* heart rate of a pulse oximeter; breaths counted by hand */
    bool measured_now;         /* the last time has a row with values */
    plx_action_reader actions; /* goes from row to row */
    plx_out why;
    char scratch[PLX_VITALS_SCRATCH_MAX];
} plx_vitals_reader;

/* "line 5: " begins the sentence. */
void plx_vitals_begin(plx_vitals_reader *r);
/* "line 5: SENTENCE" */
plx_status plx_vitals_complain(plx_vitals_reader *r, plx_status status, const char *sentence);
/* "line 5: NAME: "TEXT" is wrong: EXPECTED" */
plx_status plx_vitals_wrong(plx_vitals_reader *r, plx_status status, const char *name,
                            plx_slice text, const char *expected);

/* Comment lines before the header: *text is moved behind them, r->line is that of the header. */
plx_status plx_vitals_person_read(plx_vitals_reader *r, plx_slice *text);

/* The header is read: which column is where. */
plx_status plx_vitals_header_read(plx_vitals_reader *r);
/* A row is read: its time, values and action are added to the vitals. */
plx_status plx_vitals_row_read(plx_vitals_reader *r);

#endif
