/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Once a second: what drugs, illness, posture, temperature and viscosity make of this body (coef),
 * and the water and the blood that come and go.
 * Fluids after Bighamian, Reisner & Hahn 2016: X = blood volume over its start,
 *   dX/dt = u - v - K (X - r) - urine,  dr/dt = sum u_i/(1 + a_i) - v/(1 + a_v) - urine/(1 + a).
 * Numbers of the drugs: table `pharmacodynamics`; of the conditions: slow_lung, slow_vessels. All
 * priors, tuned on published responses; the reason of each is in knowledge/physiology. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_SLOW_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_SLOW_H

#include "core/physiology/kernel_circulation.h"
#include "core/physiology/kernel_drive.h"
#include "core/physiology/pharmacodynamics.h"

#define CHEST_OVER_LUNG 1.2225f /* compliances, 0.2445 over 0.2 L/cmH2O */
#define OPEN_TONE 0.35f         /* resistance of wide open vessels over that of rest (prior) */
#define A_LOSS 0.8f             /* distribution ratio of blood that is lost (prior) */
#define URINE_LAG_S 400.0f
#define URINE_HELD                                                                                 \
    0.7f                 /* share of the settled volume that the kidney takes for its own (prior)  \
                          */
#define LEAK_MOST 0.6f   /* share of the plasma that can leak (prior) */
#define LYMPH_S 21600.0f /* time in which lymph brings back what leaked (prior) */
#define WOUND_FLOOR_MMHG 10.0f
#define EFFUSION_MMHG 16.0f /* at which it stops; from half of it on it slows */
#define WATER_QUANTUM_ML (1.0f / 512)
#define CELLS_QUANTUM_ML (1.0f / 2048)
#define BLOOD_LEFT_ML 900.0f /* a body that has lost more than all but this bleeds no further */

#define VEINS_LEFT_ML 200.0f /* from here on empty veins give less and less */

/* Sums of what drugs and conditions do; each acts on a factor or an amount. */
typedef struct slow_effects {
    lane opens, closes, c_sa, e, dvu, period, vagal, vagal_add, sympathetic, drive, nmb, urine,
        r_aw, lactate;
} slow_effects;

LANE_INLINE slow_effects slow_nothing(void)
{
    lane one = lane_all(1), none = lane_all(0);
    return (slow_effects){.opens = one,
                          .closes = one,
                          .c_sa = one,
                          .e = one,
                          .dvu = none,
                          .period = one,
                          .vagal = one,
                          .vagal_add = none,
                          .sympathetic = one,
                          .drive = one,
                          .nmb = none,
                          .urine = one,
                          .r_aw = one,
                          .lactate = none};
}

/* C^g / (EC50^g + C^g) for g 1, 2 or 4. */
LANE_INLINE lane slow_hill(float c, lane ec50, int gamma)
{
    lane q = c / ec50, q2 = q * q, p = gamma == 1 ? q : gamma == 2 ? q2 : q2 * q2;
    return p / (1.0f + p);
}

/* The ill answer less to vasopressors: more is needed, and less is reached (direction: Oualha 2014;
 * size prior). x: EC50 factor, y: factor on the maximal effect. */
LANE_INLINE void slow_refractory(const lane_block *b, const plx_second *s, lane *x, lane *y)
{
    lane sepsis = s->severity[PLX_CONDITION_SEPSIS] * b->p.sick;
    lane acid = lane_positive(7.2f - b->x.ph);
    *x = (1.0f + 2.0f * sepsis) * (1.0f + 5.0f * acid);
    *y = lane_clamp(1.0f - 0.4f * sepsis, 0.2f, 1);
}

/* beta: share of the receptors through which a drug quickens and strengthens the heart. */
LANE_INLINE void slow_drug(const plx_pharmacodynamics *d, lane e, lane beta, slow_effects *sum)
{
    lane one = lane_all(1);
    if (d->r < 0) sum->opens *= 1.0f + d->r * e;
    if (d->r > 0) sum->closes *= 1.0f + d->r * e;
    sum->c_sa *= 1.0f + d->c_sa * e;
    sum->e *= 1.0f + d->e_max * e * (d->e_max > 0 ? beta : one);
    sum->dvu += d->dvu_ml * e;
    sum->period *= 1.0f + d->period * e * (d->period < 0 ? beta : one);
    sum->vagal *= 1.0f + d->vagal * e;
    sum->vagal_add += d->vagal_s * e;
    sum->sympathetic *= 1.0f + d->baroreflex * e;
    sum->drive *= 1.0f + d->drive * (d->drive_squared ? e * e : e);
    sum->urine *= 1.0f + d->urine * e;
    sum->r_aw *= 1.0f + d->r_aw * e;
    sum->lactate += d->lactate_mmol_l_s * e;
    sum->nmb = sum->nmb + e * d->nmb - sum->nmb * e * d->nmb;
}

