/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every row of the grammar (v2 chapter 2) holds: header, numbering, segment ends, ids, depth,
 * states, limits, warnings; sizes are counted exactly. Oracle: own messages with known parts.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

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

static plx_hl7_message parse(const char *text)
{
    return parse_slice(plx_slice_of(text));
}

static void assert_text(plx_slice s, const char *text)
{
    assert_int_equal(s.n, strlen(text));
    assert_memory_equal(s.at, text, s.n);
}

static void assert_span(const plx_hl7_message *m, plx_hl7_span span, const char *text,
                        plx_presence presence)
{
    assert_text(plx_hl7_slice(m, span), text);
    assert_int_equal(span.presence, presence);
}

static uint32_t count_warnings(const plx_hl7_message *m, const char *code)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->warnings_n && i < PLX_HL7_WARNINGS_MAX; i++)
        n += strcmp(m->warnings[i].code, code) == 0;
    return n;
}

static void assert_delimiters(const char *text, const char *five, char truncation)
{
    plx_hl7_message m = parse(text);
    const plx_hl7_delimiters *d = &m.delimiters;
    const char got[6] = {d->field, d->component, d->repetition, d->escape, d->subcomponent, 0};
    assert_string_equal(got, five);
    assert_int_equal(d->truncation, truncation);
}

static void header_declares_the_delimiters(void **state)
{
    (void)state;
    assert_delimiters("MSH|^~\\&|A", "|^~\\&", 0);
    assert_delimiters("MSH|^~\\&#|A", "|^~\\&", '#');
    assert_delimiters("MSH|^~\\&#!?|A", "|^~\\&", '#');
    assert_delimiters("MSH@~&#\\@A", "@~&#\\", 0);
    assert_delimiters("MSH$%~\\&$A", "$%~\\&", 0);
    assert_delimiters("MSH|^~|A", "|^~\\&", 0);
    assert_delimiters("MSH|", "|^~\\&", 0);
    assert_delimiters("MSH||A", "|^~\\&", 0);
    assert_delimiters("MSH|:\rPID|1", "|:~\\&", 0);
    assert_delimiters("MSH|^~\\\\&|A", "|^~\\\\", '&');
    assert_delimiters("MSH|&&&&|A", "|&&&&", 0);
    assert_delimiters("MSH^", "^^~\\&", 0);
    assert_delimiters("MSH |x", " |x\\&", 0);
}

static void assert_refused(const char *text, size_t n, plx_status status, uint32_t offset)
{
    plx_hl7_message m = empty_message(), before;
    memset(m.warnings, 0x5A, sizeof m.warnings);
    memcpy(&before, &m, sizeof m);
    error = (plx_hl7_error){0};
    assert_int_equal(plx_hl7_parse((plx_slice){text, n}, &m, &error), status);
    assert_memory_equal(&m, &before, sizeof m);
    assert_non_null(error.text);
    assert_int_equal(error.offset, offset);
}

static void only_a_missing_header_is_an_error(void **state)
{
    (void)state;
    static const char *const NO_MSH[] = {"",
                                         "M",
                                         "MS",
                                         "PID|1\r",
                                         "msh|^~\\&|",
                                         "\r\n",
                                         " \t",
                                         "BHS|^~\\&|\rMSH|^~\\&|\r",
                                         "\x0bMSH|^~\\&|"};
    for (size_t i = 0; i < sizeof NO_MSH / sizeof NO_MSH[0]; i++)
        assert_refused(NO_MSH[i], strlen(NO_MSH[i]), PLX_SYNTAX, 0);
    assert_refused(NULL, 0, PLX_SYNTAX, 0);
    static const char *const NO_MSH_1[] = {"MSH",       "MSH\r",        "MSH\n", "MSHA^~\\&A",
                                           "MSH0^~\\&", "MSH\t^~\\&\t", "MSHz",  "MSH\x7f^~\\&"};
    for (size_t i = 0; i < sizeof NO_MSH_1 / sizeof NO_MSH_1[0]; i++)
        assert_refused(NO_MSH_1[i], strlen(NO_MSH_1[i]), PLX_SYNTAX, 3);
    assert_refused("MSH\0^~\\&", 8, PLX_SYNTAX, 3);
    assert_refused("\r\n  MSH", 7, PLX_SYNTAX, 7);
}

