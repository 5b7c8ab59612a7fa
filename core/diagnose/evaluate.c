/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/evaluate.h"

#include "core/base/rng.h"
#include "core/diagnose/explain.h"

#define LISTED_LEAST 0.01 /* P of a listed diagnosis where no lister was learnt */

size_t plx_evaluator_bytes(const plx_knowledge *k)
{
    return plx_belief_bytes(k) + 2 * plx_case_bytes(k) + 2 * (size_t)k->items_n + k->findings_n +
           64 + 16 * (size_t)k->diagnoses_n + 7 * 32 + k->findings_n * sizeof(double);
}

plx_status plx_evaluator_take(const plx_knowledge *k, plx_arena *arena, plx_evaluator *e)
{
    *e = (plx_evaluator){0};
    PLX_TRY(plx_belief_take(k, arena, &e->belief));
    PLX_TRY(plx_case_take(k, arena, &e->spoiled));
    PLX_TRY(plx_case_take(k, arena, &e->told));
    e->on = plx_arena_take(arena, 2 * (size_t)k->items_n + k->findings_n + 64, 1);
    e->chance = plx_arena_take(arena, k->diagnoses_n, sizeof *e->chance);
    e->listed = plx_arena_take(arena, k->diagnoses_n, sizeof *e->listed);
    e->order = plx_arena_take(arena, k->diagnoses_n, sizeof *e->order);
    e->share = plx_arena_take(arena, k->findings_n, sizeof *e->share);
    return e->on && e->chance && e->listed && e->order && e->share ? PLX_OK : PLX_FULL;
}

static void flip(const plx_knowledge *k, plx_rng *rng, plx_case *c, uint32_t finding)
{
    const plx_finding *f = &k->findings[finding];
    if (f->kind == PLX_FINDING_YES_NO) {
        c->yes[f->first] = !c->yes[f->first];
        return;
    }
    const uint32_t item = f->first + (uint32_t)plx_rng_below(rng, f->items_n);
    if (f->kind == PLX_FINDING_MANY_OF && plx_case_positive(k, c, finding) &&
        plx_rng_unit(rng) < 0.5)
        return plx_case_answer_yes(k, c, finding, item);
    plx_case_forget(k, c, finding);
    plx_case_answer_yes(k, c, finding, item);
}

void plx_spoil_case(const plx_knowledge *k, const plx_spoil *how, uint64_t stream, plx_case *c)
{
    plx_rng rng = plx_rng_init(how->seed, stream);
    for (uint32_t f = 0; f < k->findings_n; f++) {
        if (plx_rng_unit(&rng) < how->drop) {
            if (how->lost_as_no)
                plx_case_answer_no(k, c, f);
            else
                plx_case_forget(k, c, f);
        } else if (plx_rng_unit(&rng) < how->flip) {
            flip(k, &rng, c, f);
        }
    }
    if (!how->lost_as_no) c->closed_world = false;
}

void plx_evaluate_list(const plx_knowledge *k, const plx_lister *lister, const plx_case *c,
                       plx_evaluator *e)
{
    const bool learnt = lister && lister->bias;
    plx_rank(e->belief.p, k->diagnoses_n, e->order);
    if (learnt) plx_lister_chances(k, lister, c, e->on, e->chance);
    for (uint32_t d = 0; d < k->diagnoses_n; d++)
        e->listed[d] = learnt ? e->chance[d] > lister->threshold : e->belief.p[d] > LISTED_LEAST;
    e->listed[e->order[0]] = true;
}

static void add(const plx_knowledge *k, const plx_case *c, plx_evaluator *e, bool with_list,
                plx_diagnose_tally *t)
{
    if (!with_list) plx_rank(e->belief.p, k->diagnoses_n, e->order);
    plx_diagnose_tally_add(t, k, c, e->belief.p, e->order, with_list ? e->listed : NULL);
}

/* From age, sex and the initial finding on. c: closed, spoiled. */
static plx_status ask_through(const plx_knowledge *k, const plx_case *c, plx_evaluator *e,
                              plx_evaluation *sum)
{
    char why[100];
    const plx_ask_rule rule = PLX_ASK_RULE_USUAL;
    plx_case *told = &e->told;
    plx_case_clear(k, told);
    told->age = c->age;
    told->sex = c->sex;
    told->presentation = c->presentation;
    if (c->initial != PLX_NO_INDEX) plx_case_answer_from(k, told, c, c->initial);
    for (uint32_t asked = 0; asked <= sum->questions_n; asked++) {
        plx_question best;
        PLX_TRY(plx_infer(k, told, &e->belief, why, sizeof why));
        add(k, c, e, false, &sum->after[asked]);
        if (asked == sum->questions_n) break;
        if (plx_ask(k, told, &e->belief, &rule, &best, 1) == 0) {
            while (++asked <= sum->questions_n)
                add(k, c, e, false, &sum->after[asked]);
            break;
        }
        plx_case_answer_from(k, told, c, best.finding);
        sum->asked++;
    }
    return PLX_OK;
}

plx_status plx_evaluate(const plx_knowledge *k, const plx_lister *lister, const plx_case *c,
                        uint64_t index, const plx_spoil *spoil, plx_evaluator *e,
                        plx_evaluation *sum)
{
    char why[100];
    plx_case *spoiled = &e->spoiled;
    plx_case_copy(k, spoiled, c);
    if (c->closed_world) plx_case_close(k, spoiled);
    if (spoil && (spoil->drop > 0 || spoil->flip > 0)) plx_spoil_case(k, spoil, index, spoiled);
    PLX_TRY(plx_infer(k, spoiled, &e->belief, why, sizeof why));
    plx_evaluate_list(k, c->closed_world ? lister : NULL, spoiled, e);
    add(k, spoiled, e, true, &sum->full);
    plx_explanation why_first = {.share = e->share};
    plx_explain(k, spoiled, &e->belief, e->order[0], &why_first);
    if (why_first.residue > sum->shares_off) sum->shares_off = why_first.residue;
    return sum->questions_n ? ask_through(k, spoiled, e, sum) : PLX_OK;
}
