/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/person.h"

#include <string.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"

#define REFERENCE_BV_ML 5300.0
#define REFERENCE_BSA_M2 1.85

/* Who can be answered for. */

typedef struct limit {
    const char *what;
    double low, high;
} limit;

static void put_text(char *to, size_t size, size_t *n, const char *text)
{
    for (; *text && *n + 1 < size; text++)
        to[(*n)++] = *text;
    to[*n] = 0;
}

static void put_number(char *to, size_t size, size_t *n, double x)
{
    char digits[16];
    int k = 0;
    uint64_t whole = x < 0 ? 0 : x > 1e9 ? 1000000000 : (uint64_t)(x + 0.5);
    do {
        digits[k++] = (char)('0' + whole % 10);
        whole /= 10;
    } while (whole && k < 15);
    char text[16];
    for (int i = 0; i < k; i++)
        text[i] = digits[k - 1 - i];
    text[k] = 0;
    put_text(to, size, n, text);
}

static plx_status outside(char *why, size_t size, const limit *l, double x)
{
    size_t n = 0;
    bool low = !(x >= l->low);
    put_text(why, size, &n, l->what);
    put_text(why, size, &n, " ");
    put_number(why, size, &n, x);
    put_text(why, size, &n, low ? " below " : " above ");
    put_number(why, size, &n, low ? l->low : l->high);
    return PLX_RANGE;
}

plx_status plx_person_check(const plx_person *p, char *why, size_t size)
{
    const limit limits[] = {
        {"age", 16, 95}, {"weight_kg", 35, 250}, {"height_cm", 140, 210}, {"pregnant week", 0, 20}};
    const double values[] = {p->age, p->weight_kg, p->height_cm, (double)p->pregnant_week};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (!(values[i] >= limits[i].low && values[i] <= limits[i].high))
            return outside(why, size, &limits[i], values[i]);
    return PLX_OK;
}

/* Regressions. */

double plx_person_bsa_m2(const plx_person *p)
{
    return 0.007184 * plx_pow(p->weight_kg, 0.425) * plx_pow(p->height_cm, 0.725);
}

double plx_person_blood_volume_ml(const plx_person *p)
{
    double h = p->height_cm / 100, w = p->weight_kg;
    if (p->base.bv > 0) return p->base.bv;
    return p->sex == PLX_SEX_MALE ? 366.9 * h * h * h + 32.19 * w + 604.1
                                  : 356.1 * h * h * h + 33.08 * w + 183.3;
}

double plx_person_ideal_weight_kg(const plx_person *p)
{
    return (p->sex == PLX_SEX_MALE ? 50.0 : 45.5) + 0.91 * (p->height_cm - 152.4);
}

double plx_person_lean_mass_kg(const plx_person *p)
{
    double w = p->weight_kg, q = w / p->height_cm;
    return p->sex == PLX_SEX_MALE ? 1.1 * w - 128 * q * q : 1.07 * w - 148 * q * q;
}

/* L, lying (0.75 of sitting; regressions of the European Community for Steel and Coal 1993), less
 * in the obese (verify). */
static double frc_l(const plx_person *p)
{
    double h = p->height_cm / 100, bmi = p->weight_kg / (h * h);
    double sitting =
        p->sex == PLX_SEX_MALE ? 2.34 * h + 0.009 * p->age - 1.09 : 2.24 * h + 0.001 * p->age - 1.0;
    double fat = bmi > 25 ? plx_exp(-0.06 * (bmi - 25)) : 1;
    return 0.80 * sitting * fat; /* 0.80: tuned on apnoea on air, between lying and sitting */
}

