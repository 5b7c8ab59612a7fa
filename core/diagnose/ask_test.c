/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the gain of a question is what it says; the best comes first; children wait.
 * Oracle: for yes_no, one_of and number the sum over answers of the uncertainty after inference
 * from the start; for many_of the sum over all sixteen answers. Tolerance: 1e-9; for many_of, which
 * is drawn 32 times, 0.1 nats on the mean of the absolute difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "core/diagnose/ask.h"
#include "core/diagnose/knowledge_for_test.h"

enum { MEMORY = 16 << 20, FINDINGS = 30 };

typedef struct world {
    void *memory;
    plx_arena arena;
    plx_knowledge k;
    plx_case c;
    plx_belief b, work;
    plx_ask_rule rule;
} world;

static world begin(uint64_t seed, double known)
{
    char why[100];
    world w = {.memory = malloc(MEMORY), .rule = {.grave_weight = 0.3, .least_gain = -100}};
    w.arena = plx_arena_init(w.memory, MEMORY);
    knowledge_for_test(&w.k, 6, FINDINGS, seed, &w.arena);
    assert_int_equal(plx_case_take(&w.k, &w.arena, &w.c), PLX_OK);
    assert_int_equal(plx_belief_take(&w.k, &w.arena, &w.b), PLX_OK);
    assert_int_equal(plx_belief_take(&w.k, &w.arena, &w.work), PLX_OK);
    for (uint32_t f = 0; f < FINDINGS; f++)
        w.k.findings[f].reliability = 1;
    case_for_test(&w.k, &w.c, known, seed);
    for (uint32_t f = 0; f < FINDINGS; f++) /* as people ask: no child before its parent */
        if (w.k.findings[f].parent != PLX_NO_INDEX &&
            w.c.state[w.k.findings[f].parent] == PLX_NOT_ASKED)
            plx_case_forget(&w.k, &w.c, f);
    assert_int_equal(plx_infer(&w.k, &w.c, &w.b, why, sizeof why), PLX_OK);
    return w;
}

static double uncertainty(const world *w, const double *p)
{
    double u = 0;
    for (uint32_t d = 0; d < w->k.diagnoses_n; d++) {
        u -= p[d] * log(p[d]);
        if (w->k.diagnoses[d].must_not_miss)
            u += w->rule.grave_weight * w->k.diagnoses[d].miss_cost * p[d] * (1 - p[d]);
    }
    return u;
}

static double uncertainty_now(world *w)
{
    char why[100];
    assert_int_equal(plx_infer(&w->k, &w->c, &w->work, why, sizeof why), PLX_OK);
    return uncertainty(w, w->work.p);
}

/* Chance of an answer: bit i of yes is item i; of one_of and number one bit is set. */
static double chance(const world *w, const plx_finding *f, uint32_t yes)
{
    const bool one = f->kind == PLX_FINDING_ONE_OF || f->kind == PLX_FINDING_NUMBER;
    double p = 0;
    for (uint32_t d = 0; d < w->k.diagnoses_n; d++) {
        double of = 1;
        for (uint32_t i = 0; i < f->items_n; i++) {
            const double p1 = w->k.p1[(size_t)(f->first + i) * w->k.diagnoses_n + d];
            if (yes >> i & 1)
                of *= p1;
            else if (!one)
                of *= 1 - p1;
        }
        p += w->b.p[d] * of;
    }
    return p;
}

static double slow_gain(world *w, uint32_t finding)
{
    const plx_finding *f = &w->k.findings[finding];
    const bool one = f->kind == PLX_FINDING_ONE_OF || f->kind == PLX_FINDING_NUMBER;
    double expected = 0, all = 0;
    for (uint32_t yes = 0; yes < 1u << f->items_n; yes++) {
        if (one && (yes == 0 || (yes & (yes - 1)))) continue;
        plx_case_answer_no(&w->k, &w->c, finding);
        for (uint32_t i = 0; i < f->items_n; i++)
            w->c.yes[f->first + i] = yes >> i & 1;
        const double p = chance(w, f, yes);
        all += p;
        expected += p * uncertainty_now(w);
        plx_case_forget(&w->k, &w->c, finding);
    }
    return uncertainty(w, w->b.p) - expected / all;
}

