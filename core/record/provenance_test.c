/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: provenance ids split into what they were made of and survive their text. Oracle: Python's
 * int() in base 36. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/rng.h"
#include "core/record/provenance.h"

static void test_parts(void **state)
{
    (void)state;
    const plx_provenance id = plx_provenance_of(123456789, PLX_PROVENANCE_DERIVED + 2);
    assert_int_equal(plx_provenance_seq(id), 123456789);
    assert_int_equal(plx_provenance_index(id), 3074);
    assert_int_equal(plx_provenance_of(1, 0), 4096);
    const plx_provenance last = plx_provenance_of(UINT64_MAX / 4096, 4095);
    assert_true(last == UINT64_MAX);
}

static void check(uint64_t value, const char *text)
{
    char memory[PLX_BASE36_MAX];
    plx_out out = plx_out_init(memory, sizeof memory);
    uint64_t back = 1;
    plx_out_base36(&out, value);
    assert_false(out.full);
    if (text) assert_true(plx_slice_is(plx_out_slice(&out), text));
    assert_int_equal(plx_base36_parse(plx_out_slice(&out), &back), PLX_OK);
    assert_true(back == value);
}

static void test_text(void **state)
{
    (void)state;
    check(0, "0");
    check(35, "z");
    check(36, "10");
    check(4096, "35s");
    check(UINT64_C(505678938882), "6gb06mf6");
    check(UINT64_MAX, "3w5e11264sgsf");
    plx_rng rng = plx_rng_init(1, 1);
    for (int i = 0; i < 10000; i++)
        check(plx_rng_u64(&rng) >> (i % 64), NULL);
}

static void test_refused(void **state)
{
    (void)state;
    const char *syntax[] = {
        "", "A", "-1", "a b", "1.", " 1", "00000000000000", "zzzzzzzzzzzzzzzzzz"};
    uint64_t value = 9;
    for (size_t i = 0; i < sizeof syntax / sizeof *syntax; i++) {
        assert_int_equal(plx_base36_parse(plx_slice_of(syntax[i]), &value), PLX_SYNTAX);
        assert_int_equal(value, 9);
    }
    assert_int_equal(plx_base36_parse(PLX_LIT("3w5e11264sgsg"), &value), PLX_RANGE);
    assert_int_equal(plx_base36_parse(PLX_LIT("zzzzzzzzzzzzz"), &value), PLX_RANGE);
    assert_int_equal(plx_base36_parse(PLX_LIT("zzzzzzzzzzzz_"), &value), PLX_SYNTAX);
    assert_int_equal(value, 9);
    assert_int_equal(plx_base36_parse(PLX_LIT("000000000000z"), &value), PLX_OK);
    assert_int_equal(value, 35);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
