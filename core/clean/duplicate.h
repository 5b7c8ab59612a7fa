/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The duplicate window: which message keys were seen in the last 24 h (at most 1,000,000; the
 * oldest leave first), with what their first copy got. Plain data in the caller's memory, no
 * pointers inside. Design: acquisition 4. Cost of a find or an add: one hash, about two probes,
 * whatever the size. */
#ifndef PLX_CORE_CLEAN_DUPLICATE_H
#define PLX_CORE_CLEAN_DUPLICATE_H

#include "core/base/time.h"
#include "core/record/entry.h"

enum { PLX_DUPLICATE_KEYS_MAX = 1000000 };
#define PLX_DUPLICATE_WINDOW_US (24 * PLX_HOUR_US)

typedef struct plx_duplicate_window plx_duplicate_window;

typedef struct plx_duplicate_first {
    uint64_t seq;
    int64_t arrival_us;
    plx_verdict verdict; /* of the first copy */
} plx_duplicate_first;

size_t plx_duplicate_size(uint32_t keys_max); /* bytes of memory to give, aligned to 16 */
/* An empty window; keys_max 1..2^30. */
plx_duplicate_window *plx_duplicate_init(void *memory, uint32_t keys_max);
/* Whether the window has a say about an entry: a message or batch part with a key, and a verdict
 * that took its content in (accepted, error, shadow). A refused message is judged afresh each time,
 * because a changed configuration may take the same bytes; a repaired copy keeps its original's key
 * on purpose. */
bool plx_duplicate_concerns(const plx_entry *entry);
/* PLX_OK: new. PLX_DUPLICATE: same key and body. PLX_CONFLICT: same key, other body. *first set on
 * the last two. Nothing is remembered yet. */
plx_status plx_duplicate_find(const plx_duplicate_window *w, const uint8_t ext_key[16],
                              const uint8_t body_hash[16], int64_t arrival_us,
                              plx_duplicate_first *first);
/* Remembers a first copy; one already there under the key is replaced and becomes the youngest.
 * When keys_max are held the oldest leaves. Called in journal order, live and when the window is
 * rebuilt. */
void plx_duplicate_add(plx_duplicate_window *w, const uint8_t ext_key[16],
                       const uint8_t body_hash[16], const plx_duplicate_first *first);

#endif
