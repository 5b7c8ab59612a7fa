/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The served value object (design: web 2): what a screen shows of one datum. Inner to this room.
 *   v exact text, or e which nothing; u UCUM; k kind letter; t when (us UTC); q quality, with its
 * reason behind a colon; i provenance id; f function class; st staleness class; further members by
 * cell. */
#ifndef PLX_CORE_TWIN_VALUE_H
#define PLX_CORE_TWIN_VALUE_H

#include "core/format/json/json.h"
#include "core/twin/private.h"
#include "core/twin/staleness.h"

typedef struct twin_value {
    plx_slice v;        /* empty: none */
    const char *e;      /* "absent", "empty", "null"; NULL when v is there */
    plx_slice u;        /* empty: none */
    char k;             /* 0: none */
    int64_t t;          /* PLX_TIME_NONE: none */
    plx_quality q;      /* good is not written */
    const char *reason; /* of q; "" or NULL: none */
    plx_provenance i;   /* 0: none */
    const char *f;      /* NULL: a plain record */
    const char *st;     /* NULL: none */
    bool open;          /* the caller adds members and closes the object */
    plx_decimal number; /* where v points when the house wrote the number */
} twin_value;

static inline twin_value twin_value_none(void)
{
    return (twin_value){.t = PLX_TIME_NONE};
}

void plx_twin_value_write(plx_json_writer *w, const twin_value *value);
/* The value of an observation in its quantity's unit; what was sent when it has none. A converted
 * number is shown with as many significant digits as were sent, three at least; v then points into
 * *x. */
void plx_twin_value_of_row(const plx_twin *t, uint32_t row, twin_value *x);
/* NEWS2 with lo, hi, band, trend, missing. */
void plx_twin_value_score(const plx_twin *t, plx_json_writer *w, uint32_t score);
const char *plx_twin_reason_word(uint8_t reason);
void plx_twin_put_id(plx_json_writer *w, uint64_t id); /* base 36 */

#endif
