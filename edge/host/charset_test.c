/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: bodies in other character sets become the text that they mean, and each of its bytes is
 * known by the one that was sent. Oracle: bytes and texts from the code charts (ISO 8859, GB 18030,
 * Big5, KS X 1001, JIS X 0208 and 0212), written here as numbers. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/base/utf8.h"
#include "edge/host/charset.h"

#define HEAD(charset) "MSH|^~\\&|A|H|PLX|ED|2026||ADT^A04|1|P|2.5.1||||||" charset "\r"
#define BAD "\xEF\xBF\xBD"

typedef struct sample {
    const char *charset, *raw, *text;
    uint32_t replaced;
} sample;

static const sample SAMPLES[] = {
    {"8859/2", "Dvo\xF8\xE1k", "Dvo\xC5\x99\xC3\xA1k", 0},
    {"8859/5", "\xB8\xD2\xD0\xDD", "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD", 0},
    {"8859/7", "\xD9\xEC\xDD\xE3\xE1", "\xCE\xA9\xCE\xBC\xCE\xAD\xCE\xB3\xCE\xB1", 0},
    {"8859/15", "\xBCuvr\xE9 \xA4", "\xC5\x92uvr\xC3\xA9 \xE2\x82\xAC", 0},
    {"8859/8", "\xE0\xFF|", "\xD7\x90" BAD "|", 1}, /* 0xFF is not assigned */
    /* two bytes, the second a delimiter: 0x7C 0x5E 0x5C 0x7E */
    {"GB 18030-2000", "\x83|\x8A^^\x83\\|", "\xE5\x84\x84\xE5\xA5\xAE^\xE5\x83\x9C|", 0},
    {"GB 18030-2000",
     "\xCD\xF5\x95"
     "2\x82"
     "6|",
     "\xE7\x8E\x8B\xF0\xA0\x80\x80|", 0},
    {"GB 18030-2000", "\xA2\xE3\r\xCD\rX", "\xE2\x82\xAC\r" BAD "\rX", 1},
    {"BIG-5", "\xB3\\\xA5\\\xA5||\xA6^^", "\xE8\xA8\xB1\xE5\x8A\x9F\xE5\x9B\x9B|\xE5\x9B\x9E^", 0},
    {"BIG-5", "\xFF|\xA5", BAD "|" BAD, 2},
    {"KS X 1001", "\xC8\xAB^\xB1\xE6\\\xB5\xBF", "\xED\x99\x8D^\xEA\xB8\xB8\\\xEB\x8F\x99", 0},
    {"~ISO IR87", "\x1B$B;3ED\x1B(B^\x1B$BBK|\x1B(B|",
     "\xE5\xB1\xB1\xE7\x94\xB0^\xE9\x99\x80" BAD "|", 1},
    {"ISO IR87", "\x1B$BK|\x1B(B^\x1B$B8^\x1B(B|", "\xE4\xB8\x87^\xE4\xBA\x94|", 0},
    {"ISO IR159", "\x1B$(D0!\x1B(B|", "\xE4\xB8\x82|", 0},
    {"ISO IR14", "\x1B(J\\\x1B(B|", "\xC2\xA5|", 0},
    /* an escape that is not ended holds to the end of its line; pairs stay pairs after a bad one */
    {"ISO IR87", "\x1B$BK|\rPID|x", "\xE4\xB8\x87\rPID|x", 0},
    {"ISO IR87", "\x1B$B||K|\x1B(B|", BAD "\xE4\xB8\x87|", 1},
    {"ISO IR87", "\x1BQ|\x80", BAD "Q|" BAD, 2},
};

static plx_charset_converter *converter;

static const plx_view *view_of(plx_slice body, plx_charset otherwise)
{
    const plx_view *view = NULL;
    assert_int_equal(plx_charset_view(converter, body, otherwise, &view, NULL), PLX_OK);
    return view;
}

static size_t write_sample(const sample *s, const char *text, char *body, size_t capacity)
{
    int n = snprintf(body, capacity, HEAD("%s") "PID|||%s", s->charset, text);
    assert_true(n > 0 && (size_t)n < capacity);
    return (size_t)n;
}

static void bytes_become_their_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SAMPLES / sizeof *SAMPLES; i++) {
        char body[512], text[512];
        size_t body_n = write_sample(&SAMPLES[i], SAMPLES[i].raw, body, sizeof body);
        write_sample(&SAMPLES[i], SAMPLES[i].text, text, sizeof text);
        const plx_view *view = view_of((plx_slice){body, body_n}, PLX_CHARSET_NONE);
        assert_non_null(view);
        if (!plx_slice_is(view->text, text) || view->replaced != SAMPLES[i].replaced)
            fail_msg("%s, sample %zu: %u replaced, got\n%.*s\nexpected\n%s", SAMPLES[i].charset, i,
                     view->replaced, (int)view->text.n, view->text.at, text);
    }
}

