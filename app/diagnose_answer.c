/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/diagnose_answer.h"

#include <math.h>

#include "core/diagnose/explain.h"

enum { SHOWN_MAX = 12, REASONS_MAX = 12, TURNS_MAX = 8, QUESTIONS_SHOWN = 3, DIGITS = 6 };
#define SHOWN_LEAST 0.01 /* less probable ones are shown only when they must not be missed */

typedef struct teller {
    const plx_diagnose_answer *a;
    plx_json_writer w;
    plx_evaluator e;
    plx_belief work;
    double *share;
    plx_counterfactual *turns;
    uint32_t order[PLX_DIAGNOSES_MAX];
} teller;

size_t plx_diagnose_answer_bytes(const plx_knowledge *k)
{
    return plx_evaluator_bytes(k) + plx_belief_bytes(k) +
           k->findings_n * (sizeof(double) + sizeof(plx_counterfactual)) + 4096;
}

static plx_status teller_take(teller *t, plx_arena *arena)
{
    const plx_knowledge *k = t->a->k;
    PLX_TRY(plx_evaluator_take(k, arena, &t->e));
    PLX_TRY(plx_belief_take(k, arena, &t->work));
    t->share = plx_arena_take(arena, k->findings_n, sizeof *t->share);
    t->turns = plx_arena_take(arena, k->findings_n, sizeof *t->turns);
    return t->share && t->turns ? PLX_OK : PLX_FULL;
}

static void put_text(teller *t, const char *key, plx_slice text)
{
    plx_json_key(&t->w, key);
    plx_json_put_string(&t->w, text);
}

static void put_number(teller *t, const char *key, double value)
{
    plx_json_key(&t->w, key);
    plx_json_put_double(&t->w, value, DIGITS);
}

static void put_bool(teller *t, const char *key, bool value)
{
    plx_json_key(&t->w, key);
    plx_json_put_bool(&t->w, value);
}

static plx_slice id_of(const teller *t, uint32_t diagnosis)
{
    return t->a->k->diagnoses[diagnosis].id;
}

/* true, false, or the items that hold. */
static void put_answer(teller *t, uint32_t finding)
{
    const plx_knowledge *k = t->a->k;
    const plx_finding *f = &k->findings[finding];
    plx_json_key(&t->w, "answer");
    if (f->kind == PLX_FINDING_YES_NO) {
        plx_json_put_bool(&t->w, t->a->c->yes[f->first]);
        return;
    }
    plx_json_array(&t->w);
    for (uint32_t i = f->first; i < f->first + f->items_n; i++)
        if (t->a->c->yes[i])
            plx_json_put_string(&t->w, k->items[i].text.n ? k->items[i].text : k->items[i].id);
    plx_json_array_end(&t->w);
}

/* Where the number of a finding and a diagnosis comes from. */
static void put_source(teller *t, uint32_t finding, uint32_t diagnosis)
{
    const plx_knowledge *k = t->a->k;
    const size_t cell = (size_t)k->findings[finding].first * k->diagnoses_n + diagnosis;
    plx_json_key(&t->w, "source");
    if (k->source[cell] == 0) {
        plx_json_put_null(&t->w); /* it speaks for or against the others */
        return;
    }
    plx_json_put_string(&t->w, k->sources[k->source[cell]].citation);
    put_bool(t, "verified", k->verified[cell]);
}

/* The largest share that was not yet told; PLX_NO_INDEX when all were. */
static uint32_t next_reason(const teller *t, double below, uint32_t after)
{
    uint32_t best = PLX_NO_INDEX;
    for (uint32_t f = 0; f < t->a->k->findings_n; f++) {
        const double size = fabs(t->share[f]);
        if (!(size > 0) || size > below || (size >= below && f <= after)) continue;
        if (best == PLX_NO_INDEX || size > fabs(t->share[best])) best = f;
    }
    return best;
}

