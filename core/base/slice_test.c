/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: slices compare and convert, the writer never passes its end and writes numbers like printf.
 * Oracle: the C library's snprintf (exact binary value, ties to even). Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/base/slice.h"

static void test_equal_and_compare(void **state)
{
    (void)state;
    const plx_slice none = {NULL, 0};
    assert_true(plx_slice_equal(none, PLX_LIT("")));
    assert_true(plx_slice_equal(PLX_LIT("abc"), plx_slice_of("abc")));
    assert_false(plx_slice_equal(PLX_LIT("abc"), PLX_LIT("abd")));
    assert_false(plx_slice_equal(PLX_LIT("abc"), PLX_LIT("ab")));
    assert_true(plx_slice_is(none, ""));
    assert_int_equal(plx_slice_of(NULL).n, 0);
    assert_int_equal(plx_slice_compare(none, none), 0);
    assert_int_equal(plx_slice_compare(none, PLX_LIT("a")), -1);
    assert_int_equal(plx_slice_compare(PLX_LIT("ab"), PLX_LIT("a")), 1);
    assert_int_equal(plx_slice_compare(PLX_LIT("ab"), PLX_LIT("b")), -1);
    assert_int_equal(plx_slice_compare(PLX_LIT("\xff"), PLX_LIT("a")), 1);
}

static void test_trim(void **state)
{
    (void)state;
    assert_true(plx_slice_is(plx_slice_trim(PLX_LIT(" \t a b\t ")), "a b"));
    assert_true(plx_slice_is(plx_slice_trim(PLX_LIT("x")), "x"));
    assert_int_equal(plx_slice_trim(PLX_LIT(" \t ")).n, 0);
    assert_int_equal(plx_slice_trim((plx_slice){NULL, 0}).n, 0);
    assert_true(plx_slice_is(plx_slice_trim(PLX_LIT("\na\r")), "\na\r"));
}

