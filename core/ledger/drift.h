/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Detectors of a model that has stopped being right, and the states it passes through. A detector
 * only ever takes a model down; raising it again is a named person's act.
 *
 *   coverage    e-process, one side each: M <- max(1, M) (1 + g (x - e)); x: share of the 90 %
 *               intervals of one step that held; e: the share that a calibrated forecast of that
 *               make has (0.9, less for small ensembles); g = -2 finds intervals too narrow, +0.5
 *               too wide; alarm above 10,000, so that a false alarm comes after 10,000 steps or
 *               more in the mean
 *   skill       one-sided CUSUM of the daily mean of model minus rival: C <- max(0, C + z - 0.5),
 *               z = (d - mean)/sd by reference days, whose number is allowed for by the t law;
 *               alarm above 5; sd is at least a tenth of the rival's mean score
 *   inputs      population stability index above 0.25 for two days (a convention)
 *   divergence  more than a quarter of the patients adrift (meter.h) for 30 min
 *
 * Sources: Shin, Ramdas & Rinaldo 2024 (e-detectors); Page 1954 and Montgomery 2009, ch. 9 (CUSUM);
 * Wallace 1959 (t law). */
#ifndef PLX_CORE_LEDGER_DRIFT_H
#define PLX_CORE_LEDGER_DRIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"
#include "core/validate/rival.h"

#define PLX_DRIFT_COVERAGE_ALARM 1e4
#define PLX_DRIFT_SKILL_ALARM 5.0
#define PLX_DRIFT_INPUT_ALARM 0.25
#define PLX_DRIFT_ADRIFT_SHARE 0.25

enum {
    PLX_DRIFT_STEP_S = 300,       /* of the coverage detector */
    PLX_DRIFT_DAYS = 32,          /* kept */
    PLX_DRIFT_REFERENCE_DAYS = 7, /* at least, before the skill detector runs */
    PLX_DRIFT_DAY_LEAST = 20,     /* pairs that make a day count */
    PLX_DRIFT_INPUT_BINS = 10,
    PLX_DRIFT_ADRIFT_LEAST = 4, /* patients with a judged model before a share of them counts */
    PLX_DRIFT_ADRIFT_S = 1800,  /* for so long more than PLX_DRIFT_ADRIFT_SHARE of them */
    PLX_DRIFT_RESAMPLES = 1000,
    PLX_DRIFT_RESAMPLE_DAYS = 5, /* at least, for an interval of the skill */
};

typedef struct plx_drift_coverage {
    double narrow, wide; /* M of each side; 0 = nothing seen */
} plx_drift_coverage;

typedef enum plx_drift_alarm {
    PLX_DRIFT_QUIET,
    PLX_DRIFT_NARROW, /* or beside the truth: the intervals miss too often */
    PLX_DRIFT_WIDE,
    PLX_DRIFT_SKILL
} plx_drift_alarm;

/* One step: shares in [0, 1]. */
plx_drift_alarm plx_drift_coverage_step(plx_drift_coverage *c, double held, double expected);

typedef struct plx_drift_skill {
    double cusum;
    double mean, squares; /* of the reference days */
    uint64_t reference_n;
} plx_drift_skill;

void plx_drift_skill_learn(plx_drift_skill *s, double difference);
/* least_sd > 0. Quiet while there are less than PLX_DRIFT_REFERENCE_DAYS. */
plx_drift_alarm plx_drift_skill_day(plx_drift_skill *s, double difference, double least_sd);

/* Sum over bins of (now - then) ln(now / then) of the shares; an empty bin counts half a value.
 * PLX_NO_ANSWER when either has less than 10 values a bin on average. */
PLX_MUST_CHECK plx_status plx_drift_stability(const uint64_t then[PLX_DRIFT_INPUT_BINS],
                                              const uint64_t now[PLX_DRIFT_INPUT_BINS],
                                              double *index);

/* Settled forecasts of one day (UTC, by valid_to); sums in 2^-20 scales. */
typedef struct plx_drift_day {
    int64_t day;              /* since 1970 */
    uint64_t scored, missed;  /* missed: outcome never */
    uint64_t covered, inside; /* 90 % interval */
    int64_t expected;
    uint64_t pairs[PLX_RIVAL_KIND_N];
    int64_t model[PLX_RIVAL_KIND_N], rival[PLX_RIVAL_KIND_N];
} plx_drift_day;

typedef struct plx_drift_interval {
    double value, low, high;
} plx_drift_interval;

/* Skill against one rival over days (n <= PLX_DRIFT_DAYS), and its 95 % interval by resampling
 * whole days with the counter generator. Days without pairs are left out. PLX_NO_ANSWER below
 * PLX_DRIFT_RESAMPLE_DAYS. */
PLX_MUST_CHECK plx_status plx_drift_skill_interval(const plx_drift_day *days, uint32_t n,
                                                   plx_rival_kind kind, uint64_t seed,
                                                   plx_drift_interval *out);
/* Coverage at 90 % over days, as share - expected + 0.9, and its interval by the same resampling.
 */
PLX_MUST_CHECK plx_status plx_drift_coverage_interval(const plx_drift_day *days, uint32_t n,
                                                      uint64_t seed, plx_drift_interval *out);

/* X(NAME, text). Numbers are stored: append only. */
#define PLX_MODEL_STATE_TABLE(X)                                                                   \
    X(CANDIDATE, "candidate") /* back-test only */                                                 \
    X(SHADOW, "shadow")       /* runs, is scored, is not shown */                                  \
    X(LIVE, "live")                                                                                \
    X(WATCH, "watch")     /* shown with a mark and a sentence */                                   \
    X(DEMOTED, "demoted") /* switched off by the program or by a person */                         \
    X(RETIRED, "retired")

typedef enum plx_model_state {
#define X(name, text) PLX_MODEL_##name,
    PLX_MODEL_STATE_TABLE(X)
#undef X
        PLX_MODEL_STATE_N
} plx_model_state;

const char *plx_model_state_text(plx_model_state state);
/* Whether a person may do this: one step up at a time, down from anywhere. */
bool plx_model_state_allowed(plx_model_state from, plx_model_state to);
bool plx_model_state_shown(plx_model_state state);

/* X(NAME, sentence) */
#define PLX_STATE_REASON_TABLE(X)                                                                  \
    X(NONE, "")                                                                                    \
    X(PERSON, "a named person decided it")                                                         \
    X(COVERAGE_NARROW, "90 % intervals hold the truth too seldom")                                 \
    X(COVERAGE_WIDE, "90 % intervals are too wide")                                                \
    X(SKILL_FALLING, "it falls behind its rival day by day")                                       \
    X(SKILL_BELOW, "it was worse than its rival over 30 days")                                     \
    X(COVERAGE_WEEK, "coverage of the last 7 days is outside 85 to 95 %")                          \
    X(SKILL_UNSURE, "it cannot be told from its rival over 30 days")                               \
    X(INPUTS, "its inputs have changed")                                                           \
    X(ADRIFT, "it does not follow a quarter of the patients")                                      \
    X(RECOVERED, "coverage and skill are back in their bounds")                                    \
    X(DEMO, "the demonstration's exception, marked as such")

typedef enum plx_state_reason {
#define X(name, text) PLX_STATE_REASON_##name,
    PLX_STATE_REASON_TABLE(X)
#undef X
        PLX_STATE_REASON_N
} plx_state_reason;

const char *plx_state_reason_text(plx_state_reason reason);

#endif
