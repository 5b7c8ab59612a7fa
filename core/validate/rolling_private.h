/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between rolling.c and rolling_truth.c. */
#ifndef PLX_CORE_VALIDATE_ROLLING_PRIVATE_H
#define PLX_CORE_VALIDATE_ROLLING_PRIVATE_H

#include "core/validate/rolling.h"

/* A value came (not yet in the series): forecasts whose truth is now certain are scored and
 * learnt. */
void plx_rolling_settle(plx_rolling *rolling, uint32_t vital, uint32_t horizon, int64_t time_us,
                        double value);

#endif
