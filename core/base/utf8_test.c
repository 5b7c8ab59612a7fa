/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: valid UTF-8 passes, everything else is found and replaced as Unicode 3.9 advises (one
 * U+FFFD per longest wrong start). Oracles: all code points through an encoder of its own; examples
 * decoded with Python's errors="replace". Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/utf8.h"

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff) continue;
        char memory[8];
        plx_out out = plx_out_init(memory, sizeof memory);
        plx_out_utf8(&out, code);
        uint32_t back = (unsigned char)memory[0];
        if (out.n == 2) back &= 0x1f;
        if (out.n == 3) back &= 0x0f;
        if (out.n == 4) back &= 0x07;
        for (size_t i = 1; i < out.n; i++)
            back = back << 6 | (memory[i] & 0x3f);
        bool valid;
        assert_int_equal(back, code);
        assert_int_equal(plx_utf8_next(plx_out_slice(&out), &valid), out.n);
        assert_true(valid);
    }
}

static void test_replacement(void **state)
{
    (void)state;
#define R PLX_UTF8_REPLACEMENT
    const struct {
        plx_slice in, out;
    } rows[] = {
        {PLX_LIT(""), PLX_LIT("")},
        {PLX_LIT("abc \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
         PLX_LIT("abc \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80")},
        {PLX_LIT("\x80"), PLX_LIT(R)},
        {PLX_LIT("\xff\xfe"), PLX_LIT(R R)},
        {PLX_LIT("\xc0\xaf"), PLX_LIT(R R)}, /* overlong / */
        {PLX_LIT("\xc1\xbf"), PLX_LIT(R R)},
        {PLX_LIT("\xe0\x80\xaf"), PLX_LIT(R R R)},
        {PLX_LIT("\xe0\x9f\xbf"), PLX_LIT(R R R)},
        {PLX_LIT("\xf0\x80\x80\xaf"), PLX_LIT(R R R R)},
        {PLX_LIT("\xf0\x8f\xbf\xbf"), PLX_LIT(R R R R)},
        {PLX_LIT("\xed\xa0\x80"), PLX_LIT(R R R)}, /* U+D800 */
        {PLX_LIT("\xed\xbf\xbf"), PLX_LIT(R R R)},
        {PLX_LIT("\xf4\x90\x80\x80"), PLX_LIT(R R R R)}, /* U+110000 */
        {PLX_LIT("\xf5\x80\x80\x80"), PLX_LIT(R R R R)},
        {PLX_LIT("\xe2\x82"), PLX_LIT(R)}, /* cut off */
        {PLX_LIT("\xe2\x82x"), PLX_LIT(R "x")},
        {PLX_LIT("\xf0\x9f\x98"), PLX_LIT(R)},
        {PLX_LIT("\xf0\x9f\x98\xc3\xa9"), PLX_LIT(R "\xc3\xa9")},
        {PLX_LIT("a\xc3"), PLX_LIT("a" R)},
        {PLX_LIT("\xc3\xc3\xa9"), PLX_LIT(R "\xc3\xa9")},
    };
#undef R
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char memory[64];
        plx_out out = plx_out_init(memory, sizeof memory);
        plx_out_utf8_clean(&out, rows[i].in);
        if (!plx_slice_equal(plx_out_slice(&out), rows[i].out)) fail_msg("row %zu", i);
        assert_int_equal(plx_utf8_valid(rows[i].in), plx_slice_equal(rows[i].in, rows[i].out));
        assert_true(plx_utf8_valid(plx_out_slice(&out)));
    }
}

static void test_quote(void **state)
{
    (void)state;
    const struct {
        plx_slice in;
        size_t max;
        const char *out;
    } rows[] = {
        {PLX_LIT(""), 5, "\"\""},
        {PLX_LIT("hose"), 60, "\"hose\""},
        {PLX_LIT("hose"), 3, "\"hos\""},
        {PLX_LIT("a\xc3\xa9"), 2, "\"a\""}, /* no half character */
        {PLX_LIT("a\xc3\xa9"), 3, "\"a\xc3\xa9\""},
        {PLX_LIT("a\0\n\x7f\tb"), 60, "\"a????b\""},
        {PLX_LIT("\xff!"), 60, "\"" PLX_UTF8_REPLACEMENT "!\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char memory[64];
        plx_out out = plx_out_init(memory, sizeof memory);
        plx_out_quote(&out, rows[i].in, rows[i].max);
        if (!plx_slice_is(plx_out_slice(&out), rows[i].out)) fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_replacement),
        cmocka_unit_test(test_quote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
