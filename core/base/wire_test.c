/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: what was put is got; bytes that are cut, changed or said in another way are refused.
 * Oracle: the values themselves, bytes written by hand. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/wire.h"

static size_t write_all(uint8_t *out)
{
    plx_wire_writer w = {out, 0};
    plx_wire_put(&w, 0x1234, 2);
    plx_wire_put(&w, UINT64_MAX - 1, 8);
    plx_wire_put_double(&w, -2.5);
    plx_wire_put_float(&w, 0.1F);
    plx_wire_put_float(&w, -__builtin_nanf(""));
    plx_wire_put_float(&w, -0.0F);
    plx_wire_put_text(&w, "bed 7");
    plx_wire_put_crc(&w);
    return w.n;
}

static plx_status read_all(const uint8_t *bytes, size_t n)
{
    char text[8] = {0};
    plx_wire_reader r = {bytes, n, 0, PLX_OK};
    bool same = plx_wire_get(&r, 2) == 0x1234;
    same &= plx_wire_get(&r, 8) == UINT64_MAX - 1;
    same &= plx_wire_get_double(&r) == -2.5;
    same &= plx_wire_get_float(&r) == 0.1F;
    float nan = plx_wire_get_float(&r);
    same &= nan != nan || r.status != PLX_OK;
    same &= plx_wire_get_float(&r) == 0.0F;
    plx_wire_get_text(&r, text, sizeof text);
    same &= strcmp(text, "bed 7") == 0;
    PLX_TRY(plx_wire_get_crc(&r));
    assert_true(same);
    return PLX_OK;
}

static void what_was_put_is_got(void **state)
{
    (void)state;
    uint8_t bytes[64];
    size_t n = write_all(bytes);
    assert_int_equal(bytes[0], 0x34);
    assert_int_equal(n, 2 + 8 + 8 + 4 + 4 + 4 + 6 + 4);
    assert_int_equal(read_all(bytes, n), PLX_OK);
}

static void every_cut_and_every_changed_bit_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[65];
    size_t n = write_all(bytes);
    for (size_t cut = 0; cut < n; cut++)
        assert_int_not_equal(read_all(bytes, cut), PLX_OK);
    bytes[n] = 0;
    assert_int_equal(read_all(bytes, n + 1), PLX_SYNTAX);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(read_all(bytes, n), PLX_OK);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void a_number_has_one_encoding(void **state)
{
    (void)state;
    const uint8_t minus_zero[4] = {0, 0, 0, 0x80}, other_nan[4] = {1, 0, 0xC0, 0x7F},
                  long_text[4] = {3, 'a', 'b', 'c'}, text_with_0[3] = {2, 'a', 0};
    char text[3];
    plx_wire_reader r = {minus_zero, 4, 0, PLX_OK};
    plx_wire_get_float(&r);
    assert_int_equal(r.status, PLX_RANGE);
    r = (plx_wire_reader){other_nan, 4, 0, PLX_OK};
    plx_wire_get_float(&r);
    assert_int_equal(r.status, PLX_RANGE);
    r = (plx_wire_reader){long_text, 4, 0, PLX_OK};
    plx_wire_get_text(&r, text, sizeof text);
    assert_int_equal(r.status, PLX_LIMIT);
    r = (plx_wire_reader){text_with_0, 3, 0, PLX_OK};
    plx_wire_get_text(&r, text, sizeof text);
    assert_int_equal(r.status, PLX_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_got),
        cmocka_unit_test(every_cut_and_every_changed_bit_is_refused),
        cmocka_unit_test(a_number_has_one_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
