/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* pollux triage learn CASES.csv --out MODEL.csv and pollux triage eval CASES.csv: the model from
 * cases whose levels are known; how good it is on cases that it did not learn from. */
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/triage_file.h"
#include "core/triage/agreement.h"

enum { FOLDS_MAX = 100, SEEDS_MAX = 50, ARENA_BYTES = 512 << 20 };

typedef struct study {
    const char *words;
    plx_triage_file file;
    plx_triage_set set;
    plx_arena arena;
    void *memory;
} study;

static int begin(study *s, const char *path)
{
    char *bytes = NULL, why[PLX_TRIAGE_WHY_MAX];
    size_t n = 0;
    if (plx_app_read_file(path, &bytes, &n) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, s->words, "cannot read the file", path);
    if (plx_triage_file_read(&s->file, bytes, n, why) != PLX_OK)
        return plx_app_fail(PLX_EXIT_WORLD, s->words, why, path);
    s->memory = malloc(ARENA_BYTES);
    if (s->memory) s->arena = plx_arena_init(s->memory, ARENA_BYTES);
    if (s->memory &&
        plx_triage_set_make(&s->arena, s->file.cases, s->file.truths, s->file.n, &s->set) == PLX_OK)
        return PLX_EXIT_OK;
    return plx_app_fail(PLX_EXIT_WORLD, s->words,
                        "too many cases or words for the memory; take fewer cases", path);
}

static void end(study *s)
{
    plx_triage_file_destroy(&s->file);
    free(s->memory);
}

static int learn(study *s, const uint8_t *use, plx_triage_model *model)
{
    const plx_status status = plx_triage_learn(&s->arena, &s->set, use, model);
    if (status == PLX_OK) return PLX_EXIT_OK;
    return plx_app_fail(
        PLX_EXIT_WORLD, s->words,
        status == PLX_MISSING
            ? "needs cases of every level and every outcome (columns KTAS_expert or "
              "level, Disposition)"
            : "cannot learn from these cases: too few, or too many features",
        NULL);
}

static const char *const OUTCOMES[] = {"level_1", "level_2",   "level_3",
                                       "level_4", "admission", "critical"};

static int write_model(const plx_triage_model *model, uint32_t n, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) return plx_app_fail(PLX_EXIT_WORLD, "triage learn", "cannot write", path);
    fprintf(
        f,
        "# SPDX-License-Identifier: Apache-2.0\n"
        "# SPDX-FileCopyrightText: 2026 The Pollux authors\n"
        "# Written by pollux triage learn from %u cases; README.md says which. logit P(outcome) =\n"
        "# threshold + sum of weight x feature; level_k is the event \"level <= k\".\n"
        "feature,mean",
        n);
    for (int k = 0; k < PLX_TRIAGE_OUTCOMES; k++)
        fprintf(f, ",%s", OUTCOMES[k]);
    fprintf(f, "\nthreshold,0");
    for (int k = 0; k < PLX_TRIAGE_OUTCOMES; k++)
        fprintf(f, ",%.4f", model->threshold[k]);
    for (uint32_t i = 0; i < model->n; i++) {
        fprintf(f, "\n%s,%.4f", model->weights[i].name, model->weights[i].mean);
        for (int k = 0; k < PLX_TRIAGE_OUTCOMES; k++)
            fprintf(f, ",%.4f", model->weights[i].weight[k]);
    }
    fprintf(f, "\n");
    const bool failed = ferror(f) != 0;
    if (fclose(f) != 0 || failed)
        return plx_app_fail(PLX_EXIT_WORLD, "triage learn", "cannot write", path);
    return PLX_EXIT_OK;
}

int plx_app_triage_learn(int argc, char **argv)
{
    study s = {.words = "triage learn"};
    const char *path = NULL, *out = NULL;
    size_t files_n = 0;
    const plx_option options[] = {{"--out", PLX_OPTION_TEXT, &out, 0, 0}};
    int status = plx_options_read(s.words, argc, argv, options, 1, &path, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n != 1 || !out)
        return plx_app_fail(PLX_EXIT_USAGE, s.words, "name a file of cases and --out FILE", NULL);
    status = begin(&s, path);
    uint8_t *use = status == PLX_EXIT_OK ? malloc(s.file.n) : NULL;
    plx_triage_model model;
    if (use) {
        memset(use, 1, s.file.n);
        status = learn(&s, use, &model);
        if (status == PLX_EXIT_OK) status = write_model(&model, s.file.n, out);
    }
    if (status == PLX_EXIT_OK)
        fprintf(stderr, "%u cases, %u features written to %s\n", s.file.n, model.n, out);
    free(use);
    end(&s);
    return status;
}

/* What the models of the folds said of cases they did not know. */
typedef struct told {
    uint8_t *fold, *use, *level, *truth, *yes;
    double *urgent, *admission, *critical, *p;
    uint32_t *order;
} told;

static bool told_init(told *t, uint32_t n)
{
    uint8_t *bytes = calloc(n, 5);
    double *doubles = calloc(n, 4 * sizeof *doubles);
    t->order = calloc(n, sizeof *t->order);
    t->fold = bytes;
    t->urgent = doubles;
    if (!bytes || !doubles || !t->order) return false;
    t->use = bytes + n;
    t->level = bytes + 2 * (size_t)n;
    t->truth = bytes + 3 * (size_t)n;
    t->yes = bytes + 4 * (size_t)n;
    t->admission = doubles + n;
    t->critical = doubles + 2 * (size_t)n;
    t->p = doubles + 3 * (size_t)n;
    return true;
}

static void told_destroy(told *t)
{
    free(t->fold);
    free(t->urgent);
    free(t->order);
}

