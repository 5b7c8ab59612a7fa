/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The ring of cells, what each rival knew at each, and the widths learnt from it. */
#include "core/validate/rival.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/mathx.h"

#define LN_2 0.69314718055994530942

enum {
    LINE_WINDOW_S = 900,
    LINE_SPAN_S = 300,
    LINE_CELLS = 3,
    AR1_WINDOW_S = 4 * 3600,
    AR1_CELLS = 8,
    LONGEST_S = 24 * 3600,
};

const char *plx_rival_name(plx_rival_kind kind)
{
    static const char *const names[PLX_RIVAL_KIND_N] = {"persistence", "trend", "ar1"};
    return (uint32_t)kind < PLX_RIVAL_KIND_N ? names[kind] : "unknown";
}

plx_rival_model plx_rival_model_usual(double sd)
{
    plx_rival_model model = {.horizons = 5,
                             .horizon_s = {60, 300, 900, 1800, 3600},
                             .cell_s = 30,
                             .half_life_s = 24 * 3600,
                             .stale_s = 900};
    for (uint32_t h = 0; h < model.horizons; h++)
        model.prior_sd[h] = sd * sqrt(model.horizon_s[h] / 3600.0);
    return model;
}

static bool between(double x, double low, double high)
{
    return x >= low && x <= high;
}

plx_status plx_rival_model_check(const plx_rival_model *model)
{
    if (model->horizons == 0 || model->horizons > PLX_RIVAL_HORIZON_MAX) return PLX_RANGE;
    if (!between(model->cell_s, 1.0, 3600.0)) return PLX_RANGE;
    if (!between(model->half_life_s, 60.0, 1e8)) return PLX_RANGE;
    if (!between(model->stale_s, 0.0, 1e8)) return PLX_RANGE;
    if (!between(model->line_window_s, 0.0, 1e8)) return PLX_RANGE;
    if (!between(model->ar1_window_s, 0.0, 1e8)) return PLX_RANGE;
    double before = 0.0;
    for (uint32_t h = 0; h < model->horizons; h++) {
        const double horizon = model->horizon_s[h];
        if (!between(horizon, model->cell_s, LONGEST_S) || horizon <= before) return PLX_RANGE;
        if (!(model->prior_sd[h] > 0.0 && model->prior_sd[h] <= PLX_RIVAL_VALUE_MAX))
            return PLX_RANGE;
        before = horizon;
    }
    return PLX_OK;
}

static double seconds(int64_t from_us, int64_t to_us)
{
    return (double)(to_us - from_us) * 1e-6;
}

static bool time_is_usable(int64_t time_us)
{
    return time_us <= PLX_RIVAL_TIME_MAX_US && time_us >= -PLX_RIVAL_TIME_MAX_US;
}

/* Number of the cell that holds a time. */
static double cell_of(const plx_rival_model *model, int64_t time_us)
{
    return floor((double)time_us / (model->cell_s * 1e6));
}

/* The cells of the last window_s, oldest first. */
typedef struct window {
    int64_t time_us[PLX_RIVAL_CELL_MAX];
    double value[PLX_RIVAL_CELL_MAX];
    plx_rival_series series;
} window;

/* Index of the cell that is back cells before the newest. */
static uint32_t cell_back(const plx_rival_state *state, uint32_t back)
{
    return (state->newest + PLX_RIVAL_CELL_MAX - back) % PLX_RIVAL_CELL_MAX;
}

static void fill_window(const plx_rival_state *state, double window_s, window *w)
{
    const int64_t newest_us = state->time_us[state->newest];
    uint32_t n = 0;
    while (n < state->n && seconds(state->time_us[cell_back(state, n)], newest_us) <= window_s)
        n++;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t cell = cell_back(state, n - 1 - i);
        w->time_us[i] = state->time_us[cell];
        w->value[i] = state->value[cell];
    }
    w->series = (plx_rival_series){w->time_us, w->value, n};
}

static void know_line(const plx_rival_model *model, const plx_rival_state *state,
                      plx_rival_origin *origin)
{
    window w;
    fill_window(state, model->line_window_s > 0.0 ? model->line_window_s : LINE_WINDOW_S, &w);
    const uint32_t n = w.series.n;
    plx_rival_line line = {state->value[state->newest], 0.0};
    if (n >= LINE_CELLS && seconds(w.time_us[0], w.time_us[n - 1]) >= LINE_SPAN_S)
        if (plx_rival_fit_line(&w.series, &line) != PLX_OK) PLX_ASSERT(false);
    origin->line_level = line.level;
    origin->line_slope_per_s = line.slope_per_s;
}

