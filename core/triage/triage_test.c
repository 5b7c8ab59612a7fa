/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: triage reads complaints in many spellings, its shares add up to the logit, probabilities
 * are probabilities, red rules only ever raise, what is learnt is found again by name, and nothing
 * that is known only later can enter.
 * Oracle: sums recomputed from the model; simulated cases whose levels follow a known rule.
 * Tolerance: 1e-9 for sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/triage/complaint.h"
#include "core/triage/triage_learn.h"

static bool has_concept(const char *text, const char *concept)
{
    plx_complaint_words words;
    plx_complaint_split(plx_slice_of(text), &words);
    for (uint32_t i = 0; plx_complaint_at(i); i++)
        if (strcmp(plx_complaint_at(i)->concept, concept) == 0)
            return plx_complaint_matches(plx_complaint_at(i), &words);
    fail_msg("no concept %s", concept);
    return false;
}

static void complaints(void **state)
{
    (void)state;
    assert_true(has_concept("ant. chest pain", "chest_pain"));
    assert_true(has_concept("Discomfort, Chest", "chest_pain"));
    assert_true(has_concept("PAIN,CHEST", "chest_pain"));
    assert_false(has_concept("leg pain", "chest_pain"));
    assert_true(has_concept("abd pain", "abdominal_pain"));
    assert_true(has_concept("Abdominal pain (finding)", "abdominal_pain"));
    assert_true(has_concept("Lt. hemiparesis", "stroke"));
    assert_true(has_concept("HA", "headache"));
    assert_false(has_concept("hallucination", "headache"));
    assert_true(has_concept("finger lac.", "laceration"));
    plx_complaint_words words;
    plx_complaint_split(PLX_LIT(""), &words);
    assert_int_equal(words.n, 0);
    plx_complaint_split(PLX_LIT("?? 12 ;"), &words);
    assert_int_equal(words.n, 0);
    plx_complaint_split(PLX_LIT("abcdefghijklmnopqrstuvwxyzabcdef a b"), &words);
    assert_int_equal(words.n, 3);
    assert_int_equal(strlen(words.at[0]), PLX_COMPLAINT_WORD_MAX - 1);
    static char many[200];
    memset(many, ' ', sizeof many);
    for (size_t i = 0; i < sizeof many; i += 2)
        many[i] = 'x';
    plx_complaint_split((plx_slice){many, sizeof many}, &words);
    assert_int_equal(words.n, PLX_COMPLAINT_WORDS_MAX);
}

static plx_triage_case healthy(void)
{
    plx_triage_case c = {.male = 1, .injury = 0, .pain = 0, .complaint = PLX_LIT("cough")};
    static const double N[PLX_TRIAGE_NUMBERS] = {40, 120, 80, 75, 16, 36.6, 98, NAN, 3, 1};
    memcpy(c.number, N, sizeof N);
    return c;
}

static plx_triage_case random_case(plx_rng *rng)
{
    static const char *const TEXTS[] = {"chest pain", "abd pain", "dyspnea",
                                        "cough",      "??",       "Lt arm lac."};
    plx_triage_case c = healthy();
    static const double LOW[] = {16, 60, 30, 30, 6, 34, 80, 0, 1, 1};
    static const double HIGH[] = {95, 230, 130, 180, 40, 41, 100, 10, 7, 4};
    for (plx_triage_number k = 0; k < PLX_TRIAGE_NUMBERS; k++) {
        c.number[k] = floor(LOW[k] + plx_rng_unit(rng) * (HIGH[k] - LOW[k] + 1));
        if (c.number[k] > HIGH[k]) c.number[k] = HIGH[k];
        if (plx_rng_below(rng, 6) == 0) c.number[k] = NAN;
    }
    c.pain = (int8_t)plx_rng_below(rng, 2);
    c.injury = (int8_t)plx_rng_below(rng, 2);
    c.complaint = plx_slice_of(TEXTS[plx_rng_below(rng, 6)]);
    return c;
}

static void shares_add_up(void **state)
{
    (void)state;
    plx_rng rng = plx_rng_init(1, 7);
    for (int k = 0; k < 500; k++) {
        const plx_triage_case c = random_case(&rng);
        plx_triage_feature features[PLX_TRIAGE_FEATURES_MAX];
        double logit[PLX_TRIAGE_OUTCOMES], sum = 0;
        plx_triage_result r;
        const uint32_t n = plx_triage_features(&c, features);
        assert_true(n < PLX_TRIAGE_FEATURES_MAX);
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < i; j++)
                assert_string_not_equal(features[i].name, features[j].name);
        plx_triage_logits(&plx_triage_model_builtin, features, n, logit);
        plx_triage_grade(&plx_triage_model_builtin, &c, &r);
        for (uint32_t i = 0; i < r.reasons_n; i++) {
            sum += r.reasons[i].share;
            if (i) assert_true(fabs(r.reasons[i].share) <= fabs(r.reasons[i - 1].share));
        }
        assert_true(fabs(r.base + sum + r.rest - logit[r.explained]) < 1e-9);
        sum = 0;
        for (uint32_t i = 0; i < PLX_TRIAGE_LEVELS; i++) {
            assert_true(r.level[i] >= 0 && r.level[i] <= 1);
            sum += r.level[i];
        }
        assert_true(fabs(sum - 1) < 1e-9 && r.best >= 1 && r.best <= 5);
        assert_true(r.expected >= 1 && r.expected <= 5);
        assert_true(r.admission > 0 && r.admission < 1 && r.critical > 0 && r.critical < 1);
    }
}

