/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Whatever is parsed survives: text -> decimal -> text -> decimal, and the canonical text too. */
#include <stddef.h>
#include <stdint.h>

#include "core/base/decimal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plx_decimal a, b;
    if (plx_decimal_parse((plx_slice){(const char *)data, size}, &a) != PLX_OK) return 0;
    PLX_ASSERT(a.scale <= PLX_DECIMAL_DIGITS_MAX && a.text_n >= 1);
    PLX_ASSERT(plx_decimal_parse(plx_decimal_text(&a), &b) == PLX_OK);
    PLX_ASSERT(memcmp(&a, &b, sizeof a) == 0);
    const plx_decimal made = plx_decimal_make(a.mantissa, a.scale);
    PLX_ASSERT(plx_decimal_parse(plx_decimal_text(&made), &b) == PLX_OK);
    PLX_ASSERT(memcmp(&made, &b, sizeof b) == 0);
    PLX_ASSERT(plx_decimal_compare(&a, &made) == 0 && a.value == made.value);
    return 0;
}
