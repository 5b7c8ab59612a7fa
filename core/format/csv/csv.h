/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Comma-separated values (RFC 4180): CRLF or LF, quoted fields with doubled quotes and line breaks;
 * another separator than the comma when the caller says so.
 * A pull reader over bytes that the caller holds; a field is a slice of them, or, when it had
 * doubled quotes, of the caller's scratch. */
#ifndef PLX_CORE_FORMAT_CSV_H
#define PLX_CORE_FORMAT_CSV_H

#include "core/base/slice.h"

enum { PLX_CSV_FIELDS_MAX = 128 };

typedef struct plx_csv {
    plx_slice rest;     /* what is not read yet */
    char *scratch;      /* of the caller; used for one record, then again */
    size_t scratch_n;   /* bytes; the longest record is enough */
    uint64_t line;      /* of the record that was read last, from 1 */
    uint64_t next_line; /* of the record that comes */
    char separator;     /* ',' after init; the caller may set another */
    uint32_t fields_n;
    plx_slice fields[PLX_CSV_FIELDS_MAX];
} plx_csv;

void plx_csv_init(plx_csv *csv, plx_slice bytes, char *scratch, size_t scratch_n);

/* The next record into fields; empty lines are passed over. PLX_OK; PLX_MISSING at the end;
 * PLX_SYNTAX: a quote inside a bare field, text after a closing quote, a quote that is never
 * closed; PLX_LIMIT: more fields than PLX_CSV_FIELDS_MAX; PLX_SPACE: scratch too small. After an
 * error, line says where; the reader is at its end. */
PLX_MUST_CHECK plx_status plx_csv_next(plx_csv *csv);

/* Column of a name in the record that was read last, or -1. */
int plx_csv_column(const plx_csv *csv, const char *name);

#endif
