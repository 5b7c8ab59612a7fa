/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/wire.h"

#include <string.h>

#include "core/base/hash.h"

#define USUAL_NAN UINT32_C(0x7FC00000)

void plx_wire_put(plx_wire_writer *w, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        w->at[w->n++] = (uint8_t)(value >> (8 * i));
}

void plx_wire_put_double(plx_wire_writer *w, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    plx_wire_put(w, bits, sizeof bits);
}

void plx_wire_put_float(plx_wire_writer *w, float value)
{
    uint32_t bits = USUAL_NAN;
    if (value == value) memcpy(&bits, &value, sizeof bits);
    plx_wire_put(w, value == 0.0F ? 0 : bits, sizeof bits);
}

void plx_wire_put_text(plx_wire_writer *w, const char *text)
{
    const size_t n = strlen(text);
    PLX_ASSERT(n <= UINT8_MAX);
    plx_wire_put(w, n, 1);
    memcpy(w->at + w->n, text, n);
    w->n += n;
}

void plx_wire_put_crc(plx_wire_writer *w)
{
    plx_wire_put(w, plx_crc32c(0, w->at, w->n), 4);
}

uint64_t plx_wire_get(plx_wire_reader *r, size_t bytes)
{
    if (r->status == PLX_OK && r->n - r->used < bytes) r->status = PLX_TRUNCATED;
    if (r->status != PLX_OK) return 0;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)r->at[r->used++] << (8 * i);
    return value;
}

double plx_wire_get_double(plx_wire_reader *r)
{
    const uint64_t bits = plx_wire_get(r, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (value == 0.0 && bits != 0) r->status = PLX_RANGE; /* -0 */
    return value;
}

float plx_wire_get_float(plx_wire_reader *r)
{
    const uint32_t bits = (uint32_t)plx_wire_get(r, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    const bool minus_zero = value == 0.0F && bits != 0;
    const bool other_nan = value != value && bits != USUAL_NAN;
    if (minus_zero || other_nan) r->status = PLX_RANGE;
    return value;
}

void plx_wire_get_text(plx_wire_reader *r, char *text, size_t capacity)
{
    const size_t n = (size_t)plx_wire_get(r, 1);
    if (r->status == PLX_OK && n >= capacity) r->status = PLX_LIMIT;
    if (r->status == PLX_OK && r->n - r->used < n) r->status = PLX_TRUNCATED;
    if (r->status != PLX_OK) return;
    memcpy(text, r->at + r->used, n);
    r->used += n;
    if (memchr(text, 0, n) != NULL) r->status = PLX_SYNTAX; /* else it had two encodings */
}

plx_status plx_wire_get_crc(plx_wire_reader *r)
{
    const size_t covered = r->used;
    const uint64_t crc = plx_wire_get(r, 4);
    if (r->status != PLX_OK) return r->status;
    if (r->used != r->n) return PLX_SYNTAX;
    return crc == plx_crc32c(0, r->at, covered) ? PLX_OK : PLX_CORRUPT;
}
