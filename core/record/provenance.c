/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/record/provenance.h"

enum { BASE = 36 };

void plx_out_base36(plx_out *out, uint64_t value)
{
    char digits[PLX_BASE36_MAX];
    unsigned at = PLX_BASE36_MAX;
    do {
        const unsigned digit = (unsigned)(value % BASE);
        digits[--at] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= BASE;
    } while (value);
    plx_out_bytes(out, digits + at, PLX_BASE36_MAX - at);
}

plx_status plx_base36_parse(plx_slice text, uint64_t *value)
{
    if (text.n == 0 || text.n > PLX_BASE36_MAX) return PLX_SYNTAX;
    uint64_t sum = 0;
    bool fits = true;
    for (size_t i = 0; i < text.n; i++) {
        const char c = text.at[i];
        unsigned digit;
        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'z')
            digit = (unsigned)(c - 'a') + 10;
        else
            return PLX_SYNTAX;
        fits = fits && sum <= (UINT64_MAX - digit) / BASE;
        sum = sum * BASE + digit;
    }
    if (!fits) return PLX_RANGE;
    *value = sum;
    return PLX_OK;
}
