/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: access by number and by walk find the parts that a literal split finds, on any message;
 * encoding gives the bytes back; both are linear. Oracle: a literal splitter (reference_*) that
 * knows neither index nor walk, on random messages with ordinary and odd delimiters, on mutations,
 * on texts poor in delimiters and on the public corpus. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/format/hl7v2/batch.h"
#include "core/format/hl7v2/hl7v2.h"

enum { INDEX_MAX = 1 << 16, SEGMENTS_MAX = 1 << 12 };

static uint32_t index_memory[INDEX_MAX];
static plx_hl7_segment segment_memory[SEGMENTS_MAX];
static plx_hl7_error error;

static plx_hl7_message empty_message(void)
{
    return (plx_hl7_message){.index = index_memory,
                             .index_capacity = INDEX_MAX,
                             .segments = segment_memory,
                             .segments_capacity = SEGMENTS_MAX};
}

static plx_hl7_message parse_slice(plx_slice bytes)
{
    plx_hl7_message m = empty_message();
    assert_int_equal(plx_hl7_parse(bytes, &m, &error), PLX_OK);
    return m;
}

/* The n-th part (from 0) of s at the character c; false beyond the last. */
static bool reference_part(plx_slice s, char c, size_t n, plx_slice *part)
{
    size_t start = 0, number = 0;
    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && s.at[i] != c) continue;
        if (number == n) {
            *part = (plx_slice){s.at + start, i - start};
            return true;
        }
        number++;
        start = i + 1;
    }
    return false;
}

static void assert_same_place(const plx_hl7_message *m, plx_hl7_span got, plx_slice want)
{
    assert_ptr_equal(m->bytes.at + got.offset, want.at);
    assert_int_equal(got.length, want.n);
    bool null = want.n == 2 && memcmp(want.at, "\"\"", 2) == 0;
    assert_int_equal(got.presence, want.n == 0 ? PLX_EMPTY : null ? PLX_NULL : PLX_VALUE);
}

typedef struct level {
    plx_hl7_walk (*walk)(const plx_hl7_message *, plx_hl7_span);
    plx_hl7_span (*nth)(const plx_hl7_message *, plx_hl7_span, uint32_t);
} level;

static const level LEVELS[] = {{plx_hl7_walk_repetitions, plx_hl7_repetition},
                               {plx_hl7_walk_components, plx_hl7_component},
                               {plx_hl7_walk_subcomponents, plx_hl7_subcomponent}};

/* Compares the parts of a span at this level and all below. */
static void compare_parts(const plx_hl7_message *m, plx_hl7_span span, plx_slice text, size_t depth)
{
    if (depth == 3) return;
    const char separators[] = {m->delimiters.repetition, m->delimiters.component,
                               m->delimiters.subcomponent};
    plx_hl7_walk walk = LEVELS[depth].walk(m, span);
    plx_hl7_span got = {0};
    plx_slice want;
    uint32_t n = 0;
    for (; reference_part(text, separators[depth], n, &want); n++) {
        assert_true(plx_hl7_walk_next(m, &walk, &got));
        assert_same_place(m, got, want);
        if (n < 8) assert_same_place(m, LEVELS[depth].nth(m, span, n + 1), want);
        compare_parts(m, got, want, depth + 1);
    }
    assert_false(plx_hl7_walk_next(m, &walk, &got));
    assert_int_equal(LEVELS[depth].nth(m, span, n + 1).presence, PLX_ABSENT);
    if (depth == 0) assert_int_equal(plx_hl7_repetition_count(m, span), n);
}

static bool is_header(plx_slice id)
{
    return plx_slice_is(id, "MSH") || plx_slice_is(id, "BHS") || plx_slice_is(id, "FHS");
}

