/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Quantiles and PIT of every kind of forecast, and all scores of one forecast at once. */
#include <math.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/validate/law.h"
#include "core/validate/score.h"

const double plx_validate_levels[PLX_VALIDATE_LEVEL_N] = {0.50, 0.80, 0.90, 0.95};

/* The first of n rising values that is >= y, or > y; n if none. */
static uint32_t first_from(const double *rising, uint32_t n, double y, bool beyond)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (rising[middle] > y || (!beyond && rising[middle] == y))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

double plx_validate_quantile_sample(const plx_validate_sample *sample, double level)
{
    const double place = level * (sample->n - 1);
    const uint32_t below = (uint32_t)place, above = below + 1 < sample->n ? below + 1 : below;
    const double low = sample->sorted[below];
    return low + (sample->sorted[above] - low) * (place - below);
}

double plx_validate_quantile_normal(plx_validate_normal law, double level)
{
    return law.mean + law.sd * plx_normal_quantile(level);
}

double plx_validate_quantile_quantiles(const plx_validate_quantiles *q, double level)
{
    /* Sums like 0.5 - 0.95/2 miss a level by a rounding: the nearest one is meant. */
    const double slack = 1e-12;
    const uint32_t above = first_from(q->level, q->n, level - slack, false);
    if (above == q->n) return __builtin_nan("");
    if (fabs(q->level[above] - level) <= slack) return q->value[above];
    if (above == 0) return __builtin_nan("");
    const double gap = q->level[above] - q->level[above - 1];
    return q->value[above - 1] +
           (q->value[above] - q->value[above - 1]) * (level - q->level[above - 1]) / gap;
}

/* Inverse of the type 7 quantile function. */
static double sample_cdf(const plx_validate_sample *sample, double x)
{
    const uint32_t above = first_from(sample->sorted, sample->n, x, true);
    if (above == 0) return 0.0;
    if (above == sample->n) return 1.0;
    const double low = sample->sorted[above - 1], gap = sample->sorted[above] - low;
    return (above - 1 + (x - low) / gap) / (sample->n - 1);
}

static double normal_cdf(plx_validate_normal law, double x)
{
    if (law.sd == 0.0) return x >= law.mean ? 1.0 : 0.0;
    return plx_law_normal_cdf((x - law.mean) / law.sd);
}

static double blend_cdf(const plx_validate_blend *blend, double x)
{
    double sum = 0.0;
    if (blend->sample_weight > 0.0) sum = blend->sample_weight * sample_cdf(&blend->sample, x);
    for (uint32_t k = 0; k < blend->normals; k++)
        sum += blend->normal_weight[k] * normal_cdf(blend->normal[k], x);
    return sum;
}

static void widen(plx_validate_interval *range, double value)
{
    if (value < range->low) range->low = value;
    if (value > range->high) range->high = value;
}

/* A quantile of the blend lies between the smallest and the largest of its parts'. */
static plx_validate_interval parts_range(const plx_validate_blend *blend, double level)
{
    plx_validate_interval range = {__builtin_inf(), -__builtin_inf()};
    if (blend->sample_weight > 0.0)
        widen(&range, plx_validate_quantile_sample(&blend->sample, level));
    for (uint32_t k = 0; k < blend->normals; k++)
        if (blend->normal_weight[k] > 0.0)
            widen(&range, plx_validate_quantile_normal(blend->normal[k], level));
    return range;
}

double plx_validate_quantile_blend(const plx_validate_blend *blend, double level)
{
    enum { HALVINGS = 60 };
    plx_validate_interval range = parts_range(blend, level);
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = range.low + 0.5 * (range.high - range.low);
        if (middle <= range.low || middle >= range.high) break;
        if (blend_cdf(blend, middle) >= level)
            range.high = middle;
        else
            range.low = middle;
    }
    return range.high;
}

double plx_validate_pit_draw(uint64_t seed, uint64_t prediction)
{
    plx_rng rng = plx_rng_init(seed, prediction);
    return plx_rng_unit(&rng);
}

