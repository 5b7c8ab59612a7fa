/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: tables and patients of DDXPlus, and cases in JSON, are read as they are meant; what is
 * learnt of drawn cases is what they were drawn from, and survives its file; metrics are right.
 * Oracle: small texts by hand; a generator with known chances; metrics counted by hand.
 * Tolerance: 0.05 for chances from 2,000 cases; 1e-6 for numbers of a file; 1 % of the cases
 * below what Bayes' rule with the true chances puts first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/diagnose/case_json.h"
#include "core/diagnose/ddxplus.h"
#include "core/diagnose/discover.h"
#include "core/diagnose/evaluate.h"
#include "core/diagnose/learn.h"
#include "core/diagnose/learnt.h"
#include "core/diagnose/literal.h"
#include "core/diagnose/tables_for_test.h"

enum { MEMORY = 64 << 20, CASES = 2000, TEXT = 1 << 20, TOKENS = 1 << 17 };

static char why[160];

typedef struct world {
    void *memory;
    plx_arena arena;
    plx_knowledge k;
    plx_case *cases;
} world;

static world begin(void)
{
    world w = {.memory = malloc(MEMORY)};
    w.arena = plx_arena_init(w.memory, MEMORY);
    tables_for_test(&w.k, &w.arena);
    return w;
}

static void test_tables(void **state)
{
    (void)state;
    world w = begin();
    assert_int_equal(w.k.diagnoses_n, 3);
    assert_int_equal(w.k.findings_n, 5);
    const plx_finding *f = w.k.findings;
    assert_int_equal(f[0].kind, PLX_FINDING_YES_NO);
    assert_int_equal(f[1].kind, PLX_FINDING_MANY_OF);
    assert_int_equal(f[2].kind, PLX_FINDING_NUMBER);
    assert_int_equal(f[3].kind, PLX_FINDING_ONE_OF);
    assert_int_equal(f[1].parent, 0);
    assert_int_equal(f[1].normal, plx_knowledge_item(&w.k, 1, PLX_LIT("V_123")));
    assert_true(w.k.items[f[2].first + 2].value == 2);
    assert_true(f[4].is_antecedent);
    assert_true(plx_slice_is(w.k.items[f[1].first + 1].text, "chest"));
    assert_true(w.k.diagnoses[0].must_not_miss);
    assert_false(w.k.diagnoses[1].must_not_miss);
    assert_true(plx_slice_is(w.k.diagnoses[2].name, "Guillain-Barr\xc3\xa9 syndrome"));
    assert_int_equal(w.k.listed[0 * 3 + 0], 1);
    assert_int_equal(w.k.listed[4 * 3 + 0], 1);
    assert_int_equal(w.k.listed[4 * 3 + 1], 0);
    free(w.memory);
}

static plx_status row(const world *w, const char *const *texts, plx_case *c, plx_case_unknown *u)
{
    static const char *const head[] = {"AGE",       "DIFFERENTIAL_DIAGNOSIS", "SEX", "PATHOLOGY",
                                       "EVIDENCES", "INITIAL_EVIDENCE"};
    plx_slice names[6], fields[6];
    plx_ddxplus_layout layout;
    for (int i = 0; i < 6; i++) {
        names[i] = plx_slice_of(head[i]);
        fields[i] = plx_slice_of(texts[i]);
    }
    assert_int_equal(plx_ddxplus_layout_read(names, 6, &layout), PLX_OK);
    assert_int_equal(plx_ddxplus_layout_read(names, 4, &layout), PLX_MISSING);
    assert_int_equal(plx_ddxplus_layout_read(names, 6, &layout), PLX_OK);
    return plx_ddxplus_row(&w->k, &layout, fields, 6, c, u, why, sizeof why);
}