/* The median body. */
static void median(const plx_person *p, double out[PLX_BODY_PARAM_N])
{
    double bv = plx_person_blood_volume_ml(p), bsa = plx_person_bsa_m2(p), age = p->age;
    double scale = bv / REFERENCE_BV_ML, fit = plx_exp(-0.015 * (age - 30)), frc = frc_l(p);
    bool high = p->chronic & PLX_CHRONIC_HYPERTENSION,
         failing = p->chronic & PLX_CHRONIC_HEART_FAILURE;
    bool blocked = p->chronic & PLX_CHRONIC_BETA_BLOCKER;
    if (p->chronic & PLX_CHRONIC_DIABETES) fit *= 0.7;
    /* Gains tuned on a litre bled, lower body suction and the ramps of the baroreflex; what
     * stronger nerves do at rest is taken out of the period, which is Jose & Collison's (1970)
     * without. */
    double g_ts = 1.6 * fit, g_tv = 1.55 * fit;
    double t0 = 60 / (118.1 - 0.57 * age) + 0.13 * (g_ts - 1.0);
    double set[PLX_BODY_PARAM_N] = {
        [PLX_BODY_P_v_scale] = scale,
        [PLX_BODY_P_r_scale] = 0.90 * REFERENCE_BSA_M2 / bsa * (high ? 1.15 : 1),
        [PLX_BODY_P_rp_scale] = REFERENCE_BSA_M2 / bsa,
        [PLX_BODY_P_e_scale] = 1 / scale * (failing ? 0.5 : 1),
        [PLX_BODY_P_c_sa] = 0.28 * scale * plx_exp(-0.012 * (age - 35)) * (high ? 0.8 : 1),
        [PLX_BODY_P_vu_v] = 0,
        [PLX_BODY_P_v_blood0] = bv,
        [PLX_BODY_P_v_heart0] = 860 * scale * (failing ? 1.3 : 1),
        [PLX_BODY_P_t0] = t0 * (blocked ? 1.15 : 1),
        [PLX_BODY_P_p_n] = 80 + (high ? 20 : 0),
        [PLX_BODY_P_g_ts] = g_ts * (blocked ? 0.4 : 1),
        [PLX_BODY_P_g_tv] = g_tv,
        [PLX_BODY_P_g_r] = 1.35 * fit,
        [PLX_BODY_P_g_vu] = 1.3 * fit,
        [PLX_BODY_P_g_e] = 1.0 * fit * (blocked ? 0.4 : 1),
        [PLX_BODY_P_shunt] = 0.03,
        [PLX_BODY_P_vd_alv] = 0.10,
        [PLX_BODY_P_vd_anat] = 2.2e-3 * plx_person_ideal_weight_kg(p),
        [PLX_BODY_P_frc] = frc,
        [PLX_BODY_P_c_l] = 0.2 * frc / 2.6,
        [PLX_BODY_P_r_aw] = 1.75,
        [PLX_BODY_P_drive] = 1,
        [PLX_BODY_P_vo2_0] = 246.0 / 60 * bsa / REFERENCE_BSA_M2,
        [PLX_BODY_P_hb0] = p->base.hb > 0           ? p->base.hb
                           : p->sex == PLX_SEX_MALE ? 15
                                                    : 13.5,
        [PLX_BODY_P_k_fluid] = 0.06 / 60,
        [PLX_BODY_P_a_fluid] = 1,
        [PLX_BODY_P_pd_max] = 1,
        [PLX_BODY_P_pd_ec50] = 1,
        [PLX_BODY_P_sick] = 1,
        [PLX_BODY_P_bleed] = 1,
    };
    memcpy(out, set, sizeof set);
}

/* Standard deviation of the logarithm among people of one kind (priors); of p_n and vu_v in their
 * own units. Rows that are not named do not vary. */
static const double spread_of[PLX_BODY_PARAM_N] = {
    [PLX_BODY_P_r_scale] = 0.25, [PLX_BODY_P_rp_scale] = 0.2, [PLX_BODY_P_e_scale] = 0.25,
    [PLX_BODY_P_c_sa] = 0.20,    [PLX_BODY_P_vu_v] = 250,     [PLX_BODY_P_v_blood0] = 0.10,
    [PLX_BODY_P_t0] = 0.10,      [PLX_BODY_P_p_n] = 8,        [PLX_BODY_P_g_ts] = 0.30,
    [PLX_BODY_P_g_tv] = 0.30,    [PLX_BODY_P_g_r] = 0.30,     [PLX_BODY_P_g_vu] = 0.30,
    [PLX_BODY_P_g_e] = 0.30,     [PLX_BODY_P_shunt] = 0.5,    [PLX_BODY_P_vd_alv] = 0.4,
    [PLX_BODY_P_vo2_0] = 0.12,   [PLX_BODY_P_drive] = 0.3,    [PLX_BODY_P_k_fluid] = 0.4,
    [PLX_BODY_P_a_fluid] = 0.3,  [PLX_BODY_P_pd_max] = 0.3,   [PLX_BODY_P_pd_ec50] = 0.3,
    [PLX_BODY_P_sick] = 0.2,
};

static const double low_of[PLX_BODY_PARAM_N] = {
#define X(name, unit, low, high, text) low,
    PLX_BODY_PARAM(X)
#undef X
};
static const double high_of[PLX_BODY_PARAM_N] = {
#define X(name, unit, low, high, text) high,
    PLX_BODY_PARAM(X)
#undef X
};

static double within(uint32_t i, double x)
{
    return x < low_of[i] ? low_of[i] : x > high_of[i] ? high_of[i] : x;
}

