/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a stay was given, as actions that a body of core/physiology understands: oxygen from what
 * was charted of device, flow and fraction. A pure function of the twin. */
#ifndef PLX_CORE_TWIN_TREATMENT_H
#define PLX_CORE_TWIN_TREATMENT_H

#include "core/physiology/care.h"
#include "core/record/provenance.h"
#include "core/twin/twin.h"

typedef struct plx_twin_treatment {
    int64_t at_us;     /* when it began */
    uint64_t seq;      /* journal sequence of the message that said so */
    plx_provenance id; /* of what it was made from, as plx_why_write takes it */
    plx_action action; /* at_s is 0: the caller's clock is his own */
} plx_twin_treatment;

/* Those with at_us >= since_us, by at_us, then seq, then id; PLX_TIME_NONE: all. Returns how many
 * there are; out (max) holds the first of them. What came late or was corrected changes the list in
 * the middle: compare ids and seq with what was given before. encounter: as plx_applied names it; 0
 * treatments when it is not live.
 *
 * Oxygen: an AIRWAY each time that it changes; a body begins in room air. */
uint32_t plx_twin_treatments(const plx_twin *t, uint32_t encounter, int64_t since_us,
                             plx_twin_treatment *out, uint32_t max);

/* How many since then were left out, because no body understands them (a ventilator whose settings
 * are not known ...). */
uint32_t plx_twin_treatments_left_out(const plx_twin *t, uint32_t encounter, int64_t since_us);

#endif
