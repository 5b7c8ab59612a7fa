/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/lister.h"

#include "core/base/mathx.h"

/* Priors of the method (see doc/validation/ddxplus.md). */
#define RATE 0.2         /* of each tree */
#define RIDGE 1.0        /* on a leaf */
#define LEAST_HESSIAN 1. /* on each side of a split */
#define LEAST_GAIN 1e-6
#define THRESHOLD 0.44 /* half of a set F1 of 0.88 */

static const double AGES[] = {1,  2,  3,  5,  8,  10, 12, 15, 18, 20, 25,
                              30, 35, 40, 45, 50, 55, 60, 65, 70, 80};
enum { AGES_N = sizeof AGES / sizeof *AGES, NODES_MAX = PLX_LISTER_LEAVES };

/* Features: items that hold; "at least this value" of numbers; the finding he came with; ages from
 * which on; sex. */
static uint32_t features_of(const plx_knowledge *k)
{
    return 2 * k->items_n + k->findings_n + AGES_N + 2;
}

uint32_t plx_lister_present(const plx_knowledge *k, const plx_case *c, uint32_t *present)
{
    uint32_t n = 0;
    const uint32_t at_least = k->items_n, initial = 2 * k->items_n, age = initial + k->findings_n;
    for (uint32_t i = 0; i < k->items_n && n < PLX_LISTER_PRESENT_MAX; i++)
        if (c->yes[i]) present[n++] = i;
    for (uint32_t f = 0; f < k->findings_n; f++) {
        const plx_finding *finding = &k->findings[f];
        if (finding->kind != PLX_FINDING_NUMBER || c->state[f] != PLX_KNOWN) continue;
        uint32_t holds = finding->first;
        for (uint32_t i = 0; i < finding->items_n; i++)
            if (c->yes[finding->first + i]) holds = finding->first + i;
        for (uint32_t i = finding->first + 1; i <= holds && n < PLX_LISTER_PRESENT_MAX; i++)
            present[n++] = at_least + i;
    }
    if (c->initial != PLX_NO_INDEX && n < PLX_LISTER_PRESENT_MAX)
        present[n++] = initial + c->initial;
    for (uint32_t a = 0; a < AGES_N && n < PLX_LISTER_PRESENT_MAX; a++)
        if (c->age >= AGES[a]) present[n++] = age + a;
    if (c->sex >= 0 && n < PLX_LISTER_PRESENT_MAX) present[n++] = age + AGES_N + (uint32_t)c->sex;
    return n;
}

size_t plx_lister_bytes(const plx_knowledge *k)
{
    return (size_t)k->diagnoses_n *
               (sizeof(double) + PLX_LISTER_TREES * (PLX_LISTER_SPLITS * sizeof(uint32_t) +
                                                     PLX_LISTER_LEAVES * sizeof(double))) +
           3 * 32;
}

plx_status plx_lister_take(const plx_knowledge *k, plx_arena *arena, plx_lister *l)
{
    const size_t trees = (size_t)k->diagnoses_n * PLX_LISTER_TREES;
    *l = (plx_lister){k->diagnoses_n, features_of(k), THRESHOLD, NULL, NULL, NULL};
    l->bias = plx_arena_take(arena, k->diagnoses_n, sizeof *l->bias);
    l->split = plx_arena_take(arena, trees * PLX_LISTER_SPLITS, sizeof *l->split);
    l->leaf = plx_arena_take(arena, trees * PLX_LISTER_LEAVES, sizeof *l->leaf);
    return l->bias && l->split && l->leaf ? PLX_OK : PLX_FULL;
}

static double logistic(double z)
{
    return 1 / (1 + plx_exp(-z));
}

/* Learning. */

typedef struct grower {
    uint32_t n, features_n;
    const plx_case **cases;
    uint32_t **present, *present_n; /* (n) */
    double *z, *g, *h;              /* (n) log-odds, gradient, curvature */
    uint32_t *node;                 /* (n) of the present level */
    double *sum_g, *sum_h;          /* (NODES_MAX x features_n) of the cases that have it */
} grower;

