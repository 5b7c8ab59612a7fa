/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: headers, samples, times of records and annotations of EDF, EDF+ and BDF; what is refused.
 * Oracle: the specifications of EDF and EDF+ (edfplus.info; the patient is its example), by hand.
 * Tolerance: physical values 1e-9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/format/edf/edf.h"
#include "core/format/edf/edf_for_test.h"

enum { ROOM = 4 };

static plx_edf_test_file file;
static plx_edf_signal signals[ROOM];
static plx_edf_header h;
static plx_edf_error error;
static plx_edf_reader reader;
static plx_edf_record record;
static plx_edf_annotations annotations;
static plx_edf_annotation one;

static plx_slice whole(void)
{
    return (plx_slice){file.bytes, file.n};
}

static plx_status parse(void)
{
    h = (plx_edf_header){.signals = signals, .signals_capacity = ROOM};
    error = (plx_edf_error){0};
    return plx_edf_header_parse(whole(), &h, &error);
}

static void begin(void)
{
    assert_int_equal(parse(), PLX_OK);
    plx_edf_reader_init(&reader, &h, whole());
    plx_edf_annotations_init(&annotations, &h, whole());
}

static plx_status next_record(void)
{
    return plx_edf_reader_next(&reader, &record, &error);
}

static plx_status next_annotation(void)
{
    return plx_edf_annotations_next(&annotations, &one, &error);
}

static const plx_edf_test_signal TWO[] = {
    {"ECG II", "uV", "-3276.8", "3276.7", "-32768", "32767", "2"},
    {"Temp", "degC", "40", "30", "-100", "100", "1"}};
static const plx_edf_test_signal WITH_TALS[] = {
    {"SpO2", "%", "0", "100", "0", "1000", "1"},
    {"EDF Annotations", "", "-1", "1", "-32768", "32767", "12"}};

#define PUT(text) put_bytes(&file, text, sizeof(text) - 1)

static void plain_edf(void **state)
{
    (void)state;
    put_header(&file, "0", "", "2", "0.5", TWO, 2);
    PUT("\x01\x00\xff\xff\x00\x00"
        "\xff\x7f\x00\x80\x64\x00");
    begin();
    assert_int_equal(h.kind, PLX_EDF_PLAIN);
    assert_false(h.bdf);
    assert_int_equal(h.year * 10000 + h.month * 100 + h.day, 20020302);
    assert_int_equal(h.hour * 10000 + h.minute * 100 + h.second, 201507);
    assert_int_equal(h.person.name.n, 0);
    assert_true(plx_slice_is(signals[0].label, "ECG II") && plx_slice_is(signals[1].unit, "degC"));
    assert_true(h.record_s == 0.5 && h.records == 2 && h.records_held == 2 && h.left_over == 0);
    assert_int_equal(next_record(), PLX_OK);
    assert_int_equal(plx_edf_sample(&h, &record, &signals[0], 0), 1);
    assert_int_equal(plx_edf_sample(&h, &record, &signals[0], 1), -1);
    double value = 0;
    assert_true(plx_edf_physical(&signals[0], -1, &value));
    assert_true(value > -0.1 - 1e-9 && value < -0.1 + 1e-9);
    assert_true(plx_edf_physical(&signals[1], 0, &value) && value == 35);
    assert_true(plx_edf_physical(&signals[1], 100, &value) && value == 30); /* max below min */
    assert_int_equal(next_record(), PLX_OK);
    assert_true(record.onset_s == 0.5 && record.gap_s == 0 && record.index == 1);
    assert_int_equal(plx_edf_sample(&h, &record, &signals[0], 0), 32767);
    assert_int_equal(plx_edf_sample(&h, &record, &signals[0], 1), -32768);
    assert_int_equal(plx_edf_sample(&h, &record, &signals[1], 0), 100);
    assert_int_equal(next_record(), PLX_MISSING);
    assert_int_equal(next_annotation(), PLX_MISSING);
}

static void bdf_has_24_bits(void **state)
{
    (void)state;
    put_header(&file,
               "\xFF"
               "BIOSEMI",
               "24BIT", "1", "1", TWO, 1);
    PUT("\x01\x02\x03\x00\x00\x80");
    begin();
    assert_true(h.bdf);
    assert_int_equal(next_record(), PLX_OK);
    assert_int_equal(plx_edf_sample(&h, &record, &signals[0], 0), 0x030201);
    assert_int_equal(plx_edf_sample(&h, &record, &signals[0], 1), -8388608);
}