static void header_oddities_are_warnings(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        uint32_t segment, field, offset;
    } CASES[] = {
        {"\xEF\xBB\xBFMSH|^~\\&|A\r", "byte-order-mark", 0, 0, 0},
        {"MSH|^~|A\r", "delimiters-missing", 0, 2, 4},
        {"MSH|^~\\&#!|A\r", "delimiters-extra", 0, 2, 9},
        {"MSH|^~\\\\&|A\r", "delimiter-twice", 0, 2, 4},
        {"MSH|&&&&|A\r", "delimiter-twice", 0, 2, 4},
        {"MSH|^~\\&^|A\r", "delimiter-twice", 0, 2, 4},
        {"MSH|x~\\&|A\r", "delimiter-odd", 0, 2, 4},
        {"MSH|^ \\&|A\r", "delimiter-odd", 0, 2, 4},
        {"\r\n \tMSH|^~\\&|A\r", "leading-blanks", 0, 0, 2},
        {"MSH|^~\\&|A\r PID|1\r", "leading-blanks", 1, 0, 11},
        {"MSH|^~\\&|A\rpid|1\r", "segment-case", 1, 0, 11},
        {"MSH|^~\\&|A\rPI|1\r", "segment-id", 1, 0, 11},
        {"MSH|^~\\&|A\rMSH|^~\\&|A\r", "header-again", 1, 0, 11},
        {"MSH|^~\\&|A\rBTS|1\r", "batch-inside", 1, 0, 11},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        plx_hl7_message m = parse(CASES[i].text);
        assert_int_equal(m.warnings_n, 1);
        assert_string_equal(m.warnings[0].code, CASES[i].code);
        assert_int_equal(m.warnings[0].segment, CASES[i].segment);
        assert_int_equal(m.warnings[0].field, CASES[i].field);
        assert_int_equal(m.warnings[0].offset, CASES[i].offset);
        assert_true(strlen(plx_hl7_warning_text(CASES[i].code)) > 10);
    }
    assert_string_equal(plx_hl7_warning_text("no such code"), "");
    assert_int_equal(parse("MSH|^~\\&#|A\rZX1|1\r\r\nNK1\r").warnings_n, 0);
}

static void further_warnings_are_counted(void **state)
{
    (void)state;
    char text[1024] = "MSH|^~\\&|A\r";
    for (int i = 0; i < PLX_HL7_WARNINGS_MAX + 5; i++)
        strcat(text, "x|1\r");
    plx_hl7_message m = parse(text);
    assert_int_equal(m.warnings_n, PLX_HL7_WARNINGS_MAX + 5);
    assert_int_equal(m.warnings[PLX_HL7_WARNINGS_MAX - 1].segment, PLX_HL7_WARNINGS_MAX);
}

static void msh_is_numbered_from_its_separator(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A|B\rBHS|^~\\&|C\rFHS|^~&|D\rMSH|^~\rMSH|\rMSH\r");
    for (uint32_t s = 0; s < 5; s++) {
        assert_span(&m, plx_hl7_field(&m, s, 1), "|", PLX_VALUE);
        assert_true(plx_hl7_is_header(&m, s));
    }
    assert_span(&m, plx_hl7_field(&m, 0, 2), "^~\\&", PLX_VALUE);
    assert_int_equal(plx_hl7_repetition_count(&m, plx_hl7_field(&m, 0, 2)), 1);
    assert_span(&m, plx_hl7_get(&m, 0, 2, 1), "^~\\&", PLX_VALUE);
    assert_span(&m, plx_hl7_get(&m, 0, 2, 2), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_get(&m, 0, 1, 1), "|", PLX_VALUE);
    assert_span(&m, plx_hl7_field(&m, 0, 3), "A", PLX_VALUE);
    assert_span(&m, plx_hl7_field(&m, 0, 4), "B", PLX_VALUE);
    assert_int_equal(plx_hl7_field_count(&m, 0), 4);
    assert_span(&m, plx_hl7_field(&m, 1, 3), "C", PLX_VALUE);
    assert_span(&m, plx_hl7_get(&m, 2, 2, 1), "^~&", PLX_VALUE);
    assert_span(&m, plx_hl7_field(&m, 2, 3), "D", PLX_VALUE);
    assert_span(&m, plx_hl7_field(&m, 3, 2), "^~", PLX_VALUE);
    assert_int_equal(plx_hl7_field_count(&m, 3), 2);
    assert_span(&m, plx_hl7_field(&m, 4, 2), "", PLX_EMPTY);
    assert_int_equal(plx_hl7_field_count(&m, 4), 2);
    assert_int_equal(plx_hl7_field_count(&m, 5), 0);
    assert_span(&m, plx_hl7_field(&m, 5, 1), "", PLX_ABSENT);
}

