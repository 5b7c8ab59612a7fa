/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Log: one line an event to stderr, JSON or text, from typed fields only. There is no way to print
 * a piece of a message: no patient data in logs, by construction. */
#ifndef PLX_EDGE_HOST_LOG_H
#define PLX_EDGE_HOST_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

typedef enum plx_log_level {
    PLX_LOG_DEBUG,
    PLX_LOG_INFO,
    PLX_LOG_WARN,
    PLX_LOG_ERROR
} plx_log_level;

typedef struct plx_log_fields {
    uint64_t seq;       /* journal sequence, 0 = none */
    uint32_t iface;     /* interface, 0 = none */
    int64_t n;          /* a count, INT64_MIN = none */
    double ms;          /* a duration, negative = none */
    const char *status; /* constant text or NULL */
} plx_log_fields;

#define PLX_LOG_NONE ((plx_log_fields){.n = INT64_MIN, .ms = -1})

enum {
    PLX_LOG_SAME_MAX = 10, /* lines of one event in PLX_LOG_WINDOW_S; the rest become a count */
    PLX_LOG_WINDOW_S = 10,
    PLX_LOG_EVENTS_MAX =
        256, /* different events that are counted; beyond them every line is written */
    PLX_LOG_LINE_MAX = 512 /* bytes; a longer line is cut */
};

/* INFO and JSON unless configured. */
void plx_log_configure(plx_log_level lowest, bool json);
/* room and event are constant texts ("store", "disk-full"). The same event more than 10 times in 10
 * s becomes one line with a count ("repeated"). Never waits: when stderr cannot take a line at
 * once, the line is dropped and the next one that gets through says how many were ("suppressed").
 * Any thread. */
void plx_log_put(plx_log_level level, const char *room, const char *event, plx_log_fields fields);
/* The short name. Not a symbol of its own: core/base has plx_log, the logarithm; one file cannot
 * include both headers. */
static inline void plx_log(plx_log_level level, const char *room, const char *event,
                           plx_log_fields fields)
{
    plx_log_put(level, room, event, fields);
}
/* Writes the counts whose 10 s are over. plx_log_put does it too; call it about once a second, so
 * that a count does not wait for the next event. */
void plx_log_tick(void);
void plx_log_tick_at(int64_t boot_us); /* the same at a given boot time */

typedef struct plx_log_line {
    int64_t wall_us;
    plx_log_level level;
    const char *room, *event;
    plx_log_fields fields;
    uint64_t repeated;   /* further ones in the window, 0 = none */
    uint64_t suppressed; /* lines dropped before this one, 0 = none */
} plx_log_line;

/* One line with its line end. */
void plx_log_write(const plx_log_line *line, bool json, plx_out *out);

#endif
