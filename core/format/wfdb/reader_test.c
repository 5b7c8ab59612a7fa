/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: frames from bytes: several signals, files and samples of a frame, offset, skew,
 * differences, invalid and missing samples, short files, checksums; signals of segments. Oracle:
 * records of a few bytes, laid out by hand after PhysioNet's header(5) and signal(5). Tolerance:
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/wfdb/reader.h"
#include "core/format/wfdb/segment.h"

enum { ROOM = 8, FRAME = 32 };
#define NONE PLX_WFDB_INVALID

static plx_wfdb_signal signals[ROOM];
static plx_wfdb_segment segments[ROOM];
static plx_wfdb_header header;
static plx_slice files[ROOM];
static int32_t sums[ROOM], frame[FRAME];
static plx_wfdb_reader reader;

static void read_header(const char *text)
{
    header = (plx_wfdb_header){.signals = signals,
                               .signals_capacity = ROOM,
                               .segments = segments,
                               .segments_capacity = ROOM};
    assert_int_equal(plx_wfdb_header_parse(plx_slice_of(text), &header, NULL), PLX_OK);
}

static void open_reader(const char *text, plx_slice first, plx_slice second)
{
    read_header(text);
    files[0] = first;
    files[1] = second;
    assert_int_equal(plx_wfdb_reader_init(&reader, &header, files, sums), PLX_OK);
}

/* The next frame is this one. */
static void expect(const int32_t *want)
{
    assert_int_equal(plx_wfdb_reader_next(&reader, frame), PLX_OK);
    for (uint32_t i = 0; i < header.frame_samples; i++)
        assert_int_equal(frame[i], want[i]);
}
#define EXPECT(...) expect((const int32_t[]){__VA_ARGS__})

static const plx_slice NOTHING = {NULL, 0};

static void signals_share_files_and_frames(void **state)
{
    (void)state;
    /* a: two samples of the first, one of the second, after 3 bytes; b: one signal, big endian */
    open_reader("r 3 250 2\na 80x2+3\na 80+3\nb 61\n", PLX_LIT("hdr\x81\x82\x83\x91\x92\x93zz"),
                PLX_LIT("\x00\x07\x00\x08"));
    assert_int_equal(reader.frames, 2);
    EXPECT(1, 2, 3, 7);
    EXPECT(17, 18, 19, 8);
    assert_int_equal(plx_wfdb_reader_next(&reader, frame), PLX_MISSING);
    int32_t values[3];
    plx_wfdb_smooth(signals, 3, frame, values);
    assert_int_equal(values[0], 17); /* 35 / 2 */
    assert_int_equal(plx_wfdb_finest(signals, 3), 2);
    plx_wfdb_row(signals, 3, frame, 1, 2, values);
    assert_int_equal(values[0] * 10000 + values[1] * 100 + values[2], 181908);
}

static void smoothing_cuts_towards_zero_and_keeps_invalid(void **state)
{
    (void)state;
    const plx_wfdb_signal s[] = {{.per_frame = 4, .at = 0}, {.per_frame = 2, .at = 4}};
    const int32_t samples[] = {-842, -843, -843, -843, 5, NONE};
    int32_t values[2], row[2];
    plx_wfdb_smooth(s, 2, samples, values);
    assert_int_equal(values[0], -842); /* -842.75 */
    assert_int_equal(values[1], NONE);
    plx_wfdb_row(s, 2, samples, 3, 4, row);
    assert_int_equal(row[1], NONE);
    plx_wfdb_row(s, 2, samples, 1, 4, row);
    assert_int_equal(row[1], 5);
}

static void skew_is_taken_off(void **state)
{
    (void)state;
    open_reader("r 2 250 4\na 80:1\na 80\n", PLX_LIT("\x81\xA1\x82\xA2\x83\xA3\x84\xA4"), NOTHING);
    assert_int_equal(reader.frames, 3);
    EXPECT(2, 33);
    EXPECT(3, 34);
    EXPECT(4, 35);
    assert_int_equal(plx_wfdb_reader_next(&reader, frame), PLX_MISSING);
}

