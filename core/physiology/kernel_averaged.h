/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The cycle-averaged circulation for forecasts of hours: the same parameters, reflex and states, no
 * beats. Six volumes (arteries with their periphery, two veins, right atrium, pulmonary arteries,
 * pulmonary veins with the left atrium), Heun steps of 0.25 s, the reflex each second.
 * Each ventricle from its filling pressure Pf (transmural) and its after-load Pa:
 *   EDV = ln(1 + Pf/P0) / kE, ESV = Vu + k Pa/E, output = (EDV - ESV)+ (1 - exp(-(T - Tsys)/0.10))
 *   / T, where the ventricles' inner resistance makes k grow with the last stroke volume SV: left
 *   1.063 + 0.0049 SV/E, right 0.992 / (1 - 0.00518 SV) (fitted to the beating model over eight
 *   states from a loss of 1.9 L to a load of 0.8 L, within 3 % of the left, 8 % of the right).
 * The rows av_* hold how far this is from the beating model; while that one runs they follow it
 * with a time constant of 25 s: slow enough not to take a swing of the reflex for a fact. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_AVERAGED_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_AVERAGED_H

#include "core/physiology/kernel_block.h"
#include "core/physiology/kernel_circulation.h"
#include "core/physiology/kernel_reflex.h"

#define AV_STEP_S 0.25f
enum { AV_VOLUMES = 6, AV_STEPS_PER_S = 4 };

typedef union av_volumes {
    struct {
        lane art, sv, ev, ra, pa, pv;
    };
    lane all[AV_VOLUMES];
} av_volumes;

/* What stays the same between two looks of the reflex. */
typedef struct av_circuit {
    lane g_sp, g_ep, g_sv, g_ev, g_pp;        /* conductances from lump to lump */
    lane e_art, e_sv, e_ev, e_ra, e_pa, e_pv; /* 1 / compliance */
    lane vu_art, vu_ra, vu_pa, vu_pv;
    lane back_sv, back_ev; /* mL of the arterial lump for each mmHg in the veins behind it */
    lane kept_sp, kept_ep; /* share of the arterial pressure that reaches the periphery */
    lane c_sa, c_sp, c_ep; /* mL/mmHg */
    lane open_sv, open_ev, per_e_lv, per_e_rv, e_heart, resting_heart, chest, filled_per_s,
        per_beat;
    lane share_sv;
} av_circuit;

typedef struct av_flows {
    lane sa, ra, pa, pv;         /* mmHg */
    lane peri;                   /* mmHg */
    lane left, right;            /* mL/s */
    lane lv_edv, lv_esv, rv_edv; /* mL */
} av_flows;

LANE_INLINE av_circuit av_circuit_of(const lane_block *b)
{
    const lane_fast *f = &b->f;
    const lane_state *x = &b->x;
    lane s = b->p.v_scale, e = 1.0f / s, r = b->p.r_scale, g = 1.0f / r;
    lane kept_sp = f->r_sp / (f->r_sp + 0.12f * r), kept_ep = f->r_ep / (f->r_ep + 0.12f * r);
    lane soft = circulation_softness(b), c_sa = 0.28f * s * soft;
    lane stroke = lane_min(x->edv - x->esv, 150.0f * s);
    lane c_sp = 2.05f * s * soft, c_ep = 1.67f * s * soft;
    lane systole = lane_max(0.5f - 0.075f / f->period, lane_all(0.15f));
    lane filled = 1.0f - lane_exp((systole - f->period) * 10.0f);
    return (av_circuit){.g_sp = 1.0f / (f->r_sp + 0.12f * r),
                        .g_ep = 1.0f / (f->r_ep + 0.12f * r),
                        .g_sv = g * (1 / 0.038f),
                        .g_ev = g * (1 / 0.016f),
                        .g_pp = 1.0f / (b->k.r_pul * 0.0894f + 0.0056f * r),
                        .e_art = 1.0f / (c_sa + c_sp * kept_sp + c_ep * kept_ep),
                        .e_sv = e * (1 / 61.11f),
                        .e_ev = e * (1 / 50.0f),
                        .e_ra = e * (1 / 31.25f),
                        .e_pa = e * (1 / 6.56f),
                        .e_pv = e * (1 / 44.6f),
                        .vu_art = 611.0f * s,
                        .vu_ra = 25.0f * s,
                        .vu_pa = 123.0f * s,
                        .vu_pv = 145.0f * s,
                        .back_sv = c_sp * (1.0f - kept_sp),
                        .back_ev = c_ep * (1.0f - kept_ep),
                        .kept_sp = kept_sp,
                        .kept_ep = kept_ep,
                        .c_sa = c_sa,
                        .c_sp = c_sp,
                        .c_ep = c_ep,
                        .open_sv = 1.0f / lane_max(f->vu_sv, lane_all(1)),
                        .open_ev = 1.0f / lane_max(f->vu_ev, lane_all(1)),
                        .per_e_lv = (1.063f + 0.0049f * stroke * e * e / f->e_lv) / f->e_lv,
                        .per_e_rv = 0.992f / (f->e_rv * (1.0f - 0.00518f * stroke * e)),
                        .e_heart = e * (1 / PERICARDIUM_ML),
                        .resting_heart = b->p.v_heart0 - x->v_eff - x->v_lv - x->v_rv,
                        .chest = f->p_th + b->k.p_extra,
                        .filled_per_s = lane_positive(filled) / f->period,
                        .per_beat = 1.0f / f->period,
                        .share_sv = circulation_share_sv(x)};
}

