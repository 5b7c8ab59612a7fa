/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Lung mechanics: one lung of volume V over FRC behind one resistance (Albanese et al. 2016),
 *   R dV/dt = Pao - V (1/CL + 1/Ccw) - Pmus,   Ppl = -5 + V/Ccw + Pmus  (cmH2O),
 * an effort of parabolic rise and exponential fall, and what is at the mouth: air, an oxygen
 * device, a pressure, a ventilator. Dead space is book-keeping: `ds` is the part of it that is
 * filled with alveolar gas and comes back first. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_BREATH_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_BREATH_H

#include "core/physiology/kernel_block.h"

#define EFFORT_SHARE 0.375f /* of a breath in which the muscles pull */
#define ALARM_CMH2O 40.0f   /* a ventilator gives no more than this */
#define DRY_MMHG 713.0f     /* barometer less water vapour at 37 degC */
#define AIR_O2 0.21f

/* The gas of a breath of this volume and time of inspiration. Open devices mix: what flows in
 * during inspiration and waits in the nose or mask, over the breath (priors, tuned on published
 * fractions: Wettstein 2005, Garcia 2005). */
LANE_INLINE lane breath_fi_o2(const plx_airway *a, lane vt, lane inspiration_s)
{
    float given = a->fi_o2 > 0 ? a->fi_o2 : AIR_O2;
    if (a->vent == PLX_VENT_VOLUME || a->vent == PLX_VENT_PRESSURE) return lane_all(given);
    float flow_l_s = a->flow_l_min / 60, waits_l = 0, mixing = 0, most = 1;
    switch (a->device) {
    case PLX_OXYGEN_NASAL_CANNULA:
        waits_l = 0.6f * flow_l_s, mixing = 0.85f;
        break;
    case PLX_OXYGEN_HIGH_FLOW_NASAL:
        waits_l = 0.6f * flow_l_s, mixing = 1;
        break;
    case PLX_OXYGEN_SIMPLE_MASK:
        waits_l = 0.08f, mixing = 0.65f, most = 0.6f;
        break;
    case PLX_OXYGEN_NON_REBREATHER:
        waits_l = 0.6f, mixing = 0.9f, most = 0.63f;
        break;
    case PLX_OXYGEN_ROOM:
    case PLX_OXYGEN_N:
    default:
        return lane_all(given);
    }
    if (flow_l_s <= 0) return lane_all(AIR_O2);
    if (a->device != PLX_OXYGEN_NON_REBREATHER && waits_l > 0.05f + 0.03f * (mixing < 0.7f))
        waits_l = 0.05f + 0.03f * (mixing < 0.7f);
    lane share = (flow_l_s * inspiration_s + waits_l) * mixing / lane_max(vt, lane_all(0.15f));
    if (most > 0.7f) share = share / (1.0f + 0.8f * share); /* the nose does not take all of it */
    return AIR_O2 + (1 - AIR_O2) * lane_min(share, lane_all(most));
}

/* Pressure of the muscles over a breath: 0 at both ends, -1 where inspiration ends. */
LANE_INLINE lane breath_effort(lane phase)
{
    lane up = phase * (1.0f - phase) * (1 / (EFFORT_SHARE * (1 - EFFORT_SHARE)));
    lane gone = lane_positive(phase - EFFORT_SHARE) * (5 / (1 - EFFORT_SHARE));
    lane down = (lane_exp_inside(0.0f - lane_min(gone, lane_all(6))) - 6.7379e-3f) / 0.9932621f;
    return lane_select(phase <= EFFORT_SHARE, 0.0f - up, 0.0f - down);
}

/* 1/min; 0 in apnoea. */
LANE_INLINE lane breath_rate(const lane_state *x)
{
    return lane_select(x->br_s > 0, 60.0f / lane_max(x->br_s, lane_all(0.5f)), lane_all(0));
}

LANE_INLINE bool breath_by_machine(const plx_airway *a)
{
    return a->vent == PLX_VENT_VOLUME || a->vent == PLX_VENT_PRESSURE;
}

/* Length of the next breath: the patient's, or the machine's when that comes first. */
LANE_INLINE lane breath_length(const lane_block *b, const plx_airway *a)
{
    lane own = b->f.wanted_br_s;
    if (!breath_by_machine(a) || a->rate_per_min <= 0) return own;
    lane machine = lane_all(60 / a->rate_per_min);
    return lane_select((own > 0) & (own < machine), own, machine);
}