static void draw_member(const double middle[PLX_BODY_PARAM_N], double spread, plx_body *body,
                        uint32_t m)
{
    for (uint32_t i = 0; i < PLX_BODY_PARAM_N; i++) {
        double x = middle[i], sd = spread * spread_of[i];
        if (sd > 0) {
            plx_rng rng = plx_rng_init(body->seed, (uint64_t)(body->first_member + m) * 64 + i);
            double z = plx_rng_normal(&rng, 0, 1);
            z = z < -3 ? -3 : z > 3 ? 3 : z;
            bool added = i == PLX_BODY_P_p_n || i == PLX_BODY_P_vu_v;
            x = added ? x + sd * z : x * plx_exp(sd * z);
        }
        plx_body_param(body, (plx_body_param_id)i)[m] = (float)within(i, x);
    }
}

/* A resting state in the middle of diastole; not settled. */
static void first_state(plx_body *body, uint32_t m)
{
    static const struct {
        plx_body_state_id id;
        float value;
    } rest[] = {
        {PLX_BODY_v_sa, 26},       {PLX_BODY_v_sp, 470},       {PLX_BODY_v_ep, 495},
        {PLX_BODY_v_pa, 13},       {PLX_BODY_v_pp, 200},       {PLX_BODY_v_pv, 300},
        {PLX_BODY_v_la, 170},      {PLX_BODY_v_ra, 170},       {PLX_BODY_v_lv, 120},
        {PLX_BODY_v_rv, 125},      {PLX_BODY_xi, 0.6f},        {PLX_BODY_rhythm, 1},
        {PLX_BODY_top_sa, 120},    {PLX_BODY_low_sa, 80},      {PLX_BODY_top_pa, 22},
        {PLX_BODY_low_pa, 10},     {PLX_BODY_top_lv, 130},     {PLX_BODY_low_lv, 55},
        {PLX_BODY_beat_s, 0.9f},   {PLX_BODY_map, 93},         {PLX_BODY_sbp, 122},
        {PLX_BODY_dbp, 78},        {PLX_BODY_cvp, 4},          {PLX_BODY_pcwp, 7},
        {PLX_BODY_mpap, 14},       {PLX_BODY_pas, 22},         {PLX_BODY_pad, 10},
        {PLX_BODY_edv, 140},       {PLX_BODY_esv, 56},         {PLX_BODY_p_b, -192},
        {PLX_BODY_th_elv, 0.47f},  {PLX_BODY_th_erv, 0.28f},   {PLX_BODY_th_rsp, 0.7f},
        {PLX_BODY_th_rep, 0.53f},  {PLX_BODY_th_vsv, -265},    {PLX_BODY_th_vev, -132},
        {PLX_BODY_th_ts, -0.11f},  {PLX_BODY_th_tv, 0.4f},     {PLX_BODY_fev_last, 4.5f},
        {PLX_BODY_vt, 0.5f},       {PLX_BODY_fi_o2, 0.21f},    {PLX_BODY_etco2, 37},
        {PLX_BODY_f_o2, 0.146f},   {PLX_BODY_f_co2, 0.055f},   {PLX_BODY_o2_fast, .145f},
        {PLX_BODY_o2_slow, .145f}, {PLX_BODY_co2_fast, .015f}, {PLX_BODY_co2_slow, .015f},
        {PLX_BODY_o2_art, .195f},  {PLX_BODY_co2_art, .478f},  {PLX_BODY_o2_ven, .147f},
        {PLX_BODY_co2_ven, .515f}, {PLX_BODY_spo2, 0.97f},     {PLX_BODY_pao2, 95},
        {PLX_BODY_paco2, 40},      {PLX_BODY_ph, 7.4f},        {PLX_BODY_lactate, 1},
        {PLX_BODY_urine, 0.0167f}, {PLX_BODY_av_left, 1},      {PLX_BODY_av_right, 1},
        {PLX_BODY_av_pp, 1},       {PLX_BODY_temp, 37},        {PLX_BODY_t_set, 37},
        {PLX_BODY_br_amp, 4.7f},
    };
    for (uint32_t i = 0; i < PLX_BODY_STATE_N; i++)
        plx_body_state(body, (plx_body_state_id)i)[m] = i >= PLX_BODY_ring ? 1 : 0;
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        plx_body_state(body, rest[i].id)[m] = rest[i].value;
}

/* Volumes follow the size of the body, the veins take what the book says; oxygen follows the
 * blood's haemoglobin. */
