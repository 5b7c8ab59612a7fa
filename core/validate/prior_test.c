/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the table of priors is that of knowledge/ and each prior is a law with weights; what drawn
 * patients teach makes the first forecasts of another one good. Oracles: the generator;
 * definitions; patients drawn from one process with scales of their own. Tolerance: written at
 * each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/validate/prior.h"

enum { WINDOW_S = 15, WINDOWS = 40, PATIENTS = 60 };

static const char *const names[] = {"hr_bpm", "sbp_mmhg", "nothing"};
static plx_rolling_model model;
static plx_rolling_prior prior[PLX_ROLLING_VITALS_MAX][PLX_ROLLING_HORIZONS_MAX];

static void begin(uint32_t vitals, double horizon_s)
{
    model = (plx_rolling_model){.vitals = vitals, .horizons = 1, .horizon_s = {horizon_s}};
    for (uint32_t v = 0; v < vitals; v++)
        model.vital[v] = (plx_rolling_vital){.low = 0, .high = 300, .usual_drift_h = 4};
}

static void test_table_is_that_of_knowledge(void **state)
{
    (void)state;
    assert_int_equal(system("python3 '" PLX_SOURCE_ROOT "/tool/make_prior_table.py' --check"), 0);
}

static void check(const plx_rolling_prior *p)
{
    double sum = 0;
    assert_true(p->growth > 0 && p->last_growth > 0 && p->blend.counts > 0 && p->blend.bins > 0);
    for (int i = 0; i < PLX_BLEND_PART_N; i++) {
        assert_true(p->blend.weight[i] >= 0);
        sum += p->blend.weight[i];
    }
    assert_true(fabs(sum - 1) < 1e-12);
    assert_true(p->blend.weight[PLX_BLEND_TWIN] == 0); /* it has to earn it */
    for (int i = 1; i < PLX_BLEND_KNOTS; i++)
        assert_true(p->blend.shape[i] >= p->blend.shape[i - 1]);
}

static void test_between_horizons(void **state)
{
    (void)state;
    double growth[5];
    const double horizons[] = {60, 90, 120, 600, 9600};
    for (int i = 0; i < 5; i++) {
        begin(3, horizons[i]);
        plx_prior_fill(PLX_PRIOR_WAVE, names, &model, prior);
        check(&prior[0][0]);
        check(&prior[1][0]);
        assert_true(prior[2][0].growth == 0 && prior[2][0].blend.counts == 0);
        assert_true(model.vital[0].usual_step > 0 && model.vital[2].usual_step == 0);
        growth[i] = prior[0][0].growth;
    }
    const double share = log(1.5) / log(2);
    assert_true(fabs(growth[1] - growth[0] - share * (growth[2] - growth[0])) < 1e-9);
    assert_true(fabs(growth[4] - 2 * growth[3]) < 1e-9); /* fourth root of 16 */
    begin(1, 3600);
    plx_prior_fill(PLX_PRIOR_CHART, names, &model, prior);
    check(&prior[0][0]);
    assert_true(model.vital[0].usual_level > 40 && model.vital[0].usual_level < 140);
    assert_string_equal(plx_prior_family_name(PLX_PRIOR_WAVE), "wave");
    assert_string_equal(plx_prior_family_name((plx_prior_family)9), "unknown");
}

/* Ten minutes of a level that is left and found again, under noise; all of a scale of his own. */
static void live(plx_rolling *rolling, uint64_t seed)
{
    plx_rng rng = plx_rng_init(11, seed);
    const double scale = pow(4, plx_rng_normal(&rng, 0, 0.5));
    double away = 0;
    for (int i = 0; i < WINDOWS; i++) {
        away = 0.95 * away + plx_rng_normal(&rng, 0, 0.5 * scale);
        const double x = 100 + away + plx_rng_normal(&rng, 0, scale);
        const plx_rolling_values values = {(int64_t)WINDOW_S * i * 1000000, {true}, {x}};
        assert_int_equal(plx_rolling_step(rolling, &values, NULL), PLX_OK);
    }
    plx_rolling_end(rolling);
}

/* Each as if nobody had been before; what they teach together. */
static void round_of(uint64_t from, plx_rolling_scores *scores, plx_rolling_population *taught)
{
    static plx_rolling_population population;
    plx_rolling_patient *patient = malloc(sizeof *patient);
    plx_rolling rolling = {&model, &population, scores, patient};
    *taught = (plx_rolling_population){0};
    for (uint64_t k = 0; k < PATIENTS; k++) {
        population = (plx_rolling_population){0};
        plx_rolling_begin(&rolling);
        live(&rolling, from + k);
        plx_rolling_merge(&model, taught, &population);
    }
    free(patient);
}

static double ratio(const plx_rolling_score *s)
{
    double best = s->rival[0].crps.mean;
    for (int k = 1; k < PLX_RIVAL_KIND_N; k++)
        best = fmin(best, s->rival[k].crps.mean);
    return s->shown.crps.mean / best;
}

static void test_others_teach_the_first_forecasts(void **state)
{
    (void)state;
    static plx_rolling_scores alone, others, told;
    static plx_rolling_population taught;
    plx_rolling_prior one[PLX_ROLLING_VITALS_MAX];
    plx_validate_coverage cover;
    begin(1, 120);
    memset(prior, 0, sizeof prior);
    round_of(1000, &alone, &taught);
    for (int k = 0; k < 3; k++) {
        round_of(0, &others, &taught);
        plx_rolling_teach(&model, &taught, 0, one);
        prior[0][0] = one[0];
        model.vital[0].usual_step = taught.step_sum[0] / taught.step_n[0];
        model.prior = (const plx_rolling_prior(*)[PLX_ROLLING_HORIZONS_MAX])prior;
    }
    check(&prior[0][0]);
    round_of(1000, &told, &taught); /* of other patients than those who taught */
    assert_int_equal(plx_validate_tally_coverage(&told.at[0][0].shown, 2, &cover), PLX_OK);
    print_message("# alone %.3f, told %.3f of the best rival, coverage %.3f\n",
                  ratio(&alone.at[0][0]), ratio(&told.at[0][0]), cover.share);
    assert_true(told.at[0][0].shown.crps.mean < alone.at[0][0].shown.crps.mean);
    assert_true(ratio(&told.at[0][0]) <= 0.98);
    assert_true(cover.share >= 0.87 && cover.share <= 0.93);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_is_that_of_knowledge),
        cmocka_unit_test(test_between_horizons),
        cmocka_unit_test(test_others_teach_the_first_forecasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