/* Every ASCII character of the text is that same byte of the body; offsets never go back. */
static void check_marks(plx_slice body, const plx_view *view)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < view->text.n; i++) {
        uint32_t raw = plx_view_raw(view, i);
        assert_true(raw < body.n && raw >= last);
        last = raw;
    }
    assert_int_equal(plx_view_raw(view, (uint32_t)view->text.n), body.n);
}

static void offsets_are_those_of_the_body(void **state)
{
    (void)state;
    static const char body[] = HEAD("GB 18030-2000") "PID|||\x83|\x83|^X\rPV1|\x8A^|E";
    const plx_view *view =
        view_of(PLX_LIT(HEAD("GB 18030-2000") "PID|||\x83|\x83|^X\rPV1|\x8A^|E"), PLX_CHARSET_NONE);
    static const char *const ends[] = {"PID", "^X", "PV1", "|E", "E"};
    char text[256];
    memcpy(text, view->text.at, view->text.n);
    text[view->text.n] = 0;
    const size_t head = sizeof HEAD("GB 18030-2000") - 1;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        uint32_t at = (uint32_t)(strstr(text + head, ends[i]) - text);
        /* the same words, found from the end: nothing behind them is converted */
        const char *raw = body + head;
        while (strncmp(raw, ends[i], strlen(ends[i])) != 0 || (i == 3 && raw[-1] != '^'))
            raw++;
        assert_int_equal(plx_view_raw(view, at), raw - body);
    }
    for (size_t i = 0; i < sizeof SAMPLES / sizeof *SAMPLES; i++) {
        char bytes[512];
        plx_slice sample_body = {bytes,
                                 write_sample(&SAMPLES[i], SAMPLES[i].raw, bytes, sizeof bytes)};
        check_marks(sample_body, view_of(sample_body, PLX_CHARSET_NONE));
    }
}