static void segments_end_with_cr_lf_or_both(void **state)
{
    (void)state;
    plx_hl7_message m = parse("\n\rMSH|^~\\&|A\nPID|1\r\nPV1|2\r\r\n\nOBX|3\n\r  \t\r NTE|4");
    static const char *const IDS[] = {"MSH", "PID", "PV1", "OBX", "NTE"};
    static const uint32_t OFFSETS[] = {2, 13, 20, 29, 41};
    assert_int_equal(m.segments_n, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_text(plx_hl7_id(&m, i), IDS[i]);
        assert_int_equal(m.segments[i].offset, OFFSETS[i]);
        assert_int_equal(plx_hl7_find(&m, IDS[i], 0), i);
        char digit[2] = {(char)('0' + i), 0};
        if (i > 0) assert_span(&m, plx_hl7_field(&m, i, 1), digit, PLX_VALUE);
    }
}

static void any_segment_id_is_kept(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A\rpid|1\rZZZ|1\r12^3|x\rlong text without separator\r"
                              "|y\rPID");
    static const char *const IDS[] = {"MSH", "pid", "ZZZ", "12^3", "long text without separator",
                                      "",    "PID"};
    assert_int_equal(m.segments_n, 7);
    for (uint32_t i = 0; i < 7; i++)
        assert_text(plx_hl7_id(&m, i), IDS[i]);
    assert_span(&m, plx_hl7_field(&m, 3, 1), "x", PLX_VALUE);
    assert_span(&m, plx_hl7_field(&m, 5, 1), "y", PLX_VALUE);
    assert_int_equal(plx_hl7_field_count(&m, 4), 0);
    assert_int_equal(plx_hl7_field_count(&m, 6), 0);
    assert_int_equal(plx_hl7_find(&m, "PID", 0), 6);
    assert_int_equal(plx_hl7_find(&m, "PID", 7), UINT32_MAX);
    assert_int_equal(plx_hl7_find(&m, "ZZ", 0), UINT32_MAX);
    assert_true(plx_hl7_segment_is(&m, 1, "pid"));
    assert_false(plx_hl7_segment_is(&m, 1, "PID"));
    assert_int_equal(count_warnings(&m, "segment-id"), 3);
    assert_int_equal(count_warnings(&m, "segment-case"), 1);
}

static void a_segment_beyond_the_end_has_nothing(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A\rPID|1\r");
    uint32_t none = plx_hl7_find(&m, "PV1", 0);
    assert_int_equal(none, UINT32_MAX);
    plx_hl7_span part;
    plx_hl7_walk walk = plx_hl7_walk_fields(&m, none);
    assert_false(plx_hl7_walk_next(&m, &walk, &part));
    assert_span(&m, plx_hl7_get(&m, none, 19, 1), "", PLX_ABSENT);
    assert_int_equal(plx_hl7_field_count(&m, 2), 0);
    assert_false(plx_hl7_segment_is(&m, none, "PV1"));
    assert_false(plx_hl7_is_header(&m, none));
}

static void a_second_header_stays_in_the_message(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A\rPID|1\rMSH|^~\rMSH@$%\\&@B@C^D\rZZ1|2\r");
    assert_int_equal(m.segments_n, 5);
    assert_int_equal(count_warnings(&m, "header-again"), 1);
    assert_text(plx_hl7_id(&m, 3), "MSH@$%\\&@B@C^D"); /* the first header's delimiters hold */
    assert_span(&m, plx_hl7_field(&m, 4, 1), "2", PLX_VALUE);
}