static void test_rows(void **state)
{
    (void)state;
    world w = begin();
    plx_case c;
    plx_case_unknown u = {0};
    assert_int_equal(plx_case_take(&w.k, &w.arena, &c), PLX_OK);
    const char *good[] = {"61",
                          ("[['Angina', 0.6333333333333333], [\"Guillain-Barr\xc3\xa9 syndrome\", "
                           "3.0e-01], ['Nothing', 0.1]]"),
                          "F",
                          "Angina",
                          "['E_1', 'E_2_@_V_5', 'E_2_@_V_6', 'E_3_@_2', 'E_4_@_V_9', 'E_77']",
                          "E_1"};
    assert_int_equal(row(&w, good, &c, &u), PLX_OK);
    assert_true(c.age == 61 && c.sex == 0 && c.closed_world && c.initial == 0 && c.truth == 0);
    assert_true(fabs((double)c.reference[0] - 0.633333) < 1e-5 && c.reference[1] == 0);
    assert_true(c.reference_told);
    assert_int_equal(u.evidences, 1);
    assert_string_equal(u.first, "E_77");
    assert_int_equal(u.diagnoses, 1);
    assert_int_equal(c.yes[w.k.findings[1].first + 1] + c.yes[w.k.findings[1].first + 2], 2);
    assert_int_equal(c.yes[w.k.findings[2].first + 2], 1);
    assert_int_equal(c.state[4], PLX_NOT_ASKED);
    plx_case_close(&w.k, &c);
    assert_int_equal(c.state[4], PLX_KNOWN);
    assert_false(plx_case_positive(&w.k, &c, 4));
    const char *bad[][6] = {{"old", "[]", "F", "Angina", "[]", ""},
                            {"3", "[]", "F", "Angina", "['E_1'", ""},
                            {"3", "[]", "F", "Angina", "E_1", ""},
                            {"3", "[['Angina']]", "F", "Angina", "[]", ""},
                            {"3", "[['Angina', 0.5]", "F", "Angina", "[]", ""}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(row(&w, bad[i], &c, &u), PLX_SYNTAX);
    const char *empty[] = {"", "", "", "", "[]", ""};
    assert_int_equal(row(&w, empty, &c, &u), PLX_OK);
    assert_true(c.age < 0 && c.sex < 0 && c.truth == PLX_NO_INDEX && !c.reference_told);
    free(w.memory);
}

static plx_status read_json(const world *w, const char *text, plx_case *c, plx_case_unknown *u)
{
    static plx_json_token tokens[512];
    plx_json json = {.tokens = tokens, .capacity = 512};
    assert_int_equal(plx_json_parse(plx_slice_of(text), &json, NULL), PLX_OK);
    return plx_case_json_read(&w->k, &json, c, u, why, sizeof why);
}

static void test_json_cases(void **state)
{
    (void)state;
    world w = begin();
    plx_case c;
    plx_case_unknown u = {0};
    plx_finding_rule rule = {4, PLX_LIT("sbp"), PLX_LIT("mm[Hg]"), "<", 100};
    w.k.rules = &rule;
    w.k.rules_n = 1;
    assert_int_equal(plx_case_take(&w.k, &w.arena, &c), PLX_OK);
    assert_int_equal(
        read_json(
            &w,
            "{\"age\":58,\"sex\":\"M\",\"presentation\":[\"x\",\"any\"],\"initial\":[\"E_1\"],"
            "\"findings\":{\"E_1\":true,\"E_2\":[\"V_5\"],\"E_3\":{\"v\":2,\"reliability\":"
            "0.75},\"E_4\":null,\"nobody\":true,\"sbp\":{\"v\":92,\"u\":\"mmHg\"}},"
            "\"diagnosis\":\"Guillain-Barr\\u00e9 syndrome\","
            "\"differential\":[[\"Angina\",0.5]]}",
            &c, &u),
        PLX_OK);
    assert_true(c.age == 58 && c.sex == 1 && c.presentation == 0 && c.initial == 0 && c.truth == 2);
    assert_false(c.closed_world);
    assert_int_equal(c.state[3], PLX_NOT_KNOWN);
    assert_int_equal(c.doubt[2], 50);
    assert_true(plx_case_positive(&w.k, &c, 4));
    assert_int_equal(u.evidences, 1);
    assert_string_equal(u.first, "nobody");
    assert_int_equal(read_json(&w, "{\"findings\":{\"sbp\":13.3}}", &c, &u), PLX_OK);
    assert_true(plx_case_positive(&w.k, &c, 4));
    assert_int_equal(read_json(&w, "{\"findings\":{\"sbp\":{\"v\":100,\"u\":\"mm[Hg]\"}}}", &c, &u),
                     PLX_OK);
    assert_false(plx_case_positive(&w.k, &c, 4));
    assert_int_equal(c.state[4], PLX_KNOWN);
    static const char *const bad[] = {"[]",
                                      "{\"age\":\"old\"}",
                                      "{\"findings\":[]}",
                                      "{\"findings\":{\"E_1\":3}}",
                                      "{\"findings\":{\"E_3\":true}}",
                                      "{\"findings\":{\"E_1\":{\"u\":\"s\"}}}",
                                      "{\"findings\":{\"E_1\":{\"v\":true,\"reliability\":0.4}}}",
                                      "{\"findings\":{\"sbp\":{\"v\":92,\"u\":\"kg\"}}}",
                                      "{\"findings\":{\"sbp\":\"low\"}}",
                                      "{\"differential\":[[\"Angina\"]]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = 0;
        assert_int_equal(read_json(&w, bad[i], &c, &u), PLX_SYNTAX);
        assert_true(strlen(why) > 10);
    }
    free(w.memory);
}

static const double pain[] = {0.9, 0.5, 0.1}, smokes[] = {0.6, 0.05, 0.05};

/* Cases drawn from known chances of E_1 and E_5 and places of pain; references follow a rule. */
static void draw(world *w)
{
    plx_rng rng = plx_rng_init(3, 3);
    w->cases = plx_arena_take(&w->arena, CASES, sizeof *w->cases);
    assert_non_null(w->cases);
    for (uint32_t i = 0; i < CASES; i++) {
        plx_case *c = &w->cases[i];
        assert_int_equal(plx_case_take(&w->k, &w->arena, c), PLX_OK);
        const uint32_t d = i % 3;
        c->closed_world = c->reference_told = true;
        c->truth = d;
        c->age = 20 + 20 * d + (double)plx_rng_below(&rng, 40);
        c->sex = (int)plx_rng_below(&rng, 2);
        if (plx_rng_unit(&rng) < pain[d]) {
            plx_case_answer_yes(&w->k, c, 0, 0);
            plx_case_answer_yes(&w->k, c, 1, w->k.findings[1].first + 1 + (d == 1));
            plx_case_answer_yes(&w->k, c, 2, w->k.findings[2].first + d);
        }
        if (plx_rng_unit(&rng) < smokes[d]) plx_case_answer_yes(&w->k, c, 4, 0);
        c->reference[d] = 0.7f;
        if (plx_case_positive(&w->k, c, 0) && c->age > 50) c->reference[0] = 0.3f;
        plx_case_close(&w->k, c);
    }
}

/* How many of the drawn cases the rule of Bayes with the true chances puts first. */
static uint32_t best_possible(const world *w)
{
    uint32_t right = 0;
    for (uint32_t i = 0; i < CASES; i++) {
        const plx_case *c = &w->cases[i];
        uint32_t first = 0;
        double best = -1;
        for (uint32_t d = 0; d < 3; d++) {
            double p = c->age >= 20 + 20 * d && c->age < 60 + 20 * d;
            p *= plx_case_positive(&w->k, c, 4) ? smokes[d] : 1 - smokes[d];
            p *= plx_case_positive(&w->k, c, 0) ? pain[d] * c->yes[w->k.findings[2].first + d]
                                                : 1 - pain[d];
            if (p > best) best = p, first = d;
        }
        right += first == c->truth;
    }
    return right;
}

static double chance(const world *w, uint32_t item, uint32_t d)
{
    return w->k.p1[(size_t)item * w->k.diagnoses_n + d];
}

static void test_learn(void **state)
{
    (void)state;
    world w = begin();
    draw(&w);
    const size_t used = w.arena.used;
    assert_int_equal(plx_learn(&w.k, w.cases, 0, &w.arena, why, sizeof why), PLX_MISSING);
    assert_int_equal(plx_learn(&w.k, w.cases, CASES, &w.arena, why, sizeof why), PLX_OK);
    assert_true(w.arena.used == used);
    assert_true(fabs(chance(&w, 0, 0) - 0.9) < 0.05 && fabs(chance(&w, 0, 2) - 0.1) < 0.05);
    const uint32_t history = w.k.findings[4].first;
    assert_true(fabs(chance(&w, history, 0) - 0.6) < 0.05);
    /* places are counted among those with pain only */
    assert_true(chance(&w, w.k.findings[1].first + 1, 0) > 0.9);
    assert_true(chance(&w, w.k.findings[1].first + 2, 1) > 0.9);
    assert_true(w.k.calibrated && w.k.temperature > 0.5 && w.k.temperature < 3);
    plx_lister l;
    plx_evaluator e;
    plx_evaluation sum = {.questions_n = 3};
    assert_int_equal(plx_lister_take(&w.k, &w.arena, &l), PLX_OK);
    assert_int_equal(plx_lister_learn(&w.k, w.cases, CASES, &w.arena, &l), PLX_OK);
    assert_int_equal(plx_evaluator_take(&w.k, &w.arena, &e), PLX_OK);
    for (uint32_t i = 0; i < CASES; i++)
        assert_int_equal(plx_evaluate(&w.k, &l, &w.cases[i], i, NULL, &e, &sum), PLX_OK);
    print_message("# top-1 %.3f, F1 %.3f, ECE %.3f, after 3 questions %.3f\n",
                  (double)sum.full.first / CASES, sum.full.f1 / CASES,
                  plx_diagnose_tally_ece(&sum.full), (double)sum.after[3].first / CASES);
    print_message("# best possible %u, reached %u\n", best_possible(&w), (uint32_t)sum.full.first);
    assert_true(sum.full.first + CASES / 100 >= best_possible(&w));
    assert_true(sum.full.f1 / CASES > 0.9);
    assert_true(plx_diagnose_tally_ece(&sum.full) < 0.03);
    assert_true(sum.after[3].first >= sum.after[0].first && sum.after[3].n == CASES);
    free(w.memory);
}

static void test_file(void **state)
{
    (void)state;
    world w = begin(), again = {.memory = malloc(MEMORY)};
    char *text = malloc(TEXT), *text_again = malloc(TEXT);
    plx_json json = {.tokens = malloc(TOKENS * sizeof *json.tokens), .capacity = TOKENS};
    plx_lister l, l_again;
    plx_out out = plx_out_init(text, TEXT), out_again = plx_out_init(text_again, TEXT);
    again.arena = plx_arena_init(again.memory, MEMORY);
    draw(&w);
    assert_int_equal(plx_learn(&w.k, w.cases, CASES, &w.arena, why, sizeof why), PLX_OK);
    assert_int_equal(plx_lister_take(&w.k, &w.arena, &l), PLX_OK);
    assert_int_equal(plx_lister_learn(&w.k, w.cases, CASES, &w.arena, &l), PLX_OK);
    plx_learnt_write(&w.k, &l, CASES, PLX_LIT("a \"test\""), &out);
    assert_false(out.full);
    assert_int_equal(plx_json_parse(plx_out_slice(&out), &json, NULL), PLX_OK);
    again.arena.capacity = plx_learnt_read_bytes(&json);
    assert_int_equal(plx_learnt_read(&json, &again.arena, &again.k, &l_again, why, sizeof why),
                     PLX_OK);
    for (size_t i = 0; i < (size_t)w.k.items_n * w.k.diagnoses_n; i++)
        assert_true(fabs(w.k.p1[i] - again.k.p1[i]) < 1e-6);
    for (uint32_t f = 0; f < w.k.findings_n; f++)
        assert_true(w.k.findings[f].parent == again.k.findings[f].parent &&
                    w.k.findings[f].normal == again.k.findings[f].normal &&
                    w.k.findings[f].kind == again.k.findings[f].kind);
    plx_learnt_write(&again.k, &l_again, CASES, PLX_LIT("a \"test\""), &out_again);
    assert_true(plx_slice_equal(plx_out_slice(&out), plx_out_slice(&out_again)));
    /* a file that lies is refused, not believed */
    static const char *const bad[] = {
        "{}", "{\"pollux_knowledge\":2}", "{\"pollux_knowledge\":1}",
        "{\"pollux_knowledge\":1,\"ages\":[0],\"diagnoses\":[{\"id\":\"a\",\"prior_f\":[0.5],"
        "\"prior_m\":[0.5]}],\"findings\":[{\"id\":\"f\",\"kind\":\"yes_no\",\"items\":"
        "[{\"base\":0.5,\"p\":[]}]}]}",
        "{\"pollux_knowledge\":1,\"ages\":[0],\"diagnoses\":[{\"id\":\"a\",\"prior_f\":[0.5],"
        "\"prior_m\":[0.5]}],\"findings\":[{\"id\":\"f\",\"kind\":\"yes_no\",\"items\":"
        "[{\"base\":0.5,\"p\":[1]}]}]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plx_arena_reset(&again.arena);
        assert_int_equal(plx_json_parse(plx_slice_of(bad[i]), &json, NULL), PLX_OK);
        assert_true(plx_learnt_read(&json, &again.arena, &again.k, &l_again, why, sizeof why) !=
                    PLX_OK);
        assert_true(strlen(why) > 10);
    }
    free(json.tokens);
    free(text);
    free(text_again);
    free(w.memory);
    free(again.memory);
}

static void test_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {"0.09872966099247019",
                                        "3.0e-01",
                                        "2.7182818284590455e-07",
                                        "0",
                                        "-12",
                                        "123456789012345678901",
                                        "1e3",
                                        ".5",
                                        "0.00000000000000012"};
    static const char *const bad[] = {"", ".", "-", "1e", "1e999", "1.2.3", "e5", "1x"};
    double value;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const double want = strtod(texts[i], NULL);
        assert_true(plx_literal_number(plx_slice_of(texts[i]), &value));
        assert_true(fabs(value - want) <= 1e-14 * fabs(want));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(plx_literal_number(plx_slice_of(bad[i]), &value));
}

