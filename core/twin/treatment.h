/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a stay was given, as actions that a body of core/physiology understands: drugs and fluids
 * from administrations that stand, oxygen from what was charted of device, flow and fraction. Pure
 * functions of the twin. */
#ifndef PLX_CORE_TWIN_TREATMENT_H
#define PLX_CORE_TWIN_TREATMENT_H

#include "core/physiology/care.h"
#include "core/record/provenance.h"
#include "core/twin/twin.h"

typedef struct plx_twin_treatment {
    int64_t at_us;      /* when it began */
    uint64_t seq;       /* journal sequence of the message that said so, as it stands */
    uint64_t first_seq; /* of the first message that told of it; below seq: corrected since */
    plx_provenance id;  /* of what it was made from, as plx_why_write takes it */
    plx_action action;  /* at_s is 0: the caller's clock is his own */
} plx_twin_treatment;

enum { PLX_TWIN_TREATMENTS_MAX = 256 /* of one stay that plx_twin_treatments_after looks at */ };

/* Those with at_us >= since_us, by at_us, then seq, then id; PLX_TIME_NONE: all. Returns how many
 * there are; out (max) holds the first of them. What came late or was corrected changes the list in
 * the middle. encounter: as plx_applied names it; 0 treatments when it is not live.
 *
 * Oxygen: an AIRWAY each time that it changes; a body begins in room air. Drugs: amounts in ug or
 * units, for each kg only when the weight is not known; a rate has no duration, its end is a STOP.
 * Fluids: mL over their time. */
uint32_t plx_twin_treatments(const plx_twin *t, uint32_t encounter, int64_t since_us,
                             plx_twin_treatment *out, uint32_t max);

/* What a body must be told that knows all up to a journal sequence: what was first heard of after
 * it; and of what is set (oxygen, the rate of a drug, its end) also what was corrected, and what
 * follows in time something new, since the last word counts. A dose that was corrected is not given
 * again. By time; the newest PLX_TWIN_TREATMENTS_MAX of the stay are looked at. Returns how many.
 */
uint32_t plx_twin_treatments_after(const plx_twin *t, uint32_t encounter, uint64_t seq,
                                   plx_twin_treatment out[PLX_TWIN_TREATMENTS_MAX]);

/* How many since then were left out, because no body understands them: a drug or a route that is
 * not in knowledge/medication*.csv, an amount without a number or a unit, a ventilator whose
 * settings are not known, oxygen given as a drug ... */
uint32_t plx_twin_treatments_left_out(const plx_twin *t, uint32_t encounter, int64_t since_us);

#endif
