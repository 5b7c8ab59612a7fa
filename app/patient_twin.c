/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_twin.h"

#include <stdlib.h>

#include "edge/host/lanes.h"

enum { ALIGNMENT = 64, SEED = 1 };

static plx_status begin(void *self, const plx_person *person, char *why, size_t why_n)
{
    plx_patient_twin *t = self;
    t->inner = *t->charted ? t->of_hours : t->of_minutes;
    t->asked = false;
    return t->inner.begin(t->inner.self, person, why, why_n);
}

static plx_status observe(void *self, const plx_vitals_observation *observations, uint32_t n)
{
    plx_patient_twin *t = self;
    return t->inner.observe(t->inner.self, observations, n);
}

static plx_status act(void *self, const plx_action *action)
{
    plx_patient_twin *t = self;
    return t->inner.act(t->inner.self, action);
}

static plx_status forecast(void *self, const plx_forecaster_request *request,
                           plx_forecaster_answer *out)
{
    plx_patient_twin *t = self;
    if (*t->charted && t->asked && request->now_s - t->asked_s < PLX_PATIENT_TWIN_HOURLY_S)
        return PLX_NO_ANSWER;
    PLX_TRY(t->inner.forecast(t->inner.self, request, out));
    t->asked = true;
    t->asked_s = request->now_s;
    return PLX_OK;
}

bool plx_patient_twin_make(plx_patient_twin *t, const bool *charted)
{
    const plx_track_input minutes = {.members = PLX_TRACK_MEMBERS,
                                     .lanes = plx_host_lanes(),
                                     .causes = (1u << PLX_CAUSE_N) - 1,
                                     .variant = PLX_BODY_PULSATILE,
                                     .seed = SEED};
    plx_track_input hours = minutes;
    hours.members = PLX_PATIENT_TWIN_HOURLY_MEMBERS;
    hours.causes = 1u << PLX_CAUSE_MIXED;
    hours.variant = PLX_BODY_AVERAGED;
    *t =
        (plx_patient_twin){.door = {t, "live twin", begin, observe, act, forecast},
                           .charted = charted,
                           .memory = {aligned_alloc(ALIGNMENT, plx_track_forecaster_size(&minutes)),
                                      aligned_alloc(ALIGNMENT, plx_track_forecaster_size(&hours))}};
    if (!t->memory[0] || !t->memory[1]) {
        plx_patient_twin_release(t);
        return false;
    }
    t->of_minutes = plx_track_forecaster_make(&t->minutes, &minutes, t->memory[0]);
    t->of_hours = plx_track_forecaster_make(&t->hours, &hours, t->memory[1]);
    return true;
}

void plx_patient_twin_release(plx_patient_twin *t)
{
    free(t->memory[0]);
    free(t->memory[1]);
    t->memory[0] = t->memory[1] = NULL;
}
