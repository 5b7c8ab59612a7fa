/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/batch.h"

#include "core/format/hl7v2/mllp.h"

typedef enum line_kind { BLANK, OTHER, MSH, FHS, BHS, BTS, FTS } line_kind;

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static plx_slice without_mark(plx_slice s)
{
    bool mark = s.n >= 3 && memcmp(s.at, "\xEF\xBB\xBF", 3) == 0;
    return mark ? (plx_slice){s.at + 3, s.n - 3} : s;
}

/* From its first byte that is neither a control character nor a blank. */
static plx_slice without_blanks(plx_slice s)
{
    size_t i = 0;
    while (i < s.n && (unsigned char)s.at[i] <= ' ')
        i++;
    return (plx_slice){s.at + i, s.n - i};
}

static line_kind kind_of(plx_slice line)
{
    static const struct {
        char id[4];
        line_kind kind;
    } BATCH[] = {{"FHS", FHS}, {"BHS", BHS}, {"BTS", BTS}, {"FTS", FTS}};
    line = without_blanks(without_mark(line));
    if (line.n == 0) return BLANK;
    if (line.n < 3) return OTHER;
    if (memcmp(line.at, "MSH", 3) == 0) return MSH;
    for (size_t i = 0; i < sizeof BATCH / sizeof BATCH[0]; i++)
        if (memcmp(line.at, BATCH[i].id, 3) == 0 && (line.n == 3 || !is_alnum(line.at[3])))
            return BATCH[i].kind;
    return OTHER;
}

/* A 0x0B that a header follows, or that the input begins with. */
static bool has_frames(plx_slice input)
{
    plx_slice start = without_mark(input);
    while (start.n > 0 && strchr(" \t\r\n", start.at[0])) /* finds NUL, too */
        start = (plx_slice){start.at + 1, start.n - 1};
    if (start.n > 0 && start.at[0] == PLX_MLLP_START) return true;
    for (plx_slice s = start; s.n > 0;) {
        const char *hit = memchr(s.at, PLX_MLLP_START, s.n);
        if (!hit) return false;
        s = (plx_slice){hit + 1, s.n - (size_t)(hit + 1 - s.at)};
        if (s.n >= 3 && kind_of((plx_slice){s.at, 3}) > OTHER) return true;
    }
    return false;
}

static void lines_begin(plx_hl7_reader *r, plx_slice text, uint64_t position)
{
    r->lines = plx_hl7_lines_init(text);
    r->line = 0;
    r->lines_position = position;
    r->in_lines = true;
}

void plx_hl7_reader_init(plx_hl7_reader *reader, plx_slice input)
{
    *reader = (plx_hl7_reader){.rest = input, .framed = has_frames(input)};
    if (!reader->framed) lines_begin(reader, input, 0);
}

/* The count in field 1 of a trailer; a trailer without one is not checked. */
static void trailer_check(plx_hl7_reader *r, plx_slice line, uint64_t found)
{
    line = without_blanks(without_mark(line));
    if (line.n <= 4) return;
    plx_slice count = {line.at + 4, line.n - 4};
    const char *end = memchr(count.at, line.at[3], count.n);
    if (end) count.n = (size_t)(end - count.at);
    count = plx_slice_trim(count);
    uint64_t declared;
    if (count.n == 0) return;
    if (!plx_slice_u64(count, UINT64_MAX, &declared) || declared != found) r->declared_mismatch++;
}

static void batch_line(plx_hl7_reader *r, line_kind kind, plx_slice line)
{
    r->batch_lines++;
    if (kind == BTS) trailer_check(r, line, r->batch_messages);
    /* Messages without any BHS between FHS and FTS are one batch. */
    if (kind == FTS) {
        bool implied = r->file_batches == 0 && r->file_messages > 0;
        trailer_check(r, line, implied ? 1 : r->file_batches);
    }
    if (kind == FHS || kind == FTS) r->file_batches = r->file_messages = 0;
    if (kind == BHS) r->file_batches++, r->batches++;
    r->batch = kind == BHS ? r->batches : 0;
    r->batch_messages = 0;
}

static void count_message(plx_hl7_reader *r, line_kind kind)
{
    if (kind == MSH) {
        r->batch_messages++;
        r->file_messages++;
    }
    r->in_batch = r->batch > 0 && kind == MSH ? r->batch_messages : 0;
}

static bool lines_next(plx_hl7_reader *r, plx_slice *message, uint64_t *offset)
{
    const char *at = r->lines.at;
    size_t n = r->lines.n, start = 0, end = 0; /* of the message, once end > 0 */
    line_kind first = OTHER;
    while (r->line < n) {
        size_t last = plx_hl7_lines_end(&r->lines, r->line), next = last + (last < n);
        if (next < n && at[last] == '\r' && at[next] == '\n') next++;
        plx_slice line = {at + r->line, last - r->line};
        line_kind kind = kind_of(line);
        if (kind > OTHER && end > 0) break;
        if (kind > MSH)
            batch_line(r, kind, line);
        else if (kind != BLANK) {
            if (end == 0) {
                start = r->line;
                first = kind;
            }
            end = next;
        }
        r->line = next;
    }
    if (end == 0) return false;
    *message = (plx_slice){at + start, end - start};
    *offset = r->lines_position + start;
    count_message(r, first);
    return true;
}

static void rest_advance(plx_hl7_reader *r, size_t n)
{
    r->rest = (plx_slice){r->rest.at + n, r->rest.n - n};
    r->position += n;
}

/* The next frame that is not empty; false at the end. */
static bool frame_next(plx_hl7_reader *r, plx_slice *body, uint64_t *offset)
{
    while (r->rest.n > 0) {
        plx_mllp_splitter splitter = {0};
        const char *origin = r->rest.at;
        uint64_t position = r->position;
        size_t consumed = 0;
        plx_mllp_found found = plx_mllp_next(&splitter, r->rest, body, &consumed);
        if (found == PLX_MLLP_MORE) {
            if (splitter.inside) /* the input ends inside a frame */
                *body = (plx_slice){origin + consumed + 1, r->rest.n - consumed - 1};
            else
                *body = (plx_slice){origin, 0};
            consumed = r->rest.n;
        }
        rest_advance(r, consumed);
        if (found == PLX_MLLP_NOISE) r->noise_bytes += body->n;
        if (found == PLX_MLLP_NOISE || body->n == 0) continue;
        r->broken = found != PLX_MLLP_FRAME;
        *offset = position + (uint64_t)(body->at - origin);
        return true;
    }
    return false;
}

bool plx_hl7_reader_next(plx_hl7_reader *reader, plx_slice *message, uint64_t *offset)
{
    reader->broken = false;
    for (;;) {
        if (reader->in_lines && lines_next(reader, message, offset)) return true;
        reader->in_lines = false;
        plx_slice body;
        uint64_t position = 0;
        if (!reader->framed || !frame_next(reader, &body, &position)) return false;
        size_t head = body.n < 64 ? body.n : 64;
        line_kind kind = kind_of((plx_slice){body.at, head});
        if (kind <= MSH || reader->broken) {
            *message = body;
            *offset = position;
            count_message(reader, reader->broken ? OTHER : kind);
            return true;
        }
        lines_begin(reader, body, position);
    }
}
