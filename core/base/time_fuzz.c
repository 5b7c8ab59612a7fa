/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What is parsed is written and parsed again to the same microsecond; any eight bytes are a time.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int64_t time_us)
{
    char memory[40];
    plx_out out = plx_out_init(memory, sizeof memory);
    int64_t again;
    plx_out_iso(&out, time_us, 6);
    PLX_ASSERT(!out.full);
    if (out.n == 0) return;
    PLX_ASSERT(plx_time_from_iso(plx_out_slice(&out), &again) == PLX_OK && again == time_us);
    const plx_civil c = plx_time_to_civil(time_us);
    PLX_ASSERT(plx_civil_valid(&c) && plx_time_from_civil(&c) == time_us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t time_us;
    if (plx_time_from_iso((plx_slice){(const char *)data, size}, &time_us) == PLX_OK) {
        PLX_ASSERT(time_us != PLX_TIME_NONE);
        check(time_us);
    }
    if (size == sizeof time_us) {
        memcpy(&time_us, data, size);
        check(time_us);
        check(time_us % INT64_C(253402300800000000));
    }
    return 0;
}
