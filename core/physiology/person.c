/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/person.h"

#include <string.h>

#include "core/base/mathx.h"
#include "core/base/rng.h"
#include "core/base/slice.h"

#define REFERENCE_BV_ML 5300.0
#define REFERENCE_BSA_M2 1.85

/* Who can be answered for. */

typedef struct limit {
    const char *what;
    double low, high;
} limit;

static void put_number(plx_out *out, double x)
{
    plx_out_double(out, x, x == __builtin_trunc(x) ? 0 : 1);
}

static plx_status outside(char *why, size_t size, const limit *l, double x)
{
    plx_out out = plx_out_init(why, size - 1);
    bool low = !(x >= l->low);
    plx_out_text(&out, l->what);
    plx_out_char(&out, ' ');
    put_number(&out, x);
    plx_out_text(&out, low ? " below " : " above ");
    put_number(&out, low ? l->low : l->high);
    why[out.n] = 0;
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

/* Resistance of the two systemic beds side by side at the command of rest, for a gain of the reflex
 * (kernel_reflex.h), mmHg s/mL. */
static double resting_resistance(double gain)
{
    double command = 0.97 * gain;
    return 1 / (1 / (2.49 + 0.695 * command) + 1 / (0.78 + 0.53 * command));
}

/* What weaker nerves do not hold at rest, the vessels and the heart hold themselves: the old, the
 * diabetic and the rest have one tone and another reserve (their resting nerve traffic is not
 * less). The failing heart has filled its veins (priors). */
static void settle_tone(double fit, bool failing, double set[PLX_BODY_PARAM_N])
{
    double held = resting_resistance(1.35) / resting_resistance(1.35 * fit);
    set[PLX_BODY_P_r_scale] *= held * (failing ? 1.25 : 1);
    set[PLX_BODY_P_e_scale] *= (2.392 + 0.475 * 0.97) / (2.392 + 0.475 * 0.97 * fit);
    set[PLX_BODY_P_vu_v] = 0.5 * 1.3 * (fit - 1) * 0.97 * (265.4 + 132.5) * set[PLX_BODY_P_v_scale];
    if (failing) set[PLX_BODY_P_v_blood0] *= 1.12;
}

/* The median body. */
static void median(const plx_person *p, double out[PLX_BODY_PARAM_N])
{
    double bv = plx_person_blood_volume_ml(p), bsa = plx_person_bsa_m2(p), age = p->age;
    double dulled = p->chronic & PLX_CHRONIC_DIABETES ? 0.7 : 1;
    double scale = bv / REFERENCE_BV_ML, fit = dulled * plx_exp(-0.015 * (age - 30));
    double frc = frc_l(p);
    bool high = p->chronic & PLX_CHRONIC_HYPERTENSION,
         failing = p->chronic & PLX_CHRONIC_HEART_FAILURE;
    bool blocked = p->chronic & PLX_CHRONIC_BETA_BLOCKER;
    /* Gains tuned on a litre bled, lower body suction and the ramps of the baroreflex; what
     * stronger nerves do at rest is taken out of the period, which is Jose & Collison's (1970)
     * without. */
    double g_ts = 1.3 * fit, g_tv = 1.25 * plx_exp(-0.04 * (age - 30)) * dulled;
    double beta = blocked ? 0.4 : 1;
    /* the vagus holds less at rest with age, or the old would have the pulse of athletes (prior) */
    double vagus = age > 30 ? plx_exp(-0.0145 * (age - 30)) : 1;
    double t0 = 60 / (118.1 - 0.57 * age) + 0.13 * (g_ts - 1.0) - 0.405 * (1 - vagus);
    double set[PLX_BODY_PARAM_N] = {
        [PLX_BODY_P_v_scale] = scale,
        [PLX_BODY_P_r_scale] = 0.915 * REFERENCE_BSA_M2 / bsa * (high ? 1.05 : 1),
        [PLX_BODY_P_rp_scale] = REFERENCE_BSA_M2 / bsa,
        [PLX_BODY_P_e_scale] = 1 / scale * (failing ? 0.5 : 1),
        [PLX_BODY_P_c_sa] = 0.28 * scale * plx_exp(-0.012 * (age - 35)) * (high ? 0.8 : 1),
        [PLX_BODY_P_v_blood0] = bv,
        [PLX_BODY_P_v_heart0] = 740 * scale * (failing ? 1.3 : 1),
        [PLX_BODY_P_t0] = t0 * (blocked ? 1.15 : 1),
        [PLX_BODY_P_p_n] = 77 + (high ? 20 : 0),
        [PLX_BODY_P_g_ts] = g_ts * beta,
        [PLX_BODY_P_g_tv] = g_tv,
        [PLX_BODY_P_g_r] = 1.35 * fit,
        [PLX_BODY_P_g_vu] = 1.3 * fit,
        [PLX_BODY_P_g_e] = 1.0 * fit * beta,
        [PLX_BODY_P_s_rest] = 0.97, /* until the body has settled */
        [PLX_BODY_P_beta] = beta,
        [PLX_BODY_P_shunt] = 0.03,
        [PLX_BODY_P_vd_alv] = 0.10,
        [PLX_BODY_P_vd_anat] = 2.2e-3 * plx_person_ideal_weight_kg(p),
        [PLX_BODY_P_frc] = frc,
        [PLX_BODY_P_c_l] = 0.2 * frc / 2.6,
        [PLX_BODY_P_r_aw] = 1.75,
        [PLX_BODY_P_drive] = 1,
        [PLX_BODY_P_vo2_0] = 246.0 / 60 * bsa / REFERENCE_BSA_M2 *
                             (age > 50 ? 1 - 0.004 * (age - 50) : 1), /* prior */
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
    settle_tone(fit, failing, set);
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

/* A blood volume that is known does not vary. */
static void draw_member(const plx_person *p, const double middle[PLX_BODY_PARAM_N], double spread,
                        plx_body *body, uint32_t m)
{
    for (uint32_t i = 0; i < PLX_BODY_PARAM_N; i++) {
        double x = middle[i], sd = spread * spread_of[i];
        if (i == PLX_BODY_P_v_blood0 && p->base.bv > 0) sd = 0;
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
    plx_body_state(body, PLX_BODY_v_rbc)[m] = bv * hb / PLX_HB_PER_HCT;
    plx_body_state(body, PLX_BODY_ds)[m] = plx_body_param(body, PLX_BODY_P_vd_anat)[m];
}

void plx_person_body(const plx_person *person, double spread, plx_body *body)
{
    double middle[PLX_BODY_PARAM_N];
    median(person, middle);
    for (uint32_t m = 0; m < body->members; m++) {
        draw_member(person, middle, spread, body, m);
        first_state(body, m);
        fit_state(body, m);
    }
    body->time_s = 0;
}

plx_status plx_person_chronic_named(plx_slice word, uint32_t *chronic)
{
    static const char *const words[] = {"hypertension",  "heart_failure",       "beta_blocker",
                                        "copd",          "atrial_fibrillation", "diabetes",
                                        "kidney_disease"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (plx_slice_is(word, words[i])) {
            *chronic = 1u << i;
            return PLX_OK;
        }
    return PLX_UNKNOWN;
}
