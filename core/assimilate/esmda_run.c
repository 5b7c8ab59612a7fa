/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One run of the fit: members through the window, a group at a time in memory that fits into the
 * fastest cache. */
#include <string.h>

#include "core/assimilate/esmda_inside.h"
#include "core/base/mathx.h"

enum {
    GROUP = PLX_BODY_GROUP,
    ROWS = PLX_BODY_STATE_N + PLX_BODY_PARAM_N,
    CHUNK_S = 10,
    NERVES_S = 10, /* before the end of the rest the nerves are looked at, three times */
    NERVES_LOOKS = 3
};
#define LOSS_ML_S 20.0 /* at a member's factor 1 */

_Static_assert(PLX_ESMDA_BIN_S % CHUNK_S == 0, "a chunk does not cross the end of a bin");
_Static_assert(PLX_ESMDA_REST_S > NERVES_S * NERVES_LOOKS, "a rest before the nerves are seen");

static void fetch(const plx_body *from, uint32_t first, plx_body *group)
{
    for (size_t i = 0; i < ROWS; i++)
        memcpy(group->rows + i * GROUP, from->rows + i * from->members + first,
               GROUP * sizeof(float));
    group->members = GROUP;
    group->first_member = from->first_member + first;
    group->seed = from->seed;
    group->time_s = from->time_s;
}

static void store(const plx_body *group, uint32_t first, plx_body *to)
{
    for (size_t i = 0; i < ROWS; i++)
        memcpy(to->rows + i * to->members + first, group->rows + i * GROUP, GROUP * sizeof(float));
}

static void put_parameters(const plx_esmda *fit, uint32_t first, plx_body *group)
{
    for (uint32_t p = 0; p < fit->fitted_n; p++) {
        plx_esmda_row row = plx_esmda_row_of(fit->fitted[p]);
        const double *theta = plx_esmda_theta_of(fit, p) + first;
        if (row.id == PLX_BODY_PARAM_N) continue;
        for (uint32_t m = 0; m < GROUP; m++)
            plx_body_param(group, row.id)[m] =
                (float)(plx_esmda_natural(&row, theta[m]) / row.unit);
    }
}

static void advance(const plx_esmda *fit, plx_body *group, plx_body_variant variant,
                    const plx_second *seconds, uint32_t n, const plx_body_trace *trace)
{
    const plx_body_run_options options = {variant, fit->input->lanes, 0, GROUP};
    plx_status status = plx_body_run(group, &options, seconds, n, trace);
    PLX_ASSERT(status == PLX_OK);
    group->time_s += n;
}

static void advance_same(const plx_esmda *fit, plx_body *group, plx_body_variant variant,
                         const plx_second *second, uint32_t seconds)
{
    plx_second same[CHUNK_S];
    for (uint32_t i = 0; i < CHUNK_S; i++)
        same[i] = *second;
    for (uint32_t done = 0, n; done < seconds; done += n) {
        n = seconds - done < CHUNK_S ? seconds - done : CHUNK_S;
        advance(fit, group, variant, same, n, NULL);
    }
}

/* To rest under the care that he always has. */
static void rest(const plx_esmda *fit, plx_body *group, const plx_second *quiet)
{
    advance_same(fit, group, PLX_BODY_AVERAGED, quiet, PLX_ESMDA_REST_S - NERVES_S * NERVES_LOOKS);
    for (int look = 0; look < NERVES_LOOKS; look++) {
        plx_person_settle_nerves(group, 0, GROUP, 1.0f / (float)(look + 1));
        advance_same(fit, group, PLX_BODY_AVERAGED, quiet, NERVES_S);
    }
    for (uint32_t m = 0; m < GROUP; m++)
        plx_person_settle_books(group, m);
}

/* The deficit bleeds out at an even rate, so all books agree; a surplus comes in the same way, as
 * blood that was never lost. */
