/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Inputs that several scores share, with their limits (signals-and-scores, section 7), units and
 * expiry (staleness table of the trust page: charted set 60 min, temperature and consciousness 8 h,
 * blood gas 6 h, other laboratory 24 h). */
#ifndef PLX_CORE_SCORE_INPUT_H
#define PLX_CORE_SCORE_INPUT_H

#include "core/score/chart.h"

enum {
    PLX_EXPIRY_SET_S = 3600,
    PLX_EXPIRY_CHARTED_S = 8 * 3600,
    PLX_EXPIRY_GAS_S = 6 * 3600,
    PLX_EXPIRY_LAB_S = 24 * 3600
};

/* A number of the house: key, unit, quantity whose units convert, limits in the unit, expiry. */
#define PLX_IN_NUMBER(key_, unit_, quantity_, low_, high_, expires_)                               \
    .key = key_, .type = PLX_SCORE_NUMBER, .unit = unit_, .quantity = quantity_,                   \
    .low_hundredths = (low_)*100, .high_hundredths = (high_)*100, .codes = "", .other_unit = "",   \
    .expires_s = expires_
#define PLX_IN_POSITIVE(key_, unit_, quantity_, expires_)                                          \
    .key = key_, .type = PLX_SCORE_NUMBER, .unit = unit_, .quantity = quantity_,                   \
    .low_hundredths = 0, .high_hundredths = INT32_MAX, .codes = "", .other_unit = "",              \
    .expires_s = expires_
#define PLX_IN_WHOLE(key_, low_, high_, expires_)                                                  \
    PLX_IN_NUMBER(key_, "1", "", low_, high_, expires_), .whole = true
#define PLX_IN_FLAG(key_)                                                                          \
    .key = key_, .type = PLX_SCORE_FLAG, .unit = "1", .quantity = "", .codes = "", .other_unit = ""
#define PLX_IN_WORD(key_, type_, codes_)                                                           \
    .key = key_, .type = type_, .unit = "1", .quantity = "", .codes = codes_, .other_unit = ""

#define PLX_IN_RR PLX_IN_NUMBER("rr", "/min", "resp_rate", 0, 120, PLX_EXPIRY_SET_S)
#define PLX_IN_HR PLX_IN_NUMBER("hr", "/min", "hr", 0, 350, PLX_EXPIRY_SET_S)
#define PLX_IN_SBP PLX_IN_NUMBER("sbp", "mm[Hg]", "nibp_sys", 0, 350, PLX_EXPIRY_SET_S)
#define PLX_IN_DBP PLX_IN_NUMBER("dbp", "mm[Hg]", "nibp_dia", 0, 350, PLX_EXPIRY_SET_S)
#define PLX_IN_MAP PLX_IN_NUMBER("map", "mm[Hg]", "nibp_mean", 0, 350, PLX_EXPIRY_SET_S)
#define PLX_IN_SPO2 PLX_IN_NUMBER("spo2", "%", "spo2", 0, 100, PLX_EXPIRY_SET_S)
#define PLX_IN_GCS PLX_IN_WHOLE("gcs", 3, 15, PLX_EXPIRY_CHARTED_S)
#define PLX_IN_AGE PLX_IN_NUMBER("age", "a", "", 0, 125, 0), .units = plx_units_years
#define PLX_IN_UREA                                                                                \
    PLX_IN_POSITIVE("urea_mmol", "mmol/L", "", PLX_EXPIRY_LAB_S), .units = plx_units_urea
/* Temperature: a number in Fahrenheit without its unit is told so. */
#define PLX_IN_TEMP                                                                                \
    .key = "temp", .type = PLX_SCORE_NUMBER, .unit = "Cel", .quantity = "temp",                    \
    .low_hundredths = 2000, .high_hundredths = 4500, .codes = "", .other_unit = "[degF]",          \
    .expires_s = PLX_EXPIRY_CHARTED_S

extern const plx_score_unit plx_units_years[], plx_units_urea[];

#define PLX_AXIS(steps_)                                                                           \
    {                                                                                              \
        .steps = steps_, .n = sizeof steps_ / sizeof *steps_                                       \
    }
#define PLX_AXIS_FIXED(steps_)                                                                     \
    {                                                                                              \
        .steps = steps_, .n = sizeof steps_ / sizeof *steps_, .fixed = true                        \
    }
#define PLX_AXIS_ABSENT(steps_, absent_)                                                           \
    {                                                                                              \
        .steps = steps_, .n = sizeof steps_ / sizeof *steps_, .absent = absent_                    \
    }
#define PLX_BIT(input) (1u << (input))

/* Everything a score says about itself but its chart or run. */
#define PLX_SCORE_ABOUT(inputs_, name_, rule_, source_)                                            \
    .name = name_, .source = source_, .rule = rule_, .inputs = inputs_,                            \
    .inputs_n = sizeof inputs_ / sizeof *inputs_
#define PLX_SCORE_BANDS(names) .bands = names, .bands_n = sizeof names / sizeof *names
#define PLX_CHART_OF(axes_, items_)                                                                \
    .axes = axes_, .items = items_, .items_n = sizeof items_ / sizeof *items_

#endif
