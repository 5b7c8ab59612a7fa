/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: one value moves an ensemble as Kalman's filter says, and what it does not speak of stays.
 * Oracle: the closed form for two normal laws; conservation of blood; bounds of body_table.h.
 * Tolerance: rounding; for rows that go along by chance, half an sd of theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/assimilate/adjust.h"
#include "core/base/rng.h"
#include "core/physiology/person.h"

enum { N = 128 };

static void near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance)) fail_msg("%.17g is not %.17g", a, b);
}

static plx_body *body;
static plx_adjust adjust;

static int make(void **state)
{
    (void)state;
    const plx_person person = {.sex = PLX_SEX_MALE, .age = 50, .height_cm = 176, .weight_kg = 78};
    body = calloc(1, plx_body_size(N));
    body->members = N;
    body->seed = 11;
    plx_person_body(&person, 1, body);
    return 0;
}

static int release(void **state)
{
    (void)state;
    free(body);
    return 0;
}

static double mean_of(const double *x)
{
    double sum = 0;
    for (int m = 0; m < N; m++)
        sum += x[m];
    return sum / N;
}

static double sd_of(const double *x)
{
    double mean = mean_of(x), sum = 0;
    for (int m = 0; m < N; m++)
        sum += (x[m] - mean) * (x[m] - mean);
    return sqrt(sum / (N - 1));
}

static void draw(double *h, uint64_t stream)
{
    plx_rng rng = plx_rng_init(3, stream);
    for (int m = 0; m < N; m++)
        h[m] = plx_rng_normal(&rng, 90, 12);
}

/* A value of a known sd beside an ensemble: mean and spread of the product of two normal laws. */
static void the_foreseen_value_moves_as_kalman_says(void **state)
{
    (void)state;
    double h[N];
    draw(h, 1);
    double mean = mean_of(h), sd = sd_of(h);
    const plx_adjust_datum datum = {.value = mean + 8, .sd = 6};
    plx_adjust_load(&adjust, body);
    plx_adjust_move(&adjust, h, 1, &datum);
    double gain = sd * sd / (sd * sd + 36);
    near(mean_of(h), mean + gain * 8, 1e-9);
    near(sd_of(h), sd * sqrt(1 - gain), 1e-9);
}

static void a_row_follows_what_it_goes_with(void **state)
{
    (void)state;
    double h[N];
    float *set_point = plx_body_param(body, PLX_BODY_P_p_n), before[N];
    memcpy(before, set_point, sizeof before);
    for (int m = 0; m < N; m++)
        h[m] = (double)set_point[m];
    double mean = mean_of(h);
    const plx_adjust_datum datum = {.value = mean + 5, .sd = 3};
    plx_adjust_load(&adjust, body);
    plx_adjust_move(&adjust, h, 1, &datum);
    plx_adjust_store(&adjust, body);
    double moved = 0;
    for (int m = 0; m < N; m++)
        moved += (double)set_point[m] / N;
    near(moved, mean_of(h), 0.01);
    assert_true(moved > mean + 3);
    memcpy(set_point, before, sizeof before);
}

/* Over many values that say nothing of a row, its mean hardly walks and its spread stays. */
static void chance_hardly_moves_a_row(void **state)
{
    (void)state;
    plx_adjust_load(&adjust, body);
    double before_sd = sd_of(adjust.row[5]), before = mean_of(adjust.row[5]);
    for (uint64_t i = 0; i < 30; i++) {
        double h[N];
        draw(h, 100 + i);
        const plx_adjust_datum datum = {.value = 100, .sd = 6};
        plx_adjust_move(&adjust, h, 1, &datum);
    }
    assert_true(fabs(mean_of(adjust.row[5]) - before) < 0.5 * before_sd);
    assert_true(sd_of(adjust.row[5]) > 0.85 * before_sd);
}

