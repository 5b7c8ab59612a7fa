/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any text as a name, a route and a unit. What is known is a row of the table, and a unit has a
 * factor above 0. Traps when not. */
#include "core/record/medication.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const plx_slice text = {(const char *)data, n};
    const plx_medication m = plx_medication_from_code(text, (plx_slice){0}, text);
    plx_amount_unit unit;
    double over_s, share;
    PLX_ASSERT(m < plx_medication_count());
    if (plx_medication_uptake(m, plx_route_named(text, text), &over_s, &share))
        PLX_ASSERT(over_s >= 0 && share > 0 && share <= 1);
    if (plx_amount_unit_parse(text, &unit)) PLX_ASSERT(unit.factor > 0 && unit.per_s >= 0);
    return 0;
}
