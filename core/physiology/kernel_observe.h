/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The quantities of measure.h out of a block, at the end of a second. */
#ifndef PLX_CORE_PHYSIOLOGY_KERNEL_OBSERVE_H
#define PLX_CORE_PHYSIOLOGY_KERNEL_OBSERVE_H

#include "core/physiology/kernel_gas.h"
#include "core/physiology/kernel_slow.h"
#include "core/physiology/measure.h"

LANE_INLINE void observe_circulation(const lane_block *b, lane *out)
{
    const lane_state *x = &b->x;
    lane output = lane_output(x), l_min = output * 0.06f, sv = x->edv - x->esv;
    lane svr = (x->map - x->cvp) / lane_max(output, lane_all(1));
    out[PLX_QUANTITY_hr_bpm] = 60.0f / x->beat_s;
    out[PLX_QUANTITY_sbp_mmhg] = x->sbp;
    out[PLX_QUANTITY_dbp_mmhg] = x->dbp;
    out[PLX_QUANTITY_map_mmhg] = x->map;
    out[PLX_QUANTITY_pp_mmhg] = x->sbp - x->dbp;
    out[PLX_QUANTITY_cvp_mmhg] = x->cvp;
    out[PLX_QUANTITY_pcwp_mmhg] = x->pcwp;
    out[PLX_QUANTITY_mpap_mmhg] = x->mpap;
    out[PLX_QUANTITY_pap_sys_mmhg] = x->pas;
    out[PLX_QUANTITY_pap_dia_mmhg] = x->pad;
    out[PLX_QUANTITY_sv_ml] = sv;
    out[PLX_QUANTITY_co_l_min] = l_min;
    /* plx_measure_ci_factor corrects it for what the member's demand is drawn to be */
    out[PLX_QUANTITY_ci_l_min_m2] = l_min / (b->p.vo2_0 * (60 * 1.85f / 246));
    out[PLX_QUANTITY_lv_ef] = sv / lane_max(x->edv, lane_all(1));
    out[PLX_QUANTITY_lv_edv_ml] = x->edv;
    out[PLX_QUANTITY_lv_esv_ml] = x->esv;
    out[PLX_QUANTITY_svr_mmhg_s_ml] = svr;
    out[PLX_QUANTITY_svr_dyn_s_cm5] = svr * 1333.2f;
    out[PLX_QUANTITY_v_heart_ml] = x->v_la + x->v_ra + x->v_lv + x->v_rv;
    out[PLX_QUANTITY_p_pleural_mmhg] = b->f.p_th + b->k.p_extra;
}

LANE_INLINE void observe_gas(const lane_block *b, lane *out)
{
    const lane_state *x = &b->x;
    lane be = drive_base_excess(x), rr = breath_rate(x), ve = rr * x->vt;
    lane alveolar = lane_positive(x->vt - breath_mean_dead(b, x->vt)) * (1.0f - b->k.vd_alv);
    lane po2_v = gas_po2_of(x->o2_ven, gas_shift(x->temp, x->ph - 0.03f, x->paco2 + 6.0f), b->k.hb,
                            lane_all(40));
    out[PLX_QUANTITY_rr_per_min] = rr;
    out[PLX_QUANTITY_tv_ml] = x->vt * 1000.0f;
    out[PLX_QUANTITY_ve_l_min] = ve;
    out[PLX_QUANTITY_spo2_pct] = x->spo2 * 100.0f;
    out[PLX_QUANTITY_sao2_fraction] = b->f.sao2;
    out[PLX_QUANTITY_pao2_mmhg] = x->pao2;
    out[PLX_QUANTITY_paco2_mmhg] = x->paco2;
    out[PLX_QUANTITY_pvo2_mmhg] = po2_v;
    out[PLX_QUANTITY_pvco2_mmhg] = gas_pco2_of(x->co2_ven, po2_v, be);
    out[PLX_QUANTITY_etco2_mmhg] = x->etco2;
    out[PLX_QUANTITY_paco2_minus_etco2_mmhg] = x->paco2 - x->etco2;
    out[PLX_QUANTITY_vd_vt] = 1.0f - alveolar / lane_max(x->vt, lane_all(0.05f));
    out[PLX_QUANTITY_ph] = x->ph;
    out[PLX_QUANTITY_hco3_meq_l] = drive_hco3(x->paco2, x->ph);
    out[PLX_QUANTITY_base_excess_meq_l] = be;
    out[PLX_QUANTITY_lactate_mmol_l] = x->lactate;
    out[PLX_QUANTITY_fio2] = x->fi_o2;
    out[PLX_QUANTITY_pao2_fio2_mmhg] = x->pao2 / lane_max(x->fi_o2, lane_all(0.05f));
    out[PLX_QUANTITY_shunt_fraction] = b->k.shunt;
    out[PLX_QUANTITY_vo2_ml_min] = b->f.vo2 * 60.0f;
    out[PLX_QUANTITY_vco2_ml_min] = b->f.vo2 * (60 * RQ);
}

LANE_INLINE void observe(const lane_block *b, const plx_second *s, lane *out)
{
    const lane_state *x = &b->x;
    slow_effects sum = slow_nothing();
    slow_drugs(b, s, &sum);
    observe_circulation(b, out);
    observe_gas(b, out);
    out[PLX_QUANTITY_blood_volume_ml] = x->v_blood;
    out[PLX_QUANTITY_plasma_volume_ml] = x->v_blood - x->v_rbc;
    out[PLX_QUANTITY_hb_g_dl] = b->k.hb;
    out[PLX_QUANTITY_hct] = x->v_rbc / x->v_blood;
    out[PLX_QUANTITY_urine_ml_min] = x->urine * 60.0f;
    out[PLX_QUANTITY_blood_lost_ml] = x->bled;
    out[PLX_QUANTITY_core_temp_c] = x->temp;
    out[PLX_QUANTITY_nmb_fraction] = sum.nmb;
}

#endif
