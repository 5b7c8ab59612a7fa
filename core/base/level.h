/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The levels at which the quantiles of a forecast are told: .01 .025 .05 .10 ... .90 .95 .975 .99
 * (Bracher et al. 2021). */
#ifndef PLX_CORE_BASE_LEVEL_H
#define PLX_CORE_BASE_LEVEL_H

enum {
    PLX_LEVEL_05 = 2,
    PLX_LEVEL_25 = 6,
    PLX_LEVEL_50 = 11,
    PLX_LEVEL_75 = 16,
    PLX_LEVEL_95 = 20
};
enum { PLX_LEVEL_N = 23 };

extern const double plx_levels[PLX_LEVEL_N];

#endif