LANE_INLINE void slow_late(const plx_pharmacodynamics *d, lane e, slow_effects *sum)
{
    sum->closes *= 1.0f + d->late_r * e;
    sum->c_sa *= 1.0f + d->late_c_sa * e;
    sum->dvu += d->late_dvu_ml * e;
}

/* Opioids compete with naloxone for one receptor: q / (1 + N), q summed over them, is what acts;
 * its slope of 2 lets a usual dose dull the breath and an overdose stop it. */
LANE_INLINE lane slow_opioid(const lane_block *b, const plx_second *s)
{
    lane q = lane_all(0);
    for (uint32_t d = PLX_DRUG_FENTANYL; d <= PLX_DRUG_MORPHINE; d++)
        q += s->effect_ug_l[d] / (plx_pharmacodynamics_of[d].ec50_ug_l * b->p.pd_ec50);
    q = q / (1.0f + s->effect_ug_l[PLX_DRUG_NALOXONE] * (1 / NALOXONE_EC50_UG_L));
    return q * q / (1.0f + q * q);
}

LANE_INLINE void slow_drugs(const lane_block *b, const plx_second *s, slow_effects *sum)
{
    lane refractory, weaker, sedated = lane_all(0), one = lane_all(1);
    slow_refractory(b, s, &refractory, &weaker);
    for (uint32_t left = s->drugs; left; left &= left - 1) {
        uint32_t drug = (uint32_t)__builtin_ctz(left);
        const plx_pharmacodynamics *d = &plx_pharmacodynamics_of[drug];
        if (d->opioid || d->ec50_ug_l <= 0) continue;
        lane ec50 = d->ec50_ug_l * b->p.pd_ec50 * (d->pressor ? refractory : one);
        lane e = slow_hill(s->effect_ug_l[drug], ec50, d->gamma);
        lane most = d->pressor ? b->p.pd_max * weaker : one;
        slow_drug(d, e * most, b->p.beta, sum);
        if (d->late_ec50_ug_l > 0) {
            ec50 = d->late_ec50_ug_l * b->p.pd_ec50 * refractory;
            slow_late(d, slow_hill(s->effect_ug_l[drug], ec50, 2) * most, sum);
        }
        if (d->sedative) sedated = lane_max(sedated, e);
    }
    uint32_t opioids = (1u << PLX_DRUG_FENTANYL) | (1u << PLX_DRUG_MORPHINE);
    if (!(s->drugs & opioids)) return;
    lane e = slow_opioid(b, s);
    slow_drug(&plx_pharmacodynamics_of[PLX_DRUG_FENTANYL], e, b->p.beta, sum);
    sum->drive *= 1.0f - 0.4f * e * sedated; /* together they are worse than each (prior) */
}