static void differences_add_up_from_the_initial_value(void **state)
{
    (void)state;
    const char *text = "r 2 250 4\na 8:1 200 12 0 100\na 8 200 12 0 -5\n";
    open_reader(text, PLX_LIT("\x00\x00\x01\xff\x02\xfe\x03\x80"), NOTHING);
    EXPECT(101, -5);
    EXPECT(103, -6);
    EXPECT(106, -8);
    assert_int_equal(plx_wfdb_reader_seek(&reader, 1), PLX_OK);
    EXPECT(103, -6);
    assert_int_equal(plx_wfdb_reader_seek(&reader, 0), PLX_OK);
    EXPECT(101, -5);
    assert_int_equal(plx_wfdb_reader_seek(&reader, 2), PLX_OK);
    EXPECT(106, -8);
    assert_int_equal(plx_wfdb_reader_seek(&reader, 4), PLX_MISSING);
    open_reader("r 1 250 1\na 8 200 12 0 2147483600\n", PLX_LIT("\x7f"), NOTHING);
    assert_int_equal(plx_wfdb_reader_next(&reader, frame), PLX_RANGE);
}

static void invalid_samples_are_marked(void **state)
{
    (void)state;
    open_reader("r 2 250 1\na 212\na 212\n", PLX_LIT("\x00\x08\x01"), NOTHING);
    EXPECT(NONE, 1);
    open_reader("r 2 250 2\na 0\nb 16\n", PLX_LIT("\x00\x80\x01\x80"), NOTHING);
    EXPECT(NONE, NONE);
    EXPECT(NONE, -32767);
    open_reader("r 1 250 1\na 8 200 12 0 -127\n", PLX_LIT("\xff"), NOTHING);
    EXPECT(-128); /* format 8 has no invalid value */
}

static void flac_channels_come_in_turn(void **state)
{
    (void)state;
    open_reader("r 2 250 1\na 508x2+100\na 508x2+100\n", PLX_LIT("\x81\xA1\x82\xA2"), NOTHING);
    EXPECT(1, 2, 33, 34);
}

static void the_length_is_counted_when_it_is_not_stated(void **state)
{
    (void)state;
    open_reader("r 2 250\na 310\na 310\n", PLX_LIT("\0\0\0\0\0\0\0\0\0\0"), NOTHING); /* 7 */
    assert_int_equal(reader.frames, 3);
    open_reader("r 1 250\na 311+20\n", PLX_LIT("\0\0"), NOTHING);
    assert_int_equal(reader.frames, 0);
    assert_int_equal(plx_wfdb_reader_next(&reader, frame), PLX_MISSING);
}

static void a_short_file_is_told(void **state)
{
    (void)state;
    static const char bytes[] = "\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c";
    for (size_t n = 0; n < sizeof bytes - 1; n++) {
        open_reader("r 2 250 4\na 16x2\nb 80\n", (plx_slice){bytes, n + 4},
                    (plx_slice){bytes, n / 4});
        for (size_t i = 0; i < n / 4; i++)
            assert_int_equal(plx_wfdb_reader_next(&reader, frame), PLX_OK);
        frame[0] = 4711;
        assert_int_equal(plx_wfdb_reader_next(&reader, frame), PLX_TRUNCATED);
        assert_int_equal(frame[0], 4711);
        assert_int_equal(reader.short_group, 1);
        assert_int_equal(plx_wfdb_reader_seek(&reader, 4), PLX_TRUNCATED);
        plx_wfdb_sum sum;
        assert_int_equal(plx_wfdb_reader_sum(&reader, 1, &sum), PLX_TRUNCATED);
    }
}

static void checksums_and_initial_values(void **state)
{
    (void)state;
    open_reader("r 2 250 2\na 16x2 200 16 0 1 -31070\na 16:1 200 16 0 8 -31073\n",
                PLX_LIT("\x01\x00\x02\x00\x09\x00\x9f\x86\x00\x00\x96\x86"), NOTHING);
    plx_wfdb_sum sum;
    assert_int_equal(plx_wfdb_reader_sum(&reader, 0, &sum), PLX_OK);
    assert_int_equal(sum.checksum, 65536 - 31070);
    assert_int_equal(sum.initial, 1);
    assert_false(sum.checksum_differs || sum.initial_differs);
    assert_int_equal(plx_wfdb_reader_sum(&reader, 1, &sum), PLX_OK);
    assert_int_equal(sum.initial, 9);
    assert_true(sum.initial_differs);
    assert_int_equal(sum.checksum, 65536 - 31073);
    assert_false(sum.checksum_differs);
    open_reader("r 1 250 1\na 80 200 8 0 5 -128\n", PLX_LIT("\0"), NOTHING);
    assert_int_equal(plx_wfdb_reader_sum(&reader, 0, &sum), PLX_OK);
    assert_false(sum.checksum_differs ||
                 sum.initial_differs); /* not measured: nothing to compare */
    open_reader("r 2 250 2\na 8 200 12 0 10 22\nx 0\n", PLX_LIT("\x00\x01"), NOTHING);
    assert_int_equal(plx_wfdb_reader_sum(&reader, 0, &sum), PLX_OK);
    assert_int_equal(sum.checksum, 21);
    assert_true(sum.checksum_differs && !sum.initial_differs);
    assert_int_equal(plx_wfdb_reader_sum(&reader, 1, &sum), PLX_MISSING);
}