static void records_are_counted_or_missed(void **state)
{
    (void)state;
    put_header(&file, "0", "", "-1", "1", TWO, 1);
    PUT("\x01\x00\x02\x00\x03\x00\x04\x00\x05");
    begin();
    assert_int_equal(h.records * 10 + h.left_over, 21);
    size_t full = file.n;
    for (size_t n = 0; n < full; n++) { /* cut off anywhere */
        put_header(&file, "0", "", "2", "1", TWO, 1);
        file.n = n;
        plx_status status = parse();
        assert_int_equal(status, n < 512 ? PLX_TRUNCATED : PLX_OK);
        if (status != PLX_OK) continue;
        begin();
        for (uint64_t k = 0; k < (n - 512) / 4; k++)
            assert_int_equal(next_record(), PLX_OK);
        assert_int_equal(next_record(), (n - 512) / 4 < 2 ? PLX_TRUNCATED : PLX_MISSING);
    }
}

static void the_patient_of_edf_plus(void **state)
{
    (void)state;
    put_header(&file, "0", "EDF+C", "0", "1", WITH_TALS, 2);
    begin();
    assert_int_equal(h.kind, PLX_EDF_CONTINUOUS);
    assert_true(plx_slice_is(h.person.code, "MCH-0234567"));
    assert_true(plx_slice_is(h.person.name, "Haagse_Harry"));
    assert_int_equal(h.person.sex, 'F');
    assert_int_equal(h.person.year * 10000 + h.person.month * 100 + h.person.day, 19510502);
    assert_true(signals[1].annotations && !signals[0].annotations);
    memcpy(file.bytes + 8, "X X X X                                ", 39);
    begin();
    assert_int_equal(h.person.code.n + h.person.name.n, 0);
    assert_int_equal(h.person.sex + h.person.year, 0);
}

/* A data record of WITH_TALS. */
static void put_record(char sample, plx_slice tals)
{
    char bytes[26] = {sample};
    memcpy(bytes + 2, tals.at, tals.n);
    put_bytes(&file, bytes, sizeof bytes);
}

static void annotations_and_a_start_below_the_second(void **state)
{
    (void)state;
    put_header(&file, "0", "EDF+C", "3", "1", WITH_TALS, 2);
    put_record(1, PLX_LIT("+0.25\x14\x14\0+1\x15"
                          "2.5\x14"
                          "a\x14"
                          "b\x14"));
    put_record(2, PLX_LIT("+1.25\x14\x14x\x14\0-0.5\x14\xC3\xA9\x14"));
    put_record(3, PLX_LIT("+2.25\x14\x14"));
    begin();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(next_record(), PLX_OK);
        assert_true(record.onset_s == 0.25 + i && record.gap_s == 0);
    }
    assert_int_equal(next_annotation(), PLX_OK);
    assert_true(plx_slice_is(one.onset, "+1") && plx_slice_is(one.duration, "2.5"));
    assert_true(plx_slice_is(one.text, "a") && one.onset_s == 1 && one.duration_s == 2.5);
    assert_int_equal(next_annotation(), PLX_OK);
    assert_true(plx_slice_is(one.text, "b") && one.onset_s == 1);
    assert_int_equal(next_annotation(), PLX_OK);
    assert_true(plx_slice_is(one.text, "x") && one.onset_s == 1.25 && one.duration.n == 0);
    assert_int_equal(next_annotation(), PLX_OK);
    assert_true(plx_slice_is(one.text, "\xC3\xA9") && one.onset_s == -0.5);
    assert_int_equal(next_annotation(), PLX_MISSING);
    assert_int_equal(next_annotation(), PLX_MISSING);
}

static void put_mark(const char *onset)
{
    char tals[24];
    int n = snprintf(tals, sizeof tals, "%s\x14\x14", onset);
    put_record(0, (plx_slice){tals, (size_t)n});
}

