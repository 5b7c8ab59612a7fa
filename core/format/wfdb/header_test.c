/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every field of a WFDB header, its defaults, and what is refused, with its line.
 * Oracle: the grammar and defaults of PhysioNet's header(5), by hand.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/wfdb/wfdb.h"

enum { ROOM = 8 };
static plx_wfdb_signal signals[ROOM];
static plx_wfdb_segment segments[ROOM];
static plx_wfdb_error error;

static plx_status parse(const char *text, plx_wfdb_header *h)
{
    *h = (plx_wfdb_header){.signals = signals,
                           .signals_capacity = ROOM,
                           .segments = segments,
                           .segments_capacity = ROOM};
    memset(signals, 0xAA, sizeof signals);
    error = (plx_wfdb_error){0};
    return plx_wfdb_header_parse(plx_slice_of(text), h, &error);
}

static void all_fields(void **state)
{
    (void)state;
    plx_wfdb_header h;
    assert_int_equal(parse("# a comment\r\n\r\nrec_1-a 3 62.4725/999.56(-12.5) 14400 16:57:09.25 "
                           "26/10/2137\r\n"
                           "a.dat 16x4:3+24 1.052e+04(-55)/mmHg 14 8192 -7 -31143 512 ECG lead II\n"
                           "# between\n"
                           "a.dat 16x2:1+24 -200/mV 12 5 6 62172 0 V\n"
                           "sub/b.d1 212 12.84(0) 11 1024\n"
                           "#end",
                           &h),
                     PLX_OK);
    assert_true(plx_slice_is(h.name, "rec_1-a"));
    assert_int_equal(h.layout, PLX_WFDB_SINGLE);
    assert_int_equal(h.signals_n, 3);
    assert_int_equal(h.segments_n, 0);
    assert_true(h.frequency_hz == 62.4725 && h.counter_hz == 999.56 && h.counter_base == -12.5);
    assert_true(h.frames_stated && h.frames == 14400);
    assert_int_equal(h.time_of_day_us, INT64_C(61029250000));
    assert_int_equal(h.year * 10000 + h.month * 100 + h.day, 21371026);
    assert_int_equal(h.groups_n, 2);
    assert_int_equal(h.frame_samples, 7);
    const plx_wfdb_signal *s = signals;
    assert_true(plx_slice_is(s->file, "a.dat") && plx_slice_is(s->unit, "mmHg"));
    assert_true(plx_slice_is(s->name, "ECG lead II"));
    assert_int_equal(s->format, 16);
    assert_int_equal(s->per_frame, 4);
    assert_int_equal(s->skew, 3);
    assert_int_equal(s->offset, 24);
    assert_true(s->gain == 10520 && s->calibrated);
    assert_int_equal(s->baseline, -55);
    assert_int_equal(s->adc_bits, 14);
    assert_int_equal(s->adc_zero, 8192);
    assert_true(s->initial_stated && s->initial == -7);
    assert_true(s->checksum_stated && s->checksum == 65536 - 31143);
    assert_int_equal(s->block, 512);
    assert_int_equal(signals[1].checksum, 62172);
    assert_true(signals[1].gain == -200);
    assert_int_equal(signals[1].baseline, 5);
    assert_int_equal(signals[1].group, 0);
    assert_int_equal(signals[1].channel, 1);
    assert_int_equal(signals[1].before, 4);
    assert_int_equal(signals[0].channels, 2);
    assert_int_equal(signals[0].samples, 6);
    assert_int_equal(signals[2].group, 1);
    assert_int_equal(signals[2].at, 6);
    assert_int_equal(signals[2].baseline, 0);
    assert_int_equal(signals[2].initial, 1024);
    assert_false(signals[2].initial_stated || signals[2].checksum_stated);
}

static void defaults(void **state)
{
    (void)state;
    plx_wfdb_header h;
    assert_int_equal(parse("r 3\nf 8\nf 8 0\nx 0", &h), PLX_OK);
    assert_true(h.frequency_hz == 250 && h.counter_hz == 250 && h.counter_base == 0);
    assert_false(h.frames_stated);
    assert_int_equal(h.time_of_day_us, -1);
    assert_int_equal(h.year, 0);
    for (int i = 0; i < 2; i++) {
        assert_true(signals[i].gain == 200 && !signals[i].calibrated);
        assert_true(plx_slice_is(signals[i].unit, "mV"));
        assert_int_equal(signals[i].adc_bits, 10); /* of format 8 */
        assert_int_equal(signals[i].per_frame, 1);
        assert_int_equal(signals[i].name.n, 0);
    }
    assert_int_equal(signals[2].group, PLX_WFDB_NO_FILE);
    assert_int_equal(signals[2].adc_bits, 12);
    assert_int_equal(parse("r 0 360 650000 13:5:0", &h), PLX_OK);
    assert_int_equal(h.time_of_day_us, INT64_C(47100000000));
    assert_int_equal(parse("r 0 360/720 0 5:0", &h), PLX_OK);
    assert_int_equal(h.time_of_day_us, INT64_C(300000000));
    assert_true(!h.frames_stated && h.counter_hz == 720);
}

static void physical_values(void **state)
{
    (void)state;
    const plx_wfdb_signal s = {.gain = 20, .baseline = -1600};
    double value = 7;
    assert_true(plx_wfdb_physical(&s, -1600, &value) && value == 0);
    assert_true(plx_wfdb_physical(&s, 400, &value) && value == 100);
    assert_false(plx_wfdb_physical(&s, PLX_WFDB_INVALID, &value));
    assert_true(value == 100);
}

