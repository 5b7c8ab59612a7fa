/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Arterial baroreflex (Ursino 1998): pressure -> carotid sinus rate -> sympathetic and vagal rates
 * -> eight effectors, with the chemoreceptors' and the ischaemic share of the sympathetic rate.
 * The receptor is tau_p dPb/dt = P + tau_z dP/dt - Pb; its state is Pb less the part that passes at
 * once, (tau_z / tau_p) P, so no derivative is taken. The command ln(f_es - 1.66) is what the
 * effectors low-pass; the ring keeps its mean over each 500 ms. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_REFLEX_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_REFLEX_H

#include "core/physiology/kernel_block.h"
#include "core/physiology/kernel_circulation.h"
#include "core/physiology/kernel_drive.h"

enum { RING_TICKS = 25, DELAY_2S = 4, DELAY_5S = 10, VAGAL_TICKS = 10 };

#define TAU_P_S 2.076f
#define TAU_Z_S 6.37f
#define AT_ONCE (TAU_Z_S / TAU_P_S)
#define VAGAL_REST 4.5f /* 1/s */
#define F_ES_MIN 2.66f  /* 1/s; below it the effectors get no command */
#define SINUS_MOST 0.6f /* of the period without nerves: 170/min at 30, 130 at 70 (prior) */
/* Of the chemoreceptors' rate over rest: in the sympathetic one, and in the command to the sinus
 * node (priors). */
#define CHEMO_TONE 0.12f
#define CHEMO_QUICK 0.18f
#define MOST_QUICK 3.5f /* command at which the node does not follow any more (prior) */
/* Beyond this much over the command of rest the adrenal medulla and silent fibres join in. The
 * slope of the published reflex fits a litre bled; in shock plasma epinephrine rises tenfold and
 * more, and the heart and the vessels answer with it (priors, tuned on lower body suction of 45
 * mmHg). */
#define RECRUIT_OVER 0.14f
#define RECRUIT_FULL 4.0f /* half of them have joined at 1/4 more */
#define RECRUIT 9.0f      /* times the slope of the heart's period */

LANE_INLINE lane reflex_sympathetic(const lane_block *b, lane f_cs)
{
    lane chemo = CHEMO_TONE * (b->f.f_p - F_P_REST) + 0.10f * lane_positive(50.0f - b->x.map);
    lane f_es = 2.10f + 14.01f * lane_exp(-0.0675f * f_cs) + lane_max(chemo, lane_all(-2.0f));
    return lane_log(lane_clamp(f_es - F_ES_MIN, 0.0f, 60.0f) + 1.0f);
}

LANE_INLINE lane reflex_vagal(lane f_cs)
{
    lane e = lane_exp((f_cs - 25.0f) * (1 / 7.06f));
    return (3.2f + 6.3f * e) / (1.0f + e);
}

/* The means of what has passed go to where the effectors find them later. */
LANE_INLINE void reflex_turn(lane_block *b, uint64_t tick, uint32_t place)
{
    lane_state *x = &b->x;
    lane_fast *f = &b->f;
    if (tick % RING_TICKS == RING_TICKS - 1) {
        x->ring[place] = f->fes_sum * (1.0f / RING_TICKS);
        f->fes_sum = lane_all(0);
    }
    if (tick % VAGAL_TICKS == VAGAL_TICKS - 1) {
        x->fev_last = f->fev_sum * (1.0f / VAGAL_TICKS);
        f->fev_sum = lane_all(0);
    }
}

LANE_INLINE void approach(lane *theta, lane target, float part)
{
    *theta += (target - *theta) * part;
}

/* Of the way that a first-order lag goes in one step. */
LANE_INLINE float share(float step_s, float tau_s)
{
    return step_s / (tau_s + 0.5f * step_s);
}

/* How far the command of the last 20 s is beyond where more nerves and the adrenals join in. */
LANE_INLINE lane reflex_joined(const lane_block *b)
{
    lane full = 132.5f * lane_max(b->p.g_vu, lane_all(0.3f)) * b->p.v_scale;
    lane over = lane_positive((0.0f - b->x.th_vev) / full - b->p.s_rest - RECRUIT_OVER);
    return over / (1.0f + RECRUIT_FULL * over);
}

