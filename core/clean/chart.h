/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The rows of one charted stay (CinC 2012 layout) -> who it is and his vital signs by time. The
 * rules, in this order; everything that is left out is counted:
 *
 *   unreadable    a vital sign that is no number
 *   implausible   outside plx_chart_limits: a charted 0 is a lead that is off, not a heart that
 *                 stands still; a temperature near 0 has a wrong unit
 *   contradicted  of one source at one time: systolic not above diastolic (both go), a mean
 *                 outside them (it goes)
 *   repeated      one parameter more than once at one time: the mean of its plausible values
 *   doubled       arterial line and cuff at one time: the line's value counts
 *
 * The person: of several ages the median (the lower of the middle two), of weights and heights the
 * first in time, the smallest at that time. Unknown sex is male; an unknown height is 170 cm (f
 * 160), an unknown weight 75 kg (f 65). Without an age he is of no known age and stays without.
 * The order of the rows of a stay does not matter. */
#ifndef PLX_CORE_CLEAN_CHART_H
#define PLX_CORE_CLEAN_CHART_H

#include "core/format/cinc/cinc.h"
#include "core/physiology/person.h"

enum { PLX_CHART_ROWS_MAX = 16384 }; /* that matter, of one stay */

typedef enum plx_chart_vital {
    PLX_CHART_HR,
    PLX_CHART_SBP,
    PLX_CHART_DBP,
    PLX_CHART_MAP,
    PLX_CHART_SPO2,
    PLX_CHART_RR,
    PLX_CHART_TEMP,
    PLX_CHART_ETCO2, /* never in this layout */
    PLX_CHART_VITAL_N
} plx_chart_vital;

typedef struct plx_chart_limit {
    double low, high; /* both plausible */
} plx_chart_limit;

/* Engineering priors for charts of adults, narrower than what is possible at all. */
extern const plx_chart_limit plx_chart_limits[PLX_CHART_VITAL_N];

typedef struct plx_chart_counts {
    uint64_t rows; /* of vital signs */
    uint64_t unreadable, implausible, contradicted, repeated, doubled;
    uint64_t ages_many, no_age, no_sex, no_height, no_weight; /* stays */
} plx_chart_counts;

/* Rows of one stay, in the order they came. */
typedef struct plx_chart {
    uint64_t record_id;
    uint32_t n;
    plx_cinc_row rows[PLX_CHART_ROWS_MAX];
} plx_chart;

typedef struct plx_chart_moment {
    uint32_t minute;
    bool measured[PLX_CHART_VITAL_N];
    bool art[PLX_CHART_VITAL_N]; /* a pressure from an arterial line */
    double value[PLX_CHART_VITAL_N];
} plx_chart_moment;

typedef struct plx_chart_stay {
    plx_person person;
    bool age_known;
    uint32_t n;
    plx_chart_moment moments[PLX_CHART_ROWS_MAX]; /* by rising time, each with a value */
} plx_chart_stay;

void plx_chart_begin(plx_chart *chart, uint64_t record_id);
/* Rows of other parameters are passed over. PLX_FULL: more than PLX_CHART_ROWS_MAX. */
PLX_MUST_CHECK plx_status plx_chart_add(plx_chart *chart, const plx_cinc_row *row);
/* Sorts the rows; adds to counts. */
void plx_chart_read(plx_chart *chart, plx_chart_stay *stay, plx_chart_counts *counts);

#endif
