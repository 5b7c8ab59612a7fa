/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A WFDB record on disk: its header, its signal files (FLAC too) or its segments, frame by frame.
 * Files are held in memory whole, those of one segment at a time. */
#ifndef PLX_EDGE_ACQUIRE_WFDB_RECORD_H
#define PLX_EDGE_ACQUIRE_WFDB_RECORD_H

#include "core/format/wfdb/reader.h"

enum { PLX_WFDB_PROBLEM_MAX = 400 };
#define PLX_WFDB_FILE_MAX (UINT64_C(4) << 30) /* bytes of a signal file */

/* X(name, code, sentence) what is not as the header says, and goes on all the same */
#define PLX_WFDB_NOTE_TABLE(X)                                                                     \
    X(GAP, "gap", "the record states a gap")                                                       \
    X(SEGMENT_MISSING, "segment-missing", "a segment's file does not exist; its time is a gap")    \
    X(SEGMENT_SHORT, "segment-short", "a segment has fewer frames than the record tells")          \
    X(SIGNAL_ABSENT, "signal-absent", "a segment does not have this signal")                       \
    X(SIGNAL_UNUSABLE, "signal-unusable",                                                          \
      "a segment has this signal in another unit or with other samples of a frame: a gap")         \
    X(SIGNAL_SCALED, "signal-scaled",                                                              \
      "a segment has another gain or baseline; digital values are converted")                      \
    X(CHECKSUM, "checksum", "the samples do not add up to the checksum of the header")             \
    X(INITIAL, "initial-value", "the first sample is not the initial value of the header")         \
    X(MD5, "flac-md5", "the samples of a FLAC file do not have the checksum of the file")

typedef enum plx_wfdb_note_kind {
#define X(name, code, text) PLX_WFDB_NOTE_##name,
    PLX_WFDB_NOTE_TABLE(X)
#undef X
        PLX_WFDB_NOTE_COUNT
} plx_wfdb_note_kind;

typedef struct plx_wfdb_note {
    plx_wfdb_note_kind kind;
    plx_slice name;         /* of the record, segment or file */
    plx_slice signal;       /* may be empty */
    int32_t signal_index;   /* -1: none */
    uint64_t first, frames; /* of the record; frames 0: no span of time */
    int64_t stated, found;  /* checksum, initial value, frames; 0 otherwise */
} plx_wfdb_note;

/* Constant texts. */
const char *plx_wfdb_note_code(plx_wfdb_note_kind kind);
const char *plx_wfdb_note_text(plx_wfdb_note_kind kind);

/* Called in the order in which things are found; slices live as long as the call. */
typedef struct plx_wfdb_notes {
    void *context;
    void (*say)(void *context, const plx_wfdb_note *note); /* may be NULL */
} plx_wfdb_notes;

typedef struct plx_wfdb_record plx_wfdb_record;

/* path: with or without ".hea". With samples false only headers are read, and plx_wfdb_record_next
 * and seek must not be called. On error *record is NULL and problem says in a sentence what and
 * where (PLX_WFDB_PROBLEM_MAX bytes); the statuses of plx_wfdb_header_parse, PLX_IO, PLX_FULL. */
PLX_MUST_CHECK plx_status plx_wfdb_record_open(const char *path, bool samples, plx_wfdb_notes notes,
                                               plx_wfdb_record **record, char *problem);
void plx_wfdb_record_close(plx_wfdb_record *record); /* accepts NULL */

/* The record's own header: rate, time, layout. Its signals are those below. */
const plx_wfdb_header *plx_wfdb_record_header(const plx_wfdb_record *record);
/* header->signals_n of them: of the record, of the layout, or of the first segment that is there.
 */
const plx_wfdb_signal *plx_wfdb_record_signals(const plx_wfdb_record *record);
uint32_t plx_wfdb_record_frame_samples(const plx_wfdb_record *record);
/* Frames to read: without the greatest skew. A file that ends earlier is found on the way. */
uint64_t plx_wfdb_record_frames(const plx_wfdb_record *record);

/* As plx_wfdb_reader_next and seek over the whole record; missing segments are invalid samples.
 * Also PLX_IO, PLX_SYNTAX and others when a segment cannot be read; problem as above. */
PLX_MUST_CHECK plx_status plx_wfdb_record_next(plx_wfdb_record *record, int32_t *frame,
                                               char *problem);
PLX_MUST_CHECK plx_status plx_wfdb_record_seek(plx_wfdb_record *record, uint64_t frame,
                                               char *problem);

#endif
