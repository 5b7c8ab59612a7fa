/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: NEDOCS and EDWIN. Oracle: worked by hand from the published formulas, with the cases in
 * which they are not defined. Tolerance: 1e-9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/department/crowding.h"

static void test_nedocs(void **state)
{
    (void)state;
    const struct {
        plx_crowding c;
        double score; /* -20 + 85.8 P/B + 600 A/H + 13.4 V + 0.93 L + 5.64 W */
    } rows[] = {
        {{0, 20, 0, 200, 0, 0, 0}, -20},       {{20, 20, 0, 200, 0, 0, 0}, 65.8},
        {{10, 20, 2, 200, 0, 0, 0}, 28.9},     {{30, 20, 10, 300, 0, 0, 0}, 128.7},
        {{20, 20, 0, 200, 2, 0, 0}, 92.6},     {{20, 20, 5, 200, 0, 10, 0}, 90.1},
        {{20, 20, 0, 200, 0, 0, 1.5}, 74.26},  {{25, 40, 8, 400, 1, 6, 0.5}, 67.425},
        {{44, 22, 11, 220, 3, 20, 3}, 257.32}, {{1, 3, 1, 1000, 0, 0.5, 0.25}, 11.075},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double score;
        assert_true(plx_crowding_nedocs(&rows[i].c, &score));
        if (fabs(score - rows[i].score) > 1e-9) print_message("# %zu: %.9g\n", i, score);
        assert_true(fabs(score - rows[i].score) <= 1e-9);
    }
    double score = 7;
    assert_false(plx_crowding_nedocs(&(plx_crowding){.places = 0, .hospital_beds = 1}, &score));
    assert_false(plx_crowding_nedocs(&(plx_crowding){.places = 1, .hospital_beds = 0}, &score));
    assert_true(score == 7);
}

static void test_edwin(void **state)
{
    (void)state;
    const struct {
        uint16_t n[5];
        uint32_t doctors, places, boarding;
        double score; /* (5 n1 + 4 n2 + 3 n3 + 2 n4 + n5) / (doctors (places - boarding)) */
    } rows[] = {
        {{0, 0, 0, 0, 0}, 1, 10, 0, 0},         {{1, 0, 0, 0, 0}, 1, 10, 0, 0.5},
        {{0, 5, 0, 0, 0}, 2, 10, 0, 1},         {{0, 0, 10, 0, 0}, 3, 15, 5, 1},
        {{0, 0, 0, 15, 0}, 2, 12, 2, 1.5},      {{0, 0, 0, 0, 30}, 1, 30, 0, 1},
        {{1, 4, 9, 6, 2}, 4, 22, 5, 62 / 68.0}, {{2, 8, 18, 12, 4}, 4, 22, 5, 124 / 68.0},
        {{1, 1, 1, 1, 1}, 1, 2, 1, 15},         {{3, 10, 20, 5, 0}, 5, 30, 10, 1.25},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double score;
        assert_true(plx_crowding_edwin(rows[i].n, rows[i].doctors, rows[i].places, rows[i].boarding,
                                       &score));
        if (fabs(score - rows[i].score) > 1e-9) print_message("# %zu: %.9g\n", i, score);
        assert_true(fabs(score - rows[i].score) <= 1e-9);
    }
    const uint16_t some[5] = {1, 1, 1, 1, 1};
    double score;
    assert_false(plx_crowding_edwin(some, 0, 10, 0, &score));
    assert_false(plx_crowding_edwin(some, 2, 10, 10, &score));
    assert_false(plx_crowding_edwin(some, 2, 10, 11, &score));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nedocs), cmocka_unit_test(test_edwin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