static void test_discover(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{\"diagnosis\":\"A\",\"findings\":{\"x\":true,\"n\":7,\"m\":[\"p\",\"q\"],\"o\":\"red\"}}",
        "{\"diagnosis\":\"B\",\"findings\":{\"x\":false,\"n\":{\"v\":3},\"m\":[\"q\"],\"z\":null}}",
        "{\"findings\":[]}", "[]", "{\"diagnosis\":\"A\",\"findings\":{\"o\":\"blue\",\"m\":[1]}}"};
    static plx_json_token tokens[256];
    world w = {.memory = malloc(MEMORY)};
    plx_discovery d;
    w.arena = plx_arena_init(w.memory, MEMORY);
    assert_int_equal(plx_discovery_take(&d, &w.arena), PLX_OK);
    assert_int_equal(plx_discovery_make(&d, &w.arena, &w.k, why, sizeof why), PLX_MISSING);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        plx_json json = {.tokens = tokens, .capacity = 256};
        assert_int_equal(plx_json_parse(plx_slice_of(lines[i]), &json, NULL), PLX_OK);
        assert_int_equal(plx_discovery_add(&d, &json), PLX_OK);
    }
    assert_int_equal(plx_discovery_make(&d, &w.arena, &w.k, why, sizeof why), PLX_OK);
    assert_int_equal(w.k.diagnoses_n, 2);
    assert_int_equal(w.k.findings_n, 5);
    static const plx_finding_kind kinds[] = {PLX_FINDING_YES_NO, PLX_FINDING_NUMBER,
                                             PLX_FINDING_MANY_OF, PLX_FINDING_ONE_OF,
                                             PLX_FINDING_YES_NO};
    static const uint32_t items[] = {1, 2, 3, 2, 1};
    for (uint32_t f = 0; f < 5; f++) {
        assert_int_equal(w.k.findings[f].kind, kinds[f]);
        assert_int_equal(w.k.findings[f].items_n, items[f]);
    }
    assert_true(w.k.items[w.k.findings[1].first].value == 3); /* by rising value */
    assert_int_equal(plx_knowledge_number_item(&w.k, 1, 8), w.k.findings[1].first + 1);
    assert_int_equal(plx_knowledge_number_item(&w.k, 1, 1), w.k.findings[1].first);
    free(w.memory);
}

