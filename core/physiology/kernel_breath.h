/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Lung mechanics: one lung of volume V over FRC behind one resistance (Albanese et al. 2016),
 *   R dV/dt = Pao - V (1/CL + 1/Ccw) - Pmus,   Ppl = -5 + V/Ccw + Pmus  (cmH2O),
 * an effort of parabolic rise and exponential fall, and what is at the mouth: air, an oxygen
 * device, a pressure, a ventilator. State v_l counts from the person's own FRC, V from what illness
 * makes of it, so that gas flows when FRC changes. Dead space is book-keeping: `ds` is the part of
 * it that is filled with alveolar gas, which comes back first. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_BREATH_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_BREATH_H

#include "core/physiology/kernel_block.h"

#define EFFORT_SHARE 0.375f /* of a breath in which the muscles pull */
#define EFFORT_MEAN 0.345f  /* of the amplitude, over a breath */
#define ALARM_CMH2O 40.0f   /* a ventilator gives no more than this */
#define DRY_MMHG 713.0f     /* barometer less water vapour at 37 degC */
#define AIR_O2 0.21f
#define FRONT 1.5f /* steepness of the front between two gases in the dead space (prior) */
#define BREATH_LEAST_L 0.03f /* a smaller one shows no carbon dioxide at the mouth */

/* An open oxygen device: what waits in nose, mask or bag when the breath begins fills in waits_s
 * and holds at most waits_l; mixing is the share of it and of the flow that is breathed in, and no
 * more than most of a breath comes from it. Priors, tuned on Wettstein 2005 (nasal) and Garcia
 * 2005. */
typedef struct breath_device {
    float waits_s, waits_l, mixing, most;
    bool nose; /* air is drawn past it at the peak of inspiration */
} breath_device;

static const breath_device breath_devices[PLX_OXYGEN_N] = {
    [PLX_OXYGEN_NASAL_CANNULA] = {0.6f, 0.05f, 0.85f, 1, true},
    [PLX_OXYGEN_HIGH_FLOW_NASAL] = {0.6f, 0.05f, 1, 1, true},
    [PLX_OXYGEN_SIMPLE_MASK] = {2.8f, 0.08f, 0.65f, 0.6f, false},
    [PLX_OXYGEN_NON_REBREATHER] = {2.8f, 0.6f, 0.9f, 0.63f, false},
};

LANE_INLINE bool breath_by_machine(const plx_airway *a)
{
    return a->vent == PLX_VENT_VOLUME || a->vent == PLX_VENT_PRESSURE;
}

