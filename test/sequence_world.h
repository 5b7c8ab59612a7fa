/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A twin in memory that is fed messages as the commit thread feeds the real one: judged, looked up
 * in the duplicate window, numbered, applied. */
#ifndef PLX_TEST_SEQUENCE_WORLD_H
#define PLX_TEST_SEQUENCE_WORLD_H

#include "core/clean/duplicate.h"
#include "core/format/hl7v2/intake.h"
#include "core/twin/twin.h"
#include "test/sequence_file.h"

/* A message that was delivered, for questions about its answer. */
typedef struct sequence_delivery {
    plx_slice bytes;
    plx_hl7_intake intake;
    plx_entry entry;
    plx_duplicate_first first; /* when the verdict is duplicate or conflict */
    plx_outcome outcome;
} sequence_delivery;

typedef struct sequence_world {
    plx_twin *twin;
    void *memory, *window_memory;
    size_t capacity, region; /* which of the two regions is the memory */
    plx_duplicate_window *window;
    uint64_t seq;
    sequence_delivery deliveries[3 * SEQUENCE_STEPS_MAX]; /* in order of arrival */
    uint32_t deliveries_n;
} sequence_world;

/* Each asserts (cmocka) that what it does succeeds. */
void sequence_world_begin(sequence_world *w);
void sequence_world_end(sequence_world *w);
/* edits: sequence number of the entry that the message repairs, 0 = none. */
void sequence_world_deliver(sequence_world *w, plx_slice bytes, int64_t arrival_us, uint64_t edits);
void sequence_world_tick(sequence_world *w, int64_t now_us);
/* The world goes on in a copy of its twin; the old one is overwritten. */
void sequence_world_fork(sequence_world *w);

/* MSA-1 of the answer in original mode and ERR-3.1, "" when there is none; both terminated. */
void sequence_delivery_answer(const sequence_delivery *d, char code[8], char error[8]);
const char *sequence_outcome_text(plx_outcome outcome);

#endif
