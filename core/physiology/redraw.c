/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/physiology/redraw.h"

#include "core/base/slice.h"

/* The first broken member of the body is one that counts: they come first. */
static void tell_why(plx_redraw *r, const plx_body *body, uint32_t broken, int64_t time_s)
{
    plx_out out = plx_out_init(r->why, sizeof r->why - 1);
    plx_body_state_id row = PLX_BODY_ring;
    if (plx_body_broken(body, NULL, &row) == 0) row = PLX_BODY_map; /* all stand still */
    plx_out_u64(&out, r->in_window + broken);
    plx_out_text(&out, " of ");
    plx_out_u64(&out, r->members);
    plx_out_text(&out, " members left physiological bounds in the window up to ");
    plx_out_i64(&out, time_s);
    plx_out_text(&out, " s (");
    plx_out_text(&out, plx_body_state_name(row));
    plx_out_text(&out, ")");
    r->why[out.n] = 0;
}

plx_status plx_redraw_look(plx_redraw *r, plx_body *body, int64_t time_s)
{
    uint32_t max = r->members * PLX_REDRAW_PCT_MAX / 100 - r->in_window;
    PLX_ASSERT(!r->why[0]);
    uint32_t n = plx_body_redraw(body, r->members, body->time_s, max, r->source);
    if (n > max || n == r->members) {
        tell_why(r, body, n, time_s);
        return PLX_NO_ANSWER;
    }
    r->total += n;
    r->in_window = time_s % PLX_REDRAW_WINDOW_S == 0 ? 0 : r->in_window + n;
    return PLX_OK;
}
