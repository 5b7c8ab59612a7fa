/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How WFDB packs samples into bytes (PhysioNet's signal(5)). A file is a run of packs; a pack holds
 * some samples in some bytes, and the last one may be cut where its last sample ends. */
#ifndef PLX_CORE_FORMAT_WFDB_FORMAT_H
#define PLX_CORE_FORMAT_WFDB_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

/* X(code, bits of a sample, samples of a pack, bytes of a pack, lowest value means invalid)
 * 508, 516 and 524 are FLAC streams: what is read here are the decoded samples, stored as formats
 * 80, 16 and 24 store them, channels in turn. */
#define PLX_WFDB_FORMAT_TABLE(X)                                                                   \
    X(8, 8, 1, 1, false)                                                                           \
    X(16, 16, 1, 2, true)                                                                          \
    X(24, 24, 1, 3, true)                                                                          \
    X(32, 32, 1, 4, true)                                                                          \
    X(61, 16, 1, 2, true)                                                                          \
    X(80, 8, 1, 1, true)                                                                           \
    X(160, 16, 1, 2, true)                                                                         \
    X(212, 12, 2, 3, true)                                                                         \
    X(310, 10, 3, 4, true)                                                                         \
    X(311, 10, 3, 4, true)                                                                         \
    X(508, 8, 1, 1, true)                                                                          \
    X(516, 16, 1, 2, true)                                                                         \
    X(524, 24, 1, 3, true)

typedef struct plx_wfdb_format {
    uint16_t code;
    uint8_t bits, pack_samples, pack_bytes;
    bool has_invalid;
    int32_t invalid; /* the lowest value of its bits */
} plx_wfdb_format;

enum { PLX_WFDB_DIFFERENCES = 8 /* the format whose samples are differences */ };

/* NULL for a format that does not exist. */
const plx_wfdb_format *plx_wfdb_format_find(unsigned code);
static inline bool plx_wfdb_format_is_flac(unsigned code)
{
    return code == 508 || code == 516 || code == 524;
}
/* Bytes that hold that many samples; samples that lie whole in that many bytes. */
uint64_t plx_wfdb_format_bytes(const plx_wfdb_format *format, uint64_t samples);
uint64_t plx_wfdb_format_samples(const plx_wfdb_format *format, uint64_t bytes);
/* The value of sample index as it is stored (format 8: the difference). The caller knows that it
 * lies whole in the bytes. */
int32_t plx_wfdb_format_sample(unsigned code, const uint8_t *bytes, uint64_t index);

#endif