/* Fraction of oxygen in a breath of this volume and time of inspiration. */
LANE_INLINE lane breath_fi_o2(const plx_airway *a, lane vt, lane inspiration_s)
{
    const breath_device *d = &breath_devices[a->device];
    if (breath_by_machine(a) || d->mixing <= 0) return lane_all(a->fi_o2 > 0 ? a->fi_o2 : AIR_O2);
    float flow_l_s = a->flow_l_min / 60, waits_l = flow_l_s * d->waits_s;
    waits_l = waits_l < d->waits_l ? waits_l : d->waits_l;
    lane share = (flow_l_s * inspiration_s + waits_l) * d->mixing / lane_max(vt, lane_all(0.15f));
    if (d->nose) share /= 1.0f + share * share / (1.0f + share);
    return AIR_O2 + (1 - AIR_O2) * lane_min(share, lane_all(d->most));
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

/* Share of a breath in which the machine or the mask pushes. */
LANE_INLINE float breath_share(const plx_airway *a)
{
    return a->inspiration > 0 ? a->inspiration : breath_by_machine(a) ? 1 / 3.0f : EFFORT_SHARE;
}

LANE_INLINE float breath_peep(const plx_airway *a)
{
    return a->vent == PLX_VENT_NONE ? 0 : a->peep_cmh2o;
}

/* L above the person's own FRC where lung and chest are at rest now. */
LANE_INLINE lane breath_relaxed(const lane_block *b)
{
    return b->k.frc - b->p.frc;
}

/* L/cmH2O, lung and chest wall. */
LANE_INLINE lane breath_compliance(const lane_block *b)
{
    return b->k.c_l * b->k.c_cw / (b->k.c_l + b->k.c_cw);
}

/* What the capnograph reads after a breath of this volume: nothing after a very small one. */
LANE_INLINE lane breath_end_tidal(const lane_block *b, lane vt, lane f_co2)
{
    lane seen = f_co2 * DRY_MMHG * (1.0f - b->k.vd_alv);
    return lane_select(vt > BREATH_LEAST_L, seen, lane_all(0));
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
    lane_int stops = turn & (next <= 0);
    x->vt = lane_select(stops, none, x->vt);
    x->etco2 = lane_select(turn, breath_end_tidal(b, x->vt, x->f_co2), x->etco2);
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
    lane_int in = (b->x.br_phase < breath_share(a)) & (b->x.br_s > 0);
    float peep = breath_peep(a), push = a->vent == PLX_VENT_NONE ? 0 : a->pressure_cmh2o;
    return lane_select(in, lane_all(peep + push), lane_all(peep));
}

/* L/s into the lung under volume control, from the alarm limit backwards in expiration. */
LANE_INLINE lane breath_volume_flow(const lane_block *b, const plx_airway *a, lane p_alv, lane out)
{
    float share = breath_share(a);
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
    lane e = 1.0f / breath_compliance(b), p_alv = (x->v_l - breath_relaxed(b)) * e + p_mus;
    lane p_ao = breath_mouth(b, a), gap = p_ao - p_alv;
    lane r = lane_select(gap > 0, b->k.r_in, b->k.r_ex);
    lane flow = gap / (r + e * PLX_BREATH_STEP_S);
    if (a->vent == PLX_VENT_VOLUME) flow = breath_volume_flow(b, a, p_alv, flow);
    b->f.p_ao = a->vent == PLX_VENT_VOLUME ? p_alv + flow * r : p_ao;
    return flow;
}

/* Dead space: alveolar gas comes back first and is left behind first. The front between the two
 * gases is not sharp, so a breath no larger than the dead space still brings some fresh gas. */
LANE_INLINE void breath_dead_space(lane_block *b, lane volume)
{
    lane_state *x = &b->x;
    lane in = lane_positive(volume), out = lane_positive(0.0f - volume), room = b->p.vd_anat;
    lane full = x->ds / room;
    lane back = in * lane_min(FRONT * full, lane_all(1));
    lane kept = out * lane_clamp(FRONT * (1.0f - full), 0, 1);
    back = lane_min(back, x->ds), kept = lane_min(kept, lane_positive(room - x->ds));
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
    if (breath_by_machine(a) && a->rate_per_min > 0) /* does not wait for a slow breath to end */
        turn |= x->br_phase * length >= 60 / a->rate_per_min;
    if (lane_any(turn | (x->br_s <= 0))) breath_turn(b, a, turn);
    lane p_mus = x->br_amp * breath_effort(lane_min(x->br_phase, lane_all(1)));
    p_mus = lane_select(x->br_s > 0, p_mus, lane_all(0));
    lane volume = breath_flow(b, a, p_mus) * PLX_BREATH_STEP_S;
    x->v_l += volume;
    x->br_top = lane_max(x->br_top, x->v_l);
    breath_dead_space(b, volume);
    b->f.p_mus = p_mus;
    lane over = x->v_l - breath_relaxed(b);
    b->f.p_th = (over / b->k.c_cw + p_mus - 5.0f) * (1 / CMH2O_PER_MMHG);
}

/* Tidal volume of an effort over what it would be without resistance; x: time constant over the
 * length of the breath. A fit to the periodic solution, within 3 % for x up to 2. */
LANE_INLINE lane breath_kept(lane x)
{
    lane g = 1.2f + 5.4f * x * x / (x * x + 0.161f * x + 0.035f);
    return 1.0f / (1.0f + g * x);
}

/* Tidal volume without following the breath: an effort, and a machine's push, each as in a periodic
 * breath of this length. */
LANE_INLINE lane breath_mean_volume(const lane_block *b, const plx_airway *a, lane length)
{
    lane c = breath_compliance(b), r = 0.5f * (b->k.r_in + b->k.r_ex);
    lane own = b->f.effort * c * breath_kept(r * c / length);
    if (a->vent == PLX_VENT_NONE) return own;
    if (a->vent == PLX_VENT_VOLUME)
        return lane_min(lane_all(a->vt_l), (ALARM_CMH2O - a->peep_cmh2o) * c);
    lane in_s = breath_share(a) * length, out_s = length - in_s;
    lane in = lane_exp(0.0f - in_s / lane_max(b->k.r_in * c, lane_all(0.02f)));
    lane out = lane_exp(0.0f - out_s / lane_max(b->k.r_ex * c, lane_all(0.02f)));
    return own + a->pressure_cmh2o * c * (1.0f - in) * (1.0f - out) / (1.0f - in * out);
}

/* L over the resting volume, mean of such breaths: what the mean pressure holds open. */
LANE_INLINE lane breath_mean_over(const lane_block *b, const plx_airway *a)
{
    lane c = breath_compliance(b), held = c * (breath_peep(a) + EFFORT_MEAN * b->x.br_amp);
    if (a->vent == PLX_VENT_NONE) return held;
    lane push = lane_all(a->pressure_cmh2o * breath_share(a)) * c;
    if (a->vent == PLX_VENT_VOLUME) {
        lane emptying = b->k.r_ex * c / lane_max(b->x.br_s, lane_all(0.5f));
        push = b->x.vt * (0.5f * breath_share(a) + emptying);
    }
    return held + lane_select(b->x.br_s > 0, push, lane_all(0));
}

/* Mean pleural pressure of such breaths, mmHg. */
LANE_INLINE lane breath_mean_chest(const lane_block *b, const plx_second *s)
{
    lane over = breath_mean_over(b, &s->airway);
    return (over / b->k.c_cw - EFFORT_MEAN * b->x.br_amp - 5.0f) * (1 / CMH2O_PER_MMHG);
}

/* Dead space that such breaths wash, L: what breath_dead_space comes to. */
LANE_INLINE lane breath_mean_dead(const lane_block *b, lane vt)
{
    lane q = vt / b->p.vd_anat;
    return b->p.vd_anat * (1.0f - lane_exp(0.0f - q * (0.75f + 0.2f * q)));
}

/* step_s of breathing at once: what enters and leaves the alveoli. */
LANE_INLINE void breath_mean(lane_block *b, const plx_second *s, float step_s)
{
    lane_state *x = &b->x;
    const plx_airway *a = &s->airway;
    lane length = breath_length(b, a), none = lane_all(0);
    lane_int breathes = length > 0;
    lane safe = lane_select(breathes, length, lane_all(5));
    lane vt = a->closed ? none : breath_mean_volume(b, a, safe);
    x->vt = lane_select(breathes, vt, none);
    x->br_s = lane_select(breathes, length, none);
    x->br_amp = b->f.effort;
    x->fi_o2 =
        breath_fi_o2(a, lane_select(x->vt > 0.05f, x->vt, lane_all(0.5f)), EFFORT_SHARE * safe);
    lane fresh = lane_positive(x->vt - breath_mean_dead(b, x->vt));
    b->f.alv_in = b->f.alv_out = fresh / safe * step_s;
    /* over a breath the fraction swings about its mean */
    lane end = x->f_co2 * (1.0f + 0.25f * fresh / b->k.frc);
    x->etco2 = breath_end_tidal(b, x->vt, end);
}

/* The lung goes to the mean volume of such breaths, and the gas with it. */
LANE_INLINE void breath_mean_settle(lane_block *b, const plx_second *s)
{
    if (s->airway.closed) return;
    lane aim = breath_relaxed(b) + breath_mean_over(b, &s->airway), move = aim - b->x.v_l;
    b->x.v_l = aim;
    b->f.alv_in += lane_positive(move);
    b->f.alv_out += lane_positive(0.0f - move);
}

/* Carbon dioxide at the mouth: that of the gas which the front lets through. */
LANE_INLINE lane breath_mouth_co2(const lane_block *b)
{
    lane_int outward = (b->x.br_phase > EFFORT_SHARE) & (b->x.br_s > 0);
    lane alveolar = 1.0f - lane_clamp(FRONT * (1.0f - b->x.ds / b->p.vd_anat), 0, 1);
    lane seen = alveolar * b->x.f_co2 * DRY_MMHG * (1.0f - b->k.vd_alv);
    return lane_select(outward, seen, lane_all(0));
}

#endif
