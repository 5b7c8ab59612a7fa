/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Private to this room: the parts of the header's parser. */
#ifndef PLX_CORE_FORMAT_WFDB_HEADER_INNER_H
#define PLX_CORE_FORMAT_WFDB_HEADER_INNER_H

#include "core/base/decimal.h"
#include "core/format/wfdb/format.h"
#include "core/format/wfdb/wfdb.h"

typedef struct plx_wfdb_lines {
    plx_slice text, rest;
    uint32_t line; /* read last, from 1 */
    plx_wfdb_error error;
} plx_wfdb_lines;

/* The field at the beginning of *rest, which goes on to the next one. */
plx_slice plx_wfdb_field(plx_slice *rest);
/* Bytes before the first one of stops. */
size_t plx_wfdb_until(plx_slice s, const char *stops);
/* Takes n bytes off the front. */
plx_slice plx_wfdb_cut(plx_slice *s, size_t n);
bool plx_wfdb_number(plx_slice s, double *value);
bool plx_wfdb_integer(plx_slice s, int64_t low, int64_t high, int64_t *value);
bool plx_wfdb_name_is_safe(plx_slice name);
/* Keeps what is wrong and where; returns status. */
plx_status plx_wfdb_fault(plx_wfdb_lines *l, plx_status status, plx_slice at, const char *text);

PLX_MUST_CHECK plx_status plx_wfdb_signal_line(plx_wfdb_lines *l, plx_slice line,
                                               plx_wfdb_signal *signal);
/* Where signal i, just read, lies in its file and in a frame. */
PLX_MUST_CHECK plx_status plx_wfdb_signal_place(plx_wfdb_lines *l, plx_slice line,
                                                plx_wfdb_header *h, uint32_t i);

#endif
