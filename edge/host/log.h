/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Log: one line an event to stderr, JSON or text, from typed fields only. There is no way to print a
 * piece of a message: no patient data in logs, by construction. */
#ifndef PLX_EDGE_HOST_LOG_H
#define PLX_EDGE_HOST_LOG_H

#include <stdbool.h>
#include <stdint.h>

typedef enum plx_log_level { PLX_LOG_DEBUG, PLX_LOG_INFO, PLX_LOG_WARN, PLX_LOG_ERROR } plx_log_level;

typedef struct plx_log_fields {
    uint64_t seq;       /* journal sequence, 0 = none */
    uint32_t iface;     /* interface, 0 = none */
    int64_t n;          /* a count, INT64_MIN = none */
    double ms;          /* a duration, negative = none */
    const char *status; /* constant text or NULL */
} plx_log_fields;

#define PLX_LOG_NONE ((plx_log_fields){.n = INT64_MIN, .ms = -1})

void plx_log_configure(plx_log_level lowest, bool json);
/* room and event are constant texts ("store", "disk-full"). The same event more than 10 times in 10 s
 * becomes one line with a count. */
void plx_log(plx_log_level level, const char *room, const char *event, plx_log_fields fields);

#endif
