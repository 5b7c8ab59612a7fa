/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/scenario.h"

#include <string.h>

#include "core/base/hash.h"

enum { WINDOW_S = PLX_REDRAW_WINDOW_S, ALIGNMENT = 16 };

const char plx_scenario_model[] = "pollux-physiology-2";

/* Checking. */

static plx_status check_numbers(const plx_scenario *s, char *why, size_t n)
{
    if (s->members < 1 || s->members > PLX_BODY_MEMBERS_MAX)
        return plx_refuse(why, n, PLX_RANGE, "members go from 1 to 4096");
    if (s->duration_s < 1 || s->duration_s > PLX_SCENARIO_SECONDS_MAX)
        return plx_refuse(why, n, PLX_RANGE, "duration_s goes from 1 to 604800 (a week)");
    if (s->every_s < 1 || s->every_s > s->duration_s)
        return plx_refuse(why, n, PLX_RANGE, "every_s goes from 1 to duration_s");
    if (s->quantities_n < 1 || s->quantities_n > PLX_SCENARIO_QUANTITIES_MAX)
        return plx_refuse(why, n, PLX_RANGE, "1 to 40 quantities can be wanted");
    if (s->actions_n > PLX_SCENARIO_ACTIONS_MAX)
        return plx_refuse(why, n, PLX_RANGE, "no more than 64 actions are possible");
    if (s->variant != PLX_BODY_PULSATILE && s->variant != PLX_BODY_AVERAGED)
        return plx_refuse(why, n, PLX_RANGE, "the model is pulsatile or averaged");
    for (uint32_t i = 0; i < s->quantities_n; i++) {
        if ((unsigned)s->quantities[i] >= PLX_MEASURE_N)
            return plx_refuse(why, n, PLX_RANGE, "a quantity is not known");
        for (uint32_t k = 0; k < i; k++)
            if (s->quantities[k] == s->quantities[i])
                return plx_refuse(why, n, PLX_CONFLICT, "a quantity stands twice");
    }
    return PLX_OK;
}

/* The actions are given to a care without a body, so that none can fail later. */
static plx_status rehearse(const plx_scenario *s, uint32_t *action, char *why, size_t n)
{
    plx_care care;
    plx_second second;
    uint32_t now_s = 0;
    plx_care_init(&care, &s->person);
    for (uint32_t i = 0; i < s->actions_n; i++) {
        const plx_action *a = &s->actions[i];
        *action = i;
        if (a->at_s >= s->duration_s)
            return plx_refuse(why, n, PLX_RANGE, "the action comes after the end (duration_s)");
        if (a->at_s < now_s)
            return plx_refuse(why, n, PLX_CONFLICT, "the action stands after a later one");
        for (; now_s < a->at_s; now_s++)
            plx_care_step(&care, &second);
        plx_status status = plx_care_act(&care, a, why, n);
        if (status == PLX_FULL)
            return plx_refuse(why, n, status, "too many drugs (8) or infusions (16) at once");
        if (status != PLX_OK) return status;
    }
    *action = s->actions_n;
    return PLX_OK;
}

plx_status plx_scenario_check(const plx_scenario *s, uint32_t *action, char *why, size_t why_n)
{
    uint32_t unwanted;
    if (!action) action = &unwanted;
    *action = s->actions_n;
    PLX_TRY(check_numbers(s, why, why_n));
    if (plx_person_check(&s->person, why, why_n) != PLX_OK) return PLX_UNSUPPORTED;
    return rehearse(s, action, why, why_n);
}

/* Memory: body, sums, trace, values, sorting, source, each aligned. */

static uint32_t whole_groups(uint32_t members)
{
    return (members + PLX_BODY_GROUP - 1) / PLX_BODY_GROUP * PLX_BODY_GROUP;
}

