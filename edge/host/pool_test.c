/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: every job runs once, whatever the number of workers; each worker's memory begins zeroed and
 * is handed back once. Oracle: counts. Tolerance: none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "edge/host/pool.h"

enum { JOBS = 1000 };
typedef struct counts {
    uint32_t runs[JOBS];
    uint32_t sum, ends;
} counts;

static void job(void *context, uint32_t i, void *memory)
{
    counts *c = context;
    c->runs[i]++;
    ++*(uint32_t *)memory;
}

static void end(void *context, void *memory)
{
    counts *c = context;
    c->sum += *(uint32_t *)memory;
    c->ends++;
}

static void test_each_once(void **state)
{
    (void)state;
    const uint32_t workers[] = {1, 2, 7, 16, 0, 1000};
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        static counts c;
        memset(&c, 0, sizeof c);
        const plx_pool_plan plan = {JOBS, workers[i], sizeof(uint32_t), &c, job, end};
        assert_int_equal(plx_pool_run(&plan), PLX_OK);
        for (int k = 0; k < JOBS; k++)
            assert_int_equal(c.runs[k], 1);
        assert_int_equal(c.sum, JOBS);
        assert_true(c.ends >= 1);
        if (workers[i] == 16) assert_int_equal(c.ends, 16);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    counts c = {{0}, 0, 0};
    const plx_pool_plan plan = {0, 4, 0, &c, job, NULL};
    assert_int_equal(plx_pool_run(&plan), PLX_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_once),
                                       cmocka_unit_test(test_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
