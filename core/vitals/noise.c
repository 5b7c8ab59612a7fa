/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/vitals/noise.h"

#define SPO2_LOW 80.0
#define SPO2_LOW_SD 3.0

/* By cuff or monitor, by arterial line. */
static const struct {
    plx_measure quantity;
    double sd[2];
} table[] = {
    {PLX_MEASURE_hr_bpm, {2, 2}},         {PLX_MEASURE_sbp_mmhg, {7, 3}},
    {PLX_MEASURE_dbp_mmhg, {6, 2.5}},     {PLX_MEASURE_map_mmhg, {5, 2}},
    {PLX_MEASURE_spo2_pct, {2, 2}},       {PLX_MEASURE_rr_per_min, {2, 2}},
    {PLX_MEASURE_etco2_mmhg, {2.5, 2.5}}, {PLX_MEASURE_core_temp_c, {0.2, 0.2}},
};

double plx_vitals_sd(plx_measure quantity, bool art, double value)
{
    if (quantity == PLX_MEASURE_spo2_pct && value < SPO2_LOW) return SPO2_LOW_SD;
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].quantity == quantity) return table[i].sd[art];
    return __builtin_nan("");
}
