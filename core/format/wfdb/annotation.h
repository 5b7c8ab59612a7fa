/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Annotations of a WFDB record (PhysioNet's annot(5)): 16-bit words, a code above a step in time,
 * with words that say more about the annotation before them. */
#ifndef PLX_CORE_FORMAT_WFDB_ANNOTATION_H
#define PLX_CORE_FORMAT_WFDB_ANNOTATION_H

#include "core/format/wfdb/wfdb.h"

/* X(code, mnemonic) as the reference tools print them */
#define PLX_WFDB_CODE_TABLE(X)                                                                     \
    X(0, " ")                                                                                      \
    X(1, "N")                                                                                      \
    X(2, "L")                                                                                      \
    X(3, "R")                                                                                      \
    X(4, "a")                                                                                      \
    X(5, "V")                                                                                      \
    X(6, "F")                                                                                      \
    X(7, "J")                                                                                      \
    X(8, "A")                                                                                      \
    X(9, "S")                                                                                      \
    X(10, "E")                                                                                     \
    X(11, "j")                                                                                     \
    X(12, "/")                                                                                     \
    X(13, "Q")                                                                                     \
    X(14, "~")                                                                                     \
    X(15, "[15]")                                                                                  \
    X(16, "|")                                                                                     \
    X(17, "[17]")                                                                                  \
    X(18, "s")                                                                                     \
    X(19, "T")                                                                                     \
    X(20, "*")                                                                                     \
    X(21, "D")                                                                                     \
    X(22, "\"")                                                                                    \
    X(23, "=")                                                                                     \
    X(24, "p")                                                                                     \
    X(25, "B")                                                                                     \
    X(26, "^")                                                                                     \
    X(27, "t")                                                                                     \
    X(28, "+")                                                                                     \
    X(29, "u")                                                                                     \
    X(30, "?")                                                                                     \
    X(31, "!")                                                                                     \
    X(32, "[")                                                                                     \
    X(33, "]")                                                                                     \
    X(34, "e")                                                                                     \
    X(35, "n")                                                                                     \
    X(36, "@")                                                                                     \
    X(37, "x")                                                                                     \
    X(38, "f")                                                                                     \
    X(39, "(")                                                                                     \
    X(40, ")")                                                                                     \
    X(41, "r")                                                                                     \
    X(42, "[42]")                                                                                  \
    X(43, "[43]")                                                                                  \
    X(44, "[44]")                                                                                  \
    X(45, "[45]")                                                                                  \
    X(46, "[46]")                                                                                  \
    X(47, "[47]")                                                                                  \
    X(48, "[48]")                                                                                  \
    X(49, "[49]")

typedef enum plx_wfdb_word {
    PLX_WFDB_NOTE = 22, /* a comment in plain text */
    PLX_WFDB_CODE_MAX = 49,
    PLX_WFDB_SKIP = 59, /* a step of 32 bits */
    PLX_WFDB_NUM,
    PLX_WFDB_SUB,
    PLX_WFDB_CHN,
    PLX_WFDB_AUX
} plx_wfdb_word;

typedef struct plx_wfdb_annotation {
    int64_t tick; /* frames, or 1/ticks_hz s when the file states a resolution */
    uint8_t code; /* 1 .. 49 */
    int8_t subtype;
    uint8_t channel;
    int8_t number;
    plx_slice aux; /* bytes of the file */
} plx_wfdb_annotation;

typedef struct plx_wfdb_annotations {
    plx_slice bytes;
    size_t at;
    int64_t tick;
    uint8_t channel; /* NUM and CHN hold until they are said again */
    int8_t number;
    double ticks_hz;                            /* 0: a tick is a frame. Known after init */
    plx_slice mnemonics[PLX_WFDB_CODE_MAX + 1]; /* of codes that the file defines; else empty */
    bool ended;
} plx_wfdb_annotations;

/* Takes in what the file begins with: notes on its time resolution and on codes of its own. */
void plx_wfdb_annotations_init(plx_wfdb_annotations *a, plx_slice bytes);
/* The next one. The notes that init took in, and words of code 0 (they only move the time), are
 * passed over. PLX_MISSING at the end; PLX_TRUNCATED when the file ends without a zero word or
 * inside an annotation; PLX_SYNTAX for a code of 50 to 58, which nobody defines; PLX_RANGE for a
 * time beyond 2^62. *annotation is then unchanged, *error (may be NULL) says where, and reading is
 * over. */
PLX_MUST_CHECK plx_status plx_wfdb_annotations_next(plx_wfdb_annotations *a,
                                                    plx_wfdb_annotation *annotation,
                                                    plx_wfdb_error *error);
/* Of the record: tick converted when the file has a resolution of its own, nearest frame. */
int64_t plx_wfdb_annotation_frame(const plx_wfdb_annotations *a, int64_t tick, double frequency_hz);
/* Of a code 0 .. 49: the file's own mnemonic, or that of the reference tools. */
plx_slice plx_wfdb_mnemonic(const plx_wfdb_annotations *a, unsigned code);

#endif
