/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How far a twin is from its patient, one vital sign: D is the root of the moving mean (weight 0.1)
 * of squared standardised one-step errors, 1 when the twin is as sure as it may be. States and
 * their limits: trust.md section 10. */
#ifndef PLX_CORE_ASSIMILATE_DIVERGENCE_H
#define PLX_CORE_ASSIMILATE_DIVERGENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PLX_DIVERGENCE_WEIGHT 0.1
#define PLX_DIVERGENCE_LIMIT_UNSURE 1.5
#define PLX_DIVERGENCE_LIMIT_ADRIFT 2.5

enum {
    PLX_DIVERGENCE_DWELL_S = 120,  /* above a limit for so long */
    PLX_DIVERGENCE_RETURN_S = 300, /* below 1.5 for so long: tracking again */
    PLX_DIVERGENCE_REJECTED = 5    /* values in a row that were not used: adrift */
};

/* X(NAME, word): rising. */
#define PLX_DIVERGENCE_STATE_TABLE(X)                                                              \
    X(TRACKING, "tracking")                                                                        \
    X(UNSURE, "unsure") /* intervals are widened by D */                                           \
    X(ADRIFT, "adrift") /* no forecast, no what-if */

typedef enum plx_divergence_state {
#define X(name, word) PLX_DIVERGENCE_##name,
    PLX_DIVERGENCE_STATE_TABLE(X)
#undef X
        PLX_DIVERGENCE_STATE_N
} plx_divergence_state;

/* Of one vital sign; {.mean = 1} knows nothing yet. Plain data. */
typedef struct plx_divergence {
    double mean;                          /* of squared errors; D is its root */
    uint32_t n, rejected;                 /* values; not used, in a row */
    int64_t unsure_s, adrift_s, return_s; /* since when beyond, or below; -1: it is not */
    plx_divergence_state state;
} plx_divergence;

plx_divergence plx_divergence_init(void);
/* z: (measured - foreseen) / sd of both together; used: the twin followed it. time_s rises. */
void plx_divergence_add(plx_divergence *d, int64_t time_s, double z, bool used);
double plx_divergence_value(const plx_divergence *d);
const char *plx_divergence_word(plx_divergence_state state);

#endif
