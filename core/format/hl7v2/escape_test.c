/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every escape of v2 chapter 2 (2.7) decodes to what it stands for, once and after the split;
 * the unknown and the unclosed stay and are reported. Oracle: the table of the standard, written
 * out; an encoder of the test (escape_text) as inverse on random texts. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/format/hl7v2/hl7v2.h"

enum { INDEX_MAX = 1 << 14, TEXT_MAX = 1 << 14 };

static uint32_t index_memory[INDEX_MAX];
static plx_hl7_segment segment_memory[INDEX_MAX];

static plx_hl7_message parse(const char *text)
{
    plx_hl7_message m = {.index = index_memory,
                         .index_capacity = INDEX_MAX,
                         .segments = segment_memory,
                         .segments_capacity = INDEX_MAX};
    plx_hl7_error error;
    assert_int_equal(plx_hl7_parse(plx_slice_of(text), &m, &error), PLX_OK);
    return m;
}

/* Decodes NTE-1 of a message with that header. */
static bool decode_with(const char *header, const char *field, char *into, size_t n)
{
    static char text[TEXT_MAX];
    snprintf(text, sizeof text, "%s\rNTE%c%s", header, header[3], field);
    plx_hl7_message m = parse(text);
    plx_out out = plx_out_init(into, n);
    bool same = plx_hl7_decode(&m, plx_hl7_field(&m, 1, 1), &out);
    assert_false(out.full);
    into[out.n] = 0;
    return same;
}

static void assert_decodes(const char *header, const char *field, const char *want)
{
    char got[TEXT_MAX + 1];
    bool same = decode_with(header, field, got, TEXT_MAX);
    assert_string_equal(got, want);
    assert_int_equal(same, strcmp(field, want) == 0);
}

static void every_escape_decodes(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {"\\F\\", "|"},
        {"\\S\\", "^"},
        {"\\T\\", "&"},
        {"\\R\\", "~"},
        {"\\E\\", "\\"},
        {"a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"},
        {"\\X41\\", "A"},
        {"\\X4142c3A9\\", "AB\xC3\xA9"},
        {"\\X0D0A\\", "\r\n"},
        {"a\\.br\\b", "a\nb"},
        {"a\\.BR\\b", "a\nb"},
        {"a\\.ce\\b", "a\nb"},
        {"a\\.sp\\b", "a\nb"},
        {"a\\.sp 3\\b", "a\n\n\nb"},
        {"a\\.sp+2\\b", "a\n\nb"},
        {"a\\.sp0\\b", "ab"},
        {"a\\.sk 4\\b", "a    b"},
        {"a\\.sk\\b", "a b"},
        {"a\\.in 5\\b\\.in+5\\c\\.in\\d", "abcd"},
        {"a\\.ti -3\\b", "ab"},
        {"\\.fi\\a\\.nf\\b", "ab"},
        {"\\H\\loud\\N\\", "loud"},
        {"no escape at all", "no escape at all"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_decodes("MSH|^~\\&|A", CASES[i][0], CASES[i][1]);
}

static void delimiters_are_those_of_the_message(void **state)
{
    (void)state;
    assert_decodes("MSH@~&#%@A", "#F#S#F#", "@S@");
    assert_decodes("MSH@~&#%@A", "#S##R##T##E#", "~&%#");
    assert_decodes("MSH|^~\\&#|A", "a\\P\\", "a#");
    assert_decodes("MSH|^~\\&|A", "a\\P\\", "a\\P\\"); /* none was declared */
    assert_decodes("MSH|^~|A", "\\T\\\\E\\", "&\\");   /* default places */
}

static void the_unknown_and_unclosed_stay(void **state)
{
    (void)state;
    static const char *const KEPT[] = {
        "\\Q\\",       "\\f\\",     "\\\\",      "\\FF\\",
        "\\X\\",       "\\X4\\",    "\\XG1\\",   "\\X414\\",
        "\\.xx\\",     "\\.\\",     "\\.b\\",    "\\.br 2\\",
        "\\.sp 100\\", "\\.sp x\\", "\\.sp +\\", "\\.fi 1\\",
        "\\C28\\",     "\\M24\\",   "\\C284\\",  "\\M24414243\\",
        "C:\\temp\\x", "\\",        "a\\",       "\\F",
        "a\\Fb",       "\\.br",     "\\C2842\\", "\\M2441\\",
        "\\M244142\\", "\\Z\\",     "\\Zabc\\",  "\\Z99\\ and \\Z98\\",
    };
    for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++)
        assert_decodes("MSH|^~\\&|A", KEPT[i], KEPT[i]);
    assert_decodes("MSH|^~\\&|A", "\\Q\\\\F\\", "\\Q\\|");
    assert_decodes("MSH|^~\\&|A", "\\F\\\\", "|\\");
    assert_decodes("MSH|^~\\&|A", "\\F\\tail\\.b", "|tail\\.b");
    assert_decodes("MSH|^~\\&|A", "\\Zx\\\\.br\\y", "\\Zx\\\ny");
}

/* What a decoded byte looks like is never decoded again. */
static void decoding_is_one_pass(void **state)
{
    (void)state;
    assert_decodes("MSH|^~\\&|A", "\\E\\F\\E\\", "\\F\\");
    assert_decodes("MSH|^~\\&|A", "\\X5C465C\\", "\\F\\");
    assert_decodes("MSH|^~\\&|A", "\\E\\.br\\E\\", "\\.br\\");
    assert_decodes("MSH|^~\\&|A", "\\X7C5E267E5C0D\\", "|^&~\\\r");
}

