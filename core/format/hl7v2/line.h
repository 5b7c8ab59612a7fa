/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Finds line ends (CR or LF, whichever is nearer) in time linear in the text. The
 * next CR and the next LF are remembered, so a text with only one of them is not searched to its
 * end for the other at every line. */
#ifndef PLX_CORE_FORMAT_LINE_H
#define PLX_CORE_FORMAT_LINE_H

#include "core/base/slice.h"

typedef struct plx_hl7_lines {
    const char *at; /* borrowed */
    size_t n;
    size_t cr, lf; /* the next ones, n when there is none */
} plx_hl7_lines;

static inline size_t plx_hl7_lines_search(const plx_hl7_lines *lines, size_t from, int c)
{
    if (from >= lines->n) return lines->n;
    const char *hit = memchr(lines->at + from, c, lines->n - from);
    return hit ? (size_t)(hit - lines->at) : lines->n;
}

static inline plx_hl7_lines plx_hl7_lines_init(plx_slice text)
{
    plx_hl7_lines lines = {text.at, text.n, 0, 0};
    lines.cr = plx_hl7_lines_search(&lines, 0, '\r');
    lines.lf = plx_hl7_lines_search(&lines, 0, '\n');
    return lines;
}

/* Offset of the first CR or LF at or after from, n when there is none. from never goes back. */
static inline size_t plx_hl7_lines_end(plx_hl7_lines *lines, size_t from)
{
    if (lines->cr < from) lines->cr = plx_hl7_lines_search(lines, from, '\r');
    if (lines->lf < from) lines->lf = plx_hl7_lines_search(lines, from, '\n');
    return lines->cr < lines->lf ? lines->cr : lines->lf;
}

#endif
