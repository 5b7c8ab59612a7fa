/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How many of something were in use at once, from stretches of use: the capacity that a log does
 * not show. Looked at each five minutes. */
#ifndef PLX_CORE_FIT_PRESENCE_H
#define PLX_CORE_FIT_PRESENCE_H

#include <stddef.h>
#include <stdint.h>

enum {
    PLX_PRESENCE_SLOT_MIN = 5,
    PLX_PRESENCE_BLOCK_H = 4,
    PLX_PRESENCE_BLOCKS = 24 / PLX_PRESENCE_BLOCK_H,
    PLX_PRESENCE_MOST = 255 /* at once */
};

typedef struct plx_presence {
    int32_t *change; /* (slots_n + 1), the caller's, zeroed: how the number changes at each slot */
    size_t slots_n;
    int64_t first_us; /* of slot 0, a Monday 00:00 or hours after it */
} plx_presence;

/* In use from from_us on, until to_us; the part outside the slots is left out. */
void plx_presence_add(plx_presence *presence, int64_t from_us, int64_t to_us);

/* The number that was not exceeded in 99.5 % of the time of a block of four hours, or exceeded for
 * a twentieth of the time at which it was reached (rows that are lost make use look longer); by day
 * class (0 Monday to Friday, 1 Saturday and Sunday); and of all the time. */
void plx_presence_capacity(const plx_presence *presence, uint16_t n[2][PLX_PRESENCE_BLOCKS],
                           uint16_t *all);

#endif
