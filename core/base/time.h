/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Time is int64 microseconds since 1970-01-01T00:00:00Z (proleptic Gregorian, no leap seconds).
 * It is always an argument: core never reads a clock. */
#ifndef PLX_CORE_BASE_TIME_H
#define PLX_CORE_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

#define PLX_SECOND_US INT64_C(1000000)
#define PLX_MINUTE_US (60 * PLX_SECOND_US)
#define PLX_HOUR_US (60 * PLX_MINUTE_US)
#define PLX_DAY_US (24 * PLX_HOUR_US)
#define PLX_TIME_NONE INT64_MIN /* no time is known */

typedef struct plx_civil {
    int32_t year, month, day;                  /* 1..9999, 1..12, 1..31 */
    int32_t hour, minute, second, microsecond; /* 0..23, 0..59, 0..59, 0..999999 */
} plx_civil;

bool plx_civil_valid(const plx_civil *c);
/* c must be valid. */
int64_t plx_time_from_civil(const plx_civil *c);
/* Any time; the year leaves 1..9999 for times beyond it. */
plx_civil plx_time_to_civil(int64_t time_us);

/* 2026-11-25T16:06:55.120000Z; decimals 0, 3 or 6. PLX_TIME_NONE prints nothing,
 * nor does a time outside the years 1 to 9999. What is finer than the decimals is cut off. */
void plx_out_iso(plx_out *out, int64_t time_us, unsigned decimals);
/* ISO 8601, YYYY-MM-DDTHH:MM[:SS[.f]] with a zone (Z or +-HH:MM). f: 1 to 9 digits, cut off after
 * the microsecond. PLX_SYNTAX on another form, PLX_RANGE on a date or time that does not exist
 * (24:00 and second 60 too) or lies outside the years 1 to 9999 in UTC; *time_us unchanged on
 * error. */
PLX_MUST_CHECK plx_status plx_time_from_iso(plx_slice text, int64_t *time_us);

#endif