static void put_reasons(teller *t, uint32_t diagnosis)
{
    plx_explanation e = {.share = t->share};
    plx_explain(t->a->k, t->a->c, &t->e.belief, diagnosis, &e);
    put_number(t, "log_odds", e.logit);
    put_number(t, "log_odds_before", e.logit_prior);
    plx_json_key(&t->w, "reasons");
    plx_json_array(&t->w);
    double told = 0, below = INFINITY;
    uint32_t f = PLX_NO_INDEX;
    for (int i = 0; i < REASONS_MAX; i++) {
        f = next_reason(t, below, f);
        if (f == PLX_NO_INDEX) break;
        below = fabs(t->share[f]);
        told += t->share[f];
        plx_json_object(&t->w);
        put_text(t, "finding", t->a->k->findings[f].id);
        put_answer(t, f);
        put_number(t, "share", t->share[f]);
        put_number(t, "doubles_odds", t->share[f] / 0.69314718055994531);
        put_source(t, f, diagnosis);
        plx_json_object_end(&t->w);
    }
    plx_json_array_end(&t->w);
    put_number(t, "share_of_the_rest", e.logit - e.logit_prior - told);
}

static void put_diagnosis(teller *t, uint32_t rank, uint32_t d)
{
    const plx_diagnosis *about = &t->a->k->diagnoses[d];
    const plx_belief *b = &t->e.belief;
    plx_json_object(&t->w);
    plx_json_key(&t->w, "rank");
    plx_json_put_u64(&t->w, rank + 1);
    put_text(t, "diagnosis", about->id);
    put_text(t, "name", about->name);
    put_text(t, "icd10", about->icd10);
    put_number(t, "p", b->p[d]);
    put_bool(t, "must_not_miss", about->must_not_miss);
    if (about->must_not_miss) put_bool(t, "below_threshold", b->p[d] < about->test_threshold);
    if (t->a->lister->bias && t->a->c->closed_world) put_bool(t, "listed", t->e.listed[d]);
    put_reasons(t, d);
    plx_json_object_end(&t->w);
}

/* Every probable one, and every one that must not be missed and has a prior here. */
static void put_differential(teller *t)
{
    const plx_knowledge *k = t->a->k;
    plx_json_key(&t->w, "differential");
    plx_json_array(&t->w);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < k->diagnoses_n; i++) {
        const uint32_t d = t->order[i];
        if (t->e.belief.log_prior[d] < -1e299) continue;
        const bool probable = shown < SHOWN_MAX && t->e.belief.p[d] >= SHOWN_LEAST;
        if (!probable && !k->diagnoses[d].must_not_miss && shown > 0) continue;
        put_diagnosis(t, i, d);
        shown++;
    }
    plx_json_array_end(&t->w);
}

static void put_turn(teller *t, const plx_counterfactual *f)
{
    const plx_knowledge *k = t->a->k;
    plx_json_object(&t->w);
    put_text(t, "finding", k->findings[f->finding].id);
    put_number(t, "p_without", f->without);
    put_text(t, "first_without", id_of(t, f->first));
    if (f->turned >= 0) {
        put_number(t, "p_opposite", f->turned);
        put_text(t, "first_opposite", id_of(t, f->first_turned));
    }
    plx_json_object_end(&t->w);
}

/* The findings that move the first diagnosis most, and what would change the first place. */
static void put_counterfactuals(teller *t)
{
    const plx_knowledge *k = t->a->k;
    const uint32_t first = t->order[0];
    plx_explanation e = {.share = t->share};
    plx_explain(k, t->a->c, &t->e.belief, first, &e);
    const uint32_t n = plx_counterfactuals(k, t->a->c, first, &t->work, t->turns, k->findings_n);
    const double p = t->e.belief.p[first];
    plx_json_key(&t->w, "what_would_change");
    plx_json_array(&t->w);
    for (int shown = 0; shown < TURNS_MAX; shown++) {
        plx_counterfactual *best = NULL;
        for (uint32_t i = 0; i < n; i++)
            if (t->turns[i].finding != PLX_NO_INDEX &&
                (!best || fabs(t->turns[i].without - p) > fabs(best->without - p)))
                best = &t->turns[i];
        if (!best) break;
        put_turn(t, best);
        best->finding = PLX_NO_INDEX;
    }
    plx_json_array_end(&t->w);
    const plx_turn turn = plx_turn_find(k, t->a->c, t->share, first, &t->work);
    plx_json_key(&t->w, "first_place_changes");
    if (turn.n == 0) {
        plx_json_put_null(&t->w);
        return;
    }
    plx_json_object(&t->w);
    plx_json_key(&t->w, "findings");
    plx_json_array(&t->w);
    for (uint32_t i = 0; i < turn.n; i++)
        plx_json_put_string(&t->w, k->findings[turn.finding[i]].id);
    plx_json_array_end(&t->w);
    put_text(t, "first_then", id_of(t, turn.first));
    put_number(t, "p_then", turn.p);
    plx_json_object_end(&t->w);
}