static void test_gain(void **state)
{
    (void)state;
    double off = 0, drawn = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        world w = begin(seed, seed % 2 ? 0.4 : 0.1);
        plx_question q[FINDINGS];
        const uint32_t n = plx_ask(&w.k, &w.c, &w.b, &w.rule, q, FINDINGS);
        assert_true(n > 4);
        for (uint32_t i = 0; i < n; i++) {
            const plx_finding *f = &w.k.findings[q[i].finding];
            const double slow = slow_gain(&w, q[i].finding);
            if (i > 0) assert_true(q[i - 1].value >= q[i].value);
            assert_int_equal(w.c.state[q[i].finding], PLX_NOT_ASKED);
            assert_true(fabs(q[i].value - q[i].gain / sqrt(plx_ask_cost(f))) < 1e-12);
            if (f->kind == PLX_FINDING_MANY_OF)
                off += fabs(slow - q[i].gain), drawn++;
            else
                assert_true(fabs(slow - q[i].gain) < 1e-9);
        }
        free(w.memory);
    }
    print_message("# many_of: mean error %.3f nats of %.0f\n", off / drawn, drawn);
    assert_true(off / drawn < 0.1);
}

static void test_children_wait(void **state)
{
    (void)state;
    world w = begin(1, 0);
    plx_question q[FINDINGS];
    char why[100];
    uint32_t n = plx_ask(&w.k, &w.c, &w.b, &w.rule, q, FINDINGS);
    assert_int_equal(n, FINDINGS - 4); /* four are children */
    for (uint32_t i = 0; i < n; i++)
        assert_true(w.k.findings[q[i].finding].parent == PLX_NO_INDEX);
    plx_case_answer_yes(&w.k, &w.c, 0, 0); /* parent of 6 */
    assert_int_equal(plx_infer(&w.k, &w.c, &w.b, why, sizeof why), PLX_OK);
    n = plx_ask(&w.k, &w.c, &w.b, &w.rule, q, FINDINGS);
    bool asks = false;
    for (uint32_t i = 0; i < n; i++)
        asks = asks || q[i].finding == 6;
    assert_true(asks);
    plx_case_answer_no(&w.k, &w.c, 0);
    n = plx_ask(&w.k, &w.c, &w.b, &w.rule, q, 3);
    assert_int_equal(n, 3);
    for (uint32_t i = 0; i < n; i++)
        assert_true(q[i].finding != 6);
    w.rule.least_gain = 100; /* nothing tells that much */
    assert_int_equal(plx_ask(&w.k, &w.c, &w.b, &w.rule, q, 3), 0);
    free(w.memory);
}

static void test_enough(void **state)
{
    (void)state;
    world w = begin(2, 0); /* 0 and 4 must not be missed */
    const double sure[6] = {0.004, 0.95, 0.02, 0.02, 0.005, 0.001};
    const double grave[6] = {0.011, 0.95, 0.02, 0.01, 0.005, 0.004};
    const double found[6] = {0.95, 0.02, 0.02, 0.004, 0.005, 0.001};
    const double open[6] = {0.004, 0.89, 0.05, 0.05, 0.005, 0.001};
    const double *const p[] = {sure, grave, found, open};
    const bool enough[] = {true, false, true, false};
    for (int i = 0; i < 4; i++) {
        memcpy(w.b.p, p[i], sizeof sure);
        assert_int_equal(plx_ask_enough(&w.k, &w.b), enough[i]);
    }
    free(w.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gain),
        cmocka_unit_test(test_children_wait),
        cmocka_unit_test(test_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
