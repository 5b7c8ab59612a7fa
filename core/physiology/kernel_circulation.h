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
#define STIFF_SHARE_95 6.86283e-3f /* (1 - exp(-95/90)) / 95 */
#define LEFT_LEAST 0.015f          /* of what is left to the fullest */
#define R_VALVE 0.0025f            /* mmHg s/mL */
#define R_NUMERICAL 0.003f         /* mmHg s/mL, in the outflow of a ventricle */
#define PERICARDIUM_ML 35.0f

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

/* e_sa: 1 / (C95 STIFF_FULL). left: what is left to the fullest, 1 when empty. */
LANE_INLINE lane circulation_left(lane v_sa, lane e_sa)
{
    return lane_clamp(1.0f - v_sa * e_sa, LEFT_LEAST, 2.0f);
}

/* Beyond the fullest the pressure goes on as steeply as it has become, so that no heart fills an
 * artery without end. */
LANE_INLINE lane circulation_arterial(lane v_sa, lane e_sa)
{
    lane left = circulation_left(v_sa, e_sa), over = lane_positive(left - 1.0f + v_sa * e_sa);
    return STIFF_MMHG / LEFT_LEAST * over - STIFF_MMHG * lane_log(left);
}

/* The stiffest place is the artery with the valve open, z = h dP/dV sum(g): up to z = 1 nothing is
 * changed; beyond (stiff old arteries at a high pressure) the flows meet the pressure that makes
 * the step's z 1, which any h bears. net: of the flows at p. */
LANE_INLINE lane circulation_limited(lane p, lane slope, lane g, lane net)
{
    lane z = PLX_BEAT_STEP_S * slope * g;
    lane over = lane_positive(z - 1.0f) / (z * z + 1e-6f);
    return p + PLX_BEAT_STEP_S * slope * net * over;
}

/* What stays the same in the steps of a tick, divisions done: conductances g, 1 / compliances, and
 * unstressed volumes. */
typedef struct lane_circuit {
    lane g_a, g_sp, g_ep, g_sv, g_ev, g_pa, g_pp, g_pv, g_valve;
    lane e_sp, e_ep, e_sv, e_ev, e_pa, e_pp, e_pv, e_la, e_ra, e_heart, e_sa;
    lane vu_sp, vu_ep, vu_pp, vu_pv, vu_a, vu_lv, vu_rv, open_sv, open_ev;
    lane ke_lv, ke_rv, kr_lv, kr_rv, chest, period, stride, systole;
    lane phi, open_pv, open_a, inflow_sv, inflow_ev; /* phi: activation at the time of this look */
} lane_circuit;

/* Compliance at this pressure as volume over pressure, over that at 95 mmHg. */
LANE_INLINE lane circulation_stiffening(lane p)
{
    lane q = lane_clamp(p, 5, 300);
    return (1.0f - lane_exp_inside(q * (-1 / STIFF_MMHG))) * (1 / STIFF_SHARE_95) / q;
}

/* The smaller arteries take part in tone, age and stiffening; by the mean pressure, for one
 * exponential a tick. Without it the pulse would hardly know of the large arteries: its height
 * is made by all compliances together. */
LANE_INLINE lane circulation_softness(const lane_block *b)
{
    return b->k.c_sa * circulation_stiffening(b->x.map) / (0.28f * b->p.v_scale);
}

/* What comes and goes is shared by the veins as they are filled, so an empty one gives nothing. */
LANE_INLINE lane circulation_share_sv(const lane_state *x)
{
    lane sv = lane_positive(x->v_sv), ev = lane_positive(x->v_ev);
    return sv / (sv + ev + 1.0f);
}