static void four_levels_and_no_more(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A\rPID|a~b^c&d&e^f~|g^^h|&|~^|i\\|j\r");
    plx_hl7_span f1 = plx_hl7_field(&m, 1, 1);
    assert_span(&m, f1, "a~b^c&d&e^f~", PLX_VALUE);
    assert_int_equal(plx_hl7_repetition_count(&m, f1), 3);
    assert_span(&m, plx_hl7_repetition(&m, f1, 1), "a", PLX_VALUE);
    plx_hl7_span r2 = plx_hl7_repetition(&m, f1, 2);
    assert_span(&m, r2, "b^c&d&e^f", PLX_VALUE);
    plx_hl7_span c2 = plx_hl7_component(&m, r2, 2);
    assert_span(&m, c2, "c&d&e", PLX_VALUE);
    assert_span(&m, plx_hl7_subcomponent(&m, c2, 1), "c", PLX_VALUE);
    assert_span(&m, plx_hl7_subcomponent(&m, c2, 3), "e", PLX_VALUE);
    assert_span(&m, plx_hl7_subcomponent(&m, c2, 4), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_repetition(&m, f1, 3), "", PLX_EMPTY);
    assert_span(&m, plx_hl7_repetition(&m, f1, 4), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_repetition(&m, f1, 0), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_get(&m, 1, 2, 0), "g^^h", PLX_VALUE);
    assert_span(&m, plx_hl7_get(&m, 1, 2, 2), "", PLX_EMPTY);
    assert_span(&m, plx_hl7_get(&m, 1, 2, 3), "h", PLX_VALUE);
    assert_span(&m, plx_hl7_subcomponent(&m, plx_hl7_get(&m, 1, 3, 1), 2), "", PLX_EMPTY);
    assert_int_equal(plx_hl7_repetition_count(&m, plx_hl7_field(&m, 1, 4)), 2);
    assert_span(&m, plx_hl7_field(&m, 1, 5), "i\\", PLX_VALUE); /* an escape stops no split */
    assert_span(&m, plx_hl7_field(&m, 1, 6), "j", PLX_VALUE);
}

static void equal_delimiters_split_at_the_higher_level(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|&&&&|A\rPID|a&b&c|d\r");
    plx_hl7_span f = plx_hl7_field(&m, 1, 1);
    assert_int_equal(plx_hl7_repetition_count(&m, f), 3);
    assert_span(&m, plx_hl7_component(&m, plx_hl7_repetition(&m, f, 2), 1), "b", PLX_VALUE);
    assert_span(&m, plx_hl7_component(&m, plx_hl7_repetition(&m, f, 2), 2), "", PLX_ABSENT);
    m = parse("MSH|^~\\\\&|A\rPID|a\\b^c\r"); /* escape and sub-component */
    plx_hl7_span c = plx_hl7_get(&m, 1, 1, 1);
    assert_span(&m, plx_hl7_subcomponent(&m, c, 2), "b", PLX_VALUE);
    m = parse("MSH^\rPID^a^b\r"); /* field and, by default, component */
    assert_int_equal(plx_hl7_field_count(&m, 1), 2);
    assert_span(&m, plx_hl7_get(&m, 1, 1, 1), "a", PLX_VALUE);
    assert_span(&m, plx_hl7_get(&m, 1, 1, 2), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_get(&m, 0, 1, 1), "^", PLX_VALUE);
}

