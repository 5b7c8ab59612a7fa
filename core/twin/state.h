/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* long: every kind of record of the twin, one table each.
 *
 * X(kind, name, unit, low, high, text) is a field, A(kind, name, n, unit, low, high, text) an
 * array. The table makes the struct, and the descriptors that hash it, check it and clear it. Kinds
 * that name another record (NODE, ROW ...) hold its index in the pool, 0 = none. TIME is
 * microseconds UTC or PLX_TIME_NONE. TEXT is a counted text of the region. Fields are ordered so
 * that there is no padding (asserted in state.c). SOURCE fields of a stay are borrowed from its
 * events, all others are counted. */
#ifndef PLX_CORE_TWIN_STATE_H
#define PLX_CORE_TWIN_STATE_H

#include "core/assimilate/posterior.h"
#include "core/base/heap.h"
#include "core/base/time.h"
#include "core/record/entry.h"
#include "core/record/event.h"
#include "core/score/news2.h"
#include "core/twin/region.h"
#include "core/twin/twin.h"

/* Pools, in the order of the state hash. X(NAME, Name, struct) */
#define TWIN_POOL_TABLE(X)                                                                         \
    X(SOURCE, source, "journal entries that something in the state came from")                     \
    X(NODE, node, "identifiers of persons, visits and accounts")                                   \
    X(GROUP, group, "identifiers that name the same thing: a person, a visit, an account")         \
    X(EDGE, edge, "merges: one identifier gave way to another")                                    \
    X(LINK, link, "persons said to be linked, without moving data")                                \
    X(FACTS, facts, "what is said of the person behind an identifier")                             \
    X(PLACE, place, "points of care, rooms and beds")                                              \
    X(STAFF, staff, "members of staff named in messages")                                          \
    X(ENCOUNTER, encounter, "stays")                                                               \
    X(ORDER, order, "orders")                                                                      \
    X(SERIES, series, "observations of one quantity in one encounter")                             \
    X(ROW, row, "observations, one version each")                                                  \
    X(DOSE, dose, "words on drugs and fluids, one version each")                                   \
    X(SCORE, score, "NEWS2 values")                                                                \
    X(DEAD, dead, "dead letters")                                                                  \
    X(BODY, body, "what the live twin says of the body of who stays")

typedef enum twin_pool_kind {
#define X(NAME, name, text) TWIN_##NAME,
    TWIN_POOL_TABLE(X)
#undef X
        TWIN_POOLS
} twin_pool_kind;

/* Kinds of fields beyond those that name a pool. X(NAME, C type) */
#define TWIN_KIND_TABLE(X)                                                                         \
    X(U8, uint8_t)                                                                                 \
    X(U16, uint16_t)                                                                               \
    X(U32, uint32_t)                                                                               \
    X(U64, uint64_t)                                                                               \
    X(I32, int32_t)                                                                                \
    X(TIME, int64_t)                                                                               \
    X(TEXT, twin_text)                                                                             \
    X(BLOCK, twin_block)

typedef enum twin_field_kind {
#define X(NAME, type) TWIN_KIND_##NAME,
    TWIN_KIND_TABLE(X)
#undef X
#define X(NAME, name, text) TWIN_KIND_##NAME,
        TWIN_POOL_TABLE(X)
#undef X
            TWIN_KINDS
} twin_field_kind;

#define X(NAME, type) typedef type twin_type_##NAME;
TWIN_KIND_TABLE(X)
#undef X
#define X(NAME, name, text) typedef uint32_t twin_type_##NAME;
TWIN_POOL_TABLE(X)
#undef X

#define TWIN_ALL INT64_MAX /* no upper bound of interest */

/* One message (or tick) that the state still rests on. */
#define TWIN_SOURCE_TABLE(X, A)                                                                    \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(U32, holders, "1", 1, TWIN_ALL, "records that name it")                                      \
    X(U64, seq, "1", 1, TWIN_ALL, "journal sequence")                                              \
    X(TIME, arrival_us, "us", 0, TWIN_ALL, "when it arrived")                                      \
    X(TIME, sent_us, "us", 0, TWIN_ALL, "MSH-7, else the arrival")                                 \
    X(TIME, recorded_us, "us", 0, TWIN_ALL, "EVN-2, else MSH-7, else the arrival")                 \
    X(U64, order, "1", 0, TWIN_ALL, "number at the end of MSH-10: breaks ties of time")            \
    X(U32, length, "B", 0, TWIN_ALL, "bytes of the message")                                       \
    X(TEXT, type, "", 0, 0, "MSH-9.1; TICK and the like for entries without a message")            \
    X(TEXT, trigger, "", 0, 0, "MSH-9.2")                                                          \
    X(TEXT, application, "", 0, 0, "MSH-3")                                                        \
    X(U16, iface, "1", 0, 65535, "interface")                                                      \
    X(U8, adt, "1", 0, 1, "an ADT message: its word on persons and visits counts")                 \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U32, zero_32, "", 0, 0, "")

/* kind of a node and of its group */
enum { TWIN_PERSON_ID = 1, TWIN_VISIT_ID = 2, TWIN_ACCOUNT_ID = 3 };

#define TWIN_NODE_TABLE(X, A)                                                                      \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(TEXT, value, "", 0, 0, "CX-1")                                                               \
    X(TEXT, authority, "", 0, 0, "CX-4")                                                           \
    X(TEXT, type, "", 0, 0, "CX-5")                                                                \
    X(GROUP, group, "", 0, 0, "what it names")                                                     \
    X(NODE, next, "", 0, 0, "next identifier of the group")                                        \
    X(ENCOUNTER, encounters, "", 0, 0, "person: first of the stays known under it")                \
    X(FACTS, facts, "", 0, 0, "person: what messages with this identifier said")                   \
    X(TIME, named_us, "us", 0, TWIN_ALL, "latest message that used it as the main identifier")     \
    X(TIME, moved_us, "us", 0, TWIN_ALL, "A43: when it was given to this group; A44: to a person") \
    X(NODE, moved_from, "", 0, 0, "account: A44, the wrong person")                                \
    X(NODE, moved_to, "", 0, 0, "account: A44, the right person")                                  \
    X(U32, number, "1", 1, TWIN_ALL, "its name outside; never used again")                         \
    X(U8, kind, "1", 1, 3, "person, visit, account")                                               \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U16, zero_16, "", 0, 0, "")

