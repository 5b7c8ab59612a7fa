/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: decimals keep their text, hold the nearest double and compare exactly. Oracles: strtod of
 * the C library; comparison of digit strings aligned at the point. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/rng.h"

static plx_decimal parse(const char *text)
{
    plx_decimal d;
    if (plx_decimal_parse(plx_slice_of(text), &d) != PLX_OK) fail_msg("refused: %s", text);
    return d;
}

static void check(const char *text, int64_t mantissa, unsigned scale)
{
    const plx_decimal d = parse(text);
    assert_true(d.mantissa == mantissa);
    assert_int_equal(d.scale, scale);
    assert_true(d.value == strtod(text, NULL));
    const plx_slice trimmed = plx_slice_trim(plx_slice_of(text));
    assert_true(plx_slice_equal(plx_decimal_text(&d), trimmed));
    for (size_t i = d.text_n; i < sizeof d.text; i++)
        assert_int_equal(d.text[i], 0);
}

static void test_good(void **state)
{
    (void)state;
    check("0", 0, 0);
    check("-0", 0, 0);
    check("-0.0", 0, 1);
    check("1.10", 110, 2);
    check("38.0", 380, 1);
    check("+7", 7, 0);
    check("007", 7, 0);
    check(".5", 5, 1);
    check("-.5", -5, 1);
    check("5.", 5, 0);
    check(" \t12 ", 12, 0);
    check("1e3", 1000, 0);
    check("1.5E-3", 15, 4);
    check("1.50e1", 150, 1);
    check("12e+2", 1200, 0);
    check("0e99", 0, 0);
    check("1e17", 100000000000000000, 0);
    check("999999999999999999", 999999999999999999, 0);
    check("-999999999999999999", -999999999999999999, 0);
    check("0.123456789012345678", 123456789012345678, 18);
    check("0000123456789012345678", 123456789012345678, 0);
    check("1e-18", 1, 18);
    check("9007199254740993", 9007199254740993, 0);
    check("0.9007199254740993", 9007199254740993, 16);
}

static void test_bad(void **state)
{
    (void)state;
    const char *syntax[] = {"",      " ",   ".",   "+",   "-",    "e5",   "1e",  "1e+", "1e1.5",
                            "1.2.3", "1 2", "NaN", "inf", "0x10", "1,5",  "--1", "+-1", "1-",
                            "1e--1", ".e1", "1\n", "<5",  "12a",  "1ee1", "1_0"};
    plx_decimal d = {.mantissa = 42};
    for (size_t i = 0; i < sizeof syntax / sizeof *syntax; i++) {
        if (plx_decimal_parse(plx_slice_of(syntax[i]), &d) != PLX_SYNTAX)
            fail_msg("not refused: %s", syntax[i]);
        assert_int_equal(d.mantissa, 42);
    }
    assert_int_equal(plx_decimal_parse((plx_slice){"1\0", 2}, &d), PLX_SYNTAX);
    const char *range[] = {"1000000000000000000",     "1e18",  "1.000000000000000000",
                           "0.1234567890123456789",   "1e-19", "0.0000000000000000001",
                           "00000000000000000000001", "1e999", "1e-999999999999",
                           "1234567890123456789.",    "10e17", "123456789012345678901234567890"};
    for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
        if (plx_decimal_parse(plx_slice_of(range[i]), &d) != PLX_RANGE)
            fail_msg("not out of range: %s", range[i]);
        assert_int_equal(d.mantissa, 42);
    }
}

static void test_long_zeros(void **state)
{
    (void)state;
    char text[5000];
    plx_decimal d;
    memset(text, '0', sizeof text);
    text[1] = '.';
    assert_int_equal(plx_decimal_parse((plx_slice){text, sizeof text}, &d), PLX_RANGE);
    memset(text, '7', sizeof text);
    text[1] = 'e';
    assert_int_equal(plx_decimal_parse((plx_slice){text, sizeof text}, &d), PLX_RANGE);
    text[sizeof text - 1] = '.';
    assert_int_equal(plx_decimal_parse((plx_slice){text, sizeof text}, &d), PLX_SYNTAX);
}

