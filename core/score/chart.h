/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Scores that are charts: every input falls into one step of its chart, items turn the steps of one
 * or several inputs into points, points add up, the sum gives the band. A chart's last step is
 * open, so every real number is in exactly one step. What missing inputs could make of the sum is
 * found by trying every step they can be in. */
#ifndef PLX_CORE_SCORE_CHART_H
#define PLX_CORE_SCORE_CHART_H

#include "core/score/score.h"

enum {
    PLX_CHART_STEPS_MAX = 16,
    PLX_CHART_ITEMS_MAX = 16,
    PLX_CHART_SUMS_MAX = 512, /* different sums that one patient's missing inputs can reach */
    PLX_CHART_OPEN = INT32_MAX
};

/* Read from low to high: a value belongs to the first step whose upper edge it does not exceed
 * (below: does not reach). */
typedef struct plx_chart_step {
    int32_t edge_hundredths; /* PLX_CHART_OPEN: everything above */
    bool below;              /* the edge itself belongs to the next step */
    int32_t points;          /* in 1/per_point; for items of this input alone */
    const char *rule;        /* as the source prints it */
    const char *from_above;  /* how the step is entered from above: "<=20" */
    const char *next_up;     /* how the next step is entered from below: ">20" */
} plx_chart_step;

#define PLX_UP_TO(edge, points, rule)                                                              \
    {                                                                                              \
        (int32_t)((edge)*100.0 + 0.5), false, points, rule, "<=" #edge, ">" #edge                  \
    }
#define PLX_BELOW(edge, points, rule)                                                              \
    {                                                                                              \
        (int32_t)((edge)*100.0 + 0.5), true, points, rule, "<" #edge, ">=" #edge                   \
    }
#define PLX_ABOVE(points, rule)                                                                    \
    {                                                                                              \
        PLX_CHART_OPEN, false, points, rule, "", ""                                                \
    }

typedef struct plx_chart_axis {
    const plx_chart_step *steps; /* of a flag: no, yes; of a code or word: one each, in order */
    uint8_t n;                   /* 0: no item uses the input */
    uint8_t absent;              /* step of an optional input that was not given */
    bool fixed;                  /* never named as the way into a worse band (age, history) */
} plx_chart_axis;

typedef struct plx_chart_reason {
    uint32_t lead;    /* input that decided, gets the item's points */
    const char *rule; /* NULL: that of the lead's step */
} plx_chart_reason;

/* Points of an item of several inputs, each in its step; step[] is indexed by input. */
typedef int32_t (*plx_chart_joint)(const uint8_t *step, plx_chart_reason *reason);

typedef struct plx_chart_item {
    const char *name;       /* shown in place of inputs when the chart has groups */
    uint32_t inputs;        /* bit per input */
    plx_chart_joint points; /* NULL: one input, its step has the points */
} plx_chart_item;

typedef struct plx_chart {
    const plx_chart_axis *axes; /* [inputs_n of the score] */
    const plx_chart_item *items;
    uint32_t items_n;
    int32_t per_point;  /* what one point is in the steps' numbers: 1, 2, 10000 */
    unsigned decimals;  /* of the value */
    int32_t red_points; /* red becomes true where one item has as many; 0 = never */
    bool groups;        /* points are shown by item */
    /* NULL when the score has no bands. given: all inputs, for what changes bands but no points. */
    uint32_t (*band)(int32_t sum, bool red, const plx_score_given *given);
    /* What else the score says of a complete patient ("band3", "step"); NULL = nothing. */
    const char *(*also)(int32_t sum, const uint8_t *step);
} plx_chart;

/* For plx_score_run: given holds house units, and only what is usable. */
void plx_chart_run(const plx_score *score, const plx_score_given *given, plx_score_result *result);

#endif
