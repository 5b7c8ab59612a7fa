/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/triage/triage_learn.h"

#include "core/base/rng.h"
#include "core/triage/regression.h"

/* Ridge by kind of feature, chosen by cross-validation over a coarse grid on the public data
 * (doc/decision/0019-triage-model.md); the outcomes with fewer cases take more. */
typedef struct ridges {
    double plain, word, meeting;
} ridges;

static const ridges SHARED = {1.5, 1.5, 4}, OWN = {3, 2, 8}, ADMISSION = {6, 8, 12};
static const ridges CRITICAL = {10, 1000, 30};
static const double SHARE_OF_OWN = 0.7;
enum { WORD_MIN = 3, FEATURE_MIN = 2, LEVELS = PLX_TRIAGE_LEVEL_4 + 1 };

static const char *const MEETINGS[] = {
    "old:", "hurts:", "news2:", "no_spo2:", "fast:", "ambulance:"};

static bool begins(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static double ridge_of(const ridges *r, const char *name)
{
    if (begins(name, "word:")) return r->word;
    for (size_t i = 0; i < sizeof MEETINGS / sizeof *MEETINGS; i++)
        if (begins(name, MEETINGS[i])) return r->meeting;
    return r->plain;
}

/* Where a name stands or belongs. */
static uint32_t place_of(const plx_triage_set *set, const char *name, bool *found)
{
    uint32_t low = 0, high = set->names_n;
    *found = false;
    while (low < high && !*found) {
        const uint32_t middle = low + (high - low) / 2;
        const int side = strcmp(set->names[middle], name);
        *found = side == 0;
        if (side == 0)
            low = middle;
        else if (side < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static plx_status take_name(plx_triage_set *set, const char *name)
{
    bool found;
    const uint32_t at = place_of(set, name, &found);
    if (found) return PLX_OK;
    if (set->names_n == PLX_TRIAGE_NAMES_MAX) return PLX_LIMIT;
    memmove(set->names + at + 1, set->names + at, (set->names_n - at) * sizeof *set->names);
    memcpy(set->names[at], name, PLX_TRIAGE_NAME_MAX);
    set->names_n++;
    return PLX_OK;
}

static void take_truth(plx_triage_set *set, uint32_t i, const plx_triage_truth *truth)
{
    for (uint32_t k = 0; k < LEVELS; k++)
        set->outcomes[i][k] = truth->level ? truth->level <= k + 1 : PLX_TRIAGE_NOT_KNOWN;
    set->outcomes[i][PLX_TRIAGE_ADMISSION] = truth->admission;
    set->outcomes[i][PLX_TRIAGE_CRITICAL] = truth->critical;
}

plx_status plx_triage_set_make(plx_arena *arena, const plx_triage_case *cases,
                               const plx_triage_truth *truths, uint32_t n, plx_triage_set *set)
{
    plx_triage_feature features[PLX_TRIAGE_FEATURES_MAX];
    size_t terms = 0;
    if (n > PLX_TRIAGE_CASES_MAX) return PLX_LIMIT;
    *set = (plx_triage_set){.n = n};
    set->names = plx_arena_take(arena, PLX_TRIAGE_NAMES_MAX + 1, sizeof *set->names);
    set->first = plx_arena_take(arena, (size_t)n + 1, sizeof *set->first);
    set->outcomes = plx_arena_take(arena, n, sizeof *set->outcomes);
    if (!set->names || !set->first || !set->outcomes) return PLX_SPACE;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t features_n = plx_triage_features(&cases[i], features);
        for (uint32_t k = 0; k < features_n; k++)
            PLX_TRY(take_name(set, features[k].name));
        terms += features_n;
    }
    set->terms = plx_arena_take(arena, terms, sizeof *set->terms);
    if (!set->terms) return PLX_SPACE;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t features_n = plx_triage_features(&cases[i], features);
        for (uint32_t k = 0; k < features_n; k++) {
            bool found;
            const uint32_t name = place_of(set, features[k].name, &found);
            set->terms[set->first[i] + k] = (plx_triage_term){name, features[k].value};
        }
        set->first[i + 1] = set->first[i] + features_n;
        take_truth(set, i, &truths[i]);
    }
    return PLX_OK;
}

/* One learning: which names count, and the rows that know an outcome. */
typedef struct learning {
    const plx_triage_set *set;
    const uint8_t *use;
    uint32_t *column; /* (names): of the features that count, UINT32_MAX for the others */
    plx_triage_weight *weights;
    uint32_t n;
    plx_regression_term *terms;
    uint32_t *first;
    uint8_t *labels; /* (rows x LEVELS) */
    double *ridge, *fit, *work;
} learning;

static void count_names(learning *l, uint32_t *counts)
{
    const plx_triage_set *set = l->set;
    for (uint32_t i = 0; i < set->n; i++)
        for (uint32_t t = set->first[i]; l->use[i] && t < set->first[i + 1]; t++)
            counts[set->terms[t].name]++;
    for (uint32_t j = 0; j < set->names_n; j++) {
        const uint32_t least = begins(set->names[j], "word:") ? WORD_MIN : FEATURE_MIN;
        l->column[j] = counts[j] >= least ? l->n++ : UINT32_MAX;
    }
}

static plx_status take_memory(plx_arena *arena, learning *l)
{
    const plx_triage_set *set = l->set;
    l->column = plx_arena_take(arena, set->names_n, sizeof *l->column);
    uint32_t *counts = plx_arena_take(arena, set->names_n, sizeof *counts);
    if (!l->column || !counts) return PLX_SPACE;
    count_names(l, counts);
    if (l->n > PLX_REGRESSION_FEATURES_MAX) return PLX_LIMIT;
    l->weights = plx_arena_take(arena, l->n, sizeof *l->weights);
    l->terms = plx_arena_take(arena, set->first[set->n], sizeof *l->terms);
    l->first = plx_arena_take(arena, (size_t)set->n + 1, sizeof *l->first);
    l->labels = plx_arena_take(arena, (size_t)set->n * LEVELS, 1);
    l->ridge = plx_arena_take(arena, l->n, sizeof *l->ridge);
    l->fit = plx_arena_take(arena, l->n + LEVELS, sizeof *l->fit);
    l->work = plx_arena_take(arena, plx_regression_work(l->n, LEVELS), sizeof *l->work);
    const bool all =
        l->weights && l->terms && l->first && l->labels && l->ridge && l->fit && l->work;
    return all ? PLX_OK : PLX_SPACE;
}

/* Rows whose outcomes from .. from + labels_n - 1 are known. */
static plx_regression_rows gather(learning *l, uint32_t from, uint32_t labels_n)
{
    const plx_triage_set *set = l->set;
    uint32_t n = 0;
    l->first[0] = 0;
    for (uint32_t i = 0; i < set->n; i++) {
        if (!l->use[i] || set->outcomes[i][from] == PLX_TRIAGE_NOT_KNOWN) continue;
        uint32_t at = l->first[n];
        for (uint32_t t = set->first[i]; t < set->first[i + 1]; t++) {
            const uint32_t column = l->column[set->terms[t].name];
            if (column != UINT32_MAX)
                l->terms[at++] = (plx_regression_term){column, set->terms[t].value};
        }
        memcpy(l->labels + (size_t)n * labels_n, set->outcomes[i] + from, labels_n);
        l->first[++n] = at;
    }
    return (plx_regression_rows){l->terms, l->first, n, l->n};
}

/* Adds share x what was fitted to the outcomes from .. from + labels_n - 1. */
static plx_status fit(learning *l, plx_triage_model *model, uint32_t from, uint32_t labels_n,
                      const ridges *ridge, double share)
{
    const plx_regression_rows rows = gather(l, from, labels_n);
    for (uint32_t k = 0; k < labels_n; k++) {
        uint32_t yes = 0;
        for (uint32_t i = 0; i < rows.n; i++)
            yes += l->labels[(size_t)i * labels_n + k];
        if (yes == 0 || yes == rows.n) return PLX_MISSING;
    }
    for (uint32_t j = 0; j < l->set->names_n; j++)
        if (l->column[j] != UINT32_MAX) l->ridge[l->column[j]] = ridge_of(ridge, l->set->names[j]);
    PLX_TRY(plx_regression_fit(&rows, l->labels, labels_n, l->ridge, l->fit, l->work));
    for (uint32_t k = 0; k < labels_n; k++) {
        for (uint32_t j = 0; j < l->n; j++)
            l->weights[j].weight[from + k] += share * l->fit[j];
        model->threshold[from + k] += share * l->fit[l->n + k];
    }
    return PLX_OK;
}

static void name_weights(learning *l)
{
    const plx_triage_set *set = l->set;
    uint32_t rows = 0;
    for (uint32_t j = 0; j < set->names_n; j++)
        if (l->column[j] != UINT32_MAX)
            memcpy(l->weights[l->column[j]].name, set->names[j], PLX_TRIAGE_NAME_MAX);
    for (uint32_t i = 0; i < set->n; i++) {
        rows += l->use[i] != 0;
        for (uint32_t t = set->first[i]; l->use[i] && t < set->first[i + 1]; t++) {
            const uint32_t column = l->column[set->terms[t].name];
            if (column != UINT32_MAX) l->weights[column].mean += set->terms[t].value;
        }
    }
    for (uint32_t j = 0; j < l->n; j++)
        l->weights[j].mean /= rows;
}

plx_status plx_triage_learn(plx_arena *arena, const plx_triage_set *set, const uint8_t *use,
                            plx_triage_model *model)
{
    learning l = {.set = set, .use = use};
    memset(model, 0, sizeof *model);
    PLX_TRY(take_memory(arena, &l));
    name_weights(&l);
    PLX_TRY(fit(&l, model, PLX_TRIAGE_LEVEL_1, LEVELS, &SHARED, 1 - SHARE_OF_OWN));
    for (uint32_t k = 0; k < LEVELS; k++)
        PLX_TRY(fit(&l, model, k, 1, &OWN, SHARE_OF_OWN));
    PLX_TRY(fit(&l, model, PLX_TRIAGE_ADMISSION, 1, &ADMISSION, 1));
    PLX_TRY(fit(&l, model, PLX_TRIAGE_CRITICAL, 1, &CRITICAL, 1));
    model->weights = l.weights;
    model->n = l.n;
    return PLX_OK;
}

void plx_triage_folds(const plx_triage_truth *truths, uint32_t n, uint32_t folds_n, uint64_t seed,
                      uint8_t *fold, uint32_t *order)
{
    plx_rng rng = plx_rng_init(seed, 0);
    uint32_t dealt = 0;
    for (uint32_t level = 0; level <= PLX_TRIAGE_LEVELS; level++) {
        uint32_t of_level = 0;
        for (uint32_t i = 0; i < n; i++)
            if (truths[i].level == level) order[of_level++] = i;
        for (uint32_t left = of_level; left > 0; left--) {
            const uint32_t at = (uint32_t)plx_rng_below(&rng, left);
            fold[order[at]] = (uint8_t)(dealt++ % folds_n);
            order[at] = order[left - 1];
        }
    }
}
