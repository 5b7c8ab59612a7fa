/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any bytes: parse, judge, acknowledge, map with a large and a small arena. Traps when one of the
 * rules of map_check.h is broken. The last two bytes choose levels, verdicts and sizes. */
#include "core/format/hl7v2/map_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static check_memory memory;
    const uint32_t choice = n >= 2 ? (uint32_t)data[n - 1] | (uint32_t)data[n - 2] << 8 : 0;
    check_all((plx_slice){(const char *)data, n}, choice, &memory);
    return 0;
}
