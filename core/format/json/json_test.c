/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: RFC 8259 is accepted as it stands and nothing else; the writer's output is RFC 8259.
 * Oracles: a corpus by hand (valid, invalid, and what the RFC leaves open with our decision);
 * Python's parser over mutated documents (json_oracle.py); published FHIR documents. Tolerance:
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/rng.h"
#include "core/format/json/rewrite_for_test.h"

enum { TOKENS = 1 << 20, BYTES = 1 << 24 };
static plx_json_token tokens[TOKENS];

static plx_status parse(plx_slice text, plx_json *json, plx_json_error *error)
{
    *json = (plx_json){.tokens = tokens, .capacity = TOKENS};
    *error = (plx_json_error){"", UINT32_MAX};
    return plx_json_parse(text, json, error);
}

static void test_valid(void **state)
{
    (void)state;
    const plx_slice rows[] = {
        PLX_LIT("null"),
        PLX_LIT("true"),
        PLX_LIT("false"),
        PLX_LIT("0"),
        PLX_LIT("-0"),
        PLX_LIT("1.10"),
        PLX_LIT("1e3"),
        PLX_LIT("1E+3"),
        PLX_LIT("1.5e-300"),
        PLX_LIT("-0.0e-0"),
        PLX_LIT("123456789012345678901234567890"),
        PLX_LIT("1e999999"),
        PLX_LIT("\"\""),
        PLX_LIT("[]"),
        PLX_LIT("{}"),
        PLX_LIT(" \t\r\n[ ] \n"),
        PLX_LIT("[[[[]]]]"),
        PLX_LIT("[1,2,[3,{\"a\":[]}]]"),
        PLX_LIT("{\"\":1}"),
        PLX_LIT("{\"a\":{\"a\":{\"a\":1}}}"),
        PLX_LIT("{\"a\":1,\"A\":2}"),
        PLX_LIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\""),
        PLX_LIT("\"\\u00e9\\uD834\\udd1e\""),
        PLX_LIT("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""),
        PLX_LIT("\"\\u0000\""),
        PLX_LIT("\"\x7f\""),
        PLX_LIT("\"\\uFFFF\\uFFFE\""),
        PLX_LIT("\"\xf4\x8f\xbf\xbf\""),
        PLX_LIT("\"\xe2\x80\xa8\""),
        PLX_LIT("\"/\""),
        PLX_LIT("[\"\\\\u0000\"]"),
        PLX_LIT("{\"a\":\"a\",\"b\":\"a\"}"),
        PLX_LIT("[1 , 2]"),
        PLX_LIT("{ \"a\" : 1 , \"b\" : 2 }"),
        PLX_LIT("[-1,0.1,10,-10.01e+2]"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plx_json json;
        plx_json_error error;
        if (parse(rows[i], &json, &error) != PLX_OK)
            fail_msg("%s: %s at %u", rows[i].at, error.text, error.offset);
        assert_int_equal(json.tokens[0].next, json.n);
    }
}

typedef struct refused {
    plx_slice text;
    uint32_t offset;
} refused;

static void check_refused(const refused *rows, size_t n, plx_status status)
{
    for (size_t i = 0; i < n; i++) {
        plx_json json;
        plx_json_error error;
        const plx_status got = parse(rows[i].text, &json, &error);
        if (got != status || error.offset != rows[i].offset)
            fail_msg("%s: %s at %u (%s)", rows[i].text.at, plx_status_name(got), error.offset,
                     error.text);
        assert_true(strlen(error.text) > 10);
        assert_int_equal(json.n, 0);
    }
}

static const refused invalid[] = {
    {PLX_LIT("x"), 0},
    {PLX_LIT("nul1"), 3},
    {PLX_LIT("True"), 0},
    {PLX_LIT("nulll"), 4},
    {PLX_LIT("[1 2]"), 3},
    {PLX_LIT("[1,]"), 3},
    {PLX_LIT("[,1]"), 1},
    {PLX_LIT("[,]"), 1},
    {PLX_LIT("]"), 0},
    {PLX_LIT("[1]]"), 3},
    {PLX_LIT("[}"), 1},
    {PLX_LIT("{]"), 1},
    {PLX_LIT("{\"a\"}"), 4},
    {PLX_LIT("{\"a\":}"), 5},
    {PLX_LIT("{\"a\":1,}"), 7},
    {PLX_LIT("{,}"), 1},
    {PLX_LIT("{a:1}"), 1},
    {PLX_LIT("{'a':1}"), 1},
    {PLX_LIT("{1:1}"), 1},
    {PLX_LIT("{\"a\":1 \"b\":2}"), 7},
    {PLX_LIT("{\"a\"::1}"), 5},
    {PLX_LIT("{\"a\",1}"), 4},
    {PLX_LIT("{null:1}"), 1},
    {PLX_LIT("{\"a\":1}{"), 7},
    {PLX_LIT("1 2"), 2},
    {PLX_LIT("01"), 1},
    {PLX_LIT("-01"), 2},
    {PLX_LIT("+1"), 0},
    {PLX_LIT(".5"), 0},
    {PLX_LIT("-a"), 1},
    {PLX_LIT("1.a"), 2},
    {PLX_LIT("[1.]"), 3},
    {PLX_LIT("[1e]"), 3},
    {PLX_LIT("1e+x"), 3},
    {PLX_LIT("0x10"), 1},
    {PLX_LIT("1_000"), 1},
    {PLX_LIT("NaN"), 0},
    {PLX_LIT("Infinity"), 0},
    {PLX_LIT("-Infinity"), 1},
    {PLX_LIT("1.2.3"), 3},
    {PLX_LIT("--1"), 1},
    {PLX_LIT("1e1.5"), 3},
    {PLX_LIT("\"\n\""), 1},
    {PLX_LIT("\"\t\""), 1},
    {PLX_LIT("\"\\x41\""), 2},
    {PLX_LIT("\"\\u12g4\""), 5},
    {PLX_LIT("\"\\U0041\""), 2},
    {PLX_LIT("\"\\a\""), 2},
    {PLX_LIT("\"\\'\""), 2},
    {PLX_LIT("'a'"), 0},
    {PLX_LIT("\"\\ud800\""), 1},
    {PLX_LIT("\"\\udc00\""), 1},
    {PLX_LIT("\"\\ud800x\""), 1},
    {PLX_LIT("\"\\ud800\\n\""), 1},
    {PLX_LIT("\"\\ud800\\u0041\""), 1},
    {PLX_LIT("\"\\udc00\\ud800\""), 1},
    {PLX_LIT("\"\\ud800\\ud800\""), 1},
    {PLX_LIT("\"\\ud800\\ue000\""), 1},
    {PLX_LIT("\"\\ud800\\uffff\""), 1},
    {PLX_LIT("\"a\xff\""), 2},
    {PLX_LIT("\"\xc0\xaf\""), 1},
    {PLX_LIT("\"\xe0\x80\xaf\""), 1},
    {PLX_LIT("\"\xed\xa0\x80\""), 1},
    {PLX_LIT("\"\xf4\x90\x80\x80\""), 1},
    {PLX_LIT("\"\xc3\""), 1},
    {PLX_LIT("\"\x80\""), 1},
    {PLX_LIT("\xef\xbb\xbf[]"), 0},
    {PLX_LIT("\x00"), 0},
    {PLX_LIT("[\x00]"), 1},
    {PLX_LIT("\"\x00\""), 1},
    {PLX_LIT("[1,\x0c 2]"), 3},
    {PLX_LIT("[\xc2\xa0]"), 1},
    {PLX_LIT("/* c */ 1"), 0},
    {PLX_LIT("[1] // c"), 4},
    {PLX_LIT("\"\\\x00\""), 2},
    {PLX_LIT("{\"a\":1}\x00"), 7},
};

static void test_invalid(void **state)
{
    (void)state;
    check_refused(invalid, sizeof invalid / sizeof *invalid, PLX_SYNTAX);
}

static void test_truncated(void **state)
{
    (void)state;
    const refused rows[] = {
        {PLX_LIT(""), 0},          {PLX_LIT("  "), 2},          {PLX_LIT("["), 1},
        {PLX_LIT("[1"), 2},        {PLX_LIT("[1,"), 3},         {PLX_LIT("{"), 1},
        {PLX_LIT("{\"a"), 3},      {PLX_LIT("{\"a\""), 4},      {PLX_LIT("{\"a\":"), 5},
        {PLX_LIT("{\"a\":1"), 6},  {PLX_LIT("tru"), 3},         {PLX_LIT("-"), 1},
        {PLX_LIT("1."), 2},        {PLX_LIT("1e"), 2},          {PLX_LIT("1e-"), 3},
        {PLX_LIT("\""), 1},        {PLX_LIT("\"\\"), 2},        {PLX_LIT("\"\\u12"), 5},
        {PLX_LIT("\"\\ud800"), 7}, {PLX_LIT("\"\\ud800\\"), 8}, {PLX_LIT("\"\\ud800\\u"), 9},
    };
    check_refused(rows, sizeof rows / sizeof *rows, PLX_TRUNCATED);
    /* Every start of a document is refused, and most of them as cut off. */
    const plx_slice whole = PLX_LIT("{\"a\":[1.5e3,\"\\ud834\\udd1e\",null],\"b\":{\"c\":true}}");
    for (size_t n = 0; n < whole.n; n++) {
        plx_json json;
        plx_json_error error;
        assert_int_equal(parse((plx_slice){whole.at, n}, &json, &error), PLX_TRUNCATED);
        assert_int_equal(error.offset, n);
    }
}

static void test_duplicate_keys(void **state)
{
    (void)state;
    const refused rows[] = {
        {PLX_LIT("{\"a\":1,\"a\":2}"), 8},
        {PLX_LIT("{\"a\":1,\"b\":2,\"a\":1}"), 14},
        {PLX_LIT("{\"\":1,\"\":2}"), 7},
        {PLX_LIT("{\"a\":1,\"\\u0061\":2}"), 8},
        {PLX_LIT("{\"\\u00e9\":1,\"\xc3\xa9\":2}"), 13},
        {PLX_LIT("{\"\\/\":1,\"/\":2}"), 9},
        {PLX_LIT("{\"\\ud834\\udd1e\":1,\"\xf0\x9d\x84\x9e\":2}"), 19},
        {PLX_LIT("{\"\\u0000\":1,\"\\u0000\":2}"), 13},
        {PLX_LIT("[{\"x\":{\"a\":1,\"a\":2}}]"), 14},
    };
    check_refused(rows, sizeof rows / sizeof *rows, PLX_SYNTAX);
    plx_json json;
    plx_json_error error;
    assert_int_equal(parse(PLX_LIT("{\"\\u0000\":1,\"\\u0000a\":2,\"\":3}"), &json, &error),
                     PLX_OK);
    assert_int_equal(parse(PLX_LIT("[{\"a\":1},{\"a\":2}]"), &json, &error), PLX_OK);
}

/* An object with n keys of a length around 64 and 256, where hashing goes from piece to piece; key
 * "again" stands a second time at the end, with one character escaped. */
static plx_status parse_object(uint32_t n, size_t length, int64_t again, char *memory)
{
    plx_out out = plx_out_init(memory, BYTES);
    plx_out_char(&out, '{');
    for (uint32_t i = 0; i < n; i++) {
        plx_out_text(&out, i ? ",\"" : "\"");
        plx_out_u64_padded(&out, i, 5);
        for (size_t k = 5; k < length; k++)
            plx_out_char(&out, 'k');
        plx_out_text(&out, "\":0");
    }
    if (again >= 0) {
        plx_out_text(&out, ",\"\\u0030");
        plx_out_u64_padded(&out, (uint64_t)again, 4);
        for (size_t k = 5; k < length; k++)
            plx_out_char(&out, 'k');
        plx_out_text(&out, "\":0");
    }
    plx_out_char(&out, '}');
    assert_false(out.full);
    plx_json json;
    plx_json_error error;
    return parse(plx_out_slice(&out), &json, &error);
}

/* Two long keys that differ in their escapes only, or in their last character besides. */
static void test_long_escaped_keys(void **state)
{
    (void)state;
    char memory[4000];
    for (int run = 0; run < 600; run++)
        for (int differ = 0; differ < 2; differ++) {
            plx_out out = plx_out_init(memory, sizeof memory);
            plx_out_text(&out, "{\"");
            for (int i = 0; i < run; i++)
                plx_out_text(&out, i % 7 ? "k" : "\\u006b");
            plx_out_text(&out, "\\ud834\\udd1e\\u20ac\\n\":1,\"");
            for (int i = 0; i < run; i++)
                plx_out_char(&out, 'k');
            plx_out_text(&out, "\xf0\x9d\x84\x9e\xe2\x82\xac");
            plx_out_text(&out, differ ? "\\r\":2}" : "\\n\":2}");
            assert_false(out.full);
            plx_json json;
            plx_json_error error;
            assert_int_equal(parse(plx_out_slice(&out), &json, &error),
                             differ ? PLX_OK : PLX_SYNTAX);
        }
}

static void test_many_keys(void **state)
{
    (void)state;
    char *memory = malloc(BYTES);
    assert_non_null(memory);
    const size_t lengths[] = {5, 63, 64, 65, 127, 128, 129, 250, 252, 253, 256, 300, 600};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        assert_int_equal(parse_object(300, lengths[i], -1, memory), PLX_OK);
        for (int64_t again = 0; again < 300; again += 37)
            assert_int_equal(parse_object(300, lengths[i], again, memory), PLX_SYNTAX);
    }
    assert_int_equal(parse_object(PLX_JSON_KEYS_MAX, 9, -1, memory), PLX_OK);
    assert_int_equal(parse_object(PLX_JSON_KEYS_MAX - 1, 9, 4000, memory), PLX_SYNTAX);
    assert_int_equal(parse_object(PLX_JSON_KEYS_MAX + 1, 9, -1, memory), PLX_LIMIT);
    free(memory);
}

