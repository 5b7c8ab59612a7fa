/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the law is scored by the definitions; weights go to the part that foresees, width and shape
 * to what was seen; nothing is learnt from what is refused. Oracles: numerical integrals; drawn
 * series whose best forecast is known; golden hash. Tolerance: 1e-6 for integrals; written at each
 * for what is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/validate/blend.h"

static const plx_blend_model model = {0.0, 300.0, 5.0, NULL};
static const plx_blend_sums nobody;

static void assert_close(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) fail_msg("%.17g is not %.17g within %g", got, want, within);
}

static plx_blend_law some_law(void)
{
    plx_blend_law law;
    for (int k = 0; k < PLX_BLEND_KNOTS; k++)
        law.value[k] = k < 3 ? 10.0 : 10.0 + 0.1 * (k - 2) * (k - 2); /* an atom below */
    return law;
}

static void test_crps_is_the_integral(void **state)
{
    (void)state;
    enum { STEPS = 2000000 };
    const plx_blend_law law = some_law();
    const double truths[] = {2.0, 10.0, 10.05, 33.3, 88.4, 95.0};
    for (size_t t = 0; t < sizeof truths / sizeof *truths; t++) {
        double sum = 0.0;
        const double from = 0.0, to = 100.0, dx = (to - from) / STEPS;
        for (int i = 0; i < STEPS; i++) {
            const double x = from + (i + 0.5) * dx;
            const double f = plx_blend_cdf(&law, x, false) - (x >= truths[t] ? 1.0 : 0.0);
            sum += f * f * dx;
        }
        assert_close(plx_blend_crps(&law, truths[t]), sum, 1e-4);
    }
}

static void test_law(void **state)
{
    (void)state;
    const plx_blend_law law = some_law();
    for (int k = 1; k < PLX_BLEND_KNOTS; k++)
        assert_true(plx_blend_levels[k] > plx_blend_levels[k - 1]);
    for (int k = 0; k < PLX_BLEND_KNOTS; k++)
        assert_close(plx_blend_levels[k] + plx_blend_levels[PLX_BLEND_KNOTS - 1 - k], 1.0, 1e-15);
    for (double p = 0.012; p < 0.999; p += 0.01)
        assert_close(plx_blend_cdf(&law, plx_blend_quantile(&law, p), false), p, 1e-12);
    assert_true(plx_blend_cdf(&law, 10.0, true) == 0.0);
    assert_true(plx_blend_cdf(&law, 10.0, false) == 0.01); /* the atom of the first levels */
    assert_true(plx_blend_cdf(&law, 1e9, true) == 1.0 && plx_blend_cdf(&law, 9.0, false) == 0.0);
    assert_true(plx_blend_quantile(&law, 1e-9) == 10.0);
    plx_validate_verdict verdict;
    plx_blend_judge(&law, plx_blend_quantile(&law, 0.95), 0.5, &verdict);
    assert_true(verdict.inside[2] && verdict.inside[3] && !verdict.inside[1]);
    assert_close(verdict.pit, 0.95, 1e-12);
    assert_close(verdict.width[0], plx_blend_quantile(&law, 0.75) - plx_blend_quantile(&law, 0.25),
                 1e-12);
    plx_blend_judge(&law, 10.0, 0.25, &verdict);
    assert_close(verdict.pit, 0.0025, 1e-12);
}

static plx_blend_view view_at(double last, double own)
{
    plx_blend_view view = {.restlessness = 1.0, .pace = 1.0};
    view.known[PLX_BLEND_PERSISTENCE] = view.known[PLX_BLEND_OWN_MEAN] = true;
    view.centre[PLX_BLEND_PERSISTENCE] = last;
    view.centre[PLX_BLEND_OWN_MEAN] = own;
    return view;
}

static void test_before_anything(void **state)
{
    (void)state;
    const plx_blend_view view = view_at(80.0, 90.0);
    plx_blend_forecast f;
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_OK);
    assert_close(f.centre, 81.0, 1e-9); /* a tenth of the way */
    assert_close(f.scale, 6.25, 1e-9);  /* a quarter wider: a guess */
    assert_close(plx_blend_quantile(&f.law, 0.5), f.centre, 0.1);
    /* Logistic law with mean absolute value 1: the 95 % quantile is ln(19) / (2 ln 2). */
    assert_close(plx_blend_quantile(&f.law, 0.95), f.centre + 6.25 * log(19.0) / log(4.0), 0.1);
}

