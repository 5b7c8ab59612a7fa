/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What counts as the truth of a forecast: one rule per target, and the choice among the values that
 * were measured. A value that was not measured is never truth, nor is a suspect one.
 *
 *   median   median of the values within +-window of valid_to
 *   nearest  the value nearest to valid_to within +-window; of two the earlier
 *   first    the first value from valid_from - window to valid_to + window
 *   event    1 when a value >= 0.5 lies in (valid_from, valid_to]; 0 when there is none and values
 *            below 0.5 (signs of life of the feed, each good for hold) cover 90 % of that time
 *   state    the last value at or before valid_to, not older than hold
 *   holds    of an event that lasts: as state, but after the moment of issue; 0 or 1
 *   final    the last value up to valid_to + grace
 *
 * Values at or before the moment of issue are no truth, but for a state. Of values at one time the
 * one with the lower id is first.
 *
 * Windows and graces: design of the trust room, table of truth rules; they are priors. Scales are
 * the usual spread between patients, rounded from adult references: aggregates count in them, and
 * the rivals' widths begin from them. */
#ifndef PLX_CORE_LEDGER_TRUTH_H
#define PLX_CORE_LEDGER_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"

typedef enum plx_truth_how {
    PLX_TRUTH_MEDIAN,
    PLX_TRUTH_NEAREST,
    PLX_TRUTH_FIRST,
    PLX_TRUTH_EVENT,
    PLX_TRUTH_STATE,
    PLX_TRUTH_FINAL,
    PLX_TRUTH_HOLDS
} plx_truth_how;

enum { /* where a value may come from; bits */
       PLX_SOURCE_MONITOR = 1,
       PLX_SOURCE_CHART = 2,
       PLX_SOURCE_LAB = 4,
       PLX_SOURCE_ADT = 8,
       PLX_SOURCE_DEPARTMENT = 16,
       PLX_SOURCE_DERIVED = 32 /* from measured values by a stated rule: MAP < 65 for 2 min */
};

enum { /* kinds of action that make an as-is forecast another forecast; bits */
       PLX_ACT_FLUID = 1,
       PLX_ACT_BLOOD = 2,
       PLX_ACT_VASOACTIVE = 4,
       PLX_ACT_OXYGEN = 8,
       PLX_ACT_VENTILATION = 16,
       PLX_ACT_SEDATION = 32, /* opioids, anaesthetics and their antidotes too */
       PLX_ACT_RHYTHM = 64,   /* antiarrhythmics, pacing, shock */
       PLX_ACT_TEMPERATURE = 128,
       PLX_ACT_METABOLIC = 256, /* insulin, glucose, electrolytes */
       PLX_ACT_HAEMOSTASIS = 512,
       PLX_ACT_STAFFING = 1024, /* beds opened, staff called */
       PLX_ACT_CIRCULATION = 1 | 2 | 4 | 16 | 32 | 64 | 512,
       PLX_ACT_BREATHING = 8 | 16 | 32,
       PLX_ACT_ANY_CLINICAL = 1023
};

/* X(NAME, code, unit, how, window s, grace s, hold s, frozen s, sources, actions, scale). Numbers
 * are stored in snapshots: append only. frozen: the same value for so long (and 10 times) is a
 * frozen feed and no truth; 0 = it may stay. */
