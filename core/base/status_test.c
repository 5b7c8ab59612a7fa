/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every status has a name and a sentence; PLX_TRY passes errors on. Oracle: the table itself
 * and hand-written examples. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/status.h"

static void test_names_and_texts(void **state)
{
    (void)state;
    assert_string_equal(plx_status_name(PLX_OK), "OK");
    assert_string_equal(plx_status_name(PLX_DISK_FULL), "DISK_FULL");
    assert_string_equal(plx_status_text(PLX_OK), "all is well");
    for (int i = 0; i < PLX_STATUS_COUNT; i++) {
        assert_true(strlen(plx_status_name((plx_status)i)) > 1);
        assert_true(strlen(plx_status_text((plx_status)i)) > 5);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(plx_status_name((plx_status)i), plx_status_name((plx_status)j));
    }
}

static void test_unknown_numbers(void **state)
{
    (void)state;
    const int bad[] = {PLX_STATUS_COUNT, -1, 1000000};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_string_equal(plx_status_name((plx_status)bad[i]), "UNDEFINED");
        assert_non_null(plx_status_text((plx_status)bad[i]));
    }
}

static plx_status pass_on(plx_status status, int *reached)
{
    PLX_TRY(status);
    *reached = 1;
    return PLX_OK;
}

static void test_try(void **state)
{
    (void)state;
    int reached = 0;
    assert_int_equal(pass_on(PLX_RANGE, &reached), PLX_RANGE);
    assert_int_equal(reached, 0);
    assert_int_equal(pass_on(PLX_OK, &reached), PLX_OK);
    assert_int_equal(reached, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_texts),
        cmocka_unit_test(test_unknown_numbers),
        cmocka_unit_test(test_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