#define TWIN_GROUP_TABLE(X, A)                                                                     \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(NODE, survivor, "", 0, 0, "identifier that merges left; 0 = no merge")                       \
    X(NODE, members, "", 0, 0, "first identifier")                                                 \
    X(U32, members_n, "1", 1, TWIN_ALL, "")                                                        \
    X(EDGE, edges, "", 0, 0, "first merge")                                                        \
    X(U32, edges_n, "1", 0, TWIN_ALL, "")                                                          \
    X(TIME, merged_us, "us", 0, TWIN_ALL, "latest merge")                                          \
    X(TIME, deleted_us, "us", 0, TWIN_ALL, "person: A29, entered in error")                        \
    X(ENCOUNTER, encounter, "", 0, 0,                                                              \
      "visit: its stay; account: one of its stays; person: provisional stay without a number")     \
    X(U32, encounters_n, "1", 0, TWIN_ALL, "stays of the person or the account")                   \
    X(U32, loose_n, "1", 0, TWIN_ALL, "person: stays that hold data found by time alone")          \
    X(U8, kind, "1", 1, 3, "person, visit, account")                                               \
    X(U8, kept, "1", 0, 1, "person: a link or a contested stay names it, so it does not leave")    \
    X(U16, zero_16, "", 0, 0, "")

#define TWIN_EDGE_TABLE(X, A)                                                                      \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(EDGE, next, "", 0, 0, "next merge of the group")                                             \
    X(NODE, from, "", 0, 0, "identifier that ends")                                                \
    X(NODE, to, "", 0, 0, "identifier that stays")                                                 \
    X(TIME, happened_us, "us", 0, TWIN_ALL, "")                                                    \
    X(SOURCE, source, "", 0, 0, "")                                                                \
    X(U32, zero_32, "", 0, 0, "")

#define TWIN_LINK_TABLE(X, A)                                                                      \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(NODE, one, "", 0, 0, "")                                                                     \
    X(NODE, other, "", 0, 0, "")                                                                   \
    X(SOURCE, source, "", 0, 0, "the latest word")                                                 \
    X(TIME, happened_us, "us", 0, TWIN_ALL, "of the latest word")                                  \
    X(U8, linked, "1", 0, 1, "A24 linked, A37 not any more")                                       \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U16, zero_16, "", 0, 0, "")                                                                  \
    X(U32, zero_32, "", 0, 0, "")

/* presence: 0 nothing said, else a plx_presence (NULL or VALUE) */
#define TWIN_FACTS_TABLE(X, A)                                                                     \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(TEXT, family, "", 0, 0, "PID-5.1")                                                           \
    X(TEXT, given, "", 0, 0, "PID-5.2")                                                            \
    X(TEXT, sex, "", 0, 0, "PID-8")                                                                \
    X(TEXT, death, "", 0, 0, "PID-30")                                                             \
    X(U8, birth_precision, "1", 0, 20, "digits sent: 4 year .. 14 second")                         \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U16, zero_16, "", 0, 0, "")                                                                  \
    X(TIME, birth_us, "us", 0, TWIN_ALL, "PID-7")                                                  \
    A(SOURCE, source, TWIN_FACTS_N, "", 0, 0, "of each field in twin_fact's order")                \
    A(U8, presence, TWIN_FACTS_N, "1", 0, 3, "of each field")                                      \
    A(U8, zero_tail, 7, "", 0, 0, "")

typedef enum twin_fact {
    TWIN_FACT_FAMILY,
    TWIN_FACT_GIVEN,
    TWIN_FACT_SEX,
    TWIN_FACT_DEATH,
    TWIN_FACT_BIRTH,
    TWIN_FACTS_N
} twin_fact;

#define TWIN_PLACE_TABLE(X, A)                                                                     \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(TEXT, point, "", 0, 0, "PL-1 point of care")                                                 \
    X(TEXT, room, "", 0, 0, "PL-2")                                                                \
    X(TEXT, bed, "", 0, 0, "PL-3")                                                                 \
    X(TEXT, facility, "", 0, 0, "PL-4")                                                            \
    X(TEXT, status, "", 0, 0, "A20: table 0116")                                                   \
    X(SOURCE, status_source, "", 0, 0, "")                                                         \
    X(ENCOUNTER, occupants, "", 0, 0, "first stay that is here now")                               \
    X(U32, occupants_n, "1", 0, TWIN_ALL, "")                                                      \
    X(ENCOUNTER, unnamed, "", 0, 0, "provisional stay known by this bed alone")                    \
    X(TIME, status_us, "us", 0, TWIN_ALL, "")                                                      \
    X(PLACE, area, "", 0, 0, "the place that is only point of care and facility; itself perhaps")  \
    X(U8, emergency, "1", 0, 1, "area: an emergency patient (class E) has been there")             \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U16, zero_16, "", 0, 0, "")

#define TWIN_STAFF_TABLE(X, A)                                                                     \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(TEXT, id, "", 0, 0, "XCN-1")                                                                 \
    X(TEXT, family, "", 0, 0, "XCN-2")                                                             \
    X(TEXT, given, "", 0, 0, "XCN-3")                                                              \
    X(TEXT, authority, "", 0, 0, "XCN-9")                                                          \
    X(SOURCE, source, "", 0, 0, "the latest message that named them with this family name")

typedef enum twin_status {
    TWIN_STATUS_NONE, /* no ADT event has said that the patient is or will be here */
    TWIN_STATUS_PLANNED,
    TWIN_STATUS_ARRIVED,
    TWIN_STATUS_IN_PROGRESS,
    TWIN_STATUS_ON_LEAVE,
    TWIN_STATUS_FINISHED,
    TWIN_STATUS_CANCELLED,
    TWIN_STATUS_IN_ERROR,
    TWIN_STATUSES
} twin_status;