static void test_depth(void **state)
{
    (void)state;
    char text[2 * (PLX_JSON_DEPTH_MAX + 1)];
    for (int n = PLX_JSON_DEPTH_MAX; n <= PLX_JSON_DEPTH_MAX + 1; n++) {
        memset(text, '[', (size_t)n);
        memset(text + n, ']', (size_t)n);
        plx_json json;
        plx_json_error error;
        const plx_status status = parse((plx_slice){text, 2 * (size_t)n}, &json, &error);
        assert_int_equal(status, n > PLX_JSON_DEPTH_MAX ? PLX_LIMIT : PLX_OK);
        if (status == PLX_LIMIT) assert_int_equal(error.offset, PLX_JSON_DEPTH_MAX);
    }
}

static void check_token(const plx_json *json, uint32_t i, plx_json_type type, const char *text,
                        uint32_t children)
{
    assert_int_equal(json->tokens[i].type, type);
    assert_true(plx_slice_is(plx_json_text(json, i), text));
    assert_int_equal(json->tokens[i].children, children);
}

static void test_tokens_and_space(void **state)
{
    (void)state;
    const plx_slice text = PLX_LIT(" {\"a\":[1,1.10,{}],\"b\":\"x\\n\"} ");
    plx_json json;
    plx_json_error error;
    assert_int_equal(parse(text, &json, &error), PLX_OK);
    assert_int_equal(json.n, 8);
    check_token(&json, 0, PLX_JSON_OBJECT, "{\"a\":[1,1.10,{}],\"b\":\"x\\n\"}", 4);
    check_token(&json, 1, PLX_JSON_STRING, "a", 0);
    check_token(&json, 2, PLX_JSON_ARRAY, "[1,1.10,{}]", 3);
    check_token(&json, 4, PLX_JSON_NUMBER, "1.10", 0);
    check_token(&json, 5, PLX_JSON_OBJECT, "{}", 0);
    check_token(&json, 7, PLX_JSON_STRING, "x\\n", 0);
    assert_int_equal(json.tokens[2].next, 6);
    for (uint32_t capacity = 0; capacity < 8; capacity++) {
        plx_json_token few[8] = {0};
        plx_json small = {.tokens = capacity ? few : NULL, .capacity = capacity};
        assert_int_equal(plx_json_parse(text, &small, NULL), PLX_SPACE);
        assert_int_equal(small.n, 8);
        assert_int_equal(few[capacity].next, 0); /* not touched */
    }
    plx_json none = {.capacity = 0};
    assert_int_equal(plx_json_parse(PLX_LIT("[1,"), &none, NULL), PLX_TRUNCATED);
}