double plx_validate_pit_sample(const plx_validate_sample *sample, double y, double v)
{
    const uint32_t below = first_from(sample->sorted, sample->n, y, false);
    const uint32_t up_to = first_from(sample->sorted, sample->n, y, true);
    return (below + v * (up_to - below + 1.0)) / (sample->n + 1.0);
}

double plx_validate_pit_normal(plx_validate_normal law, double y, double v)
{
    return law.sd == 0.0 && y == law.mean ? v : normal_cdf(law, y);
}

double plx_validate_pit_quantiles(const plx_validate_quantiles *q, double y, double v)
{
    const uint32_t at = first_from(q->value, q->n, y, false);
    const uint32_t beyond = first_from(q->value, q->n, y, true);
    const double low = at == 0 ? 0.0 : q->level[at - 1];
    const double high = beyond == q->n ? 1.0 : q->level[beyond];
    return low + v * (high - low);
}

double plx_validate_pit_blend(const plx_validate_blend *blend, double y, double v)
{
    double sum = 0.0;
    if (blend->sample_weight > 0.0)
        sum = blend->sample_weight * plx_validate_pit_sample(&blend->sample, y, v);
    for (uint32_t k = 0; k < blend->normals; k++)
        sum += blend->normal_weight[k] * plx_validate_pit_normal(blend->normal[k], y, v);
    return sum < 1.0 ? sum : 1.0; /* weights are 1 together only up to their tolerance */
}

double plx_validate_interval_score(plx_validate_interval interval, double level, double y)
{
    double outside = 0.0;
    if (y < interval.low) outside = interval.low - y;
    if (y > interval.high) outside = y - interval.high;
    return interval.high - interval.low + 2.0 / (1.0 - level) * outside;
}

double plx_validate_expected_coverage(uint32_t n, double level)
{
    return level * (n - 1.0) / (n + 1.0);
}

static bool truth_is_usable(double y, double v)
{
    return fabs(y) <= 1e300 && v >= 0.0 && v <= 1.0;
}

static void put_interval(plx_validate_verdict *verdict, uint32_t i, plx_validate_interval interval,
                         double y)
{
    verdict->inside[i] = interval.low <= y && y <= interval.high;
    verdict->width[i] = interval.high - interval.low;
}

static double lower_level(uint32_t i)
{
    return 0.5 - 0.5 * plx_validate_levels[i];
}

static double upper_level(uint32_t i)
{
    return 0.5 + 0.5 * plx_validate_levels[i];
}

typedef struct moments {
    double mean, variance;
} moments;

/* Variance with n - 1; (n + 1)/n of it is the expected squared error of the mean. */
static moments sample_moments(const plx_validate_sample *sample)
{
    const double middle = sample->sorted[sample->n / 2];
    double sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < sample->n; i++)
        sum += sample->sorted[i] - middle;
    const double mean = middle + sum / sample->n;
    for (uint32_t i = 0; i < sample->n; i++)
        squares += (sample->sorted[i] - mean) * (sample->sorted[i] - mean);
    return (moments){mean, squares / (sample->n - 1.0)};
}

static double with_sampling_error(double variance, uint32_t n)
{
    return variance * (n + 1.0) / n;
}

plx_status plx_validate_judge_sample(const plx_validate_sample *sample, double y, double v,
                                     plx_validate_verdict *out)
{
    if (sample->n < 2) return PLX_MISSING;
    if (!truth_is_usable(y, v)) return PLX_RANGE;
    const moments m = sample_moments(sample);
    out->error = m.mean - y;
    out->crps = plx_validate_crps_sample(sample, y);
    out->pit = plx_validate_pit_sample(sample, y, v);
    out->spread = with_sampling_error(m.variance, sample->n);
    out->spread_known = true;
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        put_interval(out, i,
                     (plx_validate_interval){plx_validate_quantile_sample(sample, lower_level(i)),
                                             plx_validate_quantile_sample(sample, upper_level(i))},
                     y);
        out->expected[i] = plx_validate_expected_coverage(sample->n, plx_validate_levels[i]);
    }
    return PLX_OK;
}