static size_t aligned(size_t n)
{
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

typedef struct sizes {
    size_t body, sums, trace, values, sorting, source;
} sizes;

static sizes sizes_of(const plx_scenario *s)
{
    size_t members = s->members, all = whole_groups(s->members), quantities = s->quantities_n;
    return (sizes){
        .body = aligned(plx_body_size((uint32_t)all)),
        .sums = aligned(quantities * members * sizeof(double)),
        .trace = aligned(WINDOW_S * quantities * all * sizeof(float)),
        .values = aligned(quantities * members * sizeof(float)),
        .sorting = aligned(members * sizeof(float)),
        .source = aligned(members * sizeof(uint16_t)),
    };
}

size_t plx_scenario_size(const plx_scenario *scenario)
{
    sizes n = sizes_of(scenario);
    return n.body + n.sums + n.trace + n.values + n.sorting + n.source;
}

static void lay_out(plx_scenario_run *run, void *memory)
{
    sizes n = sizes_of(run->scenario);
    char *at = memory;
    memset(memory, 0, plx_scenario_size(run->scenario));
    run->body = (plx_body *)(void *)at;
    run->sums = (double *)(void *)(at += n.body);
    run->trace = (float *)(void *)(at += n.sums);
    run->values = (float *)(void *)(at += n.trace);
    run->sorting = (float *)(void *)(at += n.values);
    run->redraw.source = (uint16_t *)(void *)(at + n.sorting);
}

/* Running. */

static void add_to_sums(plx_scenario_run *run, uint32_t seconds)
{
    const plx_scenario *s = run->scenario;
    const float *at = run->trace;
    for (uint32_t i = 0; i < seconds; i++)
        for (uint32_t q = 0; q < s->quantities_n; q++, at += run->body->members)
            for (uint32_t m = 0; m < s->members; m++)
                run->sums[q * s->members + m] += (double)at[m];
    run->summed += seconds;
}

/* A whole window: at most WINDOW_S, no action in it but at its start. */
static void run_window(plx_scenario_run *run, uint32_t seconds, float *wave)
{
    uint32_t count = (run->scenario->members + run->lanes - 1) / run->lanes * run->lanes;
    const plx_body_run_options options = {run->scenario->variant, run->lanes, 0, count};
    const plx_body_trace trace = {.quantities = run->wanted,
                                  .quantities_n = run->scenario->quantities_n,
                                  .values = run->trace,
                                  .wave = wave};
    plx_care_live(&run->care, run->body, &options, seconds, &trace);
    add_to_sums(run, seconds);
}

static void correct_index(plx_scenario_run *run)
{
    const plx_scenario *s = run->scenario;
    const float *demand = plx_body_param_get(run->body, PLX_BODY_P_vo2_0);
    for (uint32_t q = 0; q < s->quantities_n; q++)
        for (uint32_t m = 0; s->quantities[q] == PLX_MEASURE_ci_l_min_m2 && m < s->members; m++)
            run->sums[q * s->members + m] *=
                plx_measure_ci_factor((double)demand[m], plx_person_bsa_m2(&s->person));
}

static void make_row(plx_scenario_run *run, plx_scenario_row *row)
{
    size_t n = (size_t)run->scenario->quantities_n * run->scenario->members;
    correct_index(run);
    for (size_t i = 0; i < n; i++)
        run->values[i] = (float)(run->sums[i] / run->summed);
    memset(run->sums, 0, n * sizeof *run->sums);
    run->summed = 0;
    *row = (plx_scenario_row){run->time_s, run->values};
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Replacing broken members. */

static float *wave_place(const plx_scenario_run *run, uint32_t time_s)
{
    uint32_t duration_s = run->scenario->duration_s;
    uint32_t from_s = duration_s > run->wave_s ? duration_s - run->wave_s : 0;
    if (!run->wave || time_s < from_s) return NULL;
    return run->wave + (size_t)(time_s - from_s) * PLX_WAVE_PER_S * PLX_WAVE_N;
}

/* The waves since the last look are those of a broken body. */
static void cut_wave(plx_scenario_run *run)
{
    for (uint32_t s = run->looked_s; s < run->time_s; s++) {
        float *at = wave_place(run, s);
        if (!at) continue;
        memset(at, 0, sizeof *at * PLX_WAVE_PER_S * PLX_WAVE_N);
        run->wave_cut = true;
    }
}

/* What was added up for a replaced member is its source's, too. */
static plx_status replace_broken(plx_scenario_run *run)
{
    const plx_scenario *s = run->scenario;
    const uint16_t *source = run->redraw.source;
    PLX_TRY(plx_redraw_look(&run->redraw, run->body, run->time_s));
    for (uint32_t m = 0; m < s->members; m++)
        for (uint32_t q = 0; source[m] != m && q < s->quantities_n; q++)
            run->sums[q * s->members + m] = run->sums[q * s->members + source[m]];
    if (source[0] != 0) cut_wave(run);
    run->looked_s = run->time_s;
    return PLX_OK;
}

/* What he always has acts before time 0; only the last seconds count. */
static plx_status run_baseline(plx_scenario_run *run)
{
    const uint32_t in_care = PLX_CHRONIC_COPD | PLX_CHRONIC_ATRIAL_FIBRILLATION;
    uint32_t left = run->scenario->person.chronic & in_care ? PLX_SCENARIO_CHRONIC_S : 0;
    while (left > 0) {
        uint32_t n = least(left, WINDOW_S);
        run_window(run, n, NULL);
        PLX_TRY(replace_broken(run));
        left -= n;
    }
    memset(run->sums, 0,
           sizeof *run->sums * run->scenario->quantities_n * (size_t)run->scenario->members);
    run->summed = 0;
    run_window(run, PLX_SCENARIO_BASELINE_S, NULL);
    return replace_broken(run);
}

plx_status plx_scenario_begin(plx_scenario_run *run, const plx_scenario *scenario, uint32_t lanes,
                              void *memory, plx_scenario_row *row)
{
    if (lanes != 4 && lanes != 8 && lanes != 16) return PLX_RANGE;
    memset(run, 0, sizeof *run);
    run->scenario = scenario;
    run->lanes = lanes;
    lay_out(run, memory);
    run->redraw.members = scenario->members;
    run->body->members = whole_groups(scenario->members);
    run->body->seed = scenario->seed;
    for (uint32_t i = 0; i < scenario->quantities_n; i++)
        run->wanted[i] = (uint8_t)scenario->quantities[i];
    double spread = scenario->members > 1 ? 1 : 0;
    run->base_missed = plx_person_settle(&scenario->person, spread, lanes, PLX_SCENARIO_SETTLE_S,
                                         run->body) != PLX_OK;
    plx_care_init(&run->care, &scenario->person);
    PLX_TRY(run_baseline(run));
    make_row(run, row);
    return PLX_OK;
}

/* Seconds until something has to be done: an action, a row, a look, the waves, the end. */
static uint32_t until_stop(const plx_scenario_run *run, uint32_t seconds)
{
    const plx_scenario *s = run->scenario;
    uint32_t now_s = run->time_s, n = least(seconds, s->duration_s - now_s);
    n = least(n, WINDOW_S - now_s % WINDOW_S);
    n = least(n, s->every_s - now_s % s->every_s);
    if (run->next_action < s->actions_n) n = least(n, s->actions[run->next_action].at_s - now_s);
    uint32_t wave_at_s = s->duration_s > run->wave_s ? s->duration_s - run->wave_s : 0;
    if (run->wave && now_s < wave_at_s) n = least(n, wave_at_s - now_s);
    return n;
}

static void act_now(plx_scenario_run *run)
{
    const plx_scenario *s = run->scenario;
    char why[100];
    for (; run->next_action < s->actions_n && s->actions[run->next_action].at_s == run->time_s;
         run->next_action++) {
        plx_status status =
            plx_care_act(&run->care, &s->actions[run->next_action], why, sizeof why);
        PLX_ASSERT(status == PLX_OK); /* rehearsed by the check */
    }
}

plx_status plx_scenario_step(plx_scenario_run *run, uint32_t seconds, bool *ready,
                             plx_scenario_row *row)
{
    const plx_scenario *s = run->scenario;
    *ready = false;
    if (run->redraw.why[0]) return PLX_NO_ANSWER;
    if (run->time_s >= s->duration_s) return PLX_MISSING;
    while (seconds > 0 && !*ready) {
        act_now(run);
        uint32_t n = until_stop(run, seconds);
        run_window(run, n, wave_place(run, run->time_s));
        run->time_s += n;
        seconds -= n;
        bool due = run->time_s % s->every_s == 0 || run->time_s == s->duration_s;
        if (due || run->time_s % WINDOW_S == 0) PLX_TRY(replace_broken(run));
        *ready = due;
    }
    if (*ready) make_row(run, row);
    return PLX_OK;
}

/* Across the members. */

/* In place, by heap: no recursion, no worst case. */
static void sift(float *x, size_t from, size_t n)
{
    for (size_t child; (child = 2 * from + 1) < n; from = child) {
        if (child + 1 < n && x[child + 1] > x[child]) child++;
        if (x[from] >= x[child]) return;
        float swap = x[from];
        x[from] = x[child];
        x[child] = swap;
    }
}

static void sort(float *x, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift(x, i, n);
    for (size_t i = n; i-- > 1;) {
        float swap = x[0];
        x[0] = x[i];
        x[i] = swap;
        sift(x, 0, i);
    }
}

static double quantile(const float *sorted, uint32_t n, double p)
{
    double place = p * (n - 1);
    uint32_t below = (uint32_t)place, above = below + 1 < n ? below + 1 : below;
    double low = (double)sorted[below], high = (double)sorted[above];
    return low + (high - low) * (place - below);
}

plx_scenario_summary plx_scenario_summarise(plx_scenario_run *run, const plx_scenario_row *row,
                                            uint32_t quantity)
{
    uint32_t n = run->scenario->members;
    const float *values = row->values + (size_t)quantity * n;
    double sum = 0;
    for (uint32_t m = 0; m < n; m++)
        sum += (double)values[m];
    memcpy(run->sorting, values, n * sizeof *values);
    sort(run->sorting, n);
    return (plx_scenario_summary){sum / n, quantile(run->sorting, n, 0.05),
                                  quantile(run->sorting, n, 0.50), quantile(run->sorting, n, 0.95)};
}

void plx_scenario_hash(const plx_scenario_run *run, uint8_t hash[PLX_SCENARIO_HASH_BYTES])
{
    plx_blake2b b;
    uint32_t variant = run->scenario->variant;
    plx_blake2b_init(&b, PLX_SCENARIO_HASH_BYTES);
    plx_blake2b_add(&b, plx_scenario_model, strlen(plx_scenario_model));
    plx_blake2b_add(&b, &variant, sizeof variant);
    for (uint32_t row = 0; row < PLX_BODY_PARAM_N; row++)
        plx_blake2b_add(&b, plx_body_param_get(run->body, (plx_body_param_id)row),
                        run->scenario->members * sizeof(float));
    plx_blake2b_end(&b, hash);
}
