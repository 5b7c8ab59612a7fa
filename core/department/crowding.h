/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Crowding scores of one moment. */
#ifndef PLX_CORE_DEPARTMENT_CROWDING_H
#define PLX_CORE_DEPARTMENT_CROWDING_H

#include <stdbool.h>
#include <stdint.h>

typedef struct plx_crowding {
    uint32_t present, places;         /* patients in the ED; its treatment places */
    uint32_t boarding, hospital_beds; /* admitted who wait in the ED */
    uint32_t ventilated;
    double longest_boarding_h; /* wait of the longest admitted for a ward */
    double last_wait_h;        /* waiting-room time of the last patient placed */
} plx_crowding;

/* National ED overcrowding scale (Weiss et al. 2004, Acad Emerg Med 11:38-50): -20 + 85.8 present /
 * places + 600 boarding / beds + 13.4 ventilated + 0.93 longest boarding + 5.64 last wait. Not
 * clamped. false when there are no places or no hospital beds. */
bool plx_crowding_nedocs(const plx_crowding *c, double *score);
/* Emergency department work index (Bernstein et al. 2003, Acad Emerg Med 10:938-942): sum over
 * acuity of n t, t = 6 - acuity, over doctors (places - boarding). by_acuity (5): present, [0] the
 * sickest. false when doctors = 0 or boarding >= places. */
bool plx_crowding_edwin(const uint16_t *by_acuity, uint32_t doctors, uint32_t places,
                        uint32_t boarding, double *score);

#endif
