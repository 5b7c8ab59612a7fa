/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/weighted.h"

#include <string.h>

void plx_weighted_sort(plx_weighted *v, size_t n, plx_weighted *scratch)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            const size_t middle = from + width < n ? from + width : n;
            const size_t end = from + 2 * width < n ? from + 2 * width : n;
            size_t left = from, right = middle;
            for (size_t i = from; i < end; i++) {
                const int takes_left =
                    left < middle && (right == end || v[left].value <= v[right].value);
                scratch[i] = takes_left ? v[left++] : v[right++];
            }
        }
        memcpy(v, scratch, n * sizeof *v);
    }
}

static double sum_of(const plx_weighted *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i].weight;
    return sum;
}

double plx_weighted_quantile(const plx_weighted *v, size_t n, double share)
{
    const double all = sum_of(v, n), place = share * all;
    double before = 0, last_place = 0, last = 0;
    size_t seen = 0;
    if (!(all > 0)) return __builtin_nan("");
    for (size_t i = 0; i < n; i++) {
        if (!(v[i].weight > 0)) continue;
        const double middle = before + v[i].weight / 2;
        if (middle >= place && seen == 0) return v[i].value;
        if (middle >= place)
            return last + (v[i].value - last) * ((place - last_place) / (middle - last_place));
        before += v[i].weight;
        last = v[i].value, last_place = middle;
        seen++;
    }
    return last;
}

plx_weighted_summary plx_weighted_summarise(plx_weighted *v, size_t n, plx_weighted *scratch)
{
    const double none = __builtin_nan(""), all = sum_of(v, n);
    plx_weighted_summary s = {none, none, none, none, none, none, none};
    if (!(all > 0)) return s;
    plx_weighted_sort(v, n, scratch);
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        mean += v[i].weight * v[i].value;
    mean /= all;
    for (size_t i = 0; i < n; i++)
        square += v[i].weight * (v[i].value - mean) * (v[i].value - mean);
    s.mean = mean;
    s.sd = __builtin_sqrt(square / all);
    s.p05 = plx_weighted_quantile(v, n, 0.05);
    s.p25 = plx_weighted_quantile(v, n, 0.25);
    s.p50 = plx_weighted_quantile(v, n, 0.50);
    s.p75 = plx_weighted_quantile(v, n, 0.75);
    s.p95 = plx_weighted_quantile(v, n, 0.95);
    return s;
}
