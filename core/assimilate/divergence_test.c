/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a twin that leaves its patient is told so, and one that follows him is not blamed.
 * Oracle: the limits and times of trust.md section 10; standard normal errors.
 * Tolerance: a value each second, so times are exact to a second after the mean has moved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/assimilate/divergence.h"
#include "core/base/rng.h"

static void errors_as_foreseen_are_tracking(void **state)
{
    (void)state;
    plx_divergence d = plx_divergence_init();
    plx_rng rng = plx_rng_init(7, 1);
    uint32_t other = 0;
    for (int64_t s = 0; s < 36000; s++) {
        plx_divergence_add(&d, s, plx_rng_normal(&rng, 0, 1), true);
        other += d.state != PLX_DIVERGENCE_TRACKING;
    }
    assert_int_equal(other, 0);
    assert_true(plx_divergence_value(&d) > 0.5 && plx_divergence_value(&d) < 1.6);
}

static int64_t until(plx_divergence *d, int64_t from_s, double z, plx_divergence_state state)
{
    for (int64_t s = from_s; s < from_s + 3600; s++) {
        plx_divergence_add(d, s, z, true);
        if (d->state == state) return s - from_s;
    }
    return -1;
}

static void errors_of_two_are_unsure_and_of_four_adrift_and_both_end(void **state)
{
    (void)state;
    plx_divergence d = plx_divergence_init();
    int64_t unsure_s = until(&d, 0, 2, PLX_DIVERGENCE_UNSURE);
    assert_in_range(unsure_s, PLX_DIVERGENCE_DWELL_S, PLX_DIVERGENCE_DWELL_S + 10);
    int64_t adrift_s = until(&d, 1000, 4, PLX_DIVERGENCE_ADRIFT);
    assert_in_range(adrift_s, PLX_DIVERGENCE_DWELL_S, PLX_DIVERGENCE_DWELL_S + 10);
    int64_t back_s = until(&d, 2000, 0.8, PLX_DIVERGENCE_TRACKING);
    assert_in_range(back_s, PLX_DIVERGENCE_RETURN_S, PLX_DIVERGENCE_RETURN_S + 30);
}

static void five_values_in_a_row_that_are_not_used_are_adrift(void **state)
{
    (void)state;
    plx_divergence d = plx_divergence_init();
    for (int64_t s = 0; s < 4; s++)
        plx_divergence_add(&d, s, 1, false);
    assert_int_equal(d.state, PLX_DIVERGENCE_TRACKING);
    plx_divergence_add(&d, 4, 1, false);
    assert_int_equal(d.state, PLX_DIVERGENCE_ADRIFT);
    assert_string_equal(plx_divergence_word(d.state), "adrift");
}

static void what_is_no_number_is_an_error_and_is_forgotten(void **state)
{
    (void)state;
    plx_divergence d = plx_divergence_init();
    plx_divergence_add(&d, 0, __builtin_nan(""), false);
    assert_true(plx_divergence_value(&d) > PLX_DIVERGENCE_LIMIT_ADRIFT);
    for (int64_t s = 1; s < 100; s++)
        plx_divergence_add(&d, s, 1, true);
    assert_true(plx_divergence_value(&d) < PLX_DIVERGENCE_LIMIT_UNSURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_as_foreseen_are_tracking),
        cmocka_unit_test(errors_of_two_are_unsure_and_of_four_adrift_and_both_end),
        cmocka_unit_test(five_values_in_a_row_that_are_not_used_are_adrift),
        cmocka_unit_test(what_is_no_number_is_an_error_and_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
