/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/hl7v2.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "core/format/hl7v2/line.h"

enum {
    BLOCK = 64,     /* bytes indexed without a branch; one that holds no delimiter starts a skip */
    SKIP_MIN = 256, /* shorter rests are cheaper to index than to search */
    KINDS = 4,      /* delimiters that split */
    SPLIT_PLACES = 4, /* ^~\& */
    PLACES = 5        /* and the truncation character */
};

static const char DEFAULTS[SPLIT_PLACES + 1] = "^~\\&";

static const struct {
    const char *code, *text;
} WARNINGS[] = {
#define X(name, code, text) {code, text},
    PLX_HL7_WARNING_TABLE(X)
#undef X
};

const char *plx_hl7_warning_text(const char *code)
{
    for (size_t i = 0; i < PLX_HL7_WARN_COUNT; i++)
        if (strcmp(WARNINGS[i].code, code) == 0) return WARNINGS[i].text;
    return "";
}

typedef struct parser {
    plx_slice bytes;
    plx_hl7_delimiters d;
    uint8_t is_delimiter[256]; /* 1 for a byte that splits */
    uint32_t *index;
    uint32_t index_n, index_capacity; /* index_n goes on counting beyond the capacity */
    plx_hl7_segment *segments;
    uint32_t segments_n, segments_capacity; /* segments_n, too */
    uint32_t next[KINDS];                   /* in a skip: the next byte of each kind */
    uint32_t warnings_n;
    plx_hl7_warning warnings[PLX_HL7_WARNINGS_MAX];
} parser;

static void warn(parser *p, plx_hl7_warning_code code, uint32_t field, size_t offset)
{
    if (p->warnings_n < PLX_HL7_WARNINGS_MAX)
        p->warnings[p->warnings_n] =
            (plx_hl7_warning){WARNINGS[code].code, p->segments_n, field, (uint32_t)offset};
    p->warnings_n++;
}

