/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Gas exchange (after Albanese et al. 2016): well-mixed alveoli, a shunt, arterial and venous blood
 * as stores that delay, a fast and a slow tissue; acid-base by the Van Slyke form, lactate.
 * Contents in mL STPD a mL of blood, flows in mL/s. What leaves one store enters another in the
 * same step, so oxygen and carbon dioxide are conserved: lung volume x fraction, two blood stores,
 * two tissues. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_GAS_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_GAS_H

#include "core/physiology/kernel_breath.h"
#include "core/physiology/kernel_drive.h"

#define STPD_PER_L 826.2f   /* mL STPD of dry gas in a litre of lung: 1000 x 713 / 863 */
#define O2_PER_HB 0.0134f   /* mL/mL of blood for each g/dL, saturated */
#define O2_SOLVED 3.1e-5f   /* mL/mL/mmHg */
#define CO2_MAX 1.91681f    /* mL/mL: 86.11 mmol/L (Spencer form) x 22.26 */
#define SLOW_FLOW 0.15f     /* share of the output to muscle and skin at rest */
#define FAST_O2 0.79f       /* their share of the use of oxygen */
#define FAST_O2_ML 700.0f   /* prior, fixed by apnoea */
#define SLOW_O2_ML 1000.0f  /* prior */
#define FAST_CO2_ML 9000.0f /* tuned: PaCO2 rises by 3 to 4 mmHg a minute in apnoea */
#define SLOW_CO2_ML 31200.0f
#define ART_STORE 0.20f     /* share of the blood that is on its way to the tissues: 12 s */
#define VEN_STORE 0.17f     /* share on its way back: 10 s */
#define TISSUE_CO2 0.5f     /* mL/mL: the large stores count from here, to lose less by rounding */
#define LACTATE_PER_O2 6.0f /* mmol/mmol: what glycolysis makes for the same ATP */
#define RQ 0.84f

/* Kelman 1966: factor on PO2 for temperature, pH and carbon dioxide. */
LANE_INLINE lane gas_shift(lane temp, lane ph, lane pco2)
{
    lane log_co2 = lane_log(lane_clamp(pco2, 1, 300) * (1 / 40.0f));
    return lane_exp(LN_10 * (0.024f * (37.0f - temp) + 0.40f * (ph - 7.4f)) - 0.06f * log_co2);
}

/* Severinghaus 1979; p: PO2 x shift. */
LANE_INLINE lane gas_saturation(lane p)
{
    lane q = p * (p * p + 150.0f);
    return q / (q + 23400.0f);
}

LANE_INLINE lane gas_o2_content(lane po2, lane shift, lane hb)
{
    return O2_PER_HB * hb * gas_saturation(po2 * shift) + O2_SOLVED * po2;
}

/* PO2 of a content by Newton steps from a guess; the curve is flat above and steep below, so a step
 * at most halves or doubles. */
LANE_INLINE lane gas_po2_of(lane content, lane shift, lane hb, lane guess)
{
    lane po2 = lane_clamp(guess, 5, 700);
    for (int i = 0; i < 3; i++) {
        lane p = po2 * shift, q = p * (p * p + 150.0f), d = q + 23400.0f;
        lane c = O2_PER_HB * hb * q / d + O2_SOLVED * po2;
        lane slope = O2_PER_HB * hb * shift * 23400.0f * (3.0f * p * p + 150.0f) / (d * d);
        lane next = po2 - (c - content) / (slope + O2_SOLVED);
        po2 = lane_max(lane_min(next, po2 * 2.0f), po2 * 0.5f);
    }
    return lane_clamp(po2, 1, 750);
}

/* Spencer 1979, with base excess (prior: 2 % a mmol/L). */
LANE_INLINE lane gas_co2_content(lane pco2, lane po2, lane be)
{
    lane y = pco2 * (1.0f + 0.03255f * po2) / (194.4f * (1.0f + 0.05591f * po2));
    lane z = lane_pow(y, lane_all(1 / 1.819f));
    return CO2_MAX * (1.0f + 0.02f * be) * z / (1.0f + z);
}

LANE_INLINE lane gas_pco2_of(lane content, lane po2, lane be)
{
    lane z = lane_clamp(content / (CO2_MAX * (1.0f + 0.02f * be)), 0.01f, 0.95f);
    lane y = lane_pow(z / (1.0f - z), lane_all(1.819f));
    return y * 194.4f * (1.0f + 0.05591f * po2) / (1.0f + 0.03255f * po2);
}

/* Van Slyke (Siggaard-Andersen 1977): BE = (HCO3 - 24.4 + (2.3 Hb + 7.7)(pH - 7.4))(1 - 0.023 Hb),
 * Hb in mmol/L; Newton steps from the last pH. */
