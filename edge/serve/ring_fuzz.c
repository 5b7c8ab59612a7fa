/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no list of operations breaks the ring. Oracle: sanitizers; what is taken comes back: a
 * merge is again a list that the ring takes, and merging that gives the same text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "edge/serve/ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char first[1 << 20], second[1 << 20];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static serve_ring ring;
    static uint64_t j;
    if (size > sizeof first / 2) return 0;
    if (!ring.bytes && serve_ring_init(&ring, 1) != PLX_OK) abort();
    uint64_t from = ring.next;
    plx_slice ops = {(const char *)data, size};
    if (serve_ring_add(&ring, ++j, PLX_LIT("board"), ops, 0) != PLX_OK) return 0;
    plx_out out = plx_out_init(first, sizeof first);
    PLX_ASSERT(serve_ring_merge(&ring, from, &(serve_wish){.topics = 1}, &out) == PLX_OK);
    PLX_ASSERT((out.n == 0) == (size == 0));
    from = ring.next;
    PLX_ASSERT(serve_ring_add(&ring, ++j, PLX_LIT("board"), plx_out_slice(&out), 0) == PLX_OK);
    plx_out again = plx_out_init(second, sizeof second);
    PLX_ASSERT(serve_ring_merge(&ring, from, &(serve_wish){.topics = 1}, &again) == PLX_OK);
    PLX_ASSERT(plx_slice_equal(plx_out_slice(&out), plx_out_slice(&again)));
    return 0;
}
