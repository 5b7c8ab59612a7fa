/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/slice.h"

bool plx_slice_u64(plx_slice s, uint64_t max, uint64_t *value)
{
    if (s.n == 0) return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < s.n; i++) {
        const unsigned digit = (unsigned)(unsigned char)s.at[i] - '0';
        if (digit > 9) return false;
        if (sum > max / 10 || digit > max - sum * 10) return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

int plx_slice_compare(plx_slice a, plx_slice b)
{
    const size_t n = a.n < b.n ? a.n : b.n;
    const int order = n ? memcmp(a.at, b.at, n) : 0;
    if (order) return order < 0 ? -1 : 1;
    return a.n < b.n ? -1 : a.n > b.n;
}
