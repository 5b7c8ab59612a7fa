/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: origins, truths and scores are those of the definition; no forecast knows of a later value;
 * a patient teaches the next ones and no one else. Oracles: a series written by hand; the same
 * series with another end; golden hash. Tolerance: none, but for the scores of the last test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/validate/rolling.h"

enum { HOUR_S = 3600 };

static const plx_rolling_model model = {.vitals = 2,
                                        .horizons = 2,
                                        .vital = {{0, 300, 6, 0, 0}, {0, 100, 2, 0, 0}},
                                        .horizon_s = {HOUR_S, 4 * HOUR_S},
                                        .charted = true};
static plx_rolling_population population;
static plx_rolling_scores scores;
static plx_rolling_patient *patient;
static plx_rolling rolling;

static int setup(void **state)
{
    (void)state;
    memset(&population, 0, sizeof population);
    memset(&scores, 0, sizeof scores);
    patient = malloc(sizeof *patient);
    memset(patient, 0xa5, sizeof *patient); /* begin makes it ready, whatever it held */
    rolling = (plx_rolling){&model, &population, &scores, patient};
    plx_rolling_begin(&rolling);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(patient);
    return 0;
}

static void step(double minute, double value, const plx_rolling_twin *twin)
{
    const plx_rolling_values values = {(int64_t)(minute * 60e6), {true, false}, {value, 0}};
    assert_int_equal(plx_rolling_step(&rolling, &values, twin), PLX_OK);
}

static void test_by_hand(void **state)
{
    (void)state;
    /* Origins: minutes 180 on. One hour, within 15 min: 180 -> 240; 240 -> 310 (10 off, before
     * nothing); 310 -> 362 and not 390; 362 -> 450 is 28 off: none; 390 -> 450; 450: none. */
    const double minute[] = {0, 60, 120, 180, 240, 310, 362, 390, 450};
    const double value[] = {80, 82, 84, 86, 90, 70, 75, 77, 79};
    for (int i = 0; i < 9; i++)
        step(minute[i], value[i], NULL);
    const plx_rolling_score *s = &scores.at[0][0];
    assert_true(s->origins == 6);
    plx_rolling_end(&rolling);
    assert_true(s->shown.crps.n == 4 && s->without_truth == 2);
    /* Persistence: 86 -> 90, 90 -> 70, 70 -> 75, 77 -> 79. */
    const double errors = (86 - 90) + (90 - 70) + (70 - 75) + (77 - 79);
    assert_true(fabs(s->rival[PLX_RIVAL_PERSISTENCE].error.mean - errors / 4) < 1e-12);
    /* Four hours, within 30 min: 180 -> 420 has 390 and 450 at one distance: the earlier one;
     * 240 -> 480 has 450; later ones have none. */
    const plx_rolling_score *far = &scores.at[0][1];
    assert_true(far->origins == 6 && far->shown.crps.n == 2 && far->without_truth == 4);
    assert_true(far->rival[PLX_RIVAL_PERSISTENCE].error.mean == ((86 - 77) + (90 - 79)) / 2.0);
    assert_true(scores.at[1][0].origins == 0 && s->twin.crps.n == 0 && s->twin.abstained == 4);
    assert_true(population.level[0].n == 1 && population.level[1].n == 0);
}

static const plx_rolling_pending *newest(uint32_t h)
{
    const plx_rolling_line *line = &patient->series[0].line[h];
    assert_true(line->n > 0);
    return &line->pending[(line->first + line->n - 1) % PLX_ROLLING_PENDING_MAX];
}

static void test_no_look_ahead(void **state)
{
    (void)state;
    enum { N = 40, TURN = 25 };
    plx_blend_law law[2][N][2];
    plx_validate_normal rival[2][N][PLX_RIVAL_KIND_N];
    for (int run = 0; run < 2; run++) {
        plx_rng rng = plx_rng_init(8, 1);
        for (int i = 0; i < N; i++) {
            double x = 80 + plx_rng_normal(&rng, 0, 8);
            if (run == 1 && i > TURN) x = 200;
            step(60 * i, x, NULL);
            for (uint32_t h = 0; i >= PLX_ROLLING_BEFORE && h < 2; h++) {
                law[run][i][h] = newest(h)->shown.law;
                memcpy(rival[run][i], newest(h)->rival, sizeof rival[run][i]);
            }
        }
        plx_rolling_begin(&rolling);
    }
    for (int i = PLX_ROLLING_BEFORE; i <= TURN; i++) {
        assert_memory_equal(law[0][i], law[1][i], sizeof law[0][i]);
        assert_memory_equal(rival[0][i], rival[1][i], sizeof rival[0][i]);
    }
    assert_memory_not_equal(law[0][TURN + 1], law[1][TURN + 1], sizeof law[0][0]);
}

