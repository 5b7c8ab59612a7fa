/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: of what was measured each rule takes what its line in the header says. Oracle: rows written
 * out by hand. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/time.h"
#include "core/ledger/truth.h"
#include "core/validate/rival.h"

#define NOW INT64_C(1790000000000000)
#define GOOD 1

enum { NOTHING = -999 };

/* Seconds from NOW, value, counts. */
typedef struct reading {
    int64_t s;
    double value;
    int counts;
} reading;

static double ask(plx_target target, const reading *readings, uint32_t n, int64_t from_s,
                  int64_t to_s)
{
    plx_truth_sample samples[PLX_TRUTH_SAMPLES_MAX];
    for (uint32_t i = 0; i < n; i++)
        samples[i] = (plx_truth_sample){NOW + readings[i].s * PLX_SECOND_US, readings[i].value,
                                        i + 1, 2 * i + (readings[i].counts ? 1u : 0u)};
    const plx_truth_question question = {NOW, NOW + from_s * PLX_SECOND_US,
                                         NOW + to_s * PLX_SECOND_US};
    double value = NOTHING;
    const plx_status status =
        plx_truth_choose(plx_truth_rule_of(target), (plx_truth_row){samples, n}, &question, &value);
    assert_true(status == PLX_OK || (status == PLX_MISSING && value == NOTHING));
    return value;
}

#define ASK(target, from_s, to_s, ...)                                                             \
    ask(PLX_TARGET_##target, (const reading[]){__VA_ARGS__},                                       \
        sizeof((const reading[]){__VA_ARGS__}) / sizeof(reading), from_s, to_s)

static void test_table(void **state)
{
    (void)state;
    for (int t = 0; t < PLX_TARGET_N; t++) {
        const plx_truth_rule *rule = plx_truth_rule_of((plx_target)t);
        assert_int_equal(plx_target_from_code(rule->code), t);
        assert_true(rule->scale > 0 && rule->sources != 0 && rule->unit[0] != 0);
        assert_true(rule->grace_us >= rule->window_us);
    }
    assert_int_equal(plx_target_from_code("8867-5"), PLX_TARGET_N);
}

static void test_median(void **state)
{
    (void)state;
    assert_true(ASK(HR, 300, 300, {269, 1, GOOD}, {270, 80, GOOD}, {300, 90, GOOD},
                    {330, 100, GOOD}, {331, 200, GOOD}) == 90);
    assert_true(ASK(HR, 300, 300, {290, 80, GOOD}, {300, 500, 0}, {310, 90, GOOD}) == 85);
    assert_true(ASK(HR, 300, 300, {331, 80, GOOD}) == NOTHING);
    assert_true(ASK(HR, 10, 10, {-10, 80, GOOD}, {0, 80, GOOD}) == NOTHING); /* not after issue */
    assert_true(ASK(HR, 10, 10, {0, 80, GOOD}, {1, 70, GOOD}) == 70);
}

static void test_frozen(void **state)
{
    (void)state;
    reading r[25];
    for (int i = 0; i < 25; i++)
        r[i] = (reading){10 + 30 * i, 72, GOOD};
    assert_true(ask(PLX_TARGET_HR, r, 25, 720, 720) == NOTHING);
    assert_true(ask(PLX_TARGET_SPO2, r, 25, 720, 720) == 72);
    assert_true(ask(PLX_TARGET_HR, r, 18, 500, 500) == 72);      /* not long enough */
    assert_true(ask(PLX_TARGET_HR, r, 25, 300, 300) == NOTHING); /* it began before that */
    for (int i = 0; i < 9; i++)
        r[i] = (reading){10 + 100 * i, 72, GOOD};
    assert_true(ask(PLX_TARGET_HR, r, 9, 810, 810) == 72); /* not often enough */
    for (int i = 0; i < 25; i++)
        r[i] = (reading){10 + 30 * i, 72, GOOD};
    r[12].value = 73;
    assert_true(ask(PLX_TARGET_HR, r, 25, 720, 720) == 72);
}

