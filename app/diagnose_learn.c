/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux diagnose learn: likelihoods and the lister from cases, into a file; with --folds N also
 * what came of cases that were not learnt from. */
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/diagnose_cases.h"
#include "app/diagnose_learn.h"
#include "app/diagnose_report.h"
#include "core/diagnose/learn.h"
#include "core/diagnose/learnt.h"

static const char WORDS[] = "diagnose learn";

typedef struct learner {
    plx_diagnose_set set;
    plx_case *chosen; /* (set.n) of which is learnt now */
    void *memory;
    plx_arena arena;
} learner;

static size_t scratch_bytes(const plx_knowledge *k, uint32_t n)
{
    const size_t counts = ((size_t)k->items_n + k->findings_n + 64) * k->diagnoses_n * 8;
    return counts + plx_belief_bytes(k) + plx_lister_learn_bytes(k, n) + plx_lister_bytes(k) +
           plx_evaluator_bytes(k) + (1u << 20);
}

static int learner_init(learner *l, const char *path)
{
    if (plx_diagnose_set_load(&l->set, WORDS, path) != PLX_EXIT_OK) return PLX_EXIT_WORLD;
    const size_t bytes = scratch_bytes(&l->set.k, l->set.n);
    l->chosen = calloc(l->set.n, sizeof *l->chosen);
    l->memory = malloc(bytes);
    l->arena = plx_arena_init(l->memory, bytes);
    if (l->chosen && l->memory) return PLX_EXIT_OK;
    return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not enough memory to learn", path);
}

static void learner_destroy(learner *l)
{
    free(l->chosen);
    free(l->memory);
    plx_diagnose_set_free(&l->set);
}

/* All but fold (of folds); fold = folds: all. */
static int learn(learner *l, uint64_t fold, uint64_t folds, plx_lister *lister)
{
    char why[160] = "the cases cannot be learnt from";
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->set.n; i++)
        if (i % folds != fold) l->chosen[n++] = l->set.cases[i];
    plx_status status = plx_learn(&l->set.k, l->chosen, n, &l->arena, why, sizeof why);
    if (status == PLX_OK) status = plx_lister_take(&l->set.k, &l->arena, lister);
    if (status == PLX_OK) {
        status = plx_lister_learn(&l->set.k, l->chosen, n, &l->arena, lister);
        if (status == PLX_MISSING) {
            *lister = (plx_lister){0};
            status = PLX_OK;
        }
    }
    return status == PLX_OK ? PLX_EXIT_OK : plx_app_fail(PLX_EXIT_WORLD, WORDS, why, NULL);
}

static int cross(learner *l, uint64_t folds, const plx_spoil *spoil, plx_evaluation *sum)
{
    const size_t used = l->arena.used;
    for (uint64_t fold = 0; fold < folds; fold++) {
        plx_lister lister;
        plx_evaluator evaluator;
        if (learn(l, fold, folds, &lister) != PLX_EXIT_OK) return PLX_EXIT_WORLD;
        if (plx_evaluator_take(&l->set.k, &l->arena, &evaluator) != PLX_OK)
            return plx_app_fail(PLX_EXIT_WORLD, WORDS, "not enough memory to evaluate", NULL);
        for (uint64_t i = fold; i < l->set.n; i += folds)
            if (plx_evaluate(&l->set.k, &lister, &l->set.cases[i], i, spoil, &evaluator, sum))
                fprintf(stderr, "pollux %s: case %llu has no answer\n", WORDS,
                        (unsigned long long)i);
        fprintf(stderr, "pollux %s: part %llu of %llu: temperature %.2f, rho %.2f\n", WORDS,
                (unsigned long long)fold + 1, (unsigned long long)folds, l->set.k.temperature,
                l->set.k.rho);
        l->arena.used = used;
    }
    return PLX_EXIT_OK;
}

static int write_file(const learner *l, const plx_lister *lister, const char *from, const char *to)
{
    const size_t bytes = ((size_t)l->set.k.items_n * l->set.k.diagnoses_n * 12) +
                         plx_lister_bytes(&l->set.k) * 3 + (16u << 20);
    char *memory = malloc(bytes), problem[160] = "not enough memory to write it";
    plx_out out = plx_out_init(memory, memory ? bytes : 0);
    const char *slash = strrchr(from, '/');
    plx_learnt_write(&l->set.k, lister, l->set.n, plx_slice_of(slash ? slash + 1 : from), &out);
    bool done = false;
    FILE *file = out.full ? NULL : fopen(to, "wb");
    if (file) {
        done = fwrite(out.at, 1, out.n, file) == out.n;
        done = fclose(file) == 0 && done;
    }
    if (!out.full && !done) snprintf(problem, sizeof problem, "%m");
    free(memory);
    return done ? PLX_EXIT_OK : plx_app_fail(PLX_EXIT_WORLD, WORDS, to, problem);
}

int plx_app_diagnose_learn(int argc, char **argv)
{
    const char *cases = NULL, *out = NULL;
    size_t files_n = 0;
    uint64_t folds = 0;
    static plx_evaluation sum;
    plx_spoil spoil = {0};
    plx_diagnose_evaluation_options evaluation = {.spoil = &spoil};
    const plx_option options[] = {{"--out", PLX_OPTION_TEXT, &out, 0, 0},
                                  {"--folds", PLX_OPTION_U64, &folds, 2, 100},
                                  PLX_DIAGNOSE_EVALUATION_OPTIONS(evaluation)};
    int status = plx_options_read(WORDS, argc, argv, options, sizeof options / sizeof *options,
                                  &cases, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n != 1 || (!out && !folds))
        return plx_app_fail(PLX_EXIT_USAGE, WORDS, "name CASES, and --out FILE or --folds N", NULL);
    learner l = {0};
    sum.questions_n = (uint32_t)evaluation.questions;
    status = learner_init(&l, cases);
    if (status == PLX_EXIT_OK && folds) {
        status = cross(&l, folds, &spoil, &sum);
        if (status == PLX_EXIT_OK) plx_diagnose_report(&sum, &spoil, evaluation.json);
    }
    if (status == PLX_EXIT_OK && out) {
        plx_lister lister;
        status = learn(&l, UINT64_MAX, l.set.n, &lister);
        if (status == PLX_EXIT_OK) status = write_file(&l, &lister, cases, out);
        if (status == PLX_EXIT_OK)
            fprintf(stderr, "pollux %s: %u cases, %u diagnoses, %u findings; temperature %.2f\n",
                    WORDS, l.set.n, l.set.k.diagnoses_n, l.set.k.findings_n, l.set.k.temperature);
    }
    if (status == PLX_EXIT_OK) status = l.set.exit_status;
    learner_destroy(&l);
    return status;
}