static void test_tally(void **state)
{
    (void)state;
    world w = begin();
    plx_case c;
    plx_diagnose_tally t = {0}, sum = {0};
    assert_int_equal(plx_case_take(&w.k, &w.arena, &c), PLX_OK);
    c.truth = 1;
    c.reference_told = true;
    c.reference[0] = 0.5f;
    c.reference[1] = 0.49f;
    c.reference[2] = 0.01f; /* not above the limit */
    const double p[] = {0.65, 0.3, 0.05};
    const uint32_t order[] = {0, 1, 2};
    const bool listed[] = {true, false, true};
    plx_diagnose_tally_add(&t, &w.k, &c, p, order, listed);
    assert_true(t.n == 1 && t.first == 0 && t.in_3 == 1 && t.reciprocal == 0.5);
    assert_true(fabs(t.brier - (0.65 * 0.65 + 0.7 * 0.7 + 0.05 * 0.05)) < 1e-12);
    assert_true(fabs(t.f1 - 2.0 * 1 / 4) < 1e-12 && t.recall == 0.5 && t.precision == 0.5);
    assert_true(fabs(plx_diagnose_tally_ece(&t) - 0.65) < 1e-12);
    plx_diagnose_tally_merge(&sum, &t);
    plx_diagnose_tally_merge(&sum, &t);
    assert_true(sum.n == 2 && fabs(sum.f1 - 1) < 1e-12 && sum.grave_n == 0);
    assert_true(fabs(plx_diagnose_tally_ece(&sum) - 0.65) < 1e-12);
    free(w.memory);
}

