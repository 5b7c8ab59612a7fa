/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The lists of the body model, each once: name, unit, low, high, text. They make the lane structs,
 * the arrays, the snapshot, the checks of bounds and the tests. A member outside a bound is broken
 * (not ill): the bounds are far outside what a living patient shows. Pressures in the chest are
 * over that of the air: the strongest effort against a shut airway takes them to -60 mmHg. An empty
 * compartment may be a few mL below zero for a step.
 * Two-letter compartments: systemic arteries sa, splanchnic and extrasplanchnic periphery sp ep and
 * veins sv ev, pulmonary arteries pa, periphery pp and veins pv, atria la ra, ventricles lv rv. */
#ifndef PLX_CORE_PHYSIOLOGY_BODY_TABLE_H
#define PLX_CORE_PHYSIOLOGY_BODY_TABLE_H

/* This moment of one member. */
#define PLX_BODY_STATE(X)                                                                          \
    X(v_sa, "mL", -20, 1500, "systemic arteries")                                                  \
    X(v_sp, "mL", -20, 2000, "splanchnic periphery")                                               \
    X(v_ep, "mL", -20, 2000, "extrasplanchnic periphery")                                          \
    X(v_sv, "mL", -20, 9000, "splanchnic veins")                                                   \
    X(v_ev, "mL", -20, 9000, "extrasplanchnic veins")                                              \
    X(v_pa, "mL", -20, 600, "pulmonary arteries")                                                  \
    X(v_pp, "mL", -20, 1500, "pulmonary periphery")                                                \
    X(v_pv, "mL", -20, 3000, "pulmonary veins")                                                    \
    X(v_la, "mL", -20, 1500, "left atrium")                                                        \
    X(v_ra, "mL", -20, 1500, "right atrium")                                                       \
    X(v_lv, "mL", -20, 700, "left ventricle")                                                      \
    X(v_rv, "mL", -20, 700, "right ventricle")                                                     \
    X(xi, "1", 0, 1, "phase of the beat, 0 at the start of systole")                               \
    X(beats, "1", 0, 1e7, "beats so far; keys the irregular rhythm")                               \
    X(rhythm, "1", 0.3, 2, "length of this beat over the regular one")                             \
    X(acc_t, "s", 0, 5, "time since the beat began")                                               \
    X(acc_sa, "mmHg s", -2000, 2000, "integral of arterial pressure in this beat")                 \
    X(acc_ra, "mmHg s", -2000, 2000, "integral of right atrial pressure")                          \
    X(acc_la, "mmHg s", -2000, 2000, "integral of left atrial pressure")                           \
    X(acc_pa, "mmHg s", -2000, 2000, "integral of pulmonary arterial pressure")                    \
    X(top_sa, "mmHg", -100, 600, "highest arterial pressure in this beat")                         \
    X(low_sa, "mmHg", -100, 1000, "lowest arterial pressure in this beat")                         \
    X(top_pa, "mmHg", -100, 500, "highest pulmonary arterial pressure in this beat")               \
    X(low_pa, "mmHg", -100, 1000, "lowest pulmonary arterial pressure in this beat")               \
    X(top_lv, "mL", -20, 700, "largest left ventricular volume in this beat")                      \
    X(low_lv, "mL", -20, 1000, "smallest left ventricular volume in this beat")                    \
    X(beat_s, "s", 0.15, 5, "length of the last beat")                                             \
    X(map, "mmHg", -20, 500, "mean arterial pressure of the last beat")                            \
    X(sbp, "mmHg", -20, 600, "systolic pressure of the last beat")                                 \
    X(dbp, "mmHg", -30, 450, "diastolic pressure of the last beat")                                \
    X(cvp, "mmHg", -70, 80, "right atrial pressure, mean of the last beat")                        \
    X(pcwp, "mmHg", -70, 120, "left atrial pressure, mean of the last beat")                       \
    X(mpap, "mmHg", -70, 150, "pulmonary arterial pressure, mean of the last beat")                \
    X(pas, "mmHg", -70, 200, "pulmonary arterial systolic pressure of the last beat")              \
    X(pad, "mmHg", -70, 150, "pulmonary arterial diastolic pressure of the last beat")             \
    X(edv, "mL", -20, 700, "left ventricular end-diastolic volume of the last beat")               \
    X(esv, "mL", -20, 700, "left ventricular end-systolic volume of the last beat")                \
    X(p_b, "mmHg", -2000, 700, "slow part of the pressure that the baroreceptors feel")            \
    X(th_elv, "mmHg/mL", 0, 20, "reflex change of left ventricular elastance")                     \
    X(th_erv, "mmHg/mL", 0, 20, "reflex change of right ventricular elastance")                    \
    X(th_rsp, "mmHg s/mL", 0, 30, "reflex change of splanchnic resistance")                        \
    X(th_rep, "mmHg s/mL", 0, 30, "reflex change of extrasplanchnic resistance")                   \
    X(th_vsv, "mL", -6000, 0, "reflex change of splanchnic unstressed volume")                     \
    X(th_vev, "mL", -6000, 0, "reflex change of extrasplanchnic unstressed volume")                \
    X(th_ts, "s", -4, 0, "sympathetic change of the heart period")                                 \
    X(th_tv, "s", 0, 3, "vagal change of the heart period")                                        \
    X(fev_last, "1/s", 0, 20, "mean vagal rate of the last 200 ms")                                \
    X(y_lag, "1/s", -10, 100, "chemoreceptor rate over rest, delayed")                             \
    X(z_lag, "mmHg", -100, 200, "PaCO2 over its set point, delayed")                               \
    X(xpa, "cmH2O", -60, 200, "peripheral drive, amplitude")                                       \
    X(xpf, "1/min", -60, 100, "peripheral drive, rate")                                            \
    X(xca, "cmH2O", -100, 300, "central drive, amplitude")                                         \
    X(xcf, "1/min", -100, 200, "central drive, rate")                                              \
    X(fatigue, "1", 0, 1, "share of respiratory strength lost")                                    \
    X(v_l, "L", -4, 12, "lung volume above FRC")                                                   \
    X(br_phase, "1", 0, 1, "phase of the breath, 0 at the start of inspiration")                   \
    X(br_s, "s", 0, 60, "length of this breath; 0 in apnoea")                                      \
    X(br_amp, "cmH2O", 0, 100, "amplitude of the muscles in this breath")                          \
    X(br_top, "L", -4, 12, "largest lung volume in this breath")                                   \
    X(ds, "L", 0, 2, "alveolar gas that waits in the dead space")                                  \
    X(vt, "L", 0, 12, "tidal volume of the last breath")                                           \
    X(fi_o2, "1", 0, 1, "fraction of oxygen inspired")                                             \
    X(etco2, "mmHg", 0, 300, "carbon dioxide at the end of the last breath")                       \
    X(f_o2, "1", 0, 1, "fraction of oxygen in the alveoli")                                        \
    X(f_co2, "1", 0, 0.5, "fraction of carbon dioxide in the alveoli")                             \
    X(o2_fast, "mL/mL", 0, 0.4, "oxygen content of the venous blood of the fast tissues")          \
    X(o2_slow, "mL/mL", 0, 0.4, "oxygen content of the venous blood of the slow tissues")          \
    X(co2_fast, "mL/mL", -0.5, 2, "carbon dioxide content of the fast tissues less 0.5")           \
    X(co2_slow, "mL/mL", -0.5, 2, "carbon dioxide content of the slow tissues less 0.5")           \
    X(o2_art, "mL/mL", 0, 0.4, "oxygen content of the blood on its way to the tissues")            \
    X(co2_art, "mL/mL", 0, 2, "carbon dioxide content of that blood")                              \
    X(o2_ven, "mL/mL", 0, 0.4, "oxygen content of the blood that reaches the lung")                \
    X(co2_ven, "mL/mL", 0, 2, "carbon dioxide content of that blood")                              \
    X(spo2, "1", 0, 1, "saturation that the oximeter sees")                                        \
    X(pao2, "mmHg", 0, 800, "arterial oxygen")                                                     \
    X(paco2, "mmHg", 0, 300, "arterial carbon dioxide")                                            \
    X(ph, "1", 6, 8.2, "arterial pH")                                                              \
    X(lactate, "mmol/L", 0, 60, "lactate in plasma")                                               \
    X(be_fix, "mmol/L", -40, 40, "base excess without lactate: chronic and from fluids")           \
    X(v_blood, "mL", 300, 20000, "blood volume, the book")                                         \
    X(v_blood_rest, "mL", -10, 10, "what rounding lost from v_blood")                              \
    X(v_rbc, "mL", 20, 8000, "red cells")                                                          \
    X(r_ref, "mL", -15000, 25000, "blood volume change that refill aims at")                       \
    X(isf, "mL", -9000, 40000, "change of interstitial water")                                     \
    X(leaked, "mL", 0, 9000, "plasma that leaky vessels have lost and lymph has not brought back") \
    X(urine, "mL/s", 0, 5, "urine, delayed")                                                       \
    X(bleed_k, "mL/s/mmHg", 0, 5, "conductance of a wound")                                        \
    X(bled, "mL", 0, 1e6, "blood lost")                                                            \
    X(v_eff, "mL", 0, 3000, "pericardial effusion")                                                \
    X(av_left, "1", 0.1, 5, "left output, pulsatile over averaged")                                \
    X(av_right, "1", 0.1, 5, "right output, pulsatile over averaged")                              \
    X(av_pp, "1", 0.05, 10, "pulse pressure, pulsatile over averaged")                             \
    X(av_dia, "1", -1, 1, "place of the mean in the pulse, pulsatile less averaged")               \
    X(av_sym, "1", -4, 4, "sympathetic command, pulsatile less averaged")                          \
    X(av_vag, "1/s", -8, 8, "vagal rate, pulsatile less averaged")                                 \
    X(av_chest, "mmHg", -30, 60, "mean pleural pressure")                                          \
    X(temp, "degC", 20, 45, "core temperature")                                                    \
    X(t_set, "degC", 20, 45, "temperature that the body aims at")

