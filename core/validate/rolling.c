/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Origins, and what is known at them. */
#include "core/validate/rolling.h"

#include <math.h>
#include <string.h>

#include "core/base/mathx.h"
#include "core/validate/rolling_private.h"

enum {
    LONGEST_S = 24 * 3600,
    CELL_S = 30,
    HALF_LIFE_S = 24 * 3600,
    CHARTED_LINE_S = 4 * 3600,
    CHARTED_AR1_S = 48 * 3600,
    TOLERANCE_S_MAX = 1800,
    LEVEL_S = 3600, /* a horizon from which the level of others may draw before it has earned it */
};

#define STEP_KEPT 0.84089641525371454303 /* half-life four values */
#define STEP_PRIOR 2.0                   /* values that the usual change counts for */
#define LEAST_DRIFT 0.05                 /* of the usual drift: no error is smaller at first */
#define OTHERS_LEVELS 20.0               /* patients that the usual level counts for */
#define OTHERS_STEPS 500.0               /* changes that the usual one of others counts for */
#define SD_PER_MEAN_ABSOLUTE 1.2533141373155002512
#define RIVAL_PRIOR_LEAST 8.0 /* errors of the population from which its width is the prior */

plx_status plx_rolling_check(const plx_rolling_model *model)
{
    if (model->vitals == 0 || model->vitals > PLX_ROLLING_VITALS_MAX) return PLX_RANGE;
    if (model->horizons == 0 || model->horizons > PLX_ROLLING_HORIZONS_MAX) return PLX_RANGE;
    double before = 0.0;
    for (uint32_t h = 0; h < model->horizons; h++) {
        const double s = model->horizon_s[h];
        if (!(s >= 60.0 && s <= LONGEST_S && s > before)) return PLX_RANGE;
        before = s;
    }
    for (uint32_t v = 0; v < model->vitals; v++) {
        const plx_rolling_vital *of = &model->vital[v];
        if (!(of->low < of->high && fabs(of->low) <= 1e9 && fabs(of->high) <= 1e9))
            return PLX_RANGE;
        if (!(of->usual_drift_h > 0.0 && of->usual_drift_h <= 1e9)) return PLX_RANGE;
    }
    return PLX_OK;
}

int64_t plx_rolling_tolerance_us(double horizon_s)
{
    const double s = 0.25 * horizon_s;
    return (int64_t)(1e6 * (s < TOLERANCE_S_MAX ? s : TOLERANCE_S_MAX));
}

static double larger_of(double a, double b)
{
    return a > b ? a : b;
}

static int64_t horizon_us(const plx_rolling_model *model, uint32_t h)
{
    return (int64_t)(model->horizon_s[h] * 1e6);
}

/* Before more is known drift grows with the root of the horizon up to an hour, and with its fourth
 * root beyond: vital signs come back. */
static double usual_drift(const plx_rolling_model *model, uint32_t v, uint32_t h)
{
    const double root = sqrt(model->horizon_s[h] / 3600.0);
    return model->vital[v].usual_drift_h * (root > 1.0 ? sqrt(root) : root);
}

static const plx_rolling_prior *prior_of(const plx_rolling_model *model, uint32_t v, uint32_t h)
{
    return model->prior ? &model->prior[v][h] : NULL;
}

/* Mean absolute change from value to value in the population; his own, without one. 0: none. */
static double usual_step(const plx_rolling *rolling, uint32_t v)
{
    const plx_rolling_population *p = rolling->population;
    const plx_rolling_series *s = &rolling->patient->series[v];
    const double known = rolling->model->vital[v].usual_step;
    const double others = known > 0.0 ? OTHERS_STEPS : 0.0;
    const double n = others + p->step_n[v] + (s->n > 0 ? s->n - 1.0 : 0.0);
    return n > 0.0 ? (others * known + p->step_sum[v] + s->step_sum) / n : 0.0;
}

static double over_usual(double sum, double n, double usual)
{
    return usual > 0.0 ? (STEP_PRIOR + sum / usual) / (STEP_PRIOR + n) : 1.0;
}

/* His changes over the usual ones: recent ones, and all. */
static double restlessness(const plx_rolling *rolling, uint32_t v)
{
    const plx_rolling_mean *recent = &rolling->patient->series[v].recent;
    return over_usual(recent->weight * recent->value, recent->weight, usual_step(rolling, v));
}

static double pace(const plx_rolling *rolling, uint32_t v)
{
    const plx_rolling_series *s = &rolling->patient->series[v];
    return over_usual(s->step_sum, s->n > 0 ? s->n - 1.0 : 0.0, usual_step(rolling, v));
}

