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
    int32_t year, month, day;               /* 1..9999, 1..12, 1..31 */
    int32_t hour, minute, second, microsecond; /* 0..23, 0..59, 0..59, 0..999999 */
} plx_civil;

bool plx_civil_valid(const plx_civil *c);
/* c must be valid. */
int64_t plx_time_from_civil(const plx_civil *c);
plx_civil plx_time_to_civil(int64_t time_us);

/* 2026-11-25T16:06:55.120000Z; decimals 0, 3 or 6. PLX_TIME_NONE prints nothing. */
void plx_out_iso(plx_out *out, int64_t time_us, unsigned decimals);
/* ISO 8601 with a zone (Z or +-HH:MM), seconds and fraction optional. */
PLX_MUST_CHECK plx_status plx_time_from_iso(plx_slice text, int64_t *time_us);

#endif
