/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/assimilate/track.h"

#include <string.h>

#include "core/assimilate/track_private.h"
#include "core/base/arena.h"
#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/base/slice.h"

#define BLEED_ANEW 0.03 /* of the members, a minute (prior) */

#define BLED_SHARE 0.06  /* of his volume, and */
#define BLEEDS_ML_MIN 20 /* so fast: less is nothing that one would call a haemorrhage (prior) */
#define SICK_SD 2.0      /* so far from the usual a share of a cause may be */

enum { LONG_S = 600, BEATS_S = 60 }; /* a longer gap is averaged up to so much before its end */
enum { STREAMS = 1 << 20 };

plx_status plx_track_check(const plx_track_input *in, char *why, size_t n)
{
    if (plx_person_check(&in->person, why, n) != PLX_OK) return PLX_UNSUPPORTED;
    if (in->members < PLX_BODY_GROUP || in->members > PLX_ADJUST_MEMBERS_MAX ||
        in->members % PLX_BODY_GROUP)
        return plx_refuse(why, n, PLX_RANGE,
                          "members of a cause are a multiple of 16 from 16 to 128");
    if (in->lanes != 4 && in->lanes != 8 && in->lanes != 16)
        return plx_refuse(why, n, PLX_RANGE, "lanes are 4, 8 or 16");
    if (in->causes == 0 || in->causes >> PLX_CAUSE_N)
        return plx_refuse(why, n, PLX_RANGE, "at least one cause is possible, and each is known");
    if (!(in->stable >= 0 && in->stable < 1) ||
        (in->stable > 0 && in->causes == 1u << PLX_CAUSE_STABLE))
        return plx_refuse(why, n, PLX_RANGE,
                          "stable is 0 to below 1, and something else is possible");
    return PLX_OK;
}

static bool possible(const plx_track_input *in, uint32_t cause)
{
    return in->causes >> cause & 1;
}

static size_t layout(plx_track *t, const plx_track_input *in, char *memory)
{
    size_t at = 0, n = in->members;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (t) t->body[c] = possible(in, c) ? (plx_body *)(void *)(memory + at) : NULL;
        if (possible(in, c)) at += plx_aligned(plx_body_size(in->members));
    }
    if (t) t->predicted = (double *)(void *)(memory + at);
    at += plx_aligned(PLX_CAUSE_N * PLX_TRACK_KIND_N * n * sizeof(double));
    if (t) t->trace = (float *)(void *)(memory + at);
    at += plx_aligned(PLX_TRACK_CHUNK_S * PLX_TRACK_KIND_N * n * sizeof(float));
    if (t) t->adjust = (plx_adjust *)(void *)(memory + at);
    at += plx_aligned(sizeof(plx_adjust));
    if (t) t->source = (uint16_t *)(void *)(memory + at);
    return at + plx_aligned(n * sizeof(uint16_t));
}

size_t plx_track_size(const plx_track_input *in)
{
    return layout(NULL, in, NULL);
}

void plx_track_place(plx_track *t, void *memory)
{
    layout(t, &t->input, memory);
}

/* Running. */

static const uint8_t quantities[PLX_TRACK_KIND_N] = {
#define X(name) PLX_MEASURE_##name,
    PLX_TRACK_KIND_LIST(X)
#undef X
};

plx_measure plx_track_quantity(plx_track_kind kind)
{
    return (plx_measure)quantities[kind];
}

plx_track_kind plx_track_kind_of(plx_measure quantity)
{
    for (uint32_t k = 0; k < PLX_TRACK_MEASURED_N; k++)
        if (quantities[k] == quantity) return (plx_track_kind)k;
    return PLX_TRACK_KIND_N;
}

static void run(plx_track *t, uint32_t cause, plx_body_variant variant, uint32_t seconds,
                const plx_body_trace *trace)
{
    const plx_body_run_options options = {variant, t->input.lanes, 0, t->input.members};
    plx_care_live(&t->care[cause], t->body[cause], &options, seconds, trace);
}

void plx_track_run_long(plx_track *t, uint32_t cause, plx_body_variant variant, uint32_t seconds)
{
    for (uint32_t n; seconds > 0; seconds -= n) {
        n = seconds < PLX_TRACK_CHUNK_S ? seconds : PLX_TRACK_CHUNK_S;
        run(t, cause, variant, n, NULL);
        plx_track_mend(t, cause);
    }
}

/* Members that are lost become copies of others. An ensemble of which none is left has nothing to
 * say any more. */
void plx_track_mend(plx_track *t, uint32_t cause)
{
    plx_body *body = t->body[cause];
    uint32_t n = plx_body_redraw(body, body->members, body->time_s, body->members, t->source);
    t->lost += n;
    if (n == body->members) t->weight[cause] = 0;
}

