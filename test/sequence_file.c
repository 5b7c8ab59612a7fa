/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "test/sequence_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/time.h"

enum { FILE_BYTES_MAX = 1 << 20 };

typedef struct reader {
    const char *path;
    unsigned line;
    plx_slice rest; /* of the file */
    char *write;    /* messages are put together in the memory of the file, behind what is read */
    sequence *now;  /* NULL before the first one */
    int64_t arrival_us;
    uint32_t edits;
    bool fault;
} reader;

static bool complain(reader *r, const char *what)
{
    fprintf(stderr, "%s:%u: %s\n", r->path, r->line, what);
    r->fault = true;
    return false;
}

plx_slice sequence_word(plx_slice *rest)
{
    *rest = plx_slice_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->at[n] != ' ')
        n++;
    const plx_slice word = {rest->at, n};
    rest->at += n;
    rest->n -= n;
    return word;
}

static bool next_line(reader *r, plx_slice *line)
{
    if (r->rest.n == 0) return false;
    const char *end = memchr(r->rest.at, '\n', r->rest.n);
    const size_t n = end ? (size_t)(end - r->rest.at) : r->rest.n;
    *line = (plx_slice){r->rest.at, n};
    r->rest.at += n + (end != NULL);
    r->rest.n -= n + (end != NULL);
    r->line++;
    return true;
}

static bool starts_with(plx_slice s, const char *text)
{
    return s.n >= strlen(text) && memcmp(s.at, text, strlen(text)) == 0;
}

/* The segments lie in the file already; each LF becomes a CR. */
static void read_message(reader *r, plx_slice first)
{
    sequence *s = r->now;
    if (s->steps_n == SEQUENCE_STEPS_MAX || r->arrival_us == PLX_TIME_NONE) {
        complain(r, "too many messages, or no arrival time before the first one");
        return;
    }
    char *at = r->write;
    plx_slice line = first;
    do {
        memcpy(r->write, line.at, line.n);
        r->write += line.n;
        *r->write++ = '\r';
    } while (next_line(r, &line) && line.n > 0);
    s->steps[s->steps_n++] =
        (sequence_step){SEQUENCE_MESSAGE, r->arrival_us, r->edits, {at, (size_t)(r->write - at)}};
    s->messages_n++;
    r->arrival_us += PLX_SECOND_US;
    r->edits = 0;
}

static void read_time(reader *r, plx_slice text, bool tick)
{
    int64_t time_us;
    sequence *s = r->now;
    if (plx_time_from_iso(plx_slice_trim(text), &time_us) != PLX_OK) {
        complain(r, "not a time such as 2026-03-01T10:00:00Z");
    } else if (r->arrival_us != PLX_TIME_NONE && time_us < r->arrival_us - PLX_SECOND_US) {
        complain(r, "time runs back");
    } else {
        r->arrival_us = time_us;
        if (!tick) return;
        if (s->steps_n == SEQUENCE_STEPS_MAX) {
            complain(r, "too many steps");
            return;
        }
        s->steps[s->steps_n++] = (sequence_step){SEQUENCE_TICK, time_us, 0, {NULL, 0}};
        r->arrival_us += PLX_SECOND_US;
    }
}