/* End-diastolic volume at a filling pressure. */
LANE_INLINE lane av_edv(lane pf, float ke, lane s)
{
    return s * (1 / ke) * lane_log(1.0f + lane_positive(pf) * (1 / 1.5f));
}

/* The two ventricles before the factors av_left and av_right. */
LANE_INLINE void av_hearts(const lane_block *b, const av_circuit *c, lane pf_left, lane pf_right,
                           av_flows *out)
{
    lane s = b->p.v_scale;
    lane around = c->chest;
    out->lv_edv = av_edv(pf_left, 0.014f, s);
    out->rv_edv = av_edv(pf_right, 0.011f, s);
    lane lv_esv = 16.77f * s + c->per_e_lv * lane_positive(out->sa - around);
    lane rv_esv = 40.8f * s + c->per_e_rv * lane_positive(out->pa - around);
    out->left = lane_positive(out->lv_edv - lv_esv) * c->filled_per_s;
    out->right = lane_positive(out->rv_edv - rv_esv) * c->filled_per_s;
    out->lv_esv = lane_min(lv_esv, out->lv_edv);
}

/* Of the lump that the left atrium makes with the pulmonary veins: V = 145 + 25.37 P + 19.23 (P -
 * Pperi), both at one pressure P inside the chest. */
LANE_INLINE lane av_left_pressure(const av_circuit *c, lane pv, lane peri, lane s)
{
    return circulation_vein(pv + 19.23f * s * peri, c->vu_pv, c->e_pv);
}

/* Pericardial pressure when the atrium gives way to it: y = 1 + Pperi solves ln y + b y = a. */
LANE_INLINE lane av_pericardium(const lane_block *b, const av_circuit *c, const av_volumes *v)
{
    const float give = 19.23f * 25.37f / 44.6f / PERICARDIUM_ML;
    lane s = b->p.v_scale, atrium = 0.4312f * (v->pv - c->vu_pv) + 25.0f * s;
    lane a = lane_clamp((atrium + v->ra - c->resting_heart) * c->e_heart + give, give, 9);
    if (!lane_any(a > give)) return lane_all(0);
    lane y = 1.0f + (a - give) * (1 / (1 + give));
    for (int i = 0; i < 2; i++)
        y += y * (a - lane_log(y) - give * y) / (1.0f + give * y);
    return lane_positive(y - 1.0f);
}

/* As circulation_limited: where wide vessels empty stiff arteries faster than a step (z > 1), the
 * flows meet the pressure that makes z 1. What to add to it. */
LANE_INLINE lane av_limited(const av_circuit *c, lane net)
{
    lane z = AV_STEP_S * c->e_art * (c->g_sp + c->g_ep);
    return AV_STEP_S * c->e_art * net * lane_positive(z - 1.0f) / (z * z + 1e-6f);
}