/* The means of the last run. */
static void see(plx_track *t, uint32_t cause, const plx_body_trace *trace, uint32_t seconds)
{
    uint32_t n = t->input.members;
    for (uint32_t k = 0; k < PLX_TRACK_KIND_N; k++)
        for (uint32_t m = 0; m < n; m++)
            plx_track_foreseen(t, cause, k)[m] = plx_body_trace_mean(trace, n, seconds, k, m);
}

void plx_track_advance(plx_track *t, uint32_t to_s)
{
    const plx_body_trace trace = {
        .quantities = quantities, .quantities_n = PLX_TRACK_KIND_N, .values = t->trace};
    PLX_ASSERT(to_s >= t->now_s);
    uint32_t seconds = to_s - t->now_s;
    if (seconds == 0) return;
    uint32_t last = seconds < PLX_TRACK_CHUNK_S ? seconds : PLX_TRACK_CHUNK_S;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!t->body[c]) continue;
        uint32_t before = seconds - last, far = before > LONG_S ? before - BEATS_S : 0;
        plx_track_run_long(t, c, PLX_BODY_AVERAGED, far);
        plx_track_run_long(t, c, t->input.variant, before - far);
        run(t, c, t->input.variant, last, &trace);
        see(t, c, &trace, last);
        plx_track_mend(t, c);
    }
    t->now_s = to_s;
}

/* Falling ill. */

double *plx_track_foreseen(plx_track *t, uint32_t cause, uint32_t kind)
{
    return t->predicted + ((size_t)cause * PLX_TRACK_KIND_N + kind) * t->input.members;
}

static void act(plx_track *t, uint32_t cause, const plx_action *action)
{
    char why[100];
    plx_status status = plx_care_act(&t->care[cause], action, why, sizeof why);
    PLX_ASSERT(status == PLX_OK);
}

/* How strongly each member has it, and how fast he bleeds. */
static void draw(plx_track *t, uint32_t cause)
{
    const plx_cause_row *row = &plx_causes[cause];
    plx_body *body = t->body[cause];
    plx_rng rng =
        plx_rng_init(t->input.seed, STREAMS + (uint64_t)cause + (uint64_t)t->updates * PLX_CAUSE_N);
    float *sick = plx_body_param(body, PLX_BODY_P_sick),
          *bleed = plx_body_param(body, PLX_BODY_P_bleed);
    double usual = row->bleeding_ml_min / PLX_TRACK_BLEEDING_ML_MIN;
    for (uint32_t m = 0; m < body->members; m++) {
        double s = plx_exp(plx_rng_normal(&rng, 0, row->sick_sd));
        double b = usual * plx_exp(plx_rng_normal(&rng, 0, row->bleeding_sd));
        bool at_once = plx_rng_unit(&rng) < row->bleeding_first;
        sick[m] = (float)(s > 2 ? 2 : s);
        bleed[m] = at_once ? (float)(b > 8 ? 8 : b) : 0;
    }
}

void plx_track_keep_ill(plx_track *t, uint32_t cause)
{
    plx_body *body = t->body[cause];
    float *sick = plx_body_param(body, PLX_BODY_P_sick);
    double far = SICK_SD * plx_causes[cause].sick_sd;
    float low = (float)plx_exp(-far), high = (float)(far < 0.69 ? plx_exp(far) : 2);
    for (uint32_t m = 0; m < body->members; m++)
        sick[m] = sick[m] < low ? low : sick[m] > high ? high : sick[m];
}

/* The member was one of the stable ensemble until now. */
static void come_from_stable(plx_track *t, uint32_t cause, uint32_t m)
{
    const plx_body *from = t->body[PLX_CAUSE_STABLE];
    const size_t n = from->members;
    float *to = t->body[cause]->rows;
    for (size_t row = 0; row < PLX_BODY_STATE_N + PLX_BODY_PARAM_N; row++)
        to[row * n + m] = from->rows[row * n + m];
    for (uint32_t k = 0; k < PLX_TRACK_KIND_N; k++)
        plx_track_foreseen(t, cause, k)[m] = plx_track_foreseen(t, PLX_CAUSE_STABLE, k)[m];
}