/* Probability of the first diagnosis and the new first one after a yes or a no. */
static void put_after(teller *t, const char *key, uint32_t finding, bool yes)
{
    const plx_knowledge *k = t->a->k;
    plx_case *then = &t->e.told;
    char why[100];
    uint32_t order[PLX_DIAGNOSES_MAX];
    plx_case_copy(k, then, t->a->c);
    if (yes)
        plx_case_answer_yes(k, then, finding, 0);
    else
        plx_case_answer_no(k, then, finding);
    if (plx_infer(k, then, &t->work, why, sizeof why) != PLX_OK) return;
    plx_rank(t->work.p, k->diagnoses_n, order);
    plx_json_key(&t->w, key);
    plx_json_object(&t->w);
    put_text(t, "first", id_of(t, order[0]));
    put_number(t, "p", t->work.p[order[0]]);
    put_number(t, "p_of_first_now", t->work.p[t->order[0]]);
    plx_json_object_end(&t->w);
}

static void put_questions(teller *t)
{
    const plx_knowledge *k = t->a->k;
    const plx_ask_rule rule = PLX_ASK_RULE_USUAL;
    plx_question questions[QUESTIONS_SHOWN];
    const bool enough = plx_ask_enough(k, &t->e.belief);
    const uint32_t n = plx_ask(k, t->a->c, &t->e.belief, &rule, questions, QUESTIONS_SHOWN);
    put_bool(t, "enough_known", enough);
    plx_json_key(&t->w, "questions");
    plx_json_array(&t->w);
    for (uint32_t i = 0; i < n; i++) {
        const plx_finding *f = &k->findings[questions[i].finding];
        plx_json_object(&t->w);
        put_text(t, "finding", f->id);
        put_text(t, "ask", f->text);
        plx_json_key(&t->w, "kind");
        plx_json_put_text(&t->w, plx_finding_kind_word(f->kind));
        put_number(t, "gain", questions[i].gain);
        put_number(t, "cost", questions[i].cost);
        put_number(t, "chance_of_yes", questions[i].chance);
        if (f->kind == PLX_FINDING_YES_NO) {
            put_after(t, "if_yes", questions[i].finding, true);
            put_after(t, "if_no", questions[i].finding, false);
        }
        plx_json_object_end(&t->w);
    }
    plx_json_array_end(&t->w);
}

static void put_basis(teller *t)
{
    const plx_diagnose_answer *a = t->a;
    uint32_t known = 0;
    for (uint32_t f = 0; f < a->k->findings_n; f++)
        known += plx_case_counts(a->k, a->c, f);
    plx_json_key(&t->w, "findings_used");
    plx_json_put_u64(&t->w, known);
    plx_json_key(&t->w, "findings_ignored");
    plx_json_put_u64(&t->w, a->ignored);
    put_bool(t, "calibrated", a->k->calibrated);
    put_bool(t, "unverified_numbers_used", a->unverified);
    plx_json_key(&t->w, "priors_unverified");
    plx_json_put_u64(&t->w, a->priors_unverified);
}

plx_status plx_diagnose_answer_write(const plx_diagnose_answer *a, plx_arena *arena, plx_out *out)
{
    teller t = {.a = a, .w = plx_json_writer_init(out)};
    char why[120];
    PLX_TRY(teller_take(&t, arena));
    if (a->c->closed_world) plx_case_close(a->k, a->c);
    const plx_status status = plx_infer(a->k, a->c, &t.e.belief, why, sizeof why);
    plx_json_object(&t.w);
    put_text(&t, "id", a->id);
    put_text(&t, "status", status == PLX_OK ? PLX_LIT("ok") : PLX_LIT("no answer"));
    if (status == PLX_OK) {
        plx_rank(t.e.belief.p, a->k->diagnoses_n, t.order);
        plx_evaluate_list(a->k, a->c->closed_world ? a->lister : NULL, a->c, &t.e);
        put_differential(&t);
        put_counterfactuals(&t);
        put_questions(&t);
    } else {
        put_text(&t, "reason", plx_slice_of(why));
    }
    put_basis(&t);
    plx_json_object_end(&t.w);
    plx_out_char(out, '\n');
    return PLX_OK;
}
