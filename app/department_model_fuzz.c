/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any bytes as MODEL.json: refused with a sentence, or a model that runs for two days without
 * breaking; one that has no room for its patients says so. */
#include <string.h>

#include "app/department_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TOKENS = 16384 };
static plx_json_token tokens[TOKENS];
static plx_flow_model model;
static plx_flow_state state;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plx_reader reader = {.json = {.tokens = tokens, .capacity = TOKENS}};
    if (size > 2 * TOKENS - 2) return 0;
    if (plx_department_model_read(&reader, (plx_slice){(const char *)data, size}, &model) !=
        PLX_OK) {
        PLX_ASSERT(reader.failed && strlen(reader.why) > 10);
        return 0;
    }
    double rate = 0;
    for (unsigned s = 0; s < model.source_n; s++)
        for (unsigned h = 0; h < PLX_FLOW_WEEK_H; h++)
            rate += model.source[s].rate_per_h[h] * model.source[s].level;
    if (rate > 1e5) return 0; /* only slow */
    plx_flow_tally tally = {0};
    plx_flow_begin(&model, &state, 1, 0, 0);
    plx_flow_tally_begin(&tally, &model, &state, 2 * PLX_DAY_US);
    plx_flow_advance(&model, &state, 2 * PLX_DAY_US, &tally);
    plx_flow_tally_end(&tally, &model, &state);
    if (!state.overrun) {
        uint64_t open = state.present;
        for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
            open += tally.departed[a] + tally.left[a] - tally.arrived[a];
        PLX_ASSERT(open == 0);
    }
    return 0;
}
