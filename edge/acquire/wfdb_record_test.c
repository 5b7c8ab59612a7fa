/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: records on disk: FLAC files, segments that are missing, short or different, checksums,
 * files that are cut off or damaged: each is read, noted or refused, and nothing is made up.
 * Oracle: records of a few samples, written by this test; FLAC by libFLAC's own encoder.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <FLAC/stream_encoder.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "edge/acquire/wfdb_record.h"

enum { NOTES_MAX = 16, FRAME_MAX = 16 };
#define NONE PLX_WFDB_INVALID

static char folder[] = "/tmp/pollux-wfdb-XXXXXX", problem[PLX_WFDB_PROBLEM_MAX];
static plx_wfdb_note notes[NOTES_MAX];
static size_t notes_n;
static plx_wfdb_record *record;
static int32_t frame[FRAME_MAX];

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t n)
{
    FILE *f = fopen(path_of(name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void write_text(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

static void keep_note(void *context, const plx_wfdb_note *note)
{
    (void)context;
    assert_true(notes_n < NOTES_MAX);
    notes[notes_n++] = *note;
}

static plx_status open_record(const char *name, bool samples)
{
    plx_wfdb_record_close(record);
    notes_n = 0;
    problem[0] = 0;
    return plx_wfdb_record_open(path_of(name), samples, (plx_wfdb_notes){NULL, keep_note}, &record,
                                problem);
}

static plx_status next(void)
{
    return plx_wfdb_record_next(record, frame, problem);
}

static void expect(const int32_t *want)
{
    assert_int_equal(next(), PLX_OK);
    for (uint32_t i = 0; i < plx_wfdb_record_frame_samples(record); i++)
        assert_int_equal(frame[i], want[i]);
}
#define EXPECT(...) expect((const int32_t[]){__VA_ARGS__})

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char line[128];
    plx_wfdb_record_close(record);
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

/* Channels in turn. */
static void write_flac(const char *name, const FLAC__int32 *samples, unsigned n, unsigned channels,
                       unsigned bits)
{
    FLAC__StreamEncoder *e = FLAC__stream_encoder_new();
    assert_non_null(e);
    FLAC__stream_encoder_set_channels(e, channels);
    FLAC__stream_encoder_set_bits_per_sample(e, bits);
    FLAC__stream_encoder_set_sample_rate(e, 96000);
    FLAC__stream_encoder_set_streamable_subset(e, false);
    assert_int_equal(FLAC__stream_encoder_init_file(e, path_of(name), NULL, NULL),
                     FLAC__STREAM_ENCODER_INIT_STATUS_OK);
    assert_true(FLAC__stream_encoder_process_interleaved(e, samples, n));
    assert_true(FLAC__stream_encoder_finish(e));
    FLAC__stream_encoder_delete(e);
}

static void one_record_of_two_files(void **state)
{
    (void)state;
    write_text("plain.hea", "plain 2 250 2\nplain.a 80 20/mmHg 8 0 1 3\nplain.b 61\n");
    write_file("plain.a", "\x81\x82", 2);
    write_file("plain.b", "\x01\x00\x80\x00", 4);
    assert_int_equal(open_record("plain.hea", true), PLX_OK);
    assert_int_equal(notes_n, 0);
    assert_int_equal(plx_wfdb_record_frames(record), 2);
    EXPECT(1, 256);
    EXPECT(2, NONE);
    assert_int_equal(next(), PLX_MISSING);
    assert_int_equal(plx_wfdb_record_seek(record, 1, problem), PLX_OK);
    EXPECT(2, NONE);
    assert_true(plx_wfdb_record_signals(record)[0].gain == 20);
    assert_true(plx_slice_is(plx_wfdb_record_header(record)->name, "plain"));
}

static void wrong_sums_are_noted(void **state)
{
    (void)state;
    write_text("sum.hea", "sum 1 250 2\nplain.a 80 20/mmHg 8 0 7 4 0 X\n");
    write_file("plain.a", "\x81\x82", 2);
    assert_int_equal(open_record("sum", true), PLX_OK);
    assert_int_equal(notes_n, 2);
    assert_int_equal(notes[0].kind, PLX_WFDB_NOTE_CHECKSUM);
    assert_int_equal(notes[0].stated * 10 + notes[0].found, 43);
    assert_int_equal(notes[1].kind, PLX_WFDB_NOTE_INITIAL);
    assert_int_equal(notes[1].stated * 10 + notes[1].found, 71);
    EXPECT(1);
}

static void flac_in_all_three_widths(void **state)
{
    (void)state;
    static const FLAC__int32 narrow[] = {1, -2, 127, -128, 3, 4, 5, 6},
                             wide[] = {1, -2, 32767, -32768, 3, 4, 5, 6},
                             widest[] = {8388607, -8388608};
    write_flac("f.8", narrow, 4, 2, 8);
    write_flac("f.16", wide, 8, 1, 16);
    write_flac("f.24", widest, 2, 1, 24);
    write_text("f.hea", "f 4 250 2\nf.8 508x2\nf.8 508x2\nf.16 516x4\nf.24 524\n");
    assert_int_equal(open_record("f", true), PLX_OK);
    EXPECT(1, 127, -2, NONE, 1, -2, 32767, NONE, 8388607);
    EXPECT(3, 5, 4, 6, 3, 4, 5, 6, NONE);
    assert_int_equal(next(), PLX_MISSING);
    write_text("f.hea", "f 1\nf.16 516x4\n"); /* the length is the stream's */
    assert_int_equal(open_record("f", true), PLX_OK);
    assert_int_equal(plx_wfdb_record_frames(record), 2);
    write_text("f.hea", "f 1 250 3\nf.16 516x4\n");
    assert_int_equal(open_record("f", true), PLX_OK);
    EXPECT(1, -2, 32767, NONE);
    EXPECT(3, 4, 5, 6);
    assert_int_equal(next(), PLX_TRUNCATED);
    assert_non_null(strstr(problem, "f.16 ends after frame 2 of 3"));
    write_text("f.hea", "f 1 250 2\nf.8 508x2\n"); /* one channel too few */
    assert_int_equal(open_record("f", true), PLX_CONFLICT);
    write_text("f.hea", "f 1 250 2\nf.24 516\n"); /* more bits than the format has */
    assert_int_equal(open_record("f", true), PLX_CONFLICT);
    assert_null(record);
}

/* Cut at any byte: a status, or the frames that are whole. */
static void flac_cut_off(void **state)
{
    (void)state;
    static char bytes[4096];
    FLAC__int32 samples[64];
    for (int i = 0; i < 64; i++)
        samples[i] = i * i % 97;
    write_flac("cut.16", samples, 64, 1, 16);
    FILE *f = fopen(path_of("cut.16"), "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_true(n > 60 && n < sizeof bytes);
    write_text("cut.hea", "cut 1 250 64\ncut.16 516\n");
    for (size_t k = 0; k < n; k += k < 100 ? 1 : 7) {
        write_file("cut.16", bytes, k);
        plx_status status = open_record("cut", true);
        while (status == PLX_OK)
            status = next();
        assert_true(status == PLX_TRUNCATED || status == PLX_SYNTAX);
        assert_true(problem[0] != 0);
    }
    write_file("cut.16", bytes, n);
    assert_int_equal(open_record("cut", true), PLX_OK);
    assert_int_equal(notes_n, 0);
    bytes[30] ^= 0x55; /* in the MD5 sum: STREAMINFO's bytes 18 to 33, after 8 */
    write_file("cut.16", bytes, n);
    assert_int_equal(open_record("cut", true), PLX_OK);
    assert_int_equal(notes_n, 1);
    assert_int_equal(notes[0].kind, PLX_WFDB_NOTE_MD5);
    assert_int_equal(next(), PLX_OK);
    bytes[n - 20] ^= 0x55; /* in the samples: the frame's own checksum finds it */
    write_file("cut.16", bytes, n);
    assert_int_equal(open_record("cut", true), PLX_SYNTAX);
}

static void a_missing_segment_is_a_gap(void **state)
{
    (void)state;
    write_text("m.hea", "m/5 2 125 10\nm_layout 0\n~ 2\ns1 2\ngone 3\ns2 3\n");
    write_text("m_layout.hea", "m_layout 2 125 0\n~ 0 10/mV 8 0 0 0 0 II\n~ 0 5/mV 8 0 0 0 0 V\n");
    write_text("s1.hea", "s1 1 125 2\ns1.dat 80 5/mV 8 0 0 0 0 V\n");
    write_file("s1.dat", "\x81\x7f", 2);
    write_text("s2.hea",
               "s2 2 125 2\ns2.dat 80 10/mV 8 0 9 46 0 V\ns2.dat 80 10/mV 8 0 1 3 0 II\n");
    write_file("s2.dat", "\x8a\x81\xa4\x82", 4);
    assert_int_equal(open_record("m", true), PLX_OK);
    assert_int_equal(plx_wfdb_record_frames(record), 10);
    EXPECT(NONE, NONE);
    EXPECT(NONE, NONE);
    EXPECT(NONE, 1);
    EXPECT(NONE, -1);
    for (int i = 0; i < 3; i++)
        EXPECT(NONE, NONE);
    EXPECT(1, 5); /* V: 10 of 10/mV is 5 of 5/mV */
    EXPECT(2, 18);
    EXPECT(NONE, NONE);
    assert_int_equal(next(), PLX_MISSING);
    static const plx_wfdb_note_kind WANT[] = {
        PLX_WFDB_NOTE_GAP,           PLX_WFDB_NOTE_INITIAL,
        PLX_WFDB_NOTE_SIGNAL_ABSENT, PLX_WFDB_NOTE_SEGMENT_MISSING,
        PLX_WFDB_NOTE_INITIAL,       PLX_WFDB_NOTE_SIGNAL_SCALED,
        PLX_WFDB_NOTE_SEGMENT_SHORT};
    assert_int_equal(notes_n, sizeof WANT / sizeof WANT[0]);
    for (size_t i = 0; i < notes_n; i++)
        assert_int_equal(notes[i].kind, WANT[i]);
    assert_int_equal(notes[3].first * 100 + notes[3].frames, 403);
    assert_int_equal(notes[6].stated * 100 + notes[6].found, 302);
    assert_int_equal(plx_wfdb_record_seek(record, 8, problem), PLX_OK);
    EXPECT(2, 18);
    assert_int_equal(plx_wfdb_record_seek(record, 3, problem), PLX_OK);
    EXPECT(NONE, -1);
    assert_int_equal(plx_wfdb_record_seek(record, 11, problem), PLX_MISSING);
}

static void segments_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    write_text("x.hea", "x/2 1 125 4\ngone 2\nx1 2\n");
    write_text("x1.hea", "x1 1 125 2\nx1.dat 80\n");
    write_file("x1.dat", "\x81\x82", 2);
    assert_int_equal(open_record("x", true), PLX_OK);
    EXPECT(NONE);
    EXPECT(NONE);
    EXPECT(1);
    EXPECT(2);
    write_file("x1.dat", "\x81", 1);
    assert_int_equal(open_record("x", true), PLX_OK);
    assert_int_equal(plx_wfdb_record_seek(record, 2, problem), PLX_OK);
    EXPECT(1);
    assert_int_equal(next(), PLX_TRUNCATED);
    write_text("y.hea", "y/2 1 125 4\nx1 2\nx2 2\n");
    static const char *const BAD[] = {"x2 1 250 2\nx1.dat 80\n",
                                      "x2 2 125 2\nx1.dat 80\nx1.dat 80\n", "x2/1 1 125 2\nx1 2\n",
                                      "x2 1 125 2\nx1.dat 81\n", "x2 1 125 2\nlost.dat 80\n"};
    static const plx_status WHY[] = {PLX_CONFLICT, PLX_CONFLICT, PLX_UNSUPPORTED, PLX_UNSUPPORTED,
                                     PLX_IO};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        write_text("x2.hea", BAD[i]);
        assert_int_equal(open_record("y", true), PLX_OK);
        assert_int_equal(plx_wfdb_record_seek(record, 2, problem), PLX_OK);
        assert_int_equal(next(), WHY[i]);
        assert_true(problem[0] != 0);
    }
}

static void what_cannot_be_opened(void **state)
{
    (void)state;
    assert_int_equal(open_record("nowhere", true), PLX_IO);
    write_text("bad.hea", "bad 1 250\nf 13\n");
    assert_int_equal(open_record("bad", false), PLX_UNSUPPORTED);
    assert_non_null(strstr(problem, "bad.hea line 2 (byte 12): there is no such format"));
    write_text("bad.hea", "bad 1 250\nlost.dat 16\n");
    assert_int_equal(open_record("bad", true), PLX_IO);
    assert_int_equal(open_record("bad", false), PLX_OK); /* headers only */
    write_text("bad.hea", "bad 1 250\n.hidden 16\n");
    assert_int_equal(open_record("bad", true), PLX_IO);
    write_text("bad.hea", "bad/2 1 250\nlost 1\nlost 2\n");
    assert_int_equal(open_record("bad", true), PLX_IO);
    write_text("bad.hea", "bad/1 1 250\nbad 1\n"); /* a record that is its own segment */
    assert_int_equal(open_record("bad", true), PLX_CONFLICT);
    write_text("bad.hea", "bad 1 250\npipe 16\n");
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
    assert_int_equal(open_record("bad", true), PLX_IO);
    assert_non_null(strstr(problem, "no regular file"));
    write_text("many.hea", "many 40 250\n");
    assert_int_equal(open_record("many", true), PLX_SYNTAX);
    assert_null(record);
    plx_wfdb_record_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_record_of_two_files),
        cmocka_unit_test(wrong_sums_are_noted),
        cmocka_unit_test(flac_in_all_three_widths),
        cmocka_unit_test(flac_cut_off),
        cmocka_unit_test(a_missing_segment_is_a_gap),
        cmocka_unit_test(segments_that_do_not_fit_are_refused),
        cmocka_unit_test(what_cannot_be_opened),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
