/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Units: aliases to UCUM, and conversion to a quantity's canonical unit. A row names the quantity
 * class, because mg/dL to mmol/L needs the substance: never by dimension alone. */
#ifndef PLX_CORE_RECORD_UNIT_H
#define PLX_CORE_RECORD_UNIT_H

#include "core/base/decimal.h"
#include "core/record/quantity.h"

/* UCUM code for what was sent ("mmHg", "bpm", "266016^MDC_DIM_MMHG" component texts); the same slice
 * when it is UCUM or unknown already. */
plx_slice plx_unit_alias(plx_slice sent);
/* PLX_UNKNOWN when there is no row for (quantity, unit): never a guess. Same unit: *out = *in. */
PLX_MUST_CHECK plx_status plx_unit_to_canonical(plx_quantity q, plx_slice unit,
                                                const plx_decimal *in, plx_decimal *out);

#endif
