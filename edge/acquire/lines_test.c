/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the same lines from a plain and a compressed file; damage is told. Oracle: files that zlib
 * wrote. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "edge/acquire/lines.h"

static char path[] = "/tmp/pollux-lines-XXXXXX";
static char text[400000];

static void write_plain(const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static void write_gzip(const void *bytes, size_t n)
{
    gzFile f = gzopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(gzwrite(f, bytes, (unsigned)n), n);
    gzclose(f);
}

static void expect_lines(uint32_t rows)
{
    plx_lines lines;
    plx_slice line;
    char want[40];
    assert_int_equal(plx_lines_open(&lines, path), PLX_OK);
    assert_int_equal(plx_lines_peek(&lines, &line), PLX_OK);
    assert_true(plx_slice_is(line, "row 0 of many") && lines.line == 0);
    for (uint32_t i = 0; i < rows; i++) {
        snprintf(want, sizeof want, "row %u of many", i);
        assert_int_equal(plx_lines_next(&lines, &line), PLX_OK);
        assert_true(plx_slice_is(line, want) && lines.line == i + 1);
    }
    assert_int_equal(plx_lines_next(&lines, &line), PLX_MISSING);
    assert_true(plx_lines_share(&lines) > 0.99);
    plx_lines_close(&lines);
}

static size_t fill_text(uint32_t rows)
{
    size_t n = 0;
    for (uint32_t i = 0; i < rows; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "row %u of many\n", i);
    return n;
}

static void test_lines(void **state)
{
    (void)state;
    const size_t n = fill_text(20000);
    write_plain(text, n);
    expect_lines(20000);
    write_gzip(text, n);
    expect_lines(20000);
    write_gzip(text, n - 1); /* without the last line end */
    expect_lines(20000);
}

static void test_whole(void **state)
{
    (void)state;
    const size_t n = fill_text(20000);
    char *bytes = NULL;
    size_t got = 0;
    plx_lines lines;
    plx_slice line;
    write_gzip(text, n);
    assert_int_equal(plx_lines_open(&lines, path), PLX_OK);
    assert_int_equal(plx_lines_peek(&lines, &line), PLX_OK);
    assert_int_equal(plx_lines_whole(&lines, &bytes, &got), PLX_OK);
    assert_true(got == n && memcmp(bytes, text, n) == 0);
    free(bytes);
    assert_int_equal(plx_lines_next(&lines, &line), PLX_MISSING);
    plx_lines_close(&lines);
}

static plx_status read_to_end(void)
{
    plx_lines lines;
    plx_slice line;
    plx_status status = plx_lines_open(&lines, path);
    if (status != PLX_OK) return status;
    while ((status = plx_lines_next(&lines, &line)) == PLX_OK) {
    }
    plx_lines_close(&lines);
    return status;
}

static void test_damage(void **state)
{
    (void)state;
    static char packed[400000];
    write_gzip(text, fill_text(20000));
    FILE *f = fopen(path, "rb");
    const size_t n = fread(packed, 1, sizeof packed, f);
    fclose(f);
    write_plain(packed, n / 2);
    assert_int_equal(read_to_end(), PLX_TRUNCATED);
    packed[n / 2] = (char)(packed[n / 2] ^ 0x55);
    write_plain(packed, n);
    assert_int_equal(read_to_end(), PLX_CORRUPT);
}

static void test_limits(void **state)
{
    (void)state;
    memset(text, 'x', sizeof text);
    write_plain(text, PLX_LINES_LINE_MAX);
    assert_int_equal(read_to_end(), PLX_MISSING);
    write_plain(text, PLX_LINES_LINE_MAX + 1);
    assert_int_equal(read_to_end(), PLX_LIMIT);
    write_plain(text, 0);
    assert_int_equal(read_to_end(), PLX_MISSING);
    plx_lines lines;
    assert_int_equal(plx_lines_open(&lines, "/nowhere/at all"), PLX_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_limits),
    };
    const int file = mkstemp(path);
    if (file < 0) return 1;
    close(file);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