/* What the ADT events of an encounter amount to: the result of the fold in stay.c. The seen_ fields
 * are the sender's own view, which still holds what a later cancel undid: an update that only
 * repeats it is no news. */
#define TWIN_STAY_TABLE(X, A)                                                                      \
    X(TIME, arrived_us, "us", 0, TWIN_ALL, "PV1-44 of the first arrival, else when it happened")   \
    X(TIME, status_us, "us", 0, TWIN_ALL, "")                                                      \
    X(TIME, location_us, "us", 0, TWIN_ALL, "")                                                    \
    X(TIME, class_us, "us", 0, TWIN_ALL, "")                                                       \
    X(TIME, attending_us, "us", 0, TWIN_ALL, "")                                                   \
    X(TIME, nurse_us, "us", 0, TWIN_ALL, "")                                                       \
    X(TIME, complaint_us, "us", 0, TWIN_ALL, "")                                                   \
    X(TIME, disposition_us, "us", 0, TWIN_ALL, "")                                                 \
    X(TIME, temporary_us, "us", 0, TWIN_ALL, "")                                                   \
    X(TIME, pending_us, "us", 0, TWIN_ALL, "A15: transfer intended")                               \
    X(TIME, leaving_us, "us", 0, TWIN_ALL, "A16: discharge intended")                              \
    X(TIME, admission_us, "us", 0, TWIN_ALL, "A06: decided to admit")                              \
    X(TIME, finished_us, "us", 0, TWIN_ALL, "PV1-45 of the discharge, else when it happened")      \
    X(SOURCE, arrived_source, "", 0, 0, "")                                                        \
    X(SOURCE, status_source, "", 0, 0, "")                                                         \
    X(SOURCE, location_source, "", 0, 0, "")                                                       \
    X(SOURCE, class_source, "", 0, 0, "")                                                          \
    X(SOURCE, attending_source, "", 0, 0, "")                                                      \
    X(SOURCE, nurse_source, "", 0, 0, "")                                                          \
    X(SOURCE, complaint_source, "", 0, 0, "")                                                      \
    X(SOURCE, disposition_source, "", 0, 0, "")                                                    \
    X(SOURCE, temporary_source, "", 0, 0, "")                                                      \
    X(SOURCE, pending_source, "", 0, 0, "")                                                        \
    X(SOURCE, leaving_source, "", 0, 0, "")                                                        \
    X(SOURCE, admission_source, "", 0, 0, "")                                                      \
    X(PLACE, location, "", 0, 0, "PV1-3")                                                          \
    X(PLACE, seen_location, "", 0, 0, "")                                                          \
    X(PLACE, temporary, "", 0, 0, "PV1-11")                                                        \
    X(PLACE, pending, "", 0, 0, "PV1-42")                                                          \
    X(STAFF, attending, "", 0, 0, "PV1-7")                                                         \
    X(STAFF, seen_attending, "", 0, 0, "")                                                         \
    X(STAFF, nurse, "", 0, 0, "")                                                                  \
    X(STAFF, seen_nurse, "", 0, 0, "")                                                             \
    X(TEXT, complaint, "", 0, 0, "PV2-3")                                                          \
    X(TEXT, seen_complaint, "", 0, 0, "")                                                          \
    X(TEXT, disposition, "", 0, 0, "PV1-36")                                                       \
    X(TEXT, seen_disposition, "", 0, 0, "")                                                        \
    X(U32, arrivals_n, "1", 0, TWIN_ALL, "A01 and A04 that stand")                                 \
    X(U32, plans_n, "1", 0, TWIN_ALL, "A05 and A14 that stand")                                    \
    X(U8, status, "1", 0, 7, "twin_status")                                                        \
    X(U8, patient_class, "1", 0, 127, "PV1-2")                                                     \
    X(U8, seen_class, "1", 0, 127, "")                                                             \
    X(U8, implied, "1", 0, 1, "the location comes from an update, not from a transfer")            \
    X(U8, prior_differs, "1", 0, 1, "PV1-6 of the last transfer was not the place known")          \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U16, zero_16, "", 0, 0, "")

/* One ADT event of an encounter. Sorted by at_us, then sent, rank, order and seq. */
#define TWIN_EVENT_TABLE(X, A)                                                                     \
    X(TIME, at_us, "us", 0, TWIN_ALL, "happened; of a cancel: recorded")                           \
    X(TIME, named_us, "us", 0, TWIN_ALL, "EVN-6 of a cancel: when what it undoes happened")        \
    X(TIME, admitted_us, "us", 0, TWIN_ALL, "PV1-44")                                              \
    X(TIME, discharged_us, "us", 0, TWIN_ALL, "PV1-45")                                            \
    X(SOURCE, source, "", 0, 0, "")                                                                \
    X(PLACE, location, "", 0, 0, "PV1-3")                                                          \
    X(PLACE, prior, "", 0, 0, "PV1-6")                                                             \
    X(PLACE, temporary, "", 0, 0, "PV1-11")                                                        \
    X(PLACE, pending, "", 0, 0, "PV1-42")                                                          \
    X(STAFF, attending, "", 0, 0, "PV1-7")                                                         \
    X(STAFF, nurse, "", 0, 0, "")                                                                  \
    X(TEXT, complaint, "", 0, 0, "PV2-3")                                                          \
    X(TEXT, disposition, "", 0, 0, "PV1-36")                                                       \
    X(U32, presence, "", 0, TWIN_ALL, "plx_presence of each field, 2 bits each (twin_said)")       \
    X(U8, action, "1", 1, 63, "plx_adt_action")                                                    \
    X(U8, patient_class, "1", 0, 127, "PV1-2")                                                     \
    X(U8, undone, "1", 0, 1, "a cancel names this event")                                          \
    X(U8, resolved, "1", 0, 2, "of a cancel: 1 it undid an event, 2 that was undone already")      \
    X(U32, zero_32, "", 0, 0, "")