/* A breath is over, or there was none and one is wanted. */
LANE_INLINE void breath_turn(lane_block *b, const plx_airway *a, lane_int turn)
{
    lane_state *x = &b->x;
    lane next = breath_length(b, a), none = lane_all(0);
    lane_int breathed = turn & (x->br_s > 0);
    x->vt = lane_select(breathed, lane_positive(x->br_top - x->v_l), x->vt);
    x->etco2 = lane_select(breathed, x->f_co2 * DRY_MMHG * (1.0f - b->k.vd_alv), x->etco2);
    lane_int stops = turn & (next <= 0);
    x->vt = lane_select(stops, none, x->vt);
    x->br_s = lane_select(turn, next, x->br_s);
    x->br_amp = lane_select(turn, b->f.effort, x->br_amp);
    x->br_phase = lane_select(turn, none, x->br_phase);
    x->br_top = lane_select(turn, x->v_l, x->br_top);
    lane tidal = lane_select(x->vt > 0.05f, x->vt, lane_all(0.5f));
    lane length = lane_select(next > 0, next, lane_all(5));
    x->fi_o2 =
        lane_select(turn | (x->br_s <= 0), breath_fi_o2(a, tidal, EFFORT_SHARE * length), x->fi_o2);
}

/* Pressure at the mouth, in inspiration by the machine's share of the breath. */
LANE_INLINE lane breath_mouth(const lane_block *b, const plx_airway *a)
{
    float share = a->inspiration > 0     ? a->inspiration
                  : breath_by_machine(a) ? 1 / 3.0f
                                         : EFFORT_SHARE;
    lane_int in = (b->x.br_phase < share) & (b->x.br_s > 0);
    float peep = a->vent == PLX_VENT_NONE ? 0 : a->peep_cmh2o;
    return lane_select(in, lane_all(peep + a->pressure_cmh2o), lane_all(peep));
}

/* L/s into the lung under volume control, from the alarm limit backwards in expiration. */
LANE_INLINE lane breath_volume_flow(const lane_block *b, const plx_airway *a, lane p_alv, lane out)
{
    float share = a->inspiration > 0 ? a->inspiration : 1 / 3.0f;
    lane_int in = (b->x.br_phase < share) & (b->x.br_s > 0);
    lane push = a->vt_l / (share * lane_max(b->x.br_s, lane_all(0.5f)));
    lane limited = lane_min(push, lane_positive(ALARM_CMH2O - p_alv) / b->k.r_in);
    return lane_select(in, limited, out);
}

/* Flow into the lung by the implicit step, so that no resistance is too small. */
LANE_INLINE lane breath_flow(lane_block *b, const plx_airway *a, lane p_mus)
{
    const lane_state *x = &b->x;
    if (a->closed) return lane_all(0);
    lane e = 1.0f / b->k.c_l + 1.0f / b->k.c_cw, p_alv = x->v_l * e + p_mus;
    lane p_ao = breath_mouth(b, a), gap = p_ao - p_alv;
    lane r = lane_select(gap > 0, b->k.r_in, b->k.r_ex);
    lane flow = gap / (r + e * PLX_BREATH_STEP_S);
    if (a->vent == PLX_VENT_VOLUME) flow = breath_volume_flow(b, a, p_alv, flow);
    b->f.p_ao = a->vent == PLX_VENT_VOLUME ? p_alv + flow * r : p_ao;
    return flow;
}

/* Dead space: alveolar gas comes back first and is left behind first. */
LANE_INLINE void breath_dead_space(lane_block *b, lane volume)
{
    lane_state *x = &b->x;
    lane in = lane_positive(volume), out = lane_positive(0.0f - volume), room = b->p.vd_anat;
    lane back = lane_min(in, x->ds), kept = lane_min(out, lane_positive(room - x->ds));
    x->ds += kept - back;
    b->f.alv_in += in - back;
    b->f.alv_out += out - kept;
}