size_t plx_lister_learn_bytes(const plx_knowledge *k, uint32_t n)
{
    return (size_t)n * (3 * sizeof(double) + 4 * sizeof(void *) + 160 +
                        PLX_LISTER_PRESENT_MAX / 4 * sizeof(uint32_t)) +
           2 * NODES_MAX * (size_t)features_of(k) * sizeof(double) + 1024;
}

static plx_status take_grower(const plx_knowledge *k, const plx_case *cases, uint32_t n,
                              plx_arena *arena, grower *w)
{
    *w = (grower){.features_n = features_of(k)};
    w->cases = plx_arena_take(arena, n, sizeof *w->cases);
    w->present = plx_arena_take(arena, n, sizeof *w->present);
    w->present_n = plx_arena_take(arena, n, sizeof *w->present_n);
    w->z = plx_arena_take(arena, n, sizeof *w->z);
    w->g = plx_arena_take(arena, n, sizeof *w->g);
    w->h = plx_arena_take(arena, n, sizeof *w->h);
    w->node = plx_arena_take(arena, n, sizeof *w->node);
    w->sum_g = plx_arena_take(arena, (size_t)NODES_MAX * w->features_n, sizeof(double));
    w->sum_h = plx_arena_take(arena, (size_t)NODES_MAX * w->features_n, sizeof(double));
    if (!w->cases || !w->present || !w->present_n || !w->z || !w->g || !w->h || !w->node ||
        !w->sum_g || !w->sum_h)
        return PLX_FULL;
    uint32_t present[PLX_LISTER_PRESENT_MAX];
    for (uint32_t i = 0; i < n; i++) {
        if (!cases[i].reference_told) continue;
        const uint32_t present_n = plx_lister_present(k, &cases[i], present);
        uint32_t *copy = plx_arena_take(arena, present_n + 1, sizeof *copy);
        if (!copy) return PLX_FULL;
        memcpy(copy, present, present_n * sizeof *copy);
        w->cases[w->n] = &cases[i];
        w->present[w->n] = copy;
        w->present_n[w->n++] = present_n;
    }
    return w->n ? PLX_OK : PLX_MISSING;
}

static bool has(const grower *w, uint32_t i, uint32_t feature)
{
    const uint32_t *present = w->present[i];
    for (uint32_t j = 0; j < w->present_n[i]; j++)
        if (present[j] == feature) return true;
    return false;
}

static bool listed(const grower *w, uint32_t i, uint32_t d)
{
    return (double)w->cases[i]->reference[d] > PLX_REFERENCE_LEAST;
}

/* The split of one node that gains most; PLX_NO_INDEX when none gains. */
static uint32_t best_split(const grower *w, uint32_t node, double g, double h)
{
    const double *sum_g = w->sum_g + (size_t)node * w->features_n,
                 *sum_h = w->sum_h + (size_t)node * w->features_n, whole = g * g / (h + RIDGE);
    double best = LEAST_GAIN;
    uint32_t feature = PLX_NO_INDEX;
    for (uint32_t q = 0; q < w->features_n; q++) {
        const double rest_h = h - sum_h[q], rest_g = g - sum_g[q];
        if (sum_h[q] < LEAST_HESSIAN || rest_h < LEAST_HESSIAN) continue;
        const double gain =
            sum_g[q] * sum_g[q] / (sum_h[q] + RIDGE) + rest_g * rest_g / (rest_h + RIDGE) - whole;
        if (gain > best) best = gain, feature = q;
    }
    return feature;
}