static void test_level_of_others_is_withheld(void **state)
{
    (void)state;
    plx_blend_view view = view_at(80.0, 80.0);
    plx_blend_forecast f;
    view.known[PLX_BLEND_POPULATION_MEAN] = true;
    view.centre[PLX_BLEND_POPULATION_MEAN] = 120.0;
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_OK);
    assert_close(f.centre, 84.0, 1e-9); /* a tenth of the way */
    view.withheld = 0.75;
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_OK);
    assert_close(f.centre, 81.0, 1e-9);
    assert_close(f.weight[PLX_BLEND_POPULATION_MEAN], 0.025, 1e-9);
    view.withheld = 1.5;
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_RANGE);
}

static void test_inside_the_possible(void **state)
{
    (void)state;
    const plx_blend_model saturation = {0.0, 100.0, 5.0, NULL};
    const plx_blend_view view = view_at(99.0, 99.0);
    plx_blend_forecast f;
    assert_int_equal(plx_blend_issue(&saturation, &nobody, &nobody, &view, &f), PLX_OK);
    assert_true(f.law.value[PLX_BLEND_KNOTS - 1] == 100.0 && f.law.value[0] < 80.0);
    assert_true(plx_blend_cdf(&f.law, 100.0, false) == 1.0);
}

/* x reverts to 100 with the factor keep; the twin knows the noise that comes but for its own. */
typedef struct world {
    plx_rng rng;
    double x, keep, twin_noise, tail;
    plx_blend_sums sums;
    uint32_t n, inside;
    double crps, rival_crps;
    plx_blend_forecast last;
} world;

/* Normal, or a wide one in one of ten. */
static double noise(world *w, double sd)
{
    const bool wide = plx_rng_unit(&w->rng) < 0.1;
    return plx_rng_normal(&w->rng, 0.0, wide ? sd * w->tail : sd);
}

static void live(world *w, uint32_t steps, bool twin)
{
    for (uint32_t i = 0; i < steps; i++) {
        plx_blend_view view = view_at(w->x, 100.0);
        const double next = 100.0 + w->keep * (w->x - 100.0) + noise(w, 6.0);
        if (twin) {
            view.known[PLX_BLEND_TWIN] = true;
            view.centre[PLX_BLEND_TWIN] = next + plx_rng_normal(&w->rng, 0.0, w->twin_noise);
            view.twin_spread = 0.8 * w->twin_noise;
        }
        assert_int_equal(plx_blend_issue(&model, &nobody, &w->sums, &view, &w->last), PLX_OK);
        double all = 0.0;
        for (int k = 0; k < PLX_BLEND_PART_N; k++) {
            assert_true(w->last.weight[k] >= 0.0 && (view.known[k] || w->last.weight[k] == 0.0));
            all += w->last.weight[k];
        }
        assert_close(all, 1.0, 1e-12);
        plx_validate_verdict verdict;
        plx_blend_judge(&w->last.law, next, 0.5, &verdict);
        w->inside += i >= steps / 4 && verdict.inside[2];
        w->n += i >= steps / 4;
        w->crps += verdict.crps;
        assert_int_equal(plx_blend_learn(&w->sums, &w->last, next, 1.0), PLX_OK);
        w->x = next;
    }
}

static void test_weights_are_earned(void **state)
{
    (void)state;
    world reverting = {.rng = plx_rng_init(3, 1), .x = 100, .keep = 0.4, .tail = 1};
    live(&reverting, 3000, false);
    assert_close(reverting.last.weight[PLX_BLEND_OWN_MEAN], 0.6, 0.06);
    assert_close(reverting.last.weight[PLX_BLEND_PERSISTENCE], 0.4, 0.06);
    world walking = {.rng = plx_rng_init(3, 2), .x = 100, .keep = 0.999, .tail = 1};
    live(&walking, 3000, false);
    assert_true(walking.last.weight[PLX_BLEND_PERSISTENCE] > 0.95);
    world good = {.rng = plx_rng_init(3, 3), .x = 100, .keep = 0.4, .tail = 1, .twin_noise = 1};
    live(&good, 1000, true);
    assert_true(good.last.weight[PLX_BLEND_TWIN] > 0.9);
    world useless = {.rng = plx_rng_init(3, 4), .x = 100, .keep = 0.4, .tail = 1, .twin_noise = 60};
    live(&useless, 3000, true);
    assert_true(useless.last.weight[PLX_BLEND_TWIN] < 0.05);
    assert_true(good.crps / 1000 < 0.3 * (useless.crps / 3000));
    assert_close(useless.crps / 3000, reverting.crps / 3000, 0.1 * reverting.crps / 3000);
}

