/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Whether an ensemble still answers. Whoever runs one looks at its members after some seconds:
 * those that left the bounds of body_table.h or whose heart stands still are replaced by copies of
 * sound ones (plx_body_redraw) and counted. When more than PLX_REDRAW_PCT_MAX percent of them (a
 * member as often as it breaks) are replaced in one window of PLX_REDRAW_WINDOW_S seconds, or no
 * sound one is left, there is no answer: what would go on is a sample of those who bear it, not of
 * this patient.
 */
#ifndef PLX_CORE_PHYSIOLOGY_REDRAW_H
#define PLX_CORE_PHYSIOLOGY_REDRAW_H

#include "core/physiology/body.h"

enum {
    PLX_REDRAW_WINDOW_S = 30, /* from one multiple of it to the next */
    PLX_REDRAW_PCT_MAX = 20   /* of the members, in a window */
};

/* Zero with members and source set: nothing happened yet. */
typedef struct plx_redraw {
    uint32_t members; /* 0..members-1 of the body count; the others only fill registers */
    uint32_t total;   /* replaced so far */
    uint32_t in_window;
    uint16_t *source; /* (members), of the caller: whose copy a member became in the last look, or
                       * itself */
    char why[120];    /* the sentence of PLX_NO_ANSWER; empty before */
} plx_redraw;

/* Looks at the body as it is at time_s, which tells the windows and stands in the sentence; the
 * body's own time_s keys the choice and has grown since the last look. The caller copies by source
 * what else he keeps of the members. PLX_NO_ANSWER with why: nothing was replaced, and it was the
 * last look. */
plx_status plx_redraw_look(plx_redraw *redraw, plx_body *body, int64_t time_s);

#endif
