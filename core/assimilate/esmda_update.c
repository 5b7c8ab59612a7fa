/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One update of the fit: observations to data, data to innovations, innovations to parameters. */
#include <string.h>

#include "core/assimilate/esmda_inside.h"
#include "core/assimilate/linear.h"
#include "core/base/rng.h"

/* Student's t with four degrees of freedom: weight of an observation that is d sd away. */
#define NU 4.0
#define ARTEFACT_SD 6.0

enum { DATA = PLX_ESMDA_DATA_MAX };

/* What the model itself misses of a vital (design, section 5). Of what is not listed: as much as
 * the measurement. */
static const struct {
    plx_measure quantity;
    double sd;
} model_errors[] = {
    {PLX_MEASURE_hr_bpm, 3},     {PLX_MEASURE_sbp_mmhg, 4}, {PLX_MEASURE_dbp_mmhg, 4},
    {PLX_MEASURE_map_mmhg, 4},   {PLX_MEASURE_spo2_pct, 1}, {PLX_MEASURE_rr_per_min, 1.5},
    {PLX_MEASURE_etco2_mmhg, 2},
};

static double model_error(const plx_vitals_observation *o)
{
    for (size_t i = 0; i < sizeof model_errors / sizeof *model_errors; i++)
        if (model_errors[i].quantity == o->quantity) return model_errors[i].sd;
    return o->sd;
}

/* The data of one update. */
typedef struct data {
    uint32_t n;           /* that have an observation left */
    uint32_t row[DATA];   /* of the predictions */
    double value[DATA];   /* mean of its observations, by their weights */
    double sd[DATA];      /* of measurement and model */
    bool one_sided[DATA]; /* */
    double low[DATA];     /* of a one-sided datum: below it a member is contradicted */
} data;

static double mean_of(const double *x, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += x[i];
    return sum / n;
}

static double variance_of(const double *x, uint32_t n, double mean)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sum / (n - 1);
}

/* Weight of an observation beside a prediction, and its flag. */
static double weigh(const plx_vitals_observation *o, double mean, double variance, uint8_t *flag)
{
    double model = model_error(o), miss = o->value - mean;
    double d2 = miss * miss / (variance + o->sd * o->sd + model * model);
    double weight = (NU + 1) / (NU + d2);
    if (d2 > ARTEFACT_SD * ARTEFACT_SD) weight = 0;
    *flag = weight == 0 ? PLX_ESMDA_ARTEFACT : weight < 0.5 ? PLX_ESMDA_DOUBTFUL : PLX_ESMDA_USED;
    if (weight > 0 && o->one_sided) *flag = PLX_ESMDA_ONE_SIDED;
    return weight > 1 ? 1 : weight;
}

/* Every observation is weighed by itself, then those of a bin make one datum. */
static void gather(const plx_esmda *fit, data *d)
{
    const plx_esmda_input *in = fit->input;
    double mean[DATA], variance[DATA], sum[DATA] = {0}, precision[DATA] = {0}, model[DATA];
    bool full[DATA];
    for (uint32_t k = 0; k < fit->data_n; k++) {
        const double *y = fit->predicted + (size_t)k * in->members;
        mean[k] = mean_of(y, in->members);
        variance[k] = variance_of(y, in->members, mean[k]);
        full[k] = true;
    }
    for (uint32_t i = 0; i < in->observations_n; i++) {
        const plx_vitals_observation *o = &in->observations[i];
        uint32_t k = fit->datum_of[i];
        double weight = weigh(o, mean[k], variance[k], &fit->flags[i]) / (o->sd * o->sd);
        sum[k] += weight * o->value;
        precision[k] += weight;
        model[k] = model_error(o);
        if (weight > 0 && !o->one_sided) full[k] = false;
    }
    d->n = 0;
    for (uint32_t k = 0; k < fit->data_n; k++) {
        if (!(precision[k] > 0)) continue;
        double variance_all = 1 / precision[k] + model[k] * model[k];
        d->row[d->n] = k;
        d->value[d->n] = sum[k] / precision[k];
        d->sd[d->n] = __builtin_sqrt(variance_all);
        d->one_sided[d->n] = full[k];
        d->low[d->n] = d->value[d->n] - d->sd[d->n];
        d->n++;
    }
}

