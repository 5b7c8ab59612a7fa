/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The text of a treatment arm -> the actions that a what-if adds at one second:
 *
 *     arm    = "none" | item { " + " item }
 *     item   = word { number [unit] | key=value }   in any order, each said once
 *     number = an amount in the unit of the word (mL, ug/kg/min, ...), or a time (s, min, h)
 *
 * "norepinephrine 0.1 ug/kg/min", "crystalloid 500 mL 15 min", "bleeding_control 0.1",
 * "ventilator mode=vc vt_ml_kg=6 peep=8 fio2=0.6", "intubate etomidate 20 mg + rocuronium 100 mg":
 * behind intubate a drug may follow without a "+". */
#ifndef PLX_CORE_VITALS_ARM_H
#define PLX_CORE_VITALS_ARM_H

#include "core/base/slice.h"
#include "core/physiology/care.h"

enum {
    PLX_ARM_ACTIONS_MAX = 16,
    PLX_ARM_WHY_MAX = 480 /* bytes that hold every sentence */
};

/* Where the arm begins. */
typedef struct plx_arm_fork {
    const plx_care *care; /* borrowed; as it is at that second: person, airway, what runs */
    uint32_t at_s;        /* of the actions */
} plx_arm_fork;

typedef struct plx_arm {
    uint32_t actions_n; /* 0: none */
    plx_action actions[PLX_ARM_ACTIONS_MAX];
} plx_arm;

/* PLX_OK: the care can do all of it (plx_care_act on a copy). Otherwise one sentence in why with
 * the word that is wrong and what is allowed, cut to why_n bytes (at least 1), and *arm unchanged:
 * PLX_SYNTAX: not of this form; PLX_UNKNOWN: no such word; PLX_MISSING, PLX_RANGE, PLX_CONFLICT:
 * something is not said, outside its range, or contradicts what runs; PLX_LIMIT, PLX_FULL: too many
 * actions. */
PLX_MUST_CHECK plx_status plx_arm_parse(plx_slice text, const plx_arm_fork *fork, plx_arm *arm,
                                        char *why, size_t why_n);

#endif
