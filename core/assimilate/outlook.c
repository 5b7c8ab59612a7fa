/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/outlook.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/vitals/noise.h"

#define O2_ML_G 1.34 /* per g of haemoglobin: Huefner, as in the gas exchange of the body */
#define DL_L 10.0

static const uint8_t quantities[PLX_OUTLOOK_SEEN_N] = {
#define X(name) PLX_MEASURE_##name,
    PLX_OUTLOOK_QUANTITY_LIST(X)
#undef X
};

_Static_assert((int)PLX_OUTLOOK_core_temp_c + 1 == (int)PLX_TRACK_MEASURED_N,
               "measured ones come first");

const char *plx_outlook_name(plx_outlook_quantity q)
{
    return q < PLX_OUTLOOK_SEEN_N ? plx_measure_name((plx_measure)quantities[q]) : "do2_ml_min";
}

const char *plx_outlook_unit(plx_outlook_quantity q)
{
    return q < PLX_OUTLOOK_SEEN_N ? plx_measure_unit((plx_measure)quantities[q]) : "mL/min";
}

plx_outlook_plan plx_outlook_usual(const plx_arm *arms, uint32_t arms_n, uint32_t lanes)
{
    plx_outlook_plan plan = {.arms = arms,
                             .arms_n = arms_n,
                             .chunk_s = PLX_OUTLOOK_CHUNK_S,
                             .beats_s = PLX_OUTLOOK_BEATS_S,
                             .members = PLX_OUTLOOK_MEMBERS,
                             .least = PLX_OUTLOOK_LEAST,
                             .lanes = lanes};
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        plan.sd[k] = plx_vitals_sd(plx_track_quantity((plx_track_kind)k), false, __builtin_nan(""));
    return plan;
}

/* Memory. */

static uint32_t groups_max(const plx_outlook_plan *plan, const plx_track_input *in)
{
    uint32_t all = PLX_CAUSE_N * in->members / PLX_BODY_GROUP;
    uint32_t drawn = plan->members / PLX_BODY_GROUP + PLX_CAUSE_N;
    return plan->members == 0 || all < drawn ? all : drawn;
}

/* Gives the piece and moves on; with memory null it only counts. */
static void *take(char *memory, size_t *at, size_t bytes)
{
    char *piece = memory ? memory + *at : NULL;
    *at += plx_aligned(bytes);
    return piece;
}

static size_t group_size(void)
{
    return plx_aligned(plx_body_size(PLX_BODY_GROUP));
}

static size_t lay_out(plx_outlook *o, const plx_outlook_plan *plan, uint32_t groups, char *memory)
{
    const size_t slots = (size_t)groups * PLX_BODY_GROUP, arms = plan->arms_n;
    size_t at = 0;
    o->body = take(memory, &at, groups * group_size());
    o->value = take(memory, &at,
                    arms * plan->horizons_n * PLX_OUTLOOK_QUANTITY_N * slots * sizeof *o->value);
    o->gone_s = take(memory, &at, arms * slots * sizeof *o->gone_s);
    o->hypoxic_s = take(memory, &at, arms * slots * sizeof *o->hypoxic_s);
    o->sorting = take(memory, &at, slots * PLX_OUTLOOK_DRAWS * sizeof *o->sorting);
    o->scratch = take(memory, &at, slots * PLX_OUTLOOK_DRAWS * sizeof *o->scratch);
    return at;
}

size_t plx_outlook_size(const plx_outlook_plan *plan, const plx_track_input *input)
{
    plx_outlook nowhere;
    return lay_out(&nowhere, plan, groups_max(plan, input), NULL);
}

/* The fork. */

static plx_body *body_of(const plx_outlook *o, uint32_t group)
{
    return (plx_body *)(void *)(o->body + group * group_size());
}