/* Illness on lung and airway. */
LANE_INLINE void slow_lung(lane_block *b, const plx_second *s, lane bronchial)
{
    const float *ill = s->severity;
    lane sick = b->p.sick;
    lane asthma = ill[PLX_CONDITION_ASTHMA] * sick, copd = ill[PLX_CONDITION_COPD] * sick;
    lane ards = ill[PLX_CONDITION_ARDS] * sick, pneumonia = ill[PLX_CONDITION_PNEUMONIA] * sick;
    lane tension = ill[PLX_CONDITION_TENSION_PNEUMOTHORAX] * sick;
    lane embolism = ill[PLX_CONDITION_PULMONARY_EMBOLISM] * sick;
    lane anaphylaxis = ill[PLX_CONDITION_ANAPHYLAXIS] * sick;
    lane heart = ill[PLX_CONDITION_CARDIOGENIC] * sick;
    float peep = s->airway.vent == PLX_VENT_NONE ? 0 : s->airway.peep_cmh2o;
    lane spasm = (1.0f + 14.0f * asthma + 8.0f * anaphylaxis) * bronchial;
    lane narrow = lane_max(spasm, lane_all(0.5f)) + 6.0f * copd;
    b->k.r_in = b->p.r_aw * narrow;
    b->k.r_ex = b->k.r_in * (1.2f + 0.5f * lane_min(asthma, lane_all(1)) + 0.5f * copd);
    lane stiff = lane_clamp(0.6f * lane_max(ards, pneumonia), 0, 0.85f);
    lane lost = lane_clamp(0.5f * tension, 0, 0.5f); /* one of two lungs */
    b->k.c_l = b->p.c_l * (1.0f - stiff) * (1.0f - lost) * (1.0f + 0.5f * copd);
    b->k.c_cw = b->p.c_l * (CHEST_OVER_LUNG * (1.0f - 0.5f * lost));
    b->k.frc =
        lane_max(b->p.frc * (1.0f - 0.4f * stiff - 0.6f * lost + 0.3f * copd), lane_all(0.4f));
    b->k.vd_alv =
        lane_clamp(b->p.vd_alv + 0.25f * asthma + 0.56f * copd + 0.3f * embolism, 0, 0.75f);
    lane opened = lane_clamp(lane_all(0.015f * (peep - 5)), 0, 0.2f);
    lane wet = 0.15f * heart * lane_clamp((b->x.pcwp - 18.0f) * 0.25f, 0, 1);
    lane consolidated =
        lane_positive(0.45f * ards + 0.30f * pneumonia - opened * (ards + pneumonia));
    lane shunt = b->p.shunt + consolidated + 0.10f * asthma + 0.08f * copd + 0.5f * lost +
                 0.1f * embolism + wet;
    b->k.shunt = lane_clamp(shunt, 0, 0.8f);
    b->k.p_set = 12.0f * copd;
    b->k.rate_add = 9.0f * asthma + 10.0f * lane_max(ards, pneumonia) + 12.0f * tension +
                    10.0f * embolism + 8.0f * anaphylaxis + 8.0f * wet * (1 / 0.15f);
    b->k.r_pul = b->p.rp_scale * (1.0f + 5.0f * embolism + ards);
    b->k.p_extra = 17.0f * tension;
    lane tired = lane_positive(asthma - 0.8f) * 5.0f;
    b->x.fatigue += (tired - b->x.fatigue) * (1 / 1200.0f);
    b->x.fatigue = lane_clamp(b->x.fatigue, 0, 0.9f);
}

