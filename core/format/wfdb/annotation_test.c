/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: annotations from bytes: times, SKIP, NUM, SUB, CHN, AUX, the notes at the beginning, the
 * end and what is cut off. Oracle: PhysioNet's annot(5), by hand. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/wfdb/annotation.h"

static plx_wfdb_annotations a;
static plx_wfdb_annotation one;
static plx_wfdb_error error;

static plx_status next(void)
{
    return plx_wfdb_annotations_next(&a, &one, &error);
}

#define BEAT_18 "\x12\x04"  /* N, 18 later */
#define PVC_1000 "\xe8\x17" /* V, 1000 later */
#define END "\x00\x00"

static void words_of_all_kinds(void **state)
{
    (void)state;
    plx_wfdb_annotations_init(&a, PLX_LIT(BEAT_18 PVC_1000
                                          "\x03\xf4" /* SUB 3 */ "\x02\xf8" /* CHN 2 */
                                          "\xff\xf0" /* NUM 255: -1 */ "\x03\xfc"
                                          "(AF\x00" BEAT_18 "\xff\xf4" /* SUB -1 */
                                          "\x00\xec\x01\x00\xc8\x54"   /* SKIP 65536 + 21704 */
                                          "\x00\x58\x02\xfcok" END "rest"));
    assert_int_equal(next(), PLX_OK);
    assert_int_equal(one.tick, 18);
    assert_int_equal(one.code, 1);
    assert_int_equal(one.aux.n + one.channel, 0);
    assert_int_equal(next(), PLX_OK);
    assert_int_equal(one.tick, 1018);
    assert_int_equal(one.code, 5);
    assert_int_equal(one.subtype, 3);
    assert_int_equal(one.channel, 2);
    assert_int_equal(one.number, -1);
    assert_true(plx_slice_is(one.aux, "(AF"));
    assert_int_equal(next(), PLX_OK);
    assert_int_equal(one.tick, 1036);
    assert_int_equal(one.subtype, -1);
    assert_int_equal(one.channel, 2); /* NUM and CHN hold, SUB and AUX do not */
    assert_int_equal(one.number, -1);
    assert_int_equal(one.aux.n, 0);
    assert_int_equal(next(), PLX_OK);
    assert_int_equal(one.tick, 1036 + 87240);
    assert_int_equal(one.code, PLX_WFDB_NOTE);
    assert_int_equal(one.subtype, 0);
    assert_true(plx_slice_is(one.aux, "ok"));
    assert_int_equal(next(), PLX_MISSING);
    assert_int_equal(next(), PLX_MISSING);
}

static void times_go_beyond_32_bits_and_back(void **state)
{
    (void)state;
    plx_wfdb_annotations_init(&a, PLX_LIT("\x00\xec\xff\x7f\xff\xff\x00\xec\xff\x7f\xff\xff" BEAT_18
                                          "\x00\xec\xff\xff\xee\xff" BEAT_18 END));
    assert_int_equal(next(), PLX_OK);
    assert_true(one.tick == INT64_C(4294967312));
    assert_int_equal(next(), PLX_OK);
    assert_true(one.tick == INT64_C(4294967312)); /* 18 back, 18 on */
}

static void notes_at_the_beginning_are_taken_in(void **state)
{
    (void)state;
    plx_wfdb_annotations_init(
        &a, PLX_LIT("\x00\x58\x17\xfc## time resolution: 500\x00"
                    "\x00\x58\x1e\xfc## annotation type definitions"
                    "\x00\x58\x09\xfc"
                    "15 c cali\x00"
                    "\x00\x58\x15\xfc## end of definitions\x00"
                    "\x00\xec\xff\xff\xff\xff\x01\x00" /* one back, and a word of code 0 */
                    "\x00\x58\x02\xfchi"
                    "\x0f\x3c" END));
    assert_true(a.ticks_hz == 500);
    assert_true(plx_slice_is(plx_wfdb_mnemonic(&a, 15), "c"));
    assert_true(plx_slice_is(plx_wfdb_mnemonic(&a, 16), "|"));
    assert_true(plx_slice_is(plx_wfdb_mnemonic(&a, 22), "\""));
    assert_true(plx_slice_is(plx_wfdb_mnemonic(&a, 50), "?"));
    assert_int_equal(next(), PLX_OK);
    assert_true(plx_slice_is(one.aux, "hi")); /* for people: not taken in */
    assert_int_equal(one.tick, 0);
    assert_int_equal(next(), PLX_OK);
    assert_int_equal(one.code, 15);
    assert_int_equal(plx_wfdb_annotation_frame(&a, one.tick, 125), 4); /* 15 / 4 */
    assert_int_equal(plx_wfdb_annotation_frame(&a, 14, 125), 4);       /* 3.5 */
    assert_int_equal(plx_wfdb_annotation_frame(&a, 13, 500), 13);
    assert_int_equal(next(), PLX_MISSING);
    plx_wfdb_annotations_init(&a, PLX_LIT(BEAT_18 END));
    assert_int_equal(plx_wfdb_annotation_frame(&a, 13, 360), 13);
}

static void what_is_cut_off_is_told(void **state)
{
    (void)state;
    static const char bytes[] = BEAT_18 "\x05\xfc(AFIB\x00\x00\xec\x01\x00\xc8\x54" BEAT_18 END;
    for (size_t n = 0; n < sizeof bytes - 1; n++) {
        plx_wfdb_annotations_init(&a, (plx_slice){bytes, n});
        plx_status status = PLX_OK;
        for (int i = 0; i < 4 && status == PLX_OK; i++)
            status = next();
        assert_int_equal(status, PLX_TRUNCATED);
        assert_true(error.offset <= n);
        assert_int_equal(next(), PLX_MISSING);
    }
}

static void unknown_codes_are_refused(void **state)
{
    (void)state;
    plx_wfdb_annotations_init(&a, PLX_LIT(BEAT_18 "\x00\xc8" END)); /* 50 */
    assert_int_equal(next(), PLX_OK);
    one.tick = 4711;
    assert_int_equal(next(), PLX_SYNTAX);
    assert_int_equal(error.offset, 2);
    assert_int_equal(one.tick, 4711);
    plx_wfdb_annotations_init(&a, PLX_LIT("\x03\xf4" BEAT_18 END)); /* SUB of nothing */
    assert_int_equal(next(), PLX_SYNTAX);
    assert_int_equal(error.offset, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_all_kinds),
        cmocka_unit_test(times_go_beyond_32_bits_and_back),
        cmocka_unit_test(notes_at_the_beginning_are_taken_in),
        cmocka_unit_test(what_is_cut_off_is_told),
        cmocka_unit_test(unknown_codes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