static void fit_state(plx_body *body, uint32_t m)
{
    float scale = plx_body_param(body, PLX_BODY_P_v_scale)[m];
    float bv = plx_body_param(body, PLX_BODY_P_v_blood0)[m], sum = 0;
    float hb = plx_body_param(body, PLX_BODY_P_hb0)[m];
    static const plx_body_state_id scaled[] = {PLX_BODY_edv,    PLX_BODY_esv,    PLX_BODY_top_lv,
                                               PLX_BODY_low_lv, PLX_BODY_th_vsv, PLX_BODY_th_vev};
    static const plx_body_state_id carried[] = {PLX_BODY_o2_fast, PLX_BODY_o2_slow, PLX_BODY_o2_art,
                                                PLX_BODY_o2_ven};
    for (size_t i = 0; i < sizeof scaled / sizeof *scaled; i++)
        plx_body_state(body, scaled[i])[m] *= scale;
    for (size_t i = 0; i < sizeof carried / sizeof *carried; i++)
        plx_body_state(body, carried[i])[m] *= hb / 15;
    for (uint32_t i = PLX_BODY_v_sa; i <= PLX_BODY_v_rv; i++) {
        float *v = plx_body_state(body, (plx_body_state_id)i);
        v[m] *= scale;
        sum += v[m];
    }
    float left = bv - sum;
    plx_body_state(body, PLX_BODY_v_sv)[m] = 0.53f * left;
    plx_body_state(body, PLX_BODY_v_ev)[m] = left - 0.53f * left;
    plx_body_state(body, PLX_BODY_v_blood)[m] = bv;
    plx_body_state(body, PLX_BODY_v_rbc)[m] = bv * hb / 34;
    plx_body_state(body, PLX_BODY_ds)[m] = plx_body_param(body, PLX_BODY_P_vd_anat)[m];
}

void plx_person_body(const plx_person *person, double spread, plx_body *body)
{
    double middle[PLX_BODY_PARAM_N];
    median(person, middle);
    for (uint32_t m = 0; m < body->members; m++) {
        draw_member(middle, spread, body, m);
        first_state(body, m);
        fit_state(body, m);
    }
    body->time_s = 0;
}

/* Settling to base values. */

enum { ROUNDS = 16, ROUND_S = 60, LOOK_S = 20, SEEN = 5, SETTLE_MEMBERS_MAX = 256 };

typedef struct target {
    double hr, map, pp, cvp, sv;
} target;

static target target_of(const plx_person *p)
{
    target t = {p->base.hr, p->base.map, p->base.pp, p->base.cvp, p->base.sv};
    bool both = p->base.sbp > 0 && p->base.dbp > 0;
    if (both && t.pp <= 0) t.pp = p->base.sbp - p->base.dbp;
    if (both && t.map <= 0) t.map = p->base.dbp + 0.32 * t.pp; /* where this model's mean lies */
    if (t.map <= 0 && p->base.sbp > 0) t.map = 0.72 * p->base.sbp;
    return t;
}

static float heart_ml(const plx_body *b, uint32_t m)
{
    return plx_body_state_get(b, PLX_BODY_v_la)[m] + plx_body_state_get(b, PLX_BODY_v_ra)[m] +
           plx_body_state_get(b, PLX_BODY_v_lv)[m] + plx_body_state_get(b, PLX_BODY_v_rv)[m];
}

/* One step of each parameter that answers for a target; each is mostly one quantity's. */
static void nudge(plx_body *b, uint32_t m, const target *t, const double seen[SEEN])
{
    float *t0 = plx_body_param(b, PLX_BODY_P_t0), *p_n = plx_body_param(b, PLX_BODY_P_p_n);
    float *r = plx_body_param(b, PLX_BODY_P_r_scale), *c = plx_body_param(b, PLX_BODY_P_c_sa);
    float *vu = plx_body_param(b, PLX_BODY_P_vu_v), *e = plx_body_param(b, PLX_BODY_P_e_scale);
    double scale = (double)plx_body_param(b, PLX_BODY_P_v_scale)[m];
    if (t->hr > 0) t0[m] += (float)(0.8 * (60 / t->hr - 60 / seen[0]));
    if (t->map > 0) {
        double miss = t->map - seen[1];
        p_n[m] += (float)(0.5 * miss);
        r[m] *= (float)plx_exp(0.35 * miss / t->map);
    }
    if (t->pp > 0) c[m] *= (float)plx_exp(1.2 * (seen[2] - t->pp) / t->pp);
    if (t->cvp > 0) vu[m] -= (float)(60 * scale * (t->cvp - seen[3]));
    if (t->sv > 0) e[m] *= (float)plx_exp(0.5 * (t->sv - seen[4]) / t->sv);
    /* the pericardium has grown with the heart: it does not press at rest (1.25 is a prior) */
    float *room = plx_body_param(b, PLX_BODY_P_v_heart0), heart = heart_ml(b, m);
    if (room[m] < 1.25f * heart) room[m] = 1.25f * heart;
    static const plx_body_param_id fitted[] = {PLX_BODY_P_t0,      PLX_BODY_P_p_n,
                                               PLX_BODY_P_r_scale, PLX_BODY_P_c_sa,
                                               PLX_BODY_P_vu_v,    PLX_BODY_P_e_scale};
    for (size_t i = 0; i < sizeof fitted / sizeof *fitted; i++) {
        float *row = plx_body_param(b, fitted[i]);
        row[m] = (float)within(fitted[i], (double)row[m]);
    }
}