typedef enum twin_said {
    TWIN_SAID_LOCATION,
    TWIN_SAID_PRIOR,
    TWIN_SAID_TEMPORARY,
    TWIN_SAID_PENDING,
    TWIN_SAID_ATTENDING,
    TWIN_SAID_NURSE,
    TWIN_SAID_COMPLAINT,
    TWIN_SAID_DISPOSITION,
    TWIN_SAID_CLASS
} twin_said;

/* Marks of an encounter, a bit each: X(NAME, word). */
#define TWIN_MARK_TABLE(X)                                                                         \
    X(BED_CONFLICT, "bed-conflict")                                                                \
    X(IDENTITY, "identity-conflict")                                                               \
    X(CANCEL_ALONE, "cancel-without-event")                                                        \
    X(CANDIDATES, "two-candidates")                                                                \
    X(WRONG_PATIENT, "result-of-another-patient")                                                  \
    X(IMPLIED, "transfer-implied")

enum {
#define X(NAME, word) TWIN_MARK_BIT_##NAME,
    TWIN_MARK_TABLE(X)
#undef X
        TWIN_MARKS
};
enum {
#define X(NAME, word) TWIN_MARK_##NAME = 1u << TWIN_MARK_BIT_##NAME,
    TWIN_MARK_TABLE(X)
#undef X
};

#define TWIN_ENCOUNTER_TABLE(X, A)                                                                 \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(U32, number, "1", 1, TWIN_ALL, "its name outside; never used again")                         \
    X(TIME, owner_us, "us", 0, TWIN_ALL, "when that owner was named")                              \
    X(TIME, first_us, "us", 0, TWIN_ALL, "first datum that came before any ADT event")             \
    X(TIME, last_us, "us", 0, TWIN_ALL, "arrival of the latest entry with news of it")             \
    X(TIME, wake_us, "us", 0, TWIN_ALL, "next moment at which time alone changes it")              \
    X(NODE, owner, "", 0, 0, "identifier of the person")                                           \
    X(NODE, contender, "", 0, 0, "another person's identifier that ADT also gave it")              \
    X(SOURCE, owner_source, "", 0, 0, "")                                                          \
    X(ENCOUNTER, owner_next, "", 0, 0, "next stay of that identifier")                             \
    X(ENCOUNTER, owner_previous, "", 0, 0, "")                                                     \
    X(GROUP, visit, "", 0, 0, "visit numbers; 0 = none")                                           \
    X(NODE, account, "", 0, 0, "account number; 0 = none")                                         \
    X(PLACE, unnamed_place, "", 0, 0, "known by this bed alone")                                   \
    X(BLOCK, events, "", 0, 0, "array of twin_event")                                              \
    X(U32, events_n, "1", 0, TWIN_ALL, "")                                                         \
    X(U32, events_capacity, "1", 0, TWIN_ALL, "")                                                  \
    X(U32, events_cut, "1", 0, TWIN_ALL, "events dropped at the limit")                            \
    X(U32, waiting_n, "1", 0, TWIN_ALL, "cancels that have not met their event")                   \
    X(PLACE, place, "", 0, 0, "where it counts as occupant")                                       \
    X(ENCOUNTER, place_next, "", 0, 0, "next occupant")                                            \
    X(ENCOUNTER, place_previous, "", 0, 0, "")                                                     \
    X(SERIES, series, "", 0, 0, "first series")                                                    \
    X(ORDER, orders, "", 0, 0, "first order")                                                      \
    X(SCORE, score, "", 0, 0, "current NEWS2")                                                     \
    X(BODY, body, "", 0, 0, "newest word of the live twin")                                        \
    X(U32, withdrawn_n, "1", 0, TWIN_ALL, "results said to belong to another patient")             \
    X(U32, zero_32, "", 0, 0, "")                                                                  \
    X(U8, marks, "", 0, 255, "TWIN_MARK_*")                                                        \
    X(U8, owner_moved, "1", 0, 1, "a move event named the owner: other messages do not")           \
    X(U8, loose, "1", 0, 1, "holds data found by person and time alone")                           \
    X(U8, keyless, "1", 0, 1, "known by neither visit nor account number")                         \
    X(U8, cancels, "1", 0, 1, "its events hold a cancel")                                          \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U16, zero_16, "", 0, 0, "")

typedef enum twin_category {
    TWIN_CATEGORY_OTHER,
    TWIN_CATEGORY_LAB,
    TWIN_CATEGORY_IMAGING,
    TWIN_CATEGORY_VITAL,
    TWIN_CATEGORY_MEDICATION
} twin_category;

typedef enum twin_order_state {
    TWIN_ORDER_NONE, /* known from results alone */
    TWIN_ORDER_ORDERED,
    TWIN_ORDER_SCHEDULED,
    TWIN_ORDER_IN_PROGRESS,
    TWIN_ORDER_HELD,
    TWIN_ORDER_PRELIMINARY,
    TWIN_ORDER_FINAL,
    TWIN_ORDER_CORRECTED,
    TWIN_ORDER_CANCELLED,
    TWIN_ORDER_ERROR,
    TWIN_ORDER_GIVEN /* a drug or fluid, at least once */
} twin_order_state;