static void test_get_and_string(void **state)
{
    (void)state;
    plx_json json;
    plx_json_error error;
    char memory[64];
    assert_int_equal(
        parse(PLX_LIT("{\"a\":{\"x\":[1]},\"\\u0062c\":\"\\ud83d\\ude00 \\\\\\/\\t\",\"\":7}"),
              &json, &error),
        PLX_OK);
    const uint32_t a = plx_json_get(&json, 0, "a");
    assert_int_equal(a, 2);
    assert_int_equal(plx_json_get(&json, a, "x"), 4);
    assert_int_equal(plx_json_get(&json, 0, "x"), UINT32_MAX); /* not a member of this object */
    assert_int_equal(plx_json_get(&json, 0, "\\u0062c"), UINT32_MAX);
    assert_int_equal(plx_json_get(&json, 0, "b"), UINT32_MAX);
    assert_int_equal(plx_json_get(&json, 0, "bcd"), UINT32_MAX);
    assert_true(plx_slice_is(plx_json_text(&json, plx_json_get(&json, 0, "")), "7"));
    assert_int_equal(plx_json_get(&json, 4, "x"), UINT32_MAX); /* an array */
    assert_int_equal(plx_json_get(&json, plx_json_get(&json, 0, "no"), "x"), UINT32_MAX);
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_string(&json, plx_json_get(&json, 0, "bc"), &out);
    assert_true(plx_slice_is(plx_out_slice(&out), "\xf0\x9f\x98\x80 \\/\t"));
    out = plx_out_init(memory, 3);
    plx_json_string(&json, plx_json_get(&json, 0, "bc"), &out);
    assert_true(out.full);
    out = plx_out_init(memory, sizeof memory);
    plx_json_string(&json, 0, &out);
    assert_int_equal(out.n, 0);
}

