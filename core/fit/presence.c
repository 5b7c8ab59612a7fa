/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/fit/presence.h"

#include "core/base/time.h"

#define SLOT_US (PLX_PRESENCE_SLOT_MIN * PLX_MINUTE_US)
#define BEYOND 0.005 /* of the time (design, starting point of places) */
#define ERRORS                                                                                     \
    0.05 /* of the time at capacity: more in use than there are comes of lost rows (prior) */

/* The first slot at or after a time. */
static int64_t slot_from(const plx_presence *p, int64_t time_us)
{
    const int64_t since = time_us - p->first_us;
    return since <= 0 ? 0 : (since + SLOT_US - 1) / SLOT_US;
}

void plx_presence_add(plx_presence *p, int64_t from_us, int64_t to_us)
{
    const int64_t n = (int64_t)p->slots_n;
    int64_t from = slot_from(p, from_us), to = slot_from(p, to_us);
    if (from > n) from = n;
    if (to > n) to = n;
    if (to <= from) return;
    p->change[from]++;
    p->change[to]--;
}

typedef struct times {
    uint64_t n[PLX_PRESENCE_MOST + 1], all; /* slots with so many in use */
} times;

static uint16_t capacity(const times *t)
{
    uint64_t sum = 0;
    for (uint16_t at = 0; at < PLX_PRESENCE_MOST; at++) {
        sum += t->n[at];
        const double beyond = (double)(t->all - sum);
        if (beyond <= BEYOND * (double)t->all || (at > 0 && beyond <= ERRORS * (double)t->n[at]))
            return at;
    }
    return PLX_PRESENCE_MOST;
}

void plx_presence_capacity(const plx_presence *p, uint16_t n[2][PLX_PRESENCE_BLOCKS], uint16_t *all)
{
    times of[2][PLX_PRESENCE_BLOCKS] = {0}, whole = {0};
    int64_t in_use = 0;
    for (size_t i = 0; i < p->slots_n; i++) {
        in_use += p->change[i];
        const int64_t hour = (p->first_us + (int64_t)i * SLOT_US) / PLX_HOUR_US;
        const int64_t day = (hour / 24 % 7 + 7) % 7;
        const int64_t block = (hour % 24 + 24) % 24 / PLX_PRESENCE_BLOCK_H;
        const size_t many = in_use > PLX_PRESENCE_MOST ? PLX_PRESENCE_MOST : (size_t)in_use;
        of[day >= 5][block].n[many]++;
        of[day >= 5][block].all++;
        whole.n[many]++;
        whole.all++;
    }
    for (int d = 0; d < 2; d++)
        for (int b = 0; b < PLX_PRESENCE_BLOCKS; b++)
            n[d][b] = capacity(&of[d][b]);
    *all = capacity(&whole);
}
