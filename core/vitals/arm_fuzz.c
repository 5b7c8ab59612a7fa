/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no bytes break the reading of an arm. The first byte chooses whether a ventilator runs.
 * Oracle: sanitizers; an error has its sentence; what is taken can be done by a care in that order,
 * and the same arm with blanks around it is the same. */
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/vitals/arm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static plx_status parse(plx_slice text, const plx_arm_fork *fork, plx_arm *arm)
{
    char why[PLX_ARM_WHY_MAX];
    plx_status status = plx_arm_parse(text, fork, arm, why, sizeof why);
    PLX_ASSERT((status == PLX_OK) == (why[0] == 0) && strlen(why) < sizeof why - 1);
    PLX_ASSERT(plx_utf8_valid(plx_slice_of(why)));
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const plx_person man = {.age = 50, .height_cm = 175, .weight_kg = 80};
    if (size == 0) return 0;
    plx_care care;
    plx_care_init(&care, &man);
    if (data[0] & 1) care.airway = (plx_airway){.vent = PLX_VENT_VOLUME, .vt_l = 0.5F};
    plx_arm_fork fork = {&care, 600};
    char *text = malloc(size + 1), no[100]; /* a blank before and behind */
    if (!text) abort();
    text[0] = text[size] = ' ';
    memcpy(text + 1, data + 1, size - 1);
    plx_arm arm = {.actions_n = 99}, same;
    plx_status status = parse((plx_slice){(const char *)data + 1, size - 1}, &fork, &arm);
    PLX_ASSERT(parse((plx_slice){text, size + 1}, &fork, &same) == status);
    if (status == PLX_OK) {
        PLX_ASSERT(arm.actions_n == same.actions_n && arm.actions_n <= PLX_ARM_ACTIONS_MAX);
        for (uint32_t i = 0; i < arm.actions_n; i++) {
            PLX_ASSERT(arm.actions[i].at_s == 600 && arm.actions[i].kind == same.actions[i].kind);
            PLX_ASSERT(plx_care_act(&care, &arm.actions[i], no, sizeof no) == PLX_OK);
        }
    } else {
        PLX_ASSERT(arm.actions_n == 99);
    }
    free(text);
    return 0;
}
