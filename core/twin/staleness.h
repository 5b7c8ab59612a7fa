/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How long a value may be used: one table for scores, models and screens (design: trust 11). The
 * rows are engineering priors; knowledge/site/staleness.csv says the same with reasons, and a test
 * compares them. */
#ifndef PLX_CORE_TWIN_STALENESS_H
#define PLX_CORE_TWIN_STALENESS_H

#include "core/base/time.h"
#include "core/record/kind.h"
#include "core/record/quantity.h"

/* X(NAME, key, fresh s, stale s, expires s); expires 0 = never */
#define PLX_STALENESS_TABLE(X)                                                                     \
    X(CONTINUOUS, "continuous", 5, 15, 60)                                                         \
    X(SPOT, "spot", 900, 1800, 3600)                                                               \
    X(CHARTED, "charted", 3600, 14400, 28800)                                                      \
    X(GAS, "gas", 3600, 7200, 21600)                                                               \
    X(LAB, "lab", 14400, 43200, 86400)                                                             \
    X(LOCATION, "location", 60, 300, 1800)                                                         \
    X(CAMERA, "camera", 5, 15, 60)                                                                 \
    X(DECISION, "decision", 0, 0, 0)

typedef enum plx_staleness_class {
#define X(NAME, key, fresh, stale, expires) PLX_STALENESS_##NAME,
    PLX_STALENESS_TABLE(X)
#undef X
        PLX_STALENESS_CLASSES
} plx_staleness_class;

typedef struct plx_staleness {
    const char *key;
    uint32_t fresh_s, stale_s,
        expires_s; /* ages up to which it is fresh, not stale, usable; 0 = ever */
} plx_staleness;

/* A gap at most this long before a measured value makes its series a stream. */
#define PLX_STALENESS_STREAM_US (15 * PLX_SECOND_US)
/* What is older than this has expired in every class that expires at all. */
#define PLX_STALENESS_LONGEST_US (24 * PLX_HOUR_US)

const plx_staleness *plx_staleness_get(plx_staleness_class class);
/* gap_us: time since the value before it, PLX_TIME_NONE when there is none. A stream that falls
 * silent is old at once; a spot measurement and a charted value live as such. */
plx_staleness_class plx_staleness_of(plx_quantity quantity, plx_kind kind, int64_t gap_us);
/* When a value stops being usable; INT64_MAX for never. */
int64_t plx_staleness_expires_us(plx_staleness_class class, int64_t when_us);

#endif
