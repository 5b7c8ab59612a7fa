/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Files and batches: finds messages in MLLP-framed, one-per-file, blank-line separated and plain
 * input, and in FHS/BHS/BTS/FTS batches (v2 2.10.3). Framed input: one frame is one message; a
 * frame that begins with FHS or BHS is a batch. Unframed input: a line that begins with MSH starts
 * a message, which goes on to the next MSH, FHS, BHS, BTS or FTS line. Lines that belong to no
 * message are handed out, too (they will not parse), so that every byte of the input is a message,
 * a batch line, framing, noise between frames or white space. */
#ifndef PLX_CORE_FORMAT_BATCH_H
#define PLX_CORE_FORMAT_BATCH_H

#include "core/base/slice.h"
#include "core/format/hl7v2/line.h"

typedef struct plx_hl7_reader {
    plx_slice rest;           /* what is left of the input */
    bool framed;              /* the input has MLLP frames */
    bool broken;              /* the message just handed out is the rest of a cut-off frame */
    uint64_t position;        /* offset of rest in the input */
    uint64_t batch, in_batch; /* number of the BHS it follows (0 = none), position in it, from 1 */
    uint64_t declared_mismatch; /* BTS-1 or FTS-1 counts that differ from what was found */
    uint64_t batch_messages, file_batches; /* running counts of this batch and this file */
    uint64_t batch_lines;                  /* FHS, BHS, BTS and FTS lines seen */
    uint64_t noise_bytes;                  /* between frames, other than CR, LF and NUL */
    /* private */
    plx_hl7_lines lines; /* the text that is being split into lines: the input, or a frame */
    size_t line;         /* offset of the next line in it */
    uint64_t lines_position;
    uint64_t batches, file_messages; /* all BHS; messages of this file */
    bool in_lines;
} plx_hl7_reader;

/* The input is borrowed until the last message is used. */
void plx_hl7_reader_init(plx_hl7_reader *reader, plx_slice input);
/* Next message's bytes (with its last line end, without blank lines after it) and its offset in the
 * input; false at the end. */
bool plx_hl7_reader_next(plx_hl7_reader *reader, plx_slice *message, uint64_t *offset);

#endif
