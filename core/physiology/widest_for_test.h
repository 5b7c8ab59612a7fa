/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The widest kernel that this processor runs, for tests: what edge/host/lanes.h tells, which no
 * file of this room may include. */
#ifndef PLX_CORE_PHYSIOLOGY_WIDEST_FOR_TEST_H
#define PLX_CORE_PHYSIOLOGY_WIDEST_FOR_TEST_H

#include <stdint.h>

static inline uint32_t widest(void)
{
#if defined __x86_64__ || defined __i386__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return 16;
    if (__builtin_cpu_supports("avx2")) return 8;
#endif
    return 4;
}

#endif
