/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* HL7 v2 times, TS and DTM (v2 chapter 2A): YYYY[MM[DD[HH[MM[SS[.S+]]]]]][+-ZZZZ]. Also read,
 * because it is sent: 17 digits (milliseconds without a point), hour 24 with nothing after it (the
 * next day's 0), Z for +0000, blanks around it. */
#ifndef PLX_CORE_FORMAT_DTM_H
#define PLX_CORE_FORMAT_DTM_H

#include "core/record/event.h"

enum { PLX_HL7_ZONE_MAX = 14 * 60 /* minutes from UTC, either way */ };

/* zone_minutes: the sender's zone, used where the text has none. PLX_SYNTAX: another form;
 * PLX_RANGE: a date or time that does not exist (0000, month 13, second 60) or a zone beyond 14 h.
 * *when unchanged on error; else its presence is PLX_VALUE. A fraction counts to the microsecond.
 */
PLX_MUST_CHECK plx_status plx_hl7_dtm_parse(plx_slice text, int32_t zone_minutes, plx_when *when);
/* The same with no zone applied: the date and time of the calendar on the wall, for birth dates. */
PLX_MUST_CHECK plx_status plx_hl7_dtm_parse_civil(plx_slice text, plx_when *when);

#endif