static void segments_of_both_layouts(void **state)
{
    (void)state;
    plx_wfdb_header h;
    assert_int_equal(parse("m/3 2 250 225000\na 75000\nb 75000\n# c\nc 75000\n", &h), PLX_OK);
    assert_int_equal(h.layout, PLX_WFDB_FIXED);
    assert_int_equal(h.segments_n, 3);
    assert_int_equal(h.segments[2].first, 150000);
    assert_true(plx_slice_is(h.segments[2].name, "c"));
    assert_int_equal(parse("m/3 4 125\nm_layout 0\n~ 3750\nx/y 2000", &h), PLX_OK);
    assert_int_equal(h.layout, PLX_WFDB_VARIABLE);
    assert_true(h.frames == 5750 && h.frames_stated);
    assert_int_equal(h.segments[2].first, 3750);
}

static void more_memory_is_asked_for(void **state)
{
    (void)state;
    plx_wfdb_header h;
    assert_int_equal(parse("r 9\n", &h), PLX_SPACE);
    assert_int_equal(h.signals_n, 9);
    assert_int_equal(parse("r/12 1\n", &h), PLX_SPACE);
    assert_int_equal(h.segments_n, 12);
}

static void faults_have_code_and_line(void **state)
{
    (void)state;
    static const struct {
        plx_status status;
        uint32_t line;
        const char *text;
    } CASES[] = {
        {PLX_MISSING, 0, ""},
        {PLX_MISSING, 2, "# only\n\n"},
        {PLX_SYNTAX, 1, "../r 0"},
        {PLX_SYNTAX, 1, "r"},
        {PLX_SYNTAX, 1, "r x"},
        {PLX_SYNTAX, 1, "r -1"},
        {PLX_LIMIT, 1, "r 513"},
        {PLX_SYNTAX, 1, "r/0 1"},
        {PLX_LIMIT, 1, "r/9999999 1"},
        {PLX_RANGE, 1, "r 0 0"},
        {PLX_RANGE, 1, "r 0 fast"},
        {PLX_RANGE, 1, "r 0 250/x"},
        {PLX_SYNTAX, 1, "r 0 250/1(2"},
        {PLX_SYNTAX, 1, "r 0 250 many"},
        {PLX_LIMIT, 1, "r 0 250 1000000001"},
        {PLX_SYNTAX, 1, "r 0 250 1 25:00:00"},
        {PLX_SYNTAX, 1, "r 0 250 1 1:2:3:4"},
        {PLX_SYNTAX, 1, "r 0 250 1 1:2:3 30/02/2000"},
        {PLX_SYNTAX, 1, "r 0 250 1 1:2:3 1/2/2000 more"},
        {PLX_MISSING, 1, "r 1\n"},
        {PLX_MISSING, 2, "r 1\nf"},
        {PLX_SYNTAX, 2, "r 1\nf x"},
        {PLX_UNSUPPORTED, 2, "r 1\nf 17"},
        {PLX_RANGE, 2, "r 1\nf 16x0"},
        {PLX_RANGE, 2, "r 1\nf 16x70000"},
        {PLX_RANGE, 2, "r 1\nf 16:-1"},
        {PLX_SYNTAX, 2, "r 1\nf 16+4:1"},
        {PLX_UNSUPPORTED, 2, "r 1\n/etc/passwd 16"},
        {PLX_UNSUPPORTED, 2, "r 1\na/../../b 16"},
        {PLX_UNSUPPORTED, 2, "r 1\n- 16"},
        {PLX_SYNTAX, 2, "r 1\nf 16 loud"},
        {PLX_SYNTAX, 2, "r 1\nf 16 200(1.5)"},
        {PLX_SYNTAX, 2, "r 1\nf 16 200(1"},
        {PLX_SYNTAX, 2, "r 1\nf 16 200/"},
        {PLX_SYNTAX, 2, "r 1\nf 16 200 x"},
        {PLX_SYNTAX, 2, "r 1\nf 16 200 12 9999999999"},
        {PLX_SYNTAX, 2, "r 1\nf 16 200 12 0 0 70000"},
        {PLX_CONFLICT, 3, "r 2\nf 16\nf 61"},
        {PLX_CONFLICT, 3, "r 2\nf 16+2\nf 16"},
        {PLX_CONFLICT, 3, "r 2\nf 516x2\nf 516"},
        {PLX_CONFLICT, 3, "r 1\nf 16\ng 16"},
        {PLX_MISSING, 2, "r/2 1\na 10"},
        {PLX_SYNTAX, 2, "r/1 1\na"},
        {PLX_SYNTAX, 2, "r/1 1\na 10 11"},
        {PLX_SYNTAX, 2, "r/1 1\n/a 10"},
        {PLX_RANGE, 3, "r/2 1\na 10\nb 0"},
        {PLX_CONFLICT, 3, "r/2 1 250 21\na 10\nb 10"},
        {PLX_LIMIT, 3, "r/2 1 1\na 10\n~ 36001"},
        {PLX_LIMIT, 3, "r/2 1 1\na 999999999\nb 2"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        plx_wfdb_header h;
        assert_int_equal(parse(CASES[i].text, &h), CASES[i].status);
        assert_int_equal(error.line, CASES[i].line);
        assert_non_null(error.text);
        assert_true(error.offset <= strlen(CASES[i].text));
        assert_int_equal(h.signals_n + h.segments_n + h.groups_n, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_fields),
        cmocka_unit_test(defaults),
        cmocka_unit_test(physical_values),
        cmocka_unit_test(segments_of_both_layouts),
        cmocka_unit_test(more_memory_is_asked_for),
        cmocka_unit_test(faults_have_code_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
