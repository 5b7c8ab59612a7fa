/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a drug or fluid is to a body, how it comes into him, and what its units mean. The tables are
 * knowledge/medication.csv and medication_route.csv; medication_table.h is generated from them by
 * tool/make_medication_table and compared by a test. */
#ifndef PLX_CORE_RECORD_MEDICATION_H
#define PLX_CORE_RECORD_MEDICATION_H

#include <stdint.h>

#include "core/base/slice.h"

typedef uint16_t plx_medication; /* row of the table; stored in the twin, so rows are append-only */
enum { PLX_MEDICATION_NONE = 0 };

typedef enum plx_medication_kind {
    PLX_MEDICATION_OTHER,       /* no body understands it */
    PLX_MEDICATION_DRUG,        /* key: a word of plx_drug_named */
    PLX_MEDICATION_FLUID,       /* key: a word of plx_fluid_named */
    PLX_MEDICATION_ANTIPYRETIC, /* */
    PLX_MEDICATION_OXYGEN
} plx_medication_kind;

typedef struct plx_medication_info {
    const char *key;
    plx_medication_kind kind;
} plx_medication_info;

uint32_t plx_medication_count(void);
/* The row of PLX_MEDICATION_NONE when m is unknown. */
const plx_medication_info *plx_medication_get(plx_medication m);

/* By code: system RXNORM, RXN (ingredients), ATC, WC, or PLX and 99PLX for keys. Otherwise by the
 * text, and by the code of a system of the sender's own when that is a name. PLX_MEDICATION_NONE
 * when it is not known. */
plx_medication plx_medication_from_code(plx_slice code, plx_slice system, plx_slice text);
/* The longest name with which the text begins, as whole words, in any case. */
plx_medication plx_medication_from_text(plx_slice text);

typedef enum plx_route {
    PLX_ROUTE_OTHER,
    PLX_ROUTE_IV,
    PLX_ROUTE_IM,
    PLX_ROUTE_SC,
    PLX_ROUTE_INHALED,
    PLX_ROUTE_NASAL,
    PLX_ROUTE_ORAL,
    PLX_ROUTE_RECTAL,
    PLX_ROUTE_SUBLINGUAL
} plx_route;

/* RXR-1, code then text. Neither said: PLX_ROUTE_IV, how drugs of an emergency are given. */
plx_route plx_route_named(plx_slice code, plx_slice text);

/* How a drug comes into the blood: *over_s (s; 0 = at once) and *share of it (0..1). false: not by
 * this route; outputs unchanged. */
bool plx_medication_uptake(plx_medication m, plx_route route, double *over_s, double *share);

typedef enum plx_amount_kind {
    PLX_AMOUNT_MASS,   /* ug */
    PLX_AMOUNT_VOLUME, /* mL */
    PLX_AMOUNT_UNITS   /* international units */
} plx_amount_kind;

/* 1 of the unit is factor x the kind's base, for each kg when per_kg, in per_s seconds when not 0,
 * in each mL when per_ml (a strength). */
typedef struct plx_amount_unit {
    plx_amount_kind kind;
    double factor, per_s;
    bool per_kg, per_ml;
} plx_amount_unit;

/* "mg", "ug/kg/min", "mcg/kg/hr", "mL", "U/h", "mg/mL" in any case. false: not understood; *unit
 * unchanged. */
bool plx_amount_unit_parse(plx_slice text, plx_amount_unit *unit);
/* Divides it once more: "h", "kg/min". false: not understood; *unit unchanged. */
bool plx_amount_unit_each(plx_slice text, plx_amount_unit *unit);

#endif
