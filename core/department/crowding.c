/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/department/crowding.h"

bool plx_crowding_nedocs(const plx_crowding *c, double *score)
{
    if (c->places == 0 || c->hospital_beds == 0) return false;
    *score = -20 + 85.8 * c->present / c->places + 600.0 * c->boarding / c->hospital_beds +
             13.4 * c->ventilated + 0.93 * c->longest_boarding_h + 5.64 * c->last_wait_h;
    return true;
}

bool plx_crowding_edwin(const uint16_t *by_acuity, uint32_t doctors, uint32_t places,
                        uint32_t boarding, double *score)
{
    if (doctors == 0 || boarding >= places) return false;
    double sum = 0;
    for (int a = 0; a < 5; a++)
        sum += by_acuity[a] * (5.0 - a);
    *score = sum / ((double)doctors * (places - boarding));
    return true;
}
