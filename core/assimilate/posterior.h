/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a live twin says of its patient, as it is journalled before anybody sees it: how sure it is
 * of itself, the mechanisms, what is hidden, what will be measured. Plain data.
 *
 * Bytes (little-endian): "PLXB", format u16, the fields of the table in its order (texts: length
 * u8 and bytes), count u16 of the numbers, the numbers f32, CRC-32C u32 of all before it. A
 * posterior without a forecast holds the first PLX_POSTERIOR_SHORT_N numbers, one with a forecast
 * all. There is exactly one encoding of a posterior. */
#ifndef PLX_CORE_ASSIMILATE_POSTERIOR_H
#define PLX_CORE_ASSIMILATE_POSTERIOR_H

#include <stdbool.h>

#include "core/assimilate/cause.h"
#include "core/base/level.h"

/* X(NAME, word, sentence) */
#define PLX_POSTERIOR_STATUS_TABLE(X)                                                              \
    X(TRACKING, "tracking", "")                                                                    \
    X(UNSURE, "unsure", "The twin errs more than it should; its intervals are widened.")           \
    X(ADRIFT, "adrift", "The twin does not follow this patient: no forecast and no what-if.")      \
    X(PRIOR_ONLY, "prior_only",                                                                    \
      "Too little was measured yet: this is what is usual for such a "                             \
      "person.")                                                                                   \
    X(SILENT, "silent", "Nothing was measured for an hour.")                                       \
    X(OUT_OF_ENVELOPE, "out_of_envelope", "The model has no answer for this person.")              \
    X(NO_ANSWER, "no_answer", "Too many bodies left physiological bounds.")                        \
    X(CROWDED, "crowded", "This machine follows as many patients as it can.")

typedef enum plx_posterior_status {
#define X(name, word, sentence) PLX_POSTERIOR_##name,
    PLX_POSTERIOR_STATUS_TABLE(X)
#undef X
        PLX_POSTERIOR_STATUS_N
} plx_posterior_status;

/* X(id, key, unit UCUM, code LOINC): vital signs, in the order of the track's kinds. A pressure is
 * that of the source that measured last. */
#define PLX_POSTERIOR_VITAL_TABLE(X)                                                               \
    X(HR, "hr", "/min", "8867-4")                                                                  \
    X(SBP, "sbp", "mm[Hg]", "8480-6")                                                              \
    X(DBP, "dbp", "mm[Hg]", "8462-4")                                                              \
    X(MAP, "map", "mm[Hg]", "8478-0")                                                              \
    X(SPO2, "spo2", "%", "59408-5")                                                                \
    X(RR, "rr", "/min", "9279-1")                                                                  \
    X(ETCO2, "etco2", "mm[Hg]", "19891-1")                                                         \
    X(TEMP, "temp", "Cel", "8310-5")

typedef enum plx_posterior_vital {
#define X(id, key, unit, code) PLX_POSTERIOR_##id,
    PLX_POSTERIOR_VITAL_TABLE(X)
#undef X
        PLX_POSTERIOR_VITAL_N
} plx_posterior_vital;

/* X(id, key, unit UCUM): hidden states, in the order of the outlook's. */
#define PLX_POSTERIOR_HIDDEN_TABLE(X)                                                              \
    X(DEFICIT, "deficit", "mL")                                                                    \
    X(BLEEDING, "bleeding", "mL/min")                                                              \
    X(CO, "cardiac_output", "L/min")                                                               \
    X(SVR, "svr", "dyn.s/cm5")                                                                     \
    X(ELASTANCE, "lv_elastance", "mm[Hg]/mL")                                                      \
    X(SHUNT, "shunt", "1")

typedef enum plx_posterior_hidden {
#define X(id, key, unit) PLX_POSTERIOR_H_##id,
    PLX_POSTERIOR_HIDDEN_TABLE(X)
#undef X
        PLX_POSTERIOR_HIDDEN_N
} plx_posterior_hidden;

enum {
    PLX_POSTERIOR_LOW,
    PLX_POSTERIOR_MIDDLE,
    PLX_POSTERIOR_HIGH,
    PLX_POSTERIOR_INTERVAL_N
}; /* 5 50 95 % */
enum {
    PLX_POSTERIOR_MAP_LOW,
    PLX_POSTERIOR_SPO2_LOW,
    PLX_POSTERIOR_NEWS2_HIGH,
    PLX_POSTERIOR_CHANCE_N
};
enum {
    PLX_POSTERIOR_HORIZON_N = 5, /* 5, 15, 30, 60 min and 4 h */
    PLX_POSTERIOR_LEVEL_N = PLX_LEVEL_N,
    PLX_POSTERIOR_TEXT = 80 /* bytes of the reason, at least one of them 0 */
};
extern const uint32_t plx_posterior_horizon_s[PLX_POSTERIOR_HORIZON_N];