/* Mean absolute error before errors are known: so many of the usual changes as it was of others.
 * Without others the drift, and the noise of this patient, which his changes from value to value
 * show from the start. */
static double first_error(const plx_rolling *rolling, uint32_t v, uint32_t h)
{
    const plx_rolling_model *model = rolling->model;
    const plx_rolling_series *s = &rolling->patient->series[v];
    const double drift = usual_drift(model, v, h);
    const plx_rolling_prior *others = prior_of(model, v, h);
    if (others && others->growth > 0.0)
        return larger_of(others->growth * usual_step(rolling, v), LEAST_DRIFT * drift);
    const double noise = s->n > 1 ? s->step_sum / (s->n - 1.0) : 0.0;
    return sqrt(drift * drift + noise * noise);
}

/* Width of the rivals until their own errors tell: that of persistence in the population, if there
 * is one. */
static void begin_widths(const plx_rolling *rolling, uint32_t v)
{
    const plx_rolling_population *population = rolling->population;
    plx_rolling_series *s = &rolling->patient->series[v];
    for (uint32_t h = 0; h < rolling->model->horizons; h++) {
        const double n = population->last_n[v][h], errors = population->last_sum[v][h];
        const plx_rolling_prior *others = prior_of(rolling->model, v, h);
        double *sd = &s->rivals.prior_sd[h];
        if (n >= RIVAL_PRIOR_LEAST && errors > 0.0)
            *sd = SD_PER_MEAN_ABSOLUTE * pace(rolling, v) * errors / n;
        else if (others && others->last_growth > 0.0)
            *sd = SD_PER_MEAN_ABSOLUTE * pace(rolling, v) *
                  larger_of(others->last_growth * usual_step(rolling, v),
                            LEAST_DRIFT * usual_drift(rolling->model, v, h));
        else
            *sd = SD_PER_MEAN_ABSOLUTE * first_error(rolling, v, h);
    }
}

static void begin_rivals(const plx_rolling *rolling, uint32_t v)
{
    const plx_rolling_model *model = rolling->model;
    plx_rival_model *rivals = &rolling->patient->series[v].rivals;
    *rivals = (plx_rival_model){.horizons = model->horizons,
                                .cell_s = CELL_S,
                                .half_life_s = HALF_LIFE_S,
                                .stale_s = LONGEST_S,
                                .line_window_s = model->charted ? CHARTED_LINE_S : 0,
                                .ar1_window_s = model->charted ? CHARTED_AR1_S : 0};
    for (uint32_t h = 0; h < model->horizons; h++)
        rivals->horizon_s[h] = model->horizon_s[h];
    begin_widths(rolling, v);
}

/* Field by field: the pending forecasts are many megabytes that nobody reads before they are
 * written. */
void plx_rolling_begin(plx_rolling *rolling)
{
    plx_rolling_patient *patient = rolling->patient;
    patient->begun = false;
    for (uint32_t v = 0; v < rolling->model->vitals; v++) {
        plx_rolling_series *s = &patient->series[v];
        s->n = 0;
        s->last_us = 0;
        s->last = s->sum = s->step_sum = 0.0;
        s->recent = (plx_rolling_mean){0};
        s->rival = (plx_rival_state){0};
        s->look = (plx_rival_origin){0};
        begin_rivals(rolling, v);
        for (uint32_t h = 0; h < rolling->model->horizons; h++) {
            plx_rolling_line *line = &s->line[h];
            line->sums = line->twin_sums = (plx_blend_sums){0};
            line->duel = (plx_rolling_duel){0};
            line->near = line->far = (plx_rolling_mean){0};
            line->last_sum = line->last_n = 0.0;
            line->issued = line->learnt = false;
            line->first = line->n = 0;
        }
    }
}

static bool is_due(const plx_rolling *rolling, const plx_rolling_values *values, uint32_t v,
                   uint32_t h)
{
    const plx_rolling_series *s = &rolling->patient->series[v];
    const plx_rolling_line *line = &s->line[h];
    if (!values->measured[v]) return false;
    if (!line->issued) return true;
    const int64_t spacing_us = horizon_us(rolling->model, h) / PLX_ROLLING_SPACING;
    return values->time_us - line->origin_us >= spacing_us;
}

bool plx_rolling_is_origin(const plx_rolling *rolling, const plx_rolling_values *values)
{
    for (uint32_t v = 0; v < rolling->model->vitals; v++)
        for (uint32_t h = 0; h < rolling->model->horizons; h++)
            if (rolling->patient->series[v].n >= PLX_ROLLING_BEFORE &&
                is_due(rolling, values, v, h))
                return true;
    return false;
}

