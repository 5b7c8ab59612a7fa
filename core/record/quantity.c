/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/record/quantity.h"

#include "core/record/quantity_table.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

uint32_t plx_quantity_count(void)
{
    return COUNT(quantity_rows);
}

const plx_quantity_info *plx_quantity_get(plx_quantity q)
{
    return &quantity_rows[q < COUNT(quantity_rows) ? q : PLX_QUANTITY_OTHER];
}

static plx_quantity value_of(const plx_name *found)
{
    return found ? found->value : PLX_QUANTITY_OTHER;
}

static plx_quantity from_mdc(plx_slice code)
{
    return value_of(plx_name_find(mdc_names, mdc_slots, COUNT(mdc_slots), code));
}

static plx_quantity from_loinc(plx_slice code)
{
    return value_of(plx_name_find(loinc_names, loinc_slots, COUNT(loinc_slots), code));
}

plx_quantity plx_quantity_from_code(plx_slice code, plx_slice system)
{
    enum { PREFIX = 4 };
    const bool mdc_name = code.n > PREFIX && memcmp(code.at, "MDC_", PREFIX) == 0;
    if (system.n == 0) return mdc_name ? from_mdc(code) : from_loinc(code);
    if (plx_slice_is(system, "LN") || plx_slice_is(system, "LOINC")) return from_loinc(code);
    if (plx_slice_is(system, "MDC")) return from_mdc(code);
    return PLX_QUANTITY_OTHER;
}

plx_quantity plx_quantity_from_key(plx_slice key)
{
    return value_of(plx_name_find(key_names, key_slots, COUNT(key_slots), key));
}