static void test_writer(void **state)
{
    (void)state;
    char memory[600];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    plx_json_object(&w);
    plx_json_key(&w, "a\"");
    plx_json_array(&w);
    plx_json_put_u64(&w, UINT64_MAX);
    plx_json_put_i64(&w, -5);
    plx_json_put_double(&w, 2.5, 2);
    plx_json_put_double(&w, __builtin_nan(""), 2);
    plx_json_put_double(&w, -__builtin_inf(), 2);
    plx_json_put_bool(&w, true);
    plx_json_put_bool(&w, false);
    plx_json_put_null(&w);
    plx_json_object(&w);
    plx_json_object_end(&w);
    plx_json_array(&w);
    plx_json_array_end(&w);
    plx_json_array_end(&w);
    plx_json_key(&w, "b");
    plx_json_put_raw(&w, PLX_LIT("1.10"));
    plx_json_key_slice(&w, (plx_slice){"\0", 1});
    plx_json_put_text(&w, "");
    plx_json_object_end(&w);
    assert_true(plx_slice_is(plx_out_slice(&out),
                             "{\"a\\\"\":[18446744073709551615,-5,2.50,null,null,true,false,null,"
                             "{},[]],\"b\":1.10,\"\\u0000\":\"\"}"));
    assert_int_equal(w.depth, 0);
    plx_json_put_u64(&w, 1); /* a second outermost value: no comma */
    assert_int_equal(memory[out.n - 2], '}');
}

