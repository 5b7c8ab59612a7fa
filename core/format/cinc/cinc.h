/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Rows of the PhysioNet/CinC Challenge 2012 put into one file: a header, then one value a row.
 *
 *     RecordID,Time,Parameter,Value
 *     132539,00:07,HR,73
 *
 * Time is hours and minutes since the stay began. No quotes; lines end with LF or CR LF. A value
 * that is no number is a value that is missing, not an error: the file has such defects. Source:
 * Silva I et al. Comput Cardiol 2012;39:245-248. */
#ifndef PLX_CORE_FORMAT_CINC_H
#define PLX_CORE_FORMAT_CINC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

#define PLX_CINC_HEADER "RecordID,Time,Parameter,Value"

enum { PLX_CINC_MINUTE_MAX = 1000 * 60 - 1, PLX_CINC_LINE_MAX = 256 };

/* X(name as written) */
#define PLX_CINC_PARAMETERS(X)                                                                     \
    X(RecordID)                                                                                    \
    X(Age)                                                                                         \
    X(Gender)                                                                                      \
    X(Height)                                                                                      \
    X(Weight)                                                                                      \
    X(HR)                                                                                          \
    X(SysABP)                                                                                      \
    X(DiasABP)                                                                                     \
    X(MAP)                                                                                         \
    X(NISysABP)                                                                                    \
    X(NIDiasABP)                                                                                   \
    X(NIMAP)                                                                                       \
    X(SaO2)                                                                                        \
    X(RespRate)                                                                                    \
    X(Temp)

typedef enum plx_cinc_parameter {
#define X(name) PLX_CINC_##name,
    PLX_CINC_PARAMETERS(X)
#undef X
        PLX_CINC_OTHER,
    PLX_CINC_PARAMETER_N
} plx_cinc_parameter;

typedef struct plx_cinc_row {
    uint64_t record_id;
    uint32_t minute; /* 0..PLX_CINC_MINUTE_MAX */
    plx_cinc_parameter parameter;
    bool readable; /* value is a number */
    double value;
} plx_cinc_row;

/* Without its line end. */
bool plx_cinc_is_header(plx_slice line);
/* PLX_OK; PLX_LIMIT: longer than PLX_CINC_LINE_MAX; PLX_SYNTAX: not four cells, or a RecordID or
 * Time that is none: *why is a constant sentence, *row unchanged. */
PLX_MUST_CHECK plx_status plx_cinc_parse(plx_slice line, plx_cinc_row *row, const char **why);

#endif