static void compare_segment(const plx_hl7_message *m, uint32_t segment, plx_slice line)
{
    char c = m->delimiters.field;
    plx_slice id = {0}, want = {0};
    assert_true(reference_part(line, c, 0, &id));
    assert_true(plx_slice_equal(plx_hl7_id(m, segment), id));
    assert_ptr_equal(plx_hl7_id(m, segment).at, id.at);
    bool header = is_header(id) && id.n < line.n;
    plx_hl7_walk walk = plx_hl7_walk_fields(m, segment);
    plx_hl7_span got = {0};
    uint32_t number = 1;
    for (size_t n = 1;; number++) {
        bool whole = header && number <= 2;
        if (header && number == 1)
            want = (plx_slice){id.at + 3, 1};
        else if (!reference_part(line, c, n++, &want))
            break;
        assert_true(plx_hl7_walk_next(m, &walk, &got));
        assert_same_place(m, got, want);
        assert_same_place(m, plx_hl7_field(m, segment, number), want);
        if (!whole)
            compare_parts(m, got, want, 0);
        else
            assert_int_equal(plx_hl7_repetition_count(m, got), 1);
    }
    assert_false(plx_hl7_walk_next(m, &walk, &got));
    assert_int_equal(plx_hl7_field_count(m, segment), number - 1);
    assert_int_equal(plx_hl7_field(m, segment, number).presence, PLX_ABSENT);
}

static bool is_any(char c, const plx_hl7_delimiters *d)
{
    return c == d->field || c == d->component || c == d->repetition || c == d->subcomponent;
}

static void compare_with_reference(const plx_hl7_message *m)
{
    uint32_t segment = 0;
    const char *at = m->bytes.at;
    for (size_t i = 0, start = 0; i <= m->bytes.n; i++) {
        if (i < m->bytes.n && at[i] != '\r' && at[i] != '\n') continue;
        if (start == 0 && i >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) start = 3;
        while (start < i && (at[start] == ' ' || at[start] == '\t') &&
               (segment == 0 || !is_any(at[start], &m->delimiters)))
            start++;
        if (start < i) {
            assert_true(segment < m->segments_n);
            compare_segment(m, segment++, (plx_slice){at + start, i - start});
        }
        start = i + 1;
    }
    assert_int_equal(segment, m->segments_n);
}

static void assert_encodes_to_itself(const plx_hl7_message *m)
{
    static char memory[1 << 20];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_hl7_encode(m, &out);
    assert_false(out.full);
    assert_int_equal(out.n, m->bytes.n);
    assert_memory_equal(out.at, m->bytes.at, out.n);
}

static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

/* A header with delimiters, ordinary two times in three, then characters that matter. */
static size_t random_message(char *at, size_t n)
{
    static const char ODD[] = "|^~\\&#@$%!*:; ,.-+'\"()x7\xE9";
    char d[6] = "|^~\\&";
    if (below(3) == 0)
        for (int i = 0; i < 5; i++)
            d[i] = ODD[below(sizeof ODD - 1)];
    if (d[0] == 'x' || d[0] == '7') d[0] = '|';
    uint32_t given = below(4) == 0 ? below(5) : 4;
    size_t used = (size_t)sprintf(at, "MSH%c%.*s%c", d[0], (int)given, d + 1, d[0]);
    static const char *const WORDS[] = {"\r", "\n",   "\r\n",   "\rPID", "\rMSH", "\rBHS",
                                        " ",  "\"\"", "\r  \t", "OBX",   "\x0b",  "\xC3\xA9"};
    while (used + 8 < n) {
        uint32_t kind = below(16);
        if (kind < 8)
            at[used++] = d[below(5)];
        else if (kind < 13)
            at[used++] = (char)('a' + below(4));
        else if (kind < 14)
            at[used++] = (char)below(256);
        else {
            const char *word = WORDS[below(sizeof WORDS / sizeof WORDS[0])];
            memcpy(at + used, word, strlen(word));
            used += strlen(word);
        }
    }
    return used;
}

static void access_equals_the_literal_splitter(void **state)
{
    (void)state;
    char text[600];
    for (int round = 0; round < 20000; round++) {
        size_t n = random_message(text, 12 + below(sizeof text - 12));
        plx_hl7_message m = parse_slice((plx_slice){text, n});
        compare_with_reference(&m);
        assert_encodes_to_itself(&m);
    }
}

/* Long texts take the way of the skip: delimiters of every kind at every distance from a block. */
static void sparse_segments_are_indexed_alike(void **state)
{
    (void)state;
    static char text[8192];
    for (int round = 0; round < 400; round++) {
        memset(text, 'x', sizeof text);
        memcpy(text, "MSH|^~\\&|A\rOBX|", 15);
        for (uint32_t i = 0, n = below(12); i < n; i++)
            text[20 + below(sizeof text - 20)] = "|^~&\r\n\\"[below(7)];
        plx_hl7_message m = parse_slice((plx_slice){text, sizeof text - below(70)});
        compare_with_reference(&m);
        assert_encodes_to_itself(&m);
    }
}

