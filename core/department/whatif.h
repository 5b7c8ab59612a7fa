/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What-if texts into changes of a model (design, section 8):
 *   spec = item { ";" item }
 *   item = count what [zone] [from "-" to]         "+1 doctor 18:00-02:00", "-6 beds majors"
 *        | thing ("on" | "off") [from "-" to]      "fast-track on", "ct off 14:00-16:00"
 *        | thing percent [from "-" to]             "arrivals +20%", "lab -15% 12:00-20:00"
 *        | "surge" n "patients" time ["over" minutes "min"] ["acuity" k:n{,k:n}]
 *        | "ward" count "beds" [ward] time
 * HH:MM is the next such time at or after the start; to before from is over midnight; no times =
 * the whole horizon. A cut never takes a place or a doctor from anybody: the next to be free is
 * gone. */
#ifndef PLX_CORE_DEPARTMENT_WHATIF_H
#define PLX_CORE_DEPARTMENT_WHATIF_H

#include "core/department/flow.h"

enum { PLX_WHATIF_WHY_MAX = 320 };

typedef struct plx_whatif_fault {
    uint32_t at; /* byte of the text */
    char why[PLX_WHATIF_WHY_MAX];
} plx_whatif_fault;

/* Adds the changes to arm, a copy of the base model. PLX_SYNTAX (not understood; says which words
 * are), PLX_UNSUPPORTED (this model has no such part), PLX_FULL; arm is not whole then. */
PLX_MUST_CHECK plx_status plx_whatif_parse(plx_slice text, int64_t start_us, int64_t end_us,
                                           plx_flow_model *arm, plx_whatif_fault *fault);

#endif
