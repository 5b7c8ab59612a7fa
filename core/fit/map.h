/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How the columns and words of somebody's event log are to be understood. */
#ifndef PLX_CORE_FIT_MAP_H
#define PLX_CORE_FIT_MAP_H

#include "core/fit/visit.h"

enum { PLX_MAP_TEXT = 64, PLX_MAP_WORDS = 128, PLX_MAP_WHY_MAX = 200 };

/* X(NAME, key) of columns: */
#define PLX_MAP_COLUMN_TABLE(X)                                                                    \
    X(CASE, "case_id")                                                                             \
    X(TIME, "time")                                                                                \
    X(ACTIVITY, "activity")                                                                        \
    X(ACUITY, "acuity")                                                                            \
    X(DISPOSITION, "disposition")                                                                  \
    X(RESOURCE, "resource")                                                                        \
    X(LOCATION, "location")                                                                        \
    X(LIFECYCLE, "lifecycle") /* start and complete become _start and _end */

typedef enum plx_map_column {
#define X(name, key) PLX_MAP_##name,
    PLX_MAP_COLUMN_TABLE(X)
#undef X
        PLX_MAP_COLUMN_N
} plx_map_column;

typedef struct plx_map_word {
    char from[PLX_MAP_TEXT], to[PLX_MAP_TEXT]; /* from may end in *: whatever begins so */
} plx_map_word;

typedef struct plx_log_map {
    char delimiter;                 /* 0: found from the header */
    char time_format[PLX_MAP_TEXT]; /* empty: ISO 8601. %Y %m %d %H %M %S %f and plain characters */
    bool shifted;                   /* dates were moved case by case: intervals only */
    char column[PLX_MAP_COLUMN_N][PLX_MAP_TEXT];
    plx_map_word activity[PLX_MAP_WORDS], acuity[PLX_MAP_WORDS], wide[PLX_MAP_WORDS];
    unsigned activity_n, acuity_n, wide_n; /* wide: a visit a row; from activity to column */
} plx_log_map;

/* Pollux's own names. */
void plx_log_map_begin(plx_log_map *map);
/* "sepsis" or "xes"; PLX_MISSING when there is no such map. */
PLX_MUST_CHECK plx_status plx_log_map_named(plx_log_map *map, const char *name);
/* One entry of a mapping file: group "" or columns, activities, acuity, wide. PLX_CONFIG with a
 * sentence. */
PLX_MUST_CHECK plx_status plx_log_map_set(plx_log_map *map, plx_slice group, plx_slice key,
                                          plx_slice value, char *why, size_t why_n);
/* What the map makes of a text; the text itself when it says nothing of it. */
plx_slice plx_log_map_activity(const plx_log_map *map, plx_slice text);
plx_slice plx_log_map_acuity(const plx_log_map *map, plx_slice text);

/* Local time of a text in microseconds since Monday 1970-01-05 00:00; a zone behind it is not
 * applied: it is the clock on the department's wall that counts. PLX_SYNTAX. */
PLX_MUST_CHECK plx_status plx_log_time(const char *format, plx_slice text, int64_t *time_us);

#endif
