/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What the past says of weights, width and shape, and the law that follows. */
#include "core/validate/blend.h"

#include <math.h>
#include <stddef.h>

#include "core/base/mathx.h"

#define PRIOR_ERRORS 4.0 /* errors that the wider mean counts for in a mean absolute error */
#define FAR_ERROR 4.0    /* in scales: beyond it an error pulls no harder */
/* The law is wider than what was learnt by this share as long as it was learnt elsewhere; by half
 * of it after so many errors of this run. Priors; no part of the scale, or it would be unlearnt. */
#define ELSEWHERE 0.08
#define ELSEWHERE_N 400.0
#define UNSURE 0.25      /* how much wider before the first error: a scale is a guess then */
#define LEAST_SCALE 0.02 /* of the usual error */

/* Quantiles of the logistic law whose mean absolute value is 1: ln(p / (1 - p)) / (2 ln 2). */
const plx_blend_prior plx_blend_prior_usual = {
    .counts = 40.0,
    .weight = {[PLX_BLEND_PERSISTENCE] = 0.4,
               [PLX_BLEND_NEAR_MEAN] = 0.2,
               [PLX_BLEND_FAR_MEAN] = 0.2,
               [PLX_BLEND_OWN_MEAN] = 0.1,
               [PLX_BLEND_POPULATION_MEAN] = 0.1},
    .sign = {[PLX_BLEND_OWN] = 0.7, [PLX_BLEND_RESTLESS] = 0.3},
    .bins = 40.0,
    .shape = {-4.982170, -4.188244, -3.314678, -2.642701, -2.123964, -1.812245, -1.584963,
              -1.251250, -1.000000, -0.792481, -0.611196, -0.446542, -0.292481, -0.203313,
              -0.115663, 0.000000,  0.115663,  0.203313,  0.292481,  0.446542,  0.611196,
              0.792481,  1.000000,  1.251250,  1.584963,  1.812245,  2.123964,  2.642701,
              3.314678,  4.188244,  4.982170}};

const char *plx_blend_part_name(plx_blend_part part)
{
    static const char *const names[PLX_BLEND_PART_N] = {
        "persistence", "trend",           "ar1",  "near_mean",  "far_mean",
        "own_mean",    "population_mean", "twin", "twin_change"};
    return (uint32_t)part < PLX_BLEND_PART_N ? names[part] : "unknown";
}

const char *plx_blend_sign_name(plx_blend_sign sign)
{
    static const char *const names[PLX_BLEND_SIGN_N] = {"usual", "own",   "restless",
                                                        "away",  "apart", "spread"};
    return (uint32_t)sign < PLX_BLEND_SIGN_N ? names[sign] : "unknown";
}

/* How much the population counts: as what it holds, but at most as limit errors. */
static double share_of(double held, double limit)
{
    return held > limit ? limit / held : 1.0;
}

/* Weights on the simplex that minimise w'Aw - 2 b'w, from where w stands: the pair that gains is
 * moved until nothing moves. Persistence has no row: its pull is 0. */
static void solve_simplex(double a[PLX_BLEND_PART_N][PLX_BLEND_PART_N],
                          const double b[PLX_BLEND_PART_N], const bool known[PLX_BLEND_PART_N],
                          double w[PLX_BLEND_PART_N])
{
    enum { N = PLX_BLEND_PART_N, SWEEPS = 60 };
    double g[N]; /* half the gradient */
    for (int i = 0; i < N; i++) {
        g[i] = -b[i];
        for (int j = 0; j < N; j++)
            g[i] += a[i][j] * w[j];
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double moved = 0.0;
        for (int i = 1; i < N; i++) {
            if (!known[i]) continue;
            for (int j = 0; j < i; j++) {
                const double bend = a[i][i] + a[j][j] - 2.0 * a[i][j];
                if (!known[j] || !(bend > 1e-12)) continue;
                double d = (g[j] - g[i]) / bend; /* from j to i */
                if (d > w[j]) d = w[j];
                if (d < -w[i]) d = -w[i];
                if (d == 0.0) continue;
                w[i] += d;
                w[j] -= d;
                for (int k = 0; k < N; k++)
                    g[k] += d * (a[k][i] - a[k][j]);
                moved += fabs(d);
            }
        }
        if (moved < 1e-6) break;
    }
}