/* Heart and vessels: drugs, illness, viscosity, posture. */
LANE_INLINE void slow_vessels(lane_block *b, const plx_second *s, const slow_effects *d)
{
    const float *ill = s->severity;
    lane_coef *k = &b->k;
    lane sepsis = ill[PLX_CONDITION_SEPSIS] * b->p.sick;
    lane anaphylaxis = ill[PLX_CONDITION_ANAPHYLAXIS] * b->p.sick;
    lane weak = ill[PLX_CONDITION_CARDIOGENIC] * b->p.sick;
    float af = ill[PLX_CONDITION_ATRIAL_FIBRILLATION];
    lane tone = lane_clamp(1.0f - 0.75f * sepsis, 0.15f, 1) *
                lane_clamp(1.0f - 0.6f * anaphylaxis, 0.15f, 1);
    lane hct = b->x.v_rbc / b->x.v_blood;
    lane viscosity = lane_max(1.0f + 1.7f * (hct - 0.42f), lane_all(0.3f));
    lane temp = b->x.temp - 37.0f;
    /* illness and drugs open the same vessels towards one floor: a drug that dilates acts on what
     * illness has left above it, so in the well it is unchanged; one that narrows acts on all of
     * them, as far as muscle can (prior) */
    lane left = lane_clamp((tone - OPEN_TONE) * (1 / (1 - OPEN_TONE)), 0, 1);
    lane cool = 1.0f - 0.07f * lane_clamp(temp, 0, 4); /* a warm skin opens (prior) */
    lane opened = lane_clamp(1.0f - d->opens * cool, 0, 0.8f) * left;
    k->r_sys = b->p.r_scale * tone * viscosity * (1.0f - opened) * lane_min(d->closes, lane_all(6));
    /* a heart whose blood carries less than 0.08 mL/mL of oxygen fails, its node later (prior) */
    lane fed = lane_clamp(b->x.o2_art * (1 / 0.08f), 0.2f, 1);
    lane e = b->p.e_scale * fed * lane_clamp(d->e, 0.2f, 3) *
             lane_clamp(1.0f - 0.3f * sepsis, 0.3f, 1) * (1.0f - 0.1f * af);
    k->e_lv = e * lane_clamp(1.0f - 0.8f * weak, 0.12f, 1);
    /* a right ventricle that was never trained fails against a pulmonary pressure over 40 mmHg
     * (prior; it is why a large embolism kills) */
    lane strained = lane_clamp((b->x.pas - 40.0f) * (1 / 25.0f), 0, 1);
    k->e_rv = e * lane_clamp(1.0f - 0.35f * weak, 0.3f, 1) * (1.0f - 0.75f * strained);
    k->c_sa = lane_max(b->p.c_sa * lane_clamp(d->c_sa, 0.2f, 2), 0.05f * b->p.v_scale);
    lane dvu = b->p.vu_v + b->p.v_scale * (d->dvu + 500.0f * sepsis + 700.0f * anaphylaxis);
    float suction = -s->lbnp_mmhg, legs = -s->legs_up_ml;
    k->vu_sv = 1435.4f * b->p.v_scale + 0.6f * dvu + 10.0f * suction * b->p.v_scale;
    k->vu_ev = 1537.0f * b->p.v_scale + 0.4f * dvu + (27.0f * suction + legs) * b->p.v_scale;
    k->t0 = b->p.t0 * lane_clamp(1.0f - FEVER_PERIOD * temp, 0.5f, 1.6f);
    k->period = d->period * (1.0f - 0.45f * ill[PLX_CONDITION_TACHYCARDIA]) *
                (1.0f + 0.9f * ill[PLX_CONDITION_BRADYCARDIA]) * (1.0f - 0.15f * af);
    k->period *= 1.0f - 0.15f * lane_min(sepsis, lane_all(1)); /* cytokines on the node (prior) */
    k->period *= 1.0f / lane_clamp(b->x.o2_art * (1 / 0.06f), 0.4f, 1);
    k->period = lane_max(k->period, lane_all(0.3f));
    k->vagal = lane_positive(d->vagal);
    k->vagal_add = d->vagal_add;
    k->sympathetic = lane_positive(d->sympathetic);
    k->irregular = lane_all(0.15f * af);
}

/* Temperature runs after its aim; what is used and made follows it. */
LANE_INLINE void slow_heat(lane_block *b, const plx_second *s, const slow_effects *d)
{
    lane_state *x = &b->x;
    const float *ill = s->severity;
    lane fever = 2.0f * b->p.sick *
                 lane_all(ill[PLX_CONDITION_SEPSIS] > ill[PLX_CONDITION_PNEUMONIA]
                              ? ill[PLX_CONDITION_SEPSIS]
                              : ill[PLX_CONDITION_PNEUMONIA]);
    lane aim = s->temp_set_degc > 0 ? lane_all(s->temp_set_degc) : 37.0f + fever;
    x->t_set += (lane_clamp(aim, 25, 42) - x->t_set) * (1 / 600.0f);
    float tau_s = s->temp_tau_s > 0 ? s->temp_tau_s : 2400;
    x->temp += (x->t_set - x->temp) * (1 / tau_s);
    if (s->temp_imposed_degc > 0) x->temp = x->t_set = lane_all(s->temp_imposed_degc);
    lane work = 1.0f + 0.1f * (x->temp - 37.0f) + 0.1f * ill[PLX_CONDITION_PNEUMONIA] * b->p.sick;
    b->k.vo2_demand = b->p.vo2_0 * lane_max(work, lane_all(0.3f));
    b->k.extraction =
        lane_clamp(0.65f - 0.25f * ill[PLX_CONDITION_SEPSIS] * b->p.sick, 0.3f, 0.65f);
    b->k.lactate_add = d->lactate;
}

/* What is added every second to a large volume comes in whole quanta: such sums are exact in float
 * (water up to 32 L, red cells up to 8 L), so no second is lost to rounding. Up and down take turns
 * by the golden ratio, so the sum of the quanta keeps within a few of the sum of the flow. */
LANE_INLINE lane slow_quanta(lane flow, float quantum, uint64_t time_s)
{
    int32_t turn = (int32_t)((uint32_t)time_s * 2654435769u);
    lane n = flow * (1 / quantum) + (float)turn * (1 / 4294967296.0f);
    return ((n + 12582912.0f) - 12582912.0f) * quantum; /* 1.5 * 2^23 rounds to a whole number */
}