LANE_INLINE av_volumes av_rate(const lane_block *b, const av_circuit *c, const av_volumes *v,
                               av_flows *out)
{
    const lane_fast *f = &b->f;
    lane s = b->p.v_scale, peri = av_pericardium(b, c, v);
    lane p_sv = circulation_vein(v->sv, f->vu_sv, c->e_sv);
    lane p_ev = circulation_vein(v->ev, f->vu_ev, c->e_ev);
    lane p_sa = (v->art - c->vu_art - c->back_sv * p_sv - c->back_ev * p_ev) * c->e_art;
    lane pf_ra = circulation_vein(v->ra, c->vu_ra, c->e_ra);
    lane p_ra = pf_ra + c->chest + peri;
    lane p_pp = circulation_vein(v->pa, c->vu_pa, c->e_pa) + c->chest;
    lane pf_pv = av_left_pressure(c, v->pv, peri, s);
    lane g_sv = circulation_vein_conductance(v->sv, c->open_sv, c->g_sv);
    lane g_ev = circulation_vein_conductance(v->ev, c->open_ev, c->g_ev);
    lane q_pp = (p_pp - pf_pv - c->chest) * c->g_pp;
    out->sa = p_sa, out->pv = pf_pv + c->chest, out->peri = peri;
    out->pa = p_pp + q_pp * (b->k.r_pul * 0.023f);
    av_hearts(b, c, pf_pv - peri, pf_ra, out);
    lane bears = circulation_bears(p_sa);
    out->left = lane_min(out->left * b->x.av_left, 0.9f * out->lv_edv * c->per_beat) * bears;
    out->right = lane_min(out->right * b->x.av_right, 0.9f * out->rv_edv * c->per_beat);
    lane q_sp = (p_sa - p_sv) * c->g_sp, q_ep = (p_sa - p_ev) * c->g_ep;
    lane run_off = av_limited(c, out->left - q_sp - q_ep);
    q_sp += run_off * c->g_sp, q_ep += run_off * c->g_ep;
    /* a pressed atrium is stiff: the veins meet the pressure that it has at the end of the step */
    lane stiff = c->e_ra + lane_select(peri > 0, (1.0f + peri) * c->e_heart, lane_all(0));
    lane net = (p_sv - p_ra) * g_sv + (p_ev - p_ra) * g_ev - out->right;
    lane later = AV_STEP_S * stiff;
    out->ra = p_ra + later * net / (1.0f + later * (g_sv + g_ev));
    lane full = lane_clamp(v->ra / c->vu_ra, 0, 1);
    lane q_sv = circulation_into(p_sv - out->ra, g_sv, full);
    lane q_ev = circulation_into(p_ev - out->ra, g_ev, full);
    q_sv = lane_min(q_sv, v->sv * (0.5f / AV_STEP_S)),
    q_ev = lane_min(q_ev, v->ev * (0.5f / AV_STEP_S));
    return (av_volumes){{.art = out->left - q_sp - q_ep,
                         .sv = q_sp - q_sv + b->k.inflow * c->share_sv,
                         .ev = q_ep - q_ev + b->k.inflow * (1.0f - c->share_sv),
                         .ra = q_sv + q_ev - out->right,
                         .pa = out->right - q_pp,
                         .pv = q_pp - out->left}};
}

LANE_INLINE av_volumes av_add(const av_volumes *v, const av_volumes *d, float h)
{
    av_volumes r;
    for (int i = 0; i < AV_VOLUMES; i++)
        r.all[i] = v->all[i] + d->all[i] * h;
    return r;
}

LANE_INLINE av_volumes av_gather(const lane_state *x)
{
    return (av_volumes){{.art = x->v_sa + x->v_sp + x->v_ep,
                         .sv = x->v_sv,
                         .ev = x->v_ev,
                         .ra = x->v_ra,
                         .pa = x->v_pa + x->v_pp,
                         .pv = x->v_pv + x->v_la}};
}