static plx_status fail(plx_status status, const char *text, size_t offset, plx_hl7_error *error)
{
    *error = (plx_hl7_error){.text = text, .offset = (uint32_t)offset};
    return status;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Offset of the M of MSH after a byte order mark, blank lines and blanks; bytes.n when it is not
 * there. */
static size_t header_find(parser *p)
{
    const char *at = p->bytes.at;
    size_t i = 0, n = p->bytes.n;
    if (n >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) {
        warn(p, PLX_HL7_WARN_MARK, 0, 0);
        i = 3;
    }
    size_t line = i;
    for (; i < n && (is_blank(at[i]) || at[i] == '\r' || at[i] == '\n'); i++)
        if (!is_blank(at[i])) line = i + 1;
    if (n - i < 3 || memcmp(at + i, "MSH", 3) != 0) return n;
    if (i > line) warn(p, PLX_HL7_WARN_BLANKS, 0, line);
    return i;
}

static void delimiters_check(parser *p, plx_slice msh2, size_t offset)
{
    const plx_hl7_delimiters *d = &p->d;
    const char all[6] = {d->field,  d->component,    d->repetition,
                         d->escape, d->subcomponent, d->truncation};
    unsigned n = d->truncation ? 6 : 5;
    if (msh2.n < SPLIT_PLACES) warn(p, PLX_HL7_WARN_MISSING, 2, offset);
    if (msh2.n > PLACES) warn(p, PLX_HL7_WARN_EXTRA, 2, offset + PLACES);
    bool twice = false, odd = false;
    for (unsigned i = 0; i < n; i++) {
        odd |= is_alnum(all[i]) || is_blank(all[i]) || is_control(all[i]);
        for (unsigned k = 0; k < i; k++)
            twice |= all[i] == all[k];
    }
    if (twice) warn(p, PLX_HL7_WARN_TWICE, 2, offset);
    if (odd) warn(p, PLX_HL7_WARN_ODD, 2, offset);
}

/* MSH-1 is the byte after "MSH", MSH-2 what follows up to the next MSH-1 or the end of the line. */
static plx_status delimiters_read(parser *p, size_t header, plx_hl7_error *error)
{
    const char *at = p->bytes.at;
    size_t n = p->bytes.n, first = header + 4, last = first;
    if (header + 3 >= n || at[header + 3] == '\r' || at[header + 3] == '\n')
        return fail(PLX_SYNTAX, "the field separator (MSH-1, the byte after MSH) is missing",
                    header + 3, error);
    char field = at[header + 3];
    if (is_alnum(field))
        return fail(PLX_SYNTAX, "the field separator (MSH-1) is a letter or a digit", header + 3,
                    error);
    if (is_control(field))
        return fail(PLX_SYNTAX, "the field separator (MSH-1) is a control character", header + 3,
                    error);
    while (last < n && at[last] != field && at[last] != '\r' && at[last] != '\n')
        last++;
    plx_slice msh2 = {at + first, last - first};
    char place[PLACES] = {DEFAULTS[0], DEFAULTS[1], DEFAULTS[2], DEFAULTS[3], 0};
    memcpy(place, msh2.at, msh2.n < PLACES ? msh2.n : PLACES);
    p->d = (plx_hl7_delimiters){field, place[0], place[1], place[2], place[3], place[4]};
    memset(p->is_delimiter, 0, sizeof p->is_delimiter);
    p->is_delimiter[(unsigned char)field] = 1;
    p->is_delimiter[(unsigned char)p->d.component] = 1;
    p->is_delimiter[(unsigned char)p->d.repetition] = 1;
    p->is_delimiter[(unsigned char)p->d.subcomponent] = 1;
    if (field != '|' || !plx_slice_is(msh2, DEFAULTS)) delimiters_check(p, msh2, first);
    return PLX_OK;
}

/* Offset of the next delimiter at or after from, or end: memchr for each kind, its last answer
 * kept, so a segment is searched at most once for each. */
static uint32_t skip(parser *p, uint32_t from, uint32_t end)
{
    const char kinds[KINDS] = {p->d.field, p->d.component, p->d.repetition, p->d.subcomponent};
    uint32_t nearest = end;
    for (unsigned k = 0; k < KINDS; k++) {
        if (p->next[k] < from) {
            const char *hit = memchr(p->bytes.at + from, kinds[k], end - from);
            p->next[k] = hit ? (uint32_t)(hit - p->bytes.at) : end;
        }
        if (p->next[k] < nearest) nearest = p->next[k];
    }
    return nearest;
}

/* Counts on without writing where the array is full. */
static uint32_t index_carefully(const parser *p, uint32_t from, uint32_t end, uint32_t n)
{
    for (uint32_t i = from; i < end; i++) {
        if (!p->is_delimiter[(unsigned char)p->bytes.at[i]]) continue;
        if (n < p->index_capacity) p->index[n] = i;
        n++;
    }
    return n;
}

#ifdef __SSE2__
typedef struct block_finder {
    __m128i kind[KINDS]; /* each delimiter in all bytes */
} block_finder;

static block_finder block_finder_of(const parser *p)
{
    return (block_finder){{_mm_set1_epi8(p->d.field), _mm_set1_epi8(p->d.component),
                           _mm_set1_epi8(p->d.repetition), _mm_set1_epi8(p->d.subcomponent)}};
}

/* Bit i is set when byte i of the block is a delimiter. */
static uint64_t block_mask(const block_finder *f, const uint8_t *at)
{
    uint64_t mask = 0;
    for (int i = 0; i < BLOCK / 16; i++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * i));
        const __m128i hits = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, f->kind[0]), _mm_cmpeq_epi8(bytes, f->kind[1])),
            _mm_or_si128(_mm_cmpeq_epi8(bytes, f->kind[2]), _mm_cmpeq_epi8(bytes, f->kind[3])));
        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(hits) << 16 * i;
    }
    return mask;
}

static uint32_t bits_count(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(x * UINT64_C(0x0101010101010101) >> 56);
}

/* Writes the entries of [from, to), at most a block, and may write anything up to BLOCK entries. A
 * few at a time, there or not, because a processor cannot guess how many there are. */
