/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "app/patient_mechanism.h"

#include <stdlib.h>

enum {
    ALIGNMENT = 64,
    FIRST_S = 60, /* lived before the first second of the window */
    FULL = 128,   /* members of a fit below which the bank is small, too: */
    FEW = 16      /* of each cause */
};

/* What was done up to now, each at its second. */
static void act(plx_track *t, const plx_esmda_input *in, uint32_t *next, uint32_t until_s)
{
    char why[100];
    for (; *next < in->actions_n && in->actions[*next].at_s <= until_s; ++*next) {
        plx_track_advance(t, in->actions[*next].at_s + FIRST_S);
        /* Rehearsed by the check of the fit; a cause may hold one infusion more. */
        plx_status status = plx_track_act(t, &in->actions[*next], why, sizeof why);
        (void)status;
    }
}

static void live_through(plx_track *t, const plx_esmda_input *in)
{
    uint32_t action = 0;
    for (uint32_t i = 0, n; i < in->observations_n; i += n) {
        uint32_t at_s = in->observations[i].time_s;
        for (n = 1; i + n < in->observations_n && in->observations[i + n].time_s == at_s;)
            n++;
        act(t, in, &action, at_s);
        plx_track_advance(t, at_s + FIRST_S);
        plx_track_observe(t, in->observations + i, n, NULL);
    }
}

bool plx_patient_mechanism_run(const plx_patient_fit *p, double *probability)
{
    const plx_track_input in = {.person = p->input.person,
                                .members = p->input.members < FULL ? FEW : PLX_TRACK_MEMBERS,
                                .lanes = p->input.lanes,
                                .causes = (1u << PLX_CAUSE_N) - 1,
                                .variant = PLX_BODY_PULSATILE,
                                .seed = p->input.seed};
    plx_track *t = calloc(1, sizeof *t);
    void *memory = aligned_alloc(ALIGNMENT, plx_track_size(&in));
    bool made = t && memory;
    if (made) {
        plx_track_begin(t, &in, memory);
        live_through(t, &p->input);
        plx_track_mechanisms(t, probability);
    }
    free(memory);
    free(t);
    return made;
}

const char *plx_patient_mechanism_name(const double *probability)
{
    for (uint32_t i = 0; i < PLX_MECHANISM_N; i++)
        if (probability[i] >= PLX_PATIENT_MECHANISM_NAMED)
            return plx_mechanism_name((plx_mechanism)i);
    return "unknown";
}
