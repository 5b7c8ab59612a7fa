/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Closed loop of twelve volumes (Ursino 1998), Heun steps of 4 ms. dV/dt = inflow - outflow,
 * P = (V - Vu) / C + Pext, Q = dP / R; two ventricles of varying elastance, the heart in a
 * pericardium, arteries that stiffen and veins that collapse.
 * Arteries: C(P) = C95 exp(-(P - 95) / 90), integrated so that the pressure follows from the volume
 * and no volume is lost: V = C95 90 e^(95/90) (1 - e^(-P/90)). */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_CIRCULATION_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_CIRCULATION_H

#include "core/physiology/kernel_block.h"

#define STIFF_MMHG 90.0f    /* prior */
#define STIFF_FULL 258.618f /* 90 exp(95/90): arterial volume at infinite pressure over C95 */
#define R_VALVE 0.0025f     /* mmHg s/mL */
#define R_NUMERICAL 0.003f  /* mmHg s/mL, in the outflow of a ventricle */
#define PERICARDIUM_ML 45.0f

enum { COMPARTMENTS = 12 };
typedef union lane_volumes {
    struct {
        lane sa, sp, ep, sv, ev, pa, pp, pv, la, ra, lv, rv;
    };
    lane all[COMPARTMENTS];
} lane_volumes;

typedef struct lane_pressures {
    lane sa, pa, la, ra;
} lane_pressures;

LANE_INLINE lane circulation_arterial(lane v_sa, lane c_sa)
{
    lane left = 1.0f - v_sa / (c_sa * STIFF_FULL);
    return -STIFF_MMHG * lane_log(lane_clamp(left, 0.015f, 2.0f));
}

/* Of a vein: 1/8 of the compliance below the unstressed volume. */
LANE_INLINE lane circulation_vein(lane v, lane vu, lane c)
{
    lane over = v - vu;
    return lane_select(over < 0, over * 0.125f, over) / c;
}

/* 1 / resistance of a vein; a collapsed one lets less through. */
LANE_INLINE lane circulation_vein_conductance(lane v, lane vu, lane r)
{
    lane open = lane_min(v / lane_max(vu, lane_all(1)), lane_all(1));
    return open * open / r;
}

typedef struct ventricle {
    float p0, ke, vu; /* mmHg, 1/mL, mL */
} ventricle;

/* Pressure in the ventricle before its inner resistance, without the pressure around it. */
LANE_INLINE lane circulation_ventricle(const lane_block *b, ventricle h, lane v, lane phi_e,
                                       lane relaxed)
{
    lane scale = b->p.v_scale;
    lane passive = lane_exp(lane_min(h.ke * v / scale, lane_all(8))) - 1.0f;
    return phi_e * (v - h.vu * scale) + relaxed * h.p0 * passive;
}

LANE_INLINE lane circulation_outflow(lane p_max, lane push, lane kr)
{
    return lane_positive(push) / (kr * lane_max(p_max, lane_all(1)) + R_NUMERICAL);
}

LANE_INLINE lane circulation_pericardium(const lane_block *b, const lane_volumes *v)
{
    lane heart = v->la + v->lv + v->ra + v->rv + b->x.v_eff;
    lane over = (heart - b->p.v_heart0) / (PERICARDIUM_ML * b->p.v_scale);
    return lane_positive(lane_exp(lane_min(over, lane_all(5))) - 1.0f);
}

