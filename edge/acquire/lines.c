/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/acquire/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

enum { BUFFER_BYTES = 2 * PLX_LINES_LINE_MAX };

plx_status plx_lines_open(plx_lines *lines, const char *path)
{
    *lines = (plx_lines){0};
    struct stat about;
    const bool standard = strcmp(path, "-") == 0;
    gzFile file = standard ? gzdopen(0, "rb") : gzopen(path, "rb");
    if (!file) return PLX_IO;
    lines->buffer = malloc(BUFFER_BYTES);
    if (!lines->buffer) {
        gzclose(file);
        errno = ENOMEM;
        return PLX_IO;
    }
    if (!standard && stat(path, &about) == 0 && S_ISREG(about.st_mode))
        lines->bytes = about.st_size;
    lines->file = file;
    return PLX_OK;
}

static plx_status reason(gzFile file)
{
    int code = Z_OK;
    gzerror(file, &code);
    if (code == Z_OK || code == Z_STREAM_END) return PLX_OK;
    if (code == Z_BUF_ERROR) return PLX_TRUNCATED;
    return code == Z_ERRNO ? PLX_IO : PLX_CORRUPT;
}

/* More bytes behind those that are there. */
static void fill(plx_lines *lines)
{
    if (lines->ended || lines->to - lines->from > PLX_LINES_LINE_MAX) return;
    memmove(lines->buffer, lines->buffer + lines->from, lines->to - lines->from);
    lines->to -= lines->from;
    lines->from = 0;
    const int got =
        gzread(lines->file, lines->buffer + lines->to, (unsigned)(BUFFER_BYTES - lines->to));
    if (got > 0) lines->to += (size_t)got;
    if (got > 0) return;
    lines->ended = true;
    lines->failed = reason(lines->file);
}

/* Where the line that begins at from ends; to when it has no LF. */
static plx_status find_end(plx_lines *lines, size_t *n)
{
    for (;;) {
        const char *at = lines->buffer + lines->from;
        const size_t held = lines->to - lines->from;
        const char *end = memchr(at, '\n', held);
        *n = end ? (size_t)(end - at) : held;
        if (*n > PLX_LINES_LINE_MAX) return PLX_LIMIT;
        if (end) return PLX_OK;
        if (!lines->ended) {
            fill(lines);
            continue;
        }
        if (lines->failed != PLX_OK) return lines->failed;
        return held > 0 ? PLX_OK : PLX_MISSING;
    }
}

plx_status plx_lines_peek(plx_lines *lines, plx_slice *line)
{
    size_t n = 0;
    PLX_TRY(find_end(lines, &n));
    *line = (plx_slice){lines->buffer + lines->from, n};
    return PLX_OK;
}

plx_status plx_lines_next(plx_lines *lines, plx_slice *line)
{
    size_t n = 0;
    plx_status status = find_end(lines, &n);
    if (status != PLX_MISSING) lines->line++;
    PLX_TRY(status);
    *line = (plx_slice){lines->buffer + lines->from, n};
    lines->from += lines->from + n < lines->to ? n + 1 : n;
    return PLX_OK;
}

plx_status plx_lines_whole(plx_lines *lines, char **bytes, size_t *n)
{
    size_t used = lines->to - lines->from, capacity = 4 * BUFFER_BYTES;
    char *at = malloc(capacity);
    if (!at) return PLX_LIMIT;
    memcpy(at, lines->buffer + lines->from, used);
    lines->from = lines->to;
    while (!lines->ended) {
        if (capacity - used < BUFFER_BYTES) {
            char *more = capacity < PLX_LINES_WHOLE_MAX ? realloc(at, 2 * capacity) : NULL;
            if (!more) {
                free(at);
                return PLX_LIMIT;
            }
            at = more;
            capacity *= 2;
        }
        fill(lines);
        memcpy(at + used, lines->buffer + lines->from, lines->to - lines->from);
        used += lines->to - lines->from;
        lines->from = lines->to;
    }
    if (lines->failed != PLX_OK) {
        free(at);
        return lines->failed;
    }
    *bytes = at;
    *n = used;
    return PLX_OK;
}

double plx_lines_share(const plx_lines *lines)
{
    if (lines->bytes <= 0) return 0.0;
    const double share = (double)gzoffset(lines->file) / (double)lines->bytes;
    return share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
}

void plx_lines_close(plx_lines *lines)
{
    if (lines->file) gzclose(lines->file);
    free(lines->buffer);
    *lines = (plx_lines){0};
}
