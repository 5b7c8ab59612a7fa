/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/department/flow_measure.h"

#include <math.h>
#include <string.h>

void plx_flow_measure_name(plx_flow_measure measure, plx_out *out)
{
    static const char *const words[] = {
#define X(name, word, unit) word,
        PLX_FLOW_MEASURE_TABLE(X)
#undef X
    };
    const unsigned of_acuity = PLX_FLOW_MEASURE_LWBS_A;
    if (measure < PLX_FLOW_MEASURE_CENSUS_HOUR) {
        plx_out_text(out, words[measure]);
    } else if (measure < of_acuity) {
        plx_out_text(out, "census_h");
        plx_out_u64_padded(out, measure - PLX_FLOW_MEASURE_CENSUS_HOUR, 2);
    } else {
        static const plx_flow_measure base[] = {PLX_FLOW_MEASURE_LWBS, PLX_FLOW_MEASURE_LOS,
                                                PLX_FLOW_MEASURE_DOOR};
        plx_out_text(out, words[base[(measure - of_acuity) / PLX_FLOW_ACUITIES]]);
        plx_out_text(out, "_a");
        plx_out_u64(out, (measure - of_acuity) % PLX_FLOW_ACUITIES + 1);
    }
}

const char *plx_flow_measure_unit(plx_flow_measure measure)
{
    static const char *const units[] = {
#define X(name, word, unit) unit,
        PLX_FLOW_MEASURE_TABLE(X)
#undef X
    };
    if (measure < PLX_FLOW_MEASURE_CENSUS_HOUR) return units[measure];
    if (measure < PLX_FLOW_MEASURE_LWBS_A) return "patients";
    return measure < PLX_FLOW_MEASURE_LOS_A ? "%" : "min";
}

static double stage_us(const plx_flow_tally *t, unsigned stage, unsigned hour_from,
                       unsigned hour_to)
{
    int64_t sum = 0;
    for (unsigned hour = hour_from; hour < hour_to; hour++)
        sum += t->by_hour[stage][hour];
    return (double)sum;
}

static double stages_us(const plx_flow_tally *t, plx_flow_stage from, plx_flow_stage to)
{
    double sum = 0;
    for (unsigned stage = from; stage <= to; stage++)
        sum += stage_us(t, stage, 0, 24);
    return sum;
}

/* Measured time that lies in an hour of the day, us. */
static int64_t hour_length(const plx_flow_tally *t, unsigned hour)
{
    int64_t sum = (t->end_us - t->begin_us) / PLX_DAY_US * PLX_HOUR_US;
    const int64_t rest_from = t->begin_us % PLX_DAY_US;
    const int64_t rest_to = rest_from + (t->end_us - t->begin_us) % PLX_DAY_US;
    for (int64_t day = 0; day < 2; day++) {
        const int64_t from = day * PLX_DAY_US + hour * PLX_HOUR_US, to = from + PLX_HOUR_US;
        const int64_t low = from > rest_from ? from : rest_from, high = to < rest_to ? to : rest_to;
        if (high > low) sum += high - low;
    }
    return sum;
}

static void measure_acuity(const plx_flow_tally *t, unsigned a, plx_flow_ratio *m)
{
    const double ended = (double)(t->departed[a] + t->left[a]), minute = (double)PLX_MINUTE_US;
    m[PLX_FLOW_MEASURE_LWBS_A + a] = (plx_flow_ratio){100.0 * (double)t->left[a], ended};
    m[PLX_FLOW_MEASURE_LOS_A + a] =
        (plx_flow_ratio){(double)t->los_us[a] / minute, (double)t->departed[a]};
    m[PLX_FLOW_MEASURE_DOOR_A + a] =
        (plx_flow_ratio){(double)t->door_us[a] / minute, (double)t->seen[a]};
    m[PLX_FLOW_MEASURE_ARRIVALS].sum += (double)t->arrived[a];
    m[PLX_FLOW_MEASURE_DEPARTED].sum += (double)t->departed[a];
    for (unsigned k = 0; k < 3; k++) { /* LWBS, LOS and door of all */
        const plx_flow_ratio part = m[PLX_FLOW_MEASURE_LWBS_A + k * PLX_FLOW_ACUITIES + a];
        m[PLX_FLOW_MEASURE_LWBS + k].sum += part.sum;
        m[PLX_FLOW_MEASURE_LWBS + k].of += part.of;
    }
}

