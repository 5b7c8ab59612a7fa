/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The header of a WFDB record (PhysioNet's header(5)): what its signals are, in which files and how
 * they lie there, or of which segments the record is made.
 *
 *   NAME[/SEGMENTS] SIGNALS [FREQUENCY[/COUNTER[(BASE)]] [FRAMES [TIME [DATE]]]]
 *   FILE FORMAT[xSAMPLES][:SKEW][+OFFSET] [GAIN[(BASELINE)][/UNIT] [BITS [ZERO [INITIAL [CHECKSUM
 *   [BLOCK [NAME]]]]]]]
 *
 * A frame is one sampling interval of the record; a signal has one or more samples in it.
 * physical = (digital - baseline) / gain. */
#ifndef PLX_CORE_FORMAT_WFDB_H
#define PLX_CORE_FORMAT_WFDB_H

#include "core/base/slice.h"

enum {
    PLX_WFDB_SIGNALS_MAX = 512,
    PLX_WFDB_SEGMENTS_MAX = 1 << 20,
    PLX_WFDB_FRAMES_MAX = 1000000000,
    PLX_WFDB_PER_FRAME_MAX = 1 << 16, /* samples of one signal in a frame */
    PLX_WFDB_FRAME_MAX = 1 << 18,     /* samples of all signals in a frame */
    PLX_WFDB_SKEW_MAX = 1 << 20,      /* frames */
    PLX_WFDB_GAP_MAX_S = 36000,       /* of one stated gap: 10 h */
    PLX_WFDB_TEXT_MAX = 1 << 26,      /* bytes of a header */
    PLX_WFDB_NO_FILE = -1
};

#define PLX_WFDB_INVALID INT32_MIN /* a sample that was not measured; of every format */
#define PLX_WFDB_GAIN_DEFAULT 200.0
#define PLX_WFDB_FREQUENCY_DEFAULT 250.0 /* Hz */
#define PLX_WFDB_UNIT_DEFAULT "mV"

typedef struct plx_wfdb_signal {
    plx_slice file;  /* relative to the header's folder, never above it; "~" when there is none */
    plx_slice unit;  /* PLX_WFDB_UNIT_DEFAULT when absent */
    plx_slice name;  /* may be empty */
    uint64_t offset; /* bytes before the first sample */
    uint32_t per_frame; /* samples, from 1 */
    uint32_t skew;      /* frames: its sample of frame t lies at frame t + skew of the file */
    double gain;        /* digital units per physical unit, not 0 */
    bool calibrated;    /* the header states a gain; else gain is PLX_WFDB_GAIN_DEFAULT */
    bool initial_stated, checksum_stated;
    uint16_t format;                     /* one of PLX_WFDB_FORMAT_TABLE, or 0: no samples at all */
    uint16_t checksum;                   /* sum of all its samples in the file, modulo 65536 */
    uint32_t adc_bits;                   /* by the format when absent or 0 */
    int32_t adc_zero, baseline, initial; /* default 0, adc_zero, adc_zero */
    uint32_t block;                      /* bytes; for devices that read in blocks */
    /* where it lies; signals that follow each other in the same file are a group */
    int32_t group;              /* PLX_WFDB_NO_FILE for format 0 */
    uint32_t channel, before;   /* signals and samples of a frame before it in its group */
    uint32_t channels, samples; /* of a frame of the whole group */
    uint32_t at;                /* of its first sample in a frame of the record */
} plx_wfdb_signal;

typedef struct plx_wfdb_segment {
    plx_slice name;         /* "~": a gap */
    uint64_t first, frames; /* first: in the record */
} plx_wfdb_segment;

typedef enum plx_wfdb_layout {
    PLX_WFDB_SINGLE,   /* signals, no segments */
    PLX_WFDB_FIXED,    /* each segment has the same signals */
    PLX_WFDB_VARIABLE, /* the first segment, of no frames, names all signals that may occur */
} plx_wfdb_layout;

typedef struct plx_wfdb_header {
    plx_wfdb_signal *signals; /* caller's memory (signals_capacity); not used for segments */
    uint32_t signals_capacity;
    plx_wfdb_segment *segments; /* caller's memory (segments_capacity) */
    uint32_t segments_capacity;
    plx_wfdb_layout layout;
    plx_slice name;                  /* slices borrow the text */
    uint32_t signals_n;              /* also of a record of segments, which has no signal lines */
    uint32_t segments_n;             /* 0: PLX_WFDB_SINGLE */
    uint32_t groups_n;               /* files to read, in the order of the signals */
    uint32_t frame_samples;          /* of all signals; 0 for segments */
    double frequency_hz;             /* frames per second */
    double counter_hz, counter_base; /* default frequency_hz, 0 */
    uint64_t frames;                 /* 0 with frames_stated false: as many as the files hold */
    bool frames_stated;
    int64_t time_of_day_us;   /* of the first frame; -1: not stated */
    int32_t year, month, day; /* 0: not stated */
} plx_wfdb_header;

typedef struct plx_wfdb_error {
    const char *text; /* constant sentence */
    uint64_t offset;  /* of the byte where it went wrong */
    uint32_t line;    /* of a header, from 1; 0 in other files */
} plx_wfdb_error;

/* Reads a whole header. PLX_SYNTAX, PLX_RANGE, PLX_LIMIT, PLX_MISSING (a line), PLX_CONFLICT or
 * PLX_UNSUPPORTED: *error says what and where (error may be NULL), the counts of *h become 0.
 * PLX_SPACE: signals_n and segments_n are what is needed. Lines of comment ('#') and empty lines
 * are passed over. A line too many is PLX_CONFLICT: nothing that the header lists is dropped. */
PLX_MUST_CHECK plx_status plx_wfdb_header_parse(plx_slice text, plx_wfdb_header *h,
                                                plx_wfdb_error *error);

/* False when the sample is invalid: *value is then unchanged. */
bool plx_wfdb_physical(const plx_wfdb_signal *signal, int32_t digital, double *value);

#endif
