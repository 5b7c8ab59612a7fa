/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/mllp.h"

static bool is_tolerated(char c)
{
    return c == '\0' || c == '\r' || c == '\n';
}

static plx_mllp_found take(plx_mllp_splitter *s, plx_mllp_found found)
{
    *s = (plx_mllp_splitter){0};
    return found;
}

/* A frame starts at start. The end is searched only up to the next start, so that many starts in
 * one window cost no more than one. */
static plx_mllp_found frame_next(plx_mllp_splitter *s, plx_slice window, size_t start,
                                 plx_slice *body, size_t *consumed)
{
    size_t from = start + (s->scanned > 1 ? s->scanned : 1);
    const char *rest = window.at + from;
    const char *again = memchr(rest, PLX_MLLP_START, window.n - from);
    size_t limit = again ? (size_t)(again - window.at) : window.n;
    const char *last = memchr(rest, PLX_MLLP_END, limit - from);
    if (last) {
        size_t end = (size_t)(last - window.at);
        *body = (plx_slice){window.at + start + 1, end - start - 1};
        bool cr = end + 1 < window.n && window.at[end + 1] == PLX_MLLP_CR;
        *consumed = end + 1 + cr;
        return take(s, PLX_MLLP_FRAME);
    }
    if (again) {
        *body = (plx_slice){window.at + start + 1, limit - start - 1};
        *consumed = limit;
        return take(s, PLX_MLLP_BROKEN);
    }
    *s = (plx_mllp_splitter){.scanned = window.n - start, .inside = true};
    *consumed = start;
    return PLX_MLLP_MORE;
}

plx_mllp_found plx_mllp_next(plx_mllp_splitter *s, plx_slice window, plx_slice *body,
                             size_t *consumed)
{
    PLX_ASSERT(!s->inside || (s->scanned <= window.n && window.n > 0));
    size_t i = 0;
    if (!s->inside)
        while (i < window.n && is_tolerated(window.at[i]))
            i++;
    if (i < window.n && window.at[i] == PLX_MLLP_START)
        return frame_next(s, window, i, body, consumed);
    size_t noise = i;
    while (i < window.n && window.at[i] != PLX_MLLP_START && !is_tolerated(window.at[i]))
        i++;
    *consumed = i;
    if (i == noise) return PLX_MLLP_MORE;
    *body = (plx_slice){window.at + noise, i - noise};
    return PLX_MLLP_NOISE;
}

void plx_mllp_write(plx_out *out, plx_slice body)
{
    plx_out_char(out, PLX_MLLP_START);
    plx_out_slice_add(out, body);
    plx_out_char(out, PLX_MLLP_END);
    plx_out_char(out, PLX_MLLP_CR);
}