static void discontinuous_records_tell_their_time(void **state)
{
    (void)state;
    put_header(&file, "0", "EDF+D", "3", "1", WITH_TALS, 2);
    put_mark("+0");
    put_mark("+1");
    put_mark("+7.5");
    begin();
    assert_int_equal(next_record(), PLX_OK);
    assert_int_equal(next_record(), PLX_OK);
    assert_true(record.gap_s == 0);
    assert_int_equal(next_record(), PLX_OK);
    assert_true(record.gap_s == 5.5 && record.onset_s == 7.5);
    static const struct {
        const char *onset;
        plx_status status;
    } BAD[] = {
        {"+0.5", PLX_CONFLICT}, {"+36003", PLX_LIMIT}, {"1", PLX_SYNTAX}, {"+x", PLX_SYNTAX}};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        put_header(&file, "0", "EDF+D", "2", "1", WITH_TALS, 2);
        put_mark("+0");
        put_mark(BAD[i].onset);
        begin();
        assert_int_equal(next_record(), PLX_OK);
        assert_int_equal(next_record(), BAD[i].status);
        assert_int_equal(record.index, 0);
        assert_true(error.offset >= 768 + 26 && error.offset <= file.n);
    }
    put_header(&file, "0", "EDF+D", "1", "1", TWO, 2);
    assert_int_equal(parse(), PLX_SYNTAX);
}

static void text_that_is_no_tal(void **state)
{
    (void)state;
    static const plx_slice BAD[] = {
        {"+0\x14\x14\0hello there", 16},
        {"+0\x14\x14\0+1\x14"
         "abc",
         11},
        {"+0\x14\x14\0+1\x15-3\x14x\x14", 13},
        {"+0\x14\x14\0+1 no end here.....", 24},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        put_header(&file, "0", "EDF+C", "1", "1", WITH_TALS, 2);
        put_record(0, BAD[i]);
        begin();
        assert_int_equal(next_annotation(), PLX_SYNTAX);
        assert_true(error.offset >= 768 + 7 && error.offset <= file.n);
        assert_int_equal(next_annotation(), PLX_MISSING);
    }
}

static void faults_of_headers(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        const char *text;
        plx_status status;
    } BAD[] = {
        {0, "1       ", PLX_SYNTAX},         {168, "02-03-xx", PLX_SYNTAX},
        {168, "31.02.02", PLX_RANGE},        {176, "20.15.7 ", PLX_SYNTAX},
        {176, "24.00.00", PLX_RANGE},        {184, "512     ", PLX_SYNTAX},
        {236, "-2      ", PLX_SYNTAX},       {236, "x       ", PLX_SYNTAX},
        {244, "-1      ", PLX_SYNTAX},       {252, "513 ", PLX_LIMIT},
        {252, "2.5 ", PLX_SYNTAX},           {256 + 208, "low     ", PLX_SYNTAX},
        {256 + 224, "high    ", PLX_SYNTAX}, {256 + 240, "1.5     ", PLX_SYNTAX},
        {256 + 256, "99999999", PLX_SYNTAX}, {256 + 432, "0       ", PLX_SYNTAX},
        {256 + 432, "99999999", PLX_OK},     {256 + 440, "        ", PLX_SYNTAX},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        put_header(&file, "0", "", "1", "1", TWO, 2);
        PUT("\x01\x00\xff\xff\x00\x00");
        memcpy(file.bytes + BAD[i].at, BAD[i].text, strlen(BAD[i].text));
        assert_int_equal(parse(), BAD[i].status);
        if (BAD[i].status == PLX_OK) continue;
        assert_non_null(error.text);
        assert_int_equal(h.signals_n, 0);
    }
    put_header(&file, "0", "", "1", "1", TWO, 2);
    h = (plx_edf_header){.signals = signals, .signals_capacity = 1};
    assert_int_equal(plx_edf_header_parse(whole(), &h, NULL), PLX_SPACE);
    assert_int_equal(h.signals_n, 2);
    put_header(&file, "0", "", "99999999", "1", TWO, 2);
    memcpy(file.bytes + 256 + 432, "1000    ", 8);
    assert_int_equal(parse(), PLX_LIMIT);
    static const plx_edf_test_signal FLAT[] = {{"x", "", "5", "5", "0", "10", "1"}};
    put_header(&file, "0", "", "0", "1", FLAT, 1);
    begin();
    double value = 7;
    assert_false(plx_edf_physical(&signals[0], 3, &value));
    assert_true(value == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_edf),
        cmocka_unit_test(bdf_has_24_bits),
        cmocka_unit_test(records_are_counted_or_missed),
        cmocka_unit_test(the_patient_of_edf_plus),
        cmocka_unit_test(annotations_and_a_start_below_the_second),
        cmocka_unit_test(discontinuous_records_tell_their_time),
        cmocka_unit_test(text_that_is_no_tal),
        cmocka_unit_test(faults_of_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