void plx_track_bleed_anew(plx_track *t, uint32_t cause, double minutes)
{
    const plx_cause_row *row = &plx_causes[cause];
    plx_body *body = t->body[cause];
    float *bleed = plx_body_param(body, PLX_BODY_P_bleed);
    plx_rng rng = plx_rng_init(t->input.seed,
                               3 * STREAMS + (uint64_t)cause + (uint64_t)t->updates * PLX_CAUSE_N);
    double usual = row->bleeding_ml_min / PLX_TRACK_BLEEDING_ML_MIN;
    if (usual <= 0) return;
    /* a bleeding that begins begins in a body that has lost nothing */
    bool begins = cause == PLX_CAUSE_BLEEDING && t->body[PLX_CAUSE_STABLE] &&
                  t->weight[PLX_CAUSE_STABLE] >= PLX_TRACK_ANEW_STABLE;
    for (uint32_t m = 0; m < body->members; m++) {
        double b = usual * plx_exp(plx_rng_normal(&rng, 0, row->bleeding_sd));
        if (plx_rng_unit(&rng) >= BLEED_ANEW * minutes) continue;
        if (begins) come_from_stable(t, cause, m);
        bleed[m] = (float)(b > 8 ? 8 : b);
    }
}

static void begin_conditions(plx_track *t, uint32_t cause)
{
    const plx_cause_row *row = &plx_causes[cause];
    for (uint32_t i = 0; i < row->conditions_n; i++) {
        const plx_action action = {.kind = PLX_ACTION_CONDITION,
                                   .drug = PLX_DRUG_N,
                                   .condition = row->condition[i],
                                   .amount = row->severity[i],
                                   .duration_s = PLX_TRACK_ONSET_S};
        act(t, cause, &action);
    }
}

static void begin_bleeding(plx_track *t, uint32_t cause)
{
    const plx_action action = {
        .kind = PLX_ACTION_BLEED, .drug = PLX_DRUG_N, .rate_ml_min = PLX_TRACK_BLEEDING_ML_MIN};
    if (plx_causes[cause].bleeding_ml_min > 0) act(t, cause, &action);
}

/* The deficit is lost at an even rate. */
static void lose(plx_track *t, uint32_t cause)
{
    const plx_cause_row *row = &plx_causes[cause];
    plx_body *body = t->body[cause];
    float *bleed = plx_body_param(body, PLX_BODY_P_bleed), kept[PLX_ADJUST_MEMBERS_MAX];
    plx_care care = t->care[cause];
    plx_rng rng = plx_rng_init(t->input.seed, 2 * STREAMS + (uint64_t)cause);
    const plx_action action = {
        .kind = PLX_ACTION_BLEED, .drug = PLX_DRUG_N, .rate_ml_min = 60, .amount = 0};
    memcpy(kept, bleed, body->members * sizeof *bleed);
    for (uint32_t m = 0; m < body->members; m++) {
        double lost = plx_rng_normal(&rng, row->deficit_ml, row->deficit_sd_ml);
        bleed[m] = (float)(lost > 0 ? lost / PLX_TRACK_LOSS_S : 0);
    }
    act(t, cause, &action);
    plx_track_run_long(t, cause, PLX_BODY_AVERAGED, PLX_TRACK_LOSS_S);
    care.time_s = t->care[cause].time_s;
    memcpy(care.severity, t->care[cause].severity, sizeof care.severity);
    t->care[cause] = care;
    memcpy(bleed, kept, body->members * sizeof *bleed);
}

static void fall_ill(plx_track *t, uint32_t cause)
{
    draw(t, cause);
    begin_conditions(t, cause);
    plx_track_run_long(t, cause, PLX_BODY_AVERAGED, PLX_TRACK_ILL_S - PLX_TRACK_LOSS_S);
    if (plx_causes[cause].deficit_sd_ml > 0)
        lose(t, cause);
    else
        plx_track_run_long(t, cause, PLX_BODY_AVERAGED, PLX_TRACK_LOSS_S);
    begin_bleeding(t, cause);
    plx_track_run_long(t, cause, PLX_BODY_PULSATILE, PLX_TRACK_BEATS_S);
}

/* He was stable until now: this cause begins now, in bodies that are already his. */
static void begin_anew(plx_track *t, uint32_t cause)
{
    memcpy(t->body[cause], t->body[PLX_CAUSE_STABLE], plx_body_size(t->input.members));
    t->care[cause] = t->care[PLX_CAUSE_STABLE];
    draw(t, cause);
    begin_conditions(t, cause);
    begin_bleeding(t, cause);
    memcpy(plx_track_foreseen(t, cause, 0), plx_track_foreseen(t, PLX_CAUSE_STABLE, 0),
           PLX_TRACK_KIND_N * t->input.members * sizeof(double));
}

static bool is_refuted(const plx_track *t, uint32_t c)
{
    bool slow = plx_causes[c].bleeding_ml_min > 0; /* lost blood shows late */
    uint32_t wait_s = slow ? PLX_TRACK_ANEW_SLOW_S : PLX_TRACK_ANEW_S;
    return t->weight[c] < (slow ? PLX_TRACK_ANEW_SLOW : PLX_TRACK_ANEW_OTHER) &&
           t->now_s >= t->anew_s[c] + wait_s;
}

