/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Chemoreflexes and the drive to breathe (Magosso & Ursino 2001; Ursino & Magosso 2000; Albanese et
 * al. 2016): peripheral receptors answer to oxygen and carbon dioxide together, central ones to
 * carbon dioxide over a set point that bicarbonate shifts; both move amplitude and rate. Delays are
 * first-order lags, less the 5 s that arterial blood has behind it. Constants of the receptors:
 * verify against the papers. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_DRIVE_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_DRIVE_H

#include "core/physiology/kernel_block.h"

#define F_P_REST 3.7f      /* 1/s, peripheral rate at rest */
#define REST_CMH2O 4.7f    /* amplitude of a quiet breath, prior */
#define REST_PER_MIN 13.4f /* prior */
#define AWAKE_CMH2O 1.5f   /* what wakefulness keeps up when carbon dioxide is low, prior */
#define AWAKE_PER_MIN 6.0f /* prior */
#define MOST_CMH2O 80.0f   /* inspiratory muscles at their strongest (Black & Hyatt 1969) */
#define LN_10 2.30258509f  /* */

/* mEq/L, Henderson-Hasselbalch with pK 6.105 and solubility 0.0307 (Siggaard-Andersen). */
LANE_INLINE lane drive_hco3(lane paco2, lane ph)
{
    return 0.0307f * paco2 * lane_exp(LN_10 * (ph - 6.105f));
}

LANE_INLINE lane drive_peripheral(lane pao2, lane paco2)
{
    lane e = lane_exp((pao2 - 45.0f) * (1 / 29.27f));
    lane s = (12.3f + 0.835f * e) / (1.0f + e);
    lane k = 3.0f - 1.2f / 30 * (lane_clamp(pao2, 40, 80) - 80.0f);
    lane both = k * lane_log(lane_clamp(paco2, 5, 300) * (1 / 40.0f)) + 1.4f;
    return lane_positive(s * both);
}

LANE_INLINE lane drive_base_excess(const lane_state *x)
{
    return lane_clamp(x->be_fix - 0.9f * (x->lactate - 1.0f), -30, 30);
}

/* PaCO2 that the central receptors aim at: a metabolic acidosis lowers it, by base excess and not
 * by bicarbonate, which follows PaCO2 itself (prior: 1.6 mmHg a mmol/L, of which the receptors let
 * two thirds come through: Winters' relation; 1 mmHg in alkalosis). */
LANE_INLINE lane drive_set_point(const lane_block *b)
{
    lane be = drive_base_excess(&b->x);
    return lane_clamp(40.0f + be - 0.6f * lane_positive(0.0f - be), 5, 50) + b->k.p_set;
}

LANE_INLINE void drive_lag(lane *x, lane target, float step_s, float tau_s)
{
    *x += (target - *x) * (step_s / (tau_s + 0.5f * step_s));
}

/* 1/min above that of the chemoreflexes: fever (Jensen 2019), a sympathetic command above rest and
 * a low pressure (priors: they give the fast breathing of a class III bleed). */
LANE_INLINE lane drive_rate_extra(const lane_block *b)
{
    lane warm = lane_positive(b->x.temp - 37.0f), hot = lane_positive(b->x.temp - 38.0f);
    lane alarmed = lane_positive(lane_alarm(b) - 0.20f);
    return 1.4f * warm + 0.9f * hot + 25.0f * alarmed + 0.3f * lane_positive(70.0f - b->x.map) +
           b->k.rate_add;
}

/* step_s: since the last call. imposed paco2 not 0: the receptors feel this. */
LANE_INLINE void drive_step(lane_block *b, const plx_second *s, float step_s)
{
    lane_state *x = &b->x;
    lane paco2 = s->imposed_paco2_mmhg > 0 ? lane_all(s->imposed_paco2_mmhg) : x->paco2;
    b->f.f_p = drive_peripheral(x->pao2, paco2);
    lane gain = b->p.drive;
    drive_lag(&x->y_lag, b->f.f_p - F_P_REST, step_s, 2);
    drive_lag(&x->z_lag, paco2 - drive_set_point(b), step_s, 3);
    drive_lag(&x->xpa, 2.0f * gain * x->y_lag, step_s, 83);
    drive_lag(&x->xpf, 1.3f * gain * x->y_lag, step_s, 147.8f);
    drive_lag(&x->xca, 0.850f * gain * x->z_lag, step_s, 105);
    drive_lag(&x->xcf, 0.9f * gain * x->z_lag, step_s, 400);
    lane awake = lane_max(REST_PER_MIN + x->xpf + x->xcf, lane_all(AWAKE_PER_MIN));
    lane rate = lane_clamp(awake + drive_rate_extra(b), 0, 45) * b->k.drive;
    lane amplitude = lane_max(REST_CMH2O + x->xpa + x->xca, lane_all(AWAKE_CMH2O)) * b->k.drive;
    lane effort = lane_min(amplitude, lane_all(MOST_CMH2O)) * b->k.strength;
    if (s->airway.set_rate_per_min > 0) rate = lane_all(s->airway.set_rate_per_min);
    if (s->airway.still) effort = lane_all(0);
    lane_int breathes = (effort >= 0.5f) & (rate >= 2.0f);
    lane none = lane_all(0);
    b->f.wanted_br_s = lane_select(breathes, 60.0f / lane_max(rate, lane_all(2)), none);
    b->f.effort = lane_select(breathes, effort, none);
}

#endif
