/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/vitals/limit.h"

#include "core/record/quantity.h"

plx_limit plx_limit_of(const char *key)
{
    const plx_quantity_info *info = plx_quantity_get(plx_quantity_from_key(plx_slice_of(key)));
    return (plx_limit){info->hard_low, info->hard_high};
}
