/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Sepsis: qSOFA (Singer 2016, JAMA 315:801), SIRS (Bone 1992, Chest 101:1644). */
#include "core/score/input.h"

enum { Q_RR, Q_SBP, Q_GCS };

static const plx_score_input Q_INPUTS[] = {{PLX_IN_RR}, {PLX_IN_SBP}, {PLX_IN_GCS}};
static const plx_chart_step Q_RR_STEPS[] = {PLX_BELOW(22, 0, "<22"), PLX_ABOVE(1, ">=22")};
static const plx_chart_step Q_SBP_STEPS[] = {PLX_UP_TO(100, 1, "<=100"), PLX_ABOVE(0, ">100")};
static const plx_chart_step Q_GCS_STEPS[] = {PLX_BELOW(15, 1, "<15"), PLX_ABOVE(0, "15")};
static const plx_chart_axis Q_AXES[] = {PLX_AXIS(Q_RR_STEPS), PLX_AXIS(Q_SBP_STEPS),
                                        PLX_AXIS(Q_GCS_STEPS)};
static const plx_chart_item Q_ITEMS[] = {
    {"rr", PLX_BIT(Q_RR), NULL}, {"sbp", PLX_BIT(Q_SBP), NULL}, {"gcs", PLX_BIT(Q_GCS), NULL}};
static const char *const SIGNS[] = {"negative", "positive"};

static uint32_t two_or_more(int32_t sum, bool red, const plx_score_given *given)
{
    (void)red;
    (void)given;
    return sum >= 2 ? 1 : 0;
}

static const plx_chart Q_CHART = {PLX_CHART_OF(Q_AXES, Q_ITEMS), .per_point = 1,
                                  .band = two_or_more};

const plx_score plx_score_qsofa = {PLX_SCORE_ABOUT(Q_INPUTS, "qSOFA", "qsofa/1", "Singer 2016"),
                                   PLX_SCORE_BANDS(SIGNS), .chart = &Q_CHART};

enum { S_TEMP, S_HR, S_RR, S_PACO2, S_WBC, S_BANDS };

static const plx_score_input S_INPUTS[] = {
    {PLX_IN_TEMP},
    {PLX_IN_HR},
    {PLX_IN_RR},
    {PLX_IN_POSITIVE("paco2_mmHg", "mm[Hg]", "pco2_art", PLX_EXPIRY_GAS_S), .optional = true},
    {PLX_IN_POSITIVE("wbc", "10*9/L", "wbc", PLX_EXPIRY_LAB_S)},
    {PLX_IN_NUMBER("bands_pct", "%", "", 0, 100, PLX_EXPIRY_LAB_S), .optional = true}};
static const plx_chart_step S_TEMP_STEPS[] = {PLX_BELOW(36, 1, "<36"), PLX_UP_TO(38, 0, "36-38"),
                                              PLX_ABOVE(1, ">38")};
static const plx_chart_step S_HR_STEPS[] = {PLX_UP_TO(90, 0, "<=90"), PLX_ABOVE(1, ">90")};
static const plx_chart_step S_RR_STEPS[] = {PLX_UP_TO(20, 0, "<=20"), PLX_ABOVE(0, ">20")};
static const plx_chart_step S_PACO2_STEPS[] = {PLX_BELOW(32, 0, "<32"), PLX_ABOVE(0, ">=32")};
static const plx_chart_step S_WBC_STEPS[] = {PLX_BELOW(4, 0, "<4"), PLX_UP_TO(12, 0, "4-12"),
                                             PLX_ABOVE(0, ">12")};
static const plx_chart_step S_BANDS_STEPS[] = {PLX_UP_TO(10, 0, "<=10"), PLX_ABOVE(0, ">10")};
static const plx_chart_axis S_AXES[] = {PLX_AXIS(S_TEMP_STEPS), PLX_AXIS(S_HR_STEPS),
                                        PLX_AXIS(S_RR_STEPS),   PLX_AXIS_ABSENT(S_PACO2_STEPS, 1),
                                        PLX_AXIS(S_WBC_STEPS),  PLX_AXIS_ABSENT(S_BANDS_STEPS, 0)};

static int32_t breathing(const uint8_t *step, plx_chart_reason *reason)
{
    const bool fast = step[S_RR] == 1, low = step[S_PACO2] == 0;
    reason->lead = low && !fast ? S_PACO2 : S_RR;
    return fast || low;
}

static int32_t white_cells(const uint8_t *step, plx_chart_reason *reason)
{
    const bool count = step[S_WBC] != 1, young = step[S_BANDS] == 1;
    reason->lead = young && !count ? S_BANDS : S_WBC;
    return count || young;
}

static const plx_chart_item S_ITEMS[] = {
    {"temp", PLX_BIT(S_TEMP), NULL},
    {"hr", PLX_BIT(S_HR), NULL},
    {"breathing", PLX_BIT(S_RR) | PLX_BIT(S_PACO2), breathing},
    {"white_cells", PLX_BIT(S_WBC) | PLX_BIT(S_BANDS), white_cells}};
static const plx_chart S_CHART = {PLX_CHART_OF(S_AXES, S_ITEMS), .per_point = 1,
                                  .band = two_or_more};

const plx_score plx_score_sirs = {PLX_SCORE_ABOUT(S_INPUTS, "SIRS", "sirs/1", "Bone 1992"),
                                  PLX_SCORE_BANDS(SIGNS), .chart = &S_CHART};
