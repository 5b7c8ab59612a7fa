/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* EDF, EDF+ (edfplus.info) and BDF, the same with 24 bits: a header of text, then data records of
 * equal length in which each signal has its own number of samples. Annotations of EDF+ are a signal
 * of text (TALs).
 *
 *   physical = (digital - digital_min) (physical_max - physical_min) / (digital_max - digital_min)
 *              + physical_min; physical_max may be the smaller one */
#ifndef PLX_CORE_FORMAT_EDF_H
#define PLX_CORE_FORMAT_EDF_H

#include "core/base/slice.h"

enum {
    PLX_EDF_SIGNALS_MAX = 512,
    PLX_EDF_SAMPLES_MAX = 1000000000, /* of one signal */
    PLX_EDF_RECORD_MAX = 1 << 28,     /* bytes of a data record */
    PLX_EDF_GAP_MAX_S = 36000         /* between two records: 10 h */
};

typedef struct plx_edf_signal {
    plx_slice label, transducer, unit, prefilter; /* borrowed, without blanks at the ends */
    double physical_min, physical_max;
    int32_t digital_min, digital_max;
    bool calibrated;  /* both ranges are ranges; else there are no physical values */
    bool annotations; /* text, no samples */
    uint32_t samples; /* of a data record */
    uint32_t at;      /* bytes, in a data record */
} plx_edf_signal;

typedef enum plx_edf_kind {
    PLX_EDF_PLAIN,
    PLX_EDF_CONTINUOUS,   /* EDF+C, BDF+C */
    PLX_EDF_DISCONTINUOUS /* EDF+D, BDF+D: each record tells its time */
} plx_edf_kind;

/* The patient's field of EDF+. What is not known ("X") is empty, 0. */
typedef struct plx_edf_person {
    plx_slice code, name; /* blanks are written as "_" */
    char sex;             /* 'F', 'M', 0 */
    int32_t year, month, day;
} plx_edf_person;

typedef struct plx_edf_header {
    plx_edf_signal *signals; /* caller's memory */
    uint32_t signals_capacity, signals_n;
    plx_edf_kind kind;
    bool bdf;
    plx_slice patient, recording;                   /* as they stand */
    plx_edf_person person;                          /* of EDF+ only */
    int32_t year, month, day, hour, minute, second; /* of the start, local time */
    uint32_t sample_bytes;                          /* 2, BDF 3 */
    uint32_t header_bytes, record_bytes;
    double record_s;       /* may be 0 in files of annotations only */
    uint64_t records;      /* stated, or when -1 is stated as many as the file holds */
    uint64_t records_held; /* of these, in the file */
    uint64_t left_over;    /* bytes behind the last record */
} plx_edf_header;

typedef struct plx_edf_error {
    const char *text; /* constant sentence */
    uint64_t offset;  /* byte of the file */
} plx_edf_error;

/* Reads the header of a whole file. PLX_SYNTAX, PLX_TRUNCATED (in the header), PLX_RANGE,
 * PLX_LIMIT: *error says what and where (may be NULL), signals_n becomes 0. PLX_SPACE: signals_n is
 * needed. A file with fewer records than it states is told by records_held, and by the reader. */
PLX_MUST_CHECK plx_status plx_edf_header_parse(plx_slice file, plx_edf_header *h,
                                               plx_edf_error *error);
/* False when the signal has no calibration; *value is then unchanged. */
bool plx_edf_physical(const plx_edf_signal *signal, int32_t digital, double *value);

typedef struct plx_edf_record {
    uint64_t index;
    double onset_s; /* after the start that the header states */
    double gap_s;   /* between the record before and this one; 0 when there is none */
    const uint8_t *bytes;
} plx_edf_record;

typedef struct plx_edf_reader {
    const plx_edf_header *header;
    plx_slice file;
    uint64_t next;
    double end_s; /* of the record before */
} plx_edf_reader;

void plx_edf_reader_init(plx_edf_reader *r, const plx_edf_header *header, plx_slice file);
/* PLX_MISSING at the end; PLX_TRUNCATED when the file has fewer records than it states; PLX_SYNTAX
 * when a record of EDF+ does not tell its time; PLX_CONFLICT when it begins before the last one
 * ended; PLX_LIMIT for a gap of more than 10 h. *record is then unchanged. */
PLX_MUST_CHECK plx_status plx_edf_reader_next(plx_edf_reader *r, plx_edf_record *record,
                                              plx_edf_error *error);
/* Sample j < signal->samples of a signal that is no annotations. */
int32_t plx_edf_sample(const plx_edf_header *h, const plx_edf_record *record,
                       const plx_edf_signal *signal, uint32_t j);

typedef struct plx_edf_annotation {
    double onset_s;
    double duration_s;         /* 0 when there is none */
    plx_slice onset, duration; /* as they stand: "+2.3457031"; duration may be empty */
    plx_slice text;            /* UTF-8 as the file has it */
} plx_edf_annotation;

typedef struct plx_edf_annotations {
    const plx_edf_header *header;
    plx_slice file;
    uint64_t record;
    uint32_t signal;
    size_t at, end;          /* in the file: rest of the signal's text in this record */
    plx_edf_annotation open; /* the TAL being read; onset.n 0: none */
    bool ended;
} plx_edf_annotations;

void plx_edf_annotations_init(plx_edf_annotations *a, const plx_edf_header *header, plx_slice file);
/* The next one in the order of the file; the marks of records and empty texts are passed over.
 * PLX_MISSING at the end, PLX_TRUNCATED as above, PLX_SYNTAX for text that is no TAL; reading is
 * then over. */
PLX_MUST_CHECK plx_status plx_edf_annotations_next(plx_edf_annotations *a,
                                                   plx_edf_annotation *annotation,
                                                   plx_edf_error *error);

#endif
