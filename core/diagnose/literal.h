/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The few Python literals that data sets keep in one field: strings in ' or " with \ escapes,
 * numbers, lists of these. A pull reader over borrowed bytes. */
#ifndef PLX_CORE_DIAGNOSE_LITERAL_H
#define PLX_CORE_DIAGNOSE_LITERAL_H

#include "core/base/slice.h"

typedef enum plx_literal_kind {
    PLX_LITERAL_END,
    PLX_LITERAL_OPEN,  /* [ or ( */
    PLX_LITERAL_CLOSE, /* ] or ) */
    PLX_LITERAL_STRING,
    PLX_LITERAL_NUMBER,
    PLX_LITERAL_BAD
} plx_literal_kind;

typedef struct plx_literal {
    plx_slice rest;
    plx_slice text; /* of a string (escapes as written) or a number */
} plx_literal;

/* Commas between values are passed over. After BAD the reader stands still. */
plx_literal_kind plx_literal_next(plx_literal *l);
/* Text with its escapes resolved into out: \\, \', \"; others stay as they are. */
void plx_literal_string(plx_slice text, plx_out *out);
/* A number of any length as a nearby double (within 1e-14 of its size): what people's programs
 * print of a double has more digits than a plx_decimal keeps. false: no number. */
bool plx_literal_number(plx_slice text, double *value);

#endif
