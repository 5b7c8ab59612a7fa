/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: `pollux wave` prints what the reference tools rdsamp and rdann print, and says what is not
 * right.
 * Oracle: their outputs for public records (each command stands in expected_commands.tsv); small
 * records by hand.
 * Tolerance: none; an invalid sample is "-" here and the lowest value there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/format/edf/edf_for_test.h"

#define DATA PLX_SOURCE_ROOT "/../shared/data/wfdb"

enum { OUTPUT_MAX = 1 << 14, COMMAND_MAX = 4096 };

static char folder[] = "/tmp/pollux-wave-XXXXXX";
static char output[OUTPUT_MAX], complaint[OUTPUT_MAX];

static void read_whole(const char *name, char *into)
{
    char file[128];
    snprintf(file, sizeof file, "%s/%s", folder, name);
    FILE *f = fopen(file, "rb");
    assert_non_null(f);
    size_t n = fread(into, 1, OUTPUT_MAX - 1, f);
    fclose(f);
    into[n] = 0;
}

static void write_file(const char *name, const void *bytes, size_t n)
{
    char file[128];
    snprintf(file, sizeof file, "%s/%s", folder, name);
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void write_text(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

/* Runs a shell command in the folder. */
static int run(const char *command)
{
    if (!getenv("POLLUX")) skip();
    char line[COMMAND_MAX];
    snprintf(line, sizeof line, "cd %s; { %s; } > out 2> err", folder, command);
    int status = system(line);
    assert_true(WIFEXITED(status));
    read_whole("out", output);
    read_whole("err", complaint);
    return WEXITSTATUS(status);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char line[128];
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

static const struct {
    const char *expected, *record, *options, *invalid;
} ROWS[] = {
    {"record-1a", "test01_00s", "", ""},
    {"record-1b", "a103l", "--from 50 --to 160 --signals 2,0 --physical", ""},
    {"record-1d", "3000003_0003", "--from 1 --to 8 --signals 1 --physical", ""},
    {"record-1f", "binformats", "", ""},
    {"record-flac", "flacformats", "", ""},
    {"record-2c", "100_3chan", "--physical", ""},
    {"record-2d", "310derive", "--from 0.007", ""},
    {"record-2e", "311derive", "--from 0.005 --to 3.91 --physical", ""},
    {"record-3b", "s0010_re", "--from 5 --to 38 --physical --signals 13,0,4,8,3", ""},
    {"record-4a", "test01_00s_skewframe", "", ""},
    {"record-4b", "03700181", "", ""},
    {"record-4d", "test01_00s_skewframe", "--physical --high", ""},
    {"record-multi-fixed-c", "multi-segment/fixed1/v102s",
     "--from s70000 --to s80000 --signals 1,0,3 --physical", ""},
    {"record-multi-variable-d", "multi-segment/p000878/p000878-2137-10-26-16-57",
     "--from s3550 --to s7500 --signals 0,1", "s/   -128/      -/g"},
    {"ann-1", "100", "--annotations atr", NULL},
    {"ann-2", "12726", "--annotations anI", NULL},
    {"ann-3", "1003", "--annotations atr", NULL},
};

static void the_reference_outputs(void **state)
{
    (void)state;
    if (access(DATA, R_OK) != 0) skip();
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char command[2048];
        bool samples = ROWS[i].invalid != NULL;
        snprintf(command, sizeof command,
                 "gzip -dc '" DATA
                 "/expected/%s.gz' | sed '%s' > want; \"$POLLUX\" wave --bare '" DATA
                 "/records/%s' %s > all || exit 1; cut -f %s- all | cmp - want >&2 && wc -l < want",
                 ROWS[i].expected, samples ? ROWS[i].invalid : "", ROWS[i].record, ROWS[i].options,
                 samples ? "2" : "1");
        int status = run(command);
        if (status != 0) print_message("# %s: %s\n", ROWS[i].expected, complaint);
        assert_int_equal(status, 0);
        assert_true(atoi(output) > 20);
    }
}

static void missing_segments_of_a_public_record_are_noted(void **state)
{
    (void)state;
    if (access(DATA, R_OK) != 0) skip();
    assert_int_equal(run("\"$POLLUX\" wave --bare '" DATA "/records/multi-segment/p000878/"
                         "p000878-2137-10-26-16-57' --from s7498 --to s7504"),
                     0);
    assert_non_null(strstr(output, "           7499\t     62\t      -\t      -\t      -\n"
                                   "           7500\t      -\t      -\t      -\t      -\n"));
    assert_non_null(strstr(complaint,
                           "note: segment-missing: 3269321_0003: a segment's file does not "
                           "exist; its time is a gap; frames 7500 to 4882874\n"));
}

/* Every checksum of these records holds. */
static void public_checksums_hold(void **state)
{
    (void)state;
    if (access(DATA, R_OK) != 0) skip();
    assert_int_equal(run("for r in 03700181 3000003_0003 310derive 311derive a103l binformats "
                         "flacformats mixedsignals s0010_re test01_00s flac_3_constant; do "
                         "\"$POLLUX\" wave '" DATA
                         "/records/'$r --to s1 > /dev/null || exit 1; done"),
                     0);
    assert_string_equal(complaint, "");
}

static void samples_of_a_small_record(void **state)
{
    (void)state;
    write_text("r.hea", "r 2 100 3\nr.dat 80x2 10(-5)/mmHg 8 0 1 9 0 ABP\nr.dat 80\n");
    write_file("r.dat", "\x81\x82\x83\x84\x00\x86\x87\x88\x89", 9);
    assert_int_equal(run("\"$POLLUX\" wave r.hea"), 0);
    assert_string_equal(output, "       sample #\t    ABP\t  sig 1\n"
                                "              0\t      1\t      3\n"
                                "              1\t      -\t      6\n"
                                "              2\t      7\t      9\n");
    assert_string_equal(complaint,
                        "pollux wave: note: checksum: r, signal 0 ABP: the samples do not "
                        "add up to the checksum of the header; stated 9, found 65430\n");
    assert_int_equal(run("\"$POLLUX\" wave r --physical --high --from 0.01 --to s2 2> /dev/null"),
                     0);
    assert_string_equal(output, "   Elapsed time\t            ABP\t          sig 1\n"
                                "      (seconds)\t         (mmHg)\t           (mV)\n"
                                "          0.010\t     0.90000000\t     0.03000000\n"
                                "          0.015\t              -\t     0.03000000\n");
}

static void a_short_file_prints_what_is_whole_and_fails(void **state)
{
    (void)state;
    write_text("t.hea", "t 1 100 3\nt.dat 16\n");
    write_file("t.dat", "\x01\x00\x02\x00\x03", 5);
    assert_int_equal(run("\"$POLLUX\" wave t --bare"), 1);
    assert_string_equal(output, "              0\t      1\n              1\t      2\n");
    assert_string_equal(complaint,
                        "pollux wave: the record cannot be read to its end: t.dat ends "
                        "after frame 2 of 3 that the header of t states; fetch it again\n");
}

static void annotations_of_a_small_record(void **state)
{
    (void)state;
    static const char bytes[] =
        "\x12\x04\x03\xfc(A\x1b\x00\x00\xec\x05\x00\x00\x00\x12\x04\x00\x00";
    write_file("a.atr", bytes, sizeof bytes - 1);
    write_text("a.hea", "a 0 100\n");
    assert_int_equal(run("\"$POLLUX\" wave a --annotations atr"), 0);
    assert_string_equal(output, "      Time    Sample #  Type  Sub Chan  Num\tAux\n"
                                "    0:00.180       18     N    0    0    0\t(A\\x1B\n"
                                "   54:37.160   327716     N    0    0    0\n");
    write_text("a.hea", "a 0 100 0 23:59:59.9 28/02/2000\n");
    assert_int_equal(run("\"$POLLUX\" wave a --annotations atr --bare --to 10"), 0);
    assert_string_equal(output,
                        "[00:00:00.080 29/02/2000]       18     N    0    0    0\t(A\\x1B\n");
    write_file("a.atr", bytes, sizeof bytes - 3);
    assert_int_equal(run("\"$POLLUX\" wave a --annotations atr --bare"), 1);
    assert_non_null(strstr(complaint, "a.atr byte 16: the annotations end without a zero word"));
    assert_int_equal(run("\"$POLLUX\" wave a --annotations none"), 1);
    assert_non_null(strstr(complaint, "a.none: No such file"));
}

static void json_has_one_object_a_line(void **state)
{
    (void)state;
    write_text("j.hea", "j 2 100 2\nj.dat 80 10(-5)/mmHg 8 0 0 0 0 \"A\"\nj.dat 80\n");
    write_file("j.dat", "\x81\x00\x83\x84", 4);
    assert_int_equal(run("\"$POLLUX\" wave j --json 2> /dev/null"), 0);
    assert_string_equal(
        output, "{\"record\":\"j\",\"rows_per_s\":100,\"physical\":false,\"signals\":["
                "{\"name\":\"\\\"A\\\"\",\"unit\":\"mmHg\"},{\"name\":\"\",\"unit\":\"mV\"}]}\n"
                "{\"sample\":0,\"time_s\":0.000000,\"values\":[1,null]}\n"
                "{\"sample\":1,\"time_s\":0.010000,\"values\":[3,4]}\n");
    write_file("j.atr", "\x12\x04\x03\xfc(A\x1b\x00\x00\x00", 10);
    assert_int_equal(run("\"$POLLUX\" wave j --json --annotations atr"), 0);
    assert_string_equal(output, "{\"sample\":18,\"time_s\":0.180000,\"code\":\"N\",\"subtype\":0,"
                                "\"channel\":0,\"number\":0,\"aux\":\"(A\\u001b\"}\n");
}

static void an_edf_file_is_a_record_too(void **state)
{
    (void)state;
    static const plx_edf_test_signal SIGNALS[] = {
        {"ABP", "mmHg", "0", "200", "-1000", "1000", "2"},
        {"EDF Annotations", "", "-1", "1", "-32768", "32767", "8"},
        {"Temp", "degC", "40", "30", "-100", "100", "1"}};
    static plx_edf_test_file f;
    put_header(&f, "0", "EDF+D", "3", "1", SIGNALS, 3);
    put_bytes(&f, "\x00\x00\x64\x00+0.5\x14\x14\0+1\x14hi\x14\0\0\0\x9c\xff", 22);
    put_bytes(&f, "\x18\xfc\xe8\x03+4\x14\x14\0\0\0\0\0\0\0\0\0\0\0\0\x64\x00", 22);
    write_file("e.EDF", f.bytes, f.n);
    assert_int_equal(run("\"$POLLUX\" wave e.EDF --physical"), 1);
    assert_string_equal(output, "   Elapsed time\t            ABP\t           Temp\n"
                                "      (seconds)\t         (mmHg)\t         (degC)\n"
                                "          0.500\t   100.00000000\t    40.00000000\n"
                                "          1.000\t   110.00000000\t    40.00000000\n"
                                "          4.000\t     0.00000000\t    30.00000000\n"
                                "          4.500\t   200.00000000\t    30.00000000\n");
    assert_string_equal(
        complaint, "pollux wave: note: gap: 2.500000 s before record 1 at 4.000000 s\n"
                   "pollux wave: the file cannot be read to its end: e.EDF byte 1068: the file has "
                   "fewer data records than it states\n");
    assert_int_equal(run("\"$POLLUX\" wave e.EDF --bare --from s1 --to s3 --signals 0"), 0);
    assert_string_equal(output, "              1\t    100\n              2\t  -1000\n");
    assert_int_equal(run("\"$POLLUX\" wave e.EDF --bare --annotations edf"), 1);
    assert_string_equal(output, "             +1\t               \thi\n");
    write_file("e.EDF", f.bytes, 700);
    assert_int_equal(run("\"$POLLUX\" wave e.EDF"), 1);
    assert_non_null(strstr(complaint, "e.EDF byte 0: the file ends inside its header"));
    assert_int_equal(run("\"$POLLUX\" wave none.edf"), 1);
    assert_non_null(strstr(complaint, "none.edf: No such file"));
}

static void the_world_and_wrong_usage(void **state)
{
    (void)state;
    write_text("w.hea", "w 1 100 1\nw.dat 80\n");
    write_file("w.dat", "\x81", 1);
    assert_int_equal(run("\"$POLLUX\" wave"), 2);
    assert_int_equal(run("\"$POLLUX\" wave w --from x"), 2);
    assert_int_equal(run("\"$POLLUX\" wave w --to -1"), 2);
    assert_int_equal(run("\"$POLLUX\" wave w --signals 1"), 2);
    assert_int_equal(run("\"$POLLUX\" wave w --signals 0,"), 2);
    assert_int_equal(run("\"$POLLUX\" wave nothing"), 1);
    assert_non_null(strstr(complaint, "nothing.hea: No such file"));
    assert_int_equal(run("\"$POLLUX\" wave w > /dev/full"), 1);
    assert_int_equal(run("\"$POLLUX\" wave w --from 5 --bare"), 0);
    assert_string_equal(output, "");
    assert_int_equal(run("\"$POLLUX\" wave --help"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_outputs),
        cmocka_unit_test(missing_segments_of_a_public_record_are_noted),
        cmocka_unit_test(public_checksums_hold),
        cmocka_unit_test(samples_of_a_small_record),
        cmocka_unit_test(a_short_file_prints_what_is_whole_and_fails),
        cmocka_unit_test(annotations_of_a_small_record),
        cmocka_unit_test(json_has_one_object_a_line),
        cmocka_unit_test(an_edf_file_is_a_record_too),
        cmocka_unit_test(the_world_and_wrong_usage),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
