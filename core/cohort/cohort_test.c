/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: a truth is perturbed only when it is asked to be; figures are those of the results.
 * Oracle: arithmetic by hand. Tolerance: none but for rounding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "core/cohort/score.h"
#include "core/cohort/treat.h"

static void a_perturbed_truth_is_another_one(void **state)
{
    (void)state;
    static plx_cohort_truth same, other;
    void *memory[2] = {aligned_alloc(64, plx_cohort_truth_size()),
                       aligned_alloc(64, plx_cohort_truth_size())};
    const plx_cohort_case c = {.id = 2,
                               .seed = 8,
                               .person = {.age = 60, .height_cm = 175, .weight_kg = 80},
                               .cause = PLX_CAUSE_BLEEDING,
                               .onset_s = 30,
                               .rate_ml_min = 150,
                               .cuff_s = 60};
    plx_cohort_truth_begin(&same, &c, false, memory[0]);
    plx_cohort_truth_begin(&other, &c, true, memory[1]);
    for (int k = 0; k < PLX_TRACK_MEASURED_N; k++)
        assert_true(same.factor[k] == 1 && same.offset[k] == 0);
    assert_true(other.offset[PLX_TRACK_map_mmhg] != 0);
    const plx_body_param_id g = PLX_BODY_P_g_r;
    const double ratio =
        (double)(plx_body_param(other.body, g)[0] / plx_body_param(same.body, g)[0]);
    assert_true(ratio >= 0.6 && ratio <= 1.6 && ratio != 1);
    plx_cohort_truth_run(&same, 0, 180);
    plx_cohort_truth_run(&other, 0, 180);
    assert_true(fabs(plx_cohort_truth_bleeding_ml_min(&same) - 150) < 0.5);
    assert_true(fabs(plx_cohort_truth_bleeding_ml_min(&other) - 150) > 0.5);
    plx_cohort_truth_stop(&same);
    plx_cohort_truth_run(&same, 180, 60);
    assert_true(plx_cohort_truth_bleeding_ml_min(&same) == 0);
    free(memory[0]);
    free(memory[1]);
}

static void weights_become_equal_values(void **state)
{
    (void)state;
    plx_weighted w[] = {{3, 0.2}, {1, 0.5}, {2, 0.3}}, scratch[3];
    double equal[PLX_COHORT_EQUAL_N];
    int n[4] = {0};
    plx_cohort_equal(w, 3, scratch, equal);
    for (int i = 0; i < PLX_COHORT_EQUAL_N; i++)
        n[(int)equal[i]]++;
    assert_true(n[1] == 100 && n[2] == 60 && n[3] == 40);
}

/* A verdict of an error, inside its 90 and 95 % intervals or in none. */
static plx_cohort_hidden hidden(double truth, double told, bool inside)
{
    return (plx_cohort_hidden){.known = true,
                               .truth = truth,
                               .told = told,
                               .median = told,
                               .verdict = {.error = told - truth,
                                           .crps = 1,
                                           .pit = 0.5,
                                           .inside = {false, false, inside, inside}}};
}