#define PLX_TARGET_TABLE(X)                                                                        \
    X(HR, "8867-4", "/min", MEDIAN, 30, 300, 0, 600, MONITOR, PLX_ACT_CIRCULATION, 15)             \
    X(SPO2, "59408-5", "%", MEDIAN, 30, 300, 0, 0, MONITOR, PLX_ACT_BREATHING, 3)                  \
    X(RR, "9279-1", "/min", MEDIAN, 30, 300, 0, 0, MONITOR, PLX_ACT_BREATHING, 4)                  \
    X(ABP_SYS, "76215-3", "mm[Hg]", MEDIAN, 30, 300, 0, 600, MONITOR, PLX_ACT_CIRCULATION, 20)     \
    X(ABP_DIA, "76213-8", "mm[Hg]", MEDIAN, 30, 300, 0, 600, MONITOR, PLX_ACT_CIRCULATION, 12)     \
    X(ABP_MEAN, "76214-6", "mm[Hg]", MEDIAN, 30, 300, 0, 600, MONITOR, PLX_ACT_CIRCULATION, 14)    \
    X(NIBP_SYS, "8480-6", "mm[Hg]", NEAREST, 450, 1800, 0, 0, BEDSIDE, PLX_ACT_CIRCULATION, 20)    \
    X(NIBP_DIA, "8462-4", "mm[Hg]", NEAREST, 450, 1800, 0, 0, BEDSIDE, PLX_ACT_CIRCULATION, 12)    \
    X(NIBP_MEAN, "8478-0", "mm[Hg]", NEAREST, 450, 1800, 0, 0, BEDSIDE, PLX_ACT_CIRCULATION, 14)   \
    X(TEMP, "8310-5", "Cel", FIRST, 1800, 28800, 0, 0, BEDSIDE, PLX_ACT_TEMPERATURE, 0.8)          \
    X(LACTATE, "2524-7", "mmol/L", FIRST, 3600, 28800, 0, 0, LAB, PLX_ACT_CIRCULATION, 1.5)        \
    X(POTASSIUM, "2823-3", "mmol/L", FIRST, 3600, 28800, 0, 0, LAB, PLX_ACT_METABOLIC, 0.6)        \
    X(GLUCOSE, "2345-7", "mmol/L", FIRST, 3600, 28800, 0, 0, LAB, PLX_ACT_METABOLIC, 3)            \
    X(HAEMOGLOBIN, "718-7", "g/L", FIRST, 3600, 28800, 0, 0, LAB, PLX_ACT_BLOOD | PLX_ACT_FLUID,   \
      20)                                                                                          \
    X(MAP_LOW, "event.map-low", "1", EVENT, 0, 120, 120, 0, DERIVED, PLX_ACT_CIRCULATION, 1)       \
    X(INTUBATION, "event.intubation", "1", EVENT, 0, 1800, 1800, 0, RECORD, PLX_ACT_ANY_CLINICAL,  \
      1)                                                                                           \
    X(ICU, "event.icu", "1", EVENT, 0, 1800, 1800, 0, RECORD, PLX_ACT_ANY_CLINICAL, 1)             \
    X(DEATH, "event.death", "1", EVENT, 0, 1800, 1800, 0, RECORD, PLX_ACT_ANY_CLINICAL, 1)         \
    X(CENSUS, "dept.census", "{patients}", STATE, 0, 7200, 1800, 0, DEPARTMENT, PLX_ACT_STAFFING,  \
      10)                                                                                          \
    X(WAITING, "dept.waiting", "{patients}", STATE, 0, 7200, 1800, 0, DEPARTMENT,                  \
      PLX_ACT_STAFFING, 5)                                                                         \
    X(BOARDING, "dept.boarding", "{patients}", STATE, 0, 7200, 1800, 0, DEPARTMENT,                \
      PLX_ACT_STAFFING, 5)                                                                         \
    X(ARRIVALS, "dept.arrivals", "{patients}", STATE, 0, 7200, 1800, 0, DEPARTMENT,                \
      PLX_ACT_STAFFING, 4)                                                                         \
    X(ADMISSION, "event.admission", "1", FINAL, 0, 2592000, 0, 0, RECORD, 0, 1)                    \
    X(MAP_BELOW_65, "event.map-below-65", "1", HOLDS, 0, 300, 300, 0, DERIVED,                     \
      PLX_ACT_CIRCULATION, 1)                                                                      \
    X(SPO2_BELOW_90, "event.spo2-below-90", "1", HOLDS, 0, 300, 120, 0, DERIVED,                   \
      PLX_ACT_BREATHING, 1)                                                                        \
    X(NEWS2_7, "event.news2-7", "1", HOLDS, 0, 300, 120, 0, DERIVED, PLX_ACT_ANY_CLINICAL, 1)

typedef enum plx_target {
#define X(name, code, unit, how, window, grace, hold, frozen, sources, actions, scale)             \
    PLX_TARGET_##name,
    PLX_TARGET_TABLE(X)
#undef X
        PLX_TARGET_N
} plx_target;

typedef struct plx_truth_rule {
    const char *code, *unit;
    plx_truth_how how;
    int64_t window_us, grace_us, hold_us, frozen_us;
    uint32_t sources, actions; /* bits */
    double scale;              /* > 0, in the unit */
} plx_truth_rule;

const plx_truth_rule *plx_truth_rule_of(plx_target target);
/* PLX_TARGET_N when no rule has that code. */
plx_target plx_target_from_code(const char *code);
/* Its forecast is a probability, its truth 0 or 1. */
static inline bool plx_truth_is_event(const plx_truth_rule *rule)
{
    return rule->how == PLX_TRUTH_EVENT || rule->how == PLX_TRUTH_FINAL ||
           rule->how == PLX_TRUTH_HOLDS;
}

/* One statement about a measured value. Its key is id; a later version replaces an earlier one,
 * also when it arrives first. */
typedef struct plx_truth_sample {
    int64_t time_us; /* when it was so, by the corrected clock */
    double value;
    uint64_t id;      /* journal sequence x 4096 + index of the first statement; > 0 */
    uint64_t version; /* twice the journal sequence of this statement; + 1: it may be truth */
} plx_truth_sample;

static inline bool plx_truth_counts(const plx_truth_sample *sample)
{
    return (sample->version & 1) != 0;
}

/* Sorted by time, then id. */
typedef struct plx_truth_row {
    const plx_truth_sample *sample; /* (n), borrowed */
    uint32_t n;
} plx_truth_row;

typedef struct plx_truth_question {
    int64_t issued_us, valid_from_us, valid_to_us;
} plx_truth_question;

enum { PLX_TRUTH_SAMPLES_MAX = 96 }; /* values of one target that are kept; the oldest go first */

/* The first moment at which an answer makes sense, and the one after which it is no longer waited
 * for: valid_to + window, valid_to + grace. */
int64_t plx_truth_due_us(const plx_truth_rule *rule, int64_t valid_to_us);
int64_t plx_truth_settled_us(const plx_truth_rule *rule, int64_t valid_to_us);
/* The oldest value that can matter to the question. */
int64_t plx_truth_from_us(const plx_truth_rule *rule, const plx_truth_question *question);
/* row.n <= PLX_TRUTH_SAMPLES_MAX. PLX_MISSING: no truth among these values. */
PLX_MUST_CHECK plx_status plx_truth_choose(const plx_truth_rule *rule, plx_truth_row row,
                                           const plx_truth_question *question, double *value);

#endif
