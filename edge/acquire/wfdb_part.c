/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "edge/acquire/wfdb_part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/format/wfdb/format.h"
#include "edge/acquire/wfdb_flac.h"

enum { PATH_BYTES_MAX = 4096, SIGNALS_FIRST = 32 };

plx_status plx_wfdb_problem(char *problem, plx_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem, PLX_WFDB_PROBLEM_MAX, format, arguments);
    va_end(arguments);
    return status;
}

static plx_status no_memory(char *problem)
{
    return plx_wfdb_problem(problem, PLX_FULL, "not enough memory; close other programs");
}

static plx_status read_stream(FILE *f, const char *path, uint64_t max, char **bytes, size_t *n,
                              char *problem)
{
    struct stat about;
    if (fstat(fileno(f), &about) != 0 || !S_ISREG(about.st_mode))
        return plx_wfdb_problem(problem, PLX_IO, "%s is no regular file", path);
    if ((uint64_t)about.st_size > max)
        return plx_wfdb_problem(problem, PLX_LIMIT, "%s is larger than %" PRIu64 " MiB", path,
                                max >> 20);
    size_t size = (size_t)about.st_size;
    char *at = malloc(size + 1);
    if (!at) return no_memory(problem);
    *n = fread(at, 1, size, f);
    if (ferror(f)) {
        free(at);
        return plx_wfdb_problem(problem, PLX_IO, "%s: %s", path, strerror(errno));
    }
    *bytes = at;
    return PLX_OK;
}

/* A regular file as a whole. PLX_MISSING when it does not exist. */
static plx_status read_file(const char *path, uint64_t max, char **bytes, size_t *n, char *problem)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hold us */
    FILE *f = descriptor >= 0 ? fdopen(descriptor, "rb") : NULL;
    if (!f && descriptor >= 0) close(descriptor);
    if (!f)
        return plx_wfdb_problem(problem, errno == ENOENT ? PLX_MISSING : PLX_IO, "%s: %s", path,
                                strerror(errno));
    plx_status status = read_stream(f, path, max, bytes, n, problem);
    fclose(f);
    return status;
}

static plx_status path_of(char path[PATH_BYTES_MAX], const char *folder, plx_slice name,
                          const char *ending, char *problem)
{
    int n = snprintf(path, PATH_BYTES_MAX, "%s%.*s%s", folder, (int)name.n, name.at, ending);
    if (n > 0 && n < PATH_BYTES_MAX) return PLX_OK;
    return plx_wfdb_problem(problem, PLX_LIMIT, "the name of a file is too long");
}

static bool make_tables(plx_wfdb_header *h, uint32_t signals, uint32_t segments)
{
    if (signals > h->signals_capacity) {
        plx_wfdb_signal *more = realloc(h->signals, signals * sizeof *more);
        if (!more) return false;
        h->signals = more;
        h->signals_capacity = signals;
    }
    if (segments > h->segments_capacity) {
        plx_wfdb_segment *more = realloc(h->segments, segments * sizeof *more);
        if (!more) return false;
        h->segments = more;
        h->segments_capacity = segments;
    }
    return true;
}

static plx_status parse(plx_wfdb_part *part, size_t n, const char *path, char *problem)
{
    plx_wfdb_header *h = &part->header;
    plx_wfdb_error error = {0};
    if (!make_tables(h, SIGNALS_FIRST, 0)) return no_memory(problem);
    plx_slice text = {part->text, n};
    plx_status status = plx_wfdb_header_parse(text, h, &error);
    if (status == PLX_SPACE) {
        if (!make_tables(h, h->signals_n, h->segments_n)) return no_memory(problem);
        status = plx_wfdb_header_parse(text, h, &error);
    }
    if (status == PLX_OK) return PLX_OK;
    return plx_wfdb_problem(problem, status == PLX_MISSING ? PLX_SYNTAX : status,
                            "%s line %" PRIu32 " (byte %" PRIu64 "): %s", path, error.line,
                            error.offset, error.text);
}

plx_status plx_wfdb_part_open(plx_wfdb_part *part, const char *folder, plx_slice name,
                              char *problem)
{
    char path[PATH_BYTES_MAX];
    size_t n = 0;
    *part = (plx_wfdb_part){0};
    PLX_TRY(path_of(path, folder, name, ".hea", problem));
    PLX_TRY(read_file(path, PLX_WFDB_TEXT_MAX, &part->text, &n, problem));
    plx_status status = parse(part, n, path, problem);
    if (status != PLX_OK) plx_wfdb_part_close(part);
    return status;
}

