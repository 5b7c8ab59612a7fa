/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* NEWS2, National Early Warning Score 2 (Royal College of Physicians 2017, Chart 1 and 2). Inputs
 * are numbers in house units with their exact text; missing inputs give the interval of all values
 * that they could take. Applies from age 16, not in pregnancy. */
#ifndef PLX_CORE_SCORE_NEWS2_H
#define PLX_CORE_SCORE_NEWS2_H

#include "core/base/decimal.h"
#include "core/base/slice.h"

/* X(NAME, key, unit, what) in the order of the chart */
#define PLX_NEWS2_INPUT_TABLE(X)                                                                   \
    X(RR, "rr", "/min", "respiration rate")                                                        \
    X(SPO2, "spo2", "%", "oxygen saturation")                                                      \
    X(O2, "o2", "1", "supplemental oxygen")                                                        \
    X(SBP, "sbp", "mm[Hg]", "systolic blood pressure")                                             \
    X(PULSE, "pulse", "/min", "pulse")                                                             \
    X(ACVPU, "acvpu", "code", "consciousness")                                                     \
    X(TEMP, "temp", "Cel", "temperature")

typedef enum plx_news2_input {
#define X(name, key, unit, what) PLX_NEWS2_##name,
    PLX_NEWS2_INPUT_TABLE(X)
#undef X
        PLX_NEWS2_INPUTS
} plx_news2_input;

typedef enum plx_news2_band {
    PLX_NEWS2_LOW,
    PLX_NEWS2_LOW_MEDIUM,
    PLX_NEWS2_MEDIUM,
    PLX_NEWS2_HIGH,
    PLX_NEWS2_BANDS
} plx_news2_band;

/* Limits (both ends belong to them): rr 0-120, spo2 0-100, sbp and pulse 0-350, temp 20-45, acvpu
 * one of the five letters. Outside: rejected. */
typedef struct plx_news2_inputs {
    bool given[PLX_NEWS2_INPUTS];
    plx_decimal number[PLX_NEWS2_INPUTS]; /* RR, SPO2, SBP, PULSE, TEMP */
    bool on_oxygen;                       /* O2 */
    char acvpu;                           /* 'A' 'C' 'V' 'P' 'U' */
    bool scale2;                          /* only when a clinician recorded it (target 88-92 %) */
    bool scale_unknown; /* neither scale is established: both are possible, scale2 is ignored */
} plx_news2_inputs;

typedef struct plx_news2_result {
    bool known;                       /* min == max */
    uint8_t value;                    /* when known, else 0 */
    uint8_t min, max;                 /* over everything the missing inputs can be */
    uint8_t bands;                    /* bit per plx_news2_band that is possible */
    uint8_t points[PLX_NEWS2_INPUTS]; /* of given inputs; 0 for missing and open ones */
    uint16_t missing;                 /* bit per input, the rejected ones too */
    uint16_t rejected;                /* bit per input: outside its limits, counted as missing */
    uint16_t open;      /* bit per given input whose points depend on a missing one (SpO2 on O2) */
    int8_t most_useful; /* the missing input whose value can change the band most: the largest
                           step it can cause alone, then the larger change of points, then the
                           chart's order; -1 when none can change the band */
} plx_news2_result;

void plx_news2_score(const plx_news2_inputs *inputs, plx_news2_result *result);

/* The nearest way into a higher band by one input alone: fewest steps of the chart, then the higher
 * band, then the chart's order. */
typedef struct plx_news2_worse {
    plx_news2_input input;
    const char *at;    /* constant text: "<=100", ">24", "oxygen", "CVPU" */
    plx_news2_band to; /* band that is reached there */
} plx_news2_worse;

/* false, *worse unchanged: an input is missing, or no single input leads higher. */
bool plx_news2_next_worse(const plx_news2_inputs *inputs, plx_news2_worse *worse);

const char *plx_news2_key(plx_news2_input input);
const char *plx_news2_unit(plx_news2_input input);
const char *plx_news2_band_text(plx_news2_band band); /* "low" "low-medium" "medium" "high" */
/* The rule an input fell under as the chart prints it, e.g. "21-24"; "" for a missing or rejected
 * input; without regard to oxygen when that decides but is missing. Constant text. */
const char *plx_news2_rule(const plx_news2_inputs *inputs, plx_news2_input input);

#endif