static void find_weights(const plx_blend_prior *believed, const plx_blend_sums *population,
                         const plx_blend_sums *patient, const plx_blend_view *view,
                         double w[PLX_BLEND_PART_N])
{
    enum { N = PLX_BLEND_PART_N };
    const double share = share_of(population->n, PLX_BLEND_POPULATION_COUNTS);
    double a[N][N], b[N], lost = 0.0;
    for (int i = 0; i < N; i++) {
        const double prior = i == PLX_BLEND_PERSISTENCE ? 0.0 : believed->counts;
        const double withheld = i == PLX_BLEND_POPULATION_MEAN ? view->withheld : 0.0;
        const double first = (1.0 - withheld) * believed->weight[i];
        b[i] = share * population->pulled[i] + patient->pulled[i] + prior * first;
        for (int j = 0; j < N; j++)
            a[i][j] = share * population->pull[i][j] + patient->pull[i][j];
        a[i][i] += prior;
        w[i] = view->known[i] ? first : 0.0;
        lost += believed->weight[i] - w[i];
    }
    w[PLX_BLEND_PERSISTENCE] += lost;
    solve_simplex(a, b, view->known, w);
}

/* v >= 0 that minimise v'Av - 2 b'v, one after the other. */
static void find_signs(const plx_blend_prior *believed, const plx_blend_sums *population,
                       const plx_blend_sums *patient, double v[PLX_BLEND_SIGN_N])
{
    enum { N = PLX_BLEND_SIGN_N, SWEEPS = 60 };
    const double share = share_of(population->n, PLX_BLEND_POPULATION_COUNTS);
    double a[N][N], b[N];
    for (int i = 0; i < N; i++) {
        v[i] = believed->sign[i];
        b[i] = share * population->signed_error[i] + patient->signed_error[i] +
               believed->counts * believed->sign[i];
        for (int j = 0; j < N; j++)
            a[i][j] = share * population->sign[i][j] + patient->sign[i][j];
        a[i][i] += believed->counts;
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double moved = 0.0;
        for (int i = 0; i < N; i++) {
            double rest = b[i];
            for (int j = 0; j < N; j++)
                if (j != i) rest -= a[i][j] * v[j];
            const double next = rest > 0.0 ? rest / a[i][i] : 0.0;
            moved += fabs(next - v[i]);
            v[i] = next;
        }
        if (moved < 1e-6) break;
    }
}

static const plx_blend_prior *prior_of(const plx_blend_model *model)
{
    return model->prior ? model->prior : &plx_blend_prior_usual;
}

static plx_status check_view(const plx_blend_view *view)
{
    if (!view->known[PLX_BLEND_PERSISTENCE]) return PLX_RANGE;
    for (int i = 0; i < PLX_BLEND_PART_N; i++)
        if (view->known[i] && !(fabs(view->centre[i]) <= 1e12)) return PLX_RANGE;
    if (!(view->withheld >= 0.0 && view->withheld <= 1.0)) return PLX_RANGE;
    if (!(view->restlessness > 0.0 && view->restlessness <= 1e12)) return PLX_RANGE;
    if (!(view->pace > 0.0 && view->pace <= 1e12)) return PLX_RANGE;
    return view->twin_spread >= 0.0 && view->twin_spread <= 1e12 ? PLX_OK : PLX_RANGE;
}

static double distance(const plx_blend_view *view, plx_blend_part part)
{
    return view->known[part] ? fabs(view->centre[part] - view->centre[PLX_BLEND_PERSISTENCE]) : 0.0;
}

