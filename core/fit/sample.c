/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/fit/sample.h"

#include <math.h>

#include "core/base/mathx.h"

enum { PER_GROUP = 4, GROUPS = PLX_FLOW_BINS / PER_GROUP + 1 }; /* 1/16 of an octave */
enum { STEPS_MAX = 120, CELL_FULL = 30, OWN_QUANTILES = 100, POINTS = 41 };
#define ATOM_SHARE 0.02 /* a minute or less in more than this: an atom (design) */
#define CV_MIN 0.05
#define CV_MAX 3.0
#define DECILE_ERROR 0.05 /* more: no family is like it (prior; the design warns at 10 %) */
#define P_LEAST 1e-300

static const double minute = (double)PLX_MINUTE_US;

static void put(plx_sample *s, plx_flow_histogram *to, int64_t us)
{
    to->n[plx_flow_histogram_bin(us)]++;
    s->sum_min += (double)us / minute;
}

void plx_sample_add(plx_sample *s, int64_t us)
{
    s->n++;
    if (us <= PLX_MINUTE_US) s->zero_n++;
    put(s, &s->seen, us < 0 ? 0 : us);
}

void plx_sample_add_open(plx_sample *s, int64_t us)
{
    if (us <= 0) return; /* nothing was waited for */
    s->open_n++;
    put(s, &s->open, us);
}

void plx_sample_merge(plx_sample *to, const plx_sample *from)
{
    to->n += from->n;
    to->open_n += from->open_n;
    to->zero_n += from->zero_n;
    to->sum_min += from->sum_min;
    plx_flow_histogram_add(&to->seen, &from->seen);
    plx_flow_histogram_add(&to->open, &from->open);
}

/* --- likelihood --- */

/* Lower end of a bin, min. */
static double bin_from(unsigned bin)
{
    if (bin == 0) return 0;
    const unsigned octave = 20 + (bin - 1) / 64, part = (bin - 1) % 64;
    return (double)(UINT64_C(1) << octave) * (1 + part / 64.0) / minute;
}

typedef struct group {
    double from, to, middle; /* min */
    double n, open;
} group;

typedef struct grouped {
    group of[GROUPS];
    unsigned n;
    double seen, open, mean; /* without the atom */
} grouped;

/* without_zeros: those of a minute or less are the atom's. */
static void gather(const plx_sample *s, bool without_zeros, grouped *g)
{
    double sum = 0;
    *g = (grouped){0};
    for (unsigned first = 0; first < PLX_FLOW_BINS; first += PER_GROUP) {
        const unsigned end = first + PER_GROUP < PLX_FLOW_BINS ? first + PER_GROUP : PLX_FLOW_BINS;
        group x = {.from = bin_from(first), .to = bin_from(end)};
        for (unsigned bin = first; bin < end; bin++) {
            x.n += s->seen.n[bin];
            x.open += s->open.n[bin];
        }
        x.middle = 0.5 * (x.from + x.to);
        if (without_zeros && x.to <= 1) x.n = 0;
        if (x.n == 0 && x.open == 0) continue;
        sum += x.middle * (x.n + x.open);
        g->seen += x.n;
        g->open += x.open;
        g->of[g->n++] = x;
    }
    g->mean = g->seen > 0 ? sum / g->seen : 0;
}

static double log_likelihood(const grouped *g, plx_law_family family, double mean, double cv)
{
    const plx_law_form form = plx_law_form_of(family, cv);
    double sum = 0, last_to = -1, last = 1;
    for (unsigned i = 0; i < g->n; i++) {
        const group *x = &g->of[i];
        const double from =
            x->from == last_to ? last : plx_law_form_survival(&form, x->from / mean);
        const double to = plx_law_form_survival(&form, x->to / mean);
        last_to = x->to;
        last = to;
        if (x->n > 0) sum += x->n * plx_log(from - to > P_LEAST ? from - to : P_LEAST);
        if (x->open > 0) {
            const double middle = 0.5 * (from + to);
            sum += x->open * plx_log(middle > P_LEAST ? middle : P_LEAST);
        }
    }
    return sum;
}

/* --- maximum: simplex of three points in (ln mean, ln cv) --- */

typedef struct vertex {
    double x[2], loss;
} vertex;

static double loss_at(const grouped *g, plx_law_family family, const double x[2])
{
    const double cv = plx_exp(x[1]);
    if (!(cv >= CV_MIN && cv <= CV_MAX) || !(x[0] > -10 && x[0] < 15)) return 1e300;
    return -log_likelihood(g, family, plx_exp(x[0]), cv);
}

static void order(vertex v[3])
{
    for (int i = 1; i < 3; i++)
        for (int k = i; k > 0 && v[k].loss < v[k - 1].loss; k--) {
            const vertex t = v[k];
            v[k] = v[k - 1];
            v[k - 1] = t;
        }
}

/* The worst vertex mirrored through the middle of the others, times factor. */
static vertex moved(const grouped *g, plx_law_family family, const vertex v[3], double factor)
{
    vertex m;
    for (int i = 0; i < 2; i++) {
        const double middle = 0.5 * (v[0].x[i] + v[1].x[i]);
        m.x[i] = middle + factor * (v[2].x[i] - middle);
    }
    m.loss = loss_at(g, family, m.x);
    return m;
}

