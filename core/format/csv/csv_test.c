/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: fields, quotes, line numbers and errors of CSV.
 * Oracle: RFC 4180, section 2, by hand.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format/csv/csv.h"

static char scratch[64];

static plx_csv reader(const char *text)
{
    plx_csv csv;
    plx_csv_init(&csv, plx_slice_of(text), scratch, sizeof scratch);
    return csv;
}

static void records_and_line_numbers(void **state)
{
    (void)state;
    plx_csv csv = reader("a,b,,d\r\n\n1,\"x\ny\",3\n\"he said \"\"hi\"\"\",z");
    assert_int_equal(plx_csv_next(&csv), PLX_OK);
    assert_int_equal(csv.fields_n, 4);
    assert_int_equal(plx_csv_column(&csv, "d"), 3);
    assert_int_equal(plx_csv_column(&csv, "e"), -1);
    assert_int_equal(plx_csv_next(&csv), PLX_OK);
    assert_int_equal(csv.line, 3);
    assert_true(plx_slice_is(csv.fields[1], "x\ny"));
    assert_int_equal(plx_csv_next(&csv), PLX_OK);
    assert_int_equal(csv.line, 5);
    assert_true(plx_slice_is(csv.fields[0], "he said \"hi\""));
    assert_true(plx_slice_is(csv.fields[1], "z"));
    assert_int_equal(plx_csv_next(&csv), PLX_MISSING);
}

static void faults_are_told(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\"b", "\"a\"b,c", "\"never closed"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plx_csv csv = reader(bad[i]);
        assert_int_equal(plx_csv_next(&csv), PLX_SYNTAX);
        assert_int_equal(csv.line, 1);
        assert_int_equal(plx_csv_next(&csv), PLX_MISSING);
    }
}

static void limits_are_kept(void **state)
{
    (void)state;
    char many[PLX_CSV_FIELDS_MAX + 1];
    memset(many, ',', sizeof many);
    plx_csv csv;
    plx_csv_init(&csv, (plx_slice){many, PLX_CSV_FIELDS_MAX - 1}, scratch, sizeof scratch);
    assert_int_equal(plx_csv_next(&csv), PLX_OK);
    assert_int_equal(csv.fields_n, PLX_CSV_FIELDS_MAX);
    plx_csv_init(&csv, (plx_slice){many, PLX_CSV_FIELDS_MAX}, scratch, sizeof scratch);
    assert_int_equal(plx_csv_next(&csv), PLX_LIMIT);
    plx_csv_init(&csv, PLX_LIT("\"\"\"\""), scratch, 0);
    assert_int_equal(plx_csv_next(&csv), PLX_SPACE);
}

static void nothing_is_no_record(void **state)
{
    (void)state;
    plx_csv csv = reader("\n\r\n\n");
    assert_int_equal(plx_csv_next(&csv), PLX_MISSING);
    csv = reader("");
    assert_int_equal(plx_csv_next(&csv), PLX_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_and_line_numbers),
        cmocka_unit_test(faults_are_told),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(nothing_is_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
