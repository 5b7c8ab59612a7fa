/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Files and batches: finds messages in MLLP-framed, one-per-file, blank-line separated and plain input,
 * and in FHS/BHS/BTS/FTS batches (v2 2.10.3). */
#ifndef PLX_CORE_FORMAT_BATCH_H
#define PLX_CORE_FORMAT_BATCH_H

#include "core/base/slice.h"

typedef struct plx_hl7_reader {
    plx_slice rest;       /* what is left of the input */
    bool framed;          /* the input has MLLP frames */
    uint64_t position;    /* offset of rest in the input */
    uint64_t batch, in_batch; /* number of the BHS seen (0 = none), position inside it (1-based) */
    uint64_t declared_mismatch; /* BTS-1 or FTS-1 counts that differ from what was found */
    uint64_t batch_messages, file_batches; /* running counts */
} plx_hl7_reader;

void plx_hl7_reader_init(plx_hl7_reader *reader, plx_slice input);
/* Next message's bytes and its offset in the input; false at the end. */
bool plx_hl7_reader_next(plx_hl7_reader *reader, plx_slice *message, uint64_t *offset);

#endif
