/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/esmda.h"

#include <string.h>

#include "core/assimilate/esmda_inside.h"
#include "core/base/arena.h"
#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/base/slice.h"

enum { GROUP = PLX_BODY_GROUP, SETTLE_S = 60, STREAMS = 64, OWN_STREAM = 48 };

/* The parameters. */

static const struct {
    const char *name, *unit;
    bool logarithm;
} table[PLX_ESMDA_PARAMETER_N] = {
#define X(name, unit, logarithm) {#name, unit, logarithm},
    PLX_ESMDA_PARAMETER_LIST(X)
#undef X
};

/* Priors of those that are not of a person: blood lost before help came (a third of the volume is
 * 2.5 sd, prior) and the flow of a bleeding that goes on (5 to 80 mL/min, prior). The others are as
 * plx_person_body draws them. */
#define DEFICIT_MEAN_ML 250.0
#define DEFICIT_SD_ML 500.0
#define DEFICIT_LOW_ML (-500.0)
#define DEFICIT_HIGH_ML 2500.0
#define BLEEDING_SD 0.85
#define TONE_SD 0.40
#define TONE_LOW 0.2
#define TONE_HIGH 3.0

_Static_assert((int)PLX_BODY_PARAM_N <= (int)OWN_STREAM, "streams are left for the fit");
_Static_assert((int)OWN_STREAM + PLX_ESMDA_PARAMETER_N < STREAMS,
               "and do not meet the next member");

const char *plx_esmda_parameter_name(plx_esmda_parameter parameter)
{
    PLX_ASSERT((unsigned)parameter < PLX_ESMDA_PARAMETER_N);
    return table[parameter].name;
}

const char *plx_esmda_parameter_unit(plx_esmda_parameter parameter)
{
    PLX_ASSERT((unsigned)parameter < PLX_ESMDA_PARAMETER_N);
    return table[parameter].unit;
}

plx_esmda_row plx_esmda_row_of(plx_esmda_parameter parameter)
{
    static const struct {
        plx_body_param_id id;
        double unit;
    } ids[PLX_ESMDA_PARAMETER_N] = {
        [PLX_ESMDA_deficit] = {PLX_BODY_PARAM_N, 1},
        [PLX_ESMDA_tone] = {PLX_BODY_PARAM_N, 1},
        [PLX_ESMDA_r_scale] = {PLX_BODY_P_r_scale, 1},
        [PLX_ESMDA_vu_v] = {PLX_BODY_P_vu_v, 1},
        [PLX_ESMDA_e_scale] = {PLX_BODY_P_e_scale, 1},
        [PLX_ESMDA_c_sa] = {PLX_BODY_P_c_sa, 1},
        [PLX_ESMDA_p_n] = {PLX_BODY_P_p_n, 1},
        [PLX_ESMDA_g_tv] = {PLX_BODY_P_g_tv, 1},
        [PLX_ESMDA_t0] = {PLX_BODY_P_t0, 1},
        [PLX_ESMDA_shunt] = {PLX_BODY_P_shunt, 1},
        [PLX_ESMDA_vd_alv] = {PLX_BODY_P_vd_alv, 1},
        [PLX_ESMDA_vo2_0] = {PLX_BODY_P_vo2_0, 1},
        [PLX_ESMDA_drive] = {PLX_BODY_P_drive, 1},
        [PLX_ESMDA_k_fluid] = {PLX_BODY_P_k_fluid, 1},
        [PLX_ESMDA_bleeding] = {PLX_BODY_P_bleed, PLX_ESMDA_BLEEDING_ML_MIN},
    };
    static const struct {
        double low, high;
    } bounds[PLX_BODY_PARAM_N + 1] = {
#define X(name, unit, low, high, text) {low, high},
        PLX_BODY_PARAM(X)
#undef X
            {DEFICIT_LOW_ML, DEFICIT_HIGH_ML},
    };
    plx_body_param_id id = ids[parameter].id;
    double unit = ids[parameter].unit, low = bounds[id].low;
    if (parameter == PLX_ESMDA_tone) return (plx_esmda_row){id, true, TONE_LOW, TONE_HIGH, 1};
    if (table[parameter].logarithm && low < 1e-6) low = 1e-3;
    return (plx_esmda_row){id, table[parameter].logarithm, low * unit, bounds[id].high * unit,
                           unit};
}