LANE_INLINE lane gas_ph(lane paco2, lane be, lane hb_g_dl, lane guess)
{
    lane hb = 0.6206f * hb_g_dl, buffer = 2.3f * hb + 7.7f, target = be / (1.0f - 0.023f * hb);
    lane ph = guess;
    for (int i = 0; i < 2; i++) {
        lane hco3 = drive_hco3(paco2, ph);
        lane error = hco3 - 24.4f + buffer * (ph - 7.4f) - target;
        ph = lane_clamp(ph - error / (LN_10 * hco3 + buffer), 6.4f, 8.0f);
    }
    return ph;
}

/* Volume of alveolar gas, L, with that which waits in the dead space. */
LANE_INLINE lane gas_volume(const lane_block *b)
{
    return lane_max(b->p.frc + b->x.v_l + b->x.ds, lane_all(0.25f));
}

typedef struct gas_exchange {
    lane o2, co2;         /* mL STPD that blood took up, gave off in this step */
    lane in, out;         /* L that entered and left the alveoli */
    lane o2_in, co2_out;  /* mL STPD through the airway, net */
    lane art_o2, art_co2; /* contents of arterial blood */
} gas_exchange;

/* What blood and alveoli exchange in step_s. */
LANE_INLINE gas_exchange gas_blood(const lane_block *b, float step_s)
{
    const lane_state *x = &b->x;
    lane po2 = x->f_o2 * DRY_MMHG, pco2 = x->f_co2 * DRY_MMHG, be = drive_base_excess(x);
    lane c_o2 = gas_o2_content(po2, gas_shift(x->temp, x->ph, pco2), b->k.hb);
    lane c_co2 = gas_co2_content(pco2, po2, be);
    lane open = 1.0f - b->k.shunt, flow = lane_output(x) * open * step_s;
    gas_exchange g;
    g.o2 = flow * (c_o2 - x->o2_ven);
    g.co2 = flow * (x->co2_ven - c_co2);
    g.art_o2 = open * c_o2 + b->k.shunt * x->o2_ven;
    g.art_co2 = open * c_co2 + b->k.shunt * x->co2_ven;
    return g;
}

/* Gas through the airway. The blood takes more than it gives: that much more flows in when the way
 * is open (also in apnoea), and the lung shrinks by it when it is closed. What leaves comes for
 * vd_alv from alveoli without blood, where it is as it was inspired. */
LANE_INLINE void gas_airway(lane_block *b, bool closed, gas_exchange *g)
{
    const lane_state *x = &b->x;
    g->in = b->f.alv_in, g->out = b->f.alv_out;
    lane lost = (g->o2 - g->co2) * (1 / STPD_PER_L);
    if (closed) {
        b->x.v_l -= lost;
        g->in = g->out = lost = lane_all(0);
    }
    lane less_out = lane_min(lane_positive(lost), g->out);
    g->out -= less_out;
    g->in += lane_positive(lost - less_out);
    g->out += lane_positive(0.0f - lost);
    lane leaves = x->f_o2 + b->k.vd_alv * (x->fi_o2 - x->f_o2);
    g->o2_in = (g->in * x->fi_o2 - g->out * leaves) * STPD_PER_L;
    g->co2_out = g->out * (1.0f - b->k.vd_alv) * x->f_co2 * STPD_PER_L;
}

/* before: volume of the alveoli at the start of the step, L. */
LANE_INLINE void gas_alveoli(lane_block *b, const gas_exchange *g, lane before)
{
    lane_state *x = &b->x;
    lane held = before * STPD_PER_L, per = 1.0f / (gas_volume(b) * STPD_PER_L);
    x->f_o2 = lane_clamp((x->f_o2 * held + g->o2_in - g->o2) * per, 1e-4f, 1);
    x->f_co2 = lane_clamp((x->f_co2 * held + g->co2 - g->co2_out) * per, 1e-4f, 0.4f);
}

/* Share of the output that goes to brain, gut and heart: nerves and pressors turn the blood away
 * from muscle and skin, the falling pressure does the rest (prior). */
LANE_INLINE lane gas_fast_flow(const lane_block *b)
{
    const lane_state *x = &b->x;
    lane narrowed = 1.0f / (1.0f + 6.6f * lane_positive(lane_alarm(b) - 0.16f));
    lane pushed = lane_clamp((x->map - 30.0f) * (1 / 55.0f), 0.2f, 1);
    return 1.0f - SLOW_FLOW * narrowed * pushed;
}

