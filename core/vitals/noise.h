/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How far one measured vital sign is from what it measures: standard deviations of patient-twin.md
 * section 5, the one table of them. */
#ifndef PLX_CORE_VITALS_NOISE_H
#define PLX_CORE_VITALS_NOISE_H

#include <stdbool.h>

#include "core/physiology/measure.h"

#define PLX_VITALS_PULSE_SD 4.0   /* 1/min: a heart rate that an oximeter counts */
#define PLX_VITALS_COUNTED_SD 3.0 /* 1/min: breaths counted by hand */

/* In the unit of the quantity: heart rate by ECG, breaths by impedance, pressures by cuff or, art,
 * by an arterial line. value: what was measured (a saturation below 80 is less sure); NaN: not
 * known. A quantity that nobody measures: NaN. */
double plx_vitals_sd(plx_measure quantity, bool art, double value);

#endif