double plx_esmda_theta(const plx_esmda_row *row, double natural)
{
    if (!row->logarithm) return natural;
    return plx_log(natural > row->low ? natural : row->low);
}

double plx_esmda_natural(const plx_esmda_row *row, double theta)
{
    return row->logarithm ? plx_exp(theta) : theta;
}

/* Checking. */

static plx_status check_numbers(const plx_esmda_input *in, char *why, size_t n)
{
    uint32_t fitted = 0;
    if (in->members < 2 * GROUP || in->members > PLX_ESMDA_MEMBERS_MAX || in->members % GROUP)
        return plx_refuse(why, n, PLX_RANGE, "members are a multiple of 16 from 32 to 1024");
    if (in->lanes != 4 && in->lanes != 8 && in->lanes != 16)
        return plx_refuse(why, n, PLX_RANGE, "lanes are 4, 8 or 16");
    if (in->window_s < 1 || in->window_s > PLX_ESMDA_WINDOW_S_MAX)
        return plx_refuse(why, n, PLX_RANGE, "the window goes from 1 to 3600 s");
    if (in->observations_n > PLX_ESMDA_OBSERVATIONS_MAX)
        return plx_refuse(why, n, PLX_RANGE, "no more than 8192 observations are possible");
    if (in->parameters >> PLX_ESMDA_PARAMETER_N)
        return plx_refuse(why, n, PLX_RANGE, "a parameter to fit is not known");
    for (uint32_t p = 0; p < PLX_ESMDA_PARAMETER_N; p++)
        fitted += in->parameters >> p & 1;
    for (uint32_t p = 0; in->changes && p < PLX_ESMDA_PARAMETER_N; p++)
        if (!(in->changes[p].sd >= 0 && in->changes[p].sd < 1e4 && in->changes[p].shift > -1e4 &&
              in->changes[p].shift < 1e4))
            return plx_refuse(why, n, PLX_RANGE,
                              "a change of a prior is no number or has an sd below 0");
    if (fitted < 1 || fitted > PLX_ESMDA_FITTED_MAX)
        return plx_refuse(why, n, PLX_RANGE, "1 to 12 parameters can be fitted");
    return PLX_OK;
}

static plx_status check_observations(const plx_esmda_input *in, char *why, size_t n)
{
    bool seen[PLX_MEASURE_N] = {false};
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < in->observations_n; i++) {
        const plx_vitals_observation *o = &in->observations[i];
        if ((unsigned)o->quantity >= PLX_MEASURE_N)
            return plx_refuse(why, n, PLX_RANGE, "the quantity of an observation is not known");
        if (!(o->sd > 0 && o->sd < 1e6 && o->value > -1e6 && o->value < 1e6))
            return plx_refuse(why, n, PLX_RANGE,
                              "an observation is no number or has no sd above 0");
        if (o->time_s > in->window_s)
            return plx_refuse(why, n, PLX_RANGE, "an observation comes after the window");
        if (i > 0 && o->time_s < in->observations[i - 1].time_s)
            return plx_refuse(why, n, PLX_CONFLICT, "an observation stands after a later one");
        kinds += !seen[o->quantity];
        seen[o->quantity] = true;
    }
    if (kinds > PLX_ESMDA_QUANTITIES_MAX)
        return plx_refuse(why, n, PLX_RANGE, "no more than 12 kinds of observations are possible");
    return PLX_OK;
}

