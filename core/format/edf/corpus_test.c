/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: public EDF+ and BDF+ files: every header field, sample and annotation.
 * Oracle: what a plain reader of the specification printed for them (JSON; samples by SHA-256,
 * taken here by sha256sum). Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/format/edf/edf.h"
#include "core/format/json/json.h"

#define DATA PLX_SOURCE_ROOT "/../shared/data/edf/"

enum { FILE_MAX = 1 << 20, TOKENS_MAX = 1 << 15, SIGNALS = 16, SHA_TEXT = 64 };

static char bytes[FILE_MAX], text[FILE_MAX];
static plx_json_token tokens[TOKENS_MAX];
static plx_json json;
static plx_edf_signal signals[SIGNALS];
static plx_edf_header h;
static plx_slice file;

static bool read_file(const char *path, char *into, plx_slice *all)
{
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    *all = (plx_slice){into, fread(into, 1, FILE_MAX, f)};
    fclose(f);
    return true;
}

static plx_slice member(uint32_t object, const char *key)
{
    uint32_t token = plx_json_get(&json, object, key);
    assert_true(token != UINT32_MAX);
    return plx_json_text(&json, token);
}

static int64_t integer(plx_slice s)
{
    char number[32] = {0};
    assert_true(s.n < sizeof number);
    memcpy(number, s.at, s.n);
    return strtoll(number, NULL, 10);
}

static void same(plx_slice found, plx_slice want)
{
    if (!plx_slice_equal(found, want))
        print_message("# found %.*s, want %.*s\n", (int)found.n, found.at, (int)want.n, want.at);
    assert_true(plx_slice_equal(found, want));
}

/* All samples of a signal, as int32 little endian, through sha256sum. */
static void check_samples(const plx_edf_signal *s, uint32_t want)
{
    char path[] = "/tmp/pollux-edf-XXXXXX", command[64];
    int descriptor = mkstemp(path);
    FILE *to = fdopen(descriptor, "wb");
    assert_non_null(to);
    plx_edf_reader reader;
    plx_edf_record record;
    int64_t n = 0, low = INT32_MAX, high = INT32_MIN;
    plx_edf_reader_init(&reader, &h, file);
    plx_status status;
    while ((status = plx_edf_reader_next(&reader, &record, NULL)) == PLX_OK) {
        for (uint32_t j = 0; j < s->samples; j++) {
            int32_t value = plx_edf_sample(&h, &record, s, j);
            low = value < low ? value : low;
            high = value > high ? value : high;
            fwrite(&value, sizeof value, 1, to);
            n++;
        }
    }
    assert_int_equal(status, PLX_MISSING);
    assert_int_equal(fclose(to), 0);
    char sum[SHA_TEXT];
    snprintf(command, sizeof command, "sha256sum %s", path);
    FILE *from = popen(command, "r");
    assert_non_null(from);
    assert_int_equal(fread(sum, 1, SHA_TEXT, from), SHA_TEXT);
    pclose(from);
    remove(path);
    same((plx_slice){sum, SHA_TEXT}, member(want, "sha256_int32le"));
    assert_int_equal(n, integer(member(want, "samples")));
    assert_int_equal(low, integer(member(want, "min")));
    assert_int_equal(high, integer(member(want, "max")));
}

static void check_signals(void)
{
    uint32_t list = plx_json_get(&json, 0, "signals"), at = list + 1, n = 0;
    for (uint32_t i = 0; i < h.signals_n; i++) {
        const plx_edf_signal *s = &signals[i];
        if (s->annotations) continue;
        assert_true(n++ < tokens[list].children);
        same(s->label, member(at, "label"));
        same(s->unit, member(at, "unit"));
        same(s->transducer, member(at, "transducer"));
        same(s->prefilter, member(at, "prefilter"));
        assert_true(s->physical_min == (double)integer(member(at, "phys_min")));
        assert_true(s->physical_max == (double)integer(member(at, "phys_max")));
        assert_int_equal(s->digital_min, integer(member(at, "dig_min")));
        assert_int_equal(s->digital_max, integer(member(at, "dig_max")));
        assert_int_equal(s->samples, integer(member(at, "samples_per_record")));
        check_samples(s, at);
        at = tokens[at].next;
    }
    assert_int_equal(n, tokens[list].children);
}

