/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every rule of the chart does what it says, counts what it leaves out, and forgets the order
 * of rows. Oracle: charts written by hand; the same chart shuffled. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/rng.h"
#include "core/clean/chart.h"

static plx_chart chart;
static plx_chart_stay stay, again;
static plx_chart_counts counts, counts_again;

static void add(const char *text)
{
    char line[128];
    plx_cinc_row row;
    const char *why;
    strcpy(line, "7,");
    strcat(line, text);
    assert_int_equal(plx_cinc_parse(plx_slice_of(line), &row, &why), PLX_OK);
    assert_int_equal(plx_chart_add(&chart, &row), PLX_OK);
}

static void read_rows(const char *const *rows, size_t n)
{
    plx_chart_begin(&chart, 7);
    for (size_t i = 0; i < n; i++)
        add(rows[i]);
    counts = (plx_chart_counts){0};
    plx_chart_read(&chart, &stay, &counts);
}
#define READ(...)                                                                                  \
    do {                                                                                           \
        const char *const rows_[] = {__VA_ARGS__};                                                 \
        read_rows(rows_, sizeof rows_ / sizeof *rows_);                                            \
    } while (0)

static void is(uint32_t i, plx_chart_vital vital, double value)
{
    assert_true(i < stay.n && stay.moments[i].measured[vital]);
    assert_true(stay.moments[i].value[vital] == value);
}

static void test_moments(void **state)
{
    (void)state;
    READ("00:07,HR,73", "00:07,NISysABP,147", "00:07,NIDiasABP,65", "00:07,NIMAP,92.5",
         "00:09,Urine,900", "01:37,HR,60", "01:37,Temp,35.6", "01:37,SaO2,97", "01:37,RespRate,18");
    assert_true(stay.n == 2 && stay.moments[0].minute == 7 && stay.moments[1].minute == 97);
    is(0, PLX_CHART_HR, 73), is(0, PLX_CHART_SBP, 147), is(0, PLX_CHART_DBP, 65);
    is(0, PLX_CHART_MAP, 92.5);
    is(1, PLX_CHART_HR, 60), is(1, PLX_CHART_TEMP, 35.6), is(1, PLX_CHART_SPO2, 97);
    is(1, PLX_CHART_RR, 18);
    assert_false(stay.moments[1].measured[PLX_CHART_MAP]);
    assert_true(counts.rows == 8 && counts.implausible == 0 && counts.repeated == 0);
}

static void test_implausible(void **state)
{
    (void)state;
    READ("00:00,HR,0", "00:00,Temp,-17.8", "00:00,Temp,37", "00:01,SysABP,0", "00:02,HR,301",
         "00:02,RespRate,x", "00:03,HR,20", "00:04,HR,300", "00:05,SaO2,100.5");
    assert_true(stay.n == 3);
    is(0, PLX_CHART_TEMP, 37), is(1, PLX_CHART_HR, 20), is(2, PLX_CHART_HR, 300);
    assert_true(counts.implausible == 5 && counts.unreadable == 1 && counts.rows == 9);
}

static void test_contradicted(void **state)
{
    (void)state;
    READ("00:00,SysABP,60", "00:00,DiasABP,60", "00:00,MAP,60", "00:01,NISysABP,120",
         "00:01,NIDiasABP,70", "00:01,NIMAP,121", "00:02,NIDiasABP,70", "00:02,NIMAP,69");
    assert_true(stay.n == 3 && counts.contradicted == 4);
    assert_false(stay.moments[0].measured[PLX_CHART_SBP]);
    assert_false(stay.moments[0].measured[PLX_CHART_DBP]);
    is(0, PLX_CHART_MAP, 60), is(1, PLX_CHART_SBP, 120), is(1, PLX_CHART_DBP, 70);
    assert_false(stay.moments[1].measured[PLX_CHART_MAP]);
    is(2, PLX_CHART_DBP, 70);
    assert_false(stay.moments[2].measured[PLX_CHART_MAP]);
}

static void test_line_before_cuff(void **state)
{
    (void)state;
    READ("00:00,NISysABP,110", "00:00,SysABP,120", "00:00,NIMAP,80", "00:01,NISysABP,111",
         "00:01,SysABP,0");
    is(0, PLX_CHART_SBP, 120), is(0, PLX_CHART_MAP, 80), is(1, PLX_CHART_SBP, 111);
    assert_true(stay.moments[0].art[PLX_CHART_SBP] && !stay.moments[0].art[PLX_CHART_MAP]);
    assert_true(!stay.moments[1].art[PLX_CHART_SBP] && counts.doubled == 1);
}