/* X(NAME, n, meaning): the numbers, in their order; NaN: not said. */
#define PLX_POSTERIOR_NUMBER_TABLE(X)                                                              \
    X(MECHANISM, PLX_MECHANISM_N, "probability of each mechanism")                                 \
    X(CAUSE, PLX_CAUSE_N, "weight of each cause")                                                  \
    X(HIDDEN, PLX_POSTERIOR_HIDDEN_N *PLX_POSTERIOR_INTERVAL_N, "hidden states")                   \
    X(NOW, PLX_POSTERIOR_VITAL_N, "what the bodies show now, mean")                                \
    X(DIVERGENCE, PLX_POSTERIOR_VITAL_N, "D of each vital sign; 1 is as it should be")             \
    X(CHANCE, PLX_POSTERIOR_HORIZON_N *PLX_POSTERIOR_CHANCE_N, "(horizons x events) probability")  \
    X(FAN, PLX_POSTERIOR_HORIZON_N *PLX_POSTERIOR_VITAL_N *PLX_POSTERIOR_LEVEL_N,                  \
      "(horizons x vitals x levels) quantiles of what will be measured")

#define X(name, n, meaning)                                                                        \
    PLX_POSTERIOR_AT_##name, PLX_POSTERIOR_LAST_##name = PLX_POSTERIOR_AT_##name + (n)-1,
enum { PLX_POSTERIOR_NUMBER_TABLE(X) PLX_POSTERIOR_NUMBER_N };
#undef X
enum {
    PLX_POSTERIOR_SHORT_N = PLX_POSTERIOR_AT_CHANCE,
    PLX_POSTERIOR_BYTES_MAX = 256 + PLX_POSTERIOR_NUMBER_N * 4
};

/* X(TYPE, name, meaning) */
#define PLX_POSTERIOR_TABLE(X)                                                                     \
    X(U64, version, "of the model: hash of code and parameters")                                   \
    X(U64, subject, "number of the stay")                                                          \
    X(U64, seed, "of the ensemble")                                                                \
    X(U64, cutoff, "largest journal sequence that was used")                                       \
    X(TIME, at_us, "the moment it speaks of")                                                      \
    X(TIME, heard_us, "of the newest value that was used, or PLX_TIME_NONE")                       \
    X(TIME, since_us, "he is followed since then, or PLX_TIME_NONE")                               \
    X(U32, used, "values that were used")                                                          \
    X(U32, artefacts, "values that were taken for artefacts")                                      \
    X(U32, late, "values that came too late")                                                      \
    X(U32, acts, "treatments that the twin was told of")                                           \
    X(U8, status, "plx_posterior_status")                                                          \
    X(U8, worst, "plx_posterior_vital that the twin follows worst")                                \
    X(U8, assumed, "1: height or weight are not known and are taken as usual")                     \
    X(TEXT, reason, "more than the status says; may be empty")

typedef struct plx_posterior {
#define PLX_POSTERIOR_FIELD_U64(name) uint64_t name;
#define PLX_POSTERIOR_FIELD_TIME(name) int64_t name;
#define PLX_POSTERIOR_FIELD_U32(name) uint32_t name;
#define PLX_POSTERIOR_FIELD_U8(name) uint8_t name;
#define PLX_POSTERIOR_FIELD_TEXT(name) char name[PLX_POSTERIOR_TEXT];
#define X(type, name, meaning) PLX_POSTERIOR_FIELD_##type(name)
    PLX_POSTERIOR_TABLE(X)
#undef X
    bool forecast; /* CHANCE and FAN are there */
    float number[PLX_POSTERIOR_NUMBER_N];
} plx_posterior;

/* Where a number stands. */
static inline uint32_t plx_posterior_hidden_at(uint32_t hidden, uint32_t interval)
{
    return PLX_POSTERIOR_AT_HIDDEN + hidden * PLX_POSTERIOR_INTERVAL_N + interval;
}
static inline uint32_t plx_posterior_chance_at(uint32_t horizon, uint32_t event)
{
    return PLX_POSTERIOR_AT_CHANCE + horizon * PLX_POSTERIOR_CHANCE_N + event;
}
static inline uint32_t plx_posterior_fan_at(uint32_t horizon, uint32_t vital, uint32_t level)
{
    return PLX_POSTERIOR_AT_FAN +
           (horizon * PLX_POSTERIOR_VITAL_N + vital) * PLX_POSTERIOR_LEVEL_N + level;
}

/* Whether anything is said of a horizon: chances, and fans unless too few bodies live to it. */
static inline bool plx_posterior_says(const plx_posterior *posterior, uint32_t horizon)
{
    const float chance = posterior->number[plx_posterior_chance_at(horizon, 0)];
    return chance == chance;
}

/* All numbers NaN, times PLX_TIME_NONE. */
void plx_posterior_init(plx_posterior *posterior);
const char *plx_posterior_status_word(plx_posterior_status status);
const char *plx_posterior_status_sentence(plx_posterior_status status);

/* PLX_RANGE: a number outside its range; PLX_CONFLICT: quantiles that fall. */
PLX_MUST_CHECK plx_status plx_posterior_check(const plx_posterior *posterior);
/* A checked posterior; bytes written. */
size_t plx_posterior_encode(const plx_posterior *posterior, uint8_t out[PLX_POSTERIOR_BYTES_MAX]);
/* Any bytes. PLX_SYNTAX: not a posterior, or bytes after it; PLX_UNSUPPORTED: another format;
 * PLX_TRUNCATED; PLX_CORRUPT: checksum; else what check says. *out unchanged on error. */
PLX_MUST_CHECK plx_status plx_posterior_decode(const uint8_t *bytes, size_t n, plx_posterior *out);

#endif
