/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The live twins of monitored patients: workers that let their bodies live on, and what these say,
 * which goes into the journal before anybody sees it.
 *
 *   twin thread  --look-->  slots: what is news of each monitored stay
 *   workers      --submit-> results (core/assimilate/posterior.h), and answers to what-if questions
 *
 * The twin thread never waits here. Nothing of a slot is state of the virtual world: when it is
 * lost, at a restart too, its patient is begun anew from what the world knows of the last quarter
 * of an hour. */
#ifndef PLX_EDGE_TRACKER_H
#define PLX_EDGE_TRACKER_H

#include "core/base/slice.h"
#include "core/twin/twin.h"

enum {
    PLX_TRACKER_SLOTS_MAX = 128,
    PLX_TRACKER_SLOTS = 64, /* usually */
    PLX_TRACKER_WORKERS_MAX = 64,
    PLX_TRACKER_QUESTIONS_MAX = 32, /* what-ifs that wait */
    PLX_TRACKER_LOOK_MS = 250,      /* a look at the world so often is enough */
    PLX_TRACKER_FORECAST_S = 60,    /* of patient's time between forecasts */
    PLX_TRACKER_FAR_S = 600         /* and between those with the hours */
};

typedef struct plx_tracker plx_tracker;

typedef struct plx_tracker_options {
    uint32_t slots;   /* patients at most; 0: nobody is followed */
    uint32_t workers; /* 0: as many as there are processors */
    uint32_t members; /* of each cause; 0: PLX_TRACK_MEMBERS */
    /* Makes a result durable; bytes are copied; may wait. ticket 0: nobody waits for it. A worker's
     * thread. */
    plx_status (*submit)(void *self, const void *bytes, size_t n, uint64_t ticket);
    /* An answer to a question that leads to no result. */
    void (*answer)(void *self, uint64_t ticket, int status, const char *type, const void *bytes,
                   size_t n);
    void *self;
} plx_tracker_options;

/* PLX_RANGE: more slots or workers than the maxima; PLX_SPACE. */
PLX_MUST_CHECK plx_status plx_tracker_start(plx_tracker **tracker,
                                            const plx_tracker_options *options);
/* Waits for the workers; open questions get a 503, and new ones too. submit is not called any more
 * when it returns. Accepts NULL. */
void plx_tracker_stop(plx_tracker *tracker);
void plx_tracker_destroy(plx_tracker *tracker); /* when it is stopped; accepts NULL */

/* Twin thread: takes what is news of every monitored stay, lets go of those who left. */
void plx_tracker_look(plx_tracker *tracker, const plx_twin *twin);

/* POST /api/whatif/patient {"stay":"4f","arms":["crystalloid 500 mL 15 min",..],"minutes":[5,30]}:
 * any thread, does not wait; the answer comes later. The arms are forked from his twin as it is;
 * "none" is always the first. What comes out is journalled, then told. */
void plx_tracker_ask(plx_tracker *tracker, uint64_t ticket, plx_slice body);

typedef struct plx_tracker_metrics {
    uint32_t followed;      /* patients */
    uint32_t due;           /* of them: with something to do, or being worked at */
    uint64_t results, lost; /* submitted; refused by the journal or by their check */
    int64_t behind_s;       /* the worst of all */
} plx_tracker_metrics;
void plx_tracker_measure(plx_tracker *tracker, plx_tracker_metrics *metrics);

#endif