void plx_track_consider_anew(plx_track *t)
{
    if (!t->body[PLX_CAUSE_STABLE] || t->weight[PLX_CAUSE_STABLE] < PLX_TRACK_ANEW_STABLE) return;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (c == PLX_CAUSE_STABLE || !t->body[c] || !is_refuted(t, c)) continue;
        t->anew_s[c] = t->now_s;
        begin_anew(t, c);
    }
}

/* Of the causes that are possible. */
static void set_priors(plx_track *t)
{
    const double stable = t->input.stable;
    double others = 0;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (t->body[c]) t->prior[c] = plx_causes[c].prior;
        if (c != PLX_CAUSE_STABLE) others += t->prior[c];
    }
    if (stable > 0 && t->body[PLX_CAUSE_STABLE])
        t->prior[PLX_CAUSE_STABLE] = stable * others / (1 - stable);
    const double all = others + t->prior[PLX_CAUSE_STABLE];
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        t->weight[c] = t->prior[c] /= all;
}

void plx_track_begin(plx_track *t, const plx_track_input *in, void *memory)
{
    *t = (plx_track){.input = *in};
    plx_track_place(t, memory);
    set_priors(t);
    plx_body *settled = NULL;
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!t->body[c]) continue;
        plx_care_init(&t->care[c], &in->person);
        if (settled) {
            memcpy(t->body[c], settled, plx_body_size(in->members));
        } else {
            settled = t->body[c];
            *settled = (plx_body){.members = in->members, .seed = in->seed};
            t->base_missed =
                plx_person_settle(&in->person, 1, in->lanes, PLX_TRACK_SETTLE_S, settled) != PLX_OK;
        }
    }
    for (uint32_t c = PLX_CAUSE_N; c-- > 0;) /* the settled one is the first: last to fall ill */
        if (t->body[c]) fall_ill(t, c);
    memset(t->predicted, 0, PLX_CAUSE_N * PLX_TRACK_KIND_N * in->members * sizeof(double));
}

plx_status plx_track_act(plx_track *t, const plx_action *action, char *why, size_t why_n)
{
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        plx_care trial = t->care[c];
        if (t->body[c]) PLX_TRY(plx_care_act(&trial, action, why, why_n));
    }
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++)
        if (t->body[c]) act(t, c, action);
    return PLX_OK;
}

/* Reading. */

/* Of the members of a cause: those who have lost blood worth the name. */
static double bled_share(const plx_track *t, uint32_t cause)
{
    uint32_t n = 0, members = t->input.members;
    const float *volume = plx_body_param_get(t->body[cause], PLX_BODY_P_v_blood0);
    for (uint32_t m = 0; m < members; m++) {
        double lost = plx_track_hidden_of(t, (plx_cause)cause, PLX_TRACK_DEFICIT, m);
        double rate = plx_track_hidden_of(t, (plx_cause)cause, PLX_TRACK_BLEEDING, m);
        n += lost > BLED_SHARE * (double)volume[m] || rate > BLEEDS_ML_MIN;
    }
    return (double)n / members;
}

void plx_track_mechanisms(const plx_track *t, double probability[PLX_MECHANISM_N])
{
    memset(probability, 0, PLX_MECHANISM_N * sizeof *probability);
    for (uint32_t c = 0; c < PLX_CAUSE_N; c++) {
        if (!t->body[c]) continue;
        double ill = plx_causes[c].mechanism == PLX_MECHANISM_HYPOVOLAEMIC ? bled_share(t, c) : 1;
        probability[plx_causes[c].mechanism] += ill * t->weight[c];
        probability[PLX_MECHANISM_STABLE] += (1 - ill) * t->weight[c];
    }
}

double plx_track_hidden_of(const plx_track *t, plx_cause cause, plx_track_hidden hidden, uint32_t m)
{
    const plx_body *body = t->body[cause];
    const plx_care *care = &t->care[cause];
    if (hidden == PLX_TRACK_DEFICIT)
        return (double)plx_body_param_get(body, PLX_BODY_P_v_blood0)[m] -
               (double)plx_body_state_get(body, PLX_BODY_v_blood)[m];
    double rate = 0;
    for (uint32_t i = 0; i < PLX_CARE_INFUSIONS_MAX; i++)
        if (care->runs[i].rate > 0 && care->runs[i].kind == PLX_ACTION_BLEED)
            rate += care->runs[i].rate * 60;
    return rate * (double)plx_body_param_get(body, PLX_BODY_P_bleed)[m] *
           (care->bleed_held ? care->bleed_factor : 1);
}