static void absent_empty_null_and_value_are_four_states(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A\rPID|1||\"\"|\"\"^x|\"\"\"|\" \"|&\"\"\r");
    assert_span(&m, plx_hl7_field(&m, 1, 0), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_field(&m, 1, 1), "1", PLX_VALUE);
    assert_span(&m, plx_hl7_field(&m, 1, 2), "", PLX_EMPTY);
    assert_int_equal(plx_hl7_repetition_count(&m, plx_hl7_field(&m, 1, 2)), 1);
    assert_span(&m, plx_hl7_get(&m, 1, 2, 1), "", PLX_EMPTY);
    assert_span(&m, plx_hl7_get(&m, 1, 2, 2), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_field(&m, 1, 3), "\"\"", PLX_NULL);
    assert_span(&m, plx_hl7_get(&m, 1, 3, 1), "\"\"", PLX_NULL);
    assert_span(&m, plx_hl7_field(&m, 1, 4), "\"\"^x", PLX_VALUE);
    assert_span(&m, plx_hl7_get(&m, 1, 4, 1), "\"\"", PLX_NULL);
    assert_span(&m, plx_hl7_field(&m, 1, 5), "\"\"\"", PLX_VALUE);
    assert_span(&m, plx_hl7_field(&m, 1, 6), "\" \"", PLX_VALUE);
    assert_span(&m, plx_hl7_subcomponent(&m, plx_hl7_get(&m, 1, 7, 1), 2), "\"\"", PLX_NULL);
    assert_span(&m, plx_hl7_field(&m, 1, 8), "", PLX_ABSENT);
    assert_span(&m, plx_hl7_field(&m, 1, UINT32_MAX), "", PLX_ABSENT);
    assert_int_equal(plx_hl7_repetition_count(&m, plx_hl7_field(&m, 1, 8)), 0);
    assert_span(&m, plx_hl7_get(&m, 1, 8, 1), "", PLX_ABSENT);
}

static void a_span_made_by_hand_is_walked_alike(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A\rPID|a~b^c&d&e^f~|g^^h\r");
    plx_hl7_span field = {.offset = 15, .length = 12, .presence = PLX_VALUE};
    assert_text(plx_hl7_slice(&m, field), "a~b^c&d&e^f~");
    plx_hl7_span second = plx_hl7_repetition(&m, field, 2);
    assert_span(&m, second, "b^c&d&e^f", PLX_VALUE);
    second.entry = 0;
    assert_span(&m, plx_hl7_component(&m, second, 3), "f", PLX_VALUE);
    second.entry = UINT32_MAX;
    assert_span(&m, plx_hl7_component(&m, second, 1), "b", PLX_VALUE);
    second.entry = m.index_n;
    assert_span(&m, plx_hl7_component(&m, second, 1), "b", PLX_VALUE);
}

static void every_limit_is_an_error(void **state)
{
    (void)state;
    plx_hl7_message m = empty_message();
    enum { MORE = PLX_HL7_MESSAGE_MAX + 1, SEGMENTS = PLX_HL7_SEGMENTS_MAX + 1 };
    char *text = malloc(MORE);
    plx_hl7_segment *segments = malloc(SEGMENTS * sizeof *segments);
    assert_non_null(text);
    assert_non_null(segments);
    memset(text, 'x', MORE);
    memcpy(text, "MSH|^~\\&|", 9);
    assert_int_equal(plx_hl7_parse((plx_slice){text, MORE - 1}, &m, &error), PLX_OK);
    assert_int_equal(plx_hl7_parse((plx_slice){text, MORE}, &m, &error), PLX_LIMIT);
    assert_int_equal(error.offset, MORE - 1);
    assert_int_equal(plx_hl7_parse_within((plx_slice){text, MORE}, MORE, &m, &error), PLX_OK);
    assert_int_equal(plx_hl7_parse_within((plx_slice){text, 10}, 9, &m, &error), PLX_LIMIT);
    m.segments = segments;
    m.segments_capacity = SEGMENTS;
    for (size_t i = 10; i < MORE; i += 2)
        text[i] = '\r';
    assert_int_equal(
        plx_hl7_parse((plx_slice){text, 10 + 2 * (PLX_HL7_SEGMENTS_MAX - 1)}, &m, &error), PLX_OK);
    assert_int_equal(m.segments_n, PLX_HL7_SEGMENTS_MAX);
    assert_int_equal(plx_hl7_parse((plx_slice){text, 10 + 2 * PLX_HL7_SEGMENTS_MAX}, &m, &error),
                     PLX_LIMIT);
    free(segments);
    free(text);
}