static void what_core_reads_needs_no_view(void **state)
{
    (void)state;
    static const char *const plain[] = {
        HEAD("GB 18030-2000") "PID|||plain",
        HEAD("") "PID|||M\xFCller",
        HEAD("8859/1") "PID|||M\xFCller",
        HEAD("UNICODE UTF-8") "PID|||M\xC3\xBCller",
        HEAD("EBCDIC") "PID|||M\xFCller",
        "PID|\xFF",
        "",
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        assert_null(view_of(plx_slice_of(plain[i]), PLX_CHARSET_NONE));
}

static void interface_says_what_the_message_does_not(void **state)
{
    (void)state;
    const plx_view *view = view_of(PLX_LIT(HEAD("") "PID|||\xA4"), PLX_CHARSET_LATIN9);
    assert_non_null(view);
    assert_memory_equal(view->text.at + view->text.n - 3, "\xE2\x82\xAC", 3);
    assert_non_null(view_of(PLX_LIT(HEAD("") "PID|||M\xFCller"), PLX_CHARSET_LATIN1));
    /* the message's own word goes before it */
    assert_null(view_of(PLX_LIT(HEAD("UTF-8") "PID|||\xA4"), PLX_CHARSET_LATIN9));
}

static void entries_that_are_no_messages_are_left_alone(void **state)
{
    (void)state;
    plx_entry entry = {.kind = PLX_ENTRY_ADMIN, .body = PLX_LIT(HEAD("BIG-5") "\xA6^")};
    assert_int_equal(plx_charset_attach(converter, PLX_CHARSET_GREEK, &entry), PLX_OK);
    assert_null(entry.view);
    entry.kind = PLX_ENTRY_EDITED;
    assert_int_equal(plx_charset_attach(converter, PLX_CHARSET_GREEK, &entry), PLX_OK);
    assert_non_null(entry.view);
}

static void answers_are_written_back(void **state)
{
    (void)state;
    static const struct {
        plx_charset charset;
        const char *text, *bytes;
    } backs[] = {
        {PLX_CHARSET_CHINESE, "\xE5\x84\x84|A\r", "\x83||A\r"},
        {PLX_CHARSET_TAIWANESE, "\xE5\x9B\x9E|", "\xA6^|"},
        {PLX_CHARSET_JAPANESE, "\xE4\xB8\x87|", "\x1B$BK|\x1B(B|"},
        {PLX_CHARSET_JAPANESE, "\xE4\xB8\x87", "\x1B$BK|\x1B(B"},
        {PLX_CHARSET_LATIN9, "\xE2\x82\xAC", "\xA4"},
        {PLX_CHARSET_NONE, "\xE2\x82\xAC", "\xE2\x82\xAC"},
    };
    plx_slice bytes;
    for (size_t i = 0; i < sizeof backs / sizeof *backs; i++) {
        assert_int_equal(
            plx_charset_encode(converter, backs[i].charset, plx_slice_of(backs[i].text), &bytes),
            PLX_OK);
        assert_true(plx_slice_is(bytes, backs[i].bytes));
    }
    assert_int_equal(
        plx_charset_encode(converter, PLX_CHARSET_GREEK, PLX_LIT("\xE4\xB8\x87"), &bytes),
        PLX_SYNTAX);
    assert_int_equal(plx_charset_encode(converter, PLX_CHARSET_GREEK, PLX_LIT(""), &bytes), PLX_OK);
    assert_int_equal(bytes.n, 0);
}

/* Any bytes, in any set: the text is UTF-8, and what happened before makes no difference. */
static void any_bytes_in_any_set(void **state)
{
    (void)state;
    enum { ROUNDS = 4000, BYTES = 200 };
    plx_rng rng = plx_rng_init(20261130, 2);
    for (int round = 0; round < ROUNDS; round++) {
        char body[BYTES + 100];
        plx_charset charset = (plx_charset)plx_rng_below(&rng, PLX_CHARSET_COUNT);
        size_t n = (size_t)snprintf(body, sizeof body, HEAD("%s"), plx_charset_name(charset));
        size_t more = plx_rng_below(&rng, BYTES);
        bool escapes = plx_rng_below(&rng, 2);
        for (size_t i = 0; i < more; i++) {
            static const char ESCAPES[] = "\x1B$B(J\x1B(BD@\r||";
            uint32_t byte = (uint32_t)plx_rng_below(&rng, 256);
            body[n++] = escapes && byte < 128 ? ESCAPES[byte % (sizeof ESCAPES - 1)] : (char)byte;
        }
        const plx_view *view = view_of((plx_slice){body, n}, PLX_CHARSET_KOREAN);
        if (!view) continue;
        assert_true(plx_utf8_valid(view->text));
        check_marks((plx_slice){body, n}, view);
        plx_charset_converter *fresh = plx_charset_converter_init();
        const plx_view *again = NULL;
        assert_non_null(fresh);
        assert_int_equal(
            plx_charset_view(fresh, (plx_slice){body, n}, PLX_CHARSET_KOREAN, &again, NULL),
            PLX_OK);
        assert_true(plx_slice_equal(view->text, again->text));
        assert_int_equal(view->replaced, again->replaced);
        plx_charset_converter_destroy(fresh);
    }
}

static void giants_are_converted_and_forgotten(void **state)
{
    (void)state;
    enum { CHARACTERS = 3 << 20 };
    static const char head[] = HEAD("GB 18030-2000") "OBX|1|TX|||";
    const size_t head_n = sizeof head - 1, n = head_n + 2 * (size_t)CHARACTERS;
    char *body = malloc(n);
    assert_non_null(body);
    memcpy(body, head, head_n);
    for (size_t i = 0; i < CHARACTERS; i++)
        memcpy(body + head_n + 2 * i, "\x83|", 2);
    const plx_view *view = view_of((plx_slice){body, n}, PLX_CHARSET_NONE);
    assert_int_equal(view->text.n, head_n + 3 * (size_t)CHARACTERS);
    assert_int_equal(view->replaced, 0);
    assert_int_equal(plx_view_raw(view, (uint32_t)view->text.n), n);
    free(body);
    assert_non_null(view_of(PLX_LIT(HEAD("BIG-5") "\xA6^"), PLX_CHARSET_NONE));
}

static int begin(void **state)
{
    (void)state;
    converter = plx_charset_converter_init();
    return converter ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    plx_charset_converter_destroy(converter);
    plx_charset_converter_destroy(NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_their_text),
        cmocka_unit_test(offsets_are_those_of_the_body),
        cmocka_unit_test(what_core_reads_needs_no_view),
        cmocka_unit_test(interface_says_what_the_message_does_not),
        cmocka_unit_test(entries_that_are_no_messages_are_left_alone),
        cmocka_unit_test(answers_are_written_back),
        cmocka_unit_test(any_bytes_in_any_set),
        cmocka_unit_test(giants_are_converted_and_forgotten),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
