/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: kinds, letters and qualities have their texts. Oracle: hand-written list. Tolerance: none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/record/kind.h"

static void test_kinds(void **state)
{
    (void)state;
    char letters[PLX_KIND_COUNT + 1] = {0};
    for (int i = 0; i < PLX_KIND_COUNT; i++) {
        letters[i] = plx_kind_letter((plx_kind)i);
        assert_true(strlen(plx_kind_text((plx_kind)i)) > 3);
    }
    assert_string_equal(letters, "mhdcipt");
    assert_string_equal(plx_kind_text(PLX_KIND_MEASURED), "measured");
    assert_string_equal(plx_kind_text(PLX_KIND_DEMO), "demo or test");
}

static void test_qualities(void **state)
{
    (void)state;
    const char *texts[] = {"good", "suspect", "impossible", "stale", "absent"};
    assert_int_equal(PLX_QUALITY_COUNT, 5);
    for (int i = 0; i < 5; i++)
        assert_string_equal(plx_quality_text((plx_quality)i), texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_qualities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
