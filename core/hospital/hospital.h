/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A simulated emergency department that speaks HL7 v2.5.1: a seeded generator of messages and of
 * the truth that a perfect reader of them must end with. Pure: time and seed are arguments, memory
 * is the caller's. It shares no code with the twin, so that one misreading cannot sit on both
 * sides.
 *
 * Sending applications (MSH-3): REGISTRATION (ADT), LAB and RADIOLOGY (orders, results), MONITOR
 * (bedside vitals), CHART (triage level and vitals taken by hand), PHARMACY and EMAR (what the
 * staff orders and gives to a body). Each message belongs to a
 * stream; a stream is sent in order, one at a time. */
#ifndef PLX_CORE_HOSPITAL_H
#define PLX_CORE_HOSPITAL_H

#include "core/base/arena.h"
#include "core/base/rng.h"
#include "core/base/slice.h"
#include "core/base/time.h"

enum {
    PLX_HOSPITAL_MESSAGE_MAX = 16384, /* bytes */
    PLX_HOSPITAL_STREAMS = 64,
    PLX_HOSPITAL_BEDS_MAX = 500,      /* of one area */
    PLX_HOSPITAL_ARRIVALS_MAX = 1000, /* per hour */
    PLX_HOSPITAL_JOURNEYS_MAX = 1000000,
    PLX_HOSPITAL_BODIES_MAX = 1024,
    PLX_HOSPITAL_WAVES_MAX = 16,
    PLX_HOSPITAL_ENDLESS_JOURNEYS = 65536 /* journeys_max 0: truth is kept for this many */
};

/* Faults, each the probability per message (or the size), all 0 by default. They change when and
 * how often something is sent, never what happened: the truth at the end is the same without them.
 * SPEC text: "all" or "duplicate=0.02,late=0.01,reorder=0.02,malformed=0.01,drop=0.005,clock=600",
 * which is what "all" stands for; "none" or an empty text for no faults. */
typedef struct plx_hospital_faults {
    double duplicate; /* sent again within 10 min, same bytes */
    double late;      /* held back 1 to 120 min */
    double reorder;   /* held back 2 to 300 s: overtaken, also by messages of its own stream */
    double malformed; /* a broken copy with its own control id goes first; the good one follows */
    double drop;      /* the connection is closed after sending, before the ACK */
    double clock_s;   /* monitor clocks are wrong by up to this many seconds, 0..86400 */
} plx_hospital_faults;

/* PLX_SYNTAX or PLX_RANGE with a constant sentence in *problem; *faults unchanged then. */
PLX_MUST_CHECK plx_status plx_hospital_faults_parse(plx_slice spec, plx_hospital_faults *faults,
                                                    const char **problem);

typedef struct plx_hospital_model {
    uint64_t seed;
    int64_t start_us;         /* simulated time of the first live moment */
    double arrivals_per_hour; /* mean, modulated by hour of day; > 0 */
    uint32_t beds_resus, beds_majors, beds_minors, beds_paeds;
    int64_t warm_us;       /* history before start_us that is sent at once (a full department) */
    uint32_t journeys_max; /* stop making arrivals after this many; 0 = no end */
    uint32_t bodies; /* adults in beds whose vital signs come from a body; 0 = a random walk. */
    /* Monitored beds with a body whose waveforms are sent, each second from start_us on; at most
     * bodies. These bodies beat; the others are averaged. */
    uint32_t waves;
    plx_hospital_faults faults;
} plx_hospital_model;

/* 6 arrivals an hour, 4 + 16 + 10 + 6 beds, 2026-03-02 06:00 UTC, no warm start, no end, no bodies,
 * no waves. */
plx_hospital_model plx_hospital_model_default(void);

typedef struct plx_hospital plx_hospital;
/* 0 when the model is out of its limits. Untouched pages of the region cost nothing. */
size_t plx_hospital_size(const plx_hospital_model *model);
/* PLX_RANGE: model out of its limits; PLX_SPACE: capacity below plx_hospital_size. */
PLX_MUST_CHECK plx_status plx_hospital_init(plx_hospital **hospital, void *memory, size_t capacity,
                                            const plx_hospital_model *model);

typedef struct plx_hospital_message {
    int64_t due_us;  /* simulated time at which it is sent; never runs back */
    uint32_t stream; /* 0..PLX_HOSPITAL_STREAMS-1 */
    bool malformed;  /* must be refused */
    bool drop_after; /* close the connection after sending, then send the same bytes again */
    plx_slice bytes; /* valid until the next call */
} plx_hospital_message;

/* Next message in order of due time; false when all journeys have ended and everything is sent. */
bool plx_hospital_next(plx_hospital *hospital, plx_hospital_message *message);
/* Nothing happens any more: plx_hospital_next only hands out what is still held back, all of it due
 * at once, then false. */
void plx_hospital_stop(plx_hospital *hospital);

typedef struct plx_hospital_counts {
    uint64_t arrivals;    /* journeys begun */
    uint64_t turned_away; /* arrivals dropped because the region is full */
    uint64_t messages;    /* handed out, copies too */
    uint64_t duplicates, malformed, late, reordered, dropped; /* of those */
    uint32_t present;                                         /* journeys not ended */
    uint64_t bodies,
        bodies_lost;       /* begun; those that left their bounds, so that the walk went on */
    uint64_t body_seconds; /* lived by them */
    uint64_t waves;        /* messages with a second of waveforms, copies not counted */
} plx_hospital_counts;

void plx_hospital_count(const plx_hospital *hospital, plx_hospital_counts *counts);

/* Truth of what the messages handed out so far tell together: census, beds, results, one block
 * each, headed "# census" etc., with the lines of core/twin/report.h, sorted bytewise. Once
 * plx_hospital_next has returned false the truth is exact. Before that, messages may be held back:
 * a visit whose change of identity (A40, A45, A50) is among them may be told either way, and one
 * whose registration is, has an empty status.
 * scratch: 8 bytes a line of the longest block. PLX_SPACE when out or scratch is too small;
 * PLX_LIMIT when an endless run has outgrown PLX_HOSPITAL_ENDLESS_JOURNEYS and the oldest journeys
 * are forgotten. */
PLX_MUST_CHECK plx_status plx_hospital_truth_write(const plx_hospital *hospital, plx_arena *scratch,
                                                   plx_out *out);

#endif
