/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Table hash: pairs of words are multiplied to 128 bits and folded. Short keys take one branch and
 * two overlapping loads. The constants are random odd numbers (bits of pi, 64 at a time). */
#include <string.h>

#include "core/base/hash.h"

__extension__ typedef unsigned __int128 u128;

#define PI_0 UINT64_C(0x243f6a8885a308d3)
#define PI_1 UINT64_C(0x13198a2e03707345)
#define PI_2 UINT64_C(0xa4093822299f31d1)
#define PI_3 UINT64_C(0x082efa98ec4e6c89)

static inline uint64_t load_64(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline uint64_t load_32(const uint8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    const u128 product = (u128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t plx_hash64(const void *bytes, size_t n, uint64_t seed)
{
    const uint8_t *at = bytes;
    uint64_t h = seed ^ PI_0, a = 0, b = 0;
    if (n > 16) {
        size_t left = n;
        for (; left > 16; left -= 16, at += 16)
            h = fold(load_64(at) ^ PI_1, load_64(at + 8) ^ h);
        a = load_64(at + left - 16);
        b = load_64(at + left - 8);
    } else if (n >= 8) {
        a = load_64(at);
        b = load_64(at + n - 8);
    } else if (n >= 4) {
        a = load_32(at);
        b = load_32(at + n - 4);
    } else if (n > 0) {
        a = (uint64_t)at[0] | (uint64_t)at[n / 2] << 8 | (uint64_t)at[n - 1] << 16;
    }
    return fold(fold(a ^ PI_2, b ^ h) ^ PI_3, n ^ PI_1);
}