static void test_make(void **state)
{
    (void)state;
    const struct {
        int64_t mantissa;
        unsigned scale;
        const char *text;
    } rows[] = {{0, 0, "0"},
                {0, 2, "0.00"},
                {-5, 1, "-0.5"},
                {380, 1, "38.0"},
                {-5, 18, "-0.000000000000000005"},
                {999999999999999999, 0, "999999999999999999"},
                {-999999999999999999, 17, "-9.99999999999999999"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const plx_decimal d = plx_decimal_make(rows[i].mantissa, rows[i].scale);
        assert_true(plx_slice_is(plx_decimal_text(&d), rows[i].text));
        const plx_decimal again = parse(rows[i].text);
        assert_memory_equal(&d, &again, sizeof d);
    }
}

/* A random number's text with few or many digits. */
static void random_text(plx_rng *rng, char *text, size_t size)
{
    const unsigned digits = 1 + (unsigned)plx_rng_below(rng, 18);
    const unsigned scale = (unsigned)plx_rng_below(rng, digits + 1);
    char number[32] = "";
    for (unsigned i = 0; i < digits; i++)
        number[i] = (char)('0' + (plx_rng_below(rng, 4) ? plx_rng_below(rng, 10) : 0));
    snprintf(text, size, "%s%.*s%s%s", plx_rng_below(rng, 2) ? "-" : "", (int)(digits - scale),
             number, scale ? "." : "", number + digits - scale);
}

static void test_nearest_double_at_random(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(3, 1);
    char text[64];
    for (int i = 0; i < 500000; i++) {
        random_text(&rng, text, sizeof text);
        const plx_decimal d = parse(text);
        if (d.value != strtod(text, NULL)) fail_msg("%s: %a", text, d.value);
    }
}

/* sign, 18 digits before the point, 18 after it: comparable as text. */
static int compare_texts(const plx_decimal *a, const plx_decimal *b)
{
    char digits[2][37];
    const plx_decimal *both[] = {a, b};
    for (int k = 0; k < 2; k++) {
        char m[20];
        memset(digits[k], '0', 36);
        digits[k][36] = 0;
        const int64_t size = both[k]->mantissa < 0 ? -both[k]->mantissa : both[k]->mantissa;
        snprintf(m, sizeof m, "%lld", (long long)size);
        memcpy(digits[k] + 36 - (18 - both[k]->scale) - strlen(m), m, strlen(m));
    }
    const int order = strcmp(digits[0], digits[1]);
    const int size_order = order < 0 ? -1 : order > 0;
    const int sa = (a->mantissa > 0) - (a->mantissa < 0),
              sb = (b->mantissa > 0) - (b->mantissa < 0);
    if (sa != sb) return sa < sb ? -1 : 1;
    return sa < 0 ? -size_order : size_order;
}

static void test_compare(void **state)
{
    (void)state;
    const plx_decimal a = parse("38.0"), b = parse("38"), c = parse("37.999999999999999");
    assert_int_equal(plx_decimal_compare(&a, &b), 0);
    assert_int_equal(plx_decimal_compare(&a, &c), 1);
    assert_int_equal(plx_decimal_compare(&c, &a), -1);
    assert_int_equal(plx_decimal_compare_to(&a, 380, 1), 0);
    assert_int_equal(plx_decimal_compare_to(&a, 3801, 2), -1);
    assert_int_equal(plx_decimal_compare_to(&a, -38, 0), 1);
    const plx_decimal large = plx_decimal_make(999999999999999999, 0);
    const plx_decimal small = plx_decimal_make(-999999999999999999, 18);
    assert_int_equal(plx_decimal_compare(&large, &small), 1);
    assert_int_equal(plx_decimal_compare(&small, &large), -1);
    plx_rng rng = plx_rng_init(4, 1);
    char text[64];
    for (int i = 0; i < 200000; i++) {
        random_text(&rng, text, sizeof text);
        const plx_decimal x = parse(text);
        random_text(&rng, text, sizeof text);
        plx_decimal y = parse(text);
        if (i % 4 == 0 && x.scale < 18 && llabs(x.mantissa) < 100000000000000000)
            y = plx_decimal_make(x.mantissa * 10 + (i / 4) % 3 - 1, x.scale + 1u);
        assert_int_equal(plx_decimal_compare(&x, &y), compare_texts(&x, &y));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),       cmocka_unit_test(test_bad),
        cmocka_unit_test(test_long_zeros), cmocka_unit_test(test_make),
        cmocka_unit_test(test_compare),    cmocka_unit_test(test_nearest_double_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
