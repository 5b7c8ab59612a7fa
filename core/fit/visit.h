/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Rows of an event log, in any order -> visits, one by one. What cannot be is left out and counted
 * with its reason and the first row that did so; the visit stays. */
#ifndef PLX_CORE_FIT_VISIT_H
#define PLX_CORE_FIT_VISIT_H

#include "core/department/flow.h"

enum {
    PLX_VISIT_CONTACTS_MAX = 8,
    PLX_VISIT_IGNORED = PLX_FLOW_NOTE_N,    /* `what` of an activity that informs nobody here */
    PLX_VISIT_OFFLOAD = PLX_FLOW_NOTE_N + 1 /* the crew of an ambulance hands over */
};

typedef struct plx_visit_event {
    int64_t time_us;
    uint64_t id;         /* hash of the case */
    uint32_t row;        /* line of the file, for its fault */
    uint8_t what;        /* plx_flow_noted or one of the above */
    uint8_t index;       /* of ORDER and RESULT: kind; of PLACE: zone; CONSULT: service */
    uint8_t acuity;      /* 0..4; PLX_FLOW_NONE: not said */
    uint8_t disposition; /* plx_flow_disposition; UNDECIDED: not said */
} plx_visit_event;

/* X(NAME, sentence) */
#define PLX_VISIT_FAULT_TABLE(X)                                                                   \
    X(NO_ARRIVAL, "an arrival is not written down: the first event stands for it")                 \
    X(BEFORE_LOG, "a visit that began before the log, or never arrived, is left out")              \
    X(ARRIVED_TWICE, "a second arrival of one visit is left out")                                  \
    X(BEFORE_ARRIVAL, "an event before the arrival is left out")                                   \
    X(AFTER_DEPARTURE, "an event after the departure is left out")                                 \
    X(UNPAIRED, "an end without its beginning is left out")                                        \
    X(TOO_MANY, "a contact beyond the eighth of one visit is left out")

typedef enum plx_visit_fault {
#define X(name, sentence) PLX_VISIT_##name,
    PLX_VISIT_FAULT_TABLE(X)
#undef X
        PLX_VISIT_FAULT_N
} plx_visit_fault;

typedef struct plx_visit_faults {
    uint64_t n[PLX_VISIT_FAULT_N];
    uint32_t row[PLX_VISIT_FAULT_N]; /* the first */
} plx_visit_faults;

const char *plx_visit_fault_text(plx_visit_fault fault);

/* PLX_TIME_NONE: it did not happen, or nobody wrote it down. */
typedef struct plx_visit {
    uint64_t id;
    int64_t first_us[PLX_FLOW_NOTE_N]; /* of each kind of note */
    struct {
        int64_t from_us, to_us;
    } contact[PLX_VISIT_CONTACTS_MAX];
    struct {
        int64_t order_us, result_us;
    } test[PLX_FLOW_KINDS_MAX];
    uint8_t contact_n, acuity, disposition, zone, service;
    bool ambulance;
    int64_t last_us; /* of what happened before the departure */
} plx_visit;

/* Sorts by visit, then time, then row; in place. */
void plx_visit_sort(plx_visit_event *events, size_t n);
/* The visit whose events begin at `from` in the sorted row; gives where the next one begins.
 * Without an arrival its first event stands for it, unless that is before begin_us (he may have
 * been there before the log was) or the visit is nothing but an end: then *valid is false. */
size_t plx_visit_next(const plx_visit_event *events, size_t n, size_t from, int64_t begin_us,
                      plx_visit *out, bool *valid, plx_visit_faults *faults);

#endif
