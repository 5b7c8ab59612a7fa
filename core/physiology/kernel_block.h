/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A block: PLX_LANES members on their way through the kernel. Its steps, slowest first:
 *   1 s     slow      drugs, conditions, fluids, temperature -> coef     kernel_slow.h
 *   100 ms  gas       alveoli, blood gases, tissues                      kernel_gas.h
 *           drive     chemoreflexes -> breathing                         kernel_drive.h
 *   20 ms   breath    muscles, lung, ventilator -> pleural pressure      kernel_breath.h
 *           reflex    baroreflex -> heart period, tone                   kernel_reflex.h
 *   4 ms    circulation                                                  kernel_circulation.h
 * Each step reads x, p, k and what slower steps left in fast, so nothing but x survives a second
 * and a window may be cut at any second without changing a bit. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_BLOCK_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_BLOCK_H

#include "core/physiology/body.h"
#include "core/physiology/lane.h"

#define PLX_GAS_STEP_S 0.1f
#define PLX_BREATH_STEP_S 0.02f
#define PLX_BEAT_STEP_S 0.004f
enum { BEAT_STEPS = 5 }; /* in a breath step */
#define CMH2O_PER_MMHG 1.36f

typedef struct lane_state {
#define X(name, unit, low, high, text) lane name;
    PLX_BODY_STATE(X)
#undef X
    lane ring[PLX_BODY_RING];
} lane_state;

typedef struct lane_param {
#define X(name, unit, low, high, text) lane name;
    PLX_BODY_PARAM(X)
#undef X
} lane_param;

/* What the slow step decides for one second. */
typedef struct lane_coef {
    lane r_sys;        /* factor on the systemic resistances, p.r_scale included */
    lane r_pul;        /* factor on the pulmonary resistances, p.rp_scale included */
    lane e_lv, e_rv;   /* factors on (constant + reflex) elastances, p.e_scale included */
    lane c_sa;         /* mL/mmHg at 95 mmHg */
    lane vu_sv, vu_ev; /* mL, unstressed volumes without the reflex */
    lane t0;           /* s, heart period without nerves */
    lane period;       /* factor on the whole heart period */
    lane sympathetic;  /* factor on the sympathetic command */
    lane vagal;        /* factor on the vagal change of the period */
    lane vagal_add;    /* s, added to the period by drugs */
    lane inflow;       /* mL/s into the splanchnic veins: all that comes and goes */
    lane p_extra;      /* mmHg, on the heart and the vessels of the chest */
    lane irregular;    /* sd of a beat's length over the regular one */
    lane drive;        /* factor on the drive to breathe, 0 = none */
    lane rate_add;     /* 1/min, on the rate of breathing */
    lane strength;     /* share of the respiratory muscles' strength */
    lane r_in, r_ex;   /* cmH2O s/L, airway in inspiration and expiration */
    lane c_l, c_cw;    /* L/cmH2O */
    lane frc;          /* L */
    lane p_set;        /* mmHg, PaCO2 that the central drive aims at */
    lane shunt;        /* 0..1 */
    lane vd_alv;       /* 0..1 */
    lane vo2_demand;   /* mL/s */
    lane extraction;   /* most of the delivered oxygen that tissues can take */
    lane hb;           /* g/dL */
    lane lactate_add;  /* mmol/L/s, made without want of oxygen */
} lane_coef;

/* What a slower step leaves for a faster one inside the same second. */
typedef struct lane_fast {
    lane fes_sum, fev_sum; /* commands since the last place of the ring, of the vagus; reflex */
    lane sao2;             /* arterial saturation; gas -> observe */
    lane vo2;              /* mL/s, oxygen used by the tissues, STPD; gas -> observe */
    lane f_p;              /* 1/s, peripheral chemoreceptors; drive -> reflex */
    lane effort;           /* cmH2O, wanted amplitude of the muscles; drive -> breath */
    lane wanted_br_s;      /* s, wanted length of a breath, 0 = apnoea; drive -> breath */
    lane p_th;             /* mmHg, pleural; breath -> circulation */
    lane p_ao, p_mus;      /* cmH2O, airway opening and muscles; breath -> trace */
    lane alv_in;           /* L, fresh gas that entered the alveoli since the gas step */
    lane alv_out;          /* L, gas that left the alveoli since the gas step */
    lane period;           /* s, length of a beat; reflex -> circulation */
    lane r_sp, r_ep;       /* mmHg s/mL */
    lane e_lv, e_rv;       /* mmHg/mL */
    lane vu_sv, vu_ev;     /* mL */
} lane_fast;

typedef struct lane_block {
    lane_state x;
    lane_param p;
    lane_coef k;
    lane_fast f;
    lane_int member; /* number of the member, for random keys */
    uint64_t seed;
} lane_block;

/* Blood that the heart moved in the last beat, mL/s. */
LANE_INLINE lane lane_output(const lane_state *x)
{
    return (x->edv - x->esv) / x->beat_s;
}

/* Sympathetic command over that of rest, as the muscle's vessels have followed it. */
LANE_INLINE lane lane_alarm(const lane_block *b)
{
    return b->x.th_rep / (0.53f * lane_max(b->p.g_r, lane_all(0.3f))) - b->p.s_rest;
}

/* Adds to a row of the books, when that row is kept. */
LANE_INLINE void lane_book(double *row, lane amount)
{
    for (int i = 0; row && i < PLX_LANES; i++)
        row[i] += (double)amount[i];
}

#endif
