/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* BLAKE2b, RFC 7693 sections 2 and 3. The rounds are written out, so that the message words stand
 * in registers or at fixed addresses. */
#include <string.h>

#include "core/base/hash.h"
#include "core/base/status.h"

enum { BLOCK = 128, OUT_MAX = 64 };

/* Section 2.6: the initial values of SHA-512. */
static const uint64_t initial[8] = {
    UINT64_C(0x6a09e667f3bcc908), UINT64_C(0xbb67ae8584caa73b), UINT64_C(0x3c6ef372fe94f82b),
    UINT64_C(0xa54ff53a5f1d36f1), UINT64_C(0x510e527fade682d1), UINT64_C(0x9b05688c2b3e6c1f),
    UINT64_C(0x1f83d9abfb41bd6b), UINT64_C(0x5be0cd19137e2179),
};

static inline uint64_t load_64(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

#define ROTATE(word, by) ((word) >> (by) | (word) << (64 - (by)))

/* Section 3.1, the mixing function G. */
#define MIX(a, b, c, d, x, y)                                                                      \
    do {                                                                                           \
        a += b + m[x];                                                                             \
        d = ROTATE(d ^ a, 32);                                                                     \
        c += d;                                                                                    \
        b = ROTATE(b ^ c, 24);                                                                     \
        a += b + m[y];                                                                             \
        d = ROTATE(d ^ a, 16);                                                                     \
        c += d;                                                                                    \
        b = ROTATE(b ^ c, 63);                                                                     \
    } while (0)

/* One round with its row of section 2.7's schedule: columns, then diagonals. */
#define ROUND(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15)                \
    do {                                                                                           \
        MIX(v0, v4, v8, v12, s0, s1);                                                              \
        MIX(v1, v5, v9, v13, s2, s3);                                                              \
        MIX(v2, v6, v10, v14, s4, s5);                                                             \
        MIX(v3, v7, v11, v15, s6, s7);                                                             \
        MIX(v0, v5, v10, v15, s8, s9);                                                             \
        MIX(v1, v6, v11, v12, s10, s11);                                                           \
        MIX(v2, v7, v8, v13, s12, s13);                                                            \
        MIX(v3, v4, v9, v14, s14, s15);                                                            \
    } while (0)

/* Section 3.2, the compression function F, for one block of 128 bytes. */
static void compress(plx_blake2b *b, const uint8_t *block, uint64_t last)
{
    uint64_t m[16];
    for (int i = 0; i < 16; i++)
        m[i] = load_64(block + 8 * i);
    uint64_t *h = b->h;
    uint64_t v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3], v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
    uint64_t v8 = initial[0], v9 = initial[1], v10 = initial[2], v11 = initial[3];
    uint64_t v12 = initial[4] ^ b->counter_low, v13 = initial[5], v14 = initial[6] ^ last;
    uint64_t v15 = initial[7];
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3);
    ROUND(11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4);
    ROUND(7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8);
    ROUND(9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13);
    ROUND(2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9);
    ROUND(12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11);
    ROUND(13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10);
    ROUND(6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5);
    ROUND(10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0);
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3);
    h[0] ^= v0 ^ v8;
    h[1] ^= v1 ^ v9;
    h[2] ^= v2 ^ v10;
    h[3] ^= v3 ^ v11;
    h[4] ^= v4 ^ v12;
    h[5] ^= v5 ^ v13;
    h[6] ^= v6 ^ v14;
    h[7] ^= v7 ^ v15;
}

void plx_blake2b_init(plx_blake2b *b, size_t out_n)
{
    PLX_ASSERT(out_n >= 1 && out_n <= OUT_MAX);
    memset(b, 0, sizeof *b);
    memcpy(b->h, initial, sizeof initial);
    b->h[0] ^= 0x01010000 ^ out_n; /* fan-out 1, depth 1, no key */
    b->out_n = (uint32_t)out_n;
}

void plx_blake2b_add(plx_blake2b *b, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    if (n == 0) return;
    /* The last block waits for plx_blake2b_end, even when it is full. */
    if (b->block_n + n > BLOCK) {
        if (b->block_n > 0) {
            const size_t fill = BLOCK - b->block_n;
            memcpy(b->block + b->block_n, at, fill);
            b->counter_low += BLOCK;
            compress(b, b->block, 0);
            b->block_n = 0;
            at += fill;
            n -= fill;
        }
        for (; n > BLOCK; n -= BLOCK, at += BLOCK) {
            b->counter_low += BLOCK;
            compress(b, at, 0);
        }
    }
    memcpy(b->block + b->block_n, at, n);
    b->block_n += (uint32_t)n;
}

void plx_blake2b_end(plx_blake2b *b, uint8_t *out)
{
    b->counter_low += b->block_n;
    memset(b->block + b->block_n, 0, BLOCK - b->block_n);
    compress(b, b->block, UINT64_MAX);
    for (uint32_t i = 0; i < b->out_n; i++)
        out[i] = (uint8_t)(b->h[i / 8] >> 8 * (i % 8));
}

void plx_blake2b_once(uint8_t *out, size_t out_n, const void *bytes, size_t n)
{
    plx_blake2b b;
    plx_blake2b_init(&b, out_n);
    plx_blake2b_add(&b, bytes, n);
    plx_blake2b_end(&b, out);
}
