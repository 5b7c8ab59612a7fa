/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Units: aliases to UCUM, and conversion to a quantity's canonical unit. A row names the quantity
 * class, because mg/dL to mmol/L needs the substance: never by dimension alone. */
#ifndef PLX_CORE_RECORD_UNIT_H
#define PLX_CORE_RECORD_UNIT_H

#include "core/base/decimal.h"
#include "core/record/quantity.h"

/* UCUM code for what was sent ("mmHg", "bpm", "266016^MDC_DIM_MMHG" component texts); the same
 * slice when it is UCUM or unknown already. */
plx_slice plx_unit_alias(plx_slice sent);
/* PLX_UNKNOWN when there is no row for (quantity, unit): never a guess. Same unit: *out = *in; no
 * unit is the same as the canonical one only where that is "1". The result is exact as far as three
 * digits beyond what the last digit sent is worth, then rounded half to even; zeros at the end go
 * back to that worth (100.4 [degF] is 38.0 Cel, 90 mg/dL glucose 4.995 mmol/L). PLX_RANGE when 18
 * digits do not hold it. *out unchanged on error; in and out may be the same. */
PLX_MUST_CHECK plx_status plx_unit_to_canonical(plx_quantity q, plx_slice unit,
                                                const plx_decimal *in, plx_decimal *out);

#endif