/* Through the window without a body. */
static plx_status live_care(const plx_esmda_input *in, plx_care *care, char *why, size_t n)
{
    plx_second second;
    uint32_t now_s = 0;
    bool bleeds = in->parameters & 1u << PLX_ESMDA_bleeding;
    const plx_action bleeding = {
        .kind = PLX_ACTION_BLEED, .drug = PLX_DRUG_N, .rate_ml_min = PLX_ESMDA_BLEEDING_ML_MIN};
    plx_care_init(care, &in->person);
    if (bleeds) PLX_TRY(plx_care_act(care, &bleeding, why, n));
    for (uint32_t i = 0; i < in->actions_n; i++) {
        const plx_action *a = &in->actions[i];
        if (a->at_s >= in->window_s)
            return plx_refuse(why, n, PLX_RANGE, "an action comes after the window");
        if (a->at_s < now_s)
            return plx_refuse(why, n, PLX_CONFLICT, "an action stands after a later one");
        if (bleeds && (a->kind == PLX_ACTION_BLEED || a->kind == PLX_ACTION_WOUND))
            return plx_refuse(why, n, PLX_CONFLICT,
                              "a bleeding of the chart has its own rate: none can be fitted");
        for (; now_s < a->at_s; now_s++)
            plx_care_step(care, &second);
        plx_status status = plx_care_act(care, a, why, n);
        if (status == PLX_FULL)
            return plx_refuse(why, n, status, "too many drugs (8) or infusions (16) at once");
        if (status != PLX_OK) return status;
    }
    for (; now_s < in->window_s; now_s++)
        plx_care_step(care, &second);
    return PLX_OK;
}

plx_status plx_esmda_check(const plx_esmda_input *in, char *why, size_t why_n)
{
    plx_care care;
    if (plx_person_check(&in->person, why, why_n) != PLX_OK) return PLX_UNSUPPORTED;
    PLX_TRY(check_numbers(in, why, why_n));
    PLX_TRY(check_observations(in, why, why_n));
    return live_care(in, &care, why, why_n);
}

/* Data: which observations make which mean. */

static bool tells_circulation(plx_measure q)
{
    return q == PLX_MEASURE_hr_bpm || q == PLX_MEASURE_sbp_mmhg || q == PLX_MEASURE_dbp_mmhg ||
           q == PLX_MEASURE_map_mmhg;
}

static uint32_t count_rows(const plx_esmda_input *in)
{
    uint32_t rows = 0, last_s = UINT32_MAX;
    for (uint32_t i = 0; i < in->observations_n; i++) {
        const plx_vitals_observation *o = &in->observations[i];
        if (!tells_circulation(o->quantity) || o->time_s == last_s) continue;
        last_s = o->time_s;
        rows++;
    }
    return rows;
}

static void list_quantities(plx_esmda *fit)
{
    const plx_esmda_input *in = fit->input;
    uint32_t n = 0, k;
    for (uint32_t i = 0; i < in->observations_n; i++) {
        for (k = 0; k < n && fit->quantities[k] != in->observations[i].quantity; k++)
            continue;
        if (k == n) fit->quantities[n++] = (uint8_t)in->observations[i].quantity;
    }
    fit->quantities[n++] = PLX_MEASURE_co_l_min;
    fit->quantities[n++] = PLX_MEASURE_svr_dyn_s_cm5;
    fit->quantities_n = n;
}

static uint32_t place_of(const plx_esmda *fit, const plx_vitals_observation *o)
{
    uint32_t q = 0, bin = o->time_s / fit->bin_s;
    while (fit->quantities[q] != o->quantity)
        q++;
    return q * fit->bins + (bin < fit->bins ? bin : fit->bins - 1);
}

/* With bins of bin_s; false when they make too many data. */
static bool number_data(plx_esmda *fit, uint32_t bin_s)
{
    const plx_esmda_input *in = fit->input;
    fit->bin_s = bin_s;
    fit->bins = (in->window_s + bin_s - 1) / bin_s;
    fit->data_n = 0;
    for (uint32_t i = 0; i < fit->quantities_n * fit->bins; i++)
        fit->datum_at[i] = PLX_ESMDA_NO_DATUM;
    for (uint32_t i = 0; i < in->observations_n; i++) {
        uint16_t *datum = &fit->datum_at[place_of(fit, &in->observations[i])];
        if (*datum == PLX_ESMDA_NO_DATUM) *datum = (uint16_t)fit->data_n++;
        fit->datum_of[i] = *datum;
    }
    return fit->data_n <= PLX_ESMDA_DATA_MAX;
}

