/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Pneumonia and chest pain: CURB-65 (Lim 2003, Thorax 58:377), HEART (Six 2008, Neth Heart J
 * 16:191; troponin bands as Backus 2013). */
#include "core/score/input.h"

static const plx_chart_step YES_NO[] = {PLX_BELOW(0, 0, "false"), PLX_ABOVE(1, "true")};

enum { C_CONFUSION, C_UREA, C_RR, C_SBP, C_DBP, C_AGE };

static const plx_score_input C_INPUTS[] = {
    {PLX_IN_FLAG("confusion"), .expires_s = PLX_EXPIRY_CHARTED_S},
    {PLX_IN_UREA},
    {PLX_IN_RR},
    {PLX_IN_SBP},
    {PLX_IN_DBP},
    {PLX_IN_AGE}};
static const plx_chart_step C_UREA_STEPS[] = {PLX_UP_TO(7, 0, "<=7"), PLX_ABOVE(1, ">7")};
static const plx_chart_step C_RR_STEPS[] = {PLX_BELOW(30, 0, "<30"), PLX_ABOVE(1, ">=30")};
static const plx_chart_step C_SBP_STEPS[] = {PLX_BELOW(90, 1, "<90"), PLX_ABOVE(0, ">=90")};
static const plx_chart_step C_DBP_STEPS[] = {PLX_UP_TO(60, 1, "<=60"), PLX_ABOVE(0, ">60")};
static const plx_chart_step C_AGE_STEPS[] = {PLX_BELOW(65, 0, "<65"), PLX_ABOVE(1, ">=65")};
static const plx_chart_axis C_AXES[] = {PLX_AXIS(YES_NO),      PLX_AXIS(C_UREA_STEPS),
                                        PLX_AXIS(C_RR_STEPS),  PLX_AXIS(C_SBP_STEPS),
                                        PLX_AXIS(C_DBP_STEPS), PLX_AXIS_FIXED(C_AGE_STEPS)};

static int32_t pressure(const uint8_t *step, plx_chart_reason *reason)
{
    const bool systolic = C_SBP_STEPS[step[C_SBP]].points, low = C_DBP_STEPS[step[C_DBP]].points;
    reason->lead = low && !systolic ? C_DBP : C_SBP;
    return systolic || low;
}

static const plx_chart_item C_ITEMS[] = {{"confusion", PLX_BIT(C_CONFUSION), NULL},
                                         {"urea_mmol", PLX_BIT(C_UREA), NULL},
                                         {"rr", PLX_BIT(C_RR), NULL},
                                         {"pressure", PLX_BIT(C_SBP) | PLX_BIT(C_DBP), pressure},
                                         {"age", PLX_BIT(C_AGE), NULL}};
static const char *const C_BANDS[] = {"low", "moderate", "severe"};

static uint32_t c_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum >= 3 ? 2 : sum == 2 ? 1 : 0;
}

static const plx_chart C_CHART = {PLX_CHART_OF(C_AXES, C_ITEMS), .per_point = 1, .band = c_band};

const plx_score plx_score_curb65 = {PLX_SCORE_ABOUT(C_INPUTS, "CURB65", "curb65/1", "Lim 2003"),
                                    PLX_SCORE_BANDS(C_BANDS), .chart = &C_CHART};

enum { H_HISTORY, H_ECG, H_AGE, H_RISK, H_ATHERO, H_TROPONIN };

static const plx_score_input H_INPUTS[] = {
    {PLX_IN_WHOLE("history", 0, 2, 0)},
    {PLX_IN_WHOLE("ecg", 0, 2, PLX_EXPIRY_LAB_S)},
    {PLX_IN_AGE},
    {PLX_IN_POSITIVE("risk_factors", "1", "", 0), .whole = true},
    {PLX_IN_FLAG("athero")},
    {PLX_IN_POSITIVE("trop_x_uln", "1", "", PLX_EXPIRY_LAB_S)}};
static const plx_chart_step H_GRADE_STEPS[] = {PLX_UP_TO(0, 0, "0"), PLX_UP_TO(1, 1, "1"),
                                               PLX_ABOVE(2, "2")};
static const plx_chart_step H_AGE_STEPS[] = {PLX_BELOW(45, 0, "<45"), PLX_BELOW(65, 1, "45-64"),
                                             PLX_ABOVE(2, ">=65")};
static const plx_chart_step H_RISK_STEPS[] = {PLX_UP_TO(0, 0, "0"), PLX_UP_TO(2, 1, "1-2"),
                                              PLX_ABOVE(2, ">=3")};
static const plx_chart_step H_TROPONIN_STEPS[] = {PLX_UP_TO(1, 0, "<=1x"), PLX_UP_TO(3, 1, "1-3x"),
                                                  PLX_ABOVE(2, ">3x")};
static const plx_chart_axis H_AXES[] = {PLX_AXIS(H_GRADE_STEPS),     PLX_AXIS(H_GRADE_STEPS),
                                        PLX_AXIS_FIXED(H_AGE_STEPS), PLX_AXIS_FIXED(H_RISK_STEPS),
                                        PLX_AXIS_FIXED(YES_NO),      PLX_AXIS(H_TROPONIN_STEPS)};

static int32_t risk(const uint8_t *step, plx_chart_reason *reason)
{
    const int32_t points = H_RISK_STEPS[step[H_RISK]].points;
    reason->lead = step[H_ATHERO] && points < 2 ? H_ATHERO : H_RISK;
    return step[H_ATHERO] ? 2 : points;
}

static const plx_chart_item H_ITEMS[] = {{"history", PLX_BIT(H_HISTORY), NULL},
                                         {"ecg", PLX_BIT(H_ECG), NULL},
                                         {"age", PLX_BIT(H_AGE), NULL},
                                         {"risk", PLX_BIT(H_RISK) | PLX_BIT(H_ATHERO), risk},
                                         {"troponin", PLX_BIT(H_TROPONIN), NULL}};
static const char *const H_BANDS[] = {"low", "moderate", "high"};

static uint32_t h_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum >= 7 ? 2 : sum >= 4 ? 1 : 0;
}

static const plx_chart H_CHART = {PLX_CHART_OF(H_AXES, H_ITEMS), .per_point = 1, .band = h_band};

const plx_score plx_score_heart = {
    PLX_SCORE_ABOUT(H_INPUTS, "HEART", "heart/1", "Six 2008, Backus 2013"),
    PLX_SCORE_BANDS(H_BANDS), .chart = &H_CHART};
