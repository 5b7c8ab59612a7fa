/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Published experiments: one row of a target table names a protocol, its parameters, a population
 * and a quantity; here it becomes a simulation as published (rate, stages, posture) and is judged.
 * The columns and keys are those of doc/physiology-targets.md. Rows that share protocol, parameters
 * and population share one simulation. */
#ifndef PLX_CORE_PHYSIOLOGY_PROTOCOL_H
#define PLX_CORE_PHYSIOLOGY_PROTOCOL_H

#include "core/physiology/care.h"
#include "core/physiology/measure.h"
#include "core/physiology/redraw.h"

typedef struct plx_target {
    plx_slice id, protocol, params, quantity, unit, expected, low, high, time_s, kind, population;
} plx_target;

enum {
    PLX_PROTOCOL_SETTLE_S = 300,
    PLX_PROTOCOL_SECONDS_MAX = 20000, /* of a whole simulation */
    PLX_PROTOCOL_MEMBERS_MAX = 64,
    PLX_PROTOCOL_PLASMA = PLX_MEASURE_N, /* further rows of the series: the drug in plasma, ug/L, */
    PLX_PROTOCOL_EFFECT,                 /* at its effect site, ug/L, */
    PLX_PROTOCOL_OTHER,                  /* plasma volume with the fluid it is compared with */
    PLX_PROTOCOL_ROWS
};

/* Means over the members, one column a second. */
typedef struct plx_protocol_series {
    float at[PLX_PROTOCOL_ROWS][PLX_PROTOCOL_SECONDS_MAX];
} plx_protocol_series;

typedef struct plx_protocol_run {
    plx_protocol_series *series; /* of the caller */
    plx_body *body;              /* of the caller, room for PLX_PROTOCOL_MEMBERS_MAX */
    float *values;               /* of the caller, PLX_MEASURE_N x PLX_PROTOCOL_MEMBERS_MAX */
    uint32_t lanes;
    uint32_t start_s; /* column of the first action: time_s counts from here */
    uint32_t seconds; /* columns that are filled */
    int64_t event_s;  /* from the start; -1 = none came */
    double infused_ml, infusion_s;
    bool out_of_envelope, algebraic;
    bool no_answer; /* too many members broke (redraw.h, looked for each second) */
    double algebra; /* the answer of an algebraic protocol */
    char why[120];  /* reason of a skip or of no answer */
} plx_protocol_run;

/* How long an event of this row is waited for: max_s, or 1800 s (a half-life: as long as can be).
 */
double plx_protocol_wait_s(const plx_target *target);

/* until_s: latest time_s asked for, of an event how long it is waited for. PLX_OK, also when there
 * is no answer (out_of_envelope or no_answer with run->why); PLX_UNKNOWN or PLX_RANGE with
 * run->why: the row is to be skipped. */
plx_status plx_protocol_simulate(const plx_target *target, double until_s, plx_protocol_run *run);

typedef enum plx_grade { PLX_GREEN, PLX_YELLOW, PLX_RED, PLX_SKIP } plx_grade;

typedef struct plx_target_result {
    plx_grade grade;
    bool has_value;
    double value;
    char text[120]; /* reason of a skip or of no answer, or the status that was found */
} plx_target_result;

/* Green inside the bounds; yellow when the miss is at most 30 % of the larger of |nearer bound| and
 * the width; red otherwise, when the direction is wrong and, with the reason, when the members gave
 * no answer before the row had all that it asks for. Out of the envelope is a skip. */
void plx_target_judge(const plx_target *target, const plx_protocol_run *run,
                      plx_target_result *result);

/* key=value;... -> the value of a key, false when it is not there. */
bool plx_target_key(plx_slice list, const char *key, plx_slice *value);
/* The same as a number, or the fallback. */
double plx_target_number(plx_slice list, const char *key, double fallback);

#endif