static void lose(const plx_esmda *fit, uint32_t first, plx_body *group, const plx_second *quiet)
{
    const double *deficit = plx_esmda_fitted(fit, PLX_ESMDA_deficit);
    float *factor = plx_body_param(group, PLX_BODY_P_bleed), kept[GROUP];
    float *bled = plx_body_state(group, PLX_BODY_bled);
    plx_second bleeding = *quiet;
    bleeding.bleed_ml_s = (float)LOSS_ML_S;
    memcpy(kept, factor, sizeof kept);
    for (uint32_t m = 0; m < GROUP; m++)
        factor[m] = deficit ? (float)(deficit[first + m] / (LOSS_ML_S * PLX_ESMDA_LOSS_S)) : 0;
    advance_same(fit, group, PLX_BODY_AVERAGED, &bleeding, PLX_ESMDA_LOSS_S);
    memcpy(factor, kept, sizeof kept);
    for (uint32_t m = 0; m < GROUP; m++)
        if (bled[m] < 0) bled[m] = 0;
}

/* Some seconds with beats. The rows av_* follow what they see so slowly that they go a known share
 * of the way; the rest of it is put to them at once. */
static void learn_beats(plx_esmda *fit, uint32_t first, plx_body *group, const plx_second *quiet)
{
    uint32_t seconds = fit->pass == 0 ? PLX_ESMDA_FIRST_BEATS_S : PLX_ESMDA_BEATS_S;
    float kept = 1;
    for (uint32_t s = 0; s < seconds; s++)
        kept *= 1 - PLX_BODY_AV_FOLLOW;
    advance_same(fit, group, PLX_BODY_PULSATILE, quiet, seconds);
    for (uint32_t i = 0; i < PLX_ESMDA_LEARNT_N; i++) {
        float *before = fit->learnt + (size_t)i * fit->input->members + first;
        float *after = group->rows + (PLX_ESMDA_LEARNT_FIRST + i) * GROUP;
        plx_body_bound bound =
            plx_body_state_bound((plx_body_state_id)(PLX_ESMDA_LEARNT_FIRST + i));
        float low = (float)bound.low, high = (float)bound.high;
        for (uint32_t m = 0; m < GROUP; m++) {
            float x = before[m] + (after[m] - before[m]) / (1 - kept);
            before[m] = after[m] = x < low ? low : x > high ? high : x;
        }
    }
}

/* What made him ill, until his nerves have answered. The difference between averaged equations and
 * beats is that of illness, not of health. */
static void fall_ill(plx_esmda *fit, uint32_t first, plx_body *group, const plx_second *quiet)
{
    const double *tone = plx_esmda_fitted(fit, PLX_ESMDA_tone);
    float *resistance = plx_body_param(group, PLX_BODY_P_r_scale);
    plx_esmda_row row = plx_esmda_row_of(PLX_ESMDA_r_scale);
    for (uint32_t m = 0; tone && m < GROUP; m++) {
        double r = (double)resistance[m] * plx_exp(tone[first + m]);
        resistance[m] = (float)(r < row.low ? row.low : r > row.high ? row.high : r);
    }
    for (uint32_t i = 0; i < PLX_ESMDA_LEARNT_N; i++)
        memcpy(group->rows + (PLX_ESMDA_LEARNT_FIRST + i) * GROUP,
               fit->learnt + (size_t)i * fit->input->members + first, GROUP * sizeof(float));
    lose(fit, first, group, quiet);
    advance_same(fit, group, PLX_BODY_AVERAGED, quiet, PLX_ESMDA_AFTER_S);
    learn_beats(fit, first, group, quiet);
}

static void watch(plx_esmda *fit, const plx_body *group, uint32_t first)
{
    for (uint32_t m = 0; m < GROUP; m++)
        if (plx_body_is_broken(group, m)) fit->broken[first + m] = 1;
}

static void add_up(const plx_esmda *fit, plx_esmda_worker *w, uint32_t seconds)
{
    uint32_t n = fit->quantities_n * GROUP;
    for (uint32_t s = 0; s < seconds; s++)
        for (uint32_t i = 0; i < n; i++)
            w->sums[i] += (double)w->trace[s * n + i];
}

