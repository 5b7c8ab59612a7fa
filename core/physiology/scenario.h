/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A scenario: a person, what befalls him and what is done at which time, and which quantities are
 * wanted how often; and a run of it as one ensemble, in the caller's memory. A row of values at
 * time t is the mean over the every_s seconds that end at t (as a monitor averages: breaths do not
 * alias into it); the row at 0 is the mean of the last BASELINE_S seconds before anything happens.
 * Same scenario, same bits, whatever the lanes and however the steps are cut.
 * Broken members are looked for (redraw.h) at each multiple of PLX_REDRAW_WINDOW_S seconds, at each
 * row and at the end, never where a caller cuts a step. What was added up for the next row is
 * copied too, so no row holds a value of a broken member. */
#ifndef PLX_CORE_PHYSIOLOGY_SCENARIO_H
#define PLX_CORE_PHYSIOLOGY_SCENARIO_H

#include "core/physiology/care.h"
#include "core/physiology/measure.h"
#include "core/physiology/redraw.h"

enum {
    PLX_SCENARIO_ACTIONS_MAX = 64,
    PLX_SCENARIO_QUANTITIES_MAX = 40,
    PLX_SCENARIO_SECONDS_MAX = 7 * 86400,
    PLX_SCENARIO_SETTLE_S = 300,  /* at rest, before time 0 */
    PLX_SCENARIO_BASELINE_S = 10, /* then with the care that he always has; ends at time 0 */
    PLX_SCENARIO_CHRONIC_S = 600, /* the same when an illness of the care (COPD, atrial
                                   * fibrillation) is new to the settled body */
    PLX_SCENARIO_WAVE_S_MAX = 60  /* that are written down */
};

typedef struct plx_scenario {
    plx_person person;
    uint32_t members; /* 1: the median person; 2..4096: drawn from the prior spread */
    uint32_t duration_s, every_s;
    uint64_t seed;
    plx_body_variant variant;
    uint32_t actions_n, quantities_n;
    plx_action actions[PLX_SCENARIO_ACTIONS_MAX];        /* by rising at_s, all before duration_s */
    plx_measure quantities[PLX_SCENARIO_QUANTITIES_MAX]; /* no two alike */
} plx_scenario;

/* PLX_OK, or with the sentence in why (100 bytes or more): PLX_UNSUPPORTED: the model has no answer
 * for this person; PLX_RANGE: a number is out of its range; PLX_CONFLICT: actions are not in order
 * or a quantity stands twice; what plx_care_act says of the action *action (otherwise its index is
 * actions_n). action may be null. */
plx_status plx_scenario_check(const plx_scenario *scenario, uint32_t *action, char *why,
                              size_t why_n);

/* Running. */

typedef struct plx_scenario_row {
    uint32_t time_s;     /* since the settled start */
    const float *values; /* value of quantity q in member m: values[q * members + m]; valid until
                          * the next step */
} plx_scenario_row;

typedef struct plx_scenario_run {
    const plx_scenario *scenario; /* borrowed */
    plx_body *body;               /* in the memory of the caller, as all rows below */
    plx_care care;
    uint32_t lanes, time_s, next_action;
    bool base_missed;  /* some base values could not be reached; the nearest body runs */
    uint32_t summed;   /* seconds in sums */
    uint32_t looked_s; /* when broken members were last looked for */
    plx_redraw redraw;
    bool wave_cut; /* member 0 was replaced while its waves were written: from the look before until
                    * then they are 0 */
    uint8_t wanted[PLX_SCENARIO_QUANTITIES_MAX];
    float *trace;   /* (window x quantities x members of body) */
    double *sums;   /* (quantities x scenario->members) */
    float *values;  /* the same */
    float *sorting; /* (scenario->members) */
    float *wave;    /* null, or of the caller, set after begin: (wave_s x PLX_WAVE_PER_S x
                     * PLX_WAVE_N) of member 0 in the last wave_s seconds of the scenario */
    uint32_t wave_s;
} plx_scenario_run;

/* Bytes of memory that a run needs, aligned as malloc's. The scenario passed its check. */
size_t plx_scenario_size(const plx_scenario *scenario);

/* Settles the body and fills the row at time 0. memory: plx_scenario_size bytes, borrowed until the
 * run ends. scenario passed its check. PLX_RANGE: lanes are not 4, 8 or 16 (or the machine lacks
 * them: edge/host/lanes.h knows). PLX_NO_ANSWER with run->redraw.why: too many members were broken
 * before time 0; there is no row. */
plx_status plx_scenario_begin(plx_scenario_run *run, const plx_scenario *scenario, uint32_t lanes,
                              void *memory, plx_scenario_row *row);

/* Goes on by at most that many seconds and not beyond the next output time or the end. *ready: *row
 * holds a new row (always at the end, be the last interval a short one). PLX_MISSING: the end was
 * reached before. PLX_NO_ANSWER with run->redraw.why: too many members were replaced in a window;
 * nothing is ready, and every later step says the same. */
plx_status plx_scenario_step(plx_scenario_run *run, uint32_t seconds, bool *ready,
                             plx_scenario_row *row);

typedef struct plx_scenario_summary {
    double mean, p05, p50, p95; /* linear between the ordered members (Hyndman & Fan type 7) */
} plx_scenario_summary;

/* Of the values of one quantity (index into scenario->quantities) across the members. */
plx_scenario_summary plx_scenario_summarise(plx_scenario_run *run, const plx_scenario_row *row,
                                            uint32_t quantity);

/* Name of the model: a change of equations or constants changes it by hand. */
extern const char plx_scenario_model[];

/* BLAKE2b of model name, variant and the settled parameter rows of the wanted members. */
enum { PLX_SCENARIO_HASH_BYTES = 16 };
void plx_scenario_hash(const plx_scenario_run *run, uint8_t hash[PLX_SCENARIO_HASH_BYTES]);

#endif