typedef struct slow_flows {
    lane blood_in, blood_out, water_in, urine, filtered; /* mL/s */
    lane rbc_in, toward;                                 /* mL/s; toward: dr/dt */
} slow_flows;

LANE_INLINE void slow_infused(const lane_block *b, const plx_second *s, slow_flows *f)
{
    for (uint32_t i = 0; i < PLX_FLUID_N; i++) {
        if (s->fluid_ml_s[i] <= 0) continue;
        lane rate = lane_all(s->fluid_ml_s[i]);
        f->blood_in += rate;
        f->rbc_in += rate * s->fluid_hct[i];
        f->water_in += rate * (1 - s->fluid_hct[i]);
        f->toward += rate / (1.0f + plx_fluid_distribution[i] * b->p.a_fluid);
    }
}

LANE_INLINE lane slow_bleeding(lane_block *b, const plx_second *s, uint64_t time_s)
{
    lane_state *x = &b->x;
    x->bleed_k *= 1 - s->clot_per_s;
    x->bleed_k += s->wound_ml_s_mmhg * b->p.bleed;
    float held = s->bleed_held ? s->bleed_factor : 1;
    lane rate =
        (s->bleed_ml_s * b->p.bleed + x->bleed_k * lane_positive(x->map - WOUND_FLOOR_MMHG)) * held;
    lane left = lane_clamp((x->v_blood - BLOOD_LEFT_ML * b->p.v_scale) * (1 / 200.0f), 0, 1);
    lane veins = lane_clamp((x->v_sv + x->v_ev) / (VEINS_LEFT_ML * b->p.v_scale), 0, 1);
    rate = slow_quanta(rate * left * veins, WATER_QUANTUM_ML, time_s);
    x->bled += rate;
    return rate;
}

/* Urine: by pressure, by plasma over its start, by furosemide (fits of Drobin & Hahn 1999). */
LANE_INLINE lane slow_urine(lane_block *b, const slow_effects *d)
{
    lane_state *x = &b->x;
    lane plasma0 = b->p.v_blood0 * (1.0f - b->p.hb0 * (1 / PLX_HB_PER_HCT));
    lane held = URINE_HELD * lane_positive(x->r_ref); /* what colloid or salt has settled there */
    lane over = lane_positive(x->v_blood - x->v_rbc - plasma0 - held) / plasma0;
    lane deficit = lane_positive(b->p.v_blood0 - x->v_blood);
    lane pressure = lane_clamp((x->map - 50.0f) * (1 / 30.0f), 0, 1);
    lane wanted =
        (pressure * d->urine + 72.0f * lane_exp(deficit * (-1 / 660.0f)) * over) * (1 / 60.0f);
    x->urine += (lane_clamp(wanted, 0, 1.5f) - x->urine) * (1 / URINE_LAG_S);
    return x->urine;
}

/* Water over the capillary wall: towards r, more when leaky; a leak takes r itself, until what lies
 * outside holds it, and lymph brings it back. */
LANE_INLINE void slow_exchange(lane_block *b, const plx_second *s, slow_flows *f)
{
    lane_state *x = &b->x;
    lane leaky = s->severity[PLX_CONDITION_SEPSIS] * b->p.sick;
    lane anaphylaxis = s->severity[PLX_CONDITION_ANAPHYLAXIS] * b->p.sick;
    lane plasma = x->v_blood - x->v_rbc;
    lane plasma0 = b->p.v_blood0 * (1.0f - b->p.hb0 * (1 / PLX_HB_PER_HCT));
    lane room = lane_clamp(1.0f - x->leaked / (LEAK_MOST * plasma0), 0, 1);
    lane leak = plasma * room * (anaphylaxis * (0.667f / 600) + leaky * (0.06f / 3600));
    lane lymph = x->leaked * (1 / LYMPH_S);
    x->leaked = lane_clamp(x->leaked + leak - lymph, 0, 8000);
    lane over = x->v_blood - b->p.v_blood0;
    lane k = b->p.k_fluid * (1.0f + 3.0f * leaky + anaphylaxis);
    f->filtered = k * (over - x->r_ref) + leak;
    f->toward += lymph - leak;
    lane most = 0.02f * lane_positive(plasma - 300.0f * b->p.v_scale);
    f->filtered = lane_min(f->filtered, most);
}

