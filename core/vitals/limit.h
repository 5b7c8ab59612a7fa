/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Between which values a vital sign is possible at all: the hard limits of knowledge/quantity.csv
 * (core/record/quantity.h). */
#ifndef PLX_CORE_VITALS_LIMIT_H
#define PLX_CORE_VITALS_LIMIT_H

typedef struct plx_limit {
    double low, high; /* both possible */
} plx_limit;

/* key: of the table ("nibp_sys"); one that is not there has no limits (infinite). */
plx_limit plx_limit_of(const char *key);

#endif
