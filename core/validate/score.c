/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Making and checking forecasts, and their CRPS. Sums run over differences from the truth, so a
 * large common offset costs no digits. */
#include "core/validate/score.h"

#include <math.h>
#include <stddef.h>

#include "core/validate/law.h"

static bool usable(double x)
{
    return fabs(x) <= 1e300; /* false for NaN; room for sums of squares is the caller's care */
}

static void sift(double *heap, uint32_t root, uint32_t n)
{
    const double value = heap[root];
    for (uint32_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
        if (child + 1 < n && heap[child + 1] > heap[child]) child++;
        if (heap[child] <= value) break;
        heap[root] = heap[child];
        root = child;
    }
    heap[root] = value;
}

static void heap_sort(double *values, uint32_t n)
{
    for (uint32_t root = n / 2; root-- > 0;)
        sift(values, root, n);
    for (uint32_t last = n - 1; last > 0; last--) {
        const double largest = values[0];
        values[0] = values[last];
        values[last] = largest;
        sift(values, 0, last);
    }
}

plx_status plx_validate_sample_make(double *values, uint32_t n, plx_validate_sample *out)
{
    if (n < 2) return PLX_MISSING;
    if (n > PLX_VALIDATE_SAMPLE_MAX) return PLX_LIMIT;
    for (uint32_t i = 0; i < n; i++)
        if (!usable(values[i])) return PLX_RANGE;
    heap_sort(values, n);
    *out = (plx_validate_sample){values, n};
    return PLX_OK;
}

plx_status plx_validate_normal_check(plx_validate_normal law)
{
    return usable(law.mean) && law.sd >= 0.0 && usable(law.sd) ? PLX_OK : PLX_RANGE;
}

plx_status plx_validate_quantiles_check(const plx_validate_quantiles *q)
{
    if (q->n == 0) return PLX_MISSING;
    if (q->n > PLX_VALIDATE_QUANTILES_MAX) return PLX_LIMIT;
    for (uint32_t i = 0; i < q->n; i++)
        if (!(q->level[i] > 0.0 && q->level[i] < 1.0) || !usable(q->value[i])) return PLX_RANGE;
    for (uint32_t i = 1; i < q->n; i++)
        if (q->level[i] <= q->level[i - 1] || q->value[i] < q->value[i - 1]) return PLX_CONFLICT;
    return PLX_OK;
}

plx_status plx_validate_blend_check(const plx_validate_blend *blend)
{
    if (blend->normals > PLX_VALIDATE_NORMALS_MAX) return PLX_LIMIT;
    if (blend->sample.n == 1) return PLX_MISSING;
    if (!(blend->sample_weight >= 0.0)) return PLX_RANGE;
    if (blend->sample.n == 0 && blend->sample_weight > 0.0) return PLX_MISSING;
    double total = blend->sample_weight;
    for (uint32_t k = 0; k < blend->normals; k++) {
        if (!(blend->normal_weight[k] >= 0.0)) return PLX_RANGE;
        PLX_TRY(plx_validate_normal_check(blend->normal[k]));
        total += blend->normal_weight[k];
    }
    return fabs(total - 1.0) <= 1e-9 ? PLX_OK : PLX_RANGE;
}

static double mean_distance(const plx_validate_sample *sample, double y)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < sample->n; i++)
        sum += fabs(sample->sorted[i] - y);
    return sum / sample->n;
}

/* Half the mean distance of two different members: in a sorted row the i-th of n is the larger of
 * i - 1 pairs and the smaller of n - i. */
static double half_pair_distance(const plx_validate_sample *sample)
{
    const double n = sample->n, middle = sample->sorted[sample->n / 2];
    double sum = 0.0;
    for (uint32_t i = 0; i < sample->n; i++)
        sum += (2.0 * i + 1.0 - n) * (sample->sorted[i] - middle);
    return sum / (n * (n - 1.0));
}