static plx_status check_step(const plx_rolling *rolling, const plx_rolling_values *values,
                             const plx_rolling_twin *twin)
{
    const plx_rolling_model *model = rolling->model;
    const plx_rolling_patient *patient = rolling->patient;
    if (values->time_us < -PLX_RIVAL_TIME_MAX_US || values->time_us > PLX_RIVAL_TIME_MAX_US / 2)
        return PLX_RANGE;
    if (patient->begun && values->time_us <= patient->now_us) return PLX_RANGE;
    for (uint32_t v = 0; v < model->vitals; v++) {
        if (!values->measured[v]) continue;
        const double x = values->value[v];
        if (!(x >= model->vital[v].low && x <= model->vital[v].high)) return PLX_RANGE;
    }
    if (!twin) return PLX_OK;
    if (twin->members < 2 || twin->members > PLX_ROLLING_MEMBERS_MAX) return PLX_RANGE;
    const uint32_t a_vital = model->horizons * twin->members;
    for (uint32_t v = 0; v < model->vitals; v++)
        for (uint32_t i = 0; twin->answers[v] && i < a_vital; i++)
            if (!(fabs(twin->member[v * a_vital + i]) <= 1e9)) return PLX_RANGE;
    return PLX_OK;
}

static void mean_add(plx_rolling_mean *mean, double value, double kept)
{
    const double held = mean->weight * kept;
    mean->weight = held + 1.0;
    mean->value += (value - mean->value) / mean->weight;
}

/* kept of an interval for a half-life. */
static double kept_over(double seconds, double half_life_s)
{
    return plx_exp(-0.69314718055994530942 * seconds / half_life_s);
}

static void take(plx_rolling *rolling, uint32_t v, int64_t time_us, double value)
{
    plx_rolling_series *s = &rolling->patient->series[v];
    const double since = s->n > 0 ? (double)(time_us - s->last_us) * 1e-6 : 0.0;
    for (uint32_t h = 0; h < rolling->model->horizons; h++) {
        const double horizon = rolling->model->horizon_s[h];
        mean_add(&s->line[h].near, value, kept_over(since, 0.5 * horizon));
        mean_add(&s->line[h].far, value, kept_over(since, 2.0 * horizon));
    }
    if (s->n > 0) {
        const double change = fabs(value - s->last);
        s->step_sum += change;
        mean_add(&s->recent, change, STEP_KEPT);
    }
    if (plx_rival_observe_from(&s->rivals, &s->rival, &s->look, time_us, value) != PLX_OK)
        PLX_ASSERT(false);
    plx_rival_look(&s->rivals, &s->rival, &s->look);
    s->sum += value;
    s->n++;
    begin_widths(rolling, v);
    s->last = value;
    s->last_us = time_us;
}

static void put_part(plx_blend_view *view, plx_blend_part part, double centre)
{
    view->known[part] = true;
    view->centre[part] = centre;
}

static void view_twin(const plx_rolling_twin *twin, uint32_t v, const plx_rolling_pending *pending,
                      double last, plx_blend_view *view)
{
    double sum = 0.0, spread = 0.0;
    for (uint32_t i = 0; i < pending->members; i++)
        sum += pending->member[i];
    const double mean = sum / pending->members;
    for (uint32_t i = 0; i < pending->members; i++)
        spread += fabs(pending->member[i] - mean);
    view->twin_spread = spread / pending->members;
    put_part(view, PLX_BLEND_TWIN, mean);
    if (fabs(twin->now[v]) <= 1e9)
        put_part(view, PLX_BLEND_TWIN_CHANGE, last + mean - twin->now[v]);
}

static void view_simple(const plx_rolling *rolling, uint32_t v, uint32_t h,
                        const plx_rolling_pending *pending, plx_blend_view *view)
{
    const plx_rolling_series *s = &rolling->patient->series[v];
    const plx_validate_moments *level = &rolling->population->level[v];
    put_part(view, PLX_BLEND_PERSISTENCE, s->last);
    put_part(view, PLX_BLEND_TREND, pending->rival[PLX_RIVAL_TREND].mean);
    put_part(view, PLX_BLEND_AR1, pending->rival[PLX_RIVAL_AR1].mean);
    put_part(view, PLX_BLEND_NEAR_MEAN, s->line[h].near.value);
    put_part(view, PLX_BLEND_FAR_MEAN, s->line[h].far.value);
    put_part(view, PLX_BLEND_OWN_MEAN, s->sum / s->n);
    const double known = rolling->model->vital[v].usual_level;
    const double others = known != 0.0 ? OTHERS_LEVELS : 0.0, n = others + (double)level->n;
    if (n > 0.0)
        put_part(view, PLX_BLEND_POPULATION_MEAN,
                 (others * known + (double)level->n * level->mean) / n);
    view->restlessness = restlessness(rolling, v);
    view->pace = pace(rolling, v);
    const double share = rolling->model->horizon_s[h] / LEVEL_S;
    view->withheld = share < 1.0 ? 1.0 - share : 0.0;
}