static void test_u64(void **state)
{
    (void)state;
    uint64_t value = 77;
    assert_true(plx_slice_u64(PLX_LIT("0"), 0, &value));
    assert_int_equal(value, 0);
    assert_true(plx_slice_u64(PLX_LIT("0012"), 12, &value));
    assert_int_equal(value, 12);
    assert_true(plx_slice_u64(PLX_LIT("18446744073709551615"), UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    value = 77;
    const char *bad[] = {
        "", "-1", "+1", " 1", "1 ", "1a", "0x1", "18446744073709551616", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(plx_slice_u64(plx_slice_of(bad[i]), UINT64_MAX, &value));
        assert_int_equal(value, 77);
    }
    assert_false(plx_slice_u64(PLX_LIT("256"), 255, &value));
    assert_false(plx_slice_u64(PLX_LIT("260"), 255, &value));
    assert_true(plx_slice_u64(PLX_LIT("255"), 255, &value));
}

static void check_text(const plx_out *out, const char *text)
{
    assert_int_equal(out->n, strlen(text));
    assert_memory_equal(out->at, text, out->n);
}

static void test_writer(void **state)
{
    (void)state;
    char memory[200];
    const uint8_t bytes[] = {0x00, 0x9f, 0xff};
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_text(&out, "a");
    plx_out_char(&out, '|');
    plx_out_slice_add(&out, PLX_LIT("bc"));
    plx_out_u64(&out, 0);
    plx_out_char(&out, '|');
    plx_out_u64(&out, UINT64_MAX);
    plx_out_char(&out, '|');
    plx_out_i64(&out, INT64_MIN);
    plx_out_char(&out, '|');
    plx_out_i64(&out, -7);
    plx_out_u64_padded(&out, 42, 5);
    plx_out_u64_padded(&out, 123456, 3);
    plx_out_char(&out, '|');
    plx_out_hex(&out, bytes, sizeof bytes);
    plx_out_bytes(&out, NULL, 0);
    check_text(&out, "a|bc0|18446744073709551615|-9223372036854775808|-700042123456|009fff");
    assert_false(out.full);
    assert_true(plx_slice_equal(plx_out_slice(&out), (plx_slice){memory, out.n}));
}

static void test_writer_is_full(void **state)
{
    (void)state;
    char memory[6] = "......";
    plx_out out = plx_out_init(memory, 5);
    plx_out_text(&out, "abcde");
    assert_false(out.full);
    plx_out_char(&out, 'f');
    assert_true(out.full);
    check_text(&out, "abcde");
    assert_int_equal(memory[5], '.');
    out = plx_out_init(memory, 5);
    plx_out_text(&out, "abc");
    plx_out_u64(&out, 12345);
    assert_true(out.full);
    check_text(&out, "abc12");
    assert_int_equal(memory[5], '.');
    out = plx_out_init(NULL, 0);
    plx_out_text(&out, "");
    assert_false(out.full);
    plx_out_double(&out, 1.5, 1);
    assert_true(out.full);
}

static void check_double(double value, unsigned decimals, const char *expected)
{
    char memory[400];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_double(&out, value, decimals);
    assert_false(out.full);
    if (out.n != strlen(expected) || memcmp(out.at, expected, out.n) != 0)
        fail_msg("%a with %u decimals: %.*s, not %s", value, decimals, (int)out.n, out.at,
                 expected);
}

static void check_like_printf(double value, unsigned decimals)
{
    char expected[400];
    snprintf(expected, sizeof expected, "%.*f", (int)decimals, value);
    const char *digits = expected[0] == '-' ? expected + 1 : expected;
    check_double(value, decimals, strspn(digits, "0.") == strlen(digits) ? digits : expected);
}

static void test_double(void **state)
{
    (void)state;
    check_double(0.5, 0, "0");
    check_double(1.5, 0, "2");
    check_double(2.5, 0, "2");
    check_double(0.125, 2, "0.12");
    check_double(0.999, 2, "1.00");
    check_double(-0.001, 2, "0.00");
    check_double(-0.0, 1, "0.0");
    check_double(1e15 + 0.5, 0, "1000000000000000");
    check_double(NAN, 2, "nan");
    check_double(INFINITY, 2, "inf");
    check_double(-INFINITY, 0, "-inf");
    const double edges[] = {0,
                            5e-324,
                            2.2250738585072014e-308,
                            1.7976931348623157e308,
                            0x1p52,
                            0x1p53,
                            0x1p63,
                            0x1p64,
                            0x1p-90,
                            0.1,
                            999999999.9999999,
                            4503599627370495.5};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        for (unsigned decimals = 0; decimals <= 9; decimals++) {
            check_like_printf(edges[i], decimals);
            check_like_printf(-edges[i], decimals);
        }
}

static void test_double_short(void **state)
{
    (void)state;
    const struct {
        double value;
        unsigned decimals;
        const char *expected;
    } rows[] = {{0.5, 2, "0.5"},       {30, 2, "30"},  {-120, 2, "-120"},    {0.01, 2, "0.01"},
                {604800, 0, "604800"}, {0, 3, "0"},    {1e7, 2, "10000000"}, {0.001, 2, "0"},
                {NAN, 2, "nan"},       {100, 0, "100"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char memory[32];
        plx_out out = plx_out_init(memory, sizeof memory);
        plx_out_text(&out, "0");
        plx_out_double_short(&out, rows[i].value, rows[i].decimals);
        plx_slice written = {memory + 1, out.n - 1};
        if (!plx_slice_is(written, rows[i].expected)) fail_msg("row %zu", i);
    }
    char memory[3];
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_out_double_short(&out, 10.5, 2);
    assert_true(out.full && out.n == 3);
}

static void test_double_at_random(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 1);
    for (int i = 0; i < 200000; i++) {
        const uint64_t bits = plx_rng_u64(&rng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (i % 2) value = (plx_rng_unit(&rng) - 0.5) * (i % 3 ? 2e3 : 2e9);
        if (i % 8 == 7) value = floor(value * 16) / 16; /* ties */
        if (isfinite(value)) check_like_printf(value, (unsigned)(i % 10));
    }
}

static void a_refusal_says_why(void **state)
{
    (void)state;
    char why[8] = "xxxxxxx";
    assert_int_equal(plx_refuse(why, sizeof why, PLX_RANGE, "too much"), PLX_RANGE);
    assert_string_equal(why, "too muc");
    assert_int_equal(plx_refuse(why, 1, PLX_LIMIT, "no"), PLX_LIMIT);
    assert_string_equal(why, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(test_equal_and_compare),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_u64),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_writer_is_full),
        cmocka_unit_test(test_double),
        cmocka_unit_test(test_double_short),
        cmocka_unit_test(test_double_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