static void far_from_all_counts_little(void **state)
{
    (void)state;
    double near[N], far[N];
    draw(near, 1);
    draw(far, 1);
    double mean = mean_of(near);
    plx_adjust_load(&adjust, body);
    const plx_adjust_datum two = {.value = mean + 27, .sd = 6},
                           ten = {.value = mean + 134, .sd = 6};
    plx_adjust_move(&adjust, near, 1, &two);
    plx_adjust_move(&adjust, far, 1, &ten);
    assert_true((mean_of(far) - mean) / 134 < 0.75 * (mean_of(near) - mean) / 27);
}

static void a_full_saturation_lifts_only_who_is_below(void **state)
{
    (void)state;
    double h[N], before[N];
    plx_rng rng = plx_rng_init(3, 9);
    for (int m = 0; m < N; m++)
        before[m] = h[m] = plx_rng_normal(&rng, 97, 3);
    const plx_adjust_datum datum = {.value = 100, .sd = 2, .one_sided = true};
    plx_adjust_load(&adjust, body);
    plx_adjust_move(&adjust, h, 1, &datum);
    for (int m = 0; m < N; m++)
        if (before[m] >= 98)
            near(h[m], before[m], 1e-12);
        else
            assert_true(h[m] > before[m] && h[m] <= 98);
}

static double circulating(const plx_body *b, int m)
{
    double sum = 0;
    for (int v = PLX_BODY_v_sa; v <= PLX_BODY_v_rv; v++)
        sum += (double)plx_body_state_get(b, (plx_body_state_id)v)[m];
    return sum;
}

static void blood_goes_to_the_veins_and_nothing_leaves_its_bounds(void **state)
{
    (void)state;
    double h[N], before[N], book[N];
    for (int m = 0; m < N; m++) {
        book[m] = h[m] = (double)plx_body_state(body, PLX_BODY_v_blood)[m];
        before[m] = circulating(body, m);
    }
    const plx_adjust_datum datum = {.value = mean_of(h) - 700, .sd = 150};
    plx_adjust_load(&adjust, body);
    plx_adjust_move(&adjust, h, 1, &datum);
    plx_adjust_walk(&adjust, 1e6, true, 5, 6); /* an age: everything meets its bounds */
    plx_adjust_store(&adjust, body);
    for (int m = 0; m < N; m++) {
        double change = (double)plx_body_state(body, PLX_BODY_v_blood)[m] - book[m];
        near(circulating(body, m) - before[m], change, 0.05);
        assert_false(plx_body_is_broken(body, (uint32_t)m));
    }
}

/* Members have all the blood that is theirs. That a vital speaks for less blood makes them smaller
 * people, not bled ones. */
static void a_smaller_person_has_not_bled(void **state)
{
    (void)state;
    double h[N], moved = 0;
    plx_body *copy = malloc(plx_body_size(N));
    assert_non_null(copy);
    memcpy(copy, body, plx_body_size(N));
    float *whole = plx_body_param(copy, PLX_BODY_P_v_blood0);
    float *blood = plx_body_state(copy, PLX_BODY_v_blood);
    for (int m = 0; m < N; m++)
        h[m] = whole[m] = blood[m];
    const plx_adjust_datum datum = {.value = mean_of(h) - 700, .sd = 150};
    plx_adjust_load(&adjust, copy);
    plx_adjust_move(&adjust, h, 1, &datum);
    plx_adjust_store(&adjust, copy);
    for (int m = 0; m < N; m++) {
        near((double)blood[m], (double)whole[m], 1);
        moved += ((double)blood[m] - (double)plx_body_state(body, PLX_BODY_v_blood)[m]) / N;
    }
    assert_true(moved < -400);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_foreseen_value_moves_as_kalman_says),
        cmocka_unit_test(a_row_follows_what_it_goes_with),
        cmocka_unit_test(chance_hardly_moves_a_row),
        cmocka_unit_test(far_from_all_counts_little),
        cmocka_unit_test(a_full_saturation_lifts_only_who_is_below),
        cmocka_unit_test(a_smaller_person_has_not_bled),
        cmocka_unit_test(blood_goes_to_the_veins_and_nothing_leaves_its_bounds),
    };
    return cmocka_run_group_tests(tests, make, release);
}