LANE_INLINE void breath_step(lane_block *b, const plx_second *s)
{
    lane_state *x = &b->x;
    const plx_airway *a = &s->airway;
    lane length = lane_max(x->br_s, lane_all(0.5f));
    x->br_phase += lane_select(x->br_s > 0, PLX_BREATH_STEP_S / length, lane_all(0));
    lane wanted = breath_length(b, a);
    lane_int turn = (x->br_phase >= 1.0f) | ((x->br_s <= 0) & (wanted > 0));
    if (lane_any(turn | (x->br_s <= 0))) breath_turn(b, a, turn);
    lane p_mus = x->br_amp * breath_effort(lane_min(x->br_phase, lane_all(1)));
    p_mus = lane_select(x->br_s > 0, p_mus, lane_all(0));
    lane volume = breath_flow(b, a, p_mus) * PLX_BREATH_STEP_S;
    x->v_l += volume;
    x->br_top = lane_max(x->br_top, x->v_l);
    breath_dead_space(b, volume);
    b->f.p_mus = p_mus;
    b->f.p_th = (x->v_l / b->k.c_cw + p_mus - 5.0f) * (1 / CMH2O_PER_MMHG);
}

/* Tidal volume of an effort or a machine's push without following the breath: resistance takes from
 * it as it does from a sine of that length. */
LANE_INLINE lane breath_mean_volume(const lane_block *b, const plx_airway *a, lane length)
{
    lane c = b->k.c_l * b->k.c_cw / (b->k.c_l + b->k.c_cw);
    lane rc = 0.5f * (b->k.r_in + b->k.r_ex) * c, q = 2.4f * rc / length;
    lane kept = 1.0f / (1.0f + q * q * 2.0f + 0.35f * q);
    lane own = b->f.effort * c * kept;
    if (a->vent == PLX_VENT_VOLUME) {
        lane room = (ALARM_CMH2O - a->peep_cmh2o) * c;
        return lane_min(lane_all(a->vt_l), room);
    }
    lane in_s = (a->inspiration > 0 ? a->inspiration : 1 / 3.0f) * length;
    lane filled = 1.0f - lane_exp(0.0f - in_s / lane_max(b->k.r_in * c, lane_all(0.02f)));
    lane pushed = a->vent == PLX_VENT_NONE ? lane_all(0) : a->pressure_cmh2o * c * filled;
    return own + pushed;
}

/* Mean pleural pressure of such breaths, mmHg. */
LANE_INLINE lane breath_mean_chest(const lane_block *b, const plx_second *s)
{
    const plx_airway *a = &s->airway;
    lane c = b->k.c_l * b->k.c_cw / (b->k.c_l + b->k.c_cw);
    float peep = a->vent == PLX_VENT_NONE ? 0 : a->peep_cmh2o;
    lane volume = peep * c + 0.4f * b->x.vt;
    lane pull = lane_select(b->x.br_s > 0, 0.36f * b->x.br_amp, lane_all(0));
    return (volume / b->k.c_cw - pull - 5.0f) * (1 / CMH2O_PER_MMHG);
}

/* step_s of breathing at once: what enters and leaves the alveoli. */
LANE_INLINE void breath_mean(lane_block *b, const plx_second *s, float step_s)
{
    lane_state *x = &b->x;
    const plx_airway *a = &s->airway;
    lane length = breath_length(b, a), none = lane_all(0);
    lane_int breathes = length > 0;
    lane safe = lane_select(breathes, length, lane_all(5));
    if (a->closed) breathes = breathes & (lane_int){0};
    x->vt = lane_select(breathes, breath_mean_volume(b, a, safe), none);
    x->br_s = lane_select(breathes, length, none);
    x->br_amp = b->f.effort;
    x->fi_o2 = breath_fi_o2(a, lane_max(x->vt, lane_all(0.3f)), EFFORT_SHARE * safe);
    lane fresh = lane_positive(x->vt - b->p.vd_anat) / safe * step_s;
    b->f.alv_in = b->f.alv_out = lane_select(breathes, fresh, none);
    x->etco2 = lane_select(breathes, x->f_co2 * DRY_MMHG * (1.0f - b->k.vd_alv), x->etco2);
}

/* Carbon dioxide at the mouth: alveolar gas once the dead space is washed out. */
LANE_INLINE lane breath_mouth_co2(const lane_block *b)
{
    lane_int alveolar = (b->x.ds >= b->p.vd_anat * 0.98f) & (b->x.br_phase > EFFORT_SHARE);
    return lane_select(alveolar, b->x.f_co2 * DRY_MMHG * (1.0f - b->k.vd_alv), lane_all(0));
}

#endif