/* The lumps go back to the twelve volumes as they would stand in a steady flow. */
LANE_INLINE void av_scatter(lane_block *b, const av_circuit *c, const av_volumes *v,
                            const av_flows *q)
{
    lane_state *x = &b->x;
    lane s = b->p.v_scale;
    lane p_sv = circulation_vein(v->sv, b->f.vu_sv, c->e_sv);
    x->v_sa = c->c_sa * lane_positive(q->sa);
    x->v_sp = 274.4f * s + c->c_sp * (p_sv + c->kept_sp * (q->sa - p_sv));
    x->v_ep = v->art - x->v_sa - x->v_sp;
    x->v_sv = v->sv, x->v_ev = v->ev, x->v_ra = v->ra;
    x->v_pa = 0.76f * s * (q->pa - c->chest);
    x->v_pp = v->pa - x->v_pa;
    x->v_la = lane_clamp(25.0f * s + 19.23f * s * (q->pv - c->chest - q->peri), 1, 5000);
    x->v_pv = v->pv - x->v_la;
    /* the ventricles' mean content follows within a few seconds, out of the atria */
    lane left = 0.6f * (0.68f * q->lv_edv + 0.32f * q->lv_esv - x->v_lv);
    left = lane_max(lane_min(left, 0.3f * x->v_la), -0.3f * x->v_lv);
    lane right = 0.6f * (0.8f * q->rv_edv - x->v_rv);
    right = lane_max(lane_min(right, 0.3f * x->v_ra), -0.3f * x->v_rv);
    x->v_lv += left, x->v_la -= left;
    x->v_rv += right, x->v_ra -= right;
}

/* Height of the pulse for a stroke volume, and how much of it lies below the mean: what resistance
 * and what compliance make of it (fitted to the beating model, compliance 0.14 to 0.56). */
LANE_INLINE void av_pulse(const lane_block *b, lane map, lane stroke, lane *pp, lane *below)
{
    lane s = b->p.v_scale;
    lane p = lane_clamp(map, 5, 180);
    lane softness = s * lane_exp_inside((p - 95.0f) * (1 / STIFF_MMHG)) / b->k.c_sa;
    *pp = stroke / s * (0.419f + 0.0333f * softness);
    *below = 0.20f + 0.0226f * softness;
}

/* Mean commands over a pulse: half the time at 0.46 of `below` (mmHg) under the mean, a quarter at
 * 0.18, a quarter as far over it as makes up for both (fitted over rest, bleed, fluid, pressor,
 * sepsis). */
LANE_INLINE void av_commands(const lane_block *b, lane map, lane below, lane *sym, lane *vag)
{
    static const float at[3] = {-0.46f, -0.18f, 1.10f}, share[3] = {0.5f, 0.25f, 0.25f};
    *sym = *vag = lane_all(0);
    for (int i = 0; i < 3; i++) {
        lane felt = b->x.p_b + AT_ONCE * (map + at[i] * below);
        lane f_cs = reflex_receptor(b, felt);
        *sym += share[i] * reflex_sympathetic(b, f_cs);
        *vag += share[i] * reflex_vagal(f_cs);
    }
}

LANE_INLINE void av_reflex(lane_block *b, uint64_t time_s, float imposed_mmhg)
{
    lane_state *x = &b->x;
    uint32_t place = (uint32_t)(2 * time_s % PLX_BODY_RING);
    lane map = imposed_mmhg > 0 ? lane_all(imposed_mmhg) : x->map, sym, vag;
    lane below = x->map - x->dbp;
    av_commands(b, map, below, &sym, &vag);
    x->p_b += (map - (x->p_b + AT_ONCE * map)) * share(1, TAU_P_S);
    x->ring[place] = x->ring[(place + 1) % PLX_BODY_RING] = lane_positive(sym + x->av_sym);
    x->fev_last = lane_positive(vag + x->av_vag);
    reflex_effectors(b, place, 1);
    reflex_spread(b);
}