/* Memory. */

static void *take(char *memory, size_t *at, size_t bytes)
{
    void *p = memory ? memory + *at : NULL;
    *at += plx_aligned(bytes);
    return p;
}

/* With memory null only the size is found. */
static size_t lay_out(plx_esmda *fit, const plx_esmda_input *in, char *memory)
{
    size_t at = 0, m = in->members, data = PLX_ESMDA_DATA_MAX, real = sizeof(double);
    size_t bins = in->window_s / PLX_ESMDA_BIN_S + 1;
    fit->settled = take(memory, &at, plx_body_size(in->members));
    fit->body = take(memory, &at, plx_body_size(in->members));
    fit->learnt = take(memory, &at, PLX_ESMDA_LEARNT_N * m * sizeof(float));
    fit->theta = take(memory, &at, PLX_ESMDA_FITTED_MAX * m * real);
    fit->predicted = take(memory, &at, data * m * real);
    fit->hidden_of = take(memory, &at, PLX_ESMDA_HIDDEN_N * m * real);
    fit->normal = take(memory, &at, data * m * real);
    fit->innovation = take(memory, &at, data * m * real);
    fit->square = take(memory, &at, data * data * real);
    fit->sorting = take(memory, &at, m * real);
    fit->source = take(memory, &at, m * sizeof(uint16_t));
    fit->datum_at = take(memory, &at, (PLX_ESMDA_QUANTITIES_MAX + 2) * bins * sizeof(uint16_t));
    fit->datum_of = take(memory, &at, in->observations_n * sizeof(uint16_t));
    fit->broken = take(memory, &at, m);
    fit->flags = take(memory, &at, in->observations_n);
    return at;
}

size_t plx_esmda_size(const plx_esmda_input *input)
{
    plx_esmda fit;
    return lay_out(&fit, input, NULL);
}

/* Beginning. */

static double three(double z)
{
    return z < -3 ? -3 : z > 3 ? 3 : z;
}

/* theta of one member before it has learnt anything. */
static double draw(const plx_esmda *fit, plx_esmda_parameter parameter, uint32_t m)
{
    const plx_esmda_input *in = fit->input;
    plx_rng rng = plx_rng_init(in->seed, (uint64_t)m * STREAMS + OWN_STREAM + parameter);
    double own = three(plx_rng_normal(&rng, 0, 1)), new = three(plx_rng_normal(&rng, 0, 1));
    plx_esmda_row row = plx_esmda_row_of(parameter);
    plx_esmda_change change = {0, 0};
    if (in->changes) change = in->changes[parameter];
    double low = plx_esmda_theta(&row, row.low), high = plx_esmda_theta(&row, row.high), theta;
    if (parameter == PLX_ESMDA_deficit)
        theta = DEFICIT_MEAN_ML + DEFICIT_SD_ML * own;
    else if (parameter == PLX_ESMDA_tone)
        theta = TONE_SD * own;
    else if (parameter == PLX_ESMDA_bleeding)
        theta = plx_log(PLX_ESMDA_BLEEDING_ML_MIN) + BLEEDING_SD * own;
    else
        theta = plx_esmda_theta(&row, (double)plx_body_param_get(fit->settled, row.id)[m]);
    theta += change.shift + change.sd * new;
    return theta < low ? low : theta > high ? high : theta;
}

/* theta of all members from the settled bodies, and its centre and spread. */
static void read_prior(plx_esmda *fit, uint32_t p)
{
    const plx_esmda_input *in = fit->input;
    double *theta = plx_esmda_theta_of(fit, p), sum = 0, square = 0;
    for (uint32_t m = 0; m < in->members; m++)
        sum += theta[m] = draw(fit, fit->fitted[p], m);
    fit->centre[p] = sum / in->members;
    for (uint32_t m = 0; m < in->members; m++)
        square += (theta[m] - fit->centre[p]) * (theta[m] - fit->centre[p]);
    fit->spread[p] = __builtin_sqrt(square / (in->members - 1));
}

