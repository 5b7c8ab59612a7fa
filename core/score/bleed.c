/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Upper gastro-intestinal bleeding and syncope: Glasgow-Blatchford (Blatchford 2000, Lancet
 * 356:1318), Canadian Syncope Risk Score (Thiruganasambandamoorthy 2016, CMAJ 188:E289; QRS axis
 * below -30 or above 100 degrees, where the paper's model table prints 110). */
#include "core/score/input.h"

#define FLAG_STEPS(name, points)                                                                   \
    static const plx_chart_step name[] = {PLX_BELOW(0, 0, "false"), PLX_ABOVE(points, "true")}
FLAG_STEPS(ADDS_1, 1);
FLAG_STEPS(ADDS_2, 2);
FLAG_STEPS(TAKES_1, -1);
FLAG_STEPS(TAKES_2, -2);

enum { UREA, HB, SEX, SBP, HR, MELAENA, SYNCOPE, LIVER, FAILURE };
enum { MALE = 0 };

static const plx_score_input INPUTS[] = {
    {PLX_IN_UREA},
    {PLX_IN_POSITIVE("hb_gL", "g/L", "haemoglobin", PLX_EXPIRY_LAB_S)},
    {PLX_IN_WORD("sex", PLX_SCORE_CODE, "MF")},
    {PLX_IN_SBP},
    {PLX_IN_HR},
    {PLX_IN_FLAG("melaena")},
    {PLX_IN_FLAG("syncope")},
    {PLX_IN_FLAG("liver")},
    {PLX_IN_FLAG("heart_failure")}};
static const plx_chart_step UREA_STEPS[] = {PLX_BELOW(6.5, 0, "<6.5"), PLX_BELOW(8, 2, "6.5-7.9"),
                                            PLX_BELOW(10, 3, "8.0-9.9"),
                                            PLX_BELOW(25, 4, "10.0-24.9"), PLX_ABOVE(6, ">=25")};
static const plx_chart_step HB_STEPS[] = {PLX_BELOW(100, 6, "<100"), PLX_BELOW(120, 0, "100-119"),
                                          PLX_BELOW(130, 0, "120-129"), PLX_ABOVE(0, ">=130")};
static const plx_chart_step SEX_STEPS[] = {PLX_UP_TO(0, 0, "M"), PLX_ABOVE(0, "F")};
static const plx_chart_step SBP_STEPS[] = {PLX_BELOW(90, 3, "<90"), PLX_BELOW(100, 2, "90-99"),
                                           PLX_BELOW(110, 1, "100-109"), PLX_ABOVE(0, ">=110")};
static const plx_chart_step HR_STEPS[] = {PLX_BELOW(100, 0, "<100"), PLX_ABOVE(1, ">=100")};
static const plx_chart_axis AXES[] = {
    PLX_AXIS(UREA_STEPS), PLX_AXIS(HB_STEPS),     PLX_AXIS_FIXED(SEX_STEPS),
    PLX_AXIS(SBP_STEPS),  PLX_AXIS(HR_STEPS),     PLX_AXIS(ADDS_1),
    PLX_AXIS(ADDS_2),     PLX_AXIS_FIXED(ADDS_2), PLX_AXIS_FIXED(ADDS_2)};

static int32_t haemoglobin(const uint8_t *step, plx_chart_reason *reason)
{
    static const int32_t MEN[] = {6, 3, 1, 0}, WOMEN[] = {6, 1, 0, 0};
    reason->lead = HB;
    return (step[SEX] == MALE ? MEN : WOMEN)[step[HB]];
}

static const plx_chart_item ITEMS[] = {
    {"urea_mmol", PLX_BIT(UREA), NULL},  {"hb_gL", PLX_BIT(HB) | PLX_BIT(SEX), haemoglobin},
    {"sbp", PLX_BIT(SBP), NULL},         {"hr", PLX_BIT(HR), NULL},
    {"melaena", PLX_BIT(MELAENA), NULL}, {"syncope", PLX_BIT(SYNCOPE), NULL},
    {"liver", PLX_BIT(LIVER), NULL},     {"heart_failure", PLX_BIT(FAILURE), NULL}};
static const char *const BANDS[] = {"low", "not-low"};

static uint32_t band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum >= 2 ? 1 : 0;
}

static const plx_chart CHART = {PLX_CHART_OF(AXES, ITEMS), .per_point = 1, .band = band};

const plx_score plx_score_gbs = {PLX_SCORE_ABOUT(INPUTS, "GBS", "gbs/1", "Blatchford 2000"),
                                 PLX_SCORE_BANDS(BANDS), .chart = &CHART};

static const plx_score_input C_INPUTS[] = {{PLX_IN_FLAG("vasovagal_predisposition")},
                                           {PLX_IN_FLAG("heart_disease")},
                                           {PLX_IN_FLAG("sbp_lt90_or_gt180")},
                                           {PLX_IN_FLAG("trop_gt_99th")},
                                           {PLX_IN_FLAG("qrs_axis_abn")},
                                           {PLX_IN_FLAG("qrs_gt_130")},
                                           {PLX_IN_FLAG("qtc_gt_480")},
                                           {PLX_IN_FLAG("dx_vasovagal")},
                                           {PLX_IN_FLAG("dx_cardiac")}};
static const plx_chart_axis C_AXES[] = {
    PLX_AXIS_FIXED(TAKES_1), PLX_AXIS_FIXED(ADDS_1), PLX_AXIS(ADDS_2),
    PLX_AXIS(ADDS_2),        PLX_AXIS(ADDS_1),       PLX_AXIS(ADDS_1),
    PLX_AXIS(ADDS_2),        PLX_AXIS(TAKES_2),      PLX_AXIS(ADDS_2)};
static const plx_chart_item C_ITEMS[] = {{"vasovagal_predisposition", PLX_BIT(0), NULL},
                                         {"heart_disease", PLX_BIT(1), NULL},
                                         {"sbp_lt90_or_gt180", PLX_BIT(2), NULL},
                                         {"trop_gt_99th", PLX_BIT(3), NULL},
                                         {"qrs_axis_abn", PLX_BIT(4), NULL},
                                         {"qrs_gt_130", PLX_BIT(5), NULL},
                                         {"qtc_gt_480", PLX_BIT(6), NULL},
                                         {"dx_vasovagal", PLX_BIT(7), NULL},
                                         {"dx_cardiac", PLX_BIT(8), NULL}};
static const char *const C_BANDS[] = {"very-low", "low", "medium", "high", "very-high"};

static uint32_t c_band(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum <= -2 ? 0 : sum <= 0 ? 1 : sum <= 3 ? 2 : sum <= 5 ? 3 : 4;
}

static const plx_chart C_CHART = {PLX_CHART_OF(C_AXES, C_ITEMS), .per_point = 1, .band = c_band};

const plx_score plx_score_csrs = {PLX_SCORE_ABOUT(C_INPUTS, "CSRS", "csrs/1", "CMAJ 2016;188:E289"),
                                  PLX_SCORE_BANDS(C_BANDS), .chart = &C_CHART};