#define TWIN_ORDER_TABLE(X, A)                                                                     \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(ENCOUNTER, encounter, "", 0, 0, "")                                                          \
    X(ORDER, next, "", 0, 0, "next of the encounter")                                              \
    X(ORDER, previous, "", 0, 0, "")                                                               \
    X(TEXT, placer, "", 0, 0, "EI-1 of ORC-2 or OBR-2")                                            \
    X(TEXT, placer_authority, "", 0, 0, "")                                                        \
    X(TEXT, filler, "", 0, 0, "EI-1 of ORC-3 or OBR-3")                                            \
    X(TEXT, filler_authority, "", 0, 0, "")                                                        \
    X(TEXT, code, "", 0, 0, "OBR-4.1")                                                             \
    X(TEXT, code_system, "", 0, 0, "OBR-4.3")                                                      \
    X(TEXT, code_text, "", 0, 0, "OBR-4.2")                                                        \
    X(TEXT, service, "", 0, 0, "OBR-24")                                                           \
    X(TEXT, status, "", 0, 0, "ORC-5 of the latest word")                                          \
    X(STAFF, ordered_by, "", 0, 0, "")                                                             \
    X(SOURCE, source, "", 0, 0, "first message with the order itself, else with its result")       \
    X(SOURCE, control_source, "", 0, 0, "latest word on the order (ORC)")                          \
    X(SOURCE, result_source, "", 0, 0, "latest word on the result (OBR-25)")                       \
    X(SOURCE, text_source, "", 0, 0, "latest word on the code")                                    \
    X(ROW, rows, "", 0, 0, "first result")                                                         \
    X(U32, rows_n, "1", 0, TWIN_ALL, "")                                                           \
    X(DOSE, doses, "", 0, 0, "newest word on the drug or fluid")                                   \
    X(U32, doses_n, "1", 0, TWIN_ALL, "")                                                          \
    X(TIME, control_us, "us", 0, TWIN_ALL, "ORC-9 of the latest word on the order, else sent")     \
    X(TIME, ordered_us, "us", 0, TWIN_ALL, "earliest ORC-9")                                       \
    X(TIME, collected_us, "us", 0, TWIN_ALL, "OBR-7")                                              \
    X(TIME, received_us, "us", 0, TWIN_ALL, "OBR-14")                                              \
    X(TIME, first_result_us, "us", 0, TWIN_ALL, "earliest OBR-22 with a result")                   \
    X(TIME, final_us, "us", 0, TWIN_ALL, "earliest OBR-22 with OBR-25 = F or C")                   \
    X(TIME, result_us, "us", 0, TWIN_ALL, "OBR-22 of the latest word on the result; RXA-3")        \
    X(U8, control, "1", 0, 15, "plx_order_control of the latest word")                             \
    X(U8, result_status, "1", 0, 127, "OBR-25 of the latest word")                                 \
    X(U8, state, "1", 0, 10, "twin_order_state: from the two above")                               \
    X(U8, category, "1", 0, 4, "twin_category")                                                    \
    X(U8, loose, "1", 0, 1, "found its encounter by person and time alone")                        \
    X(U8, from_results, "", 0, 3,                                                                  \
      "bit 0: known from results alone, so it goes with them; bit 1: busy")                        \
    X(U16, zero_16, "", 0, 0, "")

#define TWIN_SERIES_TABLE(X, A)                                                                    \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(ENCOUNTER, encounter, "", 0, 0, "")                                                          \
    X(SERIES, next, "", 0, 0, "next of the encounter")                                             \
    X(SERIES, previous, "", 0, 0, "")                                                              \
    X(TEXT, code, "", 0, 0, "OBX-3.1 when the quantity is not mapped, else empty")                 \
    X(TEXT, system, "", 0, 0, "OBX-3.3, likewise")                                                 \
    X(TEXT, code_text, "", 0, 0, "OBX-3.2 as first seen")                                          \
    X(BLOCK, rows, "", 0, 0, "array of row indices by time")                                       \
    X(U32, rows_n, "1", 0, TWIN_ALL, "")                                                           \
    X(U32, rows_capacity, "1", 0, TWIN_ALL, "")                                                    \
    X(U32, cut, "1", 0, TWIN_ALL, "oldest ones dropped at the limit")                              \
    X(U16, quantity, "1", 0, 65535, "plx_quantity")                                                \
    X(U16, zero_16, "", 0, 0, "")

/* Why a value is not simply good. X(NAME, word, usable by scores) */
#define TWIN_REASON_TABLE(X)                                                                       \
    X(NONE, "", true)                                                                              \
    X(SOFT_LIMIT, "limit", true)                                                                   \
    X(HARD_LIMIT, "limit", false)                                                                  \
    X(UNIT_MISSING, "unit-missing", false)                                                         \
    X(UNIT_UNKNOWN, "unit-unknown", false)                                                         \
    X(NO_NUMBER, "not-a-number", false)                                                            \
    X(CODE_UNKNOWN, "code-unknown", false)                                                         \
    X(SENTINEL, "no-value-code", false)                                                            \
    X(NO_VALUE, "no-value", false)                                                                 \
    X(UNOBTAINABLE, "unobtainable", false)                                                         \
    X(DEMO, "demo", false)

typedef enum twin_reason {
#define X(NAME, word, usable) TWIN_REASON_##NAME,
    TWIN_REASON_TABLE(X)
#undef X
        TWIN_REASONS
} twin_reason;

#define TWIN_ROW_TABLE(X, A)                                                                       \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(SOURCE, source, "", 0, 0, "")                                                                \
    X(TIME, when_us, "us", 0, TWIN_ALL, "OBX-14, else OBR-7, else the message")                    \
    X(TIME, issued_us, "us", 0, TWIN_ALL, "OBR-22, else sent: the order of versions")              \
    X(TEXT, value, "", 0, 0, "as sent")                                                            \
    X(TEXT, canonical, "", 0, 0, "number in the quantity's unit, or house code")                   \
    X(TEXT, unit, "", 0, 0, "UCUM")                                                                \
    X(TEXT, code, "", 0, 0, "OBX-3.1")                                                             \
    X(TEXT, system, "", 0, 0, "OBX-3.3")                                                           \
    X(TEXT, sub_id, "", 0, 0, "OBX-4")                                                             \
    X(TEXT, method, "", 0, 0, "OBX-17")                                                            \
    X(TEXT, reference, "", 0, 0, "OBX-7")                                                          \
    X(TEXT, abnormal, "", 0, 0, "OBX-8")                                                           \
    X(ORDER, order, "", 0, 0, "order it answers; 0 = none")                                        \
    X(SERIES, series, "", 0, 0, "")                                                                \
    X(ROW, older, "", 0, 0, "version before this one")                                             \
    X(ROW, order_next, "", 0, 0, "next result of the order; newest versions only")                 \
    X(ROW, order_previous, "", 0, 0, "")                                                           \
    X(U32, offset, "B", 0, TWIN_ALL, "of the segment in the message")                              \
    X(U32, length, "B", 0, TWIN_ALL, "")                                                           \
    X(U16, index, "1", 1, 3071, "provenance index")                                                \
    X(U8, status, "1", 0, 7, "plx_result_status")                                                  \
    X(U8, status_code, "1", 0, 127, "OBX-11")                                                      \
    X(U8, kind, "1", 0, 6, "plx_kind")                                                             \
    X(U8, quality, "1", 0, 4, "plx_quality")                                                       \
    X(U8, reason, "1", 0, 15, "twin_reason")                                                       \
    X(U8, comparator, "1", 0, 127, "")                                                             \
    X(U8, loose, "1", 0, 1, "found its encounter by person and time alone")                        \
    X(U8, presence, "1", 0, 3, "of the value")                                                     \
    X(U8, promoted, "1", 0, 1, "OBX-11 U without a value: it has that of the version before")      \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U32, zero_32, "", 0, 0, "")

