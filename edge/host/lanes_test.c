/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the lane width is one that this machine can run.
 * Oracle: the kernel's own list of what the processor has.
 * Tolerance: none; skipped where /proc/cpuinfo is absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "edge/host/lanes.h"

static void width_is_what_the_processor_has(void **state)
{
    (void)state;
    static char flags[65536];
    FILE *f = fopen("/proc/cpuinfo", "r");
    if (!f) skip();
    size_t n = fread(flags, 1, sizeof flags - 1, f);
    fclose(f);
    flags[n] = 0;
    uint32_t lanes = plx_host_lanes();
    if (strstr(flags, " avx512f ") && strstr(flags, " avx512dq "))
        assert_int_equal(lanes, 16);
    else
        assert_int_equal(lanes, strstr(flags, " avx2 ") ? 8 : 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(width_is_what_the_processor_has)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