LANE_INLINE lane_circuit circulation_circuit(const lane_block *b)
{
    const lane_fast *f = &b->f;
    lane s = b->p.v_scale, e = 1.0f / s, firm = e / circulation_softness(b),
         g = 1.0f / b->p.r_scale, g_p = 1.0f / b->k.r_pul;
    lane share_sv = circulation_share_sv(&b->x);
    return (lane_circuit){.g_a = g * (1 / 0.12f),
                          .g_sp = 1.0f / f->r_sp,
                          .g_ep = 1.0f / f->r_ep,
                          .g_sv = g * (1 / 0.038f),
                          .g_ev = g * (1 / 0.016f),
                          .g_pa = g_p * (1 / 0.023f),
                          .g_pp = g_p * (1 / 0.0894f),
                          .g_pv = g * (1 / 0.0056f),
                          .g_valve = g * (1 / R_VALVE),
                          .e_sa = 1.0f / (b->k.c_sa * STIFF_FULL),
                          .e_sp = firm * (1 / 2.05f),
                          .e_ep = firm * (1 / 1.67f),
                          .e_sv = e * (1 / 61.11f),
                          .e_ev = e * (1 / 50.0f),
                          .e_pa = e * (1 / 0.76f),
                          .e_pp = e * (1 / 5.80f),
                          .e_pv = e * (1 / 25.37f),
                          .e_la = e * (1 / 19.23f),
                          .e_ra = e * (1 / 31.25f),
                          .e_heart = e * (1 / PERICARDIUM_ML),
                          .vu_sp = 274.4f * s,
                          .vu_ep = 336.6f * s,
                          .vu_pp = 123.0f * s,
                          .vu_pv = 120.0f * s,
                          .vu_a = 25.0f * s,
                          .vu_lv = 16.77f * s,
                          .vu_rv = 40.8f * s,
                          .open_sv = 1.0f / lane_max(f->vu_sv, lane_all(1)),
                          .open_ev = 1.0f / lane_max(f->vu_ev, lane_all(1)),
                          .inflow_sv = b->k.inflow * share_sv,
                          .inflow_ev = b->k.inflow * (1.0f - share_sv),
                          .open_pv = e * (1 / 120.0f),
                          .open_a = e * (1 / 25.0f),
                          .ke_lv = 0.014f * e,
                          .ke_rv = 0.011f * e,
                          .kr_lv = 3.75e-4f * e,
                          .kr_rv = 1.4e-3f * e,
                          .chest = f->p_th + b->k.p_extra,
                          .period = f->period,
                          .stride = PLX_BEAT_STEP_S / f->period,
                          .systole =
                              f->period / lane_max(0.5f - 0.075f / f->period, lane_all(0.15f))};
}

/* Of a vein: 1/8 of the compliance below the unstressed volume. */
LANE_INLINE lane circulation_vein(lane v, lane vu, lane e)
{
    lane over = v - vu;
    return lane_max(over, over * 0.125f) * e;
}

/* A collapsed vein lets less through: R (Vu / V)^2. */
LANE_INLINE lane circulation_vein_conductance(lane v, lane open, lane g)
{
    lane part = lane_clamp(v * open, 0, 1);
    return part * part * g;
}

/* What flows back out of an atrium or a vein ends when it is empty. */
LANE_INLINE lane circulation_into(lane push, lane g, lane full)
{
    return (lane_positive(push) - lane_positive(0.0f - push) * full) * g;
}

typedef struct lane_ventricle {
    lane p;     /* before its inner resistance, without the pressure around it */
    lane fills; /* conductance of the valve in front, less where the wall is too stiff for the step
                 */
    lane gives; /* conductance of the valve behind */
} lane_ventricle;

/* Active and passive curve mixed by the activation. */
LANE_INLINE lane_ventricle circulation_ventricle(const lane_circuit *c, lane v, lane vu, lane ke,
                                                 lane kr, lane active)
{
    lane passive = lane_exp_inside(lane_min(ke * v, lane_all(8)));
    lane relaxed = 1.5f * (1.0f - c->phi);
    lane slope = active + relaxed * ke * passive;
    lane z = PLX_BEAT_STEP_S * c->g_valve * slope;
    lane_ventricle h;
    h.p = active * lane_positive(v - vu) + relaxed * (passive - 1.0f);
    h.fills = c->g_valve / lane_max(z, lane_all(1));
    h.gives = lane_clamp(v / vu, 0, 1) / (kr * lane_max(h.p, lane_all(1)) + R_NUMERICAL);
    return h;
}

LANE_INLINE lane circulation_pericardium(const lane_block *b, const lane_circuit *c,
                                         const lane_volumes *v)
{
    lane over = v->la + v->lv + v->ra + v->rv + b->x.v_eff - b->p.v_heart0;
    return lane_positive(lane_exp_inside(lane_clamp(over * c->e_heart, -20.0f, 4.0f)) - 1.0f);
}

/* No heart ejects against more than 420 mmHg (prior). */
LANE_INLINE lane circulation_bears(lane p_sa)
{
    return lane_clamp((420.0f - p_sa) * (1 / 80.0f), 0, 1);
}