static void a_message_is_split_before_it_is_decoded(void **state)
{
    (void)state;
    plx_hl7_message m = parse("MSH|^~\\&|A\rPID|a\\F\\b\\S\\c|d\\X0D\\PID|e\r");
    assert_int_equal(m.segments_n, 2);
    assert_int_equal(plx_hl7_field_count(&m, 1), 3);
    char text[64];
    plx_out out = plx_out_init(text, sizeof text);
    assert_false(plx_hl7_decode(&m, plx_hl7_get(&m, 1, 1, 1), &out));
    assert_true(plx_slice_is(plx_out_slice(&out), "a|b^c"));
    assert_int_equal(plx_hl7_get(&m, 1, 1, 2).presence, PLX_ABSENT);
    out.n = 0;
    assert_true(plx_hl7_decode(&m, plx_hl7_field(&m, 1, 9), &out)); /* absent: nothing */
    assert_int_equal(out.n, 0);
    out = plx_out_init(text, 3);
    assert_false(plx_hl7_decode(&m, plx_hl7_get(&m, 1, 1, 1), &out)); /* too little room */
    assert_true(out.full && out.n == 3);
}

static void check_finds_the_first_odd_escape(void **state)
{
    (void)state;
    static const struct {
        const char *field, *code;
        uint32_t offset; /* in the field */
    } CASES[] = {
        {"a\\F\\b\\Q\\", "escape-unknown", 5},
        {"\\P\\", "escape-unknown", 0},
        {"\\.br\\\\", "escape-unclosed", 5},
        {"a\\b\\c", "escape-unknown", 1},
        {"abc\\", "escape-unclosed", 3},
        {"\\X4\\\\", "escape-unknown", 0},
        {"plain", NULL, 0},
        {"\\F\\\\Z9\\\\C2842\\\\M2441\\\\.sp 2\\", NULL, 0},
        {"", NULL, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, "MSH|^~\\&|A\rNTE|%s", CASES[i].field);
        plx_hl7_message m = parse(text);
        plx_hl7_warning warning = {.code = "untouched"};
        bool odd = plx_hl7_decode_check(&m, plx_hl7_field(&m, 1, 1), &warning);
        assert_int_equal(odd, CASES[i].code != NULL);
        assert_string_equal(warning.code, odd ? CASES[i].code : "untouched");
        if (odd) assert_int_equal(warning.offset, 15 + CASES[i].offset);
    }
}

static uint64_t seed = 7;

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

/* The inverse of decoding: delimiters by letter or by hex, everything else as it is. */
static void escape_text(const plx_hl7_delimiters *d, const char *text, plx_out *out)
{
    const char all[] = {d->field, d->component, d->subcomponent, d->repetition, d->escape, 0};
    for (; *text; text++) {
        const char *found = strchr(all, *text);
        bool hex = below(8) == 0 || *text == '\r' || *text == '\n';
        if (!found && !hex) {
            plx_out_char(out, *text);
            continue;
        }
        plx_out_char(out, d->escape);
        if (hex) plx_out_char(out, 'X');
        if (hex)
            plx_out_hex(out, (const uint8_t *)text, 1);
        else
            plx_out_char(out, "FSTRE"[found - all]);
        plx_out_char(out, d->escape);
    }
}

static void escaped_texts_come_back_and_split_nothing(void **state)
{
    (void)state;
    static const char *const HEADERS[] = {"MSH|^~\\&|A", "MSH@~&#%@A", "MSH!$%*,!A"};
    for (int round = 0; round < 20000; round++) {
        char want[64], memory[1024], got[TEXT_MAX + 1];
        uint32_t n = below(sizeof want - 1);
        for (uint32_t i = 0; i < n; i++)
            want[i] = below(2) ? "|^~\\&@#%!$*,\r\n.EFX"[below(18)] : (char)(1 + below(255));
        want[n] = 0;
        const char *header = HEADERS[below(3)];
        plx_hl7_message m = parse(header);
        plx_out out = plx_out_init(memory, sizeof memory - 1);
        escape_text(&m.delimiters, want, &out);
        assert_false(out.full);
        memory[out.n] = 0;
        (void)decode_with(header, memory, got, TEXT_MAX);
        assert_string_equal(got, want);
        char line[1100];
        snprintf(line, sizeof line, "%s\rNTE%cx%c%s%cy", header, header[3], header[3], memory,
                 header[3]);
        m = parse(line);
        assert_int_equal(m.segments_n, 2);
        assert_int_equal(plx_hl7_field_count(&m, 1), 3);
        assert_int_equal(plx_hl7_repetition_count(&m, plx_hl7_field(&m, 1, 2)), 1);
        assert_int_equal(plx_hl7_get(&m, 1, 2, 2).presence, PLX_ABSENT);
        plx_hl7_span component = plx_hl7_get(&m, 1, 2, 1);
        assert_int_equal(plx_hl7_subcomponent(&m, component, 2).presence, PLX_ABSENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_escape_decodes),
        cmocka_unit_test(delimiters_are_those_of_the_message),
        cmocka_unit_test(the_unknown_and_unclosed_stay),
        cmocka_unit_test(decoding_is_one_pass),
        cmocka_unit_test(a_message_is_split_before_it_is_decoded),
        cmocka_unit_test(check_finds_the_first_odd_escape),
        cmocka_unit_test(escaped_texts_come_back_and_split_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
