/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/level.h"

const double plx_levels[PLX_LEVEL_N] = {0.01, 0.025, 0.05, 0.10, 0.15, 0.20,  0.25, 0.30,
                                        0.35, 0.40,  0.45, 0.50, 0.55, 0.60,  0.65, 0.70,
                                        0.75, 0.80,  0.85, 0.90, 0.95, 0.975, 0.99};