/* Means of the last LOOK_S seconds, from the state at the end of each. */
static void look(const plx_body *b, uint32_t m, double seen[SEEN])
{
    double edv = (double)plx_body_state_get(b, PLX_BODY_edv)[m];
    double now[SEEN] = {
        60 / (double)plx_body_state_get(b, PLX_BODY_beat_s)[m],
        (double)plx_body_state_get(b, PLX_BODY_map)[m],
        (double)(plx_body_state_get(b, PLX_BODY_sbp)[m] - plx_body_state_get(b, PLX_BODY_dbp)[m]),
        (double)plx_body_state_get(b, PLX_BODY_cvp)[m],
        edv - (double)plx_body_state_get(b, PLX_BODY_esv)[m]};
    for (int i = 0; i < SEEN; i++)
        seen[i] += now[i] / LOOK_S;
}

static double worst_miss(const target *t, const double seen[SEEN])
{
    const double want[SEEN] = {t->hr, t->map, t->pp, t->cvp, t->sv};
    double worst = 0;
    for (int i = 0; i < SEEN; i++) {
        double miss = want[i] > 0 ? want[i] - seen[i] : 0;
        worst = miss > worst ? miss : -miss > worst ? -miss : worst;
    }
    return worst;
}

static void rest(plx_body *b, uint32_t lanes, uint32_t seconds)
{
    static const plx_second quiet[PLX_BODY_WINDOW_S_MAX];
    plx_body_run_options options = {PLX_BODY_PULSATILE, lanes, 0, b->members};
    for (uint32_t done = 0; done < seconds;) {
        uint32_t n =
            seconds - done < PLX_BODY_WINDOW_S_MAX ? seconds - done : PLX_BODY_WINDOW_S_MAX;
        plx_status status = plx_body_run(b, &options, quiet, n, NULL);
        PLX_ASSERT(status == PLX_OK);
        b->time_s += n;
        done += n;
    }
}

/* How many members are more than 3 units away from a target at the end of a round. */
static uint32_t settle_round(const target *t, uint32_t lanes, bool change, plx_body *b)
{
    double seen[SETTLE_MEMBERS_MAX][SEEN];
    uint32_t away = 0;
    memset(seen, 0, sizeof seen);
    rest(b, lanes, ROUND_S - LOOK_S);
    for (int i = 0; i < LOOK_S; i++) {
        rest(b, lanes, 1);
        for (uint32_t m = 0; m < b->members; m++)
            look(b, m, seen[m]);
    }
    for (uint32_t m = 0; m < b->members; m++) {
        away += worst_miss(t, seen[m]) > 3;
        if (change) nudge(b, m, t, seen[m]);
    }
    return away;
}

plx_status plx_person_settle(const plx_person *p, double spread, uint32_t lanes, uint32_t settle_s,
                             plx_body *body)
{
    plx_person_body(p, spread, body);
    target t = target_of(p);
    uint32_t away = 0;
    if (t.hr > 0 || t.map > 0 || t.pp > 0 || t.cvp > 0 || t.sv > 0) {
        if (body->members > SETTLE_MEMBERS_MAX) return PLX_RANGE;
        for (int i = 0; i < ROUNDS; i++)
            settle_round(&t, lanes, true, body);
        away = settle_round(&t, lanes, false, body);
    }
    rest(body, lanes, settle_s);
    /* what rest did to volumes is the new start: the books begin here */
    float *rest_bv = plx_body_param(body, PLX_BODY_P_v_blood0);
    for (uint32_t m = 0; m < body->members; m++) {
        rest_bv[m] = plx_body_state(body, PLX_BODY_v_blood)[m];
        plx_body_state(body, PLX_BODY_r_ref)[m] = 0;
        plx_body_state(body, PLX_BODY_isf)[m] = 0;
    }
    return away > body->members / 10 ? PLX_RANGE : PLX_OK;
}
