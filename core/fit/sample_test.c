/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a law that durations were drawn from is found again, also when some are still open.
 * Oracle: the laws of core/department that they were drawn from. Tolerance: 4 % of mean and cv at
 * 20,000 durations; the naive mean of what ended is shown to be wrong by more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/fit/sample.h"

enum { N = 20000 };

static plx_law_quantiles table;
static plx_sample sample;

static void make(plx_law law)
{
    char why[128];
    double scale;
    assert_int_equal(plx_law_make(&law, &table, &scale, why, sizeof why), PLX_OK);
    sample = (plx_sample){0};
}

static int64_t draw_us(plx_rng *rng, double mean_min)
{
    return (int64_t)(plx_law_draw(&table, plx_rng_u64(rng)) * mean_min * (double)PLX_MINUTE_US);
}

static void near_to(double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= relative * expected)) fail_msg("%g is not %g", value, expected);
}

static void each_family_is_found(void **state)
{
    (void)state;
    plx_sample_law found;
    for (unsigned f = PLX_LAW_EXPONENTIAL; f <= PLX_LAW_LOGLOGISTIC; f++) {
        const double cv = f == PLX_LAW_EXPONENTIAL ? 1 : 0.6;
        plx_rng rng = plx_rng_init(3, f);
        make((plx_law){.family = (plx_law_family)f, .mean = 80, .cv = cv});
        for (int i = 0; i < N; i++)
            plx_sample_add(&sample, draw_us(&rng, 80));
        plx_sample_fit(&sample, PLX_SAMPLE_ANY, &found);
        assert_true(found.known && found.n == N);
        if (f != PLX_LAW_EXPONENTIAL) assert_int_equal(found.law.family, f);
        near_to(found.law.mean, 80, 0.04);
        near_to(found.law.cv, cv, 0.04);
        assert_true(found.worst_decile < 0.05);
    }
}

/* Watched for a time that is drawn: who is still there is known to be. */
static void what_is_open_is_no_end(void **state)
{
    (void)state;
    plx_sample_law found;
    plx_rng rng = plx_rng_init(4, 0);
    double naive = 0;
    make((plx_law){.family = PLX_LAW_LOGNORMAL, .mean = 60, .cv = 0.8});
    for (int i = 0; i < N; i++) {
        const int64_t lasts_us = draw_us(&rng, 60);
        const int64_t watched_us = (int64_t)(plx_rng_unit(&rng) * 240 * (double)PLX_MINUTE_US);
        if (lasts_us <= watched_us) {
            plx_sample_add(&sample, lasts_us);
            naive += (double)lasts_us / (double)PLX_MINUTE_US;
        } else {
            plx_sample_add_open(&sample, watched_us);
        }
    }
    plx_sample_fit(&sample, 1u << PLX_LAW_LOGNORMAL, &found);
    near_to(found.law.mean, 60, 0.04);
    near_to(found.law.cv, 0.8, 0.05);
    assert_true(naive / (double)sample.n < 0.85 * 60);
}

static void zeros_are_an_atom_and_odd_shapes_speak_for_themselves(void **state)
{
    (void)state;
    plx_sample_law found;
    plx_rng rng = plx_rng_init(5, 0);
    make((plx_law){.family = PLX_LAW_GAMMA, .mean = 30, .cv = 0.7});
    for (int i = 0; i < N; i++)
        plx_sample_add(&sample, plx_rng_unit(&rng) < 0.3 ? 0 : draw_us(&rng, 30) + PLX_MINUTE_US);
    plx_sample_fit(&sample, PLX_SAMPLE_ANY, &found);
    near_to(found.law.p0, 0.3, 0.05);
    sample = (plx_sample){0};
    for (int i = 0; i < 1000; i++) /* two humps */
        plx_sample_add(&sample, (i % 2 ? 10 + i % 5 : 200 + i % 20) * PLX_MINUTE_US);
    plx_sample_fit(&sample, PLX_SAMPLE_ANY, &found);
    assert_int_equal(found.law.family, PLX_LAW_EMPIRICAL);
    assert_true(found.law.point[10] < 20 && found.law.point[30] > 190);
}

static void small_cells_lean_on_their_parent(void **state)
{
    (void)state;
    plx_sample_law own, none = {0};
    const plx_sample_law parent = {
        .known = true, .n = 1000, .law = {.family = PLX_LAW_GAMMA, .mean = 80, .cv = 0.5}};
    own = (plx_sample_law){
        .known = true, .n = 10, .law = {.family = PLX_LAW_LOGNORMAL, .mean = 20, .cv = 1}};
    plx_sample_shrink(&own, &parent);
    assert_int_equal(own.law.family, PLX_LAW_GAMMA);
    near_to(own.law.mean, 20 * pow(4, 0.75), 1e-9);
    plx_sample_shrink(&none, &parent);
    assert_true(none.known && none.n == 0 && none.law.mean == 80);
    none = (plx_sample_law){0};
    plx_sample_fit(&(plx_sample){0}, PLX_SAMPLE_ANY, &none);
    assert_false(none.known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_family_is_found), cmocka_unit_test(what_is_open_is_no_end),
        cmocka_unit_test(zeros_are_an_atom_and_odd_shapes_speak_for_themselves),
        cmocka_unit_test(small_cells_lean_on_their_parent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