void plx_flow_measures(const plx_flow_model *model, const plx_flow_tally *t, plx_flow_ratio *m)
{
    const double length = (double)(t->end_us - t->begin_us), days = length / (double)PLX_DAY_US;
    memset(m, 0, PLX_FLOW_MEASURE_N * sizeof *m);
    m[PLX_FLOW_MEASURE_ARRIVALS].of = m[PLX_FLOW_MEASURE_DEPARTED].of = days;
    for (unsigned a = 0; a < PLX_FLOW_ACUITIES; a++)
        measure_acuity(t, a, m);
    double doctors = (double)t->pool_us[model->doctor_pool];
    if (model->fast_pool != PLX_FLOW_NONE) doctors += (double)t->pool_us[model->fast_pool];
    const double nurses =
        model->triage_pool != PLX_FLOW_NONE ? (double)t->pool_us[model->triage_pool] : 0;
    m[PLX_FLOW_MEASURE_CENSUS] =
        (plx_flow_ratio){stages_us(t, PLX_FLOW_ARRIVED, PLX_FLOW_LEAVING), length};
    m[PLX_FLOW_MEASURE_WAITING] =
        (plx_flow_ratio){stages_us(t, PLX_FLOW_ARRIVED, PLX_FLOW_WAIT_DOCTOR), length};
    m[PLX_FLOW_MEASURE_BOARDING] =
        (plx_flow_ratio){stages_us(t, PLX_FLOW_BOARDING, PLX_FLOW_BOARDING), length};
    m[PLX_FLOW_MEASURE_BED_UTIL] =
        (plx_flow_ratio){stages_us(t, PLX_FLOW_WAIT_DOCTOR, PLX_FLOW_LEAVING), (double)t->place_us};
    m[PLX_FLOW_MEASURE_DOCTOR_UTIL] =
        (plx_flow_ratio){stages_us(t, PLX_FLOW_WITH_DOCTOR, PLX_FLOW_WITH_DOCTOR), doctors};
    m[PLX_FLOW_MEASURE_NURSE_UTIL] =
        (plx_flow_ratio){stages_us(t, PLX_FLOW_TRIAGE, PLX_FLOW_TRIAGE), nurses};
    m[PLX_FLOW_MEASURE_EVENTS] = (plx_flow_ratio){(double)t->events, days};
    for (unsigned hour = 0; hour < 24; hour++) {
        plx_flow_ratio *census = &m[PLX_FLOW_MEASURE_CENSUS_HOUR + hour];
        for (unsigned stage = PLX_FLOW_ARRIVED; stage <= PLX_FLOW_LEAVING; stage++)
            census->sum += stage_us(t, stage, hour, hour + 1);
        census->of = (double)hour_length(t, hour);
    }
}

double plx_flow_ratio_pooled(const plx_flow_ratio *ratio, size_t n, size_t stride, double *se)
{
    double sum = 0, of = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += ratio[i * stride].sum;
        of += ratio[i * stride].of;
    }
    if (se) *se = 0;
    if (!(of > 0)) return __builtin_nan("");
    const double value = sum / of;
    for (size_t i = 0; i < n; i++) {
        const double rest = ratio[i * stride].sum - value * ratio[i * stride].of;
        squares += rest * rest;
    }
    if (se && n > 1) *se = sqrt(squares * (double)n / (double)(n - 1)) / of;
    return value;
}