/* One level of a tree: sums, splits, cases move on. */
static void grow_level(grower *w, uint32_t depth, uint32_t *split)
{
    const uint32_t nodes = 1u << depth;
    double g[NODES_MAX] = {0}, h[NODES_MAX] = {0};
    memset(w->sum_g, 0, (size_t)nodes * w->features_n * sizeof(double));
    memset(w->sum_h, 0, (size_t)nodes * w->features_n * sizeof(double));
    for (uint32_t i = 0; i < w->n; i++) {
        const size_t at = (size_t)w->node[i] * w->features_n;
        g[w->node[i]] += w->g[i];
        h[w->node[i]] += w->h[i];
        for (uint32_t j = 0; j < w->present_n[i]; j++) {
            w->sum_g[at + w->present[i][j]] += w->g[i];
            w->sum_h[at + w->present[i][j]] += w->h[i];
        }
    }
    for (uint32_t node = 0; node < nodes; node++)
        split[nodes - 1 + node] = best_split(w, node, g[node], h[node]);
    for (uint32_t i = 0; i < w->n; i++) {
        const uint32_t q = split[nodes - 1 + w->node[i]];
        w->node[i] = 2 * w->node[i] + (q != PLX_NO_INDEX && has(w, i, q));
    }
}

static void grow_tree(grower *w, uint32_t d, uint32_t *split, double *leaf)
{
    double g[NODES_MAX] = {0}, h[NODES_MAX] = {0};
    for (uint32_t i = 0; i < w->n; i++) {
        const double q = logistic(w->z[i]);
        w->g[i] = q - listed(w, i, d);
        w->h[i] = q * (1 - q);
        w->node[i] = 0;
    }
    for (uint32_t depth = 0; depth < PLX_LISTER_DEPTH; depth++)
        grow_level(w, depth, split);
    for (uint32_t i = 0; i < w->n; i++) {
        g[w->node[i]] += w->g[i];
        h[w->node[i]] += w->h[i];
    }
    for (uint32_t node = 0; node < PLX_LISTER_LEAVES; node++)
        leaf[node] = -RATE * g[node] / (h[node] + RIDGE);
    for (uint32_t i = 0; i < w->n; i++)
        w->z[i] += leaf[w->node[i]];
}

plx_status plx_lister_learn(const plx_knowledge *k, const plx_case *cases, uint32_t n,
                            plx_arena *arena, plx_lister *l)
{
    const size_t used = arena->used;
    grower w;
    const plx_status status = take_grower(k, cases, n, arena, &w);
    for (uint32_t d = 0; status == PLX_OK && d < l->diagnoses_n; d++) {
        double yes = 0;
        for (uint32_t i = 0; i < w.n; i++)
            yes += listed(&w, i, d);
        l->bias[d] = plx_log((yes + 0.5) / (w.n - yes + 0.5));
        for (uint32_t i = 0; i < w.n; i++)
            w.z[i] = l->bias[d];
        for (size_t tree = (size_t)d * PLX_LISTER_TREES; tree < (d + 1ul) * PLX_LISTER_TREES;
             tree++)
            grow_tree(&w, d, l->split + tree * PLX_LISTER_SPLITS,
                      l->leaf + tree * PLX_LISTER_LEAVES);
    }
    arena->used = used;
    return status;
}

void plx_lister_chances(const plx_knowledge *k, const plx_lister *l, const plx_case *c, uint8_t *on,
                        double *chance)
{
    uint32_t present[PLX_LISTER_PRESENT_MAX];
    const uint32_t n = plx_lister_present(k, c, present);
    for (uint32_t i = 0; i < n; i++)
        on[present[i]] = 1;
    for (uint32_t d = 0; d < l->diagnoses_n; d++) {
        double z = l->bias[d];
        for (size_t tree = (size_t)d * PLX_LISTER_TREES; tree < (d + 1ul) * PLX_LISTER_TREES;
             tree++) {
            const uint32_t *split = l->split + tree * PLX_LISTER_SPLITS;
            uint32_t node = 0;
            for (uint32_t depth = 0; depth < PLX_LISTER_DEPTH; depth++) {
                const uint32_t q = split[(1u << depth) - 1 + node];
                node = 2 * node + (q != PLX_NO_INDEX && on[q]);
            }
            z += l->leaf[tree * PLX_LISTER_LEAVES + node];
        }
        chance[d] = logistic(z);
    }
    for (uint32_t i = 0; i < n; i++)
        on[present[i]] = 0;
}
