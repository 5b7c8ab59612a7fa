/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Deterioration: MEWS (Subbe 2001, QJM 94:521; edges 70 and 40 inclusive, the paper prints <70 and
 * <40), REMS (Olsson 2004, J Intern Med 255:579), CART (Churpek 2012, Chest 141:1170). */
#include "core/score/input.h"

enum { M_SBP, M_HR, M_RR, M_TEMP, M_AVPU };

static const plx_score_input M_INPUTS[] = {
    {PLX_IN_SBP},
    {PLX_IN_HR},
    {PLX_IN_RR},
    {PLX_IN_TEMP},
    {PLX_IN_WORD("avpu", PLX_SCORE_CODE, "AVPU"), .expires_s = PLX_EXPIRY_CHARTED_S}};
static const plx_chart_step M_SBP_STEPS[] = {PLX_UP_TO(70, 3, "<=70"), PLX_UP_TO(80, 2, "71-80"),
                                             PLX_UP_TO(100, 1, "81-100"),
                                             PLX_UP_TO(199, 0, "101-199"), PLX_ABOVE(2, ">=200")};
static const plx_chart_step M_HR_STEPS[] = {
    PLX_UP_TO(40, 2, "<=40"),     PLX_UP_TO(50, 1, "41-50"),    PLX_UP_TO(100, 0, "51-100"),
    PLX_UP_TO(110, 1, "101-110"), PLX_UP_TO(129, 2, "111-129"), PLX_ABOVE(3, ">=130")};
static const plx_chart_step M_RR_STEPS[] = {PLX_BELOW(9, 2, "<9"), PLX_UP_TO(14, 0, "9-14"),
                                            PLX_UP_TO(20, 1, "15-20"), PLX_UP_TO(29, 2, "21-29"),
                                            PLX_ABOVE(3, ">=30")};
static const plx_chart_step M_TEMP_STEPS[] = {
    PLX_BELOW(35, 2, "<35"), PLX_BELOW(38.5, 0, "35-38.4"), PLX_ABOVE(2, ">=38.5")};
static const plx_chart_step M_AVPU_STEPS[] = {PLX_UP_TO(0, 0, "A"), PLX_UP_TO(1, 1, "V"),
                                              PLX_UP_TO(2, 2, "P"), PLX_ABOVE(3, "U")};
static const plx_chart_axis M_AXES[] = {PLX_AXIS(M_SBP_STEPS), PLX_AXIS(M_HR_STEPS),
                                        PLX_AXIS(M_RR_STEPS), PLX_AXIS(M_TEMP_STEPS),
                                        PLX_AXIS(M_AVPU_STEPS)};
static const plx_chart_item M_ITEMS[] = {{"sbp", PLX_BIT(M_SBP), NULL},
                                         {"hr", PLX_BIT(M_HR), NULL},
                                         {"rr", PLX_BIT(M_RR), NULL},
                                         {"temp", PLX_BIT(M_TEMP), NULL},
                                         {"avpu", PLX_BIT(M_AVPU), NULL}};
static const char *const M_BANDS[] = {"low", "high"};

static uint32_t five_or_more(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum >= 5 ? 1 : 0;
}

static const plx_chart M_CHART = {PLX_CHART_OF(M_AXES, M_ITEMS), .per_point = 1,
                                  .band = five_or_more};

const plx_score plx_score_mews = {PLX_SCORE_ABOUT(M_INPUTS, "MEWS", "mews/1", "Subbe 2001"),
                                  PLX_SCORE_BANDS(M_BANDS), .chart = &M_CHART};

enum { R_AGE, R_MAP, R_HR, R_RR, R_SPO2, R_GCS };

static const plx_score_input R_INPUTS[] = {{PLX_IN_AGE}, {PLX_IN_MAP},  {PLX_IN_HR},
                                           {PLX_IN_RR},  {PLX_IN_SPO2}, {PLX_IN_GCS}};
static const plx_chart_step R_AGE_STEPS[] = {PLX_BELOW(45, 0, "<45"), PLX_UP_TO(54, 2, "45-54"),
                                             PLX_UP_TO(64, 3, "55-64"), PLX_UP_TO(74, 5, "65-74"),
                                             PLX_ABOVE(6, ">74")};
static const plx_chart_step R_MAP_STEPS[] = {
    PLX_BELOW(50, 4, "<50"),      PLX_BELOW(70, 2, "50-69"),    PLX_BELOW(110, 0, "70-109"),
    PLX_BELOW(130, 2, "110-129"), PLX_UP_TO(159, 3, "130-159"), PLX_ABOVE(4, ">159")};
