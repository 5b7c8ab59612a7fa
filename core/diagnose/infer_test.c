/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: probabilities, shares and counterfactuals are what their equations say.
 * Oracle: direct sums in long double with the C library's exp and log, on random knowledge; exact
 * properties (unknown = not asked, twice = once, order, monotone in a likelihood ratio, sums).
 * Tolerance: 1e-12 for probabilities, 1e-9 for the sum of shares (the bar of the house). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/diagnose/explain.h"
#include "core/diagnose/knowledge_for_test.h"

enum { MEMORY = 16 << 20, WORLDS = 40 };

typedef struct world {
    void *memory;
    plx_arena arena;
    plx_knowledge k;
    plx_case c, other;
    plx_belief b, work;
    double *share;
} world;

static world begin(uint32_t diagnoses, uint32_t findings, uint64_t seed)
{
    world w = {.memory = malloc(MEMORY)};
    w.arena = plx_arena_init(w.memory, MEMORY);
    knowledge_for_test(&w.k, diagnoses, findings, seed, &w.arena);
    assert_int_equal(plx_case_take(&w.k, &w.arena, &w.c), PLX_OK);
    assert_int_equal(plx_case_take(&w.k, &w.arena, &w.other), PLX_OK);
    assert_int_equal(plx_belief_take(&w.k, &w.arena, &w.b), PLX_OK);
    assert_int_equal(plx_belief_take(&w.k, &w.arena, &w.work), PLX_OK);
    w.share = plx_arena_take(&w.arena, findings, sizeof *w.share);
    w.k.temperature = 0.7 + 0.1 * (double)(seed % 10);
    return w;
}

static void infer(world *w)
{
    char why[100];
    assert_int_equal(plx_infer(&w->k, &w->c, &w->b, why, sizeof why), PLX_OK);
}

static long double limited(long double x, long double limit)
{
    return x > limit ? limit : x < -limit ? -limit : x;
}

/* One weight from its definition. */
static long double slow_weight(const plx_knowledge *k, const plx_case *c, uint32_t f, uint32_t item,
                               uint32_t d)
{
    const size_t cell = (size_t)item * k->diagnoses_n + d;
    const long double r = 1 - c->doubt[f] / 200.0L;
    long double p1 = k->p1[cell], p0 = k->p0[cell];
    if (!k->source[cell]) return 0;
    if (!c->yes[item]) p1 = 1 - p1, p0 = 1 - p0;
    p1 = r * p1 + (1 - r) * (1 - p1);
    p0 = r * p0 + (1 - r) * (1 - p0);
    return limited(logl(p1 / p0), logl(k->findings[f].decisive ? 150 : 20));
}

/* W_g of one diagnosis from all its findings. */
static long double slow_group(const plx_knowledge *k, const plx_case *c, uint32_t g, uint32_t d)
{
    long double top = 0, sum = 0;
    bool decisive = false;
    for (uint32_t i = 0; i < k->findings_n; i++) {
        const plx_finding *f = &k->findings[i];
        if (f->group != g || !plx_case_counts(k, c, i)) continue;
        decisive = decisive || f->decisive;
        for (uint32_t item = f->first; item < f->first + f->items_n; item++) {
            const bool one = f->kind == PLX_FINDING_ONE_OF || f->kind == PLX_FINDING_NUMBER;
            if (one && !c->yes[item]) continue;
            const long double x = slow_weight(k, c, i, item, d);
            sum += x;
            if (fabsl(x) > fabsl(top)) top = x;
        }
    }
    return limited(top + k->rho * (sum - top), logl(decisive ? 150 : 30));
}

static void slow_infer(const plx_knowledge *k, const plx_case *c, long double *p)
{
    long double all = 0, listed = 0;
    for (uint32_t d = 0; d < k->diagnoses_n; d++) {
        long double prior = 0;
        for (uint32_t i = 0; i < k->priors_n; i++)
            if (k->priors[i].diagnosis == d) prior = k->priors[i].p[c->sex][c->age >= 50];
        if (k->diagnoses[d].other) prior = 1 - listed;
        listed += prior;
        long double x = logl(prior);
        for (uint32_t g = 0; g < k->groups_n; g++)
            x += slow_group(k, c, g, d) / k->temperature;
        all += p[d] = expl(x);
    }
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        p[d] /= all;
}

static void test_direct_sums(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < WORLDS; seed++) {
        world w = begin(2 + (uint32_t)seed % 12, 1 + (uint32_t)seed * 2 % 50, seed);
        long double p[PLX_DIAGNOSES_MAX];
        double sum = 0;
        case_for_test(&w.k, &w.c, 0.6, seed);
        infer(&w);
        slow_infer(&w.k, &w.c, p);
        for (uint32_t d = 0; d < w.k.diagnoses_n; d++) {
            sum += w.b.p[d];
            assert_true(fabsl(w.b.p[d] - p[d]) < 1e-12L);
        }
        assert_true(fabs(sum - 1) < 1e-12);
        free(w.memory);
    }
}