static void find_scale(const plx_blend_model *model, const plx_blend_sums *population,
                       const plx_blend_sums *patient, const plx_blend_view *view,
                       plx_blend_forecast *out)
{
    const double usual = (PRIOR_ERRORS * model->usual_error + population->error_sum) /
                         (PRIOR_ERRORS + population->error_n);
    const double own = (PRIOR_ERRORS * usual * view->pace + patient->error_sum) /
                       (PRIOR_ERRORS + patient->error_n);
    double *sign = out->sign, v[PLX_BLEND_SIGN_N];
    sign[PLX_BLEND_USUAL] = usual;
    sign[PLX_BLEND_OWN] = own;
    sign[PLX_BLEND_RESTLESS] = usual * view->restlessness;
    sign[PLX_BLEND_AWAY] = distance(view, PLX_BLEND_OWN_MEAN);
    sign[PLX_BLEND_APART] = distance(view, PLX_BLEND_NEAR_MEAN);
    sign[PLX_BLEND_SPREAD] = view->known[PLX_BLEND_TWIN] ? view->twin_spread : 0.0;
    find_signs(prior_of(model), population, patient, v);
    out->scale = 0.0;
    for (int i = 0; i < PLX_BLEND_SIGN_N; i++)
        out->scale += v[i] * sign[i];
    if (out->scale < LEAST_SCALE * usual) out->scale = LEAST_SCALE * usual;
    out->scale *= 1.0 + UNSURE / (1.0 + population->error_n + patient->error_n);
    for (int i = 0; i < PLX_BLEND_SIGN_N; i++)
        sign[i] /= out->scale;
}

/* The border below a bin, as z. */
static double border(int bin)
{
    const double u = 2.0 * bin / PLX_BLEND_BINS - 1.0;
    return u / (1.0 - fabs(u));
}

/* ln(p / (1 - p)) of plx_blend_levels. */
static const double logits[PLX_BLEND_KNOTS] = {
    -6.90675478, -5.80613848, -4.59511985, -3.66356165, -2.94443898,  -2.51230562,  -2.19722458,
    -1.73460106, -1.38629436, -1.09861229, -0.84729786, -0.619039208, -0.405465108, -0.281851152,
    -0.16034265, 0,           0.16034265,  0.281851152, 0.405465108,  0.619039208,  0.84729786,
    1.09861229,  1.38629436,  1.73460106,  2.19722458,  2.51230562,   2.94443898,   3.66356165,
    4.59511985,  5.80613848,  6.90675478};

/* Chance of the prior below z: its log-odds are linear between the knots and go on beyond them. */
static double believed_below(const plx_blend_prior *believed, double z)
{
    const double *x = believed->shape;
    int k = 1;
    while (k < PLX_BLEND_KNOTS - 1 && x[k] <= z)
        k++;
    const double width = x[k] - x[k - 1];
    if (!(width > 0.0)) return z < x[k] ? plx_blend_levels[k - 1] : plx_blend_levels[k];
    const double odds = logits[k - 1] + (logits[k] - logits[k - 1]) * (z - x[k - 1]) / width;
    const double held = odds > 700.0 ? 700.0 : odds < -700.0 ? -700.0 : odds;
    return 1.0 / (1.0 + plx_exp(-held));
}

static void find_shape(const plx_blend_prior *believed, const plx_blend_sums *population,
                       const plx_blend_sums *patient, double z[PLX_BLEND_KNOTS])
{
    const double share = share_of(population->bins, PLX_BLEND_SHAPE_COUNTS);
    const double all = believed->bins + share * population->bins + patient->bins;
    double below = 0.0, prior_below = 0.0;
    int knot = 0;
    for (int bin = 0; bin < PLX_BLEND_BINS && knot < PLX_BLEND_KNOTS; bin++) {
        const double upper = bin + 1 < PLX_BLEND_BINS ? border(bin + 1) : 1e3;
        const double lower = bin > 0 ? border(bin) : -1e3;
        const double prior = bin + 1 < PLX_BLEND_BINS ? believed_below(believed, upper) : 1.0;
        const double held = believed->bins * (prior - prior_below) + share * population->bin[bin] +
                            patient->bin[bin];
        while (knot < PLX_BLEND_KNOTS && plx_blend_levels[knot] * all <= below + held) {
            const double inside = (plx_blend_levels[knot] * all - below) / held;
            z[knot++] = lower + inside * (upper - lower);
        }
        below += held;
        prior_below = prior;
    }
    for (; knot < PLX_BLEND_KNOTS; knot++)
        z[knot] = 1e3; /* rounding only: the levels end below 1 */
}

