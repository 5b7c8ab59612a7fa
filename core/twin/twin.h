/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The virtual world: persons, encounters, places, staff, orders, results, scores and the books, in
 * step with the journal. apply() is the only way in; it is called by one writer, in journal order.
 *
 * A twin is one relocatable region without pointers: fork = memcpy of its used bytes, snapshot =
 * write them. The state hash is made field by field from the tables, not from raw memory. */
#ifndef PLX_CORE_TWIN_H
#define PLX_CORE_TWIN_H

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/time.h"
#include "core/record/entry.h"

enum {
    PLX_TWIN_TOUCHED_MAX = 64, /* encounters one entry can change and name; more sets "all" */
    PLX_TWIN_STEP_BYTES = 24 * 1024 * 1024 /* step arena for any message of at most 1 MiB */
};

typedef struct plx_twin plx_twin;

/* An update (A08) whose location differs from the one known, without a transfer (A02). */
typedef enum plx_twin_implied {
    PLX_TWIN_IMPLIED_ACCEPT, /* the patient is there; the location is marked "implied" */
    PLX_TWIN_IMPLIED_IGNORE, /* only transfers move patients */
    PLX_TWIN_IMPLIED_FLAG    /* as accepted, and an alarm on the patient's row */
} plx_twin_implied;

/* What does not change in a run. */
typedef struct plx_twin_model {
    int32_t zone_minutes;   /* zone of senders that give none; -840..840, default 0 */
    int64_t cancel_wait_us; /* a cancel without its event becomes a flag; default 10 min */
    int64_t retention_us;   /* finished encounters leave so long after their last change; 0 = never;
                               default 14 days */
    plx_twin_implied implied_transfer; /* default accept */
} plx_twin_model;

plx_twin_model plx_twin_model_default(void);

/* capacity: at least plx_twin_size_min(). The region grows inside it; untouched pages cost nothing.
 */
size_t plx_twin_size_min(void);
/* PLX_SPACE below plx_twin_size_min; PLX_RANGE when the model is outside its limits. */
PLX_MUST_CHECK plx_status plx_twin_init(plx_twin **twin, void *memory, size_t capacity,
                                        const plx_twin_model *model);
/* Bytes to copy for a fork or snapshot. */
size_t plx_twin_used(const plx_twin *twin);
/* A copied or loaded region becomes a twin. PLX_UNSUPPORTED: of another layout version;
 * PLX_CORRUPT: something in it points outside. Any bytes may be given; compare the hash to know
 * that it is the state that was saved. The model travels inside. */
PLX_MUST_CHECK plx_status plx_twin_adopt(plx_twin **twin, void *memory, size_t used,
                                         size_t capacity);

typedef enum plx_outcome {
    PLX_OUTCOME_APPLIED,
    PLX_OUTCOME_DUPLICATE,
    PLX_OUTCOME_IGNORED, /* by rule: ACK, events without state, BAR ... */
    PLX_OUTCOME_REFUSED,
    PLX_OUTCOME_DEAD,    /* dead letter: open until fixed or discarded */
    PLX_OUTCOME_INTERNAL /* ticks and the like: not a message */
} plx_outcome;

typedef struct plx_applied {
    plx_outcome outcome;
    const char *reason; /* constant text: rule or reason; NULL when applied */
    bool all;           /* more encounters changed than are named: render everything */
    bool feeds;         /* books or dead letters changed in a way a screen shows */
    uint32_t touched_n;
    uint32_t touched[PLX_TWIN_TOUCHED_MAX]; /* encounters, as plx_board_delta takes them */
} plx_applied;

/* entry.seq must be plx_twin_seq() + 1. step: scratch, reset by the caller. Never fails on content:
 * that is a dead letter. On an error nothing has changed: PLX_CONFLICT on a gap in seq, PLX_FULL
 * when the region may become full, PLX_SPACE when step is too small for this message. */
PLX_MUST_CHECK plx_status plx_twin_apply(plx_twin *twin, const plx_entry *entry, plx_arena *step,
                                         plx_applied *applied);

/* The character set (plx_charset) of messages that name none on the entry's interface, as an
 * administrative entry set it; of a repaired copy that of the original. For whoever makes the view
 * of a body before it is applied. */
uint32_t plx_twin_charset(const plx_twin *twin, const plx_entry *entry);

uint64_t plx_twin_seq(const plx_twin *twin);
int64_t plx_twin_now(const plx_twin *twin);  /* largest arrival applied; 0 before the first */
bool plx_twin_is_demo(const plx_twin *twin); /* an ADMIN entry named this world a demonstration */
/* BLAKE2b-256 over every field of every record: the same for a fork, a loaded snapshot and a
 * replay. */
void plx_twin_hash(const plx_twin *twin, uint8_t hash[32]);

#endif