plx_status plx_validate_judge_normal(plx_validate_normal law, double y, double v,
                                     plx_validate_verdict *out)
{
    PLX_TRY(plx_validate_normal_check(law));
    if (!truth_is_usable(y, v)) return PLX_RANGE;
    out->error = law.mean - y;
    out->crps = plx_validate_crps_normal(law, y);
    out->pit = plx_validate_pit_normal(law, y, v);
    out->spread = law.sd * law.sd;
    out->spread_known = true;
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        put_interval(out, i,
                     (plx_validate_interval){plx_validate_quantile_normal(law, lower_level(i)),
                                             plx_validate_quantile_normal(law, upper_level(i))},
                     y);
        out->expected[i] = plx_validate_levels[i];
    }
    return PLX_OK;
}

plx_status plx_validate_judge_quantiles(const plx_validate_quantiles *q, double y, double v,
                                        plx_validate_verdict *out)
{
    PLX_TRY(plx_validate_quantiles_check(q));
    if (!truth_is_usable(y, v)) return PLX_RANGE;
    const double median = plx_validate_quantile_quantiles(q, 0.5);
    if (!(fabs(median) <= 1e300)) return PLX_MISSING;
    out->error = median - y;
    out->crps = plx_validate_crps_quantiles(q, y);
    out->pit = plx_validate_pit_quantiles(q, y, v);
    out->spread = 0.0;
    out->spread_known = false;
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        const plx_validate_interval interval = {plx_validate_quantile_quantiles(q, lower_level(i)),
                                                plx_validate_quantile_quantiles(q, upper_level(i))};
        put_interval(out, i, interval, y);
        const bool reached = fabs(out->width[i]) <= 1e300;
        out->expected[i] = reached ? plx_validate_levels[i] : __builtin_nan("");
    }
    return PLX_OK;
}

/* Law of total variance over the parts. */
static moments blend_moments(const plx_validate_blend *blend)
{
    const bool drawn = blend->sample_weight > 0.0;
    const moments sample = drawn ? sample_moments(&blend->sample) : (moments){0.0, 0.0};
    double mean = drawn ? blend->sample_weight * sample.mean : 0.0;
    for (uint32_t k = 0; k < blend->normals; k++)
        mean += blend->normal_weight[k] * blend->normal[k].mean;
    double variance = 0.0;
    if (drawn)
        variance = blend->sample_weight * (with_sampling_error(sample.variance, blend->sample.n) +
                                           (sample.mean - mean) * (sample.mean - mean));
    for (uint32_t k = 0; k < blend->normals; k++) {
        const double away = blend->normal[k].mean - mean, sd = blend->normal[k].sd;
        variance += blend->normal_weight[k] * (sd * sd + away * away);
    }
    return (moments){mean, variance};
}

plx_status plx_validate_judge_blend(const plx_validate_blend *blend, double y, double v,
                                    plx_validate_verdict *out)
{
    PLX_TRY(plx_validate_blend_check(blend));
    if (!truth_is_usable(y, v)) return PLX_RANGE;
    const moments m = blend_moments(blend);
    out->error = m.mean - y;
    out->crps = plx_validate_crps_blend(blend, y);
    out->pit = plx_validate_pit_blend(blend, y, v);
    out->spread = m.variance;
    out->spread_known = true;
    const double drawn = blend->sample_weight;
    for (uint32_t i = 0; i < PLX_VALIDATE_LEVEL_N; i++) {
        put_interval(out, i,
                     (plx_validate_interval){plx_validate_quantile_blend(blend, lower_level(i)),
                                             plx_validate_quantile_blend(blend, upper_level(i))},
                     y);
        out->expected[i] = plx_validate_levels[i];
        if (drawn > 0.0)
            out->expected[i] +=
                drawn * (plx_validate_expected_coverage(blend->sample.n, plx_validate_levels[i]) -
                         plx_validate_levels[i]);
    }
    return PLX_OK;
}