/* Groups that a cause gets. */
static uint32_t groups_of(const plx_outlook_plan *plan, uint32_t members, double share)
{
    const uint32_t all = members / PLX_BODY_GROUP;
    if (plan->members == 0) return all;
    const double fair = share * plan->members / PLX_BODY_GROUP;
    const uint32_t n = fair < 1 ? 1 : (uint32_t)(fair + 0.5);
    return n < all ? n : all;
}

/* Members `from`, a step apart, of the ensemble: row by row. */
static void copy_group(plx_body *to, const plx_body *from, uint32_t group, uint32_t groups)
{
    const uint32_t wanted = groups * PLX_BODY_GROUP;
    uint32_t member[PLX_BODY_GROUP];
    for (uint32_t i = 0; i < PLX_BODY_GROUP; i++) /* the middles of equal parts */
        member[i] = (2 * (group * PLX_BODY_GROUP + i) + 1) * from->members / (2 * wanted);
    *to = *from;
    to->members = PLX_BODY_GROUP;
    to->first_member = from->first_member + group * PLX_BODY_GROUP;
    for (uint32_t row = 0; row < (uint32_t)PLX_BODY_STATE_N + PLX_BODY_PARAM_N; row++)
        for (uint32_t i = 0; i < PLX_BODY_GROUP; i++)
            to->rows[row * PLX_BODY_GROUP + i] = from->rows[row * from->members + member[i]];
}

static bool is_asked(const plx_outlook_plan *plan, const plx_track *t, uint32_t cause)
{
    return t->body[cause] && t->weight[cause] > 0 && t->weight[cause] >= plan->least;
}

static void check(const plx_outlook_plan *plan)
{
    PLX_ASSERT(plan->arms_n >= 1 && plan->arms_n <= PLX_OUTLOOK_ARMS_MAX);
    PLX_ASSERT(plan->arms[0].actions_n == 0);
    PLX_ASSERT(plan->horizons_n >= 1 && plan->horizons_n <= PLX_OUTLOOK_HORIZONS_MAX);
    PLX_ASSERT(plan->chunk_s >= 1 && plan->chunk_s <= PLX_BODY_WINDOW_S_MAX);
    for (uint32_t h = 0; h < plan->horizons_n; h++)
        PLX_ASSERT(plan->at_s[h] > (h > 0 ? plan->at_s[h - 1] : 0));
}

void plx_outlook_begin(plx_outlook *o, const plx_outlook_plan *plan, const plx_track *t,
                       void *memory)
{
    check(plan);
    memset(memory, 0, plx_outlook_size(plan, &t->input));
    *o = (plx_outlook){.plan = *plan, .seed = t->input.seed ^ t->now_s};
    uint32_t count[PLX_CAUSE_N] = {0}, groups = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (is_asked(plan, t, c)) o->covered += t->weight[c];
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!is_asked(plan, t, c)) continue;
        count[c] = groups_of(plan, t->input.members, t->weight[c] / o->covered);
        groups += count[c];
    }
    lay_out(o, plan, groups, memory);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (count[c] > 0) o->care[c] = t->care[c];
        for (uint32_t g = 0; g < count[c]; g++) {
            copy_group(body_of(o, o->groups_n), t->body[c], g, count[c]);
            o->cause[o->groups_n] = (uint8_t)c;
            o->weight[o->groups_n++] =
                t->weight[c] / o->covered / (double)(count[c] * PLX_BODY_GROUP);
        }
    }
}

plx_status plx_outlook_arm(const plx_track *t, plx_slice text, plx_arm *arm, char *why, size_t n)
{
    plx_arm parsed = {0};
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        const plx_arm_fork fork = {&t->care[c], t->now_s};
        if (t->body[c]) PLX_TRY(plx_arm_parse(text, &fork, &parsed, why, n));
    }
    for (uint32_t i = 0; i < parsed.actions_n; i++)
        if (parsed.actions[i].kind == PLX_ACTION_BLEED ||
            parsed.actions[i].kind == PLX_ACTION_WOUND)
            return plx_refuse(
                why, n, PLX_UNSUPPORTED,
                "a bleeding is no treatment: each body of the twin bleeds at a rate of "
                "its own; name what is done, such as bleeding_control 0.1");
    *arm = parsed;
    return PLX_OK;
}

