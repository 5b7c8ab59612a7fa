/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/diagnose/learn.h"

#include "core/base/mathx.h"

/* Priors of the method, chosen on the odd rows of DDXPlus' mini test file (see doc/validation). */
#define STRENGTH_LISTED 10     /* pseudo-cases behind a pair that the tables name */
#define STRENGTH_UNLISTED 1.0  /* and behind one that they do not */
#define CHANCE_UNLISTED 0.002  /* of a finding that the tables do not name */
#define STRENGTH_AGE 5.0       /* towards the ages of all */
#define STRENGTH_SEX 2.0       /* towards one half */
#define STRENGTH_DIAGNOSIS 0.5 /* pseudo-cases of each diagnosis */
#define CHANCE_LEAST 1e-4      /* of anything */

static const double BANDS[] = {0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80};
enum { BANDS_N = sizeof BANDS / sizeof *BANDS };

/* The cases that are counted, or the others. */
typedef struct part {
    const plx_case *cases;
    uint32_t n, left_out; /* the part that is not counted; PLX_LEARN_PARTS: none */
} part;

typedef struct counts {
    double *item, *asked; /* (items_n x D) item holds; (findings_n x D) finding counts */
    double *cases;        /* (D) */
    double *band;         /* (BANDS_N x D) */
    double *male;         /* (D) */
    double *pooled;       /* (items_n) share of the item among listed pairs */
} counts;

static double inside(double p)
{
    return p < CHANCE_LEAST ? CHANCE_LEAST : p > 1 - CHANCE_LEAST ? 1 - CHANCE_LEAST : p;
}

static plx_status take_counts(const plx_knowledge *k, plx_arena *arena, counts *t)
{
    const size_t n = k->diagnoses_n;
    t->item = plx_arena_take(arena, k->items_n * n, sizeof(double));
    t->asked = plx_arena_take(arena, k->findings_n * n, sizeof(double));
    t->cases = plx_arena_take(arena, n, sizeof(double));
    t->band = plx_arena_take(arena, BANDS_N * n, sizeof(double));
    t->male = plx_arena_take(arena, n, sizeof(double));
    t->pooled = plx_arena_take(arena, k->items_n, sizeof(double));
    const bool all = t->item && t->asked && t->cases && t->band && t->male && t->pooled;
    return all ? PLX_OK : PLX_FULL;
}

static uint32_t band_of(double age)
{
    uint32_t b = 0;
    while (b + 1 < BANDS_N && age >= BANDS[b + 1])
        b++;
    return b;
}

static void count_case(const plx_knowledge *k, const plx_case *c, counts *t)
{
    const size_t n = k->diagnoses_n, d = c->truth;
    t->cases[d] += 1;
    if (c->age >= 0) t->band[band_of(c->age) * n + d] += 1;
    t->male[d] += c->sex < 0 ? 0.5 : c->sex;
    for (uint32_t i = 0; i < k->findings_n; i++) {
        if (!plx_case_counts(k, c, i)) continue;
        const plx_finding *f = &k->findings[i];
        t->asked[i * n + d] += 1;
        for (uint32_t item = f->first; item < f->first + f->items_n; item++)
            t->item[item * n + d] += c->yes[item];
    }
}

static bool is_listed(const plx_knowledge *k, size_t finding, size_t d)
{
    return k->listed && k->listed[finding * k->diagnoses_n + d];
}

/* Tables are there when they name anything. */
static bool has_tables(const plx_knowledge *k)
{
    const size_t n = (size_t)k->findings_n * k->diagnoses_n;
    for (size_t i = 0; i < n && k->listed; i++)
        if (k->listed[i]) return true;
    return false;
}