/* Blood on its way, and two tissues: each a mixed store. */
LANE_INLINE void gas_tissues(lane_block *b, const gas_exchange *g, float step_s)
{
    lane_state *x = &b->x;
    lane flow = lane_output(x) * step_s;
    lane art = flow / (ART_STORE * b->p.v_blood0), ven = flow / (VEN_STORE * b->p.v_blood0);
    lane share = gas_fast_flow(b), fast = flow * share, slow = flow - fast;
    lane most = b->k.extraction * x->o2_art;
    lane used_fast = lane_min(b->k.vo2_demand * (FAST_O2 * step_s), most * fast);
    lane used_slow = lane_min(b->k.vo2_demand * ((1 - FAST_O2) * step_s), most * slow);
    lane used = used_fast + used_slow;
    b->f.vo2 = used * (1 / step_s);
    lane o2_fast = x->o2_fast, o2_slow = x->o2_slow, co2_fast = x->co2_fast + TISSUE_CO2;
    lane co2_slow = x->co2_slow + TISSUE_CO2, o2_art = x->o2_art, co2_art = x->co2_art;
    x->o2_fast += (fast * (o2_art - o2_fast) - used_fast) * (1 / FAST_O2_ML);
    x->o2_slow += (slow * (o2_art - o2_slow) - used_slow) * (1 / SLOW_O2_ML);
    x->co2_fast += (fast * (co2_art - co2_fast) + used_fast * RQ) * (1 / FAST_CO2_ML);
    x->co2_slow += (slow * (co2_art - co2_slow) + used_slow * RQ) * (1 / SLOW_CO2_ML);
    x->o2_art += art * (g->art_o2 - o2_art);
    x->co2_art += art * (g->art_co2 - co2_art);
    x->o2_ven += ven * (o2_slow + share * (o2_fast - o2_slow) - x->o2_ven);
    x->co2_ven += ven * (co2_slow + share * (co2_fast - co2_slow) - x->co2_ven);
}

/* Pressures, saturation and acidity of arterial blood, half way between lung and tissue; what the
 * oximeter sees a while later. */
LANE_INLINE void gas_arterial(lane_block *b, const gas_exchange *g, float step_s)
{
    lane_state *x = &b->x;
    lane be = drive_base_excess(x);
    lane o2 = 0.5f * (g->art_o2 + x->o2_art), co2 = 0.5f * (g->art_co2 + x->co2_art);
    x->paco2 = lane_clamp(gas_pco2_of(co2, x->pao2, be), 5, 250);
    x->ph = gas_ph(x->paco2, be, b->k.hb, x->ph);
    lane shift = gas_shift(x->temp, x->ph, x->paco2);
    x->pao2 = gas_po2_of(o2, shift, b->k.hb, x->pao2);
    b->f.sao2 = gas_saturation(x->pao2 * shift);
    lane lag = lane_select(x->map < 60.0f, lane_all(25), lane_all(15));
    x->spo2 += (b->f.sao2 - x->spo2) * (step_s / (lag + 0.5f * step_s));
}

/* mmol/L: made where oxygen is wanting, cleared with a half-life of 20 min at the resting output
 * (priors). The body's weight stands as blood volume over 70 mL/kg. */
LANE_INLINE void gas_lactate(lane_block *b, float step_s)
{
    lane_state *x = &b->x;
    lane space_l = 0.5f * b->p.v_blood0 * (1 / 70.0f);
    lane wanting = lane_positive(b->k.vo2_demand - b->f.vo2) * (1 / 22.4f);
    lane perfusion = lane_min(lane_output(x) / (21.0f * b->p.vo2_0), lane_all(1.5f));
    lane cleared = (x->lactate - 1.0f) * (5.776e-4f * perfusion);
    x->lactate += (LACTATE_PER_O2 * wanting / space_l - cleared + b->k.lactate_add) * step_s;
    x->lactate = lane_clamp(x->lactate, 0.3f, 40);
}

/* volume_before: gas_volume at the end of the last gas step. */
LANE_INLINE void gas_step(lane_block *b, const plx_second *s, lane volume_before, float step_s,
                          const plx_body_books *books)
{
    gas_exchange g = gas_blood(b, step_s);
    gas_airway(b, s->airway.closed, &g);
    lane_book(books->o2_in, g.o2_in);
    lane_book(books->co2_out, g.co2_out);
    gas_alveoli(b, &g, volume_before);
    gas_tissues(b, &g, step_s);
    lane_book(books->o2_used, b->f.vo2 * step_s);
    lane_book(books->co2_made, b->f.vo2 * (step_s * RQ));
    gas_arterial(b, &g, step_s);
    gas_lactate(b, step_s);
    b->f.alv_in = b->f.alv_out = lane_all(0);
}

#endif