/* On the grid of cells: two values close to either side of a border are one cell apart. */
static void know_ar1(const plx_rival_model *model, const plx_rival_state *state,
                     plx_rival_origin *origin)
{
    window w;
    fill_window(state, model->ar1_window_s > 0.0 ? model->ar1_window_s : AR1_WINDOW_S, &w);
    const double first = cell_of(model, w.time_us[0]);
    for (uint32_t i = 0; i < w.series.n; i++)
        w.time_us[i] = (int64_t)((cell_of(model, w.time_us[i]) - first) * model->cell_s * 1e6);
    plx_rival_ar1 ar1 = {state->value[state->newest], 0.0, 0.0};
    if (w.series.n >= AR1_CELLS)
        if (plx_rival_fit_ar1(&w.series, &ar1) != PLX_OK) PLX_ASSERT(false);
    origin->mean = ar1.mean;
    origin->rate_per_s = ar1.rate_per_s;
}

static double point(const plx_rival_origin *origin, plx_rival_kind kind, double lead_s)
{
    switch (kind) {
    case PLX_RIVAL_TREND:
        return origin->line_level + origin->line_slope_per_s * lead_s;
    case PLX_RIVAL_AR1:
        return origin->mean + (origin->last - origin->mean) * plx_exp(-origin->rate_per_s * lead_s);
    default:
        return origin->last;
    }
}

/* Of the cells, the one nearest to time_us, the older of two; all are closed. */
static uint32_t nearest_cell(const plx_rival_state *state, int64_t time_us)
{
    uint32_t best = state->newest;
    double best_distance = fabs(seconds(state->time_us[best], time_us));
    for (uint32_t back = 1; back < state->n; back++) {
        const uint32_t cell = cell_back(state, back);
        const double distance = fabs(seconds(state->time_us[cell], time_us));
        if (distance > best_distance) break; /* from here on they only get older */
        best = cell;
        best_distance = distance;
    }
    return best;
}

static void learn(plx_rival_width *width, double error, double weight, double kept)
{
    width->weight = width->weight * kept + weight;
    width->weighted_squares = width->weighted_squares * kept + weight * error * error;
}

/* A truth for the origins one horizon back. */
static void learn_horizon(const plx_rival_model *model, plx_rival_state *state, uint32_t h,
                          int64_t time_us, double value)
{
    const double horizon = model->horizon_s[h];
    const int64_t wanted_us = time_us - (int64_t)(horizon * 1e6);
    const uint32_t cell = nearest_cell(state, wanted_us);
    const double off = fabs(seconds(wanted_us, state->time_us[cell]));
    if (off > model->cell_s && off > 0.1 * horizon) return;
    const double lead = seconds(state->time_us[cell], time_us);
    for (int kind = 0; kind < PLX_RIVAL_KIND_N; kind++) {
        plx_rival_width *width = &state->width[kind][h];
        double weight = 1.0, kept = 0.0;
        if (width->weight > 0.0) {
            const double since = seconds(width->time_us, time_us);
            kept = plx_exp(-LN_2 * since / model->half_life_s);
            if (since < horizon) weight = since / horizon;
        }
        const double error = value - point(&state->origin[cell], (plx_rival_kind)kind, lead);
        learn(width, error, weight, kept);
        width->time_us = time_us;
    }
}

static void push(plx_rival_state *state, int64_t time_us, double value)
{
    if (state->n > 0) state->newest = (state->newest + 1) % PLX_RIVAL_CELL_MAX;
    if (state->n < PLX_RIVAL_CELL_MAX) state->n++;
    state->time_us[state->newest] = time_us;
    state->value[state->newest] = value;
    state->origin[state->newest] = (plx_rival_origin){0};
}

void plx_rival_look(const plx_rival_model *model, const plx_rival_state *state,
                    plx_rival_origin *out)
{
    PLX_ASSERT(state->n > 0);
    out->last = state->value[state->newest];
    know_line(model, state, out);
    know_ar1(model, state, out);
}

/* look: NULL when nobody has looked. */
static plx_status observe(const plx_rival_model *model, plx_rival_state *state,
                          const plx_rival_origin *look, int64_t time_us, double value)
{
    if (!(fabs(value) <= PLX_RIVAL_VALUE_MAX) || !time_is_usable(time_us)) return PLX_RANGE;
    if (state->n == 0) {
        push(state, time_us, value);
        return PLX_OK;
    }
    const uint32_t newest = state->newest;
    if (time_us < state->time_us[newest]) return PLX_RANGE;
    if (cell_of(model, time_us) == cell_of(model, state->time_us[newest])) {
        state->time_us[newest] = time_us;
        state->value[newest] = value;
        return PLX_OK;
    }
    if (look)
        state->origin[newest] = *look;
    else
        plx_rival_look(model, state, &state->origin[newest]);
    for (uint32_t h = 0; h < model->horizons; h++)
        learn_horizon(model, state, h, time_us, value);
    push(state, time_us, value);
    return PLX_OK;
}