static void figures_are_those_of_the_results(void **state)
{
    (void)state;
    const plx_cohort_plan plan = {.horizons_n = 2, .minutes = {1, 3}};
    plx_cohort_score s = {0};
    plx_cohort_result r = {.of = {.cause = PLX_CAUSE_BLEEDING, .onset_s = 30},
                           .deficit = hidden(1000, 800, true),
                           .bleeding = hidden(160, 195, false),
                           .graded = true,
                           .mechanism = {[PLX_MECHANISM_HYPOVOLAEMIC] = 0.6, [0] = 0.4}};
    plx_cohort_rule(1.2, r.rule);
    r.forecast[0][0] = (plx_cohort_forecast){true, true, hidden(80, 82, true).verdict, 4};
    plx_cohort_score_add(&s, &plan, &r); /* said and right; 35 of 160 is within 25 % */
    r.of.cause = PLX_CAUSE_HAEMORRHAGE, r.of.onset_s = -900, r.shows = true;
    r.deficit = hidden(1000, 1500, false);
    r.bleeding = hidden(100, 160, true); /* not within 50 % */
    r.mechanism[PLX_MECHANISM_HYPOVOLAEMIC] = 0.35;
    r.mechanism[0] = 0.45; /* abstained */
    r.forecast[0][0].scored = false;
    plx_cohort_score_add(&s, &plan, &r);
    r.deficit.known = r.bleeding.known = false;
    r.lost_s = 60;
    plx_cohort_score_add(&s, &plan, &r);
    assert_true(s.cases == 3 && s.lost_before == 1 && s.lost_after == 0);
    assert_true(s.deficit_error[1].n == 1 && s.deficit_error[1].mean == 200);
    assert_true(s.deficit_error[0].n == 1 && s.deficit_error[0].mean == 500);
    assert_true(s.deficit[1].cover[2].inside == 1 && s.deficit[0].cover[2].inside == 0);
    assert_true(s.band[PLX_COHORT_BAND_QUICK].n == 1 && s.band[PLX_COHORT_BAND_QUICK].met == 1);
    assert_true(s.band[PLX_COHORT_BAND_MIDDLE].n == 1 && s.band[PLX_COHORT_BAND_MIDDLE].met == 0);
    assert_true(s.mechanisms.n == 2 && s.mechanisms.first == 1 && s.mechanisms.said == 1);
    assert_true(s.mechanisms.wrong == 0);
    assert_true(s.showing.n == 1 && s.showing.first == 0 && s.showing.said == 0);
    assert_true(s.confusion[PLX_MECHANISM_HYPOVOLAEMIC][PLX_MECHANISM_HYPOVOLAEMIC] == 1);
    assert_true(s.confusion[PLX_MECHANISM_HYPOVOLAEMIC][PLX_MECHANISM_N] == 1);
    assert_true(fabs(s.mechanisms.log_score.model.mean + (log(0.6) + log(0.35)) / 2) < 1e-12);
    const double bleeds =
                     plx_causes[PLX_CAUSE_HAEMORRHAGE].prior + plx_causes[PLX_CAUSE_BLEEDING].prior,
                 ill = 1 - plx_causes[PLX_CAUSE_STABLE].prior;
    assert_true(fabs(s.mechanisms.log_score.rival.mean + log(0.8 * bleeds / ill)) <
                1e-9); /* hypovolaemic among all that is not stable */
    assert_true(s.forecast[0][0].crps.n == 1 && s.forecast[0][0].cover[2].inside == 1);
    double skill = 0;
    assert_int_equal(plx_validate_duel_skill(&s.duel[0][0], &skill), PLX_OK);
    assert_true(fabs(skill - 0.75) < 1e-12);
}

/* A pressor raises the pressure of the true patient, and the twin says so; twice the same. */
static void a_treatment_is_given_to_the_true_patient(void **state)
{
    (void)state;
    const plx_cohort_plan plan = {.members = 16,
                                  .lanes = 4,
                                  .causes = 1u << PLX_CAUSE_STABLE | 1u << PLX_CAUSE_SEPSIS,
                                  .watch_s = 300,
                                  .variant = PLX_BODY_AVERAGED};
    const plx_cohort_case c = {.id = 2,
                               .seed = 8,
                               .person = {.age = 60, .height_cm = 175, .weight_kg = 80},
                               .cause = PLX_CAUSE_SEPSIS,
                               .severity = 0.5,
                               .onset_s = -600,
                               .cuff_s = 60};
    static plx_cohort_treated one, two;
    void *memory = aligned_alloc(64, plx_cohort_treat_size(&plan));
    assert_non_null(memory);
    assert_int_equal(plx_cohort_treat(&plan, &c, memory, &one), PLX_OK);
    assert_int_equal(plx_cohort_treat(&plan, &c, memory, &two), PLX_OK);
    free(memory);
    assert_true(one.told && one.foretold);
    assert_memory_equal(one.effect, two.effect, sizeof one.effect);
    assert_memory_equal(one.hidden, two.hidden, sizeof one.hidden);
    const plx_cohort_interval *map = &one.effect[PLX_COHORT_PRESSOR][PLX_COHORT_E_map_mmhg];
    assert_true(map->truth > 2 && map->p05 > 0 && map->p05 <= map->p50 && map->p50 <= map->p95);
    assert_true(one.effect[PLX_COHORT_FLUID][PLX_COHORT_E_co_l_min].truth > 0);
    assert_true(one.hidden[PLX_COHORT_T_co_l_min].truth > 2);
}

static void covers_are_sums(void **state)
{
    (void)state;
    plx_cohort_cover c = {0};
    plx_cohort_cover_add(&c, &(plx_cohort_interval){.truth = 5, .p05 = 4, .p50 = 6, .p95 = 8});
    plx_cohort_cover_add(&c, &(plx_cohort_interval){.truth = -3, .p05 = -2, .p50 = 0, .p95 = 1});
    plx_cohort_cover_add(&c, &(plx_cohort_interval){.truth = 2, .p05 = 0, .p50 = 1, .p95 = 1.5});
    assert_true(c.n == 3 && c.inside == 1 && c.below == 1 && c.above == 1);
    assert_true(c.error == 3 && c.miss == 5 && c.width == 8.5 && c.size == 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_perturbed_truth_is_another_one),
        cmocka_unit_test(weights_become_equal_values),
        cmocka_unit_test(figures_are_those_of_the_results),
        cmocka_unit_test(a_treatment_is_given_to_the_true_patient),
        cmocka_unit_test(covers_are_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