/* place: of this moment in the ring; step_s: since the last call. */
LANE_INLINE void reflex_effectors(lane_block *b, uint32_t place, float step_s)
{
    lane_state *x = &b->x;
    const lane_param *p = &b->p;
    lane s2 = x->ring[(place + PLX_BODY_RING - DELAY_2S) % PLX_BODY_RING] * b->k.sympathetic;
    lane s5 = x->ring[(place + PLX_BODY_RING - DELAY_5S) % PLX_BODY_RING] * b->k.sympathetic;
    approach(&x->th_elv, 0.475f * p->g_e * s2, share(step_s, 8));
    approach(&x->th_erv, 0.282f * p->g_e * s2, share(step_s, 8));
    approach(&x->th_rsp, 0.695f * p->g_r * s2, share(step_s, 6));
    approach(&x->th_rep, 0.53f * p->g_r * s2, share(step_s, 6));
    approach(&x->th_vsv, -265.4f * p->g_vu * p->v_scale * s5, share(step_s, 20));
    approach(&x->th_vev, -132.5f * p->g_vu * p->v_scale * s5, share(step_s, 20));
    /* want of oxygen quickens the heart of who breathes against it (prior) */
    lane breathless =
        lane_select(b->f.effort > 0, lane_positive(b->f.f_p - F_P_REST - 0.8f), lane_all(0));
    lane quickened = s2 + RECRUIT * reflex_joined(b) + CHEMO_QUICK * breathless;
    quickened = lane_min(quickened, lane_all(MOST_QUICK));
    approach(&x->th_ts, -0.13f * p->g_ts * quickened, share(step_s, 2));
    /* the gain works around the vagal rate of rest, so that it does not move the period of rest */
    lane vagal = VAGAL_REST + p->g_tv * (x->fev_last - VAGAL_REST);
    approach(&x->th_tv, 0.09f * lane_positive(vagal), share(step_s, 1.5f));
}

/* What the circulation of the next 20 ms works with. */
LANE_INLINE void reflex_spread(lane_block *b)
{
    const lane_state *x = &b->x;
    const lane_coef *k = &b->k;
    lane nerves = x->th_ts + x->th_tv * k->vagal + k->vagal_add;
    lane sinus = lane_max(k->t0 + nerves, SINUS_MOST * b->p.t0);
    b->f.period = lane_clamp(sinus * k->period * x->rhythm, 0.27f, 2.4f);
    b->f.r_sp = k->r_sys * (2.49f + x->th_rsp);
    b->f.r_ep = k->r_sys * (0.78f + x->th_rep);
    b->f.e_lv = k->e_lv * (2.392f + x->th_elv);
    b->f.e_rv = k->e_rv * (1.412f + x->th_erv);
    b->f.vu_sv = k->vu_sv + x->th_vsv;
    b->f.vu_ev = k->vu_ev + x->th_vev;
}

LANE_INLINE lane reflex_receptor(const lane_block *b, lane felt)
{
    lane e = lane_exp(lane_clamp((felt - b->p.p_n) * (1 / 11.758f), -40.0f, 40.0f));
    return (2.52f + 47.78f * e) / (1.0f + e);
}

/* tick: 20 ms steps since the start of the simulation. imposed_mmhg not 0: the receptors feel this
 * mean pressure, with the pulse of the arteries: a flat one would make them too steep. */
LANE_INLINE void reflex_step(lane_block *b, uint64_t tick, float imposed_mmhg)
{
    lane_state *x = &b->x;
    uint32_t place = (uint32_t)(tick / RING_TICKS % PLX_BODY_RING);
    lane p_sa = circulation_arterial(x->v_sa, 1.0f / (b->k.c_sa * STIFF_FULL));
    if (imposed_mmhg > 0) p_sa = p_sa - x->map + imposed_mmhg;
    lane felt = x->p_b + AT_ONCE * p_sa;
    x->p_b += (p_sa - felt) * (PLX_BREATH_STEP_S / TAU_P_S);
    lane f_cs = reflex_receptor(b, felt);
    b->f.fes_sum += reflex_sympathetic(b, f_cs);
    b->f.fev_sum += reflex_vagal(f_cs);
    reflex_turn(b, tick, place);
    reflex_effectors(b, place, PLX_BREATH_STEP_S);
    reflex_spread(b);
}

#endif
