/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* How one model does on one patient just now, and how its next forecast should therefore be shown.
 *
 * The meter keeps the newest forecasts that were scored, one each quarter of the horizon, and reads
 * them in order of the time they were for, so the order in which truths came leaves no trace:
 *
 *   z = (truth - centre) / spread      D = sqrt(EWMA of z^2, weight 0.1, from 1); truth is D = 1
 *   tracking; unsure at D >= 1.5 for 2 min; adrift at D > 2.5 for 2 min; tracking again below 1.5
 *   for 5 min; too modest at D < 0.5 over a full meter
 *   duel: mean score of the model against each rival on the same forecasts; it is lost when the
 *   model is worse by a tenth and by more than one standard error that counts four neighbouring
 *   forecasts as one
 *
 * Times of D are those of the forecasts. Levels: design of the trust room, section 10 (priors). */
#ifndef PLX_CORE_LEDGER_METER_H
#define PLX_CORE_LEDGER_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/validate/rival.h"

enum {
    PLX_METER_N = 16,
    PLX_METER_LEAST = 8, /* scored forecasts before anything is said */
    PLX_METER_SLOTS_PER_HORIZON = 4,
};

#define PLX_METER_WIDEN_MAX 4.0

typedef struct plx_meter_entry {
    int64_t valid_us;
    uint64_t id; /* of the prediction */
    float z, score;
    float rival_z[PLX_RIVAL_KIND_N], rival_score[PLX_RIVAL_KIND_N];
    uint32_t rivals; /* bits of the kinds that answered */
    uint32_t scored; /* 0: its score was taken back; it keeps its place */
} plx_meter_entry;

/* Sorted by valid_us; all zero is empty. */
typedef struct plx_meter {
    uint64_t n;
    plx_meter_entry entry[PLX_METER_N];
} plx_meter;

/* Of two forecasts in one slot the later one stays, a newer score of the same one replaces it; when
 * full the oldest goes. */
void plx_meter_put(plx_meter *meter, const plx_meter_entry *entry, int64_t horizon_us);

typedef enum plx_meter_state {
    PLX_METER_STATE_UNKNOWN, /* too few forecasts */
    PLX_METER_STATE_TRACKING,
    PLX_METER_STATE_UNSURE,
    PLX_METER_STATE_ADRIFT,
    PLX_METER_STATE_MODEST
} plx_meter_state;

typedef struct plx_meter_reading {
    uint32_t n;
    double d;
    plx_meter_state state;
    uint32_t pairs[PLX_RIVAL_KIND_N];
    double skill[PLX_RIVAL_KIND_N];   /* NaN without pairs */
    double rival_d[PLX_RIVAL_KIND_N]; /* 1 without pairs */
    bool lost[PLX_RIVAL_KIND_N];
} plx_meter_reading;

/* Entries older than eight horizons (at least 30 min) are not read. */
void plx_meter_read(const plx_meter *meter, int64_t horizon_us, int64_t now_us,
                    plx_meter_reading *out);

typedef enum plx_advice_action {
    PLX_ADVICE_AS_IS,
    PLX_ADVICE_WIDEN, /* by factor, about the median */
    PLX_ADVICE_RIVAL  /* show that rival, widened by factor, instead of the model */
} plx_advice_action;

/* X(NAME, sentence) */
#define PLX_ADVICE_REASON_TABLE(X)                                                                 \
    X(TRACKING, "its recent forecasts for this patient were right")                                \
    X(UNJUDGED, "too few of its forecasts for this patient have met their truth")                  \
    X(MODEST, "its intervals for this patient are wider than its errors")                          \
    X(UNSURE, "its recent errors for this patient are larger than it says")                        \
    X(ADRIFT, "it does not follow this patient now")                                               \
    X(LOSES, "the simple forecast was better for this patient lately")                             \
    X(MODEL_OFF, "the model is switched off or was never switched on")

typedef enum plx_advice_reason {
#define X(name, text) PLX_ADVICE_##name##_REASON,
    PLX_ADVICE_REASON_TABLE(X)
#undef X
        PLX_ADVICE_REASON_N
} plx_advice_reason;

const char *plx_advice_reason_text(plx_advice_reason reason);

typedef struct plx_advice {
    plx_advice_action action;
    plx_advice_reason reason;
    double factor;        /* 1..PLX_METER_WIDEN_MAX */
    plx_rival_kind rival; /* with PLX_ADVICE_RIVAL; else the best of them lately */
    plx_meter_reading reading;
} plx_advice;

/* shown: the model's state lets it be shown at all. */
void plx_meter_advise(const plx_meter_reading *reading, bool shown, plx_advice *out);
/* Rising values, spread about their median by the factor. */
void plx_meter_widen(double *values, uint32_t n, double factor);

#endif
