/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The text of a body that is in another character set, as UTF-8, and where its bytes came from. The
 * body itself is never changed: whoever names a byte names one of the body. */
#ifndef PLX_CORE_RECORD_VIEW_H
#define PLX_CORE_RECORD_VIEW_H

#include "core/base/slice.h"

/* Behind a converted character: an offset in the text and the one in the body that it stands for.
 * Between two marks the bytes are the same. */
typedef struct plx_view_mark {
    uint32_t text, raw;
} plx_view_mark;

typedef struct plx_view {
    plx_slice text; /* UTF-8 */
    const plx_view_mark *marks;
    uint32_t marks_n;  /* ascending in text and raw */
    uint32_t replaced; /* U+FFFD for bytes that mean nothing in their character set */
} plx_view;

/* The byte of the body behind an offset in the text; of a converted character its first one. */
static inline uint32_t plx_view_raw(const plx_view *view, uint32_t offset)
{
    uint32_t low = 0, high = view->marks_n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (view->marks[middle].text <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    const plx_view_mark before = low ? view->marks[low - 1] : (plx_view_mark){0, 0};
    const uint32_t raw = before.raw + (offset - before.text);
    return low < view->marks_n && raw >= view->marks[low].raw ? view->marks[low].raw - 1 : raw;
}

#endif