static void test_repeated(void **state)
{
    (void)state;
    READ("00:00,HR,70", "00:00,HR,74", "00:00,HR,0", "00:01,HR,71", "00:01,HR,71");
    is(0, PLX_CHART_HR, 72), is(1, PLX_CHART_HR, 71);
    assert_true(counts.repeated == 2 && counts.implausible == 1);
}

static void test_person(void **state)
{
    (void)state;
    READ("00:00,Age,70", "00:00,Age,66", "00:00,Age,71", "00:00,Age,73", "00:00,Gender,0",
         "00:00,Height,-1", "00:00,Weight,-1", "05:00,Weight,81.5", "06:00,Weight,90");
    const plx_person *p = &stay.person;
    assert_true(p->age == 70 && p->sex == PLX_SEX_FEMALE && stay.age_known);
    assert_true(p->height_cm == 160 && p->weight_kg == 81.5);
    assert_true(counts.ages_many == 1 && counts.no_height == 1 && counts.no_weight == 0);
    READ("00:00,Gender,-1", "00:00,Age,-1", "00:00,HR,80");
    assert_true(!stay.age_known && p->sex == PLX_SEX_MALE);
    assert_true(p->height_cm == 170 && p->weight_kg == 75);
    assert_true(counts.no_age == 1 && counts.no_sex == 1 && counts.no_weight == 1);
}

static void test_order_is_forgotten(void **state)
{
    (void)state;
    enum { ROWS = 600 };
    plx_rng rng = plx_rng_init(5, 1);
    plx_chart_begin(&chart, 7);
    for (uint32_t i = 0; i < ROWS; i++) {
        const plx_cinc_row row = {7, (uint32_t)(plx_rng_unit(&rng) * 40),
                                  (plx_cinc_parameter)(1 + (int)(plx_rng_unit(&rng) * 14)),
                                  plx_rng_unit(&rng) < 0.95, 20 + plx_rng_unit(&rng) * 100};
        assert_int_equal(plx_chart_add(&chart, &row), PLX_OK);
    }
    static plx_chart shuffled;
    shuffled = chart;
    for (uint32_t i = ROWS; i-- > 1;) {
        const uint32_t k = (uint32_t)(plx_rng_unit(&rng) * (i + 1));
        const plx_cinc_row row = shuffled.rows[i];
        shuffled.rows[i] = shuffled.rows[k];
        shuffled.rows[k] = row;
    }
    memset(&stay, 0, sizeof stay);
    memset(&again, 0, sizeof again);
    counts = counts_again = (plx_chart_counts){0};
    plx_chart_read(&chart, &stay, &counts);
    plx_chart_read(&shuffled, &again, &counts_again);
    assert_true(stay.n > 30 && counts.repeated > 50);
    assert_memory_equal(&counts, &counts_again, sizeof counts);
    assert_true(stay.n == again.n);
    for (uint32_t i = 0; i < stay.n; i++) {
        const plx_chart_moment *a = &stay.moments[i], *b = &again.moments[i];
        assert_true(a->minute == b->minute);
        assert_memory_equal(a->measured, b->measured, sizeof a->measured);
        assert_memory_equal(a->art, b->art, sizeof a->art);
        assert_memory_equal(a->value, b->value, sizeof a->value);
    }
}

static void test_full(void **state)
{
    (void)state;
    const plx_cinc_row row = {7, 0, PLX_CINC_HR, true, 70}, other = {7, 0, PLX_CINC_OTHER, true, 1};
    plx_chart_begin(&chart, 7);
    for (uint32_t i = 0; i < PLX_CHART_ROWS_MAX; i++)
        assert_int_equal(plx_chart_add(&chart, &row), PLX_OK);
    assert_int_equal(plx_chart_add(&chart, &other), PLX_OK);
    assert_int_equal(plx_chart_add(&chart, &row), PLX_FULL);
    plx_chart_begin(&chart, 8);
    counts = (plx_chart_counts){0};
    plx_chart_read(&chart, &stay, &counts);
    assert_true(stay.n == 0 && counts.rows == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_implausible),
        cmocka_unit_test(test_contradicted),
        cmocka_unit_test(test_line_before_cuff),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_person),
        cmocka_unit_test(test_order_is_forgotten),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