/* Right side of the equations at activation phi; the pressures that the beat detector wants. */
LANE_INLINE lane_volumes circulation_rate(const lane_block *b, const lane_volumes *v, lane phi,
                                          lane_pressures *out)
{
    const lane_fast *f = &b->f;
    lane s = b->p.v_scale, rp = b->k.r_pul, r = b->p.r_scale;
    lane chest = f->p_th + b->k.p_extra, heart = chest + circulation_pericardium(b, v);
    lane relaxed = 1.0f - phi, kr_lv = 3.75e-4f / s, kr_rv = 1.4e-3f / s;

    lane p_sa = circulation_arterial(v->sa, b->k.c_sa);
    lane p_sp = (v->sp - 274.4f * s) / (2.05f * s), p_ep = (v->ep - 336.6f * s) / (1.67f * s);
    lane p_sv = circulation_vein(v->sv, f->vu_sv, 61.11f * s);
    lane p_ev = circulation_vein(v->ev, f->vu_ev, 50.0f * s);
    lane p_pa = v->pa / (0.76f * s) + chest;
    lane p_pp = circulation_vein(v->pp, 123.0f * s, 5.80f * s) + chest;
    lane p_pv = circulation_vein(v->pv, 120.0f * s, 25.37f * s) + chest;
    lane p_la = circulation_vein(v->la, 25.0f * s, 19.23f * s) + heart;
    lane p_ra = circulation_vein(v->ra, 25.0f * s, 31.25f * s) + heart;
    lane lv = circulation_ventricle(b, (ventricle){1.5f, 0.014f, 16.77f}, v->lv, phi * f->e_lv,
                                    relaxed);
    lane rv = circulation_ventricle(b, (ventricle){1.5f, 0.011f, 40.8f}, v->rv, phi * f->e_rv,
                                    relaxed);
    lane q_lv = circulation_outflow(lv, lv + heart - p_sa, kr_lv);
    lane q_rv = circulation_outflow(rv, rv + heart - p_pa, kr_rv);
    lane p_lv = lv - kr_lv * lv * q_lv + heart, p_rv = rv - kr_rv * rv * q_rv + heart;

    lane q_sp = (p_sa - p_sp) / (0.12f * r), q_ep = (p_sa - p_ep) / (0.12f * r);
    lane q_sv = (p_sp - p_sv) / f->r_sp, q_ev = (p_ep - p_ev) / f->r_ep;
    lane g_sv = circulation_vein_conductance(v->sv, f->vu_sv, 0.038f * r);
    lane g_ev = circulation_vein_conductance(v->ev, f->vu_ev, 0.016f * r);
    lane q_sra = (p_sv - p_ra) * g_sv, q_era = (p_ev - p_ra) * g_ev;
    lane q_pp = (p_pa - p_pp) / (0.023f * rp), q_pv = (p_pp - p_pv) / (0.0894f * rp);
    lane q_la = (p_pv - p_la) / (0.0056f * r);
    lane q_mi = lane_positive(p_la - p_lv) / (R_VALVE * r);
    lane q_tr = lane_positive(p_ra - p_rv) / (R_VALVE * r);

    *out = (lane_pressures){p_sa, p_pa, p_la, p_ra};
    return (lane_volumes){{.sa = q_lv - q_sp - q_ep,
                          .sp = q_sp - q_sv,
                          .ep = q_ep - q_ev,
                          .sv = q_sv - q_sra + b->k.inflow,
                          .ev = q_ev - q_era,
                          .pa = q_rv - q_pp,
                          .pp = q_pp - q_pv,
                          .pv = q_pv - q_la,
                          .la = q_la - q_mi,
                          .ra = q_sra + q_era - q_tr,
                          .lv = q_mi - q_lv,
                          .rv = q_tr - q_rv}};
}

LANE_INLINE lane_volumes circulation_add(const lane_volumes *v, const lane_volumes *d, float h)
{
    lane_volumes r;
    for (int i = 0; i < COMPARTMENTS; i++)
        r.all[i] = v->all[i] + d->all[i] * h;
    return r;
}

/* Activation at phase xi of a beat of length period: a squared sine over systole. */
LANE_INLINE lane circulation_activation(lane xi, lane period)
{
    lane systole = lane_max(0.5f - 0.075f / period, lane_all(0.15f));
    return lane_hump(lane_min(xi / systole, lane_all(1)));
}

/* A standard normal number, nearly: four bytes of a hash of member, beat and seed. */
LANE_INLINE lane circulation_noise(const lane_block *b)
{
    typedef uint32_t lane_uint __attribute__((vector_size(4 * PLX_LANES)));
    lane_uint z = (lane_uint)b->member * 0x9e3779b9u +
                  (lane_uint)__builtin_convertvector(b->x.beats, lane_int) * 0x85ebca6bu +
                  (uint32_t)(b->seed ^ (b->seed >> 32));
    z = (z ^ (z >> 16)) * 0x7feb352du;
    z = (z ^ (z >> 15)) * 0x846ca68bu;
    z = z ^ (z >> 16);
    lane_uint sum = (z & 255u) + ((z >> 8) & 255u) + ((z >> 16) & 255u) + (z >> 24);
    lane u = __builtin_convertvector((lane_int)sum, lane);
    return (u - 510.0f) * (1.0f / 147.80f);
}

