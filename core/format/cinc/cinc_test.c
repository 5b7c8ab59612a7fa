/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a row is read as it stands, and what is no row is refused with a sentence. Oracle: rows
 * written by hand after the published layout. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "core/format/cinc/cinc.h"

static plx_status parse(const char *line, plx_cinc_row *row)
{
    const char *why = NULL;
    plx_status status = plx_cinc_parse(plx_slice_of(line), row, &why);
    assert_true((status == PLX_OK) == (why == NULL));
    return status;
}

static void test_header(void **state)
{
    (void)state;
    assert_true(plx_cinc_is_header(PLX_LIT("RecordID,Time,Parameter,Value")));
    assert_true(plx_cinc_is_header(PLX_LIT("\xef\xbb\xbfRecordID,Time,Parameter,Value\r")));
    assert_false(plx_cinc_is_header(PLX_LIT("Time,Parameter,Value")));
    assert_false(plx_cinc_is_header(PLX_LIT("")));
}

static void test_rows(void **state)
{
    (void)state;
    plx_cinc_row row;
    assert_int_equal(parse("132539,00:07,HR,73", &row), PLX_OK);
    assert_true(row.record_id == 132539 && row.minute == 7 && row.parameter == PLX_CINC_HR);
    assert_true(row.readable && row.value == 73.0);
    assert_int_equal(parse(" 1 ,47:59, NIMAP ,92.33\r", &row), PLX_OK);
    assert_true(row.minute == 47 * 60 + 59 && row.parameter == PLX_CINC_NIMAP);
    assert_true(row.value == 92.33);
    assert_int_equal(parse("1,999:59,Lactate,-1", &row), PLX_OK);
    assert_true(row.minute == PLX_CINC_MINUTE_MAX && row.parameter == PLX_CINC_OTHER);
    const char *unreadable[] = {"1,00:00,HR,", "1,00:00,HR,NaN", "1,00:00,HR,7 3", "1,00:00,HR,?"};
    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
        assert_int_equal(parse(unreadable[i], &row), PLX_OK);
        assert_true(!row.readable && row.value == 0.0);
    }
}

static void test_no_rows(void **state)
{
    (void)state;
    const char *bad[] = {"",
                         "1,00:00,HR",
                         "1,00:00,HR,7,3",
                         "x,00:00,HR,7",
                         "-1,00:00,HR,7",
                         "1,0000,HR,7",
                         "1,00:60,HR,7",
                         "1,00:0,HR,7",
                         "1,1000:00,HR,7",
                         "1,:00,HR,7",
                         "1,00:000,HR,7"};
    plx_cinc_row row = {.record_id = 5};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(parse(bad[i], &row), PLX_SYNTAX);
    char lengthy[PLX_CINC_LINE_MAX + 16];
    snprintf(lengthy, sizeof lengthy, "1,00:00,HR,%0*d", PLX_CINC_LINE_MAX, 1);
    assert_int_equal(parse(lengthy, &row), PLX_LIMIT);
    assert_true(row.record_id == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
