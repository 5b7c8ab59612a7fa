/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/measure.h"

#include <string.h>

static const char *const names[] = {
#define X(name, unit) #name,
    PLX_MEASURE_LIST(X)
#undef X
};
static const char *const units[] = {
#define X(name, unit) unit,
    PLX_MEASURE_LIST(X)
#undef X
};

double plx_measure_ci_factor(double vo2_0_ml_s, double bsa_m2)
{
    return vo2_0_ml_s * 60 / 246 * 1.85 / bsa_m2;
}

const char *plx_measure_name(plx_measure quantity)
{
    return (unsigned)quantity < PLX_MEASURE_N ? names[quantity] : "?";
}

const char *plx_measure_unit(plx_measure quantity)
{
    return (unsigned)quantity < PLX_MEASURE_N ? units[quantity] : "?";
}

plx_status plx_measure_named(plx_slice word, plx_measure *quantity)
{
    for (unsigned i = 0; i < PLX_MEASURE_N; i++)
        if (word.n == strlen(names[i]) && memcmp(word.at, names[i], word.n) == 0) {
            *quantity = (plx_measure)i;
            return PLX_OK;
        }
    return PLX_UNKNOWN;
}