static void test_shares_add_up(void **state)
{
    (void)state;
    double worst = 0;
    for (uint64_t seed = 0; seed < WORLDS; seed++) {
        world w = begin(2 + (uint32_t)seed % 12, 60, seed);
        case_for_test(&w.k, &w.c, seed % 2 ? 0.9 : 0.2, seed);
        infer(&w);
        for (uint32_t d = 0; d < w.k.diagnoses_n; d++) {
            plx_explanation e = {.share = w.share};
            plx_explain(&w.k, &w.c, &w.b, d, &e);
            double sum = e.logit_prior;
            for (uint32_t f = 0; f < w.k.findings_n; f++) {
                sum += w.share[f];
                if (w.c.state[f] != PLX_KNOWN) assert_true(w.share[f] == 0);
            }
            const double p = w.b.p[d];
            if (p > 1e-6 && p < 1 - 1e-6) assert_true(fabs(e.logit - log(p / (1 - p))) < 1e-9);
            if (fabs(sum - e.logit) > worst) worst = fabs(sum - e.logit);
        }
        free(w.memory);
    }
    print_message("# worst sum of shares: off by %.2g\n", worst);
    assert_true(worst < 1e-9);
}

static void test_sharp_path(void **state)
{
    (void)state; /* temperatures that make the path turn at once, where few points are too few */
    world w = begin(9, 60, 5);
    case_for_test(&w.k, &w.c, 1, 5);
    w.k.temperature = 0.02;
    infer(&w);
    for (uint32_t d = 0; d < w.k.diagnoses_n; d++) {
        plx_explanation e = {.share = w.share};
        plx_explain(&w.k, &w.c, &w.b, d, &e);
        assert_true(e.residue < 1e-9);
    }
    free(w.memory);
}

static void expect_same(const world *w, const double *p)
{
    for (uint32_t d = 0; d < w->k.diagnoses_n; d++)
        assert_true(w->b.p[d] == p[d]);
}

static void test_invariants(void **state)
{
    (void)state;
    world w = begin(8, 40, 3);
    double p[PLX_DIAGNOSES_MAX];
    case_for_test(&w.k, &w.c, 0.5, 3);
    infer(&w);
    memcpy(p, w.b.p, sizeof(double) * w.k.diagnoses_n);
    for (uint32_t f = 0; f < w.k.findings_n; f++) /* not known is not asked */
        if (w.c.state[f] == PLX_NOT_ASKED) plx_case_answer_unknown(&w.k, &w.c, f);
    infer(&w);
    expect_same(&w, p);
    for (uint32_t f = w.k.findings_n; f-- > 0;) { /* said twice, in another order */
        if (w.c.state[f] != PLX_KNOWN) continue;
        plx_case_copy(&w.k, &w.other, &w.c);
        plx_case_answer_from(&w.k, &w.c, &w.other, f);
        plx_case_answer_from(&w.k, &w.c, &w.other, f);
    }
    infer(&w);
    expect_same(&w, p);
    plx_case_forget(&w.k, &w.c, 1);
    infer(&w);
    memcpy(p, w.b.p, sizeof(double) * w.k.diagnoses_n);
    plx_case_answer_yes(&w.k, &w.c, 1, 0); /* taken away again: as if it had never been */
    infer(&w);
    plx_case_forget(&w.k, &w.c, 1);
    infer(&w);
    expect_same(&w, p);
    plx_case_answer_yes(&w.k, &w.c, 1, 0); /* the answer of a coin says nothing */
    w.c.doubt[1] = PLX_DOUBT_MAX;
    infer(&w);
    for (uint32_t d = 0; d < w.k.diagnoses_n; d++)
        assert_true(fabs(w.b.p[d] - p[d]) < 1e-12);
    free(w.memory);
}

static void test_monotone(void **state)
{
    (void)state;
    char why[100];
    world w = begin(5, 12, 1);
    plx_case_clear(&w.k, &w.c);
    w.c.age = 40;
    w.c.sex = 1;
    plx_case_answer_yes(&w.k, &w.c, 1, 0);
    double before = 0;
    const size_t cell = (size_t)w.k.findings[1].first * w.k.diagnoses_n;
    w.k.source[cell] = 1;
    w.k.p0[cell] = 0.2;
    for (double p1 = 0.02; p1 < 0.98; p1 += 0.06) {
        w.k.p1[cell] = p1;
        assert_int_equal(plx_knowledge_compile(&w.k, why, sizeof why), PLX_OK);
        infer(&w);
        assert_true(w.b.p[0] > before);
        before = w.b.p[0];
    }
    free(w.memory);
}