static void grade(const study *s, const plx_triage_model *model, uint32_t i, told *t)
{
    plx_triage_result r;
    plx_triage_grade(model, &s->file.cases[i], &r);
    t->level[i] = r.best;
    t->urgent[i] = r.level[0] + r.level[1];
    t->admission[i] = r.admission;
    t->critical[i] = r.critical;
}

static int run_folds(study *s, uint32_t folds_n, uint64_t seed, told *t)
{
    plx_triage_folds(s->file.truths, s->file.n, folds_n, seed, t->fold, t->order);
    for (uint32_t k = 0; k < folds_n; k++) {
        const size_t used = s->arena.used;
        plx_triage_model model;
        for (uint32_t i = 0; i < s->file.n; i++)
            t->use[i] = t->fold[i] != k;
        const int status = learn(s, t->use, &model);
        if (status != PLX_EXIT_OK) return status;
        for (uint32_t i = 0; i < s->file.n; i++)
            if (t->fold[i] == k) grade(s, &model, i, t);
        s->arena.used = used;
        fprintf(stderr, "\rseed %llu, fold %u of %u ", (unsigned long long)seed, k + 1, folds_n);
    }
    fprintf(stderr, "\r                              \r");
    return PLX_EXIT_OK;
}

/* Of one outcome, over the cases in which it is known. */
static plx_agreement agree(const study *s, told *t, plx_triage_outcome outcome, const double *p)
{
    plx_agreement a;
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->file.n; i++) {
        if (s->set.outcomes[i][outcome] == PLX_TRIAGE_NOT_KNOWN) continue;
        t->yes[n] = s->set.outcomes[i][outcome];
        t->p[n++] = p[i];
    }
    plx_agreement_of_probabilities(t->p, t->yes, n, t->order, &a);
    return a;
}

static plx_agreement_levels agree_levels(const study *s, told *t)
{
    plx_agreement_levels a;
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->file.n; i++) {
        if (s->file.truths[i].level == 0) continue;
        t->truth[n] = s->file.truths[i].level;
        t->yes[n++] = t->level[i];
    }
    plx_agreement_of_levels(t->truth, t->yes, n, &a);
    return a;
}

static void print_outcome(const char *name, const plx_agreement *a, bool json)
{
    if (json)
        printf(
            ",\"%s\":{\"n\":%u,\"yes\":%u,\"auroc\":%.4f,\"low\":%.4f,\"high\":%.4f,\"brier\":%.4f,"
            "\"ece\":%.4f,\"slope\":%.3f}",
            name, a->n, a->yes, a->auroc, a->low, a->high, a->brier, a->ece, a->slope);
    else
        printf("  %-10s %4u of %u  AUROC %.4f (%.3f to %.3f)  Brier %.4f  ECE %.4f  slope %.2f\n",
               name, a->yes, a->n, a->auroc, a->low, a->high, a->brier, a->ece, a->slope);
}

static void print_seed(const study *s, told *t, uint64_t seed, bool json)
{
    const plx_agreement_levels l = agree_levels(s, t);
    const plx_agreement urgent = agree(s, t, PLX_TRIAGE_LEVEL_2, t->urgent);
    const plx_agreement admission = agree(s, t, PLX_TRIAGE_ADMISSION, t->admission);
    const plx_agreement critical = agree(s, t, PLX_TRIAGE_CRITICAL, t->critical);
    printf(json ? "{\"seed\":%llu,\"n\":%u,\"kappa\":%.4f,\"accuracy\":%.4f,\"under\":%.4f,"
                  "\"over\":%.4f"
                : "seed %llu: %u cases, quadratic kappa %.4f, accuracy %.4f, under-triage %.4f, "
                  "over-triage %.4f\n",
           (unsigned long long)seed, l.n, l.kappa, l.accuracy, l.under, l.over);
    print_outcome(json ? "level_2" : "level<=2", &urgent, json);
    print_outcome("admission", &admission, json);
    print_outcome("critical", &critical, json);
    if (json) printf("}");
    printf("%s", json ? "\n" : "");
}

int plx_app_triage_eval(int argc, char **argv)
{
    study s = {.words = "triage eval"};
    told t = {0};
    const char *path = NULL;
    size_t files_n = 0;
    uint64_t folds = 5, seeds = 1, seed = 1;
    bool json = false;
    const plx_option options[] = {{"--folds", PLX_OPTION_U64, &folds, 2, FOLDS_MAX},
                                  {"--seeds", PLX_OPTION_U64, &seeds, 1, SEEDS_MAX},
                                  {"--seed", PLX_OPTION_U64, &seed, 0, 1e9},
                                  {"--json", PLX_OPTION_FLAG, &json, 0, 0}};
    int status = plx_options_read(s.words, argc, argv, options, 4, &path, 1, &files_n);
    if (status != PLX_EXIT_OK) return status < 0 ? PLX_EXIT_OK : status;
    if (files_n != 1)
        return plx_app_fail(PLX_EXIT_USAGE, s.words, "name one file of cases (CSV)", NULL);
    status = begin(&s, path);
    if (status == PLX_EXIT_OK && !told_init(&t, s.file.n))
        status = plx_app_fail(PLX_EXIT_WORLD, s.words, "not enough memory for the cases", path);
    for (uint64_t k = 0; k < seeds && status == PLX_EXIT_OK; k++) {
        status = run_folds(&s, (uint32_t)folds, seed + k, &t);
        if (status == PLX_EXIT_OK) print_seed(&s, &t, seed + k, json);
    }
    told_destroy(&t);
    end(&s);
    return status;
}