static uint32_t block_index(const parser *p, uint32_t from, uint32_t to, uint32_t *index)
{
    enum { AT_ONCE = 8 };
    const uint8_t *at = (const uint8_t *)p->bytes.at;
    uint32_t n = 0;
    if (p->bytes.n - from < BLOCK) {
        for (; from < to; from++) {
            index[n] = from;
            n += p->is_delimiter[at[from]];
        }
        return n;
    }
    const block_finder f = block_finder_of(p);
    uint64_t mask = block_mask(&f, at + from);
    if (to - from < BLOCK) mask &= (UINT64_C(1) << (to - from)) - 1;
    n = bits_count(mask);
    for (uint32_t i = 0; i < n; i += AT_ONCE)
        for (uint32_t k = i; k < i + AT_ONCE; k++) {
            index[k] = from + (uint32_t)__builtin_ctzll(mask | UINT64_C(1) << (BLOCK - 1));
            mask &= mask - 1;
        }
    return n;
}
#else
/* Writes the entries of [from, to), at most a block, and may write one more. No branch: one byte in
 * five is a delimiter, and a processor cannot guess which. */
static uint32_t block_index(const parser *p, uint32_t from, uint32_t to, uint32_t *index)
{
    const uint8_t *at = (const uint8_t *)p->bytes.at;
    uint32_t n = 0;
    for (; from < to; from++) {
        index[n] = from;
        n += p->is_delimiter[at[from]];
    }
    return n;
}
#endif

/* Index entries of bytes [from, end), one segment. */
static void index_range(parser *p, uint32_t from, uint32_t end)
{
    uint32_t n = p->index_n;
    memset(p->next, 0, sizeof p->next);
    while (from < end) {
        uint32_t before = n, to = end - from > BLOCK ? from + BLOCK : end;
        if (p->index_capacity >= BLOCK && n <= p->index_capacity - BLOCK)
            n += block_index(p, from, to, p->index + n);
        else
            n = index_carefully(p, from, to, n);
        from = to;
        if (n == before && end - from >= SKIP_MIN) from = skip(p, from, end);
    }
    p->index_n = n;
}

static bool is_header_id(const char *id)
{
    return memcmp(id, "MSH", 3) == 0 || memcmp(id, "BHS", 3) == 0 || memcmp(id, "FHS", 3) == 0;
}