static void red_rules(void **state)
{
    (void)state;
    plx_triage_case c = healthy();
    plx_triage_result r;
    plx_triage_grade(&plx_triage_model_builtin, &c, &r);
    assert_true(r.best >= 3 && r.rule == 0 && !r.red);
    c.number[PLX_TRIAGE_SPO2] = 85;
    plx_triage_grade(&plx_triage_model_builtin, &c, &r);
    assert_true(r.best == 1 && r.rule == 1);
    c.number[PLX_TRIAGE_SPO2] = 91;
    plx_triage_grade(&plx_triage_model_builtin, &c, &r);
    assert_true(r.rule == 2 && !r.red);
    c.number[PLX_TRIAGE_MENTAL] = 4;
    plx_triage_grade(&plx_triage_model_builtin, &c, &r);
    assert_true(r.best == 1 && r.rule == 1);
    c = healthy();
    c.pain = 1;
    c.number[PLX_TRIAGE_NRS] = 8;
    plx_triage_grade(&plx_triage_model_builtin, &c, &r);
    assert_int_equal(r.rule, 3); /* peripheral */
    c.complaint = PLX_LIT("chest pain");
    plx_triage_grade(&plx_triage_model_builtin, &c, &r);
    assert_int_equal(r.rule, 2);
    assert_false(plx_triage_number_possible(PLX_TRIAGE_TEMP, 98.6));
    assert_true(plx_triage_number_possible(PLX_TRIAGE_TEMP, 45));
    assert_string_equal(plx_triage_number_key(PLX_TRIAGE_NRS), "nrs");
}

/* Levels by saturation and pulse, with noise: learnt from half, told for the other half. */
static void learns(void **state)
{
    (void)state;
    enum { N = 400, BYTES = 64 << 20 };
    static plx_triage_case cases[N];
    static plx_triage_truth truths[N];
    static uint8_t use[N];
    static uint32_t order[N];
    plx_rng rng = plx_rng_init(2, 7);
    plx_triage_set set;
    plx_triage_model model;
    void *memory = malloc(BYTES);
    assert_non_null(memory);
    plx_arena arena = plx_arena_init(memory, BYTES);
    for (uint32_t i = 0; i < N; i++) {
        cases[i] = healthy();
        const uint8_t level = (uint8_t)(1 + plx_rng_below(&rng, 5));
        cases[i].number[PLX_TRIAGE_HR] = floor(150 - 18 * level + plx_rng_normal(&rng, 0, 6));
        cases[i].number[PLX_TRIAGE_RR] = floor(34 - 3 * level + plx_rng_normal(&rng, 0, 1));
        truths[i] = (plx_triage_truth){level, level <= 2, level == 1};
    }
    plx_triage_folds(truths, N, 2, 3, use, order);
    uint32_t used = 0, near = 0, told = 0;
    for (uint32_t i = 0; i < N; i++)
        used += use[i];
    assert_int_equal(used, N / 2);
    assert_int_equal(plx_triage_set_make(&arena, cases, truths, N, &set), PLX_OK);
    for (uint32_t i = 1; i < set.names_n; i++)
        assert_true(strcmp(set.names[i - 1], set.names[i]) < 0);
    assert_int_equal(plx_triage_learn(&arena, &set, use, &model), PLX_OK);
    for (uint32_t i = 0; i < N; i++) {
        plx_triage_result r;
        if (use[i]) continue;
        plx_triage_grade(&model, &cases[i], &r);
        told++;
        near += abs(r.best - truths[i].level) <= 1;
        if (truths[i].level == 1) assert_true(r.admission > 0.3);
    }
    assert_true(near >= told * 95 / 100);
    for (uint32_t i = 0; i < N; i++)
        truths[i].critical = 0;
    arena.used = 0;
    assert_int_equal(plx_triage_set_make(&arena, cases, truths, N, &set), PLX_OK);
    assert_int_equal(plx_triage_learn(&arena, &set, use, &model), PLX_MISSING);
    arena = plx_arena_init(memory, 1 << 10);
    assert_int_equal(plx_triage_set_make(&arena, cases, truths, N, &set), PLX_SPACE);
    free(memory);
}

static void tables_are_fresh(void **state)
{
    (void)state;
    assert_int_equal(system("python3 '" PLX_SOURCE_ROOT "/tool/make_triage_table.py' --check"), 0);
    for (uint32_t i = 1; i < plx_triage_model_builtin.n; i++)
        assert_true(strcmp(plx_triage_model_builtin.weights[i - 1].name,
                           plx_triage_model_builtin.weights[i].name) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complaints), cmocka_unit_test(shares_add_up), cmocka_unit_test(red_rules),
        cmocka_unit_test(learns), cmocka_unit_test(tables_are_fresh)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