/* Share of each item among the pairs that the tables name: what a rare diagnosis starts from. */
static void pool(const plx_knowledge *k, counts *t)
{
    const size_t n = k->diagnoses_n;
    double yes = 0, asked = 0;
    for (uint32_t i = 0; i < k->findings_n; i++) {
        const plx_finding *f = &k->findings[i];
        if (f->kind != PLX_FINDING_YES_NO) continue;
        for (size_t d = 0; d < n; d++)
            if (is_listed(k, i, d)) yes += t->item[f->first * n + d], asked += t->asked[i * n + d];
    }
    const double mean = (yes + 1) / (asked + 2);
    for (uint32_t i = 0; i < k->findings_n; i++) {
        const plx_finding *f = &k->findings[i];
        for (uint32_t item = f->first; item < f->first + f->items_n; item++) {
            double holds = 0, of = 0;
            for (size_t d = 0; d < n; d++)
                if (is_listed(k, i, d)) holds += t->item[item * n + d], of += t->asked[i * n + d];
            const double flat = f->kind == PLX_FINDING_YES_NO ? mean : 1.0 / f->items_n;
            t->pooled[item] = (holds + 5 * flat) / (of + 5);
        }
    }
}

static double start_of(const plx_knowledge *k, const plx_finding *f, const counts *t, bool listed,
                       uint32_t item)
{
    if (listed) return t->pooled[item];
    if (f->kind == PLX_FINDING_YES_NO || f->normal == PLX_NO_INDEX) return CHANCE_UNLISTED;
    const double rest = CHANCE_UNLISTED / f->items_n;
    (void)k;
    return item == f->normal ? 1 - CHANCE_UNLISTED : rest;
}

static void set_likelihoods(plx_knowledge *k, const counts *t)
{
    const size_t n = k->diagnoses_n;
    for (uint32_t i = 0; i < k->findings_n; i++) {
        const plx_finding *f = &k->findings[i];
        for (uint32_t item = f->first; item < f->first + f->items_n; item++) {
            double holds = 0, of = 0;
            for (size_t d = 0; d < n; d++) {
                const size_t cell = item * n + d;
                const bool listed = is_listed(k, i, d);
                const double m = start_of(k, f, t, listed, item),
                             s = listed ? STRENGTH_LISTED : STRENGTH_UNLISTED;
                holds += t->item[cell];
                of += t->asked[i * n + d];
                k->p1[cell] = inside((t->item[cell] + s * m) / (t->asked[i * n + d] + s));
                k->source[cell] = 1;
                k->verified[cell] = 1;
            }
            k->items[item].base = inside((holds + 0.1) / (of + 0.2));
            for (size_t d = 0; d < n; d++)
                k->p0[item * n + d] = k->items[item].base;
        }
    }
}

static void set_priors(plx_knowledge *k, const counts *t)
{
    const size_t n = k->diagnoses_n;
    double all = 0, of_band[BANDS_N] = {0};
    for (size_t d = 0; d < n; d++) {
        all += t->cases[d];
        for (int b = 0; b < BANDS_N; b++)
            of_band[b] += t->band[(size_t)b * n + d];
    }
    for (uint32_t d = 0; d < n; d++) {
        plx_prior *p = &k->priors[d];
        *p = (plx_prior){.diagnosis = d, .bands_n = BANDS_N, .source = 1, .verified = true};
        k->diagnoses[d].cases = t->cases[d];
        const double chance =
            (t->cases[d] + STRENGTH_DIAGNOSIS) / (all + STRENGTH_DIAGNOSIS * (double)n);
        const double male = (t->male[d] + STRENGTH_SEX / 2) / (t->cases[d] + STRENGTH_SEX);
        for (int b = 0; b < BANDS_N; b++) {
            const double common = (of_band[b] + 1) / (all + BANDS_N);
            const double band =
                (t->band[(size_t)b * n + d] + STRENGTH_AGE * common) / (t->cases[d] + STRENGTH_AGE);
            p->from_years[b] = BANDS[b];
            p->p[0][b] = chance * band * (1 - male);
            p->p[1][b] = chance * band * male;
        }
    }
}

/* Without tables: a pair is named when a counted case has the finding. */
static void name_pairs(plx_knowledge *k, const counts *t)
{
    const size_t n = k->diagnoses_n;
    for (uint32_t i = 0; i < k->findings_n; i++) {
        const plx_finding *f = &k->findings[i];
        for (size_t d = 0; d < n; d++) {
            double positive = 0;
            for (uint32_t item = f->first; item < f->first + f->items_n; item++)
                if (item != f->normal) positive += t->item[item * n + d];
            k->listed[i * n + d] = positive > 0;
        }
    }
}