void plx_esmda_judge(plx_esmda *fit)
{
    data d;
    gather(fit, &d);
}

/* Innovations over their sd, with the perturbation of this pass: its mean over the members is taken
 * out, so that it widens the ensemble and does not move it. */
static void innovate(const plx_esmda *fit, const data *d)
{
    uint32_t members = fit->input->members;
    double widen = __builtin_sqrt(PLX_ESMDA_ALPHA);
    for (uint32_t m = 0; m < members; m++) {
        uint64_t stream = (uint64_t)fit->pass << 32 | (fit->body->first_member + m);
        plx_rng rng = plx_rng_init(~fit->input->seed, stream);
        for (uint32_t k = 0; k < d->n; k++) {
            rng.counter = d->row[k];
            fit->innovation[(size_t)k * members + m] = plx_rng_normal(&rng, 0, widen);
        }
    }
    for (uint32_t k = 0; k < d->n; k++) {
        const double *y = fit->predicted + (size_t)d->row[k] * members;
        double *out = fit->innovation + (size_t)k * members, centre = mean_of(out, members);
        for (uint32_t m = 0; m < members; m++) {
            if (d->one_sided[k] && y[m] >= d->low[k])
                out[m] = 0;
            else
                out[m] += ((d->one_sided[k] ? d->low[k] : d->value[k]) - y[m]) / d->sd[k] - centre;
        }
    }
}

/* Anomalies of the predictions over their sd and sqrt(N-1). */
static void normalise(const plx_esmda *fit, const data *d)
{
    uint32_t members = fit->input->members;
    for (uint32_t k = 0; k < d->n; k++) {
        const double *y = fit->predicted + (size_t)d->row[k] * members;
        double *out = fit->normal + (size_t)k * members, mean = mean_of(y, members);
        double scale = 1 / (d->sd[k] * __builtin_sqrt((double)members - 1));
        for (uint32_t m = 0; m < members; m++)
            out[m] = (y[m] - mean) * scale;
    }
}

static plx_status factor(const plx_esmda *fit, const data *d)
{
    uint32_t members = fit->input->members;
    double diagonal[DATA];
    for (uint32_t i = 0; i < d->n; i++)
        for (uint32_t k = 0; k <= i; k++)
            fit->square[(size_t)i * d->n + k] =
                plx_linear_product(fit->normal + (size_t)i * members,
                                   fit->normal + (size_t)k * members, members) +
                (i == k ? PLX_ESMDA_ALPHA : 0);
    return plx_linear_factor(fit->square, diagonal, d->n);
}

static double limited(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Moves one parameter of all members: its gain times their innovations. */
static void move(const plx_esmda *fit, const data *d, uint32_t p)
{
    uint32_t members = fit->input->members;
    plx_esmda_row row = plx_esmda_row_of(fit->fitted[p]);
    double *theta = plx_esmda_theta_of(fit, p), *anomaly = fit->sorting, gain[DATA];
    double mean = mean_of(theta, members), scale = 1 / __builtin_sqrt((double)members - 1);
    for (uint32_t m = 0; m < members; m++)
        anomaly[m] = (theta[m] - mean) * scale;
    for (uint32_t k = 0; k < d->n; k++)
        gain[k] = plx_linear_product(fit->normal + (size_t)k * members, anomaly, members);
    plx_linear_solve(fit->square, d->n, gain);
    for (uint32_t k = 0; k < d->n; k++)
        for (uint32_t m = 0; m < members; m++)
            theta[m] += gain[k] * fit->innovation[(size_t)k * members + m];
    double low = plx_esmda_theta(&row, row.low), high = plx_esmda_theta(&row, row.high);
    for (uint32_t m = 0; m < members; m++) {
        theta[m] = limited(theta[m], fit->centre[p] - 3 * fit->spread[p],
                           fit->centre[p] + 3 * fit->spread[p]);
        theta[m] = limited(theta[m], low, high);
    }
}

plx_status plx_esmda_learn(plx_esmda *fit)
{
    data d;
    gather(fit, &d);
    if (d.n == 0) return PLX_OK;
    normalise(fit, &d);
    PLX_TRY(factor(fit, &d));
    innovate(fit, &d);
    for (uint32_t p = 0; p < fit->fitted_n; p++)
        move(fit, &d, p);
    return PLX_OK;
}
