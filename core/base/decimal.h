/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A decimal number that keeps its text: 1.10 stays 1.10, and 38.0 compares as 38.0 whatever the
 * binary rounding. value = mantissa x 10^-scale exactly. */
#ifndef PLX_CORE_BASE_DECIMAL_H
#define PLX_CORE_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

enum { PLX_DECIMAL_TEXT_MAX = 22, PLX_DECIMAL_DIGITS_MAX = 18 };

typedef struct plx_decimal {
    int64_t mantissa;                /* |mantissa| < 10^18 */
    double value;                    /* nearest double */
    uint8_t scale;                   /* digits after the point, 0..18 */
    uint8_t text_n;                  /* bytes of text, 1..22 */
    char text[PLX_DECIMAL_TEXT_MAX]; /* as written by the sender, without surrounding blanks */
} plx_decimal;                       /* 40 bytes, no padding */

/* Grammar: [+-] digits [. digits] with at least one digit; an exponent (1e3) is accepted and
 * resolved; blanks around it are dropped. PLX_SYNTAX on anything else (NaN, Inf, blanks inside,
 * hex); PLX_RANGE when it has more than 18 significant digits, 18 digits after the point or 22
 * bytes. -0 is 0 with its text. *out unchanged on error. */
PLX_MUST_CHECK plx_status plx_decimal_parse(plx_slice text, plx_decimal *out);
/* From mantissa and scale (0..18), text made canonical ("-0.5", "38.0"). |mantissa| < 10^18. */
plx_decimal plx_decimal_make(int64_t mantissa, unsigned scale);
/* -1, 0, 1; exact for any pair. */
int plx_decimal_compare(const plx_decimal *a, const plx_decimal *b);
/* Exact comparison with mantissa x 10^-scale. */
int plx_decimal_compare_to(const plx_decimal *a, int64_t mantissa, unsigned scale);

static inline plx_slice plx_decimal_text(const plx_decimal *d)
{
    return (plx_slice){d->text, d->text_n};
}

#endif