static void check_annotations(void)
{
    static char decoded[1024];
    uint32_t list = plx_json_get(&json, 0, "annotations"), at = list + 1;
    plx_edf_annotations a;
    plx_edf_annotation one;
    plx_edf_annotations_init(&a, &h, file);
    for (uint32_t i = 0; i < tokens[list].children; i++) {
        plx_out out = plx_out_init(decoded, sizeof decoded);
        assert_int_equal(plx_edf_annotations_next(&a, &one, NULL), PLX_OK);
        same(one.onset, member(at, "onset"));
        same(one.duration, member(at, "duration"));
        plx_json_string(&json, plx_json_get(&json, at, "text"), &out);
        same(one.text, plx_out_slice(&out));
        at = tokens[at].next;
    }
    assert_int_equal(plx_edf_annotations_next(&a, &one, NULL), PLX_MISSING);
}

static void check_file(const char *folder, const char *name)
{
    char path[256];
    plx_slice expected;
    snprintf(path, sizeof path, DATA "%s/%s", folder, name);
    if (!read_file(path, bytes, &file)) skip();
    snprintf(path, sizeof path, DATA "expected/%s.json", name);
    assert_true(read_file(path, text, &expected));
    json = (plx_json){.tokens = tokens, .capacity = TOKENS_MAX};
    assert_int_equal(plx_json_parse(expected, &json, NULL), PLX_OK);
    h = (plx_edf_header){.signals = signals, .signals_capacity = SIGNALS};
    assert_int_equal(plx_edf_header_parse(file, &h, NULL), PLX_OK);
    same(h.patient, member(0, "patient"));
    same(h.recording, member(0, "recording"));
    assert_int_equal(h.bdf, plx_slice_is(member(0, "kind"), "BDF"));
    assert_int_equal(h.kind, PLX_EDF_CONTINUOUS);
    assert_int_equal(h.records, integer(member(0, "records_declared")));
    assert_int_equal(h.records_held, integer(member(0, "records_read")));
    assert_true(h.record_s == (double)integer(member(0, "record_duration_s")));
    check_signals();
    check_annotations();
}

static void test_edfann(void **state)
{
    (void)state;
    check_file("wfdb-python", "test_edfann.edf");
    assert_int_equal(h.hour * 10000 + h.minute * 100 + h.second, 235930);
}

static void test_generator(void **state)
{
    (void)state;
    check_file("pyedflib", "test_generator.bdf");
    assert_int_equal(h.year * 10000 + h.month * 100 + h.day, 20000101);
}

static void test_generator_of_two_seconds(void **state)
{
    (void)state;
    check_file("pyedflib", "test_generator_datarec_generator_2.bdf");
}

static void test_subsecond(void **state)
{
    (void)state;
    check_file("pyedflib", "test_subsecond.edf");
    plx_edf_reader reader;
    plx_edf_record record;
    plx_edf_reader_init(&reader, &h, file);
    assert_int_equal(plx_edf_reader_next(&reader, &record, NULL), PLX_OK);
    assert_true(record.onset_s == 0.3945312);
    assert_int_equal(h.person.sex, 'F');
    assert_int_equal(h.person.year, 1998);
}

static void test_utf8(void **state)
{
    (void)state;
    check_file("pyedflib", "test_utf8.edf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edfann),
        cmocka_unit_test(test_generator),
        cmocka_unit_test(test_generator_of_two_seconds),
        cmocka_unit_test(test_subsecond),
        cmocka_unit_test(test_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
