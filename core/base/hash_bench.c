/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the checksums, hashes and the index on one core. CSV on stdout: name,value,unit. Noise
 * on a shared machine: 15 %. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "core/base/hash.h"
#include "core/base/map.h"

enum { BYTES = 1 << 20, SLOTS = 1 << 18, KEYS = SLOTS * 3 / 4, SHORT_HASHES = 20000000 };

static uint8_t data[BYTES];
static plx_map_slot slots[SLOTS];
static volatile uint64_t sink;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void bench_blake2b(size_t n)
{
    const int rounds = (int)((size_t)400 * BYTES / n);
    uint8_t out[32];
    const double start = cpu_s();
    for (int i = 0; i < rounds; i++) {
        plx_blake2b_once(out, sizeof out, data, n);
        data[0] = out[0];
    }
    printf("blake2b_%zu,%.0f,MB/s\n", n, 1e-6 * rounds * (double)n / (cpu_s() - start));
}

static void bench_crc32c(void)
{
    enum { ROUNDS = 500 };
    const double start = cpu_s();
    for (int i = 0; i < ROUNDS; i++)
        sink += plx_crc32c((uint32_t)i, data, BYTES);
    printf("crc32c,%.0f,MB/s\n", 1e-6 * ROUNDS * BYTES / (cpu_s() - start));
}

static void bench_hash64(size_t n)
{
    const double start = cpu_s();
    for (int i = 0; i < SHORT_HASHES; i++)
        sink += plx_hash64(data + i % 4096, n, 0);
    printf("hash64_%zu,%.2f,ns\n", n, 1e9 * (cpu_s() - start) / SHORT_HASHES);
}

static void bench_map(void)
{
    uint32_t used = 0;
    double start = cpu_s();
    for (uint32_t i = 1; i <= KEYS; i++)
        if (!plx_map_put(slots, SLOTS, &used, plx_hash64(&i, sizeof i, 0), i)) return;
    printf("map_put,%.1f,ns\n", 1e9 * (cpu_s() - start) / KEYS);
    start = cpu_s();
    for (uint32_t i = 1; i <= KEYS; i++) {
        uint32_t at = PLX_MAP_START;
        sink += plx_map_find(slots, SLOTS, plx_hash64(&i, sizeof i, 0), &at);
    }
    printf("map_find,%.1f,ns\n", 1e9 * (cpu_s() - start) / KEYS);
}

int main(void)
{
    puts("name,value,unit");
    bench_blake2b(BYTES);
    bench_blake2b(1000);
    bench_crc32c();
    bench_hash64(8);
    bench_hash64(40);
    bench_map();
    return 0;
}