static void live(uint64_t seed, int n)
{
    plx_rng rng = plx_rng_init(9, seed);
    double level = plx_rng_normal(&rng, 90, 10), x = level;
    for (int i = 0; i < n; i++) {
        x = level + 0.7 * (x - level) + plx_rng_normal(&rng, 0, 5);
        step(60 * i, x + plx_rng_normal(&rng, 0, 4), NULL);
    }
    plx_rolling_end(&rolling);
}

static void test_patients_teach_later_ones(void **state)
{
    (void)state;
    plx_blend_law first, second, third;
    for (int i = 0; i < 5; i++)
        step(60 * i, 80 + i, NULL);
    first = newest(0)->shown.law;
    plx_rolling_begin(&rolling); /* left without joining */
    for (int i = 0; i < 5; i++)
        step(60 * i, 80 + i, NULL);
    second = newest(0)->shown.law;
    assert_memory_equal(&first, &second, sizeof first);
    plx_rolling_begin(&rolling);
    live(1, 40);
    for (int i = 0; i < 5; i++)
        step(60 * i, 80 + i, NULL);
    third = newest(0)->shown.law;
    assert_memory_not_equal(&first, &third, sizeof first);
}

static void test_beats_the_rivals(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 60; k++)
        live(k, 48);
    for (uint32_t h = 0; h < 2; h++) {
        const plx_rolling_score *s = &scores.at[0][h];
        plx_validate_coverage cover;
        assert_int_equal(plx_validate_tally_coverage(&s->shown, 2, &cover), PLX_OK);
        assert_true(cover.share > 0.87 && cover.share < 0.93);
        for (int k = 0; k < PLX_RIVAL_KIND_N; k++)
            assert_true(s->shown.crps.mean < 0.98 * s->rival[k].crps.mean);
    }
    /* gcc and clang, with and without optimisation. */
    uint64_t hash = 1;
    for (uint32_t h = 0; h < 2; h++)
        hash = plx_hash64(&scores.at[0][h].shown, sizeof scores.at[0][h].shown, hash);
    if (hash != UINT64_C(0x8505cf7a35dcae21))
        fail_msg("golden hash is now 0x%llx", (unsigned long long)hash);
}

static void test_twin(void **state)
{
    (void)state;
    double member[2 * 2 * 3];
    plx_rolling_twin twin = {.members = 3, .answers = {true, false}, .member = member};
    twin.now[0] = NAN;
    for (int i = 0; i < 12; i++) {
        const double x = 80 + 3 * i;
        for (int h = 0; h < 2; h++)
            for (int m = 0; m < 3; m++)
                member[3 * h + m] = x + 3 * (h ? 4 : 1) + (m - 1); /* knows the line */
        const plx_rolling_values values = {(int64_t)i * HOUR_S * 1000000, {true, false}, {x, 0}};
        assert_true(plx_rolling_is_origin(&rolling, &values) == (i >= PLX_ROLLING_BEFORE));
        assert_int_equal(plx_rolling_step(&rolling, &values, i == 10 ? NULL : &twin), PLX_OK);
    }
    plx_rolling_end(&rolling);
    const plx_rolling_score *s = &scores.at[0][0];
    /* Fair CRPS of three members around the truth: 2/3 - 8 / (2 * 3 * 2). */
    assert_true(s->twin.crps.n == 7 && s->twin.abstained == 1 && s->shown.crps.n == 8);
    assert_true(fabs(s->twin.crps.mean - (2.0 / 3.0 - 8.0 / 12.0)) < 1e-12);
    assert_true(s->shown_beside_twin.n == 7 && s->twin.error.mean == 0.0);
}

