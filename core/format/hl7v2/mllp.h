/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* MLLP framing (HL7 v2 transport specification, release 1): 0x0B body 0x1C 0x0D. The splitter takes
 * bytes as they come and finds frames; it holds no memory of its own. Accepted: several messages in
 * one read, a split at any byte, no CR after 0x1C, NUL, CR and LF between frames; 0x0B inside a
 * frame ends the older part as a broken frame. */
#ifndef PLX_CORE_FORMAT_MLLP_H
#define PLX_CORE_FORMAT_MLLP_H

#include "core/base/slice.h"

enum { PLX_MLLP_START = 0x0B, PLX_MLLP_END = 0x1C, PLX_MLLP_CR = 0x0D };

typedef enum plx_mllp_found {
    PLX_MLLP_MORE,   /* nothing complete yet: read more */
    PLX_MLLP_FRAME,  /* body is a whole message */
    PLX_MLLP_BROKEN, /* body is the cut-off part of a frame */
    PLX_MLLP_NOISE   /* body is bytes outside any frame (not the tolerated ones) */
} plx_mllp_found;

typedef struct plx_mllp_splitter {
    size_t scanned; /* bytes of the window already searched, so no byte is looked at twice */
    bool inside;    /* the window begins in a frame (its 0x0B is at offset 0) */
} plx_mllp_splitter;

/* Looks at the window of bytes received and not consumed yet. *consumed: how many bytes of the
 * window are done with after this call (the body lies inside them and stays valid until the window
 * moves). */
plx_mllp_found plx_mllp_next(plx_mllp_splitter *s, plx_slice window, plx_slice *body,
                             size_t *consumed);
/* Frame around body. */
void plx_mllp_write(plx_out *out, plx_slice body);

#endif
