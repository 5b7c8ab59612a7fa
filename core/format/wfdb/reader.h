/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Frames of a WFDB record, or of one segment, out of the bytes of its files. Skew is taken off,
 * what is invalid is PLX_WFDB_INVALID, and a file that is too short is told: nothing is made up. */
#ifndef PLX_CORE_FORMAT_WFDB_READER_H
#define PLX_CORE_FORMAT_WFDB_READER_H

#include "core/format/wfdb/wfdb.h"

typedef struct plx_wfdb_reader {
    const plx_wfdb_header *header; /* borrowed, as the files */
    const plx_slice *files;        /* header->groups_n; a FLAC file as format.h says */
    int32_t *sums;                 /* caller's, header->signals_n: of formats of differences */
    uint64_t frame;                /* that comes next */
    uint64_t frames;               /* of the record without its greatest skew */
    uint64_t frames_held;          /* of these, those for which every file has all samples */
    uint32_t short_group;          /* of the shortest file; meaningful when frames_held < frames */
} plx_wfdb_reader;

/* PLX_UNSUPPORTED for a record of segments (each has its own reader). */
PLX_MUST_CHECK plx_status plx_wfdb_reader_init(plx_wfdb_reader *r, const plx_wfdb_header *header,
                                               const plx_slice *files, int32_t *sums);
/* The next frame, header->frame_samples values, signal after signal. PLX_MISSING at the end;
 * PLX_TRUNCATED when a file ends before the frames that the header states; PLX_RANGE when
 * differences add up to more than 32 bits. Then frame is unchanged, but in the case of PLX_RANGE.
 */
PLX_MUST_CHECK plx_status plx_wfdb_reader_next(plx_wfdb_reader *r, int32_t *frame);
/* The frame that comes next. Beyond the end: PLX_MISSING or PLX_TRUNCATED as above. Differences are
 * added up on the way. */
PLX_MUST_CHECK plx_status plx_wfdb_reader_seek(plx_wfdb_reader *r, uint64_t frame);

typedef struct plx_wfdb_sum {
    uint16_t checksum; /* found */
    int32_t initial;   /* first sample found; PLX_WFDB_INVALID is the lowest value itself */
    /* from what the header states; a first sample that was not measured differs from nothing */
    bool checksum_differs, initial_differs;
} plx_wfdb_sum;

/* Reads all samples of a signal in its file, skew or not. PLX_TRUNCATED when some are missing,
 * PLX_MISSING for a signal without file; *sum is then unchanged. */
PLX_MUST_CHECK plx_status plx_wfdb_reader_sum(const plx_wfdb_reader *r, uint32_t signal,
                                              plx_wfdb_sum *sum);

/* One value for each of n_signals, the mean of its samples in the frame, cut off towards 0 as the
 * reference outputs are; invalid when one of them is. */
void plx_wfdb_smooth(const plx_wfdb_signal *signals, uint32_t signals_n, const int32_t *frame,
                     int32_t *values);
/* Most samples that a signal has in a frame, 1 without signals. */
uint32_t plx_wfdb_finest(const plx_wfdb_signal *signals, uint32_t signals_n);
/* Row 0 .. finest - 1 of a frame: each signal's sample at that part of the frame, repeated when it
 * has fewer. */
void plx_wfdb_row(const plx_wfdb_signal *signals, uint32_t signals_n, const int32_t *frame,
                  uint32_t row, uint32_t finest, int32_t *values);

#endif
