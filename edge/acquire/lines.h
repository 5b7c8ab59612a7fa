/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A text file, plain or compressed by gzip (zlib finds out which), line by line or as a whole, in
 * bounded memory. Not from more than one thread. */
#ifndef PLX_EDGE_ACQUIRE_LINES_H
#define PLX_EDGE_ACQUIRE_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

enum { PLX_LINES_LINE_MAX = 1 << 16 }; /* bytes of a line */
#define PLX_LINES_WHOLE_MAX ((size_t)1 << 30)

typedef struct plx_lines {
    void *file;    /* zlib's */
    int64_t bytes; /* of the file as it lies on the disk; 0: not known */
    uint64_t line; /* of the line that came last, from 1 */
    char *buffer;  /* owner */
    size_t from, to;
    bool ended;
    plx_status failed;
} plx_lines;

/* "-" is the standard input. PLX_IO with errno set; then there is nothing to close. */
PLX_MUST_CHECK plx_status plx_lines_open(plx_lines *lines, const char *path);
/* The next line without LF, borrowed until the next call; the last one needs no LF. PLX_MISSING at
 * the end; PLX_LIMIT: longer than PLX_LINES_LINE_MAX; PLX_IO; PLX_CORRUPT: not what gzip wrote;
 * PLX_TRUNCATED: its end is not there. */
PLX_MUST_CHECK plx_status plx_lines_next(plx_lines *lines, plx_slice *line);
/* The first line, without taking it: before any plx_lines_next. */
PLX_MUST_CHECK plx_status plx_lines_peek(plx_lines *lines, plx_slice *line);
/* All that was not taken yet, into memory of malloc: free it. PLX_LIMIT above PLX_LINES_WHOLE_MAX
 * or without memory; else as plx_lines_next. */
PLX_MUST_CHECK plx_status plx_lines_whole(plx_lines *lines, char **bytes, size_t *n);
/* How much of the file was read, 0..1; 0 when that is not known. */
double plx_lines_share(const plx_lines *lines);
void plx_lines_close(plx_lines *lines);

#endif