/* What a monitor would show. */
LANE_INLINE void av_publish(lane_block *b, const av_flows *q)
{
    lane_state *x = &b->x;
    lane sv = q->left * b->f.period;
    lane pp, below;
    av_pulse(b, q->sa, sv, &pp, &below);
    pp = lane_min(pp * x->av_pp, 1.5f * lane_positive(q->sa));
    x->map = q->sa;
    x->dbp = lane_max(q->sa - lane_clamp(below + x->av_dia, 0.05f, 0.95f) * pp, 0.15f * q->sa);
    x->sbp = x->dbp + pp;
    x->cvp = q->ra, x->pcwp = q->pv, x->mpap = q->pa;
    lane pap = sv / (3.5f * b->p.v_scale);
    x->pad = q->pa - 0.4f * pap, x->pas = q->pa + 0.6f * pap;
    x->beat_s = b->f.period;
    x->edv = lane_max(q->lv_edv, lane_all(0.1f)), x->esv = lane_positive(x->edv - sv);
    x->beats += 1.0f / b->f.period;
}

LANE_INLINE void averaged_second(lane_block *b, uint64_t time_s, float imposed_mmhg)
{
    av_reflex(b, time_s, imposed_mmhg);
    av_circuit c = av_circuit_of(b);
    av_volumes v = av_gather(&b->x);
    av_flows now, later;
    for (uint32_t step = 0; step < AV_STEPS_PER_S; step++) {
        av_volumes first = av_rate(b, &c, &v, &now), guess = av_add(&v, &first, AV_STEP_S);
        av_volumes second = av_rate(b, &c, &guess, &later);
        v = av_add(&v, &first, AV_STEP_S / 2);
        v = av_add(&v, &second, AV_STEP_S / 2);
    }
    av_publish(b, &later);
    av_scatter(b, &c, &v, &later);
}

LANE_INLINE void follow(lane *row, lane seen, float low, float high)
{
    *row += (lane_clamp(seen, low, high) - *row) * PLX_BODY_AV_FOLLOW;
}

/* After a second of beats: how they compare with the averaged equations at the same pressures.
 * chest: mean pressure of that second; averaged: what breath_mean_chest makes of it. */
LANE_INLINE void averaged_follow(lane_block *b, uint64_t time_s, lane chest, lane averaged)
{
    lane_state *x = &b->x;
    av_circuit c = av_circuit_of(b);
    c.chest = chest + b->k.p_extra;
    lane s = b->p.v_scale, sv = x->edv - x->esv, output = sv / x->beat_s;
    lane heart_ml = x->v_la + x->v_lv + x->v_ra + x->v_rv + x->v_eff - b->p.v_heart0;
    lane peri = lane_positive(lane_exp(lane_clamp(heart_ml * c.e_heart, -20.0f, 5.0f)) - 1.0f);
    av_flows q = {.sa = x->map, .pa = x->mpap};
    av_hearts(b, &c, x->pcwp - c.chest - peri, x->cvp - c.chest - peri, &q);
    follow(&x->av_left, output / lane_max(q.left, 5.0f * s), 0.1f, 5);
    follow(&x->av_right, output / lane_max(q.right, 5.0f * s), 0.1f, 5);
    lane pp, below, seen = lane_max(x->sbp - x->dbp, lane_all(1));
    av_pulse(b, x->map, lane_max(sv, lane_all(1)), &pp, &below);
    follow(&x->av_pp, seen / pp, 0.05f, 10);
    follow(&x->av_dia, (x->map - x->dbp) / seen - below, -1, 1);
    follow(&x->av_chest, chest - averaged, -30, 60);
    lane sym, vag;
    av_commands(b, x->map, x->map - x->dbp, &sym, &vag);
    lane felt_vag =
        VAGAL_REST + (x->th_tv * (1 / 0.09f) - VAGAL_REST) / lane_max(b->p.g_tv, lane_all(0.01f));
    follow(&x->av_vag, felt_vag - vag, -8, 8);
    uint32_t place = (uint32_t)((time_s + 1) * 2 % PLX_BODY_RING);
    lane two = x->ring[(place + PLX_BODY_RING - 1) % PLX_BODY_RING] +
               x->ring[(place + PLX_BODY_RING - 2) % PLX_BODY_RING];
    follow(&x->av_sym, 0.5f * two - sym, -4, 4);
}

#endif