/* number: the bits of floats, NaN where nothing is said; those of the forecast (from
 * PLX_POSTERIOR_SHORT_N on) are of forecast_us of their horizon, the others of at_us. */
enum { TWIN_SHOWN_LEVELS = 5, TWIN_SHOWN_N = PLX_POSTERIOR_HORIZON_N * PLX_POSTERIOR_VITAL_N };
#define TWIN_BODY_TABLE(X, A)                                                                      \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(ENCOUNTER, encounter, "", 0, 0, "")                                                          \
    X(SOURCE, source, "", 0, 0, "result that said it")                                             \
    X(SOURCE, forecast_source, "", 0, 0, "result that foresaw")                                    \
    X(TIME, at_us, "us", 0, TWIN_ALL, "the moment it speaks of")                                   \
    X(TIME, heard_us, "us", 0, TWIN_ALL, "of the newest value that was used")                      \
    A(TIME, graded_us, PLX_POSTERIOR_HORIZON_N, "us", 0, TWIN_ALL, "newest that is judged")        \
    X(U64, acted_seq, "1", 0, TWIN_ALL, "treatments up to there were told to the ledger")          \
    A(TIME, forecast_us, PLX_POSTERIOR_HORIZON_N, "us", 0, TWIN_ALL, "each horizon counts from")   \
    X(TIME, since_us, "us", 0, TWIN_ALL, "followed since then")                                    \
    X(U64, version, "1", 0, TWIN_ALL, "of the model")                                              \
    X(U64, seed, "1", 0, TWIN_ALL, "of the ensemble")                                              \
    X(U64, cutoff, "1", 0, TWIN_ALL, "largest journal sequence that was used")                     \
    X(U32, used, "1", 0, TWIN_ALL, "values that were used")                                        \
    X(U32, artefacts, "1", 0, TWIN_ALL, "")                                                        \
    X(U32, late, "1", 0, TWIN_ALL, "values that came too late")                                    \
    X(U32, acts, "1", 0, TWIN_ALL, "treatments that the twin was told of")                         \
    X(TEXT, reason, "", 0, 0, "")                                                                  \
    X(U8, status, "1", 0, 255, "plx_posterior_status")                                             \
    X(U8, worst, "1", 0, 255, "plx_posterior_vital")                                               \
    X(U8, assumed, "1", 0, 1, "height or weight are taken as usual")                               \
    X(U8, judged, "1", 0, 1, "the ledger knows him")                                               \
    A(U8, shown_by, TWIN_SHOWN_N, "1", 0, 255, "twin_trust_by, (horizons x vitals)")               \
    A(U8, shown_why, TWIN_SHOWN_N, "1", 0, 255, "plx_advice_reason")                               \
    A(U32, shown, TWIN_SHOWN_N *TWIN_SHOWN_LEVELS, "", 0, TWIN_ALL, "quantiles: 5 25 50 75 95 %")  \
    A(U32, number, PLX_POSTERIOR_NUMBER_N, "", 0, TWIN_ALL, "")

/* What is said of a drug or fluid under an order. */
#define TWIN_DOSE_TABLE(X, A)                                                                      \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(ORDER, order, "", 0, 0, "what it is said of")                                                \
    X(TIME, at_us, "us", 0, TWIN_ALL, "RXA-3, RXD-3, TQ1-7, else ORC-9, else issued")              \
    X(TIME, end_us, "us", 0, TWIN_ALL, "RXA-4, TQ1-8")                                             \
    X(TIME, issued_us, "us", 0, TWIN_ALL, "RXA-22, else sent: the order of versions")              \
    X(SOURCE, source, "", 0, 0, "")                                                                \
    X(DOSE, next, "", 0, 0, "next of the order, by falling time; newest versions only")            \
    X(DOSE, older, "", 0, 0, "version before this one")                                            \
    X(TEXT, code, "", 0, 0, "RXA-5.1 and the like")                                                \
    X(TEXT, system, "", 0, 0, "RXA-5.3")                                                           \
    X(TEXT, code_text, "", 0, 0, "RXA-5.2")                                                        \
    X(TEXT, sub_id, "", 0, 0, "RXA-2, RXG-1, RXD-1")                                               \
    X(TEXT, amount, "", 0, 0, "as sent")                                                           \
    X(TEXT, unit, "", 0, 0, "")                                                                    \
    X(TEXT, per, "", 0, 0, "time unit in which the amount is given")                               \
    X(TEXT, rate, "", 0, 0, "RXE-23, RXG-15, RXO-21")                                              \
    X(TEXT, rate_unit, "", 0, 0, "")                                                               \
    X(TEXT, strength, "", 0, 0, "how much drug")                                                   \
    X(TEXT, strength_unit, "", 0, 0, "")                                                           \
    X(TEXT, volume, "", 0, 0, "in how much fluid")                                                 \
    X(TEXT, volume_unit, "", 0, 0, "")                                                             \
    X(TEXT, route, "", 0, 0, "RXR-1.1")                                                            \
    X(TEXT, route_text, "", 0, 0, "RXR-1.2")                                                       \
    X(TEXT, device, "", 0, 0, "RXR-3")                                                             \
    X(TEXT, reason, "", 0, 0, "RXA-18")                                                            \
    X(U32, offset, "B", 0, TWIN_ALL, "of the segment in the message")                              \
    X(U32, length, "B", 0, TWIN_ALL, "")                                                           \
    X(U16, index, "1", 1, 3071, "provenance index")                                                \
    X(U16, medication, "1", 0, 65535, "plx_medication")                                            \
    X(U8, word, "1", 0, 4, "plx_medication_word")                                                  \
    X(U8, status, "1", 0, 4, "plx_given_status")                                                   \
    X(U8, action, "1", 0, 127, "RXA-21")                                                           \
    X(U8, amount_said, "1", 0, 3, "plx_presence of the amount")                                    \
    X(U8, demo, "1", 0, 1, "MSH-11 was not P")                                                     \
    X(U8, zero_8, "", 0, 0, "")                                                                    \
    X(U16, zero_16, "", 0, 0, "")                                                                  \
    X(U32, zero_32, "", 0, 0, "")

