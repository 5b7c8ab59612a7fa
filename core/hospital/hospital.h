/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A simulated emergency department that speaks HL7 v2: a seeded generator of messages and of the truth
 * that a perfect reader of them must end with. Pure: time and seed are arguments, memory is the
 * caller's. It shares no code with the twin, so that one misreading cannot sit on both sides.
 *
 * Sending applications: REGISTRATION (ADT), LAB (orders, results), RADIOLOGY, MONITOR (bedside vitals).
 * Each message belongs to a stream; a stream is sent in order, one at a time. */
#ifndef PLX_CORE_HOSPITAL_H
#define PLX_CORE_HOSPITAL_H

#include "core/base/arena.h"
#include "core/base/rng.h"
#include "core/base/slice.h"
#include "core/base/time.h"

enum { PLX_HOSPITAL_MESSAGE_MAX = 16384, PLX_HOSPITAL_STREAMS = 64 };

/* Faults, each the probability per message (or the size), all 0 by default. SPEC text:
 * "all" or "duplicate=0.02,late=0.01,reorder=0.02,malformed=0.01,drop=0.005,clock=600". */
typedef struct plx_hospital_faults {
    double duplicate; /* sent again, same bytes */
    double late;      /* held back 1 to 120 min */
    double reorder;   /* overtaken by the next ones of other streams and its own (same patient) */
    double malformed; /* a broken copy goes first; the good one follows as a message of its own */
    double drop;      /* the connection is closed after sending, before the ACK */
    double clock_s;   /* monitor clocks are wrong by up to this many seconds */
} plx_hospital_faults;

PLX_MUST_CHECK plx_status plx_hospital_faults_parse(plx_slice spec, plx_hospital_faults *faults,
                                                    const char **problem);

typedef struct plx_hospital_model {
    uint64_t seed;
    int64_t start_us;           /* simulated time of the first live moment */
    double arrivals_per_hour;   /* mean, modulated by hour of day */
    uint32_t beds_resus, beds_majors, beds_minors, beds_paeds;
    int64_t warm_us;            /* history before start_us that is sent at once (a full department) */
    uint32_t journeys_max;      /* stop making arrivals after this many; 0 = no end */
    plx_hospital_faults faults;
} plx_hospital_model;

plx_hospital_model plx_hospital_model_default(void);

typedef struct plx_hospital plx_hospital;
size_t plx_hospital_size(const plx_hospital_model *model);
PLX_MUST_CHECK plx_status plx_hospital_init(plx_hospital **hospital, void *memory, size_t capacity,
                                            const plx_hospital_model *model);

typedef struct plx_hospital_message {
    int64_t due_us;     /* simulated time at which it is sent */
    uint32_t stream;    /* 0..PLX_HOSPITAL_STREAMS-1 */
    bool malformed;     /* must be refused */
    bool drop_after;    /* close the connection after sending, then send the same bytes again */
    plx_slice bytes;    /* valid until the next call */
} plx_hospital_message;

/* Next message in order of due time; false when all journeys have ended and everything is sent. */
bool plx_hospital_next(plx_hospital *hospital, plx_hospital_message *message);

/* Truth after everything up to the last message returned has arrived: same lines as core/twin/report.h
 * (census, beds, results), one block each, headed "# census" etc. */
PLX_MUST_CHECK plx_status plx_hospital_truth_write(const plx_hospital *hospital, plx_arena *scratch,
                                                   plx_out *out);

#endif
