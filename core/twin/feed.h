/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a stay's live twin is fed with: who it is, vital signs that are news, what was given. A pure
 * function of the virtual world. */
#ifndef PLX_CORE_TWIN_FEED_H
#define PLX_CORE_TWIN_FEED_H

#include "core/assimilate/live.h"
#include "core/twin/treatment.h"

enum {
    PLX_FEED_VALUES_MAX = 1024,
    PLX_FEED_SERIES_MAX = 64, /* newest of one quantity */
    PLX_FEED_BACK_S = 3600,   /* values older than this are no news */
    PLX_FEED_AHEAD_S = 300    /* nor are those of a clock that is ahead by more (prior) */
};

typedef struct plx_feed {
    uint64_t number; /* of the stay, its name outside */
    uint64_t seq;    /* of the journal, that this is of */
    int64_t now_us;
    plx_person person;
    bool age_known, sex_known; /* false: no twin */
    bool size_assumed;         /* height or weight is taken as usual for the sex */
    char acvpu;                /* consciousness, a letter of NEWS2; 'A' when it is not charted */
    uint32_t values_n, treatments_n;
    plx_live_value values[PLX_FEED_VALUES_MAX]; /* each vital by time */
    plx_twin_treatment treatments[PLX_TWIN_TREATMENTS_MAX];
} plx_feed;

/* True when the stay is in the department. encounter: live. */
bool plx_feed_is_here(const plx_twin *t, uint32_t encounter);
/* True when it is, and a heart rate or a pressure of it was measured within the last hour. */
bool plx_feed_is_monitored(const plx_twin *t, uint32_t encounter);
/* What came after journal sequence `since` (0: all of the last hour), the newest of each quantity.
 * Values of a time that is still to come are left out for good: their clock is wrong.
 * encounter: live. */
void plx_feed_fill(const plx_twin *t, uint32_t encounter, uint64_t since, plx_feed *feed);
/* Number of a stay, 0 when it is not live; and the first stay that is monitored behind one, 0 at
 * the end. */
uint64_t plx_feed_number(const plx_twin *t, uint32_t encounter);
uint32_t plx_feed_next(const plx_twin *t, uint32_t encounter);

#endif