/* Running. */

static size_t slot_of(const plx_outlook *o, uint32_t arm, uint32_t group)
{
    return ((size_t)arm * o->groups_n + group) * PLX_BODY_GROUP;
}

static double *values_of(const plx_outlook *o, uint32_t arm, uint32_t h, uint32_t q)
{
    const size_t row = ((size_t)arm * o->plan.horizons_n + h) * PLX_OUTLOOK_QUANTITY_N + q;
    return o->value + row * o->groups_n * PLX_BODY_GROUP;
}

typedef struct fork {
    plx_body *body;
    plx_care care;
    plx_body_trace trace;
    plx_body_variant variant;
    bool rehearses;                                   /* nothing is kept */
    uint32_t now_s, seen_s;                           /* since the fork; length of the last run */
    double shift[PLX_OUTLOOK_SEEN_N][PLX_BODY_GROUP]; /* added to what is seen */
} fork;

static double mean_of(const fork *f, uint32_t quantity, uint32_t m)
{
    const double most = quantity == PLX_OUTLOOK_spo2_pct        ? 100
                        : quantity == PLX_OUTLOOK_sao2_fraction ? 1
                                                                : 1e9;
    const double x = plx_body_trace_mean(&f->trace, PLX_BODY_GROUP, f->seen_s, quantity, m) +
                     f->shift[quantity][m];
    if (x < 0 && quantity != PLX_OUTLOOK_pcwp_mmhg) return 0;
    return x > most ? most : x;
}

static void live(fork *f, const plx_outlook_plan *plan, uint32_t to_s)
{
    const uint32_t left = to_s - f->now_s;
    const plx_body_run_options options = {f->variant, plan->lanes, 0, PLX_BODY_GROUP};
    f->seen_s = left < plan->chunk_s ? left : plan->chunk_s;
    plx_care_live(&f->care, f->body, &options, f->seen_s, &f->trace);
    f->now_s += f->seen_s;
}

static void look(const fork *f, uint32_t *gone_s, uint32_t *hypoxic_s)
{
    for (uint32_t m = 0; m < PLX_BODY_GROUP; m++) {
        if (!gone_s[m] && plx_body_is_lost(f->body, m)) gone_s[m] = f->now_s;
        if (!hypoxic_s[m] &&
            (gone_s[m] || mean_of(f, PLX_OUTLOOK_spo2_pct, m) < PLX_OUTLOOK_SPO2_PCT))
            hypoxic_s[m] = f->now_s;
    }
}

static void write_down(plx_outlook *o, uint32_t arm, uint32_t group, uint32_t h, const fork *f)
{
    const size_t first = (size_t)group * PLX_BODY_GROUP;
    for (uint32_t m = 0; m < PLX_BODY_GROUP; m++) {
        double seen[PLX_OUTLOOK_SEEN_N];
        for (uint32_t q = 0; q < PLX_OUTLOOK_SEEN_N; q++)
            values_of(o, arm, h, q)[first + m] = seen[q] = mean_of(f, q, m);
        values_of(o, arm, h, PLX_OUTLOOK_do2_ml_min)[first + m] =
            seen[PLX_OUTLOOK_co_l_min] * DL_L * O2_ML_G * seen[PLX_OUTLOOK_hb_g_dl] *
            seen[PLX_OUTLOOK_sao2_fraction];
    }
}

/* A copy at the fork, under its arm. */
static void begin_fork(const plx_outlook *o, uint32_t arm, uint32_t group, fork *f)
{
    const plx_arm *a = &o->plan.arms[arm];
    char why[100];
    memcpy(f->body, body_of(o, group), plx_body_size(PLX_BODY_GROUP));
    f->care = o->care[o->cause[group]];
    f->now_s = 0;
    for (uint32_t i = 0; i < a->actions_n; i++) {
        plx_status status = plx_care_act(&f->care, &a->actions[i], why, sizeof why);
        PLX_ASSERT(status == PLX_OK); /* rehearsed when the arm was parsed */
    }
}