static plx_status decode(plx_wfdb_part *part, const plx_wfdb_signal *s, plx_slice stream,
                         const char *path, char *problem)
{
    const plx_wfdb_header *h = &part->header;
    const uint64_t frames = h->frames_stated ? h->frames : PLX_WFDB_FRAMES_MAX / s->samples;
    const char *why = "";
    uint64_t skip = s->offset < stream.n ? s->offset : stream.n;
    stream = (plx_slice){stream.at + skip, stream.n - (size_t)skip};
    plx_slice *into = &part->files[s->group];
    plx_status status = plx_wfdb_flac_decode(stream, s, frames * s->samples, into,
                                             &part->md5_differs[s->group], &why);
    if (status != PLX_OK) return plx_wfdb_problem(problem, status, "%s: %s", path, why);
    return PLX_OK;
}

static plx_status load_group(plx_wfdb_part *part, const plx_wfdb_signal *s, const char *folder,
                             char *problem)
{
    char path[PATH_BYTES_MAX], *bytes = NULL;
    size_t n = 0;
    PLX_TRY(path_of(path, folder, s->file, "", problem));
    plx_status status = read_file(path, PLX_WFDB_FILE_MAX, &bytes, &n, problem);
    if (status != PLX_OK) return status == PLX_MISSING ? PLX_IO : status;
    part->files[s->group] = (plx_slice){bytes, n};
    if (plx_wfdb_format_is_flac(s->format)) {
        status = decode(part, s, (plx_slice){bytes, n}, path, problem);
        free(bytes);
        bytes = status == PLX_OK ? (char *)(uintptr_t)part->files[s->group].at : NULL;
    }
    part->bytes[s->group] = bytes;
    return status;
}

plx_status plx_wfdb_part_load(plx_wfdb_part *part, const char *folder, char *problem)
{
    const plx_wfdb_header *h = &part->header;
    part->bytes = calloc(h->groups_n + 1, sizeof *part->bytes);
    part->files = calloc(h->groups_n + 1, sizeof *part->files);
    part->md5_differs = calloc(h->groups_n + 1, sizeof *part->md5_differs);
    part->sums = calloc(h->signals_n + 1, sizeof *part->sums);
    if (!part->bytes || !part->files || !part->md5_differs || !part->sums)
        return no_memory(problem);
    for (uint32_t i = 0; i < h->signals_n; i++) {
        const plx_wfdb_signal *s = &h->signals[i];
        if (s->group == PLX_WFDB_NO_FILE || s->channel > 0) continue;
        PLX_TRY(load_group(part, s, folder, problem));
    }
    return plx_wfdb_reader_init(&part->reader, h, part->files, part->sums);
}

void plx_wfdb_part_close(plx_wfdb_part *part)
{
    for (uint32_t i = 0; part->bytes && i < part->header.groups_n; i++)
        free(part->bytes[i]);
    free(part->bytes);
    free(part->files);
    free(part->md5_differs);
    free(part->sums);
    free(part->header.signals);
    free(part->header.segments);
    free(part->text);
    *part = (plx_wfdb_part){0};
}

void plx_wfdb_part_check(const plx_wfdb_part *part, uint64_t first, plx_wfdb_notes notes)
{
    const plx_wfdb_header *h = &part->header;
    if (!notes.say) return;
    for (uint32_t i = 0; i < h->signals_n; i++) {
        const plx_wfdb_signal *s = &h->signals[i];
        plx_wfdb_sum sum;
        if (plx_wfdb_reader_sum(&part->reader, i, &sum) != PLX_OK) continue; /* reading tells */
        plx_wfdb_note note = {
            .name = h->name, .signal = s->name, .signal_index = (int32_t)i, .first = first};
        if (sum.checksum_differs) {
            note.kind = PLX_WFDB_NOTE_CHECKSUM;
            note.stated = s->checksum;
            note.found = sum.checksum;
            notes.say(notes.context, &note);
        }
        if (sum.initial_differs) {
            note.kind = PLX_WFDB_NOTE_INITIAL;
            note.stated = s->initial;
            note.found = sum.initial;
            notes.say(notes.context, &note);
        }
        if (s->channel == 0 && part->md5_differs[s->group]) {
            note.kind = PLX_WFDB_NOTE_MD5;
            note.name = s->file;
            note.stated = note.found = 0;
            notes.say(notes.context, &note);
        }
    }
}
