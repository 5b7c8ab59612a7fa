/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* An event log (CSV) -> events. Kinds of diagnostics, zones and services get numbers as they come;
 * rows that cannot be used are passed over, counted, and the first of each kind is told. */
#ifndef PLX_CORE_FIT_LOG_H
#define PLX_CORE_FIT_LOG_H

#include "core/fit/map.h"

/* X(NAME, sentence): rows that are passed over */
#define PLX_LOG_FAULT_TABLE(X)                                                                     \
    X(TIME, "a time cannot be read")                                                               \
    X(CASE, "the case is not named")                                                               \
    X(ACTIVITY, "an activity is not known; name it in the mapping, or map it to ignore")           \
    X(ACUITY, "an acuity is not 1 to 5; the event stays")                                          \
    X(DISPOSITION, "a disposition is not known; the event stays")                                  \
    X(NAMES, "there are more kinds, zones or services than the model has room for")                \
    X(SHAPE, "a row has another number of fields than the header, or a quote is open")

typedef enum plx_log_fault {
#define X(name, sentence) PLX_LOG_##name,
    PLX_LOG_FAULT_TABLE(X)
#undef X
        PLX_LOG_FAULT_N
} plx_log_fault;

typedef struct plx_log_names {
    char name[PLX_FLOW_ZONES_MAX][PLX_FLOW_NAME_MAX];
    unsigned n;
} plx_log_names;

typedef struct plx_log_result {
    size_t n;              /* events */
    uint64_t rows, passed; /* data rows; of them without an event */
    uint64_t fault[PLX_LOG_FAULT_N];
    uint64_t line[PLX_LOG_FAULT_N];           /* of the first */
    char text[PLX_LOG_FAULT_N][PLX_MAP_TEXT]; /* what stood there */
    plx_log_names kinds, zones, services;
    int64_t first_us, last_us;
} plx_log_result;

const char *plx_log_fault_text(plx_log_fault fault);

/* Events that a text can hold at most: the size of the array for plx_log_read. */
size_t plx_log_most(plx_slice text, const plx_log_map *map);

/* scratch (text.n + 1 bytes) is the caller's. PLX_OK, also with faults; PLX_MISSING: columns that
 * are needed are not there, with the sentence that names them. */
PLX_MUST_CHECK plx_status plx_log_read(plx_slice text, const plx_log_map *map, char *scratch,
                                       plx_visit_event *events, plx_log_result *out, char *why,
                                       size_t why_n);

#endif
