/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Shared by the files of this room only. */
#ifndef PLX_EDGE_TRACKER_PRIVATE_H
#define PLX_EDGE_TRACKER_PRIVATE_H

#include <pthread.h>

#include "core/assimilate/live_tell.h"
#include "core/twin/feed.h"
#include "edge/tracker/tracker.h"

enum {
    TRACKER_ACTIONS_MAX = PLX_TWIN_TREATMENTS_MAX,
    TRACKER_BINS_AT_ONCE = 8, /* of one patient, before others have their turn */
    TRACKER_NICE = 15,
    TRACKER_CROWDED_S = 180,     /* a patient who was up to date and is so far behind, and that */
    TRACKER_CROWDED_BOOT_S = 20, /* for so long by a clock on the wall: too many */
    TRACKER_REST_S = 600         /* then nobody new is followed for so long */
};

/* A patient. Guarded by the tracker's mutex, except what is said. A busy one's silent is the
 * worker's. */
typedef struct tracker_slot {
    uint64_t number;    /* of the stay; 0: free */
    uint32_t encounter; /* as the twin takes it */
    bool busy;          /* live is a worker's */
    bool leaving;       /* free it when it is not busy */
    bool anew;          /* the person became another one: begin again */
    bool made;          /* live is his */
    bool refused;       /* the model has no answer for him */
    bool untold;        /* word has to be said of him */
    bool silent;        /* nothing is measured any more, and that was told */
    bool up_to_date;    /* he was once */
    bool assumed;
    uint8_t word; /* plx_posterior_status of who has no twin, or none any more */
    char acvpu;
    uint64_t fed_seq; /* the twin thread's: told up to there */
    plx_person person;
    char why[PLX_POSTERIOR_TEXT]; /* of a refusal */
    uint32_t values_n, actions_n;
    plx_live_value values[PLX_FEED_VALUES_MAX];
    plx_live_action actions[TRACKER_ACTIONS_MAX];
    /* Of the worker that has him. */
    plx_live *live;
    char live_acvpu; /* as they were when live was taken */
    bool live_assumed;
    int64_t at_us; /* of live, copied when it is given back; PLX_TIME_NONE: not begun */
    int64_t told_us, forecast_us, far_us;
} tracker_slot;

typedef struct tracker_question {
    uint64_t ticket;
    size_t n;
    char *body; /* owned */
} tracker_question;

typedef struct tracker_worker {
    plx_tracker *tracker;
    plx_live_teller *teller; /* owned */
    pthread_t thread;
    bool started;
} tracker_worker;

struct plx_tracker {
    plx_tracker_options options;
    plx_track_input input; /* of all: members, lanes, causes */
    pthread_mutex_t mutex;
    pthread_cond_t work, idle; /* something to do; a slot was given back */
    bool stopping;
    int64_t now_us;          /* run time of the world */
    int64_t resting_us;      /* nobody new until then; PLX_TIME_NONE */
    int64_t crowded_boot_us; /* boot clock: since when there are too many; 0: there are not */
    tracker_slot *slots;
    char *memory; /* owned: of all slots, address space that is used when they are */
    size_t memory_bytes, slot_bytes;
    tracker_worker workers[PLX_TRACKER_WORKERS_MAX];
    tracker_question questions[PLX_TRACKER_QUESTIONS_MAX];
    uint32_t questions_n;
    uint64_t results, lost;
    plx_feed feed; /* the twin thread's */
};

/* tracker.c, with the mutex: the slot of a stay, NULL when nobody follows it; a busy slot is
 * nobody's again. */
tracker_slot *tracker_slot_of(plx_tracker *tracker, uint64_t number);
void tracker_slot_return(plx_tracker *tracker, tracker_slot *slot);

/* slot.c, with the slot busy and the mutex free: lives on and tells. */
void tracker_slot_run(tracker_worker *worker, tracker_slot *slot, int64_t now_us);
/* The same: a word without a twin. */
void tracker_slot_say(plx_tracker *tracker, const tracker_slot *slot, plx_posterior_status status,
                      const char *why, int64_t at_us);
/* With the mutex: what waits in the slot goes to its twin. */
void tracker_slot_load(tracker_slot *slot, const plx_track_input *input);

/* question.c: with the mutex, which it gives away meanwhile. */
void tracker_question_run(tracker_worker *worker, const tracker_question *question);
void tracker_refuse(plx_tracker *tracker, uint64_t ticket, int status, const char *sentence);

#endif