/* A twin that knows the next value but for a little noise, and one that knows nothing. */
static void test_twin_earns_its_part(void **state)
{
    (void)state;
    double member[2 * 2 * 3];
    for (int good = 0; good < 2; good++) {
        plx_rng rng = plx_rng_init(12, 1);
        memset(&scores, 0, sizeof scores);
        memset(&population, 0, sizeof population);
        plx_rolling_begin(&rolling);
        double next = 80;
        for (int i = 0; i < 150; i++) {
            const double x = next;
            next = plx_rng_normal(&rng, 80, 8);
            const double said = good ? next : plx_rng_normal(&rng, 80, 30);
            for (int k = 0; k < 6; k++)
                member[k] = said + (k % 3 - 1);
            plx_rolling_twin twin = {.members = 3, .answers = {true, false}, .member = member};
            twin.now[0] = NAN;
            const plx_rolling_values values = {
                (int64_t)i * HOUR_S * 1000000, {true, false}, {x, 0}};
            assert_int_equal(plx_rolling_step(&rolling, &values, &twin), PLX_OK);
            const plx_blend_forecast *shown = i < PLX_ROLLING_BEFORE ? NULL : &newest(0)->shown;
            if (shown && i < PLX_ROLLING_EARNED) assert_true(shown->weight[PLX_BLEND_TWIN] == 0);
        }
        const double weight = newest(0)->shown.weight[PLX_BLEND_TWIN];
        plx_rolling_end(&rolling);
        const plx_rolling_score *s = &scores.at[0][0];
        assert_true(good ? weight > 0.5 : weight == 0);
        assert_true(good ? s->shown.crps.mean < 0.7 * s->rival[2].crps.mean
                         : s->weight[PLX_BLEND_TWIN].mean == 0);
    }
}

static void test_thinning(void **state)
{
    (void)state;
    /* Values each 10 s: an origin a minute for one hour, each four minutes for four. */
    for (int i = 0; i < 6 * 60 * 9; i++)
        step(i / 6.0, 80 + i % 7, NULL);
    plx_rolling_end(&rolling);
    assert_true(scores.at[0][0].origins == 540 && scores.at[0][1].origins == 135);
    assert_true(scores.at[0][0].shown.crps.n >= 480 && scores.at[0][1].shown.crps.n >= 75);
}

static void test_refusals(void **state)
{
    (void)state;
    step(0, 80, NULL);
    static plx_rolling_patient before;
    memcpy(&before, patient, sizeof before);
    plx_rolling_values values = {0, {true, false}, {80, 0}};
    assert_int_equal(plx_rolling_step(&rolling, &values, NULL), PLX_RANGE);
    values.time_us = 60000000;
    values.value[0] = 301;
    assert_int_equal(plx_rolling_step(&rolling, &values, NULL), PLX_RANGE);
    values.value[0] = NAN;
    assert_int_equal(plx_rolling_step(&rolling, &values, NULL), PLX_RANGE);
    values.value[0] = 80;
    const double member[2 * 2 * 2] = {1, 2, 3, NAN};
    plx_rolling_twin twin = {.members = 2, .answers = {true, false}, .member = member};
    assert_int_equal(plx_rolling_step(&rolling, &values, &twin), PLX_RANGE);
    twin.members = 1;
    assert_int_equal(plx_rolling_step(&rolling, &values, &twin), PLX_RANGE);
    assert_memory_equal(&before, patient, sizeof before);
    assert_int_equal(plx_rolling_step(&rolling, &values, NULL), PLX_OK);
    plx_rolling_model bad[6];
    for (int i = 0; i < 6; i++)
        bad[i] = model;
    bad[0].vitals = 0;
    bad[1].horizons = PLX_ROLLING_HORIZONS_MAX + 1;
    bad[2].horizon_s[1] = bad[2].horizon_s[0];
    bad[3].horizon_s[0] = 59;
    bad[4].vital[1].high = bad[4].vital[1].low;
    bad[5].vital[0].usual_drift_h = 0;
    assert_int_equal(plx_rolling_check(&model), PLX_OK);
    for (int i = 0; i < 6; i++)
        assert_int_equal(plx_rolling_check(&bad[i]), PLX_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_look_ahead, setup, teardown),
        cmocka_unit_test_setup_teardown(test_patients_teach_later_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(test_beats_the_rivals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_twin, setup, teardown),
        cmocka_unit_test_setup_teardown(test_twin_earns_its_part, setup, teardown),
        cmocka_unit_test_setup_teardown(test_thinning, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
