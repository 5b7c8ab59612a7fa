/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For the tests of this room: two-channel records of WFDB format 212 and the beat annotations of
 * the MIT format, from the shared folder, which not every machine has. */
#ifndef PLX_CORE_SIGNAL_RECORD_FOR_TEST_H
#define PLX_CORE_SIGNAL_RECORD_FOR_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { RECORD_BYTES = 2000000, RECORD_BEATS = 6000 };

static uint8_t record_bytes[RECORD_BYTES];

/* Bytes read; 0 = no such file. */
static inline size_t record_read(const char *folder, const char *name, const char *ending)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    FILE *f = fopen(path, "rb");
    if (!f) return 0;
    size_t n = fread(record_bytes, 1, sizeof record_bytes, f);
    fclose(f);
    return n;
}

/* Sample k of the format 212 stream in record_bytes. */
static inline int record_212(size_t k)
{
    const uint8_t *b = record_bytes + k / 2 * 3;
    int x = k % 2 ? b[2] | (b[1] >> 4) << 8 : b[0] | (b[1] & 15) << 8;
    return x > 2047 ? x - 4096 : x;
}

/* Times of the beats in the annotations in record_bytes (n bytes); fs: 1/s. Returns how many. */
static inline uint32_t record_beats(size_t n, double fs, double *at_s)
{
    static const uint64_t beat = 0x3ffe | 1ULL << 25 | 1ULL << 30 | 1ULL << 34 | 1ULL << 35 |
                                 1ULL << 38 |
                                 1ULL << 41; /* codes of N L R a V F J A S E j / Q ... */
    uint32_t found = 0;
    int64_t t = 0;
    for (size_t q = 0; q + 1 < n && found < RECORD_BEATS; q += 2) {
        unsigned word = record_bytes[q] | (unsigned)record_bytes[q + 1] << 8;
        unsigned code = word >> 10, more = word & 1023;
        if (word == 0) break;
        if (code == 59 && q + 5 < n) { /* a long interval: high half first */
            const uint8_t *b = record_bytes + q + 2;
            t +=
                (int32_t)((uint32_t)b[1] << 24 | (uint32_t)b[0] << 16 | (uint32_t)b[3] << 8 | b[2]);
            q += 4;
        } else if (code == 63) {
            q += more + (more & 1);
        } else if (code < 59) {
            t += more;
            if (beat >> code & 1) at_s[found++] = (double)t / fs;
        }
    }
    return found;
}

#endif
