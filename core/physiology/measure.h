/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The quantities that can be read from a running body, under the names that files use. */
#ifndef PLX_CORE_PHYSIOLOGY_MEASURE_H
#define PLX_CORE_PHYSIOLOGY_MEASURE_H

#include "core/base/slice.h"
#include "core/base/status.h"

/* X(name, unit). All are computed per member at the end of a second (kernel_observe.h) but the last
 * ones, which need a longer look or the care and are made by those who hold them:
 * pulsus_paradoxus_mmhg (spread of sbp over the breaths of a window), plasma_ug_l and
 * effect_site_ug_l (care), plasma_expansion_fraction and delta_plasma_volume_ml (start). */
#define PLX_MEASURE_LIST(X)                                                                        \
    X(hr_bpm, "1/min")                                                                             \
    X(sbp_mmhg, "mmHg")                                                                            \
    X(dbp_mmhg, "mmHg")                                                                            \
    X(map_mmhg, "mmHg")                                                                            \
    X(pp_mmhg, "mmHg")                                                                             \
    X(cvp_mmhg, "mmHg")                                                                            \
    X(pcwp_mmhg, "mmHg")                                                                           \
    X(mpap_mmhg, "mmHg")                                                                           \
    X(pap_sys_mmhg, "mmHg")                                                                        \
    X(pap_dia_mmhg, "mmHg")                                                                        \
    X(sv_ml, "mL")                                                                                 \
    X(co_l_min, "L/min")                                                                           \
    X(ci_l_min_m2, "L/min/m2")                                                                     \
    X(lv_ef, "1")                                                                                  \
    X(lv_edv_ml, "mL")                                                                             \
    X(lv_esv_ml, "mL")                                                                             \
    X(svr_mmhg_s_ml, "mmHg s/mL")                                                                  \
    X(svr_dyn_s_cm5, "dyn.s/cm5")                                                                  \
    X(rr_per_min, "1/min")                                                                         \
    X(tv_ml, "mL")                                                                                 \
    X(ve_l_min, "L/min")                                                                           \
    X(spo2_pct, "%")                                                                               \
    X(sao2_fraction, "1")                                                                          \
    X(pao2_mmhg, "mmHg")                                                                           \
    X(paco2_mmhg, "mmHg")                                                                          \
    X(pvo2_mmhg, "mmHg")                                                                           \
    X(pvco2_mmhg, "mmHg")                                                                          \
    X(etco2_mmhg, "mmHg")                                                                          \
    X(paco2_minus_etco2_mmhg, "mmHg")                                                              \
    X(vd_vt, "1")                                                                                  \
    X(ph, "1")                                                                                     \
    X(hco3_meq_l, "mEq/L")                                                                         \
    X(base_excess_meq_l, "mEq/L")                                                                  \
    X(lactate_mmol_l, "mmol/L")                                                                    \
    X(fio2, "1")                                                                                   \
    X(pao2_fio2_mmhg, "mmHg")                                                                      \
    X(shunt_fraction, "1")                                                                         \
    X(vo2_ml_min, "mL/min")                                                                        \
    X(vco2_ml_min, "mL/min")                                                                       \
    X(blood_volume_ml, "mL")                                                                       \
    X(plasma_volume_ml, "mL")                                                                      \
    X(hb_g_dl, "g/dL")                                                                             \
    X(hct, "1")                                                                                    \
    X(urine_ml_min, "mL/min")                                                                      \
    X(blood_lost_ml, "mL")                                                                         \
    X(core_temp_c, "degC")                                                                         \
    X(nmb_fraction, "1")                                                                           \
    X(v_heart_ml, "mL")                                                                            \
    X(p_pleural_mmhg, "mmHg")

typedef enum plx_measure {
#define X(name, unit) PLX_MEASURE_##name,
    PLX_MEASURE_LIST(X)
#undef X
        PLX_MEASURE_N
} plx_measure;

const char *plx_measure_name(plx_measure quantity);
const char *plx_measure_unit(plx_measure quantity);
plx_status plx_measure_named(plx_slice word, plx_measure *quantity); /* PLX_UNKNOWN */

/* A block does not know the surface of its person, so ci_l_min_m2 leaves the kernel as if each
 * member's oxygen demand told it (246 mL/min are 1.85 m2). This factor puts the person's own
 * surface in its place. vo2_0: the member's parameter, mL/s. */
double plx_measure_ci_factor(double vo2_0_ml_s, double bsa_m2);

#endif