static bool twin_has_earned(const plx_rolling_duel *population, const plx_rolling_duel *patient)
{
    const double n = population->n + patient->n, sum = population->sum + patient->sum;
    const double squares = population->squares + patient->squares;
    if (n < PLX_ROLLING_EARNED || !(sum > 0.0)) return false;
    return sum > PLX_ROLLING_SURE * sqrt(larger_of(squares - sum * sum / n, 0.0));
}

static void blend(plx_rolling *rolling, uint32_t v, uint32_t h, const plx_rolling_twin *twin,
                  plx_rolling_pending *pending)
{
    const plx_rolling_model *model = rolling->model;
    const plx_rolling_population *population = rolling->population;
    const plx_rolling_line *line = &rolling->patient->series[v].line[h];
    const plx_rolling_prior *others = prior_of(model, v, h);
    const plx_blend_model of = {.low = model->vital[v].low,
                                .high = model->vital[v].high,
                                .usual_error = first_error(rolling, v, h),
                                .prior =
                                    others && others->blend.counts > 0.0 ? &others->blend : NULL};
    plx_blend_view view = {0};
    view_simple(rolling, v, h, pending, &view);
    if (plx_blend_issue(&of, &population->sums[v][h], &line->sums, &view, &pending->plain) !=
        PLX_OK)
        PLX_ASSERT(false);
    pending->shown = pending->plain;
    if (pending->members == 0) return;
    view_twin(twin, v, pending, pending->plain.last, &view);
    if (plx_blend_issue(&of, &population->twin_sums[v][h], &line->twin_sums, &view,
                        &pending->with) != PLX_OK)
        PLX_ASSERT(false);
    if (twin_has_earned(&population->duel[v][h], &line->duel)) pending->shown = pending->with;
}

static void issue(plx_rolling *rolling, uint32_t v, uint32_t h, const plx_rolling_twin *twin)
{
    const plx_rolling_model *model = rolling->model;
    plx_rolling_series *s = &rolling->patient->series[v];
    plx_rolling_line *line = &s->line[h];
    plx_rolling_score *score = &rolling->scores->at[v][h];
    PLX_ASSERT(line->n < PLX_ROLLING_PENDING_MAX);
    plx_rolling_pending *pending =
        &line->pending[(line->first + line->n) % PLX_ROLLING_PENDING_MAX];
    pending->origin_us = s->last_us;
    pending->target_us = s->last_us + horizon_us(model, h);
    const int64_t between_us[2] = {s->last_us, pending->target_us};
    for (int k = 0; k < PLX_RIVAL_KIND_N; k++)
        if (plx_rival_forecast_from(&s->rivals, &s->rival, &s->look, (plx_rival_kind)k, between_us,
                                    &pending->rival[k]) != PLX_OK)
            PLX_ASSERT(false);
    pending->members = 0;
    if (twin && twin->answers[v]) {
        const double *from = twin->member + (v * model->horizons + h) * twin->members;
        pending->members = twin->members;
        memcpy(pending->member, from, twin->members * sizeof *from);
    }
    blend(rolling, v, h, twin, pending);
    line->origin_us = s->last_us;
    line->issued = true;
    line->n++;
    score->origins++;
}

plx_status plx_rolling_step(plx_rolling *rolling, const plx_rolling_values *values,
                            const plx_rolling_twin *twin)
{
    PLX_TRY(check_step(rolling, values, twin));
    const plx_rolling_model *model = rolling->model;
    for (uint32_t v = 0; v < model->vitals; v++) {
        if (!values->measured[v]) continue;
        for (uint32_t h = 0; h < model->horizons; h++)
            plx_rolling_settle(rolling, v, h, values->time_us, values->value[v]);
        take(rolling, v, values->time_us, values->value[v]);
    }
    for (uint32_t v = 0; v < model->vitals; v++)
        for (uint32_t h = 0; h < model->horizons; h++)
            if (rolling->patient->series[v].n > PLX_ROLLING_BEFORE && is_due(rolling, values, v, h))
                issue(rolling, v, h, twin);
    rolling->patient->now_us = values->time_us;
    rolling->patient->begun = true;
    return PLX_OK;
}