double plx_validate_crps_sample(const plx_validate_sample *sample, double y)
{
    return mean_distance(sample, y) - half_pair_distance(sample);
}

double plx_validate_crps_normal(plx_validate_normal law, double y)
{
    return plx_law_normal_mean_abs(y - law.mean, law.sd) - law.sd * PLX_LAW_INV_SQRT_PI;
}

double plx_validate_crps_quantiles(const plx_validate_quantiles *q, double y)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < q->n; i++) {
        const double above = y - q->value[i];
        sum += above * (q->level[i] - (above < 0.0 ? 1.0 : 0.0));
    }
    return 2.0 * sum / q->n;
}

/* E|X - Z| for a member X and a normal Z. */
static double mean_cross(const plx_validate_sample *sample, plx_validate_normal law)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < sample->n; i++)
        sum += plx_law_normal_mean_abs(sample->sorted[i] - law.mean, law.sd);
    return sum / sample->n;
}

double plx_validate_crps_blend(const plx_validate_blend *blend, double y)
{
    const double share = blend->sample.n == 0 ? 0.0 : blend->sample_weight;
    double to_truth = 0.0, half_pairs = 0.0;
    if (share > 0.0) {
        to_truth = share * mean_distance(&blend->sample, y);
        half_pairs = share * share * half_pair_distance(&blend->sample);
    }
    for (uint32_t k = 0; k < blend->normals; k++) {
        const plx_validate_normal a = blend->normal[k];
        const double w = blend->normal_weight[k];
        if (w == 0.0) continue;
        to_truth += w * plx_law_normal_mean_abs(y - a.mean, a.sd);
        if (share > 0.0) half_pairs += share * w * mean_cross(&blend->sample, a);
        half_pairs += w * w * a.sd * PLX_LAW_INV_SQRT_PI;
        for (uint32_t j = 0; j < k; j++) {
            const plx_validate_normal b = blend->normal[j];
            const double sd = sqrt(a.sd * a.sd + b.sd * b.sd);
            half_pairs +=
                w * blend->normal_weight[j] * plx_law_normal_mean_abs(a.mean - b.mean, sd);
        }
    }
    return to_truth - half_pairs;
}

/* sum over quantities of ((a - b) / scale)^2, rooted. */
static double distance(const plx_validate_joint *joint, const double *a, const double *b)
{
    double sum = 0.0;
    for (uint32_t q = 0; q < joint->quantities; q++) {
        const double d = (a[q] - b[q]) / joint->scale[q];
        sum += d * d;
    }
    return sqrt(sum);
}

static plx_status joint_check(const plx_validate_joint *joint, const double *truth)
{
    if (joint->members < 2 || joint->quantities == 0) return PLX_MISSING;
    if (joint->members > PLX_VALIDATE_JOINT_MEMBERS_MAX) return PLX_LIMIT;
    if (joint->quantities > PLX_VALIDATE_JOINT_MAX) return PLX_LIMIT;
    for (uint32_t q = 0; q < joint->quantities; q++)
        if (!(joint->scale[q] > 0.0) || !usable(joint->scale[q]) || !usable(truth[q]))
            return PLX_RANGE;
    const size_t numbers = (size_t)joint->members * joint->quantities;
    for (size_t i = 0; i < numbers; i++)
        if (!usable(joint->member[i])) return PLX_RANGE;
    return PLX_OK;
}

plx_status plx_validate_energy(const plx_validate_joint *joint, const double *truth, double *score)
{
    PLX_TRY(joint_check(joint, truth));
    const size_t width = joint->quantities;
    const double m = joint->members;
    double to_truth = 0.0, pairs = 0.0;
    for (size_t i = 0; i < joint->members; i++) {
        const double *member = joint->member + i * width;
        to_truth += distance(joint, member, truth);
        for (size_t j = 0; j < i; j++)
            pairs += distance(joint, member, joint->member + j * width);
    }
    *score = to_truth / m - pairs / (m * (m - 1.0));
    return PLX_OK;
}