/* At the wrap of xi: what the beat was is published, the next one begins `over` seconds late. */
LANE_INLINE void circulation_publish(lane_block *b, lane_int wrap, lane over)
{
    lane_state *x = &b->x;
    lane per_s = 1.0f / lane_max(x->acc_t, lane_all(PLX_BEAT_STEP_S));
    x->map = lane_select(wrap, x->acc_sa * per_s, x->map);
    x->cvp = lane_select(wrap, x->acc_ra * per_s, x->cvp);
    x->pcwp = lane_select(wrap, x->acc_la * per_s, x->pcwp);
    x->mpap = lane_select(wrap, x->acc_pa * per_s, x->mpap);
    x->sbp = lane_select(wrap, x->top_sa, x->sbp);
    x->dbp = lane_select(wrap, x->low_sa, x->dbp);
    x->pas = lane_select(wrap, x->top_pa, x->pas);
    x->pad = lane_select(wrap, x->low_pa, x->pad);
    x->edv = lane_select(wrap, x->top_lv, x->edv);
    x->esv = lane_select(wrap, lane_min(x->low_lv, x->top_lv), x->esv);
    x->beat_s = lane_select(wrap, lane_max(x->acc_t - over, lane_all(0.2f)), x->beat_s);
    x->beats += lane_select(wrap, lane_all(1), lane_all(0));
    lane rhythm = lane_clamp(1.0f + b->k.irregular * circulation_noise(b), 0.5f, 1.6f);
    x->rhythm = lane_select(wrap, rhythm, x->rhythm);
    x->acc_t = lane_select(wrap, over, x->acc_t);
    lane zero = lane_all(0);
    x->acc_sa = lane_select(wrap, zero, x->acc_sa);
    x->acc_ra = lane_select(wrap, zero, x->acc_ra);
    x->acc_la = lane_select(wrap, zero, x->acc_la);
    x->acc_pa = lane_select(wrap, zero, x->acc_pa);
    x->top_sa = lane_select(wrap, lane_all(-50), x->top_sa);
    x->low_sa = lane_select(wrap, lane_all(500), x->low_sa);
    x->top_pa = lane_select(wrap, lane_all(-50), x->top_pa);
    x->low_pa = lane_select(wrap, lane_all(500), x->low_pa);
    x->top_lv = lane_select(wrap, zero, x->top_lv);
    x->low_lv = lane_select(wrap, lane_all(600), x->low_lv);
}

LANE_INLINE void circulation_watch(lane_block *b, const lane_pressures *at)
{
    lane_state *x = &b->x;
    x->acc_t += PLX_BEAT_STEP_S;
    x->acc_sa += at->sa * PLX_BEAT_STEP_S;
    x->acc_ra += at->ra * PLX_BEAT_STEP_S;
    x->acc_la += at->la * PLX_BEAT_STEP_S;
    x->acc_pa += at->pa * PLX_BEAT_STEP_S;
    x->top_sa = lane_max(x->top_sa, at->sa);
    x->low_sa = lane_min(x->low_sa, at->sa);
    x->top_pa = lane_max(x->top_pa, at->pa);
    x->low_pa = lane_min(x->low_pa, at->pa);
    x->top_lv = lane_max(x->top_lv, x->v_lv);
    x->low_lv = lane_min(x->low_lv, x->v_lv);
}

LANE_INLINE lane_int lane_any_bits(lane_int mask)
{
    lane_int all = mask;
    for (int i = 1; i < PLX_LANES; i++)
        all[0] |= mask[i];
    return all;
}

/* Five steps of 4 ms. */
LANE_INLINE void circulation_steps(lane_block *b)
{
    lane_state *x = &b->x;
    lane period = b->f.period, stride = PLX_BEAT_STEP_S / period;
    lane_volumes v = {{x->v_sa, x->v_sp, x->v_ep, x->v_sv, x->v_ev, x->v_pa, x->v_pp, x->v_pv,
                       x->v_la, x->v_ra, x->v_lv, x->v_rv}};
    lane phi = circulation_activation(x->xi, period);
    for (int i = 0; i < 5; i++) {
        lane_pressures at, later;
        lane_volumes first = circulation_rate(b, &v, phi, &at);
        lane xi = x->xi + stride;
        lane_int wrap = xi >= 1.0f;
        lane over = lane_positive(xi - 1.0f) * period;
        x->xi = lane_select(wrap, xi - 1.0f, xi);
        phi = circulation_activation(x->xi, period);
        lane_volumes guess = circulation_add(&v, &first, PLX_BEAT_STEP_S);
        lane_volumes second = circulation_rate(b, &guess, phi, &later);
        v = circulation_add(&v, &first, PLX_BEAT_STEP_S / 2);
        v = circulation_add(&v, &second, PLX_BEAT_STEP_S / 2);
        x->v_lv = v.lv;
        circulation_watch(b, &at);
        if (lane_any_bits(wrap)[0]) circulation_publish(b, wrap, over);
    }
    x->v_sa = v.sa, x->v_sp = v.sp, x->v_ep = v.ep, x->v_sv = v.sv, x->v_ev = v.ev;
    x->v_pa = v.pa, x->v_pp = v.pp, x->v_pv = v.pv, x->v_la = v.la, x->v_ra = v.ra;
    x->v_lv = v.lv, x->v_rv = v.rv;
}

#endif
