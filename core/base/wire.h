/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Numbers as bytes, little-endian: bodies of journal entries that are no text. A record has exactly
 * one encoding: -0 and NaNs of other bits than the usual one are refused. */
#ifndef PLX_CORE_BASE_WIRE_H
#define PLX_CORE_BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

/* The caller knows that there is room. */
typedef struct plx_wire_writer {
    uint8_t *at;
    size_t n;
} plx_wire_writer;

void plx_wire_put(plx_wire_writer *w, uint64_t value, size_t bytes); /* 1..8 */
void plx_wire_put_double(plx_wire_writer *w, double value);
void plx_wire_put_float(plx_wire_writer *w, float value); /* a NaN as the usual one */
/* Length (one byte) and bytes; at most 255. */
void plx_wire_put_text(plx_wire_writer *w, const char *text);
/* CRC-32C of all before it. */
void plx_wire_put_crc(plx_wire_writer *w);

/* status: the first fault; all numbers after it are 0. */
typedef struct plx_wire_reader {
    const uint8_t *at;
    size_t n, used;
    plx_status status;
} plx_wire_reader;

uint64_t plx_wire_get(plx_wire_reader *r, size_t bytes);
double plx_wire_get_double(plx_wire_reader *r);
float plx_wire_get_float(plx_wire_reader *r);
/* capacity: bytes of text, with the 0 behind it. PLX_LIMIT: longer; PLX_SYNTAX: a 0 inside. The
 * rest of text is left as it is. */
void plx_wire_get_text(plx_wire_reader *r, char *text, size_t capacity);
/* The first fault, PLX_SYNTAX for bytes after the checksum, PLX_CORRUPT when it is not right. */
PLX_MUST_CHECK plx_status plx_wire_get_crc(plx_wire_reader *r);

#endif
