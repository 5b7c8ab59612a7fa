/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* HL7 v2 message -> plx_event: the only place that knows field numbers. */
#ifndef PLX_CORE_FORMAT_MAP_H
#define PLX_CORE_FORMAT_MAP_H

#include "core/base/arena.h"
#include "core/format/hl7v2/hl7v2.h"
#include "core/format/hl7v2/intake.h"
#include "core/record/event.h"

typedef struct plx_hl7_map_options {
    int32_t zone_minutes; /* the sender's zone where a time has none */
} plx_hl7_map_options;

/* Texts point into the message or the arena. PLX_MISSING / PLX_SYNTAX with *fault when the message cannot
 * be used (dead letter); PLX_SPACE when the arena is too small. *event unchanged on error. */
PLX_MUST_CHECK plx_status plx_hl7_map(const plx_hl7_message *message,
                                      const plx_hl7_map_options *options, plx_arena *arena,
                                      plx_event *event, plx_hl7_fault *fault);

#endif
