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
    out[PLX_MEASURE_hr_bpm] = 60.0f / x->beat_s;
    out[PLX_MEASURE_sbp_mmhg] = x->sbp;
    out[PLX_MEASURE_dbp_mmhg] = x->dbp;
    out[PLX_MEASURE_map_mmhg] = x->map;
    out[PLX_MEASURE_pp_mmhg] = x->sbp - x->dbp;
    out[PLX_MEASURE_cvp_mmhg] = x->cvp;
    out[PLX_MEASURE_pcwp_mmhg] = x->pcwp;
    out[PLX_MEASURE_mpap_mmhg] = x->mpap;
    out[PLX_MEASURE_pap_sys_mmhg] = x->pas;
    out[PLX_MEASURE_pap_dia_mmhg] = x->pad;
    out[PLX_MEASURE_sv_ml] = sv;
    out[PLX_MEASURE_co_l_min] = l_min;
    /* plx_measure_ci_factor corrects it for what the member's demand is drawn to be */
    out[PLX_MEASURE_ci_l_min_m2] = l_min / (b->p.vo2_0 * (60 * 1.85f / 246));
    out[PLX_MEASURE_lv_ef] = sv / lane_max(x->edv, lane_all(1));
    out[PLX_MEASURE_lv_edv_ml] = x->edv;
    out[PLX_MEASURE_lv_esv_ml] = x->esv;
    out[PLX_MEASURE_svr_mmhg_s_ml] = svr;
    out[PLX_MEASURE_svr_dyn_s_cm5] = svr * 1333.2f;
    out[PLX_MEASURE_v_heart_ml] = x->v_la + x->v_ra + x->v_lv + x->v_rv;
    out[PLX_MEASURE_p_pleural_mmhg] = b->f.p_th + b->k.p_extra;
}

LANE_INLINE void observe_gas(const lane_block *b, lane *out)
{
    const lane_state *x = &b->x;
    lane be = drive_base_excess(x), rr = breath_rate(x), ve = rr * x->vt;
    lane alveolar = lane_positive(x->vt - breath_mean_dead(b, x->vt)) * (1.0f - b->k.vd_alv);
    lane po2_v = gas_po2_of(x->o2_ven, gas_shift(x->temp, x->ph - 0.03f, x->paco2 + 6.0f), b->k.hb,
                            lane_all(40));
    out[PLX_MEASURE_rr_per_min] = rr;
    out[PLX_MEASURE_tv_ml] = x->vt * 1000.0f;
    out[PLX_MEASURE_ve_l_min] = ve;
    out[PLX_MEASURE_spo2_pct] = x->spo2 * 100.0f;
    out[PLX_MEASURE_sao2_fraction] = b->f.sao2;
    out[PLX_MEASURE_pao2_mmhg] = x->pao2;
    out[PLX_MEASURE_paco2_mmhg] = x->paco2;
    out[PLX_MEASURE_pvo2_mmhg] = po2_v;
    out[PLX_MEASURE_pvco2_mmhg] = gas_pco2_of(x->co2_ven, po2_v, be);
    out[PLX_MEASURE_etco2_mmhg] = x->etco2;
    out[PLX_MEASURE_paco2_minus_etco2_mmhg] = x->paco2 - x->etco2;
    out[PLX_MEASURE_vd_vt] = 1.0f - alveolar / lane_max(x->vt, lane_all(0.05f));
    out[PLX_MEASURE_ph] = x->ph;
    out[PLX_MEASURE_hco3_meq_l] = drive_hco3(x->paco2, x->ph);
    out[PLX_MEASURE_base_excess_meq_l] = be;
    out[PLX_MEASURE_lactate_mmol_l] = x->lactate;
    out[PLX_MEASURE_fio2] = x->fi_o2;
    out[PLX_MEASURE_pao2_fio2_mmhg] = x->pao2 / lane_max(x->fi_o2, lane_all(0.05f));
    out[PLX_MEASURE_shunt_fraction] = b->k.shunt;
    out[PLX_MEASURE_vo2_ml_min] = b->f.vo2 * 60.0f;
    out[PLX_MEASURE_vco2_ml_min] = b->f.vo2 * (60 * RQ);
}

LANE_INLINE void observe(const lane_block *b, const plx_second *s, lane *out)
{
    const lane_state *x = &b->x;
    slow_effects sum = slow_nothing();
    slow_drugs(b, s, &sum);
    observe_circulation(b, out);
    observe_gas(b, out);
    out[PLX_MEASURE_blood_volume_ml] = x->v_blood;
    out[PLX_MEASURE_plasma_volume_ml] = x->v_blood - x->v_rbc;
    out[PLX_MEASURE_hb_g_dl] = b->k.hb;
    out[PLX_MEASURE_hct] = x->v_rbc / x->v_blood;
    out[PLX_MEASURE_urine_ml_min] = x->urine * 60.0f;
    out[PLX_MEASURE_blood_lost_ml] = x->bled;
    out[PLX_MEASURE_core_temp_c] = x->temp;
    out[PLX_MEASURE_nmb_fraction] = sum.nmb;
}

#endif