/* The means of a bin become predictions; those of the last one the hidden states. */
static void end_bin(plx_esmda *fit, plx_esmda_worker *w, uint32_t first, uint32_t bin, uint32_t n_s)
{
    uint32_t observed = fit->quantities_n - 2, members = fit->input->members;
    for (uint32_t q = 0; q < fit->quantities_n; q++) {
        uint32_t datum = q < observed ? fit->datum_at[q * fit->bins + bin] : PLX_ESMDA_NO_DATUM;
        double *to = datum != PLX_ESMDA_NO_DATUM ? fit->predicted + (size_t)datum * members
                     : q >= observed             ? fit->hidden_of + (size_t)(q - observed) * members
                                                 : NULL;
        for (uint32_t m = 0; to && m < GROUP; m++)
            to[first + m] = w->sums[q * GROUP + m] / n_s;
    }
    memset(w->sums, 0, sizeof w->sums);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void act(const plx_esmda_input *in, plx_care *care, uint32_t time_s, uint32_t *next)
{
    char why[100];
    for (; *next < in->actions_n && in->actions[*next].at_s == time_s; ++*next) {
        plx_status status = plx_care_act(care, &in->actions[*next], why, sizeof why);
        PLX_ASSERT(status == PLX_OK); /* rehearsed by the check */
    }
}

/* Seconds until something has to be done. */
static uint32_t until_stop(const plx_esmda *fit, uint32_t now_s, uint32_t next)
{
    const plx_esmda_input *in = fit->input;
    uint32_t n = least(CHUNK_S, in->window_s - now_s);
    n = least(n, fit->bin_s - now_s % fit->bin_s);
    return next < in->actions_n ? least(n, in->actions[next].at_s - now_s) : n;
}

static void start_bleeding(const plx_esmda *fit, plx_care *care)
{
    char why[100];
    const plx_action bleeding = {
        .kind = PLX_ACTION_BLEED, .drug = PLX_DRUG_N, .rate_ml_min = PLX_ESMDA_BLEEDING_ML_MIN};
    if (!(fit->input->parameters & 1u << PLX_ESMDA_bleeding)) return;
    plx_status status = plx_care_act(care, &bleeding, why, sizeof why);
    PLX_ASSERT(status == PLX_OK);
}

static void live_through(plx_esmda *fit, plx_esmda_worker *w, uint32_t first, plx_care *care)
{
    const plx_esmda_input *in = fit->input;
    plx_body *group = (plx_body *)(void *)w->body;
    const plx_body_trace trace = {
        .quantities = fit->quantities, .quantities_n = fit->quantities_n, .values = w->trace};
    plx_second seconds[CHUNK_S];
    uint32_t next = 0, n, bin_from_s = 0;
    start_bleeding(fit, care);
    memset(w->sums, 0, sizeof w->sums);
    for (uint32_t now_s = 0; now_s < in->window_s; now_s += n) {
        act(in, care, now_s, &next);
        n = until_stop(fit, now_s, next);
        for (uint32_t i = 0; i < n; i++)
            plx_care_step(care, &seconds[i]);
        advance(fit, group, PLX_BODY_AVERAGED, seconds, n, &trace);
        add_up(fit, w, n);
        uint32_t end_s = now_s + n;
        if (end_s % fit->bin_s != 0 && end_s != in->window_s) continue;
        end_bin(fit, w, first, now_s / fit->bin_s, end_s - bin_from_s);
        watch(fit, group, first);
        bin_from_s = end_s;
    }
}

static void run_group(plx_esmda *fit, uint32_t first, plx_esmda_worker *w)
{
    plx_body *group = (plx_body *)(void *)w->body;
    plx_care care;
    plx_second quiet;
    memset(fit->broken + first, 0, GROUP);
    plx_care_init(&care, &fit->input->person);
    plx_care_step(&care, &quiet);
    fetch(fit->settled, first, group);
    put_parameters(fit, first, group);
    rest(fit, group, &quiet);
    fall_ill(fit, first, group, &quiet);
    watch(fit, group, first);
    plx_care_init(&care, &fit->input->person);
    live_through(fit, w, first, &care);
    double *deficit = fit->hidden_of + (size_t)PLX_ESMDA_DEFICIT * fit->input->members + first;
    for (uint32_t m = 0; m < GROUP; m++)
        deficit[m] = (double)plx_body_param_get(group, PLX_BODY_P_v_blood0)[m] -
                     (double)plx_body_state_get(group, PLX_BODY_v_blood)[m];
    store(group, first, fit->body);
}

void plx_esmda_run(plx_esmda *fit, uint32_t first, uint32_t count, plx_esmda_worker *worker)
{
    PLX_ASSERT(first % GROUP == 0 && count % GROUP == 0 && first + count <= fit->input->members);
    for (uint32_t m = first; m < first + count; m += GROUP)
        run_group(fit, m, worker);
}
