/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/host/lanes.h"

uint32_t plx_host_lanes(void)
{
#if defined __x86_64__ || defined __i386__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return 16;
    if (__builtin_cpu_supports("avx2")) return 8;
#endif
    return 4;
}