#define TWIN_SCORE_TABLE(X, A)                                                                     \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(ENCOUNTER, encounter, "", 0, 0, "")                                                          \
    X(SCORE, older, "", 0, 0, "score before this one")                                             \
    X(SOURCE, source, "", 0, 0, "entry that made it")                                              \
    X(TIME, when_us, "us", 0, TWIN_ALL, "newest input")                                            \
    X(TIME, changed_us, "us", 0, TWIN_ALL, "when the value last became another")                   \
    X(TIME, expires_us, "us", 0, TWIN_ALL, "when the first of its inputs expires")                 \
    A(U64, input_id, PLX_NEWS2_INPUTS, "1", 0, TWIN_ALL, "provenance, 0 = missing")                \
    A(TIME, input_us, PLX_NEWS2_INPUTS, "us", 0, TWIN_ALL, "")                                     \
    A(TEXT, input, PLX_NEWS2_INPUTS, "", 0, 0, "value used")                                       \
    X(U32, zero_32, "", 0, 0, "")                                                                  \
    A(U8, points, PLX_NEWS2_INPUTS, "1", 0, 3, "")                                                 \
    X(U8, applicable, "1", 0, 1, "age 16 or more, or unknown")                                     \
    X(U16, index, "1", 3072, 4095, "provenance index")                                             \
    X(U16, missing, "", 0, 127, "bit per input")                                                   \
    X(U16, rejected, "", 0, 127, "bit per input")                                                  \
    X(U8, value, "1", 0, 20, "when known")                                                         \
    X(U8, low, "1", 0, 20, "")                                                                     \
    X(U8, high, "1", 0, 20, "")                                                                    \
    X(U8, bands, "", 0, 15, "bit per band that is possible")                                       \
    X(U8, known, "1", 0, 1, "")                                                                    \
    X(U8, scale2, "1", 0, 1, "")                                                                   \
    X(U8, trend, "1", 0, 2, "0 falling, 1 level, 2 rising")                                        \
    X(U8, suspect, "", 0, 127, "bit per input that was used although suspect")                     \
    X(U8, useful, "1", 0, 255, "missing input that tells most, 255 none")                          \
    X(U8, last, "1", 0, 255, "last known value, this one or an earlier one; 255 none")

typedef enum twin_dead_state {
    TWIN_DEAD_OPEN,
    TWIN_DEAD_FIXED,
    TWIN_DEAD_DISCARDED
} twin_dead_state;

#define TWIN_DEAD_TABLE(X, A)                                                                      \
    X(U32, live, "1", 1, 1, "in use")                                                              \
    X(DEAD, next, "", 0, 0, "younger one of the same list")                                        \
    X(U64, seq, "1", 1, TWIN_ALL, "")                                                              \
    X(U64, original, "1", 0, TWIN_ALL, "sequence it is a repaired copy of")                        \
    X(TIME, arrival_us, "us", 0, TWIN_ALL, "")                                                     \
    X(DEAD, previous, "", 0, 0, "")                                                                \
    X(TEXT, reason, "", 0, 0, "sentence")                                                          \
    X(TEXT, by, "", 0, 0, "who discarded it")                                                      \
    X(TEXT, why, "", 0, 0, "and why")                                                              \
    X(U32, offset, "B", 0, TWIN_ALL, "byte in the message")                                        \
    X(U32, attempts, "1", 0, TWIN_ALL, "repaired copies that did not work either")                 \
    X(U16, iface, "1", 0, 511, "")                                                                 \
    X(U16, code, "1", 0, 999, "table 0357")                                                        \
    X(U16, segment_n, "1", 0, 65535, "")                                                           \
    X(U16, field, "1", 0, 65535, "")                                                               \
    X(U16, component, "1", 0, 65535, "")                                                           \
    A(U8, segment, 4, "", 0, 127, "")                                                              \
    X(U8, state, "1", 0, 2, "twin_dead_state")                                                     \
    X(U8, zero_8, "", 0, 0, "")

#define TWIN_BOOK_TABLE(X, A)                                                                      \
    X(U64, received, "1", 0, TWIN_ALL, "messages")                                                 \
    X(U64, applied, "1", 0, TWIN_ALL, "")                                                          \
    X(U64, duplicate, "1", 0, TWIN_ALL, "")                                                        \
    X(U64, ignored, "1", 0, TWIN_ALL, "by rule")                                                   \
    X(U64, refused, "1", 0, TWIN_ALL, "")                                                          \
    X(U64, dead_open, "1", 0, TWIN_ALL, "")                                                        \
    X(U64, dead_fixed, "1", 0, TWIN_ALL, "")                                                       \
    X(U64, dead_discarded, "1", 0, TWIN_ALL, "")                                                   \
    X(TIME, last_us, "us", 0, TWIN_ALL, "latest arrival")                                          \
    X(TEXT, name, "", 0, 0, "")                                                                    \
    X(I32, zone_minutes, "min", -1440, 1440, "of senders that give none")                          \
    X(U32, zone_given, "1", 0, 1, "")                                                              \
    X(U32, charset, "", 0, 31, "plx_charset of senders that name none")