/* To a second, with a look after each run; the horizons on the way are written down. */
static void look_on(plx_outlook *o, uint32_t arm, uint32_t group, fork *f, uint32_t to_s)
{
    const plx_outlook_plan *plan = &o->plan;
    const size_t slot = slot_of(o, arm, group);
    for (uint32_t h = 0; f->now_s < to_s; h++) {
        const uint32_t next_s = h < plan->horizons_n ? plan->at_s[h] : to_s;
        while (f->now_s < next_s && f->now_s < to_s) {
            live(f, plan, next_s < to_s ? next_s : to_s);
            if (!f->rehearses) look(f, o->gone_s + slot, o->hypoxic_s + slot);
        }
        if (f->now_s == next_s && h < plan->horizons_n && !f->rehearses)
            write_down(o, arm, group, h, f);
    }
}

static void see(const fork *f, double seen[PLX_OUTLOOK_SEEN_N][PLX_BODY_GROUP])
{
    for (uint32_t q = 0; q < PLX_OUTLOOK_SEEN_N; q++)
        for (uint32_t m = 0; m < PLX_BODY_GROUP; m++)
            seen[q][m] = mean_of(f, q, m);
}

/* Without beats, from the fork again to the second to which those with beats came: how far they are
 * from them there is added to all that follows. */
static void rehearse(plx_outlook *o, uint32_t arm, uint32_t group, fork *f)
{
    double with[PLX_OUTLOOK_SEEN_N][PLX_BODY_GROUP], without[PLX_OUTLOOK_SEEN_N][PLX_BODY_GROUP];
    see(f, with);
    begin_fork(o, arm, group, f);
    f->rehearses = true;
    look_on(o, arm, group, f, o->plan.beats_s);
    f->rehearses = false;
    see(f, without);
    for (uint32_t q = 0; q < PLX_OUTLOOK_SEEN_N; q++)
        for (uint32_t m = 0; m < PLX_BODY_GROUP; m++) {
            const double shift = with[q][m] - without[q][m];
            f->shift[q][m] = shift - shift == 0 ? shift : 0; /* who is lost may have no number */
        }
}

void plx_outlook_run(plx_outlook *o, uint32_t arm, uint32_t group, plx_outlook_worker *worker)
{
    const plx_outlook_plan *plan = &o->plan;
    const uint32_t last_s = plan->at_s[plan->horizons_n - 1];
    fork f = {.body = (plx_body *)(void *)worker->body, .variant = PLX_BODY_PULSATILE};
    f.trace = (plx_body_trace){
        .quantities = quantities, .quantities_n = PLX_OUTLOOK_SEEN_N, .values = worker->trace};
    begin_fork(o, arm, group, &f);
    look_on(o, arm, group, &f, last_s < plan->beats_s ? last_s : plan->beats_s);
    if (last_s <= plan->beats_s) return;
    f.variant = PLX_BODY_AVERAGED;
    if (plan->beats_s > 0) rehearse(o, arm, group, &f);
    look_on(o, arm, group, &f, last_s);
}

void plx_outlook_complete(plx_outlook *o, plx_outlook_worker *worker)
{
    for (uint32_t a = 0; a < o->plan.arms_n; a++)
        for (uint32_t g = 0; g < o->groups_n; g++)
            plx_outlook_run(o, a, g, worker);
}

/* Reading of what was written down. */

const double *plx_outlook_values(const plx_outlook *o, uint32_t arm, uint32_t h,
                                 plx_outlook_quantity q)
{
    return values_of(o, arm, h, q);
}

bool plx_outlook_gone(const plx_outlook *o, uint32_t arm, uint32_t h, uint32_t slot)
{
    const uint32_t at_s = o->gone_s[slot_of(o, arm, 0) + slot];
    return at_s > 0 && at_s <= o->plan.at_s[h];
}