static plx_status count_and_set(plx_knowledge *k, const part *p, counts *t, bool tables)
{
    const size_t n = k->diagnoses_n;
    memset(t->item, 0, k->items_n * n * sizeof(double));
    memset(t->asked, 0, k->findings_n * n * sizeof(double));
    memset(t->cases, 0, n * sizeof(double));
    memset(t->band, 0, BANDS_N * n * sizeof(double));
    memset(t->male, 0, n * sizeof(double));
    for (uint32_t i = 0; i < p->n; i++)
        if (i % PLX_LEARN_PARTS != p->left_out) count_case(k, &p->cases[i], t);
    if (!tables) name_pairs(k, t);
    pool(k, t);
    set_likelihoods(k, t);
    set_priors(k, t);
    char why[80];
    return plx_knowledge_compile(k, why, sizeof why);
}

/* Temperature and rho. */

static const double RHOS[] = {0, 0.1, 0.2, 0.3, 0.5, 0.75, 1};
enum { RHOS_N = sizeof RHOS / sizeof *RHOS, TEMPERATURES_N = 26 };

static double temperature_at(int i)
{
    return plx_exp(-0.5 + 0.1 * i); /* 0.61 to 7.4 */
}

/* Negative log likelihood of the truth of one case for all temperatures. */
static void add_losses(const plx_belief *b, uint32_t truth, double *loss)
{
    double x[PLX_DIAGNOSES_MAX];
    for (int i = 0; i < TEMPERATURES_N; i++) {
        for (uint32_t d = 0; d < b->diagnoses_n; d++)
            x[d] = b->log_prior[d] + b->score[d] / temperature_at(i);
        plx_softmax(x, b->diagnoses_n);
        loss[i] -= plx_log(x[truth] > 1e-300 ? x[truth] : 1e-300);
    }
}

static plx_status fit_temperature(plx_knowledge *k, part p, counts *t, plx_belief *b, bool tables)
{
    double loss[RHOS_N][TEMPERATURES_N] = {{0}};
    char why[80];
    if (p.n > PLX_LEARN_FIT_CASES_MAX) p.n = PLX_LEARN_FIT_CASES_MAX;
    for (p.left_out = 0; p.left_out < PLX_LEARN_PARTS; p.left_out++) {
        PLX_TRY(count_and_set(k, &p, t, tables));
        k->temperature = 1;
        for (uint32_t i = p.left_out; i < p.n; i += PLX_LEARN_PARTS) {
            PLX_TRY(plx_infer(k, &p.cases[i], b, why, sizeof why));
            for (int r = 0; r < RHOS_N; r++) {
                k->rho = RHOS[r];
                plx_infer_from_groups(k, b);
                add_losses(b, p.cases[i].truth, loss[r]);
            }
        }
    }
    int rho = 0, temperature = 0;
    for (int r = 0; r < RHOS_N; r++)
        for (int i = 0; i < TEMPERATURES_N; i++)
            if (loss[r][i] < loss[rho][temperature]) rho = r, temperature = i;
    k->rho = RHOS[rho];
    k->temperature = temperature_at(temperature);
    k->calibrated = true;
    return PLX_OK;
}

plx_status plx_learn(plx_knowledge *k, const plx_case *cases, uint32_t n, plx_arena *arena,
                     char *why, size_t why_n)
{
    const size_t used = arena->used;
    const bool tables = has_tables(k);
    part p = {cases, n, PLX_LEARN_PARTS};
    counts t;
    plx_belief b;
    if (n == 0) return plx_refuse(why, why_n, PLX_MISSING, "there are no cases to learn from");
    plx_status status = take_counts(k, arena, &t);
    if (status == PLX_OK) status = plx_belief_take(k, arena, &b);
    if (status != PLX_OK) plx_refuse(why, why_n, status, "not enough memory to learn");
    if (status == PLX_OK && n >= PLX_LEARN_PARTS) status = fit_temperature(k, p, &t, &b, tables);
    if (status == PLX_OK) status = count_and_set(k, &p, &t, tables);
    if (status == PLX_OK) status = plx_knowledge_compile(k, why, why_n);
    if (!tables) memset(k->listed, 0, (size_t)k->findings_n * k->diagnoses_n);
    arena->used = used;
    return status;
}
