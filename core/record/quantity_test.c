/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every row and code of knowledge/quantity.csv is found, nothing else. Oracles: the CSV read
 * by the test itself; codes of published tables by hand; the generator (python3) run again.
 * Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "core/record/csv_for_test.h"
#include "core/record/quantity.h"

enum { ROW, KEY, UNIT, CLASS, LOINC, MDC, HARD_LOW, HARD_HIGH, SOFT_LOW, SOFT_HIGH, MAX_CHANGE };

static double number(const char *text, double missing)
{
    return *text ? strtod(text, NULL) : missing;
}

static void check_codes(char *codes, const char *separators, const char *system, plx_quantity q)
{
    for (char *code = strtok(codes, separators); code; code = strtok(NULL, separators)) {
        if (plx_quantity_from_code(plx_slice_of(code), plx_slice_of(system)) != q)
            fail_msg("%s %s", system, code);
        const int free_name = strncmp(code, "MDC_", 4) == 0 || strcmp(system, "MDC") != 0;
        assert_int_equal(plx_quantity_from_code(plx_slice_of(code), PLX_LIT("")),
                         free_name ? q : PLX_QUANTITY_OTHER);
        assert_int_equal(plx_quantity_from_code(plx_slice_of(code), PLX_LIT("99LOCAL")), 0);
    }
}

static void test_every_row(void **state)
{
    (void)state;
    csv c = csv_open(PLX_SOURCE_ROOT "/knowledge/quantity.csv");
    assert_non_null(c.file);
    uint32_t rows = 0;
    for (; csv_next(&c); rows++) {
        const plx_quantity q = (plx_quantity)atoi(c.field[ROW]);
        assert_int_equal(q, rows);
        const plx_quantity_info *info = plx_quantity_get(q);
        assert_string_equal(info->key, c.field[KEY]);
        assert_string_equal(info->unit, c.field[UNIT]);
        assert_true(info->hard_low == number(c.field[HARD_LOW], -INFINITY));
        assert_true(info->hard_high == number(c.field[HARD_HIGH], INFINITY));
        assert_true(info->soft_low == number(c.field[SOFT_LOW], info->hard_low));
        assert_true(info->soft_high == number(c.field[SOFT_HIGH], info->hard_high));
        assert_true(info->max_change_per_min == number(c.field[MAX_CHANGE], 0));
        assert_int_equal(plx_quantity_from_key(plx_slice_of(c.field[KEY])), q);
        check_codes(c.field[LOINC], " ", "LN", q);
        check_codes(c.field[MDC], " =", "MDC", q);
    }
    assert_int_equal(rows, plx_quantity_count());
}

static plx_quantity code(const char *text, const char *system)
{
    return plx_quantity_from_code(plx_slice_of(text), plx_slice_of(system));
}

static void test_well_known_codes(void **state)
{
    (void)state;
    assert_int_equal(code("8867-4", "LN"), PLX_QUANTITY_HR);
    assert_int_equal(code("8867-4", "LOINC"), PLX_QUANTITY_HR);
    assert_int_equal(code("9279-1", ""), PLX_QUANTITY_RESP_RATE);
    assert_int_equal(code("59408-5", "LN"), PLX_QUANTITY_SPO2);
    assert_int_equal(code("8480-6", "LN"), PLX_QUANTITY_NIBP_SYS);
    assert_int_equal(code("8310-5", "LN"), PLX_QUANTITY_TEMP);
    assert_int_equal(code("147842", "MDC"), PLX_QUANTITY_HR);
    assert_int_equal(code("MDC_ECG_HEART_RATE", "MDC"), PLX_QUANTITY_HR);
    assert_int_equal(code("MDC_PULS_OXIM_SAT_O2", ""), PLX_QUANTITY_SPO2);
    assert_int_equal(code("150301", "MDC"), PLX_QUANTITY_NIBP_SYS);
    assert_int_equal(code("188452", "MDC"), PLX_QUANTITY_TEMP_AXILLA);
}

static void test_unknown(void **state)
{
    (void)state;
    assert_int_equal(code("8867-4", "MDC"), PLX_QUANTITY_OTHER);
    assert_int_equal(code("150456", "LN"), PLX_QUANTITY_OTHER);
    assert_int_equal(code("150456", ""), PLX_QUANTITY_OTHER);
    assert_int_equal(code("20112-9", "LN"), PLX_QUANTITY_OTHER); /* a setting, no measurement */
    assert_int_equal(code("48066-5", "LN"), PLX_QUANTITY_OTHER); /* DDU, not FEU */
    assert_int_equal(code("", "LN"), PLX_QUANTITY_OTHER);
    assert_int_equal(code("", ""), PLX_QUANTITY_OTHER);
    assert_int_equal(code("MDC_", ""), PLX_QUANTITY_OTHER);
    assert_int_equal(code("8867-4 ", "LN"), PLX_QUANTITY_OTHER);
    assert_int_equal(code("8867-4", "ln"), PLX_QUANTITY_OTHER);
    assert_int_equal(plx_quantity_from_key(PLX_LIT("")), PLX_QUANTITY_OTHER);
    assert_int_equal(plx_quantity_from_key(PLX_LIT("HR")), PLX_QUANTITY_OTHER);
    assert_int_equal(plx_quantity_from_key(PLX_LIT("other")), PLX_QUANTITY_OTHER);
    assert_string_equal(plx_quantity_get(UINT16_MAX)->key, "other");
    assert_string_equal(plx_quantity_get((plx_quantity)plx_quantity_count())->key, "other");
}

static void test_generator(void **state)
{
    (void)state;
    if (system("python3 -c 'import csv' 2>/dev/null") != 0) skip();
    const int status = system("python3 '" PLX_SOURCE_ROOT "/tool/make_quantity_table.py' --check");
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_well_known_codes),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_generator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
