/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/wfdb/format.h"

#include <stddef.h>

static const plx_wfdb_format FORMATS[] = {
#define X(code, bits, samples, bytes, has_invalid)                                                 \
    {code, bits, samples, bytes, has_invalid, (int32_t)(-(INT64_C(1) << ((bits)-1)))},
    PLX_WFDB_FORMAT_TABLE(X)
#undef X
};

const plx_wfdb_format *plx_wfdb_format_find(unsigned code)
{
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++)
        if (FORMATS[i].code == code) return &FORMATS[i];
    return NULL;
}

/* Bytes of the first k samples of a pack. */
static uint64_t cut_pack(const plx_wfdb_format *format, uint64_t k)
{
    if (k == 0) return 0;
    if (format->code == 310) return k == 1 ? 2 : 4; /* the third is spread over both words */
    return (k * format->bits + 7) / 8;
}

uint64_t plx_wfdb_format_bytes(const plx_wfdb_format *format, uint64_t samples)
{
    return samples / format->pack_samples * format->pack_bytes +
           cut_pack(format, samples % format->pack_samples);
}

uint64_t plx_wfdb_format_samples(const plx_wfdb_format *format, uint64_t bytes)
{
    uint64_t rest = bytes % format->pack_bytes, k = 0;
    while (k + 1U < format->pack_samples && cut_pack(format, k + 1) <= rest)
        k++;
    return bytes / format->pack_bytes * format->pack_samples + k;
}

/* Two's complement of so many bits. */
static int32_t sign_extended(uint32_t value, unsigned bits)
{
    uint32_t sign = UINT32_C(1) << (bits - 1);
    return (int32_t)((value ^ sign) - sign);
}

static uint32_t little16(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

static uint32_t packed_212(const uint8_t *b, uint64_t index)
{
    b += index / 2 * 3;
    if (index % 2 == 0) return (uint32_t)b[0] | (uint32_t)(b[1] & 15) << 8;
    return (uint32_t)b[2] | (uint32_t)(b[1] >> 4) << 8;
}

static uint32_t packed_310(const uint8_t *b, uint64_t index)
{
    b += index / 3 * 4;
    unsigned k = (unsigned)(index % 3);
    if (k < 2) return little16(b + 2 * k) >> 1 & 1023;
    return little16(b) >> 11 | little16(b + 2) >> 11 << 5;
}

static uint32_t packed_311(const uint8_t *b, uint64_t index)
{
    unsigned k = (unsigned)(index % 3);
    return little16(b + index / 3 * 4 + k) >> 2 * k & 1023;
}

int32_t plx_wfdb_format_sample(unsigned code, const uint8_t *bytes, uint64_t index)
{
    const uint8_t *two = bytes + 2 * index, *three = bytes + 3 * index, *four = bytes + 4 * index;
    switch (code) {
    case 8:
        return sign_extended(bytes[index], 8);
    case 16:
    case 516:
        return sign_extended(little16(two), 16);
    case 61:
        return sign_extended((uint32_t)two[0] << 8 | two[1], 16);
    case 80:
    case 508:
        return (int32_t)bytes[index] - 128;
    case 160:
        return (int32_t)little16(two) - 32768;
    case 212:
        return sign_extended(packed_212(bytes, index), 12);
    case 310:
        return sign_extended(packed_310(bytes, index), 10);
    case 311:
        return sign_extended(packed_311(bytes, index), 10);
    case 24:
    case 524:
        return sign_extended(little16(three) | (uint32_t)three[2] << 16, 24);
    case 32:
        return (int32_t)(little16(four) | little16(four + 2) << 16);
    default:
        return 0;
    }
}