static void test_nearest_and_first(void **state)
{
    (void)state;
    assert_true(ASK(NIBP_SYS, 900, 900, {449, 1, GOOD}, {700, 110, GOOD}, {1100, 120, GOOD}) ==
                110);
    assert_true(ASK(NIBP_SYS, 900, 900, {700, 110, 0}, {1350, 120, GOOD}) == 120);
    assert_true(ASK(NIBP_SYS, 900, 900, {1351, 120, GOOD}) == NOTHING);
    assert_true(ASK(LACTATE, 7200, 7200, {3599, 1, GOOD}, {3600, 2, 0}, {3700, 3, GOOD},
                    {7200, 4, GOOD}) == 3);
    assert_true(ASK(LACTATE, 7200, 7200, {10801, 4, GOOD}) == NOTHING);
}

static void test_event(void **state)
{
    (void)state;
    /* 10 min, each sign of life is good for 2. */
    assert_true(ASK(MAP_LOW, 0, 600, {0, 0, GOOD}, {120, 0, GOOD}, {240, 0, GOOD}, {360, 0, GOOD},
                    {480, 0, GOOD}) == 0);
    assert_true(ASK(MAP_LOW, 0, 600, {0, 0, GOOD}, {120, 0, GOOD}, {240, 0, GOOD}, {420, 0, GOOD},
                    {540, 0, GOOD}) == 0); /* alive 90 % exactly */
    assert_true(ASK(MAP_LOW, 0, 600, {0, 0, GOOD}, {120, 0, GOOD}, {360, 0, GOOD},
                    {480, 0, GOOD}) == NOTHING);
    assert_true(ASK(MAP_LOW, 0, 600, {600, 1, GOOD}) == 1);
    assert_true(ASK(MAP_LOW, 0, 600, {0, 1, GOOD}, {601, 1, GOOD}) == NOTHING);
}

static void test_state_and_final(void **state)
{
    (void)state;
    assert_true(ASK(CENSUS, 3600, 3600, {1800, 30, GOOD}, {3600, 31, GOOD}, {3601, 9, GOOD}) == 31);
    assert_true(ASK(CENSUS, 3600, 3600, {1800, 30, GOOD}) == 30);
    assert_true(ASK(CENSUS, 3600, 3600, {1799, 30, GOOD}) == NOTHING); /* silent for too long */
    assert_true(ASK(CENSUS, 60, 60, {-5, 30, GOOD}) == 30); /* unchanged since the issue */
    assert_true(ASK(ADMISSION, 0, 3600, {10, 0, GOOD}, {90000, 1, GOOD}, {90001, 0, 0}) == 1);
    assert_true(ASK(ADMISSION, 0, 3600, {0, 1, GOOD}) == NOTHING);
}

static void test_holds(void **state)
{
    (void)state;
    assert_true(ASK(MAP_BELOW_65, 600, 600, {310, 0, GOOD}, {580, 1, GOOD}, {601, 0, GOOD}) == 1);
    assert_true(ASK(MAP_BELOW_65, 600, 600, {310, 1, GOOD}, {580, 0, GOOD}) == 0);
    assert_true(ASK(MAP_BELOW_65, 600, 600, {400, 0, GOOD}, {580, 1, 0}) == 0);
    assert_true(ASK(MAP_BELOW_65, 600, 600, {299, 1, GOOD}) == NOTHING); /* too old */
    assert_true(ASK(MAP_BELOW_65, 200, 200, {0, 1, GOOD}) == NOTHING);   /* not after issue */
    assert_true(plx_truth_is_event(plx_truth_rule_of(PLX_TARGET_NEWS2_7)));
    assert_false(plx_truth_is_event(plx_truth_rule_of(PLX_TARGET_CENSUS)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),  cmocka_unit_test(test_median),
        cmocka_unit_test(test_frozen), cmocka_unit_test(test_nearest_and_first),
        cmocka_unit_test(test_event),  cmocka_unit_test(test_state_and_final),
        cmocka_unit_test(test_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