/* Header of the region: what there is once. */
#define TWIN_WORLD_TABLE(X, A)                                                                     \
    X(U64, seq, "1", 0, TWIN_ALL, "last entry applied")                                            \
    X(TIME, now_us, "us", 0, TWIN_ALL, "largest arrival")                                          \
    X(U64, starts, "1", 0, TWIN_ALL, "times the program was started")                              \
    X(U64, clock_steps, "1", 0, TWIN_ALL, "")                                                      \
    X(U64, dead_dropped, "1", 0, TWIN_ALL, "dead letters beyond the limit")                        \
    X(U64, retired, "1", 0, TWIN_ALL, "encounters that left the twin")                             \
    X(U64, cut, "1", 0, TWIN_ALL, "versions, events and texts dropped or shortened at a limit")    \
    X(TIME, cancel_wait_us, "us", 0, TWIN_ALL, "model: a cancel waits for its event")              \
    X(TIME, retention_us, "us", 0, TWIN_ALL, "model: finished encounters stay; 0 = for ever")      \
    X(I32, zone_minutes, "min", -1440, 1440, "model")                                              \
    X(U32, next_number, "1", 1, TWIN_ALL, "of the next encounter")                                 \
    X(DEAD, open_first, "", 0, 0, "oldest open dead letter")                                       \
    X(DEAD, open_last, "", 0, 0, "")                                                               \
    X(DEAD, closed_first, "", 0, 0, "oldest one fixed or discarded")                               \
    X(DEAD, closed_last, "", 0, 0, "")                                                             \
    X(U32, dead_n, "1", 0, TWIN_ALL, "dead letters held")                                          \
    X(U32, next_node, "1", 1, TWIN_ALL, "number of the next identifier")                           \
    X(BLOCK, ledger, "", 0, 0, "ledger of predictions, hashed as bytes; 0 = none yet")             \
    X(U8, demo, "1", 0, 1, "a demonstration: marked on every screen")                              \
    X(U8, implied_transfer, "1", 0, 2, "model: plx_twin_implied")                                  \
    X(U16, zero_16, "", 0, 0, "")

#define TWIN_FIELD(kind, name, unit, low, high, text) twin_type_##kind name;
#define TWIN_ARRAY(kind, name, n, unit, low, high, text) twin_type_##kind name[n];

#define TWIN_STRUCT(name, TABLE)                                                                   \
    typedef struct name {                                                                          \
        TABLE(TWIN_FIELD, TWIN_ARRAY)                                                              \
    } name;

TWIN_STRUCT(twin_source, TWIN_SOURCE_TABLE)
TWIN_STRUCT(twin_node, TWIN_NODE_TABLE)
TWIN_STRUCT(twin_group, TWIN_GROUP_TABLE)
TWIN_STRUCT(twin_edge, TWIN_EDGE_TABLE)
TWIN_STRUCT(twin_link, TWIN_LINK_TABLE)
TWIN_STRUCT(twin_facts, TWIN_FACTS_TABLE)
TWIN_STRUCT(twin_place, TWIN_PLACE_TABLE)
TWIN_STRUCT(twin_staff, TWIN_STAFF_TABLE)
TWIN_STRUCT(twin_stay, TWIN_STAY_TABLE)
TWIN_STRUCT(twin_event, TWIN_EVENT_TABLE)
TWIN_STRUCT(twin_order, TWIN_ORDER_TABLE)
TWIN_STRUCT(twin_series, TWIN_SERIES_TABLE)
TWIN_STRUCT(twin_row, TWIN_ROW_TABLE)
TWIN_STRUCT(twin_dose, TWIN_DOSE_TABLE)
TWIN_STRUCT(twin_score, TWIN_SCORE_TABLE)
TWIN_STRUCT(twin_dead, TWIN_DEAD_TABLE)
TWIN_STRUCT(twin_body, TWIN_BODY_TABLE)
TWIN_STRUCT(twin_book, TWIN_BOOK_TABLE)
TWIN_STRUCT(twin_world, TWIN_WORLD_TABLE)

typedef struct twin_encounter {
    TWIN_ENCOUNTER_TABLE(TWIN_FIELD, TWIN_ARRAY)
    twin_stay stay;
} twin_encounter;

/* A row of a table, for code that walks all fields of a record. */
typedef struct twin_field {
    const char *name, *unit, *text;
    int64_t low, high;
    uint16_t offset, n;
    twin_field_kind kind;
} twin_field;

typedef struct twin_layout {
    const char *name;
    const twin_field *fields;
    uint32_t fields_n, bytes;
} twin_layout;

const twin_layout *plx_twin_layout_of(twin_pool_kind pool);
extern const twin_layout plx_twin_world_layout, plx_twin_book_layout, plx_twin_event_layout,
    plx_twin_stay_layout;
/* Sets every TIME of a zeroed record to PLX_TIME_NONE. */
void plx_twin_layout_clear(const twin_layout *layout, void *record);

/* Key tables. X(NAME) */
#define TWIN_MAP_TABLE(X)                                                                          \
    X(TEXT)                                                                                        \
    X(NODE)                                                                                        \
    X(PLACE)                                                                                       \
    X(STAFF)                                                                                       \
    X(PLACER)                                                                                      \
    X(FILLER)                                                                                      \
    X(SERIES)                                                                                      \
    X(RESULT)                                                                                      \
    X(LINK)                                                                                        \
    X(DEAD)

typedef enum twin_map_kind {
#define X(NAME) TWIN_MAP_##NAME,
    TWIN_MAP_TABLE(X)
#undef X
        TWIN_MAPS
} twin_map_kind;

enum { TWIN_LAYOUT_VERSION = 6 };

struct plx_twin {
    char magic[8]; /* "PLXTWIN" */
    uint32_t layout_version, header_bytes;
    twin_region region;
    twin_pool pools[TWIN_POOLS];
    twin_map maps[TWIN_MAPS];
    twin_block heap; /* array of plx_heap_item */
    uint32_t heap_n, heap_capacity;
    uint32_t zero_32;
    twin_world world;
    twin_book books[PLX_IFACE_MAX];
};

#endif