static void test_shape_is_learnt(void **state)
{
    (void)state;
    const double tails[] = {1.0, 4.0, 10.0};
    for (int i = 0; i < 3; i++) {
        world w = {.rng = plx_rng_init(4, (uint64_t)i), .x = 100, .keep = 0.5, .tail = tails[i]};
        live(&w, 4000, false);
        assert_close((double)w.inside / w.n, 0.9, 0.015);
    }
}

static void test_population_teaches(void **state)
{
    (void)state;
    plx_blend_sums population = {0};
    plx_blend_forecast f, fresh;
    for (int patient = 0; patient < 60; patient++) {
        world w = {.rng = plx_rng_init(5, (uint64_t)patient), .x = 100, .keep = 0.2, .tail = 1};
        live(&w, 40, false);
        plx_blend_merge(&population, &w.sums);
    }
    assert_close(population.n, 2400.0, 1e-9);
    const plx_blend_view view = view_at(120.0, 100.0);
    assert_int_equal(plx_blend_issue(&model, &population, &nobody, &view, &f), PLX_OK);
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &fresh), PLX_OK);
    assert_close(f.centre, 104.0, 1.5);
    assert_close(fresh.centre, 118.0, 1e-9);
    for (int i = 0; i < 200; i++)
        plx_blend_merge(&population, &population);
    assert_true(population.n <= PLX_BLEND_POPULATION_MAX);
}

static void test_refusals(void **state)
{
    (void)state;
    plx_blend_view view = view_at(80.0, 90.0);
    plx_blend_forecast f;
    plx_blend_sums sums = {0};
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_OK);
    assert_int_equal(plx_blend_learn(&sums, &f, NAN, 1.0), PLX_RANGE);
    assert_int_equal(plx_blend_learn(&sums, &f, 80.0, 0.0), PLX_RANGE);
    assert_int_equal(plx_blend_learn(&sums, &f, 80.0, 1.1), PLX_RANGE);
    assert_memory_equal(&sums, &nobody, sizeof sums);
    view.centre[PLX_BLEND_AR1] = NAN; /* not known: nobody looks */
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_OK);
    view.known[PLX_BLEND_AR1] = true;
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_RANGE);
    view = view_at(80.0, 90.0);
    view.known[PLX_BLEND_PERSISTENCE] = false;
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_RANGE);
    view = view_at(80.0, 90.0);
    view.restlessness = 0.0;
    assert_int_equal(plx_blend_issue(&model, &nobody, &nobody, &view, &f), PLX_RANGE);
    assert_string_equal(plx_blend_part_name(PLX_BLEND_TWIN), "twin");
    assert_string_equal(plx_blend_part_name((plx_blend_part)99), "unknown");
}

static void test_golden(void **state)
{
    (void)state;
    world w = {.rng = plx_rng_init(6, 1), .x = 100, .keep = 0.5, .tail = 4, .twin_noise = 5};
    uint64_t hash = 1;
    for (int i = 0; i < 300; i++) {
        live(&w, 1, true);
        hash = plx_hash64(&w.last.law, sizeof w.last.law, hash);
    }
    if (hash != UINT64_C(0x950955fc7073e114))
        fail_msg("golden hash is now 0x%llx", (unsigned long long)hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crps_is_the_integral),
        cmocka_unit_test(test_law),
        cmocka_unit_test(test_before_anything),
        cmocka_unit_test(test_level_of_others_is_withheld),
        cmocka_unit_test(test_inside_the_possible),
        cmocka_unit_test(test_weights_are_earned),
        cmocka_unit_test(test_shape_is_learnt),
        cmocka_unit_test(test_population_teaches),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