static void mutations_encode_to_themselves(void **state)
{
    (void)state;
    static const char MESSAGE[] =
        "MSH|^~\\&|LAB|H|P|E|20260102||ORU^R01|7|P|2.5\r\nPID|1||42^^^H^MR~43||Doe^J&K\n\r"
        "OBX|1|NM|8310-5^T^LN||\"\"|Cel|a\\T\\b|||F\r\rNTE|1||x\\.br\\y\r";
    char text[sizeof MESSAGE];
    for (int round = 0; round < 50000; round++) {
        memcpy(text, MESSAGE, sizeof MESSAGE);
        for (uint32_t i = 0, n = 1 + below(6); i < n; i++)
            text[below(sizeof MESSAGE - 1)] =
                below(2) ? (char)below(256) : "|^~\\&\r\n \""[below(9)];
        plx_hl7_message m = empty_message();
        plx_slice bytes = {text, sizeof MESSAGE - 1 - below(40)};
        plx_status status = plx_hl7_parse(bytes, &m, &error);
        assert_true(status == PLX_OK || status == PLX_SYNTAX);
        if (status != PLX_OK) continue;
        assert_encodes_to_itself(&m);
        compare_with_reference(&m);
    }
}

/* Four million parts of one level: a walk that went back, or one of the parts below that looked
 * beyond its end, would not end in the time of a test. */
static void a_walk_is_linear_in_hostile_input(void **state)
{
    (void)state;
    enum { PARTS = 1 << 22, HEAD = 15 };
    char *text = malloc(HEAD + PARTS), *copy = malloc(HEAD + PARTS);
    uint32_t *index = malloc((HEAD + PARTS) * sizeof *index);
    assert_true(text && copy && index);
    static const char KINDS[] = "|^&";
    for (size_t k = 0; k < 3; k++) {
        memcpy(text, "MSH|^~\\&|A\rOBX|", HEAD);
        memset(text + HEAD, KINDS[k], PARTS);
        plx_hl7_message m = {.index = index,
                             .index_capacity = HEAD + PARTS,
                             .segments = segment_memory,
                             .segments_capacity = SEGMENTS_MAX};
        assert_int_equal(plx_hl7_parse((plx_slice){text, HEAD + PARTS}, &m, &error), PLX_OK);
        plx_hl7_span part = plx_hl7_field(&m, 1, 1);
        plx_hl7_walk walk = k == 0   ? plx_hl7_walk_fields(&m, 1)
                            : k == 1 ? plx_hl7_walk_components(&m, part)
                                     : plx_hl7_walk_subcomponents(&m, part);
        uint32_t n = 0;
        while (plx_hl7_walk_next(&m, &walk, &part))
            n++;
        assert_int_equal(n, PARTS + 1);
        plx_out out = plx_out_init(copy, HEAD + PARTS);
        plx_hl7_encode(&m, &out);
        assert_true(plx_slice_equal(plx_out_slice(&out), m.bytes));
    }
    free(copy);
    free(index);
    free(text);
}

static char *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    fseek(f, 0, SEEK_END);
    *n = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, f), *n);
    fclose(f);
    return bytes;
}

static void public_corpus_is_read_whole(void **state)
{
    (void)state;
    size_t n = 0;
    char *bytes = read_file(PLX_SOURCE_ROOT "/../shared/data/hl7v2/corpus.mllp", &n);
    if (!bytes) skip();
    plx_hl7_reader reader;
    plx_slice message;
    uint64_t offset;
    int messages = 0;
    plx_hl7_reader_init(&reader, (plx_slice){bytes, n});
    for (; plx_hl7_reader_next(&reader, &message, &offset); messages++) {
        plx_hl7_message m = parse_slice(message);
        compare_with_reference(&m);
        assert_encodes_to_itself(&m);
    }
    assert_int_equal(messages, 1243);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_equals_the_literal_splitter),
        cmocka_unit_test(sparse_segments_are_indexed_alike),
        cmocka_unit_test(mutations_encode_to_themselves),
        cmocka_unit_test(a_walk_is_linear_in_hostile_input),
        cmocka_unit_test(public_corpus_is_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