plx_status plx_blend_issue(const plx_blend_model *model, const plx_blend_sums *population,
                           const plx_blend_sums *patient, const plx_blend_view *view,
                           plx_blend_forecast *out)
{
    PLX_TRY(check_view(view));
    const double last = view->centre[PLX_BLEND_PERSISTENCE];
    find_scale(model, population, patient, view, out);
    find_weights(prior_of(model), population, patient, view, out->weight);
    out->last = last;
    out->centre = last;
    for (int i = 0; i < PLX_BLEND_PART_N; i++) {
        const double pull = view->known[i] ? view->centre[i] - last : 0.0;
        out->centre += out->weight[i] * pull;
        out->part[i] = pull / out->scale;
    }
    const double n = population->error_n + patient->error_n;
    const double elsewhere = model->prior ? ELSEWHERE * ELSEWHERE_N / (ELSEWHERE_N + n) : 0.0;
    const double stretch = out->scale * (1.0 + elsewhere);
    double *value = out->law.value;
    find_shape(prior_of(model), population, patient, value);
    for (int k = 0; k < PLX_BLEND_KNOTS; k++) {
        value[k] = out->centre + stretch * value[k];
        if (value[k] < model->low) value[k] = model->low;
        if (value[k] > model->high) value[k] = model->high;
    }
    return PLX_OK;
}

plx_status plx_blend_learn(plx_blend_sums *patient, const plx_blend_forecast *forecast,
                           double truth, double weight)
{
    if (!(fabs(truth) <= 1e12) || !(weight > 0.0 && weight <= 1.0)) return PLX_RANGE;
    const double error = truth - forecast->centre;
    const double z = error / forecast->scale, far = fabs(z);
    const double moved = (truth - forecast->last) / forecast->scale;
    const double robust = weight * (far > FAR_ERROR ? FAR_ERROR / far : 1.0);
    for (int i = 0; i < PLX_BLEND_PART_N; i++) {
        const double by = robust * forecast->part[i];
        patient->pulled[i] += by * moved;
        for (int j = 0; j < PLX_BLEND_PART_N; j++)
            patient->pull[i][j] += by * forecast->part[j];
    }
    for (int i = 0; i < PLX_BLEND_SIGN_N; i++) {
        const double by = weight * forecast->sign[i];
        patient->signed_error[i] += by * far;
        for (int j = 0; j < PLX_BLEND_SIGN_N; j++)
            patient->sign[i][j] += by * forecast->sign[j];
    }
    const double u = z / (1.0 + far);
    int bin = (int)floor(0.5 * (u + 1.0) * PLX_BLEND_BINS);
    if (bin >= PLX_BLEND_BINS) bin = PLX_BLEND_BINS - 1;
    patient->bin[bin] += weight;
    patient->bins += weight;
    patient->n += weight;
    patient->error_sum += weight * fabs(error);
    patient->error_n += weight;
    return PLX_OK;
}

void plx_blend_prior_of(const plx_blend_sums *population, plx_blend_prior *prior)
{
    const plx_blend_sums nobody = {0};
    plx_blend_view view = {0};
    for (int i = 0; i < PLX_BLEND_PART_N; i++)
        view.known[i] = i != PLX_BLEND_TWIN && i != PLX_BLEND_TWIN_CHANGE;
    find_weights(&plx_blend_prior_usual, population, &nobody, &view, prior->weight);
    find_signs(&plx_blend_prior_usual, population, &nobody, prior->sign);
    prior->sign[PLX_BLEND_SPREAD] = 0.0;
    find_shape(&plx_blend_prior_usual, population, &nobody, prior->shape);
}

void plx_blend_fade(plx_blend_sums *sums, double limit)
{
    const double keep = share_of(sums->n, limit);
    double *at = (double *)sums;
    for (size_t i = 0; i < sizeof *sums / sizeof *at; i++)
        at[i] *= keep;
}

void plx_blend_merge(plx_blend_sums *population, const plx_blend_sums *patient)
{
    const double total = population->n + patient->n;
    const double keep = total > PLX_BLEND_POPULATION_MAX ? PLX_BLEND_POPULATION_MAX / total : 1.0;
    double *to = (double *)population;
    const double *from = (const double *)patient;
    for (size_t i = 0; i < sizeof *population / sizeof *to; i++)
        to[i] = keep * (to[i] + from[i]);
}
