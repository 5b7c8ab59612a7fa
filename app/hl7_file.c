/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/hl7_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"

enum {
    INDEX_FIRST = 1 << 16, /* entries; grows when a message needs more */
    SEGMENTS_FIRST = 1 << 12,
    PROGRESS_AFTER_MS = 2000,
    PROGRESS_EVERY_MS = 200,
    PROGRESS_CELLS = 40
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool grow(plx_hl7_message *m, uint32_t index_n, uint32_t segments_n)
{
    if (index_n > m->index_capacity) {
        uint32_t *index = realloc(m->index, index_n * sizeof *index);
        if (!index) return false;
        m->index = index;
        m->index_capacity = index_n;
    }
    if (segments_n > m->segments_capacity) {
        plx_hl7_segment *segments = realloc(m->segments, segments_n * sizeof *segments);
        if (!segments) return false;
        m->segments = segments;
        m->segments_capacity = segments_n;
    }
    return true;
}

/* A byte is at most \u0000 in JSON. */
static bool make_room(plx_hl7_file *f)
{
    enum { GROWTH = 6 };
    size_t n = f->view ? f->view->text.n : f->raw.n;
    size_t needed = GROWTH * n + 2 * PLX_HL7_WRITE_AT;
    if (needed > f->out.capacity) {
        char *at = realloc(f->out.at, needed);
        if (!at) return false;
        f->out = plx_out_init(at, needed);
    }
    return true;
}

static void release(plx_hl7_file *f)
{
    free(f->out.at);
    free(f->message.index);
    free(f->message.segments);
    free(f->bytes);
    plx_charset_converter_destroy(f->charsets);
    f->charsets = NULL;
    f->message.index = NULL;
    f->message.segments = NULL;
    f->bytes = NULL;
    f->out.at = NULL;
}

static int file_open(plx_hl7_file *f, const char *words, const char *path, size_t bytes_max)
{
    *f = (plx_hl7_file){.words = words, .bytes_max = bytes_max};
    if (plx_app_read_file(path, &f->bytes, &f->n) != PLX_OK) {
        char detail[256];
        snprintf(detail, sizeof detail, "%s: %s", path, strerror(errno));
        return plx_app_fail(PLX_EXIT_WORLD, words, "the file cannot be read; check name and rights",
                            detail);
    }
    if (!grow(&f->message, INDEX_FIRST, SEGMENTS_FIRST) || !make_room(f)) {
        release(f);
        return plx_app_fail(PLX_EXIT_WORLD, words, "not enough memory; close other programs", NULL);
    }
    plx_hl7_reader_init(&f->reader, (plx_slice){f->bytes, f->n});
    f->started_ms = now_ms();
    return PLX_EXIT_OK;
}

bool plx_hl7_file_command(plx_hl7_file *f, const char *words, int argc, char **argv, bool *json,
                          int *exit_status)
{
    const char *path = NULL;
    uint64_t max_mib = PLX_HL7_MESSAGE_MAX >> 20;
    const plx_option options[] = {
        {"--max-mib", PLX_OPTION_U64, &max_mib, 1, PLX_HL7_MESSAGE_CEILING >> 20},
        {"--json", PLX_OPTION_FLAG, json, 0, 0}};
    size_t files_n = 0;
    int status = plx_options_read(words, argc, argv, options, json ? 2 : 1, &path, 1, &files_n);
    if (status == PLX_EXIT_OK && files_n == 0)
        status = plx_app_fail(PLX_EXIT_USAGE, words, "a file is needed (try --help)", NULL);
    else if (status == PLX_EXIT_OK)
        status = file_open(f, words, path, (size_t)max_mib << 20);
    if (status == PLX_EXIT_OK && json) f->charsets = plx_charset_converter_init();
    *exit_status = status < 0 ? PLX_EXIT_OK : status; /* below 0: the help was printed */
    return status == PLX_EXIT_OK;
}

static void show_progress(plx_hl7_file *f)
{
    int64_t now = now_ms();
    if (now - f->started_ms < PROGRESS_AFTER_MS || now - f->shown_ms < PROGRESS_EVERY_MS) return;
    f->shown_ms = now;
    if (!isatty(STDERR_FILENO) || isatty(STDOUT_FILENO)) return;
    int cells = (int)(PROGRESS_CELLS * f->offset / (f->n ? f->n : 1));
    fprintf(stderr, "\r[%-*.*s] %" PRIu64 " messages", PROGRESS_CELLS, cells,
            "########################################", f->found);
}

/* What is read of the message at hand: raw, or its text. */
static plx_slice text_of(plx_hl7_file *f)
{
    plx_charset_found found = {PLX_CHARSET_NONE, false, false};
    f->view = NULL;
    if (f->charsets &&
        plx_charset_view(f->charsets, f->raw, PLX_CHARSET_NONE, &f->view, &found) != PLX_OK)
        f->view = NULL; /* shown as its bytes */
    f->charset_unknown = found.unknown;
    return f->view ? f->view->text : f->raw;
}

static void name_raw_bytes(plx_hl7_file *f)
{
    plx_hl7_message *m = &f->message;
    f->error.offset = plx_view_raw(f->view, f->error.offset);
    for (uint32_t i = 0; i < m->warnings_n && i < PLX_HL7_WARNINGS_MAX; i++)
        m->warnings[i].offset = plx_view_raw(f->view, m->warnings[i].offset);
}

bool plx_hl7_file_next(plx_hl7_file *f)
{
    enum { LOOK_AT_CLOCK_EVERY = 64 };
    if (f->found % LOOK_AT_CLOCK_EVERY == 0) show_progress(f);
    if (!plx_hl7_reader_next(&f->reader, &f->raw, &f->offset)) return false;
    f->found++;
    const plx_slice text = text_of(f);
    const size_t max = f->view ? PLX_HL7_MESSAGE_CEILING : f->bytes_max;
    f->message.warnings_n = 0;
    plx_status status = plx_hl7_parse_within(text, max, &f->message, &f->error);
    if (status == PLX_SPACE && grow(&f->message, f->error.index_needed, f->error.segments_needed))
        status = plx_hl7_parse_within(text, max, &f->message, &f->error);
    if (f->view) name_raw_bytes(f);
    if (status == PLX_OK && !make_room(f)) status = PLX_SPACE;
    if (status == PLX_SPACE)
        f->error = (plx_hl7_error){.text = "not enough memory for this message"};
    if (f->reader.broken) /* what is there may parse, but nobody knows what is missing */
        f->error = (plx_hl7_error){.text = "the frame is cut off; have the message sent again",
                                   .offset = (uint32_t)f->raw.n};
    f->parsed = status == PLX_OK && !f->reader.broken;
    f->failed += !f->parsed;
    return true;
}

static void say(const plx_hl7_file *f, const char *what, uint64_t n)
{
    if (n > 0) fprintf(stderr, "pollux %s: note: %s: %" PRIu64 "\n", f->words, what, n);
}

int plx_hl7_file_close(plx_hl7_file *f)
{
    const plx_hl7_reader *r = &f->reader;
    if (f->shown_ms > 0 && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO)) fputc('\n', stderr);
    say(f, "batch or file counts (BTS-1, FTS-1) that differ from what was found",
        r->declared_mismatch);
    say(f, "bytes outside any frame", r->noise_bytes);
    int exit_status = PLX_EXIT_OK;
    char detail[80];
    snprintf(detail, sizeof detail, "%" PRIu64 " of %" PRIu64, f->failed, f->found);
    if (fflush(stdout) != 0 || ferror(stdout))
        exit_status = plx_app_fail(PLX_EXIT_WORLD, f->words,
                                   "the output cannot be written; free some space", NULL);
    else if (f->failed > 0)
        exit_status = plx_app_fail(PLX_EXIT_WORLD, f->words,
                                   "messages that cannot be parsed, see their error lines", detail);
    else if (f->found == 0 && r->batch_lines == 0)
        exit_status =
            plx_app_fail(PLX_EXIT_WORLD, f->words,
                         "no HL7 message in this file; check that it is the right one", NULL);
    release(f);
    return exit_status;
}
