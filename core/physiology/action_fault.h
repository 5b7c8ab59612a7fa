/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between action.c (words to actions) and action_say.c (texts to words). */
#ifndef PLX_CORE_PHYSIOLOGY_ACTION_FAULT_H
#define PLX_CORE_PHYSIOLOGY_ACTION_FAULT_H

#include "core/physiology/action.h"

#define PLX_ACTION_DOSE_UNITS                                                                      \
    "ug, mg, ug/kg, mg/kg, U, ug/min, mg/min, mg/h, ug/kg/min, ug/kg/h, mg/kg/h, U/min or U/h"

/* A sentence into fault->why: begin, write, end, which gives the status back. */
plx_out plx_action_fault_begin(plx_action_fault *fault, plx_action_place place, plx_action_key key);
plx_status plx_action_fault_end(plx_action_fault *fault, const plx_out *out, plx_status status);

/* The verbs that are neither drug nor fluid, one after the other; NULL behind the last. */
const char *plx_action_verb_word(size_t i);

#endif
