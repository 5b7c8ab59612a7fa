/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Open-addressing index from a 64-bit hash to a 32-bit number, in the caller's memory and without
 * pointers, so it can live in a twin's region and be copied with it. The caller compares keys: find
 * walks the candidates of a hash. Load at most 7/8; growth is a rebuild into a larger table. */
#ifndef PLX_CORE_BASE_MAP_H
#define PLX_CORE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct plx_map_slot {
    uint32_t tag;   /* upper half of the hash; the lower half chooses the slot */
    uint32_t value; /* PLX_MAP_EMPTY or PLX_MAP_GONE or the number */
} plx_map_slot;

#define PLX_MAP_EMPTY 0u
#define PLX_MAP_GONE UINT32_MAX

/* slots: power of two (at least 2), all zero at start. Values are 1..0xFFFFFFFE. *used counts the
 * slots that are not empty, those of removed values too: put reuses a removed slot on its way, and
 * only a rebuild makes it empty again. */
/* Walks the candidates of a hash: values whose tag agrees, in probe order. Start with *at =
 * PLX_MAP_START; a found candidate leaves its slot in *at, so the same call gives the next one.
 * 0 when there is none (any more), *at unchanged. The caller compares the keys: two hashes that
 * differ only in bits that neither choose the slot nor stand in the tag look the same. */
#define PLX_MAP_START UINT32_MAX
uint32_t plx_map_find(const plx_map_slot *slots, uint32_t slots_n, uint64_t hash, uint32_t *at);
/* Does not look for an equal pair: find first. false when the table is full (7/8), nothing changed:
 * rebuild into a zeroed table, larger unless many values were removed. */
bool plx_map_put(plx_map_slot *slots, uint32_t slots_n, uint32_t *used, uint64_t hash,
                 uint32_t value);
/* Removes the pair (hash, value); false when it is not there. */
bool plx_map_remove(plx_map_slot *slots, uint32_t slots_n, uint64_t hash, uint32_t value);

#endif