static void test_writer_strings(void **state)
{
    (void)state;
    const struct {
        plx_slice in;
        const char *out;
    } rows[] = {
        {PLX_LIT("plain \x7f/"), "\"plain \x7f/\""},
        {PLX_LIT("\b\t\n\v\f\r\x00\x1f\x1b"), "\"\\b\\t\\n\\u000b\\f\\r\\u0000\\u001f\\u001b\""},
        {PLX_LIT("\"\\"), "\"\\\"\\\\\""},
        {PLX_LIT("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"),
         "\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\""},
        {PLX_LIT("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\""},
        {PLX_LIT("a\xff"
                 "b\xed\xa0\x80\xc3"),
         "\"a\xef\xbf\xbd"
         "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {{NULL, 0}, "\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char memory[200];
        plx_out out = plx_out_init(memory, sizeof memory);
        plx_json_writer w = plx_json_writer_init(&out);
        plx_json_put_string(&w, rows[i].in);
        if (!plx_slice_is(plx_out_slice(&out), rows[i].out)) fail_msg("row %zu", i);
    }
}

static void test_writer_depth(void **state)
{
    (void)state;
    char memory[5 * PLX_JSON_DEPTH_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    for (int i = 0; i < PLX_JSON_DEPTH_MAX; i++) {
        plx_json_array(&w);
        if (i > 0) continue;
        plx_json_put_u64(&w, 1);
    }
    for (int i = 0; i < PLX_JSON_DEPTH_MAX; i++) {
        plx_json_put_u64(&w, 2);
        plx_json_array_end(&w);
    }
    plx_json json;
    plx_json_error error;
    assert_int_equal(parse(plx_out_slice(&out), &json, &error), PLX_OK);
    assert_memory_equal(memory, "[1,[[", 5);
    assert_memory_equal(memory + out.n - 6, ",2],2]", 6);
}

/* A document of many shapes, changed at a few places. */
static size_t mutate(plx_rng *rng, char *text, size_t n)
{
    static const char pieces[][12] = {
        "\"",   "\\",     ",",       ":",    "[",    "]",       "{",    "}",  "0",
        "1",    "-",      ".",       "e",    " ",    "\n",      "\\u",  "d8", "null",
        "true", "\"a\":", "\\ud83d", "\xc3", "\xa9", "\\ude00", "\x01", "NaN"};
    for (uint64_t times = plx_rng_below(rng, 4); times > 0; times--) {
        const size_t at = plx_rng_below(rng, n + 1);
        const char *piece = pieces[plx_rng_below(rng, sizeof pieces / sizeof *pieces)];
        const size_t length = strlen(piece), cut = plx_rng_below(rng, 3);
        const size_t gone = at + cut > n ? n - at : cut;
        memmove(text + at + length, text + at + gone, n - at - gone);
        memcpy(text + at, piece, length);
        n = n + length - gone;
    }
    return n;
}

static void out_line(FILE *file, plx_slice document)
{
    static char memory[8192], scratch[1024];
    plx_json json;
    plx_json_error error;
    for (size_t i = 0; i < document.n; i++)
        fprintf(file, "%02x", (unsigned char)document.at[i]);
    if (parse(document, &json, &error) != PLX_OK) {
        fputs(" -\n", file);
        return;
    }
    plx_out out = plx_out_init(memory, sizeof memory);
    rewrite_for_test(&json, &out, scratch);
    assert_false(out.full);
    fputc(' ', file);
    for (size_t i = 0; i < out.n; i++)
        fprintf(file, "%02x", (unsigned char)memory[i]);
    fputc('\n', file);
}

static void test_against_python(void **state)
{
    (void)state;
    if (system("python3 -c 'import json' 2>/dev/null") != 0) skip();
    const char *seeds[] = {
        "{\"resourceType\":\"Observation\",\"v\":[1,-2.50,1e-7,{\"a\":null,\"b\":true}],\"s\":"
        "\"\\u00e9\"}",
        "[\"\\ud834\\udd1e\",\"\xe2\x82\xac\",[],{},[{\"a\":{\"b\":[0]}}],false]",
        "{\"a\":1,\"b\":2,\"c\":{\"a\":1,\"\\u0061b\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}}",
        " [ 0 , 10 , -0.0 , 12345678901234567890 ] ",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    };
    char path[] = "/tmp/json_test_XXXXXX", command[600], text[512];
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    plx_rng rng = plx_rng_init(1, 1);
    for (int i = 0; i < 20000; i++) {
        const char *seed = seeds[plx_rng_below(&rng, sizeof seeds / sizeof *seeds)];
        memcpy(text, seed, strlen(seed));
        out_line(file, (plx_slice){text, mutate(&rng, text, strlen(seed))});
    }
    fclose(file);
    snprintf(command, sizeof command,
             "python3 '" PLX_SOURCE_ROOT "/core/format/json/json_oracle.py' %s", path);
    const int status = system(command);
    unlink(path);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* The validator's own examples of what is no JSON say so in their names. */
static bool named_bad(const char *path)
{
    static const char *const words[] = {"patient-duplicate", "bad-json",  "bad-syntax",
                                        "comma-bad",         "no-quotes", "json-comments-",
                                        "trailing-dot"};
    if (strstr(path, "/outcomes/")) return false; /* what the validator said about them */
    bool bad = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        bad |= strstr(path, words[i]) != NULL;
    return bad;
}

typedef struct buffers {
    char *text, *again, *scratch;
} buffers;

static void check_document(const char *path, const buffers *b)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t n = fread(b->text, 1, BYTES, file);
    fclose(file);
    assert_true(n < BYTES);
    plx_json json;
    plx_json_error error;
    const plx_status status = parse((plx_slice){b->text, n}, &json, &error);
    if ((status == PLX_OK) == named_bad(path))
        fail_msg("%s: %s at %u", path, error.text, error.offset);
    if (status != PLX_OK) return;
    const uint32_t tokens_n = json.n;
    plx_out out = plx_out_init(b->again, 2 * BYTES);
    rewrite_for_test(&json, &out, b->scratch);
    assert_int_equal(parse(plx_out_slice(&out), &json, &error), PLX_OK);
    assert_int_equal(json.n, tokens_n);
}

static void test_published_documents(void **state)
{
    (void)state;
    FILE *list =
        popen("find '" PLX_SOURCE_ROOT "/../shared/data/fhir' -name '*.json' 2>/dev/null", "r");
    const buffers b = {malloc(BYTES), malloc(2 * BYTES), malloc(BYTES)};
    char path[1000];
    int files = 0;
    assert_true(list && b.text && b.again && b.scratch);
    for (; fgets(path, sizeof path, list); files++) {
        path[strcspn(path, "\n")] = 0;
        check_document(path, &b);
    }
    pclose(list);
    free(b.text);
    free(b.again);
    free(b.scratch);
    if (files == 0) skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_duplicate_keys),
        cmocka_unit_test(test_long_escaped_keys),
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_tokens_and_space),
        cmocka_unit_test(test_get_and_string),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_writer_strings),
        cmocka_unit_test(test_writer_depth),
        cmocka_unit_test(test_against_python),
        cmocka_unit_test(test_published_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