plx_status plx_rival_observe(const plx_rival_model *model, plx_rival_state *state, int64_t time_us,
                             double value)
{
    return observe(model, state, NULL, time_us, value);
}

plx_status plx_rival_observe_from(const plx_rival_model *model, plx_rival_state *state,
                                  const plx_rival_origin *look, int64_t time_us, double value)
{
    return observe(model, state, look, time_us, value);
}

static double variance_at(const plx_rival_model *model, const plx_rival_width *width, uint32_t h)
{
    const double prior = model->prior_sd[h] * model->prior_sd[h];
    return (PLX_RIVAL_PRIOR_WEIGHT * prior + width->weighted_squares) /
           (PLX_RIVAL_PRIOR_WEIGHT + width->weight);
}

double plx_rival_sd(const plx_rival_model *model, const plx_rival_state *state, plx_rival_kind kind,
                    uint32_t horizon)
{
    PLX_ASSERT((uint32_t)kind < PLX_RIVAL_KIND_N && horizon < model->horizons);
    return sqrt(variance_at(model, &state->width[kind][horizon], horizon));
}

static double variance_of_lead(const plx_rival_model *model, const plx_rival_width *widths,
                               double lead_s)
{
    uint32_t above = 0;
    while (above < model->horizons && model->horizon_s[above] < lead_s)
        above++;
    if (above == 0) return variance_at(model, &widths[0], 0);
    if (above == model->horizons) return variance_at(model, &widths[above - 1], above - 1);
    const double low_s = model->horizon_s[above - 1], high_s = model->horizon_s[above];
    const double low = variance_at(model, &widths[above - 1], above - 1);
    const double high = variance_at(model, &widths[above], above);
    return low + (high - low) * (lead_s - low_s) / (high_s - low_s);
}

static plx_status forecast_check(const plx_rival_model *model, const plx_rival_state *state,
                                 int64_t origin_us, int64_t target_us)
{
    if (!time_is_usable(origin_us) || !time_is_usable(target_us)) return PLX_RANGE;
    if (target_us <= origin_us) return PLX_RANGE;
    if (state->n == 0) return PLX_NO_ANSWER;
    const int64_t newest_us = state->time_us[state->newest];
    if (origin_us < newest_us) return PLX_RANGE;
    return seconds(newest_us, origin_us) > model->stale_s ? PLX_NO_ANSWER : PLX_OK;
}

static plx_validate_normal law_from(const plx_rival_model *model, const plx_rival_state *state,
                                    const plx_rival_origin *origin, plx_rival_kind kind,
                                    int64_t target_us)
{
    const double lead_s = seconds(state->time_us[state->newest], target_us);
    return (plx_validate_normal){.mean = point(origin, kind, lead_s),
                                 .sd = sqrt(variance_of_lead(model, state->width[kind], lead_s))};
}

plx_status plx_rival_forecast(const plx_rival_model *model, const plx_rival_state *state,
                              plx_rival_kind kind, int64_t origin_us, int64_t target_us,
                              plx_validate_normal *out)
{
    PLX_ASSERT((uint32_t)kind < PLX_RIVAL_KIND_N);
    PLX_TRY(forecast_check(model, state, origin_us, target_us));
    plx_rival_origin origin = {.last = state->value[state->newest]};
    if (kind == PLX_RIVAL_TREND) know_line(model, state, &origin);
    if (kind == PLX_RIVAL_AR1) know_ar1(model, state, &origin);
    *out = law_from(model, state, &origin, kind, target_us);
    return PLX_OK;
}

plx_status plx_rival_forecast_from(const plx_rival_model *model, const plx_rival_state *state,
                                   const plx_rival_origin *look, plx_rival_kind kind,
                                   const int64_t origin_target_us[2], plx_validate_normal *out)
{
    PLX_ASSERT((uint32_t)kind < PLX_RIVAL_KIND_N);
    PLX_TRY(forecast_check(model, state, origin_target_us[0], origin_target_us[1]));
    *out = law_from(model, state, look, kind, origin_target_us[1]);
    return PLX_OK;
}
