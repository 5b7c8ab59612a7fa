/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A model, a line with NUL, and any bytes as STATE.json; then any bytes as what-if. A state is
 * refused with a sentence or runs for six hours and keeps its books; a what-if is refused with a
 * sentence or runs too. */
#include <string.h>

#include "app/department_state.h"
#include "core/department/ed_a_for_test.h"
#include "core/department/whatif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TOKENS = 8192 };
static plx_json_token tokens[TOKENS];
static plx_flow_model model, arm;
static plx_flow_state state;
static plx_department_state here;

static void run(const plx_flow_model *m)
{
    plx_flow_tally tally = {0};
    for (uint32_t i = 0; i < here.n; i++) { /* who is not known waits for a place */
        plx_flow_present *p = &here.present[i];
        if (p->acuity == PLX_FLOW_NONE) p->acuity = 3;
        if (p->stage == PLX_FLOW_STAGE_N) p->stage = PLX_FLOW_WAIT_PLACE;
    }
    plx_flow_begin(m, &state, 1, 0, here.start_us);
    if (!plx_flow_put(m, &state, here.present, here.n, false)) return;
    plx_flow_settle(m, &state);
    const int64_t end = here.start_us + 6 * PLX_HOUR_US;
    uint64_t open = state.present;
    plx_flow_tally_begin(&tally, m, &state, end);
    plx_flow_advance(m, &state, end, &tally);
    plx_flow_tally_end(&tally, m, &state);
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
        open += tally.arrived[a] - tally.departed[a] - tally.left[a];
    PLX_ASSERT(state.overrun || open == state.present);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plx_reader reader = {.json = {.tokens = tokens, .capacity = TOKENS}};
    if (size > 2 * TOKENS - 2) return 0;
    if (!model.zone_n) {
        ed_a_for_test(&model, 4);
        strcpy(model.zone[0].name, "majors");
        strcpy(model.kind[0].name, "ct");
        strcpy(model.pool[0].name, "triage_nurse");
        strcpy(model.pool[1].name, "doctor");
    }
    const char *text = (const char *)data, *zero = size ? memchr(text, 0, size) : NULL;
    const size_t state_n = zero ? (size_t)(zero - text) : size;
    if (plx_department_state_read(&reader, (plx_slice){text, state_n}, &model, &here) != PLX_OK) {
        PLX_ASSERT(reader.failed && strlen(reader.why) > 10);
        here = (plx_department_state){.start_us = 8 * PLX_DAY_US};
    }
    run(&model);
    if (!zero) return 0;
    plx_whatif_fault fault = {0};
    arm = model;
    if (plx_whatif_parse((plx_slice){zero + 1, size - state_n - 1}, here.start_us,
                         here.start_us + 6 * PLX_HOUR_US, &arm, &fault) == PLX_OK)
        run(&arm);
    else
        PLX_ASSERT(strlen(fault.why) > 10);
    return 0;
}
