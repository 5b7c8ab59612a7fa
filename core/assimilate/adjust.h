/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One measured value moves an ensemble: ensemble adjustment Kalman filter (Anderson 2001, Mon Wea
 * Rev 129:2884), one value after the other. What the members predicted for the value is moved and
 * drawn together as Kalman's update of a scalar says, and every row of their bodies that does not
 * repeat with each beat or breath follows by its regression on it. All of them, and undamped: what
 * makes members differ in a vital must move with it, or they relapse to where they came from within
 * a minute. Blood is moved as a person's own volume and what he lacks of it; volumes follow the
 * book of blood. Same input, same bits. */
#ifndef PLX_CORE_ASSIMILATE_ADJUST_H
#define PLX_CORE_ASSIMILATE_ADJUST_H

#include "core/physiology/body.h"

enum { PLX_ADJUST_MEMBERS_MAX = 128, PLX_ADJUST_KINDS_MAX = 12, PLX_ADJUST_ROWS_MAX = 64 };

/* The rows of an ensemble as they are moved: logarithms or roots where the table in adjust.c says
 * so. */
typedef struct plx_adjust {
    uint32_t members, rows_n;
    double row[PLX_ADJUST_ROWS_MAX][PLX_ADJUST_MEMBERS_MAX];
    double v_blood[PLX_ADJUST_MEMBERS_MAX]; /* before */
} plx_adjust;

/* One value. */
typedef struct plx_adjust_datum {
    uint32_t kind; /* which row of predictions speaks of it */
    double value;
    double sd;      /* of measurement and model */
    bool one_sided; /* only members below value - sd are contradicted */
} plx_adjust_datum;

void plx_adjust_load(plx_adjust *adjust, const plx_body *body);

/* predicted: (kinds x members), moved along. */
void plx_adjust_move(plx_adjust *adjust, double *predicted, uint32_t kinds,
                     const plx_adjust_datum *datum);

/* A step of the walk that parameters take, of minutes: their own, and quicker ones of an illness
 * (agitated: twice as quick). Keyed by (seed, stream). */
void plx_adjust_walk(plx_adjust *adjust, double minutes, bool agitated, uint64_t seed,
                     uint64_t stream);

/* Puts the rows back, within the bounds of the body. */
void plx_adjust_store(const plx_adjust *adjust, plx_body *body);

#endif