static void repetitions_have_a_limit(void **state)
{
    (void)state;
    static char text[3 * PLX_HL7_REPETITIONS_MAX] = "MSH|^~\\&|A\rPID|1|";
    size_t head = strlen(text);
    memset(text + head, '~', PLX_HL7_REPETITIONS_MAX);
    text[head + PLX_HL7_REPETITIONS_MAX - 1] = 0;
    plx_hl7_message m = parse(text);
    assert_int_equal(plx_hl7_repetition_count(&m, plx_hl7_field(&m, 1, 2)),
                     PLX_HL7_REPETITIONS_MAX);
    text[head + PLX_HL7_REPETITIONS_MAX - 1] = '|'; /* a second field counts for itself */
    strcat(text, "~~~~");
    (void)parse(text);
    text[head + PLX_HL7_REPETITIONS_MAX - 1] = '~';
    assert_refused(text, strlen(text), PLX_LIMIT, (uint32_t)head + PLX_HL7_REPETITIONS_MAX - 1);
    memcpy(text + head - 6, "\r~~~~~", 6); /* not a field: the id of a nonsense segment */
    (void)parse(text);
}

/* Sizes are exact, nothing is written beyond them, and each size below is refused with them. */
static void room_is_counted_exactly(void **state)
{
    (void)state;
    char text[1024] = "MSH|^~\\&|A\r";
    for (int i = 0; i < 9; i++)
        strcat(text, "OBX|1|NM|8310-5^Temp&x~y||37.1|Cel|||||F|||2026^^^^^^^^^^^^^^^^^^^^^&&&&&\r");
    plx_hl7_message whole = parse(text);
    static uint32_t index[INDEX_MAX];
    static plx_hl7_segment segments[16];
    for (uint32_t capacity = 0; capacity <= whole.index_n; capacity++) {
        bool enough = capacity == whole.index_n;
        memset(index, 0xA5, sizeof index);
        plx_hl7_message m = {.index = index,
                             .index_capacity = capacity,
                             .segments = segments,
                             .segments_capacity = whole.segments_n};
        assert_int_equal(plx_hl7_parse(plx_slice_of(text), &m, &error),
                         enough ? PLX_OK : PLX_SPACE);
        assert_int_equal(index[capacity], 0xA5A5A5A5);
        if (enough) break;
        assert_int_equal(error.index_needed, whole.index_n);
        assert_int_equal(error.segments_needed, whole.segments_n);
        assert_int_equal(m.index_n, 0);
    }
    assert_memory_equal(index, whole.index, whole.index_n * sizeof index[0]);
    assert_memory_equal(segments, whole.segments, whole.segments_n * sizeof segments[0]);
    for (uint32_t capacity = 0; capacity < whole.segments_n; capacity++) {
        plx_hl7_message m = {.index = index,
                             .index_capacity = INDEX_MAX,
                             .segments = segments,
                             .segments_capacity = capacity};
        assert_int_equal(plx_hl7_parse(plx_slice_of(text), &m, &error), PLX_SPACE);
        assert_int_equal(error.segments_needed, whole.segments_n);
    }
    plx_hl7_message none = {0};
    assert_int_equal(plx_hl7_parse(plx_slice_of(text), &none, &error), PLX_SPACE);
    assert_int_equal(error.index_needed, whole.index_n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_declares_the_delimiters),
        cmocka_unit_test(only_a_missing_header_is_an_error),
        cmocka_unit_test(header_oddities_are_warnings),
        cmocka_unit_test(further_warnings_are_counted),
        cmocka_unit_test(msh_is_numbered_from_its_separator),
        cmocka_unit_test(segments_end_with_cr_lf_or_both),
        cmocka_unit_test(any_segment_id_is_kept),
        cmocka_unit_test(a_segment_beyond_the_end_has_nothing),
        cmocka_unit_test(a_second_header_stays_in_the_message),
        cmocka_unit_test(four_levels_and_no_more),
        cmocka_unit_test(equal_delimiters_split_at_the_higher_level),
        cmocka_unit_test(absent_empty_null_and_value_are_four_states),
        cmocka_unit_test(a_span_made_by_hand_is_walked_alike),
        cmocka_unit_test(every_limit_is_an_error),
        cmocka_unit_test(repetitions_have_a_limit),
        cmocka_unit_test(room_is_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