/* Once a minute the circulation is put back to the book, which keeps what rounding lost. */
LANE_INLINE void slow_settle_book(lane_state *x)
{
    lane circulating = x->v_sa + x->v_sp + x->v_ep + x->v_sv + x->v_ev + x->v_pa + x->v_pp +
                       x->v_pv + x->v_la + x->v_ra + x->v_lv + x->v_rv;
    lane missing = x->v_blood - circulating, share = circulation_share_sv(x);
    x->v_sv += missing * share;
    x->v_ev += missing * (1.0f - share);
}

LANE_INLINE void slow_fluids(lane_block *b, const plx_second *s, const slow_effects *d,
                             uint64_t time_s, const plx_body_books *books)
{
    lane_state *x = &b->x;
    slow_flows f;
    lane none = lane_all(0);
    f.blood_in = f.water_in = f.rbc_in = f.toward = none;
    slow_infused(b, s, &f);
    f.blood_out = slow_bleeding(b, s, time_s);
    f.urine = slow_urine(b, d);
    slow_exchange(b, s, &f);
    f.filtered = slow_quanta(f.filtered, WATER_QUANTUM_ML, time_s);
    /* urine is salt water and leaves as Ringer came; else what is given and passed again would cost
     * plasma */
    lane a_urine = plx_fluid_distribution[PLX_FLUID_RINGER] * b->p.a_fluid;
    f.toward -= f.blood_out * (1 / (1 + A_LOSS)) + f.urine / (1.0f + a_urine);
    lane rbc_out = f.blood_out * (x->v_rbc / x->v_blood);
    f.rbc_in = slow_quanta(f.rbc_in, CELLS_QUANTUM_ML, time_s);
    rbc_out = slow_quanta(rbc_out, CELLS_QUANTUM_ML, time_s);
    b->k.inflow = f.blood_in - f.blood_out - f.urine - f.filtered;
    lane_add(&x->v_blood, &x->v_blood_rest, b->k.inflow);
    x->v_rbc += f.rbc_in - rbc_out;
    x->r_ref += slow_quanta(f.toward, WATER_QUANTUM_ML, time_s);
    x->isf += f.filtered;
    /* saline: 0.9 mmol/L a litre in the reference man (prior) */
    x->be_fix -= 0.9e-3f * s->fluid_ml_s[PLX_FLUID_SALINE] / b->p.v_scale;
    b->k.hb = lane_clamp(x->v_rbc / x->v_blood * PLX_HB_PER_HCT, 1, 25);
    lane_book(books->blood_in, f.blood_in), lane_book(books->blood_out, f.blood_out);
    lane_book(books->water_in, f.water_in), lane_book(books->urine_out, f.urine);
    lane_book(books->rbc_in, f.rbc_in), lane_book(books->rbc_out, rbc_out);
}

/* Fluid comes into the pericardium until its pressure holds against that of the source (prior). */
LANE_INLINE void slow_effusion(lane_block *b, const plx_second *s)
{
    lane_state *x = &b->x;
    lane over = x->v_la + x->v_ra + x->v_lv + x->v_rv + x->v_eff - b->p.v_heart0;
    lane firm = lane_clamp(over / (PERICARDIUM_ML * b->p.v_scale), -20, 4);
    lane held = lane_clamp((EFFUSION_MMHG + 1.0f - lane_exp(firm)) * (2 / EFFUSION_MMHG), 0, 1);
    lane flow = s->effusion_ml_s * b->p.sick;
    x->v_eff = lane_clamp(x->v_eff + (s->effusion_ml_s > 0 ? flow * held : flow), 0, 2500);
}

LANE_INLINE void slow_step(lane_block *b, const plx_second *s, uint64_t time_s,
                           const plx_body_books *books)
{
    slow_effects sum = slow_nothing();
    if (time_s % 60 == 0) slow_settle_book(&b->x); /* before the book takes this second's flows */
    slow_drugs(b, s, &sum);
    slow_lung(b, s, sum.r_aw);
    slow_vessels(b, s, &sum);
    slow_heat(b, s, &sum);
    slow_fluids(b, s, &sum, time_s, books);
    b->k.drive = lane_positive(sum.drive);
    b->k.strength = lane_clamp((1.0f - sum.nmb) * (1.0f - b->x.fatigue), 0, 1);
    slow_effusion(b, s);
}

#endif
