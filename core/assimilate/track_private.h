/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Shared by the files of the track. */
#ifndef PLX_CORE_ASSIMILATE_TRACK_PRIVATE_H
#define PLX_CORE_ASSIMILATE_TRACK_PRIVATE_H

#include "core/assimilate/track.h"

/* So sure that he is stable, and so unlikely a cause: it begins anew. */
#define PLX_TRACK_ANEW_STABLE 0.10
#define PLX_TRACK_ANEW_OTHER 0.03
#define PLX_TRACK_ANEW_SLOW 0.01

double *plx_track_foreseen(plx_track *track, uint32_t cause, uint32_t kind);
void plx_track_run_long(plx_track *track, uint32_t cause, plx_body_variant variant,
                        uint32_t seconds);
void plx_track_mend(plx_track *track, uint32_t cause);
/* A cause stays what it is: an illness that has shrunk to nothing would be health in disguise. */
void plx_track_keep_ill(plx_track *track, uint32_t cause);
/* Some members begin to bleed, or bleed otherwise than before. */
void plx_track_bleed_anew(plx_track *track, uint32_t cause, double minutes);
void plx_track_consider_anew(plx_track *track);

#endif