/* In place; Shell 1959 with the gaps of Ciura 2001. */
static void sort(double *x, uint32_t n)
{
    static const uint32_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
        for (uint32_t i = gaps[g]; i < n; i++) {
            double value = x[i];
            uint32_t k = i;
            for (; k >= gaps[g] && x[k - gaps[g]] > value; k -= gaps[g])
                x[k] = x[k - gaps[g]];
            x[k] = value;
        }
}

static double quantile(const double *sorted, uint32_t n, double p)
{
    double place = p * (n - 1);
    uint32_t below = (uint32_t)place, above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

plx_esmda_summary plx_esmda_summarise(double *x, uint32_t n)
{
    double sum = 0, square = 0;
    sort(x, n);
    for (uint32_t m = 0; m < n; m++)
        sum += x[m];
    for (uint32_t m = 0; m < n; m++)
        square += (x[m] - sum / n) * (x[m] - sum / n);
    return (plx_esmda_summary){sum / n, __builtin_sqrt(square / (n - 1)), quantile(x, n, 0.05),
                               quantile(x, n, 0.50), quantile(x, n, 0.95)};
}

/* Of fit->sorting, which is put in order. */
static plx_esmda_summary summarise(const plx_esmda *fit)
{
    return plx_esmda_summarise(fit->sorting, fit->input->members);
}

static plx_esmda_summary summarise_parameter(const plx_esmda *fit, uint32_t p)
{
    plx_esmda_row row = plx_esmda_row_of(fit->fitted[p]);
    for (uint32_t m = 0; m < fit->input->members; m++)
        fit->sorting[m] = plx_esmda_natural(&row, plx_esmda_theta_of(fit, p)[m]);
    return summarise(fit);
}

static void settle(plx_esmda *fit, const plx_body *settled)
{
    const plx_esmda_input *in = fit->input;
    fit->settled->members = in->members;
    fit->settled->seed = in->seed;
    if (settled) {
        PLX_ASSERT(settled->members == in->members && settled->seed == in->seed);
        memcpy(fit->settled, settled, plx_body_size(in->members));
    } else {
        fit->base_missed =
            plx_person_settle(&in->person, 1, in->lanes, SETTLE_S, fit->settled) != PLX_OK;
    }
    memcpy(fit->body, fit->settled, plx_body_size(in->members));
    memcpy(fit->learnt, plx_body_state_get(fit->settled, (plx_body_state_id)PLX_ESMDA_LEARNT_FIRST),
           (size_t)PLX_ESMDA_LEARNT_N * in->members * sizeof(float));
}

plx_status plx_esmda_begin(plx_esmda *fit, const plx_esmda_input *input, const plx_body *settled,
                           void *memory)
{
    memset(fit, 0, sizeof *fit);
    memset(memory, 0, plx_esmda_size(input));
    fit->input = input;
    lay_out(fit, input, memory);
    settle(fit, settled);
    list_quantities(fit);
    for (uint32_t bin_s = PLX_ESMDA_BIN_S; !number_data(fit, bin_s);)
        bin_s *= 2;
    fit->prior_only = count_rows(input) < PLX_ESMDA_ROWS_MIN;
    fit->passes = fit->prior_only ? 0 : PLX_ESMDA_PASSES;
    for (uint32_t p = 0; p < PLX_ESMDA_PARAMETER_N; p++)
        if (input->parameters >> p & 1) fit->fitted[fit->fitted_n++] = (plx_esmda_parameter)p;
    for (uint32_t p = 0; p < fit->fitted_n; p++) {
        read_prior(fit, p);
        fit->prior[p] = summarise_parameter(fit, p);
    }
    return PLX_OK;
}

/* From run to run. */

static void tell_broken(plx_esmda *fit, uint32_t broken)
{
    plx_out out = plx_out_init(fit->why, sizeof fit->why - 1);
    plx_out_u64(&out, broken);
    plx_out_text(&out, " of ");
    plx_out_u64(&out, fit->input->members);
    plx_out_text(&out, " members left physiological bounds in run ");
    plx_out_u64(&out, fit->pass + 1);
    plx_out_text(&out, " of the fit");
    fit->why[out.n] = 0;
}

/* A member that left its bounds anywhere in the run becomes a copy of a sound one: body, theta,
 * predictions. The NaN marks it for the look, in a row that the copy overwrites. */
static plx_status replace_broken(plx_esmda *fit)
{
    uint32_t n = fit->input->members, max = n * PLX_ESMDA_BROKEN_PCT_MAX / 100;
    for (uint32_t m = 0; m < n; m++)
        if (fit->broken[m]) plx_body_state(fit->body, PLX_BODY_map)[m] = __builtin_nanf("");
    uint32_t broken = plx_body_redraw(fit->body, n, fit->pass, max, fit->source);
    if (broken > max) {
        tell_broken(fit, broken);
        return PLX_NO_ANSWER;
    }
    for (uint32_t m = 0; m < n; m++) {
        uint32_t from = fit->source[m];
        for (uint32_t p = 0; from != m && p < fit->fitted_n; p++)
            plx_esmda_theta_of(fit, p)[m] = plx_esmda_theta_of(fit, p)[from];
        for (uint32_t i = 0; from != m && i < PLX_ESMDA_LEARNT_N; i++)
            fit->learnt[(size_t)i * n + m] = fit->learnt[(size_t)i * n + from];
        for (uint32_t k = 0; from != m && k < fit->data_n; k++)
            fit->predicted[(size_t)k * n + m] = fit->predicted[(size_t)k * n + from];
        for (uint32_t k = 0; from != m && k < PLX_ESMDA_HIDDEN_N; k++)
            fit->hidden_of[(size_t)k * n + m] = fit->hidden_of[(size_t)k * n + from];
    }
    fit->redrawn += broken;
    return PLX_OK;
}

static void complete(plx_esmda *fit)
{
    const plx_esmda_input *in = fit->input;
    char why[100];
    for (uint32_t p = 0; p < fit->fitted_n; p++)
        fit->posterior[p] = summarise_parameter(fit, p);
    for (uint32_t h = 0; h < PLX_ESMDA_HIDDEN_N; h++) {
        memcpy(fit->sorting, fit->hidden_of + (size_t)h * in->members,
               in->members * sizeof(double));
        fit->hidden[h] = summarise(fit);
    }
    if (!fit->prior_only) plx_esmda_judge(fit);
    plx_status status = live_care(in, &fit->care, why, sizeof why);
    PLX_ASSERT(status == PLX_OK); /* rehearsed by the check */
    uint32_t beats_s = fit->passes > 0 ? PLX_ESMDA_BEATS_S : PLX_ESMDA_FIRST_BEATS_S;
    fit->body->time_s = fit->settled->time_s + PLX_ESMDA_REST_S + PLX_ESMDA_LOSS_S +
                        PLX_ESMDA_AFTER_S + beats_s + in->window_s;
    fit->complete = true;
}

plx_status plx_esmda_update(plx_esmda *fit)
{
    PLX_ASSERT(!fit->complete && !fit->why[0]);
    PLX_TRY(replace_broken(fit));
    if (fit->pass == fit->passes) {
        fit->pass++;
        complete(fit);
        return PLX_OK;
    }
    plx_status status = plx_esmda_learn(fit);
    if (status != PLX_OK) {
        plx_refuse(fit->why, sizeof fit->why, status, "the predictions have no covariance");
        return PLX_NO_ANSWER;
    }
    fit->pass++;
    return PLX_OK;
}

plx_status plx_esmda_complete(plx_esmda *fit, plx_esmda_worker *worker)
{
    while (!fit->complete) {
        plx_esmda_run(fit, 0, fit->input->members, worker);
        PLX_TRY(plx_esmda_update(fit));
    }
    return PLX_OK;
}
