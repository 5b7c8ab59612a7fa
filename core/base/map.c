/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/map.h"

#include "core/base/status.h"

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

uint32_t plx_map_find(const plx_map_slot *slots, uint32_t slots_n, uint64_t hash, uint32_t *at)
{
    PLX_ASSERT(slots_n != 0 && (slots_n & (slots_n - 1)) == 0);
    const uint32_t mask = slots_n - 1, tag = tag_of(hash);
    uint32_t i = *at == PLX_MAP_START ? (uint32_t)hash & mask : (*at + 1) & mask;
    /* put never fills the last empty slot, so there is one to stop at. */
    for (; slots[i].value != PLX_MAP_EMPTY; i = (i + 1) & mask) {
        if (slots[i].tag != tag || slots[i].value == PLX_MAP_GONE) continue;
        *at = i;
        return slots[i].value;
    }
    return 0;
}

bool plx_map_put(plx_map_slot *slots, uint32_t slots_n, uint32_t *used, uint64_t hash,
                 uint32_t value)
{
    PLX_ASSERT(slots_n != 0 && (slots_n & (slots_n - 1)) == 0);
    PLX_ASSERT(value != PLX_MAP_EMPTY && value != PLX_MAP_GONE);
    const uint32_t mask = slots_n - 1;
    uint32_t i = (uint32_t)hash & mask;
    while (slots[i].value != PLX_MAP_EMPTY && slots[i].value != PLX_MAP_GONE)
        i = (i + 1) & mask;
    if (slots[i].value == PLX_MAP_EMPTY) {
        if (*used >= (uint32_t)((uint64_t)slots_n * 7 / 8)) return false;
        (*used)++;
    }
    slots[i] = (plx_map_slot){tag_of(hash), value};
    return true;
}

bool plx_map_remove(plx_map_slot *slots, uint32_t slots_n, uint64_t hash, uint32_t value)
{
    uint32_t at = PLX_MAP_START, found;
    while ((found = plx_map_find(slots, slots_n, hash, &at)) != 0) {
        if (found != value) continue;
        slots[at] = (plx_map_slot){0, PLX_MAP_GONE};
        return true;
    }
    return false;
}
