/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The ledger of predictions in the world: forecasts of live twins are written down when they come,
 * judged by what is measured, and each is told how it is to be shown. The ledger's memory is a
 * block of the region, taken with the first forecast; all of it follows from the journal. Inner to
 * this room. */
#ifndef PLX_CORE_TWIN_TRUST_H
#define PLX_CORE_TWIN_TRUST_H

#include "core/base/hash.h"
#include "core/format/json/json.h"
#include "core/ledger/ledger.h"
#include "core/twin/private.h"

/* Bytes that the next entry may take for the ledger. */
uint64_t plx_twin_trust_growth(const plx_twin *t);
bool plx_twin_trust_sound(const plx_twin *t, uint64_t used);
void plx_twin_trust_hash(const plx_twin *t, plx_blake2b *hash);

/* Time passes. */
void plx_twin_trust_tick(plx_twin *t);
/* A value of a stay, or a new version of one. */
void plx_twin_trust_value(plx_twin *t, uint32_t encounter, uint32_t row);
/* The stay ended, or goes on after all. */
void plx_twin_trust_stay(plx_twin *t, uint32_t encounter);
/* A forecast that was just taken into the body: it is judged from now on, when its turn is, and
 * what is to be shown of it stands in the body. */
void plx_twin_trust_issue(twin_context *c, uint32_t body, const plx_posterior *p);
/* Whether live twins may be shown: in a demonstration, and when one of their cells is live. */
bool plx_twin_trust_shown(const plx_twin *t);

/* Members of the topic of trust. */
void plx_twin_trust_write(const plx_twin *t, plx_json_writer *w);

/* How a forecast is shown. X(NAME, word) */
#define TWIN_TRUST_BY_TABLE(X)                                                                     \
    X(TWIN, "twin")                                                                                \
    X(WIDENED, "twin, widened")                                                                    \
    X(PERSISTENCE, "last value")                                                                   \
    X(TREND, "trend")                                                                              \
    X(AR1, "autoregression")                                                                       \
    X(NOBODY, "nobody")

typedef enum twin_trust_by {
#define X(NAME, word) TWIN_TRUST_BY_##NAME,
    TWIN_TRUST_BY_TABLE(X)
#undef X
        TWIN_TRUST_BY_N
} twin_trust_by;

const char *plx_twin_trust_by_word(uint8_t by);

#endif
