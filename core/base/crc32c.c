/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* CRC-32C by eight tables (Kounavis & Berry 2005, "A systematic approach to building high
 * performance software-based CRC generators"): table k gives the effect of a byte that is followed
 * by k zero bytes. The CRC is linear, so each table follows from its values at the eight powers of
 * two; the preprocessor adds them up. Polynomial 0x1EDC6F41, reflected 0x82F63B78. */
#include "core/base/hash.h"

/* Value of byte i from the values a..h of bytes 1, 2, 4 .. 128. */
#define BYTE(i, a, b, c, d, e, f, g, h)                                                            \
    (((i)&1 ? a : 0) ^ ((i)&2 ? b : 0) ^ ((i)&4 ? c : 0) ^ ((i)&8 ? d : 0) ^ ((i)&16 ? e : 0) ^    \
     ((i)&32 ? f : 0) ^ ((i)&64 ? g : 0) ^ ((i)&128 ? h : 0))
#define BYTES_4(i, ...)                                                                            \
    BYTE(i, __VA_ARGS__), BYTE((i) + 1, __VA_ARGS__), BYTE((i) + 2, __VA_ARGS__),                  \
        BYTE((i) + 3, __VA_ARGS__)
#define BYTES_16(i, ...)                                                                           \
    BYTES_4(i, __VA_ARGS__), BYTES_4((i) + 4, __VA_ARGS__), BYTES_4((i) + 8, __VA_ARGS__),         \
        BYTES_4((i) + 12, __VA_ARGS__)
#define BYTES_64(i, ...)                                                                           \
    BYTES_16(i, __VA_ARGS__), BYTES_16((i) + 16, __VA_ARGS__), BYTES_16((i) + 32, __VA_ARGS__),    \
        BYTES_16((i) + 48, __VA_ARGS__)
#define BYTES_256(...)                                                                             \
    {                                                                                              \
        BYTES_64(0, __VA_ARGS__), BYTES_64(64, __VA_ARGS__), BYTES_64(128, __VA_ARGS__),           \
            BYTES_64(192, __VA_ARGS__)                                                             \
    }

static const uint32_t table[8][256] = {
    BYTES_256(0xf26b8303u, 0xe13b70f7u, 0xc79a971fu, 0x8ad958cfu, 0x105ec76fu, 0x20bd8edeu,
              0x417b1dbcu, 0x82f63b78u),
    BYTES_256(0x13a29877u, 0x274530eeu, 0x4e8a61dcu, 0x9d14c3b8u, 0x3fc5f181u, 0x7f8be302u,
              0xff17c604u, 0xfbc3faf9u),
    BYTES_256(0xa541927eu, 0x4f6f520du, 0x9edea41au, 0x38513ec5u, 0x70a27d8au, 0xe144fb14u,
              0xc76580d9u, 0x8b277743u),
    BYTES_256(0xdd45aab8u, 0xbf672381u, 0x7b2231f3u, 0xf64463e6u, 0xe964b13du, 0xd725148bu,
              0xaba65fe7u, 0x52a0c93fu),
    BYTES_256(0x38116facu, 0x7022df58u, 0xe045beb0u, 0xc5670b91u, 0x8f2261d3u, 0x1ba8b557u,
              0x37516aaeu, 0x6ea2d55cu),
    BYTES_256(0xef306b19u, 0xdb8ca0c3u, 0xb2f53777u, 0x6006181fu, 0xc00c303eu, 0x85f4168du,
              0x0e045bebu, 0x1c08b7d6u),
    BYTES_256(0x68032cc8u, 0xd0065990u, 0xa5e0c5d1u, 0x4e2dfd53u, 0x9c5bfaa6u, 0x3d5b83bdu,
              0x7ab7077au, 0xf56e0ef4u),
    BYTES_256(0x493c7d27u, 0x9278fa4eu, 0x211d826du, 0x423b04dau, 0x847609b4u, 0x0d006599u,
              0x1a00cb32u, 0x34019664u),
};

static uint32_t load_32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

uint32_t plx_crc32c(uint32_t crc, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    crc = ~crc;
    for (; n >= 8; n -= 8, at += 8) {
        const uint32_t a = crc ^ load_32(at), b = load_32(at + 4);
        crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^
              table[4][a >> 24] ^ table[3][b & 255] ^ table[2][b >> 8 & 255] ^
              table[1][b >> 16 & 255] ^ table[0][b >> 24];
    }
    for (; n > 0; n--)
        crc = crc >> 8 ^ table[0][(crc ^ *at++) & 255];
    return ~crc;
}