static bool known_verb(plx_slice verb)
{
    static const char *const verbs[] = {"census", "beds",  "results", "outcome", "ack",
                                        "books",  "news2", "cell",    "row"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (plx_slice_is(verb, verbs[i])) return true;
    return false;
}

static void read_wish(reader *r, plx_slice verb, plx_slice rest)
{
    sequence *s = r->now;
    if (!known_verb(verb)) {
        complain(r, "an unknown word begins the line");
    } else if (s->wishes_n == SEQUENCE_WISHES_MAX) {
        complain(r, "too many expectations");
    } else {
        s->wishes[s->wishes_n++] = (sequence_wish){verb, plx_slice_trim(rest), r->line};
    }
}

static bool has_wish(const sequence *s, const char *verb)
{
    for (uint32_t i = 0; i < s->wishes_n; i++)
        if (plx_slice_is(s->wishes[i].verb, verb)) return true;
    return false;
}

/* Time that passes between messages would not be the same time in another order. */
static bool ticks_come_last(const sequence *s)
{
    bool ticked = false;
    for (uint32_t i = 0; i < s->steps_n; i++) {
        if (ticked && s->steps[i].kind == SEQUENCE_MESSAGE) return false;
        ticked |= s->steps[i].kind == SEQUENCE_TICK;
    }
    return true;
}

static void finish(reader *r)
{
    const sequence *s = r->now;
    if (!s) return;
    if (!s->has_rule) complain(r, "the sequence has no rule");
    if (s->messages_n == 0) complain(r, "the sequence has no message");
    if (!has_wish(s, "census") || !has_wish(s, "beds") || !has_wish(s, "results"))
        complain(r, "the sequence must state census, beds and results");
    if (s->any_order && !ticks_come_last(s))
        complain(r, "ticks of a sequence in any order come last");
}

static void begin(reader *r, plx_slice name, sequence *sequences, uint32_t *n)
{
    finish(r);
    if (*n == SEQUENCES_MAX) {
        complain(r, "too many sequences");
        return;
    }
    const char *file = strrchr(r->path, '/');
    file = file ? file + 1 : r->path;
    const char *end = strrchr(file, '.');
    r->now = &sequences[(*n)++];
    memset(r->now, 0, sizeof *r->now);
    snprintf(r->now->name, sizeof r->now->name, "%.*s/%.*s",
             (int)(end ? end - file : (ptrdiff_t)strlen(file)), file, (int)name.n, name.at);
    r->arrival_us = PLX_TIME_NONE;
    r->edits = 0;
}

static void read_line(reader *r, plx_slice line, sequence *sequences, uint32_t *n)
{
    plx_slice rest = line;
    const plx_slice word = sequence_word(&rest);
    uint64_t number;
    if (word.n == 0 || word.at[0] == '#') return;
    if (plx_slice_is(word, "sequence")) {
        begin(r, sequence_word(&rest), sequences, n);
    } else if (!r->now) {
        complain(r, "a sequence must begin first");
    } else if (plx_slice_is(word, "rule")) {
        r->now->has_rule = true;
    } else if (plx_slice_is(word, "any-order")) {
        r->now->any_order = true;
    } else if (word.at[0] == '@') {
        read_time(r, (plx_slice){word.at + 1, word.n - 1}, false);
    } else if (plx_slice_is(word, "tick")) {
        read_time(r, rest, true);
    } else if (plx_slice_is(word, "edit")) {
        if (plx_slice_u64(sequence_word(&rest), r->now->messages_n, &number) && number > 0)
            r->edits = (uint32_t)number;
        else
            complain(r, "no such message");
    } else if (starts_with(line, "MSH")) {
        read_message(r, line);
    } else {
        read_wish(r, word, rest);
    }
}

static char *load(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    /* the messages are put together behind the text: each needs at most its own bytes again */
    char *text = f ? malloc(2 * FILE_BYTES_MAX) : NULL;
    *n = text ? fread(text, 1, FILE_BYTES_MAX, f) : 0;
    if (f) fclose(f);
    if (*n > 0 && *n < FILE_BYTES_MAX) return text;
    free(text);
    return NULL;
}

bool sequence_file_read(const char *path, sequence *sequences, uint32_t *n)
{
    reader r = {.path = path, .arrival_us = PLX_TIME_NONE};
    size_t bytes;
    char *text = load(path, &bytes);
    if (!text) return complain(&r, "cannot be read, is empty, or is too large");
    r.rest = (plx_slice){text, bytes};
    r.write = text + bytes;
    plx_slice line;
    while (next_line(&r, &line))
        read_line(&r, line, sequences, n);
    finish(&r);
    return !r.fault;
}

void sequence_wished_lines(const sequence *s, const char *verb, char *text, size_t capacity)
{
    size_t used = 0;
    text[0] = 0;
    for (uint32_t i = 0; i < s->wishes_n; i++) {
        const sequence_wish *w = &s->wishes[i];
        if (!plx_slice_is(w->verb, verb) || plx_slice_is(w->rest, "none")) continue;
        const int n = snprintf(text + used, capacity - used, "%.*s\n", (int)w->rest.n, w->rest.at);
        used = n < 0 || used + (size_t)n >= capacity ? capacity - 1 : used + (size_t)n;
    }
}