static void test_no_answer(void **state)
{
    (void)state;
    char why[100];
    world w = begin(5, 12, 1);
    case_for_test(&w.k, &w.c, 0.5, 1);
    w.c.age = 121;
    assert_int_equal(plx_infer(&w.k, &w.c, &w.b, why, sizeof why), PLX_NO_ANSWER);
    assert_non_null(strstr(why, "age"));
    w.c.age = 120;
    assert_int_equal(plx_infer(&w.k, &w.c, &w.b, why, sizeof why), PLX_OK);
    w.c.presentation = 1;
    assert_int_equal(plx_infer(&w.k, &w.c, &w.b, why, sizeof why), PLX_NO_ANSWER);
    assert_non_null(strstr(why, "presentation"));
    free(w.memory);
}

/* P(d) of a case with one finding changed, by inference from the start. */
static double p_changed(world *w, uint32_t f, bool turn, uint32_t d)
{
    char why[100];
    plx_case_copy(&w->k, &w->other, &w->c);
    if (turn)
        w->other.yes[w->k.findings[f].first] = !w->other.yes[w->k.findings[f].first];
    else
        plx_case_forget(&w->k, &w->other, f);
    assert_int_equal(plx_infer(&w->k, &w->other, &w->work, why, sizeof why), PLX_OK);
    return w->work.p[d];
}

static void test_counterfactuals(void **state)
{
    (void)state;
    uint32_t turned = 0;
    for (uint64_t seed = 0; seed < 12; seed++) {
        world w = begin(7, 30, seed);
        plx_counterfactual out[30];
        case_for_test(&w.k, &w.c, 0.3, seed);
        infer(&w);
        uint32_t order[PLX_DIAGNOSES_MAX];
        plx_rank(w.b.p, w.k.diagnoses_n, order);
        const uint32_t n = plx_counterfactuals(&w.k, &w.c, order[0], &w.work, out, 30);
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t f = out[i].finding;
            const bool yes_no = w.k.findings[f].kind == PLX_FINDING_YES_NO;
            assert_true(out[i].without == p_changed(&w, f, false, order[0]));
            assert_true(out[i].turned == (yes_no ? p_changed(&w, f, true, order[0]) : -1));
        }
        plx_explanation e = {.share = w.share};
        plx_explain(&w.k, &w.c, &w.b, order[0], &e);
        const plx_turn turn = plx_turn_find(&w.k, &w.c, w.share, order[0], &w.work);
        turned += turn.n > 0;
        if (turn.n == 1) {
            const bool yes_no = w.k.findings[turn.finding[0]].kind == PLX_FINDING_YES_NO;
            assert_true(p_changed(&w, turn.finding[0], yes_no, turn.first) == turn.p);
            assert_true(w.work.p[order[0]] < turn.p);
        }
        infer(&w); /* the case is as it was */
        for (uint32_t d = 1; d < w.k.diagnoses_n; d++)
            assert_true(w.b.p[order[d - 1]] >= w.b.p[order[d]]);
        free(w.memory);
    }
    assert_true(turned > 6);
}

static void test_refused(void **state)
{
    (void)state;
    char why[100];
    world w = begin(4, 20, 2);
    const plx_finding f = w.k.findings[0];
    w.k.findings[0].parent = 0;
    assert_int_equal(plx_knowledge_compile(&w.k, why, sizeof why), PLX_CONFLICT);
    w.k.findings[0] = f;
    w.k.findings[0].reliability = 0.4;
    assert_int_equal(plx_knowledge_compile(&w.k, why, sizeof why), PLX_RANGE);
    w.k.findings[0] = f;
    w.k.items[0].base = 0;
    assert_int_equal(plx_knowledge_compile(&w.k, why, sizeof why), PLX_RANGE);
    w.k.items[0].base = 0.5;
    w.k.priors[0].p[1][1] = 1;
    assert_int_equal(plx_knowledge_compile(&w.k, why, sizeof why), PLX_RANGE);
    w.k.priors[0].p[1][1] = 0.1;
    assert_int_equal(plx_knowledge_compile(&w.k, why, sizeof why), PLX_OK);
    plx_arena none = plx_arena_init(w.memory, 64);
    plx_knowledge large = {.diagnoses_n = PLX_DIAGNOSES_MAX + 1, .findings_n = 1, .items_n = 1};
    assert_int_equal(plx_knowledge_take(&large, &none), PLX_LIMIT);
    large.diagnoses_n = 9;
    assert_int_equal(plx_knowledge_take(&large, &none), PLX_FULL);
    free(w.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_direct_sums),     cmocka_unit_test(test_shares_add_up),
        cmocka_unit_test(test_sharp_path),      cmocka_unit_test(test_invariants),
        cmocka_unit_test(test_monotone),        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_counterfactuals), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