static bool is_capital(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void id_check(parser *p, plx_slice id, size_t offset)
{
    if (id.n == 3 && is_capital(id.at[0]) && is_capital(id.at[1]) && is_capital(id.at[2])) {
        if (p->segments_n > 0 && memcmp(id.at, "MSH", 3) == 0)
            warn(p, PLX_HL7_WARN_AGAIN, 0, offset);
        else if (memcmp(id.at, "BHS", 3) == 0 || memcmp(id.at, "FHS", 3) == 0 ||
                 memcmp(id.at, "BTS", 3) == 0 || memcmp(id.at, "FTS", 3) == 0)
            warn(p, PLX_HL7_WARN_BATCH, 0, offset);
        return;
    }
    bool letters = id.n == 3;
    for (size_t i = 0; letters && i < id.n; i++)
        letters = is_alnum(id.at[i]);
    warn(p, letters ? PLX_HL7_WARN_CASE : PLX_HL7_WARN_ID, 0, offset);
}

/* Entry of the first field separator among the entries of one segment; end when there is none. */
static uint32_t first_separator(const parser *p, uint32_t entry, uint32_t end)
{
    while (entry < end && p->bytes.at[p->index[entry]] != p->d.field)
        entry++;
    return entry;
}

static bool repetitions_fit(const parser *p, uint32_t entry, uint32_t end, uint32_t *offset)
{
    uint32_t n = 1;
    for (; entry < end; entry++) {
        char c = p->bytes.at[p->index[entry]];
        if (c == p->d.field)
            n = 1;
        else if (c == p->d.repetition && ++n > PLX_HL7_REPETITIONS_MAX)
            break;
    }
    *offset = entry < end ? p->index[entry] : 0;
    return entry == end;
}

/* The encoding characters of a header are no delimiters: the index leaves them out. */
static void segment_index(parser *p, uint32_t offset, uint32_t end)
{
    const char *at = p->bytes.at;
    if (end - offset > 4 && at[offset + 3] == p->d.field && is_header_id(at + offset)) {
        index_range(p, offset + 3, offset + 4);
        const char *last = memchr(at + offset + 4, p->d.field, end - offset - 4);
        offset = last ? (uint32_t)(last - at) : end;
    }
    index_range(p, offset, end);
}

static plx_status segment_add(parser *p, uint32_t offset, uint32_t end, plx_hl7_error *error)
{
    if (p->segments_n == PLX_HL7_SEGMENTS_MAX)
        return fail(PLX_LIMIT, "the message has more segments than allowed; split it", offset,
                    error);
    uint32_t first = p->index_n;
    segment_index(p, offset, end);
    if (p->segments_n < p->segments_capacity && p->index_n <= p->index_capacity) {
        uint32_t field = first_separator(p, first, p->index_n), too_many;
        uint32_t id_end = field < p->index_n ? p->index[field] : end;
        if (p->index_n - field >= PLX_HL7_REPETITIONS_MAX &&
            !repetitions_fit(p, field, p->index_n, &too_many))
            return fail(PLX_LIMIT, "a field has more repetitions than allowed; split it", too_many,
                        error);
        p->segments[p->segments_n] = (plx_hl7_segment){.offset = offset,
                                                       .length = end - offset,
                                                       .id_length = id_end - offset,
                                                       .first = field,
                                                       .end = p->index_n};
        id_check(p, (plx_slice){p->bytes.at + offset, id_end - offset}, offset);
    }
    p->segments_n++;
    return PLX_OK;
}

static plx_status segments_read(parser *p, size_t header, plx_hl7_error *error)
{
    const char *at = p->bytes.at;
    plx_hl7_lines lines = plx_hl7_lines_init(p->bytes);
    for (size_t from = header; from < p->bytes.n;) {
        size_t end = plx_hl7_lines_end(&lines, from), offset = from;
        while (offset < end && is_blank(at[offset]) && !p->is_delimiter[(unsigned char)at[offset]])
            offset++;
        if (offset < end) {
            if (offset > from) warn(p, PLX_HL7_WARN_BLANKS, 0, from);
            PLX_TRY(segment_add(p, (uint32_t)offset, (uint32_t)end, error));
        }
        from = end + 1;
    }
    return PLX_OK;
}

static void publish(const parser *p, plx_hl7_message *m)
{
    uint32_t kept = p->warnings_n < PLX_HL7_WARNINGS_MAX ? p->warnings_n : PLX_HL7_WARNINGS_MAX;
    m->bytes = p->bytes;
    m->delimiters = p->d;
    m->index_n = p->index_n;
    m->segments_n = p->segments_n;
    m->warnings_n = p->warnings_n;
    memcpy(m->warnings, p->warnings, kept * sizeof m->warnings[0]);
}

plx_status plx_hl7_parse_within(plx_slice bytes, size_t bytes_max, plx_hl7_message *message,
                                plx_hl7_error *error)
{
    PLX_ASSERT(bytes_max <= PLX_HL7_MESSAGE_CEILING);
    if (bytes.n > bytes_max)
        return fail(PLX_LIMIT, "the message is larger than allowed; raise the limit or split it",
                    bytes_max, error);
    parser p;
    p.bytes = bytes;
    p.index = message->index;
    p.index_capacity = message->index_capacity;
    p.segments = message->segments;
    p.segments_capacity = message->segments_capacity;
    p.index_n = p.segments_n = p.warnings_n = 0;
    size_t header = header_find(&p);
    if (header == bytes.n)
        return fail(PLX_SYNTAX, "the message does not begin with an MSH segment", 0, error);
    PLX_TRY(delimiters_read(&p, header, error));
    PLX_TRY(segments_read(&p, header, error));
    if (p.index_n > p.index_capacity || p.segments_n > p.segments_capacity) {
        (void)fail(PLX_SPACE, "the arrays for the index are too small", 0, error);
        error->index_needed = p.index_n;
        error->segments_needed = p.segments_n;
        return PLX_SPACE;
    }
    publish(&p, message);
    return PLX_OK;
}

plx_status plx_hl7_parse(plx_slice bytes, plx_hl7_message *message, plx_hl7_error *error)
{
    return plx_hl7_parse_within(bytes, PLX_HL7_MESSAGE_MAX, message, error);
}