static vertex minimise(const grouped *g, plx_law_family family, double mean, double cv)
{
    vertex v[3];
    for (int k = 0; k < 3; k++) {
        v[k].x[0] = plx_log(mean) + (k == 1 ? 0.2 : 0);
        v[k].x[1] = plx_log(cv) + (k == 2 ? 0.2 : 0);
        v[k].loss = loss_at(g, family, v[k].x);
    }
    order(v);
    for (int step = 0; step < STEPS_MAX && v[2].loss - v[0].loss > 1e-7; step++) {
        const vertex mirrored = moved(g, family, v, -1);
        if (mirrored.loss < v[0].loss) {
            const vertex further = moved(g, family, v, -2);
            v[2] = further.loss < mirrored.loss ? further : mirrored;
        } else if (mirrored.loss < v[1].loss) {
            v[2] = mirrored;
        } else {
            const vertex nearer = moved(g, family, v, 0.5);
            if (nearer.loss < v[2].loss) {
                v[2] = nearer;
            } else {
                for (int k = 1; k < 3; k++) {
                    for (int i = 0; i < 2; i++)
                        v[k].x[i] = 0.5 * (v[k].x[i] + v[0].x[i]);
                    v[k].loss = loss_at(g, family, v[k].x);
                }
            }
        }
        order(v);
    }
    return v[0];
}

/* --- the best family --- */

static double quantile_of(const plx_law *law, double p)
{
    if (p <= law->p0) return 0;
    const plx_law_form form = plx_law_form_of(law->family, law->cv);
    const double above = (1 - p) / (1 - law->p0);
    double low = 0, high = 1;
    while (plx_law_form_survival(&form, high) > above && high < 1e6)
        high *= 2;
    for (int i = 0; i < 60; i++) {
        const double middle = 0.5 * (low + high);
        *(plx_law_form_survival(&form, middle) > above ? &low : &high) = middle;
    }
    return law->mean * low;
}

static double worst_decile(const plx_sample *s, const plx_law *law)
{
    double worst = 0;
    if (s->open_n > 0 || s->n < CELL_FULL) return NAN;
    for (int k = 1; k < 10; k++) {
        if (k / 10.0 < law->p0 + 0.05) continue; /* in the atom, or at its edge */
        const double seen = plx_flow_histogram_quantile_min(&s->seen, k / 10.0);
        const double error = fabs(quantile_of(law, k / 10.0) - seen) / (seen > 1 ? seen : 1);
        if (error > worst) worst = error;
    }
    return worst;
}

/* No family is like it: its own quantiles. mean and cv stay what the best family said. */
static void take_quantiles(const plx_sample *s, plx_law *law)
{
    law->family = PLX_LAW_EMPIRICAL;
    law->p0 = 0;
    law->point_n = POINTS;
    for (int i = 0; i < POINTS; i++) {
        const double x = plx_flow_histogram_quantile_min(&s->seen, i / (POINTS - 1.0));
        law->point[i] = i > 0 && x < law->point[i - 1] ? law->point[i - 1] : x;
    }
}

void plx_sample_fit(const plx_sample *s, unsigned families, plx_sample_law *out)
{
    grouped g;
    *out = (plx_sample_law){.n = s->n, .worst_decile = NAN};
    if (s->n == 0) return;
    const double share = (double)s->zero_n / (double)s->n;
    const bool atom = share > ATOM_SHARE;
    gather(s, atom, &g);
    plx_law law = {.family = PLX_LAW_EXPONENTIAL, .mean = 1, .p0 = atom ? share : 0};
    if (law.p0 > 0.999) law.p0 = 0.999;
    double best = 1e300;
    for (unsigned f = PLX_LAW_EXPONENTIAL; g.seen > 0 && f <= PLX_LAW_LOGLOGISTIC; f++) {
        if (!(families >> f & 1)) continue;
        const bool one = f == PLX_LAW_EXPONENTIAL;
        vertex v = {.x = {plx_log(g.mean), 0}};
        if (one)
            v.loss = loss_at(&g, PLX_LAW_EXPONENTIAL, v.x);
        else
            v = minimise(&g, (plx_law_family)f, g.mean, 0.8);
        const double bic = (one ? 1 : 2) * plx_log(g.seen) + 2 * v.loss;
        if (bic >= best) continue;
        best = bic;
        law.family = (plx_law_family)f;
        law.mean = plx_exp(v.x[0]);
        law.cv = one ? 1 : plx_exp(v.x[1]);
    }
    out->law = law;
    out->known = true;
    out->se_log_mean = g.seen > 0 ? law.cv / sqrt(g.seen) : NAN;
    out->worst_decile = worst_decile(s, &law);
    if (s->n >= OWN_QUANTILES && out->worst_decile > DECILE_ERROR) take_quantiles(s, &out->law);
}

void plx_sample_shrink(plx_sample_law *own, const plx_sample_law *parent)
{
    if (!parent->known) return;
    if (!own->known) {
        *own = *parent;
        own->n = 0;
        return;
    }
    const double mine = (double)own->n / ((double)own->n + CELL_FULL), theirs = 1 - mine;
    plx_law *l = &own->law;
    const plx_law *p = &parent->law;
    if (l->family == PLX_LAW_EMPIRICAL) return;
    if (own->n < CELL_FULL && p->family == PLX_LAW_EMPIRICAL) {
        *l = *p;
        return;
    }
    if (own->n < CELL_FULL) l->family = p->family;
    l->mean = plx_exp(mine * plx_log(l->mean) + theirs * plx_log(p->mean));
    l->cv = plx_exp(mine * plx_log(l->cv) + theirs * plx_log(p->cv));
    l->p0 = mine * l->p0 + theirs * p->p0;
}
