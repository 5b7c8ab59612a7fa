/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* HL7 v2 message -> plx_event: the only place that knows field numbers. What each event means is
 * acquisition 5; orders and results 6; values of devices 7. Types that nobody maps (MDM, SIU, BAR,
 * DFT, alarms and waveforms) give an event with its header, person and visit and
 * nothing else: kept, counted, no state. */
#ifndef PLX_CORE_FORMAT_MAP_H
#define PLX_CORE_FORMAT_MAP_H

#include "core/base/arena.h"
#include "core/format/hl7v2/hl7v2.h"
#include "core/format/hl7v2/intake.h"
#include "core/record/event.h"

typedef struct plx_hl7_map_options {
    int32_t zone_minutes; /* the sender's zone where a time has none; -840..840, east is positive */
} plx_hl7_map_options;

/* Texts point into the message or the arena: decoded, UTF-8, blanks at both ends cut (in free text
 * only those at its end). MSH-18 8859/1 is converted; in every other character set, bytes that are
 * not UTF-8 become U+FFFD, with a warning. PLX_MISSING, PLX_SYNTAX or PLX_LIMIT with *fault when
 * the message cannot be used (dead letter): never after plx_hl7_judge said ACCEPTED or SHADOW and
 * not is_ack. PLX_SPACE when the arena is too small: 1 KiB for the message and for each of its
 * segments, and its bytes once, suffice for ASCII without escapes; 48 times its bytes always (a
 * short text takes 16 bytes, \.sp99\ grows 15 times). *event unchanged on error. */
PLX_MUST_CHECK plx_status plx_hl7_map(const plx_hl7_message *message,
                                      const plx_hl7_map_options *options, plx_arena *arena,
                                      plx_event *event, plx_hl7_fault *fault);

#endif
