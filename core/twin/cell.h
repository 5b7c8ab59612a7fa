/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Cells of the board, one served value each. Inner to this room. */
#ifndef PLX_CORE_TWIN_CELL_H
#define PLX_CORE_TWIN_CELL_H

#include "core/twin/value.h"

/* X(NAME, key) in the order of the row */
#define TWIN_CELL_TABLE(X)                                                                         \
    X(BED, "bed")                                                                                  \
    X(NAME, "name")                                                                                \
    X(AGE, "age")                                                                                  \
    X(SEX, "sex")                                                                                  \
    X(TRIAGE, "triage")                                                                            \
    X(COMPLAINT, "complaint")                                                                      \
    X(ARRIVED, "arrived")                                                                          \
    X(NEWS2, "news2")                                                                              \
    X(HR, "hr")                                                                                    \
    X(BP, "bp")                                                                                    \
    X(SPO2, "spo2")                                                                                \
    X(RR, "rr")                                                                                    \
    X(TEMP, "temp")                                                                                \
    X(ACVPU, "acvpu")                                                                              \
    X(O2, "o2")                                                                                    \
    X(ALARM, "alarm")                                                                              \
    X(SHOCK, "shock")                                                                              \
    X(DOCTOR, "doctor")                                                                            \
    X(NURSE, "nurse")                                                                              \
    X(LAB, "lab")                                                                                  \
    X(IMG, "img")                                                                                  \
    X(MED, "med")                                                                                  \
    X(NEXT, "next")                                                                                \
    X(DISPO, "dispo")                                                                              \
    X(PADMIT, "padmit")                                                                            \
    X(RISK, "risk")                                                                                \
    X(FRESH, "fresh")

typedef enum twin_cell {
#define X(NAME, key) TWIN_CELL_##NAME,
    TWIN_CELL_TABLE(X)
#undef X
        TWIN_CELLS
} twin_cell;

const char *plx_twin_cell_key(twin_cell cell);
/* The value object of a cell, or null. */
void plx_twin_cell_write(const plx_twin *t, uint32_t encounter, twin_cell cell, plx_json_writer *w);
/* Where a stay is shown: its place, or the bed that is all that is known of it; 0 = nowhere. */
uint32_t plx_twin_cell_place(const twin_encounter *e);

#endif
