/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a live twin says of its patient now and of the hours to come, as a posterior. */
#ifndef PLX_CORE_ASSIMILATE_LIVE_TELL_H
#define PLX_CORE_ASSIMILATE_LIVE_TELL_H

#include "core/assimilate/live.h"
#include "core/assimilate/outlook.h"
#include "core/assimilate/posterior.h"

enum {
    PLX_LIVE_UPDATES_LEAST = 3, /* below, a twin knows the prior only */
    PLX_LIVE_HORIZONS_NEAR = 4  /* without the four hours */
};

/* What one thread needs for it. */
typedef struct plx_live_teller {
    plx_outlook outlook;
    plx_outlook_worker worker;
    plx_weighted scratch[2 * PLX_OUTLOOK_SLOTS_MAX];
    void *memory; /* plx_live_tell_size bytes, aligned to 64 */
} plx_live_teller;

/* For tracks of this input. */
size_t plx_live_tell_size(const plx_track_input *input);

/* Status, mechanisms, hidden states, divergence at the end of the last bin. live has begun; subject
 * and version are left to the caller. */
void plx_live_tell(const plx_live *live, plx_live_teller *teller, plx_posterior *out);
/* Adds the first horizons_n horizons to what tell has said, if the twin may speak: a fork lives on
 * under the care as it is. Unsure: fans are wider by the vital's D. Where more than a fifth of the
 * bodies do not live to a horizon it has chances and no fans. acvpu: letter of NEWS2. */
void plx_live_foresee(const plx_live *live, plx_live_teller *teller, uint32_t horizons_n,
                      char acvpu, plx_posterior *out);

#endif