static const plx_chart_step R_HR_STEPS[] = {
    PLX_BELOW(40, 4, "<40"),     PLX_BELOW(55, 3, "40-54"),    PLX_BELOW(70, 2, "55-69"),
    PLX_BELOW(110, 0, "70-109"), PLX_BELOW(140, 2, "110-139"), PLX_UP_TO(179, 3, "140-179"),
    PLX_ABOVE(4, ">179")};
static const plx_chart_step R_RR_STEPS[] = {PLX_BELOW(6, 4, "<6"),     PLX_BELOW(10, 2, "6-9"),
                                            PLX_BELOW(12, 1, "10-11"), PLX_BELOW(25, 0, "12-24"),
                                            PLX_BELOW(35, 1, "25-34"), PLX_UP_TO(49, 3, "35-49"),
                                            PLX_ABOVE(4, ">49")};
static const plx_chart_step R_SPO2_STEPS[] = {PLX_BELOW(75, 4, "<75"), PLX_UP_TO(85, 3, "75-85"),
                                              PLX_UP_TO(89, 1, "86-89"), PLX_ABOVE(0, ">89")};
static const plx_chart_step R_GCS_STEPS[] = {PLX_BELOW(5, 4, "<5"), PLX_BELOW(8, 3, "5-7"),
                                             PLX_BELOW(11, 2, "8-10"), PLX_BELOW(14, 1, "11-13"),
                                             PLX_ABOVE(0, ">13")};
static const plx_chart_axis R_AXES[] = {PLX_AXIS_FIXED(R_AGE_STEPS), PLX_AXIS(R_MAP_STEPS),
                                        PLX_AXIS(R_HR_STEPS),        PLX_AXIS(R_RR_STEPS),
                                        PLX_AXIS(R_SPO2_STEPS),      PLX_AXIS(R_GCS_STEPS)};
static const plx_chart_item R_ITEMS[] = {
    {"age", PLX_BIT(R_AGE), NULL}, {"map", PLX_BIT(R_MAP), NULL},   {"hr", PLX_BIT(R_HR), NULL},
    {"rr", PLX_BIT(R_RR), NULL},   {"spo2", PLX_BIT(R_SPO2), NULL}, {"gcs", PLX_BIT(R_GCS), NULL}};
static const plx_chart R_CHART = {PLX_CHART_OF(R_AXES, R_ITEMS), .per_point = 1};

const plx_score plx_score_rems = {PLX_SCORE_ABOUT(R_INPUTS, "REMS", "rems/1", "Olsson 2004"),
                                  .chart = &R_CHART};

enum { C_RR, C_HR, C_DBP, C_AGE };

static const plx_score_input C_INPUTS[] = {{PLX_IN_RR}, {PLX_IN_HR}, {PLX_IN_DBP}, {PLX_IN_AGE}};
static const plx_chart_step C_RR_STEPS[] = {PLX_BELOW(21, 0, "<21"), PLX_UP_TO(23, 8, "21-23"),
                                            PLX_UP_TO(25, 12, "24-25"), PLX_UP_TO(29, 15, "26-29"),
                                            PLX_ABOVE(22, ">29")};
static const plx_chart_step C_HR_STEPS[] = {PLX_BELOW(110, 0, "<110"), PLX_UP_TO(139, 4, "110-139"),
                                            PLX_ABOVE(13, ">139")};
static const plx_chart_step C_DBP_STEPS[] = {PLX_BELOW(35, 13, "<35"), PLX_BELOW(40, 6, "35-39"),
                                             PLX_UP_TO(49, 4, "40-49"), PLX_ABOVE(0, ">49")};
static const plx_chart_step C_AGE_STEPS[] = {PLX_BELOW(55, 0, "<55"), PLX_UP_TO(69, 4, "55-69"),
                                             PLX_ABOVE(9, ">69")};
static const plx_chart_axis C_AXES[] = {PLX_AXIS(C_RR_STEPS), PLX_AXIS(C_HR_STEPS),
                                        PLX_AXIS(C_DBP_STEPS), PLX_AXIS_FIXED(C_AGE_STEPS)};
static const plx_chart_item C_ITEMS[] = {{"rr", PLX_BIT(C_RR), NULL},
                                         {"hr", PLX_BIT(C_HR), NULL},
                                         {"dbp", PLX_BIT(C_DBP), NULL},
                                         {"age", PLX_BIT(C_AGE), NULL}};
static const plx_chart C_CHART = {PLX_CHART_OF(C_AXES, C_ITEMS), .per_point = 1};

const plx_score plx_score_cart = {PLX_SCORE_ABOUT(C_INPUTS, "CART", "cart/1", "Churpek 2012"),
                                  .chart = &C_CHART};