/* Right side of the equations; the pressures that the beat detector wants. */
LANE_INLINE lane_volumes circulation_rate(const lane_block *b, const lane_circuit *c,
                                          const lane_volumes *v, lane_pressures *out)
{
    const lane_fast *f = &b->f;
    lane heart = c->chest + circulation_pericardium(b, c, v);
    lane left = circulation_left(v->sa, c->e_sa), p_sa = circulation_arterial(v->sa, c->e_sa);
    lane p_sp = (v->sp - c->vu_sp) * c->e_sp, p_ep = (v->ep - c->vu_ep) * c->e_ep;
    lane p_sv = circulation_vein(v->sv, f->vu_sv, c->e_sv);
    lane p_ev = circulation_vein(v->ev, f->vu_ev, c->e_ev);
    lane p_pa = v->pa * c->e_pa + c->chest;
    lane p_pp = circulation_vein(v->pp, c->vu_pp, c->e_pp) + c->chest;
    lane p_pv = circulation_vein(v->pv, c->vu_pv, c->e_pv) + c->chest;
    lane p_la = circulation_vein(v->la, c->vu_a, c->e_la) + heart;
    lane p_ra = circulation_vein(v->ra, c->vu_a, c->e_ra) + heart;
    lane_ventricle lv =
        circulation_ventricle(c, v->lv, c->vu_lv, c->ke_lv, c->kr_lv, c->phi * f->e_lv);
    lane_ventricle rv =
        circulation_ventricle(c, v->rv, c->vu_rv, c->ke_rv, c->kr_rv, c->phi * f->e_rv);
    lv.gives *= circulation_bears(p_sa);
    lane push = lv.p + heart - p_sa, open = lane_select(push > 0, lv.gives, lane_all(0));
    lane net = push * open - (p_sa - p_sp + p_sa - p_ep) * c->g_a;
    lane slope = STIFF_MMHG * c->e_sa / left;
    p_sa = circulation_limited(p_sa, slope, open + c->g_a + c->g_a, net);
    lane q_lv = lane_positive(lv.p + heart - p_sa) * lv.gives;
    lane q_rv = lane_positive(rv.p + heart - p_pa) * rv.gives;
    lane p_lv = lv.p - c->kr_lv * lv.p * q_lv + heart;
    lane p_rv = rv.p - c->kr_rv * rv.p * q_rv + heart;

    lane q_sp = (p_sa - p_sp) * c->g_a, q_ep = (p_sa - p_ep) * c->g_a;
    lane full_sv = lane_clamp(v->sv * c->open_sv, 0, 1);
    lane full_ev = lane_clamp(v->ev * c->open_ev, 0, 1);
    lane q_sv = circulation_into(p_sp - p_sv, c->g_sp, full_sv);
    lane q_ev = circulation_into(p_ep - p_ev, c->g_ep, full_ev);
    lane g_sv = circulation_vein_conductance(v->sv, c->open_sv, c->g_sv);
    lane g_ev = circulation_vein_conductance(v->ev, c->open_ev, c->g_ev);
    lane full_ra = lane_clamp(v->ra * c->open_a, 0, 1),
         full_la = lane_clamp(v->la * c->open_a, 0, 1);
    lane q_sra = circulation_into(p_sv - p_ra, g_sv, full_ra);
    lane q_era = circulation_into(p_ev - p_ra, g_ev, full_ra);
    lane q_pp = (p_pa - p_pp) * c->g_pa, q_pv = (p_pp - p_pv) * c->g_pp;
    lane g_pv = circulation_vein_conductance(v->pv, c->open_pv, c->g_pv);
    lane q_la = circulation_into(p_pv - p_la, g_pv, full_la);
    lane q_mi = lane_positive(p_la - p_lv) * lv.fills * full_la;
    lane q_tr = lane_positive(p_ra - p_rv) * rv.fills * full_ra;

    *out = (lane_pressures){p_sa, p_pa, p_la, p_ra};
    return (lane_volumes){{.sa = q_lv - q_sp - q_ep,
                           .sp = q_sp - q_sv,
                           .ep = q_ep - q_ev,
                           .sv = q_sv - q_sra + c->inflow_sv,
                           .ev = q_ev - q_era + c->inflow_ev,
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

/* Activation: a squared sine over systole. systole: beats of that length in one regular beat. */
LANE_INLINE lane circulation_activation(lane xi, lane systole)
{
    return lane_hump(lane_min(xi * systole, lane_all(1)));
}

/* A standard normal number, nearly: four bytes of a hash of member, beat and seed. */
LANE_INLINE lane circulation_noise(const lane_block *b)
{
    typedef uint32_t lane_uint __attribute__((vector_size(4 * PLX_LANES)));
    lane_uint z = (lane_uint)b->member * 0x9e3779b9u +
                  (lane_uint) __builtin_convertvector(b->x.beats, lane_int) * 0x85ebca6bu +
                  (uint32_t)(b->seed ^ (b->seed >> 32));
    z = (z ^ (z >> 16)) * 0x7feb352du;
    z = (z ^ (z >> 15)) * 0x846ca68bu;
    z = z ^ (z >> 16);
    lane_uint sum = (z & 255u) + ((z >> 8) & 255u) + ((z >> 16) & 255u) + (z >> 24);
    lane u = __builtin_convertvector((lane_int)sum, lane);
    return (u - 510.0f) * (1.0f / 147.80f);
}

/* At the wrap of xi: what the beat was is published; the next one is `over` seconds old already. */
LANE_INLINE void circulation_publish(lane_block *b, lane_int wrap, lane over,
                                     const lane_pressures *at)
{
    lane_state *x = &b->x;
    lane beat_s = lane_max(x->acc_t - over, lane_all(0.2f)), per_s = 1.0f / beat_s;
    x->beat_s = lane_select(wrap, beat_s, x->beat_s);
    x->map = lane_select(wrap, (x->acc_sa - at->sa * over) * per_s, x->map);
    x->cvp = lane_select(wrap, (x->acc_ra - at->ra * over) * per_s, x->cvp);
    x->pcwp = lane_select(wrap, (x->acc_la - at->la * over) * per_s, x->pcwp);
    x->mpap = lane_select(wrap, (x->acc_pa - at->pa * over) * per_s, x->mpap);
    x->sbp = lane_select(wrap, x->top_sa, x->sbp);
    x->dbp = lane_select(wrap, x->low_sa, x->dbp);
    x->pas = lane_select(wrap, x->top_pa, x->pas);
    x->pad = lane_select(wrap, x->low_pa, x->pad);
    x->edv = lane_select(wrap, x->top_lv, x->edv);
    x->esv = lane_select(wrap, x->low_lv, x->esv);
    x->beats += lane_select(wrap, lane_all(1), lane_all(0));
    lane rhythm = lane_clamp(1.0f + b->k.irregular * circulation_noise(b), 0.5f, 1.6f);
    x->rhythm = lane_select(wrap, rhythm, x->rhythm);
    x->acc_t = lane_select(wrap, over, x->acc_t);
    x->acc_sa = lane_select(wrap, at->sa * over, x->acc_sa);
    x->acc_ra = lane_select(wrap, at->ra * over, x->acc_ra);
    x->acc_la = lane_select(wrap, at->la * over, x->acc_la);
    x->acc_pa = lane_select(wrap, at->pa * over, x->acc_pa);
    x->top_sa = lane_select(wrap, at->sa, x->top_sa);
    x->low_sa = lane_select(wrap, at->sa, x->low_sa);
    x->top_pa = lane_select(wrap, at->pa, x->top_pa);
    x->low_pa = lane_select(wrap, at->pa, x->low_pa);
    x->top_lv = lane_select(wrap, x->v_lv, x->top_lv);
    x->low_lv = lane_select(wrap, x->v_lv, x->low_lv);
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

/* The 20 ms of a tick. wave: where to leave pressure and phase of one member, or null. */
LANE_INLINE void circulation_steps(lane_block *b, float *wave, uint32_t wave_member)
{
    lane_state *x = &b->x;
    lane_circuit c = circulation_circuit(b);
    lane_volumes v = {{x->v_sa, x->v_sp, x->v_ep, x->v_sv, x->v_ev, x->v_pa, x->v_pp, x->v_pv,
                       x->v_la, x->v_ra, x->v_lv, x->v_rv}};
    c.phi = circulation_activation(x->xi, c.systole);
    for (int i = 0; i < BEAT_STEPS; i++) {
        lane_pressures at, later;
        lane_volumes first = circulation_rate(b, &c, &v, &at);
        lane xi = x->xi + c.stride;
        lane_int wrap = xi >= 1.0f;
        lane over = lane_positive(xi - 1.0f) * c.period;
        x->xi = lane_select(wrap, xi - 1.0f, xi);
        c.phi = circulation_activation(x->xi, c.systole);
        lane_volumes guess = circulation_add(&v, &first, PLX_BEAT_STEP_S);
        lane_volumes second = circulation_rate(b, &c, &guess, &later);
        v = circulation_add(&v, &first, PLX_BEAT_STEP_S / 2);
        v = circulation_add(&v, &second, PLX_BEAT_STEP_S / 2);
        x->v_lv = v.lv;
        circulation_watch(b, &at);
        if (wave) {
            wave[i * PLX_WAVE_N + PLX_WAVE_ABP] = at.sa[wave_member];
            wave[i * PLX_WAVE_N + PLX_WAVE_PHASE] = x->xi[wave_member];
        }
        if (lane_any(wrap)) circulation_publish(b, wrap, over, &at);
    }
    x->v_sa = v.sa, x->v_sp = v.sp, x->v_ep = v.ep, x->v_sv = v.sv, x->v_ev = v.ev;
    x->v_pa = v.pa, x->v_pp = v.pp, x->v_pv = v.pv, x->v_la = v.la, x->v_ra = v.ra;
    x->v_lv = v.lv, x->v_rv = v.rv;
}

#endif