/* Sympathetic command of the last 6 s, one mean each 500 ms; part of the state, after the table. */
#define PLX_BODY_RING 12

/* One member's own body: what does not change in a run. */
#define PLX_BODY_PARAM(X)                                                                          \
    X(v_scale, "1", 0.15, 4, "compliances and unstressed volumes over the reference man's")        \
    X(r_scale, "1", 0.1, 8, "systemic resistances over the reference man's")                       \
    X(rp_scale, "1", 0.1, 8, "pulmonary resistances over the reference man's")                     \
    X(e_scale, "1", 0.08, 8, "ventricular elastances over the reference man's")                    \
    X(c_sa, "mL/mmHg", 0.02, 2, "arterial compliance at 95 mmHg")                                  \
    X(vu_v, "mL", -1800, 3000, "added to the unstressed volume of the veins")                      \
    X(v_blood0, "mL", 800, 12000, "blood volume at the start")                                     \
    X(v_heart0, "mL", 50, 3000, "heart volume at which the pericardium begins to press")           \
    X(t0, "s", 0.2, 1.5, "heart period without nerves")                                            \
    X(p_n, "mmHg", 40, 160, "set point of the baroreflex")                                         \
    X(g_ts, "1", 0, 8, "gain of the sympathetic heart period")                                     \
    X(g_tv, "1", 0, 8, "gain of the vagal heart period")                                           \
    X(g_r, "1", 0, 8, "gain of the resistances")                                                   \
    X(g_vu, "1", 0, 8, "gain of the venous tone")                                                  \
    X(g_e, "1", 0, 8, "gain of the contractility")                                                 \
    X(s_rest, "1", 0, 6, "sympathetic command at rest")                                            \
    X(beta, "1", 0, 1, "share of the beta receptors that no drug blocks")                          \
    X(shunt, "1", 0, 0.6, "share of the blood that passes no open alveolus")                       \
    X(vd_alv, "1", 0, 0.7, "share of the tidal volume in unperfused alveoli")                      \
    X(vd_anat, "L", 0.03, 0.4, "anatomical dead space")                                            \
    X(frc, "L", 0.4, 6, "functional residual capacity")                                            \
    X(c_l, "L/cmH2O", 0.02, 0.8, "lung compliance")                                                \
    X(r_aw, "cmH2O s/L", 0.3, 12, "airway resistance")                                             \
    X(drive, "1", 0.05, 8, "gain of the chemoreflexes on breathing")                               \
    X(vo2_0, "mL/s", 0.8, 12, "oxygen demand at 37 degC")                                          \
    X(hb0, "g/dL", 3, 22, "haemoglobin at the start")                                              \
    X(k_fluid, "1/s", 1e-5, 0.05, "rate of exchange with the interstitium")                        \
    X(a_fluid, "1", 0.1, 8, "factor on the fluids' distribution ratios")                           \
    X(pd_max, "1", 0.1, 8, "factor on the maximal effects of drugs")                               \
    X(pd_ec50, "1", 0.1, 8, "factor on the drugs' half-effect concentrations")                     \
    X(sick, "1", 0.05, 8, "how strongly this member's illness acts")                               \
    X(bleed, "1", 0, 8, "this member's factor on the rate of bleeding")

#endif