static void signals_of_a_segment_find_their_places(void **state)
{
    (void)state;
    plx_wfdb_signal record[] = {
        {.name = PLX_LIT("II"), .unit = PLX_LIT("mV"), .per_frame = 1, .at = 0, .gain = 100},
        {.name = PLX_LIT("ABP"), .unit = PLX_LIT("mmHg"), .per_frame = 2, .at = 1, .gain = 10},
        {.name = PLX_LIT("V"), .unit = PLX_LIT("mV"), .per_frame = 1, .at = 3, .gain = 100},
        {.name = PLX_LIT("CVP"), .unit = PLX_LIT("mmHg"), .per_frame = 1, .at = 4, .gain = 10},
    };
    read_header("s 4 250\na 16x2 20(-5)/mmHg 12 0 0 0 0 ABP\na 16 100/mV 12 0 0 0 0 II\n"
                "b 16 10/kPa 12 0 0 0 0 CVP\nx 0 100/mV 12 0 0 0 0 V\n");
    plx_wfdb_link links[4];
    plx_wfdb_links_make(record, 4, &header, PLX_WFDB_VARIABLE, links);
    assert_int_equal(links[0].kind, PLX_WFDB_LINK_SAME);
    assert_int_equal(links[1].kind, PLX_WFDB_LINK_SCALED);
    assert_int_equal(links[2].kind, PLX_WFDB_LINK_ABSENT);
    assert_int_equal(links[3].kind, PLX_WFDB_LINK_UNUSABLE);
    const int32_t in[] = {195, NONE, 77, 1};
    int32_t out[5];
    plx_wfdb_links_apply(record, 4, links, signals, in, out);
    assert_int_equal(out[0], 77);
    assert_int_equal(out[1], 100); /* (195 + 5) / 20 = 10 mmHg */
    assert_int_equal(out[2], NONE);
    assert_int_equal(out[3], NONE);
    assert_int_equal(out[4], NONE);
    plx_wfdb_links_make(record, 1, &header, PLX_WFDB_FIXED, links);
    assert_int_equal(links[0].kind, PLX_WFDB_LINK_UNUSABLE); /* the first one, whatever its name */
}

static void frames_find_their_segment(void **state)
{
    (void)state;
    read_header("m/4 1 125\nm_layout 0\n~ 10\na 5\nb 1\n");
    assert_int_equal(plx_wfdb_segment_of(&header, 0), 1);
    assert_int_equal(plx_wfdb_segment_of(&header, 9), 1);
    assert_int_equal(plx_wfdb_segment_of(&header, 10), 2);
    assert_int_equal(plx_wfdb_segment_of(&header, 15), 3);
    assert_int_equal(plx_wfdb_reader_init(&reader, &header, files, sums), PLX_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_share_files_and_frames),
        cmocka_unit_test(smoothing_cuts_towards_zero_and_keeps_invalid),
        cmocka_unit_test(skew_is_taken_off),
        cmocka_unit_test(differences_add_up_from_the_initial_value),
        cmocka_unit_test(invalid_samples_are_marked),
        cmocka_unit_test(flac_channels_come_in_turn),
        cmocka_unit_test(the_length_is_counted_when_it_is_not_stated),
        cmocka_unit_test(a_short_file_is_told),
        cmocka_unit_test(checksums_and_initial_values),
        cmocka_unit_test(signals_of_a_segment_find_their_places),
        cmocka_unit_test(frames_find_their_segment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