static void test_spoil(void **state)
{
    (void)state;
    world w = begin();
    draw(&w);
    uint32_t lost = 0, wrong = 0, left = 0;
    plx_case c;
    assert_int_equal(plx_case_take(&w.k, &w.arena, &c), PLX_OK);
    const plx_spoil how = {.drop = 0.2, .flip = 0.05, .seed = 9};
    for (uint32_t i = 0; i < CASES; i++) {
        plx_case_copy(&w.k, &c, &w.cases[i]);
        plx_spoil_case(&w.k, &how, i, &c);
        for (uint32_t f = 0; f < w.k.findings_n; f++) {
            lost += c.state[f] == PLX_NOT_ASKED;
            left += c.state[f] == PLX_KNOWN;
            if (w.k.findings[f].kind == PLX_FINDING_YES_NO && c.state[f] == PLX_KNOWN)
                wrong += c.yes[w.k.findings[f].first] != w.cases[i].yes[w.k.findings[f].first];
        }
    }
    assert_true(fabs(lost / (5.0 * CASES) - 0.2) < 0.015);
    assert_true(fabs(wrong / (2.0 * 0.8 * CASES) - 0.05) < 0.015);
    assert_int_equal(lost + left, 5 * CASES);
    free(w.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),     cmocka_unit_test(test_rows),
        cmocka_unit_test(test_json_cases), cmocka_unit_test(test_learn),
        cmocka_unit_test(test_file),       cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_discover),   cmocka_unit_test(test_tally),
        cmocka_unit_test(test_spoil),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
