/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Look-up in a generated table of names: open addressing over FNV-1a, at most half full, so a
 * look-up is one short hash and mostly one comparison. tool/make_quantity_table.py builds the
 * tables with the same hash. */
#ifndef PLX_CORE_RECORD_NAME_TABLE_H
#define PLX_CORE_RECORD_NAME_TABLE_H

#include <stdint.h>

#include "core/base/slice.h"

typedef struct plx_name {
    const char *text;
    uint16_t n, value;
} plx_name;

/* slots: slots_n (a power of two) numbers, 0 or 1 + index into names. NULL when it is not there. */
static inline const plx_name *plx_name_find(const plx_name *names, const uint16_t *slots,
                                            uint32_t slots_n, plx_slice name)
{
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < name.n; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * UINT32_C(16777619);
    hash ^= hash >> 15;
    for (uint32_t at = hash & (slots_n - 1); slots[at]; at = (at + 1) & (slots_n - 1)) {
        const plx_name *found = &names[slots[at] - 1];
        if (plx_slice_equal((plx_slice){found->text, found->n}, name)) return found;
    }
    return NULL;
}

#endif
