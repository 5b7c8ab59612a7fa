/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Checksums and hashes. CRC-32C (Castagnoli, RFC 3720 B.4); BLAKE2b (RFC 7693), unkeyed; a fast
 * 64-bit hash for tables in memory (never stored, never shown). */
#ifndef PLX_CORE_BASE_HASH_H
#define PLX_CORE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Continue from crc; start with 0. */
uint32_t plx_crc32c(uint32_t crc, const void *bytes, size_t n);

typedef struct plx_blake2b {
    uint64_t h[8], counter_low;
    uint8_t block[128];
    uint32_t block_n, out_n;
} plx_blake2b;

/* out_n: 1..64 bytes of output. */
void plx_blake2b_init(plx_blake2b *b, size_t out_n);
void plx_blake2b_add(plx_blake2b *b, const void *bytes, size_t n);
void plx_blake2b_end(plx_blake2b *b, uint8_t *out);
void plx_blake2b_once(uint8_t *out, size_t out_n, const void *bytes, size_t n);

uint64_t plx_hash64(const void *bytes, size_t n, uint64_t seed);

#endif
