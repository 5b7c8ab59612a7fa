/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The closed formulas of blood and lung in double: for protocols that need no simulation, and as
 * the oracle of the lanes' versions in kernel_gas.h. */
#ifndef PLX_CORE_PHYSIOLOGY_ALGEBRA_H
#define PLX_CORE_PHYSIOLOGY_ALGEBRA_H

/* Saturation 0..1: Severinghaus 1979 (J Appl Physiol 46:599) at the virtual PO2 of Kelman 1966. */
double plx_so2(double po2_mmhg, double pco2_mmhg, double ph, double temp_c);

/* Oxygen content, mL/dL: 1.34 Hb S + 0.0031 PO2. */
double plx_o2_content_ml_dl(double po2_mmhg, double so2, double hb_g_dl);

/* PO2 that has this content at pH 7.4, PCO2 40, 37 degC; 0..750. */
double plx_po2_of_content(double content_ml_dl, double hb_g_dl);

/* PAO2 = FiO2 (PB - 47) - PaCO2 (FiO2 + (1 - FiO2) / R). */
double plx_alveolar_po2(double fio2, double paco2_mmhg, double pb_mmhg, double r);

/* Arterial PO2 behind a shunt (Berggren 1942), by content, with the arterio-venous difference. */
double plx_shunt_po2(double shunt, double pao2_alveolar_mmhg, double hb_g_dl, double avdo2_ml_dl);

/* Van Slyke form (Siggaard-Andersen 1977), mmol/L. */
double plx_hco3(double paco2_mmhg, double ph);
double plx_base_excess(double paco2_mmhg, double ph, double hb_g_dl);
double plx_ph_of(double paco2_mmhg, double base_excess, double hb_g_dl);

#endif
